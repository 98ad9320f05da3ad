#include <algorithm>

#include "base/text.h"
#include "services/ssm/rules.h"
#include "services/ssm/service.h"

namespace thaw::ssm {

namespace {

Task<Result<ParameterRecord>> load(api::Request& request, std::string name) {
  SsmStore store(request.tx(), request);
  std::optional<ParameterRecord> record = co_await store.parameter(split_name(name).name);
  if (!record) co_return fail(no_such_parameter(name));
  co_return std::move(*record);
}

Task<Result<ParameterRecord>> load_tagged(api::Request& request, std::string type, std::string id) {
  if (type != "Parameter")
    co_return fail("NotImplemented", "SSM: tags of " + type + " are not implemented by Thaw.", 501);
  Result<ParameterRecord> record = co_await load(request, id);
  if (!record) {
    co_return fail("InvalidResourceId",
                   "The resource ID is not valid. Verify that you entered the correct ID and try again.");
  }
  co_return record;
}

ParameterMetadata metadata_of(const ParameterRecord& record) {
  const VersionRecord& newest = record.newest();
  ParameterMetadata out;
  out.Name = record.name;
  out.ARN = record.arn;
  out.Type = newest.type;
  if (!newest.key_id.empty()) out.KeyId = newest.key_id;
  out.LastModifiedDate = newest.modified;
  out.LastModifiedUser = newest.user;
  if (!newest.description.empty()) out.Description = newest.description;
  if (!newest.allowed_pattern.empty()) out.AllowedPattern = newest.allowed_pattern;
  out.Version = newest.version;
  out.Tier = newest.tier;
  out.DataType = newest.data_type;
  return out;
}

}  // namespace

Task<Result<api::Nothing>> Ssm::erase(api::Request& request, const NameInput& in) {
  CO_TRY(ParameterRecord record, co_await load(request, in.Name));
  SsmStore(request.tx(), request).erase(record.name);
  co_return api::Nothing{};
}

Task<Result<DeleteParametersOutput>> Ssm::erase_many(api::Request& request, const NamesInput& in) {
  DeleteParametersOutput out;
  for (const std::string& name : in.Names) {
    Result<ParameterRecord> record = co_await load(request, name);
    if (!record) {
      out.InvalidParameters.push_back(name);
      continue;
    }
    SsmStore(request.tx(), request).erase(record->name);
    out.DeletedParameters.push_back(name);
  }
  co_return out;
}

Task<Result<DescribeOutput>> Ssm::describe(api::Request& request, const DescribeInput& in) {
  if (in.Shared) co_return fail("NotImplemented", "SSM: shared parameters are not implemented by Thaw.", 501);
  std::vector<StringFilter> filters = in.ParameterFilters;
  for (const StringFilter& filter : filters) CO_CHECK_OK(check_filter(filter, false));
  // The older filters match beginnings.
  for (const OldFilter& filter : in.Filters) filters.push_back({filter.Key, "BeginsWith", filter.Values});
  std::string after;
  if (in.NextToken) {
    auto decoded = base64_decode(*in.NextToken);
    if (!decoded) co_return fail("InvalidNextToken", "The specified token is not valid.");
    after = *decoded;
  }
  SsmStore store(request.tx(), request);
  std::vector<ParameterRecord> all = co_await store.beginning_with("", after);
  DescribeOutput out;
  for (const ParameterRecord& record : all) {
    bool wanted = true;
    for (const StringFilter& filter : filters) {
      CO_TRY(bool one, matches(record, filter));
      wanted = wanted && one;
    }
    if (!wanted) continue;
    if (out.Parameters.size() == static_cast<size_t>(in.MaxResults)) {
      out.NextToken = base64_encode(out.Parameters.back().Name);
      break;
    }
    out.Parameters.push_back(metadata_of(record));
  }
  co_return out;
}

Task<Result<LabelOutput>> Ssm::label(api::Request& request, const LabelInput& in) {
  CO_TRY(ParameterRecord record, co_await load(request, in.Name));
  NameAndSelector wanted{record.name, in.ParameterVersion ? ":" + std::to_string(*in.ParameterVersion) : ""};
  CO_TRY(VersionRecord * version, select(record, wanted));
  CO_TRY(std::vector<std::string> invalid, put_labels(record, *version, in.Labels));
  LabelOutput out{std::move(invalid), version->version};
  SsmStore(request.tx(), request).put(record);
  co_return out;
}

Task<Result<UnlabelOutput>> Ssm::unlabel(api::Request& request, const UnlabelInput& in) {
  CO_TRY(ParameterRecord record, co_await load(request, in.Name));
  CO_TRY(VersionRecord * version, select(record, {record.name, ":" + std::to_string(in.ParameterVersion)}));
  UnlabelOutput out;
  for (const std::string& label : in.Labels) {
    (std::erase(version->labels, label) ? out.RemovedLabels : out.InvalidLabels).push_back(label);
  }
  SsmStore(request.tx(), request).put(record);
  co_return out;
}

Task<Result<api::Nothing>> Ssm::add_tags(api::Request& request, const AddTagsInput& in) {
  CO_TRY(ParameterRecord record, co_await load_tagged(request, in.ResourceType, in.ResourceId));
  CO_TRY(record.tags, with_tags(std::move(record.tags), in.Tags));
  SsmStore(request.tx(), request).put(record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Ssm::remove_tags(api::Request& request, const RemoveTagsInput& in) {
  CO_TRY(ParameterRecord record, co_await load_tagged(request, in.ResourceType, in.ResourceId));
  std::erase_if(record.tags, [&](const Tag& tag) {
    return std::find(in.TagKeys.begin(), in.TagKeys.end(), tag.Key) != in.TagKeys.end();
  });
  SsmStore(request.tx(), request).put(record);
  co_return api::Nothing{};
}

Task<Result<ListTagsOutput>> Ssm::list_tags(api::Request& request, const ListTagsInput& in) {
  CO_TRY(ParameterRecord record, co_await load_tagged(request, in.ResourceType, in.ResourceId));
  co_return ListTagsOutput{record.tags};
}

}  // namespace thaw::ssm
