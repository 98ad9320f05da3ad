// Globals: properties that all functions, APIs, ... of a template share.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/ : the page on the Globals section
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/plugins.h"

namespace thaw::sam {

namespace {

struct Section {
  std::string_view name;
  std::string_view properties;  // separated by spaces, in the order that complaints list them
};

constexpr Section kSections[] = {
    {"Api",
     "Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables EndpointConfiguration "
     "MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting "
     "TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags SecurityPolicy EndpointAccessMode"},
    {"CapacityProvider", "VpcConfig OperatorRole Tags InstanceRequirements ScalingConfig KmsKeyArn PropagateTags"},
    {"Function",
     "Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags PropagateTags "
     "Tracing KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers DeploymentPreference RolePath "
     "PermissionsBoundary ReservedConcurrentExecutions ProvisionedConcurrencyConfig AssumeRolePolicyDocument "
     "EventInvokeConfig FileSystemConfigs CodeSigningConfigArn Architectures SnapStart EphemeralStorage "
     "FunctionUrlConfig RuntimeManagementConfig LoggingConfig RecursiveLoop SourceKMSKeyArn TenancyConfig "
     "DurableConfig CapacityProviderConfig FunctionScalingConfig PublishToLatestPublished VersionDeletionPolicy"},
    {"HttpApi",
     "Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain RouteSettings "
     "FailOnWarnings PropagateTags"},
    {"LayerVersion", "PublishLambdaVersion"},
    {"SimpleTable", "SSESpecification"},
    {"StateMachine", "PropagateTags"},
    {"WebSocketApi",
     "AccessLogSettings ApiKeySelectionExpression DefaultRouteSettings DisableExecuteApiEndpoint "
     "DisableSchemaValidation Domain FailOnWarnings IpAddressType PropagateTags RouteSelectionExpression RouteSettings "
     "StageVariables Tags"},
};

[[noreturn]] void invalid_globals(const std::string& words) {
  throw InvalidDocument{{{"Globals", "'Globals' section is invalid. " + words}}};
}

Value names(std::string_view text) {
  Value out = Value::list();
  for (auto name : split(text, ' ')) out.push(name);
  return out;
}

void check_section(const std::string& name, const Value& properties) {
  auto section = std::find_if(std::begin(kSections), std::end(kSections), [&](auto& s) { return s.name == name; });
  if (section == std::end(kSections)) {
    Value all = Value::list();
    for (auto& known : kSections) all.push(known.name);
    invalid_globals("'" + name + "' is not supported. Must be one of the following values - " + all.str());
  }
  if (!properties.is_dict()) invalid_globals("Value of ${section} must be a dictionary");
  Value supported = names(section->properties);
  for (auto& key : properties.keys())
    if (!supported.contains(key.s))
      invalid_globals("'" + key.s + "' is not a supported property of '" + name +
                      "'. Must be one of the following values - " + supported.str());
}

bool is_plain_map(const Value& value) { return value.is_dict() && !is_intrinsic(value); }

// Maps are merged, lists joined; everything else is the resource's own.
Value merge(const Value& global, const Value& local) {
  if (global.is_list() && local.is_list()) {
    Value out = global.copy();
    for (auto& item : local.elements()) out.push(item);
    return out;
  }
  if (!is_plain_map(global) || !is_plain_map(local)) return local;
  Value out = global.copy();
  for (auto& [key, value] : local.items()) out.set(key, out.has(key.s) ? merge(out.get(key.s), value) : value);
  return out;
}

Value without_ignored(const Value& global, const Value& ignore, const std::string& id) {
  auto refuse = [&](const std::string& more) {
    InvalidResource e{id, "Resource " + id + " has invalid resource attribute 'IgnoreGlobals'" + more + "."};
    throw InvalidDocument{{cause_of(e)}};
  };
  if (!ignore) return global;
  if (ignore.is("*")) return Value::dict();
  if (!ignore.is_list()) refuse("");
  Value out = global.deep_copy();
  for (auto& key : ignore.elements()) {
    if (!key.is_string() || !out.has(key.s())) refuse(" on item '" + key.str() + "'");
    out.erase(key.s());
  }
  return out;
}

// Definitions that the transform manages take the version that the API asks for.
void fix_definition_version(Value resource) {
  Value properties = resource.get("Properties");
  if (!properties.is_dict() || !properties.has("OpenApiVersion") || !properties.has("__MANAGE_SWAGGER")) return;
  Value version = properties.get("OpenApiVersion");
  if (!is_openapi_3(version)) return;
  if (!version.is_string()) {
    version = version.str();
    properties.set("OpenApiVersion", version);
  }
  Value body = properties.get("DefinitionBody");
  if (!body.is_dict()) return;
  body.set("openapi", version);
  if (body.get("swagger")) body.erase("swagger");
}

}  // namespace

bool is_globals_type(const Value& type) {
  static constexpr std::array all = {"Api",     "Function",     "SimpleTable",  "Application",     "LayerVersion",
                                     "HttpApi", "WebSocketApi", "StateMachine", "CapacityProvider"};
  constexpr std::string_view prefix = "AWS::Serverless::";
  if (!type.is_string() || !type.s().starts_with(prefix)) return false;
  return std::find(all.begin(), all.end(), type.s().substr(prefix.size())) != all.end();
}

void merge_globals(Value source) {
  std::map<std::string, Value> sections;
  if (source.has("Globals")) {
    Value globals = source.get("Globals");
    if (!globals.is_dict()) invalid_globals("It must be a non-empty dictionary");
    for (auto& [name, properties] : globals.items()) {
      check_section(name.s, properties);
      sections["AWS::Serverless::" + name.s] = properties;
    }
  }
  Value resources = source.get("Resources");
  for (auto& [id, given] : resources.items()) {
    Value resource = given;
    if (!is_globals_type(resource.get("Type"))) continue;
    Value properties = resource.get("Properties", Value::dict());
    if (auto at = sections.find(resource.get("Type").s()); at != sections.end())
      properties = merge(without_ignored(at->second, resource.get("IgnoreGlobals"), id.s), properties);
    resource.set("Properties", properties);
  }
  source.erase("Globals");
  for (auto& [id, resource] : resources.items())
    if (resource.get("Type").is("AWS::Serverless::Api")) fix_definition_version(resource);
}

}  // namespace thaw::sam
