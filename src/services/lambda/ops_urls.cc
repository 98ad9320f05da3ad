// Function URLs: their configuration. Requests for them: url_serve.cc.
#include <algorithm>

#include "base/text.h"
#include "services/lambda/control_store.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::unexpected<Error> no_url() {
  return fail(Error{"ResourceNotFoundException", "The resource you requested does not exist.", 404,
                    Json::object({{"Type", "User"}})});
}

Result<void> check_mode(const Text& mode) {
  if (mode.value_or("BUFFERED") == "RESPONSE_STREAM") return refused("InvokeMode RESPONSE_STREAM (response streaming)");
  return {};
}

Result<void> check_cors(const std::optional<Cors>& cors) {
  static constexpr std::string_view methods[] = {"GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"};
  if (!cors || !cors->AllowMethods) return {};
  for (const std::string& method : *cors->AllowMethods)
    if (std::ranges::find(methods, method) == std::end(methods))
      return invalid_parameter("Invalid method " + method +
                               " in AllowMethods. Allowed are GET, PUT, HEAD, POST, PATCH, DELETE and *.");
  return {};
}

// A URL belongs to a function or an alias of it.
Result<void> check_qualifier(const FunctionRef& ref) {
  if (ref.qualifier.empty() || !(is_version_number(ref.qualifier) || ref.qualifier == "$LATEST")) return {};
  return fail("ValidationException",
              "1 validation error detected: Value '" + ref.qualifier +
                  "' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                  "((?!^\\d+$)^[0-9a-zA-Z-_]+$)");
}

}  // namespace

UrlConfig Lambda::shown_url(const Request& request, const std::string& name, const UrlRecord& record) const {
  std::string authority = endpoint_.empty() ? (request.host.empty() ? "localhost" : request.host) : endpoint_;
  UrlConfig out;
  // Names below "localhost" are this machine for browsers and resolvers; an address has no names below it.
  size_t colon = authority.rfind(':');
  std::string port = colon == std::string::npos ? "" : authority.substr(colon);
  out.FunctionUrl = "https://" + record.id + ".lambda-url." + request.region.str() + ".localhost" + port + "/";
  out.FunctionArn = function_arn(request.account, request.region, name, record.qualifier);
  out.AuthType = record.auth_type;
  out.Cors_ = record.cors;
  out.CreationTime = record.created;
  out.LastModifiedTime = record.modified;
  out.InvokeMode = record.invoke_mode;
  return out;
}

void Lambda::listens_at(std::string authority) { endpoint_ = std::move(authority); }

Task<Result<UrlConfig>> Lambda::create_url(Request& request, const CreateUrlInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_qualifier(ref));
  CO_CHECK_OK(check_mode(in.InvokeMode));
  CO_CHECK_OK(check_cors(in.Cors_));
  std::string arn = function_arn(request.account, request.region, ref.name, ref.qualifier);
  LambdaStore functions = store_of(request);
  auto function = co_await functions.function(ref.name);
  if (!function) co_return function_not_found(arn);
  if (!ref.qualifier.empty()) {
    auto alias = co_await functions.alias(ref.name, ref.qualifier);
    if (!alias) co_return function_not_found(arn);
  }
  ControlStore store(request.tx(), request.account, request.region);
  auto existing = co_await store.url(ref.name, ref.qualifier);
  if (existing)
    co_return fail(Error{"ResourceConflictException",
                         "Failed to create function url config for [functionArn = " + arn +
                             "]. Error message:  FunctionUrlConfig exists for this Lambda function",
                         409, Json::object({{"Type", "User"}})});
  UrlRecord record;
  record.id = random_lower_alphanumeric(32);
  record.qualifier = ref.qualifier;
  record.auth_type = in.AuthType;
  record.invoke_mode = "BUFFERED";
  record.created = record.modified = iso8601_millis(request.now());
  record.cors = in.Cors_;
  store.put_url(ref.name, record);
  UrlConfig out = shown_url(request, ref.name, record);
  out.LastModifiedTime.reset();
  co_return out;
}

Task<Result<UrlConfig>> Lambda::update_url(Request& request, const UpdateUrlInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_qualifier(ref));
  CO_CHECK_OK(check_mode(in.InvokeMode));
  CO_CHECK_OK(check_cors(in.Cors_));
  ControlStore store(request.tx(), request.account, request.region);
  auto record = co_await store.url(ref.name, ref.qualifier);
  if (!record) co_return no_url();
  if (in.AuthType) record->auth_type = *in.AuthType;
  if (in.Cors_) record->cors = in.Cors_;
  record->modified = iso8601_millis(request.now());
  store.put_url(ref.name, *record);
  request.tx().on_commit([this, id = record->id] { forget_url(id); });
  co_return shown_url(request, ref.name, *record);
}

Task<Result<UrlConfig>> Lambda::get_url(Request& request, const UrlInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_qualifier(ref));
  auto record = co_await ControlStore(request.tx(), request.account, request.region).url(ref.name, ref.qualifier);
  if (!record) co_return no_url();
  co_return shown_url(request, ref.name, *record);
}

Task<Result<api::Nothing>> Lambda::delete_url(Request& request, const UrlInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  CO_CHECK_OK(check_qualifier(ref));
  ControlStore store(request.tx(), request.account, request.region);
  auto record = co_await store.url(ref.name, ref.qualifier);
  if (!record) co_return no_url();
  store.clear_url(ref.name, *record);
  request.tx().on_commit([this, id = record->id] { forget_url(id); });
  co_return api::Nothing{};
}

Task<Result<ListUrlsOutput>> Lambda::list_urls(Request& request, const ListByFunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, std::nullopt, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name));
  auto records = co_await ControlStore(request.tx(), request.account, request.region).urls(ref.name);
  size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  ListUrlsOutput out;
  // A marker is the ARN of the last one shown; the function's own has the empty qualifier, which sorts first.
  for (const UrlRecord& record : records) {
    UrlConfig shown = shown_url(request, ref.name, record);
    if (in.Marker && shown.FunctionArn <= *in.Marker) continue;
    if (out.FunctionUrlConfigs.size() == limit) {
      out.NextMarker = out.FunctionUrlConfigs.back().FunctionArn;
      break;
    }
    out.FunctionUrlConfigs.push_back(std::move(shown));
  }
  co_return out;
}

}  // namespace thaw::lambda
