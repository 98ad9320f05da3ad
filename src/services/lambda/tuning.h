// Power tuning: what runs at several memory sizes tell about time and cost. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace thaw::lambda {

// What the REPORT line of an invocation says.
struct RunReport {
  double duration_ms = 0;
  int64_t billed_ms = 0;
  int max_memory_used_mb = 0;
  std::optional<double> init_ms;  // of a cold start
};
// The last REPORT line of a log in text format. Nothing when there is none, or it is not whole.
std::optional<RunReport> parse_report(std::string_view log);

// Runs at one memory size.
struct TuningRuns {
  int memory_mb = 0;
  std::vector<RunReport> cold, warm;
  std::string failure;  // why this size does not work; then it is not recommended
};
struct TuningRow {
  int memory_mb = 0;
  double warm_ms = 0, warm_ms_max = 0;  // duration; the mean without the outermost tenths
  double cold_ms = 0, init_ms = 0;      // duration with INIT; INIT alone
  double warm_usd = 0, cold_usd = 0;    // of one invocation: request, billed duration, storage
  int max_memory_used_mb = 0;
  std::string failure;
};
TuningRow tuning_row(const TuningRuns& runs, std::string_view architecture, int tmp_mb);

// "128,256,1024", ascending and without doubles. Errors: not numbers, outside 128 to 10240 MB, more than 20.
Result<std::vector<int>> parse_memory_sizes(std::string_view text);

enum class Strategy : uint8_t {
  cost,      // the cheapest; of those within 1 % of it, the fastest
  speed,     // the fastest; of those within 3 % of it, the cheapest
  balanced,  // the least sum of time and cost, each compared with its least
};
// Index of the recommended row; nothing when every size failed.
std::optional<size_t> recommend(const std::vector<TuningRow>& rows, Strategy strategy);
// "43% cheaper and 12% slower than 1024 MB".
std::string compare_rows(const TuningRow& recommended, const TuningRow& present);

// Cost (up) against time (right), in text: a point and its MB for every size, '*' for the recommended one.
std::string text_chart(const std::vector<TuningRow>& rows, std::optional<size_t> recommended, int columns = 64,
                       int lines = 14);
// The same as a picture.
std::string svg_chart(const std::vector<TuningRow>& rows, std::optional<size_t> recommended, std::string_view title);

}  // namespace thaw::lambda
