// The many ways to name a function, version or layer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/arn.h"
#include "base/result.h"

namespace thaw::lambda {

// A function as a request names it, resolved.
struct FunctionRef {
  std::string name;
  std::string qualifier;  // "", "$LATEST", "7", "live"
};

// `text` is a name, a partial ARN (123456789012:function:f) or an ARN, each perhaps with ":qualifier"; `qualifier` the
// separate parameter. Errors: InvalidParameterValueException when both name a qualifier and differ;
// ResourceNotFoundException / AccessDeniedException for other regions and accounts.
Result<FunctionRef> parse_function(std::string_view text, const std::optional<std::string>& qualifier,
                                   const AccountId& account, const Region& region);

std::string function_arn(const AccountId& account, const Region& region, std::string_view name,
                         std::string_view qualifier = "");
std::string layer_arn(const AccountId& account, const Region& region, std::string_view layer);

// arn:aws:lambda:R:A:layer:NAME:VERSION
struct LayerRef {
  std::string account, region, name;
  int64_t version = 0;
};
std::optional<LayerRef> parse_layer_version(std::string_view arn);
// A layer's name out of a name or an ARN.
std::string layer_name_of(std::string_view text);

bool is_version_number(std::string_view qualifier);
std::unexpected<Error> invalid_parameter(std::string words);
std::unexpected<Error> function_not_found(const std::string& arn);
std::unexpected<Error> mapping_not_found();

}  // namespace thaw::lambda
