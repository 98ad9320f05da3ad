#include "services/sns/service.h"

#include "services/sns/errors.h"

namespace thaw::sns {
namespace {

constexpr Millis stop_grace{5'000};

std::string topic_arn(const api::Request&, const Json& input) { return input.get("TopicArn").string_or("*"); }
std::string named_arn(const api::Request& request, const Json& input) {
  return request.arn("sns", input.get("Name").string_or(""));
}
std::string resource_arn(const api::Request&, const Json& input) { return input.get("ResourceArn").string_or("*"); }
std::string target_arn(const api::Request&, const Json& input) {
  return input.contains("TopicArn") ? input.get("TopicArn").string_or("*") : input.get("TargetArn").string_or("*");
}
std::string topic_of_subscription(const api::Request&, const Json& input) {
  auto parts = parse_subscription_arn(input.get("SubscriptionArn").string_or(""));
  return parts ? parts->first.arn() : "*";
}

}  // namespace

Sns::Sns(kv::Store& store, Clock& clock, api::Caller caller, std::string ca_file)
    : store_(store),
      clock_(clock),
      caller_(caller),
      signer_(store),
      client_(net::ClientOptions{.ca_file = std::move(ca_file)}),
      scheduler_(store, clock) {
  work::QueueOptions many;
  many.concurrency = 256;
  scheduler_.handle("sns.deliver", [this](work::Job job) { return run_delivery(std::move(job)); }, many);
  // They wait for each other, subscription by subscription: one that is held up must not keep the others out.
  work::QueueOptions ordered;
  ordered.concurrency = 10'000;
  scheduler_.handle("sns.fifo", [this](work::Job job) { return run_ordered(std::move(job)); }, ordered);
  scheduler_.handle("sns.replay", [this](work::Job job) { return run_replay(std::move(job)); });
  scheduler_.handle("sns.confirm", [this](work::Job job) { return run_confirmation(std::move(job)); });
}
Sns::~Sns() = default;

api::ServiceInfo Sns::info() const {
  return {.name = "sns",
          .protocols = {api::Protocol::query},
          .api_version = "2010-03-31",
          .xml_namespace = "http://sns.amazonaws.com/doc/2010-03-31/",
          .validation_code = "InvalidParameterException",
          .title = "Amazon SNS",
          .query_error_code = query_error_code,
          .host_prefixes = {"sns"}};
}

Task<Result<Json>> Sns::policy_of(Request& request, std::string arn) {
  auto name = parse_topic_arn(arn);
  if (!name) co_return Json();
  TopicRef topic = co_await topics_.topic(request.tx(), std::move(*name));
  co_return topic ? topic->policy : Json();
}

std::vector<api::Operation> Sns::operations() {
  using api::op;
  std::vector<api::Operation> out;
  using ArnOf = std::string (*)(const api::Request&, const Json&);
  auto on_topic = [&](api::Operation operation, ArnOf arn, std::string action = "") {
    if (action.empty()) action = operation.name;
    out.push_back(std::move(operation)
                      .action("sns:" + action)
                      .resource(arn)
                      .policy([this, arn](api::Request& request, const Json& input) -> Task<Result<Json>> {
                        return policy_of(request, arn(request, input));
                      }));
  };
  out.push_back(op("CreateTopic", this, &Sns::create_topic)
                    .writes()
                    .resource(named_arn)
                    .noted("KmsMasterKeyId is stored and shown; messages are not encrypted"));
  on_topic(op("DeleteTopic", this, &Sns::delete_topic).writes(), topic_arn);
  out.push_back(op("ListTopics", this, &Sns::list_topics).reads());
  on_topic(op("GetTopicAttributes", this, &Sns::topic_attributes).reads(), topic_arn);
  on_topic(op("SetTopicAttributes", this, &Sns::set_topic_attributes).writes(), topic_arn);
  on_topic(op("AddPermission", this, &Sns::add_permission).writes(), topic_arn);
  on_topic(op("RemovePermission", this, &Sns::remove_permission).writes(), topic_arn);
  on_topic(op("TagResource", this, &Sns::tag).writes(), resource_arn);
  on_topic(op("UntagResource", this, &Sns::untag).writes(), resource_arn);
  on_topic(op("ListTagsForResource", this, &Sns::list_tags).reads(), resource_arn);
  on_topic(op("Subscribe", this, &Sns::subscribe)
               .writes()
               .noted("protocols sqs, lambda, http and https; others answer NotImplemented"),
           topic_arn);
  // Whoever has the token may confirm, and whoever has the link of a message may unsubscribe.
  out.push_back(op("ConfirmSubscription", this, &Sns::confirm).writes().action("").anonymous());
  out.push_back(op("Unsubscribe", this, &Sns::unsubscribe)
                    .writes()
                    .permits([](const api::Request& request, const Json& input) -> std::vector<api::Permission> {
                      if (request.principal.kind == api::Principal::Kind::anonymous) return {};
                      return {{"sns:Unsubscribe", topic_of_subscription(request, input), {}}};
                    })
                    .anonymous());
  on_topic(op("GetSubscriptionAttributes", this, &Sns::subscription_attributes).reads(), topic_of_subscription);
  on_topic(op("SetSubscriptionAttributes", this, &Sns::set_subscription_attributes).writes(), topic_of_subscription);
  out.push_back(op("ListSubscriptions", this, &Sns::list_subscriptions).reads());
  on_topic(op("ListSubscriptionsByTopic", this, &Sns::list_by_topic).reads(), topic_arn);
  on_topic(op("Publish", this, &Sns::publish).writes(), target_arn);
  on_topic(op("PublishBatch", this, &Sns::publish_batch).writes(), topic_arn, "Publish");
  return out;
}

std::vector<std::string> Sns::not_implemented() const {
  return {"CheckIfPhoneNumberIsOptedOut",
          "CreatePlatformApplication",
          "CreatePlatformEndpoint",
          "CreateSMSSandboxPhoneNumber",
          "DeleteEndpoint",
          "DeletePlatformApplication",
          "DeleteSMSSandboxPhoneNumber",
          "GetDataProtectionPolicy",
          "GetEndpointAttributes",
          "GetPlatformApplicationAttributes",
          "GetSMSAttributes",
          "GetSMSSandboxAccountStatus",
          "ListEndpointsByPlatformApplication",
          "ListOriginationNumbers",
          "ListPhoneNumbersOptedOut",
          "ListPlatformApplications",
          "ListSMSSandboxPhoneNumbers",
          "OptInPhoneNumber",
          "PutDataProtectionPolicy",
          "SetEndpointAttributes",
          "SetPlatformApplicationAttributes",
          "SetSMSAttributes",
          "VerifySMSSandboxPhoneNumber"};
}

void Sns::start() { scheduler_.start(); }

Task<void> Sns::stop() {
  stopping_ = true;
  for (Completion<Unit>& pause : std::exchange(pauses_, {})) pause.set({});
  co_await scheduler_.stop(stop_grace);
  while (running_ > 0) {
    settled_.emplace();
    Completion<Unit> settled = *settled_;
    co_await settled;
  }
}

bool Sns::serves(const net::HttpRequest& request) const {
  return request.method == "GET" && request.path.starts_with("/SimpleNotificationService-");
}

Task<net::HttpResponse> Sns::serve(net::HttpRequest& request) {
  net::HttpResponse response;
  Result<void> ready = co_await signer_.ready();
  if (!ready || request.path != signer_.path()) {
    response.status = 404;
    co_return response;
  }
  response.headers.set("Content-Type", "application/x-pem-file");
  response.body = signer_.certificate();
  co_return response;
}

}  // namespace thaw::sns
