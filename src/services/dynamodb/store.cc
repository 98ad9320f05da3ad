#include "services/dynamodb/store.h"

#include "api/record.h"
#include "base/text.h"
#include "kv/subspace.h"

namespace thaw::dynamodb {
namespace {

constexpr char item_version = 1;
constexpr size_t partitions = 65536;  // values of hash2

const kv::Subspace& root() {
  static const kv::Subspace space{"dynamodb"};
  return space;
}

std::string table_key(const AccountId& account, const Region& region, std::string_view name) {
  return root().key("table", account.str(), region.str(), name);
}

std::string items_prefix(const Table& table) { return root().key("i", table.storage_id); }
std::string entries_prefix(const Table& table, std::string_view index) {
  return root().key("x", table.storage_id, index);
}
std::string counter_key(const Table& table, std::string_view index, std::string_view which) {
  return root().key("n", table.storage_id, index, which);
}

void append_hash2(std::string& key, size_t partition) {
  key.push_back(static_cast<char>(partition >> 8));
  key.push_back(static_cast<char>(partition & 0xFF));
}

// hash2, then the encoded partition key.
void append_partition(std::string& key, const Value& hash) {
  size_t at = key.size();
  append_hash2(key, 0);
  append_key(key, hash);
  uint32_t sum = crc32(std::string_view(key).substr(at + 2));
  key[at] = static_cast<char>(sum >> 24);
  key[at + 1] = static_cast<char>((sum >> 16) & 0xFF);
}

void append_member_key(std::string& key, const std::optional<KeyAttribute>& attribute, std::string_view item) {
  if (!attribute) return;
  if (auto value = find_member(item, attribute->name)) append_key(key, *value);
}

std::string collection_key(const Table& table, const Value& hash) {
  std::string key = root().key("p", table.storage_id);
  append_key(key, hash);
  return key;
}

std::string with_version(std::string_view item) {
  std::string out;
  out.reserve(item.size() + 1);
  out.push_back(item_version);
  out.append(item);
  return out;
}

void count(kv::Transaction& tx, const Table& table, std::string_view index, int64_t items, int64_t bytes) {
  if (items) tx.add(counter_key(table, index, "c"), items);
  if (bytes) tx.add(counter_key(table, index, "b"), bytes);
}

std::string expiry_key(const Table& table, int64_t due, std::string_view item) {
  std::string key = root().key("e", due, table.account.str(), table.region.str(), table.name(), table.storage_id);
  return key += item_key(table, item).substr(items_prefix(table).size());
}

// What one index needs to follow a change of an item.
void write_index(kv::Transaction& tx, const Table& table, const Index& index, std::optional<std::string_view> old_item,
                 std::optional<std::string_view> new_item) {
  std::string old_key, new_key, old_entry, new_entry;
  if (old_item && is_in_index(index, *old_item)) {
    old_key = entry_key(table, index, *old_item);
    old_entry = index_entry(table, index, *old_item);
  }
  if (new_item && is_in_index(index, *new_item)) {
    new_key = entry_key(table, index, *new_item);
    new_entry = index_entry(table, index, *new_item);
  }
  if (old_key == new_key && old_entry == new_entry) return;
  if (!old_key.empty() && old_key != new_key) tx.clear(old_key);
  if (!new_key.empty()) tx.set(new_key, with_version(new_entry));
  // While an index is being built nobody knows whether an old item has been counted yet, so only entries of new items
  // are; the build counts an entry when it writes one that was not there. Counts are approximate after that, as AWS's
  // are.
  if (index.backfilling && old_item) return;
  count(tx, table, index.name, static_cast<int64_t>(!new_key.empty()) - static_cast<int64_t>(!old_key.empty()),
        static_cast<int64_t>(item_size_bytes(new_entry)) - static_cast<int64_t>(item_size_bytes(old_entry)));
}

}  // namespace

Task<std::shared_ptr<const Table>> Tables::find(kv::Transaction& tx, const AccountId& account, const Region& region,
                                                std::string_view name) {
  std::string key = table_key(account, region, name);
  std::optional<std::string> bytes = co_await tx.get_often(key);
  if (!bytes) {
    known_.erase(key);
    co_return nullptr;
  }
  auto found = known_.find(key);
  if (found != known_.end() && found->second.bytes == *bytes) co_return found->second.table;
  auto record = api::decode_record<TableRecord>(*bytes);
  if (!record) co_return nullptr;
  auto table = make_table(account, region, std::move(*record));
  known_.insert_or_assign(std::move(key), Known{std::move(*bytes), table});
  co_return table;
}

std::shared_ptr<const Table> Tables::known(const AccountId& account, const Region& region,
                                           std::string_view name) const {
  auto found = known_.find(table_key(account, region, name));
  return found == known_.end() ? nullptr : found->second.table;
}

Task<std::vector<std::string>> Tables::list(kv::Transaction& tx, const AccountId& account, const Region& region,
                                            const std::string& after, size_t limit) {
  auto [begin, end] = root().range("table", account.str(), region.str());
  std::string prefix = begin;
  if (!after.empty()) begin = table_key(account, region, after) + '\0';
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = limit});
  std::vector<std::string> out;
  for (const auto& row : rows)
    if (auto name = kv::KeyReader(row.key, prefix).text()) out.push_back(std::move(*name));
  co_return out;
}

