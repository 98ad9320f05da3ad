// Events that Lambda polls: streams, queues and brokers, each an event source mapping.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "services/cloudformation/sam/events.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

[[noreturn]] void refuse(const SamResource& event, std::string words) {
  throw InvalidEvent{event.relative_id, std::move(words)};
}

bool is_kind(const SamResource& event, std::string_view type) { return event.type == type; }

Value statement(Value actions, Value resource) {
  return Value::dict({{"Action", std::move(actions)}, {"Effect", "Allow"}, {"Resource", std::move(resource)}});
}

Value secret_statement(const Value& uri) { return statement(Value::list({"secretsmanager:GetSecretValue"}), uri); }

Value network_statement() {
  return statement(
      Value::list({"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface",
                   "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"}),
      "*");
}

Value key_arn(const SamResource& event) {
  Value key = Expect::event(event.get("SecretsManagerKmsKeyId"), event.relative_id, "SecretsManagerKmsKeyId").string();
  return sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/" + key.s());
}

Value policy(const std::string& name, const Value& statements) {
  return Value::dict({{"PolicyName", name}, {"PolicyDocument", Value::dict({{"Statement", statements}})}});
}

// The URI of the one required kind of access; every kind must be supported.
Value required_access(const SamResource& event, std::initializer_list<std::string_view> supported,
                      const std::string& required) {
  Value all = event.get("SourceAccessConfigurations");
  if (!all) refuse(event, "No SourceAccessConfigurations for Amazon " + event.type + " event provided.");
  if (!all.is_list()) refuse(event, "Provided SourceAccessConfigurations cannot be parsed into a list.");
  Value names = Value::list();
  for (auto name : supported) names.push(name);
  Value uri;
  for (size_t i = 0; i < all.size(); ++i) {
    std::string path = "SourceAccessConfigurations[" + std::to_string(i) + "]";
    Value config = Expect::event(all.elements()[i], event.relative_id, path).map();
    Value type = Expect::event(config.get("Type"), event.relative_id, path + ".Type").string();
    if (!names.contains(type.s()))
      refuse(event, "Invalid property Type specified in SourceAccessConfigurations. The supported values are: " +
                        names.str() + ".");
    if (!type.is(required)) continue;
    if (uri) refuse(event, "Multiple " + required + " properties specified in SourceAccessConfigurations.");
    uri = config.get("URI");
    if (!uri) refuse(event, "No " + required + " URI property specified in SourceAccessConfigurations.");
  }
  if (!uri) refuse(event, "No " + required + " property specified in SourceAccessConfigurations.");
  return uri;
}

void check_schema_registry(const SamResource& event, const Value& config) {
  for (const char* field : {"SchemaRegistryURI", "EventRecordFormat", "SchemaValidationConfigs"})
    if (!config.has(field)) refuse(event, std::string("Missing required field ") + field + " in SchemaRegistryConfig");
  Value format = config.get("EventRecordFormat");
  if (!format.is("JSON") && !format.is("SOURCE"))
    refuse(event, "EventRecordFormat in SchemaRegistryConfig must be either 'JSON' or 'SOURCE'");
  if (!config.get("SchemaValidationConfigs").is_list()) refuse(event, "SchemaValidationConfigs must be a list");
  Value access = config.get("AccessConfigs");
  if (!access) return;
  if (!access.is_list()) refuse(event, "AccessConfigs in SchemaRegistryConfig must be a list");
  for (auto& one : access.elements())
    if (!one.has("Type") || !one.has("URI"))
      refuse(event, "Each AccessConfig must be a dict with 'Type' and 'URI' fields");
}

