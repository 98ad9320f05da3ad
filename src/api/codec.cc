#include "api/codec.h"

#include "base/text.h"

namespace thaw::api {
namespace {

const char* json_content_type(Protocol protocol) {
  return protocol == Protocol::json_1_0 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

Result<Json> parse_json(const Operation& operation, std::string_view body) {
  Use use;
  use.shape = operation.input;
  if (trim(body).empty()) return Json::object();
  auto parsed = Json::parse(body);
  if (!parsed) return fail("SerializationException", "");
  if (parsed->is_null()) return Json::object();
  return json_to_canonical(std::move(*parsed), use);
}

WireResponse write_query(const ServiceInfo& service, const Operation& operation, const Json& output,
                         const std::string& request_id) {
  WireResponse out;
  out.headers.set("Content-Type", "text/xml");
  std::string response = operation.name + "Response";
  out.body = "<" + response;
  if (!service.xml_namespace.empty()) out.body += " xmlns=\"" + service.xml_namespace + "\"";
  out.body += ">";
  Use use;
  use.shape = operation.output;
  std::string wrapper = operation.result_wrapper.empty() ? operation.name + "Result" : operation.result_wrapper;
  // A result without members is left out, unless the operation declares that it has one (result_wrapper).
  if (!operation.output->members.empty() || !operation.result_wrapper.empty())
    canonical_to_xml(output, use, wrapper, out.body);
  out.body += "<ResponseMetadata><RequestId>" + request_id + "</RequestId></ResponseMetadata></" + response + ">";
  return out;
}

void details_to_xml(const Json& details, std::string& out) {
  if (!details.is_object()) return;
  for (const Json::Member& m : details.members())
    out +=
        "<" + m.key + ">" + xml_escape(m.value.is_string() ? m.value.as_string() : m.value.dump()) + "</" + m.key + ">";
}

std::string query_code(const ServiceInfo& service, const Error& error) {
  return service.query_error_code ? service.query_error_code(error.code) : error.code;
}

WireResponse write_xml_error(const ServiceInfo& service, const Error& error, const std::string& request_id) {
  WireResponse out;
  out.status = error.status;
  const char* type = error.is_server_fault() ? "Receiver" : "Sender";
  if (service.bare_xml_errors) {
    out.headers.set("Content-Type", "application/xml");
    out.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + error.code + "</Code><Message>" +
               xml_escape(error.message) + "</Message>";
    details_to_xml(error.details, out.body);
    out.body += "<RequestId>" + request_id + "</RequestId><HostId>" + base64_encode(request_id) + "</HostId></Error>";
    return out;
  }
  out.headers.set("Content-Type", "text/xml");
  out.body = "<ErrorResponse";
  if (!service.xml_namespace.empty()) out.body += " xmlns=\"" + service.xml_namespace + "\"";
  out.body += std::string("><Error><Type>") + type + "</Type><Code>" + query_code(service, error) + "</Code><Message>" +
              xml_escape(error.message) + "</Message>";
  details_to_xml(error.details, out.body);
  out.body += "</Error><RequestId>" + request_id + "</RequestId></ErrorResponse>";
  return out;
}

WireResponse write_json_error(Protocol protocol, const ServiceInfo& service, const Error& error) {
  WireResponse out;
  out.status = error.status;
  Json body = Json::object();
  bool rest = protocol == Protocol::rest_json;
  if (rest) {
    out.headers.set("Content-Type", "application/json");
    out.headers.set("x-amzn-ErrorType", error.code);
  } else {
    out.headers.set("Content-Type", json_content_type(protocol));
    // DynamoDB and its kin qualify the name; clients cut it at '#'.
    bool common = error.code == "SerializationException" || error.code == "UnrecognizedClientException" ||
                  error.code == "MissingAuthenticationTokenException" || error.code == "IncompleteSignatureException" ||
                  error.code == "InvalidSignatureException" || error.code == "ValidationException" ||
                  error.code == "UnknownOperationException" || error.code == "AccessDeniedException";
    std::string prefix;
    if (protocol == Protocol::json_1_0)
      prefix = common ? "com.amazon.coral.service#"
                      : "com.amazonaws." + service.name + "." +
                            (service.api_version.empty() ? "v1"
                                                         : "v" +
                                                               [&] {
                                                                 std::string digits;
                                                                 for (char c : service.api_version)
                                                                   if (c != '-') digits.push_back(c);
                                                                 return digits;
                                                               }()) +
                            "#";
    body.set("__type", prefix + error.code);
  }
  body.set(service.error_message_member, error.message);
  if (error.details.is_object())
    for (const Json::Member& m : error.details.members()) body.set(m.key, m.value);
  out.body = body.dump();
  if (service.query_compatible)
    out.headers.set("x-amzn-query-error",
                    query_code(service, error) + (error.is_server_fault() ? ";Receiver" : ";Sender"));
  return out;
}

}  // namespace

Result<Json> parse_request(Protocol protocol, const Operation& operation, const WireRequest& request) {
  switch (protocol) {
    case Protocol::json_1_0:
    case Protocol::json_1_1: return parse_json(operation, request.body);
    case Protocol::query: return parse_query(request.body, request.query, *operation.input);
    case Protocol::rest_json: return parse_rest(false, operation, request);
    case Protocol::rest_xml: return parse_rest(true, operation, request);
  }
  return Json::object();
}

WireResponse write_response(Protocol protocol, const ServiceInfo& service, const Operation& operation,
                            const Json& output, const std::string& request_id) {
  switch (protocol) {
    case Protocol::query: return write_query(service, operation, output, request_id);
    case Protocol::rest_json: return write_rest(false, service, operation, output);
    case Protocol::rest_xml: return write_rest(true, service, operation, output);
    default: break;
  }
  WireResponse out;
  out.headers.set("Content-Type", json_content_type(protocol));
  Use use;
  use.shape = operation.output;
  append_json(out.body, output, use, TimeFormat::epoch_seconds);
  // Operations without an output shape answer an empty body in JSON 1.1 and 1.0 alike; clients take "{}" too.
  return out;
}

WireResponse write_error(Protocol protocol, const ServiceInfo& service, const Error& error,
                         const std::string& request_id) {
  if (protocol == Protocol::query || protocol == Protocol::rest_xml) return write_xml_error(service, error, request_id);
  return write_json_error(protocol, service, error);
}

}  // namespace thaw::api
