#include "net/http.h"

#include <gtest/gtest.h>

namespace thaw::net {
namespace {

TEST(Headers, KeepOrderAndCompareWithoutCase) {
  Headers headers{{"Host", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(headers.get("HOST"), "a");
  EXPECT_EQ(headers.get_all("X-ONE"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(headers.get_or("absent", "otherwise"), "otherwise");
  headers.set("X-ONE", "3");
  EXPECT_EQ(headers.get_all("x-one").size(), 1u);
  EXPECT_EQ(headers.remove("host"), 1u);
  EXPECT_EQ(headers.remove("host"), 0u);
  EXPECT_EQ(headers.size(), 1u);
  EXPECT_EQ(headers.name(0), "X-ONE");
}

TEST(Headers, MayBeGivenTheirOwnViews) {
  Headers headers{{"a", "value"}};
  for (int i = 0; i < 200; ++i) headers.add(headers.name(0), headers.value(0));
  for (auto [name, value] : headers) {
    EXPECT_EQ(name, "a");
    EXPECT_EQ(value, "value");
  }
  headers.set("a", headers.value(7));
  EXPECT_EQ(headers.get("a"), "value");
}

}  // namespace
}  // namespace thaw::net
