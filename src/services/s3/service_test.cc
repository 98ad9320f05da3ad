#include "services/s3/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"
#include "base/text.h"

namespace thaw::s3 {
namespace {

class S3Test : public ::testing::Test {
 protected:
  S3Test() {
    t.door.add(service);
    ok("CreateBucket", {{"Bucket", "bkt"}});
  }
  Json ok(std::string operation, Json::Object input) { return t.ok("s3", std::move(operation), std::move(input)); }
  Error error(std::string operation, Json::Object input) {
    return t.error("s3", std::move(operation), std::move(input));
  }
  Json put(std::string key, std::string body) {
    return ok("PutObject", {{"Bucket", "bkt"}, {"Key", std::move(key)}, {"Body", std::move(body)}});
  }
  std::string get(std::string key, Json::Object more = {}) {
    more.push_back({"Bucket", "bkt"});
    more.push_back({"Key", std::move(key)});
    return ok("GetObject", std::move(more)).get("Body").string_or("");
  }
  Json remove(std::string key, Json::Object more = {}) {
    more.push_back({"Bucket", "bkt"});
    more.push_back({"Key", std::move(key)});
    return ok("DeleteObject", std::move(more));
  }
  void versioning(const char* status) {
    ok("PutBucketVersioning", {{"Bucket", "bkt"}, {"VersioningConfiguration", Json::object({{"Status", status}})}});
  }
  std::vector<std::string> versions() {
    std::vector<std::string> out;
    Json listed = ok("ListObjectVersions", {{"Bucket", "bkt"}});
    for (const Json& version : listed.get("Versions").items()) out.push_back(version.get("Key").string_or(""));
    for (const Json& version : listed.get("DeleteMarkers").items())
      out.push_back(version.get("Key").string_or("") + " marker");
    return out;
  }
  blob::Swept sweep() { return t.loop.run(service.sweep(std::chrono::seconds(0))).value(); }
  int lifecycle() { return t.loop.run(service.apply_lifecycles()).value(); }

