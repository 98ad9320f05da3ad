#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "net/connection.h"
#include "net/http1_parser.h"

namespace thaw::net {
namespace {

// A body that the handler left is read and dropped up to here, to keep the connection; beyond, closing is cheaper.
constexpr uint64_t drained_bytes_max = 256 * 1024;
constexpr size_t kept_output_bytes = 4 * 1024;

class Http1Session;

class Http1Body final : public BodyReader {
 public:
  explicit Http1Body(Http1Session& session) : session_(session) {}
  Task<Result<std::string>> read() override;
  std::optional<uint64_t> content_length() const override;
  const Headers& trailers() const override;

 private:
  Http1Session& session_;
};

class Http1Session {
 public:
  explicit Http1Session(Connection& connection)
      : connection_(connection),
        parser_(Http1Parser::Kind::request,
                {connection.core->limits.header_bytes_max, connection.core->limits.target_bytes_max}),
        message_(parser_.message()),
        body_(*this),
        request_(body_) {
    request_.on_client_gone = [this](std::function<void()> fn) { client_gone_ = std::move(fn); };
    request_.tls = connection.transport->is_tls();
    request_.peer = connection.peer;
    request_.local = connection.local;
  }

  Task<void> run() {
    while (true) {
      parser_.start();
      continue_sent_ = false;
      bool have = co_await read_headers();
      if (!have) break;
      bool keep = message_.error_status == 0 && take_request();
      if (!keep) {
        co_await refuse();
        co_return;
      }
      keep = co_await answer();
      if (!keep) break;
    }
  }

  // The parser's message, made into what handlers see. False when the target is malformed.
  bool take_request() {
    request_.method.swap(message_.method);
    request_.target.swap(message_.target);
    std::swap(request_.headers, message_.headers);
    request_.version = message_.version;
    return set_target(request_);
  }

  Task<Result<std::string>> read_body() {
    while (true) {
      if (message_.error_status != 0) co_return fail("MalformedRequest", message_.error_words, 400);
      if (!message_.body.empty()) co_return std::exchange(message_.body, {});
      if (message_.message_done) {
        connection_.watch();
        co_return std::string();
      }
      if (message_.expects_continue && !continue_sent_) {
        continue_sent_ = true;
        bool sent = co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return lost();
      }
      connection_.set_deadline(connection_.core->limits.idle_timeout);
      bool more = connection_.begin < connection_.end || co_await connection_.fill();
      connection_.clear_deadline();
      if (!more) co_return lost();
      feed();
    }
  }
  const Http1Message& message() const { return message_; }

 private:
  std::unexpected<Error> lost() {
    lost_ = true;
    return fail("ConnectionError", "the client went away", 400);
  }
  void feed() { connection_.begin += parser_.feed(connection_.unread()); }

  // Reads up to the end of the headers or to an error in them. False when the connection ended or is to end.
  Task<bool> read_headers() {
    bool begun = false;
    while (true) {
      if (connection_.begin < connection_.end) {
        if (!begun) connection_.set_deadline(connection_.core->limits.header_timeout);
        begun = true;
        feed();
        if (message_.headers_done || message_.error_status != 0) break;
      }
      if (!begun) {
        if (connection_.core->stopping) co_return false;
        connection_.release_buffer();
        if (output_.capacity() > kept_output_bytes) output_ = {};
        connection_.idle = true;
        connection_.set_deadline(connection_.core->limits.idle_timeout);
      }
      bool more = co_await connection_.fill();
      if (!more) co_return false;
    }
    connection_.clear_deadline();
    connection_.idle = false;
    // The body, or its beginning, is mostly there too.
    if (!message_.message_done && connection_.begin < connection_.end) feed();
    co_return true;
  }

