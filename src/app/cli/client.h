// What every command but `thaw up` is: a client of the HTTP API. Calls are signed and travel on Thaw's own JSON wire.
#pragma once

#include <memory>
#include <string>

#include "api/sigv4.h"
#include "base/result.h"
#include "base/task.h"
#include "net/client.h"

namespace thaw::app {

// Where Thaw is and who calls: from the environment, as every AWS tool takes it.
struct Connection {
  std::string endpoint = "http://localhost:4566";           // THAW_ENDPOINT, AWS_ENDPOINT_URL
  std::string region = "us-east-1";                         // AWS_REGION, AWS_DEFAULT_REGION
  api::SigningCredentials credentials{"test", "test", ""};  // AWS_ACCESS_KEY_ID ...

  static Connection from_environment();
};

class CloudClient {
 public:
  explicit CloudClient(Connection connection) : connection_(std::move(connection)) {}

  const Connection& connection() const { return connection_; }

  // An operation by its AWS name, with JSON in AWS's member names (blobs in base64). Errors: those of the operation;
  // "NotReachable" with what to do when nothing listens.
  Task<Result<Json>> call(std::string service, std::string operation, Json input);
  // One of Thaw's own endpoints ("/_thaw/status").
  Task<Result<Json>> get(std::string path);
  // What an address answers to an unsigned GET.
  Task<Result<std::string>> download(std::string url);
  // Uploads an object; streamed from memory.
  Task<Result<void>> put_object(std::string bucket, std::string key, std::string bytes);

 private:
  Task<Result<net::ClientResponse>> send(net::ClientRequest request, std::string service);

  Connection connection_;
  net::Client http_;
};

// ---- shared by the commands ----

std::string environment_or(const char* name, const std::string& otherwise);
// Runs a command's coroutine on a loop of its own; answers the exit code. Prints the error of a failure.
int run_command(std::function<Task<Result<int>>()> command);
// The member of an array of {Key: ..., Value: ...} objects and the like.
// The payload that an argument gives: itself, the content of @FILE, or of standard input for "-".
Result<std::string> read_payload(const std::string& text);
void print_json(const Json& value);

}  // namespace thaw::app
