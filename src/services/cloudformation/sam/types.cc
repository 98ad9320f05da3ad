// The SAM resource types: their properties and what transforms them.
#include <algorithm>
#include <iterator>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/plugins.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

constexpr uint32_t kStringOrMap = kString | kMap;

constexpr PropertyRule kFunction[] = {
    {"FunctionName", kStringOrMap},
    {"Handler"},
    {"Runtime"},
    {"CodeUri"},
    {"ImageUri"},
    {"PackageType"},
    {"InlineCode"},
    {"DeadLetterQueue", kMap},
    {"Description"},
    {"MemorySize"},
    {"Timeout"},
    {"VpcConfig"},
    {"Role", kString},
    {"AssumeRolePolicyDocument", kMap},
    {"Policies", kString | kMap | kListOfStringsOrMaps},
    {"RolePath"},
    {"PermissionsBoundary", kString},
    {"Environment", kMapOfMaps},
    {"Events", kMapOfMaps},
    {"Tags", kMap},
    {"PropagateTags", kBool},
    {"Tracing", kStringOrMap},
    {"KmsKeyArn"},
    {"DeploymentPreference", kMap},
    {"ReservedConcurrentExecutions"},
    {"Layers", kListOfStringsOrMaps},
    {"EventInvokeConfig", kMap},
    {"EphemeralStorage"},
    {"AutoPublishAlias", kString | kUnnamed},
    {"AutoPublishCodeSha256", kString | kUnnamed},
    {"AutoPublishAliasAllProperties", kBool | kLiteral},
    {"VersionDescription"},
    {"ProvisionedConcurrencyConfig"},
    {"FileSystemConfigs"},
    {"ImageConfig"},
    {"CodeSigningConfigArn"},
    {"Architectures"},
    {"SnapStart", kMap},
    {"FunctionUrlConfig", kMap},
    {"RuntimeManagementConfig"},
    {"LoggingConfig"},
    {"RecursiveLoop"},
    {"SourceKMSKeyArn"},
    {"CapacityProviderConfig", kMap},
    {"FunctionScalingConfig", kMap},
    {"VersionDeletionPolicy", kString, "Delete|Retain"},
    {"PublishToLatestPublished"},
    {"TenancyConfig"},
    {"DurableConfig", kMap},
};

constexpr PropertyRule kApi[] = {
    {"__MANAGE_SWAGGER", kBool},
    {"Name", kStringOrMap},
    {"StageName", kStringOrMap | kRequired},
    {"Tags", kMap},
    {"PropagateTags", kBool},
    {"DefinitionBody", kMap},
    {"DefinitionUri", kStringOrMap},
    {"MergeDefinitions", kBool | kLiteral},
    {"CacheClusterEnabled", kBool},
    {"CacheClusterSize", kString},
    {"Variables", kMap},
    {"EndpointConfiguration", kStringOrMap},
    {"MethodSettings", kList},
    {"BinaryMediaTypes", kList},
    {"MinimumCompressionSize", kInt},
    {"Cors", kStringOrMap},
    {"Auth", kMap},
    {"GatewayResponses", kMap},
    {"AccessLogSetting", kMap},
    {"CanarySetting", kMap},
    {"TracingEnabled", kBool},
    {"OpenApiVersion", kString},
    {"Models", kMap},
    {"Domain", kMap},
    {"FailOnWarnings", kBool},
    {"Description", kString},
    {"Mode", kString},
    {"DisableExecuteApiEndpoint", kBool},
    {"ApiKeySourceType", kString},
    {"AlwaysDeploy", kBool | kLiteral},
    {"Policy", kStringOrMap},
    {"SecurityPolicy", kString},
    {"EndpointAccessMode", kString},
};

constexpr PropertyRule kHttpApi[] = {
    {"__MANAGE_SWAGGER", kBool},
    {"Name"},
    {"StageName", kStringOrMap},
    {"Tags", kMap},
    {"PropagateTags", kBool},
    {"DefinitionBody", kMap},
    {"DefinitionUri", kStringOrMap},
    {"StageVariables", kMap},
    {"CorsConfiguration", kBool | kMap},
    {"AccessLogSettings", kMap},
    {"DefaultRouteSettings", kMap},
    {"Auth", kMap},
    {"RouteSettings", kMap},
    {"Domain", kMap},
    {"FailOnWarnings", kBool},
    {"Description", kString},
    {"DisableExecuteApiEndpoint", kBool},
};

constexpr PropertyRule kWebSocketApi[] = {
    {"ApiKeySelectionExpression", kString},
    {"AccessLogSettings", kMap},
    {"Auth", kMap},
    {"DefaultRouteSettings", kMap},
    {"Description", kString},
    {"DisableExecuteApiEndpoint", kBool},
    {"Domain", kMap},
    {"DisableSchemaValidation", kBool},
    {"FailOnWarnings", kBool},
    {"IpAddressType", kString},
    {"Name", kString},
    {"PropagateTags", kBool},
    {"Routes", kMap | kRequired},
    {"RouteSettings", kMap},
    {"RouteSelectionExpression", kString | kRequired},
    {"StageName", kStringOrMap},
    {"StageVariables", kMap},
    {"Tags", kMap},
};

constexpr PropertyRule kSimpleTable[] = {
    {"PointInTimeRecoverySpecification"},
    {"PrimaryKey", kMapOfStrings},
    {"ProvisionedThroughput", kMapOfIntsOrMaps},
    {"TableName", kStringOrMap},
    {"Tags", kMap},
    {"SSESpecification", kMap},
};

