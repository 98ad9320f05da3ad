#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/iam/service.h"

namespace thaw::iam {
namespace {

constexpr const char* kAccount = "000000000000";
constexpr const char* kTrustLambda =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},)"
    R"("Action":"sts:AssumeRole"}]})";
constexpr const char* kAllowPut =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}})";
constexpr const char* kBasic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

// IAM with its own Directory as authoriser.
struct Fixture : ::testing::Test {
  std::string source_ip = "203.0.113.7";
  TestLoop loop;
  std::unique_ptr<kv::Store> store = kv::make_memory_store();
  FixedClock clock;
  Directory directory{*store, clock, {.account = kAccount, .root_keys = {{"root", "secret"}}}};
  api::Door door{*store, clock, directory, directory, {}};
  Iam iam{directory};

  Fixture() { door.add(iam); }

  Result<Json> call(const std::string& operation, Json::Object input) {
    return call_as(api::As::root(door.account(), door.region()), operation, std::move(input));
  }
  Result<Json> call_as(api::As as, const std::string& operation, Json::Object input) {
    return loop.run(door.call(std::move(as), "iam", operation, Json(std::move(input))));
  }
  Json ok(const std::string& operation, Json::Object input) {
    Result<Json> answer = call(operation, std::move(input));
    EXPECT_TRUE(answer) << operation << ": " << (answer ? "" : answer.error().message);
    return answer ? std::move(*answer) : Json();
  }
  std::string error(const std::string& operation, Json::Object input) {
    Result<Json> answer = call(operation, std::move(input));
    return answer ? "ok" : answer.error().code + ": " + answer.error().message;
  }
  void make_role(const std::string& name) {
    ok("CreateRole", {{"RoleName", name}, {"AssumeRolePolicyDocument", kTrustLambda}});
  }
  // What a session of the role may do.
  std::string may(const std::string& role, const std::string& action, const std::string& resource = "*",
                  const Json& resource_policy = {}, const Json& context = {}) {
    api::Principal principal = role_session("arn:aws:iam::000000000000:role/" + role, "s");
    return decision(principal, action, resource, resource_policy, context);
  }
  std::string decision(const api::Principal& principal, const std::string& action, const std::string& resource,
                       const Json& resource_policy = {}, const Json& context = {}) {
    api::Request request(door.account(), door.region());
    request.clock = &clock;
    request.source_ip = source_ip;
    api::Permission permission{action, resource, context};
    auto task = [](Directory& d, const api::Principal& p, const api::Permission& what, const Json& policy,
                   const api::Request& r) -> Task<Result<void>> {
      Result<void> out = co_await d.authorize(p, what, policy, r);
      co_return out;
    };
    Result<void> out = loop.run(task(directory, principal, permission, resource_policy, request));
    return out ? "allowed" : out.error().code + ": " + out.error().message;
  }
};

using IamTest = Fixture;

TEST_F(IamTest, RolesLiveAndDie) {
  Json role = ok("CreateRole", {{"RoleName", "R"},
                                {"Path", "/app/"},
                                {"AssumeRolePolicyDocument", kTrustLambda},
                                {"Description", "d"},
                                {"Tags", Json::array({Json::object({{"Key", "a"}, {"Value", "b"}})})}})
                  .get("Role");
  EXPECT_EQ(role.get("Arn").as_string(), "arn:aws:iam::000000000000:role/app/R");
  EXPECT_EQ(role.get("RoleId").as_string().size(), 21u);
  EXPECT_TRUE(role.get("AssumeRolePolicyDocument").as_string().starts_with("%7B%22Version%22"));
  EXPECT_EQ(error("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", kTrustLambda}}),
            "EntityAlreadyExists: Role with name r already exists.");
  Json got = ok("GetRole", {{"RoleName", "R"}}).get("Role");
  EXPECT_EQ(got.get("Description").as_string(), "d");
  EXPECT_EQ(got.get("Tags").items()[0].get("Value").as_string(), "b");
  EXPECT_EQ(ok("ListRoles", {{"PathPrefix", "/app/"}}).get("Roles").size(), 1u);
  EXPECT_EQ(ok("ListRoles", {{"PathPrefix", "/x/"}}).get("Roles").size(), 0u);
  ok("UpdateRole", {{"RoleName", "R"}, {"Description", "e"}, {"MaxSessionDuration", 7200}});
  EXPECT_EQ(ok("GetRole", {{"RoleName", "R"}}).get("Role").get("MaxSessionDuration").to_int(), 7200);
  ok("DeleteRole", {{"RoleName", "R"}});
  EXPECT_EQ(error("GetRole", {{"RoleName", "R"}}), "NoSuchEntity: The role with name R cannot be found.");
  EXPECT_EQ(error("DeleteRole", {{"RoleName", "R"}}), "NoSuchEntity: The role with name R cannot be found.");
}

