// Tables: what is stored of one, what is known of one while it is used, and the decisions about its definition. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arn.h"
#include "services/dynamodb/api.h"
#include "services/dynamodb/value.h"

namespace thaw::dynamodb {

inline constexpr size_t hash_key_bytes_max = 2048;
inline constexpr size_t range_key_bytes_max = 1024;

// ---- stored ----

struct IndexRecord {
  std::string IndexName;
  bool Global = false;
  std::vector<wire::KeySchemaElement> KeySchema;
  wire::Projection Projection;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  bool Backfilling = false;  // entries of items from before the index are still being written
  std::string BuildId;       // tells this building from that of an earlier index of the same name
  static void describe(api::Fields& f);
};

struct TableRecord {
  std::string TableName;
  std::string TableId;
  Time CreationDateTime;
  std::vector<wire::AttributeDefinition> AttributeDefinitions;
  std::vector<wire::KeySchemaElement> KeySchema;
  std::vector<IndexRecord> Indexes;
  std::string BillingMode = "PROVISIONED";
  bool BillingModeShown = false;  // AWS shows a billing mode once a table has been on demand
  std::optional<Time> LastUpdateToPayPerRequestDateTime;
  wire::ProvisionedThroughput ProvisionedThroughput;
  std::optional<Time> LastIncreaseDateTime;
  std::optional<Time> LastDecreaseDateTime;
  int64_t NumberOfDecreasesToday = 0;
  bool DeletionProtectionEnabled = false;
  std::optional<std::string> TableClass;
  std::optional<wire::SSESpecification> SSESpecification;
  std::map<std::string, std::string> Tags;
  std::string TtlAttribute;     // empty: no time to live
  bool TtlBackfilling = false;  // items from before it was enabled are still being looked through
  std::optional<Time> TtlChanged;
  static void describe(api::Fields& f);
};

// ---- in use ----

struct KeyAttribute {
  std::string name;
  Type type = Type::string;
};

struct Key {
  KeyAttribute hash;
  std::optional<KeyAttribute> range;
};

struct Index {
  std::string name;
  bool global = false;
  Key key;
  bool projects_all = false;
  std::vector<std::string> projected;  // besides the keys
  bool backfilling = false;
  std::string build_id;
};

// A record with its keys looked up. Immutable; shared by all requests that use the table.
struct Table {
  AccountId account;
  Region region;
  TableRecord record;
  Key key;
  std::vector<Index> indexes;
  std::string storage_id;  // names the table's items in the store; not used again by another table of the same name

  const std::string& name() const { return record.TableName; }
  std::string arn() const;
  const Index* find_index(std::string_view index_name) const;
  bool has_local_indexes() const;
};

std::shared_ptr<const Table> make_table(const AccountId& account, const Region& region, TableRecord record);

// ---- decisions ----

Result<TableRecord> create_table(const wire::CreateTableInput& in, std::string table_id, Time now);

// What UpdateTable asks of the store beside the new record.
struct TableUpdate {
  TableRecord record;
  std::vector<std::string> indexes_added;
  std::vector<std::string> indexes_dropped;
  std::vector<std::string> indexes_updated;
};
Result<TableUpdate> update_table(const Table& table, const wire::UpdateTableInput& in, Time now);

struct Counts {
  int64_t items = 0;
  int64_t bytes = 0;
};
// `status` overrides ACTIVE; `index_counts` are in the order of the table's indexes.
wire::TableDescription describe_table(const Table& table, const std::string& status, Counts counts,
                                      const std::vector<Counts>& index_counts);

// "abc" or "arn:aws:dynamodb:R:A:table/abc". Errors: ValidationException.
struct TableName {
  std::optional<AccountId> account;  // when named by an ARN
  std::optional<Region> region;
  std::string name;
};
// `of_control`: in the words of operations on tables, not of those on items.
Result<TableName> parse_table_name(std::string_view text, bool of_control = false);

// ---- keys and items ----

// Checks a Key parameter: exactly the key attributes, of the right types and sizes.
Result<void> check_key(const Key& key, std::string_view key_item);
// Checks an item to be stored: keys of the table and of its indexes, and its size.
Result<void> check_item(const Table& table, std::string_view item);
// The key attributes alone, as an item.
std::string key_item(const Key& key, std::string_view item);
// Whether the item has all key attributes of the index, of the right types.
bool is_in_index(const Index& index, std::string_view item);
// What the index keeps of the item.
std::string index_entry(const Table& table, const Index& index, std::string_view item);

}  // namespace thaw::dynamodb
