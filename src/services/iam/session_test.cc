#include "services/iam/session.h"

#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/iam/service.h"

namespace thaw::iam {
namespace {

SessionClaims claims() {
  SessionClaims out;
  out.access_key = "ASIAX";
  out.principal = role_session("arn:aws:iam::123456789012:role/p/R", "me");
  out.principal.session_policy = Json::object({{"Statement", Json::array()}});
  out.entity_id = "AROAX";
  out.expires = Time(std::chrono::milliseconds(5000));
  return out;
}

TEST(Session, TokensCarryWhatTheyStandFor) {
  std::string token = seal_session("seal", claims());
  auto opened = open_session("seal", token);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->access_key, "ASIAX");
  EXPECT_EQ(opened->principal.arn, "arn:aws:sts::123456789012:assumed-role/R/me");
  EXPECT_EQ(opened->principal.role_arn, "arn:aws:iam::123456789012:role/p/R");
  EXPECT_EQ(opened->principal.session_policy, claims().principal.session_policy);
  EXPECT_EQ(opened->expires, claims().expires);
}

TEST(Session, ForgedTokensAreNothing) {
  std::string token = seal_session("seal", claims());
  EXPECT_FALSE(open_session("other", token));
  EXPECT_FALSE(open_session("seal", ""));
  EXPECT_FALSE(open_session("seal", "AQ=="));
  for (size_t at = 0; at < token.size(); at += 11) {
    std::string forged = token;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_session("seal", forged));
  }
}

TEST(Session, AccessKeysHoldTheAccount) {
  for (const char* account : {"000000000000", "123456789012", "999999999999"}) {
    std::string key = new_access_key("ASIA", account);
    EXPECT_EQ(key.size(), 20u);
    EXPECT_EQ(account_of_access_key(key), account);
  }
  EXPECT_NE(new_access_key("AKIA", "123456789012"), new_access_key("AKIA", "123456789012"));
  EXPECT_FALSE(account_of_access_key("AKIA"));
  EXPECT_FALSE(account_of_access_key("AKIA1111111111111111"));
}

// Sessions of a Directory: usable, and ended with the role they are of.
struct DirectorySession : ::testing::Test {
  TestLoop loop;
  std::unique_ptr<kv::Store> store = kv::make_memory_store();
  FixedClock clock;
  Directory directory{*store, clock, {.account = "000000000000", .root_keys = {}}};
  api::Door door{*store, clock, directory, directory, {}};
  Iam iam{directory};
  DirectorySession() { door.add(iam); }

  std::optional<api::Credential> find(Directory& d, const std::string& key, const std::string& token) {
    auto task = [](Directory& of, std::string k, std::string t) -> Task<std::optional<api::Credential>> {
      std::optional<api::Credential> out = co_await of.find(k, t);
      co_return out;
    };
    return loop.run(task(d, key, token));
  }
  Json make_role() {
    auto out = loop.run(door.call(
        api::As::root(door.account(), door.region()), "iam", "CreateRole",
        Json::object({{"RoleName", "R"},
                      {"AssumeRolePolicyDocument",
                       R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}})"}})));
    return out.value_or(Json()).get("Role");
  }
};

TEST_F(DirectorySession, LastsUntilItsRoleIsGone) {
  Json role = make_role();
  SessionRequest wanted;
  wanted.principal = role_session(role.get("Arn").as_string(), "me");
  wanted.principal.user_id = role.get("RoleId").as_string() + ":me";
  wanted.entity_id = role.get("RoleId").as_string();
  Result<SessionCredentials> made = loop.run(directory.make_session(wanted));
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->access_key.starts_with("ASIA"));
  EXPECT_EQ(made->secret_key.size(), 40u);

  auto found = find(directory, made->access_key, made->session_token);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_key, made->secret_key);
  EXPECT_EQ(found->principal.user_id, wanted.principal.user_id);
  EXPECT_EQ(found->expires, clock.now() + std::chrono::hours(1));
  EXPECT_FALSE(find(directory, made->access_key, "another"));
  EXPECT_FALSE(find(directory, made->access_key, ""));

  // Another directory on the same store, as after a restart.
  Directory restarted{*store, clock, {}};
  EXPECT_TRUE(find(restarted, made->access_key, made->session_token));

  auto erased = loop.run(
      door.call(api::As::root(door.account(), door.region()), "iam", "DeleteRole", Json::object({{"RoleName", "R"}})));
  ASSERT_TRUE(erased);
  EXPECT_FALSE(find(directory, made->access_key, made->session_token));
  make_role();  // of the same name, but another one
  EXPECT_FALSE(find(directory, made->access_key, made->session_token));
}

TEST_F(DirectorySession, AssumingNeedsTheTrustPolicy) {
  Json role = make_role();
  api::Request request(door.account(), door.region());
  request.clock = &clock;
  auto decide = [&](api::As as, const Json& trust) {
    auto task = [](Directory& d, const api::Principal& p, api::Permission what, const Json& policy,
                   const api::Request& r) -> Task<Result<void>> {
      Result<void> out = co_await d.authorize(p, what, policy, r);
      co_return out;
    };
    api::Permission permission{"sts:AssumeRole", role.get("Arn").as_string(), {}};
    Result<void> out = loop.run(task(directory, as.principal, permission, trust, request));
    return out ? "allowed" : out.error().message;
  };
  auto lambda = api::As::service("lambda.amazonaws.com", door.account(), door.region());
  auto root = api::As::root(door.account(), door.region());
  Json trusts_lambda = *Json::parse(
      R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}})");
  EXPECT_EQ(decide(lambda, trusts_lambda), "allowed");
  EXPECT_EQ(decide(root, trusts_lambda),
            "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: "
            "arn:aws:iam::000000000000:role/R");
  EXPECT_NE(decide(root, Json()), "allowed");
  Json trusts_account =
      *Json::parse(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"000000000000"}}})");
  EXPECT_EQ(decide(root, trusts_account), "allowed");
  EXPECT_NE(decide(lambda, trusts_account), "allowed");
}

}  // namespace
}  // namespace thaw::iam
