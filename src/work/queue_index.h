// QueueIndex: the jobs of one queue that are known in memory, by the time at which they may run. Pure.
//
// It holds every stored job whose key is before the frontier; beyond it the store may hold more, which are read in
// pages when the index runs low or their time comes. So a million timers for next year cost no memory today.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace thaw::work {

class QueueIndex {
 public:
  struct Entry {
    std::string key;            // sorts by due time
    int64_t due_ms = 0;         // as in the key
    int64_t not_before_ms = 0;  // later than due for one that is tried again
  };

  explicit QueueIndex(std::string begin, size_t waiting_max = 10'000)
      : frontier_(std::move(begin)), waiting_max_(waiting_max) {}

  // A job that was just written. One beyond the frontier is left to be read later.
  void add(const Entry& job);
  // A page of stored jobs from the frontier on; `is_last`: the store holds nothing beyond it.
  void add_page(const std::vector<Entry>& jobs, bool is_last);
  // Whether a page should be read now.
  bool wants_page(int64_t now_ms) const;
  const std::string& frontier() const { return frontier_; }

  // The earliest jobs that are due, at most `count`: they run from now on.
  std::vector<Entry> take_due(int64_t now_ms, size_t count);
  // A running job is done with, or waits again.
  void finish(const std::string& key) { running_.erase(key); }
  void put_back(const Entry& job);
  // A waiting job is gone.
  void forget(const std::string& key);

  bool has_due(int64_t now_ms) const { return !order_.empty() && order_.begin()->first <= now_ms; }
  // When something is to be done next: a job runs, or a page is read.
  std::optional<int64_t> next_ms() const;
  size_t waiting() const { return waiting_.size(); }
  size_t running() const { return running_.size(); }

 private:
  void insert(const Entry& job);
  void trim();

  std::string frontier_;
  int64_t frontier_due_ms_ = std::numeric_limits<int64_t>::min();  // nothing beyond the frontier is due earlier
  bool more_ = true;
  size_t waiting_max_;
  std::map<std::string, Entry> waiting_;
  std::set<std::pair<int64_t, std::string>> order_;  // not before, key: of waiting_
  std::set<std::string> running_;
};

}  // namespace thaw::work
