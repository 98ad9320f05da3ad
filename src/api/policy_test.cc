#include "api/policy.h"

#include <gtest/gtest.h>

namespace thaw::api {
namespace {

constexpr const char* kAccount = "123456789012";
constexpr const char* kTable = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";

PolicyRef parse(std::string_view text, PolicyKind kind = PolicyKind::identity) {
  auto policy = Policy::parse(text, kind);
  EXPECT_TRUE(policy) << (policy ? "" : policy.error().message) << "\n" << text;
  return policy ? *policy : nullptr;
}
std::string refusal(std::string_view text, PolicyKind kind = PolicyKind::identity) {
  auto policy = Policy::parse(text, kind);
  return policy ? "accepted" : policy.error().code + ": " + policy.error().message;
}

PolicyPrincipal user() {
  return {PolicyPrincipal::Kind::user, kAccount, "arn:aws:iam::123456789012:user/ann", "", "AIDAAAAAAAAAAAAAAAAA"};
}
PolicyPrincipal session() {
  return {PolicyPrincipal::Kind::role_session, kAccount, "arn:aws:sts::123456789012:assumed-role/R/f",
          "arn:aws:iam::123456789012:role/R", "AROAAAAAAAAAAAAAAAAA:f"};
}

// {"Version", "Statement": [{Effect, Action, Resource, extra}]}
std::string document(std::string_view effect, std::string_view action, std::string_view resource,
                     std::string_view extra = "") {
  return "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"" + std::string(effect) + "\",\"Action\":\"" +
         std::string(action) + "\",\"Resource\":\"" + std::string(resource) + "\"" + std::string(extra) + "}}";
}

bool allows(std::string_view text, std::string_view action, std::string_view resource, const Json& context = {},
            PolicyPrincipal principal = user()) {
  JsonConditionKeys keys(context);
  std::vector<PolicyRef> identity = {parse(text)};
  return decide({action, resource, principal, &keys}, {.identity = identity}).allowed;
}

TEST(Wildcard, Matches) {
  auto match = [](std::string_view pattern, std::string_view text) { return Wildcard(pattern).matches(text); };
  EXPECT_TRUE(match("*", ""));
  EXPECT_TRUE(match("a*c", "abbbc"));
  EXPECT_TRUE(match("a?c", "abc"));
  EXPECT_FALSE(match("a?c", "ac"));
  EXPECT_TRUE(match("*ab*ab*", "xxabyyabzz"));
  EXPECT_FALSE(match("*ab*ab*", "xxabyy"));
  EXPECT_FALSE(match("abc", "abcd"));
  EXPECT_TRUE(Wildcard("S3:Get*", true).matches("s3:getobject"));
}

TEST(Wildcard, ManyStarsDoNotBlowUp) {
  std::string pattern, text(20000, 'a');
  for (int i = 0; i < 500; ++i) pattern += "*a";
  EXPECT_TRUE(Wildcard(pattern).matches(text));
  EXPECT_FALSE(Wildcard(pattern + "b").matches(text));
}

TEST(Policy, AllowsWhatItNames) {
  std::string text = document("Allow", "dynamodb:Put*", "arn:aws:dynamodb:*:123456789012:table/Orders*");
  EXPECT_TRUE(allows(text, "dynamodb:PutItem", kTable));
  EXPECT_TRUE(allows(text, "DynamoDB:putitem", kTable));
  EXPECT_FALSE(allows(text, "dynamodb:GetItem", kTable));
  EXPECT_FALSE(allows(text, "dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:123456789012:table/orders"));
}

TEST(Policy, NotActionAndNotResource) {
  std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","sts:*"],
    "NotResource":"arn:aws:s3:::secret/*"}]})";
  EXPECT_TRUE(allows(text, "s3:GetObject", "arn:aws:s3:::open/k"));
  EXPECT_FALSE(allows(text, "s3:GetObject", "arn:aws:s3:::secret/k"));
  EXPECT_FALSE(allows(text, "iam:GetRole", "arn:aws:iam::123456789012:role/R"));
}

