#include "net/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include "net/testing.h"

namespace thaw::net {
namespace {

using ServerTest = NetTest;

TEST_F(ServerTest, KeepAliveAndPipelining) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    std::string many;
    for (int i = 0; i < 300; ++i) {
      std::string body = "body" + std::to_string(1000 + i);
      many += "POST /" + std::to_string(1000 + i) + "?q HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\n" + body;
    }
    co_await client.send(many);
    for (int i = 0; i < 300; ++i) {
      std::string answer = co_await client.read_until("body" + std::to_string(1000 + i));
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
      EXPECT_NE(answer.find("x-path: /" + std::to_string(1000 + i) + "\r\n"), std::string::npos);
      EXPECT_NE(answer.find("x-query: q\r\n"), std::string::npos);
      EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos);
      EXPECT_EQ(answer.find("Connection: close"), std::string::npos);
    }
    co_await server.stop();
  });
}

TEST_F(ServerTest, ChunkedBodiesWithTrailers) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    co_await client.send("lo\r\n0\r\nX-Sum: 42\r\n\r\n");
    std::string answer = co_await client.read_until("hello");
    EXPECT_NE(answer.find("x-trailer: 42\r\n"), std::string::npos);
    co_await server.stop();
  });
}

TEST_F(ServerTest, ContinueIsSentWhenTheBodyIsRead) {
  run([&]() -> Task<void> {
    auto handler = [](HttpRequest& request) -> Task<HttpResponse> {
      if (request.path == "/no") co_return HttpResponse{403, {}, "no", nullptr};
      HttpResponse response = co_await echo(request);
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    std::string first = co_await client.read_until("\r\n\r\n");
    EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
    co_await client.send("hello");
    std::string answer = co_await client.read_until("hello");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200"));
    co_await client.send("PUT /no HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    std::string refused = co_await client.read_to_end();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 403"));
    EXPECT_NE(refused.find("Connection: close"), std::string::npos);
    co_await server.stop();
  });
}

