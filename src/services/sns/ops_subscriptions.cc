// Subscriptions: to queues and functions at once, to HTTP endpoints after they have confirmed.
#include <algorithm>

#include "base/arn.h"
#include "base/text.h"
#include "services/sns/errors.h"
#include "services/sns/replay.h"
#include "services/sns/service.h"

namespace thaw::sns {
namespace {

constexpr size_t page = 100;

Subscription shown(const SubscriptionRecord& record) {
  return {record.pending ? "PendingConfirmation" : record.arn(), record.owner, record.protocol, record.endpoint,
          record.topic_arn};
}

Result<void> check_endpoint(const std::string& protocol, const std::string& endpoint, bool fifo) {
  if (protocol == "sqs" || protocol == "lambda") {
    auto arn = Arn::parse(endpoint);
    if (!arn || arn->service != protocol || arn->account.empty() || arn->region.empty())
      return invalid(protocol == "sqs" ? "SQS endpoint ARN" : "Lambda endpoint ARN");
    if (protocol == "sqs" && !fifo && endpoint.ends_with(".fifo"))
      return invalid(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
  } else if (!endpoint.starts_with(protocol + "://") || endpoint.size() > 2048) {
    return invalid("Endpoint must match the specified protocol");
  }
  if (fifo && protocol != "sqs") return invalid("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue");
  return {};
}

Result<void> check_protocol(const std::string& protocol) {
  static constexpr std::string_view here[] = {"sqs", "lambda", "http", "https"};
  static constexpr std::string_view elsewhere[] = {"email", "email-json", "sms", "application", "firehose"};
  if (std::ranges::find(here, protocol) != std::end(here)) return {};
  if (std::ranges::find(elsewhere, protocol) != std::end(elsewhere))
    return not_here("subscriptions of protocol " + protocol);
  return invalid("Amazon SNS does not support this protocol string: " + protocol.substr(0, 100));
}

// Checks one attribute; the scope of a filter policy is known by then.
Result<void> check_attribute(const std::string& name, const std::string& value, const std::string& protocol,
                             FilterScope scope) {
  if (name == "ReplayPolicy") return value.empty() ? Result<void>() : check_replay_policy(value);
  if (name == "SubscriptionRoleArn") return not_here("the SubscriptionRoleArn (Firehose)");
  if (name == "RawMessageDelivery") {
    if (value != "true" && value != "false")
      return invalid("Attributes Reason: RawMessageDelivery: Invalid value [" + value.substr(0, 100) +
                     "]. Must be true or false.");
    if (value == "true" && protocol == "lambda")
      return invalid("Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.");
    return {};
  }
  if (name == "FilterPolicyScope") {
    if (value != "MessageAttributes" && value != "MessageBody")
      return invalid("FilterPolicyScope: Invalid value [" + value.substr(0, 100) +
                     "]. Please use either MessageBody or MessageAttributes");
    return {};
  }
  if (name == "FilterPolicy") {
    if (!value.empty()) CHECK_OK(FilterPolicy::parse(value, scope));
    return {};
  }
  if (name == "DeliveryPolicy") {
    if (!protocol.starts_with("http")) return invalid("Attributes Reason: DeliveryPolicy is for HTTP endpoints only");
    return value.empty() ? Result<void>() : check_subscription_policy(value);
  }
  if (name == "RedrivePolicy") {
    if (value.empty()) return {};
    auto json = Json::parse(value, 8);
    auto arn = json ? Arn::parse(json->get("deadLetterTargetArn").string_or("")) : std::nullopt;
    if (!arn || arn->service != "sqs") return invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
    return {};
  }
  return invalid("AttributeName");
}

Result<void> check_attributes(const Texts& attributes, const std::string& protocol) {
  auto scope = attributes.find("FilterPolicyScope");
  bool body = scope != attributes.end() && scope->second == "MessageBody";
  for (const auto& [name, value] : attributes)
    CHECK_OK(check_attribute(name, value, protocol, body ? FilterScope::body : FilterScope::attributes));
  return {};
}

}  // namespace

Task<Result<Sns::Target>> Sns::subscription_of(Request& request, std::string arn) {
  if (!parse_subscription_arn(arn)) co_return invalid("SubscriptionArn Reason: An ARN must have at least 6 elements");
  std::optional<SubscriptionRecord> record = co_await topics_.subscription(request.tx(), arn);
  if (!record) co_return no_subscription();
  CO_TRY(TopicRef topic, co_await topic_of(request, record->topic_arn));
  co_return Target{std::move(topic), std::move(*record)};
}

Task<Result<SubscriptionArnOutput>> Sns::subscribe(Request& request, const SubscribeInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  std::string endpoint = in.Endpoint.value_or("");
  CO_CHECK_OK(check_protocol(in.Protocol));
  CO_CHECK_OK(check_endpoint(in.Protocol, endpoint, topic->record.fifo()));
  CO_CHECK_OK(check_attributes(in.Attributes, in.Protocol));
  Texts attributes = in.Attributes;
  std::erase_if(attributes, [](const auto& entry) { return entry.second.empty(); });
  Subscribers subscribers = co_await topics_.subscribers(request.tx(), topic);
  for (const SubscriberRef& one : *subscribers) {
    const SubscriptionRecord& record = one->record;
    if (record.protocol != in.Protocol || record.endpoint != endpoint) continue;
    if (!attributes.empty() && attributes != record.attributes)
      co_return invalid("Attributes Reason: Subscription already exists with different attributes");
    if (record.pending) scheduler_.enqueue(request.tx(), "sns.confirm", request.now(), record.arn());
    co_return SubscriptionArnOutput{record.pending && !in.ReturnSubscriptionArn ? "pending confirmation"
                                                                                : record.arn()};
  }
  SubscriptionRecord record;
  record.id = random_uuid();
  record.topic_arn = topic->record.arn();
  record.owner = request.account.str();
  record.protocol = in.Protocol;
  record.endpoint = endpoint;
  record.attributes = std::move(attributes);
  record.principal = request.principal.arn;
  record.pending = in.Protocol.starts_with("http");
  if (record.pending) record.token = random_hex(128);
  CO_CHECK_OK(set_replay(request, topic->record, record));
  topics_.put(request.tx(), *topic, record);
  if (record.pending) scheduler_.enqueue(request.tx(), "sns.confirm", request.now(), record.arn());
  co_return SubscriptionArnOutput{record.pending && !in.ReturnSubscriptionArn ? "pending confirmation" : record.arn()};
}

Task<Result<SubscriptionArnOutput>> Sns::confirm(Request& request, const ConfirmSubscriptionInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  if (in.Token.size() != 128) co_return invalid("Invalid token");
  Subscribers subscribers = co_await topics_.subscribers(request.tx(), topic);
  auto found = std::ranges::find_if(*subscribers, [&](const SubscriberRef& one) {
    return !one->record.token.empty() && equal_in_constant_time(one->record.token, in.Token);
  });
  if (found == subscribers->end()) co_return fail("NotFoundException", "Token does not exist", 404);
  SubscriptionRecord record = (*found)->record;
  if (record.pending) {
    record.pending = false;
    record.authenticated = request.principal.kind != api::Principal::Kind::anonymous;
    record.guarded = record.authenticated && in.AuthenticateOnUnsubscribe.value_or("") == "true";
    topics_.put(request.tx(), *topic, record);
  }
  co_return SubscriptionArnOutput{record.arn()};
}

Task<Result<api::Nothing>> Sns::unsubscribe(Request& request, const SubscriptionArnInput& in) {
  Result<Target> target = co_await subscription_of(request, in.SubscriptionArn);
  if (!target && target.error().status == 404) co_return api::Nothing{};  // it is gone already
  if (!target) co_return std::unexpected(target.error());
  bool unsigned_request = request.principal.kind == api::Principal::Kind::anonymous;
  if (unsigned_request && (target->subscription.guarded || !target->subscription.protocol.starts_with("http")))
    co_return fail("AuthorizationErrorException", "The subscription can be ended by its owner only.", 403);
  topics_.clear(request.tx(), *target->topic, target->subscription);
  co_return api::Nothing{};
}

Task<Result<AttributesOutput>> Sns::subscription_attributes(Request& request, const SubscriptionArnInput& in) {
  CO_TRY(Target target, co_await subscription_of(request, in.SubscriptionArn));
  const SubscriptionRecord& record = target.subscription;
  AttributesOutput out;
  out.Attributes = record.attributes;
  auto set = [&](const char* name, std::string value) { out.Attributes.try_emplace(name, std::move(value)); };
  set("SubscriptionArn", record.arn());
  set("TopicArn", record.topic_arn);
  set("Owner", record.owner);
  set("Protocol", record.protocol);
  set("Endpoint", record.endpoint);
  set("RawMessageDelivery", "false");
  set("PendingConfirmation", record.pending ? "true" : "false");
  set("ConfirmationWasAuthenticated", record.authenticated && !record.pending ? "true" : "false");
  set("SubscriptionPrincipal", record.principal);
  if (!record.replay_status.empty()) set("ReplayStatus", record.replay_status);
  if (record.attributes.contains("FilterPolicy")) set("FilterPolicyScope", "MessageAttributes");
  if (record.protocol.starts_with("http")) {
    RetryPolicy policy =
        http_policy(record.attribute("DeliveryPolicy"), target.topic->record.attribute("DeliveryPolicy"));
    set("EffectiveDeliveryPolicy", Json::object({{"healthyRetryPolicy", policy.shown()},
                                                 {"sicklyRetryPolicy", nullptr},
                                                 {"throttlePolicy", nullptr},
                                                 {"guaranteed", false}})
                                       .dump());
  }
  co_return out;
}

Task<Result<api::Nothing>> Sns::set_subscription_attributes(Request& request,
                                                            const SetSubscriptionAttributesInput& in) {
  CO_TRY(Target target, co_await subscription_of(request, in.SubscriptionArn));
  std::string value = in.AttributeValue.value_or("");
  SubscriptionRecord record = target.subscription;
  if (value.empty())
    record.attributes.erase(in.AttributeName);
  else
    record.attributes[in.AttributeName] = value;
  Texts one = {{in.AttributeName, value}};
  if (in.AttributeName == "FilterPolicy")
    one["FilterPolicyScope"] = record.attribute("FilterPolicyScope", "MessageAttributes");
  CO_CHECK_OK(check_attributes(one, record.protocol));
  // A policy that stands must be valid in its scope.
  if (in.AttributeName == "FilterPolicyScope" && record.attributes.contains("FilterPolicy"))
    CO_CHECK_OK(check_attributes(record.attributes, record.protocol));
  if (in.AttributeName == "ReplayPolicy") CO_CHECK_OK(set_replay(request, target.topic->record, record));
  topics_.put(request.tx(), *target.topic, record);
  co_return api::Nothing{};
}

namespace {

SubscriptionsOutput paged(std::vector<SubscriptionRecord> found) {
  SubscriptionsOutput out;
  for (const SubscriptionRecord& record : found) {
    if (out.Subscriptions.size() == page) {
      out.NextToken = base64_encode(found[page - 1].arn());
      break;
    }
    out.Subscriptions.push_back(shown(record));
  }
  return out;
}

Result<std::optional<std::string>> token_arn(const std::optional<std::string>& token) {
  if (!token) return std::optional<std::string>();
  auto arn = base64_decode(*token);
  if (!arn || !parse_subscription_arn(*arn)) return invalid("NextToken");
  return arn;
}

}  // namespace

Task<Result<SubscriptionsOutput>> Sns::list_subscriptions(Request& request, const PageInput& in) {
  CO_TRY(std::optional<std::string> after, token_arn(in.NextToken));
  TopicName all{request.account.str(), request.region.str(), ""};
  std::vector<SubscriptionRecord> found =
      co_await topics_.subscriptions(request.tx(), std::move(all), std::move(after), page + 1);
  co_return paged(std::move(found));
}

Task<Result<SubscriptionsOutput>> Sns::list_by_topic(Request& request, const ListByTopicInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  CO_TRY(std::optional<std::string> after, token_arn(in.NextToken));
  std::vector<SubscriptionRecord> found =
      co_await topics_.subscriptions(request.tx(), topic->record.names(), std::move(after), page + 1);
  co_return paged(std::move(found));
}

}  // namespace thaw::sns
