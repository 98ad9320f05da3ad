#include <fmt/format.h>
#include <nghttp2/nghttp2.h>
#include <string.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/log.h"
#include "base/text.h"
#include "net/connection.h"

namespace thaw::net {
namespace {

constexpr int32_t stream_window_bytes = 256 * 1024;
constexpr int32_t connection_window_bytes = 16 * 1024 * 1024;
constexpr size_t output_bytes = 64 * 1024;
constexpr size_t header_count_max = 1'000;

// One coroutine waits, another wakes it. A wake before the wait counts.
class Signal {
 public:
  void notify() {
    set_ = true;
    if (waiter_) Loop::current().post([waiter = std::exchange(waiter_, {})] { waiter.resume(); });
  }
  bool await_ready() const noexcept { return set_; }
  void await_suspend(std::coroutine_handle<> awaiting) noexcept { waiter_ = awaiting; }
  void await_resume() noexcept { set_ = false; }

 private:
  bool set_ = false;
  std::coroutine_handle<> waiter_;
};

class Http2Session;

// A request and its response. Shared by the session's table (until nghttp2 closes it) and by its coroutine.
struct Http2Stream final : BodyReader {
  Http2Stream(Http2Session& its_session, int32_t its_id) : session(its_session), id(its_id), request(*this) {}

  Task<Result<std::string>> read() override;
  std::optional<uint64_t> content_length() const override { return length; }
  const Headers& trailers() const override { return trailing; }

  Http2Session& session;
  const int32_t id;
  HttpRequest request;

  // The request's side.
  std::string authority;
  std::optional<uint64_t> length;
  Headers trailing;
  size_t header_bytes = 0;
  bool too_large = false;
  bool headers_done = false;
  std::string received;  // not yet read by the handler; its bytes still count against the window
  bool ended = false;
  bool abandoned = false;  // the handler is done: what still arrives is dropped
  bool continue_sent = false;
  Signal arrived;

  // The response's side. `sending` from `sent` on is still to be sent; `last` says that nothing follows it.
  std::string sending;
  size_t sent = 0;
  bool last = true;
  bool failed = false;
  Signal drained;
  std::shared_ptr<BodySource> source;

  bool closed = false;
  std::function<void()> client_gone;
};

class Http2Session {
 public:
  explicit Http2Session(Connection& connection) : connection_(connection) {}
  ~Http2Session() {
    if (session_ != nullptr) nghttp2_session_del(session_);
  }

  Task<void> run() {
    if (!begin()) co_return;
    connection_.wind_down = [this] { wind_down(); };
    pump();
    while (true) {
      bool fed = feed();
      pump();
      if (!fed || broken_) break;
      if (finished()) break;
      update_deadline();
      if (streams_.empty() && !writing_) connection_.release_buffer();
      bool more = co_await connection_.fill();
      if (!more) break;
    }
    connection_.wind_down = nullptr;
    co_await end();
  }

  // For streams.
  void pump();
  Task<void> wait_for_peer(Signal& signal) {
    ++waiting_for_peer_;
    update_deadline();
    co_await signal;
    --waiting_for_peer_;
    update_deadline();
  }
  void consume(int32_t stream_id, size_t bytes) {
    nghttp2_session_consume(session_, stream_id, bytes);
    pump();
  }
  void send_continue(int32_t stream_id) {
    nghttp2_nv status = pair(":status", "100");
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream_id, nullptr, &status, 1, nullptr);
    pump();
  }

 private:
  using StreamPointer = std::shared_ptr<Http2Stream>;

