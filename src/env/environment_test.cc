// Real sandboxes: the life of an environment, seen through the contract.
#include "env/environment.h"

#include "env/testing/fixture.h"

namespace thaw::env {
namespace {

using testing::EnvironmentsTest;

TEST_F(EnvironmentsTest, PythonEchoesColdThenWarm) {
  START_OR_SKIP();
  auto f = python(
      "echo",
      "count = 0\ndef handler(event, context):\n  global count\n  count += 1\n  return {'event': event, 'n': count}\n");
  InvokeOutcome first = invoke(f, R"({"a":1})");
  EXPECT_EQ(first.status, InvokeStatus::ok) << first.payload << logged();
  EXPECT_EQ(first.payload, R"({"event": {"a": 1}, "n": 1})");
  EXPECT_TRUE(first.cold);
  EXPECT_TRUE(first.init_duration_us.has_value());
  InvokeOutcome second = invoke(f, R"({"a":2})");
  EXPECT_EQ(second.payload, R"({"event": {"a": 2}, "n": 2})");
  EXPECT_FALSE(second.cold);
  EXPECT_EQ(second.environment_id, first.environment_id);
  if (environments_->capabilities().memory_limit) EXPECT_GT(second.max_memory_used_mb, 0);
  EXPECT_EQ(environments_->counts().idle, 1);
}

TEST_F(EnvironmentsTest, NodeEchoes) {
  START_OR_SKIP();
  auto f = node("echo", "exports.handler = async (event) => ({ event });");
  EXPECT_EQ(invoke(f, R"({"a":1})").payload, R"({"event":{"a":1}})") << logged();
  EXPECT_EQ(invoke(f, R"({"a":2})").payload, R"({"event":{"a":2}})");
}

TEST_F(EnvironmentsTest, NativeEchoesOverTheRuntimeApi) {
  START_OR_SKIP();
  auto f = native("echo");
  EXPECT_EQ(invoke(f, R"({"do":"echo"})").payload, R"({"do":"echo"})") << logged();
  EXPECT_EQ(invoke(f, R"({"do":"echo","n":2})").payload, R"({"do":"echo","n":2})") << logged();
  InvokeOutcome bad = invoke(f, R"({"do":"bad-id"})");
  EXPECT_EQ(bad.payload,
            R"({"status":400,"body":{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}})");
  InvokeOutcome error = invoke(f, R"({"do":"error"})");
  EXPECT_EQ(error.status, InvokeStatus::function_error);
  EXPECT_EQ(error.error_type, "Native.Problem");
  InvokeOutcome big = invoke(f, R"({"do":"big"})");
  EXPECT_EQ(big.error_type, "Function.ResponseSizeTooLarge");
  EXPECT_TRUE(logged_line("too big: 413")) << logged();
  InvokeOutcome exited = invoke(f, R"({"do":"exit"})");
  EXPECT_EQ(exited.status, InvokeStatus::exited);
  EXPECT_EQ(exited.payload, R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: )" + last_id_ +
                                R"( Error: Runtime exited with error: exit status 7"})");
  EXPECT_TRUE(invoke(f, R"({"do":"echo"})").cold);
}

TEST_F(EnvironmentsTest, LogLinesAreLambdas) {
  START_OR_SKIP();
  auto f = python(
      "lines",
      "import logging\n"
      "def handler(event, context):\n"
      "  print('hello')\n  logging.getLogger().warning('careful')\n  print('bye')\n  return context.aws_request_id\n");
  InvokeOutcome o = invoke(f);
  EXPECT_EQ(o.payload, "\"" + last_id_ + "\"");
  std::string all = logged();
  EXPECT_TRUE(lines_[0].starts_with("INIT_START Runtime Version: python:3.11.")) << all;
  EXPECT_EQ(lines_[1], "START RequestId: " + last_id_ + " Version: $LATEST");
  EXPECT_EQ(lines_[2], "hello");
  EXPECT_TRUE(lines_[3].starts_with("[WARNING]\t") && lines_[3].ends_with("\t" + last_id_ + "\tcareful")) << all;
  EXPECT_EQ(lines_[4], "bye");
  EXPECT_EQ(lines_[5], "END RequestId: " + last_id_);
  EXPECT_TRUE(lines_[6].starts_with("REPORT RequestId: " + last_id_ + "\tDuration: ")) << all;
  EXPECT_NE(lines_[6].find("\tMemory Size: 256 MB\tMax Memory Used: "), std::string::npos);
  EXPECT_NE(lines_[6].find("\tInit Duration: "), std::string::npos);
  EXPECT_EQ(streams_[0].find("/[$LATEST]"), 10u);
  EXPECT_NE(o.log_tail.find("hello\n"), std::string::npos);
}

