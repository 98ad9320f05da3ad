// Deliveries: jobs that were written with the message, one for each subscription. A job is tried until it succeeds,
// until its policy gives up, or until the other side says that trying again is of no use; then it goes to the
// subscription's dead-letter queue.
#include <algorithm>

#include "base/arn.h"
#include "base/log.h"
#include "base/text.h"
#include "services/sns/service.h"

namespace thaw::sns {
namespace {

constexpr Millis http_timeout{15'000};
constexpr size_t http_answer_bytes_max = 1u << 20;

// Whether the same call may succeed later.
bool may_pass(const Error& error) {
  return (error.status >= 500 && error.code != "NotImplemented") || error.status == 429;
}

std::optional<Arn> arn_of_service(const std::string& text, std::string_view service) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != service) return std::nullopt;
  return arn;
}

Json sqs_input(const Arn& queue, std::string body, const Delivery& delivery) {
  Json input =
      Json::object({{"QueueUrl", "/" + queue.account + "/" + queue.resource}, {"MessageBody", std::move(body)}});
  if (delivery.group) input.set("MessageGroupId", *delivery.group);
  if (delivery.deduplication_id && queue.resource.ends_with(".fifo"))
    input.set("MessageDeduplicationId", *delivery.deduplication_id);
  return input;
}

}  // namespace

api::As Sns::as_sns(const std::string& topic_arn, const std::string& account, const std::string& region) const {
  auto topic = parse_topic_arn(topic_arn).value_or(TopicName{});
  auto account_id = AccountId::parse(account).value_or(AccountId::parse("000000000000").value());
  auto region_name = Region::parse(region).value_or(Region::parse("us-east-1").value());
  api::As as = api::As::service("sns.amazonaws.com", account_id, region_name);
  as.context = Json::object({{"aws:SourceArn", topic_arn}, {"aws:SourceAccount", topic.account}});
  return as;
}

Task<Result<std::optional<Sns::Target>>> Sns::target_of(std::string subscription_arn) {
  return store_.transact<std::optional<Target>>(
      [this, subscription_arn](kv::Transaction& tx) -> Task<Result<std::optional<Target>>> {
        std::optional<Target> out;
        std::optional<SubscriptionRecord> subscription = co_await topics_.subscription(tx, subscription_arn);
        auto name = subscription ? parse_topic_arn(subscription->topic_arn) : std::nullopt;
        if (!name) co_return out;
        TopicRef topic = co_await topics_.topic(tx, std::move(*name));
        if (topic) out = Target{std::move(topic), std::move(*subscription)};
        co_return out;
      });
}

// ---- jobs ----

Task<Result<work::Outcome>> Sns::run_delivery(work::Job job) {
  auto delivery = api::decode_record<Delivery>(job.payload);
  if (!delivery) co_return work::Outcome::done();
  CO_TRY(std::optional<Millis> again, co_await try_once(*delivery, job.attempt));
  co_return again ? work::Outcome::retry(*again) : work::Outcome::done();
}

// FIFO: a subscription's deliveries run one after the other, in the order of publishing; one that fails holds the rest
// up.
Task<Result<work::Outcome>> Sns::run_ordered(work::Job job) {
  auto delivery = api::decode_record<Delivery>(job.payload);
  if (!delivery) co_return work::Outcome::done();
  const std::string& arn = delivery->subscription_arn;
  Completion<Unit> turn;
  bool first = lines_[arn].empty();
  lines_[arn].push_back(turn);
  if (!first) co_await turn;
  work::Outcome outcome = work::Outcome::retry(Millis(0));
  for (int64_t attempt = job.attempt; !stopping_; ++attempt) {
    Result<std::optional<Millis>> again = co_await try_once(*delivery, attempt);
    if (again && !*again) {
      outcome = work::Outcome::done();
      break;
    }
    co_await pause(again ? std::max(**again, Millis(100)) : Millis(1000));
  }
  std::deque<Completion<Unit>>& line = lines_[arn];
  line.pop_front();
  if (line.empty())
    lines_.erase(arn);
  else
    line.front().set({});
  co_return outcome;
}