TEST_F(IamTest, NamesPathsAndDocumentsAreChecked) {
  EXPECT_EQ(
      error("CreateRole", {{"RoleName", "a b"}, {"AssumeRolePolicyDocument", kTrustLambda}}),
      "ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters "
      "and/or the following: +=,.@_-");
  EXPECT_TRUE(error("CreateRole", {{"RoleName", "a"}, {"Path", "x"}, {"AssumeRolePolicyDocument", kTrustLambda}})
                  .starts_with("ValidationError: The specified value for path is invalid."));
  EXPECT_EQ(error("CreateRole", {{"RoleName", "a"}, {"AssumeRolePolicyDocument", "{"}}),
            "MalformedPolicyDocument: This policy contains invalid Json");
  EXPECT_TRUE(error("CreateRole", {{"RoleName", std::string(65, 'a')}, {"AssumeRolePolicyDocument", kTrustLambda}})
                  .starts_with("ValidationError: 1 validation error detected: Value '"));
  make_role("R");
  EXPECT_EQ(error("PutRolePolicy", {{"RoleName", "R"}, {"PolicyName", "p"}, {"PolicyDocument", R"({"Statement":{}})"}}),
            "MalformedPolicyDocument: Syntax errors in policy.");
}

TEST_F(IamTest, InlineAndAttachedPoliciesDecide) {
  make_role("R");
  EXPECT_EQ(
      may("R", "dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:000000000000:table/T"),
      "AccessDenied: User: arn:aws:sts::000000000000:assumed-role/R/s is not authorized to perform: dynamodb:PutItem "
      "on resource: arn:aws:dynamodb:us-east-1:000000000000:table/T because no identity-based policy allows the "
      "dynamodb:PutItem action");
  ok("PutRolePolicy", {{"RoleName", "R"}, {"PolicyName", "p"}, {"PolicyDocument", kAllowPut}});
  EXPECT_EQ(may("R", "dynamodb:PutItem"), "allowed");
  EXPECT_NE(may("R", "logs:PutLogEvents"), "allowed");
  ok("AttachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", kBasic}});
  EXPECT_EQ(may("R", "logs:PutLogEvents"), "allowed");
  EXPECT_EQ(error("DeleteRole", {{"RoleName", "R"}}),
            "DeleteConflict: Cannot delete entity, must detach all policies first.");
  Json attached = ok("ListAttachedRolePolicies", {{"RoleName", "R"}}).get("AttachedPolicies");
  ASSERT_EQ(attached.size(), 1u);
  EXPECT_EQ(attached.items()[0].get("PolicyName").as_string(), "AWSLambdaBasicExecutionRole");
  ok("DetachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", kBasic}});
  EXPECT_NE(may("R", "logs:PutLogEvents"), "allowed");
  EXPECT_EQ(error("DetachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", kBasic}}),
            std::string("NoSuchEntity: Policy ") + kBasic + " was not found.");
  EXPECT_EQ(error("DeleteRole", {{"RoleName", "R"}}),
            "DeleteConflict: Cannot delete entity, must delete policies first.");
  ok("DeleteRolePolicy", {{"RoleName", "R"}, {"PolicyName", "p"}});
  EXPECT_NE(may("R", "dynamodb:PutItem"), "allowed");
  EXPECT_EQ(error("GetRolePolicy", {{"RoleName", "R"}, {"PolicyName", "p"}}),
            "NoSuchEntity: The role policy with name p cannot be found.");
  ok("DeleteRole", {{"RoleName", "R"}});
}

