// How often and when a delivery that failed is tried again. Pure.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/loop.h"
#include "base/result.h"

namespace thaw::sns {

struct RetryPolicy {
  int64_t min_delay_s = 20;
  int64_t max_delay_s = 20;
  int64_t retries = 3;
  int64_t no_delay_retries = 0;
  int64_t min_delay_retries = 0;
  int64_t max_delay_retries = 0;
  std::string backoff = "linear";  // linear, arithmetic, geometric, exponential

  // Before the `retry`th retry (from 1), or nothing when there shall be none.
  std::optional<Millis> delay_before(int64_t retry) const;
  Json shown() const;
};

// For SQS and Lambda: what AWS does for its own endpoints, 100,015 retries over 23 days.
RetryPolicy aws_managed_policy();

// The policy of HTTP deliveries: the subscription's DeliveryPolicy, else the topic's, else the default. The texts were
// checked; they may be empty.
RetryPolicy http_policy(std::string_view of_subscription, std::string_view of_topic);
// The content type that the subscription's policy asks for, or the usual one.
std::string content_type(std::string_view of_subscription);

// Errors in SNS's words; what Thaw cannot do (throttling) is refused by name.
Result<void> check_subscription_policy(std::string_view text);
Result<void> check_topic_policy(std::string_view text);

}  // namespace thaw::sns
