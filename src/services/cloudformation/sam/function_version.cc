// AutoPublishAlias: a version that is named after what it contains, and the alias that points to it.
#include <algorithm>

#include "services/cloudformation/sam/function.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

// What makes a new version: the code and a few settings, or, when asked for, everything.
static Value version_contents(Context& context, const SamResource& function, const CfnResource& lambda) {
  if (function.get("AutoPublishAliasAllProperties")) {
    Value out = lambda.to_value().get("Properties");
    Value layers = lambda.get("Layers");
    if (!layers) return out;
    for (auto& layer : layers.elements()) {
      std::string id = id_in(layer);
      Value resource = id.empty() ? Value() : context.output.get("Resources").get(id);
      if (!resource) continue;
      Value properties = resource.get("Properties", Value::dict());
      if (properties.get("PublishLambdaVersion")) out.set(id, properties);
    }
    return out;
  }
  Value out = context.parameters.resolve(lambda.get("Code")).copy();
  if (Value environment = lambda.get("Environment")) out.update(environment);
  if (Value memory = lambda.get("MemorySize")) out.set("MemorySize", memory);
  if (Value snap = lambda.get("SnapStart"); snap && !snap.get("ApplyOn", "None").is("None")) out.set("SnapStart", snap);
  return out;
}

Cfn make_version(Context& context, const SamResource& function, const CfnResource& lambda, const Value& code_sha256) {
  // Parameters in the code's location are resolved in the function too.
  context.parameters.resolve(lambda.get("Code"));
  Value contents = version_contents(context, function, lambda);
  std::string id = hashed_id(function.id.s + "Version", contents, code_sha256.is_string() ? code_sha256.s() : "");
  Value attributes = function.passed_on();
  if (!attributes.has("DeletionPolicy")) {
    Value policy = function.get("VersionDeletionPolicy");
    if (policy.is_null()) policy = function.get("CapacityProviderConfig").is_null() ? "Retain" : "Delete";
    attributes.set("DeletionPolicy", policy);
  }
  Cfn version = make_cfn(id, "AWS::Lambda::Version", attributes);
  version->set("FunctionName", lambda.name());
  version->set("Description", function.get("VersionDescription"));
  if (!function.get("CapacityProviderConfig").is_null())
    version->set("FunctionScalingConfig", function.get("FunctionScalingConfig"));
  return version;
}

Cfn make_alias(const SamResource& function, const Value& name, const CfnResource& lambda, const CfnResource& version) {
  const std::string& text = name.s();
  if (text.empty()) throw InvalidResource{function.id.s, "Alias name is required to create an alias"};
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  auto plain = [](char c) { return (isalnum(static_cast<unsigned char>(c)) && !(c & 0x80)) || c == '-' || c == '_'; };
  if (std::all_of(text.begin(), text.end(), digit) || !std::all_of(text.begin(), text.end(), plain))
    throw InvalidResource{function.id.s, "AutoPublishAlias name ('" + text +
                                             "') must contain only alphanumeric characters, hyphens, or underscores "
                                             "matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern."};
  std::string in_id = text;
  std::replace(in_id.begin(), in_id.end(), '-', 'D');
  std::replace(in_id.begin(), in_id.end(), '_', 'U');
  Cfn alias = make_cfn(lambda.id.s + "Alias" + in_id, "AWS::Lambda::Alias", function.passed_on());
  alias->set("Name", text);
  alias->set("FunctionName", lambda.name());
  alias->set("FunctionVersion", get_att(version.id, "Version"));
  if (Value concurrency = function.get("ProvisionedConcurrencyConfig"))
    alias->set("ProvisionedConcurrencyConfig", concurrency);
  return alias;
}

}  // namespace thaw::sam
