#include "services/cloudformation/plan.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

bool mentions_unknown(const Json& value) {
  if (value.is_string()) return value.as_string().find(known_after_apply) != std::string::npos;
  if (value.is_array()) return std::ranges::any_of(value.items(), mentions_unknown);
  if (value.is_object()) {
    return std::ranges::any_of(value.members(), [](const Json::Member& m) { return mentions_unknown(m.value); });
  }
  return false;
}

// Calls visit(function name, argument) for each function inside a value.
template <class F>
void visit_functions(const Json& value, F& visit) {
  if (value.is_array()) {
    for (const Json& item : value.items()) visit_functions(item, visit);
  } else if (value.is_object()) {
    for (const Json::Member& m : value.members()) {
      if (value.size() == 1) visit(m.key, m.value);
      visit_functions(m.value, visit);
    }
  }
}

// The first place inside two values where they differ, as AWS writes paths: "/Properties/Environment/Variables/TABLE".
std::string value_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  return value.dump();
}

class Planner {
 public:
  explicit Planner(PlanInput input) : in_(std::move(input)) {
    in_.scope.source = in_.source;
    in_.scope.planning = true;
  }

  Result<std::vector<ResourceChange>> run() {
    CHECK_OK(check_type_changes());
    Dependencies needs = dependencies(*in_.source, &in_.scope.conditions);
    CHECK_OK(check_circles(needs));
    for (const auto& [id, resource] : in_.deployed) {
      if (needs.contains(id)) in_.scope.resources[id] = {resource.ref, resource.attributes, false};
    }
    std::vector<ResourceChange> changes;
    for (const std::string& id : in_order(needs)) CHECK_OK(plan_resource(*in_.source->resource(id), changes));
    for (const auto& [id, resource] : in_.deployed) {
      if (!needs.contains(id)) changes.push_back(removal(id, resource));
    }
    return changes;
  }

 private:
  Result<> check_type_changes() {
    std::vector<std::string> changed;
    for (const ResourceDef* def : active_resources(*in_.source, &in_.scope.conditions)) {
      auto found = in_.deployed.find(def->logical_id);
      if (found != in_.deployed.end() && found->second.type != def->type) changed.push_back(def->logical_id);
    }
    if (changed.empty()) return {};
    return fail(
        template_error("Update of resource type is not permitted. The new template modifies resource type of the "
                       "following resources: [" +
                       join(changed, ", ") + "]"));
  }

  std::vector<std::string> in_order(const Dependencies& needs) const {
    std::map<std::string, size_t> waiting;
    for (const auto& [id, of] : needs) waiting[id] = of.size();
    Dependencies users = reversed(needs);
    std::vector<std::string> out, ready;
    for (const ResourceDef& def : in_.source->resources) {
      if (waiting.contains(def.logical_id) && waiting[def.logical_id] == 0) ready.push_back(def.logical_id);
    }
    for (size_t i = 0; i < ready.size(); ++i) {
      std::string id = ready[i];
      out.push_back(id);
      for (const std::string& user : users[id]) {
        if (--waiting[user] == 0) ready.push_back(user);
      }
    }
    return out;
  }

  ResourceChange removal(const std::string& id, const DeployedResource& resource) const {
    ResourceChange change;
    change.action = "Remove";
    change.logical_resource_id = id;
    change.physical_resource_id = resource.physical_id;
    change.resource_type = resource.type;
    std::string policy = resource.definition.get("DeletionPolicy").string_or("Delete");
    change.policy_action = policy == "Delete" ? "Delete" : "Retain";
    return change;
  }

  Result<> plan_resource(const ResourceDef& def, std::vector<ResourceChange>& changes) {
    TRY(Json properties, evaluate_properties(def, in_.scope, in_.url_suffix));
    auto found = in_.deployed.find(def.logical_id);
    ResourceChange change;
    change.logical_resource_id = def.logical_id;
    change.resource_type = def.type;
    if (found == in_.deployed.end()) {
      change.action = "Add";
      change.after_context = Json::object({{"Properties", properties}}).dump();
      changes.push_back(std::move(change));
      return {};
    }
    const DeployedResource& now = found->second;
    change.physical_resource_id = now.physical_id;
    change.action = "Modify";
    compare_properties(def, now, properties, change);
    compare_attributes(def, now, change);
    if (in_.tags_changed && type_of(def) && type_of(def)->taggable) {
      add_scope(change, "Tags");
      change.details.push_back(detail("Tags", "", "Never", "Static", "DirectModification", ""));
    }
    if (def.type == "AWS::CloudFormation::Stack" && change.details.empty()) {
      // Whether the inner stack changes is known when its template has been read.
      change.details.push_back(detail("Properties", "", "Never", "Dynamic", "Automatic", ""));
      add_scope(change, "Properties");
    }
    if (change.details.empty()) return {};
    change.before_context = Json::object({{"Properties", now.properties}}).dump();
    change.after_context = Json::object({{"Properties", properties}}).dump();
    settle_replacement(def, change);
    changes.push_back(std::move(change));
    return {};
  }

  const ResourceType* type_of(const ResourceDef& def) const { return find_resource_type(def.type); }

