#include "services/cloudformation/template.h"

#include <gtest/gtest.h>

#include "services/cloudformation/graph.h"
#include "services/cloudformation/parameters.h"

namespace thaw::cloudformation {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Json();
}

std::string problem(std::string_view text, const SourceMap& where = {}) {
  Result<Template> out = parse_template(json(text), where);
  return out ? "none" : out.error().message;
}

TEST(TemplateForm, NeedsResources) {
  EXPECT_EQ(problem("{}"), "Template format error: At least one Resources member must be defined.");
  EXPECT_EQ(problem(R"({"Resources": {}})"), "Template format error: At least one Resources member must be defined.");
  EXPECT_EQ(problem("[]"), "Template format error: unsupported structure.");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T"}}})"), "none");
}

TEST(TemplateForm, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(problem(R"({"Resource": {}, "Resources": {"A": {"Type": "T"}}})"),
            "Invalid template property or properties [Resource]");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "Propertes": {}}}})"),
            "Invalid template resource property 'Propertes'");
  EXPECT_EQ(problem(R"({"Resources": {"A-B": {"Type": "T"}}})"),
            "Template format error: Resource name A-B is non alphanumeric.");
  EXPECT_EQ(problem(R"({"Resources": {"A": {}}})"),
            "Template format error: [/Resources/A] Every Resources object must contain a Type member.");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "Properties": {"X": null}}}})"),
            "Template format error: [/Resources/A/Properties/X] 'null' values are not allowed in templates");
  EXPECT_EQ(problem(R"({"AWSTemplateFormatVersion": "2011-01-01", "Resources": {"A": {"Type": "T"}}})"),
            "Template format error: unsupported value for AWSTemplateFormatVersion.");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "DeletionPolicy": "Keep"}}})"),
            "Template format error: Unrecognized DeletionPolicy Keep for resource A");
}

TEST(TemplateForm, NamesReferencesThatLeadNowhere) {
  EXPECT_EQ(
      problem(R"({"Resources": {"A": {"Type": "T", "Properties": {"X": {"Ref": "B"}, "Y": {"Fn::Sub": "${C}"}}}}})"),
      "Template format error: Unresolved resource dependencies [B, C] in the Resources block of the template");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "DependsOn": ["Z"]}}})"),
            "Template format error: Unresolved resource dependencies [Z] in the Resources block of the template");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T"}}, "Outputs": {"O": {"Value": {"Ref": "B"}}}})"),
            "Template format error: Unresolved resource dependencies [B] in the Outputs block of the template");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "Properties": {"X": {"Fn::GetAtt": ["B", "Arn"]}}}}})"),
            "Template error: instance of Fn::GetAtt references undefined resource B");
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "Condition": "C"}}})"),
            "Template format error: Unresolved condition dependency C in the Resources block of the template");
}

TEST(TemplateForm, ErrorsCarryTheirPlace) {
  SourceMap where = [](const Path& path) -> std::optional<Position> {
    if (path == Path{"Resources", "A", "Properties", "X", "Ref"}) return Position{12, 7};
    return std::nullopt;
  };
  EXPECT_EQ(problem(R"({"Resources": {"A": {"Type": "T", "Properties": {"X": {"Ref": "B"}}}}})", where),
            "Template format error: Unresolved resource dependencies [B] in the Resources block of the template "
            "(line 12, column 7)");
}

TEST(TemplateForm, ConditionsGoInNoCircle) {
  EXPECT_EQ(problem(R"({"Conditions": {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}},
                        "Resources": {"R": {"Type": "T"}}})"),
            "Template format error: Found circular condition dependency between B and A");
  EXPECT_EQ(problem(R"({"Conditions": {"A": {"Fn::Not": [{"Condition": "Z"}]}}, "Resources": {"R": {"Type": "T"}}})"),
            "Template format error: Unresolved condition dependency Z in the Conditions block of the template");
}

