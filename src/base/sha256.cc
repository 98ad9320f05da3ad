#include "base/sha256.h"

// The low-level functions keep their state in place: no allocation and no algorithm look-up per message.
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>

#include <cstring>

namespace thaw {

namespace {
SHA256_CTX* context(unsigned char* state) { return reinterpret_cast<SHA256_CTX*>(state); }
}  // namespace

std::string hex_of(const Sha256Digest& digest) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(64, '0');
  for (size_t i = 0; i < digest.size(); ++i) {
    out[2 * i] = digits[digest[i] >> 4];
    out[2 * i + 1] = digits[digest[i] & 15];
  }
  return out;
}

Sha256::Sha256() {
  static_assert(sizeof(SHA256_CTX) <= sizeof(state_) && alignof(SHA256_CTX) <= 16);
  SHA256_Init(context(state_));
}

Sha256& Sha256::update(std::string_view bytes) {
  SHA256_Update(context(state_), bytes.data(), bytes.size());
  return *this;
}

Sha256Digest Sha256::digest() const {
  Sha256 copy = *this;
  Sha256Digest out;
  SHA256_Final(out.data(), context(copy.state_));
  return out;
}

HmacSha256Key::HmacSha256Key(std::string_view key) {
  unsigned char block[64] = {};
  if (key.size() > sizeof(block)) {
    Sha256Digest hashed = Sha256::of(key);
    std::memcpy(block, hashed.data(), hashed.size());
  } else {
    std::memcpy(block, key.data(), key.size());
  }
  for (unsigned char& byte : block) byte ^= 0x36;
  inner_.update({reinterpret_cast<char*>(block), sizeof(block)});
  for (unsigned char& byte : block) byte ^= 0x36 ^ 0x5c;
  outer_.update({reinterpret_cast<char*>(block), sizeof(block)});
}

Sha256Digest HmacSha256Key::mac(std::string_view bytes) const {
  Sha256 inner = inner_;
  Sha256 outer = outer_;
  return outer.update(as_bytes(inner.update(bytes).digest())).digest();
}

}  // namespace thaw
