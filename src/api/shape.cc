#include "api/shape.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace thaw::api {

const Use* Schema::member(std::string_view member_name) const {
  for (const Use& use : members)
    if (use.name == member_name) return &use;
  return nullptr;
}

const Use* Schema::payload() const {
  for (const Use& use : members)
    if (use.in == In::payload) return &use;
  return nullptr;
}

// Schemas are made once and live as long as the process, like the code that declares them.
Schema& Field::own() {
  auto* copy = new Schema(*use().shape);
  use().shape = static_cast<const Schema*>(copy);
  return *copy;
}

namespace {
Use& inner(Schema& schema) { return schema.kind == Kind::map ? schema.value : schema.element; }
std::vector<std::string> texts(std::initializer_list<std::string_view> values) {
  return {values.begin(), values.end()};
}
}  // namespace

Use& Field::use() { return schema_.members[index_]; }
Field& Field::required() { return use().required = true, *this; }
Field& Field::wire(std::string_view name) { return use().wire = name, *this; }
Field& Field::query_wire(std::string_view name) { return use().query_wire = name, *this; }
Field& Field::header(std::string_view name) { return use().in = In::header, wire(name); }
Field& Field::prefix_headers(std::string_view prefix) { return use().in = In::prefix_headers, wire(prefix); }
Field& Field::uri(std::string_view label) { return use().in = In::uri, wire(label); }
Field& Field::query(std::string_view name) { return use().in = In::query, wire(name); }
Field& Field::query_map() { return use().in = In::query_map, *this; }
Field& Field::payload() { return use().in = In::payload, *this; }
Field& Field::status() { return use().in = In::status, *this; }
Field& Field::length(int64_t min, int64_t max) { return use().min = min, use().max = max, *this; }
Field& Field::range(int64_t min, int64_t max) { return length(min, max); }
Field& Field::min(int64_t min) { return use().min = min, *this; }
Field& Field::max(int64_t max) { return use().max = max, *this; }
Field& Field::pattern(std::string_view re2) { return use().pattern = re2, *this; }
Field& Field::one_of(std::initializer_list<std::string_view> values) { return use().values = texts(values), *this; }
Field& Field::one_of(std::vector<std::string> values) { return use().values = std::move(values), *this; }
Field& Field::time(TimeFormat format) { return use().time = format, *this; }
Field& Field::flattened() { return use().flattened = true, *this; }
Field& Field::xml_attribute() { return use().xml_attribute = true, *this; }
Field& Field::idempotency_token() { return use().idempotency_token = true, *this; }

Field& Field::each_length(int64_t min, int64_t max) {
  Use& each = inner(own());
  each.min = min;
  each.max = max;
  return *this;
}
Field& Field::each_pattern(std::string_view re2) { return inner(own()).pattern = re2, *this; }
Field& Field::each_one_of(std::initializer_list<std::string_view> values) { return each_one_of(texts(values)); }
Field& Field::each_one_of(std::vector<std::string> values) { return inner(own()).values = std::move(values), *this; }
Field& Field::each_wire(std::string_view name) { return inner(own()).wire = name, *this; }
Field& Field::map_wire(std::string_view key, std::string_view value) {
  Schema& schema = own();
  schema.key.wire = key;
  schema.value.wire = value;
  return *this;
}
Field& Field::key_length(int64_t min, int64_t max) {
  Schema& schema = own();
  schema.key.min = min;
  schema.key.max = max;
  return *this;
}

Fields& Fields::named(std::string_view name) { return schema_.name = name, *this; }
Fields& Fields::as_union() { return schema_.is_union = true, *this; }
Fields& Fields::xml(std::string_view root, std::string_view namespace_uri) {
  schema_.xml_name = root;
  schema_.xml_namespace = namespace_uri;
  return *this;
}

Field Fields::add_use(std::string_view name, const Schema& (*shape)(), size_t offset, void (*load)(void*, Json&&),
                      bool (*save)(const void*, Json&), bool (*take)(void*, Json&)) {
  Use& use = schema_.members.emplace_back();
  use.name = name;
  use.shape = shape;
  use.offset = offset;
  use.load = load;
  use.save = save;
  use.take = take;
  return Field(schema_, schema_.members.size() - 1);
}

namespace detail {

void load_struct(const Schema& schema, void* object, Json&& value) {
  if (!value.is_object()) return;
  for (Json::Member& m : value.members()) {
    const Use* use = schema.member(m.key);
    if (use && !m.value.is_null()) use->load(static_cast<char*>(object) + use->offset, std::move(m.value));
  }
}

void save_struct(const Schema& schema, const void* object, Json& out) {
  Json::Object members;
  for (const Use& use : schema.members) {
    Json value;
    if (use.save(static_cast<const char*>(object) + use.offset, value)) members.push_back({use.name, std::move(value)});
  }
  out = Json(std::move(members));
}

void take_struct(const Schema& schema, void* object, Json& out) {
  Json::Object members;
  members.reserve(schema.members.size());
  for (const Use& use : schema.members) {
    Json value;
    if (use.take(static_cast<char*>(object) + use.offset, value)) members.push_back({use.name, std::move(value)});
  }
  out = Json(std::move(members));
}

const Schema& scalar_schema(Kind kind) {
  static const auto* all = [] {
    auto* out = new std::vector<Schema>(10);
    for (size_t i = 0; i < out->size(); ++i) (*out)[i].kind = static_cast<Kind>(i);
    return out;
  }();
  return (*all)[static_cast<size_t>(kind)];
}

Time load_time(const Json& value) {
  if (auto whole = value.to_int()) return Time(std::chrono::milliseconds(*whole * 1000));
  double seconds = value.to_double().value_or(0);
  return Time(std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5))));
}

}  // namespace detail

