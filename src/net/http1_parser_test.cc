#include "net/http1_parser.h"

#include <gtest/gtest.h>

namespace thaw::net {
namespace {

using Kind = Http1Parser::Kind;

// Feeds one message in pieces of `step` bytes; answers how many bytes it used.
size_t feed_all(Http1Parser& parser, std::string_view bytes, size_t step) {
  size_t used = 0;
  while (used < bytes.size() && !parser.message().message_done && parser.message().error_status == 0) {
    used += parser.feed(bytes.substr(used, step));
  }
  return used;
}

int status_of(std::string_view bytes, Http1Limits limits = {}) {
  Http1Parser parser(Kind::request, limits);
  feed_all(parser, bytes, bytes.size());
  return parser.message().error_status;
}

TEST(Http1Parser, SplitsAnywhere) {
  std::string text =
      "PUT /a%20b?c=d HTTP/1.1\r\nHost: h\r\nX-Long:  two words \r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 7\r\n\r\nGET";
  for (size_t step = 1; step <= text.size(); ++step) {
    Http1Parser parser(Kind::request);
    EXPECT_EQ(feed_all(parser, text, step), text.size() - 3) << step;
    const Http1Message& message = parser.message();
    EXPECT_TRUE(message.message_done);
    EXPECT_EQ(message.method, "PUT");
    EXPECT_EQ(message.target, "/a%20b?c=d");
    EXPECT_EQ(message.headers.get("x-long"), "two words");
    EXPECT_EQ(message.body, "hello world");
    EXPECT_EQ(message.trailers.get("x-sum"), "7");
    EXPECT_TRUE(message.chunked);
    EXPECT_TRUE(message.keep_alive);
    EXPECT_FALSE(message.content_length);
  }
}

TEST(Http1Parser, ARequestWithoutBodyIsCompleteWithItsHeaders) {
  Http1Parser parser(Kind::request);
  std::string_view text = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(parser.feed(text), text.size());
  EXPECT_TRUE(parser.message().message_done);
}

TEST(Http1Parser, UpgradesAreIgnored) {
  Http1Parser parser(Kind::request);
  std::string_view text = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n";
  EXPECT_EQ(parser.feed(text), text.size());
  EXPECT_TRUE(parser.message().message_done);
  EXPECT_EQ(parser.message().error_status, 0);
  parser.start();
  std::string_view connect = "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n";
  parser.feed(connect);
  EXPECT_TRUE(parser.message().message_done);
}

TEST(Http1Parser, RefusesWhatIsMalformedOrTooLarge) {
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/3.9\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\na b: c\r\n\r\n"), 400);
  Http1Limits limits{100, 50, 5};
  EXPECT_EQ(status_of("GET /" + std::string(60, 'a') + " HTTP/1.1\r\n\r\n", limits), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: " + std::string(100, 'a') + "\r\n\r\n", limits), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\na:1\r\na:1\r\na:1\r\na:1\r\na:1\r\na:1\r\n\r\n", limits), 431);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200, 'e') + "\r\na\r\n",
                      limits),
            431);
}

TEST(Http1Parser, Responses) {
  Http1Parser parser(Kind::response);
  std::string_view text = "HTTP/1.1 204 No Content\r\n\r\n";
  EXPECT_EQ(parser.feed(text), text.size());
  EXPECT_TRUE(parser.message().message_done);
  EXPECT_EQ(parser.message().status, 204);

  parser.start();
  parser.expect_no_body();
  parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  EXPECT_TRUE(parser.message().message_done);
  EXPECT_EQ(parser.message().content_length, 10u);

  parser.start();
  text = "HTTP/1.0 200 OK\r\n\r\nto the end";
  feed_all(parser, text, text.size());
  EXPECT_FALSE(parser.message().message_done);
  parser.feed_end();
  EXPECT_TRUE(parser.message().message_done);
  EXPECT_EQ(parser.message().body, "to the end");

  parser.start();
  text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort";
  feed_all(parser, text, text.size());
  parser.feed_end();
  EXPECT_EQ(parser.message().error_status, 400);
}

}  // namespace
}  // namespace thaw::net