  static void add_scope(ResourceChange& change, const char* name) {
    if (std::ranges::find(change.scope, name) == change.scope.end()) change.scope.push_back(name);
  }

  static ResourceChangeDetail detail(std::string attribute, std::string name, std::string recreation,
                                     std::string evaluation, std::string source, std::string entity) {
    ResourceChangeDetail out;
    out.target.emplace();
    out.target->attribute = attribute;
    if (!name.empty()) out.target->name = name;
    if (attribute == "Properties" || attribute == "Tags") out.target->requires_recreation = recreation;
    if (!name.empty()) out.target->path = "/" + attribute + "/" + name;
    out.evaluation = evaluation;
    out.change_source = source;
    if (!entity.empty()) out.causing_entity = entity;
    return out;
  }

  void compare_properties(const ResourceDef& def, const DeployedResource& now, const Json& after,
                          ResourceChange& change) {
    std::vector<std::string> names;
    for (const Json::Member& m : after.members()) names.push_back(m.key);
    if (now.properties.is_object()) {
      for (const Json::Member& m : now.properties.members()) {
        if (!after.contains(m.key)) names.push_back(m.key);
      }
    }
    const Json& old_properties = now.definition.get("Properties");
    for (const std::string& name : names) {
      const Json* new_value = after.find(name);
      const Json* old_value = now.properties.find(name);
      if (new_value && old_value && *new_value == *old_value) continue;
      bool dynamic = new_value && mentions_unknown(*new_value);
      const ResourceType* type = type_of(def);
      bool replaces = type && type->replaces(name);
      std::string recreation = !replaces ? "Never" : dynamic && old_value ? "Conditionally" : "Always";
      auto [source, entity] = cause(def.properties.get(name), old_properties.get(name));
      ResourceChangeDetail one = detail("Properties", name, recreation, dynamic ? "Dynamic" : "Static", source, entity);
      if (old_value) one.target->before_value = value_text(*old_value);
      if (new_value) one.target->after_value = value_text(*new_value);
      add_scope(change, "Properties");
      change.details.push_back(std::move(one));
    }
  }

  // Why a property changes: its text in the template, a parameter, or another resource.
  std::pair<std::string, std::string> cause(const Json& now, const Json& before) const {
    if (!(now == before)) return {"DirectModification", ""};
    std::pair<std::string, std::string> out = {"DirectModification", ""};
    bool found = false;
    auto visit = [&](const std::string& name, const Json& argument) {
      if (found) return;
      auto by_name = [&](const std::string& id) {
        size_t dot = id.find('.');
        if (dot != std::string::npos && in_.source->resource(id.substr(0, dot))) {
          if (changing_.contains(id.substr(0, dot))) out = {"ResourceAttribute", id}, found = true;
        } else if (in_.changed_parameters.contains(id)) {
          out = {"ParameterReference", id}, found = true;
        } else if (changing_.contains(id)) {
          out = {"ResourceReference", id}, found = true;
        }
      };
      if (name == "Ref" && argument.is_string()) by_name(argument.as_string());
      if (name == "Fn::GetAtt") {
        std::optional<GetAttTarget> target = get_att_target(argument);
        if (target) by_name(target->resource + "." + target->attribute.string_or("?"));
      }
      if (name == "Fn::Sub") {
        const Json& text = argument.is_array() && !argument.empty() ? argument.items()[0] : argument;
        if (text.is_string()) {
          for (const std::string& variable : sub_variables(text.as_string())) by_name(variable);
        }
      }
    };
    visit_functions(now, visit);
    return out;
  }

  void compare_attributes(const ResourceDef& def, const DeployedResource& now, ResourceChange& change) {
    Json definition = definition_of(def);
    for (const char* name : {"Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy"}) {
      if (definition.get(name) == now.definition.get(name)) continue;
      add_scope(change, name);
      change.details.push_back(detail(name, "", "Never", "Static", "DirectModification", ""));
    }
  }

  void settle_replacement(const ResourceDef& def, ResourceChange& change) {
    bool always = false, perhaps = false;
    for (const ResourceChangeDetail& one : change.details) {
      always |= one.target->requires_recreation == "Always";
      perhaps |= one.target->requires_recreation == "Conditionally";
    }
    change.replacement = always ? "True" : perhaps ? "Conditional" : "False";
    changing_.insert(def.logical_id);
    if (always || perhaps) {
      in_.scope.resources.erase(def.logical_id);
      std::string policy = def.update_replace_policy.string_or("Delete");
      change.policy_action = policy == "Delete" ? "ReplaceAndDelete" : "ReplaceAndRetain";
    } else if (type_of(def) && type_of(def)->volatile_attributes) {
      in_.scope.resources[def.logical_id].attributes_may_change = true;
    }
  }

  PlanInput in_;
  std::set<std::string> changing_;
};

}  // namespace

Result<std::vector<ResourceChange>> make_plan(PlanInput input) { return Planner(std::move(input)).run(); }

Result<Json> evaluate_properties(const ResourceDef& def, const Scope& scope, const std::string& url_suffix) {
  TRY(Json value, evaluate(def.properties, scope));
  if (!value.is_object()) value = Json::object();
  return reachable_urls(std::move(value), url_suffix);
}

