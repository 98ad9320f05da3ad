#include "services/sns/errors.h"

namespace thaw::sns {

std::string query_error_code(std::string_view code) {
  if (code == "ValidationException") return std::string(code);
  if (code == "InvalidParameterValueException") return "ParameterValueInvalid";
  if (code == "AccessDenied" || code == "AccessDeniedException") return "AuthorizationError";
  if (code.ends_with("Exception")) code.remove_suffix(9);
  return std::string(code);
}

std::unexpected<Error> invalid(std::string words) {
  return fail("InvalidParameterException", "Invalid parameter: " + std::move(words));
}
std::unexpected<Error> no_topic() { return fail("NotFoundException", "Topic does not exist", 404); }
std::unexpected<Error> no_subscription() { return fail("NotFoundException", "Subscription does not exist", 404); }
std::unexpected<Error> not_here(std::string_view what) {
  return fail("NotImplemented", "Thaw does not implement " + std::string(what) + " of Amazon SNS yet.", 501);
}

}  // namespace thaw::sns
