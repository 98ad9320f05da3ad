#include "api/sigv4_errors.h"

#include <fmt/format.h>

#include "base/text.h"

namespace thaw::api {

namespace {

constexpr const char* kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.";
constexpr const char* kMismatchS3 =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

std::string spaced_hex(std::string_view bytes) {
  std::string out;
  for (unsigned char byte : bytes) out += fmt::format("{}{:02x}", out.empty() ? "" : " ", byte);
  return out;
}

// Code and status by family: `query` has its own code, the others end in Exception.
Error by_family(ErrorFamily family, std::string_view query_code, std::string_view other_code, std::string message) {
  if (family == ErrorFamily::query) return Error{std::string(query_code), std::move(message), 403, {}};
  return Error{std::string(other_code), std::move(message), family == ErrorFamily::json ? 400 : 403, {}};
}

}  // namespace

Error missing_token_error(ErrorFamily family) {
  if (family == ErrorFamily::s3) return Error{"AccessDenied", "Access Denied", 403, {}};
  if (family == ErrorFamily::rest_json) {
    return Error{"MissingAuthenticationTokenException", "Missing Authentication Token", 403, {}};
  }
  return by_family(family, "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                   "Request is missing Authentication Token");
}

Error unknown_key_error(ErrorFamily family, std::string_view access_key) {
  if (family == ErrorFamily::s3) {
    return Error{"InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403,
                 Json::object({{"AWSAccessKeyId", std::string(access_key)}})};
  }
  return by_family(family, "InvalidClientTokenId", "UnrecognizedClientException",
                   "The security token included in the request is invalid.");
}

Error expired_token_error(ErrorFamily family, std::string_view token) {
  if (family == ErrorFamily::s3) {
    return Error{"ExpiredToken", "The provided token has expired.", 400,
                 Json::object({{"Token-0", std::string(token)}})};
  }
  return by_family(family, "ExpiredToken", "ExpiredTokenException",
                   "The security token included in the request is expired");
}

Error invalid_token_error(ErrorFamily family, std::string_view token) {
  if (family == ErrorFamily::s3) {
    return Error{"InvalidToken", "The provided token is malformed or otherwise invalid.", 400,
                 Json::object({{"Token-0", std::string(token)}})};
  }
  return unknown_key_error(family, {});
}

Error incomplete_signature(ErrorFamily family, std::string message) {
  if (family == ErrorFamily::s3) {
    return Error{"AuthorizationHeaderMalformed", "The authorization header is malformed; " + message, 400, {}};
  }
  if (family == ErrorFamily::query) return Error{"IncompleteSignature", std::move(message), 403, {}};
  return by_family(family, "", "IncompleteSignatureException", std::move(message));
}

Error signature_not_usable(ErrorFamily family, std::string message) {
  return by_family(family, "SignatureDoesNotMatch", "InvalidSignatureException", std::move(message));
}

Error signature_mismatch(ErrorFamily family, const SignedRequest& claim, std::string_view to_sign,
                         std::string_view canonical) {
  if (family != ErrorFamily::s3) return signature_not_usable(family, kMismatch);
  Json details = Json::object({{"AWSAccessKeyId", claim.access_key},
                               {"StringToSign", std::string(to_sign)},
                               {"SignatureProvided", claim.signature},
                               {"StringToSignBytes", spaced_hex(to_sign)}});
  if (!canonical.empty()) {
    details.set("CanonicalRequest", std::string(canonical));
    details.set("CanonicalRequestBytes", spaced_hex(canonical));
  }
  return Error{"SignatureDoesNotMatch", kMismatchS3, 403, std::move(details)};
}

Error request_time_skewed(const SignedRequest& claim, Time now) {
  return Error{"RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
               403,
               Json::object({{"RequestTime", claim.timestamp},
                             {"ServerTime", iso8601(std::chrono::floor<std::chrono::seconds>(now))},
                             {"MaxAllowedSkewMilliseconds", "900000"}})};
}

Error presigned_expired(const SignedRequest& claim, Time ends, Time now) {
  Json details = Json::object();
  if (claim.kind == SignatureKind::v4_query) details.set("X-Amz-Expires", std::to_string(claim.expires_s));
  details.set("Expires", iso8601(std::chrono::floor<std::chrono::seconds>(ends)));
  details.set("ServerTime", iso8601(std::chrono::floor<std::chrono::seconds>(now)));
  return Error{"AccessDenied", "Request has expired", 403, std::move(details)};
}

}  // namespace thaw::api
