#include "services/sqs/receipt.h"

#include "base/text.h"

namespace thaw::sqs {
namespace {

constexpr char version = 1;
constexpr size_t text_bytes_max = 512;

void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}
uint64_t take(std::string_view bytes, int count) {
  uint64_t out = 0;
  for (int i = 0; i < count; ++i) out |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return out;
}

}  // namespace

std::string Receipt::text() const {
  std::string bytes(1, version);
  put(bytes, static_cast<uint64_t>(sequence), 8);
  put(bytes, nonce, 8);
  bytes += queue;
  put(bytes, crc32(bytes), 4);
  return base64_encode(bytes);
}

std::optional<Receipt> Receipt::parse(std::string_view text) {
  if (text.size() > text_bytes_max) return std::nullopt;
  auto decoded = base64_decode(text);
  if (!decoded || decoded->size() < 21 || (*decoded)[0] != version) return std::nullopt;
  std::string_view bytes = *decoded;
  std::string_view body = bytes.substr(0, bytes.size() - 4);
  if (take(bytes.substr(body.size()), 4) != crc32(body)) return std::nullopt;
  Receipt out;
  out.sequence = static_cast<int64_t>(take(body.substr(1), 8));
  out.nonce = take(body.substr(9), 8);
  out.queue = body.substr(17);
  return out;
}

}  // namespace thaw::sqs
