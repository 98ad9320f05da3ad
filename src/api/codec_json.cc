// JSON bodies. Type errors carry the words that AWS's own parser uses.
#include <utility>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

constexpr int depth_max = 100;

std::unexpected<Error> wrong(std::string words) { return fail("SerializationException", std::move(words)); }

std::string token_name(const Json& value) {
  switch (value.type()) {
    case Json::Type::null: return "NULL_VALUE";
    case Json::Type::boolean: return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case Json::Type::number:
      return value.number_text().find_first_of(".eE") == std::string::npos ? "NUMBER_VALUE" : "DECIMAL_VALUE";
    case Json::Type::string: return "STRING_VALUE";
    case Json::Type::array: return "START_ARRAY";
    case Json::Type::object: return "START_OBJECT";
  }
  return "";
}

Result<Json> scalar_mismatch(const Json& value, const char* wanted) {
  if (value.is_object()) return wrong("Start of structure or map found where not expected.");
  if (value.is_array()) return wrong("Start of list found where not expected");
  return wrong(token_name(value) + " can not be converted to " + wanted);
}

Result<Json> parse_integer(Json value) {
  if (!value.is_number()) return scalar_mismatch(value, "an Integer");
  if (auto whole = value.to_int()) return Json(*whole);
  // Fractions are cut off, as AWS's parser does.
  auto real = value.to_double();
  if (!real || *real > 9.2e18 || *real < -9.2e18) return wrong("NUMBER_VALUE can not be converted to a Long");
  return Json(static_cast<int64_t>(*real));
}

// What travels in a header or the query has a name of its own there; in JSON (on Thaw's own wire) it has the member's.
const std::string& json_name(const Use& use) { return use.in == In::body ? use.wire_name() : use.name; }

// Which member a key means: a body's first, since another's name may be the same (PutIntegration's httpMethod).
const Use* member_of_key(const Schema& schema, std::string_view key) {
  const Use* other = nullptr;
  for (const Use& use : schema.members) {
    if (json_name(use) != key) continue;
    if (use.in == In::body) return &use;
    if (!other) other = &use;
  }
  return other;
}

Result<Json> parse_structure(Json value, const Schema& schema, int depth) {
  if (value.is_array()) return wrong("Start of list found where not expected");
  if (!value.is_object()) return wrong("Expected null");
  Json::Object out;
  out.reserve(value.size());
  for (Json::Member& m : value.members()) {
    const Use* use = member_of_key(schema, m.key);
    if (!use || m.value.is_null()) continue;
    TRY(Json inner, json_to_canonical(std::move(m.value), *use, depth + 1));
    out.push_back({use->name, std::move(inner)});
  }
  return Json(std::move(out));
}

}  // namespace

Result<Json> json_to_canonical(Json value, const Use& use, int depth) {
  if (depth > depth_max) return wrong("Nesting is deeper than allowed.");
  const Schema& schema = *use.shape;
  switch (schema.kind) {
    case Kind::document: return value;
    case Kind::structure: return parse_structure(std::move(value), schema, depth);
    case Kind::boolean:
      if (value.is_bool()) return value;
      return scalar_mismatch(value, "a Boolean");
    case Kind::integer: return parse_integer(std::move(value));
    case Kind::real:
      if (value.is_number()) return value;
      if (value.is_string() &&
          (value.as_string() == "NaN" || value.as_string() == "Infinity" || value.as_string() == "-Infinity"))
        return value;
      return scalar_mismatch(value, "a Double");
    case Kind::string:
      if (value.is_string()) return value;
      return scalar_mismatch(value, "a String");
    case Kind::blob: {
      if (!value.is_string()) return scalar_mismatch(value, "a Blob");
      auto bytes = base64_decode(value.as_string());
      if (!bytes) return wrong("Invalid Base64: " + value.as_string().substr(0, 64));
      return Json(std::move(*bytes));
    }
    case Kind::timestamp: {
      if (value.is_number()) return value;
      if (!value.is_string()) return scalar_mismatch(value, "a Timestamp");
      return text_to_canonical(std::move(value.as_string()), use, TimeFormat::iso8601);
    }
    case Kind::list: {
      if (value.is_object()) return wrong("Start of structure or map found where not expected.");
      if (!value.is_array()) return wrong("Unexpected token received from parser");
      for (Json& item : value.items()) {
        if (item.is_null()) continue;
        TRY(item, json_to_canonical(std::move(item), schema.element, depth + 1));
      }
      return value;
    }
    case Kind::map: {
      if (value.is_array()) return wrong("Start of list found where not expected");
      if (!value.is_object()) return wrong("Unexpected token received from parser");
      for (Json::Member& m : value.members()) {
        if (m.value.is_null()) continue;
        TRY(m.value, json_to_canonical(std::move(m.value), schema.value, depth + 1));
      }
      return value;
    }
  }
  return value;
}

