// ConflictWindow: which keys the recent commits wrote, so that a transaction learns at commit whether something it read
// has changed since its snapshot. Pure and in memory; bounded: a transaction older than the window conflicts.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kv/engine.h"

namespace thaw::kv {

class ConflictWindow {
 public:
  // Holds at most `keys_max` written keys and cleared ranges.
  explicit ConflictWindow(size_t keys_max = 200'000) : keys_max_(keys_max) {}

  // Forgets everything; transactions that read before `version` will conflict.
  void start(uint64_t version) { floor_ = last_ = version; }

  void add(const CommitBatch& batch);

  // The version of a commit after `read_version` that wrote something read, or 0 when there is none.
  uint64_t conflict(uint64_t read_version, const std::vector<std::string>& keys,
                    const std::vector<KeyRange>& ranges) const;

  // No transaction that is still to be checked read before `version`.
  void forget_up_to(uint64_t version);

  size_t size() const { return size_; }

 private:
  using Keys = std::map<std::string, uint64_t, std::less<>>;
  struct Commit {
    uint64_t version = 0;
    std::vector<Keys::iterator> keys;
    std::vector<KeyRange> cleared;
  };

  void drop_front();
  uint64_t key_conflict(uint64_t read_version, std::string_view key) const;
  uint64_t range_conflict(uint64_t read_version, const KeyRange& range) const;
  uint64_t cleared_conflict(uint64_t read_version, std::string_view begin, std::string_view end) const;

  size_t keys_max_;
  size_t size_ = 0;
  size_t cleared_count_ = 0;  // ranges in all commits of the window
  uint64_t floor_ = 0;        // commits up to this one are forgotten
  uint64_t last_ = 0;
  Keys keys_;
  std::deque<Commit> commits_;
};

}  // namespace thaw::kv