TEST(TemplateForm, Limits) {
  Json body = json(R"({"Resources": {}})");
  for (int i = 0; i < 501; ++i) body["Resources"].set("R" + std::to_string(i), json(R"({"Type": "T"})"));
  EXPECT_EQ(parse_template(body).error().message,
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500");
  Json deep = Json("x");
  for (int i = 0; i < 200; ++i) deep = Json::array({deep});
  Json deep_body = json(R"({"Resources": {"A": {"Type": "T", "Properties": {}}}})");
  deep_body["Resources"]["A"]["Properties"].set("X", deep);
  EXPECT_FALSE(parse_template(deep_body).has_value());
}

TEST(TemplateForm, Parameters) {
  auto with = [](std::string_view p) {
    return problem(R"({"Parameters": {"P": )" + std::string(p) + R"(}, "Resources": {"A": {"Type": "T"}}})");
  };
  EXPECT_EQ(with("{}"), "Template format error: Every Parameters object must contain a Type member.");
  EXPECT_EQ(with(R"({"Type": "Strin"})"), "Template format error: Unrecognized parameter type: Strin");
  EXPECT_EQ(with(R"({"Type": "AWS::SSM::Parameter::Value<List<String>>"})"), "none");
  EXPECT_EQ(with(R"({"Type": "List<AWS::EC2::Subnet::Id>"})"), "none");
  EXPECT_EQ(with(R"({"Type": "String", "Defalt": "x"})"),
            "Template format error: Invalid template parameter property 'Defalt'");
}

std::string choose(std::string_view defs, std::vector<ParameterInput> inputs, ParameterValues previous = {}) {
  Template t =
      *parse_template(json(R"({"Parameters": )" + std::string(defs) + R"(, "Resources": {"A": {"Type": "T"}}})"));
  Result<ParameterValues> out = choose_parameters(t, inputs, previous);
  if (!out) return out.error().message;
  std::string text;
  for (const auto& [name, value] : *out) text += name + "=" + ref_value(*t.parameter(name), value).dump() + " ";
  return text;
}

TEST(Parameters, AreChosenInOrder) {
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "Default": "d"}})", {}), "P=\"d\" ");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "Default": "d"}})", {{"P", "v", false}}), "P=\"v\" ");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "Default": "d"}})", {{"P", std::nullopt, true}}, {{"P", {"old", {}}}}),
            "P=\"old\" ");
  EXPECT_EQ(choose(R"({"P": {"Type": "String"}, "Q": {"Type": "String"}})", {}), "Parameters: [P, Q] must have values");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "Default": ""}})", {{"X", "v", false}}),
            "Parameters: [X] do not exist in the template");
  EXPECT_EQ(choose(R"({"P": {"Type": "CommaDelimitedList"}})", {{"P", "a, b,c", false}}), "P=[\"a\",\"b\",\"c\"] ");
}

TEST(Parameters, AreHeldToTheirConstraints) {
  EXPECT_EQ(choose(R"({"P": {"Type": "Number"}})", {{"P", "x", false}}), "Parameter 'P' must be a number.");
  EXPECT_EQ(choose(R"({"P": {"Type": "Number", "MinValue": 3}})", {{"P", "2", false}}),
            "Parameter 'P' must be a number not less than 3");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "AllowedValues": ["a", "b"]}})", {{"P", "c", false}}),
            "Parameter 'P' must be one of AllowedValues");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "AllowedPattern": "[a-z]+"}})", {{"P", "abc1", false}}),
            "Parameter 'P' must match pattern [a-z]+");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "letters only"}})",
                   {{"P", "1", false}}),
            "Parameter P failed to satisfy constraint: letters only");
  EXPECT_EQ(choose(R"({"P": {"Type": "String", "MinLength": "2"}})", {{"P", "a", false}}),
            "Parameter 'P' must contain at least 2 characters");
}

TEST(Graph, OrdersAndFindsCircles) {
  Template t = *parse_template(json(R"({"Resources": {
    "A": {"Type": "T", "Properties": {"X": {"Ref": "B"}}},
    "B": {"Type": "T", "Properties": {"X": {"Fn::Sub": "${C.Arn}"}}, "DependsOn": "D"},
    "C": {"Type": "T"}, "D": {"Type": "T"}}})"));
  Dependencies needs = dependencies(t, nullptr);
  EXPECT_EQ(needs["A"], (std::set<std::string>{"B"}));
  EXPECT_EQ(needs["B"], (std::set<std::string>{"C", "D"}));
  EXPECT_TRUE(check_circles(needs).has_value());
  Template circle = *parse_template(json(R"({"Resources": {
    "A": {"Type": "T", "Properties": {"X": {"Ref": "B"}}}, "B": {"Type": "T", "DependsOn": "A"},
    "Before": {"Type": "T"}, "After": {"Type": "T", "DependsOn": ["A", "Before"]}}})"));
  EXPECT_EQ(check_circles(dependencies(circle, nullptr)).error().message,
            "Circular dependency between resources: [A, B]");
}

TEST(Graph, FollowsOnlyTheBranchTaken) {
  Template t = *parse_template(json(R"({"Resources": {
    "A": {"Type": "T", "Properties": {"X": {"Fn::If": ["C", {"Ref": "B"}, {"Ref": "D"}]}}},
    "B": {"Type": "T"}, "D": {"Type": "T"}, "Off": {"Type": "T", "Condition": "N"}},
    "Conditions": {"C": {"Fn::Equals": ["a", "a"]}, "N": {"Fn::Equals": ["a", "b"]}}})"));
  std::map<std::string, bool> conditions = {{"C", true}, {"N", false}};
  Dependencies needs = dependencies(t, &conditions);
  EXPECT_EQ(needs["A"], (std::set<std::string>{"B"}));
  EXPECT_FALSE(needs.contains("Off"));
}

}  // namespace
}  // namespace thaw::cloudformation