Task<Result<work::Outcome>> Sns::run_confirmation(work::Job job) {
  CO_TRY(std::optional<Target> target, co_await target_of(job.payload));
  if (!target || !target->subscription.pending) co_return work::Outcome::done();
  CO_CHECK_OK(co_await signer_.ready());
  const SubscriptionRecord& subscription = target->subscription;
  std::string id = random_uuid();
  std::string when = iso8601_millis(clock_.now());
  std::string version = target->topic->record.attribute("SignatureVersion", "1");
  std::string url = "http://" + host_ +
                    "/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn=" + uri_encode(subscription.topic_arn) +
                    "&Token=" + subscription.token;
  std::string words = "You have chosen to subscribe to the topic " + subscription.topic_arn +
                      ".\nTo confirm the subscription, visit the SubscribeURL included in this message.";
  std::string text = text_to_sign({{"Message", words},
                                   {"MessageId", id},
                                   {"SubscribeURL", url},
                                   {"Timestamp", when},
                                   {"Token", subscription.token},
                                   {"TopicArn", subscription.topic_arn},
                                   {"Type", "SubscriptionConfirmation"}});
  std::string signature = co_await offload([this, text, version] { return signer_.sign(text, version); });
  Json body = Json::object({{"Type", "SubscriptionConfirmation"},
                            {"MessageId", id},
                            {"Token", subscription.token},
                            {"TopicArn", subscription.topic_arn},
                            {"Message", words},
                            {"SubscribeURL", url},
                            {"Timestamp", when},
                            {"SignatureVersion", version},
                            {"Signature", signature},
                            {"SigningCertURL", "http://" + host_ + signer_.path()}});
  Result<net::ClientResponse> answer =
      co_await post(subscription, "SubscriptionConfirmation", id, body.dump_pretty(), false);
  if (answer && answer->status / 100 == 2) co_return work::Outcome::done();
  auto delay = RetryPolicy{}.delay_before(job.attempt);
  co_return delay ? work::Outcome::retry(*delay) : work::Outcome::done();
}

Task<Result<std::optional<Millis>>> Sns::try_once(const Delivery& delivery, int64_t attempt) {
  CO_TRY(std::optional<Target> target, co_await target_of(delivery.subscription_arn));
  std::optional<Millis> none;
  if (!target || target->subscription.pending) co_return none;  // unsubscribed meanwhile
  Result<void> sent = co_await send(*target, delivery);
  if (sent) co_return none;
  const SubscriptionRecord& subscription = target->subscription;
  bool http = subscription.protocol.starts_with("http");
  RetryPolicy policy =
      http ? http_policy(subscription.attribute("DeliveryPolicy"), target->topic->record.attribute("DeliveryPolicy"))
           : aws_managed_policy();
  if (may_pass(sent.error())) {
    if (auto delay = policy.delay_before(attempt)) co_return delay;
  }
  Result<void> buried = co_await to_dead_letters(*target, delivery, sent.error());
  if (!buried && may_pass(buried.error())) co_return std::optional<Millis>(Millis(policy.max_delay_s * 1000));
  if (!buried) log::warning("sns: a message for {} is lost: {}", subscription.endpoint, buried.error().message);
  co_return none;
}

// ---- one try ----

Task<Result<void>> Sns::send(const Target& target, const Delivery& delivery) {
  const std::string& protocol = target.subscription.protocol;
  if (protocol == "sqs") return send_to_queue(target, delivery);
  if (protocol == "lambda") return send_to_function(target, delivery);
  return send_over_http(target, delivery);
}

Task<Result<EnvelopeLinks>> Sns::links_of(const Target& target, const Delivery& delivery) {
  CO_CHECK_OK(co_await signer_.ready());
  EnvelopeLinks links;
  links.topic_arn = target.subscription.topic_arn;
  links.signature_version = target.topic->record.attribute("SignatureVersion", "1");
  links.certificate_url = "http://" + host_ + signer_.path();
  links.unsubscribe_url = "http://" + host_ + "/?Action=Unsubscribe&Version=2010-03-31&SubscriptionArn=" +
                          uri_encode(target.subscription.arn());
  std::string text = notification_to_sign(delivery, links.topic_arn);
  std::string version = links.signature_version;
  links.signature = co_await offload([this, text, version] { return signer_.sign(text, version); });
  co_return links;
}

Task<Result<void>> Sns::send_to_queue(const Target& target, const Delivery& delivery) {
  auto queue = arn_of_service(target.subscription.endpoint, "sqs");
  if (!queue) co_return fail("InvalidParameterException", "The endpoint is not a queue.");
  bool raw = target.subscription.attribute("RawMessageDelivery") == "true";
  std::string body = delivery.message;
  if (!raw) {
    CO_TRY(EnvelopeLinks links, co_await links_of(target, delivery));
    body = notification(delivery, links, target.topic->record.fifo()).dump_pretty();
  }
  Json input = sqs_input(*queue, std::move(body), delivery);
  if (raw && !delivery.attributes.empty()) input.set("MessageAttributes", attributes_for_sqs(delivery.attributes));
  api::As as = as_sns(target.subscription.topic_arn, queue->account, queue->region);
  Result<Json> sent = co_await caller_.call(std::move(as), "sqs", "SendMessage", std::move(input));
  if (!sent) co_return std::unexpected(std::move(sent).error());
  co_return Result<void>();
}

