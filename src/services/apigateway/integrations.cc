// What answers a request once it has been let in: functions, HTTP endpoints, and the mock.
#include <re2/re2.h>

#include <charconv>

#include "base/log.h"
#include "base/text.h"
#include "services/apigateway/data_plane.h"

namespace thaw::apigateway {
namespace {

std::unexpected<Failure> malformed() {
  return std::unexpected(
      Failure{.type = "DEFAULT_5XX", .message = "Internal server error", .status = 502, .validation = ""});
}
std::unexpected<Failure> misconfigured() {
  return std::unexpected(Failure{.type = "API_CONFIGURATION_ERROR", .message = "", .validation = ""});
}
std::unexpected<Failure> timed_out() {
  return std::unexpected(Failure{.type = "INTEGRATION_TIMEOUT", .message = "", .validation = ""});
}
std::unexpected<Failure> not_implemented(std::string words) {
  return std::unexpected(Failure{.type = "DEFAULT_5XX",
                                 .message = std::move(words),
                                 .status = 501,
                                 .validation = "",
                                 .error_type = "NotImplemented"});
}

// "application/json; charset=utf-8" -> "application/json"
std::string media_type(std::string_view content_type) {
  std::string out = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  return out.empty() ? "application/json" : out;
}

// The body that a custom integration gets: by the template of the request's media type, or as it came where that is
// allowed.
std::expected<std::string, Failure> mapped_request_body(const Method& method, const Incoming& in,
                                                        const MappingScope& scope) {
  const Json& integration = method.integration();
  const Json& templates = integration.get("requestTemplates");
  std::string type = media_type(in.header("content-type").value_or(""));
  const Json* chosen = templates.find(type);
  if (!chosen || !chosen->is_string()) {
    std::string behaviour = integration.get("passthroughBehavior").string_or("WHEN_NO_MATCH");
    bool passes = behaviour == "WHEN_NO_MATCH" || (behaviour == "WHEN_NO_TEMPLATES" && templates.empty());
    if (!passes) return std::unexpected(Failure{.type = "UNSUPPORTED_MEDIA_TYPE", .message = "", .validation = ""});
    return in.body;
  }
  auto rendered = render_template(chosen->as_string(), scope);
  if (!rendered) return not_implemented(rendered.error().message);
  return std::move(*rendered);
}

bool pattern_matches(const std::string& pattern, std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  re2::RE2 compiled(pattern, options);
  return compiled.ok() && re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

// The integration response whose pattern matches `subject`, or the default one.
const Json* select_response(const Method& method, std::string_view subject, bool only_default) {
  const Json& responses = method.integration().get("integrationResponses");
  if (!responses.is_object()) return nullptr;
  const Json* otherwise = nullptr;
  for (const Json::Member& m : responses.members()) {
    std::string pattern = m.value.get("selectionPattern").string_or("");
    if (pattern.empty()) {
      if (!otherwise) otherwise = &m.value;
    } else if (!only_default && pattern_matches(pattern, subject)) {
      return &m.value;
    }
  }
  return otherwise;
}

// The response of a custom integration: status, headers by mapping, body by template.
std::expected<net::HttpResponse, Failure> mapped_response(const Json& response, const Incoming& in,
                                                          const MappingScope& scope) {
  net::HttpResponse out;
  std::string status = response.get("statusCode").string_or("200");
  std::from_chars(status.data(), status.data() + status.size(), out.status);
  constexpr std::string_view prefix = "method.response.header.", many = "method.response.multivalueheader.";
  if (const Json& parameters = response.get("responseParameters"); parameters.is_object())
    for (const Json::Member& m : parameters.members()) {
      std::string_view name = m.key;
      if (name.starts_with(prefix))
        name.remove_prefix(prefix.size());
      else if (name.starts_with(many))
        name.remove_prefix(many.size());
      else
        continue;
      auto value = map_value(m.value.string_or(""), scope);
      if (value && value->find_first_of("\r\n") == std::string::npos && !name.empty()) out.headers.set(name, *value);
    }
  out.body = std::string(scope.body);
  std::string type = "application/json";
  if (const Json& templates = response.get("responseTemplates"); templates.is_object() && !templates.empty()) {
    const Json::Member* chosen = nullptr;
    std::string accept = media_type(in.header("accept").value_or(""));
    for (const Json::Member& m : templates.members())
      if (m.key == accept || (!chosen && m.key == "application/json")) chosen = &m;
    if (!chosen) chosen = &templates.members()[0];
    type = chosen->key;
    if (chosen->value.is_string() && !chosen->value.as_string().empty()) {
      auto rendered = render_template(chosen->value.as_string(), scope);
      if (!rendered) return not_implemented(rendered.error().message);
      out.body = std::move(*rendered);
    }
  }
  if (!out.headers.contains("content-type")) out.headers.set("Content-Type", type);
  return out;
}

// Where integration.request.PLACE.NAME comes from, for one place.
Pairs mapped_parameters(const Method& method, std::string_view place, const MappingScope& scope) {
  Pairs out;
  std::string prefix = "integration.request." + std::string(place) + ".";
  const Json& parameters = method.integration().get("requestParameters");
  if (!parameters.is_object()) return out;
  for (const Json::Member& m : parameters.members())
    if (m.key.starts_with(prefix))
      if (auto value = map_value(m.value.string_or(""), scope)) out.push_back({m.key.substr(prefix.size()), *value});
  return out;
}

MappingScope request_scope(const Stage& stage, const Incoming& in, const Json& context) {
  return {.request = &in,
          .context = &context,
          .stage_variables = &stage.variables,
          .response_headers = nullptr,
          .body = in.body};
}

}  // namespace

Task<DataPlane::Answer> DataPlane::integrate(Flow& flow) {
  const std::string& type = flow.method->type;
  flow.context = type == "AWS_PROXY" ? Json() : request_context(*flow.stage, *flow.method, flow.in);
  if (type == "AWS_PROXY" && !flow.method->function.empty()) return lambda_proxy(flow);
  if (type == "AWS" && !flow.method->function.empty()) return lambda_custom(flow);
  if (type == "MOCK") return mock(flow);
  if (type == "HTTP_PROXY" || type == "HTTP") return http_integration(flow);
  return [](std::string uri) -> Task<Answer> {
    if (uri.empty()) co_return misconfigured();
    co_return not_implemented("Thaw does not implement the integration " + uri.substr(0, 200) + " yet.");
  }(flow.method->uri);
}

// ---- functions ----

Task<std::expected<DataPlane::Invoked, Failure>> DataPlane::invoke(Flow& flow, std::string function,
                                                                   std::string payload, std::string source_arn,
                                                                   std::string credentials, bool asynchronous) {
  api::As as = api::As::service("apigateway.amazonaws.com", flow.stage->account, flow.stage->region);
  as.context =
      Json::object({{"aws:SourceArn", std::move(source_arn)}, {"aws:SourceAccount", flow.stage->account.str()}});
  if (!credentials.empty()) {
    // As the role: which has to trust API Gateway.
    Json input = Json::object({{"RoleArn", credentials}, {"RoleSessionName", "BackplaneAssumeRoleSession"}});
    api::As gateway = as;
    gateway.context = {};
    Result<Json> session = co_await d_.caller.call(std::move(gateway), "sts", "AssumeRole", std::move(input));
    if (!session) co_return misconfigured();
    as.principal = {};
    as.principal.kind = api::Principal::Kind::role_session;
    as.principal.account = flow.stage->account.str();
    as.principal.arn = session->get("AssumedRoleUser").get("Arn").string_or("");
    as.principal.user_id = session->get("AssumedRoleUser").get("AssumedRoleId").string_or("");
    as.principal.role_arn = credentials;
  }
  Json input = Json::object({{"FunctionName", std::move(function)},
                             {"Payload", std::move(payload)},
                             {"InvocationType", asynchronous ? "Event" : "RequestResponse"},
                             {"TraceId", flow.in.trace}});
  Completion<std::optional<Result<Json>>> done;
  Loop& loop = Loop::current();
  loop.spawn(
      "apigateway integration",
      [](api::Caller caller, api::As who, Json what, Completion<std::optional<Result<Json>>> result) -> Task<void> {
        Result<Json> answer = co_await caller.call(std::move(who), "lambda", "Invoke", std::move(what));
        result.set(std::move(answer));
      }(d_.caller, std::move(as), std::move(input), done));
  Loop::TimerId timer =
      loop.after(std::chrono::milliseconds(flow.method->timeout_ms), [done]() mutable { done.set(std::nullopt); });
  std::optional<Result<Json>> answer = co_await done;
  loop.cancel(timer);
  if (!answer) co_return timed_out();
  if (!*answer) {
    const Error& error = answer->error();
    log::warning("api gateway {}/{}: {}: {}", flow.stage->api, flow.stage->name, error.code, error.message);
    if (error.code == "NotImplemented") co_return not_implemented(error.message);
    if (error.code == "RequestTooLargeException")
      co_return std::unexpected(Failure{.type = "REQUEST_TOO_LARGE", .message = "Request Too Long", .validation = ""});
    co_return misconfigured();
  }
  co_return Invoked{(*answer)->get("Payload").string_or(""), (*answer)->get("FunctionError").string_or("")};
}

Task<DataPlane::Answer> DataPlane::lambda_proxy(Flow& flow) {
  std::string payload = proxy_event(*flow.stage, *flow.method, flow.in).dump();
  auto invoked = co_await invoke(flow, flow.method->function, std::move(payload), flow.source_arn(),
                                 flow.method->integration().get("credentials").string_or(""), false);
  if (!invoked) co_return std::unexpected(std::move(invoked).error());
  if (!invoked->function_error.empty()) co_return malformed();
  auto response = proxy_response(invoked->payload, flow.stage->binary_types, flow.in.header("accept").value_or(""));
  if (!response) co_return malformed();
  co_return std::move(*response);
}

Task<DataPlane::Answer> DataPlane::lambda_custom(Flow& flow) {
  MappingScope scope = request_scope(*flow.stage, flow.in, flow.context);
  auto body = mapped_request_body(*flow.method, flow.in, scope);
  if (!body) co_return std::unexpected(std::move(body).error());
  bool asynchronous = false;
  for (const auto& [name, value] : mapped_parameters(*flow.method, "header", scope))
    if (equal_ignoring_case(name, "x-amz-invocation-type")) asynchronous = value == "Event";
  if (trim(*body).empty()) *body = "{}";
  auto invoked = co_await invoke(flow, flow.method->function, std::move(*body), flow.source_arn(),
                                 flow.method->integration().get("credentials").string_or(""), asynchronous);
  if (!invoked) co_return std::unexpected(std::move(invoked).error());
  std::string subject;
  if (!invoked->function_error.empty()) {
    auto error = Json::parse(invoked->payload);
    subject = error ? error->get("errorMessage").string_or("") : invoked->payload;
  }
  const Json* response = select_response(*flow.method, subject, invoked->function_error.empty());
  if (!response) co_return misconfigured();
  scope.body = invoked->payload;
  co_return mapped_response(*response, flow.in, scope);
}

// ---- the mock ----

Task<DataPlane::Answer> DataPlane::mock(Flow& flow) {
  MappingScope scope = request_scope(*flow.stage, flow.in, flow.context);
  auto body = mapped_request_body(*flow.method, flow.in, scope);
  if (!body) co_return std::unexpected(std::move(body).error());
  // The template's answer names the status by which the integration response is chosen. Templates in the wild write
  // {statusCode: 200}, which is no JSON, so the number is looked for by hand.
  size_t at = body->find("statusCode");
  size_t digit = at == std::string::npos ? at : body->find_first_of("0123456789", at);
  std::string status = digit == std::string::npos ? "" : body->substr(digit, 3);
  if (status.size() != 3 || status.find_first_not_of("0123456789") != std::string::npos) co_return misconfigured();
  const Json* response = select_response(*flow.method, status, false);
  const Json& responses = flow.method->integration().get("integrationResponses");
  if (const Json* named = responses.find(status); named && !named->contains("selectionPattern")) response = named;
  if (!response) co_return misconfigured();
  scope.body = "";
  co_return mapped_response(*response, flow.in, scope);
}

// ---- HTTP endpoints ----

namespace {

// The endpoint's URL with the mapped path and query parameters; a proxy passes the client's query on.
std::string http_url(const Method& method, const Incoming& in, const MappingScope& scope, bool proxy) {
  std::string url = method.uri;
  for (const auto& [name, value] : mapped_parameters(method, "path", scope)) {
    for (std::string label : {"{" + name + "}", "{" + name + "+}"})
      if (size_t at = url.find(label); at != std::string::npos) url.replace(at, label.size(), uri_encode(value, true));
  }
  Pairs query = proxy ? in.query : Pairs();
  for (auto& [name, value] : mapped_parameters(method, "querystring", scope)) {
    std::erase_if(query, [&](const auto& pair) { return pair.first == name; });
    query.push_back({name, value});
  }
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : query) {
    url += separator + uri_encode(name) + "=" + uri_encode(value);
    separator = '&';
  }
  return url;
}

bool is_hop(std::string_view name) {
  for (std::string_view each :
       {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "te", "trailer", "host"})
    if (equal_ignoring_case(name, each)) return true;
  return false;
}

}  // namespace

Task<DataPlane::Answer> DataPlane::http_integration(Flow& flow) {
  bool proxy = flow.method->type == "HTTP_PROXY";
  MappingScope scope = request_scope(*flow.stage, flow.in, flow.context);
  net::ClientRequest request;
  std::string method = flow.method->integration().get("httpMethod").string_or("GET");
  request.method = method == "ANY" ? flow.in.method : method;
  request.url = http_url(*flow.method, flow.in, scope, proxy);
  request.timeout = Millis(flow.method->timeout_ms);
  request.body_bytes_max = 10'485'760;
  if (proxy) {
    request.body = flow.in.body;
    for (const auto& [name, value] : flow.in.headers)
      if (!is_hop(name)) request.headers.add(name, value);
  } else {
    auto body = mapped_request_body(*flow.method, flow.in, scope);
    if (!body) co_return std::unexpected(std::move(body).error());
    request.body = std::move(*body);
    request.headers.set("Content-Type", media_type(flow.in.header("content-type").value_or("")));
  }
  for (const auto& [name, value] : mapped_parameters(*flow.method, "header", scope))
    if (value.find_first_of("\r\n") == std::string::npos) request.headers.set(name, value);
  if (!client_) client_ = std::make_unique<net::Client>();
  Result<net::ClientResponse> fetched = co_await client_->fetch(std::move(request));
  if (!fetched && fetched.error().code == "RequestTimeout") co_return timed_out();
  if (!fetched && fetched.error().code == "InvalidUrl") co_return misconfigured();
  if (!fetched) co_return std::unexpected(Failure{.type = "INTEGRATION_FAILURE", .message = "", .validation = ""});
  if (proxy) {
    net::HttpResponse out;
    out.status = fetched->status;
    for (auto [name, value] : fetched->headers)
      if (!is_hop(name)) out.headers.add(equal_ignoring_case(name, "date") ? "x-amzn-Remapped-Date" : name, value);
    out.body = std::move(fetched->body);
    co_return out;
  }
  const Json* response = select_response(*flow.method, std::to_string(fetched->status), false);
  if (!response) co_return misconfigured();
  scope.body = fetched->body;
  scope.response_headers = &fetched->headers;
  co_return mapped_response(*response, flow.in, scope);
}

}  // namespace thaw::apigateway
