#include "services/sqs/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"

namespace thaw::sqs {
namespace {

class SqsTest : public ::testing::Test {
 protected:
  SqsTest() {
    t.door.add(*service);
    service->start();
  }
  ~SqsTest() override { t.loop.run(service->stop()); }

  Json ok(std::string operation, Json::Object input) { return t.ok("sqs", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("sqs", std::move(operation), std::move(input));
  }
  std::string make(std::string name, Json::Object attributes = {}) {
    return ok("CreateQueue", {{"QueueName", name}, {"Attributes", Json(std::move(attributes))}})
        .get("QueueUrl")
        .as_string();
  }
  Json send(const std::string& url, std::string body, std::string group = "", std::string id = "") {
    Json::Object input = {{"QueueUrl", url}, {"MessageBody", body}};
    if (!group.empty()) input.push_back({"MessageGroupId", group});
    if (!id.empty()) input.push_back({"MessageDeduplicationId", id});
    return ok("SendMessage", std::move(input));
  }
  Json::Array receive(const std::string& url, Json::Object more = {}) {
    Json::Object input = {{"QueueUrl", url},
                          {"MaxNumberOfMessages", 10},
                          {"MessageSystemAttributeNames", Json::array({"All"})},
                          {"MessageAttributeNames", Json::array({"All"})}};
    Json whole(std::move(input));
    for (Json::Member& m : more) whole.set(m.key, std::move(m.value));
    Json answer = ok("ReceiveMessage", std::move(whole.members()));
    return answer.contains("Messages") ? answer.get("Messages").items() : Json::Array();
  }
  std::string bodies(const Json::Array& messages) {
    std::string out;
    for (const Json& message : messages) out += message.get("Body").as_string() + " ";
    return out;
  }
  void erase(const std::string& url, const Json& message) {
    ok("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", message.get("ReceiptHandle")}});
  }
  std::string attribute(const std::string& url, std::string name) {
    Json answer = ok("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", Json::array({"All"})}});
    return answer.get("Attributes").get(name).string_or("(none)");
  }
  std::string counts(const std::string& url) {
    return attribute(url, "ApproximateNumberOfMessages") + " " +
           attribute(url, "ApproximateNumberOfMessagesNotVisible") + " " +
           attribute(url, "ApproximateNumberOfMessagesDelayed");
  }
  std::string arn(const std::string& name) { return "arn:aws:sqs:us-east-1:000000000000:" + name; }
  std::string redrive(const std::string& to, int receives) {
    return Json::object({{"deadLetterTargetArn", arn(to)}, {"maxReceiveCount", receives}}).dump();
  }
  void pass(int64_t seconds) { t.clock.advance(std::chrono::seconds(seconds)); }
  // The service as after a restart: nothing in memory.
  void restart() {
    t.loop.run(service->stop());
    // The door keeps the first; a second over the same store is asked beside it.
    second = std::make_unique<Sqs>(*t.store, t.clock);
    other = std::make_unique<api::Door>(*t.store, t.clock, t.credentials, t.authorizer, api::DoorOptions{});
    other->add(*second);
  }
  Json after(std::string operation, Json::Object input) {
    Result<Json> answer = t.loop.run(other->call(t.root(), "sqs", std::move(operation), Json(std::move(input))));
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    return answer ? *answer : Json();
  }

  api::TestDoor t;
  std::unique_ptr<Sqs> service = std::make_unique<Sqs>(*t.store, t.clock);
  std::unique_ptr<Sqs> second;
  std::unique_ptr<api::Door> other;
};

