#include <algorithm>
#include <array>

#include "base/text.h"
#include "services/cloudformation/sam/apiv2.h"
#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

constexpr const char* kAuthorizer = "x-amazon-apigateway-authorizer";

// ---- Authorizers

struct AuthorizerKind {
  bool jwt;
  // Properties of the other kind are refused, with words that say whose they are.
  void check(const ApiV2& api, const Value& given) const {
    struct Row {
      const char* property;
      bool of_jwt;
      const char* whose;
    };
    static constexpr Row rows[] = {
        {"AuthorizationScopes", true, "OAuth2 Authorizer"},
        {"JwtConfiguration", true, "OAuth2 Authorizer"},
        {"IdentitySource", true, "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"},
        {"FunctionArn", false, "Lambda Authorizer"},
        {"FunctionInvokeRole", false, "Lambda Authorizer"},
        {"Identity", false, "Lambda Authorizer"},
        {"AuthorizerPayloadFormatVersion", false, "Lambda Authorizer"},
        {"EnableSimpleResponses", false, "Lambda Authorizer"},
        {"EnableFunctionDefaultPermissions", false, "Lambda Authorizer"}};
    for (auto& row : rows) {
      Value value = given.get(row.property);
      if (row.of_jwt && std::string_view(row.property) == "JwtConfiguration" && !value) continue;
      if (!value.is_null() && row.of_jwt != jwt)
        api.refuse(std::string(row.property) + " is only supported for " + row.whose + ".");
    }
  }
};

Value jwt_definition(const Value& given) {
  Value config = Value::dict();
  for (auto& [key, value] : given.get("JwtConfiguration").items()) config.set(to_lower(key.s), value);
  Value part =
      Value::dict({{"jwtConfiguration", config}, {"identitySource", given.get("IdentitySource")}, {"type", "jwt"}});
  return Value::dict({{"type", "oauth2"}, {kAuthorizer, part}});
}

Value identity_sources(const ApiV2& api, const Text& name, const Value& identity) {
  Value out = Value::list();
  for (auto [prefix, property] :
       {std::pair("$request.header.", "Headers"), std::pair("$request.querystring.", "QueryStrings"),
        std::pair("$stageVariables.", "StageVariables"), std::pair("$context.", "Context")}) {
    Value values = identity.get(property);
    if (!values) continue;
    Expect(values, api.id(), "Authorizers." + name.s + ".Identity." + property).list_of_strings();
    for (auto& value : values.elements()) out.push(prefix + value.s());
  }
  return out;
}

Value lambda_definition(const ApiV2& api, const Text& name, const Value& given) {
  Value part = Value::dict({{"type", "request"}});
  part.set("authorizerUri",
           sub(api.context.arn("apigateway", "lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations", false),
               Value::dict({{"__FunctionArn__", given.get("FunctionArn")}})));
  if (Value role = given.get("FunctionInvokeRole"); role && !role.is("NONE")) part.set("authorizerCredentials", role);
  if (Value identity = given.get("Identity")) {
    Expect(identity, api.id(), "Auth.Authorizers." + name.s + ".Identity").map();
    if (Value every = identity.get("ReauthorizeEvery"); !every.is_null())
      part.set("authorizerResultTtlInSeconds", every);
    part.set("identitySource", identity_sources(api, name, identity));
  }
  part.set("authorizerPayloadFormatVersion", given.get("AuthorizerPayloadFormatVersion"));
  if (Value simple = given.get("EnableSimpleResponses")) part.set("enableSimpleResponses", simple);
  return Value::dict({{"type", "apiKey"}, {"name", "Unused"}, {"in", "header"}, {kAuthorizer, part}});
}

void check_authorizer(const ApiV2& api, const Text& name, const Value& given) {
  Expect(given, api.id(), "Auth.Authorizers." + name.s).map();
  if (given.has("OpenIdConnectUrl"))
    api.refuse("'OpenIdConnectUrl' is no longer a supported property for authorizer '" + name.s +
               "'. Please refer to the AWS SAM documentation.");
  Value jwt = given.get("JwtConfiguration");
  if (jwt) Expect(jwt, api.id(), "JwtConfiguration").map();
  Value scopes = given.get("AuthorizationScopes");
  if (!scopes.is_null() && !scopes.is_list()) api.refuse("AuthorizationScopes must be a list.");
  const bool is_jwt = static_cast<bool>(jwt);
  AuthorizerKind{is_jwt}.check(api, given);
  auto must_have = [&](const char* kind, const char* property) {
    if (!given.get(property)) api.refuse(name.s + " " + kind + " Authorizer must define '" + property + "'.");
  };
  if (is_jwt) {
    must_have("OAuth2", "IdentitySource");
  } else {
    must_have("Lambda", "FunctionArn");
    must_have("Lambda", "AuthorizerPayloadFormatVersion");
  }
  if (Value allow = given.get("EnableFunctionDefaultPermissions"); !allow.is_null())
    Expect(allow, api.id(), "Authorizers." + name.s + ".EnableFunctionDefaultPermissions").boolean();
}

