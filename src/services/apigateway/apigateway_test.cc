#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/testing.h"
#include "base/text.h"
#include "services/apigateway/service.h"

namespace thaw::apigateway {
namespace {

// Stands for Lambda: answers what the test says, and remembers what it was asked.
struct InvokeInput {
  std::string FunctionName, InvocationType, TraceId;
  api::Blob Payload;
  static void describe(api::Fields& f) {
    using Self = InvokeInput;
    MEMBER(FunctionName);
    MEMBER(InvocationType);
    MEMBER(TraceId);
    MEMBER(Payload);
  }
};
struct InvokeOutput {
  std::optional<std::string> FunctionError;
  api::Blob Payload;
  static void describe(api::Fields& f) {
    using Self = InvokeOutput;
    MEMBER(FunctionError);
    MEMBER(Payload);
  }
};

class FakeLambda final : public api::Service {
 public:
  api::ServiceInfo info() const override { return {.name = "lambda", .protocols = {api::Protocol::rest_json}}; }
  std::vector<api::Operation> operations() override {
    std::vector<api::Operation> out;
    out.push_back(api::op("Invoke", this, &FakeLambda::invoke).http("POST", "/invoke"));
    return out;
  }
  Task<Result<InvokeOutput>> invoke(api::Request& request, const InvokeInput& in) {
    ++calls;
    last = in;
    event = Json::parse(in.Payload.bytes).value_or(Json());
    principal = request.principal.arn;
    source_arn = request.context.get("aws:SourceArn").string_or("");
    if (refuse) co_return fail("AccessDeniedException", "not allowed", 403);
    InvokeOutput out;
    auto own = answers.find(in.FunctionName);
    out.Payload.bytes = own != answers.end() ? own->second : answer;
    if (!error.empty()) out.FunctionError = error;
    co_return out;
  }

  std::string answer = R"({"statusCode": 200, "body": "ok"})", error;
  std::map<std::string, std::string> answers;
  bool refuse = false;
  int calls = 0;
  InvokeInput last;
  Json event;
  std::string principal, source_arn;
};

const std::string function = "arn:aws:lambda:us-east-1:000000000000:function:orders";
const std::string uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + function + "/invocations";

struct ApiGatewayTest : testing::Test {
  api::TestDoor t;
  FakeLambda lambda;
  ApiGateway gateway{Dependencies{.store = *t.store, .clock = t.clock, .caller = t.door.caller()}};

  ApiGatewayTest() {
    t.door.add(lambda);
    t.door.add(gateway);
  }
  Json ok(std::string operation, Json::Object in) { return t.ok("apigateway", std::move(operation), std::move(in)); }
  Error error(std::string operation, Json::Object in) {
    return t.error("apigateway", std::move(operation), std::move(in));
  }

  std::string import_api(const std::string& document, const std::string& stage = "prod") {
    Json api = ok("ImportRestApi", {{"body", document}});
    std::string id = api.get("id").as_string();
    ok("CreateDeployment", {{"restApiId", id}, {"stageName", stage}});
    return id;
  }

  net::HttpResponse send(std::string method, const std::string& api, const std::string& path_and_query,
                         std::string body = "", net::Headers headers = {}) {
    net::StringBody reader(std::move(body));
    net::HttpRequest request(reader);
    request.method = std::move(method);
    request.target = path_and_query;
    size_t question = path_and_query.find('?');
    request.path = path_and_query.substr(0, question);
    if (question != std::string::npos) request.query = path_and_query.substr(question + 1);
    request.headers = std::move(headers);
    request.headers.set("Host", api + ".execute-api.us-east-1.amazonaws.com");
    request.peer.ip = "203.0.113.9";
    return t.loop.run(t.door.handle(request));
  }
};

std::string swagger(const std::string& more = "") {
  return R"({"swagger":"2.0","info":{"title":"Orders","version":"1.0"},"paths":{
    "/orders":{"post":{"responses":{},"x-amazon-apigateway-integration":{
      "httpMethod":"POST","type":"aws_proxy","uri":")" +
         uri + R"("}}},
    "/orders/{id}":{"get":{"responses":{},"x-amazon-apigateway-integration":{
      "httpMethod":"POST","type":"aws_proxy","uri":")" +
         uri + R"("}}},
    "/files/{proxy+}":{"x-amazon-apigateway-any-method":{"responses":{},"x-amazon-apigateway-integration":{
      "httpMethod":"POST","type":"aws_proxy","uri":")" +
         uri + R"("}}})" + more + "}}";
}

