// AWS Key Management Service: the shapes of its operations.
// https://docs.aws.amazon.com/kms/latest/APIReference/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::kms {

struct Tag {
  std::string TagKey, TagValue;
  static void describe(api::Fields& f);
};

struct KeyMetadata {
  std::string AWSAccountId, KeyId, Arn;
  Time CreationDate{};
  bool Enabled = true;
  std::string Description, KeyUsage = "ENCRYPT_DECRYPT", KeyState;
  std::optional<Time> DeletionDate;
  std::string Origin = "AWS_KMS", KeyManager, CustomerMasterKeySpec = "SYMMETRIC_DEFAULT",
              KeySpec = "SYMMETRIC_DEFAULT";
  std::vector<std::string> EncryptionAlgorithms = {"SYMMETRIC_DEFAULT"};
  bool MultiRegion = false;
  static void describe(api::Fields& f);
};

struct CreateKeyInput {
  std::optional<std::string> Policy, Description, KeyUsage, CustomerMasterKeySpec, KeySpec, Origin, CustomKeyStoreId,
      XksKeyId;
  bool BypassPolicyLockoutSafetyCheck = false;
  std::vector<Tag> Tags;
  bool MultiRegion = false;
  static void describe(api::Fields& f);
};
struct KeyOutput {
  KeyMetadata metadata;
  static void describe(api::Fields& f);
};
struct KeyInput {
  std::string KeyId;
  static void describe(api::Fields& f);
};
struct PagedInput {
  std::optional<std::string> KeyId;
  int32_t Limit = 100;
  std::optional<std::string> Marker;
  static void describe(api::Fields& f);
};
struct KeyListEntry {
  std::string KeyId, KeyArn;
  static void describe(api::Fields& f);
};
struct ListKeysOutput {
  std::vector<KeyListEntry> Keys;
  std::optional<std::string> NextMarker;
  bool Truncated = false;
  static void describe(api::Fields& f);
};
struct UpdateDescriptionInput {
  std::string KeyId, Description;
  static void describe(api::Fields& f);
};

struct AliasInput {
  std::string AliasName, TargetKeyId;
  static void describe(api::Fields& f);
};
struct AliasNameInput {
  std::string AliasName;
  static void describe(api::Fields& f);
};
struct AliasListEntry {
  std::string AliasName, AliasArn;
  std::optional<std::string> TargetKeyId;
  Time CreationDate{}, LastUpdatedDate{};
  static void describe(api::Fields& f);
};
struct ListAliasesOutput {
  std::vector<AliasListEntry> Aliases;
  std::optional<std::string> NextMarker;
  bool Truncated = false;
  static void describe(api::Fields& f);
};

struct KeyPolicyInput {
  std::string KeyId, PolicyName = "default";
  static void describe(api::Fields& f);
};
struct KeyPolicyOutput {
  std::string Policy, PolicyName = "default";
  static void describe(api::Fields& f);
};
struct PutKeyPolicyInput {
  std::string KeyId, PolicyName = "default", Policy;
  bool BypassPolicyLockoutSafetyCheck = false;
  static void describe(api::Fields& f);
};
struct ListKeyPoliciesOutput {
  std::vector<std::string> PolicyNames;
  bool Truncated = false;
  static void describe(api::Fields& f);
};

struct EnableRotationInput {
  std::string KeyId;
  int32_t RotationPeriodInDays = 365;
  static void describe(api::Fields& f);
};
struct RotationStatusOutput {
  bool KeyRotationEnabled = false;
  std::string KeyId;
  std::optional<int32_t> RotationPeriodInDays;
  std::optional<Time> NextRotationDate;
  static void describe(api::Fields& f);
};

struct ScheduleDeletionInput {
  std::string KeyId;
  int32_t PendingWindowInDays = 30;
  static void describe(api::Fields& f);
};
struct ScheduleDeletionOutput {
  std::string KeyId;
  Time DeletionDate{};
  std::string KeyState = "PendingDeletion";
  int32_t PendingWindowInDays = 30;
  static void describe(api::Fields& f);
};
struct KeyIdOutput {
  std::string KeyId;
  static void describe(api::Fields& f);
};

struct EncryptInput {
  std::string KeyId;
  api::Blob Plaintext;
  std::map<std::string, std::string> EncryptionContext;
  std::string EncryptionAlgorithm = "SYMMETRIC_DEFAULT";
  bool DryRun = false;
  static void describe(api::Fields& f);
};
struct EncryptOutput {
  api::Blob CiphertextBlob;
  std::string KeyId, EncryptionAlgorithm = "SYMMETRIC_DEFAULT";
  static void describe(api::Fields& f);
};
struct DecryptInput {
  api::Blob CiphertextBlob;
  std::map<std::string, std::string> EncryptionContext;
  std::optional<std::string> KeyId;
  std::string EncryptionAlgorithm = "SYMMETRIC_DEFAULT";
  bool DryRun = false;
  std::optional<Json> Recipient;
  static void describe(api::Fields& f);
};
struct DecryptOutput {
  std::string KeyId;
  api::Blob Plaintext;
  std::string EncryptionAlgorithm = "SYMMETRIC_DEFAULT";
  static void describe(api::Fields& f);
};
struct DataKeyInput {
  std::string KeyId;
  std::map<std::string, std::string> EncryptionContext;
  std::optional<int32_t> NumberOfBytes;
  std::optional<std::string> KeySpec;
  bool DryRun = false;
  std::optional<Json> Recipient;
  static void describe(api::Fields& f);
};
struct DataKeyOutput {
  api::Blob CiphertextBlob;
  std::optional<api::Blob> Plaintext;
  std::string KeyId;
  static void describe(api::Fields& f);
};
struct RandomInput {
  std::optional<int32_t> NumberOfBytes;
  std::optional<std::string> CustomKeyStoreId;
  std::optional<Json> Recipient;
  static void describe(api::Fields& f);
};
struct RandomOutput {
  api::Blob Plaintext;
  static void describe(api::Fields& f);
};

struct TagInput {
  std::string KeyId;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct UntagInput {
  std::string KeyId;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};
struct ListTagsOutput {
  std::vector<Tag> Tags;
  bool Truncated = false;
  static void describe(api::Fields& f);
};

}  // namespace thaw::kms
