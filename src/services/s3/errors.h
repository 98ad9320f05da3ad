// S3's errors, in its words. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::s3 {

using Failure = std::unexpected<Error>;

Failure failure(std::string code, std::string message, int status, Json details = {});

Failure no_such_bucket(std::string_view bucket);
Failure no_such_key(std::string_view key);
Failure no_such_version(std::string_view key, std::string_view version);
Failure no_such_upload(std::string_view upload);
Failure malformed_xml();
Failure invalid_argument(std::string message, std::string_view name, std::string_view value);
Failure invalid_request(std::string message);
Failure precondition_failed(std::string_view condition);
Failure not_implemented(std::string_view what);
Failure access_denied();
Failure method_not_allowed(std::string_view method, std::string_view resource_type);

}  // namespace thaw::s3
