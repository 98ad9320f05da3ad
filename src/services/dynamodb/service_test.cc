// The service through the Door, on the in-memory store.
#include "services/dynamodb/service.h"

#include <gtest/gtest.h>

#include "api/testing.h"

namespace thaw::dynamodb {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Json();
}

struct DynamoDbTest : testing::Test {
  api::TestDoor t;
  DynamoDb service{*t.store, t.clock};

  DynamoDbTest() { t.door.add(service); }

  Json ok(const std::string& operation, std::string_view input) {
    return t.ok("dynamodb", operation, json(input).members());
  }
  // "Code: message".
  std::string error(const std::string& operation, std::string_view input) {
    Error e = t.error("dynamodb", operation, json(input).members());
    return e.code + ": " + e.message;
  }
  std::string dump(const std::string& operation, std::string_view input) { return ok(operation, input).dump(); }

  void simple_table() {
    ok("CreateTable", R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  }
  void indexed_table() {
    ok("CreateTable", R"({"TableName":"posts","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[
      {"AttributeName":"user","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"},
      {"AttributeName":"tag","AttributeType":"S"},{"AttributeName":"score","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"user","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],
      "LocalSecondaryIndexes":[{"IndexName":"by_score","KeySchema":[{"AttributeName":"user","KeyType":"HASH"},
        {"AttributeName":"score","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
      "GlobalSecondaryIndexes":[{"IndexName":"by_tag","KeySchema":[{"AttributeName":"tag","KeyType":"HASH"},
        {"AttributeName":"score","KeyType":"RANGE"}],
      "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["title"]}}]})");
  }
  void post(const std::string& user, int n, const std::string& tag, int score) {
    ok("PutItem", R"({"TableName":"posts","Item":{"user":{"S":")" + user + R"("},"n":{"N":")" + std::to_string(n) +
                      R"("},"tag":{"S":")" + tag + R"("},"score":{"N":")" + std::to_string(score) +
                      R"("},"title":{"S":"t)" + std::to_string(n) + R"("},"body":{"S":"long"}}})");
  }
  // The values of `attribute` in the answer's items, joined.
  static std::string column(const Json& answer, const std::string& attribute) {
    std::string out;
    for (const Json& item : answer.get("Items").items()) {
      const Json& value = item.get(attribute);
      out += (out.empty() ? "" : " ") + (value.is_null() ? "-" : value.members()[0].value.string_or("?"));
    }
    return out;
  }
};

TEST_F(DynamoDbTest, TableLifeCycle) {
  simple_table();
  EXPECT_EQ(
      error("CreateTable", R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})"),
      "ResourceInUseException: Table already exists: orders");
  Json table = ok("DescribeTable", R"({"TableName":"orders"})").get("Table");
  EXPECT_EQ(table.get("TableStatus").as_string(), "ACTIVE");
  EXPECT_EQ(table.get("TableArn").as_string(), "arn:aws:dynamodb:us-east-1:000000000000:table/orders");
  EXPECT_EQ(table.get("BillingModeSummary").get("BillingMode").as_string(), "PAY_PER_REQUEST");
  EXPECT_EQ(dump("ListTables", "{}"), R"({"TableNames":["orders"]})");
  ok("PutItem", R"({"TableName":"orders","Item":{"id":{"S":"a"}}})");
  EXPECT_EQ(ok("DescribeTable", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/orders"})")
                .get("Table")
                .get("ItemCount")
                .to_int(),
            1);
  EXPECT_EQ(ok("DeleteTable", R"({"TableName":"orders"})").get("TableDescription").get("TableStatus").as_string(),
            "DELETING");
  EXPECT_EQ(error("DescribeTable", R"({"TableName":"orders"})"),
            "ResourceNotFoundException: Requested resource not found: Table: orders not found");
  EXPECT_EQ(error("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}}})"),
            "ResourceNotFoundException: Requested resource not found");
  simple_table();
  EXPECT_EQ(dump("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}}})"), "{}");
}

TEST_F(DynamoDbTest, RefusesBadTables) {
  auto create = [&](const std::string& rest) { return error("CreateTable", R"({"TableName":"bad",)" + rest + "}"); };
  const std::string one = R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)";
  const std::string key = R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}])";
  EXPECT_EQ(create(one + key),
            "ValidationException: One or more parameter values were invalid: ReadCapacityUnits and "
            "WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  const std::string on_demand = R"(,"BillingMode":"PAY_PER_REQUEST")";
  EXPECT_EQ(
      create(one + R"("KeySchema":[{"AttributeName":"x","KeyType":"HASH"}])" + on_demand),
      "ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in "
      "AttributeDefinitions. Keys: [x], AttributeDefinitions: [id]");
  EXPECT_EQ(create(one + R"("KeySchema":[{"AttributeName":"id","KeyType":"RANGE"}])" + on_demand),
            "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  EXPECT_EQ(
      create(one + key + on_demand + R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})"),
      "NotImplemented: Thaw does not implement the parameter StreamSpecification of DynamoDB tables.");
}

