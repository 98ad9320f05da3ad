#include "services/s3/rules.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/codec.h"
#include "base/arn.h"
#include "base/text.h"
#include "services/s3/errors.h"

namespace thaw::s3 {
namespace {

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_or_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }

bool looks_like_ip(std::string_view name) {
  auto parts = split(name, '.');
  if (parts.size() != 4) return false;
  return std::ranges::all_of(
      parts, [](std::string_view p) { return !p.empty() && p.size() <= 3 && std::ranges::all_of(p, is_digit); });
}

Failure invalid_range(std::string_view header, uint64_t size_bytes) {
  return failure("InvalidRange", "The requested range is not satisfiable", 416,
                 Json::object({{"RangeRequested", header}, {"ActualObjectSize", size_bytes}}));
}

int64_t seconds(Time time) { return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count(); }

std::vector<std::string> texts_of(const Json& value) {
  std::vector<std::string> out;
  if (value.is_string()) out.push_back(value.as_string());
  if (value.is_array())
    for (const Json& item : value.items())
      if (item.is_string()) out.push_back(item.as_string());
  return out;
}

std::vector<const Json*> statements_of(const Json& policy) {
  std::vector<const Json*> out;
  const Json& statements = policy.get("Statement");
  if (statements.is_object()) out.push_back(&statements);
  if (statements.is_array())
    for (const Json& statement : statements.items()) out.push_back(&statement);
  return out;
}

// Condition keys whose fixed values make a grant to everybody one to somebody.
bool narrows(const Json& conditions) {
  static const std::set<std::string, std::less<>> keys = {"aws:sourcearn",
                                                          "aws:sourcevpc",
                                                          "aws:sourcevpce",
                                                          "aws:sourceaccount",
                                                          "aws:sourceowner",
                                                          "aws:sourceip",
                                                          "aws:userid",
                                                          "aws:principalarn",
                                                          "aws:principalaccount",
                                                          "aws:principalorgid",
                                                          "aws:sourceorgid",
                                                          "s3:dataaccesspointarn",
                                                          "s3:dataaccesspointaccount",
                                                          "s3:x-amz-server-side-encryption-aws-kms-key-id"};
  if (!conditions.is_object()) return false;
  for (const Json::Member& condition : conditions.members()) {
    if (!condition.value.is_object() || condition.key.find("Not") != std::string::npos) continue;
    for (const Json::Member& m : condition.value.members()) {
      if (!keys.contains(to_lower(m.key))) continue;
      auto values = texts_of(m.value);
      bool fixed = !values.empty() && std::ranges::all_of(values, [](const std::string& v) {
        return v != "*" && v.find('*') == std::string::npos && v.find('?') == std::string::npos && v != "0.0.0.0/0" &&
               v != "::/0";
      });
      bool arn = to_lower(m.key) == "aws:sourcearn" || to_lower(m.key) == "aws:principalarn";
      if (fixed || (arn && !values.empty() &&
                    std::ranges::none_of(values, [](const std::string& v) { return v.starts_with("*"); })))
        return true;
    }
  }
  return false;
}

}  // namespace

bool is_valid_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    if (!is_lower_or_digit(c) && c != '-' && c != '.') return false;
    if (c == '.' && name[i - 1] == '.') return false;
  }
  for (std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"})
    if (name.starts_with(prefix)) return false;
  for (std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"})
    if (name.ends_with(suffix)) return false;
  return !looks_like_ip(name);
}

Result<void> check_key(std::string_view key) {
  if (key.size() > 1024)
    return failure("KeyTooLongError", "Your key is too long", 400,
                   Json::object({{"Size", key.size()}, {"MaxSizeAllowed", 1024}}));
  if (key.empty() || !is_valid_utf8(key)) return failure("InvalidURI", "Couldn't parse the specified URI.", 400);
  return {};
}

Result<std::string> region_of_new_bucket(std::string_view endpoint, const Opt& constraint) {
  if (!constraint || constraint->empty()) {
    if (endpoint == "us-east-1") return std::string(endpoint);
    return failure("IllegalLocationConstraintException",
                   "The unspecified location constraint is incompatible for the region specific endpoint this request "
                   "was sent to.",
                   400);
  }
  std::string wanted = *constraint == "EU" ? "eu-west-1" : *constraint;
  if (wanted == "us-east-1" || !Region::parse(wanted) || std::ranges::count(wanted, '-') < 2)
    return failure("InvalidLocationConstraint", "The specified location-constraint is not valid", 400,
                   Json::object({{"LocationConstraint", wanted}}));
  if (endpoint != "us-east-1" && wanted != endpoint)
    return failure("IllegalLocationConstraintException",
                   "The " + wanted +
                       " location constraint is incompatible for the region "
                       "specific endpoint this request was sent to.",
                   400);
  return wanted;
}

Result<std::optional<ByteRange>> parse_range(std::string_view header, uint64_t size_bytes) {
  constexpr std::string_view unit = "bytes=";
  std::optional<ByteRange> none;
  std::string_view text = trim(header);
  if (!text.starts_with(unit)) return none;
  text = trim(text.substr(unit.size()));
  size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) return none;
  std::string_view first_text = trim(text.substr(0, dash)), last_text = trim(text.substr(dash + 1));
  if (first_text.empty()) {
    auto suffix = number(last_text);
    if (!suffix) return none;
    if (*suffix == 0 || size_bytes == 0) return invalid_range(header, size_bytes);
    uint64_t count = std::min(*suffix, size_bytes);
    return std::optional(ByteRange{size_bytes - count, count});
  }
  auto first = number(first_text);
  auto last = last_text.empty() ? std::optional<uint64_t>(UINT64_MAX - 1) : number(last_text);
  if (!first || !last || *last < *first) return none;
  if (*first >= size_bytes) return invalid_range(header, size_bytes);
  return std::optional(ByteRange{*first, std::min(*last, size_bytes - 1) - *first + 1});
}

