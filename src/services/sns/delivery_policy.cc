#include "services/sns/delivery_policy.h"

#include <algorithm>
#include <cmath>

#include "services/sns/errors.h"

namespace thaw::sns {
namespace {

constexpr int64_t delay_s_max = 3600;
constexpr int64_t retries_max = 100;

Result<RetryPolicy> parse_healthy(const Json& json) {
  RetryPolicy out;
  if (!json.is_object()) return invalid("DeliveryPolicy: healthyRetryPolicy must be an object");
  struct Number {
    std::string_view name;
    int64_t RetryPolicy::* member;
    int64_t min, max;
  };
  static constexpr Number numbers[] = {{"minDelayTarget", &RetryPolicy::min_delay_s, 1, delay_s_max},
                                       {"maxDelayTarget", &RetryPolicy::max_delay_s, 1, delay_s_max},
                                       {"numRetries", &RetryPolicy::retries, 0, retries_max},
                                       {"numNoDelayRetries", &RetryPolicy::no_delay_retries, 0, retries_max},
                                       {"numMinDelayRetries", &RetryPolicy::min_delay_retries, 0, retries_max},
                                       {"numMaxDelayRetries", &RetryPolicy::max_delay_retries, 0, retries_max}};
  for (const Json::Member& m : json.members()) {
    if (m.value.is_null()) continue;
    if (m.key == "backoffFunction") {
      out.backoff = m.value.string_or("");
      static constexpr std::string_view known[] = {"linear", "arithmetic", "geometric", "exponential"};
      if (std::ranges::find(known, out.backoff) == std::end(known))
        return invalid(
            "DeliveryPolicy: healthyRetryPolicy.backoffFunction must be one of linear, arithmetic, "
            "geometric, exponential");
      continue;
    }
    auto number = std::ranges::find(numbers, std::string_view(m.key), &Number::name);
    if (number == std::end(numbers))
      return invalid("DeliveryPolicy: Unexpected JSON member: healthyRetryPolicy." + m.key.substr(0, 100));
    auto value = m.value.to_int();
    if (!value || *value < number->min || *value > number->max)
      return invalid("DeliveryPolicy: healthyRetryPolicy." + m.key + " must be between " + std::to_string(number->min) +
                     " and " + std::to_string(number->max));
    out.*number->member = *value;
  }
  if (out.max_delay_s < out.min_delay_s)
    return invalid("DeliveryPolicy: healthyRetryPolicy.maxDelayTarget must be greater than or equal to minDelayTarget");
  if (out.no_delay_retries + out.min_delay_retries + out.max_delay_retries > out.retries)
    return invalid(
        "DeliveryPolicy: healthyRetryPolicy.numRetries must be greater than or equal to the sum of the "
        "retries of its phases");
  return out;
}

Result<Json> parse_object(std::string_view text) {
  auto json = Json::parse(text, 16);
  if (!json || !json->is_object()) return invalid("DeliveryPolicy: failed to parse JSON.");
  return std::move(*json);
}

Json member_of(std::string_view text, std::string_view name) {
  auto json = text.empty() ? std::unexpected(std::string()) : Json::parse(text, 16);
  return json ? json->get(name) : Json();
}

}  // namespace

std::optional<Millis> RetryPolicy::delay_before(int64_t retry) const {
  if (retry < 1 || retry > retries) return std::nullopt;
  if (retry <= no_delay_retries) return Millis(0);
  if (retry <= no_delay_retries + min_delay_retries) return Millis(min_delay_s * 1000);
  if (retry > retries - max_delay_retries) return Millis(max_delay_s * 1000);
  int64_t first = no_delay_retries + min_delay_retries + 1, last = retries - max_delay_retries;
  double part = last == first ? 1 : static_cast<double>(retry - first) / static_cast<double>(last - first);
  double low = static_cast<double>(min_delay_s), high = static_cast<double>(max_delay_s);
  double seconds = low + (high - low) * part;
  if (backoff == "arithmetic") seconds = low + (high - low) * part * part;
  if (backoff == "geometric" || backoff == "exponential") seconds = low * std::pow(high / low, part);
  return Millis(static_cast<int64_t>(seconds * 1000));
}

Json RetryPolicy::shown() const {
  return Json::object({{"minDelayTarget", min_delay_s},
                       {"maxDelayTarget", max_delay_s},
                       {"numRetries", retries},
                       {"numMaxDelayRetries", max_delay_retries},
                       {"numNoDelayRetries", no_delay_retries},
                       {"numMinDelayRetries", min_delay_retries},
                       {"backoffFunction", backoff}});
}

RetryPolicy aws_managed_policy() {
  RetryPolicy out;
  out.min_delay_s = 1;
  out.max_delay_s = 20;
  out.no_delay_retries = 3;
  out.min_delay_retries = 2;
  out.max_delay_retries = 100'000;
  out.retries = 100'015;
  out.backoff = "exponential";
  return out;
}

RetryPolicy http_policy(std::string_view of_subscription, std::string_view of_topic) {
  Json topic = member_of(of_topic, "http");
  bool fixed = topic.get("disableSubscriptionOverrides") == Json(true);
  Json own = fixed ? Json() : member_of(of_subscription, "healthyRetryPolicy");
  if (own.is_null()) own = topic.get("defaultHealthyRetryPolicy");
  if (own.is_null()) return {};
  return parse_healthy(own).value_or(RetryPolicy{});
}

std::string content_type(std::string_view of_subscription) {
  return member_of(of_subscription, "requestPolicy").get("headerContentType").string_or("text/plain; charset=UTF-8");
}

Result<void> check_subscription_policy(std::string_view text) {
  TRY(Json json, parse_object(text));
  for (const Json::Member& m : json.members()) {
    if (m.key == "healthyRetryPolicy") {
      if (!m.value.is_null()) CHECK_OK(parse_healthy(m.value));
    } else if (m.key == "requestPolicy") {
      std::string type = m.value.get("headerContentType").string_or("");
      if (type.empty() || type.size() > 200 || std::ranges::any_of(type, [](char c) { return c < ' ' || c > '~'; }))
        return invalid("DeliveryPolicy: requestPolicy.headerContentType");
    } else if (m.key == "throttlePolicy") {
      if (!m.value.is_null()) return not_here("a throttlePolicy");
    } else if (m.key != "guaranteed") {
      return invalid("DeliveryPolicy: Unexpected JSON member: " + m.key.substr(0, 100));
    }
  }
  return {};
}

Result<void> check_topic_policy(std::string_view text) {
  TRY(Json json, parse_object(text));
  for (const Json::Member& m : json.members()) {
    if (m.key != "http") return invalid("DeliveryPolicy: Unexpected JSON member: " + m.key.substr(0, 100));
    if (!m.value.is_object()) return invalid("DeliveryPolicy: http must be an object");
    for (const Json::Member& inner : m.value.members()) {
      if (inner.key == "defaultHealthyRetryPolicy") {
        CHECK_OK(parse_healthy(inner.value));
      } else if (inner.key == "defaultThrottlePolicy" || inner.key == "defaultRequestPolicy") {
        return not_here("a topic's " + inner.key);
      } else if (inner.key != "disableSubscriptionOverrides") {
        return invalid("DeliveryPolicy: Unexpected JSON member: http." + inner.key.substr(0, 100));
      }
    }
  }
  return {};
}

}  // namespace thaw::sns