// Statements for a schema registry, added to the list.
void add_registry_statements(const Context& context, const SamResource& event, const Value& statements) {
  Value config = event.get("SchemaRegistryConfig");
  if (!config) return;
  Expect::event(config, event.relative_id, "SchemaRegistryConfig").map();
  check_schema_registry(event, config);
  if (Value access = config.get("AccessConfigs"))
    for (auto& one : access.elements()) statements.push(secret_statement(one.get("URI")));
  Value uri = config.get("SchemaRegistryURI");
  Value arn = uri;
  if (uri.is_dict()) {
    Value resolved = context.parameters.resolve(uri.copy());
    arn = resolved.is_dict() ? resolved.get("Fn::Sub") : resolved;
  }
  if (!arn.is_string() || !arn.s().starts_with("arn")) return;
  auto parts = split(arn.s(), ':');
  constexpr std::string_view start = "registry/";
  if (parts.size() < 6 || !parts[5].starts_with(start)) return;
  std::string name(parts[5].substr(start.size()));
  statements.push(statement(Value::list({"glue:GetRegistry"}), uri));
  Value schemas = sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/" + name + "/*");
  statements.push(statement(Value::list({"glue:GetSchemaVersion"}), Value::list({schemas})));
}

Value msk_policy(const Context& context, const SamResource& event) {
  Value statements = Value::list();
  add_registry_statements(context, event, statements);
  if (Value access = event.get("SourceAccessConfigurations"); access.is_list())
    for (auto& config : access.elements())
      if (config.is_dict() && config.get("Type").is("CLIENT_CERTIFICATE_TLS_AUTH") && config.get("URI"))
        statements.push(secret_statement(config.get("URI")));
  return statements ? policy("MSKExecutionRolePolicy", statements) : Value();
}

Value mq_policy(const SamResource& event) {
  Value uri = required_access(event, {"BASIC_AUTH", "VIRTUAL_HOST"}, "BASIC_AUTH");
  Value statements =
      Value::list({secret_statement(uri), statement(Value::list({"mq:DescribeBroker"}), event.get("Broker"))});
  if (event.get("SecretsManagerKmsKeyId")) statements.push(statement("kms:Decrypt", key_arn(event)));
  return policy(event.get("DynamicPolicyName") ? event.id.s + "AMQPolicy" : "SamAutoGeneratedAMQPolicy", statements);
}

Value document_db_policy(const SamResource& event) {
  Value uri = required_access(event, {"BASIC_AUTH"}, "BASIC_AUTH");
  auto rds = [](const char* what) {
    return sub(std::string("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:") + what + ":*");
  };
  Value statements = Value::list(
      {secret_statement(uri), statement(Value::list({"rds:DescribeDBClusterParameters"}), rds("cluster-pg")),
       statement(Value::list({"rds:DescribeDBSubnetGroups"}), rds("subgrp")),
       statement(Value::list({"rds:DescribeDBClusters"}), event.get("Cluster")), network_statement()});
  if (event.get("SecretsManagerKmsKeyId")) statements.push(statement(Value::list({"kms:Decrypt"}), key_arn(event)));
  return policy("SamAutoGeneratedDocumentDBPolicy", statements);
}

struct KafkaAccess {
  Value secret, certificate;
  bool in_vpc = false;
};

KafkaAccess read_kafka_access(const SamResource& event) {
  static constexpr std::array<std::string_view, 4> mechanisms = {"SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH",
                                                                 "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"};
  const std::string kafka = " SourceAccessConfigurations for self managed kafka event.";
  auto checked_uri = [&](const Value& config, const std::string& what) {
    Value uri = config.get("URI");
    if (!uri) refuse(event, "No " + what + " URI property specified in" + kafka);
    if (!uri.is_string() && !is_intrinsic(uri))
      refuse(event, "Wrong Type for " + what + " URI property specified in" + kafka);
    return uri;
  };
  Value all = event.get("SourceAccessConfigurations");
  if (!all.is_list()) refuse(event, "SourceAccessConfigurations for self managed kafka event should be a list.");
  KafkaAccess out;
  bool subnet = false, group = false;
  for (auto& config : all.elements()) {
    Expect(config, event.relative_id, "SourceAccessConfigurations").map();
    Value type = config.get("Type");
    const bool mechanism =
        type.is_string() && std::find(mechanisms.begin(), mechanisms.end(), type.s()) != mechanisms.end();
    if (type.is("VPC_SUBNET")) {
      checked_uri(config, "VPC_SUBNET");
      subnet = true;
    } else if (type.is("VPC_SECURITY_GROUP")) {
      checked_uri(config, "VPC_SECURITY_GROUP");
      group = true;
    } else if (mechanism) {
      if (out.secret) refuse(event, "Multiple auth mechanism properties specified in" + kafka);
      out.secret = checked_uri(config, "auth mechanism");
    } else if (type.is("SERVER_ROOT_CA_CERTIFICATE")) {
      out.certificate = checked_uri(config, "SERVER_ROOT_CA_CERTIFICATE");
    } else {
      refuse(event, "Invalid SourceAccessConfigurations Type provided for self managed kafka event.");
    }
  }
  if (subnet != group)
    refuse(event,
           "VPC_SUBNET and VPC_SECURITY_GROUP in SourceAccessConfigurations for SelfManagedKafka must be both "
           "provided.");
  out.in_vpc = subnet && group;
  return out;
}

Value kafka_policy(const Context& context, const SamResource& event) {
  if (!event.get("KafkaBootstrapServers"))
    refuse(event, "No KafkaBootstrapServers provided for self managed kafka as an event source");
  Value topics = event.get("Topics");
  if (!topics) refuse(event, "No Topics provided for self managed kafka as an event source");
  if (topics.size() != 1) refuse(event, "Topics for self managed kafka only supports single configuration entry.");
  if (!event.get("SourceAccessConfigurations"))
    refuse(event, "No SourceAccessConfigurations for self managed kafka event provided.");
  KafkaAccess access = read_kafka_access(event);
  Value statements = Value::list();
  if (access.secret) statements.push(secret_statement(access.secret));
  // The service repeats the first secret for the certificate.
  if (access.certificate) statements.push(secret_statement(access.secret));
  if (access.in_vpc) statements.push(network_statement());
  if (event.get("SecretsManagerKmsKeyId")) statements.push(statement(Value::list({"kms:Decrypt"}), key_arn(event)));
  add_registry_statements(context, event, statements);
  Value out = policy("SelfManagedKafkaExecutionRolePolicy", statements);
  out.get("PolicyDocument").set("Version", "2012-10-17");
  return out;
}

Value managed_policy_for(const Context& context, const SamResource& event) {
  if (is_kind(event, "Kinesis")) return context.managed_policy("service-role/AWSLambdaKinesisExecutionRole");
  if (is_kind(event, "DynamoDB")) return context.managed_policy("service-role/AWSLambdaDynamoDBExecutionRole");
  if (is_kind(event, "SQS")) return context.managed_policy("service-role/AWSLambdaSQSQueueExecutionRole");
  if (is_kind(event, "MSK")) return context.managed_policy("service-role/AWSLambdaMSKExecutionRole");
  return {};
}

Value own_policy(const Context& context, const SamResource& event) {
  if (is_kind(event, "MSK")) return msk_policy(context, event);
  if (is_kind(event, "MQ")) return mq_policy(event);
  if (is_kind(event, "DocumentDB")) return document_db_policy(event);
  if (is_kind(event, "SelfManagedKafka")) return kafka_policy(context, event);
  return {};
}

// A policy joins the role's unless one with the same document is there.
void add_policy(CfnResource& role, const Value& added) {
  Value all = role.get("Policies");
  if (all.is_null()) {
    all = Value::list();
    role.set("Policies", all);
  }
  for (auto& one : all.elements())
    if (one == added || (one.is_dict() && one.get("PolicyDocument") == added.get("PolicyDocument"))) return;
  all.push(added);
}

void extend_role(EventTarget& target, const SamResource& event, const Value& destination_policy) {
  Value arn = managed_policy_for(target.context, event);
  Value policy_of_event = own_policy(target.context, event);
  if (!target.role) return;
  Value arns = target.role->get("ManagedPolicyArns");
  if (!arn.is_null() && !arns.contains(arn)) arns.push(arn);
  if (!policy_of_event.is_null()) add_policy(*target.role, policy_of_event);
  if (destination_policy) add_policy(*target.role, destination_policy);
}

// Takes the type out of the destination and gives the policy that it needs.
Value destination_policy(const SamResource& event) {
  Value config = event.get("DestinationConfig");
  if (!config) return {};
  Value failure = Expect::event(config.get("OnFailure"), event.id.s, "DestinationConfig.OnFailure").map();
  Value type = failure.get("Type");
  if (!type) return {};
  failure.erase("Type");
  Value arn = failure.get("Destination");
  if (type.is("SQS")) return allow_policy(event.id.s + "SQSPolicy", "sqs:SendMessage", arn);
  if (type.is("SNS")) return allow_policy(event.id.s + "SNSPolicy", "sns:publish", arn);
  if (type.is("S3")) return s3_write_policy(event.id.s, arn);
  if (!type.is("Kafka"))
    throw InvalidEvent{event.id.s, "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'"};
  return {};
}

void check_filter(const SamResource& event) {
  Value filter = event.get("FilterCriteria");
  if (!filter || is_intrinsic(filter)) return;
  if (filter.size() != 1 || !filter.has("Filters")) refuse(event, "FilterCriteria field has a wrong format");
}

void set_kafka_config(CfnResource& mapping, const SamResource& event) {
  Value group = event.get("ConsumerGroupId"), registry = event.get("SchemaRegistryConfig");
  const bool managed = is_kind(event, "MSK"), own = is_kind(event, "SelfManagedKafka");
  if (group && !managed && !own)
    throw InvalidEvent{event.id.s, "Property ConsumerGroupId not defined for resource of type " + event.type + "."};
  if (!managed && !own) return;
  Value config = Value::dict();
  if (group) config.set("ConsumerGroupId", group);
  if (registry) config.set("SchemaRegistryConfig", registry);
  if (config)
    mapping.set(managed ? "AmazonManagedKafkaEventSourceConfig" : "SelfManagedKafkaEventSourceConfig", config);
}

}  // namespace

std::vector<PropertyRule> pull_rules(std::string_view type) {
  const bool stream = type == "Kinesis" || type == "DynamoDB" || type == "MSK";
  std::vector<PropertyRule> out = {
      {"BatchSize", kInt},
      {"StartingPosition", stream ? kAny | kRequired : static_cast<uint32_t>(kAny)},
      {"StartingPositionTimestamp"},
      {"Enabled", kBool},
      {"MaximumBatchingWindowInSeconds", kInt},
      {"MaximumRetryAttempts", kInt},
      {"BisectBatchOnFunctionError", kBool},
      {"MaximumRecordAgeInSeconds", kInt},
      {"DestinationConfig", kMap},
      {"ParallelizationFactor", kInt},
      {"Topics", kList},
      {"Queues", kList},
      {"SourceAccessConfigurations", kList},
      {"SecretsManagerKmsKeyId", kString},
      {"TumblingWindowInSeconds", kInt},
      {"FunctionResponseTypes", kList},
      {"KafkaBootstrapServers", kList},
      {"FilterCriteria", kMap},
      {"KmsKeyArn"},
      {"ConsumerGroupId", kString},
      {"ScalingConfig", kMap},
      {"ProvisionedPollerConfig", kMap},
      {"SchemaRegistryConfig", kMap},
      {"MetricsConfig", kMap},
      {"LoggingConfig", kMap},
  };
  if (stream) out.push_back({"Stream", kAny | kRequired});
  if (type == "SQS") out.push_back({"Queue", kAny | kRequired});
  if (type == "MQ") out.insert(out.end(), {{"Broker", kAny | kRequired}, {"DynamicPolicyName", kBool | kLiteral}});
  if (type == "DocumentDB")
    out.insert(
        out.end(),
        {{"Cluster", kAny | kRequired}, {"DatabaseName", kAny | kRequired}, {"CollectionName"}, {"FullDocument"}});
  return out;
}

CfnList make_pull_event(EventTarget& target, EventLink& link) {
  SamResource& event = link.event;
  auto mapping = make_cfn(event.id, "AWS::Lambda::EventSourceMapping", target.target->passed_on());
  static constexpr std::array same = {"StartingPosition",
                                      "StartingPositionTimestamp",
                                      "BatchSize",
                                      "Enabled",
                                      "MaximumBatchingWindowInSeconds",
                                      "MaximumRetryAttempts",
                                      "BisectBatchOnFunctionError",
                                      "MaximumRecordAgeInSeconds",
                                      "ParallelizationFactor",
                                      "Topics",
                                      "Queues",
                                      "SourceAccessConfigurations",
                                      "TumblingWindowInSeconds",
                                      "FunctionResponseTypes",
                                      "FilterCriteria",
                                      "KmsKeyArn",
                                      "ScalingConfig",
                                      "ProvisionedPollerConfig",
                                      "MetricsConfig",
                                      "LoggingConfig"};
  mapping->set("FunctionName", target.target->name());
  for (const char* source : {"Stream", "Queue", "Broker", "Cluster"})
    if (Value arn = event.get(source); !arn.is_null()) mapping->set("EventSourceArn", arn);
  for (auto name : same) mapping->set(name, event.get(name));
  check_filter(event);
  if (Value servers = event.get("KafkaBootstrapServers"))
    mapping->set("SelfManagedEventSource",
                 Value::dict({{"Endpoints", Value::dict({{"KafkaBootstrapServers", servers}})}}));
  set_kafka_config(*mapping, event);
  Value policy_of_destination = destination_policy(event);
  if (Value config = event.get("DestinationConfig")) mapping->set("DestinationConfig", config);
  if (is_kind(event, "DocumentDB")) {
    Value config = Value::dict({{"DatabaseName", event.get("DatabaseName")}});
    for (const char* name : {"CollectionName", "FullDocument"})
      if (event.get(name)) config.set(name, event.get(name));
    mapping->set("DocumentDBEventSourceConfig", config);
  }
  extend_role(target, event, policy_of_destination);
  return {mapping};
}

Cfn make_queue_mapping(EventTarget& target, const std::string& id, const Value& queue_arn, const Value& batch_size) {
  EventLink link;
  link.event.id = id;
  link.event.type = "SQS";
  check_logical_id(id);
  link.event.set("Queue", queue_arn);
  link.event.set("BatchSize", batch_size ? batch_size : Value(10));
  link.event.set("Enabled", true);
  return make_pull_event(target, link)[0];
}

}  // namespace thaw::sam
