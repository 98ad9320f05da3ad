#include "services/cloudformation/sam/api.h"

#include <array>
#include <set>

#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

void check_properties(const RestApi& api) {
  if (api.get("DefinitionUri") && api.get("DefinitionBody"))
    api.refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  if (api.get("DefinitionUri") && api.get("MergeDefinitions"))
    api.refuse("Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
  if (api.get("OpenApiVersion") && !is_supported_definition_version(api.get("OpenApiVersion")))
    api.refuse("The OpenApiVersion value must be of the format '3.0.0'.");
}

void set_endpoint(const RestApi& api, CfnResource& out, const Value& value) {
  Value type = value.is_dict() && value.get("Type") ? value.get("Type") : Value();
  if (!type) {
    out.set("EndpointConfiguration", Value::dict({{"Types", Value::list({value})}}));
    out.set("Parameters", Value::dict({{"endpointConfigurationTypes", value}}));
    return;
  }
  out.set("Parameters", Value::dict({{"endpointConfigurationTypes", type}}));
  Value config = Value::dict({{"Types", Value::list({type})}});
  const bool upper = value.has("VPCEndpointIds"), mixed = value.has("VpcEndpointIds");
  if (upper && mixed)
    api.refuse("'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.");
  if (upper || mixed)
    config.set("VpcEndpointIds",
               value.get("VPCEndpointIds") ? value.get("VPCEndpointIds") : value.get("VpcEndpointIds"));
  if (value.has("IpAddressType")) config.set("IpAddressType", value.get("IpAddressType"));
  out.set("EndpointConfiguration", config);
}

CorsSettings cors_settings(const RestApi& api, const Value& cors) {
  CorsSettings out{.methods = {}, .headers = {}, .origin = "'*'", .max_age = {}, .credentials = false};
  if (cors.is_string() || is_intrinsic(cors)) {
    out.origin = cors;
    return out;
  }
  if (!cors.is_dict()) api.refuse("Invalid value for 'Cors' property");
  for (auto& [key, value] : cors.items()) {
    if (key.s == "AllowMethods")
      out.methods = value;
    else if (key.s == "AllowHeaders")
      out.headers = value;
    else if (key.s == "AllowOrigin")
      out.origin = value;
    else if (key.s == "MaxAge")
      out.max_age = value;
    else if (key.s == "AllowCredentials")
      out.credentials = value;
    else
      api.refuse("Invalid key '" + key.s + "' for 'Cors' property.");
  }
  return out;
}

void add_cors(RestApi& api) {
  Value cors = api.get("Cors");
  if (!cors) return;
  if (!api.body) api.refuse("Cors works only with inline Swagger specified in 'DefinitionBody' property.");
  CorsSettings settings = cors_settings(api, cors);
  if (!SwaggerEditor::is_valid(api.body))
    api.refuse(
        "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid Swagger definition.");
  if (settings.credentials.is(true) && settings.origin.is("'*'"))
    api.refuse(
        "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or "
        "not set");
  SwaggerEditor editor(api.body);
  std::set<std::string> done;
  for (auto& path : editor.path_names()) {
    std::string normal = path.s;
    while (path.s != "/" && normal.ends_with('/')) normal.pop_back();
    if (!done.insert(normal).second) continue;
    try {
      editor.add_cors(path, settings);
    } catch (const InvalidTemplate& e) {
      api.refuse(e.full());
    }
  }
  api.body = editor.result();
}

void add_models(RestApi& api) {
  Value models = api.get("Models");
  if (!models) return;
  if (!api.body) api.refuse("Models works only with inline Swagger specified in 'DefinitionBody' property.");
  if (!SwaggerEditor::is_valid(api.body))
    api.refuse(
        "Unable to add Models definitions because 'DefinitionBody' does not contain a valid Swagger definition.");
  for (auto& [name, model] : models.items())
    if (!model.is_dict()) api.refuse("Invalid value for 'Models' property");
  SwaggerEditor editor(api.body);
  editor.add_models(models);
  api.body = normalized_definition(api, editor.result());
}

Cfn make_rest_api(RestApi& api) {
  check_properties(api);
  Cfn out = make_cfn(api.source.id, "AWS::ApiGateway::RestApi", api.source.attributes, api.source.depends_on);
  out->set("BinaryMediaTypes", api.get("BinaryMediaTypes"));
  out->set("MinimumCompressionSize", api.get("MinimumCompressionSize"));
  const std::string& partition = api.context.partition;
  const bool edge = !partition.starts_with("aws-iso") && partition != "aws-us-gov" && partition != "aws-cn" &&
                    partition != "aws-eusc";
  if (Value endpoint = api.get("EndpointConfiguration"))
    set_endpoint(api, *out, endpoint);
  else if (!edge)
    set_endpoint(api, *out, "REGIONAL");
  add_cors(api);
  add_api_auth(api);
  add_gateway_responses(api);
  if (Value types = api.get("BinaryMediaTypes"); types && api.body) {
    SwaggerEditor editor(api.body);
    editor.add_binary_media_types(types);
    api.body = editor.result();
  }
  add_models(api);
  if (Value disable = api.get("DisableExecuteApiEndpoint"); !disable.is_null()) {
    if (!api.body) api.refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
    SwaggerEditor editor(api.body);
    editor.disable_execute_api(disable);
    api.body = editor.result();
  }
  if (Value uri = api.get("DefinitionUri")) {
    out->set("BodyS3Location", definition_location(uri, api.id()));
  } else if (api.body) {
    api.body = normalized_definition(api, api.body);
    out->set("Body", api.body);
  }
  static constexpr std::array same = {"FailOnWarnings",   "Name",   "Description",    "Mode",
                                      "ApiKeySourceType", "Policy", "SecurityPolicy", "EndpointAccessMode"};
  for (auto name : same)
    if (Value value = api.get(name)) out->set(name, value);
  return out;
}

// A deployment is immutable: one with another definition gets another name.
Cfn make_deployment(const RestApi& api, const CfnResource& rest_api) {
  const std::string prefix = api.id() + "Deployment";
  Value definition = !rest_api.get("Body").is_null() ? rest_api.get("Body") : rest_api.get("BodyS3Location");
  Value version = api.get("OpenApiVersion");
  std::string data, id = prefix;
  Value description;
  if (definition) {
    data = definition.digested_text();
    if (version) data += "||" + version.str();
    if (Value domain = api.get("Domain")) data += "||" + domain.json(false, ", ", ": ");
    if (auto at = api.context.function_names.find(api.id()); at != api.context.function_names.end())
      data += "||" + at->second;
    if (api.get("AlwaysDeploy")) data = std::to_string(api.context.options.now_s);
    id = hashed_id(prefix, data);
    description = "RestApi deployment id: " + digest_of(data, 40);
  }
  Cfn out = make_cfn(id, "AWS::ApiGateway::Deployment", api.passed_on);
  out->set("RestApiId", ref_to(rest_api.id));
  if (!version) out->set("StageName", "Stage");
  out->set("Description", description);
  return out;
}

Cfn make_stage(const RestApi& api, const CfnResource& deployment) {
  Value name = api.get("StageName");
  const std::string text = name.is_string() ? name.s() : "";
  const std::string id = is_alphanumeric(text) ? api.id() + text + "Stage" : hashed_id(api.id() + "Stage", text);
  Cfn out = make_cfn(id, "AWS::ApiGateway::Stage", api.passed_on);
  out->set("RestApiId", ref_to(api.source.id));
  out->set("DeploymentId", ref_to(deployment.id));
  static constexpr std::array same = {"StageName",      "CacheClusterEnabled", "CacheClusterSize", "Variables",
                                      "MethodSettings", "AccessLogSetting",    "CanarySetting",    "TracingEnabled"};
  for (auto property : same) out->set(property, api.get(property));
  if (Value tags = api.get("Tags"); !tags.is_null()) out->set("Tags", tag_list(tags));
  return out;
}

}  // namespace

CfnList transform_api(Context& context, SamResource& source) {
  for (auto property : {"BinaryMediaTypes", "Domain", "Auth"})
    source.set(property, context.parameters.resolve(source.get(property)));
  RestApi api{
      .context = context, .source = source, .body = source.get("DefinitionBody"), .passed_on = source.passed_on()};
  Cfn rest_api = make_rest_api(api);
  CfnList domain = make_api_domain(api);
  Cfn deployment = make_deployment(api, *rest_api);
  Cfn stage = make_stage(api, *deployment);
  CfnList out = {rest_api, deployment, stage};
  auto add = [&](const CfnList& more) { out.insert(out.end(), more.begin(), more.end()); };
  add(authorizer_permissions(api));
  add(domain);
  add(make_usage_plan(api, *stage));
  propagate_tags(out, source.get("Tags"), source.get("PropagateTags"));
  return out;
}

}  // namespace thaw::sam
