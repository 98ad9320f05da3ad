#include "services/logs/filter_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t cut = text.find('\n');
  auto pattern = thaw::logs::FilterPattern::parse(text.substr(0, cut));
  if (pattern && cut != std::string_view::npos) pattern->matches(text.substr(cut + 1));
  return 0;
}
