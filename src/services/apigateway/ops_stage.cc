// Deployments (snapshots of a definition) and the stages that point to them.
#include <algorithm>

#include "base/text.h"
#include "services/apigateway/service.h"

namespace thaw::apigateway {
namespace {

std::unexpected<Error> no_stage() { return not_found("Invalid stage identifier specified"); }
std::unexpected<Error> no_deployment() { return not_found("Invalid Deployment identifier specified"); }

Json shown_deployment(const Json& deployment, bool with_summary) {
  Json out = pick(deployment, {"id", "description", "createdDate"});
  if (with_summary) out.set("apiSummary", api_summary(deployment.get("snapshot")));
  return out;
}

Result<void> check_stage_name(const std::string& name) {
  bool fine = !name.empty() && name.size() <= 128 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  // $default is the stage of HTTP APIs; REST APIs have none.
  if (!fine) return bad_request("Stage name only allows a-zA-Z0-9_-");
  return {};
}

Result<void> check_stage(const Json& stage) {
  if (stage.get("cacheClusterEnabled").is_bool() && stage.get("cacheClusterEnabled").as_bool())
    return fail("NotImplemented", "Thaw does not implement cache clusters of stages yet.", 501);
  if (const Json& canary = stage.get("canarySettings"); !canary.is_null())
    return fail("NotImplemented", "Thaw does not implement canary settings of stages yet.", 501);
  if (!stage.get("documentationVersion").string_or("").empty())
    return fail("NotImplemented", "Thaw does not implement documentation versions yet.", 501);
  const Json& variables = stage.get("variables");
  if (!variables.is_object()) return {};
  for (const Json::Member& m : variables.members()) {
    static constexpr std::string_view allowed = "-._~:/?#&=,";
    bool fine = std::ranges::all_of(m.value.string_or(""), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || allowed.contains(c);
    });
    if (!fine)
      return bad_request("Stage variable value for '" + m.key + "' must match this regex: [A-Za-z0-9-._~:/?#&=,]+");
  }
  return {};
}

Json complete_stage(Json stage, const Json& now) {
  if (!stage.contains("cacheClusterEnabled")) stage.set("cacheClusterEnabled", false);
  stage.set("cacheClusterStatus", "NOT_AVAILABLE");
  if (!stage.contains("methodSettings")) stage.set("methodSettings", Json::object());
  if (!stage.contains("tracingEnabled")) stage.set("tracingEnabled", false);
  if (!stage.contains("createdDate")) stage.set("createdDate", now);
  stage.set("lastUpdatedDate", now);
  return stage;
}

constexpr std::pair<std::string_view, std::pair<std::string_view, char>> settings[] = {
    {"metrics/enabled", {"metricsEnabled", 'b'}},
    {"logging/loglevel", {"loggingLevel", 's'}},
    {"logging/dataTrace", {"dataTraceEnabled", 'b'}},
    {"throttling/burstLimit", {"throttlingBurstLimit", 'i'}},
    {"throttling/rateLimit", {"throttlingRateLimit", 'd'}},
    {"caching/enabled", {"cachingEnabled", 'b'}},
    {"caching/ttlInSeconds", {"cacheTtlInSeconds", 'i'}},
    {"caching/dataEncrypted", {"cacheDataEncrypted", 'b'}},
    {"caching/requireAuthorizationForCacheControl", {"requireAuthorizationForCacheControl", 'b'}},
    {"caching/unauthorizedCacheControlHeaderStrategy", {"unauthorizedCacheControlHeaderStrategy", 's'}}};

// A patch of one method's settings: "/*/*/logging/loglevel", "/~1orders/POST/throttling/rateLimit"; "/*/*" is all of
// them.
Result<bool> patch_setting(Json& stage, const Json& patch) {
  std::string path = patch.get("path").string_or("");
  auto parts = split(path, '/');
  if (parts.size() != 3 && parts.size() != 5) return false;
  static constexpr std::string_view names[] = {"*", "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"};
  if (std::ranges::find(names, parts[2]) == std::end(names)) return false;
  std::string resource(parts[1]);
  for (size_t at = 0; (at = resource.find("~1", at)) != std::string::npos; ++at) resource.replace(at, 2, "/");
  if (resource.size() > 1 && resource.starts_with('/')) resource.erase(0, 1);
  std::string key = resource + "/" + std::string(parts[2]);
  Json& all = object_at(stage, "methodSettings");
  if (parts.size() == 3) {
    if (patch.get("op").string_or("") != "remove") return false;
    return all.erase(key), true;
  }
  std::string setting = std::string(parts[3]) + "/" + std::string(parts[4]);
  for (const auto& [suffix, member] : settings) {
    if (setting != suffix) continue;
    Json one = patch;
    one.set("path", "/" + std::string(member.first));
    Json value = all.get(key).is_object() ? all.get(key) : Json::object();
    CHECK_OK(apply_patches(value, Json::object({{"patchOperations", Json::array({one})}}),
                           {{one.get("path").as_string(), member.second}}));
    if (value.get("cachingEnabled").is_bool() && value.get("cachingEnabled").as_bool())
      return fail("NotImplemented", "Thaw does not implement caching of methods yet.", 501);
    all.set(key, value);
    return true;
  }
  return false;
}

Result<void> patch_stage(Json& stage, const Json& in) {
  Json rest = Json::array();
  if (const Json& patches = in.get("patchOperations"); patches.is_array()) {
    for (const Json& patch : patches.items()) {
      TRY(bool done, patch_setting(stage, patch));
      if (done) continue;
      if (patch.get("path").string_or("") == "/accessLogSettings" && patch.get("op").string_or("") == "remove")
        stage.erase("accessLogSettings");
      else
        rest.push_back(patch);
    }
  }
  return apply_patches(stage, Json::object({{"patchOperations", rest}}),
                       {{"/deploymentId"},
                        {"/description"},
                        {"/variables/*"},
                        {"/tracingEnabled", 'b'},
                        {"/cacheClusterEnabled", 'b'},
                        {"/cacheClusterSize"},
                        {"/accessLogSettings/destinationArn"},
                        {"/accessLogSettings/format"},
                        {"/documentationVersion"},
                        {"/clientCertificateId"}});
}

}  // namespace

