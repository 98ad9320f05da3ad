#include <algorithm>

#include "base/text.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::unexpected<Error> alias_not_found(const std::string& arn) {
  return fail(
      Error{"ResourceNotFoundException", "Cannot find alias arn: " + arn, 404, Json::object({{"Type", "User"}})});
}

// What makes two versions the same: PublishVersion answers the last one again when nothing changed.
bool same_version(FunctionConfiguration a, FunctionConfiguration b) {
  for (FunctionConfiguration* c : {&a, &b}) {
    c->Version.clear();
    c->RevisionId.clear();
    c->FunctionArn.clear();
    c->LastModified.clear();
    c->Description.clear();
  }
  return api::to_canonical(a) == api::to_canonical(b);
}

Result<void> check_routing(const std::optional<RoutingConfig>& routing, const std::string& version) {
  if (!routing || !routing->AdditionalVersionWeights) return {};
  if (routing->AdditionalVersionWeights->size() > 1)
    return invalid_parameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  for (const auto& [other, weight] : *routing->AdditionalVersionWeights) {
    if (version == "$LATEST" || other == "$LATEST")
      return invalid_parameter("$LATEST is not supported for an alias pointing to more than 1 version");
    if (other == version)
      return invalid_parameter("Invalid function version " + other + ". Function version " + version +
                               " is already included in routing configuration.");
    if (weight < 0 || weight > 1)
      return invalid_parameter("Value '" + Json(weight).dump() +
                               "' at 'routingConfig.additionalVersionWeights' must be between 0.0 and 1.0");
  }
  return {};
}

// The versions that an alias names must exist.
Task<Result<void>> check_versions(LambdaStore store, std::string arn, std::string name, std::string version,
                                  std::optional<RoutingConfig> routing) {
  CO_CHECK_OK(check_routing(routing, version));
  std::vector<std::string> all{version};
  if (routing && routing->AdditionalVersionWeights)
    for (const auto& [other, weight] : *routing->AdditionalVersionWeights) all.push_back(other);
  for (const std::string& one : all) {
    auto record = co_await store.version(name, one);
    if (!record) co_return function_not_found(arn + ":" + one);
  }
  co_return Result<void>();
}

}  // namespace

Task<Result<FunctionConfiguration>> Lambda::publish(LambdaStore store, std::string name, Text description,
                                                    int64_t now_ms, std::optional<Package> snapshot) {
  auto function = co_await store.function(name);
  auto record = co_await store.version(name, "$LATEST");
  if (!function || !record) co_return function_not_found(name);
  if (!record->hot_folder.empty()) {
    if (!snapshot || snapshot->hot_folder != record->hot_folder)
      co_return fail(Error{"ResourceConflictException", "The function's code was changed meanwhile; try again.", 409,
                           Json::object({{"Type", "User"}})});
    record->hot_folder.clear();
    record->code_blob = snapshot->blob;
    record->configuration.CodeSha256 = snapshot->sha256_base64;
    record->configuration.CodeSize = snapshot->size_bytes;
  }
  if (function->last_version > 0) {
    auto last = co_await store.version(name, std::to_string(function->last_version));
    if (last && same_version(last->configuration, record->configuration)) {
      last->configuration.FunctionArn += ":" + last->configuration.Version;
      co_return std::move(last->configuration);
    }
  }
  FunctionConfiguration& c = record->configuration;
  c.Version = std::to_string(++function->last_version);
  if (description) c.Description = *description;
  c.RevisionId = random_uuid();
  c.LastModified = last_modified(Time(std::chrono::milliseconds(now_ms)));
  store.put_function(name, *function);
  store.put_version(name, *record);
  c.FunctionArn += ":" + c.Version;
  co_return std::move(c);
}

Task<Result<FunctionConfiguration>> Lambda::publish_version(Request& request, const PublishVersionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  if (in.PublishTo) co_return refused("PublishTo");
  auto folder = co_await d_.store.transact<std::string>([&](kv::Transaction& tx) -> Task<Result<std::string>> {
    auto record = co_await LambdaStore(tx, request.account, request.region).version(ref.name, "$LATEST");
    co_return record ? record->hot_folder : std::string();
  });
  if (!folder) co_return std::unexpected(folder.error());
  CO_TRY(std::optional<Package> code, co_await snapshot(*folder));
  auto published = co_await d_.store.transact<FunctionConfiguration>(
      [&](kv::Transaction& tx) -> Task<Result<FunctionConfiguration>> {
        LambdaStore store(tx, request.account, request.region);
        auto record = co_await store.version(ref.name, "$LATEST");
        if (!record) co_return function_not_found(function_arn(request.account, request.region, ref.name));
        CO_CHECK_OK(check_revision(in.RevisionId, record->configuration.RevisionId));
        if (in.CodeSha256 && !in.CodeSha256->empty() && *in.CodeSha256 != record->configuration.CodeSha256)
          co_return invalid_parameter(
              "CodeSHA256 (" + *in.CodeSha256 + ") is different from current CodeSHA256 in $LATEST (" +
              record->configuration.CodeSha256 + "). Please try again with the CodeSHA256 in $LATEST.");
        co_return co_await publish(store, ref.name, in.Description, request.clock->now_ms(), code);
      });
  co_return published;
}

