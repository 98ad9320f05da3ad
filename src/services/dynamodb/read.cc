#include "services/dynamodb/read.h"

#include <algorithm>

#include "services/dynamodb/legacy.h"
#include "services/dynamodb/write.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> invalid_value(std::string words) {
  return invalid("One or more parameter values were invalid: " + std::move(words));
}

Result<void> check_select(const ReadParameters& p, bool projects) {
  std::string select = p.select->value_or("");
  const char* parameter = p.projection_expression->has_value() ? "ProjectionExpression" : "AttributesToGet";
  if (select == "SPECIFIC_ATTRIBUTES" && !projects)
    return invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  if (projects && select == "COUNT")
    return invalid("Cannot specify the " + std::string(parameter) + " when choosing to get only the Count");
  if (projects && select.starts_with("ALL"))
    return invalid("Cannot specify the " + std::string(parameter) + " when choosing to get " + select);
  if (select == "ALL_PROJECTED_ATTRIBUTES" && !p.index_name->has_value())
    return invalid_value("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  return {};
}

// AWS says these of a starting key without saying that they are of the starting key.
bool told_alone(std::string_view words) {
  for (auto part :
       {"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"})
    if (words.find(part) != std::string_view::npos) return true;
  return false;
}

// Everything but what only one of Query and Scan has.
Result<void> parse_common(const ReadParameters& p, Read& out) {
  if (p.exclusive_start_key && !p.exclusive_start_key->is_null()) {
    auto key = encode_item(*p.exclusive_start_key);
    if (!key && key.error().code == "ValidationException" && !told_alone(key.error().message))
      return invalid("The provided starting key is invalid: " + key.error().message);
    if (!key) return std::unexpected(key.error());
    out.start_key = std::move(*key);
  }
  if (p.filter_expression->has_value()) {
    TRY(out.filter, parse_condition(**p.filter_expression, "FilterExpression", out.placeholders));
  } else if (p.filter->has_value()) {
    TRY(out.filter, legacy_filter(**p.filter, p.conditional_operator->value_or(""), out.placeholders));
    out.legacy_filter = true;
  }
  TRY(out.wanted, parse_wanted(*p.projection_expression, *p.attributes_to_get, out.placeholders));
  CHECK_OK(out.placeholders.check_all_used());
  CHECK_OK(check_select(p, out.wanted.has_value()));
  out.select = p.select->value_or("");
  out.index_name = p.index_name->value_or("");
  out.consistent = p.consistent->value_or(false);
  out.limit = static_cast<size_t>(std::max(0, p.limit->value_or(0)));
  return {};
}

Result<void> find_index(Read& read, const Table& table) {
  if (read.index_name.empty()) return {};
  read.index = table.find_index(read.index_name);
  if (!read.index) return invalid("The table does not have the specified index: " + read.index_name);
  if (read.index->global && read.consistent)
    return invalid("Consistent reads are not supported on global secondary indexes");
  if (read.index->backfilling)
    return invalid("Cannot read from backfilling global secondary index: " + read.index_name);
  return {};
}

bool projects(const Index& index, const Table& table, const std::string& name) {
  auto is = [&](const Key& key) { return name == key.hash.name || (key.range && name == key.range->name); };
  return index.projects_all || is(table.key) || is(index.key) ||
         std::find(index.projected.begin(), index.projected.end(), name) != index.projected.end();
}

// Which attributes come out, and whether an index has them.
Result<void> plan_attributes(Read& read, const Table& table) {
  CHECK_OK(check_wanted(read.wanted, table));
  if (read.filter) CHECK_OK(check_nested_keys(path_heads(*read.filter).nested, table));
  if (read.wanted) read.projection = project_paths(*read.wanted);
  if (!read.index || read.index->projects_all) return {};
  std::vector<std::string> missing;
  if (read.wanted)
    for (const Path& path : *read.wanted)
      if (!projects(*read.index, table, path.head())) missing.push_back(path.head());
  if (!read.index->global) {
    read.fetches_items = read.select == "ALL_ATTRIBUTES" || !missing.empty();
    return {};
  }
  if (read.select == "ALL_ATTRIBUTES")
    return invalid_value("Select type ALL_ATTRIBUTES is not supported for global secondary index " + read.index->name +
                         " because its projection type is not ALL");
  if (!missing.empty()) {
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    return invalid_value("Global secondary index " + read.index->name + " does not project [" + names + "]");
  }
  return {};
}

// The start key must be exactly the attributes of the table's key and the index's.
Result<void> check_start_key(const Read& read, const Table& table) {
  bool is_query = !read.keys.empty();
  std::string_view start = *read.start_key;
  const Key& key = read.index ? read.index->key : table.key;
  size_t expected = table.key.range ? 2 : 1;
  if (read.index) {
    auto is_new = [&](const KeyAttribute& a) {
      return a.name != table.key.hash.name && (!table.key.range || a.name != table.key.range->name);
    };
    expected += is_new(key.hash) + (key.range && is_new(*key.range));
  }
  if (count_parts({Type::map, start}) != expected)
    return invalid(read.index
                       ? "The provided starting key is invalid"
                       : "The provided starting key is invalid: The provided key element does not match the schema");
  auto checked = check_key(table.key, key_item(table.key, start));
  if (!checked && is_query) return checked;
  if (!checked) return invalid("The provided starting key is invalid: " + checked.error().message);
  if (read.index && !is_in_index(*read.index, start)) return invalid("The provided starting key is invalid");
  return {};
}

std::string start_of(const Read& read, const Table& table) {
  return read.index ? entry_key(table, *read.index, *read.start_key) : item_key(table, *read.start_key);
}

// Narrows the range to what lies behind the start key, in the direction of the read.
void go_on_from_start(Read& read, const Table& table) {
  std::string start = start_of(read, table);
  if (read.reverse)
    read.range.end = std::min(read.range.end, start);
  else
    read.range.begin = std::max(read.range.begin, start + '\0');
}

const KeyCondition* condition_on(const Read& read, const std::string& name) {
  for (const KeyCondition& c : read.keys)
    if (c.name == name) return &c;
  return nullptr;
}

Result<void> check_key_conditions(const Read& read, const Key& key) {
  size_t attributes = key.range ? 2 : 1;
  if (read.keys.size() > 2)
    return invalid("The number of query conditions (" + std::to_string(read.keys.size()) +
                   ") exceeds the number of key attributes defined in the schema (" + std::to_string(attributes) + ")");
  auto check = [&](const KeyAttribute& attribute, bool is_hash) -> Result<void> {
    const KeyCondition* c = condition_on(read, attribute.name);
    if (is_hash && !key.range && read.keys.size() > 1) return invalid("Query key condition not supported");
    if (!c) {
      if (is_hash || read.keys.size() > 1)
        return invalid("Query condition missed key schema element: " + attribute.name);
      return {};
    }
    if (c->value.type != attribute.type || (c->kind == KeyCondition::Kind::between && c->high.type != attribute.type))
      return invalid_value("Condition parameter type does not match schema type");
    if (is_hash && c->kind != KeyCondition::Kind::eq) return invalid("Query key condition not supported");
    if (attribute.type != Type::number && c->value.body.empty() && c->kind != KeyCondition::Kind::begins_with &&
        (is_hash || c->kind == KeyCondition::Kind::eq))
      return invalid(
          "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
          "empty " +
          std::string(attribute.type == Type::binary ? "binary" : "string") + " value. Key: " + attribute.name);
    return {};
  };
  CHECK_OK(check(key.hash, true));
  if (key.range) CHECK_OK(check(*key.range, false));
  return {};
}

KeyRange range_of(const std::string& partition, const KeyCondition* c) {
  KeyRange all{partition, behind_prefix(partition)};
  if (!c) return all;
  auto at = [&](const Value& value) {
    std::string key = partition;
    append_key(key, value);
    return key;
  };
  switch (c->kind) {
    case KeyCondition::Kind::eq: return {at(c->value), behind_prefix(at(c->value))};
    case KeyCondition::Kind::lt: return {all.begin, at(c->value)};
    case KeyCondition::Kind::le: return {all.begin, behind_prefix(at(c->value))};
    case KeyCondition::Kind::gt: return {behind_prefix(at(c->value)), all.end};
    case KeyCondition::Kind::ge: return {at(c->value), all.end};
    case KeyCondition::Kind::between: return {at(c->value), behind_prefix(at(c->high))};
    case KeyCondition::Kind::begins_with: {
      std::string prefix = partition;
      append_key_prefix(prefix, c->value);
      return {prefix, behind_prefix(prefix)};
    }
  }
  return all;
}

Result<void> check_query_filter(const Read& read, const Key& key) {
  if (!read.filter) return {};
  for (const std::string& name : path_heads(*read.filter).all)
    if (name == key.hash.name || (key.range && name == key.range->name))
      return invalid(std::string(read.legacy_filter ? "QueryFilter" : "Filter Expression") +
                     " can only contain non-primary key attributes: Primary key attribute: " + name);
  return {};
}

bool given(const std::optional<std::string>& s) { return s.has_value(); }

}  // namespace

