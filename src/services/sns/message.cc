#include "services/sns/message.h"

#include <algorithm>

#include "base/text.h"
#include "services/sns/errors.h"
#include "services/sns/signer.h"

namespace thaw::sns {
namespace {

constexpr size_t subject_bytes_max = 100;

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

Result<void> check_attribute(const std::string& name, const AttributeValue& value) {
  if (name.empty() || name.size() > 256 || !std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
      }))
    return fail("InvalidParameterValueException",
                "The message attribute name '" + name.substr(0, 256) +
                    "' must contain letters, digits, periods, hyphens and underscores only, up to 256.");
  std::string_view type = std::string_view(value.DataType).substr(0, value.DataType.find('.'));
  if (type != "String" && type != "Number" && type != "Binary")
    return fail("InvalidParameterValueException",
                "The message attribute '" + name +
                    "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, "
                    "and String.");
  bool binary = type == "Binary";
  bool filled = binary ? value.BinaryValue && !value.BinaryValue->bytes.empty()
                       : value.StringValue && !value.StringValue->empty();
  if (!filled)
    return fail("InvalidParameterValueException",
                "The message attribute '" + name +
                    "' must contain non-empty message attribute value for message attribute type '" + value.DataType +
                    "'.");
  if (value.DataType == "String.Array") {
    auto list = Json::parse(*value.StringValue, 8);
    if (!list || !list->is_array())
      return fail("InvalidParameterValueException",
                  "The message attribute '" + name + "' of type String.Array must be a JSON array.");
  }
  return {};
}

Result<void> check_fifo(const PublishEntry& message, bool fifo, bool content_deduplication) {
  const auto& group = message.MessageGroupId;
  const auto& id = message.MessageDeduplicationId;
  if (group && !is_token(*group))
    return invalid(
        "MessageGroupId Reason: MessageGroupId can only include alphanumeric "
        "and punctuation characters. 1 to 128 in length");
  if (!fifo) {
    if (id)
      return invalid(
          "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not "
          "valid for this topic type");
    return {};
  }
  if (!group) return invalid("The MessageGroupId parameter is required for FIFO topics");
  if (id && !is_token(*id))
    return invalid(
        "MessageDeduplicationId Reason: MessageDeduplicationId can only include alphanumeric and "
        "punctuation characters. 1 to 128 in length");
  if (!id && !content_deduplication)
    return invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
        "explicitly");
  return {};
}

Result<void> check_structure(const PublishEntry& message) {
  if (!message.MessageStructure) return {};
  if (*message.MessageStructure != "json") return invalid("MessageStructure");
  auto json = Json::parse(message.Message, 64);
  if (!json || !json->is_object()) return invalid("Message Structure - JSON message body failed to parse");
  if (!json->get("default").is_string()) return invalid("Message Structure - No default entry in JSON message body");
  return {};
}

Json signature_members(const Delivery& delivery, const EnvelopeLinks& links) {
  Json out =
      Json::object({{"Type", "Notification"}, {"MessageId", delivery.message_id}, {"TopicArn", links.topic_arn}});
  if (delivery.subject) out.set("Subject", *delivery.subject);
  out.set("Message", delivery.message);
  out.set("Timestamp", iso8601_millis(Time(std::chrono::milliseconds(delivery.published_ms))));
  out.set("SignatureVersion", links.signature_version);
  out.set("Signature", links.signature);
  return out;
}

}  // namespace

size_t size_of(const PublishEntry& message) {
  size_t out = message.Message.size();
  for (const auto& [name, value] : message.MessageAttributes) {
    out += name.size() + value.DataType.size();
    if (value.StringValue) out += value.StringValue->size();
    if (value.BinaryValue) out += value.BinaryValue->bytes.size();
  }
  return out;
}

