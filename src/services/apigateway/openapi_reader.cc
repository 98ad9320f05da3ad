#include "services/apigateway/openapi_reader.h"

#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"

namespace thaw::apigateway {
namespace {

constexpr size_t complaints_max = 100;

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}
// Text of a scalar: documents write status codes and versions as numbers too.
std::string scalar(const Json& value) {
  if (value.is_number()) return value.number_text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return value.string_or("");
}
std::string last_segment(std::string_view reference) { return std::string(reference.substr(reference.rfind('/') + 1)); }

Json text_map(const Json& from) {
  Json out = Json::object();
  if (from.is_object())
    for (const Json::Member& m : from.members()) out.set(m.key, scalar(m.value));
  return out;
}

}  // namespace

OpenApiReader::OpenApiReader(Json& definition, const Json& document) : definition_(definition), document_(document) {
  if (scalar(document.get("swagger")).starts_with("2")) version_ = 2;
  if (scalar(document.get("openapi")).starts_with("3")) version_ = 3;
}

void OpenApiReader::error(std::string words) {
  if (errors_.size() < complaints_max) errors_.push_back(std::move(words));
}

const Json& OpenApiReader::resolve(const Json& value) const {
  const Json* at = &value;
  for (int hops = 0; hops < 16; ++hops) {
    std::string reference = at->get("$ref").string_or("");
    if (!reference.starts_with("#/")) return *at;
    const Json* target = &document_;
    for (std::string_view part : split(std::string_view(reference).substr(2), '/')) target = &target->get(part);
    if (target->is_null()) return *target;
    at = target;
  }
  static const Json none;
  return none;
}

std::string OpenApiReader::base_path() const {
  std::string base = document_.get("basePath").string_or("");
  if (const Json& servers = document_.get("servers"); version_ == 3 && servers.is_array() && !servers.empty()) {
    const Json& server = servers.items()[0];
    base = server.get("url").string_or("");
    if (size_t scheme = base.find("://"); scheme != std::string::npos) {
      size_t slash = base.find('/', scheme + 3);
      base = slash == std::string::npos ? "" : base.substr(slash);
    }
    const Json& variables = server.get("variables");
    if (variables.is_object())
      for (const Json::Member& m : variables.members()) {
        std::string label = "{" + m.key + "}", value = scalar(m.value.get("default"));
        if (size_t at = base.find(label); at != std::string::npos) base.replace(at, label.size(), value);
      }
  }
  while (base.ends_with('/')) base.pop_back();
  if (!base.empty() && !base.starts_with('/')) base = "/" + base;
  while (base.starts_with("//")) base.erase(0, 1);
  return base;
}

void OpenApiReader::read_api() {
  const Json& info = document_.get("info");
  if (std::string title = scalar(info.get("title")); !title.empty()) definition_.set("name", title);
  if (info.contains("version")) definition_.set("version", scalar(info.get("version")));
  if (info.contains("description")) definition_.set("description", scalar(info.get("description")));
  if (const Json& types = document_.get("x-amazon-apigateway-binary-media-types"); types.is_array()) {
    Json list = Json::array();
    for (const Json& type : types.items()) list.push_back(scalar(type));
    definition_.set("binaryMediaTypes", list);
  }
  if (const Json& policy = document_.get("x-amazon-apigateway-policy"); !policy.is_null())
    definition_.set("policy", policy.is_string() ? policy : Json(policy.dump()));
  if (std::string source = upper(scalar(document_.get("x-amazon-apigateway-api-key-source"))); !source.empty()) {
    if (source != "HEADER" && source != "AUTHORIZER") error("Invalid API key source: " + source);
    definition_.set("apiKeySource", source);
  }
  const Json& size = document_.get("x-amazon-apigateway-minimum-compression-size");
  if (!size.is_null()) {
    std::string text = scalar(size);
    if (Json::is_number_text(text))
      definition_.set("minimumCompressionSize", Json::number(text));
    else
      error("Invalid minimum compression size: " + text);
  }
  const Json* endpoint = document_.find("x-amazon-apigateway-endpoint-configuration");
  if (const Json& servers = document_.get("servers"); !endpoint && servers.is_array() && !servers.empty())
    endpoint = servers.items()[0].find("x-amazon-apigateway-endpoint-configuration");
  if (!endpoint || !endpoint->is_object()) return;
  if (const Json& off = endpoint->get("disableExecuteApiEndpoint"); off.is_bool())
    definition_.set("disableExecuteApiEndpoint", off);
  for (std::string_view name : {"types", "vpcEndpointIds"})
    if (const Json& list = endpoint->get(name); list.is_array())
      object_at(definition_, "endpointConfiguration").set(name, list);
}

