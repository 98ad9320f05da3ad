#include "services/s3/store.h"

#include <charconv>
#include <limits>
#include <set>

#include "base/text.h"
#include "kv/subspace.h"

namespace thaw::s3 {
namespace {

constexpr int64_t order_max = std::numeric_limits<int64_t>::max();

#define SPACE(name)                               \
  const kv::Subspace& name##_space() {            \
    static const kv::Subspace space{"s3", #name}; \
    return space;                                 \
  }
SPACE(bucket)
SPACE(owned)
SPACE(config)
SPACE(object)
SPACE(version)
SPACE(manifest)
SPACE(upload)
SPACE(part)
SPACE(blob)
#undef SPACE

// The beginning that all keys with the text prefix share: a text part without its end.
std::string open_key(const kv::Subspace& space, const std::string& prefix) {
  std::string out = space.key(prefix);
  out.pop_back();
  return out;
}

std::optional<int64_t> order_of(std::string_view id) {
  int64_t order = 0;
  if (id.size() != 32) return std::nullopt;
  auto [end, error] = std::from_chars(id.data(), id.data() + 16, order, 16);
  if (error != std::errc() || end != id.data() + 16 || order < 0) return std::nullopt;
  return order;
}

}  // namespace

void BucketRecord::describe(api::Fields& f) {
  using Self = BucketRecord;
  MEMBER(account);
  MEMBER(region);
  MEMBER(created_ms);
  MEMBER(versioning);
}
void Attributes::describe(api::Fields& f) {
  using Self = Attributes;
  MEMBER(cache_control);
  MEMBER(content_disposition);
  MEMBER(content_encoding);
  MEMBER(content_language);
  MEMBER(content_type);
  MEMBER(expires);
  MEMBER(encryption);
  MEMBER(kms_key);
  MEMBER(encryption_context);
  MEMBER(bucket_key);
  MEMBER(storage_class);
  MEMBER(metadata);
  MEMBER(tags);
}
void VersionRecord::describe(api::Fields& f) {
  using Self = VersionRecord;
  MEMBER(id);
  MEMBER(order);
  MEMBER(modified_ms);
  MEMBER(is_delete_marker);
  MEMBER(size_bytes);
  MEMBER(etag);
  MEMBER(blob);
  MEMBER(manifest);
  MEMBER(parts);
  MEMBER(checksums);
  MEMBER(checksum_type);
  MEMBER(attributes);
}
void PartRecord::describe(api::Fields& f) {
  using Self = PartRecord;
  MEMBER(number);
  MEMBER(size_bytes);
  MEMBER(modified_ms);
  MEMBER(etag);
  MEMBER(blob);
  MEMBER(checksums);
}
void ManifestRecord::describe(api::Fields& f) {
  using Self = ManifestRecord;
  MEMBER(parts);
}
void UploadRecord::describe(api::Fields& f) {
  using Self = UploadRecord;
  MEMBER(initiated_ms);
  MEMBER(initiator);
  MEMBER(algorithm);
  MEMBER(checksum_type);
  MEMBER(attributes);
}

std::string make_version_id(int64_t order) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(order >> shift));
  return hex_encode(bytes) + random_hex(16);
}
std::string make_upload_id() { return random_hex(64); }

// ---- buckets ----

Task<std::optional<BucketRecord>> ObjectStore::bucket(std::string name) {
  std::optional<std::string> bytes = co_await tx_.get(bucket_space().key(name));
  co_return bytes ? api::decode_record<BucketRecord>(*bytes) : std::nullopt;
}

void ObjectStore::put_bucket(const std::string& name, const BucketRecord& record) {
  tx_.set(bucket_space().key(name), api::encode_record(record));
  tx_.set(owned_space().key(record.account, name), "1");
}

Task<bool> ObjectStore::has_objects(std::string name) {
  for (const kv::Subspace* space : {&object_space(), &version_space()}) {
    auto [begin, end] = space->range(name);
    auto found = co_await tx_.range(begin, end, {.limit = 1});
    if (!found.empty()) co_return true;
  }
  co_return false;
}

