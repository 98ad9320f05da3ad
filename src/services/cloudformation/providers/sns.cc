// AWS::SNS::*
#include <algorithm>

#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view topic_attributes[] = {
    "ArchivePolicy",  "ContentBasedDeduplication", "DisplayName",  "FifoThroughputScope",
    "KmsMasterKeyId", "SignatureVersion",          "TracingConfig"};
// The scope comes before the policy that is read by it.
constexpr std::string_view subscription_attributes[] = {"DeliveryPolicy",     "FilterPolicyScope", "FilterPolicy",
                                                        "RawMessageDelivery", "RedrivePolicy",     "ReplayPolicy"};

// Attributes are texts, whatever the template writes: numbers, booleans, objects.
std::string attribute_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  return value.dump();
}
bool is_true(const Json& value) { return value == Json(true) || value.string_or("") == "true"; }

std::string topic_name(const ResourceRequest& r) {
  std::string name = chosen_name(r, "TopicName");
  if (is_true(r.property("FifoTopic")) && !r.property("TopicName").is_string() && !name.ends_with(".fifo"))
    name += ".fifo";
  return name;
}
std::string topic_arn(const ResourceRequest& r, const std::string& name) {
  return "arn:" + r.partition + ":sns:" + r.region + ":" + r.account + ":" + name;
}
ResourceState topic_state(std::string arn) {
  Json attributes = Json::object({{"TopicArn", arn}, {"TopicName", arn.substr(arn.rfind(':') + 1)}});
  return {std::move(arn), std::move(attributes), {}};
}

Task<Result<Json>> subscribe_all(Api& api, std::string arn, std::vector<Json> subscriptions) {
  for (Json& one : subscriptions) {
    Json input = pick(one, {"Protocol", "Endpoint"});
    input.set("TopicArn", arn);
    CO_TRY(Json subscribed, co_await api.call("sns", "Subscribe", std::move(input)));
  }
  co_return Json();
}

// Ends those of a topic's subscriptions that the template no longer lists.
Task<Result<Json>> unsubscribe_all(Api& api, std::string arn, std::vector<Json> subscriptions) {
  if (subscriptions.empty()) co_return Json();
  Json token;
  do {
    Json input = Json::object({{"TopicArn", arn}});
    if (token.is_string()) input.set("NextToken", token);
    CO_TRY(Json page, co_await api.call("sns", "ListSubscriptionsByTopic", std::move(input)));
    const Json& found = page.get("Subscriptions");
    for (size_t i = 0; i < found.size(); ++i) {
      const Json& there = found.items()[i];
      bool listed = std::ranges::any_of(subscriptions, [&](const Json& one) {
        return one.get("Protocol") == there.get("Protocol") && one.get("Endpoint") == there.get("Endpoint");
      });
      if (!listed || there.get("SubscriptionArn") == Json("PendingConfirmation")) continue;
      Json gone = Json::object({{"SubscriptionArn", there.get("SubscriptionArn")}});
      CO_TRY(Json ended, co_await api.call("sns", "Unsubscribe", std::move(gone)));
    }
    token = page.get("NextToken");
  } while (token.is_string());
  co_return Json();
}

Json listed(const Json& list) { return list.is_array() ? list : list.is_null() ? Json::array() : Json::array({list}); }

Task<Result<ResourceState>> create_topic(Api& api, ResourceRequest r) {
  std::string name = topic_name(r), arn = topic_arn(r, name);
  // CreateTopic answers a topic that is there already: it is another's, unless an earlier try has made it.
  if (!r.resumed) {
    Result<Json> there = co_await api.call("sns", "GetTopicAttributes", Json::object({{"TopicArn", arn}}));
    if (there) co_return fail("ResourceAlreadyExistsException", name + " already exists");
    if (!is_not_found(there.error())) co_return std::unexpected(std::move(there).error());
  }
  Json attributes = Json::object();
  for (std::string_view attribute : topic_attributes)
    if (const Json& value = r.property(attribute); !value.is_null()) attributes.set(attribute, attribute_text(value));
  if (is_true(r.property("FifoTopic"))) attributes.set("FifoTopic", "true");
  Json input = Json::object({{"Name", name}, {"Attributes", std::move(attributes)}});
  if (Json tags = all_tags(r); !tags.empty()) input.set("Tags", std::move(tags));
  CO_TRY(Json made, co_await api.call("sns", "CreateTopic", std::move(input)));
  CO_TRY(Json subscribed, co_await subscribe_all(api, arn, listed(r.property("Subscription")).items()));
  co_return topic_state(std::move(arn));
}

