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

// The table of operations while it is made. An operation on a bucket may be asked for by everybody: the bucket's policy
// answers.
struct S3::Table {
  std::vector<api::Operation> list;
  std::function<Task<Result<Json>>(Request&, const Json&)> policy;

  void add(api::Operation operation, Permits permits) {
    list.push_back(std::move(operation).permits(std::move(permits)).policy(policy).anonymous());
  }
  void reads(api::Operation operation, std::string uri, Permits permits) {
    add(std::move(operation).http("GET", std::move(uri)).reads(), std::move(permits));
  }
  void writes(api::Operation operation, std::string method, std::string uri, int status, Permits permits) {
    add(std::move(operation).http(std::move(method), std::move(uri), status).writes(), std::move(permits));
  }
};

std::vector<api::Operation> S3::operations() {
  Table table;
  table.policy = [this](Request& request, const Json& input) { return guard(request, input); };
  add_buckets(table);
  add_access(table);
  add_configurations(table);
  add_objects(table);
  add_uploads(table);
  return std::move(table.list);
}

void S3::add_buckets(Table& table) {
  using api::op;
  const std::string bucket = "/{Bucket}";
  const std::string object = "/{Bucket}/{Key+}";
  table.list.push_back(
      op("ListBuckets", this, &S3::list_buckets).http("GET", "/").reads().permits([](const Request&, const Json&) {
        return Permissions{{"s3:ListAllMyBuckets", "arn:aws:s3:::*", {}}};
      }));
  table.list.push_back(op("CreateBucket", this, &S3::create_bucket).http("PUT", bucket).writes().permits(creating));
  table.writes(op("DeleteBucket", this, &S3::delete_bucket), "DELETE", bucket, 204, on_bucket("s3:DeleteBucket"));
  table.add(op("HeadBucket", this, &S3::head_bucket).http("HEAD", bucket).reads(), on_bucket("s3:ListBucket"));
  table.reads(op("GetBucketLocation", this, &S3::get_bucket_location), bucket + "?location",
              on_bucket("s3:GetBucketLocation"));

  table.reads(op("ListObjects", this, &S3::list_objects), bucket, listing("s3:ListBucket"));
  table.reads(op("ListObjectsV2", this, &S3::list_objects_v2), bucket + "?list-type=2", listing("s3:ListBucket"));
  table.reads(op("ListObjectVersions", this, &S3::list_object_versions), bucket + "?versions",
              listing("s3:ListBucketVersions"));
  // CORS preflights, which are no operations of the API: of a bucket and of an object.
  for (const std::string& uri : {bucket, object})
    table.list.push_back(op(uri == bucket ? "PreflightBucket" : "PreflightObject", this, &S3::preflight)
                             .http("OPTIONS", uri)
                             .reads()
                             .action("")
                             .anonymous()
                             .noted("CORS preflight"));
}

