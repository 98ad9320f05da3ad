#include "services/s3/rules.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "services/s3/checksum.h"
#include "services/s3/lifecycle.h"

namespace thaw::s3 {
namespace {

Time at(const char* text) { return *parse_iso8601(text); }

TEST(S3Rules, BucketNames) {
  for (const char* name : {"abc", "a.b-c", "0bucket", "cdk-hnb659fds-assets-000000000000-us-east-1"})
    EXPECT_TRUE(is_valid_bucket_name(name)) << name;
  for (const char* name : {"", "ab", "Abc", "a_b", "-abc", "abc-", "a..b", "1.2.3.4", "xn--abc", "abc-s3alias", "a/b"})
    EXPECT_FALSE(is_valid_bucket_name(name)) << name;
  EXPECT_FALSE(is_valid_bucket_name(std::string(64, 'a')));
}

TEST(S3Rules, RegionsOfNewBuckets) {
  EXPECT_EQ(region_of_new_bucket("us-east-1", std::nullopt).value(), "us-east-1");
  EXPECT_EQ(region_of_new_bucket("us-east-1", "EU").value(), "eu-west-1");
  EXPECT_EQ(region_of_new_bucket("us-east-1", "us-east-1").error().code, "InvalidLocationConstraint");
  EXPECT_EQ(region_of_new_bucket("us-west-2", std::nullopt).error().code, "IllegalLocationConstraintException");
  EXPECT_EQ(region_of_new_bucket("us-west-2", "eu-west-1").error().code, "IllegalLocationConstraintException");
  EXPECT_EQ(region_of_new_bucket("us-west-2", "us-west-2").value(), "us-west-2");
}

TEST(S3Rules, Ranges) {
  auto range = [](const char* text, uint64_t size) {
    auto found = parse_range(text, size);
    if (!found) return found.error().code;
    return *found ? std::to_string((*found)->first) + "+" + std::to_string((*found)->count) : std::string("whole");
  };
  EXPECT_EQ(range("bytes=0-4", 10), "0+5");
  EXPECT_EQ(range("bytes=3-", 10), "3+7");
  EXPECT_EQ(range("bytes=-4", 10), "6+4");
  EXPECT_EQ(range("bytes=-40", 10), "0+10");
  EXPECT_EQ(range("bytes=5-18446744073709551615", 10), "5+5");
  EXPECT_EQ(range("bytes=10-", 10), "InvalidRange");
  EXPECT_EQ(range("bytes=-0", 10), "InvalidRange");
  EXPECT_EQ(range("bytes=0-", 0), "InvalidRange");
  for (const char* text :
       {"bytes=4-3", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=a-b", "bytes=99999999999999999999-"})
    EXPECT_EQ(range(text, 10), "whole") << text;
  EXPECT_EQ(parse_copy_range("bytes=0-9", 10)->count, 10u);
  EXPECT_FALSE(parse_copy_range("bytes=0-10", 10));
}

TEST(S3Rules, ConditionsInTheOrderOfPrecedence) {
  Time modified = at("2026-01-01T00:00:00.500Z"), before = at("2025-12-31T00:00:00Z"),
       same = at("2026-01-01T00:00:00Z");
  auto outcome = [&](Conditions c) { return check_conditions(c, "e", modified).outcome; };
  EXPECT_EQ(outcome({}), Outcome::holds);
  EXPECT_EQ(outcome({.if_match = "\"e\""}), Outcome::holds);
  EXPECT_EQ(outcome({.if_match = "\"x\""}), Outcome::failed);
  EXPECT_EQ(outcome({.if_match = "*", .if_unmodified_since = before}), Outcome::holds);
  EXPECT_EQ(outcome({.if_unmodified_since = before}), Outcome::failed);
  EXPECT_EQ(outcome({.if_modified_since = same}), Outcome::not_modified);
  EXPECT_EQ(outcome({.if_none_match = "\"x\", \"e\""}), Outcome::not_modified);
  EXPECT_EQ(outcome({.if_none_match = "\"x\"", .if_modified_since = same}), Outcome::holds);
}

TEST(S3Rules, ConditionsOfWrites) {
  EXPECT_TRUE(check_write(std::nullopt, "*", std::nullopt, "k"));
  EXPECT_EQ(check_write(std::nullopt, "*", "e", "k").error().code, "PreconditionFailed");
  EXPECT_EQ(check_write(std::nullopt, "e", std::nullopt, "k").error().code, "NotImplemented");
  EXPECT_EQ(check_write("e", std::nullopt, std::nullopt, "k").error().code, "NoSuchKey");
  EXPECT_EQ(check_write("x", std::nullopt, "e", "k").error().details.get("Condition"), Json("If-Match"));
}

TEST(S3Rules, PublicPolicies) {
  auto is_public = [](const char* statement) {
    return is_public_policy(*Json::parse(std::string(R"({"Statement":[)") + statement + "]}"));
  };
  EXPECT_TRUE(is_public(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject"})"));
  EXPECT_TRUE(is_public(R"({"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:GetObject"})"));
  EXPECT_FALSE(is_public(R"({"Effect":"Deny","Principal":"*","Action":"s3:*"})"));
  EXPECT_FALSE(is_public(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*"})"));
  EXPECT_FALSE(is_public(
      R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}})"));
  EXPECT_TRUE(is_public(
      R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Condition":{"StringLike":{"aws:SourceAccount":"*"}}})"));
  EXPECT_TRUE(is_public(
      R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"true"}}})"));
}

TEST(S3Rules, PoliciesBelongToTheirBucket) {
  auto check = [](const char* resource) {
    auto policy =
        Json::parse(std::string(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":")") + resource + "\"}}");
    return check_bucket_policy(*policy, "bkt").has_value();
  };
  EXPECT_TRUE(check("arn:aws:s3:::bkt/*"));
  EXPECT_TRUE(check("arn:aws:s3:::bkt"));
  EXPECT_TRUE(check("arn:aws:s3:::bk*"));
  EXPECT_FALSE(check("arn:aws:s3:::other/*"));
  EXPECT_FALSE(check("arn:aws:s3:::bkt2/*"));
}

TEST(S3Rules, CorsRules) {
  CorsConfiguration cors;
  cors.CORSRules.push_back({});
  cors.CORSRules[0].AllowedOrigins = {"https://*.example.com"};
  cors.CORSRules[0].AllowedMethods = {"GET"};
  cors.CORSRules[0].AllowedHeaders = {"X-*"};
  EXPECT_TRUE(matching_cors_rule(cors, "https://a.example.com", "GET", {"x-a"}));
  EXPECT_FALSE(matching_cors_rule(cors, "https://a.example.com", "GET", {"y"}));
  EXPECT_FALSE(matching_cors_rule(cors, "https://a.example.com", "PUT", {}));
  EXPECT_FALSE(matching_cors_rule(cors, "http://a.example.com", "GET", {}));
}

TEST(S3Rules, SystemTagsAreNotTheClients) {
  std::vector<Tag> own = {{"aws:cloudformation:stack-name", "s"}}, changed = {{"aws:cloudformation:stack-name", "t"}};
  EXPECT_TRUE(check_system_tags(own, own));
  EXPECT_FALSE(check_system_tags({}, own));
  EXPECT_FALSE(check_system_tags(own, {}));
  EXPECT_FALSE(check_system_tags(own, changed));
  EXPECT_TRUE(check_system_tags({}, {{"a", "b"}}));
}

TEST(S3Rules, CopySources) {
  auto source = parse_copy_source("/b/a%20b/c%3F?versionId=v1");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->bucket, "b");
  EXPECT_EQ(source->key, "a b/c?");
  EXPECT_EQ(source->version, "v1");
  for (const char* text : {"", "/", "b", "b/", "/b/", "b%zz/k"}) EXPECT_FALSE(parse_copy_source(text)) << text;
}

