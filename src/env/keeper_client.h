// The server's side of the keeper program (keeper/keeper.h).
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "env/packet.h"

namespace thaw::env {

class Keeper : public std::enable_shared_from_this<Keeper> {
 public:
  // Starts the program at `path` with its scratch folder; finishes when it has a template root to fill.
  static Task<Result<std::shared_ptr<Keeper>>> start(std::string path, std::string scratch);
  ~Keeper();

  // Sends a request and answers its reply: strings after "ok", and descriptors. A "failed" reply is an error
  // (ServiceException). `fds` are needed only until this function returns its task's first suspension; they stay the
  // caller's.
  Task<Result<Packet>> ask(std::vector<std::string> strings, std::vector<int> fds = {});

  // Called with the id of each sandbox whose processes and groups are gone.
  std::function<void(const std::string& id)> on_gone;
  // Called once when the keeper has ended unexpectedly.
  std::function<void()> on_lost;

  bool privileged() const { return privileged_; }
  bool lost() const { return lost_; }

  // Ends the keeper, and with it everything that it made; finishes when it is gone.
  Task<void> stop();

 private:
  Keeper() = default;
  static Task<void> read_all(std::shared_ptr<Keeper> self);

  PacketSocket socket_;
  int pid_ = 0;
  bool privileged_ = false;
  bool lost_ = false;
  bool stopping_ = false;
  std::deque<Completion<Result<Packet>>> waiting_;
  Completion<Unit> ended_;
};

}  // namespace thaw::env
