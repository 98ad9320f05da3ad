#include "base/yaml.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

std::string read(std::string_view text) {
  auto document = parse_yaml(text);
  return document ? document->value.dump() : "error: " + document.error().str();
}

TEST(Yaml, ShortTagsBecomeLongForms) {
  EXPECT_EQ(read("!Ref A"), R"({"Ref":"A"})");
  EXPECT_EQ(read("!Ref 12"), R"({"Ref":"12"})");
  EXPECT_EQ(read("!Condition C"), R"({"Condition":"C"})");
  EXPECT_EQ(read("!GetAtt A.B.C"), R"({"Fn::GetAtt":["A","B.C"]})");
  EXPECT_EQ(read("!GetAtt [A, B]"), R"({"Fn::GetAtt":["A","B"]})");
  EXPECT_EQ(read("!GetAtt A"), R"({"Fn::GetAtt":["A"]})");
  EXPECT_EQ(read("!Sub '${A}-x'"), R"({"Fn::Sub":"${A}-x"})");
  EXPECT_EQ(read("!Sub\n - '${A}'\n - A: !Ref B"), R"({"Fn::Sub":["${A}",{"A":{"Ref":"B"}}]})");
  EXPECT_EQ(read("!Join ['', [a, !Ref B]]"), R"({"Fn::Join":["",["a",{"Ref":"B"}]]})");
  EXPECT_EQ(read("!If [C, 1, !Ref 'AWS::NoValue']"), R"({"Fn::If":["C",1,{"Ref":"AWS::NoValue"}]})");
  EXPECT_EQ(read("!GetAZs ''"), R"({"Fn::GetAZs":""})");
  EXPECT_EQ(read("!Select [0, !GetAZs '']"), R"({"Fn::Select":[0,{"Fn::GetAZs":""}]})");
  EXPECT_EQ(read("!Not [!Equals [!Ref A, yes]]"), R"({"Fn::Not":[{"Fn::Equals":[{"Ref":"A"},true]}]})");
  EXPECT_EQ(read("!Transform {Name: AWS::Include, Parameters: {Location: x}}"),
            R"({"Fn::Transform":{"Name":"AWS::Include","Parameters":{"Location":"x"}}})");
  EXPECT_EQ(read("Fn::Base64: !Sub |\n  a\n  b\n"), R"({"Fn::Base64":{"Fn::Sub":"a\nb\n"}})");
  EXPECT_EQ(read("a: !Nope x"), "error: unknown tag '!Nope' (line 1, column 4)");
}

TEST(Yaml, ScalarsResolveAsYaml11) {
  EXPECT_EQ(read("[yes, No, on, OFF, True, false, y, n]"), R"([true,false,true,false,true,false,"y","n"])");
  EXPECT_EQ(read("[~, null, NULL, '', \"null\"]"), R"([null,null,null,"","null"])");
  EXPECT_EQ(read("a:\nb: "), R"({"a":null,"b":null})");
  EXPECT_EQ(read("[010, 0x1F, 0b101, 1_000, +5, -7, 0, 08, 012345678901, 000000000000]"),
            R"([8,31,5,1000,5,-7,0,"08","012345678901",0])");
  EXPECT_EQ(read("[1.10, 1., .5, +1.5, 1e3, 1.5e+3, 01.5, 1.2.3, -, .]"),
            R"([1.10,1.0,0.5,1.5,1e3,1.5e+3,1.5,"1.2.3","-","."])");
  EXPECT_EQ(read("[2012-10-17, 12:30:45, 80:80, .inf, .NaN, 0x, 1__, 1e, _1, '1']"),
            R"(["2012-10-17","12:30:45","80:80",".inf",".NaN","0x",1,"1e","_1","1"])");
  EXPECT_EQ(read("99999999999999999999999999999999999999"), "99999999999999999999999999999999999999");
  EXPECT_EQ(read("07777777777777777777777777777777777"), R"("07777777777777777777777777777777777")");
  EXPECT_EQ(read("[!!str 1, !!int '7', !!bool 'yes', !!float 1, ! 5]"), R"(["1",7,true,1,"5"])");
  EXPECT_EQ(read("!!int x"), "error: this is no !!int (line 1, column 1)");
  EXPECT_EQ(read("!!binary aGk="), "error: unknown tag '!!binary' (line 1, column 1)");
}

TEST(Yaml, KeysAreText) {
  EXPECT_EQ(read("{200: a, yes: b, 010: c, ~: d, 'x y': e}"), R"({"200":"a","yes":"b","010":"c","~":"d","x y":"e"})");
  EXPECT_EQ(read("? [a]\n: b"), "error: a key must be a text, not a list or a mapping (line 1, column 3)");
}

