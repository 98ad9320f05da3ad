#include "services/iam/ops.h"

#include "services/iam/managed_policies.h"

namespace thaw::iam {

Task<Result<EntityRecord>> load(IamStore& iam, EntityKind kind, std::string name) {
  std::optional<EntityRecord> record = co_await iam.entity(kind, name);
  if (!record) co_return fail(no_such_entity(kind, name));
  co_return std::move(*record);
}

Task<Result<>> require_policy(IamStore& iam, std::string arn) {
  Error missing{"NoSuchEntity", "Policy " + arn + " does not exist or is not attachable.", 404, {}};
  auto parsed = Arn::parse(arn);
  if (!parsed) co_return fail("InvalidInput", "ARN " + arn + " is not valid.");
  if (is_aws_policy_arn(arn)) {
    if (find_aws_policy(arn)) co_return Result<>{};
    co_return fail(std::move(missing));
  }
  std::optional<PolicyRecord> record = co_await iam.policy(arn);
  if (record) co_return Result<>{};
  co_return fail(std::move(missing));
}

Result<> require_unused(const EntityRecord& record) {
  if (!record.attached.empty()) {
    return fail("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
  }
  if (!record.inline_policies.empty())
    return fail("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
  return {};
}

void set_boundary(IamStore& iam, EntityKind kind, EntityRecord& record, const std::string& arn) {
  PolicyUse use{.as_boundary = true, .kind = kind, .name = record.name};
  if (!record.boundary.empty()) iam.remove_use(record.boundary, use);
  if (!arn.empty()) iam.add_use(arn, use);
  record.boundary = arn;
}

namespace {

template <class T>
void add_details(T& out, const EntityRecord& record) {
  if (!record.boundary.empty()) {
    out.PermissionsBoundary = AttachedPermissionsBoundary{.PermissionsBoundaryArn = record.boundary};
  }
  if (!record.tags.empty()) out.Tags = record.tags;
}

}  // namespace

User user_of(const EntityRecord& record, bool with_details) {
  User out{record.path, record.name, record.id, record.arn, record.created, {}, {}};
  if (with_details) add_details(out, record);
  return out;
}

Group group_of(const EntityRecord& record) { return {record.path, record.name, record.id, record.arn, record.created}; }

Role role_of(const EntityRecord& record, bool with_details) {
  Role out;
  out.Path = record.path;
  out.RoleName = record.name;
  out.RoleId = record.id;
  out.Arn = record.arn;
  out.CreateDate = record.created;
  out.AssumeRolePolicyDocument = percent_encoded(record.trust);
  if (!record.description.empty()) out.Description = record.description;
  out.MaxSessionDuration = record.max_session_s;
  if (with_details) {
    add_details(out, record);
    out.LastUsed = RoleLastUsed{};
  }
  return out;
}

std::function<std::string(const api::Request&, const Json&)> named(std::string kind, std::string member) {
  return [kind = std::move(kind), member = std::move(member)](const api::Request& request, const Json& input) {
    return arn_of(request.account.str(), kind, "/", input.get(member).string_or("*"));
  };
}

std::function<std::string(const api::Request&, const Json&)> arn_member(std::string member) {
  return
      [member = std::move(member)](const api::Request&, const Json& input) { return input.get(member).string_or("*"); };
}

}  // namespace thaw::iam
