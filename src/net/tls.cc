#include "net/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#include <filesystem>
#include <unordered_map>

#include "base/log.h"
#include "net/tls_internal.h"

namespace thaw::net {
namespace {

template <auto free_fn>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    free_fn(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Ssl = std::unique_ptr<SSL, Freer<SSL_free>>;

constexpr size_t leaves_max = 1'024;
constexpr std::string_view default_name = "localhost";

std::string openssl_words() {
  char text[256] = "unknown";
  if (unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}
std::unexpected<Error> tls_error(std::string_view what) {
  return fail("TlsError", std::string(what) + ": " + openssl_words(), 500);
}

Certificate blank_certificate(EVP_PKEY* key, long days, const std::string& common_name) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24 * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * 24 * 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  auto text = reinterpret_cast<const unsigned char*>(common_name.data());
  // The field holds 64 characters; what counts is the alternative name.
  int size = static_cast<int>(std::min<size_t>(common_name.size(), 64));
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Thaw"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, size, -1, 0);
  return certificate;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return true;
}

bool is_address(const std::string& name) {
  unsigned char scratch[16];
  return ::inet_pton(AF_INET, name.c_str(), scratch) == 1 || ::inet_pton(AF_INET6, name.c_str(), scratch) == 1;
}

// Names that may stand in a certificate: letters, digits, '-', '.', '_', a leading "*.", or an address.
bool is_valid_name(const std::string& name) {
  if (name.empty() || name.size() > 253) return false;
  if (is_address(name)) return true;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    if (!plain && !(c == '*' && i == 0 && name.size() > 2 && name[1] == '.')) return false;
  }
  return true;
}

std::string alternative_names(const std::string& name) {
  if (name == default_name) return "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1";
  return (is_address(name) ? "IP:" : "DNS:") + name;
}

std::string to_pem(X509* certificate) {
  Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(out.get(), &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}
std::string to_pem(EVP_PKEY* key) {
  Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(out.get(), &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

// The name appears complete or not at all.
bool write_file(const std::string& path, std::string_view text, mode_t mode) {
  std::string temporary = path + ".new";
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return false;
  bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  return ok && ::rename(temporary.c_str(), path.c_str()) == 0;
}

Certificate read_certificate(const std::string& path) {
  Bio in(BIO_new_file(path.c_str(), "r"));
  return Certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
}
Key read_key(const std::string& path) {
  Bio in(BIO_new_file(path.c_str(), "r"));
  return Key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr);
}

}  // namespace

struct CertificateAuthority::Impl {
  struct Leaf {
    Certificate certificate;
    std::chrono::steady_clock::time_point made;
  };

  std::string directory;
  Key ca_key;
  Certificate ca;
  Key leaf_key;  // one key for all names: making a certificate is then one signature
  std::unordered_map<std::string, Leaf> leaves;
  std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> server_context;

  std::string path(std::string_view file) const { return directory + "/" + std::string(file); }

  Result<> load_or_make_ca() {
    ca = read_certificate(path("ca.pem"));
    ca_key = read_key(path("ca.key"));
    if (ca && ca_key && X509_check_private_key(ca.get(), ca_key.get()) == 1) return {};
    ERR_clear_error();
    std::error_code ignored;
    std::filesystem::create_directories(directory, ignored);  // readable for all: clients need ca.pem
    ca_key.reset(EVP_EC_gen("P-256"));
    if (!ca_key) return tls_error("no key can be made");
    ca = blank_certificate(ca_key.get(), 3650, "Thaw local authority");
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    bool ok = add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
              add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") &&
              X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0;
    if (!ok) return tls_error("the authority's certificate cannot be made");
    bool written = write_file(path("ca.key"), to_pem(ca_key.get()), 0600) &&
                   write_file(path("ca.pem"), to_pem(ca.get()), 0644);
    if (!written) {
      return fail("TlsError", "cannot write to " + directory + ": " + strerror(errno), 500);
    }
    return {};
  }

  Result<> ensure() {
    if (leaf_key) return {};
    CHECK_OK(load_or_make_ca());
    leaf_key.reset(EVP_EC_gen("P-256"));
    if (!leaf_key) return tls_error("no key can be made");
    TRY(X509* server, leaf(std::string(default_name)));
    if (!write_file(path("server.pem"), to_pem(server) + to_pem(leaf_key.get()), 0600)) {
      return fail("TlsError", "cannot write to " + directory + ": " + strerror(errno), 500);
    }
    return {};
  }

  // The answer is valid until the next call.
  Result<X509*> leaf(const std::string& name) {
    auto now = std::chrono::steady_clock::now();
    auto found = leaves.find(name);
    if (found != leaves.end() && now - found->second.made < std::chrono::hours(24 * 365)) {
      return found->second.certificate.get();
    }
    if (!is_valid_name(name)) return fail("TlsError", "no certificate can be made for this name", 400);
    Certificate made = blank_certificate(leaf_key.get(), 730, name);
    X509_set_issuer_name(made.get(), X509_get_subject_name(ca.get()));
    bool ok = add_extension(made.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE") &&
              add_extension(made.get(), ca.get(), NID_key_usage, "critical,digitalSignature") &&
              add_extension(made.get(), ca.get(), NID_ext_key_usage, "serverAuth") &&
              add_extension(made.get(), ca.get(), NID_subject_alt_name, alternative_names(name)) &&
              add_extension(made.get(), ca.get(), NID_authority_key_identifier, "keyid") &&
              X509_sign(made.get(), ca_key.get(), EVP_sha256()) > 0;
    if (!ok) return tls_error("no certificate can be made for " + name);
    if (leaves.size() >= leaves_max) leaves.clear();
    Leaf& kept = leaves[name];
    kept = Leaf{std::move(made), now};
    return kept.certificate.get();
  }

  static int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                             unsigned int in_size, void*) {
    static const unsigned char ours[] = "\x02h2\x08http/1.1";
    unsigned char* chosen = nullptr;
    int result = SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size);
    *out = chosen;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
  }

  // Called in each handshake, before the certificate is needed.
  static int choose_certificate(SSL* ssl, void* argument) {
    auto& self = *static_cast<Impl*>(argument);
    const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    std::string name = asked != nullptr ? asked : local_of(SSL_get_fd(ssl)).ip;
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    if (name == "127.0.0.1" || name == "::1" || !is_valid_name(name)) name = default_name;
    Result<X509*> certificate = self.leaf(name);
    if (!certificate) {
      log::warning("TLS: {}", certificate.error().message);
      return 0;
    }
    return SSL_use_certificate(ssl, *certificate) == 1 && SSL_use_PrivateKey(ssl, self.leaf_key.get()) == 1 ? 1 : 0;
  }

  Result<SSL_CTX*> context() {
    if (server_context) return server_context.get();
    CHECK_OK(ensure());
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> made(SSL_CTX_new(TLS_server_method()));
    if (!made) return tls_error("TLS cannot be set up");
    SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_alpn_select_cb(made.get(), choose_protocol, nullptr);
    SSL_CTX_set_cert_cb(made.get(), choose_certificate, this);
    server_context = std::move(made);
    return server_context.get();
  }
};

CertificateAuthority::CertificateAuthority(std::string directory) : impl_(std::make_unique<Impl>()) {
  impl_->directory = std::move(directory);
}
CertificateAuthority::~CertificateAuthority() = default;

Result<> CertificateAuthority::ensure() { return impl_->ensure(); }
std::string CertificateAuthority::ca_pem_path() const { return impl_->path("ca.pem"); }

Result<std::string> CertificateAuthority::certificate_pem(std::string_view name) {
  CHECK_OK(impl_->ensure());
  TRY(X509* certificate, impl_->leaf(std::string(name)));
  return to_pem(certificate) + to_pem(impl_->leaf_key.get());
}

namespace {

class SslTransport final : public TlsTransport {
 public:
  SslTransport(Stream stream, Ssl ssl) : TlsTransport(std::move(stream)), ssl_(std::move(ssl)) {
    SSL_set_fd(ssl_.get(), stream_.fd());
  }