TEST_F(ApiGatewayTest, BuildsAnApiByHand) {
  Json api = ok("CreateRestApi", {{"name", "Orders"}});
  std::string id = api.get("id").as_string(), root = api.get("rootResourceId").as_string();
  EXPECT_EQ(id.size(), 10u);
  EXPECT_EQ(error("CreateDeployment", {{"restApiId", id}, {"stageName", "v1"}}).message,
            "The REST API doesn't contain any methods");
  Json resource = ok("CreateResource", {{"restApiId", id}, {"parentId", root}, {"pathPart", "orders"}});
  EXPECT_EQ(resource.get("path"), Json("/orders"));
  std::string orders = resource.get("id").as_string();
  EXPECT_EQ(error("CreateResource", {{"restApiId", id}, {"parentId", root}, {"pathPart", "orders"}}).code,
            "ConflictException");
  EXPECT_EQ(error("CreateResource", {{"restApiId", id}, {"parentId", root}, {"pathPart", "a b"}}).code,
            "BadRequestException");
  ok("PutMethod", {{"restApiId", id}, {"resourceId", orders}, {"httpMethod", "POST"}, {"authorizationType", "NONE"}});
  EXPECT_EQ(error("CreateDeployment", {{"restApiId", id}}).message, "No integration defined for method");
  Json integration = ok("PutIntegration", {{"restApiId", id},
                                           {"resourceId", orders},
                                           {"httpMethod", "POST"},
                                           {"type", "AWS_PROXY"},
                                           {"integrationHttpMethod", "POST"},
                                           {"uri", uri}});
  EXPECT_EQ(integration.get("httpMethod"), Json("POST"));
  EXPECT_EQ(integration.get("timeoutInMillis"), Json(29000));
  Json deployment = ok("CreateDeployment", {{"restApiId", id}});
  ok("CreateStage", {{"restApiId", id}, {"stageName", "v1"}, {"deploymentId", deployment.get("id")}});
  EXPECT_EQ(send("POST", id, "/v1/orders", "{}").status, 200);
  // A change shows when it has been deployed, not before.
  ok("DeleteMethod", {{"restApiId", id}, {"resourceId", orders}, {"httpMethod", "POST"}});
  EXPECT_EQ(send("POST", id, "/v1/orders", "{}").status, 200);
  Json listed = ok("GetResources", {{"restApiId", id}});
  EXPECT_EQ(listed.get("items").size(), 2u);
  EXPECT_EQ(error("DeleteDeployment", {{"restApiId", id}, {"deploymentId", deployment.get("id")}}).message,
            "Active stages pointing to this deployment must be moved or deleted");
  ok("DeleteRestApi", {{"restApiId", id}});
  EXPECT_EQ(send("POST", id, "/v1/orders", "{}").status, 403);
  EXPECT_EQ(error("GetRestApi", {{"restApiId", id}}).message, "Invalid API identifier specified 000000000000:" + id);
}

