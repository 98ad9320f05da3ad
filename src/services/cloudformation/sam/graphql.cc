#include "services/cloudformation/sam/graphql.h"

#include <array>

#include "services/cloudformation/sam/connector.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

Value without_nulls(const Value& map) {
  Value out = Value::dict();
  for (auto& [key, value] : map.items())
    if (!value.is_null()) out.set(key, value);
  return out;
}

// The configuration that belongs to the type of an authorizer: its property in AppSync and its value.
std::pair<std::string, Value> authorizer_config(const GraphQlApi& api, const Value& auth, int index) {
  static constexpr std::array<std::array<const char*, 3>, 3> kinds = {{
      {"AWS_LAMBDA", "LambdaAuthorizer", "LambdaAuthorizerConfig"},
      {"OPENID_CONNECT", "OpenIDConnect", "OpenIDConnectConfig"},
      {"AMAZON_COGNITO_USER_POOLS", "UserPool", "UserPoolConfig"},
  }};
  int configs = 0;
  for (auto& kind : kinds) configs += !auth.get(kind[1]).is_null();
  if (configs > 1)
    api.refuse((index > 0 ? "'Auth.Additional." + std::to_string(index) + "'" : std::string("'Auth'")) +
               " has more than one authentication configuration defined.");
  for (auto& kind : kinds) {
    if (!auth.get("Type").is(kind[0])) continue;
    Value config = auth.get(kind[1]);
    if (config.is_null()) api.refuse(std::string("'") + kind[1] + "' must be defined if type is '" + kind[0] + "'.");
    config = without_nulls(config);
    if (index >= 0 && kind[0] == std::string_view("AMAZON_COGNITO_USER_POOLS")) config.erase("DefaultAction");
    return {kind[2], config};
  }
  return {};
}

// Sets the API's authentication; answers the functions that authorize.
Value set_auth(const GraphQlApi& api, CfnResource& out) {
  Value functions = Value::list();
  Value auth = api.get("Auth");
  auto note = [&](const std::string& name, const Value& config) {
    if (name == "LambdaAuthorizerConfig") functions.push(config.get("AuthorizerUri"));
  };
  auto [name, config] = authorizer_config(api, auth, -1);
  out.set("AuthenticationType", auth.get("Type"));
  if (!name.empty() && config) {
    out.set(name, config);
    note(name, config);
  }
  Value more = auth.get("Additional");
  if (!more) return functions;
  Value providers = Value::list();
  for (size_t i = 0; i < more.size(); ++i) {
    const Value& one = more.elements()[i];
    auto [its_name, its_config] = authorizer_config(api, one, static_cast<int>(i));
    Value provider = Value::dict({{"AuthenticationType", one.get("Type")}});
    if (!its_name.empty() && its_config) {
      provider.set(its_name, its_config);
      note(its_name, its_config);
    }
    providers.push(provider);
  }
  out.set("AdditionalAuthenticationProviders", providers);
  return functions;
}

