// What a function URL sends to its function and makes of the answer: payload format 2.0, and CORS. Pure.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/service.h"
#include "base/clock.h"
#include "base/json.h"
#include "net/http.h"
#include "services/lambda/control_store.h"

namespace thaw::lambda {

// The URL's id and the path behind it; nothing when the request is not for a function URL.
struct UrlAddress {
  std::string id;
  std::string path;  // still percent-encoded, begins with a slash
};
// `host` is in lower case, without its port: "ID.lambda-url.REGION.localhost". Where names cannot be resolved,
// /_aws/lambda-url/ID/PATH on any host is the same.
std::optional<UrlAddress> parse_url_address(std::string_view host, std::string_view path);

// A request for a URL, with its body.
struct UrlRequest {
  std::string id, request_id, trace;
  std::string host;  // as requestContext.domainName has it
  std::string path;
  std::string body;
  Time time;
  std::optional<api::Principal> signer;  // of AWS_IAM URLs
};
Json url_event(const net::HttpRequest& http, const UrlRequest& request);

// The function's answer as a response; nothing when it cannot be one (the caller gets 502).
std::optional<net::HttpResponse> url_response(std::string_view payload);

// The answer to a preflight request; nothing when the request is none, or there is no CORS configuration.
std::optional<net::HttpResponse> preflight(const net::HttpRequest& http, const std::optional<Cors>& cors);
// Puts the headers of the URL's CORS configuration into a response, in place of the function's own.
void add_cors(net::HttpResponse& response, const net::HttpRequest& http, const std::optional<Cors>& cors);

}  // namespace thaw::lambda
