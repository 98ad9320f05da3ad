#include "services/sqs/service.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/message.h"

namespace thaw::sqs {
namespace {

constexpr std::string_view encryption_note = "encryption settings are stored and shown; messages are not encrypted";

std::string name_arn(const api::Request& request, const Json& input) {
  std::string name = input.get("QueueName").string_or("");
  std::string owner = input.get("QueueOwnerAWSAccountId").string_or("");
  return "arn:aws:sqs:" + request.region.str() + ":" + (owner.empty() ? request.account.str() : owner) + ":" + name;
}
std::optional<QueueName> queue_named(const api::Request& request, const Json& input) {
  std::string url = input.get("QueueUrl").string_or("");
  if (url.empty() && request.http) url = request.http->path;
  return parse_queue_url(url, request.region.str());
}
std::string url_arn(const api::Request& request, const Json& input) {
  auto name = queue_named(request, input);
  if (!name) return "*";
  return "arn:aws:sqs:" + name->region + ":" + name->account + ":" + name->name;
}
std::string source_arn(const api::Request&, const Json& input) { return input.get("SourceArn").string_or("*"); }

}  // namespace

std::optional<QueueName> parse_queue_url(std::string_view url, std::string_view region) {
  if (size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    size_t slash = url.find('/', scheme + 3);
    if (slash == std::string_view::npos) return std::nullopt;
    url.remove_prefix(slash);
  }
  url = url.substr(0, url.find_first_of("?#"));
  while (url.ends_with('/')) url.remove_suffix(1);
  size_t last = url.rfind('/');
  if (last == std::string_view::npos || last < 12) return std::nullopt;
  std::string_view name = url.substr(last + 1);
  std::string_view account = url.substr(0, last);
  if (size_t before = account.rfind('/'); before != std::string_view::npos) account.remove_prefix(before + 1);
  if (!AccountId::parse(account) || name.empty() || name.size() > 80) return std::nullopt;
  return QueueName{std::string(account), std::string(region), std::string(name)};
}

bool is_query(const api::Request& request) { return request.http && !request.http->headers.contains("x-amz-target"); }

Result<void> check_batch(const std::vector<std::string>& ids, std::string_view entry_name) {
  if (ids.empty())
    return fail("EmptyBatchRequest", "There should be at least one " + std::string(entry_name) + " in the request.");
  if (ids.size() > 10)
    return fail("TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are 10. You have sent " + std::to_string(ids.size()) + ".");
  std::set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (!is_batch_entry_id(id))
      return fail("InvalidBatchEntryId",
                  "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
                  "most 80 letters long.");
    if (!seen.insert(id).second) return fail("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
  }
  return {};
}

BatchError batch_error(std::string id, const Error& error) {
  return {std::move(id), !error.is_server_fault(), query_error_code(error.code), error.message};
}

Sqs::Sqs(kv::Store& store, Clock& clock) : store_(store), clock_(clock) {}
Sqs::~Sqs() = default;

api::ServiceInfo Sqs::info() const {
  return {.name = "sqs",
          .protocols = {api::Protocol::json_1_0, api::Protocol::query},
          .target_prefix = "AmazonSQS",
          .api_version = "2012-11-05",
          .xml_namespace = "http://queue.amazonaws.com/doc/2012-11-05/",
          .validation_code = "InvalidParameterValueException",
          .title = "Amazon SQS",
          .query_compatible = true,
          .query_error_code = query_error_code,
          .host_prefixes = {"sqs", "queue"}};
}

std::vector<api::Operation> Sqs::operations() {
  using api::op;
  std::vector<api::Operation> out;
  auto on_queue = [&](api::Operation operation, std::string action) {
    out.push_back(std::move(operation)
                      .action("sqs:" + action)
                      .resource(url_arn)
                      .policy([this](api::Request& request, const Json& input) -> Task<Result<Json>> {
                        return policy_of(request, queue_named(request, input).value_or(QueueName{}));
                      })
                      .anonymous());
  };
  out.push_back(op("CreateQueue", this, &Sqs::create_queue)
                    .writes()
                    .resource(name_arn)
                    .noted(std::string(encryption_note) + "; FifoThroughputLimit: nothing is throttled"));
  out.push_back(op("GetQueueUrl", this, &Sqs::get_queue_url)
                    .reads()
                    .resource(name_arn)
                    .policy([this](api::Request& request, const Json& input) -> Task<Result<Json>> {
                      std::string owner = input.get("QueueOwnerAWSAccountId").string_or(request.account.str());
                      return policy_of(request, {owner, request.region.str(), input.get("QueueName").string_or("")});
                    }));
  out.push_back(op("ListQueues", this, &Sqs::list_queues).reads());
  on_queue(op("DeleteQueue", this, &Sqs::delete_queue).writes(), "DeleteQueue");
  on_queue(op("GetQueueAttributes", this, &Sqs::get_attributes), "GetQueueAttributes");
  on_queue(op("SetQueueAttributes", this, &Sqs::set_attributes).writes().noted(std::string(encryption_note)),
           "SetQueueAttributes");
  on_queue(op("PurgeQueue", this, &Sqs::purge_queue).writes(), "PurgeQueue");
  on_queue(op("ListDeadLetterSourceQueues", this, &Sqs::list_sources).reads(), "ListDeadLetterSourceQueues");
  on_queue(op("AddPermission", this, &Sqs::add_permission).writes(), "AddPermission");
  on_queue(op("RemovePermission", this, &Sqs::remove_permission).writes(), "RemovePermission");
  on_queue(op("TagQueue", this, &Sqs::tag_queue).writes(), "TagQueue");
  on_queue(op("UntagQueue", this, &Sqs::untag_queue).writes(), "UntagQueue");
  on_queue(op("ListQueueTags", this, &Sqs::list_tags).reads(), "ListQueueTags");
  on_queue(op("SendMessage", this, &Sqs::send_message).writes(), "SendMessage");
  on_queue(op("SendMessageBatch", this, &Sqs::send_batch).writes(), "SendMessage");
  on_queue(op("ReceiveMessage", this, &Sqs::receive_message), "ReceiveMessage");
  on_queue(op("DeleteMessage", this, &Sqs::delete_message).writes(), "DeleteMessage");
  on_queue(op("DeleteMessageBatch", this, &Sqs::delete_batch).writes(), "DeleteMessage");
  on_queue(op("ChangeMessageVisibility", this, &Sqs::change_visibility).writes(), "ChangeMessageVisibility");
  on_queue(op("ChangeMessageVisibilityBatch", this, &Sqs::change_batch).writes(), "ChangeMessageVisibility");
  out.push_back(op("StartMessageMoveTask", this, &Sqs::start_move).resource(source_arn));
  out.push_back(op("CancelMessageMoveTask", this, &Sqs::cancel_move).writes());
  out.push_back(op("ListMessageMoveTasks", this, &Sqs::list_moves).reads().resource(source_arn));
  return out;
}

void Sqs::start() {
  Loop* loop = &Loop::current();
  jumps_ = clock_.on_jump([this, loop] {
    loop->post([this] {
      for (auto& [id, live] : live_)
        if (!live->waiting.empty()) wake_all(*live);
    });
  });
  background("sqs resume", [](Sqs* self) -> Task<void> {
    auto tasks = co_await self->store_.transact<std::vector<TaskRecord>>(
        [](kv::Transaction& tx) -> Task<Result<std::vector<TaskRecord>>> {
          auto [begin, end] = keys::all_running();
          std::vector<kv::KeyValue> rows = co_await tx.range(begin, end, {.snapshot = true});
          std::vector<TaskRecord> out;
          for (const kv::KeyValue& row : rows)
            if (auto task = api::decode_record<TaskRecord>(row.value)) out.push_back(std::move(*task));
          co_return out;
        });
    if (!tasks) {
      log::error("sqs: unfinished message move tasks were not found: {}", tasks.error().message);
      co_return;
    }
    for (TaskRecord& task : *tasks) self->background("sqs move", self->run_task(std::move(task)));
  }(this));
}

void Sqs::stop_waiting() {
  stopping_ = true;
  for (auto& [id, live] : live_) wake_all(*live);
  for (Completion<Unit>& pause : pauses_) pause.set({});
  pauses_.clear();
}

Task<void> Sqs::stop() {
  stop_waiting();
  jumps_.reset();
  for (auto& [id, live] : live_)
    if (live->timer) Loop::current().cancel(*std::exchange(live->timer, std::nullopt));
  while (running_ > 0) {
    idle_.emplace();
    Completion<Unit> idle = *idle_;
    co_await idle;
  }
}

void Sqs::background(std::string_view name, Task<void> task) {
  ++running_;
  Loop::current().spawn(name, [](Sqs* self, Task<void> inner) -> Task<void> {
    std::exception_ptr error;
    try {
      co_await std::move(inner);
    } catch (...) {
      error = std::current_exception();
    }
    if (--self->running_ == 0 && self->idle_) self->idle_->set({});
    if (error) std::rethrow_exception(error);
  }(this, std::move(task)));
}

int64_t Sqs::next_sequence() {
  int64_t real_us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  return last_sequence_ = std::max(last_sequence_ + 1, real_us << 10);
}

// ---- queues ----

Task<Result<QueueRef>> Sqs::queue_of(Request& request, kv::Transaction& tx, std::string url) {
  if (url.empty() && request.http) url = request.http->path;
  if (url.empty() || url == "/") co_return missing_parameter("QueueUrl");
  auto name = parse_queue_url(url, request.region.str());
  if (!name)
    co_return fail("InvalidAddress", "The address " + url.substr(0, 256) + " is not valid for this endpoint.", 404);
  QueueRef queue = co_await queues_.find(tx, std::move(*name));
  if (!queue) co_return no_queue(is_query(request));
  co_return queue;
}

Task<Result<QueueRef>> Sqs::read_queue(Request& request, std::string url) {
  return store_.transact<QueueRef>([this, &request, url](kv::Transaction& tx) { return queue_of(request, tx, url); });
}

Task<Result<Json>> Sqs::policy_of(Request& request, QueueName name) {
  if (name.name.empty()) co_return Json();
  QueueRef queue;
  if (request.transaction) {
    queue = co_await queues_.find(*request.transaction, name);
  } else {
    CO_TRY(queue, co_await store_.transact<QueueRef>([this, &name](kv::Transaction& tx) -> Task<Result<QueueRef>> {
      QueueRef found = co_await queues_.find(tx, name);
      co_return found;
    }));
  }
  // A queue that is not there has no policy; the operation itself says so to those who may know.
  co_return queue ? queue->settings.policy : Json();
}

std::string Sqs::url_of(const Request& request, const QueueRecord& queue) const {
  std::string host = request.http && !request.host.empty() ? request.host : host_;
  return (request.tls ? "https://" : "http://") + host + "/" + queue.account + "/" + queue.name;
}

}  // namespace thaw::sqs
