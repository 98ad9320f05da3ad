#include "services/cloudformation/sam/function.h"

namespace thaw::sam {

static void check_auth_type(const SamResource& function, const Value& config) {
  if (is_intrinsic(config)) return;
  Value type = config.get("AuthType");
  if (type && (is_intrinsic(type) || type.is("AWS_IAM") || type.is("NONE"))) return;
  throw InvalidResource{
      function.id.s,
      "AuthType is required to configure function property `FunctionUrlConfig`. Please provide either "
      "AWS_IAM or NONE."};
}

static void check_cors(const SamResource& function, const Value& config) {
  if (is_intrinsic(config)) return;
  Value cors = config.get("Cors");
  if (!cors || is_intrinsic(cors)) return;
  Expect(cors, function.id.s, "FunctionUrlConfig.Cors").map();
  for (auto& [name, value] : cors.items()) {
    const bool list =
        name.s == "AllowOrigins" || name.s == "AllowMethods" || name.s == "AllowHeaders" || name.s == "ExposeHeaders";
    if (!list && name.s != "AllowCredentials" && name.s != "MaxAge")
      throw InvalidResource{function.id.s, name.s + " is not a valid property for configuring Cors."};
    if (is_intrinsic(value)) continue;
    const bool fits = list ? value.is_list() : name.s == "MaxAge" ? value.is_int() || value.is_bool() : value.is_bool();
    if (!fits)
      throw InvalidResource{function.id.s, name.s + " must be of type " +
                                               (list                 ? "list"
                                                : name.s == "MaxAge" ? "int"
                                                                     : "bool") +
                                               "."};
  }
}

CfnList make_function_url(const SamResource& function, const CfnResource& lambda, const Cfn& alias) {
  Value config = function.get("FunctionUrlConfig");
  if (!config) return {};
  check_auth_type(function, config);
  check_cors(function, config);
  Value target = alias ? alias->arn() : lambda.name();
  Cfn url = make_cfn(lambda.id.s + "Url", "AWS::Lambda::Url", function.passed_on());
  if (config.get("Cors")) url->set("Cors", config.get("Cors"));
  url->set("AuthType", config.get("AuthType"));
  url->set("TargetFunctionArn", target);
  url->set("InvokeMode", config.get("InvokeMode"));
  if (!config.get("AuthType").is("NONE") || is_intrinsic(config)) return {url};
  // Everybody may use the URL, and through it the function.
  Cfn use = make_cfn(lambda.id.s + "UrlPublicPermissions", "AWS::Lambda::Permission", function.passed_on());
  use->set("Action", "lambda:InvokeFunctionUrl");
  use->set("FunctionName", target);
  use->set("Principal", "*");
  use->set("FunctionUrlAuthType", config.get("AuthType"));
  Cfn invoke = make_cfn(lambda.id.s + "URLInvokeAllowPublicAccess", "AWS::Lambda::Permission", function.passed_on());
  invoke->set("Action", "lambda:InvokeFunction");
  invoke->set("FunctionName", target);
  invoke->set("Principal", "*");
  invoke->set("InvokedViaFunctionUrl", true);
  return {url, use, invoke};
}

}  // namespace thaw::sam
