// Provisioned concurrency: its configuration, and the environments that are kept for it.
#include <algorithm>

#include "base/log.h"
#include "services/lambda/control_store.h"
#include "services/lambda/service.h"
#include "services/lambda/throttle.h"

namespace thaw::lambda {
namespace {

std::unexpected<Error> no_config() {
  return fail(Error{"ProvisionedConcurrencyConfigNotFoundException",
                    "No Provisioned Concurrency Config found for this function", 404,
                    Json::object({{"Type", "User"}})});
}
std::unexpected<Error> conflict(std::string words) {
  return fail(Error{"ResourceConflictException", std::move(words), 409, Json::object({{"Type", "User"}})});
}

std::string key_of(const std::string& arn, const VersionRecord& record) {
  return arn + ":" + record.configuration.Version + ":" + record.configuration.RevisionId;
}

// Only what is published can be provisioned.
Result<void> check_published(const FunctionRef& ref) {
  if (ref.qualifier.empty() || ref.qualifier == "$LATEST")
    return invalid_parameter("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  return {};
}

}  // namespace

// What other functions take of the account's concurrency: what they reserve, else what is provisioned for them.
Task<int64_t> Lambda::taken_elsewhere(Request& request, std::string name) {
  LambdaStore store = store_of(request);
  ControlStore control(request.tx(), request.account, request.region);
  int64_t out = 0;
  auto all = co_await store.latest("", 0);
  for (auto& record : all) {
    const std::string& other = record.configuration.FunctionName;
    if (other == name) continue;
    auto function = co_await store.function(other);
    if (function && function->reserved_concurrency) {
      out += *function->reserved_concurrency;
      continue;
    }
    auto provisioned = co_await control.all_provisioned(other);
    for (const ProvisionedRecord& each : provisioned) out += each.count;
  }
  co_return out;
}

ProvisionedConfig Lambda::shown_provisioned(const std::string& arn, const ProvisionedRecord& record,
                                            const std::optional<VersionRecord>& version) const {
  ProvisionedConfig out;
  out.RequestedProvisionedConcurrentExecutions = record.count;
  out.LastModified = record.modified;
  env::ProvisionedState state;
  if (version) state = d_.environments.provisioned(key_of(arn, *version));
  if (auto failed = provision_failures_.find(arn); failed != provision_failures_.end()) state.failure = failed->second;
  int ready = std::min(state.ready, record.count);
  out.AvailableProvisionedConcurrentExecutions = out.AllocatedProvisionedConcurrentExecutions = ready;
  if (!state.failure.empty()) {
    out.Status = "FAILED";
    out.StatusReason = state.failure;
  } else if (ready >= record.count) {
    out.Status = "READY";
  }
  return out;
}

Task<Result<ProvisionedConfig>> Lambda::put_provisioned(Request& request, const PutProvisionedInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_published(ref));
  LambdaStore store = store_of(request);
  ControlStore control(request.tx(), request.account, request.region);
  CO_TRY(VersionRecord version, co_await find_version(store, request, ref));
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  int64_t of_function = in.ProvisionedConcurrentExecutions;
  auto others = co_await control.all_provisioned(ref.name);
  bool by_alias = !is_version_number(ref.qualifier);
  for (const ProvisionedRecord& other : others) {
    if (other.qualifier == ref.qualifier) continue;
    of_function += other.count;
    auto same = co_await find_version(store, request, {ref.name, other.qualifier});
    if (!same || same->configuration.Version != version.configuration.Version) continue;
    if (by_alias)
      co_return conflict(
          "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");
    co_return conflict("Version is pointed to by a Provisioned Concurrency alias");
  }
  if (function->reserved_concurrency && of_function > *function->reserved_concurrency)
    co_return invalid_parameter(
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function");
  int64_t elsewhere = co_await taken_elsewhere(request, ref.name);
  if (!function->reserved_concurrency && elsewhere + of_function > account_concurrency_max - unreserved_concurrency_min)
    co_return invalid_parameter(
        "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
        "minimum value of [100].");
  ProvisionedRecord record{ref.qualifier, in.ProvisionedConcurrentExecutions, last_modified(request.now())};
  control.put_provisioned(ref.name, record);
  std::string arn = function_arn(request.account, request.region, ref.name);
  request.tx().on_commit([this, arn, account = request.account, region = request.region, name = ref.name] {
    provision_failures_.erase(arn);
    provision_soon(account, region, name);
  });
  ProvisionedConfig out;
  out.RequestedProvisionedConcurrentExecutions = record.count;
  out.LastModified = record.modified;
  co_return out;
}

Task<Result<ProvisionedConfig>> Lambda::get_provisioned(Request& request, const ProvisionedInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_published(ref));
  CO_TRY(VersionRecord version, co_await find_version(store_of(request), request, ref));
  auto record =
      co_await ControlStore(request.tx(), request.account, request.region).provisioned(ref.name, ref.qualifier);
  if (!record) co_return no_config();
  co_return shown_provisioned(function_arn(request.account, request.region, ref.name), *record, version);
}

Task<Result<api::Nothing>> Lambda::delete_provisioned(Request& request, const ProvisionedInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_published(ref));
  ControlStore control(request.tx(), request.account, request.region);
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
  control.clear_provisioned(ref.name, ref.qualifier);  // of one that is not there, too
  request.tx().on_commit([this, account = request.account, region = request.region, name = ref.name] {
    provision_soon(account, region, name);
  });
  co_return api::Nothing{};
}

