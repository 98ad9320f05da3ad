#include "services/dynamodb/expression.h"

#include <gtest/gtest.h>

#include "services/dynamodb/legacy.h"

namespace thaw::dynamodb {
namespace {

Json json(std::string_view text) {
  auto parsed = Json::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Json();
}
std::string item(std::string_view text) {
  auto encoded = encode_item(json(text));
  EXPECT_TRUE(encoded) << (encoded ? "" : encoded.error().message);
  return encoded.value_or("");
}
std::string shown(std::string_view item) {
  std::string out;
  write_item_json(item, out);
  return out;
}

const char* sample =
    R"({"id":{"S":"a"},"n":{"N":"5"},"m":{"M":{"x":{"N":"1"},"l":{"L":[{"S":"p"},{"S":"q"},{"N":"3"}]}}},
  "ss":{"SS":["b","a"]},"bin":{"B":"AQI="},"yes":{"BOOL":true},"nil":{"NULL":true}})";

const std::map<std::string, std::string> names = {{"#i", "id"}, {"#name", "name"}};
const char* values =
    R"({":a":{"S":"a"},":five":{"N":"5.0"},":one":{"N":"1"},":ten":{"N":"10"},":q":{"S":"q"},":str":{"S":"S"},
  ":b":{"B":"AQ=="},":list":{"L":[{"S":"new"}]},":set":{"SS":["c","a"]},":map":{"M":{"k":{"S":"v"}}}})";

// "true", "false" or the error.
std::string check(std::string_view expression) {
  Json json_values = json(values);
  Placeholders placeholders = *Placeholders::make(&names, &json_values);
  auto condition = parse_condition(expression, "ConditionExpression", placeholders);
  if (!condition) return condition.error().message;
  return matches(*condition, item(sample)) ? "true" : "false";
}

TEST(Condition, ComparesAndCombines) {
  EXPECT_EQ(check("n = :five"), "true");
  EXPECT_EQ(check("n <> :five"), "false");
  EXPECT_EQ(check("absent <> :five"), "true");
  EXPECT_EQ(check("absent = :five"), "false");
  EXPECT_EQ(check("n > :one AND n < :ten"), "true");
  EXPECT_EQ(check("n BETWEEN :one AND :ten AND #i = :a"), "true");
  EXPECT_EQ(check("NOT n BETWEEN :one AND :ten"), "false");
  EXPECT_EQ(check("n IN (:one, :five)"), "true");
  EXPECT_EQ(check("n = :one OR n = :five AND #i = :q"), "false");
  EXPECT_EQ(check("(n = :five OR n = :one) and #i = :a"), "true");
  EXPECT_EQ(check("n < :a"), "false");
  EXPECT_EQ(check("(n) = (:five)"), "true");
  EXPECT_EQ(check("NOT (n = :one)"), "true");
}

TEST(Condition, Functions) {
  EXPECT_EQ(check("attribute_exists(m.l[2])"), "true");
  EXPECT_EQ(check("attribute_not_exists(m.l[3])"), "true");
  EXPECT_EQ(check("attribute_type(#i, :str)"), "true");
  EXPECT_EQ(check("begins_with(bin, :b)"), "true");
  EXPECT_EQ(check("contains(m.l, :q) AND contains(ss, :a) AND contains(#i, :a)"), "true");
  EXPECT_EQ(check("contains(ss, :q)"), "false");
  EXPECT_EQ(check("size(m.l) < :five and size(ss) > :one and size(bin) > :one"), "true");
  EXPECT_EQ(check("size(n) > :one"), "false");
}

