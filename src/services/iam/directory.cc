#include "services/iam/directory.h"

#include "base/log.h"
#include "base/text.h"
#include "services/iam/managed_policies.h"
#include "services/iam/request_keys.h"

namespace thaw::iam {

namespace {

using Kind = api::Principal::Kind;

constexpr size_t kCacheMax = 20000;

template <class Map>
void bound(Map& map) {
  if (map.size() >= kCacheMax) map.clear();
}

std::string name_of(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

api::PolicyPrincipal view_of(const api::Principal& principal) {
  using To = api::PolicyPrincipal::Kind;
  To kind = To::anonymous;
  switch (principal.kind) {
    case Kind::anonymous: kind = To::anonymous; break;
    case Kind::root: kind = To::root; break;
    case Kind::user: kind = To::user; break;
    case Kind::role_session: kind = To::role_session; break;
    case Kind::service: kind = To::service; break;
  }
  return {kind, principal.account, principal.arn, principal.role_arn, principal.user_id};
}

api::Principal root_principal(const std::string& account) {
  api::Principal out;
  out.kind = Kind::root;
  out.account = account;
  out.arn = "arn:aws:iam::" + account + ":root";
  out.user_id = account;
  return out;
}

bool has_identity(const api::Principal& principal) {
  return principal.kind == Kind::user || principal.kind == Kind::role_session;
}
const std::string& identity_arn(const api::Principal& principal) {
  return principal.kind == Kind::role_session ? principal.role_arn : principal.arn;
}

// The compiled text of a document; nothing (and a log line) when what is stored cannot be read: it then grants nothing.
void add_document(std::vector<api::PolicyRef>& out, std::string_view text, std::string_view whose) {
  auto policy = api::Policy::parse(text, api::PolicyKind::identity);
  if (policy)
    out.push_back(std::move(*policy));
  else
    log::error("a stored policy of {} cannot be read: {}", whose, policy.error().message);
}

Task<std::optional<std::string>> managed_document(IamStore& iam, std::string arn) {
  if (const AwsPolicy* policy = find_aws_policy(arn)) co_return policy->document();
  std::optional<PolicyRecord> record = co_await iam.policy(arn);
  if (!record) co_return std::nullopt;
  const VersionRecord* version = record->version(record->default_version);
  if (!version) co_return std::nullopt;
  co_return version->document;
}

Task<void> add_policies(IamStore& iam, const EntityRecord& record, std::vector<api::PolicyRef>& out) {
  for (const auto& [name, document] : record.inline_policies) add_document(out, document, record.arn);
  for (const std::string& arn : record.attached) {
    std::optional<std::string> document = co_await managed_document(iam, arn);
    if (document) add_document(out, *document, record.arn);
  }
}

}  // namespace

Directory::Directory(kv::Store& store, const Clock& clock, DirectoryOptions options)
    : store_(store), clock_(clock), options_(std::move(options)) {}

void Directory::invalidate() {
  ++generation_;
  credentials_.clear();
  identities_.clear();
}

void Directory::remember(const api::Credential& credential) {
  bound(credentials_);
  credentials_.insert_or_assign(credential.access_key, credential);
}

// ---- who ----

Ready<std::optional<api::Credential>> Directory::find(const std::string& access_key,
                                                      const std::string& security_token) {
  if (auto found = credentials_.find(access_key); found != credentials_.end()) {
    if (found->second.session_token == security_token) return std::optional<api::Credential>(found->second);
  }
  if (!security_token.empty()) return find_session(access_key, security_token);
  for (const RootKey& key : options_.root_keys) {
    if (key.access_key != access_key) continue;
    api::Credential credential;
    credential.access_key = key.access_key;
    credential.secret_key = key.secret_key;
    credential.principal = root_principal(options_.account);
    remember(credential);
    return std::optional<api::Credential>(std::move(credential));
  }
  return find_user_key(access_key);
}

Task<std::optional<api::Credential>> Directory::find_user_key(std::string access_key) {
  uint64_t generation = generation_;
  std::unique_ptr<kv::Transaction> tx = co_await store_.begin();
  IamStore any(*tx, options_.account);
  std::optional<KeyRecord> key = co_await any.key(access_key);
  if (!key || key->status != "Active") co_return std::nullopt;
  IamStore iam(*tx, key->account);
  std::optional<EntityRecord> user = co_await iam.entity(EntityKind::user, key->user);
  if (!user) co_return std::nullopt;
  api::Credential credential;
  credential.access_key = key->id;
  credential.secret_key = key->secret;
  credential.principal.kind = Kind::user;
  credential.principal.account = key->account;
  credential.principal.arn = user->arn;
  credential.principal.user_id = user->id;
  if (generation == generation_) remember(credential);
  co_return credential;
}

Task<std::optional<api::Credential>> Directory::find_session(std::string access_key, std::string token) {
  Result<std::string> sealed = co_await seal();
  if (!sealed) co_return std::nullopt;
  std::optional<SessionClaims> claims = open_session(*sealed, token);
  if (!claims || claims->access_key != access_key) co_return std::nullopt;
  if (has_identity(claims->principal)) {
    // A session ends with the role or user it is of, also when another of that name takes its place.
    std::shared_ptr<const Identity> whose = co_await identity(identity_arn(claims->principal));
    if (!whose->exists || whose->id != claims->entity_id) co_return std::nullopt;
  }
  api::Credential credential;
  credential.access_key = access_key;
  credential.secret_key = session_secret(*sealed, access_key);
  credential.session_token = std::move(token);
  credential.expires = claims->expires;
  credential.principal = std::move(claims->principal);
  remember(credential);
  co_return credential;
}

Task<Result<std::string>> Directory::seal() {
  if (!seal_.empty()) co_return seal_;
  std::string made = random_bytes(32);
  Result<std::string> kept =
      co_await store_.transact<std::string>([made](kv::Transaction& tx) -> Task<Result<std::string>> {
        std::optional<std::string> found = co_await IamStore::seal(tx);
        if (found) co_return *found;
        IamStore::put_seal(tx, made);
        co_return made;
      });
  if (kept) seal_ = *kept;
  co_return kept;
}

// ---- what he may do ----

Task<std::shared_ptr<const Identity>> Directory::identity(std::string arn) {
  if (auto found = identities_.find(arn); found != identities_.end()) co_return found->second;
  uint64_t generation = generation_;
  auto out = std::make_shared<Identity>();
  auto parsed = Arn::parse(arn);
  bool role = parsed && parsed->resource.starts_with("role/");
  bool user = parsed && parsed->resource.starts_with("user/");
  if (role || user) {
    std::unique_ptr<kv::Transaction> tx = co_await store_.begin();
    IamStore iam(*tx, parsed->account);
    std::optional<EntityRecord> record = co_await iam.entity(role ? EntityKind::role : EntityKind::user, name_of(arn));
    if (record && record->arn == arn) {
      out->exists = true;
      out->id = record->id;
      out->name = record->name;
      out->tags = record->tags;
      co_await add_policies(iam, *record, out->policies);
      if (!record->boundary.empty()) {
        std::vector<api::PolicyRef> boundary;
        std::optional<std::string> document = co_await managed_document(iam, record->boundary);
        // A boundary that is gone lets nothing through.
        add_document(boundary, document.value_or(R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})"),
                     arn);
        if (!boundary.empty()) out->boundary = boundary.front();
      }
      std::vector<std::string> groups;
      if (user) groups = co_await iam.groups_of(record->name);
      for (const std::string& name : groups) {
        std::optional<EntityRecord> group = co_await iam.entity(EntityKind::group, name);
        if (group) co_await add_policies(iam, *group, out->policies);
      }
    }
  }
  if (generation == generation_) {
    bound(identities_);
    identities_.insert_or_assign(arn, out);
  }
  co_return out;
}

api::PolicyRef Directory::compiled(const Json& document, api::PolicyKind kind) {
  std::string text(1, static_cast<char>('0' + static_cast<int>(kind)));
  document.dump_to(text);
  if (auto found = documents_.find(text); found != documents_.end()) return found->second;
  auto policy = api::Policy::compile(document, kind);
  if (!policy) {
    log::error("a policy cannot be read, so it grants nothing: {}", policy.error().message);
    policy = api::Policy::parse(kind == api::PolicyKind::identity
                                    ? R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})"
                                    : R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}})",
                                kind == api::PolicyKind::trust ? api::PolicyKind::resource : kind);
  }
  bound(documents_);
  documents_.emplace(std::move(text), *policy);
  return *policy;
}

