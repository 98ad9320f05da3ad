#include "net/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.h"
#include "net/connection.h"

namespace thaw::net {

struct Server::Impl : Core {
  struct Port {
    Listener listener;
    bool closed = false;
  };
  std::vector<std::shared_ptr<Port>> ports;
  size_t acceptors = 0;

  static Task<void> accept(std::shared_ptr<Impl> self, std::shared_ptr<Port> port, std::shared_ptr<Handler> handler) {
    while (!port->closed) {
      while (self->connections.size() >= self->limits.connections_max && !port->closed && !self->stopping) {
        Completion<Unit> room;
        self->waiting_for_room.push_back(room);
        co_await room;
      }
      Result<Stream> stream = co_await port->listener.accept();
      if (port->closed || self->stopping) break;
      if (!stream) {
        log::error("accepting on port {} ended: {}", port->listener.port(), stream.error().message);
        break;
      }
      int on = 1;
      ::setsockopt(stream->fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      self->start(std::move(*stream), handler, port.get());
    }
    --self->acceptors;
    for (Completion<Unit>& one : std::exchange(self->waiting_for_end, {})) one.set({});
  }

  std::shared_ptr<Port> add(Listener listener, std::shared_ptr<Handler> its_handler) {
    auto port = std::make_shared<Port>(std::move(listener));
    ports.push_back(port);
    ++acceptors;
    auto self = std::static_pointer_cast<Impl>(shared_from_this());
    Loop::current().spawn("accept", accept(self, port, std::move(its_handler)));
    return port;
  }
  void close(Port& port) {
    port.closed = true;
    port.listener.close();
    for (Completion<Unit>& one : std::exchange(waiting_for_room, {})) one.set({});
  }
};

Server::Server(Handler handler, CertificateAuthority* authority, ServerLimits limits)
    : impl_(std::make_shared<Impl>()) {
  impl_->handler = std::make_shared<Handler>(std::move(handler));
  impl_->authority = authority;
  impl_->limits = limits;
}

Server::~Server() {
  impl_->stopping = true;
  for (auto& port : impl_->ports) impl_->close(*port);
  for (Connection* connection : impl_->connections) connection->cut();
}

Result<uint16_t> Server::listen(const std::string& address, uint16_t port) {
  TRY(Listener listener, Listener::tcp(address, port));
  uint16_t chosen = listener.port();
  impl_->add(std::move(listener), impl_->handler);
  return chosen;
}

Result<> Server::listen_unix(const std::string& path) {
  TRY(Listener listener, Listener::unix_socket(path));
  impl_->add(std::move(listener), impl_->handler);
  return {};
}

std::function<void()> Server::serve(Listener listener, Handler handler) {
  auto its_handler = handler ? std::make_shared<Handler>(std::move(handler)) : impl_->handler;
  auto port = impl_->add(std::move(listener), std::move(its_handler));
  return [weak = std::weak_ptr(impl_), port] {
    auto impl = weak.lock();
    if (impl == nullptr || port->closed) return;
    impl->close(*port);
    std::erase(impl->ports, port);
    for (Connection* connection : impl->connections) {
      if (connection->group == port.get()) connection->cut();
    }
  };
}

void Server::serve_connection(Stream stream, Handler handler) {
  auto its_handler = handler ? std::make_shared<Handler>(std::move(handler)) : impl_->handler;
  impl_->start(std::move(stream), std::move(its_handler), nullptr);
}

Task<void> Server::stop(Millis deadline) {
  auto impl = impl_;
  impl->stopping = true;
  for (auto& port : std::exchange(impl->ports, {})) impl->close(*port);
  std::vector<Connection*> open(impl->connections.begin(), impl->connections.end());
  for (Connection* connection : open) {
    if (connection->wind_down) {
      connection->wind_down();
    } else if (connection->idle) {
      connection->cut();
    }
  }
  auto cut = Loop::current().after(deadline, [impl] {
    for (Connection* connection : impl->connections) connection->cut();
  });
  bool given_up = false;
  auto give_up = Loop::current().after(deadline + Millis(1'000), [impl, &given_up] {
    given_up = true;
    for (Completion<Unit>& one : std::exchange(impl->waiting_for_end, {})) one.set({});
  });
  while (!given_up && (!impl->connections.empty() || impl->acceptors > 0)) {
    Completion<Unit> ended;
    impl->waiting_for_end.push_back(ended);
    co_await ended;
  }
  Loop::current().cancel(cut);
  Loop::current().cancel(give_up);
  if (given_up) log::warning("{} connections are left whose handlers still run", impl->connections.size());
}

size_t Server::connections() const { return impl_->connections.size(); }

}  // namespace thaw::net
