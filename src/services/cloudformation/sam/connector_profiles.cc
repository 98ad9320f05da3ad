// The pairs of types that connectors know.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "services/cloudformation/sam/connector.h"

namespace thaw::sam {

namespace {

constexpr std::string_view kFunction = "AWS::Lambda::Function";
constexpr std::string_view kMachine = "AWS::StepFunctions::StateMachine";
constexpr std::string_view kTable = "AWS::DynamoDB::Table";
constexpr std::string_view kBucket = "AWS::S3::Bucket";
constexpr std::string_view kQueue = "AWS::SQS::Queue";
constexpr std::string_view kTopic = "AWS::SNS::Topic";
constexpr std::string_view kRule = "AWS::Events::Rule";
constexpr std::string_view kBus = "AWS::Events::EventBus";
constexpr std::string_view kDataSource = "AWS::AppSync::DataSource";
constexpr std::string_view kGraphQl = "AWS::AppSync::GraphQLApi";
constexpr std::string_view kRestApi = "AWS::ApiGateway::RestApi";
constexpr std::string_view kHttpApi = "AWS::ApiGatewayV2::Api";
constexpr std::string_view kPlaces = "AWS::Location::PlaceIndex";

// Rules of the form "PERMISSION ACTIONS in RESOURCES ; ...". S and D are the ARNs of source and destination, @ stands
// for region and account, and "arn:PARTITION:" comes before everything that does not start with S or D.
constexpr std::string_view kBucketAccess =
    "Read s3:GetObject,GetObjectAcl,GetObjectLegalHold,GetObjectRetention,GetObjectTorrent,GetObjectVersion,"
    "GetObjectVersionAcl,GetObjectVersionForReplication,GetObjectVersionTorrent,ListBucket,ListBucketMultipartUploads,"
    "ListBucketVersions,ListMultipartUploadParts in D D/* ; "
    "Write s3:AbortMultipartUpload,DeleteObject,DeleteObjectVersion,PutObject,PutObjectLegalHold,PutObjectRetention,"
    "RestoreObject in D D/*";
constexpr std::string_view kTableAccess =
    "Read dynamodb:GetItem,Query,Scan,BatchGetItem,ConditionCheckItem,PartiQLSelect in D D/index/* ; "
    "Write dynamodb:PutItem,UpdateItem,DeleteItem,BatchWriteItem,PartiQLDelete,PartiQLInsert,PartiQLUpdate in D "
    "D/index/*";
constexpr std::string_view kInvoke = "Write lambda:InvokeAsync,InvokeFunction in D";
constexpr std::string_view kPublish = "Write sns:Publish in D";
constexpr std::string_view kPutEvents = "Write events:PutEvents in D";
constexpr std::string_view kExecuteApi = "Write apigateway execute-api:@:%{Source.ResourceId}/%{Source.Qualifier}";

enum class Form { source_role, destination_role, permission, queue, topic };

struct Profile {
  std::string_view source, destination;
  Form form;
  std::string_view rules;  // permission, queue, topic: "PERMISSION SERVICE SOURCE-ARN"
  std::string_view depended_by = {};
  std::string_view combinations = {};  // "Read|Read+Write"
};

constexpr Profile kProfiles[] = {
    {kTable, kFunction, Form::destination_role,
     "Read dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams in S/stream/*",
     "DESTINATION_EVENT_SOURCE_MAPPING"},
    {kRule, kTopic, Form::topic, "Write events S"},
    {kRule, kBus, Form::source_role, kPutEvents},
    {kRule, kMachine, Form::source_role, "Write states:StartExecution in D"},
    {kRule, kFunction, Form::permission, "Write events S"},
    {kRule, kQueue, Form::queue, "Write events S"},
    {kFunction, kFunction, Form::source_role, kInvoke},
    {kFunction, kBucket, Form::source_role, kBucketAccess},
    {kFunction, kTable, Form::source_role, kTableAccess},
    {kFunction, kQueue, Form::source_role,
     "Read sqs:ReceiveMessage,GetQueueAttributes in D ; "
     "Write sqs:DeleteMessage,SendMessage,ChangeMessageVisibility,PurgeQueue in D"},
    {kFunction, kTopic, Form::source_role, kPublish},
    {kFunction, kMachine, Form::source_role,
     "Write states:StartExecution,StartSyncExecution in D ; "
     "Write states:StopExecution in states:@:execution:%{Destination.Name}:* ; "
     "Read states:DescribeStateMachine,ListExecutions in D ; "
     "Read states:DescribeExecution,DescribeStateMachineForExecution,GetExecutionHistory in "
     "states:@:execution:%{Destination.Name}:*"},
    {kFunction, kBus, Form::source_role, kPutEvents},
    {kFunction, kPlaces, Form::source_role,
     "Read geo:DescribePlaceIndex,GetPlace,SearchPlaceIndexForPosition,SearchPlaceIndexForSuggestions,"
     "SearchPlaceIndexForText in D"},
    {kHttpApi, kFunction, Form::permission, kExecuteApi},
    {kRestApi, kFunction, Form::permission, kExecuteApi},
    {kTopic, kQueue, Form::queue, "Write sns S"},
    {kTopic, kFunction, Form::permission, "Write sns S"},
    {kQueue, kFunction, Form::destination_role,
     "Write sqs:DeleteMessage in S ; Read sqs:ReceiveMessage,GetQueueAttributes in S",
     "DESTINATION_EVENT_SOURCE_MAPPING", "Read+Write"},
    {kBucket, kFunction, Form::permission, "Write s3 S account"},
    {kMachine, kFunction, Form::source_role, kInvoke},
    {kMachine, kTopic, Form::source_role, kPublish},
    {kMachine, kQueue, Form::source_role, "Write sqs:SendMessage in D"},
    {kMachine, kBucket, Form::source_role, kBucketAccess},
    {kMachine, kTable, Form::source_role, kTableAccess},
    {kMachine, kMachine, Form::source_role,
     "Read states:DescribeExecution in states:@:execution:%{Destination.Name}:* ; "
     "Read events:DescribeRule in events:@:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule ; "
     "Write states:StartExecution in D ; "
     "Write states:StopExecution in states:@:execution:%{Destination.Name}:* ; "
     "Write events:PutTargets,PutRule in events:@:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
     "SOURCE", "Read|Read+Write"},
    {kMachine, kBus, Form::source_role, kPutEvents},
    {kDataSource, kTable, Form::source_role, kTableAccess},
    {kDataSource, kFunction, Form::source_role, "Write lambda:InvokeAsync,InvokeFunction in D D:*"},
    {kDataSource, kBus, Form::source_role, kPutEvents},
    {kGraphQl, kFunction, Form::permission, "Write appsync appsync:@:apis/%{Source.ResourceId}"},
};

std::string expand(std::string_view token) {
  if (token == "S" || token.starts_with("S/")) return "%{Source.Arn}" + std::string(token.substr(1));
  if (token == "D" || token.starts_with("D/") || token.starts_with("D:"))
    return "%{Destination.Arn}" + std::string(token.substr(1));
  std::string out = "arn:${AWS::Partition}:" + std::string(token);
  if (size_t at = out.find('@'); at != std::string::npos) out.replace(at, 1, "${AWS::Region}:${AWS::AccountId}");
  return out;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (auto word : split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

Value role_categories(std::string_view rules) {
  Value out = Value::dict();
  while (!rules.empty()) {
    size_t end = rules.find(" ; ");
    auto tokens = words(rules.substr(0, end));
    rules = end == std::string_view::npos ? std::string_view() : rules.substr(end + 3);
    std::string service(tokens[1].substr(0, tokens[1].find(':') + 1));
    Value actions = Value::list(), resources = Value::list();
    for (auto action : split(tokens[1].substr(service.size()), ',')) actions.push(service + std::string(action));
    for (size_t i = 3; i < tokens.size(); ++i) resources.push(expand(tokens[i]));
    out.setdefault(tokens[0], Value::dict({{"Statement", Value::list()}}))
        .get("Statement")
        .push(Value::dict({{"Effect", "Allow"}, {"Action", actions}, {"Resource", resources}}));
  }
  return out;
}

Value permission_categories(std::string_view rules) {
  auto tokens = words(rules);
  Value permission = Value::dict({{"Action", "lambda:InvokeFunction"},
                                  {"Principal", std::string(tokens[1]) + ".amazonaws.com"},
                                  {"SourceArn", expand(tokens[2])}});
  if (tokens.size() > 3) permission.set("SourceAccount", "${AWS::AccountId}");
  return Value::dict({{tokens[0], permission}});
}

Value resource_policy_categories(std::string_view rules, const char* action) {
  auto tokens = words(rules);
  Value condition = Value::dict({{"ArnEquals", Value::dict({{"aws:SourceArn", expand(tokens[2])}})}});
  Value statement = Value::dict({{"Effect", "Allow"},
                                 {"Principal", Value::dict({{"Service", std::string(tokens[1]) + ".amazonaws.com"}})},
                                 {"Resource", "%{Destination.Arn}"},
                                 {"Action", action},
                                 {"Condition", condition}});
  return Value::dict({{tokens[0], Value::dict({{"Statement", Value::list({statement})}})}});
}

}  // namespace

Value connector_profile(const std::string& source_type, const std::string& destination_type) {
  auto found = std::find_if(std::begin(kProfiles), std::end(kProfiles), [&](const Profile& profile) {
    return profile.source == source_type && profile.destination == destination_type;
  });
  if (found == std::end(kProfiles)) return {};
  Value out = Value::dict({{"SourcePolicy", found->form == Form::source_role}});
  if (!found->depended_by.empty()) out.set("DependedBy", found->depended_by);
  if (!found->combinations.empty()) {
    Value all = Value::list();
    for (auto combination : split(found->combinations, '|')) {
      Value names = Value::list();
      for (auto name : split(combination, '+')) names.push(name);
      all.push(names);
    }
    out.set("ValidAccessCategories", all);
  }
  switch (found->form) {
    case Form::source_role:
    case Form::destination_role:
      out.set("Type", "role");
      out.set("AccessCategories", role_categories(found->rules));
      break;
    case Form::permission:
      out.set("Type", "permission");
      out.set("AccessCategories", permission_categories(found->rules));
      break;
    case Form::queue:
      out.set("Type", "queue");
      out.set("AccessCategories", resource_policy_categories(found->rules, "sqs:SendMessage"));
      break;
    case Form::topic:
      out.set("Type", "topic");
      out.set("AccessCategories", resource_policy_categories(found->rules, "sns:Publish"));
      break;
  }
  return out;
}

Value connector_facts(const std::string& type, const std::string& logical_id) {
  Value by_attribute = get_att(logical_id, "Arn");
  Value by_ref = ref_to(logical_id);
  if (type == kFunction) return Value::dict({{"Role", "Role"}, {"Arn", by_attribute}});
  if (type == kMachine)
    return Value::dict({{"Role", "RoleArn"}, {"Arn", by_ref}, {"Name", get_att(logical_id, "Name")}});
  if (type == kGraphQl) return Value::dict({{"Arn", by_ref}, {"Id", get_att(logical_id, "ApiId")}});
  if (type == kDataSource) return Value::dict({{"Role", "ServiceRoleArn"}, {"Arn", by_ref}});
  if (type == kRule) return Value::dict({{"Role", true}, {"Arn", by_attribute}});  // the role is a target's
  if (type == kQueue) return Value::dict({{"Arn", by_attribute}, {"Url", by_ref}});
  if (type == kTopic) return Value::dict({{"Arn", by_ref}});
  if (type == kTable || type == kBucket || type == kPlaces || type == kBus) return Value::dict({{"Arn", by_attribute}});
  if (type == kHttpApi || type == kRestApi)
    return Value::dict({{"Arn", by_attribute}, {"Qualifier", "*"}, {"Id", by_ref}});
  return Value::dict();
}

}  // namespace thaw::sam
