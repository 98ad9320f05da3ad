// StartOnce: a part that is started by its first user; everybody waits for the one start. A failed start is tried again
// by the next.
#pragma once

#include <functional>
#include <vector>

#include "base/loop.h"
#include "base/result.h"

namespace thaw::app {

// Loop's thread only.
class StartOnce {
 public:
  explicit StartOnce(std::function<Task<Result<>>()> start) : start_(std::move(start)) {}

  bool done() const { return done_; }
  Ready<Result<>> ready() {
    if (done_) return Result<>();
    return wait();
  }

 private:
  Task<Result<>> wait() {
    if (running_) {
      Completion<Unit> turn;
      waiting_.push_back(turn);
      co_await turn;
      co_return last_;
    }
    running_ = true;
    last_ = co_await start_();
    running_ = false;
    done_ = last_.has_value();
    for (Completion<Unit>& turn : std::exchange(waiting_, {})) turn.set({});
    co_return last_;
  }

  std::function<Task<Result<>>()> start_;
  std::vector<Completion<Unit>> waiting_;
  Result<> last_;
  bool running_ = false;
  bool done_ = false;
};

}  // namespace thaw::app
