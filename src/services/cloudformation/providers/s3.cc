// AWS::S3::*
#include <algorithm>

#include "api/shape.h"
#include "base/text.h"
#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

Json bucket_attributes(const ResourceRequest& r, const std::string& name) {
  return Json::object({{"Arn", "arn:" + r.partition + ":s3:::" + name},
                       {"DomainName", name + ".s3.amazonaws.com"},
                       {"RegionalDomainName", name + ".s3." + r.region + ".amazonaws.com"},
                       {"DualStackDomainName", name + ".s3.dualstack." + r.region + ".amazonaws.com"},
                       {"WebsiteURL", "http://" + name + ".s3-website-" + r.region + ".amazonaws.com"}});
}

Json encryption_input(const Json& property) {
  Json rules = Json::array();
  for (const Json& rule : added(property.get("ServerSideEncryptionConfiguration"), Json())) {
    Json one = pick(rule, {"BucketKeyEnabled"});
    if (const Json* preset = rule.find("ServerSideEncryptionByDefault"))
      one.set("ApplyServerSideEncryptionByDefault", *preset);
    rules.push_back(one);
  }
  return Json::object({{"ServerSideEncryptionConfiguration", Json::object({{"Rules", rules}})}});
}

// Templates write times as text; operations take them as seconds.
Json with_time(Json object, std::string_view member) {
  Json* text = object.find(member);
  if (!text || !text->is_string()) return object;
  if (auto time = parse_iso8601(text->as_string())) *text = api::time_to_json(*time);
  return object;
}

Json lifecycle_input(const Json& property) {
  Json rules = Json::array();
  for (const Json& rule : added(property.get("Rules"), Json())) {
    Json one = pick_as(rule, {{"Id", "ID"},
                              {"Status", "Status"},
                              {"NoncurrentVersionExpiration", "NoncurrentVersionExpiration"},
                              {"AbortIncompleteMultipartUpload", "AbortIncompleteMultipartUpload"}});
    Json filter = Json::object({{"Prefix", rule.get("Prefix").string_or("")}});
    if (rule.contains("TagFilters") || rule.contains("ObjectSizeGreaterThan") || rule.contains("ObjectSizeLessThan")) {
      Json both = pick(rule, {"Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan"});
      if (rule.contains("TagFilters")) both.set("Tags", rule.get("TagFilters"));
      filter = Json::object({{"And", both}});
    }
    one.set("Filter", filter);
    Json expiration = pick_as(rule, {{"ExpirationInDays", "Days"},
                                     {"ExpirationDate", "Date"},
                                     {"ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"}});
    if (!expiration.empty()) one.set("Expiration", with_time(std::move(expiration), "Date"));
    if (const Json* days = rule.find("NoncurrentVersionExpirationInDays")) {
      one.set("NoncurrentVersionExpiration", Json::object({{"NoncurrentDays", *days}}));
    }
    auto transitions = [](const Json& list, std::string_view from, std::string_view to) {
      Json out = Json::array();
      for (const Json& item : added(list, Json()))
        out.push_back(with_time(
            pick_as(item, {{from, to}, {"StorageClass", "StorageClass"}, {"TransitionDate", "Date"}}), "Date"));
      return out;
    };
    if (rule.contains("Transitions"))
      one.set("Transitions", transitions(rule.get("Transitions"), "TransitionInDays", "Days"));
    if (rule.contains("NoncurrentVersionTransitions")) {
      one.set("NoncurrentVersionTransitions",
              transitions(rule.get("NoncurrentVersionTransitions"), "TransitionInDays", "NoncurrentDays"));
    }
    rules.push_back(one);
  }
  return Json::object({{"LifecycleConfiguration", Json::object({{"Rules", rules}})}});
}

Json cors_input(const Json& property) {
  Json rules = Json::array();
  for (const Json& rule : added(property.get("CorsRules"), Json())) {
    rules.push_back(pick_as(rule, {{"AllowedHeaders", "AllowedHeaders"},
                                   {"AllowedMethods", "AllowedMethods"},
                                   {"AllowedOrigins", "AllowedOrigins"},
                                   {"ExposedHeaders", "ExposeHeaders"},
                                   {"Id", "ID"},
                                   {"MaxAge", "MaxAgeSeconds"}}));
  }
  return Json::object({{"CORSConfiguration", Json::object({{"CORSRules", rules}})}});
}

