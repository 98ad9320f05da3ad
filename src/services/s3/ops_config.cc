// What a bucket is configured with: versioning, policy, tags, public access, ownership, encryption, lifecycle, CORS,
// ACLs.
#include <algorithm>

#include "api/policy.h"
#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

Failure no_config(std::string code, std::string words, const std::string& bucket) {
  return failure(std::move(code), std::move(words), 404, Json::object({{"BucketName", bucket}}));
}

ObjectStore objects_of(api::Request& request) { return ObjectStore(request.tx()); }

AccessControlPolicy owners_acl(const std::string& account) {
  AccessControlPolicy out;
  out.Owner.emplace().ID = owner_id(account);
  Grant& grant = out.Grants.emplace_back();
  Grantee& grantee = grant.Grantee.emplace();
  grantee.ID = owner_id(account);
  grantee.Type = "CanonicalUser";
  grant.Permission = "FULL_CONTROL";
  return out;
}

}  // namespace

// ---- versioning ----

Task<Result<api::Nothing>> S3::put_bucket_versioning(Request& request, const PutBucketVersioningInput& in) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  if (in.VersioningConfiguration.MFADelete.value_or("Disabled") != "Disabled")
    co_return s3::not_implemented("MfaDelete");
  const Opt& status = in.VersioningConfiguration.Status;
  if (!status)
    co_return failure("IllegalVersioningConfigurationException", "The Versioning element must be specified", 400);
  if (*status != "Enabled" && *status != "Suspended") co_return malformed_xml();
  bucket.versioning = *status;
  objects_of(request).put_bucket(in.Bucket, bucket);
  co_return api::Nothing{};
}

Task<Result<VersioningConfiguration>> S3::get_bucket_versioning(Request& request, const BucketInput& in) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  VersioningConfiguration out;
  if (!bucket.versioning.empty()) out.Status = bucket.versioning;
  co_return out;
}

// ---- policy ----

Task<Result<api::Nothing>> S3::put_bucket_policy(Request& request, const PutBucketPolicyInput& in) {
  constexpr size_t policy_bytes_max = 20 * 1024;
  auto malformed = [](std::string words) { return failure("MalformedPolicy", std::move(words), 400); };
  if (in.Policy.size() > policy_bytes_max)
    co_return malformed("Normalized policy document exceeds the maximum allowed size of 20480 bytes");
  auto policy = Json::parse(in.Policy);
  if (!policy || !policy->is_object())
    co_return malformed("Policies must be valid JSON and the first byte must be '{'");
  auto compiled = api::Policy::compile(*policy, api::PolicyKind::resource);
  if (!compiled) co_return malformed(compiled.error().message);
  CO_CHECK_OK(check_bucket_policy(*policy, in.Bucket));
  ObjectStore objects = objects_of(request);
  auto block = co_await objects.config<PublicAccessBlockConfiguration>(in.Bucket, "publicAccessBlock");
  if (block && block->BlockPublicPolicy.value_or(false) && is_public_policy(*policy))
    co_return failure("AccessDenied",
                      "User: " + request.principal.arn +
                          " is not authorized to perform: s3:PutBucketPolicy on resource: "
                          "\"arn:aws:s3:::" +
                          in.Bucket +
                          "\" because public policies are prevented by the BlockPublicPolicy setting in S3 "
                          "Block Public Access.",
                      403);
  objects.put_config(in.Bucket, "policy", GetBucketPolicyOutput{in.Policy});
  co_return api::Nothing{};
}

Task<Result<GetBucketPolicyOutput>> S3::get_bucket_policy(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<GetBucketPolicyOutput>(in.Bucket, "policy");
  if (!found) co_return no_config("NoSuchBucketPolicy", "The bucket policy does not exist", in.Bucket);
  request.response_headers.set("Content-Type", "application/json");
  co_return std::move(*found);
}

Task<Result<api::Nothing>> S3::delete_bucket_policy(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "policy");
  co_return api::Nothing{};
}

Task<Result<GetBucketPolicyStatusOutput>> S3::get_bucket_policy_status(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<GetBucketPolicyOutput>(in.Bucket, "policy");
  if (!found) co_return no_config("NoSuchBucketPolicy", "The bucket policy does not exist", in.Bucket);
  auto policy = Json::parse(found->Policy);
  GetBucketPolicyStatusOutput out;
  out.PolicyStatus.IsPublic = policy && is_public_policy(*policy);
  co_return out;
}

