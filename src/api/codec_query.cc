// Query requests: a form whose names are paths ("Tags.member.1.Key").
#include <map>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

constexpr int depth_max = 40;
constexpr int list_items_max = 20'000;

using Form = std::map<std::string, std::string, std::less<>>;

bool has(const Form& form, const std::string& path) {
  auto at = form.lower_bound(path);
  if (at == form.end()) return false;
  if (at->first == path) return true;
  // Names between "path" and "path." sort before it when they continue with a character below '.'.
  at = form.lower_bound(path + ".");
  return at != form.end() && at->first.starts_with(path + ".");
}

class Reader {
 public:
  explicit Reader(const Form& form) : form_(form) {}

  Result<Json> read(const Use& use, const std::string& path, int depth) {
    if (depth > depth_max) return fail("MalformedInput", "Nesting is deeper than allowed.");
    switch (use.shape->kind) {
      case Kind::structure: return structure(*use.shape, path, depth);
      case Kind::list: return list(use, path, depth);
      case Kind::map: return map(use, path, depth);
      default: {
        auto found = form_.find(path);
        if (found == form_.end()) return fail("MalformedInput", "Unexpected members below " + path);
        auto value = text_to_canonical(found->second, use, TimeFormat::iso8601);
        if (!value) return fail("MalformedInput", value.error().message);
        return value;
      }
    }
  }

  Result<Json> structure(const Schema& schema, const std::string& path, int depth) {
    Json::Object out;
    for (const Use& member : schema.members) {
      const std::string& name = member.xml_name();
      std::string at = path.empty() ? name : path + "." + name;
      // A flattened list whose elements have a name travels under that name in place of its own.
      if (member.flattened && member.shape->kind == Kind::list && !member.shape->element.wire.empty())
        if (std::string other = path.empty() ? member.shape->element.wire : path + "." + member.shape->element.wire;
            has(form_, other))
          at = std::move(other);
      if (!has(form_, at)) continue;
      TRY(Json value, read(member, at, depth + 1));
      out.push_back({member.name, std::move(value)});
    }
    return Json(std::move(out));
  }

 private:
  Result<Json> list(const Use& use, const std::string& path, int depth) {
    const Use& element = use.shape->element;
    std::string base = path;
    if (!use.flattened) base += "." + (element.wire.empty() ? std::string("member") : element.wire);
    if (!use.flattened && !has(form_, base) && has(form_, path + ".member")) base = path + ".member";
    Json::Array out;
    for (int i = 1; i <= list_items_max && has(form_, base + "." + std::to_string(i)); ++i) {
      TRY(Json item, read(element, base + "." + std::to_string(i), depth + 1));
      out.push_back(std::move(item));
    }
    return Json(std::move(out));
  }

  Result<Json> map(const Use& use, const std::string& path, int depth) {
    const Schema& schema = *use.shape;
    std::string base = use.flattened ? path : path + ".entry";
    std::string key_name = schema.key.wire.empty() ? "key" : schema.key.wire;
    std::string value_name = schema.value.wire.empty() ? "value" : schema.value.wire;
    Json out = Json::object();
    for (int i = 1; i <= list_items_max; ++i) {
      std::string entry = base + "." + std::to_string(i);
      auto key = form_.find(entry + "." + key_name);
      if (key == form_.end()) break;
      Json value("");
      if (has(form_, entry + "." + value_name)) {
        TRY(value, read(schema.value, entry + "." + value_name, depth + 1));
      }
      out.set(key->second, std::move(value));
    }
    return out;
  }

  const Form& form_;
};

}  // namespace

Result<Json> parse_query(std::string_view body, std::string_view query, const Schema& schema) {
  Form form;
  for (std::string_view text : {query, body}) {
    TRY(auto pairs, parse_form(text));
    for (auto& [name, value] : pairs) form[name] = std::move(value);
  }
  return Reader(form).structure(schema, "", 0);
}

}  // namespace thaw::api
