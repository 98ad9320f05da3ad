#include <algorithm>

#include "base/text.h"
#include "services/apigateway/document.h"

namespace thaw::apigateway {
namespace {

constexpr size_t value_bytes_max = 1u << 20;

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1'))
      out.push_back(text[++i] == '0' ? '~' : '/');
    else
      out.push_back(text[i]);
  }
  return out;
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (std::string_view part : split(path, '/')) out.push_back(unescape(part));
  return out;
}

bool matches(const Patchable& rule, const std::vector<std::string>& segments) {
  auto wanted = segments_of(rule.path);
  if (wanted.size() != segments.size()) return false;
  for (size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] != "*" && wanted[i] != segments[i]) return false;
  return true;
}

Result<Json> read_value(const std::string& text, char kind, const std::string& path) {
  switch (kind) {
    case 'b':
      if (text == "true" || text == "false") return Json(text == "true");
      return bad_request("Invalid patch value '" + text + "' specified for path '" + path + "'");
    case 'i':
    case 'd': {
      if (!Json::is_number_text(text))
        return bad_request("Invalid patch value '" + text + "' specified for path '" + path + "'");
      Json number = Json::number(text);
      if (kind == 'i' && !number.to_int())
        return bad_request("Invalid patch value '" + text + "' specified for path '" + path + "'");
      return number;
    }
    default: return Json(text);
  }
}

void remove_from(Json& list, const std::string& value) {
  if (list.is_array()) std::erase_if(list.items(), [&](const Json& item) { return item.string_or("") == value; });
}
void add_to(Json& list, std::string value) {
  if (!list.is_array()) list = Json::array();
  remove_from(list, value);
  list.push_back(Json(std::move(value)));
}

void patch_list(Json& document, const std::string& name, std::string_view op, const std::string& value) {
  Json& list = document[name];
  if (op == "add") return add_to(list, value);
  if (op == "remove") return value.empty() ? void(document.erase(name)) : remove_from(list, value);
  list = Json::array();
  for (std::string_view item : split(value, ','))
    if (!trim(item).empty()) list.push_back(Json(trim(item)));
}

// A key that is its own value: /binaryMediaTypes/image~1png, /endpointConfiguration/types/EDGE.
void patch_key(Json& document, const std::vector<std::string>& segments, std::string_view op,
               const std::string& value) {
  Json* at = &document;
  for (size_t i = 0; i + 2 < segments.size(); ++i) at = &object_at(*at, segments[i]);
  Json& list = (*at)[segments[segments.size() - 2]];
  const std::string& key = segments.back();
  if (op == "add") return add_to(list, key);
  remove_from(list, key);
  if (op == "replace") add_to(list, value);
}

Result<void> apply_one(Json& document, const Json& operation, const std::vector<Patchable>& allowed) {
  std::string op = operation.get("op").string_or(""), path = operation.get("path").string_or("");
  std::string value = operation.get("value").string_or("");
  if (value.size() > value_bytes_max) return bad_request("A patch value is too long.");
  auto segments = segments_of(path);
  auto rule = std::ranges::find_if(allowed, [&](const Patchable& each) { return matches(each, segments); });
  if (rule == allowed.end()) {
    std::string list;
    for (const Patchable& each : allowed) list += (list.empty() ? "" : ", ") + std::string(each.path);
    return bad_request("Invalid patch path  '" + path + "' specified for op '" + op + "'. Must be one of: [" + list +
                       "]");
  }
  if (op != "add" && op != "replace" && op != "remove")
    return bad_request("Invalid patch operation specified. Must be one of: [add, remove, replace]");
  if (rule->kind == 'l') return patch_list(document, segments[0], op, value), Result<void>();
  if (rule->kind == 'k') return patch_key(document, segments, op, value), Result<void>();
  Json* at = &document;
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    if (op == "remove" && !at->find(segments[i])) return {};
    at = &object_at(*at, segments[i]);
  }
  if (op == "remove") return at->erase(segments.back()), Result<void>();
  TRY(Json read, read_value(value, rule->kind, path));
  at->set(segments.back(), std::move(read));
  return {};
}

}  // namespace

Result<void> apply_patches(Json& document, const Json& in, const std::vector<Patchable>& allowed) {
  const Json& operations = in.get("patchOperations");
  if (!operations.is_array()) return {};
  for (const Json& operation : operations.items()) CHECK_OK(apply_one(document, operation, allowed));
  return {};
}

}  // namespace thaw::apigateway
