// What comes out of a sandbox: frames, log bytes, DNS queries; and the host's texts on groups.
#include "env/cgroup.h"
#include "env/channel.h"
#include "env/log_splitter.h"
#include "env/resolver.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw::env;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FrameReader frames;
  LogSplitter log;
  size_t piece = size > 0 ? 1 + data[0] % 64 : 1;
  for (size_t at = 0; at < size; at += piece) {
    frames.append(bytes.substr(at, piece));
    while (frames.next()) {
    }
    log.append(bytes.substr(at, piece), [](std::string_view) {});
  }
  log.flush([](std::string_view) {});
  (void)resolve_query(bytes);
  (void)cgroup_host_from(bytes, bytes);
  return 0;
}
