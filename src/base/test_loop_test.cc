#include "base/test_loop.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

Task<int> answer(int value) { co_return value; }

TEST(TestLoop, RunsATask) {
  TestLoop loop;
  EXPECT_EQ(loop.run(answer(7)), 7);
}

TEST(TestLoop, RunsBlockingWorkTimersAndSiblings) {
  TestLoop loop;
  int sum = loop.run([]() -> Task<int> {
    co_await sleep_for(std::chrono::milliseconds(1));
    int blocking = co_await offload([] { return 5; });
    std::vector<Task<int>> tasks;
    tasks.push_back(answer(1));
    tasks.push_back(answer(2));
    std::vector<int> both = co_await when_all(std::move(tasks));
    co_return blocking + both[0] + both[1];
  }());
  EXPECT_EQ(sum, 8);
}

TEST(TestLoop, CancelledTimersDoNotRun) {
  TestLoop loop;
  bool ran = false;
  Loop::TimerId id = loop.after(std::chrono::nanoseconds(0), [&] { ran = true; });
  loop.cancel(id);
  loop.run_ready();
  EXPECT_FALSE(ran);
}

TEST(TestLoop, RethrowsWhatTheTaskThrew) {
  TestLoop loop;
  EXPECT_THROW(loop.run([]() -> Task<void> {
    throw std::runtime_error("no");
    co_return;
  }()),
               std::runtime_error);
}

}  // namespace
}  // namespace thaw
