#include "services/dynamodb/decimal.h"

#include <gtest/gtest.h>

#include <vector>

namespace thaw::dynamodb {
namespace {

std::string normal(std::string_view text) {
  auto d = Decimal::parse(text);
  return d ? d->text() : "! " + d.error();
}
std::string sum(std::string_view a, std::string_view b) {
  auto d = Decimal::add(*Decimal::parse(a), *Decimal::parse(b));
  return d ? d->text() : "! " + d.error();
}

TEST(Decimal, NormalisesText) {
  EXPECT_EQ(normal("0"), "0");
  EXPECT_EQ(normal("-0.00"), "0");
  EXPECT_EQ(normal("007.5000"), "7.5");
  EXPECT_EQ(normal("1e3"), "1000");
  EXPECT_EQ(normal("-1.5E-3"), "-0.0015");
  EXPECT_EQ(normal("+12"), "12");
  EXPECT_EQ(normal(".5"), "0.5");
  EXPECT_EQ(normal("123456789012345678901234567890.12345678"), "123456789012345678901234567890.12345678");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  EXPECT_EQ(normal(""), "! The parameter cannot be converted to a numeric value");
  EXPECT_EQ(normal("b"), "! The parameter cannot be converted to a numeric value: b");
  for (auto bad : {"1e", "--1", "1.2.3", "1 ", "e5", "0x10", "NaN", "."}) EXPECT_EQ(normal(bad)[0], '!') << bad;
}

TEST(Decimal, KeepsTheLimits) {
  EXPECT_EQ(normal("1e126").substr(0, 17), "! Number overflow");
  EXPECT_EQ(normal("9.9e125").substr(0, 3), "990");
  EXPECT_EQ(normal("1e-131").substr(0, 18), "! Number underflow");
  EXPECT_EQ(normal("1e-130").size(), 132u);
  EXPECT_EQ(normal("123456789012345678901234567890123456789"),
            "! Attempting to store more than 38 significant digits in a Number");
  EXPECT_EQ(normal("1e99999999999999999999").substr(0, 17), "! Number overflow");
}

TEST(Decimal, AddsExactly) {
  EXPECT_EQ(sum("1", "-1"), "0");
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("100000000000000000000000000000000000000", "-1"), "99999999999999999999999999999999999999");
  EXPECT_EQ(sum("99999999999999999999999999999999999999", "1"), "100000000000000000000000000000000000000");
  EXPECT_EQ(sum("1e40", "1")[0], '!');
  EXPECT_EQ(sum("-5", "3"), "-2");
  EXPECT_EQ(sum("5", "-13.25"), "-8.25");
  EXPECT_EQ(sum("1e125", "-1e-130")[0], '!');
}

TEST(Decimal, CountsBytes) {
  auto size = [](std::string_view text) { return Decimal::parse(text)->size_bytes(); };
  EXPECT_EQ(size("0"), 1u);
  EXPECT_EQ(size("1"), 2u);
  EXPECT_EQ(size("1E125"), 2u);
  EXPECT_EQ(size("123456"), 4u);
  EXPECT_EQ(size("3.14159"), 5u);
  EXPECT_EQ(size("-0.0012"), 3u);
}

TEST(Decimal, KeysSortAsNumbersDoAndReadBack) {
  std::vector<std::string> ordered = {"-9.9e125", "-1000",  "-999", "-12.5", "-12", "-1",   "-0.5",   "-1e-130",
                                      "0",        "1e-130", "0.05", "0.5",   "1",   "1.05", "1.1",    "2",
                                      "9",        "10",     "11",   "99",    "100", "1e20", "9.9e125"};
  std::string previous;
  for (const auto& text : ordered) {
    Decimal d = *Decimal::parse(text);
    std::string key;
    d.append_key(key);
    EXPECT_LT(previous, key) << text;
    previous = key;
    std::string_view rest = key;
    Decimal back;
    ASSERT_TRUE(Decimal::read_key(rest, back)) << text;
    EXPECT_EQ(back, d);
    EXPECT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace thaw::dynamodb
