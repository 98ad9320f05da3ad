#include "services/sqs/attributes.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "api/policy.h"
#include "base/arn.h"
#include "base/text.h"
#include "services/sqs/errors.h"

namespace thaw::sqs {
namespace {

struct Number {
  std::string_view name;
  int64_t min;
  int64_t max;
  std::string_view otherwise;
};
constexpr Number numbers[] = {
    {"DelaySeconds", 0, 900, "0"},
    {"MaximumMessageSize", 1024, message_bytes_max, "1048576"},
    {"MessageRetentionPeriod", 60, 1'209'600, "345600"},
    {"ReceiveMessageWaitTimeSeconds", 0, 20, "0"},
    {"VisibilityTimeout", 0, 43'200, "30"},
    {"KmsDataKeyReusePeriodSeconds", 60, 86'400, ""},
};
constexpr std::string_view read_only[] = {"ApproximateNumberOfMessages",
                                          "ApproximateNumberOfMessagesDelayed",
                                          "ApproximateNumberOfMessagesNotVisible",
                                          "CreatedTimestamp",
                                          "LastModifiedTimestamp",
                                          "QueueArn"};
constexpr std::string_view of_fifo[] = {"ContentBasedDeduplication", "DeduplicationScope", "FifoQueue",
                                        "FifoThroughputLimit"};
constexpr std::string_view texts[] = {"Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId",
                                      "SqsManagedSseEnabled"};

template <class List>
bool among(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != std::end(list);
}
const Number* number_named(std::string_view name) {
  auto found = std::ranges::find(numbers, name, &Number::name);
  return found == std::end(numbers) ? nullptr : found;
}
std::optional<int64_t> parse_number(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}
bool is_boolean(std::string_view text) { return text == "true" || text == "false"; }

std::string text_of(const Texts& attributes, const std::string& name, std::string_view otherwise = "") {
  auto found = attributes.find(name);
  return found == attributes.end() ? std::string(otherwise) : found->second;
}

Result<std::string> checked_text(const std::string& name, const std::string& value) {
  if (name == "SqsManagedSseEnabled") {
    if (!is_boolean(value)) return invalid_attribute(name);
    return value;
  }
  if (name == "KmsMasterKeyId") {
    if (value.size() > 2048) return invalid_attribute(name);
    return value;
  }
  if (value.empty()) return value;  // forgets it
  if (name == "Policy") {
    auto json = Json::parse(value);
    if (!json || !json->is_object()) return invalid_attribute(name);
    if (!api::Policy::compile(*json, api::PolicyKind::resource)) return invalid_attribute(name);
    return value;
  }
  if (name == "RedrivePolicy") {
    CHECK_OK(parse_redrive(value));
    return value;
  }
  CHECK_OK(parse_redrive_allow(value));
  return value;
}

Result<std::string> checked_fifo(const std::string& name, const std::string& value, bool creating) {
  if (name == "FifoQueue") {
    if (!creating) return unknown_attribute(name);
    if (value != "true") return invalid_attribute(name);
    return value;
  }
  bool fits = false;
  if (name == "ContentBasedDeduplication") fits = is_boolean(value);
  if (name == "DeduplicationScope") fits = value == "queue" || value == "messageGroup";
  if (name == "FifoThroughputLimit") fits = value == "perQueue" || value == "perMessageGroupId";
  if (!fits) return invalid_attribute(name);
  return value;
}

Result<std::string> checked(const std::string& name, const std::string& value, bool fifo, bool creating) {
  if (const Number* number = number_named(name)) {
    auto parsed = parse_number(value);
    if (!parsed || *parsed < number->min || *parsed > number->max) return invalid_attribute(name);
    return std::to_string(*parsed);
  }
  if (among(of_fifo, name)) {
    if (!fifo) return unknown_attribute(name);
    return checked_fifo(name, value, creating);
  }
  if (among(texts, name)) return checked_text(name, value);
  return unknown_attribute(name);
}

}  // namespace

bool RedriveAllow::allows(std::string_view source_arn) const {
  return all || std::ranges::find(sources, source_arn) != sources.end();
}

bool is_attribute_name(std::string_view name) {
  return name == "All" || number_named(name) || among(read_only, name) || among(of_fifo, name) || among(texts, name);
}

bool is_queue_name(std::string_view name, bool fifo) {
  if (name.size() > 80) return false;
  if (fifo) {
    if (!name.ends_with(".fifo")) return false;
    name.remove_suffix(5);
  }
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<Texts> checked_attributes(Texts given, bool fifo, bool creating) {
  for (auto& [name, value] : given) {
    TRY(value, checked(name, value, fifo, creating));
  }
  return given;
}

Texts merged_attributes(Texts stored, const Texts& given) {
  for (const auto& [name, value] : given) {
    if (value.empty())
      stored.erase(name);
    else
      stored[name] = value;
  }
  // A queue is encrypted with a key of KMS or with SQS's own, not with both.
  if (given.contains("KmsMasterKeyId") && !given.at("KmsMasterKeyId").empty()) stored["SqsManagedSseEnabled"] = "false";
  if (text_of(given, "SqsManagedSseEnabled") == "true") stored.erase("KmsMasterKeyId");
  return stored;
}

Settings settings_of(const Texts& stored, bool fifo) {
  Settings out;
  out.fifo = fifo;
  out.content_deduplication = text_of(stored, "ContentBasedDeduplication") == "true";
  out.deduplicates_by_group = text_of(stored, "DeduplicationScope") == "messageGroup";
  auto number = [&](const std::string& name, int64_t& to) { to = parse_number(text_of(stored, name)).value_or(to); };
  number("VisibilityTimeout", out.visibility_s);
  number("DelaySeconds", out.delay_s);
  number("ReceiveMessageWaitTimeSeconds", out.wait_s);
  number("MessageRetentionPeriod", out.retention_s);
  number("MaximumMessageSize", out.message_bytes);
  if (std::string text = text_of(stored, "RedrivePolicy"); !text.empty()) {
    if (auto redrive = parse_redrive(text)) out.redrive = std::move(*redrive);
  }
  if (std::string text = text_of(stored, "RedriveAllowPolicy"); !text.empty()) {
    if (auto allow = parse_redrive_allow(text)) out.redrive_allow = std::move(*allow);
  }
  if (std::string text = text_of(stored, "Policy"); !text.empty()) {
    if (auto policy = Json::parse(text)) out.policy = std::move(*policy);
  }
  return out;
}

Texts with_defaults(Texts stored, bool fifo) {
  for (const Number& number : numbers)
    if (!number.otherwise.empty()) stored.try_emplace(std::string(number.name), number.otherwise);
  stored.try_emplace("SqsManagedSseEnabled", stored.contains("KmsMasterKeyId") ? "false" : "true");
  if (stored.contains("KmsMasterKeyId")) stored.try_emplace("KmsDataKeyReusePeriodSeconds", "300");
  if (!fifo) return stored;
  stored.try_emplace("FifoQueue", "true");
  stored.try_emplace("ContentBasedDeduplication", "false");
  stored.try_emplace("DeduplicationScope", "queue");
  stored.try_emplace("FifoThroughputLimit", "perQueue");
  return stored;
}

std::optional<std::string> first_difference(const Texts& given, const Texts& stored, bool fifo) {
  Texts now = with_defaults(stored, fifo);
  for (const auto& [name, value] : given) {
    auto found = now.find(name);
    std::string before = found == now.end() ? "" : found->second;
    if (before == value) continue;
    // Policies are the same whatever their spaces and order.
    auto one = Json::parse(before), other = Json::parse(value);
    if (one && other && one->is_object() && *one == *other) continue;
    return name;
  }
  return std::nullopt;
}

Result<Redrive> parse_redrive(const std::string& text) {
  auto wrong = [&](std::string_view reason) { return invalid_value(text, "RedrivePolicy", reason); };
  auto json = Json::parse(text, 8);
  if (!json || !json->is_object()) return wrong("Redrive policy is not a valid JSON map.");
  const Json& target = json->get("deadLetterTargetArn");
  const Json& count = json->get("maxReceiveCount");
  if (!target.is_string()) return wrong("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  if (count.is_null()) return wrong("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  for (const Json::Member& member : json->members())
    if (member.key != "deadLetterTargetArn" && member.key != "maxReceiveCount")
      return wrong("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
  std::optional<int64_t> receives = count.is_string() ? parse_number(count.as_string()) : count.to_int();
  if (!receives || *receives < 1 || *receives > 1000)
    return wrong("Invalid value for maxReceiveCount: " + (count.is_string() ? count.as_string() : count.dump()) +
                 ", valid values are from 1 to 1000 both inclusive.");
  auto arn = Arn::parse(target.as_string());
  if (!arn || arn->service != "sqs" || arn->resource.empty()) return wrong("Invalid value for deadLetterTargetArn.");
  return Redrive{target.as_string(), static_cast<int32_t>(*receives)};
}

Result<RedriveAllow> parse_redrive_allow(const std::string& text) {
  auto wrong = [&](std::string_view reason) { return invalid_value(text, "RedriveAllowPolicy", reason); };
  auto json = Json::parse(text, 8);
  if (!json || !json->is_object()) return wrong("Amazon SQS can't create the redrive allow policy: not valid JSON.");
  std::string permission = json->get("redrivePermission").string_or("");
  const Json& sources = json->get("sourceQueueArns");
  RedriveAllow out;
  out.all = permission == "allowAll";
  if (permission != "allowAll" && permission != "denyAll" && permission != "byQueue")
    return wrong("redrivePermission must be allowAll, denyAll or byQueue.");
  if (permission != "byQueue") {
    if (!sources.is_null()) return wrong("sourceQueueArns can be given with redrivePermission byQueue only.");
    return out;
  }
  if (!sources.is_array() || sources.empty() || sources.size() > 10)
    return wrong("sourceQueueArns must name 1 to 10 queues.");
  for (const Json& source : sources.items()) {
    if (!source.is_string() || !Arn::parse(source.as_string())) return wrong("sourceQueueArns must be ARNs of queues.");
    out.sources.push_back(source.as_string());
  }
  return out;
}

}  // namespace thaw::sqs
