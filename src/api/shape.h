// Shapes: a plain struct and one declaration of its members. From the declaration come parsing, validation and
// serialisation in every AWS protocol.
//
//   struct GetFunctionInput {
//     std::string FunctionName;
//     std::optional<std::string> Qualifier;
//     static void describe(api::Fields& f);
//   };
//   void GetFunctionInput::describe(api::Fields& f) {
//     f.add("FunctionName", &GetFunctionInput::FunctionName).required().uri().length(1, 170).pattern("...");
//     f.add("Qualifier", &GetFunctionInput::Qualifier).query("Qualifier");
//   }
//
// Member types: bool, int32_t, int64_t, double, std::string, Blob, Time, Json (a document), another struct,
// std::vector<T>, std::map<std::string, T>, std::optional<T>, and Box<T> (an optional T that may contain itself).
// An optional member is written when it has a value; any other member is always written. Absent input leaves a member
// as its default.
//
// Between the wire and the struct stands the *canonical* Json: members under their AWS names, blobs as strings of raw
// bytes, timestamps as numbers of seconds. Codecs (wire <-> canonical) and validation are driven by the Schema
// alone; Bind<T> moves canonical values into structs and out of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace thaw::api {

enum class Kind : uint8_t { boolean, integer, real, string, blob, timestamp, list, map, structure, document };

// Where a member travels in the REST protocols; `body` elsewhere.
enum class In : uint8_t { body, header, prefix_headers, uri, query, query_map, payload, status };

enum class TimeFormat : uint8_t { by_protocol, epoch_seconds, iso8601, http_date };

struct Schema;

// A schema that may not have been built yet: shapes are built when they are first used.
class SchemaRef {
 public:
  SchemaRef() = default;
  SchemaRef(const Schema& (*build)()) : build_(build) {}
  SchemaRef(const Schema* schema) : schema_(schema) {}
  const Schema& operator*() const { return schema_ ? *schema_ : build_(); }
  const Schema* operator->() const { return &**this; }
  explicit operator bool() const { return schema_ || build_; }

 private:
  const Schema* schema_ = nullptr;
  const Schema& (*build_)() = nullptr;
};

// A use of a shape: as a member of a structure, or as the element, key or value of a list or map.
struct Use {
  std::string name;        // AWS's member name; empty for elements, keys and values
  std::string wire;        // the name on the wire (locationName); empty: the name, or the protocol's default
  std::string query_wire;  // the name in forms and XML when JSON has another (SQS speaks both)
  SchemaRef shape;
  In in = In::body;
  TimeFormat time = TimeFormat::by_protocol;
  bool required = false;
  bool flattened = false;  // lists and maps in XML and Query: no wrapping element
  bool xml_attribute = false;
  bool idempotency_token = false;
  bool host_label = false;
  bool media_json = false;                            // a JSON text in a header travels as base64
  int64_t min = std::numeric_limits<int64_t>::min();  // of a number; of a length for strings, blobs, lists and maps
  int64_t max = std::numeric_limits<int64_t>::max();
  std::string pattern;              // RE2, of the whole string
  std::vector<std::string> values;  // an enum's
  std::string xml_namespace;        // of the element, uri
  std::string xml_prefix;
  bool lenient_enum = false;

  const std::string& wire_name() const { return wire.empty() ? name : wire; }
  const std::string& xml_name() const { return query_wire.empty() ? wire_name() : query_wire; }

  // Set for members of bound structs: moves the canonical value in and out.
  size_t offset = 0;
  void (*load)(void* member, Json&& value) = nullptr;
  bool (*save)(const void* member, Json& out) = nullptr;  // false: no value, leave the member out
  bool (*take)(void* member, Json& out) = nullptr;        // the same, using the value up
};

struct Schema {
  Kind kind = Kind::structure;
  std::string name;
  std::vector<Use> members;  // of a structure
  Use element;               // of a list
  Use key, value;            // of a map
  bool is_union = false;
  std::string xml_name;  // root element when it differs from the default
  std::string xml_namespace;
  std::string xml_prefix;

  const Use* member(std::string_view member_name) const;
  const Use* payload() const;  // the member that is the whole body, or null
};

