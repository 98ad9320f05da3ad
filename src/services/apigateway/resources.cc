#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"

namespace thaw::apigateway {
namespace {

constexpr size_t resources_max = 300;  // AWS's quota, which may be raised there
constexpr size_t depth_max = 64;

Json* find_resource(Json& definition, const std::string& id) { return object_at(definition, "resources").find(id); }
std::unexpected<Error> no_resource() { return not_found("Invalid Resource identifier specified"); }

Json* child_of(Json& definition, const std::string& parent, std::string_view part) {
  for (Json::Member& m : object_at(definition, "resources").members())
    if (m.value.get("parentId").string_or("") == parent && m.value.get("pathPart").string_or("") == part)
      return &m.value;
  return nullptr;
}

bool embeds(const Json& in, std::string_view what) {
  const Json& embed = in.get("embed");
  return embed.is_array() && std::ranges::any_of(embed.items(), [&](const Json& e) { return e.string_or("") == what; });
}

Json present(const Json& resource, bool with_methods) {
  Json out = pick(resource, {"id", "parentId", "pathPart", "path"});
  const Json& methods = resource.get("resourceMethods");
  if (!methods.is_object() || methods.empty()) return out;
  Json& shown = object_at(out, "resourceMethods");
  for (const Json::Member& m : methods.members()) shown.set(m.key, with_methods ? m.value : Json::object());
  return out;
}

// What may stand beside what: one {param} and one {proxy+} below each parent, and nothing below a {proxy+}.
Result<void> check_place(Json& definition, const Json& parent, const std::string& part, const std::string& self) {
  if (!is_path_part(part))
    return bad_request(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the "
        "beginning and the end.");
  std::string parent_part = parent.get("pathPart").string_or("");
  if (parent_part.ends_with("+}"))
    return bad_request("Cannot create a child of a resource with a greedy path variable: " +
                       parent.get("path").string_or(""));
  bool variable = part.starts_with('{'), greedy = part.ends_with("+}");
  std::string parent_id = parent.get("id").string_or("");
  for (const Json::Member& m : object_at(definition, "resources").members()) {
    if (m.key == self || m.value.get("parentId").string_or("") != parent_id) continue;
    std::string other = m.value.get("pathPart").string_or("");
    if (other == part) return conflict("Another resource with the same parent already has this name: " + part);
    if (variable && other.starts_with('{') && other.ends_with("+}") == greedy)
      return bad_request("A sibling (" + other +
                         ") of this resource already has a variable path part -- only one is allowed");
  }
  return {};
}

std::string path_below(const Json& parent, const std::string& part) {
  std::string path = parent.get("path").string_or("/");
  return (path == "/" ? "" : path) + "/" + part;
}

Result<Json> add_resource(Json& definition, const std::string& parent_id, const std::string& part) {
  Json* parent = find_resource(definition, parent_id);
  if (!parent) return no_resource();
  CHECK_OK(check_place(definition, *parent, part, ""));
  if (object_at(definition, "resources").size() >= resources_max)
    return fail("LimitExceededException", "Maximum number of resources for this API has been reached: 300", 429);
  std::string path = path_below(*parent, part);
  if (static_cast<size_t>(std::ranges::count(path, '/')) > depth_max)
    return bad_request("The path is too deep: " + path);
  std::string id = new_id(6);
  Json resource = Json::object({{"id", id}, {"parentId", parent_id}, {"pathPart", part}, {"path", path}});
  object_at(definition, "resources").set(id, resource);
  return resource;
}

// Ids of the resource and all below it.
std::vector<std::string> below(Json& definition, const std::string& id) {
  std::vector<std::string> out = {id};
  for (size_t i = 0; i < out.size(); ++i)
    for (const Json::Member& m : object_at(definition, "resources").members())
      if (m.value.get("parentId").string_or("") == out[i]) out.push_back(m.key);
  return out;
}

}  // namespace

bool is_path_part(std::string_view part) {
  if (part.empty() || part.size() > 512) return false;
  if (part.front() == '{') {
    if (!part.ends_with('}') || part.size() < 3) return false;
    part = part.substr(1, part.size() - 2);
    if (part.ends_with('+')) part.remove_suffix(1);
    if (part.empty()) return false;
  }
  return std::ranges::all_of(part, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-:$+*@,;=!'()%").contains(c);
  });
}

Result<Json> create_resource(Json& definition, const Json& in) {
  return add_resource(definition, in.get("parentId").string_or(""), in.get("pathPart").string_or(""));
}

Result<std::string> ensure_resource(Json& definition, std::string_view path) {
  std::string at = definition.get("rootResourceId").string_or("");
  for (std::string_view part : split(path, '/')) {
    if (part.empty()) continue;
    if (const Json* existing = child_of(definition, at, part)) {
      at = existing->get("id").string_or("");
      continue;
    }
    Result<Json> made = add_resource(definition, at, std::string(part));
    if (!made) return std::unexpected(made.error());
    at = made->get("id").string_or("");
  }
  return at;
}

Result<Json> delete_resource(Json& definition, const Json& in) {
  std::string id = in.get("resourceId").string_or("");
  if (!find_resource(definition, id)) return no_resource();
  if (id == definition.get("rootResourceId").string_or("")) return bad_request("Root resource cannot be deleted");
  for (const std::string& each : below(definition, id)) object_at(definition, "resources").erase(each);
  return Json::object();
}

Result<Json> update_resource(Json& definition, const Json& in) {
  std::string id = in.get("resourceId").string_or("");
  Json* found = find_resource(definition, id);
  if (!found) return no_resource();
  if (id == definition.get("rootResourceId").string_or("")) return bad_request("Root resource cannot be updated");
  Json changed = *found;
  CHECK_OK(apply_patches(changed, in, {{"/pathPart"}, {"/parentId"}}));
  std::string parent_id = changed.get("parentId").string_or("");
  auto own = below(definition, id);
  if (std::ranges::find(own, parent_id) != own.end()) return bad_request("A resource cannot be its own parent");
  Json* parent = find_resource(definition, parent_id);
  if (!parent) return no_resource();
  CHECK_OK(check_place(definition, *parent, changed.get("pathPart").string_or(""), id));
  if (own.size() > 1 && changed.get("pathPart").string_or("").ends_with("+}"))
    return bad_request("A resource with children cannot have a greedy path variable");
  *find_resource(definition, id) = changed;
  for (const std::string& each : own) {
    Json& resource = *find_resource(definition, each);
    const Json& above = *find_resource(definition, resource.get("parentId").string_or(""));
    resource.set("path", path_below(above, resource.get("pathPart").string_or("")));
  }
  return present(*find_resource(definition, id), true);
}

Result<Json> get_resource(Json& definition, const Json& in) {
  const Json* found = find_resource(definition, in.get("resourceId").string_or(""));
  if (!found) return no_resource();
  return present(*found, embeds(in, "methods"));
}

Result<Json> get_resources(Json& definition, const Json& in) {
  Json::Array all;
  for (const Json::Member& m : object_at(definition, "resources").members())
    all.push_back(present(m.value, embeds(in, "methods")));
  return page(std::move(all), in, "id");
}

}  // namespace thaw::apigateway
