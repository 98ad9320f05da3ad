// Requests for function URLs: https://ID.lambda-url.REGION.localhost:PORT/PATH.
//
//   address -> configuration (kept until a commit changes it) -> preflight -> body -> lambda:InvokeFunctionUrl ->
//   Invoke as the caller, which needs lambda:InvokeFunction too -> response
#include <fmt/format.h>

#include "api/router.h"
#include "base/text.h"
#include "services/lambda/service.h"
#include "services/lambda/url_event.h"

namespace thaw::lambda {
namespace {

constexpr size_t body_bytes_max = 6'291'456;
constexpr size_t urls_kept_max = 4096;
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
constexpr const char* forbidden_words =
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

net::HttpResponse json_answer(int status, std::string_view type, Json body) {
  net::HttpResponse out;
  out.status = status;
  out.headers.set("Content-Type", "application/json");
  out.headers.set("x-amzn-ErrorType", type);
  out.body = body.dump();
  return out;
}
net::HttpResponse forbidden() {
  return json_answer(403, "AccessDeniedException", Json::object({{"Message", forbidden_words}}));
}
net::HttpResponse function_failed() {
  net::HttpResponse out;
  out.status = 502;
  out.headers.set("Content-Type", "application/json");
  out.body = "Internal Server Error";
  return out;
}

// The answer to an invocation that did not come to pass.
net::HttpResponse refusal(const Error& error) {
  if (error.status == 429) {
    Json body = Json::object({{"Reason", error.details.get("Reason")}, {"Type", "User"}, {"message", error.message}});
    return json_answer(429, "TooManyRequestsException", std::move(body));
  }
  if (error.status == 413)
    return json_answer(413, "RequestTooLargeException", Json::object({{"Message", error.message}}));
  // Not the caller: the function's role cannot be assumed.
  bool role = error.message.starts_with("The role defined for the function");
  if (error.status == 403 && !role) return forbidden();
  return function_failed();
}

}  // namespace

void Lambda::forget_url(const std::string& id) {
  ++generation_;
  urls_.erase(id);
}

Task<std::shared_ptr<const Lambda::Url>> Lambda::find_url(std::string id) {
  if (auto known = urls_.find(id); known != urls_.end()) co_return known->second;
  uint64_t generation = generation_;
  using Found = std::shared_ptr<const Url>;
  auto found = co_await d_.store.transact<Found>([&](kv::Transaction& tx) -> Task<Result<Found>> {
    auto owner = co_await ControlStore::url_owner(tx, id);
    if (!owner) co_return Found();
    auto account = AccountId::parse(owner->account);
    auto region = Region::parse(owner->region);
    if (!account || !region) co_return Found();
    auto record = co_await ControlStore(tx, *account, *region).url(owner->name, owner->qualifier);
    if (!record || record->id != id) co_return Found();
    co_return std::make_shared<const Url>(Url{*account, *region, owner->name, std::move(*record)});
  });
  if (!found || !*found) co_return nullptr;
  if (urls_.size() >= urls_kept_max) urls_.clear();
  if (generation == generation_) urls_[id] = *found;
  co_return *found;
}

bool Lambda::serves_url(const net::HttpRequest& request) {
  std::string_view host = request.headers.get_or("host", "");
  bool by_host =
      host.find(".lambda-url") != std::string_view::npos || host.find(".LAMBDA-URL") != std::string_view::npos;
  if (!by_host && !request.path.starts_with("/_aws/lambda-url/")) return false;
  return parse_url_address(api::host_name(request), request.path).has_value();
}

Task<net::HttpResponse> Lambda::serve_url(net::HttpRequest& http) {
  auto address = parse_url_address(api::host_name(http), http.path);
  UrlRequest in;
  in.request_id = random_uuid();
  std::shared_ptr<const Url> url;
  if (address) url = co_await find_url(address->id);
  net::HttpResponse out;
  if (!url) {
    out = forbidden();
  } else if (auto answered = preflight(http, url->record.cors)) {
    out = std::move(*answered);
  } else {
    in.id = address->id;
    in.path = address->path;
    in.host = api::host_name(http);
    in.time = d_.clock.now();
    in.trace = http.headers.get_or("x-amzn-trace-id", "");
    if (in.trace.empty())
      in.trace = fmt::format("Root=1-{:08x}-{}", in.time.time_since_epoch().count() / 1000, random_hex(24));
    out = co_await invoke_url(http, *url, in);
    add_cors(out, http, url->record.cors);
    out.headers.set("X-Amzn-Trace-Id", in.trace);
  }
  out.headers.set("x-amzn-RequestId", in.request_id);
  if (http.method == "HEAD") out.body.clear();
  co_return out;
}

Task<net::HttpResponse> Lambda::invoke_url(net::HttpRequest& http, const Url& url, UrlRequest& in) {
  Result<std::string> body = co_await http.body.read_all(body_bytes_max);
  if (!body) {
    bool large = body.error().code == "RequestEntityTooLarge";
    co_return json_answer(
        large ? 413 : 400, large ? "RequestTooLargeException" : "InvalidRequestContentException",
        Json::object({{"Message", large ? "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
                                        : "The request's body could not be read."}}));
  }
  in.body = std::move(*body);
  bool signature = url.record.auth_type == "AWS_IAM";
  FunctionRef ref{url.name, url.record.qualifier};
  Request asking(url.account, url.region);
  auto target = co_await find_target(asking, ref);
  std::string arn = function_arn(url.account, url.region, ref.name, ref.qualifier);
  UrlAdmission admission{.permission = {"lambda:InvokeFunctionUrl", arn,
                                        Json::object({{"lambda:FunctionUrlAuthType", url.record.auth_type}})},
                         .policy = target ? (*target)->policy : Json(),
                         .signature_required = signature};
  if (!d_.admit) co_return function_failed();
  Result<api::Principal> who = co_await d_.admit(http, in.body, std::move(admission));
  if (!who) {
    const std::string& code = who.error().code;
    if (code.starts_with("AccessDenied") || code == "MissingAuthenticationTokenException") co_return forbidden();
    co_return json_answer(403, code, Json::object({{"message", who.error().message}}));
  }
  if (signature) in.signer = *who;
  Json event = url_event(http, in);
  Json input = Json::object({{"FunctionName", ref.name}, {"TraceId", in.trace}, {"Payload", event.dump()}});
  if (!ref.qualifier.empty()) input.set("Qualifier", ref.qualifier);
  // The second right that a URL needs: to invoke the function, told that it is by its URL.
  api::As as{std::move(*who), url.account, url.region, Json::object({{"lambda:InvokedViaFunctionUrl", true}})};
  Result<Json> answer = co_await d_.caller.call(std::move(as), "lambda", "Invoke", std::move(input));
  if (!answer) co_return refusal(answer.error());
  if (answer->get("FunctionError").is_string()) co_return function_failed();
  auto out = url_response(answer->get("Payload").string_or("null"));
  co_return out ? std::move(*out) : function_failed();
}

}  // namespace thaw::lambda
