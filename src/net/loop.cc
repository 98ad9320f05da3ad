// The only file that includes Asio: everything else sees Descriptor and EventLoop.
#include "net/loop.h"

#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_DISABLE_BOOST_COROUTINE
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <map>
#include <thread>
#include <unordered_map>

#include "base/log.h"

namespace thaw::net {
namespace asio = boost::asio;
namespace {

using Steady = std::chrono::steady_clock;

// Threads for blocking calls. One is started when a call finds none idle, up to a limit; they end with the pool.
class BlockingPool {
 public:
  explicit BlockingPool(size_t threads_max) : threads_max_(threads_max) {}
  ~BlockingPool() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(std::function<void()> fn) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(fn));
    if (queue_.size() > idle_ && threads_.size() < threads_max_) threads_.emplace_back([this] { work(); });
    wake_.notify_one();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      --idle_;
      if (queue_.empty()) return;
      std::function<void()> fn = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      try {
        fn();
      } catch (const std::exception& e) {
        log::error("a blocking call ended by an exception: {}", e.what());
      }
      fn = nullptr;
      lock.lock();
    }
  }

  const size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool stopping_ = false;
};

class AsioLoop final : public EventLoop {
 public:
  explicit AsioLoop(size_t blocking_threads)
      : work_(io_.get_executor()), wakeup_(io_), pool_(std::max<size_t>(1, blocking_threads)) {
    set_current(this);
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
  }
  ~AsioLoop() override { set_current(nullptr); }

  void post(std::function<void()> fn) override { asio::post(io_, std::move(fn)); }

  // One Asio timer stands at the earliest deadline. A cancelled timer leaves it standing: a wake-up too many costs
  // less than
  // a system call for each request that sets a timeout and cancels it.
  TimerId after(std::chrono::nanoseconds delay, std::function<void()> fn) override {
    TimerId id = ++last_timer_;
    auto due = Steady::now() + std::chrono::duration_cast<Steady::duration>(delay);
    due_.emplace(id, due);
    timers_.emplace(std::pair(due, id), std::move(fn));
    if (due < armed_) arm(due);
    return id;
  }
  void cancel(TimerId id) override {
    auto found = due_.find(id);
    if (found == due_.end()) return;
    timers_.erase(std::pair(found->second, id));
    due_.erase(found);
  }
  void run_blocking(std::function<void()> fn) override { pool_.run(std::move(fn)); }

  void run() override {
    io_.restart();
    io_.run();
  }
  void stop() override { io_.stop(); }

  // Runs what is ready, so that tasks which main told to end come to their end; but not for ever.
  void finish() {
    io_.restart();
    for (int left = 10'000; left > 0 && io_.poll_one() > 0; --left) {
    }
  }

  void on_signal(int signal, std::function<void()> fn) override {
    auto set = std::make_unique<asio::signal_set>(io_, signal);
    asio::signal_set& signals = *set;
    signal_sets_[signal] = std::move(set);
    wait_for_signal(signals, std::make_shared<std::function<void()>>(std::move(fn)));
  }

  asio::io_context& io() { return io_; }

 private:
  void wait_for_signal(asio::signal_set& signals, std::shared_ptr<std::function<void()>> fn) {
    signals.async_wait([this, &signals, fn](const boost::system::error_code& error, int) {
      if (error) return;
      wait_for_signal(signals, fn);
      (*fn)();
    });
  }

  void arm(Steady::time_point due) {
    armed_ = due;
    wakeup_.expires_at(due);
    wakeup_.async_wait([this](const boost::system::error_code& error) {
      if (!error) fire();
    });
  }
  void fire() {
    armed_ = Steady::time_point::max();
    auto now = Steady::now();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
      auto node = timers_.extract(timers_.begin());
      due_.erase(node.key().second);
      node.mapped()();
    }
    if (!timers_.empty() && timers_.begin()->first.first < armed_) arm(timers_.begin()->first.first);
  }

  asio::io_context io_{1};  // the hint: one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer wakeup_;
  Steady::time_point armed_ = Steady::time_point::max();
  TimerId last_timer_ = 0;
  std::map<std::pair<Steady::time_point, TimerId>, std::function<void()>> timers_;
  std::unordered_map<TimerId, Steady::time_point> due_;
  std::unordered_map<int, std::unique_ptr<asio::signal_set>> signal_sets_;
  BlockingPool pool_;  // the last: its threads post to io_
};

}  // namespace

std::unique_ptr<EventLoop> make_loop(size_t blocking_threads) { return std::make_unique<AsioLoop>(blocking_threads); }

void run_loop(EventLoop& loop, Task<void> main) {
  std::exception_ptr error;
  auto run = [](EventLoop& loop, Task<void> main, std::exception_ptr& error) -> Task<void> {
    try {
      co_await std::move(main);
    } catch (...) {
      error = std::current_exception();
    }
    loop.stop();
  };
  loop.post([&] { loop.spawn("main", run(loop, std::move(main), error)); });
  loop.run();
  static_cast<AsioLoop&>(loop).finish();
  if (error) std::rethrow_exception(error);
}

struct Descriptor::Impl {
  explicit Impl(asio::io_context& io) : descriptor(io) {}
  asio::posix::stream_descriptor descriptor;

  void when(asio::posix::descriptor_base::wait_type what, Callback fn, void* argument) {
    descriptor.async_wait(what, [fn, argument](const boost::system::error_code& error) {
      // What epoll refuses (regular files) never blocks.
      fn(argument, !error || error == asio::error::operation_not_supported);
    });
  }
};

Descriptor::Descriptor(int fd) : impl_(std::make_unique<Impl>(static_cast<AsioLoop&>(Loop::current()).io())) {
  int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  boost::system::error_code error;
  impl_->descriptor.assign(fd, error);
  if (error) {
    log::error("descriptor {} cannot be watched: {}", fd, error.message());
    ::close(fd);
    impl_.reset();
  }
}
Descriptor::Descriptor() = default;
Descriptor::Descriptor(Descriptor&&) noexcept = default;
Descriptor& Descriptor::operator=(Descriptor&&) noexcept = default;
Descriptor::~Descriptor() = default;

int Descriptor::fd() const { return impl_ && impl_->descriptor.is_open() ? impl_->descriptor.native_handle() : -1; }

void Descriptor::close() {
  boost::system::error_code ignored;
  if (impl_ && impl_->descriptor.is_open()) impl_->descriptor.close(ignored);
}

int Descriptor::release() {
  return impl_ && impl_->descriptor.is_open() ? impl_->descriptor.release() : -1;
}

void Descriptor::when_readable(Callback fn, void* argument) {
  if (fd() < 0) return Loop::current().post([fn, argument] { fn(argument, false); });
  impl_->when(asio::posix::descriptor_base::wait_read, fn, argument);
}
void Descriptor::when_writable(Callback fn, void* argument) {
  if (fd() < 0) return Loop::current().post([fn, argument] { fn(argument, false); });
  impl_->when(asio::posix::descriptor_base::wait_write, fn, argument);
}

}  // namespace thaw::net
