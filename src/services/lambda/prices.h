// What an invocation would cost on AWS: list prices, usage, charges. Pure. https://aws.amazon.com/lambda/pricing/
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thaw::lambda {

// A price per GB-second that holds from this many GB-seconds a month on, within an account, region and architecture.
struct Tier {
  double gb_seconds_from = 0;
  double usd = 0;
};

// The one table of prices. It is not looked up anywhere: `date` says when the list was valid.
struct PriceList {
  const char* region = "us-east-1";
  const char* date = "2025-12-01";
  double request_usd = 0.20 / 1e6;
  std::array<Tier, 3> x86{{{0, 0.0000166667}, {6e9, 0.0000150000}, {15e9, 0.0000133334}}};
  std::array<Tier, 3> arm{{{0, 0.0000133334}, {7.5e9, 0.0000120001}, {18.75e9, 0.0000106667}}};
  double storage_gb_second_usd = 0.0000000309;  // of /tmp beyond 512 MB
  int storage_free_mb = 512;
  // A month's free tier, of both architectures together; storage is not in it.
  double free_requests = 1e6;
  double free_gb_seconds = 400'000;
};
const PriceList& prices();

// The first `gb_seconds` of a month, through the tiers. `architecture` is "arm64" or "x86_64".
double duration_usd(std::string_view architecture, double gb_seconds);

// Billed durations, counted in buckets that are at most an eighth wide. A bucket's number is stored.
int64_t bucket_of(int64_t billed_ms);
int64_t bucket_ms_max(int64_t bucket);  // the longest duration that falls into it

// What was used, of one architecture. Adds up.
struct Usage {
  int64_t requests = 0;
  int64_t errors = 0;  // the function failed: billed all the same
  int64_t cold_starts = 0;
  int64_t billed_ms = 0;               // with INIT, as AWS bills it since August 2025
  int64_t mb_ms = 0;                   // memory x billed duration
  int64_t storage_mb_ms = 0;           // /tmp beyond 512 MB x billed duration
  std::map<int64_t, int64_t> buckets;  // bucket -> invocations

  double gb_seconds() const { return static_cast<double>(mb_ms) / 1024 / 1000; }
  double storage_gb_seconds() const { return static_cast<double>(storage_mb_ms) / 1024 / 1000; }
  double average_billed_ms() const;
  // The billed duration that this share of invocations did not exceed; up to an eighth too long.
  int64_t quantile_billed_ms(double share) const;
  void count(int64_t billed, int memory_mb, int tmp_mb, bool failed, bool cold);
  Usage& operator+=(const Usage& other);
};

using UsageByArchitecture = std::map<std::string, Usage>;

struct Charge {
  double requests_usd = 0, duration_usd = 0, storage_usd = 0;
  double usd() const { return requests_usd + duration_usd + storage_usd; }
  Charge& operator+=(const Charge& other);
};

// What `part` of a month's usage costs, when the account used `whole` in it: tiers count for the whole, and their
// discount is shared by all functions alike.
Charge charge_of(const UsageByArchitecture& part, const UsageByArchitecture& whole);
// What AWS's free tier would take off the month's bill.
double free_tier_usd(const UsageByArchitecture& whole);
// A month of 30 days at the rate of `usage` in `elapsed_ms`; through the tiers.
Charge month_at_rate(const UsageByArchitecture& usage, int64_t elapsed_ms, double& requests);

}  // namespace thaw::lambda