Task<void> ObjectStore::clear_bucket(std::string name, std::string account) {
  auto unfinished = co_await uploads(name, "");
  for (const KeyedUpload& one : unfinished) co_await clear_upload(name, one.key, one.id, {});
  auto [begin, end] = config_space().range(name);
  tx_.clear_range(begin, end);
  tx_.clear(bucket_space().key(name));
  tx_.clear(owned_space().key(account, name));
}

Task<std::vector<NamedBucket>> ObjectStore::buckets(std::string account, std::string prefix, std::string after,
                                                    size_t limit) {
  kv::Subspace space = owned_space().sub(account);
  std::string begin = open_key(space, prefix), end = begin + '\xFF';
  if (!after.empty()) begin = std::max(begin, space.key(after) + '\0');
  auto found = co_await tx_.range(begin, end, {.limit = limit});
  std::vector<NamedBucket> out;
  for (const auto& [key, value] : found) {
    auto name = kv::KeyReader(key, space.prefix()).text();
    if (!name) continue;
    auto record = co_await bucket(*name);
    if (record) out.push_back({std::move(*name), std::move(*record)});
  }
  co_return out;
}

Task<std::vector<std::string>> ObjectStore::all_bucket_names() {
  auto [begin, end] = bucket_space().range();
  auto found = co_await tx_.range(begin, end);
  std::vector<std::string> out;
  for (const auto& [key, value] : found)
    if (auto name = kv::KeyReader(key, bucket_space().prefix()).text()) out.push_back(std::move(*name));
  co_return out;
}

std::string ObjectStore::config_key(const std::string& bucket, const std::string& kind) {
  return config_space().key(bucket, kind);
}
void ObjectStore::clear_config(const std::string& bucket, const std::string& kind) {
  tx_.clear(config_key(bucket, kind));
}

// ---- objects ----

Task<std::optional<VersionRecord>> ObjectStore::latest(std::string bucket, std::string key) {
  std::optional<std::string> bytes = co_await tx_.get(object_space().key(bucket, key));
  co_return bytes ? api::decode_record<VersionRecord>(*bytes) : std::nullopt;
}

Task<std::optional<VersionRecord>> ObjectStore::version(std::string bucket, std::string key, std::string id) {
  auto current = co_await latest(bucket, key);
  if (!current || current->id == id) co_return current;
  if (id == "null") {
    auto others = co_await older(bucket, key);
    for (VersionRecord& one : others)
      if (one.id == id) co_return std::move(one);
    co_return std::nullopt;
  }
  auto order = order_of(id);
  if (!order) co_return std::nullopt;
  std::optional<std::string> bytes = co_await tx_.get(version_space().key(bucket, key, order_max - *order));
  if (!bytes) co_return std::nullopt;
  auto found = api::decode_record<VersionRecord>(*bytes);
  if (found && found->id != id) found.reset();
  co_return found;
}

Task<std::vector<VersionRecord>> ObjectStore::older(std::string bucket, std::string key) {
  auto [begin, end] = version_space().range(bucket, key);
  auto found = co_await tx_.range(begin, end);
  std::vector<VersionRecord> out;
  for (const auto& entry : found)
    if (auto record = api::decode_record<VersionRecord>(entry.value)) out.push_back(std::move(*record));
  co_return out;
}

void ObjectStore::put_latest(const std::string& bucket, const std::string& key, const VersionRecord& record) {
  tx_.set(object_space().key(bucket, key), api::encode_record(record));
}
void ObjectStore::put_older(const std::string& bucket, const std::string& key, const VersionRecord& record) {
  tx_.set(version_space().key(bucket, key, order_max - record.order), api::encode_record(record));
}

Task<void> ObjectStore::release(const VersionRecord& record) {
  name_blob(record.blob, -1);
  if (!record.manifest) co_return;
  auto parts = co_await manifest(*record.manifest);
  if (parts)
    for (const PartRecord& part : parts->parts) name_blob(part.blob, -1);
  tx_.clear(manifest_space().key(*record.manifest));
}