void OpenApiReader::read_validators() {
  const Json& all = document_.get("x-amazon-apigateway-request-validators");
  if (!all.is_object()) return;
  for (const Json::Member& m : all.members()) {
    std::string id = validator_named(m.key);
    if (id.empty()) id = new_id(6);
    Json validator = Json::object({{"id", id}, {"name", m.key}});
    for (std::string_view flag : {"validateRequestBody", "validateRequestParameters"})
      validator.set(flag, m.value.get(flag).is_bool() && m.value.get(flag).as_bool());
    object_at(definition_, "requestValidators").set(id, validator);
  }
}

std::string OpenApiReader::validator_named(std::string_view name) const {
  const Json& all = definition_.get("requestValidators");
  if (all.is_object())
    for (const Json::Member& m : all.members())
      if (m.value.get("name").string_or("") == name) return m.key;
  return "";
}

void OpenApiReader::read_validator(const Json& operation, Json& method) {
  std::string name = scalar(operation.get("x-amazon-apigateway-request-validator"));
  if (name.empty()) name = scalar(document_.get("x-amazon-apigateway-request-validator"));
  if (name.empty()) return;
  std::string id = validator_named(name);
  if (id.empty())
    error("Unable to find request validator with name '" + name + "'");
  else
    method.set("requestValidatorId", id);
}

// ---- models ----

const Json& OpenApiReader::models() const {
  return version_ == 3 ? document_.get("components").get("schemas") : document_.get("definitions");
}

Json OpenApiReader::with_model_links(const Json& schema, int depth) const {
  if (depth > 64) return Json();
  if (schema.is_array()) {
    Json out = Json::array();
    for (const Json& item : schema.items()) out.push_back(with_model_links(item, depth + 1));
    return out;
  }
  if (!schema.is_object()) return schema;
  Json out = Json::object();
  for (const Json::Member& m : schema.members()) {
    bool link =
        m.key == "$ref" && m.value.is_string() &&
        (m.value.as_string().starts_with("#/definitions/") || m.value.as_string().starts_with("#/components/schemas/"));
    out.set(m.key, link ? Json("https://apigateway.amazonaws.com/restapis/" + definition_.get("id").string_or("") +
                               "/models/" + last_segment(m.value.as_string()))
                        : with_model_links(m.value, depth + 1));
  }
  return out;
}

void OpenApiReader::read_models() {
  const Json& all = models();
  if (!all.is_object()) return;
  for (const Json::Member& m : all.members()) {
    Json model = Json::object({{"id", new_id(6)}, {"name", m.key}, {"contentType", "application/json"}});
    if (const Json& words = m.value.get("description"); words.is_string()) model.set("description", words);
    model.set("schema", with_model_links(m.value).dump());
    object_at(definition_, "models").set(m.key, model);
  }
}

// The model's name for a schema; one is made for a schema that has no name.
std::string OpenApiReader::model_for(const Json& schema) {
  std::string reference = schema.get("$ref").string_or("");
  if (!reference.empty()) {
    std::string name = last_segment(reference);
    if (!object_at(definition_, "models").contains(name)) {
      error("Unable to find model '" + name + "'");
      return "";
    }
    return name;
  }
  if (!schema.is_object()) return "";
  std::string name = "MODEL" + new_id(6);
  Json model = Json::object({{"id", new_id(6)}, {"name", name}, {"contentType", "application/json"}});
  model.set("schema", with_model_links(schema).dump());
  object_at(definition_, "models").set(name, model);
  return name;
}

// ---- security ----

const Json& OpenApiReader::security_schemes() const {
  return version_ == 3 ? document_.get("components").get("securitySchemes") : document_.get("securityDefinitions");
}

std::string OpenApiReader::authorizer_named(std::string_view name) const {
  const Json& all = definition_.get("authorizers");
  if (all.is_object())
    for (const Json::Member& m : all.members())
      if (m.value.get("name").string_or("") == name) return m.key;
  return "";
}

