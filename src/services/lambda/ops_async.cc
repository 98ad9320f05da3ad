// Asynchronous invocation: events are accepted into a queue of the function's own (work/), run from there, tried again,
// and at their end told to destinations and dead-letter queues, as the function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/lambda/async_event.h"
#include "services/lambda/lineage.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

constexpr const char* deliveries_queue = "lambda.deliveries";
constexpr size_t deliveries_at_once = 64;
constexpr size_t delivery_bytes_max = (8u << 20) - 4096;  // what the store takes as one value
constexpr int64_t delivery_age_ms_max = event_age_ms_max;
constexpr Millis stop_grace{5000};

size_t concurrency_of(std::optional<int32_t> reserved) {
  constexpr size_t account_limit = 1000;
  if (reserved) return std::clamp<size_t>(static_cast<size_t>(*reserved), 1, account_limit);
  return usual_concurrency();
}

Attempt judge(const Result<InvokeOutput>& answer, const std::optional<int32_t>& reserved) {
  if (answer) return answer->FunctionError ? Attempt::failed : Attempt::succeeded;
  const Error& error = answer.error();
  if (error.code == "RecursiveInvocationException") return Attempt::refused;
  // Not found: deleted a moment ago, or a version that only the alias names. Looked at again later.
  if (error.status == 404) return Attempt::throttled;
  if (error.status == 429) return reserved && *reserved == 0 ? Attempt::refused : Attempt::throttled;
  return error.is_server_fault() ? Attempt::throttled : Attempt::failed;
}

bool is_worth_retrying(const Error& error) {
  return error.is_server_fault() || error.status == 429 || error.code.find("Throttl") != std::string::npos;
}

Task<Unit> when_ended(Task<void> task) {
  co_await std::move(task);
  co_return Unit{};
}

// What a call answers that was accepted as a whole but not in its part.
Result<Json> check_entries(Result<Json> answer) {
  if (!answer || answer->get("FailedEntryCount").to_int().value_or(0) == 0) return answer;
  const Json& entries = answer->get("Entries");
  Json first = entries.is_array() && !entries.empty() ? entries.items()[0] : Json();
  std::string code = first.get("ErrorCode").string_or("InternalFailure");
  return fail(code, first.get("ErrorMessage").string_or(""), code.starts_with("Internal") ? 500 : 400);
}

}  // namespace

// ---- accepting ----

Task<Result<InvokeOutput>> Lambda::accept_event(Request& request, FunctionRef ref, const InvokeInput& in) {
  AsyncEvent event;
  event.payload = in.Payload ? in.Payload->bytes : "";
  if (event.payload.size() > event_bytes_max)
    co_return fail(Error{"RequestTooLargeException",
                         std::to_string(event.payload.size()) +
                             " byte payload is too large for the Event invocation type (limit " +
                             std::to_string(event_bytes_max) + " bytes)",
                         413, Json::object({{"Type", "User"}})});
  if (event.payload.empty()) event.payload = "{}";
  if (auto parsed = Json::parse(event.payload); !parsed)
    co_return fail(Error{"InvalidRequestContentException", "Could not parse request body into json: " + parsed.error(),
                         400, Json::object({{"Type", "User"}})});
  if (in.ClientContext && !base64_decode(*in.ClientContext))
    co_return fail(Error{"InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.",
                         400, Json::object({{"Type", "User"}})});
  CO_TRY(std::shared_ptr<const Target> target, co_await find_target(request, ref));
  event.account = request.account.str();
  event.region = request.region.str();
  event.name = ref.name;
  event.qualifier = ref.qualifier;
  event.request_id = request.id;
  event.client_context = in.ClientContext.value_or("");
  event.trace = in.TraceId.value_or("");
  event.accepted_ms = d_.clock.now_ms();
  std::string queue = open_event_queue(request.account, request.region, ref.name, target->reserved_concurrency);
  std::string bytes = encode_event(event);
  auto queued = co_await d_.store.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    if (!event_queues_[queue].is_marked) {
      LambdaStore(tx, request.account, request.region).mark_event_queue(ref.name);
      tx.on_commit([this, queue] { event_queues_[queue].is_marked = true; });
    }
    scheduler_->enqueue(tx, queue, d_.clock.now(), bytes);
    co_return true;
  });
  if (!queued) co_return std::unexpected(queued.error());
  co_return InvokeOutput{.StatusCode = 202};
}

