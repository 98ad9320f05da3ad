#include "services/lambda/async_event.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/record.h"
#include "base/arn.h"
#include "base/text.h"

namespace thaw::lambda {
namespace {

// A record's header behind its length, then the bytes that are not JSON's business.
std::string with_body(const std::string& header, const std::string& body) {
  std::string out;
  out.reserve(4 + header.size() + body.size());
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(header.size() >> shift & 0xFF));
  return out + header + body;
}

template <class T>
std::optional<T> without_body(std::string_view bytes, std::string T::* body) {
  if (bytes.size() < 4) return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < 4; ++i) length |= static_cast<size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  bytes.remove_prefix(4);
  if (length > bytes.size()) return std::nullopt;
  auto out = api::decode_record<T>(bytes.substr(0, length));
  if (out) (*out).*body = std::string(bytes.substr(length));
  return out;
}

// JSON text as it is; other bytes as a JSON string.
std::string as_json(const std::string& payload) {
  if (payload.empty()) return "null";
  if (Json::parse(payload)) return payload;
  return Json(is_valid_utf8(payload) ? payload : base64_encode(payload)).dump();
}

Json text_attribute(const char* type, std::string value) {
  return Json::object({{"DataType", type}, {"StringValue", std::move(value)}});
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
Json dead_letter_attributes(const Delivery& d) {
  Json out = Json::object({{"RequestID", text_attribute("String", d.request_id)}});
  if (d.error_code != 0) out.set("ErrorCode", text_attribute("Number", std::to_string(d.error_code)));
  if (!d.error_message.empty()) out.set("ErrorMessage", text_attribute("String", d.error_message));
  return out;
}

// aws/lambda/async/FUNCTION/2026/11/24/2026-11-24T11.18.32-UUID
std::string object_key(const Delivery& d) {
  std::string time = iso8601_millis(Time(std::chrono::milliseconds(d.ended_ms)));
  std::string day = time.substr(0, 10), second = time.substr(0, 19);
  std::ranges::replace(day, '-', '/');
  std::ranges::replace(second, ':', '.');
  return "aws/lambda/async/" + d.function_name + "/" + day + "/" + second + "-" + d.object_id;
}

Json bus_entry(const Delivery& d) {
  Json entry = Json::object(
      {{"Source", "lambda"},
       {"DetailType", std::string("Lambda Function Invocation Result - ") + (d.is_success ? "Success" : "Failure")},
       {"Detail", d.body},
       {"EventBusName", d.destination},
       {"Resources", Json::array({d.function_arn, d.destination})}});
  return Json::object({{"Entries", Json::array({std::move(entry)})}});
}

}  // namespace

void AsyncEvent::describe(api::Fields& f) {
  using Self = AsyncEvent;
  MEMBER(account);
  MEMBER(region);
  MEMBER(name);
  MEMBER(qualifier);
  MEMBER(request_id);
  MEMBER(client_context);
  MEMBER(trace);
  MEMBER(accepted_ms);
  MEMBER(failures);
}
void Delivery::describe(api::Fields& f) {
  using Self = Delivery;
  MEMBER(account);
  MEMBER(region);
  MEMBER(function_name);
  MEMBER(function_arn);
  MEMBER(role);
  MEMBER(destination);
  MEMBER(request_id);
  MEMBER(trace);
  MEMBER(object_id);
  MEMBER(ended_ms);
  MEMBER(is_dead_letter);
  MEMBER(is_success);
  MEMBER(error_code);
  MEMBER(error_message);
}

std::string encode_event(const AsyncEvent& event) { return with_body(api::encode_record(event), event.payload); }
std::optional<AsyncEvent> decode_event(std::string_view bytes) {
  return without_body<AsyncEvent>(bytes, &AsyncEvent::payload);
}
std::string encode_delivery(const Delivery& delivery) { return with_body(api::encode_record(delivery), delivery.body); }
std::optional<Delivery> decode_delivery(std::string_view bytes) {
  return without_body<Delivery>(bytes, &Delivery::body);
}

Millis back_off(int tries) {
  constexpr int64_t first_ms = 1000, longest_ms = 300'000;
  int64_t ms = first_ms << std::clamp(tries - 1, 0, 20);
  return Millis(std::min(ms, longest_ms));
}

bool is_expired(const AsyncEvent& event, const EventLimits& limits, int64_t now_ms) {
  return now_ms - event.accepted_ms >= limits.age_ms_max;
}

