#include <algorithm>

#include "base/text.h"
#include "services/lambda/archive.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

constexpr size_t layers_max = 5;

// Looking for an interpreter runs programs the first time; off the loop. apply_settings() then finds it known.
Task<Result<void>> look_up_runtime(Text runtime) {
  if (!runtime) co_return Result<void>();
  Result<env::Interpreter> found = co_await offload([name = *runtime] { return env::interpreter_for(name); });
  if (!found) co_return std::unexpected(found.error());
  co_return Result<void>();
}

// A function's code and its layers are limited together. The names of layers are known to be good.
Task<Result<void>> check_unzipped(LambdaStore store, int64_t code_bytes,
                                  std::optional<std::vector<LayerReference>> layers) {
  int64_t total = code_bytes;
  for (const LayerReference& layer : layers.value_or(std::vector<LayerReference>{})) {
    auto ref = parse_layer_version(layer.Arn);
    if (!ref) continue;
    auto record = co_await store.layer_version(ref->name, ref->version);
    if (record) total += record->unzipped_bytes;
  }
  if (total > static_cast<int64_t>(unzipped_bytes_max))
    co_return invalid_parameter("Function code combined with layers exceeds the maximum allowed size of " +
                                std::to_string(unzipped_bytes_max) + " bytes. The actual size is " +
                                std::to_string(total) + " bytes.");
  co_return Result<void>();
}

Result<void> check_package_kind(const Text& package_type, const FunctionCode& code) {
  if (package_type.value_or("Zip") == "Image" || code.ImageUri) return refused("PackageType Image");
  if (code.SourceKMSKeyArn) return refused("SourceKMSKeyArn");
  return {};
}

}  // namespace

Task<Result<Lambda::Package>> Lambda::receive(api::As as, std::optional<api::Blob> zip, Text bucket, Text key,
                                              Text object_version) {
  std::string bytes;
  if (!zip && HotCode::names(bucket, key)) co_return co_await receive_folder(*key);
  if (zip && (bucket || key))
    co_return invalid_parameter("Please do not provide other FunctionCode parameters when providing a ZipFile.");
  if (zip) {
    if (zip->bytes.size() > zipped_direct_bytes_max)
      co_return fail(Error{"RequestEntityTooLargeException",
                           "Request must be smaller than 70167211 bytes for the CreateFunction operation",
                           413,
                           {}});
    bytes = std::move(zip->bytes);
  } else {
    if (!bucket || !key) co_return invalid_parameter("Please provide a source for function code.");
    Json input = Json::object({{"Bucket", *bucket}, {"Key", *key}});
    if (object_version) input.set("VersionId", *object_version);
    Result<Json> object = co_await d_.caller.call(as, "s3", "GetObject", std::move(input));
    if (!object) {
      bool denied = object.error().status == 403;
      co_return fail(Error{denied ? "AccessDeniedException" : "InvalidParameterValueException",
                           "Error occurred while GetObject. S3 Error Code: " + object.error().code +
                               ". S3 Error Message: " + object.error().message,
                           denied ? 403 : 400, Json::object({{"Type", "User"}})});
    }
    bytes = object->get("Body").string_or("");
  }
  Result<uint64_t> unzipped = co_await offload([&bytes] { return check_archive(bytes); });
  if (!unzipped) co_return std::unexpected(unzipped.error());
  Package out;
  out.size_bytes = static_cast<int64_t>(bytes.size());
  out.unzipped_bytes = static_cast<int64_t>(*unzipped);
  CO_TRY(blob::Blob blob, co_await d_.blobs.put(std::move(bytes)));
  out.blob = blob.id.text();
  out.sha256_base64 = base64_encode(blob.digests.sha256);
  co_return out;
}

