// The trace header that goes through a chain of calls, and the loops that it betrays. Pure, except for random ids.
//
//   Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5
//
// Lambda notes in Lineage how often the chain has come through each function; SDKs inside functions pass the header
// on. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::lambda {

constexpr int loops_max = 16;

// The header as an invocation of the function gets it: with a root, and the function counted. `given` is what the
// request brought, perhaps nothing. Errors: RecursiveInvocationException when the chain has come through the function
// 16 times and `stops_loops`.
Result<std::string> next_trace(std::string_view given, std::string_view function_arn, bool stops_loops, int64_t now_ms);

}  // namespace thaw::lambda
