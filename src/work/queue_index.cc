#include "work/queue_index.h"

#include <algorithm>

namespace thaw::work {

void QueueIndex::insert(const Entry& job) {
  if (running_.contains(job.key)) return;
  forget(job.key);
  waiting_.emplace(job.key, job);
  order_.emplace(job.not_before_ms, job.key);
}

void QueueIndex::add(const Entry& job) {
  if (more_ && job.key >= frontier_) return;
  insert(job);
  trim();
}

void QueueIndex::add_page(const std::vector<Entry>& jobs, bool is_last) {
  for (const Entry& job : jobs) insert(job);
  if (!jobs.empty()) {
    frontier_ = jobs.back().key + '\0';
    frontier_due_ms_ = jobs.back().due_ms;
  }
  more_ = !is_last;
}

bool QueueIndex::wants_page(int64_t now_ms) const {
  if (!more_) return false;
  return waiting_.size() < waiting_max_ / 2 || (!has_due(now_ms) && frontier_due_ms_ <= now_ms);
}

// Leaves the jobs with the latest due times to the store again.
void QueueIndex::trim() {
  while (waiting_.size() > waiting_max_) {
    auto last = std::prev(waiting_.end());
    // One that was put back may lie beyond the frontier.
    if (!more_ || last->first < frontier_) {
      frontier_ = last->first;
      frontier_due_ms_ = last->second.due_ms;
    }
    more_ = true;
    forget(std::string(last->first));
  }
}

std::vector<QueueIndex::Entry> QueueIndex::take_due(int64_t now_ms, size_t count) {
  std::vector<Entry> out;
  while (out.size() < count && has_due(now_ms)) {
    auto found = waiting_.find(order_.begin()->second);
    Entry job = std::move(found->second);
    waiting_.erase(found);
    order_.erase(order_.begin());
    running_.insert(job.key);
    out.push_back(std::move(job));
  }
  return out;
}

void QueueIndex::put_back(const Entry& job) {
  running_.erase(job.key);
  insert(job);
}

void QueueIndex::forget(const std::string& key) {
  auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  order_.erase({found->second.not_before_ms, key});
  waiting_.erase(found);
}

std::optional<int64_t> QueueIndex::next_ms() const {
  std::optional<int64_t> next;
  if (!order_.empty()) next = order_.begin()->first;
  if (more_) next = std::min(next.value_or(frontier_due_ms_), frontier_due_ms_);
  return next;
}

}  // namespace thaw::work
