// Frames between the platform and Thaw's own runtime clients, over a stream socketpair (descriptor 3 of the runtime).
//
//   offset 0   u32  bytes of meta and payload together      (little endian)
//          4   u8   type
//          5   3    zero
//          8   u32  bytes of meta
//         12        meta, then payload
//
// To the runtime: start (meta: NAME=VALUE strings, NUL between), invoke (meta: request id, deadline in ms since 1970,
// invoked ARN, trace header, client context, Cognito identity, NUL between; payload: the event).
// From it: parked, ready, init_error and error (payload: the error document, meta: its type), response (payload).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::env {

enum class FrameType : uint8_t {
  start = 1,
  invoke = 2,
  parked = 10,
  ready = 11,
  init_error = 12,
  response = 13,
  error = 14
};

struct Frame {
  FrameType type{};
  std::string meta;
  std::string payload;
  bool too_large = false;  // beyond the limit: it was read and thrown away
};

constexpr size_t frame_head_bytes = 12;
// What a function may answer at most (6 MB and a little, as Lambda counts).
constexpr size_t response_bytes_max = 6'291'556;

// The head and meta of a frame; the payload follows by itself.
std::string frame_head(FrameType type, std::string_view meta, size_t payload_bytes);

// Takes bytes as they come and gives frames. The bytes come from inside a sandbox: anything is possible.
class FrameReader {
 public:
  void append(std::string_view bytes);
  // The next whole frame, if there is one. After a malformed head: nothing, and broken() is true from then on.
  std::optional<Frame> next();
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  size_t skip_ = 0;  // bytes of a too large frame that are still to come
  std::optional<Frame> skipped_;
  bool broken_ = false;
};

}  // namespace thaw::env