TEST_F(SqsTest, QueuesAreMadeFoundAndDeleted) {
  std::string url = make("q", {{"VisibilityTimeout", "5"}});
  EXPECT_EQ(url, "http://localhost:4566/000000000000/q");
  EXPECT_EQ(make("q", {{"VisibilityTimeout", "5"}}), url);
  EXPECT_EQ(make("q"), url);
  Error e = error("CreateQueue", {{"QueueName", "q"}, {"Attributes", Json::object({{"VisibilityTimeout", "6"}})}});
  EXPECT_EQ(e.code, "QueueNameExists");
  EXPECT_EQ(e.message,
            "A queue already exists with the same name and a different value for attribute VisibilityTimeout");
  EXPECT_EQ(ok("GetQueueUrl", {{"QueueName", "q"}}).get("QueueUrl"), Json(url));
  EXPECT_EQ(attribute(url, "QueueArn"), arn("q"));
  EXPECT_EQ(attribute(url, "RedrivePolicy"), "(none)");
  ok("DeleteQueue", {{"QueueUrl", url}});
  e = error("SendMessage", {{"QueueUrl", url}, {"MessageBody", "x"}});
  EXPECT_EQ(e.code, "QueueDoesNotExist");
  EXPECT_EQ(e.message, "The specified queue does not exist.");
  EXPECT_EQ(error("CreateQueue", {{"QueueName", "a b"}}).message,
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  EXPECT_EQ(error("SendMessage", {{"QueueUrl", "nonsense"}, {"MessageBody", "x"}}).code, "InvalidAddress");
  EXPECT_EQ(error("SendMessage", {{"MessageBody", "x"}}).code, "MissingRequiredParameterException");
}

TEST_F(SqsTest, ListsPages) {
  for (const char* name : {"a1", "a2", "a3", "b"}) make(name);
  Json first = ok("ListQueues", {{"QueueNamePrefix", "a"}, {"MaxResults", 2}});
  ASSERT_EQ(first.get("QueueUrls").size(), 2u);
  Json rest = ok("ListQueues", {{"QueueNamePrefix", "a"}, {"MaxResults", 2}, {"NextToken", first.get("NextToken")}});
  EXPECT_EQ(rest.get("QueueUrls").size(), 1u);
  EXPECT_FALSE(rest.contains("NextToken"));
  EXPECT_EQ(ok("ListQueues", {}).get("QueueUrls").size(), 4u);
  EXPECT_FALSE(ok("ListQueues", {{"QueueNamePrefix", "x"}}).contains("QueueUrls"));
}

TEST_F(SqsTest, MessagesAreHiddenThenComeBackOrGo) {
  std::string url = make("q");
  Json sent = send(url, "hello");
  EXPECT_EQ(sent.get("MD5OfMessageBody").as_string(), "5d41402abc4b2a76b9719d911017c592");
  auto first = receive(url);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].get("MessageId"), sent.get("MessageId"));
  EXPECT_EQ(first[0].get("Attributes").get("ApproximateReceiveCount").as_string(), "1");
  EXPECT_TRUE(receive(url).empty());
  EXPECT_EQ(counts(url), "0 1 0");
  pass(30);
  EXPECT_EQ(counts(url), "1 0 0");
  auto second_time = receive(url);
  ASSERT_EQ(second_time.size(), 1u);
  EXPECT_EQ(second_time[0].get("Attributes").get("ApproximateReceiveCount").as_string(), "2");
  EXPECT_EQ(second_time[0].get("Attributes").get("ApproximateFirstReceiveTimestamp"),
            first[0].get("Attributes").get("ApproximateFirstReceiveTimestamp"));
  erase(url, first[0]);  // an old handle: no error, and no deletion
  EXPECT_EQ(counts(url), "0 1 0");
  erase(url, second_time[0]);
  erase(url, second_time[0]);
  EXPECT_EQ(counts(url), "0 0 0");
  EXPECT_EQ(error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", "x"}}).code, "ReceiptHandleIsInvalid");
}

TEST_F(SqsTest, VisibilityCanBeChanged) {
  std::string url = make("q");
  send(url, "m");
  Json message = receive(url)[0];
  auto change = [&](int seconds) {
    return Json::Object{
        {"QueueUrl", url}, {"ReceiptHandle", message.get("ReceiptHandle")}, {"VisibilityTimeout", seconds}};
  };
  ok("ChangeMessageVisibility", change(100));
  pass(60);
  EXPECT_TRUE(receive(url).empty());
  ok("ChangeMessageVisibility", change(0));
  EXPECT_EQ(error("ChangeMessageVisibility", change(10)).message,
            "Value " + message.get("ReceiptHandle").as_string() +
                " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for "
                "visibility timeout change.");
  message = receive(url)[0];
  pass(10);
  EXPECT_NE(error("ChangeMessageVisibility", change(43200)).message.find("Total VisibilityTimeout"), std::string::npos);
  EXPECT_EQ(error("ChangeMessageVisibility", change(-1)).code, "InvalidParameterValueException");
}

