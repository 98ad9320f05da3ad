// thaw invoke and thaw logs.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <charconv>
#include <map>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "base/loop.h"
#include "base/text.h"

namespace thaw::app {
namespace {

std::string decoded(const Json& base64) { return base64_decode(base64.string_or("")).value_or(""); }

// "90s", "10m", "2h", "1d" in milliseconds.
std::optional<int64_t> parse_duration_ms(std::string_view text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  std::string_view unit(end, text.data() + text.size() - end);
  if (unit == "s" || unit.empty()) return number * 1000;
  if (unit == "m") return number * 60'000;
  if (unit == "h") return number * 3'600'000;
  if (unit == "d") return number * 86'400'000;
  if (unit == "y") return number * 365 * 86'400'000;
  return std::nullopt;
}

struct LogsArguments {
  std::string function, filter, since = "10m";
  bool follow = false, json = false;
};

// Colours are for people: on a terminal, unless NO_COLOR is set.
bool coloured() {
  static const bool yes = ::isatty(STDOUT_FILENO) && environment_or("NO_COLOR", "").empty();
  return yes;
}

const char* colour_of(std::string_view message) {
  for (const char* frame : {"START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START", "INIT_REPORT"})
    if (message.starts_with(frame)) return "\033[2m";
  for (const char* wrong : {"[ERROR]", "\tERROR\t", "Task timed out", "Traceback", "\"level\":\"ERROR\"",
                            "\"level\": \"ERROR\"", "Runtime exited"})
    if (message.find(wrong) != std::string_view::npos) return "\033[31m";
  for (const char* warning : {"[WARNING]", "\tWARN\t"})
    if (message.find(warning) != std::string_view::npos) return "\033[33m";
  return "";
}

void print_event(const Json& event, bool json) {
  if (json) {
    fmt::print("{}\n", event.dump());
    return;
  }
  std::string message = event.get("message").string_or("");
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) message.pop_back();
  std::string time = iso8601_millis(Time(Millis(event.get("timestamp").to_int().value_or(0))));
  const char* colour = coloured() ? colour_of(message) : "";
  if (coloured())
    fmt::print("\033[2m{}\033[0m {}{}{}\n", time, colour, message, *colour ? "\033[0m" : "");
  else
    fmt::print("{} {}\n", time, message);
}

using Seen = std::map<std::string, int64_t>;  // id of a printed event -> its time

// Prints every event from `since_ms` on that was not printed before; answers the time of the last.
Task<Result<int64_t>> print_events(CloudClient& cloud, const LogsArguments& in, std::string group, int64_t since_ms,
                                   Seen& seen) {
  int64_t last = since_ms;
  std::string token;
  do {
    Json input = Json::object({{"logGroupName", group}, {"startTime", since_ms}});
    if (!in.filter.empty()) input.set("filterPattern", in.filter);
    if (!token.empty()) input.set("nextToken", token);
    CO_TRY(Json page, co_await cloud.call("logs", "FilterLogEvents", std::move(input)));
    for (const Json& event : page.get("events").items()) {
      int64_t time_ms = event.get("timestamp").to_int().value_or(0);
      last = std::max(last, time_ms);
      std::string id = event.get("logStreamName").string_or("") + event.get("eventId").string_or("");
      if (seen.try_emplace(id, time_ms).second) print_event(event, in.json);
    }
    token = page.get("nextToken").string_or("");
  } while (!token.empty());
  std::fflush(stdout);
  co_return last;
}

// A log group that is not there: the function has not run yet, or there is no such function.
Task<Result<void>> explain_no_group(CloudClient& cloud, const LogsArguments& in) {
  if (in.function.starts_with('/'))
    co_return fail("NoSuchLog",
                   "There is no log group " + in.function + ". Those there are: aws logs describe-log-groups");
  Json input = Json::object({{"FunctionName", in.function}});
  Result<Json> found = co_await cloud.call("lambda", "GetFunctionConfiguration", std::move(input));
  if (!found)
    co_return fail("NoSuchFunction",
                   "There is no function " + in.function + ". Those there are: aws lambda list-functions");
  if (in.follow) co_return Result<void>();
  co_return fail("NoLogYet",
                 fmt::format("{} has written no log: it has not run, or its role may not write one. Run it: "
                             "thaw invoke {}",
                             in.function, in.function));
}

Task<Result<int>> show_logs(LogsArguments in, int64_t back_ms) {
  constexpr int64_t late_ms = 5'000;  // lines of other environments may come so much later than their time
  CloudClient cloud(Connection::from_environment());
  std::string group = in.function.starts_with('/') ? in.function : "/aws/lambda/" + in.function;
  Seen seen;
  int64_t begin_ms = RealClock().now_ms() - back_ms, since_ms = begin_ms;
  bool waiting = false;
  while (true) {
    Result<int64_t> last = co_await print_events(cloud, in, group, since_ms, seen);
    if (!last && last.error().code == "ResourceNotFoundException") {
      CO_CHECK_OK(co_await explain_no_group(cloud, in));
      if (!std::exchange(waiting, true)) fmt::print(stderr, "Waiting for the first line of {}\n", in.function);
    } else if (!last) {
      co_return std::unexpected(last.error());
    } else {
      since_ms = std::max(begin_ms, *last - late_ms);
      std::erase_if(seen, [&](const auto& event) { return event.second < since_ms; });
    }
    if (!in.follow || std::ferror(stdout)) co_return 0;
    co_await sleep_for(std::chrono::milliseconds(500));
  }
}

}  // namespace