Authorizers read_authorizers(const ApiV2& api, const Value& auth) {
  Authorizers out;
  if (auth.get("EnableIamAuthorizer").is(true))
    out.push_back({"AWS_IAM",
                   Value::dict({{"type", "apiKey"},
                                {"name", "Authorization"},
                                {"in", "header"},
                                {"x-amazon-apigateway-authtype", "awsSigv4"}}),
                   {}});
  Value given = auth.get("Authorizers");
  if (!given) return out;
  Expect(given, api.id(), "Auth.Authorizers").map();
  // All are checked before the first is made.
  for (auto& [name, one] : given.items()) check_authorizer(api, name, one);
  for (auto& [name, one] : given.items()) {
    Value definition = one.get("JwtConfiguration") ? jwt_definition(one) : lambda_definition(api, name, one);
    out.push_back({name, definition, one.get("AuthorizationScopes")});
  }
  return out;
}

// ---- The API

class HttpApi {
 public:
  HttpApi(Context& context, SamResource& source)
      : api_{
            .context = context, .source = source, .passed_on = source.passed_on(), .creator_tag = "httpapi:createdBy"} {
    body_ = source.get("DefinitionBody");
    tags_ = source.get("Tags");
  }

  CfnList make() {
    Cfn http_api = make_api();
    CfnList domain = make_v2_domain(api_);
    CfnList out = {http_api};
    for (auto& permission : permissions()) out.push_back(permission);
    out.insert(out.end(), domain.begin(), domain.end());
    out.push_back(make_stage());
    // The tags of the template; those that were added here are on the resources already.
    propagate_tags(out, api_.get("Tags"), !api_.get("DefinitionBody").is_null());
    return out;
  }

 private:
  void edit(const std::function<void(OpenApiEditor&)>& change) {
    OpenApiEditor editor(body_);
    change(editor);
    body_ = editor.result();
  }

  Cfn make_api() {
    Cfn out = make_cfn(api_.source.id, "AWS::ApiGatewayV2::Api", api_.source.attributes, api_.source.depends_on);
    Value uri = api_.get("DefinitionUri");
    if (uri && body_) api_.refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
    if (api_.get("CorsConfiguration")) add_cors();
    add_auth();
    add_tags();
    if (api_.get("FailOnWarnings")) out->set("FailOnWarnings", api_.get("FailOnWarnings"));
    if (Value disable = api_.get("DisableExecuteApiEndpoint"); !disable.is_null()) {
      if (!body_) api_.refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
      edit([&](OpenApiEditor& editor) { editor.disable_execute_api(disable); });
    }
    add_title();
    add_description();
    rename_default_path();
    if (uri)
      out->set("BodyS3Location", definition_location(uri, api_.id()));
    else if (body_)
      out->set("Body", body_);
    else
      api_.refuse(
          "'DefinitionUri' or 'DefinitionBody' are required properties of an 'AWS::Serverless::HttpApi'. Add a value "
          "for one of these properties or add a 'HttpApi' event to an 'AWS::Serverless::Function'.");
    return out;
  }

  void add_cors() {
    Value cors = api_.get("CorsConfiguration");
    if (!body_) api_.refuse("Cors works only with inline OpenApi specified in 'DefinitionBody' property.");
    CorsSettings settings{.methods = {}, .headers = {}, .origin = {}, .max_age = {}, .credentials = false};
    Value expose;
    if (cors.is_bool())
      settings.origin = Value::list({"*"});
    else if (is_intrinsic(cors))
      settings.origin = cors;
    else if (!cors.is_dict())
      api_.refuse("Invalid value for 'Cors' property.");
    else
      for (auto& [key, value] : cors.items()) {
        if (key.s == "AllowMethods")
          settings.methods = value;
        else if (key.s == "AllowHeaders")
          settings.headers = value;
        else if (key.s == "AllowOrigins")
          settings.origin = value;
        else if (key.s == "MaxAge")
          settings.max_age = value;
        else if (key.s == "ExposeHeaders")
          expose = value;
        else if (key.s == "AllowCredentials")
          settings.credentials = value;
        else
          api_.refuse("Invalid key '" + key.s + "' for 'Cors' property.");
      }
    if (!OpenApiEditor::is_valid(body_))
      api_.refuse(
          "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid OpenApi definition.");
    if (settings.credentials.is(true) && settings.origin == Value::list({"*"}))
      api_.refuse(
          "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" "
          "or not set.");
    edit([&](OpenApiEditor& editor) { editor.add_cors(settings, expose); });
  }

