// Signature Version 4: checking and making signatures, as headers and as presigned URLs; and Signature Version 2's
// presigned S3 URLs, which botocore makes for custom endpoints.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
//
// A check has two steps, so that the secret can be looked up in between:
//   parse_signature()  what the request claims: which key, when, for which scope, over which headers and payload
//   SignatureChecker::check()  whether the claim is true, and still is at `now`
//
// Thread-safety: the functions are pure; a SignatureChecker belongs to the loop.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sha256.h"

namespace thaw::api {

// A request as a signature sees it. Views only: what they point to outlives the call.
struct SignableView {
  std::string_view method;
  std::string_view path;   // as sent: percent-encoded, without the query
  std::string_view query;  // as sent, without '?'
  // Names in any case; values as sent. HTTP/2's :authority is given as "host".
  std::span<const std::pair<std::string_view, std::string_view>> headers;
  // The bucket that the Host header names (virtual-host style), for Signature Version 2 alone.
  std::string_view host_bucket = {};

  // The first header of that (lower-case) name.
  std::optional<std::string_view> header(std::string_view lower_name) const;
};

// Which words an error uses. AWS words one and the same failure differently in each family of protocols.
enum class ErrorFamily {
  json,       // JSON 1.0 and 1.1: status 400, codes ending in Exception
  query,      // Query and EC2: status 403, codes without Exception
  rest_json,  // status 403, codes ending in Exception
  s3,         // S3's own codes and members
};

enum class SignatureKind { none, v4_header, v4_query, v2_query };

enum class PayloadKind {
  of_body,                     // no x-amz-content-sha256: the signature covers the hash of the body as received
  declared,                    // x-amz-content-sha256 gives the hash; the body has to have it
  unsigned_payload,            // UNSIGNED-PAYLOAD
  streaming_signed,            // STREAMING-AWS4-HMAC-SHA256-PAYLOAD: aws-chunked, every chunk signed
  streaming_signed_trailer,    // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
  streaming_unsigned_trailer,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
};

struct SignedRequest {
  SignatureKind kind = SignatureKind::none;
  std::string access_key;
  std::string security_token;  // x-amz-security-token; empty when there is none
  std::string signature;       // hexadecimal (base64 for version 2)
  std::string timestamp;       // 20261124T111832Z
  std::string date;            // of the scope: 20261124
  std::string region;
  std::string service;                      // as signed: "s3", "dynamodb", "execute-api"
  std::vector<std::string> signed_headers;  // lower-case, as listed
  Time time{};                              // of `timestamp`; for version 2 unused
  int64_t expires_s = 0;                    // presigned: valid so long after `time`; for version 2 the second it ends
  PayloadKind payload = PayloadKind::of_body;
  std::string declared_hash;  // the text of x-amz-content-sha256; empty when absent

  bool is_streaming() const { return payload >= PayloadKind::streaming_signed; }
  std::string scope() const { return date + '/' + region + '/' + service + "/aws4_request"; }
};

// What the request claims. `kind` is none when it carries no signature at all (see missing_token_error). Fails when the
// signature is there but incomplete, malformed, or of an algorithm that Thaw does not have.
Result<SignedRequest> parse_signature(const SignableView& request, ErrorFamily family);

// Errors that the Door gives around a check.
Error missing_token_error(ErrorFamily family);
// No such access key, or a token that does not belong to it.
Error unknown_key_error(ErrorFamily family, std::string_view access_key);
Error expired_token_error(ErrorFamily family, std::string_view token);
Error invalid_token_error(ErrorFamily family, std::string_view token);
// The signature's scope names a service (or region) other than the one that is asked. An empty region allows any.
Result<> check_scope(const SignedRequest& claim, std::string_view service, std::string_view region, ErrorFamily family);

// The canonical payload hash: what was declared, or the hash of `body`.
std::string payload_hash(const SignedRequest& claim, std::string_view body);
// A declared hash has to be that of the body (XAmzContentSHA256Mismatch, or the family's signature error).
Result<> check_payload(const SignedRequest& claim, std::string_view body, ErrorFamily family);

// Derives signing keys and remembers them: a key is derived once per (secret, date, region, service).
class SigningKeys {
 public:
  std::shared_ptr<const HmacSha256Key> get(std::string_view secret, std::string_view date, std::string_view region,
                                           std::string_view service);

 private:
  std::unordered_map<std::string, std::shared_ptr<const HmacSha256Key>> keys_;  // bounded
};

class SignatureChecker {
 public:
  // Whether `claim` (made by parse_signature from the same `request`) is a signature by `secret` that is valid at
  // `now`. `hash` is payload_hash(). Errors: expired or not yet valid, unsigned headers that must be signed, no match.
  Result<> check(const SignableView& request, const SignedRequest& claim, std::string_view secret,
                 std::string_view hash, Time now, ErrorFamily family);
  SigningKeys& keys() { return keys_; }

 private:
  SigningKeys keys_;
};

struct SigningCredentials {
  std::string access_key;
  std::string secret;
  std::string security_token;  // may be empty
};

// What is to be signed, for clients.
struct SigningRequest {
  std::string method = "GET";
  std::string path = "/";                                    // percent-encoded, as it will be sent
  std::string query;                                         // percent-encoded, as it will be sent
  std::vector<std::pair<std::string, std::string>> headers;  // must hold "host"
  std::string_view body;
  std::string region;
  std::string service;
};

// Adds x-amz-date, x-amz-security-token, x-amz-content-sha256 (S3) and authorization to `request.headers`.
void sign_request(SigningRequest& request, const SigningCredentials& credentials, Time now);
// The query string of a presigned URL for `request` (its own query included), valid for `expires_s` seconds.
std::string presign(const SigningRequest& request, const SigningCredentials& credentials, Time now, int64_t expires_s);

}  // namespace thaw::api