Ready<Result<void>> Directory::authorize(const api::Principal& principal, const api::Permission& permission,
                                         const Json& resource_policy, const api::Request& request) {
  if (!has_identity(principal)) return decide(principal, permission, resource_policy, request, nullptr);
  auto found = identities_.find(identity_arn(principal));
  if (found != identities_.end()) return decide(principal, permission, resource_policy, request, found->second.get());
  return authorize_slowly(principal, permission, resource_policy, &request);
}

Task<Result<void>> Directory::authorize_slowly(api::Principal principal, api::Permission permission,
                                               Json resource_policy, const api::Request* request) {
  std::shared_ptr<const Identity> whose = co_await identity(identity_arn(principal));
  co_return decide(principal, permission, resource_policy, *request, whose.get());
}

Result<void> Directory::decide(const api::Principal& principal, const api::Permission& permission,
                               const Json& resource_policy, const api::Request& request, const Identity* identity) {
  bool assume = permission.action == "sts:AssumeRole";
  // S3's ARNs name no account: the bucket's owner is whose resources the request is about.
  bool foreign_bucket =
      permission.action.starts_with("s3:") && !principal.account.empty() && request.account.str() != principal.account;
  if (principal.kind == Kind::root && resource_policy.is_null() && !assume && !foreign_bucket) return {};
  RequestKeys keys(principal, permission, request, identity);
  api::PolicySet set;
  api::PolicyRef resource, session;
  if (!resource_policy.is_null()) {
    resource = compiled(resource_policy, assume ? api::PolicyKind::trust : api::PolicyKind::resource);
    set.resource = resource.get();
  }
  if (!principal.session_policy.is_null()) {
    session = compiled(principal.session_policy, api::PolicyKind::identity);
    set.session = session.get();
  }
  if (identity) {
    set.identity = identity->policies;
    set.boundary = identity->boundary.get();
  }
  set.resource_must_allow = assume || (permission.action.starts_with("kms:") && set.resource);
  if (auto arn = Arn::parse(permission.resource); arn && !arn->account.empty() && !principal.account.empty()) {
    bool of_aws = arn->account == "aws";  // AWS's managed policies belong to every account
    set.cross_account = !of_aws && arn->account != principal.account;
  }
  set.cross_account |= foreign_bucket;
  api::Verdict verdict = api::decide({permission.action, permission.resource, view_of(principal), &keys}, set);
  if (verdict.allowed) return {};
  std::string words = api::denial_message(principal.arn, permission.action, permission.resource, verdict);
  if (assume) words = words.substr(0, words.find(" because no "));  // STS does not say why
  return fail("AccessDenied", std::move(words), 403);
}

