// The lines that the platform itself writes into a function's log, word for word as Lambda does; and the error
// documents that it makes. Pure. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "env/environment.h"

namespace thaw::env {

// What the end of an invocation says of it.
struct Report {
  std::string request_id;
  int64_t duration_us = 0;
  int64_t billed_ms = 0;
  int memory_mb = 0;
  int max_memory_used_mb = 0;
  std::optional<int64_t> init_duration_us;
  std::string status = "success";  // success, error, timeout
  std::string error_type;          // when status is error
  std::string trace_header;        // with active tracing: X-Ray's line is added
};

// Each answers one log event, or nothing when the function's system log level hides it (JSON format only).
class PlatformLines {
 public:
  explicit PlatformLines(const FunctionSpec& function, bool provisioned = false);

  std::optional<std::string> init_start(Time now, std::string_view runtime_version) const;
  // phase: "init" or "invoke"; only written when INIT failed. status: "error" or "timeout".
  std::optional<std::string> init_report(Time now, int64_t duration_us, std::string_view phase, std::string_view status,
                                         std::string_view error_type) const;
  std::optional<std::string> start(Time now, std::string_view request_id) const;
  std::optional<std::string> runtime_done(Time now, const Report& report) const;  // JSON format; END in text
  std::optional<std::string> report(Time now, const Report& report) const;
  // A line of its own for what went wrong: "2026-... id Task timed out after 3.00 seconds".
  std::string timed_out(Time now, std::string_view request_id) const;
  std::string fault(std::string_view request_id, std::string_view message, std::string_view error_type) const;
  // What the platform wants the author to know: "[WARN] ...".
  std::string note(Time now, std::string_view words) const;

 private:
  std::optional<std::string> json_event(Time now, std::string_view type, std::string record, int level) const;

  bool json_;
  int level_min_;
  std::string version_;
  std::string arn_;
  std::string region_;
  int timeout_ms_;
  TracingMode tracing_;
  const char* initialization_;
};

// "Runtime exited with error: exit status 1", "... signal: killed", "Runtime exited without providing a reason".
std::string exit_words(int wait_status);
// {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ... Error: Task timed out after 3.00 seconds"}
std::string timeout_document(std::string_view request_id, int timeout_ms);
std::string exit_document(std::string_view request_id, std::string_view words, std::string_view error_type);
std::string too_large_document(std::string_view request_id);

}  // namespace thaw::env
