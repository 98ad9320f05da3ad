#include <cmath>

#include "services/cloudformation/sam/function.h"

namespace thaw::sam {

static Value image_code(const Value& uri, const std::string& id) {
  if (!uri) throw InvalidResource{id, "'ImageUri' requires that a image hosted at a registry be specified."};
  return Value::dict({{"ImageUri", uri}});
}

Value function_code(const SamResource& function) {
  const std::string& id = function.id.s;
  Value package = function.get("PackageType");
  if (!package) package = "Zip";
  if (package.is("Image")) {
    if (function.get("ImageUri").is_null()) throw InvalidResource{id, "'ImageUri' must be set."};
    return image_code(function.get("ImageUri"), id);
  }
  if (!package.is("Zip")) throw InvalidResource{id, "invalid 'PackageType' : " + package.str()};
  Value code;
  if (Value inline_code = function.get("InlineCode"); !inline_code.is_null())
    code = Value::dict({{"ZipFile", inline_code}});
  else if (Value uri = function.get("CodeUri"); !uri.is_null())
    code = s3_location(uri, id, "CodeUri");
  else
    throw InvalidResource{id, "Only one of 'InlineCode' or 'CodeUri' can be set."};
  if (function.get("SourceKMSKeyArn")) code.set("SourceKMSKeyArn", function.get("SourceKMSKeyArn"));
  return code;
}

void check_package_type(const CfnResource& lambda) {
  auto refuse = [&](const char* words) { throw InvalidResource{lambda.id.s, words}; };
  Value package = lambda.get("PackageType");
  Value code = lambda.get("Code");
  if (!package || package.is("Zip")) {
    if (!lambda.get("Runtime") || !lambda.get("Handler"))
      refuse("Runtime and Handler needs to be present when PackageType is of type `Zip`");
    if (code.get("ImageUri") || lambda.get("ImageConfig"))
      refuse("ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`");
  } else {
    if (lambda.get("Handler") || lambda.get("Runtime") || lambda.get("Layers"))
      refuse("Runtime, Handler, Layers cannot be present when PackageType is of type `Image`");
    if (!code.get("ImageUri")) refuse("ImageUri needs to be present when PackageType is of type `Image`");
  }
}

Value capacity_provider_config(const SamResource& function) {
  Value config = function.get("CapacityProviderConfig");
  std::vector<std::string> wrong;  // as "name\n  what is wrong with it"
  auto numeric = [](const Value& v) { return v.is_number() || v.is_dict() || v.is_null(); };
  if (config.get("Arn").is_null()) wrong.push_back("Arn\n  field required (type=value_error.missing)");
  if (!numeric(config.get("PerExecutionEnvironmentMaxConcurrency")))
    wrong.push_back("PerExecutionEnvironmentMaxConcurrency\n  value is not a valid integer (type=type_error.integer)");
  if (!numeric(config.get("ExecutionEnvironmentMemoryGiBPerVCpu")))
    wrong.push_back("ExecutionEnvironmentMemoryGiBPerVCpu\n  value is not a valid float (type=type_error.float)");
  for (auto& key : config.keys())
    if (key.s != "Arn" && key.s != "PerExecutionEnvironmentMaxConcurrency" &&
        key.s != "ExecutionEnvironmentMemoryGiBPerVCpu")
      wrong.push_back(key.s + "\n  extra fields not permitted (type=value_error.extra)");
  if (!wrong.empty()) {
    std::string words = "Invalid CapacityProviderConfig: " + std::to_string(wrong.size()) + " validation error" +
                        (wrong.size() == 1 ? "" : "s") + " for CapacityProviderConfig";
    for (auto& one : wrong) words += "\n" + one;
    throw InvalidResource{function.id.s, words};
  }
  Value out = Value::dict({{"CapacityProviderArn", config.get("Arn")}});
  for (const char* name : {"PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu"})
    if (!config.get(name).is_null()) out.set(name, config.get(name));
  return Value::dict({{"LambdaManagedInstancesCapacityProviderConfig", out}});
}

}  // namespace thaw::sam