TEST_F(EnvironmentsTest, PythonErrorsAreLambdas) {
  START_OR_SKIP();
  auto f = python("errors",
                  "def inner():\n  raise KeyError('x')\ndef handler(event, context):\n"
                  "  if event.get('set'):\n    return {1, 2}\n  inner()\n");
  InvokeOutcome o = invoke(f);
  EXPECT_EQ(o.status, InvokeStatus::function_error);
  EXPECT_EQ(o.function_error, "Unhandled");
  EXPECT_EQ(o.error_type, "KeyError");
  EXPECT_EQ(o.payload, R"({"errorMessage": "'x'", "errorType": "KeyError", "requestId": ")" + last_id_ +
                           R"(", "stackTrace": ["  File \"/var/task/app.py\", line 6, in handler\n    inner()\n", )"
                           R"("  File \"/var/task/app.py\", line 2, in inner\n    raise KeyError('x')\n"]})");
  EXPECT_TRUE(
      logged_line("[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 6"))
      << logged();
  InvokeOutcome marshal = invoke(f, R"({"set":true})");
  EXPECT_EQ(marshal.error_type, "Runtime.MarshalError");
  EXPECT_NE(marshal.payload.find("Unable to marshal response: Object of type set is not JSON serializable"),
            std::string::npos);
}

TEST_F(EnvironmentsTest, ModulesThatCannotBeLoaded) {
  START_OR_SKIP();
  auto missing = python("missing", "import no_such_module\n");
  InvokeOutcome o = invoke(missing);
  EXPECT_EQ(o.status, InvokeStatus::init_failed);
  EXPECT_EQ(o.error_type, "Runtime.ImportModuleError");
  EXPECT_NE(o.payload.find("Unable to import module 'app': No module named 'no_such_module'"), std::string::npos)
      << o.payload;
  EXPECT_TRUE(logged_line("Phase: init\tStatus: error\tError Type: Runtime.ImportModuleError")) << logged();
  EXPECT_TRUE(logged_line("Phase: invoke\tStatus: error")) << logged();
  auto syntax = python("syntax", "def handler(event, context)\n  return 1\n");
  EXPECT_EQ(invoke(syntax).error_type, "Runtime.UserCodeSyntaxError");
  auto absent = python("absent", "x = 1\n");
  InvokeOutcome not_found = invoke(absent);
  EXPECT_EQ(not_found.error_type, "Runtime.HandlerNotFound");
  EXPECT_NE(not_found.payload.find("Handler 'handler' missing on module 'app'"), std::string::npos);
  auto js = node("js", "exports.other = 1;");
  EXPECT_EQ(invoke(js).error_type, "Runtime.HandlerNotFound") << logged();
}

TEST_F(EnvironmentsTest, TimeoutsEndTheEnvironment) {
  START_OR_SKIP();
  auto f =
      python("slow", "import time\ndef handler(event, context):\n  time.sleep(event.get('s', 0))\n  return 'ok'\n");
  f->timeout_ms = 1000;
  std::string first = invoke(f).environment_id;
  InvokeOutcome o = invoke(f, R"({"s":30})");
  EXPECT_EQ(o.status, InvokeStatus::timed_out);
  EXPECT_EQ(o.environment_id, first);
  EXPECT_EQ(o.payload, R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" + last_id_ +
                           R"( Error: Task timed out after 1.00 seconds"})");
  EXPECT_TRUE(logged_line(last_id_ + " Task timed out after 1.00 seconds")) << logged();
  EXPECT_TRUE(lines_.back().find("Billed Duration: 1000 ms") != std::string::npos) << lines_.back();
  InvokeOutcome again = invoke(f);
  EXPECT_EQ(again.payload, "\"ok\"");
  EXPECT_NE(again.environment_id, first);
}

