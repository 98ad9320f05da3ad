#include "net/client.h"

#include <fmt/format.h>

#include <charconv>
#include <unordered_map>

#include "net/http1_parser.h"
#include "net/tls_internal.h"

namespace thaw::net {
namespace {

constexpr size_t buffer_bytes = 32 * 1024;
constexpr auto kept_for = std::chrono::seconds(30);

struct Url {
  bool tls = false;
  std::string host;       // without brackets
  std::string authority;  // as in the URL
  uint16_t port = 80;
  std::string target = "/";
};

Result<Url> parse_url(const std::string& text) {
  Url url;
  std::string_view rest = text;
  auto bad = [&] { return fail("InvalidUrl", "not a http or https URL: " + text.substr(0, 200), 400); };
  for (unsigned char c : text) {
    if (c <= ' ' || c == 127) return bad();
  }
  if (rest.starts_with("https://")) {
    url.tls = true;
    url.port = 443;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return bad();
  }
  rest = rest.substr(0, rest.find('#'));
  size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  url.authority = rest.substr(0, slash);
  std::string_view target = rest.substr(slash);
  if (!target.empty()) url.target = target[0] == '?' ? "/" + std::string(target) : std::string(target);
  std::string_view host = url.authority;
  if (host.find('@') != std::string_view::npos) return bad();
  size_t bracket = host.find(']');
  size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    std::string_view port = host.substr(colon + 1);
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size()) return bad();
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return bad();
  url.host = host;
  return url;
}

// A connection and the response under way on it.
struct Wire {
  Wire(std::unique_ptr<Transport> its_transport, Http1Limits limits)
      : transport(std::move(its_transport)), parser(Http1Parser::Kind::response, limits) {}

  std::unique_ptr<Transport> transport;
  Http1Parser parser;
  std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(buffer_bytes);
  size_t begin = 0, end = 0;
  bool used_before = false;
  bool timed_out = false;
  std::chrono::steady_clock::time_point last_used;

  // Feeds the parser with more bytes. Errors: "ConnectionError", "MalformedResponse", "RequestTimeout".
  Task<Result<>> advance() {
    if (begin == end) {
      ssize_t got = co_await transport->read(buffer.get(), buffer_bytes);
      if (timed_out) co_return fail("RequestTimeout", "the response did not come in time", 504);
      if (got < 0) co_return fail("ConnectionError", "the connection failed while the response was read", 502);
      begin = 0;
      end = static_cast<size_t>(got);
      if (got == 0) {
        bool nothing = !parser.message().headers_done && parser.message().headers.empty();
        parser.feed_end();
        if (nothing) co_return fail("ConnectionError", "the connection was closed before a response came", 502);
        if (!parser.message().message_done && parser.message().error_status == 0) {
          co_return fail("ConnectionError", "the connection was closed in the middle of the response", 502);
        }
      }
    }
    begin += parser.feed({buffer.get() + begin, end - begin});
    if (parser.message().error_status != 0) co_return fail("MalformedResponse", parser.message().error_words, 502);
    co_return Result<>{};
  }

