#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

namespace thaw::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
  auto parsed = FilterPattern::parse(pattern);
  if (!parsed) throw std::runtime_error("refused: " + std::string(pattern));
  return parsed->matches(message);
}

TEST(FilterPattern, TermsAreAllRequired) {
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("ERROR", "an ERROR here"));
  EXPECT_FALSE(matches("ERROR", "an error here"));
  EXPECT_TRUE(matches("ERROR timeout", "timeout ERROR"));
  EXPECT_FALSE(matches("ERROR timeout", "ERROR"));
  EXPECT_TRUE(matches("\"two words\"", "has two words in it"));
  EXPECT_FALSE(matches("ERROR -retry", "ERROR retry"));
  EXPECT_TRUE(matches("?a1 ?b2", "b2"));
  EXPECT_FALSE(matches("?a1 ?b2", "c3"));
  EXPECT_TRUE(matches("%E[0-9]+%", "code E42"));
}

TEST(FilterPattern, JsonConditions) {
  const char* event = R"({"level":"error","ms":12,"user":{"ids":[7,8]},"ok":true,"none":null})";
  EXPECT_TRUE(matches(R"({ $.level = "error" })", event));
  EXPECT_TRUE(matches(R"({ $.level = err* && $.ms > 10 })", event));
  EXPECT_FALSE(matches(R"({ $.level = "error" && $.ms > 12 })", event));
  EXPECT_TRUE(matches(R"({ $.ms != 11 || $.level = "x" })", event));
  EXPECT_TRUE(matches(R"({ $.user.ids[1] = 8 })", event));
  EXPECT_TRUE(matches(R"({ $.ok IS TRUE && $.none IS NULL && $.gone NOT EXISTS })", event));
  EXPECT_FALSE(matches(R"({ ($.ms = 1 || $.ms = 2) && $.ok EXISTS })", event));
  EXPECT_FALSE(matches(R"({ $.level = "error" })", "not json"));
}

TEST(FilterPattern, FieldsByPosition) {
  const char* line = R"(127.0.0.1 - bob [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534)";
  EXPECT_TRUE(matches("[ip, id, user, time, request, status=4*, bytes]", line));
  EXPECT_TRUE(matches("[..., status=404, bytes > 1000]", line));
  EXPECT_FALSE(matches("[ip, status=404]", line));
}

TEST(FilterPattern, RefusesWhatItCannotRead) {
  for (const char* bad : {"{ $.a }", "{ a = 1 }", "{", "[a, ..., b, ...]", "\"open", "%(%", "{ $.a = }", "- b"})
    EXPECT_FALSE(FilterPattern::parse(bad)) << bad;
}

}  // namespace
}  // namespace thaw::logs
