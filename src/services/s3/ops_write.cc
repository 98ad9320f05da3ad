// Writing objects whole: PutObject and CopyObject.
#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

constexpr int64_t object_bytes_max = 5LL << 30;
constexpr size_t metadata_bytes_max = 2048;

// aws-chunked is the transfer's framing, not the object's encoding.
Opt without_aws_chunked(const Opt& encoding) {
  if (!encoding) return encoding;
  std::vector<std::string> kept;
  for (std::string_view one : split(*encoding, ','))
    if (!trim(one).empty() && !equal_ignoring_case(trim(one), "aws-chunked")) kept.emplace_back(trim(one));
  if (kept.empty()) return std::nullopt;
  return join(kept, ",");
}

Result<void> check_storage_class(const Opt& name) {
  static constexpr std::string_view known[] = {"STANDARD",   "REDUCED_REDUNDANCY",  "STANDARD_IA",
                                               "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"};
  if (!name) return {};
  for (std::string_view one : known)
    if (*name == one) return {};
  // Objects of these classes must be restored before they can be read.
  if (*name == "GLACIER" || *name == "DEEP_ARCHIVE") return not_implemented("x-amz-storage-class: " + *name);
  return failure("InvalidStorageClass", "The storage class you specified is not valid", 400,
                 Json::object({{"StorageClassRequested", *name}}));
}

Result<void> check_encryption(const WriteInput& in) {
  const Opt& method = in.ServerSideEncryption;
  if (method && *method != "AES256" && *method != "aws:kms" && *method != "aws:kms:dsse")
    return invalid_argument("The encryption method specified is not supported", "x-amz-server-side-encryption",
                            *method);
  if (in.SSEKMSKeyId && (!method || !method->starts_with("aws:kms")))
    return invalid_argument(
        "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        "x-amz-server-side-encryption", method.value_or("null"));
  return {};
}

Failure too_large(int64_t size_bytes) {
  return failure("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400,
                 Json::object({{"ProposedSize", size_bytes}, {"MaxSizeAllowed", object_bytes_max}}));
}

}  // namespace

Result<Attributes> attributes_of(const WriteInput& in) {
  CHECK_OK(check_storage_class(in.StorageClass));
  CHECK_OK(check_encryption(in));
  Attributes out;
  out.cache_control = in.CacheControl;
  out.content_disposition = in.ContentDisposition;
  out.content_encoding = without_aws_chunked(in.ContentEncoding);
  out.content_language = in.ContentLanguage;
  out.content_type = in.ContentType;
  out.expires = in.Expires;
  out.encryption = in.ServerSideEncryption;
  out.kms_key = in.SSEKMSKeyId;
  out.encryption_context = in.SSEKMSEncryptionContext;
  out.bucket_key = in.BucketKeyEnabled;
  out.storage_class = in.StorageClass.value_or("STANDARD");
  size_t bytes = 0;
  for (const auto& [name, value] : in.Metadata) {
    bytes += name.size() + value.size();
    out.metadata[to_lower(name)] = value;
  }
  if (bytes > metadata_bytes_max)
    return failure("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400,
                   Json::object({{"Size", bytes}, {"MaxSizeAllowed", metadata_bytes_max}}));
  if (in.Tagging) {
    TRY(out.tags, parse_tagging(*in.Tagging));
  }
  return out;
}

