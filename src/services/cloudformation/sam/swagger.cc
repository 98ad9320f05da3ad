// Definitions of REST APIs: integrations, models, CORS and the other parts that do not concern access.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/intrinsics.h"

namespace thaw::sam {

namespace {
constexpr const char* kResponses = "x-amazon-apigateway-gateway-responses";
constexpr const char* kPolicy = "x-amazon-apigateway-policy";
constexpr const char* kValidators = "x-amazon-apigateway-request-validators";
constexpr const char* kEndpoint = "x-amazon-apigateway-endpoint-configuration";

Value or_new_map(const Value& value) { return value ? value : Value::hashed(); }

Value kind(const char* name) { return Value::dict({{"type", name}}); }
}  // namespace

bool SwaggerEditor::is_valid(const Value& doc) {
  if (!doc || !doc.is_dict() || !doc.get("paths").is_dict()) return false;
  return doc.get("swagger") || (doc.get("openapi") && is_openapi_3(doc.get("openapi")));
}

Value SwaggerEditor::skeleton() {
  Value info = Value::hashed();
  info.set("version", "1.0");
  info.set("title", ref_to("AWS::StackName"));
  Value out = Value::hashed();
  out.set("swagger", "2.0");
  out.set("info", info);
  out.set("paths", Value::hashed());
  return out;
}

static const Value& checked(const Value& doc) {
  if (!SwaggerEditor::is_valid(doc))
    invalid_document("Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.");
  return doc;
}

SwaggerEditor::SwaggerEditor(const Value& doc) : Editor(checked(doc).deep_copy()) {
  security_definitions_ = or_new_map(doc_.get("securityDefinitions"));
  gateway_responses_ = or_new_map(doc_.get(kResponses));
  policy_ = or_new_map(doc_.get(kPolicy));
  definitions_ = doc_.get("definitions", Value::hashed());
  for (auto& path : path_names()) path_items(path);
}

Value SwaggerEditor::result() {
  doc_.set("paths", paths_);
  if (security_definitions_) doc_.set("securityDefinitions", security_definitions_);
  if (gateway_responses_) doc_.set(kResponses, gateway_responses_);
  if (definitions_) doc_.set("definitions", definitions_);
  return doc_.deep_copy();
}

void SwaggerEditor::disable_execute_api(const Value& disable) {
  auto put = [&](Value config, const std::string& where) {
    auto refuse = [&](const char* words) {
      invalid_document("Invalid OpenAPI definition" + where + ": " + words + ".");
    };
    if (!config.is_dict()) refuse("It should be a map");
    Value endpoint = config.setdefault(kEndpoint, Value::dict());
    if (!endpoint.is_dict()) refuse("The value of 'x-amazon-apigateway-endpoint-configuration' should be a map");
    endpoint.set("disableExecuteApiEndpoint", disable);
  };
  if (!doc_.get("openapi") || !is_openapi_3(doc_.get("openapi"))) return put(doc_, "");
  Value servers = doc_.get("servers", Value::list({Value::hashed()}));
  for (size_t i = 0; i < servers.size(); ++i) put(servers.elements()[i], " of 'servers[" + std::to_string(i) + "]'");
  doc_.set("servers", servers);
}

// The role with which the integration is called, when the method is authorised by IAM.
static Value integration_credentials(const Value& method_auth, const Value& api_auth, const std::string& partition) {
  auto role = [](const Value& auth) -> Value {
    Value given = auth.get("InvokeRole");
    return !given && auth.has("InvokeRole") ? Value("NONE") : given;
  };
  Value invoke_role = role(method_auth) ? role(method_auth) : role(api_auth);
  if (invoke_role && !invoke_role.is("CALLER_CREDENTIALS")) return invoke_role;
  return "arn:" + partition + ":iam::*:user/*";
}

void SwaggerEditor::add_lambda_integration(const Text& path, const Text& method, Value uri, const Value& method_auth,
                                           const Value& api_auth, const Value& condition, const Value& transfer_mode,
                                           const std::string& partition) {
  const Text name = normal_method(method);
  if (has_integration(path, name))
    invalid_document("Lambda integration already exists on Path=" + path.s + ", Method=" + name.s);
  add_path(path, name);
  if (condition) uri = conditional(condition, uri);
  for (auto& item : path_items(path)) {
    Value integration = Value::hashed();
    Value definition = item.get(name.s);
    definition.set(kIntegration, integration);
    integration.set("type", "aws_proxy");
    integration.set("httpMethod", "POST");
    integration.set("uri", uri);
    if (transfer_mode.is("RESPONSE_STREAM")) integration.set("responseTransferMode", "STREAM");
    if (method_auth.get("Authorizer").is("AWS_IAM") ||
        (api_auth.get("DefaultAuthorizer").is("AWS_IAM") && !method_auth)) {
      Value credentials = integration_credentials(method_auth, api_auth, partition);
      if (credentials && !credentials.is("NONE")) integration.set("credentials", credentials);
    }
    definition.setdefault("responses", Value::hashed());
    if (condition) item.set(name, conditional(condition, definition));
  }
}

void SwaggerEditor::add_state_machine_integration(const Text& path, const Text& method, Value uri,
                                                  const Value& credentials, const Value& templates,
                                                  const Value& condition) {
  const Text name = normal_method(method);
  if (has_integration(path, name))
    invalid_document("Integration already exists on Path=" + path.s + ", Method=" + name.s);
  add_path(path, name);
  if (condition) uri = conditional(condition, uri);
  for (auto& item : path_items(path)) {
    auto by_status = [](const char* key, const char* ok, const char* bad) {
      Value out = Value::hashed();
      out.set("200", Value::hashed({{key, ok}}));
      out.set("400", Value::hashed({{key, bad}}));
      return out;
    };
    Value definition = item.get(name.s);
    Value integration = Value::hashed();
    definition.set(kIntegration, integration);
    integration.set("type", "aws");
    integration.set("httpMethod", "POST");
    integration.set("uri", uri);
    integration.set("responses", by_status("statusCode", "200", "400"));
    integration.set("credentials", credentials);
    definition.setdefault("responses", by_status("description", "OK", "Bad Request"));
    if (templates) integration.update(Value::dict({{"requestTemplates", templates}}));
    if (condition) item.set(name, conditional(condition, definition));
  }
}

static Value preflight(const CorsSettings& cors, const Value& methods) {
  Value parameters = Value::hashed({{"method.response.header.Access-Control-Allow-Origin", cors.origin}});
  Value headers = Value::hashed({{"Access-Control-Allow-Origin", kind("string")}});
  auto add = [&](const std::string& header, const Value& value, const char* type) {
    parameters.set("method.response.header." + header, value);
    headers.set(header, kind(type));
  };
  if (cors.headers) add("Access-Control-Allow-Headers", cors.headers, "string");
  if (methods) add("Access-Control-Allow-Methods", methods, "string");
  if (!cors.max_age.is_null()) add("Access-Control-Max-Age", cors.max_age, "integer");
  if (cors.credentials.is(true)) add("Access-Control-Allow-Credentials", "'true'", "string");
  Value answer = Value::hashed();
  answer.set("statusCode", "200");
  answer.set("responseParameters", parameters);
  answer.set("responseTemplates", Value::dict({{"application/json", "{}\n"}}));
  Value answers = Value::hashed();
  answers.set("default", answer);
  Value integration = Value::hashed();
  integration.set("type", "mock");
  integration.set("requestTemplates", Value::dict({{"application/json", "{\n  \"statusCode\" : 200\n}\n"}}));
  integration.set("responses", answers);
  Value ok = Value::hashed();
  ok.set("description", "Default response for CORS method");
  ok.set("headers", headers);
  Value responses = Value::hashed();
  responses.set("200", ok);
  Value out = Value::hashed();
  out.set("summary", "CORS support");
  out.set("consumes", Value::list({"application/json"}));
  out.set("produces", Value::list({"application/json"}));
  out.set(kIntegration, integration);
  out.set("responses", responses);
  return out;
}

void SwaggerEditor::add_cors(const Text& path, const CorsSettings& cors) {
  Value methods = cors.methods;
  for (auto& item : path_items(path)) {
    if (item.has("options")) continue;
    if (!cors.origin) throw InvalidTemplate{"Invalid input. Value for AllowedOrigins is required"};
    if (!methods) {
      std::set<std::string> names = {"OPTIONS"};
      if (item.has(kAnyMethod)) {
        names = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
      } else {
        for (auto& name : item.keys()) {
          std::string upper = name.s;
          for (auto& c : upper) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
          names.insert(upper);
        }
      }
      methods = "'" + join({names.begin(), names.end()}, ",") + "'";
    }
    item.set("options", preflight(cors, methods));
  }
}

static Value with_slashes(const Value& value) {
  auto replaced = [](std::string text) {
    for (size_t at; (at = text.find("~1")) != std::string::npos;) text.replace(at, 2, "/");
    return Text(text, true);
  };
  if (value.is_string()) return replaced(value.s());
  if (value.is_list()) {
    Value out = Value::list();
    for (auto& item : value.elements()) out.push(with_slashes(item));
    return out;
  }
  if (!value.is_dict()) return value;
  Value out = Value::hashed();
  for (auto& [key, member] : value.items()) out.set(replaced(key.s), with_slashes(member));
  return out;
}

void SwaggerEditor::add_binary_media_types(const Value& types) {
  doc_.set("x-amazon-apigateway-binary-media-types", with_slashes(types));
}

void SwaggerEditor::add_models(const Value& models) {
  definitions_ = or_new_map(definitions_);
  for (auto& [name, schema] : models.items()) {
    if (!schema.get("type")) invalid_document("'Models' schema is missing 'type'.");
    definitions_.set(Text(to_lower(name.s), name.legacy), schema);
  }
}

void SwaggerEditor::add_gateway_response(const Text& type, const Value& response) {
  gateway_responses_ = or_new_map(gateway_responses_);
  gateway_responses_.set(type, response);
}

void SwaggerEditor::add_request_model(const Text& path, const Text& method, const Value& model) {
  Text given = model.get("Model").text();
  Text name(to_lower(given.s), given.legacy);
  Value required = model.get("Required");
  for (auto& definition : method_definitions(path, method)) {
    if (!doc_.get("swagger").is_null()) {
      Value parameters = definition.get("parameters", Value::list());
      Value parameter = Value::hashed();
      parameter.set("in", "body");
      parameter.set("name", name);
      parameter.set("schema", Value::dict({{"$ref", "#/definitions/" + name.s}}));
      if (!required.is_null()) parameter.set("required", required);
      parameters.push(parameter);
      definition.set("parameters", parameters);
    } else if (doc_.get("openapi") && is_openapi_3(doc_.get("openapi"))) {
      Value schema = Value::dict({{"schema", Value::dict({{"$ref", "#/components/schemas/" + name.s}})}});
      Value body = Value::dict({{"content", Value::dict({{"application/json", schema}})}});
      if (!required.is_null()) body.set("required", required);
      definition.set("requestBody", body);
    }
  }
}

void SwaggerEditor::add_request_validator(const Text& path, const Text& method, bool body, bool parameters) {
  const char* name =
      body ? (parameters ? "body-and-params" : "body-only") : (parameters ? "params-only" : "no-validation");
  Value validator = Value::hashed();
  validator.set("validateRequestBody", body);
  validator.set("validateRequestParameters", parameters);
  if (!doc_.get(kValidators)) doc_.set(kValidators, Value::hashed());
  if (!doc_.get(kValidators).get(name)) doc_.get(kValidators).update(Value::hashed({{name, validator}}));
  for (auto& definition : method_definitions(path, method))
    definition.update(Value::hashed({{"x-amazon-apigateway-request-validator", name}}));
}

void SwaggerEditor::add_request_parameters(const Text& path, const Text& method, const std::vector<Value>& parameters) {
  for (auto& definition : method_definitions(path, method)) {
    Value all = definition.get("parameters", Value::list());
    for (auto& given : parameters) {
      const Text full = given.get("Name").text();
      std::string rest = full.s;
      constexpr std::string_view start = "method.request.";
      if (size_t at = rest.find(start); at != std::string::npos) rest.erase(at, start.size());
      const size_t dot = rest.find('.');
      Text place(rest.substr(0, dot), full.legacy), name(rest.substr(dot + 1), full.legacy);
      Value parameter = Value::hashed();
      parameter.set("in", place.s == "querystring" ? Text("query") : place);
      parameter.set("name", name);
      parameter.set("required", given.get("Required"));
      parameter.set("type", "string");
      all.push(parameter);
      if (given.get("Caching")) {
        Value integration = definition.get(kIntegration);
        Value cached = integration.get("cacheKeyParameters", Value::list());
        cached.push(full);
        integration.set("cacheKeyParameters", cached);
      }
    }
    definition.set("parameters", all);
  }
}

std::vector<std::pair<Text, Value>> SwaggerEditor::all_methods(const Text& path) const {
  std::vector<std::pair<Text, Value>> out;
  for (auto& item : path_items(path)) {
    for (auto& [name, method] : item.items()) {
      if (name.s == "summary" || name.s == "description" || name.s == "parameters") continue;
      for (auto& definition : branches(method)) {
        method_must_be_map(definition, path.s, name.s);
        if (definition.get(kIntegration)) out.emplace_back(normal_method(name), definition);
      }
    }
  }
  return out;
}

}  // namespace thaw::sam
