#include <cstdint>

#include "base/text.h"
#include "services/iam/session.h"

// Tokens as they come, and tokens whose seal is right around whatever was put in.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  std::string text(reinterpret_cast<const char*>(data), size);
  (void)iam::open_session("seal", text);
  std::string body = '\x01' + text;
  (void)iam::open_session("seal", base64_encode(body + hmac_sha256("seal", "token" + body)));
  (void)iam::account_of_access_key(text);
  return 0;
}
