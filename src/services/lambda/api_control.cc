#include "services/lambda/api_control.h"

namespace thaw::lambda {
namespace {

using api::Field;
using api::Fields;

constexpr const char* function_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?)";
constexpr const char* signing_pattern =
    R"(arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}:\d{12}:code-signing-config:csc-[a-z0-9]{17})";

Field function_in_uri(Field field) { return field.required().length(1, 256).pattern(function_pattern).uri(); }
Field url_qualifier(Field field) { return field.query("Qualifier").length(1, 128).pattern(R"([0-9a-zA-Z-_]+)"); }
Field qualifier(Field field) { return field.query("Qualifier").length(1, 128).pattern(R"([a-zA-Z0-9$_-]+)"); }
Field marker(Field field) { return field.query("Marker"); }
Field max_items(Field field, int max) { return field.query("MaxItems").range(1, max); }
Field auth_type(Field field) { return field.one_of({"NONE", "AWS_IAM"}); }
Field invoke_mode(Field field) { return field.one_of({"BUFFERED", "RESPONSE_STREAM"}); }
Field signing_arn(Field field) { return field.required().length(0, 200).pattern(signing_pattern); }

}  // namespace

#define MEMBER_OF(name) f.add(#name, &Self::name##_)

void Cors::describe(Fields& f) {
  using Self = Cors;
  MEMBER(AllowCredentials);
  MEMBER(AllowHeaders).length(0, 100).each_length(0, 1024);
  MEMBER(AllowMethods).length(0, 6).each_length(0, 6);
  MEMBER(AllowOrigins).length(0, 100).each_length(1, 253);
  MEMBER(ExposeHeaders).length(0, 100).each_length(0, 1024);
  MEMBER(MaxAge).range(0, 86'400);
}
void CreateUrlInput::describe(Fields& f) {
  using Self = CreateUrlInput;
  function_in_uri(MEMBER(FunctionName));
  url_qualifier(MEMBER(Qualifier));
  auth_type(MEMBER(AuthType)).required();
  MEMBER_OF(Cors);
  invoke_mode(MEMBER(InvokeMode));
}
void UpdateUrlInput::describe(Fields& f) {
  using Self = UpdateUrlInput;
  function_in_uri(MEMBER(FunctionName));
  url_qualifier(MEMBER(Qualifier));
  auth_type(MEMBER(AuthType));
  MEMBER_OF(Cors);
  invoke_mode(MEMBER(InvokeMode));
}
void UrlInput::describe(Fields& f) {
  using Self = UrlInput;
  function_in_uri(MEMBER(FunctionName));
  url_qualifier(MEMBER(Qualifier));
}
void UrlConfig::describe(Fields& f) {
  using Self = UrlConfig;
  MEMBER(FunctionUrl);
  MEMBER(FunctionArn);
  MEMBER(AuthType);
  MEMBER_OF(Cors);
  MEMBER(CreationTime);
  MEMBER(LastModifiedTime);
  MEMBER(InvokeMode);
}
void ListByFunctionInput::describe(Fields& f) {
  using Self = ListByFunctionInput;
  function_in_uri(MEMBER(FunctionName));
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems), 50);
}
void ListUrlsOutput::describe(Fields& f) {
  using Self = ListUrlsOutput;
  MEMBER(FunctionUrlConfigs);
  MEMBER(NextMarker);
}

void PutProvisionedInput::describe(Fields& f) {
  using Self = PutProvisionedInput;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier)).required();
  MEMBER(ProvisionedConcurrentExecutions).required().min(1);
}
void ProvisionedInput::describe(Fields& f) {
  using Self = ProvisionedInput;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier)).required();
}
void ProvisionedConfig::describe(Fields& f) {
  using Self = ProvisionedConfig;
  MEMBER(FunctionArn);
  MEMBER(RequestedProvisionedConcurrentExecutions);
  MEMBER(AvailableProvisionedConcurrentExecutions);
  MEMBER(AllocatedProvisionedConcurrentExecutions);
  MEMBER(Status);
  MEMBER(StatusReason);
  MEMBER(LastModified);
}
void ListProvisionedOutput::describe(Fields& f) {
  using Self = ListProvisionedOutput;
  MEMBER(ProvisionedConcurrencyConfigs);
  MEMBER(NextMarker);
}

