#include "services/apigateway/data_plane.h"

#include "api/codec.h"
#include "api/router.h"
#include "base/log.h"
#include "base/text.h"

namespace thaw::apigateway {
namespace {

constexpr size_t body_bytes_max = 10'485'760;
constexpr size_t stages_kept_max = 1024;

}  // namespace

std::string DataPlane::Flow::method_arn() const {
  std::string_view path = in.raw_path;
  return stage->arn_prefix() + in.method + std::string(path.starts_with('/') ? path : "/");
}
std::string DataPlane::Flow::source_arn() const { return stage->arn_prefix() + in.method + method->resource_path; }

DataPlane::DataPlane(Dependencies dependencies) : d_(std::move(dependencies)) {}
DataPlane::~DataPlane() = default;

bool DataPlane::serves(const net::HttpRequest& request) const {
  std::string_view host = request.headers.get_or("host", "");
  bool by_host =
      host.find(".execute-api") != std::string_view::npos || host.find(".EXECUTE-API") != std::string_view::npos;
  bool by_path = request.path.starts_with("/_aws/execute-api/") || request.path.starts_with("/restapis/");
  if (!by_host && !by_path) return false;
  return parse_address(api::host_name(request), request.path).has_value();
}

void DataPlane::forget(const std::string& api) {
  ++generation_;
  std::erase_if(stages_, [&](const auto& entry) { return entry.first.first == api; });
  std::erase_if(verdicts_, [&](const auto& entry) { return entry.first.starts_with(api + "/"); });
}
void DataPlane::forget_keys() {
  ++generation_;
  keys_.clear();
}

Task<std::shared_ptr<const Stage>> DataPlane::find_stage(Address address) {
  std::pair key{address.api, address.stage};
  if (auto known = stages_.find(key); known != stages_.end()) co_return known->second;
  uint64_t generation = generation_;
  using Found = std::shared_ptr<const Stage>;
  auto found = co_await d_.store.transact<Found>([&](kv::Transaction& tx) -> Task<Result<Found>> {
    auto owner = co_await Store::owner(tx, address.api);
    if (!owner) co_return Found();
    auto account = AccountId::parse(owner->get("account").string_or(""));
    auto region = Region::parse(owner->get("region").string_or(""));
    if (!account || !region) co_return Found();
    Store store(tx, *account, *region);
    auto stage = co_await store.stage(address.api, address.stage);
    if (!stage) co_return Found();
    auto deployment = co_await store.deployment(address.api, stage->get("deploymentId").string_or(""));
    if (!deployment) co_return Found();
    co_return compile_stage(*account, *region, address.api, *stage, std::move((*deployment)["snapshot"]));
  });
  if (!found || !*found) co_return nullptr;
  if (stages_.size() >= stages_kept_max) stages_.clear();
  if (generation == generation_) stages_[key] = *found;
  co_return *found;
}

Task<net::HttpResponse> DataPlane::serve(net::HttpRequest& request) {
  auto address = parse_address(api::host_name(request), request.path);
  Flow flow{.http = request, .stage = nullptr, .method = nullptr, .in = {}, .context = {}};
  Incoming& in = flow.in;
  in.request_id = random_uuid();
  in.extended_id = base64_encode(random_bytes(11));
  in.time = d_.clock.now();
  in.method = request.method;
  in.host = api::host_name(request);
  in.source_ip = request.peer.ip;
  in.user_agent = request.headers.get_or("user-agent", "");
  in.protocol = request.version == 20 ? "HTTP/2.0" : request.version == 10 ? "HTTP/1.0" : "HTTP/1.1";
  in.trace = request.headers.get_or("x-amzn-trace-id", "");
  if (in.trace.empty()) in.trace = new_trace(in.time);
  in.headers = forwarded_headers(request, in.trace);
  in.raw_query = request.query;
  flow.stage = co_await find_stage(*address);
  if (!flow.stage || flow.stage->disabled) {
    Failure nothing{.type = "WAF_FILTERED", .message = "Forbidden", .status = 403, .validation = ""};
    net::HttpResponse response = finish(flow, std::unexpected(std::move(nothing)));
    co_return response;
  }
  in.raw_path = address->path;
  in.path = uri_decode(address->path).value_or(address->path);
  in.context_path = "/" + flow.stage->name + in.path;
  Answer answered = co_await answer(flow);
  net::HttpResponse response = finish(flow, std::move(answered));
  co_return response;
}

Task<DataPlane::Answer> DataPlane::answer(Flow& flow) {
  if (auto pairs = api::parse_form(flow.in.raw_query)) flow.in.query = std::move(*pairs);
  Result<std::string> body = co_await flow.http.body.read_all(body_bytes_max);
  if (!body) {
    bool large = body.error().code == "RequestEntityTooLarge";
    co_return std::unexpected(Failure{.type = large ? "REQUEST_TOO_LARGE" : "DEFAULT_4XX",
                                      .message = large ? "" : "Bad Request",
                                      .status = large ? 413 : 400,
                                      .validation = ""});
  }
  flow.in.body = std::move(*body);
  Routes::Match match = flow.stage->routes.match(flow.in.method, flow.in.raw_path);
  if (!match.method)
    co_return std::unexpected(Failure{.type = "MISSING_AUTHENTICATION_TOKEN", .message = "", .validation = ""});
  flow.method = match.method;
  flow.in.parameters = std::move(match.parameters);
  if (auto checked = co_await authorise(flow); !checked) co_return std::unexpected(std::move(checked).error());
  if (auto checked = co_await check_key(flow); !checked) co_return std::unexpected(std::move(checked).error());
  if (auto checked = check_request(flow); !checked) co_return std::unexpected(std::move(checked).error());
  Answer out = co_await integrate(flow);
  co_return out;
}

net::HttpResponse DataPlane::finish(const Flow& flow, Answer answer) const {
  net::HttpResponse out;
  if (answer) {
    out = std::move(*answer);
  } else {
    Json context = flow.method ? request_context(*flow.stage, *flow.method, flow.in)
                               : Json::object({{"requestId", flow.in.request_id},
                                               {"httpMethod", flow.in.method},
                                               {"path", flow.in.context_path},
                                               {"stage", flow.stage ? flow.stage->name : ""}});
    out = gateway_response(answer.error(), flow.stage.get(), &flow.in, std::move(context));
  }
  out.headers.set("x-amzn-RequestId", flow.in.request_id);
  out.headers.set("x-amz-apigw-id", flow.in.extended_id);
  if (flow.method && !flow.method->type.empty() && flow.method->type != "MOCK")
    out.headers.set("X-Amzn-Trace-Id", flow.in.trace);
  if (flow.in.method == "HEAD") out.body.clear();
  return out;
}

}  // namespace thaw::apigateway