Task<Result<Lambda::Package>> Lambda::receive_folder(std::string folder) {
  Package out;
  CO_TRY(out.hot_folder, co_await hot_.admit(std::move(folder)));
  Result<FolderState> state = co_await offload([path = out.hot_folder] { return folder_state(path); });
  if (!state) co_return std::unexpected(state.error());
  out.size_bytes = state->bytes;
  out.sha256_base64 = base64_encode(sha256(out.hot_folder + state->fingerprint));
  co_return out;
}

Task<Result<std::optional<Lambda::Package>>> Lambda::snapshot(std::string hot_folder) {
  if (hot_folder.empty()) co_return std::optional<Package>();
  CO_TRY(std::string folder, co_await hot_.admit(std::move(hot_folder)));
  Result<std::string> zip = co_await offload([folder]() -> Result<std::string> {
    TRY(std::string bytes, zip_folder(folder));
    CHECK_OK(check_archive(bytes));
    return bytes;
  });
  if (!zip) co_return std::unexpected(zip.error());
  Package out;
  out.hot_folder = folder;
  out.size_bytes = static_cast<int64_t>(zip->size());
  CO_TRY(blob::Blob blob, co_await d_.blobs.put(std::move(*zip)));
  out.blob = blob.id.text();
  out.sha256_base64 = base64_encode(blob.digests.sha256);
  co_return std::optional<Package>(std::move(out));
}

Task<Result<void>> Lambda::check_role(Request& request, std::string role) {
  api::As as = api::As::service("lambda.amazonaws.com", request.account, request.region);
  Json input = Json::object({{"RoleArn", role}, {"RoleSessionName", "check"}});
  Result<Json> session = co_await d_.caller.call(as, "sts", "AssumeRole", std::move(input));
  if (!session) co_return invalid_parameter("The role defined for the function cannot be assumed by Lambda.");
  co_return Result<void>();
}

Task<Result<std::vector<LayerReference>>> Lambda::find_layers(Request& request, std::vector<std::string> arns) {
  if (arns.size() > layers_max) co_return invalid_parameter("Cannot reference more than 5 layers.");
  auto found = co_await d_.store.transact<std::vector<LayerReference>>(
      [&](kv::Transaction& tx) -> Task<Result<std::vector<LayerReference>>> {
        LambdaStore store(tx, request.account, request.region);
        std::vector<LayerReference> out;
        for (const std::string& arn : arns) {
          auto ref = parse_layer_version(arn);
          std::optional<LayerVersionRecord> layer;
          if (ref && ref->account == request.account.str() && ref->region == request.region.str())
            layer = co_await store.layer_version(ref->name, ref->version);
          if (!layer) co_return invalid_parameter("Layer version " + arn + " does not exist.");
          out.push_back({arn, layer->code_size});
        }
        co_return out;
      });
  co_return found;
}

