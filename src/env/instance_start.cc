// INIT: from nothing to a runtime that waits for its first event.
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "env/instance.h"
#include "env/resolver.h"

namespace thaw::env {
namespace {

bool is_file(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}
bool has_entries(const std::string& folder) { return ::access(folder.c_str(), R_OK | X_OK) == 0; }

// What INIT_START calls the runtime.
std::string runtime_version_words(std::string_view runtime, const Interpreter& interpreter) {
  RuntimeFamily family = family_of(runtime);
  if (family == RuntimeFamily::provided) {
    return fmt::format("{}.v1", runtime == "provided"
                                    ? std::string("provided:al1")
                                    : fmt::format("provided:{}", runtime.substr(runtime.find('.') + 1)));
  }
  std::string_view name = family == RuntimeFamily::python ? "python" : "nodejs";
  return fmt::format("{}:{}", name, interpreter.version);
}

}  // namespace

Task<Result<Instance::Started>> Instance::start(std::shared_ptr<const FunctionSpec> function, std::string log_stream,
                                                int64_t timeout_ms, std::string_view phase) {
  auto self = shared_from_this();
  Steady::time_point began = Steady::now();
  function_ = std::move(function);
  log_stream_ = std::move(log_stream);
  lines_.emplace(*function_, provisioned);
  CO_TRY(InterpreterDetails interpreter,
         co_await offload([runtime = function_->runtime] { return interpreter_details(runtime); }));
  if (phase == "init") {
    log(lines_->init_start(platform_.now(), runtime_version_words(function_->runtime, interpreter.shown)));
    write_notes(interpreter);
  }
  Result<> spawned;
  if (std::exchange(parked_, false)) {
    spawned = co_await unpark(interpreter);
  } else {
    CO_CHECK_OK(co_await build(interpreter));
    spawned = co_await spawn_runtime(interpreter);
  }
  if (!spawned && spawned.error().code == "SpawnFailed") {
    mailbox_.clear();
    mailbox_.push({RuntimeEventKind::entrypoint, spawned.error().message, "Runtime.InvalidEntrypoint"});
  } else if (!spawned) {
    co_return std::unexpected(std::move(spawned).error());
  }
  auto started = co_await finish_start(began, timeout_ms, phase);
  co_return started;
}

void Instance::write_notes(const InterpreterDetails& interpreter) {
  if (!interpreter.shown.note.empty()) log(lines_->note(platform_.now(), interpreter.shown.note));
  for (const std::string& layer : function_->layer_directories) {
    if (has_entries(layer + "/extensions")) {
      log(lines_->note(platform_.now(),
                       "a layer ships external extensions (/opt/extensions); Thaw does not run them yet"));
    }
  }
}

Result<> Instance::make_pipes() {
  TRY(auto channel, make_socketpair(SOCK_STREAM));
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) < 0) return fail("ServiceException", "pipe: no descriptors left", 500);
  channel_ = net::Descriptor(channel.first.release());
  channel_inside_ = std::move(channel.second);
  log_pipe_ = net::Descriptor(pipe_ends[0]);
  log_inside_.reset(pipe_ends[1]);
  return {};
}

void Instance::take_sandbox(std::shared_ptr<Sandbox> sandbox) {
  sandbox_ = std::move(sandbox);
  sandbox_->on_exit = [weak = weak_from_this()](int status) {
    if (auto self = weak.lock()) self->on_exit(status);
  };
}

Task<Result<>> Instance::mount_code() {
  std::vector<std::string> code = {function_->code_directory};
  auto mounted = co_await sandbox_->mount_layers(std::move(code), "/var/task");
  if (!mounted || function_->layer_directories.empty()) co_return mounted;
  auto layered = co_await sandbox_->mount_layers(function_->layer_directories, "/opt");
  co_return layered;
}

