#include "api/door.h"

#include <cassert>
#include <charconv>

#include "api/codec.h"
#include "api/signed_body.h"
#include "base/log.h"
#include "base/text.h"

namespace thaw::api {
namespace {

ErrorFamily family_of(const Route& route) {
  if (route.own_wire) return ErrorFamily::json;
  if (route.service && route.service->info.bare_xml_errors) return ErrorFamily::s3;
  switch (route.protocol) {
    case Protocol::query: return ErrorFamily::query;
    case Protocol::rest_json: return ErrorFamily::rest_json;
    case Protocol::rest_xml: return ErrorFamily::s3;
    default: return ErrorFamily::json;
  }
}

Error access_denied(Error error, ErrorFamily family) {
  if (error.code != "AccessDenied") return error;
  bool plain = family == ErrorFamily::query || family == ErrorFamily::s3;
  error.code = plain ? "AccessDenied" : "AccessDeniedException";
  error.status = family == ErrorFamily::json ? 400 : 403;
  return error;
}

net::HttpResponse to_http(WireResponse wire, const std::string& request_id, bool s3) {
  net::HttpResponse out;
  out.status = wire.status;
  out.headers = std::move(wire.headers);
  out.headers.set("x-amzn-RequestId", request_id);
  if (s3) out.headers.set("x-amz-request-id", request_id), out.headers.set("x-amz-id-2", base64_encode(request_id));
  out.body = std::move(wire.body);
  return out;
}

std::optional<uint64_t> decoded_length(const net::HttpRequest& http) {
  std::string_view text = http.headers.get_or("x-amz-decoded-content-length", "");
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Reads what a stream gives, for callers in process.
Task<Result<std::string>> drain(std::shared_ptr<net::BodySource> source, size_t bytes_max) {
  std::string out;
  while (true) {
    CO_TRY(std::string chunk, co_await source->next());
    if (chunk.empty()) co_return out;
    if (out.size() + chunk.size() > bytes_max)
      co_return fail("RequestEntityTooLarge", "The object is too large to be read in process.", 413);
    out += chunk;
  }
}

std::vector<Permission> permissions_of(const Operation& operation, const Request& request, const Json& input) {
  if (operation.permissions) return operation.permissions(request, input);
  std::string action = operation.action_.value_or(request.service->name + ":" + operation.name);
  if (action.empty()) return {};
  return {{std::move(action), operation.resource_ ? operation.resource_(request, input) : "*", {}}};
}

}  // namespace

kv::Transaction& Request::tx() const {
  assert(transaction != nullptr);
  return *transaction;
}

Operation&& Operation::action(std::string name_of_action) && {
  action_ = std::move(name_of_action);
  return std::move(*this);
}
Operation&& Operation::resource(std::function<std::string(const Request&, const Json& input)> arn) && {
  resource_ = std::move(arn);
  return std::move(*this);
}

Task<net::HttpResponse> Service::serve(net::HttpRequest&) {
  co_return net::HttpResponse{.status = 404, .headers = {}, .body = "", .stream = nullptr};
}

As As::root(const AccountId& account, const Region& region) {
  Principal principal;
  principal.kind = Principal::Kind::root;
  principal.account = account.str();
  principal.arn = "arn:aws:iam::" + account.str() + ":root";
  principal.user_id = account.str();
  return As{std::move(principal), account, region};
}

As As::service(std::string_view host, const AccountId& account, const Region& region) {
  Principal principal;
  principal.kind = Principal::Kind::service;
  principal.arn = host;
  return As{std::move(principal), account, region};
}

Task<Result<Json>> Caller::call(As as, std::string service, std::string operation, Json input) {
  return door_.call(std::move(as), std::move(service), std::move(operation), std::move(input));
}

Door::Door(kv::Store& store, const Clock& clock, CredentialSource& credentials, Authorizer& authorizer,
           DoorOptions options)
    : store_(store),
      clock_(clock),
      credentials_(credentials),
      authorizer_(authorizer),
      options_(std::move(options)),
      account_(AccountId::parse(options_.account).value()),
      region_(Region::parse(options_.region).value()) {}

Door::~Door() = default;

void Door::add(Service& service) { router_.add(service); }

Service* Door::service(std::string_view name) const {
  const Registered* found = router_.find(name);
  return found ? found->service : nullptr;
}

const Operation* Door::operation(std::string_view service_name, std::string_view operation_name) const {
  const Registered* found = router_.find(service_name);
  return found ? found->find(operation_name) : nullptr;
}

std::map<std::string, uint64_t> Door::counts() const {
  std::map<std::string, uint64_t> out;
  for (const auto& service : router_.services()) {
    if (!service->was_asked()) continue;
    for (size_t i = 0; i < service->operations().size(); ++i)
      if (service->counts()[i]) out[service->info.name + ":" + service->operations()[i].name] = service->counts()[i];
  }
  return out;
}

Task<net::HttpResponse> Door::handle(net::HttpRequest& http) {
  std::string what;
  try {
    net::HttpResponse response = co_await answer(http);
    co_return response;
  } catch (const std::exception& e) {
    what = e.what();
  }
  log::error("{} {} failed: {}", http.method, http.path, what);
  co_return net::HttpResponse{.status = 500,
                              .headers = {{"Content-Type", "application/json"}},
                              .body = R"({"__type":"InternalFailure","message":"An internal error occurred."})",
                              .stream = nullptr};
}

Task<net::HttpResponse> Door::answer(net::HttpRequest& http) {
  for (const auto& service : router_.services())
    if (service->service->serves(http)) co_return co_await service->service->serve(http);

  std::string form;
  bool form_read = Router::needs_form(http);
  std::optional<Error> unreadable;
  if (form_read) {
    Result<std::string> body = co_await http.body.read_all(options_.body_bytes_max);
    if (body)
      form = std::move(*body);
    else
      unreadable = body.error();
  }
  Route route = router_.route(http, form);
  static const ServiceInfo unknown;
  const ServiceInfo& info = route.service ? route.service->info : unknown;
  std::optional<Error> error = unreadable ? unreadable : route.error;
  if (!error && route.operation && !form_read && !route.operation->input_streams) {
    Result<std::string> body = co_await http.body.read_all(options_.body_bytes_max);
    if (body)
      form = std::move(*body);
    else
      error = body.error();
  }
  if (error) {
    std::string id = random_uuid();
    co_return to_http(write_error(route.protocol, info, *error, id), id, info.bare_xml_errors);
  }
  if (form_read && route.operation->input_streams) {
    // Read as a form, but meant for an operation that streams: it reads from memory.
    net::StringBody body(std::move(form));
    net::HttpRequest again(body);
    again.method = http.method, again.target = http.target, again.path = http.path, again.query = http.query;
    again.headers = http.headers, again.version = http.version, again.tls = http.tls;
    again.peer = http.peer, again.local = http.local, again.on_client_gone = http.on_client_gone;
    net::HttpResponse streamed = co_await answer_operation(again, route, "");
    co_return streamed;
  }
  net::HttpResponse response = co_await answer_operation(http, route, std::move(form));
  co_return response;
}

Task<net::HttpResponse> Door::answer_operation(net::HttpRequest& http, const Route& route, std::string body) {
  const Registered& service = *route.service;
  const Operation& operation = *route.operation;
  ++service.counts()[static_cast<size_t>(&operation - service.operations().data())];
  Request request(account_, region_);
  request.service = &service.info;
  request.operation = &operation;
  request.id = random_uuid();
  request.clock = &clock_;
  request.http = &http;
  request.host = http.headers.get_or("host", "");
  request.tls = http.tls;
  request.source_ip = http.peer.ip;
  request.user_agent = http.headers.get_or("user-agent", "");
  bool s3 = service.info.bare_xml_errors;
  ErrorFamily family = family_of(route);

  auto failed = [&](Error error) {
    net::HttpResponse out = to_http(
        write_error(route.protocol, service.info, access_denied(std::move(error), family), request.id), request.id, s3);
    for (auto [name, value] : request.response_headers) out.headers.set(name, value);
    if (http.method == "HEAD") out.body.clear();
    return out;
  };

  std::optional<SignedBody> signed_body;  // outlives the operation, which reads it
  Result<void> authentic = co_await authenticate(http, route, body, request, signed_body);
  if (!authentic) co_return failed(authentic.error());
  if (operation.input_streams) request.body = signed_body ? static_cast<net::BodyReader*>(&*signed_body) : &http.body;

  WireRequest wire;
  wire.query = http.query;
  wire.headers = &http.headers;
  wire.body = body;
  wire.labels = route.labels;
  Result<Json> input = parse_request(route.protocol, operation, wire);
  if (!input) co_return failed(input.error());

  auto again = [&] { return parse_request(route.protocol, operation, wire); };
  Result<Json> output = co_await run(operation, request, std::move(*input), again);
  if (!output) co_return failed(output.error());

  net::HttpResponse out =
      to_http(write_response(route.protocol, service.info, operation, *output, request.id), request.id, s3);
  if (request.response_status) out.status = request.response_status;
  for (auto [name, value] : request.response_headers) out.headers.set(name, value);
  if (request.stream) {
    out.stream = std::move(request.stream);
    out.body.clear();
  }
  co_return out;
}

Task<Result<void>> Door::authenticate(net::HttpRequest& http, const Route& route, std::string_view body,
                                      Request& request, std::optional<SignedBody>& signed_body) {
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  headers.reserve(http.headers.size());
  for (auto field : http.headers) headers.push_back(field);
  SignableView view{http.method, http.path, http.query, headers, route.host_bucket};
  ErrorFamily family = family_of(route);

  CO_TRY(SignedRequest claim, parse_signature(view, family));
  if (claim.kind == SignatureKind::none) {
    if (!route.operation->anonymous_allowed) co_return fail(missing_token_error(family));
    co_return Result<void>();
  }
  std::optional<Credential> credential = co_await credentials_.find(claim.access_key, claim.security_token);
  if (!credential) co_return fail(unknown_key_error(family, claim.access_key));
  if (credential->session_token != claim.security_token)
    co_return fail(invalid_token_error(family, claim.security_token));
  Time now = options_.wall_clock ? options_.wall_clock->now() : clock_.now();
  if (credential->expires <= now) co_return fail(expired_token_error(family, claim.security_token));
  std::string hash = route.operation->input_streams && claim.payload == PayloadKind::of_body
                         ? "UNSIGNED-PAYLOAD"
                         : payload_hash(claim, body);
  CO_CHECK_OK(signatures_.check(view, claim, credential->secret_key, hash, now, family));
  if (claim.kind != SignatureKind::v2_query) {
    CO_CHECK_OK(check_scope(claim, route.own_wire ? "thaw" : route.service->info.signing(), "", family));
    if (auto region = Region::parse(claim.region)) request.region = std::move(*region);
  }
  if (!route.operation->input_streams) {
    CO_CHECK_OK(check_payload(claim, body, family));
  } else {
    std::optional<ChunkedOptions> chunked;
    if (claim.is_streaming())
      chunked = chunked_options(claim, signatures_.keys(), credential->secret_key, decoded_length(http));
    signed_body.emplace(http.body, std::move(chunked),
                        claim.payload == PayloadKind::declared ? to_lower(claim.declared_hash) : "");
  }
  request.principal = credential->principal;
  request.principal.access_key = claim.access_key;
  if (auto account = AccountId::parse(request.principal.account)) request.account = std::move(*account);
  co_return Result<void>();
}

Task<Result<Principal>> Door::admit(net::HttpRequest& http, std::string body, Admission admission) {
  Registered service;
  service.info.name = admission.signing_name;
  service.info.protocols = {Protocol::rest_json};
  Operation operation;
  Route route;
  route.service = &service;
  route.operation = &operation;
  route.protocol = Protocol::rest_json;
  Request request(account_, region_);
  request.service = &service.info;
  request.operation = &operation;
  request.id = random_uuid();
  request.clock = &clock_;
  request.http = &http;
  request.host = http.headers.get_or("host", "");
  request.tls = http.tls;
  request.source_ip = http.peer.ip;
  request.user_agent = http.headers.get_or("user-agent", "");
  std::optional<SignedBody> signed_body;
  if (admission.signature_required) CO_CHECK_OK(co_await authenticate(http, route, body, request, signed_body));
  Result<void> allowed =
      co_await authorizer_.authorize(request.principal, admission.permission, admission.resource_policy, request);
  if (!allowed) co_return fail(access_denied(std::move(allowed).error(), ErrorFamily::rest_json));
  co_return std::move(request.principal);
}

Task<Result<Json>> Door::run(const Operation& operation, Request& request, Json input,
                             std::function<Result<Json>()> again) {
  auto failures = validate(input, *operation.input);
  if (!failures.empty()) co_return fail(request.service->validation_code, validation_message(failures));
  if (operation.access == Access::plain) {
    Result<Json> answer = co_await run_once(operation, request, std::move(input));
    co_return answer;
  }
  // The operation takes its input apart, so an attempt after a conflict needs it anew.
  bool taken = false;
  Result<Json> answer = co_await store_.transact<Json>([&](kv::Transaction& tx) -> Task<Result<Json>> {
    request.transaction = &tx;
    if (std::exchange(taken, true)) input = again().value_or(Json::object());
    return run_once(operation, request, std::move(input));
  });
  request.transaction = nullptr;
  co_return answer;
}

Task<Result<Json>> Door::run_once(const Operation& operation, Request& request, Json input) {
  std::vector<Permission> permissions = permissions_of(operation, request, input);
  if (!permissions.empty()) {
    Json policy;
    if (operation.resource_policy) {
      CO_TRY(policy, co_await operation.resource_policy(request, input));
    }
    for (const Permission& permission : permissions) {
      Result<void> allowed = co_await authorizer_.authorize(request.principal, permission, policy, request);
      if (!allowed) co_return std::unexpected(allowed.error());
    }
  }
  Result<Json> answer = co_await operation.run(request, std::move(input));
  co_return answer;
}

Task<Result<Json>> Door::call(As as, std::string service_name, std::string operation_name, Json input) {
  const Registered* service = router_.find(service_name);
  if (!service) co_return fail("NotImplemented", "Thaw does not implement the service '" + service_name + "'.", 501);
  const Operation* operation = service->find(operation_name);
  if (!operation) co_return fail(not_implemented(service->info, operation_name));
  ++service->counts()[static_cast<size_t>(operation - service->operations().data())];
  Use whole;
  whole.shape = operation->input;
  if (input.is_null()) input = Json::object();
  CO_TRY(input, conform(std::move(input), whole));
  Request request(as.account, as.region);
  request.service = &service->info;
  request.operation = operation;
  request.id = random_uuid();
  request.clock = &clock_;
  request.principal = std::move(as.principal);
  request.context = std::move(as.context);
  request.host = "localhost";
  request.source_ip = "127.0.0.1";
  request.user_agent = "thaw";
  net::StringBody body;
  if (operation->input_streams) {
    const Use* payload = operation->input->payload();
    if (Json* bytes = payload ? input.find(payload->name) : nullptr; bytes && bytes->is_string())
      body = net::StringBody(std::move(bytes->as_string()));
    if (payload) input.erase(payload->name);
    request.body = &body;
  }
  auto again = [kept = input] { return Result<Json>(kept); };
  Result<Json> output = co_await run(*operation, request, std::move(input), again);
  if (!output) co_return fail(access_denied(std::move(output).error(), ErrorFamily::rest_json));
  if (request.stream && operation->output->payload()) {
    constexpr size_t bytes_max = 64u << 20;
    CO_TRY(std::string bytes, co_await drain(request.stream, bytes_max));
    output->set(operation->output->payload()->name, std::move(bytes));
  }
  co_return output;
}

}  // namespace thaw::api
