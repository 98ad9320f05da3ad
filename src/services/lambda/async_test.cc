// Asynchronous invocation: what becomes of events, on the store in memory, where no environment runs.
#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/lambda/async_event.h"
#include "services/lambda/lineage.h"
#include "services/lambda/service.h"
#include "services/lambda/testing.h"

namespace thaw::lambda {
namespace {

constexpr const char* role = "arn:aws:iam::000000000000:role/r";
constexpr const char* queue = "arn:aws:sqs:us-east-1:000000000000:failed";

// Answers every call of the operations that it has, and remembers the inputs.
class FakeService final : public api::Service {
 public:
  struct Input {
    Json QueueUrl, MessageBody, MessageAttributes, RoleArn, PolicySourceArn, ActionNames, ResourceArns;
    static void describe(api::Fields& f) {
      using Self = Input;
      MEMBER(QueueUrl);
      MEMBER(MessageBody);
      MEMBER(MessageAttributes);
      MEMBER(RoleArn);
      MEMBER(PolicySourceArn);
      MEMBER(ActionNames);
      MEMBER(ResourceArns);
    }
  };
  struct Output {
    Json EvaluationResults;
    static void describe(api::Fields& f) { f.add("EvaluationResults", &Output::EvaluationResults); }
  };

  FakeService(std::string name, std::vector<std::string> operation_names)
      : name_(std::move(name)), names_(std::move(operation_names)) {}
  api::ServiceInfo info() const override { return {.name = name_, .protocols = {api::Protocol::json_1_0}}; }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    for (const std::string& name : names_) out.push_back(api::op(name, this, &FakeService::take));
    return out;
  }
  Task<Result<Output>> take(api::Request& request, const Input& in) {
    if (request.operation->name.starts_with("List")) co_return Output{};
    if (failure) co_return fail(*failure);
    inputs.push_back(api::to_canonical(in));
    principals.push_back(request.principal.arn);
    co_return Output{answer};
  }

  std::optional<Error> failure;
  Json answer;
  std::vector<Json> inputs;
  std::vector<std::string> principals;

 private:
  std::string name_;
  std::vector<std::string> names_;
};

class AsyncTest : public ::testing::Test {
 protected:
  AsyncTest() {
    for (api::Service* service : std::initializer_list<api::Service*>{&sts, &sqs, &iam, &lambda}) t.door.add(*service);
    lambda.start();
    create("f");
  }
  ~AsyncTest() override { t.loop.run(lambda.stop()); }

