#include "services/dynamodb/service.h"

#include "services/dynamodb/background.h"
#include "services/dynamodb/permissions.h"

namespace thaw::dynamodb {
DynamoDb::DynamoDb(kv::Store& store, Clock& clock)
    : store_(store), clock_(clock), background_(std::make_unique<Background>()) {}
DynamoDb::~DynamoDb() = default;

api::ServiceInfo DynamoDb::info() const {
  api::ServiceInfo out;
  out.name = "dynamodb";
  out.protocols = {api::Protocol::json_1_0};
  out.target_prefix = "DynamoDB_20120810";
  out.api_version = "2012-08-10";
  out.title = "Amazon DynamoDB";
  out.host_prefixes = {"dynamodb"};
  return out;
}

std::vector<api::Operation> DynamoDb::operations() {
  using api::op;
  KnownTable known = [this](const api::Request& request, std::string_view text) -> TablePtr {
    auto name = parse_table_name(text);
    if (!name) return nullptr;
    return tables_.known(name->account.value_or(request.account), name->region.value_or(request.region), name->name);
  };
  using Ask = std::vector<api::Permission> (*)(const KnownTable&, const api::Request&, const Json&);
  auto asks = [&](Ask ask) {
    return [known, ask](const api::Request& request, const Json& input) { return ask(known, request, input); };
  };
  std::vector<api::Operation> out;
  out.push_back(op("BatchGetItem", this, &DynamoDb::batch_get_item).reads().permits(asks(batch_permissions)));
  out.push_back(op("BatchWriteItem", this, &DynamoDb::batch_write_item)
                    .writes()
                    .permits(asks(batch_permissions))
                    .noted("all writes of a batch are done at once"));
  out.push_back(op("CreateTable", this, &DynamoDb::create_table)
                    .writes()
                    .resource(table_arn)
                    .noted("throughput, TableClass and SSESpecification are stored only"));
  out.push_back(op("DeleteItem", this, &DynamoDb::delete_item).writes().permits(asks(item_permissions)));
  out.push_back(op("DeleteTable", this, &DynamoDb::delete_table).writes().resource(table_arn));
  out.push_back(op("DescribeContinuousBackups", this, &DynamoDb::describe_continuous_backups)
                    .reads()
                    .resource(table_arn)
                    .noted("always disabled"));
  out.push_back(op("DescribeEndpoints", this, &DynamoDb::describe_endpoints));
  out.push_back(op("DescribeLimits", this, &DynamoDb::describe_limits).noted("a new account's; nothing is throttled"));
  out.push_back(op("DescribeTable", this, &DynamoDb::describe_table).reads().resource(table_arn));
  out.push_back(op("DescribeTimeToLive", this, &DynamoDb::describe_time_to_live).reads().resource(table_arn));
  out.push_back(op("GetItem", this, &DynamoDb::get_item).reads().permits(asks(item_permissions)));
  out.push_back(op("ListTables", this, &DynamoDb::list_tables).reads());
  out.push_back(op("ListTagsOfResource", this, &DynamoDb::list_tags_of_resource).reads().resource(resource_arn));
  out.push_back(op("PutItem", this, &DynamoDb::put_item).writes().permits(asks(item_permissions)));
  out.push_back(op("Query", this, &DynamoDb::query).reads().permits(asks(item_permissions)));
  out.push_back(op("Scan", this, &DynamoDb::scan).reads().permits(asks(item_permissions)));
  out.push_back(op("TagResource", this, &DynamoDb::tag_resource).writes().resource(resource_arn));
  out.push_back(
      op("TransactGetItems", this, &DynamoDb::transact_get_items).reads().permits(asks(transact_permissions)));
  out.push_back(
      op("TransactWriteItems", this, &DynamoDb::transact_write_items).writes().permits(asks(transact_permissions)));
  out.push_back(op("UntagResource", this, &DynamoDb::untag_resource).writes().resource(resource_arn));
  out.push_back(op("UpdateContinuousBackups", this, &DynamoDb::update_continuous_backups)
                    .reads()
                    .resource(table_arn)
                    .noted("can disable only"));
  out.push_back(op("UpdateItem", this, &DynamoDb::update_item).writes().permits(asks(item_permissions)));
  out.push_back(op("UpdateTable", this, &DynamoDb::update_table)
                    .writes()
                    .resource(table_arn)
                    .noted("throughput, TableClass and SSESpecification are stored only"));
  out.push_back(op("UpdateTimeToLive", this, &DynamoDb::update_time_to_live).writes().resource(table_arn));
  return out;
}

std::vector<std::string> DynamoDb::not_implemented() const {
  return {"BatchExecuteStatement",
          "CreateBackup",
          "CreateGlobalTable",
          "DeleteBackup",
          "DeleteResourcePolicy",
          "DescribeBackup",
          "DescribeContributorInsights",
          "DescribeExport",
          "DescribeGlobalTable",
          "DescribeGlobalTableSettings",
          "DescribeImport",
          "DescribeKinesisStreamingDestination",
          "DescribeTableReplicaAutoScaling",
          "DisableKinesisStreamingDestination",
          "EnableKinesisStreamingDestination",
          "ExecuteStatement",
          "ExecuteTransaction",
          "ExportTableToPointInTime",
          "GetResourcePolicy",
          "ImportTable",
          "ListBackups",
          "ListContributorInsights",
          "ListExports",
          "ListGlobalTables",
          "ListImports",
          "PutResourcePolicy",
          "RestoreTableFromBackup",
          "RestoreTableToPointInTime",
          "UpdateContributorInsights",
          "UpdateGlobalTable",
          "UpdateGlobalTableSettings",
          "UpdateKinesisStreamingDestination",
          "UpdateTableReplicaAutoScaling"};
}

Task<Result<DynamoDb::TablePtr>> DynamoDb::table_for_items(api::Request& request, std::string_view text) {
  CO_TRY(TableName name, parse_table_name(text));
  TablePtr table = co_await tables_.find(request.tx(), name.account.value_or(request.account),
                                         name.region.value_or(request.region), name.name);
  if (!table) co_return fail("ResourceNotFoundException", "Requested resource not found");
  co_return table;
}

Task<Result<DynamoDb::TablePtr>> DynamoDb::table_for_control(api::Request& request, std::string_view text) {
  CO_TRY(TableName name, parse_table_name(text, true));
  TablePtr table = co_await tables_.find(request.tx(), name.account.value_or(request.account),
                                         name.region.value_or(request.region), name.name);
  if (!table)
    co_return fail("ResourceNotFoundException", "Requested resource not found: Table: " + name.name + " not found");
  co_return table;
}

}  // namespace thaw::dynamodb
