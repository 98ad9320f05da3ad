// thaw tune: power tuning. A temporary copy of the function runs at several memory sizes; the function itself is only
// read. The copy is removed at the end, after an error, and on Ctrl-C.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <optional>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/money.h"
#include "base/text.h"
#include "net/loop.h"
#include "services/lambda/tuning.h"

namespace thaw::app {
namespace {

using lambda::RunReport;
using lambda::TuningRow;
using lambda::TuningRuns;

struct TuneArguments {
  std::string function, payload = "{}", memory = "128,256,512,1024,1769,3008", strategy = "balanced", svg;
  int runs = 10, cold_runs = 3;
  bool json = false;
};

constexpr size_t inline_code_bytes_max = 50u << 20;

class Tuning {
 public:
  Tuning(TuneArguments in, std::string payload, std::vector<int> sizes)
      : in_(std::move(in)), payload_(std::move(payload)), sizes_(std::move(sizes)) {}

  Task<Result<int>> run();
  // Removes the copy, when there is one.
  Task<void> clean_up();
  // After this no step follows.
  void interrupt() { interrupted_ = true; }
  bool making() const { return making_; }

 private:
  Task<Result<void>> make_copy();
  Task<Result<Json>> code_of(const Json& function);
  Task<Result<void>> measure(TuningRuns& runs);
  Task<Result<std::optional<RunReport>>> invoke(TuningRuns& runs);
  Task<Result<void>> set_memory(int memory_mb, int round);
  Result<int> show(const std::vector<TuningRow>& rows);
  void show_json(const std::vector<TuningRow>& rows, std::optional<size_t> best);
  void show_table(const std::vector<TuningRow>& rows, std::optional<size_t> best);
  void say(const std::string& line) {
    if (!in_.json || ::isatty(STDERR_FILENO)) fmt::print(stderr, "{}\n", line);
  }

