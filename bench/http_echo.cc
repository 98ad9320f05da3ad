// A raw HTTP echo: the server of net/ with a handler that answers what it was sent, and nothing else of Thaw.
// The reference H of the benchmarks: what a request costs before any service has seen it.
//
//   http_echo [PORT]      listens on 127.0.0.1 (8080), prints its port, ends on SIGTERM or SIGINT
#include <fmt/format.h>
#include <signal.h>
#include <stdio.h>

#include <charconv>
#include <string_view>

#include "net/loop.h"
#include "net/server.h"

namespace {

using namespace thaw;

constexpr size_t body_bytes_max = 64 * 1024 * 1024;

Task<net::HttpResponse> echo(net::HttpRequest& request) {
  net::HttpResponse response;
  Result<std::string> body = co_await request.body.read_all(body_bytes_max);
  if (!body) {
    response.status = body.error().status;
    response.body = body.error().message;
    co_return response;
  }
  response.headers.add("Content-Type", request.headers.get_or("content-type", "application/octet-stream"));
  response.body = std::move(*body);
  co_return response;
}

Task<void> serve(net::EventLoop& loop, uint16_t port) {
  net::Server server(echo);
  Result<uint16_t> chosen = server.listen("127.0.0.1", port);
  if (!chosen) {
    fmt::print(stderr, "{}\n", chosen.error().message);
    co_return;
  }
  fmt::print("{}\n", *chosen);
  fflush(stdout);
  Completion<Unit> asked_to_end;
  for (int signal : {SIGTERM, SIGINT}) loop.on_signal(signal, [asked_to_end]() mutable { asked_to_end.set({}); });
  co_await asked_to_end;
  co_await server.stop(Millis(1'000));
}

}  // namespace

int main(int argc, char** argv) {
  uint16_t port = 8080;
  std::string_view text = argc > 1 ? argv[1] : "8080";
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) {
    fmt::print(stderr, "usage: http_echo [PORT]\n");
    return 2;
  }
  auto loop = net::make_loop();
  net::run_loop(*loop, serve(*loop, port));
  return 0;
}
