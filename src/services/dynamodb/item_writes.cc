// What every operation that writes items does with one of them.
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr int64_t gib = 1ll << 30;
constexpr int64_t collection_bytes_max = 10 * gib;

Error condition_failed(const std::optional<std::string>& old_item, bool with_item) {
  Error error{"ConditionalCheckFailedException", "The conditional request failed", 400, {}};
  if (with_item && old_item) error.details = Json::object({{"Item", item_to_json(*old_item)}});
  return error;
}

std::optional<std::string_view> as_view(const std::optional<std::string>& item) {
  return item ? std::optional<std::string_view>(*item) : std::nullopt;
}

}  // namespace

Task<Result<DynamoDb::Written>> DynamoDb::write(kv::Transaction& tx, TablePtr table, const Write& write) {
  std::string key = item_key(*table, write.target);
  std::optional<std::string> stored = co_await tx.get(key);
  Written out;
  if (stored) out.old_item = std::string(stored_item(*stored));
  CO_TRY(Outcome outcome, decide(write, *table, as_view(out.old_item)));
  out.condition_held = outcome.condition_held;
  if (!outcome.condition_held) co_return out;
  out.new_item = std::move(outcome.item);
  if (write.kind == Write::Kind::check) co_return out;
  if (table->has_local_indexes() && out.new_item) {
    auto hash = find_member(*out.new_item, table->key.hash.name);
    int64_t bytes = co_await collection_bytes(tx, *table, *hash);
    if (bytes + static_cast<int64_t>(item_size_bytes(*out.new_item)) > collection_bytes_max)
      co_return fail("ItemCollectionSizeLimitExceededException", "Collection size exceeded.");
  }
  write_item(tx, *table, key, as_view(out.old_item), as_view(out.new_item));
  if (!table->record.TtlAttribute.empty() && out.new_item && expiry_of(*table, *out.new_item))
    tx.on_commit([this] { expiry_changed(); });
  co_return out;
}

Task<wire::ItemCollectionMetrics> DynamoDb::collection_metrics(kv::Transaction& tx, const Table& table,
                                                               std::string_view item) {
  wire::ItemCollectionMetrics out;
  auto hash = find_member(item, table.key.hash.name);
  if (!hash) co_return out;
  std::string key;
  put_member(key, table.key.hash.name, *hash);
  out.ItemCollectionKey = item_to_json(key);
  int64_t bytes = co_await collection_bytes(tx, table, *hash);
  double low = static_cast<double>(bytes / gib);
  out.SizeEstimateRangeGB = std::vector<double>{low, low + 1};
  co_return out;
}

Task<Result<DynamoDb::WriteAnswer>> DynamoDb::write_one(api::Request& request, std::string table_name, Write asked,
                                                        WriteOptions options) {
  CO_TRY(TablePtr table, co_await table_for_items(request, table_name));
  CO_CHECK_OK(check_write(asked, *table));
  CO_TRY(Written written, co_await write(request.tx(), table, asked));
  if (!written.condition_held) co_return std::unexpected(condition_failed(written.old_item, options.item_on_failure));
  WriteAnswer out;
  auto old_item = as_view(written.old_item), new_item = as_view(written.new_item);
  if (auto attributes = returned_attributes(options.return_values, asked, old_item, new_item))
    out.attributes = item_to_json(*attributes);
  Consumed consumed(*table);
  if (options.return_consumed) {
    consumed.write(old_item, new_item);
    out.consumed = consumed.answer(options.return_consumed);
  }
  if (options.return_metrics && table->has_local_indexes())
    out.metrics = co_await collection_metrics(request.tx(), *table, asked.target);
  co_return out;
}

}  // namespace thaw::dynamodb
