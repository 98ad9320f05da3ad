// Amazon S3: buckets and objects, as operations. See README.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "api/caller.h"
#include "api/service.h"
#include "base/loop.h"
#include "blob/blob_store.h"
#include "services/s3/api.h"
#include "services/s3/checksum.h"
#include "services/s3/errors.h"
#include "services/s3/rules.h"
#include "services/s3/store.h"

namespace thaw::s3 {

class S3 final : public api::Service {
 public:
  // All must outlive the service; `blobs` is S3's own. `caller` asks S3 itself, so that each object of a copy or of a
  // DeleteObjects is authorised as if it had been asked for alone.
  S3(kv::Store& store, blob::BlobStore& blobs, api::Caller caller, Clock& clock);
  ~S3() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;
  void start() override;
  Task<void> stop() override;

  // Removes the blobs that nothing names and that are older than `grace`. What the background does every hour, for
  // tests.
  Task<Result<blob::Swept>> sweep(std::chrono::seconds grace);
  // Carries out the buckets' lifecycle rules; answers how many versions and uploads went. Likewise.
  Task<Result<int>> apply_lifecycles();

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;
  template <class T>
  using InTransaction = std::function<Task<Result<T>>(kv::Transaction&)>;

  struct Table;  // service.cc
  void add_buckets(Table& table);
  void add_access(Table& table);
  void add_configurations(Table& table);
  void add_objects(Table& table);
  void add_uploads(Table& table);

  // What every operation on a bucket passes first: the bucket is there, belongs to whom the caller says, CORS headers;
  // answers the bucket's policy for the authoriser. (guard.cc)
  Task<Result<Json>> guard(Request& request, const Json& input);
  Task<Result<Json>> guard_in(kv::Transaction& tx, Request& request, const Json& input);
  Answer<api::Nothing> preflight(Request& request, const PreflightInput& in);
  Task<Result<BucketRecord>> require_bucket(kv::Transaction& tx, std::string name);

  // ops_bucket.cc
  Answer<CreateBucketOutput> create_bucket(Request& request, const CreateBucketInput& in);
  Answer<> delete_bucket(Request& request, const BucketInput& in);
  Answer<HeadBucketOutput> head_bucket(Request& request, const BucketInput& in);
  Answer<ListBucketsOutput> list_buckets(Request& request, const ListBucketsInput& in);
  Answer<GetBucketLocationOutput> get_bucket_location(Request& request, const BucketInput& in);

  // ops_config.cc
  Answer<> put_bucket_versioning(Request& request, const PutBucketVersioningInput& in);
  Answer<VersioningConfiguration> get_bucket_versioning(Request& request, const BucketInput& in);
  Answer<> put_bucket_policy(Request& request, const PutBucketPolicyInput& in);
  Answer<GetBucketPolicyOutput> get_bucket_policy(Request& request, const BucketInput& in);
  Answer<> delete_bucket_policy(Request& request, const BucketInput& in);
  Answer<GetBucketPolicyStatusOutput> get_bucket_policy_status(Request& request, const BucketInput& in);
  Answer<> put_bucket_tagging(Request& request, const PutBucketTaggingInput& in);
  Answer<GetTaggingOutput> get_bucket_tagging(Request& request, const BucketInput& in);
  Answer<> delete_bucket_tagging(Request& request, const BucketInput& in);
  Answer<> put_public_access_block(Request& request, const PutPublicAccessBlockInput& in);
  Answer<GetPublicAccessBlockOutput> get_public_access_block(Request& request, const BucketInput& in);
  Answer<> delete_public_access_block(Request& request, const BucketInput& in);
  Answer<> put_ownership(Request& request, const PutBucketOwnershipControlsInput& in);
  Answer<GetBucketOwnershipControlsOutput> get_ownership(Request& request, const BucketInput& in);
  Answer<> delete_ownership(Request& request, const BucketInput& in);
  Answer<> put_encryption(Request& request, const PutBucketEncryptionInput& in);
  Answer<GetBucketEncryptionOutput> get_encryption(Request& request, const BucketInput& in);
  Answer<> delete_encryption(Request& request, const BucketInput& in);
  Answer<> put_lifecycle(Request& request, const PutBucketLifecycleInput& in);
  Answer<LifecycleConfiguration> get_lifecycle(Request& request, const BucketInput& in);
  Answer<> delete_lifecycle(Request& request, const BucketInput& in);
  Answer<> put_cors(Request& request, const PutBucketCorsInput& in);
  Answer<CorsConfiguration> get_cors(Request& request, const BucketInput& in);
  Answer<> delete_cors(Request& request, const BucketInput& in);
  Answer<> put_notification(Request& request, const PutBucketNotificationInput& in);
  Answer<NotificationConfiguration> get_notification(Request& request, const BucketInput& in);
  Answer<> put_bucket_acl(Request& request, const PutAclInput& in);
  Answer<AccessControlPolicy> get_bucket_acl(Request& request, const BucketInput& in);
  Answer<> put_object_acl(Request& request, const PutObjectAclInput& in);
  Answer<AccessControlPolicy> get_object_acl(Request& request, const VersionInput& in);

