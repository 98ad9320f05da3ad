// Watches: who waits for a write into a range of keys. Loop's thread only.
//
// Ranges of the forms [k, k + 00) and [p, p + FF) - one key, and what a Subspace answers - hold only keys that start
// with the range's begin. They are found from a written key by looking up its prefixes of the lengths that are in
// use, so that many waiters cost nothing to a commit that does not concern them. Other ranges are walked.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kv/engine.h"

namespace thaw::kv {

class Watches {
 public:
  Completion<Unit> add(std::string begin, std::string end);
  // Wakes those whose ranges the commit wrote into.
  void fire(const CommitBatch& batch);
  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }

 private:
  struct Waiter {
    std::string end;
    Completion<Unit> woken;
  };
  using Waiters = std::map<std::string, std::vector<Waiter>, std::less<>>;  // by begin

  void fire_key(std::string_view key);
  void fire_range(std::string_view begin, std::string_view end);
  Waiters::iterator fire_at(Waiters& index, Waiters::iterator at, std::string_view begin, std::string_view end);
  void drop_abandoned();
  void forget_length(size_t length);

  Waiters by_prefix_;
  std::map<size_t, size_t> lengths_;  // of the begins in by_prefix_: how many begins have it
  Waiters others_;
  size_t count_ = 0;
  size_t sweep_at_ = 1024;
};

}  // namespace thaw::kv
