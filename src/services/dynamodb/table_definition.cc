// CreateTable, UpdateTable and what DescribeTable tells: decisions about a table's definition.
#include <algorithm>
#include <set>

#include "services/dynamodb/table.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t local_indexes_max = 5;
constexpr size_t global_indexes_max = 20;
constexpr int64_t capacity_units_max = 1'000'000'000'000;

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> invalid_value(std::string words) {
  return invalid("One or more parameter values were invalid: " + std::move(words));
}
std::unexpected<Error> not_implemented(std::string_view parameter) {
  return fail("NotImplemented",
              "Thaw does not implement the parameter " + std::string(parameter) + " of DynamoDB tables.", 501);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out = "[";
  for (const auto& name : names) out += (out.size() > 1 ? ", " : "") + name;
  return out + "]";
}

std::vector<std::string> names_of(const std::vector<wire::AttributeDefinition>& attributes) {
  std::vector<std::string> out;
  for (const auto& a : attributes) out.push_back(a.AttributeName);
  return out;
}
std::vector<std::string> names_of(const std::vector<wire::KeySchemaElement>& schema) {
  std::vector<std::string> out;
  for (const auto& k : schema) out.push_back(k.AttributeName);
  return out;
}

Result<void> check_schema(const std::vector<wire::KeySchemaElement>& schema, const std::vector<std::string>& defined) {
  std::vector<std::string> keys = names_of(schema);
  for (const auto& key : keys)
    if (std::find(defined.begin(), defined.end(), key) == defined.end())
      return invalid_value("Some index key attributes are not defined in AttributeDefinitions. Keys: " + listed(keys) +
                           ", AttributeDefinitions: " + listed(defined));
  if (keys.size() == 2 && keys[0] == keys[1])
    return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  if (keys.empty() || schema[0].KeyType != "HASH")
    return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (keys.size() > 1 && schema[1].KeyType != "RANGE")
    return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  return {};
}

