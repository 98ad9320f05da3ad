#include "services/dynamodb/legacy.h"

#include <algorithm>

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> invalid_value(std::string words) {
  return invalid("One or more parameter values were invalid: " + std::move(words));
}

struct OperatorRule {
  std::string_view name;
  size_t values_min, values_max;
  std::string_view types;  // " S N " ...; empty: all
  Condition::Kind kind;
  Comparison comparison;
};
constexpr size_t many = 1u << 30;
constexpr std::string_view scalars = " S N B ";
constexpr OperatorRule rules[] = {
    {"EQ", 1, 1, "", Condition::Kind::compare, Comparison::eq},
    {"NE", 1, 1, "", Condition::Kind::compare, Comparison::ne},
    {"LE", 1, 1, scalars, Condition::Kind::compare, Comparison::le},
    {"LT", 1, 1, scalars, Condition::Kind::compare, Comparison::lt},
    {"GE", 1, 1, scalars, Condition::Kind::compare, Comparison::ge},
    {"GT", 1, 1, scalars, Condition::Kind::compare, Comparison::gt},
    {"CONTAINS", 1, 1, scalars, Condition::Kind::contains, {}},
    {"NOT_CONTAINS", 1, 1, scalars, Condition::Kind::not_contains, {}},
    {"BEGINS_WITH", 1, 1, " S B ", Condition::Kind::begins_with, {}},
    {"NULL", 0, 0, "", Condition::Kind::not_exists, {}},
    {"NOT_NULL", 0, 0, "", Condition::Kind::exists, {}},
    {"IN", 1, many, scalars, Condition::Kind::in, {}},
    {"BETWEEN", 2, 2, scalars, Condition::Kind::between, {}},
};

const OperatorRule* find_rule(std::string_view name) {
  auto found = std::find_if(std::begin(rules), std::end(rules), [&](auto& r) { return r.name == name; });
  return found == std::end(rules) ? nullptr : &*found;
}

Operand attribute(const std::string& name) {
  Operand out;
  out.path.parts.push_back({name, 0, false});
  return out;
}

Result<Value> value_of(const Json& wire, Placeholders& keeper) {
  std::string bytes;
  CHECK_OK(encode_value(wire, bytes));
  return keeper.keep(std::move(bytes));
}

Result<Condition> condition_of(const std::string& name, std::string_view operator_name, const std::vector<Json>& values,
                               Placeholders& keeper) {
  std::string op(operator_name);
  const OperatorRule* rule = find_rule(operator_name);
  if (!rule) return invalid_value("Unknown ComparisonOperator: " + op);
  Condition out;
  out.kind = rule->kind;
  out.comparison = rule->comparison;
  out.operands.push_back(attribute(name));
  for (const Json& wire : values) {
    Operand operand;
    operand.kind = Operand::Kind::constant;
    TRY(operand.constant, value_of(wire, keeper));
    out.operands.push_back(std::move(operand));
  }
  if (values.size() < rule->values_min || values.size() > rule->values_max)
    return invalid_value("Invalid number of argument(s) for the " + op + " ComparisonOperator");
  for (size_t i = 1; i < out.operands.size(); ++i) {
    if (out.operands[i].constant.type != out.operands[1].constant.type)
      return invalid_value("AttributeValues inside AttributeValueList must be of same type");
  }
  for (size_t i = 1; i < out.operands.size(); ++i) {
    std::string type(type_name(out.operands[i].constant.type));
    if (!rule->types.empty() && rule->types.find(" " + type + " ") == std::string_view::npos)
      return invalid_value("ComparisonOperator " + op + " is not valid for " + type + " AttributeValue type");
  }
  if (rule->kind == Condition::Kind::between && compare(out.operands[1].constant, out.operands[2].constant) > 0)
    return invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  return out;
}

Condition combined(std::vector<Condition> conditions, std::string_view conditional_operator) {
  Condition out;
  out.kind = conditional_operator == "OR" && !conditions.empty() ? Condition::Kind::any : Condition::Kind::all;
  out.children = std::move(conditions);
  return out;
}

Result<Condition> expected_with_operator(const std::string& name, const wire::ExpectedAttributeValue& e,
                                         Placeholders& keeper) {
  const std::string& op = *e.ComparisonOperator;
  if (e.Exists) return invalid_value("Exists and ComparisonOperator cannot be used together for Attribute: " + name);
  if (op != "NULL" && op != "NOT_NULL" && !e.AttributeValueList && e.Value.is_null())
    return invalid_value("Value or AttributeValueList must be used with ComparisonOperator: " + op +
                         " for Attribute: " + name);
  std::vector<Json> values = e.AttributeValueList.value_or(std::vector<Json>{});
  if (!e.Value.is_null()) values.push_back(e.Value);
  return condition_of(name, op, values, keeper);
}

