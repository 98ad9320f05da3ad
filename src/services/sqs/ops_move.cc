// Message move tasks: from a dead-letter queue back to where the messages came from, or to another queue. A task is a
// record that is written with every batch it moves, and a coroutine; after a restart it goes on from the record.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr size_t batch_max = 50;
constexpr int64_t retry_ms = 1000;

std::string handle_of(const TaskRecord& task) {
  Json text = Json::object({{"taskId", task.id}, {"sourceArn", task.source_arn}});
  return base64_encode(text.dump());
}

bool is_active(const TaskRecord& task) { return task.status == "RUNNING" || task.status == "CANCELLING"; }

MoveTask shown_task(const TaskRecord& task) {
  MoveTask out;
  if (is_active(task)) out.TaskHandle = handle_of(task);
  out.Status = task.status;
  out.SourceArn = task.source_arn;
  out.DestinationArn = task.destination_arn;
  out.MaxNumberOfMessagesPerSecond = task.per_second;
  out.ApproximateNumberOfMessagesMoved = task.moved;
  out.ApproximateNumberOfMessagesToMove = task.to_move;
  out.FailureReason = task.failure;
  out.StartedTimestamp = task.started_ms;
  return out;
}

Task<std::vector<TaskRecord>> tasks_of(kv::Transaction& tx, std::string queue_id) {
  auto [begin, end] = keys::tasks(queue_id);
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.reverse = true});
  std::vector<TaskRecord> out;
  for (const kv::KeyValue& row : rows)
    if (auto task = api::decode_record<TaskRecord>(row.value)) out.push_back(std::move(*task));
  co_return out;
}

// Whether some queue of the account gives up on its messages into this one.
Task<bool> is_dead_letter_queue(kv::Transaction& tx, Queues& queues, const QueueRecord& queue) {
  auto [begin, end] = keys::queues(queue.account, queue.region, "");
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.snapshot = true});
  for (const kv::KeyValue& row : rows) {
    QueueRef other = queues.parse(row.value);
    if (other && other->settings.redrive && other->settings.redrive->target_arn == queue.arn()) co_return true;
  }
  co_return false;
}

Task<Result<QueueRef>> queue_at(kv::Transaction& tx, Queues& queues, std::string arn, const char* parameter) {
  auto name = parse_queue_arn(arn);
  if (!name)
    co_return invalid_value(arn, parameter,
                            "You must use this format to specify the " + std::string(parameter) +
                                ": arn:<partition>:<service>:<region>:<account-id>:"
                                "<resource-id>");
  QueueRef queue = co_await queues.find(tx, std::move(*name));
  if (!queue)
    co_return no_resource("The resource that you specified for the " + std::string(parameter) +
                          " parameter doesn't exist.");
  co_return queue;
}

}  // namespace

Task<Result<StartMessageMoveTaskOutput>> Sqs::start_move(Request& request, const StartMessageMoveTaskInput& in) {
  if (in.SourceArn.empty()) co_return missing_parameter("SourceArn");
  if (in.MaxNumberOfMessagesPerSecond &&
      (*in.MaxNumberOfMessagesPerSecond < 1 || *in.MaxNumberOfMessagesPerSecond > 500))
    co_return invalid_value(std::to_string(*in.MaxNumberOfMessagesPerSecond), "MaxNumberOfMessagesPerSecond",
                            "You must enter a number between 1 and 500.");
  CO_TRY(QueueRef source, co_await store_.transact<QueueRef>(
                              [&](kv::Transaction& tx) { return queue_at(tx, queues_, in.SourceArn, "SourceArn"); }));
  CO_TRY(LiveRef memory, co_await live(source));
  memory->view.advance(clock_.now_ms());
  TaskRecord task;
  task.id = random_uuid();
  task.queue = source->record.id;
  task.started_ms = clock_.now_ms();
  task.status = "RUNNING";
  task.source_arn = source->record.arn();
  task.destination_arn = in.DestinationArn;
  task.per_second = in.MaxNumberOfMessagesPerSecond;
  task.to_move = static_cast<int64_t>(memory->view.visible());
  Result<bool> stored = co_await store_.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    CO_TRY(QueueRef still, co_await queue_at(tx, queues_, in.SourceArn, "SourceArn"));
    if (in.DestinationArn) {
      CO_TRY(QueueRef to, co_await queue_at(tx, queues_, *in.DestinationArn, "DestinationArn"));
      if (to->settings.fifo != still->settings.fifo)
        co_return invalid_value(*in.DestinationArn, "DestinationArn",
                                "The destination must be the same type of queue as the source.");
      if (to->record.id == still->record.id)
        co_return invalid_value(*in.DestinationArn, "DestinationArn", "The destination must not be the source.");
    }
    bool is_target = co_await is_dead_letter_queue(tx, queues_, still->record);
    if (!is_target) co_return invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
    std::vector<TaskRecord> others = co_await tasks_of(tx, task.queue);
    if (std::ranges::any_of(others, is_active))
      co_return fail("UnsupportedOperation",
                     "There is already a task running. Only one active task is allowed for a source queue arn at a "
                     "given time.");
    tx.set(keys::task(task), api::encode_record(task));
    tx.set(keys::running(task), api::encode_record(task));
    co_return true;
  });
  if (!stored) co_return std::unexpected(std::move(stored).error());
  std::string handle = handle_of(task);
  background("sqs move", run_task(std::move(task)));
  co_return StartMessageMoveTaskOutput{std::move(handle)};
}

