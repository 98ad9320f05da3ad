// The HTTP/1.1 client: TCP, TLS or a Unix socket.
//
// Connections are kept for reuse, at most `idle_connections_max` for each destination and for 30 s. Loop's thread
// only; a Client
// outlives its requests and their body readers.
#pragma once

#include <memory>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "net/http.h"

namespace thaw::net {

struct ClientRequest {
  std::string method = "GET";
  std::string url;           // http:// or https://, host, port, path and query, already encoded
  Headers headers;           // Host and Content-Length are added when absent
  std::string body;
  Millis timeout{60'000};    // for the whole exchange, body included (for streamed ones: up to the response's headers)
  std::string unix_socket;   // connect to this path; the URL's host is still sent as Host
  size_t body_bytes_max = 64 * 1024 * 1024;  // of the response, else the error "RequestEntityTooLarge"
  bool stream = false;       // answer the body as a reader rather than as a string
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;                    // whole, unless streamed
  std::shared_ptr<BodyReader> reader;  // when streamed; destroying it before its end closes the connection
};

struct ClientOptions {
  std::string ca_file;                 // PEM of authorities to trust; empty: the system's
  size_t idle_connections_max = 8;     // for each destination; 0: no reuse
  bool verify = true;                  // of TLS certificates and names
};

class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;

  // Errors: "InvalidUrl", "ConnectionError", "ConnectTimeout", "RequestTimeout", "TlsError", "MalformedResponse",
  // "RequestEntityTooLarge". Any status of a well-formed response is a success. Redirects are not followed.
  // A request whose kept connection turns out closed before any byte of a response is sent once more on a new one.
  Task<Result<ClientResponse>> fetch(ClientRequest request);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace thaw::net
