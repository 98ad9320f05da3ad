#include "services/cloudformation/sam/events.h"

#include <algorithm>

#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

constexpr PropertyRule kSchedule[] = {
    {"Schedule", kString | kRequired},
    {"RuleName", kString},
    {"Input", kString},
    {"Enabled", kBool},
    {"State", kString},
    {"Name", kString},
    {"Description", kString},
    {"DeadLetterConfig", kMap},
    {"RetryPolicy", kMap},
};
constexpr PropertyRule kRule[] = {
    {"EventBusName", kString}, {"RuleName", kString}, {"Pattern", kMap},          {"DeadLetterConfig", kMap},
    {"RetryPolicy", kMap},     {"Input", kString},    {"InputPath", kString},     {"Target", kMap},
    {"Enabled", kBool},        {"State", kString},    {"InputTransformer", kMap},
};
constexpr PropertyRule kS3[] = {
    {"Bucket", kString | kRequired},
    {"Events", kString | kListOfStrings | kLiteral | kRequired},
    {"Filter", kMapOfStrings},
};
constexpr PropertyRule kSns[] = {
    {"Topic", kString | kRequired},    {"Region", kString},     {"FilterPolicy"}, {"FilterPolicyScope"},
    {"SqsSubscription", kBool | kMap}, {"RedrivePolicy", kMap},
};
constexpr PropertyRule kApi[] = {
    {"Path", kString | kRequired},
    {"Method", kString | kRequired},
    {"RestApiId", kString | kRequired},
    {"Stage", kString},
    {"Auth", kMap},
    {"RequestModel", kMap},
    {"RequestParameters", kList},
    {"TimeoutInMillis", kInt},
    {"ResponseTransferMode", kString},
};
constexpr PropertyRule kHttpApi[] = {
    {"Path", kString}, {"Method", kString},       {"ApiId", kString},      {"Stage", kString},
    {"Auth", kMap},    {"TimeoutInMillis", kInt}, {"RouteSettings", kMap}, {"PayloadFormatVersion", kString},
};
constexpr PropertyRule kAlexa[] = {{"SkillId", kString}};
constexpr PropertyRule kIot[] = {{"Sql", kString | kRequired}, {"AwsIotSqlVersion", kString}};
constexpr PropertyRule kCognito[] = {
    {"UserPool", kString | kRequired},
    {"Trigger", kString | kListOfStrings | kLiteral | kRequired},
};
constexpr PropertyRule kLogs[] = {{"LogGroupName", kString | kRequired}, {"FilterPattern", kString | kRequired}};

const std::vector<EventType>& function_events() {
  static const auto all = [] {
    std::vector<EventType> out = {
        {"Schedule", kSchedule, nullptr, make_schedule},
        {"ScheduleV2", kScheduleV2Rules, nullptr, make_schedule_v2},
        {"CloudWatchEvent", kRule, nullptr, make_rule},
        {"EventBridgeRule", kRule, nullptr, make_rule},
        {"S3", kS3, link_s3, make_s3},
        {"SNS", kSns, nullptr, make_sns},
        {"Api", kApi, link_rest_api, make_api},
        {"HttpApi", kHttpApi, link_http_api, make_http_api},
        {"AlexaSkill", kAlexa, nullptr, make_alexa},
        {"IoTRule", kIot, nullptr, make_iot},
        {"Cognito", kCognito, link_cognito, make_cognito},
        {"CloudWatchLogs", kLogs, nullptr, make_logs},
    };
    static std::vector<std::vector<PropertyRule>> pulls;  // keeps the rules that the rows point to
    for (auto name : {"Kinesis", "DynamoDB", "SQS", "MSK", "MQ", "SelfManagedKafka", "DocumentDB"}) {
      pulls.push_back(pull_rules(name));
      out.push_back({name, {}, nullptr, make_pull_event});
    }
    for (size_t i = 0; i < pulls.size(); ++i) out[out.size() - pulls.size() + i].rules = pulls[i];
    return out;
  }();
  return all;
}

EventLink link_event(const Context& context, const SamResource& owner, const Text& name, const Value& entry,
                     Audience audience) {
  if (!entry.is_dict()) throw Fault{std::string("'") + entry.type_name() + "' object has no attribute 'get'"};
  Value type = entry.get("Type");
  const EventType* row = nullptr;
  if (type.is_string()) row = audience == Audience::function ? function_event(type.s()) : state_machine_event(type.s());
  if (!row)
    throw InvalidEvent{name.s,
                       "Resource dict has missing or invalid value for key Type. Event Type is: " + type.str() + "."};
  EventLink out{.event = read_resource(owner.id + name, entry, row->name, row->rules, name.s), .type = row};
  return out;
}

}  // namespace