Task<Result<CancelMessageMoveTaskOutput>> Sqs::cancel_move(Request& request, const CancelMessageMoveTaskInput& in) {
  if (in.TaskHandle.empty()) co_return missing_parameter("TaskHandle");
  auto decoded = in.TaskHandle.size() < 2000 ? base64_decode(in.TaskHandle) : std::nullopt;
  auto handle = decoded ? Json::parse(*decoded, 4) : std::unexpected(std::string());
  if (!handle || !handle->get("taskId").is_string() || !handle->get("sourceArn").is_string())
    co_return invalid_value(in.TaskHandle.substr(0, 256), "TaskHandle", "The task handle is not valid.");
  kv::Transaction& tx = request.tx();
  std::string arn = handle->get("sourceArn").as_string();
  if (auto name = parse_queue_arn(arn); !name || name->account != request.account.str())
    co_return no_resource("The resource that you specified for the SourceArn parameter doesn't exist.");
  CO_TRY(QueueRef source, co_await queue_at(tx, queues_, arn, "SourceArn"));
  std::vector<TaskRecord> tasks = co_await tasks_of(tx, source->record.id);
  auto found = std::ranges::find(tasks, handle->get("taskId").as_string(), &TaskRecord::id);
  if (found == tasks.end()) co_return no_resource("Task does not exist.");
  if (found->status != "RUNNING") co_return fail("UnsupportedOperation", "Only active tasks can be cancelled.");
  found->status = "CANCELLING";
  tx.set(keys::task(*found), api::encode_record(*found));
  co_return CancelMessageMoveTaskOutput{found->moved};
}

Task<Result<ListMessageMoveTasksOutput>> Sqs::list_moves(Request& request, const ListMessageMoveTasksInput& in) {
  if (in.SourceArn.empty()) co_return missing_parameter("SourceArn");
  int32_t limit = in.MaxResults.value_or(1);
  if (limit < 1 || limit > 10)
    co_return invalid_value(std::to_string(limit), "MaxResults", "Value for parameter MaxResults is invalid: 1 to 10.");
  CO_TRY(QueueRef source, co_await queue_at(request.tx(), queues_, in.SourceArn, "SourceArn"));
  std::vector<TaskRecord> tasks = co_await tasks_of(request.tx(), source->record.id);
  ListMessageMoveTasksOutput out;
  for (const TaskRecord& task : tasks) {
    if (out.Results.size() == static_cast<size_t>(limit)) break;
    out.Results.push_back(shown_task(task));
  }
  co_return out;
}

// ---- running ----

Task<void> Sqs::run_task(TaskRecord task) {
  while (!stopping_) {
    int64_t before = task.moved;
    Result<bool> more = co_await move_some(task);
    if (!more) {
      // The source was deleted, and the task with it; or the store cannot be written, which may pass.
      if (more.error().code == "QueueDoesNotExist") co_return;
      log::error("sqs: a message move task waits: {}", more.error().message);
      co_await pause(retry_ms);
      continue;
    }
    if (!*more) co_return;
    if (task.per_second) co_await pause((task.moved - before) * 1000 / *task.per_second);
  }
}

