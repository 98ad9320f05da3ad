#include "kv/watches.h"

#include <gtest/gtest.h>

namespace thaw::kv {
namespace {

CommitBatch writes(std::string key) {
  CommitBatch batch;
  batch.writes.emplace_back(std::move(key), Write{});
  return batch;
}

TEST(Watches, OfOneCommitWakeAllThatItConcerns) {
  Watches watches;
  auto exact = watches.add("queue/1", std::string("queue/1\0", 8));
  auto prefix = watches.add("queue/", "queue/\xFF");
  auto outer = watches.add("q", "q\xFF");
  auto wide = watches.add("a", "z");
  auto other = watches.add("queue/2", std::string("queue/2\0", 8));
  watches.fire(writes("queue/1"));
  EXPECT_TRUE(exact.is_set() && prefix.is_set() && outer.is_set() && wide.is_set());
  EXPECT_FALSE(other.is_set());
  EXPECT_EQ(watches.count(), 1u);
}

TEST(Watches, ClearedRangesWakeWhatTheyMeet) {
  Watches watches;
  auto inside = watches.add("k5", std::string("k5\0", 3));
  auto around = watches.add("k", "k\xFF");
  auto beside = watches.add("j", "j\xFF");
  auto general = watches.add("a", "k2");
  CommitBatch batch;
  batch.cleared.emplace_back("k1", "k9");
  watches.fire(batch);
  EXPECT_TRUE(inside.is_set() && around.is_set() && general.is_set());
  EXPECT_FALSE(beside.is_set());
}

TEST(Watches, AbandonedOnesAreDropped) {
  Watches watches;
  for (int i = 0; i < 10'000; ++i) watches.add("k" + std::to_string(i), "k" + std::to_string(i) + '\0');
  auto kept = watches.add("kept", "kept\xFF");
  EXPECT_LT(watches.count(), 2'000u);
  watches.fire(writes("kept"));
  EXPECT_TRUE(kept.is_set());
}

}  // namespace
}  // namespace thaw::kv