void AllowedPublishers::describe(Fields& f) {
  f.add("SigningProfileVersionArns", &AllowedPublishers::SigningProfileVersionArns)
      .required()
      .length(1, 20)
      .each_pattern(R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*))");
}
void CodeSigningPolicies::describe(Fields& f) {
  f.add("UntrustedArtifactOnDeployment", &CodeSigningPolicies::UntrustedArtifactOnDeployment)
      .one_of({"Warn", "Enforce"});
}
void CodeSigningConfig::describe(Fields& f) {
  using Self = CodeSigningConfig;
  MEMBER(CodeSigningConfigId);
  MEMBER(CodeSigningConfigArn);
  MEMBER(Description);
  MEMBER_OF(AllowedPublishers);
  MEMBER_OF(CodeSigningPolicies);
  MEMBER(LastModified);
}
void CreateCodeSigningInput::describe(Fields& f) {
  using Self = CreateCodeSigningInput;
  MEMBER(Description).length(0, 256);
  MEMBER_OF(AllowedPublishers).required();
  MEMBER_OF(CodeSigningPolicies);
  MEMBER_OF(Tags);
}
void UpdateCodeSigningInput::describe(Fields& f) {
  using Self = UpdateCodeSigningInput;
  signing_arn(MEMBER(CodeSigningConfigArn)).uri();
  MEMBER(Description).length(0, 256);
  MEMBER_OF(AllowedPublishers);
  MEMBER_OF(CodeSigningPolicies);
}
void CodeSigningInput::describe(Fields& f) {
  signing_arn(f.add("CodeSigningConfigArn", &CodeSigningInput::CodeSigningConfigArn)).uri();
}
void CodeSigningOutput::describe(Fields& f) { f.add("CodeSigningConfig", &CodeSigningOutput::CodeSigningConfig_); }
void ListCodeSigningInput::describe(Fields& f) {
  using Self = ListCodeSigningInput;
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems), 10'000);
}
void ListCodeSigningOutput::describe(Fields& f) {
  using Self = ListCodeSigningOutput;
  MEMBER(CodeSigningConfigs);
  MEMBER(NextMarker);
}
void ListByCodeSigningInput::describe(Fields& f) {
  using Self = ListByCodeSigningInput;
  signing_arn(MEMBER(CodeSigningConfigArn)).uri();
  marker(MEMBER(Marker));
  max_items(MEMBER(MaxItems), 10'000);
}
void ListByCodeSigningOutput::describe(Fields& f) {
  using Self = ListByCodeSigningOutput;
  MEMBER(FunctionArns);
  MEMBER(NextMarker);
}
void FunctionCodeSigning::describe(Fields& f) {
  using Self = FunctionCodeSigning;
  MEMBER(FunctionName);
  MEMBER(CodeSigningConfigArn);
}
void PutFunctionCodeSigningInput::describe(Fields& f) {
  using Self = PutFunctionCodeSigningInput;
  function_in_uri(MEMBER(FunctionName));
  signing_arn(MEMBER(CodeSigningConfigArn));
}
void UnqualifiedInput::describe(Fields& f) { function_in_uri(f.add("FunctionName", &UnqualifiedInput::FunctionName)); }

void PutRuntimeManagementInput::describe(Fields& f) {
  using Self = PutRuntimeManagementInput;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier));
  MEMBER(UpdateRuntimeOn).required().one_of({"Auto", "Manual", "FunctionUpdate"});
  MEMBER(RuntimeVersionArn)
      .length(26, 2048)
      .pattern(R"(arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}::runtime:.+)");
}
void RuntimeManagement::describe(Fields& f) {
  using Self = RuntimeManagement;
  MEMBER(UpdateRuntimeOn);
  MEMBER(FunctionArn);
  MEMBER(RuntimeVersionArn);
}

}  // namespace thaw::lambda
