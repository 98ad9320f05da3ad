#include "api/policy.h"

#include <algorithm>

#include "api/policy_statement.h"
#include "base/text.h"

namespace thaw::api {

namespace {

std::string compiled_pattern(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '*', Wildcard::kAny);
  std::replace(out.begin(), out.end(), '?', Wildcard::kOne);
  return out;
}

}  // namespace

// ---- wildcards ----

Wildcard::Wildcard(std::string_view text, bool ignoring_case)
    : pattern_(compiled_pattern(ignoring_case ? to_lower(text) : std::string(text))) {}

bool Wildcard::matches(std::string_view text) const { return matches(pattern_, text); }

// Remembers only the last '*': a later star makes earlier ones irrelevant, so nothing is tried twice over.
bool Wildcard::matches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = pattern.npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kAny) {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == kOne || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kAny) ++p;
  return p == pattern.size();
}

// ---- text with variables ----

Template::Template(std::string_view text, bool variables, bool wildcards) {
  auto plain = [&](std::string_view piece) {
    if (piece.empty()) return;
    std::string compiled = wildcards ? compiled_pattern(piece) : std::string(piece);
    if (!parts_.empty() && parts_.back().key.empty())
      parts_.back().text += compiled;
    else
      parts_.push_back({std::move(compiled), {}, false});
  };
  while (variables && !text.empty()) {
    size_t begin = text.find("${");
    size_t end = begin == text.npos ? text.npos : text.find('}', begin);
    if (end == text.npos) break;
    plain(text.substr(0, begin));
    std::string_view inside = text.substr(begin + 2, end - begin - 2);
    text.remove_prefix(end + 1);
    if (inside == "*" || inside == "?" || inside == "$") {  // the character itself
      if (!parts_.empty() && parts_.back().key.empty())
        parts_.back().text += inside;
      else
        parts_.push_back({std::string(inside), {}, false});
      continue;
    }
    Part part;
    size_t comma = inside.find(',');
    part.key = to_lower(trim(inside.substr(0, comma)));
    if (comma != inside.npos) {
      std::string_view otherwise = trim(inside.substr(comma + 1));
      part.has_default = otherwise.size() >= 2 && otherwise.front() == '\'' && otherwise.back() == '\'';
      if (part.has_default) part.text = std::string(otherwise.substr(1, otherwise.size() - 2));
    }
    if (!part.key.empty()) parts_.push_back(std::move(part));
  }
  plain(text);
  if (parts_.empty()) parts_.push_back({});
}

std::optional<std::string> Template::expand(const ConditionKeys* keys) const {
  std::string out;
  for (const Part& part : parts_) {
    if (part.key.empty()) {
      out += part.text;
      continue;
    }
    std::optional<std::vector<std::string>> values;
    if (keys) values = keys->values(part.key);
    // A key with several values cannot be a variable; and no value may bring wildcards in.
    constexpr char wild[] = {Wildcard::kAny, Wildcard::kOne, '\0'};
    if (values && values->size() == 1) {
      if (values->front().find_first_of(wild) != std::string::npos) return std::nullopt;
      out += values->front();
    } else if (part.has_default)
      out += part.text;
    else
      return std::nullopt;
  }
  return out;
}

bool Template::matches(std::string_view text, const ConditionKeys* keys) const {
  if (is_fixed()) return Wildcard::matches(fixed(), text);
  auto pattern = expand(keys);
  return pattern && Wildcard::matches(*pattern, text);
}

std::optional<std::vector<std::string>> JsonConditionKeys::values(std::string_view key) const {
  if (!object_.is_object()) return std::nullopt;
  for (const auto& [name, value] : object_.members()) {
    if (!equal_ignoring_case(name, key)) continue;
    std::vector<std::string> out;
    auto add = [&](const Json& one) {
      if (one.is_string())
        out.push_back(one.as_string());
      else if (one.is_bool())
        out.push_back(one.as_bool() ? "true" : "false");
      else if (one.is_number())
        out.push_back(one.number_text());
    };
    if (value.is_array()) {
      for (const Json& item : value.items()) add(item);
    } else {
      add(value);
    }
    return out;
  }
  return std::nullopt;
}

// ---- statements ----

namespace {

// "lambda.amazonaws.com" is also written with a region ("states.us-east-1.amazonaws.com") or another URL suffix.
bool same_service(std::string_view written, std::string_view actual) {
  return written == actual || written.substr(0, written.find('.')) == actual.substr(0, actual.find('.'));
}

}  // namespace

Naming Policy::Statement::names(const PolicyPrincipal& principal) const {
  if (any_principal) return Naming::caller;
  Naming best = Naming::none;
  for (const PrincipalPattern& pattern : principals) {
    Naming found = Naming::none;
    switch (pattern.kind) {
      case PrincipalPattern::Kind::everybody: found = Naming::caller; break;
      case PrincipalPattern::Kind::account:
        if (!principal.account.empty() && pattern.value == principal.account) {
          found = principal.kind == PolicyPrincipal::Kind::root ? Naming::caller : Naming::account;
        }
        break;
      case PrincipalPattern::Kind::arn:
        if (pattern.value == principal.arn)
          found = Naming::caller;
        else if (!principal.role_arn.empty() && pattern.value == principal.role_arn)
          found = Naming::role;
        break;
      case PrincipalPattern::Kind::service:
        if (principal.kind == PolicyPrincipal::Kind::service && same_service(pattern.value, principal.arn)) {
          found = Naming::caller;
        }
        break;
      case PrincipalPattern::Kind::other:
        if (!principal.user_id.empty() && pattern.value == principal.user_id.substr(0, principal.user_id.find(':'))) {
          found = principal.kind == PolicyPrincipal::Kind::role_session ? Naming::role : Naming::caller;
        }
        break;
    }
    best = std::max(best, found);
  }
  if (!not_principal) return best;
  return best == Naming::none ? Naming::caller : Naming::none;
}

