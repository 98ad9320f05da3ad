// What lifecycle rules say of one object. Pure.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "services/s3/api.h"

namespace thaw::s3 {

bool matches_filter(const LifecycleRule& rule, const std::string& key, int64_t size_bytes,
                    const std::vector<Tag>& tags);
// Whether `days` days have gone by since `since`, counted to the next midnight UTC as S3 does.
bool is_due(Time since, int32_t days, Time now);
// Whether the rule's Expiration fits a latest version that was written at `modified`.
bool expires(const LifecycleRule& rule, Time modified, Time now);

}  // namespace thaw::s3
