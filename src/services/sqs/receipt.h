// Receipt handles: which queue's message, and which of the times that it was received. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::sqs {

struct Receipt {
  std::string queue;  // id
  int64_t sequence = 0;
  uint64_t nonce = 0;

  std::string text() const;
  // Nothing when the text was not made by text(): it carries a checksum.
  static std::optional<Receipt> parse(std::string_view text);
  bool operator==(const Receipt&) const = default;
};

}  // namespace thaw::sqs