// ---- sessions ----

Task<Result<SessionCredentials>> Directory::make_session(SessionRequest request) {
  CO_TRY(std::string sealed, co_await seal());
  SessionClaims claims;
  claims.access_key = new_access_key("ASIA", request.principal.account);
  claims.principal = std::move(request.principal);
  claims.entity_id = std::move(request.entity_id);
  claims.expires = std::chrono::floor<std::chrono::seconds>(clock_.now()) + std::chrono::seconds(request.duration_s);
  SessionCredentials out;
  out.access_key = claims.access_key;
  out.secret_key = session_secret(sealed, claims.access_key);
  out.session_token = seal_session(sealed, claims);
  out.expires = claims.expires;
  co_return out;
}

Task<std::optional<RoleFacts>> Directory::find_role(std::string role_arn) {
  auto arn = Arn::parse(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) co_return std::nullopt;
  std::unique_ptr<kv::Transaction> tx = co_await store_.begin();
  IamStore iam(*tx, arn->account);
  std::optional<EntityRecord> record = co_await iam.entity(EntityKind::role, name_of(role_arn));
  if (!record || record->arn != role_arn) co_return std::nullopt;
  auto trust = Json::parse(record->trust);
  co_return RoleFacts{record->arn, record->id, record->name, record->max_session_s, trust ? std::move(*trust) : Json()};
}

Task<std::optional<Json>> Directory::policy_document(std::string policy_arn) {
  std::unique_ptr<kv::Transaction> tx = co_await store_.begin();
  IamStore iam(*tx, options_.account);
  std::optional<std::string> text = co_await managed_document(iam, policy_arn);
  if (!text) co_return std::nullopt;
  auto json = Json::parse(*text);
  if (!json) co_return std::nullopt;
  co_return std::move(*json);
}

std::optional<std::string> Directory::account_of_key(const std::string& access_key) const {
  for (const RootKey& key : options_.root_keys) {
    if (key.access_key == access_key) return options_.account;
  }
  return account_of_access_key(access_key);
}

}  // namespace thaw::iam
