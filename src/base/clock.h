// All time that AWS defines (schedules, expiry, retries, timestamps in answers) comes from a Clock, so that
// `--clock virtual` lets a test skip a year. Latencies and billed durations are real time and use std::chrono::steady_clock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace thaw {

// Milliseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;  // thread-safe
  int64_t now_ms() const { return now().time_since_epoch().count(); }
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
  void advance(std::chrono::milliseconds by) { ahead_ms_ += by.count(); }

 private:
  std::atomic<int64_t> ahead_ms_{0};
};

// Stands still until it is set: for unit tests.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t ms = 1'700'000'000'000) : ms_(ms) {}
  Time now() const override { return Time(std::chrono::milliseconds(ms_.load())); }
  void set_ms(int64_t ms) { ms_ = ms; }
  void advance(std::chrono::milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<int64_t> ms_;
};

}  // namespace thaw
