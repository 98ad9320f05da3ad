#include "kv/transaction.h"

#include <fmt/format.h>

namespace thaw::kv {
namespace {

constexpr size_t key_bytes_max = 16u << 10;
constexpr size_t value_bytes_max = 8u << 20;
constexpr size_t transaction_bytes_max = 64u << 20;
constexpr size_t appends_max = 65'536;  // two bytes of order
constexpr size_t stamp_bytes = 12;

// Ten bytes of versionstamp and two of the order within the transaction: all big-endian.
std::string stamp(uint64_t version, size_t order) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(version >> shift);
  out.append(2, '\0');
  out += static_cast<char>(order >> 8);
  out += static_cast<char>(order);
  return out;
}

int64_t wrapping_add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

}  // namespace

std::string encode_counter(int64_t value) {
  std::string out;
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  return out;
}

int64_t decode_counter_bytes(std::string_view value) {
  uint64_t bits = 0;
  for (size_t i = 0; i < value.size() && i < 8; ++i) {
    bits |= static_cast<uint64_t>(static_cast<unsigned char>(value[i])) << (8 * i);
  }
  return static_cast<int64_t>(bits);
}

int64_t decode_counter(const std::optional<std::string>& value) { return value ? decode_counter_bytes(*value) : 0; }

void ActiveVersions::leave(uint64_t version) {
  auto found = counts_.find(version);
  if (--found->second == 0) counts_.erase(found);
}

