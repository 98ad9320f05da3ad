// Topics, their attributes, permissions and tags.
#include <algorithm>
#include <limits>

#include "api/policy.h"
#include "base/arn.h"
#include "base/text.h"
#include "services/sns/errors.h"
#include "services/sns/replay.h"
#include "services/sns/service.h"

namespace thaw::sns {
namespace {

constexpr size_t page = 100;
constexpr size_t tags_max = 50;

bool is_topic_name(std::string_view name) {
  if (name.ends_with(".fifo")) name.remove_suffix(5);
  return !name.empty() && name.size() <= 256 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}
bool is_boolean(std::string_view text) { return text == "true" || text == "false"; }

// What a topic without a policy of its own shows: its owner may do everything.
Json default_policy(const TopicRecord& topic) {
  Json actions = Json::array();
  for (const char* name : {"GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission",
                           "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish"})
    actions.push_back("SNS:" + std::string(name));
  Json owner = Json::object({{"StringEquals", Json::object({{"AWS:SourceOwner", topic.account}})}});
  Json statement = Json::object({{"Sid", "__default_statement_ID"},
                                 {"Effect", "Allow"},
                                 {"Principal", Json::object({{"AWS", "*"}})},
                                 {"Action", std::move(actions)},
                                 {"Resource", topic.arn()},
                                 {"Condition", std::move(owner)}});
  return Json::object(
      {{"Version", "2008-10-17"}, {"Id", "__default_policy_ID"}, {"Statement", Json::array({std::move(statement)})}});
}

// Checks one attribute that is set; what is empty goes back to its default.
Result<void> check_attribute(const std::string& name, const std::string& value, bool fifo) {
  if (name == "DisplayName") {
    if (value.size() > 100) return invalid("Attributes Reason: DisplayName must be at most 100 characters long");
    return {};
  }
  if (name == "KmsMasterKeyId" || value.empty()) return {};
  if (name == "Policy") {
    auto json = Json::parse(value);
    if (!json || !json->is_object() || !api::Policy::compile(*json, api::PolicyKind::resource))
      return invalid("Policy Error: null");
    return {};
  }
  if (name == "DeliveryPolicy") return check_topic_policy(value);
  if (name == "SignatureVersion") {
    if (value != "1" && value != "2") return invalid("SignatureVersion must be 1 or 2");
    return {};
  }
  if (name == "TracingConfig") {
    if (value != "PassThrough" && value != "Active") return invalid("TracingConfig must be PassThrough or Active");
    if (value == "Active") return not_here("the TracingConfig Active");
    return {};
  }
  if (name == "ContentBasedDeduplication") {
    if (!fifo || !is_boolean(value)) return invalid("ContentBasedDeduplication");
    return {};
  }
  if (name == "FifoThroughputScope") {
    if (!fifo || (value != "Topic" && value != "MessageGroup")) return invalid("FifoThroughputScope");
    return {};
  }
  if (name == "ArchivePolicy") {
    if (!fifo) return invalid("ArchivePolicy: Archive policies are supported for FIFO topics only");
    CHECK_OK(parse_archive_policy(value));
    return {};
  }
  if (name.ends_with("FeedbackRoleArn") || name.ends_with("FeedbackSampleRate"))
    return not_here("the attribute " + name);
  return invalid("AttributeName");
}

Result<Texts> tag_texts(const std::vector<Tag>& tags) {
  Texts out;
  for (const Tag& tag : tags) {
    if (tag.Key.empty() || tag.Key.size() > 128 || tag.Value.size() > 256 || to_lower(tag.Key).starts_with("aws:"))
      return invalid("Tags Reason: keys have 1 to 128 characters and do not begin with 'aws:', values at most 256");
    if (!out.emplace(tag.Key, tag.Value).second) return invalid("Duplicated keys are not allowed.");
  }
  if (out.size() > tags_max)
    return fail("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded");
  return out;
}

}  // namespace

Task<Result<TopicRef>> Sns::topic_of(Request& request, std::string arn) {
  auto name = parse_topic_arn(arn);
  if (!name) co_return invalid("TopicArn");
  TopicRef topic = co_await topics_.topic(request.tx(), std::move(*name));
  if (!topic) co_return no_topic();
  co_return topic;
}

Task<Result<TopicArnOutput>> Sns::create_topic(Request& request, const CreateTopicInput& in) {
  if (in.DataProtectionPolicy) co_return not_here("the DataProtectionPolicy");
  auto given = in.Attributes;
  bool wants_fifo = given.contains("FifoTopic") && given.at("FifoTopic") == "true";
  if (given.contains("FifoTopic") && !is_boolean(given.at("FifoTopic"))) co_return invalid("FifoTopic");
  if (!is_topic_name(in.Name)) co_return invalid("Topic Name");
  if (wants_fifo && !in.Name.ends_with(".fifo"))
    co_return invalid(
        "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII "
        "letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.");
  if (!wants_fifo && in.Name.ends_with(".fifo")) co_return invalid("Topic Name");
  given.erase("FifoTopic");
  for (const auto& [key, value] : given) CO_CHECK_OK(check_attribute(key, value, wants_fifo));
  std::erase_if(given, [](const auto& entry) { return entry.second.empty(); });
  CO_TRY(Texts tags, tag_texts(in.Tags));
  TopicName name{request.account.str(), request.region.str(), in.Name};
  TopicRef existing = co_await topics_.topic(request.tx(), name);
  if (existing) {
    for (const auto& [key, value] : given)
      if (existing->record.attribute(key) != value)
        co_return invalid("Attributes Reason: Topic already exists with different attributes");
    if (!tags.empty() && tags != existing->record.tags)
      co_return invalid("Tags Reason: Topic already exists with different tags");
    co_return TopicArnOutput{name.arn()};
  }
  TopicRecord record;
  record.id = random_hex(16);
  record.account = name.account;
  record.region = name.region;
  record.name = name.name;
  record.attributes = std::move(given);
  record.tags = std::move(tags);
  follow_archive_policy(record, request.clock->now_ms());
  topics_.put(request.tx(), record);
  co_return TopicArnOutput{name.arn()};
}

Task<Result<api::Nothing>> Sns::delete_topic(Request& request, const TopicArnInput& in) {
  auto name = parse_topic_arn(in.TopicArn);
  if (!name) co_return invalid("TopicArn");
  TopicRef topic = co_await topics_.topic(request.tx(), std::move(*name));
  if (topic && topic->record.archived_since_ms != 0)
    co_return fail("InvalidStateException",
                   "Invalid state: Cannot delete a topic with an ArchivePolicy: deactivate it first.");
  if (topic) topics_.clear(request.tx(), topic->record);
  co_return api::Nothing{};
}

Task<Result<ListTopicsOutput>> Sns::list_topics(Request& request, const PageInput& in) {
  std::string after;
  if (in.NextToken) {
    auto name = base64_decode(*in.NextToken);
    if (!name) co_return invalid("NextToken");
    after = std::move(*name);
  }
  std::vector<TopicRecord> found =
      co_await topics_.topics(request.tx(), request.account.str(), request.region.str(), after, page + 1);
  ListTopicsOutput out;
  for (const TopicRecord& topic : found) {
    if (out.Topics.size() == page) {
      out.NextToken = base64_encode(found[page - 1].name);
      break;
    }
    out.Topics.push_back({topic.arn()});
  }
  co_return out;
}

Task<Result<AttributesOutput>> Sns::topic_attributes(Request& request, const TopicArnInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  const TopicRecord& record = topic->record;
  Subscribers subscribers = co_await topics_.subscribers(request.tx(), topic);
  int64_t pending = std::ranges::count_if(*subscribers, [](const SubscriberRef& one) { return one->record.pending; });
  AttributesOutput out;
  out.Attributes = record.attributes;
  auto set = [&](const char* name, std::string value) { out.Attributes.try_emplace(name, std::move(value)); };
  set("TopicArn", record.arn());
  set("Owner", record.account);
  set("DisplayName", "");
  set("Policy", default_policy(record).dump());
  set("SubscriptionsConfirmed", std::to_string(static_cast<int64_t>(subscribers->size()) - pending));
  set("SubscriptionsPending", std::to_string(pending));
  set("SubscriptionsDeleted", std::to_string(record.deleted));
  Json effective =
      Json::object({{"defaultHealthyRetryPolicy", http_policy("", record.attribute("DeliveryPolicy")).shown()},
                    {"disableSubscriptionOverrides", false}});
  if (auto own = Json::parse(record.attribute("DeliveryPolicy", "{}")))
    if (own->get("http").get("disableSubscriptionOverrides") == Json(true))
      effective.set("disableSubscriptionOverrides", true);
  set("EffectiveDeliveryPolicy", Json::object({{"http", std::move(effective)}}).dump());
  if (record.archived_since_ms != 0) {
    int64_t days = parse_archive_policy(record.attribute("ArchivePolicy")).value_or(1);
    int64_t first = std::max(record.archived_since_ms, request.clock->now_ms() - days * day_ms);
    set("BeginningArchiveTime", iso8601_millis(Time(std::chrono::milliseconds(first))));
  }
  if (record.fifo()) {
    set("FifoTopic", "true");
    set("ContentBasedDeduplication", "false");
    set("FifoThroughputScope", "Topic");
  }
  co_return out;
}

Task<Result<api::Nothing>> Sns::set_topic_attributes(Request& request, const SetTopicAttributesInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  std::string value = in.AttributeValue.value_or("");
  CO_CHECK_OK(check_attribute(in.AttributeName, value, topic->record.fifo()));
  TopicRecord record = topic->record;
  if (value.empty())
    record.attributes.erase(in.AttributeName);
  else
    record.attributes[in.AttributeName] = value;
  if (in.AttributeName == "ArchivePolicy") {
    follow_archive_policy(record, request.clock->now_ms());
    auto [begin, end] = keys::archive(record.id, 0, 0, std::numeric_limits<int64_t>::max());
    if (record.archived_since_ms == 0) request.tx().clear_range(begin, end);
  }
  topics_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sns::add_permission(Request& request, const AddPermissionInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  if (in.Label.empty() || in.AWSAccountId.empty() || in.ActionName.empty())
    co_return invalid("Label, AWSAccountId and ActionName are required");
  static constexpr std::string_view known[] = {"AddPermission",
                                               "DeleteTopic",
                                               "GetDataProtectionPolicy",
                                               "GetTopicAttributes",
                                               "ListSubscriptionsByTopic",
                                               "ListTagsForResource",
                                               "Publish",
                                               "PutDataProtectionPolicy",
                                               "RemovePermission",
                                               "SetTopicAttributes",
                                               "Subscribe"};
  Json principals = Json::array(), actions = Json::array();
  for (const std::string& account : in.AWSAccountId) {
    if (!AccountId::parse(account)) co_return invalid("AWSAccountId");
    principals.push_back("arn:aws:iam::" + account + ":root");
  }
  for (const std::string& action : in.ActionName) {
    if (std::ranges::find(known, action) == std::end(known))
      co_return invalid("Policy statement action out of service scope!");
    actions.push_back("SNS:" + action);
  }
  Json policy = topic->policy.is_null() ? default_policy(topic->record) : topic->policy;
  Json& statements = policy["Statement"];
  if (!statements.is_array()) statements = Json::array({statements});
  for (const Json& statement : statements.items())
    if (statement.get("Sid") == Json(in.Label)) co_return invalid("Statement already exists");
  statements.push_back(Json::object({{"Sid", in.Label},
                                     {"Effect", "Allow"},
                                     {"Principal", Json::object({{"AWS", std::move(principals)}})},
                                     {"Action", std::move(actions)},
                                     {"Resource", topic->record.arn()}}));
  TopicRecord record = topic->record;
  record.attributes["Policy"] = policy.dump();
  topics_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sns::remove_permission(Request& request, const RemovePermissionInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  Json policy = topic->policy;
  if (Json* statements = policy.find("Statement"); statements && statements->is_array()) {
    std::erase_if(statements->items(), [&](const Json& one) { return one.get("Sid") == Json(in.Label); });
    TopicRecord record = topic->record;
    if (statements->empty())
      record.attributes.erase("Policy");
    else
      record.attributes["Policy"] = policy.dump();
    topics_.put(request.tx(), record);
  }
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sns::tag(Request& request, const TagResourceInput& in) {
  Result<TopicRef> topic = co_await topic_of(request, in.ResourceArn);
  if (!topic) co_return fail("ResourceNotFoundException", "Resource does not exist", 404);
  CO_TRY(Texts tags, tag_texts(in.Tags));
  TopicRecord record = (*topic)->record;
  for (auto& [key, value] : tags) record.tags[key] = value;
  if (record.tags.size() > tags_max)
    co_return fail("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded");
  topics_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sns::untag(Request& request, const UntagResourceInput& in) {
  Result<TopicRef> topic = co_await topic_of(request, in.ResourceArn);
  if (!topic) co_return fail("ResourceNotFoundException", "Resource does not exist", 404);
  TopicRecord record = (*topic)->record;
  for (const std::string& key : in.TagKeys) record.tags.erase(key);
  topics_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<TagsOutput>> Sns::list_tags(Request& request, const ResourceArnInput& in) {
  Result<TopicRef> topic = co_await topic_of(request, in.ResourceArn);
  if (!topic) co_return fail("ResourceNotFoundException", "Resource does not exist", 404);
  TagsOutput out;
  for (const auto& [key, value] : (*topic)->record.tags) out.Tags.push_back({key, value});
  co_return out;
}

}  // namespace thaw::sns
