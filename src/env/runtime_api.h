// Lambda's Runtime API, served to one environment on its own 127.0.0.1:9001.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
//
//   init --next--> waiting --deliver()--> busy --response|error--> answered --next--> waiting
//
// Out of order requests are answered 403 InvalidStateTransition, wrong request ids 400 InvalidRequestID.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.h"
#include "env/runtime_link.h"
#include "net/http.h"

namespace thaw::env {

class RuntimeApi : public std::enable_shared_from_this<RuntimeApi> {
 public:
  // `on_event` gets ready, init_error, response, error, too_large and idle.
  explicit RuntimeApi(std::function<void(RuntimeEvent)> on_event) : on_event_(std::move(on_event)) {}

  // The handler keeps this object alive.
  net::Handler handler();
  // Hands the waiting runtime its event. Only after ready or idle.
  void deliver(InvocationMessage message);
  // The environment ends: who waits for an event is sent away.
  void close();

 private:
  enum class State : uint8_t { init, waiting, busy, answered, failed, closed };

  Task<net::HttpResponse> serve(net::HttpRequest& request);
  Task<net::HttpResponse> next();
  Task<net::HttpResponse> answer(net::HttpRequest& request, std::string_view id, bool is_error);
  Task<net::HttpResponse> init_error(net::HttpRequest& request);
  void emit(RuntimeEvent event) {
    auto tell = on_event_;  // it may end in close()
    if (tell) tell(std::move(event));
  }

  std::function<void(RuntimeEvent)> on_event_;
  State state_ = State::init;
  std::string request_id_;
  std::optional<InvocationMessage> queued_;
  Completion<Unit> delivered_;
  uint64_t waiter_ = 0;  // the latest request for an event; an older one gives way
};

}  // namespace thaw::env
