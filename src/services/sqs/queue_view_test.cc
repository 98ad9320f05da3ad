#include "services/sqs/queue_view.h"

#include <gtest/gtest.h>

namespace thaw::sqs {
namespace {

using Sequences = std::vector<int64_t>;

MessageState sent(int64_t at, std::string group = "") {
  MessageState out;
  out.sent_ms = at;
  out.group = std::move(group);
  return out;
}
MessageState hidden(int64_t at, int64_t until, std::string group = "") {
  MessageState out = sent(at, std::move(group));
  out.due_ms = until;
  out.in_flight = true;
  return out;
}

TEST(QueueView, StandardHandsOutTheOldestAndEachOnce) {
  QueueView view(false);
  view.put(2, sent(2), 10);
  view.put(1, sent(1), 10);
  view.put(3, sent(3), 10);
  EXPECT_EQ(view.take(2), (Sequences{1, 2}));
  EXPECT_EQ(view.take(5), (Sequences{3}));
  EXPECT_EQ(view.visible(), 0u);
  EXPECT_EQ(view.in_flight(), 3u);
  view.untake(2);
  EXPECT_EQ(view.take(5), (Sequences{2}));
  view.put(2, hidden(2, 40), 10);
  view.remove(1);
  EXPECT_EQ(view.next_due_ms(), 40);
  view.advance(39);
  EXPECT_EQ(view.ready(), 0u);
  view.advance(40);
  EXPECT_EQ(view.take(5), (Sequences{2}));
  EXPECT_EQ(view.size(), 2u);
}

TEST(QueueView, FairQueuesLetQuietGroupsPass) {
  QueueView view(false);
  for (int64_t i = 1; i <= 6; ++i) view.put(i, sent(i, "noisy"), 10);
  EXPECT_EQ(view.take(3), (Sequences{1, 2, 3}));
  view.put(7, sent(7, "quiet"), 10);
  view.put(8, sent(8), 10);
  view.put(9, sent(9, "quiet"), 10);
  EXPECT_EQ(view.ready(), 6u);
  EXPECT_EQ(view.take(3), (Sequences{7, 8, 9}));  // 9: one of its group is held, three of the noisy one
  EXPECT_EQ(view.take(1), (Sequences{4}));
  view.put(1, hidden(1, 30, "noisy"), 10);
  view.remove(2);
  view.untake(3);
  EXPECT_EQ(view.ready(), 3u);
  view.advance(30);
  EXPECT_EQ(view.take(9), (Sequences{1, 3, 5, 6}));
  view.clear();
  EXPECT_EQ(view.ready(), 0u);
}

TEST(QueueView, CountsDelayedApart) {
  QueueView view(false);
  MessageState delayed = sent(1);
  delayed.due_ms = 50;
  view.put(1, delayed, 10);
  view.put(2, hidden(1, 30), 10);
  EXPECT_EQ(view.delayed(), 1u);
  EXPECT_EQ(view.in_flight(), 1u);
  EXPECT_EQ(view.visible(), 0u);
  view.advance(50);
  EXPECT_EQ(view.visible(), 2u);
  EXPECT_FALSE(view.next_due_ms());
}

TEST(QueueView, AGroupIsHeldWhileOneOfItIsInFlight) {
  QueueView view(true);
  for (int64_t i = 1; i <= 4; ++i) view.put(i, sent(i, i == 3 ? "b" : "a"), 10);  // a: 1 2 4, b: 3
  EXPECT_EQ(view.ready(), 2u);
  EXPECT_EQ(view.take(2), (Sequences{1, 2}));
  EXPECT_EQ(view.take(2), (Sequences{3}));
  EXPECT_EQ(view.take(2), (Sequences{}));
  view.put(1, hidden(1, 30, "a"), 10);
  view.put(2, hidden(2, 60, "a"), 10);
  view.remove(1);
  EXPECT_EQ(view.ready(), 0u);  // 2 is still in flight
  view.advance(60);
  EXPECT_EQ(view.take(9), (Sequences{2, 4}));
  view.remove(2);
  view.untake(4);
  EXPECT_EQ(view.take(9), (Sequences{4}));
}

TEST(QueueView, ADelayedHeadHoldsItsGroup) {
  QueueView view(true);
  MessageState delayed = sent(1, "a");
  delayed.due_ms = 20;
  view.put(1, delayed, 10);
  view.put(2, sent(2, "a"), 10);
  EXPECT_EQ(view.ready(), 0u);
  view.advance(20);
  EXPECT_EQ(view.take(9), (Sequences{1, 2}));
}

TEST(QueueView, LoadingGivesWayToWhatIsNewer) {
  QueueView view(false);
  view.put(2, hidden(2, 99), 10);
  view.remove(3);
  for (int64_t i = 1; i <= 3; ++i) view.load(i, sent(i), 10);
  view.loaded();
  EXPECT_EQ(view.take(9), (Sequences{1}));
  EXPECT_EQ(view.size(), 2u);

  QueueView purged(false);
  purged.load(1, sent(1), 10);
  purged.clear();
  purged.put(5, sent(5), 10);
  purged.load(2, sent(2), 10);
  purged.loaded();
  EXPECT_EQ(purged.take(9), (Sequences{5}));
}

TEST(QueueView, FindsWhatIsTooOldWhateverTheOrder) {
  QueueView view(false);
  view.put(1, sent(100), 10);
  view.put(2, sent(50), 10);  // moved here from another queue
  view.put(3, sent(200), 10);
  EXPECT_EQ(view.sent_before(100, 9), (Sequences{2}));
  EXPECT_EQ(view.sent_before(150, 9), (Sequences{1, 2}));
  view.remove(2);
  EXPECT_EQ(view.sent_before(100, 9), (Sequences{}));
  EXPECT_EQ(view.take(1), (Sequences{1}));
  EXPECT_EQ(view.sent_before(150, 9), (Sequences{}));  // it is being handed out
}

}  // namespace
}  // namespace thaw::sqs
