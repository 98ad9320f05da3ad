#include "net/http1_parser.h"

#include <llhttp/llhttp.h>

#include <algorithm>

namespace thaw::net {

struct Http1Parser::State {
  llhttp_t parser;
};

struct Http1Parser::Callbacks {
  static Http1Parser& self(llhttp_t* parser) { return *static_cast<Http1Parser*>(parser->data); }

  static int count(Http1Parser& me, size_t bytes) {
    me.header_bytes_ += bytes;
    if (me.header_bytes_ > me.limits_.header_bytes_max) return me.refuse(431, "the headers are too large");
    return 0;
  }
  static int on_url(llhttp_t* parser, const char* at, size_t size) {
    Http1Parser& me = self(parser);
    // The preface of HTTP/2 in the middle of HTTP/1: llhttp would wait for the rest of it.
    if (me.kind_ == Kind::request && parser->method == HTTP_PRI) return me.refuse(400, "no such method");
    if (me.message_.target.size() + size > me.limits_.target_bytes_max) return me.refuse(414, "the target is too long");
    me.message_.target.append(at, size);
    return 0;
  }
  static int on_field(llhttp_t* parser, const char* at, size_t size) {
    Http1Parser& me = self(parser);
    if (int refused = count(me, size)) return refused;
    me.name_.append(at, size);
    return 0;
  }
  static int on_value(llhttp_t* parser, const char* at, size_t size) {
    Http1Parser& me = self(parser);
    if (int refused = count(me, size)) return refused;
    me.value_.append(at, size);
    return 0;
  }
  static int on_value_complete(llhttp_t* parser) {
    Http1Parser& me = self(parser);
    while (!me.value_.empty() && (me.value_.back() == ' ' || me.value_.back() == '\t')) me.value_.pop_back();
    Headers& headers = me.message_.headers_done ? me.message_.trailers : me.message_.headers;
    // llhttp lets spaces pass, which other servers read in other ways ("Content-Length : 5").
    if (me.name_.find(' ') != std::string::npos) return me.refuse(400, "a header's name has a space");
    if (headers.size() >= me.limits_.header_count_max) return me.refuse(431, "there are too many headers");
    headers.add(me.name_, me.value_);
    me.name_.clear();
    me.value_.clear();
    return 0;
  }
  static int on_extension(llhttp_t* parser, const char*, size_t size) { return count(self(parser), size); }

  static int on_headers_complete(llhttp_t* parser) {
    Http1Parser& me = self(parser);
    Http1Message& message = me.message_;
    if (parser->http_major != 1) return me.refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken this way");
    message.version = parser->http_minor == 0 ? 10 : 11;
    if (me.kind_ == Kind::request) {
      message.method = llhttp_method_name(static_cast<llhttp_method>(parser->method));
      if (message.headers.get_all("host").size() > 1) return me.refuse(400, "there is more than one Host");
    }
    message.status = parser->status_code;
    message.chunked = (parser->flags & F_CHUNKED) != 0;
    if ((parser->flags & F_CONTENT_LENGTH) != 0) message.content_length = parser->content_length;
    message.expects_continue = equal(message.headers.get_or("expect", ""), "100-continue") && message.version == 11;
    if (me.no_body_) parser->flags |= F_SKIPBODY;
    message.keep_alive = llhttp_should_keep_alive(parser) != 0;
    parser->upgrade = 0;  // an upgrade may be ignored, and then the message is like any other
    message.headers_done = true;
    return HPE_PAUSED;
  }
  static int on_body(llhttp_t* parser, const char* at, size_t size) {
    self(parser).message_.body.append(at, size);
    return 0;
  }
  static int on_message_complete(llhttp_t* parser) {
    self(parser).message_.message_done = true;
    return HPE_PAUSED;
  }
  static bool equal(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 32) == (y | 32); });
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t settings = [] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_url = on_url;
      s.on_header_field = on_field;
      s.on_header_value = on_value;
      s.on_header_value_complete = on_value_complete;
      s.on_chunk_extension_name = on_extension;
      s.on_chunk_extension_value = on_extension;
      s.on_headers_complete = on_headers_complete;
      s.on_body = on_body;
      s.on_message_complete = on_message_complete;
      return s;
    }();
    return settings;
  }
};

Http1Parser::Http1Parser(Kind kind, Http1Limits limits)
    : kind_(kind), limits_(limits), state_(std::make_unique<State>()) {
  start();
}
Http1Parser::~Http1Parser() = default;

void Http1Parser::start() {
  llhttp_init(&state_->parser, kind_ == Kind::request ? HTTP_REQUEST : HTTP_RESPONSE, &Callbacks::settings());
  state_->parser.data = this;
  message_.method.clear();
  message_.target.clear();
  message_.status = 0;
  message_.version = 11;
  message_.headers.clear();
  message_.trailers.clear();
  message_.body.clear();
  message_.content_length.reset();
  message_.chunked = message_.keep_alive = message_.expects_continue = false;
  message_.headers_done = message_.message_done = false;
  message_.error_status = 0;
  message_.error_words.clear();
  name_.clear();
  value_.clear();
  header_bytes_ = 0;
  no_body_ = false;
}

void Http1Parser::expect_no_body() { no_body_ = true; }

int Http1Parser::refuse(int status, std::string_view words) {
  if (message_.error_status == 0) {
    message_.error_status = status;
    message_.error_words = words;
  }
  return HPE_USER;
}

size_t Http1Parser::feed(std::string_view bytes) {
  if (message_.error_status != 0 || message_.message_done || bytes.empty()) return 0;
  llhttp_t* parser = &state_->parser;
  llhttp_errno_t result = llhttp_execute(parser, bytes.data(), bytes.size());
  if (result == HPE_OK) return bytes.size();
  if (result == HPE_PAUSED) {
    const char* position = llhttp_get_error_pos(parser);
    size_t used = static_cast<size_t>(position - bytes.data());
    if (message_.message_done) return used;
    // The end of the headers. A message without a body is complete with no further byte, which another call finds out.
    llhttp_resume(parser);
    result = llhttp_execute(parser, position, 0);
    if (result == HPE_OK || result == HPE_PAUSED) return used;
  }
  refuse(400, llhttp_get_error_reason(parser) != nullptr ? llhttp_get_error_reason(parser) : "malformed");
  return 0;
}

void Http1Parser::feed_end() {
  if (message_.error_status != 0 || message_.message_done) return;
  llhttp_errno_t result = llhttp_finish(&state_->parser);
  if (!message_.message_done && (result != HPE_OK || !message_.headers_done)) refuse(400, "the message ended early");
}

}  // namespace thaw::net