// Raw bytes; a blob on the wire (base64 in JSON).
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// An optional T on the heap: for shapes that contain themselves.
template <class T>
class Box {
 public:
  Box() = default;
  Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Box(Box&&) noexcept = default;
  Box& operator=(Box other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  explicit operator bool() const { return value_ != nullptr; }
  T& operator*() const { return *value_; }
  T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

class Fields;

// What a declaration says of one member; each call returns the same field. See Use for the meanings.
// Nothing here is inline: a service declares hundreds of members, and each call would be expanded in its api.cc.
class Field {
 public:
  Field(Schema& schema, size_t index) : schema_(schema), index_(index) {}
  Field& required();
  Field& wire(std::string_view name);
  Field& query_wire(std::string_view name);
  Field& header(std::string_view name);
  Field& prefix_headers(std::string_view prefix);
  Field& uri(std::string_view label = "");
  Field& query(std::string_view name);
  Field& query_map();
  Field& payload();
  Field& status();
  Field& length(int64_t min, int64_t max);
  Field& range(int64_t min, int64_t max);
  Field& min(int64_t min);
  Field& max(int64_t max);
  Field& pattern(std::string_view re2);
  Field& one_of(std::initializer_list<std::string_view> values);
  Field& one_of(std::vector<std::string> values);
  Field& time(TimeFormat format);
  Field& flattened();
  Field& xml_attribute();
  Field& idempotency_token();
  // Constraints of a list's elements or a map's keys and values, and their names on the wire. The member's own copy of
  // the list's schema is changed, so other uses of the same C++ type are not.
  Field& each_length(int64_t min, int64_t max);
  Field& each_pattern(std::string_view re2);
  Field& each_one_of(std::initializer_list<std::string_view> values);
  Field& each_one_of(std::vector<std::string> values);
  Field& each_wire(std::string_view name);  // a list's element name in XML and Query (default "member")
  Field& map_wire(std::string_view key, std::string_view value);
  Field& key_length(int64_t min, int64_t max);

 private:
  Use& use();
  Schema& own();
  Schema& schema_;
  size_t index_;
};

template <class T>
struct Bind;

namespace detail {
template <class T>
void load_member(void* at, Json&& value);
template <class T>
bool save_member(const void* at, Json& out);
template <class T>
bool take_member(void* at, Json& out);
}  // namespace detail

class Fields {
 public:
  explicit Fields(Schema& schema) : schema_(schema) {}

  template <class S, class T>
  Field add(std::string_view name, T S::* member) {
    alignas(S) static char space[sizeof(S)];
    auto offset = static_cast<size_t>(reinterpret_cast<char*>(&(reinterpret_cast<S*>(space)->*member)) - space);
    return add_use(name, &Bind<T>::schema, offset, &detail::load_member<T>, &detail::save_member<T>,
                   &detail::take_member<T>);
  }
  Fields& named(std::string_view name);
  Fields& as_union();
  Fields& xml(std::string_view root, std::string_view namespace_uri = "");

 private:
  Field add_use(std::string_view name, const Schema& (*shape)(), size_t offset, void (*load)(void*, Json&&),
                bool (*save)(const void*, Json&), bool (*take)(void*, Json&));
  Schema& schema_;
};

// Inside describe(Fields& f), with `using Self = <the struct>`: a member under its own name.
#define MEMBER(name) f.add(#name, &Self::name)

namespace detail {
void load_struct(const Schema& schema, void* object, Json&& value);
void save_struct(const Schema& schema, const void* object, Json& out);
void take_struct(const Schema& schema, void* object, Json& out);
const Schema& scalar_schema(Kind kind);
Time load_time(const Json& value);
}  // namespace detail

// Canonical number of seconds ("1398796238.125") of a time, and back.
Json time_to_json(Time time);

// ---- Bind: canonical Json <-> C++ value. Values have been validated against the schema, so load() cannot fail. ----

template <class T>
struct Bind {  // a struct with describe()
  static const Schema& schema() {
    static const Schema* built = [] {
      auto* out = new Schema;
      out->kind = Kind::structure;
      Fields fields(*out);
      T::describe(fields);
      return out;
    }();
    return *built;
  }
  static void load(T& to, Json&& value) { detail::load_struct(schema(), &to, std::move(value)); }
  static bool save(const T& from, Json& out) {
    detail::save_struct(schema(), &from, out);
    return true;
  }
  static bool save(T&& from, Json& out) {
    detail::take_struct(schema(), &from, out);
    return true;
  }
};

template <>
struct Bind<bool> {
  static const Schema& schema() { return detail::scalar_schema(Kind::boolean); }
  static void load(bool& to, Json&& value) { to = value.is_bool() && value.as_bool(); }
  static bool save(bool from, Json& out) { return out = Json(from), true; }
};
template <class I>
  requires(std::same_as<I, int32_t> || std::same_as<I, int64_t>)
struct Bind<I> {
  static const Schema& schema() { return detail::scalar_schema(Kind::integer); }
  static void load(I& to, Json&& value) { to = static_cast<I>(value.to_int().value_or(0)); }
  static bool save(I from, Json& out) { return out = Json(from), true; }
};
template <>
struct Bind<double> {
  static const Schema& schema() { return detail::scalar_schema(Kind::real); }
  static void load(double& to, Json&& value) { to = value.to_double().value_or(0); }
  static bool save(double from, Json& out) { return out = Json(from), true; }
};
template <>
struct Bind<std::string> {
  static const Schema& schema() { return detail::scalar_schema(Kind::string); }
  static void load(std::string& to, Json&& value) {
    if (value.is_string()) to = std::move(value.as_string());
  }
  static bool save(const std::string& from, Json& out) { return out = Json(from), true; }
  static bool save(std::string&& from, Json& out) { return out = Json(std::move(from)), true; }
};
template <>
struct Bind<Blob> {
  static const Schema& schema() { return detail::scalar_schema(Kind::blob); }
  static void load(Blob& to, Json&& value) {
    if (value.is_string()) to.bytes = std::move(value.as_string());
  }
  static bool save(const Blob& from, Json& out) { return out = Json(from.bytes), true; }
};
template <>
struct Bind<Time> {
  static const Schema& schema() { return detail::scalar_schema(Kind::timestamp); }
  static void load(Time& to, Json&& value) { to = detail::load_time(value); }
  static bool save(Time from, Json& out) { return out = time_to_json(from), true; }
};
template <>
struct Bind<Json> {
  static const Schema& schema() { return detail::scalar_schema(Kind::document); }
  static void load(Json& to, Json&& value) { to = std::move(value); }
  static bool save(const Json& from, Json& out) { return out = from, !from.is_null(); }
  static bool save(Json&& from, Json& out) { return out = std::move(from), !out.is_null(); }
};
template <class T>
struct Bind<std::optional<T>> {
  static const Schema& schema() { return Bind<T>::schema(); }
  static void load(std::optional<T>& to, Json&& value) { Bind<T>::load(to.emplace(), std::move(value)); }
  static bool save(const std::optional<T>& from, Json& out) { return from && Bind<T>::save(*from, out); }
  static bool save(std::optional<T>&& from, Json& out) { return from && Bind<T>::save(std::move(*from), out); }
};
template <class T>
struct Bind<Box<T>> {
  static const Schema& schema() { return Bind<T>::schema(); }
  static void load(Box<T>& to, Json&& value) {
    T inner{};
    Bind<T>::load(inner, std::move(value));
    to = Box<T>(std::move(inner));
  }
  static bool save(const Box<T>& from, Json& out) { return from && Bind<T>::save(*from, out); }
};
template <class T>
struct Bind<std::vector<T>> {
  static const Schema& schema() {
    static const Schema* built = [] {
      auto* out = new Schema;
      out->kind = Kind::list;
      out->element.shape = &Bind<T>::schema;
      return out;
    }();
    return *built;
  }
  static void load(std::vector<T>& to, Json&& value) {
    if (!value.is_array()) return;
    to.clear();
    to.reserve(value.size());
    for (Json& item : value.items()) {
      T element{};
      Bind<T>::load(element, std::move(item));
      to.push_back(std::move(element));
    }
  }
  static bool save(const std::vector<T>& from, Json& out) {
    Json::Array items;
    items.reserve(from.size());
    for (const T& element : from) {
      Json item;
      Bind<T>::save(element, item);
      items.push_back(std::move(item));
    }
    return out = Json(std::move(items)), true;
  }
};
template <class T>
struct Bind<std::map<std::string, T>> {
  static const Schema& schema() {
    static const Schema* built = [] {
      auto* out = new Schema;
      out->kind = Kind::map;
      out->key.shape = &Bind<std::string>::schema;
      out->value.shape = &Bind<T>::schema;
      return out;
    }();
    return *built;
  }
  static void load(std::map<std::string, T>& to, Json&& value) {
    if (!value.is_object()) return;
    to.clear();
    for (Json::Member& m : value.members()) Bind<T>::load(to[m.key], std::move(m.value));
  }
  static bool save(const std::map<std::string, T>& from, Json& out) {
    Json::Object members;
    for (const auto& [key, element] : from) {
      Json item;
      Bind<T>::save(element, item);
      members.push_back({key, std::move(item)});
    }
    return out = Json(std::move(members)), true;
  }
};

namespace detail {
template <class T>
void load_member(void* at, Json&& value) {
  Bind<T>::load(*static_cast<T*>(at), std::move(value));
}
template <class T>
bool save_member(const void* at, Json& out) {
  return Bind<T>::save(*static_cast<const T*>(at), out);
}
template <class T>
bool take_member(void* at, Json& out) {
  return Bind<T>::save(std::move(*static_cast<T*>(at)), out);
}
}  // namespace detail

// An operation without input or output members.
struct Nothing {
  static void describe(Fields&) {}
};

template <class T>
T from_canonical(Json value) {
  T out{};
  Bind<T>::load(out, std::move(value));
  return out;
}
template <class T>
Json to_canonical(const T& value) {
  Json out;
  Bind<T>::save(value, out);
  return out;
}

// Checks a canonical value against a schema: required members, lengths, ranges, patterns, enums. Answers AWS's words,
// one per failure ("Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal
// to 1"), in the order of the members; at most 100.
std::vector<std::string> validate(const Json& value, const Schema& schema);
// "N validation error(s) detected: a; b".
std::string validation_message(const std::vector<std::string>& failures);

}  // namespace thaw::api
