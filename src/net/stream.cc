#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <vector>

#include "net/loop.h"

namespace thaw::net {
namespace {

std::string words(int error) { return std::system_category().message(error); }

std::unexpected<Error> connection_error(std::string_view what, int error) {
  return fail("ConnectionError", std::string(what) + ": " + words(error), 502);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

std::optional<Address> parse_address(const std::string& text, uint16_t port) {
  Address address;
  auto* four = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    address.size = sizeof(sockaddr_in);
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    address.size = sizeof(sockaddr_in6);
    return address;
  }
  return std::nullopt;
}

std::vector<Address> resolve(const std::string& host, uint16_t port) {
  std::vector<Address> out;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return out;
  for (addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
    Address address;
    memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
    if (one->ai_family == AF_INET) reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = htons(port);
    if (one->ai_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = htons(port);
    out.push_back(address);
  }
  ::freeaddrinfo(found);
  return out;
}

Task<Result<Stream>> connect_address(Address address, Millis timeout) {
  int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return connection_error("socket", errno);
  if (address.storage.ss_family != AF_UNIX) {
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Descriptor descriptor(fd);
  if (::connect(fd, address.get(), address.size) != 0) {
    if (errno != EINPROGRESS) co_return connection_error("connect", errno);
    bool timed_out = false;
    auto timer = Loop::current().after(timeout, [&] {
      timed_out = true;
      descriptor.close();
    });
    bool ok = co_await descriptor.writable();
    Loop::current().cancel(timer);
    if (timed_out) co_return fail("ConnectTimeout", "the connection was not made in time", 504);
    int error = ECANCELED;
    socklen_t size = sizeof error;
    if (!ok || ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
      co_return connection_error("connect", error);
    }
  }
  co_return Stream(descriptor.release());
}

size_t total(std::span<const iovec> vectors) {
  size_t sum = 0;
  for (const iovec& one : vectors) sum += one.iov_len;
  return sum;
}

// Takes `count` bytes off the front of the vectors.
std::span<iovec> advance(std::span<iovec> vectors, size_t count) {
  while (!vectors.empty() && count >= vectors[0].iov_len) {
    count -= vectors[0].iov_len;
    vectors = vectors.subspan(1);
  }
  if (!vectors.empty()) {
    vectors[0].iov_base = static_cast<char*>(vectors[0].iov_base) + count;
    vectors[0].iov_len -= count;
  }
  return vectors;
}

}  // namespace

Task<Result<>> wait_readable(int fd) {
  int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) co_return connection_error("dup", errno);
  Descriptor descriptor(copy);
  bool ok = co_await descriptor.readable();
  if (!ok) co_return fail("Closed", "the descriptor was closed", 500);
  co_return Result<>{};
}

ssize_t Stream::try_read(std::span<char> buffer) {
  ssize_t got;
  do {
    got = ::read(fd(), buffer.data(), buffer.size());
  } while (got < 0 && errno == EINTR);
  return got;
}

ssize_t Stream::try_write(std::span<const iovec> vectors) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(vectors.data());
  message.msg_iovlen = std::min<size_t>(vectors.size(), 64);
  ssize_t sent;
  do {
    sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == ENOTSOCK) sent = ::writev(fd(), message.msg_iov, static_cast<int>(message.msg_iovlen));
  } while (sent < 0 && errno == EINTR);
  return sent;
}

Task<Result<size_t>> Stream::read_some(std::span<char> buffer) {
  while (true) {
    ssize_t got = try_read(buffer);
    if (got >= 0) co_return static_cast<size_t>(got);
    if (errno != EAGAIN) co_return connection_error("read", errno);
    bool ok = co_await descriptor_.readable();
    if (!ok) co_return fail("ConnectionError", "closed while reading", 502);
  }
}

Task<Result<>> Stream::read_exactly(std::span<char> buffer) {
  while (!buffer.empty()) {
    CO_TRY(size_t got, co_await read_some(buffer));
    if (got == 0) co_return fail("ConnectionError", "the stream ended early", 502);
    buffer = buffer.subspan(got);
  }
  co_return Result<>{};
}

