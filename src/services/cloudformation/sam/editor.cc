#include "services/cloudformation/sam/editor.h"

#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/sam/intrinsics.h"

namespace thaw::sam {

static bool is_version(std::string_view text, std::string_view majors) {
  auto digit_at = [&](size_t i) { return i + 1 < text.size() && text[i] == '.' && isdigit(text[i + 1]); };
  if (text.empty() || majors.find(text[0]) == std::string_view::npos || !digit_at(1)) return false;
  return text.size() == 3 || (text.size() == 5 && digit_at(3));
}
bool is_openapi_3(const Value& version) { return is_version(version.str(), "3"); }
bool is_supported_definition_version(const Value& text) { return is_version(text.str(), "23"); }

void must_be_map(const Value& value, const std::string& complaint) {
  if (!value.is_dict()) invalid_document(complaint);
}
void path_must_be_map(const Value& path_item, const std::string& path) {
  must_be_map(path_item, "Value of '" + path + "' path must be a dictionary according to Swagger spec.");
}
void method_must_be_map(const Value& definition, const std::string& path, const std::string& method) {
  must_be_map(definition, "Definition of method '" + method + "' for path '" + path + "' should be a map.");
}

Text normal_method(const Text& method) {
  Text lower(to_lower(method.s), method.legacy);
  return lower.s == "any" ? Text(kAnyMethod) : lower;
}

std::vector<Value> branches(const Value& item) {
  if (!item.has("Fn::If")) return {item};
  Value arguments = item.get("Fn::If");
  if (!arguments.is_list()) invalid_document("Value of Fn::If must be a list.");
  std::vector<Value> out;
  for (size_t i = 1; i < arguments.size(); ++i)
    if (!is_no_value(arguments.elements()[i])) out.push_back(arguments.elements()[i]);
  return out;
}

Value deep_get(Value value, const std::vector<std::string>& path) {
  std::string passed;
  for (auto& name : path) {
    if (value.is_null()) return {};
    if (!value.is_dict())
      throw NotAMap{passed.empty() ? "It should be a map" : "The value of '" + passed + "' should be a map"};
    value = value.get(name);
    passed += (passed.empty() ? "" : ".") + name;
  }
  return value;
}

std::vector<Value> Editor::path_items(const Text& path) const {
  auto out = branches(paths_.get(path.s));
  for (auto& item : out) path_must_be_map(item, path.s);
  return out;
}

std::vector<Value> Editor::method_definitions(const Text& path, const Text& method, bool integrated_only) const {
  std::vector<Value> out;
  for (auto& item : path_items(path)) {
    for (auto& definition : branches(item.get(normal_method(method).s))) {
      method_must_be_map(definition, path.s, method.s);
      if (!integrated_only || definition.get(kIntegration)) out.push_back(definition);
    }
  }
  return out;
}

bool Editor::has_integration(const Text& path, const Text& method) const {
  if (!paths_.has(path.s)) return false;
  const Text name = normal_method(method);
  for (auto& item : branches(paths_.get(path.s))) {
    if (!name.empty() && !item.has(name.s)) return false;
    path_must_be_map(item, path.s);
  }
  for (auto& item : branches(paths_.get(path.s))) {
    Value definition = item.get(name.s);
    if (!definition.is_dict()) return false;
    bool found = false;
    for (auto& branch : branches(definition)) {
      method_must_be_map(branch, path.s, name.s);
      if (branch.get(kIntegration)) {
        found = true;
        break;
      }
    }
    if (!found) return false;
  }
  return true;
}

void Editor::add_path(const Text& path, const Text& method) {
  Value item = paths_.setdefault(path, Value::hashed());
  path_must_be_map(item, path.s);
  for (auto& branch : branches(item)) branch.setdefault(normal_method(method), Value::hashed());
}

void Editor::make_path_conditional(const Text& path, const Value& condition) {
  paths_.set(path, conditional(condition, paths_.get(path.s)));
}

void Editor::set_timeout(const Text& path, const Text& method, const Value& timeout) {
  for (auto& definition : method_definitions(path, method))
    definition.get(kIntegration).set("timeoutInMillis", timeout);
}

std::string arn_path(const std::string& path, bool plus_in_names) {
  auto plain = [](char c) { return isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-'; };
  std::string out;
  for (size_t i = 0; i < path.size();) {
    size_t end = path[i] == '{' ? path.find('}', i) : std::string::npos;
    if (end != std::string::npos) {
      std::string name = path.substr(i + 1, end - i - 1);
      const bool plus = name.ends_with('+') && (plus_in_names || name == "proxy+");
      if (plus) name.pop_back();
      if (!name.empty() && std::all_of(name.begin(), name.end(), plain)) {
        out += '*';
        i = end + 1;
        continue;
      }
    }
    out += path[i++];
  }
  return out;
}

}  // namespace thaw::sam
