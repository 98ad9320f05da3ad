#include <cstdint>

#include "api/chunked.h"

// The first byte chooses the kind and the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw::api;
  if (size == 0) return 0;
  ChunkedOptions options;
  options.kind = static_cast<PayloadKind>(static_cast<int>(PayloadKind::streaming_signed) + data[0] % 3);
  options.key = std::make_shared<thaw::HmacSha256Key>("key");
  if (data[0] & 4) options.decoded_length = data[0];
  size_t piece = 1 + (data[0] >> 3);
  std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  ChunkedDecoder decoder(std::move(options));
  std::string out;
  for (size_t at = 0; at < body.size(); at += piece) {
    if (!decoder.feed(body.substr(at, piece), out)) break;
  }
  (void)decoder.finish();
  if (out.size() > body.size()) __builtin_trap();
  return 0;
}
