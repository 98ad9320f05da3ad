// AWS::DynamoDB::*
#include <algorithm>

#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

constexpr int64_t pause_ms = 20;
constexpr int waits_max = 6000;

// Waits until a table and its indexes are active, or gone.
Task<Result<Json>> wait_for_table(Api& api, std::string name) {
  for (int i = 0; i < waits_max; ++i) {
    CO_TRY(Json answer, co_await api.call("dynamodb", "DescribeTable", Json::object({{"TableName", name}})));
    const Json& table = answer.get("Table");
    bool active = table.get("TableStatus").string_or("") == "ACTIVE";
    if (const Json& indexes = table.get("GlobalSecondaryIndexes"); indexes.is_array()) {
      for (const Json& index : indexes.items()) active &= index.get("IndexStatus").string_or("ACTIVE") == "ACTIVE";
    }
    if (active) co_return table;
    if (api.cancelled()) co_return fail("Cancelled", "Resource creation cancelled");
    co_await api.pause(pause_ms);
  }
  co_return fail("NotStabilized", "Table " + name + " did not become active in time");
}

Json table_input(const ResourceRequest& r) {
  Json input = pick(r.properties, {"AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput",
                                   "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "TableClass",
                                   "OnDemandThroughput", "DeletionProtectionEnabled"});
  if (input.get("GlobalSecondaryIndexes").is_array()) {
    for (Json& index : input["GlobalSecondaryIndexes"].items()) index.erase("ContributorInsightsSpecification");
  }
  input.set("TableName", chosen_name(r, "TableName"));
  if (const Json* stream = r.properties.find("StreamSpecification")) {
    Json specification = pick(*stream, {"StreamViewType"});
    specification.set("StreamEnabled", true);
    input.set("StreamSpecification", specification);
  }
  if (const Json* sse = r.properties.find("SSESpecification")) {
    input.set("SSESpecification",
              pick_as(*sse, {{"SSEEnabled", "Enabled"}, {"SSEType", "SSEType"}, {"KMSMasterKeyId", "KMSMasterKeyId"}}));
  }
  if (const Json* policy = r.properties.find("ResourcePolicy"))
    input.set("ResourcePolicy", as_text(policy->get("PolicyDocument")));
  return input;
}

bool enabled(const Json& value) { return value == Json(true) || value.string_or("") == "true"; }

Task<Result<Json>> put_extras(Api& api, const ResourceRequest& r, std::string name) {
  const Json& ttl = r.property("TimeToLiveSpecification");
  const Json& ttl_before = r.previous.get("TimeToLiveSpecification");
  if (!(ttl == ttl_before)) {
    Json specification = pick(ttl.is_null() ? ttl_before : ttl, {"AttributeName", "Enabled"});
    if (ttl.is_null()) specification.set("Enabled", false);
    // To switch off what was never on is an error of DynamoDB's.
    if (enabled(specification.get("Enabled")) || enabled(ttl_before.get("Enabled"))) {
      Json input = Json::object({{"TableName", name}, {"TimeToLiveSpecification", specification}});
      CO_TRY(Json put, co_await api.call("dynamodb", "UpdateTimeToLive", std::move(input)));
    }
  }
  if (r.changed("PointInTimeRecoverySpecification")) {
    Json specification =
        pick(r.property("PointInTimeRecoverySpecification"), {"PointInTimeRecoveryEnabled", "RecoveryPeriodInDays"});
    if (specification.empty()) specification.set("PointInTimeRecoveryEnabled", false);
    Json input = Json::object({{"TableName", name}, {"PointInTimeRecoverySpecification", specification}});
    CO_TRY(Json put, co_await api.call("dynamodb", "UpdateContinuousBackups", std::move(input)));
  }
  if (r.changed("ContributorInsightsSpecification")) {
    bool on = enabled(r.property("ContributorInsightsSpecification").get("Enabled"));
    Json input = Json::object({{"TableName", name}, {"ContributorInsightsAction", on ? "ENABLE" : "DISABLE"}});
    CO_TRY(Json put, co_await api.call("dynamodb", "UpdateContributorInsights", std::move(input)));
  }
  co_return Json();
}

Task<Result<ResourceState>> table_state(Api& api, std::string name) {
  CO_TRY(Json table, co_await wait_for_table(api, name));
  Json attributes = Json::object({{"Arn", table.get("TableArn")}, {"TableId", table.get("TableId")}});
  if (table.get("LatestStreamArn").is_string()) attributes.set("StreamArn", table.get("LatestStreamArn"));
  co_return done(name, std::move(attributes));
}

