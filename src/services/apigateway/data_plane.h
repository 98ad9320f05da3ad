// Requests for deployed stages: https://API.execute-api.REGION.amazonaws.com/STAGE/PATH and the forms of it that work
// without DNS.
//
//   address -> stage (compiled, cached) -> body -> method -> authorizer -> API key -> validation -> integration ->
//   response
//
// The cache holds what a stage's deployment compiles to; it is dropped when a transaction that changes the stage
// commits, so that a request reads nothing from the store. Loop's thread only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/service.h"
#include "net/client.h"
#include "services/apigateway/event.h"
#include "services/apigateway/failure.h"
#include "services/apigateway/service.h"

namespace thaw::apigateway {

class DataPlane {
 public:
  explicit DataPlane(Dependencies dependencies);
  ~DataPlane();

  bool serves(const net::HttpRequest& request) const;
  Task<net::HttpResponse> serve(net::HttpRequest& request);

  void forget(const std::string& api);
  void forget_keys();

 private:
  // A request under way. Lives in serve()'s frame.
  struct Flow {
    net::HttpRequest& http;
    std::shared_ptr<const Stage> stage;
    const Method* method = nullptr;
    Incoming in;
    Json context;  // what $context refers to, made when it is first needed

    std::string method_arn() const;  // with the path as it was asked for
    std::string source_arn() const;  // with the resource's path
  };
  using Answer = std::expected<net::HttpResponse, Failure>;
  using Checked = std::expected<void, Failure>;

  Task<std::shared_ptr<const Stage>> find_stage(Address address);
  Task<Answer> answer(Flow& flow);
  net::HttpResponse finish(const Flow& flow, Answer answer) const;

  // checks.cc
  Task<Checked> authorise(Flow& flow);
  Task<Checked> admit(Flow& flow);
  Checked judge(Flow& flow, const Json& verdict) const;
  Task<Checked> ask_authorizer(Flow& flow);
  Task<Checked> check_key(Flow& flow);
  static Checked check_request(const Flow& flow);

  // integrations.cc
  Task<Answer> integrate(Flow& flow);
  Task<Answer> lambda_proxy(Flow& flow);
  Task<Answer> lambda_custom(Flow& flow);
  Task<Answer> mock(Flow& flow);
  Task<Answer> http_integration(Flow& flow);
  // Calls a function as API Gateway; gives up after the integration's timeout.
  struct Invoked {
    std::string payload;
    std::string function_error;  // "Handled", "Unhandled" or empty
  };
  Task<std::expected<Invoked, Failure>> invoke(Flow& flow, std::string function, std::string payload,
                                               std::string source_arn, std::string credentials, bool asynchronous);

  struct Key {
    std::string id;
    bool enabled = false;
    std::vector<std::string> stages;  // "API:STAGE" of the plans that the key belongs to
  };
  Task<std::shared_ptr<const Key>> find_key(const Stage& stage, std::string value);

  struct Verdict {
    int64_t expires_ms = 0;
    Json answer;  // what the authorizer said
  };

  Dependencies d_;
  std::unique_ptr<net::Client> client_;
  uint64_t generation_ = 0;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const Stage>> stages_;
  std::map<std::string, std::shared_ptr<const Key>> keys_;
  std::map<std::string, Verdict> verdicts_;  // "API/AUTHORIZER/identity"
};

}  // namespace thaw::apigateway
