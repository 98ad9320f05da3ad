#include "services/cloudformation/sam/state_machine.h"

#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

constexpr PropertyRule kMachineApi[] = {
    {"Path", kString | kRequired},
    {"Method", kString | kRequired},
    {"RestApiId", kString | kRequired},
    {"Stage", kString},
    {"Auth", kMap},
    {"UnescapeMappingTemplate", kBool | kLiteral},
};

// Members of maps and items of lists, in the order of their names.
std::vector<std::pair<Text, Value>> sorted_members(const Value& map) {
  auto out = map.items();
  std::stable_sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.first.s < b.first.s; });
  return out;
}

// Replaces intrinsic functions inside the definition by ${definition_substitution_N}, and collects what they were.
class Substitutions {
 public:
  void replace_in(Value value) {
    if (value.is_list()) {
      for (auto& item : value.elements()) replace(item);
    } else if (value.is_dict()) {
      for (auto& [key, given] : sorted_members(value)) {
        Value member = given;
        replace(member);
        value.set(key, member);
      }
    }
  }
  Value all = Value::dict();

 private:
  void replace(Value& value) {
    if (!is_intrinsic(value) && !is_dynamic_reference(value)) return replace_in(value);
    std::string name = "definition_substitution_" + std::to_string(++count_);
    all.set(name, value);
    value = "${" + name + "}";
  }
  int count_ = 0;
};

void set_definition(const SamResource& source, CfnResource& machine) {
  const std::string& id = source.id.s;
  Value definition = source.get("Definition"), uri = source.get("DefinitionUri");
  if (source.get("DefinitionSubstitutions"))
    machine.set("DefinitionSubstitutions", source.get("DefinitionSubstitutions"));
  if (definition && uri)
    throw InvalidResource{id, "Specify either 'Definition' or 'DefinitionUri' property and not both."};
  if (uri) return machine.set("DefinitionS3Location", definition_location(uri, id));
  if (!definition) throw InvalidResource{id, "Either 'Definition' or 'DefinitionUri' property must be specified."};
  Value copy = definition.deep_copy();
  Substitutions substitutions;
  substitutions.replace_in(copy);
  if (substitutions.all) {
    if (Value given = machine.get("DefinitionSubstitutions"))
      given.update(substitutions.all);
    else
      machine.set("DefinitionSubstitutions", substitutions.all);
  }
  Value lines = Value::list();
  std::string text = copy.json_pretty(4);
  for (auto line : split(text, '\n')) lines.push(line);
  machine.set("DefinitionString", Value::dict({{"Fn::Join", Value::list({"\n", lines})}}));
}

Value tags_of(const SamResource& source) {
  Value out = tag_list(Value::dict({{"stateMachine:createdBy", "SAM"}}));
  for (auto& tag : tag_list(source.get("Tags")).elements()) out.push(tag);
  return out;
}

Cfn make_machine_role(const Context& context, const SamResource& source) {
  Value policies = source.get("Policies");
  policies = !policies ? Value::list() : policies.is_list() ? policies.copy() : Value::list({policies});
  Value tracing = source.get("Tracing");
  if (tracing && tracing.get("Enabled").is(true))
    policies.push(context.partition == "aws" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess");
  return make_role(context, {.owner = source.id.s,
                             .attributes = source.passed_on(),
                             .assume_role = assume_role_policy("states.amazonaws.com"),
                             .policies = policies,
                             .path = source.get("RolePath"),
                             .boundary = source.get("PermissionsBoundary"),
                             .tags = tags_of(source)});
}

// A version and the alias that points to it; the alias is the second.
CfnList make_version_and_alias(const SamResource& source, const CfnResource& machine) {
  Value name = source.get("AutoPublishAlias"), preference = source.get("DeploymentPreference");
  if (!name) {
    if (source.get("UseAliasAsEventTarget"))
      throw InvalidResource{source.id.s,
                            "'UseAliasAsEventTarget' requires 'AutoPublishAlias' property to be specified."};
    if (preference)
      throw InvalidResource{source.id.s,
                            "'DeploymentPreference' requires 'AutoPublishAlias' property to be specified."};
    return {};
  }
  Value attributes = source.passed_on();
  attributes.setdefault("DeletionPolicy", "Retain");
  attributes.setdefault("UpdateReplacePolicy", "Retain");
  Cfn version = make_cfn(source.id + "Version", "AWS::StepFunctions::StateMachineVersion", attributes);
  version->set("StateMachineArn", machine.arn());
  version->set("StateMachineRevisionId", get_att(machine.id, "StateMachineRevisionId"));
  Cfn alias = make_cfn(source.id.s + "Alias" + name.str(), "AWS::StepFunctions::StateMachineAlias", source.passed_on());
  alias->set("Name", name);
  if (!preference) preference = Value::dict({{"Type", "ALL_AT_ONCE"}});
  preference.set("StateMachineVersionArn", version->arn());
  alias->set("DeploymentPreference", preference);
  return {version, alias};
}

void set_plain_properties(const SamResource& source, CfnResource& machine) {
  machine.set("StateMachineName", source.get("Name"));
  machine.set("StateMachineType", source.get("Type"));
  machine.set("LoggingConfiguration", source.get("Logging"));
  machine.set("TracingConfiguration", source.get("Tracing"));
  machine.set("Tags", tags_of(source));
}

}  // namespace

