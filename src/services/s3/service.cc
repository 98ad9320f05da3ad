#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

using api::Permission;
using Permissions = std::vector<Permission>;
using Permits = std::function<Permissions(const api::Request&, const Json&)>;

std::string bucket_arn(const Json& input) { return "arn:aws:s3:::" + input.get("Bucket").string_or(""); }
std::string object_arn(const Json& input) { return bucket_arn(input) + "/" + input.get("Key").string_or(""); }

Permits on_bucket(std::string action) {
  return [action = std::move(action)](const api::Request&, const Json& input) {
    return Permissions{{action, bucket_arn(input), {}}};
  };
}
Permits on_object(std::string action) {
  return [action = std::move(action)](const api::Request&, const Json& input) {
    return Permissions{{action, object_arn(input), {}}};
  };
}
// "s3:GetObject" and, of a named version, "s3:GetObjectVersion".
Permits on_version(std::string action, std::string of_version) {
  return [action = std::move(action), of_version = std::move(of_version)](const api::Request&, const Json& input) {
    Json context;
    if (const Json* id = input.find("VersionId")) {
      context.set("s3:VersionId", *id);
      return Permissions{{of_version, object_arn(input), std::move(context)}};
    }
    return Permissions{{action, object_arn(input), {}}};
  };
}

// The condition keys of a listing.
Json listing_keys(const Json& input) {
  Json out = Json::object();
  out.set("s3:prefix", input.get("Prefix").string_or(""));
  if (input.contains("Delimiter")) out.set("s3:delimiter", input.get("Delimiter"));
  if (input.contains("MaxKeys")) out.set("s3:max-keys", input.get("MaxKeys"));
  return out;
}
Permits listing(std::string action) {
  return [action = std::move(action)](const api::Request&, const Json& input) {
    return Permissions{{action, bucket_arn(input), listing_keys(input)}};
  };
}

// The condition keys of a write: what its headers say.
Permissions writing(const api::Request&, const Json& input) {
  static constexpr std::pair<const char*, const char*> keys[] = {
      {"ACL", "s3:x-amz-acl"},
      {"StorageClass", "s3:x-amz-storage-class"},
      {"ServerSideEncryption", "s3:x-amz-server-side-encryption"},
      {"SSEKMSKeyId", "s3:x-amz-server-side-encryption-aws-kms-key-id"},
      {"CopySource", "s3:x-amz-copy-source"},
      {"MetadataDirective", "s3:x-amz-metadata-directive"},
      {"IfMatch", "s3:if-match"},
      {"IfNoneMatch", "s3:if-none-match"}};
  Json context = Json::object();
  for (auto [member, key] : keys)
    if (const Json* value = input.find(member)) context.set(key, *value);
  Permissions out{{"s3:PutObject", object_arn(input), context}};
  if (input.contains("Tagging")) out.push_back({"s3:PutObjectTagging", object_arn(input), std::move(context)});
  return out;
}

Permissions reading_attributes(const api::Request& request, const Json& input) {
  Permissions out = on_version("s3:GetObject", "s3:GetObjectVersion")(request, input);
  Permissions more = on_version("s3:GetObjectAttributes", "s3:GetObjectVersionAttributes")(request, input);
  out.push_back(std::move(more[0]));
  return out;
}

Permissions creating(const api::Request&, const Json& input) {
  Json context = Json::object();
  Json constraint = input.get("CreateBucketConfiguration").get("LocationConstraint");
  if (constraint.is_string()) context.set("s3:LocationConstraint", std::move(constraint));
  return {{"s3:CreateBucket", bucket_arn(input), std::move(context)}};
}

constexpr const char* kStoredEncryption =
    "server-side encryption settings are stored and answered; bytes lie unencrypted on the disk";

}  // namespace

S3::S3(kv::Store& store, blob::BlobStore& blobs, api::Caller caller, Clock& clock)
    : store_(store), blobs_(blobs), caller_(caller), clock_(clock) {}
S3::~S3() = default;

api::ServiceInfo S3::info() const {
  return {.name = "s3",
          .protocols = {api::Protocol::rest_xml},
          .api_version = "2006-03-01",
          .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/",
          .validation_code = "InvalidArgument",
          .title = "Amazon S3",
          .strict_query = true,
          .bare_xml_errors = true,
          .host_prefixes = {"s3"}};
}

