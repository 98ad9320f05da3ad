#include "services/apigateway/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"

namespace thaw::apigateway {
namespace {

std::optional<std::string_view> last_of(const Pairs& pairs, std::string_view name, bool ignoring_case) {
  for (auto it = pairs.rbegin(); it != pairs.rend(); ++it)
    if (ignoring_case ? equal_ignoring_case(it->first, name) : it->first == name) return it->second;
  return std::nullopt;
}

// {"name": last value}, and {"name": [values]}; null when there are none.
Json last_values(const Pairs& pairs) {
  Json out;
  for (const auto& [name, value] : pairs) {
    if (out.is_null()) out = Json::object();
    out.set(name, value);
  }
  return out;
}
Json all_values(const Pairs& pairs) {
  Json out;
  for (const auto& [name, value] : pairs) out[name].push_back(Json(value));
  return out;
}

void set_body(Json& event, const Stage& stage, const Incoming& in) {
  bool binary = is_binary_type(in.header("content-type").value_or("application/json"), stage.binary_types);
  if (in.body.empty()) {
    event.set("body", nullptr);
    binary = false;
  } else {
    // A text event cannot hold bytes that are not UTF-8; API Gateway replaces them.
    event.set("body", binary ? base64_encode(in.body) : in.body);
  }
  event.set("isBase64Encoded", binary);
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  return value.is_null() ? "" : value.dump();
}

std::string repaired_utf8(const std::string& bytes) {
  if (is_valid_utf8(bytes)) return bytes;
  std::string out;
  for (size_t i = 0; i < bytes.size();) {
    size_t length = 1;
    auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead >= 0xF0)
      length = 4;
    else if (lead >= 0xE0)
      length = 3;
    else if (lead >= 0xC0)
      length = 2;
    std::string_view one = std::string_view(bytes).substr(i, length);
    if (one.size() == length && is_valid_utf8(one)) {
      out += one;
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  return out;
}

// Response headers that API Gateway keeps for itself: the function's go under another name.
bool is_remapped(std::string_view name) {
  static constexpr std::string_view names[] = {"age",  "connection",   "content-md5",        "date",   "expect",
                                               "host", "max-forwards", "proxy-authenticate", "server", "user-agent",
                                               "via",  "warning",      "www-authenticate"};
  return std::ranges::find(names, to_lower(name)) != std::end(names);
}
bool is_dropped(std::string_view name) {
  static constexpr std::string_view names[] = {"transfer-encoding", "content-length", "te",
                                               "trailer",           "upgrade",        "keep-alive"};
  return std::ranges::find(names, to_lower(name)) != std::end(names);
}
bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}
bool is_field_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != ':' && static_cast<unsigned char>(c) < 0x80;
  });
}

bool add_header(net::HttpResponse& out, const std::string& name, const std::string& value) {
  if (!is_field_name(name) || !is_field_value(value)) return false;
  if (is_dropped(name)) return true;
  out.headers.add(is_remapped(name) ? "x-amzn-Remapped-" + name : name, value);
  return true;
}

// headers and multiValueHeaders together; a pair that is in both counts once.
bool add_headers(net::HttpResponse& out, const Json& single, const Json& multi) {
  if ((!single.is_object() && !single.is_null()) || (!multi.is_object() && !multi.is_null())) return false;
  if (multi.is_object())
    for (const Json::Member& m : multi.members()) {
      if (m.value.is_null()) continue;
      if (!m.value.is_array()) return false;
      for (const Json& value : m.value.items())
        if (!add_header(out, m.key, scalar_text(value))) return false;
    }
  if (single.is_object())
    for (const Json::Member& m : single.members()) {
      if (m.value.is_object() || m.value.is_array()) return false;
      std::string value = scalar_text(m.value);
      auto there = out.headers.get_all(m.key);
      if (std::ranges::find(there, value) != there.end()) continue;
      if (!add_header(out, m.key, value)) return false;
    }
  return true;
}

std::optional<int> status_of(const Json& value) {
  if (value.is_null()) return 200;
  std::optional<int64_t> number;
  if (value.is_string()) {
    int parsed = 0;
    const std::string& text = value.as_string();
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error == std::errc() && end == text.data() + text.size()) number = parsed;
  } else {
    number = value.to_int();
  }
  if (!number || *number < 100 || *number > 599) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

std::optional<std::string_view> Incoming::header(std::string_view name) const { return last_of(headers, name, true); }
std::optional<std::string_view> Incoming::query_parameter(std::string_view name) const {
  return last_of(query, name, false);
}
std::optional<std::string_view> Incoming::parameter(std::string_view name) const {
  return last_of(parameters, name, false);
}

std::string common_log_time(Time time) {
  std::string iso = iso8601_millis(time);  // 2026-11-24T11:18:32.123Z
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int month = (iso[5] - '0') * 10 + (iso[6] - '0');
  return fmt::format("{}/{}/{}:{} +0000", iso.substr(8, 2), months[(month + 11) % 12], iso.substr(0, 4),
                     iso.substr(11, 8));
}

std::string new_trace(Time now) {
  return fmt::format("Root=1-{:08x}-{}", now.time_since_epoch().count() / 1000, random_hex(24));
}

Pairs forwarded_headers(const net::HttpRequest& http, std::string_view trace) {
  static constexpr std::string_view hop[] = {
      "connection",       "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",         "te",
      "trailer",          "expect",     "content-length",   "x-amzn-trace-id",   "x-forwarded-for", "x-forwarded-port",
      "x-forwarded-proto"};
  Pairs out;
  for (auto [name, value] : http.headers)
    if (std::ranges::find(hop, to_lower(name)) == std::end(hop)) out.push_back({std::string(name), std::string(value)});
  std::string_view before = http.headers.get_or("x-forwarded-for", "");
  out.push_back({"X-Amzn-Trace-Id", std::string(trace)});
  out.push_back({"X-Forwarded-For", before.empty() ? http.peer.ip : std::string(before) + ", " + http.peer.ip});
  out.push_back({"X-Forwarded-Port", std::to_string(http.local.port)});
  out.push_back({"X-Forwarded-Proto", http.tls ? "https" : "http"});
  return out;
}

