#include "services/cloudformation/language_extensions.h"

#include "services/cloudformation/template.h"

namespace thaw::cloudformation {
namespace {

constexpr int max_loop_depth = 5;
constexpr size_t max_collection_items = 100;
constexpr std::string_view loop_prefix = "Fn::ForEach::";

std::unexpected<Error> refuse(const std::string& words) {
  return fail(template_error("Transform AWS::LanguageExtensions failed with: " + words));
}

std::string strip(std::string_view text) {  // of &{} every character that is not a letter or digit goes
  std::string out;
  for (char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) out.push_back(c);
  }
  return out;
}

using Bindings = std::map<std::string, std::string>;

class Expander {
 public:
  explicit Expander(const std::map<std::string, Json>& parameters) : parameters_(parameters) {}

  Result<Json> value(const Json& v, const Bindings& bound, int depth, int loops) {
    if (depth > 2 * max_template_depth) return refuse("The template nests too deeply.");
    if (v.is_string()) {
      TRY(std::string text, substitute(v.as_string(), bound));
      return Json(std::move(text));
    }
    if (v.is_array()) {
      Json::Array out;
      for (const Json& item : v.items()) {
        TRY(Json expanded, value(item, bound, depth + 1, loops));
        out.push_back(std::move(expanded));
      }
      return Json(std::move(out));
    }
    if (!v.is_object()) return v;
    if (v.size() == 1 && v.members()[0].key == "Ref" && v.members()[0].value.is_string()) {
      auto found = bound.find(v.members()[0].value.as_string());
      if (found != bound.end()) return Json(found->second);
    }
    Json out = Json::object();
    for (const Json::Member& m : v.members()) {
      if (std::string_view(m.key).starts_with(loop_prefix)) {
        CHECK_OK(loop(m, bound, depth, loops + 1, out));
        continue;
      }
      TRY(std::string key, substitute(m.key, bound));
      TRY(Json expanded, value(m.value, bound, depth + 1, loops));
      if (out.contains(key)) return refuse("Duplicate key " + key + ".");
      out.set(key, std::move(expanded));
    }
    return out;
  }

 private:
  Result<> loop(const Json::Member& m, const Bindings& bound, int depth, int loops, Json& out) {
    if (loops > max_loop_depth) return refuse("Fn::ForEach nests too deeply.");
    const Json& argument = m.value;
    if (!argument.is_array() || argument.size() != 3 || !argument.items()[0].is_string() ||
        !argument.items()[2].is_object()) {
      return refuse(m.key + " layout is incorrect");
    }
    TRY(std::vector<std::string> items, collection(argument.items()[1], bound));
    for (const std::string& item : items) {
      Bindings inner = bound;
      inner[argument.items()[0].as_string()] = item;
      TRY(Json part, value(argument.items()[2], inner, depth + 1, loops));
      for (Json::Member& made : part.members()) {
        if (out.contains(made.key)) return refuse("Duplicate key " + made.key + " in " + m.key);
        out.set(made.key, std::move(made.value));
      }
    }
    return {};
  }

  Result<std::vector<std::string>> collection(const Json& v, const Bindings& bound) {
    Json list = v;
    if (v.is_object() && v.size() == 1 && v.get("Ref").is_string()) {
      auto found = parameters_.find(v.get("Ref").as_string());
      if (found == parameters_.end()) return refuse("Fn::ForEach could not resolve the collection.");
      list = found->second;
    }
    if (!list.is_array()) return refuse("Fn::ForEach could not resolve the collection.");
    if (list.size() > max_collection_items) return refuse("A collection of Fn::ForEach has more than 100 items.");
    std::vector<std::string> out;
    for (const Json& item : list.items()) {
      TRY(Json expanded, value(item, bound, 0, 0));
      if (!expanded.is_string() && !expanded.is_number())
        return refuse("A collection of Fn::ForEach must hold strings.");
      out.push_back(expanded.is_string() ? expanded.as_string() : expanded.number_text());
    }
    return out;
  }

  // ${Name} and &{Name} of the loops' identifiers.
  Result<std::string> substitute(const std::string& text, const Bindings& bound) {
    std::string out = text;
    for (const auto& [name, item] : bound) {
      replace(out, "${" + name + "}", item);
      replace(out, "&{" + name + "}", strip(item));
    }
    produced_bytes_ += out.size() + 4;
    if (produced_bytes_ > max_template_object_bytes) return refuse("The template becomes larger than 1 MB.");
    return out;
  }
  static void replace(std::string& text, const std::string& mark, const std::string& by) {
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size())
      text.replace(at, mark.size(), by);
  }

  const std::map<std::string, Json>& parameters_;
  size_t produced_bytes_ = 0;
};

}  // namespace

Result<Json> expand_loops(const Json& body, const std::map<std::string, Json>& parameters) {
  return Expander(parameters).value(body, {}, 0, 0);
}

}  // namespace thaw::cloudformation
