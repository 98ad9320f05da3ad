// AWS::IAM::*
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

Json role_policies(const ResourceRequest& r) {
  return r.property("Policies").is_array() ? r.property("Policies") : Json::array();
}

// Attaches what `now` has and `before` has not, and the other way round; for a role, a user or a group.
Task<Result<Json>> attach_managed(Api& api, std::string kind, std::string name, Json now, Json before) {
  for (const Json& arn : added(now, before)) {
    CO_TRY(Json answer, co_await api.call("iam", "Attach" + kind + "Policy",
                                          Json::object({{kind + "Name", name}, {"PolicyArn", arn}})));
  }
  for (const Json& arn : added(before, now)) {
    Json input = Json::object({{kind + "Name", name}, {"PolicyArn", arn}});
    CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "Detach" + kind + "Policy", std::move(input))));
  }
  co_return Json();
}

Task<Result<Json>> put_inline(Api& api, std::string kind, std::string name, Json now, Json before) {
  for (const Json& policy : added(now, before)) {
    Json input = Json::object({{kind + "Name", name},
                               {"PolicyName", policy.get("PolicyName")},
                               {"PolicyDocument", as_text(policy.get("PolicyDocument"))}});
    CO_TRY(Json answer, co_await api.call("iam", "Put" + kind + "Policy", std::move(input)));
  }
  if (!before.is_array()) co_return Json();
  for (const Json& policy : before.items()) {
    bool kept = now.is_array() && std::ranges::any_of(now.items(), [&](const Json& other) {
                  return other.get("PolicyName") == policy.get("PolicyName");
                });
    if (kept) continue;
    Json input = Json::object({{kind + "Name", name}, {"PolicyName", policy.get("PolicyName")}});
    CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "Delete" + kind + "Policy", std::move(input))));
  }
  co_return Json();
}

Task<Result<ResourceState>> role_state(Api& api, std::string name) {
  CO_TRY(Json answer, co_await api.call("iam", "GetRole", Json::object({{"RoleName", name}})));
  const Json& role = answer.get("Role");
  co_return done(name, pick(role, {"Arn", "RoleId"}));
}

Task<Result<ResourceState>> create_role(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "RoleName");
  Json input = pick(r.properties, {"Path", "Description", "MaxSessionDuration", "PermissionsBoundary"});
  input.set("RoleName", name).set("AssumeRolePolicyDocument", as_text(r.property("AssumeRolePolicyDocument")));
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", tags);
  Result<Json> made = co_await api.call("iam", "CreateRole", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  CO_TRY(Json attached, co_await attach_managed(api, "Role", name, r.property("ManagedPolicyArns"), Json()));
  CO_TRY(Json put, co_await put_inline(api, "Role", name, role_policies(r), Json()));
  co_return co_await role_state(api, name);
}

Task<Result<ResourceState>> update_role(Api& api, ResourceRequest r) {
  const std::string& name = r.physical_id;
  if (r.changed("AssumeRolePolicyDocument")) {
    Json input =
        Json::object({{"RoleName", name}, {"PolicyDocument", as_text(r.property("AssumeRolePolicyDocument"))}});
    CO_TRY(Json answer, co_await api.call("iam", "UpdateAssumeRolePolicy", std::move(input)));
  }
  if (r.changed("Description") || r.changed("MaxSessionDuration")) {
    Json input = Json::object({{"RoleName", name}, {"Description", r.text("Description")}});
    const Json& duration = r.property("MaxSessionDuration");
    input.set("MaxSessionDuration", duration.is_null() ? Json(3600) : duration);
    CO_TRY(Json answer, co_await api.call("iam", "UpdateRole", std::move(input)));
  }
  if (r.changed("PermissionsBoundary")) {
    Json input = pick(r.properties, {"PermissionsBoundary"});
    input.set("RoleName", name);
    bool put = r.properties.contains("PermissionsBoundary");
    CO_TRY(Json answer, co_await api.call("iam", put ? "PutRolePermissionsBoundary" : "DeleteRolePermissionsBoundary",
                                          std::move(input)));
  }
  if (r.changed("Tags")) {
    Json gone = Json::array();
    for (const Json& tag : added(r.previous.get("Tags"), r.property("Tags"))) gone.push_back(tag.get("Key"));
    if (!gone.empty()) {
      CO_TRY(Json untag, co_await api.call("iam", "UntagRole", Json::object({{"RoleName", name}, {"TagKeys", gone}})));
    }
    if (Json tags = all_tags(r); !tags.empty()) {
      CO_TRY(Json tag, co_await api.call("iam", "TagRole", Json::object({{"RoleName", name}, {"Tags", tags}})));
    }
  }
  Json managed_before = r.previous.get("ManagedPolicyArns"), inline_before = r.previous.get("Policies");
  CO_TRY(Json attached, co_await attach_managed(api, "Role", name, r.property("ManagedPolicyArns"), managed_before));
  CO_TRY(Json put, co_await put_inline(api, "Role", name, role_policies(r), inline_before));
  co_return co_await role_state(api, name);
}

