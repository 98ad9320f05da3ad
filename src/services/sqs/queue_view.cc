#include "services/sqs/queue_view.h"

#include <algorithm>

namespace thaw::sqs {

void QueueView::put(int64_t sequence, const MessageState& state, int64_t now_ms) {
  if (auto at = messages_.find(sequence); at != messages_.end()) erase(at);
  insert(sequence, state, now_ms);
}

void QueueView::load(int64_t sequence, const MessageState& state, int64_t now_ms) {
  if (purged_ || messages_.contains(sequence) || gone_.contains(sequence)) return;
  insert(sequence, state, now_ms);
}

void QueueView::loaded() {
  loading_ = false;
  gone_.clear();
}

void QueueView::remove(int64_t sequence) {
  if (loading_) gone_.insert(sequence);
  if (auto at = messages_.find(sequence); at != messages_.end()) erase(at);
}

void QueueView::clear() {
  purged_ = loading_;
  messages_.clear();
  ready_.clear();
  shares_.clear();
  turns_.clear();
  shared_ready_ = 0;
  heads_.clear();
  groups_.clear();
  hidden_.clear();
  early_.clear();
  in_flight_ = delayed_ = 0;
}

void QueueView::insert(int64_t sequence, const MessageState& state, int64_t now_ms) {
  auto at = messages_.emplace(sequence, Entry{state, Place::visible}).first;
  if (state.sent_ms < last_sent_ms_)
    early_.emplace(state.sent_ms, sequence);
  else
    last_sent_ms_ = state.sent_ms;
  if (fifo_) groups_[state.group].messages.insert(sequence);
  bool hidden = state.due_ms > now_ms;
  enter(at, !hidden ? Place::visible : state.in_flight ? Place::in_flight : Place::delayed);
}

void QueueView::erase(Entries::iterator at) {
  leave(at);
  early_.erase({at->second.state.sent_ms, at->first});
  std::string group = std::move(at->second.state.group);
  if (fifo_) groups_[group].messages.erase(at->first);
  messages_.erase(at);
  if (fifo_) settle(group);
}

void QueueView::enter(Entries::iterator at, Place place) {
  Entry& entry = at->second;
  entry.place = place;
  if (place == Place::in_flight || place == Place::delayed) hidden_.emplace(entry.state.due_ms, at->first);
  in_flight_ += place == Place::in_flight || place == Place::taken;
  delayed_ += place == Place::delayed;
  if (!fifo_) {
    if (!entry.state.group.empty())
      change_share(at, true);
    else if (place == Place::visible)
      ready_.insert(at->first);
    return;
  }
  groups_[entry.state.group].held += place == Place::in_flight || place == Place::taken;
  settle(entry.state.group);
}

void QueueView::leave(Entries::iterator at) {
  Entry& entry = at->second;
  Place place = entry.place;
  if (place == Place::in_flight || place == Place::delayed) hidden_.erase({entry.state.due_ms, at->first});
  in_flight_ -= place == Place::in_flight || place == Place::taken;
  delayed_ -= place == Place::delayed;
  if (!fifo_ && entry.state.group.empty())
    ready_.erase(at->first);
  else if (!fifo_)
    change_share(at, false);
  else
    groups_[entry.state.group].held -= place == Place::in_flight || place == Place::taken;
}

// Counts a message in or out of its group, by where it is, and the group's turn with it.
void QueueView::change_share(Entries::iterator at, bool enters) {
  const std::string& group = at->second.state.group;
  Share& share = shares_[group];
  if (!share.ready.empty()) turns_.erase({share.held, *share.ready.begin(), group});
  Place place = at->second.place;
  if (place == Place::visible) {
    enters ? (void)share.ready.insert(at->first) : (void)share.ready.erase(at->first);
    enters ? ++shared_ready_ : --shared_ready_;
  }
  if (place == Place::taken || place == Place::in_flight) enters ? ++share.held : --share.held;
  if (!share.ready.empty())
    turns_.emplace(share.held, *share.ready.begin(), group);
  else if (share.held == 0)
    shares_.erase(group);
}

QueueView::Entries::iterator QueueView::next_standard() {
  if (turns_.empty()) return ready_.empty() ? messages_.end() : messages_.find(*ready_.begin());
  const auto& [held, first, group] = *turns_.begin();
  bool alone = !ready_.empty() && (held > 0 || *ready_.begin() < first);
  return messages_.find(alone ? *ready_.begin() : first);
}

void QueueView::settle(const std::string& name) {
  auto found = groups_.find(name);
  if (found == groups_.end()) return;
  Group& group = found->second;
  if (group.head) heads_.erase(*group.head), group.head.reset();
  if (group.messages.empty()) {
    groups_.erase(found);
    return;
  }
  if (group.held > 0) return;
  int64_t first = *group.messages.begin();
  if (messages_.at(first).place != Place::visible) return;
  group.head = first;
  heads_.insert(first);
}

void QueueView::advance(int64_t now_ms) {
  while (!hidden_.empty() && hidden_.begin()->first <= now_ms) {
    auto at = messages_.find(hidden_.begin()->second);
    leave(at);
    at->second.state.in_flight = false;
    enter(at, Place::visible);
  }
}

std::vector<int64_t> QueueView::sent_before(int64_t before_ms, size_t count) const {
  std::vector<int64_t> out;
  auto add = [&](int64_t sequence, const Entry& entry) {
    if (entry.place != Place::taken) out.push_back(sequence);
  };
  for (auto at = messages_.begin(); at != messages_.end() && out.size() < count; ++at) {
    if (at->second.state.sent_ms >= before_ms) break;
    add(at->first, at->second);
  }
  for (auto at = early_.begin(); at != early_.end() && at->first < before_ms && out.size() < count; ++at)
    if (std::ranges::find(out, at->second) == out.end()) add(at->second, messages_.at(at->second));
  return out;
}

std::vector<int64_t> QueueView::take(size_t count) {
  std::vector<int64_t> out;
  if (!fifo_) {
    while (out.size() < count) {
      auto at = next_standard();
      if (at == messages_.end()) break;
      leave(at);
      enter(at, Place::taken);
      out.push_back(at->first);
    }
    return out;
  }
  while (out.size() < count && !heads_.empty()) {
    const std::string group = messages_.at(*heads_.begin()).state.group;
    std::vector<int64_t> of_group;
    for (int64_t sequence : groups_.at(group).messages) {
      if (out.size() + of_group.size() == count || messages_.at(sequence).place != Place::visible) break;
      of_group.push_back(sequence);
    }
    for (int64_t sequence : of_group) {
      auto at = messages_.find(sequence);
      leave(at);
      enter(at, Place::taken);
      out.push_back(sequence);
    }
  }
  return out;
}

void QueueView::untake(int64_t sequence) {
  auto at = messages_.find(sequence);
  if (at == messages_.end() || at->second.place != Place::taken) return;
  leave(at);
  enter(at, Place::visible);
}

std::optional<int64_t> QueueView::next_due_ms() const {
  if (hidden_.empty()) return std::nullopt;
  return hidden_.begin()->first;
}

const MessageState* QueueView::find(int64_t sequence) const {
  auto at = messages_.find(sequence);
  return at == messages_.end() ? nullptr : &at->second.state;
}

}  // namespace thaw::sqs
