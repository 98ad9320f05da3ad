#include "services/cloudformation/plan.h"

#include <gtest/gtest.h>

namespace thaw::cloudformation {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Json();
}

// Plans from one template to another: what is deployed is what the first one says, under made-up ids.
class Plans : public testing::Test {
 protected:
  void deploy(std::string_view body) {
    old_ = *parse_template(json(body));
    Scope scope;
    scope.source = &old_;
    scope.parameters = parameters;
    ASSERT_TRUE(evaluate_conditions(scope).has_value());
    for (const ResourceDef* def : active_resources(old_, &scope.conditions)) {
      scope.resources[def->logical_id] = {"id-" + def->logical_id, json(R"({"Arn": "arn:)" + def->logical_id + "\"}"),
                                          false};
    }
    for (const ResourceDef* def : active_resources(old_, &scope.conditions)) {
      deployed[def->logical_id] = {def->type,
                                   "id-" + def->logical_id,
                                   "id-" + def->logical_id,
                                   definition_of(*def),
                                   *evaluate_properties(*def, scope, ""),
                                   scope.resources[def->logical_id].attributes};
    }
  }
  std::vector<ResourceChange> plan(std::string_view body) {
    source = *parse_template(json(body));
    PlanInput input;
    input.source = &source;
    input.scope.source = &source;
    input.scope.parameters = parameters;
    EXPECT_TRUE(evaluate_conditions(input.scope).has_value());
    input.deployed = deployed;
    input.changed_parameters = changed;
    Result<std::vector<ResourceChange>> out = make_plan(std::move(input));
    words = out ? "" : out.error().message;
    return out ? *out : std::vector<ResourceChange>();
  }
  std::string summary(const std::vector<ResourceChange>& changes) {
    std::string out;
    for (const ResourceChange& c : changes) {
      out += *c.action + " " + *c.logical_resource_id + (c.replacement ? " " + *c.replacement : "") + "; ";
    }
    return out;
  }
  Template old_, source;
  std::map<std::string, Json> parameters;
  std::set<std::string> changed;
  std::map<std::string, DeployedResource> deployed;
  std::string words;
};

TEST_F(Plans, AddInOrderAndRemoveLast) {
  deploy(R"({"Resources": {"Old": {"Type": "AWS::Logs::LogGroup"}}})");
  EXPECT_EQ(summary(plan(
                R"({"Resources": {"B": {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": {"Ref": "A"}}},
                                            "A": {"Type": "AWS::Logs::LogGroup"}}})")),
            "Add A; Add B; Remove Old; ");
  EXPECT_EQ(summary(plan(R"({"Resources": {"Old": {"Type": "AWS::Logs::LogGroup"}}})")), "");
}

TEST_F(Plans, ReplacementSpreadsToThoseThatRefer) {
  deploy(R"({"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "a", "KeySchema": []}},
      "G": {"Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": {"Fn::Sub": "/t/${T}"}, "RetentionInDays": 1}},
      "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "T"}}}}})");
  std::vector<ResourceChange> changes =
      plan(R"({"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "b", "KeySchema": []}},
      "G": {"Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": {"Fn::Sub": "/t/${T}"}, "RetentionInDays": 1}},
      "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "T"}}}}})");
  EXPECT_EQ(summary(changes), "Modify T True; Modify G Conditional; Modify P False; ");
  const ResourceChangeDetail& detail = changes[1].details[0];
  EXPECT_EQ(*detail.evaluation, "Dynamic");
  EXPECT_EQ(*detail.change_source, "ResourceReference");
  EXPECT_EQ(*detail.causing_entity, "T");
  EXPECT_EQ(*detail.target->requires_recreation, "Conditionally");
  EXPECT_EQ(*detail.target->before_value, "/t/id-T");
  EXPECT_EQ(*detail.target->after_value, "/t/{{changeSet:KNOWN_AFTER_APPLY}}");
}

TEST_F(Plans, MetadataAndPoliciesAreChangesOfTheirOwn) {
  deploy(R"({"Resources": {"A": {"Type": "AWS::Logs::LogGroup"}}})");
  std::vector<ResourceChange> changes = plan(
      R"({"Resources": {"A": {"Type": "AWS::Logs::LogGroup", "Metadata": {"x": 1}, "DeletionPolicy": "Retain"}}})");
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(*changes[0].replacement, "False");
  EXPECT_EQ(changes[0].scope, (std::vector<std::string>{"Metadata", "DeletionPolicy"}));
}

TEST_F(Plans, TypesDoNotChange) {
  deploy(R"({"Resources": {"A": {"Type": "AWS::Logs::LogGroup"}}})");
  plan(R"({"Resources": {"A": {"Type": "AWS::S3::Bucket"}}})");
  EXPECT_EQ(words,
            "Update of resource type is not permitted. The new template modifies resource type of the following "
            "resources: [A]");
}

TEST_F(Plans, ConditionsAddAndRemove) {
  parameters["P"] = Json("on");
  const char* body =
      R"({"Parameters": {"P": {"Type": "String"}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "on"]}},
      "Resources": {"A": {"Type": "AWS::Logs::LogGroup", "Condition": "C"}, "B": {"Type": "AWS::Logs::LogGroup"}}})";
  deploy(body);
  parameters["P"] = Json("off");
  EXPECT_EQ(summary(plan(body)), "Remove A; ");
}

TEST_F(Plans, Capabilities) {
  Template plain = *parse_template(json(R"({"Resources": {"R": {"Type": "AWS::IAM::Role"}}})"));
  EXPECT_EQ(check_capabilities(plain, {}).error().message, "Requires capabilities : [CAPABILITY_IAM]");
  EXPECT_TRUE(check_capabilities(plain, {"CAPABILITY_NAMED_IAM"}).has_value());
  Template named =
      *parse_template(json(R"({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "x"}}}})"));
  EXPECT_EQ(check_capabilities(named, {"CAPABILITY_IAM"}).error().message,
            "Requires capabilities : [CAPABILITY_NAMED_IAM]");
}

}  // namespace
}  // namespace thaw::cloudformation
