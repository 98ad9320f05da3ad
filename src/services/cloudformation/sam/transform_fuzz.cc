// Any text as a template: the transform answers or refuses, and nothing else.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/yaml.h"
#include "services/cloudformation/sam/transform.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto parsed = thaw::parse_yaml({reinterpret_cast<const char*>(data), size});
  if (!parsed) return 0;
  thaw::sam::TransformOptions options;
  options.parameters = thaw::Json::object({{"param1", "value1"}});
  auto out = thaw::sam::transform(parsed->value, options);
  if (!out) (void)out.error().message();
  return 0;
}