Task<Result<FunctionConfiguration>> Lambda::create_function(Request& request, const CreateFunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  if (ref.name.size() > 64)
    co_return fail(
        "ValidationException",
        "1 validation error detected: Value '" + ref.name +
            "' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64");
  CO_CHECK_OK(check_package_kind(in.PackageType, in.Code));
  if (!in.Role)
    co_return fail(
        "ValidationException",
        "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null");
  if (!in.TenancyConfig.is_null()) co_return refused("TenancyConfig");
  if (in.PublishTo) co_return refused("PublishTo");
  if (!in.Runtime || !in.Handler)
    co_return invalid_parameter(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  VersionRecord record;
  FunctionConfiguration& c = record.configuration;
  c.FunctionName = ref.name;
  c.FunctionArn = function_arn(request.account, request.region, ref.name);
  if (in.Architectures) c.Architectures = *in.Architectures;
  CO_CHECK_OK(co_await look_up_runtime(in.Runtime));
  CO_CHECK_OK(apply_settings(in, c));
  CO_CHECK_OK(co_await check_role(request, c.Role));
  CO_CHECK_OK(co_await check_dead_letter(request, ref.name, c.Role, in.DeadLetterConfig_));
  if (in.Layers && !in.Layers->empty()) {
    CO_TRY(c.Layers, co_await find_layers(request, *in.Layers));
  }
  api::As caller{request.principal, request.account, request.region};
  CO_TRY(Package package,
         co_await receive(caller, in.Code.ZipFile, in.Code.S3Bucket, in.Code.S3Key, in.Code.S3ObjectVersion));
  c.CodeSha256 = package.sha256_base64;
  c.CodeSize = package.size_bytes;
  record.code_blob = package.blob;
  record.unzipped_bytes = package.unzipped_bytes;
  record.hot_folder = package.hot_folder;
  std::optional<Package> published;
  if (in.Publish.value_or(false)) {
    CO_TRY(published, co_await snapshot(package.hot_folder));
  }
  c.LastModified = last_modified(request.now());
  c.RevisionId = random_uuid();

  auto created = co_await d_.store.transact<FunctionConfiguration>(
      [&](kv::Transaction& tx) -> Task<Result<FunctionConfiguration>> {
        LambdaStore store(tx, request.account, request.region);
        auto existing = co_await store.function(ref.name);
        if (existing)
          co_return fail(Error{"ResourceConflictException", "Function already exist: " + ref.name, 409,
                               Json::object({{"Type", "User"}})});
        CO_CHECK_OK(co_await check_unzipped(store, record.unzipped_bytes, c.Layers));
        if (in.CodeSigningConfigArn) {
          CO_CHECK_OK(co_await check_signature(tx, request, ref.name, *in.CodeSigningConfigArn));
          ControlStore(tx, request.account, request.region).set_signing_of(ref.name, *in.CodeSigningConfigArn);
        }
        FunctionRecord function;
        function.tags = in.Tags_.value_or(Tags{});
        store.put_function(ref.name, function);
        store.put_version(ref.name, record);
        tx.on_commit([this, account = request.account, region = request.region, name = ref.name] {
          forget(account, region, name);
        });
        if (!in.Publish.value_or(false)) co_return record.configuration;
        co_return co_await publish(store, ref.name, std::nullopt, request.clock->now_ms(), published);
      });
  co_return created;
}

Task<Result<FunctionConfiguration>> Lambda::update_function_code(Request& request, const UpdateFunctionCodeInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  CO_CHECK_OK(check_package_kind(std::nullopt, in));
  if (in.PublishTo) co_return refused("PublishTo");
  api::As caller{request.principal, request.account, request.region};
  CO_TRY(Package package, co_await receive(caller, in.ZipFile, in.S3Bucket, in.S3Key, in.S3ObjectVersion));
  std::optional<Package> published;
  if (in.Publish.value_or(false)) {
    CO_TRY(published, co_await snapshot(package.hot_folder));
  }
  auto updated = co_await d_.store.transact<FunctionConfiguration>(
      [&](kv::Transaction& tx) -> Task<Result<FunctionConfiguration>> {
        LambdaStore store(tx, request.account, request.region);
        auto record = co_await store.version(ref.name, "$LATEST");
        if (!record) co_return function_not_found(function_arn(request.account, request.region, ref.name));
        FunctionConfiguration& c = record->configuration;
        CO_CHECK_OK(check_revision(in.RevisionId, c.RevisionId));
        CO_CHECK_OK(co_await check_signature_of(tx, request, ref.name));
        c.CodeSha256 = package.sha256_base64;
        c.CodeSize = package.size_bytes;
        if (in.Architectures) c.Architectures = *in.Architectures;
        CO_CHECK_OK(co_await check_unzipped(store, package.unzipped_bytes, c.Layers));
        record->code_blob = package.blob;
        record->unzipped_bytes = package.unzipped_bytes;
        record->hot_folder = package.hot_folder;
        c.LastModified = last_modified(request.now());
        c.RevisionId = random_uuid();
        if (in.DryRun.value_or(false)) co_return c;
        store.put_version(ref.name, *record);
        tx.on_commit([this, account = request.account, region = request.region, name = ref.name] {
          forget(account, region, name);
        });
        if (!in.Publish.value_or(false)) co_return c;
        co_return co_await publish(store, ref.name, std::nullopt, request.clock->now_ms(), published);
      });
  co_return updated;
}

Task<Result<FunctionConfiguration>> Lambda::update_function_configuration(Request& request,
                                                                          const UpdateFunctionConfigurationInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  if (in.Role) CO_CHECK_OK(co_await check_role(request, *in.Role));
  CO_CHECK_OK(co_await check_dead_letter(request, ref.name, in.Role, in.DeadLetterConfig_));
  CO_CHECK_OK(co_await look_up_runtime(in.Runtime));
  std::optional<std::vector<LayerReference>> layers;
  if (in.Layers) {
    CO_TRY(layers, co_await find_layers(request, *in.Layers));
  }
  auto updated = co_await d_.store.transact<FunctionConfiguration>(
      [&](kv::Transaction& tx) -> Task<Result<FunctionConfiguration>> {
        LambdaStore store(tx, request.account, request.region);
        auto record = co_await store.version(ref.name, "$LATEST");
        if (!record) co_return function_not_found(function_arn(request.account, request.region, ref.name));
        FunctionConfiguration& c = record->configuration;
        CO_CHECK_OK(check_revision(in.RevisionId, c.RevisionId));
        CO_CHECK_OK(apply_settings(in, c));
        if (layers && !layers->empty()) {
          CO_CHECK_OK(co_await check_signature_of(tx, request, ref.name));
          CO_CHECK_OK(co_await check_unzipped(store, record->unzipped_bytes, layers));
        }
        if (layers) {
          if (layers->empty())
            c.Layers.reset();
          else
            c.Layers = layers;
        }
        c.LastModified = last_modified(request.now());
        c.RevisionId = random_uuid();
        store.put_version(ref.name, *record);
        tx.on_commit([this, account = request.account, region = request.region, name = ref.name] {
          forget(account, region, name);
        });
        co_return c;
      });
  co_return updated;
}

Task<Result<api::Nothing>> Lambda::delete_function(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  ControlStore control(request.tx(), request.account, request.region);
  if (ref.qualifier.empty()) {
    auto urls = co_await control.urls(ref.name);
    for (const UrlRecord& url : urls) request.tx().on_commit([this, id = url.id] { forget_url(id); });
    co_await control.clear_function(ref.name);
    store.clear_function(ref.name);
    co_return api::Nothing{};
  }
  if (ref.qualifier == "$LATEST")
    co_return invalid_parameter("$LATEST version cannot be deleted without deleting the function.");
  if (!is_version_number(ref.qualifier)) co_return invalid_parameter("Deletion of aliases is not currently supported.");
  auto aliases = co_await store.aliases(ref.name);
  std::string users;
  for (auto& alias : aliases)
    if (alias.configuration.FunctionVersion == ref.qualifier)
      users += (users.empty() ? "" : ", ") + alias.configuration.Name;
  if (!users.empty())
    co_return fail(
        Error{"ResourceConflictException",
              "Version " + ref.qualifier + " is currently referenced by the following aliases: [" + users + "]", 409,
              Json::object({{"Type", "User"}})});
  co_await control.clear_qualifier(ref.name, ref.qualifier);
  store.clear_version(ref.name, ref.qualifier);
  co_return api::Nothing{};
}

Task<Result<VersionRecord>> Lambda::find_version(LambdaStore store, Request& request, FunctionRef ref) {
  std::string version = ref.qualifier.empty() ? "$LATEST" : ref.qualifier;
  if (version != "$LATEST" && !is_version_number(version)) {
    auto alias = co_await store.alias(ref.name, version);
    if (!alias) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
    version = alias->configuration.FunctionVersion;
  }
  auto record = co_await store.version(ref.name, version);
  if (!record) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
  if (!ref.qualifier.empty())
    record->configuration.FunctionArn = function_arn(request.account, request.region, ref.name, ref.qualifier);
  co_return std::move(*record);
}

Task<Result<GetFunctionOutput>> Lambda::get_function(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  LambdaStore store = store_of(request);
  CO_TRY(VersionRecord record, co_await find_version(store, request, ref));
  auto function = co_await store.function(ref.name);
  GetFunctionOutput out;
  out.Code.Location = record.hot_folder.empty() ? location(request, record.code_blob) : "file://" + record.hot_folder;
  out.Configuration = std::move(record.configuration);
  if (function && !function->tags.empty()) out.Tags_ = function->tags;
  if (function && function->reserved_concurrency) out.Concurrency_ = Concurrency{function->reserved_concurrency};
  co_return out;
}

Task<Result<FunctionConfiguration>> Lambda::get_function_configuration(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_TRY(VersionRecord record, co_await find_version(store_of(request), request, ref));
  co_return std::move(record.configuration);
}

Task<Result<ListFunctionsOutput>> Lambda::list_functions(Request& request, const ListFunctionsInput& in) {
  LambdaStore store = store_of(request);
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(50), 50));
  auto found = co_await store.latest(in.Marker.value_or(""), limit + 1);
  ListFunctionsOutput out;
  bool more = found.size() > limit;
  if (more) found.resize(limit);
  if (more) out.NextMarker = found.back().configuration.FunctionName;
  for (auto& record : found) {
    std::string name = record.configuration.FunctionName;
    if (in.FunctionVersion) {
      auto versions = co_await store.versions(name);
      for (auto& version : versions) {
        version.configuration.FunctionArn += ":" + version.configuration.Version;
        out.Functions.push_back(std::move(version.configuration));
      }
    } else {
      out.Functions.push_back(std::move(record.configuration));
    }
  }
  co_return out;
}