void OpenApiReader::read_authorizers() {
  const Json& schemes = security_schemes();
  if (!schemes.is_object()) return;
  for (const Json::Member& scheme : schemes.members()) {
    const Json& from = scheme.value.get("x-amazon-apigateway-authorizer");
    if (!from.is_object()) continue;
    std::string type = upper(scalar(from.get("type"))),
                auth = to_lower(scalar(scheme.value.get("x-amazon-apigateway-authtype")));
    if (type == "COGNITO_USER_POOLS" || auth == "cognito_user_pools") type = "COGNITO_USER_POOLS";
    if (type.empty()) type = "TOKEN";
    Json in = pick(from, {"authorizerUri", "authorizerCredentials", "identitySource", "identityValidationExpression",
                          "providerARNs"});
    in.set("name", scheme.key);
    in.set("type", type);
    if (!auth.empty()) in.set("authType", auth);
    if (std::string ttl = scalar(from.get("authorizerResultTtlInSeconds")); Json::is_number_text(ttl))
      in.set("authorizerResultTtlInSeconds", Json::number(ttl));
    std::string header = scalar(scheme.value.get("name"));
    if (type != "REQUEST" && !in.contains("identitySource"))
      in.set("identitySource",
             "method.request.header." + (header.empty() || header == "Unused" ? "Authorization" : header));
    if (std::string old = authorizer_named(scheme.key); !old.empty()) object_at(definition_, "authorizers").erase(old);
    if (auto made = create_authorizer(definition_, in); !made)
      error("Unable to create authorizer '" + scheme.key + "': " + made.error().message);
  }
}

void OpenApiReader::read_security(const Json& operation, Json& method) {
  method.set("authorizationType", "NONE");
  method.set("apiKeyRequired", false);
  const Json* own = operation.find("security");
  const Json& list = own && own->is_array() ? *own : document_.get("security");
  if (list.is_array())
    for (const Json& requirement : list.items()) {
      if (!requirement.is_object()) continue;
      for (const Json::Member& m : requirement.members()) {
        const Json& scheme = security_schemes().get(m.key);
        std::string auth = to_lower(scalar(scheme.get("x-amazon-apigateway-authtype")));
        if (std::string id = authorizer_named(m.key);
            !id.empty() && scheme.contains("x-amazon-apigateway-authorizer")) {
          bool cognito =
              object_at(definition_, "authorizers").get(id).get("type").string_or("") == "COGNITO_USER_POOLS";
          method.set("authorizationType", cognito ? "COGNITO_USER_POOLS" : "CUSTOM");
          method.set("authorizerId", id);
          if (m.value.is_array() && !m.value.empty()) method.set("authorizationScopes", m.value);
        } else if (auth == "awssigv4") {
          method.set("authorizationType", "AWS_IAM");
        } else if (to_lower(scalar(scheme.get("name"))) == "x-api-key") {
          method.set("apiKeyRequired", true);
        }
      }
    }
  std::string type = upper(scalar(operation.get("x-amazon-apigateway-auth").get("type")));
  if (type == "AWS_IAM" || type == "NONE") method.set("authorizationType", type);
}

// ---- methods ----

void OpenApiReader::read_parameters(const Json& list, Json& method, const Json& operation) {
  if (!list.is_array()) return;
  for (const Json& each : list.items()) {
    const Json& parameter = resolve(each);
    std::string in = scalar(parameter.get("in")), name = scalar(parameter.get("name"));
    if (in == "body") {
      const Json* types = operation.find("consumes");
      if (!types || !types->is_array()) types = document_.find("consumes");
      std::string type = types && types->is_array() && !types->empty() ? scalar(types->items()[0]) : "application/json";
      if (std::string model = model_for(parameter.get("schema")); !model.empty())
        object_at(method, "requestModels").set(type, model);
      continue;
    }
    std::string place = in == "query" ? "querystring" : in == "header" || in == "path" ? in : "";
    if (place.empty() || name.empty()) continue;
    bool required = parameter.get("required").is_bool() && parameter.get("required").as_bool();
    object_at(method, "requestParameters").set("method.request." + place + "." + name, required);
  }
}

void OpenApiReader::read_request_body(const Json& operation, Json& method) {
  const Json& content = resolve(operation.get("requestBody")).get("content");
  if (!content.is_object()) return;
  for (const Json::Member& m : content.members())
    if (std::string model = model_for(m.value.get("schema")); !model.empty())
      object_at(method, "requestModels").set(m.key, model);
}