TEST(Condition, TellsMistakesInAwsWords) {
  const std::string p = "Invalid ConditionExpression: ";
  EXPECT_EQ(check(""), p + "The expression can not be empty;");
  EXPECT_EQ(check("a-b"), p + "Syntax error; token: \"-\", near: \"a-b\"");
  EXPECT_EQ(check("n = "), p + "Syntax error; token: \"<EOF>\", near: \"=\"");
  EXPECT_EQ(check("things are not going to be ok"), p + "Syntax error; token: \"are\", near: \"things are not\"");
  EXPECT_EQ(check("attribute_not_exists("), p + "Syntax error; token: \"<EOF>\", near: \"(\"");
  EXPECT_EQ(check("!! = :a"), p + "Syntax error; token: \"!\", near: \"!!\"");
  EXPECT_EQ(check("foo"), p + "Syntax error; token: \"<EOF>\", near: \"foo\"");
  EXPECT_EQ(check("name = :a"), p + "Attribute name is a reserved keyword; reserved keyword: name");
  EXPECT_EQ(check("#x = :a"),
            p + "An expression attribute name used in the document path is not defined; attribute name: #x");
  EXPECT_EQ(check("n = :nope"),
            p + "An expression attribute value used in expression is not defined; attribute value: :nope");
  EXPECT_EQ(check("((n = :one))"), p + "The expression has redundant parentheses;");
  EXPECT_EQ(check("wat(n)"), p + "Invalid function name; function: wat");
  EXPECT_EQ(check("size(n)"), p + "The function is not allowed to be used this way in an expression; function: size");
  EXPECT_EQ(check("contains(n)"), p + "Incorrect number of operands for operator or function; operator or function: "
                                      "contains, number of operands: 1");
  EXPECT_EQ(check("attribute_exists(:a)"),
            p + "Operator or function requires a document path; operator or function: attribute_exists");
  EXPECT_EQ(check("begins_with(n, :one)"),
            p + "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N");
  EXPECT_EQ(check("attribute_type(n, :a)"),
            p + "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  EXPECT_EQ(check("n < :map"),
            p + "Incorrect operand type for operator or function; operator or function: <, operand type: M");
  EXPECT_EQ(
      check("n BETWEEN :ten AND :one"),
      p + "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
          "AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:1}");
  EXPECT_EQ(check("n = n"),
            p + "The first operand must be distinct from the remaining operands for this operator or function; "
                "operator: =, first operand: [n]");
  EXPECT_EQ(check("n = :a" + std::string(5000, ' ')),
            p + "Expression size has exceeded the maximum allowed size; expression size: 5006");
}

TEST(Condition, HoldsTheLimits) {
  std::string deep(900, '(');
  EXPECT_NE(check(deep), "true");
  std::string many = "n=:a";
  for (int i = 0; i < 301; ++i) many += " OR n=:a";
  EXPECT_EQ(check(many).substr(0, 73), "Invalid ConditionExpression: The expression contains too many operators; ");
  std::string nots;
  for (int i = 0; i < 900; ++i) nots += "NOT ";
  EXPECT_NE(check(nots + "n=:a").find("too many operators"), std::string::npos);
}

TEST(Placeholders, TellsUnusedAndInvalidOnes) {
  Json json_values = json(R"({":a":{"S":"a"},":b":{"S":"b"}})");
  Placeholders placeholders = *Placeholders::make(nullptr, &json_values);
  ASSERT_TRUE(parse_condition("x = :a", "ConditionExpression", placeholders));
  EXPECT_EQ(placeholders.check_all_used().error().message,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}");
  Json bad = json(R"({"b":{"S":"b"}})");
  EXPECT_EQ(Placeholders::make(nullptr, &bad).error().message,
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"b\"");
  Json worse = json(R"({":b":{"N":"x"}})");
  EXPECT_EQ(Placeholders::make(nullptr, &worse).error().message,
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x "
            "for key :b");
}

std::string projected(std::string_view expression) {
  Placeholders placeholders = *Placeholders::make(&names, nullptr);
  auto paths = parse_projection(expression, placeholders);
  if (!paths) return paths.error().message;
  return shown(project(item(sample), project_paths(*paths)));
}

TEST(Projection, TakesPaths) {
  EXPECT_EQ(projected("#i, n, absent"), R"({"id":{"S":"a"},"n":{"N":"5"}})");
  EXPECT_EQ(projected("m.l[2], m.l[0]"), R"({"m":{"M":{"l":{"L":[{"S":"p"},{"N":"3"}]}}}})");
  EXPECT_EQ(projected("m.nope, n.x"), "{}");
  EXPECT_EQ(projected("m, m.x"),
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or "
            "rewrite one of these paths; path one: [m], path two: [m, x]");
  EXPECT_EQ(projected("m.x, m[1]"),
            "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or "
            "rewrite one of these paths; path one: [m, x], path two: [m, [1]]");
  EXPECT_EQ(projected("whatever bby"),
            "Invalid ProjectionExpression: Syntax error; token: \"bby\", near: \"whatever bby\"");
}

std::string updated(std::string_view expression, std::string_view before = sample) {
  Json json_values = json(values);
  Placeholders placeholders = *Placeholders::make(&names, &json_values);
  auto update = parse_update(expression, placeholders);
  if (!update) return update.error().message;
  auto after = apply_update(*update, item(before));
  if (!after) return after.error().message;
  return shown(*after);
}

