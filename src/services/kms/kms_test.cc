#include <gtest/gtest.h>

#include "api/testing.h"
#include "services/kms/cipher.h"
#include "services/kms/service.h"

namespace thaw::kms {
namespace {

TEST(Cipher, OpensOnlyWhatItSealed) {
  std::string key(32, 'k');
  std::string id = "01234567-89ab-4cde-8f01-23456789abcd";
  Context context = {{"a", "b"}};
  std::string blob = encrypt(key, id, "hello", context);
  EXPECT_EQ(key_of(blob), id);
  EXPECT_EQ(decrypt(key, blob, context), "hello");
  EXPECT_FALSE(decrypt(key, blob, {}));
  EXPECT_FALSE(decrypt(key, blob, {{"a", "c"}}));
  EXPECT_FALSE(decrypt(std::string(32, 'x'), blob, context));
  for (size_t at = 0; at < blob.size(); ++at) {
    std::string changed = blob;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(decrypt(key, changed, context)) << at;
    EXPECT_FALSE(decrypt(key, blob.substr(0, at), context));
  }
  EXPECT_EQ(decrypt(key, encrypt(key, id, "", {}), {}), "");
}

struct KmsTest : ::testing::Test {
  Kms kms;
  api::TestDoor t;
  KmsTest() { t.door.add(kms); }
  std::string make_key() { return t.ok("kms", "CreateKey", {}).get("KeyMetadata").get("KeyId").as_string(); }
};

TEST_F(KmsTest, KeysEncryptAndDecrypt) {
  std::string id = make_key();
  Json context = Json::object({{"purpose", "test"}});
  Json sealed = t.ok("kms", "Encrypt", {{"KeyId", id}, {"Plaintext", "secret"}, {"EncryptionContext", context}});
  EXPECT_EQ(sealed.get("KeyId").as_string(), "arn:aws:kms:us-east-1:000000000000:key/" + id);
  Json::Object ask = {{"CiphertextBlob", sealed.get("CiphertextBlob")}, {"EncryptionContext", context}};
  EXPECT_EQ(t.ok("kms", "Decrypt", ask).get("Plaintext").as_string(), "secret");
  EXPECT_EQ(t.error("kms", "Decrypt", {{"CiphertextBlob", sealed.get("CiphertextBlob")}}).code,
            "InvalidCiphertextException");
  ask.push_back({"KeyId", make_key()});
  EXPECT_EQ(t.error("kms", "Decrypt", ask).code, "IncorrectKeyException");
  Json data = t.ok("kms", "GenerateDataKey", {{"KeyId", id}, {"KeySpec", "AES_256"}});
  EXPECT_EQ(data.get("Plaintext").as_string().size(), 32u);
  EXPECT_EQ(t.ok("kms", "Decrypt", {{"CiphertextBlob", data.get("CiphertextBlob")}}).get("Plaintext"),
            data.get("Plaintext"));
}

TEST_F(KmsTest, AliasesNameKeys) {
  std::string id = make_key();
  t.ok("kms", "CreateAlias", {{"AliasName", "alias/mine"}, {"TargetKeyId", id}});
  EXPECT_EQ(t.ok("kms", "DescribeKey", {{"KeyId", "alias/mine"}}).get("KeyMetadata").get("KeyId").as_string(), id);
  EXPECT_EQ(t.error("kms", "CreateAlias", {{"AliasName", "alias/mine"}, {"TargetKeyId", id}}).code,
            "AlreadyExistsException");
  EXPECT_EQ(t.ok("kms", "ListAliases", {{"KeyId", id}}).get("Aliases").size(), 1u);
  std::string other = make_key();
  t.ok("kms", "UpdateAlias", {{"AliasName", "alias/mine"}, {"TargetKeyId", other}});
  EXPECT_EQ(t.ok("kms", "DescribeKey", {{"KeyId", "alias/mine"}}).get("KeyMetadata").get("KeyId").as_string(), other);
  t.ok("kms", "DeleteAlias", {{"AliasName", "alias/mine"}});
  EXPECT_EQ(t.error("kms", "DescribeKey", {{"KeyId", "alias/mine"}}).message,
            "Alias arn:aws:kms:us-east-1:000000000000:alias/mine is not found.");
  Json aws = t.ok("kms", "DescribeKey", {{"KeyId", "alias/aws/ssm"}}).get("KeyMetadata");
  EXPECT_EQ(aws.get("KeyManager").as_string(), "AWS");
  EXPECT_EQ(t.ok("kms", "DescribeKey", {{"KeyId", "alias/aws/ssm"}}).get("KeyMetadata").get("KeyId"), aws.get("KeyId"));
}

TEST_F(KmsTest, DeletionWaitsAndThenIsFinal) {
  std::string id = make_key();
  Json sealed = t.ok("kms", "Encrypt", {{"KeyId", id}, {"Plaintext", "secret"}});
  t.ok("kms", "ScheduleKeyDeletion", {{"KeyId", id}, {"PendingWindowInDays", 7}});
  EXPECT_EQ(t.ok("kms", "DescribeKey", {{"KeyId", id}}).get("KeyMetadata").get("KeyState").as_string(),
            "PendingDeletion");
  EXPECT_EQ(t.error("kms", "Encrypt", {{"KeyId", id}, {"Plaintext", "x"}}).code, "KMSInvalidStateException");
  t.ok("kms", "CancelKeyDeletion", {{"KeyId", id}});
  EXPECT_EQ(t.error("kms", "Decrypt", {{"CiphertextBlob", sealed.get("CiphertextBlob")}}).code, "DisabledException");
  t.ok("kms", "EnableKey", {{"KeyId", id}});
  EXPECT_EQ(t.ok("kms", "Decrypt", {{"CiphertextBlob", sealed.get("CiphertextBlob")}}).get("Plaintext").as_string(),
            "secret");
  t.ok("kms", "ScheduleKeyDeletion", {{"KeyId", id}, {"PendingWindowInDays", 7}});
  t.clock.advance(std::chrono::days(7));
  EXPECT_EQ(t.error("kms", "DescribeKey", {{"KeyId", id}}).code, "NotFoundException");
  EXPECT_EQ(t.ok("kms", "ListKeys", {}).get("Keys").size(), 0u);
}

TEST_F(KmsTest, PoliciesRotationAndTags) {
  std::string id = make_key();
  EXPECT_TRUE(t.ok("kms", "GetKeyPolicy", {{"KeyId", id}}).get("Policy").as_string().find(":root") !=
              std::string::npos);
  EXPECT_EQ(t.error("kms", "PutKeyPolicy", {{"KeyId", id}, {"Policy", "{"}}).code, "MalformedPolicyDocumentException");
  EXPECT_FALSE(t.ok("kms", "GetKeyRotationStatus", {{"KeyId", id}}).get("KeyRotationEnabled").as_bool());
  t.ok("kms", "EnableKeyRotation", {{"KeyId", id}});
  EXPECT_TRUE(t.ok("kms", "GetKeyRotationStatus", {{"KeyId", id}}).get("KeyRotationEnabled").as_bool());
  Json tag = Json::object({{"TagKey", "a"}, {"TagValue", "b"}});
  t.ok("kms", "TagResource", {{"KeyId", id}, {"Tags", Json::array({tag})}});
  EXPECT_EQ(t.ok("kms", "ListResourceTags", {{"KeyId", id}}).get("Tags").size(), 1u);
  EXPECT_EQ(t.error("kms", "CreateKey", {{"KeySpec", "RSA_2048"}}).code, "NotImplemented");
  EXPECT_EQ(t.error("kms", "Sign", {}).code, "NotImplemented");
}

}  // namespace
}  // namespace thaw::kms
