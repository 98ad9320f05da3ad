#include "services/apigateway/json_schema.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace thaw::apigateway {
namespace {

constexpr int depth_max = 64;
constexpr int checks_max = 100'000;

size_t characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    auto number = value.to_double();
    return value.is_number() && (value.to_int() || (number && std::floor(*number) == *number));
  }
  if (type == "boolean") return value.is_bool();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "null") return value.is_null();
  return false;
}

bool pattern_matches(const std::string& pattern, std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  re2::RE2 compiled(pattern, options);
  // What RE2 does not know (look-arounds) is let through rather than refused.
  return !compiled.ok() || re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

class Validator {
 public:
  Validator(const Json& root, const FindModel& find_model) : root_(&root), find_model_(find_model) {}

  bool check(const Json& value, const Json& schema, int depth) {
    if (depth > depth_max || ++checks_ > checks_max) return false;
    if (schema.is_bool()) return schema.as_bool();
    if (!schema.is_object()) return true;
    if (const Json& reference = schema.get("$ref"); reference.is_string())
      return follow(value, reference.as_string(), depth);
    return type_fits(value, schema) && enum_fits(value, schema) && combined(value, schema, depth) &&
           (!value.is_object() || object_fits(value, schema, depth)) &&
           (!value.is_array() || array_fits(value, schema, depth)) &&
           (!value.is_string() || string_fits(value, schema)) && (!value.is_number() || number_fits(value, schema));
  }

 private:
  bool follow(const Json& value, const std::string& reference, int depth) {
    if (reference.starts_with("#")) {
      const Json* at = root_;
      for (std::string_view part : split(std::string_view(reference).substr(1), '/'))
        if (!part.empty()) at = &at->get(part);
      return !at->is_null() && check(value, *at, depth + 1);
    }
    const Json* model = find_model_(std::string_view(reference).substr(reference.rfind('/') + 1));
    if (!model) return false;
    const Json* before = std::exchange(root_, model);
    bool fine = check(value, *model, depth + 1);
    root_ = before;
    return fine;
  }

  static bool type_fits(const Json& value, const Json& schema) {
    const Json& type = schema.get("type");
    if (type.is_string()) return has_type(value, type.as_string());
    if (!type.is_array()) return true;
    return std::ranges::any_of(type.items(), [&](const Json& each) { return has_type(value, each.string_or("")); });
  }
  static bool enum_fits(const Json& value, const Json& schema) {
    const Json& list = schema.get("enum");
    return !list.is_array() || std::ranges::find(list.items(), value) != list.items().end();
  }

  bool combined(const Json& value, const Json& schema, int depth) {
    auto count = [&](const Json& list) {
      return std::ranges::count_if(list.items(), [&](const Json& each) { return check(value, each, depth + 1); });
    };
    if (const Json& all = schema.get("allOf"); all.is_array() && count(all) != static_cast<ptrdiff_t>(all.size()))
      return false;
    if (const Json& any = schema.get("anyOf"); any.is_array() && count(any) == 0) return false;
    if (const Json& one = schema.get("oneOf"); one.is_array() && count(one) != 1) return false;
    if (const Json* no = schema.find("not"); no && check(value, *no, depth + 1)) return false;
    return true;
  }

  static bool within(size_t size, const Json& schema, std::string_view min, std::string_view max) {
    auto low = schema.get(min).to_int(), high = schema.get(max).to_int();
    return (!low || static_cast<int64_t>(size) >= *low) && (!high || static_cast<int64_t>(size) <= *high);
  }

  bool object_fits(const Json& value, const Json& schema, int depth) {
    if (!within(value.size(), schema, "minProperties", "maxProperties")) return false;
    if (const Json& required = schema.get("required"); required.is_array())
      for (const Json& name : required.items())
        if (name.is_string() && !value.contains(name.as_string())) return false;
    if (const Json& needs = schema.get("dependencies"); needs.is_object())
      for (const Json::Member& m : needs.members())
        if (value.contains(m.key) && m.value.is_array())
          for (const Json& name : m.value.items())
            if (!value.contains(name.string_or(""))) return false;
    const Json& properties = schema.get("properties");
    const Json& patterns = schema.get("patternProperties");
    const Json* additional = schema.find("additionalProperties");
    for (const Json::Member& m : value.members()) {
      bool known = false;
      if (const Json* own = properties.find(m.key)) {
        known = true;
        if (!check(m.value, *own, depth + 1)) return false;
      }
      if (patterns.is_object())
        for (const Json::Member& p : patterns.members())
          if (pattern_matches(p.key, m.key)) {
            known = true;
            if (!check(m.value, p.value, depth + 1)) return false;
          }
      if (!known && additional && !check(m.value, *additional, depth + 1)) return false;
    }
    return true;
  }

  bool array_fits(const Json& value, const Json& schema, int depth) {
    if (!within(value.size(), schema, "minItems", "maxItems")) return false;
    const Json& items = schema.get("items");
    const Json* additional = schema.find("additionalItems");
    for (size_t i = 0; i < value.size(); ++i) {
      const Json* own = &items;
      if (items.is_array()) own = i < items.size() ? &items.items()[i] : additional;
      if (own && !own->is_null() && !check(value.items()[i], *own, depth + 1)) return false;
    }
    if (const Json& unique = schema.get("uniqueItems"); unique.is_bool() && unique.as_bool())
      for (size_t i = 0; i < value.size(); ++i)
        for (size_t j = 0; j < i; ++j)
          if (++checks_ > checks_max || value.items()[i] == value.items()[j]) return false;
    return true;
  }

  static bool string_fits(const Json& value, const Json& schema) {
    if (!within(characters(value.as_string()), schema, "minLength", "maxLength")) return false;
    const Json& pattern = schema.get("pattern");
    return !pattern.is_string() || pattern_matches(pattern.as_string(), value.as_string());
  }

  static bool number_fits(const Json& value, const Json& schema) {
    auto number = value.to_double();
    if (!number) return true;
    auto low = schema.get("minimum").to_double(), high = schema.get("maximum").to_double();
    auto exclusive = [&](std::string_view name) { return schema.get(name).is_bool() && schema.get(name).as_bool(); };
    if (low && (exclusive("exclusiveMinimum") ? *number <= *low : *number < *low)) return false;
    if (high && (exclusive("exclusiveMaximum") ? *number >= *high : *number > *high)) return false;
    // Draft 6 has numbers here.
    if (auto above = schema.get("exclusiveMinimum").to_double(); above && *number <= *above) return false;
    if (auto below = schema.get("exclusiveMaximum").to_double(); below && *number >= *below) return false;
    if (auto step = schema.get("multipleOf").to_double(); step && *step > 0) {
      double times = *number / *step;
      if (std::abs(times - std::round(times)) > 1e-9 * std::max(1.0, std::abs(times))) return false;
    }
    return true;
  }

  const Json* root_;
  const FindModel& find_model_;
  int checks_ = 0;
};

}  // namespace

bool is_valid(const Json& value, const Json& schema, const FindModel& find_model) {
  return Validator(schema, find_model).check(value, schema, 0);
}

}  // namespace thaw::apigateway
