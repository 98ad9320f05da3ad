// CloudFormation's intrinsic functions: making them, recognising them, and resolving those that the transform must see
// through (template parameters, mappings, references to generated resources).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

Value ref_to(const Text& id);
Value get_att(const Text& id, const char* attribute);
Value sub(const Text& text);
Value sub(const Text& text, Value variables);
Value conditional(const Value& condition, Value when_true, Value when_false = {});  // a null becomes AWS::NoValue
Value no_value();
Value not_condition(const Value& condition);

bool is_intrinsic(const Value& value);  // a map of one member named Ref, Condition or Fn::…
bool is_if(const Value& value);         // Fn::If
bool is_no_value(const Value& value);   // {Ref: AWS::NoValue}
bool is_dynamic_reference(const Value& value);
// The three arguments of an Fn::If, or an InvalidTemplate-worded complaint as a string.
bool valid_if_arguments(const Value& arguments);
inline constexpr const char* kIfArguments = "Fn::If requires 3 arguments";

// The logical id in {Ref: X}, {Fn::GetAtt: [X, a]} or {Fn::GetAtt: X.a}; empty when there is none.
std::string id_in(const Value& value);
std::string shorthand(const Value& value);  // ${X} or ${X.Arn}

// A condition per name, each an Fn::Or of at most ten, that together say "any of these".
Value combined_condition(std::vector<std::string> conditions, const std::string& name);

// Replaces references to parameters by their values, in place where the value is a container.
class Resolver {
 public:
  explicit Resolver(Value parameters) : parameters_(std::move(parameters)) {}
  Value resolve(const Value& value) const;      // Ref and Fn::Sub of parameters
  Value resolve_map(const Value& value) const;  // Fn::FindInMap, parameters being the template's Mappings
  const Value& parameters() const { return parameters_; }

 private:
  Value look_up(std::string_view name, const Value& otherwise) const;
  Value walk(const Value& value, const std::function<Value(const Value&)>& resolve_one) const;
  Value find_in_map(const Value& value) const;
  Value map_argument(const Value& value) const;

  Value parameters_;
};

// logical id -> property -> the logical id of the generated resource, as in {Ref: MyFunction.Version}.
using References = std::map<std::string, std::map<std::string, std::string>>;
using RenamedIds = std::map<std::string, std::string>;

Value resolve_references(const Value& value, const References& references);
Value resolve_renamed(const Value& value, const RenamedIds& renamed);
void rename_depends_on(const Value& value, const RenamedIds& renamed);

// Calls `replace(whole, inner)` for each ${Name.Attribute} of a Sub's text.
std::string replace_in_sub(const std::string& text,
                           const std::function<std::string(const std::string&, const std::string&)>& replace);

}  // namespace thaw::sam
