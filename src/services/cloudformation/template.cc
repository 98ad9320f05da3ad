#include "services/cloudformation/template.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

bool is_alphanumeric(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

std::string list_of(const std::vector<std::string>& names) { return "[" + join(names, ", ") + "]"; }

// A scalar as CloudFormation reads it where it wants a string: numbers and booleans are accepted.
std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  if (value.is_bool()) return std::string(value.as_bool() ? "true" : "false");
  return std::nullopt;
}

bool to_bool(const Json& value) {
  if (value.is_bool()) return value.as_bool();
  return value.is_string() && equal_ignoring_case(value.as_string(), "true");
}

class Parser {
 public:
  Parser(const Json& body, const SourceMap& where, bool transformed)
      : body_(body), where_(where), transformed_(transformed) {}

  Result<Template> parse() {
    if (!body_.is_object()) return error("unsupported structure.", {});
    CHECK_OK(check_depth_and_nulls());
    CHECK_OK(check_sections());
    out_.body = body_;
    out_.description = body_.get("Description").string_or("");
    out_.metadata = body_.get("Metadata");
    CHECK_OK(read_transforms());
    CHECK_OK(read_parameters());
    CHECK_OK(read_mappings());
    CHECK_OK(read_conditions());
    CHECK_OK(read_rules());
    CHECK_OK(read_resources());
    CHECK_OK(read_outputs());
    if (transformed_) CHECK_OK(check_references());
    return std::move(out_);
  }

 private:
  std::unexpected<Error> error(std::string words, const Path& path) const {
    return fail(template_error(with_position("Template format error: " + std::move(words), where_, path)));
  }
  std::unexpected<Error> plain_error(std::string words, const Path& path) const {
    return fail(template_error(with_position(std::move(words), where_, path)));
  }

  Result<> check_value(const Json& value, Path& path, int depth) const {
    if (depth > max_template_depth) return error("The template nests too deeply.", path);
    if (value.is_null()) return error("[/" + join(path, "/") + "] 'null' values are not allowed in templates", path);
    if (value.is_object()) {
      for (const Json::Member& m : value.members()) {
        path.push_back(m.key);
        CHECK_OK(check_value(m.value, path, depth + 1));
        path.pop_back();
      }
    } else if (value.is_array()) {
      for (size_t i = 0; i < value.size(); ++i) {
        path.push_back(std::to_string(i));
        CHECK_OK(check_value(value.items()[i], path, depth + 1));
        path.pop_back();
      }
    }
    return {};
  }

  Result<> check_depth_and_nulls() const {
    Path path;
    return check_value(body_, path, 0);
  }

  Result<> check_sections() const {
    static constexpr std::string_view known[] = {"AWSTemplateFormatVersion",
                                                 "Description",
                                                 "Metadata",
                                                 "Parameters",
                                                 "Mappings",
                                                 "Conditions",
                                                 "Transform",
                                                 "Resources",
                                                 "Outputs",
                                                 "Rules",
                                                 "Hooks"};
    std::vector<std::string> unknown;
    for (const Json::Member& m : body_.members()) {
      if (std::ranges::find(known, m.key) != std::end(known)) continue;
      if (!transformed_) continue;
      unknown.push_back(m.key);
    }
    if (!unknown.empty())
      return plain_error("Invalid template property or properties " + list_of(unknown), {unknown[0]});
    if (const Json* version = body_.find("AWSTemplateFormatVersion");
        version && scalar_text(*version) != "2010-09-09") {
      return error("unsupported value for AWSTemplateFormatVersion.", {"AWSTemplateFormatVersion"});
    }
    if (const Json* text = body_.find("Description")) {
      if (!text->is_string()) return error("Description must be a string", {"Description"});
      if (text->as_string().size() > 1024) {
        return error("'Description' length is greater than 1024.", {"Description"});
      }
    }
    for (std::string_view name : {"Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules"}) {
      const Json* section = body_.find(name);
      if (section && !section->is_object()) {
        return error(std::string(name) + " must be an object", {std::string(name)});
      }
    }
    if (body_.contains("Hooks")) return plain_error("The Hooks section is not supported.", {"Hooks"});
    return {};
  }

