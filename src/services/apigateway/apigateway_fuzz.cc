// Line 1: a path to match and an address to parse; the rest: an OpenAPI document to import, deploy and route by.
#include "services/apigateway/document.h"
#include "services/apigateway/event.h"
#include "services/apigateway/mapping.h"
#include "services/apigateway/openapi.h"
#include "services/apigateway/routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  using namespace thaw::apigateway;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t cut = text.find('\n');
  std::string_view line = text.substr(0, cut);
  (void)parse_address(line, line);
  Incoming incoming;
  MappingScope scope{
      .request = &incoming, .context = nullptr, .stage_variables = nullptr, .response_headers = nullptr, .body = line};
  (void)render_template(line, scope);
  (void)map_value(line, scope);
  (void)proxy_response(line, {"image/*"}, "image/png");
  if (cut == std::string_view::npos) return 0;
  auto document = read_openapi(text.substr(cut + 1));
  if (!document) return 0;
  Json definition = new_definition(Json::object({{"name", "fuzzed"}}));
  if (!import_openapi(definition, *document, {})) return 0;
  Json stage = Json::object({{"stageName", "s"}, {"deploymentId", "d"}});
  auto compiled =
      compile_stage(*AccountId::parse("000000000000"), *Region::parse("us-east-1"), "abcdefghij", stage, definition);
  auto match = compiled->routes.match("GET", line);
  if (match.method) (void)proxy_event(*compiled, *match.method, incoming).dump();
  return 0;
}
