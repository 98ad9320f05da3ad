// For tests of services: a Door over the in-memory store, at a fixed time, that lets everybody do everything.
#pragma once

#include "api/door.h"
#include "base/test_loop.h"
#include "kv/store.h"

namespace thaw::api {

class NoCredentials final : public CredentialSource {
 public:
  Ready<std::optional<Credential>> find(const std::string&, const std::string&) override {
    return std::optional<Credential>();
  }
};

//   api::TestDoor t;
//   Logs logs(...);
//   t.door.add(logs);
//   Json out = t.ok("logs", "CreateLogGroup", {{"logGroupName", "g"}});
//   Error error = t.error("logs", "CreateLogGroup", {{"logGroupName", "g"}});
struct TestDoor {
  TestLoop loop;
  std::unique_ptr<kv::Store> store = kv::make_memory_store();
  FixedClock clock;
  NoCredentials credentials;
  AllowAll authorizer;
  Door door{*store, clock, credentials, authorizer, {}};

  As root() const { return As::root(door.account(), door.region()); }
  Result<Json> call(std::string service, std::string operation, Json input) {
    return loop.run(door.call(root(), std::move(service), std::move(operation), std::move(input)));
  }
  // The answer; a failure is an exception that fails the test.
  Json ok(std::string service, std::string operation, Json::Object input) {
    Result<Json> answer = call(std::move(service), operation, Json(std::move(input)));
    if (!answer) throw std::runtime_error(operation + ": " + answer.error().code + ": " + answer.error().message);
    return std::move(*answer);
  }
  Error error(std::string service, std::string operation, Json::Object input) {
    Result<Json> answer = call(std::move(service), operation, Json(std::move(input)));
    if (answer) throw std::runtime_error(operation + " succeeded: " + answer->dump());
    return answer.error();
  }
};

}  // namespace thaw::api
