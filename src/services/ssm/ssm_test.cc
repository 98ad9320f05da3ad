#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/ssm/rules.h"
#include "services/ssm/service.h"

namespace thaw::ssm {
namespace {

TEST(SsmRules, Names) {
  EXPECT_TRUE(check_new_name("/a/b.c-d_e"));
  EXPECT_TRUE(check_new_name("plain"));
  EXPECT_EQ(check_new_name("/aws/x").error().code, "AccessDeniedException");
  EXPECT_EQ(check_new_name("ssm-x").error().code, "ValidationException");
  EXPECT_EQ(check_new_name("/a//b").error().code, "ValidationException");
  EXPECT_EQ(check_new_name("a b").error().code, "ValidationException");
  EXPECT_EQ(check_new_name("a/b").error().message, "Parameter name must be a fully qualified name.");
  EXPECT_EQ(check_new_name("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16").error().code,
            "HierarchyLevelLimitExceededException");
  EXPECT_EQ(split_name("/a:3").name, "/a");
  EXPECT_EQ(split_name("/a:3").selector, ":3");
  EXPECT_EQ(split_name("arn:aws:ssm:us-east-1:000000000000:parameter/a/b").name, "/a/b");
  EXPECT_EQ(split_name("arn:aws:ssm:us-east-1:000000000000:parameter/a").name, "a");
}

// Turns text around, as a stand-in for KMS.
class FakeKms final : public api::Service {
 public:
  struct In {
    api::Blob Plaintext, CiphertextBlob;
    std::string KeyId;
    std::map<std::string, std::string> EncryptionContext;
    static void describe(api::Fields& f) {
      f.add("KeyId", &In::KeyId);
      f.add("Plaintext", &In::Plaintext);
      f.add("CiphertextBlob", &In::CiphertextBlob);
      f.add("EncryptionContext", &In::EncryptionContext);
    }
  };
  struct Out {
    std::optional<api::Blob> Plaintext, CiphertextBlob;
    static void describe(api::Fields& f) {
      f.add("Plaintext", &Out::Plaintext);
      f.add("CiphertextBlob", &Out::CiphertextBlob);
    }
  };
  api::ServiceInfo info() const override {
    return {.name = "kms", .protocols = {api::Protocol::json_1_1}, .target_prefix = "TrentService"};
  }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("Encrypt", this, &FakeKms::encrypt));
    out.push_back(api::op("Decrypt", this, &FakeKms::decrypt));
    return out;
  }
  Task<Result<Out>> encrypt(api::Request&, const In& in) {
    if (in.KeyId == "alias/none") co_return fail("NotFoundException", "none");
    std::string text = in.EncryptionContext.at("PARAMETER_ARN") + '|' + in.Plaintext.bytes;
    co_return Out{{}, api::Blob{std::string(text.rbegin(), text.rend())}};
  }
  Task<Result<Out>> decrypt(api::Request&, const In& in) {
    std::string text(in.CiphertextBlob.bytes.rbegin(), in.CiphertextBlob.bytes.rend());
    co_return Out{api::Blob{text.substr(text.find('|') + 1)}, {}};
  }
};

struct SsmTest : ::testing::Test {
  FakeKms kms;
  api::TestDoor t;
  Ssm ssm{*t.store, t.door.caller()};
  SsmTest() {
    t.door.add(kms);
    t.door.add(ssm);
  }
  Json put(std::string name, std::string value, Json::Object more = {}) {
    Json::Object input = {{"Name", std::move(name)}, {"Value", std::move(value)}, {"Type", "String"}};
    for (auto& member : more) {
      std::erase_if(input, [&](const Json::Member& m) { return m.key == member.key; });
      input.push_back(std::move(member));
    }
    return t.ok("ssm", "PutParameter", std::move(input));
  }
  std::string value(const std::string& name, bool decrypt = false) {
    return t.ok("ssm", "GetParameter", {{"Name", name}, {"WithDecryption", decrypt}})
        .get("Parameter")
        .get("Value")
        .as_string();
  }
};

