// The service over the in-memory store, with small services in place of the real ones.
#include "services/cloudformation/service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "api/testing.h"

namespace thaw::cloudformation {
namespace {

// A service that keeps named things: "Put" makes or changes one, "Drop" removes it. The resource type Test::Thing is
// made of it.
struct ThingInput {
  std::string name;
  std::optional<std::string> value;
  std::optional<int32_t> size;
  static void describe(api::Fields& f) {
    f.add("Name", &ThingInput::name).required();
    f.add("Value", &ThingInput::value);
    f.add("Size", &ThingInput::size);
  }
};

class Things final : public api::Service {
 public:
  std::map<std::string, ThingInput> made;
  std::vector<std::string> log;
  bool frozen = false;  // nothing can be changed

  api::ServiceInfo info() const override {
    return {.name = "things", .protocols = {api::Protocol::json_1_1}, .target_prefix = "Things"};
  }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("CreateThing", this, &Things::create));
    out.push_back(api::op("PutThing", this, &Things::put));
    out.push_back(api::op("DropThing", this, &Things::drop));
    return out;
  }

 private:
  Task<Result<api::Nothing>> create(api::Request&, const ThingInput& in) {
    if (in.value && *in.value == "bad") co_return fail("InvalidParameterValue", "bad value");
    if (made.contains(in.name)) co_return fail("ConflictException", "exists");
    made[in.name] = in;
    log.push_back("create " + in.name);
    co_return api::Nothing{};
  }
  Task<Result<api::Nothing>> put(api::Request&, const ThingInput& in) {
    if (frozen) co_return fail("InvalidParameterValue", "frozen");
    if (in.value && *in.value == "freeze") {
      made[in.name] = in;
      frozen = true;
      co_return api::Nothing{};
    }
    if (in.value && *in.value == "bad") co_return fail("InvalidParameterValue", "bad value");
    made[in.name] = in;
    log.push_back("put " + in.name);
    co_return api::Nothing{};
  }
  Task<Result<api::Nothing>> drop(api::Request&, const ThingInput& in) {
    if (in.name.starts_with("sticky") && made.contains(in.name) && made[in.name].value == "stuck") {
      co_return fail("InvalidParameterValue", "it is stuck");
    }
    made.erase(in.name);
    log.push_back("drop " + in.name);
    co_return api::Nothing{};
  }
};

// A function of a custom resource: puts its answer to the URL in the event, before the invocation has ended.
struct InvokeInput {
  std::string function_name;
  std::string invocation_type;
  api::Blob payload;
  static void describe(api::Fields& f) {
    f.add("FunctionName", &InvokeInput::function_name);
    f.add("InvocationType", &InvokeInput::invocation_type);
    f.add("Payload", &InvokeInput::payload);
  }
};

class Functions final : public api::Service {
 public:
  explicit Functions(CloudFormation& service) : service_(service) {}
  std::string status = "SUCCESS";
  api::ServiceInfo info() const override {
    return {.name = "lambda", .protocols = {api::Protocol::json_1_1}, .target_prefix = "L"};
  }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("Invoke", this, &Functions::invoke));
    return out;
  }

 private:
  Task<Result<api::Nothing>> invoke(api::Request&, const InvokeInput& in) {
    Json event = *Json::parse(in.payload.bytes);
    std::string url = event.get("ResponseURL").as_string();
    Json answer = Json::object({{"Status", status}, {"PhysicalResourceId", "custom-1"}, {"Reason", "because"}});
    std::string text =
        event.get("RequestType").as_string() + " " + event.get("ResourceProperties").get("Count").as_string();
    answer.set("Data", Json::object({{"Answer", text}}));
    net::StringBody body(answer.dump());
    net::HttpRequest http(body);
    http.method = "PUT";
    http.path = url.substr(url.find('/', 8));
    EXPECT_TRUE(service_.serves(http));
    net::HttpResponse response = co_await service_.serve(http);
    EXPECT_EQ(response.status, 200);
    co_return api::Nothing{};
  }
  CloudFormation& service_;
};

