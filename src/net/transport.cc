#include "net/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace thaw::net {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Stream stream) : Transport(std::move(stream)) {}

  ssize_t try_read(char* bytes, size_t size) override {
    ssize_t got = stream_.try_read({bytes, size});
    if (got >= 0) return got;
    return errno == EAGAIN ? again : error;
  }
  ssize_t try_write(std::span<const iovec> vectors) override {
    ssize_t sent = stream_.try_write(vectors);
    if (sent >= 0) return sent;
    return errno == EAGAIN ? again : error;
  }
};

Endpoint endpoint_of(const sockaddr_storage& name) {
  char text[INET6_ADDRSTRLEN] = "";
  if (name.ss_family == AF_INET) {
    auto& four = reinterpret_cast<const sockaddr_in&>(name);
    ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
    return {text, ntohs(four.sin_port)};
  }
  if (name.ss_family == AF_INET6) {
    auto& six = reinterpret_cast<const sockaddr_in6&>(name);
    if (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr)) {
      ::inet_ntop(AF_INET, &six.sin6_addr.s6_addr[12], text, sizeof text);
    } else {
      ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    }
    return {text, ntohs(six.sin6_port)};
  }
  return {};
}

}  // namespace

std::unique_ptr<Transport> make_plain_transport(Stream stream) {
  return std::make_unique<PlainTransport>(std::move(stream));
}

Task<bool> Transport::wait_to_read() {
  bool ok = co_await (read_waits_for_writable_ ? stream_.descriptor().writable() : stream_.descriptor().readable());
  co_return ok;
}
Task<bool> Transport::wait_to_write() {
  bool ok = co_await (write_waits_for_readable_ ? stream_.descriptor().readable() : stream_.descriptor().writable());
  co_return ok;
}

Task<ssize_t> Transport::read(char* bytes, size_t size) {
  while (true) {
    ssize_t got = try_read(bytes, size);
    if (got != again) co_return got;
    bool ok = co_await wait_to_read();
    if (!ok) co_return error;
  }
}

Task<bool> Transport::write(std::span<iovec> vectors) {
  while (!vectors.empty()) {
    if (vectors[0].iov_len == 0) {
      vectors = vectors.subspan(1);
      continue;
    }
    ssize_t sent = try_write(vectors);
    if (sent == again) {
      bool ok = co_await wait_to_write();
      if (!ok) co_return false;
      continue;
    }
    if (sent < 0) co_return false;
    size_t left = static_cast<size_t>(sent);
    while (!vectors.empty() && left >= vectors[0].iov_len) {
      left -= vectors[0].iov_len;
      vectors = vectors.subspan(1);
    }
    if (left > 0) {
      vectors[0].iov_base = static_cast<char*>(vectors[0].iov_base) + left;
      vectors[0].iov_len -= left;
    }
  }
  co_return true;
}

Endpoint peer_of(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  return endpoint_of(name);
}
Endpoint local_of(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  return endpoint_of(name);
}

}  // namespace thaw::net