Task<Result<ResourceState>> create_table(Api& api, ResourceRequest r) {
  Json input = table_input(r);
  std::string name = input.get("TableName").string_or("");
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", tags);
  Result<Json> made = co_await api.call("dynamodb", "CreateTable", std::move(input));
  if (!made && !(r.resumed && is_already_exists(made.error()))) co_return std::unexpected(std::move(made).error());
  CO_TRY(Json ready, co_await wait_for_table(api, name));
  CO_TRY(Json extras, co_await put_extras(api, r, name));
  co_return co_await table_state(api, name);
}

const Json* find_index(const Json& list, const Json& name) {
  if (!list.is_array()) return nullptr;
  for (const Json& index : list.items()) {
    if (index.get("IndexName") == name) return &index;
  }
  return nullptr;
}

// The updates that lead from one list of indexes to another. DynamoDB makes and drops one index a call.
std::vector<Json> index_updates(const Json& now, const Json& before) {
  std::vector<Json> out;
  if (before.is_array()) {
    for (const Json& index : before.items()) {
      const Json* kept = find_index(now, index.get("IndexName"));
      bool same = kept && kept->get("KeySchema") == index.get("KeySchema") &&
                  kept->get("Projection") == index.get("Projection");
      if (!same) out.push_back(Json::object({{"Delete", pick(index, {"IndexName"})}}));
    }
  }
  if (!now.is_array()) return out;
  for (const Json& index : now.items()) {
    const Json* old = find_index(before, index.get("IndexName"));
    bool same =
        old && old->get("KeySchema") == index.get("KeySchema") && old->get("Projection") == index.get("Projection");
    if (!same) {
      Json made = index;
      made.erase("ContributorInsightsSpecification");
      out.push_back(Json::object({{"Create", made}}));
    } else if (!(old->get("ProvisionedThroughput") == index.get("ProvisionedThroughput")) &&
               index.contains("ProvisionedThroughput")) {
      out.push_back(Json::object({{"Update", pick(index, {"IndexName", "ProvisionedThroughput"})}}));
    }
  }
  return out;
}

Task<Result<ResourceState>> update_table(Api& api, ResourceRequest r) {
  const std::string& name = r.physical_id;
  ResourceRequest old = r;
  old.properties = r.previous;
  Json now = table_input(r), before = table_input(old);
  Json input = Json::object();
  for (std::string_view member : {"BillingMode", "ProvisionedThroughput", "TableClass", "DeletionProtectionEnabled",
                                  "StreamSpecification", "SSESpecification", "OnDemandThroughput"}) {
    if (now.get(member) == before.get(member)) continue;
    if (const Json* value = now.find(member)) {
      input.set(member, *value);
    } else if (member == "StreamSpecification") {
      input.set(member, Json::object({{"StreamEnabled", false}}));
    } else if (member == "DeletionProtectionEnabled") {
      input.set(member, false);
    } else if (member == "BillingMode") {
      input.set(member, "PROVISIONED");
    }
  }
  if (!input.empty()) {
    input.set("TableName", name);
    CO_TRY(Json answer, co_await api.call("dynamodb", "UpdateTable", std::move(input)));
    CO_TRY(Json ready, co_await wait_for_table(api, name));
  }
  for (Json& update : index_updates(r.property("GlobalSecondaryIndexes"), r.previous.get("GlobalSecondaryIndexes"))) {
    Json one = Json::object({{"TableName", name},
                             {"AttributeDefinitions", r.property("AttributeDefinitions")},
                             {"GlobalSecondaryIndexUpdates", Json::array({update})}});
    CO_TRY(Json answer, co_await api.call("dynamodb", "UpdateTable", std::move(one)));
    CO_TRY(Json ready, co_await wait_for_table(api, name));
  }
  if (r.changed("Tags")) {
    const Json& arn = r.attributes.get("Arn");
    Json gone = Json::array();
    for (const Json& tag : added(r.previous.get("Tags"), r.property("Tags"))) gone.push_back(tag.get("Key"));
    if (!gone.empty()) {
      CO_TRY(Json untag,
             co_await api.call("dynamodb", "UntagResource", Json::object({{"ResourceArn", arn}, {"TagKeys", gone}})));
    }
    if (Json tags = all_tags(r); !tags.empty()) {
      CO_TRY(Json tag,
             co_await api.call("dynamodb", "TagResource", Json::object({{"ResourceArn", arn}, {"Tags", tags}})));
    }
  }
  CO_TRY(Json extras, co_await put_extras(api, r, name));
  co_return co_await table_state(api, name);
}

