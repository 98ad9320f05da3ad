// Definitions of REST APIs: authorizers, API keys and resource policies.
#include <algorithm>

#include "services/cloudformation/sam/editor.h"
#include "services/cloudformation/sam/intrinsics.h"

namespace thaw::sam {

namespace {

Value existing_security(const Value& definition, const Text& path, const Text& method) {
  Value security = definition.get("security", Value::list());
  if (!security.is_list())
    invalid_document("Type of security for path " + path.s + " method " + method.s + " must be a list");
  return security;
}

void security_must_be_map(const Value& entry, const Text& path, const Text& method) {
  must_be_map(entry,
              entry.str() + " in Security for path " + path.s + " method " + method.s + " is not a valid dictionary.");
}

Value with(const Value& list, const Value& more) {
  Value out = list.copy();
  for (auto& item : more.elements()) out.push(item);
  return out;
}

Value one_security(const Text& name, Value scopes) {
  Value entry = Value::hashed();
  entry.set(name, std::move(scopes));
  return Value::list({entry});
}

// Takes the first entry with the member out of the list.
bool take(Value& list, std::string_view member) {
  auto& all = list.elements();
  auto at = std::find_if(all.begin(), all.end(), [&](const Value& entry) { return entry.has(member); });
  if (at == all.end()) return false;
  all.erase(at);
  return true;
}

}  // namespace

void SwaggerEditor::add_authorizers(const Authorizers& authorizers) {
  if (!security_definitions_) security_definitions_ = Value::hashed();
  for (auto& authorizer : authorizers) security_definitions_.set(authorizer.name, authorizer.definition);
}

void SwaggerEditor::add_iam_definition() {
  Value iam = Value::hashed();
  iam.set("x-amazon-apigateway-authtype", "awsSigv4");
  iam.set("type", "apiKey");
  iam.set("name", "Authorization");
  iam.set("in", "header");
  if (!security_definitions_) security_definitions_ = Value::hashed();
  if (!security_definitions_.has("AWS_IAM")) security_definitions_.update(Value::hashed({{"AWS_IAM", iam}}));
}

void SwaggerEditor::add_api_key_definition() {
  Value key = Value::hashed();
  key.set("type", "apiKey");
  key.set("name", "x-api-key");
  key.set("in", "header");
  if (!security_definitions_) security_definitions_ = Value::hashed();
  if (!security_definitions_.is_dict()) throw InvalidTemplate{"securityDefinitions must be a dictionary."};
  if (!security_definitions_.has("api_key")) security_definitions_.update(Value::hashed({{"api_key", key}}));
}

void SwaggerEditor::set_default_authorizer(const Text& path, const Text& name, const Authorizers& authorizers,
                                           bool on_preflight) {
  auto is_authorizer = [&](const Value& entry) {
    if (entry.has("AWS_IAM")) return true;
    return std::any_of(authorizers.begin(), authorizers.end(), [&](auto& a) { return entry.has(a.name.s); });
  };
  for (auto& [method, given] : all_methods(path)) {
    Value definition = given;
    if (!on_preflight && method.s == "options") continue;
    Value others = Value::list(), by_authorizer = Value::list();
    for (auto& entry : existing_security(definition, path, method).elements()) {
      security_must_be_map(entry, path, method);
      (is_authorizer(entry) ? by_authorizer : others).push(entry);
    }
    Value chosen = Value::list();
    if (!take(others, "NONE")) {
      chosen = by_authorizer;
      if (!by_authorizer) {
        auto found = std::find_if(authorizers.begin(), authorizers.end(), [&](auto& a) { return a.name == name; });
        const bool scoped = found != authorizers.end() && !found->scopes.is_null();
        chosen = one_security(name, scoped ? found->scopes : Value::list());
      }
    }
    Value security = with(others, chosen);
    if (!security) continue;
    definition.set("security", security);
    if (security.elements()[0].has("AWS_IAM")) add_iam_definition();
  }
}

void SwaggerEditor::set_default_api_key(const Text& path, bool on_preflight) {
  for (auto& [method, given] : all_methods(path)) {
    Value definition = given;
    Value existing = existing_security(definition, path, method);
    Value others = Value::list(), by_key = Value::list();
    for (auto& entry : existing.elements()) {
      security_must_be_map(entry, path, method);
      (entry.has("api_key") || entry.has("api_key_false") ? by_key : others).push(entry);
    }
    Value security = take(by_key, "api_key_false") ? others : with(others, one_security("api_key", Value::list()));
    if (method.s == "options" && !on_preflight) security = others;
    if (!(security == existing)) definition.set("security", security);
  }
}

void SwaggerEditor::add_auth_to_method(const Text& path, const Text& method, const Value& auth, const Value& api) {
  Value api_auth = api ? api.get("Auth") : Value();
  Value authorizers = api_auth ? api_auth.get("Authorizers") : Value();
  if (Value authorizer = auth.get("Authorizer"))
    set_method_authorizer(path, method, authorizer, authorizers, auth.get("AuthorizationScopes"));
  if (Value required = auth.get("ApiKeyRequired"); !required.is_null()) set_method_api_key(path, method, required);
}

void SwaggerEditor::set_method_authorizer(const Text& path, const Text& method, const Value& name,
                                          const Value& authorizers, const Value& scopes) {
  for (auto& found : method_definitions(path, method)) {
    Value definition = found;
    Value existing = existing_security(definition, path, method);
    Value chosen = one_security(name.text(), Value::list());
    if (!name.is("NONE") && authorizers) {
      Value authorizer = authorizers.get(name.s(), Value::hashed());
      if (!authorizer.is_dict()) invalid_document("Type of authorizer '" + name.s() + "' must be a dictionary");
      Value asked = scopes.is_null() ? authorizer.get("AuthorizationScopes") : scopes;
      if (!authorizers.get(name.s()).is_null() && !asked.is_null()) chosen.elements()[0].set(name.text(), asked);
    }
    Value security = with(existing, chosen);
    definition.set("security", security);
    if (security.elements()[0].has("AWS_IAM")) add_iam_definition();
  }
}

void SwaggerEditor::set_method_api_key(const Text& path, const Text& method, const Value& required) {
  for (auto& found : method_definitions(path, method)) {
    Value definition = found;
    if (required) add_api_key_definition();
    Value existing = existing_security(definition, path, method);
    definition.set("security", with(existing, one_security(required ? "api_key" : "api_key_false", Value::list())));
  }
}

// ---- Resource policies

namespace {

bool all_strings(const Value& list) {
  if (!list.is_list()) return true;  // a name alone, or an intrinsic function
  auto& all = list.elements();
  return std::all_of(all.begin(), all.end(), [](const Value& item) { return item.is_string(); });
}

Value execute_statement(const char* effect, const Value& resources) {
  Value out = Value::hashed();
  out.set("Effect", effect);
  out.set("Action", "execute-api:Invoke");
  out.set("Resource", resources);
  return out;
}

}  // namespace

Value SwaggerEditor::policy_resources(const Text& path, const Value& stage) const {
  Value out = Value::list();
  const std::string shown = arn_path(path.s, true);
  for (auto& item : path_items(path)) {
    for (auto& name : item.keys()) {
      const Text lower = normal_method(name);
      Text method("*");
      if (lower.s != kAnyMethod) {
        method = name;
        for (auto& c : method.s) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
      }
      Text resource("execute-api:/${__Stage__}/" + method.s + shown, method.legacy || path.legacy);
      out.push(sub(resource, Value::dict({{"__Stage__", stage}})));
    }
  }
  return out;
}

void SwaggerEditor::add_account_policy(Value accounts, const char* effect, const Value& resources) {
  if (!accounts) return;
  if (!accounts.is_dict() && !accounts.is_list())
    invalid_document("Type of '" + accounts.str() + "' must be a list or dictionary");
  if (!accounts.is_list()) accounts = Value::list({accounts});
  policy_.set("Version", "2012-10-17");
  Value statement = execute_statement(effect, resources);
  statement.set("Principal", Value::hashed({{"AWS", accounts}}));
  Value all = policy_.get("Statement");
  if (all.is_null()) return policy_.set("Statement", statement);
  if (!all.is_list()) all = Value::list({all});
  all.push(statement);
  policy_.set("Statement", all);
}

// Everybody may call, except those the condition names.
void SwaggerEditor::add_condition_policy(const Value& condition, const Value& resources) {
  policy_.set("Version", "2012-10-17");
  Value allow = execute_statement("Allow", resources);
  allow.set("Principal", "*");
  Value deny = execute_statement("Deny", resources);
  deny.set("Principal", "*");
  deny.set("Condition", condition);
  Value all = policy_.get("Statement");
  if (all.is_null()) return policy_.set("Statement", Value::list({allow, deny}));
  if (!all.is_list()) all = Value::list({all});
  if (!all.contains(allow)) all.push(allow);
  if (!all.contains(deny)) all.push(deny);
  policy_.set("Statement", all);
}

void SwaggerEditor::add_ip_policy(Value ranges, const char* operator_name, const Value& resources) {
  if (!ranges) return;
  if (!ranges.is_list()) ranges = Value::list({ranges});
  add_condition_policy(Value::dict({{operator_name, Value::dict({{"aws:SourceIp", ranges}})}}), resources);
}

void SwaggerEditor::add_vpc_policy(const Value& names, const Value& vpcs, const Value& vpces, const char* operator_name,
                                   const Value& resources) {
  Value condition = Value::hashed();
  auto extend = [&](const char* key, const Value& more) {
    Value list = condition.setdefault(key, Value::list());
    for (auto& item : more.elements()) list.push(item);
  };
  if (names.is_list()) {
    Value named_vpcs = Value::list(), named_vpces = Value::list();
    for (auto& name : names.elements()) {
      if (name.s().starts_with("vpce-")) named_vpces.push(name);
      if (name.s().starts_with("vpc-")) named_vpcs.push(name);
    }
    if (named_vpcs) extend("aws:SourceVpc", named_vpcs);
    if (named_vpces) extend("aws:SourceVpce", named_vpces);
  }
  if (!vpcs.is_null()) extend("aws:SourceVpc", vpcs);
  if (!vpces.is_null()) extend("aws:SourceVpce", vpces);
  if (!condition.get("aws:SourceVpc") && !condition.get("aws:SourceVpce")) return;
  add_condition_policy(Value::dict({{operator_name, condition}}), resources);
}

void SwaggerEditor::add_resource_policy(const Value& policy, const Text& path, const Value& stage) {
  if (policy.is_null()) return;
  must_be_map(policy, "Resource Policy is not a valid dictionary.");
  auto resources = [&] { return policy_resources(path, stage); };
  if (Value v = policy.get("AwsAccountWhitelist"); !v.is_null()) add_account_policy(v, "Allow", resources());
  if (Value v = policy.get("AwsAccountBlacklist"); !v.is_null()) add_account_policy(v, "Deny", resources());
  if (Value v = policy.get("IpRangeWhitelist"); !v.is_null()) add_ip_policy(v, "NotIpAddress", resources());
  if (Value v = policy.get("IpRangeBlacklist"); !v.is_null()) add_ip_policy(v, "IpAddress", resources());
  auto must_be_strings = [&](const char* property, const char* instead) {
    if (!all_strings(policy.get(property)))
      invalid_document(std::string(property) + " must be a list of strings. Use " + instead +
                       " instead for values that use Intrinsic Functions");
  };
  must_be_strings("SourceVpcBlacklist", "IntrinsicVpcBlacklist");
  const Value shared = resources();
  add_vpc_policy(policy.get("SourceVpcBlacklist"), policy.get("IntrinsicVpcBlacklist"),
                 policy.get("IntrinsicVpceBlacklist"), "StringEquals", shared);
  must_be_strings("SourceVpcWhitelist", "IntrinsicVpcWhitelist");
  add_vpc_policy(policy.get("SourceVpcWhitelist"), policy.get("IntrinsicVpcWhitelist"),
                 policy.get("IntrinsicVpceWhitelist"), "StringNotEquals", shared);
  doc_.set("x-amazon-apigateway-policy", policy_);
}

void SwaggerEditor::add_custom_statements(Value statements) {
  if (!statements.is_null()) {
    policy_.set("Version", "2012-10-17");
    Value all = policy_.get("Statement");
    if (all.is_null()) {
      policy_.set("Statement", statements);
    } else {
      if (!statements.is_list()) statements = Value::list({statements});
      if (!all.is_list()) all = Value::list({all});
      for (auto& statement : statements.elements())
        if (!all.contains(statement)) all.push(statement);
      policy_.set("Statement", all);
    }
  }
  doc_.set("x-amazon-apigateway-policy", policy_);
}

}  // namespace thaw::sam
