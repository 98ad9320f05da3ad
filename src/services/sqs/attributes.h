// The attributes of a queue: which there are, what they may be, what they default to, and how a queue acts on them.
// Pure. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/sqs/api.h"

namespace thaw::sqs {

constexpr int64_t message_bytes_max = 1'048'576;  // also of a batch

// What RedrivePolicy says.
struct Redrive {
  std::string target_arn;
  int32_t receives_max = 0;  // 1 to 1000
};

// Which queues may name this one as their dead-letter queue (RedriveAllowPolicy).
struct RedriveAllow {
  bool all = true;
  std::vector<std::string> sources;  // ARNs, when not all
  bool allows(std::string_view source_arn) const;
};

// The attributes as a queue acts on them.
struct Settings {
  bool fifo = false;
  bool content_deduplication = false;
  bool deduplicates_by_group = false;  // DeduplicationScope messageGroup
  int64_t visibility_s = 30;
  int64_t delay_s = 0;
  int64_t wait_s = 0;
  int64_t retention_s = 345'600;
  int64_t message_bytes = message_bytes_max;
  std::optional<Redrive> redrive;
  RedriveAllow redrive_allow;
  Json policy;  // the queue's own policy, or null
};

// Whether GetQueueAttributes knows the name; "All" too.
bool is_attribute_name(std::string_view name);
// 1 to 80 letters, digits, '-' and '_', then ".fifo" when `fifo`, which counts.
bool is_queue_name(std::string_view name, bool fifo);

// Checks attributes that a client sets, and gives numbers their plain form. `creating`: FifoQueue may be among them.
// Errors: "InvalidAttributeName", "InvalidAttributeValue", "InvalidParameterValue".
Result<Texts> checked_attributes(Texts given, bool fifo, bool creating);
// `stored` with `given` on top; what is given empty is forgotten (policies, the KMS key).
Texts merged_attributes(Texts stored, const Texts& given);
// Attributes that were checked and stored.
Settings settings_of(const Texts& stored, bool fifo);
// The stored attributes with AWS's defaults in the place of what was never set.
Texts with_defaults(Texts stored, bool fifo);
// Name of the first attribute in which CreateQueue's `given` differs from an existing queue's, or nothing.
std::optional<std::string> first_difference(const Texts& given, const Texts& stored, bool fifo);

// Reads a RedrivePolicy; the error says what is wrong with it, in SQS's words.
Result<Redrive> parse_redrive(const std::string& text);
Result<RedriveAllow> parse_redrive_allow(const std::string& text);

}  // namespace thaw::sqs
