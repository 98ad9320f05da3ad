#include "services/dynamodb/write.h"

#include <algorithm>

#include "services/dynamodb/legacy.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

template <class T>
bool present(const std::optional<T>* parameter) {
  return parameter && parameter->has_value();
}

Result<void> check_parameters(const WriteParameters& p) {
  CHECK_OK(check_no_mixture(
      {{"UpdateExpression", present(p.update_expression)}, {"ConditionExpression", present(p.condition_expression)}},
      {{"AttributeUpdates", present(p.attribute_updates)},
       {"Expected", present(p.expected)},
       {"ConditionalOperator", present(p.conditional_operator)}}));
  bool names = present(p.names), values = p.values && !p.values->is_null();
  if (p.update_expression)
    return check_placeholders_wanted(
        names, values,
        {{"UpdateExpression", present(p.update_expression)}, {"ConditionExpression", present(p.condition_expression)}});
  return check_placeholders_wanted(names, values, {{"ConditionExpression", present(p.condition_expression)}});
}

Result<void> parse_condition_of(const WriteParameters& p, Write& out) {
  if (present(p.condition_expression)) {
    TRY(out.condition, parse_condition(**p.condition_expression, "ConditionExpression", out.placeholders));
  } else if (present(p.expected)) {
    TRY(out.condition, legacy_expected(**p.expected, present(p.conditional_operator) ? **p.conditional_operator : "",
                                       out.placeholders));
  } else if (present(p.conditional_operator)) {
    return invalid("ConditionalOperator cannot be used without Filter or Expected");
  }
  return {};
}

std::string list_of(std::initializer_list<Given> all) {
  std::string out = "{";
  for (const Given& g : all)
    if (g.present) out += (out.size() > 1 ? ", " : "") + std::string(g.name);
  return out + "}";
}

bool is_key(const Key& key, std::string_view name) {
  return name == key.hash.name || (key.range && name == key.range->name);
}

Result<void> check_update_target(const Write& write, const Table& table) {
  for (const UpdateAction& action : write.update.actions)
    if (is_key(table.key, action.path.head()))
      return invalid("One or more parameter values were invalid: Cannot update attribute " + action.path.head() +
                     ". This attribute is part of the key");
  for (const Index& index : table.indexes) {
    for (const KeyAttribute* a : {&index.key.hash, index.key.range ? &*index.key.range : nullptr}) {
      if (!a) continue;
      auto type = assigned_type(write.update, a->name);
      if (type && *type != a->type)
        return invalid("One or more parameter values were invalid: Type mismatch for Index Key " + a->name +
                       " Expected: " + std::string(type_name(a->type)) + " Actual: " + std::string(type_name(*type)) +
                       " IndexName: " + index.name);
    }
  }
  std::vector<std::string> nested;
  for (const UpdateAction& action : write.update.actions)
    if (action.path.is_nested()) nested.push_back(action.path.head());
  return check_nested_keys(nested, table);
}

}  // namespace

Result<void> check_no_mixture(std::initializer_list<Given> expressions, std::initializer_list<Given> others) {
  auto any = [](auto& all) { return std::any_of(all.begin(), all.end(), [](const Given& g) { return g.present; }); };
  if (!any(expressions) || !any(others)) return {};
  return invalid(
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: " +
      list_of(others) + " Expression parameters: " + list_of(expressions));
}

Result<void> check_placeholders_wanted(bool names, bool values, std::initializer_list<Given> expressions) {
  bool any = false, any_with_values = false;
  std::string value_users;
  size_t count = 0;
  for (const Given& g : expressions) {
    any |= g.present;
    if (g.name == "ProjectionExpression") continue;
    any_with_values |= g.present;
    value_users += (count++ ? " and " : "") + std::string(g.name);
  }
  if (names && !any) return invalid("ExpressionAttributeNames can only be specified when using expressions");
  if (values && !any_with_values)
    return invalid("ExpressionAttributeValues can only be specified when using expressions: " + value_users +
                   (count > 1 ? " are null" : " is null"));
  return {};
}

Result<void> check_nested_keys(const std::vector<std::string>& nested_heads, const Table& table) {
  for (const std::string& head : nested_heads)
    if (is_key(table.key, head))
      return invalid(
          "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: " + head);
  for (const std::string& head : nested_heads)
    for (const Index& index : table.indexes)
      if (is_key(index.key, head))
        return invalid(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: " +
            head);
  return {};
}

Result<Write> parse_write(Write::Kind kind, const Json& item_or_key, const WriteParameters& p) {
  Write out;
  out.kind = kind;
  CHECK_OK(check_parameters(p));
  TRY(out.target, encode_item(item_or_key));
  if (kind == Write::Kind::put && item_size_bytes(out.target) > item_size_bytes_max)
    return invalid("Item size has exceeded the maximum allowed size");
  TRY(out.placeholders, Placeholders::make(present(p.names) ? &**p.names : nullptr, p.values));
  if (present(p.update_expression)) {
    TRY(out.update, parse_update(**p.update_expression, out.placeholders));
  } else if (present(p.attribute_updates)) {
    TRY(out.update, legacy_update(**p.attribute_updates, out.placeholders));
  }
  CHECK_OK(parse_condition_of(p, out));
  CHECK_OK(out.placeholders.check_all_used());
  return out;
}

Result<void> check_write(const Write& write, const Table& table) {
  if (write.kind == Write::Kind::put) {
    CHECK_OK(check_item(table, write.target));
  } else {
    CHECK_OK(check_key(table.key, write.target));
  }
  if (write.kind == Write::Kind::update) CHECK_OK(check_update_target(write, table));
  if (write.condition) CHECK_OK(check_nested_keys(path_heads(*write.condition).nested, table));
  return {};
}

Result<Outcome> decide(const Write& write, const Table& table, std::optional<std::string_view> old_item) {
  Outcome out;
  std::string_view before = old_item.value_or(std::string_view());
  if (write.condition && !matches(*write.condition, before)) {
    out.condition_held = false;
    return out;
  }
  switch (write.kind) {
    case Write::Kind::put: out.item = write.target; break;
    case Write::Kind::erase: break;
    case Write::Kind::check:
      if (old_item) out.item = std::string(*old_item);
      break;
    case Write::Kind::update: {
      TRY(out.item, apply_update(write.update, old_item ? before : std::string_view(write.target)));
      if (item_size_bytes(*out.item) > item_size_bytes_max)
        return invalid("Item size to update has exceeded the maximum allowed size");
      CHECK_OK(check_item(table, *out.item));
    }
  }
  return out;
}

std::optional<std::string> returned_attributes(const std::string& return_values, const Write& write,
                                               std::optional<std::string_view> old_item,
                                               std::optional<std::string_view> new_item) {
  std::optional<std::string_view> from = return_values.ends_with("_OLD") ? old_item : new_item;
  if (return_values == "NONE" || !from) return std::nullopt;
  if (return_values.starts_with("ALL")) return std::string(*from);
  std::string part = project(*from, project_paths(updated_paths(write.update)));
  if (part.empty()) return std::nullopt;
  return part;
}

}  // namespace thaw::dynamodb