NextStep next_step(const AsyncEvent& event, const EventLimits& limits, Attempt attempt, int tries, int64_t now_ms) {
  using Kind = NextStep::Kind;
  int64_t left_ms = std::max<int64_t>(event.accepted_ms + limits.age_ms_max - now_ms, 0);
  switch (attempt) {
    case Attempt::succeeded: return {Kind::succeed, {}, "Success"};
    case Attempt::refused: return {Kind::discard, {}, "RetriesExhausted"};
    case Attempt::throttled:
      // Looked at once more when its time is over.
      return {Kind::wait, std::min(back_off(tries), Millis(left_ms)), ""};
    case Attempt::failed: break;
  }
  constexpr Millis first{60'000}, later{120'000};
  Millis delay = event.failures == 0 ? first : later;
  if (event.failures >= limits.retries_max) return {Kind::discard, {}, "RetriesExhausted"};
  if (delay.count() >= left_ms) return {Kind::discard, {}, "EventAgeExceeded"};
  return {Kind::retry, delay, ""};
}

std::string invocation_record(const AsyncEvent& event, const std::string& function_arn, const std::string& condition,
                              int invoke_count, const std::optional<EventResponse>& response, Time now) {
  std::string out = R"({"version":"1.0","timestamp":")" + iso8601_millis(now) + R"(","requestContext":)";
  out += Json::object({{"requestId", event.request_id},
                       {"functionArn", function_arn},
                       {"condition", condition},
                       {"approximateInvokeCount", invoke_count}})
             .dump();
  out += R"(,"requestPayload":)" + as_json(event.payload);
  if (response) {
    Json context = Json::object({{"statusCode", response->status}, {"executedVersion", response->executed_version}});
    if (!response->function_error.empty()) context.set("functionError", response->function_error);
    out += R"(,"responseContext":)" + context.dump() + R"(,"responsePayload":)" + as_json(response->payload);
  }
  return out + "}";
}

std::string shortened(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::string error_words(const std::string& payload) {
  constexpr size_t words_bytes_max = 1024;
  auto parsed = Json::parse(payload);
  const Json* words = parsed ? parsed->find("errorMessage") : nullptr;
  return shortened(words && words->is_string() ? words->as_string() : payload, words_bytes_max);
}

Result<DeliveryCall> delivery_call(const Delivery& d) {
  auto arn = Arn::parse(d.destination);
  auto invalid = [&] {
    return fail(Error{"InvalidParameterValueException", "The destination ARN " + d.destination + " is invalid.", 400,
                      Json::object({{"Type", "User"}})});
  };
  if (!arn || arn->resource.empty()) return invalid();
  DeliveryCall out;
  out.resource = d.destination;
  out.region = arn->region.empty() ? d.region : arn->region;
  Json attributes;
  if (d.is_dead_letter) attributes = dead_letter_attributes(d);
  if (arn->service == "sqs") {
    out.service = "sqs", out.operation = "SendMessage", out.action = "sqs:SendMessage";
    std::string url = "https://sqs." + arn->region + ".amazonaws.com/" + arn->account + "/" + arn->resource;
    out.input = Json::object({{"QueueUrl", url}, {"MessageBody", d.body}});
    if (!attributes.is_null()) out.input.set("MessageAttributes", std::move(attributes));
  } else if (arn->service == "sns") {
    out.service = "sns", out.operation = "Publish", out.action = "sns:Publish";
    out.input = Json::object({{"TopicArn", d.destination}, {"Message", d.body}});
    if (!attributes.is_null()) out.input.set("MessageAttributes", std::move(attributes));
  } else if (d.is_dead_letter) {
    return invalid();
  } else if (arn->service == "lambda" && arn->resource.starts_with("function:")) {
    out.service = "lambda", out.operation = "Invoke", out.action = "lambda:InvokeFunction";
    out.input = Json::object({{"FunctionName", d.destination}, {"InvocationType", "Event"}, {"Payload", d.body}});
    if (!d.trace.empty()) out.input.set("TraceId", d.trace);
  } else if (arn->service == "events" && arn->resource.starts_with("event-bus/")) {
    out.service = "events", out.operation = "PutEvents", out.action = "events:PutEvents";
    out.input = bus_entry(d);
  } else if (arn->service == "s3" && !d.is_success) {
    out.service = "s3", out.operation = "PutObject", out.action = "s3:PutObject";
    out.resource += "/*";
    out.input = Json::object(
        {{"Bucket", arn->resource}, {"Key", object_key(d)}, {"Body", d.body}, {"ContentType", "application/json"}});
  } else {
    return invalid();
  }
  return out;
}

}  // namespace thaw::lambda