// Logging is on unless it is switched off; a role is made unless one is given.
Cfn set_logging(const GraphQlApi& api, CfnResource& out) {
  Value logging = api.get("Logging");
  if (logging.is(false)) return nullptr;
  Value config = Value::dict({{"FieldLogLevel", "ALL"}});
  if (logging.is_dict()) {
    if (logging.get("ExcludeVerboseContent")) config.set("ExcludeVerboseContent", logging.get("ExcludeVerboseContent"));
    if (logging.get("FieldLogLevel")) config.set("FieldLogLevel", logging.get("FieldLogLevel"));
    if (Value arn = logging.get("CloudWatchLogsRoleArn")) {
      config.set("CloudWatchLogsRoleArn", arn);
      out.set("LogConfig", config);
      return nullptr;
    }
  }
  Cfn role = api.make(api.id() + "CloudWatchRole", "AWS::IAM::Role");
  role->set("AssumeRolePolicyDocument", assume_role_policy("appsync.amazonaws.com"));
  role->set("ManagedPolicyArns",
            Value::list({sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs")}));
  config.set("CloudWatchLogsRoleArn", role->arn());
  out.set("LogConfig", config);
  return role;
}

Cfn make_schema(const GraphQlApi& api) {
  Cfn out = api.make(api.id() + "Schema", "AWS::AppSync::GraphQLSchema");
  Value text = api.get("SchemaInline"), uri = api.get("SchemaUri");
  if (!text && !uri) api.refuse("One of 'SchemaInline' or 'SchemaUri' must be set.");
  if (text && uri) api.refuse("Both 'SchemaInline' and 'SchemaUri' cannot be defined at the same time.");
  out->set("ApiId", api.api_id());
  out->set("Definition", text);
  out->set("DefinitionS3Location", uri);
  return out;
}

CfnList make_keys(const GraphQlApi& api) {
  CfnList out;
  if (Value keys = api.get("ApiKeys"))
    for (auto& [name, key] : keys.items()) {
      Cfn made = api.make(api.id() + name.s, "AWS::AppSync::ApiKey");
      made->set("ApiId", api.api_id());
      made->set("ApiKeyId", key.get("ApiKeyId"));
      made->set("Description", key.get("Description"));
      made->set("Expires", key.get("ExpiresOn"));
      out.push_back(made);
    }
  return out;
}

CfnList make_cache(const GraphQlApi& api) {
  Value cache = api.get("Cache");
  if (!cache) return {};
  Cfn out = api.make(api.id() + "ApiCache", "AWS::AppSync::ApiCache");
  out->set("ApiId", api.api_id());
  for (auto name : {"ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled"})
    out->set(name, cache.get(name));
  return {out};
}

CfnList make_domain(const GraphQlApi& api) {
  Value domain = api.get("DomainName");
  if (!domain) return {};
  Cfn out = api.make(api.id() + "DomainName", "AWS::AppSync::DomainName");
  for (auto name : {"CertificateArn", "DomainName", "Description"}) out->set(name, domain.get(name));
  Cfn link = api.make(api.id() + "DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation");
  link->set("ApiId", api.api_id());
  link->set("DomainName", ref_to(out->id));
  return {out, link};
}

}  // namespace

CfnList transform_graphql_api(Context& context, SamResource& source) {
  check_graphql_properties(source);
  GraphQlApi api{.context = context, .source = source};
  Cfn made = api.make(api.id(), "AWS::AppSync::GraphQLApi");
  made->set("Name", api.get("Name") ? api.get("Name") : Value(source.id));
  for (auto name : {"Visibility", "OwnerContact", "IntrospectionConfig", "QueryDepthLimit", "ResolverCountLimit"})
    if (Value value = api.get(name)) made->set(name, value);
  made->set("XrayEnabled", api.get("XrayEnabled"));
  Value functions = set_auth(api, *made);
  CfnList out = {made};
  auto add = [&](const CfnList& more) { out.insert(out.end(), more.begin(), more.end()); };
  CfnList permissions;
  for (size_t i = 0; i < functions.size(); ++i) {
    Value from =
        Value::dict({{"Type", "AWS::AppSync::GraphQLApi"}, {"Arn", ref_to(source.id)}, {"ResourceId", api.api_id()}});
    Value to = Value::dict({{"Type", "AWS::Lambda::Function"}, {"Arn", functions.elements()[i]}});
    for (auto& one :
         connect(context, api.id() + "ToLambdaAuthConnector" + std::to_string(i + 1), from, to, Value::list({"Write"})))
      permissions.push_back(one);
  }
  Value tags = api.get("Tags") ? api.get("Tags").copy() : Value::dict();
  tags.set("graphqlapi:createdBy", "SAM");
  made->set("Tags", tag_list(tags));
  Cfn log_role = set_logging(api, *made);
  Cfn schema = make_schema(api);
  out.push_back(schema);
  add(permissions);
  if (log_role) out.push_back(log_role);
  add(make_keys(api));
  add(make_cache(api));
  add(make_graphql_data_sources(api));
  add(make_domain(api));
  add(make_graphql_functions(api));
  add(make_graphql_resolvers(api, schema->id));
  if (api.none_data_source) out.push_back(api.none_data_source);
  return out;
}

}  // namespace thaw::sam