Task<Result<>> Stream::write_all(std::string_view bytes) {
  iovec one{const_cast<char*>(bytes.data()), bytes.size()};
  CO_CHECK_OK(co_await write_all(std::span(&one, 1)));
  co_return Result<>{};
}

Task<Result<>> Stream::write_all(std::span<iovec> vectors) {
  while (total(vectors) > 0) {
    ssize_t sent = try_write(vectors);
    if (sent >= 0) {
      vectors = advance(vectors, static_cast<size_t>(sent));
      continue;
    }
    if (errno != EAGAIN) co_return connection_error("write", errno);
    bool ok = co_await descriptor_.writable();
    if (!ok) co_return fail("ConnectionError", "closed while writing", 502);
  }
  co_return Result<>{};
}

void Stream::shutdown() { ::shutdown(fd(), SHUT_RDWR); }
void Stream::shutdown_send() { ::shutdown(fd(), SHUT_WR); }

Task<Result<Stream>> connect_tcp(std::string host, uint16_t port, Millis timeout) {
  if (auto address = parse_address(host, port)) {
    Result<Stream> connected = co_await connect_address(*address, timeout);
    co_return connected;
  }
  std::vector<Address> addresses = co_await offload([host, port] { return resolve(host, port); });
  if (addresses.empty()) co_return fail("ConnectionError", "the name " + host + " cannot be resolved", 502);
  Result<Stream> connected = fail("ConnectionError", "no address to try", 502);
  for (const Address& address : addresses) {
    connected = co_await connect_address(address, timeout);
    if (connected) break;
  }
  co_return connected;
}

Task<Result<Stream>> connect_unix(std::string path) {
  Address address;
  auto* name = reinterpret_cast<sockaddr_un*>(&address.storage);
  if (path.size() >= sizeof name->sun_path) co_return fail("ConnectionError", "the socket's path is too long", 502);
  name->sun_family = AF_UNIX;
  memcpy(name->sun_path, path.data(), path.size());
  address.size = sizeof(sockaddr_un);
  Result<Stream> connected = co_await connect_address(address, Millis(10'000));
  co_return connected;
}

Listener Listener::adopt(int fd) {
  Listener listener;
  listener.descriptor_ = Descriptor(fd);
  return listener;
}

Result<Listener> Listener::tcp(const std::string& address, uint16_t port) {
  auto parsed = parse_address(address == "localhost" ? "127.0.0.1" : address, port);
  if (!parsed) return fail("InvalidAddress", "not an IP address: " + address, 400);
  int fd = ::socket(parsed->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return connection_error("socket", errno);
  int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, parsed->get(), parsed->size) != 0 || ::listen(fd, 1024) != 0) {
    int error = errno;
    ::close(fd);
    return connection_error("cannot listen on " + address + " port " + std::to_string(port), error);
  }
  return adopt(fd);
}

Result<Listener> Listener::unix_socket(const std::string& path) {
  sockaddr_un name{};
  if (path.size() >= sizeof name.sun_path) return fail("InvalidAddress", "the socket's path is too long", 400);
  name.sun_family = AF_UNIX;
  memcpy(name.sun_path, path.data(), path.size());
  int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return connection_error("socket", errno);
  ::unlink(path.c_str());
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 || ::listen(fd, 1024) != 0) {
    int error = errno;
    ::close(fd);
    return connection_error("cannot listen on " + path, error);
  }
  return adopt(fd);
}

Task<Result<Stream>> Listener::accept() {
  while (true) {
    if (fd() < 0) co_return fail("Closed", "the listener is closed", 500);
    int accepted = ::accept4(fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) co_return Stream(accepted);
    int error = errno;
    if (error == EAGAIN) {
      bool ok = co_await descriptor_.readable();
      if (!ok) co_return fail("Closed", "the listener is closed", 500);
    } else if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
      co_await sleep_for(std::chrono::milliseconds(50));
    } else if (error != EINTR && error != ECONNABORTED && error != EPROTO && error != EPERM) {
      co_return connection_error("accept", error);
    }
  }
}

uint16_t Listener::port() const {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  if (name.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in*>(&name)->sin_port);
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&name)->sin6_port);
  return 0;
}

}  // namespace thaw::net
