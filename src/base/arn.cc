#include "base/arn.h"

#include <algorithm>

namespace thaw {

std::optional<AccountId> AccountId::parse(std::string_view text) {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 12 || !std::ranges::all_of(text, digit)) return std::nullopt;
  return AccountId(std::string(text));
}

std::optional<Region> Region::parse(std::string_view text) {
  auto valid = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (text.size() < 3 || text.size() > 32 || !std::ranges::all_of(text, valid)) return std::nullopt;
  return Region(std::string(text));
}

std::optional<Arn> Arn::parse(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  std::string_view parts[5];
  size_t start = 4;
  for (int i = 0; i < 4; ++i) {
    size_t colon = text.find(':', start);
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(start, colon - start);
    start = colon + 1;
  }
  parts[4] = text.substr(start);
  if (parts[0].empty() || parts[1].empty() || parts[4].empty()) return std::nullopt;
  return Arn{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), std::string(parts[3]),
             std::string(parts[4])};
}

Arn Arn::make(std::string_view service, const Region& region, const AccountId& account, std::string_view resource) {
  return Arn{"aws", std::string(service), region.str(), account.str(), std::string(resource)};
}
Arn Arn::make_global(std::string_view service, const AccountId& account, std::string_view resource) {
  return Arn{"aws", std::string(service), "", account.str(), std::string(resource)};
}

std::string Arn::str() const {
  return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
}

}  // namespace thaw
