// The canonical forms that signatures are made over. Internal to api/: sigv4.h is what others use.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/sigv4.h"

namespace thaw::api {

// S3 and its kin take the path as it is; every other service normalises it and encodes it once more.
bool has_s3_paths(std::string_view service);
std::string canonical_path(std::string_view raw_path, bool s3_paths);
// Sorted by encoded name, then value. `without` is a name to leave out (X-Amz-Signature).
std::string canonical_query(std::string_view raw_query, std::string_view without = {});
// As canonical_query, but the names and values keep the encoding they were sent in.
std::string canonical_query_as_sent(std::string_view raw_query, std::string_view without = {});
// The values of all headers of that name: trimmed, inner space collapsed, joined with commas.
std::string canonical_header_value(const SignableView& request, std::string_view lower_name);

enum class Reading { normal, as_sent };
std::string canonical_request(const SignableView& request, std::span<const std::string> signed_headers, bool s3_paths,
                              std::string_view hash, Reading reading = Reading::normal);
std::string string_to_sign(std::string_view timestamp, std::string_view scope, std::string_view canonical);

// Signature Version 2 of S3, with Expires in place of the date.
std::string string_to_sign_v2(const SignableView& request);
std::string sign_v2(std::string_view secret, std::string_view text);  // base64 of HMAC-SHA1

}  // namespace thaw::api
