#include "services/iam/store.h"

#include "api/record.h"
#include "base/text.h"
#include "kv/subspace.h"

namespace thaw::iam {

namespace {

const kv::Subspace kIam{"iam"};

std::string lower(std::string_view name) { return to_lower(name); }
std::string word(EntityKind kind) { return std::string(word_of(kind)); }

// Reads the values of a range as records.
template <class T>
Task<std::vector<T>> all(kv::Transaction& tx, std::pair<std::string, std::string> range) {
  std::vector<kv::KeyValue> rows = co_await tx.range(range.first, range.second);
  std::vector<T> out;
  for (const kv::KeyValue& row : rows) {
    if (auto record = api::decode_record<T>(row.value)) out.push_back(std::move(*record));
  }
  co_return out;
}
template <class T>
Task<std::optional<T>> one(kv::Transaction& tx, std::string key) {
  std::optional<std::string> bytes = co_await tx.get(key);
  if (!bytes) co_return std::nullopt;
  co_return api::decode_record<T>(*bytes);
}

}  // namespace

std::string_view word_of(EntityKind kind) {
  return kind == EntityKind::user ? "user" : kind == EntityKind::group ? "group" : "role";
}

void EntityRecord::describe(api::Fields& f) {
  f.add("name", &EntityRecord::name);
  f.add("path", &EntityRecord::path);
  f.add("id", &EntityRecord::id);
  f.add("arn", &EntityRecord::arn);
  f.add("created", &EntityRecord::created);
  f.add("inline", &EntityRecord::inline_policies);
  f.add("attached", &EntityRecord::attached);
  f.add("boundary", &EntityRecord::boundary);
  f.add("tags", &EntityRecord::tags);
  f.add("trust", &EntityRecord::trust);
  f.add("description", &EntityRecord::description);
  f.add("max_session_s", &EntityRecord::max_session_s);
}
void VersionRecord::describe(api::Fields& f) {
  f.add("id", &VersionRecord::id);
  f.add("document", &VersionRecord::document);
  f.add("created", &VersionRecord::created);
}
void PolicyRecord::describe(api::Fields& f) {
  f.add("name", &PolicyRecord::name);
  f.add("path", &PolicyRecord::path);
  f.add("id", &PolicyRecord::id);
  f.add("arn", &PolicyRecord::arn);
  f.add("description", &PolicyRecord::description);
  f.add("default_version", &PolicyRecord::default_version);
  f.add("last_version", &PolicyRecord::last_version);
  f.add("created", &PolicyRecord::created);
  f.add("updated", &PolicyRecord::updated);
  f.add("versions", &PolicyRecord::versions);
  f.add("tags", &PolicyRecord::tags);
}
const VersionRecord* PolicyRecord::version(std::string_view wanted) const {
  for (const VersionRecord& one : versions) {
    if (one.id == wanted) return &one;
  }
  return nullptr;
}
void ProfileRecord::describe(api::Fields& f) {
  f.add("name", &ProfileRecord::name);
  f.add("path", &ProfileRecord::path);
  f.add("id", &ProfileRecord::id);
  f.add("arn", &ProfileRecord::arn);
  f.add("role", &ProfileRecord::role);
  f.add("created", &ProfileRecord::created);
  f.add("tags", &ProfileRecord::tags);
}
void KeyRecord::describe(api::Fields& f) {
  f.add("id", &KeyRecord::id);
  f.add("secret", &KeyRecord::secret);
  f.add("account", &KeyRecord::account);
  f.add("user", &KeyRecord::user);
  f.add("status", &KeyRecord::status);
  f.add("created", &KeyRecord::created);
}

// ---- entities ----

Task<std::optional<EntityRecord>> IamStore::entity(EntityKind kind, std::string name) {
  return one<EntityRecord>(tx_, kIam.key("entity", account_, word(kind), lower(name)));
}
Task<std::vector<EntityRecord>> IamStore::entities(EntityKind kind) {
  return all<EntityRecord>(tx_, kIam.range("entity", account_, word(kind)));
}
void IamStore::put(EntityKind kind, const EntityRecord& record) {
  tx_.set(kIam.key("entity", account_, word(kind), lower(record.name)), api::encode_record(record));
}
void IamStore::erase(EntityKind kind, const std::string& name) {
  tx_.clear(kIam.key("entity", account_, word(kind), lower(name)));
}

// ---- managed policies ----

Task<std::optional<PolicyRecord>> IamStore::policy(std::string arn) {
  std::optional<PolicyRecord> found = co_await policy_named(arn.substr(arn.rfind('/') + 1));
  if (found && found->arn != arn) found.reset();
  co_return found;
}
Task<std::optional<PolicyRecord>> IamStore::policy_named(std::string name) {
  return one<PolicyRecord>(tx_, kIam.key("policy", account_, lower(name)));
}
Task<std::vector<PolicyRecord>> IamStore::policies() { return all<PolicyRecord>(tx_, kIam.range("policy", account_)); }
void IamStore::put(const PolicyRecord& record) {
  tx_.set(kIam.key("policy", account_, lower(record.name)), api::encode_record(record));
}
void IamStore::erase(const PolicyRecord& record) { tx_.clear(kIam.key("policy", account_, lower(record.name))); }

// ---- instance profiles ----

Task<std::optional<ProfileRecord>> IamStore::profile(std::string name) {
  return one<ProfileRecord>(tx_, kIam.key("profile", account_, lower(name)));
}
Task<std::vector<ProfileRecord>> IamStore::profiles() {
  return all<ProfileRecord>(tx_, kIam.range("profile", account_));
}
void IamStore::put(const ProfileRecord& record) {
  tx_.set(kIam.key("profile", account_, lower(record.name)), api::encode_record(record));
  if (!record.role.empty()) tx_.set(kIam.key("profileof", account_, lower(record.role), record.name), "");
}
void IamStore::erase(const ProfileRecord& record) {
  tx_.clear(kIam.key("profile", account_, lower(record.name)));
  if (!record.role.empty()) tx_.clear(kIam.key("profileof", account_, lower(record.role), record.name));
}
Task<std::vector<std::string>> IamStore::profiles_of(std::string role) { return names_below("profileof", lower(role)); }

// ---- access keys ----

Task<std::optional<KeyRecord>> IamStore::key(std::string id) { return one<KeyRecord>(tx_, kIam.key("key", id)); }
Task<std::vector<KeyRecord>> IamStore::keys_of(std::string user) {
  std::vector<std::string> ids = co_await names_below("keyof", lower(user));
  std::vector<KeyRecord> out;
  for (const std::string& id : ids) {
    std::optional<KeyRecord> record = co_await key(id);
    if (record) out.push_back(std::move(*record));
  }
  co_return out;
}
void IamStore::put(const KeyRecord& record) {
  tx_.set(kIam.key("key", record.id), api::encode_record(record));
  tx_.set(kIam.key("keyof", account_, lower(record.user), record.id), "");
}
void IamStore::erase(const KeyRecord& record) {
  tx_.clear(kIam.key("key", record.id));
  tx_.clear(kIam.key("keyof", account_, lower(record.user), record.id));
}

// ---- relations ----

void IamStore::add_member(const std::string& group, const std::string& user) {
  tx_.set(kIam.key("member", account_, lower(group), user), "");
  tx_.set(kIam.key("groupof", account_, lower(user), group), "");
}
void IamStore::remove_member(const std::string& group, const std::string& user) {
  tx_.clear(kIam.key("member", account_, lower(group), user));
  tx_.clear(kIam.key("groupof", account_, lower(user), group));
}
Task<std::vector<std::string>> IamStore::members(std::string group) { return names_below("member", lower(group)); }
Task<std::vector<std::string>> IamStore::groups_of(std::string user) { return names_below("groupof", lower(user)); }

Task<std::vector<std::string>> IamStore::names_below(std::string table, std::string first) {
  auto [begin, end] = kIam.range(table, account_, first);
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<std::string> out;
  for (const kv::KeyValue& row : rows) {
    kv::KeyReader reader(row.key, begin);
    if (auto name = reader.text()) out.push_back(std::move(*name));
  }
  co_return out;
}

void IamStore::add_use(const std::string& policy_arn, const PolicyUse& use) {
  tx_.set(kIam.key("use", account_, policy_arn, use.as_boundary ? "b" : "a", word(use.kind), use.name), "");
}
void IamStore::remove_use(const std::string& policy_arn, const PolicyUse& use) {
  tx_.clear(kIam.key("use", account_, policy_arn, use.as_boundary ? "b" : "a", word(use.kind), use.name));
}
Task<std::vector<PolicyUse>> IamStore::uses(std::string policy_arn) {
  auto [begin, end] = kIam.range("use", account_, policy_arn);
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<PolicyUse> out;
  for (const kv::KeyValue& row : rows) {
    kv::KeyReader reader(row.key, begin);
    auto use = reader.text();
    auto kind = reader.text();
    auto name = reader.text();
    if (!use || !kind || !name) continue;
    EntityKind entity = *kind == "user" ? EntityKind::user : *kind == "group" ? EntityKind::group : EntityKind::role;
    out.push_back({*use == "b", entity, std::move(*name)});
  }
  co_return out;
}

// ---- the seal ----

Task<std::optional<std::string>> IamStore::seal(kv::Transaction& tx) {
  std::optional<std::string> bytes = co_await tx.get(kIam.key("seal"));
  if (!bytes || bytes->size() != 33 || bytes->front() != 1) co_return std::nullopt;
  co_return bytes->substr(1);
}
void IamStore::put_seal(kv::Transaction& tx, const std::string& seal) { tx.set(kIam.key("seal"), '\x01' + seal); }

}  // namespace thaw::iam
