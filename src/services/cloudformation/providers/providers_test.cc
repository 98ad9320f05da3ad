// What providers call, on an API that records the calls and answers what it is told.
#include "services/cloudformation/providers/providers.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/test_loop.h"
#include "services/cloudformation/providers/mapping.h"
#include "services/cloudformation/providers/zip.h"

namespace thaw::cloudformation {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Json();
}

class FakeApi final : public Api {
 public:
  std::vector<std::string> calls;                           // "service:Operation {input}"
  std::map<std::string, std::deque<Result<Json>>> answers;  // by operation; an empty object when there are none left

  Task<Result<Json>> call(std::string service, std::string operation, Json input) override {
    calls.push_back(service + ":" + operation + " " + input.dump());
    auto& queue = answers[operation];
    if (queue.empty()) co_return Json::object();
    Result<Json> answer = std::move(queue.front());
    queue.pop_front();
    co_return answer;
  }
  Task<void> pause(int64_t) override { co_return; }
  Task<Result<Json>> custom(ResourceRequest, std::string) override { co_return Json::object(); }
  std::string names() const {
    std::string out;
    for (const std::string& line : calls) {
      if (!out.empty()) out += " ";
      out += line.substr(line.find(':') + 1, line.find(' ') - line.find(':') - 1);
    }
    return out;
  }
};

class Providers : public testing::Test {
 protected:
  ResourceRequest request(const std::string& type, std::string_view properties) {
    ResourceRequest r;
    r.type = type;
    r.logical_id = "Thing";
    r.stack_id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1";
    r.stack_name = "app";
    r.account = "123456789012";
    r.region = "eu-west-1";
    r.physical_id = "app-Thing-ABC";
    r.properties = json(properties);
    r.token = "token";
    return r;
  }
  Result<ResourceState> create(ResourceRequest r) { return loop.run(find_resource_type(r.type)->create(api, r)); }
  Result<ResourceState> update(ResourceRequest r) { return loop.run(find_resource_type(r.type)->update(api, r)); }
  Result<ResourceState> remove(ResourceRequest r) { return loop.run(find_resource_type(r.type)->remove(api, r)); }
  TestLoop loop;
  FakeApi api;
};

TEST_F(Providers, EveryTypeCanBeMadeAndIsOnlyThereOnce) {
  std::set<std::string_view> seen;
  for (const std::vector<ResourceType>* table : provider_tables()) {
    for (const ResourceType& type : *table) {
      EXPECT_TRUE(seen.insert(type.name).second) << type.name;
      EXPECT_NE(type.create, nullptr) << type.name;
      for (std::string_view name : type.required) EXPECT_TRUE(type.has_property(name)) << type.name << " " << name;
      for (std::string_view name : type.create_only) {
        EXPECT_TRUE(name == "*" || type.has_property(name)) << type.name << " " << name;
      }
      if (!type.name_property.empty()) EXPECT_TRUE(type.has_property(type.name_property)) << type.name;
    }
  }
  EXPECT_EQ(find_resource_type("Custom::Mine"), find_resource_type("AWS::CloudFormation::CustomResource"));
  EXPECT_EQ(find_resource_type("AWS::Foo::Bar"), nullptr);
}

TEST_F(Providers, FunctionsWaitUntilTheyAreActive) {
  api.answers["GetFunctionConfiguration"] = {json(R"({"State": "Pending"})"),
                                             json(R"({"State": "Active", "FunctionArn": "arn:f"})")};
  Result<ResourceState> made =
      create(request("AWS::Lambda::Function", R"({"Runtime": "python3.12", "Handler": "index.h",
      "Role": "arn:r", "Code": {"ZipFile": "x = 1"}, "Tags": [{"Key": "a", "Value": "b"}]})"));
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->physical_id, "app-Thing-ABC");
  EXPECT_EQ(made->attributes.get("Arn").as_string(), "arn:f");
  EXPECT_EQ(api.names(), "CreateFunction GetFunctionConfiguration GetFunctionConfiguration");
  EXPECT_NE(api.calls[0].find(R"("Tags":{"a":"b"})"), std::string::npos);
  EXPECT_NE(api.calls[0].find("index.py"), std::string::npos);
}

