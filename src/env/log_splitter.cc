#include "env/log_splitter.h"

#include <algorithm>
#include <cstdint>

namespace thaw::env {
namespace {

constexpr size_t record_head_bytes = 6;
constexpr size_t record_bytes_max = 1 << 20;

void give(std::string_view text, const LogSplitter::Sink& sink) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  for (; text.size() > LogSplitter::event_bytes_max; text.remove_prefix(LogSplitter::event_bytes_max)) {
    sink(text.substr(0, LogSplitter::event_bytes_max));
  }
  if (!text.empty()) sink(text);
}

}  // namespace

void LogSplitter::append(std::string_view bytes, const Sink& sink) {
  buffer_.append(bytes);
  while (take_one(sink)) {
  }
  buffer_.erase(0, at_);
  at_ = 0;
}

bool LogSplitter::take_one(const Sink& sink) {
  std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.empty()) return false;
  if (rest[0] == '\0' && (rest.size() == 1 || rest[1] == '\1')) {
    if (rest.size() < record_head_bytes) return false;
    uint32_t size = 0;
    for (size_t i = 5; i >= 2; --i) size = (size << 8) | static_cast<unsigned char>(rest[i]);
    if (size <= record_bytes_max) {
      if (rest.size() < record_head_bytes + size) return false;
      give(rest.substr(record_head_bytes, size), sink);
      at_ += record_head_bytes + size;
      return true;
    }
    // Not one of ours: treated as text below.
  }
  size_t end = rest.find('\n');
  size_t marker = rest.find(std::string_view("\0\1", 2), 1);
  if (marker != std::string_view::npos && (end == std::string_view::npos || marker < end)) {
    give(rest.substr(0, marker), sink);
    at_ += marker;
    return true;
  }
  if (end == std::string_view::npos) {
    if (rest.size() < event_bytes_max) return false;
    give(rest, sink);
    at_ += rest.size();
    return true;
  }
  give(rest.substr(0, end), sink);
  at_ += end + 1;
  return true;
}

void LogSplitter::flush(const Sink& sink) {
  std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.size() >= 2 && rest[0] == '\0' && rest[1] == '\1') {
    rest.remove_prefix(std::min(record_head_bytes, rest.size()));
  }
  give(rest, sink);
  buffer_.clear();
  at_ = 0;
}

}  // namespace thaw::env
