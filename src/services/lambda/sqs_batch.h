// Between SQS and a function: the event that a batch of messages makes, and what the function's answer says of each.
// Pure. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace thaw::lambda {

// A message as ReceiveMessage answers it (canonical Json) -> a record of the event.
Json sqs_record(const Json& message, const std::string& queue_arn, const std::string& region);
// Whether one of the filters lets a record in; no filters let in everything. A body that is JSON is matched as such.
bool is_wanted(const Json& record, const std::vector<Json>& filters);
// The ids of messages that a function reports as failed; nothing when its answer cannot be understood: then all are.
std::optional<std::vector<std::string>> reported_failures(const std::string& answer,
                                                          const std::vector<std::string>& message_ids);

}  // namespace thaw::lambda
