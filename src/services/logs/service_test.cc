#include "services/logs/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"

namespace thaw::logs {
namespace {

class LogsTest : public ::testing::Test {
 protected:
  LogsTest() { t.door.add(service); }
  Json ok(std::string operation, Json::Object input) { return t.ok("logs", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("logs", std::move(operation), std::move(input));
  }
  void make_stream() {
    ok("CreateLogGroup", {{"logGroupName", "g"}});
    ok("CreateLogStream", {{"logGroupName", "g"}, {"logStreamName", "s"}});
  }
  Json put(std::vector<std::pair<int64_t, std::string>> events, std::string stream = "s") {
    Json list = Json::array();
    for (auto& [ms, text] : events) list.push_back(Json::object({{"timestamp", ms}, {"message", text}}));
    return ok("PutLogEvents", {{"logGroupName", "g"}, {"logStreamName", stream}, {"logEvents", list}});
  }

  api::TestDoor t;
  Logs service;
  int64_t now = t.clock.now_ms();
};

TEST_F(LogsTest, GroupsComeAndGo) {
  ok("CreateLogGroup", {{"logGroupName", "/aws/lambda/f"}, {"tags", Json::object({{"a", "b"}})}});
  EXPECT_EQ(error("CreateLogGroup", {{"logGroupName", "/aws/lambda/f"}}).code, "ResourceAlreadyExistsException");
  Json found = ok("DescribeLogGroups", {{"logGroupNamePrefix", "/aws/"}});
  ASSERT_EQ(found.get("logGroups").size(), 1u);
  EXPECT_EQ(found.get("logGroups").items()[0].get("arn").as_string(),
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f:*");
  EXPECT_EQ(ok("ListTagsLogGroup", {{"logGroupName", "/aws/lambda/f"}}).get("tags"), Json::object({{"a", "b"}}));
  ok("DeleteLogGroup", {{"logGroupName", "/aws/lambda/f"}});
  EXPECT_EQ(error("DeleteLogGroup", {{"logGroupName", "/aws/lambda/f"}}).code, "ResourceNotFoundException");
}

TEST_F(LogsTest, RefusesBadNamesInAwsWords) {
  Error e = error("CreateLogGroup", {{"logGroupName", "a b"}});
  EXPECT_EQ(e.code, "InvalidParameterException");
  EXPECT_EQ(
      e.message,
      "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy "
      R"(regular expression pattern: [\.\-_/#A-Za-z0-9]+)");
}

TEST_F(LogsTest, PagesGroups) {
  for (const char* name : {"a", "b", "c"}) ok("CreateLogGroup", {{"logGroupName", name}});
  Json first = ok("DescribeLogGroups", {{"limit", 2}});
  ASSERT_EQ(first.get("logGroups").size(), 2u);
  Json second = ok("DescribeLogGroups", {{"limit", 2}, {"nextToken", first.get("nextToken")}});
  ASSERT_EQ(second.get("logGroups").size(), 1u);
  EXPECT_FALSE(second.contains("nextToken"));
}

TEST_F(LogsTest, EventsComeBackInOrderAndByPage) {
  make_stream();
  put({{now, "one"}, {now, "two"}, {now + 5, "three"}});
  Json all = ok("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"startFromHead", true}, {"limit", 2}});
  ASSERT_EQ(all.get("events").size(), 2u);
  EXPECT_EQ(all.get("events").items()[1].get("message").as_string(), "two");
  Json rest =
      ok("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"nextToken", all.get("nextForwardToken")}});
  ASSERT_EQ(rest.get("events").size(), 1u);
  EXPECT_EQ(rest.get("events").items()[0].get("message").as_string(), "three");
  Json end =
      ok("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"nextToken", rest.get("nextForwardToken")}});
  EXPECT_EQ(end.get("events").size(), 0u);
  EXPECT_EQ(end.get("nextForwardToken"), rest.get("nextForwardToken"));
}

TEST_F(LogsTest, RefusesUnorderedBatchesAndReportsOldEvents) {
  make_stream();
  Json unordered = Json::array(
      {Json::object({{"timestamp", now}, {"message", "b"}}), Json::object({{"timestamp", now - 1}, {"message", "a"}})});
  Error e = error("PutLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"logEvents", unordered}});
  EXPECT_EQ(e.message, "Log events in a single PutLogEvents request must be in chronological order.");
  Json answer = put({{now - 15LL * 86'400'000, "old"}});
  EXPECT_EQ(answer.get("rejectedLogEventsInfo").get("tooOldLogEventEndIndex").to_int(), 1);
}

TEST_F(LogsTest, FiltersAcrossStreams) {
  make_stream();
  ok("CreateLogStream", {{"logGroupName", "g"}, {"logStreamName", "t"}});
  put({{now, "ERROR in s"}, {now + 2, "fine"}});
  put({{now + 1, "ERROR in t"}}, "t");
  Json first = ok("FilterLogEvents", {{"logGroupName", "g"}, {"filterPattern", "ERROR"}, {"limit", 1}});
  ASSERT_EQ(first.get("events").size(), 1u);
  EXPECT_EQ(first.get("events").items()[0].get("message").as_string(), "ERROR in s");
  Json second =
      ok("FilterLogEvents", {{"logGroupName", "g"}, {"filterPattern", "ERROR"}, {"nextToken", first.get("nextToken")}});
  ASSERT_EQ(second.get("events").size(), 1u);
  EXPECT_EQ(second.get("events").items()[0].get("logStreamName").as_string(), "t");
}

TEST_F(LogsTest, RetentionHidesAndDeletes) {
  make_stream();
  put({{now, "first"}});
  ok("PutRetentionPolicy", {{"logGroupName", "g"}, {"retentionInDays", 1}});
  t.clock.advance(std::chrono::hours(25));
  Json events = ok("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"startFromHead", true}});
  EXPECT_EQ(events.get("events").size(), 0u);
  EXPECT_EQ(error("PutRetentionPolicy", {{"logGroupName", "g"}, {"retentionInDays", 2}}).code,
            "InvalidParameterException");
}

}  // namespace
}  // namespace thaw::logs
