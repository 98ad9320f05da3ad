// Scheduler: durable timers and queues. "At time T run this, at least once, and try again like that", written in the
// same transaction as the state that asks for it. Every "later" of every service goes through here.
//
//   scheduler.handle("lambda.async", [this](Job job) -> Task<Result<Outcome>> {
//     CO_TRY(Response response, co_await invoke(job.payload));              // runs at least once
//     co_return Outcome::done([=](kv::Transaction& tx) -> Task<Result<void>> {
//       tx.set(...);                                                        // happens once: in the transaction that
//       co_return Result<void>{};                                           // completes the job
//     });
//   }, {.concurrency = 100, .retry = {.attempts_max = 3, .delay_first = 60s}});
//   scheduler.start();
//   ... in some transaction: JobId id = scheduler.enqueue(tx, "lambda.async", clock.now(), payload);
//
// A job is leased before its handler runs, and the lease's version is checked in the transaction that completes it:
// when the job was cancelled, or another node has taken it over, the outcome is dropped and its effect does not
// happen.
//
// Due times follow the Clock: advancing a virtual clock runs at once what has become due. Leases follow real time.
// Thread-safety: the loop's thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "kv/store.h"

namespace thaw::work {

// Names a job for cancel() and move(). Stays the same over attempts.
struct JobId {
  std::string queue;
  int64_t due_ms = 0;  // the due time that it was enqueued for
  std::string id;      // unique; sorts in the order of enqueueing

  std::string text() const;  // to store: "due/id/queue"
  static std::optional<JobId> parse(std::string_view text);
  bool operator==(const JobId&) const = default;
};

// One attempt at a job, as its handler sees it.
struct Job {
  JobId id;
  std::string payload;
  int attempt = 1;          // counts from 1; every lease counts
  int64_t enqueued_ms = 0;  // by the Clock
  int64_t fence = 0;        // grows with every lease: what outlives the handler may compare it
};

// What happens in the transaction that completes the job. May run several times (transactions are retried): no I/O but
// through the transaction. An error undoes it, and counts as a failed attempt.
using Effect = std::function<Task<Result<void>>(kv::Transaction&)>;

struct Outcome {
  bool is_done = true;
  Effect effect;                // of a done job; may be empty
  std::optional<Millis> delay;  // of one to be tried again: instead of the policy's

  static Outcome done(Effect effect = {}) { return {true, std::move(effect), {}}; }
  static Outcome retry(std::optional<Millis> delay = {}) { return {false, {}, delay}; }
};

// An error counts as Outcome::retry().
using Handler = std::function<Task<Result<Outcome>>(Job)>;

// When a failed attempt is repeated: delay_first, then factor times as long each time, up to delay_max.
struct RetryPolicy {
  int attempts_max = 0;  // 0: no limit
  Millis delay_first{1000};
  double factor = 2;
  Millis delay_max{300'000};
  Millis age_max{0};  // given up when this much has passed since it was enqueued (0: never)
};
// The delay after the `attempt`th attempt, or nothing when there shall be no further one.
std::optional<Millis> next_delay(const RetryPolicy& policy, int attempt, Millis age);

struct QueueOptions {
  size_t concurrency = 64;  // handlers of the queue that run at once
  RetryPolicy retry;
  // Runs in the transaction that removes a job which is not tried again (dead letters). `why` is the last error.
  std::function<Task<Result<void>>(kv::Transaction&, const Job&, const Error& why)> give_up;
};

struct SchedulerOptions {
  // Nodes that share a store have names of their own; the jobs that a node leaves behind are taken over by its next
  // start at once, and by others when its leases have run out.
  std::string node = "local";
  Millis lease{60'000};
};

class Scheduler {
 public:
  Scheduler(kv::Store& store, Clock& clock, SchedulerOptions options = {});
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // One handler a queue. Jobs of queues without a handler wait in the store.
  void handle(std::string queue, Handler handler, QueueOptions options = {});
  // From now on due jobs are run; what the store holds is read as it is needed.
  void start();
  // Takes no more jobs and waits for running handlers, at most `grace` of real time. What is not done by then runs
  // again after the next start. Must be awaited before the Scheduler, the Store or the Clock goes.
  Task<void> stop(Millis grace);

  // The job exists when `tx` commits, and runs at once when it is due then.
  JobId enqueue(kv::Transaction& tx, std::string_view queue, Time due, std::string_view payload);
  // Answers whether the job was still there. One that is running is cancelled too: its effect will not happen.
  Task<bool> cancel(kv::Transaction& tx, JobId id);
  // Gives a job another due time, and so another id; nothing when it is gone. A running attempt is fenced off.
  Task<std::optional<JobId>> move(kv::Transaction& tx, JobId id, Time due);

  // Waits until no handler runs and nothing that is due waits (for tests, and for `clock advance`).
  Task<void> idle();
  size_t running() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace thaw::work
