// KMS: symmetric keys, aliases, key policies; encryption for real.
#pragma once

#include <vector>

#include "api/service.h"
#include "services/kms/api.h"
#include "services/kms/store.h"

namespace thaw::kms {

class Kms final : public api::Service {
 public:
  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  template <class T>
  using Answer = Task<Result<T>>;

  // ops_key.cc
  Answer<KeyOutput> create_key(api::Request& request, const CreateKeyInput& in);
  Answer<KeyOutput> describe_key(api::Request& request, const KeyInput& in);
  Answer<ListKeysOutput> list_keys(api::Request& request, const PagedInput& in);
  Answer<api::Nothing> update_description(api::Request& request, const UpdateDescriptionInput& in);
  Answer<api::Nothing> enable_key(api::Request& request, const KeyInput& in);
  Answer<api::Nothing> disable_key(api::Request& request, const KeyInput& in);
  Answer<ScheduleDeletionOutput> schedule_deletion(api::Request& request, const ScheduleDeletionInput& in);
  Answer<KeyIdOutput> cancel_deletion(api::Request& request, const KeyInput& in);
  Answer<KeyPolicyOutput> get_policy(api::Request& request, const KeyPolicyInput& in);
  Answer<api::Nothing> put_policy(api::Request& request, const PutKeyPolicyInput& in);
  Answer<ListKeyPoliciesOutput> list_policies(api::Request& request, const KeyInput& in);
  Answer<api::Nothing> enable_rotation(api::Request& request, const EnableRotationInput& in);
  Answer<api::Nothing> disable_rotation(api::Request& request, const KeyInput& in);
  Answer<RotationStatusOutput> rotation_status(api::Request& request, const KeyInput& in);
  Answer<api::Nothing> tag(api::Request& request, const TagInput& in);
  Answer<api::Nothing> untag(api::Request& request, const UntagInput& in);
  Answer<ListTagsOutput> list_tags(api::Request& request, const KeyInput& in);
  // ops_alias.cc
  Answer<api::Nothing> create_alias(api::Request& request, const AliasInput& in);
  Answer<api::Nothing> update_alias(api::Request& request, const AliasInput& in);
  Answer<api::Nothing> delete_alias(api::Request& request, const AliasNameInput& in);
  Answer<ListAliasesOutput> list_aliases(api::Request& request, const PagedInput& in);
  // ops_crypto.cc
  Answer<EncryptOutput> encrypt_bytes(api::Request& request, const EncryptInput& in);
  Answer<DecryptOutput> decrypt_bytes(api::Request& request, const DecryptInput& in);
  Answer<DataKeyOutput> data_key(api::Request& request, const DataKeyInput& in);
  Answer<DataKeyOutput> data_key_without_plaintext(api::Request& request, const DataKeyInput& in);
  Answer<RandomOutput> random(api::Request& request, const RandomInput& in);
};

// ---- shared by the operations ----

// The key by id, ARN, alias or alias ARN. AWS's own aliases ("alias/aws/ssm") are made when they are first named and
// `aliases` says so. Errors: NotFoundException, InvalidArnException.
enum class AwsAliases { as_they_are, made_when_named };
Task<Result<KeyRecord>> find_key(api::Request& request, std::string name, AwsAliases aliases = AwsAliases::as_they_are);
// The key can be used for cryptography now: DisabledException, KMSInvalidStateException otherwise.
Result<> require_usable(const KeyRecord& key);
Result<> require_not_pending(const KeyRecord& key);
Result<> require_own(const KeyRecord& key);  // not one that AWS manages
KeyRecord new_key(api::Request& request, std::string description, std::string policy);
std::string default_policy(const std::string& account);
std::unexpected<Error> not_implemented(const std::string& what);

}  // namespace thaw::kms
