#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  thaw::YamlLimits limits;
  limits.expanded_bytes_max = 4 << 20;
  auto document = thaw::parse_yaml({reinterpret_cast<const char*>(data), size}, limits);
  if (document) (void)document->positions.find("/Resources/0");
  // Whatever was read can be written as JSON and is then read as the same value.
  if (document && thaw::Json::parse(document->value.dump()).value().dump() != document->value.dump()) __builtin_trap();
  return 0;
}
