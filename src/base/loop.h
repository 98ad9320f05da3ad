// The event loop as everything above it sees it: one thread that runs coroutines and callbacks. net/ implements it.
//
// Thread-safety: post() and Completion::set() may be called from any thread; all else from the loop's own thread.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/task.h"

namespace thaw {

using Millis = std::chrono::milliseconds;

class Loop {
 public:
  virtual ~Loop() = default;

  // The loop whose thread this is; asserts that there is one.
  static Loop& current();
  static bool on_loop();

  // Runs `fn` on the loop's thread, soon. Never runs it inside the call.
  virtual void post(std::function<void()> fn) = 0;

  // Runs `fn` on the loop's thread after `delay` of real time, unless cancelled. A cancelled timer's fn never runs.
  using TimerId = uint64_t;
  virtual TimerId after(std::chrono::nanoseconds delay, std::function<void()> fn) = 0;
  virtual void cancel(TimerId id) = 0;

  // Runs `fn` on a thread of a small pool; for blocking calls (files, archives, mounts). `fn` must not touch loop
  // state.
  virtual void run_blocking(std::function<void()> fn) = 0;

  // Starts a task that nobody awaits. An exception that leaves it is logged with its name, and counted.
  void spawn(std::string_view name, Task<void> task);
  // How many spawned tasks have not finished.
  size_t spawned() const { return spawned_; }

 protected:
  static void set_current(Loop* loop);

 private:
  size_t spawned_ = 0;
};

// A value that arrives later, once, from any thread; one coroutine waits for it on a loop.
// Copies share the value. set() after the first does nothing and answers false.
template <class T>
class Completion {
 public:
  Completion() : state_(std::make_shared<State>()) {}

  bool set(T value) {
    std::coroutine_handle<> waiter;
    Loop* loop = nullptr;
    {
      std::lock_guard lock(state_->mutex);
      if (state_->value) return false;
      state_->value.emplace(std::move(value));
      waiter = std::exchange(state_->waiter, {});
      loop = state_->loop;
    }
    if (waiter) loop->post([waiter, keep = state_] { waiter.resume(); });
    return true;
  }
  bool is_set() const {
    std::lock_guard lock(state_->mutex);
    return state_->value.has_value();
  }

  // Whether another copy exists, or a coroutine waits: nobody hears a set() otherwise.
  bool is_shared() const { return state_.use_count() > 1; }

  auto operator co_await() const noexcept {
    struct Awaiter {
      std::shared_ptr<typename Completion::State> state;
      bool await_ready() noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> awaiting) {
        std::lock_guard lock(state->mutex);
        if (state->value) return false;
        state->waiter = awaiting;
        state->loop = &Loop::current();
        return true;
      }
      T await_resume() { return std::move(*state->value); }
    };
    return Awaiter{state_};
  }

 private:
  struct State {
    std::mutex mutex;
    std::optional<T> value;
    std::coroutine_handle<> waiter;
    Loop* loop = nullptr;
  };
  std::shared_ptr<State> state_;
};

struct Unit {};

// Suspends for `delay` of real time. Time that AWS defines (schedules, retries, TTL) comes from Clock and work/
// instead.
Task<void> sleep_for(std::chrono::nanoseconds delay);

// Runs a blocking `fn` on the pool and resumes on the loop with what it answered.
template <class F, class T = std::invoke_result_t<F>>
Task<T> offload(F fn) {
  Completion<T> done;
  Loop::current().run_blocking([fn = std::make_shared<F>(std::move(fn)), done]() mutable { done.set((*fn)()); });
  T value = co_await done;
  co_return value;
}

// Runs all tasks at once on the current loop and answers their results in order. An exception of one is rethrown after
// all have finished.
template <class T>
Task<std::vector<T>> when_all(std::vector<Task<T>> tasks) {
  struct State {
    std::vector<std::optional<T>> results;
    std::exception_ptr error;
    size_t left = 0;
    Completion<Unit> done;
  };
  auto state = std::make_shared<State>();
  state->results.resize(tasks.size());
  state->left = tasks.size();
  auto run = [](std::shared_ptr<State> s, size_t index, Task<T> task) -> Task<void> {
    try {
      s->results[index].emplace(co_await std::move(task));
    } catch (...) {
      if (!s->error) s->error = std::current_exception();
    }
    if (--s->left == 0) s->done.set({});
  };
  if (tasks.empty()) co_return std::vector<T>{};
  for (size_t i = 0; i < tasks.size(); ++i) Loop::current().spawn("when_all", run(state, i, std::move(tasks[i])));
  co_await state->done;
  if (state->error) std::rethrow_exception(state->error);
  std::vector<T> out;
  for (auto& r : state->results) out.push_back(std::move(*r));
  co_return out;
}

}  // namespace thaw
