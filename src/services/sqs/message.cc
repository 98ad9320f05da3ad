#include "services/sqs/message.h"

#include <algorithm>

#include "base/text.h"
#include "services/sqs/errors.h"

namespace thaw::sqs {
namespace {

constexpr size_t attributes_max = 10;
constexpr size_t name_bytes_max = 256;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

size_t size_of(const AttributeValues& attributes) {
  size_t out = 0;
  for (const auto& [name, value] : attributes) {
    out += name.size() + value.DataType.size();
    if (value.StringValue) out += value.StringValue->size();
    if (value.BinaryValue) out += value.BinaryValue->bytes.size();
  }
  return out;
}

// What stands before the first '.' of "Number.int".
std::string_view base_type(std::string_view type) { return type.substr(0, type.find('.')); }

// Digits with sign, fraction and exponent, as SQS takes them: up to 38 digits.
bool is_number(std::string_view text) {
  size_t at = 0, digits = 0;
  auto run = [&] {
    size_t before = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    digits += at - before;
    return at > before;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  bool any = run();
  if (at < text.size() && text[at] == '.') ++at, any |= run();
  if (!any || digits > 38) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (!run()) return false;
  }
  return at == text.size();
}

Result<void> check_name(const std::string& name) {
  if (name.empty() || name.size() > name_bytes_max)
    return invalid_parameter("Length of message attribute name must be less than 256 bytes.");
  if (!std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; }))
    return invalid_parameter(
        "Message (user) attribute name can contain upper and lower case letters, digits, periods, hyphens and "
        "underscores.");
  std::string lower = to_lower(name);
  if (lower.starts_with("aws.") || lower.starts_with("amazon."))
    return invalid_parameter(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for "
        "internal use.");
  if (name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string::npos)
    return invalid_parameter(
        "Invalid message attribute name: it must not begin or end with a period, or have two in a row.");
  return {};
}

Result<void> check_value(const std::string& name, const AttributeValue& value) {
  if (value.StringListValues && !value.StringListValues->empty())
    return fail("UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported.");
  if (value.BinaryListValues && !value.BinaryListValues->empty())
    return fail("UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported.");
  std::string_view type = base_type(value.DataType);
  if (value.DataType.empty())
    return invalid_parameter("The message attribute '" + name + "' must contain a non-empty message attribute type.");
  if (value.DataType.size() > name_bytes_max || (type != "String" && type != "Number" && type != "Binary"))
    return invalid_parameter("The message attribute '" + name +
                             "' has an invalid message attribute type, the set of supported type prefixes is Binary, "
                             "Number, and String.");
  bool binary = type == "Binary";
  bool filled = binary ? value.BinaryValue && !value.BinaryValue->bytes.empty()
                       : value.StringValue && !value.StringValue->empty();
  if (!filled)
    return invalid_parameter("The message attribute '" + name +
                             "' must contain a non-empty message attribute value for message attribute type '" +
                             value.DataType + "'.");
  if (binary ? value.StringValue.has_value() : value.BinaryValue.has_value())
    return invalid_parameter("Message attribute '" + name + "' has values of more than one type.");
  if (type == "Number" && !is_number(*value.StringValue))
    return invalid_parameter("Can't cast the value of message (user) attribute '" + name + "' to a number.");
  if (!binary && !has_valid_characters(*value.StringValue))
    return fail("InvalidMessageContents", "Invalid characters found in the value of message attribute '" + name + "'.");
  return {};
}

Result<void> check_attributes(const SendMessageInput& message) {
  if (message.MessageAttributes.size() > attributes_max)
    return invalid_parameter("Number of message attributes [" + std::to_string(message.MessageAttributes.size()) +
                             "] exceeds the allowed maximum [10].");
  for (const auto& [name, value] : message.MessageAttributes) {
    CHECK_OK(check_name(name));
    CHECK_OK(check_value(name, value));
  }
  for (const auto& [name, value] : message.MessageSystemAttributes) {
    if (name != "AWSTraceHeader") return invalid_parameter("Message system attribute name '" + name + "' is invalid.");
    CHECK_OK(check_value(name, value));
    if (base_type(value.DataType) != "String")
      return invalid_parameter("The message system attribute 'AWSTraceHeader' must be of type String.");
  }
  return {};
}

