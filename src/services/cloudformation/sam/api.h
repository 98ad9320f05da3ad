// AWS::Serverless::Api, in parts.
#pragma once

#include <optional>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/editor.h"

namespace thaw::sam {

// An API while it is transformed.
struct RestApi {
  Context& context;
  SamResource& source;
  Value body;       // the definition as it grows
  Value passed_on;  // attributes of what is generated

  const std::string& id() const { return source.id.s; }
  Value get(std::string_view name) const { return source.get(name); }
  [[noreturn]] void refuse(std::string words) const { throw InvalidResource{source.id.s, std::move(words)}; }
};

// api_auth.cc
void add_api_auth(RestApi& api);
CfnList authorizer_permissions(const RestApi& api);
Value normalized_definition(const RestApi& api, Value body);  // Swagger 2 parts in their OpenAPI 3 places
// api_gateway_response.cc
void add_gateway_responses(RestApi& api);
// api_domain.cc
CfnList make_api_domain(RestApi& api);
// api_usage_plan.cc
CfnList make_usage_plan(RestApi& api, const CfnResource& stage);

// domain.cc: shared between all kinds of APIs.
Cfn make_record_sets(Context& context, const std::string& api_id, const Value& domain, const Text& domain_id,
                     const Value& passed_on, bool rest_api);
// Checked {TruststoreUri, TruststoreVersion}; null when there is none.
Value mutual_tls(const Value& given, const std::string& complaint_id, const std::string& prefix);

}  // namespace thaw::sam
