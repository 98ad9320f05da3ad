#include "env/debug_port.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "base/loop.h"
#include "env/fd.h"

namespace thaw::env {
namespace {

// A socket connected to 127.0.0.1:port inside the network of `pid`; empty when that fails. A thread that has entered
// another network is used for nothing else.
Fd connect_inside(int pid, uint16_t port) {
  Fd out;
  std::thread([&] {
    Fd network(::open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC));
    if (network.get() < 0 || ::setns(network.get(), CLONE_NEWNET) != 0) return;
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket.get() >= 0 && ::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0)
      out = std::move(socket);
  }).join();
  return out;
}

Task<Unit> copy(net::Stream& from, net::Stream& to) {
  std::vector<char> buffer(16 * 1024);
  while (true) {
    Result<size_t> got = co_await from.read_some(buffer);
    if (!got || *got == 0) break;
    Result<> written = co_await to.write_all(std::string_view(buffer.data(), *got));
    if (!written) break;
  }
  to.shutdown_send();
  co_return Unit{};
}

}  // namespace

Result<std::shared_ptr<DebugPort>> DebugPort::open(uint16_t port, int pid) {
  auto out = std::make_shared<DebugPort>();
  TRY(out->listener_, net::Listener::tcp("127.0.0.1", port));
  out->port_ = port;
  out->pid_ = pid;
  Loop::current().spawn("env debug port", accept_all(out));
  return out;
}

void DebugPort::close() {
  closed_ = true;
  on_change = nullptr;
  listener_.close();
  for (const auto& pair : pairs_) {
    pair->outside.shutdown();
    pair->inside.shutdown();
  }
}

Task<void> DebugPort::accept_all(std::shared_ptr<DebugPort> self) {
  while (true) {
    Result<net::Stream> stream = co_await self->listener_.accept();
    if (!stream || self->closed_) co_return;
    Loop::current().spawn("env debugger", carry(self, std::move(*stream)));
  }
}

Task<void> DebugPort::carry(std::shared_ptr<DebugPort> self, net::Stream outside) {
  if (++self->attached_ == 1 && self->on_change) self->on_change();
  Fd inside = co_await offload([pid = self->pid_, port = self->port_] { return connect_inside(pid, port); });
  if (inside.get() >= 0 && !self->closed_) {
    auto pair = std::make_shared<Pair>(std::move(outside), net::Stream(inside.release()));
    self->pairs_.insert(pair);
    std::vector<Task<Unit>> ways;
    ways.push_back(copy(pair->outside, pair->inside));
    ways.push_back(copy(pair->inside, pair->outside));
    co_await when_all(std::move(ways));
    self->pairs_.erase(pair);
  }
  if (--self->attached_ == 0 && self->on_change) self->on_change();
}

}  // namespace thaw::env
