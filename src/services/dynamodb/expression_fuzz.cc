#include <cstdint>

#include "services/dynamodb/expression.h"

// The first byte chooses the parser; the rest is the expression. What parses is applied to an item.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thaw;
  using namespace thaw::dynamodb;
  if (size == 0) return 0;
  static const Json wire_item = *Json::parse(R"({"id":{"S":"a"},"n":{"N":"5"},"l":{"L":[{"N":"1"},{"S":"x"}]},)"
                                             R"("m":{"M":{"a":{"N":"1"},"s":{"SS":["p","q"]}}}})");
  static const Json values = *Json::parse(
      R"({":n":{"N":"1"},":s":{"S":"x"},":l":{"L":[{"N":"1"}]},":ss":{"SS":["p"]},":m":{"M":{"a":{"N":"1"}}}})");
  static const std::map<std::string, std::string> names = {{"#a", "m"}, {"#n", "n"}};
  static const std::string item = *encode_item(wire_item);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Placeholders placeholders = *Placeholders::make(&names, &values);
  switch (data[0] % 4) {
    case 0:
      if (auto condition = parse_condition(text, "ConditionExpression", placeholders)) {
        matches(*condition, item);
        path_heads(*condition);
      }
      break;
    case 1:
      if (auto update = parse_update(text, placeholders)) {
        auto after = apply_update(*update, item);
        if (after && !is_well_formed_item(*after)) __builtin_trap();
        if (after && !is_well_formed_item(project(*after, project_paths(updated_paths(*update))))) __builtin_trap();
      }
      break;
    case 2:
      if (auto paths = parse_projection(text, placeholders)) {
        if (!is_well_formed_item(project(item, project_paths(*paths)))) __builtin_trap();
      }
      break;
    default: (void)parse_key_condition(text, placeholders);
  }
  return 0;
}
