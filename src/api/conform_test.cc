#include <gtest/gtest.h>

#include "api/codec.h"

namespace thaw::api {
namespace {

struct Inner {
  bool on = false;
  int32_t count = 0;
  std::string text;
  static void describe(Fields& f) {
    using Self = Inner;
    MEMBER(on);
    MEMBER(count);
    MEMBER(text);
  }
};
struct Outer {
  std::vector<Inner> list;
  std::map<std::string, int64_t> map;
  static void describe(Fields& f) {
    using Self = Outer;
    MEMBER(list);
    MEMBER(map);
  }
};

Result<Json> fit(const char* text) {
  Use use;
  use.shape = &Bind<Outer>::schema;
  return conform(*Json::parse(text), use);
}

TEST(Conform, TakesScalarsForWhatTheySay) {
  auto out = fit(R"({"list":[{"on":"true","count":"30","text":5}],"map":{"a":"7"}})");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->dump(), R"({"list":[{"on":true,"count":30,"text":"5"}],"map":{"a":7}})");
}

TEST(Conform, RefusesWhatDoesNotFit) {
  for (const char* bad : {R"({"list":{}})", R"({"list":[{"on":"maybe"}]})", R"({"list":[{"count":"x"}]})", R"({"list":[{"text":[]}]})",
                          R"({"map":[1]})", R"([])", R"({"list":[{"on":1}]})"}) {
    auto out = fit(bad);
    ASSERT_FALSE(out) << bad;
    EXPECT_EQ(out.error().code, "SerializationException") << bad;
  }
}

}  // namespace
}  // namespace thaw::api