TEST_F(DynamoDbTest, ItemsComeBackAsTheyWere) {
  simple_table();
  std::string item = R"({"id":{"S":"a"},"n":{"N":"12345678901234567890123456789012345678"},"b":{"B":"AQI="},)"
                     R"("l":{"L":[{"BOOL":false},{"NULL":true}]},"m":{"M":{"k":{"SS":["x","y"]}}}})";
  EXPECT_EQ(dump("PutItem", R"({"TableName":"orders","Item":)" + item + "}"), "{}");
  EXPECT_EQ(dump("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}}})"), R"({"Item":)" + item + "}");
  EXPECT_EQ(dump("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}},"ProjectionExpression":"#m.k, l[1]",
      "ExpressionAttributeNames":{"#m":"m"},"ReturnConsumedCapacity":"TOTAL"})"),
            R"({"Item":{"l":{"L":[{"NULL":true}]},"m":{"M":{"k":{"SS":["x","y"]}}}},)"
            R"("ConsumedCapacity":{"TableName":"orders","CapacityUnits":0.5}})");
  EXPECT_EQ(dump("DeleteItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD"})"),
            R"({"Attributes":)" + item + "}");
  EXPECT_EQ(dump("DeleteItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD"})"), "{}");
}

TEST_F(DynamoDbTest, RefusesBadItemsAndKeys) {
  simple_table();
  const std::string v = "ValidationException: One or more parameter values were invalid: ";
  EXPECT_EQ(error("PutItem", R"({"TableName":"orders","Item":{"x":{"S":"a"}}})"), v + "Missing the key id in the item");
  EXPECT_EQ(error("PutItem", R"({"TableName":"orders","Item":{"id":{"N":"1"}}})"),
            v + "Type mismatch for key id expected: S actual: N");
  EXPECT_EQ(
      error("PutItem", R"({"TableName":"orders","Item":{"id":{"S":""}}})"),
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
      "contain an empty string value. Key: id");
  EXPECT_EQ(error("GetItem", R"({"TableName":"orders","Key":{"id":{"S":"a"},"x":{"S":"b"}}})"),
            "ValidationException: The provided key element does not match the schema");
  EXPECT_EQ(error("PutItem", R"({"TableName":"orders","Item":{"id":{"S":"a"},"big":{"S":")" +
                                 std::string(410'000, 'x') + R"("}}})"),
            "ValidationException: Item size has exceeded the maximum allowed size");
  EXPECT_EQ(error("PutItem", R"({"TableName":"orders","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_NEW"})"),
            "ValidationException: ReturnValues can only be ALL_OLD or NONE");
  EXPECT_EQ(error("PutItem",
                  R"({"TableName":"orders","Item":{"id":{"S":"a"}},"ConditionExpression":"x = :a",
      "Expected":{"x":{"Exists":false}}})"),
            "ValidationException: Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}");
  EXPECT_EQ(error("PutItem",
                  R"({"TableName":"orders","Item":{"id":{"S":"a"}},"ExpressionAttributeValues":{":a":{"S":"a"}}})"),
            "ValidationException: ExpressionAttributeValues can only be specified when using expressions: "
            "ConditionExpression "
            "is null");
  EXPECT_EQ(error("PutItem", R"({"TableName":"orders"})"),
            "ValidationException: 1 validation error detected: Value null at 'item' failed to satisfy constraint: "
            "Member must "
            "not be null");
}

