#include <algorithm>

#include "work/scheduler.h"

namespace thaw::work {

std::optional<Millis> next_delay(const RetryPolicy& policy, int attempt, Millis age) {
  if (policy.attempts_max > 0 && attempt >= policy.attempts_max) return std::nullopt;
  double delay_ms = static_cast<double>(policy.delay_first.count());
  double delay_ms_max = static_cast<double>(policy.delay_max.count());
  for (int i = 1; i < attempt && delay_ms < delay_ms_max; ++i) {
    delay_ms *= policy.factor;
    if (policy.factor <= 1) break;
  }
  Millis delay(static_cast<int64_t>(std::min(delay_ms, delay_ms_max)));
  if (policy.age_max.count() > 0 && age + delay > policy.age_max) return std::nullopt;
  return delay;
}

}  // namespace thaw::work
