#include "kv/rocksdb/faulty_files.h"

#include <rocksdb/file_system.h>

#include <chrono>
#include <thread>

namespace thaw::kv {
namespace {

using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

bool use_up(std::atomic<int>& count) {
  int now = count.load();
  while (now > 0 && !count.compare_exchange_weak(now, now - 1)) {
  }
  return now > 0;
}

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<FSWritableFile> file, std::shared_ptr<Faults> faults, bool is_log)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(std::move(faults)), is_log_(is_log) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_write();
    return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, debug) : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    IOStatus status = before_write();
    return status.ok() ? FSWritableFileOwnerWrapper::Append(data, options, verification, debug) : status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_sync();
    return status.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_sync();
    return status.ok() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : status;
  }

 private:
  IOStatus before_write() {
    if (faults_->disk_full) return IOStatus::NoSpace("the disk is full (injected)");
    if (is_log_ && use_up(faults_->failing_writes)) return IOStatus::IOError("the write failed (injected)");
    return IOStatus::OK();
  }
  IOStatus before_sync() {
    if (!is_log_) return IOStatus::OK();
    ++faults_->syncs;
    if (int64_t delay_ms = faults_->sync_delay_ms) std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    return use_up(faults_->failing_syncs) ? IOStatus::IOError("the sync failed (injected)") : IOStatus::OK();
  }

  std::shared_ptr<Faults> faults_;
  bool is_log_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFiles(std::shared_ptr<rocksdb::FileSystem> below, std::shared_ptr<Faults> faults)
      : FileSystemWrapper(below), faults_(std::move(faults)) {}
  const char* Name() const override { return "FaultyFiles"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (status.ok()) wrap(name, file);
    return status;
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name, const rocksdb::FileOptions& options,
                             std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::ReuseWritableFile(name, old_name, options, file, debug);
    if (status.ok()) wrap(name, file);
    return status;
  }

 private:
  void wrap(const std::string& name, std::unique_ptr<FSWritableFile>* file) {
    *file = std::make_unique<FaultyFile>(std::move(*file), faults_, name.ends_with(".log"));
  }

  std::shared_ptr<Faults> faults_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_faulty_files(std::shared_ptr<rocksdb::FileSystem> below,
                                                       std::shared_ptr<Faults> faults) {
  return std::make_shared<FaultyFiles>(std::move(below), std::move(faults));
}

}  // namespace thaw::kv
