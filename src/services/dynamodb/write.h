// A write of one item: what PutItem, UpdateItem, DeleteItem and the actions of TransactWriteItems ask, parsed and
// checked; and what becomes of an item. Pure.
#pragma once

#include <optional>
#include <string>

#include "services/dynamodb/expression.h"
#include "services/dynamodb/table.h"

namespace thaw::dynamodb {

// The parameters that all writes have in common, as they came.
struct WriteParameters {
  const std::optional<std::string>* condition_expression = nullptr;
  const std::optional<std::string>* update_expression = nullptr;  // UpdateItem
  const std::optional<std::map<std::string, wire::AttributeValueUpdate>>* attribute_updates = nullptr;
  const std::optional<std::map<std::string, wire::ExpectedAttributeValue>>* expected = nullptr;
  const std::optional<std::string>* conditional_operator = nullptr;
  const std::optional<std::map<std::string, std::string>>* names = nullptr;
  const Json* values = nullptr;
};

struct Write {
  enum class Kind : uint8_t { put, update, erase, check };
  Kind kind = Kind::put;
  std::string target;  // the item to put, or the key of the others, encoded
  Placeholders placeholders;
  std::optional<Condition> condition;
  Update update;
};

// Everything that can be said without the table: the item or key, expressions, older parameters.
Result<Write> parse_write(Write::Kind kind, const Json& item_or_key, const WriteParameters& parameters);
// Everything that the table's definition says of it.
Result<void> check_write(const Write& write, const Table& table);

struct Outcome {
  bool condition_held = true;
  std::optional<std::string> item;  // afterwards; of a check: as it was
};
// Errors: ValidationException, when the update cannot be applied to this item.
Result<Outcome> decide(const Write& write, const Table& table, std::optional<std::string_view> old_item);

// What ReturnValues asks for: an item, or nothing.
std::optional<std::string> returned_attributes(const std::string& return_values, const Write& write,
                                               std::optional<std::string_view> old_item,
                                               std::optional<std::string_view> new_item);

// "Can not use both expression and non-expression parameters": which of each are there.
struct Given {
  std::string_view name;
  bool present;
};
Result<void> check_no_mixture(std::initializer_list<Given> expressions, std::initializer_list<Given> others);
// ExpressionAttributeNames and -Values without an expression that could use them.
Result<void> check_placeholders_wanted(bool names, bool values, std::initializer_list<Given> expressions);

Result<void> check_nested_keys(const std::vector<std::string>& nested_heads, const Table& table);

}  // namespace thaw::dynamodb
