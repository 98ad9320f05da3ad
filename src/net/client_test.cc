#include "net/client.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "net/testing.h"

namespace thaw::net {
namespace {

using ClientTest = NetTest;

std::string noise(size_t size) {
  std::string out(size, '\0');
  uint32_t state = 1;
  for (char& c : out) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

TEST_F(ClientTest, FetchesAndReusesItsConnection) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    Client client;
    for (int i = 0; i < 3; ++i) {
      ClientRequest request{.method = "POST", .url = url(port, "/p?q=1"), .headers = {{"X-A", "b"}}, .body = "hello"};
      Result<ClientResponse> response = co_await client.fetch(std::move(request));
      CO_ASSERT_TRUE(response);
      EXPECT_EQ(response->status, 200);
      EXPECT_EQ(response->body, "hello");
      EXPECT_EQ(response->headers.get("x-path"), "/p");
      EXPECT_EQ(server.connections(), 1u);
    }
    Result<ClientResponse> head = co_await client.fetch({.method = "HEAD", .url = url(port, "/")});
    CO_ASSERT_TRUE(head);
    EXPECT_EQ(head->body, "");
    co_await server.stop();
    Result<ClientResponse> refused = co_await client.fetch({.url = url(port, "/")});
    CO_ASSERT_TRUE(!refused);
    EXPECT_EQ(refused.error().code, "ConnectionError");
  });
}

