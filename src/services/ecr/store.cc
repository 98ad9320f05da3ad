#include "services/ecr/store.h"

#include "api/record.h"
#include "kv/subspace.h"

namespace thaw::ecr {

namespace {
const kv::Subspace kEcr{"ecr"};
}

void RepositoryRecord::describe(api::Fields& f) {
  f.add("name", &RepositoryRecord::name);
  f.add("arn", &RepositoryRecord::arn);
  f.add("uri", &RepositoryRecord::uri);
  f.add("registry", &RepositoryRecord::registry);
  f.add("mutability", &RepositoryRecord::mutability);
  f.add("mutability_filters", &RepositoryRecord::mutability_filters);
  f.add("policy", &RepositoryRecord::policy);
  f.add("lifecycle", &RepositoryRecord::lifecycle);
  f.add("scan_on_push", &RepositoryRecord::scan_on_push);
  f.add("encryption", &RepositoryRecord::encryption);
  f.add("created", &RepositoryRecord::created);
  f.add("tags", &RepositoryRecord::tags);
}

Task<std::optional<RepositoryRecord>> EcrStore::repository(std::string name) {
  std::optional<std::string> bytes = co_await tx_.get(kEcr.key("repo", account_, region_, name));
  if (!bytes) co_return std::nullopt;
  co_return api::decode_record<RepositoryRecord>(*bytes);
}
Task<std::vector<RepositoryRecord>> EcrStore::repositories() {
  auto [begin, end] = kEcr.range("repo", account_, region_);
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<RepositoryRecord> out;
  for (const kv::KeyValue& row : rows) {
    if (auto record = api::decode_record<RepositoryRecord>(row.value)) out.push_back(std::move(*record));
  }
  co_return out;
}
void EcrStore::put(const RepositoryRecord& record) {
  tx_.set(kEcr.key("repo", account_, region_, record.name), api::encode_record(record));
}
void EcrStore::erase(const std::string& name) { tx_.clear(kEcr.key("repo", account_, region_, name)); }

}  // namespace thaw::ecr
