#include "services/lambda/url_event.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::lambda {
namespace {

// 24/Nov/2026:11:18:32 +0000
std::string common_log_time(Time time) {
  std::string iso = iso8601_millis(time);  // 2026-11-24T11:18:32.123Z
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int month = (iso[5] - '0') * 10 + (iso[6] - '0');
  return fmt::format("{}/{}/{}:{} +0000", iso.substr(8, 2), months[(month + 11) % 12], iso.substr(0, 4),
                     iso.substr(11, 8));
}

template <size_t N>
bool is_among(std::string_view name, const std::string_view (&names)[N]) {
  std::string lower = to_lower(name);
  return std::ranges::find(names, lower) != std::end(names);
}

// Set by the URL's front itself, or of one hop only.
bool is_kept_back(std::string_view name) {
  static constexpr std::string_view names[] = {
      "connection",       "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",         "te",
      "trailer",          "expect",     "cookie",           "x-amzn-trace-id",   "x-forwarded-for", "x-forwarded-port",
      "x-forwarded-proto"};
  return is_among(name, names);
}

void join_into(Json& object, const std::string& name, std::string_view value) {
  Json& slot = object[name];
  slot = slot.is_string() ? Json(slot.as_string() + "," + std::string(value)) : Json(value);
}

bool is_text(std::string_view content_type, const std::string& body) {
  if (!is_valid_utf8(body)) return false;
  std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  return type.empty() || type.starts_with("text/") || type == "application/json" || type == "application/xml" ||
         type == "application/javascript" || type.ends_with("+json") || type.ends_with("+xml");
}

std::string protocol_of(const net::HttpRequest& http) {
  return http.version == 20 ? "HTTP/2.0" : http.version == 10 ? "HTTP/1.0" : "HTTP/1.1";
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}
bool is_field_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7F && c != ':';
  });
}
bool is_dropped(std::string_view name) {
  static constexpr std::string_view names[] = {"transfer-encoding", "content-length", "connection", "te",
                                               "trailer",           "upgrade",        "keep-alive"};
  return is_among(name, names);
}
std::string scalar_text(const Json& value) { return value.is_string() ? value.as_string() : value.dump(); }

bool add_fields(net::HttpResponse& out, const Json& answer) {
  const Json& headers = answer.get("headers");
  if (!headers.is_object() && !headers.is_null()) return false;
  if (headers.is_object())
    for (const Json::Member& m : headers.members()) {
      if (m.value.is_null()) continue;
      std::string value = scalar_text(m.value);
      if (!is_field_name(m.key) || !is_field_value(value)) return false;
      if (!is_dropped(m.key)) out.headers.add(m.key, value);
    }
  const Json& cookies = answer.get("cookies");
  if (!cookies.is_array() && !cookies.is_null()) return false;
  if (cookies.is_array())
    for (const Json& cookie : cookies.items()) {
      if (!cookie.is_string() || !is_field_value(cookie.as_string())) return false;
      out.headers.add("Set-Cookie", cookie.as_string());
    }
  return true;
}

std::string joined(const Texts& list) { return list ? join(*list, ",") : ""; }

// The value of Access-Control-Allow-Origin for a request from `origin`; empty when it is not allowed.
std::string allowed_origin(const Cors& cors, std::string_view origin) {
  for (const std::string& each : cors.AllowOrigins.value_or(std::vector<std::string>{})) {
    if (each == "*") return cors.AllowCredentials.value_or(false) ? std::string(origin) : "*";
    if (equal_ignoring_case(each, origin)) return std::string(origin);
    size_t star = each.find('*');  // http://*.example.com
    if (star == std::string::npos) continue;
    std::string_view head = std::string_view(each).substr(0, star), tail = std::string_view(each).substr(star + 1);
    if (origin.size() > head.size() + tail.size() && origin.starts_with(head) && origin.ends_with(tail))
      return std::string(origin);
  }
  return "";
}

void set_origin(net::HttpResponse& out, const Cors& cors, const std::string& origin) {
  out.headers.set("Access-Control-Allow-Origin", origin);
  if (origin != "*") out.headers.add("Vary", "Origin");
  if (cors.AllowCredentials.value_or(false)) out.headers.set("Access-Control-Allow-Credentials", "true");
}

}  // namespace

std::optional<UrlAddress> parse_url_address(std::string_view host, std::string_view path) {
  constexpr std::string_view own = "/_aws/lambda-url/";
  UrlAddress out;
  if (path.starts_with(own)) {
    std::string_view rest = path.substr(own.size());
    size_t slash = rest.find('/');
    out.id = rest.substr(0, slash);
    out.path = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
    return out;
  }
  size_t dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  std::string_view rest = host.substr(dot + 1);
  if (rest != "lambda-url" && !rest.starts_with("lambda-url.")) return std::nullopt;
  out.id = host.substr(0, dot);
  out.path = path.starts_with('/') ? std::string(path) : "/";
  return out;
}