  static nghttp2_nv pair(std::string_view name, std::string_view value) {
    auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  static Http2Session& self(void* argument) { return *static_cast<Http2Session*>(argument); }

  bool begin() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    int result = nghttp2_session_server_new2(&session_, callbacks, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    if (result != 0) return false;
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, connection_.core->limits.streams_max},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(stream_window_bytes)},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(connection_.core->limits.header_bytes_max)},
    };
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window_bytes);
    return true;
  }

  bool feed() {
    if (connection_.begin == connection_.end) return true;
    std::string_view bytes = connection_.unread();
    ssize_t used = nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    connection_.begin = connection_.end;
    if (used >= 0) return true;
    nghttp2_session_terminate_session(session_, NGHTTP2_PROTOCOL_ERROR);
    return false;
  }

  bool finished() const {
    if (winding_down_ && live_ == 0 && streams_.empty() && !writing_) return true;
    return !writing_ && nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  }

  // A silent peer is cut when there is nothing to do, and when something waits for it.
  void update_deadline() {
    connection_.idle = live_ == 0;
    if (live_ == 0 || waiting_for_peer_ > 0) {
      connection_.set_deadline(connection_.core->limits.idle_timeout);
    } else {
      connection_.clear_deadline();
    }
  }

  void wind_down() {
    winding_down_ = true;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_),
                          NGHTTP2_NO_ERROR, nullptr, 0);
    pump();
    cut_when_done();
  }
  void cut_when_done() {
    if (winding_down_ && live_ == 0 && !writing_) connection_.cut();
  }

  // Ends what is left, and waits for every coroutine that refers to this session.
  Task<void> end() {
    while (writing_ && !broken_) {
      connection_.set_deadline(Millis(2'000));
      co_await idle_;
    }
    for (auto& [id, stream] : std::exchange(streams_, {})) close_stream(*stream);
    connection_.cut();
    while (live_ > 0 || writing_) co_await idle_;
  }

  void close_stream(Http2Stream& stream) {
    if (stream.closed) return;
    stream.closed = true;
    bool response_sent = stream.last && stream.sent == stream.sending.size() && stream.abandoned;
    stream.arrived.notify();
    stream.drained.notify();
    if (response_sent) return;
    auto source = stream.source;
    auto fn = std::exchange(stream.client_gone, nullptr);
    if (source) source->cancel();
    if (fn) fn();
  }

  StreamPointer find(int32_t id) const {
    auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : found->second;
  }

  // nghttp2's callbacks.
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* argument) {
    Http2Session& me = self(argument);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    // Streams that the client resets still run for a while: they count.
    if (me.live_ >= 2 * me.connection_.core->limits.streams_max) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    auto stream = std::make_shared<Http2Stream>(me, frame->hd.stream_id);
    stream->request.version = 20;
    stream->request.tls = me.connection_.transport->is_tls();
    stream->request.peer = me.connection_.peer;
    stream->request.local = me.connection_.local;
    me.streams_.emplace(frame->hd.stream_id, std::move(stream));
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name_bytes, size_t name_size,
                       const uint8_t* value_bytes, size_t value_size, uint8_t, void* argument) {
    Http2Session& me = self(argument);
    StreamPointer stream = me.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    std::string_view name(reinterpret_cast<const char*>(name_bytes), name_size);
    std::string_view value(reinterpret_cast<const char*>(value_bytes), value_size);
    stream->header_bytes += name_size + value_size;
    const ServerLimits& limits = me.connection_.core->limits;
    Headers& headers = stream->headers_done ? stream->trailing : stream->request.headers;
    if (stream->header_bytes > limits.header_bytes_max || headers.size() >= header_count_max ||
        (name == ":path" && value_size > limits.target_bytes_max)) {
      stream->too_large = true;
      return 0;
    }
    if (stream->headers_done) {
      headers.add(name, value);
      return 0;
    }
    HttpRequest& request = stream->request;
    if (name == ":method") {
      request.method = value;
    } else if (name == ":path") {
      request.target = value;
    } else if (name == ":authority") {
      stream->authority = value;
    } else if (name == "cookie" && headers.contains("cookie")) {
      headers.set("cookie", std::string(*headers.get("cookie")) + "; " + std::string(value));
    } else if (!name.starts_with(':')) {
      if (name == "content-length") stream->length = parse_length(value);
      headers.add(name, value);
    }
    return 0;
  }
  static std::optional<uint64_t> parse_length(std::string_view text) {
    if (text.empty() || text.size() > 18) return std::nullopt;
    uint64_t value = 0;
    for (char c : text) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* argument) {
    Http2Session& me = self(argument);
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    StreamPointer stream = me.find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      stream->ended = true;
      stream->arrived.notify();
    }
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      stream->headers_done = true;
      me.connection_.idle = false;
      me.connection_.clear_deadline();
      ++me.live_;
      // Not inside nghttp2's callback: the handler may call into the session.
      Loop::current().post([&me, stream] { Loop::current().spawn("http2 stream", me.serve(stream)); });
    }
    return 0;
  }

  static int on_data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes, size_t size,
                     void* argument) {
    StreamPointer stream = self(argument).find(id);
    if (stream == nullptr || stream->abandoned) {
      nghttp2_session_consume(session, id, size);
      return 0;
    }
    stream->received.append(reinterpret_cast<const char*>(bytes), size);
    stream->arrived.notify();
    return 0;
  }

  static int on_close(nghttp2_session* session, int32_t id, uint32_t, void* argument) {
    Http2Session& me = self(argument);
    StreamPointer stream = me.find(id);
    if (stream == nullptr) return 0;
    me.streams_.erase(id);
    // What nobody will read any more must not narrow the connection's window for ever.
    if (!stream->received.empty()) nghttp2_session_consume_connection(session, stream->received.size());
    stream->received.clear();
    // Not inside the callback either.
    Loop::current().post([&me, stream, alive = std::weak_ptr(me.alive_)] {
      if (alive.lock()) me.close_stream(*stream);
    });
    return 0;
  }

  static ssize_t read_response(nghttp2_session*, int32_t, uint8_t* out, size_t size, uint32_t* flags,
                               nghttp2_data_source* source, void*) {
    auto& stream = *static_cast<Http2Stream*>(source->ptr);
    if (stream.failed) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    size_t count = std::min(size, stream.sending.size() - stream.sent);
    memcpy(out, stream.sending.data() + stream.sent, count);
    stream.sent += count;
    bool empty = stream.sent == stream.sending.size();
    if (empty) stream.drained.notify();
    if (empty && stream.last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (count == 0 && !stream.last) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(count);
  }

  // A stream's coroutine.
  Task<void> serve(StreamPointer stream) {
    HttpResponse response;
    HttpRequest& request = stream->request;
    if (!stream->authority.empty()) request.headers.set("Host", stream->authority);
    stream->request.on_client_gone = [raw = stream.get()](std::function<void()> fn) {
      raw->client_gone = std::move(fn);
    };
    if (stream->too_large) {
      response = HttpResponse{431, {{"content-type", "text/plain"}}, "the headers are too large\n", nullptr};
    } else if (!set_target(request)) {
      response = HttpResponse{400, {{"content-type", "text/plain"}}, "the target is malformed\n", nullptr};
    } else {
      response = co_await call_handler(*connection_.handler, request);
    }
    abandon_body(*stream);
    if (stream->closed) {
      if (response.stream) response.stream->cancel();
    } else {
      co_await respond(stream, response);
    }
    stream->client_gone = nullptr;
    stream->source = nullptr;
    --live_;
    update_deadline();
    idle_.notify();
    cut_when_done();
  }

  // What the handler left of the request is dropped as it arrives.
  void abandon_body(Http2Stream& stream) {
    stream.abandoned = true;
    if (stream.received.empty() || stream.closed) return;
    size_t size = std::exchange(stream.received, {}).size();
    consume(stream.id, size);
  }

  Task<void> respond(StreamPointer stream, HttpResponse& response) {
    bool bodiless = stream->request.method == "HEAD" || response.status == 204 || response.status == 304;
    std::optional<uint64_t> length = response.stream ? response.stream->length() : response.body.size();
    stream->sending = bodiless ? std::string() : std::move(response.body);
    stream->source = bodiless ? nullptr : response.stream;
    stream->last = stream->source == nullptr;
    if (bodiless && response.stream) response.stream->cancel();
    bool empty = stream->last && stream->sending.empty();
    if (!submit(*stream, response, length, empty)) co_return;
    pump();
    if (stream->source) co_await stream_body(*stream, length);
    // A client that still sends its body is told to stop once it has the response.
    while (!stream->closed && !(stream->last && stream->sent == stream->sending.size())) {
      co_await wait_for_peer(stream->drained);
    }
    if (!stream->closed && !stream->ended) {
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
      pump();
    }
  }

  bool submit(Http2Stream& stream, const HttpResponse& response, std::optional<uint64_t> length, bool empty) {
    // nghttp2 copies names and values; they live until then.
    std::deque<std::string> kept;
    std::vector<nghttp2_nv> fields;
    auto keep = [&](std::string text) -> std::string_view { return kept.emplace_back(std::move(text)); };
    fields.push_back(pair(":status", keep(fmt::format("{}", response.status))));
    bool head_only = stream.request.method == "HEAD" || response.status == 304;
    bool length_given = false;
    for (auto [name, value] : response.headers) {
      if (is_server_header(name)) {
        if (name.size() != 14 || !head_only) continue;
        length_given = true;
      }
      std::string lower(name);
      for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      std::string_view kept_name = keep(std::move(lower));
      std::string_view kept_value = keep(header_safe(value));
      fields.push_back(pair(kept_name, kept_value));
    }
    fields.push_back(pair("date", connection_.core->date()));
    if (length && !length_given && response.status != 204 && response.status != 304) {
      fields.push_back(pair("content-length", keep(fmt::format("{}", *length))));
    }
    nghttp2_data_provider provider{{.ptr = &stream}, read_response};
    int result =
        nghttp2_submit_response(session_, stream.id, fields.data(), fields.size(), empty ? nullptr : &provider);
    if (result == 0) return true;
    log::error("a response cannot be sent: {}", nghttp2_strerror(result));
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_INTERNAL_ERROR);
    pump();
    return false;
  }

  // Moves the source's bytes, one piece at a time, as the client takes them.
  Task<void> stream_body(Http2Stream& stream, std::optional<uint64_t> length) {
    uint64_t total = 0;
    while (!stream.closed) {
      Result<std::string> chunk = co_await stream.source->next();
      if (stream.closed) co_return;
      bool failed = !chunk;
      if (chunk) {
        total += chunk->size();
        failed = length && (total > *length || (chunk->empty() && total < *length));
      }
      if (failed) {
        log::warning("the response of {} {} is cut: {}", stream.request.method, stream.request.path,
                     chunk ? "its length is not as announced" : chunk.error().message);
        stream.failed = true;
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_INTERNAL_ERROR);
        pump();
        while (!stream.closed) co_await stream.drained;
        co_return;
      }
      stream.last = chunk->empty() || (length && total == *length);
      stream.sending = std::move(*chunk);
      stream.sent = 0;
      nghttp2_session_resume_data(session_, stream.id);
      pump();
      if (stream.last) co_return;
      while (!stream.closed && stream.sent < stream.sending.size()) co_await wait_for_peer(stream.drained);
    }
  }

  Task<void> write();

  Connection& connection_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, StreamPointer> streams_;
  std::shared_ptr<Unit> alive_ = std::make_shared<Unit>();
  size_t waiting_for_peer_ = 0;
  size_t live_ = 0;  // requests whose coroutine has not ended
  bool writing_ = false;
  bool broken_ = false;
  bool winding_down_ = false;
  Signal idle_;
};

