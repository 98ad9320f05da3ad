#include "base/task.h"

#include <new>

#if defined(__has_feature)
#define THAW_HAS_FEATURE(name) __has_feature(name)
#else
#define THAW_HAS_FEATURE(name) 0
#endif

namespace thaw::detail {
namespace {

// Sanitizers see a frame that is used after its end only when it goes back to them.
constexpr bool keeps_frames = !THAW_HAS_FEATURE(address_sanitizer) && !THAW_HAS_FEATURE(thread_sanitizer);

constexpr std::size_t step_bytes = 128;
constexpr std::size_t frame_bytes_max = 4096;
constexpr std::size_t kept_bytes_max = 1 << 20;

std::size_t step_of(std::size_t bytes) { return (bytes + step_bytes - 1) / step_bytes; }

// Free frames by size, each pointing to the next.
struct Frames {
  struct Free {
    Free* next;
  };
  Free* free[frame_bytes_max / step_bytes + 1] = {};
  std::size_t kept_bytes = 0;
  bool ended = false;  // of the thread: what is freed afterwards is not kept

  ~Frames() {
    ended = true;
    for (Free*& first : free) {
      while (first) {
        Free* next = first->next;
        ::operator delete(first);
        first = next;
      }
    }
  }
};

thread_local Frames frames;

}  // namespace

void* take_frame(std::size_t bytes) {
  if (!keeps_frames || bytes > frame_bytes_max) return ::operator new(bytes);
  std::size_t step = step_of(bytes);
  Frames::Free* first = frames.free[step];
  if (!first) return ::operator new(step * step_bytes);
  frames.free[step] = first->next;
  frames.kept_bytes -= step * step_bytes;
  return first;
}

void give_frame(void* frame, std::size_t bytes) noexcept {
  std::size_t step = step_of(bytes);
  bool keep = keeps_frames && bytes <= frame_bytes_max && !frames.ended &&
              frames.kept_bytes + step * step_bytes <= kept_bytes_max;
  if (!keep) return ::operator delete(frame);
  frames.free[step] = new (frame) Frames::Free{frames.free[step]};
  frames.kept_bytes += step * step_bytes;
}

}  // namespace thaw::detail
