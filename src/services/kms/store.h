// What KMS keeps, and its keys. A is the account, R the region.
//
//   kms key   A R id     KeyRecord, with the key's material
//   kms alias A R name   AliasRecord ("alias/..." is the name)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "services/kms/api.h"

namespace thaw::kms {

struct KeyRecord {
  std::string id, arn, account, description, policy;
  api::Blob material;
  Time created{};
  bool enabled = true;
  std::optional<Time> deletion;  // pending since a deletion was scheduled
  bool aws_managed = false;
  int32_t rotation_days = 0;  // 0: not enabled
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
  std::string state() const { return deletion ? "PendingDeletion" : enabled ? "Enabled" : "Disabled"; }
};

struct AliasRecord {
  std::string name, key;
  Time created{}, updated{};
  static void describe(api::Fields& f);
};

class KmsStore {
 public:
  explicit KmsStore(api::Request& request) : tx_(request.tx()), request_(request) {}

  // By id alone. A key whose deletion date has passed is not there.
  Task<std::optional<KeyRecord>> key(std::string id);
  Task<std::vector<KeyRecord>> keys();
  void put(const KeyRecord& record);
  Task<std::optional<AliasRecord>> alias(std::string name);
  Task<std::vector<AliasRecord>> aliases();
  void put(const AliasRecord& record);
  void erase_alias(const std::string& name);

 private:
  kv::Transaction& tx_;
  api::Request& request_;
};

}  // namespace thaw::kms
