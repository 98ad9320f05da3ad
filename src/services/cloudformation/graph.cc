#include "services/cloudformation/graph.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

void collect(const Json& value, const Template& source, const std::map<std::string, bool>* conditions,
             std::set<std::string>& out);

void collect_function(const std::string& name, const Json& argument, const Template& source,
                      std::set<std::string>& out) {
  auto add = [&](const std::string& id) {
    if (source.resource(id)) out.insert(id);
  };
  if (name == "Ref" && argument.is_string()) {
    add(argument.as_string());
  } else if (name == "Fn::GetAtt") {
    if (std::optional<GetAttTarget> target = get_att_target(argument)) add(target->resource);
  } else if (name == "Fn::Sub") {
    const Json& text = argument.is_array() && !argument.empty() ? argument.items()[0] : argument;
    const Json* own = argument.is_array() && argument.size() == 2 ? &argument.items()[1] : nullptr;
    if (!text.is_string()) return;
    for (const std::string& variable : sub_variables(text.as_string())) {
      if (own && own->contains(variable)) continue;
      add(variable.substr(0, variable.find('.')));
    }
  }
}

void collect(const Json& value, const Template& source, const std::map<std::string, bool>* conditions,
             std::set<std::string>& out) {
  if (value.is_array()) {
    for (const Json& item : value.items()) collect(item, source, conditions, out);
    return;
  }
  if (!value.is_object()) return;
  if (value.size() == 1) {
    const auto& [name, argument] = value.members()[0];
    bool choice = name == "Fn::If" && argument.is_array() && argument.size() == 3 && argument.items()[0].is_string();
    if (choice && conditions) {
      auto found = conditions->find(argument.items()[0].as_string());
      if (found != conditions->end()) return collect(argument.items()[found->second ? 1 : 2], source, conditions, out);
    }
    collect_function(name, argument, source, out);
  }
  for (const Json::Member& m : value.members()) collect(m.value, source, conditions, out);
}

}  // namespace

std::vector<const ResourceDef*> active_resources(const Template& source,
                                                 const std::map<std::string, bool>* conditions) {
  std::vector<const ResourceDef*> out;
  for (const ResourceDef& r : source.resources) {
    if (conditions && r.condition) {
      auto found = conditions->find(*r.condition);
      if (found != conditions->end() && !found->second) continue;
    }
    out.push_back(&r);
  }
  return out;
}

std::set<std::string> references(const Json& value, const Template& source,
                                 const std::map<std::string, bool>* conditions) {
  std::set<std::string> out;
  collect(value, source, conditions, out);
  return out;
}

Dependencies dependencies(const Template& source, const std::map<std::string, bool>* conditions) {
  Dependencies out;
  std::vector<const ResourceDef*> active = active_resources(source, conditions);
  for (const ResourceDef* r : active) out[r->logical_id];
  for (const ResourceDef* r : active) {
    std::set<std::string> needs = references(r->properties, source, conditions);
    needs.insert(r->depends_on.begin(), r->depends_on.end());
    for (const std::string& id : needs) {
      if (out.contains(id)) out[r->logical_id].insert(id);
    }
  }
  return out;
}

Result<> check_circles(const Dependencies& dependencies, const SourceMap& where) {
  // Take away, again and again, what nothing is needed for any more (from both ends); what stays is in circles.
  Dependencies left = dependencies;
  for (int pass = 0; pass < 2; ++pass) {
    std::map<std::string, size_t> waiting;
    Dependencies users = reversed(left);
    std::vector<std::string> free;
    for (const auto& [id, needs] : left) {
      waiting[id] = needs.size();
      if (needs.empty()) free.push_back(id);
    }
    while (!free.empty()) {
      std::string id = std::move(free.back());
      free.pop_back();
      for (const std::string& user : users[id]) {
        left[user].erase(id);
        if (--waiting[user] == 0) free.push_back(user);
      }
      left.erase(id);
    }
    left = reversed(left);
  }
  if (left.empty()) return {};
  std::vector<std::string> names;
  for (const auto& [id, needs] : left) names.push_back(id);
  Path path = {"Resources", names.front()};
  return fail(
      template_error(with_position("Circular dependency between resources: [" + join(names, ", ") + "]", where, path)));
}

Dependencies reversed(const Dependencies& dependencies) {
  Dependencies out;
  for (const auto& [id, needs] : dependencies) {
    out[id];
    for (const std::string& need : needs) out[need].insert(id);
  }
  return out;
}

}  // namespace thaw::cloudformation