Result<std::string> evaluate_policy(const Json& policy, const Scope& scope) {
  if (policy.is_null()) return std::string("Delete");
  TRY(Json value, evaluate(policy, scope));
  if (value.is_null()) return std::string("Delete");
  if (!value.is_string())
    return fail(template_error("Template format error: Every DeletionPolicy member must be a string."));
  return value.as_string();
}

Json definition_of(const ResourceDef& def) {
  Json out = Json::object({{"Type", def.type}, {"Properties", def.properties}});
  if (!def.metadata.is_null()) out.set("Metadata", def.metadata);
  if (!def.deletion_policy.is_null()) out.set("DeletionPolicy", def.deletion_policy);
  if (!def.update_replace_policy.is_null()) out.set("UpdateReplacePolicy", def.update_replace_policy);
  if (!def.creation_policy.is_null()) out.set("CreationPolicy", def.creation_policy);
  if (!def.update_policy.is_null()) out.set("UpdatePolicy", def.update_policy);
  return out;
}

Needed needed_capabilities(const Template& source) {
  std::vector<std::string> types;
  bool named = false;
  for (const ResourceDef& def : source.resources) {
    const ResourceType* type = find_resource_type(def.type);
    bool iam = type ? type->iam : def.type.starts_with("AWS::IAM::");
    if (!iam) continue;
    if (std::ranges::find(types, def.type) == types.end()) types.push_back(def.type);
    if (type && !type->name_property.empty() && def.type != "AWS::IAM::Policy" &&
        def.properties.contains(type->name_property)) {
      named = true;
    }
  }
  Needed out;
  if (!types.empty()) {
    out.capabilities.push_back(named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM");
    out.reason = "The following resource(s) require capabilities: [" + join(types, ", ") + "]";
  }
  for (const std::string& transform : source.transforms) {
    if (transform == "AWS::LanguageExtensions") continue;
    out.capabilities.push_back("CAPABILITY_AUTO_EXPAND");
    out.reason = "The following resource(s) require capabilities: [" + join(source.transforms, ", ") + "]";
    break;
  }
  return out;
}

Result<> check_capabilities(const Template& source, const std::vector<std::string>& given) {
  auto has = [&](const char* name) { return std::ranges::find(given, name) != given.end(); };
  for (const std::string& name : needed_capabilities(source).capabilities) {
    bool enough = has(name.c_str()) || (name == "CAPABILITY_IAM" && has("CAPABILITY_NAMED_IAM"));
    if (!enough) return fail("InsufficientCapabilitiesException", "Requires capabilities : [" + name + "]");
  }
  return {};
}

namespace {

Result<> check_get_att(const Template& source, const Json& value, Path& path, const SourceMap& where) {
  if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) {
      path.push_back(std::to_string(i));
      CHECK_OK(check_get_att(source, value.items()[i], path, where));
      path.pop_back();
    }
    return {};
  }
  if (!value.is_object()) return {};
  for (const Json::Member& m : value.members()) {
    path.push_back(m.key);
    if (m.key == "Fn::GetAtt" && value.size() == 1) {
      std::optional<GetAttTarget> target = get_att_target(m.value);
      const ResourceDef* def = target ? source.resource(target->resource) : nullptr;
      const ResourceType* type = def ? find_resource_type(def->type) : nullptr;
      if (type && target->attribute.is_string() && !type->has_attribute(target->attribute.as_string())) {
        return fail(template_error(with_position("Template error: resource " + target->resource +
                                                     " does not support attribute type " +
                                                     target->attribute.as_string() + " in Fn::GetAtt",
                                                 where, path)));
      }
    }
    CHECK_OK(check_get_att(source, m.value, path, where));
    path.pop_back();
  }
  return {};
}

}  // namespace

Result<> check_types(const Template& source, const SourceMap& where) {
  std::vector<std::string> unknown;
  Path first;
  for (const ResourceDef& def : source.resources) {
    if (find_resource_type(def.type)) continue;
    if (unknown.empty()) first = {"Resources", def.logical_id, "Type"};
    if (std::ranges::find(unknown, def.type) == unknown.end()) unknown.push_back(def.type);
  }
  if (!unknown.empty()) {
    return fail(template_error(with_position(
        "Template format error: Unrecognized resource types: [" + join(unknown, ", ") + "]", where, first)));
  }
  for (const ResourceDef& def : source.resources) {
    for (const Json* policy : {&def.deletion_policy, &def.update_replace_policy}) {
      if (policy->string_or("") != "Snapshot") continue;
      return fail(template_error(
          with_position("Template error: resource type " + def.type + " does not support deletion policy Snapshot",
                        where, {"Resources", def.logical_id})));
    }
    Path path = {"Resources", def.logical_id, "Properties"};
    CHECK_OK(check_get_att(source, def.properties, path, where));
  }
  for (const OutputDef& def : source.outputs) {
    Path path = {"Outputs", def.name, "Value"};
    CHECK_OK(check_get_att(source, def.value, path, where));
  }
  return {};
}

}  // namespace thaw::cloudformation