  bool reusable() {
    return parser.message().message_done && parser.message().keep_alive && begin == end && !timed_out;
  }
};

}  // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  ClientOptions options;
  TlsClientContext tls;
  std::unordered_map<std::string, std::vector<std::unique_ptr<Wire>>> idle;

  class Reader;

  static std::string destination(const ClientRequest& request, const Url& url) {
    return fmt::format("{} {} {} {}", url.tls, request.unix_socket, url.host, url.port);
  }

  void keep(const std::string& where, std::unique_ptr<Wire> wire) {
    if (!wire->reusable() || options.idle_connections_max == 0) return;
    wire->used_before = true;
    wire->last_used = std::chrono::steady_clock::now();
    auto& wires = idle[where];
    if (wires.size() >= options.idle_connections_max) wires.erase(wires.begin());
    wires.push_back(std::move(wire));
  }

  std::unique_ptr<Wire> take(const std::string& where) {
    auto found = idle.find(where);
    if (found == idle.end()) return nullptr;
    auto& wires = found->second;
    auto oldest = std::chrono::steady_clock::now() - kept_for;
    while (!wires.empty()) {
      auto wire = std::move(wires.back());
      wires.pop_back();
      // A kept connection has nothing to say: bytes or the end mean that it is of no use.
      char byte;
      if (wire->last_used > oldest && wire->transport->try_read(&byte, 1) == Transport::again) return wire;
    }
    idle.erase(found);
    return nullptr;
  }

  Task<Result<std::unique_ptr<Wire>>> connect(const ClientRequest& request, const Url& url) {
    Result<Stream> stream = fail("ConnectionError", "", 502);
    if (request.unix_socket.empty()) {
      stream = co_await connect_tcp(url.host, url.port, request.timeout);
    } else {
      stream = co_await connect_unix(request.unix_socket);
    }
    if (!stream) co_return fail(std::move(stream).error());
    Http1Limits limits{256 * 1024, 16 * 1024, 1'000};
    if (!url.tls) co_return std::make_unique<Wire>(make_plain_transport(std::move(*stream)), limits);
    if (!tls) {
      CO_TRY(tls, make_tls_client_context(options.ca_file, options.verify));
    }
    auto transport = make_tls_client_transport(tls.get(), std::move(*stream), url.host, options.verify);
    if (!transport) co_return fail("TlsError", "TLS cannot be set up", 502);
    bool timed_out = false;
    auto timer = Loop::current().after(request.timeout, [&] {
      timed_out = true;
      transport->stream().shutdown();
    });
    bool shaken = co_await transport->handshake();
    Loop::current().cancel(timer);
    if (timed_out) co_return fail("ConnectTimeout", "the TLS handshake was not made in time", 504);
    if (!shaken) co_return fail("TlsError", "TLS handshake with " + url.host + ": " + transport->error_words(), 502);
    co_return std::make_unique<Wire>(std::move(transport), limits);
  }

  static Result<std::string> write_head(const ClientRequest& request, const Url& url) {
    std::string head = request.method + " " + url.target + " HTTP/1.1\r\n";
    auto is_bad = [](std::string_view text) {
      return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
    };
    if (is_bad(request.method) || request.method.find(' ') != std::string::npos || request.method.empty()) {
      return fail("InvalidRequest", "the method is malformed", 400);
    }
    if (!request.headers.contains("Host")) head += "Host: " + url.authority + "\r\n";
    for (auto [name, value] : request.headers) {
      if (is_bad(name) || is_bad(value) || name.empty()) return fail("InvalidRequest", "a header is malformed", 400);
      head.append(name).append(": ").append(value).append("\r\n");
    }
    bool takes_body = request.method != "GET" && request.method != "HEAD";
    bool says_length = request.headers.contains("Content-Length") || request.headers.contains("Transfer-Encoding");
    if (!says_length && (takes_body || !request.body.empty())) {
      head += fmt::format("Content-Length: {}\r\n", request.body.size());
    }
    head += "\r\n";
    return head;
  }

  // Sends the request and reads up to the headers of the final response.
  static Task<Result<>> exchange(Wire& wire, const ClientRequest& request, const std::string& head) {
    std::string first = head;
    iovec parts[2] = {{first.data(), first.size()}, {const_cast<char*>(request.body.data()), request.body.size()}};
    if (request.body.size() <= 8 * 1024) {
      first += request.body;
      parts[0] = {first.data(), first.size()};
      parts[1].iov_len = 0;
    }
    bool sent = co_await wire.transport->write(std::span(parts));
    // When sending fails, the server may still have said why.
    while (true) {
      wire.parser.start();
      if (request.method == "HEAD") wire.parser.expect_no_body();
      while (!wire.parser.message().headers_done) {
        Result<> advanced = co_await wire.advance();
        if (!advanced && !sent && advanced.error().code == "ConnectionError") {
          co_return fail("ConnectionError", "the connection failed while the request was sent", 502);
        }
        if (!advanced) co_return fail(std::move(advanced).error());
      }
      int status = wire.parser.message().status;
      if (status >= 200 || status == 101) co_return Result<>{};
      while (!wire.parser.message().message_done) CO_CHECK_OK(co_await wire.advance());
    }
  }

  Task<Result<ClientResponse>> fetch(ClientRequest request);
  static Task<Result<std::string>> read_body(Wire& wire, size_t limit_bytes);
};