Json thing_input(const ResourceRequest& r, const std::string& name) {
  Json input = Json::object({{"Name", name}});
  for (const char* member : {"Value", "Size"}) {
    if (const Json* found = r.properties.find(member)) input.set(member, *found);
  }
  return input;
}
bool crash_after_call = false;
bool hold = false;

Task<Result<ResourceState>> create_thing(Api& api, ResourceRequest r) {
  std::string name = r.properties.get("Name").string_or(r.physical_id);
  Result<Json> made = co_await api.call("things", "CreateThing", thing_input(r, name));
  if (!made && !(r.resumed && made.error().code == "ConflictException")) co_return std::unexpected(made.error());
  while (hold && !api.cancelled()) co_await api.pause(1);
  if (api.cancelled()) co_return fail("Cancelled", "");
  if (crash_after_call) throw std::runtime_error("a crash");
  ResourceState state{name, Json::object({{"Arn", "arn:thing:" + name}}), ""};
  co_return state;
}
Task<Result<ResourceState>> update_thing(Api& api, ResourceRequest r) {
  CO_TRY(Json made, co_await api.call("things", "PutThing", thing_input(r, r.physical_id)));
  ResourceState state{r.physical_id, r.attributes, ""};
  co_return state;
}
Task<Result<ResourceState>> remove_thing(Api& api, ResourceRequest r) {
  CO_TRY(Json gone, co_await api.call("things", "DropThing", Json::object({{"Name", r.physical_id}})));
  ResourceState state{r.physical_id, Json::object(), ""};
  co_return state;
}

const ResourceType thing_type = {.name = "Test::Thing",
                                 .properties = {"Name", "Value", "Size", "Kind", "Of"},
                                 .create_only = {"Kind"},
                                 .attributes = {"Arn"},
                                 .name_property = "Name",
                                 .create = create_thing,
                                 .update = update_thing,
                                 .remove = remove_thing};

class CloudFormationTest : public testing::Test {
 protected:
  CloudFormationTest() {
    register_resource_type(&thing_type);
    t.door.add(things);
    t.door.add(service);
  }
  Json stack(const std::string& name) {
    Json out = t.ok("cloudformation", "DescribeStacks", {{"StackName", name}});
    return out.get("Stacks").items()[0];
  }
  std::string status(const std::string& name) { return stack(name).get("StackStatus").as_string(); }
  // Waits for the end of a stack's operation and answers its status.
  std::string settle(const std::string& name) {
    std::string arn = stack(name).get("StackId").as_string();
    for (int i = 0; i < 2000; ++i) {
      t.loop.run_ready();
      if (!status(arn).ends_with("_IN_PROGRESS")) break;
      t.loop.run_for(std::chrono::milliseconds(1));
    }
    return status(arn);
  }
  std::string create(const std::string& name, const std::string& body, Json::Object more = {}) {
    Json::Object input = {{"StackName", name}, {"TemplateBody", body}};
    for (auto& m : more) input.push_back(m);
    return settle(t.ok("cloudformation", "CreateStack", input).get("StackId").as_string());
  }
  std::string update(const std::string& name, const std::string& body) {
    t.ok("cloudformation", "UpdateStack", {{"StackName", name}, {"TemplateBody", body}});
    return settle(name);
  }
  // "LogicalId STATUS reason" from the first to the last.
  std::vector<std::string> events(const std::string& name) {
    Json out = t.ok("cloudformation", "DescribeStackEvents", {{"StackName", name}});
    std::vector<std::string> lines;
    for (const Json& e : out.get("StackEvents").items()) {
      std::string line = e.get("LogicalResourceId").as_string() + " " + e.get("ResourceStatus").as_string();
      std::string reason = e.get("ResourceStatusReason").string_or("");
      lines.insert(lines.begin(), reason.empty() ? line : line + " " + reason);
    }
    return lines;
  }
  std::string physical(const std::string& stack_name, const std::string& logical) {
    Json out =
        t.ok("cloudformation", "DescribeStackResource", {{"StackName", stack_name}, {"LogicalResourceId", logical}});
    return out.get("StackResourceDetail").get("PhysicalResourceId").string_or("");
  }
  std::string output(const std::string& name, const std::string& key) {
    Json shown = stack(name);
    for (const Json& o : shown.get("Outputs").items()) {
      if (o.get("OutputKey").as_string() == key) return o.get("OutputValue").as_string();
    }
    return "";
  }