TEST_F(SqsTest, DelaysHoldMessagesBack) {
  std::string url = make("q", {{"DelaySeconds", "10"}});
  send(url, "queue's");
  ok("SendMessage", {{"QueueUrl", url}, {"MessageBody", "own"}, {"DelaySeconds", 60}});
  ok("SendMessage", {{"QueueUrl", url}, {"MessageBody", "now"}, {"DelaySeconds", 0}});
  EXPECT_EQ(counts(url), "1 0 2");
  EXPECT_EQ(bodies(receive(url)), "now ");
  pass(10);
  EXPECT_EQ(bodies(receive(url)), "queue's ");
  pass(50);
  EXPECT_EQ(bodies(receive(url)), "queue's own now ");
}

TEST_F(SqsTest, BatchesFailByEntry) {
  std::string url = make("q");
  auto entry = [](const char* id, std::string body) { return Json::object({{"Id", id}, {"MessageBody", body}}); };
  Json answer =
      ok("SendMessageBatch",
         {{"QueueUrl", url}, {"Entries", Json::array({entry("a", "x"), entry("b", "\x02"), entry("c", "y")})}});
  EXPECT_EQ(answer.get("Successful").size(), 2u);
  ASSERT_EQ(answer.get("Failed").size(), 1u);
  EXPECT_EQ(answer.get("Failed").items()[0].get("Id"), Json("b"));
  EXPECT_EQ(answer.get("Failed").items()[0].get("Code"), Json("InvalidMessageContents"));
  auto refused = [&](Json entries) { return error("SendMessageBatch", {{"QueueUrl", url}, {"Entries", entries}}); };
  EXPECT_EQ(refused(Json::array()).code, "EmptyBatchRequest");
  EXPECT_EQ(refused(Json::array({entry("a", "x"), entry("a", "x")})).message, "Id a repeated.");
  EXPECT_EQ(refused(Json::array({entry("a b", "x")})).code, "InvalidBatchEntryId");
  std::string big(600'000, 'x');
  EXPECT_EQ(refused(Json::array({entry("a", big), entry("b", big)})).message,
            "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.");
  Json many = Json::array();
  for (int i = 0; i < 11; ++i) many.push_back(entry(std::to_string(i).c_str(), "x"));
  EXPECT_EQ(refused(many).message, "Maximum number of entries per request are 10. You have sent 11.");

  auto messages = receive(url);
  ASSERT_EQ(messages.size(), 2u);
  Json deleted = ok(
      "DeleteMessageBatch",
      {{"QueueUrl", url},
       {"Entries", Json::array({Json::object({{"Id", "1"}, {"ReceiptHandle", "bad"}}),
                                Json::object({{"Id", "2"}, {"ReceiptHandle", messages[0].get("ReceiptHandle")}})})}});
  EXPECT_EQ(deleted.get("Failed").items()[0].get("Code"), Json("ReceiptHandleIsInvalid"));
  EXPECT_EQ(deleted.get("Successful").items()[0].get("Id"), Json("2"));
  EXPECT_EQ(counts(url), "0 1 0");
}

TEST_F(SqsTest, FifoKeepsGroupsInOrderAndDropsDuplicates) {
  std::string url = make("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  Json one = send(url, "a1", "a");
  send(url, "a2", "a");
  send(url, "b1", "b");
  Json again = send(url, "a1", "a");
  EXPECT_EQ(again.get("MessageId"), one.get("MessageId"));
  EXPECT_EQ(again.get("SequenceNumber"), one.get("SequenceNumber"));
  EXPECT_EQ(one.get("SequenceNumber").as_string().size(), 20u);
  auto first = receive(url, {{"MaxNumberOfMessages", 1}});
  EXPECT_EQ(bodies(first), "a1 ");
  EXPECT_EQ(first[0].get("Attributes").get("MessageGroupId"), Json("a"));
  auto others = receive(url);
  EXPECT_EQ(bodies(others), "b1 ");  // a is held
  erase(url, first[0]);
  EXPECT_EQ(bodies(receive(url)), "a2 ");
  pass(30);
  EXPECT_EQ(error("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", others[0].get("ReceiptHandle")}}).message,
            "Value " + others[0].get("ReceiptHandle").as_string() +
                " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
  // Remembered for five minutes, whether received and deleted or not.
  send(url, "a1", "a");
  EXPECT_EQ(bodies(receive(url)), "a2 b1 ");
  pass(300);
  send(url, "a1", "a");
  EXPECT_EQ(bodies(receive(url)), "a2 a1 b1 ");
}

TEST_F(SqsTest, DeduplicationCanGoByGroup) {
  std::string url = make(
      "q.fifo",
      {{"FifoQueue", "true"}, {"DeduplicationScope", "messageGroup"}, {"FifoThroughputLimit", "perMessageGroupId"}});
  send(url, "1", "a", "id");
  send(url, "2", "b", "id");
  send(url, "3", "b", "id");
  EXPECT_EQ(bodies(receive(url)), "1 2 ");
  EXPECT_EQ(error("CreateQueue",
                  {{"QueueName", "r.fifo"},
                   {"Attributes", Json::object({{"FifoQueue", "true"}, {"FifoThroughputLimit", "perMessageGroupId"}})}})
                .code,
            "InvalidAttributeValue");
}

TEST_F(SqsTest, AnAttemptCanBeRepeated) {
  std::string url = make("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  send(url, "m", "g");
  auto first = receive(url, {{"ReceiveRequestAttemptId", "try"}});
  auto again = receive(url, {{"ReceiveRequestAttemptId", "try"}});
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].get("ReceiptHandle"), first[0].get("ReceiptHandle"));
  EXPECT_EQ(again[0].get("Attributes").get("ApproximateReceiveCount"), Json("1"));
  erase(url, again[0]);
  EXPECT_TRUE(receive(url, {{"ReceiveRequestAttemptId", "try"}}).empty());
}