TEST_F(ApiGatewayTest, SendsTheEventOfTheProxyIntegration) {
  std::string id = import_api(swagger());
  lambda.answer =
      R"({"statusCode": 201, "headers": {"X-A": "1"},
         "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "made"})";
  net::HttpResponse response = send("POST", id, "/prod/orders?a=1&a=2&b=x%20y", R"({"n":1})",
                                    {{"Content-Type", "application/json"}, {"User-Agent", "test"}});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(response.headers.get_or("x-a", ""), "1");
  EXPECT_EQ(response.headers.get_all("set-cookie").size(), 2u);
  EXPECT_EQ(response.headers.get_or("content-type", ""), "application/json");
  for (auto name : {"x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"})
    EXPECT_TRUE(response.headers.contains(name)) << name;

  const Json& event = lambda.event;
  EXPECT_EQ(event.get("resource"), Json("/orders"));
  EXPECT_EQ(event.get("path"), Json("/orders"));
  EXPECT_EQ(event.get("httpMethod"), Json("POST"));
  EXPECT_EQ(event.get("body"), Json(R"({"n":1})"));
  EXPECT_EQ(event.get("isBase64Encoded"), Json(false));
  EXPECT_EQ(event.get("queryStringParameters").get("a"), Json("2"));
  EXPECT_EQ(event.get("queryStringParameters").get("b"), Json("x y"));
  EXPECT_EQ(event.get("multiValueQueryStringParameters").get("a"), Json::array({"1", "2"}));
  EXPECT_TRUE(event.get("pathParameters").is_null());
  EXPECT_TRUE(event.contains("stageVariables"));
  EXPECT_EQ(event.get("headers").get("X-Forwarded-For"), Json("203.0.113.9"));
  const Json& context = event.get("requestContext");
  EXPECT_EQ(context.get("apiId"), Json(id));
  EXPECT_EQ(context.get("stage"), Json("prod"));
  EXPECT_EQ(context.get("path"), Json("/prod/orders"));
  EXPECT_EQ(context.get("resourcePath"), Json("/orders"));
  EXPECT_EQ(context.get("requestTime"), Json("14/Nov/2023:22:13:20 +0000"));
  EXPECT_EQ(context.get("requestTimeEpoch"), Json(1700000000000));
  EXPECT_EQ(context.get("identity").get("sourceIp"), Json("203.0.113.9"));
  EXPECT_EQ(context.get("identity").get("userAgent"), Json("test"));
  EXPECT_EQ(lambda.last.FunctionName, function);
  EXPECT_EQ(lambda.principal, "apigateway.amazonaws.com");
  EXPECT_EQ(lambda.source_arn, "arn:aws:execute-api:us-east-1:000000000000:" + id + "/prod/POST/orders");

  send("GET", id, "/prod/orders/a%20b");
  EXPECT_EQ(lambda.event.get("pathParameters").get("id"), Json("a b"));
  EXPECT_TRUE(lambda.event.get("body").is_null());
  send("PATCH", id, "/prod/files/x/y.txt");
  EXPECT_EQ(lambda.event.get("pathParameters").get("proxy"), Json("x/y.txt"));
  EXPECT_EQ(lambda.event.get("httpMethod"), Json("PATCH"));
}

TEST_F(ApiGatewayTest, AnswersFailuresAsAwsDoes) {
  std::string id = import_api(swagger());
  auto expect = [&](net::HttpResponse response, int status, const char* message) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, Json::object({{"message", message}}).dump());
  };
  net::HttpResponse unknown = send("GET", id, "/prod/nowhere");
  EXPECT_EQ(unknown.headers.get_or("x-amzn-errortype", ""), "MissingAuthenticationTokenException");
  expect(unknown, 403, "Missing Authentication Token");
  expect(send("GET", id, "/prod/orders"), 403, "Missing Authentication Token");
  expect(send("GET", id, "/other/orders"), 403, "Forbidden");
  expect(send("GET", "abcdefghij", "/prod/orders"), 403, "Forbidden");
  for (const char* bad :
       {"\"text\"", "null", R"({"message": "hi"})", R"({"statusCode": "abc"})", R"({"statusCode":200,"body":{}})",
        R"({"statusCode":200,"headers":{"a":"b\nc"}})", "not json"}) {
    lambda.answer = bad;
    expect(send("POST", id, "/prod/orders"), 502, "Internal server error");
  }
  lambda.answer = R"({"errorMessage":"x"})";
  lambda.error = "Unhandled";
  expect(send("POST", id, "/prod/orders"), 502, "Internal server error");
  lambda.refuse = true;
  expect(send("POST", id, "/prod/orders"), 500, "Internal server error");
  expect(send("POST", id, "/prod/orders", std::string(10'485'761, 'x')), 413,
         "HTTP content length exceeded 10485760 bytes.");
}

