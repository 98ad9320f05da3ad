#include "kv/subspace.h"

namespace thaw::kv {
namespace {

constexpr char text_tag = '\x01';
constexpr char number_tag = '\x02';
constexpr uint64_t sign_bit = uint64_t{1} << 63;

}  // namespace

void append_part(std::string& key, std::string_view text) {
  key += text_tag;
  for (char c : text) {
    key += c;
    if (c == '\0') key += '\xFF';
  }
  key += '\0';
}

void append_part(std::string& key, int64_t number) {
  key += number_tag;
  uint64_t bits = static_cast<uint64_t>(number) ^ sign_bit;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(bits >> shift);
}

KeyReader::KeyReader(std::string_view key, std::string_view prefix) {
  if (key.starts_with(prefix)) rest_ = key.substr(prefix.size());
}

std::optional<std::string> KeyReader::text() {
  if (rest_.empty() || rest_[0] != text_tag) return std::nullopt;
  std::string out;
  for (size_t i = 1; i < rest_.size(); ++i) {
    if (rest_[i] != '\0') {
      out += rest_[i];
    } else if (i + 1 < rest_.size() && rest_[i + 1] == '\xFF') {
      out += '\0';
      ++i;
    } else {
      rest_.remove_prefix(i + 1);
      return out;
    }
  }
  return std::nullopt;
}

std::optional<int64_t> KeyReader::number() {
  if (rest_.size() < 9 || rest_[0] != number_tag) return std::nullopt;
  uint64_t bits = 0;
  for (size_t i = 1; i < 9; ++i) bits = bits << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(9);
  return static_cast<int64_t>(bits ^ sign_bit);
}

}  // namespace thaw::kv
