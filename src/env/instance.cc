#include "env/instance.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/text.h"

namespace thaw::env {
namespace {

constexpr size_t tail_bytes_max = 4096;
constexpr size_t read_bytes = 64 * 1024;

int64_t us_between(Instance::Steady::time_point from, Instance::Steady::time_point to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}
std::string invoke_meta(const InvocationMessage& m) {
  const std::string deadline = fmt::format("{}", m.deadline_ms);
  std::string meta = m.request_id;
  for (const std::string* part : {&deadline, &m.invoked_arn, &m.trace_header, &m.client_context, &m.cognito_identity}) {
    meta += '\0';
    meta += *part;
  }
  return meta;
}
RuntimeEvent event_of(Frame frame) {
  switch (frame.type) {
    case FrameType::parked: return {RuntimeEventKind::parked, std::move(frame.meta)};
    case FrameType::ready: return {RuntimeEventKind::ready};
    case FrameType::init_error: return {RuntimeEventKind::init_error, std::move(frame.payload), std::move(frame.meta)};
    case FrameType::response:
      if (frame.too_large) return {RuntimeEventKind::too_large};
      return {RuntimeEventKind::response, std::move(frame.payload)};
    case FrameType::error:
      if (frame.too_large) return {RuntimeEventKind::too_large};
      return {RuntimeEventKind::error, std::move(frame.payload), std::move(frame.meta)};
    default: return {RuntimeEventKind::broken};
  }
}

}  // namespace

Instance::Instance(Platform& platform, std::string runtime)
    : platform_(platform), runtime_(std::move(runtime)), id_(random_hex(32)) {}
Instance::~Instance() = default;

// ---- what comes out of the sandbox ----------------------------------------------------------------------------------

bool Instance::read_channel_now() {
  char buffer[read_bytes];
  while (channel_) {
    ssize_t n = ::read(channel_.fd(), buffer, sizeof(buffer));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    frames_.append(std::string_view(buffer, static_cast<size_t>(n)));
    while (auto frame = frames_.next()) mailbox_.push(event_of(std::move(*frame)));
    if (frames_.broken()) {
      mailbox_.push({RuntimeEventKind::broken});
      return false;
    }
    if (static_cast<size_t>(n) < sizeof(buffer)) return true;
  }
  return false;
}

Task<void> Instance::read_channel(std::shared_ptr<Instance> self) {
  while (true) {
    bool open = co_await self->channel_.readable();
    if (!open || !self->read_channel_now()) co_return;  // how the process ended is told by init
  }
}

bool Instance::read_log_now() {
  char buffer[read_bytes];
  if (!log_pipe_) return false;
  ssize_t n = ::read(log_pipe_.fd(), buffer, sizeof(buffer));
  if (n <= 0) return false;
  splitter_.append(std::string_view(buffer, static_cast<size_t>(n)),
                   [this](std::string_view text) { log(std::string(text)); });
  return true;
}

Task<void> Instance::read_log(std::shared_ptr<Instance> self) {
  while (true) {
    bool open = co_await self->log_pipe_.readable();
    if (!open) co_return;
    self->read_log_now();
  }
}

// What was written before the answer belongs to the invocation. A runaway writer in the background is not waited for.
void Instance::drain_log() {
  for (int i = 0; i < 64 && read_log_now(); ++i) {
  }
  splitter_.flush([this](std::string_view text) { log(std::string(text)); });
}

void Instance::log(std::optional<std::string> text) {
  if (!text || !function_) return;
  platform_.log(*function_, log_stream_, *text);
  tail_ += *text;
  if (!tail_.ends_with('\n')) tail_ += '\n';
  if (tail_.size() > 2 * tail_bytes_max) tail_.erase(0, tail_.size() - tail_bytes_max);
}

void Instance::on_exit(int wait_status) {
  bool asked = destroying_;
  dead_ = true;
  if (!asked) {
    read_channel_now();  // its last words come before its end
    mailbox_.push({RuntimeEventKind::exited, "", "", wait_status});
    if (auto tell = std::exchange(on_dead, nullptr)) tell();
  }
}

// ---- an invocation --------------------------------------------------------------------------------------------------

void Instance::deliver(InvocationMessage message) {
  if (!framed_) {
    api_->deliver(std::move(message));
    return;
  }
  std::string meta = invoke_meta(message);
  std::string head = frame_head(FrameType::invoke, meta, message.payload.size());
  send_frame(std::move(head), std::move(message.payload));
}

void Instance::send_frame(std::string head, std::string payload) {
  iovec parts[2] = {{head.data(), head.size()}, {payload.data(), payload.size()}};
  msghdr out{};
  out.msg_iov = parts;
  out.msg_iovlen = 2;
  ssize_t n = ::sendmsg(channel_.fd(), &out, MSG_NOSIGNAL | MSG_DONTWAIT);
  size_t written = n > 0 ? static_cast<size_t>(n) : 0;
  if (written == head.size() + payload.size() || (n < 0 && errno != EAGAIN)) return;  // its end is told by init
  std::string rest = written < head.size() ? head.substr(written) + payload : payload.substr(written - head.size());
  Loop::current().spawn("env event", write_rest(shared_from_this(), std::move(rest)));
}

Task<void> Instance::write_rest(std::shared_ptr<Instance> self, std::string bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    bool open = co_await self->channel_.writable();
    if (!open) co_return;
    ssize_t n = ::send(self->channel_.fd(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR) co_return;
    if (n > 0) rest.remove_prefix(static_cast<size_t>(n));
  }
}

Task<RuntimeEvent> Instance::run(Invocation& invocation, Steady::time_point began) {
  Millis left = Millis(function_->timeout_ms) - std::chrono::duration_cast<Millis>(Steady::now() - began);
  InvocationMessage message;
  message.request_id = invocation.request_id;
  // Real time, whatever clock the platform follows: the function compares it with its own.
  message.deadline_ms = RealClock().now_ms() + left.count();
  message.invoked_arn = invocation.invoked_arn;
  message.trace_header = invocation.trace_header;
  message.client_context = invocation.client_context;
  message.cognito_identity = invocation.cognito_identity;
  message.payload = std::move(invocation.payload);
  running_ = true;
  overdue_ = false;
  arm_timeout(left);
  deliver(std::move(message));
  RuntimeEvent event = co_await mailbox_.next();
  bool answered = event.kind == RuntimeEventKind::response || event.kind == RuntimeEventKind::error ||
                  event.kind == RuntimeEventKind::too_large;
  if (answered && !framed_) {
    // Over HTTP the invocation is over when the runtime asks for the next event.
    RuntimeEvent after = co_await mailbox_.next();
    if (after.kind != RuntimeEventKind::idle) dead_ = true;
    if (after.kind == RuntimeEventKind::timed_out) event = std::move(after);
  }
  running_ = false;
  if (timeout_timer_) Loop::current().cancel(*std::exchange(timeout_timer_, std::nullopt));
  co_return event;
}

Task<InvokeOutcome> Instance::invoke(Invocation invocation, std::optional<Cold> cold, Steady::time_point began) {
  auto self = shared_from_this();
  ++invocations_;
  tail_.clear();
  mailbox_.clear();  // what a runtime said unasked is no answer
  if (frozen_) {
    sandbox_->cgroup().thaw();
    frozen_ = false;
  }
  log(lines_->start(platform_.now(), invocation.request_id));
  RuntimeEvent event = co_await run(invocation, began);
  InvokeOutcome outcome = conclude(invocation, std::move(event), cold, began);
  if (dead_) {
    Loop::current().spawn(
        "env destroy", [](std::shared_ptr<Instance> dying) -> Task<void> { co_await dying->destroy(Millis(0)); }(self));
  } else {
    freeze();
  }
  co_return outcome;
}

Task<InvokeOutcome> Instance::invoke_failed(Invocation invocation, Started started, Steady::time_point began) {
  tail_.clear();
  log(lines_->start(platform_.now(), invocation.request_id));
  RuntimeEvent event = std::move(started.failure);
  InvokeOutcome outcome = conclude(invocation, std::move(event), std::nullopt, began);
  co_return outcome;
}

void Instance::judge(RuntimeEvent event, const std::string& request_id, InvokeOutcome& outcome, Report& report) {
  outcome.payload = std::move(event.payload);
  outcome.error_type = std::move(event.error_type);
  report.status = "error";
  switch (event.kind) {
    case RuntimeEventKind::response: report.status = "success"; return;
    case RuntimeEventKind::error: outcome.status = InvokeStatus::function_error; break;
    case RuntimeEventKind::too_large:
      outcome.status = InvokeStatus::function_error;
      outcome.error_type = "Function.ResponseSizeTooLarge";
      outcome.payload = too_large_document(request_id);
      break;
    case RuntimeEventKind::init_error:
      outcome.status = InvokeStatus::init_failed;
      dead_ = true;
      break;
    case RuntimeEventKind::entrypoint:
      outcome.status = InvokeStatus::init_failed;
      log(lines_->fault(request_id, outcome.payload, outcome.error_type));
      outcome.payload = exit_document(request_id, outcome.payload, outcome.error_type);
      dead_ = true;
      break;
    case RuntimeEventKind::timed_out:
      outcome.status = InvokeStatus::timed_out;
      outcome.error_type = "Sandbox.Timedout";
      outcome.payload = timeout_document(request_id, function_->timeout_ms);
      report.status = "timeout";
      log(lines_->timed_out(platform_.now(), request_id));
      dead_ = true;
      break;
    default: {
      outcome.status = InvokeStatus::exited;
      outcome.error_type = "Runtime.ExitError";
      std::string words =
          event.kind == RuntimeEventKind::exited ? exit_words(event.status) : "Runtime broke the protocol";
      outcome.out_of_memory =
          event.kind == RuntimeEventKind::exited && sandbox_ && sandbox_->cgroup().out_of_memory_kills() > 0;
      outcome.payload = exit_document(request_id, words, outcome.error_type);
      log(lines_->fault(request_id, words, outcome.error_type));
      dead_ = true;
    }
  }
  outcome.function_error = "Unhandled";
  report.error_type = outcome.out_of_memory ? "Runtime.OutOfMemory" : outcome.error_type;
}

InvokeOutcome Instance::conclude(const Invocation& invocation, RuntimeEvent event, std::optional<Cold> cold,
                                 Steady::time_point began) {
  Steady::time_point ended = Steady::now();
  InvokeOutcome outcome;
  Report report;
  drain_log();
  outcome.duration_us = us_between(began, ended);
  // A timeout lasts exactly as long as it is set to, as far as the bill goes.
  if (event.kind == RuntimeEventKind::timed_out)
    outcome.duration_us = static_cast<int64_t>(function_->timeout_ms) * 1000;
  judge(std::move(event), invocation.request_id, outcome, report);
  if (cold) outcome.init_duration_us = cold->init_duration_us;
  outcome.cold = cold.has_value();
  outcome.billed_ms = (outcome.duration_us + outcome.init_duration_us.value_or(0) + 999) / 1000;
  if (sandbox_) {
    int64_t peak_mb = (sandbox_->cgroup().memory_peak_kb() + 1023) / 1024;
    outcome.max_memory_used_mb = static_cast<int>(std::min<int64_t>(peak_mb, function_->memory_mb));
  }
  report.request_id = invocation.request_id;
  report.duration_us = outcome.duration_us;
  report.billed_ms = outcome.billed_ms;
  report.memory_mb = function_->memory_mb;
  report.max_memory_used_mb = outcome.max_memory_used_mb;
  report.init_duration_us = outcome.init_duration_us;
  report.trace_header = invocation.trace_header;
  log(lines_->runtime_done(platform_.now(), report));
  log(lines_->report(platform_.now(), report));
  outcome.log_tail = tail_.size() > tail_bytes_max ? tail_.substr(tail_.size() - tail_bytes_max) : tail_;
  outcome.log_stream = log_stream_;
  outcome.environment_id = id_;
  used_ = ended;
  return outcome;
}

void Instance::arm_timeout(Millis left) {
  timeout_timer_ = Loop::current().after(std::max(left, Millis(0)), [weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self) return;
    self->timeout_timer_.reset();
    if (self->debugged())
      self->overdue_ = true;
    else
      self->mailbox_.push({RuntimeEventKind::timed_out});
  });
}

