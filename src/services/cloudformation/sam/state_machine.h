// AWS::Serverless::StateMachine: what its events share with those of functions.
#pragma once

#include "services/cloudformation/sam/events.h"

namespace thaw::sam {

// A role with which a service may start the state machine.
Cfn make_start_role(const EventTarget& target, const std::string& event_id, std::string_view service);
CfnList make_machine_rule_event(EventTarget& target, EventLink& link);
CfnList make_machine_api(EventTarget& target, EventLink& link);
extern const PropertyRules kMachineScheduleRules, kMachineRuleRules;

}  // namespace thaw::sam
