// The aws-chunked encoding of S3's upload bodies: chunks with sizes, each signed or not, and trailing checksums.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
//
//   10000;chunk-signature=HEX CRLF <65536 bytes> CRLF            (signed kinds)
//   10000 CRLF <65536 bytes> CRLF                                (unsigned kind)
//   0;chunk-signature=HEX CRLF                                   the end
//   x-amz-checksum-crc32:BASE64 CRLF                             trailers, of the kinds that have them
//   x-amz-trailer-signature:HEX CRLF                             of the signed kind with trailers
//   CRLF
//
// It is inside whatever Transfer-Encoding the message has. Unlike S3, chunks under 8 KiB before the last are accepted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/sigv4.h"
#include "base/result.h"
#include "base/sha256.h"

namespace thaw::api {

struct ChunkedOptions {
  PayloadKind kind = PayloadKind::streaming_unsigned_trailer;  // one of the streaming kinds
  std::optional<uint64_t> decoded_length;                      // x-amz-decoded-content-length
  // Of the request's signature, for the signed kinds: SigningKeys::get(), and what the claim says.
  std::shared_ptr<const HmacSha256Key> key;
  std::string timestamp;
  std::string scope;
  std::string seed_signature;
};

// The options for a body whose request's claim was checked with `secret`.
ChunkedOptions chunked_options(const SignedRequest& claim, SigningKeys& keys, std::string_view secret,
                               std::optional<uint64_t> decoded_length);

// Decodes a body that arrives in pieces of any size. Memory: one line. A chunk's bytes are handed out before its
// signature has been seen, so nothing may be made of them before finish() has succeeded. After an error every call
// answers it again.
class ChunkedDecoder {
 public:
  explicit ChunkedDecoder(ChunkedOptions options);

  // Appends what `bytes` decode to. Errors: IncompleteBody, SignatureDoesNotMatch, MalformedTrailerError.
  Result<> feed(std::string_view bytes, std::string& out);
  // The body has ended. Errors: IncompleteBody when it ended too early or has another length than was declared.
  Result<> finish();

  uint64_t decoded_bytes() const { return decoded_; }
  // Trailing headers, names in lower case, without x-amz-trailer-signature. Complete after finish().
  const std::vector<std::pair<std::string, std::string>>& trailers() const { return trailers_; }

 private:
  enum class State : uint8_t { size_line, data, data_end, trailer_line, done };

  bool is_signed() const { return options_.kind != PayloadKind::streaming_unsigned_trailer; }
  bool has_trailer() const { return options_.kind != PayloadKind::streaming_signed; }
  Result<> step(std::string_view& bytes, std::string& out);
  // Takes bytes up to a line's end; answers whether the line is complete (in line_, without its end).
  Result<bool> take_line(std::string_view& bytes);
  Result<> start_chunk();
  Result<> end_chunk();
  Result<> trailer_line();
  Result<> end_trailers();
  std::unexpected<Error> stop(Error error);

  ChunkedOptions options_;
  State state_ = State::size_line;
  std::string line_;
  uint64_t chunk_left_ = 0;
  uint64_t decoded_ = 0;
  size_t trailer_bytes_ = 0;
  bool last_chunk_ = false;
  bool seen_gap_ = false;  // an empty line where the trailers' signature was awaited
  Sha256 chunk_hash_;
  std::string chunk_signature_;
  std::string previous_signature_;
  std::string trailer_signature_;
  std::vector<std::pair<std::string, std::string>> trailers_;
  std::optional<Error> error_;
};

}  // namespace thaw::api
