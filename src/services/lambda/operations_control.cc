// The table of operations of the control plane beside functions: URLs, provisioned concurrency, code signing, runtime
// management.
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::string arn_of_function(const api::Request& request, const Json& input) {
  auto ref = parse_function(input.get("FunctionName").string_or(""), std::nullopt, request.account, request.region);
  return ref ? function_arn(request.account, request.region, ref->name) : "*";
}

// Policies may say which kinds of URL somebody may make.
std::function<std::vector<api::Permission>(const api::Request&, const Json&)> url_permission(std::string action) {
  return [action](const api::Request& request, const Json& input) {
    Json context;
    if (const Json& type = input.get("AuthType"); type.is_string())
      context = Json::object({{"lambda:FunctionUrlAuthType", type}});
    return std::vector<api::Permission>{{action, arn_of_function(request, input), std::move(context)}};
  };
}

}  // namespace

void Lambda::add_url_operations(std::vector<api::Operation>& out) {
  using api::op;
  const std::string one = "/2021-10-31/functions/{FunctionName}/url";
  out.push_back(op("CreateFunctionUrlConfig", this, &Lambda::create_url)
                    .http("POST", one, 201)
                    .writes()
                    .permits(url_permission("lambda:CreateFunctionUrlConfig"))
                    .noted("InvokeMode RESPONSE_STREAM does not exist yet"));
  out.push_back(op("UpdateFunctionUrlConfig", this, &Lambda::update_url)
                    .http("PUT", one)
                    .writes()
                    .permits(url_permission("lambda:UpdateFunctionUrlConfig")));
  out.push_back(op("GetFunctionUrlConfig", this, &Lambda::get_url).http("GET", one).reads().resource(arn_of_function));
  out.push_back(op("DeleteFunctionUrlConfig", this, &Lambda::delete_url)
                    .http("DELETE", one, 204)
                    .writes()
                    .resource(arn_of_function));
  out.push_back(op("ListFunctionUrlConfigs", this, &Lambda::list_urls)
                    .http("GET", "/2021-10-31/functions/{FunctionName}/urls")
                    .reads()
                    .resource(arn_of_function));
}

}  // namespace thaw::lambda