Result<std::optional<std::vector<Path>>> parse_wanted(const std::optional<std::string>& projection_expression,
                                                      const std::optional<std::vector<std::string>>& attributes_to_get,
                                                      Placeholders& placeholders) {
  std::optional<std::vector<Path>> out;
  if (projection_expression) {
    TRY(out, parse_projection(*projection_expression, placeholders));
  } else if (attributes_to_get) {
    TRY(out, legacy_attributes(*attributes_to_get));
  }
  return out;
}

Result<void> check_wanted(const std::optional<std::vector<Path>>& wanted, const Table& table) {
  if (!wanted) return {};
  std::vector<std::string> nested;
  for (const Path& path : *wanted)
    if (path.is_nested()) nested.push_back(path.head());
  return check_nested_keys(nested, table);
}

Result<Read> parse_query(const wire::QueryInput& in) {
  CHECK_OK(check_no_mixture({{"ProjectionExpression", given(in.ProjectionExpression)},
                             {"FilterExpression", given(in.FilterExpression)},
                             {"KeyConditionExpression", given(in.KeyConditionExpression)}},
                            {{"AttributesToGet", in.AttributesToGet.has_value()},
                             {"QueryFilter", in.QueryFilter.has_value()},
                             {"ConditionalOperator", given(in.ConditionalOperator)},
                             {"KeyConditions", in.KeyConditions.has_value() && given(in.KeyConditionExpression)}}));
  CHECK_OK(check_placeholders_wanted(in.ExpressionAttributeNames.has_value(), !in.ExpressionAttributeValues.is_null(),
                                     {{"ProjectionExpression", given(in.ProjectionExpression)},
                                      {"FilterExpression", given(in.FilterExpression)},
                                      {"KeyConditionExpression", given(in.KeyConditionExpression)}}));
  if (!in.KeyConditions && !in.KeyConditionExpression)
    return invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  Read out;
  TRY(out.placeholders, Placeholders::make(in.ExpressionAttributeNames ? &*in.ExpressionAttributeNames : nullptr,
                                           &in.ExpressionAttributeValues));
  if (in.KeyConditionExpression) {
    TRY(out.keys, parse_key_condition(*in.KeyConditionExpression, out.placeholders));
  } else {
    TRY(out.keys, legacy_key_conditions(*in.KeyConditions, out.placeholders));
  }
  CHECK_OK(parse_common({&in.IndexName, &in.Select, &in.ProjectionExpression, &in.AttributesToGet, &in.FilterExpression,
                         &in.QueryFilter, &in.ConditionalOperator, &in.ExpressionAttributeNames,
                         &in.ExpressionAttributeValues, &in.ExclusiveStartKey, &in.ConsistentRead, &in.Limit},
                        out));
  out.reverse = !in.ScanIndexForward.value_or(true);
  return out;
}

