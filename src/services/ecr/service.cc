#include "services/ecr/service.h"

#include "services/ecr/store.h"

namespace thaw::ecr {

namespace {

constexpr const char* kRecord = "a record only: no image can be pushed or pulled";

std::string repository(const api::Request& request, const Json& input) {
  return request.arn("ecr", "repository/" + input.get("repositoryName").string_or("*"));
}
std::string by_arn(const api::Request&, const Json& input) { return input.get("resourceArn").string_or("*"); }

// The repository's own policy, or null.
Task<Result<Json>> policy_of(api::Request& request, const Json& input) {
  std::string name = input.get("repositoryName").string_or("");
  EcrStore store(request);
  std::optional<RepositoryRecord> record = co_await store.repository(name);
  if (!record || record->policy.empty()) co_return Json();
  auto policy = Json::parse(record->policy);
  co_return policy ? std::move(*policy) : Json();
}

}  // namespace

api::ServiceInfo Ecr::info() const {
  return {.name = "ecr",
          .protocols = {api::Protocol::json_1_1},
          .target_prefix = "AmazonEC2ContainerRegistry_V20150921",
          .api_version = "2015-09-21",
          .validation_code = "InvalidParameterException",
          .title = "Amazon Elastic Container Registry",
          .host_prefixes = {"api.ecr"}};
}

std::vector<api::Operation> Ecr::operations() {
  std::vector<api::Operation> out;
  auto on_repository = [&](api::Operation operation) {
    out.push_back(std::move(operation).resource(repository).policy(policy_of).noted(kRecord));
  };
  auto on_arn = [&](api::Operation operation) { out.push_back(std::move(operation).resource(by_arn)); };
  on_repository(api::op("CreateRepository", this, &Ecr::create).writes());
  out.push_back(api::op("DescribeRepositories", this, &Ecr::describe).reads().noted(kRecord));
  on_repository(api::op("DeleteRepository", this, &Ecr::erase).writes());
  on_repository(api::op("SetRepositoryPolicy", this, &Ecr::set_policy).writes());
  on_repository(api::op("GetRepositoryPolicy", this, &Ecr::get_policy).reads());
  on_repository(api::op("DeleteRepositoryPolicy", this, &Ecr::delete_policy).writes());
  on_repository(api::op("PutLifecyclePolicy", this, &Ecr::put_lifecycle).writes());
  on_repository(api::op("GetLifecyclePolicy", this, &Ecr::get_lifecycle).reads());
  on_repository(api::op("DeleteLifecyclePolicy", this, &Ecr::delete_lifecycle).writes());
  on_repository(api::op("PutImageTagMutability", this, &Ecr::put_mutability).writes());
  on_repository(api::op("PutImageScanningConfiguration", this, &Ecr::put_scanning).writes());
  on_repository(api::op("ListImages", this, &Ecr::list_images).reads());
  on_arn(api::op("TagResource", this, &Ecr::tag).writes());
  on_arn(api::op("UntagResource", this, &Ecr::untag).writes());
  on_arn(api::op("ListTagsForResource", this, &Ecr::list_tags).reads());
  return out;
}

std::vector<std::string> Ecr::not_implemented() const {
  return {"BatchCheckLayerAvailability",
          "BatchDeleteImage",
          "BatchGetImage",
          "BatchGetRepositoryScanningConfiguration",
          "CompleteLayerUpload",
          "CreatePullThroughCacheRule",
          "CreateRepositoryCreationTemplate",
          "DeletePullThroughCacheRule",
          "DeleteRegistryPolicy",
          "DeleteRepositoryCreationTemplate",
          "DeleteSigningConfiguration",
          "DeregisterPullTimeUpdateExclusion",
          "DescribeImageReplicationStatus",
          "DescribeImageScanFindings",
          "DescribeImageSigningStatus",
          "DescribeImages",
          "DescribePullThroughCacheRules",
          "DescribeRegistry",
          "DescribeRepositoryCreationTemplates",
          "GetAccountSetting",
          "GetAuthorizationToken",
          "GetDownloadUrlForLayer",
          "GetLifecyclePolicyPreview",
          "GetRegistryPolicy",
          "GetRegistryScanningConfiguration",
          "GetSigningConfiguration",
          "InitiateLayerUpload",
          "ListImageReferrers",
          "ListPullTimeUpdateExclusions",
          "PutAccountSetting",
          "PutImage",
          "PutRegistryPolicy",
          "PutRegistryScanningConfiguration",
          "PutReplicationConfiguration",
          "PutSigningConfiguration",
          "RegisterPullTimeUpdateExclusion",
          "StartImageScan",
          "StartLifecyclePolicyPreview",
          "UpdateImageStorageClass",
          "UpdatePullThroughCacheRule",
          "UpdateRepositoryCreationTemplate",
          "UploadLayerPart",
          "ValidatePullThroughCacheRule"};
}

}  // namespace thaw::ecr
