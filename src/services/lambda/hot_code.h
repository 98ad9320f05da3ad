// Hot reload: a function whose code is a folder of this machine. Named as in LocalStack, Code: {S3Bucket: "hot-reload",
// S3Key: "/absolute/folder"}; each invocation runs what is in the folder then.
//
// Whoever may create functions would otherwise be able to read every file that the server can. So only folders that
// somebody on this machine has allowed are taken (`thaw up --hot-reload DIR`, or a line in the allow file, which
// `thaw deploy --hot` writes), and only while Thaw listens on the loopback.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace thaw::lambda {

inline constexpr const char* hot_bucket = "hot-reload";
inline constexpr size_t hot_files_max = 20'000;

struct HotOptions {
  bool loopback = false;           // Thaw can be reached from this machine alone
  std::vector<std::string> roots;  // folders in these may be run in place
  std::string allow_file;          // further such folders, a line each; may be absent
};

class HotCode {
 public:
  explicit HotCode(HotOptions options) : options_(std::move(options)) {}

  // Whether this source of code is a folder to be run in place.
  static bool names(const std::optional<std::string>& bucket, const std::optional<std::string>& key) {
    return bucket == hot_bucket && key && key->starts_with('/');
  }
  // The folder without links and dots in its path. Errors (InvalidParameterValueException): it is none, or not allowed;
  // the words say how to allow it.
  Task<Result<std::string>> admit(std::string folder) const;

 private:
  HotOptions options_;
};

// What a folder holds, without the files' content. Bytecode (__pycache__) and .git do not count; of node_modules only
// that it changed at its top.
struct FolderState {
  std::string fingerprint;  // other when a file was added, removed, or saved
  int64_t bytes = 0;
};
// Blocking. Errors (InvalidParameterValueException): it cannot be read, holds more than hot_files_max files, or a file
// that not everybody may read, which a function could not.
Result<FolderState> folder_state(const std::string& folder);

// The folder as a deployment package: a zip, the same bytes for the same files. Blocking. Without .git, __pycache__ and
// special files. Errors: those of folder_state(); too large.
Result<std::string> zip_folder(const std::string& folder);

}  // namespace thaw::lambda
