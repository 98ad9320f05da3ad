#include "services/apigateway/service.h"

#include <algorithm>
#include <map>

#include "services/apigateway/data_plane.h"

namespace thaw::apigateway {
namespace {

// Operations that read or change one API's definition and nothing else.
struct EditRow {
  Edit edit;
  bool writes = false;
};

const std::map<std::string_view, EditRow>& edits() {
  static const std::map<std::string_view, EditRow> rows = {
      {"GetRestApi", {get_rest_api}},
      {"UpdateRestApi", {update_rest_api, true}},
      {"CreateResource", {create_resource, true}},
      {"GetResource", {get_resource}},
      {"GetResources", {get_resources}},
      {"UpdateResource", {update_resource, true}},
      {"DeleteResource", {delete_resource, true}},
      {"PutMethod", {put_method, true}},
      {"GetMethod", {get_method}},
      {"UpdateMethod", {update_method, true}},
      {"DeleteMethod", {delete_method, true}},
      {"PutMethodResponse", {put_method_response, true}},
      {"GetMethodResponse", {get_method_response}},
      {"UpdateMethodResponse", {update_method_response, true}},
      {"DeleteMethodResponse", {delete_method_response, true}},
      {"PutIntegration", {put_integration, true}},
      {"GetIntegration", {get_integration}},
      {"UpdateIntegration", {update_integration, true}},
      {"DeleteIntegration", {delete_integration, true}},
      {"PutIntegrationResponse", {put_integration_response, true}},
      {"GetIntegrationResponse", {get_integration_response}},
      {"UpdateIntegrationResponse", {update_integration_response, true}},
      {"DeleteIntegrationResponse", {delete_integration_response, true}},
      {"CreateModel", {create_model, true}},
      {"GetModel", {get_model}},
      {"GetModels", {get_models}},
      {"UpdateModel", {update_model, true}},
      {"DeleteModel", {delete_model, true}},
      {"CreateRequestValidator", {create_validator, true}},
      {"GetRequestValidator", {get_validator}},
      {"GetRequestValidators", {get_validators}},
      {"UpdateRequestValidator", {update_validator, true}},
      {"DeleteRequestValidator", {delete_validator, true}},
      {"CreateAuthorizer", {create_authorizer, true}},
      {"GetAuthorizer", {get_authorizer}},
      {"GetAuthorizers", {get_authorizers}},
      {"UpdateAuthorizer", {update_authorizer, true}},
      {"DeleteAuthorizer", {delete_authorizer, true}},
      {"PutGatewayResponse", {put_gateway_response, true}},
      {"GetGatewayResponse", {get_gateway_response}},
      {"GetGatewayResponses", {get_gateway_responses}},
      {"UpdateGatewayResponse", {update_gateway_response, true}},
      {"DeleteGatewayResponse", {delete_gateway_response, true}},
  };
  return rows;
}

const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> rows = {
      {"CreateRestApi", create_rest_api},
      {"GetRestApis", get_rest_apis},
      {"DeleteRestApi", delete_rest_api},
      {"ImportRestApi", import_rest_api},
      {"PutRestApi", put_rest_api},
      {"GetAccount", get_account},
      {"UpdateAccount", update_account},
      {"TagResource", tag_resource},
      {"UntagResource", untag_resource},
      {"GetTags", get_tags},
      {"CreateDeployment", create_deployment},
      {"GetDeployment", get_deployment},
      {"GetDeployments", get_deployments},
      {"UpdateDeployment", update_deployment},
      {"DeleteDeployment", delete_deployment},
      {"CreateStage", create_stage},
      {"GetStage", get_stage},
      {"GetStages", get_stages},
      {"UpdateStage", update_stage},
      {"DeleteStage", delete_stage},
      {"FlushStageCache", flush_stage},
      {"FlushStageAuthorizersCache", flush_stage},
      {"CreateApiKey", create_api_key},
      {"GetApiKey", get_api_key},
      {"GetApiKeys", get_api_keys},
      {"UpdateApiKey", update_api_key},
      {"DeleteApiKey", delete_api_key},
      {"CreateUsagePlan", create_usage_plan},
      {"GetUsagePlan", get_usage_plan},
      {"GetUsagePlans", get_usage_plans},
      {"UpdateUsagePlan", update_usage_plan},
      {"DeleteUsagePlan", delete_usage_plan},
      {"CreateUsagePlanKey", create_usage_plan_key},
      {"GetUsagePlanKey", get_usage_plan_key},
      {"GetUsagePlanKeys", get_usage_plan_keys},
      {"DeleteUsagePlanKey", delete_usage_plan_key},
  };
  return rows;
}

Task<Result<Json>> run_edit(ApiGateway& gateway, api::Request& request, EditRow row, Json in) {
  Store store(request.tx(), request.account, request.region);
  std::string id = in.get("restApiId").string_or("");
  auto definition = co_await store.api(id);
  if (!definition) co_return not_found("Invalid API identifier specified " + request.account.str() + ":" + id);
  Result<Json> answer = row.edit(*definition, in);
  if (answer && row.writes) store.put_api(id, *definition);
  (void)gateway;  // an edit shows at the next deployment only
  co_return answer;
}

Task<Result<Json>> run_handler(ApiGateway& gateway, api::Request& request, Handler handler, Json in) {
  Call call{gateway, request, in, Store(request.tx(), request.account, request.region)};
  Result<Json> answer = co_await handler(call);
  co_return answer;
}

std::string note_of(std::string_view name) {
  if (name == "UpdateStage" || name == "CreateStage")
    return "access logs, tracing, throttling and metrics settings are stored only; caches and canaries are refused";
  if (name == "CreateUsagePlan" || name == "UpdateUsagePlan") return "throttling and quotas are stored only";
  if (name == "CreateAuthorizer") return "COGNITO_USER_POOLS answers NotImplemented when used";
  if (name == "PutIntegration") return "templates with VTL beyond literal text answer NotImplemented when used";
  return "";
}

api::Operation declare(ApiGateway& gateway, const Declared& declared) {
  api::Operation out;
  out.name = declared.name;
  out.http_method = declared.method, out.http_uri = declared.uri, out.http_status = declared.status;
  out.input = declared.input, out.output = declared.output;
  out.note = note_of(declared.name);
  out.permissions = [&declared](const api::Request& request, const Json& in) -> std::vector<api::Permission> {
    return {{"apigateway:" + declared.method, resource_arn(declared, request.region.str(), in), {}}};
  };
  if (auto edit = edits().find(declared.name); edit != edits().end()) {
    out.access = edit->second.writes ? api::Access::writes : api::Access::reads;
    out.run = [&gateway, &declared, row = edit->second](api::Request& request, Json in) {
      coerce(in, *declared.input);
      return run_edit(gateway, request, row, std::move(in));
    };
    return out;
  }
  Handler handler = handlers().at(declared.name);
  out.access = declared.method == "GET" ? api::Access::reads : api::Access::writes;
  out.run = [&gateway, handler](api::Request& request, Json in) {
    return run_handler(gateway, request, handler, std::move(in));
  };
  return out;
}

}  // namespace

