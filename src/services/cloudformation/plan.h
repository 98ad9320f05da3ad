// What has to happen to a stack's resources so that they become what a template says. Pure.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/cloudformation/api.h"
#include "services/cloudformation/graph.h"
#include "services/cloudformation/resource_type.h"

namespace thaw::cloudformation {

// A resource as it was last made or changed.
struct DeployedResource {
  std::string type;
  std::string physical_id;
  std::string ref;
  Json definition;  // of the template then: Type, Properties, Metadata, ... as written
  Json properties;  // evaluated then
  Json attributes;
};

struct PlanInput {
  const Template* source = nullptr;  // the new template
  Scope scope;                       // of the new template; conditions evaluated; resources filled by make_plan
  std::map<std::string, DeployedResource> deployed;  // by logical id
  std::set<std::string> changed_parameters;          // whose values differ from the deployed stack's
  bool tags_changed = false;                         // the stack's own tags
  std::string url_suffix;                            // for reachable_urls
};

// The changes, in the order in which the template's resources can be made, removals last. Errors: those of evaluation,
// and a change of a resource's type.
Result<std::vector<ResourceChange>> make_plan(PlanInput input);

// A resource's properties as its provider gets them. Errors in AWS's words.
Result<Json> evaluate_properties(const ResourceDef& def, const Scope& scope, const std::string& url_suffix);
// DeletionPolicy or UpdateReplacePolicy, "Delete" when absent.
Result<std::string> evaluate_policy(const Json& policy, const Scope& scope);
// The part of a resource's definition that is kept to compare with: a Json object.
Json definition_of(const ResourceDef& def);

// What the capabilities must include: "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND", or nothing.
struct Needed {
  std::vector<std::string> capabilities;
  std::string reason;  // AWS's sentence for GetTemplateSummary
};
Needed needed_capabilities(const Template& source);
// Error InsufficientCapabilitiesException when `given` do not suffice.
Result<> check_capabilities(const Template& source, const std::vector<std::string>& given);
// Error naming the types that do not exist here, or a GetAtt of an attribute that a type does not have.
Result<> check_types(const Template& source, const SourceMap& where = {});

}  // namespace thaw::cloudformation