const std::optional<std::string>* OftenRead::find(std::string_view key, uint64_t version) const {
  if (version != version_) return nullptr;
  auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

void OftenRead::keep(std::string_view key, uint64_t version, const std::optional<std::string>& value) {
  if (version != version_ || (value && value->size() > value_bytes_max)) return;
  if (values_.size() >= values_max) values_.clear();
  values_.insert_or_assign(std::string(key), value);
}

void OftenRead::forget(const CommitBatch& commit) {
  if (values_.empty()) return;
  for (const auto& [key, write] : commit.writes) {
    if (auto found = values_.find(key); found != values_.end()) values_.erase(found);
  }
  for (const auto& [begin, end] : commit.cleared) {
    std::erase_if(values_, [&](const auto& kept) { return kept.first >= begin && kept.first < end; });
  }
}

SnapshotTransaction::SnapshotTransaction(std::shared_ptr<ActiveVersions> active, std::shared_ptr<OftenRead> often,
                                         std::shared_ptr<Snapshot> snapshot, uint64_t version)
    : active_(std::move(active)), often_(std::move(often)), snapshot_(std::move(snapshot)), version_(version) {
  active_->enter(version_);
}

SnapshotTransaction::~SnapshotTransaction() { active_->leave(version_); }

Snapshot& SnapshotTransaction::snapshot() {
  if (!snapshot_) throw StoreFailure("The store could not be opened.");
  return *snapshot_;
}

bool SnapshotTransaction::is_cleared(std::string_view key) const {
  auto after = cleared_.upper_bound(key);
  return after != cleared_.begin() && key < std::prev(after)->second;
}

std::optional<std::string> SnapshotTransaction::read(std::string_view key, bool tracked) {
  auto own = writes_.find(key);
  if (own != writes_.end() && own->second.kind == Write::Kind::set) return own->second.value;
  if (own != writes_.end() && own->second.kind == Write::Kind::clear) return std::nullopt;
  if (own == writes_.end() && is_cleared(key)) return std::nullopt;
  if (tracked) read_keys_.emplace_back(key);
  std::optional<std::string> value = snapshot().get(key);
  if (own == writes_.end()) return value;
  return encode_counter(wrapping_add(decode_counter(value), own->second.delta));
}

Ready<std::optional<std::string>> SnapshotTransaction::get(std::string_view key) { return read(key, true); }
Ready<std::optional<std::string>> SnapshotTransaction::get_often(std::string_view key) {
  if (writes_.find(key) != writes_.end() || is_cleared(key)) return read(key, true);
  if (const auto* kept = often_->find(key, version_)) {
    read_keys_.emplace_back(key);
    return *kept;
  }
  std::optional<std::string> value = read(key, true);
  often_->keep(key, version_, value);
  return value;
}
Ready<std::optional<std::string>> SnapshotTransaction::get_snapshot(std::string_view key) { return read(key, false); }

// Merges a range of the snapshot with the transaction's own writes, in either direction.
class SnapshotTransaction::Merge {
 public:
  Merge(const SnapshotTransaction& of, Snapshot& snapshot, std::string_view begin, std::string_view end, bool reverse)
      : of_(of),
        reverse_(reverse),
        base_(snapshot.cursor(begin, end, reverse)),
        first_(of.writes_.lower_bound(begin)),
        last_(of.writes_.lower_bound(end)),
        own_(reverse ? last_ : first_) {}

  // The next record, or nothing at the end.
  std::optional<KeyValue> next() {
    while (true) {
      skip_cleared();
      bool own = reverse_ ? own_ != first_ : own_ != last_;
      if (!own && !base_->valid()) return std::nullopt;
      if (!own) return take_base();
      Writes::const_iterator mine = reverse_ ? std::prev(own_) : own_;
      int order = base_->valid() ? base_->key().compare(mine->first) : (reverse_ ? -1 : 1);
      if (reverse_ ? order > 0 : order < 0) return take_base();
      own_ = reverse_ ? mine : std::next(mine);
      std::optional<KeyValue> out = merged(*mine, order == 0);
      if (order == 0) base_->next();
      if (out) return out;
    }
  }

 private:
  KeyValue take_base() {
    KeyValue out{std::string(base_->key()), std::string(base_->value())};
    base_->next();
    return out;
  }
  // Takes the base past what the transaction has cleared; its own later writes there come from own_.
  void skip_cleared() {
    while (base_->valid() && !of_.cleared_.empty()) {
      auto after = of_.cleared_.upper_bound(base_->key());
      if (after == of_.cleared_.begin()) return;
      auto cleared = std::prev(after);
      if (base_->key() >= cleared->second) return;
      base_->seek(reverse_ ? cleared->first : cleared->second);
    }
  }
  std::optional<KeyValue> merged(const Writes::value_type& mine, bool over_base) const {
    const auto& [key, write] = mine;
    if (write.kind == Write::Kind::clear) return std::nullopt;
    if (write.kind == Write::Kind::set) return KeyValue{key, write.value};
    int64_t base = over_base ? decode_counter_bytes(base_->value()) : 0;
    return KeyValue{key, encode_counter(wrapping_add(base, write.delta))};
  }

  const SnapshotTransaction& of_;
  bool reverse_;
  std::unique_ptr<Cursor> base_;
  Writes::const_iterator first_, last_, own_;
};

Ready<std::vector<KeyValue>> SnapshotTransaction::range(std::string_view begin, std::string_view end,
                                                        RangeOptions options) {
  std::vector<KeyValue> out;
  if (begin >= end) return out;
  Merge merge(*this, snapshot(), begin, end, options.reverse);
  while (options.limit == 0 || out.size() < options.limit) {
    std::optional<KeyValue> record = merge.next();
    if (!record) break;
    out.push_back(std::move(*record));
  }
  if (!options.snapshot) track_range(begin, end, options, out);
  return out;
}

// What lies beyond the limit was not read.
void SnapshotTransaction::track_range(std::string_view begin, std::string_view end, const RangeOptions& options,
                                      const std::vector<KeyValue>& found) {
  KeyRange range{begin, end};
  if (options.limit != 0 && found.size() == options.limit) {
    if (options.reverse) {
      range.first = found.back().key;
    } else {
      range.second = found.back().key + '\0';
    }
  }
  read_ranges_.push_back(std::move(range));
}

void SnapshotTransaction::check_limits(size_t key_bytes, size_t value_bytes) {
  if (error_) return;
  auto refuse = [this](std::string what) { error_ = Error{"LimitExceeded", std::move(what), 400, {}}; };
  if (key_bytes == 0) return refuse("A key is empty.");
  if (key_bytes > key_bytes_max) return refuse(fmt::format("A key is longer than {} bytes.", key_bytes_max));
  if (value_bytes > value_bytes_max) return refuse(fmt::format("A value is longer than {} bytes.", value_bytes_max));
  if (bytes_ > transaction_bytes_max) {
    return refuse(fmt::format("A transaction writes more than {} bytes.", transaction_bytes_max));
  }
}

void SnapshotTransaction::put(std::string_view key, Write write) {
  size_t value_bytes = write.value.size();
  bytes_ += key.size() + value_bytes;
  auto found = writes_.find(key);
  if (found == writes_.end()) {
    writes_.emplace(key, std::move(write));
  } else {
    bytes_ -= key.size() + found->second.value.size();
    found->second = std::move(write);
  }
  check_limits(key.size(), value_bytes);
}

void SnapshotTransaction::set(std::string_view key, std::string_view value) {
  put(key, Write{Write::Kind::set, std::string(value), 0});
}

void SnapshotTransaction::clear(std::string_view key) { put(key, Write{Write::Kind::clear, {}, 0}); }

void SnapshotTransaction::add(std::string_view key, int64_t delta) {
  auto own = writes_.find(key);
  if (own == writes_.end()) {
    if (is_cleared(key)) return set(key, encode_counter(delta));
    return put(key, Write{Write::Kind::add, {}, delta});
  }
  Write& write = own->second;
  switch (write.kind) {
    case Write::Kind::add: write.delta = wrapping_add(write.delta, delta); return;
    case Write::Kind::clear: return set(key, encode_counter(delta));
    case Write::Kind::set: return set(key, encode_counter(wrapping_add(decode_counter_bytes(write.value), delta)));
  }
}

void SnapshotTransaction::append(std::string_view prefix, std::string_view value) {
  bytes_ += prefix.size() + stamp_bytes + value.size();
  check_limits(prefix.size() + stamp_bytes, value.size());
  if (appends_.size() == appends_max && !error_) {
    error_ = Error{"LimitExceeded", fmt::format("A transaction appends more than {} records.", appends_max), 400, {}};
  }
  if (appends_.size() < appends_max) appends_.emplace_back(prefix, value);
}

void SnapshotTransaction::clear_range(std::string_view begin, std::string_view end) {
  if (begin >= end) return;
  bytes_ += begin.size() + end.size();
  check_limits(end.size(), 0);
  auto first = writes_.lower_bound(begin);
  while (first != writes_.end() && first->first < end) {
    bytes_ -= first->first.size() + first->second.value.size();
    first = writes_.erase(first);
  }
  // Takes in the cleared ranges that it meets.
  KeyRange all{begin, end};
  auto at = cleared_.upper_bound(begin);
  if (at != cleared_.begin() && std::prev(at)->second >= begin) --at;
  while (at != cleared_.end() && at->first <= all.second) {
    all.first = std::min(all.first, at->first);
    all.second = std::max(all.second, at->second);
    at = cleared_.erase(at);
  }
  cleared_.insert(std::move(all));
}

CommitBatch SnapshotTransaction::take_batch(uint64_t version) {
  CommitBatch batch;
  batch.version = version;
  batch.relaxed = relaxed_;
  batch.bytes = bytes_;
  for (auto& [begin, end] : cleared_) batch.cleared.emplace_back(begin, std::move(end));
  batch.writes.reserve(writes_.size() + appends_.size());
  while (!writes_.empty()) {
    auto node = writes_.extract(writes_.begin());
    batch.writes.emplace_back(std::move(node.key()), std::move(node.mapped()));
  }
  for (size_t i = 0; i < appends_.size(); ++i) {
    auto& [prefix, value] = appends_[i];
    batch.writes.emplace_back(prefix + stamp(version, i), Write{Write::Kind::set, std::move(value), 0});
  }
  return batch;
}

}  // namespace thaw::kv
