// Custom domains of REST APIs; private ones have resources of their own (…V2).
#include "services/cloudformation/sam/api.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

void set_optional(const Value& domain, CfnResource& out, bool is_private) {
  for (auto name : {"SecurityPolicy", "EndpointAccessMode"})
    if (Value value = domain.get(name)) out.set(name, value);
  // Each kind of domain has one property that the other refuses.
  for (auto [name, of_private] : {std::pair("Policy", true), std::pair("OwnershipVerificationCertificateArn", false)}) {
    Value value = domain.get(name);
    if (!value) continue;
    if (of_private != is_private)
      throw InvalidResource{out.id.s,
                            std::string("property ") + name + " not defined for resource of type " + out.type};
    out.set(name, value);
  }
}

Cfn make_mapping(const RestApi& api, const std::string& id, const Text& domain_id, const Value& path, bool is_private) {
  Cfn out = make_cfn(id, is_private ? "AWS::ApiGateway::BasePathMappingV2" : "AWS::ApiGateway::BasePathMapping",
                     api.passed_on);
  out->set(is_private ? "DomainNameArn" : "DomainName", ref_to(domain_id));
  out->set("RestApiId", ref_to(api.source.id));
  out->set("Stage", ref_to(api.source.id + ".Stage"));
  out->set("BasePath", path);
  return out;
}

CfnList make_mappings(const RestApi& api, const Value& domain, const Text& domain_id, bool is_private) {
  Value paths = domain.get("BasePath");
  if (paths && paths.is_string()) paths = Value::list({paths});
  if (!paths || !paths.is_list()) return {make_mapping(api, api.id() + "BasePathMapping", domain_id, {}, is_private)};
  Expect(paths, api.id(), "Domain.BasePath").list_of_strings();
  const bool normalize = static_cast<bool>(domain.get("NormalizeBasePath", true));
  CfnList out;
  for (auto& path : paths.elements()) {
    std::string plain = only_alphanumeric(path.s());
    std::string id = api.id() + plain + "BasePathMapping";
    out.push_back(make_mapping(api, id, domain_id, normalize ? Value(plain) : path, is_private));
  }
  return out;
}

Cfn make_access(const RestApi& api, const Value& access, const Text& domain_id) {
  Value endpoint = access.get("VpcEndpointId");
  std::string id = hashed_id("DomainNameAccessAssociation", Value::list({endpoint, domain_id}));
  Cfn out = make_cfn(id, "AWS::ApiGateway::DomainNameAccessAssociation", api.passed_on);
  out->set("DomainNameArn", ref_to(domain_id));
  out->set("AccessAssociationSourceType", "VPCE");
  out->set("AccessAssociationSource", endpoint);
  return out;
}

Cfn make_domain(const RestApi& api, Value domain, const Text& id, const Value& certificate, bool is_private) {
  Cfn out = make_cfn(id, is_private ? "AWS::ApiGateway::DomainNameV2" : "AWS::ApiGateway::DomainName", api.passed_on);
  out->set("DomainName", domain.get("DomainName"));
  if (!is_private) domain.set("ApiDomainName", id);
  Value endpoint = domain.get("EndpointConfiguration");
  if (endpoint.is_null()) {
    endpoint = "REGIONAL";
    domain.set("EndpointConfiguration", endpoint);
  } else if (!endpoint.is("EDGE") && !endpoint.is("REGIONAL") && !endpoint.is("PRIVATE")) {
    api.refuse("EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].");
  }
  out->set(endpoint.is("REGIONAL") ? "RegionalCertificateArn" : "CertificateArn", certificate);
  Value config = Value::dict({{"Types", Value::list({endpoint})}});
  if (domain.get("IpAddressType")) config.set("IpAddressType", domain.get("IpAddressType"));
  out->set("EndpointConfiguration", config);
  if (Value given = domain.get("MutualTlsAuthentication"); given && !is_private) {
    Expect(given, api.id(), "Domain.MutualTlsAuthentication").map();
    out->set("MutualTlsAuthentication", mutual_tls(given, api.id(), "Domain."));
  }
  set_optional(domain, *out, is_private);
  return out;
}

}  // namespace

CfnList make_api_domain(RestApi& api) {
  Value domain = api.get("Domain");
  if (domain.is_null()) return {};
  Expect(domain, api.id(), "Domain").map();
  const bool is_private = domain.get("EndpointConfiguration").is("PRIVATE");
  Value name = Expect(domain.get("DomainName"), api.id(), "Domain.DomainName").present();
  Value certificate = Expect(domain.get("CertificateArn"), api.id(), "Domain.CertificateArn").present();
  Text id(hashed_id(is_private ? "ApiGatewayDomainNameV2" : "ApiGatewayDomainName", name));
  CfnList out = {make_domain(api, domain, id, certificate, is_private)};
  for (auto& mapping : make_mappings(api, domain, id, is_private)) out.push_back(mapping);
  if (Value access = domain.get("AccessAssociation"); is_private && !access.is_null())
    out.push_back(make_access(api, access, id));
  if (Cfn records = make_record_sets(api.context, api.id(), domain, id, api.passed_on, true)) out.push_back(records);
  return out;
}

}  // namespace thaw::sam
