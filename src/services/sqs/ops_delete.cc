// What is done with a receipt handle: delete a message, or change how long it stays hidden.
#include "services/sqs/errors.h"
#include "services/sqs/receipt.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr int64_t hidden_ms_max = 43'200'000;  // 12 hours from when it was received

Result<Receipt> receipt_of(const std::string& handle, const std::string& queue_id) {
  if (handle.empty()) return missing_parameter("ReceiptHandle");
  auto receipt = Receipt::parse(handle);
  if (!receipt || receipt->queue != queue_id) return bad_receipt(handle);
  return std::move(*receipt);
}

template <class Entry>
std::vector<std::string> ids_of(const std::vector<Entry>& entries) {
  std::vector<std::string> out;
  for (const Entry& entry : entries) out.push_back(entry.Id);
  return out;
}

}  // namespace

// A handle that is not the message's last one changes nothing, and that is no error.
Task<Result<void>> Sqs::remove_message(Request& request, QueueRef queue, std::string handle) {
  kv::Transaction& tx = request.tx();
  const std::string& queue_id = queue->record.id;
  CO_TRY(Receipt receipt, receipt_of(handle, queue_id));
  std::string key = keys::state(queue_id, receipt.sequence);
  std::optional<std::string> bytes = co_await tx.get(key);
  auto state = bytes ? MessageState::decode(*bytes) : std::nullopt;
  if (!state || state->nonce != receipt.nonce) co_return Result<void>();
  if (queue->settings.fifo && state->due_ms <= request.clock->now_ms())
    co_return invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.");
  tx.clear(key);
  tx.clear(keys::message(queue_id, receipt.sequence));
  tx.on_commit([this, queue_id, sequence = receipt.sequence] { removed(queue_id, sequence); });
  co_return Result<void>();
}

Task<Result<void>> Sqs::hide_message(Request& request, QueueRef queue, std::string handle, int64_t visibility_s) {
  kv::Transaction& tx = request.tx();
  const std::string& queue_id = queue->record.id;
  CO_TRY(Receipt receipt, receipt_of(handle, queue_id));
  if (visibility_s < 0 || visibility_s > 43'200)
    co_return invalid_value(std::to_string(visibility_s), "VisibilityTimeout",
                            "Must be between 0 and 43200, if provided.");
  std::string key = keys::state(queue_id, receipt.sequence);
  std::optional<std::string> bytes = co_await tx.get(key);
  auto state = bytes ? MessageState::decode(*bytes) : std::nullopt;
  int64_t now = request.clock->now_ms();
  if (!state || state->nonce != receipt.nonce || state->due_ms <= now)
    co_return invalid_value(handle, "ReceiptHandle",
                            "Message does not exist or is not available for visibility timeout change.");
  if (now + visibility_s * 1000 > state->last_ms + hidden_ms_max)
    co_return invalid_value(std::to_string(visibility_s), "VisibilityTimeout",
                            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
  state->due_ms = now + visibility_s * 1000;
  state->in_flight = visibility_s > 0;
  tx.set(key, state->encode());
  tx.on_commit(
      [this, queue_id, sequence = receipt.sequence, changed = *state] { committed(queue_id, sequence, changed); });
  co_return Result<void>();
}

Task<Result<api::Nothing>> Sqs::delete_message(Request& request, const DeleteMessageInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_CHECK_OK(co_await remove_message(request, queue, in.ReceiptHandle));
  co_return api::Nothing{};
}

Task<Result<DeleteMessageBatchOutput>> Sqs::delete_batch(Request& request, const DeleteMessageBatchInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_CHECK_OK(check_batch(ids_of(in.Entries), "DeleteMessageBatchRequestEntry"));
  DeleteMessageBatchOutput out;
  for (const DeleteEntry& entry : in.Entries) {
    Result<void> done = co_await remove_message(request, queue, entry.ReceiptHandle);
    if (done)
      out.Successful.push_back({entry.Id});
    else
      out.Failed.push_back(batch_error(entry.Id, done.error()));
  }
  co_return out;
}

Task<Result<api::Nothing>> Sqs::change_visibility(Request& request, const ChangeMessageVisibilityInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  if (!in.VisibilityTimeout) co_return missing_parameter("VisibilityTimeout");
  CO_CHECK_OK(co_await hide_message(request, queue, in.ReceiptHandle, *in.VisibilityTimeout));
  co_return api::Nothing{};
}

Task<Result<ChangeMessageVisibilityBatchOutput>> Sqs::change_batch(Request& request,
                                                                   const ChangeMessageVisibilityBatchInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_CHECK_OK(check_batch(ids_of(in.Entries), "ChangeMessageVisibilityBatchRequestEntry"));
  ChangeMessageVisibilityBatchOutput out;
  for (const VisibilityEntry& entry : in.Entries) {
    Result<void> done = missing_parameter("VisibilityTimeout");
    if (entry.VisibilityTimeout)
      done = co_await hide_message(request, queue, entry.ReceiptHandle, *entry.VisibilityTimeout);
    if (done)
      out.Successful.push_back({entry.Id});
    else
      out.Failed.push_back(batch_error(entry.Id, done.error()));
  }
  co_return out;
}

}  // namespace thaw::sqs
