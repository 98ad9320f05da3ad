#include "services/cloudformation/sam/connector.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "services/cloudformation/sam/logical_id.h"
#include "services/cloudformation/sam/verify.h"

namespace thaw::sam {

namespace {

constexpr PropertyRule kRules[] = {
    {"Source", kMap | kUnnamed | kRequired},
    {"Destination", kMap | kListOfMaps | kRequired},
    {"Permissions", kListOfStrings | kRequired},
};

struct End {
  std::string id;  // empty when described by properties
  std::string type;
  Value arn, role_name, queue_url, resource_id, name, qualifier;
};

std::string cfn_type_of(const std::string& type) {
  if (type == "AWS::Serverless::Function") return "AWS::Lambda::Function";
  if (type == "AWS::Serverless::StateMachine") return "AWS::StepFunctions::StateMachine";
  if (type == "AWS::Serverless::Api") return "AWS::ApiGateway::RestApi";
  if (type == "AWS::Serverless::HttpApi") return "AWS::ApiGatewayV2::Api";
  if (type == "AWS::Serverless::SimpleTable") return "AWS::DynamoDB::Table";
  return type;
}

// The role in the resource's properties; of an event rule, that of the target on the connector's other end.
Value role_of(const Value& facts, const Value& properties, const Value& other_end) {
  Value role = facts.get("Role");
  if (role.is_string()) return properties.get(role.s());
  if (!role.is_bool()) return {};
  Value other_id = other_end.get("Id"), other_arn = other_end.get("Arn");
  Value targets = properties.get("Targets", Value::list());
  for (auto& target : targets.elements()) {
    Value arn = target.get("Arn");
    std::string id = id_in(arn);
    if ((!id.empty() && other_id.is(id)) || (other_arn && arn == other_arn)) return target.get("RoleArn");
  }
  return {};
}

End read_end(const Context& context, const std::string& connector, const Value& end, const Value& other_end) {
  auto refuse = [&](std::string words) { throw InvalidResource{connector, std::move(words)}; };
  bool others = false;
  for (auto& key : end.keys()) others |= key.s != "Id" && key.s != "Qualifier";
  if (end.has("Id") == others)
    refuse("Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.");
  Value id = end.get("Id");
  if (!id) {
    Value type = end.get("Type");
    if (!type || !type.is_string()) refuse("'Type' is missing or not a string.");
    return {.id = {},
            .type = cfn_type_of(type.s()),
            .arn = end.get("Arn"),
            .role_name = end.get("RoleName"),
            .queue_url = end.get("QueueUrl"),
            .resource_id = end.get("ResourceId"),
            .name = end.get("Name"),
            .qualifier = end.get("Qualifier")};
  }
  if (!id.is_string()) refuse("'Id' is missing or not a string.");
  Value resource = context.output.get("Resources").get(id.s());
  if (!resource) refuse("Unable to find resource with logical ID '" + id.s() + "'.");
  Value type = resource.get("Type");
  if (!type || !type.is_string()) refuse("'Type' is missing or not a string.");
  Value facts = connector_facts(type.s(), id.s());
  Value role = role_of(facts, resource.get("Properties", Value::dict()), other_end);
  std::string role_id = role ? id_in(role) : std::string();
  return {.id = id.s(),
          .type = type.s(),
          .arn = facts.get("Arn"),
          .role_name = role_id.empty() ? Value() : ref_to(role_id),
          .queue_url = facts.get("Url"),
          .resource_id = facts.get("Id"),
          .name = facts.get("Name"),
          .qualifier = end.has("Qualifier") ? end.get("Qualifier") : facts.get("Qualifier")};
}

using Variables = std::vector<std::pair<std::string, Value>>;

Value fill_string(const std::string& connector, const Text& given, const Variables& variables) {
  std::string text = given.s;
  Value used = Value::dict();
  for (auto& [name, value] : variables) {
    std::string pattern = "%{" + name + "}";
    size_t at = text.find(pattern);
    if (at == std::string::npos) continue;
    if (value.is_null()) throw InvalidResource{connector, name + " is missing."};
    if (pattern == text) return value;
    std::string short_name = only_alphanumeric(name);
    for (; (at = text.find(pattern)) != std::string::npos;) text.replace(at, pattern.size(), "${" + short_name + "}");
    used.set(short_name, value);
  }
  if (text.find("${") == std::string::npos) return text;
  return used ? sub(text, used) : sub(text);
}

Value fill(const std::string& connector, const Value& value, const Variables& variables) {
  if (value.is_string()) return fill_string(connector, value.text(), variables);
  if (value.is_list()) {
    Value out = Value::list();
    for (auto& item : value.elements()) out.push(fill(connector, item, variables));
    return out;
  }
  if (!value.is_dict()) return value;
  Value out = Value::dict();
  for (auto& [key, member] : value.items()) out.set(key, fill(connector, member, variables));
  return out;
}

std::string joined(std::vector<std::string> parts, std::string_view separator) { return join(parts, separator); }

std::vector<std::string> sorted_strings(const Value& list) {
  std::set<std::string> out;
  for (auto& item : list.elements()) out.insert(item.str());
  return {out.begin(), out.end()};
}

// The permissions that the connector asks for must be among those of the pair of types.
void check_permissions(const std::string& id, const Value& permissions, const Value& profile, const End& source,
                       const End& destination) {
  std::vector<std::string> valid;
  for (auto& key : profile.get("AccessCategories").keys()) valid.push_back(key.s);
  if (!permissions)
    throw InvalidResource{id, "'Permissions' cannot be empty; valid values are: " + join(valid, ", ") + "."};
  std::string from = " provided for connector from " + source.type + " to " + destination.type;
  for (auto& permission : permissions.elements())
    if (std::find(valid.begin(), valid.end(), permission.s()) == valid.end())
      throw InvalidResource{id, "Unsupported 'Permissions'" + from + "; valid values are: " + join(valid, ", ") + "."};
  Value combinations = profile.get("ValidAccessCategories");
  if (!combinations) return;
  std::vector<std::string> shown;
  auto wanted = sorted_strings(permissions);
  for (auto& combination : combinations.elements()) {
    auto names = sorted_strings(combination);
    if (names == wanted) return;
    shown.push_back(joined(names, " + "));
  }
  throw InvalidResource{id,
                        "Unsupported 'Permissions'" + from + "; valid combinations are: " + join(shown, ", ") + "."};
}

Value with_unique(const Value& list, const std::vector<std::string>& more) {
  Value out = list.is_list() ? list.deep_copy() : list.is_null() ? Value::list() : Value::list({list});
  for (auto& item : more)
    if (!out.contains(item)) out.push(item);
  return out;
}

class Builder {
 public:
  Builder(Context& context, SamResource& connector) : context_(context), connector_(connector) {}

