#include "services/cloudformation/intrinsics.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

constexpr int max_condition_depth = 100;

std::unexpected<Error> error(std::string words) { return fail(template_error("Template error: " + std::move(words))); }

class Evaluator {
 public:
  Evaluator(const Scope& scope, bool rules) : scope_(scope), rules_(rules) {}

  Result<Json> value(const Json& v, int depth = 0) {
    if (depth > 2 * max_template_depth) return error("The template nests too deeply.");
    if (v.is_array()) {
      Json::Array out;
      out.reserve(v.size());
      for (const Json& item : v.items()) {
        TRY(Json item_value, value(item, depth + 1));
        if (!item_value.is_null()) out.push_back(std::move(item_value));
      }
      return Json(std::move(out));
    }
    if (!v.is_object()) return v;
    if (v.size() == 1) {
      const Json::Member& m = v.members()[0];
      if (m.key == "Ref" || m.key.starts_with("Fn::")) return function(m.key, m.value, depth);
    }
    Json::Object out;
    out.reserve(v.size());
    for (const Json::Member& m : v.members()) {
      TRY(Json member_value, value(m.value, depth + 1));
      if (!member_value.is_null()) out.push_back({m.key, std::move(member_value)});
    }
    return Json(std::move(out));
  }

  Result<bool> condition(const Json& v, int depth) {
    if (depth > max_condition_depth) return error("The conditions nest too deeply.");
    if (v.is_bool()) return v.as_bool();
    if (v.is_string() && (v.as_string() == "true" || v.as_string() == "false")) return v.as_string() == "true";
    if (!v.is_object() || v.size() != 1)
      return error("Conditions can only be boolean operations on parameters and other conditions");
    const auto& [name, argument] = v.members()[0];
    if (name == "Condition") {
      if (!argument.is_string()) return error("Every Condition member must be a string.");
      return named_condition(argument.as_string(), depth);
    }
    if (name == "Fn::Equals") return equals(argument, depth);
    if (name == "Fn::Not") {
      if (!argument.is_array() || argument.size() != 1)
        return error("every Fn::Not object requires one boolean parameter.");
      TRY(bool inner, condition(argument.items()[0], depth + 1));
      return !inner;
    }
    if (name == "Fn::And" || name == "Fn::Or") return combine(name, argument, depth);
    if (name == "Fn::Contains" && rules_) return contains(argument, depth);
    if ((name == "Fn::EachMemberEquals" || name == "Fn::EachMemberIn") && rules_)
      return each_member(name, argument, depth);
    if (name == "Fn::If") {
      TRY(Json chosen, value(v, depth));
      return condition(chosen, depth + 1);
    }
    return error("Conditions can only be boolean operations on parameters and other conditions");
  }

  Result<bool> named_condition(const std::string& name, int depth) {
    if (auto found = scope_.conditions.find(name); found != scope_.conditions.end()) return found->second;
    if (auto found = evaluated_.find(name); found != evaluated_.end()) return found->second;
    const Json* expression = scope_.source ? scope_.source->condition(name) : nullptr;
    if (!expression)
      return error("Unresolved condition dependency " + name + " in the Conditions block of the template");
    TRY(bool result, condition(*expression, depth + 1));
    evaluated_[name] = result;
    return result;
  }

  std::map<std::string, bool>& evaluated() { return evaluated_; }

 private:
  Result<Json> function(const std::string& name, const Json& argument, int depth) {
    if (name == "Ref") return ref(argument, depth);
    if (name == "Fn::GetAtt") return get_att(argument, depth);
    if (name == "Fn::Sub") return sub(argument, depth);
    if (name == "Fn::Join") return join_list(argument, depth);
    if (name == "Fn::Select") return select(argument, depth);
    if (name == "Fn::Split") return split_text(argument, depth);
    if (name == "Fn::If") return choose(argument, depth);
    if (name == "Fn::FindInMap") return find_in_map(argument, depth);
    if (name == "Fn::Base64") {
      TRY(std::string text, text_value(argument, "Fn::Base64", depth));
      return Json(base64_encode(text));
    }
    if (name == "Fn::GetAZs") return availability_zones(argument, depth);
    if (name == "Fn::Cidr") return cidr(argument, depth);
    if (name == "Fn::ImportValue") return import_value(argument, depth);
    if (name == "Fn::Length" || name == "Fn::ToJsonString") return language_extension(name, argument, depth);
    if (name == "Fn::Equals" || name == "Fn::And" || name == "Fn::Or" || name == "Fn::Not") {
      Json whole = Json::object({{name, argument}});
      TRY(bool result, condition(whole, depth));
      return Json(result ? "true" : "false");
    }
    if (name == "Fn::Transform") {
      return error("Fn::Transform with " + argument.get("Name").string_or("this macro") + " is not supported.");
    }
    return error("Unrecognized function " + name + ".");
  }

