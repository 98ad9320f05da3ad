// The inside of Scheduler: shared, so that hooks, timers and handlers that outlive it find it gone instead of dangling.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "work/queue_index.h"
#include "work/records.h"
#include "work/scheduler.h"

namespace thaw::work {

class Scheduler::Core : public std::enable_shared_from_this<Scheduler::Core> {
 public:
  Core(kv::Store& store, Clock& clock, SchedulerOptions options);

  void handle(std::string queue, Handler handler, QueueOptions options);
  void start();
  Task<void> stop(Millis grace);
  void shut();  // no callback does anything any more

  JobId enqueue(kv::Transaction& tx, std::string_view queue, Time due, std::string_view payload);
  Task<bool> cancel(kv::Transaction& tx, JobId id);
  Task<std::optional<JobId>> move(kv::Transaction& tx, JobId id, Time due);
  Task<void> idle();
  size_t running() const;

 private:
  using Self = std::shared_ptr<Core>;

  struct Queue {
    std::string name;
    Handler handler;
    QueueOptions options;
    QueueIndex index;
    bool reading = false;                     // a page is on its way
    std::vector<QueueIndex::Entry> arrived;   // written meanwhile
  };
  // A job whose lease this node holds.
  struct Leased {
    Queue* queue = nullptr;
    QueueIndex::Entry entry;
    Job job;
  };

  // Looks at every queue: reads pages, leases what is due, sets the timer.
  void pump();
  void pump_soon();
  void pump_queue(Queue& queue);
  void set_timer();
  static Task<void> read_page(Self self, Queue& queue);
  static Task<void> lease_and_run(Self self, Queue& queue, std::vector<QueueIndex::Entry> entries);
  Task<Result<std::vector<Leased>>> lease(Queue& queue, const std::vector<QueueIndex::Entry>& entries);
  Task<Result<std::optional<Leased>>> lease_one(kv::Transaction& tx, Queue& queue, QueueIndex::Entry entry);
  static Task<void> run(Self self, Leased leased);
  Task<Result<Outcome>> call_handler(Queue& queue, Job job);
  // The ends of an attempt; each answers when the job waits again, or nothing when it is gone.
  Task<Result<std::optional<int64_t>>> complete(const Leased& leased, Effect effect);
  Task<Result<std::optional<int64_t>>> repeat(const Leased& leased, std::optional<Millis> delay, const Error& why);
  Task<Result<bool>> still_leased(kv::Transaction& tx, const Leased& leased, JobState* state);
  void renew_later();
  static Task<void> renew(Self self);

  void add(const JobId& id, int64_t not_before_ms);
  void write_job(kv::Transaction& tx, const JobId& id, int64_t enqueued_ms, std::string_view payload);
  static int64_t real_ms();
  int64_t now_ms() const { return clock_.now_ms(); }
  void check_idle();
  bool is_idle() const;

  kv::Store& store_;
  Clock& clock_;
  const SchedulerOptions options_;
  const std::string incarnation_;
  Loop* loop_ = nullptr;
  Clock::JumpToken jumps_;
  bool started_ = false;
  bool stopping_ = false;
  bool shut_ = false;
  bool pump_posted_ = false;
  std::map<std::string, std::unique_ptr<Queue>, std::less<>> queues_;
  std::map<std::string, JobId> leased_;  // by state key: whose handlers run
  std::optional<Loop::TimerId> timer_;
  std::optional<Loop::TimerId> renewal_;
  std::vector<Completion<Unit>> idle_waiters_;
  uint64_t last_sequence_;
};

}  // namespace thaw::work
