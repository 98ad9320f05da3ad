// Execution environments: isolated processes that run functions. This is the contract between the Lambda service and
// the compute room; nothing else of this folder is included from outside.
//
// Life of an environment: INIT (runtime and function's module; 10 s) -> INVOKE ... frozen between invocations ... ->
// SHUTDOWN (SIGTERM, 2 s) -> gone. One invocation at a time per environment; the most recently used idle one goes
// first. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
//
// Thread-safety: everything here is used from the loop's thread, except Interpreters and probe_capabilities(), which
// block (they run programs) and may be used from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"

namespace thaw::env {

// What a role's session gives a function: they become AWS_ACCESS_KEY_ID and so on.
struct SessionCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

enum class LogFormat : uint8_t { text, json };
enum class TracingMode : uint8_t { pass_through, active };

// Everything an environment must know of one version of a function. Immutable once given to invoke(): an update of
// code or configuration makes a new spec with a new `key`, and retire() of the old key.
struct FunctionSpec {
  // Names the code and configuration: environments are shared by invocations whose spec has the same key. Use
  // function ARN + version + revision id.
  std::string key;
  std::string arn;   // unqualified function ARN
  std::string name;  // "orders"
  std::string version = "$LATEST";
  AccountId account;
  Region region;

  std::string architecture = "x86_64";  // or "arm64": for the bill; code runs on the host's own processor
  std::string runtime;                  // as CreateFunction takes it: "python3.12", "nodejs20.x", "provided.al2023"
  std::string handler;                  // "app.handler"; provided.* gets it as _HANDLER
  std::string code_directory;  // host path of the unpacked code; bound read-only at /var/task; readable by every user
  std::vector<std::string> layer_directories;  // host paths of unpacked layers; merged at /opt, a later one wins
  std::vector<std::pair<std::string, std::string>> environment;  // the user's variables

  int memory_mb = 128;    // 128 .. 10240; also sets the CPU share: 1769 MB = 1 vCPU
  int timeout_ms = 3000;  // 1000 .. 900000
  int tmp_mb = 512;       // 512 .. 10240

  std::string log_group;  // "/aws/lambda/orders"
  LogFormat log_format = LogFormat::text;
  std::string application_log_level;  // JSON format only: TRACE DEBUG INFO WARN ERROR FATAL; empty = INFO
  std::string system_log_level;       // JSON format only: DEBUG INFO WARN; empty = INFO
  TracingMode tracing = TracingMode::pass_through;

  // Called once per environment, before its INIT. The session must last an hour: an environment that is 50 minutes old
  // gets no further invocation. An error fails the invocation with status `failed`. May be empty: then the function has
  // no credentials.
  std::function<Task<Result<SessionCredentials>>()> credentials;
};

struct Invocation {
  std::string request_id;        // a UUID
  std::string payload;           // the event; at most 6 MB, checked by the caller
  std::string client_context;    // JSON text, or empty
  std::string cognito_identity;  // JSON text, or empty
  std::string trace_header;      // "Root=1-...;Parent=...;Sampled=1", or empty
  std::string invoked_arn;       // the ARN as the caller named it (qualified when it did)
};

enum class InvokeStatus : uint8_t {
  ok,              // the handler answered; payload is its answer
  function_error,  // the handler threw or the runtime refused: payload is the error document
  timed_out,       // Sandbox.Timedout
  exited,          // the runtime process ended: Runtime.ExitError (out of memory looks the same, as in Lambda)
  init_failed,     // the function's module could not be loaded
  failed,          // the platform could not run it (`platform_error` says why): the caller answers 5xx
};

// The answer of one invocation. `payload` is what the Invoke API returns as its body.
struct InvokeOutcome {
  InvokeStatus status = InvokeStatus::ok;
  std::string payload;
  std::string function_error;           // X-Amz-Function-Error: "Unhandled" or empty
  std::string error_type;               // "Runtime.ExitError", "KeyError", ...; for metrics and destinations
  std::optional<Error> platform_error;  // status == failed only
  std::string content_type = "application/json";

