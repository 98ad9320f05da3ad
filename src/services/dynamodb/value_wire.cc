// From the wire's JSON to encoded values: what clients may send, and the words for what they may not.
#include <algorithm>

#include "base/text.h"
#include "services/dynamodb/value.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }
std::unexpected<Error> invalid_value(std::string words) {
  return invalid("One or more parameter values were invalid: " + std::move(words));
}

// The words of AWS's deserialiser for a value of the wrong JSON type where `wanted` was expected.
std::unexpected<Error> wrong_json_type(const Json& found, std::string_view wanted) {
  std::string words;
  switch (found.type()) {
    case Json::Type::boolean: words = found.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE"; break;
    case Json::Type::number:
      words = found.number_text().find_first_of(".eE") == std::string::npos ? "NUMBER_VALUE" : "DECIMAL_VALUE";
      break;
    case Json::Type::string: words = "STRING_VALUE"; break;
    case Json::Type::array:
      return fail("SerializationException", "Unrecognized collection type class java.lang." + std::string(wanted));
    default: return fail("SerializationException", "Start of structure or map found where not expected");
  }
  return fail("SerializationException", words + " cannot be converted to " + std::string(wanted));
}

// `head` is the value's tag, whose body was appended from `start` on: put its length between.
void frame(std::string& out, size_t start, Type type) {
  std::string length;
  size_t n = out.size() - start;
  while (n >= 0x80) {
    length.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  length.push_back(static_cast<char>(n));
  out.insert(start, length);
  out.insert(start, 1, static_cast<char>(type));
}

Result<std::string> number_text(const Json& wire) {
  if (!wire.is_string()) return wrong_json_type(wire, "String");
  auto number = Decimal::parse(wire.as_string());
  if (!number) return invalid(number.error());
  return number->text();
}

Result<std::string> binary_bytes(const Json& wire) {
  if (!wire.is_string()) return fail("SerializationException", "only base-64-encoded strings are convertible to bytes");
  const std::string& text = wire.as_string();
  if (text.size() % 4 != 0)
    return fail("SerializationException",
                "Base64 encoded length is expected a multiple of 4 bytes but found: " + std::to_string(text.size()));
  auto bytes = base64_decode(text);
  if (!bytes || base64_encode(*bytes) != text)
    return fail("SerializationException", "Invalid last non-pad Base64 character dectected");
  return std::move(*bytes);
}

// AWS takes texts for booleans too.
Result<bool> boolean_of(const Json& wire) {
  if (wire.is_bool()) return wire.as_bool();
  if (!wire.is_string()) return wrong_json_type(wire, "Boolean");
  std::string text = to_lower(wire.as_string());
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return fail("SerializationException", "Unexpected token received from parser");
}

std::string listed(const Json& wire) {
  std::string out = "[";
  for (const Json& item : wire.items()) {
    if (out.size() > 1) out += ", ";
    out += item.string_or("");
  }
  return out + "]";
}

Result<void> encode_set(const Json& wire, Type type, std::string& out) {
  if (!wire.is_array()) return fail("SerializationException", "Unexpected field type");
  if (wire.items().empty()) {
    if (type == Type::binary_set) return invalid_value("Binary sets should not be empty");
    return invalid_value(type == Type::string_set ? "An string set  may not be empty"
                                                  : "An number set  may not be empty");
  }
  std::vector<std::string> elements;
  for (const Json& item : wire.items()) {
    if (type == Type::number_set) {
      TRY(std::string text, number_text(item));
      elements.push_back(std::move(text));
    } else if (type == Type::binary_set) {
      TRY(std::string bytes, binary_bytes(item));
      elements.push_back(std::move(bytes));
    } else {
      if (!item.is_string()) return wrong_json_type(item, "String");
      elements.push_back(item.as_string());
    }
  }
  std::string body;
  if (!write_set_body(body, type, {elements.begin(), elements.end()})) {
    if (type == Type::number_set) return invalid("Input collection contains duplicates");
    return invalid_value("Input collection " + listed(wire) +
                         (type == Type::binary_set ? "of type BS contains duplicates." : " contains duplicates."));
  }
  put_value(out, {type, body});
  return {};
}

Result<void> encode_members(const Json& wire, std::string& out, int level) {
  if (wire.is_array())
    return fail("SerializationException",
                "Unrecognized collection type java.util.Map<java.lang.String, "
                "com.amazonaws.dynamodb.v20120810.AttributeValue>");
  if (!wire.is_object()) return fail("SerializationException", "Unexpected field type");
  for (const Json::Member& m : wire.members()) {
    if (m.key.size() > 65535) return invalid_value("Attribute name is too large, must be less than 65536 bytes");
    put_element(out, m.key);  // a name is framed as an element is
    CHECK_OK(encode_value(m.value, out, level));
  }
  return {};
}

Result<void> encode_typed(std::string_view name, const Json& wire, std::string& out, int level) {
  auto type = parse_type_name(name);
  if (!type) return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  size_t start = out.size();
  switch (*type) {
    case Type::string:
      if (!wire.is_string()) return wrong_json_type(wire, "String");
      put_value(out, {*type, wire.as_string()});
      return {};
    case Type::number: {
      TRY(std::string text, number_text(wire));
      put_value(out, {*type, text});
      return {};
    }
    case Type::binary: {
      TRY(std::string bytes, binary_bytes(wire));
      put_value(out, {*type, bytes});
      return {};
    }
    case Type::boolean: {
      TRY(bool flag, boolean_of(wire));
      put_boolean(out, flag);
      return {};
    }
    case Type::null: {
      TRY(bool flag, boolean_of(wire));
      if (!flag) return invalid_value("Null attribute value types must have the value of true");
      put_value(out, {Type::null, {}});
      return {};
    }
    case Type::list:
      if (!wire.is_array()) return fail("SerializationException", "Unexpected field type");
      for (const Json& item : wire.items()) CHECK_OK(encode_value(item, out, level + 1));
      frame(out, start, *type);
      return {};
    case Type::map:
      CHECK_OK(encode_members(wire, out, level + 1));
      frame(out, start, *type);
      return {};
    default: return encode_set(wire, *type, out);
  }
}

}  // namespace

Result<void> encode_value(const Json& wire, std::string& out, int level) {
  if (level > nesting_levels_max)
    return invalid(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
        "limit");
  if (wire.is_array())
    return fail("SerializationException",
                "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
  if (!wire.is_object()) return fail("SerializationException", "Unexpected value type in payload");
  const Json::Member* found = nullptr;
  size_t count = 0;
  for (const Json::Member& m : wire.members()) {
    if (m.value.is_null() || !parse_type_name(m.key)) continue;  // AWS ignores members that it does not know
    if (!found) found = &m;
    ++count;
  }
  if (!found) return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  if (count > 1)
    return invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  return encode_typed(found->key, found->value, out, level);
}

Result<std::string> encode_item(const Json& wire) {
  std::string out;
  CHECK_OK(encode_members(wire, out, 1));
  return out;
}

}  // namespace thaw::dynamodb
