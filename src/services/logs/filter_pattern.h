// CloudWatch Logs' filter patterns, parsed and matched. Pure.
//   ""                        everything           "ERROR timeout"   both terms       "?a ?b"   either      "ERROR
//   -timeout"
//   "\"exact phrase\""        a phrase             "%regular.*exp%"  a regular expression (RE2)
//   "{ $.level = \"error\" && $.ms > 10 }"         a JSON event      "[ip, user, status=4*, ...]"  fields by position
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/FilterAndPatternSyntax.html
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::logs {

class FilterPattern {
 public:
  // Error "InvalidParameterException". The text is at most 1,024 characters, so nesting is bounded too.
  static Result<FilterPattern> parse(std::string_view text);
  bool matches(std::string_view message) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;  // null matches everything
};

}  // namespace thaw::logs
