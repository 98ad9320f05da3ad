#include "kv/rocksdb/database.h"

#include "kv/rocksdb/faulty_files.h"
#include "kv/rocksdb/quick_files.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>

#include <sys/stat.h>

#include <cstdarg>
#include <cstdio>

#include "base/log.h"

namespace thaw::kv {
namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

class CounterMerge final : public rocksdb::AssociativeMergeOperator {
 public:
  const char* Name() const override { return "thaw.counter"; }
  bool Merge(const rocksdb::Slice&, const rocksdb::Slice* existing, const rocksdb::Slice& delta, std::string* out,
             rocksdb::Logger*) const override {
    uint64_t sum = static_cast<uint64_t>(existing ? decode_counter_bytes(view(*existing)) : 0) +
                   static_cast<uint64_t>(decode_counter_bytes(view(delta)));
    *out = encode_counter(static_cast<int64_t>(sum));
    return true;
  }
};

// RocksDB's own file of messages fails an assertion at the second message to a full disk. Errors go to the server's
// log.
class Messages final : public rocksdb::Logger {
 public:
  Messages() : Logger(rocksdb::ERROR_LEVEL) {}
  void LogHeader(const char*, va_list) override {}
  using Logger::Logv;
  void Logv(const char* format, va_list values) override {
    char text[1000];
    int size = std::vsnprintf(text, sizeof text, format, values);
    if (size > 0) log::warning("RocksDB: {}", std::string_view(text));
  }
};

// After a full disk the engine itself resumes, at the next write: RocksDB's own polling would only be in its way.
class NoAutomaticRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }
};

[[noreturn]] void throw_unreadable(const rocksdb::Status& status) {
  throw StoreFailure("The store cannot be read: " + status.ToString());
}

class RocksCursor final : public Cursor {
 public:
  RocksCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot, std::string_view begin, std::string_view end,
              bool reverse)
      : begin_(begin), end_(end), lower_(begin_), upper_(end_), reverse_(reverse) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    options.iterate_lower_bound = &lower_;
    options.iterate_upper_bound = &upper_;
    at_.reset(db.NewIterator(options));
    if (reverse) {
      at_->SeekToLast();
    } else {
      at_->SeekToFirst();
    }
    check();
  }
  bool valid() const override { return at_->Valid(); }
  std::string_view key() const override { return view(at_->key()); }
  std::string_view value() const override { return view(at_->value()); }
  void next() override {
    if (reverse_) {
      at_->Prev();
    } else {
      at_->Next();
    }
    check();
  }
  void seek(std::string_view key) override {
    if (reverse_) {
      at_->SeekForPrev(slice(key));
      if (at_->Valid() && view(at_->key()) == key) at_->Prev();
    } else {
      at_->Seek(slice(key));
    }
    check();
  }

 private:
  void check() const {
    if (!at_->Valid() && !at_->status().ok()) throw_unreadable(at_->status());
  }

  std::string begin_, end_;
  rocksdb::Slice lower_, upper_;
  bool reverse_;
  std::unique_ptr<rocksdb::Iterator> at_;
};

class RocksSnapshot final : public Snapshot {
 public:
  explicit RocksSnapshot(std::shared_ptr<Database> database)
      : database_(std::move(database)), snapshot_(database_->db->GetSnapshot()) {}
  ~RocksSnapshot() override { database_->db->ReleaseSnapshot(snapshot_); }

  std::optional<std::string> get(std::string_view key) override {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    std::string value;
    rocksdb::Status status = database_->db->Get(options, slice(key), &value);
    if (status.ok()) return value;
    if (status.IsNotFound()) return std::nullopt;
    throw_unreadable(status);
  }
  std::unique_ptr<Cursor> cursor(std::string_view begin, std::string_view end, bool reverse) override {
    return std::make_unique<RocksCursor>(*database_->db, snapshot_, begin, end, reverse);
  }

 private:
  std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* snapshot_;
};

