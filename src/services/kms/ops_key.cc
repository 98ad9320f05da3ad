#include <algorithm>

#include "api/policy.h"
#include "base/text.h"
#include "services/kms/service.h"

namespace thaw::kms {

namespace {

constexpr size_t kTagsMax = 50;

KeyMetadata shown(const KeyRecord& key) {
  KeyMetadata out;
  out.AWSAccountId = key.account;
  out.KeyId = key.id;
  out.Arn = key.arn;
  out.CreationDate = key.created;
  out.Enabled = key.enabled && !key.deletion;
  out.Description = key.description;
  out.KeyState = key.state();
  out.DeletionDate = key.deletion;
  out.KeyManager = key.aws_managed ? "AWS" : "CUSTOMER";
  return out;
}

// The policy can be read, and lets somebody manage the key later.
Result<> check_policy(const std::string& text) {
  auto policy = api::Policy::parse(text, api::PolicyKind::resource);
  if (policy) return {};
  return fail("MalformedPolicyDocumentException", policy.error().message);
}

Result<> refuse_unknown(const CreateKeyInput& in) {
  std::string spec = in.KeySpec.value_or(in.CustomerMasterKeySpec.value_or("SYMMETRIC_DEFAULT"));
  if (spec != "SYMMETRIC_DEFAULT") return not_implemented("KeySpec " + spec);
  if (in.KeyUsage && *in.KeyUsage != "ENCRYPT_DECRYPT") return not_implemented("KeyUsage " + *in.KeyUsage);
  if (in.Origin && *in.Origin != "AWS_KMS") return not_implemented("Origin " + *in.Origin);
  if (in.MultiRegion) return not_implemented("MultiRegion");
  if (in.CustomKeyStoreId) return not_implemented("CustomKeyStoreId");
  if (in.XksKeyId) return not_implemented("XksKeyId");
  return {};
}

Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    if (tag.TagKey.starts_with("aws:"))
      return fail("TagException", "aws: prefixed tag key names are reserved for system use.");
    auto same = std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return t.TagKey == tag.TagKey; });
    if (same == tags.end())
      tags.push_back(tag);
    else
      *same = tag;
  }
  if (tags.size() > kTagsMax) return fail("TagException", "Too many tags.");
  return tags;
}

}  // namespace

std::unexpected<Error> not_implemented(const std::string& what) {
  return fail("NotImplemented", "KMS: " + what + " is not implemented by Thaw.", 501);
}

std::string default_policy(const std::string& account) {
  return R"({"Version":"2012-10-17","Id":"key-default-1","Statement":[)"
         R"({"Sid":"Enable IAM User Permissions","Effect":"Allow",)"
         R"("Principal":{"AWS":"arn:aws:iam::)" +
         account + R"(:root"},"Action":"kms:*","Resource":"*"}]})";
}

KeyRecord new_key(api::Request& request, std::string description, std::string policy) {
  KeyRecord key;
  key.id = random_uuid();
  key.arn = request.arn("kms", "key/" + key.id);
  key.account = request.account.str();
  key.description = std::move(description);
  key.policy = std::move(policy);
  key.material.bytes = random_bytes(32);
  key.created = request.now();
  return key;
}

Task<Result<KeyRecord>> find_key(api::Request& request, std::string name, AwsAliases aliases) {
  KmsStore store(request);
  std::string resource = name;
  if (name.starts_with("arn:")) {
    auto arn = Arn::parse(name);
    if (!arn || arn->service != "kms") co_return fail("InvalidArnException", "Invalid arn " + name);
    resource = arn->resource;
    if (arn->region != request.region.str() || arn->account != request.account.str()) {
      co_return fail("NotFoundException", "Key '" + name + "' does not exist");
    }
  }
  std::string id = resource.starts_with("key/") ? resource.substr(4) : resource;
  if (resource.starts_with("alias/")) {
    std::optional<AliasRecord> alias = co_await store.alias(resource);
    if (!alias && resource.starts_with("alias/aws/") && aliases == AwsAliases::made_when_named) {
      KeyRecord made =
          new_key(request, "Default key that protects " + resource.substr(10) + " when no other key is defined",
                  default_policy(request.account.str()));
      made.aws_managed = true;
      store.put(made);
      store.put(AliasRecord{resource, made.id, request.now(), request.now()});
      co_return made;
    }
    if (!alias) co_return fail("NotFoundException", "Alias " + request.arn("kms", resource) + " is not found.");
    id = alias->key;
  }
  std::optional<KeyRecord> key = co_await store.key(id);
  if (!key) co_return fail("NotFoundException", "Key '" + request.arn("kms", "key/" + id) + "' does not exist");
  co_return std::move(*key);
}

