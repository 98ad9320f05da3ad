// Condition operators.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

#include "api/policy_statement.h"
#include "base/text.h"

namespace thaw::api {

namespace {

struct OperatorName {
  std::string_view name;
  Comparison comparison;
  bool negated;
};
constexpr std::array<OperatorName, 27> kOperators = {{
    {"StringEquals", Comparison::string_equals, false},
    {"StringNotEquals", Comparison::string_equals, true},
    {"StringEqualsIgnoreCase", Comparison::string_equals_ignoring_case, false},
    {"StringNotEqualsIgnoreCase", Comparison::string_equals_ignoring_case, true},
    {"StringLike", Comparison::string_like, false},
    {"StringNotLike", Comparison::string_like, true},
    {"NumericEquals", Comparison::numeric_equals, false},
    {"NumericNotEquals", Comparison::numeric_equals, true},
    {"NumericLessThan", Comparison::numeric_less, false},
    {"NumericLessThanEquals", Comparison::numeric_less_equals, false},
    {"NumericGreaterThan", Comparison::numeric_greater, false},
    {"NumericGreaterThanEquals", Comparison::numeric_greater_equals, false},
    {"DateEquals", Comparison::date_equals, false},
    {"DateNotEquals", Comparison::date_equals, true},
    {"DateLessThan", Comparison::date_less, false},
    {"DateLessThanEquals", Comparison::date_less_equals, false},
    {"DateGreaterThan", Comparison::date_greater, false},
    {"DateGreaterThanEquals", Comparison::date_greater_equals, false},
    {"Bool", Comparison::boolean, false},
    {"BinaryEquals", Comparison::binary_equals, false},
    {"IpAddress", Comparison::ip_address, false},
    {"NotIpAddress", Comparison::ip_address, true},
    {"ArnEquals", Comparison::arn_like, false},
    {"ArnLike", Comparison::arn_like, false},
    {"ArnNotEquals", Comparison::arn_like, true},
    {"ArnNotLike", Comparison::arn_like, true},
    {"Null", Comparison::null_, false},
}};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// ISO 8601, or seconds since 1970.
std::optional<double> seconds_of(std::string_view text) {
  if (auto time = parse_iso8601(text)) return static_cast<double>(time->time_since_epoch().count()) / 1000;
  return number_of(text);
}

bool compare(Comparison comparison, double a, double b) {
  switch (comparison) {
    case Comparison::numeric_equals:
    case Comparison::date_equals: return a == b;
    case Comparison::numeric_less:
    case Comparison::date_less: return a < b;
    case Comparison::numeric_less_equals:
    case Comparison::date_less_equals: return a <= b;
    case Comparison::numeric_greater:
    case Comparison::date_greater: return a > b;
    default: return a >= b;
  }
}

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0;  // 32 or 128
};

std::optional<Address> address_of(std::string_view text) {
  if (text.size() > 63) return std::nullopt;
  std::string copy(text);
  Address out;
  if (inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1) return out.bits = 32, out;
  if (inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) != 1) return std::nullopt;
  out.bits = 128;
  return out;
}

bool in_network(std::string_view actual, std::string_view network) {
  size_t slash = network.find('/');
  auto base = address_of(network.substr(0, slash));
  auto address = address_of(actual);
  if (!base || !address || base->bits != address->bits) return false;
  int prefix = base->bits;
  if (slash != network.npos) {
    auto length = number_of(network.substr(slash + 1));
    if (!length || *length < 0 || *length > base->bits) return false;
    prefix = static_cast<int>(*length);
  }
  int whole = prefix / 8;
  if (std::memcmp(base->bytes.data(), address->bytes.data(), static_cast<size_t>(whole)) != 0) return false;
  if (prefix % 8 == 0) return true;
  unsigned mask = 0xFFu << (8 - prefix % 8) & 0xFFu;
  auto at = static_cast<size_t>(whole);
  return (base->bytes[at] & mask) == (address->bytes[at] & mask);
}

