#include "services/lambda/throttle.h"

#include <algorithm>

namespace thaw::lambda {
namespace {

constexpr size_t functions_kept_max = 10'000;

std::unexpected<Error> too_many(const char* reason) {
  return fail(
      Error{"TooManyRequestsException", "Rate Exceeded.", 429, Json::object({{"Reason", reason}, {"Type", "User"}})});
}

// A bucket that fills with time.
void refill(double& left, int64_t& asked_ms, int64_t now_ms, double per_ms, double most) {
  int64_t passed = std::max<int64_t>(now_ms - asked_ms, 0);
  if (asked_ms != 0) left = std::min(most, left + static_cast<double>(passed) * per_ms);
  asked_ms = now_ms;
}

}  // namespace

Throttle::Ticket::~Ticket() {
  if (throttle_) throttle_->leave(*this);
}

Result<Throttle::Ticket> Throttle::enter(const Ask& ask, int64_t now_ms) {
  Place& place = places_[ask.place];
  refill(place.calls_left, place.asked_ms, now_ms, invocations_per_s_max / 1000.0, invocations_per_s_max);
  if (place.calls_left < 1) return too_many("CallerRateLimitExceeded");
  place.calls_left -= 1;
  if (functions_.size() >= functions_kept_max)
    std::erase_if(functions_, [](const auto& entry) { return entry.second.running == 0; });
  Function& function = functions_[ask.function];
  if (ask.reserved && function.running >= *ask.reserved)
    return too_many("ReservedFunctionConcurrentInvocationLimitExceeded");
  if (!ask.reserved && place.unreserved >= account_concurrency_max - ask.reserved_by_all)
    return too_many("ConcurrentInvocationLimitExceeded");
  refill(function.growth_left, function.asked_ms, now_ms, growth_max / static_cast<double>(growth_period_ms),
         growth_max);
  if (function.running + 1 > function.grown) {
    if (function.growth_left < 1) return too_many("ConcurrentInvocationLimitExceeded");
    function.growth_left -= 1;
    function.grown = function.running + 1;
  }
  ++function.running;
  if (!ask.reserved) ++place.unreserved;
  Ticket out;
  out.throttle_ = this;
  out.place_ = ask.place;
  out.function_ = ask.function;
  out.reserved_ = ask.reserved.has_value();
  return out;
}

void Throttle::leave(const Ticket& ticket) {
  auto function = functions_.find(ticket.function_);
  if (function != functions_.end()) --function->second.running;
  if (!ticket.reserved_) --places_[ticket.place_].unreserved;
}

int Throttle::running(const std::string& function) const {
  auto found = functions_.find(function);
  return found == functions_.end() ? 0 : found->second.running;
}

}  // namespace thaw::lambda