  CfnList build() {
    Value destinations = connector_.get("Destination");
    const bool several = destinations.is_list();
    if (!several) destinations = Value::list({destinations});
    CfnList out;
    for (size_t i = 0; i < destinations.size(); ++i) {
      const Value& destination = destinations.elements()[i];
      suffix_ = several ? "Destination" + std::to_string(i) : "";
      destination_ = read_end(context_, id(), destination, connector_.get("Source"));
      source_ = read_end(context_, id(), connector_.get("Source"), destination);
      CfnList made = one();
      add_metadata(made);
      out.insert(out.end(), made.begin(), made.end());
    }
    replace_depends_on(out);
    if (out.empty()) throw InvalidResource{id(), "'Destination' is an empty list"};
    return out;
  }

 private:
  const std::string& id() const { return connector_.id.s; }

  CfnList one() {
    Value profile = connector_profile(source_.type, destination_.type);
    if (!profile)
      throw InvalidResource{id(), "Unable to create connector from " + source_.type + " to " + destination_.type +
                                      "; it's not supported or the template is invalid."};
    permissions_ = connector_.get("Permissions");
    check_permissions(id(), permissions_, profile, source_, destination_);
    Variables variables = {{"Source.Arn", source_.arn},
                           {"Destination.Arn", destination_.arn},
                           {"Source.ResourceId", source_.resource_id},
                           {"Destination.ResourceId", destination_.resource_id},
                           {"Source.Name", source_.name},
                           {"Destination.Name", destination_.name},
                           {"Source.Qualifier", source_.qualifier},
                           {"Destination.Qualifier", destination_.qualifier}};
    profile.set("AccessCategories", fill(id(), profile.get("AccessCategories"), variables));
    Value type = profile.get("Type");
    if (type.is("role")) return {role_policy(profile)};
    if (type.is("queue")) return {queue_policy(profile)};
    if (type.is("topic")) return {topic_policy(profile)};
    return permissions(profile);
  }