void S3::add_access(Table& table) {
  using api::op;
  const std::string bucket = "/{Bucket}";
  table.writes(op("PutBucketVersioning", this, &S3::put_bucket_versioning), "PUT", bucket + "?versioning", 200,
               on_bucket("s3:PutBucketVersioning"));
  table.reads(op("GetBucketVersioning", this, &S3::get_bucket_versioning), bucket + "?versioning",
              on_bucket("s3:GetBucketVersioning"));
  table.writes(op("PutBucketPolicy", this, &S3::put_bucket_policy), "PUT", bucket + "?policy", 204,
               on_bucket("s3:PutBucketPolicy"));
  table.reads(op("GetBucketPolicy", this, &S3::get_bucket_policy), bucket + "?policy", on_bucket("s3:GetBucketPolicy"));
  table.writes(op("DeleteBucketPolicy", this, &S3::delete_bucket_policy), "DELETE", bucket + "?policy", 204,
               on_bucket("s3:DeleteBucketPolicy"));
  table.reads(op("GetBucketPolicyStatus", this, &S3::get_bucket_policy_status), bucket + "?policyStatus",
              on_bucket("s3:GetBucketPolicyStatus"));
  table.writes(op("PutBucketTagging", this, &S3::put_bucket_tagging), "PUT", bucket + "?tagging", 204,
               on_bucket("s3:PutBucketTagging"));
  table.reads(op("GetBucketTagging", this, &S3::get_bucket_tagging), bucket + "?tagging",
              on_bucket("s3:GetBucketTagging"));
  table.writes(op("DeleteBucketTagging", this, &S3::delete_bucket_tagging), "DELETE", bucket + "?tagging", 204,
               on_bucket("s3:PutBucketTagging"));
  table.writes(op("PutPublicAccessBlock", this, &S3::put_public_access_block), "PUT", bucket + "?publicAccessBlock",
               200, on_bucket("s3:PutBucketPublicAccessBlock"));
  table.reads(op("GetPublicAccessBlock", this, &S3::get_public_access_block), bucket + "?publicAccessBlock",
              on_bucket("s3:GetBucketPublicAccessBlock"));
  table.writes(op("DeletePublicAccessBlock", this, &S3::delete_public_access_block), "DELETE",
               bucket + "?publicAccessBlock", 204, on_bucket("s3:PutBucketPublicAccessBlock"));
  table.writes(op("PutBucketOwnershipControls", this, &S3::put_ownership), "PUT", bucket + "?ownershipControls", 200,
               on_bucket("s3:PutBucketOwnershipControls"));
  table.reads(op("GetBucketOwnershipControls", this, &S3::get_ownership), bucket + "?ownershipControls",
              on_bucket("s3:GetBucketOwnershipControls"));
  table.writes(op("DeleteBucketOwnershipControls", this, &S3::delete_ownership), "DELETE",
               bucket + "?ownershipControls", 204, on_bucket("s3:PutBucketOwnershipControls"));
}

void S3::add_configurations(Table& table) {
  using api::op;
  const std::string bucket = "/{Bucket}";
  table.writes(op("PutBucketEncryption", this, &S3::put_encryption).noted(kStoredEncryption), "PUT",
               bucket + "?encryption", 200, on_bucket("s3:PutEncryptionConfiguration"));
  table.reads(op("GetBucketEncryption", this, &S3::get_encryption), bucket + "?encryption",
              on_bucket("s3:GetEncryptionConfiguration"));
  table.writes(op("DeleteBucketEncryption", this, &S3::delete_encryption), "DELETE", bucket + "?encryption", 204,
               on_bucket("s3:PutEncryptionConfiguration"));
  table.writes(op("PutBucketLifecycleConfiguration", this, &S3::put_lifecycle)
                   .noted("expirations and aborts are carried out every hour; transitions are stored only"),
               "PUT", bucket + "?lifecycle", 200, on_bucket("s3:PutLifecycleConfiguration"));
  table.reads(op("GetBucketLifecycleConfiguration", this, &S3::get_lifecycle), bucket + "?lifecycle",
              on_bucket("s3:GetLifecycleConfiguration"));
  table.writes(op("DeleteBucketLifecycle", this, &S3::delete_lifecycle), "DELETE", bucket + "?lifecycle", 204,
               on_bucket("s3:PutLifecycleConfiguration"));
  table.writes(op("PutBucketCors", this, &S3::put_cors), "PUT", bucket + "?cors", 200, on_bucket("s3:PutBucketCORS"));
  table.reads(op("GetBucketCors", this, &S3::get_cors), bucket + "?cors", on_bucket("s3:GetBucketCORS"));
  table.writes(op("DeleteBucketCors", this, &S3::delete_cors), "DELETE", bucket + "?cors", 204,
               on_bucket("s3:PutBucketCORS"));
  table.writes(
      op("PutBucketNotificationConfiguration", this, &S3::put_notification).noted("the empty configuration only"),
      "PUT", bucket + "?notification", 200, on_bucket("s3:PutBucketNotification"));
  table.reads(op("GetBucketNotificationConfiguration", this, &S3::get_notification), bucket + "?notification",
              on_bucket("s3:GetBucketNotification"));
  table.writes(op("PutBucketAcl", this, &S3::put_bucket_acl).noted("the owner's full control only"), "PUT",
               bucket + "?acl", 200, on_bucket("s3:PutBucketAcl"));
  table.reads(op("GetBucketAcl", this, &S3::get_bucket_acl), bucket + "?acl", on_bucket("s3:GetBucketAcl"));
}

