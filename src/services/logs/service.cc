#include "services/logs/service.h"

namespace thaw::logs {
namespace {

std::string group_arn(const api::Request& request, const std::string& name) {
  return request.arn("logs", "log-group:" + name + ":*");
}
std::string arn_of_group(const api::Request& request, const Json& input) {
  const Json& name = input.get("logGroupName");
  if (name.is_string()) return group_arn(request, name.as_string());
  const Json& identifier = input.get("logGroupIdentifier");
  return identifier.is_string() ? identifier.as_string() : "*";
}
std::string arn_of_stream(const api::Request& request, const Json& input) {
  return request.arn("logs", "log-group:" + input.get("logGroupName").string_or("") +
                                 ":log-stream:" + input.get("logStreamName").string_or(""));
}
std::string arn_of_resource(const api::Request&, const Json& input) { return input.get("resourceArn").string_or("*"); }

}  // namespace

std::unexpected<Error> no_group() {
  return fail("ResourceNotFoundException", "The specified log group does not exist.");
}
std::unexpected<Error> no_stream() {
  return fail("ResourceNotFoundException", "The specified log stream does not exist.");
}
std::unexpected<Error> invalid_parameter(std::string words) {
  return fail("InvalidParameterException", std::move(words));
}

Result<std::string> group_of(const std::optional<std::string>& name, const std::optional<std::string>& identifier) {
  if (name && identifier)
    return invalid_parameter("Exactly one of logGroupName or logGroupIdentifier must be provided.");
  if (name) return *name;
  if (!identifier) return invalid_parameter("Exactly one of logGroupName or logGroupIdentifier must be provided.");
  auto arn = Arn::parse(*identifier);
  if (!arn) return *identifier;
  std::string_view resource = arn->resource;
  if (!resource.starts_with("log-group:")) return invalid_parameter("Invalid log group identifier: " + *identifier);
  resource.remove_prefix(10);
  return std::string(resource.substr(0, resource.find(':')));
}

LogStore store_of(api::Request& request) { return LogStore(request.tx(), request.account, request.region); }

api::ServiceInfo Logs::info() const {
  return {.name = "logs",
          .protocols = {api::Protocol::json_1_1},
          .target_prefix = "Logs_20140328",
          .api_version = "2014-03-28",
          .validation_code = "InvalidParameterException",
          .title = "Amazon CloudWatch Logs",
          .host_prefixes = {"logs"}};
}

std::vector<api::Operation> Logs::operations() {
  using api::op;
  std::vector<api::Operation> out;
  out.push_back(op("CreateLogGroup", this, &Logs::create_log_group).writes().resource(arn_of_group));
  out.push_back(op("DeleteLogGroup", this, &Logs::delete_log_group).writes().resource(arn_of_group));
  out.push_back(op("DescribeLogGroups", this, &Logs::describe_log_groups).reads());
  out.push_back(op("PutRetentionPolicy", this, &Logs::put_retention_policy).writes().resource(arn_of_group));
  out.push_back(op("DeleteRetentionPolicy", this, &Logs::delete_retention_policy).writes().resource(arn_of_group));
  out.push_back(op("TagLogGroup", this, &Logs::tag_log_group).writes().resource(arn_of_group));
  out.push_back(op("UntagLogGroup", this, &Logs::untag_log_group).writes().resource(arn_of_group));
  out.push_back(op("ListTagsLogGroup", this, &Logs::list_tags_log_group).reads().resource(arn_of_group));
  out.push_back(op("TagResource", this, &Logs::tag_resource).writes().resource(arn_of_resource));
  out.push_back(op("UntagResource", this, &Logs::untag_resource).writes().resource(arn_of_resource));
  out.push_back(op("ListTagsForResource", this, &Logs::list_tags_for_resource).reads().resource(arn_of_resource));
  out.push_back(op("CreateLogStream", this, &Logs::create_log_stream).writes().resource(arn_of_stream));
  out.push_back(op("DeleteLogStream", this, &Logs::delete_log_stream).writes().resource(arn_of_stream));
  out.push_back(op("DescribeLogStreams", this, &Logs::describe_log_streams).reads().resource(arn_of_group));
  out.push_back(op("PutLogEvents", this, &Logs::put_log_events)
                    .writes()
                    .resource(arn_of_stream)
                    .noted("durable within 50 ms, not before the answer"));
  out.push_back(op("GetLogEvents", this, &Logs::get_log_events).reads().resource(arn_of_stream));
  out.push_back(op("FilterLogEvents", this, &Logs::filter_log_events).reads().resource(arn_of_group));
  return out;
}

std::vector<std::string> Logs::not_implemented() const {
  return {"AssociateKmsKey",
          "CancelExportTask",
          "CreateDelivery",
          "CreateExportTask",
          "CreateLogAnomalyDetector",
          "DeleteAccountPolicy",
          "DeleteDataProtectionPolicy",
          "DeleteDestination",
          "DeleteMetricFilter",
          "DeleteQueryDefinition",
          "DeleteResourcePolicy",
          "DeleteSubscriptionFilter",
          "DescribeAccountPolicies",
          "DescribeDestinations",
          "DescribeExportTasks",
          "DescribeMetricFilters",
          "DescribeQueries",
          "DescribeQueryDefinitions",
          "DescribeResourcePolicies",
          "DescribeSubscriptionFilters",
          "DisassociateKmsKey",
          "GetDataProtectionPolicy",
          "GetLogGroupFields",
          "GetLogRecord",
          "GetQueryResults",
          "PutAccountPolicy",
          "PutDataProtectionPolicy",
          "PutDestination",
          "PutDestinationPolicy",
          "PutMetricFilter",
          "PutQueryDefinition",
          "PutResourcePolicy",
          "PutSubscriptionFilter",
          "StartLiveTail",
          "StartQuery",
          "StopQuery",
          "TestMetricFilter"};
}

}  // namespace thaw::logs
