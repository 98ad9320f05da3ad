// Jobs under kill -9 (README.md): handlers may run twice, effects happen once. The program starts itself as the worker.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>

#include "base/test_loop.h"
#include "killer.h"
#include "kv/store.h"
#include "work/scheduler.h"

namespace {

using namespace thaw;

constexpr int kills = 8;
constexpr int chains = 8;

std::unique_ptr<kv::Store> open_store(const std::string& directory) {
  Result<std::unique_ptr<kv::Store>> store = kv::open_rocksdb_store({.directory = directory});
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().message);
    std::exit(1);
  }
  return std::move(*store);
}

// The payload is "CHAIN STEP". Its effect notes the step and asks for the next one, all in one transaction.
Task<Result<work::Outcome>> take_step(work::Scheduler& scheduler, Clock& clock, work::Job job) {
  uint64_t step = std::strtoull(job.payload.c_str() + 2, nullptr, 10);
  char chain = job.payload[0];
  co_return work::Outcome::done([&scheduler, &clock, chain, step](kv::Transaction& tx) -> Task<Result<void>> {
    tx.append(fmt::format("log/{}/", chain), std::to_string(step));
    tx.add("steps", 1);
    scheduler.enqueue(tx, "chain", clock.now(), fmt::format("{} {}", chain, step + 1));
    tx.on_commit([step] {
      if (::write(STDOUT_FILENO, &step, sizeof step) != sizeof step) std::exit(3);
    });
    co_return Result<void>{};
  });
}

// Works on the chains until killed; starts them when they are not there yet.
int run_worker(const std::string& directory) {
  TestLoop loop;
  RealClock clock;
  std::unique_ptr<kv::Store> store = open_store(directory);
  work::Scheduler scheduler(*store, clock);
  scheduler.handle("chain", [&](work::Job job) { return take_step(scheduler, clock, std::move(job)); });
  scheduler.start();
  Result<Unit> started = loop.run(store->transact<Unit>([&](kv::Transaction& tx) -> Task<Result<Unit>> {
    std::optional<std::string> there = co_await tx.get("started");
    if (there) co_return Unit{};
    tx.set("started", "yes");
    for (char chain = 'a'; chain < 'a' + chains; ++chain) {
      scheduler.enqueue(tx, "chain", clock.now(), fmt::format("{} 1", chain));
    }
    co_return Unit{};
  }));
  if (!started) return 4;
  loop.run_for(std::chrono::hours(1));
  return 5;
}

// Each chain's steps are there once each, in order, without gaps; answers how many steps there are.
Task<std::string> check(kv::Store& store, uint64_t acknowledged, uint64_t* steps) {
  std::unique_ptr<kv::Transaction> tx = co_await store.begin();
  uint64_t longest = 0;
  *steps = 0;
  for (char chain = 'a'; chain < 'a' + chains; ++chain) {
    std::string prefix = fmt::format("log/{}/", chain);
    std::vector<kv::KeyValue> log = co_await tx->range(prefix, prefix + "\xFF");
    for (size_t i = 0; i < log.size(); ++i) {
      if (log[i].value != std::to_string(i + 1)) co_return fmt::format("step {} of chain {} is wrong", i + 1, chain);
    }
    *steps += log.size();
    longest = std::max<uint64_t>(longest, log.size());
  }
  std::optional<std::string> counter = co_await tx->get("steps");
  if (kv::decode_counter(counter) != static_cast<int64_t>(*steps)) co_return "the counter is wrong";
  if (longest < acknowledged) co_return fmt::format("step {} was acknowledged and is lost", acknowledged);
  co_return "";
}

int run_driver(const char* self) {
  const char* text = std::getenv("THAW_TEST_SEED");
  uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device{}();
  fmt::print("seed {}\n", seed);
  std::mt19937_64 random(seed);
  std::string directory = std::filesystem::temp_directory_path() / "thaw-crash-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return 1;
  uint64_t acknowledged = 0, steps = 0, before = 0;
  int failed = 0;
  for (int i = 0; i < kills && failed == 0; ++i) {
    std::chrono::milliseconds lifetime(100 + random() % 600);
    acknowledged = std::max(acknowledged, crash::run_and_kill(self, directory, lifetime));
    TestLoop loop;
    std::unique_ptr<kv::Store> store = open_store(directory);
    std::string problem = loop.run(check(*store, acknowledged, &steps));
    loop.run(store->close());
    fmt::print("kill {}: {} steps {}\n", i + 1, steps, problem);
    if (!problem.empty() || steps < before) failed = 1;
    before = steps;
  }
  std::filesystem::remove_all(directory);
  if (steps == 0) fmt::print("nothing was ever done\n");
  return failed != 0 || steps == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::strcmp(arguments[1], "--write") == 0) return run_worker(arguments[2]);
  return run_driver("/proc/self/exe");
}
