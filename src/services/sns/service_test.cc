// SNS over a queue service and a function service that record what they are asked.
#include "services/sns/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"
#include "base/text.h"

namespace thaw::sns {
namespace {

struct QueueMessage {
  std::string QueueUrl, MessageBody;
  std::optional<std::string> MessageGroupId, MessageDeduplicationId;
  Json MessageAttributes;
  static void describe(api::Fields& f) {
    using Self = QueueMessage;
    MEMBER(QueueUrl);
    MEMBER(MessageBody);
    MEMBER(MessageGroupId);
    MEMBER(MessageDeduplicationId);
    MEMBER(MessageAttributes);
  }
};

class FakeQueues final : public api::Service {
 public:
  api::ServiceInfo info() const override { return {.name = "sqs", .protocols = {api::Protocol::json_1_0}}; }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("SendMessage", this, &FakeQueues::send));
    return out;
  }
  Task<Result<api::Nothing>> send(api::Request& request, const QueueMessage& in) {
    ++calls;
    principal = request.principal.arn;
    source_arn = request.context.get("aws:SourceArn").string_or("");
    if (in.QueueUrl.ends_with("/denied")) co_return fail("AccessDenied", "no", 403);
    if (failures > 0) {
      --failures;
      co_return fail("InternalFailure", "busy", 500);
    }
    sent.push_back(in);
    co_return api::Nothing{};
  }
  std::vector<QueueMessage> sent;
  int calls = 0, failures = 0;
  std::string principal, source_arn;
};

struct Invocation {
  std::string FunctionName, InvocationType;
  api::Blob Payload;
  static void describe(api::Fields& f) {
    using Self = Invocation;
    MEMBER(FunctionName);
    MEMBER(InvocationType);
    MEMBER(Payload);
  }
};

class FakeFunctions final : public api::Service {
 public:
  api::ServiceInfo info() const override { return {.name = "lambda", .protocols = {api::Protocol::json_1_0}}; }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("Invoke", this, &FakeFunctions::invoke));
    return out;
  }
  Task<Result<api::Nothing>> invoke(api::Request&, const Invocation& in) {
    invoked.push_back(in);
    co_return api::Nothing{};
  }
  std::vector<Invocation> invoked;
};

class SnsTest : public ::testing::Test {
 protected:
  SnsTest() {
    t.door.add(queues);
    t.door.add(functions);
    t.door.add(service);
    service.start();
  }
  ~SnsTest() override { t.loop.run(service.stop()); }

