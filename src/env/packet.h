// Packets between the server, the keeper and the init of a sandbox: NUL-terminated strings with descriptors beside
// them, over SOCK_SEQPACKET. The other half is keeper/wire.c.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "env/fd.h"
#include "net/loop.h"

namespace thaw::env {

struct Packet {
  std::vector<std::string> strings;  // at least one
  std::vector<Fd> fds;

  const std::string& text(size_t index) const;  // empty when there is none
};

class PacketSocket {
 public:
  PacketSocket() = default;
  explicit PacketSocket(int fd);  // takes `fd`

  // `fds` stay the caller's. The buffers are large and the peers prompt: waits in poll() when they are full, at most
  // a second.
  Result<> send(const std::vector<std::string>& strings, const std::vector<int>& fds = {});
  // Nothing at the end of the connection. What the keeper and init send is small: longer packets are cut.
  Task<std::optional<Packet>> receive();
  void close() { descriptor_.close(); }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }

 private:
  net::Descriptor descriptor_;
};

// Two connected sockets, close-on-exec. `type` is SOCK_SEQPACKET or SOCK_STREAM.
Result<std::pair<Fd, Fd>> make_socketpair(int type);

}  // namespace thaw::env
