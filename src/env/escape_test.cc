// The attack suite (tests/escape/attack.py), run as a function: every attempt must fail, and the host be unharmed.
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "env/testing/fixture.h"

namespace thaw::env {
namespace {

using testing::EnvironmentsTest;

std::string attack_code() {
  std::ifstream file(std::string(THAW_TESTS) + "/escape/attack.py");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class EscapeTest : public EnvironmentsTest {
 protected:
  // What the attacker is told of the host.
  std::string target(net::Listener& listener) {
    std::string secret = write("secret", "the host's");
    Json out = Json::object({{"host_secret", secret},
                             {"scratch", std::string(folder_ / "scratch")},
                             {"host_port", listener.port()},
                             {"host_pid", ::getpid()},
                             {"abstract", "thaw-escape-test"},
                             {"shm_key", 0x7468'6177}});
    return out.dump();
  }
  void attack() {
    auto listener = net::Listener::tcp("127.0.0.1", 0);
    ASSERT_TRUE(listener);
    std::string event = target(*listener);
    auto victim = python("victim", attack_code());
    Json hide = *Json::parse(event);
    hide.set("hide", true);
    EXPECT_EQ(invoke(victim, hide.dump()).payload, "true");
    auto attacker = python("attacker", attack_code());
    attacker->memory_mb = 3008;
    if (!parked_) attacker->tmp_mb = 64;  // of another size no environment is parked
    attacker->timeout_ms = 120'000;
    InvokeOutcome outcome = invoke(attacker, event);
    ASSERT_EQ(outcome.status, InvokeStatus::ok) << outcome.payload << logged();
    Json verdicts = *Json::parse(outcome.payload);
    ASSERT_GT(verdicts.size(), 80u);
    for (const auto& [attack, verdict] : verdicts.members()) {
      EXPECT_TRUE(verdict.string_or("").starts_with("held")) << attack << ": " << verdict.dump();
    }
    RecordProperty("verdicts", outcome.payload);
  }
};

TEST_F(EscapeTest, EveryAttackFails) {
  START_OR_SKIP();
  attack();
}

TEST_F(EscapeTest, EveryAttackFailsFromAForkOfTheZygote) {
  parked_ = true;
  Options options;
  options.parked_per_runtime = 2;
  START_OR_SKIP(options);
  invoke(python("first", "def handler(event, context):\n  return 1\n"));
  for (int i = 0; i < 1000 && environments_->counts().parked < 2; ++i) run(sleep_for(Millis(10)));
  ASSERT_EQ(environments_->counts().parked, 2);
  attack();
}

TEST_F(EscapeTest, AMemoryBombKillsItsOwnEnvironmentAlone) {
  START_OR_SKIP();
  if (!environments_->capabilities().memory_limit) GTEST_SKIP() << "no memory cgroup on this host";
  auto listener = net::Listener::tcp("127.0.0.1", 0);
  auto bystander = python("bystander", "n = 0\ndef handler(event, context):\n  global n\n  n += 1\n  return n\n");
  EXPECT_EQ(invoke(bystander).payload, "1");
  auto attacker = python("attacker", attack_code());
  attacker->memory_mb = 128;
  Json event = *Json::parse(target(*listener));
  event.set("memory", true);
  InvokeOutcome outcome = invoke(attacker, event.dump());
  EXPECT_EQ(outcome.status, InvokeStatus::exited);
  EXPECT_TRUE(outcome.out_of_memory);
  EXPECT_EQ(invoke(bystander).payload, "2");
}

}  // namespace
}  // namespace thaw::env
