// The expression language: what ConditionExpression, FilterExpression, KeyConditionExpression, ProjectionExpression and
// UpdateExpression say, parsed; with the words that AWS finds for each mistake.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
//
// Lifetime: a parsed expression holds views of the values in its Placeholders, which must outlive it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "services/dynamodb/value.h"

namespace thaw::dynamodb {

inline constexpr size_t expression_bytes_max = 4096;
inline constexpr int operators_max = 300;
inline constexpr size_t in_operands_max = 100;

struct PathPart {
  std::string name;
  size_t index = 0;
  bool is_index = false;
  bool operator==(const PathPart&) const = default;
};

// A document path: "a.b[3].c". The first part is always a name.
struct Path {
  std::vector<PathPart> parts;
  const std::string& head() const { return parts.front().name; }
  bool is_nested() const { return parts.size() > 1; }
  std::string shown() const;  // "[a, b, [3], c]", as AWS's messages show it
  bool operator==(const Path&) const = default;
};

std::optional<Value> find_path(std::string_view item, const Path& path);

// ExpressionAttributeNames and ExpressionAttributeValues, and which of them were used.
class Placeholders {
 public:
  Placeholders() = default;
  Placeholders(Placeholders&&) = default;
  Placeholders& operator=(Placeholders&&) = default;
  // Either may be null: absent from the request.
  static Result<Placeholders> make(const std::map<std::string, std::string>* names, const Json* values);

  const std::string* name(std::string_view placeholder);
  std::optional<Value> value(std::string_view placeholder);
  // Fails when one was given that no expression has used.
  Result<void> check_all_used() const;
  // Keeps an encoded value alive with the placeholders and answers a view of it.
  Value keep(std::string encoded);

 private:
  struct NamedValue {
    std::string encoded;
    bool used = false;
  };
  std::map<std::string, std::pair<std::string, bool>, std::less<>> names_;
  std::map<std::string, NamedValue, std::less<>> values_;
  std::vector<std::unique_ptr<std::string>> kept_;
};

// ---- conditions ----

struct Operand {
  enum class Kind : uint8_t { path, constant, size_of_path, size_of_constant };
  Kind kind = Kind::path;
  Path path;
  Value constant;
};

enum class Comparison : uint8_t { eq, ne, lt, le, gt, ge };

struct Condition {
  enum class Kind : uint8_t {
    all,       // children: AND
    any,       // children: OR
    negation,  // one child
    compare,   // two operands
    between,   // three
    in,        // one, then the choices
    exists,
    not_exists,
    type_is,  // operand, constant S
    begins_with,
    contains,
    not_contains  // of the older parameters alone: does not match what is absent
  };
  Kind kind = Kind::all;
  Comparison comparison = Comparison::eq;
  std::vector<Condition> children;
  std::vector<Operand> operands;
};

// `parameter` is the name that error messages give ("ConditionExpression").
Result<Condition> parse_condition(std::string_view text, std::string_view parameter, Placeholders& placeholders);
bool matches(const Condition& condition, std::string_view item);
// The first names of all paths in the condition, each once, and of those that are nested.
struct PathHeads {
  std::vector<std::string> all;
  std::vector<std::string> nested;
};
PathHeads path_heads(const Condition& condition);

// ---- key conditions ----

// What one key attribute must satisfy; of BETWEEN, `high` is the upper bound.
struct KeyCondition {
  enum class Kind : uint8_t { eq, lt, le, gt, ge, between, begins_with };
  std::string name;
  Kind kind = Kind::eq;
  Value value;
  Value high;
};

// Conditions on different attributes.
Result<std::vector<KeyCondition>> parse_key_condition(std::string_view text, Placeholders& placeholders);

// ---- projections ----

// What of a document is wanted.
struct Projection {
  bool whole = false;
  std::map<std::string, Projection, std::less<>> names;
  std::map<size_t, Projection> indices;
  void add(const Path& path, size_t from = 0);
};

Result<std::vector<Path>> parse_projection(std::string_view text, Placeholders& placeholders);
Projection project_paths(const std::vector<Path>& paths);
// The part of an item that is wanted, as an item.
std::string project(std::string_view item, const Projection& wanted);

// ---- updates ----

struct UpdateOperand {
  enum class Kind : uint8_t { path, constant, if_not_exists, list_append, plus, minus };
  Kind kind = Kind::path;
  Path path;  // of path, and the first argument of if_not_exists
  Value constant;
  std::vector<UpdateOperand> arguments;
};

struct UpdateAction {
  enum class Kind : uint8_t { set, remove, add, erase };  // erase: DELETE elements from a set
  Kind kind = Kind::set;
  Path path;
  UpdateOperand value;  // none for remove
};

struct Update {
  std::vector<UpdateAction> actions;
  bool legacy = false;  // from AttributeUpdates: other words for errors, ADD may append to lists
};

Result<Update> parse_update(std::string_view text, Placeholders& placeholders);
// The item after the update; every operand is what it was before. Errors: ValidationException.
Result<std::string> apply_update(const Update& update, std::string_view item);
std::vector<Path> updated_paths(const Update& update);
// The type that a SET of `attribute` as a whole would give it, when that is known from the expression alone.
std::optional<Type> assigned_type(const Update& update, std::string_view attribute);

// Whether a name may not be written in an expression as it is.
bool is_reserved_word(std::string_view name);

}  // namespace thaw::dynamodb
