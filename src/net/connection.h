// A server's connection and what all connections share. Private to net/.
//
// Life: Core::start() makes a Connection and spawns its task, which finds out the protocol, runs an Http1Session or an
// Http2Session to its end, and takes the connection off the core's list. A deadline that passes shuts the socket
// down, so that
// whatever the task waits for ends with an error: the one way a connection is cut.
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"
#include "net/transport.h"

namespace thaw::net {

struct Connection;

// Outlives its connections: each of them shares it.
struct Core : std::enable_shared_from_this<Core> {
  static constexpr size_t buffer_bytes = 32 * 1024;

  std::shared_ptr<Handler> handler;
  CertificateAuthority* authority = nullptr;
  ServerLimits limits;
  bool stopping = false;
  std::list<Connection*> connections;
  std::vector<std::unique_ptr<char[]>> free_buffers;
  int64_t now_s = 0;  // counts while there are connections
  bool ticking = false;
  std::vector<Completion<Unit>> waiting_for_room;  // acceptors, at connections_max
  std::vector<Completion<Unit>> waiting_for_end;   // stop()

  void start(Stream stream, std::shared_ptr<Handler> handler, const void* group);
  void tick();
  std::unique_ptr<char[]> take_buffer();
  void give_back(std::unique_ptr<char[]> buffer);
  // The value of a Date header, made once a second.
  const std::string& date();

 private:
  int64_t date_s_ = 0;
  std::string date_;
};

struct Connection {
  static constexpr int64_t never = std::numeric_limits<int64_t>::max();

  Connection(std::shared_ptr<Core> core, std::shared_ptr<Handler> handler, Stream stream, const void* group);
  ~Connection();

  std::shared_ptr<Core> core;
  std::shared_ptr<Handler> handler;
  const void* group;  // of Server::serve()
  std::unique_ptr<Transport> transport;
  Endpoint peer, local;
  std::unique_ptr<char[]> buffer;  // bytes [begin, end) are read and not yet used
  size_t begin = 0, end = 0;
  int64_t deadline_s = never;
  bool idle = true;                 // nothing is lost when it is cut
  std::function<void()> wind_down;  // asks the session to end soon; null: cutting it when idle is enough
  std::list<Connection*>::iterator place;

  std::string_view unread() const { return {buffer.get() + begin, end - begin}; }
  void set_deadline(Millis from_now);
  void clear_deadline() { deadline_s = never; }
  void cut() { transport->stream().shutdown(); }
  void release_buffer();

  // Watches for bytes or the end while nobody reads; `on_gone` is called when the peer is gone.
  void watch();
  std::function<void()> on_gone;
  bool peer_is_gone() const;

  // Waits for bytes, then adds them to an empty buffer. False at the end, on errors and when cut.
  Task<bool> fill();
  // Writes everything, within the idle timeout between two bytes taken by the peer. False on errors. Uses up `vectors`.
  Task<bool> write(std::span<iovec> vectors);
  Task<bool> write(std::string_view bytes);
  // Ends politely: sends the end and reads for a while what the peer still sends, so that it sees our last words.
  Task<void> linger();
  // Waits until nothing refers to this connection any more. The last thing its task does.
  Task<void> close();

 private:
  struct ReadWait;
  static void on_readable(void* self, bool ok);

  bool armed_ = false;
  bool fired_ = false;
  bool ok_ = true;
  std::coroutine_handle<> waiter_;
};

// Run a session to its end.
Task<void> run_http1(Connection& connection);
Task<void> run_http2(Connection& connection);

// Splits a request's target; false when it is malformed.
bool set_target(HttpRequest& request);
// Calls the handler; what it throws becomes a 500.
Task<HttpResponse> call_handler(Handler& handler, HttpRequest& request);
// Whether the server rather than the handler writes this header.
bool is_server_header(std::string_view name);
// A header's value without the bytes that would end it.
std::string header_safe(std::string_view value);

}  // namespace thaw::net