Task<std::vector<std::shared_ptr<const Table>>> Tables::all(kv::Transaction& tx) {
  auto [begin, end] = root().range("table");
  std::string prefix = begin;
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.snapshot = true});
  std::vector<std::shared_ptr<const Table>> out;
  for (const auto& row : rows) {
    kv::KeyReader reader(row.key, prefix);
    auto account = AccountId::parse(reader.text().value_or(""));
    auto region = Region::parse(reader.text().value_or(""));
    auto record = api::decode_record<TableRecord>(row.value);
    if (!account || !region || !record) continue;
    auto table = make_table(*account, *region, std::move(*record));
    known_.insert_or_assign(row.key, Known{row.value, table});
    out.push_back(std::move(table));
  }
  co_return out;
}

void save_table(kv::Transaction& tx, const Table& table) {
  tx.set(table_key(table.account, table.region, table.name()), api::encode_record(table.record));
}

void erase_table(kv::Transaction& tx, const Table& table) {
  tx.clear(table_key(table.account, table.region, table.name()));
  for (auto kind : {"i", "x", "n", "p"}) {
    auto [begin, end] = root().range(kind, table.storage_id);
    tx.clear_range(begin, end);
  }
}

void erase_index(kv::Transaction& tx, const Table& table, std::string_view index) {
  for (auto kind : {"x", "n"}) {
    auto [begin, end] = root().range(kind, table.storage_id, index);
    tx.clear_range(begin, end);
  }
}

Task<Counts> counts_of(kv::Transaction& tx, const Table& table, std::string_view index) {
  std::string items_key = counter_key(table, index, "c"), bytes_key = counter_key(table, index, "b");
  std::optional<std::string> items = co_await tx.get_snapshot(items_key);
  std::optional<std::string> bytes = co_await tx.get_snapshot(bytes_key);
  co_return Counts{kv::decode_counter(items), kv::decode_counter(bytes)};
}

std::string item_key(const Table& table, std::string_view item) {
  std::string key = items_prefix(table);
  if (auto hash = find_member(item, table.key.hash.name)) append_partition(key, *hash);
  append_member_key(key, table.key.range, item);
  return key;
}

std::string entry_key(const Table& table, const Index& index, std::string_view item) {
  std::string key = entries_prefix(table, index.name);
  if (auto hash = find_member(item, index.key.hash.name)) append_partition(key, *hash);
  append_member_key(key, index.key.range, item);
  append_member_key(key, table.key.hash, item);
  append_member_key(key, table.key.range, item);
  return key;
}

KeyRange scan_range(const Table& table, const Index* index, size_t segment, size_t segments) {
  std::string prefix = index ? entries_prefix(table, index->name) : items_prefix(table);
  auto bound = [&](size_t i) { return (partitions * i + segments - 1) / segments; };
  KeyRange out{prefix, {}};
  append_hash2(out.begin, bound(segment));
  size_t end = bound(segment + 1);
  if (end >= partitions) {
    out.end = behind_prefix(prefix);
    if (bound(segment) >= partitions) out.begin = out.end;
  } else {
    out.end = prefix;
    append_hash2(out.end, end);
  }
  return out;
}

