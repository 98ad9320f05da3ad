// How values are written: in messages, in digests, and as embedded JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

namespace {

// One code point of well-formed UTF-8; a stray byte stands for itself.
uint32_t next_point(std::string_view text, size_t& i) {
  unsigned char c = static_cast<unsigned char>(text[i]);
  size_t n = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  uint32_t point = n == 1 ? c : n == 2 ? c & 0x1F : n == 3 ? c & 0x0F : c & 0x07;
  for (size_t k = 1; k < n && i + k < text.size(); ++k) point = point << 6 | (text[i + k] & 0x3F);
  i += std::min(n, text.size() - i);
  return point;
}

char quote_for(std::string_view text) {
  bool single = text.find('\'') != std::string_view::npos;
  bool twice = text.find('"') != std::string_view::npos;
  return single && !twice ? '"' : '\'';
}

std::string quoted(const Text& text, bool legacy) {
  const char quote = quote_for(text.s);
  std::string out = legacy ? "u" : "";
  out += quote;
  for (size_t i = 0; i < text.s.size();) {
    const size_t start = i;
    const uint32_t point = next_point(text.s, i);
    if (point == '\n')
      out += "\\n";
    else if (point == '\r')
      out += "\\r";
    else if (point == '\t')
      out += "\\t";
    else if (point == '\\')
      out += "\\\\";
    else if (point == static_cast<uint32_t>(quote))
      (out += '\\') += quote;
    else if (point < 0x20 || point == 0x7F)
      out += fmt::format("\\x{:02x}", point);
    else if (point < 0x7F)
      out += static_cast<char>(point);
    else if (!legacy && point >= 0xA1)
      out += text.s.substr(start, i - start);
    else if (point < 0x100)
      out += fmt::format("\\x{:02x}", point);
    else if (point < 0x10000)
      out += fmt::format("\\u{:04x}", point);
    else
      out += fmt::format("\\U{:08x}", point);
  }
  return out + quote;
}

std::string number_as_written(const std::string& text) {
  if (text.find_first_of(".eE") == std::string::npos) return text;
  std::string out = fmt::format("{}", std::strtod(text.c_str(), nullptr));
  if (out.find_first_of(".en") == std::string::npos) out += ".0";
  return out;
}

// Integers beyond 64 bits have a mark of their own in digests.
bool is_long(const std::string& text) {
  static const std::string most = "9223372036854775807";
  if (text.find_first_not_of("0123456789") != std::string::npos) return false;
  return text.size() > most.size() || (text.size() == most.size() && text > most);
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const uint32_t point = next_point(text, i);
    if (point == '"')
      out += "\\\"";
    else if (point == '\\')
      out += "\\\\";
    else if (point == '\n')
      out += "\\n";
    else if (point == '\r')
      out += "\\r";
    else if (point == '\t')
      out += "\\t";
    else if (point == '\b')
      out += "\\b";
    else if (point == '\f')
      out += "\\f";
    else if (point >= 0x20 && point < 0x7F)
      out += static_cast<char>(point);
    else if (point < 0x10000)
      out += fmt::format("\\u{:04x}", point);
    else
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((point - 0x10000) >> 10), 0xDC00 + (point & 0x3FF));
  }
  return out + '"';
}

struct JsonStyle {
  bool sorted;
  std::string_view comma;
  std::string_view colon;
  int indent = -1;
};

void write_json(const Value& value, const JsonStyle& style, int depth, std::string& out) {
  auto line = [&](int at) {
    if (style.indent >= 0) (out += '\n') += std::string(static_cast<size_t>(at * style.indent), ' ');
  };
  if (value.is_null())
    out += "null";
  else if (value.is_bool())
    out += value.as_bool() ? "true" : "false";
  else if (value.is_number())
    out += number_as_written(value.number_text());
  else if (value.is_string())
    out += json_quoted(value.s());
  else if (value.size() == 0)
    out += value.is_list() ? "[]" : "{}";
  else if (value.is_list()) {
    out += '[';
    bool first = true;
    for (auto& item : value.elements()) {
      if (!first) out += style.comma;
      first = false;
      line(depth + 1);
      write_json(item, style, depth + 1, out);
    }
    line(depth);
    out += ']';
  } else {
    auto members = value.items();
    if (style.sorted)
      std::stable_sort(members.begin(), members.end(), [](auto& a, auto& b) { return a.first.s < b.first.s; });
    out += '{';
    bool first = true;
    for (auto& [key, member] : members) {
      if (!first) out += style.comma;
      first = false;
      line(depth + 1);
      out += json_quoted(key.s);
      out += style.colon;
      write_json(member, style, depth + 1, out);
    }
    line(depth);
    out += '}';
  }
}

void write_text(const Value& value, bool prefixed, std::string& out) {
  if (value.is_null())
    out += "None";
  else if (value.is_bool())
    out += value.as_bool() ? "True" : "False";
  else if (value.is_number())
    out += number_as_written(value.number_text()) + (prefixed && is_long(value.number_text()) ? "L" : "");
  else if (value.is_string())
    out += quoted(value.text(), prefixed && value.text().legacy);
  else if (value.is_list()) {
    out += '[';
    bool first = true;
    for (auto& item : value.elements()) {
      if (!first) out += ", ";
      first = false;
      write_text(item, prefixed, out);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (auto& [key, member] : value.items()) {
      if (!first) out += ", ";
      first = false;
      out += quoted(key, prefixed && key.legacy) + ": ";
      write_text(member, prefixed, out);
    }
    out += '}';
  }
}

}  // namespace

std::string Value::str() const {
  if (is_string()) return s();
  std::string out;
  write_text(*this, false, out);
  return out;
}

std::string Value::digested_text() const {
  if (is_string()) return s();
  std::string out;
  write_text(*this, true, out);
  return out;
}

std::string Value::json(bool sorted, std::string_view comma, std::string_view colon) const {
  std::string out;
  write_json(*this, {sorted, comma, colon}, 0, out);
  return out;
}

std::string Value::json_pretty(int indent) const {
  std::string out;
  write_json(*this, {true, ",", ": ", indent}, 0, out);
  return out;
}

}  // namespace thaw::sam
