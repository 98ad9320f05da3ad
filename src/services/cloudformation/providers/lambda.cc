// AWS::Lambda::*
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/providers/mapping.h"
#include "services/cloudformation/providers/zip.h"

namespace thaw::cloudformation {
namespace {

constexpr int64_t pause_ms = 20;
constexpr int waits_max = 6000;

// Waits until a function may be used or updated. Error when it has become what cannot be used.
Task<Result<Json>> wait_for_function(Api& api, std::string name) {
  for (int i = 0; i < waits_max; ++i) {
    CO_TRY(Json now, co_await api.call("lambda", "GetFunctionConfiguration", Json::object({{"FunctionName", name}})));
    std::string state = now.get("State").string_or("Active");
    std::string update = now.get("LastUpdateStatus").string_or("Successful");
    if (state == "Failed" || update == "Failed") {
      std::string reason = now.get(state == "Failed" ? "StateReason" : "LastUpdateStatusReason").string_or("");
      co_return fail("NotStabilized", "Lambda function " + name + " failed: " + reason);
    }
    if (state != "Pending" && update != "InProgress") co_return now;
    if (api.cancelled()) co_return fail("Cancelled", "Resource creation cancelled");
    co_await api.pause(pause_ms);
  }
  co_return fail("NotStabilized", "Lambda function " + name + " did not become active in time");
}

// Beside code that a template holds inline lies a module that answers for a custom resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
constexpr const char* response_module_node = R"(exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';
exports.send = function (event, context, status, data, physicalId, noEcho) {
  const url = new URL(event.ResponseURL);
  const body = JSON.stringify({
    Status: status,
    Reason: 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
    PhysicalResourceId: physicalId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  const options = {
    hostname: url.hostname, port: url.port || 443, path: url.pathname + url.search, method: 'PUT',
    headers: {'content-type': '', 'content-length': Buffer.byteLength(body)},
  };
  const request = require('https').request(options, () => context.done());
  request.on('error', (error) => { console.log('The answer could not be sent: ' + error); context.done(); });
  request.end(body);
};
)";
constexpr const char* response_module_python = R"(import json
import urllib.request

SUCCESS = 'SUCCESS'
FAILED = 'FAILED'


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        'Status': responseStatus,
        'Reason': reason or 'See the details in CloudWatch Log Stream: ' + context.log_stream_name,
        'PhysicalResourceId': physicalResourceId or context.log_stream_name,
        'StackId': event['StackId'],
        'RequestId': event['RequestId'],
        'LogicalResourceId': event['LogicalResourceId'],
        'NoEcho': noEcho,
        'Data': responseData,
    }).encode()
    request = urllib.request.Request(event['ResponseURL'], data=body, method='PUT', headers={'content-type': ''})
    try:
        urllib.request.urlopen(request).read()
    except Exception as error:
        print('The answer could not be sent:', error)
)";

Result<Json> function_code(const ResourceRequest& r) {
  Json code = pick(r.property("Code"), {"S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri"});
  const Json& inline_code = r.property("Code").get("ZipFile");
  if (!inline_code.is_string()) return code;
  if (inline_code.as_string().size() > 4 * 1024 * 1024) {
    return fail("InvalidRequest", "ZipFile in Code is longer than 4 MB of text");
  }
  std::string runtime = r.text("Runtime");
  bool node = runtime.starts_with("nodejs");
  if (!node && !runtime.starts_with("python")) {
    return fail("InvalidRequest", "ZipFile can only be used when Runtime is set to any of nodejs or python runtimes.");
  }
  std::vector<ZipEntry> files = {{node ? "index.js" : "index.py", inline_code.as_string()}};
  files.push_back(node ? ZipEntry{"cfn-response.js", response_module_node}
                       : ZipEntry{"cfnresponse.py", response_module_python});
  code.set("ZipFile", write_zip(files));
  return code;
}

Json function_configuration(const ResourceRequest& r) {
  return pick(r.properties, {"Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig",
                             "DeadLetterConfig", "Environment", "TracingConfig", "Layers", "FileSystemConfigs",
                             "ImageConfig", "EphemeralStorage", "SnapStart", "LoggingConfig"});
}

Task<Result<ResourceState>> function_state(Api& api, std::string name) {
  CO_TRY(Json now, co_await wait_for_function(api, name));
  co_return done(name, Json::object({{"Arn", now.get("FunctionArn")}}));
}