TEST(Yaml, AnchorsAliasesAndMergeKeys) {
  EXPECT_EQ(read("a: &x {b: 1}\nc: *x"), R"({"a":{"b":1},"c":{"b":1}})");
  EXPECT_EQ(read("base: &b {p: 1, q: 2}\nuse:\n  q: 3\n  <<: *b"), R"({"base":{"p":1,"q":2},"use":{"p":1,"q":3}})");
  EXPECT_EQ(read("- &a {p: 1}\n- &b {p: 2, q: 3}\n- {<<: [*a, *b], r: 4}"),
            R"([{"p":1},{"p":2,"q":3},{"p":1,"q":3,"r":4}])");
  EXPECT_EQ(read("{'<<': 1}"), R"({"<<":1})");
  EXPECT_EQ(read("{<<: 1}"), "error: a merge key needs a mapping or a list of mappings (line 1, column 6)");
  EXPECT_EQ(read("a: *x"), "error: alias 'x' has no finished anchor before it (line 1, column 4)");
  EXPECT_EQ(read("a: &x [*x]"), "error: alias 'x' has no finished anchor before it (line 1, column 8)");
}

TEST(Yaml, ErrorsNameLineAndColumn) {
  EXPECT_EQ(read("a: 1\nb:\n  c: 1\n  c: 2"), "error: duplicate key 'c' (line 4, column 3)");
  EXPECT_NE(read("a: [1, 2\nb: 3").find("(line 2,"), std::string::npos);
  EXPECT_NE(read("a:\n\t- b").find("(line 2, column 1)"), std::string::npos) << read("a:\n\t- b");
  EXPECT_NE(read("a: 1\nb: \xff").find("(line 2, column 4)"), std::string::npos) << read("a: 1\nb: \xff");
  EXPECT_EQ(read("a: 1\n---\nb: 2"), "error: more than one document in the text (line 2, column 1)");
  EXPECT_EQ(read(""), "null");
  EXPECT_EQ(read("# nothing\n"), "null");
}

TEST(Yaml, ReadsJson) {
  EXPECT_EQ(read("{\"a\":1,\"b\":[true,null,1e3,\"x\\/y\\u00e9\"]}"), "{\"a\":1,\"b\":[true,null,1e3,\"x/yé\"]}");
  EXPECT_EQ(read("{\n\t\"a\": {\n\t\t\"b\": \"yes\"\n\t}\n}\n"), R"({"a":{"b":"yes"}})");
  EXPECT_EQ(read(R"({"smile":"\ud83d\ude00"})"), "{\"smile\":\"😀\"}");
  std::string long_key(3000, 'k');
  EXPECT_EQ(read("{\"" + long_key + "\":1}"), "{\"" + long_key + "\":1}");
  EXPECT_EQ(read(R"({"a":1,"a":2})"), "error: duplicate key 'a' (line 1, column 8)");
}

TEST(Yaml, PositionsOfPaths) {
  auto document = parse_yaml(
      "Resources:\n  A/b:\n    Type: X\n    List:\n      - 1\n      - !Sub\n        - y\n  Al: &a\n    K: 1\n  Use: "
      "*a\n");
  ASSERT_TRUE(document);
  const YamlPositions& at = document->positions;
  EXPECT_EQ(at.find(""), (YamlPosition{1, 1}));
  EXPECT_EQ(at.find("/Resources"), (YamlPosition{1, 1}));
  EXPECT_EQ(at.find("/Resources/A~1b"), (YamlPosition{2, 3}));
  EXPECT_EQ(at.find({"Resources", "A/b", "Type"}), (YamlPosition{3, 5}));
  EXPECT_EQ(at.find("/Resources/A~1b/List/1"), (YamlPosition{6, 9}));
  EXPECT_EQ(at.find("/Resources/A~1b/List/1/Fn::Sub/0"), (YamlPosition{7, 11}));
  EXPECT_EQ(at.find("/Resources/A~1b/None/deeper"), (YamlPosition{2, 3}));
  EXPECT_EQ(at.find("/Resources/Use/K"), (YamlPosition{10, 3}));
  EXPECT_EQ(at.find("/Resources/Al/K"), (YamlPosition{9, 5}));
}

TEST(Yaml, Limits) {
  auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_yaml(nested(128)));
  EXPECT_FALSE(parse_yaml(nested(129)));
  EXPECT_FALSE(parse_yaml(nested(100'000)));
  EXPECT_FALSE(parse_yaml(std::string(100, '{')));
  EXPECT_FALSE(parse_yaml("0123456789", {.bytes_max = 9}));
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) bomb += (k ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_NE(read(bomb).find("too large once its aliases are followed"), std::string::npos);
  std::string long_text = "a: &a " + std::string(1 << 20, 'x') + "\nb: [*a";
  for (int i = 0; i < 1000; ++i) long_text += ", *a";
  EXPECT_NE(read(long_text + "]").find("too large"), std::string::npos);
  std::string anchors;
  for (int i = 0; i < 60; ++i) anchors += "&n" + std::to_string(i) + " [";
  EXPECT_TRUE(parse_yaml(anchors + std::string(60, ']')));
  // Aliases cannot be stacked deeper than nesting may go.
  std::string tower = "l0: &l0 [x]\n";
  for (int i = 1; i < 200; ++i)
    tower += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [*l" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(read(tower).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace thaw
