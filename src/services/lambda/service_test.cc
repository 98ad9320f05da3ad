#include "services/lambda/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/lambda/testing.h"

namespace thaw::lambda {
namespace {

struct AssumeInput {
  std::string RoleArn;
  static void describe(api::Fields& f) { f.add("RoleArn", &AssumeInput::RoleArn); }
};

// Lets every role be assumed but one named "refused".
class FakeSts final : public api::Service {
 public:
  api::ServiceInfo info() const override { return {.name = "sts", .protocols = {api::Protocol::query}}; }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("AssumeRole", this, &FakeSts::assume));
    return out;
  }
  Task<Result<api::Nothing>> assume(api::Request&, const AssumeInput& in) {
    if (in.RoleArn.ends_with("/refused")) co_return fail("AccessDenied", "no", 403);
    co_return api::Nothing{};
  }
};

class LambdaTest : public ::testing::Test {
 protected:
  LambdaTest() {
    t.door.add(sts);
    t.door.add(service);
  }
  Json ok(std::string operation, Json::Object input) { return t.ok("lambda", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("lambda", std::move(operation), std::move(input));
  }
  Json::Object function(std::string name, std::string code = "def handler(e, c): return 1\n") {
    return {{"FunctionName", name},
            {"Runtime", "provided.al2023"},
            {"Handler", "app.handler"},
            {"Role", "arn:aws:iam::000000000000:role/r"},
            {"Code", Json::object({{"ZipFile", make_zip({{"app.py", code}})}})}};
  }
  Json create(std::string name) { return ok("CreateFunction", function(std::move(name))); }

  static env::Options environment_options(const Clock& clock) {
    env::Options out;
    out.clock = &clock;
    return out;
  }

  api::TestDoor t;
  FakeSts sts;
  std::unique_ptr<blob::BlobStore> blobs = blob::make_memory_blob_store();
  env::Environments environments{environment_options(t.clock)};
  LogWriter logs{t.door.caller()};
  Lambda service{Dependencies{
      .store = *t.store,
      .clock = t.clock,
      .caller = t.door.caller(),
      .blobs = *blobs,
      .environments = environments,
      .environments_ready = [] { return Result<>(fail("ServiceException", "no environments in this test", 500)); },
      .logs = logs,
      .code_directory = ::testing::TempDir() + "/thaw-lambda-test"}};
};

TEST_F(LambdaTest, AFunctionHasAwsDefaults) {
  Json made = create("f");
  EXPECT_EQ(made.get("FunctionArn").as_string(), "arn:aws:lambda:us-east-1:000000000000:function:f");
  EXPECT_EQ(made.get("State").as_string(), "Active");
  EXPECT_EQ(made.get("Timeout").to_int(), 3);
  EXPECT_EQ(made.get("MemorySize").to_int(), 128);
  EXPECT_EQ(made.get("LoggingConfig").get("LogGroup").as_string(), "/aws/lambda/f");
  EXPECT_EQ(error("CreateFunction", function("f")).code, "ResourceConflictException");
  ok("DeleteFunction", {{"FunctionName", "f"}});
  Error gone = error("GetFunction", {{"FunctionName", "f"}});
  EXPECT_EQ(gone.code, "ResourceNotFoundException");
  EXPECT_EQ(gone.message, "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f");
}

TEST_F(LambdaTest, RefusesInAwsWords) {
  Json::Object bad = function("f");
  bad[3].value = "arn:aws:iam::000000000000:role/refused";
  EXPECT_EQ(error("CreateFunction", bad).message, "The role defined for the function cannot be assumed by Lambda.");
  bad = function("f");
  bad[4].value = Json::object({{"ZipFile", "not a zip"}});
  EXPECT_EQ(error("CreateFunction", bad).message,
            "Could not unzip uploaded file. Please check your file, then try to upload again.");
  bad = function("f");
  bad.push_back({"Environment", Json::object({{"Variables", Json::object({{"AWS_REGION", "x"}})}})});
  EXPECT_NE(error("CreateFunction", bad).message.find("Reserved keys used in this request: AWS_REGION"),
            std::string::npos);
  bad = function("f");
  bad.push_back({"MemorySize", 64});
  EXPECT_EQ(error("CreateFunction", bad).message,
            "1 validation error detected: Value '64' at 'memorySize' failed to satisfy constraint: Member must have "
            "value greater "
            "than or equal to 128");
  bad = function("f");
  bad.push_back({"VpcConfig", Json::object({{"SubnetIds", Json::array({"subnet-1"})}})});
  EXPECT_EQ(error("CreateFunction", bad).code, "NotImplemented");
}

TEST_F(LambdaTest, VersionsAndAliases) {
  create("f");
  Json one = ok("PublishVersion", {{"FunctionName", "f"}});
  EXPECT_EQ(one.get("Version").as_string(), "1");
  EXPECT_EQ(ok("PublishVersion", {{"FunctionName", "f"}}).get("Version").as_string(), "1") << "nothing has changed";
  ok("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Timeout", 9}});
  EXPECT_EQ(ok("PublishVersion", {{"FunctionName", "f"}}).get("Version").as_string(), "2");
  EXPECT_EQ(ok("ListVersionsByFunction", {{"FunctionName", "f"}}).get("Versions").size(), 3u);
  ok("CreateAlias", {{"FunctionName", "f"}, {"Name", "live"}, {"FunctionVersion", "1"}});
  EXPECT_EQ(ok("GetFunctionConfiguration", {{"FunctionName", "f:live"}}).get("Timeout").to_int(), 3);
  EXPECT_EQ(error("DeleteFunction", {{"FunctionName", "f"}, {"Qualifier", "1"}}).code, "ResourceConflictException");
  ok("UpdateAlias", {{"FunctionName", "f"}, {"Name", "live"}, {"FunctionVersion", "2"}});
  EXPECT_EQ(ok("GetFunctionConfiguration", {{"FunctionName", "f"}, {"Qualifier", "live"}}).get("Timeout").to_int(), 9);
  EXPECT_EQ(error("CreateAlias", {{"FunctionName", "f"}, {"Name", "x"}, {"FunctionVersion", "7"}}).code,
            "ResourceNotFoundException");
}