TEST_F(DynamoDbTest, ConditionsAndUpdates) {
  simple_table();
  std::string put =
      R"({"TableName":"orders","Item":{"id":{"S":"a"},"v":{"N":"1"}},"ConditionExpression":"attribute_not_exists(id) ",
      "ReturnValuesOnConditionCheckFailure":"ALL_OLD"})";
  ok("PutItem", put);
  Error failed = t.error("dynamodb", "PutItem", json(put).members());
  EXPECT_EQ(failed.code + ": " + failed.message, "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(failed.details.dump(), R"({"Item":{"id":{"S":"a"},"v":{"N":"1"}}})");
  auto update = [&](const std::string& returns) {
    return dump("UpdateItem",
                R"({"TableName":"orders","Key":{"id":{"S":"a"}},"UpdateExpression":"SET v = v + :i, w = :i",
      "ExpressionAttributeValues":{":i":{"N":"1"}},"ReturnValues":")" +
                    returns + "\"}");
  };
  EXPECT_EQ(update("UPDATED_NEW"), R"({"Attributes":{"v":{"N":"2"},"w":{"N":"1"}}})");
  EXPECT_EQ(update("UPDATED_OLD"), R"({"Attributes":{"v":{"N":"2"},"w":{"N":"1"}}})");
  EXPECT_EQ(update("ALL_OLD"), R"({"Attributes":{"id":{"S":"a"},"v":{"N":"3"},"w":{"N":"1"}}})");
  EXPECT_EQ(update("ALL_NEW"), R"({"Attributes":{"id":{"S":"a"},"v":{"N":"5"},"w":{"N":"1"}}})");
  EXPECT_EQ(update("NONE"), "{}");
  EXPECT_EQ(error("UpdateItem", R"({"TableName":"orders","Key":{"id":{"S":"a"}},"UpdateExpression":"SET id = :i",
      "ExpressionAttributeValues":{":i":{"S":"b"}}})"),
            "ValidationException: One or more parameter values were invalid: Cannot update attribute id. This "
            "attribute is part "
            "of the key");
  EXPECT_EQ(
      dump("UpdateItem", R"({"TableName":"orders","Key":{"id":{"S":"new"}},"AttributeUpdates":{"n":{"Action":"ADD",
      "Value":{"N":"4"}}},"Expected":{"n":{"Exists":false}},"ReturnValues":"ALL_NEW"})"),
      R"({"Attributes":{"id":{"S":"new"},"n":{"N":"4"}}})");
}

