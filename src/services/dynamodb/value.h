// Attribute values, in the compact form in which items are stored and evaluated.
//
//   value   tag, varint length, body        (true, false and null: the tag alone)
//   S B N   the bytes; a number as its shortest plain decimal text
//   SS NS BS  elements, each varint length + bytes, sorted (numbers by value), none twice
//   L       values, one after another
//   M       varint length + name + value, one after another, in the order they came in
//
// An item is the body of an M. A Value is a view into such bytes: it owns nothing, copies nothing and is valid as long
// as the bytes are. Bytes made by encode_*() are well formed; bytes from elsewhere are checked by
// is_well_formed_item().
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/dynamodb/decimal.h"

namespace thaw::dynamodb {

inline constexpr int nesting_levels_max = 32;
inline constexpr size_t item_size_bytes_max = 400 * 1024;

enum class Type : uint8_t { string = 1, number, binary, boolean, null, string_set, number_set, binary_set, list, map };

// DynamoDB's name of the type: "S", "NS", "BOOL"...
std::string_view type_name(Type type);
std::optional<Type> parse_type_name(std::string_view name);

struct Value {
  Type type = Type::null;
  std::string_view body;  // of a boolean: "1" or ""

  bool is_true() const { return !body.empty(); }
  bool is_set() const { return type >= Type::string_set && type <= Type::binary_set; }
  bool is_scalar_key() const { return type == Type::string || type == Type::number || type == Type::binary; }
};

// Each reads the next part from the front of a body and answers false at its end (or where it is malformed).
bool next_value(std::string_view& body, Value& value);                           // L
bool next_element(std::string_view& body, std::string_view& element);            // SS NS BS
bool next_member(std::string_view& body, std::string_view& name, Value& value);  // M, items

std::optional<Value> find_member(std::string_view map_body, std::string_view name);
std::optional<Value> find_element(std::string_view list_body, size_t index);
size_t count_parts(const Value& container);  // elements, values or members

// Appends.
void put_value(std::string& out, const Value& value);
void put_member(std::string& out, std::string_view name, const Value& value);
void put_element(std::string& out, std::string_view element);
void put_boolean(std::string& out, bool value);
void put_number(std::string& out, const Decimal& number);
// An encoded value as a view.
Value view(std::string_view encoded);
std::string encoded(const Value& value);
// Sorts the elements of a set of `type` and writes them as a set's body. Answers false when one is there twice.
bool write_set_body(std::string& out, Type type, std::vector<std::string_view> elements);

// From the wire's JSON ({"S": "..."}). Errors: ValidationException and SerializationException in DynamoDB's words.
Result<void> encode_value(const Json& wire, std::string& out, int level = 1);
// A map of attributes: an item, a key.
Result<std::string> encode_item(const Json& wire);

// To the wire.
void write_json(const Value& value, std::string& out);
void write_item_json(std::string_view item, std::string& out);
Json to_json(const Value& value);
Json item_to_json(std::string_view item);

bool equal(const Value& a, const Value& b);
bool equal_items(std::string_view a, std::string_view b);
// Orders two scalars of the same type (S, N, B).
int compare(const Value& a, const Value& b);
Decimal number_of(const Value& number);

// What AWS counts: names and values,
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
size_t size_bytes(const Value& value);
size_t item_size_bytes(std::string_view item);

// Appends bytes that sort as the values do (S and B by bytes, N by value). No encoding is a prefix of another.
void append_key(std::string& key, const Value& scalar);
// The bytes with which the encoding of every S (or B) that begins with `scalar` begins.
void append_key_prefix(std::string& key, const Value& scalar);

// Checks stored or foreign bytes wholly: framing, nesting, number syntax.
bool is_well_formed_item(std::string_view item);

}  // namespace thaw::dynamodb
