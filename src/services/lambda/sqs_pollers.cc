#include "services/lambda/sqs_pollers.h"

#include <algorithm>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "services/lambda/async_event.h"
#include "services/lambda/event_filter.h"
#include "services/lambda/service.h"
#include "services/lambda/sqs_batch.h"

namespace thaw::lambda {
namespace {

constexpr int receive_at_once = 10;
constexpr int wait_s_max = 20;
constexpr size_t event_payload_bytes_max = 6'291'456 - 64;  // of an invocation, without what is around the records
constexpr size_t gathered_bytes_max = event_payload_bytes_max;

size_t size_of(const Json& message) { return message.get("Body").string_or("").size() + 1024; }

}  // namespace

size_t usual_concurrency() {
  constexpr size_t at_least = 32, per_core = 8;
  return std::max<size_t>(at_least, per_core * std::thread::hardware_concurrency());
}

struct SqsPollers::Poller {
  std::shared_ptr<Host> host;
  MappingRecord record;
  std::vector<Json> filters;
  Arn queue;
  std::string queue_url;
  AccountId account;
  Region region;
  bool stopped = false;
  bool sleeping = false;  // the function is gone
  size_t in_flight = 0;
  int throttles = 0;  // in a row
  std::optional<Completion<Unit>> changed;

