#include "services/kms/store.h"

#include "api/record.h"
#include "kv/subspace.h"

namespace thaw::kms {

namespace {
const kv::Subspace kKms{"kms"};
}

void KeyRecord::describe(api::Fields& f) {
  f.add("id", &KeyRecord::id);
  f.add("arn", &KeyRecord::arn);
  f.add("account", &KeyRecord::account);
  f.add("description", &KeyRecord::description);
  f.add("policy", &KeyRecord::policy);
  f.add("material", &KeyRecord::material);
  f.add("created", &KeyRecord::created);
  f.add("enabled", &KeyRecord::enabled);
  f.add("deletion", &KeyRecord::deletion);
  f.add("aws_managed", &KeyRecord::aws_managed);
  f.add("rotation_days", &KeyRecord::rotation_days);
  f.add("tags", &KeyRecord::tags);
}
void AliasRecord::describe(api::Fields& f) {
  f.add("name", &AliasRecord::name);
  f.add("key", &AliasRecord::key);
  f.add("created", &AliasRecord::created);
  f.add("updated", &AliasRecord::updated);
}

Task<std::optional<KeyRecord>> KmsStore::key(std::string id) {
  std::optional<std::string> bytes =
      co_await tx_.get(kKms.key("key", request_.account.str(), request_.region.str(), id));
  if (!bytes) co_return std::nullopt;
  auto record = api::decode_record<KeyRecord>(*bytes);
  if (record && record->deletion && *record->deletion <= request_.now()) co_return std::nullopt;
  co_return record;
}

Task<std::vector<KeyRecord>> KmsStore::keys() {
  auto [begin, end] = kKms.range("key", request_.account.str(), request_.region.str());
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<KeyRecord> out;
  for (const kv::KeyValue& row : rows) {
    auto record = api::decode_record<KeyRecord>(row.value);
    if (record && !(record->deletion && *record->deletion <= request_.now())) out.push_back(std::move(*record));
  }
  co_return out;
}

void KmsStore::put(const KeyRecord& record) {
  tx_.set(kKms.key("key", request_.account.str(), request_.region.str(), record.id), api::encode_record(record));
}

Task<std::optional<AliasRecord>> KmsStore::alias(std::string name) {
  std::optional<std::string> bytes =
      co_await tx_.get(kKms.key("alias", request_.account.str(), request_.region.str(), name));
  if (!bytes) co_return std::nullopt;
  co_return api::decode_record<AliasRecord>(*bytes);
}

Task<std::vector<AliasRecord>> KmsStore::aliases() {
  auto [begin, end] = kKms.range("alias", request_.account.str(), request_.region.str());
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<AliasRecord> out;
  for (const kv::KeyValue& row : rows) {
    if (auto record = api::decode_record<AliasRecord>(row.value)) out.push_back(std::move(*record));
  }
  co_return out;
}

void KmsStore::put(const AliasRecord& record) {
  tx_.set(kKms.key("alias", request_.account.str(), request_.region.str(), record.name), api::encode_record(record));
}
void KmsStore::erase_alias(const std::string& name) {
  tx_.clear(kKms.key("alias", request_.account.str(), request_.region.str(), name));
}

}  // namespace thaw::kms