Task<Result<ResourceState>> put_concurrency(Api& api, const ResourceRequest& r, std::string name) {
  const Json& reserved = r.property("ReservedConcurrentExecutions");
  if (!reserved.is_null()) {
    CO_TRY(Json put,
           co_await api.call("lambda", "PutFunctionConcurrency",
                             Json::object({{"FunctionName", name}, {"ReservedConcurrentExecutions", reserved}})));
  } else if (r.previous.contains("ReservedConcurrentExecutions")) {
    CO_TRY(Json gone, co_await api.call("lambda", "DeleteFunctionConcurrency", Json::object({{"FunctionName", name}})));
  }
  co_return co_await function_state(api, name);
}

Task<Result<void>> put_runtime_management(Api& api, const ResourceRequest& r, std::string name) {
  Json input = pick(r.property("RuntimeManagementConfig"), {"UpdateRuntimeOn", "RuntimeVersionArn"});
  if (!input.contains("UpdateRuntimeOn")) input.set("UpdateRuntimeOn", "Auto");
  input.set("FunctionName", name);
  CO_TRY(Json put, co_await api.call("lambda", "PutRuntimeManagementConfig", std::move(input)));
  co_return Result<void>();
}

Task<Result<void>> put_code_signing(Api& api, const ResourceRequest& r, std::string name) {
  Json input = Json::object({{"FunctionName", name}});
  bool wanted = r.properties.contains("CodeSigningConfigArn");
  if (wanted) input.set("CodeSigningConfigArn", r.property("CodeSigningConfigArn"));
  CO_TRY(Json put,
         co_await api.call("lambda", wanted ? "PutFunctionCodeSigningConfig" : "DeleteFunctionCodeSigningConfig",
                           std::move(input)));
  co_return Result<void>();
}

Task<Result<ResourceState>> update_function(Api& api, ResourceRequest r) {
  std::string name = r.physical_id;
  if (r.changed("CodeSigningConfigArn")) CO_CHECK_OK(co_await put_code_signing(api, r, name));
  if (r.changed("RuntimeManagementConfig")) CO_CHECK_OK(co_await put_runtime_management(api, r, name));
  if (r.changed("Code") || r.changed("Architectures") || r.resumed) {
    Json input = Json::object({{"FunctionName", name}});
    CO_TRY(Json code, function_code(r));
    merge(input, code);
    if (r.properties.contains("Architectures")) input.set("Architectures", r.property("Architectures"));
    CO_TRY(Json answer, co_await api.call("lambda", "UpdateFunctionCode", std::move(input)));
    CO_TRY(Json ready, co_await wait_for_function(api, name));
  }
  Json before = Json::object();
  ResourceRequest old = r;
  old.properties = r.previous;
  if (Json now = function_configuration(r); !(now == function_configuration(old)) || r.resumed) {
    // What the template no longer says goes back to its default.
    static const std::pair<std::string_view, Json> defaults[] = {
        {"Description", ""},
        {"Timeout", 3},
        {"MemorySize", 128},
        {"Environment", Json::object({{"Variables", Json::object()}})},
        {"Layers", Json::array()},
        {"TracingConfig", Json::object({{"Mode", "PassThrough"}})},
        {"EphemeralStorage", Json::object({{"Size", 512}})},
        {"DeadLetterConfig", Json::object({{"TargetArn", ""}})}};
    for (const auto& [member, value] : defaults) {
      if (!now.contains(member) && r.previous.contains(member)) now.set(member, value);
    }
    now.set("FunctionName", name);
    CO_TRY(Json answer, co_await api.call("lambda", "UpdateFunctionConfiguration", std::move(now)));
    CO_TRY(Json ready, co_await wait_for_function(api, name));
  }
  if (r.changed("Tags")) {
    std::string arn = r.attributes.get("Arn").string_or(name);
    Json now_tags = tag_map(all_tags(r));
    Json gone = Json::array();
    for (const Json::Member& m : tag_map(all_tags(old)).members()) {
      if (!now_tags.contains(m.key)) gone.push_back(m.key);
    }
    if (!gone.empty()) {
      CO_TRY(Json untag,
             co_await api.call("lambda", "UntagResource", Json::object({{"Resource", arn}, {"TagKeys", gone}})));
    }
    if (!now_tags.empty()) {
      CO_TRY(Json tag,
             co_await api.call("lambda", "TagResource", Json::object({{"Resource", arn}, {"Tags", now_tags}})));
    }
  }
  if (!r.changed("ReservedConcurrentExecutions")) co_return co_await function_state(api, name);
  co_return co_await put_concurrency(api, r, name);
}

