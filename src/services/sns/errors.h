// The errors of SNS, in its own words.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::sns {

// The code on the wire of an error's shape: "InvalidParameterException" is "InvalidParameter".
std::string query_error_code(std::string_view code);

// "Invalid parameter: WORDS".
std::unexpected<Error> invalid(std::string words);
std::unexpected<Error> no_topic();
std::unexpected<Error> no_subscription();
// An attribute or a protocol that AWS has and Thaw does not.
std::unexpected<Error> not_here(std::string_view what);

}  // namespace thaw::sns