  Result<Json> ref(const Json& argument, int depth) {
    TRY(Json name_value, value(argument, depth + 1));
    if (!name_value.is_string()) return error("All Ref(s) must be a string");
    const std::string& name = name_value.as_string();
    if (std::optional<Json> found = pseudo(name)) return *found;
    if (auto found = scope_.parameters.find(name); found != scope_.parameters.end()) return found->second;
    if (auto found = scope_.resources.find(name); found != scope_.resources.end()) return Json(found->second.ref);
    if (scope_.planning && scope_.source && scope_.source->resource(name)) return Json(known_after_apply);
    return fail(template_error("Template format error: Unresolved resource dependencies [" + name +
                               "] in the Resources block of the template"));
  }

  std::optional<Json> pseudo(std::string_view name) const {
    const PseudoParameters& p = scope_.pseudo;
    if (name == "AWS::AccountId") return Json(p.account_id);
    if (name == "AWS::Region") return Json(p.region);
    if (name == "AWS::Partition") return Json(p.partition);
    if (name == "AWS::StackId") return Json(p.stack_id);
    if (name == "AWS::StackName") return Json(p.stack_name);
    if (name == "AWS::URLSuffix") return Json("amazonaws.com");
    if (name == "AWS::NoValue") return Json();
    if (name == "AWS::NotificationARNs") {
      Json::Array list(p.notification_arns.begin(), p.notification_arns.end());
      return Json(std::move(list));
    }
    return std::nullopt;
  }

  Result<Json> attribute(const std::string& resource, const std::string& name) {
    auto found = scope_.resources.find(resource);
    if (found == scope_.resources.end() || (scope_.planning && found->second.attributes_may_change)) {
      if (scope_.planning && scope_.source && scope_.source->resource(resource)) return Json(known_after_apply);
      return error("instance of Fn::GetAtt references undefined resource " + resource);
    }
    const Json& attributes = found->second.attributes;
    if (const Json* direct = attributes.find(name)) return *direct;
    // "Endpoint.Address" may be kept as a member of a member.
    const Json* at = &attributes;
    for (std::string_view part : split(name, '.')) {
      at = at->find(part);
      if (!at) break;
    }
    if (at && at != &attributes && !at->is_null()) return *at;
    if (scope_.planning) return Json(known_after_apply);
    return error("resource " + resource + " does not support attribute type " + name + " in Fn::GetAtt");
  }

  Result<Json> get_att(const Json& argument, int depth) {
    std::optional<GetAttTarget> target = get_att_target(argument);
    if (!target) {
      return error(
          "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute");
    }
    TRY(std::string name, text_value(target->attribute, "Fn::GetAtt", depth));
    return attribute(target->resource, name);
  }

  Result<Json> sub(const Json& argument, int depth) {
    const Json* text = &argument;
    Json variables = Json::object();
    if (argument.is_array() && argument.size() == 2 && argument.items()[1].is_object()) {
      text = &argument.items()[0];
      for (const Json::Member& m : argument.items()[1].members()) {
        TRY(Json v, value(m.value, depth + 1));
        variables.set(m.key, std::move(v));
      }
    }
    if (!text->is_string()) {
      return error(
          "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first "
          "argument, "
          "and an optional second argument to specify a mapping of values to replace in the string");
    }
    const std::string& in = text->as_string();
    std::string out;
    size_t at = 0;
    while (true) {
      size_t start = in.find("${", at);
      size_t end = start == std::string::npos ? start : in.find('}', start);
      if (end == std::string::npos) break;
      out.append(in, at, start - at);
      std::string name(trim(std::string_view(in).substr(start + 2, end - start - 2)));
      at = end + 1;
      if (name.starts_with("!")) {
        out += "${" + name.substr(1) + "}";
        continue;
      }
      TRY(std::string piece, sub_variable(name, variables));
      out += piece;
    }
    out.append(in, at);
    return Json(std::move(out));
  }

  Result<std::string> sub_variable(const std::string& name, const Json& variables) {
    Json found;
    size_t dot = name.find('.');
    if (const Json* own = variables.find(name)) {
      found = *own;
      if (found.is_null()) return std::string();  // AWS::NoValue
    } else if (dot != std::string::npos && !is_pseudo_parameter(name)) {
      TRY(found, attribute(name.substr(0, dot), name.substr(dot + 1)));
    } else {
      TRY(found, ref(Json(name), 0));
    }
    std::optional<std::string> text = text_of(found);
    if (!text) return error("variable " + name + " in Fn::Sub expression does not resolve to a string");
    return *text;
  }