Task<Result<S3::Received>> S3::receive(Request& request, Opt content_md5, Opt sdk_algorithm, Checksums headers,
                                       std::optional<Algorithm> also) {
  std::string trailer(request.http ? request.http->headers.get_or("x-amz-trailer", "") : "");
  CO_TRY(Claims claims, parse_claims(content_md5, request.http ? sdk_algorithm : std::nullopt, headers, trailer));
  auto length = request.body->content_length();
  if (length && *length > static_cast<uint64_t>(object_bytes_max)) co_return too_large(static_cast<int64_t>(*length));
  std::vector<Algorithm> algorithms;
  if (claims.algorithm) algorithms.push_back(*claims.algorithm);
  if (also && also != claims.algorithm) algorithms.push_back(*also);
  if (algorithms.empty()) algorithms.push_back(Algorithm::crc64nvme);
  blob::Extra extra;
  for (Algorithm algorithm : algorithms) want(extra, algorithm);

  Received out;
  std::unique_ptr<blob::BlobWriter> writer;
  while (true) {
    CO_TRY(std::string chunk, co_await request.body->read());
    if (chunk.empty()) break;
    out.size_bytes += static_cast<int64_t>(chunk.size());
    if (out.size_bytes > object_bytes_max) co_return too_large(out.size_bytes);
    if (!writer) writer = blobs_.begin(extra);
    CO_CHECK_OK(co_await writer->append(std::move(chunk)));
  }
  blob::Digests digests;
  if (writer) {
    CO_TRY(blob::Blob blob, co_await writer->finish());
    out.blob = blob.id.text();
    digests = std::move(blob.digests);
  } else {
    digests = blob::Hasher(extra).finish();
  }
  CO_CHECK_OK(check_claims(claims, &request.body->trailers(), digests));
  out.etag = hex_encode(digests.md5);
  for (Algorithm algorithm : algorithms)
    out.checksums[std::string(name_of(algorithm))] = base64_encode(digest_of(digests, algorithm));
  co_return out;
}

Task<Result<void>> S3::apply_bucket(kv::Transaction& tx, std::string bucket, Opt acl, Attributes& attributes) {
  ObjectStore objects(tx);
  if (acl) {
    auto ownership = co_await objects.config<OwnershipControls>(bucket, "ownership");
    bool enforced =
        ownership && !ownership->Rules.empty() && ownership->Rules[0].ObjectOwnership == "BucketOwnerEnforced";
    CO_CHECK_OK(check_acl(acl, enforced));
  }
  if (attributes.encryption) co_return Result<void>();
  attributes.encryption = "AES256";
  auto config = co_await objects.config<EncryptionConfiguration>(bucket, "encryption");
  if (!config || config->Rules.empty()) co_return Result<void>();
  const EncryptionRule& rule = config->Rules[0];
  if (rule.ApplyServerSideEncryptionByDefault) {
    attributes.encryption = rule.ApplyServerSideEncryptionByDefault->SSEAlgorithm;
    attributes.kms_key = rule.ApplyServerSideEncryptionByDefault->KMSMasterKeyID;
  }
  if (!attributes.bucket_key) attributes.bucket_key = rule.BucketKeyEnabled;
  co_return Result<void>();
}

Task<Result<S3::Written>> S3::put_in(kv::Transaction& tx, const WriteInput& in, const Opt& if_match,
                                     const Opt& if_none_match, VersionRecord made) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(tx, in.Bucket));
  CO_CHECK_OK(co_await apply_bucket(tx, in.Bucket, in.ACL, made.attributes));
  ObjectStore objects(tx);
  if (if_match || if_none_match) {
    auto current = co_await objects.latest(in.Bucket, in.Key);
    Opt etag = current && !current->is_delete_marker ? Opt(current->etag) : std::nullopt;
    CO_CHECK_OK(check_write(if_match, if_none_match, etag, in.Key));
  }
  co_await objects.add_version(in.Bucket, bucket.versioning, in.Key, made);
  co_return Written{std::move(made), !bucket.versioning.empty()};
}

Task<Result<PutObjectOutput>> S3::put_object(Request& request, const PutObjectInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  VersionRecord made;
  CO_TRY(made.attributes, attributes_of(in));
  if (!made.attributes.content_type) made.attributes.content_type = "binary/octet-stream";
  CO_TRY(Received received, co_await receive(request, in.ContentMD5, in.ChecksumAlgorithm, in, std::nullopt));
  made.modified_ms = request.clock->now_ms();
  made.size_bytes = received.size_bytes;
  made.etag = received.etag;
  made.blob = received.blob;
  made.checksums = std::move(received.checksums);
  made.checksum_type = "FULL_OBJECT";
  InTransaction<Written> put = [&](kv::Transaction& tx) { return put_in(tx, in, in.IfMatch, in.IfNoneMatch, made); };
  CO_TRY(Written written, co_await store_.transact<Written>(std::move(put)));
  PutObjectOutput out;
  out.ETag = quoted(written.record.etag);
  out.VersionId = written.version_id();
  set_checksums(out, written.record.checksums);
  out.ChecksumType = written.record.checksum_type;
  set_encryption(out, written.record.attributes);
  co_return out;
}