TEST_F(SqsTest, WhatIsReceivedTooOftenGoesToTheDeadLetterQueue) {
  std::string dead = make("dead");
  std::string url = make("q", {{"RedrivePolicy", redrive("dead", 2)}});
  Json sent = send(url, "m");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(receive(url).size(), 1u);
    pass(30);
  }
  EXPECT_TRUE(receive(url).empty());
  EXPECT_EQ(counts(url), "0 0 0");
  auto found = receive(dead);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].get("MessageId"), sent.get("MessageId"));
  EXPECT_EQ(found[0].get("Attributes").get("DeadLetterQueueSourceArn"), Json(arn("q")));
  Json sources = ok("ListDeadLetterSourceQueues", {{"QueueUrl", dead}});
  EXPECT_EQ(sources.get("queueUrls"), Json::array({url}));
}

TEST_F(SqsTest, RedrivePoliciesMustPointSomewhereThatAllowsThem) {
  auto refused = [&](std::string policy) {
    return error("CreateQueue",
                 {{"QueueName", "q"}, {"Attributes", Json::object({{"RedrivePolicy", std::move(policy)}})}})
        .message;
  };
  EXPECT_NE(refused(redrive("none", 1)).find("Dead letter target does not exist."), std::string::npos);
  make("f.fifo", {{"FifoQueue", "true"}});
  EXPECT_NE(refused(redrive("f.fifo", 1)).find("same type"), std::string::npos);
  make("closed", {{"RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})"}});
  EXPECT_NE(refused(redrive("closed", 1)).find("does not allow"), std::string::npos);
  make("open",
       {{"RedriveAllowPolicy", R"({"redrivePermission":"byQueue","sourceQueueArns":[")" + arn("q") + R"("]})"}});
  make("q", {{"RedrivePolicy", redrive("open", 1)}});
}