TEST(Update, SetsAddsRemovesAndDeletes) {
  EXPECT_EQ(updated("SET n = n + :one, z = if_not_exists(z, :ten)", R"({"n":{"N":"5"}})"),
            R"({"n":{"N":"6"},"z":{"N":"10"}})");
  EXPECT_EQ(updated("SET l = list_append(l, :list)", R"({"l":{"L":[]}})"), R"({"l":{"L":[{"S":"new"}]}})");
  EXPECT_EQ(updated("set a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})"), R"({"a":{"N":"2"},"b":{"N":"1"}})");
  EXPECT_EQ(updated("REMOVE l[0], l[2]", R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}})"),
            R"({"l":{"L":[{"N":"1"},{"N":"3"}]}})");
  EXPECT_EQ(updated("SET l[9] = :a, l[5] = :q", R"({"l":{"L":[{"N":"0"}]}})"),
            R"({"l":{"L":[{"N":"0"},{"S":"q"},{"S":"a"}]}})");
  EXPECT_EQ(updated("ADD n :one, ss :set", R"({"ss":{"SS":["a","b"]}})"),
            R"({"ss":{"SS":["a","b","c"]},"n":{"N":"1"}})");
  EXPECT_EQ(updated("DELETE ss :set", R"({"ss":{"SS":["a","b"]}})"), R"({"ss":{"SS":["b"]}})");
  EXPECT_EQ(updated("DELETE ss :set", R"({"ss":{"SS":["a","c"]},"k":{"S":""}})"), R"({"k":{"S":""}})");
  EXPECT_EQ(updated("SET m.x = :map REMOVE gone", R"({"m":{"M":{}}})"), R"({"m":{"M":{"x":{"M":{"k":{"S":"v"}}}}}})");
}