TEST_F(IamTest, ManagedPoliciesHaveVersions) {
  Json policy = ok("CreatePolicy", {{"PolicyName", "P"}, {"PolicyDocument", kAllowPut}}).get("Policy");
  std::string arn = policy.get("Arn").as_string();
  EXPECT_EQ(arn, "arn:aws:iam::000000000000:policy/P");
  make_role("R");
  ok("AttachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", arn}});
  EXPECT_EQ(may("R", "dynamodb:PutItem"), "allowed");
  std::string other = kAllowPut;
  other.replace(other.find("PutItem"), 7, "GetItem");
  Json version = ok("CreatePolicyVersion", {{"PolicyArn", arn}, {"PolicyDocument", other}}).get("PolicyVersion");
  EXPECT_EQ(version.get("VersionId").as_string(), "v2");
  EXPECT_EQ(may("R", "dynamodb:GetItem").substr(0, 12), "AccessDenied");
  ok("SetDefaultPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v2"}});
  EXPECT_EQ(may("R", "dynamodb:GetItem"), "allowed");
  EXPECT_EQ(error("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v2"}}),
            "DeleteConflict: Cannot delete the default version of a policy.");
  EXPECT_EQ(error("DeletePolicy", {{"PolicyArn", arn}}),
            "DeleteConflict: Cannot delete a policy attached to entities.");
  EXPECT_EQ(ok("GetPolicy", {{"PolicyArn", arn}}).get("Policy").get("AttachmentCount").to_int(), 1);
  EXPECT_EQ(ok("ListEntitiesForPolicy", {{"PolicyArn", arn}}).get("PolicyRoles").size(), 1u);
  ok("DetachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", arn}});
  ok("DeletePolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}});
  ok("DeletePolicy", {{"PolicyArn", arn}});
  EXPECT_EQ(error("GetPolicy", {{"PolicyArn", arn}}), "NoSuchEntity: Policy " + arn + " was not found.");
  EXPECT_EQ(error("AttachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", arn}}),
            "NoSuchEntity: Policy " + arn + " does not exist or is not attachable.");
}

TEST_F(IamTest, AwsPoliciesAreThereAndParse) {
  Json page = ok("ListPolicies", {{"Scope", "AWS"}, {"MaxItems", 1000}});
  EXPECT_GT(page.get("Policies").size(), 40u);
  for (const Json& policy : page.get("Policies").items()) {
    std::string arn = policy.get("Arn").as_string();
    Json version = ok("GetPolicyVersion", {{"PolicyArn", arn}, {"VersionId", "v1"}});
    EXPECT_TRUE(version.get("PolicyVersion").get("IsDefaultVersion").as_bool());
    make_role("Of" + policy.get("PolicyName").as_string());
    ok("AttachRolePolicy", {{"RoleName", "Of" + policy.get("PolicyName").as_string()}, {"PolicyArn", arn}});
  }
  EXPECT_EQ(may("OfAdministratorAccess", "anything:AtAll"), "allowed");
  EXPECT_EQ(may("OfPowerUserAccess", "dynamodb:PutItem"), "allowed");
  EXPECT_NE(may("OfPowerUserAccess", "iam:CreateRole"), "allowed");
  EXPECT_EQ(may("OfAWSLambdaExecute", "s3:GetObject", "arn:aws:s3:::b/k"), "allowed");
  EXPECT_NE(may("OfReadOnlyAccess", "s3:PutObject", "arn:aws:s3:::b/k"), "allowed");
}

TEST_F(IamTest, ListsHavePages) {
  for (int i = 0; i < 5; ++i) ok("CreateGroup", {{"GroupName", "g" + std::to_string(i)}});
  std::vector<std::string> names;
  Json::Object input = {{"MaxItems", 2}};
  while (true) {
    Json page = ok("ListGroups", input);
    for (const Json& group : page.get("Groups").items()) names.push_back(group.get("GroupName").as_string());
    if (!page.get("IsTruncated").as_bool()) break;
    input = {{"MaxItems", 2}, {"Marker", page.get("Marker")}};
  }
  EXPECT_EQ(names, (std::vector<std::string>{"g0", "g1", "g2", "g3", "g4"}));
  EXPECT_EQ(error("ListGroups", {{"Marker", "?"}}), "ValidationError: Invalid Marker.");
}