  // ops_write.cc
  struct Received {
    Opt blob;
    int64_t size_bytes = 0;
    std::string etag;
    Strings checksums;
  };
  // Reads the request's body into a blob and checks it against what its headers claim. `also`: a checksum wanted
  // besides the one that is claimed; CRC64NVME when neither is there.
  Task<Result<Received>> receive(Request& request, Opt content_md5, Opt sdk_algorithm, Checksums headers,
                                 std::optional<Algorithm> also);
  struct Written {
    VersionRecord record;
    bool versioned = false;
    Opt version_id() const { return versioned ? Opt(record.id) : std::nullopt; }
  };
  // What the bucket adds to a write: its default encryption; what it refuses: ACLs.
  Task<Result<void>> apply_bucket(kv::Transaction& tx, std::string bucket, Opt acl, Attributes& attributes);
  Task<Result<Written>> put_in(kv::Transaction& tx, const WriteInput& in, const Opt& if_match, const Opt& if_none_match,
                               VersionRecord made);
  Answer<PutObjectOutput> put_object(Request& request, const PutObjectInput& in);
  Answer<CopyObjectOutput> copy_object(Request& request, const CopyObjectInput& in);
  struct Source {
    CopySource name;
    VersionRecord record;
    std::vector<PartRecord> pieces;
    bool versioned = false;
  };
  Task<Result<Written>> copy_in(kv::Transaction& tx, const CopyObjectInput& in, const Source& source,
                                VersionRecord made);
  Task<Result<Source>> open_source(Request& request, const CopySourceInput& in);
  Task<Result<Source>> source_in(kv::Transaction& tx, CopySource name);
  Task<Result<Received>> copy_bytes(const Source& source, ByteRange range, Algorithm algorithm);

  // ops_read.cc
  struct Found {
    VersionRecord record;
    std::vector<PartRecord> pieces;
    bool versioned = false;
  };
  Task<Result<VersionRecord>> find_object(kv::Transaction& tx, Request& request, const VersionInput& in,
                                          bool& versioned);
  Task<Result<Found>> find_in(kv::Transaction& tx, Request& request, const VersionInput& in);
  // What is said of an object that cannot be found: who may not list the bucket does not learn that it is absent.
  Task<Error> told(Request& request, std::string bucket, Error error);
  Answer<GetObjectOutput> get_object(Request& request, const GetObjectInput& in);
  Answer<HeadObjectOutput> head_object(Request& request, const GetObjectInput& in);
  struct Selected {
    HeadObjectOutput head;
    ByteRange range;
    int status = 200;
  };
  Result<Selected> select(Request& request, const GetObjectInput& in, const Found& found);
  Answer<GetObjectAttributesOutput> get_object_attributes(Request& request, const GetObjectAttributesInput& in);
  Answer<> put_object_tagging(Request& request, const PutObjectTaggingInput& in);
  Answer<GetTaggingOutput> get_object_tagging(Request& request, const VersionInput& in);
  Answer<VersionIdOutput> delete_object_tagging(Request& request, const VersionInput& in);

