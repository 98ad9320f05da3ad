#include "env/sandbox.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>
#include <filesystem>

#include "base/log.h"

namespace thaw::env {
namespace {

int int_of(const std::string& text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}
constexpr int ended_status = -1;

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code error;
  std::filesystem::path full = std::filesystem::absolute(path, error);
  return error ? path : full.lexically_normal().string();
}

Task<Result<std::shared_ptr<Sandbox>>> Sandbox::create(std::shared_ptr<Keeper> keeper, const CgroupHost& parents,
                                                       SandboxOptions options, int channel, int log) {
  CO_TRY(auto ends, make_socketpair(SOCK_SEQPACKET));
  std::shared_ptr<Sandbox> box(new Sandbox());
  box->keeper_ = keeper;
  box->options_ = std::move(options);
  const SandboxOptions& o = box->options_;
  box->cgroup_ = Cgroup(parents, o.id);
  std::vector<std::string> strings = {"create", "id=" + o.id, fmt::format("uid={}", o.uid),
                                      fmt::format("processes={}", o.limits.processes_max),
                                      fmt::format("tmp_mb={}", o.tmp_mb)};
  if (!o.tmp_image.empty()) strings.push_back("tmp_image=" + o.tmp_image);
  for (std::string& s : box->cgroup_.create_strings(o.limits)) strings.push_back(std::move(s));
  std::vector<int> fds = {ends.second.get()};
  if (channel >= 0) fds.push_back(channel);
  if (log >= 0) fds.push_back(log);
  CO_TRY(Packet created, co_await keeper->ask(std::move(strings), std::move(fds)));
  ends.second.reset();
  box->pid_ = int_of(created.text(0), 0);
  if (!created.fds.empty()) box->pidfd_ = std::move(created.fds[0]);
  box->control_ = PacketSocket(ends.first.release());
  Result<> opened = box->cgroup_.open();
  std::optional<Packet> ready = co_await box->control_.receive();
  if (!opened || !ready || ready->text(0) != "ready") {
    box->destroy();
    std::string words = !opened ? opened.error().message : ready ? ready->text(2) : "it ended while it was made";
    co_return fail("ServiceException", "sandbox: " + words, 500);
  }
  box->listeners_ = std::move(ready->fds);
  Loop::current().spawn("env sandbox", read_all(box));
  co_return box;
}

Task<Result<Packet>> Sandbox::command(std::vector<std::string> strings, std::vector<int> fds) {
  if (ended_) co_return fail("ServiceException", "the sandbox has ended", 500);
  CO_CHECK_OK(control_.send(strings, fds));
  Completion<Result<Packet>> reply;
  waiting_.push_back(reply);
  Result<Packet> packet = co_await reply;
  co_return packet;
}

Task<void> Sandbox::read_all(std::shared_ptr<Sandbox> self) {
  while (true) {
    std::optional<Packet> packet = co_await self->control_.receive();
    if (!packet) break;
    if (packet->text(0) == "exited") {
      self->exited(int_of(packet->text(1), ended_status));
      continue;
    }
    if (self->waiting_.empty()) continue;
    Completion<Result<Packet>> reply = self->waiting_.front();
    self->waiting_.pop_front();
    if (packet->text(0) == "done")
      reply.set(std::move(*packet));
    else
      reply.set(fail("SpawnFailed", packet->text(2), 500));
  }
  self->ended_ = true;
  self->control_.close();
  for (auto& reply : self->waiting_) reply.set(fail("ServiceException", "the sandbox has ended", 500));
  self->waiting_.clear();
  self->exited(ended_status);
}

void Sandbox::exited(int wait_status) {
  if (std::exchange(exited_, true)) return;
  auto tell = std::exchange(on_exit, nullptr);  // it may replace itself while it runs
  if (tell) tell(wait_status);
}

Task<Result<>> Sandbox::mount(std::string host_folder, std::string target) {
  CO_TRY(Packet tree, co_await keeper_->ask({"tree", absolute_path(host_folder)}));
  if (tree.fds.size() != 1) co_return fail("ServiceException", "sandbox: no mount came back", 500);
  std::vector<std::string> strings = {"mount", std::move(target)};
  std::vector<int> fds = {tree.fds[0].get()};
  auto done = co_await command(std::move(strings), std::move(fds));
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return Result<>{};
}

Task<Result<>> Sandbox::mount_layers(std::vector<std::string> host_folders, std::string target) {
  std::vector<Fd> trees;
  for (const std::string& folder : host_folders) {
    CO_TRY(Packet tree, co_await keeper_->ask({"tree", absolute_path(folder)}));
    if (tree.fds.size() != 1) co_return fail("ServiceException", "sandbox: no mount came back", 500);
    trees.push_back(std::move(tree.fds[0]));
  }
  std::vector<int> fds;
  for (const Fd& fd : trees) fds.push_back(fd.get());
  std::vector<std::string> strings = {"layers", std::move(target)};
  auto done = co_await command(std::move(strings), std::move(fds));
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return Result<>{};
}

Task<Result<>> Sandbox::spawn(std::vector<std::string> arguments,
                              std::vector<std::pair<std::string, std::string>> environment, std::string directory) {
  std::vector<std::string> strings = {"spawn", "cwd=" + directory};
  for (const std::string& a : arguments) strings.push_back("arg=" + a);
  for (const auto& [name, value] : environment) strings.push_back(fmt::format("env={}={}", name, value));
  auto done = co_await command(std::move(strings), {});
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return Result<>{};
}

Task<Result<>> Sandbox::seal() {
  std::vector<std::string> strings = {"seal"};
  auto done = co_await command(std::move(strings), {});
  if (!done) co_return std::unexpected(std::move(done).error());
  co_return Result<>{};
}

void Sandbox::seal_soon() {
  if (!ended_ && control_.send({"seal"})) waiting_.push_back({});
}

void Sandbox::signal(int number) {
  if (ended_) return;
  // Its reply is of no interest, but keeps the order of replies.
  if (control_.send({"signal", fmt::format("{}", number)})) waiting_.push_back({});
}

void Sandbox::destroy() {
  if (std::exchange(destroyed_, true)) return;
  cgroup_.thaw();  // version 1 kills nothing that is frozen
  Loop::current().spawn("env destroy", [](std::shared_ptr<Sandbox> self) -> Task<void> {
    auto done = co_await self->keeper_->ask({"destroy", self->options_.id});
    if (!done) self->set_gone();  // the keeper is gone, and everything with it
  }(shared_from_this()));
}

void Sandbox::set_gone() {
  gone_ = true;
  for (auto& waiter : std::exchange(gone_waiters_, {})) waiter.set({});
}

Task<void> Sandbox::gone() {
  if (gone_) co_return;
  Completion<Unit> done;
  gone_waiters_.push_back(done);
  co_await done;
}

}  // namespace thaw::env
