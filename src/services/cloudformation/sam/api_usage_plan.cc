// Usage plans and API keys, per API or shared by all APIs of the template.
#include <algorithm>
#include <array>

#include "services/cloudformation/sam/api.h"

namespace thaw::sam {

namespace {
constexpr const char* kSharedCondition = "SharedUsagePlanCondition";
constexpr std::array<std::string_view, 6> kProperties = {"CreateUsagePlan", "Description",  "Quota", "Tags",
                                                         "Throttle",        "UsagePlanName"};
}  // namespace

// What is shared exists when any of its APIs does, and is kept as the most careful of them asks.
Value SharedUsagePlan::attributes(const Value& passed_on, Value& template_conditions) {
  if (Value policy = passed_on.get("DeletionPolicy"))
    if (deletion_policy.empty() || policy.is("Retain")) deletion_policy = policy.str();
  if (Value policy = passed_on.get("UpdateReplacePolicy")) {
    const bool stronger = policy.is("Retain") || (policy.is("Snapshot") && update_replace_policy == "Delete");
    if (update_replace_policy.empty() || stronger) update_replace_policy = policy.str();
  }
  Value condition = passed_on.get("Condition");
  if (!any_without_condition) {
    const bool seen =
        condition && std::find(conditions.begin(), conditions.end(), condition.text()) != conditions.end();
    if (condition && !seen) {
      if (template_conditions.is_null())
        throw InvalidTemplate{"Can't have condition without having 'Conditions' section in the template"};
      conditions.push_back(condition.text());
      Value any = Value::list();
      for (auto& one : conditions) any.push(Value::dict({{"Condition", one}}));
      template_conditions.set(kSharedCondition, conditions.size() == 1 ? condition : Value::dict({{"Fn::Or", any}}));
    } else if (condition.is_null()) {
      any_without_condition = true;
      if (template_conditions.is_dict()) template_conditions.erase(kSharedCondition);
    }
  }
  Value out = Value::dict();
  if (!deletion_policy.empty()) out.set("DeletionPolicy", deletion_policy);
  if (!update_replace_policy.empty()) out.set("UpdateReplacePolicy", update_replace_policy);
  if (!conditions.empty() && !any_without_condition) out.set("Condition", kSharedCondition);
  return out;
}

CfnList make_usage_plan(RestApi& api, const CfnResource& stage) {
  Value auth = api.get("Auth");
  Value given = auth ? auth.get("UsagePlan") : Value();
  if (given.is_null()) return {};
  if (!given.is_dict()) api.refuse("'UsagePlan' must be a dictionary");
  for (auto& key : given.keys())
    if (std::find(kProperties.begin(), kProperties.end(), key.s) == kProperties.end())
      api.refuse("Invalid property for 'UsagePlan'");
  Value create = given.get("CreateUsagePlan");
  if (create.is_null()) api.refuse("'CreateUsagePlan' is a required field for UsagePlan.");
  const bool shared = create.is("SHARED");
  if (!shared && !create.is("PER_API") && !create.is("NONE"))
    api.refuse("'CreateUsagePlan' accepts one of ['SHARED', 'PER_API', 'NONE'].");
  if (create.is("NONE")) return {};
  SharedUsagePlan& all = api.context.shared_plan;
  SharedUsagePlan own;
  SharedUsagePlan& plan_data = shared ? all : own;
  auto add = [](const Value& list, const Value& item) {
    if (!list.contains(item)) list.push(item);
  };
  auto attributes = [&] { return shared ? all.attributes(api.passed_on, api.context.conditions) : api.passed_on; };
  const std::string start = shared ? "Serverless" : api.id();
  add(plan_data.depends_on, api.source.id);
  Cfn plan = make_cfn(start + "UsagePlan", "AWS::ApiGateway::UsagePlan", attributes(), plan_data.depends_on);
  add(plan_data.api_stages, Value::dict({{"ApiId", ref_to(api.source.id)}, {"Stage", ref_to(stage.id)}}));
  plan->set("ApiStages", plan_data.api_stages);
  Cfn key = make_cfn(start + "ApiKey", "AWS::ApiGateway::ApiKey", attributes(), Value::list({plan->id}));
  key->set("Enabled", true);
  add(plan_data.stage_keys, Value::dict({{"RestApiId", ref_to(api.source.id)}, {"StageName", ref_to(stage.id)}}));
  key->set("StageKeys", plan_data.stage_keys);
  Cfn plan_key =
      make_cfn(start + "UsagePlanKey", "AWS::ApiGateway::UsagePlanKey", attributes(), Value::list({key->id}));
  plan_key->set("KeyId", ref_to(key->id));
  plan_key->set("KeyType", "API_KEY");
  plan_key->set("UsagePlanId", ref_to(plan->id));
  for (auto name : {"UsagePlanName", "Description", "Quota", "Tags", "Throttle"})
    if (Value value = given.get(name)) plan->set(name, value);
  return {plan, key, plan_key};
}

}  // namespace thaw::sam
