#include "services/lambda/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"

namespace thaw::lambda {
namespace {

constexpr size_t header_bytes_max = 1024;  // a longer one is not of ours: a new chain begins
constexpr size_t functions_max = 16;       // the functions of a chain that are counted, the latest ones

struct Passed {
  std::string_view function;
  int times = 0;  // before this invocation
};

std::vector<Passed> parse_lineage(std::string_view text) {
  std::vector<Passed> out;
  for (std::string_view part : split(text, '|')) {
    size_t colon = part.rfind(':');
    if (colon == std::string_view::npos) continue;
    Passed one{part.substr(0, colon), 0};
    std::string_view digits = part.substr(colon + 1);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), one.times);
    if (error == std::errc() && end == digits.data() + digits.size() && one.times >= 0) out.push_back(one);
  }
  return out;
}

}  // namespace

Result<std::string> next_trace(std::string_view given, std::string_view function_arn, bool stops_loops,
                               int64_t now_ms) {
  bool is_header = std::ranges::all_of(given, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
  if (given.size() > header_bytes_max || !is_header) given = {};
  std::string out;
  std::string_view lineage;
  bool has_root = false, has_parent = false, has_sampled = false;
  for (std::string_view part : split(given, ';')) {
    part = trim(part);
    if (part.starts_with("Lineage=")) {
      lineage = part.substr(8);
      continue;
    }
    if (part.empty()) continue;
    has_root |= part.starts_with("Root=");
    has_parent |= part.starts_with("Parent=");
    has_sampled |= part.starts_with("Sampled=");
    out += std::string(out.empty() ? "" : ";") + std::string(part);
  }
  auto add = [&](std::string part) { out += (out.empty() ? "" : ";") + part; };
  if (!has_root) add(fmt::format("Root=1-{:08x}-{}", static_cast<uint32_t>(now_ms / 1000), random_hex(24)));
  if (!has_parent) add("Parent=" + random_hex(16));
  if (!has_sampled) add("Sampled=0");
  std::string self = hex_encode(sha256(function_arn)).substr(0, 8);
  std::vector<Passed> passed = parse_lineage(lineage);
  int times = 0;
  std::string counted;
  if (passed.size() > functions_max) passed.erase(passed.begin(), passed.end() - functions_max);
  for (const Passed& one : passed) {
    if (one.function == self)
      times = std::min(one.times, loops_max) + 1;
    else
      counted += fmt::format("{}:{}|", one.function, one.times);
  }
  if (times >= loops_max && stops_loops)
    return fail(Error{"RecursiveInvocationException",
                      "Lambda has detected your function being invoked in a recursive loop with other Amazon Web "
                      "Services resources and stopped your function's invocation.",
                      400, Json::object({{"Type", "User"}})});
  add(fmt::format("Lineage={}{}:{}", counted, self, times));
  return out;
}

}  // namespace thaw::lambda
