// Who may call a REST API: authorizers, API keys, resource policies.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "services/cloudformation/sam/api.h"

namespace thaw::sam {

namespace {

constexpr const char* kAuthorizer = "x-amazon-apigateway-authorizer";
constexpr std::array<std::string_view, 8> kAuthProperties = {"Authorizers",
                                                             "DefaultAuthorizer",
                                                             "InvokeRole",
                                                             "AddDefaultAuthorizerToCorsPreflight",
                                                             "AddApiKeyRequiredToCorsPreflight",
                                                             "ApiKeyRequired",
                                                             "ResourcePolicy",
                                                             "UsagePlan"};

// What the template says of one authorizer.
class Authorizer {
 public:
  Authorizer(const RestApi& api, const Text& name, const Value& given) : api_(api), name_(name), given_(given) {
    Value payload = given.get("FunctionPayloadType");
    if (!payload.is_null() && !payload.is("TOKEN") && !payload.is("REQUEST"))
      api.refuse(name.s + " Authorizer has invalid 'FunctionPayloadType': " + payload.str() + ".");
    if (payload.is("REQUEST") && lacks_identity_source())
      api.refuse(name.s +
                 " Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or "
                 "Context.");
    scopes_ = given.get("AuthorizationScopes");
    if (scopes_.is_null()) scopes_ = Value::list();
    Expect(scopes_, api.id(), "Authorizers." + name.s + ".AuthorizationScopes").list();
    if (Value disable = given.get("DisableFunctionDefaultPermissions"); !disable.is_null())
      Expect(disable, api.id(), "Authorizers." + name.s + ".DisableFunctionDefaultPermissions").boolean();
  }

  const Text& name() const { return name_; }
  const Value& scopes() const { return scopes_; }

  Value definition() const {
    const bool cognito = static_cast<bool>(given_.get("UserPoolArn"));
    const bool request = given_.get("FunctionPayloadType").is("REQUEST");
    Value out = Value::hashed();
    out.set("type", "apiKey");
    out.set("name", !cognito && request ? Value("Unused") : header());
    out.set("in", "header");
    out.set("x-amazon-apigateway-authtype", cognito ? "cognito_user_pools" : "custom");
    out.set(kAuthorizer, cognito ? cognito_part() : lambda_part(request));
    if (cognito || !request)
      if (Value expression = identity() ? identity().get("ValidationExpression") : Value())
        out.get(kAuthorizer).set("identityValidationExpression", expression);
    return out;
  }

 private:
  Value identity() const { return given_.get("Identity"); }

  bool lacks_identity_source() const {
    Value id = identity();
    if (!id) return true;
    Expect(id, api_.id(), "Authorizer." + name_.s + ".Identity").map();
    const bool missing =
        !id.get("Headers") && !id.get("QueryStrings") && !id.get("StageVariables") && !id.get("Context");
    Value every = id.get("ReauthorizeEvery");
    std::string text = every.is_number() ? every.number_text() : every.is_string() ? std::string(trim(every.s())) : "";
    if (text.empty() || text.find_first_not_of("+-0123456789") != std::string::npos) return missing;
    return std::strtol(text.c_str(), nullptr, 10) > 0 && missing;
  }

  Value header() const {
    Value id = identity();
    if (id && !id.is_dict())
      api_.refuse(
          "Auth.Authorizers.<Authorizer>.Identity must be a dict (LambdaTokenAuthorizationIdentity, "
          "LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).");
    return id && id.get("Header") ? id.get("Header") : Value("Authorization");
  }

  Value cognito_part() const {
    Value arns = given_.get("UserPoolArn");
    Value out = Value::hashed();
    out.set("type", "cognito_user_pools");
    out.set("providerARNs", arns.is_list() ? arns : Value::list({arns}));
    return out;
  }

  Value lambda_part(bool request) const {
    Value out = Value::hashed({{"type", request ? "request" : "token"}});
    out.set(
        "authorizerUri",
        sub(api_.context.arn("apigateway", "lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations", false),
            Value::dict({{"__FunctionArn__", given_.get("FunctionArn")}})));
    if (Value every = identity() ? identity().get("ReauthorizeEvery") : Value(); !every.is_null())
      out.set("authorizerResultTtlInSeconds", every);
    if (Value role = given_.get("FunctionInvokeRole"); role && !role.is("NONE")) out.set("authorizerCredentials", role);
    if (request)
      if (Text source = identity_source(); !source.empty()) out.set("identitySource", source);
    return out;
  }

  Text identity_source() const {
    Text out;
    for (auto [property, prefix] :
         {std::pair("Headers", "method.request.header."), std::pair("QueryStrings", "method.request.querystring."),
          std::pair("StageVariables", "stageVariables."), std::pair("Context", "context.")}) {
      Value values = identity() ? identity().get(property) : Value();
      if (!values) continue;
      std::string path = "Auth.Authorizers." + name_.s + ".Identity." + property;
      Expect(values, api_.id(), path).list_of_strings();
      for (auto& value : values.elements()) {
        out.s += (out.s.empty() ? "" : ", ") + (prefix + value.s());
        out.legacy |= value.text().legacy;
      }
    }
    return out;
  }

