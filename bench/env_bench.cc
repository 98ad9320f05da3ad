// Cold and warm invocations inside the process, without HTTP: what the compute room itself costs.
//
//   env_bench [RUNS]     prints medians and p99 in microseconds, one line per case
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "env/environment.h"
#include "net/loop.h"

namespace {

using namespace thaw;
using Steady = std::chrono::steady_clock;

struct Bench {
  std::filesystem::path folder;
  RealClock clock;
  std::unique_ptr<env::Environments> environments;

  env::FunctionSpec spec(const std::string& name, const std::string& runtime, const std::string& handler) {
    env::FunctionSpec out{.key = name,
                          .arn = "arn:aws:lambda:us-east-1:000000000000:function:" + name,
                          .name = name,
                          .account = *AccountId::parse("000000000000"),
                          .region = *Region::parse("us-east-1"),
                          .runtime = runtime,
                          .handler = handler,
                          .code_directory = folder / name,
                          .log_group = "/aws/lambda/" + name};
    out.memory_mb = 1769;
    return out;
  }
  void write(const std::string& path, std::string_view text) {
    std::filesystem::create_directories((folder / path).parent_path());
    std::ofstream(folder / path) << text;
  }
  Task<int64_t> invoke_us(std::shared_ptr<env::FunctionSpec> f) {
    env::Invocation i;
    i.request_id = random_uuid();
    i.payload = R"({"orderId":"12345","items":[{"sku":"a","count":1},{"sku":"b","count":2}],"customer":{"name":"x"}})";
    auto began = Steady::now();
    auto outcome = co_await environments->invoke(f, i);
    auto us = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began).count();
    if (!outcome || outcome->status != env::InvokeStatus::ok) {
      fmt::print("failed: {}\n", outcome ? outcome->payload : outcome.error().message);
      std::exit(1);
    }
    co_return us;
  }
};

void print(std::string_view name, std::vector<int64_t> us) {
  std::sort(us.begin(), us.end());
  fmt::print("{:<28} p50 {:>8} us  p99 {:>8} us  min {:>8} us  n {}\n", name, us[us.size() / 2],
             us[us.size() * 99 / 100], us[0], us.size());
}

Task<void> warm(Bench& b, std::string name, std::shared_ptr<env::FunctionSpec> f, int runs) {
  for (int i = 0; i < 50; ++i) co_await b.invoke_us(f);
  std::vector<int64_t> us;
  for (int i = 0; i < runs; ++i) us.push_back(co_await b.invoke_us(f));
  print("warm " + name, us);
}

Task<void> cold(Bench& b, std::string name, env::FunctionSpec base, int runs, int parked) {
  std::vector<int64_t> us;
  for (int i = 0; i < runs; ++i) {
    for (int wait = 0; wait < 500 && b.environments->counts().parked < parked; ++wait) co_await sleep_for(Millis(10));
    auto f = std::make_shared<env::FunctionSpec>(base);
    f->key = fmt::format("{}-{}", name, i);
    us.push_back(co_await b.invoke_us(f));
    b.environments->retire(f->key);
    while (b.environments->counts().environments > 0) co_await sleep_for(Millis(2));
  }
  print("cold " + name, us);
}

Task<void> run(Bench& b, int runs) {
  b.write("py/app.py", "def handler(event, context):\n    return event\n");
  b.write("js/index.js", "exports.handler = async (event) => event;\n");
  std::filesystem::create_directories(b.folder / "native");
  std::filesystem::copy_file(THAW_NATIVE_BOOTSTRAP, b.folder / "native/bootstrap");
  std::vector<env::FunctionSpec> specs = {b.spec("py", "python3.11", "app.handler"),
                                          b.spec("js", "nodejs20.x", "index.handler"),
                                          b.spec("native", "provided.al2023", "x")};
  for (int parked : {0, 2}) {
    env::Options options;
    options.scratch_directory = b.folder / "scratch";
    options.clock = &b.clock;
    options.parked_per_runtime = parked;
    b.environments = std::make_unique<env::Environments>(options);
    auto started = co_await b.environments->start();
    if (!started || !(co_await b.environments->prepared())) co_return;
    int count = 0;
    for (env::FunctionSpec& s : specs) {
      std::string name = s.name + (parked ? " parked" : "");
      auto f = std::make_shared<env::FunctionSpec>(s);
      if (!parked)
        co_await warm(b, name, f, runs);
      else if (s.name == "native")
        continue;
      else
        co_await b.invoke_us(f);
      b.environments->retire(f->key);
      count += parked;
      co_await cold(b, name, s, std::max(5, runs / 50), parked ? count : 0);
    }
    co_await b.environments->shutdown();
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  Bench b;
  b.folder = std::filesystem::temp_directory_path() / ("thaw-bench-" + random_hex(8));
  std::filesystem::create_directories(b.folder);
  ::chmod(b.folder.c_str(), 0755);
  auto loop = net::make_loop();
  net::run_loop(*loop, run(b, argc > 1 ? std::max(10, std::atoi(argv[1])) : 1000));
  b.environments.reset();
  std::filesystem::remove_all(b.folder);
}
