// The server's side of a language's zygote (runtimes/python/zygote.py): forks primed, parked runtimes into sandboxes.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "env/interpreter.h"
#include "env/keeper_client.h"
#include "env/sandbox.h"
#include "env/variables.h"

namespace thaw::env {

class Zygote {
 public:
  // Starts Python's, with its own view of the template root; finishes when it can fork.
  static Task<Result<std::shared_ptr<Zygote>>> start(Keeper& keeper, const InterpreterDetails& interpreter);

  // Forks a child into `sandbox`. It says PARKED on its channel when it is ready. `channel` and `log` stay the
  // caller's.
  Task<Result<>> fork_into(Sandbox& sandbox, bool privileged, int channel, int log);
  bool lost() const { return lost_; }
  void stop() {  // it ends with its socket
    stopping_ = true;
    socket_.close();
  }

 private:
  void tell_end(const std::string& id, int wait_status);
  static Task<void> read_all(std::shared_ptr<Zygote> self);

  PacketSocket socket_;
  bool lost_ = false;
  bool stopping_ = false;
  std::deque<Completion<Result<>>> waiting_;
  std::map<std::string, std::weak_ptr<Sandbox>> children_;  // by the sandbox's id
};

}  // namespace thaw::env
