// Caller: how services call each other, in process and typed, as a principal, through the same Door as a request from
// outside: so validation, authorisation and metering hold everywhere, once.
#pragma once

#include <string>
#include <string_view>

#include "api/service.h"

namespace thaw::api {

class Door;

// On whose behalf, and where. Value type.
struct As {
  Principal principal;
  AccountId account;
  Region region;
  Json context = {};  // condition keys, such as {"aws:SourceArn": "..."}

  static As root(const AccountId& account, const Region& region);
  // A service acting for itself, "apigateway.amazonaws.com": allowed what the resource's policy allows it.
  static As service(std::string_view host, const AccountId& account, const Region& region);
};

class Caller {
 public:
  explicit Caller(Door& door) : door_(door) {}

  // Calls an operation by name with canonical Json (AWS's member names; blobs as raw bytes; times as seconds).
  // A streaming input is the payload member's bytes; a streaming output is read whole into its payload member (limit 64
  // MiB). Errors: those of the operation, "AccessDeniedException", "NotImplemented" for what does not exist.
  Task<Result<Json>> call(As as, std::string service, std::string operation, Json input);

  template <class O, class I>
  Task<Result<O>> call(As as, std::string service, std::string operation, I input) {
    Result<Json> answer = co_await call(std::move(as), std::move(service), std::move(operation), to_canonical(input));
    if (!answer) co_return std::unexpected(std::move(answer).error());
    co_return from_canonical<O>(std::move(*answer));
  }

 private:
  Door& door_;
};

}  // namespace thaw::api
