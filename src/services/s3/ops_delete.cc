// DeleteObject and DeleteObjects.
#include "api/codec.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

constexpr size_t body_bytes_max = 4u << 20;  // a thousand of the longest keys, and more
constexpr size_t keys_max = 1000;

Result<void> check_body(const DeleteObjectsInput& in, std::string_view body, const api::Request& request) {
  std::string trailer(request.http->headers.get_or("x-amz-trailer", ""));
  TRY(Claims claims, parse_claims(in.ContentMD5, in.ChecksumAlgorithm, in, trailer));
  if (!claims.md5 && !claims.algorithm)
    return invalid_request("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  blob::Extra extra;
  if (claims.algorithm) want(extra, *claims.algorithm);
  blob::Hasher hasher(extra);
  hasher.update(body);
  return check_claims(claims, &request.body->trailers(), hasher.finish());
}

}  // namespace

Task<Result<DeleteObjectOutput>> S3::delete_object(Request& request, const DeleteObjectInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  ObjectStore objects(request.tx());
  DeleteObjectOutput out;
  if (in.IfMatch) {
    auto current = co_await objects.latest(in.Bucket, in.Key);
    Opt etag = current && !current->is_delete_marker ? Opt(current->etag) : std::nullopt;
    CO_CHECK_OK(check_write(in.IfMatch, std::nullopt, etag, in.Key));
  }
  if (in.VersionId) {
    auto removed = co_await objects.remove_version(in.Bucket, in.Key, *in.VersionId);
    out.VersionId = in.VersionId;
    if (removed && removed->is_delete_marker) out.DeleteMarker = true;
    co_return out;
  }
  if (bucket.versioning.empty()) {
    co_await objects.remove_version(in.Bucket, in.Key, "null");
    co_return out;
  }
  VersionRecord marker;
  marker.is_delete_marker = true;
  marker.modified_ms = request.clock->now_ms();
  co_await objects.add_version(in.Bucket, bucket.versioning, in.Key, marker);
  out.DeleteMarker = true;
  out.VersionId = marker.id;
  co_return out;
}

Task<Result<DeleteObjectsOutput>> S3::delete_objects(Request& request, const DeleteObjectsInput& in) {
  InTransaction<BucketRecord> find = [&](kv::Transaction& tx) { return require_bucket(tx, in.Bucket); };
  CO_TRY(BucketRecord bucket, co_await store_.transact<BucketRecord>(std::move(find)));
  Delete list = in.Delete.value_or(Delete{});
  if (request.http) {
    CO_CHECK_OK(refuse_headers(request));
    auto body = co_await request.body->read_all(body_bytes_max);
    if (!body && body.error().code == "RequestEntityTooLarge") co_return malformed_xml();
    if (!body) co_return std::unexpected(body.error());
    CO_CHECK_OK(check_body(in, *body, request));
    CO_TRY(Json parsed, api::xml_to_canonical(*body, api::Bind<Delete>::schema(), "Delete"));
    list = api::from_canonical<Delete>(std::move(parsed));
  }
  if (list.Objects.empty() || list.Objects.size() > keys_max) co_return malformed_xml();

  // Each as the caller, so that each is authorised for itself.
  auto account = AccountId::parse(request.principal.account);
  std::vector<Task<Result<Json>>> deletions;
  for (const ObjectIdentifier& object : list.Objects) {
    Json ask = Json::object({{"Bucket", in.Bucket}, {"Key", object.Key}});
    if (object.VersionId) ask.set("VersionId", *object.VersionId);
    if (object.ETag) ask.set("IfMatch", *object.ETag);
    if (in.ExpectedBucketOwner) ask.set("ExpectedBucketOwner", *in.ExpectedBucketOwner);
    api::As as{request.principal, account.value_or(request.account), request.region, request.context};
    deletions.push_back(caller_.call(std::move(as), "s3", "DeleteObject", std::move(ask)));
  }
  std::vector<Result<Json>> results = co_await when_all(std::move(deletions));
  DeleteObjectsOutput out;
  for (size_t i = 0; i < results.size(); ++i) {
    const ObjectIdentifier& object = list.Objects[i];
    if (!results[i]) {
      const Error& error = results[i].error();
      bool denied = error.code == "AccessDeniedException";
      out.Errors.push_back({object.Key, object.VersionId, denied ? "AccessDenied" : error.code,
                            denied ? "Access Denied" : error.message});
      continue;
    }
    if (list.Quiet.value_or(false)) continue;
    auto answer = api::from_canonical<DeleteObjectOutput>(*results[i]);
    DeletedObject& deleted = out.Deleted.emplace_back();
    deleted.Key = object.Key;
    deleted.VersionId = object.VersionId;
    deleted.DeleteMarker = answer.DeleteMarker;
    if (answer.DeleteMarker) deleted.DeleteMarkerVersionId = answer.VersionId;
  }
  co_return out;
}

}  // namespace thaw::s3