  void add_auth() {
    Value auth = api_.get("Auth");
    if (!auth) return;
    if (!body_) api_.refuse("Auth works only with inline OpenApi specified in the 'DefinitionBody' property.");
    for (auto& key : auth.keys())
      if (key.s != "Authorizers" && key.s != "DefaultAuthorizer" && key.s != "EnableIamAuthorizer")
        api_.refuse("Invalid value for 'Auth' property");
    if (!OpenApiEditor::is_valid(body_))
      api_.refuse(
          "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid OpenApi definition.");
    edit([&](OpenApiEditor& editor) {
      Authorizers authorizers = read_authorizers(api_, auth);
      editor.add_authorizers(authorizers);
      Value name = auth.get("DefaultAuthorizer");
      if (!name || is_no_value(name)) return;
      Expect(name, api_.id(), "Auth.DefaultAuthorizer").string();
      if (std::none_of(authorizers.begin(), authorizers.end(), [&](auto& a) { return a.name.s == name.s(); }))
        api_.refuse("Unable to set DefaultAuthorizer because '" + name.s() + "' was not defined in 'Authorizers'.");
      for (auto& path : editor.path_names()) editor.set_default_authorizer(path, name.text(), authorizers);
    });
  }

  void add_tags() {
    if (!body_) {
      if (tags_) api_.refuse("Tags works only with inline OpenApi specified in the 'DefinitionBody' property.");
      return;
    }
    if (!OpenApiEditor::is_valid(body_)) {
      if (tags_)
        api_.refuse("Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi definition.");
      return;
    }
    if (!tags_) tags_ = Value::dict();
    tags_.set(api_.creator_tag, "SAM");
    edit([&](OpenApiEditor& editor) { editor.add_tags(tags_); });
  }

  Value info(const char* member, const char* end) const {
    try {
      return deep_get(body_, {"info", member});
    } catch (const NotAMap& e) {
      api_.refuse("Invalid 'DefinitionBody': " + e.words + end);
    }
  }

  void add_title() {
    Value name = api_.get("Name");
    if (!name) return;
    if (!body_) api_.refuse("Name works only with inline OpenApi specified in the 'DefinitionBody' property.");
    if (!(info("title", ".") == OpenApiEditor::default_title()))
      api_.refuse(
          "Unable to set Name because it is already defined within inline OpenAPI specified in the 'DefinitionBody' "
          "property.");
    edit([&](OpenApiEditor& editor) { editor.set_title(name); });
  }

  void add_description() {
    Value description = api_.get("Description");
    if (!description) return;
    if (!body_) api_.refuse("Description works only with inline OpenApi specified in the 'DefinitionBody' property.");
    if (info("description", "'."))
      api_.refuse(
          "Unable to set Description because it is already defined within inline OpenAPI specified in the "
          "'DefinitionBody' property.");
    edit([&](OpenApiEditor& editor) { editor.set_description(description); });
  }

  // A strict import does not know the path $default; /$default it does.
  void rename_default_path() {
    if (!api_.get("FailOnWarnings") || !body_) return;
    Value paths = body_.get("paths", Value::dict());
    if (!paths.has(kDefaultPath)) return;
    Value item = paths.get(kDefaultPath);
    paths.erase(kDefaultPath);
    paths.set(std::string("/") + kDefaultPath, item);
  }

  CfnList permissions() const {
    CfnList out;
    Value auth = api_.get("Auth");
    if (!auth || !auth.get("Authorizers")) return out;
    for (auto& [name, one] : auth.get("Authorizers").items()) {
      if (!one.get("FunctionArn") || !one.get("EnableFunctionDefaultPermissions")) continue;
      out.push_back(
          make_v2_authorizer_permission(api_, api_.id() + name.s + "AuthorizerPermission", one.get("FunctionArn")));
    }
    return out;
  }

  Cfn make_stage() const {
    Value name = api_.get("StageName");
    if (!name) name = "$default";
    const std::string text = name.is_string() ? name.s() : "";
    const std::string id = text == "$default" ? api_.id() + "ApiGatewayDefaultStage" : suffixed_stage(text);
    Cfn out = make_cfn(id, "AWS::ApiGatewayV2::Stage", api_.passed_on);
    out->set("ApiId", ref_to(api_.source.id));
    out->set("StageName", name);
    for (auto property : {"StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"})
      out->set(property, api_.get(property));
    out->set("Tags", tags_);
    out->set("AutoDeploy", true);
    return out;
  }

  std::string suffixed_stage(const std::string& text) const {
    return is_alphanumeric(text) ? api_.id() + text + "Stage" : hashed_id(api_.id() + "Stage", text);
  }

  ApiV2 api_;
  Value body_;
  Value tags_;
};

}  // namespace

CfnList transform_http_api(Context& context, SamResource& source) {
  for (auto property : {"CorsConfiguration", "Domain"})
    source.set(property, context.parameters.resolve(source.get(property)));
  return HttpApi(context, source).make();
}

}  // namespace thaw::sam
