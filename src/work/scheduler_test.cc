#include "work/scheduler.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/test_loop.h"
#include "kv/store_test.h"
#include "work/records.h"

namespace thaw::work {
namespace {

using kv::Transaction;
using std::chrono::hours;
using std::chrono::seconds;

// Over the engine in memory every commit is done within the call, over RocksDB none is.
class SchedulerTest : public testing::TestWithParam<bool> {
 protected:
  SchedulerTest() {
    if (GetParam()) {
      store_ = std::move(*kv::open_rocksdb_store({.directory = directory_.path(), .durability = kv::Durability::os}));
    } else {
      store_ = kv::make_memory_store();
    }
    restart();
  }
  ~SchedulerTest() override {
    stop();
    loop_.run(store_->close());
  }

  // A new scheduler over the same store, as after a restart of the process.
  void restart(SchedulerOptions options = {}) {
    stop();
    scheduler_ = std::make_unique<Scheduler>(*store_, clock_, options);
  }
  void stop() {
    if (scheduler_) loop_.run(scheduler_->stop(seconds(10)));
    scheduler_.reset();
  }
  // Handles a queue by noting payloads, and starts.
  void collect(QueueOptions options = {}) {
    scheduler_->handle("q", [this](Job job) -> Task<Result<Outcome>> {
      seen_ += job.payload + " ";
      co_return Outcome::done();
    }, std::move(options));
    scheduler_->start();
  }
  JobId enqueue(std::string payload, Millis delay = Millis(0)) {
    return *loop_.run(store_->transact<JobId>([&](Transaction& tx) -> Task<Result<JobId>> {
      co_return scheduler_->enqueue(tx, "q", clock_.now() + delay, payload);
    }));
  }
  bool cancel(JobId id) {
    return *loop_.run(store_->transact<bool>([&](Transaction& tx) -> Task<Result<bool>> {
      co_return co_await scheduler_->cancel(tx, id);
    }));
  }
  void idle() { loop_.run(scheduler_->idle()); }
  size_t records() {
    return loop_.run([](kv::Store& store) -> Task<size_t> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      co_return (co_await tx->range("\x01work", "\x01work\xFF")).size();
    }(*store_));
  }
  int64_t counter(std::string key) {
    return loop_.run([](kv::Store& store, std::string key) -> Task<int64_t> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      co_return kv::decode_counter(co_await tx->get(key));
    }(*store_, key));
  }
  static Effect count(std::string key) {
    return [key](Transaction& tx) -> Task<Result<void>> {
      tx.add(key, 1);
      co_return Result<void>{};
    };
  }

  kv::TestDirectory directory_;
  TestLoop loop_;
  FixedClock clock_;
  std::unique_ptr<kv::Store> store_;
  std::unique_ptr<Scheduler> scheduler_;
  std::string seen_;
};

TEST_P(SchedulerTest, RunsJobsWhenTheyAreDueInOrder) {
  collect();
  enqueue("later", hours(2));
  enqueue("now");
  enqueue("soon", hours(1));
  idle();
  EXPECT_EQ(seen_, "now ");
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "now soon ");
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "now soon later ");
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, JobsOfOneTimeRunInTheOrderOfEnqueueing) {
  collect({.concurrency = 1});
  for (int i = 0; i < 20; ++i) enqueue(std::to_string(i), hours(1));
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ");
}

TEST_P(SchedulerTest, AJobExistsOnlyWhenItsTransactionCommits) {
  collect();
  Result<Unit> done = loop_.run(store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
    scheduler_->enqueue(tx, "q", clock_.now(), "x");
    co_return fail("No", "no");
  }));
  EXPECT_FALSE(done);
  idle();
  EXPECT_EQ(seen_, "");
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, SurvivesRestarts) {
  enqueue("a");
  enqueue("b", hours(1));
  restart();
  collect();
  idle();
  EXPECT_EQ(seen_, "a ");
  restart();
  clock_.advance(hours(1));
  collect();
  idle();
  EXPECT_EQ(seen_, "a b ");
}