  // ops_delete.cc
  Answer<DeleteObjectOutput> delete_object(Request& request, const DeleteObjectInput& in);
  Answer<DeleteObjectsOutput> delete_objects(Request& request, const DeleteObjectsInput& in);

  // ops_list.cc
  Answer<ListObjectsOutput> list_objects(Request& request, const ListObjectsInput& in);
  Answer<ListObjectsV2Output> list_objects_v2(Request& request, const ListObjectsV2Input& in);
  Answer<ListObjectVersionsOutput> list_object_versions(Request& request, const ListObjectVersionsInput& in);

  // ops_multipart.cc
  Answer<CreateMultipartUploadOutput> create_multipart_upload(Request& request, const CreateMultipartUploadInput& in);
  Answer<UploadPartOutput> upload_part(Request& request, const UploadPartInput& in);
  Answer<UploadPartCopyOutput> upload_part_copy(Request& request, const UploadPartCopyInput& in);
  Answer<CompleteMultipartUploadOutput> complete_multipart_upload(Request& request,
                                                                  const CompleteMultipartUploadInput& in);
  Answer<> abort_multipart_upload(Request& request, const UploadInput& in);
  Answer<ListPartsOutput> list_parts(Request& request, const ListPartsInput& in);
  Answer<ListMultipartUploadsOutput> list_multipart_uploads(Request& request, const ListMultipartUploadsInput& in);
  Task<Result<UploadRecord>> upload_in(kv::Transaction& tx, std::string bucket, std::string key, std::string id);
  Task<Result<Written>> complete_in(kv::Transaction& tx, const CompleteMultipartUploadInput& in, int64_t now_ms);
  Task<Result<api::Nothing>> put_part_in(kv::Transaction& tx, std::string bucket, std::string key, std::string id,
                                         PartRecord part);
  Task<Result<PartRecord>> store_part(const UploadRecord& upload, std::string bucket, std::string key, std::string id,
                                      int32_t number, Received received);

  // background.cc
  Task<Result<int>> apply_lifecycle(std::string bucket);
  Task<Result<int>> expire_page(kv::Transaction& tx, std::string bucket, const LifecycleConfiguration& config,
                                std::string* from);
  Task<Result<int>> abort_uploads(kv::Transaction& tx, std::string bucket, const LifecycleConfiguration& config);
  void wait_and_run();
  Task<void> run_background();

  kv::Store& store_;
  blob::BlobStore& blobs_;
  api::Caller caller_;
  Clock& clock_;
  bool stopping_ = false, running_ = false;
  std::optional<Loop::TimerId> timer_;
  Completion<Unit> idle_;
  Clock::JumpToken jumps_;
};

// The bytes [range) of an object that lies in pieces, as a response's body.
std::shared_ptr<net::BodySource> make_body(blob::BlobStore& blobs, const std::vector<PartRecord>& pieces,
                                           ByteRange range);
// What a part of the object's own record is as one piece.
std::vector<PartRecord> single_piece(const VersionRecord& record);

template <class S>
void set_encryption(S& out, const Attributes& attributes) {
  out.ServerSideEncryption = attributes.encryption;
  out.SSEKMSKeyId = attributes.kms_key;
  if (attributes.bucket_key.value_or(false)) out.BucketKeyEnabled = true;
}

// Headers that ask for what Thaw does not have: SSE with customers' keys, object locks, grants, redirects, requester
// pays. Error NotImplemented.
Result<void> refuse_headers(const api::Request& request);
// What an object is given by the request that writes it. Errors: InvalidArgument, MetadataTooLarge, InvalidTag, ...
Result<Attributes> attributes_of(const WriteInput& in);
// An ACL that is no more than the owner's full control. Errors: AccessControlListNotSupported, NotImplemented.
Result<void> check_acl(const Opt& acl, bool enforced);

}  // namespace thaw::s3
