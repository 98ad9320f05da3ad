// Decisions about a function's configuration. Pure, except that a runtime is looked up on the host.
#include <algorithm>

#include "base/text.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

constexpr size_t environment_bytes_max = 4096;
constexpr int timeout_s_max = 900;

constexpr const char* reserved_variables[] = {"_HANDLER",
                                              "_X_AMZN_TRACE_ID",
                                              "AWS_DEFAULT_REGION",
                                              "AWS_REGION",
                                              "AWS_EXECUTION_ENV",
                                              "AWS_LAMBDA_FUNCTION_NAME",
                                              "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                              "AWS_LAMBDA_FUNCTION_VERSION",
                                              "AWS_LAMBDA_INITIALIZATION_TYPE",
                                              "AWS_LAMBDA_LOG_GROUP_NAME",
                                              "AWS_LAMBDA_LOG_STREAM_NAME",
                                              "AWS_ACCESS_KEY",
                                              "AWS_ACCESS_KEY_ID",
                                              "AWS_SECRET_ACCESS_KEY",
                                              "AWS_SESSION_TOKEN",
                                              "AWS_LAMBDA_RUNTIME_API",
                                              "LAMBDA_TASK_ROOT",
                                              "LAMBDA_RUNTIME_DIR"};

bool asks_for_something(const Json& value) {
  if (value.is_null()) return false;
  if (value.is_array() || value.is_object()) return value.size() > 0;
  return true;
}

bool valid_variable_name(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.size() < 2 || !letter(name[0])) return false;
  return std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Result<void> check_environment(const std::map<std::string, std::string>& variables) {
  size_t bytes = 0;
  std::string reserved;
  for (const auto& [name, value] : variables) {
    if (std::ranges::find(reserved_variables, name) != std::end(reserved_variables))
      reserved += (reserved.empty() ? "" : ", ") + name;
    if (!valid_variable_name(name) && reserved.empty())
      return fail(Error{
          "ValidationException",
          "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must "
          "satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
          400,
          {}});
    bytes += name.size() + value.size() + 2;
  }
  if (!reserved.empty())
    return invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
        "contains "
        "reserved keys that are currently not supported for modification. Reserved keys used in this request: " +
        reserved);
  if (bytes > environment_bytes_max)
    return invalid_parameter(
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
        "exceeded the "
        "4KB limit. String measured: " +
        std::to_string(bytes));
  return {};
}

Result<void> refuse_absent_parts(const Settings& s) {
  if (s.VpcConfig_ && s.VpcConfig_->SubnetIds && !s.VpcConfig_->SubnetIds->empty()) return refused("VpcConfig");
  if (asks_for_something(s.FileSystemConfigs)) return refused("FileSystemConfigs");
  if (asks_for_something(s.ImageConfig)) return refused("ImageConfig");
  if (asks_for_something(s.CapacityProviderConfig)) return refused("CapacityProviderConfig");
  if (asks_for_something(s.DurableConfig)) return refused("DurableConfig");
  if (s.SnapStart_ && s.SnapStart_->ApplyOn.value_or("None") != "None") return refused("SnapStart");
  if (s.KMSKeyArn && !s.KMSKeyArn->empty()) return refused("KMSKeyArn");
  return {};
}

}  // namespace

std::unexpected<Error> refused(std::string_view what) {
  return fail("NotImplemented", "Thaw does not implement Lambda's " + std::string(what) + " yet.", 501);
}

std::string last_modified(Time time) {
  std::string text = iso8601_millis(time);
  text.pop_back();
  return text + "+0000";
}

Result<void> check_revision(const Text& wanted, const std::string& actual) {
  if (!wanted || *wanted == actual) return {};
  return fail(Error{
      "PreconditionFailedException",
      "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve "
      "the latest RevisionId",
      412, Json::object({{"Type", "User"}})});
}

Result<void> apply_settings(const Settings& s, FunctionConfiguration& c) {
  CHECK_OK(refuse_absent_parts(s));
  if (s.Runtime) {
    TRY(env::Interpreter interpreter, env::interpreter_for(*s.Runtime));
    c.Runtime = s.Runtime;
  }
  if (s.Role) c.Role = *s.Role;
  if (s.Handler) c.Handler = s.Handler;
  if (s.Description) c.Description = *s.Description;
  if (s.Timeout) {
    if (*s.Timeout > timeout_s_max)
      return fail("ValidationException",
                  "1 validation error detected: Value '" + std::to_string(*s.Timeout) +
                      "' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900");
    c.Timeout = *s.Timeout;
  }
  if (s.MemorySize) c.MemorySize = *s.MemorySize;
  if (s.DeadLetterConfig_) {
    if (s.DeadLetterConfig_->TargetArn && !s.DeadLetterConfig_->TargetArn->empty())
      c.DeadLetterConfig_ = s.DeadLetterConfig_;
    else
      c.DeadLetterConfig_.reset();
  }
  if (s.Environment_) {
    CHECK_OK(check_environment(s.Environment_->Variables.value_or(std::map<std::string, std::string>{})));
    if (s.Environment_->Variables && !s.Environment_->Variables->empty())
      c.Environment_ = s.Environment_;
    else
      c.Environment_.reset();
  }
  if (s.TracingConfig_ && s.TracingConfig_->Mode) c.TracingConfig_ = *s.TracingConfig_;
  if (s.EphemeralStorage_) c.EphemeralStorage_ = *s.EphemeralStorage_;
  if (s.LoggingConfig_) {
    const LoggingConfig& in = *s.LoggingConfig_;
    bool json = in.LogFormat.value_or("Text") == "JSON";
    if (!json && (in.ApplicationLogLevel || in.SystemLogLevel))
      return invalid_parameter("To use log level filters, you must set your log format to JSON.");
    c.LoggingConfig_ = in;
    if (json && !c.LoggingConfig_.ApplicationLogLevel) c.LoggingConfig_.ApplicationLogLevel = "INFO";
    if (json && !c.LoggingConfig_.SystemLogLevel) c.LoggingConfig_.SystemLogLevel = "INFO";
  }
  if (!c.LoggingConfig_.LogFormat) c.LoggingConfig_.LogFormat = "Text";
  if (!c.LoggingConfig_.LogGroup) c.LoggingConfig_.LogGroup = "/aws/lambda/" + c.FunctionName;
  return {};
}

Json render_policy(const std::vector<Statement>& statements, const std::string& qualifier) {
  Json list = Json::array();
  for (const Statement& s : statements)
    if (s.qualifier == qualifier) list.push_back(s.body);
  if (list.empty()) return Json();
  return Json::object({{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(list)}});
}

}  // namespace thaw::lambda
