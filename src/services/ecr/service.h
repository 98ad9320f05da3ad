// ECR: repository records. There is no registry behind them: no image can be pushed or pulled.
#pragma once

#include <vector>

#include "api/service.h"
#include "services/ecr/api.h"

namespace thaw::ecr {

class Ecr final : public api::Service {
 public:
  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  template <class T>
  using Answer = Task<Result<T>>;

  Answer<RepositoryOutput> create(api::Request& request, const CreateInput& in);
  Answer<DescribeOutput> describe(api::Request& request, const DescribeInput& in);
  Answer<RepositoryOutput> erase(api::Request& request, const DeleteInput& in);
  Answer<PolicyOutput> set_policy(api::Request& request, const SetPolicyInput& in);
  Answer<PolicyOutput> get_policy(api::Request& request, const NameInput& in);
  Answer<PolicyOutput> delete_policy(api::Request& request, const NameInput& in);
  Answer<LifecycleOutput> put_lifecycle(api::Request& request, const PutLifecycleInput& in);
  Answer<LifecycleOutput> get_lifecycle(api::Request& request, const NameInput& in);
  Answer<LifecycleOutput> delete_lifecycle(api::Request& request, const NameInput& in);
  Answer<MutabilityOutput> put_mutability(api::Request& request, const MutabilityInput& in);
  Answer<ScanningOutput> put_scanning(api::Request& request, const ScanningInput& in);
  Answer<ListImagesOutput> list_images(api::Request& request, const ListImagesInput& in);
  Answer<api::Nothing> tag(api::Request& request, const TagInput& in);
  Answer<api::Nothing> untag(api::Request& request, const UntagInput& in);
  Answer<ListTagsOutput> list_tags(api::Request& request, const ArnInput& in);
};

}  // namespace thaw::ecr