Task<Result<>> Instance::build(const InterpreterDetails& interpreter) {
  CO_CHECK_OK(make_pipes());
  CgroupLimits limits{function_->memory_mb, 1024};
  auto sandbox = co_await platform_.make_sandbox(interpreter.prefixes, limits, function_->tmp_mb, channel_inside_.get(),
                                                 log_inside_.get());
  if (!sandbox) co_return std::unexpected(std::move(sandbox).error());
  take_sandbox(*sandbox);
  channel_inside_.reset();
  log_inside_.reset();
  CO_CHECK_OK(co_await mount_code());
  serve_listeners();
  Loop::current().spawn("env log", read_log(shared_from_this()));
  co_return Result<>{};
}

Task<Result<std::vector<std::string>>> Instance::runtime_arguments(const InterpreterDetails& interpreter) {
  std::vector<std::string> out;
  for (const auto& [name, value] : function_->environment) {
    if (name == "AWS_LAMBDA_EXEC_WRAPPER" && !value.empty()) out.push_back(value);
  }
  RuntimeFamily family = family_of(function_->runtime);
  if (family == RuntimeFamily::python) {
    out.insert(out.end(), {interpreter.shown.path, "-s", "/var/runtime/bootstrap.py"});
  } else if (family == RuntimeFamily::nodejs) {
    out.push_back(interpreter.shown.path);
    // Lambda lets the heap grow to most of the memory; V8 by itself would look at the host's.
    out.push_back(fmt::format("--max-old-space-size={}", function_->memory_mb * 9 / 10));
    out.push_back("/var/runtime/bootstrap.js");
  } else {
    auto spec = function_;
    std::string where = co_await offload([spec] {
      if (is_file(spec->code_directory + "/bootstrap")) return std::string("/var/task/bootstrap");
      for (const std::string& layer : spec->layer_directories) {
        if (is_file(layer + "/bootstrap")) return std::string("/opt/bootstrap");
      }
      return std::string();
    });
    if (where.empty()) {
      co_return fail("SpawnFailed", "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]", 500);
    }
    out.push_back(where);
  }
  co_return out;
}

Task<Result<std::vector<std::pair<std::string, std::string>>>> Instance::make_variables(
    const InterpreterDetails& interpreter) {
  SessionCredentials credentials;
  if (function_->credentials) {
    CO_TRY(credentials, co_await function_->credentials());
  }
  VariablesOf of;
  of.log_stream = log_stream_;
  of.provisioned = provisioned;
  of.endpoint_url = platform_.options().endpoint_url;
  of.ca_path = platform_.options().ca_certificate_path.empty() ? "" : ca_inside;
  of.node_modules = !platform_.options().node_modules.empty();
  of.python_fallback = interpreter.python_fallback;
  of.debug = platform_.options().debug;
  co_return variables_of(*function_, credentials, of);
}

Task<Result<>> Instance::spawn_runtime(const InterpreterDetails& interpreter) {
  CO_TRY(auto variables, co_await make_variables(interpreter));
  CO_TRY(std::vector<std::string> arguments, co_await runtime_arguments(interpreter));
  framed_ = family_of(function_->runtime) != RuntimeFamily::provided;
  if (framed_) Loop::current().spawn("env channel", read_channel(shared_from_this()));
  std::string program = arguments[0];
  auto spawned = co_await sandbox_->spawn(std::move(arguments), std::move(variables), "/var/task");
  if (!spawned && spawned.error().code == "SpawnFailed") {
    // "exec /var/task/bootstrap: Permission denied" becomes Lambda's form of it.
    std::string_view words = spawned.error().message;
    size_t colon = words.rfind(": ");
    std::string reason = to_lower(colon == std::string_view::npos ? words : words.substr(colon + 2));
    co_return fail("SpawnFailed", fmt::format("fork/exec {}: {}", program, reason), 500);
  }
  if (!spawned) co_return spawned;
  co_return co_await sandbox_->seal();
}

