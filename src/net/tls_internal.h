// TLS transports. Private to net/.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "net/tls.h"
#include "net/transport.h"

namespace thaw::net {

class TlsTransport : public Transport {
 public:
  // The handshake; false when it failed (error_words() says why).
  virtual Task<bool> handshake() = 0;
  virtual std::string_view alpn() const = 0;  // "h2", "http/1.1" or empty
  virtual std::string error_words() const = 0;

 protected:
  using Transport::Transport;
};

// A server's side. Null when the authority cannot be made (logged).
std::unique_ptr<TlsTransport> make_tls_server_transport(CertificateAuthority& authority, Stream stream);

// A client's settings; shared by its connections.
using TlsClientContext = std::shared_ptr<SSL_CTX>;
Result<TlsClientContext> make_tls_client_context(const std::string& ca_file, bool verify);
std::unique_ptr<TlsTransport> make_tls_client_transport(SSL_CTX* context, Stream stream, const std::string& host,
                                                        bool verify, std::string_view protocol = "http/1.1");

}  // namespace thaw::net