  Result<> read_transforms() {
    const Json* transform = body_.find("Transform");
    if (!transform) return {};
    Json list = transform->is_array() ? *transform : Json::array({*transform});
    for (const Json& item : list.items()) {
      if (item.is_string()) {
        out_.transforms.push_back(item.as_string());
      } else if (item.get("Name").is_string()) {
        out_.transforms.push_back(item.get("Name").as_string());
      } else {
        return error("Every Transform member must be a string or an object with a Name", {"Transform"});
      }
    }
    return {};
  }

  static bool is_known_parameter_type(std::string_view type) {
    static constexpr std::string_view basic[] = {"String", "Number", "CommaDelimitedList", "List<Number>",
                                                 "List<String>"};
    static constexpr std::string_view aws[] = {"AWS::EC2::AvailabilityZone::Name",
                                               "AWS::EC2::Image::Id",
                                               "AWS::EC2::Instance::Id",
                                               "AWS::EC2::KeyPair::KeyName",
                                               "AWS::EC2::SecurityGroup::GroupName",
                                               "AWS::EC2::SecurityGroup::Id",
                                               "AWS::EC2::Subnet::Id",
                                               "AWS::EC2::Volume::Id",
                                               "AWS::EC2::VPC::Id",
                                               "AWS::Route53::HostedZone::Id"};
    if (std::ranges::find(basic, type) != std::end(basic) || std::ranges::find(aws, type) != std::end(aws)) return true;
    if (type.starts_with("List<") && type.ends_with(">")) {
      return std::ranges::find(aws, type.substr(5, type.size() - 6)) != std::end(aws);
    }
    if (type == "AWS::SSM::Parameter::Name") return true;
    if (is_ssm_type(type)) {
      std::string_view inner = ssm_value_type(type);
      return inner != "Number" && is_known_parameter_type(inner);
    }
    return false;
  }

  Result<> read_parameters() {
    const Json& section = body_.get("Parameters");
    if (section.size() > max_parameters) {
      return error("Number of parameters, " + std::to_string(section.size()) + ", is greater than maximum allowed, " +
                       std::to_string(max_parameters),
                   {"Parameters"});
    }
    if (!section.is_object()) return {};
    for (const Json::Member& m : section.members()) CHECK_OK(read_parameter(m.key, m.value));
    return {};
  }

  Result<> read_parameter(const std::string& name, const Json& value) {
    Path path = {"Parameters", name};
    if (!is_alphanumeric(name)) return error("Parameter name " + name + " is non alphanumeric.", path);
    if (!value.is_object()) return error("Every Parameters member must be an object", path);
    static constexpr std::string_view known[] = {
        "Type",           "Default",       "Description", "ConstraintDescription",
        "AllowedPattern", "AllowedValues", "MinValue",    "MaxValue",
        "MinLength",      "MaxLength",     "NoEcho"};
    for (const Json::Member& m : value.members()) {
      if (std::ranges::find(known, m.key) == std::end(known)) {
        return error("Invalid template parameter property '" + m.key + "'", {"Parameters", name, m.key});
      }
    }
    if (!value.get("Type").is_string()) return error("Every Parameters object must contain a Type member.", path);
    ParameterDef p;
    p.name = name;
    p.type = value.get("Type").as_string();
    if (!is_known_parameter_type(p.type)) {
      return error("Unrecognized parameter type: " + p.type, {"Parameters", name, "Type"});
    }
    if (const Json* preset = value.find("Default")) {
      p.default_value = scalar_text(*preset);
      if (!p.default_value) {
        return error("Every Default member must be a string.", {"Parameters", name, "Default"});
      }
    }
    p.description = value.get("Description").string_or("");
    p.constraint_description = value.get("ConstraintDescription").string_or("");
    p.allowed_pattern = value.get("AllowedPattern").string_or("");
    p.no_echo = to_bool(value.get("NoEcho"));
    CHECK_OK(read_limits(value, p));
    out_.parameters.push_back(std::move(p));
    return {};
  }

