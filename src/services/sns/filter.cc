#include "services/sns/filter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace thaw::sns {
namespace {

constexpr size_t text_bytes_max = 262'144;
constexpr size_t keys_max = 5;
constexpr int64_t combinations_max = 150;
constexpr int depth_max = 20;

std::unexpected<Error> invalid(std::string words) {
  return fail("InvalidParameterException", "Invalid parameter: FilterPolicy: " + std::move(words));
}

// '*' stands for any characters; "\*" for itself. In time proportional to pattern times text.
bool wildcard_matches(std::string_view pattern, std::string_view text) {
  std::vector<std::optional<char>> parts;  // nothing: '*'
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      parts.push_back(std::nullopt);
    } else {
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      parts.push_back(pattern[i]);
    }
  }
  size_t p = 0, t = 0, star = parts.size(), mark = 0;
  while (t < text.size()) {
    if (p < parts.size() && parts[p] && *parts[p] == text[t]) {
      ++p, ++t;
    } else if (p < parts.size() && !parts[p]) {
      star = p++, mark = t;
    } else if (star != parts.size()) {
      p = star + 1, t = ++mark;
    } else {
      return false;
    }
  }
  while (p < parts.size() && !parts[p]) ++p;
  return p == parts.size();
}

struct Network {
  int family = AF_INET;
  std::array<unsigned char, 16> bytes{};
  int bits = 0;
};