Task<Result<InvokeAsyncOutput>> Lambda::invoke_async(Request& request, const InvokeAsyncInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  InvokeInput input;
  input.FunctionName = in.FunctionName;
  input.Payload = in.InvokeArgs;
  CO_TRY(InvokeOutput accepted, co_await accept_event(request, ref, input));
  co_return InvokeAsyncOutput{.Status = accepted.StatusCode};
}

// Each function has a queue, so that a slow or throttled one holds up nobody else.
std::string Lambda::open_event_queue(const AccountId& account, const Region& region, const std::string& name,
                                     std::optional<int32_t> reserved) {
  std::string queue = "lambda.async/" + account.str() + "/" + region.str() + "/" + name;
  size_t concurrency = concurrency_of(reserved);
  EventQueue& known = event_queues_[queue];
  if (known.concurrency == concurrency) return queue;
  known.concurrency = concurrency;
  scheduler_->handle(queue, [this](work::Job job) { return run_event(std::move(job)); }, {.concurrency = concurrency});
  return queue;
}

// ---- start and stop ----

void Lambda::start() {
  scheduler_->handle(deliveries_queue, [this](work::Job job) { return deliver(std::move(job)); },
                     {.concurrency = deliveries_at_once});
  scheduler_->start();
  Loop::current().spawn("lambda event queues", open_event_queues());
  Loop::current().spawn("lambda mappings", open_mappings());
  resume_provisioned();
}

// Goes on with what was accepted before this start.
Task<void> Lambda::open_event_queues() {
  using Owners = std::vector<LambdaStore::EventQueueOwner>;
  auto owners = co_await d_.store.transact<Owners>([](kv::Transaction& tx) -> Task<Result<Owners>> {
    Owners out = co_await LambdaStore::event_queues(tx);
    co_return out;
  });
  if (!owners) {
    log::error("lambda: the queues of asynchronous events were not found: {}", owners.error().message);
    co_return;
  }
  for (const auto& owner : *owners) {
    auto account = AccountId::parse(owner.account);
    auto region = Region::parse(owner.region);
    if (!account || !region) continue;
    std::string queue = open_event_queue(*account, *region, owner.name, std::nullopt);
    event_queues_[queue].is_marked = true;
  }
}

void Lambda::quiesce() {
  if (std::exchange(stopping_, true)) return;
  Loop::current().spawn("lambda events end", [](Lambda& self) -> Task<void> {
    std::vector<Task<Unit>> ends;
    ends.push_back(when_ended(self.scheduler_->stop(stop_grace)));
    ends.push_back(when_ended(self.pollers_.stop(stop_grace)));
    co_await when_all(std::move(ends));
    self.stopped_.set({});
  }(*this));
}

Task<void> Lambda::stop() {
  quiesce();
  co_await stopped_;
  co_await meter_.flush();
  co_await d_.logs.flush();
}

// ---- running ----

