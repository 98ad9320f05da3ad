// What Parameter Store keeps, and its keys. A is the account, R the region.
//
//   ssm param A R name   ParameterRecord: what all versions share, and the versions (at most 100), oldest first
//
// A version's value of a SecureString is KMS's ciphertext.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "services/ssm/api.h"

namespace thaw::ssm {

struct VersionRecord {
  int64_t version = 1;
  std::string type, user, description, allowed_pattern, tier, key_id, data_type;
  api::Blob value;
  Time modified{};
  std::vector<std::string> labels;
  static void describe(api::Fields& f);
};

struct ParameterRecord {
  std::string name, arn;
  std::vector<VersionRecord> versions;
  std::vector<Tag> tags;
  static void describe(api::Fields& f);
  const VersionRecord& newest() const { return versions.back(); }
  VersionRecord* find(int64_t version);
  VersionRecord* find_label(std::string_view label);
};

class SsmStore {
 public:
  SsmStore(kv::Transaction& tx, const api::Request& request)
      : tx_(tx), account_(request.account.str()), region_(request.region.str()) {}
  Task<std::optional<ParameterRecord>> parameter(std::string name);
  // Those whose names begin with `prefix` and come after `after`, in the order of names.
  Task<std::vector<ParameterRecord>> beginning_with(std::string prefix, std::string after);
  void put(const ParameterRecord& record);
  void erase(const std::string& name);

 private:
  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::ssm
