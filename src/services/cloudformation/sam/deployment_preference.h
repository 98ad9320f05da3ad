// Gradual deployments of functions (DeploymentPreference): the CodeDeploy application, its role, one group per
// function.
#pragma once

#include <string>
#include <vector>

#include "services/cloudformation/sam/resource.h"

namespace thaw::sam {

struct Context;

class DeploymentPreferences {
 public:
  // Reads the property of function `id`; throws InvalidResource.
  void add(const std::string& id, const Value& preference, const Value& condition, const Value& tags,
           const Value& propagate_tags);
  bool enabled(const std::string& id) const;
  Value update_policy(const std::string& id) const;  // of the function's alias
  // Adds the resources to the output; complaints go to `causes`.
  void finish(Context& context, std::vector<Cause>& causes) const;

 private:
  struct Preference {
    std::string id;
    bool enabled = false;
    Value type, before_hook, after_hook, alarms, role, triggers, condition, tags;
  };
  const Preference* find(const std::string& id) const;
  bool all_conditional() const;
  std::vector<std::string> conditions() const;
  Value merged_tags() const;
  void set_condition(CfnResource& resource) const;
  Cfn group(const Preference& preference) const;

  std::vector<Preference> preferences_;
};

}  // namespace thaw::sam
