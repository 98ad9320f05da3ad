// Making signatures: for Thaw's own command-line client, for tests, and for presigned URLs that services hand out.
#include <algorithm>

#include "api/sigv4.h"
#include "api/sigv4_canonical.h"
#include "base/text.h"

namespace thaw::api {

namespace {

SignableView view_of(const SigningRequest& request,
                     std::vector<std::pair<std::string_view, std::string_view>>& headers) {
  for (const auto& [name, value] : request.headers) headers.emplace_back(name, value);
  return SignableView{request.method, request.path, request.query, headers};
}

std::vector<std::string> names_to_sign(const SigningRequest& request) {
  std::vector<std::string> names;
  for (const auto& [name, value] : request.headers) {
    std::string lower = to_lower(name);
    // Those that a proxy or the transport may change or drop.
    if (lower == "user-agent" || lower == "expect" || lower == "connection" || lower == "transfer-encoding") continue;
    names.push_back(std::move(lower));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string joined(const std::vector<std::string>& names) { return join(names, ";"); }

std::string signature_of(const SigningRequest& request, const std::vector<std::string>& names, std::string_view hash,
                         const std::string& timestamp, const std::string& scope, std::string_view secret) {
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  SignableView view = view_of(request, headers);
  std::string canonical = canonical_request(view, names, has_s3_paths(request.service), hash);
  SigningKeys keys;
  auto key = keys.get(secret, timestamp.substr(0, 8), request.region, request.service);
  return hex_of(key->mac(string_to_sign(timestamp, scope, canonical)));
}

std::string scope_of(const SigningRequest& request, const std::string& timestamp) {
  return timestamp.substr(0, 8) + '/' + request.region + '/' + request.service + "/aws4_request";
}

}  // namespace

void sign_request(SigningRequest& request, const SigningCredentials& credentials, Time now) {
  std::string timestamp = sigv4_date(std::chrono::floor<std::chrono::seconds>(now));
  std::string hash = hex_of(Sha256::of(request.body));
  request.headers.emplace_back("x-amz-date", timestamp);
  if (!credentials.security_token.empty()) {
    request.headers.emplace_back("x-amz-security-token", credentials.security_token);
  }
  if (has_s3_paths(request.service)) request.headers.emplace_back("x-amz-content-sha256", hash);
  std::vector<std::string> names = names_to_sign(request);
  std::string scope = scope_of(request, timestamp);
  std::string signature = signature_of(request, names, hash, timestamp, scope, credentials.secret);
  request.headers.emplace_back("authorization", "AWS4-HMAC-SHA256 Credential=" + credentials.access_key + '/' + scope +
                                                    ", SignedHeaders=" + joined(names) + ", Signature=" + signature);
}

std::string presign(const SigningRequest& original, const SigningCredentials& credentials, Time now,
                    int64_t expires_s) {
  SigningRequest request = original;
  std::string timestamp = sigv4_date(std::chrono::floor<std::chrono::seconds>(now));
  std::string scope = scope_of(request, timestamp);
  std::vector<std::string> names = names_to_sign(request);
  if (!request.query.empty()) request.query += '&';
  request.query +=
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + uri_encode(credentials.access_key + '/' + scope) +
      "&X-Amz-Date=" + timestamp + "&X-Amz-Expires=" + std::to_string(expires_s);
  if (!credentials.security_token.empty()) {
    request.query += "&X-Amz-Security-Token=" + uri_encode(credentials.security_token);
  }
  request.query += "&X-Amz-SignedHeaders=" + uri_encode(joined(names));
  std::string hash = has_s3_paths(request.service) ? "UNSIGNED-PAYLOAD" : hex_of(Sha256::of(request.body));
  return request.query + "&X-Amz-Signature=" + signature_of(request, names, hash, timestamp, scope, credentials.secret);
}

}  // namespace thaw::api
