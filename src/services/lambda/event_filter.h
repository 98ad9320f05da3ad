// The filter patterns of event source mappings. Pure.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace thaw::lambda {

// Whether a text (at most 4096 bytes) is a pattern: objects whose leaves are lists of values and of the rules prefix,
// suffix, equals-ignore-case, anything-but, numeric and exists; "$or" of patterns. Answers it parsed, or nothing.
std::optional<Json> parse_filter(std::string_view text);
// `pattern` comes from parse_filter().
bool matches_filter(const Json& pattern, const Json& event);

}  // namespace thaw::lambda
