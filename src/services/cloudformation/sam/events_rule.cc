// Events of EventBridge: rules (Schedule, CloudWatchEvent, EventBridgeRule) and schedules (ScheduleV2), for functions
// and for state machines.
#include "services/cloudformation/sam/events.h"
#include "services/cloudformation/sam/logical_id.h"
#include "services/cloudformation/sam/role.h"
#include "services/cloudformation/sam/state_machine.h"

namespace thaw::sam {

namespace {

constexpr PropertyRule kScheduleV2[] = {
    {"PermissionsBoundary", kString},
    {"ScheduleExpression", kString | kRequired},
    {"FlexibleTimeWindow", kMap},
    {"Name", kString},
    {"State", kString},
    {"Description", kString},
    {"StartDate", kString},
    {"EndDate", kString},
    {"ScheduleExpressionTimezone", kString},
    {"GroupName", kString},
    {"KmsKeyArn", kString},
    {"Input", kString},
    {"RoleArn", kString},
    {"DeadLetterConfig", kMap},
    {"RetryPolicy", kMap},
    {"OmitName", kBool | kLiteral},
};

constexpr PropertyRule kMachineSchedule[] = {
    {"Schedule", kString | kRequired},
    {"Input", kString},
    {"Enabled", kBool},
    {"State", kString},
    {"Name", kString},
    {"Description", kString},
    {"DeadLetterConfig", kMap},
    {"RetryPolicy", kMap},
    {"Target", kMap | kLiteral},
    {"RoleArn", kString | kLiteral},
};
constexpr PropertyRule kMachineRule[] = {
    {"EventBusName", kString},   {"RuleName", kString},      {"Pattern", kMap},     {"Input", kString},
    {"InputPath", kString},      {"DeadLetterConfig", kMap}, {"RetryPolicy", kMap}, {"State", kString},
    {"Target", kMap | kLiteral}, {"InputTransformer", kMap},
};

// The entry of Targets; `role_arn` is null for functions.
Value rule_target(const EventTarget& target, const SamResource& event, const char* suffix, const Value& role_arn,
                  const Value& dead_letter_arn) {
  Value given = event.get("Target");
  Value out = Value::dict({{"Arn", target.target->arn()}});
  out.set("Id", given && given.has("Id") ? given.get("Id") : Value(target_id(event.id.s, suffix)));
  if (!role_arn.is_null()) out.set("RoleArn", role_arn);
  auto copy = [&](const char* name) {
    if (Value value = event.get(name); !value.is_null()) out.set(name, value);
  };
  copy("Input");
  copy("InputPath");
  if (!event.get("DeadLetterConfig").is_null()) out.set("DeadLetterConfig", Value::dict({{"Arn", dead_letter_arn}}));
  copy("RetryPolicy");
  copy("InputTransformer");
  return out;
}

Cfn make_rule_resource(const EventTarget& target, const SamResource& event) {
  auto rule = make_cfn(event.id, "AWS::Events::Rule", target.target->passed_on());
  rule->set("ScheduleExpression", event.get("Schedule"));
  rule->set("EventBusName", event.get("EventBusName"));
  rule->set("EventPattern", event.get("Pattern"));
  const bool schedule = event.type == "Schedule";
  rule->set("Name", event.get(schedule ? "Name" : "RuleName"));
  if (schedule) rule->set("Description", event.get("Description"));
  return rule;
}

CfnList make_function_rule(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Cfn rule = make_rule_resource(target, event);
  // The service looks at the state before the queue for schedules, and after it for other rules.
  const bool schedule = event.type == "Schedule";
  if (schedule) rule->set("State", enabled_state(event));
  DeadLetterQueue queue = rule_dead_letter_queue(event, rule->arn(), target.target->passed_on());
  if (!schedule) rule->set("State", enabled_state(event));
  rule->set("Targets", Value::list({rule_target(target, event, "LambdaTarget", {}, queue.arn)}));
  CfnList out = {rule};
  out.insert(out.end(), queue.resources.begin(), queue.resources.end());
  out.push_back(make_permission(
      *target.target, {.prefix = event.id.s, .principal = "events.amazonaws.com", .source_arn = rule->arn()}));
  return out;
}

CfnList make_machine_rule(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Cfn rule = make_rule_resource(target, event);
  rule->set("State", enabled_state(event));
  CfnList out = {rule};
  Value role_arn = event.get("RoleArn");
  if (role_arn.is_null()) {
    Cfn role = make_start_role(target, event.id.s, "events.amazonaws.com");
    role_arn = role->arn();
    out.push_back(role);
  }
  DeadLetterQueue queue = rule_dead_letter_queue(event, rule->arn(), target.target->passed_on());
  out.insert(out.end(), queue.resources.begin(), queue.resources.end());
  rule->set("Targets", Value::list({rule_target(target, event, "StepFunctionsTarget", role_arn, queue.arn)}));
  return out;
}

DeadLetterQueue schedule_dead_letter_queue(const SamResource& event, const Value& attributes) {
  Value config = event.get("DeadLetterConfig");
  if (config.is_null()) return {};
  check_dead_letter_config(event);
  if (Value arn = config.get("Arn"); !arn.is_null()) return {arn, {}};
  Value id = config.get("QueueLogicalId");
  if (!id.is_null() && !id.is_string()) throw InvalidEvent{event.id.s, "QueueLogicalId must be a string"};
  auto queue = make_cfn(id ? id.text() : event.id + "Queue", "AWS::SQS::Queue", attributes);
  return {queue->arn(), {queue}};
}

Cfn make_schedule_resource(const SamResource& event, const Value& attributes) {
  auto schedule = make_cfn(event.id, "AWS::Scheduler::Schedule", attributes);
  if (event.get("State")) schedule->set("State", event.get("State"));
  if (!event.get("OmitName"))
    schedule->set("Name", event.get("Name") ? event.get("Name") : Value(event.id));
  else if (event.get("Name"))
    throw InvalidEvent{event.id.s, "Name cannot be set when OmitName is True"};
  Value window = event.get("FlexibleTimeWindow");
  schedule->set("FlexibleTimeWindow", window ? window : Value::dict({{"Mode", "OFF"}}));
  for (auto name : {"ScheduleExpression", "Description", "StartDate", "EndDate", "ScheduleExpressionTimezone",
                    "GroupName", "KmsKeyArn"})
    schedule->set(name, event.get(name));
  return schedule;
}

Cfn make_scheduler_role(const EventTarget& target, const SamResource& event, const Value& dead_letter_arn) {
  const bool machine = target.target->type.starts_with("AWS::StepFunctions::");
  auto role = make_cfn(event.id + "Role", "AWS::IAM::Role", target.target->passed_on());
  role->set("AssumeRolePolicyDocument", assume_role_policy("scheduler.amazonaws.com"));
  Value arn = target.target->arn();
  Value policies =
      Value::list({machine ? allow_policy(event.id.s + "StartExecutionPolicy", "states:StartExecution", arn)
                           : allow_policy(event.id.s + "LambdaPolicy", "lambda:InvokeFunction", arn)});
  if (dead_letter_arn) policies.push(allow_policy(event.id.s + "SQSPolicy", "sqs:SendMessage", dead_letter_arn));
  role->set("Policies", policies);
  if (event.get("PermissionsBoundary")) role->set("PermissionsBoundary", event.get("PermissionsBoundary"));
  return role;
}

}  // namespace

const PropertyRules kScheduleV2Rules = kScheduleV2;
const PropertyRules kMachineScheduleRules = kMachineSchedule;
const PropertyRules kMachineRuleRules = kMachineRule;

CfnList make_schedule(EventTarget& target, EventLink& link) { return make_function_rule(target, link); }
CfnList make_rule(EventTarget& target, EventLink& link) { return make_function_rule(target, link); }
CfnList make_machine_rule_event(EventTarget& target, EventLink& link) { return make_machine_rule(target, link); }

Cfn make_start_role(const EventTarget& target, const std::string& event_id, std::string_view service) {
  std::string id = event_id + "Role";
  auto role = make_cfn(id, "AWS::IAM::Role", target.target->passed_on());
  role->set("AssumeRolePolicyDocument", assume_role_policy(service));
  role->set("Policies",
            Value::list({allow_policy(id + "StartExecutionPolicy", "states:StartExecution", target.target->arn())}));
  if (target.boundary) role->set("PermissionsBoundary", target.boundary);
  return role;
}

CfnList make_schedule_v2(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Value attributes = target.target->passed_on();
  Cfn schedule = make_schedule_resource(event, attributes);
  CfnList out = {schedule};
  DeadLetterQueue queue = schedule_dead_letter_queue(event, attributes);
  out.insert(out.end(), queue.resources.begin(), queue.resources.end());
  Value role_arn = event.get("RoleArn");
  if (!role_arn) {
    Cfn role = make_scheduler_role(target, event, queue.arn);
    role_arn = role->arn();
    out.push_back(role);
  }
  Value to = Value::dict({{"Arn", target.target->arn()}, {"RoleArn", role_arn}});
  if (!event.get("Input").is_null()) to.set("Input", event.get("Input"));
  if (!event.get("DeadLetterConfig").is_null()) to.set("DeadLetterConfig", Value::dict({{"Arn", queue.arn}}));
  if (!event.get("RetryPolicy").is_null()) to.set("RetryPolicy", event.get("RetryPolicy"));
  schedule->set("Target", to);
  return out;
}

}  // namespace thaw::sam
