// The parts that do no input or output: frames, log events, groups, names, versions, variables.
#include <gtest/gtest.h>

#include "env/cgroup.h"
#include "env/channel.h"
#include "env/interpreter.h"
#include "env/log_lines.h"
#include "env/log_splitter.h"
#include "env/resolver.h"
#include "env/variables.h"

namespace thaw::env {
namespace {

TEST(FrameReader, TakesFramesInAnyPieces) {
  std::string bytes = frame_head(FrameType::error, "Type", 5) + "hello" + frame_head(FrameType::ready, "", 0);
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.append(std::string_view(bytes).substr(at, piece));
      while (auto frame = reader.next()) frames.push_back(std::move(*frame));
    }
    ASSERT_EQ(frames.size(), 2u) << piece;
    EXPECT_EQ(frames[0].meta, "Type");
    EXPECT_EQ(frames[0].payload, "hello");
    EXPECT_EQ(frames[1].type, FrameType::ready);
  }
}

TEST(FrameReader, ThrowsTooLargeOnesAwayAndGoesOn) {
  FrameReader reader;
  reader.append(frame_head(FrameType::response, "", response_bytes_max + 10));
  EXPECT_FALSE(reader.next() && false);
  std::string part(1 << 20, 'x');
  size_t left = response_bytes_max + 10;
  bool seen = false;
  while (left > 0) {
    size_t n = std::min(left, part.size());
    reader.append(std::string_view(part).substr(0, n));
    left -= n;
    while (auto frame = reader.next()) seen = seen || frame->too_large;
  }
  reader.append(frame_head(FrameType::ready, "", 0));
  std::optional<Frame> last;
  while (auto frame = reader.next()) {
    seen = seen || frame->too_large;
    last = std::move(frame);
  }
  EXPECT_TRUE(seen);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->type, FrameType::ready);
}

TEST(FrameReader, BreaksOnNonsense) {
  FrameReader reader;
  reader.append(std::string(12, '\xff'));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.broken());
}

std::vector<std::string> events_of(std::string_view bytes, size_t piece) {
  std::vector<std::string> out;
  LogSplitter splitter;
  auto sink = [&](std::string_view text) { out.emplace_back(text); };
  for (size_t at = 0; at < bytes.size(); at += piece) splitter.append(bytes.substr(at, piece), sink);
  splitter.flush(sink);
  return out;
}

TEST(LogSplitter, LinesAndWrappedRecords) {
  std::string record = std::string("\0\1\7\0\0\0", 6) + "two\nrow";
  std::string bytes = "plain\r\n" + record + "after\n\nlast";
  for (size_t piece : {size_t(1), size_t(3), bytes.size()}) {
    EXPECT_EQ(events_of(bytes, piece), (std::vector<std::string>{"plain", "two\nrow", "after", "last"})) << piece;
  }
  EXPECT_EQ(events_of("half" + record, 1000), (std::vector<std::string>{"half", "two\nrow"}));
  EXPECT_EQ(events_of(std::string("\0\1\xff\xff\xff\xff rest\n", 12), 1000).size(), 1u);
  EXPECT_EQ(events_of(std::string(LogSplitter::event_bytes_max + 5, 'x') + "\n", 4096).size(), 2u);
}

TEST(CgroupHost, HybridVersion2AndNone) {
  constexpr const char* hybrid =
      "35 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  CgroupHost host = cgroup_host_from(hybrid, "4:memory:/a/b\n1:cpu,cpuacct:/\n0::/x\n");
  EXPECT_EQ(host.v2, "/sys/fs/cgroup/unified/x");
  EXPECT_EQ(host.v1_memory, "/sys/fs/cgroup/memory/a/b");
  EXPECT_EQ(host.v1_cpu, "/sys/fs/cgroup/cpu");
  EXPECT_TRUE(host.v1_pids.empty());
  EXPECT_TRUE(host.has_freezer() && host.has_memory() && !host.has_pids());
  CgroupHost pure = cgroup_host_from("30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/user.slice/thaw\n");
  EXPECT_EQ(pure.v2, "/sys/fs/cgroup/user.slice/thaw");
  EXPECT_FALSE(pure.has_memory());
  EXPECT_FALSE(cgroup_host_from("garbage\n- -\n", ":::\n").has_freezer());
}

std::string query(std::string_view name, uint16_t type) {
  std::string out("\x12\x34\1\0\0\1\0\0\0\0\0\0", 12);
  while (!name.empty()) {
    size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  out += std::string_view("\0\0", 2);
  out += static_cast<char>(type);
  return out + std::string("\0\1", 2);
}

TEST(Resolver, AwsNamesLeadToThePlatform) {
  auto known = resolve_query(query("DynamoDB.us-east-1.amazonaws.com", 1));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->substr(0, 2), "\x12\x34");
  EXPECT_EQ(known->substr(known->size() - 4), std::string("\x7f\0\0\1", 4));
  auto six = resolve_query(query("s3.amazonaws.com", 28));
  ASSERT_TRUE(six);
  EXPECT_EQ((*six)[3] & 0xf, 0);
  EXPECT_EQ((*six)[7], 0);
  auto other = resolve_query(query("example.com", 1));
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)[3] & 0xf, 3);
  EXPECT_EQ((*resolve_query(query("evilamazonaws.com", 1)))[3] & 0xf, 3);
  EXPECT_FALSE(resolve_query("short"));
  EXPECT_FALSE(resolve_query(std::string(12, '\xff')));
  std::string cut = query("a.amazonaws.com", 1);
  for (size_t n = 0; n < cut.size(); ++n) EXPECT_FALSE(resolve_query(cut.substr(0, n))) << n;
}

