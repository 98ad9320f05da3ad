// Listings of objects and versions.
#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

using Position = ObjectStore::Position;

struct Query {
  std::string bucket, prefix, delimiter;
  std::string after;  // a key or a common prefix that was the last of the page before
  size_t max = 1000;
};

struct Page {
  std::vector<KeyedVersion> items;
  std::vector<std::string> prefixes;
  bool truncated = false;
  std::string last;  // the last key or common prefix of the page
};

Position position_after(const Query& query) {
  if (query.after.empty()) return Position::at_prefix(query.bucket, query.prefix);
  if (common_prefix(query.after, query.prefix, query.delimiter) == query.after && query.after.starts_with(query.prefix))
    return Position::after_prefix(query.bucket, query.after);
  return Position::after_key(query.bucket, query.after);
}

// Walks the latest versions; keys below a common prefix are passed over in one step where they fill a page.
Task<Page> list_latest(ObjectStore& objects, Query query) {
  Page out;
  if (query.max == 0) co_return out;
  Position at = position_after(query);
  Opt inside;  // the common prefix that we are in
  size_t limit = query.delimiter.empty() ? query.max + 1 : std::min<size_t>(query.max + 1, 64);
  while (true) {
    auto found = co_await objects.page(query.bucket, query.prefix, at, limit);
    for (KeyedVersion& one : found) {
      if (inside && one.key.starts_with(*inside)) continue;
      if (one.record.is_delete_marker) continue;
      if (out.items.size() + out.prefixes.size() == query.max) {
        out.truncated = true;
        co_return out;
      }
      inside = common_prefix(one.key, query.prefix, query.delimiter);
      if (inside) {
        out.prefixes.push_back(*inside);
        out.last = *inside;
      } else {
        out.last = one.key;
        out.items.push_back(one);
      }
    }
    if (found.size() < limit) co_return out;
    bool stuck = inside && found.back().key.starts_with(*inside);
    at = stuck ? Position::after_prefix(query.bucket, *inside) : Position::after_key(query.bucket, found.back().key);
    limit = std::min<size_t>(limit * 2, 1001);
  }
}

Result<size_t> max_keys(const std::optional<int32_t>& asked) {
  if (asked.value_or(0) < 0)
    return invalid_argument("Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys",
                            std::to_string(*asked));
  return static_cast<size_t>(std::min(asked.value_or(1000), 1000));
}

Result<bool> url_encoded(const Opt& encoding) {
  if (!encoding) return false;
  if (!equal_ignoring_case(*encoding, "url"))
    return invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *encoding);
  return true;
}

std::string shown(const std::string& key, bool encoded) { return encoded ? uri_encode(key, true) : key; }

template <class Entry>
void fill_entry(Entry& entry, const KeyedVersion& one, bool encoded) {
  entry.Key = shown(one.key, encoded);
  entry.LastModified = one.record.modified();
  if (one.record.is_delete_marker) return;
  entry.ETag = quoted(one.record.etag);
  entry.Size = one.record.size_bytes;
  entry.StorageClass = one.record.attributes.storage_class;
  for (const auto& [name, value] : one.record.checksums) entry.ChecksumAlgorithm.push_back(name);
  if (!one.record.checksums.empty()) entry.ChecksumType = one.record.checksum_type;
}

void fill_list(ListOutput& out, const ListInput& in, size_t max, bool encoded) {
  out.Name = in.Bucket;
  out.Prefix = shown(in.Prefix.value_or(""), encoded);
  if (in.Delimiter && !in.Delimiter->empty()) out.Delimiter = shown(*in.Delimiter, encoded);
  if (encoded) out.EncodingType = "url";
  out.MaxKeys = static_cast<int32_t>(max);
}

Query query_of(const ListInput& in, std::string after, size_t max) {
  return {in.Bucket, in.Prefix.value_or(""), in.Delimiter.value_or(""), std::move(after), max};
}

}  // namespace

Task<Result<ListObjectsOutput>> S3::list_objects(Request& request, const ListObjectsInput& in) {
  CO_TRY(size_t max, max_keys(in.MaxKeys));
  CO_TRY(bool encoded, url_encoded(in.EncodingType));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  ObjectStore objects(request.tx());
  Page page = co_await list_latest(objects, query_of(in, in.Marker.value_or(""), max));
  ListObjectsOutput out;
  fill_list(out, in, max, encoded);
  out.Marker = shown(in.Marker.value_or(""), encoded);
  out.IsTruncated = page.truncated;
  // Without a delimiter the last key serves.
  if (page.truncated && out.Delimiter) out.NextMarker = shown(page.last, encoded);
  for (const KeyedVersion& one : page.items) {
    ObjectEntry& entry = out.Contents.emplace_back();
    fill_entry(entry, one, encoded);
    entry.Owner.emplace().ID = owner_id(bucket.account);
  }
  for (const std::string& prefix : page.prefixes) out.CommonPrefixes.push_back({shown(prefix, encoded)});
  co_return out;
}