Command add_invoke(CLI::App& cli) {
  struct Arguments {
    std::string function, payload = "{}", qualifier;
    bool json = false;
  };
  auto in = std::make_shared<Arguments>();
  CLI::App* command = cli.add_subcommand("invoke", "Invoke a function; print its log on standard error and its answer");
  command->add_option("function", in->function, "Name or ARN")->required();
  command->add_option("--payload,-p", in->payload, "The event, @FILE, or - for standard input")->capture_default_str();
  command->add_option("--qualifier", in->qualifier, "A version or an alias");
  command->add_flag("--json", in->json, "The whole answer as JSON");
  return [in] {
    return run_command([in]() -> Task<Result<int>> {
      CO_TRY(std::string payload, read_payload(in->payload));
      CloudClient cloud(Connection::from_environment());
      Json input =
          Json::object({{"FunctionName", in->function}, {"LogType", "Tail"}, {"Payload", base64_encode(payload)}});
      if (!in->qualifier.empty()) input.set("Qualifier", in->qualifier);
      Result<Json> called = co_await cloud.call("lambda", "Invoke", std::move(input));
      if (!called && called.error().code == "ResourceNotFoundException")
        co_return fail("NoSuchFunction", called.error().message + ". Those there are: aws lambda list-functions");
      if (!called) co_return std::unexpected(called.error());
      Json answer = std::move(*called);
      bool failed = answer.contains("FunctionError");
      if (in->json) {
        answer.set("Payload", decoded(answer.get("Payload")));
        answer.set("LogResult", decoded(answer.get("LogResult")));
        print_json(answer);
      } else {
        fmt::print(stderr, "{}", decoded(answer.get("LogResult")));
        fmt::print("{}\n", decoded(answer.get("Payload")));
      }
      co_return failed ? 1 : 0;
    });
  };
}

Command add_logs(CLI::App& cli) {
  auto in = std::make_shared<LogsArguments>();
  CLI::App* command = cli.add_subcommand("logs", "Show a function's log");
  command->add_option("function", in->function, "A function's name, or a log group (/aws/lambda/...)")->required();
  command->add_flag("--follow,-f", in->follow, "Go on with new lines until interrupted");
  command->add_option("--since", in->since, "How far back: 90s, 10m, 2h, 1d")->capture_default_str();
  command->add_option("--filter", in->filter, "A CloudWatch Logs filter pattern");
  command->add_flag("--json", in->json, "One JSON object a line");
  return [in] {
    return run_command([in]() -> Task<Result<int>> {
      auto back_ms = parse_duration_ms(in->since);
      if (!back_ms) co_return fail("BadArgument", "--since takes a number and s, m, h or d: 10m");
      co_return co_await show_logs(*in, *back_ms);
    });
  };
}

Command add_clock(CLI::App& cli) {
  auto by = std::make_shared<std::string>();
  CLI::App* clock = cli.add_subcommand("clock", "Move the virtual clock (thaw up --clock virtual)");
  CLI::App* advance = clock->add_subcommand("advance", "Advance it: 90s, 10m, 2h, 1d, 1y");
  advance->add_option("duration", *by)->required();
  clock->require_subcommand(1);
  return [by] {
    return run_command([by]() -> Task<Result<int>> {
      auto ms = parse_duration_ms(*by);
      if (!ms) co_return fail("BadArgument", "A duration is a number and s, m, h, d or y: 1y");
      Connection connection = Connection::from_environment();
      net::Client http;
      net::ClientRequest request;
      request.method = "POST";
      request.url = connection.endpoint + "/_thaw/clock/advance";
      request.body = Json::object({{"milliseconds", *ms}}).dump();
      CO_TRY(net::ClientResponse response, co_await http.fetch(std::move(request)));
      auto body = Json::parse(response.body);
      if (response.status != 200)
        co_return fail("ClockIsReal", body ? body->get("message").string_or("") : response.body);
      fmt::print("It is now {}\n", body ? body->get("now").string_or("") : "");
      co_return 0;
    });
  };
}

}  // namespace thaw::app
