#include "blob/digests.h"

#include <openssl/evp.h>

#include "base/text.h"

namespace thaw::blob {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context start(const EVP_MD* digest) {
  Context context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), digest, nullptr);
  return context;
}

std::string finish_one(const Context& context) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int count = 0;
  EVP_DigestFinal_ex(context.get(), bytes, &count);
  return {reinterpret_cast<const char*>(bytes), count};
}

}  // namespace

struct Hasher::Contexts {
  Context sha256 = start(EVP_sha256());
  Context md5 = start(EVP_md5());
  Context sha1;
};

Hasher::Hasher(Extra extra) : extra_(extra), contexts_(std::make_unique<Contexts>()) {
  if (extra.sha1) contexts_->sha1 = start(EVP_sha1());
}

Hasher::~Hasher() = default;

void Hasher::update(std::string_view bytes) {
  EVP_DigestUpdate(contexts_->sha256.get(), bytes.data(), bytes.size());
  EVP_DigestUpdate(contexts_->md5.get(), bytes.data(), bytes.size());
  if (extra_.sha1) EVP_DigestUpdate(contexts_->sha1.get(), bytes.data(), bytes.size());
  if (extra_.crc32) crc32_ = crc32(bytes, crc32_);
  if (extra_.crc32c) crc32c_ = crc32c(bytes, crc32c_);
  if (extra_.crc64nvme) crc64nvme_ = crc64nvme(bytes, crc64nvme_);
}

Digests Hasher::finish() {
  Digests out;
  out.sha256 = finish_one(contexts_->sha256);
  out.md5 = finish_one(contexts_->md5);
  if (extra_.sha1) out.sha1 = finish_one(contexts_->sha1);
  if (extra_.crc32) out.crc32 = crc32_;
  if (extra_.crc32c) out.crc32c = crc32c_;
  if (extra_.crc64nvme) out.crc64nvme = crc64nvme_;
  return out;
}

}  // namespace thaw::blob
