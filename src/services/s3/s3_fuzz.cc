// Bodies, list parameters, ranges and copy sources, as clients may send them.
#include <cstddef>
#include <cstdint>

#include "api/codec.h"
#include "services/s3/api.h"
#include "services/s3/rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const api::Schema* schema :
       {&api::Bind<s3::Delete>::schema(), &api::Bind<s3::CompletedMultipartUpload>::schema(),
        &api::Bind<s3::Tagging>::schema(), &api::Bind<s3::LifecycleConfiguration>::schema(),
        &api::Bind<s3::CorsConfiguration>::schema(), &api::Bind<s3::AccessControlPolicy>::schema(),
        &api::Bind<s3::CreateBucketConfiguration>::schema()})
    (void)api::xml_to_canonical(text, *schema, "");
  (void)s3::parse_range(text, 1000);
  (void)s3::parse_copy_range(text, 1000);
  (void)s3::parse_copy_source(text);
  (void)s3::parse_tagging(text);
  (void)s3::is_valid_bucket_name(text);
  (void)s3::etag_matches(text, "abc");
  size_t half = size / 2;
  (void)s3::common_prefix(text, text.substr(0, half), text.substr(half));
  if (auto policy = Json::parse(text)) {
    (void)s3::is_public_policy(*policy);
    (void)s3::check_bucket_policy(*policy, "bucket");
  }
  return 0;
}
