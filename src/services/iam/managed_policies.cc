#include "services/iam/managed_policies.h"

#include <array>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"

namespace thaw::iam {

namespace {

constexpr std::string_view kPrefix = "arn:aws:iam::aws:policy";

#define THAW_LOGS "logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents@*"

constexpr std::array kPolicies = {
    AwsPolicy{"/", "AdministratorAccess", "*@*"},
    AwsPolicy{"/", "PowerUserAccess",
              "!iam:* organizations:* account:*@*|account:GetAccountInformation iam:CreateServiceLinkedRole "
              "iam:DeleteServiceLinkedRole iam:ListRoles organizations:DescribeOrganization@*"},
    AwsPolicy{
        "/", "ReadOnlyAccess",
        "apigateway:GET cloudformation:Describe* cloudformation:Detect* cloudformation:Estimate* cloudformation:Get* "
        "cloudformation:List* cloudwatch:Describe* cloudwatch:Get* cloudwatch:List* cognito-identity:Describe* "
        "cognito-identity:Get* cognito-identity:List* cognito-idp:AdminGet* cognito-idp:AdminList* "
        "cognito-idp:Describe* cognito-idp:Get* cognito-idp:List* dynamodb:BatchGet* dynamodb:Describe* dynamodb:Get* "
        "dynamodb:List* dynamodb:Query dynamodb:Scan ecr:BatchCheck* ecr:BatchGet* ecr:Describe* ecr:Get* ecr:List* "
        "events:Describe* events:List* events:Test* firehose:Describe* firehose:List* iam:Generate* iam:Get* iam:List* "
        "iam:Simulate* kinesis:Describe* kinesis:Get* kinesis:List* kms:Describe* kms:Get* kms:List* lambda:Get* "
        "lambda:List* logs:Describe* logs:Filter* logs:Get* logs:List* logs:Start* logs:Stop* logs:Test* "
        "pipes:Describe* "
        "pipes:List* s3:DescribeJob s3:Get* s3:List* scheduler:Get* scheduler:List* secretsmanager:Describe* "
        "secretsmanager:GetResourcePolicy secretsmanager:List* sns:Check* sns:Get* sns:List* sqs:Get* sqs:List* "
        "sqs:Receive* ssm:Describe* ssm:Get* ssm:List* states:Describe* states:Get* states:List* sts:GetAccessKeyInfo "
        "sts:GetCallerIdentity sts:GetSessionToken tag:Get* xray:BatchGet* xray:Get*@*"},
    AwsPolicy{"/", "IAMFullAccess", "iam:* organizations:DescribeAccount organizations:DescribeOrganization@*"},
    AwsPolicy{"/", "IAMReadOnlyAccess",
              "iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List* "
              "iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy@*"},
    AwsPolicy{
        "/", "AmazonDynamoDBFullAccess",
        "dynamodb:* dax:* application-autoscaling:DeleteScalingPolicy application-autoscaling:DeregisterScalableTarget "
        "application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScalingActivities "
        "application-autoscaling:DescribeScalingPolicies application-autoscaling:PutScalingPolicy "
        "application-autoscaling:RegisterScalableTarget cloudwatch:DeleteAlarms cloudwatch:DescribeAlarmHistory "
        "cloudwatch:DescribeAlarms cloudwatch:GetMetricStatistics cloudwatch:ListMetrics cloudwatch:PutMetricAlarm "
        "cloudwatch:GetMetricData iam:GetRole iam:ListRoles kms:DescribeKey kms:ListAliases sns:CreateTopic "
        "sns:ListTopics sns:Subscribe lambda:CreateFunction lambda:ListFunctions lambda:ListEventSourceMappings "
        "lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping lambda:GetFunctionConfiguration "
        "lambda:DeleteFunction tag:GetResources kinesis:ListStreams kinesis:DescribeStream@*"},
    AwsPolicy{"/", "AmazonDynamoDBFullAccess_v2", "dynamodb:* dax:* kinesis:ListStreams kinesis:DescribeStream@*"},
    AwsPolicy{
        "/", "AmazonDynamoDBReadOnlyAccess",
        "dynamodb:BatchGetItem dynamodb:Describe* dynamodb:GetItem dynamodb:List* dynamodb:PartiQLSelect "
        "dynamodb:Query dynamodb:Scan dynamodb:GetResourcePolicy cloudwatch:DescribeAlarms cloudwatch:ListMetrics "
        "cloudwatch:GetMetricData iam:GetRole iam:ListRoles lambda:ListFunctions lambda:ListEventSourceMappings@*"},
    AwsPolicy{"/", "AmazonS3FullAccess", "s3:* s3-object-lambda:*@*"},
    AwsPolicy{"/", "AmazonS3ReadOnlyAccess",
              "s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List*@*"},
    AwsPolicy{"/", "AmazonSQSFullAccess", "sqs:*@*"},
    AwsPolicy{"/", "AmazonSQSReadOnlyAccess",
              "sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListDeadLetterSourceQueues sqs:ListQueues@*"},
    AwsPolicy{"/", "AmazonSNSFullAccess", "sns:*@*"},
    AwsPolicy{"/", "AmazonSNSReadOnlyAccess", "sns:GetTopicAttributes sns:List* sns:CheckIfPhoneNumberIsOptedOut@*"},
    AwsPolicy{"/", "AmazonKinesisFullAccess", "kinesis:*@*"},
    AwsPolicy{"/", "AmazonKinesisReadOnlyAccess", "kinesis:Get* kinesis:List* kinesis:Describe*@*"},
    AwsPolicy{"/", "AmazonKinesisFirehoseFullAccess", "firehose:*@*"},
    AwsPolicy{
        "/", "AWSLambda_FullAccess",
        "cloudformation:DescribeStacks cloudformation:ListStackResources cloudwatch:ListMetrics "
        "cloudwatch:GetMetricData kms:ListAliases iam:GetPolicy iam:GetPolicyVersion iam:GetRole iam:GetRolePolicy "
        "iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoles lambda:* logs:DescribeLogGroups "
        "states:DescribeStateMachine states:ListStateMachines tag:GetResources xray:GetTraceSummaries "
        "xray:BatchGetTraces iam:PassRole@*"},
    AwsPolicy{"/", "AWSLambda_ReadOnlyAccess",
              "cloudwatch:ListMetrics cloudwatch:GetMetricData iam:GetRole iam:ListRoles lambda:Get* lambda:List* "
              "logs:DescribeLogGroups states:ListStateMachines tag:GetResources xray:BatchGetTraces@*"},
    AwsPolicy{"/", "AWSLambdaExecute", "logs:*@arn:aws:logs:*:*:*|s3:GetObject s3:PutObject@arn:aws:s3:::*"},
    AwsPolicy{"/", "AWSLambdaInvocation-DynamoDB",
              "lambda:InvokeFunction@*|dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator "
              "dynamodb:ListStreams@*"},
    AwsPolicy{"/service-role/", "AWSLambdaBasicExecutionRole", THAW_LOGS},
    AwsPolicy{
        "/service-role/", "AWSLambdaVPCAccessExecutionRole",
        THAW_LOGS
        "|ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface "
        "ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses@*"},
    AwsPolicy{"/service-role/", "AWSLambdaENIManagementAccess",
              "ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DeleteNetworkInterface "
              "ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses@*"},
    AwsPolicy{
        "/service-role/", "AWSLambdaDynamoDBExecutionRole",
        "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams@*|" THAW_LOGS},
    AwsPolicy{"/service-role/", "AWSLambdaKinesisExecutionRole",
              "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator "
              "kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard@*|" THAW_LOGS},
    AwsPolicy{"/service-role/", "AWSLambdaSQSQueueExecutionRole",
              "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes@*|" THAW_LOGS},
    AwsPolicy{"/service-role/", "AWSLambdaMSKExecutionRole",
              "kafka:DescribeCluster kafka:DescribeClusterV2 kafka:GetBootstrapBrokers ec2:CreateNetworkInterface "
              "ec2:DescribeNetworkInterfaces ec2:DescribeVpcs ec2:DeleteNetworkInterface ec2:DescribeSubnets "
              "ec2:DescribeSecurityGroups@*|" THAW_LOGS},
    AwsPolicy{"/service-role/", "AWSLambdaRole", "lambda:InvokeFunction@*"},
    AwsPolicy{"/service-role/", "AWSCodeDeployRoleForLambda",
              "cloudwatch:DescribeAlarms lambda:UpdateAlias lambda:GetAlias lambda:GetProvisionedConcurrencyConfig "
              "sns:Publish@*|s3:GetObject s3:GetObjectVersion@arn:aws:s3:::*/CodeDeploy/*|lambda:InvokeFunction@"
              "arn:aws:lambda:*:*:function:CodeDeployHook_*"},
    AwsPolicy{"/service-role/", "AWSCodeDeployRoleForLambdaLimited",
              "cloudwatch:DescribeAlarms lambda:UpdateAlias lambda:GetAlias lambda:GetProvisionedConcurrencyConfig@*|"
              "s3:GetObject s3:GetObjectVersion@arn:aws:s3:::*/CodeDeploy/*|lambda:InvokeFunction@"
              "arn:aws:lambda:*:*:function:CodeDeployHook_*"},
    AwsPolicy{
        "/service-role/", "AmazonAPIGatewayPushToCloudWatchLogs",
        "logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams logs:PutLogEvents "
        "logs:GetLogEvents logs:FilterLogEvents@*"},
    AwsPolicy{"/service-role/", "AWSAppSyncPushToCloudWatchLogs", THAW_LOGS},
    AwsPolicy{"/", "CloudWatchLambdaInsightsExecutionRolePolicy",
              "logs:CreateLogGroup@*|logs:CreateLogStream logs:PutLogEvents@"
              "arn:aws:logs:*:*:log-group:/aws/lambda-insights:*"},
    AwsPolicy{"/", "AmazonAPIGatewayInvokeFullAccess",
              "execute-api:Invoke execute-api:ManageConnections@arn:aws:execute-api:*:*:*"},
    AwsPolicy{"/", "AmazonAPIGatewayAdministrator", "apigateway:*@arn:aws:apigateway:*::/*"},
    AwsPolicy{"/", "AWSXRayDaemonWriteAccess",
              "xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets "
              "xray:GetSamplingStatisticSummaries@*"},
    AwsPolicy{"/", "AWSXrayWriteOnlyAccess",
              "xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets "
              "xray:GetSamplingStatisticSummaries@*"},
    AwsPolicy{"/", "AWSXrayReadOnlyAccess",
              "xray:GetSamplingRules xray:BatchGet* xray:Get* xray:ListResourcePolicies@*"},
    AwsPolicy{"/", "AWSXrayFullAccess", "xray:*@*"},
    AwsPolicy{"/", "CloudWatchLogsFullAccess", "logs:* cloudwatch:GenerateQuery@*"},
    AwsPolicy{"/", "CloudWatchLogsReadOnlyAccess",
              "logs:Describe* logs:Get* logs:List* logs:StartQuery logs:StopQuery logs:TestMetricFilter "
              "logs:FilterLogEvents@*"},
    AwsPolicy{"/", "CloudWatchFullAccess",
              "autoscaling:Describe* cloudwatch:* logs:* sns:* iam:GetPolicy "
              "iam:GetPolicyVersion iam:GetRole@*"},
    AwsPolicy{
        "/", "CloudWatchReadOnlyAccess",
        "cloudwatch:Describe* cloudwatch:Get* cloudwatch:List* logs:Describe* logs:Get* logs:List* logs:StartQuery "
        "logs:StopQuery logs:FilterLogEvents sns:Get* sns:List*@*"},
    AwsPolicy{"/", "CloudWatchAgentServerPolicy",
              "cloudwatch:PutMetricData logs:PutLogEvents logs:PutRetentionPolicy logs:DescribeLogStreams "
              "logs:DescribeLogGroups logs:CreateLogStream logs:CreateLogGroup xray:PutTraceSegments "
              "xray:PutTelemetryRecords@*|ssm:GetParameter@arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"},
    AwsPolicy{"/", "AmazonSSMFullAccess", "cloudwatch:PutMetricData logs:* ssm:* ec2messages:*@*"},
    AwsPolicy{"/", "AmazonSSMReadOnlyAccess", "ssm:Describe* ssm:Get* ssm:List*@*"},
    AwsPolicy{"/", "SecretsManagerReadWrite",
              "secretsmanager:* cloudformation:CreateChangeSet cloudformation:DescribeChangeSet "
              "cloudformation:DescribeStackResource cloudformation:DescribeStacks cloudformation:ExecuteChangeSet "
              "kms:DescribeKey kms:ListAliases kms:ListKeys lambda:ListFunctions tag:GetResources@*"},
    AwsPolicy{"/", "AWSStepFunctionsFullAccess", "states:*@*"},
    AwsPolicy{"/", "AWSStepFunctionsReadOnlyAccess",
              "states:ListStateMachines states:ListActivities states:DescribeStateMachine "
              "states:DescribeStateMachineForExecution states:ListExecutions states:DescribeExecution "
              "states:GetExecutionHistory states:DescribeActivity@*"},
    AwsPolicy{"/", "AmazonEventBridgeFullAccess", "events:* schemas:* scheduler:* pipes:*@*"},
    AwsPolicy{"/", "AmazonEventBridgeReadOnlyAccess",
              "events:Describe* events:List* events:TestEventPattern scheduler:Get* scheduler:List* pipes:Describe* "
              "pipes:List*@*"},
    AwsPolicy{"/", "AmazonEventBridgeSchedulerFullAccess", "scheduler:*@*"},
    AwsPolicy{"/", "AWSCloudFormationFullAccess", "cloudformation:*@*"},
    AwsPolicy{"/", "AWSCloudFormationReadOnlyAccess",
              "cloudformation:Describe* cloudformation:EstimateTemplateCost cloudformation:Get* cloudformation:List* "
              "cloudformation:ValidateTemplate cloudformation:Detect*@*"},
    AwsPolicy{"/", "AmazonCognitoPowerUser", "cognito-identity:* cognito-idp:* cognito-sync:* iam:ListRoles@*"},
    AwsPolicy{"/", "AmazonCognitoReadOnly",
              "cognito-identity:Describe* cognito-identity:Get* cognito-identity:List* cognito-idp:Describe* "
              "cognito-idp:AdminGet* cognito-idp:AdminList* cognito-idp:List* cognito-idp:Get*@*"},
    AwsPolicy{"/", "AmazonSESFullAccess", "ses:*@*"},
    AwsPolicy{"/", "AmazonRDSDataFullAccess",
              "rds-data:BatchExecuteStatement rds-data:BeginTransaction rds-data:CommitTransaction "
              "rds-data:ExecuteStatement rds-data:RollbackTransaction@*|secretsmanager:GetSecretValue@"
              "arn:aws:secretsmanager:*:*:secret:rds-db-credentials/*"},
    AwsPolicy{"/", "AmazonEC2ContainerRegistryReadOnly",
              "ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer "
              "ecr:GetRepositoryPolicy ecr:DescribeRepositories ecr:ListImages ecr:DescribeImages ecr:BatchGetImage "
              "ecr:GetLifecyclePolicy ecr:ListTagsForResource@*"},
    AwsPolicy{"/", "AmazonEC2ContainerRegistryFullAccess", "ecr:*@*"},
    AwsPolicy{"/", "AmazonVPCReadOnlyAccess", "ec2:Describe* ec2:Get*@*"},
    AwsPolicy{"/", "AmazonBedrockFullAccess", "bedrock:*@*"},
};

#undef THAW_LOGS

Json list(std::string_view words) {
  Json out = Json::array();
  for (std::string_view word : split(words, ' ')) {
    if (!word.empty()) out.push_back(word);
  }
  return out.size() == 1 ? out.items()[0] : out;
}

}  // namespace

std::string AwsPolicy::arn() const { return std::string(kPrefix).append(path).append(name); }

std::string AwsPolicy::id() const {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  Sha256Digest digest = Sha256::of(arn());
  std::string out = "ANPA";
  for (size_t i = 0; i < 17; ++i) out += digits[digest[i] & 31];
  return out;
}

std::string AwsPolicy::document() const {
  Json::Array all;
  for (std::string_view text : split(statements, '|')) {
    size_t at = text.find('@');
    bool inverted = text.starts_with('!');
    Json statement = Json::object({{"Effect", "Allow"}});
    statement.set(inverted ? "NotAction" : "Action", list(text.substr(inverted ? 1 : 0, at - (inverted ? 1 : 0))));
    statement.set("Resource", list(text.substr(at + 1)));
    all.push_back(std::move(statement));
  }
  return Json::object({{"Version", "2012-10-17"}, {"Statement", Json(std::move(all))}}).dump();
}

std::span<const AwsPolicy> aws_policies() { return kPolicies; }

bool is_aws_policy_arn(std::string_view arn) { return arn.starts_with(kPrefix); }

const AwsPolicy* find_aws_policy(std::string_view arn) {
  if (!is_aws_policy_arn(arn)) return nullptr;
  std::string_view rest = arn.substr(kPrefix.size());
  for (const AwsPolicy& policy : kPolicies) {
    bool same = rest.size() == policy.path.size() + policy.name.size() && rest.starts_with(policy.path) &&
                rest.ends_with(policy.name);
    if (same) return &policy;
  }
  return nullptr;
}

}  // namespace thaw::iam