TEST(Policy, VariablesOnlyInTheNewVersion) {
  std::string text = document("Allow", "s3:*", "arn:aws:s3:::home/${aws:username}/*");
  Json ann = Json::object({{"aws:username", "ann"}});
  EXPECT_TRUE(allows(text, "s3:GetObject", "arn:aws:s3:::home/ann/x", ann));
  EXPECT_FALSE(allows(text, "s3:GetObject", "arn:aws:s3:::home/bob/x", ann));
  EXPECT_FALSE(allows(text, "s3:GetObject", "arn:aws:s3:::home//x"));
  // A value brings no wildcards with it.
  EXPECT_FALSE(allows(text, "s3:GetObject", "arn:aws:s3:::home/bob/x", Json::object({{"aws:username", "*"}})));
  std::string old = text;
  old.replace(old.find("2012-10-17"), 10, "2008-10-17");
  EXPECT_FALSE(allows(old, "s3:GetObject", "arn:aws:s3:::home/ann/x", ann));
  EXPECT_TRUE(
      allows(document("Allow", "s3:*", "arn:aws:s3:::h/${aws:x, 'none'}/${*}"), "s3:Get", "arn:aws:s3:::h/none/*"));
}

bool holds(std::string_view condition, const Json& context) {
  return allows(document("Allow", "s3:*", "*", ",\"Condition\":" + std::string(condition)), "s3:GetObject", "*",
                context);
}

TEST(Policy, StringConditions) {
  Json context = Json::object({{"aws:Name", "Ann"}, {"aws:TagKeys", Json::array({"a", "b"})}});
  EXPECT_TRUE(holds(R"({"StringEquals":{"AWS:name":["Bob","Ann"]}})", context));
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:name":"ann"}})", context));
  EXPECT_TRUE(holds(R"({"StringEqualsIgnoreCase":{"aws:name":"ann"}})", context));
  EXPECT_TRUE(holds(R"({"StringLike":{"aws:name":"A*"}})", context));
  EXPECT_FALSE(holds(R"({"StringNotLike":{"aws:name":"A*"}})", context));
  EXPECT_FALSE(holds(R"({"StringEquals":{"aws:absent":"x"}})", context));
  EXPECT_TRUE(holds(R"({"StringNotEquals":{"aws:absent":"x"}})", context));
  EXPECT_TRUE(holds(R"({"StringEqualsIfExists":{"aws:absent":"x"}})", context));
  EXPECT_FALSE(holds(R"({"StringNotEquals":{"aws:name":["Ann","Bob"]}})", context));
  EXPECT_TRUE(holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}})", context));
  EXPECT_FALSE(holds(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}})", context));
  EXPECT_TRUE(holds(R"({"ForAllValues:StringEquals":{"aws:absent":["a"]}})", context));
  EXPECT_TRUE(holds(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["b"]}})", context));
  EXPECT_FALSE(holds(R"({"ForAnyValue:StringEquals":{"aws:absent":["b"]}})", context));
}

TEST(Policy, OtherConditions) {
  Json context = Json::object({{"s3:max-keys", 10},
                               {"aws:CurrentTime", "2026-11-24T11:18:32Z"},
                               {"aws:SecureTransport", false},
                               {"aws:SourceIp", "203.0.113.77"},
                               {"aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:topic-a"},
                               {"aws:Bytes", "QUJD"}});
  EXPECT_TRUE(holds(R"({"NumericLessThanEquals":{"s3:max-keys":"10"}})", context));
  EXPECT_FALSE(holds(R"({"NumericLessThan":{"s3:max-keys":10}})", context));
  EXPECT_FALSE(holds(R"({"NumericEquals":{"s3:max-keys":"ten"}})", context));
  EXPECT_TRUE(holds(R"({"DateGreaterThan":{"aws:CurrentTime":"2026-11-24T00:00:00Z"}})", context));
  EXPECT_TRUE(holds(R"({"DateLessThan":{"aws:CurrentTime":"2026-12-01T00:00:00Z"},
                        "DateGreaterThan":{"aws:CurrentTime":"2026-11-01T00:00:00Z"}})",
                    context));
  EXPECT_TRUE(holds(R"({"Bool":{"aws:SecureTransport":"false"}})", context));
  EXPECT_TRUE(holds(R"({"Bool":{"aws:SecureTransport":false}})", context));
  EXPECT_TRUE(holds(R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.64/27"]}})", context));
  EXPECT_FALSE(holds(R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/26"}})", context));
  EXPECT_TRUE(holds(R"({"NotIpAddress":{"aws:SourceIp":"2001:db8::/32"}})", context));
  EXPECT_TRUE(holds(R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:topic-*"}})", context));
  EXPECT_FALSE(holds(R"({"ArnLike":{"aws:SourceArn":"arn:aws:*:topic-a"}})", context));
  EXPECT_TRUE(holds(R"({"ArnNotEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:topic-b"}})", context));
  EXPECT_TRUE(holds(R"({"BinaryEquals":{"aws:Bytes":"QUJD"}})", context));
  EXPECT_TRUE(holds(R"({"Null":{"aws:absent":"true","aws:SourceIp":false}})", context));
  EXPECT_FALSE(holds(R"({"Null":{"aws:SourceIp":true}})", context));
}

