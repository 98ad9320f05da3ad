// What the tests of net/ share: a loop for each test, and a raw client that says exactly what it is told.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "net/client.h"
#include "net/loop.h"
#include "net/server.h"

// Inside a coroutine gtest's ASSERT_* cannot return.
#define CO_ASSERT_TRUE(condition) \
  if (!(condition)) {             \
    ADD_FAILURE() << #condition;  \
    co_return;                    \
  }

namespace thaw::net {

class NetTest : public testing::Test {
 protected:
  // `test` makes a task; both live until it has finished.
  template <class F>
  void run(F&& test) {
    run_loop(*loop_, test());
  }
  static std::string url(uint16_t port, std::string_view target) {
    return "http://127.0.0.1:" + std::to_string(port) + std::string(target);
  }

  std::unique_ptr<EventLoop> loop_ = make_loop();
};

struct TemporaryDirectory {
  TemporaryDirectory() {
    char name[] = "/tmp/thaw-net-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
  std::string path;
};

// A client of bytes.
class RawClient {
 public:
  static Task<RawClient> connect(uint16_t port) {
    Result<Stream> stream = co_await connect_tcp("127.0.0.1", port, Millis(5'000));
    if (!stream) throw std::runtime_error(stream.error().message);
    co_return RawClient(std::move(*stream));
  }
  Task<bool> send(std::string bytes) {
    Result<> sent = co_await stream_.write_all(bytes);
    co_return sent.has_value();
  }
  // Reads until `mark` has come `count` times; answers all up to the end of the last one. What came, when the end
  // came first.
  Task<std::string> read_until(std::string mark, int count = 1) {
    size_t from = 0;
    while (true) {
      size_t at = received_.find(mark, from);
      if (at != std::string::npos) {
        from = at + mark.size();
        if (--count == 0) {
          std::string out = received_.substr(0, from);
          received_.erase(0, from);
          co_return out;
        }
        continue;
      }
      bool more = co_await read_more();
      if (!more) co_return std::exchange(received_, {});
    }
  }
  Task<std::string> read_to_end() {
    while (true) {
      bool more = co_await read_more();
      if (!more) co_return std::exchange(received_, {});
    }
  }
  Stream& stream() { return stream_; }

 private:
  explicit RawClient(Stream stream) : stream_(std::move(stream)) {}
  Task<bool> read_more() {
    char buffer[16 * 1024];
    Result<size_t> got = co_await stream_.read_some(buffer);
    if (!got || *got == 0) co_return false;
    received_.append(buffer, *got);
    co_return true;
  }

  Stream stream_;
  std::string received_;
};

// Bytes without end, or `total` of them: piece after piece of the same letter.
class TestSource final : public BodySource {
 public:
  TestSource(size_t piece_bytes, std::optional<uint64_t> total, bool tell_length)
      : piece_bytes_(piece_bytes), total_(total), tell_length_(tell_length) {}

  Task<Result<std::string>> next() override {
    size_t count = piece_bytes_;
    if (total_) count = static_cast<size_t>(std::min<uint64_t>(count, *total_ - pulled));
    pulled += count;
    co_return std::string(count, 'x');
  }
  std::optional<uint64_t> length() const override { return tell_length_ ? total_ : std::nullopt; }
  void cancel() override { cancelled.set({}); }

  uint64_t pulled = 0;
  Completion<Unit> cancelled;

 private:
  const size_t piece_bytes_;
  const std::optional<uint64_t> total_;
  const bool tell_length_;
};

inline Task<HttpResponse> echo(HttpRequest& request) {
  HttpResponse response;
  Result<std::string> body = co_await request.body.read_all(64 << 20);
  if (!body) {
    response.status = body.error().status;
    response.headers.add("x-error", body.error().code);
    co_return response;
  }
  response.headers.add("x-method", request.method);
  response.headers.add("x-path", request.path);
  response.headers.add("x-query", request.query);
  response.headers.add("x-version", std::to_string(request.version));
  response.headers.add("x-tls", request.tls ? "yes" : "no");
  response.headers.add("x-trailer", request.body.trailers().get_or("x-sum", ""));
  response.headers.add("x-host", request.headers.get_or("host", ""));
  response.body = std::move(*body);
  co_return response;
}

}  // namespace thaw::net
