// Thaw's own certificate authority: certificates for whatever name a client asks for, so that SDKs reach Thaw under
// AWS's host
// names once they trust one file.
//
// Nothing is read, made or kept in memory before the first TLS connection (or call).
// The directory holds ca.pem, ca.key (mode 0600) and server.pem (the certificate for names unknown, with its key;
// 0600).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::net {

// Loop's thread only.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(std::string directory);
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;

  // Makes or loads the authority's key and certificate. Error "TlsError" with the reason.
  Result<> ensure();
  // The certificate that clients must trust. The file exists after ensure().
  std::string ca_pem_path() const;
  // PEM of certificate and key for `name` (DNS name or address), valid for two years, cached.
  Result<std::string> certificate_pem(std::string_view name);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace thaw::net