Task<Result<std::optional<Lambda::EventSettings>>> Lambda::event_settings(Request& request, FunctionRef ref) {
  using Found = std::optional<EventSettings>;
  co_return co_await d_.store.transact<Found>([&, this](kv::Transaction& tx) -> Task<Result<Found>> {
    LambdaStore store(tx, request.account, request.region);
    auto function = co_await store.function(ref.name);
    auto version = co_await find_version(store, request, ref);
    if (!function || !version) co_return Found();
    EventSettings out;
    const FunctionConfiguration& c = version->configuration;
    std::string qualifier = ref.qualifier.empty() ? "$LATEST" : ref.qualifier;
    out.function_arn = function_arn(request.account, request.region, ref.name, qualifier);
    out.role = c.Role;
    if (c.DeadLetterConfig_) out.dead_letter = c.DeadLetterConfig_->TargetArn;
    out.reserved_concurrency = function->reserved_concurrency;
    auto config = co_await store.event_invoke(ref.name, qualifier);
    if (!config) co_return out;
    out.retries_max = config->retries_max.value_or(out.retries_max);
    if (config->age_s_max) out.age_ms_max = *config->age_s_max * int64_t{1000};
    out.on_success = config->on_success;
    out.on_failure = config->on_failure;
    co_return out;
  });
}

Task<Result<work::Outcome>> Lambda::run_event(work::Job job) {
  std::optional<AsyncEvent> event = decode_event(job.payload);
  auto account = event ? AccountId::parse(event->account) : std::nullopt;
  auto region = event ? Region::parse(event->region) : std::nullopt;
  if (!account || !region) {
    log::error("lambda: an asynchronous event is dropped: this release cannot read it");
    co_return work::Outcome::done();
  }
  Request request(*account, *region);
  request.id = event->request_id;
  request.clock = &d_.clock;
  FunctionRef ref{event->name, event->qualifier};
  CO_TRY(std::optional<EventSettings> settings, co_await event_settings(request, ref));
  if (!settings) {
    log::warning("lambda: event {} is dropped: {} was deleted", event->request_id,
                 function_arn(*account, *region, ref.name, ref.qualifier));
    co_return work::Outcome::done();
  }
  open_event_queue(*account, *region, ref.name, settings->reserved_concurrency);
  EventLimits limits{settings->retries_max, settings->age_ms_max};
  if (is_expired(*event, limits, d_.clock.now_ms()))
    co_return end_event(*event, *settings, "EventAgeExceeded", event->failures, {}, {});
  InvokeInput input;
  input.FunctionName = ref.name;
  if (!ref.qualifier.empty()) input.Qualifier = ref.qualifier;
  if (!event->client_context.empty()) input.ClientContext = event->client_context;
  if (!event->trace.empty()) input.TraceId = event->trace;
  input.Payload = api::Blob{event->payload};
  Result<InvokeOutput> answer = co_await invoke(request, input);
  Attempt attempt = judge(answer, settings->reserved_concurrency);
  // What the end of this process does to an attempt says nothing of the function.
  if (stopping_ && attempt != Attempt::succeeded) co_return work::Outcome::retry(Millis(0));
  NextStep next = next_step(*event, limits, attempt, job.attempt, d_.clock.now_ms());
  if (next.kind == NextStep::Kind::wait) co_return work::Outcome::retry(next.delay);
  if (next.kind == NextStep::Kind::retry) co_return try_event_again(*event, std::move(job.id.queue), next.delay);
  if (attempt == Attempt::refused && answer.error().status == 429) next.condition = "ZeroReservedConcurrency";
  int invoked = event->failures + (attempt == Attempt::refused ? 0 : 1);
  std::optional<Error> error;
  if (!answer) error = answer.error();
  co_return end_event(*event, *settings, next.condition, invoked,
                      answer ? std::optional(std::move(*answer)) : std::nullopt, std::move(error));
}

work::Outcome Lambda::try_event_again(AsyncEvent event, std::string queue, Millis delay) {
  ++event.failures;
  Time due = d_.clock.now() + delay;
  return work::Outcome::done(
      [this, due, queue = std::move(queue), bytes = encode_event(event)](kv::Transaction& tx) -> Task<Result<void>> {
        scheduler_->enqueue(tx, queue, due, bytes);
        co_return Result<void>();
      });
}

