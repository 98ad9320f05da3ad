#include "env/variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thaw::env {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

void set(Variables& variables, std::string_view name, std::string_view value) {
  auto found = std::ranges::find(variables, name, &Variables::value_type::first);
  if (found != variables.end())
    found->second = value;
  else
    variables.emplace_back(name, value);
}
// What a user may choose otherwise.
void set_default(Variables& variables, std::string_view name, std::string_view value) {
  if (std::ranges::find(variables, name, &Variables::value_type::first) == variables.end())
    variables.emplace_back(name, value);
}

void set_function(Variables& out, const FunctionSpec& f, const VariablesOf& of) {
  set(out, "AWS_LAMBDA_FUNCTION_NAME", f.name);
  set(out, "AWS_LAMBDA_FUNCTION_VERSION", f.version);
  set(out, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(f.memory_mb));
  set(out, "AWS_LAMBDA_LOG_GROUP_NAME", f.log_group);
  set(out, "AWS_LAMBDA_LOG_STREAM_NAME", of.log_stream);
  set(out, "AWS_LAMBDA_LOG_FORMAT", f.log_format == LogFormat::json ? "JSON" : "Text");
  if (f.log_format == LogFormat::json) {
    set(out, "AWS_LAMBDA_LOG_LEVEL", f.application_log_level.empty() ? "INFO" : f.application_log_level);
  }
  set(out, "AWS_LAMBDA_INITIALIZATION_TYPE", of.provisioned ? "provisioned-concurrency" : "on-demand");
  set(out, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
  set(out, "_HANDLER", f.handler);
  if (family_of(f.runtime) != RuntimeFamily::provided) set(out, "AWS_EXECUTION_ENV", "AWS_Lambda_" + f.runtime);
}

void set_platform(Variables& out, const VariablesOf& of) {
  if (!of.endpoint_url.empty()) set_default(out, "AWS_ENDPOINT_URL", of.endpoint_url);
  if (of.ca_path.empty()) return;
  for (const char* name : {"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    set_default(out, name, of.ca_path);
  }
}

}  // namespace

RuntimeFamily family_of(std::string_view runtime) {
  if (runtime.starts_with("python")) return RuntimeFamily::python;
  if (runtime.starts_with("nodejs")) return RuntimeFamily::nodejs;
  if (runtime.starts_with("provided")) return RuntimeFamily::provided;
  return RuntimeFamily::other;
}

std::optional<uint16_t> debug_port_of(const FunctionSpec& function) {
  for (const auto& [name, value] : function.environment) {
    if (name != "THAW_DEBUG_PORT") continue;
    int port = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), port);
    bool whole = error == std::errc() && end == value.data() + value.size();
    if (!whole || port < 1024 || port > 65535 || port == 4566 || port == 9001) return std::nullopt;
    return static_cast<uint16_t>(port);
  }
  return std::nullopt;
}

Variables variables_of(const FunctionSpec& f, const SessionCredentials& credentials, const VariablesOf& of) {
  Variables out = f.environment;
  set_function(out, f, of);
  set(out, "AWS_REGION", f.region.str());
  set(out, "AWS_DEFAULT_REGION", f.region.str());
  if (!credentials.access_key_id.empty()) {
    set(out, "AWS_ACCESS_KEY_ID", credentials.access_key_id);
    set(out, "AWS_SECRET_ACCESS_KEY", credentials.secret_access_key);
    set(out, "AWS_SESSION_TOKEN", credentials.session_token);
  }
  set(out, "LAMBDA_TASK_ROOT", "/var/task");
  set(out, "LAMBDA_RUNTIME_DIR", "/var/runtime");
  set_default(out, "TZ", ":UTC");
  set_default(out, "LANG", "en_US.UTF-8");
  set_default(out, "PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
  set_default(out, "LD_LIBRARY_PATH", library_path);
  set_default(out, "AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
  set_default(out, "AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");
  if (family_of(f.runtime) == RuntimeFamily::nodejs) {
    std::string version = f.runtime.substr(6, f.runtime.find('.') - 6);
    set_default(out, "NODE_PATH",
                fmt::format("/opt/nodejs/node{0}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:"
                            "/var/runtime:/var/task",
                            version));
  }
  if (family_of(f.runtime) == RuntimeFamily::python) {
    set_default(out, "PYTHONPATH", "/var/runtime");
    if (!of.python_fallback.empty()) set(out, "THAW_PYTHON_FALLBACK", of.python_fallback);
  }
  set_platform(out, of);
  if (auto port = debug_port_of(f); port && of.debug) set(out, "THAW_DEBUG_LISTEN", std::to_string(*port));
  return out;
}

bool fits_parked(const FunctionSpec& function) {
  RuntimeFamily family = family_of(function.runtime);
  if (family != RuntimeFamily::python && family != RuntimeFamily::nodejs) return false;
  if (function.tmp_mb != 512) return false;
  for (const auto& [name, value] : function.environment) {
    if (name == "AWS_LAMBDA_EXEC_WRAPPER" || name == "LANG" || name == "GLIBC_TUNABLES") return false;
    if (name.starts_with("LD_") || name.starts_with("LC_") || name.starts_with("MALLOC_") || name.starts_with("UV_"))
      return false;
    if (name.starts_with("PYTHON") && name != "PYTHONPATH") return false;
    if (name.starts_with("NODE_") && name != "NODE_PATH" && name != "NODE_ENV") return false;
  }
  return true;
}

std::string make_log_stream(Time now, std::string_view version) {
  std::string date = iso8601(now).substr(0, 10);
  std::ranges::replace(date, '-', '/');
  return fmt::format("{}/[{}]{}", date, version, random_hex(32));
}

}  // namespace thaw::env
