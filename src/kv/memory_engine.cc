// The engine for unit tests: an ordered map whose values remember the versions that open snapshots still need.
#include <algorithm>
#include <deque>
#include <map>

#include "kv/engine.h"
#include "kv/transaction.h"

namespace thaw::kv {
namespace {

struct Cell {
  uint64_t version = 0;
  std::optional<std::string> value;  // none: cleared
};

// Versions of one key, oldest first.
using Cells = std::vector<Cell>;

struct Data {
  std::map<std::string, Cells, std::less<>> cells;
  ActiveVersions snapshots;
  std::deque<std::pair<uint64_t, std::string>> garbage;  // keys with cells to drop once that version is the oldest
};

const std::string* value_at(const Cells& cells, uint64_t version) {
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    if (cell->version <= version) return cell->value ? &*cell->value : nullptr;
  }
  return nullptr;
}

class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<Data> data, uint64_t version, std::string_view begin, std::string_view end, bool reverse)
      : data_(std::move(data)), version_(version), begin_(begin), end_(end), reverse_(reverse) {
    seek(reverse ? end_ : begin_);
  }
  bool valid() const override { return value_ != nullptr; }
  std::string_view key() const override { return at_->first; }
  std::string_view value() const override { return *value_; }
  void next() override {
    if (!reverse_) ++at_;
    settle();
  }
  void seek(std::string_view key) override {
    at_ = data_->cells.lower_bound(reverse_ ? std::min<std::string_view>(key, end_)
                                            : std::max<std::string_view>(key, begin_));
    settle();
  }

 private:
  // From a place between keys to the next key that exists in this version.
  void settle() {
    value_ = nullptr;
    auto& cells = data_->cells;
    if (reverse_) {
      while (at_ != cells.begin() && std::prev(at_)->first >= begin_) {
        --at_;
        if ((value_ = value_at(at_->second, version_))) return;
      }
    } else {
      for (; at_ != cells.end() && at_->first < end_; ++at_) {
        if ((value_ = value_at(at_->second, version_))) return;
      }
    }
  }

  std::shared_ptr<Data> data_;
  uint64_t version_;
  std::string begin_, end_;
  bool reverse_;
  std::map<std::string, Cells, std::less<>>::iterator at_;
  const std::string* value_ = nullptr;
};

class MemorySnapshot final : public Snapshot {
 public:
  MemorySnapshot(std::shared_ptr<Data> data, uint64_t version) : data_(std::move(data)), version_(version) {
    data_->snapshots.enter(version_);
  }
  ~MemorySnapshot() override { data_->snapshots.leave(version_); }
  std::optional<std::string> get(std::string_view key) override {
    auto found = data_->cells.find(key);
    const std::string* value = found == data_->cells.end() ? nullptr : value_at(found->second, version_);
    return value ? std::optional(*value) : std::nullopt;
  }
  std::unique_ptr<Cursor> cursor(std::string_view begin, std::string_view end, bool reverse) override {
    return std::make_unique<MemoryCursor>(data_, version_, begin, end, reverse);
  }

 private:
  std::shared_ptr<Data> data_;
  uint64_t version_;
};

class MemoryEngine final : public Engine {
 public:
  std::optional<Opened> opened() override { return Opened{0, std::make_shared<MemorySnapshot>(data_, 0), {}}; }
  Completion<Unit> opening() override {
    Completion<Unit> done;
    done.set({});
    return done;
  }
  void on_settled(std::function<void(Settled)> sink) override { sink_ = std::move(sink); }
  Durability durability() const override { return Durability::memory; }
  Task<void> close() override { co_return; }

  void submit(std::shared_ptr<Pending> commit) override {
    const CommitBatch& batch = commit->batch;
    for (const auto& [begin, end] : batch.cleared) {
      auto last = data_->cells.lower_bound(end);
      for (auto at = data_->cells.lower_bound(begin); at != last; ++at) put(at, batch.version, std::nullopt);
    }
    for (const auto& [key, write] : batch.writes) {
      auto at = data_->cells.try_emplace(key).first;
      put(at, batch.version, next_value(at->second, write));
    }
    Settled settled;
    settled.group.push_back(std::move(commit));
    settled.snapshot = std::make_shared<MemorySnapshot>(data_, batch.version);
    sink_(std::move(settled));
    collect();
  }

 private:
  static std::optional<std::string> next_value(const Cells& cells, const Write& write) {
    if (write.kind == Write::Kind::set) return write.value;
    if (write.kind == Write::Kind::clear) return std::nullopt;
    const std::string* now = value_at(cells, UINT64_MAX);
    uint64_t sum = static_cast<uint64_t>(now ? decode_counter_bytes(*now) : 0) + static_cast<uint64_t>(write.delta);
    return encode_counter(static_cast<int64_t>(sum));
  }
  void put(std::map<std::string, Cells, std::less<>>::iterator at, uint64_t version, std::optional<std::string> value) {
    Cells& cells = at->second;
    if (!cells.empty() && cells.back().version == version) {
      cells.back().value = std::move(value);
      return;
    }
    cells.push_back({version, std::move(value)});
    if (cells.size() > 1 || !cells.back().value) data_->garbage.emplace_back(version, at->first);
  }
  // Drops what no snapshot can see any more.
  void collect() {
    uint64_t oldest = data_->snapshots.oldest_or(UINT64_MAX);
    while (!data_->garbage.empty() && data_->garbage.front().first <= oldest) {
      auto found = data_->cells.find(data_->garbage.front().second);
      data_->garbage.pop_front();
      if (found == data_->cells.end()) continue;
      Cells& cells = found->second;
      auto newer = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.version > oldest; });
      if (newer - cells.begin() > 1) cells.erase(cells.begin(), newer - 1);
      if (cells.size() == 1 && !cells[0].value) data_->cells.erase(found);
    }
  }

  std::shared_ptr<Data> data_ = std::make_shared<Data>();
  std::function<void(Settled)> sink_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return make_store(std::make_unique<MemoryEngine>()); }

}  // namespace thaw::kv
