// The AWS::LanguageExtensions transform: Fn::ForEach loops become what they stand for. The other functions of the
// transform (Fn::Length, Fn::ToJsonString, the default of Fn::FindInMap) are evaluated in intrinsics.h.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-languageextensions.html
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace thaw::cloudformation {

// `parameters` are the values that Ref in a collection may name. Limits: 5 loops inside one another, 100 items a
// collection, 1 MB of result.
Result<Json> expand_loops(const Json& body, const std::map<std::string, Json>& parameters);

}  // namespace thaw::cloudformation
