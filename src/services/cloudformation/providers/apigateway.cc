// AWS::ApiGateway::*
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

constexpr const char* service = "apigateway";

Json patch(std::string op, std::string path, const Json& value) {
  Json out = Json::object({{"op", std::move(op)}, {"path", std::move(path)}});
  if (!value.is_null()) out.set("value", value.is_string() ? value : Json(value.dump()));
  return out;
}

// Patches for scalar members that changed: {property, path}.
Json scalar_patches(const ResourceRequest& r,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  Json out = Json::array();
  for (const auto& [property, path] : members) {
    if (!r.changed(property)) continue;
    const Json& value = r.property(property);
    out.push_back(patch(value.is_null() ? "remove" : "replace", std::string(path), value));
  }
  return out;
}

// Every page of a listing operation's "items".
Task<Result<Json>> all_items(Api& api, std::string operation, Json input) {
  Json items = Json::array();
  input.set("limit", 500);
  for (int page = 0; page < 100; ++page) {
    CO_TRY(Json answer, co_await api.call(service, operation, input));
    for (const Json& item : added(answer.get("items"), Json())) items.push_back(item);
    if (!answer.get("position").is_string() || answer.get("position").as_string().empty()) break;
    input.set("position", answer.get("position"));
  }
  co_return items;
}

// ---- RestApi ----

Task<Result<Json>> read_body(Api& api, const ResourceRequest& r) {
  if (const Json* body = r.properties.find("Body")) co_return as_text(*body);
  const Json& place = r.property("BodyS3Location");
  if (place.is_null()) co_return Json();
  Json input = pick_as(place, {{"Bucket", "Bucket"}, {"Key", "Key"}, {"Version", "VersionId"}, {"ETag", "IfMatch"}});
  CO_TRY(Json object, co_await api.call("s3", "GetObject", std::move(input)));
  co_return object.get("Body");
}

Task<Result<Json>> put_body(Api& api, const ResourceRequest& r, std::string id) {
  CO_TRY(Json body, co_await read_body(api, r));
  if (body.is_null()) co_return Json();
  Json input = Json::object({{"restApiId", id}, {"mode", r.property("Mode").string_or("overwrite")}, {"body", body}});
  if (const Json* strict = r.properties.find("FailOnWarnings")) input.set("failOnWarnings", *strict);
  Json parameters = r.properties.contains("Parameters") ? r.property("Parameters") : Json::object();
  if (!parameters.empty()) input.set("parameters", parameters);
  co_return co_await api.call(service, "PutRestApi", std::move(input));
}

Task<Result<ResourceState>> api_state(Api& api, std::string id) {
  CO_TRY(Json items, co_await all_items(api, "GetResources", Json::object({{"restApiId", id}})));
  Json attributes = Json::object({{"RestApiId", id}});
  for (const Json& item : items.items()) {
    if (item.get("path").string_or("") == "/") attributes.set("RootResourceId", item.get("id"));
  }
  co_return done(id, std::move(attributes));
}

// An API that an earlier try has made, known by the stack's tags; an empty text when there is none.
Task<Result<std::string>> find_own_api(Api& api, const ResourceRequest& r) {
  if (!r.resumed) co_return std::string();
  CO_TRY(Json items, co_await all_items(api, "GetRestApis", Json::object()));
  for (const Json& item : items.items()) {
    const Json& tags = item.get("tags");
    if (tags.get("aws:cloudformation:stack-id").string_or("") == r.stack_id &&
        tags.get("aws:cloudformation:logical-id").string_or("") == r.logical_id) {
      co_return item.get("id").string_or("");
    }
  }
  co_return std::string();
}

