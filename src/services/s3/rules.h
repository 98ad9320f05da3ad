// S3's decisions that need no state: names, ranges, conditions, tags, what a policy makes public, which CORS rule fits.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "services/s3/api.h"

namespace thaw::s3 {

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_valid_bucket_name(std::string_view name);
// Errors: KeyTooLongError, InvalidURI for what is not UTF-8.
Result<void> check_key(std::string_view key);

// The region of a new bucket. `endpoint` is the region that was asked; `constraint` what the body says.
Result<std::string> region_of_new_bucket(std::string_view endpoint, const Opt& constraint);

struct ByteRange {
  uint64_t first = 0;
  uint64_t count = 0;
};
// Of a Range header over `size` bytes: nothing when it is not one that S3 heeds (several ranges, other units,
// nonsense), so that the whole is answered. Error InvalidRange (416).
Result<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size_bytes);
// Of x-amz-copy-source-range: "bytes=first-last", both within the source. Error InvalidArgument, InvalidRange.
Result<ByteRange> parse_copy_range(std::string_view header, uint64_t size_bytes);

struct Conditions {
  Opt if_match, if_none_match;
  std::optional<Time> if_modified_since, if_unmodified_since;
};
enum class Outcome : uint8_t { holds, not_modified, failed };
struct ConditionResult {
  Outcome outcome = Outcome::holds;
  std::string_view condition;  // the header that decided
};
// In RFC 9110's order of precedence. `etag` without quotes.
ConditionResult check_conditions(const Conditions& conditions, std::string_view etag, Time modified);
bool etag_matches(std::string_view header, std::string_view etag);
// Of a write. `etag`: of the object that is there, or nothing. Errors: PreconditionFailed, NoSuchKey, NotImplemented.
Result<void> check_write(const Opt& if_match, const Opt& if_none_match, const Opt& etag, std::string_view key);

// Of the x-amz-tagging header ("a=b&c=d"), and of a list. Errors: InvalidArgument, InvalidTag, BadRequest.
Result<std::vector<Tag>> parse_tagging(std::string_view header);
Result<void> check_tags(const std::vector<Tag>& tags, size_t count_max);
// A client's tags in place of `before`: AWS's own ("aws:...") can neither be made, changed nor left out. Error
// InvalidTag.
Result<void> check_system_tags(const std::vector<Tag>& before, const std::vector<Tag>& after);
bool is_system_tag(const Tag& tag);

// Whether a policy lets everybody do something.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
bool is_public_policy(const Json& policy);
// What a bucket's policy must be beyond being a policy: resources within the bucket, S3's actions. Error
// MalformedPolicy.
Result<void> check_bucket_policy(const Json& policy, std::string_view bucket);

// The rule that allows a request from `origin`, or null. `headers`: of a preflight, else empty.
const CorsRule* matching_cors_rule(const CorsConfiguration& cors, std::string_view origin, std::string_view method,
                                   const std::vector<std::string>& headers);
bool matches_star(std::string_view pattern, std::string_view text);  // one '*' at most counts

// "prefix" + what follows up to and with the delimiter; nothing when the key has no delimiter behind the prefix.
std::optional<std::string> common_prefix(std::string_view key, std::string_view prefix, std::string_view delimiter);

struct CopySource {
  std::string bucket, key;
  Opt version;
};
// Of x-amz-copy-source: "/bucket/key?versionId=v", percent-encoded. Error InvalidArgument.
Result<CopySource> parse_copy_source(std::string_view header);

std::string owner_id(std::string_view account);  // the canonical user id of an account
std::string quoted(std::string_view etag);
std::string_view unquoted(std::string_view etag);

}  // namespace thaw::s3
