#include "services/cloudformation/sam/transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/cloudformation/sam/connector.h"
#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/plugins.h"
#include "services/cloudformation/sam/verify.h"

namespace thaw::sam {

namespace {

bool within_depth(const Json& json, int left) {
  if (left == 0) return false;
  if (json.is_array())
    return std::all_of(json.items().begin(), json.items().end(), [&](auto& j) { return within_depth(j, left - 1); });
  if (json.is_object())
    return std::all_of(json.members().begin(), json.members().end(),
                       [&](auto& m) { return within_depth(m.value, left - 1); });
  return true;
}

void check_structure(const Value& source) {
  Value resources = source.get("Resources");
  if (!resources.is_dict() || !resources) invalid_document("'Resources' section is required");
  for (auto& [id, resource] : resources.items())
    if (!resource.is_dict())
      invalid_document("All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue.");
  for (auto& [id, resource] : resources.items()) {
    Value condition = resource.get("Condition");
    if (condition && !condition.is_string()) invalid_document("Every Condition member must be a string.");
    if (!is_globals_type(resource.get("Type"))) continue;
    try {
      Expect::attribute(resource.get("Properties", Value::dict()), id.s, "Properties").map();
    } catch (const InvalidResource& e) {
      throw InvalidDocument{{cause_of(e)}};
    }
  }
}

Value parameters_of(const Value& source, const TransformOptions& options, const std::string& partition) {
  Value out = Value::dict();
  if (options.parameters.is_object()) out = Value::from_json(options.parameters);
  if (source.get("Resources").is_hashed()) {
    Value legacy = Value::dict();
    for (auto& [name, value] : out.items()) legacy.set(name, value.to_hashed());
    out = legacy;
  }
  Value definitions = source.get("Parameters");
  if (definitions.is_dict())
    for (auto& [name, definition] : definitions.items())
      if (!out.has(name.s) && definition.has("Default")) out.set(name, definition.get("Default"));
  if (!out.has("AWS::Region")) out.set("AWS::Region", options.region);
  if (!out.has("AWS::Partition")) out.set("AWS::Partition", partition);
  return out;
}

Value mappings_of(const Value& source) {
  Value mappings = source.get("Mappings", Value::dict());
  if (!mappings.is_dict()) invalid_document("'Mappings' or 'Parameters' is either null or not a valid dictionary.");
  return mappings;
}

// Functions and state machines first: their events change the definitions of APIs. Connectors last: they look at what
// everything else became.
std::vector<std::pair<Text, Value>> in_order(const Value& resources) {
  static constexpr std::array<std::string_view, 5> first = {
      "AWS::Serverless::Function", "AWS::Serverless::StateMachine", "AWS::Serverless::Api", "AWS::Serverless::HttpApi",
      "AWS::Serverless::WebSocketApi"};
  auto rank = [](const Value& resource) {
    auto at = std::find(first.begin(), first.end(), resource.get("Type").s()) - first.begin();
    if (at < 5) return std::min<int>(static_cast<int>(at), 2);
    return resource.get("Type").is("AWS::Serverless::Connector") ? 4 : 3;
  };
  std::vector<std::pair<Text, Value>> out;
  for (auto& [id, resource] : resources.items())
    if (sam_type(resource.get("Type"))) out.emplace_back(id, resource);
  std::stable_sort(out.begin(), out.end(), [&](auto& a, auto& b) { return rank(a.second) < rank(b.second); });
  return out;
}

// {Ref: "Api.Stage"} may name an API's stage before its function is known: names of functions behind each API.
void note_function_names(Context& context, const Value& resource) {
  if (!resource.get("Type").is("AWS::Serverless::Function")) return;
  Value properties = resource.get("Properties", Value::dict());
  Value events = properties.get("Events");
  if (!events.is_dict()) return;
  for (auto& [id, event] : events.items()) {
    if (!event.is_dict()) continue;
    Value of_event = event.get("Properties", Value::dict());
    if (!event.get("Type").is("Api") || !of_event.is_dict() || !of_event.get("RestApiId")) continue;
    Value api = of_event.get("RestApiId");
    if (api.has("Ref")) api = api.get("Ref");
    Value name = context.parameters.resolve(properties.get("FunctionName").deep_copy());
    if (api.is_string() && name) context.function_names[api.s()] += name.str();
  }
}

class Run {
 public:
  Run(Context& context, std::vector<Cause>& causes) : context_(context), causes_(causes) {}

