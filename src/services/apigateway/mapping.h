// Mappings of parameters ('literal', method.request.header.X, context.requestId, ...) and templates, as far as they are
// text with simple references. Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "services/apigateway/event.h"

namespace thaw::apigateway {

// What expressions can refer to. All that it points to outlives the evaluation.
struct MappingScope {
  const Incoming* request = nullptr;               // method.request.*, $input.params
  const Json* context = nullptr;                   // context.*, $context.*
  const Json* stage_variables = nullptr;           // stageVariables.*
  const net::Headers* response_headers = nullptr;  // integration.response.header.*
  std::string_view body;                           // $input.body, $input.json; integration.response.body
};

// The value of a mapping expression; nothing when what it refers to is not there or it is none.
std::optional<std::string> map_value(std::string_view expression, const MappingScope& scope);

// A template's text. Understood: plain text, $context.a.b, $stageVariables.a, $input.body, $input.json('$.a.b'),
// $input.path('$.a.b'), $input.params('a'), and ${...} forms of them. Error "NotImplemented" (501) for anything else of
// VTL.
Result<std::string> render_template(std::string_view text, const MappingScope& scope);

// The part of a document that a simple JSON path ("$", "$.a.b", "$.a[0]") names; null when there is none, or it is not
// simple.
const Json& json_path(const Json& document, std::string_view path);

}  // namespace thaw::apigateway
