#include "api/signed_body.h"

#include "base/text.h"

namespace thaw::api {

SignedBody::SignedBody(net::BodyReader& raw, std::optional<ChunkedOptions> chunked, std::string declared_hash)
    : raw_(raw), declared_hash_(std::move(declared_hash)) {
  if (!chunked) return;
  decoded_length_ = chunked->decoded_length;
  decoder_.emplace(std::move(*chunked));
}

std::optional<uint64_t> SignedBody::content_length() const {
  return decoder_ ? decoded_length_ : raw_.content_length();
}

const net::Headers& SignedBody::trailers() const { return decoder_ ? trailers_ : raw_.trailers(); }

Task<Result<std::string>> SignedBody::read() {
  std::string out;
  while (out.empty() && !ended_) {
    CO_TRY(std::string bytes, co_await raw_.read());
    if (bytes.empty()) {
      ended_ = true;
      if (decoder_) {
        CO_CHECK_OK(decoder_->finish());
        for (const auto& [name, value] : decoder_->trailers()) trailers_.add(name, value);
      }
      Sha256Digest digest = hash_.digest();
      if (!declared_hash_.empty() &&
          hex_encode({reinterpret_cast<const char*>(digest.data()), digest.size()}) != declared_hash_)
        co_return fail("XAmzContentSHA256Mismatch",
                       "The provided 'x-amz-content-sha256' header does not match what was computed.");
    } else if (decoder_) {
      CO_CHECK_OK(decoder_->feed(bytes, out));
    } else {
      if (!declared_hash_.empty()) hash_.update(bytes);
      out = std::move(bytes);
    }
  }
  co_return out;
}

}  // namespace thaw::api
