#include "services/lambda/hot_code.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/loop.h"
#include "base/text.h"
#include "services/lambda/archive.h"
#include "services/lambda/names.h"

namespace thaw::lambda {
namespace {

namespace fs = std::filesystem;

struct FreeArchive {
  void operator()(::archive* a) const { archive_write_free(a); }
};
struct FreeEntry {
  void operator()(::archive_entry* e) const { archive_entry_free(e); }
};

bool is_below(const fs::path& folder, const fs::path& root) {
  auto [end, rest] = std::ranges::mismatch(root, folder);
  return end == root.end();
}

bool left_out(const fs::path& name) { return name == ".git" || name == "__pycache__"; }

struct File {
  std::string path;  // relative
  struct stat info{};
};

std::unexpected<Error> unreadable(const std::string& path, const std::string& why) {
  return invalid_parameter("Hot reload cannot read " + path + ": " + why);
}

std::unexpected<Error> private_file(const std::string& path, const std::string& folder) {
  return unreadable(path, "functions run as another user. Let everybody read it: chmod -R o+rX " + folder);
}

// Every entry below the folder, sorted by path.
Result<std::vector<File>> list_folder(const std::string& folder, bool into_node_modules) {
  std::vector<File> out;
  struct stat top{};
  if (::stat(folder.c_str(), &top) != 0) return unreadable(folder, std::strerror(errno));
  if ((top.st_mode & (S_IROTH | S_IXOTH)) != (S_IROTH | S_IXOTH)) return private_file(folder, folder);
  std::error_code error;
  auto at = fs::recursive_directory_iterator(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const fs::path& path = at->path();
    File file;
    if (::lstat(path.c_str(), &file.info) != 0) {
      if (errno == ENOENT) continue;  // an editor's file that came and went
      return unreadable(path.string(), std::strerror(errno));
    }
    if (S_ISDIR(file.info.st_mode)) {
      if (left_out(path.filename())) {
        at.disable_recursion_pending();
        continue;
      }
      if (path.filename() == "node_modules" && !into_node_modules) at.disable_recursion_pending();
    }
    mode_t needed = S_ISDIR(file.info.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
    if (!S_ISLNK(file.info.st_mode) && (file.info.st_mode & needed) != needed)
      return private_file(path.string(), folder);
    if (out.size() >= (into_node_modules ? entries_max : hot_files_max))
      return invalid_parameter("The folder " + folder + " has more files than hot reload watches (" +
                               std::to_string(hot_files_max) + "): put what does not change into a layer");
    file.path = path.lexically_relative(folder).generic_string();
    out.push_back(std::move(file));
  }
  if (error) return unreadable(folder, error.message());
  std::ranges::sort(out, {}, &File::path);
  return out;
}

la_ssize_t append(::archive*, void* out, const void* bytes, size_t count) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

Result<void> add_file(::archive* zip, const std::string& folder, const File& file) {
  std::unique_ptr<::archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname_utf8(entry.get(), file.path.c_str());
  archive_entry_set_mtime(entry.get(), 315'532'800, 0);  // 1980, the first time that a zip can hold
  archive_entry_set_perm(entry.get(), file.info.st_mode & S_IXUSR ? 0755 : 0644);
  std::string path = folder + "/" + file.path, bytes;
  std::error_code error;
  if (S_ISLNK(file.info.st_mode)) {
    archive_entry_set_filetype(entry.get(), AE_IFLNK);
    archive_entry_set_symlink_utf8(entry.get(), fs::read_symlink(path, error).c_str());
  } else {
    std::ifstream in(path, std::ios::binary);
    if (!in) return unreadable(path, std::strerror(errno));
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  }
  if (archive_write_header(zip, entry.get()) != ARCHIVE_OK ||
      (!bytes.empty() && archive_write_data(zip, bytes.data(), bytes.size()) < 0))
    return fail("ServiceException", "Cannot zip " + path + ": " + archive_error_string(zip), 500);
  return {};
}

}  // namespace

Task<Result<std::string>> HotCode::admit(std::string folder) const {
  if (!options_.loopback)
    co_return invalid_parameter(
        "Hot reload runs folders of the server's machine; it is there only when Thaw listens on 127.0.0.1.");
  co_return co_await offload([folder, options = options_]() -> Result<std::string> {
    std::error_code error;
    fs::path canonical = fs::canonical(folder, error);
    if (error || !fs::is_directory(canonical, error))
      return invalid_parameter("Hot reload: there is no folder " + folder + " on the server's machine.");
    std::vector<std::string> roots = options.roots;
    std::ifstream allowed(options.allow_file);
    for (std::string line; std::getline(allowed, line);)
      if (line.starts_with('/')) roots.push_back(line);
    for (const std::string& root : roots) {
      fs::path real = fs::canonical(root, error);
      if (!error && is_below(canonical, real)) return canonical.string();
    }
    return invalid_parameter("Hot reload of " + canonical.string() +
                             " is not allowed: start the server with thaw up --hot-reload " + canonical.string() +
                             ", or deploy with thaw deploy --hot.");
  });
}

Result<FolderState> folder_state(const std::string& folder) {
  TRY(std::vector<File> files, list_folder(folder, false));
  FolderState out;
  std::string text;
  for (const File& file : files) {
    if (!S_ISDIR(file.info.st_mode)) out.bytes += file.info.st_size;
    // A folder's own time tells no more than its files do; that of node_modules stands for what is in it.
    bool timeless = S_ISDIR(file.info.st_mode) && !file.path.ends_with("node_modules");
    text += file.path;
    text += '\0';
    if (!timeless)
      text += fmt::format("{} {} {} {}.{}", file.info.st_mode, file.info.st_ino, file.info.st_size,
                          file.info.st_mtim.tv_sec, file.info.st_mtim.tv_nsec);
    text += '\0';
  }
  out.fingerprint = hex_encode(sha256(text)).substr(0, 32);
  return out;
}

Result<std::string> zip_folder(const std::string& folder) {
  TRY(std::vector<File> files, list_folder(folder, true));
  uint64_t bytes = 0;
  for (const File& file : files)
    if (S_ISREG(file.info.st_mode)) bytes += static_cast<uint64_t>(file.info.st_size);
  if (bytes > unzipped_bytes_max)
    return invalid_parameter("Unzipped size must be smaller than " + std::to_string(unzipped_bytes_max) + " bytes");
  std::string out;
  std::unique_ptr<::archive, FreeArchive> zip(archive_write_new());
  archive_write_set_format_zip(zip.get());
  archive_write_set_bytes_in_last_block(zip.get(), 1);
  if (archive_write_open(zip.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK)
    return fail("ServiceException", "Cannot start a zip.", 500);
  for (const File& file : files)
    if (S_ISREG(file.info.st_mode) || S_ISLNK(file.info.st_mode)) CHECK_OK(add_file(zip.get(), folder, file));
  if (archive_write_close(zip.get()) != ARCHIVE_OK) return fail("ServiceException", "Cannot finish the zip.", 500);
  return out;
}

}  // namespace thaw::lambda