TEST_P(SchedulerTest, ManyJobsAreReadInPages) {
  loop_.run(store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
    for (int i = 0; i < 12'000; ++i) scheduler_->enqueue(tx, "q", clock_.now() + Millis(i % 7), "x");
    co_return Unit{};
  }));
  restart();
  int ran = 0;
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    ++ran;
    co_return Outcome::done();
  });
  scheduler_->start();
  clock_.advance(seconds(1));
  idle();
  EXPECT_EQ(ran, 12'000);
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, LargePayloadsAreLeasedAFewAtATime) {
  size_t bytes = 0;
  scheduler_->handle("q", [&](Job job) -> Task<Result<Outcome>> {
    bytes += job.payload.size();
    co_return Outcome::done();
  });
  for (int i = 0; i < 7; ++i) enqueue(std::string(6u << 20, 'x'));
  scheduler_->start();
  idle();
  EXPECT_EQ(bytes, 7 * (6u << 20));
}

TEST_P(SchedulerTest, RealTimersFireByThemselves) {
  RealClock clock;
  Scheduler scheduler(*store_, clock);
  bool ran = false;
  scheduler.handle("q", [&](Job) -> Task<Result<Outcome>> {
    ran = true;
    co_return Outcome::done();
  });
  scheduler.start();
  loop_.run(store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
    scheduler.enqueue(tx, "q", clock.now() + Millis(20), "x");
    co_return Unit{};
  }));
  EXPECT_TRUE(loop_.run_until([&] { return ran; }, seconds(30)));
  loop_.run(scheduler.stop(seconds(10)));
}

TEST_P(SchedulerTest, AYearOfDailyJobsRunsAtOnce) {
  VirtualClock clock;
  Scheduler scheduler(*store_, clock);
  int days = 0;
  scheduler.handle("daily", [&](Job job) -> Task<Result<Outcome>> {
    co_return Outcome::done([&scheduler, &days, due_ms = job.id.due_ms](Transaction& tx) -> Task<Result<void>> {
      tx.on_commit([&days] { ++days; });
      scheduler.enqueue(tx, "daily", Time(Millis(due_ms)) + hours(24), "");
      co_return Result<void>{};
    });
  });
  scheduler.start();
  loop_.run(store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
    scheduler.enqueue(tx, "daily", clock.now() + hours(24), "");
    co_return Unit{};
  }));
  loop_.run(scheduler.idle());
  EXPECT_EQ(days, 0);
  clock.advance(hours(24 * 365));
  loop_.run(scheduler.idle());
  EXPECT_EQ(days, 365);
  loop_.run(scheduler.stop(seconds(10)));
}

TEST_P(SchedulerTest, FailuresAreRetriedWithBackoffAndGivenUp) {
  std::string attempts, dead;
  QueueOptions options;
  options.retry = {.attempts_max = 4, .delay_first = seconds(10), .factor = 3, .delay_max = seconds(60)};
  options.give_up = [&](Transaction& tx, const Job& job, const Error& why) -> Task<Result<void>> {
    tx.add("dead", 1);
    dead = job.payload + " " + why.code;
    co_return Result<void>{};
  };
  int64_t start_ms = clock_.now_ms();
  scheduler_->handle("q", [&](Job job) -> Task<Result<Outcome>> {
    attempts += fmt::format("{}@{} ", job.attempt, (clock_.now_ms() - start_ms) / 1000);
    co_return fail("Broken", "It broke.");
  }, options);
  scheduler_->start();
  enqueue("x");
  for (int i = 0; i < 200; ++i) {
    idle();
    clock_.advance(seconds(1));
  }
  idle();
  EXPECT_EQ(attempts, "1@0 2@10 3@40 4@100 ");
  EXPECT_EQ(dead, "x Broken");
  EXPECT_EQ(counter("dead"), 1);
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, RetriesSurviveRestarts) {
  auto fail_once = [&](Job job) -> Task<Result<Outcome>> {
    seen_ += std::to_string(job.attempt) + " ";
    if (job.attempt == 1) co_return Outcome::retry(hours(3));
    co_return Outcome::done();
  };
  scheduler_->handle("q", fail_once);
  scheduler_->start();
  enqueue("x");
  idle();
  restart();
  scheduler_->handle("q", fail_once);
  scheduler_->start();
  clock_.advance(hours(2));
  idle();
  EXPECT_EQ(seen_, "1 ");
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "1 2 ");
}