constexpr PropertyRule kApplication[] = {
    {"Location", kStringOrMap | kRequired},     {"TemplateUrl", kString}, {"Parameters", kMap},
    {"NotificationARNs", kListOfStringsOrMaps}, {"Tags", kMap},           {"TimeoutInMinutes", kInt},
};

constexpr PropertyRule kLayer[] = {
    {"LayerName", kStringOrMap},
    {"Description", kString},
    {"PublishLambdaVersion", kBool},
    {"ContentUri", kStringOrMap | kRequired},
    {"CompatibleArchitectures", kListOfStringsOrMaps},
    {"CompatibleRuntimes", kListOfStringsOrMaps},
    {"LicenseInfo", kString},
    {"RetentionPolicy", kString},
};

constexpr PropertyRule kStateMachine[] = {
    {"Definition", kMap},
    {"DefinitionUri", kStringOrMap},
    {"Logging", kMap},
    {"Role", kString},
    {"RolePath"},
    {"DefinitionSubstitutions", kMap},
    {"Events", kMapOfMaps},
    {"Name", kString},
    {"Type", kString},
    {"Tags", kMap},
    {"PropagateTags", kBool},
    {"Policies", kString | kListOfStringsOrMaps},
    {"Tracing", kMap},
    {"PermissionsBoundary", kString},
    {"AutoPublishAlias"},
    {"DeploymentPreference"},
    {"UseAliasAsEventTarget", kBool | kLiteral},
};

constexpr PropertyRule kCapacityProvider[] = {
    {"CapacityProviderName", kStringOrMap | kLiteral},
    {"VpcConfig", kMap | kLiteral | kRequired},
    {"OperatorRole", kStringOrMap | kLiteral},
    {"Tags", kMap | kLiteral},
    {"PropagateTags", kBool | kLiteral},
    {"InstanceRequirements", kMap | kLiteral},
    {"ScalingConfig", kMap | kLiteral},
    {"KmsKeyArn", kStringOrMap | kLiteral},
};

constexpr PropertyRule kGraphQlApi[] = {
    {"Name"},
    {"Tags", kMap | kLiteral},
    {"XrayEnabled"},
    {"Auth", kMap | kLiteral | kRequired},
    {"SchemaInline", kString | kLiteral},
    {"SchemaUri", kString | kLiteral},
    {"Logging", kMap | kBool | kLiteral},
    {"DataSources", kMap | kLiteral},
    {"Functions", kMap | kLiteral},
    {"Resolvers", kMap | kLiteral},
    {"ApiKeys", kMap | kLiteral},
    {"DomainName", kMap | kLiteral},
    {"Cache", kMap | kLiteral},
    {"Visibility"},
    {"OwnerContact"},
    {"IntrospectionConfig"},
    {"QueryDepthLimit"},
    {"ResolverCountLimit"},
};

const std::vector<SamType>& types() {
  static const std::vector<SamType> all = {
      {"AWS::Serverless::Function",
       kFunction,
       transform_function,
       {{"Alias", "AWS::Lambda::Alias"},
        {"Version", "AWS::Lambda::Version"},
        {"DestinationTopic", "AWS::SNS::Topic"},
        {"DestinationQueue", "AWS::SQS::Queue"}}},
      {"AWS::Serverless::Api",
       kApi,
       transform_api,
       {{"Stage", "AWS::ApiGateway::Stage"},
        {"Deployment", "AWS::ApiGateway::Deployment"},
        {"DomainName", "AWS::ApiGateway::DomainName"},
        {"DomainNameV2", "AWS::ApiGateway::DomainNameV2"},
        {"UsagePlan", "AWS::ApiGateway::UsagePlan"},
        {"UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"},
        {"ApiKey", "AWS::ApiGateway::ApiKey"}}},
      {"AWS::Serverless::HttpApi",
       kHttpApi,
       transform_http_api,
       {{"Stage", "AWS::ApiGatewayV2::Stage"}, {"DomainName", "AWS::ApiGatewayV2::DomainName"}}},
      {"AWS::Serverless::WebSocketApi",
       kWebSocketApi,
       transform_websocket_api,
       {{"Stage", "AWS::ApiGatewayV2::Stage"}, {"DomainName", "AWS::ApiGatewayV2::DomainName"}}},
      {"AWS::Serverless::SimpleTable", kSimpleTable, transform_simple_table, {}},
      {"AWS::Serverless::Application", kApplication, transform_application, {}},
      {"AWS::Serverless::LayerVersion", kLayer, transform_layer, {}},
      {"AWS::Serverless::StateMachine", kStateMachine, transform_state_machine, {}},
      {"AWS::Serverless::CapacityProvider", kCapacityProvider, transform_capacity_provider, {}},
      {"AWS::Serverless::GraphQLApi", kGraphQlApi, transform_graphql_api, {}},
      {"AWS::Serverless::Connector", kConnectorRules, transform_connector, {}},
  };
  return all;
}

}  // namespace

const SamType* sam_type(const Value& type) {
  if (!type.is_string()) return nullptr;
  auto found = std::find_if(types().begin(), types().end(), [&](const SamType& row) { return row.name == type.s(); });
  return found == types().end() ? nullptr : &*found;
}

SamResource read_sam_resource(Context& context, const Text& id, const Value& entry) {
  const SamType* type = sam_type(entry.get("Type"));
  check_logical_id(id);
  if (Value properties = entry.get("Properties"); properties.is_dict()) {
    if (type->name == "AWS::Serverless::Function" || type->name == "AWS::Serverless::StateMachine")
      expand_policy_templates(id.s, properties);
    if (type->name == "AWS::Serverless::Application") place_application(context, id.s, properties);
  }
  return read_resource(id, entry, type->name, type->rules);
}

}  // namespace thaw::sam
