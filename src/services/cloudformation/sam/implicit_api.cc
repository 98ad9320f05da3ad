// Implicit APIs, and the paths that events add to the definitions of APIs.
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/plugins.h"

namespace thaw::sam {

namespace {

// How the two kinds of API differ here.
struct ApiKind {
  bool rest;
  const char* id_property;  // of the event
  const char* implicit_id;
  const char* event_type;
  const char* resource_type;
};
constexpr ApiKind kRest = {true, "RestApiId", "ServerlessRestApi", "Api", "AWS::Serverless::Api"};
constexpr ApiKind kHttp = {false, "ApiId", "ServerlessHttpApi", "HttpApi", "AWS::Serverless::HttpApi"};

std::unique_ptr<Editor> editor_for(const ApiKind& kind, const Value& definition) {
  if (kind.rest) return std::make_unique<SwaggerEditor>(definition);
  return std::make_unique<OpenApiEditor>(definition);
}

Value id_of_api(const Value& given) { return given.has("Ref") ? given.get("Ref") : given; }

class ImplicitApis {
 public:
  ImplicitApis(Value source, const ApiKind& kind) : source_(source), resources_(source.get("Resources")), kind_(kind) {}

  void run() {
    Value existing = resources_.get(kind_.implicit_id).deep_copy();
    resources_.set(kind_.implicit_id, new_api());
    std::vector<Cause> causes;
    for (auto& [id, resource] : resources_.items()) {
      Value type = resource.get("Type");
      if (!type.is("AWS::Serverless::Function") && !type.is("AWS::Serverless::StateMachine")) continue;
      if (resource.get("Condition") && !resource.get("Condition").is_string())
        invalid_document("Every Condition member must be a string.");
      try {
        read_events(resource);
      } catch (const InvalidEvent& e) {
        causes.push_back(cause_of(InvalidResource{id.s, e.full()}));
      }
    }
    Value api = resources_.get(kind_.implicit_id);
    add_condition(api);
    add_policies(api);
    add_path_conditions();
    api = resources_.get(kind_.implicit_id);
    if (api.get("Properties").get("DefinitionBody").get("paths").size() == 0) {
      if (existing)
        resources_.set(kind_.implicit_id, existing);
      else
        resources_.erase(kind_.implicit_id);
    }
    if (!causes.empty()) throw InvalidDocument{causes};
  }

 private:
  Value new_api() const {
    Value properties = Value::dict();
    if (kind_.rest) properties.set("StageName", "Prod");
    properties.set("DefinitionBody", kind_.rest ? SwaggerEditor::skeleton() : OpenApiEditor::skeleton());
    properties.set("__MANAGE_SWAGGER", true);
    return Value::dict({{"Type", kind_.resource_type}, {"Properties", properties}});
  }

  void read_events(const Value& resource) {
    Value properties = resource.get("Properties", Value::dict());
    Value events = properties.is_dict() ? properties.get("Events") : Value();
    if (!events.is_dict()) return;
    // The events of APIs, in hash order.
    Value ours = Value::hashed();
    for (auto& [id, event] : events.items())
      if (event && event.is_dict() && event.get("Type").is(kind_.event_type)) ours.set(id, event);
    for (auto& [id, event] : ours.items()) read_event(id.s, event, resource);
    if (ours) events.update(ours);
  }

  void read_event(const std::string& id, Value event, const Value& resource) {
    Value properties = event.get("Properties", Value::dict());
    if (kind_.rest && !properties) return;
    Expect::event(properties, id, "").map("Properties should be a map.");
    if (!properties) event.set("Properties", properties);
    if (!properties.has(kind_.id_property)) {
      add_tags(resource);
      properties.set(kind_.id_property, ref_to(kind_.implicit_id));
    }
    if (!kind_.rest && !properties.get("Path") && !properties.get("Method")) {
      properties.set("Path", kDefaultPath);
      properties.set("Method", kAnyMethod);
    }
    Value api_id = id_of_api(properties.get(kind_.id_property));
    Value path = properties.get("Path"), method = properties.get("Method");
    Expect::event(path, id, "Path").present();
    Expect::event(method, id, "Method").present();
    Expect::event(api_id, id, kind_.id_property).string();
    Expect::event(path, id, "Path").string();
    Expect::event(method, id, "Method").string();
    methods_[api_id.s()][path.s()][method.s()] = condition_of(resource);
    if (api_id.s() == kind_.implicit_id) {
      used_ = true;
      deletion_policies_.insert(resource.get("DeletionPolicy").str());
      replace_policies_.insert(resource.get("UpdateReplacePolicy").str());
    }
    add_to_definition(id, api_id, path.text(), method.text());
    if (!kind_.rest && properties.has("RouteSettings")) add_route_settings(id, api_id.s(), properties, resource);
  }

