#include "kv/conflicts.h"

#include <algorithm>

namespace thaw::kv {

void ConflictWindow::add(const CommitBatch& batch) {
  Commit commit;
  commit.version = batch.version;
  commit.keys.reserve(batch.writes.size());
  for (const auto& [key, write] : batch.writes) {
    auto [at, is_new] = keys_.try_emplace(key, batch.version);
    at->second = batch.version;
    commit.keys.push_back(at);
  }
  commit.cleared = batch.cleared;
  cleared_count_ += commit.cleared.size();
  size_ += commit.keys.size() + commit.cleared.size();
  last_ = batch.version;
  commits_.push_back(std::move(commit));
  while (size_ > keys_max_ && commits_.size() > 1) drop_front();
}

void ConflictWindow::drop_front() {
  Commit& commit = commits_.front();
  // A key that a later commit wrote again belongs to that one.
  for (Keys::iterator at : commit.keys) {
    if (at->second == commit.version) keys_.erase(at);
  }
  cleared_count_ -= commit.cleared.size();
  size_ -= commit.keys.size() + commit.cleared.size();
  floor_ = commit.version;
  commits_.pop_front();
}

void ConflictWindow::forget_up_to(uint64_t version) {
  while (!commits_.empty() && commits_.front().version <= version) drop_front();
}

uint64_t ConflictWindow::conflict(uint64_t read_version, const std::vector<std::string>& keys,
                                  const std::vector<KeyRange>& ranges) const {
  if (read_version >= last_ || (keys.empty() && ranges.empty())) return 0;
  if (read_version < floor_) return floor_;
  for (const std::string& key : keys) {
    if (uint64_t by = key_conflict(read_version, key)) return by;
  }
  for (const KeyRange& range : ranges) {
    if (uint64_t by = range_conflict(read_version, range)) return by;
  }
  return 0;
}

uint64_t ConflictWindow::key_conflict(uint64_t read_version, std::string_view key) const {
  auto found = keys_.find(key);
  if (found != keys_.end() && found->second > read_version) return found->second;
  if (cleared_count_ == 0) return 0;
  std::string end(key);
  end += '\0';
  return cleared_conflict(read_version, key, end);
}

uint64_t ConflictWindow::range_conflict(uint64_t read_version, const KeyRange& range) const {
  const auto& [begin, end] = range;
  if (uint64_t by = cleared_conflict(read_version, begin, end)) return by;
  // A few commits since the snapshot are walked directly; otherwise the keys of the range are.
  constexpr ptrdiff_t few = 16;
  auto first = std::upper_bound(commits_.begin(), commits_.end(), read_version,
                                [](uint64_t version, const Commit& commit) { return version < commit.version; });
  if (commits_.end() - first <= few) {
    for (; first != commits_.end(); ++first) {
      for (Keys::iterator at : first->keys) {
        if (at->first >= begin && at->first < end) return at->second;
      }
    }
    return 0;
  }
  for (auto at = keys_.lower_bound(begin); at != keys_.end() && at->first < end; ++at) {
    if (at->second > read_version) return at->second;
  }
  return 0;
}

uint64_t ConflictWindow::cleared_conflict(uint64_t read_version, std::string_view begin, std::string_view end) const {
  if (cleared_count_ == 0) return 0;
  for (auto commit = commits_.rbegin(); commit != commits_.rend() && commit->version > read_version; ++commit) {
    for (const auto& [cleared_begin, cleared_end] : commit->cleared) {
      if (cleared_begin < end && begin < cleared_end) return commit->version;
    }
  }
  return 0;
}

}  // namespace thaw::kv