Task<Result<ListProvisionedOutput>> Lambda::list_provisioned(Request& request, const ListByFunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  std::string arn = function_arn(request.account, request.region, ref.name);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(arn);
  auto records = co_await ControlStore(request.tx(), request.account, request.region).all_provisioned(ref.name);
  size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  ListProvisionedOutput out;
  std::string last;
  for (const ProvisionedRecord& record : records) {
    if (in.Marker && record.qualifier <= *in.Marker) continue;
    if (out.ProvisionedConcurrencyConfigs.size() == limit) {
      out.NextMarker = last;
      break;
    }
    auto version = co_await find_version(store, request, {ref.name, record.qualifier});
    ProvisionedConfig shown =
        shown_provisioned(arn, record, version ? std::optional<VersionRecord>(*version) : std::nullopt);
    shown.FunctionArn = arn + ":" + record.qualifier;
    out.ProvisionedConcurrencyConfigs.push_back(std::move(shown));
    last = record.qualifier;
  }
  co_return out;
}

// ---- the environments ----

void Lambda::resume_provisioned() {
  Loop::current().spawn("lambda provisioned", [](Lambda* self) -> Task<void> {
    using Places = std::vector<ControlStore::Place>;
    auto places = co_await self->d_.store.transact<Places>([](kv::Transaction& tx) -> Task<Result<Places>> {
      auto found = co_await ControlStore::places_provisioned(tx);
      co_return found;
    });
    if (!places) co_return;
    for (const auto& place : *places) {
      auto account = AccountId::parse(place.account);
      auto region = Region::parse(place.region);
      if (account && region) self->provision_soon(*account, *region, place.name);
    }
  }(this));
}

void Lambda::provision_soon(const AccountId& account, const Region& region, const std::string& name) {
  std::string arn = function_arn(account, region, name);
  auto [under_way, fresh] = provisioning_.try_emplace(arn, false);
  under_way->second = true;  // what is under way looks once more
  if (!fresh) return;
  Loop::current().spawn(
      "lambda provision",
      [](Lambda* self, AccountId of_account, Region of_region, std::string of_name, std::string key) -> Task<void> {
        while (std::exchange(self->provisioning_[key], false)) {
          Result<void> done = co_await self->provision(of_account, of_region, of_name);
          if (done) continue;
          self->provision_failures_[key] = done.error().message;
          log::warning("provisioned concurrency of {}: {}", key, done.error().message);
        }
        self->provisioning_.erase(key);
      }(this, account, region, name, arn));
}

Task<Result<void>> Lambda::provision(AccountId account, Region region, std::string name) {
  struct Wanted {
    VersionRecord version;
    int count = 0;
  };
  std::string arn = function_arn(account, region, name);
  Request asking(account, region);
  auto wanted =
      co_await d_.store.transact<std::vector<Wanted>>([&](kv::Transaction& tx) -> Task<Result<std::vector<Wanted>>> {
        std::vector<Wanted> out;
        LambdaStore store(tx, account, region);
        auto records = co_await ControlStore(tx, account, region).all_provisioned(name);
        for (const ProvisionedRecord& record : records) {
          auto version = co_await find_version(store, asking, {name, record.qualifier});
          if (version) out.push_back({std::move(*version), record.count});
        }
        co_return out;
      });
  if (!wanted) co_return std::unexpected(wanted.error());
  std::map<std::string, int> before = std::exchange(provisioned_[arn], {});
  std::map<std::string, int>& now = provisioned_[arn];
  for (const Wanted& each : *wanted) now[key_of(arn, each.version)] += each.count;
  // Environments of versions that nothing names any more end.
  for (const auto& [key, count] : before) {
    if (now.contains(key)) continue;
    d_.environments.retire(key);
    specs_.erase(key);
    ++generation_;
    std::erase_if(targets_, [&](auto& entry) { return entry.first == arn || entry.first.starts_with(arn + ":"); });
  }
  if (now.empty()) {
    provisioned_.erase(arn);
    provision_failures_.erase(arn);
    co_return Result<void>();
  }
  std::map<std::string, int> counts = now;
  CO_CHECK_OK(co_await d_.environments_ready());
  for (Wanted& each : *wanted) {
    std::string key = key_of(arn, each.version);
    CO_TRY(std::shared_ptr<const env::FunctionSpec> spec, co_await make_spec(asking, std::move(each.version)));
    env::ProvisionedState state = d_.environments.provisioned(key);
    if (state.wanted != counts[key] || !state.failure.empty()) d_.environments.provision(spec, counts[key]);
  }
  co_return Result<void>();
}

}  // namespace thaw::lambda
