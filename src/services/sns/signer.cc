#include "services/sns/signer.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/text.h"
#include "services/sns/store.h"

namespace thaw::sns {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

// Private key and certificate as PEM, one after the other; empty when OpenSSL cannot make them.
std::string make_pems() {
  Owned<EVP_PKEY> key(EVP_RSA_gen(2048));
  Owned<X509> certificate(X509_new());
  if (!key || !certificate) return "";
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24 * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 20L * 365 * 24 * 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>("sns.amazonaws.com");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) return "";
  Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) return "";
  if (PEM_write_bio_X509(out.get(), certificate.get()) != 1) return "";
  return text_of(out.get());
}

constexpr std::string_view certificate_mark = "-----BEGIN CERTIFICATE-----";

}  // namespace

struct Signer::Key {
  Owned<EVP_PKEY> key;
};

Signer::Signer(kv::Store& store) : store_(store) {}
Signer::~Signer() = default;

Task<Result<void>> Signer::ready() {
  while (busy_) {
    Completion<Unit> done;
    waiting_.push_back(done);
    co_await done;
  }
  if (key_) co_return Result<void>();
  busy_ = true;
  Result<void> made = co_await find_or_make();
  busy_ = false;
  for (Completion<Unit>& waiter : std::exchange(waiting_, {})) waiter.set({});
  co_return made;
}

Task<Result<void>> Signer::find_or_make() {
  auto read = [](kv::Transaction& tx) -> Task<Result<std::string>> {
    std::optional<std::string> bytes = co_await tx.get(keys::signer());
    co_return bytes.value_or("");
  };
  CO_TRY(std::string pems, co_await store_.transact<std::string>(read));
  if (pems.empty()) {
    std::string made = co_await offload([] { return make_pems(); });
    if (made.empty()) co_return fail("InternalFailure", "A key to sign messages with could not be made.", 500);
    // Of two that make one at the same time the first stays.
    CO_TRY(pems, co_await store_.transact<std::string>([made](kv::Transaction& tx) -> Task<Result<std::string>> {
      std::optional<std::string> bytes = co_await tx.get(keys::signer());
      if (bytes) co_return *bytes;
      tx.set(keys::signer(), made);
      co_return made;
    }));
  }
  Owned<BIO> in(BIO_new_mem_buf(pems.data(), static_cast<int>(pems.size())));
  auto key = std::make_unique<Key>();
  key->key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  size_t mark = pems.find(certificate_mark);
  if (!key->key || mark == std::string::npos)
    co_return fail("InternalFailure", "The key to sign messages with cannot be read.", 500);
  certificate_ = pems.substr(mark);
  key_ = std::move(key);
  co_return Result<void>();
}

std::string Signer::sign(std::string_view text, std::string_view version) const {
  Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const EVP_MD* digest = version == "2" ? EVP_sha256() : EVP_sha1();
  size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (!key_ || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_->key.get()) != 1) return "";
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return "";
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, text.size()) != 1)
    return "";
  out.resize(size);
  return base64_encode(out);
}

std::string Signer::path() const {
  return "/SimpleNotificationService-" + hex_encode(sha256(certificate_)).substr(0, 32) + ".pem";
}

std::string text_to_sign(std::vector<std::pair<std::string_view, std::string>> fields) {
  std::ranges::sort(fields);
  std::string out;
  for (const auto& [name, value] : fields) out += std::string(name) + "\n" + value + "\n";
  return out;
}

}  // namespace thaw::sns
