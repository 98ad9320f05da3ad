// The queues in memory: loading them, waking those who wait, forgetting what is too old.
#include <algorithm>

#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr size_t page = 1000;
constexpr size_t live_max = 1000;  // queues in memory before idle ones are dropped
constexpr size_t expired_at_once = 1000;

Task<void> let_others_run() {
  Completion<Unit> next;
  Loop::current().post([next]() mutable { next.set({}); });
  co_await next;
}

}  // namespace

Task<Result<Sqs::LiveRef>> Sqs::live(QueueRef queue) {
  const std::string& id = queue->record.id;
  while (true) {
    LiveRef found = find_live(id);
    if (!found) break;
    if (found->loaded) co_return found;
    Completion<Unit> loaded;
    found->load_waiters.push_back(loaded);
    co_await loaded;
    if (found->failed) break;  // this one tries
  }
  forget_idle();
  auto made = std::make_shared<LiveQueue>(id, queue->settings.fifo);
  live_[id] = made;
  Result<bool> read = co_await store_.transact<bool>([this, made](kv::Transaction& tx) { return load(tx, made); });
  made->loaded = read.has_value();
  made->failed = !read;
  made->view.loaded();
  if (!read) {
    auto at = live_.find(id);
    if (at != live_.end() && at->second == made) live_.erase(at);
  }
  for (Completion<Unit>& waiter : std::exchange(made->load_waiters, {})) waiter.set({});
  if (!read) co_return std::unexpected(std::move(read).error());
  co_return made;
}

// Messages that are sent, received or deleted meanwhile are told to the view by their commits; it knows which is newer.
Task<Result<bool>> Sqs::load(kv::Transaction& tx, LiveRef live) {
  auto [begin, end] = keys::states(live->id);
  while (true) {
    std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = page, .snapshot = true});
    int64_t now = clock_.now_ms();
    for (const kv::KeyValue& row : rows) {
      auto sequence = keys::sequence_of_state(row.key, live->id);
      auto state = MessageState::decode(row.value);
      if (sequence && state) live->view.load(*sequence, *state, now);
    }
    if (rows.size() < page) co_return true;
    begin = rows.back().key + '\0';
    co_await let_others_run();
  }
}

Sqs::LiveRef Sqs::find_live(const std::string& queue_id) const {
  auto found = live_.find(queue_id);
  return found == live_.end() ? nullptr : found->second;
}

void Sqs::forget_idle() {
  if (live_.size() < live_max) return;
  for (auto at = live_.begin(); at != live_.end();) {
    LiveQueue& live = *at->second;
    bool idle = at->second.use_count() == 1 && live.loaded && live.waiting.empty() && !live.timer;
    at = idle ? live_.erase(at) : std::next(at);
  }
}

void Sqs::committed(const std::string& queue_id, int64_t sequence, const MessageState& state) {
  LiveRef live = find_live(queue_id);
  if (!live) return;
  live->view.put(sequence, state, clock_.now_ms());
  wake(*live, std::min<size_t>(1, live->view.ready()));
}

void Sqs::removed(const std::string& queue_id, int64_t sequence) {
  LiveRef live = find_live(queue_id);
  if (!live) return;
  live->view.remove(sequence);
  wake(*live, std::min<size_t>(1, live->view.ready()));  // the next of its group
}

void Sqs::dropped(const std::string& queue_id) {
  forgot_ms_.erase(queue_id);
  LiveRef live = find_live(queue_id);
  if (!live) return;
  live->view.clear();
  if (live->timer) Loop::current().cancel(*std::exchange(live->timer, std::nullopt));
  live_.erase(queue_id);
  live->dropped = true;
  wake_all(*live);
}

void Sqs::wake(LiveQueue& live, size_t count) {
  while (count > 0 && !live.waiting.empty()) {
    std::shared_ptr<Wait> first = live.waiting.front();
    live.waiting.pop_front();
    if (first->wake.set({})) --count;
  }
  arm(live);
}

void Sqs::wake_all(LiveQueue& live) {
  for (const std::shared_ptr<Wait>& one : std::exchange(live.waiting, {})) one->wake.set({});
  arm(live);
}

// One timer a queue, for the first hidden message that becomes visible, and only while somebody waits.
void Sqs::arm(LiveQueue& live) {
  std::optional<int64_t> due = live.waiting.empty() ? std::nullopt : live.view.next_due_ms();
  if (live.timer && due && *due == live.timer_due_ms) return;
  if (live.timer) Loop::current().cancel(*std::exchange(live.timer, std::nullopt));
  if (!due) return;
  live.timer_due_ms = *due;
  Millis delay(std::max<int64_t>(1, *due - clock_.now_ms()));
  live.timer = Loop::current().after(delay, [this, id = live.id] {
    LiveRef found = find_live(id);
    if (!found) return;
    found->timer.reset();
    found->view.advance(clock_.now_ms());
    wake(*found, found->view.ready());
  });
}

void Sqs::expire(LiveQueue& live, const Settings& settings) {
  int64_t before = clock_.now_ms() - settings.retention_s * 1000;
  std::vector<int64_t> expired = live.view.sent_before(before, expired_at_once);
  if (expired.empty()) return;
  for (int64_t sequence : expired) live.view.remove(sequence);
  background("sqs expire", [](Sqs* self, std::string id, std::vector<int64_t> list) -> Task<void> {
    (void)co_await self->store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
      for (int64_t sequence : list) tx.clear(keys::state(id, sequence)), tx.clear(keys::message(id, sequence));
      tx.relaxed();
      co_return true;
    });
  }(this, live.id, expired));
  if (expired.size() == expired_at_once) expire(live, settings);
}

}  // namespace thaw::sqs
