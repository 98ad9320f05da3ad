// Query and Scan.
#include <algorithm>

#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t rows_first = 32;
constexpr size_t rows_max = 1000;

// How many rows to ask the store for next: as many as fill the page, judged by those read so far.
size_t rows_wanted(const Read& read, const Page& page) {
  size_t rows = rows_first;
  if (page.scanned > 0) {
    size_t average = std::max<size_t>(1, page.bytes_read / static_cast<size_t>(page.scanned));
    rows = std::clamp<size_t>((page_bytes_max - std::min(page_bytes_max, page.bytes_read)) / average + 1, 1, rows_max);
  }
  if (read.limit) rows = std::min(rows, read.limit - static_cast<size_t>(page.scanned));
  return rows;
}

std::string key_of_last(const Table& table, const Read& read, std::string_view item) {
  std::string out = key_item(table.key, item);
  if (!read.index) return out;
  std::string_view rest = item, name;
  Value value;
  while (next_member(rest, name, value)) {
    bool is_index_key =
        name == read.index->key.hash.name || (read.index->key.range && name == read.index->key.range->name);
    if (is_index_key && !find_member(out, name)) put_member(out, name, value);
  }
  return out;
}

void take_item(Page& page, const Read& read, std::string_view item) {
  if (read.filter && !matches(*read.filter, item)) return;
  ++page.matched;
  if (read.select == "COUNT") return;
  page.items.push_back(item_to_json(read.projection ? project(item, *read.projection) : std::string(item)));
}

Consumed consumed_by(const Table& table, const Read& read, const Page& page) {
  Consumed consumed(table);
  double units = read_units(page.bytes_read, read.consistent);
  if (read.index)
    consumed.read_index(*read.index, units);
  else
    consumed.read_table(units);
  if (page.fetched_units > 0) consumed.read_table(page.fetched_units);
  return consumed;
}

template <class Output>
Output answer_of(Page page, const Read& read, const Table& table, const std::optional<std::string>& return_consumed) {
  Output out;
  out.Count = page.matched;
  out.ScannedCount = page.scanned;
  if (page.last_key) out.LastEvaluatedKey = item_to_json(*page.last_key);
  if (return_consumed) out.ConsumedCapacity = consumed_by(table, read, page).answer(return_consumed);
  if (read.select != "COUNT") out.Items = std::move(page.items);
  return out;
}

}  // namespace

Task<Result<Page>> DynamoDb::read_page(kv::Transaction& tx, TablePtr table, const Read& read) {
  Page page;
  KeyRange range = read.range;
  while (range.begin < range.end) {
    kv::RangeOptions options{.limit = rows_wanted(read, page), .reverse = read.reverse, .snapshot = true};
    std::vector<kv::KeyValue> rows = co_await tx.range(range.begin, range.end, options);
    for (const kv::KeyValue& row : rows) {
      std::string_view item = stored_item(row.value);
      std::optional<std::string> fetched;
      ++page.scanned;
      page.bytes_read += item_size_bytes(item);
      if (read.fetches_items) {
        std::string key = item_key(*table, item);
        fetched = co_await tx.get_snapshot(key);
        if (fetched) page.fetched_units += read_units(item_size_bytes(stored_item(*fetched)), read.consistent);
      }
      take_item(page, read, fetched ? stored_item(*fetched) : item);
      bool full = (read.limit && static_cast<size_t>(page.scanned) >= read.limit) || page.bytes_read >= page_bytes_max;
      if (!full) continue;
      page.last_key = key_of_last(*table, read, item);
      co_return page;
    }
    if (rows.size() < options.limit) break;
    if (read.reverse)
      range.end = rows.back().key;
    else
      range.begin = rows.back().key + '\0';
  }
  co_return page;
}

Task<Result<wire::QueryOutput>> DynamoDb::query(api::Request& request, const wire::QueryInput& in) {
  CO_TRY(Read read, parse_query(in));
  CO_TRY(TablePtr table, co_await table_for_items(request, in.TableName));
  CO_CHECK_OK(plan_query(read, *table));
  CO_TRY(Page page, co_await read_page(request.tx(), table, read));
  co_return answer_of<wire::QueryOutput>(std::move(page), read, *table, in.ReturnConsumedCapacity);
}

Task<Result<wire::ScanOutput>> DynamoDb::scan(api::Request& request, const wire::ScanInput& in) {
  CO_TRY(Read read, parse_scan(in));
  CO_TRY(TablePtr table, co_await table_for_items(request, in.TableName));
  CO_CHECK_OK(plan_scan(read, *table, static_cast<size_t>(in.Segment.value_or(0)),
                        static_cast<size_t>(in.TotalSegments.value_or(1))));
  CO_TRY(Page page, co_await read_page(request.tx(), table, read));
  co_return answer_of<wire::ScanOutput>(std::move(page), read, *table, in.ReturnConsumedCapacity);
}

}  // namespace thaw::dynamodb