// ---- copying ----

Task<Result<S3::Source>> S3::source_in(kv::Transaction& tx, CopySource name) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(tx, name.bucket));
  ObjectStore objects(tx);
  std::optional<VersionRecord> found;
  if (name.version)
    found = co_await objects.version(name.bucket, name.key, *name.version);
  else
    found = co_await objects.latest(name.bucket, name.key);
  if (found && found->is_delete_marker && name.version)
    co_return invalid_request(
        "The source of a copy request may not specifically refer to a delete marker by version id.");
  if (!found && name.version) co_return no_such_version(name.key, *name.version);
  if (!found || found->is_delete_marker) co_return no_such_key(name.key);
  Source out;
  out.pieces = single_piece(*found);
  if (found->manifest) {
    auto manifest = co_await objects.manifest(*found->manifest);
    if (manifest) out.pieces = std::move(manifest->parts);
  }
  out.name = std::move(name);
  out.record = std::move(*found);
  out.versioned = !bucket.versioning.empty();
  co_return out;
}

Task<Result<S3::Source>> S3::open_source(Request& request, const CopySourceInput& in) {
  CO_TRY(CopySource name, parse_copy_source(in.CopySource));
  // As the caller, so that the source's own policy and the caller's both count.
  Json ask = Json::object({{"Bucket", name.bucket}, {"Key", name.key}});
  if (name.version) ask.set("VersionId", *name.version);
  if (in.ExpectedSourceBucketOwner) ask.set("ExpectedBucketOwner", *in.ExpectedSourceBucketOwner);
  auto account = AccountId::parse(request.principal.account);
  api::As as{request.principal, account.value_or(request.account), request.region, request.context};
  Result<Json> allowed = co_await caller_.call(std::move(as), "s3", "HeadObject", std::move(ask));
  if (!allowed && allowed.error().code == "AccessDeniedException")
    co_return failure("AccessDenied", allowed.error().message, 403);
  if (!allowed && allowed.error().code != "MethodNotAllowed") co_return std::unexpected(allowed.error());
  InTransaction<Source> read = [&](kv::Transaction& tx) { return source_in(tx, name); };
  CO_TRY(Source source, co_await store_.transact<Source>(std::move(read)));
  Conditions conditions{in.CopySourceIfMatch, in.CopySourceIfNoneMatch, in.CopySourceIfModifiedSince,
                        in.CopySourceIfUnmodifiedSince};
  ConditionResult result = check_conditions(conditions, source.record.etag, source.record.modified());
  if (result.outcome != Outcome::holds)
    co_return precondition_failed("x-amz-copy-source-" + std::string(result.condition));
  co_return source;
}

Task<Result<S3::Received>> S3::copy_bytes(const Source& source, ByteRange range, Algorithm algorithm) {
  blob::Extra extra;
  want(extra, algorithm);
  Received out;
  std::unique_ptr<blob::BlobWriter> writer = blobs_.begin(extra);
  std::shared_ptr<net::BodySource> body = make_body(blobs_, source.pieces, range);
  while (true) {
    CO_TRY(std::string chunk, co_await body->next());
    if (chunk.empty()) break;
    out.size_bytes += static_cast<int64_t>(chunk.size());
    CO_CHECK_OK(co_await writer->append(std::move(chunk)));
  }
  CO_TRY(blob::Blob blob, co_await writer->finish());
  out.blob = blob.id.text();
  out.etag = hex_encode(blob.digests.md5);
  out.checksums[std::string(name_of(algorithm))] = base64_encode(digest_of(blob.digests, algorithm));
  co_return out;
}

