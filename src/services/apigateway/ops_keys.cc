// API keys, usage plans, and which keys belong to which plans.
#include <algorithm>

#include "base/text.h"
#include "services/apigateway/service.h"

namespace thaw::apigateway {
namespace {

std::unexpected<Error> no_key() { return not_found("Invalid API Key identifier specified"); }
std::unexpected<Error> no_plan() { return not_found("Invalid Usage Plan ID specified"); }

bool flag(const Json& in, std::string_view name) { return in.get(name).is_bool() && in.get(name).as_bool(); }

Json shown_key(Json key, bool with_value) {
  if (!with_value) key.erase("value");
  return key;
}
Json shown_plan(const Json& plan) {
  return pick(plan, {"id", "name", "description", "apiStages", "throttle", "quota", "productCode", "tags"});
}
Json shown_plan_key(const Json& key) {
  Json out = Json::object(
      {{"id", key.get("id")}, {"type", "API_KEY"}, {"value", key.get("value")}, {"name", key.get("name")}});
  return out;
}

Result<void> check_plan(const Json& plan) {
  const Json& quota = plan.get("quota");
  if (quota.is_object()) {
    std::string period = quota.get("period").string_or("");
    if (period != "DAY" && period != "WEEK" && period != "MONTH")
      return bad_request("Usage Plan quota period must be one of: [DAY, WEEK, MONTH]");
    if (quota.get("limit").to_int().value_or(0) < 1) return bad_request("Usage Plan quota limit must be positive");
  }
  return {};
}

Task<Result<void>> check_stages(Store store, Json plan) {
  const Json& stages = plan.get("apiStages");
  if (!stages.is_array()) co_return Result<void>();
  for (const Json& stage : stages.items()) {
    std::string api = stage.get("apiId").string_or(""), name = stage.get("stage").string_or("");
    auto found = co_await store.stage(api, name);
    if (!found) co_return not_found("API Stage not found: " + api + ":" + name);
  }
  co_return Result<void>();
}

// "API:STAGE" patches of a plan's stages.
Result<Json> patch_stages(Json& plan, const Json& in) {
  Json rest = Json::array();
  const Json& patches = in.get("patchOperations");
  if (!patches.is_array()) return rest;
  for (const Json& patch : patches.items()) {
    if (patch.get("path").string_or("") != "/apiStages") {
      rest.push_back(patch);
      continue;
    }
    std::string value = patch.get("value").string_or(""), op = patch.get("op").string_or("");
    size_t colon = value.find(':');
    if (colon == std::string::npos || (op != "add" && op != "remove"))
      return bad_request("Invalid API Stage specified. Must be in the format of API_ID:STAGE");
    Json& list = plan["apiStages"];
    if (!list.is_array()) list = Json::array();
    Json one = Json::object({{"apiId", value.substr(0, colon)}, {"stage", value.substr(colon + 1)}});
    std::erase_if(list.items(), [&](const Json& each) {
      return each.get("apiId") == one.get("apiId") && each.get("stage") == one.get("stage");
    });
    if (op == "add") list.push_back(one);
  }
  return rest;
}

}  // namespace

// ---- keys ----

Task<Result<Json>> create_api_key(Call& call) {
  Json key = pick(call.in, {"name", "customerId", "description", "value", "tags"});
  std::string id = new_id();
  if (!key.contains("value")) key.set("value", random_lower_alphanumeric(40));
  std::string value = key.get("value").as_string();
  if (value.size() < 20 || value.size() > 128)
    co_return bad_request("API Key value should be between 20 and 128 characters");
  auto taken = co_await call.store.key_by_value(value);
  if (taken) co_return conflict("API Key already exists");
  if (!key.contains("name")) key.set("name", id);
  key.set("id", id);
  key.set("enabled", flag(call.in, "enabled"));
  key.set("createdDate", call.now_s());
  key.set("lastUpdatedDate", call.now_s());
  Json stages = Json::array();
  if (const Json& given = call.in.get("stageKeys"); given.is_array())
    for (const Json& each : given.items())
      stages.push_back(each.get("restApiId").string_or("") + "/" + each.get("stageName").string_or(""));
  key.set("stageKeys", stages);
  call.store.put_key(id, key);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return key;
}

Task<Result<Json>> get_api_key(Call& call) {
  auto key = co_await call.store.key(call.text("apiKey"));
  if (!key) co_return no_key();
  co_return shown_key(std::move(*key), flag(call.in, "includeValue"));
}

Task<Result<Json>> get_api_keys(Call& call) {
  auto all = co_await call.store.keys();
  Json::Array shown;
  std::string name = call.text("nameQuery"), customer = call.text("customerId");
  for (Json& key : all) {
    if (!key.get("name").string_or("").starts_with(name)) continue;
    if (!customer.empty() && key.get("customerId").string_or("") != customer) continue;
    shown.push_back(shown_key(std::move(key), flag(call.in, "includeValues")));
  }
  co_return page(std::move(shown), call.in, "id");
}

Task<Result<Json>> update_api_key(Call& call) {
  auto key = co_await call.store.key(call.text("apiKey"));
  if (!key) co_return no_key();
  CO_CHECK_OK(apply_patches(*key, call.in, {{"/name"}, {"/description"}, {"/enabled", 'b'}, {"/customerId"}}));
  key->set("lastUpdatedDate", call.now_s());
  call.store.put_key(call.text("apiKey"), *key);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return shown_key(std::move(*key), false);
}

Task<Result<Json>> delete_api_key(Call& call) {
  auto key = co_await call.store.key(call.text("apiKey"));
  if (!key) co_return no_key();
  call.store.clear_key(call.text("apiKey"), key->get("value").string_or(""));
  auto plans = co_await call.store.plans();
  for (Json& plan : plans)
    if (object_at(plan, "keyIds").erase(call.text("apiKey"))) call.store.put_plan(plan.get("id").string_or(""), plan);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return Json::object();
}

// ---- plans ----

Task<Result<Json>> create_usage_plan(Call& call) {
  Json plan = pick(call.in, {"name", "description", "apiStages", "throttle", "quota", "tags"});
  CO_CHECK_OK(check_plan(plan));
  CO_CHECK_OK(co_await check_stages(call.store, plan));
  std::string id = new_id(6);
  plan.set("id", id);
  if (!plan.contains("apiStages")) plan.set("apiStages", Json::array());
  call.store.put_plan(id, plan);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return shown_plan(plan);
}

Task<Result<Json>> get_usage_plan(Call& call) {
  auto plan = co_await call.store.plan(call.text("usagePlanId"));
  if (!plan) co_return no_plan();
  co_return shown_plan(*plan);
}

Task<Result<Json>> get_usage_plans(Call& call) {
  auto all = co_await call.store.plans();
  Json::Array shown;
  std::string key = call.text("keyId");
  for (const Json& plan : all)
    if (key.empty() || plan.get("keyIds").contains(key)) shown.push_back(shown_plan(plan));
  co_return page(std::move(shown), call.in, "id");
}

Task<Result<Json>> update_usage_plan(Call& call) {
  std::string id = call.text("usagePlanId");
  auto plan = co_await call.store.plan(id);
  if (!plan) co_return no_plan();
  CO_TRY(Json rest, patch_stages(*plan, call.in));
  CO_CHECK_OK(apply_patches(*plan, Json::object({{"patchOperations", rest}}),
                            {{"/name"},
                             {"/description"},
                             {"/productCode"},
                             {"/throttle/rateLimit", 'd'},
                             {"/throttle/burstLimit", 'i'},
                             {"/quota/limit", 'i'},
                             {"/quota/offset", 'i'},
                             {"/quota/period"}}));
  CO_CHECK_OK(check_plan(*plan));
  CO_CHECK_OK(co_await check_stages(call.store, *plan));
  call.store.put_plan(id, *plan);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return shown_plan(*plan);
}

Task<Result<Json>> delete_usage_plan(Call& call) {
  auto plan = co_await call.store.plan(call.text("usagePlanId"));
  if (!plan) co_return no_plan();
  if (!plan->get("apiStages").empty())
    co_return bad_request(
        "Cannot delete Usage Plan " + call.text("usagePlanId") +
        " because it is associated with API stages. Please remove the stages from the plan and retry.");
  call.store.clear_plan(call.text("usagePlanId"));
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return Json::object();
}

Task<Result<Json>> create_usage_plan_key(Call& call) {
  std::string id = call.text("usagePlanId"), key_id = call.text("keyId");
  auto plan = co_await call.store.plan(id);
  if (!plan) co_return no_plan();
  if (call.text("keyType") != "API_KEY")
    co_return bad_request("Invalid Usage Plan Key type. Must be one of: [API_KEY]");
  auto key = co_await call.store.key(key_id);
  if (!key) co_return no_key();
  if (object_at(*plan, "keyIds").contains(key_id)) co_return conflict("Usage Plan Key already exists");
  object_at(*plan, "keyIds").set(key_id, "API_KEY");
  call.store.put_plan(id, *plan);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return shown_plan_key(*key);
}

Task<Result<Json>> get_usage_plan_key(Call& call) {
  auto plan = co_await call.store.plan(call.text("usagePlanId"));
  if (!plan) co_return no_plan();
  auto key = co_await call.store.key(call.text("keyId"));
  if (!key || !plan->get("keyIds").contains(call.text("keyId")))
    co_return not_found("Invalid Usage Plan Key identifier specified");
  co_return shown_plan_key(*key);
}

Task<Result<Json>> get_usage_plan_keys(Call& call) {
  auto plan = co_await call.store.plan(call.text("usagePlanId"));
  if (!plan) co_return no_plan();
  Json::Array shown;
  for (const Json::Member& m : object_at(*plan, "keyIds").members()) {
    auto key = co_await call.store.key(m.key);
    if (key && key->get("name").string_or("").starts_with(call.text("nameQuery")))
      shown.push_back(shown_plan_key(*key));
  }
  co_return page(std::move(shown), call.in, "id");
}

Task<Result<Json>> delete_usage_plan_key(Call& call) {
  auto plan = co_await call.store.plan(call.text("usagePlanId"));
  if (!plan) co_return no_plan();
  if (!object_at(*plan, "keyIds").erase(call.text("keyId")))
    co_return not_found("Invalid Usage Plan Key identifier specified");
  call.store.put_plan(call.text("usagePlanId"), *plan);
  call.gateway.forget_keys_at_commit(call.store.tx());
  co_return Json::object();
}

}  // namespace thaw::apigateway
