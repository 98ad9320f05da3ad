#include "env/keeper_client.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstring>

#include "base/log.h"

namespace thaw::env {
namespace {

Result<int> spawn_keeper(const std::string& path, const std::string& scratch, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, 2, 1);
  posix_spawn_file_actions_adddup2(&actions, socket, 3);
  std::string name = "thaw-keeper", folder = scratch;
  char* arguments[] = {name.data(), folder.data(), nullptr};
  std::string variable = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {variable.data(), nullptr};
  pid_t pid = 0;
  int failed = ::posix_spawn(&pid, path.c_str(), &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return fail("ServiceException", "cannot start the keeper: " + std::string(std::strerror(failed)), 500);
  return static_cast<int>(pid);
}

}  // namespace

Keeper::~Keeper() = default;

Task<Result<std::shared_ptr<Keeper>>> Keeper::start(std::string path, std::string scratch) {
  CO_TRY(auto ends, make_socketpair(SOCK_SEQPACKET));
  // dup2 onto itself would keep the close-on-exec flag.
  if (ends.second.get() == 3) ends.second.reset(::fcntl(ends.second.get(), F_DUPFD_CLOEXEC, 10));
  CO_TRY(int pid, spawn_keeper(path, scratch, ends.second.get()));
  ends.second.reset();
  std::shared_ptr<Keeper> keeper(new Keeper());
  keeper->pid_ = pid;
  keeper->socket_ = PacketSocket(ends.first.release());
  std::optional<Packet> hello = co_await keeper->socket_.receive();
  if (!hello || hello->text(0) != "ok") {
    co_await offload([pid] { return ::waitpid(pid, nullptr, 0); });
    co_return fail("ServiceException", "this host allows no sandbox: " + (hello ? hello->text(1) : "the keeper ended"),
                   500);
  }
  keeper->privileged_ = hello->text(1) == "root";
  Loop::current().spawn("env keeper", read_all(keeper));
  co_return keeper;
}

Task<Result<Packet>> Keeper::ask(std::vector<std::string> strings, std::vector<int> fds) {
  if (lost_ || stopping_) co_return fail("ServiceException", "the keeper of the sandboxes has ended", 500);
  CO_CHECK_OK(socket_.send(strings, fds));
  Completion<Result<Packet>> reply;
  waiting_.push_back(reply);
  Result<Packet> packet = co_await reply;
  co_return packet;
}

Task<void> Keeper::read_all(std::shared_ptr<Keeper> self) {
  while (true) {
    std::optional<Packet> packet = co_await self->socket_.receive();
    if (!packet) break;
    if (packet->text(0) == "gone") {
      if (self->on_gone) self->on_gone(packet->text(1));
      continue;
    }
    if (self->waiting_.empty()) continue;
    Completion<Result<Packet>> reply = self->waiting_.front();
    self->waiting_.pop_front();
    if (packet->text(0) == "ok") {
      packet->strings.erase(packet->strings.begin());
      reply.set(std::move(*packet));
    } else {
      reply.set(fail("ServiceException", "sandbox: " + packet->text(1), 500));
    }
  }
  self->socket_.close();
  int pid = self->pid_;
  co_await offload([pid] { return ::waitpid(pid, nullptr, 0); });
  self->lost_ = true;
  for (auto& reply : self->waiting_) reply.set(fail("ServiceException", "the keeper of the sandboxes has ended", 500));
  self->waiting_.clear();
  if (!self->stopping_) {
    log::error("the keeper of the sandboxes ended unexpectedly");
    if (self->on_lost) self->on_lost();
  }
  self->ended_.set({});
}

Task<void> Keeper::stop() {
  if (stopping_) co_return;
  stopping_ = true;
  auto self = shared_from_this();
  socket_.close();
  co_await ended_;
}

}  // namespace thaw::env
