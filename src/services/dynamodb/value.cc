#include "services/dynamodb/value.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::dynamodb {
namespace {

constexpr std::string_view names[] = {"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"};
// Tags are the types, but that true has a tag of its own.
constexpr char tag_true = 11;
constexpr char tag_false = static_cast<char>(Type::boolean);

void put_varint(std::string& out, size_t n) {
  while (n >= 0x80) {
    out.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  out.push_back(static_cast<char>(n));
}

bool take_varint(std::string_view& in, size_t& n) {
  n = 0;
  for (int shift = 0; shift < 35 && !in.empty(); shift += 7) {
    uint8_t byte = static_cast<uint8_t>(in.front());
    in.remove_prefix(1);
    n |= static_cast<size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_bytes(std::string_view& in, std::string_view& bytes) {
  size_t n = 0;
  if (!take_varint(in, n) || n > in.size()) return false;
  bytes = in.substr(0, n);
  in.remove_prefix(n);
  return true;
}

// Reads a set's elements by another view, so that `body` stays.
template <class F>
void for_elements(std::string_view body, F f) {
  std::string_view element;
  while (next_element(body, element)) f(element);
}

}  // namespace

std::string_view type_name(Type type) { return names[static_cast<size_t>(type)]; }

std::optional<Type> parse_type_name(std::string_view name) {
  for (size_t i = 1; i < std::size(names); ++i)
    if (names[i] == name) return static_cast<Type>(i);
  return std::nullopt;
}

bool next_value(std::string_view& body, Value& value) {
  if (body.empty()) return false;
  char tag = body.front();
  body.remove_prefix(1);
  if (tag == tag_true || tag == tag_false) {
    value = {Type::boolean, tag == tag_true ? std::string_view("1") : std::string_view()};
    return true;
  }
  if (tag < 1 || tag > static_cast<char>(Type::map)) return false;
  value.type = static_cast<Type>(tag);
  value.body = {};
  return value.type == Type::null || take_bytes(body, value.body);
}

bool next_element(std::string_view& body, std::string_view& element) {
  return !body.empty() && take_bytes(body, element);
}

bool next_member(std::string_view& body, std::string_view& name, Value& value) {
  return !body.empty() && take_bytes(body, name) && next_value(body, value);
}

std::optional<Value> find_member(std::string_view map_body, std::string_view name) {
  std::string_view member;
  Value value;
  while (next_member(map_body, member, value))
    if (member == name) return value;
  return std::nullopt;
}

std::optional<Value> find_element(std::string_view list_body, size_t index) {
  Value value;
  while (next_value(list_body, value))
    if (index-- == 0) return value;
  return std::nullopt;
}

size_t count_parts(const Value& container) {
  size_t count = 0;
  std::string_view body = container.body, name;
  Value value;
  if (container.type == Type::map)
    while (next_member(body, name, value)) ++count;
  else if (container.type == Type::list)
    while (next_value(body, value)) ++count;
  else
    while (next_element(body, name)) ++count;
  return count;
}

void put_value(std::string& out, const Value& value) {
  if (value.type == Type::boolean) return put_boolean(out, value.is_true());
  out.push_back(static_cast<char>(value.type));
  if (value.type == Type::null) return;
  put_varint(out, value.body.size());
  out.append(value.body);
}

void put_member(std::string& out, std::string_view name, const Value& value) {
  put_varint(out, name.size());
  out.append(name);
  put_value(out, value);
}

void put_element(std::string& out, std::string_view element) {
  put_varint(out, element.size());
  out.append(element);
}

void put_boolean(std::string& out, bool value) { out.push_back(value ? tag_true : tag_false); }

void put_number(std::string& out, const Decimal& number) { put_value(out, {Type::number, number.text()}); }

Value view(std::string_view encoded) {
  Value value;
  next_value(encoded, value);
  return value;
}

std::string encoded(const Value& value) {
  std::string out;
  put_value(out, value);
  return out;
}

bool write_set_body(std::string& out, Type type, std::vector<std::string_view> elements) {
  if (type == Type::number_set) {
    std::vector<std::pair<Decimal, std::string_view>> numbers;
    for (auto e : elements) numbers.emplace_back(number_of({Type::number, e}), e);
    std::sort(numbers.begin(), numbers.end(), [](auto& a, auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < numbers.size(); ++i) elements[i] = numbers[i].second;
  } else {
    std::sort(elements.begin(), elements.end());
  }
  if (std::adjacent_find(elements.begin(), elements.end()) != elements.end()) return false;
  for (auto e : elements) put_element(out, e);
  return true;
}

Decimal number_of(const Value& number) { return Decimal::parse(number.body).value_or(Decimal()); }

void write_json(const Value& value, std::string& out) {
  auto set = [&](auto write) {
    out.push_back('[');
    bool first = true;
    for_elements(value.body, [&](std::string_view e) {
      if (!std::exchange(first, false)) out.push_back(',');
      write(e);
    });
    out.push_back(']');
  };
  auto quoted = [&](std::string_view plain) {  // text without anything to escape
    out.push_back('"');
    out.append(plain);
    out.push_back('"');
  };
  out += "{\"";
  out.append(type_name(value.type));
  out += "\":";
  switch (value.type) {
    case Type::string: Json::quote_to(out, value.body); break;
    case Type::number: quoted(value.body); break;
    case Type::binary: quoted(base64_encode(value.body)); break;
    case Type::boolean: out += value.is_true() ? "true" : "false"; break;
    case Type::null: out += "true"; break;
    case Type::string_set: set([&](std::string_view e) { Json::quote_to(out, e); }); break;
    case Type::number_set: set(quoted); break;
    case Type::binary_set: set([&](std::string_view e) { quoted(base64_encode(e)); }); break;
    case Type::list: {
      out.push_back('[');
      std::string_view body = value.body;
      Value item;
      for (bool first = true; next_value(body, item); first = false) {
        if (!first) out.push_back(',');
        write_json(item, out);
      }
      out.push_back(']');
      break;
    }
    case Type::map: write_item_json(value.body, out); break;
  }
  out.push_back('}');
}

void write_item_json(std::string_view item, std::string& out) {
  out.push_back('{');
  std::string_view name;
  Value value;
  for (bool first = true; next_member(item, name, value); first = false) {
    if (!first) out.push_back(',');
    Json::quote_to(out, name);
    out.push_back(':');
    write_json(value, out);
  }
  out.push_back('}');
}

Json to_json(const Value& value) {
  Json inner;
  switch (value.type) {
    case Type::string:
    case Type::number: inner = Json(value.body); break;
    case Type::binary: inner = Json(base64_encode(value.body)); break;
    case Type::boolean: inner = Json(value.is_true()); break;
    case Type::null: inner = Json(true); break;
    case Type::string_set:
    case Type::number_set:
      inner = Json::array();
      for_elements(value.body, [&](std::string_view e) { inner.push_back(Json(e)); });
      break;
    case Type::binary_set:
      inner = Json::array();
      for_elements(value.body, [&](std::string_view e) { inner.push_back(Json(base64_encode(e))); });
      break;
    case Type::list: {
      inner = Json::array();
      std::string_view body = value.body;
      Value item;
      while (next_value(body, item)) inner.push_back(to_json(item));
      break;
    }
    case Type::map: inner = item_to_json(value.body); break;
  }
  Json::Object out;
  out.push_back({std::string(type_name(value.type)), std::move(inner)});
  return Json(std::move(out));
}

Json item_to_json(std::string_view item) {
  Json::Object out;
  std::string_view name;
  Value value;
  while (next_member(item, name, value)) out.push_back({std::string(name), to_json(value)});
  return Json(std::move(out));
}

bool equal(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  if (a.body == b.body) return true;
  if (a.type == Type::map) return equal_items(a.body, b.body);
  if (a.type != Type::list) return false;  // sets are sorted, numbers normalised
  std::string_view x = a.body, y = b.body;
  Value p, q;
  while (next_value(x, p)) {
    if (!next_value(y, q) || !equal(p, q)) return false;
  }
  return y.empty();
}

bool equal_items(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (count_parts({Type::map, a}) != count_parts({Type::map, b})) return false;
  std::string_view name;
  Value value;
  while (next_member(a, name, value)) {
    auto other = find_member(b, name);
    if (!other || !equal(value, *other)) return false;
  }
  return true;
}

int compare(const Value& a, const Value& b) {
  if (a.type == Type::number) {
    auto order = number_of(a) <=> number_of(b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  int order = a.body.compare(b.body);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

size_t size_bytes(const Value& value) {
  size_t size = 0;
  std::string_view body = value.body;
  switch (value.type) {
    case Type::string:
    case Type::binary: return body.size();
    case Type::number: return number_of(value).size_bytes();
    case Type::boolean:
    case Type::null: return 1;
    case Type::string_set:
    case Type::binary_set: for_elements(body, [&](std::string_view e) { size += e.size(); }); return size;
    case Type::number_set:
      for_elements(body, [&](std::string_view e) { size += number_of({Type::number, e}).size_bytes(); });
      return size;
    case Type::list: {
      Value item;
      while (next_value(body, item)) size += 1 + size_bytes(item);
      return 3 + size;
    }
    case Type::map: return 3 + count_parts(value) + item_size_bytes(body);
  }
  return size;
}

size_t item_size_bytes(std::string_view item) {
  size_t size = 0;
  std::string_view name;
  Value value;
  while (next_member(item, name, value)) size += name.size() + size_bytes(value);
  return size;
}

void append_key_prefix(std::string& key, const Value& scalar) {
  key.push_back(static_cast<char>(scalar.type));
  for (char c : scalar.body) {
    key.push_back(c);
    if (c == '\0') key.push_back('\xFF');
  }
}

void append_key(std::string& key, const Value& scalar) {
  if (scalar.type == Type::number) {
    key.push_back(static_cast<char>(Type::number));
    number_of(scalar).append_key(key);
    return;
  }
  append_key_prefix(key, scalar);
  key.push_back('\0');
}

namespace {

bool is_well_formed_map(std::string_view body, int level);

bool is_well_formed(const Value& value, int level) {
  if (level > nesting_levels_max) return false;
  std::string_view body = value.body, element;
  switch (value.type) {
    case Type::number: return Decimal::parse(body).has_value();
    case Type::string_set:
    case Type::binary_set:
      while (!body.empty())
        if (!next_element(body, element)) return false;
      return true;
    case Type::number_set:
      while (!body.empty())
        if (!next_element(body, element) || !Decimal::parse(element)) return false;
      return true;
    case Type::list: {
      Value item;
      while (!body.empty())
        if (!next_value(body, item) || !is_well_formed(item, level + 1)) return false;
      return true;
    }
    case Type::map: return is_well_formed_map(body, level + 1);
    default: return true;
  }
}

bool is_well_formed_map(std::string_view body, int level) {
  std::string_view name;
  Value value;
  while (!body.empty())
    if (!next_member(body, name, value) || !is_well_formed(value, level)) return false;
  return true;
}

}  // namespace

bool is_well_formed_item(std::string_view item) { return is_well_formed_map(item, 1); }

}  // namespace thaw::dynamodb
