#include "services/lambda/sqs_batch.h"

#include <algorithm>

#include "base/text.h"
#include "services/lambda/event_filter.h"

namespace thaw::lambda {
namespace {

Json message_attributes(const Json& given) {
  Json out = Json::object();
  if (!given.is_object()) return out;
  for (const Json::Member& m : given.members()) {
    Json value = Json::object();
    if (const Json* text = m.value.find("StringValue")) value.set("stringValue", *text);
    if (const Json* bytes = m.value.find("BinaryValue")) value.set("binaryValue", base64_encode(bytes->string_or("")));
    value.set("stringListValues", Json::array()).set("binaryListValues", Json::array());
    value.set("dataType", m.value.get("DataType"));
    out.set(m.key, std::move(value));
  }
  return out;
}

}  // namespace

Json sqs_record(const Json& message, const std::string& queue_arn, const std::string& region) {
  Json out = Json::object({{"messageId", message.get("MessageId")},
                           {"receiptHandle", message.get("ReceiptHandle")},
                           {"body", message.get("Body")},
                           {"attributes", message.contains("Attributes") ? message.get("Attributes") : Json::object()},
                           {"messageAttributes", message_attributes(message.get("MessageAttributes"))}});
  if (const Json* md5 = message.find("MD5OfMessageAttributes")) out.set("md5OfMessageAttributes", *md5);
  out.set("md5OfBody", message.get("MD5OfBody"));
  out.set("eventSource", "aws:sqs").set("eventSourceARN", queue_arn).set("awsRegion", region);
  return out;
}

bool is_wanted(const Json& record, const std::vector<Json>& filters) {
  if (filters.empty()) return true;
  Json seen = record;
  if (auto body = Json::parse(record.get("body").string_or("")); body && (body->is_object() || body->is_array()))
    seen.set("body", std::move(*body));
  return std::ranges::any_of(filters, [&](const Json& filter) { return matches_filter(filter, seen); });
}

std::optional<std::vector<std::string>> reported_failures(const std::string& answer,
                                                          const std::vector<std::string>& message_ids) {
  std::vector<std::string> out;
  if (answer.empty()) return out;
  auto parsed = Json::parse(answer);
  if (!parsed) return std::nullopt;
  if (parsed->is_null()) return out;
  if (!parsed->is_object()) return std::nullopt;
  const Json& list = parsed->get("batchItemFailures");
  if (list.is_null()) return out;
  if (!list.is_array()) return std::nullopt;
  for (const Json& item : list.items()) {
    const Json& id = item.get("itemIdentifier");
    if (!id.is_string() || std::ranges::find(message_ids, id.as_string()) == message_ids.end()) return std::nullopt;
    out.push_back(id.as_string());
  }
  return out;
}

}  // namespace thaw::lambda
