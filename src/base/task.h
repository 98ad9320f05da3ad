// Task<T>: a lazy coroutine. It starts when awaited, resumes its awaiter when done, and is awaited at most once.
//
// Lifetime: a coroutine takes arguments by value, or by references that its caller's frame owns until it finishes.
// One awaiting call per statement. Never hold a mutex or an open transaction across a call to a function or the
// network. Thread-safety: a task runs on whichever thread resumes it; everything in Thaw resumes on the loop's thread.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace thaw {

template <class T = void>
class Task;

namespace detail {

// Memory of coroutine frames, kept for the next coroutine of about that size (at most 1 MB a thread): a request is a
// dozen of them, most too large for malloc's own quick lists. May be freed on another thread than it was taken on.
void* take_frame(std::size_t bytes);
void give_frame(void* frame, std::size_t bytes) noexcept;

struct TaskPromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  static void* operator new(std::size_t bytes) { return take_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { give_frame(frame, bytes); }

  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().continuation;
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::variant<std::monostate, T, std::exception_ptr> result;

  Task<T> get_return_object();
  void unhandled_exception() noexcept { result.template emplace<2>(std::current_exception()); }
  template <class U>
    requires std::convertible_to<U&&, T>
  void return_value(U&& value) {
    result.template emplace<1>(std::forward<U>(value));
  }
  T take() {
    if (result.index() == 2) std::rethrow_exception(std::get<2>(result));
    return std::move(std::get<1>(result));
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  std::exception_ptr error;

  Task<void> get_return_object();
  void unhandled_exception() noexcept { error = std::current_exception(); }
  void return_void() noexcept {}
  void take() {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  explicit operator bool() const { return static_cast<bool>(handle_); }

  auto operator co_await() && noexcept {
    struct Awaiter {
      Handle handle;
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        handle.promise().continuation = awaiting;
        return handle;
      }
      T await_resume() { return handle.promise().take(); }
    };
    return Awaiter{handle_};
  }

 private:
  Handle handle_;
};

namespace detail {
template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}
}  // namespace detail

// Ready<T>: what a function answers that usually has its value at once and sometimes must wait for a task.
// Awaiting a ready one costs no allocation and no suspension. Awaited at most once.
template <class T>
class [[nodiscard]] Ready {
 public:
  Ready(T value) : state_(std::move(value)) {}
  Ready(Task<T> task) : state_(std::move(task)) {}

  auto operator co_await() && noexcept {
    struct Awaiter {
      std::variant<T, Task<T>> state;
      std::optional<decltype(std::declval<Task<T>>().operator co_await())> inner;
      bool await_ready() noexcept { return state.index() == 0; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        inner.emplace(std::move(std::get<1>(state)).operator co_await());
        return inner->await_suspend(awaiting);
      }
      T await_resume() {
        if (inner) return inner->await_resume();
        return std::move(std::get<0>(state));
      }
    };
    return Awaiter{std::move(state_), std::nullopt};
  }

 private:
  std::variant<T, Task<T>> state_;
};

}  // namespace thaw