TEST(Policy, RefusesMalformedDocuments) {
  auto expect = [](std::string_view text, std::string_view words, PolicyKind kind = PolicyKind::identity) {
    EXPECT_EQ(refusal(text, kind), "MalformedPolicyDocument: " + std::string(words)) << text;
  };
  expect("{", "This policy contains invalid Json");
  expect("[]", "Syntax errors in policy.");
  expect("{}", "Syntax errors in policy.");
  expect(R"({"Version":"2020-01-01","Statement":[]})", "The policy must contain a valid version string");
  expect(R"({"Version":"2012-10-17","Statement":[]})", "Syntax errors in policy.");
  expect(R"({"Statement":{"Effect":"allow","Action":"*","Resource":"*"}})", "Syntax errors in policy.");
  expect(R"({"Statement":{"Effect":"Allow","Resource":"*"}})", "Policy statement must contain actions.");
  expect(R"({"Statement":{"Effect":"Allow","Action":"s3:*"}})", "Policy statement must contain resources.");
  expect(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Extra":1}})", "Syntax errors in policy.");
  expect(document("Allow", "getobject", "*"),
         "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  expect(document("Allow", "s3:a:b", "*"), "Actions/Condition can contain only one colon.");
  expect(document("Allow", "s3:*", "bucket"), "Resource bucket must be in ARN format or \"*\".");
  expect(document("Allow", "s3:*", "arn:bogus:s3:::b"),
         "Partition \"bogus\" is not valid for resource \"arn:bogus:s3:::b\".");
  expect(document("Allow", "s3:*", "*", R"(,"Principal":"*")"), "Policy document should not specify a principal.");
  expect(document("Allow", "s3:*", "*", R"(,"Condition":{"StringEqualz":{"aws:x":"y"}})"),
         "Invalid Condition type : StringEqualz.");
  expect(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}})", "Missing required field Principal",
         PolicyKind::trust);
  expect(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"x"}}})",
         "Invalid principal in policy: \"AWS\":\"x\"", PolicyKind::trust);
  expect(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Principal":"*"}})",
         "AssumeRole policy may only specify STS AssumeRole actions.", PolicyKind::trust);
  expect(document("Allow", "sts:AssumeRole", "*", R"(,"Principal":"*")"), "Has prohibited field Resource",
         PolicyKind::trust);
}

struct Decision {
  std::vector<PolicyRef> identity;
  PolicyRef boundary, session_policy, resource;
  bool cross_account = false;
  std::string run(PolicyPrincipal principal) const {
    Verdict verdict = decide({"dynamodb:PutItem", kTable, principal, nullptr},
                             {identity, boundary.get(), session_policy.get(), resource.get(), cross_account});
    return verdict.allowed ? "allowed" : denial_message(principal.arn, "dynamodb:PutItem", kTable, verdict);
  }
};

std::string resource_policy(std::string_view principal, std::string_view effect = "Allow") {
  return "{\"Statement\":{\"Effect\":\"" + std::string(effect) +
         "\",\"Action\":\"dynamodb:*\",\"Resource\":\"*\",\"Principal\":" + std::string(principal) + "}}";
}

