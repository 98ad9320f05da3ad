#include "services/lambda/throttle.h"

#include <gtest/gtest.h>

#include <vector>

namespace thaw::lambda {
namespace {

std::string reason(const Result<Throttle::Ticket>& answer) {
  return answer ? "" : answer.error().details.get("Reason").string_or("");
}

TEST(Throttle, ReservedConcurrencyIsAFunctionsOwn) {
  Throttle t;
  Throttle::Ask one{.place = "a", .function = "f", .reserved = 1, .reserved_by_all = 1};
  {
    auto first = t.enter(one, 1);
    ASSERT_TRUE(first);
    auto second = t.enter(one, 1);
    EXPECT_EQ(second.error().code, "TooManyRequestsException");
    EXPECT_EQ(second.error().status, 429);
    EXPECT_EQ(reason(second), "ReservedFunctionConcurrentInvocationLimitExceeded");
    EXPECT_EQ(t.running("f"), 1);
  }
  EXPECT_EQ(t.running("f"), 0);
  EXPECT_TRUE(t.enter(one, 1));
  one.reserved = 0;
  EXPECT_EQ(reason(t.enter(one, 1)), "ReservedFunctionConcurrentInvocationLimitExceeded");
}

TEST(Throttle, OthersShareWhatIsNotReserved) {
  Throttle t;
  std::vector<Throttle::Ticket> running;
  Throttle::Ask ask{.place = "a", .function = "f", .reserved = std::nullopt, .reserved_by_all = 900};
  for (int i = 0; i < 100; ++i) {
    ask.function = "f" + std::to_string(i % 3);
    auto ticket = t.enter(ask, 1);
    ASSERT_TRUE(ticket) << i;
    running.push_back(std::move(*ticket));
  }
  EXPECT_EQ(reason(t.enter(ask, 1)), "ConcurrentInvocationLimitExceeded");
  Throttle::Ask own{.place = "a", .function = "g", .reserved = 900, .reserved_by_all = 900};
  EXPECT_TRUE(t.enter(own, 1));
  Throttle::Ask elsewhere{.place = "b", .function = "h", .reserved = std::nullopt, .reserved_by_all = 0};
  EXPECT_TRUE(t.enter(elsewhere, 1));
  running.pop_back();
  EXPECT_TRUE(t.enter(ask, 1));
}

TEST(Throttle, ACallersRateRefills) {
  Throttle t;
  Throttle::Ask ask{.place = "a", .function = "f", .reserved = std::nullopt, .reserved_by_all = 0};
  for (int i = 0; i < invocations_per_s_max; ++i) ASSERT_TRUE(t.enter(ask, 1));
  EXPECT_EQ(reason(t.enter(ask, 1)), "CallerRateLimitExceeded");
  EXPECT_TRUE(t.enter(ask, 2));
}

}  // namespace
}  // namespace thaw::lambda
