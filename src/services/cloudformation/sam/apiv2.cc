#include "services/cloudformation/sam/apiv2.h"

#include <algorithm>

#include "services/cloudformation/sam/api.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

Cfn make_mapping(const ApiV2& api, const std::string& id, const Text& domain_id) {
  Cfn out = make_cfn(id, "AWS::ApiGatewayV2::ApiMapping", api.passed_on);
  out->set("DomainName", ref_to(domain_id));
  out->set("ApiId", ref_to(api.source.id));
  out->set("Stage", ref_to(api.source.id + ".Stage"));
  return out;
}

CfnList make_mappings(const ApiV2& api, const Value& domain, const Text& domain_id) {
  Value paths = domain.get("BasePath");
  if (paths && paths.is_string()) paths = Value::list({paths});
  if (!paths || !paths.is_list()) return {make_mapping(api, api.id() + "ApiMapping", domain_id)};
  auto plain = [](char c) { return isalnum(static_cast<unsigned char>(c)) && !(c & 0x80); };
  CfnList out;
  for (auto& path : paths.elements()) {
    if (!path.is_string()) api.refuse("Basepath must be a string.");
    std::string in_id, key = path.s();
    for (char c : key) {
      if (plain(c))
        in_id += c;
      else if (c != '/' && c != '-' && c != '_')
        api.refuse("Invalid Basepath name provided.");
    }
    while (key.starts_with('/')) key.erase(0, 1);
    while (key.ends_with('/')) key.pop_back();
    Cfn mapping = make_mapping(api, api.id() + in_id + "ApiMapping", domain_id);
    mapping->set("ApiMappingKey", key);
    out.push_back(mapping);
  }
  return out;
}

}  // namespace

CfnList make_v2_domain(const ApiV2& api) {
  Value domain = api.get("Domain");
  if (domain.is_null()) return {};
  Value name = domain.get("DomainName"), certificate = domain.get("CertificateArn");
  if (name.is_null() || certificate.is_null())
    api.refuse("Custom Domains only works if both DomainName and CertificateArn are provided.");
  Text id(hashed_id("ApiGatewayDomainNameV2", name));
  domain.set("ApiDomainName", id);
  Cfn out = make_cfn(id, "AWS::ApiGatewayV2::DomainName", api.passed_on);
  out->set("DomainName", name);
  out->set("Tags", Value::dict({{api.creator_tag, "SAM"}}));
  if (domain.get("EndpointConfiguration").is_null()) domain.set("EndpointConfiguration", "REGIONAL");
  Value endpoint = domain.get("EndpointConfiguration");
  if (!endpoint.is("REGIONAL")) api.refuse("EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
  Value config = Value::dict({{"CertificateArn", certificate}, {"EndpointType", endpoint}});
  for (auto property : {"OwnershipVerificationCertificateArn", "SecurityPolicy"})
    if (Value value = domain.get(property)) config.set(property, value);
  out->set("DomainNameConfigurations", Value::list({config}));
  if (Value tls = domain.get("MutualTlsAuthentication")) {
    if (!tls.is_dict())
      api.refuse(
          "MutualTlsAuthentication must be a map with at least one of the following fields ['TruststoreUri', "
          "'TruststoreVersion'].");
    out->set("MutualTlsAuthentication", mutual_tls(tls, "", ""));
  }
  CfnList all = {out};
  for (auto& mapping : make_mappings(api, domain, id)) all.push_back(mapping);
  if (Cfn records = make_record_sets(api.context, api.id(), domain, id, api.passed_on, false)) all.push_back(records);
  return all;
}

Cfn make_v2_authorizer_permission(const ApiV2& api, const std::string& id, const Value& function) {
  Cfn out = make_cfn(id, "AWS::Lambda::Permission", api.passed_on);
  out->set("Action", "lambda:InvokeFunction");
  out->set("FunctionName", function);
  out->set("Principal", "apigateway.amazonaws.com");
  out->set("SourceArn",
           sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*",
               Value::dict({{"__ApiId__", ref_to(api.source.id)}})));
  return out;
}

}  // namespace thaw::sam
