// The environment variables of a function: the user's and those that Lambda reserves. Pure.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "env/environment.h"

namespace thaw::env {

struct VariablesOf {
  std::string log_stream;
  std::string endpoint_url;
  std::string ca_path;          // inside the sandbox; empty = none
  bool node_modules = false;    // a folder with the SDK is at /var/runtime/node_modules
  bool provisioned = false;     // provisioned concurrency
  std::string python_fallback;  // a folder that Python searches last (boto3 of the distribution), or empty
  bool debug = false;           // the runtime opens a debugger's port when the function asks for one
};

// The function's variable THAW_DEBUG_PORT: 1024 to 65535, without the ports that the platform has inside. Nothing when
// it is absent or something else.
std::optional<uint16_t> debug_port_of(const FunctionSpec& function);

// Sorted as given: the user's come first, reserved names of the platform win.
std::vector<std::pair<std::string, std::string>> variables_of(const FunctionSpec& function,
                                                              const SessionCredentials& credentials,
                                                              const VariablesOf& of);

enum class RuntimeFamily : uint8_t { python, nodejs, provided, other };
RuntimeFamily family_of(std::string_view runtime);

// Where the loader looks for libraries; known when a process starts, so parked ones start with it.
constexpr const char* library_path =
    "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";

// Pure: whether a parked runtime can become this function's. Not when it must be told something at its start, or when
// its sandbox differs from the usual.
bool fits_parked(const FunctionSpec& function);

// 2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef
std::string make_log_stream(Time now, std::string_view version);

}  // namespace thaw::env