Task<Result<GetAccountSettingsOutput>> Lambda::get_account_settings(Request& request, const api::Nothing&) {
  LambdaStore store = store_of(request);
  GetAccountSettingsOutput out;
  auto functions = co_await store.latest("", 0);
  for (auto& record : functions) {
    auto versions = co_await store.versions(record.configuration.FunctionName);
    for (auto& version : versions) out.AccountUsage_.TotalCodeSize += version.configuration.CodeSize;
    auto function = co_await store.function(record.configuration.FunctionName);
    if (function) out.AccountLimit_.UnreservedConcurrentExecutions -= function->reserved_concurrency.value_or(0);
  }
  out.AccountUsage_.FunctionCount = static_cast<int64_t>(functions.size());
  co_return out;
}

// ---- reserved concurrency ----

Task<Result<Concurrency>> Lambda::put_function_concurrency(Request& request, const PutFunctionConcurrencyInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  ControlStore control(request.tx(), request.account, request.region);
  auto provisioned = co_await control.all_provisioned(ref.name);
  int32_t kept = 0;
  for (const ProvisionedRecord& each : provisioned) kept += each.count;
  if (in.ReservedConcurrentExecutions < kept)
    co_return invalid_parameter("ReservedConcurrentExecutions " + std::to_string(in.ReservedConcurrentExecutions) +
                                " should not be lower than function's total provisioned concurrency [" +
                                std::to_string(kept) + "].");
  int64_t elsewhere = co_await taken_elsewhere(request, ref.name);
  if (in.ReservedConcurrentExecutions + elsewhere > account_concurrency_max - unreserved_concurrency_min)
    co_return invalid_parameter(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
        "below its minimum value of [100].");
  function->reserved_concurrency = in.ReservedConcurrentExecutions;
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return Concurrency{function->reserved_concurrency};
}

Task<Result<Concurrency>> Lambda::get_function_concurrency(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  co_return Concurrency{function->reserved_concurrency};
}

Task<Result<api::Nothing>> Lambda::delete_function_concurrency(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  function->reserved_concurrency.reset();
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return api::Nothing{};
}

}  // namespace thaw::lambda