// ---- deployments ----

Task<Result<Json>> create_deployment(Call& call) {
  std::string api = call.text("restApiId"), stage_name = call.text("stageName");
  auto definition = co_await call.store.api(api);
  if (!definition) co_return call.no_api();
  CO_CHECK_OK(check_deployable(*definition));
  std::string id = new_id(6);
  Json deployment = Json::object({{"id", id}, {"createdDate", call.now_s()}});
  if (call.in.contains("description")) deployment.set("description", call.in.get("description"));
  deployment.set("snapshot", *definition);
  call.store.put_deployment(api, id, deployment);
  if (!stage_name.empty()) {
    CO_CHECK_OK(check_stage_name(stage_name));
    auto existing = co_await call.store.stage(api, stage_name);
    Json stage = existing.value_or(Json::object({{"stageName", stage_name}}));
    stage.set("deploymentId", id);
    for (std::string_view name : {"cacheClusterEnabled", "cacheClusterSize", "tracingEnabled", "canarySettings"})
      if (call.in.contains(name)) stage.set(name, call.in.get(name));
    if (call.in.contains("stageDescription")) stage.set("description", call.in.get("stageDescription"));
    if (const Json& variables = call.in.get("variables"); variables.is_object())
      for (const Json::Member& m : variables.members()) object_at(stage, "variables").set(m.key, m.value);
    CO_CHECK_OK(check_stage(stage));
    call.store.put_stage(api, stage_name, complete_stage(std::move(stage), call.now_s()));
    call.gateway.forget_at_commit(call.store.tx(), api);
  }
  co_return shown_deployment(deployment, false);
}

Task<Result<Json>> get_deployment(Call& call) {
  auto found = co_await call.store.deployment(call.text("restApiId"), call.text("deploymentId"));
  if (!found) co_return no_deployment();
  const Json& embed = call.in.get("embed");
  bool summary = embed.is_array() &&
                 std::ranges::any_of(embed.items(), [](const Json& e) { return e.string_or("") == "apisummary"; });
  co_return shown_deployment(*found, summary);
}

Task<Result<Json>> get_deployments(Call& call) {
  auto definition = co_await call.store.api(call.text("restApiId"));
  if (!definition) co_return call.no_api();
  auto all = co_await call.store.deployments(call.text("restApiId"));
  Json::Array shown;
  for (const Json& each : all) shown.push_back(shown_deployment(each, false));
  co_return page(std::move(shown), call.in, "id");
}

