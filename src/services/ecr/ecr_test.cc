#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/ecr/service.h"

namespace thaw::ecr {
namespace {

struct EcrTest : ::testing::Test {
  Ecr ecr;
  api::TestDoor t;
  EcrTest() { t.door.add(ecr); }
};

TEST_F(EcrTest, RepositoriesLiveAndDie) {
  Json made = t.ok("ecr", "CreateRepository",
                   {{"repositoryName", "cdk-assets"},
                    {"imageTagMutability", "IMMUTABLE"},
                    {"imageScanningConfiguration", Json::object({{"scanOnPush", true}})}})
                  .get("repository");
  EXPECT_EQ(made.get("repositoryArn").as_string(), "arn:aws:ecr:us-east-1:000000000000:repository/cdk-assets");
  EXPECT_EQ(made.get("repositoryUri").as_string(), "000000000000.dkr.ecr.us-east-1.amazonaws.com/cdk-assets");
  EXPECT_EQ(t.error("ecr", "CreateRepository", {{"repositoryName", "cdk-assets"}}).code,
            "RepositoryAlreadyExistsException");
  EXPECT_EQ(t.ok("ecr", "DescribeRepositories", {}).get("repositories").size(), 1u);
  EXPECT_EQ(t.error("ecr", "DescribeRepositories", {{"repositoryNames", Json::array({"none"})}}).message,
            "The repository with name 'none' does not exist in the registry with id '000000000000'");
  t.ok("ecr", "DeleteRepository", {{"repositoryName", "cdk-assets"}});
  EXPECT_EQ(t.ok("ecr", "DescribeRepositories", {}).get("repositories").size(), 0u);
  EXPECT_EQ(t.error("ecr", "CreateRepository", {{"repositoryName", "Upper"}}).code, "InvalidParameterException");
}

TEST_F(EcrTest, PoliciesSettingsAndTags) {
  t.ok("ecr", "CreateRepository", {{"repositoryName", "repo"}});
  Json::Object name = {{"repositoryName", "repo"}};
  EXPECT_EQ(t.error("ecr", "GetRepositoryPolicy", name).code, "RepositoryPolicyNotFoundException");
  EXPECT_EQ(t.error("ecr", "SetRepositoryPolicy", {{"repositoryName", "repo"}, {"policyText", "{"}}).code,
            "InvalidParameterException");
  t.ok("ecr", "SetRepositoryPolicy",
       {{"repositoryName", "repo"},
        {"policyText", R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}})"}});
  EXPECT_TRUE(t.ok("ecr", "GetRepositoryPolicy", name).contains("policyText"));
  t.ok("ecr", "DeleteRepositoryPolicy", name);
  EXPECT_EQ(t.error("ecr", "DeleteRepositoryPolicy", name).code, "RepositoryPolicyNotFoundException");
  t.ok("ecr", "PutLifecyclePolicy", {{"repositoryName", "repo"}, {"lifecyclePolicyText", R"({"rules":[]})"}});
  EXPECT_EQ(t.ok("ecr", "GetLifecyclePolicy", name).get("lifecyclePolicyText").as_string(), R"({"rules":[]})");
  t.ok("ecr", "PutImageTagMutability", {{"repositoryName", "repo"}, {"imageTagMutability", "IMMUTABLE"}});
  EXPECT_EQ(t.ok("ecr", "ListImages", name).get("imageIds").size(), 0u);
  Json arn = "arn:aws:ecr:us-east-1:000000000000:repository/repo";
  t.ok("ecr", "TagResource",
       {{"resourceArn", arn}, {"tags", Json::array({Json::object({{"Key", "a"}, {"Value", "b"}})})}});
  EXPECT_EQ(t.ok("ecr", "ListTagsForResource", {{"resourceArn", arn}}).get("tags").size(), 1u);
  t.ok("ecr", "UntagResource", {{"resourceArn", arn}, {"tagKeys", Json::array({"a"})}});
  EXPECT_EQ(t.ok("ecr", "ListTagsForResource", {{"resourceArn", arn}}).get("tags").size(), 0u);
  EXPECT_EQ(t.error("ecr", "GetAuthorizationToken", {}).code, "NotImplemented");
}

}  // namespace
}  // namespace thaw::ecr
