#include "app/cli/package.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace thaw::app {
namespace {

namespace fs = std::filesystem;

// How an uploaded object is written into a property.
enum class Shape : uint8_t { uri, code, body_location, definition_location, template_url };

struct Property {
  const char* type;
  const char* property;
  Shape shape;
  bool zipped;  // else the file goes up as it is
};

constexpr Property properties[] = {
    {"AWS::Serverless::Function", "CodeUri", Shape::uri, true},
    {"AWS::Serverless::LayerVersion", "ContentUri", Shape::uri, true},
    {"AWS::Serverless::Api", "DefinitionUri", Shape::uri, false},
    {"AWS::Serverless::HttpApi", "DefinitionUri", Shape::uri, false},
    {"AWS::Serverless::StateMachine", "DefinitionUri", Shape::uri, false},
    {"AWS::Serverless::Application", "Location", Shape::template_url, false},
    {"AWS::Lambda::Function", "Code", Shape::code, true},
    {"AWS::Lambda::LayerVersion", "Content", Shape::code, true},
    {"AWS::ApiGateway::RestApi", "BodyS3Location", Shape::body_location, false},
    {"AWS::StepFunctions::StateMachine", "DefinitionS3Location", Shape::definition_location, false},
    {"AWS::CloudFormation::Stack", "TemplateURL", Shape::template_url, false},
};

struct FreeArchive {
  void operator()(::archive* a) const { archive_write_free(a); }
};

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail("FileNotFound", "Cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

la_ssize_t append(::archive*, void* out, const void* bytes, size_t count) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

Result<void> add_entry(::archive* zip, const fs::path& file, const std::string& name) {
  std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname_utf8(entry.get(), name.c_str());
  archive_entry_set_mtime(entry.get(), 315'532'800, 0);  // 1980, the first time that a zip can hold
  std::error_code ignored;
  bool executable = (fs::status(file, ignored).permissions() & fs::perms::owner_exec) != fs::perms::none;
  archive_entry_set_perm(entry.get(), executable ? 0755 : 0644);
  std::string bytes;
  if (fs::is_symlink(fs::symlink_status(file, ignored))) {
    archive_entry_set_filetype(entry.get(), AE_IFLNK);
    archive_entry_set_symlink_utf8(entry.get(), fs::read_symlink(file, ignored).c_str());
  } else {
    TRY(bytes, read_file(file));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  }
  if (archive_write_header(zip, entry.get()) != ARCHIVE_OK ||
      (!bytes.empty() && archive_write_data(zip, bytes.data(), bytes.size()) < 0))
    return fail("ZipFailed", std::string("Cannot zip ") + file.string() + ": " + archive_error_string(zip), 500);
  return {};
}

bool is_remote(const std::string& value) {
  return value.starts_with("s3://") || value.starts_with("https://") || value.starts_with("http://");
}

Json written(Shape shape, const std::string& bucket, const std::string& key, const std::string& endpoint) {
  switch (shape) {
    case Shape::uri: return "s3://" + bucket + "/" + key;
    case Shape::code: return Json::object({{"S3Bucket", bucket}, {"S3Key", key}});
    case Shape::body_location:
    case Shape::definition_location: return Json::object({{"Bucket", bucket}, {"Key", key}});
    case Shape::template_url: return endpoint + "/" + bucket + "/" + key;
  }
  return Json();
}

class Packager {
 public:
  Packager(CloudClient& cloud, PackageOptions options) : cloud_(cloud), options_(std::move(options)) {}

  Task<Result<void>> run(Json& body) {
    Json globals = body.get("Globals").get("Function").get("CodeUri");
    Json* resources = body.find("Resources");
    if (!resources || !resources->is_object()) co_return Result<void>();
    for (Json::Member& resource : resources->members()) {
      const std::string type = resource.value.get("Type").string_or("");
      for (const Property& property : properties)
        if (type == property.type) CO_CHECK_OK(co_await pack(resource.key, resource.value, property, globals));
    }
    co_return Result<void>();
  }

 private:
  Task<Result<void>> pack(std::string id, Json& resource, Property property, Json global_code) {
    Json& values = resource["Properties"];
    const Json* value = values.find(property.property);
    std::string path;
    if (value && value->is_string()) {
      path = value->as_string();
    } else if (!value && property.shape == Shape::uri && property.zipped && !values.contains("InlineCode") &&
               !values.contains("ImageUri")) {
      // A function without CodeUri has its code beside the template.
      path = global_code.string_or(global_code.is_null() ? "." : "");
    }
    if (path.empty() || is_remote(path)) co_return Result<void>();
    fs::path local = fs::path(options_.template_directory) / path;
    std::error_code ignored;
    if (!fs::exists(local, ignored))
      co_return fail("FileNotFound", fmt::format("{} of resource {} names {}, which does not exist (looked at {})",
                                                 property.property, id, path, local.string()));
    bool code = property.zipped && std::string_view(property.type).ends_with("::Function");
    if (options_.hot_folders && code && fs::is_directory(local, ignored)) {
      std::string folder = fs::canonical(local, ignored).string();
      options_.hot_folders->insert(folder);
      options_.progress(fmt::format("{} runs from {}{}", id, folder,
                                    values.contains("AutoPublishAlias")
                                        ? "; its alias and its API a snapshot of it, published by this deployment"
                                        : ""));
      values.set(property.property, property.shape == Shape::code
                                        ? Json::object({{"S3Bucket", "hot-reload"}, {"S3Key", folder}})
                                        : Json::object({{"Bucket", "hot-reload"}, {"Key", folder}}));
      co_return Result<void>();
    }
    Result<std::string> bytes =
        property.zipped && !path.ends_with(".zip") ? zip_path(local.string()) : read_file(local);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (property.shape == Shape::template_url) CO_CHECK_OK(co_await pack_nested(local, *bytes));
    std::string extension = property.zipped ? ".zip" : local.extension().string();
    std::string key = hex_encode(sha256(*bytes)) + extension;
    if (uploaded_.insert(key).second) {
      options_.progress(fmt::format("Uploading {} ({:.1f} KB)", path, static_cast<double>(bytes->size()) / 1024));
      CO_CHECK_OK(co_await cloud_.put_object(options_.bucket, key, std::move(*bytes)));
    }
    values.set(property.property, written(property.shape, options_.bucket, key, cloud_.connection().endpoint));
    co_return Result<void>();
  }

  // A nested template's own paths, too.
  Task<Result<void>> pack_nested(fs::path file, std::string& bytes) {
    auto parsed = parse_yaml(bytes);
    if (!parsed) co_return fail("TemplateError", file.string() + ": " + parsed.error().str());
    PackageOptions inner = options_;
    inner.template_directory = file.parent_path().string();
    Json body = std::move(parsed->value);
    CO_CHECK_OK(co_await package_template(cloud_, body, inner));
    bytes = body.dump();
    co_return Result<void>();
  }

  CloudClient& cloud_;
  PackageOptions options_;
  std::set<std::string> uploaded_;
};

}  // namespace

Result<std::string> zip_path(const std::string& path) {
  fs::path root(path);
  std::vector<std::pair<std::string, fs::path>> files;
  std::error_code error;
  if (fs::is_directory(root, error)) {
    for (auto at = fs::recursive_directory_iterator(root, error); !error && at != fs::recursive_directory_iterator();
         at.increment(error)) {
      if (at->is_directory(error) && !at->is_symlink(error)) continue;
      files.push_back({fs::relative(at->path(), root, error).generic_string(), at->path()});
    }
  } else {
    files.push_back({root.filename().string(), root});
  }
  if (error) return fail("FileNotFound", "Cannot read " + path + ": " + error.message());
  if (files.empty()) return fail("FileNotFound", path + " is empty: there is nothing to upload");
  std::ranges::sort(files);
  std::string out;
  std::unique_ptr<::archive, FreeArchive> zip(archive_write_new());
  archive_write_set_format_zip(zip.get());
  archive_write_set_bytes_in_last_block(zip.get(), 1);
  if (archive_write_open(zip.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK)
    return fail("ZipFailed", "Cannot start a zip", 500);
  for (const auto& [name, file] : files) CHECK_OK(add_entry(zip.get(), file, name));
  if (archive_write_close(zip.get()) != ARCHIVE_OK) return fail("ZipFailed", "Cannot finish the zip", 500);
  return out;
}

Task<Result<void>> package_template(CloudClient& cloud, Json& body, PackageOptions options) {
  Packager packager(cloud, std::move(options));
  Result<void> done = co_await packager.run(body);
  co_return done;
}

}  // namespace thaw::app
