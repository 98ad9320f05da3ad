#include "services/sts/service.h"

#include "api/policy.h"

namespace thaw::sts {

namespace {

using Kind = api::Principal::Kind;

constexpr int32_t kChainedSecondsMax = 3600;
constexpr size_t kPolicyArnsMax = 10;
constexpr size_t kPackedPolicyMax = 2048;

std::unexpected<Error> not_implemented(const std::string& parameter) {
  return fail("NotImplemented", "The parameter " + parameter + " is not implemented by Thaw.", 501);
}

Credentials shown(const iam::SessionCredentials& made) {
  return {made.access_key, made.secret_key, made.session_token, made.expires};
}

std::vector<api::Permission> assume_permissions(const api::Request&, const Json& input) {
  Json context = Json::object({{"sts:RoleSessionName", input.get("RoleSessionName")}});
  if (const Json* id = input.find("ExternalId")) context.set("sts:ExternalId", *id);
  return {{"sts:AssumeRole", input.get("RoleArn").string_or("*"), std::move(context)}};
}

// Parameters that would change what a session is, and that are not there yet.
Result<> refuse_unknown(const AssumeRoleInput& in) {
  if (!in.Tags.empty()) return not_implemented("Tags (session tags)");
  if (!in.TransitiveTagKeys.empty()) return not_implemented("TransitiveTagKeys");
  if (in.SerialNumber || in.TokenCode) return not_implemented("SerialNumber/TokenCode (MFA)");
  if (in.SourceIdentity) return not_implemented("SourceIdentity");
  return {};
}

// Appends a document's statements to those of a session policy.
void add_statements(Json& statements, const Json& document) {
  const Json& from = document.get("Statement");
  if (from.is_object()) statements.push_back(from);
  if (!from.is_array()) return;
  for (const Json& statement : from.items()) statements.push_back(statement);
}

// Sids are unique within one document only; nothing reads them afterwards.
void drop_sids(Json& statements) {
  for (Json& statement : statements.items()) statement.erase("Sid");
}

}  // namespace

api::ServiceInfo Sts::info() const {
  return {.name = "sts",
          .protocols = {api::Protocol::query},
          .api_version = "2011-06-15",
          .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
          .validation_code = "ValidationError",
          .title = "AWS Security Token Service",
          .host_prefixes = {"sts"}};
}

std::vector<api::Operation> Sts::operations() {
  std::vector<api::Operation> out;
  out.push_back(api::op("GetCallerIdentity", this, &Sts::get_caller_identity).action(""));
  out.push_back(api::op("AssumeRole", this, &Sts::assume_role)
                    .permits(assume_permissions)
                    .policy([this](api::Request& request, const Json& input) { return trust_policy(request, input); })
                    .noted("without session tags, MFA and source identity"));
  out.push_back(api::op("GetSessionToken", this, &Sts::get_session_token).action("").noted("without MFA"));
  out.push_back(api::op("GetAccessKeyInfo", this, &Sts::get_access_key_info));
  return out;
}

std::vector<std::string> Sts::not_implemented() const {
  return {"AssumeRoleWithSAML",      "AssumeRoleWithWebIdentity", "AssumeRoot",         "DecodeAuthorizationMessage",
          "GetDelegatedAccessToken", "GetFederationToken",        "GetWebIdentityToken"};
}

Task<Result<GetCallerIdentityOutput>> Sts::get_caller_identity(api::Request& request, const api::Nothing&) {
  const api::Principal& who = request.principal;
  co_return GetCallerIdentityOutput{who.user_id, who.account, who.arn};
}

Task<Result<Json>> Sts::trust_policy(api::Request& request, const Json& input) {
  std::string arn = input.get("RoleArn").string_or("");
  auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam") co_return fail("ValidationError", arn + " is invalid");
  std::optional<iam::RoleFacts> role = co_await sessions_.find_role(arn);
  // A role that is not there is denied like one that does not trust the caller.
  co_return role ? std::move(role->trust) : Json();
}

Task<Result<Json>> Sts::session_policy(const AssumeRoleInput& in) {
  if (!in.Policy && in.PolicyArns.empty()) co_return Json();
  if (in.PolicyArns.size() > kPolicyArnsMax) {
    co_return fail("ValidationError", "Too many managed session policies: at most 10.");
  }
  Json statements = Json::array();
  if (in.Policy) {
    if (auto policy = api::Policy::parse(*in.Policy, api::PolicyKind::identity); !policy) {
      co_return std::unexpected(policy.error());
    }
    auto document = Json::parse(*in.Policy);
    if (document) add_statements(statements, *document);
  }
  size_t size = in.Policy ? in.Policy->size() : 0;
  for (const PolicyDescriptor& one : in.PolicyArns) {
    std::optional<Json> document = co_await sessions_.policy_document(one.arn);
    if (!document) co_return fail("ValidationError", "Policy " + one.arn + " does not exist.");
    size += one.arn.size();
    add_statements(statements, *document);
  }
  if (size > kPackedPolicyMax) {
    co_return fail("PackedPolicyTooLarge", "Packed size of session policy is " +
                                               std::to_string(size * 100 / kPackedPolicyMax) +
                                               "% of the maximum allowed.");
  }
  drop_sids(statements);
  co_return Json::object({{"Version", "2012-10-17"}, {"Statement", std::move(statements)}});
}

Task<Result<AssumeRoleOutput>> Sts::assume_role(api::Request& request, const AssumeRoleInput& in) {
  CO_CHECK_OK(refuse_unknown(in));
  std::optional<iam::RoleFacts> role = co_await sessions_.find_role(in.RoleArn);
  if (!role) {
    co_return fail(
        "AccessDenied",
        "User: " + request.principal.arn + " is not authorized to perform: sts:AssumeRole on resource: " + in.RoleArn,
        403);
  }
  if (in.DurationSeconds > role->max_session_s) {
    co_return fail("ValidationError",
                   "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (request.principal.kind == Kind::role_session && in.DurationSeconds > kChainedSecondsMax) {
    co_return fail(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  }
  CO_TRY(Json policy, co_await session_policy(in));
  iam::SessionRequest session;
  session.principal = iam::role_session(role->arn, in.RoleSessionName);
  session.principal.user_id = role->id + ':' + in.RoleSessionName;
  session.principal.session_policy = policy;
  session.entity_id = role->id;
  session.duration_s = in.DurationSeconds;
  AssumeRoleOutput out;
  out.user = {session.principal.user_id, session.principal.arn};
  if (!policy.is_null()) {
    size_t size = (in.Policy ? in.Policy->size() : 0) + in.PolicyArns.size() * 40;
    out.PackedPolicySize = static_cast<int32_t>(std::min<size_t>(100, 1 + size * 100 / kPackedPolicyMax));
  }
  CO_TRY(iam::SessionCredentials made, co_await sessions_.make_session(std::move(session)));
  out.credentials = shown(made);
  co_return out;
}

Task<Result<GetSessionTokenOutput>> Sts::get_session_token(api::Request& request, const GetSessionTokenInput& in) {
  if (in.SerialNumber || in.TokenCode) co_return sts::not_implemented("SerialNumber/TokenCode (MFA)");
  const api::Principal& who = request.principal;
  bool session = who.access_key.starts_with("ASIA") || who.kind == Kind::role_session;
  if (session || (who.kind != Kind::user && who.kind != Kind::root)) {
    co_return fail("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
  }
  bool root = who.kind == Kind::root;
  iam::SessionRequest wanted;
  wanted.principal = who;
  wanted.entity_id = who.user_id;
  wanted.duration_s = in.DurationSeconds.value_or(root ? 3600 : 43200);
  if (root) wanted.duration_s = std::min<int64_t>(wanted.duration_s, 3600);
  CO_TRY(iam::SessionCredentials made, co_await sessions_.make_session(std::move(wanted)));
  co_return GetSessionTokenOutput{shown(made)};
}

Task<Result<GetAccessKeyInfoOutput>> Sts::get_access_key_info(api::Request& request, const GetAccessKeyInfoInput& in) {
  std::optional<std::string> account = sessions_.account_of_key(in.AccessKeyId);
  if (!account) co_return fail("ValidationError", "Invalid Access Key ID format.");
  co_return GetAccessKeyInfoOutput{*account};
}

}  // namespace thaw::sts
