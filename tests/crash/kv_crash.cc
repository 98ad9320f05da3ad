// The store under kill -9 (README.md). The program starts itself as the writer.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>

#include "base/test_loop.h"
#include "killer.h"
#include "kv/store.h"

namespace {

using namespace thaw;
using namespace thaw::kv;

constexpr int kills = 10;
constexpr int concurrent = 16;

std::string record_key(uint64_t number) { return fmt::format("record/{:012}", number); }

std::unique_ptr<Store> open_store(const std::string& directory) {
  // A small write buffer, so that files are written and the log is changed while it runs.
  Result<std::unique_ptr<Store>> store = open_rocksdb_store({.directory = directory, .write_buffer_bytes = 256u << 10});
  if (!store) {
    fmt::print(stderr, "{}\n", store.error().message);
    std::exit(1);
  }
  return std::move(*store);
}

struct Found {
  uint64_t records = 0;
  std::string problem;
};

// Reads everything and compares the three places where each transaction wrote.
Task<Found> check(Store& store) {
  Found found;
  std::unique_ptr<Transaction> tx = co_await store.begin();
  std::vector<KeyValue> records = co_await tx->range("record/", "record0");
  found.records = records.size();
  for (uint64_t i = 0; i < records.size(); ++i) {
    if (records[i].key != record_key(i + 1)) found.problem = fmt::format("record {} is missing", i + 1);
    if (!found.problem.empty()) co_return found;
  }
  std::vector<KeyValue> log = co_await tx->range("log/", "log0");
  if (log.size() != records.size()) found.problem = fmt::format("{} appends, {} records", log.size(), records.size());
  for (uint64_t i = 0; i < log.size() && found.problem.empty(); ++i) {
    if (log[i].value != fmt::format("{}", i + 1)) found.problem = fmt::format("append {} is out of order", i + 1);
  }
  std::optional<std::string> counter = co_await tx->get("counter");
  if (decode_counter(counter) != static_cast<int64_t>(records.size())) found.problem = "the counter is wrong";
  co_return found;
}

Task<void> write_one(Store& store, uint64_t number, bool relaxed) {
  std::unique_ptr<Transaction> tx = co_await store.begin();
  tx->set(record_key(number), std::string(200 + number % 1000, 'x'));
  tx->append("log/", fmt::format("{}", number));
  tx->add("counter", 1);
  if (relaxed) tx->relaxed();
  Result<bool> done = co_await store.commit(std::move(tx));
  if (!done || !*done) std::exit(2);
  if (relaxed) co_return;
  if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number) std::exit(3);
}

// Writes until killed. Numbers are committed in order, several at a time.
int run_writer(const std::string& directory) {
  TestLoop loop;
  std::unique_ptr<Store> store = open_store(directory);
  Found found = loop.run(check(*store));
  if (!found.problem.empty()) return 4;
  uint64_t number = found.records;
  while (true) {
    std::vector<Task<Unit>> tasks;
    for (int i = 0; i < concurrent; ++i) {
      ++number;
      tasks.push_back([](Store& store, uint64_t number) -> Task<Unit> {
        co_await write_one(store, number, number % 5 == 0);
        co_return Unit{};
      }(*store, number));
    }
    loop.run(when_all(std::move(tasks)));
  }
}

int run_driver(const char* self) {
  const char* text = std::getenv("THAW_TEST_SEED");
  uint64_t seed = text ? std::strtoull(text, nullptr, 10) : std::random_device{}();
  fmt::print("seed {}\n", seed);
  std::mt19937_64 random(seed);
  std::string directory = std::filesystem::temp_directory_path() / "thaw-crash-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return 1;
  uint64_t acknowledged = 0;
  int failed = 0;
  for (int i = 0; i < kills && failed == 0; ++i) {
    std::chrono::milliseconds lifetime(20 + random() % 700);
    acknowledged = std::max(acknowledged, crash::run_and_kill(self, directory, lifetime));
    TestLoop loop;
    std::unique_ptr<Store> store = open_store(directory);
    Found found = loop.run(check(*store));
    loop.run(store->close());
    fmt::print("kill {}: {} acknowledged, {} found {}\n", i + 1, acknowledged, found.records, found.problem);
    if (found.records < acknowledged || !found.problem.empty()) failed = 1;
  }
  std::filesystem::remove_all(directory);
  if (acknowledged == 0) fmt::print("nothing was ever acknowledged\n");
  return failed != 0 || acknowledged == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3 && std::strcmp(arguments[1], "--write") == 0) return run_writer(arguments[2]);
  return run_driver("/proc/self/exe");
}