  static std::optional<std::string> condition_of(const Value& resource) {
    Value condition = resource.get("Condition");
    return condition.is_string() ? std::optional(condition.s()) : std::nullopt;
  }

  // Tags of a function reach the implicit API when they are propagated.
  void add_tags(const Value& resource) {
    Value globals = source_.get("Globals");
    std::string name = resource.get("Type").s().substr(std::string_view("AWS::Serverless::").size());
    Value section = globals ? globals.get(name) : Value();
    if (!section) section = Value::dict();
    auto either = [&](const char* property) {
      Value own = resource.get("Properties").get(property);
      return own ? own : section.get(property);
    };
    Value tags = either("Tags");
    if (!tags || !either("PropagateTags")) return;
    Value properties = resources_.get(kind_.implicit_id).get("Properties");
    properties.setdefault("Tags", Value::dict()).update(tags);
    properties.set("PropagateTags", true);
  }

  void add_to_definition(const std::string& event_id, const Value& api_id, const Text& path, const Text& method) {
    Value api = resources_.get(api_id.s());
    const bool wrong_kind = !api || (kind_.rest && api.get("Type").is("AWS::Serverless::HttpApi"));
    if (wrong_kind)
      throw InvalidEvent{event_id, std::string(kind_.id_property) + " must be a valid reference to an '" +
                                       kind_.resource_type + "' resource in same template."};
    Value properties = api.get("Properties", Value::dict());
    if (!properties.is_dict()) return;
    Value definition = properties.get("DefinitionBody");
    const bool valid = kind_.rest ? SwaggerEditor::is_valid(definition) : OpenApiEditor::is_valid(definition);
    if (!valid || !properties.get("__MANAGE_SWAGGER")) return;
    auto editor = editor_for(kind_, definition);
    editor->add_path(path, method);
    properties.set("DefinitionBody", editor->result());
  }

  void add_route_settings(const std::string& event_id, const std::string& api_id, const Value& event,
                          const Value& resource) {
    Value properties = resources_.get(api_id).get("Properties");
    std::string method = event.get("Method").s(), route = event.get("Path").s();
    if (method != kAnyMethod) {
      for (auto& c : method) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
      route = method + " " + route;
    }
    Value all = Expect(properties.get("RouteSettings", Value::dict()), api_id, "RouteSettings").map();
    Value settings = event.get("RouteSettings", Value::dict());
    if (auto condition = condition_of(resource)) settings = conditional(*condition, settings);
    Expect::event(settings, event_id, "RouteSettings").map();
    all.setdefault(route, Value::dict()).update(settings);
    properties.set("RouteSettings", all);
  }

  // An API of which every method is conditional exists when any of the conditions holds.
  void add_condition(Value api) {
    std::set<std::optional<std::string>> all;
    for (auto& [path, methods] : methods_[kind_.implicit_id])
      for (auto& [method, condition] : methods) all.insert(condition);
    if (all.empty() || all.contains(std::nullopt)) return;
    if (all.size() == 1) return api.set("Condition", as_written(**all.begin()));
    std::string name = std::string(kind_.implicit_id) + "Condition";
    api.set("Condition", name);
    add_combined(name, all);
  }

  void add_combined(const std::string& name, const std::set<std::optional<std::string>>& conditions) {
    std::vector<std::string> names;
    for (auto& condition : conditions) names.push_back(*condition);
    source_.setdefault("Conditions", Value::dict()).update(combined_condition(names, name));
  }

  void add_policies(Value api) {
    if (!used_) return;
    for (const char* policy : {"Retain", "Delete"})
      if (deletion_policies_.contains(policy)) {
        api.set("DeletionPolicy", policy);
        break;
      }
    for (const char* policy : {"Retain", "Snapshot", "Delete"})
      if (replace_policies_.contains(policy)) {
        api.set("UpdateReplacePolicy", policy);
        break;
      }
  }

  void add_path_conditions() {
    for (auto& [id, api] : resources_.items()) {
      if (!api.get("Type").is(kind_.resource_type)) continue;
      Value properties = api.get("Properties", Value::dict());
      if (!properties.get("__MANAGE_SWAGGER")) continue;
      auto editor = editor_for(kind_, properties.get("DefinitionBody"));
      for (auto& path : editor->path_names()) {
        std::set<std::optional<std::string>> all;
        for (auto& [method, condition] : methods_[id.s][path.s]) all.insert(condition);
        if (all.empty() || all.contains(std::nullopt)) continue;
        if (all.size() == 1) {
          editor->make_path_conditional(path, as_written(**all.begin()));
          continue;
        }
        std::string name = id.s + spelled_out(path.s) + "PathCondition";
        add_combined(name, all);
        editor->make_path_conditional(path, name);
      }
      properties.set("DefinitionBody", editor->result());
    }
  }