void Http2Session::pump() {
  if (writing_ || broken_ || nghttp2_session_want_write(session_) == 0) return;
  writing_ = true;
  // Posted, so that the frames of many streams leave in one call, and never inside nghttp2's callbacks.
  Loop::current().post([this] { Loop::current().spawn("http2 writer", write()); });
}

Task<void> Http2Session::write() {
  std::string out;
  while (!broken_) {
    out.clear();
    while (out.size() < output_bytes) {
      const uint8_t* bytes = nullptr;
      ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size < 0) broken_ = true;
      if (size <= 0) break;
      out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
    if (out.empty()) break;
    bool ok = co_await connection_.write(out);
    if (!ok) broken_ = true;
  }
  writing_ = false;
  idle_.notify();
  if (broken_) connection_.cut();
  if (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0) connection_.cut();
  cut_when_done();
}

Task<Result<std::string>> Http2Stream::read() {
  while (true) {
    if (!received.empty()) {
      std::string bytes = std::exchange(received, {});
      session.consume(id, bytes.size());
      co_return bytes;
    }
    if (ended) co_return std::string();
    if (closed) co_return fail("ConnectionError", "the client went away", 400);
    if (!continue_sent && request.headers.get_or("expect", "") == "100-continue") {
      continue_sent = true;
      session.send_continue(id);
    }
    co_await session.wait_for_peer(arrived);
  }
}

}  // namespace

Task<void> run_http2(Connection& connection) {
  Http2Session session(connection);
  co_await session.run();
}

}  // namespace thaw::net
