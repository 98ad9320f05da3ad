#include "base/text.h"
#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

void resolve_string(const Context& context, SamResource& layer, const char* property) {
  Value given = layer.get(property);
  if (!given) return;
  Value value = context.parameters.resolve(given);
  if (!value.is_string() && !value.is_dict())
    throw InvalidResource{
        layer.id.s, std::string("Could not resolve parameter for '") + property + "' or parameter is not a String."};
  layer.set(property, value);
}

Value retention(const SamResource& layer) {
  Value policy = layer.get("RetentionPolicy");
  const std::string options = "following options: ['Retain', 'Delete']";
  if (is_intrinsic(policy))
    throw InvalidResource{layer.id.s,
                          "'RetentionPolicy' does not accept intrinsic functions, please use one of the " + options};
  if (policy.is_null()) return {};
  if (!policy.is_string())
    throw InvalidResource{layer.id.s, "Invalid 'RetentionPolicy' type, please use one of the " + options};
  for (const char* option : {"Retain", "Delete"})
    if (equal_ignoring_case(policy.s(), option)) return option;
  throw InvalidResource{layer.id.s, "'RetentionPolicy' must be one of the " + options + "."};
}

// The name of the version is made from everything that the layer says, as it stands here.
std::string version_id(const SamResource& layer) {
  layer.validate();
  CfnResource as_written{.id = layer.id,
                         .type = "AWS::Serverless::LayerVersion",
                         .properties = layer.properties,
                         .depends_on = layer.depends_on,
                         .attributes = layer.attributes};
  Value contents = as_written.to_value();
  for (auto attribute : {"DeletionPolicy", "UpdateReplacePolicy", "Metadata"}) contents.erase(attribute);
  return hashed_id(layer.id.s, Value::dict({{layer.id, contents}}));
}

void check_architectures(const CfnResource& layer) {
  Value all = layer.get("CompatibleArchitectures");
  if (!all || is_intrinsic(all)) return;
  for (auto& one : all.elements())
    if (!is_intrinsic(one) && !one.is("arm64") && !one.is("x86_64"))
      throw InvalidResource{layer.id.s, "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'"};
}

}  // namespace

CfnList transform_layer(Context& context, SamResource& layer) {
  for (auto property : {"LayerName", "LicenseInfo", "Description", "RetentionPolicy"})
    resolve_string(context, layer, property);
  Value policy = retention(layer);
  Value attributes = layer.passed_on();
  attributes.setdefault("DeletionPolicy", "Retain");
  if (!policy.is_null()) attributes.set("DeletionPolicy", policy);
  const Text name = layer.id;
  layer.id = version_id(layer);
  Cfn out = make_cfn(layer.id, "AWS::Lambda::LayerVersion", attributes, layer.depends_on);
  out->set("LayerName", layer.get("LayerName") ? layer.get("LayerName") : Value(name));
  out->set("Description", layer.get("Description"));
  out->set("Content", s3_location(layer.get("ContentUri"), layer.id.s, "ContentUri"));
  out->set("CompatibleArchitectures", layer.get("CompatibleArchitectures"));
  check_architectures(*out);
  out->set("CompatibleRuntimes", layer.get("CompatibleRuntimes"));
  out->set("LicenseInfo", layer.get("LicenseInfo"));
  return {out};
}

}  // namespace thaw::sam