TEST_F(LambdaTest, PermissionsMakeAPolicy) {
  create("f");
  Json::Object permission{{"FunctionName", "f"},
                          {"StatementId", "api"},
                          {"Action", "lambda:InvokeFunction"},
                          {"Principal", "apigateway.amazonaws.com"},
                          {"SourceArn", "arn:aws:execute-api:us-east-1:000000000000:a/*"}};
  ok("AddPermission", permission);
  EXPECT_EQ(error("AddPermission", permission).code, "ResourceConflictException");
  auto policy = Json::parse(ok("GetPolicy", {{"FunctionName", "f"}}).get("Policy").as_string());
  ASSERT_TRUE(policy);
  const Json& statement = policy->get("Statement").items()[0];
  EXPECT_EQ(statement.get("Principal"), Json::object({{"Service", "apigateway.amazonaws.com"}}));
  EXPECT_EQ(statement.get("Condition").get("ArnLike").get("AWS:SourceArn").as_string(),
            "arn:aws:execute-api:us-east-1:000000000000:a/*");
  ok("RemovePermission", {{"FunctionName", "f"}, {"StatementId", "api"}});
  EXPECT_EQ(error("GetPolicy", {{"FunctionName", "f"}}).code, "ResourceNotFoundException");
}

TEST_F(LambdaTest, LayersAreCheckedAndListed) {
  Json layer = ok("PublishLayerVersion",
                  {{"LayerName", "l"}, {"Content", Json::object({{"ZipFile", make_zip({{"python/m.py", "x=1"}})}})}});
  std::string arn = layer.get("LayerVersionArn").as_string();
  EXPECT_EQ(arn, "arn:aws:lambda:us-east-1:000000000000:layer:l:1");
  Json::Object in = function("f");
  in.push_back({"Layers", Json::array({arn})});
  EXPECT_EQ(ok("CreateFunction", in).get("Layers").items()[0].get("Arn").as_string(), arn);
  in = function("g");
  in.push_back({"Layers", Json::array({"arn:aws:lambda:us-east-1:000000000000:layer:l:2"})});
  EXPECT_EQ(error("CreateFunction", in).message,
            "Layer version arn:aws:lambda:us-east-1:000000000000:layer:l:2 does not exist.");
  EXPECT_EQ(ok("ListLayers", {}).get("Layers").size(), 1u);
}

