// What DynamoDB does beside requests: fill a new index with the items that were there before, look through a table
// whose time to live was enabled, and delete what has expired. Each is done in small transactions that may be repeated,
// and goes on after a restart: the table's record says what is unfinished, the store holds what will expire, by due
// time. Nothing polls.
#include "services/dynamodb/background.h"
#include "base/log.h"
#include "base/loop.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t rows_at_once = 100;
constexpr size_t bytes_at_once = 8u << 20;  // of items whose entries one transaction writes
constexpr size_t expired_at_once = 50;
constexpr int64_t seconds_too_old = 5ll * 365 * 24 * 3600;  // AWS leaves items alone that expired so long ago
constexpr int64_t retry_ms = 500;
constexpr int64_t wait_ms_max = 24ll * 3600 * 1000;

bool is_unfinished(const Table& table) {
  if (table.record.TtlBackfilling) return true;
  for (const Index& index : table.indexes)
    if (index.backfilling) return true;
  return false;
}

}  // namespace

void DynamoDb::start() {
  background_->started = true;
  Loop::current().spawn("dynamodb resume", [](DynamoDb* self) -> Task<void> {
    auto resumed = co_await self->store_.transact<bool>([self](kv::Transaction& tx) -> Task<Result<bool>> {
      auto tables = co_await self->tables_.all(tx);
      for (const auto& table : tables)
        if (is_unfinished(*table)) self->start_building(*table);
      co_return true;
    });
    if (!resumed) log::error("dynamodb: unfinished work was not found: {}", resumed.error().message);
  }(this));
  Loop* loop = &Loop::current();
  background_->jumps = clock_.on_jump([this, loop] { loop->post([this] { expiry_changed(); }); });
  ++background_->running;
  loop->spawn("dynamodb expiry", expire_forever());
}

Task<void> DynamoDb::stop() {
  background_->stopping = true;
  background_->jumps.reset();
  expiry_changed();
  co_await settled();
  while (background_->running > 0) {
    Completion<Unit> finished = background_->finished = {};
    co_await finished;
  }
}

Task<void> DynamoDb::settled() {
  while (!background_->building.empty()) {
    Completion<Unit> finished = background_->finished = {};
    co_await finished;
  }
}

void DynamoDb::start_building(const Table& table) {
  if (!background_->building.insert(table.storage_id).second) {
    background_->again.insert(table.storage_id);
    return;
  }
  ++background_->running;
  Loop::current().spawn("dynamodb build", build(table.account, table.region, table.name(), table.storage_id));
}

// Goes through all items of a table, some at a time, until nothing is unfinished.
Task<void> DynamoDb::build(AccountId account, Region region, std::string name, std::string storage_id) {
  std::string from;        // the key to go on at; empty: the first
  std::string unfinished;  // what the walk is for: starts again when more comes up meanwhile
  while (!background_->stopping) {
    struct Step {
      bool done = false;
      std::string next;
      std::string unfinished;
    };
    auto step = [&](kv::Transaction& tx) -> Task<Result<Step>> {
      auto table = co_await tables_.find(tx, account, region, name);
      if (!table || table->storage_id != storage_id || !is_unfinished(*table)) co_return Step{true, {}, {}};
      Step out;
      for (const Index& index : table->indexes)
        if (index.backfilling) out.unfinished += index.build_id + "/";
      if (table->record.TtlBackfilling)
        out.unfinished += std::to_string(table->record.TtlChanged.value_or(Time()).time_since_epoch().count());
      KeyRange range = scan_range(*table, nullptr);
      if (!from.empty() && out.unfinished == unfinished) range.begin = from;
      std::vector<kv::KeyValue> rows = co_await tx.range(range.begin, range.end, {.limit = rows_at_once});
      size_t bytes = 0, done = 0;
      for (; done < rows.size() && bytes < bytes_at_once; ++done) {
        std::string_view item = stored_item(rows[done].value);
        bytes += item.size();
        for (const Index& index : table->indexes) {
          if (!index.backfilling || !is_in_index(index, item)) continue;
          std::string key = entry_key(*table, index, item);
          std::optional<std::string> entry = co_await tx.get(key);
          if (!entry) write_entry(tx, *table, index, item);
        }
        if (table->record.TtlBackfilling) write_expiry(tx, *table, item);
      }
      if (rows.size() == rows_at_once || done < rows.size()) {
        out.next = rows[done - 1].key + '\0';
        co_return out;
      }
      TableRecord record = table->record;
      for (IndexRecord& index : record.Indexes) index.Backfilling = false;
      record.TtlBackfilling = false;
      save_table(tx, *make_table(account, region, std::move(record)));
      out.done = true;
      co_return out;
    };
    Result<Step> stepped = co_await store_.transact<Step>(step);
    if (!stepped) {
      log::error("dynamodb: building an index of {} has to wait: {}", name, stepped.error().message);
      co_await sleep_for(Millis(retry_ms));
      continue;
    }
    if (stepped->done && !background_->again.erase(storage_id)) break;
    from = stepped->next;
    unfinished = stepped->unfinished;
  }
  background_->building.erase(storage_id);
  background_->again.erase(storage_id);
  --background_->running;
  expiry_changed();
  background_->finished.set({});
}