Task<Result<ListObjectsV2Output>> S3::list_objects_v2(Request& request, const ListObjectsV2Input& in) {
  CO_TRY(size_t max, max_keys(in.MaxKeys));
  CO_TRY(bool encoded, url_encoded(in.EncodingType));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  std::string after = in.StartAfter.value_or("");
  if (in.ContinuationToken) {
    auto decoded = hex_decode(*in.ContinuationToken);
    if (!decoded || decoded->empty())
      co_return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                                 *in.ContinuationToken);
    after = std::move(*decoded);
  }
  ObjectStore objects(request.tx());
  Page page = co_await list_latest(objects, query_of(in, after, max));
  ListObjectsV2Output out;
  fill_list(out, in, max, encoded);
  out.ContinuationToken = in.ContinuationToken;
  if (in.StartAfter) out.StartAfter = shown(*in.StartAfter, encoded);
  out.IsTruncated = page.truncated;
  if (page.truncated) out.NextContinuationToken = hex_encode(page.last);
  for (const KeyedVersion& one : page.items) {
    ObjectEntry& entry = out.Contents.emplace_back();
    fill_entry(entry, one, encoded);
    if (in.FetchOwner.value_or(false)) entry.Owner.emplace().ID = owner_id(bucket.account);
  }
  for (const std::string& prefix : page.prefixes) out.CommonPrefixes.push_back({shown(prefix, encoded)});
  out.KeyCount = static_cast<int32_t>(page.items.size() + page.prefixes.size());
  co_return out;
}

namespace {

struct VersionPage {
  std::vector<KeyedVersion> items;  // the latest of a key is its first
  std::vector<bool> is_latest;
  std::vector<std::string> prefixes;
  bool truncated = false;
  std::string last_key, last_version;

  size_t size() const { return items.size() + prefixes.size(); }
  // False when the page is full.
  bool add(const std::string& key, const VersionRecord& record, bool latest, size_t max) {
    if (size() == max) return truncated = true, false;
    items.push_back({key, record});
    is_latest.push_back(latest);
    last_key = key;
    last_version = record.id;
    return true;
  }
};

// All versions of one key behind the version `after` (empty: all). False when the page is full.
Task<bool> add_versions(ObjectStore& objects, const Query& query, const KeyedVersion& latest, std::string after,
                        VersionPage& out) {
  bool skipping = !after.empty();
  if (!skipping && !out.add(latest.key, latest.record, true, query.max)) co_return false;
  if (skipping && latest.record.id == after) skipping = false;
  auto older = co_await objects.older(query.bucket, latest.key);
  for (const VersionRecord& one : older) {
    if (skipping) {
      skipping = one.id != after;
      continue;
    }
    if (!out.add(latest.key, one, false, query.max)) co_return false;
  }
  co_return true;
}

Task<VersionPage> list_versions(ObjectStore& objects, const Query& query, std::string after_version) {
  VersionPage out;
  if (query.max == 0) co_return out;
  Position at = after_version.empty() ? position_after(query) : Position::at_key(query.bucket, query.after);
  Opt inside;
  constexpr size_t limit = 256;
  while (true) {
    auto found = co_await objects.page(query.bucket, query.prefix, at, limit);
    for (const KeyedVersion& one : found) {
      if (inside && one.key.starts_with(*inside)) continue;
      inside = common_prefix(one.key, query.prefix, query.delimiter);
      if (inside) {
        if (out.size() == query.max) {
          out.truncated = true;
          co_return out;
        }
        out.prefixes.push_back(*inside);
        out.last_key = *inside;
        out.last_version.clear();
        continue;
      }
      std::string after = one.key == query.after ? after_version : "";
      bool more = co_await add_versions(objects, query, one, after, out);
      if (!more) co_return out;
    }
    if (found.size() < limit) co_return out;
    bool stuck = inside && found.back().key.starts_with(*inside);
    at = stuck ? Position::after_prefix(query.bucket, *inside) : Position::after_key(query.bucket, found.back().key);
  }
}

}  // namespace

Task<Result<ListObjectVersionsOutput>> S3::list_object_versions(Request& request, const ListObjectVersionsInput& in) {
  CO_TRY(size_t max, max_keys(in.MaxKeys));
  CO_TRY(bool encoded, url_encoded(in.EncodingType));
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  std::string version_marker = in.VersionIdMarker.value_or("");
  if (!version_marker.empty() && in.KeyMarker.value_or("").empty())
    co_return invalid_argument("A version-id marker cannot be specified without a key marker.", "version-id-marker",
                               version_marker);
  ObjectStore objects(request.tx());
  Query query = query_of(in, in.KeyMarker.value_or(""), max);
  VersionPage page = co_await list_versions(objects, query, version_marker);
  ListObjectVersionsOutput out;
  fill_list(out, in, max, encoded);
  out.KeyMarker = shown(in.KeyMarker.value_or(""), encoded);
  out.VersionIdMarker = version_marker;
  out.IsTruncated = page.truncated;
  if (page.truncated) {
    out.NextKeyMarker = shown(page.last_key, encoded);
    if (!page.last_version.empty()) out.NextVersionIdMarker = page.last_version;
  }
  for (size_t i = 0; i < page.items.size(); ++i) {
    const KeyedVersion& one = page.items[i];
    VersionEntry& entry = (one.record.is_delete_marker ? out.DeleteMarkers : out.Versions).emplace_back();
    fill_entry(entry, one, encoded);
    entry.VersionId = one.record.id;
    entry.IsLatest = page.is_latest[i];
    entry.Owner.emplace().ID = owner_id(bucket.account);
  }
  for (const std::string& prefix : page.prefixes) out.CommonPrefixes.push_back({shown(prefix, encoded)});
  co_return out;
}

}  // namespace thaw::s3