const EventType* state_machine_event(const std::string& type) {
  static const std::vector<EventType> all = {
      {"Schedule", kMachineScheduleRules, nullptr, make_machine_rule_event},
      {"ScheduleV2", kScheduleV2Rules, nullptr, make_schedule_v2},
      {"CloudWatchEvent", kMachineRuleRules, nullptr, make_machine_rule_event},
      {"EventBridgeRule", kMachineRuleRules, nullptr, make_machine_rule_event},
      {"Api", kMachineApi, link_rest_api, make_machine_api},
  };
  auto found = std::find_if(all.begin(), all.end(), [&](auto& row) { return row.name == type; });
  return found == all.end() ? nullptr : &*found;
}

CfnList make_machine_api(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Value given = event.get("Method");
  Expect::event(given, event.relative_id, "Method").string();
  Text method(to_lower(given.s()), given.text().legacy);
  Text path = event.get("Path").text();
  Cfn role = make_start_role(target, event.id.s, "apigateway.amazonaws.com");
  CfnList out = {role};
  Value& api = link.linked;
  if (!api.is_dict() || !api.get("__MANAGE_SWAGGER") || api.get("DefinitionBody").is_null()) return out;
  SwaggerEditor editor(api.get("DefinitionBody"));
  if (editor.has_integration(path, method)) defined_twice(link, method, path);
  std::string machine = "${" + target.target->id.s + "}";
  const bool unescape = static_cast<bool>(event.get("UnescapeMappingTemplate"));
  std::string input = "$util.escapeJavaScript($input.json('$'))";
  if (unescape) input += ".replaceAll(\"\\\\'\",\"'\")";
  std::string request = "{\"input\": \"" + input + "\", \"stateMachineArn\": \"" + machine + "\"}";
  editor.add_state_machine_integration(
      path, method, sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"), role->arn(),
      Value::dict({{"application/json", sub(request)}}), target.target->condition());
  if (Value auth = event.get("Auth"))
    add_event_auth(target.context, auth, link, event.relative_id, method, path, editor);
  api.set("DefinitionBody", editor.result());
  return out;
}

CfnList transform_state_machine(Context& context, SamResource& source) {
  auto links = link_events(context, source, Audience::state_machine);
  Cfn machine = make_cfn(source.id, "AWS::StepFunctions::StateMachine", source.attributes, source.depends_on);
  set_definition(source, *machine);
  CfnList out = {machine};
  if (source.get("Role") && source.get("Policies"))
    throw InvalidResource{source.id.s,
                          "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them"};
  if (Value role = source.get("Role")) {
    machine->set("RoleArn", role);
  } else {
    Cfn made = make_machine_role(context, source);
    machine->set("RoleArn", made->arn());
    out.push_back(made);
  }
  set_plain_properties(source, *machine);
  CfnList published = make_version_and_alias(source, *machine);
  out.insert(out.end(), published.begin(), published.end());
  const bool to_alias = source.get("UseAliasAsEventTarget") && published.size() == 2;
  EventTarget target{.context = context,
                     .target = to_alias ? published[1] : machine,
                     .role = {},
                     .boundary = source.get("PermissionsBoundary")};
  for (auto& link : links)
    for (auto& made : link.type->make(target, link)) out.push_back(made);
  propagate_tags(out, source.get("Tags"), source.get("PropagateTags"));
  return out;
}

}  // namespace thaw::sam