Json notification_input(const Json& property) {
  Json out = Json::object();
  struct Row {
    const char *property, *target, *list, *arn;
  };
  static constexpr Row rows[] = {
      {"LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"},
      {"QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"},
      {"TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"}};
  for (const Row& row : rows) {
    Json list = Json::array();
    for (const Json& item : added(property.get(row.property), Json())) {
      Json one = Json::object();
      one.set(row.arn, item.get(row.target)).set("Events", Json::array({item.get("Event")}));
      if (const Json& rules = item.get("Filter").get("S3Key").get("Rules"); rules.is_array()) {
        one.set("Filter", Json::object({{"Key", Json::object({{"FilterRules", rules}})}}));
      }
      list.push_back(one);
    }
    if (!list.empty()) out.set(row.list, list);
  }
  if (property.contains("EventBridgeConfiguration")) out.set("EventBridgeConfiguration", Json::object());
  return Json::object({{"NotificationConfiguration", out}});
}

Json website_input(const Json& property) {
  Json out = Json::object();
  if (const Json* index = property.find("IndexDocument")) out.set("IndexDocument", Json::object({{"Suffix", *index}}));
  if (const Json* error = property.find("ErrorDocument")) out.set("ErrorDocument", Json::object({{"Key", *error}}));
  merge(out, pick(property, {"RedirectAllRequestsTo"}));
  if (property.contains("RoutingRules")) {
    Json rules = Json::array();
    for (const Json& rule : added(property.get("RoutingRules"), Json())) {
      rules.push_back(pick_as(rule, {{"RedirectRule", "Redirect"}, {"RoutingRuleCondition", "Condition"}}));
    }
    out.set("RoutingRules", rules);
  }
  return Json::object({{"WebsiteConfiguration", out}});
}

Json same_input(const char* member, const Json& property) {
  Json out = Json::object();
  return out.set(member, property);
}

// A bucket's property, the operation that puts it, and the one that takes it away.
struct Setting {
  std::string_view property;
  const char* put;
  const char* remove;
  Json (*input)(const Json& property);
};
constexpr Setting settings[] = {
    {"VersioningConfiguration", "PutBucketVersioning", nullptr,
     [](const Json& p) { return same_input("VersioningConfiguration", pick(p, {"Status"})); }},
    {"BucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption", encryption_input},
    {"PublicAccessBlockConfiguration", "PutPublicAccessBlock", "DeletePublicAccessBlock",
     [](const Json& p) { return same_input("PublicAccessBlockConfiguration", p); }},
    {"OwnershipControls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls",
     [](const Json& p) { return same_input("OwnershipControls", p); }},
    {"LifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle", lifecycle_input},
    {"CorsConfiguration", "PutBucketCors", "DeleteBucketCors", cors_input},
    {"WebsiteConfiguration", "PutBucketWebsite", "DeleteBucketWebsite", website_input},
    {"NotificationConfiguration", "PutBucketNotificationConfiguration", nullptr, notification_input},
    {"LoggingConfiguration", "PutBucketLogging", nullptr,
     [](const Json& p) {
       return same_input("BucketLoggingStatus",
                         same_input("LoggingEnabled", pick_as(p, {{"DestinationBucketName", "TargetBucket"},
                                                                  {"LogFilePrefix", "TargetPrefix"}})));
     }},
    {"AccelerateConfiguration", "PutBucketAccelerateConfiguration", nullptr,
     [](const Json& p) {
       return same_input("AccelerateConfiguration", pick_as(p, {{"AccelerationStatus", "Status"}}));
     }},
};