Task<Result<ResourceState>> create_function(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "FunctionName");
  Json input = function_configuration(r);
  input.set("FunctionName", name);
  CO_TRY(Json code, function_code(r));
  input.set("Code", code);
  merge(input, pick_as(r.properties, {{"PackageType", "PackageType"},
                                      {"Architectures", "Architectures"},
                                      {"CodeSigningConfigArn", "CodeSigningConfigArn"},
                                      {"KmsKeyArn", "KMSKeyArn"}}));
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", tag_map(tags));
  Result<Json> answer = co_await api.call("lambda", "CreateFunction", std::move(input));
  if (!answer && r.resumed && is_already_exists(answer.error())) {
    r.physical_id = name;
    co_return co_await update_function(api, r);
  }
  if (!answer) co_return std::unexpected(std::move(answer).error());
  if (r.properties.contains("RuntimeManagementConfig")) CO_CHECK_OK(co_await put_runtime_management(api, r, name));
  if (!r.properties.contains("ReservedConcurrentExecutions")) co_return co_await function_state(api, name);
  co_return co_await put_concurrency(api, r, name);
}

Task<Result<ResourceState>> remove_function(Api& api, ResourceRequest r) {
  CO_CHECK_OK(
      gone_is_fine(co_await api.call("lambda", "DeleteFunction", Json::object({{"FunctionName", r.physical_id}}))));
  co_return done(r.physical_id);
}

// Puts provisioned concurrency on a version or alias and waits until it is there; takes it away when the template says
// nothing of it any more.
Task<Result<void>> put_provisioned(Api& api, const ResourceRequest& r, Json qualifier) {
  Json place = Json::object({{"FunctionName", r.property("FunctionName")}, {"Qualifier", qualifier}});
  const Json* provisioned = r.properties.find("ProvisionedConcurrencyConfig");
  if (!provisioned && !r.previous.contains("ProvisionedConcurrencyConfig")) co_return Result<void>();
  if (!provisioned) {
    CO_TRY(Json gone, co_await api.call("lambda", "DeleteProvisionedConcurrencyConfig", place));
    co_return Result<void>();
  }
  Json put = pick(*provisioned, {"ProvisionedConcurrentExecutions"});
  merge(put, place);
  CO_TRY(Json done_put, co_await api.call("lambda", "PutProvisionedConcurrencyConfig", std::move(put)));
  for (int i = 0; i < waits_max; ++i) {
    CO_TRY(Json now, co_await api.call("lambda", "GetProvisionedConcurrencyConfig", place));
    std::string status = now.get("Status").string_or("READY");
    if (status == "READY") co_return Result<void>();
    if (status == "FAILED")
      co_return fail("NotStabilized", "Provisioned Concurrency configuration failed to be applied. Reason: " +
                                          now.get("StatusReason").string_or(""));
    if (api.cancelled()) co_return fail("Cancelled", "Resource creation cancelled");
    co_await api.pause(pause_ms);
  }
  co_return fail("NotStabilized", "Provisioned Concurrency was not ready in time");
}

Task<Result<ResourceState>> create_version(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"FunctionName", "CodeSha256", "Description"});
  CO_TRY(Json answer, co_await api.call("lambda", "PublishVersion", std::move(input)));
  std::string arn = answer.get("FunctionArn").string_or("");
  std::string version = answer.get("Version").string_or("");
  CO_CHECK_OK(co_await put_provisioned(api, r, version));
  co_return done(arn, Json::object({{"Version", version}, {"FunctionArn", arn}}));
}

Task<Result<ResourceState>> remove_version(Api& api, ResourceRequest r) {
  CO_CHECK_OK(
      gone_is_fine(co_await api.call("lambda", "DeleteFunction", Json::object({{"FunctionName", r.physical_id}}))));
  co_return done(r.physical_id);
}

Json alias_input(const ResourceRequest& r) {
  Json input = pick(r.properties, {"FunctionName", "Name", "FunctionVersion", "Description"});
  if (const Json* routing = r.properties.find("RoutingConfig")) {
    Json weights = Json::object();
    if (const Json& list = routing->get("AdditionalVersionWeights"); list.is_array()) {
      for (const Json& item : list.items())
        weights.set(item.get("FunctionVersion").string_or(""), item.get("FunctionWeight"));
    }
    input.set("RoutingConfig", Json::object({{"AdditionalVersionWeights", weights}}));
  } else if (r.previous.contains("RoutingConfig")) {
    input.set("RoutingConfig", Json::object({{"AdditionalVersionWeights", Json::object()}}));
  }
  return input;
}