  Result<Json> join_list(const Json& argument, int depth) {
    constexpr const char* words =
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined "
        "or a "
        "function that returns a list of strings (such as Fn::GetAZs) to be joined.";
    if (!argument.is_array() || argument.size() != 2) return error(words);
    TRY(Json delimiter, value(argument.items()[0], depth + 1));
    TRY(Json list, value(argument.items()[1], depth + 1));
    if (scope_.planning && list.is_string() && list.as_string() == known_after_apply) return list;
    if (!delimiter.is_string() || !list.is_array()) return error(words);
    std::string out;
    bool first = true;
    for (const Json& item : list.items()) {
      std::optional<std::string> text = item.is_array() ? std::nullopt : text_of(item);
      if (!text) return error(words);
      if (!std::exchange(first, false)) out += delimiter.as_string();
      out += *text;
    }
    return Json(std::move(out));
  }

  static std::optional<int64_t> integer(const Json& v) {
    if (v.is_number()) return v.to_int();
    if (!v.is_string()) return std::nullopt;
    int64_t number = 0;
    const std::string& text = v.as_string();
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
  }

  Result<Json> select(const Json& argument, int depth) {
    constexpr const char* words = "Fn::Select requires a list argument with two elements: an integer index and a list";
    if (!argument.is_array() || argument.size() != 2) return error(words);
    TRY(Json index_value, value(argument.items()[0], depth + 1));
    TRY(Json list, value(argument.items()[1], depth + 1));
    if (scope_.planning && list.is_string() && list.as_string() == known_after_apply) return list;
    std::optional<int64_t> index = integer(index_value);
    if (!index || !list.is_array()) return error(words);
    if (scope_.planning && list.size() == 1 && list.items()[0].is_string() &&
        list.items()[0].as_string().find(known_after_apply) != std::string::npos) {
      return list.items()[0];  // the pieces of a Fn::Split that cannot be made yet
    }
    if (*index < 0 || *index >= static_cast<int64_t>(list.size())) {
      return error("Fn::Select cannot select nonexistent value at index " + std::to_string(*index));
    }
    return list.items()[static_cast<size_t>(*index)];
  }

  Result<Json> split_text(const Json& argument, int depth) {
    constexpr const char* words =
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a "
        "function "
        "that returns a string to be split.";
    if (!argument.is_array() || argument.size() != 2) return error(words);
    TRY(Json delimiter, value(argument.items()[0], depth + 1));
    TRY(Json source, value(argument.items()[1], depth + 1));
    if (!delimiter.is_string() || delimiter.as_string().empty() || !source.is_string()) return error(words);
    if (scope_.planning && source.as_string().find(known_after_apply) != std::string::npos)
      return Json::array({source});
    const std::string& text = source.as_string();
    const std::string& mark = delimiter.as_string();
    Json::Array out;
    size_t at = 0;
    while (true) {
      size_t next = text.find(mark, at);
      out.push_back(Json(text.substr(at, next == std::string::npos ? next : next - at)));
      if (next == std::string::npos) break;
      at = next + mark.size();
    }
    return Json(std::move(out));
  }