// ---- tags ----

Task<Result<api::Nothing>> S3::put_bucket_tagging(Request& request, const PutBucketTaggingInput& in) {
  CO_CHECK_OK(check_tags(in.Tagging.TagSet, 50));
  ObjectStore objects = objects_of(request);
  if (request.http) {
    auto before = co_await objects.config<Tagging>(in.Bucket, "tagging");
    CO_CHECK_OK(check_system_tags(before.value_or(Tagging{}).TagSet, in.Tagging.TagSet));
  }
  if (in.Tagging.TagSet.empty())
    objects.clear_config(in.Bucket, "tagging");
  else
    objects.put_config(in.Bucket, "tagging", in.Tagging);
  co_return api::Nothing{};
}

Task<Result<GetTaggingOutput>> S3::get_bucket_tagging(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<Tagging>(in.Bucket, "tagging");
  if (!found) co_return no_config("NoSuchTagSet", "The TagSet does not exist", in.Bucket);
  GetTaggingOutput out;
  out.TagSet = std::move(found->TagSet);
  co_return out;
}

Task<Result<api::Nothing>> S3::delete_bucket_tagging(Request& request, const BucketInput& in) {
  // Tags that a service of AWS's has given stay.
  ObjectStore objects = objects_of(request);
  auto left = co_await objects.config<Tagging>(in.Bucket, "tagging");
  if (left) std::erase_if(left->TagSet, [](const Tag& tag) { return !is_system_tag(tag); });
  if (left && !left->TagSet.empty())
    objects.put_config(in.Bucket, "tagging", *left);
  else
    objects.clear_config(in.Bucket, "tagging");
  co_return api::Nothing{};
}

// ---- public access, ownership ----

Task<Result<api::Nothing>> S3::put_public_access_block(Request& request, const PutPublicAccessBlockInput& in) {
  PublicAccessBlockConfiguration block = in.PublicAccessBlockConfiguration;
  for (auto* flag :
       {&block.BlockPublicAcls, &block.IgnorePublicAcls, &block.BlockPublicPolicy, &block.RestrictPublicBuckets})
    *flag = flag->value_or(false);
  objects_of(request).put_config(in.Bucket, "publicAccessBlock", block);
  co_return api::Nothing{};
}

Task<Result<GetPublicAccessBlockOutput>> S3::get_public_access_block(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<PublicAccessBlockConfiguration>(in.Bucket, "publicAccessBlock");
  if (!found)
    co_return no_config("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found",
                        in.Bucket);
  co_return GetPublicAccessBlockOutput{std::move(*found)};
}

Task<Result<api::Nothing>> S3::delete_public_access_block(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "publicAccessBlock");
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> S3::put_ownership(Request& request, const PutBucketOwnershipControlsInput& in) {
  if (in.OwnershipControls.Rules.size() != 1) co_return malformed_xml();
  const std::string& rule = in.OwnershipControls.Rules[0].ObjectOwnership;
  if (rule != "BucketOwnerEnforced" && rule != "BucketOwnerPreferred" && rule != "ObjectWriter")
    co_return malformed_xml();
  objects_of(request).put_config(in.Bucket, "ownership", in.OwnershipControls);
  co_return api::Nothing{};
}

Task<Result<GetBucketOwnershipControlsOutput>> S3::get_ownership(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<OwnershipControls>(in.Bucket, "ownership");
  if (!found)
    co_return no_config("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", in.Bucket);
  co_return GetBucketOwnershipControlsOutput{std::move(*found)};
}

Task<Result<api::Nothing>> S3::delete_ownership(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "ownership");
  co_return api::Nothing{};
}

// ---- encryption ----

Task<Result<api::Nothing>> S3::put_encryption(Request& request, const PutBucketEncryptionInput& in) {
  const EncryptionConfiguration& config = in.ServerSideEncryptionConfiguration;
  if (config.Rules.size() != 1) co_return malformed_xml();
  if (const auto& rule = config.Rules[0].ApplyServerSideEncryptionByDefault) {
    if (rule->SSEAlgorithm != "AES256" && rule->SSEAlgorithm != "aws:kms" && rule->SSEAlgorithm != "aws:kms:dsse")
      co_return malformed_xml();
    if (rule->KMSMasterKeyID && rule->SSEAlgorithm == "AES256")
      co_return invalid_argument(
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
          "ApplyServerSideEncryptionByDefault", rule->SSEAlgorithm);
  }
  objects_of(request).put_config(in.Bucket, "encryption", config);
  co_return api::Nothing{};
}

