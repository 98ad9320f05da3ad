#include "services/cloudformation/store.h"

#include "api/record.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view root = "cloudformation";

kv::Subspace space_of(const Home& home) { return kv::Subspace(root, "home", home.account.str(), home.region.str()); }

template <class T>
Task<std::optional<T>> read(kv::Transaction& tx, std::string key) {
  std::optional<std::string> bytes = co_await tx.get(key);
  if (!bytes) co_return std::optional<T>();
  co_return api::decode_record<T>(*bytes);
}

template <class T>
Task<std::vector<T>> read_all(kv::Transaction& tx, std::pair<std::string, std::string> range) {
  std::vector<kv::KeyValue> rows = co_await tx.range(range.first, range.second);
  std::vector<T> out;
  for (const kv::KeyValue& row : rows) {
    if (std::optional<T> record = api::decode_record<T>(row.value)) out.push_back(std::move(*record));
  }
  co_return out;
}

}  // namespace

std::string hide_secrets(std::string text, const std::vector<ParameterRecord>& parameters) {
  for (const ParameterRecord& parameter : parameters) {
    if (!parameter.no_echo || parameter.value.empty()) continue;
    std::string quoted;
    Json::quote_to(quoted, parameter.value);
    std::string_view secret = std::string_view(quoted).substr(1, quoted.size() - 2);
    for (size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 4)
      text.replace(at, secret.size(), "****");
  }
  return text;
}

StackStore::StackStore(kv::Transaction& tx, const Home& home) : tx_(tx), home_(home), space_(space_of(home)) {}

Task<std::optional<StackRecord>> StackStore::stack(std::string id) {
  return read<StackRecord>(tx_, space_.key("stack", id));
}

Task<std::optional<StackRecord>> StackStore::find(std::string name_or_arn) {
  if (name_or_arn.starts_with("arn:")) {
    size_t slash = name_or_arn.rfind('/');
    if (slash == std::string::npos) co_return std::optional<StackRecord>();
    std::optional<StackRecord> found = co_await stack(name_or_arn.substr(slash + 1));
    if (found && found->arn != name_or_arn) co_return std::optional<StackRecord>();
    co_return found;
  }
  std::optional<std::string> id = co_await tx_.get(space_.key("name", name_or_arn));
  if (!id) co_return std::optional<StackRecord>();
  co_return co_await stack(*id);
}

Task<std::vector<StackRecord>> StackStore::stacks() { return read_all<StackRecord>(tx_, space_.range("stack")); }
void StackStore::put(const StackRecord& stack) { tx_.set(space_.key("stack", stack.id), api::encode_record(stack)); }
void StackStore::set_name(const std::string& name, const std::string& id) { tx_.set(space_.key("name", name), id); }
void StackStore::clear_name(const std::string& name) { tx_.clear(space_.key("name", name)); }

void StackStore::drop(const StackRecord& stack) {
  clear_name(stack.name);
  clear_change_sets(stack.id);
  for (const char* part : {"text", "resource", "garbage", "event"}) {
    auto [begin, end] = space_.range(part, stack.id);
    tx_.clear_range(begin, end);
  }
  tx_.clear(space_.key("stack", stack.id));
}

Task<std::optional<std::string>> StackStore::text(std::string id, Stage stage) {
  co_return co_await tx_.get(space_.key("text", id, static_cast<int>(stage)));
}
void StackStore::put_text(const std::string& id, Stage stage, const std::string& text) {
  tx_.set(space_.key("text", id, static_cast<int>(stage)), text);
}

Task<std::optional<ResourceRecord>> StackStore::resource(std::string id, std::string logical_id) {
  return read<ResourceRecord>(tx_, space_.key("resource", id, logical_id));
}
Task<std::vector<ResourceRecord>> StackStore::resources(std::string id) {
  return read_all<ResourceRecord>(tx_, space_.range("resource", id));
}
void StackStore::put(const std::string& id, const ResourceRecord& resource) {
  tx_.set(space_.key("resource", id, resource.logical_id), api::encode_record(resource));
}
void StackStore::clear_resource(const std::string& id, const std::string& logical_id) {
  tx_.clear(space_.key("resource", id, logical_id));
}

Task<std::vector<GarbageRecord>> StackStore::garbage(std::string id) {
  return read_all<GarbageRecord>(tx_, space_.range("garbage", id));
}
void StackStore::put(const std::string& id, const GarbageRecord& garbage) {
  tx_.set(space_.key("garbage", id, garbage.logical_id, garbage.body.physical_id), api::encode_record(garbage));
}
void StackStore::clear(const std::string& id, const GarbageRecord& garbage) {
  tx_.clear(space_.key("garbage", id, garbage.logical_id, garbage.body.physical_id));
}

void StackStore::add_event(const std::string& id, const EventRecord& event) {
  tx_.append(space_.key("event", id), api::encode_record(event));
}

