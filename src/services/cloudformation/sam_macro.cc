#include "services/cloudformation/sam_macro.h"

#include "services/cloudformation/sam/transform.h"

namespace thaw::cloudformation {

Result<Json> apply_serverless(const Json& body, const std::map<std::string, Json>& parameters,
                              const PseudoParameters& pseudo) {
  sam::TransformOptions options;
  options.region = pseudo.region;
  options.account = pseudo.account_id;
  options.partition = pseudo.partition;
  options.parameters = Json::object();
  for (const auto& [name, value] : parameters) options.parameters.set(name, Json(text_of(value).value_or("")));
  // Pseudo parameters that the transform may look into.
  options.parameters.set("AWS::StackName", pseudo.stack_name);
  options.parameters.set("AWS::StackId", pseudo.stack_id);
  auto made = sam::transform(body, options);
  if (!made) return fail(template_error(made.error().message()));
  return std::move(*made);
}

}  // namespace thaw::cloudformation
