// Parked environments: a finished sandbox with a language's runtime inside, which waits for its function.
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "env/instance.h"
#include "env/zygote.h"

namespace thaw::env {
namespace {

constexpr int parked_memory_mb = 512;
constexpr int parked_tmp_mb = 512;

}  // namespace

Task<Result<>> Instance::park(InterpreterDetails interpreter, std::shared_ptr<Zygote> zygote) {
  auto self = shared_from_this();
  state = EnvironmentState::parked;
  framed_ = parked_ = true;
  CO_CHECK_OK(make_pipes());
  CgroupLimits limits{parked_memory_mb, 1024};
  int channel = zygote ? -1 : channel_inside_.get(), log = zygote ? -1 : log_inside_.get();
  auto sandbox = co_await platform_.make_sandbox(interpreter.prefixes, limits, parked_tmp_mb, channel, log);
  if (!sandbox) co_return std::unexpected(std::move(sandbox).error());
  take_sandbox(*sandbox);
  Loop::current().spawn("env channel", read_channel(self));
  if (zygote) {
    CO_CHECK_OK(
        co_await zygote->fork_into(*sandbox_, platform_.capabilities().root, channel_inside_.get(), log_inside_.get()));
  } else {
    std::vector<std::string> arguments = {interpreter.shown.path, "/var/runtime/bootstrap.js", "--park"};
    std::vector<std::pair<std::string, std::string>> variables = {
        {"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"TZ", ":UTC"}, {"LD_LIBRARY_PATH", library_path}};
    if (!platform_.options().ca_certificate_path.empty()) variables.emplace_back("NODE_EXTRA_CA_CERTS", ca_inside);
    CO_CHECK_OK(co_await sandbox_->spawn(std::move(arguments), std::move(variables), "/"));
  }
  channel_inside_.reset();
  log_inside_.reset();
  auto timer = Loop::current().after(Millis(platform_.options().init_timeout_ms), [weak = weak_from_this()] {
    if (auto alive = weak.lock()) alive->mailbox_.push({RuntimeEventKind::timed_out});
  });
  RuntimeEvent event = co_await mailbox_.next();
  Loop::current().cancel(timer);
  if (event.kind != RuntimeEventKind::parked)
    co_return fail("ServiceException", "a parked runtime did not come up", 500);
  freeze();
  co_return Result<>{};
}

// A parked environment becomes the function's: what start() does for others by building a sandbox.
Task<Result<>> Instance::unpark(const InterpreterDetails& interpreter) {
  on_dead = nullptr;
  sandbox_->cgroup().thaw();
  frozen_ = false;
  sandbox_->cgroup().set_memory(function_->memory_mb);
  CO_CHECK_OK(co_await mount_code());
  CO_TRY(auto variables, co_await make_variables(interpreter));
  serve_listeners();
  Loop::current().spawn("env log", read_log(shared_from_this()));
  std::string meta;
  for (const auto& [name, value] : variables) {
    if (!meta.empty()) meta += '\0';
    meta += name + "=" + value;
  }
  send_frame(frame_head(FrameType::start, meta, 0), {});
  sandbox_->seal_soon();
  co_return Result<>{};
}

}  // namespace thaw::env
