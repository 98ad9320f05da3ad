// AWS Systems Manager Parameter Store: the shapes of its operations.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::ssm {

struct Tag {
  std::string Key, Value;
  static void describe(api::Fields& f);
};

struct Parameter {
  std::string Name, Type, Value;
  int64_t Version = 1;
  std::optional<std::string> Selector;
  Time LastModifiedDate{};
  std::string ARN, DataType = "text";
  static void describe(api::Fields& f);
};

struct PutParameterInput {
  std::string Name;
  std::optional<std::string> Description;
  std::string Value;
  std::optional<std::string> Type, KeyId;
  bool Overwrite = false;
  std::optional<std::string> AllowedPattern;
  std::vector<Tag> Tags;
  std::optional<std::string> Tier, Policies, DataType;
  static void describe(api::Fields& f);
};
struct PutParameterOutput {
  int64_t Version = 1;
  std::string Tier;
  static void describe(api::Fields& f);
};

struct GetParameterInput {
  std::string Name;
  bool WithDecryption = false;
  static void describe(api::Fields& f);
};
struct GetParameterOutput {
  Parameter parameter;
  static void describe(api::Fields& f);
};
struct GetParametersInput {
  std::vector<std::string> Names;
  bool WithDecryption = false;
  static void describe(api::Fields& f);
};
struct GetParametersOutput {
  std::vector<Parameter> Parameters;
  std::vector<std::string> InvalidParameters;
  static void describe(api::Fields& f);
};

struct StringFilter {
  std::string Key;
  std::optional<std::string> Option;
  std::vector<std::string> Values;
  static void describe(api::Fields& f);
};
struct GetByPathInput {
  std::string Path;
  bool Recursive = false;
  std::vector<StringFilter> ParameterFilters;
  bool WithDecryption = false;
  int32_t MaxResults = 10;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct GetByPathOutput {
  std::vector<Parameter> Parameters;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

struct NameInput {
  std::string Name;
  static void describe(api::Fields& f);
};
struct NamesInput {
  std::vector<std::string> Names;
  static void describe(api::Fields& f);
};
struct DeleteParametersOutput {
  std::vector<std::string> DeletedParameters, InvalidParameters;
  static void describe(api::Fields& f);
};

struct OldFilter {
  std::string Key;
  std::vector<std::string> Values;
  static void describe(api::Fields& f);
};
struct DescribeInput {
  std::vector<OldFilter> Filters;
  std::vector<StringFilter> ParameterFilters;
  int32_t MaxResults = 50;
  std::optional<std::string> NextToken;
  bool Shared = false;
  static void describe(api::Fields& f);
};
struct ParameterMetadata {
  std::string Name, ARN, Type;
  std::optional<std::string> KeyId;
  Time LastModifiedDate{};
  std::string LastModifiedUser;
  std::optional<std::string> Description, AllowedPattern;
  int64_t Version = 1;
  std::string Tier;
  std::vector<Json> Policies;
  std::string DataType;
  static void describe(api::Fields& f);
};
struct DescribeOutput {
  std::vector<ParameterMetadata> Parameters;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

struct HistoryInput {
  std::string Name;
  bool WithDecryption = false;
  int32_t MaxResults = 50;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct HistoryEntry {
  std::string Name, Type;
  std::optional<std::string> KeyId;
  Time LastModifiedDate{};
  std::string LastModifiedUser;
  std::optional<std::string> Description;
  std::string Value;
  std::optional<std::string> AllowedPattern;
  int64_t Version = 1;
  std::vector<std::string> Labels;
  std::string Tier, DataType;
  static void describe(api::Fields& f);
};
struct HistoryOutput {
  std::vector<HistoryEntry> Parameters;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

struct LabelInput {
  std::string Name;
  std::optional<int64_t> ParameterVersion;
  std::vector<std::string> Labels;
  static void describe(api::Fields& f);
};
struct LabelOutput {
  std::vector<std::string> InvalidLabels;
  int64_t ParameterVersion = 1;
  static void describe(api::Fields& f);
};
struct UnlabelInput {
  std::string Name;
  int64_t ParameterVersion = 1;
  std::vector<std::string> Labels;
  static void describe(api::Fields& f);
};
struct UnlabelOutput {
  std::vector<std::string> RemovedLabels, InvalidLabels;
  static void describe(api::Fields& f);
};

struct AddTagsInput {
  std::string ResourceType, ResourceId;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct RemoveTagsInput {
  std::string ResourceType, ResourceId;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};
struct ListTagsInput {
  std::string ResourceType, ResourceId;
  static void describe(api::Fields& f);
};
struct ListTagsOutput {
  std::vector<Tag> TagList;
  static void describe(api::Fields& f);
};

}  // namespace thaw::ssm
