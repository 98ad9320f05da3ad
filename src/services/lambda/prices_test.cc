#include "services/lambda/prices.h"

#include <gtest/gtest.h>

namespace thaw::lambda {
namespace {

UsageByArchitecture of(const char* architecture, int64_t requests, double gb_seconds) {
  Usage usage;
  usage.requests = requests;
  usage.mb_ms = static_cast<int64_t>(gb_seconds * 1024 * 1000);
  return {{architecture, usage}};
}

TEST(Prices, ArmIsAFifthCheaper) {
  EXPECT_NEAR(duration_usd("arm64", 1000) / duration_usd("x86_64", 1000), 0.8, 0.0001);
}

TEST(Prices, TiersCountOnlyWhatIsBeyondThem) {
  EXPECT_NEAR(duration_usd("x86_64", 6e9), 100'000.2, 0.01);
  EXPECT_NEAR(duration_usd("x86_64", 7e9), 100'000.2 + 15'000, 0.01);
  EXPECT_NEAR(duration_usd("x86_64", 16e9), 100'000.2 + 135'000 + 13'333.4, 0.01);
  EXPECT_NEAR(duration_usd("arm64", 8e9), 7.5e9 * 0.0000133334 + 0.5e9 * 0.0000120001, 0.01);
  EXPECT_EQ(duration_usd("x86_64", 0), 0);
}

// Three million requests of 120 ms with 1,536 MB: 540,000 GB-seconds.
TEST(Prices, AMonthWithTheFreeTier) {
  auto usage = of("x86_64", 3'000'000, 540'000);
  Charge charge = charge_of(usage, usage);
  EXPECT_NEAR(charge.requests_usd, 0.6, 1e-9);
  EXPECT_NEAR(charge.duration_usd, 9.0, 0.001);
  EXPECT_NEAR(charge.usd() - free_tier_usd(usage), 2.33 + 0.40, 0.01);
}

TEST(Prices, TheFreeTierIsOneForBothArchitectures) {
  UsageByArchitecture usage = of("x86_64", 0, 300'000);
  usage["arm64"] = of("arm64", 0, 300'000)["arm64"];
  EXPECT_NEAR(free_tier_usd(usage), 300'000 * 0.0000166667 + 100'000 * 0.0000133334, 1e-6);
}

TEST(Prices, FunctionsShareTheDiscountOfTiers) {
  auto small = of("x86_64", 0, 1e9), whole = of("x86_64", 0, 12e9);
  double all = charge_of(whole, whole).usd();
  EXPECT_NEAR(charge_of(small, whole).usd(), all / 12, 0.01);
}

TEST(Prices, UsageIsBilledByMemoryStorageAndDuration) {
  Usage usage;
  usage.count(1000, 1024, 512, false, true);
  usage.count(1000, 1024, 1536, true, false);
  EXPECT_EQ(usage.requests, 2);
  EXPECT_EQ(usage.errors, 1);
  EXPECT_EQ(usage.cold_starts, 1);
  EXPECT_DOUBLE_EQ(usage.gb_seconds(), 2);
  EXPECT_DOUBLE_EQ(usage.storage_gb_seconds(), 1);
  EXPECT_DOUBLE_EQ(usage.average_billed_ms(), 1000);
  UsageByArchitecture all{{"x86_64", usage}};
  EXPECT_NEAR(charge_of(all, all).storage_usd, 0.0000000309, 1e-15);
}

TEST(Prices, BucketsHoldTheirDurations) {
  int64_t last = -1;
  for (int64_t ms : {0, 1, 7, 8, 9, 15, 16, 17, 31, 100, 999, 1000, 65'535, 65'536, 900'000}) {
    int64_t bucket = bucket_of(ms);
    EXPECT_GE(bucket, last);
    EXPECT_GE(bucket_ms_max(bucket), ms);
    EXPECT_LE(bucket_ms_max(bucket), ms + ms / 8 + 1);
    if (bucket > 0) EXPECT_LT(bucket_ms_max(bucket - 1), ms);
    last = bucket;
  }
}

TEST(Prices, QuantilesOfBilledDurations) {
  Usage usage;
  EXPECT_EQ(usage.quantile_billed_ms(0.5), 0);
  for (int i = 1; i <= 100; ++i) usage.count(i <= 98 ? 5 : 1000, 128, 512, false, false);
  EXPECT_EQ(usage.quantile_billed_ms(0.5), 5);
  EXPECT_EQ(usage.quantile_billed_ms(0.99), bucket_ms_max(bucket_of(1000)));
}

TEST(Prices, AMonthAtARate) {
  double requests = 0;
  auto usage = of("x86_64", 10, 100);
  Charge charge = month_at_rate(usage, 86'400'000, requests);  // a day's worth
  EXPECT_NEAR(requests, 300, 1e-6);
  EXPECT_NEAR(charge.usd(), 300 * 0.0000002 + 3000 * 0.0000166667, 1e-9);
}

}  // namespace
}  // namespace thaw::lambda