TEST(Update, TellsMistakesInAwsWords) {
  const std::string p = "Invalid UpdateExpression: ";
  EXPECT_EQ(updated("INVALID SYNTAX HERE"), p + "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"");
  EXPECT_EQ(updated("SET a = :one, "), p + "Syntax error; token: \"<EOF>\", near: \",\"");
  EXPECT_EQ(updated("SET a = :one SET b = :one"),
            p + "The \"SET\" section can only be used once in an update expression;");
  EXPECT_EQ(updated("SET m = :one, m.x = :one"),
            p + "Two document paths overlap with each other; must remove or rewrite one of "
                "these paths; path one: [m], path two: [m, x]");
  EXPECT_EQ(updated("ADD n :a"),
            p + "Incorrect operand type for operator or function; operator: ADD, operand type: STRING");
  EXPECT_EQ(updated("SET n = n + :a"),
            p + "Incorrect operand type for operator or function; operator or function: +, operand type: S");
  EXPECT_EQ(updated("SET z = nope(n)"), p + "Invalid function name; function: nope");
  EXPECT_EQ(updated("SET z = absent"),
            "The provided expression refers to an attribute that does not exist in the item");
  EXPECT_EQ(updated("SET id2 = #i + :one"), "An operand in the update expression has an incorrect data type");
  EXPECT_EQ(updated("SET nope.x = :one"), "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(updated("REMOVE n[0]"), "The document path provided in the update expression is invalid for update");
  EXPECT_EQ(updated("ADD #i :one"), "An operand in the update expression has an incorrect data type");
}

std::string key_condition(std::string_view expression) {
  Json json_values = json(values);
  Placeholders placeholders = *Placeholders::make(&names, &json_values);
  auto keys = parse_key_condition(expression, placeholders);
  if (!keys) return keys.error().message;
  std::string out;
  for (const KeyCondition& k : *keys) out += k.name + ":" + std::to_string(static_cast<int>(k.kind)) + " ";
  return out;
}

TEST(KeyCondition, TakesOneOrTwo) {
  EXPECT_EQ(key_condition("#i = :a"), "id:0 ");
  EXPECT_EQ(key_condition("#i = :a AND n >= :one"), "id:0 n:4 ");
  EXPECT_EQ(key_condition(":one < n AND #i = :a"), "n:3 id:0 ");
  EXPECT_EQ(key_condition("#i = :a AND begins_with(z, :a)"), "id:0 z:6 ");
  EXPECT_EQ(key_condition("#i = :a OR n = :one"), "Invalid operator used in KeyConditionExpression: OR");
  EXPECT_EQ(key_condition("#i <> :a"), "Invalid operator used in KeyConditionExpression: <>");
  EXPECT_EQ(key_condition("contains(#i, :a)"), "Invalid operator used in KeyConditionExpression: contains");
  EXPECT_EQ(key_condition("m.x = :a"), "KeyConditionExpressions cannot have conditions on nested attributes");
  EXPECT_EQ(key_condition("#i = :a AND #i = :q"),
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
}

TEST(Value, RefusesInAwsWords) {
  auto error = [](std::string_view text) {
    auto encoded = encode_item(json(text));
    return encoded ? "ok" : encoded.error().message;
  };
  EXPECT_EQ(error(R"({"a":{}})"),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  EXPECT_EQ(
      error(R"({"a":{"S":"a","N":"1"}})"),
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  EXPECT_EQ(error(R"({"a":{"NULL":false}})"),
            "One or more parameter values were invalid: Null attribute value types must have the value of true");
  EXPECT_EQ(error(R"({"a":{"SS":[]}})"), "One or more parameter values were invalid: An string set  may not be empty");
  EXPECT_EQ(error(R"({"a":{"SS":["x","x"]}})"),
            "One or more parameter values were invalid: Input collection [x, x] contains duplicates.");
  EXPECT_EQ(error(R"({"a":{"NS":["1","1.0"]}})"), "Input collection contains duplicates");
  EXPECT_EQ(error(R"({"a":{"S":1}})"), "NUMBER_VALUE cannot be converted to String");
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += R"({"L":[)";
  deep += R"({"S":"x"})";
  for (int i = 0; i < 40; ++i) deep += "]}";
  EXPECT_EQ(error("{\"a\":" + deep + "}"),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported "
            "limit");
}

TEST(Value, RoundTripsAndCounts) {
  std::string bytes = item(sample);
  EXPECT_TRUE(is_well_formed_item(bytes));
  EXPECT_EQ(item_to_json(bytes), json(shown(bytes)));
  EXPECT_EQ(shown(item(R"({"x":{"NS":["10","9","-1.50"]}})")), R"({"x":{"NS":["-1.5","9","10"]}})");
  EXPECT_EQ(item_size_bytes(item(R"({"id":{"S":"abc"},"n":{"N":"12345"},"b":{"BOOL":true}})")), 5u + 1 + 4 + 2);
  EXPECT_TRUE(equal_items(item(R"({"a":{"M":{"x":{"S":"1"},"y":{"S":"2"}}}})"),
                          item(R"({"a":{"M":{"y":{"S":"2"},"x":{"S":"1"}}}})")));
  for (size_t cut = 1; cut < bytes.size(); ++cut) is_well_formed_item(std::string_view(bytes).substr(0, cut));
}

TEST(Value, KeysSortByBytes) {
  auto key = [](std::string_view text) {
    std::string out;
    append_key(out, {Type::string, text});
    return out;
  };
  using namespace std::literals;
  EXPECT_LT(key("a"sv), key("a\0"sv));
  EXPECT_LT(key("a\0"sv), key("a\0b"sv));
  EXPECT_LT(key("a\0b"sv), key("ab"sv));
  EXPECT_LT(key(""sv), key("\0"sv));
}

TEST(Legacy, BecomesConditionsAndUpdates) {
  Placeholders keeper;
  std::map<std::string, wire::ExpectedAttributeValue> expected;
  expected["n"].Value = json(R"({"N":"5"})");
  expected["zz"].Exists = false;
  EXPECT_TRUE(matches(*legacy_expected(expected, "", keeper), item(sample)));
  expected["n"].Value = json(R"({"N":"6"})");
  EXPECT_FALSE(matches(*legacy_expected(expected, "", keeper), item(sample)));
  EXPECT_TRUE(matches(*legacy_expected(expected, "OR", keeper), item(sample)));
  expected["n"].Exists = false;
  EXPECT_EQ(legacy_expected(expected, "", keeper).error().message,
            "One or more parameter values were invalid: Value cannot be used when Exists is false for Attribute: n");
  std::map<std::string, wire::AttributeValueUpdate> updates;
  updates["n"].Action = "ADD";
  updates["n"].Value = json(R"({"N":"2"})");
  updates["id"].Action = "DELETE";
  EXPECT_EQ(shown(*apply_update(*legacy_update(updates, keeper), item(R"({"id":{"S":"a"},"n":{"N":"5"}})"))),
            R"({"n":{"N":"7"}})");
  std::map<std::string, wire::Condition> filter;
  filter["n"].ComparisonOperator = "BETWEEN";
  filter["n"].AttributeValueList = {json(R"({"N":"5"})")};
  EXPECT_EQ(
      legacy_filter(filter, "", keeper).error().message,
      "One or more parameter values were invalid: Invalid number of argument(s) for the BETWEEN ComparisonOperator");
}

}  // namespace
}  // namespace thaw::dynamodb