TEST_F(DynamoDbTest, QueryOptions) {
  indexed_table();
  for (int n : {10, -3, 2, 100, 7}) post("ann", n, "red", 100 - n);
  post("bob", 1, "red", 5);
  std::string base =
      R"("TableName":"posts","ExpressionAttributeNames":{"#u":"user"},"ExpressionAttributeValues":{":u":{"S":"ann"})";
  auto query = [&](const std::string& rest) { return ok("Query", "{" + base + rest + "}"); };
  EXPECT_EQ(column(query(R"(},"KeyConditionExpression":"#u = :u")"), "n"), "-3 2 7 10 100");
  EXPECT_EQ(column(query(R"(},"KeyConditionExpression":"#u = :u","ScanIndexForward":false)"), "n"), "100 10 7 2 -3");
  EXPECT_EQ(
      column(query(R"(,":a":{"N":"2"},":b":{"N":"10"}},"KeyConditionExpression":"#u = :u AND n BETWEEN :a AND :b")"),
             "n"),
      "2 7 10");
  EXPECT_EQ(column(query(R"(,":a":{"N":"7"}},"KeyConditionExpression":"#u = :u AND n > :a")"), "n"), "10 100");
  EXPECT_EQ(column(query(R"(,":a":{"N":"7"}},"KeyConditionExpression":"#u = :u AND n <= :a")"), "n"), "-3 2 7");
  Json filtered = query(R"(,":s":{"N":"90"}},"KeyConditionExpression":"#u = :u","FilterExpression":"score >= :s")");
  EXPECT_EQ(column(filtered, "n"), "-3 2 7 10");
  EXPECT_EQ(filtered.get("ScannedCount").to_int(), 5);
  Json page = query(R"(},"KeyConditionExpression":"#u = :u","Limit":2)");
  EXPECT_EQ(page.get("LastEvaluatedKey").dump(), R"({"user":{"S":"ann"},"n":{"N":"2"}})");
  page = query(R"(},"KeyConditionExpression":"#u = :u","Limit":2,"ExclusiveStartKey":)" +
               page.get("LastEvaluatedKey").dump());
  EXPECT_EQ(column(page, "n"), "7 10");
  EXPECT_EQ(query(R"(},"KeyConditionExpression":"#u = :u","Select":"COUNT")").dump(),
            R"({"Count":5,"ScannedCount":5})");
}

TEST_F(DynamoDbTest, Indexes) {
  indexed_table();
  for (int n : {10, 2, 7}) post("ann", n, "red", 100 - n);
  post("bob", 1, "red", 5);
  post("bob", 2, "blue", 6);
  std::string by_tag = R"({"TableName":"posts","IndexName":"by_tag","KeyConditionExpression":"tag = :t",
      "ExpressionAttributeValues":{":t":{"S":"red"}}})";
  Json red = ok("Query", by_tag);
  EXPECT_EQ(column(red, "score"), "5 90 93 98");
  EXPECT_EQ(column(red, "title"), "t1 t10 t7 t2");
  EXPECT_EQ(column(red, "body"), "- - - -");
  ok("UpdateItem", R"({"TableName":"posts","Key":{"user":{"S":"bob"},"n":{"N":"1"}},"UpdateExpression":"SET tag = :b",
      "ExpressionAttributeValues":{":b":{"S":"blue"}}})");
  ok("DeleteItem", R"({"TableName":"posts","Key":{"user":{"S":"ann"},"n":{"N":"7"}}})");
  EXPECT_EQ(column(ok("Query", by_tag), "score"), "90 98");
  Json local =
      ok("Query",
         R"({"TableName":"posts","IndexName":"by_score","KeyConditionExpression":"#u = :u","Select":"ALL_ATTRIBUTES",
      "ConsistentRead":true,"ExpressionAttributeNames":{"#u":"user"},"ExpressionAttributeValues":{":u":{"S":"ann"}}})");
  EXPECT_EQ(column(local, "score"), "90 98");
  EXPECT_EQ(column(local, "body"), "long long");
  EXPECT_EQ(
      error("Query",
            R"({"TableName":"posts","IndexName":"by_tag","KeyConditionExpression":"tag = :t","ConsistentRead":true,
      "ExpressionAttributeValues":{":t":{"S":"red"}}})"),
      "ValidationException: Consistent reads are not supported on global secondary indexes");
  EXPECT_EQ(
      error("PutItem", R"({"TableName":"posts","Item":{"user":{"S":"u"},"n":{"N":"1"},"tag":{"N":"1"}}})"),
      "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key tag Expected: S "
      "Actual: N IndexName: by_tag");
  Json consumed =
      ok("PutItem", R"({"TableName":"posts","Item":{"user":{"S":"u"},"n":{"N":"1"},"tag":{"S":"x"},"score":{"N":"1"}},
      "ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE"})");
  EXPECT_EQ(consumed.dump(),
            R"({"ConsumedCapacity":{"TableName":"posts","CapacityUnits":3,"Table":{"CapacityUnits":1},)"
            R"("LocalSecondaryIndexes":{"by_score":{"CapacityUnits":1}},)"
            R"("GlobalSecondaryIndexes":{"by_tag":{"CapacityUnits":1}}},)"
            R"("ItemCollectionMetrics":{"ItemCollectionKey":{"user":{"S":"u"}},"SizeEstimateRangeGB":[0,1]}})");
}

TEST_F(DynamoDbTest, AddsAnIndexToItemsThatAreThere) {
  simple_table();
  for (int i = 0; i < 450; ++i)
    ok("PutItem", R"({"TableName":"orders","Item":{"id":{"S":"i)" + std::to_string(i) + R"("},"c":{"S":"c)" +
                      std::to_string(i % 3) + R"("}}})");
  Json updated =
      ok("UpdateTable", R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"c","AttributeType":"S"}],
      "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_c","KeySchema":[{"AttributeName":"c","KeyType":"HASH"}],
      "Projection":{"ProjectionType":"ALL"}}}]})");
  EXPECT_EQ(updated.get("TableDescription").get("GlobalSecondaryIndexes").items()[0].get("IndexStatus").as_string(),
            "CREATING");
  t.loop.run(service.settled());
  Json table = ok("DescribeTable", R"({"TableName":"orders"})").get("Table");
  EXPECT_EQ(table.get("GlobalSecondaryIndexes").items()[0].get("IndexStatus").as_string(), "ACTIVE");
  EXPECT_EQ(table.get("GlobalSecondaryIndexes").items()[0].get("ItemCount").to_int(), 450);
  std::string query = R"({"TableName":"orders","IndexName":"by_c","KeyConditionExpression":"c = :c","Select":"COUNT",
      "ExpressionAttributeValues":{":c":{"S":"c1"}}})";
  EXPECT_EQ(ok("Query", query).get("Count").to_int(), 150);
  ok("UpdateTable", R"({"TableName":"orders","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_c"}}]})");
  EXPECT_EQ(error("Query", query), "ValidationException: The table does not have the specified index: by_c");
}

