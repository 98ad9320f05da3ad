// An update applied to an item. Every operand is evaluated on the item as it was; then the changes go into a tree of
// which only the parts on changed paths are unfolded, and the tree is written as the new item.
#include <algorithm>
#include <memory>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {
namespace {

constexpr const char* missing_words = "The provided expression refers to an attribute that does not exist in the item";
constexpr const char* type_words = "An operand in the update expression has an incorrect data type";
constexpr const char* path_words = "The document path provided in the update expression is invalid for update";
constexpr const char* legacy_type_words = "Type mismatch for attribute to update";

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

// A value being changed: as it was (`value`), or unfolded into its parts. An index of a list means the place before the
// update.
struct Node {
  Value value;
  std::string owned;  // what `value` views, when it is new
  bool unfolded = false;
  bool removed = false;
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> members;
  std::vector<std::unique_ptr<Node>> elements;
  std::vector<std::pair<size_t, std::unique_ptr<Node>>> appended;  // past the end, by the index asked for

  void unfold() {
    if (unfolded) return;
    unfolded = true;
    std::string_view body = value.body, name;
    Value part;
    auto make = [&] {
      auto node = std::make_unique<Node>();
      node->value = part;
      return node;
    };
    if (value.type == Type::map)
      while (next_member(body, name, part)) members.emplace_back(std::string(name), make());
    else if (value.type == Type::list)
      while (next_value(body, part)) elements.push_back(make());
  }

  void assign(std::string encoded) {
    owned = std::move(encoded);
    value = view(owned);
    unfolded = removed = false;
    members.clear();
    elements.clear();
    appended.clear();
  }

  Node* find(const PathPart& part) {
    unfold();
    if (part.is_index) {
      if (value.type != Type::list || part.index >= elements.size()) return nullptr;
      Node* node = elements[part.index].get();
      return node->removed ? nullptr : node;
    }
    if (value.type != Type::map) return nullptr;
    for (auto& [name, node] : members)
      if (name == part.name && !node->removed) return node.get();
    return nullptr;
  }

