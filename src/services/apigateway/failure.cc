#include "services/apigateway/failure.h"

#include <charconv>

#include "services/apigateway/gateway_responses.h"

namespace thaw::apigateway {
namespace {

int status_of(const Json& customised, int otherwise) {
  std::string text = customised.get("statusCode").string_or("");
  int status = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  return error == std::errc() && status >= 100 && status <= 599 ? status : otherwise;
}

std::string plain_body(const Failure& failure, const std::string& message) {
  // A denied request says "Message", as it always did; everything else says "message".
  const char* member = failure.type == "ACCESS_DENIED" ? "Message" : "message";
  return Json::object({{member, message.empty() ? Json() : Json(message)}}).dump();
}

void set_headers(const Json& parameters, const MappingScope& scope, net::HttpResponse& out) {
  constexpr std::string_view prefix = "gatewayresponse.header.";
  if (!parameters.is_object()) return;
  for (const Json::Member& m : parameters.members()) {
    if (!m.key.starts_with(prefix)) continue;
    auto value = map_value(m.value.string_or(""), scope);
    if (value && value->find_first_of("\r\n") == std::string::npos)
      out.headers.set(std::string_view(m.key).substr(prefix.size()), *value);
  }
}

}  // namespace

net::HttpResponse gateway_response(const Failure& failure, const Stage* stage, const Incoming* request, Json context) {
  const GatewayResponseType* type = find_gateway_response(failure.type);
  int status = failure.status ? failure.status : type ? type->status : 500;
  std::string message = !failure.message.empty() ? failure.message : type ? std::string(type->words) : "";
  static const Json none;
  const Json& all = stage ? stage->definition.get("gatewayResponses") : none;
  const Json* own = all.find(failure.type);
  if (!own) own = all.find(status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX");
  net::HttpResponse out;
  out.status = own ? status_of(*own, status) : status;
  out.headers.set("Content-Type", "application/json");
  std::string error_type = !failure.error_type.empty() ? failure.error_type : type ? std::string(type->error_type) : "";
  if (!error_type.empty()) out.headers.set("x-amzn-ErrorType", error_type);
  out.body = plain_body(failure, message);
  if (!own) return out;

  Json error = Json::object({{"message", message},
                             {"messageString", Json(message).dump()},
                             {"responseType", failure.type},
                             {"validationErrorString", failure.validation}});
  context.set("error", std::move(error));
  MappingScope scope{.request = request,
                     .context = &context,
                     .stage_variables = stage ? &stage->variables : nullptr,
                     .response_headers = nullptr,
                     .body = ""};
  set_headers(own->get("responseParameters"), scope, out);
  const Json& templates = own->get("responseTemplates");
  if (!templates.is_object() || templates.empty()) return out;
  const Json::Member* chosen = &templates.members()[0];
  for (const Json::Member& m : templates.members())
    if (m.key == "application/json") chosen = &m;
  auto rendered = render_template(chosen->value.string_or(""), scope);
  if (!rendered) {
    out.status = 501;
    out.body = Json::object({{"message", rendered.error().message}}).dump();
    return out;
  }
  out.headers.set("Content-Type", chosen->key);
  out.body = std::move(*rendered);
  return out;
}

}  // namespace thaw::apigateway
