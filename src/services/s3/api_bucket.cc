// Shapes of buckets and their configurations.
#include "services/s3/describe.h"

namespace thaw::s3 {

void BucketInput::describe(api::Fields& f) {
  using Self = BucketInput;
  MEMBER(Bucket).uri();
  MEMBER(ExpectedBucketOwner).header("x-amz-expected-bucket-owner");
}
void Owner::describe(api::Fields& f) {
  using Self = Owner;
  MEMBER(DisplayName);
  MEMBER(ID);
}
void Tag::describe(api::Fields& f) {
  using Self = Tag;
  MEMBER(Key);
  MEMBER(Value);
}
void Tagging::describe(api::Fields& f) {
  using Self = Tagging;
  f.xml("Tagging");
  MEMBER(TagSet).each_wire("Tag");
}
void CreateBucketConfiguration::describe(api::Fields& f) {
  using Self = CreateBucketConfiguration;
  MEMBER(LocationConstraint);
  MEMBER(Location);
  MEMBER(Bucket);
  MEMBER(Tags).each_wire("Tag");
}
void CreateBucketInput::describe(api::Fields& f) {
  using Self = CreateBucketInput;
  BucketInput::describe(f);
  MEMBER(ACL).header("x-amz-acl");
  MEMBER(ObjectOwnership).header("x-amz-object-ownership");
  MEMBER(ObjectLockEnabledForBucket).header("x-amz-bucket-object-lock-enabled");
  f.add("CreateBucketConfiguration", &Self::Configuration).payload();
}
void CreateBucketOutput::describe(api::Fields& f) {
  using Self = CreateBucketOutput;
  MEMBER(Location).header("Location");
  MEMBER(BucketArn).header("x-amz-bucket-arn");
}
void ListBucketsInput::describe(api::Fields& f) {
  using Self = ListBucketsInput;
  MEMBER(MaxBuckets).query("max-buckets");
  MEMBER(ContinuationToken).query("continuation-token");
  MEMBER(Prefix).query("prefix");
  MEMBER(BucketRegion).query("bucket-region");
}
void BucketEntry::describe(api::Fields& f) {
  using Self = BucketEntry;
  MEMBER(Name);
  MEMBER(CreationDate);
  MEMBER(BucketRegion);
  MEMBER(BucketArn);
}
void ListBucketsOutput::describe(api::Fields& f) {
  using Self = ListBucketsOutput;
  f.xml("ListAllMyBucketsResult");
  MEMBER(Owner);
  MEMBER(Buckets).each_wire("Bucket");
  MEMBER(ContinuationToken);
  MEMBER(Prefix);
}
void HeadBucketOutput::describe(api::Fields& f) {
  using Self = HeadBucketOutput;
  MEMBER(BucketRegion).header("x-amz-bucket-region");
  MEMBER(BucketArn).header("x-amz-bucket-arn");
  MEMBER(AccessPointAlias).header("x-amz-access-point-alias");
}
void GetBucketLocationOutput::describe(api::Fields& f) {
  using Self = GetBucketLocationOutput;
  MEMBER(LocationConstraint);
}
void VersioningConfiguration::describe(api::Fields& f) {
  using Self = VersioningConfiguration;
  f.xml("VersioningConfiguration");
  MEMBER(Status);
  MEMBER(MFADelete).wire("MfaDelete");
}
void PutBucketVersioningInput::describe(api::Fields& f) {
  using Self = PutBucketVersioningInput;
  BucketInput::describe(f);
  MEMBER(VersioningConfiguration).payload();
}
void PutBucketPolicyInput::describe(api::Fields& f) {
  using Self = PutBucketPolicyInput;
  BucketInput::describe(f);
  MEMBER(Policy).payload();
}
void GetBucketPolicyOutput::describe(api::Fields& f) {
  using Self = GetBucketPolicyOutput;
  MEMBER(Policy).payload();
}
void PolicyStatus::describe(api::Fields& f) {
  using Self = PolicyStatus;
  f.xml("PolicyStatus");
  MEMBER(IsPublic);
}
void GetBucketPolicyStatusOutput::describe(api::Fields& f) {
  using Self = GetBucketPolicyStatusOutput;
  MEMBER(PolicyStatus).payload();
}
void PutBucketTaggingInput::describe(api::Fields& f) {
  using Self = PutBucketTaggingInput;
  BucketInput::describe(f);
  MEMBER(Tagging).payload();
}
void GetTaggingOutput::describe(api::Fields& f) {
  using Self = GetTaggingOutput;
  f.xml("Tagging");
  MEMBER(VersionId).header("x-amz-version-id");
  MEMBER(TagSet).each_wire("Tag");
}
void PublicAccessBlockConfiguration::describe(api::Fields& f) {
  using Self = PublicAccessBlockConfiguration;
  f.xml("PublicAccessBlockConfiguration");
  MEMBER(BlockPublicAcls);
  MEMBER(IgnorePublicAcls);
  MEMBER(BlockPublicPolicy);
  MEMBER(RestrictPublicBuckets);
}
void PutPublicAccessBlockInput::describe(api::Fields& f) {
  using Self = PutPublicAccessBlockInput;
  BucketInput::describe(f);
  MEMBER(PublicAccessBlockConfiguration).payload();
}
void GetPublicAccessBlockOutput::describe(api::Fields& f) {
  using Self = GetPublicAccessBlockOutput;
  MEMBER(PublicAccessBlockConfiguration).payload();
}
void OwnershipRule::describe(api::Fields& f) {
  using Self = OwnershipRule;
  MEMBER(ObjectOwnership);
}
void OwnershipControls::describe(api::Fields& f) {
  using Self = OwnershipControls;
  f.xml("OwnershipControls");
  MEMBER(Rules).wire("Rule").flattened();
}
void PutBucketOwnershipControlsInput::describe(api::Fields& f) {
  using Self = PutBucketOwnershipControlsInput;
  BucketInput::describe(f);
  MEMBER(OwnershipControls).payload();
}
void GetBucketOwnershipControlsOutput::describe(api::Fields& f) {
  using Self = GetBucketOwnershipControlsOutput;
  MEMBER(OwnershipControls).payload();
}
void EncryptionByDefault::describe(api::Fields& f) {
  using Self = EncryptionByDefault;
  MEMBER(SSEAlgorithm);
  MEMBER(KMSMasterKeyID);
}
void BlockedEncryptionTypes::describe(api::Fields& f) {
  using Self = BlockedEncryptionTypes;
  MEMBER(EncryptionType).flattened();
}
void EncryptionRule::describe(api::Fields& f) {
  using Self = EncryptionRule;
  MEMBER(ApplyServerSideEncryptionByDefault);
  MEMBER(BucketKeyEnabled);
  MEMBER(BlockedEncryptionTypes);
}
void EncryptionConfiguration::describe(api::Fields& f) {
  using Self = EncryptionConfiguration;
  f.xml("ServerSideEncryptionConfiguration");
  MEMBER(Rules).wire("Rule").flattened();
}
void PutBucketEncryptionInput::describe(api::Fields& f) {
  using Self = PutBucketEncryptionInput;
  BucketInput::describe(f);
  MEMBER(ServerSideEncryptionConfiguration).payload();
}
void GetBucketEncryptionOutput::describe(api::Fields& f) {
  using Self = GetBucketEncryptionOutput;
  MEMBER(ServerSideEncryptionConfiguration).payload();
}
void CorsRule::describe(api::Fields& f) {
  using Self = CorsRule;
  MEMBER(ID);
  MEMBER(AllowedHeaders).wire("AllowedHeader").flattened();
  MEMBER(AllowedMethods).wire("AllowedMethod").flattened();
  MEMBER(AllowedOrigins).wire("AllowedOrigin").flattened();
  MEMBER(ExposeHeaders).wire("ExposeHeader").flattened();
  MEMBER(MaxAgeSeconds);
}
void CorsConfiguration::describe(api::Fields& f) {
  using Self = CorsConfiguration;
  f.xml("CORSConfiguration");
  MEMBER(CORSRules).wire("CORSRule").flattened();
}
void PutBucketCorsInput::describe(api::Fields& f) {
  using Self = PutBucketCorsInput;
  BucketInput::describe(f);
  MEMBER(CORSConfiguration).payload();
}
void LifecycleExpiration::describe(api::Fields& f) {
  using Self = LifecycleExpiration;
  MEMBER(Date);
  MEMBER(Days);
  MEMBER(ExpiredObjectDeleteMarker);
}
void LifecycleTransition::describe(api::Fields& f) {
  using Self = LifecycleTransition;
  MEMBER(Date);
  MEMBER(Days);
  MEMBER(StorageClass);
}
void NoncurrentTransition::describe(api::Fields& f) {
  using Self = NoncurrentTransition;
  MEMBER(NoncurrentDays);
  MEMBER(StorageClass);
  MEMBER(NewerNoncurrentVersions);
}
void NoncurrentExpiration::describe(api::Fields& f) {
  using Self = NoncurrentExpiration;
  MEMBER(NoncurrentDays);
  MEMBER(NewerNoncurrentVersions);
}
void AbortIncomplete::describe(api::Fields& f) {
  using Self = AbortIncomplete;
  MEMBER(DaysAfterInitiation);
}
void LifecycleAnd::describe(api::Fields& f) {
  using Self = LifecycleAnd;
  MEMBER(Prefix);
  MEMBER(Tags).wire("Tag").flattened();
  MEMBER(ObjectSizeGreaterThan);
  MEMBER(ObjectSizeLessThan);
}
void LifecycleFilter::describe(api::Fields& f) {
  using Self = LifecycleFilter;
  MEMBER(Prefix);
  MEMBER(Tag);
  MEMBER(ObjectSizeGreaterThan);
  MEMBER(ObjectSizeLessThan);
  MEMBER(And);
}
void LifecycleRule::describe(api::Fields& f) {
  using Self = LifecycleRule;
  MEMBER(Expiration);
  MEMBER(ID);
  MEMBER(Prefix);
  MEMBER(Filter);
  MEMBER(Status);
  MEMBER(Transitions).wire("Transition").flattened();
  MEMBER(NoncurrentVersionTransitions).wire("NoncurrentVersionTransition").flattened();
  MEMBER(NoncurrentVersionExpiration);
  MEMBER(AbortIncompleteMultipartUpload);
}
void LifecycleConfiguration::describe(api::Fields& f) {
  using Self = LifecycleConfiguration;
  f.xml("LifecycleConfiguration");
  MEMBER(Rules).wire("Rule").flattened();
}
void PutBucketLifecycleInput::describe(api::Fields& f) {
  using Self = PutBucketLifecycleInput;
  BucketInput::describe(f);
  MEMBER(LifecycleConfiguration).payload();
}
void Grantee::describe(api::Fields& f) {
  using Self = Grantee;
  MEMBER(DisplayName);
  MEMBER(EmailAddress);
  MEMBER(ID);
  MEMBER(URI);
  f.add("xmlns:xsi", &Self::xsi).xml_attribute();
  MEMBER(Type).wire("xsi:type").xml_attribute();
}
void Grant::describe(api::Fields& f) {
  using Self = Grant;
  MEMBER(Grantee);
  MEMBER(Permission);
}
void AccessControlPolicy::describe(api::Fields& f) {
  using Self = AccessControlPolicy;
  f.xml("AccessControlPolicy");
  MEMBER(Owner);
  MEMBER(Grants).wire("AccessControlList").each_wire("Grant");
}
void PutAclInput::describe(api::Fields& f) {
  using Self = PutAclInput;
  BucketInput::describe(f);
  MEMBER(ACL).header("x-amz-acl");
  MEMBER(AccessControlPolicy).payload();
}
void PutObjectAclInput::describe(api::Fields& f) {
  using Self = PutObjectAclInput;
  PutAclInput::describe(f);
  MEMBER(Key).uri();
  MEMBER(VersionId).query("versionId");
}
void NotificationConfiguration::describe(api::Fields& f) {
  using Self = NotificationConfiguration;
  f.xml("NotificationConfiguration");
  MEMBER(TopicConfigurations).wire("TopicConfiguration").flattened();
  MEMBER(QueueConfigurations).wire("QueueConfiguration").flattened();
  MEMBER(LambdaFunctionConfigurations).wire("CloudFunctionConfiguration").flattened();
  MEMBER(EventBridgeConfiguration);
}
void PutBucketNotificationInput::describe(api::Fields& f) {
  using Self = PutBucketNotificationInput;
  BucketInput::describe(f);
  MEMBER(NotificationConfiguration).payload();
}

}  // namespace thaw::s3