Task<std::vector<EventRecord>> StackStore::events(std::string id, std::string before, size_t limit, std::string& next) {
  auto [begin, end] = space_.range("event", id);
  if (!before.empty() && before > begin && before < end) end = before;
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end, {.limit = limit, .reverse = true});
  std::vector<EventRecord> out;
  for (const kv::KeyValue& row : rows) {
    if (std::optional<EventRecord> event = api::decode_record<EventRecord>(row.value)) out.push_back(std::move(*event));
  }
  next = rows.size() == limit ? rows.back().key : std::string();
  co_return out;
}

Task<std::optional<ChangeSetRecord>> StackStore::change_set(std::string stack_id, std::string name) {
  return read<ChangeSetRecord>(tx_, space_.key("change-set", stack_id, name));
}
Task<std::vector<ChangeSetRecord>> StackStore::change_sets(std::string stack_id) {
  return read_all<ChangeSetRecord>(tx_, space_.range("change-set", stack_id));
}
void StackStore::put(const ChangeSetRecord& change_set) {
  tx_.set(space_.key("change-set", change_set.stack_id, change_set.name), api::encode_record(change_set));
}
void StackStore::clear(const ChangeSetRecord& change_set) {
  tx_.clear(space_.key("change-set", change_set.stack_id, change_set.name));
}
void StackStore::clear_change_sets(const std::string& stack_id) {
  auto [begin, end] = space_.range("change-set", stack_id);
  tx_.clear_range(begin, end);
}

Task<std::map<std::string, ExportRecord>> StackStore::exports() {
  auto [begin, end] = space_.range("export");
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::map<std::string, ExportRecord> out;
  for (const kv::KeyValue& row : rows) {
    std::optional<std::string> name = kv::KeyReader(row.key, begin).text();
    std::optional<ExportRecord> record = api::decode_record<ExportRecord>(row.value);
    if (name && record) out[*name] = std::move(*record);
  }
  co_return out;
}
void StackStore::put_export(const std::string& name, const ExportRecord& record) {
  tx_.set(space_.key("export", name), api::encode_record(record));
}
void StackStore::clear_export(const std::string& name) { tx_.clear(space_.key("export", name)); }

Task<std::vector<std::string>> StackStore::importers(std::string export_name) {
  auto [begin, end] = space_.range("import", export_name);
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  std::vector<std::string> out;
  for (const kv::KeyValue& row : rows) out.push_back(row.value);
  co_return out;
}

Task<void> StackStore::set_imports(const StackRecord& stack, const std::vector<std::string>& export_names) {
  auto [begin, end] = space_.range("imports-of", stack.id);
  std::vector<kv::KeyValue> rows = co_await tx_.range(begin, end);
  for (const kv::KeyValue& row : rows) {
    tx_.clear(space_.key("import", row.value, stack.id));
    tx_.clear(row.key);
  }
  for (const std::string& name : export_names) {
    tx_.set(space_.key("import", name, stack.id), stack.name);
    tx_.set(space_.key("imports-of", stack.id, name), name);
  }
}

void StackStore::mark_running(const std::string& id) {
  tx_.set(kv::Subspace(root, "running").key(home_.account.str(), home_.region.str(), id), "");
}
void StackStore::clear_running(const std::string& id) {
  tx_.clear(kv::Subspace(root, "running").key(home_.account.str(), home_.region.str(), id));
}

Task<std::optional<OperationRecord>> StackStore::removal(std::string id) {
  return read<OperationRecord>(tx_, space_.key("removal", id));
}
void StackStore::put_removal(const std::string& id, const OperationRecord& operation) {
  tx_.set(space_.key("removal", id), api::encode_record(operation));
}
void StackStore::clear_removal(const std::string& id) { tx_.clear(space_.key("removal", id)); }

Task<std::optional<AnswerRecord>> StackStore::answer(std::string token) {
  return read<AnswerRecord>(tx_, space_.key("answer", token));
}
void StackStore::put_answer(const std::string& token, const AnswerRecord& record) {
  tx_.set(space_.key("answer", token), api::encode_record(record));
}
void StackStore::clear_answer(const std::string& token) { tx_.clear(space_.key("answer", token)); }
std::pair<std::string, std::string> StackStore::answer_range(const Home& home, const std::string& token) {
  return space_of(home).range("answer", token);
}

Task<std::vector<std::pair<Home, std::string>>> running_stacks(kv::Transaction& tx) {
  kv::Subspace space(root, "running");
  auto [begin, end] = space.range();
  std::vector<kv::KeyValue> rows = co_await tx.range(begin, end);
  std::vector<std::pair<Home, std::string>> out;
  for (const kv::KeyValue& row : rows) {
    kv::KeyReader reader(row.key, begin);
    std::optional<std::string> account = reader.text(), region = reader.text(), id = reader.text();
    if (!account || !region || !id) continue;
    std::optional<AccountId> account_id = AccountId::parse(*account);
    std::optional<Region> region_name = Region::parse(*region);
    if (account_id && region_name) out.push_back({Home{*account_id, *region_name}, *id});
  }
  co_return out;
}

}  // namespace thaw::cloudformation
