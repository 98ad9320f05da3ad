#include "services/s3/errors.h"

namespace thaw::s3 {

Failure failure(std::string code, std::string message, int status, Json details) {
  return std::unexpected(Error{std::move(code), std::move(message), status, std::move(details)});
}
Failure no_such_bucket(std::string_view bucket) {
  return failure("NoSuchBucket", "The specified bucket does not exist", 404, Json::object({{"BucketName", bucket}}));
}
Failure no_such_key(std::string_view key) {
  return failure("NoSuchKey", "The specified key does not exist.", 404, Json::object({{"Key", key}}));
}
Failure no_such_version(std::string_view key, std::string_view version) {
  return failure("NoSuchVersion", "The specified version does not exist.", 404,
                 Json::object({{"Key", key}, {"VersionId", version}}));
}
Failure no_such_upload(std::string_view upload) {
  return failure(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
      "completed.",
      404, Json::object({{"UploadId", upload}}));
}
Failure malformed_xml() {
  return failure("MalformedXML",
                 "The XML you provided was not well-formed or did not validate against our published schema", 400);
}
Failure invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return failure("InvalidArgument", std::move(message), 400,
                 Json::object({{"ArgumentName", name}, {"ArgumentValue", value}}));
}
Failure invalid_request(std::string message) { return failure("InvalidRequest", std::move(message), 400); }
Failure precondition_failed(std::string_view condition) {
  return failure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412,
                 Json::object({{"Condition", condition}}));
}
Failure not_implemented(std::string_view what) {
  return failure("NotImplemented",
                 "A header you provided implies functionality that is not implemented: " + std::string(what), 501,
                 Json::object({{"Header", what}}));
}
Failure access_denied() { return failure("AccessDenied", "Access Denied", 403); }
Failure method_not_allowed(std::string_view method, std::string_view resource_type) {
  return failure("MethodNotAllowed", "The specified method is not allowed against this resource.", 405,
                 Json::object({{"Method", method}, {"ResourceType", resource_type}}));
}

}  // namespace thaw::s3
