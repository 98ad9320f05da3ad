#include "net/loop.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "net/testing.h"

namespace thaw::net {
namespace {

using LoopTest = NetTest;

TEST_F(LoopTest, PostsRunInOrderAndTimersByDeadline) {
  std::string order;
  run([&]() -> Task<void> {
    loop_->post([&] { order += 'a'; });
    loop_->post([&] { order += 'b'; });
    loop_->after(Millis(4), [&] { order += 'd'; });
    loop_->after(Millis(1), [&] { order += 'c'; });
    auto cancelled = loop_->after(Millis(2), [&] { order += 'x'; });
    loop_->cancel(cancelled);
    co_await sleep_for(Millis(8));
  });
  EXPECT_EQ(order, "abcd");
}

TEST_F(LoopTest, BlockingCallsRunElsewhere) {
  auto here = std::this_thread::get_id();
  run([&]() -> Task<void> {
    bool elsewhere = co_await offload([here] { return std::this_thread::get_id() != here; });
    EXPECT_TRUE(elsewhere);
    EXPECT_EQ(std::this_thread::get_id(), here);
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(offload([i] { return i * i; }));
    std::vector<int> squares = co_await when_all(std::move(tasks));
    EXPECT_EQ(squares.at(49), 49 * 49);
  });
}

TEST_F(LoopTest, AnExceptionOfMainIsRethrown) {
  EXPECT_THROW(run([]() -> Task<void> {
                 co_await sleep_for(Millis(0));
                 throw std::runtime_error("so");
               }),
               std::runtime_error);
}

TEST_F(LoopTest, SignalsArriveOnTheLoop) {
  run([&]() -> Task<void> {
    Completion<Unit> arrived;
    loop_->on_signal(SIGUSR1, [arrived]() mutable { arrived.set({}); });
    ::kill(::getpid(), SIGUSR1);
    co_await arrived;
  });
}

TEST_F(LoopTest, StreamsMoveBytesBothWays) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  run([&]() -> Task<void> {
    Stream a(ends[0]);
    Stream b(ends[1]);
    std::string sent(5'000'000, 'z');
    auto write = [&]() -> Task<void> {
      Result<> written = co_await a.write_all(sent);
      EXPECT_TRUE(written);
      a.shutdown_send();
    };
    loop_->spawn("write", write());
    std::string got(sent.size(), ' ');
    Result<> read = co_await b.read_exactly(got);
    EXPECT_TRUE(read);
    EXPECT_EQ(got, sent);
    char byte;
    Result<size_t> end = co_await b.read_some({&byte, 1});
    CO_ASSERT_TRUE(end);
    EXPECT_EQ(*end, 0u);
    Result<> late = co_await b.read_exactly({&byte, 1});
    EXPECT_EQ(late.error().code, "ConnectionError");
  });
}

TEST_F(LoopTest, ClosingWakesWhoWaits) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  run([&]() -> Task<void> {
    Stream a(ends[0]);
    Stream b(ends[1]);
    loop_->post([&] { a.close(); });
    char byte;
    Result<size_t> got = co_await a.read_some({&byte, 1});
    EXPECT_FALSE(got);
    Result<Listener> listener = Listener::tcp("127.0.0.1", 0);
    CO_ASSERT_TRUE(listener);
    loop_->post([&] { listener->close(); });
    Result<Stream> accepted = co_await listener->accept();
    EXPECT_EQ(accepted.error().code, "Closed");
  });
}

TEST_F(LoopTest, EventDescriptorsAreAwaited) {
  run([&]() -> Task<void> {
    int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop_->post([fd] { ::eventfd_write(fd, 1); });
    Result<> ready = co_await wait_readable(fd);
    EXPECT_TRUE(ready);
    ::close(fd);
  });
}

TEST_F(LoopTest, ConnectingToNobodyIsAnError) {
  run([&]() -> Task<void> {
    Result<Listener> listener = Listener::tcp("127.0.0.1", 0);
    uint16_t port = listener->port();
    listener->close();
    Result<Stream> stream = co_await connect_tcp("127.0.0.1", port, Millis(5'000));
    CO_ASSERT_TRUE(!stream);
    EXPECT_EQ(stream.error().code, "ConnectionError");
  });
}

}  // namespace
}  // namespace thaw::net
