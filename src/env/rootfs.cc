#include "env/rootfs.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

namespace thaw::env {
namespace {

using Steps = std::vector<std::vector<std::string>>;

constexpr const char* passwd_text =
    "root:x:0:0:root:/root:/bin/sh\n"
    "sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n"
    "nobody:x:65534:65534:Nobody:/nonexistent:/sbin/nologin\n";
constexpr const char* group_text = "root:x:0:\nsbx_user1051:x:990:\nnogroup:x:65534:\n";
constexpr const char* hosts_text = "127.0.0.1 localhost localhost.localdomain sandbox\n127.0.0.1 sandbox.localdomain\n";
constexpr const char* resolv_text = "nameserver 127.0.0.1\noptions timeout:1 attempts:1 ndots:1\n";
constexpr const char* nsswitch_text =
    "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n";

}  // namespace

Steps root_steps(const RootOptions& options, const std::function<bool(const std::string&)>& exists,
                 const std::function<std::string(const std::string&)>& link_target) {
  Steps steps;
  for (const char* folder : {"/proc", "/dev/shm", "/tmp", "/var/task", "/opt", "/.layers", "/run", "/home/sbx_user1051",
                             "/root", "/var/lang/bin", "/var/empty", "/etc/pki/thaw"}) {
    steps.push_back({"dir", folder});
  }
  steps.push_back({"bind", "/usr", "/usr"});
  for (const char* folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    if (!exists(folder)) continue;
    std::string target = link_target(folder);
    if (target.empty())
      steps.push_back({"bind", folder, folder});
    else
      steps.push_back({"link", target, folder});
  }
  for (const char* device : {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}) {
    steps.push_back({"device", device, device});
  }
  steps.push_back({"link", "/proc/self/fd", "/dev/fd"});
  steps.push_back({"link", "/proc/self/fd/0", "/dev/stdin"});
  steps.push_back({"link", "/proc/self/fd/1", "/dev/stdout"});
  steps.push_back({"link", "/proc/self/fd/2", "/dev/stderr"});
  steps.push_back({"link", "/tmp", "/var/tmp"});
  steps.push_back({"file", "/etc/passwd", passwd_text});
  steps.push_back({"file", "/etc/group", group_text});
  steps.push_back({"file", "/etc/hosts", hosts_text});
  steps.push_back({"file", "/etc/hostname", "sandbox\n"});
  steps.push_back({"file", "/etc/resolv.conf", resolv_text});
  steps.push_back({"file", "/etc/nsswitch.conf", nsswitch_text});
  for (const char* path :
       {"/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates", "/etc/alternatives", "/etc/ld.so.cache",
        "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/mime.types", "/etc/protocols", "/etc/services", "/etc/python3",
        "/etc/python3.11", "/usr/share/zoneinfo"}) {
    if (exists(path) && !std::string(path).starts_with("/usr/")) steps.push_back({"bind", path, path});
  }
  if (exists("/usr/share/zoneinfo/UTC")) steps.push_back({"link", "/usr/share/zoneinfo/UTC", "/etc/localtime"});
  steps.push_back({"veil", options.runtime_folder, "/var/runtime"});
  if (!options.node_modules.empty()) steps.push_back({"veil", options.node_modules, "/var/runtime/node_modules"});
  if (!options.ca_certificate.empty()) steps.push_back({"file", ca_inside, options.ca_certificate});
  return steps;
}

// All packets are sent at once, so that no sandbox is made of a half-finished template.
Task<Result<>> RootTemplate::steps(Steps all) {
  std::vector<Task<Result<Packet>>> asked;
  for (auto& step : all) asked.push_back(keeper_->ask(std::move(step)));
  std::vector<Result<Packet>> replies = co_await when_all(std::move(asked));
  for (auto& reply : replies) {
    if (!reply) co_return std::unexpected(std::move(reply).error());
  }
  co_return Result<>{};
}

Task<Result<>> RootTemplate::build() {
  auto exists = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
  auto link_target = [](const std::string& path) {
    char target[PATH_MAX];
    ssize_t n = ::readlink(path.c_str(), target, sizeof(target));
    return n <= 0 ? std::string() : std::string(target, static_cast<size_t>(n));
  };
  Steps all = root_steps(options_, exists, link_target);
  all.push_back({"seal"});
  Result<> done = co_await steps(std::move(all));
  co_return done;
}

Task<Result<>> RootTemplate::ensure(std::vector<std::string> prefixes) {
  Steps all;
  for (const std::string& prefix : prefixes) {
    if (bound_.contains(prefix)) continue;
    if (all.empty()) all.push_back({"unseal"});
    all.push_back({"bind", prefix, prefix});
    bound_.insert(prefix);
  }
  if (all.empty()) co_return Result<>{};
  all.push_back({"seal"});
  Result<> done = co_await steps(std::move(all));
  co_return done;
}

}  // namespace thaw::env
