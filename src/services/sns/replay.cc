#include "services/sns/replay.h"

#include <charconv>

#include "base/text.h"
#include "services/sns/errors.h"
#include "services/sns/service.h"

namespace thaw::sns {
namespace {

constexpr size_t messages_at_once = 100;
constexpr int64_t trim_pause_ms = 3600 * 1000;
constexpr int64_t days_max = 365;

}  // namespace

Result<int64_t> parse_archive_policy(const std::string& text) {
  auto json = Json::parse(text, 8);
  if (!json || !json->is_object()) return invalid("ArchivePolicy: failed to parse JSON");
  if (json->empty()) return 0;
  const Json& period = json->get("MessageRetentionPeriod");
  std::string digits = period.is_number() ? period.number_text() : period.string_or("");
  int64_t days = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
  bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (json->size() != 1 || !whole || days < 1 || days > days_max)
    return invalid("ArchivePolicy: MessageRetentionPeriod must be a number of days from 1 to 365");
  return days;
}

void follow_archive_policy(TopicRecord& topic, int64_t now_ms) {
  bool has_one = parse_archive_policy(topic.attribute("ArchivePolicy", "{}")).value_or(0) > 0;
  if (!has_one) {
    topic.attributes.erase("ArchivePolicy");
    topic.archived_since_ms = 0;
  } else if (topic.archived_since_ms == 0) {
    topic.archived_since_ms = now_ms;
  }
}

Result<ReplayPolicy> parse_replay_policy(const std::string& text) {
  auto json = Json::parse(text, 8);
  if (!json || !json->is_object()) return invalid("ReplayPolicy: failed to parse JSON");
  if (!(json->get("PointType") == Json("Timestamp"))) return invalid("ReplayPolicy: PointType must be Timestamp");
  for (const Json::Member& m : json->members())
    if (m.key != "PointType" && m.key != "StartingPoint" && m.key != "EndingPoint")
      return invalid("ReplayPolicy: Unexpected JSON member: " + m.key.substr(0, 100));
  ReplayPolicy out;
  auto from = parse_iso8601(json->get("StartingPoint").string_or(""));
  if (!from) return invalid("ReplayPolicy: StartingPoint must be a timestamp");
  out.from_ms = from->time_since_epoch().count();
  if (const Json& ending = json->get("EndingPoint"); !ending.is_null()) {
    auto last = parse_iso8601(ending.string_or(""));
    if (!last || *last < *from) return invalid("ReplayPolicy: EndingPoint must be a timestamp after StartingPoint");
    out.before_ms = last->time_since_epoch().count() + 1;
  }
  return out;
}

Result<void> check_replay_policy(const std::string& text) {
  CHECK_OK(parse_replay_policy(text));
  return {};
}

void Sns::archive(kv::Transaction& tx, const TopicRecord& topic, const Archived& message) {
  tx.set(keys::archived(topic.id, message.published_ms, message.sequence), api::encode_record(message));
  int64_t& trimmed = trimmed_ms_[topic.id];
  if (message.published_ms - trimmed < trim_pause_ms && message.published_ms >= trimmed) return;
  trimmed = message.published_ms;
  int64_t days = parse_archive_policy(topic.attribute("ArchivePolicy")).value_or(days_max);
  auto [begin, end] = keys::archive(topic.id, 0, 0, message.published_ms - days * day_ms);
  tx.clear_range(begin, end);
}

Result<void> Sns::set_replay(Request& request, const TopicRecord& topic, SubscriptionRecord& subscription) {
  std::string text = subscription.attribute("ReplayPolicy");
  subscription.replay_id.clear();
  subscription.replay_status.clear();
  if (text.empty()) return {};
  if (topic.archived_since_ms == 0)
    return invalid("ReplayPolicy: The topic of this subscription does not have an ArchivePolicy");
  TRY(ReplayPolicy policy, parse_replay_policy(text));
  if (policy.from_ms > request.clock->now_ms()) return invalid("ReplayPolicy: StartingPoint must not be in the future");
  subscription.replay_id = random_uuid();
  subscription.replay_status = "Pending";
  Replay replay{subscription.arn(), subscription.replay_id, policy.from_ms, 0};
  scheduler_.enqueue(request.tx(), "sns.replay", request.now(), api::encode_record(replay));
  return {};
}

Task<Result<work::Outcome>> Sns::run_replay(work::Job job) {
  auto replay = api::decode_record<Replay>(job.payload);
  if (!replay) co_return work::Outcome::done();
  // A page of the archive becomes deliveries in the transaction that ends this job, so each message is replayed once.
  co_return work::Outcome::done(
      [this, page = std::move(*replay)](kv::Transaction& tx) { return replay_some(tx, page); });
}

// A message that is published meanwhile is archived, and not delivered otherwise. Each page gives the topic its next
// generation, so a message on its way to the disk begins anew, behind the page, instead of being passed by.
Task<Result<void>> Sns::replay_some(kv::Transaction& tx, Replay replay) {
  std::optional<SubscriptionRecord> record = co_await topics_.subscription(tx, replay.subscription_arn);
  auto name = record ? parse_topic_arn(record->topic_arn) : std::nullopt;
  TopicRef topic;
  if (name) topic = co_await topics_.topic(tx, std::move(*name));
  if (!topic || record->replay_id != replay.id) co_return Result<void>();  // ended, or begun anew, meanwhile
  CO_TRY(ReplayPolicy policy, parse_replay_policy(record->attribute("ReplayPolicy")));
  auto [begin, end] = keys::archive(topic->record.id, replay.from_ms, replay.from_sequence, policy.before_ms);
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = messages_at_once});
  SubscriberRef subscriber = SnsStore::parse(*record);
  Replay next = replay;
  for (const kv::KeyValue& row : rows) {
    auto message = api::decode_record<Archived>(row.value);
    if (!message) continue;
    next.from_ms = message->published_ms;
    next.from_sequence = message->sequence + 1;
    if (!subscriber->wants(message->message)) continue;
    Delivery delivery;
    delivery.subscription_arn = replay.subscription_arn;
    delivery.message_id = message->message_id;
    delivery.message = message_for(message->message, record->protocol);
    delivery.subject = message->message.Subject;
    delivery.attributes = message->message.MessageAttributes;
    delivery.group = message->message.MessageGroupId;
    delivery.deduplication_id = message->deduplication_id;
    delivery.sequence = message->sequence;
    delivery.published_ms = message->published_ms;
    delivery.replayed = true;
    scheduler_.enqueue(tx, "sns.fifo", clock_.now(), api::encode_record(delivery));
  }
  bool more = rows.size() == messages_at_once;
  if (more) scheduler_.enqueue(tx, "sns.replay", clock_.now(), api::encode_record(next));
  record->replay_status = more ? "In progress" : "Completed";
  topics_.put(tx, *topic, *record);
  co_return Result<void>();
}

}  // namespace thaw::sns
