#include "base/task.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/loop.h"
#include "base/result.h"

namespace thaw {
namespace {

// A loop that runs what was posted when told to, and fires timers at once.
class HandLoop final : public Loop {
 public:
  HandLoop() { set_current(this); }
  ~HandLoop() override { set_current(nullptr); }
  void post(std::function<void()> fn) override {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(fn));
  }
  TimerId after(std::chrono::nanoseconds, std::function<void()> fn) override {
    post(std::move(fn));
    return 0;
  }
  void cancel(TimerId) override {}
  void run_blocking(std::function<void()> fn) override { std::thread(std::move(fn)).join(); }
  void run() {
    while (!queue_.empty()) {
      auto fn = std::move(queue_.front());
      queue_.pop_front();
      fn();
    }
  }

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> queue_;
};

Task<int> number(int value) { co_return value; }
Task<int> sum(int depth) {
  if (depth == 0) co_return 0;
  int rest = co_await sum(depth - 1);
  co_return rest + 1;
}
Task<int> throws() {
  throw std::runtime_error("no");
  co_return 0;
}
Task<Result<int>> half(int value) {
  if (value % 2) co_return fail("Odd", "odd number");
  co_return value / 2;
}
Task<Result<int>> quarter(int value) {
  CO_TRY(int once, co_await half(value));
  CO_TRY(int twice, co_await half(once));
  co_return twice;
}

template <class T>
T run(HandLoop& loop, Task<T> task) {
  std::optional<T> out;
  auto keep = [](Task<T> t, std::optional<T>& to) -> Task<void> { to.emplace(co_await std::move(t)); };
  loop.spawn("test", keep(std::move(task), out));
  loop.run();
  return std::move(out.value());
}

TEST(Task, AwaitsValuesThroughManyFrames) {
  HandLoop loop;
  EXPECT_EQ(run(loop, number(7)), 7);
  EXPECT_EQ(run(loop, sum(10'000)), 10'000);
  EXPECT_EQ(loop.spawned(), 0u);
}

TEST(Task, CarriesExceptionsToWhoAwaits) {
  HandLoop loop;
  auto catches = []() -> Task<int> {
    try {
      int value = co_await throws();
      co_return value;
    } catch (const std::runtime_error&) {
      co_return -1;
    }
  };
  EXPECT_EQ(run(loop, catches()), -1);
}

TEST(Task, PassesErrorsOn) {
  HandLoop loop;
  EXPECT_EQ(run(loop, quarter(12)).value(), 3);
  EXPECT_EQ(run(loop, quarter(6)).error().code, "Odd");
}

TEST(Task, NeverStartedIsFreed) {
  auto kept = std::make_shared<int>(1);
  auto holds = [](std::shared_ptr<int> p) -> Task<int> { co_return *p; };
  {
    auto task = holds(kept);
  }
  EXPECT_EQ(kept.use_count(), 1);
}

TEST(Ready, IsAValueOrATask) {
  HandLoop loop;
  auto both = []() -> Task<int> {
    Ready<int> now(1);
    Ready<int> later(number(2));
    int a = co_await std::move(now);
    int b = co_await std::move(later);
    co_return a * 10 + b;
  };
  EXPECT_EQ(run(loop, both()), 12);
}

TEST(Completion, WakesItsWaiterOnce) {
  HandLoop loop;
  Completion<int> done;
  int got = 0;
  auto waits = [](Completion<int> c, int& to) -> Task<void> { to = co_await c; };
  loop.spawn("waits", waits(done, got));
  loop.run();
  EXPECT_EQ(loop.spawned(), 1u);
  EXPECT_TRUE(done.set(5));
  EXPECT_FALSE(done.set(6));
  loop.run();
  EXPECT_EQ(got, 5);
  EXPECT_EQ(loop.spawned(), 0u);
}

TEST(Loop, OffloadsAndSleeps) {
  HandLoop loop;
  auto work = []() -> Task<int> {
    co_await sleep_for(Millis(5));
    int value = co_await offload([] { return 42; });
    co_return value;
  };
  EXPECT_EQ(run(loop, work()), 42);
}

TEST(WhenAll, KeepsOrderAndRethrows) {
  HandLoop loop;
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(number(i));
  EXPECT_EQ(run(loop, when_all(std::move(tasks))), (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(run(loop, when_all(std::vector<Task<int>>{})).empty());
  auto catches = []() -> Task<bool> {
    std::vector<Task<int>> some;
    some.push_back(number(1));
    some.push_back(throws());
    try {
      co_await when_all(std::move(some));
    } catch (const std::runtime_error&) {
      co_return true;
    }
    co_return false;
  };
  EXPECT_TRUE(run(loop, catches()));
}

}  // namespace
}  // namespace thaw
