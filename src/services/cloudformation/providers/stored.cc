// AWS::Logs::*, AWS::SSM::Parameter, AWS::KMS::*, AWS::ECR::Repository, AWS::CDK::Metadata
#include <algorithm>

#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

// ---- Logs ----

Task<Result<Json>> put_retention(Api& api, const ResourceRequest& r, std::string name) {
  if (!r.changed("RetentionInDays")) co_return Json();
  const Json& days = r.property("RetentionInDays");
  Json input = Json::object({{"logGroupName", name}});
  if (!days.is_null()) input.set("retentionInDays", days);
  co_return co_await api.call("logs", days.is_null() ? "DeleteRetentionPolicy" : "PutRetentionPolicy",
                              std::move(input));
}

std::string log_group_arn(const ResourceRequest& r, const std::string& name) {
  return "arn:" + r.partition + ":logs:" + r.region + ":" + r.account + ":log-group:" + name + ":*";
}

Task<Result<ResourceState>> create_log_group(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "LogGroupName");
  Json input = Json::object({{"logGroupName", name}});
  merge(input, pick_as(r.properties, {{"KmsKeyId", "kmsKeyId"}, {"LogGroupClass", "logGroupClass"}}));
  if (Json tags = all_tags(r); !tags.empty()) input.set("tags", tag_map(tags));
  Result<Json> made = co_await api.call("logs", "CreateLogGroup", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  CO_TRY(Json put, co_await put_retention(api, r, name));
  co_return done(name, Json::object({{"Arn", log_group_arn(r, name)}}));
}
Task<Result<ResourceState>> update_log_group(Api& api, ResourceRequest r) {
  CO_TRY(Json put, co_await put_retention(api, r, r.physical_id));
  co_return done(r.physical_id, r.attributes);
}
Task<Result<ResourceState>> remove_log_group(Api& api, ResourceRequest r) {
  CO_CHECK_OK(
      gone_is_fine(co_await api.call("logs", "DeleteLogGroup", Json::object({{"logGroupName", r.physical_id}}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_log_stream(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "LogStreamName");
  Json input = Json::object({{"logGroupName", r.property("LogGroupName")}, {"logStreamName", name}});
  Result<Json> made = co_await api.call("logs", "CreateLogStream", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  co_return done(name);
}
Task<Result<ResourceState>> remove_log_stream(Api& api, ResourceRequest r) {
  Json input = Json::object({{"logGroupName", r.property("LogGroupName")}, {"logStreamName", r.physical_id}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("logs", "DeleteLogStream", std::move(input))));
  co_return done(r.physical_id);
}

// ---- SSM ----

Task<Result<ResourceState>> put_parameter(Api& api, const ResourceRequest& r, bool overwrite) {
  std::string name = overwrite ? r.physical_id : chosen_name(r, "Name");
  Json input = pick(r.properties, {"Value", "Type", "Description", "AllowedPattern", "Tier", "Policies", "DataType"});
  input.set("Name", name);
  if (overwrite || r.resumed) {
    input.set("Overwrite", true);
  } else if (Json tags = all_tags(r); !tags.empty()) {
    input.set("Tags", tags);
  }
  CO_TRY(Json answer, co_await api.call("ssm", "PutParameter", std::move(input)));
  co_return done(name, pick(r.properties, {"Type", "Value"}));
}
Task<Result<ResourceState>> create_parameter(Api& api, ResourceRequest r) {
  co_return co_await put_parameter(api, r, false);
}
Task<Result<ResourceState>> update_parameter(Api& api, ResourceRequest r) {
  co_return co_await put_parameter(api, r, true);
}
Task<Result<ResourceState>> remove_parameter(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call("ssm", "DeleteParameter", Json::object({{"Name", r.physical_id}}))));
  co_return done(r.physical_id);
}

// ---- KMS ----

bool is_true(const Json& value) { return value == Json(true) || value.string_or("") == "true"; }

Task<Result<Json>> put_key_state(Api& api, const ResourceRequest& r, std::string id) {
  Json key = Json::object({{"KeyId", id}});
  if (r.changed("EnableKeyRotation") &&
      (is_true(r.property("EnableKeyRotation")) || is_true(r.previous.get("EnableKeyRotation")))) {
    Json input = key;
    bool on = is_true(r.property("EnableKeyRotation"));
    if (on) merge(input, pick(r.properties, {"RotationPeriodInDays"}));
    CO_TRY(Json put, co_await api.call("kms", on ? "EnableKeyRotation" : "DisableKeyRotation", std::move(input)));
  }
  if (r.changed("Enabled")) {
    bool on = r.property("Enabled").is_null() || is_true(r.property("Enabled"));
    bool was = r.previous.get("Enabled").is_null() || is_true(r.previous.get("Enabled"));
    if (on != was) {
      CO_TRY(Json put, co_await api.call("kms", on ? "EnableKey" : "DisableKey", key));
    }
  }
  co_return Json();
}

Task<Result<ResourceState>> create_key(Api& api, ResourceRequest r) {
  Json input = pick(r.properties,
                    {"Description", "KeyUsage", "KeySpec", "MultiRegion", "Origin", "BypassPolicyLockoutSafetyCheck"});
  if (const Json* policy = r.properties.find("KeyPolicy")) input.set("Policy", as_text(*policy));
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", tag_list_as(tags, "TagKey", "TagValue"));
  CO_TRY(Json made, co_await api.call("kms", "CreateKey", std::move(input)));
  const Json& key = made.get("KeyMetadata");
  std::string id = key.get("KeyId").string_or("");
  CO_TRY(Json put, co_await put_key_state(api, r, id));
  co_return done(id, Json::object({{"Arn", key.get("Arn")}, {"KeyId", id}}));
}
Task<Result<ResourceState>> update_key(Api& api, ResourceRequest r) {
  Json key = Json::object({{"KeyId", r.physical_id}});
  if (r.changed("KeyPolicy")) {
    Json input = key;
    input.set("PolicyName", "default").set("Policy", as_text(r.property("KeyPolicy")));
    CO_TRY(Json put, co_await api.call("kms", "PutKeyPolicy", std::move(input)));
  }
  if (r.changed("Description")) {
    Json input = key;
    input.set("Description", r.text("Description"));
    CO_TRY(Json put, co_await api.call("kms", "UpdateKeyDescription", std::move(input)));
  }
  CO_TRY(Json put, co_await put_key_state(api, r, r.physical_id));
  co_return done(r.physical_id, r.attributes);
}
Task<Result<ResourceState>> remove_key(Api& api, ResourceRequest r) {
  Json input = Json::object({{"KeyId", r.physical_id}});
  const Json& days = r.property("PendingWindowInDays");
  input.set("PendingWindowInDays", days.is_null() ? Json(30) : days);
  Result<Json> answer = co_await api.call("kms", "ScheduleKeyDeletion", std::move(input));
  // A key that waits for its deletion already is deleted for us.
  if (!answer && answer.error().code != "KMSInvalidStateException") CO_CHECK_OK(gone_is_fine(std::move(answer)));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> create_alias(Api& api, ResourceRequest r) {
  Json input = pick(r.properties, {"AliasName", "TargetKeyId"});
  Result<Json> made = co_await api.call("kms", "CreateAlias", input);
  if (!made && r.resumed && is_already_exists(made.error())) made = co_await api.call("kms", "UpdateAlias", input);
  if (!made) co_return std::unexpected(std::move(made).error());
  co_return done(r.text("AliasName"));
}
Task<Result<ResourceState>> update_alias(Api& api, ResourceRequest r) {
  CO_TRY(Json put, co_await api.call("kms", "UpdateAlias", pick(r.properties, {"AliasName", "TargetKeyId"})));
  co_return done(r.physical_id);
}
Task<Result<ResourceState>> remove_alias(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call("kms", "DeleteAlias", Json::object({{"AliasName", r.physical_id}}))));
  co_return done(r.physical_id);
}

// ---- ECR ----

Task<Result<Json>> put_repository_policies(Api& api, const ResourceRequest& r, std::string name) {
  Json repository = Json::object({{"repositoryName", name}});
  if (r.changed("LifecyclePolicy")) {
    Json input = repository;
    const Json& text = r.property("LifecyclePolicy").get("LifecyclePolicyText");
    if (!text.is_null()) input.set("lifecyclePolicyText", text);
    CO_TRY(Json put,
           co_await api.call("ecr", text.is_null() ? "DeleteLifecyclePolicy" : "PutLifecyclePolicy", std::move(input)));
  }
  if (r.changed("RepositoryPolicyText")) {
    Json input = repository;
    const Json& text = r.property("RepositoryPolicyText");
    if (!text.is_null()) input.set("policyText", as_text(text));
    CO_TRY(Json put, co_await api.call("ecr", text.is_null() ? "DeleteRepositoryPolicy" : "SetRepositoryPolicy",
                                       std::move(input)));
  }
  co_return Json();
}

Json repository_attributes(const ResourceRequest& r, const std::string& name, const Json& made) {
  std::string arn = "arn:" + r.partition + ":ecr:" + r.region + ":" + r.account + ":repository/" + name;
  std::string uri = made.get("repositoryUri").string_or(r.account + ".dkr.ecr." + r.region + ".amazonaws.com/" + name);
  return Json::object({{"Arn", made.get("repositoryArn").string_or(arn)}, {"RepositoryUri", uri}});
}

Task<Result<ResourceState>> create_repository(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "RepositoryName");
  Json input = Json::object({{"repositoryName", name}});
  merge(input, pick_as(r.properties, {{"ImageTagMutability", "imageTagMutability"}}));
  if (const Json* scanning = r.properties.find("ImageScanningConfiguration")) {
    // Written in both ways in templates.
    Json on = scanning->contains("ScanOnPush") ? scanning->get("ScanOnPush") : scanning->get("scanOnPush");
    input.set("imageScanningConfiguration", Json::object({{"scanOnPush", on}}));
  }
  if (const Json* encryption = r.properties.find("EncryptionConfiguration")) {
    input.set("encryptionConfiguration",
              pick_as(*encryption, {{"EncryptionType", "encryptionType"}, {"KmsKey", "kmsKey"}}));
  }
  if (Json tags = all_tags(r); !tags.empty()) input.set("tags", tags);
  Result<Json> made = co_await api.call("ecr", "CreateRepository", std::move(input));
  bool own = !made && r.resumed && is_already_exists(made.error());
  if (!made && !own) co_return std::unexpected(std::move(made).error());
  CO_TRY(Json put, co_await put_repository_policies(api, r, name));
  co_return done(name, repository_attributes(r, name, made ? made->get("repository") : Json()));
}
Task<Result<ResourceState>> update_repository(Api& api, ResourceRequest r) {
  if (r.changed("ImageTagMutability")) {
    Json input = Json::object({{"repositoryName", r.physical_id},
                               {"imageTagMutability", r.property("ImageTagMutability").string_or("MUTABLE")}});
    CO_TRY(Json put, co_await api.call("ecr", "PutImageTagMutability", std::move(input)));
  }
  CO_TRY(Json put, co_await put_repository_policies(api, r, r.physical_id));
  co_return done(r.physical_id, r.attributes);
}
Task<Result<ResourceState>> remove_repository(Api& api, ResourceRequest r) {
  Json input = Json::object({{"repositoryName", r.physical_id}, {"force", is_true(r.property("EmptyOnDelete"))}});
  CO_CHECK_OK(gone_is_fine(co_await api.call("ecr", "DeleteRepository", std::move(input))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> nothing_to_do(Api&, ResourceRequest r) { co_return done(r.physical_id); }

std::vector<ResourceType> log_types() {
  return {
      {.name = "AWS::Logs::LogGroup",
       .properties = {"KmsKeyId", "LogGroupClass", "LogGroupName", "RetentionInDays", "Tags"},
       .create_only = {"KmsKeyId", "LogGroupClass"},
       .attributes = {"Arn"},
       .name_property = "LogGroupName",
       .name_length_max = 512,
       .taggable = true,
       .create = create_log_group,
       .update = update_log_group,
       .remove = remove_log_group},
      {.name = "AWS::Logs::LogStream",
       .properties = {"LogGroupName", "LogStreamName"},
       .required = {"LogGroupName"},
       .create_only = {"*"},
       .name_property = "LogStreamName",
       .name_length_max = 512,
       .create = create_log_stream,
       .remove = remove_log_stream},
      {.name = "AWS::SSM::Parameter",
       .properties = {"AllowedPattern", "DataType", "Description", "Name", "Policies", "Tags", "Tier", "Type", "Value"},
       .required = {"Type", "Value"},
       .attributes = {"Type", "Value"},
       .name_property = "Name",
       .name_length_max = 1011,
       .taggable = true,
       .volatile_attributes = true,
       .create = create_parameter,
       .update = update_parameter,
       .remove = remove_parameter},
      {.name = "AWS::CDK::Metadata", .properties = {"*"}, .create = nothing_to_do, .update = nothing_to_do},
  };
}

std::vector<ResourceType> key_types() {
  return {
      {.name = "AWS::KMS::Key",
       .properties = {"BypassPolicyLockoutSafetyCheck", "Description", "EnableKeyRotation", "Enabled", "KeyPolicy",
                      "KeySpec", "KeyUsage", "MultiRegion", "Origin", "PendingWindowInDays", "RotationPeriodInDays",
                      "Tags"},
       .create_only = {"KeySpec", "KeyUsage", "MultiRegion", "Origin"},
       .attributes = {"Arn", "KeyId"},
       .taggable = true,
       .create = create_key,
       .update = update_key,
       .remove = remove_key},
      {.name = "AWS::KMS::Alias",
       .properties = {"AliasName", "TargetKeyId"},
       .required = {"AliasName", "TargetKeyId"},
       .create_only = {"AliasName"},
       .create = create_alias,
       .update = update_alias,
       .remove = remove_alias},
      {.name = "AWS::ECR::Repository",
       .properties = {"EmptyOnDelete", "EncryptionConfiguration", "ImageScanningConfiguration", "ImageTagMutability",
                      "LifecyclePolicy", "RepositoryName", "RepositoryPolicyText", "Tags"},
       .create_only = {"EncryptionConfiguration"},
       .attributes = {"Arn", "RepositoryUri"},
       .name_property = "RepositoryName",
       .name_length_max = 256,
       .name_style = NameStyle::lower,
       .taggable = true,
       .create = create_repository,
       .update = update_repository,
       .remove = remove_repository},
  };
}

}  // namespace

const std::vector<ResourceType>& stored_types() {
  static const std::vector<ResourceType> types = [] {
    std::vector<ResourceType> out = log_types();
    for (ResourceType& type : key_types()) out.push_back(std::move(type));
    return out;
  }();
  return types;
}

std::vector<const std::vector<ResourceType>*> provider_tables() {
  return {&lambda_types(),     &iam_types(),    &dynamodb_types(),      &s3_types(), &sqs_types(), &sns_types(),
          &apigateway_types(), &stored_types(), &cloudformation_types()};
}

}  // namespace thaw::cloudformation
