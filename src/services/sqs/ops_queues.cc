// Queues: made, found, listed, changed, purged, deleted.
#include <algorithm>

#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr int64_t purge_pause_ms = 60'000;
constexpr size_t tags_max = 50;

Result<void> check_combination(const Texts& attributes) {
  auto is = [&](const char* name, std::string_view value) {
    auto found = attributes.find(name);
    return found != attributes.end() && found->second == value;
  };
  if (is("FifoThroughputLimit", "perMessageGroupId") && !is("DeduplicationScope", "messageGroup"))
    return fail("InvalidAttributeValue",
                "The perMessageGroupId value is allowed for FifoThroughputLimit only when the value for "
                "DeduplicationScope is messageGroup.");
  return {};
}

Result<void> check_name(const std::string& name, bool fifo) {
  if (is_queue_name(name, fifo)) return {};
  if (fifo)
    return invalid_parameter(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with "
        ".fifo suffix and be 1 to 80 in length");
  return invalid_parameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

Result<size_t> page_size(std::optional<int32_t> given) {
  if (given && (*given < 1 || *given > 1000))
    return invalid_value(std::to_string(*given), "MaxResults", "Must be between 1 and 1000.");
  return static_cast<size_t>(given.value_or(1000));
}

// Where a listing goes on: behind this name.
Result<std::string> token_name(const std::optional<std::string>& token) {
  if (!token) return std::string();
  auto name = base64_decode(*token);
  if (!name || name->empty()) return invalid_value(*token, "NextToken", "The token is not valid.");
  return *name;
}

}  // namespace

Task<Result<void>> Sqs::check_redrive(kv::Transaction& tx, const QueueRecord& queue) {
  auto policy = queue.attributes.find("RedrivePolicy");
  if (policy == queue.attributes.end()) co_return Result<void>();
  CO_TRY(Redrive redrive, parse_redrive(policy->second));
  auto wrong = [&](std::string_view reason) { return invalid_value(policy->second, "RedrivePolicy", reason); };
  auto name = parse_queue_arn(redrive.target_arn);
  if (!name || name->account != queue.account || name->region != queue.region)
    co_return wrong("Dead letter target must be owned by the same account and region as the source.");
  if (redrive.target_arn == queue.arn()) co_return wrong("Dead letter target must not be the source queue itself.");
  QueueRef target = co_await queues_.find(tx, *name);
  if (!target) co_return wrong("Dead letter target does not exist.");
  if (target->settings.fifo != queue.fifo())
    co_return wrong("Dead-letter queue must be same type of queue as the source.");
  if (!target->settings.redrive_allow.allows(queue.arn()))
    co_return wrong("The dead letter target does not allow this queue as a source.");
  co_return Result<void>();
}

Task<Result<QueueUrlOutput>> Sqs::create_queue(Request& request, const CreateQueueInput& in) {
  if (in.QueueName.empty()) co_return missing_parameter("QueueName");
  bool wants_fifo = in.Attributes.contains("FifoQueue") && in.Attributes.at("FifoQueue") == "true";
  CO_CHECK_OK(check_name(in.QueueName, wants_fifo || in.QueueName.ends_with(".fifo")));
  if (in.QueueName.ends_with(".fifo") && !wants_fifo)
    co_return invalid_parameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  CO_TRY(Texts given, checked_attributes(in.Attributes, wants_fifo, true));
  if (in.tags.size() > tags_max) co_return invalid_parameter("Too many tags added for queue " + in.QueueName + ".");

  QueueName name{request.account.str(), request.region.str(), in.QueueName};
  QueueRef existing = co_await queues_.find(request.tx(), name);
  if (existing) {
    if (auto differs = first_difference(given, existing->record.attributes, wants_fifo))
      co_return fail("QueueNameExists",
                     "A queue already exists with the same name and a different value for attribute " + *differs);
    if (!in.tags.empty() && in.tags != existing->record.tags)
      co_return fail("QueueNameExists", "A queue already exists with the same name and different tags");
    co_return QueueUrlOutput{url_of(request, existing->record)};
  }
  QueueRecord record;
  record.id = random_hex(16);
  record.account = name.account;
  record.region = name.region;
  record.name = name.name;
  record.attributes = merged_attributes({}, given);
  record.tags = in.tags;
  record.created_s = record.modified_s = request.clock->now_ms() / 1000;
  CO_CHECK_OK(check_combination(record.attributes));
  CO_CHECK_OK(co_await check_redrive(request.tx(), record));
  queues_.put(request.tx(), record);
  co_return QueueUrlOutput{url_of(request, record)};
}

Task<Result<api::Nothing>> Sqs::delete_queue(Request& request, const QueueInput& in) {
  kv::Transaction& tx = request.tx();
  CO_TRY(QueueRef queue, co_await queue_of(request, tx, in.QueueUrl));
  const QueueRecord& record = queue->record;
  tx.clear(keys::queue({record.account, record.region, record.name}));
  for (auto [begin, end] : {keys::states(record.id), keys::messages(record.id), keys::dedups(record.id),
                            keys::all_dedups_due(record.id), keys::tasks(record.id), keys::running_of(record.id)})
    tx.clear_range(begin, end);
  tx.on_commit([this, id = record.id] { dropped(id); });
  co_return api::Nothing{};
}

Task<Result<QueueUrlOutput>> Sqs::get_queue_url(Request& request, const GetQueueUrlInput& in) {
  if (in.QueueName.empty()) co_return missing_parameter("QueueName");
  QueueName name{in.QueueOwnerAWSAccountId.value_or(request.account.str()), request.region.str(), in.QueueName};
  QueueRef queue = co_await queues_.find(request.tx(), name);
  if (!queue) co_return no_queue(is_query(request));
  co_return QueueUrlOutput{url_of(request, queue->record)};
}

