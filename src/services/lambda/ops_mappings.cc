// Event source mappings: what is stored and checked. sqs_pollers.* does the work.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/lambda/event_filter.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

constexpr size_t filters_max = 5;

std::string mapping_arn(const api::Request& request, const std::string& uuid) {
  return "arn:aws:lambda:" + request.region.str() + ":" + request.account.str() + ":event-source-mapping:" + uuid;
}
std::string arn_of_mapping(const api::Request& request, const Json& input) {
  return mapping_arn(request, input.get("UUID").string_or("*"));
}

MappingConfiguration rendered(const api::Request& request, const MappingRecord& r, std::string state) {
  MappingConfiguration out;
  out.UUID = r.uuid;
  out.BatchSize = r.batch_size;
  out.MaximumBatchingWindowInSeconds = r.window_s;
  out.EventSourceArn = r.source_arn;
  if (!r.filters.empty()) {
    out.FilterCriteria_.emplace().Filters.emplace();
    for (const std::string& filter : r.filters) out.FilterCriteria_->Filters->push_back({filter});
  }
  out.FunctionArn = function_arn(request.account, request.region, r.function, r.qualifier);
  out.LastModified = Time(std::chrono::milliseconds(r.modified_ms));
  out.State = state.empty() ? (r.enabled ? "Enabled" : "Disabled") : std::move(state);
  if (r.reports_failures) out.FunctionResponseTypes = {"ReportBatchItemFailures"};
  if (r.concurrency_max) out.ScalingConfig_ = ScalingConfig{r.concurrency_max};
  out.EventSourceMappingArn = mapping_arn(request, r.uuid);
  return out;
}

std::unexpected<Error> unsupported(const char* what) {
  return invalid_parameter(std::string("Unsupported ") + what + " parameter for given event source mapping type.");
}

// Refuses what queues do not have, and what Thaw does not.
Result<void> check_members(const MappingSettings& in) {
  if (in.ParallelizationFactor) return unsupported("ParallelizationFactor");
  if (in.MaximumRecordAgeInSeconds) return unsupported("MaximumRecordAgeInSeconds");
  if (in.MaximumRetryAttempts) return unsupported("MaximumRetryAttempts");
  if (in.TumblingWindowInSeconds) return unsupported("TumblingWindowInSeconds");
  if (in.BisectBatchOnFunctionError) return unsupported("BisectBatchOnFunctionError");
  if (in.DestinationConfig_) return unsupported("DestinationConfig");
  auto given = [](const Json& value) { return (value.is_array() || value.is_object()) && !value.empty(); };
  if (given(in.SourceAccessConfigurations)) return unsupported("SourceAccessConfigurations");
  if (given(in.AmazonManagedKafkaEventSourceConfig)) return unsupported("AmazonManagedKafkaEventSourceConfig");
  if (given(in.SelfManagedKafkaEventSourceConfig)) return unsupported("SelfManagedKafkaEventSourceConfig");
  if (given(in.DocumentDBEventSourceConfig)) return unsupported("DocumentDBEventSourceConfig");
  if (given(in.MetricsConfig)) return refused("MetricsConfig");
  if (given(in.LoggingConfig)) return refused("LoggingConfig");
  if (given(in.ProvisionedPollerConfig)) return refused("ProvisionedPollerConfig");
  if (in.KMSKeyArn && !in.KMSKeyArn->empty()) return refused("KMSKeyArn");
  return {};
}

