#include <sys/random.h>

#include "base/text.h"
#include "services/lambda/lineage.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

constexpr size_t payload_bytes_max = 6'291'456;

std::string target_key(const api::Request& request, const FunctionRef& ref) {
  return function_arn(request.account, request.region, ref.name, ref.qualifier);
}

double random_fraction() {
  uint32_t bits = 0;
  if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) return 0;
  return bits / 4294967296.0;
}

}  // namespace

api::As as_role(const std::string& role, const std::string& session, const AccountId& account, const Region& region) {
  auto arn = Arn::parse(role);
  std::string name = arn ? arn->resource.substr(arn->resource.rfind('/') + 1) : role;
  api::Principal principal;
  principal.kind = api::Principal::Kind::role_session;
  principal.account = account.str();
  principal.arn = "arn:aws:sts::" + account.str() + ":assumed-role/" + name + "/" + session;
  principal.role_arn = role;
  return api::As{std::move(principal), account, region};
}

static std::string place_of(const AccountId& account, const Region& region) {
  return account.str() + "/" + region.str();
}

void Lambda::forget(const AccountId& account, const Region& region, const std::string& name) {
  ++generation_;
  pollers_.wake(account.str(), region.str(), name);
  std::string arn = function_arn(account, region, name);
  std::erase_if(targets_, [&](auto& entry) { return entry.first == arn || entry.first.starts_with(arn + ":"); });
  std::erase_if(hot_keys_, [&](auto& entry) { return entry.first.starts_with(arn + ":"); });
  reserved_totals_.erase(place_of(account, region));
  auto provisioned = provisioned_.find(arn);
  // A published version never changes, but it may have been deleted: its environments go when nothing names it any
  // more.
  std::erase_if(specs_, [&](auto& entry) {
    if (entry.second->arn != arn) return false;
    // What is provisioned stays; provision() ends what nothing asks for any more.
    if (provisioned != provisioned_.end() && provisioned->second.contains(entry.first)) return false;
    d_.environments.retire(entry.first);
    return true;
  });
  if (provisioned != provisioned_.end() || provisioning_.contains(arn)) provision_soon(account, region, name);
}

// Of the account's concurrency, what functions reserve for themselves.
Task<int> Lambda::reserved_by_all(Request& request) {
  std::string place = place_of(request.account, request.region);
  if (auto known = reserved_totals_.find(place); known != reserved_totals_.end()) co_return known->second;
  uint64_t generation = generation_;
  auto total = co_await d_.store.transact<int>([&](kv::Transaction& tx) -> Task<Result<int>> {
    LambdaStore store(tx, request.account, request.region);
    int out = 0;
    auto all = co_await store.latest("", 0);
    for (auto& record : all) {
      auto function = co_await store.function(record.configuration.FunctionName);
      if (function) out += function->reserved_concurrency.value_or(0);
    }
    co_return out;
  });
  if (!total) co_return 0;
  if (generation == generation_) reserved_totals_[place] = *total;
  co_return *total;
}

