// What API Gateway keeps, and where. The only files that spell keys are this and store.cc.
//
//   apigateway owner      API                               -> {account, region}: requests of the data plane name the
//   API alone apigateway api        ACCOUNT REGION API                -> the definition being edited (document.h)
//   apigateway deployment ACCOUNT REGION API DEPLOYMENT     -> {id, description, createdDate, snapshot: a definition}
//   apigateway stage      ACCOUNT REGION API STAGE          -> the shape Stage
//   apigateway key        ACCOUNT REGION KEY                -> the shape ApiKey
//   apigateway key_value  ACCOUNT REGION VALUE              -> {id}
//   apigateway plan       ACCOUNT REGION PLAN               -> the shape UsagePlan, and keyIds: {id: type}
//   apigateway account    ACCOUNT REGION                    -> the shape Account
// Every value is a record (api/record.h) that holds a document.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "base/json.h"
#include "base/task.h"
#include "kv/store.h"

namespace thaw::apigateway {

class Store {
 public:
  Store(kv::Transaction& tx, const AccountId& account, const Region& region)
      : tx_(tx), account_(account.str()), region_(region.str()) {}

  using Found = Task<std::optional<Json>>;
  using List = Task<std::vector<Json>>;

  static Found owner(kv::Transaction& tx, std::string api);

  Found api(std::string id);
  List apis();
  void put_api(const std::string& id, const Json& document);
  // Removes the API, its deployments and its stages.
  void clear_api(const std::string& id);

  Found deployment(std::string api, std::string id);
  List deployments(std::string api);
  void put_deployment(const std::string& api, const std::string& id, const Json& document);
  void clear_deployment(const std::string& api, const std::string& id);

  Found stage(std::string api, std::string name);
  List stages(std::string api);
  void put_stage(const std::string& api, const std::string& name, const Json& document);
  void clear_stage(const std::string& api, const std::string& name);

  Found key(std::string id);
  Found key_by_value(std::string value);
  List keys();
  void put_key(const std::string& id, const Json& document);
  void clear_key(const std::string& id, const std::string& value);

  Found plan(std::string id);
  List plans();
  void put_plan(const std::string& id, const Json& document);
  void clear_plan(const std::string& id);

  Found account();
  void put_account(const Json& document);

  kv::Transaction& tx() { return tx_; }

 private:
  Found read(std::string key);
  List read_all(std::pair<std::string, std::string> range);
  void write(const std::string& key, const Json& document);

  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::apigateway
