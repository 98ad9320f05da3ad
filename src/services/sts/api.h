// AWS Security Token Service: the shapes of its operations.
// https://docs.aws.amazon.com/STS/latest/APIReference/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::sts {

struct Credentials {
  std::string AccessKeyId, SecretAccessKey, SessionToken;
  Time Expiration{};
  static void describe(api::Fields& f);
};

struct PolicyDescriptor {
  std::string arn;
  static void describe(api::Fields& f);
};
struct SessionTag {
  std::string Key, Value;
  static void describe(api::Fields& f);
};

struct AssumeRoleInput {
  std::string RoleArn, RoleSessionName;
  std::vector<PolicyDescriptor> PolicyArns;
  std::optional<std::string> Policy;
  int32_t DurationSeconds = 3600;
  std::vector<SessionTag> Tags;
  std::vector<std::string> TransitiveTagKeys;
  std::optional<std::string> ExternalId, SerialNumber, TokenCode, SourceIdentity;
  static void describe(api::Fields& f);
};
struct AssumedRoleUser {
  std::string AssumedRoleId, Arn;
  static void describe(api::Fields& f);
};
struct AssumeRoleOutput {
  Credentials credentials;
  AssumedRoleUser user;
  std::optional<int32_t> PackedPolicySize;
  static void describe(api::Fields& f);
};

struct GetCallerIdentityOutput {
  std::string UserId, Account, Arn;
  static void describe(api::Fields& f);
};

struct GetSessionTokenInput {
  std::optional<int32_t> DurationSeconds;
  std::optional<std::string> SerialNumber, TokenCode;
  static void describe(api::Fields& f);
};
struct GetSessionTokenOutput {
  Credentials credentials;
  static void describe(api::Fields& f);
};

struct GetAccessKeyInfoInput {
  std::string AccessKeyId;
  static void describe(api::Fields& f);
};
struct GetAccessKeyInfoOutput {
  std::string Account;
  static void describe(api::Fields& f);
};

}  // namespace thaw::sts
