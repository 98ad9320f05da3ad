// Subspace: the prefix of a part of the key space, and keys below it made of typed parts that sort as their parts do.
//
//   Subspace tables{"dynamodb", "table"};
//   std::string key = tables.key(account, region, name);      // one record
//   auto [begin, end] = tables.range(account, region);        // all of an account's tables in a region
//
// Encoding: text/bytes  0x01 bytes (0x00 -> 0x00 0xFF) 0x00;  integers  0x02, 8 bytes big-endian with the sign bit
// flipped.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace thaw::kv {

void append_part(std::string& key, std::string_view text);
void append_part(std::string& key, int64_t number);

class Subspace {
 public:
  template <class... Parts>
  explicit Subspace(const Parts&... parts) : prefix_(encode(parts...)) {}

  const std::string& prefix() const { return prefix_; }

  template <class... Parts>
  std::string key(const Parts&... parts) const {
    return prefix_ + encode(parts...);
  }
  template <class... Parts>
  Subspace sub(const Parts&... parts) const {
    Subspace out;
    out.prefix_ = key(parts...);
    return out;
  }
  // All keys whose first parts are `parts`: [begin, end).
  template <class... Parts>
  std::pair<std::string, std::string> range(const Parts&... parts) const {
    std::string begin = key(parts...);
    return {begin, begin + '\xFF'};
  }

 private:
  template <class... Parts>
  static std::string encode(const Parts&... parts) {
    std::string out;
    (append(out, parts), ...);
    return out;
  }
  static void append(std::string& out, std::string_view text) { append_part(out, text); }
  template <std::integral I>
  static void append(std::string& out, I number) {
    append_part(out, static_cast<int64_t>(number));
  }

  std::string prefix_;
};

// Reads the parts of a key behind a prefix, in order. Each call answers nothing when the next part is of another kind
// or the key is malformed.
class KeyReader {
 public:
  KeyReader(std::string_view key, std::string_view prefix);
  std::optional<std::string> text();
  std::optional<int64_t> number();
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace thaw::kv
