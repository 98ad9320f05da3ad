// Policy templates: named statements with parameters, such as DynamoDBCrudPolicy with TableName.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "services/cloudformation/sam/role.h"

namespace thaw::sam {

namespace {

// One token after another:
//   = NAME PARAMETER...                                    a template
//   - SERVICE:ACTION,ACTION... on RESOURCE | in RESOURCE... a statement; "in" makes a list even of one resource
//   + SERVICE:ACTION ...                                   the same with one action that is not in a list
//   if OPERATOR KEY VALUE                                  its condition
// Resources and values: "arn:PARTITION:" comes before all but * and those that start with !, @ stands for region and
// account, <name=Parameter> for a parameter's value under that name in Fn::Sub.
constexpr std::string_view kTemplates = R"(
= AMIDescribePolicy
- ec2:DescribeImages on *
= AWSSecretsManagerGetSecretValuePolicy SecretArn
- secretsmanager:GetSecretValue on !<secretArn=SecretArn>
= AWSSecretsManagerRotationPolicy FunctionName
- secretsmanager:DescribeSecret,GetSecretValue,PutSecretValue,UpdateSecretVersionStage on secretsmanager:@:secret:*
if StringEquals secretsmanager:resource/AllowRotationLambdaArn lambda:@:function:<functionName=FunctionName>
- secretsmanager:GetRandomPassword on *
= AcmGetCertificatePolicy CertificateArn
- acm:GetCertificate on !<certificateArn=CertificateArn>
= AthenaQueryPolicy WorkGroupName
- athena:ListWorkGroups,GetExecutionEngine,GetExecutionEngines,GetNamespace,GetCatalogs
athena:GetNamespaces,GetTables,GetTable on *
- athena:StartQueryExecution,GetQueryResults,DeleteNamedQuery,GetNamedQuery,ListQueryExecutions
athena:StopQueryExecution,GetQueryResultsStream,ListNamedQueries,CreateNamedQuery
athena:GetQueryExecution,BatchGetNamedQuery,BatchGetQueryExecution,GetWorkGroup on
athena:@:workgroup/<workgroupName=WorkGroupName>
= CloudFormationDescribeStacksPolicy
- cloudformation:DescribeStacks on cloudformation:@:stack/*
= CloudWatchDashboardPolicy
- cloudwatch:GetDashboard,ListDashboards,PutDashboard,ListMetrics on *
= CloudWatchDescribeAlarmHistoryPolicy
- cloudwatch:DescribeAlarmHistory on *
= CloudWatchPutMetricPolicy
- cloudwatch:PutMetricData on *
= CodeCommitCrudPolicy RepositoryName
- codecommit:GitPull,GitPush,CreateBranch,DeleteBranch,GetBranch,ListBranches,MergeBranchesByFastForward
codecommit:MergeBranchesBySquash,MergeBranchesByThreeWay,UpdateDefaultBranch,BatchDescribeMergeConflicts
codecommit:CreateUnreferencedMergeCommit,DescribeMergeConflicts,GetMergeCommit,GetMergeOptions
codecommit:BatchGetPullRequests,CreatePullRequest,DescribePullRequestEvents,GetCommentsForPullRequest
codecommit:GetCommitsFromMergeBase,GetMergeConflicts,GetPullRequest,ListPullRequests
codecommit:MergePullRequestByFastForward,MergePullRequestBySquash,MergePullRequestByThreeWay
codecommit:PostCommentForPullRequest,UpdatePullRequestDescription,UpdatePullRequestStatus
codecommit:UpdatePullRequestTitle,DeleteFile,GetBlob,GetFile,GetFolder,PutFile,DeleteCommentContent
codecommit:GetComment,GetCommentsForComparedCommit,PostCommentForComparedCommit,PostCommentReply
codecommit:UpdateComment,BatchGetCommits,CreateCommit,GetCommit,GetCommitHistory
codecommit:GetDifferences,GetObjectIdentifier,GetReferences,GetTree,GetRepository
codecommit:UpdateRepositoryDescription,ListTagsForResource,TagResource,UntagResource
codecommit:GetRepositoryTriggers,PutRepositoryTriggers,TestRepositoryTriggers,GetBranch
codecommit:GetCommit,UploadArchive,GetUploadArchiveStatus,CancelUploadArchive on
codecommit:@:<repositoryName=RepositoryName>
= CodeCommitReadPolicy RepositoryName
- codecommit:GitPull,GetBranch,ListBranches,BatchDescribeMergeConflicts,DescribeMergeConflicts
codecommit:GetMergeCommit,GetMergeOptions,BatchGetPullRequests,DescribePullRequestEvents
codecommit:GetCommentsForPullRequest,GetCommitsFromMergeBase,GetMergeConflicts,GetPullRequest
codecommit:ListPullRequests,GetBlob,GetFile,GetFolder,GetComment,GetCommentsForComparedCommit
codecommit:BatchGetCommits,GetCommit,GetCommitHistory,GetDifferences,GetObjectIdentifier
codecommit:GetReferences,GetTree,GetRepository,ListTagsForResource,GetRepositoryTriggers
codecommit:TestRepositoryTriggers,GetBranch,GetCommit,GetUploadArchiveStatus on
codecommit:@:<repositoryName=RepositoryName>
= CodePipelineLambdaExecutionPolicy
- codepipeline:PutJobSuccessResult,PutJobFailureResult on *
= CodePipelineReadOnlyPolicy PipelineName
- codepipeline:ListPipelineExecutions on codepipeline:@:<pipelinename=PipelineName>
= ComprehendBasicAccessPolicy
- comprehend:BatchDetectKeyPhrases,DetectDominantLanguage,DetectEntities,BatchDetectEntities
comprehend:DetectKeyPhrases,DetectSentiment,BatchDetectDominantLanguage,BatchDetectSentiment on *
= CostExplorerReadOnlyPolicy
- ce:GetCostAndUsage,GetDimensionValues,GetReservationCoverage,GetReservationPurchaseRecommendation
ce:GetReservationUtilization,GetTags on *
= DynamoDBBackupFullAccessPolicy TableName
- dynamodb:CreateBackup,DescribeContinuousBackups on dynamodb:@:table/<tableName=TableName>
- dynamodb:DeleteBackup,DescribeBackup,ListBackups on dynamodb:@:table/<tableName=TableName>/backup/*
= DynamoDBCrudPolicy TableName
- dynamodb:GetItem,DeleteItem,PutItem,Scan,Query,UpdateItem,BatchWriteItem,BatchGetItem
dynamodb:DescribeTable,ConditionCheckItem in dynamodb:@:table/<tableName=TableName>
dynamodb:@:table/<tableName=TableName>/index/*
= DynamoDBReadPolicy TableName
- dynamodb:GetItem,Scan,Query,BatchGetItem,DescribeTable in dynamodb:@:table/<tableName=TableName>
dynamodb:@:table/<tableName=TableName>/index/*
= DynamoDBReconfigurePolicy TableName
- dynamodb:UpdateTable on dynamodb:@:table/<tableName=TableName>
= DynamoDBRestoreFromBackupPolicy TableName
- dynamodb:RestoreTableFromBackup on dynamodb:@:table/<tableName=TableName>/backup/*
- dynamodb:PutItem,UpdateItem,DeleteItem,GetItem,Query,Scan,BatchWriteItem on dynamodb:@:table/<tableName=TableName>
= DynamoDBStreamReadPolicy StreamName TableName
- dynamodb:DescribeStream,GetRecords,GetShardIterator on
dynamodb:@:table/<tableName=TableName>/stream/<streamName=StreamName>
- dynamodb:ListStreams on dynamodb:@:table/<tableName=TableName>/stream/*
= DynamoDBWritePolicy TableName
- dynamodb:PutItem,UpdateItem,BatchWriteItem in dynamodb:@:table/<tableName=TableName>
dynamodb:@:table/<tableName=TableName>/index/*
= EC2CopyImagePolicy ImageId
- ec2:CopyImage on ec2:@:image/<imageId=ImageId>
= EC2DescribePolicy
- ec2:DescribeRegions,DescribeInstances on *
= EFSWriteAccessPolicy AccessPoint FileSystem
- elasticfilesystem:ClientMount,ClientWrite on elasticfilesystem:@:file-system/<FileSystem=FileSystem> if
StringEquals elasticfilesystem:AccessPointArn elasticfilesystem:@:access-point/<AccessPoint=AccessPoint>
= EKSDescribePolicy
- eks:DescribeCluster,ListClusters on *
= EcsRunTaskPolicy TaskDefinition
- ecs:RunTask on ecs:@:task-definition/<taskDefinition=TaskDefinition>
= ElasticMapReduceAddJobFlowStepsPolicy ClusterId
+ elasticmapreduce:AddJobFlowSteps on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticMapReduceCancelStepsPolicy ClusterId
+ elasticmapreduce:CancelSteps on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticMapReduceModifyInstanceFleetPolicy ClusterId
- elasticmapreduce:ModifyInstanceFleet,ListInstanceFleets on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticMapReduceModifyInstanceGroupsPolicy ClusterId
- elasticmapreduce:ModifyInstanceGroups,ListInstanceGroups on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticMapReduceSetTerminationProtectionPolicy ClusterId
+ elasticmapreduce:SetTerminationProtection on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticMapReduceTerminateJobFlowsPolicy ClusterId
+ elasticmapreduce:TerminateJobFlows on elasticmapreduce:@:cluster/<clusterId=ClusterId>
= ElasticsearchHttpPostPolicy DomainName
- es:ESHttpPost,ESHttpPut on es:@:domain/<domainName=DomainName>/*
= EventBridgePutEventsPolicy EventBusName
+ events:PutEvents on events:@:event-bus/<eventBusName=EventBusName>
= FilterLogEventsPolicy LogGroupName
- logs:FilterLogEvents on logs:@:log-group:<logGroupName=LogGroupName>:log-stream:*
= FirehoseCrudPolicy DeliveryStreamName
- firehose:CreateDeliveryStream,DeleteDeliveryStream,DescribeDeliveryStream,PutRecord
firehose:PutRecordBatch,UpdateDestination on firehose:@:deliverystream/<deliveryStreamName=DeliveryStreamName>
= FirehoseWritePolicy DeliveryStreamName
- firehose:PutRecord,PutRecordBatch on firehose:@:deliverystream/<deliveryStreamName=DeliveryStreamName>
= KMSDecryptPolicy KeyId
+ kms:Decrypt on kms:@:key/<keyId=KeyId>
= KMSEncryptPolicy KeyId
+ kms:Encrypt on kms:@:key/<keyId=KeyId>
= KMSEncryptPolicy_v2 KeyId
-
kms:Encrypt,GenerateDataKey,GenerateDataKeyWithoutPlaintext,GenerateDataKeyPair,GenerateDataKeyPairWithoutPlaintext
on kms:@:key/<keyId=KeyId>
= KinesisCrudPolicy StreamName
- kinesis:AddTagsToStream,CreateStream,DecreaseStreamRetentionPeriod,DeleteStream,DescribeStream
kinesis:DescribeStreamSummary,GetShardIterator,IncreaseStreamRetentionPeriod,ListTagsForStream
kinesis:MergeShards,PutRecord,PutRecords,SplitShard,RemoveTagsFromStream on kinesis:@:stream/<streamName=StreamName>
= KinesisStreamReadPolicy StreamName
- kinesis:ListStreams,DescribeLimits on kinesis:@:stream/*
- kinesis:DescribeStream,DescribeStreamSummary,GetRecords,GetShardIterator on
kinesis:@:stream/<streamName=StreamName>
= LambdaInvokePolicy FunctionName
- lambda:InvokeFunction on lambda:@:function:<functionName=FunctionName>*
= MobileAnalyticsWriteOnlyAccessPolicy
- mobileanalytics:PutEvents on *
= OrganizationsListAccountsPolicy
- organizations:ListAccounts on *
= PinpointEndpointAccessPolicy PinpointApplicationId
- mobiletargeting:GetEndpoint,UpdateEndpoint,UpdateEndpointsBatch on
mobiletargeting:@:apps/<pinpointApplicationId=PinpointApplicationId>/endpoints/*
= PollyFullAccessPolicy LexiconName
- polly:GetLexicon,DeleteLexicon in polly:@:lexicon/<lexiconName=LexiconName>
- polly:DescribeVoices,ListLexicons,PutLexicon,SynthesizeSpeech in polly:@:lexicon/*
= RekognitionDetectOnlyPolicy
- rekognition:DetectFaces,DetectLabels,DetectModerationLabels,DetectText on *
= RekognitionFacesManagementPolicy CollectionId
- rekognition:IndexFaces,DeleteFaces,SearchFaces,SearchFacesByImage,ListFaces on
rekognition:@:collection/<collectionId=CollectionId>
= RekognitionFacesPolicy
- rekognition:CompareFaces,DetectFaces on *
= RekognitionLabelsPolicy
- rekognition:DetectLabels,DetectModerationLabels on *
= RekognitionNoDataAccessPolicy CollectionId
- rekognition:CompareFaces,DetectFaces,DetectLabels,DetectModerationLabels on
rekognition:@:collection/<collectionId=CollectionId>
= RekognitionReadPolicy CollectionId
- rekognition:ListCollections,ListFaces,SearchFaces,SearchFacesByImage on
rekognition:@:collection/<collectionId=CollectionId>
= RekognitionWriteOnlyAccessPolicy CollectionId
- rekognition:CreateCollection,IndexFaces on rekognition:@:collection/<collectionId=CollectionId>
= Route53ChangeResourceRecordSetsPolicy HostedZoneId
- route53:ChangeResourceRecordSets on route53:::hostedzone/<HostedZoneId=HostedZoneId>
= S3CrudPolicy BucketName
- s3:GetObject,ListBucket,GetBucketLocation,GetObjectVersion,PutObject,PutObjectAcl
s3:GetLifecycleConfiguration,PutLifecycleConfiguration,DeleteObject in s3:::<bucketName=BucketName>
s3:::<bucketName=BucketName>/*
= S3FullAccessPolicy BucketName
- s3:GetObject,GetObjectAcl,GetObjectVersion,PutObject,PutObjectAcl,DeleteObject,DeleteObjectTagging
s3:DeleteObjectVersionTagging,GetObjectTagging,GetObjectVersionTagging,PutObjectTagging s3:PutObjectVersionTagging
in s3:::<bucketName=BucketName>/*
- s3:ListBucket,GetBucketLocation,GetLifecycleConfiguration,PutLifecycleConfiguration in
s3:::<bucketName=BucketName>
= S3ReadPolicy BucketName
- s3:GetObject,ListBucket,GetBucketLocation,GetObjectVersion,GetLifecycleConfiguration in
s3:::<bucketName=BucketName> s3:::<bucketName=BucketName>/*
= S3WritePolicy BucketName
- s3:PutObject,PutObjectAcl,PutLifecycleConfiguration in s3:::<bucketName=BucketName> s3:::<bucketName=BucketName>/*
= SESBulkTemplatedCrudPolicy IdentityName
- ses:GetIdentityVerificationAttributes,SendEmail,SendRawEmail,SendTemplatedEmail,SendBulkTemplatedEmail
ses:VerifyEmailIdentity on ses:@:identity/<identityName=IdentityName>
= SESBulkTemplatedCrudPolicy_v2 IdentityName TemplateName
- ses:SendEmail,SendRawEmail,SendTemplatedEmail,SendBulkTemplatedEmail in ses:@:identity/<identityName=IdentityName>
ses:@:template/<templateName=TemplateName>
- ses:GetIdentityVerificationAttributes,VerifyEmailIdentity on *
= SESCrudPolicy IdentityName
- ses:GetIdentityVerificationAttributes,SendEmail,SendRawEmail,VerifyEmailIdentity on
ses:@:identity/<identityName=IdentityName>
= SESEmailTemplateCrudPolicy
- ses:CreateTemplate,GetTemplate,ListTemplates,UpdateTemplate,DeleteTemplate,TestRenderTemplate on *
= SESSendBouncePolicy IdentityName
- ses:SendBounce on ses:@:identity/<identityName=IdentityName>
= SNSCrudPolicy TopicName
- sns:ListSubscriptionsByTopic,CreateTopic,SetTopicAttributes,Subscribe,Publish on sns:@:<topicName=TopicName>*
= SNSPublishMessagePolicy TopicName
- sns:Publish on sns:@:<topicName=TopicName>
= SQSPollerPolicy QueueName
- sqs:ChangeMessageVisibility,ChangeMessageVisibilityBatch,DeleteMessage,DeleteMessageBatch
sqs:GetQueueAttributes,ReceiveMessage on sqs:@:<queueName=QueueName>
= SQSSendMessagePolicy QueueName
- sqs:SendMessage* on sqs:@:<queueName=QueueName>
= SSMParameterReadPolicy ParameterName
- ssm:DescribeParameters on *
- ssm:GetParameters,GetParameter,GetParametersByPath on ssm:@:parameter/<parameterName=ParameterName>
= SSMParameterWithSlashPrefixReadPolicy ParameterName
- ssm:DescribeParameters on *
- ssm:GetParameters,GetParameter,GetParametersByPath on ssm:@:parameter<parameterName=ParameterName>
= SageMakerCreateEndpointConfigPolicy EndpointConfigName
- sagemaker:CreateEndpointConfig on sagemaker:@:endpoint-config/<endpointConfigName=EndpointConfigName>
= SageMakerCreateEndpointPolicy EndpointName
- sagemaker:CreateEndpoint on sagemaker:@:endpoint/<endpointName=EndpointName>
= ServerlessRepoReadWriteAccessPolicy
- serverlessrepo:CreateApplication,CreateApplicationVersion,UpdateApplication,GetApplication
serverlessrepo:ListApplications,ListApplicationVersions,ListApplicationDependencies in
serverlessrepo:@:applications/*
= StepFunctionsCallbackPolicy StateMachineName
- states:SendTaskFailure,SendTaskHeartbeat,SendTaskSuccess on
states:@:stateMachine:<stateMachineName=StateMachineName>
= StepFunctionsExecutionPolicy StateMachineName
- states:StartExecution on states:@:stateMachine:<stateMachineName=StateMachineName>
= StepFunctionsExecutionPolicy_v2 StateMachineName
- states:StartExecution,StartSyncExecution on states:@:stateMachine:<stateMachineName=StateMachineName>
= TextractDetectAnalyzePolicy
- textract:DetectDocumentText,StartDocumentTextDetection,StartDocumentAnalysis,AnalyzeDocument on *
= TextractGetResultPolicy
- textract:GetDocumentTextDetection,GetDocumentAnalysis on *
= TextractPolicy
- textract:* on *
= VPCAccessPolicy
- ec2:CreateNetworkInterface,DeleteNetworkInterface,DescribeNetworkInterfaces,DetachNetworkInterface on *
)";

struct Statement {
  std::vector<std::string_view> actions, resources, condition;
  bool list_of_actions = true;
  bool list_of_resources = false;
};
struct Template {
  std::vector<std::string_view> parameters;
  std::vector<Statement> statements;
};
using Templates = std::map<std::string_view, Template>;

Templates parse_templates() {
  Templates out;
  Template* current = nullptr;
  std::vector<std::string_view>* into = nullptr;
  bool name_follows = false;
  for (auto line : split(kTemplates, '\n')) {
    for (auto token : split(line, ' ')) {
      if (token.empty()) continue;
      if (name_follows) {
        current = &out[token];
        into = &current->parameters;
        name_follows = false;
      } else if (token == "=") {
        name_follows = true;
      } else if (token == "-" || token == "+") {
        auto& statement = current->statements.emplace_back();
        statement.list_of_actions = token == "-";
        into = &statement.actions;
      } else if (token == "on" || token == "in") {
        current->statements.back().list_of_resources = token == "in";
        into = &current->statements.back().resources;
      } else if (token == "if") {
        into = &current->statements.back().condition;
      } else {
        into->push_back(token);
      }
    }
  }
  return out;
}

const Templates& templates() {
  static const Templates all = parse_templates();
  return all;
}

Value expand(std::string_view pattern, const Value& parameters) {
  if (pattern == "*") return "*";
  const bool whole = pattern.starts_with("!");
  std::string text = whole ? "" : "arn:${AWS::Partition}:";
  if (whole) pattern.remove_prefix(1);
  Value variables = Value::dict();
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '@') {
      text += "${AWS::Region}:${AWS::AccountId}";
    } else if (pattern[i] == '<') {
      size_t equals = pattern.find('=', i), end = pattern.find('>', i);
      std::string name(pattern.substr(i + 1, equals - i - 1));
      variables.set(name, parameters.get(pattern.substr(equals + 1, end - equals - 1)));
      text += "${" + name + "}";
      i = end;
    } else {
      text += pattern[i];
    }
  }
  return variables ? sub(text, variables) : sub(text);
}

Value make_statement(const Statement& statement, const Value& parameters) {
  Value actions = Value::list();
  for (auto group : statement.actions) {
    std::string service(group.substr(0, group.find(':') + 1));
    for (auto action : split(group.substr(service.size()), ',')) actions.push(service + std::string(action));
  }
  Value resources = Value::list();
  for (auto pattern : statement.resources) resources.push(expand(pattern, parameters));
  Value out = Value::dict({{"Effect", "Allow"}});
  out.set("Action", statement.list_of_actions ? actions : actions.elements()[0]);
  out.set("Resource", statement.list_of_resources ? resources : resources.elements()[0]);
  if (auto& c = statement.condition; !c.empty())
    out.set("Condition", Value::dict({{c[0], Value::dict({{c[1], expand(c[2], parameters)}})}}));
  return out;
}

Value expand_template(const std::string& id, const Value& entry) {
  auto [name, parameters] = entry.items()[0];
  if (!parameters.is_dict())
    throw InvalidResource{id, "Must specify valid parameter values for policy template '" + name.s + "'"};
  const Template& found = templates().at(name.s);
  Value missing = Value::list();
  for (auto parameter : found.parameters)
    if (!parameters.has(parameter)) missing.push(parameter);
  if (missing)
    throw InvalidResource{
        id, "Following required parameters of template '" + name.s + "' don't have values: " + missing.str()};
  Value statements = Value::list();
  for (auto& statement : found.statements) statements.push(make_statement(statement, parameters));
  return Value::dict({{"Statement", statements}});
}

}  // namespace

bool has_policy_template(std::string_view name) { return templates().contains(name); }

void expand_policy_templates(const std::string& id, Value properties) {
  if (!properties.has("Policies")) return;
  auto entries = read_policies(properties.get("Policies"), true);
  if (entries.empty()) return;
  Value out = Value::list();
  for (auto& [data, kind] : entries) {
    if (kind != PolicyKind::from_template) {
      out.push(data);
    } else if (is_if(data)) {
      auto branch = [&id, call = data.get("Fn::If")](size_t i) {
        const Value& value = call.elements()[i];
        return is_no_value(value) ? value : expand_template(id, value);
      };
      out.push(Value::dict({{"Fn::If", Value::list({data.get("Fn::If").elements()[0], branch(1), branch(2)})}}));
    } else {
      out.push(expand_template(id, data));
    }
  }
  properties.set("Policies", out);
}

}  // namespace thaw::sam