  api::TestDoor t;
  Things things;
  CloudFormation service{t.door, {.url_suffix = "localhost:4566"}};
};

constexpr const char* two_things = R"(
Parameters:
  Value: {Type: String, Default: hello}
Resources:
  Second:
    Type: Test::Thing
    Properties: {Value: !Ref First, Size: "7"}
  First:
    Type: Test::Thing
    Properties: {Value: !Ref Value}
Outputs:
  Url: {Value: !Sub "https://${First}.execute-api.${AWS::Region}.${AWS::URLSuffix}/Prod"}
  Arn: {Value: !GetAtt Second.Arn, Export: {Name: second-arn}}
)";

TEST_F(CloudFormationTest, CreatesInOrderOfDependence) {
  EXPECT_EQ(create("app", two_things), "CREATE_COMPLETE");
  std::string first = physical("app", "First"), second = physical("app", "Second");
  EXPECT_TRUE(first.starts_with("app-First-")) << first;
  EXPECT_EQ(things.made[second].value, first);
  EXPECT_EQ(things.made[second].size, 7);
  EXPECT_EQ(output("app", "Url"), "https://" + first + ".execute-api.us-east-1.localhost:4566/Prod");
  EXPECT_EQ(output("app", "Arn"), "arn:thing:" + second);
  EXPECT_EQ(events("app"), (std::vector<std::string>{
                               "app CREATE_IN_PROGRESS User Initiated", "First CREATE_IN_PROGRESS",
                               "First CREATE_IN_PROGRESS Resource creation Initiated", "First CREATE_COMPLETE",
                               "Second CREATE_IN_PROGRESS", "Second CREATE_IN_PROGRESS Resource creation Initiated",
                               "Second CREATE_COMPLETE", "app CREATE_COMPLETE"}));
  EXPECT_EQ(t.error("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}}).code,
            "AlreadyExistsException");
}

TEST_F(CloudFormationTest, RollsBackACreationThatFails) {
  EXPECT_EQ(
      create(
          "app",
          "Resources:\n  A: {Type: Test::Thing}\n  B: {Type: Test::Thing, DependsOn: A, Properties: {Value: bad}}\n"),
      "ROLLBACK_COMPLETE");
  EXPECT_TRUE(things.made.empty());
  std::vector<std::string> lines = events("app");
  bool told = false;
  for (const std::string& line : lines) {
    told |= line.starts_with("B CREATE_FAILED Resource handler returned message: \"bad value\" (RequestToken: ") &&
            line.ends_with(", HandlerErrorCode: InvalidRequest)");
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(lines[lines.size() - 1], "app ROLLBACK_COMPLETE");
  EXPECT_NE(
      std::ranges::find(
          lines,
          "app ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. Rollback requested by user."),
      lines.end());
  EXPECT_EQ(t.error("cloudformation", "UpdateStack", {{"StackName", "app"}, {"TemplateBody", two_things}}).code,
            "ValidationError");
}

TEST_F(CloudFormationTest, OnFailureDecides) {
  const char* bad =
      "Resources:\n  A: {Type: Test::Thing}\n  B: {Type: Test::Thing, DependsOn: A, Properties: {Value: bad}}\n";
  EXPECT_EQ(create("stay", bad, {{"OnFailure", "DO_NOTHING"}}), "CREATE_FAILED");
  EXPECT_EQ(things.made.size(), 1u);
  EXPECT_EQ(create("gone", bad, {{"OnFailure", "DELETE"}}), "DELETE_COMPLETE");
  EXPECT_EQ(things.made.size(), 1u);
  // What was made stays, and an update goes on from there.
  EXPECT_EQ(
      update("stay", "Resources:\n  A: {Type: Test::Thing}\n  B: {Type: Test::Thing, Properties: {Value: good}}\n"),
      "UPDATE_COMPLETE");
  EXPECT_EQ(things.made.size(), 2u);
}

TEST_F(CloudFormationTest, UpdatesInPlaceReplacesAndRemoves) {
  ASSERT_EQ(create("app",
                   "Resources:\n  A: {Type: Test::Thing, Properties: {Value: x}}\n  B: {Type: Test::Thing, Properties: "
                   "{Kind: k1}}\n"
                   "  C: {Type: Test::Thing}\n"),
            "CREATE_COMPLETE");
  std::string a = physical("app", "A"), b = physical("app", "B"), c = physical("app", "C");
  EXPECT_EQ(update("app",
                   "Resources:\n  A: {Type: Test::Thing, Properties: {Value: y}}\n  B: {Type: Test::Thing, Properties: "
                   "{Kind: k2}}\n"),
            "UPDATE_COMPLETE");
  EXPECT_EQ(physical("app", "A"), a);
  EXPECT_EQ(things.made[a].value, "y");
  EXPECT_NE(physical("app", "B"), b);
  EXPECT_FALSE(things.made.contains(b));
  EXPECT_FALSE(things.made.contains(c));
  EXPECT_EQ(things.made.size(), 2u);
  Error none = t.error("cloudformation", "UpdateStack", {{"StackName", "app"}, {"UsePreviousTemplate", true}});
  EXPECT_EQ(none.code, "ValidationError");
  EXPECT_EQ(none.message, "No updates are to be performed.");
}

TEST_F(CloudFormationTest, RollsBackAnUpdateThatFails) {
  ASSERT_EQ(create("app",
                   "Resources:\n  A: {Type: Test::Thing, Properties: {Value: x}}\n  B: {Type: Test::Thing, Properties: "
                   "{Kind: k1}}\n"
                   "  C: {Type: Test::Thing}\n"),
            "CREATE_COMPLETE");
  std::string a = physical("app", "A"), b = physical("app", "B"), c = physical("app", "C");
  EXPECT_EQ(update("app",
                   "Resources:\n  A: {Type: Test::Thing, Properties: {Value: y}}\n  B: {Type: Test::Thing, Properties: "
                   "{Kind: k2}}\n"
                   "  New: {Type: Test::Thing}\n"
                   "  Z: {Type: Test::Thing, DependsOn: [A, B, New], Properties: {Value: bad}}\n"),
            "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(things.made.size(), 3u);
  EXPECT_EQ(things.made[a].value, "x");
  EXPECT_EQ(physical("app", "B"), b);
  EXPECT_TRUE(things.made.contains(b));
  EXPECT_TRUE(things.made.contains(c));
  Json text = t.ok("cloudformation", "GetTemplate", {{"StackName", "app"}});
  EXPECT_NE(text.get("TemplateBody").as_string().find("Value: x"), std::string::npos);
  std::vector<std::string> lines = events("app");
  EXPECT_NE(
      std::ranges::find(lines, "app UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Z]. "),
      lines.end());
}

TEST_F(CloudFormationTest, ARollbackThatFailsGoesOnLater) {
  const char* before = "Resources:\n  A: {Type: Test::Thing, Properties: {Value: x}}\n";
  const char* after =
      "Resources:\n  A: {Type: Test::Thing, Properties: {Value: freeze}}\n"
      "  B: {Type: Test::Thing, DependsOn: A, Properties: {Value: bad}}\n";
  ASSERT_EQ(create("app", before), "CREATE_COMPLETE");
  EXPECT_EQ(update("app", after), "UPDATE_ROLLBACK_FAILED");
  EXPECT_EQ(t.error("cloudformation", "UpdateStack", {{"StackName", "app"}, {"TemplateBody", before}}).code,
            "ValidationError");
  things.frozen = false;
  t.ok("cloudformation", "ContinueUpdateRollback", {{"StackName", "app"}});
  EXPECT_EQ(settle("app"), "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(things.made[physical("app", "A")].value, "x");
  EXPECT_EQ(things.made.size(), 1u);
}

TEST_F(CloudFormationTest, SecretsAreNotShown) {
  std::string body =
      "Parameters:\n  P: {Type: String, NoEcho: true}\n"
      "Resources:\n  A: {Type: Test::Thing, Properties: {Value: !Ref P}}\n";
  Json secret = Json::array({Json::object({{"ParameterKey", "P"}, {"ParameterValue", "hush\"hush"}})});
  EXPECT_EQ(create("app", body, {{"Parameters", secret}}), "CREATE_COMPLETE");
  EXPECT_EQ(things.made[physical("app", "A")].value, "hush\"hush");
  EXPECT_EQ(stack("app").get("Parameters").items()[0].get("ParameterValue").as_string(), "****");
  std::string shown = t.ok("cloudformation", "DescribeStackEvents", {{"StackName", "app"}}).dump();
  EXPECT_EQ(shown.find("hush"), std::string::npos);
  EXPECT_NE(shown.find("****"), std::string::npos);
}

TEST_F(CloudFormationTest, DeletesAndRetains) {
  ASSERT_EQ(
      create("app",
             "Resources:\n  A: {Type: Test::Thing, DeletionPolicy: Retain}\n  B: {Type: Test::Thing, DependsOn: A}\n"),
      "CREATE_COMPLETE");
  std::string arn = stack("app").get("StackId").as_string();
  t.ok("cloudformation", "DeleteStack", {{"StackName", "app"}});
  EXPECT_EQ(settle(arn), "DELETE_COMPLETE");
  EXPECT_EQ(things.made.size(), 1u);
  Error gone = t.error("cloudformation", "DescribeStacks", {{"StackName", "app"}});
  EXPECT_EQ(gone.code, "ValidationError");
  EXPECT_EQ(gone.message, "Stack with id app does not exist");
  t.ok("cloudformation", "DeleteStack", {{"StackName", "app"}});
}

TEST_F(CloudFormationTest, ADeletionThatFailsCanBeRepeated) {
  ASSERT_EQ(create("app", "Resources:\n  A: {Type: Test::Thing, Properties: {Name: sticky, Value: stuck}}\n"),
            "CREATE_COMPLETE");
  t.ok("cloudformation", "DeleteStack", {{"StackName", "app"}});
  EXPECT_EQ(settle("app"), "DELETE_FAILED");
  EXPECT_EQ(stack("app").get("StackStatusReason").as_string(), "The following resource(s) failed to delete: [A]. ");
  std::string arn = stack("app").get("StackId").as_string();
  t.ok("cloudformation", "DeleteStack", {{"StackName", "app"}, {"RetainResources", Json::array({"A"})}});
  EXPECT_EQ(settle(arn), "DELETE_COMPLETE");
  EXPECT_TRUE(things.made.contains("sticky"));
}

TEST_F(CloudFormationTest, ChangeSets) {
  Json made =
      t.ok("cloudformation", "CreateChangeSet",
           {{"StackName", "app"}, {"ChangeSetName", "one"}, {"ChangeSetType", "CREATE"}, {"TemplateBody", two_things}});
  EXPECT_EQ(status("app"), "REVIEW_IN_PROGRESS");
  Json shown = t.ok("cloudformation", "DescribeChangeSet", {{"StackName", "app"}, {"ChangeSetName", "one"}});
  EXPECT_EQ(shown.get("Status").as_string(), "CREATE_COMPLETE");
  EXPECT_EQ(shown.get("ExecutionStatus").as_string(), "AVAILABLE");
  EXPECT_EQ(shown.get("Changes").size(), 2u);
  EXPECT_EQ(shown.get("Changes").items()[0].get("ResourceChange").get("LogicalResourceId").as_string(), "First");
  t.ok("cloudformation", "ExecuteChangeSet", {{"ChangeSetName", made.get("Id").as_string()}});
  EXPECT_EQ(settle("app"), "CREATE_COMPLETE");

  t.ok("cloudformation", "CreateChangeSet",
       {{"StackName", "app"}, {"ChangeSetName", "same"}, {"TemplateBody", two_things}});
  Json same = t.ok("cloudformation", "DescribeChangeSet", {{"StackName", "app"}, {"ChangeSetName", "same"}});
  EXPECT_EQ(same.get("Status").as_string(), "FAILED");
  EXPECT_EQ(same.get("StatusReason").as_string(),
            "The submitted information didn't contain changes. Submit different information to create a change set.");
  EXPECT_EQ(t.error("cloudformation", "ExecuteChangeSet", {{"StackName", "app"}, {"ChangeSetName", "same"}}).code,
            "InvalidChangeSetStatus");
  t.ok("cloudformation", "DeleteChangeSet", {{"StackName", "app"}, {"ChangeSetName", "same"}});

  t.ok("cloudformation", "CreateChangeSet",
       {{"StackName", "app"},
        {"ChangeSetName", "two"},
        {"UsePreviousTemplate", true},
        {"Parameters", Json::array({Json::object({{"ParameterKey", "Value"}, {"ParameterValue", "other"}})})}});
  Json two = t.ok("cloudformation", "DescribeChangeSet", {{"StackName", "app"}, {"ChangeSetName", "two"}});
  ASSERT_EQ(two.get("Changes").size(), 1u);
  const Json& change = two.get("Changes").items()[0].get("ResourceChange");
  EXPECT_EQ(change.get("Action").as_string(), "Modify");
  EXPECT_EQ(change.get("Replacement").as_string(), "False");
  EXPECT_EQ(change.get("Details").items()[0].get("ChangeSource").as_string(), "ParameterReference");
  EXPECT_EQ(change.get("Details").items()[0].get("CausingEntity").as_string(), "Value");
  t.ok("cloudformation", "ExecuteChangeSet", {{"StackName", "app"}, {"ChangeSetName", "two"}});
  EXPECT_EQ(settle("app"), "UPDATE_COMPLETE");
  EXPECT_EQ(things.made[physical("app", "First")].value, "other");
}

TEST_F(CloudFormationTest, AdoptsWhatExistsWhenAskedTo) {
  things.made["mine"] = {};
  const char* body = "Resources:\n  A: {Type: Test::Thing, DeletionPolicy: Retain, Properties: {Name: mine}}\n";
  EXPECT_EQ(create("no", body), "ROLLBACK_COMPLETE");
  t.ok("cloudformation", "CreateChangeSet",
       {{"StackName", "yes"},
        {"ChangeSetName", "one"},
        {"ChangeSetType", "CREATE"},
        {"TemplateBody", body},
        {"ImportExistingResources", true}});
  t.ok("cloudformation", "ExecuteChangeSet", {{"StackName", "yes"}, {"ChangeSetName", "one"}});
  EXPECT_EQ(settle("yes"), "CREATE_COMPLETE");
  EXPECT_EQ(physical("yes", "A"), "mine");
}

TEST_F(CloudFormationTest, AnOutputAloneIsAChange) {
  ASSERT_EQ(create("app", "Resources:\n  A: {Type: Test::Thing}\n"), "CREATE_COMPLETE");
  EXPECT_EQ(update("app", "Resources:\n  A: {Type: Test::Thing}\nOutputs:\n  O: {Value: hi}\n"), "UPDATE_COMPLETE");
  EXPECT_EQ(output("app", "O"), "hi");
}

TEST_F(CloudFormationTest, ExportsAreKeptWhileTheyAreUsed) {
  ASSERT_EQ(create("net", "Resources:\n  A: {Type: Test::Thing}\nOutputs:\n  O: {Value: vpc-1, Export: {Name: vpc}}\n"),
            "CREATE_COMPLETE");
  ASSERT_EQ(create("app", "Resources:\n  A: {Type: Test::Thing, Properties: {Value: !ImportValue vpc}}\n"),
            "CREATE_COMPLETE");
  EXPECT_EQ(things.made[physical("app", "A")].value, "vpc-1");
  EXPECT_NE(t.error("cloudformation", "DeleteStack", {{"StackName", "net"}}).message.find("as it is in use by app"),
            std::string::npos);
  EXPECT_EQ(update("net", "Resources:\n  A: {Type: Test::Thing, Properties: {Value: v}}\n"),
            "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(t.ok("cloudformation", "ListImports", {{"ExportName", "vpc"}}).get("Imports").dump(), "[\"app\"]");
  ASSERT_EQ(create("bad", "Resources:\n  A: {Type: Test::Thing, Properties: {Value: !ImportValue nope}}\n"),
            "ROLLBACK_COMPLETE");
}

TEST_F(CloudFormationTest, RefusesTemplatesInAwsWords) {
  auto words = [&](const std::string& body) {
    return t.error("cloudformation", "CreateStack", {{"StackName", "x"}, {"TemplateBody", body}}).message;
  };
  EXPECT_EQ(words("Resources:\n  A: {Type: AWS::Foo::Bar}\n"),
            "Template format error: Unrecognized resource types: [AWS::Foo::Bar] (line 2, column 7)");
  EXPECT_EQ(words("Resources:\n  A:\n    Type: Test::Thing\n    Properties:\n      Value: !Ref Nope\n"),
            "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template "
            "(line 5, column 14)");
  EXPECT_EQ(words("Resources:\n  A: {Type: Test::Thing, DependsOn: B}\n  B: {Type: Test::Thing, DependsOn: A}\n")
                .substr(0, 48),
            "Circular dependency between resources: [A, B] (l");
  EXPECT_TRUE(words("Resources: [").starts_with("Template format error: YAML not well-formed. (line "));
  EXPECT_EQ(t.error("cloudformation", "CreateStack",
                    {{"StackName", "x"},
                     {"TemplateBody",
                      "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"}})
                .message,
            "Requires capabilities : [CAPABILITY_IAM]");
  EXPECT_EQ(
      words("Resources:\n  A: {Type: Test::Thing}\n  B: {Type: Test::Thing, Properties: {Value: !GetAtt A.Nope}}\n")
          .substr(0, 89),
      "Template error: resource A does not support attribute type Nope in Fn::GetAtt (line 3, co");
}

TEST_F(CloudFormationTest, AnUnknownPropertyFailsTheResourceByName) {
  EXPECT_EQ(create("app", "Resources:\n  A: {Type: Test::Thing, Properties: {Nope: 1}}\n"), "ROLLBACK_COMPLETE");
  bool told = false;
  for (const std::string& line : events("app"))
    told |= line.find("extraneous key [Nope] is not permitted") != std::string::npos;
  EXPECT_TRUE(told);
}

TEST_F(CloudFormationTest, ADeletionOvertakesACreation) {
  hold = true;
  Json made = t.ok("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}});
  t.loop.run_for(std::chrono::milliseconds(5));
  EXPECT_EQ(status("app"), "CREATE_IN_PROGRESS");
  t.ok("cloudformation", "DeleteStack", {{"StackName", "app"}});
  hold = false;
  EXPECT_EQ(settle(made.get("StackId").as_string()), "DELETE_COMPLETE");
  EXPECT_TRUE(things.made.empty());
}

TEST_F(CloudFormationTest, ProtectionMayChangeWhileAnOperationRuns) {
  hold = true;
  t.ok("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}});
  t.loop.run_for(std::chrono::milliseconds(5));
  t.ok("cloudformation", "UpdateTerminationProtection", {{"StackName", "app"}, {"EnableTerminationProtection", true}});
  hold = false;
  EXPECT_EQ(settle("app"), "CREATE_COMPLETE");
  Error kept = t.error("cloudformation", "DeleteStack", {{"StackName", "app"}});
  EXPECT_EQ(kept.message, "Stack [app] cannot be deleted while TerminationProtection is enabled");
}

TEST_F(CloudFormationTest, ACreationThatTakesTooLongIsRolledBack) {
  hold = true;
  t.ok("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}, {"TimeoutInMinutes", 1}});
  t.loop.run_for(std::chrono::milliseconds(5));
  t.clock.advance(std::chrono::minutes(2));
  EXPECT_EQ(settle("app"), "ROLLBACK_COMPLETE");
  hold = false;
  bool told = false;
  for (const std::string& line : events("app"))
    told |= line.find("exceeded the specified timeout") != std::string::npos;
  EXPECT_TRUE(told);
}

TEST_F(CloudFormationTest, CustomResourcesAnswerByUrl) {
  Functions functions{service};
  t.door.add(functions);
  std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
  std::string body = "Resources:\n  C: {Type: 'Custom::Mine', Properties: {ServiceToken: '" + arn +
                     "', Count: 3}}\n"
                     "Outputs:\n  O: {Value: !GetAtt C.Answer}\n  R: {Value: !Ref C}\n";
  EXPECT_EQ(create("app", body), "CREATE_COMPLETE");
  EXPECT_EQ(output("app", "O"), "Create 3");
  EXPECT_EQ(output("app", "R"), "custom-1");
  functions.status = "FAILED";
  EXPECT_EQ(create("bad", body), "ROLLBACK_COMPLETE");
}

TEST_F(CloudFormationTest, TakesUpWhatHadNotBegun) {
  t.loop.run(service.stop());
  t.ok("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}});
  t.loop.run_ready();
  EXPECT_EQ(status("app"), "CREATE_IN_PROGRESS");
  CloudFormation next{t.door, {}};
  next.start();
  EXPECT_EQ(settle("app"), "CREATE_COMPLETE");
  EXPECT_EQ(things.made.size(), 2u);
}

TEST_F(CloudFormationTest, TakesUpInTheMiddleOfAStep) {
  crash_after_call = true;  // the thing is made, and nothing is written of it
  t.ok("cloudformation", "CreateStack", {{"StackName", "app"}, {"TemplateBody", two_things}});
  t.loop.run_for(std::chrono::milliseconds(5));
  EXPECT_EQ(status("app"), "CREATE_IN_PROGRESS");
  EXPECT_EQ(things.made.size(), 1u);
  std::string first = things.made.begin()->first;
  crash_after_call = false;
  CloudFormation next{t.door, {}};
  next.start();
  EXPECT_EQ(settle("app"), "CREATE_COMPLETE");
  EXPECT_EQ(physical("app", "First"), first);
  EXPECT_EQ(things.made.size(), 2u);
}

TEST_F(CloudFormationTest, TakesUpAnUpdateInTheMiddleOfAReplacement) {
  ASSERT_EQ(create("app", "Resources:\n  B: {Type: Test::Thing, Properties: {Kind: k1}}\n"), "CREATE_COMPLETE");
  std::string old = physical("app", "B");
  crash_after_call = true;
  t.ok("cloudformation", "UpdateStack",
       {{"StackName", "app"}, {"TemplateBody", "Resources:\n  B: {Type: Test::Thing, Properties: {Kind: k2}}\n"}});
  t.loop.run_for(std::chrono::milliseconds(5));
  EXPECT_EQ(things.made.size(), 2u);
  crash_after_call = false;
  CloudFormation next{t.door, {}};
  next.start();
  EXPECT_EQ(settle("app"), "UPDATE_COMPLETE");
  EXPECT_EQ(things.made.size(), 1u);
  EXPECT_NE(physical("app", "B"), old);
}

}  // namespace
}  // namespace thaw::cloudformation
