// What a request claims about its signature.
#include <charconv>

#include "api/sigv4.h"
#include "api/sigv4_errors.h"
#include "base/text.h"

namespace thaw::api {

namespace {

constexpr size_t kSignedHeadersMax = 128;
constexpr int64_t kPresignSecondsMax = 604800;
constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string hashed(std::string_view text) { return base64_encode(as_bytes(Sha256::of(text))); }

std::optional<int64_t> parse_integer(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The value of a query parameter, decoded; nothing when absent or badly escaped.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  size_t at = 0;
  while (at <= query.size()) {
    size_t end = std::min(query.find('&', at), query.size());
    std::string_view part = query.substr(at, end - at);
    if (part.starts_with(name) && (part.size() == name.size() || part[name.size()] == '=')) {
      return uri_decode(part.size() == name.size() ? std::string_view{} : part.substr(name.size() + 1), true);
    }
    at = end + 1;
  }
  return std::nullopt;
}

Result<> read_payload_kind(SignedRequest& claim, std::string_view declared) {
  claim.declared_hash = std::string(trim(declared));
  const std::string& text = claim.declared_hash;
  if (text == "UNSIGNED-PAYLOAD") {
    claim.payload = PayloadKind::unsigned_payload;
  } else if (text == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") {
    claim.payload = PayloadKind::streaming_signed;
  } else if (text == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    claim.payload = PayloadKind::streaming_signed_trailer;
  } else if (text == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    claim.payload = PayloadKind::streaming_unsigned_trailer;
  } else if (text.starts_with("STREAMING-AWS4-ECDSA") || text.starts_with("STREAMING-AWS4-HMAC-SHA256-EVENTS")) {
    return fail("NotImplemented", "Payload signing by " + text + " is not implemented.", 501);
  } else if (text.starts_with("STREAMING-")) {
    return fail("InvalidArgument", "Invalid x-amz-content-sha256 value: " + text + '.');
  } else {
    claim.payload = PayloadKind::declared;
  }
  return {};
}

// KEY/DATE/REGION/SERVICE/aws4_request; the key itself may hold slashes.
Result<> read_credential(SignedRequest& claim, std::string_view credential, ErrorFamily family) {
  auto parts = split(credential, '/');
  if (parts.size() < 5) {
    if (family == ErrorFamily::s3 && claim.kind == SignatureKind::v4_query) {
      return fail("AuthorizationQueryParametersError",
                  "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
                  "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
    }
    if (family == ErrorFamily::s3) {
      return fail(incomplete_signature(
          family, "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."));
    }
    return fail(incomplete_signature(family,
                                     "Credential must have exactly 5 slash-delimited elements, e.g. "
                                     "keyid/date/region/service/term, got '" +
                                         std::string(credential) + "'"));
  }
  size_t n = parts.size();
  size_t tail = parts[n - 1].size() + parts[n - 2].size() + parts[n - 3].size() + parts[n - 4].size() + 4;
  claim.access_key = std::string(credential.substr(0, credential.size() - tail));
  claim.date = std::string(parts[n - 4]);
  claim.region = std::string(parts[n - 3]);
  claim.service = std::string(parts[n - 2]);
  if (parts[n - 1] == "aws4_request") return {};
  if (family == ErrorFamily::s3) {
    return fail(incomplete_signature(family, "incorrect terminator \"" + std::string(parts[n - 1]) +
                                                 "\". This endpoint belongs to \"aws4_request\"."));
  }
  return fail(signature_not_usable(
      family,
      "Credential should be scoped with a valid terminator: 'aws4_request', not '" + std::string(parts[n - 1]) + "'."));
}

Result<> read_signed_headers(SignedRequest& claim, std::string_view list, ErrorFamily family) {
  bool has_host = false;
  for (std::string_view name : split(list, ';')) {
    if (name.empty()) continue;
    if (claim.signed_headers.size() == kSignedHeadersMax) {
      return fail(incomplete_signature(family, "SignedHeaders names too many headers."));
    }
    claim.signed_headers.push_back(to_lower(name));
    has_host |= claim.signed_headers.back() == "host";
  }
  if (has_host) return {};
  if (family == ErrorFamily::s3)
    return fail("AccessDenied", "There were headers present in the request which were not signed", 403);
  return fail(
      signature_not_usable(family, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
}

Result<> check_scope_date(const SignedRequest& claim, ErrorFamily family) {
  if (claim.date == std::string_view(claim.timestamp).substr(0, 8)) return {};
  if (family == ErrorFamily::s3) {
    return fail(incomplete_signature(family, "Invalid credential date \"" + claim.date +
                                                 "\". This date is not the same as X-Amz-Date: \"" +
                                                 claim.timestamp.substr(0, 8) + "\"."));
  }
  return fail(signature_not_usable(family,
                                   "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
                                   "from HTTP: '" +
                                       claim.date + "' != '" + claim.timestamp.substr(0, 8) + "', from '" +
                                       claim.timestamp + "'."));
}

struct HeaderFields {
  std::optional<std::string_view> credential, signed_headers, signature;
};

Result<HeaderFields> split_authorization(std::string_view text, std::string_view whole, ErrorFamily family) {
  HeaderFields fields;
  size_t at = 0;
  while (at < text.size()) {
    size_t begin = text.find_first_not_of(", \t", at);
    if (begin == text.npos) break;
    size_t end = std::min(text.find_first_of(", \t", begin), text.size());
    std::string_view part = text.substr(begin, end - begin);
    at = end;
    size_t equals = part.find('=');
    if (equals == part.npos) {
      return fail(incomplete_signature(family, "'" + std::string(part) +
                                                   "' not a valid key=value pair (missing equal-sign) in Authorization "
                                                   "header (hashed with SHA-256 and encoded with Base64): '" +
                                                   hashed(whole) + "'."));
    }
    std::string_view name = part.substr(0, equals);
    std::string_view value = part.substr(equals + 1);
    if (name == "Credential") fields.credential = value;
    if (name == "SignedHeaders") fields.signed_headers = value;
    if (name == "Signature") fields.signature = value;
  }
  return fields;
}

Result<> require_header_fields(const HeaderFields& fields, bool has_date, std::string_view whole, ErrorFamily family) {
  std::string missing;
  if (family == ErrorFamily::s3) {
    const char* name = !fields.credential       ? "Credential"
                       : !fields.signed_headers ? "SignedHeaders"
                       : !fields.signature      ? "Signature"
                                                : nullptr;
    if (name) return fail(incomplete_signature(family, std::string("missing ") + name + '.'));
    if (!has_date) return fail("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403);
    return {};
  }
  if (!fields.credential) missing += "Authorization header requires 'Credential' parameter. ";
  if (!fields.signature) missing += "Authorization header requires 'Signature' parameter. ";
  if (!fields.signed_headers) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!has_date) missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (missing.empty()) return {};
  missing += "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(whole);
  return fail(incomplete_signature(family, std::move(missing)));
}

Result<SignedRequest> parse_header_form(const SignableView& request, std::string_view authorization,
                                        ErrorFamily family) {
  SignedRequest claim;
  claim.kind = SignatureKind::v4_header;
  TRY(HeaderFields fields, split_authorization(authorization.substr(kAlgorithm.size()), authorization, family));
  auto amz_date = request.header("x-amz-date");
  auto date = amz_date ? amz_date : request.header("date");
  std::optional<Time> time;
  if (date) time = parse_sigv4_date(trim(*date));
  if (date && !time && !amz_date) time = parse_http_date(trim(*date));
  CHECK_OK(require_header_fields(fields, date.has_value(), authorization, family));
  if (!time) {
    if (family == ErrorFamily::s3) {
      return fail("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403);
    }
    return fail(incomplete_signature(family, "Date must be in ISO-8601 'basic format'. Got '" + std::string(*date) +
                                                 "'. See http://en.wikipedia.org/wiki/ISO_8601"));
  }
  claim.time = *time;
  claim.timestamp = sigv4_date(*time);
  claim.signature = std::string(*fields.signature);
  CHECK_OK(read_credential(claim, *fields.credential, family));
  CHECK_OK(read_signed_headers(claim, *fields.signed_headers, family));
  CHECK_OK(check_scope_date(claim, family));
  claim.security_token = std::string(trim(request.header("x-amz-security-token").value_or("")));
  auto declared = request.header("x-amz-content-sha256");
  if (!declared && family == ErrorFamily::s3) {
    return fail("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  if (declared) CHECK_OK(read_payload_kind(claim, *declared));
  return claim;
}

// An error about the parameters of a presigned URL.
Error query_error(ErrorFamily family, std::string s3_message, std::string message) {
  if (family == ErrorFamily::s3) return Error{"AuthorizationQueryParametersError", std::move(s3_message), 400, {}};
  return incomplete_signature(family, std::move(message));
}

Result<> require_query_fields(std::string_view query, ErrorFamily family) {
  std::string missing;
  for (std::string_view name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (parameter(query, name)) continue;
    if (!missing.empty()) missing += ' ';
    missing += "AWS query-string parameters must include '" + std::string(name) + "'.";
  }
  bool needs_expires = family == ErrorFamily::s3 && !parameter(query, "X-Amz-Expires");
  if (missing.empty() && !needs_expires) return {};
  return fail(query_error(family,
                          "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                          "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
                          missing + " Re-examine the query-string parameters."));
}

Result<> read_expires(SignedRequest& claim, std::string_view query, ErrorFamily family) {
  auto text = parameter(query, "X-Amz-Expires");
  if (!text) {
    claim.expires_s = 900;  // outside S3 the parameter may be left out: as long as a header signature
    return {};
  }
  auto seconds = parse_integer(*text);
  if (!seconds) {
    return fail(query_error(family, "X-Amz-Expires should be a number", "X-Amz-Expires should be a number"));
  }
  if (*seconds < 0) {
    return fail(query_error(family, "X-Amz-Expires must be non-negative", "X-Amz-Expires must be non-negative"));
  }
  if (*seconds > kPresignSecondsMax) {
    const char* words =
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
        "less than 604800 seconds";
    return fail(query_error(family, words, words));
  }
  claim.expires_s = *seconds;
  return {};
}

Result<SignedRequest> parse_query_form(const SignableView& request, ErrorFamily family) {
  std::string_view query = request.query;
  SignedRequest claim;
  claim.kind = SignatureKind::v4_query;
  CHECK_OK(require_query_fields(query, family));
  if (auto algorithm = parameter(query, "X-Amz-Algorithm"); *algorithm != kAlgorithm) {
    if (*algorithm == "AWS4-ECDSA-P256-SHA256") {
      return fail("NotImplemented", "Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not implemented.", 501);
    }
    return fail(query_error(family, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
                            "Unsupported AWS 'algorithm': '" + *algorithm + "'."));
  }
  std::string date = *parameter(query, "X-Amz-Date");
  auto time = parse_sigv4_date(date);
  if (!time) {
    return fail(query_error(
        family, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        "Date must be in ISO-8601 'basic format'. Got '" + date + "'. See http://en.wikipedia.org/wiki/ISO_8601"));
  }
  claim.time = *time;
  claim.timestamp = std::move(date);
  claim.signature = *parameter(query, "X-Amz-Signature");
  CHECK_OK(read_credential(claim, *parameter(query, "X-Amz-Credential"), family));
  CHECK_OK(read_signed_headers(claim, *parameter(query, "X-Amz-SignedHeaders"), family));
  CHECK_OK(check_scope_date(claim, family));
  CHECK_OK(read_expires(claim, query, family));
  claim.security_token = parameter(query, "X-Amz-Security-Token").value_or("");
  std::optional<std::string> declared = parameter(query, "X-Amz-Content-Sha256");
  if (!declared) {
    if (auto header = request.header("x-amz-content-sha256")) declared = std::string(*header);
  }
  if (!declared && claim.service.starts_with("s3")) declared = "UNSIGNED-PAYLOAD";
  if (declared) CHECK_OK(read_payload_kind(claim, *declared));
  return claim;
}

Result<SignedRequest> parse_version_2(const SignableView& request) {
  SignedRequest claim;
  claim.kind = SignatureKind::v2_query;
  claim.service = "s3";
  claim.payload = PayloadKind::unsigned_payload;
  auto key = parameter(request.query, "AWSAccessKeyId");
  auto signature = parameter(request.query, "Signature");
  auto expires = parameter(request.query, "Expires");
  if (!key || !signature || !expires) {
    return fail("AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters", 403);
  }
  auto seconds = parse_integer(*expires);
  if (!seconds || *seconds < 0 || *seconds > 253402300799) {
    return fail("AccessDenied", "Invalid date (should be seconds since epoch): " + *expires, 403);
  }
  claim.access_key = *key;
  claim.signature = *signature;
  claim.expires_s = *seconds;
  claim.security_token = parameter(request.query, "x-amz-security-token").value_or("");
  return claim;
}

}  // namespace

Result<SignedRequest> parse_signature(const SignableView& request, ErrorFamily family) {
  auto header = request.header("authorization");
  bool query_v4 = request.query.find("X-Amz-") != std::string_view::npos &&
                  (parameter(request.query, "X-Amz-Algorithm") || parameter(request.query, "X-Amz-Signature"));
  bool query_v2 = family == ErrorFamily::s3 && request.query.find("AWSAccessKeyId=") != std::string_view::npos;
  if (header && (query_v4 || query_v2) && family == ErrorFamily::s3) {
    return fail("InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
                "query string parameter or the Authorization header should be specified");
  }
  if (query_v4) return parse_query_form(request, family);
  if (query_v2) return parse_version_2(request);
  if (!header || trim(*header).empty()) return SignedRequest{};

  std::string_view text = trim(*header);
  std::string_view scheme = text.substr(0, text.find_first_of(" \t"));
  if (scheme == kAlgorithm) return parse_header_form(request, text, family);
  if (scheme == "AWS4-ECDSA-P256-SHA256") {
    return fail("NotImplemented", "Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not implemented.", 501);
  }
  if (family == ErrorFamily::s3) {
    if (scheme == "AWS") {
      return fail("InvalidRequest",
                  "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
    }
    return fail("InvalidArgument", "Unsupported Authorization Type");
  }
  if (scheme.starts_with("AWS4-")) {
    return fail(incomplete_signature(family, "Unsupported AWS 'algorithm': '" + std::string(scheme) + "'."));
  }
  return SignedRequest{};  // another scheme (Bearer, Basic) is no AWS signature
}

}  // namespace thaw::api
