#include "env/log_lines.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>

#include "base/json.h"
#include "base/text.h"
#include "env/channel.h"

namespace thaw::env {
namespace {

constexpr int level_debug = 0, level_info = 1, level_warn = 2;

double ms_of(int64_t us) { return static_cast<double>(us) / 1000.0; }
std::string quoted(std::string_view text) {
  std::string out;
  Json::quote_to(out, text);
  return out;
}
std::string seconds_text(int timeout_ms) { return fmt::format("{:.2f}", timeout_ms / 1000.0); }

std::string_view field_of_trace(std::string_view header, std::string_view name) {
  for (std::string_view part : split(header, ';')) {
    part = trim(part);
    if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

const char* signal_words(int number) {
  switch (number) {
    case SIGHUP: return "hangup";
    case SIGINT: return "interrupt";
    case SIGQUIT: return "quit";
    case SIGILL: return "illegal instruction";
    case SIGTRAP: return "trace/breakpoint trap";
    case SIGABRT: return "aborted";
    case SIGBUS: return "bus error";
    case SIGFPE: return "floating point exception";
    case SIGKILL: return "killed";
    case SIGSEGV: return "segmentation fault";
    case SIGPIPE: return "broken pipe";
    case SIGALRM: return "alarm clock";
    case SIGTERM: return "terminated";
    case SIGSYS: return "bad system call";
    default: return nullptr;
  }
}

}  // namespace

PlatformLines::PlatformLines(const FunctionSpec& function, bool provisioned)
    : json_(function.log_format == LogFormat::json),
      level_min_(function.system_log_level == "DEBUG"  ? level_debug
                 : function.system_log_level == "WARN" ? level_warn
                                                       : level_info),
      version_(function.version),
      arn_(function.arn),
      region_(function.region.str()),
      timeout_ms_(function.timeout_ms),
      tracing_(function.tracing),
      initialization_(provisioned ? "provisioned-concurrency" : "on-demand") {}

std::optional<std::string> PlatformLines::json_event(Time now, std::string_view type, std::string record,
                                                     int level) const {
  if (level < level_min_) return std::nullopt;
  return fmt::format(R"({{"time":"{}","type":"{}","record":{}}})", iso8601_millis(now), type, record);
}

std::optional<std::string> PlatformLines::init_start(Time now, std::string_view runtime_version) const {
  std::string hash = hex_encode(sha256(runtime_version));
  std::string version_arn = fmt::format("arn:aws:lambda:{}::runtime:{}", region_, hash);
  if (!json_) {
    return fmt::format("INIT_START Runtime Version: {}\tRuntime Version ARN: {}", runtime_version, version_arn);
  }
  return json_event(
      now, "platform.initStart",
      fmt::format(R"({{"initializationType":"{}","phase":"init","runtimeVersion":{},"runtimeVersionArn":{},)"
                  R"("functionVersion":{}}})",
                  initialization_, quoted(runtime_version), quoted(version_arn), quoted(version_)),
      level_info);
}

std::optional<std::string> PlatformLines::init_report(Time now, int64_t duration_us, std::string_view phase,
                                                      std::string_view status, std::string_view error_type) const {
  if (!json_) {
    std::string out =
        fmt::format("INIT_REPORT Init Duration: {:.2f} ms\tPhase: {}\tStatus: {}", ms_of(duration_us), phase, status);
    if (!error_type.empty()) out += fmt::format("\tError Type: {}", error_type);
    return out;
  }
  std::string type = error_type.empty() ? "" : R"(,"errorType":)" + quoted(error_type);
  return json_event(
      now, "platform.initReport",
      fmt::format(R"({{"initializationType":"{}","phase":"{}","status":"{}"{},"metrics":{{"durationMs":{:.3f}}}}})",
                  initialization_, phase, status, type, ms_of(duration_us)),
      level_warn);
}

std::optional<std::string> PlatformLines::start(Time now, std::string_view request_id) const {
  if (!json_) return fmt::format("START RequestId: {} Version: {}", request_id, version_);
  return json_event(now, "platform.start",
                    fmt::format(R"({{"requestId":{},"version":{}}})", quoted(request_id), quoted(version_)),
                    level_info);
}

std::optional<std::string> PlatformLines::runtime_done(Time now, const Report& report) const {
  if (!json_) return fmt::format("END RequestId: {}", report.request_id);
  std::string type = report.error_type.empty() ? "" : R"(,"errorType":)" + quoted(report.error_type);
  return json_event(now, "platform.runtimeDone",
                    fmt::format(R"({{"requestId":{},"status":"{}"{},"metrics":{{"durationMs":{:.3f}}}}})",
                                quoted(report.request_id), report.status, type, ms_of(report.duration_us)),
                    level_debug);
}

std::optional<std::string> PlatformLines::report(Time now, const Report& r) const {
  bool traced = tracing_ == TracingMode::active && !r.trace_header.empty();
  if (!json_) {
    std::string out = fmt::format(
        "REPORT RequestId: {}\tDuration: {:.2f} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} "
        "MB\t",
        r.request_id, ms_of(r.duration_us), r.billed_ms, r.memory_mb, r.max_memory_used_mb);
    if (r.init_duration_us) out += fmt::format("Init Duration: {:.2f} ms\t", ms_of(*r.init_duration_us));
    if (r.status != "success") out += fmt::format("Status: {}\t", r.status);
    if (r.status == "error" && !r.error_type.empty()) out += fmt::format("Error Type: {}\t", r.error_type);
    if (traced) {
      std::string parent(field_of_trace(r.trace_header, "Parent"));
      bool sampled = field_of_trace(r.trace_header, "Sampled") == "1";
      out += fmt::format("\nXRAY TraceId: {}\tSegmentId: {}\tSampled: {}\t", field_of_trace(r.trace_header, "Root"),
                         parent, sampled);
    }
    return out;
  }
  std::string metrics =
      fmt::format(R"("durationMs":{:.3f},"billedDurationMs":{},"memorySizeMB":{},"maxMemoryUsedMB":{})",
                  ms_of(r.duration_us), r.billed_ms, r.memory_mb, r.max_memory_used_mb);
  if (r.init_duration_us) metrics += fmt::format(R"(,"initDurationMs":{:.3f})", ms_of(*r.init_duration_us));
  std::string extra = r.error_type.empty() ? "" : R"(,"errorType":)" + quoted(r.error_type);
  if (traced) extra += R"(,"tracing":{"type":"X-Amzn-Trace-Id","value":)" + quoted(r.trace_header) + "}";
  return json_event(now, "platform.report",
                    fmt::format(R"({{"requestId":{},"metrics":{{{}}},"status":"{}"{}}})", quoted(r.request_id), metrics,
                                r.status, extra),
                    level_info);
}

std::string PlatformLines::timed_out(Time now, std::string_view request_id) const {
  return fmt::format("{} {} Task timed out after {} seconds", iso8601_millis(now), request_id,
                     seconds_text(timeout_ms_));
}

std::string PlatformLines::fault(std::string_view request_id, std::string_view message,
                                 std::string_view error_type) const {
  return fmt::format("RequestId: {} Error: {}\n{}", request_id, message, error_type);
}

std::string PlatformLines::note(Time now, std::string_view words) const {
  if (!json_) return fmt::format("[THAW]\t{}\t{}", iso8601_millis(now), words);
  return fmt::format(R"({{"time":"{}","type":"thaw.note","record":{{"message":{}}}}})", iso8601_millis(now),
                     quoted(words));
}

std::string exit_words(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const char* name = signal_words(WTERMSIG(wait_status));
    return name ? fmt::format("Runtime exited with error: signal: {}", name)
                : fmt::format("Runtime exited with error: signal: signal {}", WTERMSIG(wait_status));
  }
  int status = WEXITSTATUS(wait_status);
  if (status == 0) return "Runtime exited without providing a reason";
  return fmt::format("Runtime exited with error: exit status {}", status);
}

std::string timeout_document(std::string_view request_id, int timeout_ms) {
  return fmt::format(
      R"({{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {} Error: Task timed out after {} seconds"}})",
      request_id, seconds_text(timeout_ms));
}

std::string exit_document(std::string_view request_id, std::string_view words, std::string_view error_type) {
  return fmt::format(R"({{"errorType":{},"errorMessage":{}}})", quoted(error_type),
                     quoted(fmt::format("RequestId: {} Error: {}", request_id, words)));
}

std::string too_large_document(std::string_view request_id) {
  return fmt::format(R"({{"errorType":"Function.ResponseSizeTooLarge","errorMessage":)"
                     R"("Response payload size exceeded maximum allowed payload size ({} bytes)."}})",
                     response_bytes_max);
}

}  // namespace thaw::env
