// Amazon API Gateway: REST APIs, their management and their requests.
#pragma once

#include <functional>
#include <memory>

#include "api/caller.h"
#include "api/service.h"
#include "services/apigateway/api.h"
#include "services/apigateway/document.h"
#include "services/apigateway/store.h"

namespace thaw::apigateway {

class DataPlane;

// Decides whether a request may be answered where that depends on who signed it, or on the API's own policy: checks the
// signature (of service "execute-api"; there must be one when `signature_required`) and the permission. Answers who
// asks. Errors: those of signatures and of authorisation.
struct Admission {
  api::Permission permission;
  Json policy;  // the API's, or null
  bool signature_required = false;
};
using Admit =
    std::function<Task<Result<api::Principal>>(net::HttpRequest& request, std::string body, Admission admission)>;

struct Dependencies {
  kv::Store& store;
  const Clock& clock;
  api::Caller caller;
  Admit admit = {};  // empty: methods with AWS_IAM and APIs with a policy answer NotImplemented
};

class ApiGateway final : public api::Service {
 public:
  explicit ApiGateway(Dependencies dependencies);
  ~ApiGateway() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

  bool serves(const net::HttpRequest& request) const override;
  Task<net::HttpResponse> serve(net::HttpRequest& request) override;

  // Forgets what is known of an API's stages once the transaction has been committed.
  void forget_at_commit(kv::Transaction& tx, const std::string& api);
  void forget_keys_at_commit(kv::Transaction& tx);

 private:
  std::unique_ptr<DataPlane> data_plane_;
};

// What an operation that is more than an edit of a definition gets.
struct Call {
  ApiGateway& gateway;
  api::Request& request;
  const Json& in;
  Store store;

  std::string text(std::string_view name) const { return in.get(name).string_or(""); }
  Json now_s() const { return Json(request.clock->now_ms() / 1000); }
  std::unexpected<Error> no_api() const;
};

using Handler = Task<Result<Json>> (*)(Call& call);

// ---- ops_api.cc ----
Task<Result<Json>> create_rest_api(Call& call);
Task<Result<Json>> get_rest_apis(Call& call);
Task<Result<Json>> delete_rest_api(Call& call);
Task<Result<Json>> import_rest_api(Call& call);
Task<Result<Json>> put_rest_api(Call& call);
Task<Result<Json>> get_account(Call& call);
Task<Result<Json>> update_account(Call& call);
Task<Result<Json>> tag_resource(Call& call);
Task<Result<Json>> untag_resource(Call& call);
Task<Result<Json>> get_tags(Call& call);

// ---- ops_stage.cc ----
Task<Result<Json>> create_deployment(Call& call);
Task<Result<Json>> get_deployment(Call& call);
Task<Result<Json>> get_deployments(Call& call);
Task<Result<Json>> update_deployment(Call& call);
Task<Result<Json>> delete_deployment(Call& call);
Task<Result<Json>> create_stage(Call& call);
Task<Result<Json>> get_stage(Call& call);
Task<Result<Json>> get_stages(Call& call);
Task<Result<Json>> update_stage(Call& call);
Task<Result<Json>> delete_stage(Call& call);
Task<Result<Json>> flush_stage(Call& call);

// ---- ops_keys.cc ----
Task<Result<Json>> create_api_key(Call& call);
Task<Result<Json>> get_api_key(Call& call);
Task<Result<Json>> get_api_keys(Call& call);
Task<Result<Json>> update_api_key(Call& call);
Task<Result<Json>> delete_api_key(Call& call);
Task<Result<Json>> create_usage_plan(Call& call);
Task<Result<Json>> get_usage_plan(Call& call);
Task<Result<Json>> get_usage_plans(Call& call);
Task<Result<Json>> update_usage_plan(Call& call);
Task<Result<Json>> delete_usage_plan(Call& call);
Task<Result<Json>> create_usage_plan_key(Call& call);
Task<Result<Json>> get_usage_plan_key(Call& call);
Task<Result<Json>> get_usage_plan_keys(Call& call);
Task<Result<Json>> delete_usage_plan_key(Call& call);

}  // namespace thaw::apigateway
