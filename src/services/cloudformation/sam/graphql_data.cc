// Data sources, functions and resolvers of GraphQL APIs.
#include "base/text.h"
#include "services/cloudformation/sam/connector.h"
#include "services/cloudformation/sam/graphql.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

// What a resolver that only runs its pipeline does.
constexpr const char* kPipelineCode =
    "\nexport function request(ctx) {\n    return {};\n}\n\nexport function response(ctx) {\n    return "
    "ctx.prev.result;\n}\n";

struct Target {
  const char* type;       // of the data source in AppSync
  const char* id_part;    // in logical ids
  const char* cfn_type;   // of what is behind it
  const char* connector;  // suffix of the connector's id
};

// The data source, and unless a role is given a role with what its connector makes.
CfnList make_source(GraphQlApi& api, const Text& name, const Value& given, const Target& target, const Value& arn,
                    const Value& permissions, const std::function<void(CfnResource&)>& configure) {
  std::string id = api.id() + name.s + target.id_part + "DataSource";
  Cfn out = api.make(id, "AWS::AppSync::DataSource");
  out->set("Name", given.get("Name") ? given.get("Name") : Value(name));
  out->set("Type", target.type);
  out->set("ApiId", api.api_id());
  out->set("Description", given.get("Description"));
  configure(*out);
  api.data_sources[name.s] = get_att(out->id, "Name");
  if (Value role = given.get("ServiceRoleArn")) {
    out->set("ServiceRoleArn", role);
    return {out};
  }
  Cfn role = api.make(id + "Role", "AWS::IAM::Role");
  role->set("AssumeRolePolicyDocument", assume_role_policy("appsync.amazonaws.com"));
  out->set("ServiceRoleArn", role->arn());
  Value from = Value::dict({{"Type", "AWS::AppSync::DataSource"},
                            {"Arn", get_att(out->id, "DataSourceArn")},
                            {"RoleName", ref_to(role->id)}});
  Value to = Value::dict({{"Type", target.cfn_type}, {"Arn", arn}});
  CfnList all = {out, role};
  for (auto& one : connect(api.context, id + target.connector, from, to, permissions)) all.push_back(one);
  return all;
}

Value table_config(const Value& given, const Value& region) {
  Value out = Value::dict({{"AwsRegion", region}, {"TableName", given.get("TableName")}});
  for (auto name : {"UseCallerCredentials", "Versioned"})
    if (given.get(name)) out.set(name, given.get(name));
  if (Value sync = given.get("DeltaSync")) out.set("DeltaSyncConfig", sync);
  return out;
}

CfnList make_table_source(GraphQlApi& api, const Text& name, const Value& given) {
  static constexpr Target target = {"AMAZON_DYNAMODB", "DynamoDB", "AWS::DynamoDB::Table", "ToTableConnector"};
  Value region = given.get("Region") ? given.get("Region") : ref_to("AWS::Region");
  Value arn = given.get("TableArn");
  if (!arn)
    arn = sub("arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}",
              Value::dict({{"__TableName__", given.get("TableName")}, {"__Region__", region}}));
  Value permissions = given.get("Permissions") ? given.get("Permissions") : Value::list({"Read", "Write"});
  return make_source(api, name, given, target, arn, permissions,
                     [&](CfnResource& out) { out.set("DynamoDBConfig", table_config(given, region)); });
}

CfnList make_function_source(GraphQlApi& api, const Text& name, const Value& given) {
  static constexpr Target target = {"AWS_LAMBDA", "Lambda", "AWS::Lambda::Function", "ToLambdaConnector"};
  Value arn = given.get("FunctionArn");
  return make_source(api, name, given, target, arn, Value::list({"Write"}),
                     [&](CfnResource& out) { out.set("LambdaConfig", Value::dict({{"LambdaFunctionArn", arn}})); });
}

Value source_name(GraphQlApi& api, const std::string& function, const Value& source) {
  if (!source) throw InvalidResource{function, "'DataSource' must be set."};
  if (!source.is_string()) return source;
  if (equal_ignoring_case(source.s(), "none")) {
    if (!api.none_data_source) {
      api.none_data_source = api.make(api.id() + "NoneDataSource", "AWS::AppSync::DataSource");
      api.none_data_source->set("ApiId", api.api_id());
      api.none_data_source->set("Name", api.none_data_source->id);
      api.none_data_source->set("Type", "NONE");
    }
    return get_att(api.none_data_source->id, "Name");
  }
  auto found = api.data_sources.find(source.s());
  if (found == api.data_sources.end())
    throw InvalidResource{function, "Either define DataSource '" + source.s() +
                                        "' in 'DataSources' or use intrinsic function like GetAtt, ImportValue, Sub or "
                                        "another one to reference a DataSource defined outside of this GraphQLApi "
                                        "resource."};
  return found->second;
}

