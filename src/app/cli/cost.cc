// thaw cost: what functions used, and what it would cost on AWS.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/money.h"

namespace thaw::app {
namespace {

struct CostArguments {
  std::string function, month;
  bool json = false, days = false;
};

double number(const Json& value) { return value.to_double().value_or(0); }
bool is_true(const Json& value) { return value.is_bool() && value.as_bool(); }
int64_t whole(const Json& value) { return value.to_int().value_or(0); }

std::string span_words(int64_t ms) {
  double s = static_cast<double>(ms) / 1000;
  if (s < 120) return fmt::format("{:.0f} seconds", s);
  if (s < 7200) return fmt::format("{:.0f} minutes", s / 60);
  if (s < 172'800) return fmt::format("{:.1f} hours", s / 3600);
  return fmt::format("{:.1f} days", s / 86'400);
}

void print_row(const std::string& name, const Json& u) {
  fmt::print("{:<40} {:>11} {:>7} {:>7} {:>14.3f} {:>9.1f} {:>8} {:>14}\n", name, whole(u.get("Requests")),
             whole(u.get("Errors")), whole(u.get("ColdStarts")),
             number(u.get("GbSecondsX86")) + number(u.get("GbSecondsArm")), number(u.get("AverageBilledMs")),
             whole(u.get("P99BilledMs")), usd(number(u.get("Cost"))));
}

void print_days(const Json& days) {
  for (const Json& day : days.items())
    fmt::print("  {:<38} {:>11} {:>7} {:>7} {:>14.3f} {:>9} {:>8} {:>14}\n", day.get("Date").string_or(""),
               whole(day.get("Requests")), "", "", number(day.get("GbSeconds")), "", "", usd(number(day.get("Cost"))));
}

void print_usage(const Json& out, const CostArguments& in) {
  const Json& list = out.get("Prices");
  std::string month = out.get("Month").string_or("");
  if (out.get("Functions").size() == 0) {
    fmt::print("Nothing was invoked in {}. Invoke something (thaw invoke FUNCTION) or name another month: --month\n",
               month);
    return;
  }
  fmt::print("What Lambda would cost on AWS in {} (list prices of {}, {}):\n\n", month,
             list.get("Region").string_or(""), list.get("Date").string_or(""));
  fmt::print("{:<40} {:>11} {:>7} {:>7} {:>14} {:>9} {:>8} {:>14}\n", "FUNCTION", "INVOCATIONS", "ERRORS", "COLD",
             "GB-SECONDS", "AVG ms", "P99 ms", "COST");
  for (const Json& f : out.get("Functions").items()) {
    print_row(f.get("FunctionName").string_or("") + (is_true(f.get("Deleted")) ? " (deleted)" : ""), f.get("Usage"));
    if (in.days) print_days(f.get("Days"));
  }
  const Json& total = out.get("Total");
  if (in.function.empty()) print_row("total", total);
  fmt::print("\nrequests {}, duration {}, storage over 512 MB {}; durations are billed ones, with INIT\n",
             usd(number(total.get("RequestsCost"))), usd(number(total.get("DurationCost"))),
             usd(number(total.get("StorageCost"))));
  if (out.contains("FreeTier")) {
    double free = number(out.get("FreeTier"));
    fmt::print("AWS's free tier would take off {}: to pay {}\n", usd(free),
               usd(std::max(0.0, number(total.get("Cost")) - free)));
  }
  const Json& projection = out.get("Projection");
  constexpr int64_t telling_ms = 60'000;
  if (projection.is_object() && whole(projection.get("MeasuredMs")) < telling_ms)
    fmt::print("Too early to say what a month of 30 days would cost: measured for {}\n",
               span_words(whole(projection.get("MeasuredMs"))));
  else if (projection.is_object())
    fmt::print("At the rate of the last {}, a month of 30 days: {:.0f} invocations, {}\n",
               span_words(whole(projection.get("MeasuredMs"))), number(projection.get("Requests")),
               usd(number(projection.get("Cost"))));
}

}  // namespace

Command add_cost(CLI::App& cli) {
  auto in = std::make_shared<CostArguments>();
  CLI::App* command = cli.add_subcommand("cost", "Show what functions used and what it would cost on AWS");
  command->add_option("function", in->function, "One function only: its name or ARN");
  command->add_option("--month", in->month, "Another month than this: 2026-11");
  command->add_flag("--days", in->days, "Day by day, too");
  command->add_flag("--json", in->json, "As JSON");
  return [in] {
    return run_command([in]() -> Task<Result<int>> {
      CloudClient cloud(Connection::from_environment());
      Json input = Json::object();
      if (!in->function.empty()) input.set("FunctionName", in->function);
      if (!in->month.empty()) input.set("Month", in->month);
      Result<Json> out = co_await cloud.call("lambda", "GetUsage", std::move(input));
      if (!out && out.error().code == "ResourceNotFoundException")
        co_return fail("NoSuchFunction", "There is no function " + in->function +
                                             ", and none of that name was invoked. Those there are: thaw cost");
      if (!out) co_return std::unexpected(out.error());
      if (in->json)
        print_json(*out);
      else
        print_usage(*out, *in);
      co_return 0;
    });
  };
}

}  // namespace thaw::app