Task<Result<GetBucketEncryptionOutput>> S3::get_encryption(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<EncryptionConfiguration>(in.Bucket, "encryption");
  GetBucketEncryptionOutput out;
  if (found) {
    out.ServerSideEncryptionConfiguration = std::move(*found);
  } else {
    EncryptionRule& rule = out.ServerSideEncryptionConfiguration.Rules.emplace_back();
    rule.ApplyServerSideEncryptionByDefault.emplace().SSEAlgorithm = "AES256";
    rule.BucketKeyEnabled = false;
  }
  co_return out;
}

Task<Result<api::Nothing>> S3::delete_encryption(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "encryption");
  co_return api::Nothing{};
}

// ---- lifecycle ----

namespace {

Result<void> check_lifecycle_rule(const LifecycleRule& rule) {
  if (rule.Status != "Enabled" && rule.Status != "Disabled") return malformed_xml();
  if (rule.ID && rule.ID->size() > 255)
    return invalid_argument("ID length should not exceed allowed limit of 255", "ID", *rule.ID);
  bool acts = rule.Expiration || !rule.Transitions.empty() || !rule.NoncurrentVersionTransitions.empty() ||
              rule.NoncurrentVersionExpiration || rule.AbortIncompleteMultipartUpload;
  if (!acts) return invalid_request("At least one action needs to be specified in a rule");
  if (rule.Prefix && rule.Filter) return malformed_xml();
  if (!rule.Prefix && !rule.Filter) return malformed_xml();
  if (rule.Expiration) {
    const LifecycleExpiration& e = *rule.Expiration;
    if (e.Date.has_value() + e.Days.has_value() + e.ExpiredObjectDeleteMarker.has_value() != 1) return malformed_xml();
    if (e.Date && (e.Date->time_since_epoch().count() <= 0 || e.Date->time_since_epoch().count() % 86'400'000 != 0))
      return invalid_argument("'Date' must be at midnight GMT", "Date", iso8601(*e.Date));
    if (e.Days && *e.Days < 1)
      return invalid_argument("'Days' for Expiration action must be a positive integer", "Days",
                              std::to_string(*e.Days));
  }
  if (rule.NoncurrentVersionExpiration && rule.NoncurrentVersionExpiration->NoncurrentDays.value_or(0) < 1)
    return invalid_argument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
                            "NoncurrentDays", "");
  if (rule.AbortIncompleteMultipartUpload && rule.AbortIncompleteMultipartUpload->DaysAfterInitiation.value_or(0) < 1)
    return invalid_argument(
        "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        "DaysAfterInitiation", "");
  return {};
}

}  // namespace

Task<Result<api::Nothing>> S3::put_lifecycle(Request& request, const PutBucketLifecycleInput& in) {
  LifecycleConfiguration config = in.LifecycleConfiguration;
  if (config.Rules.empty() || config.Rules.size() > 1000) co_return malformed_xml();
  for (LifecycleRule& rule : config.Rules) {
    CO_CHECK_OK(check_lifecycle_rule(rule));
    if (!rule.ID || rule.ID->empty()) rule.ID = random_hex(48);
  }
  objects_of(request).put_config(in.Bucket, "lifecycle", config);
  co_return api::Nothing{};
}

Task<Result<LifecycleConfiguration>> S3::get_lifecycle(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<LifecycleConfiguration>(in.Bucket, "lifecycle");
  if (!found)
    co_return no_config("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", in.Bucket);
  co_return std::move(*found);
}

Task<Result<api::Nothing>> S3::delete_lifecycle(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "lifecycle");
  co_return api::Nothing{};
}

// ---- CORS ----

