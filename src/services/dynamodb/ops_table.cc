// CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables.
#include "base/text.h"
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t list_max = 100;

}  // namespace

Task<wire::TableDescription> DynamoDb::description(kv::Transaction& tx, const Table& table, const std::string& status) {
  Counts counts = co_await counts_of(tx, table, "");
  std::vector<Counts> of_indexes;
  for (const Index& index : table.indexes) {
    Counts n = co_await counts_of(tx, table, index.name);
    of_indexes.push_back(n);
  }
  co_return dynamodb::describe_table(table, status, counts, of_indexes);
}

Task<Result<wire::CreateTableOutput>> DynamoDb::create_table(api::Request& request, const wire::CreateTableInput& in) {
  CO_TRY(TableRecord record, dynamodb::create_table(in, random_uuid(), request.now()));
  TablePtr existing = co_await tables_.find(request.tx(), request.account, request.region, record.TableName);
  if (existing) co_return fail("ResourceInUseException", "Table already exists: " + record.TableName);
  TablePtr table = make_table(request.account, request.region, std::move(record));
  save_table(request.tx(), *table);
  wire::CreateTableOutput out;
  out.TableDescription = dynamodb::describe_table(*table, "CREATING", {}, {});
  co_return out;
}

Task<Result<wire::DescribeTableOutput>> DynamoDb::describe_table(api::Request& request,
                                                                 const wire::DescribeTableInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  wire::DescribeTableOutput out;
  out.Table = co_await description(request.tx(), *table, "ACTIVE");
  co_return out;
}

Task<Result<wire::UpdateTableOutput>> DynamoDb::update_table(api::Request& request, const wire::UpdateTableInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  CO_TRY(TableUpdate update, dynamodb::update_table(*table, in, request.now()));
  for (const Index& index : table->indexes)
    if (index.backfilling && !update.indexes_added.empty())
      co_return fail(
          "LimitExceededException",
          "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
  for (IndexRecord& index : update.record.Indexes)
    if (index.Backfilling && index.BuildId.empty()) index.BuildId = random_hex(16);
  TablePtr changed = make_table(table->account, table->region, std::move(update.record));
  save_table(request.tx(), *changed);
  for (const std::string& index : update.indexes_dropped) erase_index(request.tx(), *table, index);
  if (!update.indexes_added.empty()) {
    for (const std::string& index : update.indexes_added) erase_index(request.tx(), *table, index);
    request.tx().on_commit([this, changed] { start_building(*changed); });
  }
  wire::UpdateTableOutput out;
  out.TableDescription = co_await description(request.tx(), *changed, "UPDATING");
  co_return out;
}

Task<Result<wire::DeleteTableOutput>> DynamoDb::delete_table(api::Request& request, const wire::DeleteTableInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  if (table->record.DeletionProtectionEnabled)
    co_return fail("ValidationException",
                   "Resource cannot be deleted as it is currently protected against deletion. Disable "
                   "deletion protection first.");
  wire::DeleteTableOutput out;
  out.TableDescription = co_await description(request.tx(), *table, "DELETING");
  erase_table(request.tx(), *table);
  co_return out;
}

Task<Result<wire::ListTablesOutput>> DynamoDb::list_tables(api::Request& request, const wire::ListTablesInput& in) {
  size_t limit = static_cast<size_t>(in.Limit.value_or(static_cast<int32_t>(list_max)));
  std::string after = in.ExclusiveStartTableName.value_or("");
  std::vector<std::string> names =
      co_await tables_.list(request.tx(), request.account, request.region, after, limit + 1);
  wire::ListTablesOutput out;
  if (names.size() > limit) {
    names.resize(limit);
    out.LastEvaluatedTableName = names.back();
  }
  out.TableNames = std::move(names);
  co_return out;
}

}  // namespace thaw::dynamodb
