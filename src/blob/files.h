// Blocking file calls of the blob stores, as Results.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::blob {

// An owned file descriptor.
class File {
 public:
  explicit File(int descriptor = -1) : descriptor_(descriptor) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File() { close(); }
  void close();
  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// The error of a failed call: InsufficientStorage for a full disk, InternalFailure otherwise.
std::unexpected<Error> disk_failure(std::string_view what, const std::string& path, int number);

Result<void> make_directories(const std::string& path, bool synced);  // 0700, with its parents
Result<void> sync_directory(const std::string& path);
Result<File> create_file(const std::string& path);  // must not exist
Result<void> write_all(const File& file, const std::string& path, std::string_view bytes);
Result<std::string> read_at(const File& file, const std::string& path, uint64_t offset, size_t count);

}  // namespace thaw::blob
