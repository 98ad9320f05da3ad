// ExpressionAttributeNames and ExpressionAttributeValues; document paths.
#include <algorithm>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {
namespace {

bool is_placeholder(std::string_view key, char sign) {
  return key.size() > 1 && key[0] == sign && std::all_of(key.begin() + 1, key.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

}  // namespace

Result<Placeholders> Placeholders::make(const std::map<std::string, std::string>* names, const Json* values) {
  Placeholders out;
  if (names) {
    if (names->empty()) return invalid("ExpressionAttributeNames must not be empty");
    for (const auto& [key, name] : *names) {
      if (!is_placeholder(key, '#'))
        return invalid("ExpressionAttributeNames contains invalid key: Syntax error; key: \"" + key + "\"");
      if (name.empty() || name.size() > 65535)
        return invalid("ExpressionAttributeNames contains invalid value: for key " + key);
      out.names_.emplace(key, std::pair(name, false));
    }
  }
  if (values && !values->is_null()) {
    if (!values->is_object()) return fail("SerializationException", "Unexpected field type");
    if (values->empty()) return invalid("ExpressionAttributeValues must not be empty");
    for (const Json::Member& m : values->members()) {
      if (!is_placeholder(m.key, ':'))
        return invalid("ExpressionAttributeValues contains invalid key: Syntax error; key: \"" + m.key + "\"");
      NamedValue value;
      if (auto encoded = encode_value(m.value, value.encoded); !encoded) {
        if (encoded.error().code != "ValidationException") return std::unexpected(encoded.error());
        return invalid("ExpressionAttributeValues contains invalid value: " + encoded.error().message + " for key " +
                       m.key);
      }
      out.values_.insert_or_assign(m.key, std::move(value));
    }
  }
  return out;
}

const std::string* Placeholders::name(std::string_view placeholder) {
  auto found = names_.find(placeholder);
  if (found == names_.end()) return nullptr;
  found->second.second = true;
  return &found->second.first;
}

std::optional<Value> Placeholders::value(std::string_view placeholder) {
  auto found = values_.find(placeholder);
  if (found == values_.end()) return std::nullopt;
  found->second.used = true;
  return view(found->second.encoded);
}

Result<void> Placeholders::check_all_used() const {
  auto complain = [](std::string_view parameter, const std::string& keys) {
    return invalid("Value provided in " + std::string(parameter) + " unused in expressions: keys: {" + keys + "}");
  };
  std::string unused;
  for (const auto& [key, name] : names_)
    if (!name.second) unused += (unused.empty() ? "" : ", ") + key;
  if (!unused.empty()) return complain("ExpressionAttributeNames", unused);
  for (const auto& [key, value] : values_)
    if (!value.used) unused += (unused.empty() ? "" : ", ") + key;
  if (!unused.empty()) return complain("ExpressionAttributeValues", unused);
  return {};
}

Value Placeholders::keep(std::string encoded) {
  kept_.push_back(std::make_unique<std::string>(std::move(encoded)));
  return view(*kept_.back());
}

std::string Path::shown() const {
  std::string out = "[";
  for (const PathPart& part : parts) {
    if (out.size() > 1) out += ", ";
    out += part.is_index ? "[" + std::to_string(part.index) + "]" : part.name;
  }
  return out + "]";
}

std::optional<Value> find_path(std::string_view item, const Path& path) {
  Value value{Type::map, item};
  for (const PathPart& part : path.parts) {
    std::optional<Value> next;
    if (part.is_index) {
      if (value.type == Type::list) next = find_element(value.body, part.index);
    } else if (value.type == Type::map) {
      next = find_member(value.body, part.name);
    }
    if (!next) return std::nullopt;
    value = *next;
  }
  return value;
}

}  // namespace thaw::dynamodb
