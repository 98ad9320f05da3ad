#include "kv/subspace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace thaw::kv {
namespace {

TEST(Subspace, KeysReadBackAsTheirParts) {
  Subspace space{"a", 5};
  std::string odd("x\0y\xFF\0", 5);
  std::string key = space.key(odd, -3, "");
  KeyReader reader(key, space.prefix());
  EXPECT_EQ(reader.text(), odd);
  EXPECT_EQ(reader.number(), -3);
  EXPECT_EQ(reader.text(), "");
  EXPECT_TRUE(reader.at_end());
}

TEST(Subspace, KeysSortAsTheirPartsDo) {
  std::vector<int64_t> numbers{std::numeric_limits<int64_t>::min(), -70'000, -1, 0, 1, 255, 256,
                               std::numeric_limits<int64_t>::max()};
  std::vector<std::string> keys;
  for (int64_t n : numbers) keys.push_back(Subspace{"n"}.key(n));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));

  std::vector<std::string> texts{"",
                                 std::string("\0", 1),
                                 std::string("\0\0", 2),
                                 std::string("\0a", 2),
                                 "a",
                                 std::string("a\0", 2),
                                 "a\x01",
                                 "ab",
                                 "b",
                                 "\xFF",
                                 "\xFF\xFF"};
  keys.clear();
  for (const std::string& text : texts) keys.push_back(Subspace{"t"}.key(text, 1));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(Subspace, RangeHoldsExactlyWhatIsBelow) {
  Subspace space{"s"};
  auto [begin, end] = space.range("a");
  auto inside = [&](const std::string& key) { return begin <= key && key < end; };
  EXPECT_TRUE(inside(space.key("a")));
  EXPECT_TRUE(inside(space.key("a", "")));
  EXPECT_TRUE(inside(space.key("a", "\xFF\xFF")));
  EXPECT_TRUE(inside(space.key("a", 7, "z")));
  EXPECT_FALSE(inside(space.key("a\x01")));
  EXPECT_FALSE(inside(space.key(std::string("a\0", 2))));
  EXPECT_FALSE(inside(space.key("ab")));
  EXPECT_FALSE(inside(space.key("b")));
}

TEST(Subspace, MalformedKeysAnswerNothing) {
  Subspace space{"s"};
  EXPECT_FALSE(KeyReader("other", space.prefix()).text());
  EXPECT_FALSE(KeyReader("\x01unfinished", "").text());
  EXPECT_FALSE(KeyReader("\x02\x01", "").number());
  std::string key = space.key(1);
  EXPECT_FALSE(KeyReader(key, space.prefix()).text());
}

}  // namespace
}  // namespace thaw::kv
