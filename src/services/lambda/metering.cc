#include "services/lambda/metering.h"

#include <charconv>
#include <chrono>

#include "base/log.h"
#include "kv/subspace.h"

namespace thaw::lambda {
namespace {

namespace ch = std::chrono;
constexpr ch::milliseconds flush_delay{200};

struct Measure {
  const char* name;
  int64_t Usage::* value;
};
constexpr Measure measures[] = {
    {"billed-ms", &Usage::billed_ms}, {"cold-starts", &Usage::cold_starts}, {"errors", &Usage::errors},
    {"mb-ms", &Usage::mb_ms},         {"requests", &Usage::requests},       {"storage-mb-ms", &Usage::storage_mb_ms},
};
constexpr const char* bucket_measure = "took";

std::string since_key(const std::string& account, const std::string& region) {
  return kv::Subspace("lambda", "meter-since").key(account, region);
}

// Adds one stored counter to the reading.
void take(MeterReading& out, int64_t day, std::string_view key, std::string_view prefix, const std::string& value) {
  kv::KeyReader reader(key, prefix);
  auto name = reader.text();
  auto architecture = reader.text();
  auto measure = reader.text();
  if (!name || !architecture || !measure) return;
  int64_t counted = kv::decode_counter(value);
  Usage& usage = out.functions[*name].days[day][*architecture];
  if (*measure == bucket_measure) {
    if (auto bucket = reader.number()) usage.buckets[*bucket] += counted;
    return;
  }
  for (const Measure& m : measures)
    if (*measure == m.name) usage.*m.value += counted;
}

void sum_up(MeterReading& reading) {
  for (auto& [name, function] : reading.functions)
    for (const auto& [day, used] : function.days)
      for (const auto& [architecture, usage] : used) {
        function.total[architecture] += usage;
        reading.whole[architecture] += usage;
      }
}

}  // namespace

std::optional<Days> days_of_month(std::string_view month) {
  int year = 0;
  unsigned number = 0;
  if (month.size() != 7 || month[4] != '-') return std::nullopt;
  auto [y, year_error] = std::from_chars(month.data(), month.data() + 4, year);
  auto [m, month_error] = std::from_chars(month.data() + 5, month.data() + 7, number);
  if (year_error != std::errc() || month_error != std::errc() || y != month.data() + 4 || m != month.data() + 7 ||
      number < 1 || number > 12 || year < 1970)
    return std::nullopt;
  ch::year_month which = ch::year(year) / ch::month(number);
  ch::sys_days first = which / ch::day(1), last = which / ch::last;
  return Days{first.time_since_epoch().count(), last.time_since_epoch().count()};
}

std::string month_of(Time time) {
  return date_of_day(ch::floor<ch::days>(time.time_since_epoch()).count()).substr(0, 7);
}

std::string date_of_day(int64_t day) {
  ch::year_month_day date{ch::sys_days(ch::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Metering::~Metering() {
  if (timer_) Loop::current().cancel(*timer_);
}

void Metering::count(const env::FunctionSpec& function, const env::InvokeOutcome& outcome) {
  if (outcome.status == env::InvokeStatus::failed) return;  // the platform's own failure is not billed
  int64_t now_ms = clock_.now_ms();
  Key key{function.account.str(), function.region.str(), function.name, function.architecture, now_ms / 86'400'000};
  waiting_[std::move(key)].count(outcome.billed_ms, function.memory_mb, function.tmp_mb,
                                 outcome.status != env::InvokeStatus::ok, outcome.cold);
  since_.try_emplace({function.account.str(), function.region.str()}, 0);
  schedule();
}

void Metering::schedule() {
  if (timer_) return;
  timer_ = Loop::current().after(flush_delay, [this] {
    timer_.reset();
    Loop::current().spawn("metering", flush());
  });
}

Task<void> Metering::flush() {
  if (waiting_.empty()) co_return;
  auto batch = std::exchange(waiting_, {});
  std::map<std::pair<std::string, std::string>, int64_t> found;
  Result<bool> done = co_await store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    tx.relaxed();
    found.clear();
    for (const auto& [key, usage] : batch) {
      kv::Subspace below("lambda", "meter", key.account, key.region, key.day, key.name, key.architecture);
      for (const Measure& m : measures)
        if (usage.*m.value != 0) tx.add(below.key(m.name), usage.*m.value);
      for (const auto& [bucket, count] : usage.buckets) tx.add(below.key(bucket_measure, bucket), count);
      std::pair<std::string, std::string> place{key.account, key.region};
      if (since_[place] != 0 || found.contains(place)) continue;
      std::string since = since_key(key.account, key.region);
      auto known = co_await tx.get_snapshot(since);
      int64_t first_ms = known ? kv::decode_counter(known) : 0;
      if (first_ms == 0) {
        first_ms = clock_.now_ms();
        tx.add(since, first_ms);
      }
      found[place] = first_ms;
    }
    co_return true;
  });
  if (!done) {
    log::error("metering could not be written, and is tried again: {}", done.error().message);
    for (auto& [key, usage] : batch) waiting_[key] += usage;
    schedule();
    co_return;
  }
  for (const auto& [place, since_ms] : found) since_[place] = since_ms;
}

Task<Result<MeterReading>> Metering::read(AccountId account, Region region, Days days) {
  co_await flush();
  MeterReading out;
  for (int64_t day = days.first; day <= days.last; ++day) {
    kv::Subspace below("lambda", "meter", account.str(), region.str(), day);
    auto [begin, end] = below.range();
    auto counters = co_await store_.transact<std::vector<kv::KeyValue>>(
        [&](kv::Transaction& tx) -> Task<Result<std::vector<kv::KeyValue>>> {
          co_return co_await tx.range(begin, end, {.snapshot = true});
        });
    if (!counters) co_return std::unexpected(counters.error());
    for (const auto& [key, value] : *counters) take(out, day, key, below.prefix(), value);
  }
  sum_up(out);
  auto since = co_await store_.transact<int64_t>([&](kv::Transaction& tx) -> Task<Result<int64_t>> {
    auto known = co_await tx.get_snapshot(since_key(account.str(), region.str()));
    co_return known ? kv::decode_counter(known) : int64_t{0};
  });
  if (!since) co_return std::unexpected(since.error());
  out.since_ms = *since;
  co_return out;
}

}  // namespace thaw::lambda
