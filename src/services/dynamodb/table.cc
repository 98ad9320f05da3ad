#include "services/dynamodb/table.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> invalid_value(std::string words) {
  return invalid("One or more parameter values were invalid: " + std::move(words));
}

Key key_of(const std::vector<wire::KeySchemaElement>& schema,
           const std::vector<wire::AttributeDefinition>& attributes) {
  Key key;
  for (const auto& element : schema) {
    KeyAttribute attribute{element.AttributeName, Type::string};
    for (const auto& a : attributes)
      if (a.AttributeName == element.AttributeName)
        attribute.type = parse_type_name(a.AttributeType).value_or(Type::string);
    if (element.KeyType == "HASH")
      key.hash = std::move(attribute);
    else
      key.range = std::move(attribute);
  }
  return key;
}

Result<void> check_key_size(const Value& value, bool is_hash) {
  if (value.type == Type::number) return {};
  if (is_hash && value.body.size() > hash_key_bytes_max)
    return invalid_value("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  if (!is_hash && value.body.size() > range_key_bytes_max)
    return invalid_value("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  return {};
}

std::string_view empty_kind(const Value& value) { return value.type == Type::binary ? "binary" : "string"; }
bool is_empty_key(const Value& value) { return value.type != Type::number && value.body.empty(); }

Result<void> check_item_key(const KeyAttribute& attribute, std::string_view item, bool is_hash) {
  auto value = find_member(item, attribute.name);
  if (!value) return invalid_value("Missing the key " + attribute.name + " in the item");
  if (value->type != attribute.type)
    return invalid_value("Type mismatch for key " + attribute.name + " expected: " +
                         std::string(type_name(attribute.type)) + " actual: " + std::string(type_name(value->type)));
  if (is_empty_key(*value))
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(empty_kind(*value)) + " value. Key: " + attribute.name);
  return check_key_size(*value, is_hash);
}

Result<void> check_index_key(const Index& index, const KeyAttribute& attribute, std::string_view item, bool is_hash) {
  auto value = find_member(item, attribute.name);
  if (!value) return {};
  if (value->type != attribute.type)
    return invalid_value("Type mismatch for Index Key " + attribute.name +
                         " Expected: " + std::string(type_name(attribute.type)) +
                         " Actual: " + std::string(type_name(value->type)) + " IndexName: " + index.name);
  if (is_empty_key(*value))
    return invalid(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty " +
        std::string(empty_kind(*value)) + " value. IndexName: " + index.name + ", IndexKey: " + attribute.name);
  return check_key_size(*value, is_hash);
}

Result<void> check_key_part(const KeyAttribute& attribute, std::string_view key_item, bool is_hash) {
  auto value = find_member(key_item, attribute.name);
  if (!value || value->type != attribute.type) return invalid("The provided key element does not match the schema");
  if (is_empty_key(*value))
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(empty_kind(*value)) + " value. Key: " + attribute.name);
  return check_key_size(*value, is_hash);
}

std::string storage_id_of(const std::string& table_id) {
  std::string digits;
  for (char c : table_id)
    if (c != '-') digits.push_back(c);
  return hex_decode(digits.substr(0, 16)).value_or(table_id);
}

}  // namespace

std::string Table::arn() const { return Arn::make("dynamodb", region, account, "table/" + name()).str(); }

const Index* Table::find_index(std::string_view index_name) const {
  for (const Index& index : indexes)
    if (index.name == index_name) return &index;
  return nullptr;
}

bool Table::has_local_indexes() const {
  return std::any_of(indexes.begin(), indexes.end(), [](const Index& i) { return !i.global; });
}

std::shared_ptr<const Table> make_table(const AccountId& account, const Region& region, TableRecord record) {
  auto table = std::make_shared<Table>(Table{account, region, std::move(record), {}, {}, {}});
  const TableRecord& r = table->record;
  table->key = key_of(r.KeySchema, r.AttributeDefinitions);
  table->storage_id = storage_id_of(r.TableId);
  for (const IndexRecord& i : r.Indexes) {
    Index index;
    index.name = i.IndexName;
    index.global = i.Global;
    index.key = key_of(i.KeySchema, r.AttributeDefinitions);
    index.projects_all = i.Projection.ProjectionType.value_or("ALL") == "ALL";
    index.projected = i.Projection.NonKeyAttributes.value_or(std::vector<std::string>{});
    index.backfilling = i.Backfilling;
    index.build_id = i.BuildId;
    table->indexes.push_back(std::move(index));
  }
  return table;
}

Result<TableName> parse_table_name(std::string_view text, bool of_control) {
  TableName out;
  out.name = text;
  if (text.starts_with("arn:")) {
    auto arn = Arn::parse(text);
    if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with("table/"))
      return invalid("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(text));
    out.account = AccountId::parse(arn->account);
    out.region = Region::parse(arn->region);
    out.name = arn->resource.substr(6);
    if (auto slash = out.name.find('/'); slash != std::string::npos) out.name.resize(slash);
    if (!out.account || !out.region)
      return invalid("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(text));
  }
  bool fits = out.name.size() >= 3 && out.name.size() <= 255;
  if (!fits && of_control)
    return invalid("TableName must be at least 3 characters long and at most 255 characters long");
  if (out.name.size() > 255)
    return invalid("1 validation error detected: Value '" + out.name +
                   "' at 'tableName' failed to satisfy constraint: Member must have length less than or equal to 255");
  bool plain = std::all_of(out.name.begin(), out.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
  if (!plain)
    return invalid("1 validation error detected: Value '" + out.name +
                   "' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                   "[a-zA-Z0-9_.-]+");
  return out;
}

Result<void> check_key(const Key& key, std::string_view key_item) {
  if (count_parts({Type::map, key_item}) != (key.range ? 2u : 1u))
    return invalid("The provided key element does not match the schema");
  CHECK_OK(check_key_part(key.hash, key_item, true));
  if (key.range) CHECK_OK(check_key_part(*key.range, key_item, false));
  return {};
}

Result<void> check_item(const Table& table, std::string_view item) {
  CHECK_OK(check_item_key(table.key.hash, item, true));
  if (table.key.range) CHECK_OK(check_item_key(*table.key.range, item, false));
  for (const Index& index : table.indexes) {
    CHECK_OK(check_index_key(index, index.key.hash, item, true));
    if (index.key.range) CHECK_OK(check_index_key(index, *index.key.range, item, false));
  }
  return {};
}

std::string key_item(const Key& key, std::string_view item) {
  std::string out;
  for (const KeyAttribute* a : {&key.hash, key.range ? &*key.range : nullptr}) {
    if (!a) continue;
    if (auto value = find_member(item, a->name)) put_member(out, a->name, *value);
  }
  return out;
}

bool is_in_index(const Index& index, std::string_view item) {
  auto has = [&](const KeyAttribute& a) {
    auto value = find_member(item, a.name);
    return value && value->type == a.type && !is_empty_key(*value);
  };
  return has(index.key.hash) && (!index.key.range || has(*index.key.range));
}

std::string index_entry(const Table& table, const Index& index, std::string_view item) {
  if (index.projects_all) return std::string(item);
  std::string out;
  std::string_view name;
  Value value;
  std::string_view rest = item;
  while (next_member(rest, name, value)) {
    auto is = [&](const Key& key) { return name == key.hash.name || (key.range && name == key.range->name); };
    if (is(table.key) || is(index.key) ||
        std::find(index.projected.begin(), index.projected.end(), name) != index.projected.end())
      put_member(out, name, value);
  }
  return out;
}

}  // namespace thaw::dynamodb
