#include "services/cloudformation/sam/intrinsics.h"

#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/sam/errors.h"

namespace thaw::sam {

Value ref_to(const Text& id) { return Value::dict({{"Ref", id}}); }
Value get_att(const Text& id, const char* attribute) {
  return Value::dict({{"Fn::GetAtt", Value::list({id, attribute})}});
}
Value sub(const Text& text) { return Value::dict({{"Fn::Sub", text}}); }
Value sub(const Text& text, Value variables) {
  return Value::dict({{"Fn::Sub", Value::list({text, std::move(variables)})}});
}
Value no_value() { return ref_to("AWS::NoValue"); }
Value conditional(const Value& condition, Value when_true, Value when_false) {
  if (when_false.is_null()) when_false = no_value();
  return Value::dict({{"Fn::If", Value::list({condition, std::move(when_true), std::move(when_false)})}});
}
Value not_condition(const Value& condition) {
  return Value::dict({{"Fn::Not", Value::list({Value::dict({{"Condition", condition}})})}});
}

bool is_intrinsic(const Value& value) {
  if (!value.is_dict() || value.size() != 1) return false;
  const std::string key = value.keys()[0].s;
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::");
}
bool is_if(const Value& value) { return value.is_dict() && value.size() == 1 && value.has("Fn::If"); }
bool is_no_value(const Value& value) {
  return value.is_dict() && value.size() == 1 && value.has("Ref") && value.get("Ref").is("AWS::NoValue");
}
bool valid_if_arguments(const Value& arguments) { return arguments.is_list() && arguments.size() == 3; }

bool is_dynamic_reference(const Value& value) {
  if (!value.is_string()) return false;
  std::string_view text = value.s();
  constexpr std::string_view start = "{{resolve:";
  if (!text.starts_with(start) || !text.ends_with("}}")) return false;
  text = text.substr(start.size(), text.size() - start.size() - 2);
  size_t colon = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-");
  return colon != std::string_view::npos && colon > 0 && text[colon] == ':' && colon + 1 < text.size();
}

std::string id_in(const Value& value) {
  if (!is_intrinsic(value)) return {};
  if (Value v = value.get("Ref"); v.is_string()) return v.s();
  Value v = value.get("Fn::GetAtt");
  if (v.is_list() && v.size() == 2 && v.elements()[0].is_string()) return v.elements()[0].s();
  if (v.is_string() && std::count(v.s().begin(), v.s().end(), '.') == 1) return v.s().substr(0, v.s().find('.'));
  return {};
}

std::string shorthand(const Value& value) {
  if (value.has("Ref")) return "${" + value.get("Ref").str() + "}";
  std::string out;
  for (auto& part : value.get("Fn::GetAtt").elements()) out += (out.empty() ? "" : ".") + part.str();
  return "${" + out + "}";
}

Value combined_condition(std::vector<std::string> conditions, const std::string& name) {
  Value out = Value::dict();
  if (conditions.size() < 2) return {};
  size_t number = (conditions.size() - 2) / 9;
  while (conditions.size() > 1) {
    std::string next = number > 0 ? name + std::to_string(number--) : name;
    size_t taken = std::min<size_t>(10, conditions.size());
    Value any = Value::list();
    for (size_t i = 0; i < taken; ++i) any.push(Value::dict({{"Condition", conditions[i]}}));
    conditions.erase(conditions.begin(), conditions.begin() + static_cast<ptrdiff_t>(taken));
    conditions.push_back(next);
    out.set(next, Value::dict({{"Fn::Or", any}}));
  }
  return out;
}

std::string replace_in_sub(const std::string& text,
                           const std::function<std::string(const std::string&, const std::string&)>& replace) {
  std::string out = text;
  size_t at = 0;
  while ((at = text.find("${", at)) != std::string::npos) {
    size_t end = text.find('}', at);
    if (end == std::string::npos) break;
    std::string inner = text.substr(at + 2, end - at - 2);
    auto plain = [](char c) { return isalnum(static_cast<unsigned char>(c)) || c == '.'; };
    auto letter = [](char c) { return isalpha(static_cast<unsigned char>(c)) != 0; };
    bool name = !inner.empty() && std::all_of(inner.begin(), inner.end(), plain);
    bool pseudo = inner.size() > 5 && inner.starts_with("AWS::") && inner[5] >= 'A' && inner[5] <= 'Z' &&
                  std::all_of(inner.begin() + 5, inner.end(), letter);
    if (!name && !pseudo) {
      at += 2;
      continue;
    }
    std::string whole = "${" + inner + "}";
    std::string replaced = replace(whole, inner);
    if (size_t place = out.find(whole); place != std::string::npos && replaced != whole)
      out.replace(place, whole.size(), replaced);
    at = end + 1;
  }
  return out;
}

namespace {

bool is_call(const Value& value, std::string_view name) {
  return value.is_dict() && value.size() == 1 && value.has(name);
}

using Replace = std::function<std::string(const std::string&, const std::string&)>;

Value in_sub(Value value, const Replace& replace) {
  Value text = value.get("Fn::Sub");
  if (text.is_string()) {
    value.set("Fn::Sub", Text(replace_in_sub(text.s(), replace), text.text().legacy));
  } else if (text.is_list() && text.size() > 0 && text.elements()[0].is_string()) {
    Value& first = text.elements()[0];
    first = Text(replace_in_sub(first.s(), replace), first.text().legacy);
  }
  return value;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

std::vector<std::string> parts_of(const Value& arguments) {
  std::vector<std::string> out;
  if (!arguments.is_list() || arguments.size() < 2) return out;
  for (auto& item : arguments.elements()) {
    if (!item.is_string()) return {};
    for (auto part : split(item.s(), '.')) out.emplace_back(part);
  }
  return out;
}

Value walk_value(Value value, const std::function<Value(const Value&)>& one) {
  value = one(value);
  if (value.is_list()) {
    for (size_t i = 0; i < value.size(); ++i) value.elements()[i] = walk_value(value.elements()[i], one);
  } else if (value.is_dict()) {
    for (auto& [key, member] : value.items()) value.set(key, walk_value(member, one));
  }
  return value;
}

}  // namespace

Value Resolver::walk(const Value& value, const std::function<Value(const Value&)>& resolve_one) const {
  return parameters_.size() == 0 ? value : walk_value(value, resolve_one);
}

Value Resolver::look_up(std::string_view name, const Value& otherwise) const {
  if (!parameters_.has(name)) return otherwise;
  Value found = parameters_.get(name);
  // A nested stack's value that does not exist yet.
  if (found.is_string() && found.s().starts_with("{{IntrinsicFunction:")) return otherwise;
  return found;
}

Value Resolver::resolve(const Value& value) const {
  return walk(value, [this](const Value& one) -> Value {
    if (is_call(one, "Ref")) {
      Value name = one.get("Ref");
      return name.is_string() ? look_up(name.s(), one) : one;
    }
    if (!is_call(one, "Fn::Sub")) return one;
    return in_sub(one, [this](const std::string& whole, const std::string& inner) {
      Value found = look_up(inner, whole);
      if (!found.is_string())
        invalid_document("Invalid Fn::Sub variable value " + found.str() +
                         ". Fn::Sub expects all variables to be strings.");
      return found.s();
    });
  });
}

Value Resolver::map_argument(const Value& value) const {
  return is_call(value, "Fn::FindInMap") ? find_in_map(value) : value;
}

Value Resolver::find_in_map(const Value& value) const {
  Value arguments = value.get("Fn::FindInMap");
  if (!arguments.is_list() || arguments.size() != 3)
    invalid_document("Invalid FindInMap value " + arguments.str() + ". FindInMap expects an array with 3 values.");
  Value keys[3];
  for (size_t i = 0; i < 3; ++i) {
    keys[i] = map_argument(arguments.elements()[i]);
    if (!keys[i].is_string()) return value;
  }
  if (!parameters_.has(keys[0].s())) return value;
  auto two_level = [&](const Value& map) {
    if (map.is_dict()) return;
    invalid_document("Cannot use Fn::FindInMap on Mapping '" + keys[0].s() + "' which is not a a two-level map.");
  };
  Value map = parameters_.get(keys[0].s());
  two_level(map);
  if (!map.has(keys[1].s())) return value;
  map = map.get(keys[1].s());
  two_level(map);
  return map.has(keys[2].s()) ? map.get(keys[2].s()) : value;
}

Value Resolver::resolve_map(const Value& value) const {
  return walk(value, [this](const Value& one) { return map_argument(one); });
}

Value resolve_references(const Value& value, const References& references) {
  if (references.empty()) return value;
  auto find = [&](const std::string& id, const std::string& property) -> std::string {
    auto at = references.find(id);
    if (at == references.end()) return {};
    auto found = at->second.find(property);
    return found == at->second.end() ? std::string() : found->second;
  };
  return walk_value(value, [&](const Value& one) -> Value {
    if (is_call(one, "Ref")) {
      Value name = one.get("Ref");
      size_t dot = name.is_string() ? name.s().find('.') : std::string::npos;
      if (dot == std::string::npos || dot == 0 || dot + 1 == name.s().size()) return one;
      std::string found = find(name.s().substr(0, dot), name.s().substr(dot + 1));
      return found.empty() ? one : ref_to(found);
    }
    if (is_call(one, "Fn::GetAtt")) {
      auto parts = parts_of(one.get("Fn::GetAtt"));
      if (parts.size() < 2) return one;
      std::string found = find(parts[0], parts[1]);
      if (found.empty()) return one;
      Value out = Value::list({found});
      for (size_t i = 2; i < parts.size(); ++i) out.push(parts[i]);
      return Value::dict({{"Fn::GetAtt", out}});
    }
    if (!is_call(one, "Fn::Sub")) return one;
    return in_sub(one, [&](const std::string& whole, const std::string& inner) {
      auto parts = split(inner, '.');
      if (parts.size() < 2) return whole;
      std::string id(parts[0]), property(parts[1]);
      std::string found = find(id, property);
      return found.empty() ? whole : replace_all(whole, id + "." + property, found);
    });
  });
}

Value resolve_renamed(const Value& value, const RenamedIds& renamed) {
  if (renamed.empty()) return value;
  auto find = [&](const std::string& id) {
    auto at = renamed.find(id);
    return at == renamed.end() ? std::string() : at->second;
  };
  return walk_value(value, [&](const Value& one) -> Value {
    if (is_call(one, "Ref")) {
      Value name = one.get("Ref");
      std::string found = name.is_string() ? find(name.s()) : std::string();
      return found.empty() ? one : ref_to(found);
    }
    if (is_call(one, "Fn::GetAtt")) {
      auto parts = parts_of(one.get("Fn::GetAtt"));
      std::string found = parts.empty() ? std::string() : find(parts[0]);
      if (found.empty()) return one;
      Value out = Value::list({found});
      for (size_t i = 1; i < parts.size(); ++i) out.push(parts[i]);
      return Value::dict({{"Fn::GetAtt", out}});
    }
    if (!is_call(one, "Fn::Sub")) return one;
    return in_sub(one, [&](const std::string& whole, const std::string& inner) {
      std::string id(split(inner, '.')[0]);
      std::string found = find(id);
      return found.empty() ? whole : replace_all(whole, id, found);
    });
  });
}

void rename_depends_on(const Value& value, const RenamedIds& renamed) {
  if (renamed.empty()) return;
  if (value.is_list())
    for (auto& item : value.elements()) rename_depends_on(item, renamed);
  if (!value.is_dict()) return;
  auto name = [&](const Value& id) -> Value {
    auto at = id.is_string() ? renamed.find(id.s()) : renamed.end();
    return at == renamed.end() ? id : Value(at->second);
  };
  Value edited = value;
  Value depends = value.get("DependsOn");
  if (depends.is_string()) edited.set("DependsOn", name(depends));
  if (depends.is_list())
    for (auto& item : depends.elements()) item = name(item);
  for (auto& [key, member] : value.items()) rename_depends_on(member, renamed);
}

}  // namespace thaw::sam
