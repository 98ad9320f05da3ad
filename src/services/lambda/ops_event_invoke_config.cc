// How events of asynchronous invocations are treated: event invoke configs, the checks of destinations and dead-letter
// queues, recursion configs.
#include "base/text.h"
#include "services/lambda/async_event.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

// AWS's words here name no function.
std::unexpected<Error> no_such_function() {
  return fail(Error{"ResourceNotFoundException", "The function doesn't exist.", 404, Json::object({{"Type", "User"}})});
}
std::unexpected<Error> no_config(const std::string& arn) {
  return fail(Error{"ResourceNotFoundException", "The function " + arn + " doesn't have an EventInvokeConfig", 404,
                    Json::object({{"Type", "User"}})});
}

Text destination_of(const std::optional<DestinationTarget>& target) {
  if (!target || !target->Destination || target->Destination->empty()) return std::nullopt;
  return target->Destination;
}

FunctionEventInvokeConfig rendered(const EventInvokeRecord& record, std::string arn) {
  FunctionEventInvokeConfig out;
  out.LastModified = Time(std::chrono::milliseconds(record.modified_ms));
  out.FunctionArn = std::move(arn);
  out.MaximumRetryAttempts = record.retries_max;
  out.MaximumEventAgeInSeconds = record.age_s_max;
  out.DestinationConfig_.OnSuccess = DestinationTarget{record.on_success};
  out.DestinationConfig_.OnFailure = DestinationTarget{record.on_failure};
  return out;
}

// A call that changes nothing and says whether the service is there.
const char* looking_call(std::string_view service) {
  if (service == "sqs") return "ListQueues";
  if (service == "sns") return "ListTopics";
  if (service == "events") return "ListEventBuses";
  if (service == "s3") return "ListBuckets";
  return nullptr;
}

}  // namespace

std::vector<api::Operation> Lambda::async_operations() {
  using api::op;
  const std::string config = "/2019-09-25/functions/{FunctionName}/event-invoke-config";
  const std::string recursion = "/2024-08-31/functions/{FunctionName}/recursion-config";
  std::vector<api::Operation> out;
  out.push_back(
      op("PutFunctionEventInvokeConfig", this, &Lambda::put_event_invoke_config).http("PUT", config).resource(arn_of));
  out.push_back(op("UpdateFunctionEventInvokeConfig", this, &Lambda::update_event_invoke_config)
                    .http("POST", config)
                    .resource(arn_of));
  out.push_back(op("GetFunctionEventInvokeConfig", this, &Lambda::get_event_invoke_config)
                    .http("GET", config)
                    .reads()
                    .resource(arn_of));
  out.push_back(op("DeleteFunctionEventInvokeConfig", this, &Lambda::delete_event_invoke_config)
                    .http("DELETE", config, 204)
                    .writes()
                    .resource(arn_of));
  out.push_back(op("ListFunctionEventInvokeConfigs", this, &Lambda::list_event_invoke_configs)
                    .http("GET", config + "/list")
                    .reads()
                    .resource(arn_of_function));
  out.push_back(
      op("InvokeAsync", this, &Lambda::invoke_async)
          .http("POST", "/2014-11-13/functions/{FunctionName}/invoke-async", 202)
          .resource(arn_of)
          .policy([this](api::Request& request, const Json& input) { return invoke_policy(request, input); }));
  out.push_back(op("PutFunctionRecursionConfig", this, &Lambda::put_recursion_config)
                    .http("PUT", recursion)
                    .writes()
                    .resource(arn_of_function));
  out.push_back(op("GetFunctionRecursionConfig", this, &Lambda::get_recursion_config)
                    .http("GET", recursion)
                    .reads()
                    .resource(arn_of_function));
  return out;
}

// ---- checks ----

Task<Result<void>> Lambda::check_service(const Request& request, std::string service) {
  const char* operation = looking_call(service);
  if (!operation) co_return Result<void>();
  api::As as = api::As::service("lambda.amazonaws.com", request.account, request.region);
  Result<Json> answer = co_await d_.caller.call(as, service, operation, Json::object());
  if (!answer && answer.error().code == "NotImplemented")
    co_return fail("NotImplemented",
                   "Thaw does not implement the service '" + service + "' yet: nothing can be sent " + "to it.", 501);
  co_return Result<void>();
}