Task<Result<ResourceState>> remove_role(Api& api, ResourceRequest r) {
  const std::string& name = r.physical_id;
  CO_TRY(Json detached, co_await attach_managed(api, "Role", name, Json(), r.property("ManagedPolicyArns")));
  CO_TRY(Json deleted, co_await put_inline(api, "Role", name, Json(), role_policies(r)));
  CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "DeleteRole", Json::object({{"RoleName", name}}))));
  co_return done(name);
}

// AWS::IAM::Policy: the same inline policy for several roles, users and groups.
struct Kind {
  const char* property;
  const char* name;
};
constexpr Kind kinds[] = {{"Roles", "Role"}, {"Users", "User"}, {"Groups", "Group"}};

Json one_policy(const Json& properties) { return Json::array({pick(properties, {"PolicyName", "PolicyDocument"})}); }

Task<Result<ResourceState>> create_policy(Api& api, ResourceRequest r) {
  bool any = false;
  for (const Kind& kind : kinds) {
    const Json& names = r.property(kind.property);
    if (!names.is_array()) continue;
    for (const Json& name : names.items()) {
      any = true;
      CO_TRY(Json put, co_await put_inline(api, kind.name, name.string_or(""), one_policy(r.properties), Json()));
    }
  }
  if (!any) co_return fail("InvalidRequest", "At least one of [Groups,Roles,Users] must be non-empty.");
  co_return done(r.physical_id, Json::object({{"Id", r.physical_id}}));
}

Task<Result<ResourceState>> remove_policy(Api& api, ResourceRequest r) {
  for (const Kind& kind : kinds) {
    const Json& names = r.property(kind.property);
    if (!names.is_array()) continue;
    for (const Json& name : names.items()) {
      CO_TRY(Json gone, co_await put_inline(api, kind.name, name.string_or(""), Json(), one_policy(r.properties)));
    }
  }
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> update_policy(Api& api, ResourceRequest r) {
  bool renamed = r.changed("PolicyName");
  for (const Kind& kind : kinds) {
    const Json& now = r.property(kind.property);
    const Json& before = r.previous.get(kind.property);
    for (const Json& name : renamed&& before.is_array() ? before.items() : added(before, now)) {
      CO_TRY(Json gone, co_await put_inline(api, kind.name, name.string_or(""), Json(), one_policy(r.previous)));
    }
    if (!now.is_array()) continue;
    for (const Json& name : now.items()) {
      CO_TRY(Json put, co_await put_inline(api, kind.name, name.string_or(""), one_policy(r.properties), Json()));
    }
  }
  co_return done(r.physical_id, Json::object({{"Id", r.physical_id}}));
}

std::string managed_policy_arn(const ResourceRequest& r, const std::string& name) {
  std::string path = r.text("Path").empty() ? "/" : r.text("Path");
  return "arn:" + r.partition + ":iam::" + r.account + ":policy" + path + name;
}

Task<Result<Json>> attach_everywhere(Api& api, std::string arn, Json now, Json before) {
  for (const Kind& kind : kinds) {
    for (const Json& name : added(now.get(kind.property), before.get(kind.property))) {
      CO_TRY(Json on, co_await attach_managed(api, kind.name, name.string_or(""), Json::array({arn}), Json()));
    }
    for (const Json& name : added(before.get(kind.property), now.get(kind.property))) {
      CO_TRY(Json off, co_await attach_managed(api, kind.name, name.string_or(""), Json(), Json::array({arn})));
    }
  }
  co_return Json();
}

Task<Result<ResourceState>> create_managed(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "ManagedPolicyName");
  Json input = pick(r.properties, {"Path", "Description"});
  input.set("PolicyName", name).set("PolicyDocument", as_text(r.property("PolicyDocument")));
  Result<Json> made = co_await api.call("iam", "CreatePolicy", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  std::string arn = made ? made->get("Policy").get("Arn").string_or("") : managed_policy_arn(r, name);
  CO_TRY(Json attached, co_await attach_everywhere(api, arn, r.properties, Json()));
  co_return done(arn, Json::object({{"PolicyArn", arn}}));
}

// IAM keeps five versions of a policy; the ones that are not the default go first.
Task<Result<Json>> drop_old_versions(Api& api, std::string arn) {
  CO_TRY(Json listed, co_await api.call("iam", "ListPolicyVersions", Json::object({{"PolicyArn", arn}})));
  const Json& versions = listed.get("Versions");
  if (!versions.is_array()) co_return Json();
  for (const Json& version : versions.items()) {
    if (version.get("IsDefaultVersion") == Json(true)) continue;
    Json input = Json::object({{"PolicyArn", arn}, {"VersionId", version.get("VersionId")}});
    CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "DeletePolicyVersion", std::move(input))));
  }
  co_return Json();
}