TEST_P(SchedulerTest, ExceptionsAndFailingEffectsAreFailedAttempts) {
  scheduler_->handle("q", [&](Job job) -> Task<Result<Outcome>> {
    if (job.attempt == 1) throw std::runtime_error("bug");
    co_return Outcome::done([attempt = job.attempt](Transaction& tx) -> Task<Result<void>> {
      tx.add("effects", 1);
      if (attempt == 2) co_return fail("No", "Not yet.");
      co_return Result<void>{};
    });
  });
  scheduler_->start();
  enqueue("x");
  for (int i = 0; i < 10; ++i) {
    idle();
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(counter("effects"), 1);
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, ACrashBeforeCompletionRunsTheJobAgainButItsEffectOnce) {
  int runs = 0;
  Completion<Unit> forever;
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    ++runs;
    co_await forever;
    co_return Outcome::done(count("effects"));
  });
  scheduler_->start();
  enqueue("x");
  EXPECT_TRUE(loop_.run_until([&] { return runs == 1; }, seconds(10)));

  // The process "dies": another start of the same node takes the job over without waiting for the lease.
  Scheduler next(*store_, clock_);
  next.handle("q", [&](Job job) -> Task<Result<Outcome>> {
    ++runs;
    EXPECT_EQ(job.attempt, 2);
    EXPECT_EQ(job.payload, "x");
    co_return Outcome::done(count("effects"));
  });
  next.start();
  loop_.run(next.idle());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(counter("effects"), 1);

  // The dead one was only slow: it is fenced off.
  forever.set({});
  idle();
  EXPECT_EQ(counter("effects"), 1);
  EXPECT_EQ(records(), 0u);
  loop_.run(next.stop(seconds(10)));
}

TEST_P(SchedulerTest, AnotherNodeWaitsForTheLease) {
  Completion<Unit> forever;
  bool began = false;
  restart({.node = "one"});
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    began = true;
    co_await forever;
    co_return Outcome::done(count("effects"));
  });
  scheduler_->start();
  enqueue("x");
  EXPECT_TRUE(loop_.run_until([&] { return began; }, seconds(10)));

  Scheduler other(*store_, clock_, {.node = "two"});
  int runs = 0;
  other.handle("q", [&](Job) -> Task<Result<Outcome>> {
    ++runs;
    co_return Outcome::done(count("effects"));
  });
  other.start();
  for (int i = 0; i < 3; ++i) {
    loop_.run(other.idle());
    clock_.advance(hours(1));
  }
  EXPECT_EQ(runs, 0);
  forever.set({});
  idle();
  EXPECT_EQ(counter("effects"), 1);
  loop_.run(other.stop(seconds(10)));
}

TEST_P(SchedulerTest, ALeaseThatHasRunOutIsTakenOverByAnotherNode) {
  JobId id = enqueue("x");
  JobState dead{4, 4, id.due_ms, id.due_ms, "dead", "long ago", 1000};
  loop_.run(store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
    tx.set(state_key(id), dead.encode());
    co_return Unit{};
  }));
  collect();
  idle();
  EXPECT_EQ(seen_, "x ");
}

TEST_P(SchedulerTest, HandlersThatRunLongKeepTheirLease) {
  Completion<Unit> forever;
  bool began = false;
  restart({.node = "one", .lease = Millis(300)});
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    began = true;
    co_await forever;
    co_return Outcome::done(count("effects"));
  });
  scheduler_->start();
  JobId id = enqueue("x");
  EXPECT_TRUE(loop_.run_until([&] { return began; }, seconds(10)));
  auto lease_until = [&] {
    return loop_.run([](kv::Store& store, JobId id) -> Task<int64_t> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      std::optional<std::string> bytes = co_await tx->get(state_key(id));
      co_return bytes ? JobState::decode(*bytes)->lease_until_ms : 0;
    }(*store_, id));
  };
  int64_t first = lease_until();
  for (int i = 0; i < 1000 && lease_until() == first; ++i) loop_.run_for(Millis(10));
  EXPECT_GT(lease_until(), first);
  forever.set({});
  idle();
  EXPECT_EQ(counter("effects"), 1);
}