TEST_F(ClientTest, LargeBodiesBothWays) {
  run([&]() -> Task<void> {
    Server server(echo);
    uint16_t port = *server.listen("127.0.0.1", 0);
    Client client;
    std::string body = noise(20 << 20);
    Result<ClientResponse> response =
        co_await client.fetch({.method = "PUT", .url = url(port, "/"), .body = body, .body_bytes_max = 32 << 20});
    CO_ASSERT_TRUE(response);
    EXPECT_TRUE(response->body == body);
    Result<ClientResponse> limited = co_await client.fetch(
        {.method = "PUT", .url = url(port, "/"), .body = std::string(10'000, 'a'), .body_bytes_max = 5'000});
    CO_ASSERT_TRUE(!limited);
    EXPECT_EQ(limited.error().code, "RequestEntityTooLarge");
    co_await server.stop();
  });
}

TEST_F(ClientTest, StreamsWithAndWithoutLength) {
  run([&]() -> Task<void> {
    auto handler = [](HttpRequest& request) -> Task<HttpResponse> {
      HttpResponse response;
      response.stream = std::make_shared<TestSource>(100'000, 20 << 20, request.path == "/length");
      if (request.path == "/short") response.stream = std::make_shared<TestSource>(10, 100, true);
      co_return response;
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    Client client;
    for (std::string path : {"/length", "/chunked"}) {
      Result<ClientResponse> response = co_await client.fetch({.url = url(port, path), .stream = true});
      CO_ASSERT_TRUE(response);
      EXPECT_EQ(response->reader->content_length().has_value(), path == "/length");
      size_t total = 0;
      while (true) {
        Result<std::string> chunk = co_await response->reader->read();
        CO_ASSERT_TRUE(chunk);
        if (chunk->empty()) break;
        total += chunk->size();
      }
      EXPECT_EQ(total, 20u << 20);
      EXPECT_EQ(server.connections(), 1u);
    }
    co_await server.stop();
  });
}

TEST_F(ClientTest, TimesOut) {
  run([&]() -> Task<void> {
    Completion<Unit> never;
    auto handler = [&](HttpRequest& request) -> Task<HttpResponse> {
      Completion<Unit> gone;
      request.on_client_gone([gone]() mutable { gone.set({}); });
      co_await gone;
      co_return HttpResponse{};
    };
    Server server(handler);
    uint16_t port = *server.listen("127.0.0.1", 0);
    Client client;
    Result<ClientResponse> response = co_await client.fetch({.url = url(port, "/"), .timeout = Millis(20)});
    CO_ASSERT_TRUE(!response);
    EXPECT_EQ(response.error().code, "RequestTimeout");
    co_await server.stop();
  });
}

TEST_F(ClientTest, RefusesWhatIsNoUrl) {
  run([&]() -> Task<void> {
    Client client;
    for (std::string bad :
         {"", "ftp://h/", "http://", "http://h:99999/", "http://h:x/", "http://h/a b", "http://u@h/"}) {
      Result<ClientResponse> response = co_await client.fetch({.url = bad});
      CO_ASSERT_TRUE(!response);
      EXPECT_EQ(response.error().code, "InvalidUrl") << bad;
    }
  });
}

TEST_F(ClientTest, MalformedResponses) {
  run([&]() -> Task<void> {
    Result<Listener> listener = Listener::tcp("127.0.0.1", 0);
    std::pair<std::string, std::string> cases[] = {
        {"nonsense\r\n\r\n", "MalformedResponse"},
        {"", "ConnectionError"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi", "MalformedResponse"},
    };
    Client client;
    for (auto& [bytes, code] : cases) {
      auto answer = [&]() -> Task<void> {
        Result<Stream> stream = co_await listener->accept();
        char buffer[4096];
        co_await stream->read_some(buffer);
        co_await stream->write_all(bytes);
        stream->shutdown_send();
      };
      loop_->spawn("answer", answer());
      Result<ClientResponse> response = co_await client.fetch({.url = url(listener->port(), "/")});
      CO_ASSERT_TRUE(!response);
      EXPECT_EQ(response.error().code, code) << bytes;
    }
  });
}

TEST_F(ClientTest, UnixSockets) {
  TemporaryDirectory directory;
  run([&]() -> Task<void> {
    Server server(echo);
    std::string path = directory.path + "/socket";
    Result<> listening = server.listen_unix(path);
    CO_ASSERT_TRUE(listening);
    Client client;
    Result<ClientResponse> response = co_await client.fetch({.url = "http://thaw/x", .unix_socket = path});
    CO_ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.get("x-host"), "thaw");
    co_await server.stop();
  });
}

TEST_F(ClientTest, TlsWithOurAuthority) {
  TemporaryDirectory directory;
  run([&]() -> Task<void> {
    CertificateAuthority authority(directory.path + "/tls");
    Server server(echo, &authority);
    uint16_t port = *server.listen("127.0.0.1", 0);
    EXPECT_FALSE(std::filesystem::exists(directory.path + "/tls"));
    // One port: TLS and plain.
    Client plain;
    Result<ClientResponse> first = co_await plain.fetch({.url = url(port, "/")});
    CO_ASSERT_TRUE(first);
    EXPECT_EQ(first->headers.get("x-tls"), "no");

    CO_ASSERT_TRUE(authority.ensure());
    struct stat key {};
    EXPECT_EQ(::stat((directory.path + "/tls/ca.key").c_str(), &key), 0);
    EXPECT_EQ(key.st_mode & 0777, 0600u);
    std::string base = ":" + std::to_string(port) + "/";
    Client client({.ca_file = authority.ca_pem_path()});
    std::string body = noise(3'000'000);
    for (std::string host : {"127.0.0.1", "localhost"}) {
      Result<ClientResponse> response =
          co_await client.fetch({.method = "POST", .url = "https://" + host + base, .body = body});
      CO_ASSERT_TRUE(response);
      EXPECT_EQ(response->headers.get("x-tls"), "yes");
      EXPECT_TRUE(response->body == body);
    }
    Client distrustful;
    Result<ClientResponse> refused = co_await distrustful.fetch({.url = "https://localhost" + base});
    CO_ASSERT_TRUE(!refused);
    EXPECT_EQ(refused.error().code, "TlsError");
    co_await server.stop();
  });
}

TEST_F(ClientTest, CertificatesForAnyNameAndOneAuthorityForEver) {
  TemporaryDirectory directory;
  std::string path = directory.path + "/tls";
  auto read = [](const std::string& name) {
    std::ifstream in(name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::string first;
  {
    CertificateAuthority authority(path);
    for (const char* name : {"abc.execute-api.us-east-1.amazonaws.com", "*.s3.amazonaws.com", "10.0.0.1", "::1",
                             "a-name-longer-than-the-sixty-four-characters-of-a-common-name.lambda-url.on.aws"}) {
      Result<std::string> pem = authority.certificate_pem(name);
      EXPECT_TRUE(pem) << name;
      EXPECT_EQ(authority.certificate_pem(name).value_or(""), pem.value_or("-"));
    }
    for (const char* bad : {"", "a b", "x,IP:1.2.3.4", "a*b", "*"}) EXPECT_FALSE(authority.certificate_pem(bad)) << bad;
    first = read(authority.ca_pem_path());
  }
  CertificateAuthority again(path);
  ASSERT_TRUE(again.ensure());
  EXPECT_EQ(read(again.ca_pem_path()), first);
  CertificateAuthority nowhere("/proc/no/such/place");
  EXPECT_EQ(nowhere.ensure().error().code, "TlsError");
}

}  // namespace
}  // namespace thaw::net
