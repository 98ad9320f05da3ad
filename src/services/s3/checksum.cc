#include "services/s3/checksum.h"

#include <cassert>

#include "base/text.h"
#include "services/s3/errors.h"

namespace thaw::s3 {
namespace {

template <class U>
std::string big_endian(U value) {
  std::string out(sizeof(U), '\0');
  for (size_t i = 0; i < sizeof(U); ++i) out[i] = static_cast<char>(value >> (8 * (sizeof(U) - 1 - i)));
  return out;
}

uint64_t from_big_endian(std::string_view bytes) {
  uint64_t out = 0;
  for (char c : bytes) out = (out << 8) | static_cast<unsigned char>(c);
  return out;
}

// a * b modulo the polynomial, in the reflected representation of `bits` bits: the highest bit stands for x^0.
uint64_t multiply(uint64_t polynomial, int bits, uint64_t a, uint64_t b) {
  uint64_t out = 0;
  for (uint64_t mask = 1ULL << (bits - 1); mask; mask >>= 1) {
    if (a & mask) out ^= b;
    b = (b & 1) ? (b >> 1) ^ polynomial : b >> 1;
  }
  return out;
}

// x^(8 * bytes) modulo the polynomial.
uint64_t power_of_bytes(uint64_t polynomial, int bits, uint64_t bytes) {
  uint64_t out = 1ULL << (bits - 1);         // x^0
  uint64_t square = 1ULL << (bits - 1 - 8);  // x^8
  for (; bytes; bytes >>= 1) {
    if (bytes & 1) out = multiply(polynomial, bits, out, square);
    square = multiply(polynomial, bits, square, square);
  }
  return out;
}

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::crc32: return "CRC32";
    case Algorithm::crc32c: return "CRC32C";
    case Algorithm::crc64nvme: return "CRC64NVME";
    case Algorithm::sha1: return "SHA1";
    case Algorithm::sha256: return "SHA256";
  }
  return "";
}

std::string header_of(Algorithm algorithm) { return "x-amz-checksum-" + to_lower(name_of(algorithm)); }

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (Algorithm algorithm : kAlgorithms)
    if (equal_ignoring_case(name, name_of(algorithm))) return algorithm;
  return std::nullopt;
}

size_t size_of(Algorithm algorithm) {
  constexpr std::array<size_t, 5> sizes = {4, 4, 8, 20, 32};
  return sizes[static_cast<size_t>(algorithm)];
}

Opt& member_of(Checksums& checksums, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::crc32: return checksums.ChecksumCRC32;
    case Algorithm::crc32c: return checksums.ChecksumCRC32C;
    case Algorithm::crc64nvme: return checksums.ChecksumCRC64NVME;
    case Algorithm::sha1: return checksums.ChecksumSHA1;
    case Algorithm::sha256: break;
  }
  return checksums.ChecksumSHA256;
}
const Opt& member_of(const Checksums& checksums, Algorithm algorithm) {
  return member_of(const_cast<Checksums&>(checksums), algorithm);
}

void set_checksums(Checksums& to, const Strings& by_name) {
  for (const auto& [name, value] : by_name)
    if (auto algorithm = parse_algorithm(name)) member_of(to, *algorithm) = value;
}

Result<Claims> parse_claims(const Opt& content_md5, const Opt& sdk_algorithm, const Checksums& headers,
                            std::string_view trailer) {
  Claims out;
  if (content_md5) {
    out.md5 = base64_decode(*content_md5);
    if (!out.md5 || out.md5->size() != 16)
      return failure("InvalidDigest", "The Content-MD5 you specified was invalid.", 400,
                     Json::object({{"Content-MD5", *content_md5}}));
  }
  for (Algorithm algorithm : kAlgorithms) {
    const Opt& value = member_of(headers, algorithm);
    if (!value) continue;
    if (out.algorithm)
      return invalid_request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    auto raw = base64_decode(*value);
    if (!raw || raw->size() != size_of(algorithm))
      return invalid_request("Value for " + header_of(algorithm) + " header is invalid.");
    out.algorithm = algorithm;
    out.value = *value;
  }
  for (std::string_view name : split(trailer, ',')) {
    name = trim(name);
    constexpr std::string_view prefix = "x-amz-checksum-";
    if (name.size() <= prefix.size() || !equal_ignoring_case(name.substr(0, prefix.size()), prefix)) continue;
    if (out.algorithm) return invalid_request("Expecting a single x-amz-checksum- header");
    out.algorithm = parse_algorithm(name.substr(prefix.size()));
    if (!out.algorithm) return invalid_request("The value specified in the x-amz-trailer header is not supported");
  }
  if (!sdk_algorithm) return out;
  auto named = parse_algorithm(*sdk_algorithm);
  if (!named && !equal_ignoring_case(*sdk_algorithm, "MD5"))
    return invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  if (named && !out.algorithm)
    return invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
        "found.");
  if (named && named != out.algorithm)
    return invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  return out;
}