Result<ByteRange> parse_copy_range(std::string_view header, uint64_t size_bytes) {
  constexpr std::string_view unit = "bytes=";
  std::string_view text = header.starts_with(unit) ? header.substr(unit.size()) : std::string_view();
  size_t dash = text.find('-');
  auto first = dash == std::string_view::npos ? std::nullopt : number(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? std::nullopt : number(text.substr(dash + 1));
  if (!first || !last || *last < *first)
    return invalid_argument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
        "zero-based offsets of the first and last bytes to copy",
        "x-amz-copy-source-range", header);
  if (*last >= size_bytes)
    return invalid_argument("Range specified is not valid for source object of size: " + std::to_string(size_bytes),
                            "x-amz-copy-source-range", header);
  return ByteRange{*first, *last - *first + 1};
}

bool etag_matches(std::string_view header, std::string_view etag) {
  for (std::string_view one : split(header, ',')) {
    one = trim(one);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (unquoted(one) == etag) return true;
  }
  return false;
}

ConditionResult check_conditions(const Conditions& c, std::string_view etag, Time modified) {
  if (c.if_match) {
    if (!etag_matches(*c.if_match, etag)) return {Outcome::failed, "If-Match"};
  } else if (c.if_unmodified_since && seconds(modified) > seconds(*c.if_unmodified_since)) {
    return {Outcome::failed, "If-Unmodified-Since"};
  }
  if (c.if_none_match) {
    if (etag_matches(*c.if_none_match, etag)) return {Outcome::not_modified, "If-None-Match"};
  } else if (c.if_modified_since && seconds(modified) <= seconds(*c.if_modified_since)) {
    return {Outcome::not_modified, "If-Modified-Since"};
  }
  return {};
}

Result<void> check_write(const Opt& if_match, const Opt& if_none_match, const Opt& etag, std::string_view key) {
  if (if_none_match) {
    if (trim(*if_none_match) != "*") return not_implemented("If-None-Match");
    if (etag) return precondition_failed("If-None-Match");
  }
  if (!if_match) return {};
  if (!etag) return no_such_key(key);
  if (!etag_matches(*if_match, *etag)) return precondition_failed("If-Match");
  return {};
}

Result<std::vector<Tag>> parse_tagging(std::string_view header) {
  auto pairs = api::parse_form(header);
  if (!pairs)
    return invalid_argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
        "name duplicates.",
        "x-amz-tagging", header);
  std::vector<Tag> out;
  for (auto& [name, value] : *pairs) out.push_back({std::move(name), std::move(value)});
  CHECK_OK(check_tags(out, 10));
  CHECK_OK(check_system_tags({}, out));
  return out;
}

Result<void> check_tags(const std::vector<Tag>& tags, size_t count_max) {
  if (tags.size() > count_max)
    return failure(
        "BadRequest",
        count_max == 10 ? "Object tags cannot be greater than 10" : "Bucket tag count cannot be greater than 50", 400);
  std::set<std::string_view> seen;
  for (const Tag& tag : tags) {
    if (tag.Key.empty() || tag.Key.size() > 128 || !is_valid_utf8(tag.Key))
      return failure("InvalidTag", "The TagKey you have provided is invalid", 400, Json::object({{"TagKey", tag.Key}}));
    if (tag.Value.size() > 256 || !is_valid_utf8(tag.Value))
      return failure("InvalidTag", "The TagValue you have provided is invalid", 400,
                     Json::object({{"TagKey", tag.Key}}));
    if (!seen.insert(tag.Key).second)
      return failure("InvalidTag", "Cannot provide multiple Tags with the same key", 400,
                     Json::object({{"TagKey", tag.Key}}));
  }
  return {};
}

bool is_system_tag(const Tag& tag) { return tag.Key.starts_with("aws:"); }

