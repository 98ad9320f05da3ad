// Names of generated resources that end in a digest: ten hex digits of the SHA-1 of some data.
#pragma once

#include <string>

#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

// Strings are digested as they are, everything else as sorted, compact JSON. Empty data gives an empty digest.
std::string digest_of(const Value& data, size_t length = 10);

// prefix + digest; `given_digest` (an archive's SHA-256, say), when not empty, is cut instead of computing one.
std::string hashed_id(const std::string& prefix, const Value& data, const std::string& given_digest = {});

// prefix + kind + suffix when the suffix is alphanumeric, else prefix + kind + the suffix's digest.
std::string suffixed_id(const std::string& prefix, const std::string& suffix);

bool is_alphanumeric(std::string_view text);  // false when empty
std::string only_alphanumeric(std::string_view text);

}  // namespace thaw::sam
