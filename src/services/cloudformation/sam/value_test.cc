#include "services/cloudformation/sam/value.h"

#include <gtest/gtest.h>

#include "services/cloudformation/sam/errors.h"
#include "services/cloudformation/sam/intrinsics.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {
namespace {

TEST(SamValue, handles_share_and_copies_do_not) {
  Value a = Value::dict({{"list", Value::list({1})}});
  Value shared = a, copied = a.copy(), deep = a.deep_copy();
  a.get("list").push(2);
  a.set("more", true);
  EXPECT_TRUE(shared.has("more"));
  EXPECT_FALSE(copied.has("more"));
  EXPECT_EQ(copied.get("list").size(), 2u);
  EXPECT_EQ(deep.get("list").size(), 1u);
}

TEST(SamValue, the_wrong_type_is_a_fault) {
  EXPECT_THROW(Value("text").get("a"), Fault);
  EXPECT_THROW(Value(1).s(), Fault);
  EXPECT_THROW(Value().elements(), Fault);
}

TEST(SamValue, emptiness_is_false) {
  for (const Value& empty : {Value(), Value(false), Value(0), Value(""), Value::list(), Value::dict()})
    EXPECT_FALSE(static_cast<bool>(empty));
  for (const Value& full : {Value(true), Value(2), Value("x"), Value::list({Value()})})
    EXPECT_TRUE(static_cast<bool>(full));
}

TEST(SamValue, hash_order_depends_on_the_keys) {
  Value hashed = Value::hashed();
  for (auto key : {"swagger", "info", "paths"}) hashed.set(key, 1);
  EXPECT_EQ(hashed.digested_text(), "{'info': 1, 'paths': 1, 'swagger': 1}");
  EXPECT_EQ(Value::dict({{"b", 1}, {"a", 2}}).digested_text(), "{'b': 1, 'a': 2}");
}

TEST(SamValue, big_hashed_maps_find_everything) {
  Value hashed = Value::hashed();
  for (int i = 0; i < 1000; ++i) hashed.set(std::to_string(i), i);
  for (int i = 0; i < 1000; i += 2) hashed.erase(std::to_string(i));
  EXPECT_EQ(hashed.size(), 500u);
  EXPECT_EQ(hashed.items().size(), 500u);
  EXPECT_EQ(hashed.get("999"), Value(999));
  EXPECT_FALSE(hashed.has("998"));
}

TEST(SamValue, digests_mark_what_the_template_wrote) {
  Value text = Value::from_json(*Json::parse(R"({"it's": ["a\n\u20ac", 1.50, true, null, 99999999999999999999]})"));
  EXPECT_EQ(text.to_hashed().digested_text(), "{u\"it's\": [u'a\\n\\u20ac', 1.5, True, None, 99999999999999999999L]}");
  EXPECT_EQ(text.to_hashed().str(), "{\"it's\": ['a\\n€', 1.5, True, None, 99999999999999999999]}");
}

TEST(SamValue, json_is_ascii_and_sorted) {
  Value value = Value::from_json(*Json::parse(R"({"b": "é😀", "a": [1, {}]})"));
  EXPECT_EQ(value.json(), R"({"a":[1,{}],"b":"\u00e9\ud83d\ude00"})");
  EXPECT_EQ(value.json_pretty(2), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"\\u00e9\\ud83d\\ude00\"\n}");
}

TEST(SamLogicalId, digests_strings_as_they_are) {
  EXPECT_EQ(hashed_id("X", "abc"), "Xa9993e3647");
  EXPECT_EQ(hashed_id("X", ""), "X");
  EXPECT_EQ(hashed_id("X", Value::dict(), "0123456789abcdef"), "X0123456789");
  EXPECT_EQ(suffixed_id("X", "prod"), "Xprod");
  EXPECT_EQ(suffixed_id("X", "my-stage").size(), 11u);
}

TEST(SamIntrinsics, parameters_are_seen_through) {
  Resolver resolver(Value::dict({{"P", "v"}, {"L", Value::list({1})}, {"AWS::Region", "r"}}));
  EXPECT_EQ(resolver.resolve(ref_to("P")), Value("v"));
  EXPECT_EQ(resolver.resolve(ref_to("Q")), ref_to("Q"));
  EXPECT_EQ(resolver.resolve(sub("${P}-${AWS::Region}-${!P}-${Q.Arn}")), sub("v-r-${!P}-${Q.Arn}"));
  EXPECT_THROW(resolver.resolve(sub("${L}")), InvalidDocument);
}

TEST(SamIntrinsics, mappings_are_looked_up) {
  Resolver resolver(Value::from_json(*Json::parse(R"({"M": {"a": {"b": true}}, "N": {"a": 1}})")));
  auto find = [&](const char* map, const char* key) {
    return resolver.resolve_map(Value::dict({{"Fn::FindInMap", Value::list({map, "a", key})}}));
  };
  EXPECT_EQ(find("M", "b"), Value(true));
  EXPECT_TRUE(find("M", "c").is_dict());
  EXPECT_THROW(find("N", "b"), InvalidDocument);
}

TEST(SamIntrinsics, many_conditions_are_combined_ten_at_a_time) {
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) names.push_back("C" + std::to_string(i));
  Value out = combined_condition(names, "Any");
  EXPECT_EQ(out.size(), 3u);
  size_t used = 0;
  for (auto& [name, condition] : out.items()) {
    EXPECT_LE(condition.get("Fn::Or").size(), 10u);
    used += condition.get("Fn::Or").size();
  }
  EXPECT_EQ(used, 20u + 2u);
  EXPECT_TRUE(out.has("Any"));
}

}  // namespace
}  // namespace thaw::sam
