// A read of many items: what Query and Scan ask, parsed, checked, and turned into a range of keys. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/dynamodb/expression.h"
#include "services/dynamodb/store.h"

namespace thaw::dynamodb {

inline constexpr size_t page_bytes_max = 1u << 20;

// The parameters that Query and Scan have in common, as they came.
struct ReadParameters {
  const std::optional<std::string>* index_name = nullptr;
  const std::optional<std::string>* select = nullptr;
  const std::optional<std::string>* projection_expression = nullptr;
  const std::optional<std::vector<std::string>>* attributes_to_get = nullptr;
  const std::optional<std::string>* filter_expression = nullptr;
  const std::optional<std::map<std::string, wire::Condition>>* filter = nullptr;  // QueryFilter, ScanFilter
  const std::optional<std::string>* conditional_operator = nullptr;
  const std::optional<std::map<std::string, std::string>>* names = nullptr;
  const Json* values = nullptr;
  const Json* exclusive_start_key = nullptr;
  const std::optional<bool>* consistent = nullptr;
  const std::optional<int32_t>* limit = nullptr;
};

struct Read {
  Placeholders placeholders;
  std::vector<KeyCondition> keys;  // of a query
  std::optional<Condition> filter;
  std::optional<std::vector<Path>> wanted;
  std::string select;  // empty: by default
  bool legacy_filter = false;
  bool consistent = false;
  bool reverse = false;
  size_t limit = 0;                      // 0: none
  std::optional<std::string> start_key;  // ExclusiveStartKey, encoded
  std::string index_name;

  // Once the table is known:
  const Index* index = nullptr;
  KeyRange range;
  bool fetches_items = false;  // the index lacks what is wanted, so the table's items are read
  std::optional<Projection> projection;
};

Result<Read> parse_query(const wire::QueryInput& in);
Result<Read> parse_scan(const wire::ScanInput& in);
// Checks against the table and finds the range.
Result<void> plan_query(Read& read, const Table& table);
Result<void> plan_scan(Read& read, const Table& table, size_t segment, size_t segments);

// ProjectionExpression or AttributesToGet; nothing when neither.
Result<std::optional<std::vector<Path>>> parse_wanted(const std::optional<std::string>& projection_expression,
                                                      const std::optional<std::vector<std::string>>& attributes_to_get,
                                                      Placeholders& placeholders);
Result<void> check_wanted(const std::optional<std::vector<Path>>& wanted, const Table& table);

struct Page {
  std::vector<Json> items;
  int32_t matched = 0;
  int32_t scanned = 0;
  std::optional<std::string> last_key;
  size_t bytes_read = 0;     // of the table or index
  double fetched_units = 0;  // of items fetched beside the index
};

}  // namespace thaw::dynamodb
