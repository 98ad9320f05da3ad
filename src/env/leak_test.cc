// Nothing is left behind: not after a shutdown, not after kill -9 of the server, not after kill -9 of server and
// keeper.
//
// The server that is killed is this program again, started with one disabled test and the scratch folder in its
// environment.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <thread>

#include "env/testing/fixture.h"

namespace thaw::env {
namespace {

using testing::EnvironmentsTest;

constexpr const char* scratch_variable = "THAW_LEAK_TEST_FOLDER";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}
// Processes (not zombies) whose command name and command line contain these.
std::vector<int> processes_named(std::string_view name) {
  std::vector<int> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string number = entry.path().filename();
    if (number.find_first_not_of("0123456789") != std::string::npos) continue;
    std::string stat = read_text(entry.path() / "stat");
    size_t end = stat.rfind(')');
    if (end == std::string::npos || end + 2 >= stat.size() || stat[end + 2] == 'Z') continue;
    if (stat.find(name) < end) out.push_back(std::stoi(number));
  }
  return out;
}
bool alive(int pid) {
  std::string stat = read_text("/proc/" + std::to_string(pid) + "/stat");
  size_t end = stat.rfind(')');
  return end != std::string::npos && end + 2 < stat.size() && stat[end + 2] != 'Z';
}
int parent_of(int pid) {
  std::string stat = read_text("/proc/" + std::to_string(pid) + "/stat");
  size_t end = stat.rfind(')');
  return end == std::string::npos ? 0 : std::atoi(stat.c_str() + end + 4);
}
bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return condition();
}

class LeakTest : public EnvironmentsTest {
 protected:
  struct Killed {
    std::vector<int> pids;            // of the sandboxes' inits
    std::vector<std::string> groups;  // that the server had made
    int keeper = 0;
  };
  // Runs a server in another process up to a frozen environment and one in mid-invocation, then kills it.
  Killed kill_a_server(bool keeper_too) {
    std::string variable = std::string(scratch_variable) + "=" + std::string(folder_);
    std::string program = "/proc/self/exe", filter = "--gtest_filter=LeakTest.DISABLED_Server",
                also = "--gtest_also_run_disabled_tests", path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                home = "HOME=/root";
    char* arguments[] = {program.data(), filter.data(), also.data(), nullptr};
    char* environment[] = {variable.data(), path.data(), home.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    EXPECT_EQ(::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environment), 0);
    posix_spawn_file_actions_destroy(&actions);
    Killed out;
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(folder_ / "busy") || !alive(pid); }));
    std::ifstream list(folder_ / "busy");
    for (int init; list >> init;) out.pids.push_back(init);
    if (!out.pids.empty()) out.keeper = parent_of(out.pids[0]);
    for (std::string_view group : split(read_text(folder_ / "scratch" / "cgroups"), '\n')) {
      if (!group.empty()) out.groups.emplace_back(group);
    }
    ::kill(pid, SIGKILL);
    if (keeper_too && out.keeper > 1) ::kill(out.keeper, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return out;
  }
};

TEST_F(LeakTest, DISABLED_Server) {
  folder_ = std::getenv(scratch_variable);
  parked_ = true;
  Options options;
  options.parked_per_runtime = 1;
  ASSERT_TRUE(start(std::move(options)));
  invoke(python("idle", "def handler(event, context):\n  return 1\n"));
  auto busy = python("busy-one", "import time\ndef handler(event, context):\n  time.sleep(600)\n");
  busy->timeout_ms = 600'000;
  run([](LeakTest* self, std::shared_ptr<FunctionSpec> f) -> Task<void> {
    Loop::current().spawn("invoke", [](Environments* e, std::shared_ptr<FunctionSpec> g, Invocation i) -> Task<void> {
      co_await e->invoke(g, i);
    }(self->environments_.get(), f, self->event("{}")));
    while (self->environments_->counts().environments < 2 || self->environments_->counts().parked < 1) {
      co_await sleep_for(Millis(5));
    }
    co_await sleep_for(Millis(200));
    std::ofstream list(self->folder_ / "busy.new");
    for (const EnvironmentInfo& info : self->environments_->list()) list << info.pid << "\n";
    list.close();
    std::filesystem::rename(self->folder_ / "busy.new", self->folder_ / "busy");
    co_await sleep_for(std::chrono::hours(1));
  }(this, busy));
}

TEST_F(LeakTest, AKilledServerLeavesNothing) {
  START_OR_SKIP();
  run(environments_->shutdown());
  environments_.reset();
  Killed killed = kill_a_server(false);
  ASSERT_EQ(killed.pids.size(), 3u);  // frozen, in mid-invocation, parked
  for (int pid : killed.pids) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  EXPECT_TRUE(eventually([&] { return !alive(killed.keeper); }));
  for (const std::string& group : killed.groups) {
    EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(group); })) << group;
  }
}

TEST_F(LeakTest, ASuccessorSweepsWhatAKilledKeeperLeft) {
  START_OR_SKIP();
  run(environments_->shutdown());
  environments_.reset();
  Killed killed = kill_a_server(true);
  ASSERT_EQ(killed.pids.size(), 3u);  // frozen, in mid-invocation, parked
  for (int pid : killed.pids) EXPECT_TRUE(eventually([&] { return !alive(pid); })) << pid;
  ASSERT_TRUE(start()) << skip_reason_;
  EXPECT_EQ(invoke(python("next", "def handler(event, context):\n  return 1\n")).payload, "1");
  for (const std::string& group : killed.groups) EXPECT_FALSE(std::filesystem::exists(group)) << group;
}

TEST_F(LeakTest, AShutdownLeavesNothing) {
  START_OR_SKIP();
  invoke(python("one", "def handler(event, context):\n  return 1\n"));
  std::vector<int> pids;
  for (const EnvironmentInfo& info : environments_->list()) pids.push_back(info.pid);
  std::string groups = read_text(folder_ / "scratch" / "cgroups");
  run(environments_->shutdown());
  for (int pid : pids) EXPECT_FALSE(alive(pid));
  for (std::string_view group : split(groups, '\n')) {
    if (!group.empty()) EXPECT_FALSE(std::filesystem::exists(std::string(group))) << group;
  }
  EXPECT_EQ(read_text("/proc/self/mountinfo").find(std::string(folder_)), std::string::npos);
  for (int keeper : processes_named("thaw-keeper")) EXPECT_NE(parent_of(keeper), ::getpid());
  environments_.reset();
}

TEST_F(LeakTest, AKilledKeeperIsReplaced) {
  START_OR_SKIP();
  auto f = python("one", "def handler(event, context):\n  return 1\n");
  invoke(f);
  int init = environments_->list()[0].pid;
  ::kill(parent_of(init), SIGKILL);
  while (alive(init)) run(sleep_for(Millis(5)));
  for (int i = 0; i < 1000 && !environments_->list().empty(); ++i) run(sleep_for(Millis(5)));
  EXPECT_TRUE(environments_->list().empty());
  EXPECT_EQ(invoke(f).payload, "1") << logged();
}

TEST_F(LeakTest, OneOwnerAtATime) {
  START_OR_SKIP();
  Options options;
  options.scratch_directory = folder_ / "scratch";
  options.clock = &clock_;
  Environments second(options);
  auto started = get(second.start());
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("in use by another server"), std::string::npos);
}

}  // namespace
}  // namespace thaw::env