std::vector<api::Operation> S3::operations() {
  using api::op;
  const std::string bucket = "/{Bucket}", object = "/{Bucket}/{Key+}";
  std::vector<api::Operation> out;
  auto policy = [this](Request& request, const Json& input) { return guard(request, input); };
  // An operation on a bucket: everybody may ask, and the bucket's policy answers.
  auto add = [&](api::Operation operation, Permits permits) {
    out.push_back(std::move(operation).permits(std::move(permits)).policy(policy).anonymous());
  };
  auto reads = [&](api::Operation operation, std::string uri, Permits permits) {
    add(std::move(operation).http("GET", std::move(uri)).reads(), std::move(permits));
  };
  auto writes = [&](api::Operation operation, std::string method, std::string uri, int status, Permits permits) {
    add(std::move(operation).http(std::move(method), std::move(uri), status).writes(), std::move(permits));
  };

  // Buckets.
  out.push_back(
      op("ListBuckets", this, &S3::list_buckets).http("GET", "/").reads().permits([](const Request&, const Json&) {
        return Permissions{{"s3:ListAllMyBuckets", "arn:aws:s3:::*", {}}};
      }));
  out.push_back(op("CreateBucket", this, &S3::create_bucket).http("PUT", bucket).writes().permits(creating));
  writes(op("DeleteBucket", this, &S3::delete_bucket), "DELETE", bucket, 204, on_bucket("s3:DeleteBucket"));
  add(op("HeadBucket", this, &S3::head_bucket).http("HEAD", bucket).reads(), on_bucket("s3:ListBucket"));
  reads(op("GetBucketLocation", this, &S3::get_bucket_location), bucket + "?location",
        on_bucket("s3:GetBucketLocation"));

  // Their configurations.
  writes(op("PutBucketVersioning", this, &S3::put_bucket_versioning), "PUT", bucket + "?versioning", 200,
         on_bucket("s3:PutBucketVersioning"));
  reads(op("GetBucketVersioning", this, &S3::get_bucket_versioning), bucket + "?versioning",
        on_bucket("s3:GetBucketVersioning"));
  writes(op("PutBucketPolicy", this, &S3::put_bucket_policy), "PUT", bucket + "?policy", 204,
         on_bucket("s3:PutBucketPolicy"));
  reads(op("GetBucketPolicy", this, &S3::get_bucket_policy), bucket + "?policy", on_bucket("s3:GetBucketPolicy"));
  writes(op("DeleteBucketPolicy", this, &S3::delete_bucket_policy), "DELETE", bucket + "?policy", 204,
         on_bucket("s3:DeleteBucketPolicy"));
  reads(op("GetBucketPolicyStatus", this, &S3::get_bucket_policy_status), bucket + "?policyStatus",
        on_bucket("s3:GetBucketPolicyStatus"));
  writes(op("PutBucketTagging", this, &S3::put_bucket_tagging), "PUT", bucket + "?tagging", 204,
         on_bucket("s3:PutBucketTagging"));
  reads(op("GetBucketTagging", this, &S3::get_bucket_tagging), bucket + "?tagging", on_bucket("s3:GetBucketTagging"));
  writes(op("DeleteBucketTagging", this, &S3::delete_bucket_tagging), "DELETE", bucket + "?tagging", 204,
         on_bucket("s3:PutBucketTagging"));
  writes(op("PutPublicAccessBlock", this, &S3::put_public_access_block), "PUT", bucket + "?publicAccessBlock", 200,
         on_bucket("s3:PutBucketPublicAccessBlock"));
  reads(op("GetPublicAccessBlock", this, &S3::get_public_access_block), bucket + "?publicAccessBlock",
        on_bucket("s3:GetBucketPublicAccessBlock"));
  writes(op("DeletePublicAccessBlock", this, &S3::delete_public_access_block), "DELETE", bucket + "?publicAccessBlock",
         204, on_bucket("s3:PutBucketPublicAccessBlock"));
  writes(op("PutBucketOwnershipControls", this, &S3::put_ownership), "PUT", bucket + "?ownershipControls", 200,
         on_bucket("s3:PutBucketOwnershipControls"));
  reads(op("GetBucketOwnershipControls", this, &S3::get_ownership), bucket + "?ownershipControls",
        on_bucket("s3:GetBucketOwnershipControls"));
  writes(op("DeleteBucketOwnershipControls", this, &S3::delete_ownership), "DELETE", bucket + "?ownershipControls", 204,
         on_bucket("s3:PutBucketOwnershipControls"));
  writes(op("PutBucketEncryption", this, &S3::put_encryption).noted(kStoredEncryption), "PUT", bucket + "?encryption",
         200, on_bucket("s3:PutEncryptionConfiguration"));
  reads(op("GetBucketEncryption", this, &S3::get_encryption), bucket + "?encryption",
        on_bucket("s3:GetEncryptionConfiguration"));
  writes(op("DeleteBucketEncryption", this, &S3::delete_encryption), "DELETE", bucket + "?encryption", 204,
         on_bucket("s3:PutEncryptionConfiguration"));
  writes(op("PutBucketLifecycleConfiguration", this, &S3::put_lifecycle)
             .noted("expirations and aborts are carried out every hour; transitions are stored only"),
         "PUT", bucket + "?lifecycle", 200, on_bucket("s3:PutLifecycleConfiguration"));
  reads(op("GetBucketLifecycleConfiguration", this, &S3::get_lifecycle), bucket + "?lifecycle",
        on_bucket("s3:GetLifecycleConfiguration"));
  writes(op("DeleteBucketLifecycle", this, &S3::delete_lifecycle), "DELETE", bucket + "?lifecycle", 204,
         on_bucket("s3:PutLifecycleConfiguration"));
  writes(op("PutBucketCors", this, &S3::put_cors), "PUT", bucket + "?cors", 200, on_bucket("s3:PutBucketCORS"));
  reads(op("GetBucketCors", this, &S3::get_cors), bucket + "?cors", on_bucket("s3:GetBucketCORS"));
  writes(op("DeleteBucketCors", this, &S3::delete_cors), "DELETE", bucket + "?cors", 204,
         on_bucket("s3:PutBucketCORS"));
  writes(op("PutBucketNotificationConfiguration", this, &S3::put_notification).noted("the empty configuration only"),
         "PUT", bucket + "?notification", 200, on_bucket("s3:PutBucketNotification"));
  reads(op("GetBucketNotificationConfiguration", this, &S3::get_notification), bucket + "?notification",
        on_bucket("s3:GetBucketNotification"));
  writes(op("PutBucketAcl", this, &S3::put_bucket_acl).noted("the owner's full control only"), "PUT", bucket + "?acl",
         200, on_bucket("s3:PutBucketAcl"));
  reads(op("GetBucketAcl", this, &S3::get_bucket_acl), bucket + "?acl", on_bucket("s3:GetBucketAcl"));

  // Listings.
  reads(op("ListObjects", this, &S3::list_objects), bucket, listing("s3:ListBucket"));
  reads(op("ListObjectsV2", this, &S3::list_objects_v2), bucket + "?list-type=2", listing("s3:ListBucket"));
  reads(op("ListObjectVersions", this, &S3::list_object_versions), bucket + "?versions",
        listing("s3:ListBucketVersions"));
  reads(op("ListMultipartUploads", this, &S3::list_multipart_uploads), bucket + "?uploads",
        listing("s3:ListBucketMultipartUploads"));

  // Objects.
  add(op("PutObject", this, &S3::put_object).http("PUT", object).streams_input().noted(kStoredEncryption), writing);
  add(op("GetObject", this, &S3::get_object).http("GET", object).streams_output(),
      on_version("s3:GetObject", "s3:GetObjectVersion"));
  add(op("HeadObject", this, &S3::head_object).http("HEAD", object).reads(),
      on_version("s3:GetObject", "s3:GetObjectVersion"));
  writes(op("DeleteObject", this, &S3::delete_object), "DELETE", object, 204,
         on_version("s3:DeleteObject", "s3:DeleteObjectVersion"));
  out.push_back(op("DeleteObjects", this, &S3::delete_objects)
                    .http("POST", bucket + "?delete")
                    .streams_input()
                    .action("")
                    .anonymous()
                    .noted("each object is authorised as by DeleteObject"));
  add(op("CopyObject", this, &S3::copy_object).http("PUT", object).needs_header("x-amz-copy-source"), writing);
  reads(op("GetObjectAttributes", this, &S3::get_object_attributes), object + "?attributes", reading_attributes);
  writes(op("PutObjectTagging", this, &S3::put_object_tagging), "PUT", object + "?tagging", 200,
         on_version("s3:PutObjectTagging", "s3:PutObjectVersionTagging"));
  reads(op("GetObjectTagging", this, &S3::get_object_tagging), object + "?tagging",
        on_version("s3:GetObjectTagging", "s3:GetObjectVersionTagging"));
  writes(op("DeleteObjectTagging", this, &S3::delete_object_tagging), "DELETE", object + "?tagging", 204,
         on_version("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"));
  writes(op("PutObjectAcl", this, &S3::put_object_acl).noted("the owner's full control only"), "PUT", object + "?acl",
         200, on_version("s3:PutObjectAcl", "s3:PutObjectVersionAcl"));
  reads(op("GetObjectAcl", this, &S3::get_object_acl), object + "?acl",
        on_version("s3:GetObjectAcl", "s3:GetObjectVersionAcl"));

  // Multipart.
  const std::string upload = object + "?uploadId";
  writes(op("CreateMultipartUpload", this, &S3::create_multipart_upload).noted(kStoredEncryption), "POST",
         object + "?uploads", 200, writing);
  add(op("UploadPart", this, &S3::upload_part).http("PUT", upload + "&partNumber").streams_input(),
      on_object("s3:PutObject"));
  add(op("UploadPartCopy", this, &S3::upload_part_copy)
          .http("PUT", upload + "&partNumber")
          .needs_header("x-amz-copy-source"),
      on_object("s3:PutObject"));
  writes(op("CompleteMultipartUpload", this, &S3::complete_multipart_upload), "POST", upload, 200,
         on_object("s3:PutObject"));
  writes(op("AbortMultipartUpload", this, &S3::abort_multipart_upload), "DELETE", upload, 204,
         on_object("s3:AbortMultipartUpload"));
  reads(op("ListParts", this, &S3::list_parts), upload, on_object("s3:ListMultipartUploadParts"));

  // CORS preflights, which are no operations of the API: of a bucket and of an object.
  for (const std::string& uri : {bucket, object})
    out.push_back(op(uri == bucket ? "PreflightBucket" : "PreflightObject", this, &S3::preflight)
                      .http("OPTIONS", uri)
                      .reads()
                      .action("")
                      .anonymous()
                      .noted("CORS preflight"));
  return out;
}