TEST_F(ServerTest, HeadAndBodilessStatuses) {
  run([&]() -> Task<void> {
    auto handler = [](HttpRequest& request) -> Task<HttpResponse> {
      if (request.path == "/204") co_return HttpResponse{204, {}, "", nullptr};
      if (request.path == "/object") co_return HttpResponse{200, {{"Content-Length", "12345"}}, "", nullptr};
      if (request.path == "/evil") co_return HttpResponse{200, {{"x", "a\r\ninjected: b"}}, "e", nullptr};
      co_return HttpResponse{200, {}, "body", nullptr};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send(
        "HEAD /object HTTP/1.1\r\nHost: h\r\n\r\nHEAD / HTTP/1.1\r\nHost: h\r\n\r\n"
        "GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.0\r\n\r\n");
    std::string object = co_await client.read_until("\r\n\r\n");
    EXPECT_NE(object.find("Content-Length: 12345\r\n"), std::string::npos);
    std::string head = co_await client.read_until("\r\n\r\n");
    EXPECT_NE(head.find("Content-Length: 4\r\n"), std::string::npos);
    std::string none = co_await client.read_until("\r\n\r\n");
    EXPECT_TRUE(none.starts_with("HTTP/1.1 204"));
    EXPECT_EQ(none.find("Content-Length"), std::string::npos);
    std::string evil = co_await client.read_until("\r\n\r\n");
    EXPECT_EQ(evil.find("\r\ninjected"), std::string::npos);
    std::string last = co_await client.read_to_end();
    EXPECT_TRUE(last.ends_with("body"));
    EXPECT_NE(last.find("Connection: close"), std::string::npos);
    co_await server.stop();
  });
}

TEST_F(ServerTest, GarbageIsAnsweredAndClosed) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    std::pair<std::string, std::string> cases[] = {
        {"garbage\r\n\r\n", "HTTP/1.1 400"},
        {std::string("\0\1\2\3", 4), "HTTP/1.1 400"},
        {"PRI * HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
        {"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400"},
        {"GET / HTTP/1.1\r\nA: " + std::string(100'000, 'a') + "\r\n\r\n", "HTTP/1.1 431"},
        {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n", "HTTP/1.1 414"},
        {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400"},
    };
    for (auto& [bytes, answer] : cases) {
      RawClient client = co_await RawClient::connect(port);
      co_await client.send(bytes);
      std::string got = co_await client.read_to_end();
      EXPECT_EQ(got.substr(0, answer.size()), answer) << bytes.substr(0, 50);
    }
    // A TLS hello without an authority, and one that is none.
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("\x16\x03\x01 nothing of the kind");
    std::string got = co_await client.read_to_end();
    EXPECT_EQ(got, "");
    co_await server.stop();
  });
}

TEST_F(ServerTest, AbsoluteTargets) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send(
        "GET http://bucket.s3.amazonaws.com/k?x=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
    std::string got = co_await client.read_to_end();
    EXPECT_NE(got.find("x-host: bucket.s3.amazonaws.com\r\n"), std::string::npos);
    EXPECT_NE(got.find("x-path: /k\r\n"), std::string::npos);
    co_await server.stop();
  });
}

TEST_F(ServerTest, SlowHeadersAreCut) {
  run([&]() -> Task<void> {
    ServerLimits limits;
    limits.header_timeout = Millis(1);
    Server server(echo, nullptr, limits);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("GET / HTTP/1.1\r\nHo");
    std::string got = co_await client.read_to_end();
    EXPECT_EQ(got, "");
    co_await server.stop();
  });
}

TEST_F(ServerTest, ExceptionsBecome500) {
  run([&]() -> Task<void> {
    auto handler = [](HttpRequest&) -> Task<HttpResponse> {
      throw std::runtime_error("a bug");
      co_return HttpResponse{};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string got = co_await client.read_until("Error\n");
    EXPECT_TRUE(got.starts_with("HTTP/1.1 500"));
    co_await server.stop();
  });
}

// The server pulls no more from a source than the sockets' buffers hold, and cancels it when the client leaves.
TEST_F(ServerTest, StreamsWaitForTheClientAndNoticeItLeaving) {
  run([&]() -> Task<void> {
    auto source = std::make_shared<TestSource>(64 * 1024, std::nullopt, false);
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      HttpResponse response;
      if (request.path == "/stream") response.stream = source;
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    {
      RawClient reader = co_await RawClient::connect(port);
      co_await reader.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
      co_await reader.read_until("\r\n\r\n");
      RawClient other = co_await RawClient::connect(port);
      uint64_t before = 0;
      for (int unchanged = 0; unchanged < 20; ++unchanged) {
        co_await other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        co_await other.read_until("\r\n\r\n");
        if (source->pulled != before) unchanged = 0;
        before = source->pulled;
      }
      EXPECT_GT(source->pulled, 0u);
      EXPECT_LT(source->pulled, 64u << 20);
    }
    co_await source->cancelled;
    co_await server.stop();
  });
}

TEST_F(ServerTest, HandlersHearThatTheClientIsGone) {
  run([&]() -> Task<void> {
    Completion<Unit> heard;
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      Completion<Unit> gone;
      request.on_client_gone([gone]() mutable { gone.set({}); });
      co_await gone;
      heard.set({});
      co_return HttpResponse{};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    {
      RawClient client = co_await RawClient::connect(port);
      co_await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    co_await heard;
    co_await server.stop();
  });
}

TEST_F(ServerTest, ABodyThatEndsEarlyIsAnErrorForItsReader) {
  run([&]() -> Task<void> {
    Completion<std::string> code;
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      Result<std::string> body = co_await request.body.read_all(1000);
      code.set(body ? "none" : body.error().code);
      co_return HttpResponse{};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    {
      RawClient client = co_await RawClient::connect(port);
      co_await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nshort");
    }
    std::string seen = co_await code;
    EXPECT_EQ(seen, "ConnectionError");
    co_await server.stop();
  });
}

TEST_F(ServerTest, StopLetsRequestsInFlightFinish) {
  run([&]() -> Task<void> {
    Completion<Unit> begun;
    Completion<Unit> go_on;
    auto handler = [&](HttpRequest&) -> Task<HttpResponse> {
      begun.set({});
      co_await go_on;
      co_return HttpResponse{200, {}, "done", nullptr};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient idle = co_await RawClient::connect(port);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    co_await begun;
    Completion<Unit> stopped;
    auto stop = [&]() -> Task<void> {
      co_await server.stop(Millis(60'000));
      stopped.set({});
    };
    loop_->spawn("stop", stop());
    std::string nothing = co_await idle.read_to_end();
    EXPECT_EQ(nothing, "");
    EXPECT_FALSE(stopped.is_set());
    go_on.set({});
    std::string got = co_await client.read_to_end();
    EXPECT_TRUE(got.ends_with("done"));
    EXPECT_NE(got.find("Connection: close"), std::string::npos);
    client.stream().close();
    co_await stopped;
    EXPECT_EQ(server.connections(), 0u);
    Result<Stream> late = co_await connect_tcp("127.0.0.1", port, Millis(1'000));
    EXPECT_FALSE(late);
  });
}

TEST_F(ServerTest, StopCutsWhatDoesNotFinish) {
  run([&]() -> Task<void> {
    Completion<Unit> begun;
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      Completion<Unit> gone;
      request.on_client_gone([gone]() mutable { gone.set({}); });
      begun.set({});
      co_await gone;
      co_return HttpResponse{};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    co_await begun;
    co_await server.stop(Millis(1));
    EXPECT_EQ(server.connections(), 0u);
  });
}

TEST_F(ServerTest, AdoptedListenersHaveTheirOwnHandlerAndEnd) {
  run([&]() -> Task<void> {
    Server server(echo);
    Result<Listener> listener = Listener::tcp("127.0.0.1", 0);
    uint16_t port = listener->port();
    int fd = ::dup(listener->fd());
    listener->close();
    auto handler = [](HttpRequest& request) -> Task<HttpResponse> {
      co_return HttpResponse{200, {}, "own " + request.local.ip + " " + std::to_string(request.local.port), nullptr};
    };
    auto end = server.serve(Listener::adopt(fd), handler);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string wanted = "own 127.0.0.1 " + std::to_string(port);
    std::string got = co_await client.read_until(wanted);
    EXPECT_TRUE(got.ends_with(wanted));
    end();
    std::string rest = co_await client.read_to_end();
    EXPECT_EQ(rest, "");
    co_await server.stop();
  });
}

}  // namespace
}  // namespace thaw::net