  Result<> read_limits(const Json& value, ParameterDef& p) {
    auto number = [&](std::string_view key) -> Result<std::optional<double>> {
      const Json* found = value.find(key);
      if (!found) return std::nullopt;
      std::optional<std::string> text = scalar_text(*found);
      if (!text || !Json::is_number_text(*text)) {
        return error("Every " + std::string(key) + " must be a number.", {"Parameters", p.name, std::string(key)});
      }
      return Json::number(*text).to_double();
    };
    TRY(p.min_value, number("MinValue"));
    TRY(p.max_value, number("MaxValue"));
    TRY(std::optional<double> min_length, number("MinLength"));
    TRY(std::optional<double> max_length, number("MaxLength"));
    if (min_length && *min_length >= 0 && *min_length < 1e9) p.min_length = static_cast<int64_t>(*min_length);
    if (max_length && *max_length >= 0 && *max_length < 1e9) p.max_length = static_cast<int64_t>(*max_length);
    if (const Json* allowed = value.find("AllowedValues")) {
      if (!allowed->is_array()) {
        return error("Every AllowedValues member must be a list.", {"Parameters", p.name, "AllowedValues"});
      }
      for (const Json& item : allowed->items()) {
        std::optional<std::string> text = scalar_text(item);
        if (!text) return error("Every AllowedValues value must be a string.", {"Parameters", p.name, "AllowedValues"});
        p.allowed_values.push_back(*text);
      }
    }
    return {};
  }

  Result<> read_mappings() {
    out_.mappings = body_.contains("Mappings") ? body_.get("Mappings") : Json::object();
    if (out_.mappings.size() > max_mappings) {
      return error("Number of mappings, " + std::to_string(out_.mappings.size()) +
                       ", is greater than maximum allowed, " + std::to_string(max_mappings),
                   {"Mappings"});
    }
    for (const Json::Member& mapping : out_.mappings.members()) {
      if (mapping.key == "Fn::Transform") continue;
      if (!mapping.value.is_object())
        return error("Every Mappings member must be an object.", {"Mappings", mapping.key});
      for (const Json::Member& top : mapping.value.members()) {
        if (top.key == "Fn::Transform") continue;
        if (!top.value.is_object()) {
          return error("Every Mappings member " + mapping.key + " must be a map", {"Mappings", mapping.key, top.key});
        }
        for (const Json::Member& second : top.value.members()) {
          if (!second.value.is_object() || !transformed_) continue;
          return error("Every Mappings attribute must be a String or a List.",
                       {"Mappings", mapping.key, top.key, second.key});
        }
      }
    }
    return {};
  }

  Result<> read_conditions() {
    const Json& section = body_.get("Conditions");
    if (!section.is_object()) return {};
    for (const Json::Member& m : section.members()) {
      if (transformed_ && !m.value.is_object()) {
        return error("Every Conditions member must be an object.", {"Conditions", m.key});
      }
      out_.conditions.push_back({m.key, m.value});
    }
    return {};
  }

  Result<> read_rules() {
    const Json& section = body_.get("Rules");
    if (!section.is_object()) return {};
    for (const Json::Member& m : section.members()) {
      Path path = {"Rules", m.key};
      const Json& assertions = m.value.get("Assertions");
      if (!assertions.is_array() || assertions.empty())
        return error("Every Rules member must contain Assertions.", path);
      RuleDef rule;
      rule.name = m.key;
      rule.condition = m.value.get("RuleCondition");
      for (const Json& item : assertions.items()) {
        if (!item.contains("Assert")) return error("Every Assertions member must contain an Assert object.", path);
        rule.assertions.push_back({item.get("Assert"), item.get("AssertDescription").string_or("")});
      }
      out_.rules.push_back(std::move(rule));
    }
    return {};
  }

