#include "net/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>

#include "base/log.h"
#include "net/tls_internal.h"

namespace thaw::net {
namespace {

constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr size_t free_buffers_max = 32;
constexpr size_t linger_bytes_max = 1 << 20;
constexpr Millis linger_timeout{2'000};

enum class Protocol { http1, http2, none };

// Tells the protocol from the first bytes, which stay in the buffer.
Task<Protocol> detect(Connection& connection) {
  while (true) {
    std::string_view have = connection.unread();
    size_t common = std::min(have.size(), http2_preface.size());
    if (!have.empty() && have.substr(0, common) != http2_preface.substr(0, common)) co_return Protocol::http1;
    if (have.size() >= http2_preface.size()) co_return Protocol::http2;
    bool more = co_await connection.fill();
    if (!more) co_return Protocol::none;
  }
}

// A TLS record begins with 22, which no request does. Answers false when the connection is of no use.
Task<bool> begin_tls_if_asked(Connection& connection) {
  bool ok = co_await connection.transport->stream().descriptor().readable();
  char first = 0;
  if (!ok || ::recv(connection.transport->stream().fd(), &first, 1, MSG_PEEK) != 1) co_return false;
  if (first != 22) co_return true;
  if (connection.core->authority == nullptr) co_return false;
  auto tls = make_tls_server_transport(*connection.core->authority, std::move(connection.transport->stream()));
  if (tls == nullptr) co_return false;
  TlsTransport& transport = *tls;
  connection.transport = std::move(tls);
  connection.set_deadline(connection.core->limits.header_timeout);
  bool shaken = co_await transport.handshake();
  if (!shaken) log::debug("TLS handshake with {} failed: {}", connection.peer.ip, transport.error_words());
  co_return shaken;
}

Task<void> serve(Connection& connection) {
  connection.set_deadline(connection.core->limits.header_timeout);
  bool usable = co_await begin_tls_if_asked(connection);
  if (!usable) co_return;
  Protocol protocol = co_await detect(connection);
  connection.clear_deadline();
  if (protocol == Protocol::http1) co_await run_http1(connection);
  if (protocol == Protocol::http2) co_await run_http2(connection);
}

Task<void> live(std::unique_ptr<Connection> connection) {
  try {
    co_await serve(*connection);
  } catch (const std::exception& e) {
    log::error("a connection ended by an exception: {}", e.what());
  }
  co_await connection->close();
}

void wake(std::vector<Completion<Unit>>& waiting) {
  for (Completion<Unit>& one : std::exchange(waiting, {})) one.set({});
}

}  // namespace

void Core::start(Stream stream, std::shared_ptr<Handler> its_handler, const void* group) {
  auto connection = std::make_unique<Connection>(shared_from_this(), std::move(its_handler), std::move(stream), group);
  Loop::current().spawn("connection", live(std::move(connection)));
}

void Core::tick() {
  ticking = !connections.empty();
  if (!ticking) return;
  ++now_s;
  for (Connection* connection : connections) {
    if (connection->deadline_s <= now_s) connection->cut();
  }
  Loop::current().after(std::chrono::seconds(1), [weak = weak_from_this()] {
    if (auto core = weak.lock()) core->tick();
  });
}

std::unique_ptr<char[]> Core::take_buffer() {
  if (free_buffers.empty()) return std::make_unique_for_overwrite<char[]>(buffer_bytes);
  auto buffer = std::move(free_buffers.back());
  free_buffers.pop_back();
  return buffer;
}
void Core::give_back(std::unique_ptr<char[]> buffer) {
  if (buffer && free_buffers.size() < free_buffers_max) free_buffers.push_back(std::move(buffer));
}

const std::string& Core::date() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != date_s_) {
    date_s_ = now.tv_sec;
    tm parts;
    ::gmtime_r(&now.tv_sec, &parts);
    // By hand, since strftime reads the time zone's file.
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    date_ = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday,
                        months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  }
  return date_;
}

Connection::Connection(std::shared_ptr<Core> its_core, std::shared_ptr<Handler> its_handler, Stream stream,
                       const void* its_group)
    : core(std::move(its_core)), handler(std::move(its_handler)), group(its_group) {
  peer = peer_of(stream.fd());
  local = local_of(stream.fd());
  transport = make_plain_transport(std::move(stream));
  core->connections.push_back(this);
  place = std::prev(core->connections.end());
  if (!core->ticking) core->tick();
}

Connection::~Connection() {
  release_buffer();
  core->connections.erase(place);
  wake(core->waiting_for_room);
  if (core->connections.empty()) wake(core->waiting_for_end);
}

void Connection::set_deadline(Millis from_now) {
  deadline_s = core->now_s + 1 + std::chrono::ceil<std::chrono::seconds>(from_now).count();
}

void Connection::release_buffer() {
  core->give_back(std::move(buffer));
  begin = end = 0;
}

void Connection::on_readable(void* argument, bool ok) {
  auto& self = *static_cast<Connection*>(argument);
  self.armed_ = false;
  self.fired_ = true;
  self.ok_ = ok;
  if (self.waiter_) {
    std::exchange(self.waiter_, {}).resume();
  } else if (self.on_gone && (!ok || self.peer_is_gone())) {
    std::exchange(self.on_gone, nullptr)();
  }
}