TEST_F(ApiGatewayTest, ServesByPathToo) {
  std::string id = import_api(swagger());
  for (std::string path :
       {"/_aws/execute-api/" + id + "/prod/orders/7", "/restapis/" + id + "/prod/_user_request_/orders/7"}) {
    net::StringBody reader;
    net::HttpRequest request(reader);
    request.method = "GET";
    request.path = request.target = path;
    request.headers.set("Host", "localhost:4566");
    EXPECT_EQ(t.loop.run(t.door.handle(request)).status, 200) << path;
    EXPECT_EQ(lambda.event.get("requestContext").get("path"), Json("/prod/orders/7"));
  }
}

TEST_F(ApiGatewayTest, MocksAnswerPreflights) {
  std::string id = import_api(
      swagger(R"(,"/cors":{"options":{"responses":{"200":{"headers":{"Access-Control-Allow-Origin":{"type":"string"}}}},
    "x-amazon-apigateway-integration":{"type":"mock",
    "requestTemplates":{"application/json":"{\n  \"statusCode\" : 200\n}\n"},
    "responses":{"default":{"statusCode":"200",
    "responseParameters":{"method.response.header.Access-Control-Allow-Origin":"'*'"},
    "responseTemplates":{"application/json":"{}\n"}}}}}})"));
  net::HttpResponse response = send("OPTIONS", id, "/prod/cors");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get_or("access-control-allow-origin", ""), "*");
  EXPECT_EQ(response.body, "{}\n");
  EXPECT_EQ(lambda.calls, 0);
}

TEST_F(ApiGatewayTest, ValidatesBodiesAndParameters) {
  std::string id = import_api(R"({"openapi":"3.0.1","info":{"title":"V"},
    "x-amazon-apigateway-request-validators":{"all":{"validateRequestBody":true,"validateRequestParameters":true}},
    "x-amazon-apigateway-request-validator":"all",
    "components":{"schemas":{"Order":{"type":"object","required":["item"],
      "properties":{"item":{"$ref":"#/components/schemas/Item"}}},
      "Item":{"type":"string","minLength":2}}},
    "paths":{"/o":{"post":{"parameters":[{"name":"q","in":"query","required":true}],
      "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Order"}}}},
      "x-amazon-apigateway-integration":{"httpMethod":"POST","type":"AWS_PROXY","uri":")" +
                              uri + R"("}}}}})");
  EXPECT_EQ(send("POST", id, "/prod/o", R"({"item":"ab"})").body,
            R"({"message":"Missing required request parameters: [q]"})");
  EXPECT_EQ(send("POST", id, "/prod/o?q=1", R"({"item":"a"})").body, R"({"message":"Invalid request body"})");
  EXPECT_EQ(send("POST", id, "/prod/o?q=1", R"({})").status, 400);
  EXPECT_EQ(send("POST", id, "/prod/o?q=1", R"({"item":"ab"})").status, 200);
}

TEST_F(ApiGatewayTest, GatewayResponsesAreCustomised) {
  std::string id =
      import_api(swagger(R"(},"x-amazon-apigateway-gateway-responses":{"MISSING_AUTHENTICATION_TOKEN":{"statusCode":404,
    "responseParameters":{"gatewayresponse.header.X-Why":"'none'"},
    "responseTemplates":{"application/json":"{\"e\":$context.error.messageString,\"s\":\"$context.stage\"}"}})"));
  net::HttpResponse response = send("GET", id, "/prod/nowhere");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.get_or("x-why", ""), "none");
  EXPECT_EQ(response.body, R"({"e":"Missing Authentication Token","s":"prod"})");
}

