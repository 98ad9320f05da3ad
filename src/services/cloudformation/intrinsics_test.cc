#include "services/cloudformation/intrinsics.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "services/cloudformation/language_extensions.h"
#include "services/cloudformation/names.h"

namespace thaw::cloudformation {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error());
  return parsed ? *parsed : Json();
}

class Intrinsics : public testing::Test {
 protected:
  Intrinsics() {
    body_ = json(R"({
      "Transform": "AWS::LanguageExtensions",
      "Parameters": {"Stage": {"Type": "String"}, "Zones": {"Type": "CommaDelimitedList"}},
      "Mappings": {"ByRegion": {"eu-west-1": {"Ami": "ami-1", "List": ["x", "y"]}}},
      "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "NotProd": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "NotProd"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "NotProd"}]}
      },
      "Resources": {"Table": {"Type": "AWS::DynamoDB::Table"}, "New": {"Type": "AWS::SNS::Topic"}}
    })");
    template_ = *parse_template(body_);
    scope_.source = &template_;
    scope_.parameters = {{"Stage", Json("prod")}, {"Zones", json(R"(["a", "b"])")}};
    scope_.pseudo = {"123456789012", "eu-west-1", "aws", "arn:aws:cloudformation:eu-west-1:123456789012:stack/app/1",
                     "app",          {}};
    scope_.resources["Table"] = {
        "app-Table-X", json(R"({"Arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/t", "Nest": {"In": 5}})")};
    scope_.exports["Net-Vpc"] = "vpc-1";
    EXPECT_TRUE(evaluate_conditions(scope_).has_value());
  }
  std::string eval(std::string_view text) {
    Result<Json> out = evaluate(json(text), scope_);
    return out ? out->dump() : "error: " + out.error().message;
  }
  Json body_;
  Template template_;
  Scope scope_;
};

TEST_F(Intrinsics, RefsOfEveryKind) {
  EXPECT_EQ(eval(R"({"Ref": "Stage"})"), R"("prod")");
  EXPECT_EQ(eval(R"({"Ref": "Zones"})"), R"(["a","b"])");
  EXPECT_EQ(eval(R"({"Ref": "Table"})"), R"("app-Table-X")");
  EXPECT_EQ(eval(R"({"Ref": "AWS::Region"})"), R"("eu-west-1")");
  EXPECT_EQ(eval(R"({"Ref": "AWS::URLSuffix"})"), R"("amazonaws.com")");
  EXPECT_EQ(eval(R"({"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Ref": "AWS::NoValue"}]})"), R"({"b":[1]})");
  EXPECT_EQ(
      eval(R"({"Ref": "Nope"})"),
      "error: Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template");
}

TEST_F(Intrinsics, GetAttInBothForms) {
  EXPECT_EQ(eval(R"({"Fn::GetAtt": ["Table", "Arn"]})"), R"("arn:aws:dynamodb:eu-west-1:123456789012:table/t")");
  EXPECT_EQ(eval(R"({"Fn::GetAtt": "Table.Nest.In"})"), "5");
  EXPECT_EQ(eval(R"({"Fn::GetAtt": ["Table", "Gone"]})"),
            "error: Template error: resource Table does not support attribute type Gone in Fn::GetAtt");
}