Task<void> ObjectStore::remove_older_null(std::string bucket, std::string key) {
  auto others = co_await older(bucket, key);
  for (const VersionRecord& one : others) {
    if (one.id != "null") continue;
    tx_.clear(version_space().key(bucket, key, order_max - one.order));
    co_await release(one);
  }
}

Task<void> ObjectStore::add_version(std::string bucket, std::string versioning, std::string key,
                                    VersionRecord& record) {
  auto current = co_await latest(bucket, key);
  // Room for a thousand versions of one millisecond; a clock that stands or goes back does no harm.
  record.order = std::max(record.modified_ms * 1024, current ? current->order + 1 : 0);
  bool keeps = versioning == "Enabled";
  record.id = keeps ? make_version_id(record.order) : "null";
  if (current && !keeps && current->id == "null") {
    co_await release(*current);
  } else if (current) {
    put_older(bucket, key, *current);
    if (!keeps) co_await remove_older_null(bucket, key);
  }
  name_blob(record.blob, 1);
  put_latest(bucket, key, record);
}

Task<void> ObjectStore::update_version(std::string bucket, std::string key, VersionRecord record) {
  auto current = co_await latest(bucket, key);
  if (current && current->order == record.order)
    put_latest(bucket, key, record);
  else
    put_older(bucket, key, record);
}

Task<std::optional<VersionRecord>> ObjectStore::remove_version(std::string bucket, std::string key, std::string id) {
  auto found = co_await version(bucket, key, id);
  if (!found) co_return found;
  auto current = co_await latest(bucket, key);
  if (current && current->order == found->order) {
    auto [begin, end] = version_space().range(bucket, key);
    auto next = co_await tx_.range(begin, end, {.limit = 1});
    if (next.empty()) {
      tx_.clear(object_space().key(bucket, key));
    } else {
      tx_.set(object_space().key(bucket, key), next[0].value);
      tx_.clear(next[0].key);
    }
  } else {
    tx_.clear(version_space().key(bucket, key, order_max - found->order));
  }
  co_await release(*found);
  co_return found;
}

ObjectStore::Position ObjectStore::Position::at_prefix(const std::string& bucket, const std::string& prefix) {
  return {open_key(object_space().sub(bucket), prefix)};
}
ObjectStore::Position ObjectStore::Position::at_key(const std::string& bucket, const std::string& key) {
  return {object_space().key(bucket, key)};
}
ObjectStore::Position ObjectStore::Position::after_key(const std::string& bucket, const std::string& key) {
  return {object_space().key(bucket, key) + '\0'};
}
ObjectStore::Position ObjectStore::Position::after_prefix(const std::string& bucket, const std::string& prefix) {
  // Keys are UTF-8, which has no byte 0xFF.
  return {at_prefix(bucket, prefix).begin + '\xFF'};
}

Task<std::vector<KeyedVersion>> ObjectStore::page(std::string bucket, std::string prefix, Position from, size_t limit) {
  kv::Subspace space = object_space().sub(bucket);
  std::string first = open_key(space, prefix);
  std::vector<KeyedVersion> out;
  std::string begin = std::max(first, from.begin), end = first + '\xFF';
  if (begin >= end) co_return out;
  auto found = co_await tx_.range(begin, end, {.limit = limit});
  out.reserve(found.size());
  for (const auto& [key, value] : found) {
    auto name = kv::KeyReader(key, space.prefix()).text();
    auto record = api::decode_record<VersionRecord>(value);
    if (name && record) out.push_back({std::move(*name), std::move(*record)});
  }
  co_return out;
}

// ---- multipart ----

Task<std::optional<ManifestRecord>> ObjectStore::manifest(std::string id) {
  std::optional<std::string> bytes = co_await tx_.get(manifest_space().key(id));
  co_return bytes ? api::decode_record<ManifestRecord>(*bytes) : std::nullopt;
}
void ObjectStore::put_manifest(const std::string& id, const ManifestRecord& record) {
  tx_.set(manifest_space().key(id), api::encode_record(record));
}
Task<std::optional<UploadRecord>> ObjectStore::upload(std::string bucket, std::string key, std::string id) {
  std::optional<std::string> bytes = co_await tx_.get(upload_space().key(bucket, key, id));
  co_return bytes ? api::decode_record<UploadRecord>(*bytes) : std::nullopt;
}
void ObjectStore::put_upload(const std::string& bucket, const std::string& key, const std::string& id,
                             const UploadRecord& record) {
  tx_.set(upload_space().key(bucket, key, id), api::encode_record(record));
}