  Task<void> refuse() {
    int status = message_.error_status == 0 ? 400 : message_.error_status;
    std::string words = message_.error_words.empty() ? "the target is malformed" : message_.error_words;
    words += '\n';
    std::string out = fmt::format(
        "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        status, reason_phrase(status), connection_.core->date(), words.size(), words);
    bool sent = co_await connection_.write(out);
    if (sent) co_await connection_.linger();
  }

  // One request from the handler to the last byte of its response. True when the connection may be used again.
  Task<bool> answer() {
    lost_ = gone_ = false;
    connection_.on_gone = [this] { gone(); };
    if (message_.message_done) connection_.watch();
    HttpResponse response = co_await call_handler(*connection_.handler, request_);
    bool keep = message_.keep_alive && !connection_.core->stopping && !lost_ && message_.error_status == 0;
    if (!message_.message_done) {
      // A client that waits for "100 Continue" may or may not send its body after this response.
      bool unsure = message_.expects_continue && !continue_sent_;
      keep = keep && !unsure && message_.content_length.value_or(~uint64_t{0}) <= drained_bytes_max;
    }
    source_ = response.stream;
    bool sent = !lost_ && co_await send(response, keep);
    source_ = nullptr;
    client_gone_ = nullptr;
    connection_.on_gone = nullptr;
    if (!sent) co_return false;
    bool drained = message_.message_done || (keep && co_await drain());
    if (drained && keep) co_return true;
    // Closing with unread bytes would reset the connection, and take the response back.
    if (!drained || connection_.begin < connection_.end) co_await connection_.linger();
    co_return false;
  }

  // The client sent its end. A short response is sent all the same, since it may have closed one way only.
  void gone() {
    gone_ = true;
    // Taken first: the callbacks may finish the response, and with it what they are kept in.
    auto source = source_;
    auto fn = std::exchange(client_gone_, nullptr);
    if (source) source->cancel();
    if (fn) fn();
  }

  Task<bool> drain() {
    uint64_t dropped = 0;
    while (dropped <= drained_bytes_max) {
      Result<std::string> chunk = co_await read_body();
      if (!chunk) co_return false;
      if (chunk->empty()) co_return true;
      dropped += chunk->size();
    }
    co_return false;
  }

  bool may_have_body(int status) const { return status != 204 && status != 304; }

  void write_head(const HttpResponse& response, std::optional<uint64_t> length, bool chunked, bool keep) {
    output_.clear();
    output_ += "HTTP/1.1 ";
    append_number(static_cast<uint64_t>(response.status));
    output_ += ' ';
    output_ += reason_phrase(response.status);
    output_ += "\r\n";
    bool head_only = request_.method == "HEAD" || response.status == 304;
    bool length_given = false;
    for (auto [name, value] : response.headers) {
      if (is_server_header(name)) {
        bool is_length = name.size() == 14;
        if (!is_length || !head_only) continue;
        length_given = true;
      }
      output_ += name;
      output_ += ": ";
      if (value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos) {
        output_ += value;
      } else {
        output_ += header_safe(value);
      }
      output_ += "\r\n";
    }
    output_ += "Date: ";
    output_ += connection_.core->date();
    output_ += "\r\n";
    if (chunked) output_ += "Transfer-Encoding: chunked\r\n";
    if (length && !length_given && may_have_body(response.status)) {
      output_ += "Content-Length: ";
      append_number(*length);
      output_ += "\r\n";
    }
    if (!keep) output_ += "Connection: close\r\n";
    if (keep && request_.version == 10) output_ += "Connection: keep-alive\r\n";
    output_ += "\r\n";
  }
  void append_number(uint64_t number) {
    fmt::format_int text(number);
    output_.append(text.data(), text.size());
  }

  // False when the connection is of no use any more.
  Task<bool> send(HttpResponse& response, bool& keep) {
    bool bodiless = request_.method == "HEAD" || !may_have_body(response.status);
    if (response.stream) {
      bool sent = co_await send_stream(response, keep, bodiless);
      co_return sent;
    }
    write_head(response, response.body.size(), false, keep);
    if (bodiless || response.body.empty()) {
      bool sent = co_await connection_.write(output_);
      co_return sent;
    }
    if (connection_.transport->is_tls() && response.body.size() <= 16 * 1024) {
      output_ += response.body;  // one record rather than two
      bool sent = co_await connection_.write(output_);
      co_return sent;
    }
    iovec parts[2] = {{output_.data(), output_.size()}, {response.body.data(), response.body.size()}};
    bool sent = co_await connection_.write(std::span(parts));
    co_return sent;
  }

  Task<bool> send_stream(HttpResponse& response, bool& keep, bool bodiless) {
    BodySource& source = *response.stream;
    std::optional<uint64_t> length = source.length();
    bool chunked = !length && request_.version == 11;
    // HTTP/1.0 knows the end of such a body by the end of the connection.
    if (!length && !chunked) keep = false;
    write_head(response, length, chunked && may_have_body(response.status), keep);
    if (bodiless) {
      bool sent = co_await connection_.write(output_);
      source.cancel();
      co_return sent;
    }
    // Where the length is known, the first bytes are too (mostly) and travel with the head.
    if (!length) {
      bool sent = co_await connection_.write(output_);
      output_.clear();
      if (!sent) co_return cancelled(source);
    }
    uint64_t total = 0;
    while (true) {
      Result<std::string> chunk = co_await source.next();
      if (!chunk) {
        log::warning("the response of {} {} is cut: {}", request_.method, request_.path, chunk.error().message);
        co_return false;
      }
      if (gone_) co_return false;
      total += chunk->size();
      if (length && (total > *length || (chunk->empty() && total < *length))) {
        log::error("the response of {} {} is cut: its length is not as announced", request_.method, request_.path);
        co_return false;
      }
      bool sent = co_await send_chunk(*chunk, chunked);
      output_.clear();
      if (!sent) co_return cancelled(source);
      if (chunk->empty() || (length && total == *length)) co_return true;
    }
  }
  bool cancelled(BodySource& source) {
    if (!gone_) source.cancel();
    return false;
  }

  // After what output_ holds. An empty chunk is the end.
  Task<bool> send_chunk(std::string& chunk, bool chunked) {
    if (chunked) output_ += fmt::format("{:x}\r\n", chunk.size());
    std::string_view tail = chunked ? "\r\n" : "";
    iovec parts[3] = {{output_.data(), output_.size()},
                      {chunk.data(), chunk.size()},
                      {const_cast<char*>(tail.data()), tail.size()}};
    bool sent = co_await connection_.write(std::span(parts));
    co_return sent;
  }

  Connection& connection_;
  Http1Parser parser_;
  Http1Message& message_;
  Http1Body body_;
  HttpRequest request_;
  std::string output_;
  std::shared_ptr<BodySource> source_;
  std::function<void()> client_gone_;
  bool continue_sent_ = false;
  bool lost_ = false;  // the connection failed while the body was read
  bool gone_ = false;  // the client closed while its request was handled
};

Task<Result<std::string>> Http1Body::read() { return session_.read_body(); }
std::optional<uint64_t> Http1Body::content_length() const { return session_.message().content_length; }
const Headers& Http1Body::trailers() const { return session_.message().trailers; }

}  // namespace

Task<void> run_http1(Connection& connection) {
  Http1Session session(connection);
  co_await session.run();
}

}  // namespace thaw::net