const EventType* function_event(const std::string& type) {
  auto& all = function_events();
  auto found = std::find_if(all.begin(), all.end(), [&](auto& row) { return row.name == type; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<EventLink> link_events(const Context& context, const SamResource& owner, Audience audience) {
  std::vector<EventLink> out;
  Value events = owner.get("Events");
  if (!events) return out;
  try {
    for (auto& [name, entry] : events.items()) {
      try {
        out.push_back(link_event(context, owner, name, entry, audience));
      } catch (const Fault& e) {
        throw InvalidEvent{name.s, e.message};
      }
      if (out.back().type->link) out.back().type->link(context, out.back());
    }
  } catch (const InvalidEvent& e) {
    throw InvalidResource{owner.id.s, e.full()};
  }
  return out;
}

CfnList make_function_events(Context& context, const SamResource& function, std::vector<EventLink>& links,
                             const Cfn& target, const Cfn& role) {
  // By path where there is one, else by name.
  std::vector<EventLink*> sorted;
  for (auto& link : links) sorted.push_back(&link);
  auto key = [](const EventLink* link) { return link->event.properties.get("Path", link->event.relative_id).str(); };
  std::stable_sort(sorted.begin(), sorted.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
  EventTarget with{.context = context, .target = target, .role = role, .boundary = {}};
  CfnList out;
  for (auto* link : sorted)
    for (auto& made : link->type->make(with, *link)) out.push_back(made);
  return out;
}

Cfn make_permission(const CfnResource& function, const PermissionRequest& request) {
  auto out = make_cfn(suffixed_id(request.prefix + "Permission", request.suffix), "AWS::Lambda::Permission",
                      function.passed_on());
  out->set("Action", "lambda:InvokeFunction");
  out->set("FunctionName", function.name());
  out->set("Principal", request.principal);
  out->set("SourceArn", request.source_arn);
  out->set("SourceAccount", request.source_account);
  out->set("EventSourceToken", request.token);
  return out;
}

std::string target_id(const std::string& event_id, const std::string& suffix) {
  return event_id.substr(0, 64 - suffix.size()) + suffix;
}

Value enabled_state(const SamResource& event) {
  Value state = event.get("State"), enabled = event.get("Enabled");
  if (state && !enabled.is_null())
    throw InvalidEvent{event.relative_id, "State and Enabled Properties cannot both be specified."};
  if (!enabled.is_null()) return enabled ? "ENABLED" : "DISABLED";
  return state ? state : Value();
}

void check_dead_letter_config(const SamResource& event) {
  Value config = event.get("DeadLetterConfig");
  auto refuse = [&](const char* words) { throw InvalidEvent{event.id.s, words}; };
  const bool arn = config.has("Arn"), type = config.has("Type");
  if (arn && type) refuse("You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  if (type && !config.get("Type").is("SQS"))
    refuse("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
  if (!arn && !type) refuse("No 'Arn' or 'Type' property provided for DeadLetterConfig.");
}

DeadLetterQueue rule_dead_letter_queue(const SamResource& event, const Value& rule_arn, const Value& attributes) {
  Value config = event.get("DeadLetterConfig");
  if (config.is_null()) return {};
  check_dead_letter_config(event);
  if (Value arn = config.get("Arn"); !arn.is_null()) return {arn, {}};
  Value id = config.get("QueueLogicalId");
  if (!id.is_null() && !id.is_string()) throw InvalidEvent{event.id.s, "QueueLogicalId must be a string"};
  auto queue = make_cfn(id ? id.text() : event.id + "Queue", "AWS::SQS::Queue", attributes);
  auto policy = make_cfn(event.id + "QueuePolicy", "AWS::SQS::QueuePolicy", attributes);
  Value condition = Value::dict({{"ArnEquals", Value::dict({{"aws:SourceArn", rule_arn}})}});
  Value statement = Value::dict({{"Action", "sqs:SendMessage"},
                                 {"Effect", "Allow"},
                                 {"Principal", Value::dict({{"Service", "events.amazonaws.com"}})},
                                 {"Resource", queue->arn()},
                                 {"Condition", condition}});
  policy->set("PolicyDocument", Value::dict({{"Version", "2012-10-17"}, {"Statement", Value::list({statement})}}));
  policy->set("Queues", Value::list({ref_to(queue->id)}));
  return {queue->arn(), {queue, policy}};
}

}  // namespace thaw::sam
