// Publish and PublishBatch.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "services/sns/errors.h"
#include "services/sns/service.h"

namespace thaw::sns {
namespace {

constexpr int64_t deduplication_ms = 5 * 60 * 1000;
constexpr int64_t forget_pause_ms = 10'000;
constexpr size_t forget_at_once = 500;
constexpr size_t entries_max = 10;

PublishEntry entry_of(const PublishInput& in) {
  return {"",
          in.Message,
          in.Subject,
          in.MessageStructure,
          in.MessageAttributes,
          in.MessageDeduplicationId,
          in.MessageGroupId};
}

Result<void> check_entries(const std::vector<PublishEntry>& entries) {
  if (entries.empty()) return fail("EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  if (entries.size() > entries_max)
    return fail("TooManyEntriesInBatchRequestException", "The batch request contains more entries than permissible.");
  std::set<std::string_view> seen;
  size_t bytes = 0;
  for (const PublishEntry& entry : entries) {
    bool valid = !entry.Id.empty() && entry.Id.size() <= 80 && std::ranges::all_of(entry.Id, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!valid)
      return fail("InvalidBatchEntryIdException",
                  "The Id of a batch entry in a batch request doesn't abide by the "
                  "specification.");
    if (!seen.insert(entry.Id).second)
      return fail("BatchEntryIdsNotDistinctException", "Two or more batch entries in the request have the same Id.");
    bytes += size_of(entry);
  }
  if (bytes > message_bytes_max)
    return fail("BatchRequestTooLongException",
                "The length of all the batch messages put together is more than the limit.");
  return {};
}

}  // namespace

int64_t Sns::next_sequence() {
  int64_t real_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  return last_sequence_ = std::max(last_sequence_ + 1, real_us << 10);
}

Task<Result<PublishOutput>> Sns::publish_one(Request& request, TopicRef topic, const PublishEntry& message) {
  kv::Transaction& tx = request.tx();
  const TopicRecord& record = topic->record;
  bool fifo = record.fifo();
  int64_t now = request.clock->now_ms();
  PublishOutput out;
  out.MessageId = random_uuid();
  Delivery delivery;
  delivery.published_ms = now;
  if (fifo) {
    std::string id = message.MessageDeduplicationId.value_or(hex_encode(sha256(message.Message)));
    std::string scope = record.attribute("FifoThroughputScope") == "MessageGroup" ? *message.MessageGroupId : "";
    std::optional<std::string> bytes = co_await tx.get(keys::dedup(record.id, scope, id));
    auto before = bytes ? api::decode_record<DedupRecord>(*bytes) : std::nullopt;
    if (before && before->until_ms > now) co_return PublishOutput{before->id, sequence_text(before->sequence)};
    if (before) tx.clear(keys::dedup_due(record.id, before->until_ms, scope, id));
    delivery.sequence = next_sequence();
    delivery.deduplication_id = id;
    out.SequenceNumber = sequence_text(delivery.sequence);
    DedupRecord sent{now + deduplication_ms, delivery.sequence, out.MessageId};
    tx.set(keys::dedup(record.id, scope, id), api::encode_record(sent));
    tx.set(keys::dedup_due(record.id, sent.until_ms, scope, id), "");
    tx.on_commit([this, topic_id = record.id] { forget_duplicates(topic_id); });
  }
  delivery.message_id = out.MessageId;
  delivery.subject = message.Subject;
  delivery.attributes = message.MessageAttributes;
  delivery.group = message.MessageGroupId;
  Subscribers subscribers = co_await topics_.subscribers(tx, topic);
  if (record.archived_since_ms != 0)
    archive(tx, record, {message, out.MessageId, delivery.deduplication_id.value_or(""), delivery.sequence, now});
  for (const SubscriberRef& subscriber : *subscribers) {
    // A subscription that replays reads this message from the archive when its turn comes.
    if (subscriber->record.is_replaying() || subscriber->only_replays || !subscriber->wants(message)) continue;
    delivery.subscription_arn = subscriber->record.arn();
    delivery.message = message_for(message, subscriber->record.protocol);
    scheduler_.enqueue(tx, fifo ? "sns.fifo" : "sns.deliver", request.now(), api::encode_record(delivery));
  }
  co_return out;
}

Task<Result<PublishOutput>> Sns::publish(Request& request, const PublishInput& in) {
  if (in.PhoneNumber) co_return not_here("SMS (PhoneNumber)");
  std::string arn = in.TopicArn.value_or(in.TargetArn.value_or(""));
  if (arn.empty()) co_return invalid("TopicArn or TargetArn Reason: no value for required parameter");
  if (arn.find(":endpoint/") != std::string::npos) co_return not_here("mobile push (TargetArn)");
  CO_TRY(TopicRef topic, co_await topic_of(request, arn));
  PublishEntry message = entry_of(in);
  bool by_content = topic->record.attribute("ContentBasedDeduplication") == "true";
  CO_CHECK_OK(check_message(message, topic->record.fifo(), by_content));
  CO_TRY(PublishOutput out, co_await publish_one(request, topic, message));
  co_return out;
}

Task<Result<PublishBatchOutput>> Sns::publish_batch(Request& request, const PublishBatchInput& in) {
  CO_TRY(TopicRef topic, co_await topic_of(request, in.TopicArn));
  CO_CHECK_OK(check_entries(in.PublishBatchRequestEntries));
  bool by_content = topic->record.attribute("ContentBasedDeduplication") == "true";
  PublishBatchOutput out;
  for (const PublishEntry& entry : in.PublishBatchRequestEntries) {
    if (Result<void> fits = check_message(entry, topic->record.fifo(), by_content); !fits) {
      out.Failed.push_back({entry.Id, query_error_code(fits.error().code), fits.error().message, true});
      continue;
    }
    CO_TRY(PublishOutput sent, co_await publish_one(request, topic, entry));
    out.Successful.push_back({entry.Id, std::move(sent.MessageId), std::move(sent.SequenceNumber)});
  }
  co_return out;
}

// Clears what was published more than five minutes ago, beside the requests, now and then.
void Sns::forget_duplicates(const std::string& topic_id) {
  int64_t now = clock_.now_ms();
  int64_t& last = forgot_ms_[topic_id];
  if (stopping_ || (now - last < forget_pause_ms && now >= last)) return;
  last = now;
  ++running_;
  Loop::current().spawn("sns forget", [](Sns* self, std::string id, int64_t now_ms) -> Task<void> {
    bool more = true;
    while (more && !self->stopping_) {
      Result<bool> cleared = co_await self->store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
        auto [begin, end] = keys::dedups_due(id, now_ms);
        std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = forget_at_once, .snapshot = true});
        for (const kv::KeyValue& row : rows) {
          tx.clear(row.key);
          auto key = keys::dedup_of_due(row.key, id);
          if (!key) continue;
          std::optional<std::string> bytes = co_await tx.get(*key);
          auto sent = bytes ? api::decode_record<DedupRecord>(*bytes) : std::nullopt;
          if (sent && sent->until_ms <= now_ms) tx.clear(*key);
        }
        tx.relaxed();
        co_return rows.size() == forget_at_once;
      });
      more = cleared && *cleared;
    }
    if (--self->running_ == 0 && self->settled_) self->settled_->set({});
  }(this, topic_id, now));
}

}  // namespace thaw::sns