Result<Condition> expected_one(const std::string& name, const wire::ExpectedAttributeValue& e, Placeholders& keeper) {
  if (e.AttributeValueList && !e.Value.is_null())
    return invalid_value("Value and AttributeValueList cannot be used together for Attribute: " + name);
  if (e.ComparisonOperator) return expected_with_operator(name, e, keeper);
  if (e.AttributeValueList)
    return invalid_value("AttributeValueList can only be used with a ComparisonOperator for Attribute: " + name);
  bool exists = e.Exists.value_or(true);
  if (exists && e.Value.is_null())
    return invalid_value("Value must be provided when Exists is " + std::string(e.Exists ? "true" : "null") +
                         " for Attribute: " + name);
  if (!exists && !e.Value.is_null())
    return invalid_value("Value cannot be used when Exists is false for Attribute: " + name);
  return exists ? condition_of(name, "EQ", {e.Value}, keeper) : condition_of(name, "NULL", {}, keeper);
}

}  // namespace

Result<Condition> legacy_expected(const std::map<std::string, wire::ExpectedAttributeValue>& expected,
                                  std::string_view conditional_operator, Placeholders& keeper) {
  std::vector<Condition> conditions;
  for (const auto& [name, e] : expected) {
    TRY(Condition condition, expected_one(name, e, keeper));
    conditions.push_back(std::move(condition));
  }
  return combined(std::move(conditions), conditional_operator);
}

Result<Condition> legacy_filter(const std::map<std::string, wire::Condition>& filter,
                                std::string_view conditional_operator, Placeholders& keeper) {
  std::vector<Condition> conditions;
  for (const auto& [name, c] : filter) {
    TRY(Condition condition,
        condition_of(name, c.ComparisonOperator, c.AttributeValueList.value_or(std::vector<Json>{}), keeper));
    conditions.push_back(std::move(condition));
  }
  return combined(std::move(conditions), conditional_operator);
}

Result<std::vector<KeyCondition>> legacy_key_conditions(const std::map<std::string, wire::Condition>& conditions,
                                                        Placeholders& keeper) {
  std::vector<KeyCondition> out;
  for (const auto& [name, c] : conditions) {
    TRY(Condition condition,
        condition_of(name, c.ComparisonOperator, c.AttributeValueList.value_or(std::vector<Json>{}), keeper));
    constexpr std::pair<std::string_view, KeyCondition::Kind> kinds[] = {
        {"EQ", KeyCondition::Kind::eq},
        {"LT", KeyCondition::Kind::lt},
        {"LE", KeyCondition::Kind::le},
        {"GT", KeyCondition::Kind::gt},
        {"GE", KeyCondition::Kind::ge},
        {"BETWEEN", KeyCondition::Kind::between},
        {"BEGINS_WITH", KeyCondition::Kind::begins_with}};
    auto kind =
        std::find_if(std::begin(kinds), std::end(kinds), [&](auto& k) { return k.first == c.ComparisonOperator; });
    if (kind == std::end(kinds)) return invalid("Attempted conditional constraint is not an indexable operation");
    KeyCondition key{name, kind->second, condition.operands[1].constant, {}};
    if (condition.operands.size() > 2) key.high = condition.operands[2].constant;
    out.push_back(std::move(key));
  }
  if (out.empty() || out.size() > 2) return invalid("Conditions can be of length 1 or 2 only");
  return out;
}

Result<Update> legacy_update(const std::map<std::string, wire::AttributeValueUpdate>& updates, Placeholders& keeper) {
  Update out;
  out.legacy = true;
  for (const auto& [name, u] : updates) {
    std::string action = u.Action.value_or("PUT");
    UpdateAction a;
    a.path.parts.push_back({name, 0, false});
    a.value.kind = UpdateOperand::Kind::constant;
    if (u.Value.is_null()) {
      if (action != "DELETE")
        return invalid_value("Only DELETE action is allowed when no attribute value is specified");
      a.kind = UpdateAction::Kind::remove;
      out.actions.push_back(std::move(a));
      continue;
    }
    TRY(a.value.constant, value_of(u.Value, keeper));
    Type type = a.value.constant.type;
    if (action == "DELETE") {
      if (!a.value.constant.is_set())
        return invalid_value("DELETE action with value is not supported for the type " + std::string(type_name(type)));
      a.kind = UpdateAction::Kind::erase;
    } else if (action == "ADD") {
      if (!a.value.constant.is_set() && type != Type::number && type != Type::list)
        return invalid_value("ADD action is not supported for the type " + std::string(type_name(type)));
      a.kind = UpdateAction::Kind::add;
    } else {
      a.kind = UpdateAction::Kind::set;
    }
    out.actions.push_back(std::move(a));
  }
  return out;
}

Result<std::vector<Path>> legacy_attributes(const std::vector<std::string>& names) {
  std::vector<Path> out;
  for (const std::string& name : names) {
    Path path;
    path.parts.push_back({name, 0, false});
    if (std::find(out.begin(), out.end(), path) != out.end())
      return invalid_value("Duplicate value in attribute name: " + name);
    out.push_back(std::move(path));
  }
  return out;
}

}  // namespace thaw::dynamodb
