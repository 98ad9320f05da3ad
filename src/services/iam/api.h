// AWS Identity and Access Management: the shapes of its operations, and what the session service needs of it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/
//
// Policy documents in answers are percent-encoded (RFC 3986), as IAM gives them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "api/shape.h"
#include "base/arn.h"
#include "base/task.h"

namespace thaw::iam {

// ---- parts ----

struct Tag {
  std::string Key;
  std::string Value;
  static void describe(api::Fields& f);
  bool operator==(const Tag&) const = default;
};

struct AttachedPermissionsBoundary {
  std::string PermissionsBoundaryType = "Policy";
  std::string PermissionsBoundaryArn;
  static void describe(api::Fields& f);
};

struct User {
  std::string Path, UserName, UserId, Arn;
  Time CreateDate{};
  std::optional<AttachedPermissionsBoundary> PermissionsBoundary;
  std::optional<std::vector<Tag>> Tags;
  static void describe(api::Fields& f);
};

struct Group {
  std::string Path, GroupName, GroupId, Arn;
  Time CreateDate{};
  static void describe(api::Fields& f);
};

struct RoleLastUsed {
  static void describe(api::Fields& f);
};

struct Role {
  std::string Path, RoleName, RoleId, Arn;
  Time CreateDate{};
  std::string AssumeRolePolicyDocument;
  std::optional<std::string> Description;
  std::optional<int32_t> MaxSessionDuration;
  std::optional<AttachedPermissionsBoundary> PermissionsBoundary;
  std::optional<std::vector<Tag>> Tags;
  std::optional<RoleLastUsed> LastUsed;
  static void describe(api::Fields& f);
};

struct InstanceProfile {
  std::string Path, InstanceProfileName, InstanceProfileId, Arn;
  Time CreateDate{};
  std::vector<Role> Roles;
  std::optional<std::vector<Tag>> Tags;
  static void describe(api::Fields& f);
};

struct ManagedPolicy {
  std::string PolicyName, PolicyId, Arn, Path, DefaultVersionId;
  int32_t AttachmentCount = 0;
  int32_t PermissionsBoundaryUsageCount = 0;
  bool IsAttachable = true;
  std::optional<std::string> Description;
  Time CreateDate{};
  Time UpdateDate{};
  std::optional<std::vector<Tag>> Tags;
  static void describe(api::Fields& f);
};

struct PolicyVersion {
  std::optional<std::string> Document;
  std::string VersionId;
  bool IsDefaultVersion = false;
  Time CreateDate{};
  static void describe(api::Fields& f);
};

struct AttachedPolicy {
  std::string PolicyName, PolicyArn;
  static void describe(api::Fields& f);
};

struct AccessKey {
  std::string UserName, AccessKeyId, Status, SecretAccessKey;
  Time CreateDate{};
  static void describe(api::Fields& f);
};

struct AccessKeyMetadata {
  std::string UserName, AccessKeyId, Status;
  Time CreateDate{};
  static void describe(api::Fields& f);
};

// ---- operations that users, groups, roles, profiles and policies share; K gives the name of the first member ----

struct UserNamed {
  static constexpr const char* member = "UserName";
  static constexpr int length_max = 64;
};
struct GroupNamed {
  static constexpr const char* member = "GroupName";
  static constexpr int length_max = 128;
};
struct RoleNamed {
  static constexpr const char* member = "RoleName";
  static constexpr int length_max = 64;
};
struct ProfileNamed {
  static constexpr const char* member = "InstanceProfileName";
  static constexpr int length_max = 128;
};
struct PolicyNamed {
  static constexpr const char* member = "PolicyArn";
  static constexpr int length_max = 2048;
};

template <class K>
struct NameInput {
  std::string Name;
  static void describe(api::Fields& f) { f.add(K::member, &NameInput::Name).required().length(1, K::length_max); }
};
template <class K>
struct PagedNameInput {
  std::string Name;
  std::optional<std::string> Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f) {
    f.add(K::member, &PagedNameInput::Name).required().length(1, K::length_max);
    f.add("Marker", &PagedNameInput::Marker).length(1, 2048);
    f.add("MaxItems", &PagedNameInput::MaxItems).range(1, 1000);
  }
};
template <class K>
struct ListAttachedInput {
  std::string Name;
  std::optional<std::string> PathPrefix, Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f) {
    f.add(K::member, &ListAttachedInput::Name).required().length(1, K::length_max);
    f.add("PathPrefix", &ListAttachedInput::PathPrefix).length(1, 512);
    f.add("Marker", &ListAttachedInput::Marker).length(1, 2048);
    f.add("MaxItems", &ListAttachedInput::MaxItems).range(1, 1000);
  }
};
template <class K>
struct PolicyNameInput {
  std::string Name, PolicyName;
  static void describe(api::Fields& f) {
    f.add(K::member, &PolicyNameInput::Name).required().length(1, K::length_max);
    f.add("PolicyName", &PolicyNameInput::PolicyName).required().length(1, 128);
  }
};
template <class K>
struct PutPolicyInput {
  std::string Name, PolicyName, PolicyDocument;
  static void describe(api::Fields& f) {
    f.add(K::member, &PutPolicyInput::Name).required().length(1, K::length_max);
    f.add("PolicyName", &PutPolicyInput::PolicyName).required().length(1, 128);
    f.add("PolicyDocument", &PutPolicyInput::PolicyDocument).required().length(1, 131072);
  }
};
template <class K>
struct GetPolicyOutput {
  std::string Name, PolicyName, PolicyDocument;
  static void describe(api::Fields& f) {
    f.add(K::member, &GetPolicyOutput::Name);
    f.add("PolicyName", &GetPolicyOutput::PolicyName);
    f.add("PolicyDocument", &GetPolicyOutput::PolicyDocument);
  }
};
template <class K>
struct AttachInput {
  std::string Name, PolicyArn;
  static void describe(api::Fields& f) {
    f.add(K::member, &AttachInput::Name).required().length(1, K::length_max);
    f.add("PolicyArn", &AttachInput::PolicyArn).required().length(20, 2048);
  }
};
template <class K>
struct BoundaryInput {
  std::string Name, PermissionsBoundary;
  static void describe(api::Fields& f) {
    f.add(K::member, &BoundaryInput::Name).required().length(1, K::length_max);
    f.add("PermissionsBoundary", &BoundaryInput::PermissionsBoundary).required().length(20, 2048);
  }
};
template <class K>
struct TagInput {
  std::string Name;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f) {
    f.add(K::member, &TagInput::Name).required().length(1, K::length_max);
    f.add("Tags", &TagInput::Tags).required().length(0, 50);
  }
};
template <class K>
struct UntagInput {
  std::string Name;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f) {
    f.add(K::member, &UntagInput::Name).required().length(1, K::length_max);
    f.add("TagKeys", &UntagInput::TagKeys).required().length(0, 50);
  }
};