  void notify() {
    if (auto waiter = std::exchange(changed, std::nullopt)) waiter->set({});
  }
  Task<void> wait() {
    Completion<Unit> waiter;
    changed = waiter;
    co_await waiter;
  }
  // Real time: a queue or a function that fails is looked at again later.
  Task<void> pause(int troubles) {
    Completion<Unit> waiter;
    changed = waiter;
    Loop::TimerId timer =
        Loop::current().after(back_off(std::min(troubles, 7)), [waiter]() mutable { waiter.set({}); });
    co_await waiter;
    Loop::current().cancel(timer);
  }
  api::As as(const std::string& role) const {
    const std::string& name = record.function;
    return as_role(role, name.size() < 2 ? name + "-" : name, account, region);
  }
};

SqsPollers::SqsPollers(Host host) : host_(std::make_shared<Host>(std::move(host))) {}
SqsPollers::~SqsPollers() {
  for (auto& [uuid, poller] : pollers_) poller->stopped = true;
}

void SqsPollers::start() {
  started_ = true;
  for (auto& [uuid, poller] : pollers_) launch(poller);
}

void SqsPollers::put(const MappingRecord& record) {
  remove(record.uuid);
  auto arn = Arn::parse(record.source_arn);
  auto account = AccountId::parse(record.account);
  auto region = Region::parse(record.region);
  if (!record.enabled || !arn || !account || !region) return;
  auto poller = std::make_shared<Poller>(
      Poller{.host = host_,
             .record = record,
             .filters = {},
             .queue = *arn,
             .queue_url = "https://sqs." + arn->region + ".amazonaws.com/" + arn->account + "/" + arn->resource,
             .account = *account,
             .region = *region});
  for (const std::string& text : record.filters)
    if (auto filter = parse_filter(text)) poller->filters.push_back(std::move(*filter));
  pollers_[record.uuid] = poller;
  if (started_) launch(poller);
}

void SqsPollers::remove(const std::string& uuid) {
  auto found = pollers_.find(uuid);
  if (found == pollers_.end()) return;
  found->second->stopped = true;
  found->second->notify();
  pollers_.erase(found);
}

void SqsPollers::wake(const std::string& account, const std::string& region, const std::string& function) {
  for (auto& [uuid, poller] : pollers_) {
    const MappingRecord& r = poller->record;
    if (r.account == account && r.region == region && r.function == function) poller->notify();
  }
}

Task<void> SqsPollers::stop(Millis grace) {
  bool late = false;
  std::vector<Shared> running;
  for (auto& [uuid, poller] : pollers_) {
    poller->stopped = true;
    running.push_back(poller);
    poller->notify();
  }
  pollers_.clear();
  started_ = false;
  auto until = std::chrono::steady_clock::now() + grace;
  for (Shared& poller : running) {
    while (poller->in_flight > 0 && !late) {
      Completion<Unit> waiter;
      poller->changed = waiter;
      auto left = until - std::chrono::steady_clock::now();
      Loop::TimerId timer = Loop::current().after(std::max<std::chrono::nanoseconds>(left, Millis(0)),
                                                  [waiter]() mutable { waiter.set({}); });
      co_await waiter;
      Loop::current().cancel(timer);
      late = std::chrono::steady_clock::now() >= until;
    }
  }
}

void SqsPollers::launch(const Shared& poller) { Loop::current().spawn("lambda sqs poller", poll(poller)); }

Task<void> SqsPollers::poll(Shared poller) {
  int troubles = 0;
  while (!poller->stopped) {
    Result<std::optional<Function>> function = co_await poller->host->function(poller->record);
    if (poller->stopped) break;
    if (function && !*function) {
      co_await poller->wait();  // until wake()
      continue;
    }
    Result<std::vector<Json>> messages = std::vector<Json>();
    if (!function) {
      messages = std::unexpected(function.error());
    } else {
      size_t limit =
          poller->record.concurrency_max ? static_cast<size_t>(*poller->record.concurrency_max) : usual_concurrency();
      if (auto reserved = (*function)->reserved_concurrency)
        limit = std::min(limit, static_cast<size_t>(std::max(*reserved, 1)));
      if (poller->in_flight >= limit) {
        co_await poller->wait();  // until a batch has ended
        continue;
      }
      if (poller->throttles > 0) co_await poller->pause(poller->throttles);
      if (poller->stopped) break;
      messages = co_await gather(poller, (*function)->role);
    }
    if (!messages) {
      if (troubles++ == 0)
        log::warning("lambda: {} cannot be polled for {}: {}: {}", poller->record.source_arn, poller->record.function,
                     messages.error().code, messages.error().message);
      co_await poller->pause(troubles);
      continue;
    }
    troubles = 0;
    if (messages->empty()) continue;
    if (poller->stopped) {
      co_await give_back(poller, (*function)->role, std::move(*messages));
      break;
    }
    ++poller->in_flight;
    Loop::current().spawn("lambda sqs batch", run_batch(poller, (*function)->role, std::move(*messages)));
  }
}

Task<Result<std::vector<Json>>> SqsPollers::receive(Shared poller, std::string role, int count, int wait_s) {
  Json input = Json::object({{"QueueUrl", poller->queue_url},
                             {"MaxNumberOfMessages", count},
                             {"WaitTimeSeconds", wait_s},
                             {"AttributeNames", Json::array({"All"})},
                             {"MessageAttributeNames", Json::array({"All"})}});
  api::As as = poller->as(role);
  Result<Json> answer = co_await poller->host->caller.call(as, "sqs", "ReceiveMessage", std::move(input));
  if (!answer) co_return std::unexpected(answer.error());
  std::vector<Json> out;
  if (Json* messages = answer->find("Messages"); messages && messages->is_array()) out = std::move(messages->items());
  co_return out;
}

// A batch: what the first receive brings, and within the batching window what comes after it.
Task<Result<std::vector<Json>>> SqsPollers::gather(Shared poller, std::string role) {
  using Steady = std::chrono::steady_clock;
  const MappingRecord& record = poller->record;
  CO_TRY(std::vector<Json> out,
         co_await receive(poller, role, std::min(record.batch_size, receive_at_once), wait_s_max));
  if (out.empty() || record.window_s == 0) co_return out;
  auto until = Steady::now() + std::chrono::seconds(record.window_s);
  size_t bytes = 0;
  for (const Json& message : out) bytes += size_of(message);
  while (!poller->stopped && static_cast<int>(out.size()) < record.batch_size && bytes < gathered_bytes_max) {
    auto left_s = std::chrono::duration_cast<std::chrono::seconds>(until - Steady::now()).count();
    if (Steady::now() >= until) break;
    int wait_s = static_cast<int>(std::clamp<int64_t>(left_s, 1, wait_s_max));
    int count = std::min(record.batch_size - static_cast<int>(out.size()), receive_at_once);
    auto more = co_await receive(poller, role, count, wait_s);
    if (!more) break;  // what is there is handled; the trouble shows again
    for (Json& message : *more) {
      bytes += size_of(message);
      out.push_back(std::move(message));
    }
  }
  co_return out;
}

Task<void> SqsPollers::give_back(Shared poller, std::string role, std::vector<Json> messages) {
  for (const Json& message : messages) {
    Json input = Json::object(
        {{"QueueUrl", poller->queue_url}, {"ReceiptHandle", message.get("ReceiptHandle")}, {"VisibilityTimeout", 0}});
    api::As as = poller->as(role);
    Result<Json> ignored = co_await poller->host->caller.call(as, "sqs", "ChangeMessageVisibility", std::move(input));
  }
}

Task<void> SqsPollers::remove_messages(Shared poller, std::string role, std::vector<std::string> handles) {
  for (size_t first = 0; first < handles.size(); first += receive_at_once) {
    Json entries = Json::array();
    for (size_t i = first; i < std::min(handles.size(), first + receive_at_once); ++i)
      entries.push_back(Json::object({{"Id", std::to_string(i)}, {"ReceiptHandle", handles[i]}}));
    Json input = Json::object({{"QueueUrl", poller->queue_url}, {"Entries", std::move(entries)}});
    api::As as = poller->as(role);
    Result<Json> answer = co_await poller->host->caller.call(as, "sqs", "DeleteMessageBatch", std::move(input));
    if (!answer)
      log::warning("lambda: handled messages of {} could not be deleted and will come again: {}: {}",
                   poller->record.source_arn, answer.error().code, answer.error().message);
  }
}

// Invokes the function; puts the receipt handles of what was handled into `handled`. Answers whether the function could
// not be run now.
Task<bool> SqsPollers::handle(Shared poller, std::vector<Json> records, std::vector<std::string>* handled) {
  std::string trace = records[0].get("attributes").get("AWSTraceHeader").string_or("");
  std::vector<std::string> ids, handles;
  for (const Json& record : records) {
    ids.push_back(record.get("messageId").string_or(""));
    handles.push_back(record.get("receiptHandle").string_or(""));
  }
  std::string payload = Json::object({{"Records", Json(Json::Array(std::move(records)))}}).dump();
  Result<InvokeOutput> answer = co_await poller->host->invoke(poller->record, std::move(payload), std::move(trace));
  if (!answer) {
    log::warning("lambda: a batch of {} could not be handed to {}: {}: {}", poller->record.source_arn,
                 poller->record.function, answer.error().code, answer.error().message);
    co_return answer.error().status == 429 || answer.error().is_server_fault();
  }
  if (answer->FunctionError) co_return false;
  std::vector<std::string> failed;
  if (poller->record.reports_failures) {
    auto reported = reported_failures(answer->Payload ? answer->Payload->bytes : "", ids);
    if (!reported) co_return false;
    failed = std::move(*reported);
  }
  for (size_t i = 0; i < ids.size(); ++i)
    if (std::ranges::find(failed, ids[i]) == failed.end()) handled->push_back(std::move(handles[i]));
  co_return false;
}

Task<void> SqsPollers::run_batch(Shared poller, std::string role, std::vector<Json> messages) {
  std::vector<std::string> handled;
  std::vector<Json> records;
  size_t bytes = 0;
  bool throttled = false;
  for (const Json& message : messages) {
    Json record = sqs_record(message, poller->record.source_arn, poller->queue.region);
    if (!is_wanted(record, poller->filters)) {
      handled.push_back(message.get("ReceiptHandle").string_or(""));
      continue;
    }
    size_t size = record.dump().size() + 1;
    if (!records.empty() && bytes + size > event_payload_bytes_max) {
      throttled |= co_await handle(poller, std::exchange(records, {}), &handled);
      bytes = 0;
    }
    bytes += size;
    records.push_back(std::move(record));
  }
  if (!records.empty()) throttled |= co_await handle(poller, std::move(records), &handled);
  if (!handled.empty()) co_await remove_messages(poller, std::move(role), std::move(handled));
  poller->throttles = throttled ? poller->throttles + 1 : 0;
  --poller->in_flight;
  poller->notify();
}

}  // namespace thaw::lambda
