#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "blob/blob_store.h"

namespace thaw::blob {

std::optional<BlobId> BlobId::parse(std::string_view text) {
  auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() != 64 || !std::all_of(text.begin(), text.end(), is_hex)) return std::nullopt;
  return BlobId(std::string(text));
}

BlobId BlobId::of(std::string_view sha256_bytes) {
  assert(sha256_bytes.size() == 32);
  return BlobId(hex_encode(sha256_bytes));
}

}  // namespace thaw::blob
