// KeyConditionExpression: the same language as other conditions, of which only "hash = :v [AND one condition on the
// range]" makes sense; and the words for everything else.
#include <algorithm>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

std::string_view operator_name(const Condition& c) {
  switch (c.kind) {
    case Condition::Kind::any: return "OR";
    case Condition::Kind::negation: return "NOT";
    case Condition::Kind::in: return "IN";
    case Condition::Kind::exists: return "attribute_exists";
    case Condition::Kind::not_exists: return "attribute_not_exists";
    case Condition::Kind::type_is: return "attribute_type";
    case Condition::Kind::contains: return "contains";
    case Condition::Kind::between: return "BETWEEN";
    case Condition::Kind::begins_with: return "begins_with";
    default: return "<>";
  }
}

Comparison mirrored(Comparison c) {
  switch (c) {
    case Comparison::lt: return Comparison::gt;
    case Comparison::le: return Comparison::ge;
    case Comparison::gt: return Comparison::lt;
    case Comparison::ge: return Comparison::le;
    default: return c;
  }
}

KeyCondition::Kind kind_of(const Condition& c, bool path_first) {
  if (c.kind == Condition::Kind::between) return KeyCondition::Kind::between;
  if (c.kind == Condition::Kind::begins_with) return KeyCondition::Kind::begins_with;
  switch (path_first ? c.comparison : mirrored(c.comparison)) {
    case Comparison::lt: return KeyCondition::Kind::lt;
    case Comparison::le: return KeyCondition::Kind::le;
    case Comparison::gt: return KeyCondition::Kind::gt;
    case Comparison::ge: return KeyCondition::Kind::ge;
    default: return KeyCondition::Kind::eq;
  }
}

bool is_size(const Operand& o) {
  return o.kind == Operand::Kind::size_of_path || o.kind == Operand::Kind::size_of_constant;
}

// Checks one condition and adds it.
Result<void> take(const Condition& c, std::vector<KeyCondition>& out) {
  using Kind = Condition::Kind;
  if (c.kind == Kind::all) {
    for (const Condition& child : c.children) CHECK_OK(take(child, out));
    return {};
  }
  bool usable = c.kind == Kind::between || c.kind == Kind::begins_with ||
                (c.kind == Kind::compare && c.comparison != Comparison::ne);
  if (!usable) return invalid("Invalid operator used in KeyConditionExpression: " + std::string(operator_name(c)));
  if (std::any_of(c.operands.begin(), c.operands.end(), is_size))
    return invalid("KeyConditionExpressions cannot contain nested operations");
  if (c.kind != Kind::compare && c.operands[0].kind != Operand::Kind::path)
    return invalid("Invalid condition in KeyConditionExpression: " + std::string(operator_name(c)) +
                   " operator must have the key attribute as its first operand");
  const Operand* attribute = nullptr;
  for (const Operand& operand : c.operands) {
    if (operand.kind != Operand::Kind::path) continue;
    if (attribute)
      return invalid("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    if (operand.path.is_nested()) return invalid("KeyConditionExpressions cannot have conditions on nested attributes");
    attribute = &operand;
  }
  if (!attribute) return invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  const std::string& name = attribute->path.head();
  if (std::any_of(out.begin(), out.end(), [&](const KeyCondition& k) { return k.name == name; }))
    return invalid("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
  bool path_first = attribute == &c.operands[0];
  KeyCondition key{name, kind_of(c, path_first), c.operands[path_first ? 1 : 0].constant, {}};
  if (c.kind == Kind::between) key.high = c.operands[2].constant;
  out.push_back(std::move(key));
  return {};
}

}  // namespace

Result<std::vector<KeyCondition>> parse_key_condition(std::string_view text, Placeholders& placeholders) {
  TRY(Condition condition, parse_condition(text, "KeyConditionExpression", placeholders));
  std::vector<KeyCondition> out;
  CHECK_OK(take(condition, out));
  return out;
}

}  // namespace thaw::dynamodb
