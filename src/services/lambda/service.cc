#include "services/lambda/service.h"

#include "base/text.h"

namespace thaw::lambda {
namespace {

constexpr const char* download_path = "/_thaw/lambda/code/";
constexpr int64_t download_valid_ms = 600'000;

std::string arn_of_layer(const api::Request& request, const Json& input) {
  return layer_arn(request.account, request.region, layer_name_of(input.get("LayerName").string_or("")));
}
std::string arn_of_layer_version(const api::Request& request, const Json& input) {
  return arn_of_layer(request, input) + ":" + input.get("VersionNumber").dump();
}
std::string arn_of_resource(const api::Request&, const Json& input) { return input.get("Resource").string_or("*"); }

// Giving a role to a function needs the right to pass it.
std::function<std::vector<api::Permission>(const api::Request&, const Json&)> passing_role(std::string action) {
  return [action](const api::Request& request, const Json& input) {
    std::vector<api::Permission> out{{action, arn_of_function(request, input), {}}};
    if (const Json& role = input.get("Role"); role.is_string())
      out.push_back(
          {"iam:PassRole", role.as_string(), Json::object({{"iam:PassedToService", "lambda.amazonaws.com"}})});
    return out;
  };
}

}  // namespace

std::string arn_of(const api::Request& request, const Json& input) {
  const Json& qualifier = input.get("Qualifier");
  std::optional<std::string> q;
  if (qualifier.is_string()) q = qualifier.as_string();
  auto ref = parse_function(input.get("FunctionName").string_or(""), q, request.account, request.region);
  return ref ? function_arn(request.account, request.region, ref->name, ref->qualifier) : "*";
}
// Of operations whose resource is the function, whatever the qualifier.
std::string arn_of_function(const api::Request& request, const Json& input) {
  auto ref = parse_function(input.get("FunctionName").string_or(""), std::nullopt, request.account, request.region);
  return ref ? function_arn(request.account, request.region, ref->name) : "*";
}

Lambda::Lambda(Dependencies dependencies)
    : d_(std::move(dependencies)),
      code_(d_.blobs, d_.code_directory),
      meter_(d_.store, d_.clock),
      hot_(d_.hot),
      download_key_(random_bytes(32)),
      scheduler_(std::make_unique<work::Scheduler>(d_.store, d_.clock)),
      pollers_(poller_host()) {}

api::ServiceInfo Lambda::info() const {
  return {.name = "lambda",
          .protocols = {api::Protocol::rest_json},
          .api_version = "2015-03-31",
          .title = "AWS Lambda",
          .error_message_member = "Message",
          .host_prefixes = {"lambda"}};
}

std::vector<api::Operation> Lambda::operations() {
  using api::op;
  const std::string functions = "/2015-03-31/functions", one = functions + "/{FunctionName}";
  const std::string layers = "/2018-10-31/layers", layer = layers + "/{LayerName}/versions";
  const std::string layer_version = layer + "/{VersionNumber}";
  std::vector<api::Operation> out;
  auto add = [&](api::Operation operation) { out.push_back(std::move(operation)); };

  add(op("CreateFunction", this, &Lambda::create_function)
          .http("POST", functions, 201)
          .permits(passing_role("lambda:CreateFunction")));
  add(op("UpdateFunctionCode", this, &Lambda::update_function_code)
          .http("PUT", one + "/code")
          .resource(arn_of_function));
  add(op("UpdateFunctionConfiguration", this, &Lambda::update_function_configuration)
          .http("PUT", one + "/configuration")
          .permits(passing_role("lambda:UpdateFunctionConfiguration")));
  add(op("DeleteFunction", this, &Lambda::delete_function).http("DELETE", one, 204).writes().resource(arn_of));
  add(op("GetFunction", this, &Lambda::get_function).http("GET", one).reads().resource(arn_of));
  add(op("GetFunctionConfiguration", this, &Lambda::get_function_configuration)
          .http("GET", one + "/configuration")
          .reads()
          .resource(arn_of));
  add(op("ListFunctions", this, &Lambda::list_functions).http("GET", functions).reads());
  add(op("GetAccountSettings", this, &Lambda::get_account_settings)
          .http("GET", "/2016-08-19/account-settings")
          .reads());
  add(op("PutFunctionConcurrency", this, &Lambda::put_function_concurrency)
          .http("PUT", "/2017-10-31/functions/{FunctionName}/concurrency")
          .writes()
          .resource(arn_of_function));
  add(op("GetFunctionConcurrency", this, &Lambda::get_function_concurrency)
          .http("GET", "/2019-09-30/functions/{FunctionName}/concurrency")
          .reads()
          .resource(arn_of_function));
  add(op("DeleteFunctionConcurrency", this, &Lambda::delete_function_concurrency)
          .http("DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", 204)
          .writes()
          .resource(arn_of_function));

  add(op("PublishVersion", this, &Lambda::publish_version)
          .http("POST", one + "/versions", 201)
          .resource(arn_of_function));
  add(op("ListVersionsByFunction", this, &Lambda::list_versions)
          .http("GET", one + "/versions")
          .reads()
          .resource(arn_of_function));
  add(op("CreateAlias", this, &Lambda::create_alias)
          .http("POST", one + "/aliases", 201)
          .writes()
          .resource(arn_of_function));
  add(op("GetAlias", this, &Lambda::get_alias).http("GET", one + "/aliases/{Name}").reads().resource(arn_of_function));
  add(op("UpdateAlias", this, &Lambda::update_alias)
          .http("PUT", one + "/aliases/{Name}")
          .writes()
          .resource(arn_of_function));
  add(op("DeleteAlias", this, &Lambda::delete_alias)
          .http("DELETE", one + "/aliases/{Name}", 204)
          .writes()
          .resource(arn_of_function));
  add(op("ListAliases", this, &Lambda::list_aliases).http("GET", one + "/aliases").reads().resource(arn_of_function));

  add(op("AddPermission", this, &Lambda::add_permission).http("POST", one + "/policy", 201).writes().resource(arn_of));
  add(op("RemovePermission", this, &Lambda::remove_permission)
          .http("DELETE", one + "/policy/{StatementId}", 204)
          .writes()
          .resource(arn_of));
  add(op("GetPolicy", this, &Lambda::get_policy).http("GET", one + "/policy").reads().resource(arn_of));
  add(op("TagResource", this, &Lambda::tag_resource)
          .http("POST", "/2017-03-31/tags/{ARN}", 204)
          .writes()
          .resource(arn_of_resource));
  add(op("UntagResource", this, &Lambda::untag_resource)
          .http("DELETE", "/2017-03-31/tags/{ARN}", 204)
          .writes()
          .resource(arn_of_resource));
  add(op("ListTags", this, &Lambda::list_tags).http("GET", "/2017-03-31/tags/{ARN}").reads().resource(arn_of_resource));

  add(op("PublishLayerVersion", this, &Lambda::publish_layer_version).http("POST", layer, 201).resource(arn_of_layer));
  add(op("GetLayerVersion", this, &Lambda::get_layer_version)
          .http("GET", layer_version)
          .reads()
          .resource(arn_of_layer_version));
  add(op("GetLayerVersionByArn", this, &Lambda::get_layer_version_by_arn)
          .http("GET", layers + "?find=LayerVersion")
          .reads()
          .action("lambda:GetLayerVersion")
          .resource([](auto&, const Json& input) { return input.get("Arn").string_or("*"); }));
  add(op("DeleteLayerVersion", this, &Lambda::delete_layer_version)
          .http("DELETE", layer_version, 204)
          .writes()
          .resource(arn_of_layer_version));
  add(op("ListLayers", this, &Lambda::list_layers).http("GET", layers).reads());
  add(op("ListLayerVersions", this, &Lambda::list_layer_versions).http("GET", layer).reads().resource(arn_of_layer));
  add(op("AddLayerVersionPermission", this, &Lambda::add_layer_permission)
          .http("POST", layer_version + "/policy", 201)
          .writes()
          .resource(arn_of_layer_version)
          .noted("stored; other accounts do not exist here"));
  add(op("RemoveLayerVersionPermission", this, &Lambda::remove_layer_permission)
          .http("DELETE", layer_version + "/policy/{StatementId}", 204)
          .writes()
          .resource(arn_of_layer_version));
  add(op("GetLayerVersionPolicy", this, &Lambda::get_layer_policy)
          .http("GET", layer_version + "/policy")
          .reads()
          .resource(arn_of_layer_version));

  add(op("Invoke", this, &Lambda::invoke)
          .http("POST", one + "/invocations")
          .action("lambda:InvokeFunction")
          .resource(arn_of)
          .policy([this](api::Request& request, const Json& input) { return invoke_policy(request, input); }));
  add(op("GetUsage", this, &Lambda::get_usage).noted("Thaw's own, for its command line: thaw cost"));
  add_url_operations(out);
  add_signing_operations(out);
  for (api::Operation& operation : async_operations()) add(std::move(operation));
  for (api::Operation& operation : mapping_operations()) add(std::move(operation));
  return out;
}

std::vector<std::string> Lambda::not_implemented() const {
  return {"InvokeWithResponseStream"};
}

// ---- downloads ----

std::string Lambda::location(const Request& request, const std::string& blob) const {
  std::string expires = std::to_string(d_.clock.now_ms() + download_valid_ms);
  std::string signature = hex_encode(hmac_sha256(download_key_, blob + expires));
  return std::string(request.tls ? "https" : "http") + "://" + (request.host.empty() ? "localhost" : request.host) +
         download_path + blob + "?expires=" + expires + "&signature=" + signature;
}

bool Lambda::serves(const net::HttpRequest& request) const {
  return request.path.starts_with(download_path) || serves_url(request);
}

Task<net::HttpResponse> Lambda::serve(net::HttpRequest& request) {
  net::HttpResponse out;
  if (!request.path.starts_with(download_path)) {
    out = co_await serve_url(request);
    co_return out;
  }
  std::string blob = request.path.substr(std::string_view(download_path).size());
  std::string expires, signature;
  for (std::string_view part : split(request.query, '&')) {
    if (part.starts_with("expires=")) expires = part.substr(8);
    if (part.starts_with("signature=")) signature = part.substr(10);
  }
  auto limit = Json::is_number_text(expires) ? Json::number(expires).to_int() : std::nullopt;
  bool valid = limit && *limit >= d_.clock.now_ms() &&
               equal_in_constant_time(signature, hex_encode(hmac_sha256(download_key_, blob + expires)));
  auto id = blob::BlobId::parse(blob);
  if (!valid || !id) {
    out.status = 403;
    out.body = "The download link has expired or is not valid; call GetFunction again.\n";
    co_return out;
  }
  Result<std::string> bytes = co_await d_.blobs.get(*id, 300u << 20);
  if (!bytes) {
    out.status = bytes.error().status;
    out.body = bytes.error().message + "\n";
    co_return out;
  }
  out.headers.set("Content-Type", "application/zip");
  out.body = std::move(*bytes);
  co_return out;
}

}  // namespace thaw::lambda
