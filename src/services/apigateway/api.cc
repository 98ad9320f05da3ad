#include "services/apigateway/api.h"

#include <charconv>
#include <map>
#include <memory>

#include "base/text.h"

namespace thaw::apigateway {
namespace {

using api::Kind;
using api::Schema;
using api::Use;

// The table's lines, each joined with those that go on with it.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    if (line.starts_with(' ') && !out.empty())
      out.back() += " " + std::string(trim(line));
    else
      out.push_back(std::string(trim(line)));
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view word : split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

class Table {
 public:
  Table() {
    for (const std::string& line : lines_of(declarations_of_shapes)) {
      size_t colon = line.find(": ");
      auto head = words_of(std::string_view(line).substr(0, colon));
      auto rest = words_of(std::string_view(line).substr(colon + 1));
      if (head[0] == "enum") {
        for (std::string_view value : rest) enums_[std::string(head[1])].push_back(std::string(value));
      } else {
        members(named(head[1]), rest);
      }
    }
    for (const std::string& line : lines_of(declarations_of_operations)) operation(line);
  }

  std::vector<Declared> operations;
  Schema& named(std::string_view name) {
    auto& found = shapes_[std::string(name)];
    if (!found) {
      found = std::make_unique<Schema>();
      found->name = name;
    }
    return *found;
  }

 private:
  void operation(std::string_view line) {
    size_t colon = line.find(":", line.find(' '));
    auto head = words_of(line.substr(0, colon));
    Declared out;
    out.name = head[0], out.method = head[1], out.uri = head[2];
    std::from_chars(head[3].data(), head[3].data() + head[3].size(), out.status);
    Schema& input = named(out.name + "Request");
    members(input, words_of(line.substr(colon + 1)));
    out.input = &input;
    out.output = head[4] == "-" ? &api::Bind<api::Nothing>::schema() : &named(head[4]);
    operations.push_back(std::move(out));
  }

  void members(Schema& to, const std::vector<std::string_view>& words) {
    for (std::string_view word : words) {
      size_t colon = word.find(':');
      std::string_view name = word.substr(0, colon), place;
      if (size_t at = name.find_first_of("@?#$="); at != std::string_view::npos) {
        place = name.substr(at);
        name = name.substr(0, at);
      }
      Use use;
      use.required = name.ends_with('!');
      if (use.required) name.remove_suffix(1);
      use.name = name;
      if (!place.empty()) {
        use.wire = place.substr(1);
        switch (place[0]) {
          case '@': use.in = api::In::uri; break;
          case '#': use.in = api::In::header; break;
          case '$': use.in = api::In::payload; break;
          case '?': use.in = use.wire == "*" ? api::In::query_map : api::In::query; break;
          default: break;
        }
      }
      type(use, word.substr(colon + 1));
      to.members.push_back(std::move(use));
    }
  }

  void type(Use& use, std::string_view text) {
    char first = text[0];
    if (first == '[' || first == '{') {
      auto schema = std::make_unique<Schema>();
      schema->kind = first == '[' ? Kind::list : Kind::map;
      schema->key.shape = &api::Bind<std::string>::schema;
      type(first == '[' ? schema->element : schema->value, text.substr(1, text.size() - 2));
      use.shape = schema.get();
      collections_.push_back(std::move(schema));
    } else if (first == '<') {
      use.shape = &api::Bind<std::string>::schema;
      use.values = enums_[std::string(text.substr(1, text.size() - 2))];
    } else if (text.size() == 1) {
      switch (first) {
        case 'b': use.shape = &api::Bind<bool>::schema; break;
        case 'i': use.shape = &api::Bind<int64_t>::schema; break;
        case 'd': use.shape = &api::Bind<double>::schema; break;
        case 't': use.shape = &api::Bind<Time>::schema; break;
        case 'y': use.shape = &api::Bind<api::Blob>::schema; break;
        default: use.shape = &api::Bind<std::string>::schema; break;
      }
    } else {
      use.shape = static_cast<const Schema*>(&named(text));
    }
  }

  std::map<std::string, std::unique_ptr<Schema>, std::less<>> shapes_;
  std::vector<std::unique_ptr<Schema>> collections_;
  std::map<std::string, std::vector<std::string>, std::less<>> enums_;
};

Table& table() {
  static Table* built = new Table;
  return *built;
}

}  // namespace

const std::vector<Declared>& declared_operations() { return table().operations; }
const Schema& shape(std::string_view name) { return table().named(name); }

void coerce(Json& value, const Schema& schema) {
  switch (schema.kind) {
    case Kind::boolean:
      if (value.is_string() && (value.as_string() == "true" || value.as_string() == "false"))
        value = value.as_string() == "true";
      return;
    case Kind::integer:
    case Kind::real:
      if (value.is_string() && Json::is_number_text(value.as_string())) value = Json::number(value.as_string());
      return;
    case Kind::string:
      if (value.is_bool() || value.is_number()) value = value.dump();
      return;
    case Kind::list:
      if (value.is_array())
        for (Json& item : value.items()) coerce(item, *schema.element.shape);
      return;
    case Kind::map:
      if (value.is_object())
        for (Json::Member& m : value.members()) coerce(m.value, *schema.value.shape);
      return;
    case Kind::structure:
      if (value.is_object())
        for (Json::Member& m : value.members())
          if (const Use* member = schema.member(m.key)) coerce(m.value, *member->shape);
      return;
    default: return;
  }
}

std::string resource_arn(const Declared& operation, std::string_view region, const Json& input) {
  std::string path = operation.uri.substr(0, operation.uri.find('?'));
  for (const Use& use : operation.input->members) {
    if (use.in != api::In::uri) continue;
    std::string label = "{" + use.wire_name() + "}";
    if (size_t at = path.find(label); at != std::string::npos)
      path.replace(at, label.size(), input.get(use.name).string_or("*"));
  }
  return "arn:aws:apigateway:" + std::string(region) + "::" + path;
}

}  // namespace thaw::apigateway
