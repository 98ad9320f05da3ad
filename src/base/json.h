// A JSON value that owns its parts, keeps the order of members, and keeps numbers as the text they were written in:
// DynamoDB's 38 digits and a workflow's integers survive a round trip.
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thaw {

class Json {
 public:
  struct Member;
  struct Number {
    std::string text;  // always valid JSON number syntax
    bool operator==(const Number&) const = default;
  };
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;
  enum class Type : uint8_t { null, boolean, number, string, array, object };

  Json();
  Json(std::nullptr_t);
  Json(bool value);
  template <std::integral I>
    requires(!std::same_as<I, bool> && !std::same_as<I, char>)
  Json(I value);
  Json(double value);  // NaN and infinities become null
  Json(const char* value);
  Json(std::string_view value);
  Json(std::string value);
  Json(Array value);
  Json(Object value);
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  static Json array(std::initializer_list<Json> items = {});
  static Json object(std::initializer_list<Member> members = {});
  // `text` must be a valid JSON number (see is_number_text); asserted.
  static Json number(std::string text);
  static bool is_number_text(std::string_view text);

  Type type() const { return static_cast<Type>(value_.index()); }
  bool is_null() const { return type() == Type::null; }
  bool is_bool() const { return type() == Type::boolean; }
  bool is_number() const { return type() == Type::number; }
  bool is_string() const { return type() == Type::string; }
  bool is_array() const { return type() == Type::array; }
  bool is_object() const { return type() == Type::object; }
  const char* type_name() const;

  // Scalars. `as_*` assert the type; `to_*` answer nothing when the type or range does not fit.
  bool as_bool() const { return std::get<1>(value_); }
  const std::string& as_string() const { return std::get<3>(value_); }
  std::string& as_string() { return std::get<3>(value_); }
  const std::string& number_text() const { return std::get<2>(value_).text; }
  std::optional<int64_t> to_int() const;  // integral numbers only ("1.0" and "1e3" count)
  std::optional<double> to_double() const;
  std::string string_or(std::string_view otherwise) const;

  // Arrays. items() asserts is_array().
  const Array& items() const { return std::get<4>(value_); }
  Array& items() { return std::get<4>(value_); }
  void push_back(Json value);  // a null becomes an array first

  // Objects. members() asserts is_object(); look-ups answer null / a static null Json on anything else.
  const Object& members() const { return std::get<5>(value_); }
  Object& members() { return std::get<5>(value_); }
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  const Json& get(std::string_view key) const;    // a null value when absent
  Json& operator[](std::string_view key);         // inserts null when absent; a null becomes an object first
  Json& set(std::string_view key, Json value);    // inserts or replaces; answers *this
  bool erase(std::string_view key);
  size_t size() const;  // of an array or object, else 0
  bool empty() const { return size() == 0; }

  // Objects compare without regard to order; numbers by text, or by value when both are short.
  bool operator==(const Json& other) const;

  // Errors: a sentence for people. Limits: max_depth levels of nesting; the whole text must be one value, in UTF-8.
  // Members keep their order and, when a key repeats, all stay and find() answers the first.
  static std::expected<Json, std::string> parse(std::string_view text, int max_depth = 512);
  std::string dump() const;                // compact
  std::string dump_pretty(int indent = 2) const;
  void dump_to(std::string& out) const;    // appends, compact
  static void quote_to(std::string& out, std::string_view text);

 private:
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string key;
  Json value;
};

// Here, since the variant can be built only where Member is complete.
template <std::integral I>
  requires(!std::same_as<I, bool> && !std::same_as<I, char>)
Json::Json(I value) : value_(Number{std::to_string(value)}) {}

}  // namespace thaw