TEST_F(DynamoDbTest, ScansInPagesAndSegments) {
  simple_table();
  for (int i = 0; i < 100; ++i)
    ok("PutItem", R"({"TableName":"orders","Item":{"id":{"S":"i)" + std::to_string(i) + R"("},"pad":{"S":")" +
                      std::string(20'000, 'x') + R"("}}})");
  int pages = 0, count = 0;
  std::string start;
  do {
    Json page = ok("Scan", R"({"TableName":"orders")" + start + "}");
    ++pages;
    count += static_cast<int>(*page.get("Count").to_int());
    start = page.contains("LastEvaluatedKey") ? R"(,"ExclusiveStartKey":)" + page.get("LastEvaluatedKey").dump() : "";
  } while (!start.empty());
  EXPECT_EQ(count, 100);
  EXPECT_EQ(pages, 2);
  int in_segments = 0;
  for (int s = 0; s < 4; ++s)
    in_segments += static_cast<int>(
        *ok("Scan", R"({"TableName":"orders","Select":"COUNT","TotalSegments":4,"Segment":)" + std::to_string(s) + "}")
             .get("Count")
             .to_int());
  EXPECT_EQ(in_segments, 100);
  EXPECT_EQ(error("Scan", R"({"TableName":"orders","TotalSegments":4,"Segment":4})"),
            "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            "Segment: 4 "
            "is not less than TotalSegments: 4");
}

TEST_F(DynamoDbTest, Batches) {
  simple_table();
  EXPECT_EQ(dump("BatchWriteItem", R"({"RequestItems":{"orders":[{"PutRequest":{"Item":{"id":{"S":"a"},"v":{"N":"1"}}}},
      {"PutRequest":{"Item":{"id":{"S":"b"}}}},{"DeleteRequest":{"Key":{"id":{"S":"c"}}}}]},
      "ReturnConsumedCapacity":"TOTAL"})"),
            R"({"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"orders","CapacityUnits":3}]})");
  Json got =
      ok("BatchGetItem", R"({"RequestItems":{"orders":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"c"}},{"id":{"S":"b"}}],
      "ProjectionExpression":"v, id"}}})");
  EXPECT_EQ(got.dump(),
            R"({"Responses":{"orders":[{"id":{"S":"a"},"v":{"N":"1"}},{"id":{"S":"b"}}]},"UnprocessedKeys":{}})");
  EXPECT_EQ(error("BatchGetItem", R"({"RequestItems":{"orders":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"a"}}]}}})"),
            "ValidationException: Provided list of item keys contains duplicates");
  EXPECT_EQ(error("BatchWriteItem", R"({"RequestItems":{"orders":[{"PutRequest":{"Item":{"id":{"S":"a"}}}},
      {"DeleteRequest":{"Key":{"id":{"S":"a"}}}}]}})"),
            "ValidationException: Provided list of item keys contains duplicates");
}