Task<Result<Throttle::Ticket>> Lambda::admit_invocation(Request& request, const Target& target) {
  Throttle::Ask ask{.place = place_of(request.account, request.region),
                    .function = target.spec->arn,
                    .reserved = target.reserved_concurrency,
                    .reserved_by_all = 0};
  ask.reserved_by_all = co_await reserved_by_all(request);
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  co_return throttle_.enter(ask, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Task<Result<std::shared_ptr<const env::FunctionSpec>>> Lambda::with_present_code(
    std::shared_ptr<const env::FunctionSpec> spec) {
  if (!hot_keys_.contains(spec->key)) co_return spec;
  uint64_t generation = generation_;
  Result<FolderState> state = co_await offload([folder = spec->code_directory] { return folder_state(folder); });
  if (!state) co_return std::unexpected(state.error());
  std::string key = spec->key + "#" + state->fingerprint;
  if (auto known = specs_.find(key); known != specs_.end()) co_return known->second;
  auto fresh = std::make_shared<env::FunctionSpec>(*spec);
  fresh->key = key;
  if (generation != generation_) co_return fresh;
  // Environments that run what the folder held before get no further invocation.
  std::string& present = hot_keys_[spec->key];
  if (specs_.erase(present) > 0) d_.environments.retire(present);
  present = key;
  specs_[key] = fresh;
  co_return fresh;
}

Task<Result<std::shared_ptr<const env::FunctionSpec>>> Lambda::make_spec(Request& request, VersionRecord record) {
  const FunctionConfiguration& c = record.configuration;
  std::string arn = function_arn(request.account, request.region, c.FunctionName);
  std::string key = arn + ":" + c.Version + ":" + c.RevisionId;
  if (auto known = specs_.find(key); known != specs_.end()) co_return known->second;
  auto spec =
      std::make_shared<env::FunctionSpec>(env::FunctionSpec{.account = request.account, .region = request.region});
  spec->key = key;
  spec->arn = arn;
  spec->name = c.FunctionName;
  spec->version = c.Version;
  spec->runtime = c.Runtime.value_or("");
  spec->architecture = c.Architectures.empty() ? "x86_64" : c.Architectures.front();
  spec->handler = c.Handler.value_or("");
  if (record.hot_folder.empty()) {
    CO_TRY(spec->code_directory, co_await code_.unpacked(record.code_blob));
  } else {
    CO_TRY(spec->code_directory, co_await hot_.admit(record.hot_folder));
    hot_keys_.try_emplace(key);
  }
  for (const LayerReference& layer : c.Layers.value_or(std::vector<LayerReference>{})) {
    auto ref = parse_layer_version(layer.Arn);
    auto found = co_await d_.store.transact<std::string>([&](kv::Transaction& tx) -> Task<Result<std::string>> {
      LambdaStore store(tx, request.account, request.region);
      auto version = co_await store.layer_version(ref ? ref->name : "", ref ? ref->version : 0);
      if (!version) co_return invalid_parameter("Layer version " + layer.Arn + " does not exist.");
      co_return version->code_blob;
    });
    if (!found) co_return std::unexpected(found.error());
    CO_TRY(std::string folder, co_await code_.unpacked(*found));
    spec->layer_directories.push_back(std::move(folder));
  }
  if (c.Environment_ && c.Environment_->Variables)
    for (const auto& [name, value] : *c.Environment_->Variables) spec->environment.push_back({name, value});
  spec->memory_mb = c.MemorySize;
  spec->timeout_ms = c.Timeout * 1000;
  spec->tmp_mb = c.EphemeralStorage_.Size;
  spec->log_group = c.LoggingConfig_.LogGroup.value_or("/aws/lambda/" + c.FunctionName);
  spec->log_format =
      c.LoggingConfig_.LogFormat.value_or("Text") == "JSON" ? env::LogFormat::json : env::LogFormat::text;
  spec->application_log_level = c.LoggingConfig_.ApplicationLogLevel.value_or("");
  spec->system_log_level = c.LoggingConfig_.SystemLogLevel.value_or("");
  spec->tracing =
      c.TracingConfig_.Mode.value_or("") == "Active" ? env::TracingMode::active : env::TracingMode::pass_through;
  api::As as = api::As::service("lambda.amazonaws.com", request.account, request.region);
  std::string session = c.FunctionName.size() < 2 ? c.FunctionName + "-" : c.FunctionName;  // STS wants two characters
  spec->credentials = [caller = d_.caller, as, role = c.Role,
                       session]() mutable -> Task<Result<env::SessionCredentials>> {
    Json input = Json::object({{"RoleArn", role}, {"RoleSessionName", session}, {"DurationSeconds", 3600}});
    Result<Json> assumed = co_await caller.call(as, "sts", "AssumeRole", std::move(input));
    if (!assumed)  // the role was deleted, or trusts Lambda no more
      co_return fail(Error{"AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.",
                           403, Json::object({{"Type", "User"}})});
    const Json& keys = assumed->get("Credentials");
    co_return env::SessionCredentials{keys.get("AccessKeyId").string_or(""), keys.get("SecretAccessKey").string_or(""),
                                      keys.get("SessionToken").string_or("")};
  };
  d_.logs.set_writer(arn, as_role(c.Role, session, request.account, request.region));
  specs_[key] = spec;
  co_return spec;
}

Task<Result<std::shared_ptr<const Lambda::Target>>> Lambda::find_target(Request& request, FunctionRef ref) {
  std::string key = target_key(request, ref);
  if (auto known = targets_.find(key); known != targets_.end()) co_return known->second;
  uint64_t generation = generation_;
  auto target = std::make_shared<Target>();
  VersionRecord record;
  auto found = co_await d_.store.transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    LambdaStore store(tx, request.account, request.region);
    auto function = co_await store.function(ref.name);
    if (!function) co_return function_not_found(key);
    CO_TRY(record, co_await find_version(store, request, ref));
    target->reserved_concurrency = function->reserved_concurrency;
    target->stops_loops = function->recursive_loop.value_or("Terminate") == "Terminate";
    target->policy = render_policy(function->policy, ref.qualifier == "$LATEST" ? "" : ref.qualifier);
    auto alias = co_await store.alias(ref.name, ref.qualifier);
    if (alias && alias->configuration.RoutingConfig_ && alias->configuration.RoutingConfig_->AdditionalVersionWeights)
      for (const auto& [version, weight] : *alias->configuration.RoutingConfig_->AdditionalVersionWeights) {
        target->second_version = version;
        target->second_weight = weight;
      }
    co_return true;
  });
  if (!found) co_return std::unexpected(found.error());
  target->version = record.configuration.Version;
  CO_TRY(target->spec, co_await make_spec(request, std::move(record)));
  if (generation == generation_) targets_[key] = target;
  co_return target;
}

