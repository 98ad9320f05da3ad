// One sandbox as the server sees it: a pid 1 that obeys a control socket, groups, listeners inside its network.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "env/cgroup.h"
#include "env/keeper_client.h"

namespace thaw::env {

struct SandboxOptions {
  std::string id;  // unique while the keeper runs; letters, digits, '-'; at most 36
  int uid = 0;     // on the host; unique per environment when the server is root
  CgroupLimits limits;
  int tmp_mb = 512;
  std::string tmp_image;  // an empty ext4 image of that size, or empty: tmpfs
};

std::string absolute_path(const std::string& path);

class Sandbox : public std::enable_shared_from_this<Sandbox> {
 public:
  // `channel` and `log` become descriptors 3 and 1, 2 of what spawn() starts; they stay the caller's.
  static Task<Result<std::shared_ptr<Sandbox>>> create(std::shared_ptr<Keeper> keeper, const CgroupHost& parents,
                                                       SandboxOptions options, int channel, int log);

  const std::string& id() const { return options_.id; }
  int pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }
  int uid() const { return options_.uid; }
  Cgroup& cgroup() { return cgroup_; }
  bool ended() const { return ended_; }

  // Listening sockets inside: the Runtime API, the platform at 4566, at any address's 443 and 80; then the resolver
  // (UDP).
  std::vector<Fd> take_listeners() { return std::move(listeners_); }

  // Binds a host folder read-only.
  Task<Result<>> mount(std::string host_folder, std::string target);
  // Several folders as one; the last wins.
  Task<Result<>> mount_layers(std::vector<std::string> host_folders, std::string target);
  // Starts the runtime as the sandbox's user, with all that keeps it in. Error "SpawnFailed" with the words of exec.
  Task<Result<>> spawn(std::vector<std::string> arguments, std::vector<std::pair<std::string, std::string>> environment,
                       std::string directory);
  // After the last mount: pid 1 gives up its privileges.
  Task<Result<>> seal();
  void seal_soon();  // without waiting for it
  // The runtime was forked by a zygote, which says that it has ended.
  void runtime_ended(int wait_status) { exited(wait_status); }
  // To every process but pid 1.
  void signal(int number);

  // Called once when the runtime that spawn() started ended (its wait status), or -1 when the whole sandbox did.
  std::function<void(int wait_status)> on_exit;

  // Kills everything inside at once. `gone` finishes when nothing is left, groups included.
  void destroy();
  Task<void> gone();
  void set_gone();  // by the owner of the keeper, from Keeper::on_gone

 private:
  Sandbox() = default;
  Task<Result<Packet>> command(std::vector<std::string> strings, std::vector<int> fds);
  static Task<void> read_all(std::shared_ptr<Sandbox> self);
  void exited(int wait_status);

  std::shared_ptr<Keeper> keeper_;
  SandboxOptions options_;
  Cgroup cgroup_;
  PacketSocket control_;
  int pid_ = 0;
  Fd pidfd_;
  std::vector<Fd> listeners_;
  std::deque<Completion<Result<Packet>>> waiting_;
  std::vector<Completion<Unit>> gone_waiters_;
  bool gone_ = false;
  bool destroyed_ = false;
  bool exited_ = false;
  bool ended_ = false;
};

}  // namespace thaw::env
