// POST /quote: {"quantity": 3} is answered with a price. A custom runtime in one file: it asks the Runtime API for the
// next event, computes, and answers, for as long as its environment lives.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string api = std::getenv("AWS_LAMBDA_RUNTIME_API") ? std::getenv("AWS_LAMBDA_RUNTIME_API") : "127.0.0.1:9001";

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

int dial() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  size_t colon = api.find(':');
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(api.c_str() + colon + 1)));
  inet_pton(AF_INET, api.substr(0, colon).c_str(), &address.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("runtime API");
  return fd;
}

struct Message {
  std::string head, body;
  std::string header(const char* name) const {
    size_t at = 0;
    while ((at = head.find("\r\n", at)) != std::string::npos) {
      at += 2;
      if (strncasecmp(head.c_str() + at, name, std::strlen(name)) == 0 && head[at + std::strlen(name)] == ':') {
        size_t from = at + std::strlen(name) + 1, to = head.find("\r\n", from);
        while (from < head.size() && head[from] == ' ') ++from;
        return head.substr(from, (to == std::string::npos ? head.size() : to) - from);
      }
    }
    return "";
  }
};

// One request on a kept connection. Bodies of the Runtime API have a Content-Length.
Message exchange(int fd, const std::string& request) {
  for (size_t sent = 0; sent < request.size();) {
    ssize_t n = write(fd, request.data() + sent, request.size() - sent);
    if (n <= 0) die("write");
    sent += static_cast<size_t>(n);
  }
  std::string bytes;
  size_t end = std::string::npos, length = 0;
  char buffer[65536];
  while (end == std::string::npos || bytes.size() < end + 4 + length) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n <= 0) die("read");
    bytes.append(buffer, static_cast<size_t>(n));
    if (end == std::string::npos && (end = bytes.find("\r\n\r\n")) != std::string::npos)
      length = std::strtoul(Message{bytes.substr(0, end), ""}.header("content-length").c_str(), nullptr, 10);
  }
  return {bytes.substr(0, end), bytes.substr(end + 4, length)};
}

// The quantity in the event's body, which is JSON text inside JSON: {"body": "{\"quantity\": 3}"}.
long quantity_of(const std::string& event) {
  size_t at = event.find("quantity");
  if (at == std::string::npos) return 1;
  at = event.find_first_of("-0123456789", at);
  return at == std::string::npos ? 1 : std::strtol(event.c_str() + at, nullptr, 10);
}

}  // namespace

int main() {
  int fd = dial();
  const std::string host = "Host: " + api + "\r\n";
  while (true) {
    Message event = exchange(fd, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n" + host + "\r\n");
    long quantity = quantity_of(event.body);
    const char* currency = std::getenv("CURRENCY");
    std::string answer =
        quantity < 1
            ? R"({"statusCode": 400, "body": "{\"message\": \"quantity is at least 1\"}"})"
            : R"({"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{\"price\": )" +
                  std::to_string(quantity * 7) + R"(, \"currency\": \")" + (currency ? currency : "EUR") + R"(\"}"})";
    std::printf("quote for %ld\n", quantity);
    std::fflush(stdout);
    exchange(fd, "POST /2018-06-01/runtime/invocation/" + event.header("lambda-runtime-aws-request-id") +
                     "/response HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(answer.size()) + "\r\n\r\n" +
                     answer);
  }
}