TEST_F(SqsTest, MoveTasksBringMessagesBack) {
  std::string dead = make("dead");
  std::string url = make("q", {{"RedrivePolicy", redrive("dead", 1)}});
  for (int i = 0; i < 120; ++i) send(url, std::to_string(i));
  int received = 0;
  while (true) {
    size_t count = receive(url).size();
    if (count == 0) break;
    received += static_cast<int>(count);
  }
  EXPECT_EQ(received, 120);
  pass(30);
  EXPECT_TRUE(receive(url).empty());
  EXPECT_EQ(counts(dead), "120 0 0");
  EXPECT_EQ(error("StartMessageMoveTask", {{"SourceArn", arn("q")}}).message,
            "Source queue must be configured as a Dead Letter Queue.");
  EXPECT_EQ(error("StartMessageMoveTask", {{"SourceArn", arn("none")}}).code, "ResourceNotFoundException");
  ok("StartMessageMoveTask", {{"SourceArn", arn("dead")}});
  auto task = [&] { return ok("ListMessageMoveTasks", {{"SourceArn", arn("dead")}}).get("Results").items()[0]; };
  for (int i = 0; i < 1000 && task().get("Status") == Json("RUNNING"); ++i) t.loop.run_ready();
  EXPECT_EQ(task().get("Status"), Json("COMPLETED"));
  EXPECT_EQ(task().get("ApproximateNumberOfMessagesMoved"), Json(120));
  EXPECT_FALSE(task().contains("TaskHandle"));
  EXPECT_EQ(counts(dead), "0 0 0");
  EXPECT_EQ(counts(url), "120 0 0");
  EXPECT_EQ(receive(url)[0].get("Attributes").get("ApproximateReceiveCount"), Json("1"));
}

TEST_F(SqsTest, MoveTasksCanBeSlowAndCancelled) {
  std::string dead = make("dead");
  make("q", {{"RedrivePolicy", redrive("dead", 1)}});
  make("to");
  for (int i = 0; i < 5; ++i) send(dead, std::to_string(i));
  std::string handle =
      ok("StartMessageMoveTask",
         {{"SourceArn", arn("dead")}, {"DestinationArn", arn("to")}, {"MaxNumberOfMessagesPerSecond", 1}})
          .get("TaskHandle")
          .as_string();
  EXPECT_EQ(error("StartMessageMoveTask", {{"SourceArn", arn("dead")}}).code, "UnsupportedOperation");
  ok("CancelMessageMoveTask", {{"TaskHandle", handle}});
  EXPECT_EQ(error("CancelMessageMoveTask", {{"TaskHandle", handle}}).code, "UnsupportedOperation");
  EXPECT_EQ(error("CancelMessageMoveTask", {{"TaskHandle", "x"}}).code, "InvalidParameterValueException");
}

TEST_F(SqsTest, WaitingReceiversAreWoken) {
  std::string url = make("q");
  auto waiting = [&](int seconds) {
    auto answer = std::make_shared<std::optional<Result<Json>>>();
    Json input = Json::object({{"QueueUrl", url}, {"WaitTimeSeconds", seconds}});
    t.loop.spawn("receive", [](api::TestDoor& door, Json in, auto out) -> Task<void> {
      Result<Json> got = co_await door.door.call(door.root(), "sqs", "ReceiveMessage", std::move(in));
      *out = std::move(got);
    }(t, std::move(input), answer));
    t.loop.run_ready();
    EXPECT_FALSE(answer->has_value());
    return answer;
  };
  auto arrived = [&](auto& answer) {
    EXPECT_TRUE(t.loop.run_until([&] { return answer->has_value(); }, std::chrono::seconds(10)));
    return (**answer)->get("Messages").size();
  };
  auto first = waiting(20), second_one = waiting(20);
  send(url, "1");
  EXPECT_EQ(arrived(first), 1u);
  EXPECT_FALSE(second_one->has_value());
  EXPECT_EQ(counts(url), "0 1 0");  // it was received by the transaction that sent it
  pass(30);                         // the first message is visible again, and the second receiver's time is over too
  EXPECT_EQ(arrived(second_one), 1u);
  ok("PurgeQueue", {{"QueueUrl", url}});
  auto last = waiting(20);
  service->stop_waiting();
  EXPECT_EQ(arrived(last), 0u);
}

