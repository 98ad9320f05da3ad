// Shapes of objects.
#include "services/s3/describe.h"

namespace thaw::s3 {

void ObjectInput::describe(api::Fields& f) {
  using Self = ObjectInput;
  BucketInput::describe(f);
  MEMBER(Key).uri();
}
void VersionInput::describe(api::Fields& f) {
  using Self = VersionInput;
  ObjectInput::describe(f);
  MEMBER(VersionId).query("versionId");
}
void WriteInput::describe(api::Fields& f) {
  using Self = WriteInput;
  ObjectInput::describe(f);
  MEMBER(ACL).header("x-amz-acl");
  MEMBER(CacheControl).header("Cache-Control");
  MEMBER(ContentDisposition).header("Content-Disposition");
  MEMBER(ContentEncoding).header("Content-Encoding");
  MEMBER(ContentLanguage).header("Content-Language");
  MEMBER(ContentType).header("Content-Type");
  MEMBER(Expires).header("Expires");
  encryption_headers<Self>(f);
  MEMBER(SSEKMSEncryptionContext).header("x-amz-server-side-encryption-context");
  MEMBER(StorageClass).header("x-amz-storage-class");
  MEMBER(Tagging).header("x-amz-tagging");
  MEMBER(Metadata).prefix_headers("x-amz-meta-");
}
void PutObjectInput::describe(api::Fields& f) {
  using Self = PutObjectInput;
  WriteInput::describe(f);
  checksum_headers<Self>(f);
  MEMBER(Body).payload();
  MEMBER(ContentLength).header("Content-Length");
  MEMBER(ContentMD5).header("Content-MD5");
  MEMBER(ChecksumAlgorithm).header("x-amz-sdk-checksum-algorithm");
  MEMBER(IfMatch).header("If-Match");
  MEMBER(IfNoneMatch).header("If-None-Match");
}
void PutObjectOutput::describe(api::Fields& f) {
  using Self = PutObjectOutput;
  encryption_headers<Self>(f);
  checksum_headers<Self>(f);
  MEMBER(ETag).header("ETag");
  MEMBER(VersionId).header("x-amz-version-id");
  MEMBER(ChecksumType).header("x-amz-checksum-type");
  MEMBER(Size).header("x-amz-object-size");
}
void GetObjectInput::describe(api::Fields& f) {
  using Self = GetObjectInput;
  VersionInput::describe(f);
  MEMBER(IfMatch).header("If-Match");
  MEMBER(IfNoneMatch).header("If-None-Match");
  MEMBER(IfModifiedSince).header("If-Modified-Since");
  MEMBER(IfUnmodifiedSince).header("If-Unmodified-Since");
  MEMBER(Range).header("Range");
  MEMBER(ChecksumMode).header("x-amz-checksum-mode");
  MEMBER(PartNumber).query("partNumber");
  MEMBER(ResponseCacheControl).query("response-cache-control");
  MEMBER(ResponseContentDisposition).query("response-content-disposition");
  MEMBER(ResponseContentEncoding).query("response-content-encoding");
  MEMBER(ResponseContentLanguage).query("response-content-language");
  MEMBER(ResponseContentType).query("response-content-type");
  MEMBER(ResponseExpires).query("response-expires");
}
void HeadObjectOutput::describe(api::Fields& f) {
  using Self = HeadObjectOutput;
  encryption_headers<Self>(f);
  checksum_headers<Self>(f);
  MEMBER(AcceptRanges).header("accept-ranges");
  MEMBER(CacheControl).header("Cache-Control");
  MEMBER(ContentDisposition).header("Content-Disposition");
  MEMBER(ContentEncoding).header("Content-Encoding");
  MEMBER(ContentLanguage).header("Content-Language");
  MEMBER(ContentRange).header("Content-Range");
  MEMBER(ContentType).header("Content-Type");
  MEMBER(ContentLength).header("Content-Length");
  MEMBER(ETag).header("ETag");
  MEMBER(Expires).header("Expires");
  MEMBER(StorageClass).header("x-amz-storage-class");
  MEMBER(VersionId).header("x-amz-version-id");
  MEMBER(ChecksumType).header("x-amz-checksum-type");
  MEMBER(LastModified).header("Last-Modified");
  MEMBER(PartsCount).header("x-amz-mp-parts-count");
  MEMBER(TagCount).header("x-amz-tagging-count");
  MEMBER(DeleteMarker).header("x-amz-delete-marker");
  MEMBER(Metadata).prefix_headers("x-amz-meta-");
}
void GetObjectOutput::describe(api::Fields& f) {
  using Self = GetObjectOutput;
  HeadObjectOutput::describe(f);
  MEMBER(Body).payload();
}
void DeleteObjectInput::describe(api::Fields& f) {
  using Self = DeleteObjectInput;
  VersionInput::describe(f);
  MEMBER(IfMatch).header("If-Match");
}
void DeleteObjectOutput::describe(api::Fields& f) {
  using Self = DeleteObjectOutput;
  MEMBER(DeleteMarker).header("x-amz-delete-marker");
  MEMBER(VersionId).header("x-amz-version-id");
}
void ObjectIdentifier::describe(api::Fields& f) {
  using Self = ObjectIdentifier;
  MEMBER(Key);
  MEMBER(VersionId);
  MEMBER(ETag);
}
void Delete::describe(api::Fields& f) {
  using Self = Delete;
  MEMBER(Objects).wire("Object").flattened();
  MEMBER(Quiet);
}
void DeleteObjectsInput::describe(api::Fields& f) {
  using Self = DeleteObjectsInput;
  BucketInput::describe(f);
  checksum_headers<Self>(f);
  MEMBER(Body).payload();
  MEMBER(Delete);
  MEMBER(ContentMD5).header("Content-MD5");
  MEMBER(ChecksumAlgorithm).header("x-amz-sdk-checksum-algorithm");
}
void DeletedObject::describe(api::Fields& f) {
  using Self = DeletedObject;
  MEMBER(Key);
  MEMBER(VersionId);
  MEMBER(DeleteMarker);
  MEMBER(DeleteMarkerVersionId);
}
void DeleteError::describe(api::Fields& f) {
  using Self = DeleteError;
  MEMBER(Key);
  MEMBER(VersionId);
  MEMBER(Code);
  MEMBER(Message);
}
void DeleteObjectsOutput::describe(api::Fields& f) {
  using Self = DeleteObjectsOutput;
  f.xml("DeleteResult");
  MEMBER(Deleted).flattened();
  MEMBER(Errors).wire("Error").flattened();
}
void CopySourceInput::describe(api::Fields& f) {
  using Self = CopySourceInput;
  WriteInput::describe(f);
  MEMBER(CopySource).header("x-amz-copy-source");
  MEMBER(CopySourceIfMatch).header("x-amz-copy-source-if-match");
  MEMBER(CopySourceIfNoneMatch).header("x-amz-copy-source-if-none-match");
  MEMBER(CopySourceIfModifiedSince).header("x-amz-copy-source-if-modified-since");
  MEMBER(CopySourceIfUnmodifiedSince).header("x-amz-copy-source-if-unmodified-since");
  MEMBER(ExpectedSourceBucketOwner).header("x-amz-source-expected-bucket-owner");
}
void CopyObjectInput::describe(api::Fields& f) {
  using Self = CopyObjectInput;
  CopySourceInput::describe(f);
  MEMBER(MetadataDirective).header("x-amz-metadata-directive");
  MEMBER(TaggingDirective).header("x-amz-tagging-directive");
  MEMBER(ChecksumAlgorithm).header("x-amz-checksum-algorithm");
  MEMBER(IfMatch).header("If-Match");
  MEMBER(IfNoneMatch).header("If-None-Match");
}
void CopyObjectResult::describe(api::Fields& f) {
  using Self = CopyObjectResult;
  f.xml("CopyObjectResult");
  MEMBER(ETag);
  MEMBER(LastModified);
  MEMBER(ChecksumType);
  checksum_elements<Self>(f);
}
void CopyObjectOutput::describe(api::Fields& f) {
  using Self = CopyObjectOutput;
  encryption_headers<Self>(f);
  MEMBER(CopyObjectResult).payload();
  MEMBER(CopySourceVersionId).header("x-amz-copy-source-version-id");
  MEMBER(VersionId).header("x-amz-version-id");
}
void PutObjectTaggingInput::describe(api::Fields& f) {
  using Self = PutObjectTaggingInput;
  VersionInput::describe(f);
  MEMBER(Tagging).payload();
}
void VersionIdOutput::describe(api::Fields& f) {
  using Self = VersionIdOutput;
  MEMBER(VersionId).header("x-amz-version-id");
}
void ObjectChecksum::describe(api::Fields& f) {
  using Self = ObjectChecksum;
  checksum_elements<Self>(f);
  MEMBER(ChecksumType);
}
void ObjectPart::describe(api::Fields& f) {
  using Self = ObjectPart;
  f.add("PartNumber", &Self::PartNumber);
  MEMBER(Size);
  checksum_elements<Self>(f);
}
void ObjectParts::describe(api::Fields& f) {
  using Self = ObjectParts;
  MEMBER(TotalPartsCount).wire("PartsCount");
  MEMBER(PartNumberMarker);
  MEMBER(NextPartNumberMarker);
  MEMBER(MaxParts);
  MEMBER(IsTruncated);
  MEMBER(Parts).wire("Part").flattened();
}
void GetObjectAttributesInput::describe(api::Fields& f) {
  using Self = GetObjectAttributesInput;
  VersionInput::describe(f);
  MEMBER(MaxParts).header("x-amz-max-parts");
  MEMBER(PartNumberMarker).header("x-amz-part-number-marker");
  MEMBER(ObjectAttributes).header("x-amz-object-attributes");
}
void GetObjectAttributesOutput::describe(api::Fields& f) {
  using Self = GetObjectAttributesOutput;
  f.xml("GetObjectAttributesResponse");
  MEMBER(DeleteMarker).header("x-amz-delete-marker");
  MEMBER(LastModified).header("Last-Modified");
  MEMBER(VersionId).header("x-amz-version-id");
  MEMBER(ETag);
  MEMBER(Checksum);
  MEMBER(ObjectParts);
  MEMBER(StorageClass);
  MEMBER(ObjectSize);
}
void PreflightInput::describe(api::Fields& f) {
  using Self = PreflightInput;
  BucketInput::describe(f);
  MEMBER(Parameters).query_map();
}

}  // namespace thaw::s3
