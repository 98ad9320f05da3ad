// A deployed stage, compiled: which method answers a request. Pure; immutable once built, shared by the requests in
// flight.
//
// Of several resources that match a path the most specific one wins, segment by segment: a literal before {param}
// before {proxy+}; a resource that has no method for the request gives way to the next. ANY answers what no other
// method does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arn.h"
#include "base/json.h"

namespace thaw::apigateway {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Method {
  std::string http_method;  // or "ANY"
  std::string resource_id, resource_path;
  std::string type;      // of the integration: "AWS_PROXY"; empty when there is none
  std::string uri;       // of the integration, with the stage's variables in place
  std::string function;  // of Lambda integrations: the function's ARN
  int64_t timeout_ms = 29'000;
  bool api_key_required = false;
  std::string authorization;         // "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"
  const Json* definition = nullptr;  // the shape Method; never null in a stage
  const Json* authorizer = nullptr;  // null when there is none
  const Json* validator = nullptr;

  const Json& integration() const { return definition->get("methodIntegration"); }
};

class Routes {
 public:
  Routes();
  ~Routes();
  Routes(Routes&&) noexcept;
  Routes& operator=(Routes&&) noexcept;

  void add(std::string_view resource_path, Method method);

  struct Match {
    const Method* method = nullptr;  // null: nothing answers
    Pairs parameters;                // of the path, decoded
  };
  // `path` is still percent-encoded and begins with a slash; one slash at its end does not count.
  Match match(std::string_view http_method, std::string_view path) const;

  struct Node;

 private:
  std::unique_ptr<Node> root_;
};

struct Stage {
  AccountId account;
  Region region;
  std::string api, name, deployment;
  Json variables;   // an object
  Json definition;  // the snapshot
  std::vector<std::string> binary_types;
  Json policy;            // the API's, or null
  bool disabled = false;  // the default endpoint is switched off
  bool key_from_authorizer = false;
  Routes routes = {};

  std::string arn_prefix() const;  // arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/
};

std::shared_ptr<const Stage> compile_stage(const AccountId& account, const Region& region, const std::string& api,
                                           const Json& stage, Json snapshot);

// ${stageVariables.x} replaced; what is not there becomes empty.
std::string with_stage_variables(std::string_view text, const Json& variables);
// The function of arn:aws:apigateway:R:lambda:path/2015-03-31/functions/ARN/invocations; empty for anything else.
std::string function_of_uri(std::string_view uri);

// Which API, which stage, which path of it a request is for.
struct Address {
  std::string api, stage;
  std::string path;  // still encoded, begins with a slash, without the stage
  bool by_host = false;
};
// `host` is in lower case, without its port. Nothing when the request is not for a deployed API.
std::optional<Address> parse_address(std::string_view host, std::string_view path);

}  // namespace thaw::apigateway
