// Codecs: an operation's input and output on the wire of each AWS protocol, driven by the schema's table of members.
// https://smithy.io/2.0/aws/protocols/
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/service.h"
#include "net/http.h"

namespace thaw::api {

struct WireRequest {
  std::string_view query;  // raw
  const net::Headers* headers = nullptr;
  std::string_view body;                                    // empty for operations that stream their input
  std::vector<std::pair<std::string, std::string>> labels;  // of the URI, decoded: {"FunctionName", "f"}
};

struct WireResponse {
  int status = 200;
  net::Headers headers;
  std::string body;
};

// Wire to canonical Json. Errors: "SerializationException" (JSON), "MalformedXML",
// "MalformedInput"/"InvalidParameterValue" (Query)... Unknown members are ignored, as AWS does.
Result<Json> parse_request(Protocol protocol, const Operation& operation, const WireRequest& request);

// Canonical Json to wire.
WireResponse write_response(Protocol protocol, const ServiceInfo& service, const Operation& operation,
                            const Json& output, const std::string& request_id);
WireResponse write_error(Protocol protocol, const ServiceInfo& service, const Error& error,
                         const std::string& request_id);

// ---- the parts, one file each ----

// JSON (json.cc): a body's value and a canonical value.
Result<Json> json_to_canonical(Json value, const Use& use, int depth = 0);
// Makes what a caller in process gives fit the schema: scalars are converted where their text allows it ("true", "30"),
// as CloudFormation does; other mismatches are "SerializationException".
Result<Json> conform(Json value, const Use& use, int depth = 0);
// Appends a canonical value as JSON, under its names on the wire.
void append_json(std::string& out, const Json& value, const Use& use, TimeFormat default_time);

// XML (xml.cc): the content of an element.
void canonical_to_xml(const Json& value, const Use& use, std::string_view element, std::string& out);
// `root`: the name that the document's root must have; any when empty. Errors: "MalformedXML".
Result<Json> xml_to_canonical(std::string_view text, const Schema& schema, std::string_view root);
std::string xml_escape(std::string_view text);

// Query (codec_query.cc): a form in the body and/or the query string. Errors: "MalformedInput", "MalformedQueryString".
Result<Json> parse_query(std::string_view body, std::string_view query, const Schema& schema);

// REST (codec_rest.cc): what travels outside the body, and the body by way of the payload member.
Result<Json> parse_rest(bool xml, const Operation& operation, const WireRequest& request);
WireResponse write_rest(bool xml, const ServiceInfo& service, const Operation& operation, const Json& output);

// Text forms of scalars, for headers, labels, query strings and XML.
Result<Json> text_to_canonical(std::string text, const Use& use, TimeFormat default_time);
std::string canonical_to_text(const Json& value, const Use& use, TimeFormat default_time);

// A "Name=value&..." string, decoded, in order. Error "MalformedQueryString".
Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text, bool plus_is_space = true);

}  // namespace thaw::api
