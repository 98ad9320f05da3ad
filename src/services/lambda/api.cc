#include "services/lambda/api.h"

namespace thaw::lambda {
namespace {

using api::Field;
using api::Fields;

constexpr const char* function_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
constexpr const char* alias_pattern = R"(([a-zA-Z0-9-_]*[a-zA-Z-_][a-zA-Z0-9-_]*))";

Field function_name(Field field) { return field.required().length(1, 256).pattern(function_pattern); }
Field function_in_uri(Field field) { return function_name(field).uri(); }
Field qualifier(Field field) { return field.query("Qualifier").length(1, 128).pattern(R"((|[a-zA-Z0-9$_-]+))"); }
Field marker(Field field) { return field.query("Marker"); }
Field max_items(Field field, int max = 10'000) { return field.query("MaxItems").range(1, max); }

}  // namespace

// Members whose type has the name of the member carry a trailing underscore in C++.
#define MEMBER_OF(name) f.add(#name, &Self::name##_)

void FunctionCode::describe(Fields& f) {
  using Self = FunctionCode;
  MEMBER(ZipFile);
  MEMBER(S3Bucket).length(3, 63).pattern(R"([0-9A-Za-z\.\-_]*[0-9A-Za-z\-_])");
  MEMBER(S3Key).length(1, 1024);
  MEMBER(S3ObjectVersion).length(1, 1024);
  MEMBER(ImageUri);
  MEMBER(SourceKMSKeyArn);
}
void VpcConfig::describe(Fields& f) {
  using Self = VpcConfig;
  MEMBER(SubnetIds).length(0, 16);
  MEMBER(SecurityGroupIds).length(0, 5);
  MEMBER(Ipv6AllowedForDualStack);
}
void DeadLetterConfig::describe(Fields& f) { f.add("TargetArn", &DeadLetterConfig::TargetArn); }
void Environment::describe(Fields& f) { f.add("Variables", &Environment::Variables); }
void TracingConfig::describe(Fields& f) { f.add("Mode", &TracingConfig::Mode).one_of({"Active", "PassThrough"}); }
void EphemeralStorage::describe(Fields& f) { f.add("Size", &EphemeralStorage::Size).required().range(512, 10'240); }
void SnapStart::describe(Fields& f) {
  using Self = SnapStart;
  MEMBER(ApplyOn).one_of({"PublishedVersions", "None"});
  MEMBER(OptimizationStatus);
}
void LoggingConfig::describe(Fields& f) {
  using Self = LoggingConfig;
  MEMBER(LogFormat).one_of({"JSON", "Text"});
  MEMBER(ApplicationLogLevel).one_of({"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"});
  MEMBER(SystemLogLevel).one_of({"DEBUG", "INFO", "WARN"});
  MEMBER(LogGroup).length(1, 512).pattern(R"([\.\-_/#A-Za-z0-9]+)");
}
void LayerReference::describe(Fields& f) {
  using Self = LayerReference;
  MEMBER(Arn);
  MEMBER(CodeSize);
}

void FunctionConfiguration::describe(Fields& f) {
  using Self = FunctionConfiguration;
  MEMBER(FunctionName);
  MEMBER(FunctionArn);
  MEMBER(Runtime);
  MEMBER(Role);
  MEMBER(Handler);
  MEMBER(CodeSize);
  MEMBER(Description);
  MEMBER(Timeout);
  MEMBER(MemorySize);
  MEMBER(LastModified);
  MEMBER(CodeSha256);
  MEMBER(Version);
  MEMBER_OF(DeadLetterConfig);
  MEMBER_OF(Environment);
  MEMBER(KMSKeyArn);
  MEMBER_OF(TracingConfig);
  MEMBER(MasterArn);
  MEMBER(RevisionId);
  MEMBER(Layers);
  MEMBER(State);
  MEMBER(StateReason);
  MEMBER(StateReasonCode);
  MEMBER(LastUpdateStatus);
  MEMBER(PackageType);
  MEMBER(Architectures);
  MEMBER_OF(EphemeralStorage);
  MEMBER_OF(SnapStart);
  MEMBER_OF(LoggingConfig);
}

namespace {
template <class Self>
void describe_settings(Fields& f) {
  MEMBER(Runtime);
  MEMBER(Role).pattern(R"(arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)");
  MEMBER(Handler).length(0, 128).pattern(R"([^\s]+)");
  MEMBER(Description).length(0, 256);
  MEMBER(KMSKeyArn);
  MEMBER(Timeout).min(1);
  MEMBER(MemorySize).range(128, 10'240);
  MEMBER_OF(VpcConfig);
  MEMBER_OF(DeadLetterConfig);
  MEMBER_OF(Environment);
  MEMBER_OF(TracingConfig);
  MEMBER(Layers).each_length(1, 140).each_pattern(
      R"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)");
  MEMBER_OF(EphemeralStorage);
  MEMBER_OF(SnapStart);
  MEMBER_OF(LoggingConfig);
  MEMBER(FileSystemConfigs);
  MEMBER(ImageConfig);
  MEMBER(CapacityProviderConfig);
  MEMBER(DurableConfig);
}
}  // namespace

void CreateFunctionInput::describe(Fields& f) {
  using Self = CreateFunctionInput;
  function_name(MEMBER(FunctionName));
  describe_settings<Self>(f);
  MEMBER(Code).required();
  MEMBER(Publish);
  MEMBER(PackageType).one_of({"Zip", "Image"});
  MEMBER(CodeSigningConfigArn);
  MEMBER(PublishTo);
  MEMBER_OF(Tags);
  MEMBER(Architectures).length(1, 1).each_one_of({"x86_64", "arm64"});
  MEMBER(TenancyConfig);
}
void UpdateFunctionConfigurationInput::describe(Fields& f) {
  using Self = UpdateFunctionConfigurationInput;
  function_in_uri(MEMBER(FunctionName));
  describe_settings<Self>(f);
  MEMBER(RevisionId);
}
void UpdateFunctionCodeInput::describe(Fields& f) {
  FunctionCode::describe(f);
  using Self = UpdateFunctionCodeInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(Publish);
  MEMBER(DryRun);
  MEMBER(RevisionId);
  MEMBER(PublishTo);
  MEMBER(Architectures).length(1, 1).each_one_of({"x86_64", "arm64"});
}

void FunctionInput::describe(Fields& f) {
  using Self = FunctionInput;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier));
}
void FunctionCodeLocation::describe(Fields& f) {
  using Self = FunctionCodeLocation;
  MEMBER(RepositoryType);
  MEMBER(Location);
}
void Concurrency::describe(Fields& f) {
  f.add("ReservedConcurrentExecutions", &Concurrency::ReservedConcurrentExecutions);
}
void GetFunctionOutput::describe(Fields& f) {
  using Self = GetFunctionOutput;
  MEMBER(Configuration);
  MEMBER(Code);
  MEMBER_OF(Tags);
  MEMBER_OF(Concurrency);
}
void ListFunctionsInput::describe(Fields& f) {
  using Self = ListFunctionsInput;
  MEMBER(MasterRegion).query("MasterRegion").pattern("ALL|[a-z]{2}(-gov)?-[a-z]+-\\d{1}");
  MEMBER(FunctionVersion).query("FunctionVersion").one_of({"ALL"});
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems));
}
void ListFunctionsOutput::describe(Fields& f) {
  using Self = ListFunctionsOutput;
  MEMBER(NextMarker);
  MEMBER(Functions);
}
void PutFunctionConcurrencyInput::describe(Fields& f) {
  using Self = PutFunctionConcurrencyInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(ReservedConcurrentExecutions).required().min(0);
}
void AccountLimit::describe(Fields& f) {
  using Self = AccountLimit;
  MEMBER(TotalCodeSize);
  MEMBER(CodeSizeUnzipped);
  MEMBER(CodeSizeZipped);
  MEMBER(ConcurrentExecutions);
  MEMBER(UnreservedConcurrentExecutions);
}
void AccountUsage::describe(Fields& f) {
  using Self = AccountUsage;
  MEMBER(TotalCodeSize);
  MEMBER(FunctionCount);
}
void GetAccountSettingsOutput::describe(Fields& f) {
  using Self = GetAccountSettingsOutput;
  MEMBER_OF(AccountLimit);
  MEMBER_OF(AccountUsage);
}

void PublishVersionInput::describe(Fields& f) {
  using Self = PublishVersionInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(CodeSha256);
  MEMBER(Description).length(0, 256);
  MEMBER(RevisionId);
  MEMBER(PublishTo);
}
void ListVersionsInput::describe(Fields& f) {
  using Self = ListVersionsInput;
  function_in_uri(MEMBER(FunctionName));
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems));
}
void ListVersionsOutput::describe(Fields& f) {
  using Self = ListVersionsOutput;
  MEMBER(NextMarker);
  MEMBER(Versions);
}
void RoutingConfig::describe(Fields& f) { f.add("AdditionalVersionWeights", &RoutingConfig::AdditionalVersionWeights); }
void CreateAliasInput::describe(Fields& f) {
  using Self = CreateAliasInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(Name).required().length(1, 128).pattern(alias_pattern);
  MEMBER(FunctionVersion).required().length(1, 1024).pattern(R"(\$LATEST|[0-9]+)");
  MEMBER(Description).length(0, 256);
  MEMBER_OF(RoutingConfig);
}
void UpdateAliasInput::describe(Fields& f) {
  using Self = UpdateAliasInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(Name).required().uri().length(1, 128).pattern(alias_pattern);
  MEMBER(FunctionVersion).length(1, 1024).pattern(R"(\$LATEST|[0-9]+)");
  MEMBER(Description).length(0, 256);
  MEMBER(RevisionId);
  MEMBER_OF(RoutingConfig);
}
void AliasInput::describe(Fields& f) {
  using Self = AliasInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(Name).required().uri().length(1, 128).pattern(alias_pattern);
}
void AliasConfiguration::describe(Fields& f) {
  using Self = AliasConfiguration;
  MEMBER(AliasArn);
  MEMBER(Name);
  MEMBER(FunctionVersion);
  MEMBER(Description);
  MEMBER_OF(RoutingConfig);
  MEMBER(RevisionId);
}
void ListAliasesInput::describe(Fields& f) {
  using Self = ListAliasesInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(FunctionVersion).query("FunctionVersion").pattern(R"(\$LATEST|[0-9]+)");
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems));
}
void ListAliasesOutput::describe(Fields& f) {
  using Self = ListAliasesOutput;
  MEMBER(NextMarker);
  MEMBER(Aliases);
}