  void one(const Text& id, const Value& entry) {
    try {
      SamResource resource = read_sam_resource(context_, id, entry);
      note_function_names(context_, entry);
      CfnList made = sam_type(entry.get("Type"))->transform(context_, resource);
      note_references(resource, entry, made);
      if (!(resource.id == id)) renamed_[id.s] = resource.id.s;
      Value out = context_.output.get("Resources");
      out.erase(id.s);
      for (auto& one : made) write(id, entry, *one, out);
    } catch (const InvalidResource& e) {
      causes_.push_back(cause_of(e));
    } catch (const InvalidEvent& e) {
      causes_.push_back(cause_of(e));
    } catch (const InvalidTemplate& e) {
      causes_.push_back(cause_of(e));
    }
  }

  Value finish() const {
    rename_depends_on(context_.output, renamed_);
    return resolve_references(resolve_renamed(context_.output, renamed_), references_);
  }

 private:
  void note_references(const SamResource& resource, const Value& entry, const CfnList& made) {
    std::map<std::string, std::string> by_type;
    for (auto& one : made) by_type[one->type] = one->id.s;
    for (auto& [property, type] : sam_type(entry.get("Type"))->referable)
      if (auto at = by_type.find(std::string(type)); at != by_type.end())
        references_[resource.id.s][std::string(property)] = at->second;
  }

  void write(const Text& id, const Value& entry, const CfnResource& resource, Value out) {
    if (!may_write(resource, context_.resources())) {
      causes_.push_back(duplicate_id(id.s, resource.id.s, resource.type));
      return;
    }
    Value value = resource.to_value();
    Value metadata = entry.get("Metadata");
    if (metadata && context_.options.pass_metadata && !out.get(resource.id.s)) value.set("Metadata", metadata);
    out.set(resource.id, value);
  }

