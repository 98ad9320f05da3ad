// A Loop for unit tests: one thread (the caller's), a queue, real-time timers, and two threads for blocking calls.
//
//   TestLoop loop;                                   // becomes Loop::current() of this thread while it lives
//   Result<int> answer = loop.run(some_task());      // runs the loop until the task has finished
//
// run() rethrows what the task threw, and throws std::runtime_error when the task has not finished after a minute.
// Everything that outlives run() (spawned tasks, timers) goes on at the next run() or run_for(); the loop must outlive
// every object whose coroutines or callbacks run on it.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/loop.h"

namespace thaw {

class TestLoop final : public Loop {
 public:
  using Steady = std::chrono::steady_clock;

  TestLoop() { set_current(this); }
  ~TestLoop() override {
    {
      std::lock_guard lock(blocking_mutex_);
      stopping_ = true;
    }
    blocking_wakes_.notify_all();
    for (std::thread& thread : blocking_threads_) thread.join();
    set_current(nullptr);
  }

  void post(std::function<void()> fn) override {
    {
      std::lock_guard lock(mutex_);
      posted_.push_back(std::move(fn));
    }
    wakes_.notify_one();
  }

  TimerId after(std::chrono::nanoseconds delay, std::function<void()> fn) override {
    TimerId id = ++last_timer_;
    auto due = Steady::now() + std::chrono::duration_cast<Steady::duration>(delay);
    due_.emplace(id, due);
    timers_.emplace(std::pair(due, id), std::move(fn));
    return id;
  }
  void cancel(TimerId id) override {
    auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase(std::pair(found->second, id));
    due_.erase(found);
  }

  void run_blocking(std::function<void()> fn) override {
    std::lock_guard lock(blocking_mutex_);
    blocking_.push_back(std::move(fn));
    if (blocking_threads_.size() < 2) blocking_threads_.emplace_back([this] { work(); });
    blocking_wakes_.notify_one();
  }

  // Runs the loop until `task` has finished and answers what it answered.
  template <class T>
  T run(Task<T> task) {
    struct Outcome {
      std::conditional_t<std::is_void_v<T>, bool, std::optional<T>> value{};
      std::exception_ptr error;
      bool done = false;
    };
    auto outcome = std::make_shared<Outcome>();
    spawn("test", [](std::shared_ptr<Outcome> out, Task<T> inner) -> Task<void> {
      try {
        if constexpr (std::is_void_v<T>) {
          co_await std::move(inner);
        } else {
          out->value.emplace(co_await std::move(inner));
        }
      } catch (...) {
        out->error = std::current_exception();
      }
      out->done = true;
    }(outcome, std::move(task)));
    if (!run_until([&] { return outcome->done; }, std::chrono::minutes(1))) {
      throw std::runtime_error("the test's task did not finish within a minute");
    }
    if (outcome->error) std::rethrow_exception(outcome->error);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome->value);
  }

  // Runs the loop until `done` answers true; answers false when that has not happened after `limit`.
  bool run_until(std::function<bool()> done, std::chrono::nanoseconds limit) {
    auto give_up = Steady::now() + std::chrono::duration_cast<Steady::duration>(limit);
    while (!done()) {
      if (Steady::now() >= give_up) return false;
      step(give_up);
    }
    return true;
  }
  // Runs the loop for a while of real time.
  void run_for(std::chrono::nanoseconds duration) {
    run_until([] { return false; }, duration);
  }
  // Runs what is posted and due, and what that posts, until nothing is left that could run now.
  void run_ready() {
    while (run_one_posted() || run_one_timer()) {
    }
  }

 private:
  // Runs one callback, or waits for one until `give_up`.
  void step(Steady::time_point give_up) {
    if (run_one_posted() || run_one_timer()) return;
    // `done` may come true without a callback (another thread's counter), so it is looked at now and then.
    Steady::time_point until = std::min(give_up, Steady::now() + std::chrono::milliseconds(5));
    if (!timers_.empty()) until = std::min(until, timers_.begin()->first.first);
    std::unique_lock lock(mutex_);
    wakes_.wait_until(lock, until, [this] { return !posted_.empty(); });
  }
  bool run_one_posted() {
    std::function<void()> fn;
    {
      std::lock_guard lock(mutex_);
      if (posted_.empty()) return false;
      fn = std::move(posted_.front());
      posted_.pop_front();
    }
    fn();
    return true;
  }
  bool run_one_timer() {
    if (timers_.empty() || timers_.begin()->first.first > Steady::now()) return false;
    auto node = timers_.extract(timers_.begin());
    due_.erase(node.key().second);
    node.mapped()();
    return true;
  }
  void work() {
    std::unique_lock lock(blocking_mutex_);
    while (true) {
      blocking_wakes_.wait(lock, [this] { return stopping_ || !blocking_.empty(); });
      if (blocking_.empty()) return;
      std::function<void()> fn = std::move(blocking_.front());
      blocking_.pop_front();
      lock.unlock();
      fn();
      fn = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::function<void()>> posted_;

  TimerId last_timer_ = 0;
  std::map<TimerId, Steady::time_point> due_;
  std::map<std::pair<Steady::time_point, TimerId>, std::function<void()>> timers_;

  std::mutex blocking_mutex_;
  std::condition_variable blocking_wakes_;
  std::deque<std::function<void()>> blocking_;
  std::vector<std::thread> blocking_threads_;
  bool stopping_ = false;
};

}  // namespace thaw
