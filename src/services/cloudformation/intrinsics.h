// Evaluates intrinsic functions, conditions and rules. Pure: what they refer to is in a Scope.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/cloudformation/template.h"

namespace thaw::cloudformation {

// What a plan shows for a value that is known only when the resource it belongs to has been made.
inline constexpr std::string_view known_after_apply = "{{changeSet:KNOWN_AFTER_APPLY}}";

struct ResourceValue {
  std::string ref;
  Json attributes;                     // an object: attribute name -> value
  bool attributes_may_change = false;  // while planning: the resource will be updated and may answer other values
};

struct PseudoParameters {
  std::string account_id;
  std::string region;
  std::string partition = "aws";
  std::string stack_id;
  std::string stack_name;
  std::vector<std::string> notification_arns;
};

struct Scope {
  const Template* source = nullptr;        // outlives the scope
  std::map<std::string, Json> parameters;  // a string, or an array of strings for list types
  std::map<std::string, bool> conditions;  // filled by evaluate_conditions
  std::map<std::string, ResourceValue, std::less<>> resources;
  std::map<std::string, std::string, std::less<>> exports;
  PseudoParameters pseudo;
  // While planning, resources without a value answer known_after_apply. Otherwise they are errors.
  bool planning = false;
  // Collects the names of the exports that Fn::ImportValue asked for, when set. Outlives the scope.
  std::set<std::string>* imports_used = nullptr;
};

// Evaluates every function inside `value`. Members and items that are AWS::NoValue disappear; null when `value` itself
// is. Errors: ValidationError in AWS's words.
Result<Json> evaluate(const Json& value, const Scope& scope);
// Evaluates to a string: scalars are written as text. Errors when it is a list or an object.
Result<std::string> evaluate_text(const Json& value, const Scope& scope);

// Evaluates all conditions of scope.source into scope.conditions.
Result<> evaluate_conditions(Scope& scope);
// A condition's expression (Fn::Equals, ..., {"Condition": name}). With `rules`, also the functions of the Rules
// section.
Result<bool> evaluate_condition(const Json& expression, const Scope& scope, bool rules = false);
// Answers the first assertion of the Rules section that does not hold as an error.
Result<> check_rules(const Scope& scope);

// A scalar as text ("true", "1.5"); a list of scalars joined by commas. Nothing for objects, nested lists and null.
std::optional<std::string> text_of(const Json& value);

// Fn::Cidr for IPv4: `count` blocks with `cidr_bits` host bits each out of `block` ("10.0.0.0/16").
Result<Json> cidr_blocks(const std::string& block, int64_t count, int64_t cidr_bits);

}  // namespace thaw::cloudformation
