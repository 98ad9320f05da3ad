// Cuts what a runtime writes to its log pipe into log events: lines, and wrapped records of several lines.
//
// A wrapped record is \0 \1, u32 length (little endian), text. Everything else is lines ended by \n.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace thaw::env {

class LogSplitter {
 public:
  using Sink = std::function<void(std::string_view text)>;

  // Longer events are cut there (CloudWatch Logs takes 256 KB with 26 bytes of its own).
  static constexpr size_t event_bytes_max = 256 * 1024 - 26;

  void append(std::string_view bytes, const Sink& sink);
  // Ends a line that has no newline yet.
  void flush(const Sink& sink);

 private:
  bool take_one(const Sink& sink);

  std::string buffer_;
  size_t at_ = 0;  // where the unread part of buffer_ begins
};

}  // namespace thaw::env
