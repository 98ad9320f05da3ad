// What HTTP and WebSocket APIs share.
#pragma once

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

struct ApiV2 {
  Context& context;
  SamResource& source;
  Value passed_on;          // attributes of what is generated
  std::string creator_tag;  // the tag that says SAM made it

  const std::string& id() const { return source.id.s; }
  Value get(std::string_view name) const { return source.get(name); }
  [[noreturn]] void refuse(std::string words) const { throw InvalidResource{source.id.s, std::move(words)}; }
};

// The custom domain, its mappings and records.
CfnList make_v2_domain(const ApiV2& api);
// Lets API Gateway call the function of an authorizer.
Cfn make_v2_authorizer_permission(const ApiV2& api, const std::string& id, const Value& function);

}  // namespace thaw::sam