// A few keys are deleted one by one, since RocksDB's range tombstones make later reads dearer; many by a tombstone.
// `group` up to `index` is what the batch holds already and the database does not know yet.
rocksdb::Status clear_range(rocksdb::DB& db, const std::vector<std::shared_ptr<Pending>>& group, size_t index,
                            const KeyRange& range, rocksdb::WriteBatch& batch) {
  constexpr size_t few = 256;
  const auto& [begin, end] = range;
  std::vector<std::string> found;
  rocksdb::ReadOptions options;
  rocksdb::Slice upper = slice(end);
  options.iterate_upper_bound = &upper;
  std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options));
  for (at->Seek(slice(begin)); at->Valid() && found.size() <= few; at->Next()) found.push_back(at->key().ToString());
  if (!at->status().ok()) return at->status();
  for (size_t i = 0; i < index && found.size() <= few; ++i) {
    for (const auto& [key, write] : group[i]->batch.writes) {
      if (key >= begin && key < end) found.push_back(key);
    }
  }
  if (found.size() > few) return batch.DeleteRange(slice(begin), slice(end));
  for (const std::string& key : found) {
    rocksdb::Status status = batch.Delete(key);
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

rocksdb::Status add_write(const std::string& key, const Write& write, rocksdb::WriteBatch& batch) {
  switch (write.kind) {
    case Write::Kind::set: return batch.Put(key, write.value);
    case Write::Kind::clear: return batch.Delete(key);
    case Write::Kind::add: return batch.Merge(key, encode_counter(write.delta));
  }
  return rocksdb::Status::NotSupported();
}

rocksdb::Options database_options(const RocksDbOptions& options, rocksdb::Env* env) {
  rocksdb::Options out;
  out.env = env;
  out.create_if_missing = true;
  out.merge_operator = std::make_shared<CounterMerge>();
  out.listeners.push_back(std::make_shared<NoAutomaticRecovery>());
  // Memory.
  out.write_buffer_size = options.write_buffer_bytes;
  out.max_write_buffer_number = 2;
  out.max_total_wal_size = 4 * options.write_buffer_bytes;
  out.max_open_files = 512;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, 4);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  out.compression = rocksdb::kLZ4Compression;
  out.level_compaction_dynamic_level_bytes = true;
  // Threads: one writer, two in the background.
  out.max_background_jobs = 2;
  out.allow_concurrent_memtable_write = false;
  out.enable_write_thread_adaptive_yield = false;
  // The write-ahead log: a file is used again, so that most fdatasyncs need not write the file's size too.
  out.recycle_log_file_num = 1;
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.avoid_flush_during_recovery = true;
  out.bytes_per_sync = 1 << 20;
  // Opening looks at little.
  out.fail_if_options_file_error = false;  // it is not written (quick_files.h)
  out.skip_stats_update_on_db_open = true;
  out.skip_checking_sst_file_sizes_on_db_open = true;
  out.max_manifest_file_size = 1 << 20;
  // Silence.
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  out.info_log = std::make_shared<Messages>();
  return out;
}

}  // namespace

rocksdb::Status open_database(const RocksDbOptions& options, Database& database) {
  std::shared_ptr<rocksdb::FileSystem> files = make_quick_files();
  if (options.faults) files = make_faulty_files(std::move(files), options.faults);
  database.env = rocksdb::NewCompositeEnv(files);
  rocksdb::DB* db = nullptr;
  std::string path = options.directory + "/db";
  ::mkdir(path.c_str(), 0700);  // RocksDB would make it, but first complain that it is not there
  rocksdb::Status status = rocksdb::DB::Open(database_options(options, database.env.get()), path, &db);
  database.db.reset(db);
  return status;
}

std::shared_ptr<Snapshot> take_snapshot(std::shared_ptr<Database> database) {
  return std::make_shared<RocksSnapshot>(std::move(database));
}

rocksdb::Status build_batch(rocksdb::DB& db, const std::vector<std::shared_ptr<Pending>>& group,
                            rocksdb::WriteBatch& batch) {
  for (size_t i = 0; i < group.size(); ++i) {
    const CommitBatch& commit = group[i]->batch;
    for (const KeyRange& range : commit.cleared) {
      rocksdb::Status status = clear_range(db, group, i, range, batch);
      if (!status.ok()) return status;
    }
    for (const auto& [key, write] : commit.writes) {
      rocksdb::Status status = add_write(key, write, batch);
      if (!status.ok()) return status;
    }
  }
  // Keys are not empty, so this deletes nothing.
  uint64_t sequence = db.GetLatestSequenceNumber() + batch.Count();
  for (; sequence < group.back()->batch.version; ++sequence) {
    rocksdb::Status status = batch.Delete("");
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

}  // namespace thaw::kv