bool Policy::Statement::applies(const PolicyRequest& request, std::string_view lower_action) const {
  bool action_matches = false;
  for (const Wildcard& pattern : actions) {
    if (pattern.matches(lower_action)) {
      action_matches = true;
      break;
    }
  }
  if (action_matches == not_action) return false;
  if (!any_resource) {
    bool resource_matches = false;
    for (const Template& pattern : resources) {
      if (pattern.matches(request.resource, request.keys)) {
        resource_matches = true;
        break;
      }
    }
    if (resource_matches == not_resource) return false;
  }
  for (const Condition& condition : conditions) {
    if (!condition.holds(request.keys)) return false;
  }
  return true;
}

// ---- policies ----

Policy::Policy() = default;
Policy::~Policy() = default;

Policy::Effect Policy::evaluate(const PolicyRequest& request) const {
  char space[128];
  std::string longer;
  std::string_view lower;
  if (request.action.size() <= sizeof(space)) {
    for (size_t i = 0; i < request.action.size(); ++i) {
      char c = request.action[i];
      space[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    lower = {space, request.action.size()};
  } else {
    longer = to_lower(request.action);
    lower = longer;
  }
  Effect effect;
  for (const Statement& statement : statements_) {
    Naming naming = statement.names(request.principal);
    if (naming == Naming::none || !statement.applies(request, lower)) continue;
    if (!statement.allow) {
      effect.denied = true;
      return effect;
    }
    effect.allowed = std::max(effect.allowed, naming);
  }
  return effect;
}

// ---- decisions ----

namespace {

struct Effects {
  bool identity_allows = false;
  bool boundary_allows = true;
  bool session_allows = true;
  Naming resource_names = Naming::none;
};

Verdict denied_by(Verdict::By by) { return {.allowed = false, .explicit_deny = true, .by = by}; }
Verdict not_allowed_by(Verdict::By by) { return {.allowed = false, .explicit_deny = false, .by = by}; }
constexpr Verdict kAllowed = {.allowed = true};

// Explicit denies of any kind; nothing when there is none.
std::optional<Verdict> gather(const PolicyRequest& request, const PolicySet& policies, Effects& out) {
  for (const PolicyRef& policy : policies.identity) {
    Policy::Effect effect = policy->evaluate(request);
    if (effect.denied) return denied_by(Verdict::By::identity);
    out.identity_allows |= effect.allowed != Naming::none;
  }
  if (policies.resource) {
    Policy::Effect effect = policies.resource->evaluate(request);
    if (effect.denied) return denied_by(Verdict::By::resource);
    out.resource_names = effect.allowed;
  }
  if (policies.boundary) {
    Policy::Effect effect = policies.boundary->evaluate(request);
    if (effect.denied) return denied_by(Verdict::By::boundary);
    out.boundary_allows = effect.allowed != Naming::none;
  }
  if (policies.session) {
    Policy::Effect effect = policies.session->evaluate(request);
    if (effect.denied) return denied_by(Verdict::By::session);
    out.session_allows = effect.allowed != Naming::none;
  }
  return std::nullopt;
}

}  // namespace

Verdict decide(const PolicyRequest& request, const PolicySet& policies) {
  using Kind = PolicyPrincipal::Kind;
  Effects effects;
  if (auto denied = gather(request, policies, effects)) return *denied;
  Kind kind = request.principal.kind;
  bool resource_allows = effects.resource_names != Naming::none;
  if (kind == Kind::anonymous || kind == Kind::service) {
    return resource_allows ? kAllowed : not_allowed_by(Verdict::By::resource);
  }
  if (policies.resource_must_allow && !resource_allows) return not_allowed_by(Verdict::By::resource);
  if (kind == Kind::root) {
    if (policies.cross_account && !resource_allows) return not_allowed_by(Verdict::By::resource);
    return kAllowed;
  }
  if (policies.cross_account) {
    if (!resource_allows) return not_allowed_by(Verdict::By::resource);
  } else if (effects.resource_names == Naming::caller) {
    // Inside an account a resource may admit a user or a session by itself, past boundaries and session policies.
    return kAllowed;
  }
  if (!effects.boundary_allows) return not_allowed_by(Verdict::By::boundary);
  if (!effects.session_allows) return not_allowed_by(Verdict::By::session);
  bool by_role_name = !policies.cross_account && effects.resource_names == Naming::role;
  if (!effects.identity_allows && !by_role_name) return not_allowed_by(Verdict::By::identity);
  return kAllowed;
}

std::string denial_message(std::string_view principal_arn, std::string_view action, std::string_view resource,
                           const Verdict& verdict) {
  std::string out = "User: ";
  out += principal_arn.empty() ? std::string_view("anonymous") : principal_arn;
  ((out += " is not authorized to perform: ") += action);
  ((out += " on resource: ") += resource);
  const char* kind = "identity-based policy";
  const char* article = "an ";
  if (verdict.by == Verdict::By::resource) kind = "resource-based policy", article = "a ";
  if (verdict.by == Verdict::By::boundary) kind = "permissions boundary", article = "a ";
  if (verdict.by == Verdict::By::session) kind = "session policy", article = "a ";
  if (verdict.explicit_deny) return out + " with an explicit deny in " + article + kind;
  return out + " because no " + kind + " allows the " + std::string(action) + " action";
}

}  // namespace thaw::api