  Task<bool> handshake() override {
    while (true) {
      ERR_clear_error();
      int result = SSL_do_handshake(ssl_.get());
      if (result == 1) co_return true;
      int why = SSL_get_error(ssl_.get(), result);
      bool ok;
      if (why == SSL_ERROR_WANT_READ) {
        ok = co_await stream_.descriptor().readable();
      } else if (why == SSL_ERROR_WANT_WRITE) {
        ok = co_await stream_.descriptor().writable();
      } else {
        failed_ = true;
        words_ = openssl_words();
        if (long verified = SSL_get_verify_result(ssl_.get()); verified != X509_V_OK) {
          words_ = X509_verify_cert_error_string(verified);
        }
        co_return false;
      }
      if (!ok) co_return false;
    }
  }
  std::string_view alpn() const override {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  std::string error_words() const override { return words_; }

  ssize_t try_read(char* bytes, size_t size) override {
    if (failed_) return error;
    ERR_clear_error();
    size_t got = 0;
    int result = SSL_read_ex(ssl_.get(), bytes, size, &got);
    if (result == 1) return static_cast<ssize_t>(got);
    int why = SSL_get_error(ssl_.get(), result);
    if (why == SSL_ERROR_ZERO_RETURN) return end;
    read_waits_for_writable_ = why == SSL_ERROR_WANT_WRITE;
    return blocked(why);
  }
  ssize_t try_write(std::span<const iovec> vectors) override {
    if (failed_) return error;
    while (!vectors.empty() && vectors[0].iov_len == 0) vectors = vectors.subspan(1);
    if (vectors.empty()) return 0;
    ERR_clear_error();
    size_t sent = 0;
    int result = SSL_write_ex(ssl_.get(), vectors[0].iov_base, vectors[0].iov_len, &sent);
    if (result == 1) return static_cast<ssize_t>(sent);
    int why = SSL_get_error(ssl_.get(), result);
    write_waits_for_readable_ = why == SSL_ERROR_WANT_READ;
    return blocked(why);
  }
  bool has_pending() const override { return SSL_has_pending(ssl_.get()) == 1; }
  bool is_tls() const override { return true; }
  void finish() override {
    if (!failed_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    stream_.shutdown_send();
  }

 private:
  ssize_t blocked(int why) {
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return again;
    failed_ = true;
    ERR_clear_error();
    return error;
  }

  Ssl ssl_;
  bool failed_ = false;
  std::string words_ = "the connection was closed";
};

}  // namespace

std::unique_ptr<TlsTransport> make_tls_server_transport(CertificateAuthority& authority, Stream stream) {
  Result<SSL_CTX*> context = authority.impl().context();
  if (!context) {
    log::error("TLS: {}", context.error().message);
    return nullptr;
  }
  Ssl ssl(SSL_new(*context));
  if (!ssl) return nullptr;
  SSL_set_accept_state(ssl.get());
  return std::make_unique<SslTransport>(std::move(stream), std::move(ssl));
}

Result<TlsClientContext> make_tls_client_context(const std::string& ca_file, bool verify) {
  TlsClientContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return tls_error("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (verify) {
    bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                  : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) == 1;
    if (!loaded) return tls_error("the authorities in " + ca_file + " cannot be read");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

std::unique_ptr<TlsTransport> make_tls_client_transport(SSL_CTX* context, Stream stream, const std::string& host,
                                                        bool verify, std::string_view protocol) {
  Ssl ssl(SSL_new(context));
  if (!ssl) return nullptr;
  SSL_set_connect_state(ssl.get());
  std::string protocols = static_cast<char>(protocol.size()) + std::string(protocol);
  SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                      static_cast<unsigned int>(protocols.size()));
  if (is_address(host)) {
    if (verify) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    if (verify) SSL_set1_host(ssl.get(), host.c_str());
  }
  return std::make_unique<SslTransport>(std::move(stream), std::move(ssl));
}

}  // namespace thaw::net
