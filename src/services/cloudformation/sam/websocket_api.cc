#include <algorithm>
#include <array>
#include <utility>

#include "services/cloudformation/sam/apiv2.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

constexpr const char* kConnect = "$connect";
constexpr const char* kFunctions = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/";

std::string upper(std::string text) {
  for (auto& c : text) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
  return text;
}
std::string capitalized(std::string text) {
  for (auto& c : text) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  if (!text.empty()) text[0] = static_cast<char>(toupper(static_cast<unsigned char>(text[0])));
  return text;
}

class WebSocketApi {
 public:
  WebSocketApi(Context& context, SamResource& source)
      : api_{.context = context, .source = source, .passed_on = Value::dict(), .creator_tag = "websocketapi:createdBy"},
        auth_(source.get("Auth")),
        stage_name_(source.get("StageName").is_null() ? Value("default") : source.get("StageName")) {}

  CfnList make() {
    check();
    Cfn api = make_api();
    CfnList domain = make_v2_domain(api_);
    Cfn stage = make_stage();
    CfnList out = {api};
    Value route_ids = Value::list();
    for (auto& [key, route] : api_.get("Routes").items()) {
      Cfn made = make_route(key, route);
      route_ids.push(made->id);
      authorize(key, *made);
      out.push_back(made);
      out.push_back(make_integration(key, route));
      out.push_back(make_permission(key, route));
    }
    out.insert(out.end(), domain.begin(), domain.end());
    if (api_.get("RouteSettings") && route_ids) stage->depends_on = route_ids;
    out.push_back(stage);
    if (authorizer_) {
      out.push_back(authorizer_);
      if (auth_.get("AuthType").is("CUSTOM") && !auth_.get("InvokeRole") && auth_.get("AuthArn"))
        out.push_back(make_v2_authorizer_permission(api_, api_.id() + "AuthorizerPermission", auth_.get("AuthArn")));
    }
    propagate_tags(out, api_.get("Tags"), api_.get("PropagateTags"));
    return out;
  }

 private:
  void check() const {
    if (!api_.get("Routes")) api_.refuse("WebSocket API must have at least one route.");
    Value ip = api_.get("IpAddressType");
    if (!ip.is_null() && !is_intrinsic(ip) && !ip.is("ipv4") && !ip.is("dualstack"))
      api_.refuse("IpAddressType must be 'ipv4' or 'dualstack'.");
    if (Value domain = api_.get("Domain"); domain && domain.get("MutualTlsAuthentication"))
      api_.refuse("Mutual TLS domain name association is not supported for Websocket APIs.");
  }

  Cfn make_api() {
    Cfn out = make_cfn(api_.source.id, "AWS::ApiGatewayV2::Api", Value::dict(), api_.source.depends_on);
    for (auto name : {"ApiKeySelectionExpression", "Description", "DisableExecuteApiEndpoint",
                      "DisableSchemaValidation", "IpAddressType", "RouteSelectionExpression"})
      out->set(name, api_.get(name));
    if (auth_ && !api_.get("Routes").has(kConnect))
      api_.refuse("Authorization is only available if there is a $connect route.");
    out->set("Name", api_.get("Name").is_null() ? Value(api_.source.id) : api_.get("Name"));
    Value tags = api_.get("Tags");
    if (!tags) tags = Value::dict();
    tags.set(api_.creator_tag, "SAM");
    out->set("Tags", tags);
    out->set("ProtocolType", "WEBSOCKET");
    return out;
  }

  std::string id_start(const Text& key) const {
    if (key.s == kConnect || key.s == "$disconnect" || key.s == "$default")
      return api_.id() + capitalized(key.s.substr(1));
    if (!is_alphanumeric(key.s))
      api_.refuse("Route key '" + key.s +
                  "' must be alphanumeric. Only $connect, $disconnect, and $default special routes are supported.");
    return api_.id() + capitalized(key.s);
  }

  Cfn make_route(const Text& key, const Value& route) const {
    Cfn out = make_cfn(id_start(key) + "Route", "AWS::ApiGatewayV2::Route", api_.passed_on);
    out->set("RouteKey", key);
    out->set("ApiId", ref_to(api_.source.id));
    for (auto name : {"ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RequestModels",
                      "RouteResponseSelectionExpression"})
      out->set(name, route.get(name));
    if (Value parameters = route.get("RequestParameters")) {
      if (key.s != kConnect)
        api_.refuse("Request parameters are only supported for the $connect route in WebSocket APIs.");
      out->set("RequestParameters", parameters);
    }
    Value parts = Value::list({"integrations", ref_to(id_start(key) + "Integration")});
    out->set("Target", Value::dict({{"Fn::Join", Value::list({"/", parts})}}));
    return out;
  }

