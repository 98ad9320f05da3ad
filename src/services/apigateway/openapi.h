// The import of OpenAPI 2 (Swagger) and 3 documents with their x-amazon-apigateway-* extensions into a definition.
// Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
//
// What is read: info, paths with their methods, parameters, bodies, responses and integrations, any-method, models,
// security schemes with their authorizers, request validators, gateway responses, binary media types, the policy, the
// endpoint configuration, the API key source, the minimum compression size. What is not understood is left out with a
// warning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace thaw::apigateway {

struct ImportOptions {
  bool overwrite = true;  // else merge: parts of the definition that the document does not name stay
  bool fail_on_warnings = false;
  std::string base_path = "ignore";  // or "prepend": paths begin with the document's base path
};

inline constexpr size_t import_bytes_max = 6u << 20;

// Reads JSON or YAML. Errors: BadRequestException.
Result<Json> read_openapi(std::string_view text);

// Puts the document into the definition. Answers the warnings; errors are BadRequestException with all that is wrong.
Result<std::vector<std::string>> import_openapi(Json& definition, const Json& document, const ImportOptions& options);

}  // namespace thaw::apigateway
