// REST APIs as wholes, the account's settings, and tags.
#include "base/text.h"
#include "services/apigateway/openapi.h"
#include "services/apigateway/service.h"

namespace thaw::apigateway {
namespace {

constexpr size_t apis_max = 600;
constexpr size_t tags_max = 50;

Result<ImportOptions> options_of(const Call& call, bool overwrite) {
  ImportOptions out;
  out.overwrite = overwrite;
  out.fail_on_warnings = call.in.get("failOnWarnings").is_bool() && call.in.get("failOnWarnings").as_bool();
  const Json& parameters = call.in.get("parameters");
  if (!parameters.is_object()) return out;
  for (const Json::Member& m : parameters.members()) {
    std::string key = to_lower(m.key), value = m.value.string_or("");
    if (key == "basepath")
      out.base_path = value;
    else if (key != "endpointconfigurationtypes" && key != "ignore" && key != "mode" && key != "failonwarnings")
      return bad_request("Invalid import parameter: " + m.key);
  }
  return out;
}

// endpointConfigurationTypes=REGIONAL and the like, which speak of the API and not of the document.
void read_parameters(const Call& call, Json& definition) {
  const Json& parameters = call.in.get("parameters");
  if (!parameters.is_object()) return;
  for (const Json::Member& m : parameters.members())
    if (to_lower(m.key) == "endpointconfigurationtypes")
      object_at(definition, "endpointConfiguration").set("types", Json::array({m.value}));
}

Json shown_with(const Json& definition, const std::vector<std::string>& warnings) {
  Json out = present_api(definition);
  if (warnings.empty()) return out;
  Json& list = out["warnings"];
  for (const std::string& each : warnings) list.push_back(each);
  return out;
}

}  // namespace

Task<Result<Json>> create_rest_api(Call& call) {
  CO_CHECK_OK(check_api(call.in));
  auto existing = co_await call.store.apis();
  if (existing.size() >= apis_max)
    co_return fail("LimitExceededException", "Maximum number of REST APIs has been reached: 600", 429);
  Json members =
      pick(call.in, {"name", "description", "version", "binaryMediaTypes", "minimumCompressionSize", "apiKeySource",
                     "endpointConfiguration", "policy", "tags", "disableExecuteApiEndpoint"});
  if (members.get("policy").string_or("").empty()) members.erase("policy");
  members.set("createdDate", call.now_s());
  Json definition = new_definition(members);
  if (std::string source = call.text("cloneFrom"); !source.empty()) {
    auto from = co_await call.store.api(source);
    if (!from) co_return not_found("Invalid API identifier specified " + call.request.account.str() + ":" + source);
    for (std::string_view part :
         {"rootResourceId", "resources", "models", "requestValidators", "authorizers", "gatewayResponses"})
      definition.set(part, from->get(part));
  }
  call.store.put_api(definition.get("id").as_string(), definition);
  co_return present_api(definition);
}

Task<Result<Json>> get_rest_apis(Call& call) {
  auto all = co_await call.store.apis();
  Json::Array shown;
  for (const Json& definition : all) shown.push_back(present_api(definition));
  co_return page(std::move(shown), call.in, "id");
}

Task<Result<Json>> delete_rest_api(Call& call) {
  std::string id = call.text("restApiId");
  auto definition = co_await call.store.api(id);
  if (!definition) co_return call.no_api();
  call.store.clear_api(id);
  call.gateway.forget_at_commit(call.store.tx(), id);
  co_return Json::object();
}

Task<Result<Json>> import_rest_api(Call& call) {
  CO_TRY(ImportOptions options, options_of(call, true));
  CO_TRY(Json document, read_openapi(call.text("body")));
  Json definition = new_definition(Json::object({{"name", "Imported API"}, {"createdDate", call.now_s()}}));
  read_parameters(call, definition);
  CO_TRY(auto warnings, import_openapi(definition, document, options));
  call.store.put_api(definition.get("id").as_string(), definition);
  co_return shown_with(definition, warnings);
}

Task<Result<Json>> put_rest_api(Call& call) {
  std::string id = call.text("restApiId");
  auto definition = co_await call.store.api(id);
  if (!definition) co_return call.no_api();
  CO_TRY(ImportOptions options, options_of(call, call.text("mode") == "overwrite"));
  CO_TRY(Json document, read_openapi(call.text("body")));
  read_parameters(call, *definition);
  CO_TRY(auto warnings, import_openapi(*definition, document, options));
  call.store.put_api(id, *definition);
  co_return shown_with(*definition, warnings);
}

// ---- account ----

namespace {

Json shown_account(const std::optional<Json>& stored) {
  Json out = stored.value_or(Json::object());
  out.set("throttleSettings", Json::object({{"burstLimit", 5000}, {"rateLimit", 10000}}));
  out.set("features", Json::array({"UsagePlans"}));
  out.set("apiKeyVersion", "4");
  return out;
}

}  // namespace

Task<Result<Json>> get_account(Call& call) {
  auto stored = co_await call.store.account();
  co_return shown_account(stored);
}

Task<Result<Json>> update_account(Call& call) {
  auto stored = co_await call.store.account();
  Json changed = stored.value_or(Json::object());
  CO_CHECK_OK(apply_patches(changed, call.in, {{"/cloudwatchRoleArn"}}));
  std::string role = changed.get("cloudwatchRoleArn").string_or("");
  if (role.empty()) changed.erase("cloudwatchRoleArn");
  auto arn = Arn::parse(role);
  if (!role.empty() && (!arn || arn->service != "iam"))
    co_return bad_request(
        "The role ARN does not have required permissions configured. Please grant trust permission for API "
        "Gateway and add the required role policy.");
  call.store.put_account(changed);
  co_return shown_account(changed);
}

// ---- tags ----

namespace {

// What an ARN like arn:aws:apigateway:us-east-1::/restapis/ID/stages/NAME names: its path's segments.
std::vector<std::string> path_of(const std::string& arn_text) {
  std::vector<std::string> out;
  auto arn = Arn::parse(arn_text);
  if (!arn || arn->service != "apigateway") return out;
  for (std::string_view part : split(arn->resource, '/'))
    if (!part.empty()) out.push_back(std::string(part));
  return out;
}

std::unexpected<Error> no_tagged() { return not_found("Invalid Resource identifier specified"); }

Store::Found load_tagged(Store store, std::vector<std::string> path) {
  if (path.size() == 2 && path[0] == "restapis") co_return co_await store.api(path[1]);
  if (path.size() == 4 && path[0] == "restapis" && path[2] == "stages")
    co_return co_await store.stage(path[1], path[3]);
  if (path.size() == 2 && path[0] == "apikeys") co_return co_await store.key(path[1]);
  if (path.size() == 2 && path[0] == "usageplans") co_return co_await store.plan(path[1]);
  co_return std::nullopt;
}

void save_tagged(Store store, const std::vector<std::string>& path, const Json& document) {
  if (path[0] == "apikeys") return store.put_key(path[1], document);
  if (path[0] == "usageplans") return store.put_plan(path[1], document);
  if (path.size() == 4) return store.put_stage(path[1], path[3], document);
  store.put_api(path[1], document);
}

}  // namespace

Task<Result<Json>> tag_resource(Call& call) {
  auto path = path_of(call.text("resourceArn"));
  auto document = co_await load_tagged(call.store, path);
  if (!document) co_return no_tagged();
  Json& tags = object_at(*document, "tags");
  for (const Json::Member& m : call.in.get("tags").members()) tags.set(m.key, m.value);
  if (tags.size() > tags_max) co_return bad_request("A resource can have no more than 50 tags.");
  save_tagged(call.store, path, *document);
  co_return Json::object();
}

Task<Result<Json>> untag_resource(Call& call) {
  auto path = path_of(call.text("resourceArn"));
  auto document = co_await load_tagged(call.store, path);
  if (!document) co_return no_tagged();
  for (const Json& key : call.in.get("tagKeys").items()) object_at(*document, "tags").erase(key.string_or(""));
  save_tagged(call.store, path, *document);
  co_return Json::object();
}

Task<Result<Json>> get_tags(Call& call) {
  auto document = co_await load_tagged(call.store, path_of(call.text("resourceArn")));
  if (!document) co_return no_tagged();
  co_return Json::object({{"tags", object_at(*document, "tags")}});
}

}  // namespace thaw::apigateway