namespace {

bool replaces(const Opt& directive) { return directive.value_or("COPY") == "REPLACE"; }

Result<void> check_directive(const Opt& directive, std::string_view header) {
  if (!directive || *directive == "COPY" || *directive == "REPLACE") return {};
  return invalid_argument(
      header == "x-amz-tagging-directive" ? "Unknown tagging directive." : "Unknown metadata directive.", header,
      *directive);
}

// What the copy is given: the source's own, or what the request says instead.
Result<Attributes> attributes_of_copy(const CopyObjectInput& in, const VersionRecord& source) {
  CHECK_OK(check_directive(in.MetadataDirective, "x-amz-metadata-directive"));
  CHECK_OK(check_directive(in.TaggingDirective, "x-amz-tagging-directive"));
  TRY(Attributes given, attributes_of(in));
  Attributes out = replaces(in.MetadataDirective) ? given : source.attributes;
  out.tags = replaces(in.TaggingDirective) ? given.tags : source.attributes.tags;
  out.encryption = given.encryption;
  out.kms_key = given.kms_key;
  out.encryption_context = given.encryption_context;
  out.bucket_key = given.bucket_key;
  out.storage_class = given.storage_class;
  if (!out.content_type) out.content_type = "binary/octet-stream";
  return out;
}

}  // namespace

Task<Result<S3::Written>> S3::copy_in(kv::Transaction& tx, const CopyObjectInput& in, const Source& source,
                                      VersionRecord made) {
  if (made.blob && made.blob == source.record.blob) {
    // The blob is shared: its source must still name it when the copy starts to.
    Result<Source> again = co_await source_in(tx, source.name);
    if (!again || again->record.order != source.record.order)
      co_return failure(
          "OperationAborted",
          "A conflicting conditional operation is currently in progress against this resource. Please try again.", 409);
  }
  co_return co_await put_in(tx, in, in.IfMatch, in.IfNoneMatch, std::move(made));
}

Task<Result<CopyObjectOutput>> S3::copy_object(Request& request, const CopyObjectInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  CO_TRY(Source source, co_await open_source(request, in));
  const VersionRecord& from = source.record;
  if (from.size_bytes > object_bytes_max)
    co_return invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");
  VersionRecord made;
  CO_TRY(made.attributes, attributes_of_copy(in, from));
  bool same = source.name.bucket == in.Bucket && source.name.key == in.Key && !source.name.version;
  if (same && !replaces(in.MetadataDirective) && !in.StorageClass && !in.ServerSideEncryption && !in.ChecksumAlgorithm)
    co_return invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without changing the "
        "object's metadata, storage class, website redirect location or encryption attributes.");
  std::optional<Algorithm> wanted;
  if (in.ChecksumAlgorithm) {
    wanted = parse_algorithm(*in.ChecksumAlgorithm);
    if (!wanted)
      co_return invalid_request(
          "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
          "CRC64NVME, SHA1, SHA256]");
  }
  bool has_wanted = !wanted || from.checksums.contains(std::string(name_of(*wanted)));
  made.size_bytes = from.size_bytes;
  if (from.manifest || !has_wanted || from.checksums.empty()) {
    Algorithm algorithm = wanted.value_or(Algorithm::crc64nvme);
    if (!wanted && from.checksums.size() == 1)
      algorithm = parse_algorithm(from.checksums.begin()->first).value_or(algorithm);
    CO_TRY(Received copied, co_await copy_bytes(source, {0, static_cast<uint64_t>(from.size_bytes)}, algorithm));
    made.blob = from.size_bytes ? copied.blob : std::nullopt;
    made.etag = copied.etag;
    made.checksums = std::move(copied.checksums);
  } else {
    made.blob = from.blob;
    made.etag = from.etag;
    made.checksums = from.checksums;
  }
  made.checksum_type = "FULL_OBJECT";
  made.modified_ms = request.clock->now_ms();
  InTransaction<Written> put = [&](kv::Transaction& tx) { return copy_in(tx, in, source, made); };
  CO_TRY(Written written, co_await store_.transact<Written>(std::move(put)));
  CopyObjectOutput out;
  out.VersionId = written.version_id();
  if (source.versioned) out.CopySourceVersionId = from.id;
  set_encryption(out, written.record.attributes);
  out.CopyObjectResult.ETag = quoted(written.record.etag);
  out.CopyObjectResult.LastModified = written.record.modified();
  out.CopyObjectResult.ChecksumType = written.record.checksum_type;
  set_checksums(out.CopyObjectResult, written.record.checksums);
  co_return out;
}

}  // namespace thaw::s3
