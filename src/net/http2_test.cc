#include <nghttp2/nghttp2.h>
#include <string.h>

#include <map>

#include "net/testing.h"
#include "net/tls_internal.h"

namespace thaw::net {
namespace {

struct Exchange {
  std::string to_send;
  size_t sent = 0;
  bool expects_continue = false;  // send the body only after "100"
  Headers headers;
  std::string body;
  bool closed = false;
  uint32_t error = 0;
};

// A small client of HTTP/2.
class Http2Client {
 public:
  explicit Http2Client(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* self) {
          static_cast<Http2Client*>(self)->exchanges[frame->hd.stream_id].headers.add(
              {reinterpret_cast<const char*>(name), name_size}, {reinterpret_cast<const char*>(value), value_size});
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* bytes, size_t size, void* self) {
          static_cast<Http2Client*>(self)->exchanges[id].body.append(reinterpret_cast<const char*>(bytes), size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, int32_t id, uint32_t error, void* self) {
          Exchange& exchange = static_cast<Http2Client*>(self)->exchanges[id];
          exchange.closed = true;
          exchange.error = error;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Http2Client() { nghttp2_session_del(session_); }
  Http2Client(const Http2Client&) = delete;

  int32_t submit(std::string method, std::string path, std::string body = {}, Headers more = {},
                 Headers trailers = {}) {
    std::vector<nghttp2_nv> fields{pair(":method", method), pair(":scheme", "http"), pair(":path", path),
                                   pair(":authority", "h2.test")};
    for (auto [name, value] : more) fields.push_back(pair(name, value));
    trailers_ = trailers;
    next_.to_send = std::move(body);
    bool has_body = !next_.to_send.empty();
    nghttp2_data_provider provider{{.ptr = this}, read_body};
    int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), has_body ? &provider : nullptr,
                                        nullptr);
    exchanges[id] = std::exchange(next_, {});
    exchanges[id].expects_continue = more.contains("expect");
    return id;
  }
  void reset(int32_t id) { nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL); }

  Task<bool> flush() {
    while (true) {
      const uint8_t* bytes = nullptr;
      ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size <= 0) co_return size == 0;
      iovec vector{const_cast<uint8_t*>(bytes), static_cast<size_t>(size)};
      bool sent = co_await transport_->write(std::span(&vector, 1));
      if (!sent) co_return false;
    }
  }
  // Sends and receives until `done` or the end of the connection.
  Task<bool> run_until(std::function<bool()> done) {
    while (!done()) {
      bool sent = co_await flush();
      if (!sent) co_return false;
      if (done()) break;
      char buffer[16 * 1024];
      ssize_t got = co_await transport_->read(buffer, sizeof buffer);
      if (got <= 0) co_return false;
      auto bytes = reinterpret_cast<const uint8_t*>(buffer);
      if (nghttp2_session_mem_recv(session_, bytes, static_cast<size_t>(got)) < 0) co_return false;
      for (auto& [id, exchange] : exchanges) {
        if (exchange.expects_continue && exchange.headers.contains(":status")) {
          exchange.expects_continue = false;
          nghttp2_session_resume_data(session_, id);
        }
      }
    }
    bool sent = co_await flush();
    co_return sent;
  }
  Task<bool> finish(int32_t id) {
    bool done = co_await run_until([this, id] { return exchanges[id].closed; });
    co_return done;
  }

  std::map<int32_t, Exchange> exchanges;

 private:
  static nghttp2_nv pair(std::string_view name, std::string_view value) {
    auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  static ssize_t read_body(nghttp2_session* session, int32_t id, uint8_t* out, size_t size, uint32_t* flags,
                           nghttp2_data_source*, void* argument) {
    auto& self = *static_cast<Http2Client*>(argument);
    Exchange& exchange = self.exchanges[id];
    if (exchange.expects_continue) return NGHTTP2_ERR_DEFERRED;
    size_t count = std::min(size, exchange.to_send.size() - exchange.sent);
    memcpy(out, exchange.to_send.data() + exchange.sent, count);
    exchange.sent += count;
    if (exchange.sent == exchange.to_send.size()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (!self.trailers_.empty()) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        std::vector<nghttp2_nv> fields;
        for (auto [name, value] : self.trailers_) fields.push_back(pair(name, value));
        nghttp2_submit_trailer(session, id, fields.data(), fields.size());
      }
    }
    return static_cast<ssize_t>(count);
  }

  std::unique_ptr<Transport> transport_;
  nghttp2_session* session_ = nullptr;
  Exchange next_;
  Headers trailers_;
};