TEST_F(Providers, AFunctionThatFailsToBecomeActiveFails) {
  api.answers["GetFunctionConfiguration"] = {json(R"({"State": "Failed", "StateReason": "no interpreter"})")};
  Result<ResourceState> made =
      create(request("AWS::Lambda::Function", R"({"Role": "arn:r", "Code": {"S3Bucket": "b", "S3Key": "k"}})"));
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().message, "Lambda function app-Thing-ABC failed: no interpreter");
}

TEST_F(Providers, OnlyWhatChangedIsUpdated) {
  ResourceRequest r =
      request("AWS::Lambda::Function", R"({"Role": "arn:r", "Timeout": 5, "Code": {"S3Bucket": "b", "S3Key": "k"}})");
  r.previous = json(R"({"Role": "arn:r", "Timeout": 3, "Description": "d", "Code": {"S3Bucket": "b", "S3Key": "k"}})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(api.names(), "UpdateFunctionConfiguration GetFunctionConfiguration GetFunctionConfiguration");
  EXPECT_NE(api.calls[0].find(R"("Timeout":5,"Description":"")"), std::string::npos) << api.calls[0];
  api.calls.clear();
  r.properties =
      json(R"({"Role": "arn:r", "Timeout": 3, "Description": "d", "Code": {"S3Bucket": "b", "S3Key": "k2"}})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(api.calls[0].substr(0, 25), "lambda:UpdateFunctionCode");
}

TEST_F(Providers, AResumedCreationAdoptsWhatIsThere) {
  ResourceRequest r = request("AWS::Lambda::Function", R"({"Role": "arn:r", "Code": {"S3Bucket": "b", "S3Key": "k"}})");
  api.answers["CreateFunction"] = {fail("ResourceConflictException", "Function already exist", 409)};
  EXPECT_FALSE(create(r).has_value());
  r.resumed = true;
  api.answers["CreateFunction"] = {fail("ResourceConflictException", "Function already exist", 409)};
  EXPECT_TRUE(create(r).has_value());
}

TEST_F(Providers, RolesAttachAndDetach) {
  ResourceRequest r = request("AWS::IAM::Role", R"({"AssumeRolePolicyDocument": {"Version": "2012-10-17"},
      "ManagedPolicyArns": ["arn:p1"], "Policies": [{"PolicyName": "p", "PolicyDocument": {"a": 1}}]})");
  ASSERT_TRUE(create(r).has_value());
  EXPECT_EQ(api.names(), "CreateRole AttachRolePolicy PutRolePolicy GetRole");
  EXPECT_NE(api.calls[0].find(R"("AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\"}")"), std::string::npos);
  api.calls.clear();
  r.previous = r.properties;
  r.properties = json(R"({"AssumeRolePolicyDocument": {"Version": "2012-10-17"}, "ManagedPolicyArns": ["arn:p2"]})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(api.names(), "AttachRolePolicy DetachRolePolicy DeleteRolePolicy GetRole");
  api.calls.clear();
  api.answers["DetachRolePolicy"] = {fail("NoSuchEntity", "gone", 404)};
  ASSERT_TRUE(remove(r).has_value());
  EXPECT_EQ(api.names(), "DetachRolePolicy DeleteRole");
}

TEST_F(Providers, TablesChangeOneIndexACall) {
  api.answers["DescribeTable"] = {};
  for (int i = 0; i < 6; ++i)
    api.answers["DescribeTable"].push_back(json(R"({"Table": {"TableStatus": "ACTIVE", "TableArn": "arn:t"}})"));
  ResourceRequest r = request("AWS::DynamoDB::Table", R"({"KeySchema": [], "AttributeDefinitions": [],
      "GlobalSecondaryIndexes": [{"IndexName": "new", "KeySchema": []}],
      "TimeToLiveSpecification": {"AttributeName": "t", "Enabled": true}})");
  r.previous = json(
      R"({"KeySchema": [], "AttributeDefinitions": [], "GlobalSecondaryIndexes": [{"IndexName": "old", "KeySchema": []}]})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(api.names(), "UpdateTable DescribeTable UpdateTable DescribeTable UpdateTimeToLive DescribeTable");
  EXPECT_NE(api.calls[0].find(R"({"Delete":{"IndexName":"old"}})"), std::string::npos);
  EXPECT_NE(api.calls[2].find(R"({"Create":{"IndexName":"new")"), std::string::npos);
}

TEST_F(Providers, BucketsMapTheirSettings) {
  Result<ResourceState> made =
      create(request("AWS::S3::Bucket", R"({"BucketName": "b", "VersioningConfiguration": {"Status": "Enabled"},
      "BucketEncryption": {"ServerSideEncryptionConfiguration":
          [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]},
      "LifecycleConfiguration": {"Rules": [{"Id": "r", "Status": "Enabled", "ExpirationInDays": 3}]}})"));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->attributes.get("RegionalDomainName").as_string(), "b.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(api.calls[0],
            R"(s3:CreateBucket {"Bucket":"b","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}})");
  EXPECT_EQ(api.names(), "CreateBucket PutBucketVersioning PutBucketEncryption PutBucketLifecycleConfiguration");
  EXPECT_EQ(
      api.calls[2],
      R"(s3:PutBucketEncryption {"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":)"
      R"({"SSEAlgorithm":"aws:kms"}}]},"Bucket":"b"})");
  EXPECT_EQ(api.calls[3],
            R"(s3:PutBucketLifecycleConfiguration {"LifecycleConfiguration":{"Rules":[{"ID":"r","Status":"Enabled",)"
            R"("Filter":{"Prefix":""},"Expiration":{"Days":3}}]},"Bucket":"b"})");
}

TEST_F(Providers, QueuesTakeAttributesAsText) {
  auto no_queue = [&] { api.answers["GetQueueUrl"] = {fail("QueueDoesNotExist", "no queue")}; };
  std::string url = "http://localhost:4566/123456789012/app-Thing-ABC.fifo";
  no_queue();
  api.answers["CreateQueue"] = {Json::object({{"QueueUrl", url}})};
  ResourceRequest r = request("AWS::SQS::Queue", R"({"FifoQueue": true, "VisibilityTimeout": 60,
      "RedrivePolicy": {"deadLetterTargetArn": "arn:d", "maxReceiveCount": 3}, "Tags": [{"Key": "a", "Value": "b"}]})");
  Result<ResourceState> made = create(r);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->physical_id, url);
  EXPECT_EQ(made->attributes.get("Arn"), Json("arn:aws:sqs:eu-west-1:123456789012:app-Thing-ABC.fifo"));
  EXPECT_EQ(api.names(), "GetQueueUrl CreateQueue");
  EXPECT_NE(api.calls[1].find(R"("VisibilityTimeout":"60")"), std::string::npos) << api.calls[1];
  EXPECT_NE(api.calls[1].find(R"("tags":{"a":"b"})"), std::string::npos) << api.calls[1];
  // One that was there before is not adopted.
  EXPECT_FALSE(create(r).has_value());

  api.calls.clear();
  r.physical_id = url;
  r.previous = r.properties;
  r.properties = json(R"({"FifoQueue": true, "DelaySeconds": "5"})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(api.names(), "SetQueueAttributes UntagQueue");
  EXPECT_NE(api.calls[0].find(R"({"DelaySeconds":"5","RedrivePolicy":"","VisibilityTimeout":"30"})"), std::string::npos)
      << api.calls[0];
  api.calls.clear();
  api.answers["DeleteQueue"] = {fail("QueueDoesNotExist", "gone")};
  EXPECT_TRUE(remove(r).has_value());
}