Json time_to_json(Time time) {
  int64_t ms = time.time_since_epoch().count();
  if (ms % 1000 == 0) return Json(ms / 1000);
  const char* sign = ms < 0 ? "-" : "";
  int64_t magnitude = ms < 0 ? -ms : ms;
  std::string text = fmt::format("{}{}.{:03}", sign, magnitude / 1000, magnitude % 1000);
  while (text.back() == '0') text.pop_back();
  return Json::number(std::move(text));
}

namespace {

constexpr size_t failures_max = 100;
constexpr int64_t none_min = std::numeric_limits<int64_t>::min();
constexpr int64_t none_max = std::numeric_limits<int64_t>::max();

// Compiled once per pattern. Loop thread only.
const RE2& compiled(const std::string& pattern) {
  static auto* cache = new std::unordered_map<std::string, std::unique_ptr<RE2>>;
  auto& entry = (*cache)[pattern];
  if (!entry) entry = std::make_unique<RE2>(pattern, RE2::Quiet);
  return *entry;
}

// How Java's toString, which AWS's messages use, shows a value.
std::string shown(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_null()) return "null";
  std::string out = value.is_array() ? "[" : "{";
  bool first = true;
  if (value.is_array()) {
    for (const Json& item : value.items()) {
      if (!std::exchange(first, false)) out += ", ";
      out += shown(item);
    }
    return out + "]";
  }
  for (const Json::Member& m : value.members()) {
    if (!std::exchange(first, false)) out += ", ";
    out += m.key + "=" + shown(m.value);
  }
  return out + "}";
}

int64_t utf8_length(std::string_view text) {
  int64_t n = 0;
  for (unsigned char c : text) n += (c & 0xC0) != 0x80;
  return n;
}

class Validator {
 public:
  std::vector<std::string> failures;

  void check_struct(const Json& value, const Schema& schema, const std::string& path) {
    for (const Use& use : schema.members) {
      const Json* found = value.find(use.name);
      std::string name = use.name;
      if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
      std::string at = path.empty() ? name : path + "." + name;
      if (!found || found->is_null()) {
        if (use.required) add("Value null at '" + at + "' failed to satisfy constraint: Member must not be null");
        continue;
      }
      check(*found, use, at);
    }
  }

  void check(const Json& value, const Use& use, const std::string& path) {
    if (failures.size() >= failures_max) return;
    const Schema& schema = *use.shape;
    check_size(value, use, schema, path);
    if (value.is_string()) {
      if (!use.pattern.empty() && !RE2::FullMatch(value.as_string(), compiled(use.pattern)))
        fail(value, path, "Member must satisfy regular expression pattern: " + use.pattern);
      if (!use.values.empty() && std::find(use.values.begin(), use.values.end(), value.as_string()) == use.values.end())
        fail(value, path, "Member must satisfy enum value set: [" + joined(use.values) + "]");
    }
    if (schema.kind == Kind::structure && value.is_object()) check_struct(value, schema, path);
    if (schema.kind == Kind::list && value.is_array()) {
      size_t index = 0;
      for (const Json& item : value.items())
        check(item, schema.element, path + "." + std::to_string(++index) + ".member");
    }
    if (schema.kind == Kind::map && value.is_object()) {
      for (const Json::Member& m : value.members()) {
        check(Json(m.key), schema.key, path);
        check(m.value, schema.value, path + "." + m.key + ".member");
      }
    }
  }

 private:
  static std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& v : values) out += (out.empty() ? "" : ", ") + v;
    return out;
  }
  void add(std::string words) { failures.push_back(std::move(words)); }
  void fail(const Json& value, const std::string& path, std::string constraint) {
    add("Value '" + shown(value) + "' at '" + path + "' failed to satisfy constraint: " + std::move(constraint));
  }
  void check_size(const Json& value, const Use& use, const Schema& schema, const std::string& path) {
    if (use.min == none_min && use.max == none_max) return;
    if (schema.kind == Kind::integer || schema.kind == Kind::real) {
      double number = value.to_double().value_or(0);
      if (number < static_cast<double>(use.min))
        fail(value, path, fmt::format("Member must have value greater than or equal to {}", use.min));
      if (number > static_cast<double>(use.max))
        fail(value, path, fmt::format("Member must have value less than or equal to {}", use.max));
      return;
    }
    int64_t length = 0;
    if (value.is_string())
      length =
          schema.kind == Kind::blob ? static_cast<int64_t>(value.as_string().size()) : utf8_length(value.as_string());
    else
      length = static_cast<int64_t>(value.size());
    if (length < use.min)
      fail(value, path, fmt::format("Member must have length greater than or equal to {}", use.min));
    if (length > use.max) fail(value, path, fmt::format("Member must have length less than or equal to {}", use.max));
  }
};

}  // namespace

std::vector<std::string> validate(const Json& value, const Schema& schema) {
  Validator validator;
  if (schema.kind == Kind::structure) validator.check_struct(value, schema, "");
  return std::move(validator.failures);
}

std::string validation_message(const std::vector<std::string>& failures) {
  std::string out = fmt::format("{} validation error{} detected: ", failures.size(), failures.size() == 1 ? "" : "s");
  for (size_t i = 0; i < failures.size(); ++i) out += (i ? "; " : "") + failures[i];
  return out;
}

}  // namespace thaw::api