  void check_auth() const {
    Value given = auth_.get("AuthType");
    if (!given) api_.refuse("AuthType must be specified for additional auth configurations.");
    const std::string type = given.is_string() ? upper(given.s()) : "";
    if (type != "NONE" && type != "AWS_IAM" && type != "CUSTOM")
      api_.refuse("AuthType is not one of AWS_IAM, CUSTOM or NONE.");
    if (type == "CUSTOM" && !auth_.get("AuthArn")) api_.refuse("AuthArn must be specified if AuthType is CUSTOM.");
    if (type != "CUSTOM" && auth_.size() > 1)
      api_.refuse("No additional configurations supported for AuthType " + type + ".");
  }

  void authorize(const Text& key, CfnResource& route) {
    if (!auth_) return;
    check_auth();
    if (key.s != kConnect) return;
    Value type = auth_.get("AuthType");
    if (type.is("CUSTOM")) {
      authorizer_ = make_authorizer();
      route.set("AuthorizationType", "CUSTOM");
      route.set("AuthorizerId", ref_to(authorizer_->id));
    } else {
      route.set("AuthorizationType", type.is("AWS_IAM") ? "AWS_IAM" : "NONE");
    }
  }

  Cfn make_authorizer() const {
    std::string id = api_.id() + "ConnectAuthorizer";
    Cfn out = make_cfn(id, "AWS::ApiGatewayV2::Authorizer", api_.passed_on);
    out->set("ApiId", ref_to(api_.source.id));
    if (auth_.has("InvokeRole")) out->set("AuthorizerCredentialsArn", auth_.get("InvokeRole"));
    out->set("AuthorizerType", "REQUEST");
    out->set("AuthorizerUri",
             sub(std::string(kFunctions) + "${AuthArn}/invocations", Value::dict({{"AuthArn", auth_.get("AuthArn")}})));
    out->set("IdentitySource", auth_.get("IdentitySource"));
    out->set("Name", auth_.get("Name") ? auth_.get("Name") : Value(id));
    return out;
  }

  Value function_of(const Value& route) const {
    if (!route.has("FunctionArn")) api_.refuse("Route must have associated function.");
    return route.get("FunctionArn");
  }

  Cfn make_integration(const Text& key, const Value& route) const {
    Value function = function_of(route);
    Cfn out = make_cfn(id_start(key) + "Integration", "AWS::ApiGatewayV2::Integration", api_.passed_on);
    out->set("ApiId", ref_to(api_.source.id));
    out->set("IntegrationType", "AWS_PROXY");
    out->set("IntegrationUri",
             sub(std::string(kFunctions) + "${FunctionArn}/invocations", Value::dict({{"FunctionArn", function}})));
    out->set("TimeoutInMillis", route.get("IntegrationTimeout"));
    return out;
  }

  Cfn make_permission(const Text& key, const Value& route) const {
    Cfn out = make_cfn(id_start(key) + "Permission", "AWS::Lambda::Permission", api_.passed_on);
    out->set("Action", "lambda:InvokeFunction");
    out->set("FunctionName", function_of(route));
    out->set("Principal", "apigateway.amazonaws.com");
    std::string start =
        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + api_.id() + ".ApiId}/";
    out->set("SourceArn", stage_name_.is_string() ? sub(start + stage_name_.s() + "/" + key.s)
                                                  : sub(start + "${__StageName__}/" + key.s,
                                                        Value::dict({{"__StageName__", stage_name_}})));
    return out;
  }

  Cfn make_stage() const {
    if (stage_name_.is("$default")) api_.refuse("Stages cannot be named $default for WebSocket APIs.");
    const std::string text = stage_name_.is_string() ? stage_name_.s() : "";
    Cfn out = make_cfn(api_.id() + (text == "default" ? "Default" : text) + "Stage", "AWS::ApiGatewayV2::Stage",
                       api_.passed_on);
    out->set("ApiId", ref_to(api_.source.id));
    out->set("StageName", stage_name_);
    for (auto name : {"StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"})
      out->set(name, api_.get(name));
    out->set("Tags", Value::dict({{api_.creator_tag, "SAM"}}));
    out->set("AutoDeploy", true);
    return out;
  }

  ApiV2 api_;
  Value auth_;
  Value stage_name_;
  Cfn authorizer_;
};

}  // namespace

CfnList transform_websocket_api(Context& context, SamResource& source) {
  for (auto property : {"Auth", "Domain", "Routes"})
    source.set(property, context.parameters.resolve(source.get(property)));
  // WebSocket APIs do not share their groups of Route 53 records, not even with each other.
  auto shared = std::exchange(context.record_sets, {});
  CfnList out = WebSocketApi(context, source).make();
  context.record_sets = std::move(shared);
  return out;
}

}  // namespace thaw::sam
