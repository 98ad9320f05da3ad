// The public face, and the jobs that callers write in their own transactions.
#include "work/scheduler.h"

#include <fmt/format.h>

#include "base/text.h"
#include "work/core.h"

namespace thaw::work {

Scheduler::Scheduler(kv::Store& store, Clock& clock, SchedulerOptions options)
    : core_(std::make_shared<Core>(store, clock, std::move(options))) {}
Scheduler::~Scheduler() { core_->shut(); }

void Scheduler::handle(std::string queue, Handler handler, QueueOptions options) {
  core_->handle(std::move(queue), std::move(handler), std::move(options));
}
void Scheduler::start() { core_->start(); }
Task<void> Scheduler::stop(Millis grace) { return core_->stop(grace); }
JobId Scheduler::enqueue(kv::Transaction& tx, std::string_view queue, Time due, std::string_view payload) {
  return core_->enqueue(tx, queue, due, payload);
}
Task<bool> Scheduler::cancel(kv::Transaction& tx, JobId id) { return core_->cancel(tx, std::move(id)); }
Task<std::optional<JobId>> Scheduler::move(kv::Transaction& tx, JobId id, Time due) {
  return core_->move(tx, std::move(id), due);
}
Task<void> Scheduler::idle() { return core_->idle(); }
size_t Scheduler::running() const { return core_->running(); }

JobId Scheduler::Core::enqueue(kv::Transaction& tx, std::string_view queue, Time due, std::string_view payload) {
  // Jobs with one due time run in the order in which they were enqueued.
  last_sequence_ = std::max(last_sequence_ + 1, static_cast<uint64_t>(real_ms()) << 16);
  JobId id{std::string(queue), due.time_since_epoch().count(), fmt::format("{:016x}{}", last_sequence_, random_hex(8))};
  write_job(tx, id, now_ms(), payload);
  return id;
}

void Scheduler::Core::write_job(kv::Transaction& tx, const JobId& id, int64_t enqueued_ms, std::string_view payload) {
  JobState state;
  state.not_before_ms = id.due_ms;
  state.enqueued_ms = enqueued_ms;
  tx.set(state_key(id), state.encode());
  tx.set(payload_key(id), payload);
  tx.on_commit([weak = weak_from_this(), id] {
    if (Self self = weak.lock()) self->add(id, id.due_ms);
  });
}

Task<bool> Scheduler::Core::cancel(kv::Transaction& tx, JobId id) {
  std::string key = state_key(id);
  std::optional<std::string> state = co_await tx.get(key);
  if (!state) co_return false;
  tx.clear(key);
  tx.clear(payload_key(id));
  tx.on_commit([weak = weak_from_this(), queue = id.queue, key] {
    Self self = weak.lock();
    if (!self || self->shut_) return;
    auto found = self->queues_.find(queue);
    if (found != self->queues_.end()) found->second->index.forget(key);
    self->check_idle();
  });
  co_return true;
}

Task<std::optional<JobId>> Scheduler::Core::move(kv::Transaction& tx, JobId id, Time due) {
  std::optional<std::string> bytes = co_await tx.get(state_key(id));
  std::optional<std::string> payload = co_await tx.get(payload_key(id));
  std::optional<JobState> state = bytes ? JobState::decode(*bytes) : std::nullopt;
  if (!state || !payload) co_return std::nullopt;
  bool was_there = co_await cancel(tx, id);
  if (!was_there) co_return std::nullopt;
  JobId moved{id.queue, due.time_since_epoch().count(), id.id};
  write_job(tx, moved, state->enqueued_ms, *payload);
  co_return moved;
}

}  // namespace thaw::work
