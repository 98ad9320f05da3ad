#include "env/zygote.h"

#include <fmt/format.h>
#include <sys/socket.h>

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
  std::vector<std::string> strings = {"fork", sandbox.id(), fmt::format("{}", sandbox.uid()), privileged ? "1" : "0", "1024"};
  CO_CHECK_OK(socket_.send(strings, fds));
  Completion<Result<>> reply;
  waiting_.push_back(reply);
  Result<> done = co_await reply;
  co_return done;
}

Task<void> Zygote::read_all(std::shared_ptr<Zygote> self) {
  while (true) {
    std::optional<Packet> packet = co_await self->socket_.receive();
    if (!packet) break;
    if (self->waiting_.empty()) continue;
    Completion<Result<>> reply = self->waiting_.front();
    self->waiting_.pop_front();
    if (packet->text(0) == "ok") reply.set({});
    else reply.set(fail("ServiceException", "zygote: " + packet->text(2), 500));
  }
  self->lost_ = true;
  for (auto& reply : self->waiting_) reply.set(fail("ServiceException", "the zygote has ended", 500));
  self->waiting_.clear();
}

}  // namespace thaw::env
