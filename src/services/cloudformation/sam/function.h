// AWS::Serverless::Function, in parts.
#pragma once

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

// function_code.cc
Value function_code(const SamResource& function);
void check_package_type(const CfnResource& lambda);
Value capacity_provider_config(const SamResource& function);  // of a function that runs on a capacity provider
// function_version.cc
Cfn make_version(Context& context, const SamResource& function, const CfnResource& lambda, const Value& code_sha256);
Cfn make_alias(const SamResource& function, const Value& name, const CfnResource& lambda, const CfnResource& version);
// function_destinations.cc: what happens with the results of asynchronous invocations. `policies` grows.
CfnList make_event_invoke_config(Context& context, const SamResource& function, const CfnResource& lambda,
                                 const Value& alias_name, const Cfn& alias, Value policies);
// function_url.cc
CfnList make_function_url(const SamResource& function, const CfnResource& lambda, const Cfn& alias);

}  // namespace thaw::sam
