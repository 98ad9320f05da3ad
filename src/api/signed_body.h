// The body of an operation that streams its input, as the operation reads it: without aws-chunked's framing, and
// checked against what the signature says of it. Whoever reads it must not make anything of the bytes before read() has
// answered the end.
#pragma once

#include <optional>
#include <string>

#include "api/chunked.h"
#include "api/sigv4.h"
#include "base/sha256.h"
#include "net/http.h"

namespace thaw::api {

class SignedBody final : public net::BodyReader {
 public:
  // `chunked`: set for the streaming kinds. `declared_hash`: lower-case hex that the whole body must have, or empty.
  SignedBody(net::BodyReader& raw, std::optional<ChunkedOptions> chunked, std::string declared_hash);

  // Errors: those of the raw body, of the chunked encoding, and "XAmzContentSHA256Mismatch" at the end.
  Task<Result<std::string>> read() override;
  // Of the decoded bytes, where the client said it.
  std::optional<uint64_t> content_length() const override;
  // aws-chunked's trailers (checksums), else the raw body's. Complete at the end.
  const net::Headers& trailers() const override;

 private:
  net::BodyReader& raw_;
  std::optional<ChunkedDecoder> decoder_;
  std::optional<uint64_t> decoded_length_;
  std::string declared_hash_;
  Sha256 hash_;
  net::Headers trailers_;
  bool ended_ = false;
};

}  // namespace thaw::api