class Http2Test : public NetTest {
 protected:
  static Task<std::unique_ptr<Http2Client>> connect(uint16_t port) {
    Result<Stream> stream = co_await connect_tcp("127.0.0.1", port, Millis(5'000));
    if (!stream) throw std::runtime_error(stream.error().message);
    co_return std::make_unique<Http2Client>(make_plain_transport(std::move(*stream)));
  }
};

TEST_F(Http2Test, ManyStreamsAtOnce) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    std::vector<int32_t> ids;
    for (int i = 0; i < 80; ++i) ids.push_back(client->submit("POST", "/s?i=" + std::to_string(i), std::to_string(i)));
    for (size_t i = 0; i < ids.size(); ++i) {
      bool done = co_await client->finish(ids[i]);
      CO_ASSERT_TRUE(done);
      Exchange& exchange = client->exchanges[ids[i]];
      EXPECT_EQ(exchange.headers.get(":status"), "200");
      EXPECT_EQ(exchange.headers.get("x-version"), "20");
      EXPECT_EQ(exchange.headers.get("x-host"), "h2.test");
      EXPECT_EQ(exchange.headers.get("x-query"), "i=" + std::to_string(i));
      EXPECT_EQ(exchange.body, std::to_string(i));
    }
    co_await server.stop();
  });
}

TEST_F(Http2Test, LargeBodiesBothWays) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    std::string body(20 << 20, 'b');
    for (size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i % 23);
    int32_t first = client->submit("PUT", "/", body);
    int32_t second = client->submit("PUT", "/", body);
    bool done = co_await client->finish(first);
    done = done && co_await client->finish(second);
    CO_ASSERT_TRUE(done);
    EXPECT_TRUE(client->exchanges[first].body == body);
    EXPECT_TRUE(client->exchanges[second].body == body);
    co_await server.stop();
  });
}

TEST_F(Http2Test, OverTls) {
  TemporaryDirectory directory;
  run([&]() -> Task<void> {
    CertificateAuthority authority(directory.path);
    CO_ASSERT_TRUE(authority.ensure());
    Server server(echo, &authority);
    uint16_t port = *server.listen("127.0.0.1", 0);
    Result<TlsClientContext> context = make_tls_client_context(authority.ca_pem_path(), true);
    CO_ASSERT_TRUE(context);
    Result<Stream> stream = co_await connect_tcp("127.0.0.1", port, Millis(5'000));
    CO_ASSERT_TRUE(stream);
    // A name that only the certificate knows.
    std::string name = "abc.execute-api.us-east-1.amazonaws.com";
    auto transport = make_tls_client_transport(context->get(), std::move(*stream), name, true, "h2");
    bool shaken = co_await transport->handshake();
    CO_ASSERT_TRUE(shaken);
    EXPECT_EQ(transport->alpn(), "h2");
    Http2Client client(std::move(transport));
    std::string body(3 << 20, 'b');
    int32_t first = client.submit("PUT", "/", body);
    int32_t second = client.submit("PUT", "/", body);
    bool done = co_await client.finish(first);
    done = done && co_await client.finish(second);
    CO_ASSERT_TRUE(done);
    EXPECT_TRUE(client.exchanges[second].body == body);
    EXPECT_EQ(client.exchanges[second].headers.get("x-tls"), "yes");
    co_await server.stop();
  });
}

TEST_F(Http2Test, HeadTrailersAndContinue) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    int32_t head = client->submit("HEAD", "/");
    bool done = co_await client->finish(head);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[head].body, "");
    int32_t trailed = client->submit("POST", "/", "abc", {}, {{"x-sum", "9"}});
    done = co_await client->finish(trailed);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[trailed].headers.get("x-trailer"), "9");
    int32_t asked = client->submit("POST", "/", "abc", {{"expect", "100-continue"}});
    done = co_await client->finish(asked);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[asked].headers.get_all(":status"), (std::vector<std::string_view>{"100", "200"}));
    EXPECT_EQ(client->exchanges[asked].body, "abc");
    co_await server.stop();
  });
}

