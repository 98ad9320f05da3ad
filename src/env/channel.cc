#include "env/channel.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace thaw::env {
namespace {

constexpr size_t meta_bytes_max = 64 * 1024;

void put_u32(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}
uint32_t get_u32(const char* p) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(p[i]);
  return value;
}

}  // namespace

std::string frame_head(FrameType type, std::string_view meta, size_t payload_bytes) {
  std::string out;
  out.reserve(frame_head_bytes + meta.size());
  put_u32(out, static_cast<uint32_t>(meta.size() + payload_bytes));
  put_u32(out, static_cast<uint32_t>(type));
  put_u32(out, static_cast<uint32_t>(meta.size()));
  out += meta;
  return out;
}

void FrameReader::append(std::string_view bytes) {
  size_t skipped = std::min(skip_, bytes.size());
  skip_ -= skipped;
  buffer_.append(bytes.substr(skipped));
}

std::optional<Frame> FrameReader::next() {
  if (broken_ || skip_ > 0) return std::nullopt;
  if (skipped_) return std::exchange(skipped_, std::nullopt);
  if (buffer_.size() < frame_head_bytes) return std::nullopt;
  size_t size = get_u32(buffer_.data());
  uint32_t type = get_u32(buffer_.data() + 4);
  size_t meta = get_u32(buffer_.data() + 8);
  if (meta > size || meta > meta_bytes_max || type > 255) {
    broken_ = true;
    return std::nullopt;
  }
  Frame frame;
  frame.type = static_cast<FrameType>(type);
  if (size - meta > response_bytes_max) {
    frame.too_large = true;
    size_t have = std::min(buffer_.size(), frame_head_bytes + size);
    skip_ = frame_head_bytes + size - have;
    buffer_.erase(0, have);
    skipped_ = std::move(frame);
    return next();
  }
  if (buffer_.size() < frame_head_bytes + size) return std::nullopt;
  frame.meta.assign(buffer_, frame_head_bytes, meta);
  frame.payload.assign(buffer_, frame_head_bytes + meta, size - meta);
  buffer_.erase(0, frame_head_bytes + size);
  return frame;
}

}  // namespace thaw::env