Result<void> apply(const MappingSettings& in, MappingRecord& record) {
  CHECK_OK(check_members(in));
  if (in.Enabled) record.enabled = *in.Enabled;
  if (in.BatchSize) record.batch_size = *in.BatchSize;
  if (in.MaximumBatchingWindowInSeconds) record.window_s = *in.MaximumBatchingWindowInSeconds;
  if (in.FunctionResponseTypes) record.reports_failures = !in.FunctionResponseTypes->empty();
  if (in.ScalingConfig_) record.concurrency_max = in.ScalingConfig_->MaximumConcurrency;
  if (in.FilterCriteria_) {
    record.filters.clear();
    for (const MappingFilter& filter : in.FilterCriteria_->Filters.value_or(std::vector<MappingFilter>{})) {
      if (!parse_filter(filter.Pattern.value_or("{}"))) return invalid_parameter("Invalid filter pattern definition.");
      record.filters.push_back(filter.Pattern.value_or("{}"));
    }
    if (record.filters.size() > filters_max)
      return invalid_parameter("An event source mapping can have no more than 5 filters.");
  }
  bool fifo = record.source_arn.ends_with(".fifo");
  if (fifo && record.window_s > 0) return invalid_parameter("Batching window is not supported for FIFO queues.");
  if (fifo && record.batch_size > 10) return invalid_parameter("Batch size can be at most 10 for FIFO queues.");
  if (record.batch_size > 10 && record.window_s == 0)
    return invalid_parameter(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
  return {};
}

bool concerns(const ListMappingsInput& in, const MappingRecord& record, const std::optional<FunctionRef>& function) {
  if (in.EventSourceArn && *in.EventSourceArn != record.source_arn) return false;
  return !function || (function->name == record.function &&
                       (function->qualifier.empty() || function->qualifier == record.qualifier));
}

}  // namespace

std::vector<api::Operation> Lambda::mapping_operations() {
  using api::op;
  const std::string all = "/2015-03-31/event-source-mappings", one = all + "/{UUID}";
  std::vector<api::Operation> out;
  out.push_back(op("CreateEventSourceMapping", this, &Lambda::create_mapping)
                    .http("POST", all, 202)
                    .noted("for SQS queues; streams and Kafka do not exist yet"));
  out.push_back(
      op("UpdateEventSourceMapping", this, &Lambda::update_mapping).http("PUT", one, 202).resource(arn_of_mapping));
  out.push_back(
      op("GetEventSourceMapping", this, &Lambda::get_mapping).http("GET", one).reads().resource(arn_of_mapping));
  out.push_back(op("DeleteEventSourceMapping", this, &Lambda::delete_mapping)
                    .http("DELETE", one, 202)
                    .writes()
                    .resource(arn_of_mapping));
  out.push_back(op("ListEventSourceMappings", this, &Lambda::list_mappings).http("GET", all).reads());
  return out;
}

// ---- what pollers need ----

SqsPollers::Host Lambda::poller_host() {
  auto request_for = [](const MappingRecord& r) {
    return Request(*AccountId::parse(r.account), *Region::parse(r.region));  // checked by SqsPollers::put
  };
  SqsPollers::Host host{.caller = d_.caller, .function = {}, .invoke = {}};
  using Found = std::optional<SqsPollers::Function>;
  host.function = [this, request_for](const MappingRecord& record) -> Task<Result<Found>> {
    Request request = request_for(record);
    CO_TRY(auto settings, co_await event_settings(request, {record.function, record.qualifier}));
    if (!settings) co_return Found();
    co_return Found(SqsPollers::Function{settings->role, settings->reserved_concurrency});
  };
  host.invoke = [this, request_for](const MappingRecord& record, std::string payload,
                                    std::string trace) -> Task<Result<InvokeOutput>> {
    Request request = request_for(record);
    request.id = random_uuid();
    request.clock = &d_.clock;
    InvokeInput input;
    input.FunctionName = record.function;
    if (!record.qualifier.empty()) input.Qualifier = record.qualifier;
    if (!trace.empty()) input.TraceId = std::move(trace);
    input.Payload = api::Blob{std::move(payload)};
    co_return co_await invoke(request, input);
  };
  return host;
}

