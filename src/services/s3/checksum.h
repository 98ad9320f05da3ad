// S3's checksums: which there are, what a client claims, and how those of parts make that of a whole object. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "blob/digests.h"
#include "net/http.h"
#include "services/s3/api.h"

namespace thaw::s3 {

enum class Algorithm : uint8_t { crc32, crc32c, crc64nvme, sha1, sha256 };
inline constexpr std::array<Algorithm, 5> kAlgorithms = {Algorithm::crc32, Algorithm::crc32c, Algorithm::crc64nvme,
                                                         Algorithm::sha1, Algorithm::sha256};

std::string_view name_of(Algorithm algorithm);                    // "CRC32"
std::string header_of(Algorithm algorithm);                       // "x-amz-checksum-crc32"
std::optional<Algorithm> parse_algorithm(std::string_view name);  // in any case
size_t size_of(Algorithm algorithm);                              // bytes of a digest

// The member of the shape that carries an algorithm's checksum.
Opt& member_of(Checksums& checksums, Algorithm algorithm);
const Opt& member_of(const Checksums& checksums, Algorithm algorithm);
// By name, as records keep them: {"CRC32": base64}.
void set_checksums(Checksums& to, const Strings& by_name);

// What a body must have, as its headers say.
struct Claims {
  Opt md5;                             // raw bytes
  std::optional<Algorithm> algorithm;  // of the checksum; its value comes in the header or the trailer
  Opt value;                           // base64; absent: in the trailer
};
// `trailer`: the x-amz-trailer header, or empty. Errors: InvalidDigest, InvalidRequest.
Result<Claims> parse_claims(const Opt& content_md5, const Opt& sdk_algorithm, const Checksums& headers,
                            std::string_view trailer);
// After the body: its trailers complete the claims. Errors: BadDigest, InvalidRequest, MalformedTrailerError.
Result<void> check_claims(const Claims& claims, const net::Headers* trailers, const blob::Digests& digests);

void want(blob::Extra& extra, Algorithm algorithm);
// Raw bytes; asserts that it was computed.
std::string digest_of(const blob::Digests& digests, Algorithm algorithm);

// The checksum of bytes A followed by B, from those of A and B. Raw, big-endian; CRCs only.
std::string combine_crc(Algorithm algorithm, std::string_view a, std::string_view b, uint64_t b_size_bytes);

struct PartDigest {
  std::string digest;  // raw bytes
  uint64_t size_bytes = 0;
};
// Of an object made of parts: base64 of the digest of the parts' digests with "-N", or the full object's CRC.
std::string composite_checksum(Algorithm algorithm, const std::vector<PartDigest>& parts);
std::string full_object_checksum(Algorithm algorithm, const std::vector<PartDigest>& parts);

}  // namespace thaw::s3