TEST_F(DynamoDbTest, Transactions) {
  simple_table();
  std::string write = R"({"TransactItems":[
      {"Put":{"TableName":"orders","Item":{"id":{"S":"a"},"v":{"N":"1"}},
      "ConditionExpression":"attribute_not_exists(id) ",
        "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
      {"Update":{"TableName":"orders","Key":{"id":{"S":"b"}},"UpdateExpression":"SET v = :v",
        "ExpressionAttributeValues":{":v":{"N":"2"}}}}],"ClientRequestToken":"t1","ReturnConsumedCapacity":"TOTAL"})";
  EXPECT_EQ(dump("TransactWriteItems", write),
            R"({"ConsumedCapacity":[{"TableName":"orders","CapacityUnits":4,"WriteCapacityUnits":4}]})");
  // The same token again: nothing happens, and it is a success.
  EXPECT_EQ(dump("TransactWriteItems", write),
            R"({"ConsumedCapacity":[{"TableName":"orders","CapacityUnits":4,"ReadCapacityUnits":4}]})");
  t.clock.advance(std::chrono::minutes(11));
  Error failed = t.error("dynamodb", "TransactWriteItems", json(write).members());
  EXPECT_EQ(
      failed.code + ": " + failed.message,
      "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "
      "[ConditionalCheckFailed, None]");
  EXPECT_EQ(failed.details.dump(),
            R"({"CancellationReasons":[{"Code":"ConditionalCheckFailed","Message":"The conditional request failed",)"
            R"("Item":{"id":{"S":"a"},"v":{"N":"1"}}},{"Code":"None"}]})");
  EXPECT_EQ(dump("TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"orders","Key":{"id":{"S":"b"}}}},
      {"Get":{"TableName":"orders","Key":{"id":{"S":"zz"}}}}]})"),
            R"({"Responses":[{"Item":{"id":{"S":"b"},"v":{"N":"2"}}},{}]})");
  EXPECT_EQ(error("TransactWriteItems", R"({"TransactItems":[{"Delete":{"TableName":"orders","Key":{"id":{"S":"a"}}}},
      {"ConditionCheck":{"TableName":"orders","Key":{"id":{"S":"a"}},
      "ConditionExpression":"attribute_exists(id) "}}]})"),
            "ValidationException: Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(error("TransactWriteItems", R"({"TransactItems":[{}]})"),
            "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete");
  ok("TransactWriteItems",
     R"({"TransactItems":[{"Delete":{"TableName":"orders","Key":{"id":{"S":"a"}}}}],"ClientRequestToken":"t2"})");
  EXPECT_EQ(error("TransactWriteItems", R"({"TransactItems":[{"Delete":{"TableName":"orders","Key":{"id":{"S":"b"}}}}],
      "ClientRequestToken":"t2"})")
                .substr(0, 35),
            "IdempotentParameterMismatchExceptio");
}

TEST_F(DynamoDbTest, ItemsExpire) {
  simple_table();
  int64_t now = t.clock.now_ms() / 1000;
  auto put = [&](const std::string& id, int64_t due) {
    ok("PutItem",
       R"({"TableName":"orders","Item":{"id":{"S":")" + id + R"("},"due":{"N":")" + std::to_string(due) + R"("}}})");
  };
  put("before", now + 10);
  ok("UpdateTimeToLive", R"({"TableName":"orders","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"due"}})");
  t.loop.run(service.settled());
  EXPECT_EQ(dump("DescribeTimeToLive", R"({"TableName":"orders"})"),
            R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"due"}})");
  EXPECT_EQ(error("UpdateTimeToLive",
                  R"({"TableName":"orders","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"due"}})"),
            "ValidationException: TimeToLive is already enabled");
  put("after", now + 20);
  put("moved", now + 20);
  put("moved", now + 1000);
  put("ancient", 1);
  EXPECT_EQ(t.loop.run(service.sweep_expired()).value_or(-1), 0);
  t.clock.advance(std::chrono::seconds(15));
  EXPECT_EQ(t.loop.run(service.sweep_expired()).value_or(-1), 1);
  t.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(t.loop.run(service.sweep_expired()).value_or(-1), 1);
  EXPECT_EQ(ok("Scan", R"({"TableName":"orders"})").get("Count").to_int(), 2);
}