// The event leaves the queue in the transaction that makes its deliveries due.
work::Outcome Lambda::end_event(const AsyncEvent& event, const EventSettings& settings, const std::string& condition,
                                int invoke_count, std::optional<InvokeOutput> answer, std::optional<Error> error) {
  bool success = condition == "Success";
  std::optional<EventResponse> response;
  if (answer)
    response = EventResponse{.executed_version = answer->ExecutedVersion.value_or("$LATEST"),
                             .function_error = answer->FunctionError.value_or(""),
                             .payload = answer->Payload ? answer->Payload->bytes : ""};
  Delivery delivery;
  delivery.account = event.account;
  delivery.region = event.region;
  delivery.function_name = event.name;
  delivery.function_arn = settings.function_arn;
  delivery.role = settings.role;
  delivery.request_id = event.request_id;
  delivery.object_id = random_uuid();
  delivery.ended_ms = d_.clock.now_ms();
  delivery.is_success = success;
  std::string unqualified = settings.function_arn.substr(0, settings.function_arn.rfind(':'));
  delivery.trace = next_trace(event.trace, unqualified, false, delivery.ended_ms).value_or("");
  if (response) delivery.error_code = response->status, delivery.error_message = error_words(response->payload);
  if (error) delivery.error_code = error->status, delivery.error_message = shortened(error->message, 1024);

  std::vector<std::string> due;
  auto add = [&](const Text& destination, bool dead_letter) {
    if (!destination || destination->empty()) return;
    delivery.destination = *destination;
    delivery.is_dead_letter = dead_letter;
    delivery.body = dead_letter ? event.payload
                                : invocation_record(event, settings.function_arn, condition, invoke_count, response,
                                                    d_.clock.now());
    due.push_back(encode_delivery(delivery));
    if (due.back().size() <= delivery_bytes_max) return;
    log::error("lambda: the record of request {} is too large for {}", event.request_id, *destination);
    due.pop_back();
  };
  add(success ? settings.on_success : settings.on_failure, false);
  if (!success) add(settings.dead_letter, true);
  if (due.empty()) return work::Outcome::done();
  return work::Outcome::done([this, due = std::move(due)](kv::Transaction& tx) -> Task<Result<void>> {
    for (const std::string& bytes : due) scheduler_->enqueue(tx, deliveries_queue, d_.clock.now(), bytes);
    co_return Result<void>();
  });
}

// ---- delivering ----

Task<Result<work::Outcome>> Lambda::deliver(work::Job job) {
  std::optional<Delivery> delivery = decode_delivery(job.payload);
  auto account = delivery ? AccountId::parse(delivery->account) : std::nullopt;
  if (!account) {
    log::error("lambda: a record for a destination is dropped: this release cannot read it");
    co_return work::Outcome::done();
  }
  Result<DeliveryCall> call = delivery_call(*delivery);
  auto region = call ? Region::parse(call->region) : std::nullopt;
  Result<Json> answer = fail("InvalidParameterValueException", "The destination ARN is invalid.");
  if (region) {
    const std::string& name = delivery->function_name;
    api::As as = as_role(delivery->role, name.size() < 2 ? name + "-" : name, *account, *region);
    answer = co_await d_.caller.call(as, call->service, call->operation, std::move(call->input));
    answer = check_entries(std::move(answer));
  }
  if (answer) co_return work::Outcome::done();
  const Error& error = answer.error();
  const char* what = delivery->is_dead_letter ? "dead letter" : "record";
  Millis delay = back_off(job.attempt);
  bool in_time = d_.clock.now_ms() + delay.count() < job.enqueued_ms + delivery_age_ms_max;
  if (is_worth_retrying(error) && in_time) {
    log::warning("lambda: the {} of request {} of {} could not be sent to {}, tried again: {}: {}", what,
                 delivery->request_id, delivery->function_arn, delivery->destination, error.code, error.message);
    co_return work::Outcome::retry(delay);
  }
  log::error("lambda: the {} of request {} of {} is given up, {} does not take it: {}: {}", what, delivery->request_id,
             delivery->function_arn, delivery->destination, error.code, error.message);
  co_return work::Outcome::done();
}

}  // namespace thaw::lambda
