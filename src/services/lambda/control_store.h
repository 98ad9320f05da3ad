// What Lambda keeps beside functions (store.h), and where. Only this and control_store.cc spell these keys.
//
//   lambda url          ACCOUNT REGION NAME QUALIFIER -> UrlRecord ("" for the function itself)
//   lambda url-id       ID                            -> UrlOwner: whose URL it is
//   lambda provisioned  ACCOUNT REGION NAME QUALIFIER -> ProvisionedRecord
//   lambda signing      ACCOUNT REGION ID             -> SigningRecord
//   lambda signed       ACCOUNT REGION NAME           -> the ARN of the function's code signing configuration
//   lambda runtime-management ACCOUNT REGION NAME VERSION -> RuntimeManagement
#pragma once

#include "api/record.h"
#include "base/arn.h"
#include "kv/store.h"
#include "services/lambda/api_control.h"

namespace thaw::lambda {

struct UrlRecord {
  std::string id, qualifier, auth_type, invoke_mode, created, modified;
  std::optional<Cors> cors;
  static void describe(api::Fields& f);
};
struct UrlOwner {
  std::string account, region, name, qualifier;
  static void describe(api::Fields& f);
};
struct ProvisionedRecord {
  std::string qualifier;
  int32_t count = 0;
  std::string modified;
  static void describe(api::Fields& f);
};
struct SigningRecord {
  CodeSigningConfig config;
  Tags tags;
  static void describe(api::Fields& f);
};

class ControlStore {
 public:
  ControlStore(kv::Transaction& tx, const AccountId& account, const Region& region)
      : tx_(tx), account_(account.str()), region_(region.str()) {}

  Task<std::optional<UrlRecord>> url(std::string name, std::string qualifier);
  Task<std::vector<UrlRecord>> urls(std::string name);
  void put_url(const std::string& name, const UrlRecord& record);
  void clear_url(const std::string& name, const UrlRecord& record);
  static Task<std::optional<UrlOwner>> url_owner(kv::Transaction& tx, std::string id);

  Task<std::optional<ProvisionedRecord>> provisioned(std::string name, std::string qualifier);
  Task<std::vector<ProvisionedRecord>> all_provisioned(std::string name);
  void put_provisioned(const std::string& name, const ProvisionedRecord& record);
  void clear_provisioned(const std::string& name, const std::string& qualifier);
  // The functions of all accounts and regions that have some: (account, region, name).
  struct Place {
    std::string account, region, name;
    bool operator==(const Place&) const = default;
  };
  static Task<std::vector<Place>> places_provisioned(kv::Transaction& tx);

  Task<std::optional<SigningRecord>> signing(std::string id);
  Task<std::vector<SigningRecord>> all_signing();
  void put_signing(const SigningRecord& record);
  void clear_signing(const std::string& id);
  Task<std::optional<std::string>> signing_of(std::string name);
  void set_signing_of(const std::string& name, const std::string& arn);  // empty: none
  // (function name, ARN of its configuration), of all functions that have one.
  Task<std::vector<std::pair<std::string, std::string>>> all_signed();

  Task<std::optional<RuntimeManagement>> runtime_management(std::string name, std::string version);
  void put_runtime_management(const std::string& name, const std::string& version, const RuntimeManagement& record);

  // Everything of a function that is deleted, or of one qualifier of it.
  Task<void> clear_function(std::string name);
  Task<void> clear_qualifier(std::string name, std::string qualifier);

 private:
  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::lambda
