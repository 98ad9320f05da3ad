// What DynamoDB keeps in the store, and where. The only file that spells keys. All under ("dynamodb"):
//
//   ("table", account, region, name)        TableRecord
//   ("i", storage id) hash2 key             an item; hash2 is two bytes of a hash of the partition key, so that a scan
//   goes
//                                           through partitions in no particular order and segments are of one size
//   ("x", storage id, index) hash2 index-key table-key      an index's copy of an item: what it projects
//   ("n", storage id, index, "c" | "b")     counters: items and bytes of the table ("") and of each index
//   ("p", storage id) partition-key         counter: bytes of an item collection, of tables with local indexes
//   ("e", due, account, region, table name, storage id) key     items by the second in which they expire
//   ("token", account, region, token)       a TransactWriteItems that was done
//   ("gone", second, key of the token)      when its token may be forgotten
//
// `key` is the table's partition key and sort key, each encoded so that bytes sort as values do (value.h).
// A stored item is one version byte (1), then the item's bytes (value.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kv/store.h"
#include "services/dynamodb/table.h"

namespace thaw::dynamodb {

// ---- tables ----

// Tables by name, looked up in the transaction of the request that asks. A record that has not changed is not parsed
// again.
class Tables {
 public:
  // Nothing when there is none.
  Task<std::shared_ptr<const Table>> find(kv::Transaction& tx, const AccountId& account, const Region& region,
                                          std::string_view name);
  // The table as it was when it was last looked up, without asking the store; null when it never was.
  std::shared_ptr<const Table> known(const AccountId& account, const Region& region, std::string_view name) const;
  // Names in order, after `after`, at most `limit`.
  Task<std::vector<std::string>> list(kv::Transaction& tx, const AccountId& account, const Region& region,
                                      const std::string& after, size_t limit);
  // Every table of every account and region.
  Task<std::vector<std::shared_ptr<const Table>>> all(kv::Transaction& tx);

 private:
  struct Known {
    std::string bytes;
    std::shared_ptr<const Table> table;
  };
  std::unordered_map<std::string, Known> known_;  // by key
};

void save_table(kv::Transaction& tx, const Table& table);
// The record, all items, entries and counters.
void erase_table(kv::Transaction& tx, const Table& table);
void erase_index(kv::Transaction& tx, const Table& table, std::string_view index);
// index "": of the table itself.
Task<Counts> counts_of(kv::Transaction& tx, const Table& table, std::string_view index);

// ---- keys of items ----

struct KeyRange {
  std::string begin;
  std::string end;
};

// `item` must have the key attributes.
std::string item_key(const Table& table, std::string_view item);
std::string entry_key(const Table& table, const Index& index, std::string_view item);
// All items of a table or entries of an index; of one segment out of `segments`.
KeyRange scan_range(const Table& table, const Index* index, size_t segment = 0, size_t segments = 1);
// All items with this partition key: the prefix of their keys.
std::string partition_prefix(const Table& table, const Index* index, const Value& hash);
// The first key behind all that begin with `prefix`.
std::string behind_prefix(std::string prefix);

// A stored value's item; empty when it is of a version that is not known.
std::string_view stored_item(std::string_view value);

// ---- items ----

// Replaces `old_item` by `new_item` (either may be absent) with everything that depends on it: index entries, counters,
// expiry. Answers nothing; the writes are in the transaction.
void write_item(kv::Transaction& tx, const Table& table, const std::string& key,
                std::optional<std::string_view> old_item, std::optional<std::string_view> new_item);
// The entry of one index alone, for an index that is being built, where there was none. The item must be in the index.
void write_entry(kv::Transaction& tx, const Table& table, const Index& index, std::string_view item);

// Bytes of the item collection of this partition.
Task<int64_t> collection_bytes(kv::Transaction& tx, const Table& table, const Value& hash);

// ---- expiry ----

// The second in which the item expires, if its attribute says so.
std::optional<int64_t> expiry_of(const Table& table, std::string_view item);
void write_expiry(kv::Transaction& tx, const Table& table, std::string_view item);

struct Expiring {
  std::string entry;  // the key of the entry
  int64_t due_seconds = 0;
  AccountId account;
  Region region;
  std::string table_name;
  std::string storage_id;
  std::string key_suffix;
};
KeyRange expiry_range();
std::optional<Expiring> read_expiring(std::string_view entry_key);
std::string item_key_of(const Table& table, const Expiring& expiring);

// ---- idempotency ----

std::string token_key(const AccountId& account, const Region& region, std::string_view token);
// Lets the token's record be found when it has expired.
void remember_token(kv::Transaction& tx, const std::string& token_key, Time expires);
// Entries of tokens that expired before `now_seconds`; their values are the keys of the records.
KeyRange token_expiry_range(int64_t now_seconds);

}  // namespace thaw::dynamodb