// Asks IAM what the role's own policies say, as AWS does; a resource's policy does not count. The answer is for the
// platform, so it is root that asks.
Task<Result<bool>> Lambda::role_may(const Request& request, std::string role, std::string action,
                                    std::string resource) {
  api::As as = api::As::root(request.account, request.region);
  Json input = Json::object({{"PolicySourceArn", std::move(role)},
                             {"ActionNames", Json::array({std::move(action)})},
                             {"ResourceArns", Json::array({std::move(resource)})}});
  Result<Json> answer = co_await d_.caller.call(as, "iam", "SimulatePrincipalPolicy", std::move(input));
  if (!answer) co_return true;  // a role that is gone fails elsewhere
  const Json& results = answer->get("EvaluationResults");
  co_return !results.is_array() || results.empty() || results.items()[0].get("EvalDecision").string_or("") == "allowed";
}

Task<Result<void>> Lambda::check_destination(Request& request, FunctionRef ref, Text destination, bool on_success) {
  if (!destination) co_return Result<void>();
  if (destination->starts_with("kafka://")) co_return refused("Kafka destinations");
  Delivery probe;
  probe.region = request.region.str();
  probe.destination = *destination;
  probe.is_success = on_success;
  CO_TRY(DeliveryCall call, delivery_call(probe));
  auto arn = Arn::parse(*destination);
  std::string role;
  auto looked = co_await d_.store.transact<bool>([&, this](kv::Transaction& tx) -> Task<Result<bool>> {
    LambdaStore store(tx, request.account, request.region);
    auto version = co_await find_version(store, request, ref);
    if (!version) co_return no_such_function();
    role = version->configuration.Role;
    if (call.service != "lambda") co_return true;
    auto target = parse_function(*destination, std::nullopt, request.account, request.region);
    if (!target) co_return true;  // of another region or account: known when it is called
    if (target->name == ref.name)
      co_return invalid_parameter("You can't specify the function as a destination for itself.");
    auto exists = co_await find_version(store, request, *target);
    if (!exists) co_return invalid_parameter("The destination ARN " + *destination + " is invalid.");
    co_return true;
  });
  if (!looked) co_return std::unexpected(looked.error());
  CO_CHECK_OK(co_await check_service(request, call.service));
  CO_TRY(bool allowed, co_await role_may(request, role, call.action, call.resource));
  if (!allowed)
    co_return invalid_parameter("The function's execution role does not have permissions to call " +
                                call.action.substr(call.action.find(':') + 1) + " on " + *destination);
  co_return Result<void>();
}

Task<Result<void>> Lambda::check_dead_letter(Request& request, std::string name, Text role,
                                             std::optional<DeadLetterConfig> config) {
  if (!config || !config->TargetArn || config->TargetArn->empty()) co_return Result<void>();
  const std::string& target = *config->TargetArn;
  if (!target.starts_with("arn:")) co_return invalid_parameter("Invalid dead letter ARN: ARNs must start with 'arn:'");
  Delivery probe;
  probe.region = request.region.str();
  probe.destination = target;
  probe.is_dead_letter = true;
  Result<DeliveryCall> call = delivery_call(probe);
  if (!call) co_return invalid_parameter("Invalid dead letter ARN: " + target + " is no SQS queue and no SNS topic");
  CO_CHECK_OK(co_await check_service(request, call->service));
  if (!role) {
    auto found = co_await d_.store.transact<std::string>([&](kv::Transaction& tx) -> Task<Result<std::string>> {
      auto record = co_await LambdaStore(tx, request.account, request.region).version(name, "$LATEST");
      if (!record) co_return function_not_found(function_arn(request.account, request.region, name));
      co_return record->configuration.Role;
    });
    if (!found) co_return std::unexpected(found.error());
    role = *found;
  }
  CO_TRY(bool allowed, co_await role_may(request, *role, call->action, target));
  if (!allowed)
    co_return invalid_parameter(std::string("The provided execution role does not have permissions to call ") +
                                (call->service == "sqs" ? "SendMessage on SQS" : "Publish on SNS"));
  co_return Result<void>();
}

// ---- event invoke configs ----

