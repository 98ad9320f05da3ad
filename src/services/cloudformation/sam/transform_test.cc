// The rules of the transform, one at a time; whole templates are in corpus_test.cc.
#include "services/cloudformation/sam/transform.h"

#include <gtest/gtest.h>

#include "base/yaml.h"

namespace thaw::sam {
namespace {

std::expected<Json, TransformError> run(std::string_view yaml, TransformOptions options = {}) {
  auto parsed = parse_yaml(yaml);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().str());
  return transform(parsed ? parsed->value : Json(), options);
}

Json resources(std::string_view yaml) {
  auto out = run(yaml);
  EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().message());
  return out ? out->get("Resources") : Json::object();
}

std::vector<std::string> complaints(std::string_view yaml) {
  auto out = run(yaml);
  return out ? std::vector<std::string>() : out.error().messages;
}

Json at(Json value, std::initializer_list<const char*> path) {
  for (auto name : path) value = Json(value.get(name));
  return value;
}

constexpr std::string_view kFunction = R"(
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: s3://bucket/key, Handler: app.handler, Runtime: python3.12}
)";

TEST(SamTransform, a_function_gets_a_role) {
  Json out = resources(kFunction);
  EXPECT_EQ(out.size(), 2u);
  EXPECT_EQ(at(out, {"Fn", "Type"}), Json("AWS::Lambda::Function"));
  EXPECT_EQ(at(out, {"Fn", "Properties", "Code"}), Json::object({{"S3Bucket", "bucket"}, {"S3Key", "key"}}));
  EXPECT_EQ(at(out, {"Fn", "Properties", "Role"}), *Json::parse(R"({"Fn::GetAtt": ["FnRole", "Arn"]})"));
  EXPECT_EQ(at(out, {"FnRole", "Properties", "ManagedPolicyArns"}),
            Json::array({"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}));
}

TEST(SamTransform, the_partition_follows_the_region) {
  auto out = run(kFunction, {.region = "cn-north-1"});
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(at(*out, {"Resources", "FnRole", "Properties", "ManagedPolicyArns"}),
            Json::array({"arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}));
}

TEST(SamTransform, globals_merge_maps_join_lists_and_give_way) {
  Json out = resources(R"(
Globals:
  Function:
    Timeout: 3
    Runtime: nodejs20.x
    Layers: [a]
    Environment: {Variables: {A: 1, B: 1}}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: s3://b/k, Handler: h, Timeout: 5, Layers: [b], Environment: {Variables: {B: 2}}}
)");
  Json fn = at(out, {"Fn", "Properties"});
  EXPECT_EQ(fn.get("Timeout"), Json(5));
  EXPECT_EQ(fn.get("Runtime"), Json("nodejs20.x"));
  EXPECT_EQ(fn.get("Layers"), Json::array({"a", "b"}));
  EXPECT_EQ(at(fn, {"Environment", "Variables"}), Json::object({{"A", 1}, {"B", 2}}));
}

TEST(SamTransform, events_without_an_api_share_one) {
  Json out = resources(R"(
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://b/k
      Handler: h
      Runtime: python3.12
      Events:
        Get: {Type: Api, Properties: {Path: "/orders/{id}", Method: get}}
)");
  EXPECT_EQ(at(out, {"ServerlessRestApi", "Type"}), Json("AWS::ApiGateway::RestApi"));
  EXPECT_TRUE(out.contains("ServerlessRestApiProdStage"));
  EXPECT_EQ(at(out, {"FnGetPermissionProd", "Properties", "SourceArn", "Fn::Sub"}).items()[0],
            Json("arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/orders/*"));
  EXPECT_FALSE(resources(kFunction).contains("ServerlessRestApi"));
}

TEST(SamTransform, a_deployment_is_named_after_its_definition) {
  auto deployment = [](const char* title) {
    Json out = resources(std::string(R"(
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: Prod, DefinitionBody: {swagger: "2.0", paths: {}, info: {title: )") +
                         title + "}}}\n");
    for (auto& member : out.members())
      if (member.value.get("Type") == Json("AWS::ApiGateway::Deployment")) return member.key;
    return std::string();
  };
  EXPECT_EQ(deployment("a"), deployment("a"));
  EXPECT_NE(deployment("a"), deployment("b"));
  EXPECT_EQ(deployment("a").size(), std::string("ApiDeployment").size() + 10);
}

TEST(SamTransform, policy_templates_are_filled_in) {
  Json out = resources(R"(
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://b/k
      Handler: h
      Runtime: python3.12
      Policies:
        - SQSPollerPolicy: {QueueName: !GetAtt Q.QueueName}
        - AmazonS3ReadOnlyAccess
)");
  Json role = at(out, {"FnRole", "Properties"});
  EXPECT_EQ(role.get("ManagedPolicyArns").items()[1], Json("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
  Json statement = at(role.get("Policies").items()[0], {"PolicyDocument"}).get("Statement").items()[0];
  EXPECT_EQ(at(statement, {"Resource", "Fn::Sub"}).items()[1],
            *Json::parse(R"({"queueName": {"Fn::GetAtt": ["Q", "QueueName"]}})"));
}

TEST(SamTransform, references_follow_renamed_layers) {
  auto out = run(R"(
Resources:
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: s3://b/k}}
  Other: {Type: AWS::SNS::Topic, DependsOn: Layer}
Outputs:
  A: {Value: !Ref Layer}
  B: {Value: !Sub "${Layer} ${Layers}"}
)");
  ASSERT_TRUE(out.has_value());
  std::string id;
  for (auto& member : out->get("Resources").members())
    if (member.key != "Other") id = member.key;
  EXPECT_EQ(id.size(), std::string("Layer").size() + 10);
  EXPECT_EQ(at(*out, {"Outputs", "A", "Value", "Ref"}), Json(id));
  EXPECT_EQ(at(*out, {"Resources", "Other", "DependsOn"}), Json(id));
  EXPECT_EQ(at(*out, {"Outputs", "B", "Value", "Fn::Sub"}), Json("${" + id + "} ${Layers}"));
}

TEST(SamTransform, connectors_wait_for_nothing_and_are_waited_for) {
  Json out = resources(R"(
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: s3://b/k, Handler: h, Runtime: python3.12}
    Connectors: {Use: {Properties: {Destination: {Id: Table}, Permissions: [Read]}}}
  Table: {Type: AWS::Serverless::SimpleTable}
  Late: {Type: AWS::SNS::Topic, DependsOn: FnUse}
)");
  EXPECT_EQ(at(out, {"FnUsePolicy", "Type"}), Json("AWS::IAM::ManagedPolicy"));
  EXPECT_EQ(at(out, {"FnUsePolicy", "Properties", "Roles"}), *Json::parse(R"([{"Ref": "FnRole"}])"));
  EXPECT_EQ(at(out, {"Late", "DependsOn"}), Json::array({"FnUsePolicy"}));
}

TEST(SamTransform, all_complaints_are_told_in_order_and_once) {
  auto out = run(R"(
Resources:
  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: x, Handler: h, Runtime: r}}
  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://b/k, Colour: red}}
  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: id, Type: Text}}}
)");
  ASSERT_FALSE(out.has_value());
  EXPECT_EQ(out.error().message(),
            "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. "
            "Number of errors found: 3. "
            "Resource with id [A] is invalid. property Colour not defined for resource of type "
            "AWS::Serverless::Function "
            "Resource with id [B] is invalid. 'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with "
            "optional versionId query parameter. "
            "Resource with id [T] is invalid. Invalid 'Type' \"Text\".");
}

TEST(SamTransform, a_template_without_resources_is_refused) {
  const std::vector<std::string> required = {
      "Structure of the SAM template is invalid. 'Resources' section is required"};
  EXPECT_EQ(complaints("Resources: {}"), required);
  EXPECT_EQ(complaints("[1, 2]"), required);
  EXPECT_EQ(complaints("a: b"), required);
}

TEST(SamTransform, nesting_is_limited) {
  Json deep = "x";
  for (int i = 0; i < kMaxDepth; ++i) deep = Json::array({deep});
  auto out = transform(Json::object({{"Resources", Json::object({{"A", deep}})}}), {});
  ASSERT_FALSE(out.has_value());
  EXPECT_EQ(out.error().messages[0], "Structure of the SAM template is invalid. The template is nested too deeply.");
}

TEST(SamTransform, applications_come_from_the_repository_that_is_given) {
  constexpr std::string_view yaml = R"(
Resources:
  App: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}}}
)";
  EXPECT_EQ(complaints(yaml), std::vector<std::string>{"Resource with id [App] is invalid. Serverless Application "
                                                       "Repository is not available in this region."});
  TransformOptions options;
  options.find_application = [](const std::string& id, const std::string& version) {
    return std::expected<std::string, std::string>(id + "@" + version);
  };
  auto out = run(yaml, options);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(at(*out, {"Resources", "App", "Properties", "TemplateURL"}), Json("a@1.0.0"));
}

TEST(SamTransform, what_is_not_sam_stays_as_it_is) {
  auto out = run(R"(
Transform: AWS::Serverless-2016-10-31
Description: d
Parameters: {P: {Type: String, Default: x}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref P}}
)");
  ASSERT_TRUE(out.has_value());
  EXPECT_FALSE(out->contains("Transform"));
  EXPECT_EQ(out->get("Description"), Json("d"));
  EXPECT_EQ(at(*out, {"Resources", "Topic", "Properties", "TopicName", "Ref"}), Json("P"));
}

}  // namespace
}  // namespace thaw::sam