TEST_F(ApiGatewayTest, AuthorizersDecide) {
  const std::string authorizer = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/auth/invocations";
  std::string id = import_api(
      R"({"swagger":"2.0","info":{"title":"A"},"securityDefinitions":{"Auth":{"type":"apiKey","name":"Authorization",
    "in":"header","x-amazon-apigateway-authtype":"custom",
    "x-amazon-apigateway-authorizer":{"type":"token","authorizerUri":")" +
      authorizer + R"("}}},
    "paths":{"/o":{"get":{"security":[{"Auth":[]}],"x-amazon-apigateway-integration":{
      "httpMethod":"POST","type":"aws_proxy","uri":")" +
      uri + R"("}}}}})");
  EXPECT_EQ(send("GET", id, "/prod/o").body, R"({"message":"Unauthorized"})");
  EXPECT_EQ(send("GET", id, "/prod/o").status, 401);
  auto verdict = [&](const char* effect) {
    return std::string(
               R"({"principalId":"me","context":{"n":1,"s":"x"},
      "policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":")") +
           effect + R"(","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:)" + id +
           R"(/prod/GET/o"}]}})";
  };
  lambda.answers["auth"] = verdict("Allow");
  EXPECT_EQ(send("GET", id, "/prod/o", "", {{"Authorization", "t1"}}).status, 200);
  EXPECT_EQ(lambda.event.get("requestContext").get("authorizer").get("principalId"), Json("me"));
  EXPECT_EQ(lambda.event.get("requestContext").get("authorizer").get("n"), Json("1"));
  int calls = lambda.calls;
  EXPECT_EQ(send("GET", id, "/prod/o", "", {{"Authorization", "t1"}}).status, 200);
  EXPECT_EQ(lambda.calls, calls + 1) << "the verdict is cached for 300 s";
  lambda.answers["auth"] = verdict("Deny");
  net::HttpResponse denied = send("GET", id, "/prod/o", "", {{"Authorization", "t2"}});
  EXPECT_EQ(denied.status, 403);
  EXPECT_THAT(denied.body, testing::HasSubstr("User is not authorized to access this resource"));
  t.clock.advance(std::chrono::seconds(301));
  EXPECT_EQ(send("GET", id, "/prod/o", "", {{"Authorization", "t1"}}).status, 403);
}

TEST_F(ApiGatewayTest, ApiKeysAreAskedFor) {
  std::string id = import_api(
      R"({"swagger":"2.0","info":{"title":"K"},
    "securityDefinitions":{"key":{"type":"apiKey","name":"x-api-key","in":"header"}},
    "security":[{"key":[]}],"paths":{"/o":{"get":{"x-amazon-apigateway-integration":{
      "httpMethod":"POST","type":"aws_proxy","uri":")" +
      uri + R"("}}}}})");
  net::HttpResponse refused = send("GET", id, "/prod/o");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, R"({"message":"Forbidden"})");
  Json key = ok("CreateApiKey", {{"name", "k"}, {"enabled", true}});
  std::string value = key.get("value").as_string();
  Json plan = ok("CreateUsagePlan",
                 {{"name", "p"}, {"apiStages", Json::array({Json::object({{"apiId", id}, {"stage", "prod"}})})}});
  EXPECT_EQ(send("GET", id, "/prod/o", "", {{"x-api-key", value}}).status, 403);
  ok("CreateUsagePlanKey", {{"usagePlanId", plan.get("id")}, {"keyId", key.get("id")}, {"keyType", "API_KEY"}});
  EXPECT_EQ(send("GET", id, "/prod/o", "", {{"x-api-key", value}}).status, 200);
  EXPECT_EQ(lambda.event.get("requestContext").get("identity").get("apiKeyId"), key.get("id"));
}

