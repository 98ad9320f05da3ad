// Values for a template's parameters: defaults, previous values, constraints.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/cloudformation/template.h"

namespace thaw::cloudformation {

struct ParameterInput {
  std::string key;
  std::optional<std::string> value;
  bool use_previous_value = false;
};

// A parameter's value as it was given; for SSM types that is the SSM parameter's name, and `resolved` what it holds.
struct ParameterValue {
  std::string value;
  std::optional<std::string> resolved;
  bool operator==(const ParameterValue&) const = default;
};
using ParameterValues = std::map<std::string, ParameterValue>;

// Chooses each parameter's value: given, previous, or default. Constraints are checked, but not those of SSM types
// (check_constraints does that after the names have been resolved). Errors: ValidationError in AWS's words.
Result<ParameterValues> choose_parameters(const Template& source, const std::vector<ParameterInput>& inputs,
                                          const ParameterValues& previous);
Result<> check_constraints(const ParameterDef& def, const std::string& value);

// What Ref answers: a string, or a list of strings for list types.
Json ref_value(const ParameterDef& def, const ParameterValue& value);
// All of them, for a Scope.
std::map<std::string, Json> ref_values(const Template& source, const ParameterValues& values);

}  // namespace thaw::cloudformation