Result<void> check_projection(const wire::Projection& projection) {
  if (!projection.ProjectionType) return invalid_value("Unknown ProjectionType: null");
  const std::string& type = *projection.ProjectionType;
  if (projection.NonKeyAttributes && type != "INCLUDE")
    return invalid_value("ProjectionType is " + type + ", but NonKeyAttributes is specified");
  if (type == "INCLUDE" && (!projection.NonKeyAttributes || projection.NonKeyAttributes->empty()))
    return invalid_value("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  return {};
}

Result<void> check_throughput(const wire::ProvisionedThroughput& throughput) {
  for (auto [name, units] : {std::pair("ReadCapacityUnits", throughput.ReadCapacityUnits),
                             std::pair("WriteCapacityUnits", throughput.WriteCapacityUnits)})
    if (units > capacity_units_max)
      return invalid("Given value " + std::to_string(units) + " for " + name + " is out of bounds");
  return {};
}

// Parameters of CreateTable and UpdateTable that nothing here would honour.
Result<void> refuse_unsupported(const wire::CreateTableInput& in) {
  if (in.StreamSpecification && in.StreamSpecification->StreamEnabled) return not_implemented("StreamSpecification");
  if (in.WarmThroughput) return not_implemented("WarmThroughput");
  if (in.OnDemandThroughput) return not_implemented("OnDemandThroughput");
  if (in.ResourcePolicy) return not_implemented("ResourcePolicy");
  if (in.GlobalTableSourceArn) return not_implemented("GlobalTableSourceArn");
  if (in.GlobalTableSettingsReplicationMode) return not_implemented("GlobalTableSettingsReplicationMode");
  return {};
}

Result<void> check_billing(const wire::CreateTableInput& in) {
  if (in.BillingMode == "PAY_PER_REQUEST") {
    if (in.ProvisionedThroughput)
      return invalid_value(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
    return {};
  }
  if (!in.ProvisionedThroughput)
    return invalid_value(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  return check_throughput(*in.ProvisionedThroughput);
}

Result<IndexRecord> local_index(const wire::LocalSecondaryIndex& in, const std::string& table_hash,
                                const std::vector<std::string>& defined) {
  CHECK_OK(check_schema(in.KeySchema, defined));
  if (in.KeySchema.size() != 2)
    return invalid_value("Index KeySchema does not have a range key for index: " + in.IndexName);
  if (in.KeySchema[0].AttributeName != table_hash)
    return invalid_value(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " + in.IndexName +
        ". index hash key: " + in.KeySchema[0].AttributeName + ", table hash key: " + table_hash);
  CHECK_OK(check_projection(in.Projection));
  return IndexRecord{in.IndexName, false, in.KeySchema, in.Projection, {}, false, {}};
}

Result<IndexRecord> global_index(const wire::GlobalSecondaryIndex& in, bool on_demand,
                                 const std::vector<std::string>& defined) {
  if (in.OnDemandThroughput) return not_implemented("OnDemandThroughput");
  if (in.WarmThroughput) return not_implemented("WarmThroughput");
  CHECK_OK(check_schema(in.KeySchema, defined));
  CHECK_OK(check_projection(in.Projection));
  if (on_demand && in.ProvisionedThroughput)
    return invalid_value("ProvisionedThroughput should not be specified for index: " + in.IndexName +
                         " when BillingMode is PAY_PER_REQUEST");
  if (!on_demand && !in.ProvisionedThroughput)
    return invalid_value("ProvisionedThroughput must be specified for index: " + in.IndexName);
  return IndexRecord{in.IndexName, true, in.KeySchema, in.Projection, in.ProvisionedThroughput, false, {}};
}

Result<void> add_index(TableRecord& record, IndexRecord index) {
  for (const auto& other : record.Indexes)
    if (other.IndexName == index.IndexName) return invalid_value("Duplicate index name: " + index.IndexName);
  record.Indexes.push_back(std::move(index));
  return {};
}

Result<void> add_indexes(TableRecord& record, const wire::CreateTableInput& in,
                         const std::vector<std::string>& defined) {
  if (in.LocalSecondaryIndexes) {
    if (in.LocalSecondaryIndexes->empty()) return invalid_value("List of LocalSecondaryIndexes is empty");
    if (record.KeySchema.size() != 2)
      return invalid_value(
          "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    if (in.LocalSecondaryIndexes->size() > local_indexes_max)
      return invalid_value("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    for (const auto& wanted : *in.LocalSecondaryIndexes) {
      TRY(IndexRecord index, local_index(wanted, record.KeySchema[0].AttributeName, defined));
      CHECK_OK(add_index(record, std::move(index)));
    }
  }
  if (!in.GlobalSecondaryIndexes) return {};
  if (in.GlobalSecondaryIndexes->empty()) return invalid_value("List of GlobalSecondaryIndexes is empty");
  if (in.GlobalSecondaryIndexes->size() > global_indexes_max)
    return invalid_value("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  for (const auto& wanted : *in.GlobalSecondaryIndexes) {
    TRY(IndexRecord index, global_index(wanted, record.BillingMode == "PAY_PER_REQUEST", defined));
    CHECK_OK(add_index(record, std::move(index)));
  }
  return {};
}

// Every attribute that is defined must be part of some key.
Result<void> check_all_used(const TableRecord& record) {
  std::vector<std::string> used = names_of(record.KeySchema);
  for (const auto& index : record.Indexes)
    for (const auto& name : names_of(index.KeySchema))
      if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(name);
  std::vector<std::string> defined = names_of(record.AttributeDefinitions);
  if (defined.size() == used.size()) return {};
  if (record.Indexes.empty())
    return invalid_value(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  return invalid_value("Some AttributeDefinitions are not used. AttributeDefinitions: " + listed(defined) +
                       ", keys used: " + listed(used));
}

Result<void> check_definitions(const std::vector<wire::AttributeDefinition>& attributes) {
  std::set<std::string> seen;
  for (const auto& a : attributes)
    if (!seen.insert(a.AttributeName).second)
      return invalid("Cannot have two attributes with the same name: " + a.AttributeName);
  return {};
}

}  // namespace

void IndexRecord::describe(api::Fields& f) {
  f.add("IndexName", &IndexRecord::IndexName);
  f.add("Global", &IndexRecord::Global);
  f.add("KeySchema", &IndexRecord::KeySchema);
  f.add("Projection", &IndexRecord::Projection);
  f.add("ProvisionedThroughput", &IndexRecord::ProvisionedThroughput);
  f.add("Backfilling", &IndexRecord::Backfilling);
  f.add("BuildId", &IndexRecord::BuildId);
}

void TableRecord::describe(api::Fields& f) {
  f.add("TableName", &TableRecord::TableName);
  f.add("TableId", &TableRecord::TableId);
  f.add("CreationDateTime", &TableRecord::CreationDateTime);
  f.add("AttributeDefinitions", &TableRecord::AttributeDefinitions);
  f.add("KeySchema", &TableRecord::KeySchema);
  f.add("Indexes", &TableRecord::Indexes);
  f.add("BillingMode", &TableRecord::BillingMode);
  f.add("BillingModeShown", &TableRecord::BillingModeShown);
  f.add("LastUpdateToPayPerRequestDateTime", &TableRecord::LastUpdateToPayPerRequestDateTime);
  f.add("ProvisionedThroughput", &TableRecord::ProvisionedThroughput);
  f.add("LastIncreaseDateTime", &TableRecord::LastIncreaseDateTime);
  f.add("LastDecreaseDateTime", &TableRecord::LastDecreaseDateTime);
  f.add("NumberOfDecreasesToday", &TableRecord::NumberOfDecreasesToday);
  f.add("DeletionProtectionEnabled", &TableRecord::DeletionProtectionEnabled);
  f.add("TableClass", &TableRecord::TableClass);
  f.add("SSESpecification", &TableRecord::SSESpecification);
  f.add("Tags", &TableRecord::Tags);
  f.add("TtlAttribute", &TableRecord::TtlAttribute);
  f.add("TtlBackfilling", &TableRecord::TtlBackfilling);
  f.add("TtlChanged", &TableRecord::TtlChanged);
}

Result<TableRecord> create_table(const wire::CreateTableInput& in, std::string table_id, Time now) {
  CHECK_OK(refuse_unsupported(in));
  if (!in.AttributeDefinitions || !in.KeySchema)
    return invalid("1 validation error detected: Value null at '" +
                   std::string(in.KeySchema ? "attributeDefinitions" : "keySchema") +
                   "' failed to satisfy constraint: Member must not be null");
  CHECK_OK(check_billing(in));
  TableRecord record;
  TRY(TableName name, parse_table_name(in.TableName, true));
  record.TableName = name.name;
  record.TableId = std::move(table_id);
  record.CreationDateTime = now;
  record.AttributeDefinitions = *in.AttributeDefinitions;
  record.KeySchema = *in.KeySchema;
  CHECK_OK(check_definitions(record.AttributeDefinitions));
  std::vector<std::string> defined = names_of(record.AttributeDefinitions);
  if (record.KeySchema.size() > defined.size())
    return invalid("Invalid KeySchema: Some index key attribute have no definition");
  CHECK_OK(check_schema(record.KeySchema, defined));
  if (in.BillingMode == "PAY_PER_REQUEST") {
    record.BillingMode = "PAY_PER_REQUEST";
    record.BillingModeShown = true;
    record.LastUpdateToPayPerRequestDateTime = now;
  } else {
    record.ProvisionedThroughput = *in.ProvisionedThroughput;
  }
  CHECK_OK(add_indexes(record, in, defined));
  CHECK_OK(check_all_used(record));
  record.DeletionProtectionEnabled = in.DeletionProtectionEnabled.value_or(false);
  record.TableClass = in.TableClass;
  if (in.SSESpecification && in.SSESpecification->Enabled.value_or(false))
    record.SSESpecification = in.SSESpecification;
  if (in.Tags)
    for (const auto& tag : *in.Tags) record.Tags[tag.Key] = tag.Value;
  return record;
}

namespace {

Result<void> refuse_unsupported(const wire::UpdateTableInput& in) {
  if (in.StreamSpecification && in.StreamSpecification->StreamEnabled) return not_implemented("StreamSpecification");
  if (in.StreamSpecification) return invalid("Table is already in the state: stream disabled");
  if (in.ReplicaUpdates) return not_implemented("ReplicaUpdates");
  if (in.WarmThroughput) return not_implemented("WarmThroughput");
  if (in.OnDemandThroughput) return not_implemented("OnDemandThroughput");
  if (in.MultiRegionConsistency) return not_implemented("MultiRegionConsistency");
  if (in.GlobalTableWitnessUpdates) return not_implemented("GlobalTableWitnessUpdates");
  if (in.GlobalTableSettingsReplicationMode) return not_implemented("GlobalTableSettingsReplicationMode");
  bool any = in.ProvisionedThroughput || in.BillingMode || in.SSESpecification || in.TableClass ||
             in.DeletionProtectionEnabled ||
             (in.GlobalSecondaryIndexUpdates && !in.GlobalSecondaryIndexUpdates->empty());
  if (!any)
    return invalid(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  return {};
}

Result<void> update_throughput(TableRecord& record, const wire::ProvisionedThroughput& wanted, Time now) {
  CHECK_OK(check_throughput(wanted));
  wire::ProvisionedThroughput& current = record.ProvisionedThroughput;
  if (wanted.ReadCapacityUnits == current.ReadCapacityUnits && wanted.WriteCapacityUnits == current.WriteCapacityUnits)
    return invalid(
        "The provisioned throughput for the table will not change. The requested value equals the current value. "
        "Current "
        "ReadCapacityUnits provisioned for the table: " +
        std::to_string(current.ReadCapacityUnits) +
        ". Requested ReadCapacityUnits: " + std::to_string(wanted.ReadCapacityUnits) +
        ". Current WriteCapacityUnits provisioned for the table: " + std::to_string(current.WriteCapacityUnits) +
        ". Requested WriteCapacityUnits: " + std::to_string(wanted.WriteCapacityUnits) +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
  bool more =
      wanted.ReadCapacityUnits > current.ReadCapacityUnits || wanted.WriteCapacityUnits > current.WriteCapacityUnits;
  bool less =
      wanted.ReadCapacityUnits < current.ReadCapacityUnits || wanted.WriteCapacityUnits < current.WriteCapacityUnits;
  if (more) record.LastIncreaseDateTime = now;
  if (less) {
    record.LastDecreaseDateTime = now;
    ++record.NumberOfDecreasesToday;
  }
  current = wanted;
  return {};
}

Result<void> update_billing(TableRecord& record, const wire::UpdateTableInput& in, Time now) {
  std::string mode = in.BillingMode.value_or(record.BillingMode);
  if (in.BillingMode == "PROVISIONED" && !in.ProvisionedThroughput)
    return invalid_value("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  if (mode == "PAY_PER_REQUEST" && in.ProvisionedThroughput)
    return invalid_value(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  bool changes = mode != record.BillingMode;
  record.BillingMode = mode;
  if (changes) record.BillingModeShown = true;
  if (changes && mode == "PAY_PER_REQUEST") {
    record.LastUpdateToPayPerRequestDateTime = now;
    record.ProvisionedThroughput = {};
    for (auto& index : record.Indexes) index.ProvisionedThroughput.reset();
  }
  if (in.ProvisionedThroughput) CHECK_OK(update_throughput(record, *in.ProvisionedThroughput, now));
  return {};
}

std::unexpected<Error> no_such_index(const std::string& name) {
  return fail("ResourceNotFoundException", "Requested resource not found: Index: " + name + " not found");
}

Result<void> update_index(TableUpdate& out, const wire::GlobalSecondaryIndexUpdate& update) {
  auto& indexes = out.record.Indexes;
  auto find = [&](const std::string& name) {
    return std::find_if(indexes.begin(), indexes.end(), [&](auto& i) { return i.Global && i.IndexName == name; });
  };
  if (update.Create) {
    const auto& c = *update.Create;
    if (find(c.IndexName) != indexes.end()) return invalid_value("Index with name " + c.IndexName + " already exists");
    wire::GlobalSecondaryIndex wanted{c.IndexName,          c.KeySchema,     c.Projection, c.ProvisionedThroughput,
                                      c.OnDemandThroughput, c.WarmThroughput};
    TRY(IndexRecord index,
        global_index(wanted, out.record.BillingMode == "PAY_PER_REQUEST", names_of(out.record.AttributeDefinitions)));
    index.Backfilling = true;
    out.indexes_added.push_back(c.IndexName);
    return add_index(out.record, std::move(index));
  }
  if (update.Delete) {
    auto found = find(update.Delete->IndexName);
    if (found == indexes.end()) return no_such_index(update.Delete->IndexName);
    out.indexes_dropped.push_back(found->IndexName);
    indexes.erase(found);
    return {};
  }
  const auto& u = *update.Update;
  if (u.OnDemandThroughput) return not_implemented("OnDemandThroughput");
  if (u.WarmThroughput) return not_implemented("WarmThroughput");
  auto found = find(u.IndexName);
  if (found == indexes.end()) return no_such_index(u.IndexName);
  if (u.ProvisionedThroughput) {
    CHECK_OK(check_throughput(*u.ProvisionedThroughput));
    if (out.record.BillingMode == "PAY_PER_REQUEST")
      return invalid_value("ProvisionedThroughput should not be specified for index: " + u.IndexName +
                           " when BillingMode is PAY_PER_REQUEST");
    found->ProvisionedThroughput = u.ProvisionedThroughput;
  }
  out.indexes_updated.push_back(u.IndexName);
  return {};
}

Result<void> update_indexes(TableUpdate& out, const wire::UpdateTableInput& in) {
  if (!in.GlobalSecondaryIndexUpdates) return {};
  std::set<std::string> named;
  size_t built = 0;
  for (const auto& update : *in.GlobalSecondaryIndexUpdates) {
    if (!update.Update && !update.Create && !update.Delete)
      return invalid_value(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete "
          "must not be null");
    std::string name = update.Update   ? update.Update->IndexName
                       : update.Create ? update.Create->IndexName
                                       : update.Delete->IndexName;
    if (!named.insert(name).second)
      return invalid_value("Only one global secondary index update per index is allowed simultaneously. Index: " +
                           name);
    if (!update.Update && ++built > 1)
      return fail("LimitExceededException",
                  "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
    CHECK_OK(update_index(out, update));
  }
  auto globals = std::count_if(out.record.Indexes.begin(), out.record.Indexes.end(), [](auto& i) { return i.Global; });
  if (static_cast<size_t>(globals) > global_indexes_max)
    return invalid_value("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  return {};
}

// Attributes that no key uses any more are forgotten, as AWS does.
void forget_unused(TableRecord& record) {
  std::vector<std::string> used = names_of(record.KeySchema);
  for (const auto& index : record.Indexes)
    for (const auto& name : names_of(index.KeySchema)) used.push_back(name);
  std::erase_if(record.AttributeDefinitions,
                [&](auto& a) { return std::find(used.begin(), used.end(), a.AttributeName) == used.end(); });
}

}  // namespace

Result<TableUpdate> update_table(const Table& table, const wire::UpdateTableInput& in, Time now) {
  CHECK_OK(refuse_unsupported(in));
  TableUpdate out;
  out.record = table.record;
  CHECK_OK(update_billing(out.record, in, now));
  if (in.AttributeDefinitions) {
    CHECK_OK(check_definitions(*in.AttributeDefinitions));
    for (const auto& a : *in.AttributeDefinitions) {
      auto& all = out.record.AttributeDefinitions;
      auto found = std::find_if(all.begin(), all.end(), [&](auto& b) { return b.AttributeName == a.AttributeName; });
      if (found == all.end())
        all.push_back(a);
      else if (found->AttributeType != a.AttributeType)
        return invalid_value("Attribute " + a.AttributeName + " is already defined with type " + found->AttributeType);
    }
  }
  CHECK_OK(update_indexes(out, in));
  if (out.record.BillingMode == "PROVISIONED") {
    for (const auto& index : out.record.Indexes)
      if (index.Global && !index.ProvisionedThroughput)
        return invalid_value("ProvisionedThroughput must be specified for index: " + index.IndexName);
  }
  forget_unused(out.record);
  if (in.DeletionProtectionEnabled) out.record.DeletionProtectionEnabled = *in.DeletionProtectionEnabled;
  if (in.TableClass) out.record.TableClass = in.TableClass;
  if (in.SSESpecification) {
    out.record.SSESpecification = in.SSESpecification;
    if (!in.SSESpecification->Enabled.value_or(false)) out.record.SSESpecification.reset();
  }
  return out;
}

wire::TableDescription describe_table(const Table& table, const std::string& status, Counts counts,
                                      const std::vector<Counts>& index_counts) {
  const TableRecord& r = table.record;
  wire::TableDescription d;
  d.AttributeDefinitions = r.AttributeDefinitions;
  d.TableName = r.TableName;
  d.KeySchema = r.KeySchema;
  d.TableStatus = status;
  d.CreationDateTime = r.CreationDateTime;
  d.TableArn = table.arn();
  d.TableId = r.TableId;
  d.ItemCount = counts.items;
  d.TableSizeBytes = counts.bytes;
  d.DeletionProtectionEnabled = r.DeletionProtectionEnabled;
  d.ProvisionedThroughput = wire::ProvisionedThroughputDescription{
      r.LastIncreaseDateTime, r.LastDecreaseDateTime, r.NumberOfDecreasesToday,
      r.ProvisionedThroughput.ReadCapacityUnits, r.ProvisionedThroughput.WriteCapacityUnits};
  if (r.BillingModeShown)
    d.BillingModeSummary = wire::BillingModeSummary{r.BillingMode, r.LastUpdateToPayPerRequestDateTime};
  if (r.TableClass) d.TableClassSummary = wire::TableClassSummary{r.TableClass, {}};
  if (r.SSESpecification)
    d.SSEDescription = wire::SSEDescription{
        "ENABLED", r.SSESpecification->SSEType.value_or("KMS"), r.SSESpecification->KMSMasterKeyId, {}};
  for (size_t i = 0; i < r.Indexes.size(); ++i) {
    const IndexRecord& index = r.Indexes[i];
    std::string arn = table.arn() + "/index/" + index.IndexName;
    Counts n = i < index_counts.size() ? index_counts[i] : Counts{};
    if (!index.Global) {
      if (!d.LocalSecondaryIndexes) d.LocalSecondaryIndexes.emplace();
      d.LocalSecondaryIndexes->push_back({index.IndexName, index.KeySchema, index.Projection, n.bytes, n.items, arn});
      continue;
    }
    wire::GlobalSecondaryIndexDescription g;
    g.IndexName = index.IndexName;
    g.KeySchema = index.KeySchema;
    g.Projection = index.Projection;
    g.IndexStatus = status == "CREATING" || index.Backfilling ? "CREATING"
                    : status == "DELETING"                    ? "DELETING"
                                                              : "ACTIVE";
    if (index.Backfilling) g.Backfilling = true;
    wire::ProvisionedThroughput t = index.ProvisionedThroughput.value_or(wire::ProvisionedThroughput{});
    g.ProvisionedThroughput =
        wire::ProvisionedThroughputDescription{{}, {}, 0, t.ReadCapacityUnits, t.WriteCapacityUnits};
    g.IndexSizeBytes = n.bytes;
    g.ItemCount = n.items;
    g.IndexArn = arn;
    if (!d.GlobalSecondaryIndexes) d.GlobalSecondaryIndexes.emplace();
    d.GlobalSecondaryIndexes->push_back(std::move(g));
  }
  return d;
}

}  // namespace thaw::dynamodb
