#include "services/ecr/api.h"

namespace thaw::ecr {

using api::Fields;

namespace {

const char* const kName = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*";
const std::vector<std::string> kMutability = {"MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION",
                                              "MUTABLE_WITH_EXCLUSION"};

// The members that almost every input begins with.
template <class T>
void named(Fields& f) {
  f.add("registryId", &T::registryId).pattern("[0-9]{12}");
  f.add("repositoryName", &T::repositoryName).required().length(2, 256).pattern(kName);
}
template <class T>
void answered(Fields& f) {
  f.add("registryId", &T::registryId);
  f.add("repositoryName", &T::repositoryName);
}

}  // namespace

void Tag::describe(Fields& f) {
  f.add("Key", &Tag::Key).required();
  f.add("Value", &Tag::Value).required();
}
void ScanningConfiguration::describe(Fields& f) { f.add("scanOnPush", &ScanningConfiguration::scanOnPush); }
void EncryptionConfiguration::describe(Fields& f) {
  f.add("encryptionType", &EncryptionConfiguration::encryptionType).required().one_of({"AES256", "KMS", "KMS_DSSE"});
  f.add("kmsKey", &EncryptionConfiguration::kmsKey).length(1, 2048);
}
void MutabilityFilter::describe(Fields& f) {
  f.add("filterType", &MutabilityFilter::filterType).required().one_of({"WILDCARD"});
  f.add("filter", &MutabilityFilter::filter).required().length(1, 128).pattern("^[0-9a-zA-Z._*-]{1,128}$");
}
void Repository::describe(Fields& f) {
  f.add("repositoryArn", &Repository::repositoryArn);
  f.add("registryId", &Repository::registryId);
  f.add("repositoryName", &Repository::repositoryName);
  f.add("repositoryUri", &Repository::repositoryUri);
  f.add("createdAt", &Repository::createdAt);
  f.add("imageTagMutability", &Repository::imageTagMutability);
  f.add("imageTagMutabilityExclusionFilters", &Repository::imageTagMutabilityExclusionFilters);
  f.add("imageScanningConfiguration", &Repository::imageScanningConfiguration);
  f.add("encryptionConfiguration", &Repository::encryptionConfiguration);
}
void CreateInput::describe(Fields& f) {
  named<CreateInput>(f);
  f.add("tags", &CreateInput::tags);
  f.add("imageTagMutability", &CreateInput::imageTagMutability).one_of(kMutability);
  f.add("imageTagMutabilityExclusionFilters", &CreateInput::imageTagMutabilityExclusionFilters).length(0, 5);
  f.add("imageScanningConfiguration", &CreateInput::imageScanningConfiguration);
  f.add("encryptionConfiguration", &CreateInput::encryptionConfiguration);
}
void RepositoryOutput::describe(Fields& f) { f.add("repository", &RepositoryOutput::repository); }
void DescribeInput::describe(Fields& f) {
  f.add("registryId", &DescribeInput::registryId).pattern("[0-9]{12}");
  f.add("repositoryNames", &DescribeInput::repositoryNames).length(1, 100).each_length(2, 256).each_pattern(kName);
  f.add("nextToken", &DescribeInput::nextToken);
  f.add("maxResults", &DescribeInput::maxResults).range(1, 1000);
}
void DescribeOutput::describe(Fields& f) {
  f.add("repositories", &DescribeOutput::repositories);
  f.add("nextToken", &DescribeOutput::nextToken);
}
void DeleteInput::describe(Fields& f) {
  named<DeleteInput>(f);
  f.add("force", &DeleteInput::force);
}
void NameInput::describe(Fields& f) { named<NameInput>(f); }
void SetPolicyInput::describe(Fields& f) {
  named<SetPolicyInput>(f);
  f.add("policyText", &SetPolicyInput::policyText).required().length(0, 10240);
  f.add("force", &SetPolicyInput::force);
}
void PolicyOutput::describe(Fields& f) {
  answered<PolicyOutput>(f);
  f.add("policyText", &PolicyOutput::policyText);
}
void PutLifecycleInput::describe(Fields& f) {
  named<PutLifecycleInput>(f);
  f.add("lifecyclePolicyText", &PutLifecycleInput::lifecyclePolicyText).required().length(1, 30720);
}
void LifecycleOutput::describe(Fields& f) {
  answered<LifecycleOutput>(f);
  f.add("lifecyclePolicyText", &LifecycleOutput::lifecyclePolicyText);
  f.add("lastEvaluatedAt", &LifecycleOutput::lastEvaluatedAt);
}
void MutabilityInput::describe(Fields& f) {
  named<MutabilityInput>(f);
  f.add("imageTagMutability", &MutabilityInput::imageTagMutability).required().one_of(kMutability);
  f.add("imageTagMutabilityExclusionFilters", &MutabilityInput::imageTagMutabilityExclusionFilters).length(0, 5);
}
void MutabilityOutput::describe(Fields& f) {
  answered<MutabilityOutput>(f);
  f.add("imageTagMutability", &MutabilityOutput::imageTagMutability);
  f.add("imageTagMutabilityExclusionFilters", &MutabilityOutput::imageTagMutabilityExclusionFilters);
}
void ScanningInput::describe(Fields& f) {
  named<ScanningInput>(f);
  f.add("imageScanningConfiguration", &ScanningInput::imageScanningConfiguration).required();
}
void ScanningOutput::describe(Fields& f) {
  answered<ScanningOutput>(f);
  f.add("imageScanningConfiguration", &ScanningOutput::imageScanningConfiguration);
}
void ListImagesInput::describe(Fields& f) { named<ListImagesInput>(f); }
void ListImagesOutput::describe(Fields& f) { f.add("imageIds", &ListImagesOutput::imageIds); }
void ArnInput::describe(Fields& f) { f.add("resourceArn", &ArnInput::resourceArn).required(); }
void TagInput::describe(Fields& f) {
  f.add("resourceArn", &TagInput::resourceArn).required();
  f.add("tags", &TagInput::tags).required();
}
void UntagInput::describe(Fields& f) {
  f.add("resourceArn", &UntagInput::resourceArn).required();
  f.add("tagKeys", &UntagInput::tagKeys).required();
}
void ListTagsOutput::describe(Fields& f) { f.add("tags", &ListTagsOutput::tags); }

}  // namespace thaw::ecr
