// YAML as CloudFormation reads it, made into Json: short tags become their long forms, scalars resolve by YAML 1.1 as
// AWS resolves them, and every value can be traced back to its line. JSON text is read as well.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
//
//   tags       !Ref X -> {"Ref": "X"}, !Condition X -> {"Condition": "X"}, !GetAtt A.B.C -> {"Fn::GetAtt": ["A",
//   "B.C"]},
//              any other intrinsic function !F -> {"Fn::F": ...}. The text of a tagged scalar is always a string.
//   scalars    plain yes/no/on/off/true/false are booleans; ~, null and nothing are null; 10, 0x1F, 0b11, 010 (octal!),
//              1_000, 1.5, 1e3 are numbers, written as JSON writes them; the rest is text: 2012-10-17, 12:30, .inf.
//   keys       are the text as written, whatever it would be as a value: `200:` is "200".
//   anchors    aliases and merge keys (<<) are followed; a merged member gives way to an explicit one.
//   refused    a second document, duplicate keys, keys that are no scalars, unknown tags.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"

namespace thaw {

struct YamlLimits {
  size_t bytes_max = 4 << 20;            // of the text
  int depth_max = 128;                   // levels of nesting, those that tags add included
  size_t expanded_bytes_max = 64 << 20;  // of the value once aliases are followed: each node counts 64 and its text
};

// Both count from 1; column in characters, not bytes.
struct YamlPosition {
  int line = 1;
  int column = 1;
  bool operator==(const YamlPosition&) const = default;
};

struct YamlError {
  std::string message;  // without the position
  int line = 1;
  int column = 1;
  std::string str() const;  // "message (line 3, column 7)"
};

// Where each value of a document was written. Values are named by JSON Pointers (RFC 6901): "/Resources/Fn/Type",
// "/Outputs/a~1b/0".
class YamlPositions {
 public:
  // Of a member: its key's place; of an item: its beginning. Of what came through an alias or does not exist: the place
  // of the nearest value around it that does.
  YamlPosition find(std::string_view pointer) const;
  YamlPosition find(std::initializer_list<std::string_view> keys) const;

  // A path while it is walked down: keys are hashed one after another, so that a long path costs no copies.
  using Path = uint64_t;
  static constexpr Path root = 0xcbf29ce484222325u;
  static Path down(Path path, std::string_view key);
  void put(Path path, YamlPosition position) { places_.insert_or_assign(path, position); }

 private:
  std::unordered_map<Path, YamlPosition> places_;
};

// "/a/b~1c" for {"a", "b/c"}.
std::string json_pointer(std::initializer_list<std::string_view> keys);

struct YamlDocument {
  Json value;  // null when the text holds no document
  YamlPositions positions;
};

std::expected<YamlDocument, YamlError> parse_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace thaw