Task<Result<ResourceState>> remove_table(Api& api, ResourceRequest r) {
  Result<Json> answer = co_await api.call("dynamodb", "DeleteTable", Json::object({{"TableName", r.physical_id}}));
  CO_CHECK_OK(gone_is_fine(std::move(answer)));
  for (int i = 0; i < waits_max; ++i) {
    Result<Json> still = co_await api.call("dynamodb", "DescribeTable", Json::object({{"TableName", r.physical_id}}));
    if (!still) break;
    co_await api.pause(pause_ms);
  }
  co_return done(r.physical_id);
}

// A global table with its one replica here is a table.
Result<ResourceRequest> as_table(ResourceRequest r) {
  auto convert = [&](const Json& properties) -> Result<Json> {
    const Json& replicas = properties.get("Replicas");
    if (!replicas.is_array() || replicas.size() != 1 || replicas.items()[0].get("Region").string_or("") != r.region) {
      return fail(
          "InvalidRequest",
          "AWS::DynamoDB::GlobalTable is supported with one replica, in the stack's own region (" + r.region + ").");
    }
    const Json& replica = replicas.items()[0];
    Json out = pick(properties,
                    {"TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes",
                     "LocalSecondaryIndexes", "StreamSpecification", "SSESpecification", "TimeToLiveSpecification"});
    merge(out, pick(replica, {"PointInTimeRecoverySpecification", "ContributorInsightsSpecification",
                              "DeletionProtectionEnabled", "TableClass", "Tags", "ResourcePolicy"}));
    if (properties.get("BillingMode").string_or("PROVISIONED") == "PROVISIONED" ||
        properties.contains("WriteProvisionedThroughputSettings")) {
      return fail("InvalidRequest", "AWS::DynamoDB::GlobalTable is supported with BillingMode PAY_PER_REQUEST only.");
    }
    return out;
  };
  TRY(r.properties, convert(r.properties));
  if (r.previous.is_object() && r.previous.contains("Replicas")) {
    TRY(r.previous, convert(r.previous));
  }
  return r;
}

Task<Result<ResourceState>> create_global(Api& api, ResourceRequest r) {
  CO_TRY(ResourceRequest table, as_table(std::move(r)));
  co_return co_await create_table(api, std::move(table));
}
Task<Result<ResourceState>> update_global(Api& api, ResourceRequest r) {
  CO_TRY(ResourceRequest table, as_table(std::move(r)));
  co_return co_await update_table(api, std::move(table));
}

}  // namespace

const std::vector<ResourceType>& dynamodb_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::DynamoDB::Table",
       .properties = {"AttributeDefinitions", "BillingMode", "ContributorInsightsSpecification",
                      "DeletionProtectionEnabled", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes",
                      "OnDemandThroughput", "PointInTimeRecoverySpecification", "ProvisionedThroughput",
                      "ResourcePolicy", "SSESpecification", "StreamSpecification", "TableClass", "TableName", "Tags",
                      "TimeToLiveSpecification"},
       .required = {"KeySchema"},
       .create_only = {"KeySchema", "LocalSecondaryIndexes"},
       .attributes = {"Arn", "StreamArn"},
       .name_property = "TableName",
       .name_length_max = 255,
       .taggable = true,
       .create = create_table,
       .update = update_table,
       .remove = remove_table},
      {.name = "AWS::DynamoDB::GlobalTable",
       .properties = {"AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema",
                      "LocalSecondaryIndexes", "Replicas", "SSESpecification", "StreamSpecification", "TableName",
                      "TimeToLiveSpecification"},
       .required = {"KeySchema", "AttributeDefinitions", "Replicas"},
       .create_only = {"KeySchema", "LocalSecondaryIndexes"},
       .attributes = {"Arn", "StreamArn", "TableId"},
       .name_property = "TableName",
       .name_length_max = 255,
       .taggable = true,
       .create = create_global,
       .update = update_global,
       .remove = remove_table},
  };
  return types;
}

}  // namespace thaw::cloudformation
