// Connectors: permissions between two resources, by the types of both.
#pragma once

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

// What a connector between two types gives, with variables such as %{Destination.Arn} still in it:
//   Type               role | queue | topic | permission
//   SourcePolicy       whether the policy belongs to the source's role (else the destination's)
//   DependedBy         SOURCE or DESTINATION_EVENT_SOURCE_MAPPING: what must wait for the policy
//   ValidAccessCategories  the allowed combinations of permissions, when not all are
//   AccessCategories   permission -> {Statement: [...]} or, for permission, {Action, Principal, SourceArn, ...}
// Null when there is no such connector.
Value connector_profile(const std::string& source_type, const std::string& destination_type);

// How a resource of a type is named in policies: {Role: property, Arn, Url, Id, Name, Qualifier}; empty when unknown.
Value connector_facts(const std::string& type, const std::string& logical_id);

// Takes the Connectors attributes out of all resources and makes them resources of their own.
void extract_embedded_connectors(Value resources, std::vector<Cause>& causes);

// A connector that another resource type needs inside (GraphQL APIs): its generated resources.
CfnList connect(Context& context, const std::string& id, const Value& source, const Value& destination,
                const Value& permissions);

}  // namespace thaw::sam