Value runtime_of(const Value& given, const std::string& name) {
  Value runtime = given.get("Runtime");
  if (runtime.is_null()) throw InvalidResource{name, "'Runtime' must be defined as a property in " + name + "."};
  return Value::dict({{"Name", runtime.get("Name")}, {"RuntimeVersion", runtime.get("Version")}});
}

void set_code(CfnResource& out, const Value& given, const std::string& name, bool required) {
  Value text = given.get("InlineCode"), uri = given.get("CodeUri");
  if (text && uri) throw InvalidResource{name, "Both 'InlineCode' and 'CodeUri' cannot be defined at the same time."};
  if (!text && !uri && required) throw InvalidResource{name, "One of 'InlineCode' or 'CodeUri' must be set."};
  if (text) out.set("Code", text);
  if (uri) out.set("CodeS3Location", uri);
}

Cfn make_resolver(GraphQlApi& api, const std::string& type, const std::string& name, const Value& given,
                  const Text& schema_id) {
  Cfn out = make_cfn(api.id() + type + name, "AWS::AppSync::Resolver", api.source.attributes, Value::list({schema_id}));
  set_code(*out, given, name, false);
  if (!out->get("Code") && !out->get("CodeS3Location")) {
    out->set("Code", kPipelineCode);
    out->set("Runtime", Value::dict({{"Name", "APPSYNC_JS"}, {"RuntimeVersion", "1.0.0"}}));
  } else {
    out->set("Runtime", runtime_of(given, name));
  }
  out->set("ApiId", api.api_id());
  out->set("FieldName", given.get("FieldName") ? given.get("FieldName") : Value(name));
  out->set("TypeName", type);
  Value pipeline = given.get("Pipeline");
  if (!pipeline)
    throw InvalidResource{name,
                          "Resolver '" + name +
                              "' must have Pipeline defined. Unit resolvers are not supported. If you need a Unit "
                              "resolver you can use AppSync resource."};
  Value ids = Value::list();
  for (auto& function : pipeline.elements()) {
    auto found = api.functions.find(function.str());
    if (found == api.functions.end()) throw InvalidResource{name, "Function '" + function.str() + "' does not exist."};
    ids.push(found->second);
  }
  out->set("Kind", "PIPELINE");
  out->set("PipelineConfig", Value::dict({{"Functions", ids}}));
  if (Value caching = given.get("Caching")) out->set("CachingConfig", caching);
  if (Value size = given.get("MaxBatchSize")) out->set("MaxBatchSize", size);
  return out;
}

}  // namespace

CfnList make_graphql_data_sources(GraphQlApi& api) {
  CfnList out;
  Value sources = api.get("DataSources");
  if (!sources) return out;
  auto each = [&](const char* kind, CfnList (*make)(GraphQlApi&, const Text&, const Value&)) {
    if (Value all = sources.get(kind))
      for (auto& [name, given] : all.items())
        for (auto& made : make(api, name, given)) out.push_back(made);
  };
  each("DynamoDb", make_table_source);
  each("Lambda", make_function_source);
  return out;
}

CfnList make_graphql_functions(GraphQlApi& api) {
  CfnList out;
  Value all = api.get("Functions");
  if (!all) return out;
  for (auto& [name, given] : all.items()) {
    if (Value id = given.get("Id")) {
      for (auto& [key, value] : given.items())
        if (key.s != "Id" && !value.is_null())
          throw InvalidResource{name.s, "'Id' cannot be defined with other properties in Function."};
      api.functions[name.s] = id;
      continue;
    }
    Cfn made = api.make(api.id() + name.s, "AWS::AppSync::FunctionConfiguration");
    made->set("ApiId", api.api_id());
    made->set("Name", given.get("Name") ? given.get("Name") : Value(name));
    set_code(*made, given, name.s, true);
    made->set("DataSourceName", source_name(api, name.s, given.get("DataSource")));
    made->set("MaxBatchSize", given.get("MaxBatchSize"));
    made->set("Description", given.get("Description"));
    made->set("Runtime", runtime_of(given, name.s));
    if (Value sync = given.get("Sync")) made->set("SyncConfig", sync);
    api.functions[name.s] = get_att(made->id, "FunctionId");
    out.push_back(made);
  }
  return out;
}

CfnList make_graphql_resolvers(GraphQlApi& api, const Text& schema_id) {
  CfnList out;
  Value types = api.get("Resolvers");
  if (!types) return out;
  for (auto& [type, resolvers] : types.items())
    for (auto& [name, given] : resolvers.items()) out.push_back(make_resolver(api, type.s, name.s, given, schema_id));
  return out;
}

}  // namespace thaw::sam
