#include <algorithm>

#include "base/text.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

// The statement of a resource policy that AddPermission makes.
Json statement_of(const AddPermissionInput& in, const std::string& resource) {
  Json principal;
  if (in.Principal == "*")
    principal = "*";
  else if (AccountId::parse(in.Principal))
    principal = Json::object({{"AWS", "arn:aws:iam::" + in.Principal + ":root"}});
  else if (in.Principal.starts_with("arn:"))
    principal = Json::object({{"AWS", in.Principal}});
  else
    principal = Json::object({{"Service", in.Principal}});
  Json condition = Json::object();
  if (in.SourceAccount) condition["StringEquals"].set("AWS:SourceAccount", *in.SourceAccount);
  if (in.EventSourceToken) condition["StringEquals"].set("lambda:EventSourceToken", *in.EventSourceToken);
  if (in.PrincipalOrgID) condition["StringEquals"].set("aws:PrincipalOrgID", *in.PrincipalOrgID);
  if (in.FunctionUrlAuthType) condition["StringEquals"].set("lambda:FunctionUrlAuthType", *in.FunctionUrlAuthType);
  if (in.InvokedViaFunctionUrl)
    condition["Bool"].set("lambda:InvokedViaFunctionUrl", *in.InvokedViaFunctionUrl ? "true" : "false");
  if (in.SourceArn) condition["ArnLike"].set("AWS:SourceArn", *in.SourceArn);
  Json out = Json::object({{"Sid", in.StatementId},
                           {"Effect", "Allow"},
                           {"Principal", std::move(principal)},
                           {"Action", in.Action},
                           {"Resource", resource}});
  if (!condition.empty()) out.set("Condition", std::move(condition));
  return out;
}

std::unexpected<Error> no_policy() {
  return fail(Error{"ResourceNotFoundException", "The resource you requested does not exist.", 404,
                    Json::object({{"Type", "User"}})});
}

}  // namespace

Task<Result<AddPermissionOutput>> Lambda::add_permission(Request& request, const AddPermissionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  LambdaStore store = store_of(request);
  std::string arn = function_arn(request.account, request.region, ref.name, ref.qualifier);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(arn);
  if (ref.qualifier == "$LATEST")
    co_return invalid_parameter("We currently do not support adding policies for $LATEST.");
  if (!ref.qualifier.empty()) {
    CO_TRY(VersionRecord ignored, co_await find_version(store, request, ref));
  }
  CO_CHECK_OK(check_revision(in.RevisionId, function->policy_revision));
  for (const Statement& s : function->policy)
    if (s.id == in.StatementId && s.qualifier == ref.qualifier)
      co_return fail(Error{"ResourceConflictException",
                           "The statement id (" + in.StatementId +
                               ") provided already exists. Please provide a new statement id, or "
                               "remove the existing statement.",
                           409, Json::object({{"Type", "User"}})});
  Json body = statement_of(in, arn);
  function->policy.push_back({ref.qualifier, in.StatementId, body});
  function->policy_revision = random_uuid();
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return AddPermissionOutput{body.dump()};
}

Task<Result<api::Nothing>> Lambda::remove_permission(Request& request, const RemovePermissionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  LambdaStore store = store_of(request);
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
  CO_CHECK_OK(check_revision(in.RevisionId, function->policy_revision));
  auto removed = std::erase_if(
      function->policy, [&](const Statement& s) { return s.id == in.StatementId && s.qualifier == ref.qualifier; });
  if (!removed)
    co_return fail(Error{"ResourceNotFoundException",
                         "Statement " + in.StatementId + " is not found in resource policy.", 404,
                         Json::object({{"Type", "User"}})});
  function->policy_revision = random_uuid();
  store.put_function(ref.name, *function);
  request.tx().on_commit(
      [this, account = request.account, region = request.region, name = ref.name] { forget(account, region, name); });
  co_return api::Nothing{};
}

Task<Result<GetPolicyOutput>> Lambda::get_policy(Request& request, const FunctionInput& in) {
  CO_TRY(FunctionRef ref, parse_function(in.FunctionName, in.Qualifier, request.account, request.region));
  auto function = co_await store_of(request).function(ref.name);
  if (!function) co_return function_not_found(function_arn(request.account, request.region, ref.name, ref.qualifier));
  Json policy = render_policy(function->policy, ref.qualifier);
  if (policy.is_null()) co_return no_policy();
  co_return GetPolicyOutput{policy.dump(), function->policy_revision};
}

// ---- tags ----

namespace {

constexpr size_t tags_max = 50;

// The UUID of an event source mapping's ARN; empty for other ARNs.
std::string mapping_of(const std::string& arn) {
  constexpr std::string_view kind = ":event-source-mapping:";
  size_t at = arn.find(kind);
  return at == std::string::npos ? "" : arn.substr(at + kind.size());
}

// Lets `change` loose on the tags of a function or an event source mapping, and stores them when it answers true.
Task<Result<void>> change_tags(LambdaStore store, const api::Request& request, std::string arn,
                               std::function<bool(Tags&)> change) {
  auto too_many = [] { return invalid_parameter("A resource can have no more than 50 tags."); };
  if (std::string uuid = mapping_of(arn); !uuid.empty()) {
    auto mapping = co_await store.mapping(uuid);
    if (!mapping) co_return mapping_not_found();
    if (!change(mapping->tags)) co_return Result<void>();
    if (mapping->tags.size() > tags_max) co_return too_many();
    store.put_mapping(*mapping);
    co_return Result<void>();
  }
  CO_TRY(FunctionRef ref, parse_function(arn, std::nullopt, request.account, request.region));
  auto function = co_await store.function(ref.name);
  if (!function) co_return function_not_found(arn);
  if (!change(function->tags)) co_return Result<void>();
  if (function->tags.size() > tags_max) co_return too_many();
  store.put_function(ref.name, *function);
  co_return Result<void>();
}

}  // namespace

Task<Result<api::Nothing>> Lambda::tag_resource(Request& request, const TagResourceInput& in) {
  auto change = [&in](Tags& tags) {
    for (const auto& [key, value] : in.Tags_) tags[key] = value;
    return true;
  };
  CO_CHECK_OK(co_await change_tags(store_of(request), request, in.Resource, change));
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Lambda::untag_resource(Request& request, const UntagResourceInput& in) {
  auto change = [&in](Tags& tags) {
    for (const std::string& key : in.TagKeys) tags.erase(key);
    return true;
  };
  CO_CHECK_OK(co_await change_tags(store_of(request), request, in.Resource, change));
  co_return api::Nothing{};
}

Task<Result<ListTagsOutput>> Lambda::list_tags(Request& request, const ListTagsInput& in) {
  ListTagsOutput out;
  auto look = [&out](Tags& tags) {
    out.Tags_ = tags;
    return false;
  };
  CO_CHECK_OK(co_await change_tags(store_of(request), request, in.Resource, look));
  co_return out;
}

}  // namespace thaw::lambda
