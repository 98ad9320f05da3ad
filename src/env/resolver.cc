#include "env/resolver.h"

#include <cstdint>

#include "base/text.h"

namespace thaw::env {
namespace {

constexpr size_t head_bytes = 12;
constexpr size_t query_bytes_max = 512;
constexpr uint16_t type_a = 1, class_in = 1;

uint16_t u16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 | static_cast<unsigned char>(bytes[at + 1]));
}
bool is_below(std::string_view name, std::string_view zone) {
  return name == zone ||
         (name.size() > zone.size() && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.');
}
bool is_ours(std::string_view name) {
  for (std::string_view zone : {"amazonaws.com", "amazonaws.com.cn", "on.aws", "api.aws", "aws.dev", "localhost",
                                "localhost.localstack.cloud"}) {
    if (is_below(name, zone)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> resolve_query(std::string_view query) {
  if (query.size() < head_bytes || query.size() > query_bytes_max) return std::nullopt;
  bool is_response = (query[2] & 0x80) != 0;
  if (is_response || u16(query, 4) != 1) return std::nullopt;
  std::string name;
  size_t at = head_bytes;
  while (true) {
    if (at >= query.size()) return std::nullopt;
    size_t length = static_cast<unsigned char>(query[at]);
    if (length == 0) break;
    if (length > 63 || at + 1 + length >= query.size() || name.size() > 255) return std::nullopt;
    if (!name.empty()) name += '.';
    name += query.substr(at + 1, length);
    at += 1 + length;
  }
  if (at + 5 > query.size()) return std::nullopt;
  uint16_t type = u16(query, at + 1), kind = u16(query, at + 3);
  bool known = is_ours(to_lower(name));
  bool address = known && type == type_a && kind == class_in;
  std::string out(query.substr(0, 2));
  out += static_cast<char>(0x84 | (query[2] & 0x01));  // response, authoritative; recursion desired as asked
  out += static_cast<char>(0x80 | (known ? 0 : 3));    // recursion available; NXDOMAIN
  out += std::string_view("\0\1\0", 3);
  out += static_cast<char>(address ? 1 : 0);
  out += std::string_view("\0\0\0\0", 4);
  out += query.substr(head_bytes, at + 5 - head_bytes);
  if (address) out += std::string_view("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", 16);  // 127.0.0.1 for a minute
  return out;
}

}  // namespace thaw::env