TEST_F(Providers, QueuePoliciesLeaveTheQueuesThatAreTakenOff) {
  ResourceRequest r =
      request("AWS::SQS::QueuePolicy", R"({"Queues": ["/1/a", "/1/b"], "PolicyDocument": {"Statement": []}})");
  ASSERT_TRUE(create(r).has_value());
  EXPECT_EQ(api.names(), "SetQueueAttributes SetQueueAttributes");
  api.calls.clear();
  r.previous = r.properties;
  r.properties = json(R"({"Queues": ["/1/a"], "PolicyDocument": {"Statement": []}})");
  ASSERT_TRUE(update(r).has_value());
  ASSERT_EQ(api.calls.size(), 2u);
  EXPECT_EQ(api.calls[1], R"(sqs:SetQueueAttributes {"QueueUrl":"/1/b","Attributes":{"Policy":""}})");
}

TEST_F(Providers, RestApisImportTheirBody) {
  api.answers["CreateRestApi"] = {json(R"({"id": "abc"})")};
  api.answers["GetResources"] = {json(R"({"items": [{"id": "x", "path": "/a"}, {"id": "root", "path": "/"}]})")};
  Result<ResourceState> made =
      create(request("AWS::ApiGateway::RestApi", R"({"Body": {"swagger": "2.0", "info": {"title": "orders"}}})"));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->physical_id, "abc");
  EXPECT_EQ(made->attributes.get("RootResourceId").as_string(), "root");
  EXPECT_NE(api.calls[0].find(R"("name":"orders")"), std::string::npos);
  EXPECT_EQ(api.names(), "CreateRestApi PutRestApi GetResources");
}