Task<Result<ResourceState>> update_managed(Api& api, ResourceRequest r) {
  if (r.changed("PolicyDocument")) {
    CO_TRY(Json dropped, co_await drop_old_versions(api, r.physical_id));
    Json input = Json::object({{"PolicyArn", r.physical_id},
                               {"PolicyDocument", as_text(r.property("PolicyDocument"))},
                               {"SetAsDefault", true}});
    CO_TRY(Json made, co_await api.call("iam", "CreatePolicyVersion", std::move(input)));
  }
  CO_TRY(Json attached, co_await attach_everywhere(api, r.physical_id, r.properties, r.previous));
  co_return done(r.physical_id, r.attributes);
}

Task<Result<ResourceState>> remove_managed(Api& api, ResourceRequest r) {
  CO_TRY(Json detached, co_await attach_everywhere(api, r.physical_id, Json(), r.properties));
  Result<Json> dropped = co_await drop_old_versions(api, r.physical_id);
  CO_CHECK_OK(gone_is_fine(std::move(dropped)));
  CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "DeletePolicy", Json::object({{"PolicyArn", r.physical_id}}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_profile(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "InstanceProfileName");
  Json input = pick(r.properties, {"Path"});
  input.set("InstanceProfileName", name);
  Result<Json> made = co_await api.call("iam", "CreateInstanceProfile", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  for (const Json& role : added(r.property("Roles"), Json())) {
    Json add = Json::object({{"InstanceProfileName", name}, {"RoleName", role}});
    CO_TRY(Json answer, co_await api.call("iam", "AddRoleToInstanceProfile", std::move(add)));
  }
  CO_TRY(Json now, co_await api.call("iam", "GetInstanceProfile", Json::object({{"InstanceProfileName", name}})));
  co_return done(name, pick(now.get("InstanceProfile"), {"Arn"}));
}

Task<Result<ResourceState>> remove_profile(Api& api, ResourceRequest r) {
  for (const Json& role : added(r.property("Roles"), Json())) {
    Json off = Json::object({{"InstanceProfileName", r.physical_id}, {"RoleName", role}});
    CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "RemoveRoleFromInstanceProfile", std::move(off))));
  }
  Json input = Json::object({{"InstanceProfileName", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("iam", "DeleteInstanceProfile", std::move(input))));
  co_return done(r.physical_id);
}

}  // namespace

const std::vector<ResourceType>& iam_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::IAM::Role",
       .properties = {"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path",
                      "PermissionsBoundary", "Policies", "RoleName", "Tags"},
       .required = {"AssumeRolePolicyDocument"},
       .create_only = {"RoleName", "Path"},
       .attributes = {"Arn", "RoleId"},
       .name_property = "RoleName",
       .name_length_max = 64,
       .taggable = true,
       .iam = true,
       .create = create_role,
       .update = update_role,
       .remove = remove_role},
      {.name = "AWS::IAM::Policy",
       .properties = {"PolicyName", "PolicyDocument", "Roles", "Users", "Groups"},
       .required = {"PolicyName", "PolicyDocument"},
       .attributes = {"Id"},
       .name_length_max = 128,
       .iam = true,
       .create = create_policy,
       .update = update_policy,
       .remove = remove_policy},
      {.name = "AWS::IAM::ManagedPolicy",
       .properties = {"Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"},
       .required = {"PolicyDocument"},
       .create_only = {"ManagedPolicyName", "Path", "Description"},
       .attributes = {"PolicyArn"},
       .name_property = "ManagedPolicyName",
       .name_length_max = 128,
       .iam = true,
       .create = create_managed,
       .update = update_managed,
       .remove = remove_managed},
      {.name = "AWS::IAM::InstanceProfile",
       .properties = {"InstanceProfileName", "Path", "Roles"},
       .required = {"Roles"},
       .create_only = {"*"},
       .attributes = {"Arn"},
       .name_property = "InstanceProfileName",
       .name_length_max = 128,
       .iam = true,
       .create = create_profile,
       .remove = remove_profile},
  };
  return types;
}

}  // namespace thaw::cloudformation
