// Models, request validators, authorizers and gateway responses of a definition.
#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"
#include "services/apigateway/gateway_responses.h"

namespace thaw::apigateway {
namespace {

std::string text(const Json& in, std::string_view name) { return in.get(name).string_or(""); }

Json::Array values_of(const Json& object) {
  Json::Array out;
  if (object.is_object())
    for (const Json::Member& m : object.members()) out.push_back(m.value);
  return out;
}

bool is_alphanumeric(std::string_view name) {
  return !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

Result<void> check_schema(const Json& model) {
  std::string schema = text(model, "schema");
  if (schema.size() > 400'000) return bad_request("Model schema is too long");
  bool json = text(model, "contentType").starts_with("application/json");
  if (json && !schema.empty() && !Json::parse(schema, 64))
    return bad_request(
        "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]");
  return {};
}

Result<void> check_authorizer(const Json& authorizer) {
  std::string type = text(authorizer, "type");
  if (type != "TOKEN" && type != "REQUEST" && type != "COGNITO_USER_POOLS")
    return bad_request("Invalid authorizer type specified: " + type);
  if (type != "COGNITO_USER_POOLS" && text(authorizer, "authorizerUri").find(":lambda:path/") == std::string::npos)
    return bad_request(
        "Invalid Authorizer URI: " + text(authorizer, "authorizerUri") +
        ". Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.");
  auto ttl = authorizer.get("authorizerResultTtlInSeconds").to_int();
  if (ttl && (*ttl < 0 || *ttl > 3600)) return bad_request("Authorizer result TTL must be between 0 and 3600 seconds");
  bool needs_source = type == "TOKEN" || (type == "REQUEST" && ttl.value_or(300) > 0);
  if (needs_source && text(authorizer, "identitySource").empty())
    return bad_request(type == "TOKEN" ? "Invalid identity source specified"
                                       : "Identity sources are required when caching is enabled");
  return {};
}

}  // namespace

// ---- models ----

Result<Json> create_model(Json& definition, const Json& in) {
  std::string name = text(in, "name");
  if (!is_alphanumeric(name)) return bad_request("Model name must be alphanumeric: " + name);
  if (object_at(definition, "models").contains(name)) return conflict("Model name already exists for this REST API");
  Json model = pick(in, {"name", "description", "schema", "contentType"});
  CHECK_OK(check_schema(model));
  model.set("id", new_id(6));
  object_at(definition, "models").set(name, model);
  return model;
}
Result<Json> get_model(Json& definition, const Json& in) {
  const Json* found = object_at(definition, "models").find(text(in, "modelName"));
  if (!found) return not_found("Invalid model name specified: " + text(in, "modelName"));
  return *found;
}
Result<Json> get_models(Json& definition, const Json& in) {
  return page(values_of(definition.get("models")), in, "name");
}
Result<Json> update_model(Json& definition, const Json& in) {
  Json* found = object_at(definition, "models").find(text(in, "modelName"));
  if (!found) return not_found("Invalid model name specified: " + text(in, "modelName"));
  CHECK_OK(apply_patches(*found, in, {{"/description"}, {"/schema"}}));
  CHECK_OK(check_schema(*found));
  return *found;
}
Result<Json> delete_model(Json& definition, const Json& in) {
  std::string name = text(in, "modelName");
  if (!object_at(definition, "models").contains(name)) return not_found("Invalid model name specified: " + name);
  for (const Json::Member& resource : object_at(definition, "resources").members()) {
    const Json& methods = resource.value.get("resourceMethods");
    if (!methods.is_object()) continue;
    for (const Json::Member& method : methods.members()) {
      const Json& models = method.value.get("requestModels");
      if (models.is_object() &&
          std::ranges::any_of(models.members(), [&](const auto& m) { return m.value.string_or("") == name; }))
        return conflict("Cannot delete model '" + name +
                        "', is referenced in method request: " + text(resource.value, "path") + "/" + method.key);
    }
  }
  object_at(definition, "models").erase(name);
  return Json::object();
}

// ---- request validators ----

namespace {
std::unexpected<Error> no_validator() { return not_found("Invalid Request Validator identifier specified"); }
}  // namespace

Result<Json> create_validator(Json& definition, const Json& in) {
  std::string id = new_id(6);
  Json out = Json::object({{"id", id}, {"name", text(in, "name")}});
  for (std::string_view flag : {"validateRequestBody", "validateRequestParameters"})
    out.set(flag, in.get(flag).is_bool() && in.get(flag).as_bool());
  object_at(definition, "requestValidators").set(id, out);
  return out;
}
Result<Json> get_validator(Json& definition, const Json& in) {
  const Json* found = object_at(definition, "requestValidators").find(text(in, "requestValidatorId"));
  if (!found) return no_validator();
  return *found;
}
Result<Json> get_validators(Json& definition, const Json& in) {
  return page(values_of(definition.get("requestValidators")), in, "id");
}
Result<Json> update_validator(Json& definition, const Json& in) {
  Json* found = object_at(definition, "requestValidators").find(text(in, "requestValidatorId"));
  if (!found) return no_validator();
  CHECK_OK(apply_patches(*found, in, {{"/name"}, {"/validateRequestBody", 'b'}, {"/validateRequestParameters", 'b'}}));
  return *found;
}
Result<Json> delete_validator(Json& definition, const Json& in) {
  if (!object_at(definition, "requestValidators").erase(text(in, "requestValidatorId"))) return no_validator();
  return Json::object();
}

// ---- authorizers ----

namespace {
std::unexpected<Error> no_authorizer() { return not_found("Invalid Authorizer identifier specified"); }
}  // namespace

Result<Json> create_authorizer(Json& definition, const Json& in) {
  Json out = pick(in, {"name", "type", "providerARNs", "authType", "authorizerUri", "authorizerCredentials",
                       "identitySource", "identityValidationExpression", "authorizerResultTtlInSeconds"});
  CHECK_OK(check_authorizer(out));
  for (const Json::Member& m : object_at(definition, "authorizers").members())
    if (text(m.value, "name") == text(out, "name"))
      return bad_request("Authorizer name must be unique. Authorizer " + text(out, "name") +
                         " already exists in this RestApi.");
  std::string id = new_id(6);
  out.set("id", id);
  if (!out.contains("authType"))
    out.set("authType", text(out, "type") == "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom");
  object_at(definition, "authorizers").set(id, out);
  return out;
}
Result<Json> get_authorizer(Json& definition, const Json& in) {
  const Json* found = object_at(definition, "authorizers").find(text(in, "authorizerId"));
  if (!found) return no_authorizer();
  return *found;
}
Result<Json> get_authorizers(Json& definition, const Json& in) {
  return page(values_of(definition.get("authorizers")), in, "id");
}
Result<Json> update_authorizer(Json& definition, const Json& in) {
  Json* found = object_at(definition, "authorizers").find(text(in, "authorizerId"));
  if (!found) return no_authorizer();
  CHECK_OK(apply_patches(*found, in,
                         {{"/name"},
                          {"/type"},
                          {"/authorizerUri"},
                          {"/authorizerCredentials"},
                          {"/identitySource"},
                          {"/identityValidationExpression"},
                          {"/authorizerResultTtlInSeconds", 'i'},
                          {"/authType"},
                          {"/providerARNs", 'l'}}));
  CHECK_OK(check_authorizer(*found));
  return *found;
}
Result<Json> delete_authorizer(Json& definition, const Json& in) {
  std::string id = text(in, "authorizerId");
  if (!object_at(definition, "authorizers").contains(id)) return no_authorizer();
  for (const Json::Member& resource : object_at(definition, "resources").members()) {
    const Json& methods = resource.value.get("resourceMethods");
    if (!methods.is_object()) continue;
    for (const Json::Member& method : methods.members())
      if (text(method.value, "authorizerId") == id)
        return conflict("Cannot delete authorizer '" + id +
                        "', is referenced in method: " + text(resource.value, "path") + "/" + method.key);
  }
  object_at(definition, "authorizers").erase(id);
  return Json::object();
}

// ---- gateway responses ----

namespace {

Json shown_response(Json& definition, const std::string& type) {
  if (const Json* own = object_at(definition, "gatewayResponses").find(type)) {
    Json out = *own;
    out.set("defaultResponse", false);
    return out;
  }
  const GatewayResponseType* known = find_gateway_response(type);
  Json out = Json::object({{"responseType", type}});
  if (known && known->status) out.set("statusCode", std::to_string(known->status));
  out.set("responseParameters", Json::object());
  out.set("responseTemplates", Json::object({{"application/json", std::string(default_gateway_template)}}));
  out.set("defaultResponse", true);
  return out;
}

Result<void> check_response(const Json& response) {
  std::string status = text(response, "statusCode");
  bool digits = status.size() == 3 && std::ranges::all_of(status, [](char c) { return c >= '0' && c <= '9'; });
  if (!status.empty() && !digits) return bad_request("Invalid status code: " + status);
  const Json& parameters = response.get("responseParameters");
  if (!parameters.is_object()) return {};
  for (const Json::Member& m : parameters.members())
    if (!m.key.starts_with("gatewayresponse.header."))
      return bad_request(
          "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
          "[Invalid mapping expression parameter specified: " +
          m.key + "]");
  return {};
}

}  // namespace

Result<Json> put_gateway_response(Json& definition, const Json& in) {
  std::string type = text(in, "responseType");
  if (!find_gateway_response(type)) return bad_request("Invalid gateway response type: " + type);
  Json out = pick(in, {"responseType", "statusCode", "responseParameters", "responseTemplates"});
  CHECK_OK(check_response(out));
  if (!out.contains("responseParameters")) out.set("responseParameters", Json::object());
  if (!out.contains("responseTemplates")) out.set("responseTemplates", Json::object());
  object_at(definition, "gatewayResponses").set(type, out);
  return shown_response(definition, type);
}
Result<Json> get_gateway_response(Json& definition, const Json& in) {
  return shown_response(definition, text(in, "responseType"));
}
Result<Json> get_gateway_responses(Json& definition, const Json& in) {
  Json::Array all;
  for (const GatewayResponseType& type : gateway_response_types())
    all.push_back(shown_response(definition, std::string(type.name)));
  return page(std::move(all), in, "responseType");
}
Result<Json> update_gateway_response(Json& definition, const Json& in) {
  std::string type = text(in, "responseType");
  Json changed = shown_response(definition, type);
  CHECK_OK(apply_patches(changed, in, {{"/statusCode"}, {"/responseParameters/*"}, {"/responseTemplates/*"}}));
  changed.erase("defaultResponse");
  CHECK_OK(check_response(changed));
  object_at(definition, "gatewayResponses").set(type, changed);
  return shown_response(definition, type);
}
Result<Json> delete_gateway_response(Json& definition, const Json& in) {
  if (!object_at(definition, "gatewayResponses").erase(text(in, "responseType")))
    return not_found("Gateway response type not defined on API");
  return Json::object();
}

}  // namespace thaw::apigateway
