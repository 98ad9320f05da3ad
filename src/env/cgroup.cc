#include "env/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <thread>

#include "base/text.h"

namespace thaw::env {
namespace {

std::string read_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string out;
  char buffer[4096];
  for (ssize_t n; fd && (n = ::read(fd.get(), buffer, sizeof(buffer))) > 0;) out.append(buffer, static_cast<size_t>(n));
  return out;
}
bool write_file(const std::string& path, std::string_view text) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}
bool is_folder(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}
int64_t number_of(std::string_view text) {
  int64_t value = 0;
  text = trim(text);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}
// The number after `key` in lines of "key number".
int64_t field_of(std::string_view text, std::string_view key) {
  for (std::string_view line : split(text, '\n')) {
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ' ')
      return number_of(line.substr(key.size() + 1));
  }
  return 0;
}
bool has_word(std::string_view text, std::string_view word) {
  for (std::string_view line : split(text, '\n')) {
    for (std::string_view item : split(line, ' ')) {
      if (item == word) return true;
    }
  }
  return false;
}
bool has_item(std::string_view list, std::string_view item) {
  for (std::string_view one : split(list, ',')) {
    if (one == item) return true;
  }
  return false;
}

// Our place in the hierarchy with `controller` ("" = version 2), from lines of "number:controllers:path".
std::string_view own_path(std::string_view own_groups, std::string_view controller) {
  for (std::string_view line : split(own_groups, '\n')) {
    size_t first = line.find(':');
    size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() : has_item(controllers, controller)) return line.substr(second + 1);
  }
  return "/";
}
// `mount_root` is what of the hierarchy the mount shows; with a cgroup namespace both are "/".
std::string place(std::string_view mount_point, std::string_view mount_root, std::string_view path) {
  if (mount_root != "/" && path.starts_with(mount_root)) path.remove_prefix(mount_root.size());
  if (path == "/" || path.empty()) return std::string(mount_point);
  return std::string(mount_point) + std::string(path);
}

}  // namespace

CgroupHost cgroup_host_from(std::string_view mountinfo, std::string_view own_groups) {
  CgroupHost host;
  for (std::string_view line : split(mountinfo, '\n')) {
    size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    auto left = split(line.substr(0, dash), ' ');
    auto right = split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    std::string_view root = left[3], point = left[4], type = right[0], options = right[2];
    if (type == "cgroup2" && host.v2.empty()) host.v2 = place(point, root, own_path(own_groups, ""));
    if (type != "cgroup") continue;
    auto take = [&](std::string& into, std::string_view controller) {
      if (into.empty() && has_item(options, controller)) into = place(point, root, own_path(own_groups, controller));
    };
    take(host.v1_memory, "memory");
    take(host.v1_cpu, "cpu");
    take(host.v1_pids, "pids");
    take(host.v1_freezer, "freezer");
  }
  return host;
}

namespace {

// A group with processes may not hand controllers to children (but the root group may), so this process moves into a
// leaf of its own when it is alone in a delegated group.
void leave_for_leaf(const std::string& group) {
  std::string leaf = group + "/thaw-server";
  if (::mkdir(leaf.c_str(), 0755) < 0 && errno != EEXIST) return;
  write_file(leaf + "/cgroup.procs", "0");
}

void switch_controllers_on(CgroupHost& host, const std::string& group, const std::string& parent) {
  std::string available = read_file(group + "/cgroup.controllers");
  auto enable = [&](const char* controller) {
    if (!has_word(available, controller)) return false;
    std::string order = fmt::format("+{}", controller);
    if (!has_word(read_file(group + "/cgroup.subtree_control"), controller) &&
        !write_file(group + "/cgroup.subtree_control", order)) {
      if (errno != EBUSY) return false;
      leave_for_leaf(group);
      if (!write_file(group + "/cgroup.subtree_control", order)) return false;
    }
    return write_file(parent + "/cgroup.subtree_control", order);
  };
  host.v2_memory = enable("memory");
  host.v2_cpu = enable("cpu");
  host.v2_pids = enable("pids");
}

bool make_parent(std::string& folder, const std::string& name) {
  if (folder.empty()) return false;
  std::string parent = folder + "/" + name;
  if (!is_folder(folder) || (::mkdir(parent.c_str(), 0755) < 0 && errno != EEXIST) ||
      ::access((parent + "/cgroup.procs").c_str(), W_OK) < 0) {
    folder.clear();
    return false;
  }
  folder = parent;
  return true;
}

}  // namespace