Result<void> check_system_tags(const std::vector<Tag>& before, const std::vector<Tag>& after) {
  auto has = [](const std::vector<Tag>& tags, const Tag& wanted) {
    return std::ranges::any_of(tags, [&](const Tag& t) { return t.Key == wanted.Key && t.Value == wanted.Value; });
  };
  for (const Tag& tag : after)
    if (is_system_tag(tag) && !has(before, tag))
      return failure("InvalidTag", "System tags cannot be added/updated by requester", 400,
                     Json::object({{"TagKey", tag.Key}}));
  for (const Tag& tag : before)
    if (is_system_tag(tag) && !has(after, tag))
      return failure("InvalidTag", "System tags cannot be removed by requester", 400,
                     Json::object({{"TagKey", tag.Key}}));
  return {};
}

bool is_public_policy(const Json& policy) {
  for (const Json* statement : statements_of(policy)) {
    if (statement->get("Effect").string_or("") != "Allow") continue;
    const Json& principal = statement->get("Principal");
    bool everybody = principal.string_or("") == "*" || statement->contains("NotPrincipal");
    if (principal.is_object())
      for (const std::string& one : texts_of(principal.get("AWS"))) everybody |= one == "*";
    if (everybody && !narrows(statement->get("Condition"))) return true;
  }
  return false;
}

Result<void> check_bucket_policy(const Json& policy, std::string_view bucket) {
  auto malformed = [](std::string words) { return failure("MalformedPolicy", std::move(words), 400); };
  std::string arn = "arn:aws:s3:::" + std::string(bucket);
  for (const Json* statement : statements_of(policy)) {
    for (const std::string& resource : texts_of(statement->get("Resource"))) {
      if (!resource.starts_with("arn:aws:s3:::") && resource != "*") return malformed("Policy has invalid resource");
      std::string_view rest = std::string_view(resource).substr(std::min(resource.size(), arn.size()));
      bool own = resource.starts_with(arn) && (rest.empty() || rest.front() == '/');
      std::string_view named = resource == "*" ? "" : std::string_view(resource).substr(13);
      size_t wild = named.find_first_of("*?");
      bool pattern = resource != "*" && wild != std::string_view::npos && wild < named.find('/') &&
                     bucket.starts_with(named.substr(0, wild));
      if (!own && !pattern) return malformed("Policy has invalid resource");
    }
    for (const char* member : {"Action", "NotAction"})
      for (const std::string& action : texts_of(statement->get(member)))
        if (action != "*" && !to_lower(action).starts_with("s3:")) return malformed("Policy has invalid action");
  }
  return {};
}

bool matches_star(std::string_view pattern, std::string_view text) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return text.size() >= head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

const CorsRule* matching_cors_rule(const CorsConfiguration& cors, std::string_view origin, std::string_view method,
                                   const std::vector<std::string>& headers) {
  for (const CorsRule& rule : cors.CORSRules) {
    if (std::ranges::find(rule.AllowedMethods, method) == rule.AllowedMethods.end()) continue;
    if (std::ranges::none_of(rule.AllowedOrigins,
                             [&](const std::string& allowed) { return matches_star(allowed, origin); }))
      continue;
    bool all = std::ranges::all_of(headers, [&](const std::string& header) {
      return std::ranges::any_of(rule.AllowedHeaders,
                                 [&](const std::string& a) { return matches_star(to_lower(a), to_lower(header)); });
    });
    if (all) return &rule;
  }
  return nullptr;
}

std::optional<std::string> common_prefix(std::string_view key, std::string_view prefix, std::string_view delimiter) {
  if (delimiter.empty()) return std::nullopt;
  size_t at = key.find(delimiter, prefix.size());
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(key.substr(0, at + delimiter.size()));
}

Result<CopySource> parse_copy_source(std::string_view header) {
  auto invalid = [&] {
    return invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                            "x-amz-copy-source", header);
  };
  CopySource out;
  std::string_view text = header;
  // The version is not percent-encoded, and stands after the last question mark.
  constexpr std::string_view mark = "?versionId=";
  size_t at = text.rfind(mark);
  if (at != std::string_view::npos) {
    out.version = std::string(text.substr(at + mark.size()));
    text = text.substr(0, at);
  }
  if (text.starts_with("arn:")) return not_implemented("x-amz-copy-source");
  auto decoded = uri_decode(text);
  if (!decoded) return invalid();
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) return invalid();
  out.bucket = path.substr(0, slash);
  out.key = path.substr(slash + 1);
  return out;
}

std::string owner_id(std::string_view account) {
  return hex_encode(sha256(std::string("s3 canonical user ") + std::string(account)));
}
std::string quoted(std::string_view etag) { return '"' + std::string(etag) + '"'; }
std::string_view unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return etag;
}

}  // namespace thaw::s3
