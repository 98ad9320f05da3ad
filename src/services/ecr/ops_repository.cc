#include <algorithm>

#include "api/policy.h"
#include "base/text.h"
#include "services/ecr/service.h"
#include "services/ecr/store.h"

namespace thaw::ecr {

namespace {

constexpr size_t kTagsMax = 50;

Error no_such_repository(const std::string& name, const std::string& registry) {
  return Error{"RepositoryNotFoundException",
               "The repository with name '" + name + "' does not exist in the registry with id '" + registry + "'",
               400,
               {}};
}

Task<Result<RepositoryRecord>> load(api::Request& request, std::string name, std::optional<std::string> registry) {
  std::string id = registry.value_or(request.account.str());
  EcrStore store(request);
  std::optional<RepositoryRecord> record;
  if (id == request.account.str()) record = co_await store.repository(name);
  if (!record) co_return fail(no_such_repository(name, id));
  co_return std::move(*record);
}

Task<Result<RepositoryRecord>> load_arn(api::Request& request, std::string text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "ecr" || !arn->resource.starts_with("repository/")) {
    co_return fail("InvalidParameterException",
                   "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'");
  }
  Result<RepositoryRecord> record = co_await load(request, arn->resource.substr(11), arn->account);
  co_return record;
}

Repository shown(const RepositoryRecord& record) {
  Repository out;
  out.repositoryArn = record.arn;
  out.registryId = record.registry;
  out.repositoryName = record.name;
  out.repositoryUri = record.uri;
  out.createdAt = record.created;
  out.imageTagMutability = record.mutability;
  if (!record.mutability_filters.empty()) out.imageTagMutabilityExclusionFilters = record.mutability_filters;
  out.imageScanningConfiguration.scanOnPush = record.scan_on_push;
  out.encryptionConfiguration = record.encryption;
  return out;
}

Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    if (tag.Key.empty() || tag.Key.size() > 128 || tag.Value.size() > 256 || tag.Key.starts_with("aws:")) {
      return fail("InvalidTagParameterException", "The tag key '" + tag.Key + "' or its value is not valid.");
    }
    auto same = std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return t.Key == tag.Key; });
    if (same == tags.end())
      tags.push_back(tag);
    else
      *same = tag;
  }
  if (tags.size() > kTagsMax) return fail("TooManyTagsException", "A repository can have at most 50 tags.");
  return tags;
}

Result<> check_json(const std::string& text, const char* member) {
  auto json = Json::parse(text, 32);
  if (json && json->is_object()) return {};
  return fail("InvalidParameterException", std::string("Invalid parameter at '") + member +
                                               "' failed to satisfy constraint: 'Invalid JSON document'");
}

}  // namespace

Task<Result<RepositoryOutput>> Ecr::create(api::Request& request, const CreateInput& in) {
  const std::string& account = request.account.str();
  if (in.registryId && *in.registryId != account) {
    co_return fail("InvalidParameterException", "The registry " + *in.registryId + " belongs to another account.");
  }
  EcrStore store(request);
  std::optional<RepositoryRecord> existing = co_await store.repository(in.repositoryName);
  if (existing) {
    co_return fail("RepositoryAlreadyExistsException", "The repository with name '" + in.repositoryName +
                                                           "' already exists in the registry with id '" + account +
                                                           "'");
  }
  RepositoryRecord record;
  record.name = in.repositoryName;
  record.arn = request.arn("ecr", "repository/" + in.repositoryName);
  record.uri = account + ".dkr.ecr." + request.region.str() + ".amazonaws.com/" + in.repositoryName;
  record.registry = account;
  record.mutability = in.imageTagMutability;
  record.mutability_filters = in.imageTagMutabilityExclusionFilters;
  record.scan_on_push = in.imageScanningConfiguration.scanOnPush;
  record.encryption = in.encryptionConfiguration;
  record.created = request.now();
  CO_TRY(record.tags, with_tags({}, in.tags));
  store.put(record);
  co_return RepositoryOutput{shown(record)};
}

Task<Result<DescribeOutput>> Ecr::describe(api::Request& request, const DescribeInput& in) {
  DescribeOutput out;
  for (const std::string& name : in.repositoryNames) {
    CO_TRY(RepositoryRecord record, co_await load(request, name, in.registryId));
    out.repositories.push_back(shown(record));
  }
  if (!in.repositoryNames.empty()) co_return out;
  std::string after;
  if (in.nextToken) {
    auto decoded = base64_decode(*in.nextToken);
    if (!decoded) co_return fail("InvalidParameterException", "Invalid parameter at 'nextToken'");
    after = *decoded;
  }
  EcrStore store(request);
  std::vector<RepositoryRecord> all;
  if (in.registryId.value_or(request.account.str()) == request.account.str()) all = co_await store.repositories();
  for (const RepositoryRecord& record : all) {
    if (!after.empty() && record.name <= after) continue;
    if (out.repositories.size() == static_cast<size_t>(in.maxResults)) {
      out.nextToken = base64_encode(out.repositories.back().repositoryName);
      break;
    }
    out.repositories.push_back(shown(record));
  }
  co_return out;
}

