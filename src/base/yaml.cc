#include "base/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/text.h"

namespace thaw {

std::string YamlError::str() const {
  return message + " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
}

// FNV-1a, with a byte that no UTF-8 text has between keys.
YamlPositions::Path YamlPositions::down(Path path, std::string_view key) {
  constexpr uint64_t prime = 0x100000001b3u;
  path = (path ^ 0xFF) * prime;
  for (char c : key) path = (path ^ static_cast<unsigned char>(c)) * prime;
  return path;
}

YamlPosition YamlPositions::find(std::string_view pointer) const {
  YamlPosition out;
  Path path = root;
  if (auto at = places_.find(path); at != places_.end()) out = at->second;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    size_t end = std::min(pointer.find('/'), pointer.size());
    std::string key;
    for (size_t i = 0; i < end; ++i) {
      bool escape = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
      key.push_back(!escape ? pointer[i] : pointer[i + 1] == '0' ? '~' : '/');
      if (escape) ++i;
    }
    path = down(path, key);
    auto at = places_.find(path);
    if (at == places_.end()) return out;
    out = at->second;
    pointer.remove_prefix(end);
  }
  return out;
}

YamlPosition YamlPositions::find(std::initializer_list<std::string_view> keys) const {
  return find(json_pointer(keys));
}

std::string json_pointer(std::initializer_list<std::string_view> keys) {
  std::string out;
  for (std::string_view key : keys) {
    out.push_back('/');
    for (char c : key) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out.push_back(c);
      }
    }
  }
  return out;
}

namespace {

// --- Scalars ---

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

// Digits and underscores, at least one digit, none outside the base; without the underscores.
std::optional<std::string> plain_digits(std::string_view text, int base) {
  std::string out;
  for (char c : text) {
    if (c == '_') continue;
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : 99;
    if (value >= base) return std::nullopt;
    out.push_back(c);
  }
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::string> in_base(std::string_view text, int base) {
  auto digits = plain_digits(text, base);
  if (!digits) return std::nullopt;
  uint64_t value = 0;
  auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), value, base);
  if (error != std::errc()) return std::nullopt;  // too large to be meant as a number
  return std::to_string(value);
}

// [0-9][0-9_]* without a sign, and its forms in other bases.
std::optional<std::string> integer_text(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  if (text.starts_with("0x")) return in_base(text.substr(2), 16);
  if (text.starts_with("0b")) return in_base(text.substr(2), 2);
  if (text.size() > 1 && text[0] == '0') return in_base(text.substr(1), 8);
  return plain_digits(text, 10);
}

// Digits with a point, an exponent, or both, without a sign, as JSON writes them.
std::optional<std::string> float_text(std::string_view text) {
  std::string exponent;
  if (size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    exponent = text.substr(e);
    text = text.substr(0, e);
  }
  size_t point = text.find('.');
  if (point == std::string_view::npos && exponent.empty()) return std::nullopt;
  std::string_view whole = text.substr(0, point);
  std::string_view part = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() && (part.empty() || part[0] == '_')) return std::nullopt;
  auto whole_digits = whole.empty() ? "0" : whole[0] == '_' ? std::nullopt : plain_digits(whole, 10);
  auto part_digits = part.empty() ? "0" : plain_digits(part, 10);
  if (!whole_digits || !part_digits) return std::nullopt;
  whole_digits->erase(0, std::min(whole_digits->find_first_not_of('0'), whole_digits->size() - 1));
  std::string out = *whole_digits + (point == std::string_view::npos ? "" : "." + *part_digits) + exponent;
  if (!Json::is_number_text(out)) return std::nullopt;
  return out;
}

std::optional<Json> number_of(std::string_view text) {
  if (Json::is_number_text(text)) return Json::number(std::string(text));  // "10", "1.50": kept as written
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  auto digits = integer_text(text);
  if (!digits) digits = float_text(text);
  if (!digits) return std::nullopt;
  return Json::number(negative ? "-" + *digits : *digits);
}

