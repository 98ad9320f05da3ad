#include "services/cloudformation/sam/function.h"

#include <algorithm>
#include <array>

#include "services/cloudformation/sam/events.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

// Rules between properties; all broken ones are told at once.
void check_combinations(const SamResource& function) {
  std::string words;
  auto complain = [&](const std::string& more) { words += (words.empty() ? "" : "\n") + more; };
  auto has = [&](const char* name) { return !function.get(name).is_null(); };
  auto exclusive = [&](const char* a, const char* b) {
    if (has(a) && has(b)) complain(std::string("Cannot specify '") + a + "' and '" + b + "' together.");
  };
  auto requires_other = [&](const char* a, const char* b) {
    if (has(a) && !has(b)) complain(std::string("'") + a + "' requires '" + b + "'.");
  };
  exclusive("CapacityProviderConfig", "ProvisionedConcurrencyConfig");
  exclusive("CapacityProviderConfig", "VpcConfig");
  requires_other("FunctionScalingConfig", "CapacityProviderConfig");
  requires_other("VersionDeletionPolicy", "AutoPublishAlias");
  if (!words.empty()) throw InvalidResource{function.id.s, words};
}

void check_dead_letter_queue(const SamResource& function) {
  Value queue = function.get("DeadLetterQueue");
  if (!queue) return;
  Value type = queue.get("Type");
  if (!type || !queue.get("TargetArn"))
    throw InvalidResource{function.id.s, "'DeadLetterQueue' requires Type and TargetArn properties to be specified."};
  Expect(type, function.id.s, "DeadLetterQueue.Type").string();
  if (!type.is("SQS") && !type.is("SNS"))
    throw InvalidResource{function.id.s, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']"};
}

void check_tenancy(const SamResource& function) {
  if (!function.get("TenancyConfig")) return;
  auto refuse = [&](const std::string& what) {
    throw InvalidResource{function.id.s, what + " supported for functions enabled with tenancy configuration."};
  };
  if (function.get("ProvisionedConcurrencyConfig")) refuse("Provisioned concurrency is not");
  if (function.get("FunctionUrlConfig")) refuse("Function URL is not");
  if (function.get("SnapStart")) refuse("SnapStart is not");
  if (!function.get("Events")) return;
  for (auto& [id, event] : function.get("Events").items()) {
    Value type = event.get("Type");
    if (type.is("Api") || type.is("HttpApi")) continue;
    throw InvalidResource{function.id.s, "Event source '" + type.str() +
                                             "' is not supported for functions enabled with tenancy configuration. "
                                             "Only Api and HttpApi event sources are supported."};
  }
}

Value tags_with_creator(const SamResource& function) {
  Value tags = function.get("Tags");
  for (const char* reserved : {"lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"})
    if (tags.has(reserved))
      throw InvalidResource{function.id.s, std::string(reserved) +
                                               " is a reserved Tag key name and cannot be set on your resource. Please "
                                               "change the tag key in the input."};
  Value out = tag_list(Value::dict({{"lambda:createdBy", "SAM"}}));
  for (auto& tag : tag_list(tags).elements()) out.push(tag);
  return out;
}

bool is_traced(const Context& context, const SamResource& function) {
  Value tracing = function.get("Tracing");
  return tracing && !context.parameters.resolve(tracing).is("Disabled");
}

Cfn make_lambda(const Context& context, const SamResource& function) {
  auto lambda = make_cfn(function.id, "AWS::Lambda::Function", function.attributes, function.depends_on);
  static constexpr std::array same = {"Handler",
                                      "Runtime",
                                      "Description",
                                      "MemorySize",
                                      "Timeout",
                                      "VpcConfig",
                                      "Role",
                                      "Environment",
                                      "KmsKeyArn",
                                      "ReservedConcurrentExecutions",
                                      "Layers",
                                      "FileSystemConfigs",
                                      "ImageConfig",
                                      "PackageType",
                                      "Architectures",
                                      "SnapStart",
                                      "EphemeralStorage",
                                      "CodeSigningConfigArn",
                                      "RuntimeManagementConfig",
                                      "LoggingConfig",
                                      "TenancyConfig",
                                      "RecursiveLoop",
                                      "DurableConfig",
                                      "PublishToLatestPublished"};
  if (function.get("FunctionName")) lambda->set("FunctionName", function.get("FunctionName"));
  for (auto name : same) lambda->set(name, function.get(name));
  lambda->set("Code", function_code(function));
  lambda->set("Tags", tags_with_creator(function));
  if (is_traced(context, function)) lambda->set("TracingConfig", Value::dict({{"Mode", function.get("Tracing")}}));
  if (Value queue = function.get("DeadLetterQueue"))
    lambda->set("DeadLetterConfig", Value::dict({{"TargetArn", queue.get("TargetArn")}}));
  if (function.get("CapacityProviderConfig")) lambda->set("CapacityProviderConfig", capacity_provider_config(function));
  if (function.get("FunctionScalingConfig"))
    lambda->set("FunctionScalingConfig", function.get("FunctionScalingConfig"));
  check_package_type(*lambda);
  return lambda;
}

Cfn make_execution_role(const Context& context, const SamResource& function, const Value& destination_policies) {
  Value arns = Value::list(
      {context.managed_policy(function.get("DurableConfig") ? "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
                                                            : "service-role/AWSLambdaBasicExecutionRole")});
  if (is_traced(context, function))
    arns.push(
        context.managed_policy(context.partition == "aws" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess"));
  if (function.get("VpcConfig")) arns.push(context.managed_policy("service-role/AWSLambdaVPCAccessExecutionRole"));
  Value documents = Value::list();
  if (Value queue = function.get("DeadLetterQueue")) {
    Value policy =
        allow_policy("DeadLetterQueuePolicy", queue.get("Type").is("SQS") ? "sqs:SendMessage" : "sns:Publish",
                     queue.get("TargetArn"));
    policy.get("PolicyDocument").set("Version", "2012-10-17");
    documents.push(policy);
  }
  for (auto& policy : destination_policies.elements()) documents.push(policy);
  Value assume_role = function.get("AssumeRolePolicyDocument");
  return make_role(context,
                   {.owner = function.id.s,
                    .attributes = function.passed_on(),
                    .assume_role = assume_role.is_null() ? assume_role_policy("lambda.amazonaws.com") : assume_role,
                    .policies = function.get("Policies"),
                    .managed_arns = arns,
                    .documents = documents,
                    .path = function.get("RolePath"),
                    .boundary = function.get("PermissionsBoundary"),
                    .tags = tags_with_creator(function)});
}

// The role that was given, the generated one, or an Fn::If between both.
void choose_role(Context& context, const SamResource& function, CfnResource& lambda, const Cfn& role, CfnList& out) {
  if (lambda.get("Role").is_null()) {
    lambda.set("Role", role->arn());
    out.push_back(role);
    return;
  }
  if (!is_if(lambda.get("Role"))) return;
  Value arguments = context.parameters.resolve(lambda.get("Role")).get("Fn::If");
  if (!valid_if_arguments(arguments))
    throw InvalidResource{function.id.s, std::string("Malformed 'Role' property: ") + kIfArguments + "."};
  const Value condition = arguments.elements()[0], then = arguments.elements()[1], otherwise = arguments.elements()[2];
  if (is_no_value(then) && is_no_value(otherwise)) {
    lambda.set("Role", role->arn());
  } else if (is_no_value(then)) {
    lambda.set("Role", conditional(condition, role->arn(), otherwise));
    role->attributes.set("Condition", condition);
  } else if (is_no_value(otherwise)) {
    lambda.set("Role", conditional(condition, then, role->arn()));
    role->attributes.set("Condition", "NOT" + condition.str());
    context.add_condition("NOT" + condition.str(), not_condition(condition));
  } else {
    return;
  }
  out.push_back(role);
}

// "true", "True" and true, after parameters and mappings.
bool as_switch(Context& context, const SamResource& function, const Value& given, const std::string& property) {
  Value value = context.mappings.resolve_map(context.parameters.resolve(given));
  if (value.is(true) || value.is("true") || value.is("True")) return true;
  if (value.is(false) || value.is("false") || value.is("False")) return false;
  if (is_intrinsic(value))
    throw InvalidResource{function.id.s, "Unsupported intrinsic: the only intrinsic functions supported for property " +
                                             property + " are FindInMap and parameter Refs."};
  throw InvalidResource{function.id.s, "Invalid value for property " + property + "."};
}

void prefer_deployment(Context& context, const SamResource& function, const Cfn& alias) {
  Value preference = function.get("DeploymentPreference");
  if (!preference) return;
  for (const char* name : {"Enabled", "Type"})
    if (preference.has(name))
      preference.set(name, context.mappings.resolve_map(context.parameters.resolve(preference.get(name))));
  const bool passes = preference.has("PassthroughCondition") &&
                      as_switch(context, function, preference.get("PassthroughCondition"), "PassthroughCondition");
  preference.set("PassthroughCondition", passes);
  context.deployments.add(function.id.s, preference, function.passed_on().get("Condition"), function.get("Tags"),
                          function.get("PropagateTags"));
  if (!context.deployments.enabled(function.id.s)) return;
  if (!alias)
    throw InvalidResource{function.id.s, "'DeploymentPreference' requires AutoPublishAlias property to be specified."};
  alias->attributes.set("UpdatePolicy", context.deployments.update_policy(function.id.s));
}

Value alias_name_of(const Context& context, const SamResource& function) {
  Value name = context.parameters.resolve(function.get("AutoPublishAlias"));
  if (!name.is_string())
    throw InvalidResource{function.id.s, "'AutoPublishAlias' must be a string or a Ref to a template parameter"};
  return name;
}

// The digest of the code that the template gives, which then also shows in the function's description.
Value code_digest(const Context& context, const SamResource& function, CfnResource& lambda) {
  if (!function.get("AutoPublishCodeSha256")) return {};
  Value digest = context.parameters.resolve(function.get("AutoPublishCodeSha256"));
  if (!digest.is_string()) throw InvalidResource{function.id.s, "AutoPublishCodeSha256 must be a string"};
  Value description = context.parameters.resolve(function.get("Description"));
  if (!description)
    lambda.set("Description", digest);
  else if (description.is_string())
    lambda.set("Description", description.s() + " " + digest.s());
  else
    lambda.set("Description", Value::dict({{"Fn::Join", Value::list({" ", Value::list({description, digest})})}}));
  return digest;
}

}  // namespace

CfnList transform_function(Context& context, SamResource& function) {
  std::vector<EventLink> links = link_events(context, function, Audience::function);
  check_combinations(function);
  check_dead_letter_queue(function);
  check_tenancy(function);
  Cfn lambda = make_lambda(context, function);
  CfnList out = {lambda};
  if (function.get("ProvisionedConcurrencyConfig") && !function.get("AutoPublishAlias"))
    throw InvalidResource{function.id.s,
                          "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function"};
  Cfn alias;
  Value alias_name;
  if (function.get("AutoPublishAlias")) {
    alias_name = alias_name_of(context, function);
    Value digest = code_digest(context, function, *lambda);
    Cfn version = make_version(context, function, *lambda, digest);
    alias = make_alias(function, alias_name, *lambda, *version);
    out.insert(out.end(), {version, alias});
  }
  for (auto& made : make_function_url(function, *lambda, alias)) out.push_back(made);
  prefer_deployment(context, function, alias);
  Value policies = Value::list();
  for (auto& made : make_event_invoke_config(context, function, *lambda, alias_name, alias, policies))
    out.push_back(made);
  Cfn role = make_execution_role(context, function, policies);
  choose_role(context, function, *lambda, role, out);
  try {
    for (auto& made : make_function_events(context, function, links, alias ? alias : lambda, role)) out.push_back(made);
  } catch (const InvalidEvent& e) {
    throw InvalidResource{function.id.s, e.full()};
  }
  propagate_tags(out, function.get("Tags"), function.get("PropagateTags"));
  return out;
}

}  // namespace thaw::sam
