// The condition keys of a request, made when a policy asks for them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
#pragma once

#include "api/door.h"
#include "api/policy.h"
#include "services/iam/directory.h"

namespace thaw::iam {

class RequestKeys final : public api::ConditionKeys {
 public:
  RequestKeys(const api::Principal& principal, const api::Permission& permission, const api::Request& request,
              const Identity* identity)
      : principal_(principal), permission_(permission), request_(request), identity_(identity) {}

  std::optional<std::vector<std::string>> values(std::string_view key) const override;

 private:
  std::optional<std::string> global(std::string_view key) const;

  const api::Principal& principal_;
  const api::Permission& permission_;
  const api::Request& request_;
  const Identity* identity_;
};

}  // namespace thaw::iam
