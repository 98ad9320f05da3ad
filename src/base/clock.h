// All time that AWS defines (schedules, expiry, retries, timestamps in answers) comes from a Clock, so that
// `--clock virtual` lets a test skip a year. Latencies and billed durations are real time and use
// std::chrono::steady_clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace thaw {

// Milliseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;  // thread-safe
  int64_t now_ms() const { return now().time_since_epoch().count(); }

  // Calls `fn` after each jump of the time (a virtual clock that is advanced), on the thread that made it jump, until
  // the token is dropped. A clock that only ever runs never calls.
  using JumpToken = std::shared_ptr<void>;
  [[nodiscard]] JumpToken on_jump(std::function<void()> fn) {
    auto shared = std::make_shared<std::function<void()>>(std::move(fn));
    std::lock_guard lock(jump_mutex_);
    std::erase_if(jump_listeners_, [](const auto& listener) { return listener.expired(); });
    jump_listeners_.push_back(shared);
    return shared;
  }

 protected:
  void jumped() {
    std::vector<std::weak_ptr<std::function<void()>>> listeners;
    {
      std::lock_guard lock(jump_mutex_);
      listeners = jump_listeners_;
    }
    for (auto& weak : listeners) {
      if (auto listener = weak.lock()) (*listener)();
    }
  }

 private:
  std::mutex jump_mutex_;
  std::vector<std::weak_ptr<std::function<void()>>> jump_listeners_;
};

class RealClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// Starts at the real time and follows it, plus what was advanced.
class VirtualClock final : public Clock {
 public:
  Time now() const override { return RealClock().now() + std::chrono::milliseconds(ahead_ms_.load()); }
  void advance(std::chrono::milliseconds by) {
    ahead_ms_ += by.count();
    jumped();
  }

 private:
  std::atomic<int64_t> ahead_ms_{0};
};

// Stands still until it is set: for unit tests.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t ms = 1'700'000'000'000) : ms_(ms) {}
  Time now() const override { return Time(std::chrono::milliseconds(ms_.load())); }
  void set_ms(int64_t ms) {
    ms_ = ms;
    jumped();
  }
  void advance(std::chrono::milliseconds by) {
    ms_ += by.count();
    jumped();
  }

 private:
  std::atomic<int64_t> ms_;
};

}  // namespace thaw
