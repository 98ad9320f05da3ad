#include "services/lambda/tuning.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "services/lambda/prices.h"

namespace thaw::lambda {
namespace {

// The number behind `label` in a REPORT line ("Billed Duration: " -> 12).
std::optional<double> number_after(std::string_view line, std::string_view label) {
  size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  at += label.size();
  double value = 0;
  auto [end, error] = std::from_chars(line.data() + at, line.data() + line.size(), value);
  if (error != std::errc() || end == line.data() + at || value < 0) return std::nullopt;
  return value;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}
// Without the shortest and the longest tenth: one disturbed run should not decide.
double trimmed_mean(std::vector<double> values) {
  std::ranges::sort(values);
  auto cut = static_cast<ptrdiff_t>(values.size() / 10);
  return mean(std::vector<double>(values.begin() + cut, values.end() - cut));
}

double invocation_usd(double billed_ms, int memory_mb, std::string_view architecture, int tmp_mb) {
  double seconds = billed_ms / 1000;
  double storage_gb = std::max(0, tmp_mb - prices().storage_free_mb) / 1024.0;
  return prices().request_usd + duration_usd(architecture, seconds * memory_mb / 1024) +
         seconds * storage_gb * prices().storage_gb_second_usd;
}

std::string percent_words(double now, double before, const char* less, const char* more) {
  double change = before > 0 ? (now - before) / before * 100 : 0;
  if (std::abs(change) < 0.5) return "";
  return fmt::format("{:.0f}% {}", std::abs(change), change < 0 ? less : more);
}

struct Axis {
  double low = 0, high = 1;
  // A place between 0 and `steps`.
  double place(double value, double steps) const { return (value - low) / (high - low) * steps; }
};

// From zero when the values are far apart, else around them.
Axis axis_of(const std::vector<TuningRow>& rows, double TuningRow::* value) {
  double low = 0, high = 0;
  bool first = true;
  for (const TuningRow& row : rows) {
    if (!row.failure.empty()) continue;
    low = first ? row.*value : std::min(low, row.*value);
    high = first ? row.*value : std::max(high, row.*value);
    first = false;
  }
  double margin = (high - low) * 0.08;
  if (margin <= 0) margin = high > 0 ? high * 0.1 : 1;
  return {std::max(0.0, low - margin), high + margin};
}

std::string million(double one_usd) { return fmt::format("${:.2f}", one_usd * 1e6); }

std::string escape_xml(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::optional<RunReport> parse_report(std::string_view log) {
  size_t at = log.rfind("REPORT RequestId:");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view line = log.substr(at);
  line = line.substr(0, line.find('\n'));
  auto duration = number_after(line, "\tDuration: ");
  auto billed = number_after(line, "Billed Duration: ");
  if (!duration || !billed) return std::nullopt;
  RunReport out;
  out.duration_ms = *duration;
  out.billed_ms = static_cast<int64_t>(*billed);
  out.max_memory_used_mb = static_cast<int>(number_after(line, "Max Memory Used: ").value_or(0));
  out.init_ms = number_after(line, "Init Duration: ");
  return out;
}

TuningRow tuning_row(const TuningRuns& runs, std::string_view architecture, int tmp_mb) {
  TuningRow out;
  out.memory_mb = runs.memory_mb;
  out.failure = runs.failure;
  std::vector<double> warm_ms, warm_billed, cold_ms, cold_billed, init_ms;
  for (const RunReport& r : runs.warm) {
    warm_ms.push_back(r.duration_ms);
    warm_billed.push_back(static_cast<double>(r.billed_ms));
    out.warm_ms_max = std::max(out.warm_ms_max, r.duration_ms);
    out.max_memory_used_mb = std::max(out.max_memory_used_mb, r.max_memory_used_mb);
  }
  for (const RunReport& r : runs.cold) {
    cold_ms.push_back(r.duration_ms + r.init_ms.value_or(0));
    cold_billed.push_back(static_cast<double>(r.billed_ms));
    init_ms.push_back(r.init_ms.value_or(0));
    out.max_memory_used_mb = std::max(out.max_memory_used_mb, r.max_memory_used_mb);
  }
  out.warm_ms = trimmed_mean(std::move(warm_ms));
  out.cold_ms = mean(cold_ms);
  out.init_ms = mean(init_ms);
  out.warm_usd = invocation_usd(trimmed_mean(std::move(warm_billed)), runs.memory_mb, architecture, tmp_mb);
  out.cold_usd = invocation_usd(mean(cold_billed), runs.memory_mb, architecture, tmp_mb);
  return out;
}

Result<std::vector<int>> parse_memory_sizes(std::string_view text) {
  constexpr size_t sizes_max = 20;
  std::vector<int> out;
  for (std::string_view part : split(text, ',')) {
    int mb = 0;
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), mb);
    if (error != std::errc() || end != part.data() + part.size() || mb < 128 || mb > 10'240)
      return fail(
          "BadArgument",
          fmt::format("'{}' is no memory size: sizes are MB from 128 to 10240, like 128,512,1769", part.substr(0, 40)));
    out.push_back(mb);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  if (out.size() > sizes_max) return fail("BadArgument", "At most 20 memory sizes can be compared at a time");
  return out;
}

std::optional<size_t> recommend(const std::vector<TuningRow>& rows, Strategy strategy) {
  double least_ms = 0, least_usd = 0;
  bool any = false;
  for (const TuningRow& row : rows) {
    if (!row.failure.empty()) continue;
    least_ms = any ? std::min(least_ms, row.warm_ms) : row.warm_ms;
    least_usd = any ? std::min(least_usd, row.warm_usd) : row.warm_usd;
    any = true;
  }
  if (!any) return std::nullopt;
  auto score = [&](const TuningRow& row) {
    double time = least_ms > 0 ? row.warm_ms / least_ms : 1, cost = least_usd > 0 ? row.warm_usd / least_usd : 1;
    switch (strategy) {
      case Strategy::cost: return cost <= 1.01 ? time : 1e6 * cost;
      case Strategy::speed: return time <= 1.03 ? cost : 1e6 * time;
      case Strategy::balanced: return time + cost;
    }
    return cost;
  };
  std::optional<size_t> best;
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].failure.empty() && (!best || score(rows[i]) < score(rows[*best]))) best = i;
  return best;
}

std::string compare_rows(const TuningRow& recommended, const TuningRow& present) {
  std::string cost = percent_words(recommended.warm_usd, present.warm_usd, "cheaper", "dearer");
  std::string time = percent_words(recommended.warm_ms, present.warm_ms, "faster", "slower");
  std::string both = cost.empty() || time.empty() ? cost + time : cost + " and " + time;
  if (both.empty()) return fmt::format("as cheap and as fast as {} MB", present.memory_mb);
  return fmt::format("{} than {} MB", both, present.memory_mb);
}

std::string text_chart(const std::vector<TuningRow>& rows, std::optional<size_t> recommended, int columns, int lines) {
  Axis time = axis_of(rows, &TuningRow::warm_ms), cost = axis_of(rows, &TuningRow::warm_usd);
  std::vector<std::string> grid(static_cast<size_t>(lines), std::string(static_cast<size_t>(columns), ' '));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].failure.empty()) continue;
    std::string label = fmt::format("{} {}", recommended == i ? '*' : 'o', rows[i].memory_mb);
    auto x = std::min(static_cast<int>(std::lround(time.place(rows[i].warm_ms, columns - 1))),
                      columns - static_cast<int>(label.size()));
    int y = lines - 1 - static_cast<int>(std::lround(cost.place(rows[i].warm_usd, lines - 1)));
    // Points that would cover one another go to the nearest free line.
    for (int off = 0; off < 2 * lines; ++off) {
      int line = y + (off % 2 ? (off + 1) / 2 : -off / 2);
      if (line < 0 || line >= lines) continue;
      std::string& at = grid[static_cast<size_t>(line)];
      if (at.find_first_not_of(' ', static_cast<size_t>(std::max(0, x - 1))) <
          static_cast<size_t>(x) + label.size() + 1)
        continue;
      at.replace(static_cast<size_t>(x), label.size(), label);
      break;
    }
  }
  std::string out = "cost of a million warm invocations\n";
  for (int i = 0; i < lines; ++i) {
    double share = lines > 1 ? static_cast<double>(lines - 1 - i) / (lines - 1) : 0;
    bool marked = i == 0 || i == lines - 1 || i == lines / 2;
    std::string_view content = grid[static_cast<size_t>(i)];
    content = content.substr(0, content.find_last_not_of(' ') + 1);
    out += fmt::format("{:>10} |{}\n", marked ? million(cost.low + share * (cost.high - cost.low)) : "", content);
  }
  std::string low = fmt::format("{:.1f} ms", time.low), high = fmt::format("{:.1f} ms", time.high);
  out += fmt::format("{:>10} +{}\n", "", std::string(static_cast<size_t>(columns), '-'));
  out += fmt::format("{:>12}{}{:>{}}\n", "", low, high, columns - static_cast<int>(low.size()));
  return out;
}

