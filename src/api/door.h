// The Door: every request passes it, from outside and in process.
//   route -> authenticate -> parse -> validate -> authorise -> transaction -> operation -> render
// Errors are rendered in the request's own protocol.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/caller.h"
#include "api/router.h"
#include "api/service.h"
#include "api/sigv4.h"
#include "net/http.h"

namespace thaw::api {

class SignedBody;

// What an access key stands for.
struct Credential {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty for long-term keys
  Time expires = Time::max();
  Principal principal;
};

// Finds credentials; services/iam implements it (with sts's sessions). Answers nothing for an unknown key, and for a
// token that was not made here. `security_token` is what the request brought; empty when it brought none.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual Ready<std::optional<Credential>> find(const std::string& access_key, const std::string& security_token) = 0;
};

// Decides what a principal may do; services/iam implements it.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  // `resource_policy` is the resource's own policy document, or null. Errors: "AccessDenied" with AWS's words naming
  // principal, action and resource (the Door turns the code into the protocol family's).
  virtual Ready<Result<void>> authorize(const Principal& principal, const Permission& permission,
                                        const Json& resource_policy, const Request& request) = 0;
};

// Allows everything: for unit tests of services.
class AllowAll final : public Authorizer {
 public:
  Ready<Result<void>> authorize(const Principal&, const Permission&, const Json&, const Request&) override {
    return Result<void>();
  }
};

struct DoorOptions {
  std::string account = "000000000000";
  std::string region = "us-east-1";
  size_t body_bytes_max = 70u << 20;  // of requests that are not streamed
  // What clients outside sign by, and what their credentials expire by; the Door's own clock unless set. It stays real
  // when the platform's clock is virtual and ahead: otherwise every signature would have expired.
  const Clock* wall_clock = nullptr;
};

class Door {
 public:
  Door(kv::Store& store, const Clock& clock, CredentialSource& credentials, Authorizer& authorizer,
       DoorOptions options);
  ~Door();

  // Registers a service. The service must outlive the door.
  void add(Service& service);

  // Answers a request from outside.
  Task<net::HttpResponse> handle(net::HttpRequest& request);
  // Runs an operation in process; see Caller.
  Task<Result<Json>> call(As as, std::string service, std::string operation, Json input);

  // For requests that a service answers itself (Service::serves): who asks, and may they? Checks the SigV4 signature
  // for the service `signing_name` (the caller is anonymous when none is required) and then the permission. `body` is
  // what was read of the request. Errors: those of signatures in REST-JSON's words, "AccessDeniedException".
  struct Admission {
    std::string signing_name;
    Permission permission;
    Json resource_policy;
    bool signature_required = true;
  };
  Task<Result<Principal>> admit(net::HttpRequest& http, std::string body, Admission admission);

  Caller caller() { return Caller(*this); }
  const AccountId& account() const { return account_; }
  const Region& region() const { return region_; }
  const Clock& clock() const { return clock_; }
  kv::Store& store() { return store_; }

  // Every service with its operations, in order of registration.
  const std::vector<std::unique_ptr<Registered>>& services() const { return router_.services(); }
  // Null when there is none of these names.
  const Operation* operation(std::string_view service_name, std::string_view operation_name) const;
  Service* service(std::string_view name) const;

  // Counts for /_thaw/health and metering: requests answered, by "service:operation".
  std::map<std::string, uint64_t> counts() const;

 private:
  Task<net::HttpResponse> answer(net::HttpRequest& http);
  Task<net::HttpResponse> answer_operation(net::HttpRequest& http, const Route& route, std::string body);
  Task<Result<void>> authenticate(net::HttpRequest& http, const Route& route, std::string_view body, Request& request,
                                  std::optional<SignedBody>& signed_body);
  // `again` makes the input anew, for an attempt after a conflict.
  Task<Result<Json>> run(const Operation& operation, Request& request, Json input, std::function<Result<Json>()> again);
  Task<Result<Json>> run_once(const Operation& operation, Request& request, Json input);

  kv::Store& store_;
  const Clock& clock_;
  CredentialSource& credentials_;
  Authorizer& authorizer_;
  DoorOptions options_;
  AccountId account_;
  Region region_;
  Router router_;
  SignatureChecker signatures_;
};

}  // namespace thaw::api
