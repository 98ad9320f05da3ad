// AWS::Serverless::CapacityProvider: the instances of one's own account that functions run on.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/sam/role.h"
#include "services/cloudformation/sam/schema.h"

namespace thaw::sam {

namespace {

SchemaPtr properties_schema() {
  auto strings = [] { return Schema::or_intrinsic(Schema::list_of(Schema::or_intrinsic(Schema::string()))); };
  static const SchemaPtr schema = Schema::model({
      {"CapacityProviderName", Schema::any()},
      {"VpcConfig", Schema::model({{"SecurityGroupIds", strings()}, {"SubnetIds", strings(), true}}), true},
      {"OperatorRole", Schema::any()},
      {"Tags", Schema::map()},
      {"PropagateTags", Schema::boolean()},
      {"InstanceRequirements",
       Schema::model({{"Architectures", strings()}, {"AllowedTypes", strings()}, {"ExcludedTypes", strings()}})},
      {"ScalingConfig", Schema::model({{"MaxVCpuCount", Schema::or_intrinsic(Schema::integer())},
                                       {"AverageCPUUtilization", Schema::or_intrinsic(Schema::number())}})},
      {"KmsKeyArn", Schema::any()},
  });
  return schema;
}

std::string type_named_in(const std::string& words) {
  for (auto [pattern, type] : {std::pair("not a valid dict", "dictionary"), std::pair("not a valid int", "integer"),
                               std::pair("not a valid float", "number"), std::pair("not a valid list", "list"),
                               std::pair("not a valid str", "string")})
    if (words.find(pattern) != std::string::npos) return type;
  return {};
}

// One sentence for each wrong property.
std::string all_errors(const std::vector<Schema::Error>& errors) {
  std::string out;
  std::vector<std::string> told;
  for (auto& error : errors) {
    if (std::find(told.begin(), told.end(), error.path) != told.end()) continue;
    told.push_back(error.path);
    std::vector<std::string> types;
    for (auto& other : errors) {
      std::string type = other.path == error.path ? type_named_in(other.words) : std::string();
      if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    }
    out += (out.empty() ? "Property '" : " Property '") + error.path + "' ";
    if (types.size() > 1)
      out += "value must be " + join(types, " or ") + ".";
    else if (error.words == "field required")
      out += "is required.";
    else if (error.words == "extra fields not permitted")
      out += "is an invalid property.";
    else
      out += error.words + ".";
  }
  return out;
}

void check(const SamResource& provider) {
  Value given = Value::dict();
  for (auto& [name, value] : provider.properties.items())
    if (!value.is_null()) given.set(name, value);
  std::vector<Schema::Error> errors;
  properties_schema()->check(given, "", errors);
  if (!errors.empty()) throw InvalidResource{provider.id.s, all_errors(errors)};
  Value requirements = provider.get("InstanceRequirements");
  if (requirements && !requirements.get("AllowedTypes").is_null() && !requirements.get("ExcludedTypes").is_null())
    throw InvalidResource{provider.id.s,
                          "Cannot specify 'InstanceRequirements.AllowedTypes' and "
                          "'InstanceRequirements.ExcludedTypes' together."};
}

Value tags_with_creator(const Value& tags) {
  Value out = tags ? tags.copy() : Value::dict();
  out.set("lambda:createdBy", "SAM");
  return tag_list(out);
}

Value as_number(const Value& value) { return value.is_string() ? Value::number(value.s()) : value; }

Value scaling(const Value& given) {
  Value out = Value::dict();
  if (Value count = given.get("MaxVCpuCount"); !count.is_null()) out.set("MaxVCpuCount", as_number(count));
  Value use = given.get("AverageCPUUtilization");
  if (use.is_null()) {
    out.set("ScalingMode", "Auto");
    return out;
  }
  out.set("ScalingMode", "Manual");
  out.set("ScalingPolicies",
          Value::list({Value::dict({{"PredefinedMetricType", "LambdaCapacityProviderAverageCPUUtilization"},
                                    {"TargetValue", as_number(use)}})}));
  return out;
}

Cfn make_operator_role(const Context& context, const SamResource& provider) {
  return make_role(context,
                   {.owner = provider.id.s,
                    .role_id = provider.id.s + "OperatorRole",
                    .attributes = provider.passed_on(),
                    .assume_role = assume_role_policy("lambda.amazonaws.com"),
                    .policies = {},
                    .managed_arns = Value::list({context.managed_policy("AWSLambdaManagedEC2ResourceOperator")}),
                    .path = {},
                    .boundary = {},
                    .tags = tags_with_creator({})});
}

// Tags that are already there keep their place and take the new value.
void combine_tags(CfnResource& resource, const Value& tags) {
  if (!resource.has_tags()) return;
  Value all = Value::dict();
  if (Value own = resource.get("Tags"))
    for (auto& tag : own.elements()) all.set(tag.get("Key").text(), tag.get("Value"));
  for (auto& [key, value] : tags.items()) all.set(key, value.is_null() ? Value("") : value);
  resource.set("Tags", tag_list(all));
}

}  // namespace

CfnList transform_capacity_provider(Context& context, SamResource& provider) {
  check(provider);
  CfnList out;
  Value role = provider.get("OperatorRole");
  if (!role) {
    Cfn made = make_operator_role(context, provider);
    role = get_att(made->id, "Arn");
    out.push_back(made);
  }
  Cfn made = make_cfn(provider.id, "AWS::Lambda::CapacityProvider", provider.attributes, provider.depends_on);
  if (Value name = provider.get("CapacityProviderName")) made->set("CapacityProviderName", name);
  Value vpc = provider.get("VpcConfig");
  Value network = Value::dict({{"SubnetIds", vpc.get("SubnetIds")}});
  if (!vpc.get("SecurityGroupIds").is_null()) network.set("SecurityGroupIds", vpc.get("SecurityGroupIds"));
  made->set("VpcConfig", network);
  made->set("PermissionsConfig", Value::dict({{"CapacityProviderOperatorRoleArn", role}}));
  made->set("Tags", tags_with_creator(provider.get("Tags")));
  if (Value given = provider.get("InstanceRequirements")) {
    Value requirements = Value::dict();
    for (auto [from, to] :
         {std::pair("Architectures", "Architectures"), std::pair("AllowedTypes", "AllowedInstanceTypes"),
          std::pair("ExcludedTypes", "ExcludedInstanceTypes")})
      if (!given.get(from).is_null()) requirements.set(to, given.get(from));
    if (requirements) made->set("InstanceRequirements", requirements);
  }
  if (Value given = provider.get("ScalingConfig")) made->set("CapacityProviderScalingConfig", scaling(given));
  if (Value key = provider.get("KmsKeyArn")) made->set("KmsKeyArn", key);
  out.push_back(made);
  if (provider.get("PropagateTags") && provider.get("Tags"))
    for (auto& resource : out) combine_tags(*resource, provider.get("Tags"));
  return out;
}

}  // namespace thaw::sam