  const RestApi& api_;
  Text name_;
  Value given_;
  Value scopes_;
};

Authorizers read_authorizers(const RestApi& api, const Value& given, const Value& default_name) {
  Authorizers out;
  if (default_name.is("AWS_IAM")) {
    Value iam = Value::hashed();
    iam.set("type", "apiKey");
    iam.set("name", "Authorization");
    iam.set("in", "header");
    iam.set("x-amazon-apigateway-authtype", "awsSigv4");
    out.push_back({default_name.text(), iam, Value::list()});
  }
  if (!given) return out;
  Expect(given, api.id(), "Auth.Authorizers").map();
  std::vector<Authorizer> checked;
  for (auto& [name, one] : given.items()) {
    Expect(one, api.id(), "Auth.Authorizers." + name.s).map();
    checked.emplace_back(api, name, one);
  }
  for (auto& authorizer : checked) out.push_back({authorizer.name(), authorizer.definition(), authorizer.scopes()});
  return out;
}

void set_default_authorizer(const RestApi& api, SwaggerEditor& editor, const Authorizers& authorizers,
                            const Value& name, bool on_preflight) {
  if (!name) return;
  if (!name.is_string()) api.refuse("DefaultAuthorizer is not a string.");
  const bool known = std::any_of(authorizers.begin(), authorizers.end(), [&](auto& a) { return a.name.s == name.s(); });
  if (!known && !name.is("AWS_IAM"))
    api.refuse("Unable to set DefaultAuthorizer because '" + name.s() + "' was not defined in 'Authorizers'.");
  for (auto& path : editor.path_names()) editor.set_default_authorizer(path, name.text(), authorizers, on_preflight);
}

}  // namespace

void add_api_auth(RestApi& api) {
  Value auth = api.get("Auth");
  if (!auth) return;
  if (!api.body) api.refuse("Auth works only with inline Swagger specified in 'DefinitionBody' property.");
  for (auto& key : auth.keys())
    if (std::find(kAuthProperties.begin(), kAuthProperties.end(), key.s) == kAuthProperties.end())
      api.refuse("Invalid value for 'Auth' property");
  if (!SwaggerEditor::is_valid(api.body))
    api.refuse(
        "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.");
  SwaggerEditor editor(api.body);
  Authorizers authorizers = read_authorizers(api, auth.get("Authorizers"), auth.get("DefaultAuthorizer"));
  if (!authorizers.empty()) {
    editor.add_authorizers(authorizers);
    set_default_authorizer(api, editor, authorizers, auth.get("DefaultAuthorizer"),
                           static_cast<bool>(auth.get("AddDefaultAuthorizerToCorsPreflight", true)));
  }
  if (auth.get("ApiKeyRequired")) {
    editor.add_api_key_definition();
    const bool on_preflight = static_cast<bool>(auth.get("AddApiKeyRequiredToCorsPreflight", true));
    for (auto& path : editor.path_names()) editor.set_default_api_key(path, on_preflight);
  }
  if (Value policy = auth.get("ResourcePolicy")) {
    must_be_map(policy, "ResourcePolicy must be a map (ResourcePolicyStatement).");
    for (auto& path : editor.path_names()) editor.add_resource_policy(policy, path, api.get("StageName"));
    if (policy.get("CustomStatements")) editor.add_custom_statements(policy.get("CustomStatements"));
  }
  api.body = normalized_definition(api, editor.result());
}

CfnList authorizer_permissions(const RestApi& api) {
  Value auth = api.get("Auth");
  if (!auth || !auth.get("Authorizers")) return {};
  CfnList out;
  for (auto& [name, one] : auth.get("Authorizers").items()) {
    Value function = one.get("FunctionArn");
    if (!function || one.get("DisableFunctionDefaultPermissions")) continue;
    Cfn permission = make_cfn(api.id() + name.s + "AuthorizerPermission", "AWS::Lambda::Permission", api.passed_on);
    permission->set("Action", "lambda:InvokeFunction");
    permission->set("FunctionName", function);
    permission->set("Principal", "apigateway.amazonaws.com");
    permission->set("SourceArn", sub(api.context.arn("execute-api", "${__ApiId__}/authorizers/*"),
                                     Value::dict({{"__ApiId__", ref_to(api.source.id)}})));
    out.push_back(permission);
  }
  return out;
}

// ---- OpenAPI 3

namespace {

void move_to_components(Value body, const char* from, const char* to) {
  Value moved = body.get(from);
  if (!moved) return;
  Value components = body.get("components");
  if (!components) components = Value::hashed();
  components.set(to, moved);
  body.set("components", components);
  body.erase(from);
}

void normalize_options(const Text& path, Value options) {
  for (auto& [field, value] : options.copy().items()) {
    if (field.s == "produces" || field.s == "consumes") options.erase(field.s);
    if (field.s != "responses") continue;
    Value headers;
    try {
      headers = deep_get(value, {"200", "headers"});
    } catch (const NotAMap& e) {
      invalid_document("Invalid responses in options method for path " + path.s + ": " + e.words + ".");
    }
    if (!headers) continue;
    must_be_map(headers, "Value of response's headers in options method for path " + path.s +
                             " must be a dictionary according to Swagger spec.");
    for (auto& [header, type] : headers.items()) {
      Value schema = Value::hashed();
      schema.set("schema", type);
      headers.set(header, schema);
    }
  }
}

}  // namespace

Value normalized_definition(const RestApi& api, Value body) {
  if (!body.get("swagger").is_null()) return body;
  Value version = api.get("OpenApiVersion");
  if (version.is_null()) version = body.get("openapi");
  if (!version || !is_openapi_3(version)) return body;
  move_to_components(body, "securityDefinitions", "securitySchemes");
  move_to_components(body, "definitions", "schemas");
  Value paths = body.get("paths");
  if (!paths) return body;
  must_be_map(paths, "Value of paths must be a dictionary according to Swagger spec.");
  for (auto& [path, item] : paths.items()) {
    path_must_be_map(item, path.s);
    Value options = item.get("options");
    if (!options) continue;
    must_be_map(options,
                "Value of options method for path " + path.s + " must be a dictionary according to Swagger spec.");
    normalize_options(path, options);
  }
  return body;
}

}  // namespace thaw::sam
