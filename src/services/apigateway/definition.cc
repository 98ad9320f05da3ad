#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"

namespace thaw::apigateway {

std::unexpected<Error> bad_request(std::string words) { return fail("BadRequestException", std::move(words), 400); }
std::unexpected<Error> not_found(std::string words) { return fail("NotFoundException", std::move(words), 404); }
std::unexpected<Error> conflict(std::string words) { return fail("ConflictException", std::move(words), 409); }

std::string new_id(size_t length) { return random_lower_alphanumeric(length); }

Json pick(const Json& from, std::initializer_list<std::string_view> names) {
  Json out = Json::object();
  for (std::string_view name : names)
    if (const Json* value = from.find(name); value && !value->is_null()) out.set(name, *value);
  return out;
}

Json& object_at(Json& parent, std::string_view name) {
  Json& out = parent[name];
  if (!out.is_object()) out = Json::object();
  return out;
}

Json new_definition(Json members) {
  members.set("id", new_id());
  std::string root = new_id();
  members.set("rootResourceId", root);
  if (!members.contains("apiKeySource")) members.set("apiKeySource", "HEADER");
  if (!members.contains("disableExecuteApiEndpoint")) members.set("disableExecuteApiEndpoint", false);
  Json& endpoint = object_at(members, "endpointConfiguration");
  if (!endpoint.contains("types")) endpoint.set("types", Json::array({"EDGE"}));
  if (!endpoint.contains("ipAddressType")) endpoint.set("ipAddressType", "ipv4");
  members.set("resources", Json::object({{root, Json::object({{"id", root}, {"path", "/"}})}}));
  for (std::string_view part : {"models", "requestValidators", "authorizers", "gatewayResponses"})
    members.set(part, Json::object());
  return members;
}

Json present_api(const Json& definition) {
  return pick(definition, {"id", "name", "description", "createdDate", "version", "warnings", "binaryMediaTypes",
                           "minimumCompressionSize", "apiKeySource", "endpointConfiguration", "policy", "tags",
                           "disableExecuteApiEndpoint", "rootResourceId"});
}

Result<void> check_api(const Json& members) {
  if (members.get("name").is_string() && members.get("name").as_string().empty())
    return bad_request("API name is required");
  if (const Json* size = members.find("minimumCompressionSize"); size && size->is_number()) {
    auto bytes = size->to_int();
    if (!bytes || *bytes < 0 || *bytes > 10'485'760)
      return bad_request("Invalid minimum compression size, must be between 0 and 10485760");
  }
  if (const Json* policy = members.find("policy"); policy && policy->is_string() && !policy->as_string().empty()) {
    auto parsed = Json::parse(policy->as_string(), 64);
    if (!parsed || !parsed->is_object())
      return bad_request(
          "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
  }
  for (std::string_view name : {"securityPolicy", "endpointAccessMode"})
    if (members.contains(name))
      return fail("NotImplemented", "Thaw does not implement the member " + std::string(name) + " of REST APIs yet.",
                  501);
  return {};
}

Result<Json> get_rest_api(Json& definition, const Json&) { return present_api(definition); }

Result<Json> update_rest_api(Json& definition, const Json& in) {
  static const std::vector<Patchable> allowed = {{"/name"},
                                                 {"/description"},
                                                 {"/policy"},
                                                 {"/apiKeySource"},
                                                 {"/version"},
                                                 {"/minimumCompressionSize", 'i'},
                                                 {"/binaryMediaTypes/*", 'k'},
                                                 {"/disableExecuteApiEndpoint", 'b'},
                                                 {"/endpointConfiguration/types/*", 'k'},
                                                 {"/endpointConfiguration/vpcEndpointIds", 's'},
                                                 {"/endpointConfiguration/ipAddressType"}};
  CHECK_OK(apply_patches(definition, in, allowed));
  if (definition.get("policy").string_or("").empty()) definition.erase("policy");
  CHECK_OK(check_api(definition));
  std::string source = definition.get("apiKeySource").string_or("HEADER");
  if (source != "HEADER" && source != "AUTHORIZER") return bad_request("Invalid API key source: " + source);
  return present_api(definition);
}

Result<void> check_deployable(const Json& definition) {
  bool any = false;
  for (const Json::Member& resource : definition.get("resources").members()) {
    const Json& methods = resource.value.get("resourceMethods");
    if (!methods.is_object()) continue;
    for (const Json::Member& method : methods.members()) {
      any = true;
      if (!method.value.contains("methodIntegration")) return bad_request("No integration defined for method");
    }
  }
  if (!any) return bad_request("The REST API doesn't contain any methods");
  return {};
}

Json api_summary(const Json& definition) {
  Json out = Json::object();
  for (const Json::Member& resource : definition.get("resources").members()) {
    const Json& methods = resource.value.get("resourceMethods");
    if (!methods.is_object() || methods.empty()) continue;
    Json& at = object_at(out, resource.value.get("path").string_or("/"));
    for (const Json::Member& method : methods.members())
      at.set(method.key, pick(method.value, {"authorizationType", "apiKeyRequired"}));
  }
  return out;
}

Result<Json> page(Json::Array items, const Json& in, std::string_view id_member) {
  int64_t limit = 25;
  if (const Json* given = in.find("limit"); given && given->to_int()) limit = *given->to_int();
  if (limit < 1) return bad_request("Invalid limit parameter. Limit must be a positive integer.");
  limit = std::min<int64_t>(limit, 500);
  std::ranges::sort(items, {}, [&](const Json& item) { return item.get(id_member).string_or(""); });
  size_t first = 0;
  if (std::string position = in.get("position").string_or(""); !position.empty()) {
    auto after = base64_decode(position);
    if (!after) return bad_request("Invalid position parameter specified");
    while (first < items.size() && items[first].get(id_member).string_or("") <= *after) ++first;
  }
  Json out = Json::object();
  size_t last = std::min(items.size(), first + static_cast<size_t>(limit));
  if (last < items.size()) out.set("position", base64_encode(items[last - 1].get(id_member).string_or("")));
  out.set("items", Json(Json::Array(std::make_move_iterator(items.begin() + static_cast<ptrdiff_t>(first)),
                                    std::make_move_iterator(items.begin() + static_cast<ptrdiff_t>(last)))));
  return out;
}

}  // namespace thaw::apigateway
