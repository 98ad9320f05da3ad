// A CloudFormation template as a model: its sections, checked for form and for references that lead nowhere.
// Pure: no I/O, no values of parameters. Intrinsic functions stay as they are written (intrinsics.h evaluates them).
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/cloudformation/source_map.h"

namespace thaw::cloudformation {

inline constexpr size_t max_resources = 500;
inline constexpr size_t max_parameters = 200;
inline constexpr size_t max_outputs = 200;
inline constexpr size_t max_mappings = 200;
inline constexpr size_t max_template_body_bytes = 51'200;
inline constexpr size_t max_template_object_bytes = 1'048'576;
// Levels of nesting below which every walk over a template may recurse; deeper templates are refused.
inline constexpr int max_template_depth = 100;

struct ParameterDef {
  std::string name;
  std::string type;
  std::optional<std::string> default_value;
  std::string description;
  std::string constraint_description;
  std::string allowed_pattern;
  std::vector<std::string> allowed_values;
  std::optional<double> min_value, max_value;
  std::optional<int64_t> min_length, max_length;
  bool no_echo = false;
};

struct ResourceDef {
  std::string logical_id;
  std::string type;
  Json properties;  // an object; empty when absent
  std::optional<std::string> condition;
  std::vector<std::string> depends_on;
  Json deletion_policy;        // null, a string, or (AWS::LanguageExtensions) a function
  Json update_replace_policy;  // likewise
  Json metadata;
  Json creation_policy;
  Json update_policy;
  std::string description;
};

struct OutputDef {
  std::string name;
  std::string description;
  Json value;
  Json export_name;  // null when not exported
  std::optional<std::string> condition;
};

struct RuleDef {
  struct Assertion {
    Json assertion;
    std::string description;
  };
  std::string name;
  Json condition;  // null: always
  std::vector<Assertion> assertions;
};

struct Template {
  Json body;  // what was parsed
  std::string description;
  std::vector<std::string> transforms;
  std::vector<ParameterDef> parameters;
  Json mappings;  // an object
  std::vector<std::pair<std::string, Json>> conditions;
  std::vector<RuleDef> rules;
  std::vector<ResourceDef> resources;
  std::vector<OutputDef> outputs;
  Json metadata;

  const ResourceDef* resource(std::string_view logical_id) const;
  const ParameterDef* parameter(std::string_view name) const;
  const Json* condition(std::string_view name) const;
  bool has_transform(std::string_view name) const;
};

inline bool is_pseudo_parameter(std::string_view name) { return name.starts_with("AWS::"); }
// Whether a parameter's type is a list, and so its Ref answers one.
bool is_list_type(std::string_view type);
// Whether a parameter's value names an SSM parameter that holds the value; and the type of that value.
bool is_ssm_type(std::string_view type);
std::string_view ssm_value_type(std::string_view type);

// Reads a template's form. Errors: ValidationError in AWS's words, with a position where `where` knows it.
// Before a transform has run, `transformed` is false: macros may then use sections and attributes that they remove
// (Globals), and references are not checked.
Result<Template> parse_template(const Json& body, const SourceMap& where = {}, bool transformed = true);

// The error that AWS answers for templates that are wrong.
inline Error template_error(std::string message) { return Error{"ValidationError", std::move(message), 400, {}}; }

// Every name that ${...} of an Fn::Sub string refers to, without literals (${!x}) and AWS's trimming of spaces.
std::vector<std::string> sub_variables(std::string_view text);
// "A.B.C" or ["A", "B.C"] of an Fn::GetAtt: the resource and the attribute. Nothing when malformed. An attribute that
// is itself a function (Ref to a parameter) answers an empty attribute.
struct GetAttTarget {
  std::string resource;
  Json attribute;  // a string, or a function that gives one
};
std::optional<GetAttTarget> get_att_target(const Json& argument);

}  // namespace thaw::cloudformation
