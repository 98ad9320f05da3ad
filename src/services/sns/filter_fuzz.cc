#include "services/sns/filter.h"

// The policy, a new line, then the message's body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t cut = text.find('\n');
  auto body = Json::parse(cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1), 64);
  for (sns::FilterScope scope : {sns::FilterScope::attributes, sns::FilterScope::body}) {
    auto policy = sns::FilterPolicy::parse(text.substr(0, cut), scope);
    if (policy && body) (*policy)->matches(*body);
  }
  return 0;
}
