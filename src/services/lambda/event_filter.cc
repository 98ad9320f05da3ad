#include "services/lambda/event_filter.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace thaw::lambda {
namespace {

constexpr size_t pattern_bytes_max = 4096;
constexpr int depth_max = 32;

bool is_scalar(const Json& value) { return !value.is_object() && !value.is_array(); }

// {"prefix": "a"}: its name and value; nothing for what is no rule.
const Json::Member* only_member(const Json& value) {
  return value.is_object() && value.size() == 1 ? &value.members()[0] : nullptr;
}

bool is_comparison(const Json& op) {
  if (!op.is_string()) return false;
  const std::string& text = op.as_string();
  return text == "=" || text == "<" || text == "<=" || text == ">" || text == ">=";
}

bool is_numeric_rule(const Json& list) {
  if (!list.is_array() || (list.size() != 2 && list.size() != 4)) return false;
  for (size_t i = 0; i < list.size(); i += 2)
    if (!is_comparison(list.items()[i]) || !list.items()[i + 1].is_number()) return false;
  return true;
}

bool is_text_rule(const Json::Member& rule) {
  return (rule.key == "prefix" || rule.key == "suffix" || rule.key == "equals-ignore-case") && rule.value.is_string();
}

bool is_rule(const Json& value) {
  if (is_scalar(value)) return true;
  const Json::Member* rule = only_member(value);
  if (!rule) return false;
  if (is_text_rule(*rule)) return true;
  if (rule->key == "exists") return rule->value.is_bool();
  if (rule->key == "numeric") return is_numeric_rule(rule->value);
  if (rule->key != "anything-but") return false;
  if (rule->value.is_array()) return !rule->value.empty() && std::ranges::all_of(rule->value.items(), is_scalar);
  if (const Json::Member* inner = only_member(rule->value)) return is_text_rule(*inner);
  return is_scalar(rule->value) && !rule->value.is_null();
}

bool is_pattern(const Json& value, int depth) {
  if (!value.is_object() || value.empty() || depth > depth_max) return false;
  return std::ranges::all_of(value.members(), [&](const Json::Member& m) {
    if (m.key == "$or")
      return m.value.is_array() && m.value.size() >= 2 &&
             std::ranges::all_of(m.value.items(), [&](const Json& one) { return is_pattern(one, depth + 1); });
    if (m.value.is_array()) return !m.value.empty() && std::ranges::all_of(m.value.items(), is_rule);
    return is_pattern(m.value, depth + 1);
  });
}

bool equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.to_double() == b.to_double();
  return a == b;
}

bool matches_text(const Json::Member& rule, const Json& value) {
  if (!value.is_string()) return false;
  const std::string &text = value.as_string(), &wanted = rule.value.as_string();
  if (rule.key == "prefix") return text.starts_with(wanted);
  if (rule.key == "suffix") return text.ends_with(wanted);
  return equal_ignoring_case(text, wanted);
}

bool matches_numeric(const Json& list, const Json& value) {
  auto number = value.to_double();
  if (!value.is_number() || !number) return false;
  for (size_t i = 0; i < list.size(); i += 2) {
    const std::string& op = list.items()[i].as_string();
    double limit = list.items()[i + 1].to_double().value_or(0);
    bool holds = op == "="    ? *number == limit
                 : op == "<"  ? *number < limit
                 : op == "<=" ? *number <= limit
                 : op == ">"  ? *number > limit
                              : *number >= limit;
    if (!holds) return false;
  }
  return true;
}

bool matches_anything_but(const Json& rule, const Json& value) {
  if (const Json::Member* inner = only_member(rule)) return value.is_string() && !matches_text(*inner, value);
  if (!rule.is_array()) return !equal(rule, value);
  return std::ranges::none_of(rule.items(), [&](const Json& one) { return equal(one, value); });
}

// A rule on one value that is there.
bool matches_rule(const Json& rule, const Json& value) {
  const Json::Member* operation = only_member(rule);
  if (!operation) return equal(rule, value);
  if (operation->key == "exists") return operation->value.as_bool();
  if (operation->key == "numeric") return matches_numeric(operation->value, value);
  if (operation->key == "anything-but") return matches_anything_but(operation->value, value);
  return matches_text(*operation, value);
}

bool wants_absence(const Json& rule) {
  const Json::Member* operation = only_member(rule);
  return operation && operation->key == "exists" && !operation->value.as_bool();
}

bool matches_leaf(const Json& rules, const Json* value) {
  if (!value || value->is_object()) return !value && std::ranges::any_of(rules.items(), wants_absence);
  return std::ranges::any_of(rules.items(), [&](const Json& rule) {
    if (!value->is_array()) return matches_rule(rule, *value);
    return std::ranges::any_of(value->items(),
                               [&](const Json& one) { return is_scalar(one) && matches_rule(rule, one); });
  });
}

}  // namespace

std::optional<Json> parse_filter(std::string_view text) {
  if (text.size() > pattern_bytes_max) return std::nullopt;
  auto parsed = Json::parse(text, depth_max);
  if (!parsed || !(is_pattern(*parsed, 0) || (parsed->is_object() && parsed->empty()))) return std::nullopt;
  return std::move(*parsed);
}

bool matches_filter(const Json& pattern, const Json& event) {
  if (event.is_array())
    return std::ranges::any_of(event.items(), [&](const Json& one) { return matches_filter(pattern, one); });
  return std::ranges::all_of(pattern.members(), [&](const Json::Member& m) {
    if (m.key == "$or")
      return std::ranges::any_of(m.value.items(), [&](const Json& one) { return matches_filter(one, event); });
    const Json* value = event.find(m.key);
    if (m.value.is_array()) return matches_leaf(m.value, value);
    if (value) return matches_filter(m.value, *value);
    return matches_filter(m.value, Json());  // what must be absent is
  });
}

}  // namespace thaw::lambda
