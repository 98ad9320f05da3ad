// One execution environment of a function: its sandbox, its runtime, and the protocol between them.
//
//   start() -> idle (frozen) -> invoke() -> idle ... -> destroy()
//
// It kills itself when an invocation times out, when the runtime ends or breaks the protocol: dead() is true then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "env/channel.h"
#include "env/debug_port.h"
#include "env/interpreter.h"
#include "env/log_lines.h"
#include "env/log_splitter.h"
#include "env/platform.h"
#include "env/runtime_api.h"
#include "env/runtime_link.h"
#include "env/variables.h"

namespace thaw::env {

class Zygote;

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  using Steady = std::chrono::steady_clock;

  Instance(Platform& platform, std::string runtime);
  ~Instance();

  // How INIT ended. Not ok: `failure` says why, and the environment is being destroyed.
  struct Started {
    bool ok = true;
    RuntimeEvent failure;
    int64_t duration_us = 0;
  };
  // INIT: everything up to a runtime that waits for its first event. `phase` is "init" or "invoke" (the second
  // attempt). Errors: the platform's own.
  Task<Result<Started>> start(std::shared_ptr<const FunctionSpec> function, std::string log_stream, int64_t timeout_ms,
                              std::string_view phase);

  // In place of the first half of INIT, ahead of time: a sandbox with a runtime inside that waits for any function of
  // its language; start() then gives it one. With a zygote its process is forked from it, else started. Errors: the
  // platform's own.
  Task<Result<>> park(InterpreterDetails interpreter, std::shared_ptr<Zygote> zygote);

  struct Cold {
    int64_t init_duration_us = 0;
  };
  // `began` is when the invocation began to count: earlier than now when INIT was repeated inside it.
  Task<InvokeOutcome> invoke(Invocation invocation, std::optional<Cold> cold, Steady::time_point began);
  // The outcome of an invocation whose environment could not be initialised.
  Task<InvokeOutcome> invoke_failed(Invocation invocation, Started started, Steady::time_point began);

  // Kills what is inside, at once or after SIGTERM and a grace time; finishes when nothing is left.
  Task<void> destroy(Millis grace);
  bool dead() const { return dead_; }
  // Called once when the environment dies without having been asked to.
  std::function<void()> on_dead;

  const std::string& id() const { return id_; }
  const std::string& log_stream() const { return log_stream_; }
  const std::shared_ptr<const FunctionSpec>& function() const { return function_; }
  EnvironmentInfo info() const;
  int64_t memory_used_kb() const { return idle_memory_kb_; }
  Steady::time_point made() const { return made_; }
  Steady::time_point used() const { return used_; }
  EnvironmentState state = EnvironmentState::initializing;  // kept by the pool
  bool provisioned = false;                                 // set before start(): provisioned concurrency
  // Freezes an environment that has finished INIT and waits for its first invocation.
  void rest() { freeze(); }

 private:
  struct Tail;

  // instance_park.cc
  Task<Result<>> unpark(const InterpreterDetails& interpreter);

  // instance_start.cc
  Result<> make_pipes();
  void take_sandbox(std::shared_ptr<Sandbox> sandbox);
  Task<Result<>> mount_code();
  Task<Result<std::vector<std::pair<std::string, std::string>>>> make_variables(const InterpreterDetails& interpreter);
  Task<Result<>> build(const InterpreterDetails& interpreter);
  Task<Result<>> spawn_runtime(const InterpreterDetails& interpreter);
  Task<Result<std::vector<std::string>>> runtime_arguments(const InterpreterDetails& interpreter);
  void write_notes(const InterpreterDetails& interpreter);
  void serve_listeners();
  static Task<void> accept_all(std::shared_ptr<Instance> self, size_t index);
  static Task<void> resolve_names(std::shared_ptr<Instance> self);
  static Task<void> read_channel(std::shared_ptr<Instance> self);
  static Task<void> read_log(std::shared_ptr<Instance> self);
  Task<Result<Started>> finish_start(Steady::time_point began, int64_t timeout_ms, std::string_view phase);

  bool read_channel_now();  // false at the end
  bool read_log_now();      // false when there is nothing more now
  void on_exit(int wait_status);
  void deliver(InvocationMessage message);
  void send_frame(std::string head, std::string payload);
  static Task<void> write_rest(std::shared_ptr<Instance> self, std::string bytes);
  Task<RuntimeEvent> run(Invocation& invocation, Steady::time_point began);
  void drain_log();
  void log(std::optional<std::string> text);
  InvokeOutcome conclude(const Invocation& invocation, RuntimeEvent event, std::optional<Cold> cold,
                         Steady::time_point began);
  void judge(RuntimeEvent event, const std::string& request_id, InvokeOutcome& outcome, Report& report);
  void freeze();
  // The invocation times out when this has passed; while a debugger is attached, time stands still.
  void arm_timeout(Millis left);
  void open_debug_port();
  void on_debugger();
  bool debugged() const { return debug_ && debug_->attached() > 0; }

  Platform& platform_;
  std::string runtime_;
  std::string id_;
  std::string log_stream_;
  std::shared_ptr<const FunctionSpec> function_;
  std::optional<PlatformLines> lines_;
  std::shared_ptr<Sandbox> sandbox_;
  std::shared_ptr<RuntimeApi> api_;  // provided.* and whoever speaks HTTP
  net::Descriptor channel_;
  net::Descriptor log_pipe_;
  net::Descriptor resolver_;
  Fd channel_inside_, log_inside_;
  std::vector<net::Listener> listeners_;
  std::function<void()> stop_api_;
  std::shared_ptr<DebugPort> debug_;
  std::optional<Loop::TimerId> timeout_timer_;
  FrameReader frames_;
  LogSplitter splitter_;
  Mailbox mailbox_;
  std::string tail_;  // of the log, since the invocation began
  bool framed_ = false;
  bool parked_ = false;  // until it gets its function
  bool frozen_ = false;
  bool running_ = false;  // an invocation
  bool overdue_ = false;  // it would have timed out, but for the debugger
  bool dead_ = false;
  bool destroying_ = false;
  bool waiting_ = false;  // someone awaits the mailbox
  int64_t invocations_ = 0;
  int64_t idle_memory_kb_ = 0;
  Steady::time_point made_ = Steady::now();
  Steady::time_point used_ = Steady::now();
};

}  // namespace thaw::env
