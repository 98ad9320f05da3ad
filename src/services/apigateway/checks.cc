// What decides whether a request reaches its integration: authorizers, signatures, API keys, and validation.
#include <re2/re2.h>

#include <algorithm>

#include "api/policy.h"
#include "base/log.h"
#include "base/text.h"
#include "services/apigateway/data_plane.h"
#include "services/apigateway/json_schema.h"

namespace thaw::apigateway {
namespace {

constexpr size_t keys_kept_max = 10'000;
constexpr size_t verdicts_kept_max = 10'000;

std::unexpected<Failure> refused(std::string type, std::string message = "", std::string validation = "") {
  return std::unexpected(
      Failure{.type = std::move(type), .message = std::move(message), .validation = std::move(validation)});
}
std::unexpected<Failure> not_implemented(std::string words) {
  return std::unexpected(Failure{.type = "DEFAULT_5XX",
                                 .message = std::move(words),
                                 .status = 501,
                                 .validation = "",
                                 .error_type = "NotImplemented"});
}

// The values of an authorizer's identity sources ("method.request.header.X, context.Y"); nothing when one is missing.
std::optional<std::string> identity_of(const Json& authorizer, const MappingScope& scope) {
  std::string out;
  std::string sources = authorizer.get("identitySource").string_or("");
  for (std::string_view source : split(sources, ',')) {
    if (trim(source).empty()) continue;
    auto value = map_value(trim(source), scope);
    if (!value || value->empty()) return std::nullopt;
    out += (out.empty() ? "" : "\n") + *value;
  }
  return out;
}

bool token_fits(const Json& authorizer, std::string_view token) {
  std::string pattern = authorizer.get("identityValidationExpression").string_or("");
  if (pattern.empty()) return true;
  re2::RE2::Options options;
  options.set_log_errors(false);
  re2::RE2 compiled(pattern, options);
  return compiled.ok() && re2::RE2::FullMatch(re2::StringPiece(token.data(), token.size()), compiled);
}

// The context that an authorizer's answer gives to the integration: scalars, as text where AWS makes text of them.
Json context_of(const Json& answer) {
  Json out = Json::object();
  if (const Json& given = answer.get("context"); given.is_object())
    for (const Json::Member& m : given.members())
      if (m.value.is_string() || m.value.is_number() || m.value.is_bool())
        out.set(m.key, m.value.is_string() ? m.value : Json(m.value.dump()));
  out.set("principalId", answer.get("principalId"));
  return out;
}

}  // namespace

// ---- who ----

Task<DataPlane::Checked> DataPlane::authorise(Flow& flow) {
  const std::string& type = flow.method->authorization;
  if (type == "COGNITO_USER_POOLS")
    co_return not_implemented("Thaw does not implement authorizers of Cognito user pools yet.");
  if (type == "AWS_IAM" || !flow.stage->policy.is_null()) {
    if (auto admitted = co_await admit(flow); !admitted) co_return admitted;
  }
  if (type != "CUSTOM") co_return Checked();
  Checked out = co_await ask_authorizer(flow);
  co_return out;
}

Task<DataPlane::Checked> DataPlane::admit(Flow& flow) {
  if (!d_.admit) co_return not_implemented("Thaw does not implement IAM authorisation of methods here.");
  bool signature = flow.method->authorization == "AWS_IAM";
  Admission admission{.permission = {"execute-api:Invoke", flow.method_arn(), {}},
                      .policy = flow.stage->policy,
                      .signature_required = signature};
  Result<api::Principal> who = co_await d_.admit(flow.http, flow.in.body, std::move(admission));
  if (who) {
    if (!signature) co_return Checked();
    flow.in.identity = Json::object({{"accountId", who->account},
                                     {"caller", who->user_id},
                                     {"accessKey", who->access_key},
                                     {"userArn", who->arn},
                                     {"user", who->user_id}});
    co_return Checked();
  }
  const std::string& code = who.error().code;
  if (code == "MissingAuthenticationTokenException") co_return refused("MISSING_AUTHENTICATION_TOKEN");
  if (code == "ExpiredTokenException") co_return refused("EXPIRED_TOKEN", who.error().message);
  if (code.starts_with("AccessDenied")) co_return refused("ACCESS_DENIED", who.error().message);
  co_return refused("INVALID_SIGNATURE", who.error().message);
}

DataPlane::Checked DataPlane::judge(Flow& flow, const Json& answer) const {
  auto policy = api::Policy::compile(answer.get("policyDocument"), api::PolicyKind::identity);
  if (!policy || !answer.get("principalId").is_string()) return refused("AUTHORIZER_CONFIGURATION_ERROR");
  std::string arn = flow.method_arn();
  api::PolicyRequest question{.action = "execute-api:Invoke",
                              .resource = arn,
                              .principal = {.kind = api::PolicyPrincipal::Kind::user,
                                            .account = flow.stage->account.str(),
                                            .arn = {},
                                            .role_arn = {},
                                            .user_id = {}}};
  api::Policy::Effect effect = (*policy)->evaluate(question);
  if (effect.denied)
    return refused("ACCESS_DENIED", "User is not authorized to access this resource with an explicit deny");
  if (effect.allowed == api::Naming::none) return refused("ACCESS_DENIED");
  flow.in.authorizer = context_of(answer);
  if (flow.stage->key_from_authorizer) flow.in.api_key = answer.get("usageIdentifierKey").string_or("");
  return {};
}

Task<DataPlane::Checked> DataPlane::ask_authorizer(Flow& flow) {
  if (!flow.method->authorizer) co_return refused("AUTHORIZER_CONFIGURATION_ERROR");
  const Json& authorizer = *flow.method->authorizer;
  bool token = authorizer.get("type").string_or("") == "TOKEN";
  Json context = request_context(*flow.stage, *flow.method, flow.in);
  MappingScope scope{.request = &flow.in,
                     .context = &context,
                     .stage_variables = &flow.stage->variables,
                     .response_headers = nullptr,
                     .body = ""};
  auto identity = identity_of(authorizer, scope);
  if (!identity || (token && !token_fits(authorizer, *identity))) co_return refused("UNAUTHORIZED");
  int64_t ttl_s = authorizer.get("authorizerResultTtlInSeconds").to_int().value_or(300);
  bool cached = ttl_s > 0 && !identity->empty();
  std::string id = authorizer.get("id").string_or("");
  std::string key = flow.stage->api + "/" + id + "/" + flow.stage->name + "\n" + *identity;
  if (auto known = verdicts_.find(key);
      cached && known != verdicts_.end() && known->second.expires_ms > d_.clock.now_ms())
    co_return judge(flow, known->second.answer);
  std::string function =
      function_of_uri(with_stage_variables(authorizer.get("authorizerUri").string_or(""), flow.stage->variables));
  if (function.empty()) co_return refused("AUTHORIZER_CONFIGURATION_ERROR");
  Json event = token ? token_authorizer_event(*identity, flow.method_arn())
                     : request_authorizer_event(*flow.stage, *flow.method, flow.in, flow.method_arn());
  std::string source = "arn:aws:execute-api:" + flow.stage->region.str() + ":" + flow.stage->account.str() + ":" +
                       flow.stage->api + "/authorizers/" + id;
  uint64_t generation = generation_;
  auto invoked = co_await invoke(flow, std::move(function), event.dump(), std::move(source),
                                 authorizer.get("authorizerCredentials").string_or(""), false);
  if (!invoked) co_return refused("AUTHORIZER_CONFIGURATION_ERROR");
  auto answer = Json::parse(invoked->payload);
  if (!invoked->function_error.empty()) {
    if (answer && answer->get("errorMessage").string_or("") == "Unauthorized") co_return refused("UNAUTHORIZED");
    co_return refused("AUTHORIZER_FAILURE");
  }
  if (!answer || !answer->is_object()) co_return refused("AUTHORIZER_CONFIGURATION_ERROR");
  if (cached && generation == generation_) {
    if (verdicts_.size() >= verdicts_kept_max) verdicts_.clear();
    verdicts_[key] = {d_.clock.now_ms() + ttl_s * 1000, *answer};
  }
  co_return judge(flow, *answer);
}

// ---- API keys ----

Task<std::shared_ptr<const DataPlane::Key>> DataPlane::find_key(const Stage& stage, std::string value) {
  std::string cache_key = stage.account.str() + "/" + stage.region.str() + "/" + value;
  if (auto known = keys_.find(cache_key); known != keys_.end()) co_return known->second;
  uint64_t generation = generation_;
  using Found = std::shared_ptr<const Key>;
  auto found = co_await d_.store.transact<Found>([&](kv::Transaction& tx) -> Task<Result<Found>> {
    Store store(tx, stage.account, stage.region);
    auto key = co_await store.key_by_value(value);
    if (!key) co_return Found();
    auto out = std::make_shared<Key>();
    out->id = key->get("id").string_or("");
    out->enabled = key->get("enabled").is_bool() && key->get("enabled").as_bool();
    auto plans = co_await store.plans();
    for (const Json& plan : plans) {
      const Json& stages = plan.get("apiStages");
      if (!plan.get("keyIds").contains(out->id) || !stages.is_array()) continue;
      for (const Json& each : stages.items())
        out->stages.push_back(each.get("apiId").string_or("") + ":" + each.get("stage").string_or(""));
    }
    // Keys from before usage plans name their stages themselves.
    if (const Json& stages = key->get("stageKeys"); stages.is_array())
      for (const Json& each : stages.items()) {
        std::string text = each.string_or("");
        if (size_t slash = text.find('/'); slash != std::string::npos) text[slash] = ':';
        out->stages.push_back(text);
      }
    co_return Found(out);
  });
  if (!found || !*found) co_return nullptr;
  if (keys_.size() >= keys_kept_max) keys_.clear();
  if (generation == generation_) keys_[cache_key] = *found;
  co_return *found;
}

Task<DataPlane::Checked> DataPlane::check_key(Flow& flow) {
  if (!flow.method->api_key_required) co_return Checked();
  std::string value = flow.in.api_key;
  if (!flow.stage->key_from_authorizer) value = flow.in.header("x-api-key").value_or("");
  flow.in.api_key.clear();
  if (value.empty() || value.size() > 128) co_return refused("INVALID_API_KEY");
  auto key = co_await find_key(*flow.stage, value);
  std::string wanted = flow.stage->api + ":" + flow.stage->name;
  if (!key || !key->enabled || std::ranges::find(key->stages, wanted) == key->stages.end())
    co_return refused("INVALID_API_KEY");
  flow.in.api_key = value;
  flow.in.api_key_id = key->id;
  co_return Checked();
}

// ---- validation ----

DataPlane::Checked DataPlane::check_request(const Flow& flow) {
  if (!flow.method->validator) return {};
  const Json& validator = *flow.method->validator;
  auto on = [&](std::string_view name) { return validator.get(name).is_bool() && validator.get(name).as_bool(); };
  if (const Json& parameters = flow.method->definition->get("requestParameters");
      on("validateRequestParameters") && parameters.is_object()) {
    MappingScope scope{
        .request = &flow.in, .context = nullptr, .stage_variables = nullptr, .response_headers = nullptr, .body = ""};
    std::string missing;
    for (const Json::Member& m : parameters.members()) {
      if (!m.value.is_bool() || !m.value.as_bool()) continue;
      auto value = map_value(m.key, scope);
      if (value && !value->empty()) continue;
      missing += (missing.empty() ? "" : ", ") + m.key.substr(m.key.find('.', sizeof "method.request") + 1);
    }
    if (!missing.empty())
      return refused("BAD_REQUEST_PARAMETERS", "Missing required request parameters: [" + missing + "]");
  }
  if (!on("validateRequestBody")) return {};
  const Json& models = flow.method->definition->get("requestModels");
  std::string type = to_lower(trim(flow.in.header("content-type").value_or("application/json")));
  type = std::string(trim(std::string_view(type).substr(0, type.find(';'))));
  const Json* name = models.find(type);
  if (!name || !name->is_string() || name->as_string() == "Empty") return {};
  std::map<std::string, Json, std::less<>> parsed_models;
  FindModel find = [&](std::string_view model) -> const Json* {
    auto known = parsed_models.find(model);
    if (known != parsed_models.end()) return &known->second;
    const Json& text = flow.stage->definition.get("models").get(model).get("schema");
    auto parsed = Json::parse(text.string_or(""), 64);
    if (!parsed) return nullptr;
    return &parsed_models.emplace(std::string(model), std::move(*parsed)).first->second;
  };
  const Json* schema = find(name->as_string());
  if (!schema) return {};
  auto body = Json::parse(flow.in.body, 128);
  if (!body || !is_valid(*body, *schema, find)) return refused("BAD_REQUEST_BODY", "", "Invalid request body");
  return {};
}

}  // namespace thaw::apigateway
