// HTTP messages as handlers and clients see them, whatever the version and transport below.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace thaw::net {

// Header fields in the order they came; names compare without case and keep theirs (HTTP/2's are lower case).
// Views that it answers are valid until the next change.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    for (auto& [name, value] : fields) add(name, value);
  }

  // The first value of `name`; nothing when absent.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string_view get_or(std::string_view name, std::string_view otherwise) const;
  std::vector<std::string_view> get_all(std::string_view name) const;
  bool contains(std::string_view name) const { return get(name).has_value(); }

  void add(std::string_view name, std::string_view value);
  // Replaces all values of `name` by one.
  void set(std::string_view name, std::string_view value);
  // How many were removed.
  size_t remove(std::string_view name);
  void clear();

  bool empty() const { return fields_.empty(); }
  size_t size() const { return fields_.size(); }
  // Bytes of all names and values.
  size_t bytes() const { return text_.size(); }
  std::string_view name(size_t index) const;
  std::string_view value(size_t index) const;

  class Iterator {
   public:
    Iterator(const Headers* headers, size_t index) : headers_(headers), index_(index) {}
    std::pair<std::string_view, std::string_view> operator*() const {
      return {headers_->name(index_), headers_->value(index_)};
    }
    Iterator& operator++() { return ++index_, *this; }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Headers* headers_;
    size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  struct Field {
    uint32_t name_at, name_size, value_at, value_size;
  };
  std::string text_;  // all names and values, so that a message costs few allocations
  std::vector<Field> fields_;
};

// The words for a status ("Not Found"); "Unknown" when there are none.
std::string_view reason_phrase(int status);

// A message's body as it arrives. Errors: "ConnectionError" (the peer went away), "RequestTimeout",
// "MalformedRequest" (bad chunks), "RequestEntityTooLarge" from read_all.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // The next bytes; empty at the end. The first call sends "100 Continue" where the client waits for it.
  virtual Task<Result<std::string>> read() = 0;
  // The rest of the body. Error "RequestEntityTooLarge" (413) when it is longer than `limit_bytes`.
  virtual Task<Result<std::string>> read_all(size_t limit_bytes);
  // What Content-Length says; nothing when chunked, or unknown.
  virtual std::optional<uint64_t> content_length() const = 0;
  // The fields after a chunked body; empty before the end.
  virtual const Headers& trailers() const;
};

// A body that is there already: for tests and requests made in process.
class StringBody final : public BodyReader {
 public:
  explicit StringBody(std::string bytes = {}) : bytes_(std::move(bytes)), size_(bytes_.size()) {}
  Task<Result<std::string>> read() override;
  std::optional<uint64_t> content_length() const override { return size_; }

 private:
  std::string bytes_;
  uint64_t size_;
};

struct Endpoint {
  std::string ip;  // "127.0.0.1", "::1"; empty for a Unix socket
  uint16_t port = 0;
};

struct HttpRequest {
  explicit HttpRequest(BodyReader& body_reader) : body(body_reader) {}

  std::string method;
  std::string target;  // as sent: "/a%20b?c=d"; of HTTP/2, :path
  std::string path;    // target up to '?', still percent-encoded; the authority of an absolute target is in Host
  std::string query;   // after '?', raw
  Headers headers;     // of HTTP/2, with Host made from :authority
  int version = 11;    // 10, 11, 20
  bool tls = false;
  Endpoint peer;
  Endpoint local;  // what the client meant to reach (getsockname)
  BodyReader& body;

  // Calls `fn` once, on the loop, if the client goes away before its response is complete. Also called when the
  // stream of
  // HTTP/2 is reset. Replaces the one before; an empty one removes it. Valid until the response is complete.
  std::function<void(std::function<void()>)> on_client_gone = [](std::function<void()>) {};
};

// A body that is made while it is sent. next() is called when the client can take more.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // The next bytes; empty at the end. An error cuts the connection (HTTP/1.1) or resets the stream (HTTP/2), so that
  // the client
  // sees an incomplete body.
  virtual Task<Result<std::string>> next() = 0;
  // The exact count of bytes when known: sent as Content-Length. Otherwise chunked.
  virtual std::optional<uint64_t> length() const { return std::nullopt; }
  // The client went away: next() will not be called again. A next() under way should finish soon.
  virtual void cancel() {}
};

struct HttpResponse {
  int status = 200;
  // Date, Content-Length, Transfer-Encoding and Connection are the server's to write. A Content-Length here is kept
  // only for
  // HEAD and 304.
  Headers headers;
  std::string body;
  std::shared_ptr<BodySource> stream;  // in place of `body`
};

// The references of the request live until the returned task has finished and the response's stream has ended.
using Handler = std::function<Task<HttpResponse>(HttpRequest&)>;

}  // namespace thaw::net
