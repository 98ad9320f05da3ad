#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto value = thaw::Json::parse({reinterpret_cast<const char*>(data), size});
  // What was read can be written, is read again, and written the same (a repeated key makes values unlike themselves).
  if (value && thaw::Json::parse(value->dump()).value().dump() != value->dump()) __builtin_trap();
  return 0;
}
