#include "base/loop.h"

#include <cassert>

#include "base/log.h"

namespace thaw {
namespace {

thread_local Loop* current_loop = nullptr;

// A coroutine that starts at once and owns itself: the root of every spawned task.
struct Root {
  struct promise_type {
    Root get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Root run_root(std::string name, Task<void> task, size_t* count) {
  try {
    co_await std::move(task);
  } catch (const std::exception& e) {
    log::error("task {} ended by an exception: {}", name, e.what());
  }
  --*count;
}

}  // namespace

Loop& Loop::current() {
  assert(current_loop != nullptr);
  return *current_loop;
}
bool Loop::on_loop() { return current_loop != nullptr; }
void Loop::set_current(Loop* loop) { current_loop = loop; }

void Loop::spawn(std::string_view name, Task<void> task) {
  ++spawned_;
  run_root(std::string(name), std::move(task), &spawned_);
}

Task<void> sleep_for(std::chrono::nanoseconds delay) {
  Completion<Unit> done;
  Loop::current().after(delay, [done]() mutable { done.set({}); });
  co_await done;
}

}  // namespace thaw