  // Names that the template gives are digested like all its text.
  Text as_written(const std::string& condition) const { return Text(condition, resources_.is_hashed()); }

  static std::string spelled_out(const std::string& path) {
    std::string out;
    for (char c : path) {
      if (c == '/')
        out += "SLASH";
      else if (c == '{')
        out += "OB";
      else if (c == '}')
        out += "CB";
      else
        out += c;
    }
    return out;
  }

  Value source_;
  Value resources_;
  const ApiKind& kind_;
  // API -> path -> method -> the condition of the function behind it.
  std::map<std::string, std::map<std::string, std::map<std::string, std::optional<std::string>>>> methods_;
  bool used_ = false;
  std::set<std::string> deletion_policies_, replace_policies_;
};

}  // namespace

void add_default_definitions(Value source) {
  for (bool http : {false, true}) {
    for (auto& [id, given] : source.get("Resources").items()) {
      Value resource = given;
      if (!resource.get("Type").is(http ? kHttp.resource_type : kRest.resource_type)) continue;
      if (!resource.has("Properties")) {
        if (!http) continue;  // a stage name is missing, and will be complained about
        resource.set("Properties", Value::dict());
      }
      Value properties = resource.get("Properties");
      if (properties.get("DefinitionBody") || properties.get("DefinitionUri")) continue;
      properties.set("DefinitionBody", http ? OpenApiEditor::skeleton() : SwaggerEditor::skeleton());
      properties.set("__MANAGE_SWAGGER", true);
    }
  }
}

void add_implicit_apis(Value source) {
  ImplicitApis(source, kRest).run();
  ImplicitApis(source, kHttp).run();
}

// ---- Hash order

static bool has_event(const Value& resource, std::string_view type) {
  Value properties = resource.get("Properties", Value::dict());
  Value events = properties.is_dict() ? properties.get("Events") : Value();
  if (!events.is_dict()) return false;
  for (auto& [id, event] : events.items())
    if (event.is_dict() && event.get("Type").is(type)) return true;
  return false;
}

static bool needs_hash_order(const Value& source) {
  Value globals = source.get("Globals");
  Value http = globals.is_dict() ? globals.get("HttpApi") : Value();
  Value auth = http.is_dict() ? http.get("Auth") : Value();
  const bool global_default = auth.is_dict() && auth.get("DefaultAuthorizer");
  for (auto& [id, resource] : source.get("Resources").items()) {
    Value type = resource.get("Type");
    const bool function = type.is("AWS::Serverless::Function");
    if (type.is("AWS::Serverless::Api")) return true;
    if ((function || type.is("AWS::Serverless::StateMachine")) && has_event(resource, "Api")) return true;
    if (type.is("AWS::Serverless::HttpApi")) {
      Value properties = resource.get("Properties", Value::dict());
      Value own = properties.is_dict() ? properties.get("Auth") : Value();
      if (global_default || (own.is_dict() && own.get("DefaultAuthorizer"))) return true;
    }
    if (function && global_default && has_event(resource, "HttpApi")) return true;
  }
  return false;
}

void use_hash_order(Value source) {
  if (!needs_hash_order(source)) return;
  auto convert = [](Value map, const char* key) {
    if (map.has(key)) map.set(key, map.get(key).to_hashed());
  };
  if (Value globals = source.get("Globals"); globals.is_dict()) convert(globals, "Api");
  if (Value parameters = source.get("Parameters"); parameters.is_dict()) {
    Value out = Value::hashed();
    for (auto& [name, definition] : parameters.items()) {
      if (definition.is_dict()) convert(definition, "Default");
      out.set(Text(name.s, true), definition);
    }
    source.set("Parameters", out);
  }
  Value out = Value::hashed();
  for (auto& [id, given] : source.get("Resources").items()) {
    Value resource = given;
    Value type = resource.get("Type"), properties = resource.get("Properties");
    if (!properties.is_null()) {
      if (type.is("AWS::Serverless::Api") || type.is("AWS::Serverless::HttpApi")) {
        convert(resource, "Properties");
      } else if (type.is("AWS::Serverless::Function") || type.is("AWS::Serverless::StateMachine")) {
        convert(resource, "Condition");
        if (properties.is_dict()) {
          convert(properties, "FunctionName");
          convert(properties, "Events");
        }
      }
    }
    out.set(Text(id.s, true), resource);
  }
  source.set("Resources", out);
}

}  // namespace thaw::sam