TEST_F(EnvironmentsTest, MemoryBeyondTheLimitEndsTheRuntime) {
  START_OR_SKIP();
  if (!environments_->capabilities().memory_limit) GTEST_SKIP() << "no memory cgroup on this host";
  auto f =
      python("memory", "def handler(event, context):\n  a = bytearray(event['mb'] << 20)\n  return len(a) >> 20\n");
  f->memory_mb = 128;
  EXPECT_EQ(invoke(f, R"({"mb":20})").payload, "20");
  InvokeOutcome o = invoke(f, R"({"mb":400})");
  EXPECT_EQ(o.status, InvokeStatus::exited);
  EXPECT_TRUE(o.out_of_memory);
  EXPECT_NE(o.payload.find("Runtime exited with error: signal: killed"), std::string::npos) << o.payload;
  EXPECT_EQ(o.max_memory_used_mb, 128);
  EXPECT_EQ(invoke(f, R"({"mb":20})").payload, "20");
}

TEST_F(EnvironmentsTest, AFullTmpHarmsNothing) {
  START_OR_SKIP();
  auto f = python("tmp",
                  "import os\n"
                  "def handler(event, context):\n"
                  "  if event.get('read'):\n    return os.path.getsize('/tmp/keep')\n"
                  "  open('/tmp/keep', 'w').write('x' * 1000)\n"
                  "  n = 0\n"
                  "  try:\n    with open('/tmp/big', 'wb') as f:\n      while n < 4096:\n        f.write(b'x' * (1 << "
                  "20))\n        n += 1\n"
                  "  except OSError as e:\n    return [e.errno, n > 200]\n"
                  "  return n\n");
  f->memory_mb = 128;
  f->timeout_ms = 60'000;
  f->tmp_mb = 256;  // more than the memory: on disk it does not count
  if (!environments_->capabilities().tmp_on_disk) f->memory_mb = 1024;
  EXPECT_EQ(invoke(f).payload, "[28, true]") << logged();
  EXPECT_EQ(invoke(f, R"({"read":true})").payload, "1000");
}

TEST_F(EnvironmentsTest, NothingRunsWhileFrozen) {
  START_OR_SKIP();
  if (!environments_->capabilities().freeze) GTEST_SKIP() << "no freezer on this host";
  auto f =
      python("ticks",
             "import threading, time\nticks = 0\n"
             "def tick():\n  global ticks\n  while True:\n    time.sleep(0.002)\n    ticks += 1\n"
             "threading.Thread(target=tick, daemon=True).start()\n"
             "def handler(event, context):\n  before = ticks\n  time.sleep(event['s'])\n  return [before, ticks]\n");
  Json first = *Json::parse(invoke(f, R"({"s":0.2})").payload);
  EXPECT_GT(*first.items()[1].to_int(), *first.items()[0].to_int());
  run(sleep_for(Millis(400)));
  Json second = *Json::parse(invoke(f, R"({"s":0})").payload);
  // 400 ms would have been some 200 ticks.
  EXPECT_LT(*second.items()[0].to_int() - *first.items()[1].to_int(), 40);
}

TEST_F(EnvironmentsTest, RetiredEnvironmentsEnd) {
  START_OR_SKIP();
  auto f = python("old", "def handler(event, context):\n  return 1\n");
  invoke(f);
  EXPECT_EQ(environments_->list().size(), 1u);
  environments_->retire(f->key);
  for (int i = 0; i < 400 && !environments_->list().empty(); ++i) run(sleep_for(Millis(5)));
  EXPECT_TRUE(environments_->list().empty());
}

TEST_F(EnvironmentsTest, IdleEnvironmentsExpire) {
  Options options;
  options.idle_timeout_ms = 50;
  START_OR_SKIP(options);
  invoke(python("brief", "def handler(event, context):\n  return 1\n"));
  for (int i = 0; i < 400 && !environments_->list().empty(); ++i) run(sleep_for(Millis(5)));
  EXPECT_TRUE(environments_->list().empty());
}

