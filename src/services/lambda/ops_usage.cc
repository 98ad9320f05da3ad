// What functions used, and what it would cost on AWS.
#include <algorithm>

#include "services/lambda/service.h"

namespace thaw::lambda {

void GetUsageInput::describe(api::Fields& f) {
  using Self = GetUsageInput;
  MEMBER(FunctionName).length(1, 256);
  MEMBER(Month).length(7, 7);
}
void UsageNumbers::describe(api::Fields& f) {
  using Self = UsageNumbers;
  MEMBER(Requests);
  MEMBER(Errors);
  MEMBER(ColdStarts);
  MEMBER(BilledMs);
  MEMBER(GbSecondsX86);
  MEMBER(GbSecondsArm);
  MEMBER(StorageGbSeconds);
  MEMBER(AverageBilledMs);
  MEMBER(MedianBilledMs);
  MEMBER(P99BilledMs);
  MEMBER(RequestsCost);
  MEMBER(DurationCost);
  MEMBER(StorageCost);
  MEMBER(Cost);
}
void UsageOfDay::describe(api::Fields& f) {
  using Self = UsageOfDay;
  MEMBER(Date);
  MEMBER(Requests);
  MEMBER(BilledMs);
  MEMBER(GbSeconds);
  MEMBER(Cost);
}
void UsageOfFunction::describe(api::Fields& f) {
  using Self = UsageOfFunction;
  MEMBER(FunctionName);
  MEMBER(Deleted);
  MEMBER(Usage);
  MEMBER(Days);
}
void UsagePrices::describe(api::Fields& f) {
  using Self = UsagePrices;
  MEMBER(Region);
  MEMBER(Date);
  MEMBER(Request);
  MEMBER(GbSecondX86);
  MEMBER(GbSecondArm);
  MEMBER(StorageGbSecond);
}
void UsageProjection::describe(api::Fields& f) {
  using Self = UsageProjection;
  MEMBER(MeasuredMs);
  MEMBER(Requests);
  MEMBER(Cost);
}
void GetUsageOutput::describe(api::Fields& f) {
  using Self = GetUsageOutput;
  MEMBER(Month);
  MEMBER(Functions);
  MEMBER(Total);
  MEMBER(FreeTier);
  MEMBER(Projection);
  MEMBER(Prices);
}

namespace {

constexpr int64_t day_ms = 86'400'000;

UsageNumbers numbers_of(const UsageByArchitecture& part, const UsageByArchitecture& whole) {
  Usage sum;
  UsageNumbers out;
  for (const auto& [architecture, usage] : part) {
    sum += usage;
    (architecture == "arm64" ? out.GbSecondsArm : out.GbSecondsX86) += usage.gb_seconds();
  }
  Charge charge = charge_of(part, whole);
  out.Requests = sum.requests;
  out.Errors = sum.errors;
  out.ColdStarts = sum.cold_starts;
  out.BilledMs = sum.billed_ms;
  out.StorageGbSeconds = sum.storage_gb_seconds();
  out.AverageBilledMs = sum.average_billed_ms();
  out.MedianBilledMs = sum.quantile_billed_ms(0.5);
  out.P99BilledMs = sum.quantile_billed_ms(0.99);
  out.RequestsCost = charge.requests_usd;
  out.DurationCost = charge.duration_usd;
  out.StorageCost = charge.storage_usd;
  out.Cost = charge.usd();
  return out;
}

std::vector<UsageOfDay> days_of(const FunctionUsage& function, const UsageByArchitecture& whole) {
  std::vector<UsageOfDay> out;
  for (const auto& [day, used] : function.days) {
    UsageNumbers numbers = numbers_of(used, whole);
    out.push_back({date_of_day(day), numbers.Requests, numbers.BilledMs, numbers.GbSecondsX86 + numbers.GbSecondsArm,
                   numbers.Cost});
  }
  return out;
}

UsagePrices prices_of_list() {
  const PriceList& list = prices();
  return {list.region, list.date, list.request_usd, list.x86[0].usd, list.arm[0].usd, list.storage_gb_second_usd};
}

// What was used since the later of the month's begin and the first invocation ever counted, as a month of 30 days.
std::optional<UsageProjection> project(const UsageByArchitecture& usage, Days days, int64_t since_ms, int64_t now_ms) {
  int64_t begin_ms = std::max(days.first * day_ms, since_ms);
  if (usage.empty() || now_ms >= (days.last + 1) * day_ms || now_ms < begin_ms) return std::nullopt;
  UsageProjection out;
  out.MeasuredMs = std::max<int64_t>(now_ms - begin_ms, 1);
  out.Cost = month_at_rate(usage, out.MeasuredMs, out.Requests).usd();
  return out;
}

}  // namespace

Task<Result<GetUsageOutput>> Lambda::get_usage(Request& request, const GetUsageInput& in) {
  GetUsageOutput out;
  out.Month = in.Month.value_or(month_of(request.now()));
  auto days = days_of_month(out.Month);
  if (!days) co_return invalid_parameter("Month is a year and a month: " + month_of(request.now()));
  std::string only;
  if (in.FunctionName) {
    CO_TRY(FunctionRef ref, parse_function(*in.FunctionName, std::nullopt, request.account, request.region));
    only = ref.name;
  }
  CO_TRY(MeterReading reading, co_await meter_.read(request.account, request.region, *days));
  std::set<std::string> existing;
  auto known = co_await d_.store.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    LambdaStore store(tx, request.account, request.region);
    existing.clear();
    auto all = co_await store.latest("", 0);
    for (auto& record : all) existing.insert(record.configuration.FunctionName);
    co_return true;
  });
  if (!known) co_return std::unexpected(known.error());
  if (!only.empty() && !existing.contains(only) && !reading.functions.contains(only))
    co_return function_not_found(function_arn(request.account, request.region, only));
  UsageByArchitecture listed;
  for (const auto& [name, function] : reading.functions) {
    if (!only.empty() && name != only) continue;
    out.Functions.push_back(
        {name, !existing.contains(name), numbers_of(function.total, reading.whole), days_of(function, reading.whole)});
    for (const auto& [architecture, usage] : function.total) listed[architecture] += usage;
  }
  out.Total = numbers_of(listed, reading.whole);
  if (only.empty()) out.FreeTier = free_tier_usd(reading.whole);
  out.Projection = project(listed, *days, reading.since_ms, request.clock->now_ms());
  out.Prices = prices_of_list();
  co_return out;
}

}  // namespace thaw::lambda