TEST_F(IamTest, UsersHaveKeysAndGroups) {
  ok("CreateUser", {{"UserName", "ann"}});
  Json key = ok("CreateAccessKey", {{"UserName", "ann"}}).get("AccessKey");
  std::string id = key.get("AccessKeyId").as_string();
  EXPECT_TRUE(id.starts_with("AKIA"));
  EXPECT_EQ(account_of_access_key(id), kAccount);
  EXPECT_EQ(key.get("SecretAccessKey").as_string().size(), 40u);
  ok("CreateAccessKey", {{"UserName", "ann"}});
  EXPECT_EQ(error("CreateAccessKey", {{"UserName", "ann"}}),
            "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2");

  auto find = [&](const std::string& access_key) {
    auto task = [](Directory& d, std::string k) -> Task<std::optional<api::Credential>> {
      std::optional<api::Credential> out = co_await d.find(k, "");
      co_return out;
    };
    return loop.run(task(directory, access_key));
  };
  auto found = find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_key, key.get("SecretAccessKey").as_string());
  EXPECT_EQ(found->principal.arn, "arn:aws:iam::000000000000:user/ann");
  EXPECT_FALSE(find("AKIANOTTHERE"));
  EXPECT_EQ(find("root")->principal.kind, api::Principal::Kind::root);
  EXPECT_EQ(find("root")->secret_key, "secret");

  ok("CreateGroup", {{"GroupName", "devs"}});
  ok("PutGroupPolicy", {{"GroupName", "devs"}, {"PolicyName", "p"}, {"PolicyDocument", kAllowPut}});
  EXPECT_NE(decision(found->principal, "dynamodb:PutItem", "*"), "allowed");
  ok("AddUserToGroup", {{"GroupName", "devs"}, {"UserName", "ann"}});
  EXPECT_EQ(decision(found->principal, "dynamodb:PutItem", "*"), "allowed");
  EXPECT_EQ(ok("ListGroupsForUser", {{"UserName", "ann"}}).get("Groups").size(), 1u);
  EXPECT_EQ(ok("GetGroup", {{"GroupName", "devs"}}).get("Users").size(), 1u);

  // In IAM itself the user may do nothing yet.
  Result<Json> refused = call_as({found->principal, door.account(), door.region()}, "ListUsers", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "AccessDeniedException");

  ok("UpdateUser", {{"UserName", "ann"}, {"NewUserName", "eve"}});
  EXPECT_EQ(find(id)->principal.arn, "arn:aws:iam::000000000000:user/eve");
  EXPECT_EQ(ok("ListAccessKeys", {{"UserName", "eve"}}).get("AccessKeyMetadata").size(), 2u);
  ok("UpdateAccessKey", {{"UserName", "eve"}, {"AccessKeyId", id}, {"Status", "Inactive"}});
  EXPECT_FALSE(find(id));
  EXPECT_EQ(error("DeleteUser", {{"UserName", "eve"}}),
            "DeleteConflict: Cannot delete entity, must delete access keys first.");
}

