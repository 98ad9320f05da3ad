#include "services/lambda/prices.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace thaw::lambda {
namespace {

constexpr int sub_buckets_log2 = 3;
constexpr int64_t sub_buckets = 1 << sub_buckets_log2;

double gb_seconds_of(const UsageByArchitecture& usage, const char* architecture) {
  auto found = usage.find(architecture);
  return found == usage.end() ? 0 : found->second.gb_seconds();
}

}  // namespace

const PriceList& prices() {
  static const PriceList list;
  return list;
}

double duration_usd(std::string_view architecture, double gb_seconds) {
  const auto& tiers = architecture == "arm64" ? prices().arm : prices().x86;
  double usd = 0;
  for (size_t i = 0; i < tiers.size(); ++i) {
    double end = i + 1 < tiers.size() ? std::min(gb_seconds, tiers[i + 1].gb_seconds_from) : gb_seconds;
    if (end > tiers[i].gb_seconds_from) usd += (end - tiers[i].gb_seconds_from) * tiers[i].usd;
  }
  return usd;
}

int64_t bucket_of(int64_t billed_ms) {
  if (billed_ms < sub_buckets) return std::max<int64_t>(billed_ms, 0);
  int exponent = std::bit_width(static_cast<uint64_t>(billed_ms)) - 1;
  int64_t sub = (billed_ms >> (exponent - sub_buckets_log2)) & (sub_buckets - 1);
  return sub_buckets * (exponent - sub_buckets_log2 + 1) + sub;
}

int64_t bucket_ms_max(int64_t bucket) {
  if (bucket < sub_buckets) return bucket;
  int64_t shift = bucket / sub_buckets - 1;
  return ((sub_buckets + bucket % sub_buckets + 1) << shift) - 1;
}

double Usage::average_billed_ms() const {
  return requests == 0 ? 0 : static_cast<double>(billed_ms) / static_cast<double>(requests);
}

int64_t Usage::quantile_billed_ms(double share) const {
  int64_t all = 0, so_far = 0;
  for (const auto& [bucket, count] : buckets) all += count;
  auto wanted = static_cast<int64_t>(std::ceil(share * static_cast<double>(all)));
  for (const auto& [bucket, count] : buckets) {
    so_far += count;
    if (so_far >= wanted && so_far > 0) return bucket_ms_max(bucket);
  }
  return 0;
}

void Usage::count(int64_t billed, int memory_mb, int tmp_mb, bool failed, bool cold) {
  ++requests;
  if (failed) ++errors;
  if (cold) ++cold_starts;
  billed_ms += billed;
  mb_ms += billed * memory_mb;
  storage_mb_ms += billed * std::max(0, tmp_mb - prices().storage_free_mb);
  ++buckets[bucket_of(billed)];
}

Usage& Usage::operator+=(const Usage& other) {
  requests += other.requests;
  errors += other.errors;
  cold_starts += other.cold_starts;
  billed_ms += other.billed_ms;
  mb_ms += other.mb_ms;
  storage_mb_ms += other.storage_mb_ms;
  for (const auto& [bucket, count] : other.buckets) buckets[bucket] += count;
  return *this;
}

Charge& Charge::operator+=(const Charge& other) {
  requests_usd += other.requests_usd;
  duration_usd += other.duration_usd;
  storage_usd += other.storage_usd;
  return *this;
}

Charge charge_of(const UsageByArchitecture& part, const UsageByArchitecture& whole) {
  Charge out;
  for (const auto& [architecture, usage] : part) {
    out.requests_usd += static_cast<double>(usage.requests) * prices().request_usd;
    out.storage_usd += usage.storage_gb_seconds() * prices().storage_gb_second_usd;
    auto all = whole.find(architecture);
    double total = std::max(all == whole.end() ? 0 : all->second.gb_seconds(), usage.gb_seconds());
    if (total > 0) out.duration_usd += duration_usd(architecture, total) * (usage.gb_seconds() / total);
  }
  return out;
}

double free_tier_usd(const UsageByArchitecture& whole) {
  double requests = 0;
  for (const auto& [architecture, usage] : whole) requests += static_cast<double>(usage.requests);
  // The dearer architecture is taken off first.
  double x86 = std::min(prices().free_gb_seconds, gb_seconds_of(whole, "x86_64"));
  double arm = std::min(prices().free_gb_seconds - x86, gb_seconds_of(whole, "arm64"));
  return std::min(prices().free_requests, requests) * prices().request_usd + duration_usd("x86_64", x86) +
         duration_usd("arm64", arm);
}

Charge month_at_rate(const UsageByArchitecture& usage, int64_t elapsed_ms, double& requests) {
  constexpr double month_ms = 30.0 * 86'400'000;
  double factor = month_ms / static_cast<double>(std::max<int64_t>(elapsed_ms, 1));
  Charge out;
  requests = 0;
  for (const auto& [architecture, one] : usage) {
    double count = static_cast<double>(one.requests) * factor;
    requests += count;
    out.requests_usd += count * prices().request_usd;
    out.duration_usd += duration_usd(architecture, one.gb_seconds() * factor);
    out.storage_usd += one.storage_gb_seconds() * factor * prices().storage_gb_second_usd;
  }
  return out;
}

}  // namespace thaw::lambda
