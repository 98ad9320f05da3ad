#include "kv/rocksdb/directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

namespace thaw::kv {
namespace {

constexpr int format_version = 1;
constexpr std::string_view format_prefix = "thaw data format ";

std::unexpected<Error> unusable(const std::string& path, int number) {
  return fail("DataDirectoryUnusable", fmt::format("The data directory {} cannot be used: {}.", path,
                                                   std::strerror(number)), 500);
}

// Nothing when there is no such file.
std::optional<std::string> read_small_file(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  char buffer[64];
  ssize_t count = ::read(file, buffer, sizeof buffer);
  ::close(file);
  return std::string(buffer, count > 0 ? static_cast<size_t>(count) : 0);
}

Result<bool> check_format(const std::string& path) {
  std::optional<std::string> text = read_small_file(path + "/FORMAT");
  if (!text) return false;
  int version = 0;
  bool known = text->starts_with(format_prefix);
  if (known) {
    const char* number = text->data() + format_prefix.size();
    known = std::from_chars(number, text->data() + text->size(), version).ec == std::errc{};
  }
  if (!known) {
    return fail("DataDirectoryUnusable", fmt::format("{}/FORMAT is not a file of Thaw.", path), 500);
  }
  if (version > format_version) {
    return fail("DataDirectoryNewer",
                fmt::format("The data directory {} was written by a newer release (format {}, this one knows {}).",
                            path, version, format_version), 500);
  }
  return true;
}

bool write_and_sync(const std::string& path, std::string_view text) {
  int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  bool done = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  return ::close(file) == 0 && done;
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::string& path) {
  std::error_code failed;
  std::filesystem::path parent = std::filesystem::absolute(path, failed).parent_path();
  std::filesystem::create_directories(parent, failed);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return unusable(path, errno);
  std::string lock_path = path + "/LOCK";
  int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return unusable(path, errno);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    int number = errno;
    ::close(lock);
    if (number != EWOULDBLOCK) return unusable(path, number);
    std::string pid = read_small_file(lock_path).value_or("");
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    return fail("DataDirectoryInUse",
                fmt::format("The data directory {} is in use by another process (pid {}).", path, pid), 500);
  }
  DataDirectory directory(path, lock, false);  // gives the lock back when something fails below
  TRY(bool has_format, check_format(path));
  directory.is_new_ = !has_format;
  std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return unusable(path, errno);
  }
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)), is_new_(other.is_new_) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> DataDirectory::write_format() {
  if (!is_new_) return {};
  std::string temporary = path_ + "/FORMAT.new";
  if (!write_and_sync(temporary, fmt::format("{}{}\n", format_prefix, format_version))) return unusable(path_, errno);
  if (::rename(temporary.c_str(), (path_ + "/FORMAT").c_str()) != 0) return unusable(path_, errno);
  int directory = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool synced = directory >= 0 && ::fsync(directory) == 0;
  int number = errno;
  if (directory >= 0) ::close(directory);
  if (!synced) return unusable(path_, number);
  is_new_ = false;
  return {};
}

}  // namespace thaw::kv