void DynamoDb::expiry_changed() { background_->wake.set({}); }

Task<Result<int>> DynamoDb::sweep_expired() {
  int deleted = 0;
  while (true) {
    int64_t now = clock_.now_ms() / 1000;
    auto sweep = [&](kv::Transaction& tx) -> Task<Result<std::pair<int, bool>>> {
      KeyRange range = expiry_range();
      std::vector<kv::KeyValue> rows =
          co_await tx.range(range.begin, range.end, {.limit = expired_at_once, .snapshot = true});
      int count = 0;
      bool more = rows.size() == expired_at_once;
      for (const kv::KeyValue& row : rows) {
        auto expiring = read_expiring(row.key);
        if (!expiring) {
          tx.clear(row.key);
          continue;
        }
        if (expiring->due_seconds > now) {
          more = false;
          break;
        }
        tx.clear(row.key);
        auto table = co_await tables_.find(tx, expiring->account, expiring->region, expiring->table_name);
        if (!table || table->storage_id != expiring->storage_id || expiring->due_seconds < now - seconds_too_old)
          continue;
        std::string key = item_key_of(*table, *expiring);
        std::optional<std::string> stored = co_await tx.get(key);
        if (!stored || expiry_of(*table, stored_item(*stored)) != expiring->due_seconds) continue;
        write_item(tx, *table, key, stored_item(*stored), std::nullopt);
        ++count;
      }
      co_return std::pair(count, more);
    };
    auto swept = co_await store_.transact<std::pair<int, bool>>(sweep);
    if (!swept) co_return std::unexpected(swept.error());
    deleted += swept->first;
    if (!swept->second) break;
  }
  CO_CHECK_OK(co_await sweep_tokens());
  co_return deleted;
}

Task<Result<bool>> DynamoDb::sweep_tokens() {
  int64_t now = clock_.now_ms() / 1000;
  auto sweep = [now](kv::Transaction& tx) -> Task<Result<bool>> {
    KeyRange range = token_expiry_range(now);
    std::vector<kv::KeyValue> rows = co_await tx.range(range.begin, range.end, {.limit = 500, .snapshot = true});
    for (const kv::KeyValue& row : rows) {
      tx.clear(row.key);
      tx.clear(row.value);
    }
    co_return true;
  };
  Result<bool> done = co_await store_.transact<bool>(sweep);
  co_return done;
}

// Milliseconds until the first item expires.
Task<int64_t> DynamoDb::until_next_expiry() {
  int64_t wait = wait_ms_max;
  auto look = [&](kv::Transaction& tx) -> Task<Result<bool>> {
    KeyRange range = expiry_range();
    std::vector<kv::KeyValue> rows = co_await tx.range(range.begin, range.end, {.limit = 1, .snapshot = true});
    wait = wait_ms_max;
    if (rows.empty()) co_return true;
    auto first = read_expiring(rows[0].key);
    if (first) wait = std::min(wait, first->due_seconds * 1000 - clock_.now_ms());
    co_return true;
  };
  Result<bool> looked = co_await store_.transact<bool>(look);
  co_return looked ? std::max<int64_t>(wait, 0) : 1000;
}

Task<void> DynamoDb::expire_forever() {
  while (!background_->stopping) {
    background_->wake = {};
    Completion<Unit> wake = background_->wake;
    Result<int> swept = co_await sweep_expired();
    if (!swept) log::error("dynamodb: expired items were not deleted: {}", swept.error().message);
    int64_t wait_ms = co_await until_next_expiry();
    if (!swept) wait_ms = std::max<int64_t>(wait_ms, 1000);
    if (background_->stopping) break;
    Loop::TimerId timer = Loop::current().after(Millis(wait_ms), [wake]() mutable { wake.set({}); });
    co_await wake;
    Loop::current().cancel(timer);
  }
  --background_->running;
  background_->finished.set({});
}

}  // namespace thaw::dynamodb
