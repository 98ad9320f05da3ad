#include "services/cloudformation/sam/graphql.h"
#include "services/cloudformation/sam/schema.h"

namespace thaw::sam {

namespace {

using Fields = std::vector<Schema::Field>;

Fields optional(std::initializer_list<const char*> names) {
  Fields out;
  for (auto name : names) out.push_back({name, Schema::any()});
  return out;
}

Fields with_required(Fields fields, std::initializer_list<const char*> names) {
  for (auto name : names)
    for (auto& field : fields)
      if (field.name == name) field.required = true;
  return fields;
}

Fields authorizer_fields() {
  return {
      {"Type", Schema::choice({"AWS_IAM", "API_KEY", "AWS_LAMBDA", "OPENID_CONNECT", "AMAZON_COGNITO_USER_POOLS"}),
       true},
      {"LambdaAuthorizer", Schema::model(with_required(optional({"AuthorizerResultTtlInSeconds", "AuthorizerUri",
                                                                 "IdentityValidationExpression"}),
                                                       {"AuthorizerUri"}))},
      {"OpenIDConnect", Schema::model(optional({"AuthTTL", "ClientId", "IatTTL", "Issuer"}))},
      {"UserPool", Schema::model(with_required(
                       optional({"AppIdClientRegex", "AwsRegion", "DefaultAction", "UserPoolId"}), {"UserPoolId"}))}};
}

SchemaPtr data_sources() {
  Fields table = with_required(optional({"TableName", "ServiceRoleArn", "TableArn", "Permissions", "Name",
                                         "Description", "Region", "DeltaSync", "UseCallerCredentials", "Versioned"}),
                               {"TableName"});
  table[3].type = Schema::list_of(Schema::choice({"Read", "Write"}));
  table[7].type = Schema::model(with_required(optional({"BaseTableTTL", "DeltaSyncTableName", "DeltaSyncTableTTL"}),
                                              {"BaseTableTTL", "DeltaSyncTableName", "DeltaSyncTableTTL"}));
  auto function =
      Schema::model(with_required(optional({"FunctionArn", "ServiceRoleArn", "Name", "Description"}), {"FunctionArn"}));
  return Schema::model({{"DynamoDb", Schema::map_of(Schema::model(table))}, {"Lambda", Schema::map_of(function)}});
}

SchemaPtr runtime() { return Schema::model(with_required(optional({"Name", "Version"}), {"Name", "Version"})); }

SchemaPtr sync() {
  Fields fields = with_required(optional({"ConflictDetection", "ConflictHandler", "LambdaConflictHandlerConfig"}),
                                {"ConflictDetection"});
  fields[2].type = Schema::model({{"LambdaConflictHandlerArn", Schema::any(), true}});
  return Schema::model(fields);
}

SchemaPtr function() {
  return Schema::model({{"DataSource", Schema::or_intrinsic(Schema::string())},
                        {"Runtime", runtime()},
                        {"InlineCode", Schema::any()},
                        {"CodeUri", Schema::any()},
                        {"Description", Schema::any()},
                        {"MaxBatchSize", Schema::any()},
                        {"Name", Schema::string()},
                        {"Id", Schema::any()},
                        {"Sync", sync()}});
}

SchemaPtr resolver() {
  return Schema::model(
      {{"FieldName", Schema::string()},
       {"Caching", Schema::model({{"Ttl", Schema::any(), true}, {"CachingKeys", Schema::list_of(Schema::any())}})},
       {"InlineCode", Schema::any()},
       {"CodeUri", Schema::any()},
       {"MaxBatchSize", Schema::any()},
       {"Pipeline", Schema::list_of(Schema::string())},
       {"Runtime", runtime()},
       {"Sync", sync()}});
}

SchemaPtr properties() {
  Fields auth = authorizer_fields();
  auth.push_back({"Additional", Schema::list_of(Schema::model(authorizer_fields()))});
  auto logging = Schema::model(optional({"CloudWatchLogsRoleArn", "ExcludeVerboseContent", "FieldLogLevel"}));
  auto domain = Schema::model(
      with_required(optional({"CertificateArn", "DomainName", "Description"}), {"CertificateArn", "DomainName"}));
  auto cache = Schema::model(with_required(
      optional({"ApiCachingBehavior", "Ttl", "Type", "AtRestEncryptionEnabled", "TransitEncryptionEnabled"}),
      {"ApiCachingBehavior", "Ttl", "Type"}));
  auto keys = Schema::map_of(Schema::model(optional({"ApiKeyId", "Description", "ExpiresOn"})));
  return Schema::model({{"Auth", Schema::model(auth), true},
                        {"Tags", Schema::map()},
                        {"Name", Schema::any()},
                        {"XrayEnabled", Schema::boolean()},
                        {"SchemaInline", Schema::any()},
                        {"SchemaUri", Schema::any()},
                        {"Logging", Schema::either(logging, Schema::boolean())},
                        {"DataSources", data_sources()},
                        {"Functions", Schema::map_of(function())},
                        {"Resolvers", Schema::map_of(Schema::map_of(resolver()))},
                        {"ApiKeys", keys},
                        {"DomainName", domain},
                        {"Cache", cache},
                        {"Visibility", Schema::any()},
                        {"OwnerContact", Schema::any()},
                        {"IntrospectionConfig", Schema::any()},
                        {"QueryDepthLimit", Schema::any()},
                        {"ResolverCountLimit", Schema::any()}});
}

}  // namespace

void check_graphql_properties(const SamResource& source) {
  static const SchemaPtr schema = properties();
  Value given = Value::dict();
  for (auto& [name, value] : source.properties.items())
    if (!value.is_null()) given.set(name, value);
  std::vector<Schema::Error> errors;
  schema->check(given, "", errors);
  if (!errors.empty()) throw InvalidResource{source.id.s, "Property '" + errors[0].path + "' is invalid."};
}

}  // namespace thaw::sam
