// The store's references, as JSON on standard output:
//   S  fdatasync of 4 KB appended to a file: p50 and p99 in µs
//   G  commits/s into the store from 64 writers, synced before each is acknowledged; and from one
// Usage: bench_kv [DIRECTORY on the disk to measure] [seconds per part]
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/test_loop.h"
#include "kv/store.h"

namespace {

using namespace thaw;
using Steady = std::chrono::steady_clock;

double micros_since(Steady::time_point start) {
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(part * static_cast<double>(values.size())))];
}

std::vector<double> measure_syncs(const std::string& directory, double seconds) {
  std::string path = directory + "/sync";
  int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  std::string block(4096, 'x');
  std::vector<double> out;
  Steady::time_point start = Steady::now();
  while (file >= 0 && micros_since(start) < seconds * 1e6) {
    Steady::time_point before = Steady::now();
    if (::write(file, block.data(), block.size()) < 0 || ::fdatasync(file) != 0) break;
    out.push_back(micros_since(before));
  }
  ::close(file);
  return out;
}

// A transaction like a service's: one read and two writes of 200 bytes over 100,000 keys.
Task<Unit> write_until(kv::Store& store, uint64_t seed, Steady::time_point end, std::vector<double>* latencies) {
  std::string value(200, 'v');
  while (Steady::now() < end) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    std::string key = fmt::format("key/{:06}", (seed >> 33) % 100'000);
    Steady::time_point before = Steady::now();
    Result<Unit> done = co_await store.transact<Unit>([&](kv::Transaction& tx) -> Task<Result<Unit>> {
      co_await tx.get(key);
      tx.set(key, value);
      tx.set("index/" + key, value);
      co_return Unit{};
    });
    if (!done) {
      fmt::print(stderr, "{}\n", done.error().message);
      std::exit(1);
    }
    latencies->push_back(micros_since(before));
  }
  co_return Unit{};
}

std::string measure_commits(TestLoop& loop, kv::Store& store, int writers, double seconds) {
  std::vector<double> latencies;
  std::vector<Task<Unit>> tasks;
  Steady::time_point start = Steady::now();
  auto end = start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  for (int i = 0; i < writers; ++i) tasks.push_back(write_until(store, static_cast<uint64_t>(i), end, &latencies));
  loop.run(when_all(std::move(tasks)));
  double rate = static_cast<double>(latencies.size()) / (micros_since(start) / 1e6);
  return fmt::format(R"({{"writers": {}, "commits_per_second": {:.0f}, "p50_us": {:.0f}, "p99_us": {:.0f}}})", writers,
                     rate, percentile(latencies, 0.5), percentile(latencies, 0.99));
}

}  // namespace

int main(int count, char** arguments) {
  std::string parent = count > 1 ? arguments[1] : std::filesystem::temp_directory_path().string();
  double seconds = count > 2 ? std::strtod(arguments[2], nullptr) : 2;
  std::string directory = parent + "/thaw-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return 1;
  std::vector<double> syncs = measure_syncs(directory, seconds);
  TestLoop loop;
  Steady::time_point before = Steady::now();
  Result<std::unique_ptr<kv::Store>> store = kv::open_rocksdb_store({.directory = directory + "/data"});
  double open_call_us = micros_since(before);
  if (!store || !loop.run((*store)->ready())) return 1;
  double open_us = micros_since(before);
  std::string one = measure_commits(loop, **store, 1, seconds);
  std::string many = measure_commits(loop, **store, 64, seconds);
  fmt::print(R"({{"S": {{"p50_us": {:.0f}, "p99_us": {:.0f}, "count": {}}}, "G": {}, "G1": {}, )",
             percentile(syncs, 0.5), percentile(syncs, 0.99), syncs.size(), many, one);
  fmt::print(R"("open": {{"call_us": {:.0f}, "ready_us": {:.0f}}}}})", open_call_us, open_us);
  fmt::print("\n");
  loop.run((*store)->close());
  store->reset();
  std::filesystem::remove_all(directory);
  return 0;
}
