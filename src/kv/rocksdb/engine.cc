// The RocksDB engine. One thread of its own opens the database, then commits: while it waits for the disk the next
// commits gather, and all of them become one write batch and one fdatasync. What a group came to goes back to the loop
// in one post, with the snapshot that was taken right after it.
#include <fmt/format.h>
#include <sys/statvfs.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "kv/rocksdb/database.h"

namespace thaw::kv {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto relaxed_delay = std::chrono::milliseconds(50);
constexpr auto os_delay = std::chrono::milliseconds(1000);
constexpr uint64_t disk_margin_bytes = 32 << 20;
constexpr auto full_disk_delay = std::chrono::milliseconds(1000);  // until another attempt to save relaxed commits
constexpr size_t group_bytes_max = 32u << 20;
constexpr size_t group_commits_max = 4096;

class RocksEngine final : public Engine {
 public:
  RocksEngine(RocksDbOptions options, DataDirectory directory)
      : options_(std::move(options)),
        database_(std::make_shared<Database>(Database{nullptr, std::move(directory), nullptr})) {
    thread_ = std::thread([this] { run(); });
  }
  ~RocksEngine() override { stop_and_join(); }

  std::optional<Opened> opened() override {
    std::lock_guard lock(mutex_);
    std::optional<Opened> out = opened_;
    if (opened_) opened_->snapshot.reset();  // a snapshot that is kept keeps old versions on the disk
    return out;
  }
  Completion<Unit> opening() override {
    std::lock_guard lock(mutex_);
    Completion<Unit> done;
    if (opened_) {
      done.set({});
    } else {
      opening_waiters_.push_back(done);
    }
    return done;
  }
  void on_settled(std::function<void(Settled)> sink) override {
    sink_ = std::make_shared<std::function<void(Settled)>>(std::move(sink));
  }
  Durability durability() const override { return options_.durability; }

  void submit(std::shared_ptr<Pending> commit) override {
    {
      std::lock_guard lock(mutex_);
      loop_ = &Loop::current();
      queue_.push_back(std::move(commit));
    }
    wakes_.notify_one();
  }

  Task<void> close() override {
    // Closing waits for the disk and for RocksDB's threads. The group's post comes before ours.
    co_await offload([this] {
      stop_and_join();
      return Unit{};
    });
    std::shared_ptr<Database> last = std::move(database_);
    co_await offload([last = std::move(last)]() mutable {
      last.reset();
      return Unit{};
    });
  }

 private:
  using Group = std::vector<std::shared_ptr<Pending>>;

  // The committer's thread.
  void run();
  bool open();
  Group next_group();
  void write(Group group);
  void sync();
  bool has_room(const Group& group) const;
  rocksdb::Status resume();
  rocksdb::Status write_batch(const Group& group, bool synced);
  void settle(Settled settled);
  static Error error_of(const rocksdb::Status& status);

  void stop_and_join() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wakes_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  const RocksDbOptions options_;
  std::shared_ptr<Database> database_;
  // Posted functions hold it weakly: they may run after the engine is gone.
  std::shared_ptr<std::function<void(Settled)>> sink_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wakes_;
  std::optional<Opened> opened_;
  std::vector<Completion<Unit>> opening_waiters_;
  Group queue_;
  Loop* loop_ = nullptr;
  bool stopping_ = false;

