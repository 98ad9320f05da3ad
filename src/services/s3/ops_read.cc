// Reading objects, and what is said about them.
#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

constexpr size_t chunk_bytes = 256 * 1024;

// The bytes of an object that lies in pieces. Pieces are opened one after the other, when they are reached.
class ObjectBody final : public net::BodySource {
 public:
  ObjectBody(blob::BlobStore& blobs, std::vector<PartRecord> pieces, ByteRange range)
      : blobs_(blobs), pieces_(std::move(pieces)), size_(range.count), left_(range.count), offset_(range.first) {
    while (index_ < pieces_.size() && offset_ >= size_of(index_)) offset_ -= size_of(index_++);
  }

  std::optional<uint64_t> length() const override { return size_; }

  Task<Result<std::string>> next() override {
    if (left_ == 0) co_return std::string();
    while (index_ < pieces_.size() && offset_ >= size_of(index_)) {
      offset_ = 0;
      ++index_;
      reader_.reset();
    }
    if (index_ >= pieces_.size()) co_return fail("InternalError", "An object is shorter than its record says.", 500);
    if (!reader_) {
      auto id = blob::BlobId::parse(pieces_[index_].blob.value_or(""));
      if (!id) co_return fail("InternalError", "An object's record names no blob.", 500);
      CO_TRY(reader_, co_await blobs_.open(*id));
    }
    size_t count = static_cast<size_t>(std::min<uint64_t>({chunk_bytes, left_, size_of(index_) - offset_}));
    CO_TRY(std::string bytes, co_await reader_->read(offset_, count));
    if (bytes.empty()) co_return fail("InternalError", "A blob is shorter than its record says.", 500);
    offset_ += bytes.size();
    left_ -= bytes.size();
    co_return bytes;
  }

 private:
  uint64_t size_of(size_t index) const { return static_cast<uint64_t>(pieces_[index].size_bytes); }

  blob::BlobStore& blobs_;
  std::vector<PartRecord> pieces_;
  uint64_t size_, left_, offset_;
  size_t index_ = 0;
  std::unique_ptr<blob::BlobReader> reader_;
};

void set_overrides(HeadObjectOutput& head, const GetObjectInput& in) {
  if (in.ResponseCacheControl) head.CacheControl = in.ResponseCacheControl;
  if (in.ResponseContentDisposition) head.ContentDisposition = in.ResponseContentDisposition;
  if (in.ResponseContentEncoding) head.ContentEncoding = in.ResponseContentEncoding;
  if (in.ResponseContentLanguage) head.ContentLanguage = in.ResponseContentLanguage;
  if (in.ResponseContentType) head.ContentType = in.ResponseContentType;
  if (in.ResponseExpires) head.Expires = in.ResponseExpires;
}

bool has_overrides(const GetObjectInput& in) {
  return in.ResponseCacheControl || in.ResponseContentDisposition || in.ResponseContentEncoding ||
         in.ResponseContentLanguage || in.ResponseContentType || in.ResponseExpires;
}

HeadObjectOutput describe_object(const VersionRecord& record, bool versioned) {
  HeadObjectOutput out;
  const Attributes& a = record.attributes;
  out.AcceptRanges = "bytes";
  out.CacheControl = a.cache_control;
  out.ContentDisposition = a.content_disposition;
  out.ContentEncoding = a.content_encoding;
  out.ContentLanguage = a.content_language;
  out.ContentType = a.content_type;
  out.Expires = a.expires;
  out.ETag = quoted(record.etag);
  out.LastModified = Time(std::chrono::milliseconds(record.modified_ms / 1000 * 1000));
  out.Metadata = a.metadata;
  if (a.storage_class != "STANDARD") out.StorageClass = a.storage_class;
  if (!a.tags.empty()) out.TagCount = static_cast<int32_t>(a.tags.size());
  if (versioned) out.VersionId = record.id;
  set_encryption(out, a);
  return out;
}

Failure not_modified() { return failure("NotModified", "Not Modified", 304); }

}  // namespace

std::shared_ptr<net::BodySource> make_body(blob::BlobStore& blobs, const std::vector<PartRecord>& pieces,
                                           ByteRange range) {
  return std::make_shared<ObjectBody>(blobs, pieces, range);
}

std::vector<PartRecord> single_piece(const VersionRecord& record) {
  PartRecord piece;
  piece.number = 1;
  piece.size_bytes = record.size_bytes;
  piece.blob = record.blob;
  piece.etag = record.etag;
  return {std::move(piece)};
}

