// Definitions of HTTP APIs.
#include <algorithm>

#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/intrinsics.h"

namespace thaw::sam {

Value OpenApiEditor::default_title() { return ref_to("AWS::StackName"); }

bool OpenApiEditor::is_valid(const Value& doc) {
  return doc && doc.is_dict() && doc.get("paths").is_dict() && doc.get("openapi") && is_openapi_3(doc.get("openapi"));
}

Value OpenApiEditor::skeleton() {
  Value info = Value::hashed();
  info.set("version", "1.0");
  info.set("title", default_title());
  Value out = Value::hashed();
  out.set("openapi", "3.0.1");
  out.set("info", info);
  out.set("paths", Value::hashed());
  return out;
}

static const Value& checked(const Value& doc) {
  if (!OpenApiEditor::is_valid(doc))
    invalid_document(
        "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.");
  return doc;
}

OpenApiEditor::OpenApiEditor(const Value& doc) : Editor(checked(doc).deep_copy()) {
  try {
    Value schemes = deep_get(doc_, {"components", "securitySchemes"});
    Value tags = doc_.get("tags"), info = doc_.get("info");
    security_schemes_ = schemes ? schemes : Value::hashed();
    tags_ = tags ? tags : Value::list();
    info_ = info ? info : Value::hashed();
  } catch (const NotAMap& e) {
    invalid_document("Invalid OpenApi document: " + e.words);
  }
}

Value OpenApiEditor::result() {
  doc_.set("paths", paths_);
  if (tags_) doc_.set("tags", tags_);
  if (security_schemes_) {
    if (!doc_.get("components")) doc_.set("components", Value::hashed());
    doc_.get("components").set("securitySchemes", security_schemes_);
  }
  if (info_) doc_.set("info", info_);
  return doc_.deep_copy();
}

bool OpenApiEditor::integrates(const Text& path, const Text& method, const std::string& function_id) const {
  if (!has_integration(path, method)) return false;
  for (auto& definition : method_definitions(path, method, false)) {
    Value integration = definition.get(kIntegration, Value::hashed());
    must_be_map(integration,
                std::string("Value of '") + kIntegration + "' must be a dictionary according to Swagger spec.");
    Value uri = integration.get("uri");
    if (!uri.is_dict()) return false;
    for (auto& branch : branches(uri)) {
      // The first "Name.Arn" inside the text names the function.
      std::string text = branch.get("Fn::Sub", "").str();
      size_t end = text.find(".Arn");
      size_t start = end == std::string::npos ? 0 : end;
      while (start > 0 && isalnum(static_cast<unsigned char>(text[start - 1]))) --start;
      if (end == std::string::npos || text.substr(start, end - start) != function_id) return false;
    }
  }
  return true;
}

void OpenApiEditor::add_lambda_integration(const Text& path, const Text& method, Value uri, const Value& condition) {
  const Text name = normal_method(method);
  if (has_integration(path, name)) return;
  add_path(path, name);
  if (condition) uri = conditional(condition, uri);
  for (auto& item : path_items(path)) {
    if (item.get(name.s).is_null()) item.set(name, Value::hashed());
    Value definition = item.get(name.s);
    Value integration = Value::hashed();
    definition.set(kIntegration, integration);
    integration.set("type", "aws_proxy");
    integration.set("httpMethod", "POST");
    integration.set("payloadFormatVersion", "2.0");
    integration.set("uri", uri);
    if (path.s == kDefaultPath && name.s == kAnyMethod) definition.set("isDefaultRoute", true);
    definition.setdefault("responses", Value::hashed());
    if (condition) item.set(name, conditional(condition, definition));
  }
}

void OpenApiEditor::add_path_parameters(const Text& path, const Text& method, const std::vector<std::string>& names) {
  for (auto& definition : method_definitions(path, method)) {
    Value all = definition.setdefault("parameters", Value::list());
    for (auto& name : names) {
      auto& list = all.elements();
      auto found = std::find_if(list.begin(), list.end(), [&](const Value& p) { return p.get("name").is(name); });
      Value parameter = found == list.end() ? Value::hashed() : *found;
      if (found == list.end()) {
        parameter.set("name", Text(name, true));
        all.push(parameter);
      }
      parameter.set("in", "path");
      parameter.set("required", true);
    }
  }
}

void OpenApiEditor::set_payload_format(const Text& path, const Text& method, const Value& version) {
  for (auto& definition : method_definitions(path, method))
    definition.get(kIntegration).set("payloadFormatVersion", version);
}

void OpenApiEditor::add_authorizers(const Authorizers& authorizers) {
  for (auto& authorizer : authorizers) security_schemes_.set(authorizer.name, authorizer.definition);
}

void OpenApiEditor::set_default_authorizer(const Text& path, const Text& name, const Authorizers& authorizers) {
  auto found = std::find_if(authorizers.begin(), authorizers.end(), [&](auto& a) { return a.name == name; });
  const bool scoped = found != authorizers.end() && !found->scopes.is_null();
  for (auto& item : path_items(path)) {
    for (auto& [method, given] : item.items()) {
      const Text normal = normal_method(method);
      if (normal.s == "parameters" || normal.s == "options") continue;
      if (!item.has(normal.s))
        invalid_document("Could not find " + normal.s + " in " + path.s + " within DefinitionBody.");
      for (auto& definition : branches(given)) {
        method_must_be_map(definition, path.s, method.s);
        if (!definition.get(kIntegration) || definition.get("security")) continue;
        Value entry = Value::dict({{name, scoped ? found->scopes : Value::list()}});
        definition.set("security", Value::list({entry}));
      }
    }
  }
}

void OpenApiEditor::add_auth_to_method(const Text& path, const Text& method, const Value& auth, const Value& api) {
  Value authorizer = auth.get("Authorizer");
  if (!authorizer) return;
  Value scopes = auth.get("AuthorizationScopes", Value::list());
  Value api_auth = api ? api.get("Auth") : Value();
  Value authorizers = api_auth ? api_auth.get("Authorizers") : Value();
  for (auto& definition : method_definitions(path, method)) {
    Value entry = Value::dict({{authorizer.text(), Value::list()}});
    if (!authorizer.is("NONE") && !authorizer.is("AWS_IAM")) {
      Value found = authorizers.get(authorizer.s(), Value::hashed());
      if (!found.is_dict()) invalid_document("Type of authorizer '" + authorizer.s() + "' must be a dictionary");
      Value asked = scopes ? scopes : found.get("AuthorizationScopes");
      if (found && asked) entry.set(authorizer.text(), asked);
    }
    Value existing = definition.get("security", Value::list());
    if (!existing.is_list())
      invalid_document("Type of security for path " + path.s + " method " + method.s + " must be a list");
    Value security = existing.copy();
    security.push(entry);
    definition.set("security", security);
  }
}

void OpenApiEditor::add_tags(const Value& tags) {
  constexpr const char* key = "x-amazon-apigateway-tag-value";
  for (auto& [name, value] : tags.items()) {
    if (!tags_.is_list())
      invalid_document("Tags in OpenApi DefinitionBody needs to be a list. " + tags_.str() + " is a " +
                       tags_.type_name() + " not a list.");
    auto& list = tags_.elements();
    auto found = std::find_if(list.begin(), list.end(), [&](const Value& tag) { return tag.get("name").is(name.s); });
    if (found != list.end()) {
      found->set(key, value);
      continue;
    }
    Value tag = Value::hashed();
    tag.set("name", name);
    tag.set(key, value);
    tags_.push(tag);
  }
}

void OpenApiEditor::disable_execute_api(const Value& disable) {
  constexpr const char* key = "x-amazon-apigateway-endpoint-configuration";
  Value servers = doc_.get("servers", Value::list({Value::hashed()}));
  for (auto& server : servers.elements()) {
    must_be_map(server, "Value of 'servers' item must be a dictionary according to Swagger spec.");
    Value endpoint = server.get(key, Value::dict());
    endpoint.set("disableExecuteApiEndpoint", disable);
    server.set(key, endpoint);
  }
  doc_.set("servers", servers);
}

// An intrinsic function that yields the whole configuration has its members renamed, deep inside.
static Value renamed_cors(const Value& value) {
  auto rename = [](std::string text) {
    for (std::string_view name :
         {"AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders", "MaxAge", "AllowCredentials"})
      for (size_t at = 0; (at = text.find(name, at)) != std::string::npos;)
        text[at] = static_cast<char>(tolower(static_cast<unsigned char>(text[at])));
    return text;
  };
  if (value.is_string()) return rename(value.s());
  if (value.is_list()) {
    Value out = Value::list();
    for (auto& item : value.elements()) out.push(renamed_cors(item));
    return out;
  }
  if (!value.is_dict()) return value;
  Value out = Value::dict();
  for (auto& [key, member] : value.items()) out.set(rename(key.s), renamed_cors(member));
  return out;
}

void OpenApiEditor::add_cors(const CorsSettings& cors, const Value& expose_headers) {
  constexpr const char* key = "x-amazon-apigateway-cors";
  Value out = doc_.get(key, Value::dict());
  must_be_map(out, std::string("Value of '") + key + "' must be a dictionary according to Swagger spec.");
  if (cors.origin && is_intrinsic(cors.origin)) {
    out.update(renamed_cors(cors.origin));
  } else {
    if (cors.origin) out.set("allowOrigins", cors.origin);
    if (cors.headers) out.set("allowHeaders", cors.headers);
    if (cors.methods) out.set("allowMethods", cors.methods);
    if (expose_headers) out.set("exposeHeaders", expose_headers);
    if (!cors.max_age.is_null()) out.set("maxAge", cors.max_age);
    if (cors.credentials.is(true)) out.set("allowCredentials", true);
  }
  doc_.set(key, out);
}

void OpenApiEditor::set_description(const Value& description) {
  if (!info_.get("description")) info_.set("description", description);
}

void OpenApiEditor::set_title(const Value& title) {
  if (info_.get("title") == default_title()) info_.set("title", title);
}

}  // namespace thaw::sam
