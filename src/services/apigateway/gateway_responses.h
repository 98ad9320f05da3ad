// The responses that API Gateway makes itself: their types, and how an API's own customisations change them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace thaw::apigateway {

struct GatewayResponseType {
  std::string_view name;
  int status = 0;               // 0: that of the failure
  std::string_view words;       // the message when the failure brings none
  std::string_view error_type;  // x-amzn-ErrorType
};

std::span<const GatewayResponseType> gateway_response_types();
const GatewayResponseType* find_gateway_response(std::string_view name);

inline constexpr std::string_view default_gateway_template = R"({"message":$context.error.messageString})";

}  // namespace thaw::apigateway
