#include "services/dynamodb/service.h"

#include "services/dynamodb/background.h"

namespace thaw::dynamodb {
namespace {

std::string arn_of_name(const api::Request& request, const Json& name) {
  if (!name.is_string()) return "*";
  const std::string& text = name.as_string();
  if (text.starts_with("arn:")) return text;
  return request.arn("dynamodb", "table/" + text);
}

std::string table_arn(const api::Request& request, const Json& input) {
  return arn_of_name(request, input.get("TableName"));
}
std::string resource_arn(const api::Request&, const Json& input) { return input.get("ResourceArn").string_or("*"); }

// Reading an index needs rights on the index.
std::string index_arn(const api::Request& request, const Json& input) {
  std::string arn = table_arn(request, input);
  const Json& index = input.get("IndexName");
  return index.is_string() ? arn + "/index/" + index.as_string() : arn;
}

std::vector<api::Permission> batch_permissions(const api::Request& request, const Json& input) {
  std::vector<api::Permission> out;
  const Json& tables = input.get("RequestItems");
  if (tables.is_object())
    for (const auto& m : tables.members())
      out.push_back({"dynamodb:" + request.operation->name, arn_of_name(request, Json(m.key)), {}});
  return out;
}

std::vector<api::Permission> transact_permissions(const api::Request& request, const Json& input) {
  constexpr std::pair<std::string_view, std::string_view> actions[] = {
      {"Get", "dynamodb:GetItem"},
      {"Put", "dynamodb:PutItem"},
      {"Update", "dynamodb:UpdateItem"},
      {"Delete", "dynamodb:DeleteItem"},
      {"ConditionCheck", "dynamodb:ConditionCheckItem"}};
  std::vector<api::Permission> out;
  const Json& items = input.get("TransactItems");
  if (!items.is_array()) return out;
  for (const Json& item : items.items())
    for (auto [member, action] : actions)
      if (const Json* found = item.find(member))
        out.push_back({std::string(action), arn_of_name(request, found->get("TableName")), {}});
  return out;
}

}  // namespace

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
  std::vector<api::Operation> out;
  out.push_back(op("BatchGetItem", this, &DynamoDb::batch_get_item).reads().permits(batch_permissions));
  out.push_back(op("BatchWriteItem", this, &DynamoDb::batch_write_item)
                    .writes()
                    .permits(batch_permissions)
                    .noted("all writes of a batch are done at once"));
  out.push_back(op("CreateTable", this, &DynamoDb::create_table)
                    .writes()
                    .resource(table_arn)
                    .noted("throughput, TableClass and SSESpecification are stored only"));
  out.push_back(op("DeleteItem", this, &DynamoDb::delete_item).writes().resource(table_arn));
  out.push_back(op("DeleteTable", this, &DynamoDb::delete_table).writes().resource(table_arn));
  out.push_back(op("DescribeContinuousBackups", this, &DynamoDb::describe_continuous_backups)
                    .reads()
                    .resource(table_arn)
                    .noted("always disabled"));
  out.push_back(op("DescribeEndpoints", this, &DynamoDb::describe_endpoints));
  out.push_back(op("DescribeLimits", this, &DynamoDb::describe_limits).noted("a new account's; nothing is throttled"));
  out.push_back(op("DescribeTable", this, &DynamoDb::describe_table).reads().resource(table_arn));
  out.push_back(op("DescribeTimeToLive", this, &DynamoDb::describe_time_to_live).reads().resource(table_arn));
  out.push_back(op("GetItem", this, &DynamoDb::get_item).reads().resource(table_arn));
  out.push_back(op("ListTables", this, &DynamoDb::list_tables).reads());
  out.push_back(op("ListTagsOfResource", this, &DynamoDb::list_tags_of_resource).reads().resource(resource_arn));
  out.push_back(op("PutItem", this, &DynamoDb::put_item).writes().resource(table_arn));
  out.push_back(op("Query", this, &DynamoDb::query).reads().resource(index_arn));
  out.push_back(op("Scan", this, &DynamoDb::scan).reads().resource(index_arn));
  out.push_back(op("TagResource", this, &DynamoDb::tag_resource).writes().resource(resource_arn));
  out.push_back(op("TransactGetItems", this, &DynamoDb::transact_get_items).reads().permits(transact_permissions));
  out.push_back(op("TransactWriteItems", this, &DynamoDb::transact_write_items).writes().permits(transact_permissions));
  out.push_back(op("UntagResource", this, &DynamoDb::untag_resource).writes().resource(resource_arn));
  out.push_back(op("UpdateContinuousBackups", this, &DynamoDb::update_continuous_backups)
                    .reads()
                    .resource(table_arn)
                    .noted("can disable only"));
  out.push_back(op("UpdateItem", this, &DynamoDb::update_item).writes().resource(table_arn));
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