Task<std::vector<KeyedUpload>> ObjectStore::uploads(std::string bucket, std::string prefix) {
  kv::Subspace space = upload_space().sub(bucket);
  std::string begin = open_key(space, prefix), end = begin + '\xFF';
  auto found = co_await tx_.range(begin, end);
  std::vector<KeyedUpload> out;
  for (const auto& [key, value] : found) {
    kv::KeyReader reader(key, space.prefix());
    auto name = reader.text();
    auto id = reader.text();
    auto record = api::decode_record<UploadRecord>(value);
    if (name && id && record) out.push_back({std::move(*name), std::move(*id), std::move(*record)});
  }
  co_return out;
}

Task<std::vector<PartRecord>> ObjectStore::parts(std::string upload) {
  auto [begin, end] = part_space().range(upload);
  auto found = co_await tx_.range(begin, end);
  std::vector<PartRecord> out;
  for (const auto& entry : found)
    if (auto record = api::decode_record<PartRecord>(entry.value)) out.push_back(std::move(*record));
  co_return out;
}

Task<std::optional<PartRecord>> ObjectStore::part(std::string upload, int32_t number) {
  std::optional<std::string> bytes = co_await tx_.get(part_space().key(upload, number));
  co_return bytes ? api::decode_record<PartRecord>(*bytes) : std::nullopt;
}

Task<void> ObjectStore::put_part(std::string upload, PartRecord record) {
  auto before = co_await part(upload, record.number);
  if (before) name_blob(before->blob, -1);
  name_blob(record.blob, 1);
  tx_.set(part_space().key(upload, record.number), api::encode_record(record));
}

Task<void> ObjectStore::clear_upload(std::string bucket, std::string key, std::string id,
                                     const std::vector<PartRecord>& kept) {
  std::set<int32_t> numbers;
  for (const PartRecord& part : kept) numbers.insert(part.number);
  auto all = co_await parts(id);
  for (const PartRecord& part : all)
    if (!numbers.contains(part.number)) name_blob(part.blob, -1);
  auto [begin, end] = part_space().range(id);
  tx_.clear_range(begin, end);
  tx_.clear(upload_space().key(bucket, key, id));
}

// ---- blobs ----

void ObjectStore::name_blob(const Opt& blob, int64_t times) {
  if (blob) tx_.add(blob_space().key(*blob), times);
}

Task<Result<std::vector<std::string>>> ObjectStore::named_blobs(kv::Store& store, std::string after, size_t limit) {
  struct Page {
    static Task<Result<std::vector<std::string>>> read(kv::Transaction& tx, std::string after, size_t limit) {
      auto [begin, end] = blob_space().range();
      if (!after.empty()) begin = blob_space().key(after) + '\0';
      std::vector<std::string> out;
      while (out.empty()) {
        auto found = co_await tx.range(begin, end, {.limit = limit, .snapshot = true});
        for (const auto& [key, value] : found) {
          auto id = kv::KeyReader(key, blob_space().prefix()).text();
          if (!id) continue;
          if (kv::decode_counter(value) > 0) {
            out.push_back(std::move(*id));
            continue;
          }
          // Read again, so that a use that comes meanwhile conflicts with the removal.
          std::optional<std::string> count = co_await tx.get(key);
          if (kv::decode_counter(count) == 0) tx.clear(key);
        }
        if (found.size() < limit) break;
        begin = found.back().key + '\0';
      }
      co_return out;
    }
  };
  return store.transact<std::vector<std::string>>(
      [after = std::move(after), limit](kv::Transaction& tx) { return Page::read(tx, after, limit); });
}

}  // namespace thaw::s3