  Json ok(std::string operation, Json::Object input) { return t.ok("sns", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("sns", std::move(operation), std::move(input));
  }
  std::string make(std::string name, Json::Object attributes = {}) {
    return ok("CreateTopic", {{"Name", name}, {"Attributes", Json(std::move(attributes))}}).get("TopicArn").as_string();
  }
  std::string subscribe(const std::string& topic, std::string queue, Json::Object attributes = {}) {
    return ok("Subscribe", {{"TopicArn", topic},
                            {"Protocol", "sqs"},
                            {"Endpoint", "arn:aws:sqs:us-east-1:000000000000:" + queue},
                            {"Attributes", Json(std::move(attributes))}})
        .get("SubscriptionArn")
        .as_string();
  }
  Json publish(const std::string& topic, std::string message, Json::Object more = {}) {
    Json input = Json::object({{"TopicArn", topic}, {"Message", message}});
    for (Json::Member& m : more) input.set(m.key, std::move(m.value));
    Json out = ok("Publish", std::move(input.members()));
    t.loop.run(service.idle());
    return out;
  }
  std::string bodies() {
    std::string out;
    for (const QueueMessage& one : queues.sent) out += one.MessageBody + " ";
    return out;
  }
  static Json attribute(const char* type, const char* value) {
    return Json::object({{"DataType", type}, {"StringValue", value}});
  }

  api::TestDoor t;
  FakeQueues queues;
  FakeFunctions functions;
  Sns service{*t.store, t.clock, t.door.caller()};
};

TEST_F(SnsTest, TopicsAreMadeFoundAndDeleted) {
  std::string topic = make("t", {{"DisplayName", "T"}});
  EXPECT_EQ(topic, "arn:aws:sns:us-east-1:000000000000:t");
  EXPECT_EQ(make("t"), topic);
  EXPECT_EQ(error("CreateTopic", {{"Name", "t"}, {"Attributes", Json::object({{"DisplayName", "U"}})}}).message,
            "Invalid parameter: Attributes Reason: Topic already exists with different attributes");
  EXPECT_EQ(error("CreateTopic", {{"Name", "a b"}}).message, "Invalid parameter: Topic Name");
  EXPECT_EQ(error("CreateTopic", {{"Name", "t.fifo"}}).message, "Invalid parameter: Topic Name");
  Json attributes = ok("GetTopicAttributes", {{"TopicArn", topic}}).get("Attributes");
  EXPECT_EQ(attributes.get("SubscriptionsConfirmed"), Json("0"));
  EXPECT_EQ(attributes.get("DisplayName"), Json("T"));
  EXPECT_NE(attributes.get("Policy").as_string().find("__default_policy_ID"), std::string::npos);
  ok("SetTopicAttributes", {{"TopicArn", topic}, {"AttributeName", "DisplayName"}, {"AttributeValue", "V"}});
  EXPECT_EQ(ok("GetTopicAttributes", {{"TopicArn", topic}}).get("Attributes").get("DisplayName"), Json("V"));
  EXPECT_EQ(ok("ListTopics", {}).get("Topics").size(), 1u);
  ok("DeleteTopic", {{"TopicArn", topic}});
  ok("DeleteTopic", {{"TopicArn", topic}});
  Error e = error("Publish", {{"TopicArn", topic}, {"Message", "m"}});
  EXPECT_EQ(e.code + ": " + e.message, "NotFoundException: Topic does not exist");
  EXPECT_EQ(error("CreateTopic",
                  {{"Name", "x.fifo"},
                   {"Attributes", Json::object({{"FifoTopic", "true"}, {"LambdaSuccessFeedbackRoleArn", "r"}})}})
                .code,
            "NotImplemented");
}

TEST_F(SnsTest, QueuesReceiveEnvelopesThatAreSigned) {
  std::string topic = make("t");
  std::string subscription = subscribe(topic, "q");
  EXPECT_EQ(subscribe(topic, "q"), subscription);
  Json published = publish(topic, "hello",
                           {{"Subject", "s"}, {"MessageAttributes", Json::object({{"a", attribute("String", "v")}})}});
  ASSERT_EQ(queues.sent.size(), 1u);
  EXPECT_EQ(queues.principal, "sns.amazonaws.com");
  EXPECT_EQ(queues.source_arn, topic);
  auto envelope = Json::parse(queues.sent[0].MessageBody);
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(envelope->get("MessageId"), published.get("MessageId"));
  EXPECT_EQ(envelope->get("Message"), Json("hello"));
  EXPECT_EQ(envelope->get("Subject"), Json("s"));
  EXPECT_EQ(envelope->get("TopicArn"), Json(topic));
  EXPECT_EQ(envelope->get("MessageAttributes").get("a"), Json::object({{"Type", "String"}, {"Value", "v"}}));
  EXPECT_EQ(base64_decode(envelope->get("Signature").as_string())->size(), 256u);

  net::StringBody body;
  net::HttpRequest request(body);
  request.method = "GET";
  std::string url = envelope->get("SigningCertURL").as_string();
  request.path = request.target = url.substr(url.find('/', 8));
  net::HttpResponse certificate = t.loop.run(t.door.handle(request));
  EXPECT_EQ(certificate.status, 200);
  EXPECT_TRUE(certificate.body.starts_with("-----BEGIN CERTIFICATE-----"));
}

TEST_F(SnsTest, RawMessagesKeepTheirAttributes) {
  std::string topic = make("t");
  subscribe(topic, "q", {{"RawMessageDelivery", "true"}});
  publish(topic, "hello", {{"MessageAttributes", Json::object({{"a", attribute("String", "v")}})}});
  ASSERT_EQ(queues.sent.size(), 1u);
  EXPECT_EQ(queues.sent[0].MessageBody, "hello");
  EXPECT_EQ(queues.sent[0].MessageAttributes.get("a").get("StringValue"), Json("v"));
}

TEST_F(SnsTest, FilterPoliciesChoose) {
  std::string topic = make("t");
  subscribe(topic, "q",
            {{"RawMessageDelivery", "true"}, {"FilterPolicy", R"({"kind": ["a"], "n": [{"numeric": [">", 5]}]})"}});
  auto kind = [&](const char* value, const char* n) {
    return Json::Object{
        {"MessageAttributes", Json::object({{"kind", attribute("String", value)}, {"n", attribute("Number", n)}})}};
  };
  publish(topic, "1", kind("a", "6"));
  publish(topic, "2", kind("b", "6"));
  publish(topic, "3", kind("a", "5"));
  publish(topic, "4");
  publish(topic, "5",
          {{"MessageAttributes",
            Json::object({{"kind", attribute("String.Array", R"(["x","a"])")}, {"n", attribute("Number", "7")}})}});
  EXPECT_EQ(bodies(), "1 5 ");
  queues.sent.clear();
  std::string other = make("u");
  std::string subscription = subscribe(other, "q", {{"RawMessageDelivery", "true"}});
  auto set = [&](const char* name, const char* value) {
    ok("SetSubscriptionAttributes",
       {{"SubscriptionArn", subscription}, {"AttributeName", name}, {"AttributeValue", value}});
  };
  set("FilterPolicyScope", "MessageBody");
  set("FilterPolicy", R"({"order": {"total": [{"numeric": [">=", 100]}]}})");
  publish(other, R"({"order":{"total":100}})");
  publish(other, R"({"order":{"total":99}})");
  publish(other, "no JSON");
  EXPECT_EQ(bodies(), "{\"order\":{\"total\":100}} ");
  EXPECT_NE(error("SetSubscriptionAttributes", {{"SubscriptionArn", subscription},
                                                {"AttributeName", "FilterPolicyScope"},
                                                {"AttributeValue", "MessageAttributes"}})
                .message.find("does not support nested"),
            std::string::npos);
}

TEST_F(SnsTest, FunctionsReceiveEvents) {
  std::string topic = make("t");
  std::string function = "arn:aws:lambda:us-east-1:000000000000:function:f";
  ok("Subscribe", {{"TopicArn", topic}, {"Protocol", "lambda"}, {"Endpoint", function}});
  publish(topic, R"({"default": "d", "lambda": "for functions"})", {{"MessageStructure", "json"}});
  ASSERT_EQ(functions.invoked.size(), 1u);
  EXPECT_EQ(functions.invoked[0].FunctionName, function);
  EXPECT_EQ(functions.invoked[0].InvocationType, "Event");
  auto event = Json::parse(functions.invoked[0].Payload.bytes);
  const Json& record = event->get("Records").items()[0];
  EXPECT_EQ(record.get("EventSource"), Json("aws:sns"));
  EXPECT_EQ(record.get("Sns").get("Message"), Json("for functions"));
  EXPECT_TRUE(record.get("Sns").get("Subject").is_null());
}

TEST_F(SnsTest, FailuresAreRepeatedOrBuried) {
  std::string topic = make("t");
  subscribe(topic, "q", {{"RawMessageDelivery", "true"}});
  queues.failures = 4;
  publish(topic, "again");  // three times at once, then after seconds
  EXPECT_EQ(bodies(), "");
  for (int i = 0; i < 3 && queues.sent.empty(); ++i) {
    t.clock.advance(std::chrono::seconds(2));
    t.loop.run_ready();
    t.loop.run(service.idle());
  }
  EXPECT_EQ(bodies(), "again ");
  std::string other = make("u");
  subscribe(other, "denied",
            {{"RawMessageDelivery", "true"},
             {"RedrivePolicy", R"({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"})"}});
  queues.sent.clear();
  publish(other, "buried");
  ASSERT_EQ(queues.sent.size(), 1u);
  EXPECT_EQ(queues.sent[0].QueueUrl, "/000000000000/dead");
}

TEST_F(SnsTest, FifoTopicsKeepOrderAndDropDuplicates) {
  std::string topic = make("t.fifo", {{"FifoTopic", "true"}, {"ContentBasedDeduplication", "true"}});
  subscribe(topic, "q.fifo", {{"RawMessageDelivery", "true"}});
  EXPECT_EQ(error("Publish", {{"TopicArn", topic}, {"Message", "m"}}).message,
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics");
  queues.failures = 1;
  for (int i = 0; i < 5; ++i)
    ok("Publish", {{"TopicArn", topic}, {"Message", std::to_string(i)}, {"MessageGroupId", "g"}});
  Json first = publish(topic, "5", {{"MessageGroupId", "g"}});
  Json again = publish(topic, "5", {{"MessageGroupId", "g"}});
  EXPECT_EQ(again.get("MessageId"), first.get("MessageId"));
  EXPECT_EQ(again.get("SequenceNumber"), first.get("SequenceNumber"));
  EXPECT_EQ(bodies(), "0 1 2 3 4 5 ");
  EXPECT_EQ(queues.sent[0].MessageGroupId, "g");
  EXPECT_EQ(queues.sent[0].MessageDeduplicationId, hex_encode(sha256("0")));
}

TEST_F(SnsTest, ArchivesAreReplayed) {
  std::string topic = make("t.fifo", {{"FifoTopic", "true"},
                                      {"ContentBasedDeduplication", "true"},
                                      {"ArchivePolicy", R"({"MessageRetentionPeriod": "7"})"}});
  std::string start = iso8601_millis(t.clock.now());
  for (int i = 0; i < 250; ++i) publish(topic, std::to_string(i), {{"MessageGroupId", "g"}});
  EXPECT_TRUE(queues.sent.empty());
  t.clock.advance(std::chrono::seconds(5));
  std::string policy = R"({"PointType": "Timestamp", "StartingPoint": ")" + start + R"("})";
  std::string subscription = subscribe(topic, "q.fifo", {{"ReplayPolicy", policy}});
  t.loop.run(service.idle());
  ASSERT_EQ(queues.sent.size(), 250u);
  for (int i = 0; i < 250; ++i) {
    auto envelope = Json::parse(queues.sent[i].MessageBody);
    EXPECT_EQ(envelope->get("Message"), Json(std::to_string(i)));
    EXPECT_EQ(envelope->get("Replayed"), Json(true));
  }
  auto attribute_of = [&](const char* name) {
    return ok("GetSubscriptionAttributes", {{"SubscriptionArn", subscription}}).get("Attributes").get(name);
  };
  EXPECT_EQ(attribute_of("ReplayStatus"), Json("Completed"));
  publish(topic, "new", {{"MessageGroupId", "g"}});
  ASSERT_EQ(queues.sent.size(), 251u);
  EXPECT_FALSE(Json::parse(queues.sent[250].MessageBody)->contains("Replayed"));
  // With an end, only the archive is for the subscription.
  policy = R"({"PointType": "Timestamp", "StartingPoint": ")" + start + R"(", "EndingPoint": ")" + start + R"("})";
  ok("SetSubscriptionAttributes",
     {{"SubscriptionArn", subscription}, {"AttributeName", "ReplayPolicy"}, {"AttributeValue", policy}});
  publish(topic, "newer", {{"MessageGroupId", "g"}});
  EXPECT_EQ(queues.sent.size(), 501u);
  EXPECT_EQ(error("DeleteTopic", {{"TopicArn", topic}}).code, "InvalidStateException");
  ok("SetTopicAttributes", {{"TopicArn", topic}, {"AttributeName", "ArchivePolicy"}, {"AttributeValue", "{}"}});
  EXPECT_NE(error("SetSubscriptionAttributes",
                  {{"SubscriptionArn", subscription}, {"AttributeName", "ReplayPolicy"}, {"AttributeValue", policy}})
                .message.find("does not have an ArchivePolicy"),
            std::string::npos);
  ok("DeleteTopic", {{"TopicArn", topic}});
}

TEST_F(SnsTest, BatchesFailByEntry) {
  std::string topic = make("t");
  auto entry = [](const char* id, const char* message) { return Json::object({{"Id", id}, {"Message", message}}); };
  auto batch = [&](Json entries) {
    return Json::Object{{"TopicArn", topic}, {"PublishBatchRequestEntries", std::move(entries)}};
  };
  Json answer = ok("PublishBatch", batch(Json::array({entry("a", "x"), entry("b", "")})));
  EXPECT_EQ(answer.get("Successful").size(), 1u);
  EXPECT_EQ(answer.get("Failed").items()[0].get("Code"), Json("InvalidParameter"));
  EXPECT_EQ(error("PublishBatch", batch(Json::array())).code, "EmptyBatchRequestException");
  EXPECT_EQ(error("PublishBatch", batch(Json::array({entry("a", "x"), entry("a", "y")}))).code,
            "BatchEntryIdsNotDistinctException");
}

TEST_F(SnsTest, RefusesInSnsWords) {
  std::string topic = make("t");
  auto words = [&](Json::Object input) { return error("Publish", std::move(input)).message; };
  EXPECT_EQ(words({{"TopicArn", topic}, {"Message", ""}}), "Invalid parameter: Empty message");
  EXPECT_EQ(words({{"TopicArn", topic}, {"Message", std::string(262'145, 'x')}}),
            "Invalid parameter: Message too long");
  EXPECT_EQ(words({{"Message", "x"}}),
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter");
  EXPECT_EQ(words({{"TopicArn", topic}, {"Message", "{}"}, {"MessageStructure", "json"}}),
            "Invalid parameter: Message Structure - No default entry in JSON message body");
  EXPECT_EQ(error("Publish", {{"PhoneNumber", "+1"}, {"Message", "x"}}).code, "NotImplemented");
  EXPECT_EQ(error("Subscribe", {{"TopicArn", topic}, {"Protocol", "email"}, {"Endpoint", "a@b"}}).code,
            "NotImplemented");
  EXPECT_EQ(error("Subscribe", {{"TopicArn", topic}, {"Protocol", "sqs"}, {"Endpoint", "q"}}).message,
            "Invalid parameter: SQS endpoint ARN");
  EXPECT_EQ(error("GetSubscriptionAttributes", {{"SubscriptionArn", topic + ":none"}}).message,
            "Subscription does not exist");
}

TEST_F(SnsTest, HttpEndpointsMustConfirm) {
  std::string topic = make("t");
  Json made = ok("Subscribe", {{"TopicArn", topic}, {"Protocol", "http"}, {"Endpoint", "http://127.0.0.1:1/x"}});
  EXPECT_EQ(made.get("SubscriptionArn"), Json("pending confirmation"));
  Json listed = ok("ListSubscriptionsByTopic", {{"TopicArn", topic}}).get("Subscriptions").items()[0];
  EXPECT_EQ(listed.get("SubscriptionArn"), Json("PendingConfirmation"));
  EXPECT_EQ(error("ConfirmSubscription", {{"TopicArn", topic}, {"Token", std::string(128, 'a')}}).message,
            "Token does not exist");
  EXPECT_EQ(error("ConfirmSubscription", {{"TopicArn", topic}, {"Token", "x"}}).message,
            "Invalid parameter: Invalid token");
}

TEST(SnsDeliveryPolicy, HasPhases) {
  RetryPolicy policy = aws_managed_policy();
  EXPECT_EQ(policy.delay_before(3), Millis(0));
  EXPECT_EQ(policy.delay_before(4), Millis(1000));
  EXPECT_EQ(policy.delay_before(6), Millis(1000));
  EXPECT_EQ(policy.delay_before(15), Millis(20'000));
  EXPECT_EQ(policy.delay_before(100'015), Millis(20'000));
  EXPECT_FALSE(policy.delay_before(100'016));
  EXPECT_EQ(RetryPolicy{}.delay_before(1), Millis(20'000));
  EXPECT_FALSE(RetryPolicy{}.delay_before(4));
  const char* own = R"({"healthyRetryPolicy": {"numRetries": 1, "minDelayTarget": 2, "maxDelayTarget": 2}})";
  EXPECT_TRUE(check_subscription_policy(own).has_value());
  EXPECT_EQ(http_policy(own, "").delay_before(1), Millis(2000));
  EXPECT_EQ(http_policy(own, R"({"http": {"disableSubscriptionOverrides": true}})").retries, 3);
  EXPECT_FALSE(check_subscription_policy(R"({"healthyRetryPolicy": {"numRetries": 101}})").has_value());
  EXPECT_EQ(check_subscription_policy(R"({"throttlePolicy": {"maxReceivesPerSecond": 1}})").error().code,
            "NotImplemented");
}

}  // namespace
}  // namespace thaw::sns
