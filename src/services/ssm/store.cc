#include "services/ssm/store.h"

#include "api/record.h"
#include "kv/subspace.h"

namespace thaw::ssm {

namespace {
const kv::Subspace kSsm{"ssm"};
}

void VersionRecord::describe(api::Fields& f) {
  f.add("version", &VersionRecord::version);
  f.add("type", &VersionRecord::type);
  f.add("user", &VersionRecord::user);
  f.add("description", &VersionRecord::description);
  f.add("allowed_pattern", &VersionRecord::allowed_pattern);
  f.add("tier", &VersionRecord::tier);
  f.add("key_id", &VersionRecord::key_id);
  f.add("data_type", &VersionRecord::data_type);
  f.add("value", &VersionRecord::value);
  f.add("modified", &VersionRecord::modified);
  f.add("labels", &VersionRecord::labels);
}
void ParameterRecord::describe(api::Fields& f) {
  f.add("name", &ParameterRecord::name);
  f.add("arn", &ParameterRecord::arn);
  f.add("versions", &ParameterRecord::versions);
  f.add("tags", &ParameterRecord::tags);
}
VersionRecord* ParameterRecord::find(int64_t version) {
  for (VersionRecord& one : versions) {
    if (one.version == version) return &one;
  }
  return nullptr;
}
VersionRecord* ParameterRecord::find_label(std::string_view label) {
  for (VersionRecord& one : versions) {
    for (const std::string& held : one.labels) {
      if (held == label) return &one;
    }
  }
  return nullptr;
}

Task<std::optional<ParameterRecord>> SsmStore::parameter(std::string name) {
  std::optional<std::string> bytes = co_await tx_.get(kSsm.key("param", account_, region_, name));
  if (!bytes) co_return std::nullopt;
  auto record = api::decode_record<ParameterRecord>(*bytes);
  if (record && record->versions.empty()) record.reset();
  co_return record;
}

Task<std::vector<ParameterRecord>> SsmStore::beginning_with(std::string prefix, std::string after) {
  // A part of a key ends in a zero byte: without it the key is where names with this prefix begin.
  std::string begin = kSsm.key("param", account_, region_, prefix);
  begin.pop_back();
  std::string end = begin + '\xFF';
  if (!after.empty()) begin = std::max(begin, kSsm.key("param", account_, region_, after) + '\0');
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<ParameterRecord> out;
  for (const kv::KeyValue& row : rows) {
    auto record = api::decode_record<ParameterRecord>(row.value);
    if (record && !record->versions.empty()) out.push_back(std::move(*record));
  }
  co_return out;
}

void SsmStore::put(const ParameterRecord& record) {
  tx_.set(kSsm.key("param", account_, region_, record.name), api::encode_record(record));
}
void SsmStore::erase(const std::string& name) { tx_.clear(kSsm.key("param", account_, region_, name)); }

}  // namespace thaw::ssm
