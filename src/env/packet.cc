#include "env/packet.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace thaw::env {
namespace {
constexpr size_t packet_bytes_max = 192 * 1024;
constexpr size_t packet_fds_max = 16;
constexpr size_t received_bytes_max = 4096;  // as keeper/wire.c sends
}  // namespace

const std::string& Packet::text(size_t index) const {
  static const std::string none;
  return index < strings.size() ? strings[index] : none;
}

PacketSocket::PacketSocket(int fd) : descriptor_(fd) {
  int bytes = 1 << 20;
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
  }
}

Result<> PacketSocket::send(const std::vector<std::string>& strings, const std::vector<int>& fds) {
  std::string bytes;
  for (const std::string& s : strings) bytes.append(s.c_str(), s.size() + 1);
  if (bytes.size() > packet_bytes_max || fds.size() > packet_fds_max) {
    return fail("ServiceException", "a request to the sandbox is too big", 500);
  }
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * packet_fds_max)] = {};
  iovec io{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &io;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
    std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
  }
  while (true) {
    if (::sendmsg(descriptor_.fd(), &message, MSG_NOSIGNAL) >= 0) return {};
    if (errno == EINTR) continue;
    pollfd wait{descriptor_.fd(), POLLOUT, 0};
    if (errno != EAGAIN || ::poll(&wait, 1, 1000) <= 0) break;
  }
  return fail("ServiceException", std::string("the sandbox's control socket failed: ") + std::strerror(errno), 500);
}

Task<std::optional<Packet>> PacketSocket::receive() {
  std::string bytes(received_bytes_max, '\0');
  while (true) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * packet_fds_max)];
    iovec io{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &io;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    ssize_t n = descriptor_ ? ::recvmsg(descriptor_.fd(), &message, MSG_CMSG_CLOEXEC) : 0;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      bool open = co_await descriptor_.readable();
      if (!open) co_return std::nullopt;
      continue;
    }
    if (n <= 0) co_return std::nullopt;
    Packet packet;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
        packet.fds.emplace_back(fd);
      }
    }
    for (size_t at = 0; at < static_cast<size_t>(n);) {
      size_t length = ::strnlen(bytes.data() + at, static_cast<size_t>(n) - at);
      packet.strings.emplace_back(bytes, at, length);
      at += length + 1;
    }
    if (!packet.strings.empty()) co_return packet;
  }
}

Result<std::pair<Fd, Fd>> make_socketpair(int type) {
  int fds[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) < 0) {
    return fail("ServiceException", std::string("socketpair: ") + std::strerror(errno), 500);
  }
  return std::pair(Fd(fds[0]), Fd(fds[1]));
}

}  // namespace thaw::env