TEST_F(Intrinsics, Sub) {
  EXPECT_EQ(eval(R"({"Fn::Sub": "${AWS::Region}-${Stage}-${Table}-${Table.Arn}-${!Literal}-$${Zones}"})"),
            R"("eu-west-1-prod-app-Table-X-arn:aws:dynamodb:eu-west-1:123456789012:table/t-${Literal}-$a,b")");
  EXPECT_EQ(eval(R"({"Fn::Sub": ["${A}/${Stage}", {"A": {"Fn::Join": ["+", ["x", 1]]}}]})"), R"("x+1/prod")");
  EXPECT_EQ(eval(R"({"Fn::Sub": "open ${brace"})"), R"("open ${brace")");
  EXPECT_TRUE(
      eval(R"({"Fn::Sub": [1]})").starts_with("error: Template error: One or more Fn::Sub intrinsic functions"));
}

TEST_F(Intrinsics, ListsAndText) {
  EXPECT_EQ(eval(R"({"Fn::Join": [":", ["a", {"Ref": "Stage"}, 3]]})"), R"("a:prod:3")");
  EXPECT_EQ(eval(R"({"Fn::Join": [",", {"Ref": "Zones"}]})"), R"("a,b")");
  EXPECT_EQ(eval(R"({"Fn::Select": ["1", {"Fn::Split": ["|", "a|b|c"]}]})"), R"("b")");
  EXPECT_EQ(eval(R"({"Fn::Select": [7, ["a"]]})"),
            "error: Template error: Fn::Select cannot select nonexistent value at index 7");
  EXPECT_EQ(eval(R"({"Fn::Base64": "hello"})"), R"("aGVsbG8=")");
  EXPECT_EQ(eval(R"({"Fn::GetAZs": ""})"), R"(["eu-west-1a","eu-west-1b","eu-west-1c"])");
  EXPECT_EQ(eval(R"({"Fn::Length": {"Ref": "Zones"}})"), "2");
  EXPECT_EQ(eval(R"({"Fn::ToJsonString": {"a": {"Ref": "Stage"}}})"), R"("{\"a\":\"prod\"}")");
  EXPECT_EQ(eval(R"({"Fn::Cidr": ["10.0.0.0/16", 3, "8"]})"), R"(["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"])");
  EXPECT_EQ(eval(R"({"Fn::Cidr": ["10.0.0.0/30", 3, 8]})").substr(0, 6), "error:");
}

TEST_F(Intrinsics, MapsImportsAndChoices) {
  EXPECT_EQ(eval(R"({"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "Ami"]})"), R"("ami-1")");
  EXPECT_EQ(eval(R"({"Fn::FindInMap": ["ByRegion", "mars", "Ami", {"DefaultValue": "none"}]})"), R"("none")");
  EXPECT_EQ(eval(R"({"Fn::FindInMap": ["ByRegion", "mars", "Ami"]})"),
            "error: Template error: Unable to get mapping for ByRegion::mars::Ami");
  EXPECT_EQ(eval(R"({"Fn::ImportValue": {"Fn::Sub": "Net-${Missing}"}})").substr(0, 6), "error:");
  EXPECT_EQ(eval(R"({"Fn::ImportValue": "Net-Vpc"})"), R"("vpc-1")");
  EXPECT_EQ(eval(R"({"Fn::ImportValue": "Nope"})"), "error: No export named Nope found.");
  EXPECT_EQ(eval(R"({"Fn::If": ["IsProd", "big", "small"]})"), R"("big")");
  EXPECT_EQ(eval(R"({"x": {"Fn::If": ["NotProd", "big", {"Ref": "AWS::NoValue"}]}})"), "{}");
  EXPECT_EQ(eval(R"({"Fn::Nonsense": 1})"), "error: Template error: Unrecognized function Fn::Nonsense.");
  EXPECT_EQ(eval(R"({"Condition": {"StringEquals": {"a": "b"}}})"), R"({"Condition":{"StringEquals":{"a":"b"}}})");
}

TEST_F(Intrinsics, Conditions) {
  EXPECT_TRUE(scope_.conditions["IsProd"]);
  EXPECT_FALSE(scope_.conditions["NotProd"]);
  EXPECT_FALSE(scope_.conditions["Both"]);
  EXPECT_TRUE(scope_.conditions["Either"]);
}

TEST_F(Intrinsics, PlansWithoutValues) {
  scope_.planning = true;
  EXPECT_EQ(eval(R"({"Ref": "New"})"), R"("{{changeSet:KNOWN_AFTER_APPLY}}")");
  EXPECT_EQ(eval(R"({"Fn::Sub": "x-${New.TopicName}"})"), R"("x-{{changeSet:KNOWN_AFTER_APPLY}}")");
  EXPECT_EQ(eval(R"({"Fn::Select": [2, {"Fn::Split": [":", {"Fn::GetAtt": "New.Arn"}]}]})"),
            R"("{{changeSet:KNOWN_AFTER_APPLY}}")");
}

TEST_F(Intrinsics, Rules) {
  Json body = json(R"({
    "Parameters": {"V": {"Type": "String"}},
    "Rules": {"Version": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "V"}]}]},
                                          "AssertDescription": "bootstrap version 6 required"}]}},
    "Resources": {"A": {"Type": "T"}}})");
  Template t = *parse_template(body);
  Scope scope;
  scope.source = &t;
  scope.parameters["V"] = "21";
  EXPECT_TRUE(check_rules(scope).has_value());
  scope.parameters["V"] = "2";
  Result<> failed = check_rules(scope);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "Template validation error: Rule Version failed: bootstrap version 6 required");
}

