// BatchGetItem and BatchWriteItem.
#include <algorithm>
#include <set>

#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t gets_max = 100;
constexpr size_t writes_max = 25;
constexpr size_t answer_bytes_max = 16u << 20;

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> duplicates() { return invalid("Provided list of item keys contains duplicates"); }

// One table's part of a BatchGetItem, parsed.
struct Gets {
  std::vector<std::string> keys;  // encoded
  std::optional<std::vector<Path>> wanted;
  bool consistent = false;
};

Result<Gets> parse_gets(const wire::KeysAndAttributes& in) {
  CHECK_OK(check_no_mixture({{"ProjectionExpression", in.ProjectionExpression.has_value()}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()}}));
  CHECK_OK(check_placeholders_wanted(in.ExpressionAttributeNames.has_value(), false,
                                     {{"ProjectionExpression", in.ProjectionExpression.has_value()}}));
  Gets out;
  TRY(Placeholders placeholders,
      Placeholders::make(in.ExpressionAttributeNames ? &*in.ExpressionAttributeNames : nullptr, nullptr));
  TRY(out.wanted, parse_wanted(in.ProjectionExpression, in.AttributesToGet, placeholders));
  CHECK_OK(placeholders.check_all_used());
  out.consistent = in.ConsistentRead.value_or(false);
  for (const Json& key : in.Keys) {
    TRY(std::string encoded_key, encode_item(key));
    out.keys.push_back(std::move(encoded_key));
  }
  return out;
}

Result<Write> parse_write_request(const wire::WriteRequest& in) {
  if (in.PutRequest.has_value() == in.DeleteRequest.has_value())
    return invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  return in.PutRequest ? parse_write(Write::Kind::put, in.PutRequest->Item, {})
                       : parse_write(Write::Kind::erase, in.DeleteRequest->Key, {});
}

void push(std::optional<std::vector<wire::ConsumedCapacity>>& all, std::optional<wire::ConsumedCapacity> one) {
  if (!one) return;
  if (!all) all.emplace();
  all->push_back(std::move(*one));
}

}  // namespace

Task<Result<wire::BatchGetItemOutput>> DynamoDb::batch_get_item(api::Request& request,
                                                                const wire::BatchGetItemInput& in) {
  size_t count = 0;
  for (const auto& [name, gets] : in.RequestItems) count += gets.Keys.size();
  if (count > gets_max) co_return invalid("Too many items requested for the BatchGetItem call");
  wire::BatchGetItemOutput out;
  out.Responses.emplace();
  out.UnprocessedKeys.emplace();
  size_t bytes = 0;
  for (const auto& [name, asked] : in.RequestItems) {
    CO_TRY(Gets gets, parse_gets(asked));
    CO_TRY(TablePtr table, co_await table_for_items(request, name));
    CO_CHECK_OK(check_wanted(gets.wanted, *table));
    std::optional<Projection> projection;
    if (gets.wanted) projection = project_paths(*gets.wanted);
    std::vector<Json>& items = (*out.Responses)[name];
    Consumed consumed(*table);
    std::set<std::string> seen;
    for (size_t i = 0; i < gets.keys.size(); ++i) {
      CO_CHECK_OK(check_key(table->key, gets.keys[i]));
      std::string key = item_key(*table, gets.keys[i]);
      if (!seen.insert(key).second) co_return duplicates();
      if (bytes >= answer_bytes_max) {
        wire::KeysAndAttributes& rest = (*out.UnprocessedKeys)[name];
        std::vector<Json> keys = std::move(rest.Keys);
        keys.push_back(asked.Keys[i]);
        rest = asked;
        rest.Keys = std::move(keys);
        continue;
      }
      std::optional<std::string> stored = co_await request.tx().get_snapshot(key);
      std::string_view item = stored ? stored_item(*stored) : std::string_view();
      size_t size = item_size_bytes(item);
      bytes += size;
      consumed.read_table(read_units(size, gets.consistent));
      if (stored) items.push_back(item_to_json(projection ? project(item, *projection) : std::string(item)));
    }
    push(out.ConsumedCapacity, consumed.answer(in.ReturnConsumedCapacity));
  }
  co_return out;
}

Task<Result<wire::BatchWriteItemOutput>> DynamoDb::batch_write_item(api::Request& request,
                                                                    const wire::BatchWriteItemInput& in) {
  size_t count = 0;
  for (const auto& [name, writes] : in.RequestItems) count += writes.size();
  bool one_table = in.RequestItems.size() == 1;
  if (count > writes_max && !one_table) co_return invalid("Too many items requested for the BatchWriteItem call");
  wire::BatchWriteItemOutput out;
  out.UnprocessedItems.emplace();
  for (const auto& [name, requests] : in.RequestItems) {
    if (requests.empty() || requests.size() > writes_max)
      co_return invalid(
          "1 validation error detected: Value '{" + name + (requests.empty() ? "=[]" : "=[...]") +
          "}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must "
          "have length less than or equal to 25, Member must have length greater than or equal to 1]");
    CO_TRY(TablePtr table, co_await table_for_items(request, name));
    Consumed consumed(*table);
    std::set<std::string> seen;
    std::map<std::string, std::string> collections;  // of partition keys, by their encoding
    for (const wire::WriteRequest& asked : requests) {
      CO_TRY(Write one, parse_write_request(asked));
      CO_CHECK_OK(check_key(table->key, key_item(table->key, one.target)));  // in the words of keys, also of an item
      CO_CHECK_OK(check_write(one, *table));
      if (!seen.insert(item_key(*table, one.target)).second) co_return duplicates();
      CO_TRY(Written written, co_await write(request.tx(), table, one));
      consumed.write(written.old_item, written.new_item);
      if (auto hash = find_member(one.target, table->key.hash.name)) collections[encoded(*hash)] = one.target;
    }
    push(out.ConsumedCapacity, consumed.answer(in.ReturnConsumedCapacity));
    if (in.ReturnItemCollectionMetrics != "SIZE" || !table->has_local_indexes()) continue;
    if (!out.ItemCollectionMetrics) out.ItemCollectionMetrics.emplace();
    for (const auto& [hash, item] : collections) {
      wire::ItemCollectionMetrics metrics = co_await collection_metrics(request.tx(), *table, item);
      (*out.ItemCollectionMetrics)[name].push_back(std::move(metrics));
    }
  }
  co_return out;
}

}  // namespace thaw::dynamodb
