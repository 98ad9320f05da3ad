#include "services/cloudformation/sam/deployment_preference.h"

#include <algorithm>
#include <array>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

constexpr const char* kApplication = "ServerlessDeploymentApplication";
constexpr const char* kRole = "CodeDeployServiceRole";
constexpr const char* kCondition = "ServerlessCodeDeployCondition";

bool is_predefined(const Value& type) {
  static constexpr std::array all = {
      "Canary10Percent5Minutes",      "Canary10Percent10Minutes",      "Canary10Percent15Minutes",
      "Canary10Percent30Minutes",     "Linear10PercentEvery1Minute",   "Linear10PercentEvery2Minutes",
      "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes", "AllAtOnce"};
  return type.is_string() && std::find(all.begin(), all.end(), type.s()) != all.end();
}

// Names of AWS's own ways to deploy get their full form, wherever they are inside intrinsic functions.
Value full_type(const Value& value, bool inside_sub) {
  if (value.is_list()) {
    Value out = Value::list();
    for (auto& item : value.elements()) out.push(full_type(item, false));
    return out;
  }
  if (is_intrinsic(value)) {
    Value out = Value::dict();
    for (auto& [key, member] : value.items()) out.set(key, full_type(member, key.s == "Fn::Sub"));
    return out;
  }
  if (!is_predefined(value)) return value;
  Value arguments = Value::list({"CodeDeployDefault.Lambda${ConfigName}", Value::dict({{"ConfigName", value}})});
  return inside_sub ? arguments : Value::dict({{"Fn::Sub", arguments}});
}

Value alarm_configuration(const std::string& id, const Value& alarms) {
  if (!alarms.is_list()) throw InvalidResource{id, "Alarms must be a list"};
  if (!alarms || is_no_value(alarms.elements()[0])) return Value::dict();
  Value names = Value::list();
  for (auto& alarm : alarms.elements()) names.push(Value::dict({{"Name", alarm}}));
  return Value::dict({{"Enabled", true}, {"Alarms", names}});
}

Value alarms_of(const std::string& id, const Value& alarms) {
  if (!alarms || is_no_value(alarms)) return {};
  if (!is_if(alarms)) return alarm_configuration(id, alarms);
  Value arguments = alarms.get("Fn::If");
  if (!valid_if_arguments(arguments)) throw InvalidResource{id, kIfArguments};
  auto& all = arguments.elements();
  return conditional(all[0], alarm_configuration(id, all[1]), alarm_configuration(id, all[2]));
}

}  // namespace

void DeploymentPreferences::add(const std::string& id, const Value& preference, const Value& condition,
                                const Value& tags, const Value& propagate_tags) {
  Preference out{.id = id};
  Value enabled = preference.get("Enabled", true);
  out.enabled = enabled && !enabled.is("false") && !enabled.is("False");
  if (out.enabled) {
    if (!preference.has("Type"))
      throw InvalidResource{id, "'DeploymentPreference' is missing required Property 'Type'"};
    Value hooks = preference.get("Hooks", Value::dict());
    if (!hooks.is_dict()) throw InvalidResource{id, "'Hooks' property of 'DeploymentPreference' must be a dictionary"};
    out.type = preference.get("Type");
    out.before_hook = hooks.get("PreTraffic");
    out.after_hook = hooks.get("PostTraffic");
    out.alarms = preference.get("Alarms");
    out.role = preference.get("Role");
    out.triggers = preference.get("TriggerConfigurations");
    if (preference.get("PassthroughCondition")) out.condition = condition;
    if (propagate_tags && tags) out.tags = tags;
  }
  preferences_.push_back(out);
}

const DeploymentPreferences::Preference* DeploymentPreferences::find(const std::string& id) const {
  auto found = std::find_if(preferences_.begin(), preferences_.end(), [&](auto& p) { return p.id == id; });
  return found == preferences_.end() ? nullptr : &*found;
}

bool DeploymentPreferences::enabled(const std::string& id) const {
  auto* found = find(id);
  return found && found->enabled;
}

