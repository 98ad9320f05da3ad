#include "services/lambda/event_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t half = text.find('\n');
  auto pattern = thaw::lambda::parse_filter(text.substr(0, half));
  if (!pattern || half == std::string_view::npos) return 0;
  if (auto event = thaw::Json::parse(text.substr(half + 1))) thaw::lambda::matches_filter(*pattern, *event);
  return 0;
}
