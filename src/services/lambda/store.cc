#include "services/lambda/store.h"

#include <charconv>

#include "kv/subspace.h"

namespace thaw::lambda {
namespace {

kv::Subspace space(const char* kind, const std::string& account, const std::string& region) {
  return kv::Subspace("lambda", kind, account, region);
}

// "$LATEST" sorts before every number.
int64_t version_number(const std::string& version) {
  int64_t number = 0;
  if (version != "$LATEST") std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
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

void clear_all(kv::Transaction& tx, const kv::Subspace& below, const std::string& name) {
  auto [begin, end] = below.range(name);
  tx.clear_range(begin, end);
}

}  // namespace

void Statement::describe(api::Fields& f) {
  using Self = Statement;
  MEMBER(qualifier);
  MEMBER(id);
  MEMBER(body);
}
void FunctionRecord::describe(api::Fields& f) {
  using Self = FunctionRecord;
  MEMBER(last_version);
  MEMBER(tags);
  MEMBER(policy);
  MEMBER(policy_revision);
  MEMBER(reserved_concurrency);
  MEMBER(recursive_loop);
}
void VersionRecord::describe(api::Fields& f) {
  using Self = VersionRecord;
  MEMBER(configuration);
  MEMBER(code_blob);
  MEMBER(unzipped_bytes);
  MEMBER(hot_folder);
}
void AliasRecord::describe(api::Fields& f) { f.add("configuration", &AliasRecord::configuration); }
void EventInvokeRecord::describe(api::Fields& f) {
  using Self = EventInvokeRecord;
  MEMBER(qualifier);
  MEMBER(modified_ms);
  MEMBER(retries_max);
  MEMBER(age_s_max);
  MEMBER(on_success);
  MEMBER(on_failure);
}
void MappingRecord::describe(api::Fields& f) {
  using Self = MappingRecord;
  MEMBER(uuid);
  MEMBER(account);
  MEMBER(region);
  MEMBER(function);
  MEMBER(qualifier);
  MEMBER(source_arn);
  MEMBER(batch_size);
  MEMBER(window_s);
  MEMBER(filters);
  MEMBER(reports_failures);
  MEMBER(concurrency_max);
  MEMBER(enabled);
  MEMBER(modified_ms);
  MEMBER(tags);
}
void LayerRecord::describe(api::Fields& f) { f.add("last_version", &LayerRecord::last_version); }
void LayerVersionRecord::describe(api::Fields& f) {
  using Self = LayerVersionRecord;
  MEMBER(version);
  MEMBER(code_blob);
  MEMBER(code_sha256);
  MEMBER(code_size);
  MEMBER(unzipped_bytes);
  MEMBER(policy);
  MEMBER(policy_revision);
}

Task<std::optional<FunctionRecord>> LambdaStore::function(std::string name) {
  return read<FunctionRecord>(tx_, space("function", account_, region_).key(name));
}
void LambdaStore::put_function(const std::string& name, const FunctionRecord& record) {
  tx_.set(space("function", account_, region_).key(name), api::encode_record(record));
}
void LambdaStore::clear_function(const std::string& name) {
  tx_.clear(space("function", account_, region_).key(name));
  clear_all(tx_, space("version", account_, region_), name);
  clear_all(tx_, space("alias", account_, region_), name);
  clear_all(tx_, space("event-invoke", account_, region_), name);
}

Task<std::optional<VersionRecord>> LambdaStore::version(std::string name, std::string version) {
  return read<VersionRecord>(tx_, space("version", account_, region_).key(name, version_number(version)));
}
void LambdaStore::put_version(const std::string& name, const VersionRecord& record) {
  tx_.set(space("version", account_, region_).key(name, version_number(record.configuration.Version)),
          api::encode_record(record));
}
void LambdaStore::clear_version(const std::string& name, const std::string& version) {
  tx_.clear(space("version", account_, region_).key(name, version_number(version)));
  clear_event_invoke(name, version);
}
Task<std::vector<VersionRecord>> LambdaStore::versions(std::string name) {
  auto [begin, end] = space("version", account_, region_).range(name);
  return read_all<VersionRecord>(tx_, begin, end);
}

Task<std::vector<VersionRecord>> LambdaStore::latest(std::string after, size_t limit) {
  kv::Subspace functions = space("function", account_, region_);
  auto [begin, end] = functions.range();
  if (!after.empty()) begin = functions.key(after) + '\0';
  auto found = co_await tx_.range(begin, end, {.limit = limit});
  std::vector<VersionRecord> out;
  for (auto& [key, value] : found) {
    auto name = kv::KeyReader(key, functions.prefix()).text();
    if (!name) continue;
    auto record = co_await version(*name, "$LATEST");
    if (record) out.push_back(std::move(*record));
  }
  co_return out;
}

Task<std::optional<AliasRecord>> LambdaStore::alias(std::string name, std::string alias) {
  return read<AliasRecord>(tx_, space("alias", account_, region_).key(name, alias));
}
void LambdaStore::put_alias(const std::string& name, const AliasRecord& record) {
  tx_.set(space("alias", account_, region_).key(name, record.configuration.Name), api::encode_record(record));
}
void LambdaStore::clear_alias(const std::string& name, const std::string& alias) {
  tx_.clear(space("alias", account_, region_).key(name, alias));
  clear_event_invoke(name, alias);
}
Task<std::vector<AliasRecord>> LambdaStore::aliases(std::string name) {
  auto [begin, end] = space("alias", account_, region_).range(name);
  return read_all<AliasRecord>(tx_, begin, end);
}

Task<std::optional<EventInvokeRecord>> LambdaStore::event_invoke(std::string name, std::string qualifier) {
  return read<EventInvokeRecord>(tx_, space("event-invoke", account_, region_).key(name, qualifier));
}
void LambdaStore::put_event_invoke(const std::string& name, const EventInvokeRecord& record) {
  tx_.set(space("event-invoke", account_, region_).key(name, record.qualifier), api::encode_record(record));
}
void LambdaStore::clear_event_invoke(const std::string& name, const std::string& qualifier) {
  tx_.clear(space("event-invoke", account_, region_).key(name, qualifier));
}
Task<std::vector<EventInvokeRecord>> LambdaStore::event_invokes(std::string name) {
  auto [begin, end] = space("event-invoke", account_, region_).range(name);
  return read_all<EventInvokeRecord>(tx_, begin, end);
}
void LambdaStore::mark_event_queue(const std::string& name) {
  tx_.set(space("event-queue", account_, region_).key(name), "");
}
Task<std::vector<LambdaStore::EventQueueOwner>> LambdaStore::event_queues(kv::Transaction& tx) {
  kv::Subspace marks("lambda", "event-queue");
  auto [begin, end] = marks.range();
  std::vector<EventQueueOwner> out;
  auto found = co_await tx.range(begin, end);
  for (auto& [key, value] : found) {
    kv::KeyReader reader(key, marks.prefix());
    auto account = reader.text(), region = reader.text(), name = reader.text();
    if (account && region && name) out.push_back({std::move(*account), std::move(*region), std::move(*name)});
  }
  co_return out;
}

Task<std::optional<MappingRecord>> LambdaStore::mapping(std::string uuid) {
  return read<MappingRecord>(tx_, space("mapping", account_, region_).key(uuid));
}
void LambdaStore::put_mapping(const MappingRecord& record) {
  tx_.set(space("mapping", account_, region_).key(record.uuid), api::encode_record(record));
}
void LambdaStore::clear_mapping(const std::string& uuid) { tx_.clear(space("mapping", account_, region_).key(uuid)); }
Task<std::vector<MappingRecord>> LambdaStore::mappings() {
  auto [begin, end] = space("mapping", account_, region_).range();
  return read_all<MappingRecord>(tx_, begin, end);
}
Task<std::vector<MappingRecord>> LambdaStore::all_mappings(kv::Transaction& tx) {
  auto [begin, end] = kv::Subspace("lambda", "mapping").range();
  return read_all<MappingRecord>(tx, begin, end);
}

Task<std::optional<LayerRecord>> LambdaStore::layer(std::string name) {
  return read<LayerRecord>(tx_, space("layer", account_, region_).key(name));
}
void LambdaStore::put_layer(const std::string& name, const LayerRecord& record) {
  tx_.set(space("layer", account_, region_).key(name), api::encode_record(record));
}
Task<std::optional<LayerVersionRecord>> LambdaStore::layer_version(std::string name, int64_t number) {
  return read<LayerVersionRecord>(tx_, space("layer-version", account_, region_).key(name, number));
}
void LambdaStore::put_layer_version(const std::string& name, const LayerVersionRecord& record) {
  tx_.set(space("layer-version", account_, region_).key(name, record.version.Version), api::encode_record(record));
}
void LambdaStore::clear_layer_version(const std::string& name, int64_t number) {
  tx_.clear(space("layer-version", account_, region_).key(name, number));
}
Task<std::vector<LayerVersionRecord>> LambdaStore::layer_versions(std::string name) {
  auto [begin, end] = space("layer-version", account_, region_).range(name);
  return read_all<LayerVersionRecord>(tx_, begin, end);
}
Task<std::vector<std::string>> LambdaStore::layers() {
  kv::Subspace layers = space("layer", account_, region_);
  auto [begin, end] = layers.range();
  std::vector<std::string> out;
  auto found = co_await tx_.range(begin, end);
  for (auto& [key, value] : found)
    if (auto name = kv::KeyReader(key, layers.prefix()).text()) out.push_back(std::move(*name));
  co_return out;
}

}  // namespace thaw::lambda
