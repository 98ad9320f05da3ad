// In which order resources can be made: what each refers to, and circles among them. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/cloudformation/intrinsics.h"

namespace thaw::cloudformation {

// Logical id -> the logical ids it needs first.
using Dependencies = std::map<std::string, std::set<std::string>>;

// Resources whose condition holds (all, when `conditions` is null), in the template's order.
std::vector<const ResourceDef*> active_resources(const Template& source, const std::map<std::string, bool>* conditions);

// What the active resources depend on by DependsOn, Ref, Fn::GetAtt and Fn::Sub. With `conditions`, only the branches
// of Fn::If that are taken count, and resources whose condition does not hold are left out.
Dependencies dependencies(const Template& source, const std::map<std::string, bool>* conditions);

// Names of resources that a value refers to.
std::set<std::string> references(const Json& value, const Template& source,
                                 const std::map<std::string, bool>* conditions);

// Error "Circular dependency between resources: [A, B]" with the members of the circles.
Result<> check_circles(const Dependencies& dependencies, const SourceMap& where = {});

// The same with every arrow turned around: for deleting.
Dependencies reversed(const Dependencies& dependencies);

}  // namespace thaw::cloudformation