TEST_F(EnvironmentsTest, ConcurrentInvocationsGetTheirOwnEnvironments) {
  START_OR_SKIP();
  auto f =
      python("many", "import time\ndef handler(event, context):\n  time.sleep(0.3)\n  return context.aws_request_id\n");
  std::vector<Task<Result<InvokeOutcome>>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(environments_->invoke(f, event("{}")));
  auto outcomes = get(when_all(std::move(tasks)));
  std::set<std::string> ids, answers;
  for (auto& o : outcomes) {
    ids.insert(o->environment_id);
    answers.insert(o->payload);
  }
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_EQ(answers.size(), 4u);
}

TEST_F(EnvironmentsTest, VariablesAndContext) {
  START_OR_SKIP();
  auto f = python(
      "vars",
      "import os\ndef handler(event, context):\n"
      "  e = os.environ\n"
      "  return [e['MINE'], e['_HANDLER'], e['AWS_LAMBDA_FUNCTION_NAME'], e['AWS_REGION'], e['AWS_ACCESS_KEY_ID'], "
      "e['AWS_ENDPOINT_URL'], context.memory_limit_in_mb, context.function_version, "
      "0 < context.get_remaining_time_in_millis() <= 20000, os.getcwd(), os.getuid(), e['_X_AMZN_TRACE_ID']]\n");
  f->environment = {{"MINE", "x=1"}, {"_HANDLER", "not this"}};
  f->credentials = []() -> Task<Result<SessionCredentials>> {
    co_return SessionCredentials{"ASIA", "secret", "token"};
  };
  Invocation i = event("{}");
  i.trace_header = "Root=1-2-3;Sampled=1";
  auto o = get(environments_->invoke(f, i));
  EXPECT_EQ(o->payload,
            R"(["x=1", "app.handler", "vars", "us-east-1", "ASIA", "http://localhost:4566", "256", "$LATEST", true, )"
            R"("/var/task", 993, "Root=1-2-3;Sampled=1"])");
}

TEST_F(EnvironmentsTest, LayersAreMerged) {
  START_OR_SKIP();
  write("one/python/shared.py", "who = 'one'\n");
  write("one/python/first.py", "who = 'first'\n");
  write("two/python/shared.py", "who = 'two'\n");
  auto f = python("layers", "import shared, first\ndef handler(event, context):\n  return [shared.who, first.who]\n");
  f->layer_directories = {folder_ / "one", folder_ / "two"};
  EXPECT_EQ(invoke(f).payload, R"(["two", "first"])") << logged();
}

TEST_F(EnvironmentsTest, BootstrapsThatCannotStart) {
  START_OR_SKIP();
  auto none = std::make_shared<FunctionSpec>(spec("none", "provided.al2023", "x"));
  write("none/readme", "nothing");
  InvokeOutcome o = invoke(none);
  EXPECT_EQ(o.error_type, "Runtime.InvalidEntrypoint");
  EXPECT_NE(o.payload.find("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"), std::string::npos)
      << o.payload;
  auto denied = std::make_shared<FunctionSpec>(spec("denied", "provided.al2023", "x"));
  write("denied/bootstrap", "#!/bin/sh\n");
  EXPECT_NE(invoke(denied).payload.find("fork/exec /var/task/bootstrap: permission denied"), std::string::npos);
}

TEST_F(EnvironmentsTest, BigPayloadsPassBothWays) {
  START_OR_SKIP();
  auto f = python("big", "def handler(event, context):\n  return event if isinstance(event, str) else 'x' * event\n");
  std::string big = "\"" + std::string(5'900'000, 'y') + "\"";
  EXPECT_EQ(invoke(f, big).payload.size(), big.size());
  EXPECT_EQ(invoke(f, "7000000").error_type, "Function.ResponseSizeTooLarge");
  EXPECT_EQ(invoke(f, "3").payload, "\"xxx\"");
}

// ---- what a function finds around it
// ----------------------------------------------------------------------------------

