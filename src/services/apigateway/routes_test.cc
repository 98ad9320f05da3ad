#include "services/apigateway/routes.h"

#include <gtest/gtest.h>

#include "services/apigateway/event.h"
#include "services/apigateway/json_schema.h"
#include "services/apigateway/mapping.h"

namespace thaw::apigateway {
namespace {

Routes routes_of(std::initializer_list<std::pair<const char*, const char*>> list) {
  Routes out;
  for (auto [method, path] : list) {
    Method m;
    m.http_method = method;
    m.resource_path = path;
    out.add(path, std::move(m));
  }
  return out;
}
// "METHOD path name=value ..." of what answers; empty when nothing does.
std::string found(const Routes& routes, const char* method, const char* path) {
  auto match = routes.match(method, path);
  if (!match.method) return "";
  std::string out = match.method->http_method + " " + match.method->resource_path;
  for (auto& [name, value] : match.parameters) out += " " + name + "=" + value;
  return out;
}

TEST(RoutesTest, TheMostSpecificResourceAnswers) {
  Routes routes = routes_of(
      {{"GET", "/"}, {"GET", "/a"}, {"GET", "/a/b"}, {"ANY", "/a/{x}"}, {"ANY", "/{proxy+}"}, {"POST", "/a/{x}/c"}});
  EXPECT_EQ(found(routes, "GET", "/"), "GET /");
  EXPECT_EQ(found(routes, "GET", "/a"), "GET /a");
  EXPECT_EQ(found(routes, "GET", "/a/"), "GET /a");
  EXPECT_EQ(found(routes, "GET", "/a/b"), "GET /a/b");
  EXPECT_EQ(found(routes, "PUT", "/a/b"), "ANY /a/{x} x=b");
  EXPECT_EQ(found(routes, "GET", "/a/q%2Fr"), "ANY /a/{x} x=q/r");
  EXPECT_EQ(found(routes, "POST", "/a/b/c"), "POST /a/{x}/c x=b");
  EXPECT_EQ(found(routes, "GET", "/a/b/c"), "ANY /{proxy+} proxy=a/b/c");
  EXPECT_EQ(found(routes, "GET", "/z%20z/y"), "ANY /{proxy+} proxy=z z/y");
  EXPECT_EQ(found(routes, "POST", "/"), "");
  EXPECT_EQ(found(routes_of({{"GET", "/x/{p+}"}}), "GET", "/x"), "");
}

TEST(RoutesTest, LongPathsHaveALimit) {
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "/a";
  Routes greedy = routes_of({{"GET", "/{p+}"}});
  EXPECT_NE(greedy.match("GET", path).method, nullptr);
  Routes plain = routes_of({{"GET", "/a/{x}"}});
  EXPECT_EQ(plain.match("GET", path).method, nullptr);
}

TEST(RoutesTest, AddressesOfStages) {
  auto show = [](const char* host, const char* path) {
    auto a = parse_address(host, path);
    return a ? a->api + " " + a->stage + " " + a->path : std::string();
  };
  EXPECT_EQ(show("abc.execute-api.us-east-1.amazonaws.com", "/prod/a/b"), "abc prod /a/b");
  EXPECT_EQ(show("abc.execute-api.localhost", "/prod"), "abc prod /");
  EXPECT_EQ(show("localhost", "/_aws/execute-api/abc/prod/x"), "abc prod /x");
  EXPECT_EQ(show("localhost", "/restapis/abc/prod/_user_request_/x"), "abc prod /x");
  EXPECT_EQ(show("localhost", "/restapis/abc/prod/_user_request_"), "abc prod /");
  EXPECT_EQ(show("localhost", "/restapis/abc/resources"), "");
  EXPECT_EQ(show("apigateway.us-east-1.amazonaws.com", "/restapis"), "");
  EXPECT_EQ(show("s3.localhost", "/a"), "");
}

TEST(RoutesTest, FunctionsOfIntegrationUris) {
  EXPECT_EQ(function_of_uri(
                "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:1:function:f:live/invocations"),
            "arn:aws:lambda:r:1:function:f:live");
  EXPECT_EQ(function_of_uri("arn:aws:apigateway:r:sqs:path/1/q"), "");
  EXPECT_EQ(with_stage_variables("a${stageVariables.x}b${stageVariables.y}", Json::object({{"x", "1"}})), "a1b");
}

TEST(EventTest, BodiesAreBinaryByTheMediaTypes) {
  std::vector<std::string> types = {"image/*", "application/pdf"};
  EXPECT_TRUE(is_binary_type("image/PNG; q=1", types));
  EXPECT_TRUE(is_binary_type("application/pdf", types));
  EXPECT_FALSE(is_binary_type("application/json", types));
  EXPECT_TRUE(is_binary_type("text/plain", {"*/*"}));
  const char* answer =
      R"({"statusCode":"200","isBase64Encoded":true,"body":"aGk=","headers":{"Content-Type":"image/png"}})";
  EXPECT_EQ(proxy_response(answer, types, "image/png")->body, "hi");
  EXPECT_EQ(proxy_response(answer, types, "application/json")->body, "aGk=");
  EXPECT_EQ(proxy_response(answer, {"*/*"}, "")->body, "hi");
}

TEST(EventTest, HeadersOfAnswersAreMergedAndRemapped) {
  auto out = proxy_response(
      R"({"headers":{"A":"1","Server":"x","Content-Length":"9","N":5},"multiValueHeaders":{"A":["1","2"]}})", {}, "");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->status, 200);
  EXPECT_EQ(out->headers.get_all("A").size(), 2u);
  EXPECT_EQ(out->headers.get_or("x-amzn-remapped-server", ""), "x");
  EXPECT_FALSE(out->headers.contains("content-length"));
  EXPECT_EQ(out->headers.get_or("n", ""), "5");
}

TEST(MappingTest, TemplatesWithSimpleReferences) {
  Json context = Json::object({{"requestId", "r"}, {"a", Json::object({{"b", 1}})}});
  Json variables = Json::object({{"v", "x"}});
  MappingScope scope{.request = nullptr,
                     .context = &context,
                     .stage_variables = &variables,
                     .response_headers = nullptr,
                     .body = R"({"p":{"q":[1,"two"]}})"};
  EXPECT_EQ(render_template("{\"statusCode\": 200} $5 #1", scope).value_or(""), "{\"statusCode\": 200} $5 #1");
  EXPECT_EQ(render_template("$context.requestId/${context.a.b}.$stageVariables.v", scope).value_or(""), "r/1.x");
  EXPECT_EQ(render_template("$input.json('$.p') $input.path('$.p.q[1]')", scope).value_or(""),
            "{\"q\":[1,\"two\"]} two");
  for (const char* text : {"#set($a = 1)", "$util.urlEncode('a')", "#if(true)", "$!x", "$input.json($x)", "## c"}) {
    auto rendered = render_template(text, scope);
    ASSERT_FALSE(rendered) << text;
    EXPECT_EQ(rendered.error().status, 501);
  }
  EXPECT_EQ(map_value("'*'", scope), "*");
  EXPECT_EQ(map_value("context.a.b", scope), "1");
  EXPECT_EQ(map_value("nonsense", scope), std::nullopt);
}

TEST(JsonSchemaTest, DecidesAsDraft4Does) {
  auto valid = [](const char* value, const char* schema) {
    return is_valid(*Json::parse(value), *Json::parse(schema), [](std::string_view) { return nullptr; });
  };
  EXPECT_TRUE(valid("1", R"({"type":"integer","minimum":1})"));
  EXPECT_FALSE(valid("1.5", R"({"type":"integer"})"));
  EXPECT_FALSE(valid("1", R"({"minimum":1,"exclusiveMinimum":true})"));
  EXPECT_FALSE(valid(R"({"a":1,"b":2})", R"({"properties":{"a":{}},"additionalProperties":false})"));
  EXPECT_TRUE(valid(R"(["a","b"])", R"({"items":{"type":"string"},"uniqueItems":true})"));
  EXPECT_FALSE(valid(R"("é")", R"({"minLength":2})"));
  EXPECT_TRUE(valid(R"("ab1")", R"({"pattern":"[0-9]$"})"));
  EXPECT_FALSE(valid("3", R"({"oneOf":[{"minimum":1},{"minimum":2}]})"));
  EXPECT_FALSE(valid(R"({"$":1})", R"({"$ref":"#"})")) << "an endless reference ends";
  EXPECT_TRUE(valid("2", R"({"definitions":{"n":{"type":"number"}},"allOf":[{"$ref":"#/definitions/n"}]})"));
}

}  // namespace
}  // namespace thaw::apigateway
