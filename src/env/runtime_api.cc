#include "env/runtime_api.h"

#include <fmt/format.h>

#include "base/json.h"
#include "env/channel.h"

namespace thaw::env {
namespace {

constexpr std::string_view prefix = "/2018-06-01/runtime/";
constexpr size_t error_type_bytes_max = 256;

net::HttpResponse answer_json(int status, std::string body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}
net::HttpResponse answer_error(int status, std::string_view type, std::string_view message) {
  Json body = Json::object({{"errorMessage", message}, {"errorType", type}});
  return answer_json(status, body.dump());
}
net::HttpResponse accepted() { return answer_json(202, "{\"status\":\"OK\"}\n"); }
net::HttpResponse wrong_state() { return answer_error(403, "InvalidStateTransition", "Transition is not allowed"); }

// Reads on, so that a client that is still sending sees the answer instead of a reset; not for ever.
Task<void> throw_away(net::BodyReader& body) {
  constexpr size_t bytes_max = 64 << 20;
  for (size_t bytes = 0; bytes < bytes_max;) {
    auto part = co_await body.read();
    if (!part || part->empty()) co_return;
    bytes += part->size();
  }
}

// The type that the runtime names in its header or document; never longer than a type can be.
std::string error_type_of(const net::HttpRequest& request, const std::string& body) {
  std::string type(request.headers.get_or("Lambda-Runtime-Function-Error-Type", ""));
  if (type.empty()) {
    auto document = Json::parse(body, 32);
    if (document) type = document->get("errorType").string_or("");
  }
  if (type.empty()) type = "Runtime.Unknown";
  return type.substr(0, error_type_bytes_max);
}

}  // namespace

net::Handler RuntimeApi::handler() {
  return [self = shared_from_this()](net::HttpRequest& request) { return self->serve(request); };
}

Task<net::HttpResponse> RuntimeApi::serve(net::HttpRequest& request) {
  std::string path = request.path;
  if (path.starts_with("/2020-01-01/extension/") || path.starts_with("/2022-07-01/telemetry") ||
      path.starts_with("/2020-08-15/logs")) {
    co_return answer_error(501, "NotImplemented", "Thaw has no Extensions, Telemetry or Logs API yet");
  }
  if (!path.starts_with(prefix)) co_return answer_error(404, "NotFound", "404 page not found");
  std::string rest = path.substr(prefix.size());
  bool get = request.method == "GET", post = request.method == "POST";
  if (rest == "invocation/next" && get) co_return co_await next();
  if (rest == "init/error" && post) co_return co_await init_error(request);
  if (rest.starts_with("invocation/") && post) {
    size_t slash = rest.find('/', 11);
    std::string id = rest.substr(11, slash == std::string::npos ? slash : slash - 11);
    std::string verb = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (verb == "response" || verb == "error") co_return co_await answer(request, id, verb == "error");
  }
  co_return answer_error(404, "NotFound", "404 page not found");
}

Task<net::HttpResponse> RuntimeApi::next() {
  auto self = shared_from_this();
  if (state_ == State::failed || state_ == State::closed) co_return wrong_state();
  if (state_ == State::busy) co_return wrong_state();
  State before = std::exchange(state_, State::waiting);
  if (before == State::init) emit({RuntimeEventKind::ready});
  if (before == State::answered) emit({RuntimeEventKind::idle});
  uint64_t me = ++waiter_;
  Completion<Unit> wait;
  std::exchange(delivered_, wait).set({});
  if (!queued_ && state_ == State::waiting) co_await wait;
  if (!queued_ || me != waiter_) co_return wrong_state();
  InvocationMessage message = std::move(*queued_);
  queued_.reset();
  state_ = State::busy;
  request_id_ = message.request_id;
  net::HttpResponse response;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Lambda-Runtime-Aws-Request-Id", message.request_id);
  response.headers.add("Lambda-Runtime-Deadline-Ms", fmt::format("{}", message.deadline_ms));
  response.headers.add("Lambda-Runtime-Invoked-Function-Arn", message.invoked_arn);
  if (!message.trace_header.empty()) response.headers.add("Lambda-Runtime-Trace-Id", message.trace_header);
  if (!message.client_context.empty()) response.headers.add("Lambda-Runtime-Client-Context", message.client_context);
  if (!message.cognito_identity.empty())
    response.headers.add("Lambda-Runtime-Cognito-Identity", message.cognito_identity);
  response.body = std::move(message.payload);
  co_return response;
}

Task<net::HttpResponse> RuntimeApi::answer(net::HttpRequest& request, std::string_view id, bool is_error) {
  auto self = shared_from_this();
  bool right_id = !request_id_.empty() && id == request_id_;
  bool streamed = request.headers.get_or("Lambda-Runtime-Function-Response-Mode", "") == "streaming";
  auto body = co_await request.body.read_all(response_bytes_max);
  if (!right_id) co_return answer_error(400, "InvalidRequestID", "Invalid request ID");
  if (state_ != State::busy) co_return wrong_state();
  if (!body && body.error().code != "RequestEntityTooLarge")
    co_return answer_error(400, "InvalidRequest", body.error().message);
  if (streamed) co_return answer_error(501, "NotImplemented", "Thaw has no response streaming yet");
  if (!body) co_await throw_away(request.body);
  state_ = State::answered;
  if (!body) {
    emit({RuntimeEventKind::too_large});
    co_return answer_error(413, "RequestEntityTooLarge",
                           fmt::format("Exceeded maximum allowed payload size ({} bytes).", response_bytes_max));
  }
  std::string type = is_error ? error_type_of(request, *body) : "";
  emit({is_error ? RuntimeEventKind::error : RuntimeEventKind::response, std::move(*body), std::move(type)});
  co_return accepted();
}

Task<net::HttpResponse> RuntimeApi::init_error(net::HttpRequest& request) {
  auto self = shared_from_this();
  auto body = co_await request.body.read_all(response_bytes_max);
  if (!body) co_return answer_error(413, "RequestEntityTooLarge", "The error document is too large");
  if (state_ != State::init) co_return wrong_state();
  state_ = State::failed;
  std::string type = error_type_of(request, *body);
  emit({RuntimeEventKind::init_error, std::move(*body), std::move(type)});
  co_return accepted();
}

void RuntimeApi::deliver(InvocationMessage message) {
  queued_ = std::move(message);
  request_id_ = queued_->request_id;
  delivered_.set({});
}

void RuntimeApi::close() {
  on_event_ = nullptr;
  state_ = State::closed;
  delivered_.set({});
}

}  // namespace thaw::env