// Reads a streamed response, then gives its connection back.
class Client::Impl::Reader final : public BodyReader {
 public:
  Reader(std::weak_ptr<Impl> client, std::string where, std::unique_ptr<Wire> wire)
      : client_(std::move(client)), where_(std::move(where)), wire_(std::move(wire)) {
    length_ = wire_->parser.message().content_length;
  }

  Task<Result<std::string>> read() override {
    while (wire_) {
      Http1Message& message = wire_->parser.message();
      if (!message.body.empty()) co_return std::exchange(message.body, {});
      if (message.message_done) {
        trailers_ = message.trailers;
        if (auto client = client_.lock()) client->keep(where_, std::move(wire_));
        wire_.reset();
        break;
      }
      Result<> advanced = co_await wire_->advance();
      if (!advanced) {
        wire_.reset();
        failure_ = advanced.error();
        co_return fail(std::move(advanced).error());
      }
    }
    if (failure_) co_return fail(*failure_);
    co_return std::string();
  }
  std::optional<uint64_t> content_length() const override { return length_; }
  const Headers& trailers() const override { return trailers_; }

 private:
  std::weak_ptr<Impl> client_;
  std::string where_;
  std::unique_ptr<Wire> wire_;
  std::optional<uint64_t> length_;
  std::optional<Error> failure_;
  Headers trailers_;
};

Task<Result<std::string>> Client::Impl::read_body(Wire& wire, size_t limit_bytes) {
  Http1Message& message = wire.parser.message();
  auto too_large = [] { return fail("RequestEntityTooLarge", "the response is larger than allowed", 502); };
  while (true) {
    if (message.content_length.value_or(0) > limit_bytes && !message.message_done) co_return too_large();
    if (message.body.size() > limit_bytes) co_return too_large();
    if (message.message_done) co_return std::move(message.body);
    CO_CHECK_OK(co_await wire.advance());
  }
}

Task<Result<ClientResponse>> Client::Impl::fetch(ClientRequest request) {
  auto keep_alive = shared_from_this();
  CO_TRY(Url url, parse_url(request.url));
  CO_TRY(std::string head, write_head(request, url));
  std::string where = destination(request, url);
  auto deadline = std::chrono::steady_clock::now() + request.timeout;
  while (true) {
    std::unique_ptr<Wire> wire = take(where);
    if (!wire) {
      CO_TRY(wire, co_await connect(request, url));
    }
    Wire* raw = wire.get();
    auto timer = Loop::current().after(deadline - std::chrono::steady_clock::now(), [raw] {
      raw->timed_out = true;
      raw->transport->stream().shutdown();
    });
    Result<> exchanged = co_await exchange(*wire, request, head);
    if (!exchanged) {
      Loop::current().cancel(timer);
      bool stale = wire->used_before && exchanged.error().code == "ConnectionError" &&
                   !wire->parser.message().headers_done && wire->parser.message().headers.empty();
      if (stale && !wire->timed_out) continue;
      if (wire->timed_out) co_return fail("RequestTimeout", "the response did not come in time", 504);
      co_return fail(std::move(exchanged).error());
    }
    ClientResponse response;
    response.status = wire->parser.message().status;
    response.headers = wire->parser.message().headers;
    if (request.stream) {
      Loop::current().cancel(timer);
      response.reader = std::make_shared<Reader>(weak_from_this(), where, std::move(wire));
      co_return response;
    }
    Result<std::string> body = co_await read_body(*wire, request.body_bytes_max);
    Loop::current().cancel(timer);
    if (!body) co_return fail(std::move(body).error());
    response.body = std::move(*body);
    keep(where, std::move(wire));
    co_return response;
  }
}

Client::Client(ClientOptions options) : impl_(std::make_shared<Impl>()) { impl_->options = std::move(options); }
Client::~Client() = default;

Task<Result<ClientResponse>> Client::fetch(ClientRequest request) {
  Result<ClientResponse> response = co_await impl_->fetch(std::move(request));
  co_return response;
}

}  // namespace thaw::net
