#include "services/lambda/metering.h"

#include <gtest/gtest.h>

#include "base/test_loop.h"

namespace thaw::lambda {
namespace {

struct MeteringTest : ::testing::Test {
  TestLoop loop;
  std::unique_ptr<kv::Store> store = kv::make_memory_store();
  FixedClock clock;
  AccountId account = *AccountId::parse("000000000000");
  Region region = *Region::parse("us-east-1");

  void count(Metering& meter, const char* name, int64_t billed_ms, env::InvokeStatus status = env::InvokeStatus::ok) {
    env::FunctionSpec spec{.account = account, .region = region};
    spec.name = name;
    spec.memory_mb = 1024;
    env::InvokeOutcome outcome;
    outcome.status = status;
    outcome.billed_ms = billed_ms;
    meter.count(spec, outcome);
  }
  MeterReading read(Metering& meter) {
    auto reading = loop.run(meter.read(account, region, *days_of_month(month_of(clock.now()))));
    if (!reading) throw std::runtime_error(reading.error().message);
    return std::move(*reading);
  }
};

TEST_F(MeteringTest, CountsAreKeptByFunction) {
  {
    Metering meter(*store, clock);
    count(meter, "f", 10);
    count(meter, "f", 20, env::InvokeStatus::timed_out);
    count(meter, "g", 5);
    count(meter, "g", 5, env::InvokeStatus::failed);  // the platform's failure: not billed
    loop.run(meter.flush());
  }
  Metering after_restart(*store, clock);
  count(after_restart, "f", 30);
  MeterReading reading = read(after_restart);
  const Usage& f = reading.functions["f"].total["x86_64"];
  EXPECT_EQ(f.requests, 3);
  EXPECT_EQ(f.errors, 1);
  EXPECT_EQ(f.billed_ms, 60);
  EXPECT_EQ(f.mb_ms, 60 * 1024);
  EXPECT_EQ(f.quantile_billed_ms(1), bucket_ms_max(bucket_of(30)));
  EXPECT_EQ(reading.functions["g"].total["x86_64"].requests, 1);
  EXPECT_EQ(reading.whole["x86_64"].requests, 4);
  EXPECT_EQ(reading.functions["f"].days.size(), 1u);
  EXPECT_EQ(reading.since_ms, clock.now_ms());
}

TEST_F(MeteringTest, NothingCountedIsAnEmptyReading) {
  Metering meter(*store, clock);
  MeterReading reading = read(meter);
  EXPECT_TRUE(reading.functions.empty());
  EXPECT_EQ(reading.since_ms, 0);
}

TEST(MeteringDays, Months) {
  EXPECT_EQ(days_of_month("1970-01"), (Days{0, 30}));
  EXPECT_EQ(date_of_day(days_of_month("2024-02")->last), "2024-02-29");
  for (const char* wrong : {"2024", "2024-13", "2024-00", "x024-01", "2024/01", "2024-1x"})
    EXPECT_FALSE(days_of_month(wrong)) << wrong;
}

}  // namespace
}  // namespace thaw::lambda
