// Conditions evaluated on an item as it is stored.
#include <algorithm>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {
namespace {

// A value found by an operand; `computed` holds what size() worked out.
struct Found {
  std::optional<Value> value;
  std::string computed;
};

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::optional<size_t> size_of(const Value& value) {
  switch (value.type) {
    case Type::string: return characters(value.body);
    case Type::binary: return value.body.size();
    case Type::number:
    case Type::boolean:
    case Type::null: return std::nullopt;
    default: return count_parts(value);
  }
}

void evaluate(const Operand& operand, std::string_view item, Found& found) {
  bool of_path = operand.kind == Operand::Kind::path || operand.kind == Operand::Kind::size_of_path;
  found.value = of_path ? find_path(item, operand.path) : std::optional<Value>(operand.constant);
  if (operand.kind == Operand::Kind::path || operand.kind == Operand::Kind::constant || !found.value) return;
  auto size = size_of(*found.value);
  found.value.reset();
  if (!size) return;
  found.computed = std::to_string(*size);
  found.value = Value{Type::number, found.computed};
}

bool ordered(const Value& a, const Value& b) { return a.type == b.type && a.is_scalar_key(); }

bool compares(Comparison comparison, const Found& a, const Found& b) {
  if (comparison == Comparison::eq) return a.value && b.value && equal(*a.value, *b.value);
  if (comparison == Comparison::ne) return !(a.value && b.value && equal(*a.value, *b.value));
  if (!a.value || !b.value || !ordered(*a.value, *b.value)) return false;
  int order = compare(*a.value, *b.value);
  switch (comparison) {
    case Comparison::lt: return order < 0;
    case Comparison::le: return order <= 0;
    case Comparison::gt: return order > 0;
    default: return order >= 0;
  }
}

std::optional<Type> element_type(Type set) {
  switch (set) {
    case Type::string_set: return Type::string;
    case Type::number_set: return Type::number;
    case Type::binary_set: return Type::binary;
    default: return std::nullopt;
  }
}

bool contains(const Value& container, const Value& part) {
  if ((container.type == Type::string || container.type == Type::binary) && container.type == part.type)
    return container.body.find(part.body) != std::string_view::npos;
  std::string_view body = container.body, element;
  if (auto type = element_type(container.type)) {
    if (part.type != *type) return false;
    while (next_element(body, element))
      if (element == part.body) return true;
    return false;
  }
  if (container.type != Type::list) return false;
  Value item;
  while (next_value(body, item))
    if (equal(item, part)) return true;
  return false;
}

bool test(const Condition& condition, std::string_view item) {
  Found first, second;
  evaluate(condition.operands[0], item, first);
  using Kind = Condition::Kind;
  if (condition.kind == Kind::exists) return first.value.has_value();
  if (condition.kind == Kind::not_exists) return !first.value;
  if (condition.kind == Kind::in) {
    for (size_t i = 1; i < condition.operands.size(); ++i) {
      evaluate(condition.operands[i], item, second);
      if (compares(Comparison::eq, first, second)) return true;
    }
    return false;
  }
  evaluate(condition.operands[1], item, second);
  if (condition.kind == Kind::compare) return compares(condition.comparison, first, second);
  if (condition.kind == Kind::between) {
    Found third;
    evaluate(condition.operands[2], item, third);
    return compares(Comparison::ge, first, second) && compares(Comparison::le, first, third);
  }
  if (!first.value || !second.value) return false;
  switch (condition.kind) {
    case Kind::type_is: return type_name(first.value->type) == second.value->body;
    case Kind::begins_with:
      return first.value->type == second.value->type &&
             (first.value->type == Type::string || first.value->type == Type::binary) &&
             first.value->body.starts_with(second.value->body);
    case Kind::contains: return contains(*first.value, *second.value);
    case Kind::not_contains: return !contains(*first.value, *second.value);
    default: return false;
  }
}

}  // namespace

bool matches(const Condition& condition, std::string_view item) {
  auto child_matches = [&](const Condition& child) { return matches(child, item); };
  switch (condition.kind) {
    case Condition::Kind::all: return std::all_of(condition.children.begin(), condition.children.end(), child_matches);
    case Condition::Kind::any: return std::any_of(condition.children.begin(), condition.children.end(), child_matches);
    case Condition::Kind::negation: return !matches(condition.children[0], item);
    default: return test(condition, item);
  }
}

namespace {
void collect(const Condition& condition, PathHeads& heads) {
  auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Condition& child : condition.children) collect(child, heads);
  for (const Operand& operand : condition.operands) {
    if (operand.path.parts.empty()) continue;
    note(heads.all, operand.path.head());
    if (operand.path.is_nested()) note(heads.nested, operand.path.head());
  }
}
}  // namespace

PathHeads path_heads(const Condition& condition) {
  PathHeads heads;
  collect(condition, heads);
  return heads;
}

}  // namespace thaw::dynamodb