void OpenApiReader::read_responses(const Json& operation, Json& method) {
  const Json& responses = operation.get("responses");
  if (!responses.is_object()) return;
  for (const Json::Member& m : responses.members()) {
    if (m.key.size() != 3 || m.key.find_first_not_of("0123456789") != std::string::npos) continue;
    const Json& from = resolve(m.value);
    Json response = Json::object({{"statusCode", m.key}});
    if (const Json& headers = from.get("headers"); headers.is_object())
      for (const Json::Member& h : headers.members())
        object_at(response, "responseParameters").set("method.response.header." + h.key, false);
    if (const Json* schema = from.find("schema"); schema && version_ == 2) {
      if (std::string model = model_for(*schema); !model.empty())
        object_at(response, "responseModels").set("application/json", model);
    }
    if (const Json& content = from.get("content"); content.is_object())
      for (const Json::Member& c : content.members())
        if (std::string model = model_for(c.value.get("schema")); !model.empty())
          object_at(response, "responseModels").set(c.key, model);
    object_at(method, "methodResponses").set(m.key, response);
  }
}

void OpenApiReader::read_integration(const std::string& resource, const std::string& where, const Json& operation,
                                     Json& method) {
  const Json& from = resolve(operation.get("x-amazon-apigateway-integration"));
  if (!from.is_object()) return;
  Json integration =
      pick(from, {"uri", "connectionId", "credentials", "cacheNamespace", "cacheKeyParameters", "tlsConfig"});
  integration.set("type", upper(scalar(from.get("type"))));
  if (from.contains("httpMethod")) integration.set("httpMethod", upper(scalar(from.get("httpMethod"))));
  for (std::string_view name : {"passthroughBehavior", "contentHandling", "connectionType", "responseTransferMode"})
    if (from.contains(name)) integration.set(name, upper(scalar(from.get(name))));
  for (std::string_view name : {"requestParameters", "requestTemplates"})
    if (from.get(name).is_object()) integration.set(name, text_map(from.get(name)));
  if (std::string timeout = scalar(from.get("timeoutInMillis")); Json::is_number_text(timeout))
    integration.set("timeoutInMillis", Json::number(timeout));
  auto complete = complete_integration(std::move(integration), resource);
  if (!complete) {
    error("Unable to put integration on '" + method.get("httpMethod").string_or("") + "' for resource at path '" +
          where + "': " + complete.error().message);
    return;
  }
  if (const Json& responses = from.get("responses"); responses.is_object()) {
    for (const Json::Member& m : responses.members()) {
      Json response = Json::object();
      std::string status = scalar(m.value.get("statusCode"));
      if (status.empty()) continue;
      response.set("statusCode", status);
      if (m.key != "default") response.set("selectionPattern", m.key);
      for (std::string_view name : {"responseParameters", "responseTemplates"})
        if (m.value.get(name).is_object()) response.set(name, text_map(m.value.get(name)));
      if (m.value.contains("contentHandling"))
        response.set("contentHandling", upper(scalar(m.value.get("contentHandling"))));
      object_at(*complete, "integrationResponses").set(status, response);
    }
  }
  method.set("methodIntegration", std::move(*complete));
}

void OpenApiReader::read_method(const std::string& resource, const std::string& path, const std::string& name,
                                const Json& operation, const Json& shared) {
  Json method = Json::object({{"httpMethod", name}});
  read_security(operation, method);
  if (const Json& id = operation.get("operationId"); id.is_string()) method.set("operationName", id);
  read_parameters(shared, method, operation);
  read_parameters(operation.get("parameters"), method, operation);
  if (version_ == 3) read_request_body(operation, method);
  read_validator(operation, method);
  read_responses(operation, method);
  read_integration(resource, path, operation, method);
  object_at(object_at(object_at(definition_, "resources"), resource), "resourceMethods").set(name, method);
}

void OpenApiReader::read_gateway_responses() {
  const Json& all = document_.get("x-amazon-apigateway-gateway-responses");
  if (!all.is_object()) return;
  for (const Json::Member& m : all.members()) {
    Json in = Json::object({{"responseType", m.key}});
    if (m.value.contains("statusCode")) in.set("statusCode", scalar(m.value.get("statusCode")));
    for (std::string_view name : {"responseParameters", "responseTemplates"})
      if (m.value.get(name).is_object()) in.set(name, text_map(m.value.get(name)));
    if (auto put = put_gateway_response(definition_, in); !put)
      error("Unable to put gateway response '" + m.key + "': " + put.error().message);
  }
}

}  // namespace thaw::apigateway