Task<Result<ResourceState>> update_topic(Api& api, ResourceRequest r) {
  for (std::string_view attribute : topic_attributes) {
    if (!r.changed(attribute)) continue;
    const Json& value = r.property(attribute);
    Json input = Json::object({{"TopicArn", r.physical_id},
                               {"AttributeName", std::string(attribute)},
                               {"AttributeValue", value.is_null() ? std::string() : attribute_text(value)}});
    CO_TRY(Json set, co_await api.call("sns", "SetTopicAttributes", std::move(input)));
  }
  Json now = listed(r.property("Subscription")), before = listed(r.previous.get("Subscription"));
  CO_TRY(Json ended, co_await unsubscribe_all(api, r.physical_id, added(before, now)));
  CO_TRY(Json subscribed, co_await subscribe_all(api, r.physical_id, added(now, before)));
  if (r.changed("Tags")) {
    Json gone = Json::array();
    for (const Json& tag : added(r.previous.get("Tags"), r.property("Tags"))) gone.push_back(tag.get("Key"));
    if (!gone.empty()) {
      Json input = Json::object({{"ResourceArn", r.physical_id}, {"TagKeys", std::move(gone)}});
      CO_TRY(Json untag, co_await api.call("sns", "UntagResource", std::move(input)));
    }
    if (Json tags = all_tags(r); !tags.empty()) {
      Json input = Json::object({{"ResourceArn", r.physical_id}, {"Tags", std::move(tags)}});
      CO_TRY(Json tag, co_await api.call("sns", "TagResource", std::move(input)));
    }
  }
  co_return topic_state(r.physical_id);
}

// After a creation that failed half-way only the name is known.
Task<Result<ResourceState>> remove_topic(Api& api, ResourceRequest r) {
  std::string arn = r.physical_id.starts_with("arn:") ? r.physical_id : topic_arn(r, r.physical_id);
  CO_CHECK_OK(gone_is_fine(co_await api.call("sns", "DeleteTopic", Json::object({{"TopicArn", arn}}))));
  co_return done(r.physical_id);
}

// ---- subscriptions ----

Task<Result<ResourceState>> create_subscription(Api& api, ResourceRequest r) {
  if (const Json& region = r.property("Region"); region.is_string() && region.as_string() != r.region)
    co_return fail("InvalidRequest", "AWS::SNS::Subscription is supported for topics of the stack's own region only.");
  Json attributes = Json::object();
  for (std::string_view attribute : subscription_attributes)
    if (const Json& value = r.property(attribute); !value.is_null()) attributes.set(attribute, attribute_text(value));
  Json input = pick(r.properties, {"TopicArn", "Protocol", "Endpoint"});
  input.set("Attributes", std::move(attributes));
  input.set("ReturnSubscriptionArn", true);
  CO_TRY(Json made, co_await api.call("sns", "Subscribe", std::move(input)));
  std::string arn = made.get("SubscriptionArn").string_or("");
  co_return done(arn, Json::object({{"Arn", arn}}));
}

Task<Result<ResourceState>> update_subscription(Api& api, ResourceRequest r) {
  auto set = [&](std::string_view name, std::string value) {
    return Json::object({{"SubscriptionArn", r.physical_id},
                         {"AttributeName", std::string(name)},
                         {"AttributeValue", std::move(value)}});
  };
  // A policy need not be valid in the new scope.
  if (r.changed("FilterPolicyScope")) {
    CO_TRY(Json cleared, co_await api.call("sns", "SetSubscriptionAttributes", set("FilterPolicy", "")));
  }
  for (std::string_view attribute : subscription_attributes) {
    bool again = attribute == "FilterPolicy" && r.changed("FilterPolicyScope");
    if (!r.changed(attribute) && !again) continue;
    const Json& value = r.property(attribute);
    std::string text = value.is_null() ? "" : attribute_text(value);
    if (text.empty() && attribute == "RawMessageDelivery") text = "false";
    if (text.empty() && attribute == "FilterPolicyScope") text = "MessageAttributes";
    CO_TRY(Json changed, co_await api.call("sns", "SetSubscriptionAttributes", set(attribute, std::move(text))));
  }
  co_return done(r.physical_id, r.attributes);
}

