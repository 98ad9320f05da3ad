// Shapes of listings and of multipart uploads.
#include "services/s3/describe.h"

namespace thaw::s3 {

void ListInput::describe(api::Fields& f) {
  using Self = ListInput;
  BucketInput::describe(f);
  MEMBER(Delimiter).query("delimiter");
  MEMBER(EncodingType).query("encoding-type");
  MEMBER(MaxKeys).query("max-keys");
  MEMBER(Prefix).query("prefix");
}
void ListObjectsInput::describe(api::Fields& f) {
  using Self = ListObjectsInput;
  ListInput::describe(f);
  MEMBER(Marker).query("marker");
}
void ListObjectsV2Input::describe(api::Fields& f) {
  using Self = ListObjectsV2Input;
  ListInput::describe(f);
  MEMBER(ContinuationToken).query("continuation-token");
  MEMBER(StartAfter).query("start-after");
  MEMBER(FetchOwner).query("fetch-owner");
}
void ListObjectVersionsInput::describe(api::Fields& f) {
  using Self = ListObjectVersionsInput;
  ListInput::describe(f);
  MEMBER(KeyMarker).query("key-marker");
  MEMBER(VersionIdMarker).query("version-id-marker");
}
void ObjectEntry::describe(api::Fields& f) {
  using Self = ObjectEntry;
  MEMBER(Key);
  MEMBER(LastModified);
  MEMBER(ETag);
  MEMBER(ChecksumAlgorithm).flattened();
  MEMBER(ChecksumType);
  MEMBER(Size);
  MEMBER(Owner);
  MEMBER(StorageClass);
}
void CommonPrefix::describe(api::Fields& f) {
  using Self = CommonPrefix;
  MEMBER(Prefix);
}
void ListOutput::describe(api::Fields& f) {
  using Self = ListOutput;
  MEMBER(Name);
  MEMBER(Prefix);
  MEMBER(Delimiter);
  MEMBER(MaxKeys);
  MEMBER(IsTruncated);
  MEMBER(EncodingType);
}
void ListObjectsOutput::describe(api::Fields& f) {
  using Self = ListObjectsOutput;
  f.xml("ListBucketResult");
  ListOutput::describe(f);
  MEMBER(Marker);
  MEMBER(NextMarker);
  MEMBER(Contents).flattened();
  MEMBER(CommonPrefixes).flattened();
}
void ListObjectsV2Output::describe(api::Fields& f) {
  using Self = ListObjectsV2Output;
  f.xml("ListBucketResult");
  ListOutput::describe(f);
  MEMBER(ContinuationToken);
  MEMBER(NextContinuationToken);
  MEMBER(StartAfter);
  MEMBER(KeyCount);
  MEMBER(Contents).flattened();
  MEMBER(CommonPrefixes).flattened();
}
void VersionEntry::describe(api::Fields& f) {
  using Self = VersionEntry;
  MEMBER(Key);
  MEMBER(VersionId);
  MEMBER(IsLatest);
  MEMBER(LastModified);
  MEMBER(ETag);
  MEMBER(ChecksumAlgorithm).flattened();
  MEMBER(ChecksumType);
  MEMBER(Size);
  MEMBER(Owner);
  MEMBER(StorageClass);
}
void ListObjectVersionsOutput::describe(api::Fields& f) {
  using Self = ListObjectVersionsOutput;
  f.xml("ListVersionsResult");
  ListOutput::describe(f);
  MEMBER(KeyMarker);
  MEMBER(VersionIdMarker);
  MEMBER(NextKeyMarker);
  MEMBER(NextVersionIdMarker);
  MEMBER(Versions).wire("Version").flattened();
  MEMBER(DeleteMarkers).wire("DeleteMarker").flattened();
  MEMBER(CommonPrefixes).flattened();
}
void CreateMultipartUploadInput::describe(api::Fields& f) {
  using Self = CreateMultipartUploadInput;
  WriteInput::describe(f);
  MEMBER(ChecksumAlgorithm).header("x-amz-checksum-algorithm");
  MEMBER(ChecksumType).header("x-amz-checksum-type");
}
void CreateMultipartUploadOutput::describe(api::Fields& f) {
  using Self = CreateMultipartUploadOutput;
  f.xml("InitiateMultipartUploadResult");
  encryption_headers<Self>(f);
  MEMBER(ChecksumAlgorithm).header("x-amz-checksum-algorithm");
  MEMBER(ChecksumType).header("x-amz-checksum-type");
  MEMBER(Bucket);
  MEMBER(Key);
  MEMBER(UploadId);
}
void UploadInput::describe(api::Fields& f) {
  using Self = UploadInput;
  ObjectInput::describe(f);
  MEMBER(UploadId).query("uploadId");
}
void UploadPartInput::describe(api::Fields& f) {
  using Self = UploadPartInput;
  UploadInput::describe(f);
  checksum_headers<Self>(f);
  MEMBER(PartNumber).query("partNumber");
  MEMBER(Body).payload();
  MEMBER(ContentLength).header("Content-Length");
  MEMBER(ContentMD5).header("Content-MD5");
  MEMBER(ChecksumAlgorithm).header("x-amz-sdk-checksum-algorithm");
}
void UploadPartOutput::describe(api::Fields& f) {
  using Self = UploadPartOutput;
  encryption_headers<Self>(f);
  checksum_headers<Self>(f);
  MEMBER(ETag).header("ETag");
}
void UploadPartCopyInput::describe(api::Fields& f) {
  using Self = UploadPartCopyInput;
  CopySourceInput::describe(f);
  MEMBER(UploadId).query("uploadId");
  MEMBER(PartNumber).query("partNumber");
  MEMBER(CopySourceRange).header("x-amz-copy-source-range");
}
void CopyPartResult::describe(api::Fields& f) {
  using Self = CopyPartResult;
  f.xml("CopyPartResult");
  MEMBER(ETag);
  MEMBER(LastModified);
  checksum_elements<Self>(f);
}
void UploadPartCopyOutput::describe(api::Fields& f) {
  using Self = UploadPartCopyOutput;
  encryption_headers<Self>(f);
  MEMBER(CopySourceVersionId).header("x-amz-copy-source-version-id");
  MEMBER(CopyPartResult).payload();
}
void CompletedPart::describe(api::Fields& f) {
  using Self = CompletedPart;
  MEMBER(ETag);
  MEMBER(PartNumber);
  checksum_elements<Self>(f);
}
void CompletedMultipartUpload::describe(api::Fields& f) {
  using Self = CompletedMultipartUpload;
  f.xml("CompleteMultipartUpload");
  MEMBER(Parts).wire("Part").flattened();
}
void CompleteMultipartUploadInput::describe(api::Fields& f) {
  using Self = CompleteMultipartUploadInput;
  UploadInput::describe(f);
  checksum_headers<Self>(f);
  MEMBER(MultipartUpload).payload();
  MEMBER(ChecksumType).header("x-amz-checksum-type");
  MEMBER(MpuObjectSize).header("x-amz-mp-object-size");
  MEMBER(IfMatch).header("If-Match");
  MEMBER(IfNoneMatch).header("If-None-Match");
}
void CompleteMultipartUploadOutput::describe(api::Fields& f) {
  using Self = CompleteMultipartUploadOutput;
  f.xml("CompleteMultipartUploadResult");
  encryption_headers<Self>(f);
  MEMBER(VersionId).header("x-amz-version-id");
  MEMBER(Location);
  MEMBER(Bucket);
  MEMBER(Key);
  MEMBER(ETag);
  checksum_elements<Self>(f);
  MEMBER(ChecksumType);
}
void ListPartsInput::describe(api::Fields& f) {
  using Self = ListPartsInput;
  UploadInput::describe(f);
  MEMBER(MaxParts).query("max-parts");
  MEMBER(PartNumberMarker).query("part-number-marker");
}
void PartEntry::describe(api::Fields& f) {
  using Self = PartEntry;
  f.add("PartNumber", &Self::PartNumber);
  MEMBER(LastModified);
  MEMBER(ETag);
  MEMBER(Size);
  checksum_elements<Self>(f);
}
void ListPartsOutput::describe(api::Fields& f) {
  using Self = ListPartsOutput;
  f.xml("ListPartsResult");
  MEMBER(Bucket);
  MEMBER(Key);
  MEMBER(UploadId);
  MEMBER(PartNumberMarker);
  MEMBER(NextPartNumberMarker);
  MEMBER(MaxParts);
  MEMBER(IsTruncated);
  MEMBER(Parts).wire("Part").flattened();
  MEMBER(Initiator);
  MEMBER(Owner);
  MEMBER(StorageClass);
  MEMBER(ChecksumAlgorithm);
  MEMBER(ChecksumType);
}
void ListMultipartUploadsInput::describe(api::Fields& f) {
  using Self = ListMultipartUploadsInput;
  BucketInput::describe(f);
  MEMBER(Delimiter).query("delimiter");
  MEMBER(EncodingType).query("encoding-type");
  MEMBER(KeyMarker).query("key-marker");
  MEMBER(MaxUploads).query("max-uploads");
  MEMBER(Prefix).query("prefix");
  MEMBER(UploadIdMarker).query("upload-id-marker");
}
void UploadEntry::describe(api::Fields& f) {
  using Self = UploadEntry;
  MEMBER(UploadId);
  MEMBER(Key);
  MEMBER(Initiated);
  MEMBER(StorageClass);
  MEMBER(Owner);
  MEMBER(Initiator);
  MEMBER(ChecksumAlgorithm);
  MEMBER(ChecksumType);
}
void ListMultipartUploadsOutput::describe(api::Fields& f) {
  using Self = ListMultipartUploadsOutput;
  f.xml("ListMultipartUploadsResult");
  MEMBER(Bucket);
  MEMBER(KeyMarker);
  MEMBER(UploadIdMarker);
  MEMBER(NextKeyMarker);
  MEMBER(Prefix);
  MEMBER(Delimiter);
  MEMBER(NextUploadIdMarker);
  MEMBER(MaxUploads);
  MEMBER(IsTruncated);
  MEMBER(Uploads).wire("Upload").flattened();
  MEMBER(CommonPrefixes).flattened();
  MEMBER(EncodingType);
}

}  // namespace thaw::s3
