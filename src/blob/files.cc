#include "blob/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace thaw::blob {

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void File::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::unexpected<Error> disk_failure(std::string_view what, const std::string& path, int number) {
  if (number == ENOSPC || number == EDQUOT) {
    return fail("InsufficientStorage", "The disk of the data directory is full; nothing was written.", 507);
  }
  return fail("InternalFailure", fmt::format("{} {} failed: {}.", what, path, std::strerror(number)), 500);
}

Result<void> make_directories(const std::string& path, bool synced) {
  size_t slash = path.rfind('/');
  bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno == ENOENT && slash != std::string::npos && slash != 0) {
    CHECK_OK(make_directories(path.substr(0, slash), synced));
    made = ::mkdir(path.c_str(), 0700) == 0;
  }
  if (!made && errno != EEXIST) return disk_failure("Creating", path, errno);
  if (!made || !synced) return {};
  return sync_directory(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

Result<void> sync_directory(const std::string& path) {
  File directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return disk_failure("Syncing", path, errno);
  return {};
}

Result<File> create_file(const std::string& path) {
  File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (!file) return disk_failure("Creating", path, errno);
  return file;
}

Result<void> write_all(const File& file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_failure("Writing", path, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

Result<std::string> read_at(const File& file, const std::string& path, uint64_t offset, size_t count) {
  std::string out(count, '\0');
  size_t have = 0;
  while (have < count) {
    ssize_t got = ::pread(file.get(), out.data() + have, count - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_failure("Reading", path, errno);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  out.resize(have);
  return out;
}

}  // namespace thaw::blob
