// The loop's implementation (one thread, Asio inside) and asynchronous use of file descriptors.
//
// Everything here belongs to the loop's thread, except where base/loop.h says otherwise and EventLoop::stop().
// Descriptors handed in are made non-blocking and owned: closing is the destructor's work.
#pragma once

#include <sys/uio.h>

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/loop.h"
#include "base/result.h"

namespace thaw::net {

class EventLoop : public Loop {
 public:
  // Runs on the calling thread until stop(). May be run again.
  virtual void run() = 0;
  // Ends run() soon. Thread-safe. Tasks that are suspended stay suspended and are never resumed by this.
  virtual void stop() = 0;
  // Calls `fn` on the loop each time `signal` arrives (SIGTERM, SIGINT, SIGHUP, SIGCHLD ...). Does not keep run()
  // alive.
  virtual void on_signal(int signal, std::function<void()> fn) = 0;
};

// A loop becomes current on the thread that makes it, so make and run it on one thread.
// SIGPIPE is ignored in the process from then on. `blocking_threads` bounds the pool of run_blocking(); its threads
// start at need.
std::unique_ptr<EventLoop> make_loop(size_t blocking_threads = 8);

// Runs until `main` has finished; what it threw is rethrown.
void run_loop(EventLoop& loop, Task<void> main);

// An owned descriptor registered with the current loop. Several may wait at once.
class Descriptor {
 public:
  Descriptor();
  explicit Descriptor(int fd);  // takes `fd`; makes it non-blocking. Files that epoll refuses are always ready.
  Descriptor(Descriptor&&) noexcept;
  Descriptor& operator=(Descriptor&&) noexcept;
  ~Descriptor();

  int fd() const;  // -1 when there is none
  explicit operator bool() const { return fd() >= 0; }
  void close();     // waiters are resumed with false
  int release();    // gives the descriptor back, no longer registered; waiters are resumed with false

  // Suspends until it is worth trying to read (data, end, error) or to write. Answers false when it was closed
  // meanwhile.
  // May answer true spuriously: the caller tries, and waits again on EAGAIN.
  class Wait;
  Wait readable();
  Wait writable();

  // The same without a coroutine: `fn(argument, ok)` runs once on the loop.
  using Callback = void (*)(void* argument, bool ok);
  void when_readable(Callback fn, void* argument);
  void when_writable(Callback fn, void* argument);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Descriptor::Wait {
 public:
  Wait(Descriptor& descriptor, bool write) : descriptor_(descriptor), write_(write) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    auto wake = [](void* self, bool ok) {
      static_cast<Wait*>(self)->ok_ = ok;
      static_cast<Wait*>(self)->awaiting_.resume();
    };
    write_ ? descriptor_.when_writable(wake, this) : descriptor_.when_readable(wake, this);
  }
  bool await_resume() const noexcept { return ok_; }

 private:
  Descriptor& descriptor_;
  bool write_;
  bool ok_ = false;
  std::coroutine_handle<> awaiting_;
};

inline Descriptor::Wait Descriptor::readable() { return Wait(*this, false); }
inline Descriptor::Wait Descriptor::writable() { return Wait(*this, true); }

// Suspends until `fd`, which stays the caller's, is readable: pidfds, eventfds, timerfds, inotify. The descriptor is
// duplicated
// for the time of the wait, so the caller may close it; then the wait goes on until the object itself becomes readable.
Task<Result<>> wait_readable(int fd);

// A connected stream socket (or pipe, or socketpair end).
class Stream {
 public:
  Stream() = default;
  explicit Stream(int fd) : descriptor_(fd) {}  // takes `fd`

  int fd() const { return descriptor_.fd(); }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }

  // What has arrived, at most buffer.size() bytes; 0 at the end of the stream. Error "ConnectionError".
  Task<Result<size_t>> read_some(std::span<char> buffer);
  // Exactly `buffer.size()` bytes, or an error (the end counts as one).
  Task<Result<>> read_exactly(std::span<char> buffer);
  // All of `bytes`, which stay valid until it finishes.
  Task<Result<>> write_all(std::string_view bytes);
  // All of the vectors; `vectors` itself is used up.
  Task<Result<>> write_all(std::span<iovec> vectors);
  // Without waiting; -1 and errno EAGAIN when nothing can be moved now.
  ssize_t try_read(std::span<char> buffer);
  ssize_t try_write(std::span<const iovec> vectors);

  void shutdown();       // both ways: waiters see the end
  void shutdown_send();  // the peer sees the end
  void close() { descriptor_.close(); }
  int release() { return descriptor_.release(); }
  Descriptor& descriptor() { return descriptor_; }

 private:
  Descriptor descriptor_;
};

// Connect; error "ConnectionError" with the system's words, "ConnectTimeout".
// `host` is an address or a name (names are resolved on the blocking pool).
Task<Result<Stream>> connect_tcp(std::string host, uint16_t port, Millis timeout);
Task<Result<Stream>> connect_unix(std::string path);

// A listening socket. accept() answers connected descriptors until close().
class Listener {
 public:
  Listener() = default;

  static Result<Listener> tcp(const std::string& address, uint16_t port);  // port 0: the system chooses
  static Result<Listener> unix_socket(const std::string& path);            // an existing socket file is replaced
  // Takes a descriptor that is listening already, perhaps one made inside another network namespace.
  static Listener adopt(int fd);

  // The next connection. Error "Closed" after close(). Shortage of descriptors is waited out.
  Task<Result<Stream>> accept();
  uint16_t port() const;
  int fd() const { return descriptor_.fd(); }
  void close() { descriptor_.close(); }

 private:
  Descriptor descriptor_;
};

}  // namespace thaw::net