  Value document(const Value& profile) const {
    Value statements = Value::list();
    for (auto& [name, category] : profile.get("AccessCategories").items())
      if (permissions_.contains(name))
        for (auto& statement : category.get("Statement").elements()) statements.push(statement);
    return Value::dict({{"Version", "2012-10-17"}, {"Statement", statements}});
  }

  Cfn make(const std::string& name, std::string_view type) const {
    return make_cfn(name, type, connector_.attributes, connector_.depends_on);
  }

  Cfn role_policy(const Value& profile) {
    const bool of_source = profile.get("SourcePolicy").as_bool();
    Value role = of_source ? source_.role_name : destination_.role_name;
    if (!role)
      throw InvalidResource{id(), std::string("Unable to get IAM role name from '") +
                                      (of_source ? "Source" : "Destination") + "' resource."};
    auto policy = make(id() + "Policy" + suffix_, "AWS::IAM::ManagedPolicy");
    policy->set("PolicyDocument", document(profile));
    policy->set("Roles", Value::list({role}));
    Value depended_by = profile.get("DependedBy");
    if (depended_by.is("SOURCE") && !source_.id.empty()) add_depends_on(source_.id, policy->id.s);
    if (depended_by.is("DESTINATION_EVENT_SOURCE_MAPPING") && !source_.id.empty() && !destination_.id.empty()) {
      auto mappings = event_source_mappings();
      if (mappings.size() == 1) add_depends_on(mappings[0], policy->id.s);
    }
    return policy;
  }

  CfnList permissions(const Value& profile) const {
    if (!destination_.arn)
      throw InvalidResource{id(), "Unable to get Lambda function ARN from 'Destination' resource."};
    CfnList out;
    for (auto& [name, category] : profile.get("AccessCategories").items()) {
      if (!permissions_.contains(name)) continue;
      auto permission = make(id() + name.s + "LambdaPermission" + suffix_, "AWS::Lambda::Permission");
      permission->set("FunctionName", destination_.arn);
      for (auto& [key, value] : category.items()) permission->set(key.s, value);
      out.push_back(permission);
    }
    return out;
  }

  Cfn topic_policy(const Value& profile) const {
    if (!destination_.arn) throw InvalidResource{id(), "Unable to get SNS topic ARN from 'Destination' resource."};
    auto policy = make(id() + "TopicPolicy" + suffix_, "AWS::SNS::TopicPolicy");
    policy->set("Topics", Value::list({destination_.arn}));
    policy->set("PolicyDocument", document(profile));
    return policy;
  }

  Cfn queue_policy(const Value& profile) const {
    if (!destination_.queue_url)
      throw InvalidResource{id(), "Unable to get SQS queue URL from 'Destination' resource."};
    auto policy = make(id() + "QueuePolicy" + suffix_, "AWS::SQS::QueuePolicy");
    policy->set("PolicyDocument", document(profile));
    policy->set("Queues", Value::list({destination_.queue_url}));
    return policy;
  }

  void add_depends_on(const std::string& resource_id, const std::string& needed) {
    Value resource = context_.output.get("Resources").get(resource_id);
    if (resource) resource.set("DependsOn", with_unique(resource.get("DependsOn"), {needed}));
  }

  std::vector<std::string> event_source_mappings() const {
    std::vector<std::string> out;
    for (auto& [key, resource] : context_.output.get("Resources").items()) {
      if (!resource.get("Type").is("AWS::Lambda::EventSourceMapping")) continue;
      Value properties = resource.get("Properties", Value::dict());
      if (id_in(properties.get("FunctionName")) == destination_.id &&
          id_in(properties.get("EventSourceArn")) == source_.id)
        out.push_back(key.s);
    }
    return out;
  }