TEST_F(SqsTest, ABatchIsHandedToWhoWaitsAsFarAsItMayTake) {
  std::string url = make("q");
  auto answer = std::make_shared<std::optional<Result<Json>>>();
  Json input = Json::object({{"QueueUrl", url},
                             {"WaitTimeSeconds", 20},
                             {"MaxNumberOfMessages", 2},
                             {"MessageSystemAttributeNames", Json::array({"All"})}});
  t.loop.spawn("receive", [](api::TestDoor& door, Json in, auto out) -> Task<void> {
    Result<Json> got = co_await door.door.call(door.root(), "sqs", "ReceiveMessage", std::move(in));
    *out = std::move(got);
  }(t, std::move(input), answer));
  t.loop.run_ready();
  Json entries = Json::array();
  for (const char* id : {"a", "b", "c"}) entries.push_back(Json::object({{"Id", id}, {"MessageBody", id}}));
  ok("SendMessageBatch", {{"QueueUrl", url}, {"Entries", entries}});
  ASSERT_TRUE(t.loop.run_until([&] { return answer->has_value(); }, std::chrono::seconds(10)));
  const Json& messages = (**answer)->get("Messages");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages.items()[0].get("Attributes").get("ApproximateReceiveCount"), Json("1"));
  EXPECT_EQ(counts(url), "1 2 0");
  for (const Json& message : messages.items()) erase(url, message);
  EXPECT_EQ(bodies(receive(url)), "c ");
  pass(30);
  EXPECT_EQ(receive(url)[0].get("Attributes").get("ApproximateReceiveCount"), Json("2"));
}

TEST_F(SqsTest, OldMessagesAreForgotten) {
  std::string url = make("q", {{"MessageRetentionPeriod", "60"}});
  send(url, "old");
  pass(40);
  send(url, "new");
  pass(30);
  EXPECT_EQ(counts(url), "1 0 0");
  EXPECT_EQ(bodies(receive(url)), "new ");
}

TEST_F(SqsTest, PurgesOnceAMinute) {
  std::string url = make("q");
  send(url, "1");
  receive(url);
  send(url, "2");
  ok("PurgeQueue", {{"QueueUrl", url}});
  EXPECT_EQ(counts(url), "0 0 0");
  EXPECT_EQ(error("PurgeQueue", {{"QueueUrl", url}}).message,
            "Only one PurgeQueue operation on q is allowed every 60 seconds.");
  send(url, "3");
  pass(60);
  EXPECT_EQ(bodies(receive(url)), "3 ");
}

TEST_F(SqsTest, EverythingSurvivesARestart) {
  std::string url = make("q");
  std::string fifo = make("f.fifo", {{"FifoQueue", "true"}});
  send(url, "hidden");
  Json hidden = receive(url)[0];
  send(url, "visible");
  send(fifo, "1", "g", "id");
  restart();
  Json messages = after("ReceiveMessage", {{"QueueUrl", url}, {"MaxNumberOfMessages", 10}}).get("Messages");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages.items()[0].get("Body"), Json("visible"));
  after("DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", hidden.get("ReceiptHandle")}});
  pass(30);
  messages = after("ReceiveMessage", {{"QueueUrl", url}, {"MaxNumberOfMessages", 10}}).get("Messages");
  EXPECT_EQ(messages.size(), 1u);
  after("SendMessage",
        {{"QueueUrl", fifo}, {"MessageBody", "1"}, {"MessageGroupId", "g"}, {"MessageDeduplicationId", "id"}});
  EXPECT_EQ(after("ReceiveMessage", {{"QueueUrl", fifo}, {"MaxNumberOfMessages", 10}}).get("Messages").size(), 1u);
  t.loop.run(second->stop());
}

