// EventInvokeConfig: retries of asynchronous invocations, and where their results go.
#include "services/cloudformation/sam/function.h"
#include "services/cloudformation/sam/logical_id.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

Value destination_policy(const std::string& type, const std::string& id, const Value& arn) {
  if (type == "SQS") return allow_policy(id + "SQSPolicy", "sqs:SendMessage", arn);
  if (type == "SNS") return allow_policy(id + "SNSPolicy", "sns:publish", arn);
  if (type == "EventBridge") return allow_policy(id + "EventBridgePolicy", "events:PutEvents", arn);
  if (type == "Lambda") return allow_policy(id + "LambdaPolicy", "lambda:InvokeFunction", arn);
  return s3_write_policy(id, arn);
}

// When a destination is given in one branch of an Fn::If alone: the condition under which a queue or topic must be
// made, and the given destination.
std::pair<Value, Value> missing_when(Context& context, const Value& destination, const std::string& id) {
  if (!is_if(destination)) return {};
  Value arguments = destination.get("Fn::If");
  if (!valid_if_arguments(arguments))
    throw InvalidResource{id, std::string("Malformed 'Destination' property: ") + kIfArguments + "."};
  const Value condition = arguments.elements()[0], then = arguments.elements()[1], otherwise = arguments.elements()[2];
  if (is_no_value(then)) return is_no_value(otherwise) ? std::pair<Value, Value>() : std::pair{condition, otherwise};
  if (!is_no_value(otherwise)) return {};
  std::string negated = "NOT" + condition.str() + digest_of(id);
  context.add_condition(negated, not_condition(condition));
  return {negated, then};
}

Value both_conditions(Context& context, const SamResource& function, const Value& of_resource,
                      const Value& of_property) {
  if (of_resource.is_null()) return of_property;
  if (of_property.is_null()) return of_resource;
  // Each side is wrapped twice: that is how the service writes it.
  auto wrapped = [](const Value& name) { return Value::dict({{"Condition", Value::dict({{"Condition", name}})}}); };
  std::string name = of_resource.str() + "AND" + of_property.str() + digest_of(function.id.s);
  context.add_condition(name, Value::dict({{"Fn::And", Value::list({wrapped(of_resource), wrapped(of_property)})}}));
  return name;
}

struct Destination {
  Cfn resource;  // a queue or topic that was made
  Value arn;
  Value policy;
};

Destination read_destination(Context& context, const SamResource& function, const Value& config, const char* event,
                             const std::string& config_id) {
  Value type = config.get("Type");
  const bool made_here = type.is("SQS") || type.is("SNS");
  if (!made_here && !type.is("EventBridge") && !type.is("Lambda") && !type.is("S3Bucket"))
    throw InvalidResource{
        function.id.s, "'Type: " + type.str() + "' must be one of ['SQS', 'SNS', 'EventBridge', 'Lambda', 'S3Bucket']"};
  std::string id = config_id + event;
  Value given = config.get("Destination");
  auto [condition, given_arn] = missing_when(context, given, config_id);
  Destination out{.resource = {}, .arn = given, .policy = {}};
  if (given.is_null() || !condition.is_null()) {
    Value combined = both_conditions(context, function, function.passed_on().get("Condition"), condition);
    if (!made_here) throw InvalidResource{function.id.s, "Destination is required if Type is not ['SQS', 'SNS']"};
    out.resource = type.is("SQS") ? make_cfn(id + "Queue", "AWS::SQS::Queue", function.passed_on())
                                  : make_cfn(id + "Topic", "AWS::SNS::Topic", function.passed_on());
    if (combined) out.resource->attributes.set("Condition", combined);
    out.arn = condition ? conditional(condition, out.resource->arn(), given_arn) : out.resource->arn();
  }
  out.policy = destination_policy(type.s(), id, out.arn);
  return out;
}

}  // namespace

CfnList make_event_invoke_config(Context& context, const SamResource& function, const CfnResource& lambda,
                                 const Value& alias_name, const Cfn& alias, Value policies) {
  if (!function.get("EventInvokeConfig")) return {};
  CfnList out;
  Value config = context.parameters.resolve(function.get("EventInvokeConfig"));
  std::string id = lambda.id.s + "EventInvokeConfig";
  auto made =
      make_cfn(id, "AWS::Lambda::EventInvokeConfig", function.attributes, alias ? Value::list({alias->id}) : Value());
  Value destinations = Value::dict();
  if (Value given = config.get("DestinationConfig")) {
    Expect(given, function.id.s, "EventInvokeConfig.DestinationConfig").map();
    for (const char* event : {"OnSuccess", "OnFailure"}) {
      Value one = given.get(event);
      if (one.is_null()) continue;
      Expect(one, function.id.s, std::string("EventInvokeConfig.DestinationConfig.") + event).map();
      Destination destination = read_destination(context, function, one, event, id);
      destinations.set(event, Value::dict({{"Destination", destination.arn}}));
      one.set("Destination", destination.arn);
      if (destination.resource) out.push_back(destination.resource);
      policies.push(destination.policy);
    }
  }
  made->set("FunctionName", ref_to(lambda.id));
  made->set("Qualifier", alias_name ? alias_name : Value("$LATEST"));
  made->set("DestinationConfig", destinations);
  made->set("MaximumEventAgeInSeconds", config.get("MaximumEventAgeInSeconds"));
  made->set("MaximumRetryAttempts", config.get("MaximumRetryAttempts"));
  out.push_back(made);
  return out;
}

}  // namespace thaw::sam