  void add_metadata(const CfnList& made) const {
    Value originals = context_.source.get("Resources");
    auto type_of = [&](const End& end) -> Value {
      Value original = originals.get(end.id);
      Value type = original.is_dict() ? original.get("Type") : Value();
      return Value::dict({{"Type", type ? type : Value(end.type)}});
    };
    Value about = Value::dict({{"Source", type_of(source_)}, {"Destination", type_of(destination_)}});
    for (auto& resource : made) {
      Value metadata = Value::dict();
      if (Value given = resource->attributes.get("Metadata"); given.is_dict()) metadata.update(given);
      metadata.set("aws:sam:connectors", Value::dict({{id(), about}}));
      resource->attributes.set("Metadata", metadata);
    }
  }

  // Who depends on the connector depends on what it became.
  void replace_depends_on(const CfnList& made) {
    std::vector<std::string> ids;
    for (auto& resource : made) ids.push_back(resource->id.s);
    for (auto& [key, resource] : context_.output.get("Resources").items()) {
      Value given = resource.get("DependsOn");
      Value depends = given.is_list() ? given : Value::list({given});
      auto& all = depends.elements();
      auto at = std::find(all.begin(), all.end(), Value(id()));
      if (at == all.end()) continue;
      all.erase(at);
      Value edited = resource;
      edited.set("DependsOn", with_unique(depends, ids));
    }
  }

  Context& context_;
  SamResource& connector_;
  End source_, destination_;
  Value permissions_;
  std::string suffix_;
};

Value embedded_connector(const std::string& source_id, const std::string& name, const Value& given) {
  Value out = given.deep_copy();
  out.set("Type", "AWS::Serverless::Connector");
  Value properties = Expect::attribute(out.get("Properties"), source_id, "Connectors." + name + ".Properties").map();
  Value source = Value::dict({{"Id", source_id}});
  if (properties.has("SourceReference")) {
    Value reference =
        Expect(properties.get("SourceReference"), source_id, "Connectors." + name + ".Properties.SourceReference")
            .map();
    if (reference.has("Id")) throw InvalidResource{name, "'Id' shouldn't be defined in 'SourceReference'."};
    source.update(reference);
    properties.erase("SourceReference");
  }
  properties.set("Source", source);
  return out;
}

}  // namespace

const PropertyRules kConnectorRules = kRules;

CfnList transform_connector(Context& context, SamResource& connector) { return Builder(context, connector).build(); }

CfnList connect(Context& context, const std::string& id, const Value& source, const Value& destination,
                const Value& permissions) {
  Value entry = Value::dict(
      {{"Type", "AWS::Serverless::Connector"},
       {"Properties", Value::dict({{"Source", source}, {"Destination", destination}, {"Permissions", permissions}})}});
  SamResource connector = read_resource(id, entry, "AWS::Serverless::Connector", kRules);
  return transform_connector(context, connector);
}

void extract_embedded_connectors(Value resources, std::vector<Cause>& causes) {
  Value found = Value::dict();
  for (auto& [source_id, resource] : resources.items()) {
    if (!resource.has("Connectors")) continue;
    try {
      Value connectors = Expect::attribute(resource.get("Connectors"), source_id.s, source_id.s + ".Connectors").map();
      for (auto& [name, given] : connectors.items()) {
        std::string full = source_id.s + name.s;
        try {
          if (!given.is_dict()) throw InvalidResource{full, source_id.s + "." + full + " should be a map."};
          Value entry = embedded_connector(source_id.s, name.s, given);
          read_resource(full, entry, "AWS::Serverless::Connector", kRules);
          if (resources.has(full)) throw InvalidResource{"", ""};
          found.set(full, entry);
        } catch (const InvalidResource& e) {
          if (e.message.empty())
            causes.push_back(duplicate_id(source_id.s, full, "AWS::Serverless::Connector"));
          else
            causes.push_back(cause_of(e));
        }
      }
    } catch (const InvalidResource& e) {
      causes.push_back(cause_of(e));
    }
  }
  resources.update(found);
  for (auto& [id, resource] : resources.items()) {
    Value edited = resource;
    edited.erase("Connectors");
  }
}

}  // namespace thaw::sam
