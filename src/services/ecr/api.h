// Amazon Elastic Container Registry: the shapes of its repository operations.
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::ecr {

struct Tag {
  std::string Key, Value;
  static void describe(api::Fields& f);
};
struct ScanningConfiguration {
  bool scanOnPush = false;
  static void describe(api::Fields& f);
};
struct EncryptionConfiguration {
  std::string encryptionType = "AES256";
  std::optional<std::string> kmsKey;
  static void describe(api::Fields& f);
};
struct MutabilityFilter {
  std::string filterType, filter;
  static void describe(api::Fields& f);
};
struct Repository {
  std::string repositoryArn, registryId, repositoryName, repositoryUri;
  Time createdAt{};
  std::string imageTagMutability;
  std::optional<std::vector<MutabilityFilter>> imageTagMutabilityExclusionFilters;
  ScanningConfiguration imageScanningConfiguration;
  EncryptionConfiguration encryptionConfiguration;
  static void describe(api::Fields& f);
};

struct CreateInput {
  std::optional<std::string> registryId;
  std::string repositoryName;
  std::vector<Tag> tags;
  std::string imageTagMutability = "MUTABLE";
  std::vector<MutabilityFilter> imageTagMutabilityExclusionFilters;
  ScanningConfiguration imageScanningConfiguration;
  EncryptionConfiguration encryptionConfiguration;
  static void describe(api::Fields& f);
};
struct RepositoryOutput {
  Repository repository;
  static void describe(api::Fields& f);
};
struct DescribeInput {
  std::optional<std::string> registryId;
  std::vector<std::string> repositoryNames;
  std::optional<std::string> nextToken;
  int32_t maxResults = 100;
  static void describe(api::Fields& f);
};
struct DescribeOutput {
  std::vector<Repository> repositories;
  std::optional<std::string> nextToken;
  static void describe(api::Fields& f);
};
struct DeleteInput {
  std::optional<std::string> registryId;
  std::string repositoryName;
  bool force = false;
  static void describe(api::Fields& f);
};
struct NameInput {
  std::optional<std::string> registryId;
  std::string repositoryName;
  static void describe(api::Fields& f);
};
struct SetPolicyInput {
  std::optional<std::string> registryId;
  std::string repositoryName, policyText;
  bool force = false;
  static void describe(api::Fields& f);
};
struct PolicyOutput {
  std::string registryId, repositoryName, policyText;
  static void describe(api::Fields& f);
};
struct PutLifecycleInput {
  std::optional<std::string> registryId;
  std::string repositoryName, lifecyclePolicyText;
  static void describe(api::Fields& f);
};
struct LifecycleOutput {
  std::string registryId, repositoryName, lifecyclePolicyText;
  std::optional<Time> lastEvaluatedAt;
  static void describe(api::Fields& f);
};
struct MutabilityInput {
  std::optional<std::string> registryId;
  std::string repositoryName, imageTagMutability;
  std::vector<MutabilityFilter> imageTagMutabilityExclusionFilters;
  static void describe(api::Fields& f);
};
struct MutabilityOutput {
  std::string registryId, repositoryName, imageTagMutability;
  std::optional<std::vector<MutabilityFilter>> imageTagMutabilityExclusionFilters;
  static void describe(api::Fields& f);
};
struct ScanningInput {
  std::optional<std::string> registryId;
  std::string repositoryName;
  ScanningConfiguration imageScanningConfiguration;
  static void describe(api::Fields& f);
};
struct ScanningOutput {
  std::string registryId, repositoryName;
  ScanningConfiguration imageScanningConfiguration;
  static void describe(api::Fields& f);
};
struct ListImagesInput {
  std::optional<std::string> registryId;
  std::string repositoryName;
  static void describe(api::Fields& f);
};
struct ListImagesOutput {
  std::vector<Json> imageIds;
  static void describe(api::Fields& f);
};
struct ArnInput {
  std::string resourceArn;
  static void describe(api::Fields& f);
};
struct TagInput {
  std::string resourceArn;
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
};
struct UntagInput {
  std::string resourceArn;
  std::vector<std::string> tagKeys;
  static void describe(api::Fields& f);
};
struct ListTagsOutput {
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
};

}  // namespace thaw::ecr