Task<Result<void>> Sns::send_to_function(const Target& target, const Delivery& delivery) {
  auto function = arn_of_service(target.subscription.endpoint, "lambda");
  if (!function) co_return fail("InvalidParameterException", "The endpoint is not a function.");
  CO_TRY(EnvelopeLinks links, co_await links_of(target, delivery));
  Json input = Json::object({{"FunctionName", target.subscription.endpoint},
                             {"InvocationType", "Event"},
                             {"Payload", lambda_event(delivery, links).dump()}});
  api::As as = as_sns(target.subscription.topic_arn, function->account, function->region);
  Result<Json> sent = co_await caller_.call(as, "lambda", "Invoke", input);
  if (!sent && sent.error().code == "NotImplemented") {
    input.set("InvocationType", "RequestResponse");
    sent = co_await caller_.call(std::move(as), "lambda", "Invoke", std::move(input));
  }
  if (!sent) co_return std::unexpected(std::move(sent).error());
  co_return Result<void>();
}

Task<Result<net::ClientResponse>> Sns::post(const SubscriptionRecord& subscription, const char* type,
                                            const std::string& message_id, std::string body, bool raw) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = subscription.endpoint;
  request.body = std::move(body);
  request.timeout = http_timeout;
  request.body_bytes_max = http_answer_bytes_max;
  request.headers.set("Content-Type", content_type(subscription.attribute("DeliveryPolicy")));
  request.headers.set("User-Agent", "Amazon Simple Notification Service Agent");
  request.headers.set("x-amz-sns-message-type", type);
  request.headers.set("x-amz-sns-message-id", message_id);
  request.headers.set("x-amz-sns-topic-arn", subscription.topic_arn);
  if (!subscription.pending) request.headers.set("x-amz-sns-subscription-arn", subscription.arn());
  if (raw) request.headers.set("x-amz-sns-rawdelivery", "true");
  return client_.fetch(std::move(request));
}

Task<Result<void>> Sns::send_over_http(const Target& target, const Delivery& delivery) {
  bool raw = target.subscription.attribute("RawMessageDelivery") == "true";
  std::string body = delivery.message;
  if (!raw) {
    CO_TRY(EnvelopeLinks links, co_await links_of(target, delivery));
    body = notification(delivery, links, false).dump_pretty();
  }
  Result<net::ClientResponse> answer =
      co_await post(target.subscription, "Notification", delivery.message_id, std::move(body), raw);
  if (!answer) co_return fail("EndpointUnreachable", answer.error().message, 503);
  if (answer->status / 100 == 2) co_return Result<void>();
  co_return fail("EndpointRefused", "The endpoint answered " + std::to_string(answer->status), answer->status);
}

Task<Result<void>> Sns::to_dead_letters(const Target& target, const Delivery& delivery, Error why) {
  std::string policy = target.subscription.attribute("RedrivePolicy");
  auto json = policy.empty() ? std::unexpected(std::string()) : Json::parse(policy, 8);
  auto queue = arn_of_service(json ? json->get("deadLetterTargetArn").string_or("") : "", "sqs");
  if (!queue) co_return std::unexpected(std::move(why));
  bool raw = target.subscription.attribute("RawMessageDelivery") == "true";
  std::string body = delivery.message;
  if (!raw) {
    CO_TRY(EnvelopeLinks links, co_await links_of(target, delivery));
    body = notification(delivery, links, target.topic->record.fifo()).dump_pretty();
  }
  Json input = sqs_input(*queue, std::move(body), delivery);
  if (raw && !delivery.attributes.empty()) input.set("MessageAttributes", attributes_for_sqs(delivery.attributes));
  api::As as = as_sns(target.subscription.topic_arn, queue->account, queue->region);
  Result<Json> sent = co_await caller_.call(std::move(as), "sqs", "SendMessage", std::move(input));
  if (!sent) co_return std::unexpected(std::move(sent).error());
  co_return Result<void>();
}

Task<void> Sns::pause(Millis delay) {
  if (stopping_) co_return;
  Completion<Unit> done;
  std::erase_if(pauses_, [](const Completion<Unit>& one) { return one.is_set(); });
  pauses_.push_back(done);
  auto timer = Loop::current().after(delay, [done]() mutable { done.set({}); });
  co_await done;
  Loop::current().cancel(timer);
}

}  // namespace thaw::sns
