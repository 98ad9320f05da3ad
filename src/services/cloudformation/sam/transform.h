// The transform AWS::Serverless-2016-10-31: a template with SAM resources becomes plain CloudFormation.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
//
// Pure: no I/O, no clock unless an API asks for AlwaysDeploy. Thread-safe; a call owns all it touches.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace thaw::sam {

struct TransformOptions {
  std::string region = "us-east-1";
  std::string account = "123456789012";
  std::string partition;  // empty: that of the region
  Json parameters = {};   // an object: name -> value as the stack gives it; the template's defaults are added
  // Names of managed policies beyond AWS's own (managed_policies.cc) to ARNs.
  std::map<std::string, std::string> managed_policies = {};
  // Copies the Metadata of a SAM resource to everything generated from it.
  bool pass_metadata = false;
  // Seconds since 1970, for the API property AlwaysDeploy, which names a deployment after the time.
  int64_t now_s = 0;
  // The URL of an application's template in the Serverless Application Repository, or the words of the refusal.
  // Unset: the repository is not available in this region, which is what the template's owner is told.
  std::function<std::expected<std::string, std::string>(const std::string& application, const std::string& version)>
      find_application = {};
};

struct TransformError {
  // One complaint each, as AWS words them: "Resource with id [X] is invalid. …"; in the order AWS gives them.
  std::vector<std::string> messages;
  // "Invalid Serverless Application Specification document. Number of errors found: N. …"
  std::string summary() const;
  // What CloudFormation says: "Transform AWS::Serverless-2016-10-31 failed with: …"
  std::string message() const;
};

// Limits: max_depth levels of nesting. An error names every part that is wrong.
inline constexpr int kMaxDepth = 200;
std::expected<Json, TransformError> transform(const Json& template_body, const TransformOptions& options);

}  // namespace thaw::sam
