// What IAM keeps, and its keys. A is the account; names in keys are lower case, since IAM's names are unique regardless
// of case.
//
//   iam entity  A KIND name          EntityRecord: a user, group or role with its inline and attached policies
//   iam policy  A name               PolicyRecord: a customer managed policy and its versions
//   iam profile A name               ProfileRecord: an instance profile
//   iam key     ACCESSKEYID          KeyRecord: a user's access key
//   iam keyof   A user ACCESSKEYID   "": the keys of a user
//   iam member  A group user         "": members of a group
//   iam groupof A user group         "": groups of a user
//   iam use     A arn USE KIND name  "": who has a managed policy attached (USE a) or as its boundary (USE b)
//   iam profileof A role profile     "": instance profiles that hold a role
//   iam seal                         the secret that seals session tokens
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "services/iam/api.h"

namespace thaw::iam {

enum class EntityKind { user, group, role };
std::string_view word_of(EntityKind kind);  // "user", "group", "role"

struct EntityRecord {
  std::string name, path, id, arn;
  Time created{};
  std::map<std::string, std::string> inline_policies;  // name to document
  std::vector<std::string> attached;                   // ARNs, in the order of attachment
  std::string boundary;                                // ARN, or empty
  std::vector<Tag> tags;
  std::string trust;  // of a role
  std::string description;
  int32_t max_session_s = 3600;
  static void describe(api::Fields& f);
};

struct VersionRecord {
  std::string id, document;
  Time created{};
  static void describe(api::Fields& f);
};
struct PolicyRecord {
  std::string name, path, id, arn, description, default_version;
  int32_t last_version = 1;
  Time created{}, updated{};
  std::vector<VersionRecord> versions;  // oldest first
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
  const VersionRecord* version(std::string_view wanted) const;
};

struct ProfileRecord {
  std::string name, path, id, arn, role;
  Time created{};
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
};

struct KeyRecord {
  std::string id, secret, account, user, status;
  Time created{};
  static void describe(api::Fields& f);
};

// Who uses a managed policy.
struct PolicyUse {
  bool as_boundary = false;
  EntityKind kind = EntityKind::user;
  std::string name;
};

// The records of one account inside one transaction.
class IamStore {
 public:
  IamStore(kv::Transaction& tx, std::string account) : tx_(tx), account_(std::move(account)) {}
  const std::string& account() const { return account_; }

  Task<std::optional<EntityRecord>> entity(EntityKind kind, std::string name);
  Task<std::vector<EntityRecord>> entities(EntityKind kind);
  void put(EntityKind kind, const EntityRecord& record);
  void erase(EntityKind kind, const std::string& name);

  Task<std::optional<PolicyRecord>> policy(std::string arn);
  Task<std::optional<PolicyRecord>> policy_named(std::string name);
  Task<std::vector<PolicyRecord>> policies();
  void put(const PolicyRecord& record);
  void erase(const PolicyRecord& record);

  Task<std::optional<ProfileRecord>> profile(std::string name);
  Task<std::vector<ProfileRecord>> profiles();
  void put(const ProfileRecord& record);
  void erase(const ProfileRecord& record);

  Task<std::optional<KeyRecord>> key(std::string id);
  Task<std::vector<KeyRecord>> keys_of(std::string user);
  void put(const KeyRecord& record);
  void erase(const KeyRecord& record);

  void add_member(const std::string& group, const std::string& user);
  void remove_member(const std::string& group, const std::string& user);
  Task<std::vector<std::string>> members(std::string group);  // names as in their records
  Task<std::vector<std::string>> groups_of(std::string user);

  void add_use(const std::string& policy_arn, const PolicyUse& use);
  void remove_use(const std::string& policy_arn, const PolicyUse& use);
  Task<std::vector<PolicyUse>> uses(std::string policy_arn);

  Task<std::vector<std::string>> profiles_of(std::string role);

  // The secret that seals sessions; nothing before the first session.
  static Task<std::optional<std::string>> seal(kv::Transaction& tx);
  static void put_seal(kv::Transaction& tx, const std::string& seal);

 private:
  Task<std::vector<std::string>> names_below(std::string table, std::string first);

  kv::Transaction& tx_;
  std::string account_;
};

}  // namespace thaw::iam