  void write(std::string& out) const {
    if (!unfolded) return put_value(out, value);
    std::string body;
    write_body(body);
    put_value(out, {value.type, body});
  }
  void write_body(std::string& body) const {
    for (const auto& [name, node] : members) {
      if (node->removed) continue;
      put_element(body, name);
      node->write(body);
    }
    for (const auto& node : elements)
      if (!node->removed) node->write(body);
    for (const auto& [index, node] : appended) node->write(body);
  }
};

// The container of the path's last part, or null when the path leads nowhere.
Node* parent_of(Node& root, const Path& path) {
  Node* node = &root;
  for (size_t i = 0; node && i + 1 < path.parts.size(); ++i) node = node->find(path.parts[i]);
  if (!node) return nullptr;
  node->unfold();
  return node->value.type == (path.parts.back().is_index ? Type::list : Type::map) ? node : nullptr;
}

Result<std::string> evaluate(const UpdateOperand& operand, std::string_view item);

Result<std::string> evaluate_sum(const UpdateOperand& operand, std::string_view item) {
  TRY(std::string left, evaluate(operand.arguments[0], item));
  TRY(std::string right, evaluate(operand.arguments[1], item));
  if (view(left).type != Type::number || view(right).type != Type::number) return invalid(type_words);
  bool plus = operand.kind == UpdateOperand::Kind::plus;
  auto sum = plus ? Decimal::add(number_of(view(left)), number_of(view(right)))
                  : Decimal::subtract(number_of(view(left)), number_of(view(right)));
  if (!sum) return invalid(sum.error());
  std::string out;
  put_number(out, *sum);
  return out;
}

Result<std::string> evaluate(const UpdateOperand& operand, std::string_view item) {
  switch (operand.kind) {
    case UpdateOperand::Kind::constant: return encoded(operand.constant);
    case UpdateOperand::Kind::path: {
      auto found = find_path(item, operand.path);
      if (!found) return invalid(missing_words);
      return encoded(*found);
    }
    case UpdateOperand::Kind::if_not_exists: {
      auto found = find_path(item, operand.path);
      return found ? encoded(*found) : evaluate(operand.arguments[0], item);
    }
    case UpdateOperand::Kind::list_append: {
      TRY(std::string left, evaluate(operand.arguments[0], item));
      TRY(std::string right, evaluate(operand.arguments[1], item));
      if (view(left).type != Type::list || view(right).type != Type::list) return invalid(type_words);
      std::string body(view(left).body);
      body.append(view(right).body);
      return encoded({Type::list, body});
    }
    default: return evaluate_sum(operand, item);
  }
}

std::vector<std::string_view> elements_of(const Value& set) {
  std::vector<std::string_view> out;
  std::string_view body = set.body, element;
  while (next_element(body, element)) out.push_back(element);
  return out;
}

// What ADD makes of an attribute; `old` is absent when there was none.
Result<std::string> added(const std::optional<Value>& old, const Value& more, bool legacy) {
  const char* words = legacy ? legacy_type_words : type_words;
  if (more.type == Type::number) {
    if (!old) return encoded(more);
    if (old->type != Type::number) return invalid(words);
    auto sum = Decimal::add(number_of(*old), number_of(more));
    if (!sum) return invalid(sum.error());
    std::string out;
    put_number(out, *sum);
    return out;
  }
  if (!old) return encoded(more);
  if (old->type != more.type) return invalid(words);
  if (more.type == Type::list) return encoded({Type::list, std::string(old->body).append(more.body)});
  std::vector<std::string_view> all = elements_of(*old);
  std::vector<std::string_view> had = all;
  for (std::string_view e : elements_of(more))
    if (std::find(had.begin(), had.end(), e) == had.end()) all.push_back(e);
  std::string body;
  write_set_body(body, more.type, std::move(all));
  return encoded({more.type, body});
}

// What DELETE leaves of a set; empty when nothing.
Result<std::string> erased(const Value& old, const Value& less, bool legacy) {
  if (old.type != less.type) return invalid(legacy ? legacy_type_words : type_words);
  std::vector<std::string_view> gone = elements_of(less);
  std::string body;
  for (std::string_view e : elements_of(old))
    if (std::find(gone.begin(), gone.end(), e) == gone.end()) put_element(body, e);
  if (body.empty()) return std::string();
  return encoded({old.type, body});
}

Result<void> assign(Node& root, const Path& path, std::string encoded_value) {
  Node* parent = parent_of(root, path);
  if (!parent) return invalid(path_words);
  const PathPart& last = path.parts.back();
  if (Node* node = parent->find(last)) {
    node->assign(std::move(encoded_value));
    return {};
  }
  auto node = std::make_unique<Node>();
  node->assign(std::move(encoded_value));
  if (!last.is_index) {
    parent->members.emplace_back(last.name, std::move(node));
    return {};
  }
  auto after = [](size_t index, const auto& entry) { return index < entry.first; };
  auto at = std::upper_bound(parent->appended.begin(), parent->appended.end(), last.index, after);
  parent->appended.insert(at, {last.index, std::move(node)});
  return {};
}

Result<void> remove(Node& root, const Path& path) {
  Node* parent = parent_of(root, path);
  if (!parent) return invalid(path_words);
  if (Node* node = parent->find(path.parts.back())) node->removed = true;
  return {};
}

int depth_of(const Value& value) {
  int deepest = 0;
  std::string_view body = value.body, name;
  Value part;
  if (value.type == Type::map)
    while (next_member(body, name, part)) deepest = std::max(deepest, depth_of(part));
  else if (value.type == Type::list)
    while (next_value(body, part)) deepest = std::max(deepest, depth_of(part));
  return deepest + 1;
}

}  // namespace

Result<std::string> apply_update(const Update& update, std::string_view item) {
  // First all values, from the item as it was.
  std::vector<std::string> values(update.actions.size());
  for (size_t i = 0; i < update.actions.size(); ++i) {
    const UpdateAction& action = update.actions[i];
    std::optional<Value> old = find_path(item, action.path);
    if (action.kind == UpdateAction::Kind::set) {
      TRY(values[i], evaluate(action.value, item));
    } else if (action.kind == UpdateAction::Kind::add) {
      TRY(values[i], added(old, action.value.constant, update.legacy));
    } else if (action.kind == UpdateAction::Kind::erase && old) {
      TRY(values[i], erased(*old, action.value.constant, update.legacy));
    }
  }
  Node root;
  root.value = {Type::map, item};
  root.unfold();
  for (size_t i = 0; i < update.actions.size(); ++i) {
    const UpdateAction& action = update.actions[i];
    Result<void> done = values[i].empty() ? remove(root, action.path) : assign(root, action.path, std::move(values[i]));
    CHECK_OK(done);
  }
  std::string out;
  root.write_body(out);
  if (depth_of({Type::map, out}) - 1 > nesting_levels_max)
    return invalid(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
        "limit");
  return out;
}

}  // namespace thaw::dynamodb