Task<void> Lambda::open_mappings() {
  using Records = std::vector<MappingRecord>;
  auto records = co_await d_.store.transact<Records>([](kv::Transaction& tx) -> Task<Result<Records>> {
    Records out = co_await LambdaStore::all_mappings(tx);
    co_return out;
  });
  if (!records) {
    log::error("lambda: event source mappings were not found: {}", records.error().message);
    co_return;
  }
  if (stopping_) co_return;
  for (const MappingRecord& record : *records) pollers_.put(record);
  pollers_.start();
}

Task<Result<void>> Lambda::check_source(Request& request, MappingRecord record) {
  FunctionRef ref{record.function, record.qualifier};
  std::string role;
  int timeout_s = 0;
  auto looked = co_await d_.store.transact<bool>([&, this](kv::Transaction& tx) -> Task<Result<bool>> {
    LambdaStore store(tx, request.account, request.region);
    auto version = co_await find_version(store, request, ref);
    if (!version) co_return std::unexpected(version.error());
    role = version->configuration.Role;
    timeout_s = version->configuration.Timeout;
    co_return true;
  });
  if (!looked) co_return std::unexpected(looked.error());
  CO_CHECK_OK(co_await check_service(request, "sqs"));
  for (const char* action : {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"}) {
    CO_TRY(bool allowed, co_await role_may(request, role, std::string("sqs:") + action, record.source_arn));
    if (!allowed)
      co_return invalid_parameter(std::string("The provided execution role does not have permissions to call ") +
                                  action + " on SQS");
  }
  auto queue = Arn::parse(record.source_arn);
  auto region = queue ? Region::parse(queue->region) : std::nullopt;
  if (!region) co_return invalid_parameter("Unrecognized event source.");
  Json input = Json::object(
      {{"QueueUrl", "https://sqs." + queue->region + ".amazonaws.com/" + queue->account + "/" + queue->resource},
       {"AttributeNames", Json::array({"VisibilityTimeout"})}});
  api::As as = as_role(role, ref.name.size() < 2 ? ref.name + "-" : ref.name, request.account, *region);
  Result<Json> found = co_await d_.caller.call(as, "sqs", "GetQueueAttributes", std::move(input));
  if (!found) {
    // The code of SQS's older wire is what Lambda's words have.
    std::string code = found.error().code;
    if (code == "QueueDoesNotExist") code = "AWS.SimpleQueueService.NonExistentQueue";
    co_return invalid_parameter("Error occurred while ReceiveMessage. SQS Error Code: " + code +
                                ". SQS Error Message: " + found.error().message);
  }
  std::string hidden = found->get("Attributes").get("VisibilityTimeout").string_or("");
  auto hidden_s = Json::is_number_text(hidden) ? Json::number(hidden).to_int() : std::nullopt;
  if (hidden_s && *hidden_s < timeout_s)
    co_return invalid_parameter("Queue visibility timeout: " + hidden +
                                " seconds is less than Function timeout: " + std::to_string(timeout_s) + " seconds");
  co_return Result<void>();
}

// ---- operations ----

Task<Result<MappingConfiguration>> Lambda::create_mapping(Request& request, const CreateMappingInput& in) {
  if (in.Topics || in.Queues || !in.SelfManagedEventSource.is_null())
    co_return refused("event source mappings for Kafka and message brokers");
  auto arn = in.EventSourceArn ? Arn::parse(*in.EventSourceArn) : std::nullopt;
  if (!arn) co_return invalid_parameter("Unrecognized event source.");
  if (arn->service != "sqs") co_return refused("event source mappings for " + arn->service);
  if (in.StartingPosition || in.StartingPositionTimestamp) co_return unsupported("StartingPosition");
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  MappingRecord record;
  record.uuid = random_uuid();
  record.account = request.account.str();
  record.region = request.region.str();
  record.function = ref.name;
  record.qualifier = ref.qualifier;
  record.source_arn = *in.EventSourceArn;
  record.modified_ms = request.clock->now_ms();
  record.tags = in.Tags_.value_or(Tags{});
  CO_CHECK_OK(apply(in, record));
  CO_CHECK_OK(co_await check_source(request, record));
  using Answered = MappingConfiguration;
  co_return co_await d_.store.transact<Answered>([&, this](kv::Transaction& tx) -> Task<Result<Answered>> {
    LambdaStore store(tx, request.account, request.region);
    auto known = co_await store.mappings();
    for (const MappingRecord& other : known)
      if (other.source_arn == record.source_arn && other.function == record.function &&
          other.qualifier == record.qualifier)
        co_return fail(Error{"ResourceConflictException",
                             "The event source arn (\" " + record.source_arn + " \") and function (\" " +
                                 record.function + " \") provided mapping already exists. Please update or delete " +
                                 "the existing mapping with UUID " + other.uuid,
                             409, Json::object({{"Type", "User"}})});
    store.put_mapping(record);
    tx.on_commit([this, record] { pollers_.put(record); });
    co_return rendered(request, record, "Creating");
  });
}

Task<Result<MappingConfiguration>> Lambda::update_mapping(Request& request, const UpdateMappingInput& in) {
  auto change = [&](kv::Transaction& tx) -> Task<Result<MappingRecord>> {
    auto record = co_await LambdaStore(tx, request.account, request.region).mapping(in.UUID);
    if (!record) co_return mapping_not_found();
    if (in.FunctionName) {
      CO_TRY(FunctionRef ref, parse_function(*in.FunctionName, std::nullopt, request.account, request.region));
      record->function = ref.name;
      record->qualifier = ref.qualifier;
    }
    CO_CHECK_OK(apply(in, *record));
    record->modified_ms = request.clock->now_ms();
    co_return std::move(*record);
  };
  CO_TRY(MappingRecord wanted, co_await d_.store.transact<MappingRecord>(change));
  CO_CHECK_OK(co_await check_source(request, wanted));
  using Answered = MappingConfiguration;
  co_return co_await d_.store.transact<Answered>([&, this](kv::Transaction& tx) -> Task<Result<Answered>> {
    LambdaStore store(tx, request.account, request.region);
    auto before = co_await store.mapping(in.UUID);
    CO_TRY(MappingRecord record, co_await change(tx));
    store.put_mapping(record);
    tx.on_commit([this, record] { pollers_.put(record); });
    bool was_enabled = before && before->enabled;
    co_return rendered(request, record,
                       record.enabled == was_enabled ? "Updating"
                       : record.enabled              ? "Enabling"
                                                     : "Disabling");
  });
}

Task<Result<MappingConfiguration>> Lambda::get_mapping(Request& request, const MappingKey& in) {
  auto record = co_await store_of(request).mapping(in.UUID);
  if (!record) co_return mapping_not_found();
  co_return rendered(request, *record, "");
}

Task<Result<MappingConfiguration>> Lambda::delete_mapping(Request& request, const MappingKey& in) {
  LambdaStore store = store_of(request);
  auto record = co_await store.mapping(in.UUID);
  if (!record) co_return mapping_not_found();
  store.clear_mapping(in.UUID);
  request.tx().on_commit([this, uuid = in.UUID] { pollers_.remove(uuid); });
  co_return rendered(request, *record, "Deleting");
}

Task<Result<ListMappingsOutput>> Lambda::list_mappings(Request& request, const ListMappingsInput& in) {
  std::optional<FunctionRef> function;
  if (in.FunctionName) {
    CO_TRY(function, parse_function(*in.FunctionName, std::nullopt, request.account, request.region));
  }
  auto records = co_await store_of(request).mappings();
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(100), 100));
  ListMappingsOutput out;
  for (const MappingRecord& record : records) {
    if (in.Marker && record.uuid <= *in.Marker) continue;
    if (!concerns(in, record, function)) continue;
    if (out.EventSourceMappings.size() == limit) {
      out.NextMarker = out.EventSourceMappings.back().UUID;
      break;
    }
    out.EventSourceMappings.push_back(rendered(request, record, ""));
  }
  co_return out;
}

}  // namespace thaw::lambda