Task<Result<FunctionEventInvokeConfig>> Lambda::store_event_invoke_config(Request& request,
                                                                          const EventInvokeConfigInput& in,
                                                                          bool update) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  if (!in.MaximumRetryAttempts && !in.MaximumEventAgeInSeconds && !in.DestinationConfig_)
    co_return invalid_parameter("You must specify at least one of error handling or destination setting.");
  if (ref.qualifier.empty()) ref.qualifier = "$LATEST";
  Text on_success, on_failure;
  if (in.DestinationConfig_) {
    on_success = destination_of(in.DestinationConfig_->OnSuccess);
    on_failure = destination_of(in.DestinationConfig_->OnFailure);
    CO_CHECK_OK(co_await check_destination(request, ref, on_success, true));
    CO_CHECK_OK(co_await check_destination(request, ref, on_failure, false));
  }
  std::string arn = function_arn(request.account, request.region, ref.name, ref.qualifier);
  using Answered = FunctionEventInvokeConfig;
  co_return co_await d_.store.transact<Answered>([&, this](kv::Transaction& tx) -> Task<Result<Answered>> {
    LambdaStore store(tx, request.account, request.region);
    auto version = co_await find_version(store, request, ref);
    if (!version) co_return no_such_function();
    auto known = co_await store.event_invoke(ref.name, ref.qualifier);
    if (update && !known) co_return no_config(arn);
    EventInvokeRecord record;
    if (update) record = *known;
    record.qualifier = ref.qualifier;
    record.modified_ms = request.clock->now_ms();
    if (in.MaximumRetryAttempts) record.retries_max = in.MaximumRetryAttempts;
    if (in.MaximumEventAgeInSeconds) record.age_s_max = in.MaximumEventAgeInSeconds;
    if (in.DestinationConfig_) record.on_success = on_success, record.on_failure = on_failure;
    store.put_event_invoke(ref.name, record);
    co_return rendered(record, arn);
  });
}

Task<Result<FunctionEventInvokeConfig>> Lambda::put_event_invoke_config(Request& request,
                                                                        const EventInvokeConfigInput& in) {
  return store_event_invoke_config(request, in, false);
}
Task<Result<FunctionEventInvokeConfig>> Lambda::update_event_invoke_config(Request& request,
                                                                           const EventInvokeConfigInput& in) {
  return store_event_invoke_config(request, in, true);
}

Task<Result<FunctionEventInvokeConfig>> Lambda::get_event_invoke_config(Request& request,
                                                                        const EventInvokeConfigKey& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  if (ref.qualifier.empty()) ref.qualifier = "$LATEST";
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return no_such_function();
  std::string arn = function_arn(request.account, request.region, ref.name, ref.qualifier);
  auto record = co_await store.event_invoke(ref.name, ref.qualifier);
  if (!record) co_return no_config(arn);
  co_return rendered(*record, arn);
}

Task<Result<api::Nothing>> Lambda::delete_event_invoke_config(Request& request, const EventInvokeConfigKey& in) {
  CO_TRY(FunctionEventInvokeConfig known, co_await get_event_invoke_config(request, in));
  CO_TRY(FunctionRef ref, parse_function(known.FunctionArn, std::nullopt, request.account, request.region));
  store_of(request).clear_event_invoke(ref.name, ref.qualifier);
  co_return api::Nothing{};
}

Task<Result<ListEventInvokeConfigsOutput>> Lambda::list_event_invoke_configs(Request& request,
                                                                             const ListEventInvokeConfigsInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return no_such_function();
  auto records = co_await store.event_invokes(ref.name);
  size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  ListEventInvokeConfigsOutput out;
  std::string last;
  for (const EventInvokeRecord& record : records) {
    if (in.Marker && record.qualifier <= *in.Marker) continue;
    if (out.FunctionEventInvokeConfigs.size() == limit) {
      out.NextMarker = last;
      break;
    }
    last = record.qualifier;
    out.FunctionEventInvokeConfigs.push_back(
        rendered(record, function_arn(request.account, request.region, ref.name, record.qualifier)));
  }
  co_return out;
}

// ---- recursion configs ----

Task<Result<RecursionConfig>> Lambda::put_recursion_config(Request& request, const PutRecursionConfigInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  function->recursive_loop = in.RecursiveLoop;
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return RecursionConfig{in.RecursiveLoop};
}

Task<Result<RecursionConfig>> Lambda::get_recursion_config(Request& request, const GetRecursionConfigInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  co_return RecursionConfig{function->recursive_loop.value_or("Terminate")};
}

}  // namespace thaw::lambda