bool is_binary_type(std::string_view media_type, const std::vector<std::string>& binary_types) {
  std::string type = to_lower(trim(media_type.substr(0, media_type.find_first_of(";,"))));
  for (const std::string& each : binary_types) {
    if (each == "*/*" || each == type) return true;
    if (each.ends_with("/*") && type.starts_with(each.substr(0, each.size() - 1))) return true;
  }
  return false;
}

Json request_context(const Stage& stage, const Method& method, const Incoming& in) {
  Json identity = Json::object({{"cognitoIdentityPoolId", nullptr},
                                {"accountId", nullptr},
                                {"cognitoIdentityId", nullptr},
                                {"caller", nullptr},
                                {"sourceIp", in.source_ip},
                                {"principalOrgId", nullptr},
                                {"accessKey", nullptr},
                                {"cognitoAuthenticationType", nullptr},
                                {"cognitoAuthenticationProvider", nullptr},
                                {"userArn", nullptr},
                                {"userAgent", in.user_agent},
                                {"user", nullptr}});
  if (in.identity.is_object())
    for (const Json::Member& m : in.identity.members()) identity.set(m.key, m.value);
  if (!in.api_key.empty()) {
    identity.set("apiKey", in.api_key);
    identity.set("apiKeyId", in.api_key_id);
  }
  Json out = Json::object({{"resourceId", method.resource_id}, {"resourcePath", method.resource_path}});
  if (const Json& name = method.definition->get("operationName"); name.is_string()) out.set("operationName", name);
  if (!in.authorizer.is_null()) out.set("authorizer", in.authorizer);
  out.set("httpMethod", in.method);
  out.set("extendedRequestId", in.extended_id);
  out.set("requestTime", common_log_time(in.time));
  out.set("path", in.context_path);
  out.set("accountId", stage.account.str());
  out.set("protocol", in.protocol);
  out.set("stage", stage.name);
  out.set("domainPrefix", in.host.substr(0, in.host.find('.')));
  out.set("requestTimeEpoch", in.time.time_since_epoch().count());
  out.set("requestId", in.request_id);
  out.set("identity", std::move(identity));
  out.set("domainName", in.host);
  out.set("deploymentId", stage.deployment);
  out.set("apiId", stage.api);
  return out;
}

namespace {

// What events of proxies and of REQUEST authorizers share.
void set_request(Json& event, const Stage& stage, const Method& method, const Incoming& in) {
  event.set("resource", method.resource_path);
  event.set("path", in.path);
  event.set("httpMethod", in.method);
  event.set("headers", last_values(in.headers));
  event.set("multiValueHeaders", all_values(in.headers));
  event.set("queryStringParameters", last_values(in.query));
  event.set("multiValueQueryStringParameters", all_values(in.query));
  event.set("pathParameters", last_values(in.parameters));
  event.set("stageVariables", stage.variables.empty() ? Json() : stage.variables);
  event.set("requestContext", request_context(stage, method, in));
}

}  // namespace

Json proxy_event(const Stage& stage, const Method& method, const Incoming& in) {
  Json event = Json::object();
  set_request(event, stage, method, in);
  set_body(event, stage, in);
  if (Json* body = event.find("body"); body->is_string()) body->as_string() = repaired_utf8(body->as_string());
  return event;
}

Json request_authorizer_event(const Stage& stage, const Method& method, const Incoming& in,
                              std::string_view method_arn) {
  Json event = Json::object({{"type", "REQUEST"}, {"methodArn", method_arn}});
  set_request(event, stage, method, in);
  for (std::string_view name :
       {"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables"})
    if (event.get(name).is_null()) event.set(name, Json::object());
  return event;
}

Json token_authorizer_event(std::string_view token, std::string_view method_arn) {
  return Json::object({{"type", "TOKEN"}, {"methodArn", method_arn}, {"authorizationToken", token}});
}

std::optional<net::HttpResponse> proxy_response(std::string_view payload, const std::vector<std::string>& binary_types,
                                                std::string_view accept) {
  auto parsed = Json::parse(payload);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  static constexpr std::string_view known[] = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"};
  for (const Json::Member& m : parsed->members())
    if (std::ranges::find(known, m.key) == std::end(known)) return std::nullopt;
  net::HttpResponse out;
  auto status = status_of(parsed->get("statusCode"));
  if (!status) return std::nullopt;
  out.status = *status;
  if (!add_headers(out, parsed->get("headers"), parsed->get("multiValueHeaders"))) return std::nullopt;
  const Json& body = parsed->get("body");
  if (!body.is_string() && !body.is_null()) return std::nullopt;
  if (body.is_string()) out.body = body.as_string();
  const Json& encoded = parsed->get("isBase64Encoded");
  if (!encoded.is_null() && !encoded.is_bool()) return std::nullopt;
  if (encoded.is_bool() && encoded.as_bool() && is_binary_type(accept.empty() ? "*/*" : accept, binary_types)) {
    auto decoded = base64_decode(out.body);
    if (!decoded) return std::nullopt;
    out.body = std::move(*decoded);
  }
  if (!out.headers.contains("content-type")) out.headers.set("Content-Type", "application/json");
  return out;
}

}  // namespace thaw::apigateway
