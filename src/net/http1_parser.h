// Turns bytes into HTTP/1 messages: llhttp with our limits. Pure: no I/O. Private to net/.
//
// One message at a time:  start() → feed() until headers_done → feed() until message_done → start() …
// feed() stops at the end of the headers and at the end of the message, so that the bytes of the next message stay
// with the caller.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace thaw::net {

struct Http1Limits {
  size_t header_bytes_max = 64 * 1024;
  size_t target_bytes_max = 16 * 1024;
  size_t header_count_max = 1'000;
};

// What the parser knows of the message under way.
struct Http1Message {
  std::string method;
  std::string target;
  int status = 0;    // of a response
  int version = 11;  // 10 or 11
  Headers headers;
  Headers trailers;
  std::string body;  // decoded and not yet taken by the caller
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = false;
  bool expects_continue = false;
  bool headers_done = false;
  bool message_done = false;
  int error_status = 0;  // 400, 414, 431, 505: the message is malformed, and nothing more can be fed
  std::string error_words;
};

class Http1Parser {
 public:
  enum class Kind { request, response };
  Http1Parser(Kind kind, Http1Limits limits = {});
  ~Http1Parser();
  Http1Parser(const Http1Parser&) = delete;

  void start();
  // A response to HEAD has no body whatever its headers say. Call after start().
  void expect_no_body();
  // Answers how many bytes were used. Uses none after an error or the end of the message.
  size_t feed(std::string_view bytes);
  // The peer will send no more: completes a response that ends with its connection, else an error.
  void feed_end();

  Http1Message& message() { return message_; }

 private:
  struct Callbacks;
  struct State;
  int refuse(int status, std::string_view words);

  const Kind kind_;
  const Http1Limits limits_;
  Http1Message message_;
  std::string name_, value_;
  size_t header_bytes_ = 0;
  bool no_body_ = false;
  std::unique_ptr<State> state_;
};

}  // namespace thaw::net