  Result<> read_resources() {
    const Json& section = body_.get("Resources");
    if (section.empty()) return error("At least one Resources member must be defined.", {"Resources"});
    if (section.size() > max_resources) {
      return error("Number of resources, " + std::to_string(section.size()) + ", is greater than maximum allowed, " +
                       std::to_string(max_resources),
                   {"Resources"});
    }
    for (const Json::Member& m : section.members()) {
      if (!transformed_ && m.key.starts_with("Fn::")) continue;  // Fn::ForEach, Fn::Transform
      CHECK_OK(read_resource(m.key, m.value));
    }
    return {};
  }

  Result<> read_resource(const std::string& id, const Json& value) {
    Path path = {"Resources", id};
    if (!is_alphanumeric(id)) return error("Resource name " + id + " is non alphanumeric.", path);
    if (id.size() > 255) return error("Resource name " + id + " is longer than 255 characters.", path);
    if (!value.is_object()) return error("[/Resources/" + id + "] resource definition is malformed", path);
    if (!value.get("Type").is_string()) {
      return error("[/Resources/" + id + "] Every Resources object must contain a Type member.", path);
    }
    if (transformed_) CHECK_OK(check_resource_attributes(id, value));
    ResourceDef r;
    r.logical_id = id;
    r.type = value.get("Type").as_string();
    r.properties = value.contains("Properties") ? value.get("Properties") : Json::object();
    if (transformed_ && !r.properties.is_object()) {
      return error("[/Resources/" + id + "/Properties] Every Properties member must be an object.",
                   {"Resources", id, "Properties"});
    }
    if (const Json* condition = value.find("Condition")) {
      if (!condition->is_string())
        return error("Every Condition member must be a string.", {"Resources", id, "Condition"});
      r.condition = condition->as_string();
    }
    if (const Json* on = value.find("DependsOn")) {
      Json list = on->is_array() ? *on : Json::array({*on});
      for (const Json& item : list.items()) {
        if (!item.is_string()) {
          return error("DependsOn must be a string or a list of strings.", {"Resources", id, "DependsOn"});
        }
        r.depends_on.push_back(item.as_string());
      }
    }
    r.deletion_policy = value.get("DeletionPolicy");
    r.update_replace_policy = value.get("UpdateReplacePolicy");
    r.metadata = value.get("Metadata");
    r.creation_policy = value.get("CreationPolicy");
    r.update_policy = value.get("UpdatePolicy");
    r.description = value.get("Description").string_or("");
    out_.resources.push_back(std::move(r));
    return {};
  }

  Result<> check_resource_attributes(const std::string& id, const Json& value) {
    static constexpr std::string_view known[] = {"Type",           "Properties",          "Condition", "DependsOn",
                                                 "DeletionPolicy", "UpdateReplacePolicy", "Metadata",  "CreationPolicy",
                                                 "UpdatePolicy",   "Description",         "Version"};
    for (const Json::Member& m : value.members()) {
      if (std::ranges::find(known, m.key) != std::end(known)) continue;
      return plain_error("Invalid template resource property '" + m.key + "'", {"Resources", id, m.key});
    }
    for (std::string_view name : {"DeletionPolicy", "UpdateReplacePolicy"}) {
      const Json* policy = value.find(name);
      if (!policy) continue;
      bool function = policy->is_object() && out_.has_transform("AWS::LanguageExtensions");
      bool known_value =
          policy->is_string() &&
          (policy->as_string() == "Delete" || policy->as_string() == "Retain" || policy->as_string() == "Snapshot" ||
           (policy->as_string() == "RetainExceptOnCreate" && name == "DeletionPolicy"));
      if (function || known_value) continue;
      Path path = {"Resources", id, std::string(name)};
      if (!policy->is_string()) return error("Every " + std::string(name) + " member must be a string.", path);
      return error("Unrecognized " + std::string(name) + " " + policy->as_string() + " for resource " + id, path);
    }
    return {};
  }

