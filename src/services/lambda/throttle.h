// Which invocations may run now: reserved concurrency, the account's concurrency, the rate of a caller, and how fast a
// function may grow. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace thaw::lambda {

inline constexpr int account_concurrency_max = 1000;
inline constexpr int unreserved_concurrency_min = 100;
inline constexpr int invocations_per_s_max = 10 * account_concurrency_max;
inline constexpr int growth_max = 1000;  // further environments of a function at once, and per 10 s
inline constexpr int64_t growth_period_ms = 10'000;

// Counts what runs. Loop's thread only; no I/O. Times are milliseconds of any clock that does not go back.
class Throttle {
 public:
  // A place among the running invocations, until it goes. The throttle must outlive it.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept { *this = std::move(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(throttle_, other.throttle_);
      std::swap(place_, other.place_);
      std::swap(function_, other.function_);
      std::swap(reserved_, other.reserved_);
      return *this;
    }
    ~Ticket();

   private:
    friend class Throttle;
    Throttle* throttle_ = nullptr;
    std::string place_, function_;
    bool reserved_ = false;
  };

  struct Ask {
    std::string place;     // account and region
    std::string function;  // its ARN, without a qualifier
    std::optional<int> reserved;
    int reserved_by_all = 0;  // of the account's concurrency, by functions that reserve some
  };
  // Errors: TooManyRequestsException with AWS's Reason.
  Result<Ticket> enter(const Ask& ask, int64_t now_ms);

  int running(const std::string& function) const;

 private:
  struct Function {
    int running = 0;
    int grown = 0;  // the most that ran at once: so many environments it had
    double growth_left = growth_max;
    int64_t asked_ms = 0;
  };
  struct Place {
    int unreserved = 0;  // running, of functions that reserve nothing
    double calls_left = invocations_per_s_max;
    int64_t asked_ms = 0;
  };
  void leave(const Ticket& ticket);

  std::map<std::string, Function> functions_;
  std::map<std::string, Place> places_;
};

}  // namespace thaw::lambda
