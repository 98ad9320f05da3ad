// Buckets themselves.
#include "api/codec.h"
#include "base/text.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

// An answer whose XML the shapes cannot say: a root element with text. In process the shape is answered.
class TextSource final : public net::BodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)), size_(text_.size()) {}
  Task<Result<std::string>> next() override { co_return std::exchange(text_, {}); }
  std::optional<uint64_t> length() const override { return size_; }

 private:
  std::string text_;
  uint64_t size_;
};

Result<void> check_new_bucket(const CreateBucketInput& in) {
  if (!is_valid_bucket_name(in.Bucket))
    return failure("InvalidBucketName", "The specified bucket is not valid.", 400,
                   Json::object({{"BucketName", in.Bucket}}));
  if (in.ObjectLockEnabledForBucket.value_or(false)) return not_implemented("x-amz-bucket-object-lock-enabled");
  if (in.Configuration && (in.Configuration->Location || in.Configuration->Bucket))
    return not_implemented("directory buckets");
  if (in.ObjectOwnership && *in.ObjectOwnership != "BucketOwnerEnforced" &&
      *in.ObjectOwnership != "BucketOwnerPreferred" && *in.ObjectOwnership != "ObjectWriter")
    return invalid_argument("Invalid x-amz-object-ownership header: " + *in.ObjectOwnership, "x-amz-object-ownership",
                            *in.ObjectOwnership);
  bool enforced = in.ObjectOwnership.value_or("BucketOwnerEnforced") == "BucketOwnerEnforced";
  if (in.ACL && *in.ACL != "private" && enforced)
    return failure("InvalidBucketAclWithObjectOwnership",
                   "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", 400);
  CHECK_OK(check_acl(in.ACL, false));
  if (in.Configuration && in.Configuration->Tags) {
    CHECK_OK(check_tags(*in.Configuration->Tags, 50));
    CHECK_OK(check_system_tags({}, *in.Configuration->Tags));
  }
  return {};
}

}  // namespace

Task<Result<CreateBucketOutput>> S3::create_bucket(Request& request, const CreateBucketInput& in) {
  CO_CHECK_OK(refuse_headers(request));
  CO_CHECK_OK(check_new_bucket(in));
  Opt constraint = in.Configuration ? in.Configuration->LocationConstraint : std::nullopt;
  // In process nobody has chosen an endpoint: the caller's region is meant.
  if (!request.http && !constraint && request.region.str() != "us-east-1") constraint = request.region.str();
  CO_TRY(std::string region, region_of_new_bucket(request.region.str(), constraint));
  ObjectStore objects(request.tx());
  CreateBucketOutput out;
  out.Location = "/" + in.Bucket;
  out.BucketArn = "arn:aws:s3:::" + in.Bucket;
  auto existing = co_await objects.bucket(in.Bucket);
  if (existing) {
    Json details = Json::object({{"BucketName", in.Bucket}});
    if (existing->account != request.account.str())
      co_return failure(
          "BucketAlreadyExists",
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
          "Please select a different name and try again.",
          409, std::move(details));
    // The oldest region forgives; a service that makes a bucket wants to know.
    if (request.http && request.region.str() == "us-east-1" && region == "us-east-1" && existing->region == region)
      co_return out;
    co_return failure("BucketAlreadyOwnedByYou",
                      "Your previous request to create the named bucket succeeded and you already own it.", 409,
                      std::move(details));
  }
  BucketRecord record;
  record.account = request.account.str();
  record.region = region;
  record.created_ms = request.clock->now_ms();
  objects.put_bucket(in.Bucket, record);
  objects.put_config(in.Bucket, "publicAccessBlock", PublicAccessBlockConfiguration{true, true, true, true});
  OwnershipControls ownership;
  ownership.Rules.push_back({in.ObjectOwnership.value_or("BucketOwnerEnforced")});
  objects.put_config(in.Bucket, "ownership", ownership);
  if (in.Configuration && in.Configuration->Tags && !in.Configuration->Tags->empty())
    objects.put_config(in.Bucket, "tagging", Tagging{*in.Configuration->Tags});
  co_return out;
}

Task<Result<api::Nothing>> S3::delete_bucket(Request& request, const BucketInput& in) {
  ObjectStore objects(request.tx());
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  bool full = co_await objects.has_objects(in.Bucket);
  if (full) {
    std::string words = "The bucket you tried to delete is not empty";
    if (!bucket.versioning.empty()) words += ". You must delete all versions in the bucket.";
    co_return failure("BucketNotEmpty", words, 409, Json::object({{"BucketName", in.Bucket}}));
  }
  co_await objects.clear_bucket(in.Bucket, bucket.account);
  co_return api::Nothing{};
}

Task<Result<HeadBucketOutput>> S3::head_bucket(Request& request, const BucketInput& in) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  HeadBucketOutput out;
  out.BucketRegion = bucket.region;
  out.BucketArn = "arn:aws:s3:::" + in.Bucket;
  out.AccessPointAlias = false;
  co_return out;
}

Task<Result<ListBucketsOutput>> S3::list_buckets(Request& request, const ListBucketsInput& in) {
  int32_t max = in.MaxBuckets.value_or(10'000);
  if (max < 1 || max > 10'000)
    co_return invalid_argument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets",
                               std::to_string(max));
  std::string after;
  if (in.ContinuationToken) {
    auto decoded = hex_decode(*in.ContinuationToken);
    if (!decoded)
      co_return invalid_argument("The continuation token provided is incorrect", "continuation-token",
                                 *in.ContinuationToken);
    after = *decoded;
  }
  ListBucketsOutput out;
  out.Owner.ID = owner_id(request.account.str());
  out.Prefix = in.Prefix;
  auto found = co_await ObjectStore(request.tx())
                   .buckets(request.account.str(), in.Prefix.value_or(""), after,
                            in.BucketRegion ? 0 : static_cast<size_t>(max) + 1);
  for (const NamedBucket& bucket : found) {
    if (in.BucketRegion && bucket.record.region != *in.BucketRegion) continue;
    if (out.Buckets.size() == static_cast<size_t>(max)) {
      out.ContinuationToken = hex_encode(out.Buckets.back().Name);
      break;
    }
    BucketEntry& entry = out.Buckets.emplace_back();
    entry.Name = bucket.name;
    entry.CreationDate = Time(std::chrono::milliseconds(bucket.record.created_ms));
    entry.BucketRegion = bucket.record.region;
    entry.BucketArn = "arn:aws:s3:::" + bucket.name;
  }
  co_return out;
}

Task<Result<GetBucketLocationOutput>> S3::get_bucket_location(Request& request, const BucketInput& in) {
  CO_TRY(BucketRecord bucket, co_await require_bucket(request.tx(), in.Bucket));
  GetBucketLocationOutput out;
  if (bucket.region != "us-east-1") out.LocationConstraint = bucket.region;
  if (request.http) {
    constexpr std::string_view root = "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::string(root);
    xml += out.LocationConstraint ? ">" + api::xml_escape(*out.LocationConstraint) + "</LocationConstraint>" : "/>";
    request.stream = std::make_shared<TextSource>(std::move(xml));
    request.response_headers.set("Content-Type", "application/xml");
  }
  co_return out;
}

}  // namespace thaw::s3