CgroupHost cgroup_prepare(const std::string& name) {
  CgroupHost host = cgroup_host_from(read_file("/proc/self/mountinfo"), read_file("/proc/self/cgroup"));
  std::string group = host.v2;
  if (make_parent(host.v2, name)) switch_controllers_on(host, group, host.v2);
  make_parent(host.v1_memory, name);
  make_parent(host.v1_cpu, name);
  make_parent(host.v1_pids, name);
  if (host.v2.empty())
    make_parent(host.v1_freezer, name);
  else
    host.v1_freezer.clear();
  if (!host.v1_memory.empty()) write_file(host.v1_memory + "/memory.use_hierarchy", "1");
  return host;
}

std::vector<std::string> cgroup_parents(const CgroupHost& parents) {
  std::vector<std::string> out;
  for (const std::string* folder :
       {&parents.v2, &parents.v1_memory, &parents.v1_cpu, &parents.v1_pids, &parents.v1_freezer}) {
    if (!folder->empty()) out.push_back(*folder);
  }
  return out;
}

namespace {

void kill_all(const std::string& group) {
  write_file(group + "/cgroup.kill", "1");
  write_file(group + "/freezer.state", "THAWED");
  std::string processes = read_file(group + "/cgroup.procs");
  for (std::string_view line : split(processes, '\n')) {
    if (int64_t pid = number_of(line); pid > 1) ::kill(static_cast<pid_t>(pid), SIGKILL);
  }
}

void remove_group(const std::string& group, int depth) {
  if (depth > 4) return;
  kill_all(group);
  std::vector<std::string> children;
  if (DIR* folder = ::opendir(group.c_str())) {
    while (dirent* entry = ::readdir(folder)) {
      std::string_view name = entry->d_name;
      if (entry->d_type == DT_DIR && name != "." && name != "..") children.push_back(group + "/" + entry->d_name);
    }
    ::closedir(folder);
  }
  for (const std::string& child : children) remove_group(child, depth + 1);
  for (int attempt = 0; attempt < 200 && ::rmdir(group.c_str()) < 0 && errno == EBUSY; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

void cgroup_remove(const std::string& parent) { remove_group(parent, 0); }

void cgroup_keep_frozen(const CgroupHost& parents) {
  if (parents.v1_freezer.empty()) return;
  std::string group = parents.v1_freezer + "/always-frozen";
  ::mkdir(group.c_str(), 0755);
  write_file(group + "/freezer.state", "FROZEN");
}

Cgroup::Cgroup(const CgroupHost& parents, const std::string& id) : parents_(&parents) {
  auto child = [&](const std::string& parent) { return parent.empty() ? std::string() : parent + "/" + id; };
  v2_ = child(parents.v2);
  memory_ = child(parents.v1_memory);
  cpu_ = child(parents.v1_cpu);
  pids_ = child(parents.v1_pids);
  freezer_ = child(parents.v1_freezer);
}

std::vector<std::string> Cgroup::create_strings(const CgroupLimits& limits) const {
  std::vector<std::string> out;
  auto set = [&](const std::string& path, int64_t value) { out.push_back(fmt::format("set={}:{}", path, value)); };
  int64_t bytes = static_cast<int64_t>(limits.memory_mb) << 20;
  if (!v2_.empty()) {
    out.push_back("v2=" + v2_);
    if (parents_->v2_memory) {
      set(v2_ + "/memory.max", bytes);
      if (::access("/proc/swaps", R_OK) == 0) set(v2_ + "/memory.swap.max", 0);
    }
    if (parents_->v2_pids) set(v2_ + "/pids.max", limits.processes_max);
  }
  for (const std::string* folder : {&memory_, &cpu_, &pids_, &freezer_}) {
    if (!folder->empty()) out.push_back("cgroup=" + *folder);
  }
  if (!memory_.empty()) {
    set(memory_ + "/memory.swappiness", 0);
    set(memory_ + "/memory.limit_in_bytes", bytes);
  }
  if (!pids_.empty()) set(pids_ + "/pids.max", limits.processes_max);
  return out;
}

Result<> Cgroup::open() {
  std::string freeze = !v2_.empty() ? v2_ + "/cgroup.freeze" : !freezer_.empty() ? freezer_ + "/freezer.state" : "";
  if (!freeze.empty()) {
    freeze_fd_.reset(::open(freeze.c_str(), O_WRONLY | O_CLOEXEC));
    if (!freeze_fd_) return fail("ServiceException", fmt::format("open {}: {}", freeze, std::strerror(errno)), 500);
  }
  std::string peak = !memory_.empty()                  ? memory_ + "/memory.max_usage_in_bytes"
                     : parents_ && parents_->v2_memory ? v2_ + "/memory.peak"
                                                       : "";
  if (!peak.empty()) peak_fd_.reset(::open(peak.c_str(), O_RDONLY | O_CLOEXEC));
  return {};
}

std::vector<Fd> Cgroup::open_procs() const {
  std::vector<Fd> out;
  for (const std::string* folder : {&v2_, &memory_, &cpu_, &pids_, &freezer_}) {
    if (!folder->empty()) out.emplace_back(::open((*folder + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  }
  std::erase_if(out, [](const Fd& fd) { return !fd; });
  return out;
}

bool Cgroup::freeze() {
  if (!freeze_fd_) return false;
  return v2_.empty() ? ::pwrite(freeze_fd_.get(), "FROZEN", 6, 0) == 6 : ::pwrite(freeze_fd_.get(), "1", 1, 0) == 1;
}
bool Cgroup::thaw() {
  if (!freeze_fd_) return false;
  return v2_.empty() ? ::pwrite(freeze_fd_.get(), "THAWED", 6, 0) == 6 : ::pwrite(freeze_fd_.get(), "0", 1, 0) == 1;
}

void Cgroup::set_cpu(int memory_mb) {
  constexpr int64_t period_us = 20'000;
  int64_t quota_us = std::max<int64_t>(1000, period_us * memory_mb / 1769);
  if (parents_ && parents_->v2_cpu) write_file(v2_ + "/cpu.max", fmt::format("{} {}", quota_us, period_us));
  if (cpu_.empty()) return;
  write_file(cpu_ + "/cpu.cfs_period_us", fmt::format("{}", period_us));
  write_file(cpu_ + "/cpu.cfs_quota_us", fmt::format("{}", quota_us));
}

void Cgroup::set_memory(int memory_mb) {
  std::string bytes = fmt::format("{}", static_cast<int64_t>(memory_mb) << 20);
  if (parents_ && parents_->v2_memory) write_file(v2_ + "/memory.max", bytes);
  if (!memory_.empty()) write_file(memory_ + "/memory.limit_in_bytes", bytes);
}

int64_t Cgroup::memory_used_kb() const {
  if (!memory_.empty()) return number_of(read_file(memory_ + "/memory.usage_in_bytes")) / 1024;
  if (parents_ && parents_->v2_memory) return number_of(read_file(v2_ + "/memory.current")) / 1024;
  return 0;
}
int64_t Cgroup::memory_peak_kb() const {
  if (!peak_fd_) return 0;
  char buffer[32];
  ssize_t n = ::pread(peak_fd_.get(), buffer, sizeof(buffer), 0);
  return n <= 0 ? 0 : number_of(std::string_view(buffer, static_cast<size_t>(n))) / 1024;
}
int64_t Cgroup::out_of_memory_kills() const {
  if (!memory_.empty()) return field_of(read_file(memory_ + "/memory.oom_control"), "oom_kill");
  if (parents_ && parents_->v2_memory) return field_of(read_file(v2_ + "/memory.events"), "oom_kill");
  return 0;
}

}  // namespace thaw::env
