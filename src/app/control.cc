#include "app/control.h"

#include "app/version.h"
#include "base/text.h"

namespace thaw::app {
namespace {

net::HttpResponse json_response(int status, const Json& body) {
  net::HttpResponse out;
  out.status = status;
  out.headers.set("Content-Type", "application/json");
  out.body = body.dump() + "\n";
  return out;
}

}  // namespace

bool Control::serves(const net::HttpRequest& request) {
  // Lambda serves downloads of code itself.
  if (request.path.starts_with("/_thaw/lambda/")) return false;
  return request.path.starts_with("/_thaw/") || request.path.starts_with("/_localstack/");
}

Task<net::HttpResponse> Control::serve(net::HttpRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") {
    if (request.path == "/_thaw/health") co_return json_response(200, health());
    if (request.path == "/_localstack/health") co_return json_response(200, localstack_health());
    if (request.path == "/_thaw/operations") co_return json_response(200, operations());
    if (request.path == "/_thaw/status") {
      Json out = health();
      Json more = Json::object();
      if (status) more = co_await status();
      for (Json::Member& m : more.members()) out.set(m.key, std::move(m.value));
      co_return json_response(200, out);
    }
  }
  if (request.method == "POST" && request.path == "/_thaw/clock/advance") {
    constexpr size_t body_bytes_max = 4096;
    Result<std::string> body = co_await request.body.read_all(body_bytes_max);
    Result<Json> answer = body ? advance(*body) : std::unexpected(body.error());
    if (answer) co_return json_response(200, *answer);
    co_return json_response(answer.error().status, Json::object({{"message", answer.error().message}}));
  }
  co_return json_response(404, Json::object({{"message", "Thaw has nothing at " + request.path}}));
}

Json Control::health() const {
  Json services = Json::object();
  for (const auto& service : door_.services()) services.set(service->info.name, "running");
  return Json::object({{"status", "ok"}, {"version", version}, {"services", std::move(services)}});
}

Json Control::localstack_health() const {
  Json services = Json::object();
  for (const auto& service : door_.services()) services.set(service->info.name, "available");
  return Json::object({{"services", std::move(services)}, {"edition", "thaw"}, {"version", version}});
}

Json Control::operations() const {
  Json out = Json::object();
  for (const auto& service : door_.services()) {
    Json list = Json::array();
    for (const api::Operation& operation : service->operations()) {
      Json row = Json::object({{"name", operation.name}});
      if (!operation.note.empty()) row.set("note", operation.note);
      list.push_back(std::move(row));
    }
    Json missing = Json::array();
    for (const std::string& name : service->not_implemented()) missing.push_back(name);
    out.set(service->info.name, Json::object({{"title", service->info.title},
                                              {"operations", std::move(list)},
                                              {"not_implemented", std::move(missing)}}));
  }
  return out;
}

Result<Json> Control::advance(const std::string& body) {
  if (!virtual_clock_)
    return fail("InvalidRequest", "The clock is real; start Thaw with --clock virtual to advance it.", 409);
  auto parsed = Json::parse(body);
  auto by_ms = parsed ? parsed->get("milliseconds").to_int() : std::nullopt;
  if (!by_ms || *by_ms < 0) return fail("InvalidRequest", "Expected {\"milliseconds\": N} with N >= 0.");
  virtual_clock_->advance(std::chrono::milliseconds(*by_ms));
  return Json::object({{"now", iso8601_millis(virtual_clock_->now())}});
}

}  // namespace thaw::app
