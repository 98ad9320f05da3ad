// The HTTP server: one port speaks HTTP/1.1, HTTP/2 in clear text (prior knowledge) and both over TLS; the first
// bytes decide.
//
// Requests of one HTTP/1.1 connection are handled in order, one at a time; the streams of HTTP/2 at the same time.
// Life: listen() any number of times, then stop(); destroyed only after stop() has finished. Loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/tls.h"

namespace thaw::net {

struct ServerLimits {
  size_t header_bytes_max = 64 * 1024;  // names and values of one request, else 431
  size_t target_bytes_max = 16 * 1024;  // else 414
  size_t connections_max = 10'000;      // further ones wait in the kernel's queue
  uint32_t streams_max = 256;           // at a time in one HTTP/2 connection
  Millis idle_timeout{75'000};          // between requests; also for a peer that neither takes nor sends a byte
  Millis header_timeout{20'000};        // from a request's first byte to the end of its headers; the TLS handshake
};

class Server {
 public:
  // `authority` is used from the first TLS connection on and outlives the server; null: TLS connections are closed.
  Server(Handler handler, CertificateAuthority* authority = nullptr, ServerLimits limits = {});
  ~Server();
  Server(const Server&) = delete;

  // Listens and serves from now on; answers the port (0: the system chooses).
  Result<uint16_t> listen(const std::string& address, uint16_t port);
  Result<> listen_unix(const std::string& path);
  // Serves connections of a listening socket made elsewhere (another network namespace, say), with its own handler
  // if one is given.
  // The answered function stops it: no further accepts, its open connections are closed.
  std::function<void()> serve(Listener listener, Handler handler = nullptr);
  // Serves one connection that was accepted elsewhere.
  void serve_connection(Stream stream, Handler handler = nullptr);

  // Stops accepting, lets requests in flight finish until `deadline`, then cuts what is left: handlers hear it by
  // on_client_gone. Finishes when no connection is left, or a second after the cut, with a line in the log, when
  // handlers still
  // run: then what they use must live on.
  Task<void> stop(Millis deadline = Millis(5'000));

  size_t connections() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace thaw::net
