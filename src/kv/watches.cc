#include "kv/watches.h"

#include <algorithm>

namespace thaw::kv {
namespace {

bool holds_only_its_prefix(std::string_view begin, std::string_view end) {
  return end.size() == begin.size() + 1 && end.starts_with(begin) && (end.back() == '\0' || end.back() == '\xFF');
}

}  // namespace

Completion<Unit> Watches::add(std::string begin, std::string end) {
  if (count_ >= sweep_at_) {
    drop_abandoned();
    sweep_at_ = std::max<size_t>(1024, count_ * 2);
  }
  Completion<Unit> woken;
  bool prefix = holds_only_its_prefix(begin, end);
  size_t length = begin.size();
  std::vector<Waiter>& waiters = (prefix ? by_prefix_ : others_)[std::move(begin)];
  if (prefix && waiters.empty()) ++lengths_[length];
  waiters.push_back({std::move(end), woken});
  ++count_;
  return woken;
}

void Watches::fire(const CommitBatch& batch) {
  if (count_ == 0) return;
  for (const auto& [key, write] : batch.writes) fire_key(key);
  for (const auto& [begin, end] : batch.cleared) fire_range(begin, end);
}

void Watches::fire_key(std::string_view key) {
  std::string end(key);
  end += '\0';
  // fire_at may take lengths away, so the next one is found anew.
  for (auto length = lengths_.begin(); length != lengths_.end() && length->first <= key.size();) {
    size_t size = length->first;
    auto found = by_prefix_.find(key.substr(0, size));
    if (found != by_prefix_.end()) fire_at(by_prefix_, found, key, end);
    length = lengths_.upper_bound(size);
  }
  for (auto at = others_.begin(); at != others_.end() && at->first <= key;) at = fire_at(others_, at, key, end);
}

void Watches::fire_range(std::string_view begin, std::string_view end) {
  for (auto length = lengths_.begin(); length != lengths_.end() && length->first <= begin.size();) {
    size_t size = length->first;
    auto found = by_prefix_.find(begin.substr(0, size));
    if (found != by_prefix_.end()) fire_at(by_prefix_, found, begin, end);
    length = lengths_.upper_bound(size);
  }
  for (auto at = by_prefix_.lower_bound(begin); at != by_prefix_.end() && at->first < end;) {
    at = fire_at(by_prefix_, at, begin, end);
  }
  for (auto at = others_.begin(); at != others_.end() && at->first < end;) at = fire_at(others_, at, begin, end);
}

// Wakes the waiters of one begin whose ranges meet [begin, end); answers the next place of the index.
Watches::Waiters::iterator Watches::fire_at(Waiters& index, Waiters::iterator at, std::string_view begin,
                                            std::string_view end) {
  std::vector<Waiter>& waiters = at->second;
  count_ -= std::erase_if(waiters, [&](Waiter& waiter) {
    if (at->first >= end || begin >= waiter.end) return false;
    waiter.woken.set({});
    return true;
  });
  if (!waiters.empty()) return std::next(at);
  if (&index == &by_prefix_) forget_length(at->first.size());
  return index.erase(at);
}

void Watches::forget_length(size_t length) {
  auto found = lengths_.find(length);
  if (--found->second == 0) lengths_.erase(found);
}

void Watches::drop_abandoned() {
  for (Waiters* index : {&by_prefix_, &others_}) {
    for (auto at = index->begin(); at != index->end();) {
      count_ -= std::erase_if(at->second, [](const Waiter& waiter) { return !waiter.woken.is_shared(); });
      if (!at->second.empty()) {
        ++at;
        continue;
      }
      if (index == &by_prefix_) forget_length(at->first.size());
      at = index->erase(at);
    }
  }
}

}  // namespace thaw::kv
