// Parameter Store's rules for names, values, filters and labels, with its words. Pure.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/ssm/store.h"

namespace thaw::ssm {

constexpr size_t kVersionsMax = 100;
constexpr size_t kLabelsMax = 10;
constexpr size_t kTagsMax = 50;

// "name", "name:3" or "name:label"; an ARN is taken apart.
struct NameAndSelector {
  std::string name;
  std::string selector;  // ":3", ":label" or empty
};
NameAndSelector split_name(std::string_view text);

Result<> check_new_name(std::string_view name);
Result<> check_path(std::string_view path);
Result<> check_value(const PutParameterInput& in, std::string_view type, std::string_view tier);
// The tier a value of this size gets.
std::string tier_for(const PutParameterInput& in, std::string_view former_tier);

// Adds a version; drops the oldest beyond the limit unless it has labels.
Result<> add_version(ParameterRecord& record, VersionRecord version);

// The version that a selector names: ParameterVersionNotFound when there is none.
Result<VersionRecord*> select(ParameterRecord& record, const NameAndSelector& name);

Result<bool> matches(const ParameterRecord& record, const StringFilter& filter);
Result<> check_filter(const StringFilter& filter, bool by_path);

Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added);

// Moves labels to `version`; answers those that are not allowed.
Result<std::vector<std::string>> put_labels(ParameterRecord& record, VersionRecord& version,
                                            const std::vector<std::string>& labels);

Error no_such_parameter(std::string_view name);
std::string arn_of(const api::Request& request, std::string_view name);

}  // namespace thaw::ssm