Value DeploymentPreferences::update_policy(const std::string& id) const {
  auto* found = find(id);
  Value out =
      Value::dict({{"ApplicationName", ref_to(kApplication)}, {"DeploymentGroupName", ref_to(id + "DeploymentGroup")}});
  if (!found->before_hook.is_null()) out.set("BeforeAllowTrafficHook", found->before_hook);
  if (!found->after_hook.is_null()) out.set("AfterAllowTrafficHook", found->after_hook);
  return Value::dict({{"CodeDeployLambdaAliasUpdate", out}});
}

bool DeploymentPreferences::all_conditional() const {
  return std::none_of(preferences_.begin(), preferences_.end(), [](auto& p) { return p.enabled && !p.condition; });
}

std::vector<std::string> DeploymentPreferences::conditions() const {
  std::vector<std::string> out;
  for (auto& p : preferences_)
    if (p.condition && std::find(out.begin(), out.end(), p.condition.s()) == out.end()) out.push_back(p.condition.s());
  return out;
}

Value DeploymentPreferences::merged_tags() const {
  Value out = Value::dict();
  for (auto& p : preferences_)
    if (p.enabled && p.tags) out.update(p.tags);
  return out;
}

void DeploymentPreferences::set_condition(CfnResource& resource) const {
  if (!all_conditional()) return;
  auto all = conditions();
  resource.attributes.set("Condition", all.size() == 1 ? all[0] : std::string(kCondition));
}

Cfn DeploymentPreferences::group(const Preference& preference) const {
  Cfn out = make_cfn(preference.id + "DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup");
  out->set("AlarmConfiguration", alarms_of(preference.id, preference.alarms));
  out->set("ApplicationName", ref_to(kApplication));
  Value events = Value::list({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"});
  out->set("AutoRollbackConfiguration", Value::dict({{"Enabled", true}, {"Events", events}}));
  out->set("DeploymentConfigName", full_type(preference.type, false));
  out->set("DeploymentStyle",
           Value::dict({{"DeploymentType", "BLUE_GREEN"}, {"DeploymentOption", "WITH_TRAFFIC_CONTROL"}}));
  out->set("ServiceRoleArn", preference.role ? preference.role : get_att(kRole, "Arn"));
  if (preference.triggers) out->set("TriggerConfigurations", preference.triggers);
  if (preference.tags) out->set("Tags", tag_list(preference.tags));
  if (preference.condition) out->attributes.set("Condition", preference.condition);
  return out;
}

void DeploymentPreferences::finish(Context& context, std::vector<Cause>& causes) const {
  if (std::none_of(preferences_.begin(), preferences_.end(), [](auto& p) { return p.enabled; })) return;
  Value resources = context.output.get("Resources");
  auto write = [&](const Cfn& resource) { resources.set(resource->id, resource->to_value()); };
  Cfn application = make_cfn(kApplication, "AWS::CodeDeploy::Application");
  application->set("ComputePlatform", "Lambda");
  Value tags = merged_tags();
  if (tags) application->set("Tags", tag_list(tags));
  set_condition(*application);
  write(application);
  if (all_conditional() && conditions().size() > 1)
    context.conditions.update(combined_condition(conditions(), kCondition));
  const bool own_roles =
      std::all_of(preferences_.begin(), preferences_.end(), [](auto& p) { return p.role || !p.enabled; });
  if (!own_roles) {
    const bool limited = context.partition == "aws-iso" || context.partition == "aws-iso-b";
    Cfn role = make_cfn(kRole, "AWS::IAM::Role");
    role->set("AssumeRolePolicyDocument", assume_role_policy("codedeploy.amazonaws.com"));
    role->set("ManagedPolicyArns",
              Value::list({context.managed_policy(limited ? "service-role/AWSCodeDeployRoleForLambdaLimited"
                                                          : "service-role/AWSCodeDeployRoleForLambda")}));
    set_condition(*role);
    if (tags) role->set("Tags", tag_list(tags));
    write(role);
  }
  for (auto& preference : preferences_) {
    if (!preference.enabled) continue;
    try {
      write(group(preference));
    } catch (const InvalidResource& e) {
      causes.push_back(cause_of(e));
    }
  }
}

}  // namespace thaw::sam