TEST(S3Rules, LifecycleDays) {
  EXPECT_FALSE(is_due(at("2026-01-01T10:00:00Z"), 1, at("2026-01-02T23:59:59Z")));
  EXPECT_TRUE(is_due(at("2026-01-01T10:00:00Z"), 1, at("2026-01-03T00:00:00Z")));
  LifecycleRule rule;
  rule.Filter.emplace().And.emplace();
  rule.Filter->And->Prefix = "a/";
  rule.Filter->And->Tags = {{"k", "v"}};
  EXPECT_TRUE(matches_filter(rule, "a/b", 1, {{"k", "v"}}));
  EXPECT_FALSE(matches_filter(rule, "a/b", 1, {}));
  EXPECT_FALSE(matches_filter(rule, "b", 1, {{"k", "v"}}));
}

TEST(S3Checksums, OfPartsMakeThatOfTheWhole) {
  std::string a(1234, 'a'), b(77, 'b'), c = "c";
  for (Algorithm algorithm : {Algorithm::crc32, Algorithm::crc32c, Algorithm::crc64nvme}) {
    blob::Extra extra;
    want(extra, algorithm);
    auto digest = [&](const std::string& bytes) {
      blob::Hasher hasher(extra);
      hasher.update(bytes);
      return digest_of(hasher.finish(), algorithm);
    };
    std::vector<PartDigest> parts = {
        {digest(a), a.size()}, {digest(b), b.size()}, {digest(""), 0}, {digest(c), c.size()}};
    EXPECT_EQ(full_object_checksum(algorithm, parts), base64_encode(digest(a + b + c))) << name_of(algorithm);
    EXPECT_TRUE(composite_checksum(algorithm, parts).ends_with("-4"));
  }
}

TEST(S3Checksums, ClaimsAreChecked) {
  Checksums headers;
  headers.ChecksumCRC32 = "AAAAAA==";
  EXPECT_EQ(parse_claims("x", std::nullopt, {}, "").error().code, "InvalidDigest");
  EXPECT_EQ(parse_claims(std::nullopt, "CRC32", {}, "").error().code, "InvalidRequest");
  EXPECT_EQ(parse_claims(std::nullopt, "SHA1", headers, "").error().code, "InvalidRequest");
  auto claims = parse_claims(std::nullopt, "CRC32", headers, "");
  ASSERT_TRUE(claims);
  blob::Digests digests;
  digests.crc32 = 1;
  EXPECT_EQ(check_claims(*claims, nullptr, digests).error().code, "BadDigest");
  digests.crc32 = 0;
  EXPECT_TRUE(check_claims(*claims, nullptr, digests));
  auto trailer = parse_claims(std::nullopt, std::nullopt, {}, "x-amz-checksum-crc32");
  ASSERT_TRUE(trailer);
  net::Headers trailers{{"x-amz-checksum-crc32", "AAAAAA=="}};
  EXPECT_TRUE(check_claims(*trailer, &trailers, digests));
  EXPECT_FALSE(check_claims(*trailer, nullptr, digests));
}

}  // namespace
}  // namespace thaw::s3
