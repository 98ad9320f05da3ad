// STS: who calls, and sessions of roles. Sessions themselves are made and known by IAM (services/iam/api.h, Sessions).
#pragma once

#include <vector>

#include "api/service.h"
#include "services/iam/api.h"
#include "services/sts/api.h"

namespace thaw::sts {

class Sts final : public api::Service {
 public:
  // `sessions` outlives the service.
  explicit Sts(iam::Sessions& sessions) : sessions_(sessions) {}

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  Task<Result<AssumeRoleOutput>> assume_role(api::Request& request, const AssumeRoleInput& in);
  Task<Result<GetCallerIdentityOutput>> get_caller_identity(api::Request& request, const api::Nothing&);
  Task<Result<GetSessionTokenOutput>> get_session_token(api::Request& request, const GetSessionTokenInput& in);
  Task<Result<GetAccessKeyInfoOutput>> get_access_key_info(api::Request& request, const GetAccessKeyInfoInput& in);

  Task<Result<Json>> trust_policy(api::Request& request, const Json& input);
  Task<Result<Json>> session_policy(const AssumeRoleInput& in);

  iam::Sessions& sessions_;
};

}  // namespace thaw::sts
