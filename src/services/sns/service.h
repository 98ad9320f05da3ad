// Amazon SNS. https://docs.aws.amazon.com/sns/latest/dg/
//
// Publishing writes one job for every subscription that wants the message, in its own transaction; the jobs deliver by
// calling SQS and Lambda as sns.amazonaws.com, or over HTTP, with retries and dead-letter queues.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/caller.h"
#include "api/service.h"
#include "base/clock.h"
#include "net/client.h"
#include "services/sns/api.h"
#include "services/sns/delivery_policy.h"
#include "services/sns/message.h"
#include "services/sns/signer.h"
#include "services/sns/store.h"
#include "work/scheduler.h"

namespace thaw::sns {

class Sns final : public api::Service {
 public:
  // `ca_file`: authorities trusted for HTTPS endpoints beside none; empty: the system's.
  Sns(kv::Store& store, Clock& clock, api::Caller caller, std::string ca_file = "");
  ~Sns() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;
  void start() override;
  Task<void> stop() override;
  // The certificate of signatures.
  bool serves(const net::HttpRequest& request) const override;
  Task<net::HttpResponse> serve(net::HttpRequest& request) override;

  // The host of links in messages ("localhost:4566").
  void listens_at(std::string host) { host_ = std::move(host); }
  // Waits until nothing that is due waits to be delivered (for tests).
  Task<void> idle() { return scheduler_.idle(); }

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;

  // ops_topics.cc
  Answer<TopicArnOutput> create_topic(Request& request, const CreateTopicInput& in);
  Answer<> delete_topic(Request& request, const TopicArnInput& in);
  Answer<ListTopicsOutput> list_topics(Request& request, const PageInput& in);
  Answer<AttributesOutput> topic_attributes(Request& request, const TopicArnInput& in);
  Answer<> set_topic_attributes(Request& request, const SetTopicAttributesInput& in);
  Answer<> add_permission(Request& request, const AddPermissionInput& in);
  Answer<> remove_permission(Request& request, const RemovePermissionInput& in);
  Answer<> tag(Request& request, const TagResourceInput& in);
  Answer<> untag(Request& request, const UntagResourceInput& in);
  Answer<TagsOutput> list_tags(Request& request, const ResourceArnInput& in);
  // ops_subscriptions.cc
  Answer<SubscriptionArnOutput> subscribe(Request& request, const SubscribeInput& in);
  Answer<SubscriptionArnOutput> confirm(Request& request, const ConfirmSubscriptionInput& in);
  Answer<> unsubscribe(Request& request, const SubscriptionArnInput& in);
  Answer<AttributesOutput> subscription_attributes(Request& request, const SubscriptionArnInput& in);
  Answer<> set_subscription_attributes(Request& request, const SetSubscriptionAttributesInput& in);
  Answer<SubscriptionsOutput> list_subscriptions(Request& request, const PageInput& in);
  Answer<SubscriptionsOutput> list_by_topic(Request& request, const ListByTopicInput& in);
  // ops_publish.cc
  Answer<PublishOutput> publish(Request& request, const PublishInput& in);
  Answer<PublishBatchOutput> publish_batch(Request& request, const PublishBatchInput& in);

  struct Target {
    TopicRef topic;
    SubscriptionRecord subscription;
  };
  Task<Result<TopicRef>> topic_of(Request& request, std::string arn);
  Task<Result<Json>> policy_of(Request& request, std::string topic_arn);
  // The subscription and its topic. Errors: "InvalidParameter", "NotFound".
  Task<Result<Target>> subscription_of(Request& request, std::string arn);
  Task<Result<PublishOutput>> publish_one(Request& request, TopicRef topic, const PublishEntry& message);
  void forget_duplicates(const std::string& topic_id);
  int64_t next_sequence();

  // replay.cc
  void archive(kv::Transaction& tx, const TopicRecord& topic, const Archived& message);
  // Starts the replay that the subscription's policy asks for, or ends one, as the transaction commits.
  Result<void> set_replay(Request& request, const TopicRecord& topic, SubscriptionRecord& subscription);
  Task<Result<work::Outcome>> run_replay(work::Job job);
  Task<Result<void>> replay_some(kv::Transaction& tx, Replay replay);

  // deliver.cc
  Task<Result<work::Outcome>> run_delivery(work::Job job);
  Task<Result<work::Outcome>> run_ordered(work::Job job);
  Task<Result<work::Outcome>> run_confirmation(work::Job job);
  Task<Result<std::optional<Target>>> target_of(std::string subscription_arn);
  // One try. An Error with a status of 500 and more, or 429, may pass.
  Task<Result<void>> send(const Target& target, const Delivery& delivery);
  Task<Result<void>> send_to_queue(const Target& target, const Delivery& delivery);
  Task<Result<void>> send_to_function(const Target& target, const Delivery& delivery);
  Task<Result<void>> send_over_http(const Target& target, const Delivery& delivery);
  // Tries once, and says what comes of it: nothing (done, or given up on), or the delay of the next try.
  Task<Result<std::optional<Millis>>> try_once(const Delivery& delivery, int64_t attempt);
  Task<Result<void>> to_dead_letters(const Target& target, const Delivery& delivery, Error why);
  Task<Result<EnvelopeLinks>> links_of(const Target& target, const Delivery& delivery);
  Task<Result<net::ClientResponse>> post(const SubscriptionRecord& subscription, const char* type,
                                         const std::string& message_id, std::string body, bool raw);
  api::As as_sns(const std::string& topic_arn, const std::string& account, const std::string& region) const;
  Task<void> pause(Millis delay);

  kv::Store& store_;
  Clock& clock_;
  api::Caller caller_;
  SnsStore topics_;
  Signer signer_;
  net::Client client_;
  work::Scheduler scheduler_;
  std::string host_ = "localhost:4566";
  std::map<std::string, int64_t> forgot_ms_;
  std::map<std::string, int64_t> trimmed_ms_;  // archives, by topic
  // FIFO: the deliveries of a subscription under way, in order; the first one runs.
  std::map<std::string, std::deque<Completion<Unit>>> lines_;
  std::vector<Completion<Unit>> pauses_;
  int64_t last_sequence_ = 0;
  bool stopping_ = false;
  size_t running_ = 0;
  std::optional<Completion<Unit>> settled_;  // set when nothing of forget_duplicates() runs any more
};

}  // namespace thaw::sns
