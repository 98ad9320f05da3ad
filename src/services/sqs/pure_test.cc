// Attributes, messages, receipt handles, URLs, records: what needs no store.
#include <gtest/gtest.h>

#include "base/text.h"
#include "services/sqs/attributes.h"
#include "services/sqs/errors.h"
#include "services/sqs/message.h"
#include "services/sqs/receipt.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

Error refused(Texts given, bool fifo = false, bool creating = true) {
  auto out = checked_attributes(std::move(given), fifo, creating);
  return out ? Error{"", "", 0, {}} : out.error();
}

TEST(SqsAttributes, AreCheckedByNameAndRange) {
  EXPECT_EQ(checked_attributes({{"VisibilityTimeout", "007"}}, false, true)->at("VisibilityTimeout"), "7");
  EXPECT_EQ(refused({{"VisibilityTimeout", "43201"}}).code, "InvalidAttributeValue");
  EXPECT_EQ(refused({{"VisibilityTimeout", "43201"}}).message, "Invalid value for the parameter VisibilityTimeout.");
  EXPECT_EQ(refused({{"MaximumMessageSize", "1048577"}}).code, "InvalidAttributeValue");
  EXPECT_EQ(refused({{"DelaySeconds", ""}}).code, "InvalidAttributeValue");
  EXPECT_EQ(refused({{"Nothing", "1"}}).message, "Unknown Attribute Nothing.");
  EXPECT_EQ(refused({{"QueueArn", "a"}}).code, "InvalidAttributeName");
  EXPECT_EQ(refused({{"ContentBasedDeduplication", "true"}}).message, "Unknown Attribute ContentBasedDeduplication.");
  EXPECT_EQ(refused({{"ContentBasedDeduplication", "yes"}}, true).code, "InvalidAttributeValue");
  EXPECT_EQ(refused({{"FifoQueue", "true"}}, true, false).message, "Unknown Attribute FifoQueue.");
  EXPECT_EQ(refused({{"Policy", "{"}}).code, "InvalidAttributeValue");
  EXPECT_EQ(refused({{"Policy", ""}}).code, "");
  EXPECT_EQ(refused({{"RedrivePolicy", R"({"maxReceiveCount":"3"})"}}).code, "InvalidParameterValueException");
  EXPECT_EQ(
      refused({{"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:r:1:d","maxReceiveCount":0})"}}).message,
      "Value {\"deadLetterTargetArn\":\"arn:aws:sqs:r:1:d\",\"maxReceiveCount\":0} for parameter RedrivePolicy is "
      "invalid. Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.");
  EXPECT_EQ(refused({{"RedriveAllowPolicy", R"({"redrivePermission":"byQueue"})"}}).code,
            "InvalidParameterValueException");
}

TEST(SqsAttributes, MeanSomething) {
  Texts stored = merged_attributes({{"Policy", "{}"}}, {{"Policy", ""}, {"VisibilityTimeout", "5"}});
  EXPECT_EQ(stored, (Texts{{"VisibilityTimeout", "5"}}));
  stored["RedrivePolicy"] = R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:d","maxReceiveCount":"4"})";
  stored["RedriveAllowPolicy"] = R"({"redrivePermission":"denyAll"})";
  Settings settings = settings_of(stored, false);
  EXPECT_EQ(settings.visibility_s, 5);
  EXPECT_EQ(settings.retention_s, 345'600);
  EXPECT_EQ(settings.redrive->receives_max, 4);
  EXPECT_FALSE(settings.redrive_allow.allows("arn:x"));
  Texts shown = with_defaults(stored, true);
  EXPECT_EQ(shown.at("MaximumMessageSize"), "1048576");
  EXPECT_EQ(shown.at("SqsManagedSseEnabled"), "true");
  EXPECT_EQ(shown.at("DeduplicationScope"), "queue");
  EXPECT_EQ(first_difference({{"VisibilityTimeout", "5"}, {"DelaySeconds", "0"}}, stored, false), std::nullopt);
  EXPECT_EQ(first_difference({{"DelaySeconds", "1"}}, stored, false), "DelaySeconds");
}

TEST(SqsMessages, DigestsAreThoseOfTheSdks) {
  AttributeValues attributes;
  attributes["timestamp"] = {"1493147359900", {}, {}, {}, "Number"};
  // As moto and boto compute it for this attribute.
  EXPECT_EQ(md5_of_attributes(attributes), "235c5c510d26fb653d073faed50ae77c");
  EXPECT_EQ(md5_of_attributes({}), std::nullopt);
}

TEST(SqsMessages, AreCheckedInAwsWords) {
  Settings standard, fifo;
  fifo.fifo = true;
  SendMessageInput message;
  auto words = [&](const Settings& settings) {
    auto out = check_message(message, settings);
    return out ? std::string() : out.error().code + ": " + out.error().message;
  };
  EXPECT_EQ(words(standard), "MissingRequiredParameterException: The request must contain the parameter MessageBody.");
  message.MessageBody = "a\x01";
  EXPECT_EQ(words(standard).substr(0, 22), "InvalidMessageContents");
  message.MessageBody = "\xEF\xBF\xBF";
  EXPECT_EQ(words(standard).substr(0, 22), "InvalidMessageContents");
  message.MessageBody = "tab\tand\xF0\x9F\x98\x80";
  EXPECT_EQ(words(standard), "");
  message.MessageBody = std::string(message_bytes_max + 1, 'x');
  EXPECT_EQ(words(standard),
            "InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than "
            "1048576 bytes.");
  message.MessageBody = "x";
  message.DelaySeconds = 901;
  EXPECT_EQ(words(standard),
            "InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds "
            "must be >= 0 and <= 900.");
  message.DelaySeconds.reset();
  EXPECT_EQ(words(fifo), "MissingRequiredParameterException: The request must contain the parameter MessageGroupId.");
  message.MessageGroupId = "g";
  EXPECT_NE(words(fifo).find("ContentBasedDeduplication enabled or MessageDeduplicationId"), std::string::npos);
  fifo.content_deduplication = true;
  EXPECT_EQ(words(fifo), "");
  EXPECT_EQ(deduplication_id(message, fifo), hex_encode(sha256("x")));
  message.MessageAttributes["n"] = {"12a", {}, {}, {}, "Number"};
  EXPECT_EQ(words(standard),
            "InvalidParameterValueException: Can't cast the value of message (user) attribute 'n' to a number.");
  message.MessageAttributes["n"] = {"-1.5e3", {}, {}, {}, "Number.float"};
  EXPECT_EQ(words(standard), "");
  message.MessageAttributes["n"] = {"", {}, {}, {}, "String"};
  EXPECT_EQ(words(standard),
            "InvalidParameterValueException: The message attribute 'n' must contain a non-empty message attribute "
            "value for message attribute type 'String'.");
  message.MessageAttributes["n"] = {"x", {}, {}, {}, "Text"};
  EXPECT_NE(words(standard).find("the set of supported type prefixes is Binary, Number, and String."),
            std::string::npos);
  message.MessageAttributes.clear();
  message.MessageAttributes["AWS.x"] = {"x", {}, {}, {}, "String"};
  EXPECT_NE(words(standard).find("reserved for internal use"), std::string::npos);
}

TEST(SqsMessages, AttributesAreChosenByNameAndPrefix) {
  AttributeValues all;
  for (const char* name : {"a", "bar.one", "bar.two"}) all[name] = {"x", {}, {}, {}, "String"};
  EXPECT_EQ(chosen_attributes(all, {"All"}).size(), 3u);
  EXPECT_EQ(chosen_attributes(all, {".*"}).size(), 3u);
  EXPECT_EQ(chosen_attributes(all, {"bar.*"}).size(), 2u);
  EXPECT_EQ(chosen_attributes(all, {"a", "c"}).size(), 1u);
  EXPECT_EQ(chosen_attributes(all, {}).size(), 0u);
}

TEST(SqsReceipts, AreReadBackAndNothingElseIs) {
  Receipt receipt{"0123456789abcdef", 1'800'000'000'000'000'000, 77};
  EXPECT_EQ(Receipt::parse(receipt.text()), receipt);
  std::string text = receipt.text();
  text[4] = text[4] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Receipt::parse(text));
  for (std::string_view bad : {"", "x", "AAAA", "not base64!"}) EXPECT_FALSE(Receipt::parse(bad)) << bad;
  EXPECT_FALSE(Receipt::parse(std::string(5000, 'A')));
}

TEST(SqsUrls, OnlyAccountAndNameCount) {
  for (const char* url : {"http://localhost:4566/123456789012/q", "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
                          "/123456789012/q", "http://h/queue/eu/123456789012/q/"}) {
    auto name = parse_queue_url(url, "eu-west-1");
    ASSERT_TRUE(name.has_value()) << url;
    EXPECT_EQ(name->account, "123456789012");
    EXPECT_EQ(name->name, "q");
  }
  for (const char* url : {"", "q", "http://localhost", "http://localhost/q", "/12345678901x/q", "/123456789012/"})
    EXPECT_FALSE(parse_queue_url(url, "eu-west-1")) << url;
}

TEST(SqsRecords, StatesSurvive) {
  MessageState state{1, 2, 3, 4, 5, 6, true, 0xFFFF'FFFF'FFFF'FFFEull, "group"};
  EXPECT_EQ(MessageState::decode(state.encode()), state);
  EXPECT_FALSE(MessageState::decode(""));
  EXPECT_FALSE(MessageState::decode(state.encode().substr(0, 20)));
}

TEST(SqsErrors, HaveTheCodesOfTheOldProtocol) {
  EXPECT_EQ(query_error_code("QueueDoesNotExist"), "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(query_error_code("QueueNameExists"), "QueueAlreadyExists");
  EXPECT_EQ(query_error_code("EmptyBatchRequest"), "AWS.SimpleQueueService.EmptyBatchRequest");
  EXPECT_EQ(query_error_code("InvalidAttributeName"), "InvalidAttributeName");
}

}  // namespace
}  // namespace thaw::sqs
