// The words of signature errors, per family of protocols. Internal to api/.
#pragma once

#include <string>
#include <string_view>

#include "api/sigv4.h"

namespace thaw::api {

Error incomplete_signature(ErrorFamily family, std::string message);
Error signature_mismatch(ErrorFamily family, const SignedRequest& claim, std::string_view to_sign,
                         std::string_view canonical);
Error signature_not_usable(ErrorFamily family, std::string message);  // expired and the like, outside S3
Error request_time_skewed(const SignedRequest& claim, Time now);
Error presigned_expired(const SignedRequest& claim, Time ends, Time now);

}  // namespace thaw::api