TEST_F(SqsTest, PermissionsAndTags) {
  std::string url = make("q");
  ok("AddPermission", {{"QueueUrl", url},
                       {"Label", "l"},
                       {"AWSAccountIds", Json::array({"111111111111"})},
                       {"Actions", Json::array({"SendMessage"})}});
  auto policy = Json::parse(attribute(url, "Policy"));
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->get("Statement").items()[0].get("Action"), Json("SQS:SendMessage"));
  EXPECT_NE(error("AddPermission", {{"QueueUrl", url},
                                    {"Label", "m"},
                                    {"AWSAccountIds", Json::array({"111111111111"})},
                                    {"Actions", Json::array({"CreateQueue"})}})
                .message.find("Only the queue owner"),
            std::string::npos);
  ok("RemovePermission", {{"QueueUrl", url}, {"Label", "l"}});
  EXPECT_EQ(attribute(url, "Policy"), "(none)");
  EXPECT_NE(error("RemovePermission", {{"QueueUrl", url}, {"Label", "l"}}).message.find("can't find label"),
            std::string::npos);
  ok("TagQueue", {{"QueueUrl", url}, {"Tags", Json::object({{"a", "1"}, {"b", "2"}})}});
  ok("UntagQueue", {{"QueueUrl", url}, {"TagKeys", Json::array({"a"})}});
  EXPECT_EQ(ok("ListQueueTags", {{"QueueUrl", url}}).get("Tags"), Json::object({{"b", "2"}}));
}

TEST_F(SqsTest, SpeaksTheQueryProtocol) {
  make("q");
  auto post = [&](std::string path, std::string form) {
    net::StringBody body(std::move(form));
    net::HttpRequest request(body);
    request.method = "POST";
    request.path = request.target = path;
    request.headers.set("Host", "localhost:4566");
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    return t.loop.run(t.door.handle(request));
  };
  std::string version = "&Version=2012-11-05";
  net::HttpResponse sent = post("/000000000000/q",
                                "Action=SendMessage&MessageBody=hi&MessageAttribute.1.Name=a&MessageAttribute.1.Value."
                                "DataType=String&MessageAttribute.1.Value.StringValue=v" +
                                    version);
  EXPECT_EQ(sent.status, 200) << sent.body;
  EXPECT_NE(sent.body.find("<MD5OfMessageBody>49f68a5c8493ec2c0bf489821c21fc3b</MD5OfMessageBody>"), std::string::npos);
  net::HttpResponse got = post("/",
                               "Action=ReceiveMessage&QueueUrl=http%3A%2F%2Fx%2F000000000000%2Fq&AttributeName.1="
                               "ApproximateReceiveCount&MessageAttributeName.1=All" +
                                   version);
  EXPECT_NE(got.body.find("<Message><MessageId>"), std::string::npos) << got.body;
  EXPECT_NE(got.body.find("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>"),
            std::string::npos)
      << got.body;
  EXPECT_NE(got.body.find("<MessageAttribute><Name>a</Name><Value><StringValue>v</StringValue>"), std::string::npos)
      << got.body;
  net::HttpResponse missing = post("/000000000000/none", "Action=SendMessage&MessageBody=hi" + version);
  EXPECT_EQ(missing.status, 400);
  EXPECT_NE(missing.body.find("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"), std::string::npos)
      << missing.body;
}

TEST_F(SqsTest, SaysBothCodesInJson) {
  net::StringBody body(R"({"QueueUrl":"http://h/000000000000/none","MessageBody":"x"})");
  net::HttpRequest request(body);
  request.method = "POST";
  request.path = request.target = "/";
  request.headers.set("Content-Type", "application/x-amz-json-1.0");
  request.headers.set("X-Amz-Target", "AmazonSQS.SendMessage");
  net::HttpResponse response = t.loop.run(t.door.handle(request));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.get_or("x-amzn-query-error", ""), "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_NE(response.body.find("QueueDoesNotExist"), std::string::npos) << response.body;
}

}  // namespace
}  // namespace thaw::sqs
