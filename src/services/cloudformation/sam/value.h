// The working value of the transform: like JSON, but lists and maps are shared by handles, since the transform edits
// parts of a template through several paths at once (an event edits its API's definition, a connector edits a resource
// that was already produced).
//
// A map iterates either in order of insertion or in "hash order": the order in which the SAM service walks the maps of
// APIs. It is visible to users because an API's deployment is named after a digest of its definition's text, so both
// orders, and the two ways a string is written in that text (`legacy` strings carry a prefix), are kept here.
//
// Not thread-safe; a transform owns all its values. Depth is limited by the caller (transform.cc), so recursion is
// safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"

namespace thaw::sam {

// A string and how a digest writes it.
struct Text {
  std::string s;
  bool legacy = false;

  Text() = default;
  Text(const char* text) : s(text) {}
  Text(std::string_view text) : s(text) {}
  Text(std::string text, bool is_legacy = false) : s(std::move(text)), legacy(is_legacy) {}
  operator const std::string&() const { return s; }
  bool empty() const { return s.empty(); }
  bool operator==(const Text& other) const { return s == other.s; }
  bool operator==(std::string_view other) const { return s == other; }
};
// A concatenation is written like its left part.
inline Text operator+(const Text& a, const Text& b) { return Text(a.s + b.s, a.legacy); }
inline std::string operator+(const std::string& a, const Text& b) { return a + b.s; }

class Dict;
class Value;
using List = std::vector<Value>;
using Pairs = std::vector<std::pair<Text, Value>>;

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : v_(value) {}
  Value(int value) : v_(Number{std::to_string(value)}) {}
  Value(const char* text) : v_(Text(text)) {}
  Value(std::string_view text) : v_(Text(text)) {}
  Value(std::string text) : v_(Text(std::move(text))) {}
  Value(Text text) : v_(std::move(text)) {}

  static Value list(std::initializer_list<Value> items = {});
  static Value list(List items);
  static Value dict(std::initializer_list<std::pair<Text, Value>> members = {});
  static Value hashed(std::initializer_list<std::pair<Text, Value>> members = {});  // a map in hash order
  static Value number(std::string text);

  bool is_null() const { return v_.index() == 0; }
  bool is_bool() const { return v_.index() == 1; }
  bool is_number() const { return v_.index() == 2; }
  bool is_int() const;  // an integer's text; booleans do not count
  bool is_string() const { return v_.index() == 3; }
  bool is_list() const { return v_.index() == 4; }
  bool is_dict() const { return v_.index() == 5; }
  bool is(bool value) const { return is_bool() && as_bool() == value; }
  bool is(std::string_view text) const { return is_string() && s() == text; }
  bool is(const char* text) const { return is(std::string_view(text)); }
  bool is(const std::string& text) const { return is(std::string_view(text)); }
  explicit operator bool() const;  // false: null, false, 0, and everything empty
  const char* type_name() const;   // as messages name types: dict, list, str, int, float, bool, NoneType

  // Asking for another type than the value's is a Fault (errors.h).
  const Text& text() const;
  const std::string& s() const { return text().s; }
  const std::string& number_text() const;
  bool as_bool() const;

  // Maps. Reading from anything else is a Fault.
  Value get(std::string_view key) const;
  Value get(std::string_view key, Value otherwise) const;
  bool has(std::string_view key) const;  // false on anything but a map
  void set(const Text& key, Value value);
  bool erase(std::string_view key);
  Value setdefault(const Text& key, Value value);
  void update(const Value& other);
  Pairs items() const;  // a copy, in this map's order
  std::vector<Text> keys() const;
  bool is_hashed() const;

  // Lists. elements() is for is_list() alone.
  List& elements() const;
  void push(Value value) const { elements().push_back(std::move(value)); }
  bool contains(const Value& item) const;
  size_t size() const;  // of maps, lists and strings

  Value copy() const;       // a new map or list with the same members
  Value deep_copy() const;  // everything new
  bool operator==(const Value& other) const;

  std::string str() const;            // as messages write a value
  std::string digested_text() const;  // as digests do: legacy strings inside containers carry their prefix
  // JSON for digests and embedded documents: ASCII alone.
  std::string json(bool sorted = true, std::string_view comma = ",", std::string_view colon = ":") const;
  std::string json_pretty(int indent) const;  // sorted members, one per line

  static Value from_json(const Json& json);
  Json to_json() const;
  Value to_hashed() const;  // a copy with all maps in hash order and all strings legacy

 private:
  struct Number {
    std::string text;
  };
  std::variant<std::nullptr_t, bool, Number, Text, std::shared_ptr<List>, std::shared_ptr<Dict>> v_;
};

// A map's members in order of insertion, and where hash order puts them.
class Dict {
 public:
  struct Entry {
    Text key;
    Value value;
    uint64_t hash = 0;  // of the key; kept in hash order alone
  };
  Value* find(std::string_view key);
  void set(const Text& key, Value value);
  bool erase(std::string_view key);
  std::vector<size_t> order() const;  // indexes of entries, as the map is walked

  void use_hash_order() { slots_.assign(8, kEmpty); }
  bool is_hashed() const { return !slots_.empty(); }
  void expect(size_t more);                               // what follows is a merge of so many members
  void append_new(Text key, Value value, uint64_t hash);  // a key that is known to be new

  std::vector<Entry> entries;

 private:
  // Open addressing: the index of an entry, or one of these.
  static constexpr int32_t kEmpty = -1;
  static constexpr int32_t kRemoved = -2;
  size_t slot_for(std::string_view key, uint64_t hash) const;
  void place(size_t index);
  void resize(size_t wanted);

  std::vector<int32_t> slots_;  // none: order of insertion
  size_t used_ = 0;
  size_t filled_ = 0;
  std::unordered_map<std::string, size_t> index_;  // kept for big maps alone
};

}  // namespace thaw::sam