std::string svg_chart(const std::vector<TuningRow>& rows, std::optional<size_t> recommended, std::string_view title) {
  constexpr double width = 720, height = 440, left = 90, right = 40, top = 60, bottom = 60;
  Axis time = axis_of(rows, &TuningRow::warm_ms), cost = axis_of(rows, &TuningRow::warm_usd);
  std::string out = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" font-family="sans-serif" font-size="13">)"
      "\n<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n"
      R"(<text x="{2}" y="30" font-size="17">{3}</text>)"
      "\n",
      width, height, left, escape_xml(title));
  for (int i = 0; i <= 4; ++i) {
    double share = i / 4.0, x = left + share * (width - left - right),
           y = height - bottom - share * (height - top - bottom);
    out += fmt::format(R"(<line x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}" stroke="#ddd"/>)"
                       R"(<text x="{3}" y="{4:.1f}" text-anchor="end">{5}</text>)"
                       R"(<text x="{6:.1f}" y="{7}" text-anchor="middle">{8:.1f} ms</text>)"
                       "\n",
                       left, width - right, y, left - 8, y + 4, million(cost.low + share * (cost.high - cost.low)), x,
                       height - bottom + 20, time.low + share * (time.high - time.low));
  }
  std::string line, points;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].failure.empty()) continue;
    double x = left + time.place(rows[i].warm_ms, width - left - right);
    double y = height - bottom - cost.place(rows[i].warm_usd, height - top - bottom);
    line += fmt::format("{:.1f},{:.1f} ", x, y);
    points += fmt::format(R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="{2}" fill="{3}"/>)"
                          R"(<text x="{0:.1f}" y="{4:.1f}" text-anchor="middle">{5} MB</text>)"
                          "\n",
                          x, y, recommended == i ? 8 : 5, recommended == i ? "#d9480f" : "#1c7ed6", y - 12,
                          rows[i].memory_mb);
  }
  out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"#74c0fc\"/>\n{}", line, points);
  out += fmt::format(
      "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">time of a warm invocation; upwards: cost of a "
      "million</text>\n</svg>\n",
      width / 2, height - 14);
  return out;
}

}  // namespace thaw::lambda