  // The committer's own.
  std::optional<Steady::time_point> sync_by_;  // something is written but not synced
  bool needs_resume_ = false;                  // the disk was full
  std::optional<Error> refused_;
  std::thread thread_;
};

void RocksEngine::run() {
  if (!open()) return;
  while (true) {
    Group group = next_group();
    bool idle = group.empty();
    if (!idle) write(std::move(group));
    std::unique_lock lock(mutex_);
    bool stop = stopping_ && queue_.empty();
    lock.unlock();
    if (sync_by_ && (stop || Steady::now() >= *sync_by_)) sync();
    if (stop) return;
  }
}

bool RocksEngine::open() {
  Opened opened;
  Result<void> format = database_->directory.write_format();
  rocksdb::Status status;
  if (format) status = open_database(options_, *database_);
  if (!format) {
    opened.error = format.error();
  } else if (!status.ok()) {
    opened.error = Error{"InternalFailure", "The store cannot be opened: " + status.ToString(), 500, {}};
  } else {
    // build_batch() sees to it that the sequence number is never behind the versions given out.
    opened.version = database_->db->GetLatestSequenceNumber();
    opened.snapshot = take_snapshot(database_);
  }
  if (opened.error) log::error("{}", opened.error->message);
  bool is_open = !opened.error;
  std::vector<Completion<Unit>> waiters;
  {
    std::lock_guard lock(mutex_);
    opened_ = std::move(opened);
    waiters.swap(opening_waiters_);
  }
  for (auto& waiter : waiters) waiter.set({});
  return is_open;
}

// Waits for commits, for the time to sync, or for the end.
RocksEngine::Group RocksEngine::next_group() {
  std::unique_lock lock(mutex_);
  auto ready = [this] { return stopping_ || !queue_.empty(); };
  if (sync_by_) {
    wakes_.wait_until(lock, *sync_by_, ready);
  } else {
    wakes_.wait(lock, ready);
  }
  size_t count = 0;
  for (size_t bytes = 0; count < queue_.size() && count < group_commits_max && bytes < group_bytes_max; ++count) {
    bytes += queue_[count]->batch.bytes;
  }
  if (count == queue_.size()) return std::exchange(queue_, {});
  Group group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

void RocksEngine::write(Group group) {
  Settled settled;
  settled.error = refused_;
  if (!refused_) {
    bool synced = false;
    for (const auto& commit : group) synced |= !commit->batch.relaxed;
    if (options_.durability == Durability::os) synced = false;
    rocksdb::Status status = write_batch(group, synced);
    if (status.ok()) {
      if (synced) {
        sync_by_.reset();
      } else if (!sync_by_) {
        sync_by_ = Steady::now() + (options_.durability == Durability::os ? os_delay : relaxed_delay);
      }
      settled.snapshot = take_snapshot(database_);
    } else {
      settled.error = error_of(status);
      needs_resume_ = status.IsNoSpace();
      settled.refuse_further = !status.IsNoSpace();
      if (settled.refuse_further) refused_ = settled.error;
      log::error("commit of {} transactions failed: {}", group.size(), status.ToString());
    }
  }
  settled.group = std::move(group);
  settle(std::move(settled));
}

// A margin is kept: RocksDB's background work can then always finish, and after a log that could not be appended to it
// is hard to go on.
bool RocksEngine::has_room(const Group& group) const {
  uint64_t needed = disk_margin_bytes;
  for (const auto& commit : group) needed += 2 * commit->batch.bytes;
  struct statvfs disk{};
  if (::statvfs(options_.directory.c_str(), &disk) != 0) return true;
  return static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize >= needed;
}

// After a full disk. Writes what is in memory to a new file, so nothing rests on the log in which an append failed.
rocksdb::Status RocksEngine::resume() {
  if (!needs_resume_) return rocksdb::Status::OK();
  rocksdb::Status status = database_->db->Resume();
  if (!status.ok()) return rocksdb::Status::NoSpace("the disk is still full", status.ToString());
  needs_resume_ = false;
  return status;
}

rocksdb::Status RocksEngine::write_batch(const Group& group, bool synced) {
  if (!has_room(group)) return rocksdb::Status::NoSpace("too little of the disk is free");
  rocksdb::Status status = resume();
  if (!status.ok()) return status;
  rocksdb::WriteBatch batch;
  status = build_batch(*database_->db, group, batch);
  if (!status.ok()) return status;
  rocksdb::WriteOptions options;
  options.sync = synced;
  status = database_->db->Write(options, &batch);
  if (!status.IsNoSpace()) return status;
  // Resuming starts a new log only when there is something in memory; without that RocksDB fails an assertion at the
  // next append to the old one.
  uint64_t entries = 0;
  database_->db->GetIntProperty(rocksdb::DB::Properties::kNumEntriesActiveMemTable, &entries);
  return entries > 0 ? status : rocksdb::Status::IOError("the log ends at a full disk; start again", status.ToString());
}

void RocksEngine::sync() {
  sync_by_.reset();
  if (refused_) return;
  if (needs_resume_) {
    // The log in which an append failed must not be synced (RocksDB asserts that); the next resume does its work.
    if (!resume().ok()) sync_by_ = Steady::now() + full_disk_delay;
    return;
  }
  rocksdb::Status status = database_->db->SyncWAL();
  if (status.ok()) return;
  Settled settled;
  settled.error = error_of(status);
  needs_resume_ = status.IsNoSpace();
  settled.refuse_further = !status.IsNoSpace();
  if (settled.refuse_further) refused_ = settled.error;
  log::error("sync of relaxed commits failed: {}", status.ToString());
  settle(std::move(settled));
}

void RocksEngine::settle(Settled settled) {
  Loop* loop = nullptr;
  {
    std::lock_guard lock(mutex_);
    loop = loop_;
  }
  auto shared = std::make_shared<Settled>(std::move(settled));
  loop->post([shared, weak = std::weak_ptr(sink_)] {
    if (auto sink = weak.lock()) (*sink)(std::move(*shared));
  });
}

Error RocksEngine::error_of(const rocksdb::Status& status) {
  if (status.IsNoSpace()) {
    return {"InsufficientStorage", "The disk of the data directory is full; nothing was written.", 507, {}};
  }
  return {"InternalFailure", "The disk failed, and the store takes no more writes: " + status.ToString(), 500, {}};
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(const RocksDbOptions& options) {
  if (options.durability == Durability::memory) return make_memory_store();
  TRY(DataDirectory directory, DataDirectory::open(options.directory));
  return make_store(std::make_unique<RocksEngine>(options, std::move(directory)));
}

}  // namespace thaw::kv