  api::TestDoor t;
  std::unique_ptr<blob::BlobStore> blobs = blob::make_memory_blob_store();
  S3 service{*t.store, *blobs, t.door.caller(), t.clock};
};

TEST_F(S3Test, BucketsComeAndGo) {
  EXPECT_EQ(error("CreateBucket", {{"Bucket", "No"}}).code, "InvalidBucketName");
  EXPECT_EQ(ok("ListBuckets", {}).get("Buckets").size(), 1u);
  put("k", "v");
  EXPECT_EQ(error("DeleteBucket", {{"Bucket", "bkt"}}).code, "BucketNotEmpty");
  remove("k");
  ok("CreateMultipartUpload", {{"Bucket", "bkt"}, {"Key", "left"}});
  ok("DeleteBucket", {{"Bucket", "bkt"}});
  EXPECT_EQ(error("HeadBucket", {{"Bucket", "bkt"}}).code, "NoSuchBucket");
  EXPECT_EQ(error("PutObject", {{"Bucket", "bkt"}, {"Key", "k"}, {"Body", "x"}}).code, "NoSuchBucket");
}

TEST_F(S3Test, AnotherAccountsBucketIsNotMine) {
  auto stranger = api::As::root(*AccountId::parse("111122223333"), t.door.region());
  auto made = t.loop.run(t.door.call(stranger, "s3", "CreateBucket", Json::object({{"Bucket", "bkt"}})));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "BucketAlreadyExists");
  EXPECT_EQ(error("HeadBucket", {{"Bucket", "bkt"}, {"ExpectedBucketOwner", "111122223333"}}).status, 403);
}

TEST_F(S3Test, ObjectsAreWhatWasPut) {
  Json answer = put("a/b", "hello");
  EXPECT_EQ(answer.get("ETag").string_or(""), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(get("a/b"), "hello");
  EXPECT_EQ(get("a/b", {{"Range", "bytes=1-2"}}), "el");
  put("empty", "");
  EXPECT_EQ(get("empty"), "");
  Error absent = error("GetObject", {{"Bucket", "bkt"}, {"Key", "absent"}});
  EXPECT_EQ(absent.code, "NoSuchKey");
  EXPECT_EQ(absent.details.get("Key"), Json("absent"));
  EXPECT_EQ(error("GetObject", {{"Bucket", "bkt"}, {"Key", "a/b"}, {"IfNoneMatch", "*"}}).status, 304);
  EXPECT_EQ(error("PutObject", {{"Bucket", "bkt"}, {"Key", "a/b"}, {"Body", "x"}, {"IfNoneMatch", "*"}}).code,
            "PreconditionFailed");
  EXPECT_EQ(error("PutObject", {{"Bucket", "bkt"}, {"Key", std::string(1025, 'k')}, {"Body", "x"}}).code,
            "KeyTooLongError");
}

TEST_F(S3Test, BytesGoWhenNothingNamesThem) {
  put("a", "same");
  put("b", "same");
  put("c", "other");
  remove("a");
  EXPECT_EQ(sweep().removed, 0u);
  put("c", "newer");
  EXPECT_EQ(sweep().removed, 1u);
  EXPECT_EQ(get("b"), "same");
  ok("CopyObject", {{"Bucket", "bkt"}, {"Key", "copy"}, {"CopySource", "bkt/b"}});
  remove("b");
  EXPECT_EQ(sweep().removed, 0u);
  EXPECT_EQ(get("copy"), "same");
  remove("copy");
  EXPECT_EQ(sweep().removed, 1u);
  EXPECT_EQ(get("c"), "newer");
}

TEST_F(S3Test, CopiesKeepOrReplace) {
  ok("PutObject",
     {{"Bucket", "bkt"}, {"Key", "a"}, {"Body", "x"}, {"Metadata", Json::object({{"m", "1"}})}, {"Tagging", "t=1"}});
  ok("CopyObject", {{"Bucket", "bkt"}, {"Key", "b"}, {"CopySource", "bkt/a"}});
  EXPECT_EQ(ok("HeadObject", {{"Bucket", "bkt"}, {"Key", "b"}}).get("Metadata"), Json::object({{"m", "1"}}));
  EXPECT_EQ(ok("GetObjectTagging", {{"Bucket", "bkt"}, {"Key", "b"}}).get("TagSet").size(), 1u);
  ok("CopyObject", {{"Bucket", "bkt"},
                    {"Key", "b"},
                    {"CopySource", "bkt/a"},
                    {"MetadataDirective", "REPLACE"},
                    {"TaggingDirective", "REPLACE"}});
  EXPECT_TRUE(ok("HeadObject", {{"Bucket", "bkt"}, {"Key", "b"}}).get("Metadata").empty());
  EXPECT_EQ(error("CopyObject", {{"Bucket", "bkt"}, {"Key", "a"}, {"CopySource", "bkt/a"}}).code, "InvalidRequest");
  EXPECT_EQ(error("CopyObject", {{"Bucket", "bkt"}, {"Key", "b"}, {"CopySource", "bkt/absent"}}).code, "NoSuchKey");
  EXPECT_EQ(
      error("CopyObject", {{"Bucket", "bkt"}, {"Key", "b"}, {"CopySource", "bkt/a"}, {"CopySourceIfMatch", "no"}}).code,
      "PreconditionFailed");
}

TEST_F(S3Test, VersionsAreKept) {
  put("k", "null");
  versioning("Enabled");
  std::string one = put("k", "one").get("VersionId").string_or("");
  std::string two = put("k", "two").get("VersionId").string_or("");
  EXPECT_EQ(get("k"), "two");
  EXPECT_EQ(get("k", {{"VersionId", one}}), "one");
  EXPECT_EQ(get("k", {{"VersionId", "null"}}), "null");
  std::string marker = remove("k").get("VersionId").string_or("");
  EXPECT_EQ(error("GetObject", {{"Bucket", "bkt"}, {"Key", "k"}}).code, "NoSuchKey");
  EXPECT_EQ(error("GetObject", {{"Bucket", "bkt"}, {"Key", "k"}, {"VersionId", marker}}).code, "MethodNotAllowed");
  EXPECT_EQ(versions(), (std::vector<std::string>{"k", "k", "k", "k marker"}));
  remove("k", {{"VersionId", marker}});
  EXPECT_EQ(get("k"), "two");
  versioning("Suspended");
  put("k", "null again");
  EXPECT_EQ(versions().size(), 3u);
  EXPECT_EQ(error("GetObject", {{"Bucket", "bkt"}, {"Key", "k"}, {"VersionId", std::string(32, '0')}}).code,
            "NoSuchVersion");
  for (const std::string& id : {one, two, std::string("null")}) remove("k", {{"VersionId", id}});
  EXPECT_TRUE(versions().empty());
  EXPECT_EQ(sweep().removed, 4u);
}

TEST_F(S3Test, ListsByPageAndPrefix) {
  for (const char* key : {"a", "b/1", "b/2", "c", "d/x"}) put(key, key);
  for (const char* delimiter : {"", "/"}) {
    std::vector<std::string> seen;
    Json token;
    do {
      Json::Object ask{{"Bucket", "bkt"}, {"MaxKeys", 1}, {"Delimiter", delimiter}};
      if (token.is_string()) ask.push_back({"ContinuationToken", token});
      Json page = ok("ListObjectsV2", std::move(ask));
      EXPECT_EQ(page.get("KeyCount").to_int(), 1);
      for (const Json& entry : page.get("Contents").items()) seen.push_back(entry.get("Key").string_or(""));
      for (const Json& entry : page.get("CommonPrefixes").items()) seen.push_back(entry.get("Prefix").string_or(""));
      token = page.get("NextContinuationToken");
    } while (token.is_string());
    EXPECT_EQ(seen, *delimiter ? (std::vector<std::string>{"a", "b/", "c", "d/"})
                               : (std::vector<std::string>{"a", "b/1", "b/2", "c", "d/x"}));
  }
  EXPECT_EQ(ok("ListObjects", {{"Bucket", "bkt"}, {"Marker", "b/1"}, {"Delimiter", "/"}}).get("CommonPrefixes").size(),
            2u);
  EXPECT_EQ(ok("ListObjects", {{"Bucket", "bkt"}, {"Marker", "b/"}, {"Delimiter", "/"}}).get("CommonPrefixes").size(),
            1u);
  Json none = ok("ListObjectsV2", {{"Bucket", "bkt"}, {"MaxKeys", 0}});
  EXPECT_EQ(none.get("IsTruncated"), Json(false));
  EXPECT_EQ(error("ListObjectsV2", {{"Bucket", "bkt"}, {"MaxKeys", -1}}).code, "InvalidArgument");
  EXPECT_EQ(error("ListObjectsV2", {{"Bucket", "bkt"}, {"ContinuationToken", "zz"}}).code, "InvalidArgument");
}

TEST_F(S3Test, ManyKeysBelowOnePrefixArePassedOver) {
  for (int i = 0; i < 300; ++i) put("p/" + std::to_string(1000 + i), "x");
  put("q", "x");
  Json page = ok("ListObjectsV2", {{"Bucket", "bkt"}, {"Delimiter", "/"}});
  EXPECT_EQ(page.get("CommonPrefixes").size(), 1u);
  EXPECT_EQ(page.get("Contents").size(), 1u);
}

TEST_F(S3Test, MultipartUploads) {
  std::string id = ok("CreateMultipartUpload", {{"Bucket", "bkt"}, {"Key", "big"}, {"ChecksumAlgorithm", "CRC32"}})
                       .get("UploadId")
                       .string_or("");
  std::string first(5 << 20, 'a');
  auto part = [&](int number, std::string body) {
    Json answer =
        ok("UploadPart",
           {{"Bucket", "bkt"}, {"Key", "big"}, {"UploadId", id}, {"PartNumber", number}, {"Body", std::move(body)}});
    return Json::object({{"PartNumber", number}, {"ETag", answer.get("ETag")}});
  };
  Json one = part(1, first), replaced = part(7, "gone"), seven = part(7, "tail"), spare = part(8, "spare");
  Json::Object complete{{"Bucket", "bkt"}, {"Key", "big"}, {"UploadId", id}};
  auto with = [&](Json parts) {
    Json::Object out = complete;
    out.push_back({"MultipartUpload", Json::object({{"Parts", std::move(parts)}})});
    return out;
  };
  EXPECT_EQ(error("CompleteMultipartUpload", with(Json::array({seven, one}))).code, "InvalidPartOrder");
  EXPECT_EQ(error("CompleteMultipartUpload", with(Json::array({one, replaced}))).code, "InvalidPart");
  EXPECT_EQ(error("CompleteMultipartUpload", with(Json::array({seven, spare}))).code, "EntityTooSmall");
  EXPECT_EQ(error("CompleteMultipartUpload", with(Json::array())).code, "MalformedXML");
  Json done = ok("CompleteMultipartUpload", with(Json::array({one, seven})));
  EXPECT_TRUE(done.get("ETag").string_or("").ends_with("-2\""));
  EXPECT_EQ(done.get("ChecksumType"), Json("COMPOSITE"));
  EXPECT_EQ(get("big"), first + "tail");
  EXPECT_EQ(get("big", {{"Range", "bytes=5242879-5242881"}}), "ata");
  EXPECT_EQ(get("big", {{"PartNumber", 2}}), "tail");
  EXPECT_EQ(sweep().removed, 2u);  // "gone" and "spare"
  EXPECT_EQ(get("big"), first + "tail");
  remove("big");
  EXPECT_EQ(sweep().removed, 2u);
}

TEST_F(S3Test, DeletesManyAndSaysWhatFailed) {
  put("a", "1");
  Json answer =
      ok("DeleteObjects",
         {{"Bucket", "bkt"},
          {"Delete", Json::object({{"Objects", Json::array({Json::object({{"Key", "a"}}),
                                                            Json::object({{"Key", std::string(2000, 'k')}})})}})}});
  EXPECT_EQ(answer.get("Deleted").size(), 1u);
  ASSERT_EQ(answer.get("Errors").size(), 1u);
  EXPECT_EQ(answer.get("Errors").items()[0].get("Code"), Json("KeyTooLongError"));
}

TEST_F(S3Test, LifecycleRulesAreCarriedOut) {
  auto rule = [](Json::Object more) {
    more.push_back({"Status", "Enabled"});
    more.push_back({"Filter", Json::object({{"Prefix", "old/"}})});
    return Json::object({{"Rules", Json::array({Json(std::move(more))})}});
  };
  ok("PutBucketLifecycleConfiguration",
     {{"Bucket", "bkt"}, {"LifecycleConfiguration", rule({{"Expiration", Json::object({{"Days", 1}})}})}});
  put("old/a", "x");
  put("new/a", "x");
  EXPECT_EQ(lifecycle(), 0);
  t.clock.advance(std::chrono::hours(49));
  EXPECT_EQ(lifecycle(), 1);
  EXPECT_EQ(versions(), std::vector<std::string>{"new/a"});

  versioning("Enabled");
  ok("PutBucketLifecycleConfiguration",
     {{"Bucket", "bkt"},
      {"LifecycleConfiguration", rule({{"NoncurrentVersionExpiration", Json::object({{"NoncurrentDays", 30}})},
                                       {"Expiration", Json::object({{"ExpiredObjectDeleteMarker", true}})}})}});
  put("old/b", "1");
  put("old/b", "2");
  remove("old/b");
  EXPECT_EQ(lifecycle(), 0);
  t.clock.advance(std::chrono::hours(24 * 32));
  EXPECT_EQ(lifecycle(), 3);
  EXPECT_EQ(versions(), std::vector<std::string>{"new/a"});
}

TEST_F(S3Test, PublicPoliciesAreBlockedUntilAllowed) {
  const char* policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
                       R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*"}]})";
  EXPECT_EQ(error("PutBucketPolicy", {{"Bucket", "bkt"}, {"Policy", policy}}).status, 403);
  ok("DeletePublicAccessBlock", {{"Bucket", "bkt"}});
  ok("PutBucketPolicy", {{"Bucket", "bkt"}, {"Policy", policy}});
  EXPECT_EQ(ok("GetBucketPolicy", {{"Bucket", "bkt"}}).get("Policy"), Json(policy));
  EXPECT_EQ(ok("GetBucketPolicyStatus", {{"Bucket", "bkt"}}).get("PolicyStatus").get("IsPublic"), Json(true));
  EXPECT_EQ(error("PutBucketPolicy", {{"Bucket", "bkt"}, {"Policy", "{}"}}).code, "MalformedPolicy");
}

TEST_F(S3Test, WhatDoesNotExistIsSaid) {
  EXPECT_EQ(error("PutObject", {{"Bucket", "bkt"}, {"Key", "k"}, {"Body", "x"}, {"ACL", "public-read"}}).code,
            "AccessControlListNotSupported");
  EXPECT_EQ(error("PutObject", {{"Bucket", "bkt"}, {"Key", "k"}, {"Body", "x"}, {"StorageClass", "GLACIER"}}).code,
            "NotImplemented");
  EXPECT_EQ(
      error("PutBucketNotificationConfiguration",
            {{"Bucket", "bkt"},
             {"NotificationConfiguration", Json::object({{"EventBridgeConfiguration", Json::object({{"a", "b"}})}})}})
          .status,
      501);
  EXPECT_EQ(error("GetBucketWebsite", {{"Bucket", "bkt"}}).status, 501);
}

}  // namespace
}  // namespace thaw::s3
