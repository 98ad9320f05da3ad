#include "kv/conflicts.h"

#include <gtest/gtest.h>

namespace thaw::kv {
namespace {

CommitBatch commit(uint64_t version, std::vector<std::string> keys, std::vector<KeyRange> cleared = {}) {
  CommitBatch batch;
  batch.version = version;
  for (auto& key : keys) batch.writes.emplace_back(std::move(key), Write{});
  batch.cleared = std::move(cleared);
  return batch;
}

TEST(ConflictWindow, OnlyLaterWritesOfWhatWasReadConflict) {
  ConflictWindow window;
  window.start(10);
  window.add(commit(11, {"a", "b"}));
  window.add(commit(12, {"b"}, {{"m", "p"}}));
  EXPECT_EQ(window.conflict(10, {"a"}, {}), 11u);
  EXPECT_EQ(window.conflict(10, {"b"}, {}), 12u);
  EXPECT_EQ(window.conflict(11, {"a"}, {}), 0u);
  EXPECT_EQ(window.conflict(12, {"a", "b"}, {{"", "z"}}), 0u);
  EXPECT_EQ(window.conflict(11, {}, {{"aa", "c"}}), 12u);
  EXPECT_EQ(window.conflict(11, {}, {{"ba", "m"}}), 0u);
  EXPECT_EQ(window.conflict(11, {}, {{"c", "n"}}), 12u);
  EXPECT_EQ(window.conflict(11, {"o"}, {}), 12u);
  EXPECT_EQ(window.conflict(11, {"p"}, {}), 0u);
}

TEST(ConflictWindow, TransactionsOlderThanTheWindowConflict) {
  ConflictWindow window(4);
  window.start(0);
  for (uint64_t version = 1; version <= 10; ++version) window.add(commit(version, {"k" + std::to_string(version)}));
  EXPECT_EQ(window.size(), 4u);
  EXPECT_NE(window.conflict(5, {"other"}, {}), 0u);
  EXPECT_EQ(window.conflict(6, {"other"}, {}), 0u);
  EXPECT_EQ(window.conflict(6, {"k7"}, {}), 7u);
  EXPECT_EQ(window.conflict(5, {}, {}), 0u) << "what read nothing cannot conflict";
}

TEST(ConflictWindow, ForgetsWhatNobodyNeeds) {
  ConflictWindow window;
  window.start(0);
  for (uint64_t version = 1; version <= 10; ++version) window.add(commit(version, {"a", "b"}));
  window.forget_up_to(8);
  EXPECT_EQ(window.size(), 4u);
  EXPECT_EQ(window.conflict(9, {"a"}, {}), 10u);
  window.forget_up_to(10);
  EXPECT_EQ(window.size(), 0u);
  EXPECT_EQ(window.conflict(10, {"a"}, {}), 0u);
}

TEST(ConflictWindow, LongDistancesFindRangesToo) {
  ConflictWindow window;
  window.start(0);
  for (uint64_t version = 1; version <= 100; ++version) window.add(commit(version, {"k" + std::to_string(version)}));
  EXPECT_EQ(window.conflict(1, {}, {{"k5", "k50"}}), 5u);
  EXPECT_EQ(window.conflict(50, {}, {{"k5", "k50"}}), 0u);
  EXPECT_EQ(window.conflict(1, {}, {{"l", "z"}}), 0u);
}

}  // namespace
}  // namespace thaw::kv
