// What S3 keeps, and where. The only files that spell keys are this and store.cc.
//
//   s3 bucket   BUCKET                  -> BucketRecord; bucket names are one space for all accounts
//   s3 owned    ACCOUNT BUCKET          -> nothing: whose buckets there are
//   s3 config   BUCKET KIND             -> a configuration's shape ("policy", "tagging", "cors", ...)
//   s3 object   BUCKET KEY              -> VersionRecord: the latest version, which may be a delete marker
//   s3 version  BUCKET KEY MAX-ORDER    -> VersionRecord: the versions before it, the newest first
//   s3 manifest ID                      -> ManifestRecord: the parts of a version that was uploaded in parts
//   s3 upload   BUCKET KEY UPLOAD       -> UploadRecord
//   s3 part     UPLOAD NUMBER           -> PartRecord
//   s3 blob     BLOB                    -> counter: how many records name the blob
#pragma once

#include "api/record.h"
#include "base/arn.h"
#include "kv/store.h"
#include "services/s3/api.h"

namespace thaw::s3 {

struct BucketRecord {
  std::string account, region;
  int64_t created_ms = 0;
  std::string versioning;  // "", "Enabled", "Suspended"
  static void describe(api::Fields& f);
};

// What an object was given when it was written.
struct Attributes {
  Opt cache_control, content_disposition, content_encoding, content_language, content_type, expires;
  Opt encryption, kms_key, encryption_context;
  std::optional<bool> bucket_key;
  std::string storage_class = "STANDARD";
  Strings metadata;
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
};

struct VersionRecord {
  std::string id;     // "null" where the bucket had no versioning
  int64_t order = 0;  // grows with every version of a key
  int64_t modified_ms = 0;
  bool is_delete_marker = false;
  int64_t size_bytes = 0;
  std::string etag;  // without quotes
  Opt blob;          // absent when empty, or in parts
  Opt manifest;
  int32_t parts = 0;  // of the upload, 0: not uploaded in parts
  Strings checksums;  // by name of the algorithm, base64
  Opt checksum_type;
  Attributes attributes;
  static void describe(api::Fields& f);
  Time modified() const { return Time(std::chrono::milliseconds(modified_ms)); }
};

struct PartRecord {
  int32_t number = 0;
  int64_t size_bytes = 0;
  int64_t modified_ms = 0;
  std::string etag;
  Opt blob;
  Strings checksums;
  static void describe(api::Fields& f);
};

struct ManifestRecord {
  std::vector<PartRecord> parts;
  static void describe(api::Fields& f);
};

struct UploadRecord {
  int64_t initiated_ms = 0;
  std::string initiator;  // account
  Opt algorithm, checksum_type;
  Attributes attributes;
  static void describe(api::Fields& f);
};

struct KeyedVersion {
  std::string key;
  VersionRecord record;
};
struct KeyedUpload {
  std::string key, id;
  UploadRecord record;
};
struct NamedBucket {
  std::string name;
  BucketRecord record;
};

class ObjectStore {
 public:
  explicit ObjectStore(kv::Transaction& tx) : tx_(tx) {}

  // ---- buckets ----
  Task<std::optional<BucketRecord>> bucket(std::string name);
  void put_bucket(const std::string& name, const BucketRecord& record);
  // Whether it has objects or versions.
  Task<bool> has_objects(std::string name);
  // The bucket with its configurations and unfinished uploads.
  Task<void> clear_bucket(std::string name, std::string account);
  // An account's buckets by name, after `after`, `limit` at most.
  Task<std::vector<NamedBucket>> buckets(std::string account, std::string prefix, std::string after, size_t limit);
  Task<std::vector<std::string>> all_bucket_names();

  template <class T>
  Task<std::optional<T>> config(std::string bucket, std::string kind) {
    std::optional<std::string> bytes = co_await tx_.get(config_key(bucket, kind));
    co_return bytes ? api::decode_record<T>(*bytes) : std::nullopt;
  }
  template <class T>
  void put_config(const std::string& bucket, const std::string& kind, const T& value) {
    tx_.set(config_key(bucket, kind), api::encode_record(value));
  }
  void clear_config(const std::string& bucket, const std::string& kind);

  // ---- objects ----
  Task<std::optional<VersionRecord>> latest(std::string bucket, std::string key);
  Task<std::optional<VersionRecord>> version(std::string bucket, std::string key, std::string id);
  // The versions before the latest, the newest first.
  Task<std::vector<VersionRecord>> older(std::string bucket, std::string key);
  // Makes `record` the latest version, gives it its id and order, and disposes of what it replaces as the bucket's
  // versioning says. `record.blob` counts as named once more; a manifest's blobs are counted already.
  Task<void> add_version(std::string bucket, std::string versioning, std::string key, VersionRecord& record);
  // Rewrites a version in place (tags).
  Task<void> update_version(std::string bucket, std::string key, VersionRecord record);
  // Removes one version; the newest of the others becomes the latest. Answers what was removed.
  Task<std::optional<VersionRecord>> remove_version(std::string bucket, std::string key, std::string id);

  // Latest versions in the order of keys, from a position on. Keys are shown as they lie, delete markers included.
  struct Position {
    std::string begin;  // an encoded key
    static Position at_prefix(const std::string& bucket, const std::string& prefix);
    static Position at_key(const std::string& bucket, const std::string& key);
    static Position after_key(const std::string& bucket, const std::string& key);
    static Position after_prefix(const std::string& bucket, const std::string& prefix);
  };
  Task<std::vector<KeyedVersion>> page(std::string bucket, std::string prefix, Position from, size_t limit);

  // ---- multipart ----
  Task<std::optional<ManifestRecord>> manifest(std::string id);
  void put_manifest(const std::string& id, const ManifestRecord& record);
  Task<std::optional<UploadRecord>> upload(std::string bucket, std::string key, std::string id);
  void put_upload(const std::string& bucket, const std::string& key, const std::string& id, const UploadRecord& record);
  Task<std::vector<KeyedUpload>> uploads(std::string bucket, std::string prefix);
  Task<std::vector<PartRecord>> parts(std::string upload);
  Task<std::optional<PartRecord>> part(std::string upload, int32_t number);
  // Names the part's blob, and no longer that of a part that it replaces.
  Task<void> put_part(std::string upload, PartRecord record);
  // The upload and its parts; the blobs of parts not in `kept` (by number) are named no more.
  Task<void> clear_upload(std::string bucket, std::string key, std::string id, const std::vector<PartRecord>& kept);

  // ---- blobs ----
  void name_blob(const Opt& blob, int64_t times);
  // Blobs that are named, by pages after `after`; empty at the end. Drops the counters of those that are not.
  static Task<Result<std::vector<std::string>>> named_blobs(kv::Store& store, std::string after, size_t limit);

 private:
  static std::string config_key(const std::string& bucket, const std::string& kind);
  Task<void> release(const VersionRecord& record);
  void put_latest(const std::string& bucket, const std::string& key, const VersionRecord& record);
  void put_older(const std::string& bucket, const std::string& key, const VersionRecord& record);
  Task<void> remove_older_null(std::string bucket, std::string key);

  kv::Transaction& tx_;
};

std::string make_version_id(int64_t order);
std::string make_upload_id();

}  // namespace thaw::s3
