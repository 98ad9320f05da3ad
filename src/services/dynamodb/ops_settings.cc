// Time to live, tags, and the operations that describe the service itself.
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t tags_max = 50;

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

}  // namespace

Task<Result<wire::DescribeTimeToLiveOutput>> DynamoDb::describe_time_to_live(api::Request& request,
                                                                             const wire::DescribeTimeToLiveInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  const std::string& attribute = table->record.TtlAttribute;
  wire::TimeToLiveDescription d;
  d.TimeToLiveStatus = attribute.empty() ? "DISABLED" : table->record.TtlBackfilling ? "ENABLING" : "ENABLED";
  if (!attribute.empty()) d.AttributeName = attribute;
  co_return wire::DescribeTimeToLiveOutput{std::move(d)};
}

Task<Result<wire::UpdateTimeToLiveOutput>> DynamoDb::update_time_to_live(api::Request& request,
                                                                         const wire::UpdateTimeToLiveInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  const wire::TimeToLiveSpecification& wanted = in.TimeToLiveSpecification;
  TableRecord record = table->record;
  if (wanted.Enabled && !record.TtlAttribute.empty()) {
    if (record.TtlAttribute == wanted.AttributeName) co_return invalid("TimeToLive is already enabled");
    co_return invalid("TimeToLive is active on a different AttributeName: current AttributeName is " +
                      record.TtlAttribute);
  }
  if (!wanted.Enabled && record.TtlAttribute.empty()) co_return invalid("TimeToLive is already disabled");
  if (!wanted.Enabled && record.TtlAttribute != wanted.AttributeName)
    co_return invalid("TimeToLive is active on a different AttributeName: current AttributeName is " +
                      record.TtlAttribute);
  record.TtlAttribute = wanted.Enabled ? wanted.AttributeName : "";
  record.TtlBackfilling = wanted.Enabled;
  record.TtlChanged = request.now();
  TablePtr changed = make_table(table->account, table->region, std::move(record));
  save_table(request.tx(), *changed);
  if (wanted.Enabled) request.tx().on_commit([this, changed] { start_building(*changed); });
  co_return wire::UpdateTimeToLiveOutput{wanted};
}

Task<Result<DynamoDb::TablePtr>> DynamoDb::table_of_arn(api::Request& request, const std::string& arn) {
  auto parsed = Arn::parse(arn);
  bool is_table = parsed && parsed->service == "dynamodb" && parsed->resource.starts_with("table/");
  if (!is_table) co_return invalid("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  auto name = parse_table_name(arn);
  if (name) {
    TablePtr table = co_await tables_.find(request.tx(), *name->account, *name->region, name->name);
    if (table) co_return table;
  }
  co_return fail("ResourceNotFoundException", "Requested resource not found: ResourcArn: " + arn + " not found");
}

Task<Result<api::Nothing>> DynamoDb::tag_resource(api::Request& request, const wire::TagResourceInput& in) {
  CO_TRY(TablePtr table, co_await table_of_arn(request, in.ResourceArn));
  TableRecord record = table->record;
  for (const wire::Tag& tag : in.Tags) record.Tags[tag.Key] = tag.Value;
  if (record.Tags.size() > tags_max)
    co_return invalid("One or more parameter values were invalid: Too many tags: at most 50 tags per resource");
  save_table(request.tx(), *make_table(table->account, table->region, std::move(record)));
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> DynamoDb::untag_resource(api::Request& request, const wire::UntagResourceInput& in) {
  CO_TRY(TablePtr table, co_await table_of_arn(request, in.ResourceArn));
  TableRecord record = table->record;
  for (const std::string& key : in.TagKeys) record.Tags.erase(key);
  save_table(request.tx(), *make_table(table->account, table->region, std::move(record)));
  co_return api::Nothing{};
}

Task<Result<wire::ListTagsOfResourceOutput>> DynamoDb::list_tags_of_resource(api::Request& request,
                                                                             const wire::ListTagsOfResourceInput& in) {
  CO_TRY(TablePtr table, co_await table_of_arn(request, in.ResourceArn));
  if (in.NextToken) co_return invalid("Invalid NextToken");  // all tags fit one answer, so none was ever given
  wire::ListTagsOfResourceOutput out;
  out.Tags.emplace();
  for (const auto& [key, value] : table->record.Tags) out.Tags->push_back({key, value});
  co_return out;
}

Task<Result<wire::DescribeContinuousBackupsOutput>> DynamoDb::describe_continuous_backups(
    api::Request& request, const wire::DescribeContinuousBackupsInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  wire::ContinuousBackupsDescription d;
  d.ContinuousBackupsStatus = "DISABLED";
  d.PointInTimeRecoveryDescription.emplace().PointInTimeRecoveryStatus = "DISABLED";
  co_return wire::DescribeContinuousBackupsOutput{std::move(d)};
}

Task<Result<wire::UpdateContinuousBackupsOutput>> DynamoDb::update_continuous_backups(
    api::Request& request, const wire::UpdateContinuousBackupsInput& in) {
  CO_TRY(TablePtr table, co_await table_for_control(request, in.TableName));
  if (in.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled)
    co_return fail("NotImplemented", "Thaw does not implement point-in-time recovery of DynamoDB tables.", 501);
  wire::ContinuousBackupsDescription d;
  d.ContinuousBackupsStatus = "DISABLED";
  d.PointInTimeRecoveryDescription.emplace().PointInTimeRecoveryStatus = "DISABLED";
  co_return wire::UpdateContinuousBackupsOutput{std::move(d)};
}

Task<Result<wire::DescribeLimitsOutput>> DynamoDb::describe_limits(api::Request&, const wire::DescribeLimitsInput&) {
  constexpr int64_t account_max = 80'000, table_max = 40'000;  // a new account's; nothing is throttled here
  co_return wire::DescribeLimitsOutput{account_max, account_max, table_max, table_max};
}

Task<Result<wire::DescribeEndpointsResponse>> DynamoDb::describe_endpoints(api::Request& request,
                                                                           const wire::DescribeEndpointsRequest&) {
  constexpr int64_t minutes = 1440;
  co_return wire::DescribeEndpointsResponse{std::vector<wire::Endpoint>{{request.host, minutes}}};
}

}  // namespace thaw::dynamodb
