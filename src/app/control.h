// Thaw's own HTTP endpoints, beside the AWS APIs: /_thaw/health, /_thaw/operations, /_thaw/clock/advance,
// /_thaw/environments, and /_localstack/health, which existing tools poll.
#pragma once

#include "api/door.h"
#include "base/clock.h"
#include "net/http.h"

namespace thaw::app {

class Control {
 public:
  // `virtual_clock` is null when the clock is real.
  Control(api::Door& door, VirtualClock* virtual_clock) : door_(door), virtual_clock_(virtual_clock) {}

  static bool serves(const net::HttpRequest& request);
  Task<net::HttpResponse> serve(net::HttpRequest& request);

  // Further members of /_thaw/status, added by the composition root: interpreters, environments, limits.
  std::function<Task<Json>()> status;

 private:
  Json health() const;
  Json localstack_health() const;
  Json operations() const;
  Result<Json> advance(const std::string& body);

  api::Door& door_;
  VirtualClock* virtual_clock_;
};

}  // namespace thaw::app