TEST_F(DynamoDbTest, TagsAndTheRest) {
  simple_table();
  std::string arn = R"("ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/orders")";
  ok("TagResource", "{" + arn + R"(,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]})");
  ok("UntagResource", "{" + arn + R"(,"TagKeys":["a"]})");
  EXPECT_EQ(dump("ListTagsOfResource", "{" + arn + "}"), R"({"Tags":[{"Key":"b","Value":"2"}]})");
  EXPECT_EQ(t.error("dynamodb", "ExecuteStatement", {}).code, "NotImplemented");
  EXPECT_EQ(ok("DescribeContinuousBackups", R"({"TableName":"orders"})")
                .get("ContinuousBackupsDescription")
                .get("ContinuousBackupsStatus")
                .as_string(),
            "DISABLED");
  EXPECT_EQ(dump("ListTables", R"({"Limit":1})"), R"({"TableNames":["orders"]})");
}

// An authoriser that keeps what it was asked.
struct Recorder final : api::Authorizer {
  std::string asked;
  Ready<Result<void>> authorize(const api::Principal&, const api::Permission& p, const Json&,
                                const api::Request&) override {
    asked += p.action + " " + p.resource + " " + p.context.dump() + "\n";
    return Result<void>();
  }
};

TEST(DynamoDbPermissions, GivesConditionKeys) {
  api::TestDoor t;
  Recorder recorder;
  api::Door door(*t.store, t.clock, t.credentials, recorder, {});
  DynamoDb service{*t.store, t.clock};
  door.add(service);
  api::As as = t.root();
  as.principal.kind = api::Principal::Kind::user;
  auto call = [&](const std::string& operation, std::string_view input) {
    recorder.asked.clear();
    (void)t.loop.run(door.call(as, "dynamodb", operation, json(input)));
    return recorder.asked;
  };
  call("CreateTable", R"({"TableName":"orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[
      {"AttributeName":"id","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]})");
  const std::string get = R"({"TableName":"orders","Key":{"id":{"S":"a"},"n":{"N":"1"}},"ProjectionExpression":"x.y"})";
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
  // Not looked up yet: every part of the key might be the partition key.
  EXPECT_EQ(call("GetItem", get), "dynamodb:GetItem " + arn +
                                      R"( {"dynamodb:LeadingKeys":["a","1"],"dynamodb:Attributes":["id","n","x"],)"
                                      R"("dynamodb:Select":"SPECIFIC_ATTRIBUTES"})"
                                      "\n");
  EXPECT_EQ(call("GetItem", get), "dynamodb:GetItem " + arn +
                                      R"( {"dynamodb:LeadingKeys":["a"],"dynamodb:Attributes":["id","n","x"],)"
                                      R"("dynamodb:Select":"SPECIFIC_ATTRIBUTES"})"
                                      "\n");
  EXPECT_EQ(call("Query", R"({"TableName":"orders","IndexName":"idx","KeyConditionExpression":"id = :i AND n > :n",
      "ExpressionAttributeValues":{":i":{"S":"z"},":n":{"N":"1"}}})"),
            "dynamodb:Query " + arn +
                R"(/index/idx {"dynamodb:LeadingKeys":["z"],"dynamodb:Attributes":["id","n"],)"
                R"("dynamodb:Select":"ALL_ATTRIBUTES"})"
                "\n");
  EXPECT_EQ(call("BatchWriteItem", R"({"RequestItems":{"orders":[{"PutRequest":{"Item":{"id":{"S":"p"},"n":{"N":"1"}}}},
      {"DeleteRequest":{"Key":{"id":{"S":"q"},"n":{"N":"2"}}}}]}})"),
            "dynamodb:BatchWriteItem " + arn +
                R"( {"dynamodb:LeadingKeys":["p","q"],"dynamodb:Attributes":["id","n"]})"
                "\n");
  EXPECT_EQ(call("TransactWriteItems", R"({"TransactItems":[{"Delete":{"TableName":"orders","Key":{"id":{"S":"d"},
      "n":{"N":"1"}}}}]})"),
            "dynamodb:DeleteItem " + arn +
                R"( {"dynamodb:LeadingKeys":["d"],"dynamodb:Attributes":["id","n"],)"
                R"("dynamodb:EnclosingOperation":"TransactWriteItems"})"
                "\n");
}

TEST_F(DynamoDbTest, StartsAndStops) {
  service.start();
  simple_table();
  t.loop.run(service.stop());
  EXPECT_EQ(t.loop.spawned(), 0u);
}

}  // namespace
}  // namespace thaw::dynamodb