Result<void> check_fifo(const SendMessageInput& message, const Settings& settings) {
  constexpr std::string_view alphabet =
      " can only include alphanumeric and punctuation characters. 1 to 128 in length.";
  constexpr std::string_view wrong_type = "The request include parameter that is not valid for this queue type.";
  const auto& group = message.MessageGroupId;
  const auto& id = message.MessageDeduplicationId;
  if (group && !is_message_token(*group))
    return invalid_value(*group, "MessageGroupId", "MessageGroupId" + std::string(alphabet));
  if (!settings.fifo) {
    if (id) return invalid_value(*id, "MessageDeduplicationId", wrong_type);
    return {};
  }
  if (message.DelaySeconds && *message.DelaySeconds != 0)
    return invalid_value(std::to_string(*message.DelaySeconds), "DelaySeconds", wrong_type);
  if (!group) return missing_parameter("MessageGroupId");
  if (id && !is_message_token(*id))
    return invalid_value(*id, "MessageDeduplicationId", "MessageDeduplicationId" + std::string(alphabet));
  if (!id && !settings.content_deduplication)
    return invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
        "explicitly");
  return {};
}

void append_sized(std::string& out, std::string_view bytes) {
  auto size = static_cast<uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift & 0xFF));
  out += bytes;
}

}  // namespace

size_t size_of(const SendMessageInput& message) {
  return message.MessageBody.size() + size_of(message.MessageAttributes);
}

Result<void> check_message(const SendMessageInput& message, const Settings& settings) {
  if (message.MessageBody.empty()) return missing_parameter("MessageBody");
  if (!has_valid_characters(message.MessageBody))
    return fail("InvalidMessageContents",
                "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
                "#xFFFD | #x10000 to #x10FFFF");
  CHECK_OK(check_attributes(message));
  if (size_of(message) > static_cast<size_t>(settings.message_bytes))
    return invalid_parameter("One or more parameters are invalid. Reason: Message must be shorter than " +
                             std::to_string(settings.message_bytes) + " bytes.");
  if (message.DelaySeconds && (*message.DelaySeconds < 0 || *message.DelaySeconds > 900))
    return invalid_value(std::to_string(*message.DelaySeconds), "DelaySeconds",
                         "DelaySeconds must be >= 0 and <= 900.");
  return check_fifo(message, settings);
}

std::optional<std::string> deduplication_id(const SendMessageInput& message, const Settings& settings) {
  if (!settings.fifo) return std::nullopt;
  if (message.MessageDeduplicationId) return message.MessageDeduplicationId;
  return hex_encode(sha256(message.MessageBody));
}

std::optional<std::string> md5_of_attributes(const AttributeValues& attributes) {
  if (attributes.empty()) return std::nullopt;
  std::string bytes;
  for (const auto& [name, value] : attributes) {  // in the order of names
    append_sized(bytes, name);
    append_sized(bytes, value.DataType);
    bool binary = base_type(value.DataType) == "Binary";
    bytes.push_back(binary ? '\x02' : '\x01');
    append_sized(bytes, binary ? (value.BinaryValue ? value.BinaryValue->bytes : std::string())
                               : value.StringValue.value_or(""));
  }
  return hex_encode(md5(bytes));
}

AttributeValues chosen_attributes(const AttributeValues& all, const std::vector<std::string>& names) {
  AttributeValues out;
  for (const auto& entry : all) {
    bool wanted = std::ranges::any_of(names, [&](std::string_view name) {
      if (name == "All" || name == ".*" || name == entry.first) return true;
      return name.ends_with(".*") && entry.first.starts_with(name.substr(0, name.size() - 2));
    });
    if (wanted) out.insert(entry);
  }
  return out;
}

bool is_batch_entry_id(std::string_view id) {
  return !id.empty() && id.size() <= 80 &&
         std::ranges::all_of(id, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_message_token(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

bool has_valid_characters(std::string_view body) {
  if (!is_valid_utf8(body)) return false;
  for (size_t i = 0; i < body.size(); ++i) {
    auto c = static_cast<unsigned char>(body[i]);
    if (c < 0x20 && c != 0x9 && c != 0xA && c != 0xD) return false;
    // U+FFFE and U+FFFF
    if (c == 0xEF && i + 2 < body.size() && static_cast<unsigned char>(body[i + 1]) == 0xBF &&
        static_cast<unsigned char>(body[i + 2]) >= 0xBE)
      return false;
  }
  return true;
}

}  // namespace thaw::sqs
