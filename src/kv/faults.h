// Fault points of the disk under RocksDB, for tests: what a real disk does when it fails, fills up or is slow.
// Thread-safe; counts are used up by the calls that they make fail.
#pragma once

#include <atomic>
#include <cstdint>

namespace thaw::kv {

struct Faults {
  std::atomic<int> failing_writes{0};     // the next appends to the write-ahead log fail (EIO)
  std::atomic<int> failing_syncs{0};      // the next fdatasyncs of the write-ahead log fail (EIO)
  std::atomic<bool> disk_full{false};     // every append fails (ENOSPC)
  std::atomic<int64_t> sync_delay_ms{0};  // every fdatasync of the write-ahead log takes this much longer
  std::atomic<int64_t> syncs{0};          // how many fdatasyncs of the write-ahead log there were
};

}  // namespace thaw::kv