TEST(Loops, AreExpandedInsideOneAnother) {
  Json out = *expand_loops(json(R"({"Resources": {"Fn::ForEach::T": ["N", {"Ref": "Names"},
      {"Topic${N}": {"Type": "AWS::SNS::Topic",
           "Properties": {"TopicName": {"Fn::Sub": "${N}-${AWS::Region}"}, "X": {"Ref": "N"}}}}]}})"),
                           {{"Names", json(R"(["A", "B"])")}});
  EXPECT_EQ(
      out.dump(),
      R"({"Resources":{"TopicA":{"Type":"AWS::SNS::Topic",)"
      R"("Properties":{"TopicName":{"Fn::Sub":"A-${AWS::Region}"},"X":"A"}},)"
      R"("TopicB":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":{"Fn::Sub":"B-${AWS::Region}"},"X":"B"}}}})");
  EXPECT_FALSE(expand_loops(json(R"({"Fn::ForEach::T": ["N", ["a", "a"], {"K${N}": 1}]})"), {}).has_value());
  EXPECT_FALSE(expand_loops(json(R"({"Fn::ForEach::T": 1})"), {}).has_value());
}

TEST(Names, FollowAwsAndFit) {
  EXPECT_EQ(physical_name("app", "Table", "1A2B3C4D5E6F7", 255), "app-Table-1A2B3C4D5E6F");
  EXPECT_EQ(physical_name("App", "Bucket", "1A2B3C4D5E6F7", 63, NameStyle::lower), "app-bucket-1a2b3c4d5e6f");
  std::string longest = physical_name(std::string(128, 's'), std::string(200, 'l'), "1A2B3C4D5E6F7", 64);
  EXPECT_EQ(longest.size(), 64u);
  EXPECT_EQ(longest, std::string(25, 's') + "-" + std::string(25, 'l') + "-1A2B3C4D5E6F");
  EXPECT_TRUE(is_stack_name("My-Stack-1"));
  EXPECT_FALSE(is_stack_name("1stack"));
  EXPECT_FALSE(is_stack_name("a_b"));
}

TEST(ReachableUrls, TouchEndpointsAlone) {
  auto to = [](std::string text) { return reachable_urls(std::move(text), "localhost:4566"); };
  EXPECT_EQ(to("https://abc.execute-api.eu-west-1.amazonaws.com/Prod/"),
            "https://abc.execute-api.eu-west-1.localhost:4566/Prod/");
  EXPECT_EQ(to("a https://x.execute-api.us-east-1.amazonaws.com https://y.execute-api.us-east-1.amazonaws.com/z"),
            "a https://x.execute-api.us-east-1.localhost:4566 https://y.execute-api.us-east-1.localhost:4566/z");
  EXPECT_EQ(to("https://q.lambda-url.us-east-1.on.aws/"), "https://q.lambda-url.us-east-1.localhost:4566/");
  EXPECT_EQ(to("amazonaws.com"), "amazonaws.com");
  EXPECT_EQ(to("lambda.amazonaws.com"), "lambda.amazonaws.com");
  EXPECT_EQ(to("arn:aws:execute-api:us-east-1:123456789012:abc/*"), "arn:aws:execute-api:us-east-1:123456789012:abc/*");
  EXPECT_EQ(to("https://b.s3.us-east-1.amazonaws.com/k"), "https://b.s3.us-east-1.amazonaws.com/k");
  EXPECT_EQ(to("x.execute-api.amazonaws.com"), "x.execute-api.amazonaws.com");
  EXPECT_EQ(reachable_urls(std::string("https://a.execute-api.r-1.amazonaws.com"), ""),
            "https://a.execute-api.r-1.amazonaws.com");
}

}  // namespace
}  // namespace thaw::cloudformation
