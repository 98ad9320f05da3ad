// Generated resources must not take the ids of the template's own.
#pragma once

#include "services/cloudformation/sam/resource.h"

namespace thaw::sam {

// Whether `resource` may be written over what the template has under its id: nothing, or the resource it came from.
bool may_write(const CfnResource& resource, const Value& template_resources);
Cause duplicate_id(const std::string& id, const std::string& duplicate, const std::string& type);

}  // namespace thaw::sam
