#include "services/lambda/archive.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)thaw::lambda::check_archive(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
