#include <cstdint>
#include <string_view>

#include "api/sigv4.h"
#include "api/sigv4_canonical.h"

// Input: path, query, authorization header and date, separated by newlines.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw::api;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  auto next = [&] {
    size_t end = rest.find('\n');
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    return part;
  };
  std::string_view path = next(), query = next(), authorization = next(), date = next();
  std::vector<std::pair<std::string_view, std::string_view>> headers = {{"host", "h"}, {"x-amz-date", date}};
  if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
  headers.emplace_back("x-amz-content-sha256", rest);
  SignableView view{"GET", path, query, headers};
  SignatureChecker checker;
  for (ErrorFamily family : {ErrorFamily::json, ErrorFamily::s3}) {
    auto claim = parse_signature(view, family);
    if (!claim) continue;
    (void)checker.check(view, *claim, "secret", payload_hash(*claim, ""), claim->time, family);
  }
  return 0;
}
