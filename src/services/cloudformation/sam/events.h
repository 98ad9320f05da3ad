// Events of functions and state machines. First each event is read and linked to what it refers to (an API, a bucket, a
// user pool of the same template); after the function is made, each event becomes resources and may edit what it is
// linked to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/editor.h"

namespace thaw::sam {

enum class Audience { function, state_machine };

struct EventType;

struct EventLink {
  SamResource event;
  const EventType* type = nullptr;
  Value linked;     // the properties of an API, or the bucket or user pool itself
  Value linked_id;  // its logical id
  Text stage;       // of a REST API: its name when it is plain text
};

// What an event's code works with.
struct EventTarget {
  Context& context;
  Cfn target;      // the function, its alias, or the state machine
  Cfn role;        // the function's own role, which may get further policies
  Value boundary;  // of state machines: the permissions boundary for roles of events
};

struct EventType {
  std::string_view name;
  PropertyRules rules;
  void (*link)(const Context&, EventLink&);  // may be null
  CfnList (*make)(EventTarget&, EventLink&);
};

// Throws InvalidResource that names the owner.
std::vector<EventLink> link_events(const Context& context, const SamResource& owner, Audience audience);
CfnList make_function_events(Context& context, const SamResource& function, std::vector<EventLink>& links,
                             const Cfn& target, const Cfn& role);

const EventType* function_event(const std::string& type);
const EventType* state_machine_event(const std::string& type);

// Shared by several kinds of events.
struct PermissionRequest {
  std::string prefix;  // of the logical id; usually the event's id
  std::string principal;
  std::string suffix = {};
  Value source_arn = {};
  Value source_account = {};
  Value token = {};
};
Cfn make_permission(const CfnResource& function, const PermissionRequest& request);
std::string target_id(const std::string& event_id, const std::string& suffix);  // at most 64 characters
Value enabled_state(const SamResource& event);                                  // from State or Enabled
struct DeadLetterQueue {
  Value arn;  // null when the event has none
  CfnList resources;
};
DeadLetterQueue rule_dead_letter_queue(const SamResource& event, const Value& rule_arn, const Value& attributes);
void check_dead_letter_config(const SamResource& event);

// REST APIs, for functions and state machines.
void link_rest_api(const Context& context, EventLink& link);
void add_event_auth(Context& context, const Value& auth, const EventLink& link, const std::string& event_id,
                    const Text& method, const Text& path, SwaggerEditor& editor);
[[noreturn]] void defined_twice(const EventLink& link, const Text& method, const Text& path);
Value invoke_uri(const CfnResource& function, const std::string& partition, const Value& transfer_mode);
void check_authorizer_type(const std::string& event_id, const Text& method, const Text& path, const Value& authorizer,
                           const Value& authorizers, bool iam_enabled);

// The events themselves.
CfnList make_pull_event(EventTarget& target, EventLink& link);
CfnList make_schedule(EventTarget& target, EventLink& link);
CfnList make_rule(EventTarget& target, EventLink& link);
CfnList make_schedule_v2(EventTarget& target, EventLink& link);
CfnList make_s3(EventTarget& target, EventLink& link);
CfnList make_sns(EventTarget& target, EventLink& link);
CfnList make_api(EventTarget& target, EventLink& link);
CfnList make_http_api(EventTarget& target, EventLink& link);
CfnList make_logs(EventTarget& target, EventLink& link);
CfnList make_alexa(EventTarget& target, EventLink& link);
CfnList make_iot(EventTarget& target, EventLink& link);
CfnList make_cognito(EventTarget& target, EventLink& link);
void link_s3(const Context& context, EventLink& link);
void link_cognito(const Context& context, EventLink& link);
void link_http_api(const Context& context, EventLink& link);
extern const PropertyRules kScheduleV2Rules;

std::vector<PropertyRule> pull_rules(std::string_view type);
// An event source mapping for a queue that an SNS event made.
Cfn make_queue_mapping(EventTarget& target, const std::string& id, const Value& queue_arn, const Value& batch_size);

}  // namespace thaw::sam
