// The compiled form of a policy's statements. Internal to api/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/policy.h"

namespace thaw::api {

// Text that may hold wildcards and policy variables (${aws:username}, ${aws:x, 'default'}).
class Template {
 public:
  // Without `variables` a "${" is plain text (documents of version 2008-10-17).
  Template(std::string_view text, bool variables, bool wildcards);
  // The pattern for Wildcard::matches, with the variables' values as plain text. Nothing when a variable has no value.
  std::optional<std::string> expand(const ConditionKeys* keys) const;
  bool is_fixed() const { return parts_.size() == 1 && parts_[0].key.empty(); }
  const std::string& fixed() const { return parts_[0].text; }  // the pattern, when is_fixed()
  bool matches(std::string_view text, const ConditionKeys* keys) const;

 private:
  struct Part {
    std::string text;  // of a variable: its default
    std::string key;   // lower case; empty for plain text
    bool has_default = false;
  };
  std::vector<Part> parts_;
};

enum class Comparison : uint8_t {
  string_equals,
  string_equals_ignoring_case,
  string_like,
  numeric_equals,
  numeric_less,
  numeric_less_equals,
  numeric_greater,
  numeric_greater_equals,
  date_equals,
  date_less,
  date_less_equals,
  date_greater,
  date_greater_equals,
  boolean,
  binary_equals,
  ip_address,
  arn_like,
  null_,
};

struct Condition {
  enum class Set : uint8_t { single, all, any };
  Comparison comparison = Comparison::string_equals;
  bool negated = false;
  bool if_exists = false;
  Set set = Set::single;
  std::string key;  // lower case
  std::vector<Template> values;

  // Nothing for an unknown operator ("StringEquals", "ForAnyValue:StringLikeIfExists").
  static std::optional<Condition> of_operator(std::string_view name);
  bool holds(const ConditionKeys* keys) const;

 private:
  bool matches_any(const std::string& actual, const ConditionKeys* keys) const;
  bool matches(const std::string& actual, const Template& wanted, const ConditionKeys* keys) const;
};

struct PrincipalPattern {
  enum class Kind : uint8_t { everybody, account, arn, service, other };
  Kind kind = Kind::other;
  std::string value;
};

struct Policy::Statement {
  bool allow = false;
  bool not_action = false;
  bool not_resource = false;
  bool not_principal = false;
  bool any_principal = true;  // no Principal element: identity policies
  bool any_resource = false;
  std::vector<Wildcard> actions;
  std::vector<Template> resources;
  std::vector<PrincipalPattern> principals;
  std::vector<Condition> conditions;

  bool applies(const PolicyRequest& request, std::string_view lower_action) const;
  Naming names(const PolicyPrincipal& principal) const;
};

// Reads one statement; `variables` when the document's version has policy variables.
Result<Policy::Statement> read_statement(const Json& json, PolicyKind kind, bool variables);

}  // namespace thaw::api
