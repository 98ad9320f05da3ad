// A request that API Gateway itself answers, and how that answer looks: the type's default, or what the API made of it.
// Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
#pragma once

#include <string>
#include <string_view>

#include "services/apigateway/mapping.h"

namespace thaw::apigateway {

struct Failure {
  std::string type;             // "MISSING_AUTHENTICATION_TOKEN"
  std::string message;          // empty: the type's own words
  int status = 0;               // 0: the type's own
  std::string validation;       // $context.error.validationErrorString
  std::string error_type = {};  // x-amzn-ErrorType when it is not the type's own
};

// `stage` may be null: then nothing is customised. `context` is what $context refers to, beside the error.
net::HttpResponse gateway_response(const Failure& failure, const Stage* stage, const Incoming* request, Json context);

}  // namespace thaw::apigateway
