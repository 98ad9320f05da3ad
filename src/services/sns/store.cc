#include "services/sns/store.h"

#include <algorithm>
#include <limits>

#include "base/arn.h"
#include "kv/subspace.h"

namespace thaw::sns {
namespace {

const kv::Subspace topic_space{"sns", "topic"};
const kv::Subspace subscription_space{"sns", "subscription"};
const kv::Subspace dedup_space{"sns", "dedup"};
const kv::Subspace due_space{"sns", "dedup due"};
const kv::Subspace archive_space{"sns", "archive"};

constexpr size_t parsed_max = 10'000;

std::string topic_key(const TopicName& name) { return topic_space.key(name.account, name.region, name.name); }
std::string subscription_key(const TopicName& topic, const std::string& id) {
  return subscription_space.key(topic.account, topic.region, topic.name, id);
}
std::pair<std::string, std::string> subscription_range(const TopicName& topic) {
  if (topic.name.empty()) return subscription_space.range(topic.account, topic.region);
  return subscription_space.range(topic.account, topic.region, topic.name);
}
std::string text_at(const Texts& texts, const std::string& key, std::string_view otherwise) {
  auto found = texts.find(key);
  return found == texts.end() ? std::string(otherwise) : found->second;
}

}  // namespace

std::optional<TopicName> parse_topic_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "sns" || arn->resource.empty() || arn->resource.find(':') != std::string::npos)
    return std::nullopt;
  return TopicName{arn->account, arn->region, arn->resource};
}
std::optional<std::pair<TopicName, std::string>> parse_subscription_arn(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto topic = parse_topic_arn(text.substr(0, colon));
  if (!topic || colon + 1 == text.size()) return std::nullopt;
  return std::pair(std::move(*topic), std::string(text.substr(colon + 1)));
}

std::string sequence_text(int64_t sequence) {
  return std::to_string(10'000'000'000'000'000'000ull + static_cast<uint64_t>(sequence));
}

void TopicRecord::describe(api::Fields& f) {
  using Self = TopicRecord;
  MEMBER(id);
  MEMBER(account);
  MEMBER(region);
  MEMBER(name);
  MEMBER(attributes);
  MEMBER(tags);
  MEMBER(generation);
  MEMBER(deleted);
  MEMBER(archived_since_ms);
}
std::string TopicRecord::attribute(const std::string& key, std::string_view otherwise) const {
  return text_at(attributes, key, otherwise);
}
void SubscriptionRecord::describe(api::Fields& f) {
  using Self = SubscriptionRecord;
  MEMBER(id);
  MEMBER(topic_arn);
  MEMBER(owner);
  MEMBER(protocol);
  MEMBER(endpoint);
  MEMBER(attributes);
  MEMBER(principal);
  MEMBER(pending);
  MEMBER(token);
  MEMBER(authenticated);
  MEMBER(guarded);
  MEMBER(replay_id);
  MEMBER(replay_status);
}
std::string SubscriptionRecord::attribute(const std::string& key, std::string_view otherwise) const {
  return text_at(attributes, key, otherwise);
}
void DedupRecord::describe(api::Fields& f) {
  using Self = DedupRecord;
  MEMBER(until_ms);
  MEMBER(sequence);
  MEMBER(id);
}
void Delivery::describe(api::Fields& f) {
  using Self = Delivery;
  MEMBER(subscription_arn);
  MEMBER(message_id);
  MEMBER(message);
  MEMBER(subject);
  MEMBER(attributes);
  MEMBER(group);
  MEMBER(deduplication_id);
  MEMBER(sequence);
  MEMBER(published_ms);
  MEMBER(replayed);
}
void Archived::describe(api::Fields& f) {
  using Self = Archived;
  MEMBER(message);
  MEMBER(message_id);
  MEMBER(deduplication_id);
  MEMBER(sequence);
  MEMBER(published_ms);
}
void Replay::describe(api::Fields& f) {
  using Self = Replay;
  MEMBER(subscription_arn);
  MEMBER(id);
  MEMBER(from_ms);
  MEMBER(from_sequence);
}

Task<TopicRef> SnsStore::topic(kv::Transaction& tx, TopicName name) {
  std::string key = topic_key(name);
  std::optional<std::string> bytes = co_await tx.get_often(key);
  if (!bytes) {
    topics_.erase(key);
    co_return nullptr;
  }
  auto known = topics_.find(key);
  if (known != topics_.end() && known->second.bytes == *bytes) co_return known->second.topic;
  auto record = api::decode_record<TopicRecord>(*bytes);
  if (!record) co_return nullptr;
  auto topic = std::make_shared<Topic>();
  if (std::string text = record->attribute("Policy"); !text.empty()) {
    if (auto policy = Json::parse(text)) topic->policy = std::move(*policy);
  }
  topic->record = std::move(*record);
  if (topics_.size() >= parsed_max) topics_.clear();
  topics_[key] = {std::move(*bytes), topic};
  co_return topic;
}

void SnsStore::put(kv::Transaction& tx, const TopicRecord& record) {
  tx.set(topic_key(record.names()), api::encode_record(record));
}

void SnsStore::clear(kv::Transaction& tx, const TopicRecord& record) {
  tx.clear(topic_key(record.names()));
  for (auto [begin, end] : {subscription_range(record.names()), dedup_space.range(record.id),
                            due_space.range(record.id), archive_space.range(record.id)})
    tx.clear_range(begin, end);
}