TEST(Decide, WordsOfDenials) {
  Decision d;
  EXPECT_EQ(
      d.run(session()),
      "User: arn:aws:sts::123456789012:assumed-role/R/f is not authorized to perform: dynamodb:PutItem on resource: "
      "arn:aws:dynamodb:us-east-1:123456789012:table/Orders because no identity-based policy allows the "
      "dynamodb:PutItem action");
  d.identity = {parse(document("Allow", "*", "*")), parse(document("Deny", "dynamodb:PutItem", "*"))};
  EXPECT_TRUE(d.run(session()).ends_with("table/Orders with an explicit deny in an identity-based policy"));
  d.identity.pop_back();
  EXPECT_EQ(d.run(session()), "allowed");
  d.boundary = parse(document("Allow", "s3:*", "*"));
  EXPECT_TRUE(d.run(session()).ends_with("because no permissions boundary allows the dynamodb:PutItem action"));
  d.boundary = nullptr;
  d.session_policy = parse(document("Allow", "s3:*", "*"));
  EXPECT_TRUE(d.run(session()).ends_with("because no session policy allows the dynamodb:PutItem action"));
  d.resource = parse(resource_policy("\"*\"", "Deny"), PolicyKind::resource);
  EXPECT_TRUE(d.run(session()).ends_with("with an explicit deny in a resource-based policy"));
}

TEST(Decide, ResourcePoliciesGrantInsideAnAccount) {
  Decision d;
  d.resource = parse(resource_policy(R"({"AWS":"arn:aws:iam::123456789012:user/ann"})"), PolicyKind::resource);
  EXPECT_EQ(d.run(user()), "allowed");
  EXPECT_NE(d.run(session()), "allowed");
  d.boundary = parse(document("Allow", "s3:*", "*"));
  EXPECT_EQ(d.run(user()), "allowed");
  // A role's name leaves boundaries and session policies in force; the session's own ARN does not.
  d.resource = parse(resource_policy(R"({"AWS":"arn:aws:iam::123456789012:role/R"})"), PolicyKind::resource);
  EXPECT_NE(d.run(session()), "allowed");
  d.boundary = nullptr;
  EXPECT_EQ(d.run(session()), "allowed");
  // The account's name leaves it to the account's own policies.
  for (const char* name : {R"({"AWS":"123456789012"})", R"({"AWS":["arn:aws:iam::123456789012:root"]})"}) {
    d.resource = parse(resource_policy(name), PolicyKind::resource);
    d.identity = {};
    EXPECT_NE(d.run(user()), "allowed");
    d.identity = {parse(document("Allow", "dynamodb:PutItem", "*"))};
    EXPECT_EQ(d.run(user()), "allowed");
  }
}

TEST(Decide, AnotherAccountNeedsBothSides) {
  Decision d;
  d.cross_account = true;
  d.identity = {parse(document("Allow", "*", "*"))};
  EXPECT_NE(d.run(user()), "allowed");
  d.resource = parse(resource_policy(R"({"AWS":"123456789012"})"), PolicyKind::resource);
  EXPECT_EQ(d.run(user()), "allowed");
  d.identity.clear();
  EXPECT_NE(d.run(user()), "allowed");
}

TEST(Decide, SomeResourcesMustAllowThemselves) {
  Decision d;
  d.identity = {parse(document("Allow", "*", "*"))};
  EXPECT_EQ(d.run(user()), "allowed");
  Verdict verdict = decide({"sts:AssumeRole", "arn:aws:iam::123456789012:role/R", user(), nullptr},
                           {.identity = d.identity, .resource_must_allow = true});
  EXPECT_FALSE(verdict.allowed);
  PolicyRef trust =
      parse(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}})",
            PolicyKind::trust);
  verdict = decide({"sts:AssumeRole", "arn:aws:iam::123456789012:role/R", user(), nullptr},
                   {.identity = d.identity, .resource = trust.get(), .resource_must_allow = true});
  EXPECT_TRUE(verdict.allowed);
}

TEST(Decide, ServicesNeedTheResourcesPolicyAndRootNeedsNone) {
  PolicyPrincipal service{PolicyPrincipal::Kind::service, "", "sns.amazonaws.com", "", ""};
  PolicyPrincipal root{PolicyPrincipal::Kind::root, kAccount, "arn:aws:iam::123456789012:root", "", kAccount};
  Decision d;
  EXPECT_NE(d.run(service), "allowed");
  EXPECT_EQ(d.run(root), "allowed");
  d.resource = parse(resource_policy(R"({"Service":["sns.amazonaws.com","s3.amazonaws.com"]})"), PolicyKind::resource);
  EXPECT_EQ(d.run(service), "allowed");
  d.resource = parse(resource_policy("\"*\"", "Deny"), PolicyKind::resource);
  EXPECT_NE(d.run(root), "allowed");
}

}  // namespace
}  // namespace thaw::api
