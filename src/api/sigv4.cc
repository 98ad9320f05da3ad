#include "api/sigv4.h"

#include "api/sigv4_canonical.h"
#include "api/sigv4_errors.h"
#include "base/text.h"

namespace thaw::api {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kSkewMax{15};
constexpr minutes kFutureMax{5};
constexpr size_t kKeysMax = 4096;

Result<> check_header_time(const SignedRequest& claim, Time now, ErrorFamily family) {
  if (family == ErrorFamily::s3) {
    if (claim.time < now - kSkewMax || claim.time > now + kSkewMax) return fail(request_time_skewed(claim, now));
    return {};
  }
  if (claim.time < now - kSkewMax) {
    return fail(signature_not_usable(family, "Signature expired: " + claim.timestamp + " is now earlier than " +
                                                 sigv4_date(now - kSkewMax) + " (" + sigv4_date(now) + " - 15 min.)"));
  }
  if (claim.time > now + kFutureMax) {
    return fail(signature_not_usable(family, "Signature not yet current: " + claim.timestamp + " is still later than " +
                                                 sigv4_date(now + kFutureMax) + " (" + sigv4_date(now) + " + 5 min.)"));
  }
  return {};
}

Result<> check_presigned_time(const SignedRequest& claim, Time now, ErrorFamily family) {
  Time ends =
      claim.kind == SignatureKind::v2_query ? Time(seconds(claim.expires_s)) : claim.time + seconds(claim.expires_s);
  if (claim.kind == SignatureKind::v4_query && claim.time > now + kSkewMax) {
    if (family == ErrorFamily::s3) {
      return fail("AccessDenied", "Request is not yet valid", 403);
    }
    return check_header_time(claim, now, family);
  }
  if (now <= ends) return {};
  if (family == ErrorFamily::s3) return fail(presigned_expired(claim, ends, now));
  return fail(signature_not_usable(family, "Signature expired: " + claim.timestamp + " is now earlier than " +
                                               sigv4_date(now - seconds(claim.expires_s)) + " (" + sigv4_date(now) +
                                               " - " + std::to_string(claim.expires_s / 60) + " min.)"));
}

// S3 wants every x-amz-* header signed. The hash of the payload is part of the canonical request anyway.
Result<> check_headers_signed(const SignableView& request, const SignedRequest& claim) {
  std::string unsigned_names;
  for (const auto& [name, value] : request.headers) {
    if (name.size() < 7 || !equal_ignoring_case(name.substr(0, 6), "x-amz-")) continue;
    std::string lower = to_lower(name);
    if (lower == "x-amz-content-sha256" || lower == "x-amz-user-agent") continue;
    bool is_signed = false;
    for (const std::string& listed : claim.signed_headers) is_signed |= listed == lower;
    if (is_signed) continue;
    if (!unsigned_names.empty()) unsigned_names += ", ";
    unsigned_names += lower;
  }
  if (unsigned_names.empty()) return {};
  return fail(Error{"AccessDenied", "There were headers present in the request which were not signed", 403,
                    Json::object({{"HeadersNotSigned", unsigned_names}})});
}

}  // namespace

std::shared_ptr<const HmacSha256Key> SigningKeys::get(std::string_view secret, std::string_view date,
                                                      std::string_view region, std::string_view service) {
  std::string name;
  name.reserve(secret.size() + date.size() + region.size() + service.size() + 3);
  ((((((name += secret) += '\n') += date) += '\n') += region) += '\n') += service;
  if (auto found = keys_.find(name); found != keys_.end()) return found->second;
  if (keys_.size() >= kKeysMax) keys_.clear();  // dates roll over: what is in use comes back at once
  Sha256Digest key = HmacSha256Key("AWS4" + std::string(secret)).mac(date);
  for (std::string_view part : {region, service, std::string_view("aws4_request")}) {
    key = HmacSha256Key(as_bytes(key)).mac(part);
  }
  auto made = std::make_shared<const HmacSha256Key>(as_bytes(key));
  keys_.emplace(std::move(name), made);
  return made;
}

std::string payload_hash(const SignedRequest& claim, std::string_view body) {
  if (!claim.declared_hash.empty()) return claim.declared_hash;
  if (claim.payload == PayloadKind::unsigned_payload) return "UNSIGNED-PAYLOAD";
  return hex_of(Sha256::of(body));
}

Result<> check_payload(const SignedRequest& claim, std::string_view body, ErrorFamily family) {
  if (claim.payload != PayloadKind::declared) return {};
  std::string computed = hex_of(Sha256::of(body));
  if (equal_ignoring_case(claim.declared_hash, computed)) return {};
  if (family != ErrorFamily::s3) return fail(signature_mismatch(family, claim, {}, {}));
  return fail(Error{
      "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.", 400,
      Json::object({{"ClientComputedContentSHA256", claim.declared_hash}, {"S3ComputedContentSHA256", computed}})});
}

Result<> check_scope(const SignedRequest& claim, std::string_view service, std::string_view region,
                     ErrorFamily family) {
  if (claim.kind == SignatureKind::v2_query || claim.kind == SignatureKind::none) return {};
  if (!region.empty() && claim.region != region) {
    if (family == ErrorFamily::s3) {
      return fail(Error{"AuthorizationHeaderMalformed",
                        "The authorization header is malformed; the region '" + claim.region +
                            "' is wrong; expecting '" + std::string(region) + "'",
                        400, Json::object({{"Region", std::string(region)}})});
    }
    return fail(signature_not_usable(family, "Credential should be scoped to a valid region. "));
  }
  if (claim.service == service) return {};
  if (family == ErrorFamily::s3) {
    return fail(incomplete_signature(family, "incorrect service \"" + claim.service +
                                                 "\". This endpoint belongs to \"" + std::string(service) + "\"."));
  }
  return fail(
      signature_not_usable(family, "Credential should be scoped to correct service: '" + std::string(service) + "'. "));
}

Result<> SignatureChecker::check(const SignableView& request, const SignedRequest& claim, std::string_view secret,
                                 std::string_view hash, Time now, ErrorFamily family) {
  if (claim.kind == SignatureKind::none) return fail(missing_token_error(family));
  if (claim.kind == SignatureKind::v2_query) {
    CHECK_OK(check_presigned_time(claim, now, family));
    std::string text = string_to_sign_v2(request);
    if (equal_in_constant_time(sign_v2(secret, text), claim.signature)) return {};
    return fail(signature_mismatch(family, claim, text, {}));
  }
  CHECK_OK(claim.kind == SignatureKind::v4_header ? check_header_time(claim, now, family)
                                                  : check_presigned_time(claim, now, family));
  bool s3_paths = has_s3_paths(claim.service);
  if (s3_paths) CHECK_OK(check_headers_signed(request, claim));

  std::shared_ptr<const HmacSha256Key> key = keys_.get(secret, claim.date, claim.region, claim.service);
  std::string canonical = canonical_request(request, claim.signed_headers, s3_paths, hash);
  std::string text = string_to_sign(claim.timestamp, claim.scope(), canonical);
  if (equal_in_constant_time(hex_of(key->mac(text)), claim.signature)) return {};
  if (s3_paths) {
    // Clients that leave a character unescaped sign what they sent; S3 accepts both readings of such a path and query.
    std::string as_sent = canonical_request(request, claim.signed_headers, s3_paths, hash, Reading::as_sent);
    std::string other = string_to_sign(claim.timestamp, claim.scope(), as_sent);
    if (equal_in_constant_time(hex_of(key->mac(other)), claim.signature)) return {};
  }
  return fail(signature_mismatch(family, claim, text, canonical));
}

}  // namespace thaw::api
