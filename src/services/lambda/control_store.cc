#include "services/lambda/control_store.h"

#include <algorithm>

#include "kv/subspace.h"

namespace thaw::lambda {
namespace {

kv::Subspace space(const char* kind, const std::string& account, const std::string& region) {
  return kv::Subspace("lambda", kind, account, region);
}

template <class T>
Task<std::optional<T>> read(kv::Transaction& tx, std::string key) {
  auto bytes = co_await tx.get(key);
  co_return bytes ? api::decode_record<T>(*bytes) : std::nullopt;
}

template <class T>
Task<std::vector<T>> read_all(kv::Transaction& tx, std::string begin, std::string end) {
  std::vector<T> out;
  auto found = co_await tx.range(begin, end);
  for (auto& [key, value] : found)
    if (auto record = api::decode_record<T>(value)) out.push_back(std::move(*record));
  co_return out;
}

void clear_below(kv::Transaction& tx, const kv::Subspace& below, const std::string& name) {
  auto [begin, end] = below.range(name);
  tx.clear_range(begin, end);
}

}  // namespace

void UrlRecord::describe(api::Fields& f) {
  using Self = UrlRecord;
  MEMBER(id);
  MEMBER(qualifier);
  MEMBER(auth_type);
  MEMBER(invoke_mode);
  MEMBER(created);
  MEMBER(modified);
  MEMBER(cors);
}
void UrlOwner::describe(api::Fields& f) {
  using Self = UrlOwner;
  MEMBER(account);
  MEMBER(region);
  MEMBER(name);
  MEMBER(qualifier);
}
void ProvisionedRecord::describe(api::Fields& f) {
  using Self = ProvisionedRecord;
  MEMBER(qualifier);
  MEMBER(count);
  MEMBER(modified);
}
void SigningRecord::describe(api::Fields& f) {
  using Self = SigningRecord;
  MEMBER(config);
  MEMBER(tags);
}

// ---- URLs ----

Task<std::optional<UrlRecord>> ControlStore::url(std::string name, std::string qualifier) {
  return read<UrlRecord>(tx_, space("url", account_, region_).key(name, qualifier));
}
Task<std::vector<UrlRecord>> ControlStore::urls(std::string name) {
  auto [begin, end] = space("url", account_, region_).range(name);
  return read_all<UrlRecord>(tx_, begin, end);
}
void ControlStore::put_url(const std::string& name, const UrlRecord& record) {
  tx_.set(space("url", account_, region_).key(name, record.qualifier), api::encode_record(record));
  tx_.set(kv::Subspace("lambda", "url-id").key(record.id),
          api::encode_record(UrlOwner{account_, region_, name, record.qualifier}));
}
void ControlStore::clear_url(const std::string& name, const UrlRecord& record) {
  tx_.clear(space("url", account_, region_).key(name, record.qualifier));
  tx_.clear(kv::Subspace("lambda", "url-id").key(record.id));
}
Task<std::optional<UrlOwner>> ControlStore::url_owner(kv::Transaction& tx, std::string id) {
  return read<UrlOwner>(tx, kv::Subspace("lambda", "url-id").key(id));
}

// ---- provisioned concurrency ----

Task<std::optional<ProvisionedRecord>> ControlStore::provisioned(std::string name, std::string qualifier) {
  return read<ProvisionedRecord>(tx_, space("provisioned", account_, region_).key(name, qualifier));
}
Task<std::vector<ProvisionedRecord>> ControlStore::all_provisioned(std::string name) {
  auto [begin, end] = space("provisioned", account_, region_).range(name);
  return read_all<ProvisionedRecord>(tx_, begin, end);
}
void ControlStore::put_provisioned(const std::string& name, const ProvisionedRecord& record) {
  tx_.set(space("provisioned", account_, region_).key(name, record.qualifier), api::encode_record(record));
}
void ControlStore::clear_provisioned(const std::string& name, const std::string& qualifier) {
  tx_.clear(space("provisioned", account_, region_).key(name, qualifier));
}
Task<std::vector<ControlStore::Place>> ControlStore::places_provisioned(kv::Transaction& tx) {
  kv::Subspace all("lambda", "provisioned");
  auto [begin, end] = all.range();
  std::vector<Place> out;
  auto found = co_await tx.range(begin, end);
  for (auto& [key, value] : found) {
    kv::KeyReader reader(key, all.prefix());
    auto account = reader.text();
    auto region = reader.text();
    auto name = reader.text();
    if (!account || !region || !name) continue;
    Place place{std::move(*account), std::move(*region), std::move(*name)};
    if (out.empty() || !(out.back() == place)) out.push_back(std::move(place));
  }
  co_return out;
}

// ---- code signing ----

Task<std::optional<SigningRecord>> ControlStore::signing(std::string id) {
  return read<SigningRecord>(tx_, space("signing", account_, region_).key(id));
}
Task<std::vector<SigningRecord>> ControlStore::all_signing() {
  auto [begin, end] = space("signing", account_, region_).range();
  return read_all<SigningRecord>(tx_, begin, end);
}
void ControlStore::put_signing(const SigningRecord& record) {
  tx_.set(space("signing", account_, region_).key(record.config.CodeSigningConfigId), api::encode_record(record));
}
void ControlStore::clear_signing(const std::string& id) { tx_.clear(space("signing", account_, region_).key(id)); }
Task<std::optional<std::string>> ControlStore::signing_of(std::string name) {
  auto found = co_await tx_.get(space("signed", account_, region_).key(name));
  co_return found;
}
void ControlStore::set_signing_of(const std::string& name, const std::string& arn) {
  std::string key = space("signed", account_, region_).key(name);
  if (arn.empty())
    tx_.clear(key);
  else
    tx_.set(key, arn);
}
Task<std::vector<std::pair<std::string, std::string>>> ControlStore::all_signed() {
  kv::Subspace all = space("signed", account_, region_);
  auto [begin, end] = all.range();
  std::vector<std::pair<std::string, std::string>> out;
  auto found = co_await tx_.range(begin, end);
  for (auto& [key, value] : found)
    if (auto name = kv::KeyReader(key, all.prefix()).text()) out.push_back({std::move(*name), value});
  co_return out;
}

// ---- runtime management ----

Task<std::optional<RuntimeManagement>> ControlStore::runtime_management(std::string name, std::string version) {
  return read<RuntimeManagement>(tx_, space("runtime-management", account_, region_).key(name, version));
}
void ControlStore::put_runtime_management(const std::string& name, const std::string& version,
                                          const RuntimeManagement& record) {
  tx_.set(space("runtime-management", account_, region_).key(name, version), api::encode_record(record));
}

// ---- deletion ----

Task<void> ControlStore::clear_function(std::string name) {
  auto all = co_await urls(name);
  for (const UrlRecord& record : all) clear_url(name, record);
  clear_below(tx_, space("provisioned", account_, region_), name);
  clear_below(tx_, space("runtime-management", account_, region_), name);
  set_signing_of(name, "");
}

Task<void> ControlStore::clear_qualifier(std::string name, std::string qualifier) {
  auto record = co_await url(name, qualifier);
  if (record) clear_url(name, *record);
  clear_provisioned(name, qualifier);
  tx_.clear(space("runtime-management", account_, region_).key(name, qualifier));
}

}  // namespace thaw::lambda
