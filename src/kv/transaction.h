// The transaction of every engine: tracked reads of a snapshot, and buffered writes that its own later reads see.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kv/engine.h"

namespace thaw::kv {

// The snapshots that transactions still use: what the conflict window must remember.
class ActiveVersions {
 public:
  void enter(uint64_t version) { ++counts_[version]; }
  void leave(uint64_t version);
  // The oldest version in use, or `otherwise`.
  uint64_t oldest_or(uint64_t otherwise) const { return counts_.empty() ? otherwise : counts_.begin()->first; }

 private:
  std::map<uint64_t, size_t> counts_;
};

// What get_often() has read: values as they are in the newest visible version, until a commit writes them. At most
// `values_max` of at most `value_bytes_max` bytes each.
class OftenRead {
 public:
  static constexpr size_t values_max = 4096;
  static constexpr size_t value_bytes_max = 16u << 10;

  // Nothing when a reader of `version` must ask its snapshot.
  const std::optional<std::string>* find(std::string_view key, uint64_t version) const;
  void keep(std::string_view key, uint64_t version, const std::optional<std::string>& value);
  // What a commit wrote is forgotten; `version` is what is visible from now on.
  void forget(const CommitBatch& commit);
  void advance(uint64_t version) { version_ = version; }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  uint64_t version_ = 0;
  std::unordered_map<std::string, std::optional<std::string>, Hash, std::equal_to<>> values_;
};

class SnapshotTransaction final : public Transaction {
 public:
  SnapshotTransaction(std::shared_ptr<ActiveVersions> active, std::shared_ptr<OftenRead> often,
                      std::shared_ptr<Snapshot> snapshot, uint64_t version);
  ~SnapshotTransaction() override;
  SnapshotTransaction(const SnapshotTransaction&) = delete;
  SnapshotTransaction& operator=(const SnapshotTransaction&) = delete;

  Ready<std::optional<std::string>> get(std::string_view key) override;
  Ready<std::optional<std::string>> get_snapshot(std::string_view key) override;
  Ready<std::optional<std::string>> get_often(std::string_view key) override;
  Ready<std::vector<KeyValue>> range(std::string_view begin, std::string_view end, RangeOptions options) override;
  void set(std::string_view key, std::string_view value) override;
  void clear(std::string_view key) override;
  void clear_range(std::string_view begin, std::string_view end) override;
  void add(std::string_view key, int64_t delta) override;
  void append(std::string_view prefix, std::string_view value) override;
  void on_commit(std::function<void()> fn) override { hooks_.push_back(std::move(fn)); }
  void relaxed() override { relaxed_ = true; }

  // The core's side.
  uint64_t read_version() const { return version_; }
  const std::vector<std::string>& read_keys() const { return read_keys_; }
  const std::vector<KeyRange>& read_ranges() const { return read_ranges_; }
  bool writes_anything() const { return !writes_.empty() || !cleared_.empty() || !appends_.empty(); }
  const std::optional<Error>& error() const { return error_; }
  CommitBatch take_batch(uint64_t version);
  std::vector<std::function<void()>> take_hooks() { return std::move(hooks_); }

 private:
  using Writes = std::map<std::string, Write, std::less<>>;
  class Merge;

  Snapshot& snapshot();
  std::optional<std::string> read(std::string_view key, bool tracked);
  bool is_cleared(std::string_view key) const;
  // Puts a write in the place of what the transaction wrote to the key before.
  void put(std::string_view key, Write write);
  void track_range(std::string_view begin, std::string_view end, const RangeOptions& options,
                   const std::vector<KeyValue>& found);
  void check_limits(size_t key_bytes, size_t value_bytes);

  std::shared_ptr<ActiveVersions> active_;
  std::shared_ptr<OftenRead> often_;
  std::shared_ptr<Snapshot> snapshot_;
  uint64_t version_;
  std::vector<std::string> read_keys_;
  std::vector<KeyRange> read_ranges_;
  Writes writes_;
  std::map<std::string, std::string, std::less<>> cleared_;  // begin -> end, apart from each other
  std::vector<std::pair<std::string, std::string>> appends_;
  size_t bytes_ = 0;
  bool relaxed_ = false;
  std::optional<Error> error_;
  std::vector<std::function<void()>> hooks_;
};

}  // namespace thaw::kv