Result<> require_not_pending(const KeyRecord& key) {
  if (key.deletion) return fail("KMSInvalidStateException", key.arn + " is pending deletion.");
  return {};
}
Result<> require_usable(const KeyRecord& key) {
  CHECK_OK(require_not_pending(key));
  if (!key.enabled) return fail("DisabledException", key.arn + " is disabled.");
  return {};
}
Result<> require_own(const KeyRecord& key) {
  if (!key.aws_managed) return {};
  return fail("AccessDeniedException", "The key " + key.arn + " is managed by AWS and cannot be changed.");
}

Task<Result<KeyOutput>> Kms::create_key(api::Request& request, const CreateKeyInput& in) {
  CO_CHECK_OK(refuse_unknown(in));
  std::string policy = in.Policy.value_or(default_policy(request.account.str()));
  CO_CHECK_OK(check_policy(policy));
  KeyRecord key = new_key(request, in.Description.value_or(""), policy);
  CO_TRY(key.tags, with_tags({}, in.Tags));
  KmsStore(request).put(key);
  co_return KeyOutput{shown(key)};
}

Task<Result<KeyOutput>> Kms::describe_key(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId, AwsAliases::made_when_named));
  co_return KeyOutput{shown(key)};
}

Task<Result<ListKeysOutput>> Kms::list_keys(api::Request& request, const PagedInput& in) {
  KmsStore store(request);
  std::vector<KeyRecord> keys = co_await store.keys();
  ListKeysOutput out;
  for (const KeyRecord& key : keys) {
    if (in.Marker && key.id <= *in.Marker) continue;
    if (out.Keys.size() == static_cast<size_t>(in.Limit)) {
      out.Truncated = true;
      out.NextMarker = out.Keys.back().KeyId;
      break;
    }
    out.Keys.push_back({key.id, key.arn});
  }
  co_return out;
}

Task<Result<api::Nothing>> Kms::update_description(api::Request& request, const UpdateDescriptionInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  key.description = in.Description;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::enable_key(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  key.enabled = true;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::disable_key(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  key.enabled = false;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<ScheduleDeletionOutput>> Kms::schedule_deletion(api::Request& request, const ScheduleDeletionInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  key.deletion = request.now() + std::chrono::days(in.PendingWindowInDays);
  key.enabled = false;
  KmsStore(request).put(key);
  co_return ScheduleDeletionOutput{key.arn, *key.deletion, "PendingDeletion", in.PendingWindowInDays};
}

Task<Result<KeyIdOutput>> Kms::cancel_deletion(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  if (!key.deletion) co_return fail("KMSInvalidStateException", key.arn + " is not pending deletion.");
  key.deletion.reset();
  KmsStore(request).put(key);
  co_return KeyIdOutput{key.arn};
}

// ---- policies, rotation, tags ----

Task<Result<KeyPolicyOutput>> Kms::get_policy(api::Request& request, const KeyPolicyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  if (in.PolicyName != "default") co_return fail("NotFoundException", "No such policy exists");
  co_return KeyPolicyOutput{key.policy};
}

Task<Result<api::Nothing>> Kms::put_policy(api::Request& request, const PutKeyPolicyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  if (in.PolicyName != "default") co_return fail("NotFoundException", "No such policy exists");
  CO_CHECK_OK(check_policy(in.Policy));
  key.policy = in.Policy;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<ListKeyPoliciesOutput>> Kms::list_policies(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  co_return ListKeyPoliciesOutput{{"default"}};
}

Task<Result<api::Nothing>> Kms::enable_rotation(api::Request& request, const EnableRotationInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_usable(key));
  key.rotation_days = in.RotationPeriodInDays;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::disable_rotation(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_usable(key));
  key.rotation_days = 0;
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<RotationStatusOutput>> Kms::rotation_status(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  RotationStatusOutput out{key.rotation_days > 0, key.arn, {}, {}};
  if (key.rotation_days > 0) out.RotationPeriodInDays = key.rotation_days;
  co_return out;
}

Task<Result<api::Nothing>> Kms::tag(api::Request& request, const TagInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  CO_TRY(key.tags, with_tags(std::move(key.tags), in.Tags));
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::untag(api::Request& request, const UntagInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  CO_CHECK_OK(require_own(key));
  CO_CHECK_OK(require_not_pending(key));
  std::erase_if(key.tags, [&](const Tag& tag) {
    return std::find(in.TagKeys.begin(), in.TagKeys.end(), tag.TagKey) != in.TagKeys.end();
  });
  KmsStore(request).put(key);
  co_return api::Nothing{};
}

Task<Result<ListTagsOutput>> Kms::list_tags(api::Request& request, const KeyInput& in) {
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId));
  co_return ListTagsOutput{key.tags};
}

}  // namespace thaw::kms