std::unexpected<Error> Call::no_api() const {
  return not_found("Invalid API identifier specified " + request.account.str() + ":" + text("restApiId"));
}

ApiGateway::ApiGateway(Dependencies dependencies) : data_plane_(std::make_unique<DataPlane>(std::move(dependencies))) {}
ApiGateway::~ApiGateway() = default;

api::ServiceInfo ApiGateway::info() const {
  return {.name = "apigateway",
          .protocols = {api::Protocol::rest_json},
          .api_version = "2015-07-09",
          .validation_code = "BadRequestException",
          .title = "Amazon API Gateway",
          .host_prefixes = {"apigateway"}};
}

std::vector<api::Operation> ApiGateway::operations() {
  std::vector<api::Operation> out;
  for (const Declared& declared : declared_operations()) out.push_back(declare(*this, declared));
  return out;
}

std::vector<std::string> ApiGateway::not_implemented() const { return operations_not_implemented(); }

bool ApiGateway::serves(const net::HttpRequest& request) const { return data_plane_->serves(request); }
Task<net::HttpResponse> ApiGateway::serve(net::HttpRequest& request) { return data_plane_->serve(request); }

void ApiGateway::forget_at_commit(kv::Transaction& tx, const std::string& api) {
  tx.on_commit([this, api] { data_plane_->forget(api); });
}
void ApiGateway::forget_keys_at_commit(kv::Transaction& tx) {
  tx.on_commit([this] { data_plane_->forget_keys(); });
}

}  // namespace thaw::apigateway