TEST_F(SsmTest, PutsAndGets) {
  EXPECT_EQ(put("/cdk-bootstrap/hnb659fds/version", "21").get("Version").to_int(), 1);
  Json got = t.ok("ssm", "GetParameter", {{"Name", "/cdk-bootstrap/hnb659fds/version"}}).get("Parameter");
  EXPECT_EQ(got.get("Value").as_string(), "21");
  EXPECT_EQ(got.get("ARN").as_string(), "arn:aws:ssm:us-east-1:000000000000:parameter/cdk-bootstrap/hnb659fds/version");
  EXPECT_EQ(value(got.get("ARN").as_string()), "21");
  EXPECT_EQ(t.error("ssm", "PutParameter", {{"Name", got.get("Name")}, {"Value", "x"}, {"Type", "String"}}).code,
            "ParameterAlreadyExists");
  EXPECT_EQ(put("/cdk-bootstrap/hnb659fds/version", "22", {{"Overwrite", true}}).get("Version").to_int(), 2);
  EXPECT_EQ(value("/cdk-bootstrap/hnb659fds/version"), "22");
  EXPECT_EQ(value("/cdk-bootstrap/hnb659fds/version:1"), "21");
  EXPECT_EQ(t.error("ssm", "GetParameter", {{"Name", "/cdk-bootstrap/hnb659fds/version:9"}}).code,
            "ParameterVersionNotFound");
  EXPECT_EQ(t.error("ssm", "GetParameter", {{"Name", "none"}}).code, "ParameterNotFound");
  EXPECT_EQ(t.error("ssm", "PutParameter", {{"Name", "n"}, {"Value", "v"}}).message,
            "A parameter type is required when you create a parameter.");
}

TEST_F(SsmTest, SecureStringsAreKeptEncrypted) {
  put("/s", "secret", {{"Type", "SecureString"}});
  EXPECT_NE(value("/s"), "secret");
  EXPECT_EQ(value("/s", true), "secret");
  auto task = [](kv::Store& store) -> Task<std::string> {
    std::unique_ptr<kv::Transaction> tx = co_await store.begin();
    std::vector<kv::KeyValue> rows = co_await tx->range("", "\xff\xff");
    std::string all;
    for (const kv::KeyValue& row : rows) all += row.value;
    co_return all;
  };
  EXPECT_EQ(t.loop.run(task(*t.store)).find("secret"), std::string::npos);
  EXPECT_EQ(t.error("ssm", "PutParameter",
                    {{"Name", "/k"}, {"Value", "v"}, {"Type", "SecureString"}, {"KeyId", "alias/none"}})
                .code,
            "InvalidKeyId");
}

TEST_F(SsmTest, PathsHavePages) {
  for (const char* name : {"/a/1", "/a/2", "/a/b/3", "/a/b/4", "/ab/5", "/b"}) put(name, name);
  auto names = [&](Json::Object input) {
    std::string out;
    for (int pages = 0; pages < 10; ++pages) {
      Json page = t.ok("ssm", "GetParametersByPath", input);
      for (const Json& one : page.get("Parameters").items()) out += one.get("Name").as_string() + ' ';
      if (!page.contains("NextToken")) return out;
      std::erase_if(input, [](const Json::Member& m) { return m.key == "NextToken"; });
      input.push_back({"NextToken", page.get("NextToken")});
    }
    return out;
  };
  EXPECT_EQ(names({{"Path", "/a"}}), "/a/1 /a/2 ");
  EXPECT_EQ(names({{"Path", "/a/"}, {"Recursive", true}, {"MaxResults", 1}}), "/a/1 /a/2 /a/b/3 /a/b/4 ");
  EXPECT_EQ(names({{"Path", "/"}}), "/b ");
  EXPECT_EQ(t.error("ssm", "GetParametersByPath", {{"Path", "a"}}).code, "ValidationException");
  Json many = t.ok("ssm", "GetParameters", {{"Names", Json::array({"/b", "/none"})}});
  EXPECT_EQ(many.get("Parameters").size(), 1u);
  EXPECT_EQ(many.get("InvalidParameters").items()[0].as_string(), "/none");
  Json filter = Json::object({{"Key", "Name"}, {"Option", "BeginsWith"}, {"Values", Json::array({"/a/b"})}});
  EXPECT_EQ(t.ok("ssm", "DescribeParameters", {{"ParameterFilters", Json::array({filter})}}).get("Parameters").size(),
            2u);
}