TEST_F(Http2Test, LimitsOfHeaders) {
  run([&]() -> Task<void> {
    ServerLimits limits;
    limits.header_bytes_max = 2'000;
    Server server(echo, nullptr, limits);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    int32_t id = client->submit("GET", "/", "", {{"x-large", std::string(3'000, 'a')}});
    bool done = co_await client->finish(id);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[id].headers.get(":status"), "431");
    id = client->submit("GET", "/");
    done = co_await client->finish(id);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[id].headers.get(":status"), "200");
    co_await server.stop();
  });
}

TEST_F(Http2Test, AnUnreadBodyDoesNotHoldTheOthersUp) {
  run([&]() -> Task<void> {
    auto handler = [](HttpRequest& request) -> Task<HttpResponse> {
      if (request.path == "/ignore") co_return HttpResponse{403, {}, "no", nullptr};
      HttpResponse response = co_await echo(request);
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    std::string body(1 << 20, 'b');
    for (int i = 0; i < 40; ++i) {
      int32_t ignored = client->submit("PUT", "/ignore", body);
      bool done = co_await client->finish(ignored);
      CO_ASSERT_TRUE(done);
      EXPECT_EQ(client->exchanges[ignored].body, "no");
      EXPECT_EQ(client->exchanges[ignored].error, 0u);
    }
    int32_t read = client->submit("PUT", "/", body);
    bool done = co_await client->finish(read);
    CO_ASSERT_TRUE(done);
    EXPECT_TRUE(client->exchanges[read].body == body);
    co_await server.stop();
  });
}

TEST_F(Http2Test, StreamsWaitForTheClientAndNoticeAReset) {
  run([&]() -> Task<void> {
    auto source = std::make_shared<TestSource>(16 * 1024, std::nullopt, false);
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      HttpResponse response;
      if (request.path == "/stream") response.stream = source;
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    int32_t id = client->submit("GET", "/stream");
    bool some = co_await client->run_until([&] { return client->exchanges[id].body.size() > 30'000; });
    CO_ASSERT_TRUE(some);
    EXPECT_LT(source->pulled, 1u << 20);  // the window is 64 KiB
    client->reset(id);
    co_await client->flush();
    co_await source->cancelled;
    int32_t other = client->submit("GET", "/");
    bool done = co_await client->finish(other);
    EXPECT_TRUE(done);
    co_await server.stop();
  });
}

TEST_F(Http2Test, SilentClientsAreCut) {
  run([&]() -> Task<void> {
    auto one = std::make_shared<TestSource>(1 << 20, std::nullopt, false);
    auto two = std::make_shared<TestSource>(1 << 20, std::nullopt, false);
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      HttpResponse response;
      response.stream = request.version == 20 ? two : one;
      co_return response;
    };
    ServerLimits limits;
    limits.idle_timeout = Millis(1);
    Server server(handler, nullptr, limits);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient first = co_await RawClient::connect(port);
    co_await first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    auto second = co_await connect(port);
    second->submit("GET", "/");
    co_await second->flush();
    co_await one->cancelled;
    co_await two->cancelled;
    co_await server.stop();
  });
}

TEST_F(Http2Test, BrokenStreamsAndLostClients) {
  run([&]() -> Task<void> {
    Completion<Unit> heard;
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      HttpResponse response;
      if (request.path == "/short") {
        struct Short : BodySource {
          Task<Result<std::string>> next() override { co_return fail("Broken", "no more", 500); }
        };
        response.stream = std::make_shared<Short>();
        co_return response;
      }
      Completion<Unit> gone;
      request.on_client_gone([gone]() mutable { gone.set({}); });
      co_await gone;
      heard.set({});
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    auto client = co_await connect(port);
    int32_t cut = client->submit("GET", "/short");
    bool done = co_await client->finish(cut);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[cut].error, static_cast<uint32_t>(NGHTTP2_INTERNAL_ERROR));
    client->submit("GET", "/wait");
    co_await client->flush();
    client.reset();
    co_await heard;
    co_await server.stop();
  });
}

TEST_F(Http2Test, StopSaysGoodbye) {
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
    auto client = co_await connect(port);
    int32_t id = client->submit("GET", "/");
    co_await client->flush();
    co_await begun;
    Completion<Unit> stopped;
    auto stop = [&]() -> Task<void> {
      co_await server.stop(Millis(60'000));
      stopped.set({});
    };
    loop_->spawn("stop", stop());
    EXPECT_FALSE(stopped.is_set());
    go_on.set({});
    bool done = co_await client->finish(id);
    CO_ASSERT_TRUE(done);
    EXPECT_EQ(client->exchanges[id].body, "done");
    co_await stopped;
  });
}

TEST_F(Http2Test, GarbageAfterThePreface) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    RawClient client = co_await RawClient::connect(port);
    co_await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(5'000, '\xee'));
    std::string got = co_await client.read_to_end();
    EXPECT_FALSE(got.empty());  // SETTINGS, then GOAWAY
    // The preface in pieces is one all the same.
    RawClient slow = co_await RawClient::connect(port);
    co_await slow.send("PRI * HT");
    RawClient other = co_await RawClient::connect(port);
    co_await other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    co_await other.read_until("\r\n\r\n");
    co_await slow.send("TP/2.0\r\n\r\nSM\r\n\r\n");
    co_await slow.send(std::string("\0\0\0\4\0\0\0\0\0", 9));
    std::string settings = co_await slow.read_until(std::string("\0\0\0\4\1\0\0\0\0", 9));
    EXPECT_FALSE(settings.empty());
    co_await server.stop();
  });
}

}  // namespace
}  // namespace thaw::net