  Result<> read_outputs() {
    const Json& section = body_.get("Outputs");
    if (section.size() > max_outputs) {
      return error("Number of outputs, " + std::to_string(section.size()) + ", is greater than maximum allowed, " +
                       std::to_string(max_outputs),
                   {"Outputs"});
    }
    if (!section.is_object()) return {};
    for (const Json::Member& m : section.members()) {
      if (!transformed_ && m.key.starts_with("Fn::")) continue;
      Path path = {"Outputs", m.key};
      if (!is_alphanumeric(m.key)) return error("Output name " + m.key + " is non alphanumeric.", path);
      if (!m.value.is_object()) return error("Output " + m.key + " is malformed.", path);
      if (!m.value.contains("Value")) return error("Every Outputs member must contain a Value object", path);
      OutputDef o;
      o.name = m.key;
      o.description = m.value.get("Description").string_or("");
      o.value = m.value.get("Value");
      if (const Json* exported = m.value.find("Export")) {
        if (!exported->contains("Name"))
          return error("Output " + m.key + " is malformed. Export must contain a Name.", path);
        o.export_name = exported->get("Name");
      }
      if (const Json* condition = m.value.find("Condition")) {
        if (!condition->is_string()) return error("Every Condition member must be a string.", path);
        o.condition = condition->as_string();
      }
      out_.outputs.push_back(std::move(o));
    }
    return {};
  }

  // ---- references ----

  struct Missing {
    std::vector<std::string> names;  // in the order found, once each
    Path first;
    void add(const std::string& name, const Path& path) {
      if (names.empty()) first = path;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  };

  bool is_defined(const std::string& name) const {
    return out_.parameter(name) != nullptr || out_.resource(name) != nullptr || is_pseudo(name);
  }
  static bool is_pseudo(std::string_view name) {
    static constexpr std::string_view known[] = {"AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue",
                                                 "AWS::Partition", "AWS::Region",           "AWS::StackId",
                                                 "AWS::StackName", "AWS::URLSuffix"};
    return std::ranges::find(known, name) != std::end(known);
  }

  // Walks a value and collects what its functions refer to that does not exist.
  Result<> check_refs(const Json& value, Path& path, Missing& missing, const char* block) const {
    if (value.is_array()) {
      for (size_t i = 0; i < value.size(); ++i) {
        path.push_back(std::to_string(i));
        CHECK_OK(check_refs(value.items()[i], path, missing, block));
        path.pop_back();
      }
      return {};
    }
    if (!value.is_object()) return {};
    bool lone = value.size() == 1;
    std::set<std::string> own_variables;
    for (const Json::Member& m : value.members()) {
      path.push_back(m.key);
      if (lone) CHECK_OK(check_function(m.key, m.value, path, missing, block));
      CHECK_OK(check_refs(m.value, path, missing, block));
      path.pop_back();
    }
    return {};
  }

  Result<> check_function(const std::string& name, const Json& argument, const Path& path, Missing& missing,
                          const char* block) const {
    if (name == "Ref") {
      if (!argument.is_string()) {
        if (out_.has_transform("AWS::LanguageExtensions")) return {};
        return error("All Ref(s) must be a string", path);  // a Ref to anything but a name
      }
      if (!is_defined(argument.as_string())) missing.add(argument.as_string(), path);
    } else if (name == "Fn::GetAtt") {
      std::optional<GetAttTarget> target = get_att_target(argument);
      if (!target) {
        return plain_error(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the "
            "resource attribute",
            path);
      }
      if (!out_.resource(target->resource)) {
        return plain_error("Template error: instance of Fn::GetAtt references undefined resource " + target->resource,
                           path);
      }
    } else if (name == "Fn::Sub") {
      return check_sub(argument, path, missing);
    } else if (name == "Fn::If" && argument.is_array() && !argument.empty() && argument.items()[0].is_string()) {
      const std::string& condition = argument.items()[0].as_string();
      if (!out_.condition(condition)) {
        return error("Unresolved condition dependency " + condition + " in the " + block + " block of the template",
                     path);
      }
    }
    return {};
  }

