// What custom domains of all kinds of APIs share: Route 53 records and mutual TLS.
#include <algorithm>

#include "services/cloudformation/sam/api.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

Value alias_target(const std::string& api_id, const Value& domain, const Text& domain_id, Value route, bool rest_api) {
  Value out = Value::dict();
  if (Value health = route.get("EvaluateTargetHealth"); !health.is_null()) out.set("EvaluateTargetHealth", health);
  Value endpoint = domain.get("EndpointConfiguration");
  if (endpoint.is("REGIONAL")) {
    out.set("HostedZoneId", get_att(domain_id, "RegionalHostedZoneId"));
    out.set("DNSName", get_att(domain_id, "RegionalDomainName"));
  } else if (!rest_api) {
    throw InvalidResource{api_id, "Only REGIONAL endpoint is supported on HTTP APIs."};
  } else if (endpoint.is("EDGE")) {
    if (route.get("DistributionDomainName").is_null())
      route.set("DistributionDomainName", get_att(domain_id, "DistributionDomainName"));
    out.set("HostedZoneId", "Z2FDTNDATAQYW2");  // the zone of all CloudFront distributions
    out.set("DNSName", route.get("DistributionDomainName"));
  } else {
    out.set("HostedZoneId", route.get("VpcEndpointHostedZoneId"));
    out.set("DNSName", route.get("VpcEndpointDomainName"));
  }
  return out;
}

void add_records(CfnResource& group, const Value& domain, const Value& route, const Value& alias) {
  Value records = group.get("RecordSets");
  auto add = [&](const char* type) {
    Value record = Value::dict({{"Name", domain.get("DomainName")}, {"Type", type}, {"AliasTarget", alias}});
    for (auto name : {"Region", "SetIdentifier"})
      if (Value value = route.get(name); !value.is_null()) record.set(name, value);
    records.push(record);
  };
  add("A");
  if (route.get("IpV6").is(true)) add("AAAA");
}

Cfn new_group(const std::string& id, const Value& route, const Value& passed_on, bool both_names) {
  Cfn group = make_cfn(id, "AWS::Route53::RecordSetGroup", passed_on);
  if (route.has("HostedZoneId")) group->set("HostedZoneId", route.get("HostedZoneId"));
  if (route.has("HostedZoneName") && (both_names || !route.has("HostedZoneId")))
    group->set("HostedZoneName", route.get("HostedZoneName"));
  group->set("RecordSets", Value::list());
  return group;
}

}  // namespace

Cfn make_record_sets(Context& context, const std::string& api_id, const Value& domain, const Text& domain_id,
                     const Value& passed_on, bool rest_api) {
  Value route = domain.get("Route53");
  if (route.is_null()) return nullptr;
  Expect(route, api_id, "Domain.Route53").map();
  if (route.get("HostedZoneId").is_null() && route.get("HostedZoneName").is_null())
    throw InvalidResource{api_id,
                          "HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains."};
  Value zone = route.get("HostedZoneId") ? route.get("HostedZoneId") : route.get("HostedZoneName");
  if (Value separate = route.get("SeparateRecordSetGroup"); separate && rest_api) {
    Expect(separate, api_id, "Domain.Route53.SeparateRecordSetGroup").boolean();
    Cfn group =
        new_group(hashed_id("RecordSetGroup", Value::list({zone, domain.get("DomainName")})), route, passed_on, true);
    add_records(*group, domain, route, alias_target(api_id, domain, domain_id, route, rest_api));
    return group;
  }
  // One group for all domains of a hosted zone.
  Cfn& group = context.record_sets[hashed_id("RecordSetGroup", zone)];
  if (!group) group = new_group(hashed_id("RecordSetGroup", zone), route, passed_on, rest_api);
  add_records(*group, domain, route, alias_target(api_id, domain, domain_id, route, rest_api));
  return group;
}

Value mutual_tls(const Value& given, const std::string& complaint_id, const std::string& prefix) {
  if (!given) return {};
  std::vector<std::string> unknown;
  for (auto& key : given.keys())
    if (key.s != "TruststoreUri" && key.s != "TruststoreVersion") unknown.push_back(key.s);
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    std::string id = complaint_id;
    if (id.empty())
      for (auto& name : unknown) id += (id.empty() ? "" : ",") + name;
    throw InvalidResource{
        id, "Available " + prefix + "MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion']."};
  }
  Value out = Value::dict();
  for (auto name : {"TruststoreUri", "TruststoreVersion"})
    if (given.get(name)) out.set(name, given.get(name));
  return out;
}

}  // namespace thaw::sam
