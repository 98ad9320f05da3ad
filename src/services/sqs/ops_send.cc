// SendMessage and SendMessageBatch.
#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/message.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr int64_t deduplication_ms = 5 * 60 * 1000;
constexpr int64_t forget_pause_ms = 10'000;
constexpr size_t forget_at_once = 500;

std::string sequence_text(int64_t sequence) {
  // Twenty digits, as AWS's are.
  return std::to_string(10'000'000'000'000'000'000ull + static_cast<uint64_t>(sequence));
}

std::string sender_of(const api::Principal& principal) {
  return principal.user_id.empty() ? principal.arn : principal.user_id;
}

}  // namespace

void Sqs::write_message(kv::Transaction& tx, const std::string& queue_id, const MessageRecord& message,
                        const MessageState& state, int64_t sequence) {
  tx.set(keys::message(queue_id, sequence), api::encode_record(message));
  tx.set(keys::state(queue_id, sequence), state.encode());
}

// Stores a message that was checked, unless it was sent before. The answer is the same either way.
Task<Result<SendMessageOutput>> Sqs::store_message(Request& request, QueueRef queue, SendMessageInput in,
                                                   PromiseRef& promised) {
  kv::Transaction& tx = request.tx();
  const std::string& queue_id = queue->record.id;
  int64_t now = request.clock->now_ms();
  SendMessageOutput out;
  out.MD5OfMessageBody = hex_encode(md5(in.MessageBody));
  out.MD5OfMessageAttributes = md5_of_attributes(in.MessageAttributes);
  out.MD5OfMessageSystemAttributes = md5_of_attributes(in.MessageSystemAttributes);
  out.MessageId = random_uuid();

  std::optional<std::string> duplicate_id = deduplication_id(in, queue->settings);
  std::string scope = queue->settings.deduplicates_by_group ? in.MessageGroupId.value_or("") : "";
  if (duplicate_id) {
    std::optional<std::string> before = co_await tx.get(keys::dedup(queue_id, scope, *duplicate_id));
    auto sent = before ? api::decode_record<DedupRecord>(*before) : std::nullopt;
    if (sent && sent->until_ms > now) {
      out.MessageId = sent->id;
      out.SequenceNumber = sequence_text(sent->sequence);
      co_return out;
    }
    if (sent) tx.clear(keys::dedup_due(queue_id, sent->until_ms, scope, *duplicate_id));
  }
  MessageState state;
  state.sent_ms = now;
  int64_t delay_s = in.DelaySeconds && !queue->settings.fifo ? *in.DelaySeconds : queue->settings.delay_s;
  state.due_ms = delay_s > 0 ? now + delay_s * 1000 : 0;
  state.group = in.MessageGroupId.value_or("");
  MessageRecord message;
  message.id = out.MessageId;
  message.body = std::move(in.MessageBody);
  message.sender = sender_of(request.principal);
  message.attributes = std::move(in.MessageAttributes);
  message.system_attributes = std::move(in.MessageSystemAttributes);
  message.group = std::move(in.MessageGroupId);
  message.deduplication_id = duplicate_id;
  if (state.due_ms == 0 && !promised) promised = promise(tx, *queue);
  if (state.due_ms == 0 && promised && promised->has_room()) {
    int64_t sequence = next_sequence();
    promised->add(state, message, sequence);
    write_message(tx, queue_id, message, state, sequence);
    co_return out;
  }
  int64_t sequence = next_sequence();
  write_message(tx, queue_id, message, state, sequence);
  if (duplicate_id) {
    DedupRecord sent{now + deduplication_ms, sequence, out.MessageId};
    tx.set(keys::dedup(queue_id, scope, *duplicate_id), api::encode_record(sent));
    tx.set(keys::dedup_due(queue_id, sent.until_ms, scope, *duplicate_id), "");
    out.SequenceNumber = sequence_text(sequence);
  }
  tx.on_commit([this, queue_id, sequence, state, fifo = queue->settings.fifo] {
    committed(queue_id, sequence, state);
    if (fifo) forget_duplicates(queue_id);
  });
  co_return out;
}

Task<Result<SendMessageOutput>> Sqs::send_message(Request& request, const SendMessageInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_CHECK_OK(check_message(in, queue->settings));
  PromiseRef promised;
  co_return co_await store_message(request, queue, in, promised);
}

Task<Result<SendMessageBatchOutput>> Sqs::send_batch(Request& request, const SendMessageBatchInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  std::vector<std::string> ids;
  size_t bytes = 0;
  for (const SendEntry& entry : in.Entries) ids.push_back(entry.Id), bytes += size_of(entry);
  CO_CHECK_OK(check_batch(ids, "SendMessageBatchRequestEntry"));
  if (bytes > static_cast<size_t>(message_bytes_max))
    co_return fail("BatchRequestTooLong", "Batch requests cannot be longer than " + std::to_string(message_bytes_max) +
                                              " bytes. You have sent " + std::to_string(bytes) + " bytes.");
  SendMessageBatchOutput out;
  PromiseRef promised;
  for (const SendEntry& entry : in.Entries) {
    if (Result<void> fits = check_message(entry, queue->settings); !fits) {
      out.Failed.push_back(batch_error(entry.Id, fits.error()));
      continue;
    }
    CO_TRY(SendMessageOutput sent, co_await store_message(request, queue, entry, promised));
    SentEntry done;
    static_cast<SendMessageOutput&>(done) = std::move(sent);
    done.Id = entry.Id;
    out.Successful.push_back(std::move(done));
  }
  co_return out;
}

// Clears what was sent more than five minutes ago, beside the requests, now and then.
void Sqs::forget_duplicates(const std::string& queue_id) {
  int64_t now = clock_.now_ms();
  int64_t& last = forgot_ms_[queue_id];
  if (now - last < forget_pause_ms && now >= last) return;
  last = now;
  background("sqs forget", [](Sqs* self, std::string id, int64_t now_ms) -> Task<void> {
    bool more = true;
    while (more && !self->stopping_) {
      Result<bool> cleared = co_await self->store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
        auto [begin, end] = keys::dedups_due(id, now_ms);
        std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.limit = forget_at_once, .snapshot = true});
        for (const kv::KeyValue& row : rows) {
          tx.clear(row.key);
          auto key = keys::dedup_of_due(row.key, id);
          if (!key) continue;
          // It may have been sent anew meanwhile.
          std::optional<std::string> bytes = co_await tx.get(*key);
          auto sent = bytes ? api::decode_record<DedupRecord>(*bytes) : std::nullopt;
          if (sent && sent->until_ms <= now_ms) tx.clear(*key);
        }
        tx.relaxed();
        co_return rows.size() == forget_at_once;
      });
      more = cleared && *cleared;
    }
  }(this, queue_id, now));
}

}  // namespace thaw::sqs
