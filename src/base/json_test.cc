#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace thaw {
namespace {

std::string round_trip(std::string_view text) {
  auto value = Json::parse(text);
  return value ? value->dump() : "error: " + value.error();
}
bool refuses(std::string_view text) { return !Json::parse(text).has_value(); }

TEST(JsonParse, KeepsOrderAndNumberText) {
  for (const char* text :
       {"{\"b\":1,\"a\":[true,false,null]}", "{}", "[]", "[[],{}]", "\"x\"", "0", "-0", "1.50", "1e400", "true", "null",
        "12345678901234567890123456789012345678", "-0.00000000000000000000000000000000000001E-99",
        "[1.0,1E+2,123456789012345678901234567890]"})
    EXPECT_EQ(round_trip(text), text);
  EXPECT_EQ(round_trip(" \n{ \"a\" :\t[ 1 , 2 ] }\r\n"), "{\"a\":[1,2]}");
  EXPECT_EQ(round_trip(" 12 "), "12");
}

TEST(JsonParse, Strings) {
  EXPECT_EQ(Json::parse("\"a\\u00e9\\n\\ud83d\\ude00\\/\"")->as_string(), "aé\n😀/");
  EXPECT_EQ(round_trip("\"\\u0000\\u001f\\\"\\\\\""), "\"\\u0000\\u001f\\\"\\\\\"");
  EXPECT_EQ(round_trip("{\"\\\"k\\\"\":1}"), "{\"\\\"k\\\"\":1}");
  EXPECT_TRUE(refuses("\"\\ud800\""));
  EXPECT_TRUE(refuses("[\"\\udc00x\"]"));
  EXPECT_TRUE(refuses("\"\xff\""));
  EXPECT_TRUE(refuses("{\"a\":\"\xc3\"}"));
  EXPECT_TRUE(refuses("\"a\nb\""));
  EXPECT_TRUE(refuses("\"\\x\""));
  EXPECT_TRUE(refuses("\"abc"));
}

TEST(JsonParse, RefusesBadNumbers) {
  for (const char* bad :
       {"01", "--1", "1x", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "NaN", "Infinity", "1 2", "1,", "00", "-01"}) {
    EXPECT_TRUE(refuses(bad)) << bad;
    EXPECT_TRUE(refuses("[" + std::string(bad) + "x]")) << bad;
    EXPECT_TRUE(refuses("{\"a\":" + std::string(bad) + "}")) << bad;
  }
}

TEST(JsonParse, RefusesWhatIsNotOneValue) {
  for (const char* bad : {"",
                          " ",
                          "\n\t",
                          "{",
                          "[",
                          "]",
                          "}",
                          "{}x",
                          "{} {}",
                          "[1] 2",
                          "[1]]",
                          "[1",
                          "[1,",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{1:1}",
                          "{\"a\":1 \"b\":2}",
                          "nul",
                          "nullx",
                          "truex",
                          "true false",
                          "tru",
                          "\"a\" \"b\"",
                          "\"a\"x",
                          "[nul]",
                          "[nullx]",
                          "[truex]",
                          "[falsy]",
                          "'a'",
                          "[1}",
                          "{\"a\":1]",
                          "\xef\xbb\xbf{}x",
                          "\"a\\\"",
                          "[\"a\\\"]"})
    EXPECT_TRUE(refuses(bad)) << bad;
  EXPECT_TRUE(refuses(std::string_view("1\0", 2)));
  EXPECT_TRUE(refuses(std::string_view("{}\0", 3)));
}

TEST(JsonParse, LimitsDepth) {
  auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Json::parse(nested(512)));
  EXPECT_FALSE(Json::parse(nested(513)));
  EXPECT_FALSE(Json::parse(nested(1'000'000)));
  EXPECT_FALSE(Json::parse(std::string(1'000'000, '[')));
  EXPECT_TRUE(Json::parse("{\"a\":{\"b\":1}}", 2));
  EXPECT_FALSE(Json::parse("{\"a\":{\"b\":[]}}", 2));
  std::string objects;
  for (int i = 0; i < 600; ++i) objects += "{\"a\":";
  EXPECT_FALSE(Json::parse(objects + "1" + std::string(600, '}')));
}

TEST(JsonParse, WorksAfterAnErrorAndAfterALargeText) {
  EXPECT_TRUE(refuses("[1,"));
  std::string large = "[\"" + std::string(3 << 20, 'x') + "\"]";
  EXPECT_EQ(round_trip(large), large);
  EXPECT_EQ(round_trip("[1]"), "[1]");
}

TEST(JsonValue, Builds) {
  Json value = Json::object({{"a", 1}, {"b", Json::array({"x", 2.5, nullptr, true})}});
  value["c"]["d"] = -7;
  value.set("a", 2u);
  value["list"].push_back("one");
  EXPECT_EQ(value.dump(), "{\"a\":2,\"b\":[\"x\",2.5,null,true],\"c\":{\"d\":-7},\"list\":[\"one\"]}");
  EXPECT_TRUE(value.erase("c"));
  EXPECT_FALSE(value.erase("c"));
  EXPECT_TRUE(value.get("c").is_null());
  EXPECT_EQ(value.find("none"), nullptr);
  EXPECT_EQ(Json("text").find("x"), nullptr);
  EXPECT_EQ(value.size(), 3u);
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
  EXPECT_EQ(Json(INT64_MIN).dump(), "-9223372036854775808");
  EXPECT_EQ(Json(1e20).dump(), "1e+20");
  EXPECT_TRUE(Json::is_number_text(Json(5e-324).number_text()));
}

TEST(JsonValue, NumbersConvertOnlyWhenTheyFit) {
  EXPECT_EQ(Json::number("9223372036854775807").to_int(), INT64_MAX);
  EXPECT_FALSE(Json::number("9223372036854775808").to_int());
  EXPECT_EQ(Json::number("1.0").to_int(), 1);
  EXPECT_EQ(Json::number("1e3").to_int(), 1000);
  EXPECT_FALSE(Json::number("1.5").to_int());
  EXPECT_FALSE(Json::number("1e300").to_int());
  EXPECT_FALSE(Json("1").to_int());
  EXPECT_EQ(Json::number("2.5").to_double(), 2.5);
}

TEST(JsonValue, Compares) {
  EXPECT_EQ(*Json::parse("{\"a\":1,\"b\":[2]}"), *Json::parse("{\"b\":[2.0],\"a\":1}"));
  EXPECT_NE(*Json::parse("[1,2]"), *Json::parse("[2,1]"));
  EXPECT_NE(Json::number("12345678901234567890"), Json::number("12345678901234567891"));
  EXPECT_NE(Json("1"), Json(1));
}

TEST(JsonValue, PrintsPrettily) {
  EXPECT_EQ(Json::parse("{\"a\":[1,{}],\"b\":{}}")->dump_pretty(),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {}\n}");
}

}  // namespace
}  // namespace thaw
