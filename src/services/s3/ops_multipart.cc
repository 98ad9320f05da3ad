// Objects uploaded in parts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
#include <algorithm>

#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

constexpr int64_t part_bytes_min = 5 << 20;
constexpr int64_t copy_bytes_max = 5LL << 30;
constexpr int32_t part_number_max = 10'000;

Algorithm algorithm_of(const UploadRecord& upload) {
  return parse_algorithm(upload.algorithm.value_or("")).value_or(Algorithm::crc64nvme);
}

Result<void> check_part_number(int32_t number) {
  if (number >= 1 && number <= part_number_max) return {};
  return invalid_argument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                          std::to_string(number));
}

Result<void> choose_checksum(const CreateMultipartUploadInput& in, UploadRecord& upload) {
  if (!in.ChecksumAlgorithm) {
    if (in.ChecksumType)
      return invalid_request(
          "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
    return {};
  }
  auto algorithm = parse_algorithm(*in.ChecksumAlgorithm);
  if (!algorithm)
    return invalid_request(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
        "CRC64NVME, SHA1, SHA256]");
  bool sha = *algorithm == Algorithm::sha1 || *algorithm == Algorithm::sha256;
  std::string type = in.ChecksumType.value_or(*algorithm == Algorithm::crc64nvme ? "FULL_OBJECT" : "COMPOSITE");
  if (type != "COMPOSITE" && type != "FULL_OBJECT")
    return invalid_request("Value for x-amz-checksum-type header is invalid.");
  if ((type == "FULL_OBJECT" && sha) || (type == "COMPOSITE" && *algorithm == Algorithm::crc64nvme))
    return invalid_request("The " + type + " checksum type cannot be used with the " + to_lower(name_of(*algorithm)) +
                           " checksum algorithm.");
  upload.algorithm = std::string(name_of(*algorithm));
  upload.checksum_type = type;
  return {};
}

Failure invalid_part(const std::string& upload, const CompletedPart& part) {
  return failure(
      "InvalidPart",
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
      "entity "
      "tag may not match the part's entity tag.",
      400,
      Json::object(
          {{"UploadId", upload}, {"PartNumber", part.PartNumber.value_or(0)}, {"ETag", part.ETag.value_or("")}}));
}

// The parts that make the object, in order. Pure.
Result<std::vector<PartRecord>> choose_parts(const CompleteMultipartUploadInput& in,
                                             const std::vector<PartRecord>& stored) {
  const auto& wanted = in.MultipartUpload.Parts;
  if (wanted.empty() || wanted.size() > static_cast<size_t>(part_number_max)) return malformed_xml();
  std::vector<PartRecord> out;
  int32_t last = 0;
  for (const CompletedPart& part : wanted) {
    if (!part.PartNumber || !part.ETag) return malformed_xml();
    if (*part.PartNumber <= last)
      return failure("InvalidPartOrder",
                     "The list of parts was not in ascending order. Parts must be ordered by part number.", 400,
                     Json::object({{"UploadId", in.UploadId}}));
    last = *part.PartNumber;
    auto found = std::ranges::lower_bound(stored, last, {}, &PartRecord::number);
    if (found == stored.end() || found->number != last || unquoted(*part.ETag) != found->etag)
      return invalid_part(in.UploadId, part);
    for (Algorithm algorithm : kAlgorithms) {
      const Opt& claimed = member_of(part, algorithm);
      auto kept = found->checksums.find(std::string(name_of(algorithm)));
      if (claimed && (kept == found->checksums.end() || kept->second != *claimed))
        return invalid_part(in.UploadId, part);
    }
    out.push_back(*found);
  }
  for (size_t i = 0; i + 1 < out.size(); ++i)
    if (out[i].size_bytes < part_bytes_min)
      return failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400,
                     Json::object({{"ProposedSize", out[i].size_bytes},
                                   {"MinSizeAllowed", part_bytes_min},
                                   {"PartNumber", out[i].number},
                                   {"ETag", out[i].etag}}));
  return out;
}

