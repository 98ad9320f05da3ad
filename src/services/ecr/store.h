// What ECR keeps, and its key. A is the account, R the region.
//
//   ecr repo A R name   RepositoryRecord
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "services/ecr/api.h"

namespace thaw::ecr {

struct RepositoryRecord {
  std::string name, arn, uri, registry, mutability, policy, lifecycle;
  std::vector<MutabilityFilter> mutability_filters;
  bool scan_on_push = false;
  EncryptionConfiguration encryption;
  Time created{};
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
};

class EcrStore {
 public:
  explicit EcrStore(api::Request& request)
      : tx_(request.tx()), account_(request.account.str()), region_(request.region.str()) {}
  Task<std::optional<RepositoryRecord>> repository(std::string name);
  Task<std::vector<RepositoryRecord>> repositories();
  void put(const RepositoryRecord& record);
  void erase(const std::string& name);

 private:
  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::ecr