Result<void> check_claims(const Claims& claims, const net::Headers* trailers, const blob::Digests& digests) {
  if (claims.md5 && *claims.md5 != digests.md5)
    return failure("BadDigest", "The Content-MD5 you specified did not match what we received.", 400,
                   Json::object({{"ExpectedDigest", base64_encode(*claims.md5)},
                                 {"CalculatedDigest", base64_encode(digests.md5)}}));
  if (!claims.algorithm) return {};
  Opt value = claims.value;
  if (!value && trailers)
    if (auto text = trailers->get(header_of(*claims.algorithm))) value = std::string(trim(*text));
  if (!value)
    return failure(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
        400);
  auto raw = base64_decode(*value);
  if (!raw || raw->size() != size_of(*claims.algorithm))
    return invalid_request("Value for " + header_of(*claims.algorithm) + " trailing header is invalid.");
  if (*raw != digest_of(digests, *claims.algorithm))
    return failure(
        "BadDigest",
        "The " + std::string(name_of(*claims.algorithm)) + " you specified did not match the calculated checksum.",
        400);
  return {};
}

void want(blob::Extra& extra, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::crc32: extra.crc32 = true; break;
    case Algorithm::crc32c: extra.crc32c = true; break;
    case Algorithm::crc64nvme: extra.crc64nvme = true; break;
    case Algorithm::sha1: extra.sha1 = true; break;
    case Algorithm::sha256: break;
  }
}

std::string digest_of(const blob::Digests& digests, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::crc32: return big_endian(digests.crc32.value());
    case Algorithm::crc32c: return big_endian(digests.crc32c.value());
    case Algorithm::crc64nvme: return big_endian(digests.crc64nvme.value());
    case Algorithm::sha1: return digests.sha1.value();
    case Algorithm::sha256: break;
  }
  return digests.sha256;
}

std::string combine_crc(Algorithm algorithm, std::string_view a, std::string_view b, uint64_t b_size_bytes) {
  bool wide = algorithm == Algorithm::crc64nvme;
  int bits = wide ? 64 : 32;
  uint64_t polynomial = wide ? 0x9A6C9329AC4BC9B5ULL : algorithm == Algorithm::crc32 ? 0xEDB88320ULL : 0x82F63B78ULL;
  uint64_t shift = power_of_bytes(polynomial, bits, b_size_bytes);
  uint64_t out = multiply(polynomial, bits, shift, from_big_endian(a)) ^ from_big_endian(b);
  return wide ? big_endian(out) : big_endian(static_cast<uint32_t>(out));
}

std::string composite_checksum(Algorithm algorithm, const std::vector<PartDigest>& parts) {
  std::string all;
  for (const PartDigest& part : parts) all += part.digest;
  blob::Extra extra;
  want(extra, algorithm);
  blob::Hasher hasher(extra);
  hasher.update(all);
  return base64_encode(digest_of(hasher.finish(), algorithm)) + "-" + std::to_string(parts.size());
}

std::string full_object_checksum(Algorithm algorithm, const std::vector<PartDigest>& parts) {
  std::string out(size_of(algorithm), '\0');
  for (const PartDigest& part : parts) out = combine_crc(algorithm, out, part.digest, part.size_bytes);
  return base64_encode(out);
}

}  // namespace thaw::s3
