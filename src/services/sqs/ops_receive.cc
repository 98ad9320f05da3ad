// ReceiveMessage. The view says whom to try, one transaction hides what is handed out (and moves to the dead-letter
// queue what was received too often), and who finds nothing waits until a commit or a due time wakes it.
#include <algorithm>

#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/message.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr size_t in_flight_max = 120'000;
constexpr int64_t attempt_ms = 5 * 60 * 1000;
constexpr std::string_view system_names[] = {"All",
                                             "SenderId",
                                             "SentTimestamp",
                                             "ApproximateReceiveCount",
                                             "ApproximateFirstReceiveTimestamp",
                                             "SequenceNumber",
                                             "MessageDeduplicationId",
                                             "MessageGroupId",
                                             "AWSTraceHeader",
                                             "DeadLetterQueueSourceArn"};

std::string sequence_text(int64_t sequence) {
  return std::to_string(10'000'000'000'000'000'000ull + static_cast<uint64_t>(sequence));
}

Result<int64_t> in_range(std::optional<int32_t> given, int64_t otherwise, int64_t min, int64_t max, const char* name,
                         const std::string& reason) {
  if (!given) return otherwise;
  if (*given < min || *given > max) return invalid_value(std::to_string(*given), name, reason);
  return *given;
}

// What the receiver asked to be told of the message itself.
std::optional<Texts> system_attributes(const std::vector<std::string>& names, const MessageRecord& message,
                                       const MessageState& state, int64_t sequence, bool fifo) {
  if (names.empty()) return std::nullopt;
  Texts all;
  all["SenderId"] = message.sender;
  all["SentTimestamp"] = std::to_string(state.sent_ms);
  all["ApproximateReceiveCount"] = std::to_string(state.receives);
  all["ApproximateFirstReceiveTimestamp"] = std::to_string(state.first_ms);
  if (fifo) all["SequenceNumber"] = sequence_text(sequence);
  if (message.deduplication_id) all["MessageDeduplicationId"] = *message.deduplication_id;
  if (message.group) all["MessageGroupId"] = *message.group;
  if (message.source_arn) all["DeadLetterQueueSourceArn"] = *message.source_arn;
  auto trace = message.system_attributes.find("AWSTraceHeader");
  if (trace != message.system_attributes.end()) all["AWSTraceHeader"] = trace->second.StringValue.value_or("");
  if (std::ranges::find(names, "All") != names.end()) return all;
  Texts out;
  for (const std::string& name : names)
    if (auto found = all.find(name); found != all.end()) out.insert(*found);
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace

Message Sqs::shown(const ReceivePlan& plan, const MessageRecord& message, const MessageState& state, int64_t sequence) {
  Message out;
  out.MessageId = message.id;
  out.ReceiptHandle = Receipt{plan.queue->record.id, sequence, state.nonce}.text();
  out.MD5OfBody = hex_encode(md5(message.body));
  out.Body = message.body;
  out.Attributes = system_attributes(plan.system_names, message, state, sequence, plan.queue->settings.fifo);
  AttributeValues chosen = chosen_attributes(message.attributes, plan.attribute_names);
  out.MD5OfMessageAttributes = md5_of_attributes(chosen);
  if (!chosen.empty()) out.MessageAttributes = std::move(chosen);
  return out;
}

// Hides a message for a receiver and hands it over; answers false when its body is gone.
Task<bool> Sqs::hand_over(kv::Transaction& tx, const ReceivePlan& plan, int64_t sequence, MessageState state,
                          Delivery& out) {
  const std::string& queue_id = plan.queue->record.id;
  std::optional<std::string> bytes = co_await tx.get_snapshot(keys::message(queue_id, sequence));
  auto message = bytes ? api::decode_record<MessageRecord>(*bytes) : std::nullopt;
  if (!message) co_return false;
  int64_t now = clock_.now_ms();
  state.due_ms = now + plan.visibility_ms;
  state.last_ms = now;
  state.in_flight = plan.visibility_ms > 0;
  tx.set(keys::state(queue_id, sequence), state.encode());
  out.messages.push_back(shown(plan, *message, state, sequence));
  out.receipts.push_back({queue_id, sequence, state.nonce});
  out.changed.push_back({queue_id, sequence, std::move(state)});
  co_return true;
}

// Answers whether the store still has the message.
Task<Result<bool>> Sqs::deliver_one(kv::Transaction& tx, const ReceivePlan& plan, int64_t sequence,
                                    QueueRef dead_letters, Delivery& out) {
  const Queue& queue = *plan.queue;
  const std::string& queue_id = queue.record.id;
  std::optional<std::string> bytes = co_await tx.get(keys::state(queue_id, sequence));
  auto state = bytes ? MessageState::decode(*bytes) : std::nullopt;
  if (!state) co_return false;
  int64_t now = clock_.now_ms();
  if (state->due_ms > now) {  // hidden by somebody whom this process has not heard of
    out.changed.push_back({queue_id, sequence, *state});
    co_return true;
  }
  if (dead_letters && state->receives_here >= queue.settings.redrive->receives_max) {
    std::optional<std::string> body = co_await tx.get(keys::message(queue_id, sequence));
    auto message = body ? api::decode_record<MessageRecord>(*body) : std::nullopt;
    tx.clear(keys::state(queue_id, sequence));
    tx.clear(keys::message(queue_id, sequence));
    if (!message) co_return false;
    message->source_arn = queue.record.arn();
    MessageState moved = *state;
    moved.due_ms = 0;
    moved.in_flight = false;
    moved.receives_here = 0;
    moved.nonce = 0;
    if (queue.settings.fifo) moved.sent_ms = now;  // standard queues keep a message's age
    int64_t there = next_sequence();
    write_message(tx, dead_letters->record.id, *message, moved, there);
    out.changed.push_back({dead_letters->record.id, there, std::move(moved)});
    co_return false;
  }
  ++state->receives;
  ++state->receives_here;
  if (state->first_ms == 0) state->first_ms = now;
  state->nonce = static_cast<uint64_t>(next_sequence());
  bool there = co_await hand_over(tx, plan, sequence, std::move(*state), out);
  if (!there) tx.clear(keys::state(queue_id, sequence));
  co_return there;
}

Task<Result<Sqs::Delivery>> Sqs::deliver(kv::Transaction& tx, const ReceivePlan& plan,
                                         const std::vector<int64_t>& taken) {
  const QueueRecord& record = plan.queue->record;
  QueueRef current = co_await queues_.find(tx, {record.account, record.region, record.name});
  if (!current || current->record.id != record.id) co_return no_queue();
  QueueRef dead_letters;
  if (const auto& redrive = plan.queue->settings.redrive) {
    if (auto name = parse_queue_arn(redrive->target_arn)) dead_letters = co_await queues_.find(tx, std::move(*name));
  }
  Delivery out;
  for (int64_t sequence : taken) {
    CO_TRY(bool there, co_await deliver_one(tx, plan, sequence, dead_letters, out));
    if (!there) out.gone.push_back(sequence);
  }
  co_return out;
}

Task<Result<Sqs::Delivery>> Sqs::deliver_again(kv::Transaction& tx, const ReceivePlan& plan, const Attempt& attempt) {
  Delivery out;
  for (const Receipt& receipt : attempt.receipts) {
    std::optional<std::string> bytes = co_await tx.get(keys::state(receipt.queue, receipt.sequence));
    auto state = bytes ? MessageState::decode(*bytes) : std::nullopt;
    bool same = state && state->nonce == receipt.nonce && state->due_ms > clock_.now_ms();
    if (same) same = co_await hand_over(tx, plan, receipt.sequence, std::move(*state), out);
    // Deleted or handed to another meanwhile: the attempt cannot be repeated as it was.
    if (!same) co_return fail("ReceiveAttemptChanged", "");
  }
  co_return out;
}

void Sqs::apply(LiveQueue& live, const Delivery& delivery) {
  for (int64_t sequence : delivery.gone) live.view.remove(sequence);
  for (const Changed& change : delivery.changed) {
    if (change.queue == live.id)
      live.view.put(change.sequence, change.state, clock_.now_ms());
    else
      committed(change.queue, change.sequence, change.state);
  }
  arm(live);
}

Task<Result<std::vector<Message>>> Sqs::receive_now(LiveRef live, ReceivePlan plan) {
  int64_t now = clock_.now_ms();
  if (!plan.attempt.empty()) {
    std::erase_if(live->attempts, [&](const auto& entry) { return entry.second.until_ms <= now; });
    if (auto known = live->attempts.find(plan.attempt); known != live->attempts.end()) {
      Attempt attempt = known->second;
      Result<Delivery> again =
          co_await store_.transact<Delivery>([&](kv::Transaction& tx) { return deliver_again(tx, plan, attempt); });
      if (again) {
        apply(*live, *again);
        co_return std::move(again->messages);
      }
      if (again.error().code != "ReceiveAttemptChanged") co_return std::unexpected(again.error());
      live->attempts.erase(plan.attempt);
    }
  }
  while (true) {
    live->view.advance(clock_.now_ms());
    expire(*live, plan.queue->settings);
    size_t count = plan.count;
    if (!plan.queue->settings.fifo && live->view.in_flight() + count > in_flight_max) {
      if (live->view.in_flight() >= in_flight_max && plan.wait_s == 0)
        co_return fail("OverLimit", "Too many messages are in flight: a queue has at most 120000.", 403);
      count = in_flight_max - std::min(in_flight_max, live->view.in_flight());
    }
    std::vector<int64_t> taken = live->view.take(count);
    if (taken.empty()) co_return std::vector<Message>();
    Result<Delivery> delivery =
        co_await store_.transact<Delivery>([&](kv::Transaction& tx) { return deliver(tx, plan, taken); });
    if (!delivery) {
      for (int64_t sequence : taken) live->view.untake(sequence);
      wake(*live, live->view.ready());
      co_return std::unexpected(std::move(delivery).error());
    }
    apply(*live, *delivery);
    if (delivery->messages.empty()) continue;
    if (!plan.attempt.empty()) live->attempts[plan.attempt] = {now + attempt_ms, std::move(delivery->receipts)};
    co_return std::move(delivery->messages);
  }
}

Result<Sqs::ReceivePlan> Sqs::plan_of(const ReceiveMessageInput& in, QueueRef queue) {
  const Settings& settings = queue->settings;
  ReceivePlan plan;
  TRY(int64_t count,
      in_range(in.MaxNumberOfMessages, 1, 1, 10, "MaxNumberOfMessages", "Must be between 1 and 10, if provided."));
  TRY(int64_t visibility_s, in_range(in.VisibilityTimeout, settings.visibility_s, 0, 43'200, "VisibilityTimeout",
                                     "Must be >= 0 and <= 43200, if provided."));
  TRY(plan.wait_s,
      in_range(in.WaitTimeSeconds, settings.wait_s, 0, 20, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided."));
  if (in.ReceiveRequestAttemptId) {
    if (!settings.fifo)
      return invalid_value(*in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId",
                           "The request include parameter that is not valid for this queue type.");
    if (!is_message_token(*in.ReceiveRequestAttemptId))
      return invalid_value(*in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId",
                           "Can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    plan.attempt = *in.ReceiveRequestAttemptId;
  }
  plan.system_names = in.AttributeNames;
  plan.system_names.insert(plan.system_names.end(), in.MessageSystemAttributeNames.begin(),
                           in.MessageSystemAttributeNames.end());
  for (const std::string& name : plan.system_names)
    if (std::ranges::find(system_names, name) == std::end(system_names)) return unknown_attribute(name);
  plan.attribute_names = in.MessageAttributeNames;
  plan.count = static_cast<size_t>(count);
  plan.visibility_ms = visibility_s * 1000;
  plan.queue = std::move(queue);
  return plan;
}

Task<void> Sqs::wait_in(LiveRef live, std::shared_ptr<Wait> wait) {
  wait->wake = Completion<Unit>();
  live->waiting.push_back(wait);
  arm(*live);
  Completion<Unit> awaken = wait->wake;
  co_await awaken;
  live->waiting.remove(wait);
  if (!wait->handed.empty()) co_return;
  // What woke it when its time was over is for another.
  if (wait->over) wake(*live, std::min<size_t>(1, live->view.ready()));
  arm(*live);
}

Task<Result<std::vector<Message>>> Sqs::receive_in_time(Request& request, std::string url, std::shared_ptr<Wait> wait) {
  int64_t deadline = clock_.now_ms() + wait->plan.wait_s * 1000;
  while (true) {
    CO_TRY(LiveRef memory, co_await live(wait->plan.queue));
    CO_TRY(std::vector<Message> messages, co_await receive_now(memory, wait->plan));
    bool over = wait->over || stopping_ || clock_.now_ms() >= deadline;
    if (!messages.empty() || over) co_return messages;
    co_await wait_in(std::move(memory), wait);
    if (wait->over || !wait->handed.empty()) co_return std::move(wait->handed);
    CO_TRY(wait->plan.queue, co_await read_queue(request, url));
  }
}

void Sqs::Wait::end(bool client_gone) {
  over = true;
  gone |= client_gone;
  if (!promised) wake.set({});  // what was promised arrives in a moment
}

Task<Result<ReceiveMessageOutput>> Sqs::receive_message(Request& request, const ReceiveMessageInput& in) {
  CO_TRY(QueueRef queue, co_await read_queue(request, in.QueueUrl));
  CO_TRY(ReceivePlan plan, plan_of(in, std::move(queue)));
  auto wait = std::make_shared<Wait>();
  wait->plan = std::move(plan);
  std::optional<Loop::TimerId> timer;
  int64_t wait_s = wait->plan.wait_s;
  bool watches = wait_s > 0 && request.http;
  if (wait_s > 0) timer = Loop::current().after(std::chrono::seconds(wait_s), [wait] { wait->end(false); });
  if (watches) request.http->on_client_gone([wait] { wait->end(true); });
  Result<std::vector<Message>> messages = co_await receive_in_time(request, in.QueueUrl, wait);
  if (timer) Loop::current().cancel(*timer);
  if (watches) request.http->on_client_gone({});
  if (!messages) co_return std::unexpected(std::move(messages).error());
  ReceiveMessageOutput out;
  if (!messages->empty()) out.Messages = std::move(*messages);
  co_return out;
}

}  // namespace thaw::sqs