  Context& context_;
  std::vector<Cause>& causes_;
  References references_;
  RenamedIds renamed_;
};

Value run(const Json& template_body, const TransformOptions& options) {
  Value source = Value::from_json(template_body);
  check_structure(source);
  std::string partition = options.partition.empty() ? partition_of(options.region) : options.partition;
  use_hash_order(source);
  Value parameters = parameters_of(source, options, partition);
  Context context{.options = options,
                  .partition = partition,
                  .source = source,
                  .parameters = Resolver(parameters),
                  .mappings = Resolver(mappings_of(source))};
  locate_applications(context);
  add_default_definitions(source);
  add_implicit_apis(source);
  merge_globals(source);
  std::vector<Cause> causes;
  extract_embedded_connectors(context.resources(), causes);
  context.output = source.deep_copy();
  context.conditions = context.output.get("Conditions");
  Run one_by_one(context, causes);
  for (auto& [id, resource] : in_order(context.resources())) one_by_one.one(id, resource);
  context.deployments.finish(context, causes);
  context.output.erase("Transform");
  if (!causes.empty()) throw InvalidDocument{causes};
  return one_by_one.finish();
}

TransformError error_of(std::vector<Cause> causes) {
  std::vector<Cause> unique;
  for (auto& cause : causes) {
    auto same = std::find_if(unique.begin(), unique.end(), [&](auto& seen) { return seen.message == cause.message; });
    if (same == unique.end()) unique.push_back(cause);
  }
  std::stable_sort(unique.begin(), unique.end(), [](auto& a, auto& b) { return a.sort_key < b.sort_key; });
  TransformError out;
  for (auto& cause : unique) out.messages.push_back(cause.message);
  return out;
}

}  // namespace

std::string partition_of(std::string_view region) {
  static constexpr std::pair<std::string_view, std::string_view> starts[] = {
      {"cn-", "aws-cn"},        {"us-iso-", "aws-iso"},   {"us-isob", "aws-iso-b"}, {"us-gov", "aws-us-gov"},
      {"eu-isoe", "aws-iso-e"}, {"us-isof", "aws-iso-f"}, {"eusc-", "aws-eusc"}};
  for (auto& [start, partition] : starts)
    if (region.starts_with(start)) return std::string(partition);
  return "aws";
}

std::string Context::arn(std::string_view service, std::string_view resource, bool with_account) const {
  return fmt::format("arn:{}:{}:${{AWS::Region}}:{}{}", partition, service, with_account ? "${AWS::AccountId}:" : "",
                     resource);
}

std::string Context::managed_policy(std::string_view path_and_name) const {
  return fmt::format("arn:{}:iam::aws:policy/{}", partition, path_and_name);
}

void Context::add_condition(const Text& name, Value definition) { conditions.set(name, std::move(definition)); }

bool may_write(const CfnResource& resource, const Value& template_resources) {
  static constexpr std::pair<std::string_view, std::string_view> own[] = {
      {"AWS::Lambda::Function", "AWS::Serverless::Function"},
      {"AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion"},
      {"AWS::Lambda::CapacityProvider", "AWS::Serverless::CapacityProvider"},
      {"AWS::ApiGateway::RestApi", "AWS::Serverless::Api"},
      {"AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi"},
      {"AWS::ApiGatewayV2::Api", "AWS::Serverless::WebSocketApi"},
      {"AWS::S3::Bucket", "AWS::S3::Bucket"},
      {"AWS::SNS::Topic", "AWS::SNS::Topic"},
      {"AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable"},
      {"AWS::CloudFormation::Stack", "AWS::Serverless::Application"},
      {"AWS::Cognito::UserPool", "AWS::Cognito::UserPool"},
      {"AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainName"},
      {"AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::BasePathMapping"},
      {"AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::DomainNameV2"},
      {"AWS::ApiGateway::BasePathMappingV2", "AWS::ApiGateway::BasePathMappingV2"},
      {"AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"},
      {"AWS::AppSync::GraphQLApi", "AWS::Serverless::GraphQLApi"}};
  if (!template_resources.has(resource.id.s)) return true;
  Value type = template_resources.get(resource.id.s).get("Type");
  return std::any_of(std::begin(own), std::end(own),
                     [&](auto& pair) { return pair.first == resource.type && type.is(pair.second); });
}

Cause duplicate_id(const std::string& id, const std::string& duplicate, const std::string& type) {
  return {id, fmt::format("Transforming resource with id [{}] attempts to create a new resource with id [{}] and type "
                          "\"{}\". A resource with that id already exists within this template. Please use a different "
                          "id for that resource.",
                          id, duplicate, type)};
}

std::string TransformError::summary() const {
  if (messages.size() == 1 && messages[0] == "Internal transform failure.") return messages[0];
  std::string out = fmt::format("Invalid Serverless Application Specification document. Number of errors found: {}.",
                                messages.size());
  for (auto& message : messages) out += " " + message;
  return out;
}

std::string TransformError::message() const { return "Transform AWS::Serverless-2016-10-31 failed with: " + summary(); }

std::expected<Json, TransformError> transform(const Json& template_body, const TransformOptions& options) {
  try {
    if (!within_depth(template_body, kMaxDepth)) invalid_document("The template is nested too deeply.");
    if (!template_body.is_object()) invalid_document("'Resources' section is required");
    return run(template_body, options).to_json();
  } catch (const InvalidDocument& e) {
    return std::unexpected(error_of(e.causes));
  } catch (const InvalidResource& e) {
    return std::unexpected(error_of({cause_of(e)}));
  } catch (const InvalidEvent& e) {
    return std::unexpected(error_of({cause_of(e)}));
  } catch (const InvalidTemplate& e) {
    return std::unexpected(error_of({cause_of(e)}));
  } catch (const Fault&) {
    return std::unexpected(TransformError{{"Internal transform failure."}});
  }
}

}  // namespace thaw::sam
