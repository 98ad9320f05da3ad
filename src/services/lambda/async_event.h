// Events of asynchronous invocations and what is sent on of them: how they lie in the queue, and what becomes of an
// event after an attempt. Pure. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/result.h"

namespace thaw::lambda {

constexpr size_t event_bytes_max = 1'048'576;
constexpr int64_t event_age_ms_max = 6 * 3'600'000;

// An accepted event. Its payload is JSON.
struct AsyncEvent {
  std::string account, region, name;
  std::string qualifier;  // as it was invoked; "" without one
  std::string request_id;
  std::string client_context;  // base64, or empty
  std::string trace;           // the header that came with it
  int64_t accepted_ms = 0;
  int32_t failures = 0;  // attempts that ended with a function error
  std::string payload;
  static void describe(api::Fields& f);  // of all but the payload
};
std::string encode_event(const AsyncEvent& event);
std::optional<AsyncEvent> decode_event(std::string_view bytes);

// One message that is due to a destination or a dead-letter queue.
struct Delivery {
  std::string account, region;
  std::string function_name;
  std::string function_arn;  // qualified
  std::string role;          // in whose name it is sent
  std::string destination;   // ARN
  std::string request_id;
  std::string trace;      // of the invocation that is told of
  std::string object_id;  // makes the key of an S3 object, the same at every try
  int64_t ended_ms = 0;
  bool is_dead_letter = false;  // the event itself, not a record of its invocation
  bool is_success = false;
  int32_t error_code = 0;  // HTTP's; 0: not known
  std::string error_message;
  std::string body;
  static void describe(api::Fields& f);  // of all but the body
};
std::string encode_delivery(const Delivery& delivery);
std::optional<Delivery> decode_delivery(std::string_view bytes);

// ---- after an attempt ----

enum class Attempt : uint8_t {
  succeeded,
  failed,     // a function error
  throttled,  // no concurrency left, or the platform failed
  refused,    // will never be let in: reserved concurrency is 0, or a loop
};
struct EventLimits {
  int retries_max = 2;
  int64_t age_ms_max = event_age_ms_max;
};
struct NextStep {
  enum class Kind : uint8_t { succeed, wait, retry, discard };
  Kind kind = Kind::succeed;
  Millis delay{0};        // wait (the attempt does not count), retry
  std::string condition;  // discard: as the record says it
};
bool is_expired(const AsyncEvent& event, const EventLimits& limits, int64_t now_ms);
// `tries` counts the attempts since the last function error, this one included.
NextStep next_step(const AsyncEvent& event, const EventLimits& limits, Attempt attempt, int tries, int64_t now_ms);
// 1 s, 2 s, 4 s ... 5 minutes.
Millis back_off(int tries);

// ---- records ----

struct EventResponse {
  int status = 200;
  std::string executed_version;
  std::string function_error;
  std::string payload;
};
// The record that destinations get. `condition`: Success, RetriesExhausted, EventAgeExceeded, ...
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
std::string invocation_record(const AsyncEvent& event, const std::string& function_arn, const std::string& condition,
                              int invoke_count, const std::optional<EventResponse>& response, Time now);
// The words of a function's error document; at most 1 KB of them.
std::string error_words(const std::string& payload);
// At most `bytes_max` bytes of UTF-8, not cut inside a character.
std::string shortened(std::string_view text, size_t bytes_max);

// The call that delivers. Errors: InvalidParameterValueException for an ARN that cannot be a destination.
struct DeliveryCall {
  std::string service, operation;
  std::string action;    // IAM's
  std::string resource;  // ARN that the action is on
  std::string region;
  Json input;
};
Result<DeliveryCall> delivery_call(const Delivery& delivery);

}  // namespace thaw::lambda
