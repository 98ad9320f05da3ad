// Code signing configurations, and which functions have one. There is no AWS Signer here, so no package is signed:
// where a configuration enforces signatures, nothing can be deployed, as on AWS.
#include <algorithm>

#include "base/text.h"
#include "services/lambda/control_store.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::string id_of(const std::string& arn) { return arn.substr(arn.rfind(':') + 1); }

// Of operations on a configuration itself, and of functions that name one.
std::unexpected<Error> no_config(const std::string& arn) {
  return fail(Error{"ResourceNotFoundException", "The code signing configuration cannot be found: " + arn, 404,
                    Json::object({{"Type", "User"}})});
}
std::unexpected<Error> no_such_config(const std::string& arn) {
  return fail(Error{"CodeSigningConfigNotFoundException",
                    "The code signing configuration cannot be found. Check that the provided configuration is not "
                    "deleted: " +
                        arn + ".",
                    404, Json::object({{"Type", "User"}})});
}

}  // namespace

Task<Result<void>> Lambda::check_signature(kv::Transaction& tx, Request& request, std::string name, std::string arn) {
  auto record = co_await ControlStore(tx, request.account, request.region).signing(id_of(arn));
  if (!record || record->config.CodeSigningConfigArn != arn) co_return no_such_config(arn);
  if (record->config.CodeSigningPolicies_.UntrustedArtifactOnDeployment == "Enforce")
    co_return fail(Error{"CodeVerificationFailedException",
                         "Lambda cannot deploy the function. The function or layer might be signed using a signature "
                         "that the client is not configured to accept. Check the provided signature for " +
                             name + ".",
                         400, Json::object({{"Type", "User"}})});
  co_return Result<void>();
}

Task<Result<void>> Lambda::check_signature_of(kv::Transaction& tx, Request& request, std::string name) {
  auto arn = co_await ControlStore(tx, request.account, request.region).signing_of(name);
  if (!arn) co_return Result<void>();
  co_return co_await check_signature(tx, request, std::move(name), std::move(*arn));
}

Task<Result<CodeSigningOutput>> Lambda::create_code_signing(Request& request, const CreateCodeSigningInput& in) {
  if (in.Tags_ && !in.Tags_->empty()) co_return refused("tags of code signing configurations");
  SigningRecord record;
  CodeSigningConfig& c = record.config;
  c.CodeSigningConfigId = "csc-" + random_lower_alphanumeric(17);
  c.CodeSigningConfigArn = request.arn("lambda", "code-signing-config:" + c.CodeSigningConfigId);
  c.Description = in.Description;
  c.AllowedPublishers_ = in.AllowedPublishers_;
  if (in.CodeSigningPolicies_) c.CodeSigningPolicies_ = *in.CodeSigningPolicies_;
  c.LastModified = last_modified(request.now());
  ControlStore(request.tx(), request.account, request.region).put_signing(record);
  co_return CodeSigningOutput{c};
}

Task<Result<CodeSigningOutput>> Lambda::update_code_signing(Request& request, const UpdateCodeSigningInput& in) {
  ControlStore store(request.tx(), request.account, request.region);
  auto record = co_await store.signing(id_of(in.CodeSigningConfigArn));
  if (!record || record->config.CodeSigningConfigArn != in.CodeSigningConfigArn)
    co_return no_config(in.CodeSigningConfigArn);
  CodeSigningConfig& c = record->config;
  if (in.Description) c.Description = in.Description;
  if (in.AllowedPublishers_) c.AllowedPublishers_ = *in.AllowedPublishers_;
  if (in.CodeSigningPolicies_) c.CodeSigningPolicies_ = *in.CodeSigningPolicies_;
  c.LastModified = last_modified(request.now());
  store.put_signing(*record);
  co_return CodeSigningOutput{c};
}

Task<Result<CodeSigningOutput>> Lambda::get_code_signing(Request& request, const CodeSigningInput& in) {
  auto record =
      co_await ControlStore(request.tx(), request.account, request.region).signing(id_of(in.CodeSigningConfigArn));
  if (!record || record->config.CodeSigningConfigArn != in.CodeSigningConfigArn)
    co_return no_config(in.CodeSigningConfigArn);
  co_return CodeSigningOutput{record->config};
}

Task<Result<api::Nothing>> Lambda::delete_code_signing(Request& request, const CodeSigningInput& in) {
  ControlStore store(request.tx(), request.account, request.region);
  std::string id = id_of(in.CodeSigningConfigArn);
  auto record = co_await store.signing(id);
  if (!record || record->config.CodeSigningConfigArn != in.CodeSigningConfigArn)
    co_return no_config(in.CodeSigningConfigArn);
  auto users = co_await store.all_signed();
  for (const auto& [name, arn] : users)
    if (arn == in.CodeSigningConfigArn)
      co_return fail(Error{"ResourceConflictException",
                           "The code signing configuration " + arn + " is in use by the function " + name + ".", 409,
                           Json::object({{"Type", "User"}})});
  store.clear_signing(id);
  co_return api::Nothing{};
}