TEST(Interpreters, TheNearestVersionServes) {
  std::vector<VersionNumber> at_hand = {{3, 8}, {3, 11}, {3, 13}};
  EXPECT_EQ(choose_version({3, 11}, at_hand), 1);
  EXPECT_EQ(choose_version({3, 12}, at_hand), 2);
  EXPECT_EQ(choose_version({3, 9}, at_hand), 0);
  EXPECT_EQ(choose_version({3, 9}, {}), -1);
}

FunctionSpec some_function() {
  FunctionSpec f{.account = *AccountId::parse("000000000000"), .region = *Region::parse("eu-west-1")};
  f.name = "f";
  f.runtime = "python3.12";
  f.handler = "app.handler";
  f.log_group = "/aws/lambda/f";
  return f;
}

TEST(Variables, ReservedOnesWinAndOthersAreTheUsers) {
  FunctionSpec f = some_function();
  f.environment = {{"AWS_REGION", "mine"}, {"TZ", "Europe/Zurich"}, {"AWS_ENDPOINT_URL", "http://elsewhere"}};
  auto all = variables_of(f, {"id", "secret", "token"}, {.log_stream = "s", .endpoint_url = "http://localhost:4566"});
  auto value = [&](std::string_view name) {
    for (auto& [n, v] : all)
      if (n == name) return v;
    return std::string("(none)");
  };
  EXPECT_EQ(value("AWS_REGION"), "eu-west-1");
  EXPECT_EQ(value("TZ"), "Europe/Zurich");
  EXPECT_EQ(value("AWS_ENDPOINT_URL"), "http://elsewhere");
  EXPECT_EQ(value("AWS_EXECUTION_ENV"), "AWS_Lambda_python3.12");
  EXPECT_EQ(value("AWS_SESSION_TOKEN"), "token");
  EXPECT_EQ(value("AWS_CA_BUNDLE"), "(none)");
}

TEST(Variables, ADebuggersPort) {
  FunctionSpec f = some_function();
  EXPECT_FALSE(debug_port_of(f));
  for (const char* wrong : {"", "80", "x", "9229x", "65536", "-1", "4566", "9001"}) {
    f.environment = {{"THAW_DEBUG_PORT", wrong}};
    EXPECT_FALSE(debug_port_of(f)) << wrong;
  }
  f.environment = {{"THAW_DEBUG_PORT", "9229"}};
  EXPECT_EQ(debug_port_of(f), 9229);
  auto listens = [&](bool debug) {
    VariablesOf of;
    of.debug = debug;
    for (const auto& [name, value] : variables_of(f, {}, of))
      if (name == "THAW_DEBUG_LISTEN") return value;
    return std::string();
  };
  EXPECT_EQ(listens(true), "9229");
  EXPECT_EQ(listens(false), "");
}

TEST(Variables, WhatMustBeKnownAtTheStartNeedsAnOwnProcess) {
  FunctionSpec f = some_function();
  EXPECT_TRUE(fits_parked(f));
  f.environment = {{"PYTHONPATH", "/x"}, {"TABLE", "t"}};
  EXPECT_TRUE(fits_parked(f));
  for (const char* name :
       {"PYTHONHASHSEED", "LD_PRELOAD", "AWS_LAMBDA_EXEC_WRAPPER", "NODE_OPTIONS", "MALLOC_ARENA_MAX"}) {
    f.environment = {{name, "1"}};
    EXPECT_FALSE(fits_parked(f)) << name;
  }
  f.environment.clear();
  f.tmp_mb = 1024;
  EXPECT_FALSE(fits_parked(f));
}

TEST(LogLines, ReportAsLambdaWritesIt) {
  FunctionSpec f = some_function();
  f.tracing = TracingMode::active;
  Report report{.request_id = "id", .duration_us = 1234, .billed_ms = 2, .memory_mb = 128, .max_memory_used_mb = 30};
  report.init_duration_us = 98765;
  report.trace_header = "Root=1-abc;Parent=def;Sampled=1";
  EXPECT_EQ(
      *PlatformLines(f).report({}, report),
      "REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t"
      "Init Duration: 98.77 ms\t\nXRAY TraceId: 1-abc\tSegmentId: def\tSampled: true\t");
  EXPECT_EQ(exit_words(0), "Runtime exited without providing a reason");
  EXPECT_EQ(exit_words(3 << 8), "Runtime exited with error: exit status 3");
  EXPECT_EQ(exit_words(11), "Runtime exited with error: signal: segmentation fault");
}

}  // namespace
}  // namespace thaw::env
