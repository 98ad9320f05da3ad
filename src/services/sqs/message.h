// What a message may be, and the digests that clients check. Pure.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/sqs/api.h"
#include "services/sqs/attributes.h"

namespace thaw::sqs {

// Body and attributes, as the limits count them.
size_t size_of(const SendMessageInput& message);

// Checks everything that a message can be refused for but its size in a batch. Errors in SQS's words.
Result<void> check_message(const SendMessageInput& message, const Settings& settings);

// The deduplication id that counts: the message's own, or the digest of its body. Nothing on standard queues.
std::optional<std::string> deduplication_id(const SendMessageInput& message, const Settings& settings);

// Hex MD5 of attributes, as SDKs compute it; nothing when there are none.
std::optional<std::string> md5_of_attributes(const AttributeValues& attributes);

// The attributes that a receiver asked for: names, "All", ".*", "prefix.*".
AttributeValues chosen_attributes(const AttributeValues& all, const std::vector<std::string>& names);

// 1 to 80 letters, digits, '-' and '_'.
bool is_batch_entry_id(std::string_view id);
// 1 to 128 letters, digits and punctuation: group and deduplication ids.
bool is_message_token(std::string_view text);
// Characters that SQS takes: those of XML 1.0.
bool has_valid_characters(std::string_view body);

}  // namespace thaw::sqs