Json resolve_plain(std::string_view text) {
  if (text.empty() || is_one_of(text, {"~", "null", "Null", "NULL"})) return Json();
  if (is_one_of(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return Json(true);
  if (is_one_of(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) return Json(false);
  if (auto number = number_of(text)) return *number;
  return Json(text);
}

// --- Tags ---

constexpr std::string_view standard_tag = "tag:yaml.org,2002:";

// "!Sub" -> "Fn::Sub"; nothing when CloudFormation has no such short form.
std::optional<std::string> long_form(std::string_view tag) {
  static constexpr std::string_view functions[] = {
      "Base64", "Cidr",  "FindInMap", "GetAtt",           "GetAZs",       "ImportValue", "Join",    "Length",
      "Select", "Split", "Sub",       "ToJsonString",     "Transform",    "And",         "Equals",  "If",
      "Not",    "Or",    "Contains",  "EachMemberEquals", "EachMemberIn", "RefAll",      "ValueOf", "ValueOfAll"};
  if (!tag.starts_with('!')) return std::nullopt;
  tag.remove_prefix(1);
  if (tag == "Ref" || tag == "Condition") return std::string(tag);
  if (std::ranges::find(functions, tag) == std::end(functions)) return std::nullopt;
  return "Fn::" + std::string(tag);
}

// --- Composing ---

struct Failure {
  YamlError error;
};

class Event {
 public:
  Event() { std::memset(&event_, 0, sizeof event_); }
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* raw() { return &event_; }
  yaml_event_type_t type() const { return event_.type; }
  YamlPosition position() const {
    return {static_cast<int>(event_.start_mark.line) + 1, static_cast<int>(event_.start_mark.column) + 1};
  }
  std::string_view tag() const {
    const yaml_char_t* text = event_.type == YAML_SCALAR_EVENT           ? event_.data.scalar.tag
                              : event_.type == YAML_SEQUENCE_START_EVENT ? event_.data.sequence_start.tag
                              : event_.type == YAML_MAPPING_START_EVENT  ? event_.data.mapping_start.tag
                                                                         : nullptr;
    return view(text);
  }
  std::string_view anchor() const {
    const yaml_char_t* text = event_.type == YAML_SCALAR_EVENT           ? event_.data.scalar.anchor
                              : event_.type == YAML_SEQUENCE_START_EVENT ? event_.data.sequence_start.anchor
                              : event_.type == YAML_MAPPING_START_EVENT  ? event_.data.mapping_start.anchor
                              : event_.type == YAML_ALIAS_EVENT          ? event_.data.alias.anchor
                                                                         : nullptr;
    return view(text);
  }
  std::string_view scalar() const {
    return {reinterpret_cast<const char*>(event_.data.scalar.value), event_.data.scalar.length};
  }
  bool is_plain() const {
    return event_.type == YAML_SCALAR_EVENT && event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  }

 private:
  static std::string_view view(const yaml_char_t* text) {
    return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
  }
  yaml_event_t event_;
};

class Composer {
 public:
  Composer(std::string_view text, const YamlLimits& limits) : text_(text), limits_(limits) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Composer() { yaml_parser_delete(&parser_); }
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;

  YamlDocument compose() {
    YamlDocument out;
    expect(YAML_STREAM_START_EVENT);
    Event first;
    next(first);
    if (first.type() == YAML_STREAM_END_EVENT) return out;
    Event root;
    next(root);
    positions_.put(YamlPositions::root, root.position());
    out.value = node(root, YamlPositions::root, 0);
    expect(YAML_DOCUMENT_END_EVENT);
    Event end;
    next(end);
    if (end.type() != YAML_STREAM_END_EVENT) fail(end.position(), "more than one document in the text");
    out.positions = std::move(positions_);
    return out;
  }

 private:
  struct Anchor {
    Json value;
    size_t cost = 0;
    int height = 0;  // levels of nesting inside
  };

  [[noreturn]] static void fail(YamlPosition at, std::string message) {
    throw Failure{{std::move(message), at.line, at.column}};
  }

  void next(Event& event) {
    if (yaml_parser_parse(&parser_, event.raw()) != 0) return;
    std::string words = parser_.problem ? parser_.problem : "not well-formed";
    if (parser_.context) words += " " + std::string(parser_.context);
    if (parser_.error == YAML_READER_ERROR) fail(position_of_byte(parser_.problem_offset), std::move(words));
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    fail({static_cast<int>(parser_.problem_mark.line) + 1, static_cast<int>(parser_.problem_mark.column) + 1},
         std::move(words));
  }
  void expect(yaml_event_type_t type) {
    Event event;
    next(event);
    if (event.type() != type) fail(event.position(), "not well-formed");
  }
  YamlPosition position_of_byte(size_t offset) const {
    YamlPosition out;
    for (char c : text_.substr(0, offset)) {
      ++out.column;
      if (c != '\n') continue;
      ++out.line;
      out.column = 1;
    }
    return out;
  }

  // Counts what the value takes once every alias is a copy, so that a small text cannot fill the memory.
  void spend(size_t bytes, YamlPosition at) {
    cost_ += bytes;
    if (cost_ + anchors_cost_ > limits_.expanded_bytes_max)
      fail(at, "the document is too large once its aliases are followed");
  }
  void enter(int depth, YamlPosition at) {
    if (depth > limits_.depth_max) fail(at, "nested too deeply");
    height_ = std::max(height_, depth);
  }

  Json node(Event& event, YamlPositions::Path path, int depth) {
    if (event.type() == YAML_ALIAS_EVENT) return alias(event, depth);
    std::string name(event.anchor());
    size_t cost_before = cost_;
    int height_before = std::exchange(height_, depth);
    Json value = tagged(event, path, depth);
    if (!name.empty()) {
      anchors_cost_ += cost_ - cost_before;
      spend(0, event.position());
      anchors_[name] = Anchor{value, cost_ - cost_before, height_ - depth};
    }
    height_ = std::max(height_, height_before);
    return value;
  }

  Json alias(Event& event, int depth) {
    auto found = anchors_.find(std::string(event.anchor()));
    if (found == anchors_.end()) {
      fail(event.position(), "alias '" + std::string(event.anchor()) + "' has no finished anchor before it");
    }
    enter(depth + found->second.height, event.position());
    spend(found->second.cost, event.position());
    return found->second.value;
  }

  Json tagged(Event& event, YamlPositions::Path path, int depth) {
    YamlPosition at = event.position();
    std::string_view tag = event.tag();
    if (tag.empty() || tag == "!") return untagged(event, path, depth, tag.empty() && event.is_plain());
    if (tag.starts_with(standard_tag))
      return standard(event, path, depth, std::string(tag.substr(standard_tag.size())));
    auto name = long_form(tag);
    if (!name) fail(at, "unknown tag '" + std::string(tag) + "'");
    enter(depth + 1, at);
    spend(64 + name->size(), at);
    YamlPositions::Path inner = YamlPositions::down(path, *name);
    positions_.put(inner, at);
    Json value = untagged(event, inner, depth + 1, false);
    if (*name == "Fn::GetAtt" && value.is_string()) value = split_attribute(value.as_string());
    Json::Object members;
    members.push_back({std::move(*name), std::move(value)});
    return Json(std::move(members));
  }

  static Json split_attribute(const std::string& text) {
    size_t dot = text.find('.');
    if (dot == std::string::npos) return Json::array({text});
    return Json::array({text.substr(0, dot), text.substr(dot + 1)});
  }

  // !!str, !!int and their kind.
  Json standard(Event& event, YamlPositions::Path path, int depth, const std::string& type) {
    YamlPosition at = event.position();
    bool fits = type == "map"   ? event.type() == YAML_MAPPING_START_EVENT
                : type == "seq" ? event.type() == YAML_SEQUENCE_START_EVENT
                                : event.type() == YAML_SCALAR_EVENT;
    if (!fits) fail(at, "this is no !!" + type);
    if (type == "map" || type == "seq" || type == "str" || type == "timestamp")
      return untagged(event, path, depth, false);
    spend(64 + event.scalar().size(), at);
    Json value = resolve_plain(event.scalar());
    if (type == "null" && value.is_null()) return value;
    if (type == "bool" && value.is_bool()) return value;
    if ((type == "int" || type == "float") && value.is_number()) return value;
    bool known = type == "null" || type == "bool" || type == "int" || type == "float";
    fail(at, known ? "this is no !!" + type : "unknown tag '!!" + type + "'");
  }

  Json untagged(Event& event, YamlPositions::Path path, int depth, bool resolve) {
    switch (event.type()) {
      case YAML_SCALAR_EVENT:
        spend(64 + event.scalar().size(), event.position());
        return resolve ? resolve_plain(event.scalar()) : Json(event.scalar());
      case YAML_SEQUENCE_START_EVENT: return sequence(event, path, depth + 1);
      case YAML_MAPPING_START_EVENT: return mapping(event, path, depth + 1);
      default: fail(event.position(), "a value was expected");
    }
  }

  Json sequence(Event& start, YamlPositions::Path path, int depth) {
    enter(depth, start.position());
    spend(64, start.position());
    Json::Array items;
    for (;;) {
      Event event;
      next(event);
      if (event.type() == YAML_SEQUENCE_END_EVENT) return Json(std::move(items));
      YamlPositions::Path inner = YamlPositions::down(path, std::to_string(items.size()));
      positions_.put(inner, event.position());
      items.push_back(node(event, inner, depth));
    }
  }

  Json mapping(Event& start, YamlPositions::Path path, int depth) {
    enter(depth, start.position());
    spend(64, start.position());
    Json::Object members;
    Json::Object merged;
    std::unordered_set<std::string> seen;
    for (;;) {
      Event key;
      next(key);
      if (key.type() == YAML_MAPPING_END_EVENT) break;
      std::string name = key_text(key);
      bool is_merge = key.is_plain() && key.tag().empty() && name == "<<";
      YamlPositions::Path inner = YamlPositions::down(path, name);
      if (!is_merge && !seen.insert(name).second) fail(key.position(), "duplicate key '" + name + "'");
      spend(64 + name.size(), key.position());
      if (!is_merge) positions_.put(inner, key.position());
      Event event;
      next(event);
      Json value = node(event, inner, depth);
      if (is_merge) {
        add_merged(merged, std::move(value), event.position());
      } else {
        members.push_back({std::move(name), std::move(value)});
      }
    }
    if (merged.empty()) return Json(std::move(members));
    // What was merged comes first, and only where no explicit member or earlier merged one has its key.
    Json::Object out;
    for (Json::Member& m : merged)
      if (seen.insert(m.key).second) out.push_back(std::move(m));
    std::ranges::move(members, std::back_inserter(out));
    return Json(std::move(out));
  }

  void add_merged(Json::Object& merged, Json value, YamlPosition at) {
    if (value.is_object()) {
      std::ranges::move(value.members(), std::back_inserter(merged));
      return;
    }
    bool maps_only =
        value.is_array() && std::ranges::all_of(value.items(), [](const Json& item) { return item.is_object(); });
    if (!maps_only) fail(at, "a merge key needs a mapping or a list of mappings");
    for (Json& item : value.items()) std::ranges::move(item.members(), std::back_inserter(merged));
  }

  std::string key_text(Event& key) {
    if (key.type() == YAML_ALIAS_EVENT) {
      auto found = anchors_.find(std::string(key.anchor()));
      if (found == anchors_.end() || !found->second.value.is_string()) fail(key.position(), "a key must be a text");
      return found->second.value.as_string();
    }
    if (key.type() != YAML_SCALAR_EVENT) fail(key.position(), "a key must be a text, not a list or a mapping");
    std::string_view tag = key.tag();
    if (!tag.empty() && tag != "!" && !tag.starts_with(standard_tag))
      fail(key.position(), "a key cannot have the tag '" + std::string(tag) + "'");
    std::string text(key.scalar());
    if (!key.anchor().empty()) anchors_[std::string(key.anchor())] = Anchor{Json(text), 64 + text.size(), 0};
    return text;
  }

  std::string_view text_;
  const YamlLimits& limits_;
  yaml_parser_t parser_;
  YamlPositions positions_;
  std::unordered_map<std::string, Anchor> anchors_;
  size_t cost_ = 0;
  size_t anchors_cost_ = 0;  // of the copies that anchors keep
  int height_ = 0;           // the deepest level reached since the innermost node() began
};

std::expected<YamlDocument, YamlError> compose(std::string_view text, const YamlLimits& limits) {
  try {
    return Composer(text, limits).compose();
  } catch (Failure& failure) {
    return std::unexpected(std::move(failure.error));
  }
}

}  // namespace

std::expected<YamlDocument, YamlError> parse_yaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return std::unexpected(YamlError{"the text is longer than " + std::to_string(limits.bytes_max) + " bytes", 1, 1});
  }
  auto document = compose(text, limits);
  if (document || !trim(text).starts_with('{')) return document;
  // JSON that YAML does not take: surrogate pairs in escapes, keys of more than 1024 characters. Its lines are not
  // known.
  if (document.error().message.starts_with("duplicate key")) return document;
  auto json = Json::parse(text, limits.depth_max);
  if (!json) return document;
  return YamlDocument{std::move(*json), {}};
}

}  // namespace thaw
