// DebugPort: a port of this machine's loopback that leads into an environment, to a debugger's server that listens
// there at 127.0.0.1 on the same port (Node.js's inspector, debugpy). Loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "base/result.h"
#include "net/loop.h"

namespace thaw::env {

class DebugPort : public std::enable_shared_from_this<DebugPort> {
 public:
  // `pid` is the environment's init. Needs the right to enter its network (root). Errors: the port is taken.
  static Result<std::shared_ptr<DebugPort>> open(uint16_t port, int pid);

  // How many connections there are: while there are any, somebody is debugging.
  int attached() const { return attached_; }
  // Called when the first came (before it is carried on) and when the last went.
  std::function<void()> on_change;
  // Ends all connections and listens no more.
  void close();

 private:
  struct Pair {
    net::Stream outside, inside;
  };
  static Task<void> accept_all(std::shared_ptr<DebugPort> self);
  static Task<void> carry(std::shared_ptr<DebugPort> self, net::Stream outside);

  net::Listener listener_;
  uint16_t port_ = 0;
  int pid_ = 0, attached_ = 0;
  bool closed_ = false;
  std::set<std::shared_ptr<Pair>> pairs_;
};

}  // namespace thaw::env