Task<Result<Json>> update_deployment(Call& call) {
  auto found = co_await call.store.deployment(call.text("restApiId"), call.text("deploymentId"));
  if (!found) co_return no_deployment();
  CO_CHECK_OK(apply_patches(*found, call.in, {{"/description"}}));
  call.store.put_deployment(call.text("restApiId"), call.text("deploymentId"), *found);
  co_return shown_deployment(*found, false);
}

Task<Result<Json>> delete_deployment(Call& call) {
  std::string api = call.text("restApiId"), id = call.text("deploymentId");
  auto found = co_await call.store.deployment(api, id);
  if (!found) co_return no_deployment();
  auto stages = co_await call.store.stages(api);
  for (const Json& stage : stages)
    if (stage.get("deploymentId").string_or("") == id)
      co_return bad_request("Active stages pointing to this deployment must be moved or deleted");
  call.store.clear_deployment(api, id);
  co_return Json::object();
}

// ---- stages ----

Task<Result<Json>> create_stage(Call& call) {
  std::string api = call.text("restApiId"), name = call.text("stageName");
  auto definition = co_await call.store.api(api);
  if (!definition) co_return call.no_api();
  CO_CHECK_OK(check_stage_name(name));
  auto deployment = co_await call.store.deployment(api, call.text("deploymentId"));
  if (!deployment) co_return bad_request("Deployment id does not exist");
  auto existing = co_await call.store.stage(api, name);
  if (existing) co_return conflict("Stage already exists");
  Json stage = pick(call.in, {"stageName", "deploymentId", "description", "cacheClusterEnabled", "cacheClusterSize",
                              "variables", "documentationVersion", "canarySettings", "tracingEnabled", "tags"});
  CO_CHECK_OK(check_stage(stage));
  stage = complete_stage(std::move(stage), call.now_s());
  call.store.put_stage(api, name, stage);
  call.gateway.forget_at_commit(call.store.tx(), api);
  co_return stage;
}

Task<Result<Json>> get_stage(Call& call) {
  auto found = co_await call.store.stage(call.text("restApiId"), call.text("stageName"));
  if (!found) co_return no_stage();
  co_return *found;
}

Task<Result<Json>> get_stages(Call& call) {
  auto definition = co_await call.store.api(call.text("restApiId"));
  if (!definition) co_return call.no_api();
  auto all = co_await call.store.stages(call.text("restApiId"));
  Json out = Json::array();
  for (Json& stage : all)
    if (!call.in.contains("deploymentId") || stage.get("deploymentId") == call.in.get("deploymentId"))
      out.push_back(std::move(stage));
  co_return Json::object({{"item", out}});
}

Task<Result<Json>> update_stage(Call& call) {
  std::string api = call.text("restApiId"), name = call.text("stageName");
  auto found = co_await call.store.stage(api, name);
  if (!found) co_return no_stage();
  CO_CHECK_OK(patch_stage(*found, call.in));
  CO_CHECK_OK(check_stage(*found));
  auto deployment = co_await call.store.deployment(api, found->get("deploymentId").string_or(""));
  if (!deployment) co_return bad_request("Deployment id does not exist");
  Json stage = complete_stage(std::move(*found), call.now_s());
  call.store.put_stage(api, name, stage);
  call.gateway.forget_at_commit(call.store.tx(), api);
  co_return stage;
}

Task<Result<Json>> delete_stage(Call& call) {
  std::string api = call.text("restApiId"), name = call.text("stageName");
  auto found = co_await call.store.stage(api, name);
  if (!found) co_return no_stage();
  call.store.clear_stage(api, name);
  call.gateway.forget_at_commit(call.store.tx(), api);
  co_return Json::object();
}

// Forgets what the stage's authorizers answered; there is no cache of data to flush.
Task<Result<Json>> flush_stage(Call& call) {
  auto found = co_await call.store.stage(call.text("restApiId"), call.text("stageName"));
  if (!found) co_return no_stage();
  call.gateway.forget_at_commit(call.store.tx(), call.text("restApiId"));
  co_return Json::object();
}

}  // namespace thaw::apigateway
