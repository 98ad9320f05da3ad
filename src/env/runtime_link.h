// What passes between the platform and a runtime, whichever channel carries it: frames (channel.h) or HTTP
// (runtime_api.h).
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace thaw::env {

// An event for the runtime, with what the Runtime API tells beside it.
struct InvocationMessage {
  std::string request_id;
  int64_t deadline_ms = 0;  // since 1970
  std::string invoked_arn;
  std::string trace_header;
  std::string client_context;
  std::string cognito_identity;
  std::string payload;
};

enum class RuntimeEventKind : uint8_t {
  parked,      // a generic runtime waits for its function
  ready,       // INIT is done
  init_error,  // payload: the error document
  response,    // payload: the answer
  error,       // payload: the error document
  too_large,   // the answer was longer than allowed
  idle,        // HTTP: the runtime asked for its next event, so the invocation is over
  exited,      // the process ended; status tells how
  timed_out,
  broken,      // it does not speak the protocol
  entrypoint,  // it could not be started; payload: why, in words
};

struct RuntimeEvent {
  RuntimeEventKind kind{};
  std::string payload;
  std::string error_type;
  int status = 0;
};

// Events for one waiting coroutine, which is resumed at once, inside push().
class Mailbox {
 public:
  void push(RuntimeEvent event) {
    events_.push_back(std::move(event));
    if (waiter_) std::exchange(waiter_, {}).resume();
  }
  bool empty() const { return events_.empty(); }
  void clear() { events_.clear(); }
  auto next() {
    struct Awaiter {
      Mailbox& box;
      bool await_ready() const noexcept { return !box.events_.empty(); }
      void await_suspend(std::coroutine_handle<> awaiting) noexcept { box.waiter_ = awaiting; }
      RuntimeEvent await_resume() {
        RuntimeEvent event = std::move(box.events_.front());
        box.events_.pop_front();
        return event;
      }
    };
    return Awaiter{*this};
  }

 private:
  std::deque<RuntimeEvent> events_;
  std::coroutine_handle<> waiter_;
};

}  // namespace thaw::env