Task<Result<ResourceState>> create_api(Api& api, ResourceRequest r) {
  CO_TRY(std::string id, co_await find_own_api(api, r));
  if (id.empty()) {
    Json input = lower_members(pick(r.properties, {"Description", "BinaryMediaTypes", "MinimumCompressionSize",
                                                   "CloneFrom", "DisableExecuteApiEndpoint"}));
    merge(input, pick_as(r.properties, {{"ApiKeySourceType", "apiKeySource"}}));
    std::string name = r.property("Name").string_or("");
    if (name.empty()) name = r.property("Body").get("info").get("title").string_or("");
    if (name.empty() && (r.properties.contains("Body") || r.properties.contains("BodyS3Location"))) name = r.logical_id;
    input.set("name", name);
    if (const Json* endpoint = r.properties.find("EndpointConfiguration")) {
      input.set("endpointConfiguration", lower_members(pick(*endpoint, {"Types", "VpcEndpointIds", "IpAddressType"})));
    }
    if (const Json* policy = r.properties.find("Policy")) input.set("policy", as_text(*policy));
    Json tags = tag_map(all_tags(r));
    merge(tags, tag_map(system_tags(r)));
    if (!tags.empty()) input.set("tags", tags);
    CO_TRY(Json made, co_await api.call(service, "CreateRestApi", std::move(input)));
    id = made.get("id").string_or("");
  }
  Result<Json> put = co_await put_body(api, r, id);
  if (!put) {
    Result<Json> undone = co_await api.call(service, "DeleteRestApi", Json::object({{"restApiId", id}}));
    co_return std::unexpected(std::move(put).error());
  }
  co_return co_await api_state(api, id);
}

Task<Result<ResourceState>> update_api(Api& api, ResourceRequest r) {
  const std::string& id = r.physical_id;
  bool body = r.changed("Body") || r.changed("BodyS3Location") || r.changed("Parameters") || r.changed("Mode") ||
              r.properties.contains("BodyS3Location");
  if (body) {
    CO_TRY(Json put, co_await put_body(api, r, id));
  }
  Json patches = scalar_patches(r, {{"Name", "/name"},
                                    {"Description", "/description"},
                                    {"ApiKeySourceType", "/apiKeySource"},
                                    {"MinimumCompressionSize", "/minimumCompressionSize"},
                                    {"DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"}});
  if (r.changed("Policy"))
    patches.push_back(
        patch("replace", "/policy", r.properties.contains("Policy") ? as_text(r.property("Policy")) : Json("")));
  auto escaped = [](const Json& type) {
    std::string out = type.string_or("");
    for (size_t at = 0; (at = out.find('/', at)) != std::string::npos; at += 2) out.replace(at, 1, "~1");
    return out;
  };
  for (const Json& type : added(r.previous.get("BinaryMediaTypes"), r.property("BinaryMediaTypes"))) {
    patches.push_back(patch("remove", "/binaryMediaTypes/" + escaped(type), Json()));
  }
  for (const Json& type : added(r.property("BinaryMediaTypes"), r.previous.get("BinaryMediaTypes"))) {
    patches.push_back(patch("add", "/binaryMediaTypes/" + escaped(type), Json()));
  }
  if (r.changed("EndpointConfiguration") && r.property("EndpointConfiguration").get("Types").is_array() &&
      !r.property("EndpointConfiguration").get("Types").empty()) {
    std::string before = "EDGE";
    if (const Json& types = r.previous.get("EndpointConfiguration").get("Types"); types.is_array() && !types.empty()) {
      before = types.items()[0].string_or(before);
    }
    patches.push_back(patch("replace", "/endpointConfiguration/types/" + before,
                            r.property("EndpointConfiguration").get("Types").items()[0]));
  }
  if (!patches.empty()) {
    CO_TRY(Json answer, co_await api.call(service, "UpdateRestApi",
                                          Json::object({{"restApiId", id}, {"patchOperations", patches}})));
  }
  co_return co_await api_state(api, id);
}

Task<Result<ResourceState>> remove_api(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteRestApi", Json::object({{"restApiId", r.physical_id}}))));
  co_return done(r.physical_id);
}

// ---- Resource, Method ----