std::vector<std::string> S3::not_implemented() const {
  return {"CreateBucketMetadataConfiguration",
          "CreateBucketMetadataTableConfiguration",
          "CreateSession",
          "DeleteBucketAnalyticsConfiguration",
          "DeleteBucketIntelligentTieringConfiguration",
          "DeleteBucketInventoryConfiguration",
          "DeleteBucketMetricsConfiguration",
          "DeleteBucketReplication",
          "DeleteBucketWebsite",
          "GetBucketAccelerateConfiguration",
          "GetBucketAnalyticsConfiguration",
          "GetBucketIntelligentTieringConfiguration",
          "GetBucketInventoryConfiguration",
          "GetBucketLogging",
          "GetBucketMetricsConfiguration",
          "GetBucketReplication",
          "GetBucketRequestPayment",
          "GetBucketWebsite",
          "GetObjectLegalHold",
          "GetObjectLockConfiguration",
          "GetObjectRetention",
          "GetObjectTorrent",
          "ListBucketAnalyticsConfigurations",
          "ListBucketIntelligentTieringConfigurations",
          "ListBucketInventoryConfigurations",
          "ListBucketMetricsConfigurations",
          "ListDirectoryBuckets",
          "PutBucketAccelerateConfiguration",
          "PutBucketAnalyticsConfiguration",
          "PutBucketIntelligentTieringConfiguration",
          "PutBucketInventoryConfiguration",
          "PutBucketLogging",
          "PutBucketMetricsConfiguration",
          "PutBucketReplication",
          "PutBucketRequestPayment",
          "PutBucketWebsite",
          "PutObjectLegalHold",
          "PutObjectLockConfiguration",
          "PutObjectRetention",
          "RenameObject",
          "RestoreObject",
          "SelectObjectContent",
          "WriteGetObjectResponse"};
}

}  // namespace thaw::s3
