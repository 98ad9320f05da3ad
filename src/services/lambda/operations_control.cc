// The table of operations of the control plane beside functions: URLs, provisioned concurrency, code signing, runtime
// management.
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::string arn_with_qualifier(const api::Request& request, const Json& input) {
  const Json& qualifier = input.get("Qualifier");
  std::optional<std::string> q;
  if (qualifier.is_string()) q = qualifier.as_string();
  auto ref = parse_function(input.get("FunctionName").string_or(""), q, request.account, request.region);
  return ref ? function_arn(request.account, request.region, ref->name, ref->qualifier) : "*";
}
std::string arn_of_signing(const api::Request&, const Json& input) {
  return input.get("CodeSigningConfigArn").string_or("*");
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

void Lambda::add_signing_operations(std::vector<api::Operation>& out) {
  using api::op;
  const std::string provisioned = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency";
  // Before the operation whose path is the same without the parameter.
  out.push_back(op("ListProvisionedConcurrencyConfigs", this, &Lambda::list_provisioned)
                    .http("GET", provisioned + "?List=ALL")
                    .reads()
                    .resource(arn_of_function));
  out.push_back(op("PutProvisionedConcurrencyConfig", this, &Lambda::put_provisioned)
                    .http("PUT", provisioned, 202)
                    .writes()
                    .resource(arn_with_qualifier));
  out.push_back(op("GetProvisionedConcurrencyConfig", this, &Lambda::get_provisioned)
                    .http("GET", provisioned)
                    .reads()
                    .resource(arn_with_qualifier));
  out.push_back(op("DeleteProvisionedConcurrencyConfig", this, &Lambda::delete_provisioned)
                    .http("DELETE", provisioned, 204)
                    .writes()
                    .resource(arn_with_qualifier));

  const std::string configs = "/2020-04-22/code-signing-configs", config = configs + "/{CodeSigningConfigArn}";
  out.push_back(op("CreateCodeSigningConfig", this, &Lambda::create_code_signing).http("POST", configs, 201).writes());
  out.push_back(op("ListCodeSigningConfigs", this, &Lambda::list_code_signing).http("GET", configs).reads());
  out.push_back(
      op("GetCodeSigningConfig", this, &Lambda::get_code_signing).http("GET", config).reads().resource(arn_of_signing));
  out.push_back(op("UpdateCodeSigningConfig", this, &Lambda::update_code_signing)
                    .http("PUT", config)
                    .writes()
                    .resource(arn_of_signing));
  out.push_back(op("DeleteCodeSigningConfig", this, &Lambda::delete_code_signing)
                    .http("DELETE", config, 204)
                    .writes()
                    .resource(arn_of_signing));
  out.push_back(op("ListFunctionsByCodeSigningConfig", this, &Lambda::list_by_code_signing)
                    .http("GET", config + "/functions")
                    .reads()
                    .resource(arn_of_signing));
  const std::string signing = "/2020-06-30/functions/{FunctionName}/code-signing-config";
  out.push_back(op("PutFunctionCodeSigningConfig", this, &Lambda::put_function_code_signing)
                    .http("PUT", signing)
                    .writes()
                    .resource(arn_of_function)
                    .noted("nothing is signed here: Warn lets all code pass without a metric, Enforce refuses all"));
  out.push_back(op("GetFunctionCodeSigningConfig", this, &Lambda::get_function_code_signing)
                    .http("GET", signing)
                    .reads()
                    .resource(arn_of_function));
  out.push_back(op("DeleteFunctionCodeSigningConfig", this, &Lambda::delete_function_code_signing)
                    .http("DELETE", signing, 204)
                    .writes()
                    .resource(arn_of_function));
  const std::string runtime = "/2021-07-20/functions/{FunctionName}/runtime-management-config";
  out.push_back(op("PutRuntimeManagementConfig", this, &Lambda::put_runtime_management)
                    .http("PUT", runtime)
                    .writes()
                    .resource(arn_of_function)
                    .noted("stored; functions run on the host's own runtime, whichever version is asked for"));
  out.push_back(op("GetRuntimeManagementConfig", this, &Lambda::get_runtime_management)
                    .http("GET", runtime)
                    .reads()
                    .resource(arn_of_function));
}

}  // namespace thaw::lambda
