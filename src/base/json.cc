#include "base/json.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

namespace thaw {

Json::Json() : value_(nullptr) {}
Json::Json(std::nullptr_t) : value_(nullptr) {}
Json::Json(bool value) : value_(value) {}
Json::Json(double value) : value_(nullptr) {
  if (!std::isfinite(value)) return;
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string_view text(buffer, end - buffer);
  // to_chars writes "1e+20"; that is JSON. Integral doubles stay integral ("1").
  value_ = Number{std::string(text)};
}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(Array value) : value_(std::move(value)) {}
Json::Json(Object value) : value_(std::move(value)) {}
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

Json Json::array(std::initializer_list<Json> items) { return Json(Array(items)); }
Json Json::object(std::initializer_list<Member> members) { return Json(Object(members)); }
Json Json::number(std::string text) {
  assert(is_number_text(text));
  Json out;
  out.value_ = Number{std::move(text)};
  return out;
}

bool Json::is_number_text(std::string_view t) {
  size_t i = 0;
  auto digits = [&] {
    size_t start = i;
    while (i < t.size() && t[i] >= '0' && t[i] <= '9') ++i;
    return i - start;
  };
  if (i < t.size() && t[i] == '-') ++i;
  size_t start = i;
  size_t n = digits();
  if (n == 0 || (n > 1 && t[start] == '0')) return false;
  if (i < t.size() && t[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
    ++i;
    if (i < t.size() && (t[i] == '+' || t[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == t.size();
}

const char* Json::type_name() const {
  static constexpr const char* names[] = {"null", "boolean", "number", "string", "array", "object"};
  return names[value_.index()];
}

std::optional<int64_t> Json::to_int() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  auto real = to_double();
  if (!real || *real != std::trunc(*real) || std::abs(*real) > 9.007199254740992e15) return std::nullopt;
  return static_cast<int64_t>(*real);
}

std::optional<double> Json::to_double() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::string Json::string_or(std::string_view otherwise) const {
  return is_string() ? as_string() : std::string(otherwise);
}

void Json::push_back(Json value) {
  if (is_null()) value_ = Array{};
  items().push_back(std::move(value));
}

const Json* Json::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const Member& m : members())
    if (m.key == key) return &m.value;
  return nullptr;
}
Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

const Json& Json::get(std::string_view key) const {
  static const Json null;
  const Json* found = find(key);
  return found ? *found : null;
}

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object{};
  if (Json* found = find(key)) return *found;
  members().push_back({std::string(key), Json()});
  return members().back().value;
}

Json& Json::set(std::string_view key, Json value) {
  (*this)[key] = std::move(value);
  return *this;
}

bool Json::erase(std::string_view key) {
  if (!is_object()) return false;
  return std::erase_if(members(), [&](const Member& m) { return m.key == key; }) > 0;
}

size_t Json::size() const {
  if (is_array()) return items().size();
  if (is_object()) return members().size();
  return 0;
}

bool Json::operator==(const Json& other) const {
  if (type() != other.type()) return false;
  switch (type()) {
    case Type::null: return true;
    case Type::boolean: return as_bool() == other.as_bool();
    case Type::number: {
      if (number_text() == other.number_text()) return true;
      if (number_text().size() > 15 || other.number_text().size() > 15) return false;
      return to_double() == other.to_double();
    }
    case Type::string: return as_string() == other.as_string();
    case Type::array: return items() == other.items();
    case Type::object: {
      if (size() != other.size()) return false;
      for (const Member& m : members()) {
        const Json* found = other.find(m.key);
        if (!found || !(*found == m.value)) return false;
      }
      return true;
    }
  }
  return false;
}

void Json::quote_to(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        out += "\\u00";
        out.push_back(hex[c >> 4]);
        out.push_back(hex[c & 15]);
    }
  }
  out.append(text, start, text.size() - start);
  out.push_back('"');
}

void Json::dump_to(std::string& out) const {
  switch (type()) {
    case Type::null: out += "null"; break;
    case Type::boolean: out += as_bool() ? "true" : "false"; break;
    case Type::number: out += number_text(); break;
    case Type::string: quote_to(out, as_string()); break;
    case Type::array: {
      out.push_back('[');
      bool first = true;
      for (const Json& item : items()) {
        if (!std::exchange(first, false)) out.push_back(',');
        item.dump_to(out);
      }
      out.push_back(']');
      break;
    }
    case Type::object: {
      out.push_back('{');
      bool first = true;
      for (const Member& m : members()) {
        if (!std::exchange(first, false)) out.push_back(',');
        quote_to(out, m.key);
        out.push_back(':');
        m.value.dump_to(out);
      }
      out.push_back('}');
      break;
    }
  }
}

std::string Json::dump() const {
  std::string out;
  dump_to(out);
  return out;
}

namespace {
void pretty(const Json& value, std::string& out, int indent, int level) {
  auto line = [&](int at) {
    out.push_back('\n');
    out.append(static_cast<size_t>(indent) * at, ' ');
  };
  if (value.empty() || (!value.is_array() && !value.is_object())) return value.dump_to(out);
  bool first = true;
  if (value.is_array()) {
    out.push_back('[');
    for (const Json& item : value.items()) {
      if (!std::exchange(first, false)) out.push_back(',');
      line(level + 1);
      pretty(item, out, indent, level + 1);
    }
    line(level);
    out.push_back(']');
    return;
  }
  out.push_back('{');
  for (const Json::Member& m : value.members()) {
    if (!std::exchange(first, false)) out.push_back(',');
    line(level + 1);
    Json::quote_to(out, m.key);
    out += ": ";
    pretty(m.value, out, indent, level + 1);
  }
  line(level);
  out.push_back('}');
}
}  // namespace

std::string Json::dump_pretty(int indent) const {
  std::string out;
  pretty(*this, out, indent, 0);
  return out;
}

}  // namespace thaw
