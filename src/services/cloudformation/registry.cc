#include <algorithm>
#include <map>

#include "services/cloudformation/providers/providers.h"
#include "services/cloudformation/resource_type.h"

namespace thaw::cloudformation {
namespace {

std::map<std::string_view, const ResourceType*>& types() {
  static std::map<std::string_view, const ResourceType*> all = [] {
    std::map<std::string_view, const ResourceType*> out;
    for (const std::vector<ResourceType>* table : provider_tables()) {
      for (const ResourceType& type : *table) out[type.name] = &type;
    }
    return out;
  }();
  return all;
}

bool has(const std::vector<std::string_view>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

}  // namespace

bool ResourceType::has_property(std::string_view property) const {
  return has(properties, property) || has(properties, "*");
}
bool ResourceType::has_attribute(std::string_view attribute) const {
  return has(attributes, attribute) || has(attributes, "*");
}
bool ResourceType::replaces(std::string_view property) const {
  return has(create_only, property) || has(create_only, "*") || (!name_property.empty() && property == name_property);
}

const ResourceType* find_resource_type(std::string_view name) {
  if (name.starts_with("Custom::")) name = "AWS::CloudFormation::CustomResource";
  auto found = types().find(name);
  return found == types().end() ? nullptr : found->second;
}

std::vector<std::string_view> resource_type_names() {
  std::vector<std::string_view> out;
  for (const auto& [name, type] : types()) out.push_back(name);
  return out;
}

void register_resource_type(const ResourceType* type) { types()[type->name] = type; }

Result<> check_properties(const ResourceType& type, const Json& properties) {
  for (const Json::Member& m : properties.members()) {
    if (!type.has_property(m.key)) {
      return fail(
          Error{"InvalidRequest",
                "#: extraneous key [" + m.key + "] is not permitted (it does not exist, or is not supported here)",
                400,
                {}});
    }
  }
  for (std::string_view name : type.required) {
    if (!properties.contains(name)) {
      return fail(Error{"InvalidRequest", "#: required key [" + std::string(name) + "] not found", 400, {}});
    }
  }
  return {};
}

}  // namespace thaw::cloudformation
