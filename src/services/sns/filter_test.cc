#include "services/sns/filter.h"

#include <gtest/gtest.h>

namespace thaw::sns {
namespace {

bool matches(std::string_view policy, std::string_view document, FilterScope scope = FilterScope::body) {
  auto parsed = FilterPolicy::parse(policy, scope);
  auto json = Json::parse(document);
  if (!parsed || !json) {
    ADD_FAILURE() << policy << ": " << (parsed ? "the document is not JSON" : parsed.error().message);
    return false;
  }
  return (*parsed)->matches(*json);
}
std::string refusal(std::string_view policy, FilterScope scope = FilterScope::body) {
  auto parsed = FilterPolicy::parse(policy, scope);
  return parsed ? "" : parsed.error().message;
}

TEST(SnsFilter, EveryKeyMustMatchByAnyOfItsValues) {
  const char* policy = R"({"store": ["a", "b"], "n": [1, null, true]})";
  EXPECT_TRUE(matches(policy, R"({"store": "b", "n": 1.0})"));
  EXPECT_TRUE(matches(policy, R"({"store": "a", "n": null})"));
  EXPECT_TRUE(matches(policy, R"({"store": ["x", "a"], "n": [true]})"));
  EXPECT_FALSE(matches(policy, R"({"store": "c", "n": 1})"));
  EXPECT_FALSE(matches(policy, R"({"store": "a"})"));
  EXPECT_FALSE(matches(policy, R"({"store": "a", "n": "1"})"));
  EXPECT_TRUE(matches("{}", "{}"));
}

TEST(SnsFilter, Operators) {
  EXPECT_TRUE(matches(R"({"k": [{"prefix": "eu-"}]})", R"({"k": "eu-west"})"));
  EXPECT_FALSE(matches(R"({"k": [{"prefix": "eu-"}]})", R"({"k": "us"})"));
  EXPECT_TRUE(matches(R"({"k": [{"suffix": ".png"}]})", R"({"k": "a.png"})"));
  EXPECT_TRUE(matches(R"({"k": [{"equals-ignore-case": "Ball"}]})", R"({"k": "bALL"})"));
  EXPECT_TRUE(matches(R"({"k": [{"wildcard": "a*c*"}]})", R"({"k": "abbcd"})"));
  EXPECT_TRUE(matches(R"({"k": [{"wildcard": "a\\*"}]})", R"({"k": "a*"})"));
  EXPECT_FALSE(matches(R"({"k": [{"wildcard": "a\\*"}]})", R"({"k": "ab"})"));
  EXPECT_TRUE(matches(R"({"k": [{"cidr": "10.0.0.0/24"}]})", R"({"k": "10.0.0.255"})"));
  EXPECT_FALSE(matches(R"({"k": [{"cidr": "10.0.0.0/24"}]})", R"({"k": "10.0.1.0"})"));
  EXPECT_TRUE(matches(R"({"k": [{"cidr": "2001:db8::/32"}]})", R"({"k": "2001:db8::1"})"));
  EXPECT_TRUE(matches(R"({"k": [{"exists": true}]})", R"({"k": null})"));
  EXPECT_TRUE(matches(R"({"k": [{"exists": false}]})", R"({"j": 1})"));
  EXPECT_FALSE(matches(R"({"k": [{"exists": false}]})", R"({"k": 1})"));
}

TEST(SnsFilter, Numbers) {
  const char* range = R"({"price": [{"numeric": [">", 0, "<=", 150]}]})";
  EXPECT_TRUE(matches(range, R"({"price": 150})"));
  EXPECT_FALSE(matches(range, R"({"price": 0})"));
  EXPECT_FALSE(matches(range, R"({"price": "100"})"));
  EXPECT_TRUE(matches(R"({"price": [{"numeric": ["=", 3.018e2]}]})", R"({"price": 301.8})"));
}

TEST(SnsFilter, AnythingBut) {
  EXPECT_FALSE(matches(R"({"k": [{"anything-but": ["a", "b"]}]})", R"({"k": "a"})"));
  EXPECT_TRUE(matches(R"({"k": [{"anything-but": ["a", "b"]}]})", R"({"k": "c"})"));
  EXPECT_TRUE(matches(R"({"k": [{"anything-but": ["a", "b"]}]})", R"({"k": ["a", "c"]})"));
  EXPECT_FALSE(matches(R"({"k": [{"anything-but": ["a"]}]})", R"({"j": "a"})"));
  EXPECT_FALSE(matches(R"({"k": [{"anything-but": {"prefix": "or"}}]})", R"({"k": "order"})"));
  EXPECT_TRUE(matches(R"({"k": [{"anything-but": {"suffix": ["x", "y"]}}]})", R"({"k": "z"})"));
  EXPECT_FALSE(matches(R"({"k": [{"anything-but": 100}]})", R"({"k": 100})"));
}

TEST(SnsFilter, BodiesNest) {
  const char* policy = R"({"order": {"items": {"price": [{"numeric": [">=", 10]}]}, "state": ["new"]}})";
  EXPECT_TRUE(matches(policy, R"({"order": {"state": "new", "items": [{"price": 1}, {"price": 10}]}})"));
  EXPECT_FALSE(matches(policy, R"({"order": {"state": "new", "items": [{"price": 1}]}})"));
  EXPECT_FALSE(matches(policy, R"({"order": "new"})"));
  const char* either = R"({"source": ["s"], "$or": [{"a": [1]}, {"b": [2]}]})";
  EXPECT_TRUE(matches(either, R"({"source": "s", "b": 2})"));
  EXPECT_FALSE(matches(either, R"({"source": "s", "b": 1})"));
}

TEST(SnsFilter, RefusesWhatIsWrong) {
  auto has = [](const std::string& words, const char* part) { return words.find(part) != std::string::npos; };
  EXPECT_TRUE(has(refusal("{"), "failed to parse JSON"));
  EXPECT_TRUE(has(refusal("[]"), "must be an object"));
  EXPECT_TRUE(has(refusal(R"({"k": "v"})"), R"("k" must be an object or an array)"));
  EXPECT_TRUE(has(refusal(R"({"k": []})"), "Empty arrays are not allowed"));
  EXPECT_TRUE(has(refusal(R"({"k": [{"sounds-like": "v"}]})"), "Unrecognized match type sounds-like"));
  EXPECT_TRUE(has(refusal(R"({"k": [{"numeric": ["<", 1, ">", 2]}]})"), "Bad numeric range operator"));
  EXPECT_TRUE(has(refusal(R"({"k": {"l": ["v"]}})", FilterScope::attributes), "does not support nested"));
  EXPECT_TRUE(has(refusal(R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]})"), "more than 5 keys"));
  EXPECT_TRUE(has(refusal(R"({"k": [{"cidr": "10.0.0.0/33"}]})"), "Malformed CIDR"));
  EXPECT_TRUE(has(refusal(R"({"k": [[1]]})"), "Match value must be String, number, true, false, or null"));
}

}  // namespace
}  // namespace thaw::sns
