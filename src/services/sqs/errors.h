// The errors of SQS, in its own words. Codes are those of the JSON wire; query_error_code() gives the Query protocol's,
// which the JSON wire repeats in x-amzn-query-error.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::sqs {

std::string query_error_code(std::string_view code);

std::unexpected<Error> no_queue(bool in_query_words = false);
// "Value V for parameter P is invalid. Reason: R."
std::unexpected<Error> invalid_value(std::string_view value, std::string_view parameter, std::string_view reason);
// "InvalidParameterValue" with these words.
std::unexpected<Error> invalid_parameter(std::string words);
std::unexpected<Error> missing_parameter(std::string_view parameter);
std::unexpected<Error> unknown_attribute(std::string_view name);
std::unexpected<Error> invalid_attribute(std::string_view name);
std::unexpected<Error> bad_receipt(std::string_view handle);
std::unexpected<Error> no_resource(std::string words);

}  // namespace thaw::sqs