  Result<Json> choose(const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() != 3 || !argument.items()[0].is_string()) {
      return error(
          "Fn::If requires a list argument with three elements: the name of a condition, the value when it is true, "
          "and the value when it is false");
    }
    TRY(bool holds, named_condition(argument.items()[0].as_string(), depth));
    return value(argument.items()[holds ? 1 : 2], depth + 1);
  }

  Result<Json> find_in_map(const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() < 3 || argument.size() > 4) {
      return error(
          "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return "
          "value");
    }
    const Json* preset = argument.size() == 4 ? argument.items()[3].find("DefaultValue") : nullptr;
    std::string keys[3];
    for (size_t i = 0; i < 3; ++i) {
      TRY(keys[i], text_value(argument.items()[i], "Fn::FindInMap", depth));
    }
    const Json* map = scope_.source ? scope_.source->mappings.find(keys[0]) : nullptr;
    const Json* found = map ? map->get(keys[1]).find(keys[2]) : nullptr;
    if (found) return *found;
    if (preset) return value(*preset, depth + 1);
    if (!map) return error("Mapping named '" + keys[0] + "' is not present in the 'Mappings' section of template.");
    return error("Unable to get mapping for " + keys[0] + "::" + keys[1] + "::" + keys[2]);
  }

  Result<Json> availability_zones(const Json& argument, int depth) {
    TRY(std::string region, text_value(argument, "Fn::GetAZs", depth));
    if (region.empty()) region = scope_.pseudo.region;
    return Json::array({region + "a", region + "b", region + "c"});
  }

  Result<Json> cidr(const Json& argument, int depth) {
    constexpr const char* words =
        "every Fn::Cidr object requires two parameters, (1) an IP address range and (2) a number of ranges to "
        "generate, and an optional number of subnet bits";
    if (!argument.is_array() || argument.size() < 2 || argument.size() > 3) return error(words);
    TRY(std::string block, text_value(argument.items()[0], "Fn::Cidr", depth));
    TRY(Json count_value, value(argument.items()[1], depth + 1));
    if (scope_.planning && block.find(known_after_apply) != std::string::npos) return Json(known_after_apply);
    std::optional<int64_t> count = integer(count_value);
    std::optional<int64_t> bits = 8;
    if (argument.size() == 3) {
      TRY(Json bits_value, value(argument.items()[2], depth + 1));
      bits = integer(bits_value);
    }
    if (!count || !bits) return error(words);
    return cidr_blocks(block, *count, *bits);
  }

  Result<Json> import_value(const Json& argument, int depth) {
    TRY(std::string name, text_value(argument, "Fn::ImportValue", depth));
    if (scope_.imports_used) scope_.imports_used->insert(name);
    auto found = scope_.exports.find(name);
    if (found == scope_.exports.end()) return fail(template_error("No export named " + name + " found."));
    return Json(found->second);
  }

  Result<Json> language_extension(const std::string& name, const Json& argument, int depth) {
    if (!scope_.source || !scope_.source->has_transform("AWS::LanguageExtensions")) {
      return error(name + " requires the AWS::LanguageExtensions transform.");
    }
    TRY(Json v, value(argument, depth + 1));
    if (name == "Fn::Length") {
      if (!v.is_array()) return error("Fn::Length requires a list.");
      return Json(v.size());
    }
    if (!v.is_array() && !v.is_object()) return error("Fn::ToJsonString requires an object or a list.");
    return Json(v.dump());
  }

  Result<std::string> text_value(const Json& argument, const char* name, int depth) {
    TRY(Json v, value(argument, depth + 1));
    if (v.is_array() || !text_of(v))
      return error(std::string("every ") + name + " object must have a String-typed value.");
    return *text_of(v);
  }

  Result<bool> equals(const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() != 2)
      return error("every Fn::Equals object requires a list of 2 string parameters.");
    TRY(Json a, operand(argument.items()[0], depth));
    TRY(Json b, operand(argument.items()[1], depth));
    return same(a, b);
  }
  // An operand may itself be a condition function.
  Result<Json> operand(const Json& v, int depth) { return value(v, depth + 1); }
  static bool same(const Json& a, const Json& b) {
    if (a.is_array() || b.is_array() || a.is_object() || b.is_object()) return a == b;
    return text_of(a) == text_of(b);
  }

  Result<bool> combine(const std::string& name, const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() < 2 || argument.size() > 10) {
      return error("every " + name + " object requires a list of at least 2 and at most 10 boolean parameters.");
    }
    bool all = name == "Fn::And";
    bool result = all;
    for (const Json& item : argument.items()) {
      TRY(bool holds, condition(item, depth + 1));
      if (holds != all) result = !all;
    }
    return result;
  }

  Result<Json::Array> list_operand(const Json& v, const char* name, int depth) {
    TRY(Json list, value(v, depth + 1));
    if (!list.is_array()) return error(std::string(name) + " requires lists of strings.");
    return std::move(list.items());
  }
  static bool is_in(const Json& item, const Json::Array& list) {
    return std::ranges::any_of(list, [&](const Json& other) { return same(item, other); });
  }
  Result<bool> contains(const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() != 2)
      return error("Fn::Contains requires a list of strings and a string.");
    TRY(Json::Array list, list_operand(argument.items()[0], "Fn::Contains", depth));
    TRY(Json item, value(argument.items()[1], depth + 1));
    return is_in(item, list);
  }
  Result<bool> each_member(const std::string& name, const Json& argument, int depth) {
    if (!argument.is_array() || argument.size() != 2) return error(name + " requires two parameters.");
    TRY(Json::Array list, list_operand(argument.items()[0], name.c_str(), depth));
    if (name == "Fn::EachMemberIn") {
      TRY(Json::Array allowed, list_operand(argument.items()[1], name.c_str(), depth));
      return std::ranges::all_of(list, [&](const Json& item) { return is_in(item, allowed); });
    }
    TRY(Json wanted, value(argument.items()[1], depth + 1));
    return std::ranges::all_of(list, [&](const Json& item) { return same(item, wanted); });
  }

  const Scope& scope_;
  bool rules_;
  std::map<std::string, bool> evaluated_;
};

}  // namespace

