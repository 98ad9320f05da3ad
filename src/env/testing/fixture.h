// Real environments for tests: a loop, a scratch folder, functions written on the spot, and their log.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "env/environment.h"
#include "net/loop.h"

namespace thaw::env::testing {

class EnvironmentsTest : public ::testing::Test {
 public:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("thaw-env-" + random_hex(8));
    std::filesystem::create_directories(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  }
  void TearDown() override {
    if (environments_) run(environments_->shutdown());
    environments_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Skips the test, by name and with the reason, where the host allows no sandbox.
  bool start(Options options = {}) {
    options.scratch_directory = folder_ / "scratch";
    options.clock = &clock_;
    if (!parked_) options.parked_per_runtime = 0;
    options.log_sink = [this](const LogLine& line) {
      lines_.emplace_back(line.text);
      streams_.emplace_back(line.log_stream);
    };
    environments_ = std::make_unique<Environments>(std::move(options));
    auto started = get(environments_->start());
    EXPECT_TRUE(started) << started.error().message;
    auto prepared = get(environments_->prepared());
    if (!prepared) skip_reason_ = "this host allows no sandbox: " + prepared.error().message;
    return prepared.has_value();
  }

  template <class T>
  T get(Task<T> task) {
    std::optional<T> out;
    net::run_loop(*loop_, [](Task<T> inner, std::optional<T>& into) -> Task<void> {
      into.emplace(co_await std::move(inner));
    }(std::move(task), out));
    return std::move(*out);
  }
  void run(Task<void> task) { net::run_loop(*loop_, std::move(task)); }

  std::string write(const std::string& path, std::string_view content, bool executable = false) {
    std::filesystem::path full = folder_ / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << content;
    if (executable) std::filesystem::permissions(full, std::filesystem::perms(0755));
    return full;
  }

  FunctionSpec spec(const std::string& name, const std::string& runtime, const std::string& handler) {
    auto account = AccountId::parse("000000000000");
    auto region = Region::parse("us-east-1");
    FunctionSpec out{.key = name + ":1",
                     .arn = "arn:aws:lambda:us-east-1:000000000000:function:" + name,
                     .name = name,
                     .account = *account,
                     .region = *region,
                     .runtime = runtime,
                     .handler = handler,
                     .code_directory = folder_ / name,
                     .log_group = "/aws/lambda/" + name};
    out.timeout_ms = 20'000;
    out.memory_mb = 256;
    return out;
  }
  // A Python function of one file.
  std::shared_ptr<FunctionSpec> python(const std::string& name, std::string_view code) {
    write(name + "/app.py", code);
    return std::make_shared<FunctionSpec>(spec(name, "python3.11", "app.handler"));
  }
  std::shared_ptr<FunctionSpec> node(const std::string& name, std::string_view code,
                                     const std::string& file = "index.js") {
    write(name + "/" + file, code);
    return std::make_shared<FunctionSpec>(spec(name, "nodejs20.x", "index.handler"));
  }
  std::shared_ptr<FunctionSpec> native(const std::string& name) {
    std::filesystem::create_directories(folder_ / name);
    std::filesystem::copy_file(THAW_NATIVE_BOOTSTRAP, folder_ / name / "bootstrap");
    return std::make_shared<FunctionSpec>(spec(name, "provided.al2023", "none"));
  }

  Invocation event(std::string payload) {
    Invocation out;
    out.request_id = random_uuid();
    out.payload = std::move(payload);
    out.invoked_arn = "arn:aws:lambda:us-east-1:000000000000:function:test";
    last_id_ = out.request_id;
    return out;
  }
  InvokeOutcome invoke(std::shared_ptr<const FunctionSpec> function, std::string payload = "{}") {
    auto outcome = get(environments_->invoke(std::move(function), event(std::move(payload))));
    if (!outcome) {
      ADD_FAILURE() << outcome.error().message;
      return {};
    }
    if (outcome->platform_error) ADD_FAILURE() << outcome->platform_error->message;
    return *outcome;
  }
  std::string logged() const { return join(lines_, "\n"); }
  bool logged_line(std::string_view part) const { return logged().find(part) != std::string::npos; }

  std::unique_ptr<net::EventLoop> loop_ = net::make_loop();
  RealClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<Environments> environments_;
  std::vector<std::string> lines_;
  std::vector<std::string> streams_;
  std::string last_id_;
  std::string skip_reason_;
  bool parked_ = false;  // whether environments are prepared ahead
};

#define START_OR_SKIP(...) \
  if (!start(__VA_ARGS__)) GTEST_SKIP() << skip_reason_

}  // namespace thaw::env::testing