Result<void> check_message(const PublishEntry& message, bool fifo, bool content_deduplication) {
  if (message.Message.empty()) return invalid("Empty message");
  if (size_of(message) > message_bytes_max) return invalid("Message too long");
  if (message.Subject) {
    const std::string& subject = *message.Subject;
    bool fits = !subject.empty() && subject.size() <= subject_bytes_max && subject[0] != ' ' &&
                is_valid_utf8(subject) &&
                std::ranges::none_of(subject, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    if (!fits) return invalid("Subject");
  }
  for (const auto& [name, value] : message.MessageAttributes) CHECK_OK(check_attribute(name, value));
  CHECK_OK(check_structure(message));
  return check_fifo(message, fifo, content_deduplication);
}

std::string message_for(const PublishEntry& message, std::string_view protocol) {
  if (!message.MessageStructure) return message.Message;
  auto json = Json::parse(message.Message, 64);
  if (!json) return message.Message;
  const Json& own = json->get(protocol);
  return own.is_string() ? own.as_string() : json->get("default").string_or("");
}

Json attributes_for_filter(const AttributeValues& attributes) {
  Json out = Json::object();
  for (const auto& [name, value] : attributes) {
    if (!value.StringValue) continue;
    const std::string& text = *value.StringValue;
    if (value.DataType == "String.Array") {
      if (auto list = Json::parse(text, 8)) out.set(name, std::move(*list));
    } else if (value.DataType.starts_with("Number") && Json::is_number_text(text)) {
      out.set(name, Json::number(text));
    } else {
      out.set(name, text);
    }
  }
  return out;
}

Json attributes_for_envelope(const AttributeValues& attributes) {
  Json out = Json::object();
  for (const auto& [name, value] : attributes) {
    std::string text = value.BinaryValue ? base64_encode(value.BinaryValue->bytes) : value.StringValue.value_or("");
    out.set(name, Json::object({{"Type", value.DataType}, {"Value", text}}));
  }
  return out;
}

Json attributes_for_sqs(const AttributeValues& attributes) {
  Json out = Json::object();
  for (const auto& [name, value] : attributes) {
    Json one = Json::object({{"DataType", value.DataType}});
    if (value.StringValue) one.set("StringValue", *value.StringValue);
    if (value.BinaryValue) one.set("BinaryValue", value.BinaryValue->bytes);
    out.set(name, std::move(one));
  }
  return out;
}

bool Subscriber::wants(const PublishEntry& message) const {
  if (record.pending) return false;
  if (!filter) return true;
  if (scope == FilterScope::attributes) return filter->matches(attributes_for_filter(message.MessageAttributes));
  auto body = Json::parse(message.Message, 64);
  return body && body->is_object() && filter->matches(*body);
}

std::string notification_to_sign(const Delivery& delivery, std::string_view topic_arn) {
  std::vector<std::pair<std::string_view, std::string>> fields = {
      {"Message", delivery.message},
      {"MessageId", delivery.message_id},
      {"Timestamp", iso8601_millis(Time(std::chrono::milliseconds(delivery.published_ms)))},
      {"TopicArn", std::string(topic_arn)},
      {"Type", "Notification"}};
  if (delivery.subject) fields.push_back({"Subject", *delivery.subject});
  return text_to_sign(std::move(fields));
}

Json notification(const Delivery& delivery, const EnvelopeLinks& links, bool fifo) {
  Json out = signature_members(delivery, links);
  out.set("SigningCertURL", links.certificate_url);
  out.set("UnsubscribeURL", links.unsubscribe_url);
  if (fifo) out.set("SequenceNumber", sequence_text(delivery.sequence));
  if (delivery.replayed) out.set("Replayed", true);
  if (!delivery.attributes.empty()) out.set("MessageAttributes", attributes_for_envelope(delivery.attributes));
  return out;
}

Json lambda_event(const Delivery& delivery, const EnvelopeLinks& links) {
  Json sns = signature_members(delivery, links);
  if (!delivery.subject) sns.set("Subject", nullptr);
  sns.set("SigningCertUrl", links.certificate_url);
  sns.set("UnsubscribeUrl", links.unsubscribe_url);
  sns.set("MessageAttributes", attributes_for_envelope(delivery.attributes));
  Json record = Json::object({{"EventVersion", "1.0"},
                              {"EventSubscriptionArn", delivery.subscription_arn},
                              {"EventSource", "aws:sns"},
                              {"Sns", std::move(sns)}});
  return Json::object({{"Records", Json::array({std::move(record)})}});
}

}  // namespace thaw::sns