Task<Result<api::Nothing>> S3::put_cors(Request& request, const PutBucketCorsInput& in) {
  const auto& rules = in.CORSConfiguration.CORSRules;
  if (rules.empty() || rules.size() > 100) co_return malformed_xml();
  for (const CorsRule& rule : rules) {
    if (rule.AllowedMethods.empty() || rule.AllowedOrigins.empty()) co_return malformed_xml();
    for (const std::string& method : rule.AllowedMethods)
      if (method != "GET" && method != "PUT" && method != "POST" && method != "DELETE" && method != "HEAD")
        co_return invalid_request("Found unsupported HTTP method in CORS config. Unsupported method is " + method);
    for (const std::string& origin : rule.AllowedOrigins)
      if (std::ranges::count(origin, '*') > 1)
        co_return invalid_request("AllowedOrigin \"" + origin + "\" can not have more than one wildcard.");
    for (const std::string& header : rule.AllowedHeaders)
      if (std::ranges::count(header, '*') > 1)
        co_return invalid_request("AllowedHeader \"" + header + "\" can not have more than one wildcard.");
    for (const std::string& header : rule.ExposeHeaders)
      if (header.find('*') != std::string::npos)
        co_return invalid_request("ExposeHeader \"" + header +
                                  "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
  }
  objects_of(request).put_config(in.Bucket, "cors", in.CORSConfiguration);
  co_return api::Nothing{};
}

Task<Result<CorsConfiguration>> S3::get_cors(Request& request, const BucketInput& in) {
  auto found = co_await objects_of(request).config<CorsConfiguration>(in.Bucket, "cors");
  if (!found) co_return no_config("NoSuchCORSConfiguration", "The CORS configuration does not exist", in.Bucket);
  co_return std::move(*found);
}

Task<Result<api::Nothing>> S3::delete_cors(Request& request, const BucketInput& in) {
  objects_of(request).clear_config(in.Bucket, "cors");
  co_return api::Nothing{};
}

// ---- notifications ----

Task<Result<api::Nothing>> S3::put_notification(Request&, const PutBucketNotificationInput& in) {
  const NotificationConfiguration& config = in.NotificationConfiguration;
  if (!config.TopicConfigurations.empty() || !config.QueueConfigurations.empty() ||
      !config.LambdaFunctionConfigurations.empty() || config.EventBridgeConfiguration)
    co_return failure("NotImplemented", "Thaw does not send S3 event notifications yet.", 501);
  co_return api::Nothing{};
}

Task<Result<NotificationConfiguration>> S3::get_notification(Request&, const BucketInput&) {
  co_return NotificationConfiguration{};
}

// ---- ACLs ----

Task<Result<api::Nothing>> S3::put_bucket_acl(Request& request, const PutAclInput& in) {
  auto ownership = co_await objects_of(request).config<OwnershipControls>(in.Bucket, "ownership");
  bool enforced =
      ownership && !ownership->Rules.empty() && ownership->Rules[0].ObjectOwnership == "BucketOwnerEnforced";
  CO_CHECK_OK(check_acl(in.ACL, enforced));
  if (!in.ACL && !in.AccessControlPolicy)
    co_return failure("MissingSecurityHeader", "Your request was missing a required header", 400,
                      Json::object({{"MissingHeaderName", "x-amz-acl"}}));
  if (!in.AccessControlPolicy) co_return api::Nothing{};
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  std::string owner = owner_id(bucket.account);
  for (const Grant& grant : in.AccessControlPolicy->Grants) {
    bool owners =
        grant.Grantee && grant.Grantee->ID.value_or("") == owner && grant.Permission.value_or("") == "FULL_CONTROL";
    if (owners) continue;
    if (enforced) co_return failure("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
    co_return s3::not_implemented("AccessControlPolicy");
  }
  co_return api::Nothing{};
}

Task<Result<AccessControlPolicy>> S3::get_bucket_acl(Request& request, const BucketInput& in) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  co_return owners_acl(bucket.account);
}

Task<Result<api::Nothing>> S3::put_object_acl(Request& request, const PutObjectAclInput& in) {
  VersionInput object;
  object.Bucket = in.Bucket;
  object.Key = in.Key;
  object.VersionId = in.VersionId;
  bool versioned = false;
  CO_TRY(VersionRecord record, co_await find_object(request.tx(), request, object, versioned));
  co_return co_await put_bucket_acl(request, in);
}

Task<Result<AccessControlPolicy>> S3::get_object_acl(Request& request, const VersionInput& in) {
  bool versioned = false;
  CO_TRY(VersionRecord record, co_await find_object(request.tx(), request, in, versioned));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  co_return owners_acl(bucket.account);
}

}  // namespace thaw::s3
