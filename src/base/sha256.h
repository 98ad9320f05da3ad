// SHA-256 in pieces, and HMAC-SHA-256 under a key that is used often: what signature checks and streamed bodies need.
// base/text.h has the one-call forms.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace thaw {

using Sha256Digest = std::array<unsigned char, 32>;

inline std::string_view as_bytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
// Lower-case hexadecimal, 64 digits.
std::string hex_of(const Sha256Digest& digest);

// A hash that is fed in pieces. A copy goes on from where the original stood.
class Sha256 {
 public:
  Sha256();
  Sha256& update(std::string_view bytes);
  // The digest of what was fed so far; more may be fed afterwards.
  Sha256Digest digest() const;

  static Sha256Digest of(std::string_view bytes) { return Sha256().update(bytes).digest(); }

 private:
  friend class HmacSha256Key;
  alignas(16) unsigned char state_[112];
};

// An HMAC key whose two padded blocks are hashed once: a short message then costs two blocks instead of four.
// Immutable; may be shared between threads.
class HmacSha256Key {
 public:
  explicit HmacSha256Key(std::string_view key);
  Sha256Digest mac(std::string_view bytes) const;

 private:
  Sha256 inner_;
  Sha256 outer_;
};

}  // namespace thaw
