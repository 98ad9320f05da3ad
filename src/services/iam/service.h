// IAM as a service. The Directory beside it is what the Door asks.
#pragma once

#include <memory>
#include <vector>

#include "api/service.h"
#include "services/iam/directory.h"

namespace thaw::iam {

class Ops;

class Iam final : public api::Service {
 public:
  // `directory` outlives the service.
  explicit Iam(Directory& directory);
  ~Iam() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  std::vector<std::unique_ptr<Ops>> groups_;
};

}  // namespace thaw::iam