void S3::add_objects(Table& table) {
  using api::op;
  const std::string bucket = "/{Bucket}";
  const std::string object = "/{Bucket}/{Key+}";
  table.add(op("PutObject", this, &S3::put_object).http("PUT", object).streams_input().noted(kStoredEncryption),
            writing);
  table.add(op("GetObject", this, &S3::get_object).http("GET", object).streams_output(),
            on_version("s3:GetObject", "s3:GetObjectVersion"));
  table.add(op("HeadObject", this, &S3::head_object).http("HEAD", object).reads(),
            on_version("s3:GetObject", "s3:GetObjectVersion"));
  table.writes(op("DeleteObject", this, &S3::delete_object), "DELETE", object, 204,
               on_version("s3:DeleteObject", "s3:DeleteObjectVersion"));
  table.list.push_back(op("DeleteObjects", this, &S3::delete_objects)
                           .http("POST", bucket + "?delete")
                           .streams_input()
                           .action("")
                           .anonymous()
                           .noted("each object is authorised as by DeleteObject"));
  table.add(op("CopyObject", this, &S3::copy_object).http("PUT", object).needs_header("x-amz-copy-source"), writing);
  table.reads(op("GetObjectAttributes", this, &S3::get_object_attributes), object + "?attributes", reading_attributes);
  table.writes(op("PutObjectTagging", this, &S3::put_object_tagging), "PUT", object + "?tagging", 200,
               on_version("s3:PutObjectTagging", "s3:PutObjectVersionTagging"));
  table.reads(op("GetObjectTagging", this, &S3::get_object_tagging), object + "?tagging",
              on_version("s3:GetObjectTagging", "s3:GetObjectVersionTagging"));
  table.writes(op("DeleteObjectTagging", this, &S3::delete_object_tagging), "DELETE", object + "?tagging", 204,
               on_version("s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"));
  table.writes(op("PutObjectAcl", this, &S3::put_object_acl).noted("the owner's full control only"), "PUT",
               object + "?acl", 200, on_version("s3:PutObjectAcl", "s3:PutObjectVersionAcl"));
  table.reads(op("GetObjectAcl", this, &S3::get_object_acl), object + "?acl",
              on_version("s3:GetObjectAcl", "s3:GetObjectVersionAcl"));
}

void S3::add_uploads(Table& table) {
  using api::op;
  const std::string bucket = "/{Bucket}";
  const std::string object = "/{Bucket}/{Key+}";
  const std::string upload = object + "?uploadId";
  table.writes(op("CreateMultipartUpload", this, &S3::create_multipart_upload).noted(kStoredEncryption), "POST",
               object + "?uploads", 200, writing);
  table.add(op("UploadPart", this, &S3::upload_part).http("PUT", upload + "&partNumber").streams_input(),
            on_object("s3:PutObject"));
  table.add(op("UploadPartCopy", this, &S3::upload_part_copy)
                .http("PUT", upload + "&partNumber")
                .needs_header("x-amz-copy-source"),
            on_object("s3:PutObject"));
  table.writes(op("CompleteMultipartUpload", this, &S3::complete_multipart_upload), "POST", upload, 200,
               on_object("s3:PutObject"));
  table.writes(op("AbortMultipartUpload", this, &S3::abort_multipart_upload), "DELETE", upload, 204,
               on_object("s3:AbortMultipartUpload"));
  table.reads(op("ListParts", this, &S3::list_parts), upload, on_object("s3:ListMultipartUploadParts"));

  table.reads(op("ListMultipartUploads", this, &S3::list_multipart_uploads), bucket + "?uploads",
              listing("s3:ListBucketMultipartUploads"));
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
