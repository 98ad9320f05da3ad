// Members that many of S3's shapes share, declared once. For the api_*.cc files alone.
#pragma once

#include "services/s3/api.h"

namespace thaw::s3 {

// `S` may have Checksums and Encryption as any of its bases: the members are named by way of S.
template <class S>
void checksum_headers(api::Fields& f) {
  f.add("ChecksumCRC32", static_cast<Opt S::*>(&S::ChecksumCRC32)).header("x-amz-checksum-crc32");
  f.add("ChecksumCRC32C", static_cast<Opt S::*>(&S::ChecksumCRC32C)).header("x-amz-checksum-crc32c");
  f.add("ChecksumCRC64NVME", static_cast<Opt S::*>(&S::ChecksumCRC64NVME)).header("x-amz-checksum-crc64nvme");
  f.add("ChecksumSHA1", static_cast<Opt S::*>(&S::ChecksumSHA1)).header("x-amz-checksum-sha1");
  f.add("ChecksumSHA256", static_cast<Opt S::*>(&S::ChecksumSHA256)).header("x-amz-checksum-sha256");
}
template <class S>
void checksum_elements(api::Fields& f) {
  f.add("ChecksumCRC32", static_cast<Opt S::*>(&S::ChecksumCRC32));
  f.add("ChecksumCRC32C", static_cast<Opt S::*>(&S::ChecksumCRC32C));
  f.add("ChecksumCRC64NVME", static_cast<Opt S::*>(&S::ChecksumCRC64NVME));
  f.add("ChecksumSHA1", static_cast<Opt S::*>(&S::ChecksumSHA1));
  f.add("ChecksumSHA256", static_cast<Opt S::*>(&S::ChecksumSHA256));
}
template <class S>
void encryption_headers(api::Fields& f) {
  f.add("ServerSideEncryption", static_cast<Opt S::*>(&S::ServerSideEncryption)).header("x-amz-server-side-encryption");
  f.add("SSEKMSKeyId", static_cast<Opt S::*>(&S::SSEKMSKeyId)).header("x-amz-server-side-encryption-aws-kms-key-id");
  f.add("BucketKeyEnabled", static_cast<std::optional<bool> S::*>(&S::BucketKeyEnabled))
      .header("x-amz-server-side-encryption-bucket-key-enabled");
}

}  // namespace thaw::s3
