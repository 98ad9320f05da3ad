#include "api/chunked.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thaw::api {

namespace {

constexpr size_t kLineBytesMax = 1024;
constexpr size_t kTrailerBytesMax = 8192;
constexpr uint64_t kChunkBytesMax = 5ull << 30;  // the largest part S3 takes
constexpr const char* kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Error incomplete_body() { return Error{"IncompleteBody", "The request body terminated unexpectedly", 400, {}}; }
Error malformed_body() { return Error{"InvalidRequest", "The aws-chunked body is not well-formed.", 400, {}}; }
Error malformed_trailer() {
  return Error{
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
      400,
      {}};
}
Error mismatch(std::string to_sign, std::string provided) {
  return Error{
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing "
      "method.",
      403, Json::object({{"StringToSign", std::move(to_sign)}, {"SignatureProvided", std::move(provided)}})};
}

bool is_token(std::string_view name) {
  if (name.empty()) return false;
  for (char c : name) {
    bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!fine) return false;
  }
  return true;
}

}  // namespace

ChunkedOptions chunked_options(const SignedRequest& claim, SigningKeys& keys, std::string_view secret,
                               std::optional<uint64_t> decoded_length) {
  ChunkedOptions options;
  options.kind = claim.payload;
  options.decoded_length = decoded_length;
  if (claim.payload == PayloadKind::streaming_unsigned_trailer) return options;
  options.key = keys.get(secret, claim.date, claim.region, claim.service);
  options.timestamp = claim.timestamp;
  options.scope = claim.scope();
  options.seed_signature = claim.signature;
  return options;
}

ChunkedDecoder::ChunkedDecoder(ChunkedOptions options) : options_(std::move(options)) {
  previous_signature_ = options_.seed_signature;
}

std::unexpected<Error> ChunkedDecoder::stop(Error error) {
  error_ = std::move(error);
  return std::unexpected(*error_);
}

Result<> ChunkedDecoder::feed(std::string_view bytes, std::string& out) {
  if (error_) return std::unexpected(*error_);
  while (!bytes.empty()) CHECK_OK(step(bytes, out));
  return {};
}

Result<> ChunkedDecoder::step(std::string_view& bytes, std::string& out) {
  switch (state_) {
    case State::data: {
      size_t count = static_cast<size_t>(std::min<uint64_t>(chunk_left_, bytes.size()));
      std::string_view piece = bytes.substr(0, count);
      if (is_signed()) chunk_hash_.update(piece);
      out += piece;
      bytes.remove_prefix(count);
      chunk_left_ -= count;
      if (chunk_left_ == 0) state_ = State::data_end;
      return {};
    }
    case State::done: return stop(malformed_body());  // bytes behind the end
    default: break;
  }
  TRY(bool complete, take_line(bytes));
  if (!complete) return {};
  Result<> result;
  if (state_ == State::size_line) {
    result = start_chunk();
  } else if (state_ == State::data_end) {
    result = line_.empty() ? end_chunk() : stop(malformed_body());
  } else {
    result = trailer_line();
  }
  line_.clear();
  return result;
}

