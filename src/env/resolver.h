// The name server that a sandbox sees: AWS's host names lead to the platform's listeners, nothing else exists.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thaw::env {

// Pure: the answer to a DNS query packet, or nothing when it is none. Names under amazonaws.com, on.aws, aws.dev,
// api.aws and localhost resolve to an address that the sandbox's network takes as local; others are NXDOMAIN.
std::optional<std::string> resolve_query(std::string_view query);

}  // namespace thaw::env
