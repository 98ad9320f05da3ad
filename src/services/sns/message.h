// Messages as they are published and as they are delivered. Pure.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "services/sns/api.h"
#include "services/sns/store.h"

namespace thaw::sns {

constexpr size_t message_bytes_max = 262'144;  // also of a batch

// Subject, text and attributes, as the limit counts them.
size_t size_of(const PublishEntry& message);
// Everything that a message can be refused for. Errors in SNS's words.
Result<void> check_message(const PublishEntry& message, bool fifo, bool content_deduplication);
// The text for subscriptions of a protocol: with MessageStructure "json" there may be one for each.
std::string message_for(const PublishEntry& message, std::string_view protocol);

// The attributes as filter policies see them.
Json attributes_for_filter(const AttributeValues& attributes);
// {"name": {"Type": ..., "Value": ...}}, as envelopes carry them.
Json attributes_for_envelope(const AttributeValues& attributes);
// As SQS takes them.
Json attributes_for_sqs(const AttributeValues& attributes);

// What an envelope says beside the message itself.
struct EnvelopeLinks {
  std::string topic_arn;
  std::string signature;
  std::string signature_version = "1";
  std::string certificate_url;
  std::string unsubscribe_url;
};
// What is signed of a notification.
std::string notification_to_sign(const Delivery& delivery, std::string_view topic_arn);
// The JSON that SQS and HTTP subscriptions receive unless they want the raw message.
Json notification(const Delivery& delivery, const EnvelopeLinks& links, bool fifo);
// The event of a Lambda function.
Json lambda_event(const Delivery& delivery, const EnvelopeLinks& links);

}  // namespace thaw::sns
