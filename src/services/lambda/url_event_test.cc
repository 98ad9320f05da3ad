#include "services/lambda/url_event.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace thaw::lambda {
namespace {

struct Made {
  net::StringBody body;
  net::HttpRequest http{body};
};

TEST(UrlEvent, AnAddressIsAHostOrAPath) {
  auto by_host = parse_url_address("abc.lambda-url.us-east-1.localhost", "/a%20b");
  ASSERT_TRUE(by_host);
  EXPECT_EQ(by_host->id, "abc");
  EXPECT_EQ(by_host->path, "/a%20b");
  auto by_path = parse_url_address("localhost", "/_aws/lambda-url/abc/x/y");
  ASSERT_TRUE(by_path);
  EXPECT_EQ(by_path->id, "abc");
  EXPECT_EQ(by_path->path, "/x/y");
  EXPECT_EQ(parse_url_address("localhost", "/_aws/lambda-url/abc")->path, "/");
  EXPECT_FALSE(parse_url_address("abc.execute-api.us-east-1.localhost", "/"));
  EXPECT_FALSE(parse_url_address("lambda-url.us-east-1.localhost", "/"));
  EXPECT_FALSE(parse_url_address("", ""));
}

TEST(UrlEvent, HasTheFormOfVersionTwo) {
  Made made;
  made.http.method = "POST";
  made.http.query = "a=1&a=2&b=x%20y";
  made.http.headers = {{"Host", "abc.lambda-url.us-east-1.localhost:4566"},
                       {"Cookie", "one=1; two=2"},
                       {"X-Many", "1"},
                       {"X-Many", "2"},
                       {"Content-Type", "application/json"}};
  made.http.peer.ip = "127.0.0.1";
  UrlRequest in{
      .id = "abc", .request_id = "r", .trace = "t", .host = "h", .path = "/p", .body = "{}", .time = {}, .signer = {}};
  Json event = url_event(made.http, in);
  EXPECT_EQ(event.get("version").as_string(), "2.0");
  EXPECT_EQ(event.get("rawPath").as_string(), "/p");
  EXPECT_EQ(event.get("rawQueryString").as_string(), "a=1&a=2&b=x%20y");
  EXPECT_EQ(event.get("queryStringParameters"), Json::object({{"a", "1,2"}, {"b", "x y"}}));
  EXPECT_EQ(event.get("cookies"), Json::array({"one=1", "two=2"}));
  EXPECT_EQ(event.get("headers").get("x-many").as_string(), "1,2");
  EXPECT_FALSE(event.get("headers").contains("cookie"));
  EXPECT_EQ(event.get("body").as_string(), "{}");
  EXPECT_FALSE(event.get("isBase64Encoded").as_bool());
  const Json& context = event.get("requestContext");
  EXPECT_EQ(context.get("accountId").as_string(), "anonymous");
  EXPECT_EQ(context.get("http").get("method").as_string(), "POST");
  EXPECT_EQ(context.get("time").as_string(), "01/Jan/1970:00:00:00 +0000");
  EXPECT_FALSE(context.contains("authorizer"));

  in.signer = api::Principal{.kind = api::Principal::Kind::user,
                             .account = "1",
                             .arn = "a",
                             .user_id = "u",
                             .role_arn = "",
                             .access_key = "k",
                             .session_policy = {}};
  in.body = "\xFF";
  made.http.headers.add("Authorization", "secret");
  event = url_event(made.http, in);
  EXPECT_EQ(event.get("requestContext").get("authorizer").get("iam").get("userArn").as_string(), "a");
  EXPECT_FALSE(event.get("headers").contains("authorization"));
  EXPECT_TRUE(event.get("isBase64Encoded").as_bool());
  EXPECT_EQ(event.get("body").as_string(), base64_encode("\xFF"));
}

TEST(UrlEvent, AnAnswerIsInferredOrSpelt) {
  auto inferred = url_response(R"({"message":"hello"})");
  ASSERT_TRUE(inferred);
  EXPECT_EQ(inferred->status, 200);
  EXPECT_EQ(inferred->body, R"({"message":"hello"})");
  EXPECT_EQ(inferred->headers.get_or("content-type", ""), "application/json");
  EXPECT_EQ(url_response("\"Hello\"")->body, "\"Hello\"");
  auto spelt =
      url_response(R"({"statusCode":201,"headers":{"X-A":"b","Content-Type":"text/plain"},"cookies":["a=1","b=2"],)"
                   R"("body":"aGk=","isBase64Encoded":true})");
  ASSERT_TRUE(spelt);
  EXPECT_EQ(spelt->status, 201);
  EXPECT_EQ(spelt->body, "hi");
  EXPECT_EQ(spelt->headers.get_all("set-cookie").size(), 2u);
  EXPECT_EQ(spelt->headers.get_or("content-type", ""), "text/plain");
  for (const char* bad : {"", "{", R"({"statusCode":9})", R"({"statusCode":"x"})", R"({"statusCode":200,"headers":[]})",
                          R"({"statusCode":200,"headers":{"a":"b\r\nc"}})", R"({"statusCode":200,"cookies":[1]})",
                          R"({"statusCode":200,"body":"!","isBase64Encoded":true})"})
    EXPECT_FALSE(url_response(bad)) << bad;
}

TEST(UrlEvent, CorsAnswersPreflightsAndMarksAnswers) {
  Cors cors;
  cors.AllowOrigins = std::vector<std::string>{"https://app.example", "http://*.local"};
  cors.AllowMethods = std::vector<std::string>{"GET", "POST"};
  cors.ExposeHeaders = std::vector<std::string>{"X-A"};
  cors.MaxAge = 60;
  Made made;
  made.http.method = "OPTIONS";
  made.http.headers = {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}};
  EXPECT_FALSE(preflight(made.http, std::nullopt));
  auto answer = preflight(made.http, cors);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.get_or("access-control-allow-origin", ""), "https://app.example");
  EXPECT_EQ(answer->headers.get_or("access-control-allow-methods", ""), "GET,POST");
  EXPECT_EQ(answer->headers.get_or("access-control-max-age", ""), "60");
  made.http.headers.set("Origin", "https://evil.example");
  EXPECT_FALSE(preflight(made.http, cors)->headers.contains("access-control-allow-origin"));
  made.http.method = "GET";
  EXPECT_FALSE(preflight(made.http, cors));
  net::HttpResponse response;
  response.headers.set("Access-Control-Allow-Origin", "function's own");
  made.http.headers.set("Origin", "http://x.local");
  add_cors(response, made.http, cors);
  EXPECT_EQ(response.headers.get_all("access-control-allow-origin").size(), 1u);
  EXPECT_EQ(response.headers.get_or("access-control-allow-origin", ""), "http://x.local");
  EXPECT_EQ(response.headers.get_or("access-control-expose-headers", ""), "X-A");
}

}  // namespace
}  // namespace thaw::lambda
