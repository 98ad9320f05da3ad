#include <cstdint>

#include "services/dynamodb/value.h"

// Even: the wire's JSON, which must come back as it was stored. Odd: stored bytes of any kind, which must not crash a
// reader.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  using namespace thaw::dynamodb;
  if (size == 0) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    auto wire = Json::parse(bytes);
    auto item = wire ? encode_item(*wire) : Result<std::string>(std::unexpected(Error{}));
    if (!item) return 0;
    if (!is_well_formed_item(*item)) __builtin_trap();
    auto again = encode_item(item_to_json(*item));
    if (!again || *again != *item) __builtin_trap();
    std::string text;
    write_item_json(*item, text);
    return 0;
  }
  if (!is_well_formed_item(bytes)) return 0;
  std::string text;
  write_item_json(bytes, text);
  item_to_json(bytes);
  item_size_bytes(bytes);
  if (!equal_items(bytes, bytes)) __builtin_trap();
  return 0;
}
