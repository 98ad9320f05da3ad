// The AWS managed policies that templates attach most. They exist in every account and cannot be changed.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
//
// Each grants what the policy of that name grants for the services that Thaw has; of the very long ones
// (ReadOnlyAccess) the parts about other services are left out.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace thaw::iam {

struct AwsPolicy {
  std::string_view path;  // "/service-role/"
  std::string_view name;
  // Statements separated by '|': actions separated by spaces, then '@' and resources. A leading '!' makes them
  // NotAction.
  std::string_view statements;

  std::string arn() const;
  std::string id() const;        // ANPA..., the same in every account
  std::string document() const;  // JSON
};

std::span<const AwsPolicy> aws_policies();
// Null when there is none. `arn` as in "arn:aws:iam::aws:policy/AdministratorAccess".
const AwsPolicy* find_aws_policy(std::string_view arn);
bool is_aws_policy_arn(std::string_view arn);

}  // namespace thaw::iam
