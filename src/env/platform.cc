#include "env/platform.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "env/embedded.h"

namespace thaw::env {
namespace {

constexpr int uid_first = 0x7468'0000;  // far from people's and systemd's dynamic ones
constexpr int uid_count = 60'000;

Result<> cannot(std::string_view what) {
  return fail("ServiceException", fmt::format("{}: {}", what, std::strerror(errno)), 500);
}

Result<> make_folders(const std::string& path) {
  for (size_t at = 1; at != std::string::npos;) {
    at = path.find('/', at);
    std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), 0755) < 0 && errno != EEXIST) return cannot("cannot make " + part);
    if (at != std::string::npos) ++at;
  }
  return {};
}

std::string read_all(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[32 * 1024];
  ssize_t n = fd ? ::read(fd.get(), buffer, sizeof(buffer)) : 0;
  return n > 0 ? std::string(buffer, static_cast<size_t>(n)) : std::string();
}
void write_all(const std::string& path, std::string_view text) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (fd) [[maybe_unused]]
    auto n = ::write(fd.get(), text.data(), text.size());
}

}  // namespace

// The keeper works from another folder than the server: every path is made absolute.
Platform::Platform(Options options) : options_(std::move(options)) {
  for (std::string* path : {&options_.scratch_directory, &options_.node_modules, &options_.ca_certificate_path})
    if (!path->empty()) *path = absolute_path(*path);
}

Result<> Platform::open_scratch() {
  if (options_.scratch_directory.empty()) return fail("ServiceException", "no scratch directory is set", 500);
  CHECK_OK(make_folders(options_.scratch_directory));
  std::string path = options_.scratch_directory + "/lock";
  lock_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) return cannot("cannot open " + path);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) < 0) {
    return fail("ServiceException", options_.scratch_directory + " is in use by another server", 500);
  }
  return {};
}

// The groups of a predecessor whose keeper was killed as well. Their names were written down before they were made.
void Platform::sweep() {
  std::string list = options_.scratch_directory + "/cgroups";
  std::string text = read_all(list);
  for (std::string_view line : split(text, '\n')) {
    if (!line.empty()) cgroup_remove(std::string(line));
  }
  ::unlink(list.c_str());
}

Task<Result<>> Platform::prepare() {
  std::string scratch = options_.scratch_directory;
  std::string name = "thaw-" + random_hex(12);
  Result<> written = co_await offload([this, scratch, name]() -> Result<> {
    sweep();
    CHECK_OK(write_embedded_files(scratch));
    cgroups_ = cgroup_prepare(name);
    std::vector<std::string> parents = cgroup_parents(cgroups_);
    write_all(scratch + "/cgroups", join(parents, "\n") + "\n");
    cgroup_keep_frozen(cgroups_);
    return {};
  });
  if (!written) co_return written;
  auto keeper = co_await Keeper::start(scratch + "/keeper", scratch);
  if (!keeper) co_return std::unexpected(std::move(keeper).error());
  keeper_ = *keeper;
  keeper_->on_lost = [this] {
    for (auto& [id, sandbox] : std::exchange(sandboxes_, {}))
      if (auto alive = sandbox.lock()) alive->set_gone();
    if (on_lost) on_lost();
  };
  keeper_->on_gone = [this](const std::string& id) { on_gone(id); };
  for (const std::string& parent : cgroup_parents(cgroups_)) {
    auto done = co_await keeper_->ask({"parent", parent});
    if (!done) co_return std::unexpected(std::move(done).error());
  }
  root_ = std::make_unique<RootTemplate>(
      keeper_, RootOptions{scratch + "/runtime", options_.node_modules, read_all(options_.ca_certificate_path)});
  auto built = co_await root_->build();
  if (!built) co_return built;
  tmp_images_.clear();
  capabilities_ = {};
  if (!server_)
    server_ = std::make_unique<net::Server>([](net::HttpRequest&) -> Task<net::HttpResponse> {
      net::HttpResponse none;
      none.status = 404;
      co_return none;
    });
  std::string image = co_await tmp_image(512);
  capabilities_.tmp_on_disk = !image.empty();
  describe();
  co_return Result<>{};
}

