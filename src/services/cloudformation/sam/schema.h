// Nested properties with a fixed shape, for the types whose inner parts SAM checks (GraphQL APIs, capacity providers).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

class Schema {
 public:
  enum class Kind { any, string, boolean, integer, number, map, choice, model, map_of, list_of, either };
  struct Field {
    std::string name;
    SchemaPtr type;
    bool required = false;
  };
  struct Error {
    std::string path;   // dotted
    std::string words;  // "value is not a valid list", "field required", "extra fields not permitted", ...
  };

  static SchemaPtr any() { return make(Kind::any); }
  static SchemaPtr string() { return make(Kind::string); }
  static SchemaPtr boolean() { return make(Kind::boolean); }
  static SchemaPtr integer() { return make(Kind::integer); }
  static SchemaPtr number() { return make(Kind::number); }
  static SchemaPtr map() { return make(Kind::map); }
  static SchemaPtr choice(std::vector<std::string> choices);
  static SchemaPtr model(std::vector<Field> fields);  // no other members
  static SchemaPtr map_of(SchemaPtr type);
  static SchemaPtr list_of(SchemaPtr type);
  static SchemaPtr either(SchemaPtr a, SchemaPtr b);
  static SchemaPtr or_intrinsic(SchemaPtr type) { return either(map(), std::move(type)); }

  // All that is wrong, in the order of the fields.
  void check(const Value& value, const std::string& path, std::vector<Error>& errors) const;

 private:
  static SchemaPtr make(Kind kind);
  void check_model(const Value& value, const std::string& path, std::vector<Error>& errors) const;

  Kind kind_ = Kind::any;
  std::vector<Field> fields_;
  std::vector<std::string> choices_;
  SchemaPtr first_, second_;
};

}  // namespace thaw::sam