void Instance::open_debug_port() {
  auto port = debug_port_of(*function_);
  bool asked = std::ranges::any_of(function_->environment, [](auto& v) { return v.first == "THAW_DEBUG_PORT"; });
  if (!asked) return;
  if (!platform_.options().debug || !port) {
    log(lines_->note(platform_.now(), port ? "THAW_DEBUG_PORT does nothing: start the server with thaw up --debug"
                                           : "THAW_DEBUG_PORT is no port from 1024 to 65535 that is free inside"));
    return;
  }
  auto opened = DebugPort::open(*port, sandbox_->pid());
  if (!opened) {
    log(lines_->note(platform_.now(), fmt::format("no debugger in this environment: port {} of 127.0.0.1 is taken, "
                                                  "perhaps by another one of this function",
                                                  *port)));
    return;
  }
  debug_ = std::move(*opened);
  debug_->on_change = [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->on_debugger();
  };
}

// A debugger came, or the last went.
void Instance::on_debugger() {
  if (dead_) return;
  if (debugged()) {
    if (std::exchange(frozen_, false)) sandbox_->cgroup().thaw();
  } else if (running_) {
    if (std::exchange(overdue_, false)) arm_timeout(Millis(function_->timeout_ms));
  } else {
    freeze();
  }
}

void Instance::freeze() {
  idle_memory_kb_ = sandbox_->cgroup().memory_used_kb();
  if (!debugged()) frozen_ = sandbox_->cgroup().freeze();
}