// The six parts of an ARN are compared one by one, so that a wildcard does not reach over a colon (but in the last
// part).
bool arn_like(std::string_view pattern, std::string_view arn) {
  if (pattern.size() == 1 && pattern[0] == Wildcard::kAny) return true;
  for (int part = 0; part < 5; ++part) {
    size_t a = pattern.find(':');
    size_t b = arn.find(':');
    if (a == pattern.npos || b == arn.npos) return false;
    if (!Wildcard::matches(pattern.substr(0, a), arn.substr(0, b))) return false;
    pattern.remove_prefix(a + 1);
    arn.remove_prefix(b + 1);
  }
  return Wildcard::matches(pattern, arn);
}

}  // namespace

std::optional<Condition> Condition::of_operator(std::string_view name) {
  Condition out;
  if (name.starts_with("ForAllValues:")) {
    out.set = Set::all;
    name.remove_prefix(13);
  } else if (name.starts_with("ForAnyValue:")) {
    out.set = Set::any;
    name.remove_prefix(12);
  }
  if (name.ends_with("IfExists")) {
    out.if_exists = true;
    name.remove_suffix(8);
  }
  for (const OperatorName& known : kOperators) {
    if (!equal_ignoring_case(known.name, name)) continue;
    out.comparison = known.comparison;
    out.negated = known.negated;
    if (out.comparison == Comparison::null_ && (out.if_exists || out.set != Set::single)) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

bool Condition::matches(const std::string& actual, const Template& wanted, const ConditionKeys* keys) const {
  if (comparison == Comparison::string_like) return wanted.matches(actual, keys);
  std::optional<std::string> expanded = wanted.expand(keys);
  if (!expanded) return false;
  switch (comparison) {
    case Comparison::string_equals: return actual == *expanded;
    case Comparison::string_equals_ignoring_case:
    case Comparison::boolean: return equal_ignoring_case(actual, *expanded);
    case Comparison::binary_equals: {
      auto a = base64_decode(actual);
      auto b = base64_decode(*expanded);
      return a && b && *a == *b;
    }
    case Comparison::ip_address: return in_network(actual, *expanded);
    case Comparison::arn_like: return arn_like(*expanded, actual);
    case Comparison::date_equals:
    case Comparison::date_less:
    case Comparison::date_less_equals:
    case Comparison::date_greater:
    case Comparison::date_greater_equals: {
      auto a = seconds_of(actual);
      auto b = seconds_of(*expanded);
      return a && b && compare(comparison, *a, *b);
    }
    default: {
      auto a = number_of(actual);
      auto b = number_of(*expanded);
      return a && b && compare(comparison, *a, *b);
    }
  }
}

bool Condition::matches_any(const std::string& actual, const ConditionKeys* keys) const {
  for (const Template& wanted : values) {
    if (matches(actual, wanted, keys)) return true;
  }
  return false;
}

bool Condition::holds(const ConditionKeys* keys) const {
  std::optional<std::vector<std::string>> actual;
  if (keys) actual = keys->values(key);
  bool present = actual && !actual->empty();
  if (comparison == Comparison::null_) {
    for (const Template& wanted : values) {
      auto text = wanted.expand(keys);
      if (text && equal_ignoring_case(*text, present ? "false" : "true")) return true;
    }
    return false;
  }
  if (!present) {
    if (if_exists || set == Set::all) return true;
    return negated && set == Set::single;
  }
  if (set == Set::all) {
    for (const std::string& value : *actual) {
      if (matches_any(value, keys) == negated) return false;
    }
    return true;
  }
  if (set == Set::any) {
    for (const std::string& value : *actual) {
      if (matches_any(value, keys) != negated) return true;
    }
    return false;
  }
  for (const std::string& value : *actual) {
    if (matches_any(value, keys)) return !negated;
  }
  return negated;
}

}  // namespace thaw::api
