// Events that other services push to a function.
#include <set>

#include "services/cloudformation/sam/events.h"

namespace thaw::sam {

// ---- S3

void link_s3(const Context& context, EventLink& link) {
  Value bucket = link.event.get("Bucket");
  if (bucket.has("Ref")) {
    Value id = bucket.get("Ref");
    if (!id.is_string()) throw InvalidEvent{link.event.relative_id, "'Ref' value in S3 events is not a valid string."};
    link.linked = context.resources().get(id.s());
    link.linked_id = id;
  }
  if (link.linked.is_null())
    throw InvalidEvent{link.event.relative_id, "S3 events must reference an S3 bucket in the same template."};
}

namespace {

// The bucket waits for the permission. A conditional permission cannot be named in DependsOn: a tag refers to it.
void wait_for(Value bucket, const std::string& bucket_id, const CfnResource& permission, const std::string& event_id) {
  if (permission.condition().is_null()) {
    Value given = bucket.get("DependsOn", Value::list());
    if (given.is_string()) given = Value::list({given});
    std::set<std::string> all = {permission.id.s};
    bool wrong = !given.is_list();
    if (!wrong)
      for (auto& item : given.elements()) {
        if (item.is_string())
          all.insert(item.s());
        else
          wrong = true;
      }
    if (wrong)
      throw InvalidResource{event_id, "Invalid type for field 'DependsOn'. Expected a string or list of strings."};
    Value out = Value::list();
    for (auto& id : all) out.push(id);
    return bucket.set("DependsOn", out);
  }
  if (bucket.get("Properties").is_null()) bucket.set("Properties", Value::dict());
  Value properties = bucket.get("Properties");
  Value tags = properties.get("Tags");
  if (tags.is_null()) tags = Value::list();
  Value out = Expect(tags, bucket_id, "Tags").list().copy();
  out.push(Value::dict({{"Key", "sam:ConditionalDependsOn:" + permission.id.s},
                        {"Value", conditional(permission.condition(), ref_to(permission.id), "no dependency")}}));
  properties.set("Tags", out);
}

void notify(Value bucket, const std::string& bucket_id, const SamResource& event, const CfnResource& function) {
  Value types = event.get("Events");
  if (types.is_string()) types = Value::list({types});
  Value properties = bucket.get("Properties", Value::dict());
  Expect(properties, bucket_id, "").map("Properties should be a map.");
  bucket.set("Properties", properties);
  Value config = properties.get("NotificationConfiguration");
  if (config.is_null()) {
    config = Value::dict();
    properties.set("NotificationConfiguration", config);
  }
  Expect(config, bucket_id, "NotificationConfiguration").map();
  Value all = config.get("LambdaConfigurations");
  if (all.is_null()) {
    all = Value::list();
    config.set("LambdaConfigurations", all);
  }
  if (!all.is_list()) throw InvalidResource{bucket_id, "Invalid type for LambdaConfigurations. Must be a list."};
  for (auto& type : types.elements()) {
    Value one = Value::dict({{"Function", function.arn()}});
    if (Value filter = event.get("Filter"); !filter.is_null()) one.set("Filter", filter.deep_copy());
    one.set("Event", type);
    if (!function.condition().is_null()) one = conditional(function.condition(), one);
    if (!all.contains(one)) all.push(one);
  }
}

}  // namespace

CfnList make_s3(EventTarget& target, EventLink& link) {
  const std::string& bucket_id = link.linked_id.s();
  Cfn permission = make_permission(
      *target.target,
      {.prefix = link.event.id.s, .principal = "s3.amazonaws.com", .source_account = ref_to("AWS::AccountId")});
  wait_for(link.linked, bucket_id, *permission, link.event.id.s);
  notify(link.linked, bucket_id, link.event, *target.target);
  return {permission, cfn_from_entry(link.linked_id.text(), link.linked, "AWS::S3::Bucket")};
}

// ---- SNS

namespace {

Cfn make_subscription(const EventTarget& target, const SamResource& event, const char* protocol,
                      const Value& endpoint) {
  auto out = make_cfn(event.id, "AWS::SNS::Subscription", target.target->passed_on());
  out->set("Protocol", protocol);
  out->set("Endpoint", endpoint);
  out->set("TopicArn", event.get("Topic"));
  for (auto name : {"Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}) out->set(name, event.get(name));
  return out;
}

Cfn make_queue_policy(const EventTarget& target, const SamResource& event, const Value& queue_arn,
                      const Value& queue_url, const Value& id) {
  auto out = make_cfn(id ? id.text() : event.id + "QueuePolicy", "AWS::SQS::QueuePolicy", target.target->passed_on());
  Value condition = Value::dict({{"ArnEquals", Value::dict({{"aws:SourceArn", event.get("Topic")}})}});
  Value statement = Value::dict({{"Action", "sqs:SendMessage"},
                                 {"Effect", "Allow"},
                                 {"Principal", "*"},
                                 {"Resource", queue_arn},
                                 {"Condition", condition}});
  out->set("PolicyDocument", Value::dict({{"Version", "2012-10-17"}, {"Statement", Value::list({statement})}}));
  out->set("Queues", Value::list({queue_url}));
  return out;
}

// Whether the topic, a resource of the template, is a FIFO topic; the queue must then be one too.
Value is_fifo(const Context& context, const Value& topic) {
  std::string id = id_in(topic);
  Value resource = id.empty() ? Value() : context.resources().get(id);
  Value properties = resource.is_dict() ? resource.get("Properties", Value::dict()) : Value::dict();
  return context.parameters.resolve(properties.get("FifoTopic", false));
}

}  // namespace

CfnList make_sns(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Value through = event.get("SqsSubscription");
  if (!through) {
    Cfn subscription = make_subscription(target, event, "lambda", target.target->arn());
    Cfn permission = make_permission(
        *target.target, {.prefix = event.id.s, .principal = "sns.amazonaws.com", .source_arn = event.get("Topic")});
    return {permission, subscription};
  }
  const std::string mapping_id = event.id.s + "EventSourceMapping";
  if (through.is_bool()) {
    Cfn queue = make_cfn(event.id + "Queue", "AWS::SQS::Queue", target.target->passed_on());
    if (Value fifo = is_fifo(target.context, event.get("Topic"))) queue->set("FifoQueue", fifo);
    Cfn policy = make_queue_policy(target, event, queue->arn(), ref_to(queue->id), {});
    Cfn subscription = make_subscription(target, event, "sqs", queue->arn());
    return {make_queue_mapping(target, mapping_id, queue->arn(), {}), queue, policy, subscription};
  }
  Expect::event(through, event.relative_id, "SqsSubscription").map();
  Value arn = through.get("QueueArn"), url = through.get("QueueUrl");
  if (!arn || !url) throw InvalidEvent{event.relative_id, "No QueueARN or QueueURL provided."};
  Cfn policy = make_queue_policy(target, event, arn, url, through.get("QueuePolicyLogicalId"));
  Cfn subscription = make_subscription(target, event, "sqs", arn);
  return {make_queue_mapping(target, mapping_id, arn, through.get("BatchSize")), policy, subscription};
}

// ---- CloudWatch Logs, Alexa, IoT

CfnList make_logs(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Value source = sub(target.context.arn("logs", "log-group:${__LogGroupName__}:*"),
                     Value::dict({{"__LogGroupName__", event.get("LogGroupName")}}));
  Cfn permission =
      make_permission(*target.target, {.prefix = event.id.s, .principal = "logs.amazonaws.com", .source_arn = source});
  Cfn filter =
      make_cfn(event.id, "AWS::Logs::SubscriptionFilter", target.target->passed_on(), Value::list({permission->id}));
  filter->set("LogGroupName", event.get("LogGroupName"));
  filter->set("FilterPattern", event.get("FilterPattern"));
  filter->set("DestinationArn", target.target->arn());
  return {permission, filter};
}

CfnList make_alexa(EventTarget& target, EventLink& link) {
  return {make_permission(
      *target.target,
      {.prefix = link.event.id.s, .principal = "alexa-appkit.amazon.com", .token = link.event.get("SkillId")})};
}

CfnList make_iot(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  Value source = sub(target.context.arn("iot", "rule/${RuleName}"), Value::dict({{"RuleName", ref_to(event.id)}}));
  Cfn permission = make_permission(*target.target, {.prefix = event.id.s,
                                                    .principal = "iot.amazonaws.com",
                                                    .source_arn = source,
                                                    .source_account = sub("${AWS::AccountId}")});
  Value action = Value::dict({{"Lambda", Value::dict({{"FunctionArn", target.target->arn()}})}});
  Value payload = Value::dict({{"Sql", event.get("Sql")}, {"RuleDisabled", false}, {"Actions", Value::list({action})}});
  if (Value version = event.get("AwsIotSqlVersion")) payload.set("AwsIotSqlVersion", version);
  Cfn rule = make_cfn(event.id, "AWS::IoT::TopicRule", target.target->passed_on());
  rule->set("TopicRulePayload", payload);
  return {permission, rule};
}

// ---- Cognito

void link_cognito(const Context& context, EventLink& link) {
  Value pool = link.event.get("UserPool");
  if (pool.has("Ref")) {
    Value id = pool.get("Ref");
    if (!id.is_string()) throw InvalidEvent{link.event.id.s, "Ref in Userpool is not a string."};
    link.linked = context.resources().get(id.s());
    link.linked_id = id;
  }
  if (link.linked.is_null())
    throw InvalidEvent{link.event.relative_id,
                       "Cognito events must reference a Cognito UserPool in the same template."};
}

CfnList make_cognito(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  const Text& pool_id = link.linked_id.text();
  Cfn permission = make_permission(*target.target, {.prefix = target.target->id.s + "Cognito",
                                                    .principal = "cognito-idp.amazonaws.com",
                                                    .source_arn = get_att(pool_id, "Arn")});
  if (link.linked.get("Properties").is_null()) link.linked.set("Properties", Value::dict());
  Value properties = link.linked.get("Properties");
  if (properties.get("LambdaConfig").is_null()) properties.set("LambdaConfig", Value::dict());
  Value config = Expect(properties.get("LambdaConfig"), pool_id.s, "LambdaConfig").map();
  Value triggers = event.get("Trigger");
  Value all = triggers.is_string() ? Value::list({triggers}) : triggers;
  for (auto& trigger : all.elements()) {
    if (config.has(trigger.s()))
      throw InvalidEvent{event.relative_id, "Cognito trigger \"" + triggers.str() + "\" defined multiple times."};
    config.set(trigger.text(), target.target->arn());
  }
  return {permission, cfn_from_entry(pool_id, link.linked, "AWS::Cognito::UserPool")};
}

}  // namespace thaw::sam
