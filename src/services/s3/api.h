// The shapes of Amazon S3, under AWS's own names.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include "api/shape.h"

namespace thaw::s3 {

using Opt = std::optional<std::string>;
using Strings = std::map<std::string, std::string>;

// ---- what many operations share ----

struct BucketInput {
  std::string Bucket;
  Opt ExpectedBucketOwner;
  static void describe(api::Fields& f);
};
struct ObjectInput : BucketInput {
  std::string Key;
  static void describe(api::Fields& f);
};
struct VersionInput : ObjectInput {
  Opt VersionId;
  static void describe(api::Fields& f);
};
// The five checksums, base64; in headers, or as elements of XML.
struct Checksums {
  Opt ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256;
};
// What an object is given when it is written.
struct WriteInput : ObjectInput {
  Opt ACL, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Expires;
  Opt ServerSideEncryption, SSEKMSKeyId, SSEKMSEncryptionContext, StorageClass, Tagging;
  std::optional<bool> BucketKeyEnabled;
  Strings Metadata;
  static void describe(api::Fields& f);
};
struct Encryption {
  Opt ServerSideEncryption, SSEKMSKeyId;
  std::optional<bool> BucketKeyEnabled;
};
struct Owner {
  Opt DisplayName, ID;
  static void describe(api::Fields& f);
};
struct Tag {
  std::string Key, Value;
  static void describe(api::Fields& f);
};
struct Tagging {
  std::vector<Tag> TagSet;
  static void describe(api::Fields& f);
};

// ---- buckets ----

struct CreateBucketConfiguration {
  Opt LocationConstraint;
  std::optional<std::vector<Tag>> Tags;
  std::optional<Json> Location, Bucket;  // directory buckets, refused
  static void describe(api::Fields& f);
};
struct CreateBucketInput : BucketInput {
  Opt ACL, ObjectOwnership;
  std::optional<bool> ObjectLockEnabledForBucket;
  std::optional<CreateBucketConfiguration> Configuration;
  static void describe(api::Fields& f);
};
struct CreateBucketOutput {
  Opt Location, BucketArn;
  static void describe(api::Fields& f);
};
struct ListBucketsInput {
  std::optional<int32_t> MaxBuckets;
  Opt ContinuationToken, Prefix, BucketRegion;
  static void describe(api::Fields& f);
};
struct BucketEntry {
  std::string Name;
  Time CreationDate{};
  Opt BucketRegion, BucketArn;
  static void describe(api::Fields& f);
};
struct ListBucketsOutput {
  std::vector<BucketEntry> Buckets;
  s3::Owner Owner;
  Opt ContinuationToken, Prefix;
  static void describe(api::Fields& f);
};
struct HeadBucketOutput {
  Opt BucketRegion, BucketArn;
  std::optional<bool> AccessPointAlias;
  static void describe(api::Fields& f);
};
struct GetBucketLocationOutput {
  Opt LocationConstraint;
  static void describe(api::Fields& f);
};

// ---- a bucket's configurations ----

struct VersioningConfiguration {
  Opt Status, MFADelete;
  static void describe(api::Fields& f);
};
struct PutBucketVersioningInput : BucketInput {
  s3::VersioningConfiguration VersioningConfiguration;
  static void describe(api::Fields& f);
};
struct PutBucketPolicyInput : BucketInput {
  std::string Policy;
  static void describe(api::Fields& f);
};
struct GetBucketPolicyOutput {
  std::string Policy;
  static void describe(api::Fields& f);
};
struct PolicyStatus {
  bool IsPublic = false;
  static void describe(api::Fields& f);
};
struct GetBucketPolicyStatusOutput {
  s3::PolicyStatus PolicyStatus;
  static void describe(api::Fields& f);
};
struct PutBucketTaggingInput : BucketInput {
  s3::Tagging Tagging;
  static void describe(api::Fields& f);
};
struct GetTaggingOutput {
  Opt VersionId;
  std::vector<Tag> TagSet;
  static void describe(api::Fields& f);
};
struct PublicAccessBlockConfiguration {
  std::optional<bool> BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets;
  static void describe(api::Fields& f);
};
struct PutPublicAccessBlockInput : BucketInput {
  s3::PublicAccessBlockConfiguration PublicAccessBlockConfiguration;
  static void describe(api::Fields& f);
};
struct GetPublicAccessBlockOutput {
  s3::PublicAccessBlockConfiguration PublicAccessBlockConfiguration;
  static void describe(api::Fields& f);
};
struct OwnershipRule {
  std::string ObjectOwnership;
  static void describe(api::Fields& f);
};
struct OwnershipControls {
  std::vector<OwnershipRule> Rules;
  static void describe(api::Fields& f);
};
struct PutBucketOwnershipControlsInput : BucketInput {
  s3::OwnershipControls OwnershipControls;
  static void describe(api::Fields& f);
};
struct GetBucketOwnershipControlsOutput {
  s3::OwnershipControls OwnershipControls;
  static void describe(api::Fields& f);
};
struct EncryptionByDefault {
  std::string SSEAlgorithm;
  Opt KMSMasterKeyID;
  static void describe(api::Fields& f);
};
struct BlockedEncryptionTypes {
  std::vector<std::string> EncryptionType;
  static void describe(api::Fields& f);
};
struct EncryptionRule {
  std::optional<EncryptionByDefault> ApplyServerSideEncryptionByDefault;
  std::optional<bool> BucketKeyEnabled;
  std::optional<s3::BlockedEncryptionTypes> BlockedEncryptionTypes;
  static void describe(api::Fields& f);
};
struct EncryptionConfiguration {
  std::vector<EncryptionRule> Rules;
  static void describe(api::Fields& f);
};
struct PutBucketEncryptionInput : BucketInput {
  EncryptionConfiguration ServerSideEncryptionConfiguration;
  static void describe(api::Fields& f);
};
struct GetBucketEncryptionOutput {
  EncryptionConfiguration ServerSideEncryptionConfiguration;
  static void describe(api::Fields& f);
};
struct CorsRule {
  Opt ID;
  std::vector<std::string> AllowedHeaders, AllowedMethods, AllowedOrigins, ExposeHeaders;
  std::optional<int32_t> MaxAgeSeconds;
  static void describe(api::Fields& f);
};
struct CorsConfiguration {
  std::vector<CorsRule> CORSRules;
  static void describe(api::Fields& f);
};
struct PutBucketCorsInput : BucketInput {
  CorsConfiguration CORSConfiguration;
  static void describe(api::Fields& f);
};
struct LifecycleExpiration {
  std::optional<Time> Date;
  std::optional<int32_t> Days;
  std::optional<bool> ExpiredObjectDeleteMarker;
  static void describe(api::Fields& f);
};
struct LifecycleTransition {
  std::optional<Time> Date;
  std::optional<int32_t> Days;
  Opt StorageClass;
  static void describe(api::Fields& f);
};
struct NoncurrentTransition {
  std::optional<int32_t> NoncurrentDays, NewerNoncurrentVersions;
  Opt StorageClass;
  static void describe(api::Fields& f);
};
struct NoncurrentExpiration {
  std::optional<int32_t> NoncurrentDays, NewerNoncurrentVersions;
  static void describe(api::Fields& f);
};
struct AbortIncomplete {
  std::optional<int32_t> DaysAfterInitiation;
  static void describe(api::Fields& f);
};
struct LifecycleAnd {
  Opt Prefix;
  std::vector<Tag> Tags;
  std::optional<int64_t> ObjectSizeGreaterThan, ObjectSizeLessThan;
  static void describe(api::Fields& f);
};
struct LifecycleFilter {
  Opt Prefix;
  std::optional<s3::Tag> Tag;
  std::optional<int64_t> ObjectSizeGreaterThan, ObjectSizeLessThan;
  std::optional<LifecycleAnd> And;
  static void describe(api::Fields& f);
};
struct LifecycleRule {
  std::optional<LifecycleExpiration> Expiration;
  Opt ID, Prefix;
  std::optional<LifecycleFilter> Filter;
  std::string Status;
  std::vector<LifecycleTransition> Transitions;
  std::vector<NoncurrentTransition> NoncurrentVersionTransitions;
  std::optional<NoncurrentExpiration> NoncurrentVersionExpiration;
  std::optional<AbortIncomplete> AbortIncompleteMultipartUpload;
  static void describe(api::Fields& f);
};
struct LifecycleConfiguration {
  std::vector<LifecycleRule> Rules;
  static void describe(api::Fields& f);
};
struct PutBucketLifecycleInput : BucketInput {
  s3::LifecycleConfiguration LifecycleConfiguration;
  static void describe(api::Fields& f);
};
struct Grantee {
  Opt DisplayName, EmailAddress, ID, URI;
  std::string Type;
  std::string xsi = "http://www.w3.org/2001/XMLSchema-instance";  // the namespace of the attribute that carries Type
  static void describe(api::Fields& f);
};
struct Grant {
  std::optional<s3::Grantee> Grantee;
  Opt Permission;
  static void describe(api::Fields& f);
};
struct AccessControlPolicy {
  std::optional<s3::Owner> Owner;
  std::vector<Grant> Grants;
  static void describe(api::Fields& f);
};
struct PutAclInput : BucketInput {
  Opt ACL, VersionId;
  std::string Key;
  std::optional<s3::AccessControlPolicy> AccessControlPolicy;
  static void describe(api::Fields& f);
};
struct PutObjectAclInput : PutAclInput {
  static void describe(api::Fields& f);
};
struct NotificationConfiguration {
  std::vector<Json> TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations;
  std::optional<Json> EventBridgeConfiguration;
  static void describe(api::Fields& f);
};
struct PutBucketNotificationInput : BucketInput {
  s3::NotificationConfiguration NotificationConfiguration;
  static void describe(api::Fields& f);
};

// ---- objects ----

struct PutObjectInput : WriteInput, Checksums {
  api::Blob Body;
  std::optional<int64_t> ContentLength;
  Opt ContentMD5, ChecksumAlgorithm, IfMatch, IfNoneMatch;
  static void describe(api::Fields& f);
};
struct PutObjectOutput : Encryption, Checksums {
  Opt ETag, VersionId, ChecksumType;
  std::optional<int64_t> Size;
  static void describe(api::Fields& f);
};
struct GetObjectInput : VersionInput {
  Opt IfMatch, IfNoneMatch, Range, ChecksumMode;
  std::optional<Time> IfModifiedSince, IfUnmodifiedSince;
  std::optional<int32_t> PartNumber;
  Opt ResponseCacheControl, ResponseContentDisposition, ResponseContentEncoding, ResponseContentLanguage,
      ResponseContentType, ResponseExpires;
  static void describe(api::Fields& f);
};
struct HeadObjectOutput : Encryption, Checksums {
  Opt AcceptRanges, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentRange, ContentType;
  Opt ETag, Expires, StorageClass, VersionId, ChecksumType;
  std::optional<Time> LastModified;
  std::optional<int64_t> ContentLength;
  std::optional<int32_t> PartsCount, TagCount;
  std::optional<bool> DeleteMarker;
  Strings Metadata;
  static void describe(api::Fields& f);
};
struct GetObjectOutput : HeadObjectOutput {
  std::optional<api::Blob> Body;
  static void describe(api::Fields& f);
};
struct DeleteObjectInput : VersionInput {
  Opt IfMatch;
  static void describe(api::Fields& f);
};
struct DeleteObjectOutput {
  std::optional<bool> DeleteMarker;
  Opt VersionId;
  static void describe(api::Fields& f);
};
struct ObjectIdentifier {
  std::string Key;
  Opt VersionId, ETag;
  static void describe(api::Fields& f);
};
struct Delete {
  std::vector<ObjectIdentifier> Objects;
  std::optional<bool> Quiet;
  static void describe(api::Fields& f);
};
struct DeleteObjectsInput : BucketInput, Checksums {
  std::string Body;                  // of a request over HTTP: the document's text, since its checksum is checked
  std::optional<s3::Delete> Delete;  // of a call in process
  Opt ContentMD5, ChecksumAlgorithm;
  static void describe(api::Fields& f);
};
struct DeletedObject {
  Opt Key, VersionId, DeleteMarkerVersionId;
  std::optional<bool> DeleteMarker;
  static void describe(api::Fields& f);
};
struct DeleteError {
  Opt Key, VersionId, Code, Message;
  static void describe(api::Fields& f);
};
struct DeleteObjectsOutput {
  std::vector<DeletedObject> Deleted;
  std::vector<DeleteError> Errors;
  static void describe(api::Fields& f);
};
struct CopySourceInput : WriteInput {
  std::string CopySource;
  Opt CopySourceIfMatch, CopySourceIfNoneMatch, ExpectedSourceBucketOwner;
  std::optional<Time> CopySourceIfModifiedSince, CopySourceIfUnmodifiedSince;
  static void describe(api::Fields& f);
};
struct CopyObjectInput : CopySourceInput {
  Opt MetadataDirective, TaggingDirective, ChecksumAlgorithm, IfMatch, IfNoneMatch;
  static void describe(api::Fields& f);
};
struct CopyObjectResult : Checksums {
  Opt ETag, ChecksumType;
  Time LastModified{};
  static void describe(api::Fields& f);
};
struct CopyObjectOutput : Encryption {
  s3::CopyObjectResult CopyObjectResult;
  Opt CopySourceVersionId, VersionId;
  static void describe(api::Fields& f);
};
struct PutObjectTaggingInput : VersionInput {
  s3::Tagging Tagging;
  static void describe(api::Fields& f);
};
struct VersionIdOutput {
  Opt VersionId;
  static void describe(api::Fields& f);
};
struct ObjectChecksum : Checksums {
  Opt ChecksumType;
  static void describe(api::Fields& f);
};
struct ObjectPart : Checksums {
  int32_t PartNumber = 0;
  int64_t Size = 0;
  static void describe(api::Fields& f);
};
struct ObjectParts {
  std::optional<int32_t> TotalPartsCount, PartNumberMarker, NextPartNumberMarker, MaxParts;
  std::optional<bool> IsTruncated;
  std::vector<ObjectPart> Parts;
  static void describe(api::Fields& f);
};
struct GetObjectAttributesInput : VersionInput {
  std::optional<int32_t> MaxParts, PartNumberMarker;
  std::vector<std::string> ObjectAttributes;
  static void describe(api::Fields& f);
};
struct GetObjectAttributesOutput {
  std::optional<bool> DeleteMarker;
  std::optional<Time> LastModified;
  Opt VersionId, ETag, StorageClass;
  std::optional<ObjectChecksum> Checksum;
  std::optional<s3::ObjectParts> ObjectParts;
  std::optional<int64_t> ObjectSize;
  static void describe(api::Fields& f);
};

// ---- listings ----

struct ListInput : BucketInput {
  Opt Delimiter, EncodingType, Prefix;
  std::optional<int32_t> MaxKeys;
  static void describe(api::Fields& f);
};
struct ListObjectsInput : ListInput {
  Opt Marker;
  static void describe(api::Fields& f);
};
struct ListObjectsV2Input : ListInput {
  Opt ContinuationToken, StartAfter;
  std::optional<bool> FetchOwner;
  static void describe(api::Fields& f);
};
struct ListObjectVersionsInput : ListInput {
  Opt KeyMarker, VersionIdMarker;
  static void describe(api::Fields& f);
};
struct ObjectEntry {
  std::string Key;
  Time LastModified{};
  Opt ETag, StorageClass, ChecksumType;
  std::vector<std::string> ChecksumAlgorithm;
  int64_t Size = 0;
  std::optional<s3::Owner> Owner;
  static void describe(api::Fields& f);
};
struct CommonPrefix {
  std::string Prefix;
  static void describe(api::Fields& f);
};
struct ListOutput {
  std::string Name;
  std::string Prefix;
  Opt Delimiter, EncodingType;
  int32_t MaxKeys = 0;
  bool IsTruncated = false;
  std::vector<CommonPrefix> CommonPrefixes;
  static void describe(api::Fields& f);
};
struct ListObjectsOutput : ListOutput {
  std::string Marker;
  Opt NextMarker;
  std::vector<ObjectEntry> Contents;
  static void describe(api::Fields& f);
};
struct ListObjectsV2Output : ListOutput {
  Opt ContinuationToken, NextContinuationToken, StartAfter;
  int32_t KeyCount = 0;
  std::vector<ObjectEntry> Contents;
  static void describe(api::Fields& f);
};
struct VersionEntry {
  std::string Key;
  std::string VersionId;
  bool IsLatest = false;
  Time LastModified{};
  Opt ETag, StorageClass, ChecksumType;
  std::optional<int64_t> Size;
  std::vector<std::string> ChecksumAlgorithm;
  std::optional<s3::Owner> Owner;
  static void describe(api::Fields& f);
};
struct ListObjectVersionsOutput : ListOutput {
  std::string KeyMarker;
  std::string VersionIdMarker;
  Opt NextKeyMarker, NextVersionIdMarker;
  std::vector<VersionEntry> Versions, DeleteMarkers;
  static void describe(api::Fields& f);
};

// ---- multipart uploads ----

struct CreateMultipartUploadInput : WriteInput {
  Opt ChecksumAlgorithm, ChecksumType;
  static void describe(api::Fields& f);
};
struct CreateMultipartUploadOutput : Encryption {
  std::string Bucket, Key, UploadId;
  Opt ChecksumAlgorithm, ChecksumType;
  static void describe(api::Fields& f);
};
struct UploadInput : ObjectInput {
  std::string UploadId;
  static void describe(api::Fields& f);
};
struct UploadPartInput : UploadInput, Checksums {
  int32_t PartNumber = 0;
  api::Blob Body;
  std::optional<int64_t> ContentLength;
  Opt ContentMD5, ChecksumAlgorithm;
  static void describe(api::Fields& f);
};
struct UploadPartOutput : Encryption, Checksums {
  Opt ETag;
  static void describe(api::Fields& f);
};
struct UploadPartCopyInput : CopySourceInput {
  std::string UploadId;
  int32_t PartNumber = 0;
  Opt CopySourceRange;
  static void describe(api::Fields& f);
};
struct CopyPartResult : Checksums {
  Opt ETag;
  Time LastModified{};
  static void describe(api::Fields& f);
};
struct UploadPartCopyOutput : Encryption {
  s3::CopyPartResult CopyPartResult;
  Opt CopySourceVersionId;
  static void describe(api::Fields& f);
};
struct CompletedPart : Checksums {
  std::optional<int32_t> PartNumber;
  Opt ETag;
  static void describe(api::Fields& f);
};
struct CompletedMultipartUpload {
  std::vector<CompletedPart> Parts;
  static void describe(api::Fields& f);
};
struct CompleteMultipartUploadInput : UploadInput, Checksums {
  CompletedMultipartUpload MultipartUpload;
  Opt ChecksumType, IfMatch, IfNoneMatch;
  std::optional<int64_t> MpuObjectSize;
  static void describe(api::Fields& f);
};
struct CompleteMultipartUploadOutput : Encryption, Checksums {
  std::string Location, Bucket, Key, ETag;
  Opt ChecksumType, VersionId;
  static void describe(api::Fields& f);
};
struct ListPartsInput : UploadInput {
  std::optional<int32_t> MaxParts, PartNumberMarker;
  static void describe(api::Fields& f);
};
struct PartEntry : Checksums {
  int32_t PartNumber = 0;
  Time LastModified{};
  std::string ETag;
  int64_t Size = 0;
  static void describe(api::Fields& f);
};
struct ListPartsOutput {
  std::string Bucket, Key, UploadId;
  int32_t PartNumberMarker = 0, MaxParts = 0;
  std::optional<int32_t> NextPartNumberMarker;
  bool IsTruncated = false;
  std::vector<PartEntry> Parts;
  s3::Owner Initiator, Owner;
  Opt StorageClass, ChecksumAlgorithm, ChecksumType;
  static void describe(api::Fields& f);
};
struct ListMultipartUploadsInput : BucketInput {
  Opt Delimiter, EncodingType, KeyMarker, Prefix, UploadIdMarker;
  std::optional<int32_t> MaxUploads;
  static void describe(api::Fields& f);
};
struct UploadEntry {
  std::string Key, UploadId;
  Time Initiated{};
  Opt StorageClass, ChecksumAlgorithm, ChecksumType;
  s3::Owner Owner, Initiator;
  static void describe(api::Fields& f);
};
struct ListMultipartUploadsOutput {
  std::string Bucket, KeyMarker, UploadIdMarker, Prefix;
  Opt NextKeyMarker, NextUploadIdMarker, Delimiter, EncodingType;
  int32_t MaxUploads = 0;
  bool IsTruncated = false;
  std::vector<UploadEntry> Uploads;
  std::vector<CommonPrefix> CommonPrefixes;
  static void describe(api::Fields& f);
};
struct PreflightInput : BucketInput {
  Strings Parameters;  // of the request that is asked about; they do not matter
  static void describe(api::Fields& f);
};

}  // namespace thaw::s3