std::string partition_prefix(const Table& table, const Index* index, const Value& hash) {
  std::string key = index ? entries_prefix(table, index->name) : items_prefix(table);
  append_partition(key, hash);
  return key;
}

std::string behind_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<uint8_t>(prefix.back()) + 1);
  return prefix;
}

std::string_view stored_item(std::string_view value) {
  return value.empty() || value[0] != item_version ? std::string_view() : value.substr(1);
}

void write_item(kv::Transaction& tx, const Table& table, const std::string& key,
                std::optional<std::string_view> old_item, std::optional<std::string_view> new_item) {
  if (!old_item && !new_item) return;
  if (new_item)
    tx.set(key, with_version(*new_item));
  else
    tx.clear(key);
  int64_t old_bytes = old_item ? static_cast<int64_t>(item_size_bytes(*old_item)) : 0;
  int64_t new_bytes = new_item ? static_cast<int64_t>(item_size_bytes(*new_item)) : 0;
  count(tx, table, "", static_cast<int64_t>(new_item.has_value()) - static_cast<int64_t>(old_item.has_value()),
        new_bytes - old_bytes);
  for (const Index& index : table.indexes) write_index(tx, table, index, old_item, new_item);
  if (table.has_local_indexes() && new_bytes != old_bytes) {
    auto hash = find_member(new_item ? *new_item : *old_item, table.key.hash.name);
    if (hash) tx.add(collection_key(table, *hash), new_bytes - old_bytes);
  }
  if (table.record.TtlAttribute.empty()) return;
  auto old_due = old_item ? expiry_of(table, *old_item) : std::nullopt;
  auto new_due = new_item ? expiry_of(table, *new_item) : std::nullopt;
  if (old_due == new_due) return;
  if (old_due) tx.clear(expiry_key(table, *old_due, *old_item));
  if (new_due) tx.set(expiry_key(table, *new_due, *new_item), "");
}

void write_entry(kv::Transaction& tx, const Table& table, const Index& index, std::string_view item) {
  std::string entry = index_entry(table, index, item);
  tx.set(entry_key(table, index, item), with_version(entry));
  count(tx, table, index.name, 1, static_cast<int64_t>(item_size_bytes(entry)));
}

Task<int64_t> collection_bytes(kv::Transaction& tx, const Table& table, const Value& hash) {
  std::string key = collection_key(table, hash);
  std::optional<std::string> bytes = co_await tx.get_snapshot(key);
  co_return kv::decode_counter(bytes);
}

std::optional<int64_t> expiry_of(const Table& table, std::string_view item) {
  auto value = find_member(item, table.record.TtlAttribute);
  if (!value || value->type != Type::number) return std::nullopt;
  int64_t seconds = 0;
  for (char c : value->body) {
    if (c == '.') break;  // whole seconds count
    if (c < '0' || c > '9' || seconds > 100'000'000'000) return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  return seconds;
}

void write_expiry(kv::Transaction& tx, const Table& table, std::string_view item) {
  if (auto due = expiry_of(table, item)) tx.set(expiry_key(table, *due, item), "");
}

KeyRange expiry_range() {
  auto [begin, end] = root().range("e");
  return {begin, end};
}

std::optional<Expiring> read_expiring(std::string_view entry_key) {
  std::string prefix = expiry_range().begin;
  kv::KeyReader reader(entry_key, prefix);
  auto due = reader.number();
  auto account = AccountId::parse(reader.text().value_or(""));
  auto region = Region::parse(reader.text().value_or(""));
  auto name = reader.text();
  auto storage = reader.text();
  if (!due || !account || !region || !name || !storage) return std::nullopt;
  return Expiring{std::string(entry_key), *due, *account, *region, *name, *storage, std::string(reader.rest())};
}

std::string item_key_of(const Table& table, const Expiring& expiring) {
  return items_prefix(table) + expiring.key_suffix;
}

std::string token_key(const AccountId& account, const Region& region, std::string_view token) {
  return root().key("token", account.str(), region.str(), token);
}

void remember_token(kv::Transaction& tx, const std::string& token_key, Time expires) {
  tx.set(root().key("gone", expires.time_since_epoch().count() / 1000, token_key), token_key);
}

KeyRange token_expiry_range(int64_t now_seconds) {
  return {root().range("gone").first, root().key("gone", now_seconds)};
}

}  // namespace thaw::dynamodb
