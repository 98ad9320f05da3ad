// What SNS keeps, and its keys. The only file that spells keys.
//
//   sns topic ACCOUNT REGION NAME                    TopicRecord
//   sns subscription ACCOUNT REGION TOPIC ID         SubscriptionRecord
//   sns dedup TOPICID SCOPE ID                       what was published within five minutes (FIFO)
//   sns dedup due TOPICID TIME SCOPE ID              the same in the order in which it is forgotten
//   sns archive TOPICID TIME SEQ                     Archived: what was published to a FIFO topic with an archive
//   policy sns signer                                       the key and certificate that messages are signed with
//
// Deliveries are jobs of work/ ("sns.deliver", "sns.fifo"), written in the transaction that publishes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/record.h"
#include "kv/store.h"
#include "services/sns/api.h"
#include "services/sns/filter.h"

namespace thaw::sns {

struct TopicName {
  std::string account;
  std::string region;
  std::string name;
  std::string arn() const { return "arn:aws:sns:" + region + ":" + account + ":" + name; }
};
// Nothing when it is not the ARN of a topic.
std::optional<TopicName> parse_topic_arn(std::string_view arn);
// Of "TOPICARN:ID": the topic and the id.
std::optional<std::pair<TopicName, std::string>> parse_subscription_arn(std::string_view arn);

struct TopicRecord {
  std::string id;
  std::string account;
  std::string region;
  std::string name;
  Texts attributes;  // as set
  Texts tags;
  int64_t generation = 0;         // grows whenever a subscription changes
  int64_t deleted = 0;            // subscriptions that were
  int64_t archived_since_ms = 0;  // 0: it has no archive
  static void describe(api::Fields& f);

  TopicName names() const { return {account, region, name}; }
  std::string arn() const { return names().arn(); }
  bool fifo() const { return name.ends_with(".fifo"); }
  std::string attribute(const std::string& key, std::string_view otherwise = "") const;
};

struct SubscriptionRecord {
  std::string id;
  std::string topic_arn;
  std::string owner;
  std::string protocol;
  std::string endpoint;
  Texts attributes;  // as set
  std::string principal;
  bool pending = false;
  std::string token;          // of the confirmation that is asked for
  bool authenticated = true;  // whether the confirmation was signed
  bool guarded = false;       // only its owner may end it
  std::string replay_id;      // of the last replay that was started
  std::string replay_status;  // "Pending", "In progress", "Completed"; empty: none
  static void describe(api::Fields& f);

  std::string arn() const { return topic_arn + ":" + id; }
  bool is_replaying() const { return replay_status == "Pending" || replay_status == "In progress"; }
  std::string attribute(const std::string& key, std::string_view otherwise = "") const;
};

// As read, with what the attributes mean. Shared and immutable.
struct Topic {
  TopicRecord record;
  Json policy;  // its own, or null
};
using TopicRef = std::shared_ptr<const Topic>;
struct Subscriber {
  SubscriptionRecord record;
  std::shared_ptr<const FilterPolicy> filter;  // null: everything
  FilterScope scope = FilterScope::attributes;
  bool only_replays = false;  // its replay policy has an end: what is published now is not for it

  bool wants(const PublishEntry& message) const;
};
using SubscriberRef = std::shared_ptr<const Subscriber>;
using Subscribers = std::shared_ptr<const std::vector<SubscriberRef>>;

struct DedupRecord {
  int64_t until_ms = 0;
  int64_t sequence = 0;
  std::string id;
  static void describe(api::Fields& f);
};

// A message on its way to one subscription: the payload of a job.
struct Delivery {
  std::string subscription_arn;
  std::string message_id;
  std::string message;  // for that protocol
  std::optional<std::string> subject;
  AttributeValues attributes;
  std::optional<std::string> group;
  std::optional<std::string> deduplication_id;
  int64_t sequence = 0;  // FIFO
  int64_t published_ms = 0;
  bool replayed = false;
  static void describe(api::Fields& f);
};

// A message in the archive of its topic.
struct Archived {
  PublishEntry message;
  std::string message_id;
  std::string deduplication_id;
  int64_t sequence = 0;
  int64_t published_ms = 0;
  static void describe(api::Fields& f);
};

// How far a replay has come: the payload of a job.
struct Replay {
  std::string subscription_arn;
  std::string id;
  int64_t from_ms = 0;
  int64_t from_sequence = 0;
  static void describe(api::Fields& f);
};

// The text of a sequence number: twenty digits.
std::string sequence_text(int64_t sequence);

class SnsStore {
 public:
  // Null when there is no such topic.
  Task<TopicRef> topic(kv::Transaction& tx, TopicName name);
  void put(kv::Transaction& tx, const TopicRecord& record);
  void clear(kv::Transaction& tx, const TopicRecord& record);  // with its subscriptions
  Task<std::vector<TopicRecord>> topics(kv::Transaction& tx, std::string account, std::string region, std::string after,
                                        size_t limit);

  Task<Subscribers> subscribers(kv::Transaction& tx, TopicRef topic);
  static SubscriberRef parse(SubscriptionRecord record);
  Task<std::optional<SubscriptionRecord>> subscription(kv::Transaction& tx, std::string arn);
  // All of an account, in order of topics; `after` is "TOPIC ID" of the last one seen, or empty.
  Task<std::vector<SubscriptionRecord>> subscriptions(kv::Transaction& tx, TopicName topic_or_all,
                                                      std::optional<std::string> after_arn, size_t limit);
  // Writes a subscription, and the topic's next generation.
  void put(kv::Transaction& tx, const Topic& topic, const SubscriptionRecord& record);
  void clear(kv::Transaction& tx, const Topic& topic, const SubscriptionRecord& record);

 private:
  struct ParsedTopic {
    std::string bytes;
    TopicRef topic;
  };
  struct ParsedSubscribers {
    int64_t generation = 0;
    Subscribers list;
  };
  std::map<std::string, ParsedTopic> topics_;             // by key
  std::map<std::string, ParsedSubscribers> subscribers_;  // by the topic's id
};

namespace keys {
std::string dedup(const std::string& topic, const std::string& scope, const std::string& id);
std::string dedup_due(const std::string& topic, int64_t until_ms, const std::string& scope, const std::string& id);
std::pair<std::string, std::string> dedups_due(const std::string& topic, int64_t before_ms);
std::optional<std::string> dedup_of_due(std::string_view key, const std::string& topic);
std::string archived(const std::string& topic, int64_t published_ms, int64_t sequence);
// Of the topic, from this message on, published before `before_ms`.
std::pair<std::string, std::string> archive(const std::string& topic, int64_t from_ms, int64_t from_sequence,
                                            int64_t before_ms);
std::string signer();
}  // namespace keys

}  // namespace thaw::sns