std::optional<Network> parse_address(const std::string& text) {
  Network out;
  out.family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (::inet_pton(out.family, text.c_str(), out.bytes.data()) != 1) return std::nullopt;
  out.bits = out.family == AF_INET ? 32 : 128;
  return out;
}
std::optional<Network> parse_cidr(const std::string& text) {
  size_t slash = text.find('/');
  auto out = parse_address(text.substr(0, slash));
  if (!out || slash == std::string::npos) return out;
  int bits = -1;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (error != std::errc() || at != end || bits < 0 || bits > out->bits) return std::nullopt;
  out->bits = bits;
  return out;
}
bool contains(const Network& network, const Network& address) {
  if (network.family != address.family) return false;
  for (int bit = 0; bit < network.bits; ++bit) {
    int mask = 0x80 >> bit % 8;
    if ((network.bytes[bit / 8] & mask) != (address.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

bool equal_values(const Json& wanted, const Json& value) {
  if (wanted.is_number() && value.is_number()) return wanted.to_double() == value.to_double();
  return wanted == value;
}

}  // namespace

struct FilterPolicy::Parser {
  FilterScope scope;
  size_t keys = 0;
  int64_t combinations = 1;

  Result<Node> node(const Json& object, int depth) {
    if (!object.is_object()) return invalid("Filter policy must be an object");
    if (depth > depth_max) return invalid("Filter policy is nested too deeply");
    Node out;
    for (const Json::Member& m : object.members()) {
      if (m.key == "$or" && m.value.is_array() && m.value.size() >= 2 &&
          std::ranges::all_of(m.value.items(), [](const Json& one) { return one.is_object(); })) {
        std::vector<Node> alternatives;
        for (const Json& one : m.value.items()) {
          TRY(Node alternative, node(one, depth + 1));
          alternatives.push_back(std::move(alternative));
        }
        out.alternatives.push_back(std::move(alternatives));
        continue;
      }
      Key key;
      key.name = m.key;
      if (m.value.is_object()) {
        if (scope == FilterScope::attributes)
          return invalid("Filter policy scope MessageAttributes does not support nested filter policy");
        TRY(Node inside, node(m.value, depth + 1));
        key.inside = std::make_shared<Node>(std::move(inside));
      } else {
        TRY(key.conditions, leaf(m.key, m.value));
      }
      out.keys.push_back(std::move(key));
    }
    return out;
  }

  Result<std::vector<Condition>> leaf(const std::string& name, const Json& list) {
    if (!list.is_array()) return invalid("\"" + name + "\" must be an object or an array");
    if (list.empty()) return invalid("Empty arrays are not allowed");
    if (++keys > keys_max) return invalid("Filter policy can not have more than 5 keys");
    combinations *= static_cast<int64_t>(list.size());
    if (combinations > combinations_max)
      return invalid("Filter policy is too complex: it has more than 150 combinations of values");
    std::vector<Condition> out;
    for (const Json& item : list.items()) {
      TRY(Condition one, condition(item));
      out.push_back(std::move(one));
    }
    return out;
  }

  Result<Condition> condition(const Json& item) {
    Condition out;
    if (item.is_array()) return invalid("Match value must be String, number, true, false, or null");
    if (!item.is_object()) {
      out.value = item;
      return out;
    }
    if (item.size() != 1) return invalid("Only one key allowed in match expression");
    const std::string& name = item.members()[0].key;
    const Json& value = item.members()[0].value;
    if (name == "numeric") return numeric(value);
    if (name == "anything-but") return anything_but(value);
    if (name == "exists") {
      if (!value.is_bool()) return invalid("exists match pattern must be either true or false.");
      out.kind = value.as_bool() ? Condition::Kind::exists : Condition::Kind::absent;
      return out;
    }
    if (name == "prefix")
      out.kind = Condition::Kind::prefix;
    else if (name == "suffix")
      out.kind = Condition::Kind::suffix;
    else if (name == "equals-ignore-case")
      out.kind = Condition::Kind::ignoring_case;
    else if (name == "wildcard")
      out.kind = Condition::Kind::wildcard;
    else if (name == "cidr")
      out.kind = Condition::Kind::cidr;
    else
      return invalid("Unrecognized match type " + name.substr(0, 100));
    if (!value.is_string()) return invalid(name + " match pattern must be a string");
    if (out.kind == Condition::Kind::cidr && !parse_cidr(value.as_string()))
      return invalid("Malformed CIDR: " + value.as_string().substr(0, 100));
    out.value = value;
    return out;
  }

  static Result<Condition> numeric(const Json& list) {
    if (!list.is_array() || (list.size() != 2 && list.size() != 4))
      return invalid("Value of numeric must be an array of one or two comparisons");
    Condition out;
    out.kind = Condition::Kind::numeric;
    for (size_t i = 0; i < list.size(); i += 2) {
      std::string sign = list.items()[i].string_or("");
      auto number = list.items()[i + 1].is_number() ? list.items()[i + 1].to_double() : std::nullopt;
      if (!number) return invalid("Value of " + sign.substr(0, 10) + " must be numeric");
      bool is_equal = sign == "=", low = sign == ">" || sign == ">=", high = sign == "<" || sign == "<=";
      if (!is_equal && !low && !high) return invalid("Unrecognized numeric range operator: " + sign.substr(0, 10));
      if ((is_equal && list.size() != 2) || (low && i > 0) || (high && i == 0 && list.size() == 4))
        return invalid("Bad numeric range operator: " + sign);
      if (is_equal || low) out.has_low = true, out.low = *number, out.low_included = sign != ">";
      if (is_equal || high) out.has_high = true, out.high = *number, out.high_included = sign != "<";
    }
    if (out.has_low && out.has_high && out.low > out.high) return invalid("Bottom must be less than top");
    return out;
  }

  Result<Condition> anything_but(const Json& value) {
    Condition out;
    out.kind = Condition::Kind::anything_but;
    std::vector<Json> values;
    if (value.is_array()) {
      values = value.items();
    } else if (value.is_object() && value.size() == 1 && value.members()[0].value.is_array()) {
      // {"prefix": ["a", "b"]}
      for (const Json& one : value.members()[0].value.items())
        values.push_back(Json::object({{value.members()[0].key, one}}));
    } else {
      values = {value};
    }
    if (values.empty()) return invalid("Empty arrays are not allowed");
    for (const Json& one : values) {
      TRY(Condition other, condition(one));
      if (other.kind == Condition::Kind::exists || other.kind == Condition::Kind::absent ||
          other.kind == Condition::Kind::anything_but || other.kind == Condition::Kind::numeric)
        return invalid("Unsupported anything-but pattern");
      out.others.push_back(std::move(other));
    }
    return out;
  }
};

Result<std::shared_ptr<const FilterPolicy>> FilterPolicy::parse(std::string_view text, FilterScope scope) {
  if (text.size() > text_bytes_max) return invalid("Filter policy is too long");
  auto json = Json::parse(text, 64);
  if (!json) return invalid("failed to parse JSON. " + json.error());
  Parser parser{scope};
  auto out = std::make_shared<FilterPolicy>();
  TRY(out->root_, parser.node(*json, 0));
  return out;
}

bool FilterPolicy::matches(const Json& document) const { return matches(root_, document); }

bool FilterPolicy::matches(const Node& node, const Json& document) {
  bool keys = std::ranges::all_of(node.keys, [&](const Key& key) { return matches(key, document); });
  return keys && std::ranges::all_of(node.alternatives, [&](const std::vector<Node>& any) {
           return std::ranges::any_of(any, [&](const Node& one) { return matches(one, document); });
         });
}

bool FilterPolicy::matches(const Key& key, const Json& document) {
  // A list of objects matches when one of them does.
  if (document.is_array())
    return std::ranges::any_of(document.items(), [&](const Json& one) { return matches(key, one); });
  const Json* value = document.find(key.name);
  if (key.inside) {
    static const Json nothing;
    if (value && value->is_array())
      return std::ranges::any_of(value->items(), [&](const Json& one) { return matches(*key.inside, one); });
    return matches(*key.inside, value ? *value : nothing);
  }
  if (!value)
    return std::ranges::any_of(key.conditions,
                               [](const Condition& one) { return one.kind == Condition::Kind::absent; });
  if (!value->is_array()) return matches_any(key.conditions, *value);
  if (value->empty()) return false;
  return std::ranges::any_of(value->items(), [&](const Json& one) { return matches_any(key.conditions, one); });
}

bool FilterPolicy::matches_any(const std::vector<Condition>& conditions, const Json& value) {
  return std::ranges::any_of(conditions, [&](const Condition& one) { return matches(one, value); });
}

bool FilterPolicy::matches(const Condition& condition, const Json& value) {
  using Kind = Condition::Kind;
  auto text = [&]() -> std::string_view { return value.is_string() ? std::string_view(value.as_string()) : ""; };
  switch (condition.kind) {
    case Kind::equals: return equal_values(condition.value, value);
    case Kind::exists: return true;
    case Kind::absent: return false;
    case Kind::prefix: return value.is_string() && text().starts_with(condition.value.as_string());
    case Kind::suffix: return value.is_string() && text().ends_with(condition.value.as_string());
    case Kind::ignoring_case: return value.is_string() && equal_ignoring_case(text(), condition.value.as_string());
    case Kind::wildcard: return value.is_string() && wildcard_matches(condition.value.as_string(), text());
    case Kind::anything_but:
      return std::ranges::none_of(condition.others, [&](const Condition& one) { return matches(one, value); });
    case Kind::cidr: {
      if (!value.is_string()) return false;
      auto network = parse_cidr(condition.value.as_string());
      auto address = parse_address(value.as_string());
      return network && address && contains(*network, *address);
    }
    case Kind::numeric: {
      auto number = value.is_number() ? value.to_double() : std::nullopt;
      if (!number) return false;
      if (condition.has_low && (*number < condition.low || (*number == condition.low && !condition.low_included)))
        return false;
      if (condition.has_high && (*number > condition.high || (*number == condition.high && !condition.high_included)))
        return false;
      return true;
    }
  }
  return false;
}

}  // namespace thaw::sns