  Result<> check_sub(const Json& argument, const Path& path, Missing& missing) const {
    const Json* text = &argument;
    const Json* variables = nullptr;
    if (argument.is_array() && argument.size() == 2) {
      text = &argument.items()[0];
      variables = &argument.items()[1];
    }
    if (!text->is_string() || (variables && !variables->is_object())) {
      return plain_error(
          "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string "
          "as "
          "first argument, and an optional second argument to specify a mapping of values to replace in the string",
          path);
    }
    for (const std::string& name : sub_variables(text->as_string())) {
      if (variables && variables->contains(name)) continue;
      if (is_defined(name)) continue;
      size_t dot = name.find('.');
      if (dot != std::string::npos && out_.resource(name.substr(0, dot))) continue;
      missing.add(dot == std::string::npos ? name : name.substr(0, dot), path);
    }
    return {};
  }

  Result<> check_condition_name(const std::optional<std::string>& name, const char* block, const Path& path) const {
    if (!name || out_.condition(*name)) return {};
    return error("Unresolved condition dependency " + *name + " in the " + block + " block of the template", path);
  }

  Result<> check_references() const {
    Missing missing;
    for (const ResourceDef& r : out_.resources) {
      Path path = {"Resources", r.logical_id};
      CHECK_OK(check_condition_name(r.condition, "Resources", {"Resources", r.logical_id, "Condition"}));
      for (const std::string& name : r.depends_on) {
        if (!out_.resource(name)) missing.add(name, {"Resources", r.logical_id, "DependsOn"});
      }
      path.push_back("Properties");
      CHECK_OK(check_refs(r.properties, path, missing, "Resources"));
    }
    CHECK_OK(report(missing, "Resources"));
    Missing in_outputs;
    for (const OutputDef& o : out_.outputs) {
      Path path = {"Outputs", o.name};
      CHECK_OK(check_condition_name(o.condition, "Outputs", path));
      path.push_back("Value");
      CHECK_OK(check_refs(o.value, path, in_outputs, "Outputs"));
      path.back() = "Export";
      CHECK_OK(check_refs(o.export_name, path, in_outputs, "Outputs"));
    }
    CHECK_OK(report(in_outputs, "Outputs"));
    return check_conditions();
  }

  Result<> report(const Missing& missing, const char* block) const {
    if (missing.names.empty()) return {};
    return error(
        "Unresolved resource dependencies " + list_of(missing.names) + " in the " + block + " block of the template",
        missing.first);
  }

  // Conditions may refer to parameters and to one another, without a circle.
  static void condition_names(const Json& value, std::vector<std::string>& names) {
    if (value.is_array()) {
      for (const Json& item : value.items()) condition_names(item, names);
    } else if (value.is_object()) {
      for (const Json::Member& m : value.members()) {
        if (m.key == "Condition" && m.value.is_string() && value.size() == 1) names.push_back(m.value.as_string());
        if (m.key == "Fn::If" && m.value.is_array() && !m.value.empty() && m.value.items()[0].is_string()) {
          names.push_back(m.value.items()[0].as_string());
        }
        condition_names(m.value, names);
      }
    }
  }