void InvokeInput::describe(Fields& f) {
  using Self = InvokeInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(InvocationType).header("X-Amz-Invocation-Type").one_of({"Event", "RequestResponse", "DryRun"});
  MEMBER(LogType).header("X-Amz-Log-Type").one_of({"None", "Tail"});
  MEMBER(ClientContext).header("X-Amz-Client-Context");
  MEMBER(TraceId).header("X-Amzn-Trace-Id");
  MEMBER(TenantId).header("X-Amz-Tenant-Id");
  MEMBER(DurableExecutionName).header("X-Amz-Durable-Execution-Name");
  qualifier(MEMBER(Qualifier));
  MEMBER(Payload).payload();
}
void InvokeOutput::describe(Fields& f) {
  using Self = InvokeOutput;
  MEMBER(StatusCode).status();
  MEMBER(FunctionError).header("X-Amz-Function-Error");
  MEMBER(LogResult).header("X-Amz-Log-Result");
  MEMBER(ExecutedVersion).header("X-Amz-Executed-Version");
  MEMBER(Payload).payload();
}

void AddPermissionInput::describe(Fields& f) {
  using Self = AddPermissionInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(StatementId).required().length(1, 100).pattern("([a-zA-Z0-9-_]+)");
  MEMBER(Action).required().pattern(R"((lambda:[*]|lambda:[a-zA-Z]+|[*]))");
  MEMBER(Principal).required().pattern(R"([^\s]+)");
  MEMBER(SourceArn).pattern(
      R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))");
  MEMBER(SourceAccount).pattern(R"(\d{12})");
  MEMBER(EventSourceToken).length(0, 256).pattern(R"([a-zA-Z0-9._\-]+)");
  qualifier(MEMBER(Qualifier));
  MEMBER(RevisionId);
  MEMBER(PrincipalOrgID).length(12, 34);
  MEMBER(FunctionUrlAuthType).one_of({"NONE", "AWS_IAM"});
  MEMBER(InvokedViaFunctionUrl);
}
void AddPermissionOutput::describe(Fields& f) { f.add("Statement", &AddPermissionOutput::Statement); }
void RemovePermissionInput::describe(Fields& f) {
  using Self = RemovePermissionInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(StatementId).required().uri().length(1, 100).pattern(R"(([a-zA-Z0-9-_.]+))");
  qualifier(MEMBER(Qualifier));
  MEMBER(RevisionId).query("RevisionId");
}
void GetPolicyOutput::describe(Fields& f) {
  using Self = GetPolicyOutput;
  MEMBER(Policy);
  MEMBER(RevisionId);
}
void TagResourceInput::describe(Fields& f) {
  using Self = TagResourceInput;
  MEMBER(Resource).required().uri("ARN").length(1, 256);
  MEMBER_OF(Tags).required();
}
void UntagResourceInput::describe(Fields& f) {
  using Self = UntagResourceInput;
  MEMBER(Resource).required().uri("ARN").length(1, 256);
  MEMBER(TagKeys).required().query("tagKeys");
}
void ListTagsInput::describe(Fields& f) {
  f.add("Resource", &ListTagsInput::Resource).required().uri("ARN").length(1, 256);
}
void ListTagsOutput::describe(Fields& f) { f.add("Tags", &ListTagsOutput::Tags_); }

}  // namespace thaw::lambda
