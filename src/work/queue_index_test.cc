#include "work/queue_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace thaw::work {
namespace {

QueueIndex::Entry job(int64_t due_ms, int64_t not_before_ms = 0) {
  return {fmt::format("{:06}", due_ms), due_ms, std::max(due_ms, not_before_ms)};
}
std::string take(QueueIndex& index, int64_t now_ms, size_t count = 100) {
  std::string out;
  for (const auto& entry : index.take_due(now_ms, count)) out += fmt::format("{} ", entry.due_ms);
  return out;
}

TEST(QueueIndex, GivesWhatIsDueInOrder) {
  QueueIndex index("");
  index.add_page({job(10), job(20), job(30)}, true);
  index.add(job(15));
  EXPECT_EQ(index.next_ms(), 10);
  EXPECT_EQ(take(index, 9), "");
  EXPECT_EQ(take(index, 20, 2), "10 15 ");
  EXPECT_EQ(take(index, 20), "20 ");
  EXPECT_EQ(index.running(), 3u);
  EXPECT_EQ(index.next_ms(), 30);
}

TEST(QueueIndex, RunningJobsAreNotGivenAgain) {
  QueueIndex index("");
  index.add_page({}, true);
  index.add(job(10));
  EXPECT_EQ(take(index, 10), "10 ");
  index.add(job(10));
  index.add_page({job(10)}, true);
  EXPECT_EQ(take(index, 10), "");
  index.put_back(job(10, 50));
  EXPECT_EQ(take(index, 49), "");
  EXPECT_EQ(take(index, 50), "10 ");
  index.finish("000010");
  EXPECT_EQ(index.running(), 0u);
  EXPECT_EQ(index.next_ms(), std::nullopt);
}

TEST(QueueIndex, LeavesLaterJobsToTheStore) {
  QueueIndex index("", 10);
  EXPECT_TRUE(index.wants_page(0));
  index.add_page({}, true);
  for (int due = 100; due > 0; due -= 5) index.add(job(due));
  EXPECT_EQ(index.waiting(), 10u);
  EXPECT_FALSE(index.wants_page(0));
  EXPECT_EQ(take(index, 50), "5 10 15 20 25 30 35 40 45 50 ");
  ASSERT_TRUE(index.wants_page(50));
  EXPECT_EQ(index.frontier(), "000055");
  index.add(job(70));  // beyond the frontier: the page will have it
  EXPECT_EQ(index.waiting(), 0u);
  index.add_page({job(55), job(60), job(65), job(70)}, false);
  EXPECT_EQ(take(index, 70), "55 60 65 70 ");
}

TEST(QueueIndex, JobsThatWaitForAnotherAttemptDoNotHideWhatIsDue) {
  QueueIndex index("", 10);
  std::vector<QueueIndex::Entry> page;
  for (int due = 1; due <= 8; ++due) page.push_back(job(due, 1000));
  index.add_page(page, false);
  EXPECT_TRUE(index.wants_page(20)) << "what is beyond the frontier may be due";
  EXPECT_FALSE(index.wants_page(7)) << "nothing beyond the frontier can be due yet";
  index.add_page({job(9)}, true);
  EXPECT_EQ(take(index, 20), "9 ");
}

TEST(QueueIndex, PutBackBeyondTheFrontierDoesNotMoveIt) {
  QueueIndex index("", 4);
  index.add_page({job(1), job(2)}, false);
  index.put_back(job(90));
  for (int due : {1, 2}) index.forget(job(due).key);
  index.put_back(job(91));
  index.put_back(job(92));
  index.put_back(job(93));
  index.add(job(1));
  index.add(job(1, 3));
  EXPECT_EQ(index.frontier(), std::string("000002\0", 7));
}

}  // namespace
}  // namespace thaw::work
