#include "api/sigv4.h"

#include <gtest/gtest.h>

#include "api/sigv4_canonical.h"
#include "api/sigv4_vectors.h"
#include "base/json.h"
#include "base/text.h"

namespace thaw::api {
namespace {

constexpr const char* kKey = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char* kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

Time at(std::string_view text) { return *parse_sigv4_date(text); }

Result<> check(const SignableView& view, std::string_view body, Time now, ErrorFamily family,
               std::string_view secret = kSecret) {
  TRY(SignedRequest claim, parse_signature(view, family));
  static SignatureChecker checker;
  return checker.check(view, claim, secret, payload_hash(claim, body), now, family);
}

std::string code_of(const Result<>& result) { return result ? "ok" : result.error().code; }
std::string message_of(const Result<>& result) { return result ? "ok" : result.error().message; }

// The examples of "Authenticating Requests: Using the Authorization Header" of Amazon S3.
std::string s3_example(std::string_view names, std::string_view signature) {
  return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
         std::string(names) + ",Signature=" + std::string(signature);
}

TEST(SigV4, AcceptsTheExamplesThatS3Publishes) {
  Time now = at("20130524T000001Z");
  std::string get = s3_example("host;range;x-amz-content-sha256;x-amz-date",
                               "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  Headers headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                     {"Range", "bytes=0-9"},
                     {"x-amz-content-sha256", kEmptyHash},
                     {"x-amz-date", "20130524T000000Z"},
                     {"Authorization", get}};
  EXPECT_EQ(message_of(check({"GET", "/test.txt", "", headers}, "", now, ErrorFamily::s3)), "ok");

  std::string put = s3_example("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                               "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  headers = {{"Host", "examplebucket.s3.amazonaws.com"},
             {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
             {"x-amz-date", "20130524T000000Z"},
             {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
             {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"},
             {"Authorization", put}};
  EXPECT_EQ(message_of(check({"PUT", "/test%24file.text", "", headers}, "", now, ErrorFamily::s3)), "ok");

  std::string lifecycle = s3_example("host;x-amz-content-sha256;x-amz-date",
                                     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  headers = {{"Host", "examplebucket.s3.amazonaws.com"},
             {"x-amz-date", "20130524T000000Z"},
             {"x-amz-content-sha256", kEmptyHash},
             {"Authorization", lifecycle}};
  EXPECT_EQ(message_of(check({"GET", "/", "lifecycle", headers}, "", now, ErrorFamily::s3)), "ok");

  std::string list = s3_example("host;x-amz-content-sha256;x-amz-date",
                                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  headers.back().second = list;
  EXPECT_EQ(message_of(check({"GET", "/", "max-keys=2&prefix=J", headers}, "", now, ErrorFamily::s3)), "ok");
}

TEST(SigV4, AcceptsThePresignedExampleForOneDay) {
  Headers headers = {{"Host", "examplebucket.s3.amazonaws.com"}};
  std::string query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_"
      "request"
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
  SignableView view{"GET", "/test.txt", query, headers};
  EXPECT_EQ(message_of(check(view, "", at("20130524T235959Z"), ErrorFamily::s3)), "ok");
  Result<> late = check(view, "", at("20130525T000001Z"), ErrorFamily::s3);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "AccessDenied");
  EXPECT_EQ(late.error().message, "Request has expired");
  EXPECT_EQ(late.error().details.get("X-Amz-Expires").string_or(""), "86400");
  EXPECT_EQ(late.error().details.get("Expires").string_or(""), "2013-05-25T00:00:00Z");
}

TEST(SigV4, AcceptsTheExampleOfIam) {
  std::string authorization =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date, "
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
  Headers headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                     {"Host", "iam.amazonaws.com"},
                     {"X-Amz-Date", "20150830T123600Z"},
                     {"Authorization", authorization}};
  SignableView view{"GET", "/", "Action=ListUsers&Version=2010-05-08", headers};
  const char* secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  EXPECT_EQ(message_of(check(view, "", at("20150830T123600Z"), ErrorFamily::query, secret)), "ok");
  EXPECT_EQ(code_of(check(view, "", at("20150830T123600Z"), ErrorFamily::query, kSecret)), "SignatureDoesNotMatch");
}

TEST(SigV4, AcceptsWhatBotocoreSigns) {
  auto cases = Json::parse(kSignedByBotocore);
  ASSERT_TRUE(cases);
  for (const Json& one : cases->items()) {
    SCOPED_TRACE(one.get("name").as_string());
    Headers headers;
    for (const Json& header : one.get("headers").items()) {
      headers.emplace_back(header.items()[0].as_string(), header.items()[1].as_string());
    }
    ErrorFamily family = one.get("service").as_string() == "s3" ? ErrorFamily::s3 : ErrorFamily::json;
    SignableView view{one.get("method").as_string(), one.get("path").as_string(), one.get("query").as_string(),
                      headers};
    auto claim = parse_signature(view, family);
    ASSERT_TRUE(claim) << claim.error().message;
    EXPECT_EQ(claim->access_key, kKey);
    EXPECT_EQ(claim->security_token, one.get("token").as_string());
    const std::string& body = one.get("body").as_string();
    EXPECT_EQ(message_of(check(view, body, at("20261124T111933Z"), family)), "ok");
    EXPECT_EQ(message_of(check_payload(*claim, body, family)), "ok");
    EXPECT_NE(message_of(check(view, body, at("20261124T111933Z"), family, "another")), "ok");
    std::string other_path = one.get("path").as_string() + "x";
    view.path = other_path;
    EXPECT_NE(message_of(check(view, body, at("20261124T111933Z"), family)), "ok");
  }
}

TEST(SigV4, OwnSignaturesAreAccepted) {
  SigningRequest request{.method = "PUT",
                         .path = "/b/a%20b",
                         .query = "x=1&acl",
                         .headers = {{"host", "localhost:4566"}},
                         .body = "hello",
                         .region = "eu-central-1",
                         .service = "s3"};
  SigningCredentials credentials{kKey, kSecret, "token"};
  std::string query = presign(request, credentials, at("20261124T111832Z"), 60);
  sign_request(request, credentials, at("20261124T111832Z"));
  Headers headers(request.headers.begin(), request.headers.end());
  SignableView view{request.method, request.path, request.query, headers};
  EXPECT_EQ(message_of(check(view, "hello", at("20261124T111900Z"), ErrorFamily::s3)), "ok");

  Headers only_host = {{"host", "localhost:4566"}};
  SignableView presigned{"PUT", "/b/a%20b", query, only_host};
  EXPECT_EQ(message_of(check(presigned, "hello", at("20261124T111900Z"), ErrorFamily::s3)), "ok");
  EXPECT_EQ(message_of(check(presigned, "hello", at("20261124T112000Z"), ErrorFamily::s3)), "Request has expired");
}

struct Fixture {
  SigningRequest request{.method = "POST",
                         .path = "/",
                         .headers = {{"host", "h"}},
                         .body = "{}",
                         .region = "us-east-1",
                         .service = "dynamodb"};
  Fixture() { sign_request(request, {kKey, kSecret, ""}, at("20261124T111832Z")); }
  Headers headers() const { return Headers(request.headers.begin(), request.headers.end()); }
  std::string& authorization() { return request.headers.back().second; }
  Result<> run(std::string_view now, ErrorFamily family = ErrorFamily::json) {
    Headers list = headers();
    return check({request.method, request.path, request.query, list}, request.body, at(now), family);
  }
};

TEST(SigV4, ExpiresAfterFifteenMinutes) {
  Fixture f;
  EXPECT_TRUE(f.run("20261124T113332Z"));
  Result<> late = f.run("20261124T113333Z");
  EXPECT_EQ(code_of(late), "InvalidSignatureException");
  EXPECT_EQ(message_of(late),
            "Signature expired: 20261124T111832Z is now earlier than 20261124T111833Z (20261124T113333Z - 15 min.)");
  EXPECT_EQ(code_of(f.run("20261124T113333Z", ErrorFamily::query)), "SignatureDoesNotMatch");
  Result<> early = f.run("20261124T111331Z");
  EXPECT_EQ(
      message_of(early),
      "Signature not yet current: 20261124T111832Z is still later than 20261124T111831Z (20261124T111331Z + 5 min.)");
}

TEST(SigV4, NamesWhatIsMissing) {
  Headers headers = {{"host", "h"}, {"authorization", "AWS4-HMAC-SHA256 SignedHeaders=host"}};
  auto claim = parse_signature({"POST", "/", "", headers}, ErrorFamily::query);
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().code, "IncompleteSignature");
  EXPECT_TRUE(claim.error().message.starts_with(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."))
      << claim.error().message;
}

TEST(SigV4, UnsignedRequestsAreOfKindNone) {
  Headers headers = {{"host", "h"}};
  auto claim = parse_signature({"POST", "/", "a=b", headers}, ErrorFamily::json);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->kind, SignatureKind::none);
  EXPECT_EQ(missing_token_error(ErrorFamily::json).message, "Request is missing Authentication Token");
  EXPECT_EQ(missing_token_error(ErrorFamily::query).status, 403);
}

TEST(SigV4, SpacingOfTheHeaderDoesNotMatter) {
  Fixture f;
  std::string& text = f.authorization();
  size_t comma = text.find(", SignedHeaders");
  text.replace(comma, 2, "  ,\t  ");
  text.insert(text.find("Credential"), "   ");
  EXPECT_EQ(message_of(f.run("20261124T111832Z")), "ok");
}

TEST(SigV4, ScopeIsChecked) {
  Fixture f;
  Headers headers = f.headers();
  auto claim = parse_signature({"POST", "/", "", headers}, ErrorFamily::query);
  ASSERT_TRUE(claim);
  EXPECT_TRUE(check_scope(*claim, "dynamodb", "", ErrorFamily::query));
  EXPECT_EQ(message_of(check_scope(*claim, "iam", "", ErrorFamily::query)),
            "Credential should be scoped to correct service: 'iam'. ");
  EXPECT_EQ(message_of(check_scope(*claim, "dynamodb", "eu-west-1", ErrorFamily::query)),
            "Credential should be scoped to a valid region. ");
}

TEST(SigV4, S3ShowsWhatItSigned) {
  SigningRequest request{
      .method = "GET", .path = "/b", .headers = {{"host", "h"}}, .body = "", .region = "us-east-1", .service = "s3"};
  sign_request(request, {kKey, kSecret, ""}, at("20261124T111832Z"));
  Headers headers(request.headers.begin(), request.headers.end());
  Result<> result = check({"GET", "/c", "", headers}, "", at("20261124T111832Z"), ErrorFamily::s3);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "SignatureDoesNotMatch");
  EXPECT_EQ(result.error().status, 403);
  EXPECT_TRUE(
      result.error().details.get("StringToSign").string_or("").starts_with("AWS4-HMAC-SHA256\n20261124T111832Z\n"));
  EXPECT_TRUE(result.error().details.get("CanonicalRequest").string_or("").starts_with("GET\n/c\n"));
  headers.emplace_back("x-amz-acl", "public-read");
  result = check({"GET", "/b", "", headers}, "", at("20261124T111832Z"), ErrorFamily::s3);
  EXPECT_EQ(message_of(result), "There were headers present in the request which were not signed");
  result = check({"GET", "/b", "", headers}, "", at("20261124T113333Z"), ErrorFamily::s3);
  EXPECT_EQ(code_of(result), "RequestTimeTooSkewed");
}

TEST(SigV4, CanonicalPaths) {
  EXPECT_EQ(canonical_path("", false), "/");
  EXPECT_EQ(canonical_path("/a%3Ab", false), "/a%253Ab");
  EXPECT_EQ(canonical_path("//a/./b/../c/", false), "/a/c/");
  EXPECT_EQ(canonical_path("/../..", false), "/");
  EXPECT_EQ(canonical_path("/a//b/../%20!", true), "/a//b/../%20%21");
}

TEST(SigV4, MalformedClaimsAreErrors) {
  for (const char* text :
       {"AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 x", "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=c",
        "AWS4-HMAC-SHA256 Credential=a/20261124/r/s/wrong,SignedHeaders=host,Signature=c",
        "AWS4-HMAC-SHA256 Credential=a/20261125/r/s/aws4_request,SignedHeaders=host,Signature=c",
        "AWS4-HMAC-SHA256 Credential=a/20261124/r/s/aws4_request,SignedHeaders=date,Signature=c",
        "AWS4-HMAC-SHA512 Credential=a"}) {
    Headers headers = {{"host", "h"},
                       {"x-amz-date", "20261124T111832Z"},
                       {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
                       {"authorization", text}};
    for (ErrorFamily family : {ErrorFamily::json, ErrorFamily::query, ErrorFamily::rest_json, ErrorFamily::s3}) {
      EXPECT_FALSE(parse_signature({"POST", "/", "", headers}, family)) << text;
    }
  }
}

}  // namespace
}  // namespace thaw::api