std::optional<std::string> text_of(const Json& value) {
  switch (value.type()) {
    case Json::Type::string: return value.as_string();
    case Json::Type::number: return value.number_text();
    case Json::Type::boolean: return std::string(value.as_bool() ? "true" : "false");
    case Json::Type::array: {
      std::string out;
      for (size_t i = 0; i < value.size(); ++i) {
        const Json& item = value.items()[i];
        if (item.is_array()) return std::nullopt;
        std::optional<std::string> text = text_of(item);
        if (!text) return std::nullopt;
        if (i) out += ",";
        out += *text;
      }
      return out;
    }
    default: return std::nullopt;
  }
}

Result<Json> evaluate(const Json& value, const Scope& scope) { return Evaluator(scope, false).value(value); }

Result<std::string> evaluate_text(const Json& value, const Scope& scope) {
  TRY(Json v, evaluate(value, scope));
  std::optional<std::string> text = v.is_array() ? std::nullopt : text_of(v);
  if (!text)
    return fail(template_error("Template format error: a value must be a string, but is of type " +
                               std::string(v.type_name())));
  return *text;
}

Result<> evaluate_conditions(Scope& scope) {
  scope.conditions.clear();
  Evaluator evaluator(scope, false);
  for (const auto& [name, expression] : scope.source->conditions) {
    CHECK_OK(evaluator.named_condition(name, 0));
  }
  scope.conditions = std::move(evaluator.evaluated());
  return {};
}

Result<bool> evaluate_condition(const Json& expression, const Scope& scope, bool rules) {
  return Evaluator(scope, rules).condition(expression, 0);
}

Result<> check_rules(const Scope& scope) {
  for (const RuleDef& rule : scope.source->rules) {
    if (!rule.condition.is_null()) {
      TRY(bool applies, evaluate_condition(rule.condition, scope, true));
      if (!applies) continue;
    }
    for (const RuleDef::Assertion& assertion : rule.assertions) {
      TRY(bool holds, evaluate_condition(assertion.assertion, scope, true));
      if (holds) continue;
      std::string words = "Template validation error: Rule " + rule.name + " failed";
      if (!assertion.description.empty()) words += ": " + assertion.description;
      return fail(template_error(words));
    }
  }
  return {};
}

Result<Json> cidr_blocks(const std::string& block, int64_t count, int64_t cidr_bits) {
  constexpr const char* words = "Fn::Cidr requires an IPv4 range in CIDR notation; ranges of IPv6 are not supported.";
  size_t slash = block.find('/');
  if (slash == std::string::npos) return error(words);
  uint32_t address = 0;
  std::vector<std::string_view> octets = split(std::string_view(block).substr(0, slash), '.');
  if (octets.size() != 4) return error(words);
  auto small = [](std::string_view text, int max) -> std::optional<uint32_t> {
    int number = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size() || number < 0 || number > max) return std::nullopt;
    return static_cast<uint32_t>(number);
  };
  for (std::string_view octet : octets) {
    std::optional<uint32_t> number = small(octet, 255);
    if (!number) return error(words);
    address = address << 8 | *number;
  }
  std::optional<uint32_t> length = small(std::string_view(block).substr(slash + 1), 32);
  if (!length) return error(words);
  if (count < 1 || count > 256) return error("Fn::Cidr can generate from 1 to 256 ranges.");
  if (cidr_bits < 1 || cidr_bits > 32) return error("Fn::Cidr requires from 1 to 32 subnet bits.");
  int64_t room = int64_t{1} << (32 - *length);
  int64_t size = int64_t{1} << cidr_bits;
  if (count * size > room) {
    return error("Fn::Cidr cannot generate " + std::to_string(count) + " ranges of " + std::to_string(cidr_bits) +
                 " bits in " + block);
  }
  if (*length < 32) address &= *length == 0 ? 0u : ~uint32_t{0} << (32 - *length);
  Json::Array out;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t at = address + static_cast<uint32_t>(i * size);
    out.push_back(Json(std::to_string(at >> 24) + "." + std::to_string(at >> 16 & 255) + "." +
                       std::to_string(at >> 8 & 255) + "." + std::to_string(at & 255) + "/" +
                       std::to_string(32 - cidr_bits)));
  }
  return Json(std::move(out));
}

}  // namespace thaw::cloudformation