Task<Result<ListCodeSigningOutput>> Lambda::list_code_signing(Request& request, const ListCodeSigningInput& in) {
  auto records = co_await ControlStore(request.tx(), request.account, request.region).all_signing();
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(50), 50));
  ListCodeSigningOutput out;
  for (const SigningRecord& record : records) {
    if (in.Marker && record.config.CodeSigningConfigId <= *in.Marker) continue;
    if (out.CodeSigningConfigs.size() == limit) {
      out.NextMarker = out.CodeSigningConfigs.back().CodeSigningConfigId;
      break;
    }
    out.CodeSigningConfigs.push_back(record.config);
  }
  co_return out;
}

Task<Result<ListByCodeSigningOutput>> Lambda::list_by_code_signing(Request& request, const ListByCodeSigningInput& in) {
  ControlStore store(request.tx(), request.account, request.region);
  auto record = co_await store.signing(id_of(in.CodeSigningConfigArn));
  if (!record || record->config.CodeSigningConfigArn != in.CodeSigningConfigArn)
    co_return no_config(in.CodeSigningConfigArn);
  auto users = co_await store.all_signed();
  size_t limit = static_cast<size_t>(std::min(in.MaxItems.value_or(50), 50));
  ListByCodeSigningOutput out;
  std::string last;
  for (const auto& [name, arn] : users) {
    if (arn != in.CodeSigningConfigArn || (in.Marker && name <= *in.Marker)) continue;
    if (out.FunctionArns.size() == limit) {
      out.NextMarker = last;
      break;
    }
    out.FunctionArns.push_back(function_arn(request.account, request.region, name));
    last = name;
  }
  co_return out;
}

Task<Result<FunctionCodeSigning>> Lambda::put_function_code_signing(Request& request,
                                                                    const PutFunctionCodeSigningInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  ControlStore store(request.tx(), request.account, request.region);
  auto record = co_await store.signing(id_of(in.CodeSigningConfigArn));
  if (!record || record->config.CodeSigningConfigArn != in.CodeSigningConfigArn)
    co_return no_such_config(in.CodeSigningConfigArn);
  store.set_signing_of(ref.name, in.CodeSigningConfigArn);
  co_return FunctionCodeSigning{ref.name, in.CodeSigningConfigArn};
}

Task<Result<FunctionCodeSigning>> Lambda::get_function_code_signing(Request& request, const UnqualifiedInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  auto arn = co_await ControlStore(request.tx(), request.account, request.region).signing_of(ref.name);
  FunctionCodeSigning out{ref.name, std::nullopt};
  if (arn) out.CodeSigningConfigArn = *arn;
  co_return out;
}

Task<Result<api::Nothing>> Lambda::delete_function_code_signing(Request& request, const UnqualifiedInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  ControlStore(request.tx(), request.account, request.region).set_signing_of(ref.name, "");
  co_return api::Nothing{};
}

// ---- runtime management ----

Task<Result<RuntimeManagement>> Lambda::put_runtime_management(Request& request, const PutRuntimeManagementInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_TRY(VersionRecord version, co_await find_version(store_of(request), request, ref));
  bool manual = in.UpdateRuntimeOn == "Manual";
  if (manual && !in.RuntimeVersionArn)
    co_return invalid_parameter("RuntimeVersionArn is required when UpdateRuntimeOn is Manual.");
  if (!manual && in.RuntimeVersionArn)
    co_return invalid_parameter("RuntimeVersionArn can only be given when UpdateRuntimeOn is Manual.");
  RuntimeManagement record;
  record.UpdateRuntimeOn = in.UpdateRuntimeOn;
  record.RuntimeVersionArn = in.RuntimeVersionArn;
  const std::string& number = version.configuration.Version;
  record.FunctionArn = function_arn(request.account, request.region, ref.name, number);
  ControlStore(request.tx(), request.account, request.region).put_runtime_management(ref.name, number, record);
  co_return record;
}

Task<Result<RuntimeManagement>> Lambda::get_runtime_management(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_TRY(VersionRecord version, co_await find_version(store_of(request), request, ref));
  const std::string& number = version.configuration.Version;
  auto record =
      co_await ControlStore(request.tx(), request.account, request.region).runtime_management(ref.name, number);
  RuntimeManagement out = record.value_or(RuntimeManagement{});
  out.FunctionArn = function_arn(request.account, request.region, ref.name, number);
  co_return out;
}

}  // namespace thaw::lambda
