// What of an interpreter the sandbox needs beyond the public look-up (environment.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "env/environment.h"

namespace thaw::env {

struct InterpreterDetails {
  Interpreter shown;
  std::vector<std::string> prefixes;  // host folders outside of /usr that must be seen inside, at the same path
  std::string python_fallback;        // where boto3 is when the interpreter itself has none
};

// As interpreter_for(), with details. Blocks at the first call per runtime; cached; thread-safe.
Result<InterpreterDetails> interpreter_details(std::string_view runtime);

// Pure: of the versions at hand (like 3.11 = {3, 11}; 20 = {20, 0}) the index of the one that serves `wanted`: the
// same, else the nearest, and of two as near the newer. -1 when there is none.
struct VersionNumber {
  int major = 0;
  int minor = 0;
  bool operator==(const VersionNumber&) const = default;
};
int choose_version(VersionNumber wanted, const std::vector<VersionNumber>& at_hand);

}  // namespace thaw::env
