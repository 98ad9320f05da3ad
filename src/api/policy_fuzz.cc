#include <cstdint>

#include "api/policy.h"

// Input: the document; a first byte chooses the kind.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw::api;
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto policy = Policy::parse(text, static_cast<PolicyKind>(data[0] % 3));
  if (!policy) return 0;
  thaw::Json context = thaw::Json::object({{"aws:username", "u"}, {"aws:sourceip", "10.0.0.1"}, {"aws:n", 3}});
  JsonConditionKeys keys(context);
  PolicyPrincipal principal{PolicyPrincipal::Kind::user, "123456789012", "arn:aws:iam::123456789012:user/u", "",
                            "AIDA"};
  (*policy)->evaluate({"s3:GetObject", "arn:aws:s3:::bucket/key", principal, &keys});
  return 0;
}