Task<Result<ResourceState>> remove_subscription(Api& api, ResourceRequest r) {
  CO_CHECK_OK(
      gone_is_fine(co_await api.call("sns", "Unsubscribe", Json::object({{"SubscriptionArn", r.physical_id}}))));
  co_return done(r.physical_id);
}

// ---- policies ----

Task<Result<Json>> set_policy(Api& api, Json arn, Json text) {
  Json input =
      Json::object({{"TopicArn", std::move(arn)}, {"AttributeName", "Policy"}, {"AttributeValue", std::move(text)}});
  co_return co_await api.call("sns", "SetTopicAttributes", std::move(input));
}
Task<Result<Json>> drop_policies(Api& api, std::vector<Json> arns) {
  for (Json& arn : arns) {
    Result<Json> dropped = co_await set_policy(api, std::move(arn), "");
    CO_CHECK_OK(gone_is_fine(std::move(dropped)));
  }
  co_return Json();
}

Task<Result<ResourceState>> put_policies(Api& api, ResourceRequest r) {
  Json topics = listed(r.property("Topics"));
  for (const Json& arn : topics.items()) {
    CO_TRY(Json set, co_await set_policy(api, arn, as_text(r.property("PolicyDocument"))));
  }
  CO_TRY(Json dropped, co_await drop_policies(api, added(listed(r.previous.get("Topics")), topics)));
  co_return done(r.physical_id);
}
Task<Result<ResourceState>> remove_policies(Api& api, ResourceRequest r) {
  CO_TRY(Json dropped, co_await drop_policies(api, listed(r.property("Topics")).items()));
  co_return done(r.physical_id);
}
Task<Result<ResourceState>> put_inline_policy(Api& api, ResourceRequest r) {
  CO_TRY(Json set, co_await set_policy(api, r.property("TopicArn"), as_text(r.property("PolicyDocument"))));
  co_return done(r.text("TopicArn"));
}
Task<Result<ResourceState>> remove_inline_policy(Api& api, ResourceRequest r) {
  CO_TRY(Json dropped, co_await drop_policies(api, {r.property("TopicArn")}));
  co_return done(r.physical_id);
}

}  // namespace

const std::vector<ResourceType>& sns_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::SNS::Topic",
       .properties = {"ArchivePolicy", "ContentBasedDeduplication", "DisplayName", "FifoThroughputScope", "FifoTopic",
                      "KmsMasterKeyId", "SignatureVersion", "Subscription", "Tags", "TopicName", "TracingConfig"},
       .create_only = {"FifoTopic"},
       .attributes = {"TopicArn", "TopicName"},
       .name_property = "TopicName",
       .name_length_max = 251,  // ".fifo" may follow
       .taggable = true,
       .create = create_topic,
       .update = update_topic,
       .remove = remove_topic},
      {.name = "AWS::SNS::Subscription",
       .properties = {"DeliveryPolicy", "Endpoint", "FilterPolicy", "FilterPolicyScope", "Protocol",
                      "RawMessageDelivery", "RedrivePolicy", "Region", "ReplayPolicy", "TopicArn"},
       .required = {"Protocol", "TopicArn"},
       .create_only = {"Endpoint", "Protocol", "Region", "TopicArn"},
       .attributes = {"Arn"},
       .create = create_subscription,
       .update = update_subscription,
       .remove = remove_subscription},
      {.name = "AWS::SNS::TopicPolicy",
       .properties = {"PolicyDocument", "Topics"},
       .required = {"PolicyDocument", "Topics"},
       .create = put_policies,
       .update = put_policies,
       .remove = remove_policies},
      {.name = "AWS::SNS::TopicInlinePolicy",
       .properties = {"PolicyDocument", "TopicArn"},
       .required = {"PolicyDocument", "TopicArn"},
       .create_only = {"TopicArn"},
       .create = put_inline_policy,
       .update = put_inline_policy,
       .remove = remove_inline_policy},
  };
  return types;
}

}  // namespace thaw::cloudformation
