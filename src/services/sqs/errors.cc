#include "services/sqs/errors.h"

#include <algorithm>
#include <iterator>

namespace thaw::sqs {

std::string query_error_code(std::string_view code) {
  static constexpr std::string_view qualified[] = {
      "BatchEntryIdsNotDistinct", "BatchRequestTooLong",          "EmptyBatchRequest",
      "InvalidBatchEntryId",      "MessageNotInflight",           "PurgeQueueInProgress",
      "QueueDeletedRecently",     "TooManyEntriesInBatchRequest", "UnsupportedOperation"};
  if (code == "QueueDoesNotExist") return "AWS.SimpleQueueService.NonExistentQueue";
  if (code == "QueueNameExists") return "QueueAlreadyExists";
  if (code == "InvalidParameterValueException") return "InvalidParameterValue";
  if (code == "MissingRequiredParameterException") return "MissingParameter";
  if (code == "AccessDeniedException") return "AccessDenied";
  if (std::ranges::find(qualified, code) != std::end(qualified)) return "AWS.SimpleQueueService." + std::string(code);
  return std::string(code);
}

std::unexpected<Error> no_queue(bool in_query_words) {
  return fail("QueueDoesNotExist", in_query_words ? "The specified queue does not exist for this wsdl version."
                                                  : "The specified queue does not exist.");
}
std::unexpected<Error> invalid_value(std::string_view value, std::string_view parameter, std::string_view reason) {
  return invalid_parameter("Value " + std::string(value) + " for parameter " + std::string(parameter) +
                           " is invalid. Reason: " + std::string(reason));
}
std::unexpected<Error> invalid_parameter(std::string words) {
  return fail("InvalidParameterValueException", std::move(words));
}
std::unexpected<Error> missing_parameter(std::string_view parameter) {
  return fail("MissingRequiredParameterException",
              "The request must contain the parameter " + std::string(parameter) + ".");
}
std::unexpected<Error> unknown_attribute(std::string_view name) {
  return fail("InvalidAttributeName", "Unknown Attribute " + std::string(name) + ".");
}
std::unexpected<Error> invalid_attribute(std::string_view name) {
  return fail("InvalidAttributeValue", "Invalid value for the parameter " + std::string(name) + ".");
}
std::unexpected<Error> bad_receipt(std::string_view handle) {
  return fail("ReceiptHandleIsInvalid", "The input receipt handle \"" + std::string(handle.substr(0, 1024)) +
                                            "\" is not a valid receipt handle.");
}
std::unexpected<Error> no_resource(std::string words) {
  return fail("ResourceNotFoundException", std::move(words), 404);
}

}  // namespace thaw::sqs
