// The data directory: who has it (LOCK), and which release's format it holds (FORMAT).
#pragma once

#include <string>

#include "base/result.h"

namespace thaw::kv {

// Holds the directory's lock while it lives. Any thread.
class DataDirectory {
 public:
  // Creates the directory (0700) when absent, locks it, and checks its format. Does not wait for the disk.
  // Errors: "DataDirectoryInUse", "DataDirectoryNewer", "DataDirectoryUnusable".
  static Result<DataDirectory> open(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  // Writes FORMAT when the directory is new. Waits for the disk.
  Result<void> write_format();

 private:
  DataDirectory(std::string path, int lock, bool is_new) : path_(std::move(path)), lock_(lock), is_new_(is_new) {}

  std::string path_;
  int lock_;
  bool is_new_;
};

}  // namespace thaw::kv
