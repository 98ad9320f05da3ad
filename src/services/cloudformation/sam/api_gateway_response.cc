#include "services/cloudformation/sam/api.h"

namespace thaw::sam {

namespace {

void check_shape(const RestApi& api, const Value& responses) {
  for (auto& [name, response] : responses.items()) {
    if (is_intrinsic(response))
      api.refuse(
          "Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.");
    if (!response.is_dict())
      api.refuse(std::string("Invalid property type '") + response.type_name() +
                 "' for GatewayResponses. Expected an object of type 'GatewayResponse'.");
    for (auto& key : response.keys())
      if (key.s != "ResponseParameters" && key.s != "ResponseTemplates" && key.s != "StatusCode")
        api.refuse("Invalid property '" + key.s + "' in 'GatewayResponses' property '" + name.s + "'.");
  }
}

Value prefixed_parameters(const RestApi& api, const Value& given) {
  Value out = Value::hashed();
  for (auto [property, prefix] :
       {std::pair("Headers", "gatewayresponse.header."), std::pair("Paths", "gatewayresponse.path."),
        std::pair("QueryStrings", "gatewayresponse.querystring.")}) {
    Value values = given.get(property, Value::dict());
    Expect(values, api.id(), std::string("ResponseParameters.") + property).map();
    for (auto& [key, value] : values.items()) out.set(Text(prefix + key.s, key.legacy), value);
  }
  return out;
}

Value definition_of(const RestApi& api, const Text& name, const Value& response) {
  Value parameters = response.get("ResponseParameters", Value::hashed());
  Value templates = response.get("ResponseTemplates", Value::hashed());
  if (parameters) {
    Expect(parameters, api.id(), "GatewayResponses." + name.s + ".ResponseParameters").map();
    for (auto& key : parameters.keys())
      if (key.s != "Headers" && key.s != "Paths" && key.s != "QueryStrings")
        api.refuse("Invalid gateway response parameter '" + key.s + "'");
  }
  Value status = response.get("StatusCode");
  std::string text = status.is_null() ? "" : status.str();
  const bool digits = !text.empty() && text.size() <= 3 && text.find_first_not_of("0123456789") == std::string::npos;
  if (status && !digits) api.refuse("Property 'StatusCode' must be numeric");
  Value out = Value::hashed();
  out.set("responseParameters", parameters ? prefixed_parameters(api, parameters) : Value::hashed());
  out.set("responseTemplates", templates ? templates : Value::hashed());
  if (!text.empty()) out.set("statusCode", text);
  return out;
}

}  // namespace

void add_gateway_responses(RestApi& api) {
  Value responses = api.get("GatewayResponses");
  if (!responses) return;
  if (!api.body) api.refuse("GatewayResponses works only with inline Swagger specified in 'DefinitionBody' property.");
  check_shape(api, responses);
  if (!SwaggerEditor::is_valid(api.body))
    api.refuse(
        "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.");
  SwaggerEditor editor(api.body);
  for (auto& [name, response] : responses.items())
    editor.add_gateway_response(name, definition_of(api, name, response));
  api.body = editor.result();
}

}  // namespace thaw::sam