TEST_F(SsmTest, HistoryAndLabels) {
  put("/p", "1");
  put("/p", "2", {{"Overwrite", true}});
  t.ok("ssm", "LabelParameterVersion",
       {{"Name", "/p"}, {"ParameterVersion", 1}, {"Labels", Json::array({"live", "1bad"})}});
  EXPECT_EQ(value("/p:live"), "1");
  t.ok("ssm", "LabelParameterVersion", {{"Name", "/p"}, {"Labels", Json::array({"live"})}});
  EXPECT_EQ(value("/p:live"), "2");
  Json history = t.ok("ssm", "GetParameterHistory", {{"Name", "/p"}}).get("Parameters");
  EXPECT_EQ(history.size(), 2u);
  EXPECT_EQ(history.items()[1].get("Labels").items()[0].as_string(), "live");
  t.ok("ssm", "UnlabelParameterVersion", {{"Name", "/p"}, {"ParameterVersion", 2}, {"Labels", Json::array({"live"})}});
  EXPECT_EQ(t.error("ssm", "GetParameter", {{"Name", "/p:live"}}).code, "ParameterVersionNotFound");
  for (int i = 0; i < 105; ++i) put("/p", std::to_string(i), {{"Overwrite", true}});
  EXPECT_EQ(t.error("ssm", "GetParameter", {{"Name", "/p:1"}}).code, "ParameterVersionNotFound");
  EXPECT_EQ(value("/p"), "104");
}

TEST_F(SsmTest, ValuesAreChecked) {
  auto refused = [&](Json::Object more) {
    Json::Object input = {{"Name", "/v"}, {"Type", "String"}};
    for (auto& member : more) input.push_back(std::move(member));
    return t.error("ssm", "PutParameter", std::move(input)).code;
  };
  EXPECT_EQ(refused({{"Value", std::string(4097, 'x')}}), "ValidationException");
  EXPECT_EQ(refused({{"Value", "abc"}, {"AllowedPattern", "^\\d+$"}}), "ParameterPatternMismatchException");
  EXPECT_EQ(refused({{"Value", "abc"}, {"AllowedPattern", "("}}), "InvalidAllowedPatternException");
  EXPECT_EQ(refused({{"Value", "abc"}, {"Policies", "[]"}}), "NotImplemented");
  EXPECT_EQ(put("/v", std::string(5000, 'x'), {{"Tier", "Intelligent-Tiering"}}).get("Tier").as_string(), "Advanced");
}

TEST_F(SsmTest, TagsAndDeletion) {
  put("/t", "v", {{"Tags", Json::array({Json::object({{"Key", "a"}, {"Value", "b"}})})}});
  Json::Object id = {{"ResourceType", "Parameter"}, {"ResourceId", "/t"}};
  EXPECT_EQ(t.ok("ssm", "ListTagsForResource", id).get("TagList").size(), 1u);
  t.ok("ssm", "DeleteParameter", {{"Name", "/t"}});
  EXPECT_EQ(t.error("ssm", "ListTagsForResource", id).code, "InvalidResourceId");
  EXPECT_EQ(t.error("ssm", "DeleteParameter", {{"Name", "/t"}}).code, "ParameterNotFound");
  EXPECT_EQ(t.error("ssm", "SendCommand", {}).code, "NotImplemented");
}

}  // namespace
}  // namespace thaw::ssm
