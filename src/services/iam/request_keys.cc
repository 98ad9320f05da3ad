#include "services/iam/request_keys.h"

#include "base/text.h"

namespace thaw::iam {

using Kind = api::Principal::Kind;

std::optional<std::vector<std::string>> RequestKeys::values(std::string_view key) const {
  if (auto value = api::JsonConditionKeys(permission_.context).values(key)) return value;
  if (auto value = api::JsonConditionKeys(request_.context).values(key)) return value;
  if (key == "aws:tagkeys" || !key.starts_with("aws:")) return std::nullopt;
  if (auto value = global(key)) return std::vector<std::string>{std::move(*value)};
  return std::nullopt;
}

std::optional<std::string> RequestKeys::global(std::string_view key) const {
  if (key == "aws:principalarn") {
    if (principal_.kind == Kind::anonymous) return std::nullopt;
    return principal_.kind == Kind::role_session ? principal_.role_arn : principal_.arn;
  }
  if (key == "aws:principalaccount" && !principal_.account.empty()) return principal_.account;
  if (key == "aws:principaltype") {
    switch (principal_.kind) {
      case Kind::anonymous: return "Anonymous";
      case Kind::root: return "Account";
      case Kind::user: return "User";
      case Kind::role_session: return "AssumedRole";
      case Kind::service: return "Service";
    }
  }
  if (key == "aws:userid" && !principal_.user_id.empty()) return principal_.user_id;
  if (key == "aws:username" && principal_.kind == Kind::user) {
    return principal_.arn.substr(principal_.arn.rfind('/') + 1);
  }
  if (key == "aws:principalisawsservice") return principal_.kind == Kind::service ? "true" : "false";
  if (key == "aws:principalservicename" && principal_.kind == Kind::service) return principal_.arn;
  if (key == "aws:viaawsservice") return "false";
  if (key == "aws:sourceip" && !request_.source_ip.empty()) return request_.source_ip;
  if (key == "aws:useragent" && !request_.user_agent.empty()) return request_.user_agent;
  if (key == "aws:securetransport") {
    // What stays on this machine cannot be listened to on the way: a policy that wants TLS (as CDK's bootstrap bucket
    // has) is content with plain HTTP on the loopback, and in process.
    std::string_view from = request_.source_ip;
    bool local = from.starts_with("127.") || from == "::1" || from.starts_with("::ffff:127.") || from.empty();
    return request_.tls || local ? "true" : "false";
  }
  if (key == "aws:currenttime") return iso8601(std::chrono::floor<std::chrono::seconds>(request_.now()));
  if (key == "aws:epochtime") return std::to_string(request_.now().time_since_epoch().count() / 1000);
  if (key == "aws:requestedregion") return request_.region.str();
  if (key == "aws:resourceaccount") {
    auto arn = Arn::parse(permission_.resource);
    return arn && !arn->account.empty() ? arn->account : request_.account.str();
  }
  constexpr std::string_view tag = "aws:principaltag/";
  if (key.starts_with(tag) && identity_) {
    for (const Tag& one : identity_->tags) {
      if (equal_ignoring_case(one.Key, key.substr(tag.size()))) return one.Value;
    }
  }
  return std::nullopt;
}

}  // namespace thaw::iam