// "BucketOwnerFullControl" -> "bucket-owner-full-control"
std::string canned_acl(std::string_view control) {
  std::string out;
  for (char c : control) {
    if (c >= 'A' && c <= 'Z') {
      if (!out.empty()) out.push_back('-');
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

Task<Result<Json>> put_settings(Api& api, const ResourceRequest& r, std::string name) {
  for (const Setting& setting : settings) {
    if (!r.changed(setting.property)) continue;
    const Json* value = r.properties.find(setting.property);
    if (!value && !setting.remove) {
      // Versioning cannot be taken away, only suspended; the others are put empty.
      Json empty =
          setting.property == "VersioningConfiguration" ? Json::object({{"Status", "Suspended"}}) : Json::object();
      Json input = setting.input(empty);
      if (setting.property == "LoggingConfiguration") input = same_input("BucketLoggingStatus", Json::object());
      input.set("Bucket", name);
      CO_TRY(Json put, co_await api.call("s3", setting.put, std::move(input)));
      continue;
    }
    Json input = value ? setting.input(*value) : Json::object();
    input.set("Bucket", name);
    CO_TRY(Json put, co_await api.call("s3", value ? setting.put : setting.remove, std::move(input)));
  }
  if (r.changed("Tags") || !r.previous.is_object()) {
    Json tags = all_tags(r);
    if (!tags.empty()) {
      Json input = Json::object({{"Bucket", name}, {"Tagging", Json::object({{"TagSet", tags}})}});
      CO_TRY(Json put, co_await api.call("s3", "PutBucketTagging", std::move(input)));
    }
  }
  co_return Json();
}

Task<Result<ResourceState>> create_bucket(Api& api, ResourceRequest r) {
  std::string name = chosen_name(r, "BucketName");
  Json input = Json::object({{"Bucket", name}});
  if (r.region != "us-east-1") {
    input.set("CreateBucketConfiguration", Json::object({{"LocationConstraint", r.region}}));
  }
  if (const Json* control = r.properties.find("AccessControl")) input.set("ACL", canned_acl(control->string_or("")));
  if (const Json* lock = r.properties.find("ObjectLockEnabled")) input.set("ObjectLockEnabledForBucket", *lock);
  Result<Json> made = co_await api.call("s3", "CreateBucket", std::move(input));
  bool own = !made && r.resumed && is_already_exists(made.error());
  if (!made && !own) co_return std::unexpected(std::move(made).error());
  CO_TRY(Json put, co_await put_settings(api, r, name));
  co_return done(name, bucket_attributes(r, name));
}

Task<Result<ResourceState>> update_bucket(Api& api, ResourceRequest r) {
  CO_TRY(Json put, co_await put_settings(api, r, r.physical_id));
  co_return done(r.physical_id, bucket_attributes(r, r.physical_id));
}

Task<Result<ResourceState>> remove_bucket(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call("s3", "DeleteBucket", Json::object({{"Bucket", r.physical_id}}))));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> put_bucket_policy(Api& api, ResourceRequest r) {
  Json input = Json::object({{"Bucket", r.property("Bucket")}, {"Policy", as_text(r.property("PolicyDocument"))}});
  CO_TRY(Json answer, co_await api.call("s3", "PutBucketPolicy", std::move(input)));
  co_return done(r.text("Bucket"));
}
Task<Result<ResourceState>> remove_bucket_policy(Api& api, ResourceRequest r) {
  CO_CHECK_OK(gone_is_fine(co_await api.call("s3", "DeleteBucketPolicy", Json::object({{"Bucket", r.physical_id}}))));
  co_return done(r.physical_id);
}

}  // namespace

const std::vector<ResourceType>& s3_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::S3::Bucket",
       .properties = {"AccelerateConfiguration", "AccessControl", "BucketEncryption", "BucketName", "CorsConfiguration",
                      "LifecycleConfiguration", "LoggingConfiguration", "NotificationConfiguration",
                      "ObjectLockEnabled", "OwnershipControls", "PublicAccessBlockConfiguration", "Tags",
                      "VersioningConfiguration", "WebsiteConfiguration"},
       .create_only = {"ObjectLockEnabled"},
       .attributes = {"Arn", "DomainName", "RegionalDomainName", "DualStackDomainName", "WebsiteURL"},
       .name_property = "BucketName",
       .name_length_max = 63,
       .name_style = NameStyle::lower,
       .taggable = true,
       .create = create_bucket,
       .update = update_bucket,
       .remove = remove_bucket},
      {.name = "AWS::S3::BucketPolicy",
       .properties = {"Bucket", "PolicyDocument"},
       .required = {"Bucket", "PolicyDocument"},
       .create_only = {"Bucket"},
       .create = put_bucket_policy,
       .update = put_bucket_policy,
       .remove = remove_bucket_policy},
  };
  return types;
}

}  // namespace thaw::cloudformation
