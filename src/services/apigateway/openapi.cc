#include "services/apigateway/openapi.h"

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "services/apigateway/document.h"
#include "services/apigateway/openapi_reader.h"

namespace thaw::apigateway {
namespace {

constexpr std::pair<std::string_view, std::string_view> method_keys[] = {
    {"get", "GET"},         {"put", "PUT"},   {"post", "POST"},   {"delete", "DELETE"},
    {"options", "OPTIONS"}, {"head", "HEAD"}, {"patch", "PATCH"}, {"x-amazon-apigateway-any-method", "ANY"}};

// Clears what an overwriting import replaces; resources keep their ids where the document names the same path again.
void clear_parts(Json& definition) {
  for (std::string_view part : {"models", "requestValidators", "authorizers", "gatewayResponses"})
    definition.set(part, Json::object());
  for (Json::Member& m : object_at(definition, "resources").members()) m.value.erase("resourceMethods");
  for (std::string_view member : {"binaryMediaTypes", "policy", "minimumCompressionSize", "description", "version"})
    definition.erase(member);
}

// Deletes resources without methods that no path of the document runs through.
void drop_unused(Json& definition, const std::vector<std::string>& used) {
  Json& resources = object_at(definition, "resources");
  std::string root = definition.get("rootResourceId").string_or("");
  std::erase_if(resources.members(), [&](const Json::Member& m) {
    if (m.key == root) return false;
    std::string path = m.value.get("path").string_or("");
    return std::ranges::none_of(used,
                                [&](const std::string& each) { return each == path || each.starts_with(path + "/"); });
  });
}

}  // namespace

Result<Json> read_openapi(std::string_view text) {
  if (text.size() > import_bytes_max) return bad_request("The OpenAPI document is larger than 6 MB.");
  std::string_view start = trim(text);
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  if (start.starts_with('{')) {
    auto json = Json::parse(start, 128);
    if (json) return std::move(*json);
  }
  auto yaml = parse_yaml(start);
  if (!yaml)
    return bad_request("Unable to parse API definition because of a malformed document: " + yaml.error().str());
  if (!yaml->value.is_object()) return bad_request("Invalid OpenAPI input.");
  return std::move(yaml->value);
}

Result<std::vector<std::string>> import_openapi(Json& definition, const Json& document, const ImportOptions& options) {
  OpenApiReader reader(definition, document);
  if (!reader.version()) return bad_request("Invalid OpenAPI input.");
  if (options.base_path != "ignore" && options.base_path != "prepend" && options.base_path != "split")
    return bad_request("Invalid value for basepath: " + options.base_path +
                       ". Must be one of: [ignore, prepend, split]");
  if (options.base_path == "split")
    return fail("NotImplemented", "Thaw does not implement basepath=split of OpenAPI imports yet.", 501);
  if (options.overwrite) clear_parts(definition);
  reader.read_api();
  reader.read_validators();
  reader.read_models();
  reader.read_authorizers();
  reader.read_gateway_responses();
  std::string prefix = options.base_path == "prepend" ? reader.base_path() : "";
  std::vector<std::string> used;
  if (const Json& paths = document.get("paths"); paths.is_object()) {
    for (const Json::Member& path : paths.members()) {
      if (!path.key.starts_with('/') || !path.value.is_object()) continue;
      std::string whole = prefix + path.key;
      auto id = ensure_resource(definition, whole);
      if (!id) {
        reader.error("Unable to create resource at path '" + whole + "': " + id.error().message);
        continue;
      }
      used.push_back(object_at(definition, "resources").get(*id).get("path").string_or(""));
      for (auto [key, name] : method_keys)
        if (const Json& operation = path.value.get(key); operation.is_object())
          reader.read_method(*id, whole, std::string(name), operation, path.value.get("parameters"));
    }
  }
  if (options.overwrite) drop_unused(definition, used);
  if (!reader.errors().empty()) {
    std::string words = "Errors found during import:";
    for (const std::string& each : reader.errors()) words += "\n\t" + each;
    return bad_request(words);
  }
  if (options.fail_on_warnings && !reader.warnings().empty()) {
    std::string words = "Warnings found during import:";
    for (const std::string& each : reader.warnings()) words += "\n\t" + each;
    return bad_request(words);
  }
  CHECK_OK(check_api(definition));
  return reader.warnings();
}

}  // namespace thaw::apigateway