  Json ok(std::string operation, Json::Object input) { return t.ok("lambda", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("lambda", std::move(operation), std::move(input));
  }
  void create(std::string name) {
    ok("CreateFunction", {{"FunctionName", name},
                          {"Runtime", "provided.al2023"},
                          {"Handler", "app.handler"},
                          {"Role", role},
                          {"Code", Json::object({{"ZipFile", make_zip({{"bootstrap", "#!/bin/sh\n"}})}})}});
  }
  Json configure(Json::Object config) {
    config.push_back({"FunctionName", "f"});
    return ok("PutFunctionEventInvokeConfig", std::move(config));
  }
  static Json failing_to(const char* destination) {
    return Json::object({{"OnFailure", Json::object({{"Destination", destination}})}});
  }
  void send(std::string payload = R"({"n":1.50})") {
    Json answer = ok("Invoke", {{"FunctionName", "f"}, {"InvocationType", "Event"}, {"Payload", std::move(payload)}});
    EXPECT_EQ(answer.get("StatusCode").to_int(), 202);
    EXPECT_FALSE(answer.contains("Payload"));
  }
  bool wait_for_messages(size_t count) {
    return t.loop.run_until([&] { return sqs.inputs.size() >= count; }, std::chrono::seconds(20));
  }
  void run() { t.loop.run_for(Millis(20)); }

  static env::Options environment_options(const Clock& clock) {
    env::Options out;
    out.clock = &clock;
    return out;
  }

  api::TestDoor t;
  FakeService sts{"sts", {"AssumeRole"}};
  FakeService sqs{"sqs", {"SendMessage", "ListQueues"}};
  FakeService iam{"iam", {"SimulatePrincipalPolicy"}};
  std::unique_ptr<blob::BlobStore> blobs = blob::make_memory_blob_store();
  env::Environments environments{environment_options(t.clock)};
  LogWriter logs{t.door.caller()};
  int invocations = 0;
  Lambda lambda{Dependencies{.store = *t.store,
                             .clock = t.clock,
                             .caller = t.door.caller(),
                             .blobs = *blobs,
                             .environments = environments,
                             .environments_ready =
                                 [this] {
                                   ++invocations;
                                   return Result<>(fail("ServiceException", "no environments in this test", 500));
                                 },
                             .logs = logs,
                             .code_directory = ::testing::TempDir() + "/thaw-lambda-async-test"}};
};

TEST_F(AsyncTest, RefusesWhatCannotBeAnEvent) {
  Json::Object event{{"FunctionName", "f"}, {"InvocationType", "Event"}};
  auto with = [&](const char* member, Json value) {
    Json::Object out = event;
    out.push_back({member, std::move(value)});
    return out;
  };
  EXPECT_EQ(error("Invoke", with("Payload", "{bad")).code, "InvalidRequestContentException");
  Error large = error("Invoke", with("Payload", "\"" + std::string(1'048'575, 'x') + "\""));
  EXPECT_EQ(large.code, "RequestTooLargeException");
  EXPECT_EQ(large.message, "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)");
  EXPECT_EQ(error("Invoke", with("ClientContext", "{}")).code, "InvalidRequestContentException");
  event[0].value = "g";
  EXPECT_EQ(error("Invoke", event).code, "ResourceNotFoundException");
  EXPECT_EQ(ok("InvokeAsync", {{"FunctionName", "f"}, {"InvokeArgs", "{}"}}).get("Status").to_int(), 202);
}

TEST_F(AsyncTest, AnEventThatThePlatformCannotRunWaitsLongerEachTimeAndThenExpires) {
  configure({{"MaximumEventAgeInSeconds", 60}, {"DestinationConfig", failing_to(queue)}});
  send();
  ASSERT_TRUE(t.loop.run_until([&] { return invocations == 1; }, std::chrono::seconds(20)));
  run();
  int expected = 1;
  for (int after_s : {1, 2, 4, 8, 16}) {
    t.clock.advance(std::chrono::seconds(after_s - 1));
    run();
    EXPECT_EQ(invocations, expected) << "before " << after_s << " s";
    t.clock.advance(std::chrono::seconds(1));
    run();
    EXPECT_EQ(invocations, ++expected);
  }
  EXPECT_TRUE(sqs.inputs.empty());
  t.clock.advance(std::chrono::seconds(60 - 31));
  ASSERT_TRUE(wait_for_messages(1));
  EXPECT_EQ(invocations, expected) << "an expired event runs no more";
  auto record = Json::parse(sqs.inputs[0].get("MessageBody").as_string());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->get("version").as_string(), "1.0");
  EXPECT_EQ(record->get("requestContext").get("condition").as_string(), "EventAgeExceeded");
  EXPECT_EQ(record->get("requestContext").get("approximateInvokeCount").to_int(), 0);
  EXPECT_EQ(record->get("requestContext").get("functionArn").as_string(),
            "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
  EXPECT_EQ(record->get("requestPayload").get("n").number_text(), "1.50");
  EXPECT_FALSE(record->contains("responsePayload"));
  EXPECT_EQ(sqs.inputs[0].get("QueueUrl").as_string(), "https://sqs.us-east-1.amazonaws.com/000000000000/failed");
  EXPECT_EQ(sqs.principals[0], "arn:aws:sts::000000000000:assumed-role/r/f-");
}

TEST_F(AsyncTest, WithoutConcurrencyAnEventGoesToTheDeadLetterQueueAtOnce) {
  ok("UpdateFunctionConfiguration",
     {{"FunctionName", "f"}, {"DeadLetterConfig", Json::object({{"TargetArn", queue}})}});
  configure({{"DestinationConfig", failing_to(queue)}});
  ok("PutFunctionConcurrency", {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
  send();
  ASSERT_TRUE(wait_for_messages(2));
  EXPECT_EQ(invocations, 0);
  size_t letter = sqs.inputs[0].contains("MessageAttributes") ? 0 : 1;
  EXPECT_EQ(sqs.inputs[letter].get("MessageBody").as_string(), R"({"n":1.50})");
  const Json& attributes = sqs.inputs[letter].get("MessageAttributes");
  EXPECT_EQ(attributes.get("ErrorCode").dump(), R"({"DataType":"Number","StringValue":"429"})");
  EXPECT_EQ(attributes.get("ErrorMessage").get("StringValue").as_string(), "Rate Exceeded.");
  auto record = Json::parse(sqs.inputs[1 - letter].get("MessageBody").as_string());
  EXPECT_EQ(record->get("requestContext").get("condition").as_string(), "ZeroReservedConcurrency");
  EXPECT_EQ(record->get("requestContext").get("requestId").as_string(),
            attributes.get("RequestID").get("StringValue").as_string());
}

TEST_F(AsyncTest, ADeliveryIsTriedAgainWhileTheServiceFails) {
  configure({{"DestinationConfig", failing_to(queue)}});
  ok("PutFunctionConcurrency", {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
  sqs.failure = Error{"ServiceUnavailable", "later", 503, {}};
  send();
  run();
  sqs.failure.reset();
  run();
  EXPECT_TRUE(sqs.inputs.empty());
  t.clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(wait_for_messages(1));
}

TEST_F(AsyncTest, EventsOfADeletedFunctionAreDropped) {
  configure({{"DestinationConfig", failing_to(queue)}});
  send();
  ASSERT_TRUE(t.loop.run_until([&] { return invocations == 1; }, std::chrono::seconds(20)));
  ok("DeleteFunction", {{"FunctionName", "f"}});
  t.clock.advance(std::chrono::hours(7));
  run();
  EXPECT_EQ(invocations, 1);
  EXPECT_TRUE(sqs.inputs.empty());
  create("f");
  EXPECT_EQ(error("GetFunctionEventInvokeConfig", {{"FunctionName", "f"}}).code, "ResourceNotFoundException")
      << "the config went with the function";
}

TEST_F(AsyncTest, EventInvokeConfigsOfFunctionVersionAndAlias) {
  Json put = configure({{"MaximumRetryAttempts", 0}});
  EXPECT_EQ(put.get("FunctionArn").as_string(), "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
  EXPECT_EQ(put.get("DestinationConfig").dump(), R"({"OnSuccess":{},"OnFailure":{}})");
  EXPECT_FALSE(put.contains("MaximumEventAgeInSeconds"));
  Json updated = ok("UpdateFunctionEventInvokeConfig", {{"FunctionName", "f"}, {"MaximumEventAgeInSeconds", 3600}});
  EXPECT_EQ(updated.get("MaximumRetryAttempts").to_int(), 0);
  EXPECT_EQ(updated.get("MaximumEventAgeInSeconds").to_int(), 3600);
  ok("PublishVersion", {{"FunctionName", "f"}});
  ok("CreateAlias", {{"FunctionName", "f"}, {"Name", "live"}, {"FunctionVersion", "1"}});
  ok("PutFunctionEventInvokeConfig",
     {{"FunctionName", "f"}, {"Qualifier", "live"}, {"DestinationConfig", failing_to(queue)}});
  ok("PutFunctionEventInvokeConfig", {{"FunctionName", "f:1"}, {"MaximumRetryAttempts", 1}});
  Json list = ok("ListFunctionEventInvokeConfigs", {{"FunctionName", "f"}, {"MaxItems", 2}});
  EXPECT_EQ(list.get("FunctionEventInvokeConfigs").size(), 2u);
  list = ok("ListFunctionEventInvokeConfigs", {{"FunctionName", "f"}, {"Marker", list.get("NextMarker")}});
  ASSERT_EQ(list.get("FunctionEventInvokeConfigs").size(), 1u);
  EXPECT_EQ(list.get("FunctionEventInvokeConfigs").items()[0].get("FunctionArn").as_string(),
            "arn:aws:lambda:us-east-1:000000000000:function:f:live");
  EXPECT_EQ(ok("GetFunctionEventInvokeConfig", {{"FunctionName", "f"}, {"Qualifier", "live"}})
                .get("DestinationConfig")
                .get("OnFailure")
                .get("Destination")
                .as_string(),
            queue);
  ok("DeleteAlias", {{"FunctionName", "f"}, {"Name", "live"}});
  ok("DeleteFunctionEventInvokeConfig", {{"FunctionName", "f"}});
  Error gone = error("GetFunctionEventInvokeConfig", {{"FunctionName", "f"}});
  EXPECT_EQ(gone.message,
            "The function arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST doesn't have an EventInvokeConfig");
  EXPECT_EQ(error("UpdateFunctionEventInvokeConfig", {{"FunctionName", "f"}, {"MaximumRetryAttempts", 1}}).code,
            "ResourceNotFoundException");
  EXPECT_EQ(ok("ListFunctionEventInvokeConfigs", {{"FunctionName", "f"}}).get("FunctionEventInvokeConfigs").size(), 1u);
}

TEST_F(AsyncTest, EventInvokeConfigsAreChecked) {
  auto refusal = [&](Json::Object config) {
    config.push_back({"FunctionName", "f"});
    Error e = error("PutFunctionEventInvokeConfig", std::move(config));
    return e.code + ": " + e.message;
  };
  auto to = [&](const char* arn) { return refusal({{"DestinationConfig", failing_to(arn)}}); };
  const std::string invalid = "InvalidParameterValueException: ";
  EXPECT_EQ(refusal({}), invalid + "You must specify at least one of error handling or destination setting.");
  EXPECT_EQ(refusal({{"MaximumRetryAttempts", 3}}),
            "ValidationException: 1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy "
            "constraint: Member must have value less than or equal to 2");
  EXPECT_NE(refusal({{"MaximumEventAgeInSeconds", 59}}).find("greater than or equal to 60"), std::string::npos);
  EXPECT_NE(to("nonsense").find("failed to satisfy constraint"), std::string::npos);
  EXPECT_EQ(to("arn:aws:dynamodb:us-east-1:000000000000:table/t"),
            invalid + "The destination ARN arn:aws:dynamodb:us-east-1:000000000000:table/t is invalid.");
  EXPECT_EQ(to("arn:aws:lambda:us-east-1:000000000000:function:g"),
            invalid + "The destination ARN arn:aws:lambda:us-east-1:000000000000:function:g is invalid.");
  EXPECT_EQ(to("arn:aws:lambda:us-east-1:000000000000:function:f"),
            invalid + "You can't specify the function as a destination for itself.");
  EXPECT_EQ(to("arn:aws:sns:us-east-1:000000000000:topic").substr(0, 15), "NotImplemented:");
  EXPECT_EQ(to("arn:aws:events:us-east-1:000000000000:event-bus/default").substr(0, 15), "NotImplemented:");
  EXPECT_EQ(refusal({{"DestinationConfig",
                      Json::object({{"OnSuccess", Json::object({{"Destination", "arn:aws:s3:::bucket"}})}})}}),
            invalid + "The destination ARN arn:aws:s3:::bucket is invalid.");
  EXPECT_EQ(error("PutFunctionEventInvokeConfig", {{"FunctionName", "g"}, {"MaximumRetryAttempts", 1}}).message,
            "The function doesn't exist.");
  EXPECT_EQ(
      error("PutFunctionEventInvokeConfig", {{"FunctionName", "f"}, {"Qualifier", "no"}, {"MaximumRetryAttempts", 1}})
          .code,
      "ResourceNotFoundException");
  iam.answer = Json::array({Json::object({{"EvalDecision", "implicitDeny"}})});
  EXPECT_EQ(to(queue), invalid + "The function's execution role does not have permissions to call SendMessage on " +
                           std::string(queue));
  Error letter = error("UpdateFunctionConfiguration",
                       {{"FunctionName", "f"}, {"DeadLetterConfig", Json::object({{"TargetArn", queue}})}});
  EXPECT_EQ(letter.message, "The provided execution role does not have permissions to call SendMessage on SQS");
}

TEST_F(AsyncTest, LoopsAreStoppedUnlessTheFunctionAllowsThem) {
  EXPECT_EQ(ok("GetFunctionRecursionConfig", {{"FunctionName", "f"}}).get("RecursiveLoop").as_string(), "Terminate");
  std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f", trace;
  for (int i = 0; i < 16; ++i) trace = next_trace(trace, arn, true, 0).value();
  Json::Object in{{"FunctionName", "f"}, {"TraceId", trace}};
  EXPECT_EQ(error("Invoke", in).code, "RecursiveInvocationException");
  ok("PutFunctionRecursionConfig", {{"FunctionName", "f"}, {"RecursiveLoop", "Allow"}});
  EXPECT_EQ(error("Invoke", in).code, "ServiceException") << "it would run";
}

// ---- pure parts ----

TEST(Lineage, CountsFunctionsOfAChain) {
  std::string first = next_trace("Root=1-2-3;Sampled=1", "arn:a", true, 0).value();
  EXPECT_TRUE(first.starts_with("Root=1-2-3;Sampled=1;Parent=")) << first;
  std::string second = next_trace(first, "arn:b", true, 0).value();
  EXPECT_EQ(std::count(second.begin(), second.end(), '|'), 1);
  EXPECT_TRUE(next_trace(second, "arn:a", true, 0).value().ends_with(":1"));
  EXPECT_TRUE(next_trace("Lineage=:::|x|9999999999999:99999999999999999999;;=", "arn:a", true, 0));
  EXPECT_TRUE(next_trace(std::string(5000, 'x'), "arn:a", true, 0).value().starts_with("Root=1-"));
}

TEST(AsyncEventTest, RetriesAsAwsDoes) {
  using Kind = NextStep::Kind;
  AsyncEvent event;
  EventLimits limits;
  auto step = [&](Attempt attempt, int tries, int64_t now_ms) {
    return next_step(event, limits, attempt, tries, now_ms);
  };
  EXPECT_EQ(step(Attempt::failed, 1, 0).delay, Millis(60'000));
  event.failures = 1;
  EXPECT_EQ(step(Attempt::failed, 1, 61'000).delay, Millis(120'000));
  event.failures = 2;
  EXPECT_EQ(step(Attempt::failed, 1, 200'000).condition, "RetriesExhausted");
  event.failures = 0;
  limits.age_ms_max = 60'000;
  EXPECT_EQ(step(Attempt::failed, 1, 0).condition, "EventAgeExceeded");
  EXPECT_EQ(step(Attempt::throttled, 20, 50'000).delay, Millis(10'000)) << "until it expires";
  EXPECT_EQ(back_off(1), Millis(1000));
  EXPECT_EQ(back_off(9), Millis(256'000));
  EXPECT_EQ(back_off(1000), Millis(300'000));
  EXPECT_EQ(step(Attempt::succeeded, 1, 0).kind, Kind::succeed);
}

TEST(AsyncEventTest, LiesInTheQueueAsItCame) {
  AsyncEvent event{
      .account = "000000000000", .name = "f", .failures = 2, .payload = std::string("{\"a\":\"\0\xFF\"}", 10)};
  auto read = decode_event(encode_event(event));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->payload, event.payload);
  EXPECT_EQ(read->failures, 2);
  EXPECT_FALSE(decode_event("abc"));
  EXPECT_FALSE(decode_event(std::string_view("\xFF\xFF\0\0x", 5)));
}

TEST(AsyncEventTest, RecordsHoldPayloadsUnchanged) {
  AsyncEvent event{.request_id = "id", .payload = R"({"big":12345678901234567890.10})"};
  EventResponse response{.executed_version = "3", .function_error = "Unhandled", .payload = "not json"};
  EXPECT_EQ(invocation_record(event, "arn", "RetriesExhausted", 3, response, Time(Millis(0))),
            R"({"version":"1.0","timestamp":"1970-01-01T00:00:00.000Z","requestContext":{"requestId":"id",)"
            R"("functionArn":"arn","condition":"RetriesExhausted","approximateInvokeCount":3},)"
            R"("requestPayload":{"big":12345678901234567890.10},"responseContext":{"statusCode":200,)"
            R"("executedVersion":"3","functionError":"Unhandled"},"responsePayload":"not json"})");
  EXPECT_EQ(error_words(R"({"errorMessage":"no"})"), "no");
  EXPECT_EQ(shortened("a\xC3\xA4", 2), "a");
}

TEST(AsyncEventTest, DeliversToEachKindOfDestination) {
  Delivery d{.account = "000000000000",
             .region = "us-east-1",
             .function_name = "f",
             .function_arn = "arn:f",
             .object_id = "uuid",
             .ended_ms = 1'700'000'000'000,
             .body = "{}"};
  d.destination = "arn:aws:s3:::bucket";
  auto object = delivery_call(d);
  ASSERT_TRUE(object);
  EXPECT_EQ(object->input.get("Key").as_string(), "aws/lambda/async/f/2023/11/14/2023-11-14T22.13.20-uuid");
  d.destination = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  auto bus = delivery_call(d);
  ASSERT_TRUE(bus);
  EXPECT_EQ(bus->input.get("Entries").items()[0].get("DetailType").as_string(),
            "Lambda Function Invocation Result - Failure");
  d.destination = "arn:aws:lambda:eu-west-1:000000000000:function:g:live";
  auto function = delivery_call(d);
  ASSERT_TRUE(function);
  EXPECT_EQ(function->region, "eu-west-1");
  EXPECT_EQ(function->input.get("InvocationType").as_string(), "Event");
  d.is_dead_letter = true;
  EXPECT_FALSE(delivery_call(d)) << "dead letters go to queues and topics";
}

}  // namespace
}  // namespace thaw::lambda