// ETag, size and checksum of the whole. Pure.
Result<VersionRecord> assemble(const CompleteMultipartUploadInput& in, const UploadRecord& upload,
                               const std::vector<PartRecord>& parts) {
  VersionRecord out;
  out.attributes = upload.attributes;
  out.manifest = in.UploadId;
  out.parts = static_cast<int32_t>(parts.size());
  Algorithm algorithm = algorithm_of(upload);
  std::string name(name_of(algorithm)), all_md5;
  std::vector<PartDigest> digests;
  for (const PartRecord& part : parts) {
    out.size_bytes += part.size_bytes;
    all_md5 += hex_decode(part.etag).value_or("");
    auto found = part.checksums.find(name);
    if (found != part.checksums.end())
      digests.push_back({base64_decode(found->second).value_or(""), static_cast<uint64_t>(part.size_bytes)});
  }
  out.etag = hex_encode(md5(all_md5)) + "-" + std::to_string(parts.size());
  out.checksum_type = upload.checksum_type.value_or("FULL_OBJECT");
  if (digests.size() == parts.size())
    out.checksums[name] = *out.checksum_type == "COMPOSITE" ? composite_checksum(algorithm, digests)
                                                            : full_object_checksum(algorithm, digests);
  if (in.ChecksumType && *in.ChecksumType != *out.checksum_type)
    return invalid_request("The upload was created using the " + *out.checksum_type +
                           " checksum mode. The complete request must use the same checksum mode.");
  for (Algorithm one : kAlgorithms) {
    const Opt& claimed = member_of(in, one);
    if (!claimed) continue;
    std::string computed = one == algorithm ? out.checksums[name] : "";
    if (*claimed != computed && *claimed + "-" + std::to_string(parts.size()) != computed)
      return failure("BadDigest",
                     "The " + std::string(name_of(one)) + " you specified did not match the calculated checksum.", 400);
  }
  if (in.MpuObjectSize && *in.MpuObjectSize != out.size_bytes)
    return invalid_request("The provided 'x-amz-mp-object-size' header does not match what was computed.");
  return out;
}

}  // namespace

Task<Result<CreateMultipartUploadOutput>> S3::create_multipart_upload(Request& request,
                                                                      const CreateMultipartUploadInput& in) {
  CO_CHECK_OK(check_key(in.Key));
  UploadRecord upload;
  CO_TRY(upload.attributes, attributes_of(in));
  if (!upload.attributes.content_type) upload.attributes.content_type = "binary/octet-stream";
  CO_CHECK_OK(choose_checksum(in, upload));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  CO_CHECK_OK(co_await apply_bucket(request.tx(), in.Bucket, in.ACL, upload.attributes));
  upload.initiated_ms = request.clock->now_ms();
  upload.initiator = request.principal.account;
  CreateMultipartUploadOutput out;
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.UploadId = make_upload_id();
  out.ChecksumAlgorithm = upload.algorithm;
  out.ChecksumType = upload.checksum_type;
  set_encryption(out, upload.attributes);
  ObjectStore(request.tx()).put_upload(in.Bucket, in.Key, out.UploadId, upload);
  co_return out;
}

Task<Result<UploadRecord>> S3::upload_in(kv::Transaction& tx, std::string bucket, std::string key, std::string id) {
  CO_TRY(BucketRecord found, co_await require_bucket(tx, bucket));
  auto upload = co_await ObjectStore(tx).upload(bucket, key, id);
  if (!upload) co_return no_such_upload(id);
  co_return std::move(*upload);
}

Task<Result<api::Nothing>> S3::put_part_in(kv::Transaction& tx, std::string bucket, std::string key, std::string id,
                                           PartRecord part) {
  CO_TRY(UploadRecord upload, co_await upload_in(tx, bucket, key, id));
  co_await ObjectStore(tx).put_part(id, std::move(part));
  co_return api::Nothing{};
}

Task<Result<PartRecord>> S3::store_part(const UploadRecord& upload, std::string bucket, std::string key, std::string id,
                                        int32_t number, Received received) {
  if (upload.algorithm)
    for (const auto& [name, value] : received.checksums)
      if (name != *upload.algorithm)
        co_return invalid_request("Checksum Type mismatch occurred, expected checksum Type: " +
                                  to_lower(*upload.algorithm) + ", actual checksum Type: " + to_lower(name));
  PartRecord part;
  part.number = number;
  part.size_bytes = received.size_bytes;
  part.modified_ms = clock_.now_ms();
  part.etag = std::move(received.etag);
  if (received.size_bytes) part.blob = std::move(received.blob);
  part.checksums = std::move(received.checksums);
  InTransaction<api::Nothing> put = [&](kv::Transaction& tx) { return put_part_in(tx, bucket, key, id, part); };
  CO_CHECK_OK(co_await store_.transact<api::Nothing>(std::move(put)));
  co_return part;
}

Task<Result<UploadPartOutput>> S3::upload_part(Request& request, const UploadPartInput& in) {
  CO_CHECK_OK(check_part_number(in.PartNumber));
  InTransaction<UploadRecord> find = [&](kv::Transaction& tx) { return upload_in(tx, in.Bucket, in.Key, in.UploadId); };
  CO_TRY(UploadRecord upload, co_await store_.transact<UploadRecord>(std::move(find)));
  CO_TRY(Received received, co_await receive(request, in.ContentMD5, in.ChecksumAlgorithm, in, algorithm_of(upload)));
  CO_TRY(PartRecord part,
         co_await store_part(upload, in.Bucket, in.Key, in.UploadId, in.PartNumber, std::move(received)));
  UploadPartOutput out;
  out.ETag = quoted(part.etag);
  set_checksums(out, part.checksums);
  set_encryption(out, upload.attributes);
  co_return out;
}

