#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"

namespace thaw::apigateway {
namespace {

std::unexpected<Error> no_status() { return not_found("Invalid Response status code specified"); }
std::unexpected<Error> no_integration() { return not_found("Invalid Integration identifier specified"); }

std::string text(const Json& in, std::string_view name) { return in.get(name).string_or(""); }

Result<Json*> resource_of(Json& definition, const Json& in) {
  Json* found = object_at(definition, "resources").find(text(in, "resourceId"));
  if (!found) return not_found("Invalid Resource identifier specified");
  return found;
}
Result<Json*> method_of(Json& definition, const Json& in) {
  TRY(Json * resource, resource_of(definition, in));
  Json* found = object_at(*resource, "resourceMethods").find(text(in, "httpMethod"));
  if (!found) return not_found("Invalid Method identifier specified");
  return found;
}
Result<Json*> integration_of(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  Json* found = method->find("methodIntegration");
  if (!found) return no_integration();
  return found;
}
Result<Json*> response_of(Json& owner, std::string_view member, const Json& in) {
  Json* found = object_at(owner, member).find(text(in, "statusCode"));
  if (!found) return no_status();
  return found;
}

Result<void> check_status(const Json& in) {
  std::string code = text(in, "statusCode");
  bool digits = code.size() == 3 && code[0] >= '1' && code[0] <= '5' && code[1] >= '0' && code[1] <= '9' &&
                code[2] >= '0' && code[2] <= '9';
  if (!digits) return bad_request("Invalid status code: " + code);
  return {};
}

Result<void> check_authorization(Json& definition, const Json& method) {
  std::string type = text(method, "authorizationType");
  if (type != "NONE" && type != "AWS_IAM" && type != "CUSTOM" && type != "COGNITO_USER_POOLS")
    return bad_request("Invalid authorization type specified: " + type +
                       ". Must be one of: [NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS]");
  if (type != "CUSTOM" && type != "COGNITO_USER_POOLS") return {};
  const Json* authorizer = object_at(definition, "authorizers").find(text(method, "authorizerId"));
  if (!authorizer)
    return bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
        "COGNITO_USER_POOLS requires a valid authorizer.");
  return {};
}

Result<void> check_validator(Json& definition, const Json& method) {
  std::string id = text(method, "requestValidatorId");
  if (!id.empty() && !object_at(definition, "requestValidators").contains(id))
    return bad_request("Invalid Request Validator identifier specified");
  return {};
}

Result<void> check_models(Json& definition, const Json& models) {
  if (!models.is_object()) return {};
  for (const Json::Member& m : models.members()) {
    std::string name = m.value.string_or("");
    if (name != "Empty" && name != "Error" && !object_at(definition, "models").contains(name))
      return bad_request("Invalid model identifier specified: " + name);
  }
  return {};
}

}  // namespace

// ---- methods ----

