#include "services/cloudformation/sam/logical_id.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::sam {

namespace {
bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}
}  // namespace

std::string digest_of(const Value& data, size_t length) {
  if (!data) return {};
  return hex_encode(sha1(data.is_string() ? data.s() : data.json())).substr(0, length);
}

std::string hashed_id(const std::string& prefix, const Value& data, const std::string& given_digest) {
  return prefix + (given_digest.empty() ? digest_of(data) : given_digest.substr(0, 10));
}

std::string suffixed_id(const std::string& prefix, const std::string& suffix) {
  return is_alphanumeric(suffix) ? prefix + suffix : hashed_id(prefix, suffix);
}

bool is_alphanumeric(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_alnum); }

std::string only_alphanumeric(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_alnum);
  return out;
}

}  // namespace thaw::sam
