// What event source mappings decide: filters, records, answers.
#include "services/lambda/sqs_batch.h"

#include <gtest/gtest.h>

#include "services/lambda/event_filter.h"

namespace thaw::lambda {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Json();
}
bool lets_in(std::string_view pattern, std::string_view event) {
  auto filter = parse_filter(pattern);
  EXPECT_TRUE(filter) << pattern;
  return filter && matches_filter(*filter, json(event));
}

TEST(EventFilter, Matches) {
  const char* order = R"({"kind":"tea","n":5,"tags":["a","b"],"at":{"city":"Ulm","zip":null},"gone":""})";
  for (const char* pattern :
       {R"({"kind":["coffee","tea"]})", R"({"n":[5]})", R"({"n":[5.0]})", R"({"tags":["b"]})",
        R"({"at":{"zip":[null]}})", R"({"kind":[{"prefix":"te"}],"at":{"city":[{"suffix":"lm"}]}})",
        R"({"at":{"city":[{"equals-ignore-case":"ULM"}]}})", R"({"n":[{"numeric":[">",1,"<=",5]}]})",
        R"({"kind":[{"anything-but":["coffee"]}]})", R"({"gone":[""]})",
        R"({"kind":[{"anything-but":{"prefix":"co"}}]})", R"({"other":[{"exists":false}]})",
        R"({"at":{"city":[{"exists":true}]}})", R"({"not":{"there":[{"exists":false}]}})",
        R"({"$or":[{"kind":["coffee"]},{"n":[{"numeric":["=",5]}]}]})", "{}"})
    EXPECT_TRUE(lets_in(pattern, order)) << pattern;
  for (const char* pattern :
       {R"({"kind":["te"]})", R"({"kind":["tea"],"n":[6]})", R"({"at":["Ulm"]})", R"({"kind":{"x":["tea"]}})",
        R"({"n":[{"numeric":["<",5]}]})", R"({"kind":[{"anything-but":"tea"}]})", R"({"kind":[{"exists":false}]})",
        R"({"n":["5"]})", R"({"other":[{"exists":true}]})", R"({"other":[null]})"})
    EXPECT_FALSE(lets_in(pattern, order)) << pattern;
}

TEST(EventFilter, RefusesWhatIsNoPattern) {
  for (const char* text : {"", "[]", "1", R"({"a":"b"})", R"({"a":[]})", R"({"a":[["b"]]})", R"({"a":[{"regex":"x"}]})",
                           R"({"a":[{"numeric":["~",1]}]})", R"({"a":[{"numeric":["<"]}]})", R"({"a":[{"exists":1}]})",
                           R"({"a":{}})", R"({"$or":[{"a":[1]}]})", R"({"a":[{"prefix":"x","suffix":"y"}]})"})
    EXPECT_FALSE(parse_filter(text)) << text;
  EXPECT_FALSE(parse_filter(R"({"a":[")" + std::string(5000, 'x') + "\"]}"));
}

TEST(SqsBatch, MakesAwsRecords) {
  Json message = json(R"({"MessageId":"id","ReceiptHandle":"r","Body":"{\"n\":1}","MD5OfBody":"m",
    "Attributes":{"ApproximateReceiveCount":"1"},"MD5OfMessageAttributes":"k",
    "MessageAttributes":{"t":{"DataType":"String","StringValue":"v"}}})");
  Json record = sqs_record(message, "arn:aws:sqs:us-east-1:000000000000:q", "us-east-1");
  EXPECT_EQ(record.dump(),
            R"({"messageId":"id","receiptHandle":"r","body":"{\"n\":1}","attributes":{"ApproximateReceiveCount":"1"},)"
            R"("messageAttributes":{"t":{"stringValue":"v","stringListValues":[],"binaryListValues":[],)"
            R"("dataType":"String"}},"md5OfMessageAttributes":"k","md5OfBody":"m","eventSource":"aws:sqs",)"
            R"("eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:q","awsRegion":"us-east-1"})");
  EXPECT_TRUE(is_wanted(record, {}));
  EXPECT_TRUE(is_wanted(record, {json(R"({"body":{"n":[2]}})"), json(R"({"body":{"n":[1]}})")}));
  EXPECT_FALSE(is_wanted(record, {json(R"({"body":{"n":[2]}})")}));
  EXPECT_TRUE(is_wanted(record, {json(R"({"messageAttributes":{"t":{"stringValue":["v"]}}})")}));
  record.set("body", "plain");
  EXPECT_TRUE(is_wanted(record, {json(R"({"body":["plain"]})")}));
  EXPECT_FALSE(is_wanted(record, {json(R"({"body":{"n":[1]}})")}));
}

TEST(SqsBatch, ReadsWhatFailed) {
  std::vector<std::string> ids{"a", "b"}, none;
  for (const char* all_well : {"", "null", "{}", R"({"batchItemFailures":[]})", R"({"batchItemFailures":null})"})
    EXPECT_EQ(reported_failures(all_well, ids), none) << all_well;
  EXPECT_EQ(reported_failures(R"({"batchItemFailures":[{"itemIdentifier":"b"}]})", ids), std::vector<std::string>{"b"});
  for (const char* unclear :
       {"x", "\"ok\"", R"({"batchItemFailures":[{"itemIdentifier":""}]})", R"({"batchItemFailures":"b"})",
        R"({"batchItemFailures":[{"id":"b"}]})", R"({"batchItemFailures":[{"itemIdentifier":"c"}]})"})
    EXPECT_EQ(reported_failures(unclear, ids), std::nullopt) << unclear;
}

}  // namespace
}  // namespace thaw::lambda