Task<std::vector<TopicRecord>> SnsStore::topics(kv::Transaction& tx, std::string account, std::string region,
                                                std::string after, size_t limit) {
  auto [begin, end] = topic_space.range(account, region);
  if (!after.empty()) begin = topic_key({account, region, after}) + '\0';
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = limit});
  std::vector<TopicRecord> out;
  for (const kv::KeyValue& row : rows)
    if (auto record = api::decode_record<TopicRecord>(row.value)) out.push_back(std::move(*record));
  co_return out;
}

// Reading the topic has made this transaction conflict with changes of its subscriptions: the generation is in it.
Task<Subscribers> SnsStore::subscribers(kv::Transaction& tx, TopicRef topic) {
  auto known = subscribers_.find(topic->record.id);
  if (known != subscribers_.end() && known->second.generation == topic->record.generation) co_return known->second.list;
  auto [begin, end] = subscription_range(topic->record.names());
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end);
  auto list = std::make_shared<std::vector<SubscriberRef>>();
  for (const kv::KeyValue& row : rows) {
    auto record = api::decode_record<SubscriptionRecord>(row.value);
    if (!record) continue;
    list->push_back(parse(std::move(*record)));
  }
  if (subscribers_.size() >= parsed_max) subscribers_.clear();
  subscribers_[topic->record.id] = {topic->record.generation, list};
  co_return list;
}

SubscriberRef SnsStore::parse(SubscriptionRecord record) {
  auto one = std::make_shared<Subscriber>();
  if (record.attribute("FilterPolicyScope") == "MessageBody") one->scope = FilterScope::body;
  if (std::string text = record.attribute("FilterPolicy"); !text.empty()) {
    if (auto filter = FilterPolicy::parse(text, one->scope)) one->filter = std::move(*filter);
  }
  if (auto replay = Json::parse(record.attribute("ReplayPolicy", "{}")))
    one->only_replays = replay->get("EndingPoint").is_string();
  one->record = std::move(record);
  return one;
}

Task<std::optional<SubscriptionRecord>> SnsStore::subscription(kv::Transaction& tx, std::string arn) {
  auto parts = parse_subscription_arn(arn);
  if (!parts) co_return std::nullopt;
  std::optional<std::string> bytes = co_await tx.get(subscription_key(parts->first, parts->second));
  if (!bytes) co_return std::nullopt;
  co_return api::decode_record<SubscriptionRecord>(*bytes);
}

Task<std::vector<SubscriptionRecord>> SnsStore::subscriptions(kv::Transaction& tx, TopicName topic_or_all,
                                                              std::optional<std::string> after_arn, size_t limit) {
  auto [begin, end] = subscription_range(topic_or_all);
  if (after_arn) {
    if (auto parts = parse_subscription_arn(*after_arn)) {
      std::string key = subscription_key(parts->first, parts->second);
      begin = std::max(begin, key + '\0');
    }
  }
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = limit});
  std::vector<SubscriptionRecord> out;
  for (const kv::KeyValue& row : rows)
    if (auto record = api::decode_record<SubscriptionRecord>(row.value)) out.push_back(std::move(*record));
  co_return out;
}

void SnsStore::put(kv::Transaction& tx, const Topic& topic, const SubscriptionRecord& record) {
  tx.set(subscription_key(topic.record.names(), record.id), api::encode_record(record));
  TopicRecord next = topic.record;
  ++next.generation;
  put(tx, next);
}

void SnsStore::clear(kv::Transaction& tx, const Topic& topic, const SubscriptionRecord& record) {
  tx.clear(subscription_key(topic.record.names(), record.id));
  TopicRecord next = topic.record;
  ++next.generation;
  ++next.deleted;
  put(tx, next);
}

namespace keys {

std::string dedup(const std::string& topic, const std::string& scope, const std::string& id) {
  return dedup_space.key(topic, scope, id);
}
std::string dedup_due(const std::string& topic, int64_t until_ms, const std::string& scope, const std::string& id) {
  return due_space.key(topic, until_ms, scope, id);
}
std::pair<std::string, std::string> dedups_due(const std::string& topic, int64_t before_ms) {
  return {due_space.key(topic, std::numeric_limits<int64_t>::min()), due_space.key(topic, before_ms)};
}
std::optional<std::string> dedup_of_due(std::string_view key, const std::string& topic) {
  kv::KeyReader reader(key, due_space.key(topic));
  auto until = reader.number();
  auto scope = reader.text();
  auto id = reader.text();
  if (!until || !scope || !id) return std::nullopt;
  return dedup(topic, *scope, *id);
}
std::string archived(const std::string& topic, int64_t published_ms, int64_t sequence) {
  return archive_space.key(topic, published_ms, sequence);
}
std::pair<std::string, std::string> archive(const std::string& topic, int64_t from_ms, int64_t from_sequence,
                                            int64_t before_ms) {
  return {archive_space.key(topic, from_ms, from_sequence), archive_space.key(topic, std::max(from_ms, before_ms))};
}
std::string signer() { return kv::Subspace("sns", "signer").prefix(); }

}  // namespace keys

}  // namespace thaw::sns