Task<Result<VersionRecord>> S3::find_object(kv::Transaction& tx, Request& request, const VersionInput& in,
                                            bool& versioned) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(tx, in.Bucket));
  versioned = !bucket.versioning.empty();
  ObjectStore objects(tx);
  if (in.VersionId) {
    if (in.VersionId->empty()) co_return invalid_argument("Version id cannot be the empty string", "versionId", "");
    auto found = co_await objects.version(in.Bucket, in.Key, *in.VersionId);
    if (!found) co_return no_such_version(in.Key, *in.VersionId);
    if (!found->is_delete_marker) co_return std::move(*found);
    request.response_headers.set("x-amz-delete-marker", "true");
    request.response_headers.set("x-amz-version-id", found->id);
    request.response_headers.set("Last-Modified", http_date(found->modified()));
    request.response_headers.set("Allow", "DELETE");
    co_return method_not_allowed(request.operation->http_method, "DeleteMarker");
  }
  auto found = co_await objects.latest(in.Bucket, in.Key);
  if (found && !found->is_delete_marker) co_return std::move(*found);
  if (found) {
    request.response_headers.set("x-amz-delete-marker", "true");
    request.response_headers.set("x-amz-version-id", found->id);
  }
  co_return no_such_key(in.Key);
}

Task<Result<S3::Found>> S3::find_in(kv::Transaction& tx, Request& request, const VersionInput& in) {
  Found out;
  CO_TRY(out.record, co_await find_object(tx, request, in, out.versioned));
  out.pieces = single_piece(out.record);
  if (out.record.manifest) {
    auto manifest = co_await ObjectStore(tx).manifest(*out.record.manifest);
    if (!manifest) co_return fail("InternalError", "An object's parts are missing.", 500);
    out.pieces = std::move(manifest->parts);
  }
  co_return out;
}

Result<S3::Selected> S3::select(Request& request, const GetObjectInput& in, const Found& found) {
  const VersionRecord& record = found.record;
  Selected out;
  out.head = describe_object(record, found.versioned);
  Conditions conditions{in.IfMatch, in.IfNoneMatch, in.IfModifiedSince, in.IfUnmodifiedSince};
  ConditionResult result = check_conditions(conditions, record.etag, record.modified());
  if (result.outcome == Outcome::failed) return precondition_failed(result.condition);
  if (result.outcome == Outcome::not_modified) {
    if (!request.http) return not_modified();
    out.status = 304;
    return out;
  }
  uint64_t size = static_cast<uint64_t>(record.size_bytes);
  out.range = {0, size};
  bool whole = true;
  if (in.PartNumber) {
    if (in.Range) return invalid_request("Cannot specify both Range header and partNumber query parameter");
    int32_t number = *in.PartNumber;
    if (number < 1 || number > 10'000)
      return invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                              std::to_string(number));
    // Parts are counted as they lie in the object, whatever their numbers were.
    if (static_cast<size_t>(number) > found.pieces.size())
      return failure("InvalidPartNumber", "The requested partnumber is not satisfiable", 416,
                     Json::object({{"PartNumberRequested", number}, {"ActualPartCount", found.pieces.size()}}));
    uint64_t first = 0;
    for (int32_t i = 0; i + 1 < number; ++i)
      first += static_cast<uint64_t>(found.pieces[static_cast<size_t>(i)].size_bytes);
    const PartRecord& piece = found.pieces[static_cast<size_t>(number - 1)];
    out.range = {first, static_cast<uint64_t>(piece.size_bytes)};
    if (record.parts) out.head.PartsCount = record.parts;
    whole = !record.parts;
    if (!whole && in.ChecksumMode && record.checksum_type == "COMPOSITE") {
      set_checksums(out.head, piece.checksums);
      out.head.ChecksumType = record.checksum_type;
    }
    out.status = 206;
  } else if (in.Range) {
    TRY(std::optional<ByteRange> range, parse_range(*in.Range, size));
    if (range) {
      out.range = *range;
      out.status = 206;
      whole = range->count == size;
    }
  }
  if (out.status == 206 && size > 0)
    out.head.ContentRange = "bytes " + std::to_string(out.range.first) + "-" +
                            std::to_string(out.range.first + out.range.count - 1) + "/" + std::to_string(size);
  if (whole && in.ChecksumMode && equal_ignoring_case(*in.ChecksumMode, "ENABLED")) {
    set_checksums(out.head, record.checksums);
    out.head.ChecksumType = record.checksum_type;
  }
  out.head.ContentLength = static_cast<int64_t>(out.range.count);
  set_overrides(out.head, in);
  return out;
}

Task<Error> S3::told(Request& request, std::string bucket, Error error) {
  if (error.code != "NoSuchKey" || request.principal.kind == api::Principal::Kind::root) co_return error;
  auto account = AccountId::parse(request.principal.account);
  api::As as{request.principal, account.value_or(request.account), request.region, request.context};
  Result<Json> listed = co_await caller_.call(std::move(as), "s3", "HeadBucket", Json::object({{"Bucket", bucket}}));
  if (listed || listed.error().code != "AccessDeniedException") co_return error;
  request.response_headers.remove("x-amz-delete-marker");
  request.response_headers.remove("x-amz-version-id");
  co_return Error{"AccessDenied", listed.error().message, 403, {}};
}