struct ListPolicyNamesOutput {
  std::vector<std::string> PolicyNames;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct ListAttachedOutput {
  std::vector<AttachedPolicy> AttachedPolicies;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct ListTagsOutput {
  std::vector<Tag> Tags;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct ListInput {
  std::string PathPrefix = "/";
  std::optional<std::string> Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f);
};

// ---- users ----

struct CreateUserInput {
  std::string Path = "/";
  std::string UserName;
  std::optional<std::string> PermissionsBoundary;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct UserOutput {
  User user;
  static void describe(api::Fields& f);
};
struct OptionalUserInput {
  std::optional<std::string> UserName;
  static void describe(api::Fields& f);
};
struct UpdateUserInput {
  std::string UserName;
  std::optional<std::string> NewPath, NewUserName;
  static void describe(api::Fields& f);
};
struct ListUsersOutput {
  std::vector<User> Users;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct CreateAccessKeyOutput {
  AccessKey key;
  static void describe(api::Fields& f);
};
struct AccessKeyInput {
  std::optional<std::string> UserName;
  std::string AccessKeyId;
  static void describe(api::Fields& f);
};
struct UpdateAccessKeyInput {
  std::optional<std::string> UserName;
  std::string AccessKeyId, Status;
  static void describe(api::Fields& f);
};
struct ListAccessKeysInput {
  std::optional<std::string> UserName, Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f);
};
struct ListAccessKeysOutput {
  std::vector<AccessKeyMetadata> Keys;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};

// ---- groups ----

struct CreateGroupInput {
  std::string Path = "/";
  std::string GroupName;
  static void describe(api::Fields& f);
};
struct GroupOutput {
  Group group;
  static void describe(api::Fields& f);
};
struct GetGroupOutput {
  Group group;
  std::vector<User> Users;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct ListGroupsOutput {
  std::vector<Group> Groups;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct MembershipInput {
  std::string GroupName, UserName;
  static void describe(api::Fields& f);
};

// ---- roles ----

struct CreateRoleInput {
  std::string Path = "/";
  std::string RoleName, AssumeRolePolicyDocument;
  std::optional<std::string> Description;
  int32_t MaxSessionDuration = 3600;
  std::optional<std::string> PermissionsBoundary;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct RoleOutput {
  Role role;
  static void describe(api::Fields& f);
};
struct UpdateRoleInput {
  std::string RoleName;
  std::optional<std::string> Description;
  std::optional<int32_t> MaxSessionDuration;
  static void describe(api::Fields& f);
};
struct UpdateAssumeRolePolicyInput {
  std::string RoleName, PolicyDocument;
  static void describe(api::Fields& f);
};
struct ListRolesOutput {
  std::vector<Role> Roles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};

// ---- managed policies ----

struct CreatePolicyInput {
  std::string PolicyName;
  std::string Path = "/";
  std::string PolicyDocument;
  std::optional<std::string> Description;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct PolicyOutput {
  ManagedPolicy policy;
  static void describe(api::Fields& f);
};
struct ListPoliciesInput {
  std::string Scope = "All";
  bool OnlyAttached = false;
  std::string PathPrefix = "/";
  std::optional<std::string> PolicyUsageFilter, Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f);
};
struct ListPoliciesOutput {
  std::vector<ManagedPolicy> Policies;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct CreatePolicyVersionInput {
  std::string PolicyArn, PolicyDocument;
  bool SetAsDefault = false;
  static void describe(api::Fields& f);
};
struct PolicyVersionInput {
  std::string PolicyArn, VersionId;
  static void describe(api::Fields& f);
};
struct PolicyVersionOutput {
  PolicyVersion version;
  static void describe(api::Fields& f);
};
struct ListPolicyVersionsOutput {
  std::vector<PolicyVersion> Versions;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct ListEntitiesInput {
  std::string PolicyArn;
  std::optional<std::string> EntityFilter, PathPrefix, PolicyUsageFilter, Marker;
  int32_t MaxItems = 100;
  static void describe(api::Fields& f);
};
struct PolicyEntity {
  std::optional<std::string> UserName, UserId, GroupName, GroupId, RoleName, RoleId;
  static void describe(api::Fields& f);
};
struct ListEntitiesOutput {
  std::vector<PolicyEntity> PolicyGroups, PolicyUsers, PolicyRoles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};

// ---- instance profiles ----

struct CreateProfileInput {
  std::string InstanceProfileName;
  std::string Path = "/";
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct ProfileOutput {
  InstanceProfile profile;
  static void describe(api::Fields& f);
};
struct ProfileRoleInput {
  std::string InstanceProfileName, RoleName;
  static void describe(api::Fields& f);
};
struct ListProfilesOutput {
  std::vector<InstanceProfile> InstanceProfiles;
  bool IsTruncated = false;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};

// ---- account, simulation ----

struct AccountSummaryOutput {
  std::map<std::string, int32_t> SummaryMap;
  static void describe(api::Fields& f);
};
struct AccountAliasesOutput {
  std::vector<std::string> AccountAliases;
  bool IsTruncated = false;
  static void describe(api::Fields& f);
};
struct ContextEntry {
  std::string ContextKeyName;
  std::vector<std::string> ContextKeyValues;
  std::string ContextKeyType;
  static void describe(api::Fields& f);
};
struct SimulatePrincipalInput {
  std::string PolicySourceArn;
  std::vector<std::string> PolicyInputList, ActionNames, ResourceArns;
  std::optional<std::string> ResourcePolicy, CallerArn;
  std::vector<ContextEntry> ContextEntries;
  static void describe(api::Fields& f);
};
struct EvaluationResult {
  std::string EvalActionName, EvalResourceName, EvalDecision;
  static void describe(api::Fields& f);
};
struct SimulateOutput {
  std::vector<EvaluationResult> EvaluationResults;
  bool IsTruncated = false;
  static void describe(api::Fields& f);
};

// ---- for services/sts ----

// What a session may say of itself.
struct SessionRequest {
  api::Principal principal;  // whose session: a role_session, or the user or root that asked for it
  std::string entity_id;     // AROA..., AIDA...; checked when the session is used
  int64_t duration_s = 3600;
};
struct SessionCredentials {
  std::string access_key, secret_key, session_token;
  Time expires{};
};
struct RoleFacts {
  std::string arn, id, name;
  int32_t max_session_s = 3600;
  Json trust;  // the policy document
};

// Sessions need no storage: a token carries what it stands for, sealed by a key that the store keeps, so they survive a
// restart and cost no write.
class Sessions {
 public:
  virtual ~Sessions() = default;
  virtual Task<Result<SessionCredentials>> make_session(SessionRequest request) = 0;
  // Nothing when there is no such role.
  virtual Task<std::optional<RoleFacts>> find_role(std::string role_arn) = 0;
  // The documents of managed policies, for session policies. Nothing when one does not exist.
  virtual Task<std::optional<Json>> policy_document(std::string policy_arn) = 0;
  // The account that an access key names.
  virtual std::optional<std::string> account_of_key(const std::string& access_key) const = 0;
};

// A session of a role as a principal, for services that act in process with a role they were given (after checking that
// they may).
inline api::Principal role_session(const std::string& role_arn, const std::string& session_name) {
  api::Principal out;
  out.kind = api::Principal::Kind::role_session;
  out.role_arn = role_arn;
  auto arn = Arn::parse(role_arn);
  if (!arn) return out;
  out.account = arn->account;
  std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
  out.arn = "arn:aws:sts::" + arn->account + ":assumed-role/" + name + '/' + session_name;
  return out;
}

}  // namespace thaw::iam
