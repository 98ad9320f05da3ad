#include "services/kms/api.h"

namespace thaw::kms {

using api::Fields;

namespace {

template <class T>
void key_id(Fields& f) {
  f.add("KeyId", &T::KeyId).required().length(1, 2048);
}
template <class T>
void next_page(Fields& f) {
  f.add("NextMarker", &T::NextMarker);
  f.add("Truncated", &T::Truncated);
}
template <class T>
void policy_name(Fields& f) {
  f.add("PolicyName", &T::PolicyName).length(1, 128).pattern("[\\w]+");
}
template <class T>
void alias_name(Fields& f) {
  f.add("AliasName", &T::AliasName).required().length(1, 256).pattern("^[a-zA-Z0-9:/_-]+$");
}

}  // namespace

void Tag::describe(Fields& f) {
  f.add("TagKey", &Tag::TagKey).required().length(1, 128);
  f.add("TagValue", &Tag::TagValue).required().length(0, 256);
}
void KeyMetadata::describe(Fields& f) {
  f.add("AWSAccountId", &KeyMetadata::AWSAccountId);
  f.add("KeyId", &KeyMetadata::KeyId);
  f.add("Arn", &KeyMetadata::Arn);
  f.add("CreationDate", &KeyMetadata::CreationDate);
  f.add("Enabled", &KeyMetadata::Enabled);
  f.add("Description", &KeyMetadata::Description);
  f.add("KeyUsage", &KeyMetadata::KeyUsage);
  f.add("KeyState", &KeyMetadata::KeyState);
  f.add("DeletionDate", &KeyMetadata::DeletionDate);
  f.add("Origin", &KeyMetadata::Origin);
  f.add("KeyManager", &KeyMetadata::KeyManager);
  f.add("CustomerMasterKeySpec", &KeyMetadata::CustomerMasterKeySpec);
  f.add("KeySpec", &KeyMetadata::KeySpec);
  f.add("EncryptionAlgorithms", &KeyMetadata::EncryptionAlgorithms);
  f.add("MultiRegion", &KeyMetadata::MultiRegion);
}
void CreateKeyInput::describe(Fields& f) {
  f.add("Policy", &CreateKeyInput::Policy).length(1, 131072);
  f.add("Description", &CreateKeyInput::Description).length(0, 8192);
  f.add("KeyUsage", &CreateKeyInput::KeyUsage)
      .one_of({"SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"});
  f.add("CustomerMasterKeySpec", &CreateKeyInput::CustomerMasterKeySpec);
  f.add("KeySpec", &CreateKeyInput::KeySpec);
  f.add("Origin", &CreateKeyInput::Origin).one_of({"AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"});
  f.add("CustomKeyStoreId", &CreateKeyInput::CustomKeyStoreId).length(1, 64);
  f.add("BypassPolicyLockoutSafetyCheck", &CreateKeyInput::BypassPolicyLockoutSafetyCheck);
  f.add("Tags", &CreateKeyInput::Tags);
  f.add("MultiRegion", &CreateKeyInput::MultiRegion);
  f.add("XksKeyId", &CreateKeyInput::XksKeyId).length(1, 128);
}
void KeyOutput::describe(Fields& f) { f.add("KeyMetadata", &KeyOutput::metadata); }
void KeyInput::describe(Fields& f) { key_id<KeyInput>(f); }
void PagedInput::describe(Fields& f) {
  f.add("KeyId", &PagedInput::KeyId).length(1, 2048);
  f.add("Limit", &PagedInput::Limit).range(1, 1000);
  f.add("Marker", &PagedInput::Marker).length(1, 1024);
}
void KeyListEntry::describe(Fields& f) {
  f.add("KeyId", &KeyListEntry::KeyId);
  f.add("KeyArn", &KeyListEntry::KeyArn);
}
void ListKeysOutput::describe(Fields& f) {
  f.add("Keys", &ListKeysOutput::Keys);
  next_page<ListKeysOutput>(f);
}
void UpdateDescriptionInput::describe(Fields& f) {
  key_id<UpdateDescriptionInput>(f);
  f.add("Description", &UpdateDescriptionInput::Description).required().length(0, 8192);
}
void AliasInput::describe(Fields& f) {
  alias_name<AliasInput>(f);
  f.add("TargetKeyId", &AliasInput::TargetKeyId).required().length(1, 2048);
}
void AliasNameInput::describe(Fields& f) { alias_name<AliasNameInput>(f); }
void AliasListEntry::describe(Fields& f) {
  f.add("AliasName", &AliasListEntry::AliasName);
  f.add("AliasArn", &AliasListEntry::AliasArn);
  f.add("TargetKeyId", &AliasListEntry::TargetKeyId);
  f.add("CreationDate", &AliasListEntry::CreationDate);
  f.add("LastUpdatedDate", &AliasListEntry::LastUpdatedDate);
}
void ListAliasesOutput::describe(Fields& f) {
  f.add("Aliases", &ListAliasesOutput::Aliases);
  next_page<ListAliasesOutput>(f);
}
void KeyPolicyInput::describe(Fields& f) {
  key_id<KeyPolicyInput>(f);
  policy_name<KeyPolicyInput>(f);
}
void KeyPolicyOutput::describe(Fields& f) {
  f.add("Policy", &KeyPolicyOutput::Policy);
  f.add("PolicyName", &KeyPolicyOutput::PolicyName);
}
void PutKeyPolicyInput::describe(Fields& f) {
  key_id<PutKeyPolicyInput>(f);
  policy_name<PutKeyPolicyInput>(f);
  f.add("Policy", &PutKeyPolicyInput::Policy).required().length(1, 131072);
  f.add("BypassPolicyLockoutSafetyCheck", &PutKeyPolicyInput::BypassPolicyLockoutSafetyCheck);
}
void ListKeyPoliciesOutput::describe(Fields& f) {
  f.add("PolicyNames", &ListKeyPoliciesOutput::PolicyNames);
  f.add("Truncated", &ListKeyPoliciesOutput::Truncated);
}
void EnableRotationInput::describe(Fields& f) {
  key_id<EnableRotationInput>(f);
  f.add("RotationPeriodInDays", &EnableRotationInput::RotationPeriodInDays).range(90, 2560);
}
void RotationStatusOutput::describe(Fields& f) {
  f.add("KeyRotationEnabled", &RotationStatusOutput::KeyRotationEnabled);
  f.add("KeyId", &RotationStatusOutput::KeyId);
  f.add("RotationPeriodInDays", &RotationStatusOutput::RotationPeriodInDays);
  f.add("NextRotationDate", &RotationStatusOutput::NextRotationDate);
}
void ScheduleDeletionInput::describe(Fields& f) {
  key_id<ScheduleDeletionInput>(f);
  f.add("PendingWindowInDays", &ScheduleDeletionInput::PendingWindowInDays).range(7, 30);
}
void ScheduleDeletionOutput::describe(Fields& f) {
  f.add("KeyId", &ScheduleDeletionOutput::KeyId);
  f.add("DeletionDate", &ScheduleDeletionOutput::DeletionDate);
  f.add("KeyState", &ScheduleDeletionOutput::KeyState);
  f.add("PendingWindowInDays", &ScheduleDeletionOutput::PendingWindowInDays);
}
void KeyIdOutput::describe(Fields& f) { f.add("KeyId", &KeyIdOutput::KeyId); }
void EncryptInput::describe(Fields& f) {
  key_id<EncryptInput>(f);
  f.add("Plaintext", &EncryptInput::Plaintext).required().length(1, 4096);
  f.add("EncryptionContext", &EncryptInput::EncryptionContext);
  f.add("EncryptionAlgorithm", &EncryptInput::EncryptionAlgorithm);
  f.add("DryRun", &EncryptInput::DryRun);
}
void EncryptOutput::describe(Fields& f) {
  f.add("CiphertextBlob", &EncryptOutput::CiphertextBlob);
  f.add("KeyId", &EncryptOutput::KeyId);
  f.add("EncryptionAlgorithm", &EncryptOutput::EncryptionAlgorithm);
}
void DecryptInput::describe(Fields& f) {
  f.add("CiphertextBlob", &DecryptInput::CiphertextBlob).required().length(1, 6144);
  f.add("EncryptionContext", &DecryptInput::EncryptionContext);
  f.add("KeyId", &DecryptInput::KeyId).length(1, 2048);
  f.add("EncryptionAlgorithm", &DecryptInput::EncryptionAlgorithm);
  f.add("DryRun", &DecryptInput::DryRun);
  f.add("Recipient", &DecryptInput::Recipient);
}
void DecryptOutput::describe(Fields& f) {
  f.add("KeyId", &DecryptOutput::KeyId);
  f.add("Plaintext", &DecryptOutput::Plaintext);
  f.add("EncryptionAlgorithm", &DecryptOutput::EncryptionAlgorithm);
}
void DataKeyInput::describe(Fields& f) {
  key_id<DataKeyInput>(f);
  f.add("EncryptionContext", &DataKeyInput::EncryptionContext);
  f.add("NumberOfBytes", &DataKeyInput::NumberOfBytes).range(1, 1024);
  f.add("KeySpec", &DataKeyInput::KeySpec).one_of({"AES_256", "AES_128"});
  f.add("DryRun", &DataKeyInput::DryRun);
  f.add("Recipient", &DataKeyInput::Recipient);
}
void DataKeyOutput::describe(Fields& f) {
  f.add("CiphertextBlob", &DataKeyOutput::CiphertextBlob);
  f.add("Plaintext", &DataKeyOutput::Plaintext);
  f.add("KeyId", &DataKeyOutput::KeyId);
}
void RandomInput::describe(Fields& f) {
  f.add("NumberOfBytes", &RandomInput::NumberOfBytes).range(1, 1024);
  f.add("CustomKeyStoreId", &RandomInput::CustomKeyStoreId).length(1, 64);
  f.add("Recipient", &RandomInput::Recipient);
}
void RandomOutput::describe(Fields& f) { f.add("Plaintext", &RandomOutput::Plaintext); }
void TagInput::describe(Fields& f) {
  key_id<TagInput>(f);
  f.add("Tags", &TagInput::Tags).required();
}
void UntagInput::describe(Fields& f) {
  key_id<UntagInput>(f);
  f.add("TagKeys", &UntagInput::TagKeys).required();
}
void ListTagsOutput::describe(Fields& f) {
  f.add("Tags", &ListTagsOutput::Tags);
  f.add("Truncated", &ListTagsOutput::Truncated);
}

}  // namespace thaw::kms
