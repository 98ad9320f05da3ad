// The AWS::Serverless-2016-10-31 transform as CloudFormation calls it.
#pragma once

#include <map>
#include <string>

#include "services/cloudformation/intrinsics.h"

namespace thaw::cloudformation {

// Errors: ValidationError "Transform AWS::Serverless-2016-10-31 failed with: ...".
Result<Json> apply_serverless(const Json& body, const std::map<std::string, Json>& parameters,
                              const PseudoParameters& pseudo);

}  // namespace thaw::cloudformation
