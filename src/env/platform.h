// What all environments of a server share. Loop's thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "env/cgroup.h"
#include "env/environment.h"
#include "env/keeper_client.h"
#include "env/rootfs.h"
#include "env/sandbox.h"
#include "net/server.h"

namespace thaw::env {

class Platform {
 public:
  explicit Platform(Options options);

  // Takes the scratch folder. Errors: it has a living owner, or cannot be made. Blocks for a moment.
  Result<> open_scratch();
  // Sweeps, starts the keeper, lays out the root, finds out what the host can do.
  Task<Result<>> prepare();
  // Ends the keeper and removes what prepare() made.
  Task<void> close();

  // Called when the keeper ended unexpectedly, and with it every sandbox. prepare() may be called again.
  std::function<void()> on_lost;

  const Options& options() const { return options_; }
  const Capabilities& capabilities() const { return capabilities_; }
  Keeper& keeper() { return *keeper_; }
  net::Server& server() { return *server_; }
  Time now() const { return options_.clock->now(); }

  // A finished sandbox, empty but for the root and /tmp. `channel` and `log` as in Sandbox::create.
  Task<Result<std::shared_ptr<Sandbox>>> make_sandbox(std::vector<std::string> prefixes, CgroupLimits limits,
                                                      int tmp_mb, int channel, int log);
  Task<Result<>> show_prefixes(std::vector<std::string> prefixes) { return root_->ensure(std::move(prefixes)); }
  void log(const FunctionSpec& function, const std::string& stream, std::string_view text) const;

 private:
  void sweep();
  void describe();
  Task<std::string> tmp_image(int size_mb);
  int take_uid();
  void on_gone(const std::string& id);

  Options options_;
  Capabilities capabilities_;
  Fd lock_;
  std::shared_ptr<Keeper> keeper_;
  std::unique_ptr<RootTemplate> root_;
  std::unique_ptr<net::Server> server_;  // serves the Runtime APIs
  CgroupHost cgroups_;
  std::map<std::string, std::weak_ptr<Sandbox>> sandboxes_;
  std::map<int, std::string> tmp_images_;
  std::set<int> uids_;
  std::map<std::string, int> uid_of_;
  int next_uid_ = 0;
  int64_t next_id_ = 0;
};

}  // namespace thaw::env