Task<Result<ResourceState>> create_resource(Api& api, ResourceRequest r) {
  Json input = Json::object({{"restApiId", r.property("RestApiId")},
                             {"parentId", r.property("ParentId")},
                             {"pathPart", r.property("PathPart")}});
  Result<Json> made = co_await api.call(service, "CreateResource", std::move(input));
  if (!made && r.resumed && is_already_exists(made.error())) {
    CO_TRY(Json items, co_await all_items(api, "GetResources", Json::object({{"restApiId", r.property("RestApiId")}})));
    for (const Json& item : items.items()) {
      if (item.get("parentId") == r.property("ParentId") && item.get("pathPart") == r.property("PathPart")) {
        std::string id = item.get("id").string_or("");
        co_return done(id, Json::object({{"ResourceId", id}}));
      }
    }
  }
  if (!made) co_return std::unexpected(std::move(made).error());
  std::string id = made->get("id").string_or("");
  co_return done(id, Json::object({{"ResourceId", id}}));
}

Task<Result<ResourceState>> remove_resource(Api& api, ResourceRequest r) {
  Json input = Json::object({{"restApiId", r.property("RestApiId")}, {"resourceId", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteResource", std::move(input))));
  co_return done(r.physical_id);
}

Json method_key(const ResourceRequest& r) {
  return Json::object({{"restApiId", r.property("RestApiId")},
                       {"resourceId", r.property("ResourceId")},
                       {"httpMethod", r.property("HttpMethod")}});
}

Task<Result<Json>> put_integration(Api& api, const ResourceRequest& r) {
  const Json& integration = r.property("Integration");
  if (integration.is_null()) co_return Json();
  Json input = lower_members(
      pick(integration, {"Type", "IntegrationHttpMethod", "Uri", "ConnectionType", "ConnectionId", "Credentials",
                         "RequestParameters", "RequestTemplates", "PassthroughBehavior", "CacheNamespace",
                         "CacheKeyParameters", "ContentHandling", "TimeoutInMillis", "ResponseTransferMode"}));
  if (const Json* tls = integration.find("TlsConfig")) input.set("tlsConfig", lower_members(*tls));
  merge(input, method_key(r));
  CO_TRY(Json put, co_await api.call(service, "PutIntegration", std::move(input)));
  for (const Json& response : added(integration.get("IntegrationResponses"), Json())) {
    Json one = lower_members(pick(
        response, {"StatusCode", "SelectionPattern", "ResponseParameters", "ResponseTemplates", "ContentHandling"}));
    merge(one, method_key(r));
    CO_TRY(Json answer, co_await api.call(service, "PutIntegrationResponse", std::move(one)));
  }
  co_return Json();
}

std::string method_id(const ResourceRequest& r) {
  return r.text("RestApiId") + "|" + r.text("ResourceId") + "|" + r.text("HttpMethod");
}

Task<Result<ResourceState>> create_method(Api& api, ResourceRequest r) {
  Json input = lower_members(
      pick(r.properties, {"AuthorizationType", "AuthorizerId", "ApiKeyRequired", "OperationName", "RequestParameters",
                          "RequestModels", "RequestValidatorId", "AuthorizationScopes"}));
  if (!input.contains("authorizationType")) input.set("authorizationType", "NONE");
  merge(input, method_key(r));
  Result<Json> made = co_await api.call(service, "PutMethod", input);
  if (!made && r.resumed && is_already_exists(made.error())) {
    CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteMethod", method_key(r))));
    made = co_await api.call(service, "PutMethod", input);
  }
  if (!made) co_return std::unexpected(std::move(made).error());
  for (const Json& response : added(r.property("MethodResponses"), Json())) {
    Json one = lower_members(pick(response, {"StatusCode", "ResponseParameters", "ResponseModels"}));
    merge(one, method_key(r));
    CO_TRY(Json answer, co_await api.call(service, "PutMethodResponse", std::move(one)));
  }
  CO_TRY(Json integrated, co_await put_integration(api, r));
  co_return done(method_id(r));
}

// A method is written anew: what it consists of is small, and a deployment, not the method, is what clients reach.
Task<Result<ResourceState>> update_method(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteMethod", method_key(r))));
  co_return co_await create_method(api, std::move(r));
}

Task<Result<ResourceState>> remove_method(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteMethod", method_key(r))));
  co_return done(r.physical_id);
}

// ---- Deployment, Stage ----

Json escape_stage_path(std::string_view resource_path) {
  std::string out;
  for (char c : resource_path) {
    if (c == '/') {
      out += "~1";
    } else if (c == '~') {
      out += "~0";
    } else {
      out.push_back(c);
    }
  }
  return Json(out);
}

// MethodSettings and AccessLogSetting as patches of the stage.
Json setting_patches(const Json& properties) {
  static constexpr std::pair<std::string_view, std::string_view> keys[] = {
      {"MetricsEnabled", "metrics/enabled"},           {"LoggingLevel", "logging/loglevel"},
      {"DataTraceEnabled", "logging/dataTrace"},       {"ThrottlingBurstLimit", "throttling/burstLimit"},
      {"ThrottlingRateLimit", "throttling/rateLimit"}, {"CachingEnabled", "caching/enabled"},
      {"CacheTtlInSeconds", "caching/ttlInSeconds"},   {"CacheDataEncrypted", "caching/dataEncrypted"}};
  Json out = Json::array();
  for (const Json& setting : added(properties.get("MethodSettings"), Json())) {
    std::string path = setting.get("ResourcePath").string_or("/*");
    std::string prefix = path == "/*" ? "/*" : "/" + escape_stage_path(path).as_string();
    prefix += "/" + setting.get("HttpMethod").string_or("*") + "/";
    for (const auto& [key, suffix] : keys) {
      if (const Json* value = setting.find(key)) out.push_back(patch("replace", prefix + std::string(suffix), *value));
    }
  }
  if (const Json* log = properties.find("AccessLogSetting")) {
    if (log->contains("DestinationArn"))
      out.push_back(patch("replace", "/accessLogSettings/destinationArn", log->get("DestinationArn")));
    if (log->contains("Format")) out.push_back(patch("replace", "/accessLogSettings/format", log->get("Format")));
  }
  return out;
}

Task<Result<ResourceState>> create_deployment(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"RestApiId", "Description", "StageName"}));
  const Json& stage = r.property("StageDescription");
  if (stage.is_object()) {
    merge(input,
          lower_members(pick(stage, {"CacheClusterEnabled", "CacheClusterSize", "Variables", "TracingEnabled"})));
    merge(input, pick_as(stage, {{"Description", "stageDescription"}}));
  }
  CO_TRY(Json made, co_await api.call(service, "CreateDeployment", std::move(input)));
  std::string id = made.get("id").string_or("");
  if (Json patches = setting_patches(stage); r.properties.contains("StageName") && !patches.empty()) {
    Json update = Json::object(
        {{"restApiId", r.property("RestApiId")}, {"stageName", r.property("StageName")}, {"patchOperations", patches}});
    CO_TRY(Json answer, co_await api.call(service, "UpdateStage", std::move(update)));
  }
  co_return done(id, Json::object({{"DeploymentId", id}}));
}

