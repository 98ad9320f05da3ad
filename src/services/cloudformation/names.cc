#include "services/cloudformation/names.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::cloudformation {

std::string physical_name(std::string_view stack_name, std::string_view logical_id, std::string_view random,
                          size_t length_max, NameStyle style) {
  constexpr size_t random_length = 12;
  std::string_view tail = random.substr(0, std::min(random.size(), random_length));
  size_t room = length_max > tail.size() + 2 ? length_max - tail.size() - 2 : 2;
  if (stack_name.size() + logical_id.size() > room) {
    // Halves for each; what one does not need the other has.
    size_t stack_part = std::max(room / 2, room > logical_id.size() ? room - logical_id.size() : 0);
    stack_name = stack_name.substr(0, std::min(stack_name.size(), stack_part));
    logical_id = logical_id.substr(0, std::min(logical_id.size(), room - stack_name.size()));
  }
  std::string out(stack_name);
  while (out.ends_with('-')) out.pop_back();
  out += "-" + std::string(logical_id) + "-" + std::string(tail);
  return style == NameStyle::lower ? to_lower(out) : out;
}

bool is_stack_name(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  auto valid = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= 128 && letter(name[0]) && std::ranges::all_of(name, valid);
}

std::string reachable_urls(std::string text, std::string_view suffix) {
  if (suffix.empty() || text.starts_with("arn:")) return text;
  struct Endpoint {
    std::string_view service, domain;
  };
  static constexpr Endpoint endpoints[] = {{".execute-api.", "amazonaws.com"}, {".lambda-url.", "on.aws"}};
  for (const auto& [service, domain] : endpoints) {
    for (size_t at = 0; (at = text.find(service, at)) != std::string::npos;) {
      size_t region = at + service.size();
      size_t end = region;
      auto of_region = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
      while (end < text.size() && of_region(text[end])) ++end;
      at = region;
      if (end == region || end >= text.size() || text[end] != '.') continue;
      if (std::string_view(text).substr(end + 1, domain.size()) != domain) continue;
      text.replace(end + 1, domain.size(), suffix);
      at = end + 1 + suffix.size();
    }
  }
  return text;
}

Json reachable_urls(Json value, std::string_view suffix) {
  if (value.is_string()) return Json(reachable_urls(std::move(value.as_string()), suffix));
  if (value.is_array()) {
    for (Json& item : value.items()) item = reachable_urls(std::move(item), suffix);
  } else if (value.is_object()) {
    for (Json::Member& m : value.members()) m.value = reachable_urls(std::move(m.value), suffix);
  }
  return value;
}

}  // namespace thaw::cloudformation
