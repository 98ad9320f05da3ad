// The shapes of AWS Lambda. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
#pragma once

#include "api/shape.h"

namespace thaw::lambda {

using Text = std::optional<std::string>;
using Texts = std::optional<std::vector<std::string>>;
using Tags = std::map<std::string, std::string>;

// ---- configuration ----

struct FunctionCode {
  std::optional<api::Blob> ZipFile;
  Text S3Bucket, S3Key, S3ObjectVersion, ImageUri, SourceKMSKeyArn;
  static void describe(api::Fields& f);
};
struct VpcConfig {
  Texts SubnetIds, SecurityGroupIds;
  std::optional<bool> Ipv6AllowedForDualStack;
  static void describe(api::Fields& f);
};
struct DeadLetterConfig {
  Text TargetArn;
  static void describe(api::Fields& f);
};
struct Environment {
  std::optional<std::map<std::string, std::string>> Variables;
  static void describe(api::Fields& f);
};
struct TracingConfig {
  Text Mode;
  static void describe(api::Fields& f);
};
struct EphemeralStorage {
  int32_t Size = 512;
  static void describe(api::Fields& f);
};
struct SnapStart {
  Text ApplyOn, OptimizationStatus;
  static void describe(api::Fields& f);
};
struct LoggingConfig {
  Text LogFormat, ApplicationLogLevel, SystemLogLevel, LogGroup;
  static void describe(api::Fields& f);
};
struct LayerReference {
  std::string Arn;
  int64_t CodeSize = 0;
  static void describe(api::Fields& f);
};

struct FunctionConfiguration {
  std::string FunctionName, FunctionArn;
  Text Runtime;
  std::string Role;
  Text Handler;
  int64_t CodeSize = 0;
  std::string Description;
  int32_t Timeout = 3;
  int32_t MemorySize = 128;
  std::string LastModified;
  std::string CodeSha256;
  std::string Version = "$LATEST";
  std::optional<DeadLetterConfig> DeadLetterConfig_;
  std::optional<Environment> Environment_;
  Text KMSKeyArn;
  TracingConfig TracingConfig_{.Mode = "PassThrough"};
  Text MasterArn;
  std::string RevisionId;
  std::optional<std::vector<LayerReference>> Layers;
  std::string State = "Active";
  Text StateReason, StateReasonCode;
  std::string LastUpdateStatus = "Successful";
  std::string PackageType = "Zip";
  std::vector<std::string> Architectures{"x86_64"};
  EphemeralStorage EphemeralStorage_;
  SnapStart SnapStart_{.ApplyOn = "None", .OptimizationStatus = "Off"};
  LoggingConfig LoggingConfig_;
  static void describe(api::Fields& f);
};

// What CreateFunction and UpdateFunctionConfiguration both take.
struct Settings {
  Text Runtime, Role, Handler, Description, KMSKeyArn;
  std::optional<int32_t> Timeout, MemorySize;
  std::optional<VpcConfig> VpcConfig_;
  std::optional<DeadLetterConfig> DeadLetterConfig_;
  std::optional<Environment> Environment_;
  std::optional<TracingConfig> TracingConfig_;
  Texts Layers;
  std::optional<EphemeralStorage> EphemeralStorage_;
  std::optional<SnapStart> SnapStart_;
  std::optional<LoggingConfig> LoggingConfig_;
  // Members that name parts of Lambda which Thaw does not have: refused when they ask for something.
  Json FileSystemConfigs, ImageConfig, CapacityProviderConfig, DurableConfig;
};
struct CreateFunctionInput : Settings {
  std::string FunctionName;
  FunctionCode Code;
  std::optional<bool> Publish;
  Text PackageType, CodeSigningConfigArn, PublishTo;
  std::optional<Tags> Tags_;
  Texts Architectures;
  Json TenancyConfig;
  static void describe(api::Fields& f);
};
struct UpdateFunctionConfigurationInput : Settings {
  std::string FunctionName;
  Text RevisionId;
  static void describe(api::Fields& f);
};
struct UpdateFunctionCodeInput : FunctionCode {
  std::string FunctionName;
  std::optional<bool> Publish, DryRun;
  Text RevisionId, PublishTo;
  Texts Architectures;
  static void describe(api::Fields& f);
};

// ---- functions ----

struct FunctionInput {  // GetFunction, GetFunctionConfiguration, DeleteFunction, GetPolicy, GetFunctionConcurrency ...
  std::string FunctionName;
  Text Qualifier;
  static void describe(api::Fields& f);
};
struct FunctionCodeLocation {
  std::string RepositoryType = "S3";
  std::string Location;
  static void describe(api::Fields& f);
};
struct Concurrency {
  std::optional<int32_t> ReservedConcurrentExecutions;
  static void describe(api::Fields& f);
};
struct GetFunctionOutput {
  FunctionConfiguration Configuration;
  FunctionCodeLocation Code;
  std::optional<Tags> Tags_;
  std::optional<Concurrency> Concurrency_;
  static void describe(api::Fields& f);
};
struct ListFunctionsInput {
  Text MasterRegion, FunctionVersion, Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListFunctionsOutput {
  Text NextMarker;
  std::vector<FunctionConfiguration> Functions;
  static void describe(api::Fields& f);
};
struct PutFunctionConcurrencyInput {
  std::string FunctionName;
  int32_t ReservedConcurrentExecutions = 0;
  static void describe(api::Fields& f);
};
struct AccountLimit {
  int64_t TotalCodeSize = 80'530'636'800, CodeSizeUnzipped = 262'144'000, CodeSizeZipped = 52'428'800;
  int32_t ConcurrentExecutions = 1000, UnreservedConcurrentExecutions = 1000;
  static void describe(api::Fields& f);
};
struct AccountUsage {
  int64_t TotalCodeSize = 0, FunctionCount = 0;
  static void describe(api::Fields& f);
};
struct GetAccountSettingsOutput {
  AccountLimit AccountLimit_;
  AccountUsage AccountUsage_;
  static void describe(api::Fields& f);
};

// ---- versions and aliases ----

struct PublishVersionInput {
  std::string FunctionName;
  Text CodeSha256, Description, RevisionId, PublishTo;
  static void describe(api::Fields& f);
};
struct ListVersionsInput {
  std::string FunctionName;
  Text Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListVersionsOutput {
  Text NextMarker;
  std::vector<FunctionConfiguration> Versions;
  static void describe(api::Fields& f);
};
struct RoutingConfig {
  std::optional<std::map<std::string, double>> AdditionalVersionWeights;
  static void describe(api::Fields& f);
};
struct CreateAliasInput {
  std::string FunctionName, Name, FunctionVersion;
  Text Description;
  std::optional<RoutingConfig> RoutingConfig_;
  static void describe(api::Fields& f);
};
struct UpdateAliasInput {
  std::string FunctionName, Name;
  Text FunctionVersion, Description, RevisionId;
  std::optional<RoutingConfig> RoutingConfig_;
  static void describe(api::Fields& f);
};
struct AliasInput {
  std::string FunctionName, Name;
  static void describe(api::Fields& f);
};
struct AliasConfiguration {
  std::string AliasArn, Name, FunctionVersion, Description;
  std::optional<RoutingConfig> RoutingConfig_;
  std::string RevisionId;
  static void describe(api::Fields& f);
};
struct ListAliasesInput {
  std::string FunctionName;
  Text FunctionVersion, Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListAliasesOutput {
  Text NextMarker;
  std::vector<AliasConfiguration> Aliases;
  static void describe(api::Fields& f);
};

// ---- invocation ----

struct InvokeInput {
  std::string FunctionName;
  Text InvocationType, LogType, ClientContext, Qualifier, TenantId, DurableExecutionName, TraceId;
  std::optional<api::Blob> Payload;
  static void describe(api::Fields& f);
};
struct InvokeOutput {
  int32_t StatusCode = 200;
  Text FunctionError, LogResult, ExecutedVersion;
  std::optional<api::Blob> Payload;
  static void describe(api::Fields& f);
};

// ---- permissions and tags ----

struct AddPermissionInput {
  std::string FunctionName, StatementId, Action, Principal;
  Text SourceArn, SourceAccount, EventSourceToken, Qualifier, RevisionId, PrincipalOrgID, FunctionUrlAuthType;
  std::optional<bool> InvokedViaFunctionUrl;
  static void describe(api::Fields& f);
};
struct AddPermissionOutput {
  std::string Statement;
  static void describe(api::Fields& f);
};
struct RemovePermissionInput {
  std::string FunctionName, StatementId;
  Text Qualifier, RevisionId;
  static void describe(api::Fields& f);
};
struct GetPolicyOutput {
  std::string Policy, RevisionId;
  static void describe(api::Fields& f);
};
struct TagResourceInput {
  std::string Resource;
  Tags Tags_;
  static void describe(api::Fields& f);
};
struct UntagResourceInput {
  std::string Resource;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};
struct ListTagsInput {
  std::string Resource;
  static void describe(api::Fields& f);
};
struct ListTagsOutput {
  Tags Tags_;
  static void describe(api::Fields& f);
};

// ---- layers ----

struct LayerContentInput {
  std::optional<api::Blob> ZipFile;
  Text S3Bucket, S3Key, S3ObjectVersion;
  static void describe(api::Fields& f);
};
struct PublishLayerVersionInput {
  std::string LayerName;
  Text Description, LicenseInfo;
  LayerContentInput Content;
  Texts CompatibleRuntimes, CompatibleArchitectures;
  static void describe(api::Fields& f);
};
struct LayerContentOutput {
  std::string Location, CodeSha256;
  int64_t CodeSize = 0;
  static void describe(api::Fields& f);
};
struct LayerVersion {  // of lists
  std::string LayerVersionArn;
  int64_t Version = 0;
  std::string Description, CreatedDate;
  Texts CompatibleRuntimes, CompatibleArchitectures;
  Text LicenseInfo;
  static void describe(api::Fields& f);
};
struct LayerVersionOutput : LayerVersion {
  LayerContentOutput Content;
  std::string LayerArn;
  static void describe(api::Fields& f);
};
struct LayerVersionInput {
  std::string LayerName;
  int64_t VersionNumber = 0;
  static void describe(api::Fields& f);
};
struct LayerArnInput {
  std::string Arn;
  static void describe(api::Fields& f);
};
struct ListLayersInput {
  Text CompatibleRuntime, CompatibleArchitecture, Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct Layer {
  std::string LayerName, LayerArn;
  LayerVersion LatestMatchingVersion;
  static void describe(api::Fields& f);
};
struct ListLayersOutput {
  Text NextMarker;
  std::vector<Layer> Layers;
  static void describe(api::Fields& f);
};
struct ListLayerVersionsInput {
  std::string LayerName;
  Text CompatibleRuntime, CompatibleArchitecture, Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListLayerVersionsOutput {
  Text NextMarker;
  std::vector<LayerVersion> LayerVersions;
  static void describe(api::Fields& f);
};
struct AddLayerPermissionInput {
  std::string LayerName, StatementId, Action, Principal;
  int64_t VersionNumber = 0;
  Text OrganizationId, RevisionId;
  static void describe(api::Fields& f);
};
struct AddLayerPermissionOutput {
  std::string Statement, RevisionId;
  static void describe(api::Fields& f);
};
struct RemoveLayerPermissionInput {
  std::string LayerName, StatementId;
  int64_t VersionNumber = 0;
  Text RevisionId;
  static void describe(api::Fields& f);
};

}  // namespace thaw::lambda