namespace {

Json headers_of(const net::HttpRequest& http, const UrlRequest& request) {
  Json out = Json::object();
  for (auto [name, value] : http.headers) {
    if (is_kept_back(name)) continue;
    std::string lower = to_lower(name);
    if (lower == "authorization" && request.signer) continue;  // a signature is the URL's business, and secret
    join_into(out, lower, value);
  }
  std::string_view before = http.headers.get_or("x-forwarded-for", "");
  out.set("x-amzn-trace-id", request.trace);
  out.set("x-forwarded-for", before.empty() ? http.peer.ip : std::string(before) + ", " + http.peer.ip);
  out.set("x-forwarded-port", std::to_string(http.local.port));
  out.set("x-forwarded-proto", http.tls ? "https" : "http");
  return out;
}

Json context_of(const net::HttpRequest& http, const UrlRequest& request) {
  Json out =
      Json::object({{"accountId", request.signer ? request.signer->account : "anonymous"}, {"apiId", request.id}});
  if (request.signer) {
    const api::Principal& who = *request.signer;
    out.set("authorizer", Json::object({{"iam", Json::object({{"accessKey", who.access_key},
                                                              {"accountId", who.account},
                                                              {"callerId", who.user_id},
                                                              {"cognitoIdentity", nullptr},
                                                              {"principalOrgId", nullptr},
                                                              {"userArn", who.arn},
                                                              {"userId", who.user_id}})}}));
  }
  out.set("domainName", request.host);
  out.set("domainPrefix", request.id);
  out.set("http", Json::object({{"method", http.method},
                                {"path", request.path},
                                {"protocol", protocol_of(http)},
                                {"sourceIp", http.peer.ip},
                                {"userAgent", http.headers.get_or("user-agent", "")}}));
  out.set("requestId", request.request_id);
  out.set("routeKey", "$default");
  out.set("stage", "$default");
  out.set("time", common_log_time(request.time));
  out.set("timeEpoch", request.time.time_since_epoch().count());
  return out;
}

}  // namespace

Json url_event(const net::HttpRequest& http, const UrlRequest& request) {
  Json event = Json::object(
      {{"version", "2.0"}, {"routeKey", "$default"}, {"rawPath", request.path}, {"rawQueryString", http.query}});
  Json cookies = Json::array();
  for (std::string_view line : http.headers.get_all("cookie"))
    for (std::string_view cookie : split(line, ';'))
      if (!trim(cookie).empty()) cookies.push_back(trim(cookie));
  if (!cookies.empty()) event.set("cookies", std::move(cookies));
  event.set("headers", headers_of(http, request));
  if (!http.query.empty()) {
    Json parameters = Json::object();
    if (auto pairs = api::parse_form(http.query))
      for (const auto& [name, value] : *pairs) join_into(parameters, name, value);
    if (!parameters.empty()) event.set("queryStringParameters", std::move(parameters));
  }
  event.set("requestContext", context_of(http, request));
  bool text = is_text(http.headers.get_or("content-type", ""), request.body);
  if (!request.body.empty()) event.set("body", text ? request.body : base64_encode(request.body));
  event.set("isBase64Encoded", !request.body.empty() && !text);
  return event;
}

std::optional<net::HttpResponse> url_response(std::string_view payload) {
  net::HttpResponse out;
  auto answer = Json::parse(payload);
  if (!answer) return std::nullopt;
  if (!answer->is_object() || !answer->contains("statusCode")) {
    out.headers.set("Content-Type", "application/json");
    out.body = payload;
    return out;
  }
  const Json& code = answer->get("statusCode");
  auto status = code.is_string() && Json::is_number_text(code.as_string()) ? Json::number(code.as_string()).to_int()
                                                                           : code.to_int();
  if (!status || *status < 100 || *status > 599) return std::nullopt;
  // An informational status cannot be an answer's last.
  if (*status < 200) return std::nullopt;
  out.status = static_cast<int>(*status);
  if (!add_fields(out, *answer)) return std::nullopt;
  const Json& body = answer->get("body");
  if (!body.is_null()) out.body = scalar_text(body);
  const Json& encoded = answer->get("isBase64Encoded");
  if (encoded.is_bool() && encoded.as_bool()) {
    auto decoded = base64_decode(out.body);
    if (!decoded) return std::nullopt;
    out.body = std::move(*decoded);
  }
  if (!out.headers.contains("content-type")) out.headers.set("Content-Type", "application/json");
  return out;
}

std::optional<net::HttpResponse> preflight(const net::HttpRequest& http, const std::optional<Cors>& cors) {
  auto origin = http.headers.get("origin");
  if (!cors || http.method != "OPTIONS" || !origin || !http.headers.contains("access-control-request-method"))
    return std::nullopt;
  net::HttpResponse out;
  std::string allowed = allowed_origin(*cors, *origin);
  if (allowed.empty()) return out;  // a browser reads the missing headers as a no
  set_origin(out, *cors, allowed);
  if (std::string methods = joined(cors->AllowMethods); !methods.empty())
    out.headers.set("Access-Control-Allow-Methods", methods);
  if (std::string headers = joined(cors->AllowHeaders); !headers.empty())
    out.headers.set("Access-Control-Allow-Headers", headers);
  if (std::string exposed = joined(cors->ExposeHeaders); !exposed.empty())
    out.headers.set("Access-Control-Expose-Headers", exposed);
  if (cors->MaxAge) out.headers.set("Access-Control-Max-Age", std::to_string(*cors->MaxAge));
  return out;
}

void add_cors(net::HttpResponse& response, const net::HttpRequest& http, const std::optional<Cors>& cors) {
  auto origin = http.headers.get("origin");
  if (!cors || !origin) return;
  std::string allowed = allowed_origin(*cors, *origin);
  if (allowed.empty()) return;
  set_origin(response, *cors, allowed);
  if (std::string exposed = joined(cors->ExposeHeaders); !exposed.empty())
    response.headers.set("Access-Control-Expose-Headers", exposed);
}

}  // namespace thaw::lambda