Task<Result<bool>> Sqs::move_some(TaskRecord& task) {
  CO_TRY(QueueRef source, co_await store_.transact<QueueRef>([&](kv::Transaction& tx) -> Task<Result<QueueRef>> {
    QueueRef found = co_await queues_.find(tx, task.source());
    if (!found || found->record.id != task.queue) co_return no_queue();
    co_return found;
  }));
  CO_TRY(LiveRef memory, co_await live(source));
  memory->view.advance(clock_.now_ms());
  expire(*memory, source->settings);
  size_t count = std::min(batch_max, static_cast<size_t>(task.per_second.value_or(500)));
  std::vector<int64_t> taken = memory->view.take(count);
  Result<Delivery> moved =
      co_await store_.transact<Delivery>([&](kv::Transaction& tx) { return move_batch(tx, task, taken); });
  if (!moved) {
    for (int64_t sequence : taken) memory->view.untake(sequence);
    wake(*memory, memory->view.ready());
    co_return std::unexpected(std::move(moved).error());
  }
  apply(*memory, *moved);
  for (int64_t sequence : taken) memory->view.untake(sequence);  // what was not moved
  if (!is_active(task)) wake(*memory, memory->view.ready());
  co_return is_active(task);
}

void Sqs::end_task(kv::Transaction& tx, TaskRecord& task, std::string status) {
  task.status = std::move(status);
  tx.clear(keys::running(task));
  tx.set(keys::task(task), api::encode_record(task));
}

// Moves what was taken. Runs again when the transaction conflicts, so it begins with the record as stored.
Task<Result<Sqs::Delivery>> Sqs::move_batch(kv::Transaction& tx, TaskRecord& task, const std::vector<int64_t>& taken) {
  std::optional<std::string> bytes = co_await tx.get(keys::task(task));
  auto stored = bytes ? api::decode_record<TaskRecord>(*bytes) : std::nullopt;
  if (!stored) co_return no_queue();
  task = std::move(*stored);
  Delivery out;
  if (task.status == "CANCELLING" || taken.empty()) {
    end_task(tx, task, task.status == "CANCELLING" ? "CANCELLED" : "COMPLETED");
    co_return out;
  }
  for (int64_t sequence : taken) {
    std::optional<std::string> state_bytes = co_await tx.get(keys::state(task.queue, sequence));
    std::optional<std::string> body = co_await tx.get(keys::message(task.queue, sequence));
    auto state = state_bytes ? MessageState::decode(*state_bytes) : std::nullopt;
    auto message = body ? api::decode_record<MessageRecord>(*body) : std::nullopt;
    if (!state || !message) {
      out.gone.push_back(sequence);
      continue;
    }
    auto name = parse_queue_arn(task.destination_arn.value_or(message->source_arn.value_or("")));
    QueueRef to;
    if (name) to = co_await queues_.find(tx, std::move(*name));
    if (!to) {
      task.failure = !name ? "CouldNotDetermineMessageSource" : "AWS.SimpleQueueService.NonExistentQueue";
      end_task(tx, task, "FAILED");
      co_return out;
    }
    tx.clear(keys::state(task.queue, sequence));
    tx.clear(keys::message(task.queue, sequence));
    message->id = random_uuid();
    message->source_arn.reset();
    MessageState fresh;
    fresh.sent_ms = clock_.now_ms();
    fresh.group = state->group;
    int64_t there = next_sequence();
    write_message(tx, to->record.id, *message, fresh, there);
    out.changed.push_back({to->record.id, there, std::move(fresh)});
    out.gone.push_back(sequence);
    ++task.moved;
  }
  tx.set(keys::task(task), api::encode_record(task));
  co_return out;
}

Task<void> Sqs::pause(int64_t millis) {
  if (stopping_ || millis <= 0) co_return;
  Completion<Unit> done;
  std::erase_if(pauses_, [](const Completion<Unit>& one) { return one.is_set(); });
  pauses_.push_back(done);
  auto timer = Loop::current().after(Millis(millis), [done]() mutable { done.set({}); });
  co_await done;
  Loop::current().cancel(timer);
}

}  // namespace thaw::sqs
