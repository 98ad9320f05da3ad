#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/iam/api.h"
#include "services/sts/service.h"

namespace thaw::sts {
namespace {

// One role, and sessions that say what they were asked for.
struct FakeSessions final : iam::Sessions {
  iam::SessionRequest last;
  Task<Result<iam::SessionCredentials>> make_session(iam::SessionRequest request) override {
    last = std::move(request);
    co_return iam::SessionCredentials{"ASIAX", "s", "t", Time(std::chrono::milliseconds(1000 * last.duration_s))};
  }
  Task<std::optional<iam::RoleFacts>> find_role(std::string arn) override {
    if (arn != "arn:aws:iam::000000000000:role/R") co_return std::nullopt;
    co_return iam::RoleFacts{arn, "AROAAAAAAAAAAAAAAAAAA", "R", 3600, Json::object()};
  }
  Task<std::optional<Json>> policy_document(std::string arn) override {
    if (!arn.ends_with("Known")) co_return std::nullopt;
    co_return Json::object({{"Statement", Json::object({{"Sid", "a"}, {"Effect", "Allow"}})}});
  }
  std::optional<std::string> account_of_key(const std::string&) const override { return std::nullopt; }
};

struct StsTest : ::testing::Test {
  FakeSessions sessions;
  Sts sts{sessions};
  api::TestDoor t;
  StsTest() { t.door.add(sts); }
};

TEST_F(StsTest, SaysWhoCalls) {
  Json who = t.ok("sts", "GetCallerIdentity", {});
  EXPECT_EQ(who.get("Arn").as_string(), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(who.get("Account").as_string(), "000000000000");
}

TEST_F(StsTest, AssumesRoles) {
  Json out = t.ok("sts", "AssumeRole",
                  {{"RoleArn", "arn:aws:iam::000000000000:role/R"},
                   {"RoleSessionName", "me"},
                   {"PolicyArns", Json::array({Json::object({{"arn", "arn:aws:iam::aws:policy/Known"}})})},
                   {"Policy", R"({"Statement":{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"}})"}});
  EXPECT_EQ(out.get("AssumedRoleUser").get("Arn").as_string(), "arn:aws:sts::000000000000:assumed-role/R/me");
  EXPECT_EQ(out.get("AssumedRoleUser").get("AssumedRoleId").as_string(), "AROAAAAAAAAAAAAAAAAAA:me");
  EXPECT_EQ(sessions.last.principal.session_policy.get("Statement").size(), 2u);
  EXPECT_EQ(sessions.last.duration_s, 3600);
}

TEST_F(StsTest, RefusesWhatItCannotGive) {
  auto assume = [&](Json::Object more) {
    Json::Object input = {{"RoleArn", "arn:aws:iam::000000000000:role/R"}, {"RoleSessionName", "me"}};
    for (auto& member : more) input.push_back(std::move(member));
    return t.error("sts", "AssumeRole", std::move(input));
  };
  EXPECT_EQ(assume({{"DurationSeconds", 7200}}).message,
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  EXPECT_EQ(assume({{"DurationSeconds", 1}}).code, "ValidationError");
  EXPECT_EQ(assume({{"SourceIdentity", "me"}}).code, "NotImplemented");
  EXPECT_EQ(assume({{"Policy", "{"}}).code, "MalformedPolicyDocument");
  EXPECT_EQ(t.error("sts", "AssumeRole", {{"RoleArn", "arn:aws:iam::000000000000:role/X"}, {"RoleSessionName", "me"}})
                .message,
            "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: "
            "arn:aws:iam::000000000000:role/X");
  EXPECT_EQ(t.error("sts", "AssumeRoleWithWebIdentity", {}).code, "NotImplemented");
}

}  // namespace
}  // namespace thaw::sts