Task<Result<ResourceState>> update_deployment(Api& api, ResourceRequest r) {
  Json patches = scalar_patches(r, {{"Description", "/description"}});
  if (!patches.empty()) {
    Json input = Json::object(
        {{"restApiId", r.property("RestApiId")}, {"deploymentId", r.physical_id}, {"patchOperations", patches}});
    CO_TRY(Json answer, co_await api.call(service, "UpdateDeployment", std::move(input)));
  }
  co_return done(r.physical_id, r.attributes);
}

Task<Result<ResourceState>> remove_deployment(Api& api, ResourceRequest r) {
  Json input = Json::object({{"restApiId", r.property("RestApiId")}, {"deploymentId", r.physical_id}});
  Result<Json> answer = co_await api.call(service, "DeleteDeployment", input);
  if (!answer && !is_not_found(answer.error()) && r.properties.contains("StageName")) {
    // The stage that this deployment made still points to it.
    Json stage = Json::object({{"restApiId", r.property("RestApiId")}, {"stageName", r.property("StageName")}});
    Result<Json> now = co_await api.call(service, "GetStage", stage);
    if (now && now->get("deploymentId").string_or("") == r.physical_id) {
      CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteStage", stage)));
      answer = co_await api.call(service, "DeleteDeployment", input);
    }
  }
  CO_CHECK_OK(gone_is_fine(std::move(answer)));
  co_return done(r.physical_id);
}

