#include "services/apigateway/gateway_responses.h"

namespace thaw::apigateway {
namespace {

constexpr GatewayResponseType types[] = {
    {"ACCESS_DENIED", 403, "User is not authorized to access this resource", "AccessDeniedException"},
    {"API_CONFIGURATION_ERROR", 500, "Internal server error", "InternalServerErrorException"},
    {"AUTHORIZER_CONFIGURATION_ERROR", 500, "", "AuthorizerConfigurationException"},
    {"AUTHORIZER_FAILURE", 500, "", "AuthorizerFailureException"},
    {"BAD_REQUEST_BODY", 400, "Invalid request body", "BadRequestException"},
    {"BAD_REQUEST_PARAMETERS", 400, "Invalid request parameters", "BadRequestException"},
    {"DEFAULT_4XX", 0, "", "BadRequestException"},
    {"DEFAULT_5XX", 0, "Internal server error", "InternalServerErrorException"},
    {"EXPIRED_TOKEN", 403, "The security token included in the request is expired", "ExpiredTokenException"},
    {"INTEGRATION_FAILURE", 504, "Network error communicating with endpoint", "InternalServerErrorException"},
    {"INTEGRATION_TIMEOUT", 504, "Endpoint request timed out", "InternalServerErrorException"},
    {"INVALID_API_KEY", 403, "Forbidden", "ForbiddenException"},
    {"INVALID_SIGNATURE", 403, "The request signature we calculated does not match the signature you provided.",
     "InvalidSignatureException"},
    {"MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", "MissingAuthenticationTokenException"},
    {"QUOTA_EXCEEDED", 429, "Limit Exceeded", "LimitExceededException"},
    {"REQUEST_TOO_LARGE", 413, "HTTP content length exceeded 10485760 bytes.", "RequestEntityTooLargeException"},
    {"RESOURCE_NOT_FOUND", 404, "Not Found", "NotFoundException"},
    {"THROTTLED", 429, "Too Many Requests", "TooManyRequestsException"},
    {"UNAUTHORIZED", 401, "Unauthorized", "UnauthorizedException"},
    {"UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported Media Type", "UnsupportedMediaTypeException"},
    {"WAF_FILTERED", 403, "Forbidden", "ForbiddenException"},
};

}  // namespace

std::span<const GatewayResponseType> gateway_response_types() { return types; }

const GatewayResponseType* find_gateway_response(std::string_view name) {
  for (const GatewayResponseType& type : types)
    if (type.name == name) return &type;
  return nullptr;
}

}  // namespace thaw::apigateway
