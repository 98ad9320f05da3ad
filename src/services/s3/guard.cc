// What every operation on a bucket passes first, and CORS.
#include <algorithm>

#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

// The headers that let a browser's script see an answer.
void add_cors_headers(api::Request& request, const CorsRule& rule, std::string_view origin) {
  bool any = std::find(rule.AllowedOrigins.begin(), rule.AllowedOrigins.end(), "*") != rule.AllowedOrigins.end();
  net::Headers& headers = request.response_headers;
  headers.set("Access-Control-Allow-Origin", any ? "*" : origin);
  headers.set("Access-Control-Allow-Methods", join(rule.AllowedMethods, ", "));
  if (!rule.ExposeHeaders.empty()) headers.set("Access-Control-Expose-Headers", join(rule.ExposeHeaders, ", "));
  if (rule.MaxAgeSeconds) headers.set("Access-Control-Max-Age", std::to_string(*rule.MaxAgeSeconds));
  if (!any) headers.set("Access-Control-Allow-Credentials", "true");
  headers.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

Failure cors_denied(std::string words) { return failure("AccessForbidden", "CORSResponse: " + std::move(words), 403); }

}  // namespace

Task<Result<BucketRecord>> S3::require_bucket(kv::Transaction& tx, std::string name) {
  std::optional<BucketRecord> found;
  if (is_valid_bucket_name(name)) found = co_await ObjectStore(tx).bucket(name);
  if (!found) co_return no_such_bucket(name);
  co_return std::move(*found);
}

Task<Result<Json>> S3::guard(Request& request, const Json& input) {
  CO_CHECK_OK(refuse_headers(request));
  if (request.transaction) co_return co_await guard_in(*request.transaction, request, input);
  InTransaction<Json> in_transaction = [&](kv::Transaction& tx) { return guard_in(tx, request, input); };
  co_return co_await store_.transact<Json>(std::move(in_transaction));
}

Task<Result<Json>> S3::guard_in(kv::Transaction& tx, Request& request, const Json& input) {
  std::string name = input.get("Bucket").string_or("");
  CO_TRY(BucketRecord bucket, co_await require_bucket(tx, name));
  std::string expected = input.get("ExpectedBucketOwner").string_or(bucket.account);
  if (expected != bucket.account) co_return access_denied();
  // The resource is its owner's, whoever asks: the authoriser sees by it that a caller comes from another account.
  if (auto owner = AccountId::parse(bucket.account)) request.account = std::move(*owner);

  ObjectStore objects(tx);
  if (request.http) {
    if (auto origin = request.http->headers.get("origin")) {
      auto cors = co_await objects.config<CorsConfiguration>(name, "cors");
      const CorsRule* rule = cors ? matching_cors_rule(*cors, *origin, request.http->method, {}) : nullptr;
      if (rule) add_cors_headers(request, *rule, *origin);
    }
  }
  // The owner's root can always mend a policy that shuts everybody out.
  bool mends = request.principal.kind == api::Principal::Kind::root && request.principal.account == bucket.account &&
               request.operation->name.ends_with("BucketPolicy");
  auto text = co_await objects.config<GetBucketPolicyOutput>(name, "policy");
  if (!text || mends) co_return Json();
  auto policy = Json::parse(text->Policy);
  if (!policy) co_return Json();
  bool stranger =
      request.principal.kind != api::Principal::Kind::service && request.principal.account != bucket.account;
  if (stranger && is_public_policy(*policy)) {
    auto block = co_await objects.config<PublicAccessBlockConfiguration>(name, "publicAccessBlock");
    if (block && block->RestrictPublicBuckets.value_or(false)) co_return Json();
  }
  co_return std::move(*policy);
}

Task<Result<api::Nothing>> S3::preflight(Request& request, const PreflightInput& in) {
  if (!request.http) co_return failure("BadRequest", "A preflight is made over HTTP.", 400);
  const net::Headers& headers = request.http->headers;
  auto origin = headers.get("origin");
  auto method = headers.get("access-control-request-method");
  if (!origin) co_return failure("BadRequest", "Insufficient information. Origin request header needed.", 400);
  if (!method) co_return failure("BadRequest", "Invalid Access-Control-Request-Method: null", 400);
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  auto cors = co_await ObjectStore(request.tx()).config<CorsConfiguration>(in.Bucket, "cors");
  if (!cors) co_return cors_denied("CORS is not enabled for this bucket.");
  std::vector<std::string> wanted;
  std::string_view wanted_text = headers.get_or("access-control-request-headers", "");
  if (!trim(wanted_text).empty())
    for (std::string_view one : split(wanted_text, ',')) wanted.push_back(to_lower(trim(one)));
  const CorsRule* rule = matching_cors_rule(*cors, *origin, *method, wanted);
  if (!rule)
    co_return cors_denied(
        "This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
        "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's "
        "CORS spec.");
  add_cors_headers(request, *rule, *origin);
  if (!wanted.empty()) request.response_headers.set("Access-Control-Allow-Headers", join(wanted, ", "));
  co_return api::Nothing{};
}

Result<void> refuse_headers(const api::Request& request) {
  if (!request.http) return {};
  for (auto [name, value] : request.http->headers) {
    std::string lower = to_lower(name);
    std::string_view n = lower;
    if (!n.starts_with("x-amz-")) continue;
    bool refused = n.starts_with("x-amz-server-side-encryption-customer-") || n.starts_with("x-amz-object-lock-") ||
                   n.starts_with("x-amz-copy-source-server-side-encryption-customer-") ||
                   n.starts_with("x-amz-grant-") || n == "x-amz-website-redirect-location" ||
                   n == "x-amz-write-offset-bytes" || n == "x-amz-mfa" || n == "x-amz-rename-source" ||
                   n == "x-amz-if-match-last-modified-time" || n == "x-amz-if-match-size";
    if (refused) return not_implemented(name);
  }
  return {};
}

Result<void> check_acl(const Opt& acl, bool enforced) {
  if (!acl || *acl == "private" || *acl == "bucket-owner-full-control") return {};
  if (enforced) return failure("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
  return not_implemented("x-amz-acl");
}

}  // namespace thaw::s3
