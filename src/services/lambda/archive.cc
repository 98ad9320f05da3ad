#include "services/lambda/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/text.h"
#include "services/lambda/names.h"

namespace thaw::lambda {
namespace {

namespace fs = std::filesystem;

struct CloseArchive {
  void operator()(::archive* a) const { archive_read_free(a); }
};
using Archive = std::unique_ptr<::archive, CloseArchive>;

std::unexpected<Error> not_a_zip() {
  return invalid_parameter("Could not unzip uploaded file. Please check your file, then try to upload again.");
}
std::unexpected<Error> too_large() {
  return invalid_parameter("Unzipped size must be smaller than " + std::to_string(unzipped_bytes_max) + " bytes");
}
std::unexpected<Error> disk(const std::string& path) {
  int status = errno == ENOSPC ? 507 : 500;
  return fail(status == 507 ? "InsufficientStorage" : "InternalFailure",
              "Cannot write " + path + ": " + std::strerror(errno), status);
}

// The parts of a relative path that stays inside its folder; nothing when it leaves it.
bool safe_parts(std::string_view path, std::vector<std::string>& parts) {
  if (path.starts_with('/') || path.find('\0') != std::string_view::npos) return false;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (parts.empty()) return false;
      parts.pop_back();
      continue;
    }
    parts.push_back(std::string(part));
  }
  return true;
}

// A link may point anywhere inside the package: its target is resolved against the folder that holds it.
bool safe_link(const std::vector<std::string>& name, std::string_view target) {
  std::vector<std::string> parts(name.begin(), name.empty() ? name.begin() : name.end() - 1);
  return safe_parts(target, parts);
}

struct Entry {
  std::vector<std::string> parts;
  mode_t type = 0;
  mode_t mode = 0;
  std::string link;
};

// Walks all entries. `enter` is called for each, `data` for each piece of a file's bytes.
template <class Enter, class Data>
Result<uint64_t> walk(::archive* a, Enter enter, Data data) {
  uint64_t total = 0;
  size_t entries = 0;
  archive_entry* raw = nullptr;
  std::vector<char> buffer(1 << 16);
  while (true) {
    int code = archive_read_next_header(a, &raw);
    if (code == ARCHIVE_EOF) break;
    if (code < ARCHIVE_WARN) return not_a_zip();
    if (++entries > entries_max) return invalid_parameter("The deployment package has too many files.");
    const char* name = archive_entry_pathname_utf8(raw);
    if (!name) name = archive_entry_pathname(raw);
    Entry entry;
    if (!name || !safe_parts(name, entry.parts))
      return invalid_parameter("The deployment package has a file outside of its folder: " +
                               std::string(name ? name : "").substr(0, 200));
    entry.type = archive_entry_filetype(raw);
    entry.mode = archive_entry_perm(raw);
    if (entry.type == AE_IFLNK) {
      const char* target = archive_entry_symlink(raw);
      entry.link = target ? target : "";
      if (!safe_link(entry.parts, entry.link))
        return invalid_parameter("The deployment package has a link that points out of it: " +
                                 std::string(name).substr(0, 200));
    } else if (entry.type != AE_IFREG && entry.type != AE_IFDIR && entry.type != 0) {
      return invalid_parameter("The deployment package has a special file: " + std::string(name).substr(0, 200));
    }
    CHECK_OK(enter(entry));
    if (entry.type == AE_IFDIR || entry.type == AE_IFLNK) continue;
    while (true) {
      la_ssize_t n = archive_read_data(a, buffer.data(), buffer.size());
      if (n == 0) break;
      if (n < 0) return not_a_zip();
      total += static_cast<uint64_t>(n);
      if (total > unzipped_bytes_max) return too_large();
      CHECK_OK(data(std::string_view(buffer.data(), static_cast<size_t>(n))));
    }
  }
  if (entries == 0) return invalid_parameter("Uploaded file must be a non-empty zip");
  return total;
}

Archive new_archive() {
  Archive a(archive_read_new());
  archive_read_support_format_zip(a.get());
  return a;
}

// Writes entries below a folder. Every parent is checked not to be a link, so that no name leads out of the folder by
// way of one.
class Unpacker {
 public:
  explicit Unpacker(fs::path root) : root_(std::move(root)) {}
  ~Unpacker() { close(); }

  Result<void> enter(const Entry& entry) {
    close();
    if (entry.parts.empty()) return {};
    fs::path at = root_;
    for (size_t i = 0; i + 1 < entry.parts.size(); ++i) {
      at /= entry.parts[i];
      CHECK_OK(make_directory(at));
    }
    at /= entry.parts.back();
    if (entry.type == AE_IFDIR) return make_directory(at);
    ::unlink(at.c_str());
    if (entry.type == AE_IFLNK) {
      if (::symlink(entry.link.c_str(), at.c_str()) != 0) return disk(at);
      return {};
    }
    // Everybody may read, as on Lambda, where packages made on other systems often lack the bits.
    mode_t mode = 0444 | (entry.mode & 0111 ? 0111 : 0) | 0200;
    fd_ = ::open(at.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd_ < 0) return disk(at);
    ::fchmod(fd_, mode);
    path_ = at;
    return {};
  }

  Result<void> data(std::string_view bytes) {
    while (!bytes.empty() && fd_ >= 0) {
      ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0) return disk(path_);
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return {};
  }

 private:
  Result<void> make_directory(const fs::path& at) {
    if (::mkdir(at.c_str(), 0755) == 0) return {};
    struct stat info{};
    if (errno != EEXIST) return disk(at);
    if (::lstat(at.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
      return invalid_parameter("The deployment package has a file where it has a folder: " + at.filename().string());
    return {};
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  fs::path root_, path_;
  int fd_ = -1;
};

}  // namespace

Result<uint64_t> check_archive(std::string_view zip) {
  Archive a = new_archive();
  if (archive_read_open_memory(a.get(), zip.data(), zip.size()) != ARCHIVE_OK) return not_a_zip();
  return walk(a.get(), [](const Entry&) { return Result<void>(); }, [](std::string_view) { return Result<void>(); });
}

Result<void> unpack_archive(const std::string& zip_path, const std::string& directory) {
  Archive a = new_archive();
  if (archive_read_open_filename(a.get(), zip_path.c_str(), 1 << 16) != ARCHIVE_OK) return not_a_zip();
  fs::path parts = directory + ".part-" + random_hex(8);
  std::error_code ignored;
  fs::create_directories(parts.parent_path(), ignored);
  if (::mkdir(parts.c_str(), 0755) != 0) return disk(parts);
  ::chmod(parts.c_str(), 0755);
  Result<uint64_t> size = [&] {
    Unpacker unpacker(parts);
    return walk(
        a.get(), [&](const Entry& e) { return unpacker.enter(e); },
        [&](std::string_view b) { return unpacker.data(b); });
  }();
  if (!size) {
    fs::remove_all(parts, ignored);
    return std::unexpected(size.error());
  }
  if (::rename(parts.c_str(), directory.c_str()) != 0) {
    bool there = errno == EEXIST || errno == ENOTEMPTY;
    fs::remove_all(parts, ignored);
    if (!there) return disk(directory);  // else another unpacked the same package meanwhile
  }
  return {};
}

}  // namespace thaw::lambda