// ---- the end --------------------------------------------------------------------------------------------------------

Task<void> Instance::destroy(Millis grace) {
  auto self = shared_from_this();
  if (debug_) std::exchange(debug_, nullptr)->close();
  if (!sandbox_) {
    dead_ = destroying_ = true;
    co_return;
  }
  if (std::exchange(destroying_, true)) {
    co_await sandbox_->gone();
    co_return;
  }
  bool was_dead = std::exchange(dead_, true);
  if (grace.count() > 0 && !was_dead) {
    sandbox_->cgroup().thaw();
    Completion<Unit> ended;
    sandbox_->on_exit = [ended](int) mutable { ended.set({}); };
    auto timer = Loop::current().after(grace, [ended]() mutable { ended.set({}); });
    sandbox_->signal(SIGTERM);
    co_await ended;
    Loop::current().cancel(timer);
  }
  sandbox_->on_exit = nullptr;
  on_dead = nullptr;
  drain_log();
  sandbox_->destroy();
  mailbox_.push({RuntimeEventKind::exited, "", "", SIGKILL});  // whoever still waits for an answer
  if (stop_api_) std::exchange(stop_api_, nullptr)();
  if (api_) api_->close();
  for (net::Listener& listener : listeners_) listener.close();
  resolver_.close();
  channel_.close();
  co_await sandbox_->gone();
  log_pipe_.close();
}

EnvironmentInfo Instance::info() const {
  EnvironmentInfo out;
  Steady::time_point now = Steady::now();
  out.id = id_;
  out.runtime = function_ ? function_->runtime : runtime_;
  out.log_stream = log_stream_;
  out.state = state;
  if (function_) {
    out.function_arn = function_->arn;
    out.version = function_->version;
    out.memory_mb = function_->memory_mb;
  }
  if (sandbox_) {
    out.pid = sandbox_->pid();
    out.memory_used_kb = sandbox_->cgroup().memory_used_kb();
  }
  out.invocations = invocations_;
  out.age_ms = us_between(made_, now) / 1000;
  out.idle_ms = state == EnvironmentState::idle ? us_between(used_, now) / 1000 : 0;
  return out;
}

}  // namespace thaw::env
