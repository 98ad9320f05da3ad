#include "services/iam/api.h"

namespace thaw::iam {

using api::Fields;

namespace {

const std::vector<std::string> kPolicyUsages = {"PermissionsPolicy", "PermissionsBoundary"};

template <class T>
void paged(Fields& f) {
  f.add("IsTruncated", &T::IsTruncated);
  f.add("Marker", &T::Marker);
}
template <class T>
void paging(Fields& f) {
  f.add("Marker", &T::Marker).length(1, 2048);
  f.add("MaxItems", &T::MaxItems).range(1, 1000);
}

}  // namespace

void Tag::describe(Fields& f) {
  f.add("Key", &Tag::Key).required().length(1, 128);
  f.add("Value", &Tag::Value).required().length(0, 256);
}
void AttachedPermissionsBoundary::describe(Fields& f) {
  f.add("PermissionsBoundaryType", &AttachedPermissionsBoundary::PermissionsBoundaryType);
  f.add("PermissionsBoundaryArn", &AttachedPermissionsBoundary::PermissionsBoundaryArn);
}
void User::describe(Fields& f) {
  f.add("Path", &User::Path);
  f.add("UserName", &User::UserName);
  f.add("UserId", &User::UserId);
  f.add("Arn", &User::Arn);
  f.add("CreateDate", &User::CreateDate);
  f.add("PermissionsBoundary", &User::PermissionsBoundary);
  f.add("Tags", &User::Tags);
}
void Group::describe(Fields& f) {
  f.add("Path", &Group::Path);
  f.add("GroupName", &Group::GroupName);
  f.add("GroupId", &Group::GroupId);
  f.add("Arn", &Group::Arn);
  f.add("CreateDate", &Group::CreateDate);
}
void RoleLastUsed::describe(Fields&) {}
void Role::describe(Fields& f) {
  f.add("Path", &Role::Path);
  f.add("RoleName", &Role::RoleName);
  f.add("RoleId", &Role::RoleId);
  f.add("Arn", &Role::Arn);
  f.add("CreateDate", &Role::CreateDate);
  f.add("AssumeRolePolicyDocument", &Role::AssumeRolePolicyDocument);
  f.add("Description", &Role::Description);
  f.add("MaxSessionDuration", &Role::MaxSessionDuration);
  f.add("PermissionsBoundary", &Role::PermissionsBoundary);
  f.add("Tags", &Role::Tags);
  f.add("RoleLastUsed", &Role::LastUsed);
}
void InstanceProfile::describe(Fields& f) {
  f.add("Path", &InstanceProfile::Path);
  f.add("InstanceProfileName", &InstanceProfile::InstanceProfileName);
  f.add("InstanceProfileId", &InstanceProfile::InstanceProfileId);
  f.add("Arn", &InstanceProfile::Arn);
  f.add("CreateDate", &InstanceProfile::CreateDate);
  f.add("Roles", &InstanceProfile::Roles);
  f.add("Tags", &InstanceProfile::Tags);
}
void ManagedPolicy::describe(Fields& f) {
  f.add("PolicyName", &ManagedPolicy::PolicyName);
  f.add("PolicyId", &ManagedPolicy::PolicyId);
  f.add("Arn", &ManagedPolicy::Arn);
  f.add("Path", &ManagedPolicy::Path);
  f.add("DefaultVersionId", &ManagedPolicy::DefaultVersionId);
  f.add("AttachmentCount", &ManagedPolicy::AttachmentCount);
  f.add("PermissionsBoundaryUsageCount", &ManagedPolicy::PermissionsBoundaryUsageCount);
  f.add("IsAttachable", &ManagedPolicy::IsAttachable);
  f.add("Description", &ManagedPolicy::Description);
  f.add("CreateDate", &ManagedPolicy::CreateDate);
  f.add("UpdateDate", &ManagedPolicy::UpdateDate);
  f.add("Tags", &ManagedPolicy::Tags);
}
void PolicyVersion::describe(Fields& f) {
  f.add("Document", &PolicyVersion::Document);
  f.add("VersionId", &PolicyVersion::VersionId);
  f.add("IsDefaultVersion", &PolicyVersion::IsDefaultVersion);
  f.add("CreateDate", &PolicyVersion::CreateDate);
}
void AttachedPolicy::describe(Fields& f) {
  f.add("PolicyName", &AttachedPolicy::PolicyName);
  f.add("PolicyArn", &AttachedPolicy::PolicyArn);
}
void AccessKey::describe(Fields& f) {
  f.add("UserName", &AccessKey::UserName);
  f.add("AccessKeyId", &AccessKey::AccessKeyId);
  f.add("Status", &AccessKey::Status);
  f.add("SecretAccessKey", &AccessKey::SecretAccessKey);
  f.add("CreateDate", &AccessKey::CreateDate);
}
void AccessKeyMetadata::describe(Fields& f) {
  f.add("UserName", &AccessKeyMetadata::UserName);
  f.add("AccessKeyId", &AccessKeyMetadata::AccessKeyId);
  f.add("Status", &AccessKeyMetadata::Status);
  f.add("CreateDate", &AccessKeyMetadata::CreateDate);
}

void ListPolicyNamesOutput::describe(Fields& f) {
  f.add("PolicyNames", &ListPolicyNamesOutput::PolicyNames);
  paged<ListPolicyNamesOutput>(f);
}
void ListAttachedOutput::describe(Fields& f) {
  f.add("AttachedPolicies", &ListAttachedOutput::AttachedPolicies);
  paged<ListAttachedOutput>(f);
}
void ListTagsOutput::describe(Fields& f) {
  f.add("Tags", &ListTagsOutput::Tags);
  paged<ListTagsOutput>(f);
}
void ListInput::describe(Fields& f) {
  f.add("PathPrefix", &ListInput::PathPrefix).length(1, 512);
  paging<ListInput>(f);
}

void CreateUserInput::describe(Fields& f) {
  f.add("Path", &CreateUserInput::Path).length(1, 512);
  f.add("UserName", &CreateUserInput::UserName).required().length(1, 64);
  f.add("PermissionsBoundary", &CreateUserInput::PermissionsBoundary).length(20, 2048);
  f.add("Tags", &CreateUserInput::Tags).length(0, 50);
}
void UserOutput::describe(Fields& f) { f.add("User", &UserOutput::user); }
void OptionalUserInput::describe(Fields& f) { f.add("UserName", &OptionalUserInput::UserName).length(1, 128); }
void UpdateUserInput::describe(Fields& f) {
  f.add("UserName", &UpdateUserInput::UserName).required().length(1, 128);
  f.add("NewPath", &UpdateUserInput::NewPath).length(1, 512);
  f.add("NewUserName", &UpdateUserInput::NewUserName).length(1, 64);
}
void ListUsersOutput::describe(Fields& f) {
  f.add("Users", &ListUsersOutput::Users);
  paged<ListUsersOutput>(f);
}
void CreateAccessKeyOutput::describe(Fields& f) { f.add("AccessKey", &CreateAccessKeyOutput::key); }
void AccessKeyInput::describe(Fields& f) {
  f.add("UserName", &AccessKeyInput::UserName).length(1, 128);
  f.add("AccessKeyId", &AccessKeyInput::AccessKeyId).required().length(16, 128);
}
void UpdateAccessKeyInput::describe(Fields& f) {
  f.add("UserName", &UpdateAccessKeyInput::UserName).length(1, 128);
  f.add("AccessKeyId", &UpdateAccessKeyInput::AccessKeyId).required().length(16, 128);
  f.add("Status", &UpdateAccessKeyInput::Status).required().one_of({"Active", "Inactive"});
}
void ListAccessKeysInput::describe(Fields& f) {
  f.add("UserName", &ListAccessKeysInput::UserName).length(1, 128);
  paging<ListAccessKeysInput>(f);
}
void ListAccessKeysOutput::describe(Fields& f) {
  f.add("AccessKeyMetadata", &ListAccessKeysOutput::Keys);
  paged<ListAccessKeysOutput>(f);
}

void CreateGroupInput::describe(Fields& f) {
  f.add("Path", &CreateGroupInput::Path).length(1, 512);
  f.add("GroupName", &CreateGroupInput::GroupName).required().length(1, 128);
}
void GroupOutput::describe(Fields& f) { f.add("Group", &GroupOutput::group); }
void GetGroupOutput::describe(Fields& f) {
  f.add("Group", &GetGroupOutput::group);
  f.add("Users", &GetGroupOutput::Users);
  paged<GetGroupOutput>(f);
}
void ListGroupsOutput::describe(Fields& f) {
  f.add("Groups", &ListGroupsOutput::Groups);
  paged<ListGroupsOutput>(f);
}
void MembershipInput::describe(Fields& f) {
  f.add("GroupName", &MembershipInput::GroupName).required().length(1, 128);
  f.add("UserName", &MembershipInput::UserName).required().length(1, 128);
}

void CreateRoleInput::describe(Fields& f) {
  f.add("Path", &CreateRoleInput::Path).length(1, 512);
  f.add("RoleName", &CreateRoleInput::RoleName).required().length(1, 64);
  f.add("AssumeRolePolicyDocument", &CreateRoleInput::AssumeRolePolicyDocument).required().length(1, 131072);
  f.add("Description", &CreateRoleInput::Description).length(0, 1000);
  f.add("MaxSessionDuration", &CreateRoleInput::MaxSessionDuration).range(3600, 43200);
  f.add("PermissionsBoundary", &CreateRoleInput::PermissionsBoundary).length(20, 2048);
  f.add("Tags", &CreateRoleInput::Tags).length(0, 50);
}
void RoleOutput::describe(Fields& f) { f.add("Role", &RoleOutput::role); }
void UpdateRoleInput::describe(Fields& f) {
  f.add("RoleName", &UpdateRoleInput::RoleName).required().length(1, 64);
  f.add("Description", &UpdateRoleInput::Description).length(0, 1000);
  f.add("MaxSessionDuration", &UpdateRoleInput::MaxSessionDuration).range(3600, 43200);
}
void UpdateAssumeRolePolicyInput::describe(Fields& f) {
  f.add("RoleName", &UpdateAssumeRolePolicyInput::RoleName).required().length(1, 64);
  f.add("PolicyDocument", &UpdateAssumeRolePolicyInput::PolicyDocument).required().length(1, 131072);
}
void ListRolesOutput::describe(Fields& f) {
  f.add("Roles", &ListRolesOutput::Roles);
  paged<ListRolesOutput>(f);
}

void CreatePolicyInput::describe(Fields& f) {
  f.add("PolicyName", &CreatePolicyInput::PolicyName).required().length(1, 128);
  f.add("Path", &CreatePolicyInput::Path).length(1, 512);
  f.add("PolicyDocument", &CreatePolicyInput::PolicyDocument).required().length(1, 131072);
  f.add("Description", &CreatePolicyInput::Description).length(0, 1000);
  f.add("Tags", &CreatePolicyInput::Tags).length(0, 50);
}
void PolicyOutput::describe(Fields& f) { f.add("Policy", &PolicyOutput::policy); }
void ListPoliciesInput::describe(Fields& f) {
  f.add("Scope", &ListPoliciesInput::Scope).one_of({"All", "AWS", "Local"});
  f.add("OnlyAttached", &ListPoliciesInput::OnlyAttached);
  f.add("PathPrefix", &ListPoliciesInput::PathPrefix).length(1, 512);
  f.add("PolicyUsageFilter", &ListPoliciesInput::PolicyUsageFilter).one_of(kPolicyUsages);
  paging<ListPoliciesInput>(f);
}
void ListPoliciesOutput::describe(Fields& f) {
  f.add("Policies", &ListPoliciesOutput::Policies);
  paged<ListPoliciesOutput>(f);
}
void CreatePolicyVersionInput::describe(Fields& f) {
  f.add("PolicyArn", &CreatePolicyVersionInput::PolicyArn).required().length(20, 2048);
  f.add("PolicyDocument", &CreatePolicyVersionInput::PolicyDocument).required().length(1, 131072);
  f.add("SetAsDefault", &CreatePolicyVersionInput::SetAsDefault);
}
void PolicyVersionInput::describe(Fields& f) {
  f.add("PolicyArn", &PolicyVersionInput::PolicyArn).required().length(20, 2048);
  f.add("VersionId", &PolicyVersionInput::VersionId).required().pattern("v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?");
}
void PolicyVersionOutput::describe(Fields& f) { f.add("PolicyVersion", &PolicyVersionOutput::version); }
void ListPolicyVersionsOutput::describe(Fields& f) {
  f.add("Versions", &ListPolicyVersionsOutput::Versions);
  paged<ListPolicyVersionsOutput>(f);
}
void ListEntitiesInput::describe(Fields& f) {
  f.add("PolicyArn", &ListEntitiesInput::PolicyArn).required().length(20, 2048);
  f.add("EntityFilter", &ListEntitiesInput::EntityFilter)
      .one_of({"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"});
  f.add("PathPrefix", &ListEntitiesInput::PathPrefix).length(1, 512);
  f.add("PolicyUsageFilter", &ListEntitiesInput::PolicyUsageFilter).one_of(kPolicyUsages);
  paging<ListEntitiesInput>(f);
}
void PolicyEntity::describe(Fields& f) {
  f.add("UserName", &PolicyEntity::UserName);
  f.add("UserId", &PolicyEntity::UserId);
  f.add("GroupName", &PolicyEntity::GroupName);
  f.add("GroupId", &PolicyEntity::GroupId);
  f.add("RoleName", &PolicyEntity::RoleName);
  f.add("RoleId", &PolicyEntity::RoleId);
}
void ListEntitiesOutput::describe(Fields& f) {
  f.add("PolicyGroups", &ListEntitiesOutput::PolicyGroups);
  f.add("PolicyUsers", &ListEntitiesOutput::PolicyUsers);
  f.add("PolicyRoles", &ListEntitiesOutput::PolicyRoles);
  paged<ListEntitiesOutput>(f);
}

void CreateProfileInput::describe(Fields& f) {
  f.add("InstanceProfileName", &CreateProfileInput::InstanceProfileName).required().length(1, 128);
  f.add("Path", &CreateProfileInput::Path).length(1, 512);
  f.add("Tags", &CreateProfileInput::Tags).length(0, 50);
}
void ProfileOutput::describe(Fields& f) { f.add("InstanceProfile", &ProfileOutput::profile); }
void ProfileRoleInput::describe(Fields& f) {
  f.add("InstanceProfileName", &ProfileRoleInput::InstanceProfileName).required().length(1, 128);
  f.add("RoleName", &ProfileRoleInput::RoleName).required().length(1, 64);
}
void ListProfilesOutput::describe(Fields& f) {
  f.add("InstanceProfiles", &ListProfilesOutput::InstanceProfiles);
  paged<ListProfilesOutput>(f);
}

void AccountSummaryOutput::describe(Fields& f) { f.add("SummaryMap", &AccountSummaryOutput::SummaryMap); }
void AccountAliasesOutput::describe(Fields& f) {
  f.add("AccountAliases", &AccountAliasesOutput::AccountAliases);
  f.add("IsTruncated", &AccountAliasesOutput::IsTruncated);
}
void ContextEntry::describe(Fields& f) {
  f.add("ContextKeyName", &ContextEntry::ContextKeyName).length(5, 256);
  f.add("ContextKeyValues", &ContextEntry::ContextKeyValues);
  f.add("ContextKeyType", &ContextEntry::ContextKeyType);
}
void SimulatePrincipalInput::describe(Fields& f) {
  f.add("PolicySourceArn", &SimulatePrincipalInput::PolicySourceArn).required().length(20, 2048);
  f.add("PolicyInputList", &SimulatePrincipalInput::PolicyInputList).length(0, 100);
  f.add("ActionNames", &SimulatePrincipalInput::ActionNames).required().length(0, 1000);
  f.add("ResourceArns", &SimulatePrincipalInput::ResourceArns).length(0, 1000);
  f.add("ResourcePolicy", &SimulatePrincipalInput::ResourcePolicy).length(1, 131072);
  f.add("CallerArn", &SimulatePrincipalInput::CallerArn).length(1, 2048);
  f.add("ContextEntries", &SimulatePrincipalInput::ContextEntries).length(0, 100);
}
void EvaluationResult::describe(Fields& f) {
  f.add("EvalActionName", &EvaluationResult::EvalActionName);
  f.add("EvalResourceName", &EvaluationResult::EvalResourceName);
  f.add("EvalDecision", &EvaluationResult::EvalDecision);
}
void SimulateOutput::describe(Fields& f) {
  f.add("EvaluationResults", &SimulateOutput::EvaluationResults);
  f.add("IsTruncated", &SimulateOutput::IsTruncated);
}

}  // namespace thaw::iam