TEST_F(ApiGatewayTest, StagesHaveVariablesAndSettings) {
  std::string document = swagger();
  size_t at = document.find(":function:orders/");
  document.replace(at, 17, ":function:${stageVariables.fn}/");
  std::string id = import_api(document, "dev");
  Json stage =
      ok("UpdateStage",
         {{"restApiId", id},
          {"stageName", "dev"},
          {"patchOperations",
           Json::array({Json::object({{"op", "replace"}, {"path", "/variables/fn"}, {"value", "f2"}}),
                        Json::object({{"op", "replace"}, {"path", "/*/*/logging/loglevel"}, {"value", "INFO"}})})}});
  EXPECT_EQ(stage.get("variables").get("fn"), Json("f2"));
  EXPECT_EQ(stage.get("methodSettings").get("*/*").get("loggingLevel"), Json("INFO"));
  send("POST", id, "/dev/orders");
  EXPECT_EQ(lambda.last.FunctionName, "arn:aws:lambda:us-east-1:000000000000:function:f2");
  EXPECT_EQ(lambda.event.get("stageVariables").get("fn"), Json("f2"));
  EXPECT_EQ(
      error("UpdateStage", {{"restApiId", id},
                            {"stageName", "dev"},
                            {"patchOperations",
                             Json::array({Json::object({{"op", "replace"}, {"path", "/nothing"}, {"value", "x"}})})}})
          .code,
      "BadRequestException");
  EXPECT_EQ(error("CreateStage", {{"restApiId", id}, {"stageName", "a b"}, {"deploymentId", "x"}}).message,
            "Stage name only allows a-zA-Z0-9_-");
}

TEST_F(ApiGatewayTest, PutMergesOrOverwrites) {
  std::string id = import_api(swagger());
  const char* yaml =
      "openapi: 3.0.1\ninfo: {title: Two}\npaths:\n  /more:\n    get:\n      x-amazon-apigateway-integration:\n"
      "        type: mock\n        requestTemplates: {application/json: '{\"statusCode\": 200}'}\n";
  ok("PutRestApi", {{"restApiId", id}, {"mode", "merge"}, {"body", yaml}});
  EXPECT_EQ(ok("GetResources", {{"restApiId", id}}).get("items").size(), 6u);
  Json api = ok("PutRestApi", {{"restApiId", id}, {"mode", "overwrite"}, {"body", yaml}});
  EXPECT_EQ(api.get("name"), Json("Two"));
  EXPECT_EQ(ok("GetResources", {{"restApiId", id}}).get("items").size(), 2u);
  EXPECT_EQ(error("PutRestApi", {{"restApiId", id}, {"body", "[1"}}).code, "BadRequestException");
}

TEST_F(ApiGatewayTest, CustomLambdaIntegrationsMapResponses) {
  std::string id =
      import_api(R"({"swagger":"2.0","info":{"title":"C"},"paths":{"/c":{"post":{"x-amazon-apigateway-integration":{
    "httpMethod":"POST","type":"aws","uri":")" +
                 uri + R"(","responses":{"default":{"statusCode":"200"},
    ".*bad.*":{"statusCode":"400",
    "responseTemplates":{"application/json":"{\"why\":$input.json('$.errorMessage')}"}}}}}}}})");
  lambda.answer = R"({"n":1})";
  net::HttpResponse fine = send("POST", id, "/prod/c", R"({"q":1})");
  EXPECT_EQ(fine.status, 200);
  EXPECT_EQ(fine.body, R"({"n":1})");
  EXPECT_EQ(lambda.event, Json::object({{"q", 1}}));
  lambda.answer = R"({"errorMessage":"a bad one"})";
  lambda.error = "Unhandled";
  net::HttpResponse bad = send("POST", id, "/prod/c");
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body, R"({"why":"a bad one"})");
}

TEST(Shapes, AreDeclaredWithoutHoles) {
  EXPECT_EQ(declared_operations().size(), 79u);
  for (const Declared& operation : declared_operations()) {
    EXPECT_FALSE(operation.method.empty());
    EXPECT_TRUE(operation.uri.starts_with('/')) << operation.name;
    for (const api::Use& use : operation.input->members) EXPECT_TRUE(use.shape) << operation.name << " " << use.name;
  }
  EXPECT_NE(shape("Integration").member("integrationResponses"), nullptr);
}

}  // namespace
}  // namespace thaw::apigateway
