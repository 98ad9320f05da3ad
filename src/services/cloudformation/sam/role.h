// Execution roles and the policies inside them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

Value assume_role_policy(std::string_view service);  // "lambda.amazonaws.com"
// {PolicyName, PolicyDocument} that allows one action on one resource.
Value allow_policy(const std::string& name, const Value& action, const Value& resource);
Value s3_write_policy(const std::string& id, const Value& bucket_arn);

enum class PolicyKind { managed, statement, from_template, unknown };
struct PolicyEntry {
  Value data;
  PolicyKind kind;
};
// The entries of a Policies property; `templates` says whether names of policy templates are recognised.
std::vector<PolicyEntry> read_policies(const Value& policies, bool templates);

struct RoleRequest {
  std::string owner;    // logical id of the function or state machine
  std::string role_id;  // empty: owner + "Role"
  Value attributes;
  Value assume_role;
  Value policies;  // the property
  Value managed_arns = Value::list();
  Value documents = Value::list();
  Value path;
  Value boundary;
  Value tags;
};
Cfn make_role(const Context& context, RoleRequest request);

// The ARN of one of AWS's managed policies by name, when the partition has it.
std::optional<std::string> managed_policy_arn(std::string_view partition, std::string_view name);

// Policy templates (policy_templates.cc).
bool has_policy_template(std::string_view name);
// Replaces the policy templates in a function's or state machine's Policies; `properties` is changed.
void expand_policy_templates(const std::string& id, Value properties);

}  // namespace thaw::sam
