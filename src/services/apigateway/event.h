// What a Lambda proxy integration sends to its function and makes of the answer. Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "net/http.h"
#include "services/apigateway/routes.h"

namespace thaw::apigateway {

// A request for a stage as integrations, authorizers and mappings see it.
struct Incoming {
  std::string method;
  std::string path;          // decoded, without the stage
  std::string raw_path;      // as sent, without the stage
  std::string context_path;  // with the stage
  std::string protocol = "HTTP/1.1";
  Pairs headers;  // as the client sent them, with those that the gateway adds; no hop-by-hop fields
  Pairs query;    // decoded
  std::string raw_query;
  Pairs parameters;  // of the path
  std::string body;
  std::string host, source_ip, user_agent;
  std::string request_id, extended_id, trace;
  Time time;
  Json authorizer;      // the context that an authorizer gave, or null
  Json identity;        // further members of requestContext.identity, or null
  std::string api_key;  // the key's value as accepted, and its id
  std::string api_key_id;

  // The last value of a header; nothing when absent.
  std::optional<std::string_view> header(std::string_view name) const;
  std::optional<std::string_view> query_parameter(std::string_view name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

// The headers that a request brings to an integration: its own without the hop-by-hop ones, X-Forwarded-* and the
// trace.
Pairs forwarded_headers(const net::HttpRequest& http, std::string_view trace);

// Whether a media type ("image/png; q=1") is among the binary ones, which may hold wildcards.
bool is_binary_type(std::string_view media_type, const std::vector<std::string>& binary_types);

Json request_context(const Stage& stage, const Method& method, const Incoming& in);
Json proxy_event(const Stage& stage, const Method& method, const Incoming& in);
// Of a REQUEST authorizer, and of a TOKEN authorizer.
Json request_authorizer_event(const Stage& stage, const Method& method, const Incoming& in,
                              std::string_view method_arn);
Json token_authorizer_event(std::string_view token, std::string_view method_arn);

// The function's answer as a response; nothing when it is not of the form that API Gateway asks for. `accept` is the
// request's Accept header: a base64 body is decoded when the client takes a binary type.
std::optional<net::HttpResponse> proxy_response(std::string_view payload, const std::vector<std::string>& binary_types,
                                                std::string_view accept);

// 24/Nov/2026:11:18:32 +0000
std::string common_log_time(Time time);
// Root=1-<time>-<96 bits>
std::string new_trace(Time now);

}  // namespace thaw::apigateway