TEST_F(LambdaTest, CodeAndLayersAreLimitedTogether) {
  std::string zeros(90'000'000, '\0');
  Json content = Json::object({{"ZipFile", make_zip({{"big", zeros}})}});
  std::string arn =
      ok("PublishLayerVersion", {{"LayerName", "l"}, {"Content", content}}).get("LayerVersionArn").as_string();
  std::string other =
      ok("PublishLayerVersion", {{"LayerName", "m"}, {"Content", content}}).get("LayerVersionArn").as_string();
  create("f");
  ok("UpdateFunctionConfiguration", {{"FunctionName", "f"}, {"Layers", Json::array({arn, other})}});
  EXPECT_NE(
      error("UpdateFunctionCode", {{"FunctionName", "f"}, {"ZipFile", content.get("ZipFile")}})
          .message.find("Function code combined with layers exceeds the maximum allowed size of 262144000 bytes."),
      std::string::npos);
}

TEST_F(LambdaTest, InvokeChecksItsInput) {
  create("f");
  EXPECT_EQ(error("Invoke", {{"FunctionName", "g"}}).code, "ResourceNotFoundException");
  EXPECT_EQ(error("Invoke", {{"FunctionName", "f"}, {"Payload", "{bad"}}).code, "InvalidRequestContentException");
  EXPECT_EQ(error("Invoke", {{"FunctionName", "f"}, {"Payload", std::string(6'291'457, ' ')}}).code,
            "RequestTooLargeException");
  EXPECT_EQ(ok("Invoke", {{"FunctionName", "f"}, {"InvocationType", "DryRun"}}).get("StatusCode").to_int(), 204);
}

TEST_F(LambdaTest, ReservedConcurrencyLeavesSomeForOthers) {
  create("f");
  EXPECT_EQ(error("PutFunctionConcurrency", {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 901}}).code,
            "InvalidParameterValueException");
  ok("PutFunctionConcurrency", {{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
  Error throttled = error("Invoke", {{"FunctionName", "f"}});
  EXPECT_EQ(throttled.code, "TooManyRequestsException");
  EXPECT_EQ(throttled.details.get("Reason").as_string(), "ReservedFunctionConcurrentInvocationLimitExceeded");
}

TEST(Names, EveryFormNamesTheSame) {
  AccountId account = *AccountId::parse("000000000000");
  Region region = *Region::parse("us-east-1");
  for (const char* text :
       {"f", "function:f", "000000000000:function:f", "arn:aws:lambda:us-east-1:000000000000:function:f"}) {
    auto ref = parse_function(text, std::nullopt, account, region);
    ASSERT_TRUE(ref) << text;
    EXPECT_EQ(ref->name, "f");
    EXPECT_EQ(ref->qualifier, "");
    auto qualified = parse_function(std::string(text) + ":live", "live", account, region);
    ASSERT_TRUE(qualified) << text;
    EXPECT_EQ(qualified->qualifier, "live");
    EXPECT_FALSE(parse_function(std::string(text) + ":live", "other", account, region));
  }
  EXPECT_FALSE(parse_function("arn:aws:lambda:eu-west-1:000000000000:function:f", std::nullopt, account, region));
}

}  // namespace
}  // namespace thaw::lambda
