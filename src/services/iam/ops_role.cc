#include "api/policy.h"
#include "base/text.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

std::string lower_name(const EntityRecord& record) { return to_lower(record.name); }

Result<> check_trust(std::string_view document) {
  auto policy = api::Policy::parse(document, api::PolicyKind::trust);
  if (!policy) return std::unexpected(policy.error());
  if (policy_size(document) > kTrustSizeMax) {
    return fail("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048", 409);
  }
  return {};
}

class RoleOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    auto role = named("role", "RoleName");
    out.push_back(api::op("CreateRole", this, &RoleOps::create).writes().resource(role));
    out.push_back(api::op("GetRole", this, &RoleOps::get).reads().resource(role));
    out.push_back(api::op("ListRoles", this, &RoleOps::list).reads());
    out.push_back(api::op("UpdateRole", this, &RoleOps::update).writes().resource(role));
    out.push_back(api::op("UpdateRoleDescription", this, &RoleOps::update_description).writes().resource(role));
    out.push_back(api::op("UpdateAssumeRolePolicy", this, &RoleOps::update_trust).writes().resource(role));
    out.push_back(api::op("DeleteRole", this, &RoleOps::erase).writes().resource(role));
  }

 private:
  Task<Result<RoleOutput>> create(api::Request& request, const CreateRoleInput& in) {
    CO_CHECK_OK(check_name("roleName", in.RoleName));
    CO_CHECK_OK(check_path("path", in.Path));
    CO_CHECK_OK(check_trust(in.AssumeRolePolicyDocument));
    IamStore iam = store_of(request);
    std::optional<EntityRecord> existing = co_await iam.entity(EntityKind::role, in.RoleName);
    if (existing) co_return fail(already_exists("Role with name " + in.RoleName + " already exists."));
    EntityRecord record;
    record.name = in.RoleName;
    record.path = in.Path;
    record.id = new_id("AROA");
    record.arn = arn_of(iam.account(), "role", in.Path, in.RoleName);
    record.created = now_of(request);
    record.trust = in.AssumeRolePolicyDocument;
    record.description = in.Description.value_or("");
    record.max_session_s = in.MaxSessionDuration;
    CO_TRY(record.tags, with_tags({}, in.Tags));
    if (in.PermissionsBoundary) {
      CO_CHECK_OK(co_await require_policy(iam, *in.PermissionsBoundary));
      set_boundary(iam, EntityKind::role, record, *in.PermissionsBoundary);
    }
    iam.put(EntityKind::role, record);
    changed(request);
    Role role = role_of(record, true);
    role.LastUsed.reset();
    co_return RoleOutput{std::move(role)};
  }

  Task<Result<RoleOutput>> get(api::Request& request, const NameInput<RoleNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::role, in.Name));
    co_return RoleOutput{role_of(record, true)};
  }

  Task<Result<ListRolesOutput>> list(api::Request& request, const ListInput& in) {
    CO_CHECK_OK(check_prefix(in.PathPrefix));
    IamStore iam = store_of(request);
    std::vector<EntityRecord> all = co_await iam.entities(EntityKind::role);
    std::erase_if(all, [&](const EntityRecord& r) { return !r.path.starts_with(in.PathPrefix); });
    CO_TRY(auto page, page_of(std::move(all), lower_name, in.Marker, in.MaxItems));
    ListRolesOutput out{{}, page.truncated, page.marker};
    for (const EntityRecord& record : page.items) out.Roles.push_back(role_of(record, false));
    co_return out;
  }

  Task<Result<api::Nothing>> update(api::Request& request, const UpdateRoleInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::role, in.RoleName));
    record.description = in.Description.value_or("");
    record.max_session_s = in.MaxSessionDuration.value_or(3600);
    iam.put(EntityKind::role, record);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<RoleOutput>> update_description(api::Request& request, const UpdateRoleInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::role, in.RoleName));
    record.description = in.Description.value_or("");
    iam.put(EntityKind::role, record);
    changed(request);
    co_return RoleOutput{role_of(record, true)};
  }

  Task<Result<api::Nothing>> update_trust(api::Request& request, const UpdateAssumeRolePolicyInput& in) {
    CO_CHECK_OK(check_trust(in.PolicyDocument));
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::role, in.RoleName));
    record.trust = in.PolicyDocument;
    iam.put(EntityKind::role, record);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> erase(api::Request& request, const NameInput<RoleNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::role, in.Name));
    CO_CHECK_OK(require_unused(record));
    std::vector<std::string> profiles = co_await iam.profiles_of(record.name);
    if (!profiles.empty()) {
      co_return fail("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409);
    }
    set_boundary(iam, EntityKind::role, record, "");
    iam.erase(EntityKind::role, record.name);
    changed(request);
    co_return api::Nothing{};
  }
};

}  // namespace

std::unique_ptr<Ops> make_role_ops(Directory& directory) { return std::make_unique<RoleOps>(directory); }

}  // namespace thaw::iam