  TuneArguments in_;
  std::string payload_;
  std::vector<int> sizes_;
  CloudClient cloud_{Connection::from_environment()};
  std::string copy_, architecture_;
  int present_mb_ = 0, tmp_mb_ = 512;
  bool made_ = false, making_ = false, interrupted_ = false;
};

lambda::Strategy strategy_of(const std::string& name) {
  return name == "cost"    ? lambda::Strategy::cost
         : name == "speed" ? lambda::Strategy::speed
                           : lambda::Strategy::balanced;
}

// The members of a configuration that make its copy run alike.
Json copied_settings(const Json& c) {
  Json out = Json::object();
  for (const char* name : {"Runtime", "Role", "Handler", "Timeout", "KMSKeyArn", "EphemeralStorage", "Architectures"})
    if (c.contains(name)) out.set(name, c.get(name));
  if (c.get("Environment").contains("Variables"))
    out.set("Environment", Json::object({{"Variables", c.get("Environment").get("Variables")}}));
  if (c.get("TracingConfig").contains("Mode")) out.set("TracingConfig", c.get("TracingConfig"));
  if (c.get("Layers").is_array() && c.get("Layers").size() > 0) {
    Json layers = Json::array();
    for (const Json& layer : c.get("Layers").items()) layers.push_back(layer.get("Arn"));
    out.set("Layers", std::move(layers));
  }
  // The figures are read from text lines; the copy's log does not mix with the function's.
  out.set("LoggingConfig", Json::object({{"LogFormat", "Text"}, {"LogGroup", "/aws/lambda/thaw-tune"}}));
  return out;
}

Task<Result<Json>> Tuning::code_of(const Json& function) {
  std::string location = function.get("Code").get("Location").string_or("");
  if (location.starts_with("file://"))  // hot reload: the copy runs the same folder
    co_return Json::object({{"S3Bucket", "hot-reload"}, {"S3Key", location.substr(7)}});
  CO_TRY(std::string bytes, co_await cloud_.download(location));
  if (bytes.size() > inline_code_bytes_max)
    co_return fail("CodeTooLarge",
                   "Functions with more than 50 MB of zipped code cannot be tuned: put parts into layers");
  co_return Json::object({{"ZipFile", base64_encode(bytes)}});
}

Task<Result<void>> Tuning::make_copy() {
  Result<Json> found = co_await cloud_.call("lambda", "GetFunction", Json::object({{"FunctionName", in_.function}}));
  if (!found && found.error().code == "ResourceNotFoundException")
    co_return fail("NoSuchFunction",
                   "There is no function " + in_.function + ". Those there are: aws lambda list-functions");
  if (!found) co_return std::unexpected(found.error());
  const Json& c = found->get("Configuration");
  present_mb_ = static_cast<int>(c.get("MemorySize").to_int().value_or(128));
  tmp_mb_ = static_cast<int>(c.get("EphemeralStorage").get("Size").to_int().value_or(512));
  const Json& architectures = c.get("Architectures");
  architecture_ =
      architectures.is_array() && architectures.size() > 0 ? architectures.items()[0].string_or("") : "x86_64";
  if (std::ranges::find(sizes_, present_mb_) == sizes_.end()) {
    sizes_.push_back(present_mb_);
    std::ranges::sort(sizes_);
  }
  CO_TRY(Json code, co_await code_of(*found));
  Json input = copied_settings(c);
  copy_ = "thaw-tune-" + c.get("FunctionName").string_or("").substr(0, 40) + "-" + hex_encode(random_bytes(4));
  input.set("FunctionName", copy_);
  input.set("Description", "Temporary copy of " + c.get("FunctionName").string_or("") + ", made by thaw tune");
  input.set("Code", std::move(code));
  input.set("MemorySize", sizes_.front());
  if (interrupted_) co_return fail("Interrupted", "interrupted");
  making_ = true;
  Result<Json> made = co_await cloud_.call("lambda", "CreateFunction", std::move(input));
  making_ = false;
  if (!made) co_return std::unexpected(made.error());
  made_ = true;
  co_return Result<void>();
}

Task<void> Tuning::clean_up() {
  if (!std::exchange(made_, false)) co_return;
  Result<Json> gone = co_await cloud_.call("lambda", "DeleteFunction", Json::object({{"FunctionName", copy_}}));
  if (!gone)
    fmt::print(stderr,
               "thaw: the temporary copy could not be removed ({}). Remove it: aws lambda delete-function "
               "--function-name {}\n",
               gone.error().message, copy_);
}

// A changed configuration is a new revision: the next invocation is a cold start.
Task<Result<void>> Tuning::set_memory(int memory_mb, int round) {
  Json input =
      Json::object({{"FunctionName", copy_},
                    {"MemorySize", memory_mb},
                    {"Description", fmt::format("Temporary copy made by thaw tune: {} MB, {}", memory_mb, round)}});
  Result<Json> set = co_await cloud_.call("lambda", "UpdateFunctionConfiguration", std::move(input));
  if (!set) co_return std::unexpected(set.error());
  co_return Result<void>();
}

// One invocation. Nothing when the function failed: then runs.failure says why.
Task<Result<std::optional<RunReport>>> Tuning::invoke(TuningRuns& runs) {
  Json input = Json::object({{"FunctionName", copy_}, {"LogType", "Tail"}, {"Payload", base64_encode(payload_)}});
  CO_TRY(Json answer, co_await cloud_.call("lambda", "Invoke", std::move(input)));
  std::string log = base64_decode(answer.get("LogResult").string_or("")).value_or("");
  if (answer.contains("FunctionError")) {
    std::string payload = base64_decode(answer.get("Payload").string_or("")).value_or("");
    auto document = Json::parse(payload);
    runs.failure = document ? document->get("errorMessage").string_or(payload) : payload;
    std::string type = document ? document->get("errorType").string_or("") : "";
    if (!type.empty()) runs.failure = type + ": " + runs.failure;
    runs.failure = runs.failure.substr(0, runs.failure.find('\n')).substr(0, 160);
    co_return std::optional<RunReport>();
  }
  auto report = lambda::parse_report(log);
  if (!report) co_return fail("NoReport", "The invocation's log has no REPORT line: " + log.substr(0, 200));
  co_return report;
}

Task<Result<void>> Tuning::measure(TuningRuns& runs) {
  for (int i = 0; i < in_.cold_runs + in_.runs; ++i) {
    bool cold = i < in_.cold_runs;
    if (cold) CO_CHECK_OK(co_await set_memory(runs.memory_mb, i));
    if (interrupted_) co_return fail("Interrupted", "interrupted");
    CO_TRY(std::optional<RunReport> report, co_await invoke(runs));
    if (!report) co_return Result<void>();
    (report->init_ms ? runs.cold : runs.warm).push_back(*report);
  }
  co_return Result<void>();
}

Task<Result<int>> Tuning::run() {
  CO_CHECK_OK(co_await make_copy());
  say(fmt::format("Tuning {}: {} cold and {} warm runs at each of {} memory sizes; its effects are real ones",
                  in_.function, in_.cold_runs, in_.runs, sizes_.size()));
  std::vector<TuningRow> rows;
  for (int memory_mb : sizes_) {
    TuningRuns runs;
    runs.memory_mb = memory_mb;
    CO_CHECK_OK(co_await measure(runs));
    rows.push_back(lambda::tuning_row(runs, architecture_, tmp_mb_));
    const TuningRow& row = rows.back();
    say(row.failure.empty()
            ? fmt::format("  {:>5} MB: warm {:.1f} ms, cold {:.1f} ms", memory_mb, row.warm_ms, row.cold_ms)
            : fmt::format("  {:>5} MB: failed: {}", memory_mb, row.failure));
  }
  co_return show(rows);
}

Result<int> Tuning::show(const std::vector<TuningRow>& rows) {
  auto best = lambda::recommend(rows, strategy_of(in_.strategy));
  if (!in_.svg.empty() && best) {
    std::ofstream file(in_.svg, std::ios::binary);
    file << lambda::svg_chart(rows, best, in_.function + ", " + architecture_);
    if (!file.flush()) return fail("CannotWrite", "Cannot write " + in_.svg);
  }
  if (in_.json)
    show_json(rows, best);
  else
    show_table(rows, best);
  if (!best)
    return fail("FunctionFailed", "The function failed at every memory size: " + rows.back().failure +
                                      ". Give an event that it takes: --payload JSON, or @FILE");
  return 0;
}

void Tuning::show_json(const std::vector<TuningRow>& rows, std::optional<size_t> best) {
  Json list = Json::array();
  const TuningRow* present = nullptr;
  for (const TuningRow& row : rows) {
    if (row.memory_mb == present_mb_) present = &row;
    Json one = Json::object({{"MemorySize", row.memory_mb}});
    if (!row.failure.empty()) {
      one.set("Failure", row.failure);
    } else {
      one.set("WarmMs", row.warm_ms);
      one.set("WarmMsMax", row.warm_ms_max);
      one.set("ColdMs", row.cold_ms);
      one.set("InitMs", row.init_ms);
      one.set("WarmCost", row.warm_usd);
      one.set("ColdCost", row.cold_usd);
      one.set("MaxMemoryUsed", row.max_memory_used_mb);
    }
    list.push_back(std::move(one));
  }
  Json out = Json::object({{"FunctionName", in_.function},
                           {"Architecture", architecture_},
                           {"Strategy", in_.strategy},
                           {"MemorySize", present_mb_},
                           {"Sizes", std::move(list)}});
  if (best) {
    out.set("Recommended", rows[*best].memory_mb);
    if (present && present->failure.empty()) out.set("Comparison", lambda::compare_rows(rows[*best], *present));
  }
  print_json(out);
}

void Tuning::show_table(const std::vector<TuningRow>& rows, std::optional<size_t> best) {
  double longest = 0, dearest = 0;
  const TuningRow* present = nullptr;
  for (const TuningRow& row : rows) {
    if (row.memory_mb == present_mb_) present = &row;
    if (!row.failure.empty()) continue;
    longest = std::max(longest, row.warm_ms);
    dearest = std::max(dearest, row.warm_usd);
  }
  auto bar = [](double value, double most) {
    return std::string(most > 0 ? static_cast<size_t>(value / most * 16 + 0.5) : 0, '#');
  };
  fmt::print("\n{:>9} {:>11} {:<16} {:>11} {:>11} {:>14} {:<16} {:>8}\n", "MEMORY", "WARM", "", "COLD", "of it INIT",
             "MILLION WARM", "", "USED");
  for (size_t i = 0; i < rows.size(); ++i) {
    const TuningRow& row = rows[i];
    std::string mark = best == i ? "*" : row.memory_mb == present_mb_ ? "=" : " ";
    if (!row.failure.empty()) {
      fmt::print("{}{:>5} MB failed: {}\n", mark, row.memory_mb, row.failure);
      continue;
    }
    fmt::print("{}{:>5} MB {:>8.1f} ms {:<16} {:>8.1f} ms {:>8.1f} ms {:>14} {:<16} {:>5} MB\n", mark, row.memory_mb,
               row.warm_ms, bar(row.warm_ms, longest), row.cold_ms, row.init_ms, usd(row.warm_usd * 1e6),
               bar(row.warm_usd, dearest), row.max_memory_used_mb);
  }
  if (!best) return;
  fmt::print("\n{}\n", lambda::text_chart(rows, best));
  const TuningRow& chosen = rows[*best];
  fmt::print("Recommended ({}): {} MB", in_.strategy, chosen.memory_mb);
  if (chosen.memory_mb == present_mb_)
    fmt::print(", as it is set now\n");
  else if (present && present->failure.empty())
    fmt::print(", {} (now)\nSet it: aws lambda update-function-configuration --function-name {} --memory-size {}\n",
               lambda::compare_rows(chosen, *present), in_.function, chosen.memory_mb);
  else
    fmt::print("; with {} MB, as it is set now, the function fails\n", present_mb_);
}

// Runs on a loop of its own, so that Ctrl-C can remove the copy.
int tune(TuneArguments in, std::string payload, std::vector<int> sizes) {
  auto loop = net::make_loop();
  Tuning tuning(std::move(in), std::move(payload), std::move(sizes));
  int code = 1;
  bool interrupted = false;
  auto interrupt = [&] {
    if (std::exchange(interrupted, true)) return;
    fmt::print(stderr, "\nInterrupted: removing the temporary copy\n");
    code = 130;
    tuning.interrupt();
    if (tuning.making()) return;  // the run itself sees it, when there is something to remove
    loop->spawn("tune interrupted", [](Tuning& running, net::EventLoop& ending) -> Task<void> {
      co_await running.clean_up();
      ending.stop();
    }(tuning, *loop));
  };
  loop->on_signal(SIGINT, interrupt);
  loop->on_signal(SIGTERM, interrupt);
  loop->spawn("tune", [](Tuning& running, net::EventLoop& ending, int& exit_code, bool& stopped) -> Task<void> {
    Result<int> answer = co_await running.run();
    co_await running.clean_up();
    if (!stopped) {
      if (!answer) fmt::print(stderr, "thaw: {}: {}\n", answer.error().code, answer.error().message);
      exit_code = answer ? *answer : 1;
    }
    ending.stop();
  }(tuning, *loop, code, interrupted));
  loop->run();
  return code;
}

}  // namespace

Command add_tune(CLI::App& cli) {
  auto in = std::make_shared<TuneArguments>();
  CLI::App* command =
      cli.add_subcommand("tune", "Run a function at several memory sizes; compare time and cost, recommend one");
  command->add_option("function", in->function, "Name or ARN")->required();
  command->add_option("--payload,-p", in->payload, "The event, @FILE, or - for standard input")->capture_default_str();
  command->add_option("--memory", in->memory, "Sizes in MB")->capture_default_str();
  command->add_option("--runs", in->runs, "Warm runs of each size")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--cold-runs", in->cold_runs, "Cold starts of each size")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--strategy", in->strategy, "cost, speed or balanced")
      ->check(CLI::IsMember({"cost", "speed", "balanced"}))
      ->capture_default_str();
  command->add_option("--svg", in->svg, "Write the chart into this file, too");
  command->add_flag("--json", in->json, "As JSON");
  return [in] {
    Result<std::string> payload = read_payload(in->payload);
    Result<std::vector<int>> sizes = lambda::parse_memory_sizes(in->memory);
    if (!payload || !sizes) {
      fmt::print(stderr, "thaw: {}\n", payload ? sizes.error().message : payload.error().message);
      return 1;
    }
    return tune(*in, std::move(*payload), std::move(*sizes));
  };
}

}  // namespace thaw::app
