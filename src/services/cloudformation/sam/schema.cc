#include "services/cloudformation/sam/schema.h"

#include <algorithm>
#include <set>

namespace thaw::sam {

namespace {

std::string inside(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

bool is_whole(const Value& value) {
  if (value.is_int() || value.is_bool()) return true;
  return value.is_string() && !value.s().empty() && value.s().find_first_not_of("0123456789") == std::string::npos;
}
bool is_numeric(const Value& value) {
  if (value.is_number() || value.is_bool()) return true;
  return value.is_string() && !value.s().empty() && value.s().find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

SchemaPtr Schema::make(Kind kind) {
  auto out = std::make_shared<Schema>();
  out->kind_ = kind;
  return out;
}
SchemaPtr Schema::choice(std::vector<std::string> choices) {
  auto out = std::make_shared<Schema>();
  out->kind_ = Kind::choice;
  out->choices_ = std::move(choices);
  return out;
}
SchemaPtr Schema::model(std::vector<Field> fields) {
  auto out = std::make_shared<Schema>();
  out->kind_ = Kind::model;
  out->fields_ = std::move(fields);
  return out;
}
SchemaPtr Schema::map_of(SchemaPtr type) {
  auto out = std::make_shared<Schema>();
  out->kind_ = Kind::map_of;
  out->first_ = std::move(type);
  return out;
}
SchemaPtr Schema::list_of(SchemaPtr type) {
  auto out = std::make_shared<Schema>();
  out->kind_ = Kind::list_of;
  out->first_ = std::move(type);
  return out;
}
SchemaPtr Schema::either(SchemaPtr a, SchemaPtr b) {
  auto out = std::make_shared<Schema>();
  out->kind_ = Kind::either;
  out->first_ = std::move(a);
  out->second_ = std::move(b);
  return out;
}

void Schema::check_model(const Value& value, const std::string& path, std::vector<Error>& errors) const {
  std::set<std::string> extra;
  for (auto& key : value.keys()) extra.insert(key.s);
  for (auto& field : fields_) {
    const bool present = extra.erase(field.name) > 0;
    Value member = value.get(field.name);
    const std::string where = inside(path, field.name);
    if (!member.is_null())
      field.type->check(member, where, errors);
    else if (field.required)
      errors.push_back({where, present ? "none is not an allowed value" : "field required"});
  }
  for (auto& name : extra) errors.push_back({inside(path, name), "extra fields not permitted"});
}

void Schema::check(const Value& value, const std::string& path, std::vector<Error>& errors) const {
  auto expect = [&](bool ok, const char* words) {
    if (!ok) errors.push_back({path, words});
  };
  switch (kind_) {
    case Kind::any: return;
    case Kind::string: return expect(value.is_string() || value.is_number(), "str type expected");
    case Kind::boolean: return expect(value.is_bool(), "value could not be parsed to a boolean");
    case Kind::integer: return expect(is_whole(value), "value is not a valid integer");
    case Kind::number: return expect(is_numeric(value), "value is not a valid float");
    // What is empty passes as a map without members.
    case Kind::map:
      return expect(value.is_dict() || (!value && (value.is_list() || value.is_string())), "value is not a valid dict");
    case Kind::choice: {
      auto known = [&](const std::string& choice) { return value.is(choice); };
      return expect(std::any_of(choices_.begin(), choices_.end(), known), "unexpected value");
    }
    case Kind::model:
      if (!value.is_dict()) return expect(false, "value is not a valid dict");
      return check_model(value, path, errors);
    case Kind::map_of:
      if (!value.is_dict()) return expect(false, "value is not a valid dict");
      for (auto& [key, member] : value.items()) first_->check(member, inside(path, key.s), errors);
      return;
    case Kind::list_of:
      if (!value.is_list()) return expect(false, "value is not a valid list");
      for (size_t i = 0; i < value.size(); ++i)
        first_->check(value.elements()[i], inside(path, std::to_string(i)), errors);
      return;
    case Kind::either: {
      std::vector<Error> first, second;
      first_->check(value, path, first);
      if (first.empty()) return;
      second_->check(value, path, second);
      if (second.empty()) return;
      errors.insert(errors.end(), first.begin(), first.end());
      errors.insert(errors.end(), second.begin(), second.end());
      return;
    }
  }
}

}  // namespace thaw::sam
