// AWS's own runtime client for Node (npm's aws-lambda-ric, unmodified) against the Runtime API, where it is installed:
// tests/e2e/runtime_client.e2e builds it below build/e2e/ric.
#include "env/testing/fixture.h"

namespace thaw::env {
namespace {

class RuntimeClientTest : public testing::EnvironmentsTest {};

TEST_F(RuntimeClientTest, AwsLambdaRicRunsAHandler) {
  std::filesystem::path client = std::filesystem::path(THAW_TESTS) / "../build/e2e/ric/node_modules/aws-lambda-ric";
  if (!std::filesystem::exists(client / "dist/rapid-client.node")) GTEST_SKIP() << "aws-lambda-ric is not installed";
  START_OR_SKIP();
  auto f = std::make_shared<FunctionSpec>(spec("ric", "provided.al2023", "app.handler"));
  write("ric/bootstrap",
        "#!/bin/sh\nexec /usr/bin/node /var/task/node_modules/aws-lambda-ric/bin/index.mjs \"$_HANDLER\"\n", true);
  write("ric/app.js",
        "exports.handler = async (event, context) => {\n  if (event.fail) throw new RangeError('asked to');\n"
        "  if (event.exit) process.exit(9);\n  if (event.big) return 'x'.repeat(7000000);\n"
        "  return [event, context.awsRequestId];\n};\n");
  std::filesystem::path inside = folder_ / "ric/node_modules/aws-lambda-ric";
  std::filesystem::create_directories(inside);
  for (const char* part : {"bin", "dist", "package.json"})
    std::filesystem::copy(client / part, inside / part, std::filesystem::copy_options::recursive);
  for (int n = 0; n < 3; ++n) {
    std::string event = R"({"n":)" + std::to_string(n) + "}";
    EXPECT_EQ(invoke(f, event).payload, "[" + event + ",\"" + last_id_ + "\"]") << logged();
  }
  InvokeOutcome failed = invoke(f, R"({"fail":true})");
  EXPECT_EQ(failed.status, InvokeStatus::function_error) << logged();
  EXPECT_EQ(failed.error_type, "RangeError");
  EXPECT_EQ(invoke(f, R"({"big":true})").error_type, "Function.ResponseSizeTooLarge") << logged();
  EXPECT_EQ(invoke(f, R"({"exit":true})").error_type, "Runtime.ExitError");
  EXPECT_TRUE(invoke(f).cold);
}

}  // namespace
}  // namespace thaw::env