  int64_t duration_us = 0;
  int64_t billed_ms = 0;
  std::optional<int64_t> init_duration_us;  // on a cold start
  int max_memory_used_mb = 0;
  std::string log_tail;  // the last 4 KB of this invocation's log, raw (the API answers it in base64)
  std::string log_stream;
  std::string environment_id;
  bool cold = false;
  bool out_of_memory = false;
};

// A line of a function's log. `text` has no trailing newline and may hold several lines when the runtime sent them as
// one.
struct LogLine {
  std::string_view function_arn;
  std::string_view log_group;
  std::string_view log_stream;  // 2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef
  int64_t timestamp_ms = 0;
  std::string_view text;
};
// Called on the loop's thread for every line, in order per stream; must not block.
using LogSink = std::function<void(const LogLine&)>;

// Who speaks on a connection that was opened inside an environment to the platform's own addresses.
struct PlatformPeer {
  std::string environment_id;
  std::shared_ptr<const FunctionSpec> function;
  std::string address;  // the address that was meant, e.g. "127.0.0.1" or "52.94.10.20" (AnyIP)
  uint16_t port = 0;    // 4566, 443 or 80
};
// Takes a connected, non-blocking TCP socket whose other end is inside an environment; owns it from here on. Called on
// the loop's thread. The composition root hands it to the HTTP server. Port 443 carries TLS.
using PlatformConnect = std::function<void(int socket, PlatformPeer peer)>;

struct Options {
  std::string
      scratch_directory;     // for sockets, images of /tmp and runtime files; made when absent; one owner at a time
  std::string node_modules;  // a node_modules folder with @aws-sdk/*; bound at /var/runtime/node_modules; may be empty
  std::string ca_certificate_path;  // host path of Thaw's CA in PEM; shown inside and in AWS_CA_BUNDLE and its kin; may
                                    // be empty
  std::string endpoint_url = "http://localhost:4566";  // AWS_ENDPOINT_URL inside; empty = unset
  int64_t idle_timeout_ms = 10 * 60 * 1000;            // a frozen environment that nobody used for so long is shut down
  int64_t init_timeout_ms = 10 * 1000;
  int64_t idle_memory_mb_max =
      0;  // frozen environments beyond this many MB of their own memory go, oldest first; 0 = half of the host's
  int environments_max = 1000;  // beyond it: TooManyRequestsException
  int parked_per_runtime = 4;   // generic environments prepared ahead for each runtime in use; 0 = none
  bool debug = false;           // functions whose THAW_DEBUG_PORT is set may be debugged at that port of 127.0.0.1
  LogSink log_sink;
  PlatformConnect platform_connect;
  const Clock* clock = nullptr;  // for timestamps in logs; required
};

enum class EnvironmentState : uint8_t { parked, initializing, busy, idle, stopping };

struct EnvironmentInfo {
  std::string id;
  std::string function_arn;  // empty while parked
  std::string version;
  std::string runtime;
  std::string log_stream;
  EnvironmentState state = EnvironmentState::parked;
  int pid = 0;                 // of its init, on the host
  int memory_mb = 0;           // the limit
  int64_t memory_used_kb = 0;  // now; 0 when the host gives no memory cgroup
  int64_t invocations = 0;
  int64_t age_ms = 0;
  int64_t idle_ms = 0;
};

// What this host lets the sandbox do. Probed once, lazily. `notes` says in plain words which limits do not apply.
struct Capabilities {
  bool root = false;        // else user namespaces carry the sandbox
  bool namespaces = false;  // without them nothing runs
  bool memory_limit = false;
  bool cpu_limit = false;
  bool process_limit = false;
  bool freeze = false;
  bool tmp_on_disk = false;  // else /tmp is a size-limited tmpfs and counts against the function's memory
  std::string freezer;       // "cgroup2", "cgroup1", or empty
  std::vector<std::string> notes;
};

// The interpreter that serves a runtime on this host.
struct Interpreter {
  std::string runtime;  // "python3.12"
  std::string path;     // "/usr/bin/python3.11"; empty for provided.*
  std::string version;  // "3.11.2"
  bool exact = true;    // false: a neighbouring version serves; `note` says so
  std::string note;
};

// Finds what runs `runtime`: exactly, else the nearest version at hand (said in `note`). Errors:
// InvalidParameterValueException when the runtime is unknown to Thaw or nothing on this host can run it; the words name
// the runtime and what to install. Blocks at the first call per runtime; cached. Thread-safe.
Result<Interpreter> interpreter_for(std::string_view runtime);

// Provisioned concurrency of one key.
struct ProvisionedState {
  int wanted = 0;
  int ready = 0;        // past INIT: idle or busy
  std::string failure;  // why no more are made; empty while all goes well
};

struct Counts {
  int environments = 0;  // all that have a function
  int busy = 0;
  int idle = 0;
  int parked = 0;
  int64_t cold_starts = 0;
  int64_t warm_starts = 0;
};

// Owns every environment of this server. Must be made and destroyed on the loop's thread, after shutdown().
class Environments {
 public:
  explicit Environments(Options options);
  ~Environments();
  Environments(const Environments&) = delete;
  Environments& operator=(const Environments&) = delete;

  // Takes the scratch directory and begins, in the background, to sweep what a killed predecessor left, to start the
  // keeper process and to probe the host. Quick. Errors: when the scratch directory has a living owner or cannot be
  // made.
  Task<Result<>> start();
  // Finishes when the background part of start() has. Errors: the host allows no sandbox at all (the words say why);
  // then invoke() answers the same error.
  Task<Result<Capabilities>> prepared();

  // Runs one invocation to its end: in an idle environment, else in a parked one, else in a new one. The caller
  // enforces concurrency limits. Never fails for what the function does: that is an outcome. Errors: start() has not
  // succeeded, shutdown() has begun (ServiceException, 500), environments_max reached (TooManyRequestsException, 429).
  Task<Result<InvokeOutcome>> invoke(std::shared_ptr<const FunctionSpec> function, Invocation invocation);

  // No new invocation goes to environments of this key; idle ones shut down now, busy ones after their invocation.
  void retire(std::string_view key);

  // Keeps `count` environments of this version past INIT until told otherwise: they take invocations before any other,
  // do not go for being idle, and are made again when they end. AWS_LAMBDA_INITIALIZATION_TYPE tells them. Made in the
  // background, one after the other; an INIT that fails ends it until the next call. 0 gives them up. retire() ends it
  // too. start() must have succeeded.
  void provision(std::shared_ptr<const FunctionSpec> function, int count);
  ProvisionedState provisioned(std::string_view key) const;

  // How many invocations of this key, or of all versions of a function, run now.
  int running(std::string_view key) const;
  int running_function(std::string_view arn) const;
  Counts counts() const;
  std::vector<EnvironmentInfo> list() const;
  const Capabilities& capabilities() const;  // complete once prepared() has finished

  // Ends everything: running invocations get 2 s, then are killed. Afterwards no process, cgroup, mount or file is
  // left.
  Task<void> shutdown();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace thaw::env
