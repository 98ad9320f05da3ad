// Reading policy documents, with the words of IAM's MalformedPolicyDocument.
#include <algorithm>
#include <set>

#include "api/policy_statement.h"
#include "base/arn.h"
#include "base/text.h"

namespace thaw::api {

namespace {

constexpr int kDepthMax = 32;
constexpr size_t kTextBytesMax = 128 << 10;

std::unexpected<Error> malformed(std::string words) { return fail("MalformedPolicyDocument", std::move(words)); }
std::unexpected<Error> syntax() { return malformed("Syntax errors in policy."); }

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A string, or a list of strings.
Result<std::vector<std::string>> strings(const Json& json) {
  std::vector<std::string> out;
  if (json.is_string()) {
    out.push_back(json.as_string());
    return out;
  }
  if (!json.is_array()) return syntax();
  for (const Json& item : json.items()) {
    if (!item.is_string()) return syntax();
    out.push_back(item.as_string());
  }
  return out;
}

Result<> check_action(const std::string& action) {
  if (action == "*") return {};
  size_t colon = action.find(':');
  if (colon == action.npos) {
    return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (action.find(':', colon + 1) != action.npos) return malformed("Actions/Condition can contain only one colon.");
  std::string_view vendor = std::string_view(action).substr(0, colon);
  bool fine = !vendor.empty() && std::all_of(vendor.begin(), vendor.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '*' ||
           c == '?';
  });
  if (!fine) return malformed("Vendor " + std::string(vendor) + " is not valid");
  return {};
}

Result<> check_resource(const std::string& resource) {
  if (resource == "*" || resource.starts_with("${")) return {};
  auto parts = split(resource, ':');
  bool wild_tail = resource.ends_with('*');
  if (parts[0] != "arn" || (parts.size() < 6 && !wild_tail)) {
    return malformed("Resource " + resource + " must be in ARN format or \"*\".");
  }
  if (parts.size() < 2) return malformed("Resource " + resource + " must be in ARN format or \"*\".");
  std::string_view partition = parts[1];
  bool known = partition == "aws" || partition == "aws-cn" || partition == "aws-us-gov" ||
               partition.find_first_of("*?$") != partition.npos;
  if (!known) {
    return malformed("Partition \"" + std::string(partition) + "\" is not valid for resource \"" + resource + "\".");
  }
  return {};
}

Result<PrincipalPattern> aws_principal(const std::string& value) {
  using Kind = PrincipalPattern::Kind;
  if (value == "*") return PrincipalPattern{Kind::everybody, {}};
  if (is_account(value)) return PrincipalPattern{Kind::account, value};
  if (auto arn = Arn::parse(value)) {
    if (arn->service == "iam" && arn->resource == "root") return PrincipalPattern{Kind::account, arn->account};
    return PrincipalPattern{Kind::arn, value};
  }
  bool id = value.size() >= 16 && value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == value.npos;
  if (id) return PrincipalPattern{Kind::other, value};  // AIDA..., AROA...: an identity that may be gone
  return malformed("Invalid principal in policy: \"AWS\":\"" + value + "\"");
}

Result<std::vector<PrincipalPattern>> principals(const Json& json) {
  using Kind = PrincipalPattern::Kind;
  std::vector<PrincipalPattern> out;
  if (json.is_string()) {
    if (json.as_string() != "*") return malformed("Invalid principal in policy: \"STAR\":\"" + json.as_string() + "\"");
    out.push_back({Kind::everybody, {}});
    return out;
  }
  if (!json.is_object() || json.empty()) return malformed("Invalid principal in policy.");
  for (const auto& [type, list] : json.members()) {
    TRY(std::vector<std::string> values, strings(list));
    if (type != "AWS" && type != "Service" && type != "Federated" && type != "CanonicalUser") {
      return malformed("Invalid principal in policy: \"" + type + "\"");
    }
    for (std::string& value : values) {
      if (type == "AWS") {
        TRY(PrincipalPattern pattern, aws_principal(value));
        out.push_back(std::move(pattern));
      } else if (type == "Service") {
        if (value != "*" && value.find('.') == value.npos) {
          return malformed("Invalid principal in policy: \"SERVICE\":\"" + value + "\"");
        }
        out.push_back({value == "*" ? Kind::everybody : Kind::service, std::move(value)});
      } else {
        out.push_back({Kind::other, std::move(value)});
      }
    }
  }
  return out;
}

Result<std::vector<Condition>> conditions(const Json& json, bool variables) {
  std::vector<Condition> out;
  if (!json.is_object()) return syntax();
  for (const auto& [name, keys] : json.members()) {
    auto base = Condition::of_operator(name);
    if (!base) return malformed("Invalid Condition type : " + name + ".");
    if (!keys.is_object()) return syntax();
    bool wildcards = base->comparison == Comparison::string_like || base->comparison == Comparison::arn_like;
    for (const auto& [key, values] : keys.members()) {
      Condition condition = *base;
      if (key.find(':') == key.npos) {
        return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      }
      condition.key = to_lower(key);
      Json::Array list = values.is_array() ? values.items() : Json::Array{values};
      for (const Json& value : list) {
        std::string text;
        if (value.is_string())
          text = value.as_string();
        else if (value.is_bool())
          text = value.as_bool() ? "true" : "false";
        else if (value.is_number())
          text = value.number_text();
        else
          return syntax();
        condition.values.emplace_back(text, variables, wildcards);
      }
      out.push_back(std::move(condition));
    }
  }
  return out;
}

Result<> read_actions(const Json& json, PolicyKind kind, Policy::Statement& out) {
  const Json* action = json.find("Action");
  const Json* not_action = json.find("NotAction");
  if (action && not_action) return syntax();
  if (!action && !not_action) return malformed("Policy statement must contain actions.");
  TRY(std::vector<std::string> list, strings(action ? *action : *not_action));
  if (list.empty()) return malformed("Policy statement must contain actions.");
  out.not_action = !action;
  for (const std::string& text : list) {
    CHECK_OK(check_action(text));
    if (kind == PolicyKind::trust && !equal_ignoring_case(std::string_view(text).substr(0, 4), "sts:") && text != "*") {
      return malformed("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    out.actions.emplace_back(text, true);
  }
  return {};
}

Result<> read_resources(const Json& json, PolicyKind kind, bool variables, Policy::Statement& out) {
  const Json* resource = json.find("Resource");
  const Json* not_resource = json.find("NotResource");
  if (resource && not_resource) return syntax();
  if (kind == PolicyKind::trust) {
    if (resource || not_resource) return malformed("Has prohibited field Resource");
    out.any_resource = true;
    return {};
  }
  if (!resource && !not_resource) {
    if (kind == PolicyKind::resource) return out.any_resource = true, Result<>{};  // the policy's own resource
    return malformed("Policy statement must contain resources.");
  }
  TRY(std::vector<std::string> list, strings(resource ? *resource : *not_resource));
  if (list.empty()) return malformed("Policy statement must contain resources.");
  out.not_resource = !resource;
  for (const std::string& text : list) {
    if (kind == PolicyKind::identity) CHECK_OK(check_resource(text));
    out.resources.emplace_back(text, variables, true);
    if (text == "*" && resource) out.any_resource = true;
  }
  return {};
}

Result<> read_principals(const Json& json, PolicyKind kind, Policy::Statement& out) {
  const Json* principal = json.find("Principal");
  const Json* not_principal = json.find("NotPrincipal");
  if (principal && not_principal) return syntax();
  if (kind == PolicyKind::identity) {
    if (principal || not_principal) return malformed("Policy document should not specify a principal.");
    return {};
  }
  if (!principal && !not_principal) return malformed("Missing required field Principal");
  out.any_principal = false;
  out.not_principal = !principal;
  TRY(out.principals, principals(principal ? *principal : *not_principal));
  return {};
}

constexpr std::string_view kStatementMembers[] = {"Sid",         "Effect",    "Action",       "NotAction", "Resource",
                                                  "NotResource", "Principal", "NotPrincipal", "Condition"};

}  // namespace

Result<Policy::Statement> read_statement(const Json& json, PolicyKind kind, bool variables) {
  if (!json.is_object()) return syntax();
  for (const auto& [name, value] : json.members()) {
    if (std::find(std::begin(kStatementMembers), std::end(kStatementMembers), name) == std::end(kStatementMembers)) {
      return syntax();
    }
  }
  Policy::Statement out;
  std::string effect = json.get("Effect").string_or("");
  if (effect != "Allow" && effect != "Deny") return syntax();
  out.allow = effect == "Allow";
  CHECK_OK(read_actions(json, kind, out));
  CHECK_OK(read_principals(json, kind, out));
  CHECK_OK(read_resources(json, kind, variables, out));
  if (const Json* condition = json.find("Condition")) {
    TRY(out.conditions, conditions(*condition, variables));
  }
  return out;
}

Result<std::shared_ptr<const Policy>> Policy::parse(std::string_view text, PolicyKind kind) {
  if (text.size() > kTextBytesMax) return syntax();
  auto json = Json::parse(text, kDepthMax);
  if (!json) return malformed("This policy contains invalid Json");
  return compile(*json, kind);
}

Result<std::shared_ptr<const Policy>> Policy::compile(const Json& document, PolicyKind kind) {
  if (!document.is_object()) return syntax();
  for (const auto& [name, value] : document.members()) {
    if (name != "Version" && name != "Id" && name != "Statement") return syntax();
  }
  bool variables = false;
  if (const Json* version = document.find("Version")) {
    std::string text = version->string_or("");
    if (text != "2012-10-17" && text != "2008-10-17")
      return malformed("The policy must contain a valid version string");
    variables = text == "2012-10-17";
  }
  const Json* statements = document.find("Statement");
  if (!statements || (!statements->is_array() && !statements->is_object())) return syntax();
  if (statements->is_array() && statements->empty()) return syntax();

  std::shared_ptr<Policy> policy(new Policy);
  std::set<std::string> sids;
  auto add = [&](const Json& json) -> Result<> {
    TRY(Statement statement, read_statement(json, kind, variables));
    if (const Json* sid = json.find("Sid")) {
      if (!sid->is_string()) return syntax();
      const std::string& text = sid->as_string();
      bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
      if (kind == PolicyKind::identity && !plain) {
        return malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*");
      }
      if (!text.empty() && !sids.insert(text).second) {
        return malformed("Statement IDs (SID) in a single policy must be unique.");
      }
    }
    policy->statements_.push_back(std::move(statement));
    return {};
  };
  if (statements->is_object()) {
    CHECK_OK(add(*statements));
  } else {
    for (const Json& json : statements->items()) CHECK_OK(add(json));
  }
  return std::shared_ptr<const Policy>(std::move(policy));
}

}  // namespace thaw::api