namespace {

// A scalar of another type than the schema says, taken for what it says: templates write "true", "30" and 30 alike.
Result<Json> conform_scalar(Json value, const Use& use) {
  if (value.is_array() || value.is_object()) return scalar_mismatch(value, "a scalar");
  switch (use.shape->kind) {
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      if (value.is_string()) return text_to_canonical(std::move(value.as_string()), use, TimeFormat::iso8601);
      if (use.shape->kind == Kind::boolean && !value.is_bool()) return scalar_mismatch(value, "a Boolean");
      if (use.shape->kind != Kind::boolean && !value.is_number()) return scalar_mismatch(value, "a Number");
      return value;
    case Kind::timestamp:
      if (value.is_string()) return text_to_canonical(std::move(value.as_string()), use, TimeFormat::iso8601);
      if (!value.is_number()) return scalar_mismatch(value, "a Timestamp");
      return value;
    default:
      if (value.is_number()) return Json(value.number_text());
      if (value.is_bool()) return Json(value.as_bool() ? "true" : "false");
      return value;
  }
}

}  // namespace

Result<Json> conform(Json value, const Use& use, int depth) {
  if (depth > depth_max) return wrong("Nesting is deeper than allowed.");
  const Schema& schema = *use.shape;
  switch (schema.kind) {
    case Kind::document: return value;
    case Kind::structure:
      if (!value.is_object()) return wrong("Expected a structure for " + use.name);
      for (Json::Member& m : value.members()) {
        const Use* member = schema.member(m.key);
        if (!member || m.value.is_null()) continue;
        TRY(m.value, conform(std::move(m.value), *member, depth + 1));
      }
      return value;
    case Kind::list:
      if (!value.is_array()) return wrong("Expected a list for " + use.name);
      for (Json& item : value.items()) {
        if (item.is_null()) continue;
        TRY(item, conform(std::move(item), schema.element, depth + 1));
      }
      return value;
    case Kind::map:
      if (!value.is_object()) return wrong("Expected a map for " + use.name);
      for (Json::Member& m : value.members()) {
        if (m.value.is_null()) continue;
        TRY(m.value, conform(std::move(m.value), schema.value, depth + 1));
      }
      return value;
    default: return conform_scalar(std::move(value), use);
  }
}

namespace {

void append_element(std::string& out, const Json& value, const Use& use, TimeFormat default_time) {
  if (value.is_null()) {
    out += "null";
  } else {
    append_json(out, value, use, default_time);
  }
}

}  // namespace

void append_json(std::string& out, const Json& value, const Use& use, TimeFormat default_time) {
  const Schema& schema = *use.shape;
  bool first = true;
  auto separate = [&] {
    if (!std::exchange(first, false)) out += ',';
  };
  switch (schema.kind) {
    case Kind::structure:
    case Kind::map: {
      out += '{';
      if (value.is_object()) {
        for (const Json::Member& m : value.members()) {
          const Use* member = schema.kind == Kind::map ? &schema.value : schema.member(m.key);
          if (!member || (m.value.is_null() && schema.kind == Kind::structure)) continue;
          separate();
          Json::quote_to(out, schema.kind == Kind::map ? m.key : json_name(*member));
          out += ':';
          append_element(out, m.value, *member, default_time);
        }
      }
      out += '}';
      return;
    }
    case Kind::list: {
      out += '[';
      if (value.is_array()) {
        for (const Json& item : value.items()) {
          separate();
          append_element(out, item, schema.element, default_time);
        }
      }
      out += ']';
      return;
    }
    case Kind::blob:
      if (!value.is_string()) return void(out += "null");
      return Json::quote_to(out, base64_encode(value.as_string()));
    case Kind::timestamp: {
      TimeFormat format = use.time == TimeFormat::by_protocol ? default_time : use.time;
      if (format == TimeFormat::epoch_seconds || format == TimeFormat::by_protocol) return value.dump_to(out);
      return Json::quote_to(out, canonical_to_text(value, use, default_time));
    }
    default: return value.dump_to(out);
  }
}

}  // namespace thaw::api