Task<Result<UploadPartCopyOutput>> S3::upload_part_copy(Request& request, const UploadPartCopyInput& in) {
  CO_CHECK_OK(check_part_number(in.PartNumber));
  InTransaction<UploadRecord> find = [&](kv::Transaction& tx) { return upload_in(tx, in.Bucket, in.Key, in.UploadId); };
  CO_TRY(UploadRecord upload, co_await store_.transact<UploadRecord>(std::move(find)));
  CO_TRY(Source source, co_await open_source(request, in));
  ByteRange range{0, static_cast<uint64_t>(source.record.size_bytes)};
  if (in.CopySourceRange) {
    CO_TRY(range, parse_copy_range(*in.CopySourceRange, range.count));
  }
  if (range.count > static_cast<uint64_t>(copy_bytes_max))
    co_return invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120");
  CO_TRY(Received received, co_await copy_bytes(source, range, algorithm_of(upload)));
  CO_TRY(PartRecord part,
         co_await store_part(upload, in.Bucket, in.Key, in.UploadId, in.PartNumber, std::move(received)));
  UploadPartCopyOutput out;
  if (source.versioned) out.CopySourceVersionId = source.record.id;
  out.CopyPartResult.ETag = quoted(part.etag);
  out.CopyPartResult.LastModified = Time(std::chrono::milliseconds(part.modified_ms));
  set_checksums(out.CopyPartResult, part.checksums);
  set_encryption(out, upload.attributes);
  co_return out;
}

Task<Result<S3::Written>> S3::complete_in(kv::Transaction& tx, const CompleteMultipartUploadInput& in, int64_t now_ms) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(tx, in.Bucket));
  ObjectStore objects(tx);
  auto found = co_await objects.upload(in.Bucket, in.Key, in.UploadId);
  if (!found) {
    // A client that did not hear the answer asks again.
    auto done = co_await objects.latest(in.Bucket, in.Key);
    if (done && done->manifest == in.UploadId) co_return Written{std::move(*done), !bucket.versioning.empty()};
    co_return no_such_upload(in.UploadId);
  }
  const UploadRecord& upload = *found;
  auto stored = co_await objects.parts(in.UploadId);
  CO_TRY(std::vector<PartRecord> parts, choose_parts(in, stored));
  CO_TRY(VersionRecord made, assemble(in, upload, parts));
  if (in.IfMatch || in.IfNoneMatch) {
    auto current = co_await objects.latest(in.Bucket, in.Key);
    Opt etag = current && !current->is_delete_marker ? Opt(current->etag) : std::nullopt;
    CO_CHECK_OK(check_write(in.IfMatch, in.IfNoneMatch, etag, in.Key));
  }
  made.modified_ms = now_ms;
  // The manifest takes over the parts' names for their blobs.
  co_await objects.clear_upload(in.Bucket, in.Key, in.UploadId, parts);
  objects.put_manifest(in.UploadId, ManifestRecord{std::move(parts)});
  co_await objects.add_version(in.Bucket, bucket.versioning, in.Key, made);
  co_return Written{std::move(made), !bucket.versioning.empty()};
}

Task<Result<CompleteMultipartUploadOutput>> S3::complete_multipart_upload(Request& request,
                                                                          const CompleteMultipartUploadInput& in) {
  CO_TRY(Written written, co_await complete_in(request.tx(), in, request.clock->now_ms()));
  CompleteMultipartUploadOutput out;
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.Location =
      (request.tls ? "https://" : "http://") + request.host + "/" + in.Bucket + "/" + uri_encode(in.Key, true);
  out.ETag = quoted(written.record.etag);
  out.VersionId = written.version_id();
  set_checksums(out, written.record.checksums);
  if (!written.record.checksums.empty()) out.ChecksumType = written.record.checksum_type;
  set_encryption(out, written.record.attributes);
  co_return out;
}

Task<Result<api::Nothing>> S3::abort_multipart_upload(Request& request, const UploadInput& in) {
  CO_TRY(UploadRecord upload, co_await upload_in(request.tx(), in.Bucket, in.Key, in.UploadId));
  co_await ObjectStore(request.tx()).clear_upload(in.Bucket, in.Key, in.UploadId, {});
  co_return api::Nothing{};
}