Task<Result<ResourceState>> put_alias(Api& api, ResourceRequest r, bool create) {
  Result<Json> answer = co_await api.call("lambda", create ? "CreateAlias" : "UpdateAlias", alias_input(r));
  if (!answer && create && r.resumed && is_already_exists(answer.error())) {
    answer = co_await api.call("lambda", "UpdateAlias", alias_input(r));
  }
  if (!answer) co_return std::unexpected(std::move(answer).error());
  CO_CHECK_OK(co_await put_provisioned(api, r, r.property("Name")));
  std::string arn = answer->get("AliasArn").string_or("");
  co_return done(arn, Json::object({{"AliasArn", arn}}));
}
Task<Result<ResourceState>> create_alias(Api& api, ResourceRequest r) { return put_alias(api, std::move(r), true); }
Task<Result<ResourceState>> update_alias(Api& api, ResourceRequest r) { return put_alias(api, std::move(r), false); }

Task<Result<ResourceState>> remove_alias(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "DeleteAlias", pick(r.properties, {"FunctionName", "Name"}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_permission(Api& api, ResourceRequest r) {
  Json input =
      pick(r.properties, {"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "EventSourceToken",
                          "PrincipalOrgID", "FunctionUrlAuthType", "InvokedViaFunctionUrl"});
  input.set("StatementId", r.physical_id);
  Result<Json> answer = co_await api.call("lambda", "AddPermission", std::move(input));
  if (!answer && !(r.resumed && is_already_exists(answer.error())))
    co_return std::unexpected(std::move(answer).error());
  co_return done(r.physical_id, Json::object({{"Id", r.physical_id}}));
}

Task<Result<ResourceState>> remove_permission(Api& api, ResourceRequest r) {
  Json input = Json::object({{"FunctionName", r.property("FunctionName")}, {"StatementId", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "RemovePermission", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_layer(Api& api, ResourceRequest r) {
  Json input =
      pick(r.properties, {"CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LicenseInfo"});
  input.set("LayerName", chosen_name(r, "LayerName"));
  CO_TRY(Json answer, co_await api.call("lambda", "PublishLayerVersion", std::move(input)));
  std::string arn = answer.get("LayerVersionArn").string_or("");
  co_return done(arn, Json::object({{"LayerVersionArn", arn}}));
}

// arn:aws:lambda:R:A:layer:NAME:VERSION
std::pair<std::string, std::string> layer_and_version(const std::string& arn) {
  size_t colon = arn.rfind(':');
  if (colon == std::string::npos) return {arn, "0"};
  return {arn.substr(0, colon), arn.substr(colon + 1)};
}

Task<Result<ResourceState>> remove_layer(Api& api, ResourceRequest r) {
  auto [layer, version] = layer_and_version(r.physical_id);
  Json input = Json::object({{"LayerName", layer}, {"VersionNumber", version}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "DeleteLayerVersion", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_layer_permission(Api& api, ResourceRequest r) {
  auto [layer, version] = layer_and_version(r.text("LayerVersionArn"));
  Json input =
      pick_as(r.properties, {{"Action", "Action"}, {"Principal", "Principal"}, {"OrganizationId", "OrganizationId"}});
  input.set("LayerName", layer).set("VersionNumber", version).set("StatementId", r.physical_id);
  Result<Json> answer = co_await api.call("lambda", "AddLayerVersionPermission", std::move(input));
  if (!answer && !(r.resumed && is_already_exists(answer.error())))
    co_return std::unexpected(std::move(answer).error());
  co_return done(r.text("LayerVersionArn") + "#" + r.physical_id, Json::object({{"Id", r.physical_id}}));
}

Task<Result<ResourceState>> remove_layer_permission(Api& api, ResourceRequest r) {
  size_t mark = r.physical_id.rfind('#');
  auto [layer, version] = layer_and_version(r.physical_id.substr(0, mark));
  std::string statement = mark == std::string::npos ? r.physical_id : r.physical_id.substr(mark + 1);
  Json input = Json::object({{"LayerName", layer}, {"VersionNumber", version}, {"StatementId", statement}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "RemoveLayerVersionPermission", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> put_invoke_config(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"FunctionName", "Qualifier", "MaximumRetryAttempts", "MaximumEventAgeInSeconds",
                                   "DestinationConfig"});
  CO_TRY(Json answer, co_await api.call("lambda", "PutFunctionEventInvokeConfig", std::move(input)));
  co_return done(r.text("FunctionName") + "|" + r.text("Qualifier"));
}
Task<Result<ResourceState>> remove_invoke_config(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"FunctionName", "Qualifier"});
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "DeleteFunctionEventInvokeConfig", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> put_url(Api& api, ResourceRequest r, bool create) {
  Json input = pick(r.properties, {"Qualifier", "AuthType", "Cors", "InvokeMode"});
  input.set("FunctionName", r.property("TargetFunctionArn"));
  Result<Json> answer =
      co_await api.call("lambda", create ? "CreateFunctionUrlConfig" : "UpdateFunctionUrlConfig", input);
  if (!answer && create && r.resumed && is_already_exists(answer.error())) {
    answer = co_await api.call("lambda", "UpdateFunctionUrlConfig", input);
  }
  if (!answer) co_return std::unexpected(std::move(answer).error());
  std::string arn = answer->get("FunctionArn").string_or(r.text("TargetFunctionArn"));
  co_return done(arn, Json::object({{"FunctionArn", arn}, {"FunctionUrl", answer->get("FunctionUrl")}}));
}
Task<Result<ResourceState>> create_url(Api& api, ResourceRequest r) { return put_url(api, std::move(r), true); }
Task<Result<ResourceState>> update_url(Api& api, ResourceRequest r) { return put_url(api, std::move(r), false); }
Task<Result<ResourceState>> remove_url(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"Qualifier"});
  input.set("FunctionName", r.property("TargetFunctionArn"));
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "DeleteFunctionUrlConfig", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_code_signing(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"Description", "AllowedPublishers", "CodeSigningPolicies"});
  CO_TRY(Json answer, co_await api.call("lambda", "CreateCodeSigningConfig", std::move(input)));
  const Json& config = answer.get("CodeSigningConfig");
  std::string arn = config.get("CodeSigningConfigArn").string_or("");
  co_return done(
      arn, Json::object({{"CodeSigningConfigArn", arn}, {"CodeSigningConfigId", config.get("CodeSigningConfigId")}}));
}
Task<Result<ResourceState>> update_code_signing(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"Description", "AllowedPublishers", "CodeSigningPolicies"});
  // What the template no longer says goes back to its default.
  if (!input.contains("Description")) input.set("Description", "");
  if (!input.contains("CodeSigningPolicies"))
    input.set("CodeSigningPolicies", Json::object({{"UntrustedArtifactOnDeployment", "Warn"}}));
  input.set("CodeSigningConfigArn", r.physical_id);
  CO_TRY(Json answer, co_await api.call("lambda", "UpdateCodeSigningConfig", std::move(input)));
  co_return done(r.physical_id, r.attributes);
}
Task<Result<ResourceState>> remove_code_signing(Api& api, ResourceRequest r) {
  Json input = Json::object({{"CodeSigningConfigArn", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("lambda", "DeleteCodeSigningConfig", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_mapping(Api& api, ResourceRequest r) {
  Json input = r.properties;
  input.erase("Tags");
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", tag_map(tags));
  CO_TRY(Json answer, co_await api.call("lambda", "CreateEventSourceMapping", std::move(input)));
  std::string id = answer.get("UUID").string_or("");
  co_return done(id, Json::object({{"Id", id}, {"EventSourceMappingArn", answer.get("EventSourceMappingArn")}}));
}
Task<Result<ResourceState>> update_mapping(Api& api, ResourceRequest r) {
  Json input = r.properties;
  for (std::string_view fixed : {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "Topics", "Queues",
                                 "SelfManagedEventSource", "Tags"}) {
    input.erase(fixed);
  }
  input.set("UUID", r.physical_id);
  CO_TRY(Json answer, co_await api.call("lambda", "UpdateEventSourceMapping", std::move(input)));
  co_return done(r.physical_id, r.attributes);
}
Task<Result<ResourceState>> remove_mapping(Api& api, ResourceRequest r) {
  CO_CHECK_OK(
      gone_is_fine(co_await api.call("lambda", "DeleteEventSourceMapping", Json::object({{"UUID", r.physical_id}}))));
  co_return done(r.physical_id);
}

}  // namespace

const std::vector<ResourceType>& lambda_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::Lambda::Function",
       .properties = {"Architectures",
                      "Code",
                      "CodeSigningConfigArn",
                      "DeadLetterConfig",
                      "Description",
                      "Environment",
                      "EphemeralStorage",
                      "FileSystemConfigs",
                      "FunctionName",
                      "Handler",
                      "ImageConfig",
                      "KmsKeyArn",
                      "Layers",
                      "LoggingConfig",
                      "MemorySize",
                      "PackageType",
                      "ReservedConcurrentExecutions",
                      "Role",
                      "Runtime",
                      "RuntimeManagementConfig",
                      "SnapStart",
                      "Tags",
                      "Timeout",
                      "TracingConfig",
                      "VpcConfig"},
       .required = {"Code", "Role"},
       .create_only = {"FunctionName", "PackageType"},
       .attributes = {"Arn"},
       .name_property = "FunctionName",
       .name_length_max = 64,
       .taggable = true,
       .create = create_function,
       .update = update_function,
       .remove = remove_function},
      {.name = "AWS::Lambda::Version",
       .properties = {"FunctionName", "CodeSha256", "Description", "ProvisionedConcurrencyConfig"},
       .required = {"FunctionName"},
       .create_only = {"*"},
       .attributes = {"Version", "FunctionArn"},
       .create = create_version,
       .remove = remove_version},
      {.name = "AWS::Lambda::Alias",
       .properties = {"FunctionName", "Name", "FunctionVersion", "Description", "RoutingConfig",
                      "ProvisionedConcurrencyConfig"},
       .required = {"FunctionName", "Name", "FunctionVersion"},
       .create_only = {"FunctionName", "Name"},
       .attributes = {"AliasArn"},
       .create = create_alias,
       .update = update_alias,
       .remove = remove_alias},
      {.name = "AWS::Lambda::Permission",
       .properties = {"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "EventSourceToken",
                      "PrincipalOrgID", "FunctionUrlAuthType", "InvokedViaFunctionUrl"},
       .required = {"FunctionName", "Action", "Principal"},
       .create_only = {"*"},
       .attributes = {"Id"},
       .name_length_max = 100,
       .create = create_permission,
       .remove = remove_permission},
      {.name = "AWS::Lambda::LayerVersion",
       .properties = {"CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName",
                      "LicenseInfo"},
       .required = {"Content"},
       .create_only = {"*"},
       .attributes = {"LayerVersionArn"},
       .name_length_max = 140,
       .create = create_layer,
       .remove = remove_layer},
      {.name = "AWS::Lambda::LayerVersionPermission",
       .properties = {"Action", "LayerVersionArn", "OrganizationId", "Principal"},
       .required = {"Action", "LayerVersionArn", "Principal"},
       .create_only = {"*"},
       .attributes = {"Id"},
       .name_length_max = 100,
       .create = create_layer_permission,
       .remove = remove_layer_permission},
      {.name = "AWS::Lambda::EventInvokeConfig",
       .properties = {"FunctionName", "Qualifier", "MaximumRetryAttempts", "MaximumEventAgeInSeconds",
                      "DestinationConfig"},
       .required = {"FunctionName", "Qualifier"},
       .create_only = {"FunctionName", "Qualifier"},
       .create = put_invoke_config,
       .update = put_invoke_config,
       .remove = remove_invoke_config},
      {.name = "AWS::Lambda::Url",
       .properties = {"TargetFunctionArn", "Qualifier", "AuthType", "Cors", "InvokeMode"},
       .required = {"TargetFunctionArn", "AuthType"},
       .create_only = {"TargetFunctionArn", "Qualifier"},
       .attributes = {"FunctionArn", "FunctionUrl"},
       .create = create_url,
       .update = update_url,
       .remove = remove_url},
      {.name = "AWS::Lambda::CodeSigningConfig",
       .properties = {"Description", "AllowedPublishers", "CodeSigningPolicies"},
       .required = {"AllowedPublishers"},
       .attributes = {"CodeSigningConfigArn", "CodeSigningConfigId"},
       .create = create_code_signing,
       .update = update_code_signing,
       .remove = remove_code_signing},
      {.name = "AWS::Lambda::EventSourceMapping",
       .properties = {"*"},
       .required = {"FunctionName"},
       .create_only = {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp", "SelfManagedEventSource"},
       .attributes = {"Id", "EventSourceMappingArn"},
       .taggable = true,
       .create = create_mapping,
       .update = update_mapping,
       .remove = remove_mapping},
  };
  return types;
}

}  // namespace thaw::cloudformation