Json stage_key(const ResourceRequest& r) {
  return Json::object({{"restApiId", r.property("RestApiId")}, {"stageName", r.property("StageName")}});
}

Task<Result<ResourceState>> create_stage(Api& api, ResourceRequest r) {
  Json input =
      lower_members(pick(r.properties, {"RestApiId", "StageName", "DeploymentId", "Description", "CacheClusterEnabled",
                                        "CacheClusterSize", "Variables", "DocumentationVersion", "TracingEnabled"}));
  if (const Json* canary = r.properties.find("CanarySetting")) input.set("canarySettings", lower_members(*canary));
  if (Json tags = all_tags(r); !tags.empty()) input.set("tags", tag_map(tags));
  Result<Json> made = co_await api.call(service, "CreateStage", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  if (Json patches = setting_patches(r.properties); !patches.empty()) {
    Json update = stage_key(r);
    update.set("patchOperations", patches);
    CO_TRY(Json answer, co_await api.call(service, "UpdateStage", std::move(update)));
  }
  co_return done(r.text("StageName"));
}

Task<Result<ResourceState>> update_stage(Api& api, ResourceRequest r) {
  Json patches = scalar_patches(r, {{"DeploymentId", "/deploymentId"},
                                    {"Description", "/description"},
                                    {"CacheClusterEnabled", "/cacheClusterEnabled"},
                                    {"CacheClusterSize", "/cacheClusterSize"},
                                    {"TracingEnabled", "/tracingEnabled"},
                                    {"DocumentationVersion", "/documentationVersion"}});
  const Json& now = r.property("Variables");
  const Json& before = r.previous.get("Variables");
  if (now.is_object()) {
    for (const Json::Member& m : now.members()) {
      if (!(before.get(m.key) == m.value)) patches.push_back(patch("replace", "/variables/" + m.key, m.value));
    }
  }
  if (before.is_object()) {
    for (const Json::Member& m : before.members()) {
      if (!now.contains(m.key)) patches.push_back(patch("remove", "/variables/" + m.key, Json()));
    }
  }
  if (r.changed("MethodSettings") || r.changed("AccessLogSetting")) {
    for (const Json& one : added(setting_patches(r.properties), Json())) patches.push_back(one);
  }
  if (!patches.empty()) {
    Json input = stage_key(r);
    input.set("patchOperations", patches);
    CO_TRY(Json answer, co_await api.call(service, "UpdateStage", std::move(input)));
  }
  co_return done(r.physical_id, r.attributes);
}

Task<Result<ResourceState>> remove_stage(Api& api, ResourceRequest r) {
  Json input = Json::object({{"restApiId", r.property("RestApiId")}, {"stageName", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteStage", std::move(input))));
  co_return done(r.physical_id);
}

// ---- Account and the small ones ----

Task<Result<ResourceState>> put_account(Api& api, ResourceRequest r) {
  if (const Json* role = r.properties.find("CloudWatchRoleArn")) {
    Json patches = Json::array({patch("replace", "/cloudwatchRoleArn", *role)});
    CO_TRY(Json answer, co_await api.call(service, "UpdateAccount", Json::object({{"patchOperations", patches}})));
  }
  co_return done(r.physical_id, Json::object({{"Id", r.physical_id}}));
}

// Parts of an API that are made by one operation and removed by another with their id.
Task<Result<ResourceState>> create_part(Api& api, const ResourceRequest& r, const char* operation, Json input,
                                        const char* id_in_answer) {
  input.set("restApiId", r.property("RestApiId"));
  CO_TRY(Json made, co_await api.call(service, operation, std::move(input)));
  co_return done(made.get(id_in_answer).string_or(""), Json::object());
}
Task<Result<ResourceState>> remove_part(Api& api, const ResourceRequest& r, const char* operation, const char* member) {
  Json input = Json::object({{"restApiId", r.property("RestApiId")}});
  input.set(member, r.physical_id);
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, operation, std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_authorizer(Api& api, ResourceRequest r) {
  Json input = lower_members(
      pick(r.properties, {"Name", "Type", "ProviderARNs", "AuthType", "AuthorizerUri", "AuthorizerCredentials",
                          "IdentitySource", "IdentityValidationExpression", "AuthorizerResultTtlInSeconds"}));
  CO_TRY(ResourceState made, co_await create_part(api, r, "CreateAuthorizer", std::move(input), "id"));
  made.attributes.set("AuthorizerId", made.physical_id);
  co_return made;
}
Task<Result<ResourceState>> remove_authorizer(Api& api, ResourceRequest r) {
  co_return co_await remove_part(api, r, "DeleteAuthorizer", "authorizerId");
}
Task<Result<ResourceState>> create_model(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"ContentType", "Description"}));
  input.set("name", chosen_name(r, "Name"));
  if (!input.contains("contentType")) input.set("contentType", "application/json");
  if (const Json* schema = r.properties.find("Schema")) input.set("schema", as_text(*schema));
  co_return co_await create_part(api, r, "CreateModel", std::move(input), "name");
}
Task<Result<ResourceState>> remove_model(Api& api, ResourceRequest r) {
  co_return co_await remove_part(api, r, "DeleteModel", "modelName");
}
Task<Result<ResourceState>> create_validator(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"Name", "ValidateRequestBody", "ValidateRequestParameters"}));
  CO_TRY(ResourceState made, co_await create_part(api, r, "CreateRequestValidator", std::move(input), "id"));
  made.attributes.set("RequestValidatorId", made.physical_id);
  co_return made;
}
Task<Result<ResourceState>> remove_validator(Api& api, ResourceRequest r) {
  co_return co_await remove_part(api, r, "DeleteRequestValidator", "requestValidatorId");
}
Task<Result<ResourceState>> put_gateway_response(Api& api, ResourceRequest r) {
  Json input = lower_members(
      pick(r.properties, {"RestApiId", "ResponseType", "StatusCode", "ResponseParameters", "ResponseTemplates"}));
  CO_TRY(Json answer, co_await api.call(service, "PutGatewayResponse", std::move(input)));
  co_return done(r.text("RestApiId") + "-" + r.text("ResponseType"), Json::object({{"Id", r.physical_id}}));
}
Task<Result<ResourceState>> remove_gateway_response(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"RestApiId", "ResponseType"}));
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteGatewayResponse", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_key(Api& api, ResourceRequest r) {
  Json input =
      lower_members(pick(r.properties, {"CustomerId", "Description", "Enabled", "GenerateDistinctId", "Value"}));
  input.set("name", chosen_name(r, "Name"));
  if (const Json* stages = r.properties.find("StageKeys")) {
    Json list = Json::array();
    for (const Json& key : added(*stages, Json())) list.push_back(lower_members(key));
    input.set("stageKeys", list);
  }
  if (Json tags = all_tags(r); !tags.empty()) input.set("tags", tag_map(tags));
  CO_TRY(Json made, co_await api.call(service, "CreateApiKey", std::move(input)));
  std::string id = made.get("id").string_or("");
  co_return done(id, Json::object({{"APIKeyId", id}}));
}
Task<Result<ResourceState>> remove_key(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteApiKey", Json::object({{"apiKey", r.physical_id}}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_plan(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"Description"}));
  input.set("name", chosen_name(r, "UsagePlanName"));
  Json stages = Json::array();
  for (const Json& stage : added(r.property("ApiStages"), Json())) stages.push_back(lower_members(stage));
  if (!stages.empty()) input.set("apiStages", stages);
  if (const Json* quota = r.properties.find("Quota")) input.set("quota", lower_members(*quota));
  if (const Json* throttle = r.properties.find("Throttle")) input.set("throttle", lower_members(*throttle));
  CO_TRY(Json made, co_await api.call(service, "CreateUsagePlan", std::move(input)));
  std::string id = made.get("id").string_or("");
  co_return done(id, Json::object({{"Id", id}}));
}
Task<Result<ResourceState>> remove_plan(Api& api, ResourceRequest r) {
  // A plan that still has stages cannot be deleted.
  Json patches = Json::array();
  for (const Json& stage : added(r.property("ApiStages"), Json())) {
    patches.push_back(
        patch("remove", "/apiStages", Json(stage.get("ApiId").string_or("") + ":" + stage.get("Stage").string_or(""))));
  }
  if (!patches.empty()) {
    Json update = Json::object({{"usagePlanId", r.physical_id}, {"patchOperations", patches}});
    CO_CHECK_OK(gone_is_fine(co_await api.call(service, "UpdateUsagePlan", std::move(update))));
  }
  CO_CHECK_OK(
      gone_is_fine(co_await api.call(service, "DeleteUsagePlan", Json::object({{"usagePlanId", r.physical_id}}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_plan_key(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"KeyId", "KeyType", "UsagePlanId"}));
  Result<Json> made = co_await api.call(service, "CreateUsagePlanKey", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  std::string id = r.text("KeyId") + ":" + r.text("UsagePlanId");
  co_return done(id, Json::object({{"Id", id}}));
}
Task<Result<ResourceState>> remove_plan_key(Api& api, ResourceRequest r) {
  Json input = lower_members(pick(r.properties, {"KeyId", "UsagePlanId"}));
  CO_CHECK_OK(gone_is_fine(co_await api.call(service, "DeleteUsagePlanKey", std::move(input))));
  co_return done(r.physical_id);
}

std::vector<ResourceType> api_types() {
  return {
      {.name = "AWS::ApiGateway::RestApi",
       .properties = {"ApiKeySourceType", "BinaryMediaTypes", "Body", "BodyS3Location", "CloneFrom", "Description",
                      "DisableExecuteApiEndpoint", "EndpointConfiguration", "FailOnWarnings", "MinimumCompressionSize",
                      "Mode", "Name", "Parameters", "Policy", "Tags"},
       .attributes = {"RootResourceId", "RestApiId"},
       .taggable = true,
       .volatile_attributes = true,
       .create = create_api,
       .update = update_api,
       .remove = remove_api},
      {.name = "AWS::ApiGateway::Resource",
       .properties = {"RestApiId", "ParentId", "PathPart"},
       .required = {"RestApiId", "ParentId", "PathPart"},
       .create_only = {"*"},
       .attributes = {"ResourceId"},
       .create = create_resource,
       .remove = remove_resource},
      {.name = "AWS::ApiGateway::Method",
       .properties = {"ApiKeyRequired", "AuthorizationScopes", "AuthorizationType", "AuthorizerId", "HttpMethod",
                      "Integration", "MethodResponses", "OperationName", "RequestModels", "RequestParameters",
                      "RequestValidatorId", "ResourceId", "RestApiId"},
       .required = {"RestApiId", "ResourceId", "HttpMethod"},
       .create_only = {"RestApiId", "ResourceId", "HttpMethod"},
       .create = create_method,
       .update = update_method,
       .remove = remove_method},
      {.name = "AWS::ApiGateway::Deployment",
       .properties = {"RestApiId", "Description", "StageName", "StageDescription"},
       .required = {"RestApiId"},
       .create_only = {"RestApiId", "StageName", "StageDescription"},
       .attributes = {"DeploymentId"},
       .create = create_deployment,
       .update = update_deployment,
       .remove = remove_deployment},
      {.name = "AWS::ApiGateway::Stage",
       .properties = {"AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "DeploymentId",
                      "Description", "DocumentationVersion", "MethodSettings", "RestApiId", "StageName", "Tags",
                      "TracingEnabled", "Variables"},
       .required = {"RestApiId", "StageName"},
       .create_only = {"RestApiId", "StageName"},
       .taggable = true,
       .create = create_stage,
       .update = update_stage,
       .remove = remove_stage},
      {.name = "AWS::ApiGateway::Account",
       .properties = {"CloudWatchRoleArn"},
       .attributes = {"Id"},
       .create = put_account,
       .update = put_account},
  };
}

std::vector<ResourceType> part_types() {
  return {
      {.name = "AWS::ApiGateway::Authorizer",
       .properties = {"AuthType", "AuthorizerCredentials", "AuthorizerResultTtlInSeconds", "AuthorizerUri",
                      "IdentitySource", "IdentityValidationExpression", "Name", "ProviderARNs", "RestApiId", "Type"},
       .required = {"RestApiId", "Name", "Type"},
       .create_only = {"*"},
       .attributes = {"AuthorizerId"},
       .create = create_authorizer,
       .remove = remove_authorizer},
      {.name = "AWS::ApiGateway::Model",
       .properties = {"ContentType", "Description", "Name", "RestApiId", "Schema"},
       .required = {"RestApiId"},
       .create_only = {"*"},
       .create = create_model,
       .remove = remove_model},
      {.name = "AWS::ApiGateway::RequestValidator",
       .properties = {"Name", "RestApiId", "ValidateRequestBody", "ValidateRequestParameters"},
       .required = {"RestApiId"},
       .create_only = {"*"},
       .attributes = {"RequestValidatorId"},
       .create = create_validator,
       .remove = remove_validator},
      {.name = "AWS::ApiGateway::GatewayResponse",
       .properties = {"ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId", "StatusCode"},
       .required = {"RestApiId", "ResponseType"},
       .create_only = {"RestApiId", "ResponseType"},
       .attributes = {"Id"},
       .create = put_gateway_response,
       .update = put_gateway_response,
       .remove = remove_gateway_response},
      {.name = "AWS::ApiGateway::ApiKey",
       .properties = {"CustomerId", "Description", "Enabled", "GenerateDistinctId", "Name", "StageKeys", "Tags",
                      "Value"},
       .create_only = {"*"},
       .attributes = {"APIKeyId"},
       .taggable = true,
       .create = create_key,
       .remove = remove_key},
      {.name = "AWS::ApiGateway::UsagePlan",
       .properties = {"ApiStages", "Description", "Quota", "Throttle", "UsagePlanName"},
       .create_only = {"*"},
       .attributes = {"Id"},
       .create = create_plan,
       .remove = remove_plan},
      {.name = "AWS::ApiGateway::UsagePlanKey",
       .properties = {"KeyId", "KeyType", "UsagePlanId"},
       .required = {"KeyId", "KeyType", "UsagePlanId"},
       .create_only = {"*"},
       .attributes = {"Id"},
       .create = create_plan_key,
       .remove = remove_plan_key},
  };
}

}  // namespace

const std::vector<ResourceType>& apigateway_types() {
  static const std::vector<ResourceType> types = [] {
    std::vector<ResourceType> out = api_types();
    for (ResourceType& type : part_types()) out.push_back(std::move(type));
    return out;
  }();
  return types;
}

}  // namespace thaw::cloudformation
