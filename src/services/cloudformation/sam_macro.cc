#include "services/cloudformation/sam_macro.h"

namespace thaw::cloudformation {

Result<Json> apply_serverless(const Json&, const std::map<std::string, Json>&, const PseudoParameters&) {
  return fail(template_error("Transform AWS::Serverless-2016-10-31 failed with: the transform is not part of this build."));
}

}  // namespace thaw::cloudformation
