#include "work/core.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace thaw::work {
namespace {

constexpr size_t page_jobs = 1000;
constexpr size_t lease_batch = 64;
constexpr size_t lease_bytes_max = 16u << 20;  // of payloads; what is left of the batch is leased next
constexpr int64_t trouble_delay_ms = 1000;  // after the store failed, or while another node holds a lease
// A timer is set again at least this often, so that a real clock that is put forward is noticed.
constexpr Millis timer_max{60'000};

}  // namespace

Scheduler::Core::Core(kv::Store& store, Clock& clock, SchedulerOptions options)
    : store_(store), clock_(clock), options_(std::move(options)), incarnation_(random_hex(16)), last_sequence_(0) {}

int64_t Scheduler::Core::real_ms() { return RealClock().now_ms(); }

void Scheduler::Core::handle(std::string name, Handler handler, QueueOptions options) {
  auto [at, is_new] = queues_.try_emplace(name);
  if (is_new) at->second = std::make_unique<Queue>(Queue{name, {}, {}, QueueIndex(state_range(name).first), false, {}});
  at->second->handler = std::move(handler);
  at->second->options = std::move(options);
  if (started_) pump();
}

void Scheduler::Core::start() {
  loop_ = &Loop::current();
  started_ = true;
  // The clock may be advanced on another thread.
  jumps_ = clock_.on_jump([weak = weak_from_this(), loop = loop_] {
    loop->post([weak] {
      if (Self self = weak.lock()) self->pump();
    });
  });
  pump();
}

void Scheduler::Core::shut() {
  shut_ = true;
  jumps_.reset();
  if (loop_ == nullptr) return;
  if (timer_) loop_->cancel(*timer_);
  if (renewal_) loop_->cancel(*renewal_);
  timer_.reset();
  renewal_.reset();
}

Task<void> Scheduler::Core::stop(Millis grace) {
  Self self = shared_from_this();
  stopping_ = true;
  if (started_ && running() > 0) {
    Completion<Unit> idle_or_late;
    idle_waiters_.push_back(idle_or_late);
    Loop::TimerId late = loop_->after(grace, [idle_or_late]() mutable { idle_or_late.set({}); });
    co_await idle_or_late;
    loop_->cancel(late);
  }
  shut();
}

size_t Scheduler::Core::running() const {
  size_t count = 0;
  for (const auto& [name, queue] : queues_) count += queue->index.running();
  return count;
}

bool Scheduler::Core::is_idle() const {
  if (stopping_) return running() == 0;
  int64_t now = now_ms();
  return std::all_of(queues_.begin(), queues_.end(), [&](const auto& entry) {
    const Queue& queue = *entry.second;
    return queue.index.running() == 0 && !queue.reading && !queue.index.has_due(now) && !queue.index.wants_page(now);
  });
}

void Scheduler::Core::check_idle() {
  if (idle_waiters_.empty() || !is_idle()) return;
  for (auto& waiter : std::exchange(idle_waiters_, {})) waiter.set({});
}

Task<void> Scheduler::Core::idle() {
  Self self = shared_from_this();
  if (started_) pump();  // a jump of the clock may not have been noticed yet
  while (started_ && !shut_ && !is_idle()) {
    Completion<Unit> waiter;
    idle_waiters_.push_back(waiter);
    co_await waiter;
  }
}

void Scheduler::Core::add(const JobId& id, int64_t not_before_ms) {
  if (shut_ || !started_) return;
  auto found = queues_.find(id.queue);
  if (found == queues_.end()) return;
  Queue& queue = *found->second;
  QueueIndex::Entry entry{state_key(id), id.due_ms, not_before_ms};
  // A page that is being read may not have it.
  if (queue.reading) queue.arrived.push_back(entry);
  queue.index.add(entry);
  pump_soon();
}

// Not within the call: a handler that ends at once would start the next one, and so on, each deeper on the stack. And
// what comes together is leased together.
void Scheduler::Core::pump_soon() {
  if (pump_posted_ || shut_) return;
  pump_posted_ = true;
  loop_->post([weak = weak_from_this()] {
    Self self = weak.lock();
    if (!self) return;
    self->pump_posted_ = false;
    self->pump();
  });
}

void Scheduler::Core::pump() {
  if (shut_ || !started_) return;
  if (!stopping_) {
    for (auto& [name, queue] : queues_) pump_queue(*queue);
  }
  set_timer();
  check_idle();
}

void Scheduler::Core::pump_queue(Queue& queue) {
  if (shut_ || stopping_) return;
  int64_t now = now_ms();
  if (!queue.reading && queue.index.wants_page(now)) {
    queue.reading = true;
    loop_->spawn("work: read a page", read_page(shared_from_this(), queue));
  }
  while (queue.index.has_due(now) && queue.index.running() < queue.options.concurrency) {
    size_t count = std::min(lease_batch, queue.options.concurrency - queue.index.running());
    loop_->spawn("work: lease", lease_and_run(shared_from_this(), queue, queue.index.take_due(now, count)));
  }
}

void Scheduler::Core::set_timer() {
  if (timer_) loop_->cancel(*timer_);
  timer_.reset();
  if (shut_ || stopping_) return;
  std::optional<int64_t> next;
  for (const auto& [name, queue] : queues_) {
    // A full queue goes on when a handler ends, a page when it has been read.
    if (queue->reading || queue->index.running() >= queue->options.concurrency) continue;
    if (std::optional<int64_t> mine = queue->index.next_ms()) next = std::min(next.value_or(*mine), *mine);
  }
  if (!next) return;
  int64_t now = now_ms();
  // A clock in milliseconds is behind by up to one: never wake just before the time has come.
  Millis delay{0};
  if (*next > now) delay = *next < now + timer_max.count() ? Millis(*next - now + 1) : timer_max;
  timer_ = loop_->after(delay, [weak = weak_from_this()] {
    Self self = weak.lock();
    if (!self) return;
    self->timer_.reset();
    self->pump();
  });
}

Task<void> Scheduler::Core::read_page(Self self, Queue& queue) {
  std::string begin = queue.index.frontier();
  std::string end = state_range(queue.name).second;
  std::vector<QueueIndex::Entry> page;
  bool is_last = true;
  bool failed = false;
  try {
    std::unique_ptr<kv::Transaction> tx = co_await self->store_.begin();
    std::vector<kv::KeyValue> records = co_await tx->range(begin, end, {.limit = page_jobs, .snapshot = true});
    is_last = records.size() < page_jobs;
    for (kv::KeyValue& record : records) {
      std::optional<JobId> id = parse_state_key(record.key);
      std::optional<JobState> state = JobState::decode(record.value);
      if (id && state) page.push_back({std::move(record.key), id->due_ms, state->not_before_ms});
    }
  } catch (const kv::StoreFailure& failure) {
    log::error("work: the jobs of {} cannot be read: {}", queue.name, failure.what());
    failed = true;
  }
  if (failed) co_await sleep_for(Millis(trouble_delay_ms));
  queue.reading = false;
  if (self->shut_) co_return;
  if (!failed) queue.index.add_page(page, is_last);
  for (const QueueIndex::Entry& entry : std::exchange(queue.arrived, {})) queue.index.add(entry);
  self->pump_soon();
}

Task<void> Scheduler::Core::lease_and_run(Self self, Queue& queue, std::vector<QueueIndex::Entry> entries) {
  Result<std::vector<Leased>> leased = co_await self->lease(queue, entries);
  if (!leased) {
    log::error("work: jobs of {} cannot be leased: {}", queue.name, leased.error().message);
    for (QueueIndex::Entry& entry : entries) {
      entry.not_before_ms = self->now_ms() + trouble_delay_ms;
      queue.index.put_back(entry);
    }
  } else {
    for (Leased& one : *leased) self->leased_.emplace(one.entry.key, one.job.id);
    for (Leased& one : *leased) self->loop_->spawn("work: run", run(self, std::move(one)));
    self->renew_later();
  }
  self->pump_soon();
}

// Leases what is still there, all in one transaction. It is relaxed: a lease that a power cut takes back only means
// that the job is run again.
Task<Result<std::vector<Scheduler::Core::Leased>>> Scheduler::Core::lease(
    Queue& queue, const std::vector<QueueIndex::Entry>& entries) {
  using Leases = std::vector<std::optional<Leased>>;
  Result<Leases> leases = co_await store_.transact<Leases>(
      [this, &queue, &entries](kv::Transaction& tx) -> Task<Result<Leases>> {
        Leases out;
        size_t bytes = 0;
        tx.relaxed();
        for (const QueueIndex::Entry& entry : entries) {
          if (bytes > lease_bytes_max) {
            out.push_back(Leased{nullptr, entry, {}});
            continue;
          }
          CO_TRY(std::optional<Leased> one, co_await lease_one(tx, queue, entry));
          if (one) bytes += one->job.payload.size();
          out.push_back(std::move(one));
        }
        co_return out;
      });
  if (!leases) co_return std::unexpected(leases.error());
  std::vector<Leased> out;
  for (size_t i = 0; i < entries.size(); ++i) {
    std::optional<Leased>& one = (*leases)[i];
    if (!one) {
      queue.index.finish(entries[i].key);  // cancelled
    } else if (one->queue == nullptr) {
      queue.index.put_back(one->entry);  // not now
    } else {
      out.push_back(std::move(*one));
    }
  }
  co_return out;
}

// Nothing when the job is gone; without a queue when it has to wait: another node holds it, or its time has not come.
Task<Result<std::optional<Scheduler::Core::Leased>>> Scheduler::Core::lease_one(kv::Transaction& tx, Queue& queue,
                                                                               QueueIndex::Entry entry) {
  std::optional<std::string> bytes = co_await tx.get(entry.key);
  std::optional<JobState> state = bytes ? JobState::decode(*bytes) : std::nullopt;
  std::optional<JobId> id = parse_state_key(entry.key);
  if (!state || !id) co_return std::optional<Leased>();
  // What an earlier start of this node has left behind is ours.
  bool others = !state->node.empty() && state->node != options_.node;
  if (others && state->lease_until_ms > real_ms()) {
    entry.not_before_ms = now_ms() + trouble_delay_ms;
    co_return Leased{nullptr, std::move(entry), {}};
  }
  if (state->not_before_ms > now_ms()) {
    entry.not_before_ms = state->not_before_ms;
    co_return Leased{nullptr, std::move(entry), {}};
  }
  std::optional<std::string> payload = co_await tx.get_snapshot(payload_key(*id));
  if (!payload) co_return std::optional<Leased>();
  ++state->version;
  ++state->attempt;
  state->node = options_.node;
  state->incarnation = incarnation_;
  state->lease_until_ms = real_ms() + options_.lease.count();
  tx.set(entry.key, state->encode());
  Job job{std::move(*id), std::move(*payload), static_cast<int>(state->attempt), state->enqueued_ms, state->version};
  co_return Leased{&queue, std::move(entry), std::move(job)};
}

Task<Result<Outcome>> Scheduler::Core::call_handler(Queue& queue, Job job) {
  try {
    co_return co_await queue.handler(std::move(job));
  } catch (const std::exception& failure) {
    log::error("work: the handler of {} threw: {}", queue.name, failure.what());
    co_return fail("InternalFailure", failure.what(), 500);
  }
}

Task<void> Scheduler::Core::run(Self self, Leased leased) {
  Queue& queue = *leased.queue;
  Result<Outcome> outcome = co_await self->call_handler(queue, leased.job);
  Result<std::optional<int64_t>> waits = std::optional<int64_t>();
  Error why = outcome ? Error{"RetryLater", "The handler asked for another attempt.", 500, {}} : outcome.error();
  bool done = outcome && outcome->is_done;
  if (done) {
    waits = co_await self->complete(leased, std::move(outcome->effect));
    if (!waits) why = waits.error();
  }
  if (!done || !waits) {
    std::optional<Millis> delay = outcome ? outcome->delay : std::nullopt;
    waits = co_await self->repeat(leased, delay, why);
  }
  if (!waits) {
    // The store fails. The lease is kept in the store; this node tries the job again.
    log::error("work: a job of {} cannot be ended: {}", queue.name, waits.error().message);
    waits = std::optional(self->now_ms() + trouble_delay_ms);
  }
  self->leased_.erase(leased.entry.key);
  if (*waits) {
    leased.entry.not_before_ms = **waits;
    queue.index.put_back(leased.entry);
  } else {
    queue.index.finish(leased.entry.key);
  }
  self->pump_soon();
}

// Whether the job is there and its lease is still ours; reads its state.
Task<Result<bool>> Scheduler::Core::still_leased(kv::Transaction& tx, const Leased& leased, JobState* state) {
  std::optional<std::string> bytes = co_await tx.get(leased.entry.key);
  std::optional<JobState> now = bytes ? JobState::decode(*bytes) : std::nullopt;
  if (!now || now->version != leased.job.fence || now->incarnation != incarnation_) co_return false;
  *state = std::move(*now);
  co_return true;
}

Task<Result<std::optional<int64_t>>> Scheduler::Core::complete(const Leased& leased, Effect effect) {
  using Waits = std::optional<int64_t>;
  co_return co_await store_.transact<Waits>([&, this](kv::Transaction& tx) -> Task<Result<Waits>> {
    JobState state;
    CO_TRY(bool ours, co_await still_leased(tx, leased, &state));
    if (!ours) co_return Waits();
    tx.clear(leased.entry.key);
    tx.clear(payload_key(leased.job.id));
    if (effect) CO_CHECK_OK(co_await effect(tx));
    co_return Waits();
  });
}

Task<Result<std::optional<int64_t>>> Scheduler::Core::repeat(const Leased& leased, std::optional<Millis> delay,
                                                             const Error& why) {
  using Waits = std::optional<int64_t>;
  const QueueOptions& options = leased.queue->options;
  Millis age(now_ms() - leased.job.enqueued_ms);
  std::optional<Millis> after = next_delay(options.retry, leased.job.attempt, age);
  if (after && delay) after = delay;
  co_return co_await store_.transact<Waits>([&, this](kv::Transaction& tx) -> Task<Result<Waits>> {
    JobState state;
    CO_TRY(bool ours, co_await still_leased(tx, leased, &state));
    if (!ours) co_return Waits();
    if (!after) {
      tx.clear(leased.entry.key);
      tx.clear(payload_key(leased.job.id));
      if (options.give_up) CO_CHECK_OK(co_await options.give_up(tx, leased.job, why));
      co_return Waits();
    }
    ++state.version;
    state.node.clear();
    state.incarnation.clear();
    state.lease_until_ms = 0;
    state.not_before_ms = now_ms() + after->count();
    tx.set(leased.entry.key, state.encode());
    tx.relaxed();
    co_return Waits(state.not_before_ms);
  });
}

// Handlers that run long keep their leases: each third of a lease's time all are renewed.
void Scheduler::Core::renew_later() {
  if (renewal_ || leased_.empty() || shut_) return;
  renewal_ = loop_->after(options_.lease / 3, [weak = weak_from_this()] {
    Self self = weak.lock();
    if (!self) return;
    self->renewal_.reset();
    if (!self->leased_.empty()) self->loop_->spawn("work: renew", renew(self));
  });
}

Task<void> Scheduler::Core::renew(Self self) {
  std::vector<std::string> keys;
  for (const auto& [key, id] : self->leased_) keys.push_back(key);
  for (std::string& key : keys) {
    Result<Unit> done = co_await self->store_.transact<Unit>([&](kv::Transaction& tx) -> Task<Result<Unit>> {
      std::optional<std::string> bytes = co_await tx.get(key);
      std::optional<JobState> state = bytes ? JobState::decode(*bytes) : std::nullopt;
      if (!state || state->incarnation != self->incarnation_) co_return Unit{};
      state->lease_until_ms = real_ms() + self->options_.lease.count();
      tx.set(key, state->encode());
      tx.relaxed();
      co_return Unit{};
    });
    if (!done) log::error("work: a lease cannot be renewed: {}", done.error().message);
  }
  self->renew_later();
}

}  // namespace thaw::work