Result<Json> put_method(Json& definition, const Json& in) {
  TRY(Json * resource, resource_of(definition, in));
  std::string name = text(in, "httpMethod");
  static constexpr std::string_view names[] = {"DELETE", "HEAD", "GET", "OPTIONS", "PUT", "POST", "PATCH", "ANY"};
  if (std::ranges::find(names, name) == std::end(names))
    return bad_request("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
  if (object_at(*resource, "resourceMethods").contains(name))
    return conflict("Method already exists for this resource");
  Json method = pick(in, {"httpMethod", "authorizationType", "authorizerId", "apiKeyRequired", "requestValidatorId",
                          "operationName", "requestParameters", "requestModels", "authorizationScopes"});
  if (!method.contains("apiKeyRequired")) method.set("apiKeyRequired", false);
  CHECK_OK(check_authorization(definition, method));
  CHECK_OK(check_validator(definition, method));
  CHECK_OK(check_models(definition, method.get("requestModels")));
  TRY(resource, resource_of(definition, in));
  object_at(*resource, "resourceMethods").set(name, method);
  return method;
}

Result<Json> get_method(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  return *method;
}

Result<Json> update_method(Json& definition, const Json& in) {
  TRY(Json * found, method_of(definition, in));
  Json method = *found;
  CHECK_OK(apply_patches(method, in,
                         {{"/authorizationType"},
                          {"/authorizerId"},
                          {"/apiKeyRequired", 'b'},
                          {"/operationName"},
                          {"/requestValidatorId"},
                          {"/requestParameters/*", 'b'},
                          {"/requestModels/*"},
                          {"/authorizationScopes", 'l'}}));
  CHECK_OK(check_authorization(definition, method));
  CHECK_OK(check_validator(definition, method));
  CHECK_OK(check_models(definition, method.get("requestModels")));
  TRY(found, method_of(definition, in));
  *found = method;
  return method;
}

Result<Json> delete_method(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  (void)method;
  TRY(Json * resource, resource_of(definition, in));
  object_at(*resource, "resourceMethods").erase(text(in, "httpMethod"));
  return Json::object();
}

// ---- method responses ----

Result<Json> put_method_response(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  CHECK_OK(check_status(in));
  Json& responses = object_at(*method, "methodResponses");
  if (responses.contains(text(in, "statusCode"))) return conflict("Response already exists for this resource");
  Json response = pick(in, {"statusCode", "responseParameters", "responseModels"});
  CHECK_OK(check_models(definition, response.get("responseModels")));
  TRY(method, method_of(definition, in));
  object_at(*method, "methodResponses").set(text(in, "statusCode"), response);
  return response;
}

Result<Json> get_method_response(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  TRY(Json * response, response_of(*method, "methodResponses", in));
  return *response;
}

Result<Json> update_method_response(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  TRY(Json * response, response_of(*method, "methodResponses", in));
  CHECK_OK(apply_patches(*response, in, {{"/responseParameters/*", 'b'}, {"/responseModels/*"}}));
  return *response;
}

Result<Json> delete_method_response(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  if (!object_at(*method, "methodResponses").erase(text(in, "statusCode"))) return no_status();
  return Json::object();
}

// ---- integrations ----

Result<Json> complete_integration(Json integration, std::string_view resource_id) {
  std::string type = text(integration, "type"), uri = text(integration, "uri");
  static constexpr std::string_view types[] = {"HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"};
  if (std::ranges::find(types, type) == std::end(types))
    return bad_request("Invalid integration type specified: " + type);
  if (text(integration, "connectionType") == "VPC_LINK")
    return fail("NotImplemented", "Thaw does not implement integrations through VPC links yet.", 501);
  if (text(integration, "responseTransferMode") == "STREAM")
    return fail("NotImplemented", "Thaw does not implement the response transfer mode STREAM yet.", 501);
  if (type != "MOCK" && text(integration, "httpMethod").empty())
    return bad_request("Enumeration value for HttpMethod must be non-empty");
  if (type.starts_with("AWS") && !(uri.starts_with("arn:") && uri.find(":apigateway:") != std::string::npos))
    return bad_request("Invalid ARN specified in the request");
  if (type == "AWS_PROXY" && uri.find(":lambda:path/") == std::string::npos &&
      uri.find(":firehose:") == std::string::npos)
    return bad_request(
        "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.");
  if (type.starts_with("HTTP") && !uri.starts_with("http://") && !uri.starts_with("https://") && !uri.starts_with("${"))
    return bad_request("Invalid HTTP endpoint specified for URI");
  std::string passthrough = text(integration, "passthroughBehavior");
  if (passthrough.empty())
    integration.set("passthroughBehavior", "WHEN_NO_MATCH");
  else if (passthrough != "WHEN_NO_MATCH" && passthrough != "WHEN_NO_TEMPLATES" && passthrough != "NEVER")
    return bad_request("Invalid passthroughBehavior: " + passthrough);
  auto timeout = integration.get("timeoutInMillis").to_int();
  if (!timeout)
    integration.set("timeoutInMillis", 29000);
  else if (*timeout < 50 || *timeout > 29000)
    return bad_request("Timeout should be between 50 ms and 29000 ms");
  if (!integration.contains("cacheNamespace")) integration.set("cacheNamespace", std::string(resource_id));
  if (!integration.contains("cacheKeyParameters")) integration.set("cacheKeyParameters", Json::array());
  return integration;
}

Result<Json> put_integration(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  Json integration = pick(in, {"type", "uri", "connectionType", "connectionId", "credentials", "requestParameters",
                               "requestTemplates", "passthroughBehavior", "contentHandling", "timeoutInMillis",
                               "cacheNamespace", "cacheKeyParameters", "tlsConfig", "responseTransferMode"});
  if (const Json* name = in.find("integrationHttpMethod")) integration.set("httpMethod", *name);
  TRY(integration, complete_integration(std::move(integration), text(in, "resourceId")));
  method->set("methodIntegration", integration);
  return integration;
}

Result<Json> get_integration(Json& definition, const Json& in) {
  TRY(Json * integration, integration_of(definition, in));
  return *integration;
}

Result<Json> update_integration(Json& definition, const Json& in) {
  TRY(Json * found, integration_of(definition, in));
  CHECK_OK(apply_patches(*found, in,
                         {{"/type"},
                          {"/uri"},
                          {"/httpMethod"},
                          {"/credentials"},
                          {"/connectionType"},
                          {"/connectionId"},
                          {"/requestParameters/*"},
                          {"/requestTemplates/*"},
                          {"/passthroughBehavior"},
                          {"/contentHandling"},
                          {"/timeoutInMillis", 'i'},
                          {"/cacheNamespace"},
                          {"/cacheKeyParameters", 'l'}}));
  TRY(*found, complete_integration(*found, text(in, "resourceId")));
  return *found;
}

Result<Json> delete_integration(Json& definition, const Json& in) {
  TRY(Json * method, method_of(definition, in));
  if (!method->erase("methodIntegration")) return no_integration();
  return Json::object();
}

// ---- integration responses ----

Result<Json> put_integration_response(Json& definition, const Json& in) {
  TRY(Json * integration, integration_of(definition, in));
  CHECK_OK(check_status(in));
  Json response =
      pick(in, {"statusCode", "selectionPattern", "responseParameters", "responseTemplates", "contentHandling"});
  object_at(*integration, "integrationResponses").set(text(in, "statusCode"), response);
  return response;
}

Result<Json> get_integration_response(Json& definition, const Json& in) {
  TRY(Json * integration, integration_of(definition, in));
  TRY(Json * response, response_of(*integration, "integrationResponses", in));
  return *response;
}

Result<Json> update_integration_response(Json& definition, const Json& in) {
  TRY(Json * integration, integration_of(definition, in));
  TRY(Json * response, response_of(*integration, "integrationResponses", in));
  CHECK_OK(apply_patches(
      *response, in,
      {{"/selectionPattern"}, {"/responseParameters/*"}, {"/responseTemplates/*"}, {"/contentHandling"}}));
  return *response;
}

Result<Json> delete_integration_response(Json& definition, const Json& in) {
  TRY(Json * integration, integration_of(definition, in));
  if (!object_at(*integration, "integrationResponses").erase(text(in, "statusCode"))) return no_status();
  return Json::object();
}

}  // namespace thaw::apigateway
