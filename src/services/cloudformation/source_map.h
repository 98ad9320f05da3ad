// Where the parts of a template stand in its text, so that an error can name a line and a column.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace thaw::cloudformation {

struct Position {
  int line = 0;    // from 1
  int column = 0;  // from 1
};

// A path into a template: {"Resources", "Table", "Properties", "TableName"}; list items by their index in decimal.
using Path = std::vector<std::string>;

// Answers where the value at a path begins; nothing when not known (a template in JSON, or one that a macro rewrote).
using SourceMap = std::function<std::optional<Position>(const Path&)>;

// `message` followed by " (line 12, column 7)" when the position of `path` is known.
inline std::string with_position(std::string message, const SourceMap& where, const Path& path) {
  if (!where) return message;
  std::optional<Position> at = where(path);
  if (!at) return message;
  return message + " (line " + std::to_string(at->line) + ", column " + std::to_string(at->column) + ")";
}

}  // namespace thaw::cloudformation