void Connection::watch() {
  if (armed_ || fired_) return;
  armed_ = true;
  transport->stream().descriptor().when_readable(on_readable, this);
}

bool Connection::peer_is_gone() const {
  pollfd what{transport->stream().fd(), POLLRDHUP, 0};
  return ::poll(&what, 1, 0) == 1 && (what.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

struct Connection::ReadWait {
  Connection& connection;
  bool await_ready() const noexcept { return connection.fired_; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    connection.waiter_ = awaiting;
    connection.watch();
  }
  bool await_resume() const noexcept {
    connection.fired_ = false;
    return connection.ok_;
  }
};

Task<bool> Connection::fill() {
  // Of a partial preface, bytes are there already and stay.
  if (begin == end) begin = end = 0;
  while (true) {
    if (!transport->has_pending()) {
      bool ok = co_await ReadWait{*this};
      if (!ok) co_return false;
    }
    if (!buffer) buffer = core->take_buffer();
    ssize_t got = transport->try_read(buffer.get() + end, Core::buffer_bytes - end);
    if (got == Transport::again) {
      // Bytes that TLS holds may be part of a record: then the rest must come first.
      bool ok = co_await ReadWait{*this};
      if (!ok) co_return false;
      got = transport->try_read(buffer.get() + end, Core::buffer_bytes - end);
      if (got == Transport::again) continue;
    }
    if (got <= 0) co_return false;
    end += static_cast<size_t>(got);
    co_return true;
  }
}

Task<bool> Connection::write(std::span<iovec> vectors) {
  while (!vectors.empty()) {
    if (vectors[0].iov_len == 0) {
      vectors = vectors.subspan(1);
      continue;
    }
    ssize_t sent = transport->try_write(vectors);
    if (sent == Transport::again) {
      int64_t before = deadline_s;
      set_deadline(core->limits.idle_timeout);
      bool ok = co_await transport->wait_to_write();
      deadline_s = before;
      if (!ok) co_return false;
      continue;
    }
    if (sent < 0) co_return false;
    size_t left = static_cast<size_t>(sent);
    while (!vectors.empty() && left >= vectors[0].iov_len) {
      left -= vectors[0].iov_len;
      vectors = vectors.subspan(1);
    }
    if (left > 0) {
      vectors[0].iov_base = static_cast<char*>(vectors[0].iov_base) + left;
      vectors[0].iov_len -= left;
    }
  }
  co_return true;
}

Task<bool> Connection::write(std::string_view bytes) {
  iovec one{const_cast<char*>(bytes.data()), bytes.size()};
  bool ok = co_await write(std::span(&one, 1));
  co_return ok;
}

Task<void> Connection::linger() {
  transport->finish();
  idle = true;
  set_deadline(linger_timeout);
  size_t dropped = 0;
  while (dropped < linger_bytes_max) {
    begin = end = 0;
    bool more = co_await fill();
    if (!more) break;
    dropped += end;
  }
}

Task<void> Connection::close() {
  transport->stream().close();
  on_gone = nullptr;
  // The watch, if there is one, now fires with false.
  while (armed_) {
    fired_ = false;
    co_await ReadWait{*this};
  }
}

bool set_target(HttpRequest& request) {
  std::string_view target = request.target;
  if (!target.starts_with('/') && target != "*") {
    size_t scheme = target.find("://");
    if (scheme == std::string_view::npos || scheme > 5) return false;
    target.remove_prefix(scheme + 3);
    size_t slash = std::min(target.find_first_of("/?"), target.size());
    request.headers.set("Host", target.substr(0, slash));
    target.remove_prefix(slash);
  }
  size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  if (request.path.empty()) request.path = "/";
  return true;
}

Task<HttpResponse> call_handler(Handler& handler, HttpRequest& request) {
  HttpResponse response;
  try {
    response = co_await handler(request);
  } catch (const std::exception& e) {
    log::error("the handler of {} {} threw: {}", request.method, request.path, e.what());
    response = HttpResponse{500, {{"Content-Type", "text/plain"}}, "Internal Server Error\n", nullptr};
  } catch (...) {
    log::error("the handler of {} {} threw what is no exception", request.method, request.path);
    response = HttpResponse{500, {{"Content-Type", "text/plain"}}, "Internal Server Error\n", nullptr};
  }
  if (response.status < 200 || response.status > 599) {
    log::error("the handler of {} {} answered status {}", request.method, request.path, response.status);
    response.status = 500;
  }
  co_return response;
}

bool is_server_header(std::string_view name) {
  auto is = [&](std::string_view lower) {
    return std::equal(name.begin(), name.end(), lower.begin(), lower.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
    });
  };
  switch (name.size()) {
    case 4: return is("date");
    case 10: return is("connection") || is("keep-alive");
    case 14: return is("content-length");
    case 17: return is("transfer-encoding");
    default: return false;
  }
}

std::string header_safe(std::string_view value) {
  std::string out(value);
  for (char& c : out) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return out;
}

}  // namespace thaw::net
