// Metering: what every invocation used, added up by function and day (UTC) in the store.
//
//   lambda meter ACCOUNT REGION DAY NAME ARCHITECTURE MEASURE [BUCKET] -> counter
//   lambda meter-since ACCOUNT REGION                                  -> when the first was counted, in ms
//
// Counting happens in memory and never waits; counters are added to the store in batches by relaxed transactions, so
// that a crash of the server loses the last quarter of a second at most. Deleted functions stay in the totals.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "env/environment.h"
#include "kv/store.h"
#include "services/lambda/prices.h"

namespace thaw::lambda {

// The days [first, last], as days since 1970.
struct Days {
  int64_t first = 0, last = 0;
  bool operator==(const Days&) const = default;
};
// "2026-11" -> its days. Nothing when it is not a month.
std::optional<Days> days_of_month(std::string_view month);
std::string month_of(Time time);       // 2026-11
std::string date_of_day(int64_t day);  // 2026-11-24

struct FunctionUsage {
  UsageByArchitecture total;
  std::map<int64_t, UsageByArchitecture> days;
};
struct MeterReading {
  std::map<std::string, FunctionUsage> functions;  // by name
  UsageByArchitecture whole;
  int64_t since_ms = 0;  // the first invocation that was ever counted in this account and region; 0: none
};

// Loop's thread only.
class Metering {
 public:
  Metering(kv::Store& store, const Clock& clock) : store_(store), clock_(clock) {}
  ~Metering();  // what was not flushed is lost
  Metering(const Metering&) = delete;

  // Counts an invocation that the platform has run, whatever came of it.
  void count(const env::FunctionSpec& function, const env::InvokeOutcome& outcome);
  // Everything that was counted is in the store when it has finished.
  Task<void> flush();
  // What was used on these days; flushes first.
  Task<Result<MeterReading>> read(AccountId account, Region region, Days days);

 private:
  struct Key {
    std::string account, region, name, architecture;
    int64_t day = 0;
    auto operator<=>(const Key&) const = default;
  };
  void schedule();

  kv::Store& store_;
  const Clock& clock_;
  std::map<Key, Usage> waiting_;
  std::map<std::pair<std::string, std::string>, int64_t> since_;  // by account and region
  std::optional<Loop::TimerId> timer_;
};

}  // namespace thaw::lambda
