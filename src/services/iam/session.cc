#include "services/iam/session.h"

#include "base/sha256.h"
#include "base/text.h"

namespace thaw::iam {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr size_t kMacBytes = 32;
constexpr size_t kTokenBytesMax = 64 << 10;

using Kind = api::Principal::Kind;

std::string_view word_of(Kind kind) {
  return kind == Kind::role_session ? "role" : kind == Kind::user ? "user" : "root";
}

std::string mac(const std::string& seal, std::string_view what, std::string_view bytes) {
  return hmac_sha256(seal, std::string(what) + std::string(bytes));
}

}  // namespace

std::string seal_session(const std::string& seal, const SessionClaims& claims) {
  const api::Principal& p = claims.principal;
  Json json = Json::object({{"key", claims.access_key},
                            {"kind", word_of(p.kind)},
                            {"account", p.account},
                            {"arn", p.arn},
                            {"user_id", p.user_id},
                            {"id", claims.entity_id},
                            {"expires", claims.expires.time_since_epoch().count()}});
  if (!p.role_arn.empty()) json.set("role", p.role_arn);
  if (!p.session_policy.is_null()) json.set("policy", p.session_policy);
  std::string body = '\x01' + json.dump();
  return base64_encode(body + mac(seal, "token", body));
}

std::optional<SessionClaims> open_session(const std::string& seal, const std::string& token) {
  if (token.size() > kTokenBytesMax) return std::nullopt;
  auto bytes = base64_decode(token);
  if (!bytes || bytes->size() <= kMacBytes || bytes->front() != 1) return std::nullopt;
  std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - kMacBytes);
  if (!equal_in_constant_time(mac(seal, "token", body), std::string_view(*bytes).substr(body.size())))
    return std::nullopt;
  auto json = Json::parse(body.substr(1));
  if (!json) return std::nullopt;
  SessionClaims out;
  out.access_key = json->get("key").string_or("");
  out.entity_id = json->get("id").string_or("");
  out.expires = Time(std::chrono::milliseconds(json->get("expires").to_int().value_or(0)));
  std::string kind = json->get("kind").string_or("");
  out.principal.kind = kind == "role" ? Kind::role_session : kind == "user" ? Kind::user : Kind::root;
  out.principal.account = json->get("account").string_or("");
  out.principal.arn = json->get("arn").string_or("");
  out.principal.user_id = json->get("user_id").string_or("");
  out.principal.role_arn = json->get("role").string_or("");
  out.principal.session_policy = json->get("policy");
  return out;
}

std::string session_secret(const std::string& seal, std::string_view access_key) {
  return base64_encode(mac(seal, "secret", access_key).substr(0, 30));
}

std::string new_access_key(std::string_view prefix, const std::string& account) {
  std::string bytes = random_bytes(10);
  uint64_t number = 0;
  for (char c : account) number = number * 10 + static_cast<uint64_t>(c - '0');
  // 48 bits: one that is set, the account in 40, seven of the random ones.
  uint64_t head = (1ull << 47) | (number << 7) | (static_cast<unsigned char>(bytes[5]) & 0x7Fu);
  for (int i = 0; i < 6; ++i) bytes[static_cast<size_t>(i)] = static_cast<char>(head >> (40 - 8 * i));
  std::string out(prefix);
  for (int bit = 0; bit < 80; bit += 5) {
    auto at = static_cast<size_t>(bit / 8);
    unsigned pair = static_cast<unsigned char>(bytes[at]) << 8;
    if (at + 1 < bytes.size()) pair |= static_cast<unsigned char>(bytes[at + 1]);
    out += kAlphabet[(pair >> (11 - bit % 8)) & 31];
  }
  return out;
}

std::optional<std::string> account_of_access_key(std::string_view access_key) {
  if (access_key.size() != 20) return std::nullopt;
  uint64_t head = 0;  // the first ten characters hold 50 bits
  for (char c : access_key.substr(4, 10)) {
    size_t value = kAlphabet.find(c);
    if (value == kAlphabet.npos) return std::nullopt;
    head = head << 5 | value;
  }
  uint64_t account = (head >> 2 & 0x7FFFFFFFFF80ull) >> 7;
  if (account > 999999999999ull) return std::nullopt;
  std::string out = std::to_string(account);
  return std::string(12 - out.size(), '0') + out;
}

std::string new_secret_key() {
  std::string out = base64_encode(random_bytes(30));
  return out;
}

}  // namespace thaw::iam