void Platform::describe() {
  Capabilities& c = capabilities_;
  c.root = keeper_->privileged();
  c.namespaces = true;
  c.memory_limit = cgroups_.has_memory();
  c.cpu_limit = cgroups_.has_cpu();
  c.process_limit = true;  // else by RLIMIT_NPROC in the environment's user namespace
  c.freeze = cgroups_.has_freezer();
  c.freezer = !cgroups_.v2.empty() ? "cgroup2" : !cgroups_.v1_freezer.empty() ? "cgroup1" : "";
  if (!c.root)
    c.notes.push_back("not root: environments share this user's id on the host; namespaces alone separate them");
  if (!c.memory_limit) c.notes.push_back("no memory cgroup may be made here: MemorySize limits nothing");
  if (!c.cpu_limit) c.notes.push_back("no cpu cgroup may be made here: MemorySize sets no CPU share");
  if (!cgroups_.has_pids())
    c.notes.push_back("no pids cgroup may be made here: a resource limit caps processes instead");
  if (!c.freeze) c.notes.push_back("no cgroup freezer here: idle environments are not frozen");
  if (!c.tmp_on_disk)
    c.notes.push_back("no loop device or mkfs.ext4 here: /tmp is in memory and counts against MemorySize");
  for (const std::string& note : c.notes) log::warning("environments: {}", note);
}

Task<std::string> Platform::tmp_image(int size_mb) {
  if (!keeper_->privileged()) co_return std::string();
  if (auto made = tmp_images_.find(size_mb); made != tmp_images_.end()) co_return made->second;
  std::string path = fmt::format("{}/tmp-{}.ext4", options_.scratch_directory, size_mb);
  bool there = ::access(path.c_str(), R_OK) == 0;
  if (!there) {
    std::string work = path + "." + random_hex(8);
    auto made = co_await keeper_->ask({"image", work, fmt::format("{}", size_mb)});
    there = made && ::rename(work.c_str(), path.c_str()) == 0;
    if (!there) {
      ::unlink(work.c_str());
      log::warning("environments: {}", made ? "cannot name the image of /tmp" : made.error().message);
    }
  }
  if (there) {
    auto tried = co_await keeper_->ask({"try_tmp", path});
    if (!tried) log::warning("environments: {}", tried.error().message);
    there = tried.has_value();
  }
  tmp_images_[size_mb] = there ? path : "";
  co_return tmp_images_[size_mb];
}

int Platform::take_uid() {
  if (!keeper_->privileged()) return 0;
  while (true) {
    int uid = uid_first + next_uid_;
    next_uid_ = (next_uid_ + 1) % uid_count;
    if (uids_.insert(uid).second) return uid;
  }
}

void Platform::on_gone(const std::string& id) {
  if (auto uid = uid_of_.find(id); uid != uid_of_.end()) {
    uids_.erase(uid->second);
    uid_of_.erase(uid);
  }
  auto found = sandboxes_.find(id);
  if (found == sandboxes_.end()) return;
  if (auto sandbox = found->second.lock()) sandbox->set_gone();
  sandboxes_.erase(id);
}

Task<Result<std::shared_ptr<Sandbox>>> Platform::make_sandbox(std::vector<std::string> prefixes, CgroupLimits limits,
                                                              int tmp_mb, int channel, int log_pipe) {
  CO_CHECK_OK(co_await root_->ensure(std::move(prefixes)));
  SandboxOptions o;
  o.id = fmt::format("e{}", ++next_id_);
  o.uid = take_uid();
  o.limits = limits;
  o.tmp_mb = tmp_mb;
  o.tmp_image = co_await tmp_image(tmp_mb);
  uid_of_[o.id] = o.uid;
  std::string id = o.id;
  auto sandbox = co_await Sandbox::create(keeper_, cgroups_, std::move(o), channel, log_pipe);
  if (sandbox && uid_of_.contains(id))
    sandboxes_[id] = *sandbox;
  else if (sandbox)
    (*sandbox)->set_gone();  // it ended before anyone could use it
  co_return sandbox;
}

void Platform::log(const FunctionSpec& function, const std::string& stream, std::string_view text) const {
  if (!options_.log_sink) return;
  options_.log_sink(LogLine{function.arn, function.log_group, stream, options_.clock->now_ms(), text});
}

Task<void> Platform::close() {
  if (server_) co_await server_->stop(Millis(0));
  if (keeper_) co_await keeper_->stop();
  std::string scratch = options_.scratch_directory;
  co_await offload([scratch, parents = cgroup_parents(cgroups_)] {
    for (const std::string& parent : parents) cgroup_remove(parent);
    ::unlink((scratch + "/cgroups").c_str());
    return ::rmdir((scratch + "/root").c_str());
  });
  lock_.reset();
}

}  // namespace thaw::env