Task<Result<Json>> Lambda::invoke_policy(Request& request, const Json& input) {
  std::optional<std::string> qualifier;
  if (const Json& q = input.get("Qualifier"); q.is_string()) qualifier = q.as_string();
  CO_TRY(FunctionRef ref,
         parse_function(input.get("FunctionName").string_or(""), qualifier, request.account, request.region));
  auto target = co_await find_target(request, ref);
  // A function that is not there has no policy; the operation itself says so to those who may know.
  co_return target ? (*target)->policy : Json();
}

Task<Result<InvokeOutput>> Lambda::invoke(Request& request, const InvokeInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  std::string type = in.InvocationType.value_or("RequestResponse");
  if (in.TenantId) co_return refused("TenantId");
  if (in.DurableExecutionName) co_return refused("DurableExecutionName");
  if (type == "Event") co_return co_await accept_event(request, ref, in);
  std::string payload = in.Payload ? in.Payload->bytes : "";
  if (payload.size() > payload_bytes_max)
    co_return fail(Error{
        "RequestTooLargeException",
        "Request must be smaller than " + std::to_string(payload_bytes_max) + " bytes for the InvokeFunction operation",
        413, Json::object({{"Type", "User"}})});
  if (payload.empty()) payload = "{}";
  if (auto parsed = Json::parse(payload); !parsed)
    co_return fail(Error{"InvalidRequestContentException", "Could not parse request body into json: " + parsed.error(),
                         400, Json::object({{"Type", "User"}})});
  CO_TRY(std::shared_ptr<const Target> target, co_await find_target(request, ref));
  if (type == "DryRun") co_return InvokeOutput{.StatusCode = 204, .ExecutedVersion = target->version};
  std::shared_ptr<const env::FunctionSpec> spec = target->spec;
  if (target->second_version && random_fraction() < target->second_weight) {
    CO_TRY(std::shared_ptr<const Target> second, co_await find_target(request, {ref.name, *target->second_version}));
    spec = second->spec;
  }
  CO_TRY(Throttle::Ticket place, co_await admit_invocation(request, *target));
  env::Invocation invocation;
  invocation.request_id = request.id;
  invocation.payload = std::move(payload);
  if (in.ClientContext) {
    auto context = base64_decode(*in.ClientContext);
    if (!context)
      co_return fail(Error{"InvalidRequestContentException",
                           "Client context must be a valid Base64-encoded JSON object.", 400,
                           Json::object({{"Type", "User"}})});
    invocation.client_context = std::move(*context);
  }
  CO_TRY(invocation.trace_header,
         next_trace(in.TraceId.value_or(""), spec->arn, target->stops_loops, d_.clock.now_ms()));
  invocation.invoked_arn = target_key(request, ref);
  CO_TRY(spec, co_await with_present_code(std::move(spec)));
  CO_CHECK_OK(co_await d_.environments_ready());
  CO_TRY(env::InvokeOutcome outcome, co_await d_.environments.invoke(spec, std::move(invocation)));
  meter_.count(*spec, outcome);
  if (outcome.status == env::InvokeStatus::failed)
    co_return fail(
        outcome.platform_error.value_or(Error{"ServiceException", "The function could not be run.", 500, {}}));
  InvokeOutput out;
  if (!outcome.function_error.empty()) out.FunctionError = outcome.function_error;
  out.ExecutedVersion = spec->version;
  if (in.LogType.value_or("None") == "Tail") out.LogResult = base64_encode(outcome.log_tail);
  out.Payload = api::Blob{std::move(outcome.payload)};
  co_return out;
}

}  // namespace thaw::lambda
