#include "kv/rocksdb/quick_files.h"

#include <rocksdb/file_system.h>

#include <string_view>

namespace thaw::kv {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOStatus;

bool is_options_file(std::string_view path) {
  size_t slash = path.rfind('/');
  return path.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with("OPTIONS-");
}

class QuickFiles final : public rocksdb::FileSystemWrapper {
 public:
  QuickFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "QuickFiles"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    if (is_options_file(name)) return IOStatus::NotSupported("options are not written");
    return FileSystemWrapper::NewWritableFile(name, options, file, debug);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_quick_files() { return std::make_shared<QuickFiles>(); }

}  // namespace thaw::kv
