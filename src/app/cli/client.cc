#include "app/cli/client.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "net/loop.h"

namespace thaw::app {

std::string environment_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

Connection Connection::from_environment() {
  Connection out;
  out.endpoint = environment_or("THAW_ENDPOINT", environment_or("AWS_ENDPOINT_URL", out.endpoint));
  while (out.endpoint.ends_with('/')) out.endpoint.pop_back();
  out.region = environment_or("AWS_REGION", environment_or("AWS_DEFAULT_REGION", out.region));
  out.credentials.access_key = environment_or("AWS_ACCESS_KEY_ID", environment_or("THAW_ACCESS_KEY", "test"));
  out.credentials.secret = environment_or("AWS_SECRET_ACCESS_KEY", environment_or("THAW_SECRET_KEY", "test"));
  out.credentials.security_token = environment_or("AWS_SESSION_TOKEN", "");
  return out;
}

Task<Result<net::ClientResponse>> CloudClient::send(net::ClientRequest request, std::string service) {
  std::string rest = request.url.substr(request.url.find("://") + 3);
  size_t slash = rest.find('/');
  api::SigningRequest to_sign;
  to_sign.method = request.method;
  std::string target = slash == std::string::npos ? "/" : rest.substr(slash);
  to_sign.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) to_sign.query = target.substr(target.find('?') + 1);
  to_sign.headers.push_back({"host", rest.substr(0, slash)});
  for (auto [name, value] : request.headers) to_sign.headers.push_back({std::string(name), std::string(value)});
  to_sign.body = request.body;
  to_sign.region = connection_.region;
  to_sign.service = service;
  api::sign_request(to_sign, connection_.credentials, RealClock().now());
  request.headers.clear();
  for (auto& [name, value] : to_sign.headers) request.headers.set(name, value);
  Result<net::ClientResponse> response = co_await http_.fetch(std::move(request));
  if (!response)
    co_return fail("NotReachable",
                   fmt::format("Nothing answers at {} ({}). Start it with: thaw up", connection_.endpoint,
                               response.error().message),
                   503);
  co_return response;
}

Task<Result<Json>> CloudClient::call(std::string service, std::string operation, Json input) {
  net::ClientRequest request;
  request.method = "POST";
  request.url = connection_.endpoint + "/";
  request.headers.set("Content-Type", "application/x-amz-json-1.1");
  request.headers.set("X-Amz-Target", "Thaw." + service + "." + operation);
  request.body = input.is_null() ? "{}" : input.dump();
  request.timeout = Millis(16 * 60 * 1000);
  CO_TRY(net::ClientResponse response, co_await send(std::move(request), "thaw"));
  auto body = Json::parse(response.body.empty() ? "{}" : response.body);
  if (!body) co_return fail("UnreadableAnswer", "The answer is not JSON: " + response.body.substr(0, 200), 502);
  if (response.status < 300) co_return std::move(*body);
  std::string code = body->get("__type").string_or("UnknownError");
  code = code.substr(code.find('#') == std::string::npos ? 0 : code.find('#') + 1);
  std::string message = body->get("message").string_or(body->get("Message").string_or(""));
  co_return fail(code, message, response.status);
}

Task<Result<Json>> CloudClient::get(std::string path) {
  net::ClientRequest request;
  request.url = connection_.endpoint + path;
  Result<net::ClientResponse> response = co_await http_.fetch(std::move(request));
  if (!response)
    co_return fail("NotReachable",
                   fmt::format("Nothing answers at {} ({}). Start it with: thaw up", connection_.endpoint,
                               response.error().message),
                   503);
  auto body = Json::parse(response->body);
  if (!body || response->status >= 300)
    co_return fail("UnexpectedAnswer",
                   fmt::format("{}{} answered {}: is it Thaw?", connection_.endpoint, path, response->status), 502);
  co_return std::move(*body);
}

Task<Result<std::string>> CloudClient::download(std::string url) {
  net::ClientRequest request;
  request.url = url;
  request.timeout = Millis(10 * 60 * 1000);
  CO_TRY(net::ClientResponse response, co_await http_.fetch(std::move(request)));
  if (response.status >= 300)
    co_return fail("DownloadFailed", fmt::format("{} answered {}", url, response.status), response.status);
  co_return std::move(response.body);
}

Task<Result<void>> CloudClient::put_object(std::string bucket, std::string key, std::string bytes) {
  net::ClientRequest request;
  request.method = "PUT";
  request.url = connection_.endpoint + "/" + bucket + "/" + uri_encode(key, true);
  request.body = std::move(bytes);
  request.timeout = Millis(10 * 60 * 1000);
  CO_TRY(net::ClientResponse response, co_await send(std::move(request), "s3"));
  if (response.status >= 300)
    co_return fail("UploadFailed",
                   fmt::format("Uploading s3://{}/{} failed: {}", bucket, key, response.body.substr(0, 400)),
                   response.status);
  co_return Result<void>();
}

int run_command(std::function<Task<Result<int>>()> command) {
  auto loop = net::make_loop();
  int code = 1;
  auto main = [](std::function<Task<Result<int>>()> body, int& exit_code) -> Task<void> {
    Result<int> answer = co_await body();
    if (answer)
      exit_code = *answer;
    else
      fmt::print(stderr, "thaw: {}: {}\n", answer.error().code, answer.error().message);
  };
  net::run_loop(*loop, main(std::move(command), code));
  return code;
}

namespace {

std::string read_standard_input() {
  std::string out;
  char buffer[1 << 16];
  while (size_t got = std::fread(buffer, 1, sizeof buffer, stdin)) out.append(buffer, got);
  return out;
}

}  // namespace

Result<std::string> read_payload(const std::string& text) {
  if (!text.starts_with('@') && text != "-") return text;
  if (text == "-" || text == "@-") return read_standard_input();
  std::ifstream file(text.substr(1), std::ios::binary);
  if (!file) return fail("FileNotFound", "Cannot read " + text.substr(1));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void print_json(const Json& value) { fmt::print("{}\n", value.dump_pretty()); }

}  // namespace thaw::app