Task<Result<ListPartsOutput>> S3::list_parts(Request& request, const ListPartsInput& in) {
  if (in.MaxParts.value_or(0) < 0)
    co_return invalid_argument("Argument max-parts must be an integer between 0 and 2147483647", "max-parts",
                               std::to_string(*in.MaxParts));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  CO_TRY(UploadRecord upload, co_await upload_in(request.tx(), in.Bucket, in.Key, in.UploadId));
  ListPartsOutput out;
  out.Bucket = in.Bucket;
  out.Key = in.Key;
  out.UploadId = in.UploadId;
  out.PartNumberMarker = std::max(0, in.PartNumberMarker.value_or(0));
  out.MaxParts = std::min(in.MaxParts.value_or(1000), 1000);
  out.Initiator.ID = owner_id(upload.initiator);
  out.Owner.ID = owner_id(bucket.account);
  out.StorageClass = upload.attributes.storage_class;
  out.ChecksumAlgorithm = upload.algorithm;
  out.ChecksumType = upload.checksum_type;
  auto parts = co_await ObjectStore(request.tx()).parts(in.UploadId);
  for (const PartRecord& part : parts) {
    if (part.number <= out.PartNumberMarker) continue;
    if (out.Parts.size() == static_cast<size_t>(out.MaxParts)) {
      out.IsTruncated = out.MaxParts > 0;
      break;
    }
    PartEntry& entry = out.Parts.emplace_back();
    entry.PartNumber = part.number;
    entry.LastModified = Time(std::chrono::milliseconds(part.modified_ms));
    entry.ETag = quoted(part.etag);
    entry.Size = part.size_bytes;
    set_checksums(entry, part.checksums);
  }
  if (!out.Parts.empty()) out.NextPartNumberMarker = out.Parts.back().PartNumber;
  co_return out;
}

Task<Result<ListMultipartUploadsOutput>> S3::list_multipart_uploads(Request& request,
                                                                    const ListMultipartUploadsInput& in) {
  int32_t asked = in.MaxUploads.value_or(1000);
  if (asked < 0)
    co_return invalid_argument("Argument max-uploads must be an integer between 1 and 2147483647", "max-uploads",
                               std::to_string(asked));
  if (in.EncodingType && !equal_ignoring_case(*in.EncodingType, "url"))
    co_return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *in.EncodingType);
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  bool encoded = in.EncodingType.has_value();
  auto shown = [encoded](const std::string& text) { return encoded ? uri_encode(text, true) : text; };
  std::string prefix = in.Prefix.value_or(""), marker = in.KeyMarker.value_or(""),
              id_marker = in.UploadIdMarker.value_or("");
  ListMultipartUploadsOutput out;
  out.Bucket = in.Bucket;
  out.KeyMarker = shown(marker);
  out.UploadIdMarker = id_marker;
  out.Prefix = shown(prefix);
  if (in.Delimiter) out.Delimiter = shown(*in.Delimiter);
  if (encoded) out.EncodingType = "url";
  out.MaxUploads = std::min(asked, 1000);
  auto uploads = co_await ObjectStore(request.tx()).uploads(in.Bucket, prefix);
  Opt inside;
  for (const KeyedUpload& one : uploads) {
    if (!marker.empty() && (one.key < marker || (one.key == marker && (id_marker.empty() || one.id <= id_marker))))
      continue;
    if (inside && one.key.starts_with(*inside)) continue;
    Opt common = common_prefix(one.key, prefix, in.Delimiter.value_or(""));
    if (common && *common == marker) continue;
    if (out.Uploads.size() + out.CommonPrefixes.size() == static_cast<size_t>(out.MaxUploads)) {
      out.IsTruncated = out.MaxUploads > 0;
      break;
    }
    inside = common;
    if (inside) {
      out.CommonPrefixes.push_back({shown(*inside)});
      out.NextKeyMarker = shown(*inside);
      out.NextUploadIdMarker.reset();
      continue;
    }
    UploadEntry& entry = out.Uploads.emplace_back();
    entry.Key = shown(one.key);
    entry.UploadId = one.id;
    entry.Initiated = Time(std::chrono::milliseconds(one.record.initiated_ms));
    entry.StorageClass = one.record.attributes.storage_class;
    entry.ChecksumAlgorithm = one.record.algorithm;
    entry.ChecksumType = one.record.checksum_type;
    entry.Owner.ID = owner_id(bucket.account);
    entry.Initiator.ID = owner_id(one.record.initiator);
    out.NextKeyMarker = entry.Key;
    out.NextUploadIdMarker = one.id;
  }
  if (!out.IsTruncated) out.NextKeyMarker.reset(), out.NextUploadIdMarker.reset();
  co_return out;
}

}  // namespace thaw::s3