Task<Result<ListVersionsOutput>> Lambda::list_versions(Request& request, const ListVersionsInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto versions = co_await store.versions(ref.name);
  if (versions.empty()) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(50), 50)), start = 0;
  if (in.Marker) {
    auto at = std::ranges::find(versions, *in.Marker, [](auto& v) { return v.configuration.Version; });
    if (at == versions.end()) co_return invalid_parameter("Invalid marker: " + *in.Marker);
    start = static_cast<size_t>(at - versions.begin()) + 1;
  }
  ListVersionsOutput out;
  for (size_t i = start; i < versions.size(); ++i) {
    if (out.Versions.size() == limit) {
      out.NextMarker = versions[i - 1].configuration.Version;
      break;
    }
    FunctionConfiguration& c = versions[i].configuration;
    c.FunctionArn += ":" + c.Version;
    out.Versions.push_back(c);
  }
  co_return out;
}

Task<Result<AliasConfiguration>> Lambda::create_alias(Request& request, const CreateAliasInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  std::string arn = function_arn(request.account, request.region, ref.name);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(arn);
  auto existing = co_await store.alias(ref.name, in.Name);
  if (existing)
    co_return fail(Error{"ResourceConflictException", "Alias already exists: " + arn + ":" + in.Name, 409,
                         Json::object({{"Type", "User"}})});
  CO_CHECK_OK(co_await check_versions(store, arn, ref.name, in.FunctionVersion, in.RoutingConfig_));
  AliasRecord record;
  AliasConfiguration& c = record.configuration;
  c.AliasArn = arn + ":" + in.Name;
  c.Name = in.Name;
  c.FunctionVersion = in.FunctionVersion;
  c.Description = in.Description.value_or("");
  c.RoutingConfig_ = in.RoutingConfig_;
  c.RevisionId = random_uuid();
  store.put_alias(ref.name, record);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return c;
}

Task<Result<AliasConfiguration>> Lambda::get_alias(Request& request, const AliasInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto record = co_await store_of(request).alias(ref.name, in.Name);
  if (!record) co_return alias_not_found(function_arn(request.account, request.region, ref.name, in.Name));
  co_return record->configuration;
}

Task<Result<AliasConfiguration>> Lambda::update_alias(Request& request, const UpdateAliasInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto record = co_await store.alias(ref.name, in.Name);
  if (!record) co_return alias_not_found(function_arn(request.account, request.region, ref.name, in.Name));
  AliasConfiguration& c = record->configuration;
  CO_CHECK_OK(check_revision(in.RevisionId, c.RevisionId));
  if (in.FunctionVersion) c.FunctionVersion = *in.FunctionVersion;
  if (in.Description) c.Description = *in.Description;
  if (in.RoutingConfig_) {
    c.RoutingConfig_ = in.RoutingConfig_;
    if (!c.RoutingConfig_->AdditionalVersionWeights || c.RoutingConfig_->AdditionalVersionWeights->empty())
      c.RoutingConfig_.reset();
  }
  std::string arn = function_arn(request.account, request.region, ref.name);
  CO_CHECK_OK(co_await check_versions(store, arn, ref.name, c.FunctionVersion, c.RoutingConfig_));
  c.RevisionId = random_uuid();
  store.put_alias(ref.name, *record);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return c;
}

Task<Result<api::Nothing>> Lambda::delete_alias(Request& request, const AliasInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  store.clear_alias(ref.name, in.Name);  // of one that is not there, too
  ControlStore control(request.tx(), request.account, request.region);
  auto url = co_await control.url(ref.name, in.Name);
  if (url) request.tx().on_commit([this, id = url->id] { forget_url(id); });
  co_await control.clear_qualifier(ref.name, in.Name);
  std::erase_if(function->policy, [&](const Statement& s) { return s.qualifier == in.Name; });
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return api::Nothing{};
}

Task<Result<ListAliasesOutput>> Lambda::list_aliases(Request& request, const ListAliasesInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  auto aliases = co_await store.aliases(ref.name);
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(50), 50));
  ListAliasesOutput out;
  for (auto& record : aliases) {
    AliasConfiguration& c = record.configuration;
    if (in.Marker && c.Name <= *in.Marker) continue;
    if (in.FunctionVersion && c.FunctionVersion != *in.FunctionVersion) continue;
    if (out.Aliases.size() == limit) {
      out.NextMarker = out.Aliases.back().Name;
      break;
    }
    out.Aliases.push_back(c);
  }
  co_return out;
}

}  // namespace thaw::lambda
