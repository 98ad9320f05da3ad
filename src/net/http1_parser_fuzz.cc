// Any bytes, cut anywhere, as requests and responses one after the other.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <algorithm>

#include "net/http1_parser.h"

using thaw::net::Http1Limits;
using thaw::net::Http1Parser;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  auto kind = (data[0] & 1) != 0 ? Http1Parser::Kind::request : Http1Parser::Kind::response;
  size_t step = 1 + (data[0] >> 1);
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  Http1Limits limits{512, 128, 16};
  Http1Parser parser(kind, limits);
  while (!bytes.empty()) {
    size_t given = std::min(step, bytes.size());
    size_t used = parser.feed(bytes.substr(0, given));
    if (used > given) abort();
    const auto& message = parser.message();
    if (message.headers.bytes() > limits.header_bytes_max || message.target.size() > limits.target_bytes_max) abort();
    bytes.remove_prefix(used);
    if (message.error_status != 0) return 0;
    if (message.message_done) parser.start();
    else if (used == 0) abort();  // neither an end nor progress
  }
  parser.feed_end();
  return 0;
}
