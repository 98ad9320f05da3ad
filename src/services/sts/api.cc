#include "services/sts/api.h"

namespace thaw::sts {

using api::Fields;

void Credentials::describe(Fields& f) {
  f.add("AccessKeyId", &Credentials::AccessKeyId);
  f.add("SecretAccessKey", &Credentials::SecretAccessKey);
  f.add("SessionToken", &Credentials::SessionToken);
  f.add("Expiration", &Credentials::Expiration);
}
void PolicyDescriptor::describe(Fields& f) { f.add("arn", &PolicyDescriptor::arn).length(20, 2048); }
void SessionTag::describe(Fields& f) {
  f.add("Key", &SessionTag::Key).required().length(1, 128);
  f.add("Value", &SessionTag::Value).required().length(0, 256);
}
void AssumeRoleInput::describe(Fields& f) {
  f.add("RoleArn", &AssumeRoleInput::RoleArn).required().length(20, 2048);
  f.add("RoleSessionName", &AssumeRoleInput::RoleSessionName).required().length(2, 64).pattern("[\\w+=,.@-]*");
  f.add("PolicyArns", &AssumeRoleInput::PolicyArns);
  f.add("Policy", &AssumeRoleInput::Policy).length(1, 2048);
  f.add("DurationSeconds", &AssumeRoleInput::DurationSeconds).range(900, 43200);
  f.add("Tags", &AssumeRoleInput::Tags).length(0, 50);
  f.add("TransitiveTagKeys", &AssumeRoleInput::TransitiveTagKeys).length(0, 50);
  f.add("ExternalId", &AssumeRoleInput::ExternalId).length(2, 1224);
  f.add("SerialNumber", &AssumeRoleInput::SerialNumber).length(9, 256);
  f.add("TokenCode", &AssumeRoleInput::TokenCode).length(6, 6);
  f.add("SourceIdentity", &AssumeRoleInput::SourceIdentity).length(2, 64);
}
void AssumedRoleUser::describe(Fields& f) {
  f.add("AssumedRoleId", &AssumedRoleUser::AssumedRoleId);
  f.add("Arn", &AssumedRoleUser::Arn);
}
void AssumeRoleOutput::describe(Fields& f) {
  f.add("Credentials", &AssumeRoleOutput::credentials);
  f.add("AssumedRoleUser", &AssumeRoleOutput::user);
  f.add("PackedPolicySize", &AssumeRoleOutput::PackedPolicySize);
}
void GetCallerIdentityOutput::describe(Fields& f) {
  f.add("UserId", &GetCallerIdentityOutput::UserId);
  f.add("Account", &GetCallerIdentityOutput::Account);
  f.add("Arn", &GetCallerIdentityOutput::Arn);
}
void GetSessionTokenInput::describe(Fields& f) {
  f.add("DurationSeconds", &GetSessionTokenInput::DurationSeconds).range(900, 129600);
  f.add("SerialNumber", &GetSessionTokenInput::SerialNumber).length(9, 256);
  f.add("TokenCode", &GetSessionTokenInput::TokenCode).length(6, 6);
}
void GetSessionTokenOutput::describe(Fields& f) { f.add("Credentials", &GetSessionTokenOutput::credentials); }
void GetAccessKeyInfoInput::describe(Fields& f) {
  f.add("AccessKeyId", &GetAccessKeyInfoInput::AccessKeyId).required().length(16, 128).pattern("[\\w]*");
}
void GetAccessKeyInfoOutput::describe(Fields& f) { f.add("Account", &GetAccessKeyInfoOutput::Account); }

}  // namespace thaw::sts
