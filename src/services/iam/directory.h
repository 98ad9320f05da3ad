// Directory: who somebody is and what he may do, answered from memory. It is the Door's credential source and
// authoriser.
//
// Users, roles and their policies are read from the store when they are first asked for, compiled, and kept until a
// commit changes IAM (invalidate()); session tokens are opened once and kept until they expire. So on the hot path
// neither authentication nor authorisation touches the store.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/door.h"
#include "api/policy.h"
#include "services/iam/api.h"
#include "services/iam/session.h"
#include "services/iam/store.h"

namespace thaw::iam {

struct RootKey {
  std::string access_key;
  std::string secret_key;
};

struct DirectoryOptions {
  std::string account = "000000000000";
  std::vector<RootKey> root_keys;  // from the configuration; they are the account's root user
};

// A user or role as decisions see it.
struct Identity {
  bool exists = false;
  std::string id;  // AIDA..., AROA...
  std::string name;
  std::vector<api::PolicyRef> policies;
  api::PolicyRef boundary;
  std::vector<Tag> tags;
};

class Directory final : public api::CredentialSource, public api::Authorizer, public Sessions {
 public:
  // `wall_clock`: what sessions expire by, the same as the Door's.
  Directory(kv::Store& store, const Clock& wall_clock, DirectoryOptions options);

  // Forgets what was read. Called on the loop after a commit that changed IAM.
  void invalidate();

  Ready<std::optional<api::Credential>> find(const std::string& access_key, const std::string& security_token) override;
  Ready<Result<void>> authorize(const api::Principal& principal, const api::Permission& permission,
                                const Json& resource_policy, const api::Request& request) override;

  Task<Result<SessionCredentials>> make_session(SessionRequest request) override;
  Task<std::optional<RoleFacts>> find_role(std::string role_arn) override;
  Task<std::optional<Json>> policy_document(std::string policy_arn) override;
  std::optional<std::string> account_of_key(const std::string& access_key) const override;

  // The policies of a user or role by its ARN.
  Task<std::shared_ptr<const Identity>> identity(std::string arn);

 private:
  Task<std::optional<api::Credential>> find_user_key(std::string access_key);
  Task<std::optional<api::Credential>> find_session(std::string access_key, std::string token);
  Task<Result<void>> authorize_slowly(api::Principal principal, api::Permission permission, Json resource_policy,
                                      const api::Request* request);
  Result<void> decide(const api::Principal& principal, const api::Permission& permission, const Json& resource_policy,
                      const api::Request& request, const Identity* identity);
  api::PolicyRef compiled(const Json& document, api::PolicyKind kind);
  Task<Result<std::string>> seal();
  void remember(const api::Credential& credential);

  kv::Store& store_;
  const Clock& clock_;
  DirectoryOptions options_;
  uint64_t generation_ = 0;
  std::unordered_map<std::string, api::Credential> credentials_;                 // by access key; bounded
  std::unordered_map<std::string, std::shared_ptr<const Identity>> identities_;  // by ARN; bounded
  std::unordered_map<std::string, api::PolicyRef> documents_;                    // by kind and text; bounded
  std::string seal_;
};

}  // namespace thaw::iam