TEST_P(SchedulerTest, CancelledJobsDoNotRun) {
  collect();
  JobId id = enqueue("x", hours(1));
  enqueue("y", hours(1));
  EXPECT_TRUE(cancel(id));
  EXPECT_FALSE(cancel(id));
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "y ");
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, ARunningJobThatIsCancelledHasNoEffect) {
  Completion<Unit> go;
  bool began = false;
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    began = true;
    co_await go;
    co_return Outcome::done(count("effects"));
  });
  scheduler_->start();
  JobId id = enqueue("x");
  EXPECT_TRUE(loop_.run_until([&] { return began; }, seconds(10)));
  EXPECT_TRUE(cancel(id));
  go.set({});
  idle();
  EXPECT_EQ(counter("effects"), 0);
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, MovedJobsRunAtTheirNewTime) {
  collect();
  JobId id = enqueue("x", hours(1));
  std::optional<JobId> moved = *loop_.run(
      store_->transact<std::optional<JobId>>([&](Transaction& tx) -> Task<Result<std::optional<JobId>>> {
        co_return co_await scheduler_->move(tx, id, clock_.now() + hours(5));
      }));
  ASSERT_TRUE(moved);
  clock_.advance(hours(1));
  idle();
  EXPECT_EQ(seen_, "");
  clock_.advance(hours(4));
  idle();
  EXPECT_EQ(seen_, "x ");
  EXPECT_FALSE(cancel(*moved));
}

TEST_P(SchedulerTest, ConcurrencyIsLimited) {
  size_t now = 0, most = 0;
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    most = std::max(most, ++now);
    co_await sleep_for(Millis(1));
    --now;
    co_return Outcome::done();
  }, {.concurrency = 3});
  scheduler_->start();
  for (int i = 0; i < 20; ++i) enqueue("x");
  idle();
  EXPECT_EQ(most, 3u);
  EXPECT_EQ(records(), 0u);
}

TEST_P(SchedulerTest, StopWaitsForHandlersAndTakesNoMore) {
  bool finished = false, began = false;
  scheduler_->handle("q", [&](Job) -> Task<Result<Outcome>> {
    began = true;
    co_await sleep_for(Millis(20));
    finished = true;
    co_return Outcome::done();
  }, {.concurrency = 1});
  scheduler_->start();
  enqueue("a");
  enqueue("b");
  EXPECT_TRUE(loop_.run_until([&] { return began; }, seconds(10)));
  loop_.run(scheduler_->stop(seconds(10)));
  EXPECT_TRUE(finished);
  EXPECT_EQ(records(), 2u) << "b is still there";
}

TEST_P(SchedulerTest, JobsWithoutAHandlerWait) {
  scheduler_->start();
  enqueue("x");
  idle();
  EXPECT_EQ(records(), 2u);
  collect();
  idle();
  EXPECT_EQ(seen_, "x ");
}

INSTANTIATE_TEST_SUITE_P(Engines, SchedulerTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "rocksdb" : "memory"; });

TEST(RetryPolicy, GrowsUpToItsMaximum) {
  RetryPolicy policy{.attempts_max = 0, .delay_first = seconds(1), .factor = 2, .delay_max = seconds(5)};
  EXPECT_EQ(next_delay(policy, 1, Millis(0)), Millis(1000));
  EXPECT_EQ(next_delay(policy, 3, Millis(0)), Millis(4000));
  EXPECT_EQ(next_delay(policy, 4, Millis(0)), Millis(5000));
  EXPECT_EQ(next_delay(policy, 1'000'000, Millis(0)), Millis(5000));
  policy.attempts_max = 3;
  EXPECT_EQ(next_delay(policy, 3, Millis(0)), std::nullopt);
  policy = {.delay_first = seconds(10), .age_max = seconds(60)};
  EXPECT_TRUE(next_delay(policy, 1, seconds(50)));
  EXPECT_FALSE(next_delay(policy, 1, seconds(51)));
}

TEST(JobId, ReadsBackFromItsText) {
  JobId id{"lambda/async", -5, "abc"};
  EXPECT_EQ(JobId::parse(id.text()), id);
  for (const char* bad : {"", "1", "1/2", "x/a/q", "99999999999999999999/a/q"}) EXPECT_FALSE(JobId::parse(bad)) << bad;
}

TEST(JobState, ReadsBackFromItsBytes) {
  JobState state{3, 2, 17, 5, "node", "incarnation", 99};
  EXPECT_EQ(JobState::decode(state.encode()), state);
  EXPECT_FALSE(JobState::decode(""));
  EXPECT_FALSE(JobState::decode("\x02"));
  EXPECT_FALSE(JobState::decode(state.encode().substr(0, 20)));
}

}  // namespace
}  // namespace thaw::work