Task<Result<Instance::Started>> Instance::finish_start(Steady::time_point began, int64_t timeout_ms,
                                                       std::string_view phase) {
  auto left = Millis(timeout_ms) - std::chrono::duration_cast<Millis>(Steady::now() - began);
  Loop& loop = Loop::current();
  auto timer = loop.after(std::max(left, Millis(0)), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->mailbox_.push({RuntimeEventKind::timed_out});
  });
  RuntimeEvent event = co_await mailbox_.next();
  loop.cancel(timer);
  Started started;
  started.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began).count();
  started.ok = event.kind == RuntimeEventKind::ready;
  drain_log();
  if (started.ok) {
    sandbox_->cgroup().set_cpu(function_->memory_mb);
    used_ = Steady::now();
    open_debug_port();
    co_return started;
  }
  if (event.kind == RuntimeEventKind::exited) event.error_type = "Runtime.ExitError";
  bool timed_out = event.kind == RuntimeEventKind::timed_out;
  log(lines_->init_report(platform_.now(), started.duration_us, phase, timed_out ? "timeout" : "error",
                          event.error_type));
  started.failure = std::move(event);
  Loop::current().spawn("env destroy", [](std::shared_ptr<Instance> self) -> Task<void> {
    co_await self->destroy(Millis(0));
  }(shared_from_this()));
  co_return started;
}

void Instance::serve_listeners() {
  std::vector<Fd> fds = sandbox_->take_listeners();
  if (fds.size() < 5) return;
  api_ = std::make_shared<RuntimeApi>([weak = weak_from_this()](RuntimeEvent event) {
    if (auto self = weak.lock()) self->mailbox_.push(std::move(event));
  });
  stop_api_ = platform_.server().serve(net::Listener::adopt(fds[0].release()), api_->handler());
  if (platform_.options().platform_connect) {
    for (size_t i = 1; i < 4; ++i) listeners_.push_back(net::Listener::adopt(fds[i].release()));
    for (size_t i = 0; i < 3; ++i) Loop::current().spawn("env platform", accept_all(shared_from_this(), i));
  }
  resolver_ = net::Descriptor(fds[4].release());
  Loop::current().spawn("env resolver", resolve_names(shared_from_this()));
}

Task<void> Instance::accept_all(std::shared_ptr<Instance> self, size_t index) {
  constexpr uint16_t ports[] = {4566, 443, 80};
  while (true) {
    auto stream = co_await self->listeners_[index].accept();
    if (!stream || self->destroying_) co_return;
    PlatformPeer peer{self->id_, self->function_, "127.0.0.1", ports[index]};
    sockaddr_in name{};
    socklen_t size = sizeof(name);
    if (::getsockname(stream->fd(), reinterpret_cast<sockaddr*>(&name), &size) == 0 && name.sin_family == AF_INET) {
      uint32_t a = ntohl(name.sin_addr.s_addr);
      peer.address = fmt::format("{}.{}.{}.{}", a >> 24, (a >> 16) & 255, (a >> 8) & 255, a & 255);
    }
    int fd = stream->release();
    self->platform_.options().platform_connect(fd, std::move(peer));
  }
}

Task<void> Instance::resolve_names(std::shared_ptr<Instance> self) {
  char buffer[1024];
  while (true) {
    bool open = co_await self->resolver_.readable();
    if (!open) co_return;
    for (int i = 0; i < 64; ++i) {
      sockaddr_in from{};
      socklen_t size = sizeof(from);
      ssize_t n = ::recvfrom(self->resolver_.fd(), buffer, sizeof(buffer), MSG_DONTWAIT,
                             reinterpret_cast<sockaddr*>(&from), &size);
      if (n < 0) break;
      auto answer = resolve_query(std::string_view(buffer, static_cast<size_t>(n)));
      if (!answer) continue;
      ::sendto(self->resolver_.fd(), answer->data(), answer->size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from),
               size);
    }
  }
}

}  // namespace thaw::env
