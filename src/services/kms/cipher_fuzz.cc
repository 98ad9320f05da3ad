#include <cstdint>

#include "services/kms/cipher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string blob(reinterpret_cast<const char*>(data), size);
  std::string material(32, 'k');
  (void)thaw::kms::key_of(blob);
  (void)thaw::kms::decrypt(material, blob, {{"a", blob}});
  std::string sealed = thaw::kms::encrypt(material, "01234567-89ab-4cde-8f01-23456789abcd", blob, {{blob, "b"}});
  if (thaw::kms::decrypt(material, sealed, {{blob, "b"}}) != blob) __builtin_trap();
  return 0;
}
