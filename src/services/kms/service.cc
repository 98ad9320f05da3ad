#include "services/kms/service.h"

#include "services/kms/cipher.h"

namespace thaw::kms {

namespace {

// A key as ARN; an alias stays an alias, since it is resolved only later.
std::string arn_of(const api::Request& request, const std::string& name) {
  if (name.starts_with("arn:")) return name;
  return request.arn("kms", name.starts_with("alias/") ? name : "key/" + name);
}

std::string key_resource(const api::Request& request, const Json& input) {
  if (const Json* id = input.find("KeyId")) return arn_of(request, id->string_or("*"));
  if (const Json* blob = input.find("CiphertextBlob")) {
    if (auto id = key_of(blob->string_or(""))) return arn_of(request, *id);
  }
  return "*";
}
std::string target_resource(const api::Request& request, const Json& input) {
  return arn_of(request, input.get("TargetKeyId").string_or("*"));
}

// The key's own policy; null when there is no such key (the operation then says so).
Task<Result<Json>> key_policy(api::Request& request, std::string name) {
  Result<KeyRecord> key = co_await find_key(request, name);
  if (!key) co_return Json();
  auto policy = Json::parse(key->policy);
  co_return policy ? std::move(*policy) : Json();
}
Task<Result<Json>> policy_of_key(api::Request& request, const Json& input) {
  std::string name = input.get("KeyId").string_or("");
  if (name.empty()) name = key_of(input.get("CiphertextBlob").string_or("")).value_or("");
  return key_policy(request, name);
}

}  // namespace

api::ServiceInfo Kms::info() const {
  return {.name = "kms",
          .protocols = {api::Protocol::json_1_1},
          .target_prefix = "TrentService",
          .api_version = "2014-11-01",
          .title = "AWS Key Management Service",
          .host_prefixes = {"kms"}};
}

std::vector<api::Operation> Kms::operations() {
  std::vector<api::Operation> out;
  auto on_key = [&](api::Operation operation) {
    out.push_back(std::move(operation).resource(key_resource).policy(policy_of_key));
  };
  const char* rotates = "remembered and shown; the material does not change";
  out.push_back(api::op("CreateKey", this, &Kms::create_key).writes().noted("symmetric encryption keys only"));
  on_key(api::op("DescribeKey", this, &Kms::describe_key).writes());
  out.push_back(api::op("ListKeys", this, &Kms::list_keys).reads());
  on_key(api::op("UpdateKeyDescription", this, &Kms::update_description).writes());
  on_key(api::op("EnableKey", this, &Kms::enable_key).writes());
  on_key(api::op("DisableKey", this, &Kms::disable_key).writes());
  on_key(api::op("ScheduleKeyDeletion", this, &Kms::schedule_deletion).writes());
  on_key(api::op("CancelKeyDeletion", this, &Kms::cancel_deletion).writes());
  on_key(api::op("GetKeyPolicy", this, &Kms::get_policy).reads());
  on_key(api::op("PutKeyPolicy", this, &Kms::put_policy).writes());
  on_key(api::op("ListKeyPolicies", this, &Kms::list_policies).reads());
  on_key(api::op("EnableKeyRotation", this, &Kms::enable_rotation).writes().noted(rotates));
  on_key(api::op("DisableKeyRotation", this, &Kms::disable_rotation).writes());
  on_key(api::op("GetKeyRotationStatus", this, &Kms::rotation_status).reads());
  on_key(api::op("TagResource", this, &Kms::tag).writes());
  on_key(api::op("UntagResource", this, &Kms::untag).writes());
  on_key(api::op("ListResourceTags", this, &Kms::list_tags).reads());
  out.push_back(api::op("CreateAlias", this, &Kms::create_alias).writes().resource(target_resource));
  out.push_back(api::op("UpdateAlias", this, &Kms::update_alias).writes().resource(target_resource));
  out.push_back(api::op("DeleteAlias", this, &Kms::delete_alias).writes());
  out.push_back(api::op("ListAliases", this, &Kms::list_aliases).reads());
  on_key(api::op("Encrypt", this, &Kms::encrypt_bytes).writes());
  on_key(api::op("Decrypt", this, &Kms::decrypt_bytes).reads());
  on_key(api::op("GenerateDataKey", this, &Kms::data_key).writes());
  on_key(api::op("GenerateDataKeyWithoutPlaintext", this, &Kms::data_key_without_plaintext).writes());
  out.push_back(api::op("GenerateRandom", this, &Kms::random));
  return out;
}

std::vector<std::string> Kms::not_implemented() const {
  return {"ConnectCustomKeyStore",
          "CreateCustomKeyStore",
          "CreateGrant",
          "DeleteCustomKeyStore",
          "DeleteImportedKeyMaterial",
          "DeriveSharedSecret",
          "DescribeCustomKeyStores",
          "DisconnectCustomKeyStore",
          "GenerateDataKeyPair",
          "GenerateDataKeyPairWithoutPlaintext",
          "GenerateMac",
          "GetKeyLastUsage",
          "GetParametersForImport",
          "GetPublicKey",
          "ImportKeyMaterial",
          "ListGrants",
          "ListKeyRotations",
          "ListRetirableGrants",
          "ReEncrypt",
          "ReplicateKey",
          "RetireGrant",
          "RevokeGrant",
          "RotateKeyOnDemand",
          "Sign",
          "UpdateCustomKeyStore",
          "UpdatePrimaryRegion",
          "Verify",
          "VerifyMac"};
}

}  // namespace thaw::kms