TEST_F(Providers, ARestApiWhoseBodyIsWrongIsNotLeftBehind) {
  api.answers["CreateRestApi"] = {json(R"({"id": "abc"})")};
  api.answers["PutRestApi"] = {fail("BadRequestException", "Invalid OpenAPI input")};
  EXPECT_FALSE(create(request("AWS::ApiGateway::RestApi", R"({"Body": {"swagger": "2.0"}})")).has_value());
  EXPECT_EQ(api.names(), "CreateRestApi PutRestApi DeleteRestApi");
}

TEST_F(Providers, StagesPatchWhatChanged) {
  ResourceRequest r = request("AWS::ApiGateway::Stage", R"({"RestApiId": "a", "StageName": "Prod", "DeploymentId": "d2",
      "Variables": {"k": "v"},
      "MethodSettings": [{"ResourcePath": "/pets", "HttpMethod": "GET", "ThrottlingRateLimit": 5}]})");
  r.physical_id = "Prod";
  r.previous = json(R"({"RestApiId": "a", "StageName": "Prod", "DeploymentId": "d1", "Variables": {"old": "v"}})");
  ASSERT_TRUE(update(r).has_value());
  EXPECT_EQ(
      api.calls[0],
      R"(apigateway:UpdateStage {"restApiId":"a","stageName":"Prod","patchOperations":[)"
      R"({"op":"replace","path":"/deploymentId","value":"d2"},{"op":"replace","path":"/variables/k","value":"v"},)"
      R"({"op":"remove","path":"/variables/old"},{"op":"replace","path":"/~1pets/GET/throttling/rateLimit","value":"5"}]})");
}

TEST(Zip, HoldsItsFiles) {
  std::string zip = write_zip({{"index.py", "x = 1"}});
  EXPECT_TRUE(zip.starts_with("PK\x03\x04"));
  EXPECT_NE(zip.find("index.pyx = 1"), std::string::npos);
  EXPECT_EQ(zip.size(), 30u + 8 + 5 + 46 + 8 + 22);
}

}  // namespace
}  // namespace thaw::cloudformation
