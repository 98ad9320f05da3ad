#include "env/zygote.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>
#include <csignal>

#include "base/log.h"

namespace thaw::env {

Task<Result<std::shared_ptr<Zygote>>> Zygote::start(Keeper& keeper, const InterpreterDetails& interpreter) {
  CO_TRY(auto ends, make_socketpair(SOCK_SEQPACKET));
  std::vector<std::string> strings = {"zygote",
                                      "arg=" + interpreter.shown.path,
                                      "arg=-s",
                                      "arg=/var/runtime/zygote.py",
                                      "env=PATH=/usr/local/bin:/usr/bin:/bin",
                                      "env=LANG=C.UTF-8",
                                      "env=TZ=:UTC"};
  strings.push_back(fmt::format("env=LD_LIBRARY_PATH={}", library_path));
  std::vector<int> fds = {ends.second.get()};
  CO_TRY([[maybe_unused]] Packet started, co_await keeper.ask(std::move(strings), std::move(fds)));
  ends.second.reset();
  auto zygote = std::make_shared<Zygote>();
  zygote->socket_ = PacketSocket(ends.first.release());
  std::optional<Packet> ready = co_await zygote->socket_.receive();
  if (!ready || ready->text(0) != "ready") {
    co_return fail("ServiceException", "the zygote of " + interpreter.shown.path + " did not start", 500);
  }
  Loop::current().spawn("env zygote", read_all(zygote));
  co_return zygote;
}

Task<Result<>> Zygote::fork_into(Sandbox& sandbox, bool privileged, int channel, int log) {
  if (lost_) co_return fail("ServiceException", "the zygote has ended", 500);
  std::vector<Fd> groups = sandbox.cgroup().open_procs();
  std::vector<int> fds = {sandbox.pidfd(), channel, log};
  for (const Fd& fd : groups) fds.push_back(fd.get());
  std::vector<std::string> strings = {"fork", sandbox.id(), fmt::format("{}", sandbox.uid()), privileged ? "1" : "0",
                                      "1024"};
  CO_CHECK_OK(socket_.send(strings, fds));
  children_[sandbox.id()] = sandbox.weak_from_this();
  Completion<Result<>> reply;
  waiting_.push_back(reply);
  Result<> done = co_await reply;
  co_return done;
}

void Zygote::tell_end(const std::string& id, int wait_status) {
  auto child = children_.extract(id);
  if (child.empty()) return;
  if (auto sandbox = child.mapped().lock()) sandbox->runtime_ended(wait_status);
}

Task<void> Zygote::read_all(std::shared_ptr<Zygote> self) {
  while (true) {
    std::optional<Packet> packet = co_await self->socket_.receive();
    if (!packet) break;
    if (packet->text(0) == "exited") {
      int status = 0;
      std::from_chars(packet->text(2).data(), packet->text(2).data() + packet->text(2).size(), status);
      self->tell_end(packet->text(1), status);
      continue;
    }
    if (self->waiting_.empty()) continue;
    Completion<Result<>> reply = self->waiting_.front();
    self->waiting_.pop_front();
    if (packet->text(0) == "ok")
      reply.set({});
    else
      reply.set(fail("ServiceException", "zygote: " + packet->text(2), 500));
  }
  self->lost_ = true;
  if (!self->stopping_) log::warning("environments: a zygote ended unexpectedly; another one is started at need");
  for (auto& reply : self->waiting_) reply.set(fail("ServiceException", "the zygote has ended", 500));
  self->waiting_.clear();
  // Its children live on, but nobody would tell of their end.
  while (!self->children_.empty()) self->tell_end(std::string(self->children_.begin()->first), SIGKILL);
}

}  // namespace thaw::env
