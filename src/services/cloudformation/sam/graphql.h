// AWS::Serverless::GraphQLApi, in parts.
#pragma once

#include <map>

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

struct GraphQlApi {
  Context& context;
  SamResource& source;
  std::map<std::string, Value> data_sources = {};  // name in the template -> what gives its name in AWS
  std::map<std::string, Value> functions = {};     // name in the template -> what gives its id
  Cfn none_data_source = nullptr;                  // the shared source of functions that need no data

  const std::string& id() const { return source.id.s; }
  Value get(std::string_view name) const { return source.get(name); }
  Value api_id() const { return get_att(source.id, "ApiId"); }
  [[noreturn]] void refuse(std::string words) const { throw InvalidResource{source.id.s, std::move(words)}; }
  Cfn make(const std::string& logical_id, std::string_view type) const {
    return make_cfn(logical_id, type, source.attributes, source.depends_on);
  }
};

void check_graphql_properties(const SamResource& source);                // graphql_schema.cc
CfnList make_graphql_data_sources(GraphQlApi& api);                      // graphql_data.cc
CfnList make_graphql_functions(GraphQlApi& api);                         // graphql_data.cc
CfnList make_graphql_resolvers(GraphQlApi& api, const Text& schema_id);  // graphql_data.cc

}  // namespace thaw::sam