Task<Result<RepositoryOutput>> Ecr::erase(api::Request& request, const DeleteInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  EcrStore(request).erase(record.name);  // never holds images, so `force` is never needed
  co_return RepositoryOutput{shown(record)};
}

// ---- policies ----

Task<Result<PolicyOutput>> Ecr::set_policy(api::Request& request, const SetPolicyInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  if (auto policy = api::Policy::parse(in.policyText, api::PolicyKind::resource); !policy) {
    co_return fail("InvalidParameterException",
                   "Invalid parameter at 'PolicyText' failed to satisfy constraint: '" + policy.error().message + "'");
  }
  record.policy = in.policyText;
  EcrStore(request).put(record);
  co_return PolicyOutput{record.registry, record.name, record.policy};
}

Task<Result<PolicyOutput>> Ecr::get_policy(api::Request& request, const NameInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  if (record.policy.empty()) {
    co_return fail("RepositoryPolicyNotFoundException",
                   "Repository policy does not exist for the repository with name '" + record.name +
                       "' in the registry with id '" + record.registry + "'");
  }
  co_return PolicyOutput{record.registry, record.name, record.policy};
}

Task<Result<PolicyOutput>> Ecr::delete_policy(api::Request& request, const NameInput& in) {
  CO_TRY(PolicyOutput out, co_await get_policy(request, in));
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  record.policy.clear();
  EcrStore(request).put(record);
  co_return out;
}

Task<Result<LifecycleOutput>> Ecr::put_lifecycle(api::Request& request, const PutLifecycleInput& in) {
  CO_CHECK_OK(check_json(in.lifecyclePolicyText, "LifecyclePolicyText"));
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  record.lifecycle = in.lifecyclePolicyText;
  EcrStore(request).put(record);
  co_return LifecycleOutput{record.registry, record.name, record.lifecycle, {}};
}

Task<Result<LifecycleOutput>> Ecr::get_lifecycle(api::Request& request, const NameInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  if (record.lifecycle.empty()) {
    co_return fail("LifecyclePolicyNotFoundException",
                   "Lifecycle policy does not exist for the repository with name '" + record.name +
                       "' in the registry with id '" + record.registry + "'");
  }
  co_return LifecycleOutput{record.registry, record.name, record.lifecycle, {}};
}

Task<Result<LifecycleOutput>> Ecr::delete_lifecycle(api::Request& request, const NameInput& in) {
  CO_TRY(LifecycleOutput out, co_await get_lifecycle(request, in));
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  record.lifecycle.clear();
  EcrStore(request).put(record);
  co_return out;
}

// ---- settings, images, tags ----

Task<Result<MutabilityOutput>> Ecr::put_mutability(api::Request& request, const MutabilityInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  record.mutability = in.imageTagMutability;
  record.mutability_filters = in.imageTagMutabilityExclusionFilters;
  EcrStore(request).put(record);
  MutabilityOutput out{record.registry, record.name, record.mutability, {}};
  if (!record.mutability_filters.empty()) out.imageTagMutabilityExclusionFilters = record.mutability_filters;
  co_return out;
}

Task<Result<ScanningOutput>> Ecr::put_scanning(api::Request& request, const ScanningInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  record.scan_on_push = in.imageScanningConfiguration.scanOnPush;
  EcrStore(request).put(record);
  co_return ScanningOutput{record.registry, record.name, in.imageScanningConfiguration};
}

Task<Result<ListImagesOutput>> Ecr::list_images(api::Request& request, const ListImagesInput& in) {
  CO_TRY(RepositoryRecord record, co_await load(request, in.repositoryName, in.registryId));
  co_return ListImagesOutput{};
}

Task<Result<api::Nothing>> Ecr::tag(api::Request& request, const TagInput& in) {
  CO_TRY(RepositoryRecord record, co_await load_arn(request, in.resourceArn));
  CO_TRY(record.tags, with_tags(std::move(record.tags), in.tags));
  EcrStore(request).put(record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Ecr::untag(api::Request& request, const UntagInput& in) {
  CO_TRY(RepositoryRecord record, co_await load_arn(request, in.resourceArn));
  std::erase_if(record.tags, [&](const Tag& tag) {
    return std::find(in.tagKeys.begin(), in.tagKeys.end(), tag.Key) != in.tagKeys.end();
  });
  EcrStore(request).put(record);
  co_return api::Nothing{};
}

Task<Result<ListTagsOutput>> Ecr::list_tags(api::Request& request, const ArnInput& in) {
  CO_TRY(RepositoryRecord record, co_await load_arn(request, in.resourceArn));
  co_return ListTagsOutput{record.tags};
}

}  // namespace thaw::ecr
