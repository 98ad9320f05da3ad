// Shapes of Lambda's control plane beside functions themselves: function URLs, provisioned concurrency, code signing
// configurations, runtime management. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
#pragma once

#include "services/lambda/api.h"

namespace thaw::lambda {

// ---- function URLs ----

struct Cors {
  std::optional<bool> AllowCredentials;
  Texts AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders;
  std::optional<int32_t> MaxAge;  // seconds
  static void describe(api::Fields& f);
};
struct CreateUrlInput {
  std::string FunctionName, AuthType;
  Text Qualifier, InvokeMode;
  std::optional<Cors> Cors_;
  static void describe(api::Fields& f);
};
struct UpdateUrlInput {
  std::string FunctionName;
  Text Qualifier, AuthType, InvokeMode;
  std::optional<Cors> Cors_;
  static void describe(api::Fields& f);
};
struct UrlInput {
  std::string FunctionName;
  Text Qualifier;
  static void describe(api::Fields& f);
};
struct UrlConfig {
  std::string FunctionUrl, FunctionArn, AuthType;
  std::optional<Cors> Cors_;
  std::string CreationTime;
  Text LastModifiedTime;
  std::string InvokeMode = "BUFFERED";
  static void describe(api::Fields& f);
};
struct ListByFunctionInput {  // ListFunctionUrlConfigs, ListProvisionedConcurrencyConfigs
  std::string FunctionName;
  Text Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListUrlsOutput {
  std::vector<UrlConfig> FunctionUrlConfigs;
  Text NextMarker;
  static void describe(api::Fields& f);
};

// ---- provisioned concurrency ----

struct PutProvisionedInput {
  std::string FunctionName;
  std::string Qualifier;
  int32_t ProvisionedConcurrentExecutions = 0;
  static void describe(api::Fields& f);
};
struct ProvisionedInput {
  std::string FunctionName;
  std::string Qualifier;
  static void describe(api::Fields& f);
};
struct ProvisionedConfig {
  Text FunctionArn;  // of lists only
  int32_t RequestedProvisionedConcurrentExecutions = 0, AvailableProvisionedConcurrentExecutions = 0,
          AllocatedProvisionedConcurrentExecutions = 0;
  std::string Status = "IN_PROGRESS";
  Text StatusReason;
  std::string LastModified;
  static void describe(api::Fields& f);
};
struct ListProvisionedOutput {
  std::vector<ProvisionedConfig> ProvisionedConcurrencyConfigs;
  Text NextMarker;
  static void describe(api::Fields& f);
};

// ---- code signing ----

struct AllowedPublishers {
  std::vector<std::string> SigningProfileVersionArns;
  static void describe(api::Fields& f);
};
struct CodeSigningPolicies {
  std::string UntrustedArtifactOnDeployment = "Warn";
  static void describe(api::Fields& f);
};
struct CodeSigningConfig {
  std::string CodeSigningConfigId, CodeSigningConfigArn;
  Text Description;
  AllowedPublishers AllowedPublishers_;
  CodeSigningPolicies CodeSigningPolicies_;
  std::string LastModified;
  static void describe(api::Fields& f);
};
struct CreateCodeSigningInput {
  Text Description;
  AllowedPublishers AllowedPublishers_;
  std::optional<CodeSigningPolicies> CodeSigningPolicies_;
  std::optional<Tags> Tags_;
  static void describe(api::Fields& f);
};
struct UpdateCodeSigningInput {
  std::string CodeSigningConfigArn;
  Text Description;
  std::optional<AllowedPublishers> AllowedPublishers_;
  std::optional<CodeSigningPolicies> CodeSigningPolicies_;
  static void describe(api::Fields& f);
};
struct CodeSigningInput {
  std::string CodeSigningConfigArn;
  static void describe(api::Fields& f);
};
struct CodeSigningOutput {
  CodeSigningConfig CodeSigningConfig_;
  static void describe(api::Fields& f);
};
struct ListCodeSigningInput {
  Text Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListCodeSigningOutput {
  std::vector<CodeSigningConfig> CodeSigningConfigs;
  Text NextMarker;
  static void describe(api::Fields& f);
};
struct ListByCodeSigningInput {
  std::string CodeSigningConfigArn;
  Text Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListByCodeSigningOutput {
  std::vector<std::string> FunctionArns;
  Text NextMarker;
  static void describe(api::Fields& f);
};
struct FunctionCodeSigning {  // the input of Put, the answer of Put and Get
  std::string FunctionName;
  Text CodeSigningConfigArn;
  static void describe(api::Fields& f);
};
struct PutFunctionCodeSigningInput {
  std::string FunctionName;
  std::string CodeSigningConfigArn;
  static void describe(api::Fields& f);
};
struct UnqualifiedInput {
  std::string FunctionName;
  static void describe(api::Fields& f);
};

// ---- runtime management ----

struct PutRuntimeManagementInput {
  std::string FunctionName, UpdateRuntimeOn;
  Text Qualifier, RuntimeVersionArn;
  static void describe(api::Fields& f);
};
struct RuntimeManagement {
  std::string UpdateRuntimeOn = "Auto";
  Text FunctionArn, RuntimeVersionArn;
  static void describe(api::Fields& f);
};

}  // namespace thaw::lambda