TEST_F(EnvironmentsTest, CallsFromInsideArriveWithTheirEnvironment) {
  Options options;
  std::vector<PlatformPeer> peers;
  options.platform_connect = [&](int socket, PlatformPeer peer) {
    std::string text = peer.address + ":" + std::to_string(peer.port);
    EXPECT_EQ(::write(socket, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(socket);
    peers.push_back(std::move(peer));
  };
  START_OR_SKIP(options);
  auto f = python(
      "calls",
      "import socket\n"
      "def ask(host, port):\n"
      "  with socket.create_connection((host, port), 5) as s:\n    return s.recv(100).decode()\n"
      "def handler(event, context):\n"
      "  out = [ask('127.0.0.1', 4566), ask('localhost', 4566), ask('52.94.10.20', 443), ask('169.254.169.254', 80)]\n"
      "  out.append(ask('dynamodb.us-east-1.amazonaws.com', 443))\n"
      "  try:\n    socket.gethostbyname('example.com')\n"
      "  except OSError as e:\n    out.append(type(e).__name__)\n"
      "  return out\n");
  EXPECT_EQ(
      invoke(f).payload,
      R"(["127.0.0.1:4566", "127.0.0.1:4566", "52.94.10.20:443", "169.254.169.254:80", "127.0.0.1:443", "gaierror"])")
      << logged();
  ASSERT_EQ(peers.size(), 5u);
  EXPECT_EQ(peers[0].function->key, f->key);
  EXPECT_EQ(peers[0].environment_id, environments_->list()[0].id);
}

TEST_F(EnvironmentsTest, InterpretersOutsideOfUsrAreShownInside) {
  START_OR_SKIP();
  auto found = interpreter_for("python3.12");
  if (!found || !found->exact || found->path.starts_with("/usr/")) GTEST_SKIP() << "no python3.12 outside of /usr";
  auto f =
      python("exact", "import sys, ssl, sqlite3\ndef handler(event, context):\n  return list(sys.version_info[:2])\n");
  f->runtime = "python3.12";
  EXPECT_EQ(invoke(f).payload, "[3, 12]") << logged();
}

TEST_F(EnvironmentsTest, NeighbouringInterpretersAreSaid) {
  START_OR_SKIP();
  auto found = interpreter_for("python3.99");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->exact);
  auto f = python("newer", "def handler(event, context):\n  return 1\n");
  f->runtime = "python3.99";
  EXPECT_EQ(invoke(f).payload, "1") << logged();
  EXPECT_TRUE(logged_line("Python 3.99 is not installed on this host; Python 3.")) << logged();
  EXPECT_FALSE(interpreter_for("cobol85"));
}

TEST_F(EnvironmentsTest, Boto3CanBeImported) {
  START_OR_SKIP();
  auto f = python(
      "sdk", "import boto3\nc = boto3.client('dynamodb')\ndef handler(event, context):\n  return c.meta.region_name\n");
  f->runtime = "python3.12";
  if (!std::filesystem::exists("/usr/lib/python3/dist-packages/boto3"))
    GTEST_SKIP() << "python3-boto3 is not installed";
  f->memory_mb = 512;
  EXPECT_EQ(invoke(f).payload, "\"us-east-1\"") << logged();
}

TEST_F(EnvironmentsTest, NodeFindsTheSdksFolder) {
  Options options;
  write("modules/@aws-sdk/fake/index.js", "exports.word = 'sdk';");
  options.node_modules = folder_ / "modules";
  START_OR_SKIP(options);
  auto f = node("sdk", "const { word } = require('@aws-sdk/fake');\nexports.handler = async () => word;");
  EXPECT_EQ(invoke(f).payload, "\"sdk\"") << logged();
}

TEST_F(EnvironmentsTest, NodeInItsManyForms) {
  START_OR_SKIP();
  auto callback =
      node("callback", "exports.handler = (event, context, done) => { setTimeout(() => done(null, 'later'), 20); };");
  EXPECT_EQ(invoke(callback).payload, "\"later\"") << logged();
  EXPECT_EQ(invoke(callback).payload, "\"later\"");
  auto impatient = node("impatient",
                        "exports.handler = (event, context, done) => { context.callbackWaitsForEmptyEventLoop = "
                        "false; setInterval(() => {}, 1000); done(null, 'now'); };");
  EXPECT_EQ(invoke(impatient).payload, "\"now\"") << logged();
  auto silent = node("silent", "exports.handler = () => {};");
  EXPECT_EQ(invoke(silent).payload, "null") << logged();
  auto module = node("module", "export const handler = async (event) => ({ got: event });", "index.mjs");
  EXPECT_EQ(invoke(module, "5").payload, R"({"got":5})") << logged();
  auto thrower = node("thrower", "exports.handler = async () => { throw new TypeError('bad\\nthing'); };");
  InvokeOutcome o = invoke(thrower);
  EXPECT_EQ(o.error_type, "TypeError");
  EXPECT_TRUE(
      o.payload.starts_with(R"({"errorType":"TypeError","errorMessage":"bad\nthing","trace":["TypeError: bad",)"))
      << o.payload;
  EXPECT_TRUE(logged_line("\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\"")) << logged();
  auto rejection = node("rejection",
                        "exports.handler = async () => { Promise.reject(new Error('lost')); "
                        "await new Promise((r) => setTimeout(r, 1000)); };");
  EXPECT_EQ(invoke(rejection).error_type, "Runtime.UnhandledPromiseRejection") << logged();
  auto syntax = node("syntax", "exports.handler = async ( => {};");
  EXPECT_EQ(invoke(syntax).error_type, "Runtime.UserCodeSyntaxError") << logged();
  auto missing = node("missing", "require('no-such-module'); exports.handler = 1;");
  EXPECT_EQ(invoke(missing).error_type, "Runtime.ImportModuleError") << logged();
}

TEST_F(EnvironmentsTest, JsonLogs) {
  START_OR_SKIP();
  auto f = python("json",
                  "import logging\nlog = logging.getLogger()\ndef handler(event, context):\n"
                  "  log.info('hello', extra={'order': 7})\n  log.debug('hidden')\n");
  f->log_format = LogFormat::json;
  invoke(f);
  EXPECT_TRUE(logged_line(R"("type":"platform.initStart")")) << logged();
  EXPECT_TRUE(logged_line(R"("type":"platform.report","record":{"requestId":")" + last_id_)) << logged();
  EXPECT_TRUE(logged_line(R"("level": "INFO", "message": "hello", "logger": "root", "requestId": ")" + last_id_ +
                          R"(", "order": 7})"))
      << logged();
  EXPECT_FALSE(logged_line("hidden"));
  for (const std::string& line : lines_) EXPECT_TRUE(Json::parse(line)) << line;
}

// ---- parked environments
// ---------------------------------------------------------------------------------------------

class ParkedTest : public EnvironmentsTest {
 protected:
  ParkedTest() { parked_ = true; }
  // One invocation has the pool of its runtime filled, off the path.
  bool fill(std::shared_ptr<FunctionSpec> f, int count) {
    invoke(f);
    for (int i = 0; i < 1000 && environments_->counts().parked < count; ++i) run(sleep_for(Millis(10)));
    return environments_->counts().parked >= count;
  }
};

TEST_F(ParkedTest, PythonBecomesTheFunctions) {
  Options options;
  options.parked_per_runtime = 2;
  START_OR_SKIP(options);
  auto f = python("first", "def handler(event, context):\n  return 1\n");
  ASSERT_TRUE(fill(f, 2)) << logged();
  write("layer/python/helper.py", "word = 'layer'\n");
  auto g =
      python("second",
             "import os, sys, threading, helper\nprint('loading')\n"
             "def handler(event, context):\n"
             "  return [event, os.environ['MINE'], os.getuid(), os.getcwd(), helper.word, os.listdir('/var/task'), "
             "'thaw_prime' in sys.modules, context.function_name, sys.path[0], len(os.listdir('/proc/self/fd'))]\n");
  g->environment = {{"MINE", "x"}};
  g->layer_directories = {folder_ / "layer"};
  lines_.clear();
  InvokeOutcome o = invoke(g, R"({"a":1})");
  EXPECT_EQ(o.payload, R"([{"a": 1}, "x", 993, "/var/task", "layer", ["app.py"], false, "second", "/var/task", 5])")
      << logged();
  EXPECT_TRUE(o.cold);
  // Where a neighbouring version serves, the log says so first.
  std::erase_if(lines_, [](const auto& line) { return line.starts_with("[THAW]"); });
  ASSERT_GE(lines_.size(), 3u) << logged();
  EXPECT_TRUE(lines_[1] == "loading" && lines_[2].starts_with("START")) << logged();
  EXPECT_EQ(invoke(g, "7").payload.substr(0, 4), "[7, ");
  InvokeOutcome again = invoke(python("third", "def handler(event, context):\n  import os\n  os._exit(3)\n"));
  EXPECT_NE(again.payload.find("Runtime exited with error: exit status 3"), std::string::npos) << again.payload;
  auto broken = python("broken", "import nothing_like_it\n");
  EXPECT_EQ(invoke(broken).error_type, "Runtime.ImportModuleError");
  auto slow = python("slow", "import time\ndef handler(event, context):\n  time.sleep(60)\n");
  slow->timeout_ms = 1000;
  EXPECT_EQ(invoke(slow).status, InvokeStatus::timed_out);
}

TEST_F(ParkedTest, NodeBecomesTheFunctions) {
  Options options;
  options.parked_per_runtime = 1;
  START_OR_SKIP(options);
  ASSERT_TRUE(fill(node("first", "exports.handler = async () => 1;"), 1)) << logged();
  auto g = node("second",
                "console.log('loading');\nexports.handler = async (event, context) => [event, process.env.MINE, "
                "process.getuid(), process.cwd(), context.functionName];");
  g->environment = {{"MINE", "x"}};
  lines_.clear();
  EXPECT_EQ(invoke(g, R"({"a":1})").payload, R"([{"a":1},"x",993,"/var/task","second"])") << logged();
  // Where a neighbouring version serves, the log says so first.
  std::erase_if(lines_, [](const auto& line) { return line.starts_with("[THAW]"); });
  ASSERT_GE(lines_.size(), 3u) << logged();
  EXPECT_TRUE(lines_[1].ends_with("\tINFO\tloading") && lines_[2].starts_with("START")) << logged();
}

TEST_F(ParkedTest, AShutdownEndsWhoIsInside) {
  START_OR_SKIP();
  auto f = python("endless", "import time\ndef handler(event, context):\n  time.sleep(600)\n");
  f->timeout_ms = 600'000;
  std::optional<InvokeStatus> status;
  run([](EnvironmentsTest* self, std::shared_ptr<FunctionSpec> g, std::optional<InvokeStatus>& out) -> Task<void> {
    Loop::current().spawn("invoke",
                          [](Environments* e, std::shared_ptr<FunctionSpec> h, Invocation i,
                             std::optional<InvokeStatus>& into) -> Task<void> {
                            auto outcome = co_await e->invoke(h, i);
                            if (outcome) into = outcome->status;
                          }(self->environments_.get(), g, self->event("{}"), out));
    while (self->environments_->running(g->key) == 0) co_await sleep_for(Millis(5));
    co_await self->environments_->shutdown();
  }(this, f, status));
  EXPECT_EQ(status, InvokeStatus::exited);
}

TEST_F(ParkedTest, AParkedMemoryBombDiesAlone) {
  Options options;
  options.parked_per_runtime = 1;
  START_OR_SKIP(options);
  if (!environments_->capabilities().memory_limit) GTEST_SKIP() << "no memory cgroup on this host";
  ASSERT_TRUE(fill(python("first", "def handler(event, context):\n  return 1\n"), 1)) << logged();
  auto f =
      python("memory", "def handler(event, context):\n  a = bytearray(event['mb'] << 20)\n  return len(a) >> 20\n");
  f->memory_mb = 128;
  EXPECT_EQ(invoke(f, R"({"mb":20})").payload, "20");
  InvokeOutcome o = invoke(f, R"({"mb":400})");
  EXPECT_TRUE(o.out_of_memory) << o.payload;
}

}  // namespace
}  // namespace thaw::env