Result<Read> parse_scan(const wire::ScanInput& in) {
  CHECK_OK(check_no_mixture(
      {{"ProjectionExpression", given(in.ProjectionExpression)}, {"FilterExpression", given(in.FilterExpression)}},
      {{"AttributesToGet", in.AttributesToGet.has_value()},
       {"ScanFilter", in.ScanFilter.has_value()},
       {"ConditionalOperator", given(in.ConditionalOperator)}}));
  CHECK_OK(check_placeholders_wanted(
      in.ExpressionAttributeNames.has_value(), !in.ExpressionAttributeValues.is_null(),
      {{"ProjectionExpression", given(in.ProjectionExpression)}, {"FilterExpression", given(in.FilterExpression)}}));
  if (in.Segment && !in.TotalSegments)
    return invalid(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  if (in.TotalSegments && !in.Segment)
    return invalid(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  if (in.TotalSegments && *in.Segment >= *in.TotalSegments)
    return invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                   std::to_string(*in.Segment) +
                   " is not less than TotalSegments: " + std::to_string(*in.TotalSegments));
  Read out;
  TRY(out.placeholders, Placeholders::make(in.ExpressionAttributeNames ? &*in.ExpressionAttributeNames : nullptr,
                                           &in.ExpressionAttributeValues));
  CHECK_OK(parse_common({&in.IndexName, &in.Select, &in.ProjectionExpression, &in.AttributesToGet, &in.FilterExpression,
                         &in.ScanFilter, &in.ConditionalOperator, &in.ExpressionAttributeNames,
                         &in.ExpressionAttributeValues, &in.ExclusiveStartKey, &in.ConsistentRead, &in.Limit},
                        out));
  return out;
}

Result<void> plan_query(Read& read, const Table& table) {
  CHECK_OK(find_index(read, table));
  const Key& key = read.index ? read.index->key : table.key;
  CHECK_OK(check_key_conditions(read, key));
  CHECK_OK(check_query_filter(read, key));
  CHECK_OK(plan_attributes(read, table));
  const Value& hash = condition_on(read, key.hash.name)->value;
  const KeyCondition* range_condition = key.range ? condition_on(read, key.range->name) : nullptr;
  std::string partition = partition_prefix(table, read.index, hash);
  read.range = range_of(partition, range_condition);
  if (!read.start_key) return {};
  CHECK_OK(check_start_key(read, table));
  std::string start = start_of(read, table);
  if (range_condition) {
    auto start_hash = find_member(*read.start_key, key.hash.name);
    KeyRange of_start = range_of(partition_prefix(table, read.index, *start_hash), range_condition);
    if (start < of_start.begin || start >= of_start.end)
      return invalid("The provided starting key does not match the range key predicate");
  }
  if (!start.starts_with(partition))
    return invalid(range_condition
                       ? "The query can return at most one row and cannot be restarted"
                       : "The provided starting key is outside query boundaries based on provided conditions");
  go_on_from_start(read, table);
  return {};
}

Result<void> plan_scan(Read& read, const Table& table, size_t segment, size_t segments) {
  CHECK_OK(find_index(read, table));
  CHECK_OK(plan_attributes(read, table));
  read.range = scan_range(table, read.index, segment, segments);
  if (!read.start_key) return {};
  CHECK_OK(check_start_key(read, table));
  std::string start = start_of(read, table);
  if (start < read.range.begin || start >= read.range.end)
    return invalid(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        "Segment. TotalSegments: " +
        std::to_string(segments) + " Segment: " + std::to_string(segment));
  go_on_from_start(read, table);
  return {};
}

}  // namespace thaw::dynamodb