TEST_F(IamTest, BoundariesLimit) {
  std::string arn =
      ok("CreatePolicy", {{"PolicyName", "B"}, {"PolicyDocument", kAllowPut}}).get("Policy").get("Arn").as_string();
  ok("CreateRole", {{"RoleName", "R"}, {"AssumeRolePolicyDocument", kTrustLambda}, {"PermissionsBoundary", arn}});
  ok("AttachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}});
  EXPECT_EQ(may("R", "dynamodb:PutItem"), "allowed");
  EXPECT_TRUE(may("R", "s3:PutObject").ends_with("because no permissions boundary allows the s3:PutObject action"));
  ok("DeleteRolePermissionsBoundary", {{"RoleName", "R"}});
  EXPECT_EQ(may("R", "s3:PutObject"), "allowed");
}

TEST_F(IamTest, ConditionKeysOfTheRequest) {
  ok("CreateRole", {{"RoleName", "R"},
                    {"AssumeRolePolicyDocument", kTrustLambda},
                    {"Tags", Json::array({Json::object({{"Key", "team"}, {"Value", "blue"}})})}});
  ok("PutRolePolicy", {{"RoleName", "R"},
                       {"PolicyName", "p"},
                       {"PolicyDocument",
                        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",
          "Resource":"arn:aws:s3:::${aws:PrincipalTag/team}/*",
          "Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1",
          "aws:PrincipalArn":"arn:aws:iam::000000000000:role/R"},
          "Bool":{"aws:SecureTransport":"false"},"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["x"]}}}]})"}});
  EXPECT_EQ(may("R", "s3:GetObject", "arn:aws:s3:::blue/k"), "allowed");
  EXPECT_NE(may("R", "s3:GetObject", "arn:aws:s3:::red/k"), "allowed");
  // What stays on this machine counts as secure.
  source_ip = "127.0.0.1";
  EXPECT_NE(may("R", "s3:GetObject", "arn:aws:s3:::blue/k"), "allowed");
  source_ip = "203.0.113.7";
  EXPECT_NE(
      may("R", "s3:GetObject", "arn:aws:s3:::blue/k", {}, Json::object({{"dynamodb:LeadingKeys", Json::array({"y"})}})),
      "allowed");
}

TEST_F(IamTest, AwsPoliciesBelongToEveryAccount) {
  make_role("R");
  ok("AttachRolePolicy", {{"RoleName", "R"}, {"PolicyArn", "arn:aws:iam::aws:policy/IAMReadOnlyAccess"}});
  EXPECT_EQ(may("R", "iam:GetPolicy", kBasic), "allowed");
  EXPECT_NE(may("R", "iam:GetRole", "arn:aws:iam::123456789012:role/R"), "allowed");  // of another account
}

TEST_F(IamTest, InstanceProfilesHoldARole) {
  make_role("R");
  ok("CreateInstanceProfile", {{"InstanceProfileName", "ip"}});
  ok("AddRoleToInstanceProfile", {{"InstanceProfileName", "ip"}, {"RoleName", "R"}});
  EXPECT_EQ(ok("ListInstanceProfilesForRole", {{"RoleName", "R"}}).get("InstanceProfiles").size(), 1u);
  EXPECT_EQ(error("DeleteRole", {{"RoleName", "R"}}),
            "DeleteConflict: Cannot delete entity, must remove roles from instance profile first.");
  ok("RemoveRoleFromInstanceProfile", {{"InstanceProfileName", "ip"}, {"RoleName", "R"}});
  ok("DeleteInstanceProfile", {{"InstanceProfileName", "ip"}});
  ok("DeleteRole", {{"RoleName", "R"}});
}

TEST_F(IamTest, SimulationAnswersDecisions) {
  make_role("R");
  ok("PutRolePolicy", {{"RoleName", "R"}, {"PolicyName", "p"}, {"PolicyDocument", kAllowPut}});
  Json results = ok("SimulatePrincipalPolicy", {{"PolicySourceArn", "arn:aws:iam::000000000000:role/R"},
                                                {"ActionNames", Json::array({"dynamodb:PutItem", "s3:GetObject"})}})
                     .get("EvaluationResults");
  EXPECT_EQ(results.items()[0].get("EvalDecision").as_string(), "allowed");
  EXPECT_EQ(results.items()[1].get("EvalDecision").as_string(), "implicitDeny");
}

TEST_F(IamTest, ServicesNeedAResourcePolicy) {
  api::Principal sns = api::As::service("sns.amazonaws.com", door.account(), door.region()).principal;
  EXPECT_NE(decision(sns, "sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q"), "allowed");
  auto policy = Json::parse(R"({"Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
    "Principal":{"Service":"sns.amazonaws.com"},
    "Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:000000000000:t"}}}})");
  Json from = Json::object({{"aws:SourceArn", "arn:aws:sns:us-east-1:000000000000:t"}});
  EXPECT_EQ(decision(sns, "sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q", *policy, from), "allowed");
  EXPECT_NE(decision(sns, "sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q", *policy), "allowed");
}

}  // namespace
}  // namespace thaw::iam
