// The template root of all sandboxes: which parts of the host are seen inside, and which files are made for it.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/task.h"
#include "env/interpreter.h"
#include "env/keeper_client.h"

namespace thaw::env {

struct RootOptions {
  std::string runtime_folder;  // host folder bound at /var/runtime
  std::string node_modules;    // host folder bound at /var/runtime/node_modules, or empty
  std::string ca_certificate;  // PEM, shown at ca_inside; or empty
};
constexpr const char* ca_inside = "/etc/pki/thaw/ca.pem";

class RootTemplate {
 public:
  RootTemplate(std::shared_ptr<Keeper> keeper, RootOptions options)
      : keeper_(std::move(keeper)), options_(std::move(options)) {}

  // Lays the template out. Once, before the first sandbox.
  Task<Result<>> build();
  // Adds folders outside of /usr (an interpreter's prefix) for sandboxes that are made from now on.
  Task<Result<>> ensure(std::vector<std::string> prefixes);

 private:
  Task<Result<>> steps(std::vector<std::vector<std::string>> all);

  std::shared_ptr<Keeper> keeper_;
  RootOptions options_;
  std::set<std::string> bound_;
};

// Pure: the keeper's packets that lay out the template. `exists` tells what the host has; `link_target` answers where a
// symbolic link of the host's root (like /bin) leads, or empty when it is none.
std::vector<std::vector<std::string>> root_steps(const RootOptions& options,
                                                 const std::function<bool(const std::string&)>& exists,
                                                 const std::function<std::string(const std::string&)>& link_target);

}  // namespace thaw::env