  Result<> check_conditions() const {
    enum Mark { fresh, open, done };
    std::vector<std::pair<std::string, Mark>> marks;
    for (const auto& [name, value] : out_.conditions) marks.push_back({name, fresh});
    auto mark = [&](const std::string& name) -> Mark& {
      return std::ranges::find(marks, name, &std::pair<std::string, Mark>::first)->second;
    };
    for (const auto& [root, unused] : out_.conditions) {
      // Depth first with a stack of its own: {name, next names}.
      std::vector<std::pair<std::string, std::vector<std::string>>> stack;
      auto enter = [&](const std::string& name) {
        std::vector<std::string> names;
        condition_names(*out_.condition(name), names);
        mark(name) = open;
        stack.push_back({name, std::move(names)});
      };
      if (mark(root) == fresh) enter(root);
      while (!stack.empty()) {
        auto& [name, next] = stack.back();
        if (next.empty()) {
          mark(name) = done;
          stack.pop_back();
          continue;
        }
        std::string child = std::move(next.back());
        next.pop_back();
        Path path = {"Conditions", name};
        if (!out_.condition(child)) {
          return error("Unresolved condition dependency " + child + " in the Conditions block of the template", path);
        }
        if (mark(child) == open) {
          return error("Found circular condition dependency between " + name + " and " + child, path);
        }
        if (mark(child) == fresh) enter(child);
      }
    }
    return {};
  }

  const Json& body_;
  const SourceMap& where_;
  bool transformed_;
  Template out_;
};

}  // namespace

const ResourceDef* Template::resource(std::string_view logical_id) const {
  auto found = std::ranges::find(resources, logical_id, &ResourceDef::logical_id);
  return found == resources.end() ? nullptr : &*found;
}
const ParameterDef* Template::parameter(std::string_view name) const {
  auto found = std::ranges::find(parameters, name, &ParameterDef::name);
  return found == parameters.end() ? nullptr : &*found;
}
const Json* Template::condition(std::string_view name) const {
  for (const auto& [key, value] : conditions)
    if (key == name) return &value;
  return nullptr;
}
bool Template::has_transform(std::string_view name) const {
  return std::ranges::find(transforms, name) != transforms.end();
}

bool is_list_type(std::string_view type) {
  if (is_ssm_type(type)) type = ssm_value_type(type);
  return type == "CommaDelimitedList" || type.starts_with("List<");
}
bool is_ssm_type(std::string_view type) {
  return type.starts_with("AWS::SSM::Parameter::Value<") && type.ends_with(">");
}
std::string_view ssm_value_type(std::string_view type) {
  constexpr size_t prefix = std::string_view("AWS::SSM::Parameter::Value<").size();
  return is_ssm_type(type) ? type.substr(prefix, type.size() - prefix - 1) : type;
}

std::vector<std::string> sub_variables(std::string_view text) {
  std::vector<std::string> names;
  for (size_t i = 0; (i = text.find("${", i)) != std::string_view::npos;) {
    size_t end = text.find('}', i);
    if (end == std::string_view::npos) break;
    std::string_view name = trim(text.substr(i + 2, end - i - 2));
    if (!name.starts_with("!")) names.push_back(std::string(name));
    i = end + 1;
  }
  return names;
}

std::optional<GetAttTarget> get_att_target(const Json& argument) {
  if (argument.is_string()) {
    const std::string& text = argument.as_string();
    size_t dot = text.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) return std::nullopt;
    return GetAttTarget{text.substr(0, dot), Json(text.substr(dot + 1))};
  }
  if (!argument.is_array() || argument.size() < 2 || !argument.items()[0].is_string()) return std::nullopt;
  const std::string& resource = argument.items()[0].as_string();
  if (resource.empty()) return std::nullopt;
  if (argument.size() == 2 && argument.items()[1].is_object()) return GetAttTarget{resource, argument.items()[1]};
  std::string attribute;
  for (size_t i = 1; i < argument.size(); ++i) {
    if (!argument.items()[i].is_string() || argument.items()[i].as_string().empty()) return std::nullopt;
    if (i > 1) attribute += ".";
    attribute += argument.items()[i].as_string();
  }
  return GetAttTarget{resource, Json(attribute)};
}

Result<Template> parse_template(const Json& body, const SourceMap& where, bool transformed) {
  return Parser(body, where, transformed).parse();
}

}  // namespace thaw::cloudformation
