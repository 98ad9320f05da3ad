// ProjectionExpression: "a, b.c, d[2]".
#include "services/dynamodb/expression_parser.h"

namespace thaw::dynamodb {
namespace {

class ProjectionParser : public ExpressionParser {
 public:
  explicit ProjectionParser(std::string_view text, Placeholders& placeholders)
      : ExpressionParser(text, "ProjectionExpression", placeholders) {}

  Result<std::vector<Path>> parse() {
    if (auto words = size_error()) return error(*words);
    std::vector<Path> paths;
    bool ok = true;
    do {
      Path path;
      ok = parse_path(path);
      if (ok) check_overlap(paths, path);
    } while (ok && take(","));
    if (ok && !at_end()) syntax_error();
    if (auto words = first_error()) return error(*words);
    return paths;
  }
};

bool project_value(const Value& value, const Projection& wanted, std::string& out);

// The members wanted; answers whether there were any.
bool project_members(std::string_view body, const Projection& wanted, std::string& out) {
  bool any = false;
  std::string_view name;
  Value value;
  std::string part;
  while (next_member(body, name, value)) {
    auto found = wanted.names.find(name);
    if (found == wanted.names.end()) continue;
    if (found->second.whole) {
      put_member(out, name, value);
      any = true;
      continue;
    }
    part.clear();
    if (!project_value(value, found->second, part)) continue;
    put_member(out, name, view(part));
    any = true;
  }
  return any;
}

bool project_value(const Value& value, const Projection& wanted, std::string& out) {
  if (wanted.whole) {
    put_value(out, value);
    return true;
  }
  std::string inner;
  bool any = false;
  if (value.type == Type::map && !wanted.names.empty()) {
    any = project_members(value.body, wanted, inner);
  } else if (value.type == Type::list && !wanted.indices.empty()) {
    std::string_view body = value.body;
    Value item;
    for (size_t i = 0; next_value(body, item); ++i) {
      auto found = wanted.indices.find(i);
      if (found != wanted.indices.end()) any |= project_value(item, found->second, inner);
    }
  }
  if (any) put_value(out, {value.type, inner});
  return any;
}

}  // namespace

void Projection::add(const Path& path, size_t from) {
  if (from == path.parts.size()) {
    whole = true;
    return;
  }
  const PathPart& part = path.parts[from];
  Projection& next = part.is_index ? indices[part.index] : names[part.name];
  next.add(path, from + 1);
}

Result<std::vector<Path>> parse_projection(std::string_view text, Placeholders& placeholders) {
  return ProjectionParser(text, placeholders).parse();
}

Projection project_paths(const std::vector<Path>& paths) {
  Projection out;
  for (const Path& path : paths) out.add(path);
  return out;
}

std::string project(std::string_view item, const Projection& wanted) {
  if (wanted.whole) return std::string(item);
  std::string out;
  project_members(item, wanted, out);
  return out;
}

}  // namespace thaw::dynamodb
