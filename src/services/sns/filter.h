// Filter policies: which messages a subscription wants. Pure.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
//
// A policy is an object of keys with lists of conditions; every key must match, by any of its conditions. Over message
// attributes it is flat; over message bodies it nests as the body does, and a list in the body matches when an element
// of it does. "$or" holds alternatives.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace thaw::sns {

enum class FilterScope : uint8_t { attributes, body };

class FilterPolicy {
 public:
  // Limits: 256 KiB of text, 5 keys at the top (attributes) or in all (body), 150 combinations of values.
  // Error "InvalidParameterException" in SNS's words.
  static Result<std::shared_ptr<const FilterPolicy>> parse(std::string_view text, FilterScope scope);

  // `document`: the attributes as a JSON object (name to string, number, boolean, null or a list of those), or the
  // message's body, parsed; a null document matches only policies that want absence.
  bool matches(const Json& document) const;
  bool empty() const { return root_.keys.empty() && root_.alternatives.empty(); }

 private:
  struct Condition {
    enum class Kind : uint8_t {
      equals,
      prefix,
      suffix,
      ignoring_case,
      wildcard,
      numeric,
      cidr,
      exists,
      absent,
      anything_but,
    };
    Kind kind = Kind::equals;
    Json value;                // equals; the text of prefix and its like
    double low = 0, high = 0;  // numeric
    bool has_low = false, has_high = false;
    bool low_included = false, high_included = false;
    std::vector<Condition> others;  // anything_but: none of these
  };
  struct Node;
  struct Key {
    std::string name;
    std::vector<Condition> conditions;  // a leaf's
    std::shared_ptr<Node> inside;       // or what is nested
  };
  struct Node {
    std::vector<Key> keys;
    std::vector<std::vector<Node>> alternatives;  // of each "$or", one must match
  };
  struct Parser;

  static bool matches(const Node& node, const Json& document);
  static bool matches(const Key& key, const Json& document);
  static bool matches(const Condition& condition, const Json& value);
  static bool matches_any(const std::vector<Condition>& conditions, const Json& value);

  Node root_;
};

}  // namespace thaw::sns