Task<Result<GetObjectOutput>> S3::get_object(Request& request, const GetObjectInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  if (has_overrides(in) && request.principal.kind == api::Principal::Kind::anonymous)
    co_return invalid_request("Request specific response headers cannot be used for anonymous GET requests.");
  InTransaction<Found> find = [&](kv::Transaction& tx) { return find_in(tx, request, in); };
  Result<Found> found = co_await store_.transact<Found>(std::move(find));
  if (!found) co_return std::unexpected(co_await told(request, in.Bucket, found.error()));
  CO_TRY(Selected selected, select(request, in, *found));
  GetObjectOutput out;
  static_cast<HeadObjectOutput&>(out) = std::move(selected.head);
  if (selected.status != 200) request.response_status = selected.status;
  if (selected.status == 304) co_return out;
  request.stream = make_body(blobs_, found->pieces, selected.range);
  co_return out;
}

Task<Result<HeadObjectOutput>> S3::head_object(Request& request, const GetObjectInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  Result<Found> found = co_await find_in(request.tx(), request, in);
  if (!found) co_return std::unexpected(co_await told(request, in.Bucket, found.error()));
  CO_TRY(Selected selected, select(request, in, *found));
  if (selected.status != 200) request.response_status = selected.status;
  co_return std::move(selected.head);
}

Task<Result<GetObjectAttributesOutput>> S3::get_object_attributes(Request& request,
                                                                  const GetObjectAttributesInput& in) {
  if (in.ObjectAttributes.empty())
    co_return invalid_argument(
        "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
        "x-amz-object-attributes", "");
  auto wants = [&](std::string_view name) {
    return std::find(in.ObjectAttributes.begin(), in.ObjectAttributes.end(), name) != in.ObjectAttributes.end();
  };
  for (const std::string& name : in.ObjectAttributes)
    if (name != "ETag" && name != "Checksum" && name != "ObjectParts" && name != "StorageClass" && name != "ObjectSize")
      co_return invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", name);
  CO_TRY(Found found, co_await find_in(request.tx(), request, in));
  const VersionRecord& record = found.record;
  GetObjectAttributesOutput out;
  out.LastModified = Time(std::chrono::milliseconds(record.modified_ms / 1000 * 1000));
  if (found.versioned) out.VersionId = record.id;
  if (wants("ETag")) out.ETag = record.etag;
  if (wants("StorageClass")) out.StorageClass = record.attributes.storage_class;
  if (wants("ObjectSize")) out.ObjectSize = record.size_bytes;
  if (wants("Checksum") && !record.checksums.empty()) {
    set_checksums(out.Checksum.emplace(), record.checksums);
    out.Checksum->ChecksumType = record.checksum_type;
  }
  if (!wants("ObjectParts") || !record.parts) co_return out;
  ObjectParts& parts = out.ObjectParts.emplace();
  parts.TotalPartsCount = record.parts;
  // Only parts that have checksums of their own are listed.
  if (record.checksum_type != "COMPOSITE") co_return out;
  int32_t marker = std::max(0, in.PartNumberMarker.value_or(0)), max = std::clamp(in.MaxParts.value_or(1000), 0, 1000);
  parts.PartNumberMarker = marker;
  parts.MaxParts = max;
  parts.IsTruncated = false;
  for (const PartRecord& piece : found.pieces) {
    if (piece.number <= marker) continue;
    if (parts.Parts.size() == static_cast<size_t>(max)) {
      parts.IsTruncated = true;
      break;
    }
    ObjectPart& part = parts.Parts.emplace_back();
    part.PartNumber = piece.number;
    part.Size = piece.size_bytes;
    set_checksums(part, piece.checksums);
  }
  if (!parts.Parts.empty()) parts.NextPartNumberMarker = parts.Parts.back().PartNumber;
  co_return out;
}

Task<Result<api::Nothing>> S3::put_object_tagging(Request& request, const PutObjectTaggingInput& in) {
  CO_CHECK_OK(check_tags(in.Tagging.TagSet, 10));
  CO_CHECK_OK(check_system_tags({}, in.Tagging.TagSet));
  bool versioned = false;
  CO_TRY(VersionRecord record, co_await find_object(request.tx(), request, in, versioned));
  record.attributes.tags = in.Tagging.TagSet;
  if (versioned) request.response_headers.set("x-amz-version-id", record.id);
  co_await ObjectStore(request.tx()).update_version(in.Bucket, in.Key, std::move(record));
  co_return api::Nothing{};
}

Task<Result<GetTaggingOutput>> S3::get_object_tagging(Request& request, const VersionInput& in) {
  bool versioned = false;
  CO_TRY(VersionRecord record, co_await find_object(request.tx(), request, in, versioned));
  GetTaggingOutput out;
  if (versioned) out.VersionId = record.id;
  out.TagSet = record.attributes.tags;
  co_return out;
}

Task<Result<VersionIdOutput>> S3::delete_object_tagging(Request& request, const VersionInput& in) {
  bool versioned = false;
  CO_TRY(VersionRecord record, co_await find_object(request.tx(), request, in, versioned));
  VersionIdOutput out;
  if (versioned) out.VersionId = record.id;
  record.attributes.tags.clear();
  co_await ObjectStore(request.tx()).update_version(in.Bucket, in.Key, std::move(record));
  co_return out;
}

}  // namespace thaw::s3