Result<bool> ChunkedDecoder::take_line(std::string_view& bytes) {
  size_t end = bytes.find('\n');
  std::string_view piece = bytes.substr(0, end);
  if (line_.size() + piece.size() > kLineBytesMax) {
    return stop(state_ == State::trailer_line ? malformed_trailer() : malformed_body());
  }
  line_ += piece;
  bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
  if (end == std::string_view::npos) return false;
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

Result<> ChunkedDecoder::start_chunk() {
  std::string_view line = line_;
  size_t semicolon = line.find(';');
  std::string_view size_text = trim(line.substr(0, semicolon));
  uint64_t size = 0;
  auto [end, bad] = std::from_chars(size_text.data(), size_text.data() + size_text.size(), size, 16);
  if (bad != std::errc{} || size_text.empty() || end != size_text.data() + size_text.size() || size > kChunkBytesMax) {
    return stop(malformed_body());
  }
  chunk_signature_.clear();
  if (semicolon != line.npos) {
    constexpr std::string_view name = "chunk-signature=";
    std::string_view extension = trim(line.substr(semicolon + 1));
    if (extension.starts_with(name)) chunk_signature_ = std::string(extension.substr(name.size()));
  }
  if (is_signed() && chunk_signature_.empty()) return stop(mismatch({}, {}));
  decoded_ += size;
  if (options_.decoded_length && decoded_ > *options_.decoded_length) return stop(incomplete_body());
  chunk_hash_ = Sha256();
  chunk_left_ = size;
  last_chunk_ = size == 0;
  if (!last_chunk_) {
    state_ = State::data;
    return {};
  }
  // Trailers follow the last size line at once; without trailers an empty line ends the body.
  return end_chunk();
}

Result<> ChunkedDecoder::end_chunk() {
  if (is_signed()) {
    std::string text = "AWS4-HMAC-SHA256-PAYLOAD\n" + options_.timestamp + '\n' + options_.scope + '\n' +
                       previous_signature_ + '\n' + kEmptyHash + '\n' + hex_of(chunk_hash_.digest());
    if (!options_.key || !equal_in_constant_time(hex_of(options_.key->mac(text)), chunk_signature_)) {
      return stop(mismatch(std::move(text), chunk_signature_));
    }
    previous_signature_ = chunk_signature_;
  }
  state_ = last_chunk_ ? State::trailer_line : State::size_line;
  return {};
}

Result<> ChunkedDecoder::trailer_line() {
  if (line_.empty()) return end_trailers();
  trailer_bytes_ += line_.size();
  size_t colon = line_.find(':');
  if (!has_trailer() || trailer_bytes_ > kTrailerBytesMax || colon == line_.npos ||
      !is_token(std::string_view(line_).substr(0, colon))) {
    return stop(malformed_trailer());
  }
  std::string name = to_lower(std::string_view(line_).substr(0, colon));
  std::string value(trim(std::string_view(line_).substr(colon + 1)));
  if (name == "x-amz-trailer-signature") {
    if (!trailer_signature_.empty() || value.empty()) return stop(malformed_trailer());
    trailer_signature_ = std::move(value);
  } else {
    trailers_.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

Result<> ChunkedDecoder::end_trailers() {
  // Some clients put an empty line between the trailers and their signature.
  bool awaits_signature = options_.kind == PayloadKind::streaming_signed_trailer && trailer_signature_.empty();
  if (awaits_signature) {
    if (trailers_.empty() || seen_gap_) return stop(malformed_trailer());
    seen_gap_ = true;
    return {};
  }
  if (options_.kind == PayloadKind::streaming_signed_trailer) {
    std::string canonical;
    for (const auto& [name, value] : trailers_) canonical += name + ':' + value + '\n';
    std::string text = "AWS4-HMAC-SHA256-TRAILER\n" + options_.timestamp + '\n' + options_.scope + '\n' +
                       previous_signature_ + '\n' + hex_of(Sha256::of(canonical));
    if (!options_.key || !equal_in_constant_time(hex_of(options_.key->mac(text)), trailer_signature_)) {
      return stop(mismatch(std::move(text), trailer_signature_));
    }
  }
  state_ = State::done;
  return {};
}

Result<> ChunkedDecoder::finish() {
  if (error_) return std::unexpected(*error_);
  // A body may end without the last empty line; what it says is complete by then.
  if (state_ == State::trailer_line && line_.empty()) CHECK_OK(end_trailers());
  if (seen_gap_ && trailer_signature_.empty()) return stop(malformed_trailer());
  if (state_ != State::done) return stop(incomplete_body());
  if (options_.decoded_length && decoded_ != *options_.decoded_length) return stop(incomplete_body());
  return {};
}

}  // namespace thaw::api
