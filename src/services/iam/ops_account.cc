// The account as a whole, and what would be allowed.
#include "api/policy.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

class AccountOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    out.push_back(api::op("GetAccountSummary", this, &AccountOps::summary).reads());
    out.push_back(api::op("ListAccountAliases", this, &AccountOps::aliases).reads().noted("always empty: no aliases"));
    out.push_back(api::op("SimulatePrincipalPolicy", this, &AccountOps::simulate)
                      .resource(arn_member("PolicySourceArn"))
                      .noted("the decision only, without matched statements"));
  }

 private:
  Task<Result<AccountSummaryOutput>> summary(api::Request& request, const api::Nothing&) {
    IamStore iam = store_of(request);
    auto count = [](size_t n) { return static_cast<int32_t>(n); };
    std::vector<EntityRecord> users = co_await iam.entities(EntityKind::user);
    std::vector<EntityRecord> groups = co_await iam.entities(EntityKind::group);
    std::vector<EntityRecord> roles = co_await iam.entities(EntityKind::role);
    std::vector<PolicyRecord> policies = co_await iam.policies();
    std::vector<ProfileRecord> profiles = co_await iam.profiles();
    size_t versions = 0;
    for (const PolicyRecord& policy : policies) versions += policy.versions.size();
    AccountSummaryOutput out;
    out.SummaryMap = {{"Users", count(users.size())},
                      {"Groups", count(groups.size())},
                      {"Roles", count(roles.size())},
                      {"Policies", count(policies.size())},
                      {"InstanceProfiles", count(profiles.size())},
                      {"PolicyVersionsInUse", count(versions)},
                      {"AccessKeysPerUserQuota", count(kAccessKeysMax)},
                      {"GroupsPerUserQuota", count(kGroupsOfUserMax)},
                      {"AttachedPoliciesPerUserQuota", count(kAttachedMax)},
                      {"AttachedPoliciesPerGroupQuota", count(kAttachedMax)},
                      {"AttachedPoliciesPerRoleQuota", count(kAttachedMax)},
                      {"PolicySizeQuota", count(kManagedPolicySizeMax)},
                      {"AssumeRolePolicySizeQuota", count(kTrustSizeMax)},
                      {"VersionsPerPolicyQuota", count(kVersionsMax)},
                      {"UserPolicySizeQuota", 2048},
                      {"GroupPolicySizeQuota", 5120},
                      {"RolePolicySizeQuota", 10240},
                      {"MFADevices", 0},
                      {"MFADevicesInUse", 0},
                      {"AccountMFAEnabled", 0},
                      {"Providers", 0},
                      {"ServerCertificates", 0}};
    co_return out;
  }

  Task<Result<AccountAliasesOutput>> aliases(api::Request&, const api::Nothing&) { co_return AccountAliasesOutput{}; }

  Task<Result<SimulateOutput>> simulate(api::Request& request, const SimulatePrincipalInput& in) {
    std::shared_ptr<const Identity> whose = co_await directory_.identity(in.PolicySourceArn);
    if (!whose->exists) {
      co_return fail("NoSuchEntity", "The entity with ARN " + in.PolicySourceArn + " cannot be found.", 404);
    }
    std::vector<api::PolicyRef> policies = whose->policies;
    for (const std::string& text : in.PolicyInputList) {
      auto policy = api::Policy::parse(text, api::PolicyKind::identity);
      if (!policy) co_return fail("PolicyEvaluation", policy.error().message, 500);
      policies.push_back(std::move(*policy));
    }
    api::PolicyRef resource;
    if (in.ResourcePolicy) {
      CO_TRY(resource, api::Policy::parse(*in.ResourcePolicy, api::PolicyKind::resource));
    }
    Json context = Json::object();
    for (const ContextEntry& entry : in.ContextEntries) {
      Json::Array values(entry.ContextKeyValues.begin(), entry.ContextKeyValues.end());
      context.set(entry.ContextKeyName, Json(std::move(values)));
    }
    co_return simulated(request, in, *whose, policies, resource.get(), context);
  }

  static SimulateOutput simulated(const api::Request& request, const SimulatePrincipalInput& in, const Identity& whose,
                                  const std::vector<api::PolicyRef>& policies, const api::Policy* resource,
                                  const Json& context) {
    bool role = in.PolicySourceArn.find(":role/") != std::string::npos;
    const std::string& caller = in.CallerArn ? *in.CallerArn : in.PolicySourceArn;
    const std::string& account = request.account.str();
    api::PolicyPrincipal principal{role ? api::PolicyPrincipal::Kind::role_session : api::PolicyPrincipal::Kind::user,
                                   account, caller, role ? std::string_view(in.PolicySourceArn) : std::string_view{},
                                   whose.id};
    api::JsonConditionKeys keys(context);
    std::vector<std::string> resources = in.ResourceArns;
    if (resources.empty()) resources.push_back("*");
    SimulateOutput out;
    for (const std::string& action : in.ActionNames) {
      for (const std::string& arn : resources) {
        api::Verdict verdict =
            api::decide({action, arn, principal, &keys},
                        {.identity = policies, .boundary = whose.boundary.get(), .resource = resource});
        const char* words = verdict.allowed ? "allowed" : verdict.explicit_deny ? "explicitDeny" : "implicitDeny";
        out.EvaluationResults.push_back({action, arn, words});
      }
    }
    return out;
  }
};

}  // namespace

std::unique_ptr<Ops> make_account_ops(Directory& directory) { return std::make_unique<AccountOps>(directory); }

}  // namespace thaw::iam