Task<Result<ListQueuesOutput>> Sqs::list_queues(Request& request, const ListQueuesInput& in) {
  CO_TRY(size_t limit, page_size(in.MaxResults));
  CO_TRY(std::string after, token_name(in.NextToken));
  const std::string &account = request.account.str(), &region = request.region.str();
  auto [begin, end] = keys::queues(account, region, in.QueueNamePrefix.value_or(""));
  if (!after.empty()) begin = std::max(begin, keys::queue({account, region, after}) + '\0');
  std::vector<kv::KeyValue> rows = co_await request.tx().range(begin, end, {.limit = limit + 1});
  ListQueuesOutput out;
  std::string last;
  for (size_t i = 0; i < rows.size() && i < limit; ++i) {
    QueueRef queue = queues_.parse(rows[i].value);
    if (!queue) continue;
    if (!out.QueueUrls) out.QueueUrls.emplace();
    out.QueueUrls->push_back(url_of(request, queue->record));
    last = queue->record.name;
  }
  if (rows.size() > limit && in.MaxResults) out.NextToken = base64_encode(last);
  co_return out;
}

Task<Result<GetQueueAttributesOutput>> Sqs::get_attributes(Request& request, const GetQueueAttributesInput& in) {
  CO_TRY(QueueRef queue, co_await read_queue(request, in.QueueUrl));
  bool all = false, counts = false;
  for (const std::string& name : in.AttributeNames) {
    if (!is_attribute_name(name)) co_return unknown_attribute(name);
    all |= name == "All";
    counts |= name.starts_with("Approximate");
  }
  const QueueRecord& record = queue->record;
  Texts known = with_defaults(record.attributes, queue->settings.fifo);
  known["QueueArn"] = record.arn();
  known["CreatedTimestamp"] = std::to_string(record.created_s);
  known["LastModifiedTimestamp"] = std::to_string(record.modified_s);
  if (all || counts) {
    CO_TRY(LiveRef memory, co_await live(queue));
    memory->view.advance(clock_.now_ms());
    expire(*memory, queue->settings);
    known["ApproximateNumberOfMessages"] = std::to_string(memory->view.visible());
    known["ApproximateNumberOfMessagesNotVisible"] = std::to_string(memory->view.in_flight());
    known["ApproximateNumberOfMessagesDelayed"] = std::to_string(memory->view.delayed());
  }
  GetQueueAttributesOutput out;
  if (all) {
    out.Attributes = std::move(known);
    co_return out;
  }
  for (const std::string& name : in.AttributeNames) {
    auto found = known.find(name);
    if (found == known.end()) continue;
    if (!out.Attributes) out.Attributes.emplace();
    out.Attributes->insert(*found);
  }
  co_return out;
}

Task<Result<api::Nothing>> Sqs::set_attributes(Request& request, const SetQueueAttributesInput& in) {
  if (in.Attributes.empty()) co_return missing_parameter("Attribute.Name");
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_TRY(Texts given, checked_attributes(in.Attributes, queue->settings.fifo, false));
  QueueRecord record = queue->record;
  record.attributes = merged_attributes(std::move(record.attributes), given);
  record.modified_s = request.clock->now_ms() / 1000;
  CO_CHECK_OK(check_combination(record.attributes));
  if (given.contains("RedrivePolicy")) CO_CHECK_OK(co_await check_redrive(request.tx(), record));
  queues_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sqs::purge_queue(Request& request, const QueueInput& in) {
  kv::Transaction& tx = request.tx();
  CO_TRY(QueueRef queue, co_await queue_of(request, tx, in.QueueUrl));
  QueueRecord record = queue->record;
  int64_t now = request.clock->now_ms();
  if (record.purged_ms != 0 && now - record.purged_ms < purge_pause_ms && now >= record.purged_ms)
    co_return fail("PurgeQueueInProgress",
                   "Only one PurgeQueue operation on " + record.name + " is allowed every 60 seconds.", 403);
  record.purged_ms = now;
  queues_.put(tx, record);
  for (auto [begin, end] : {keys::states(record.id), keys::messages(record.id)}) tx.clear_range(begin, end);
  tx.on_commit([this, id = record.id] {
    if (LiveRef memory = find_live(id)) memory->view.clear();
  });
  co_return api::Nothing{};
}

Task<Result<ListDeadLetterSourceQueuesOutput>> Sqs::list_sources(Request& request,
                                                                 const ListDeadLetterSourceQueuesInput& in) {
  CO_TRY(QueueRef target, co_await queue_of(request, request.tx(), in.QueueUrl));
  CO_TRY(size_t limit, page_size(in.MaxResults));
  CO_TRY(std::string after, token_name(in.NextToken));
  const QueueRecord& record = target->record;
  auto [begin, end] = keys::queues(record.account, record.region, "");
  if (!after.empty()) begin = keys::queue({record.account, record.region, after}) + '\0';
  std::vector<kv::KeyValue> rows = co_await request.tx().range(begin, end);
  ListDeadLetterSourceQueuesOutput out;
  std::string last;
  for (const kv::KeyValue& row : rows) {
    QueueRef queue = queues_.parse(row.value);
    if (!queue || !queue->settings.redrive || queue->settings.redrive->target_arn != record.arn()) continue;
    if (out.queueUrls.size() == limit) {
      out.NextToken = base64_encode(last);
      break;
    }
    out.queueUrls.push_back(url_of(request, queue->record));
    last = queue->record.name;
  }
  co_return out;
}

}  // namespace thaw::sqs
