// Control groups: which hierarchies this host has, and one environment's groups in them.
//
// Hosts differ: everything on version 2; controllers on version 1 with an empty version 2 beside it (hybrid; version 2
// freezes all the same, and far faster); version 1 alone. An ordinary user usually has none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/fd.h"

namespace thaw::env {

// Folders that may hold our groups; empty = not available.
struct CgroupHost {
  std::string v2;  // version 2 folder for our parent group
  bool v2_memory = false, v2_cpu = false, v2_pids = false;
  std::string v1_memory, v1_cpu, v1_pids, v1_freezer;

  bool has_memory() const { return v2_memory || !v1_memory.empty(); }
  bool has_cpu() const { return v2_cpu || !v1_cpu.empty(); }
  bool has_pids() const { return v2_pids || !v1_pids.empty(); }
  bool has_freezer() const { return !v2.empty() || !v1_freezer.empty(); }
};

// Pure: what the texts of /proc/self/mountinfo and /proc/self/cgroup say. Controllers of version 2 are not known yet.
CgroupHost cgroup_host_from(std::string_view mountinfo, std::string_view own_groups);

// Makes the parent groups named `name` wherever this process may, switches controllers of version 2 on, and drops the
// hierarchies where that is refused. Blocks. Folders in the answer are those of the parents.
CgroupHost cgroup_prepare(const std::string& name);
// The parents that cgroup_prepare made.
std::vector<std::string> cgroup_parents(const CgroupHost& parents);
// Removes a parent and everything in it, killing what runs there. Blocks for at most a second or two.
void cgroup_remove(const std::string& parent);
// Version 1 alone: keeps one group frozen, without which every freeze and thaw costs milliseconds.
void cgroup_keep_frozen(const CgroupHost& parents);

struct CgroupLimits {
  int memory_mb = 128;
  int processes_max = 1024;
};

// One environment's groups.
class Cgroup {
 public:
  Cgroup() = default;
  // `parents` as cgroup_prepare answered.
  Cgroup(const CgroupHost& parents, const std::string& id);

  // The strings of the keeper's "create" packet that make the groups with their limits.
  std::vector<std::string> create_strings(const CgroupLimits& limits) const;
  // After the keeper made them. Errors name the file.
  Result<> open();

  // Files that take the writer of "0" into the groups.
  std::vector<Fd> open_procs() const;

  // Return at once; the kernel stops the processes as they next run. False when the host has no freezer.
  bool freeze();
  bool thaw();
  // 1769 MB are one CPU. Applied when INIT has ended: with the share of a small function it would take several times as
  // long.
  void set_cpu(int memory_mb);
  void set_memory(int memory_mb);

  int64_t memory_used_kb() const;  // 0 when unknown
  int64_t memory_peak_kb() const;
  int64_t out_of_memory_kills() const;

 private:
  const CgroupHost* parents_ = nullptr;
  std::string v2_, memory_, cpu_, pids_, freezer_;
  Fd freeze_fd_, peak_fd_;
};

}  // namespace thaw::env
