#include "services/apigateway/store.h"

#include "api/record.h"
#include "kv/subspace.h"

namespace thaw::apigateway {
namespace {

struct Spaces {
  kv::Subspace owner{"apigateway", "owner"};
  kv::Subspace api{"apigateway", "api"};
  kv::Subspace deployment{"apigateway", "deployment"};
  kv::Subspace stage{"apigateway", "stage"};
  kv::Subspace key{"apigateway", "key"};
  kv::Subspace key_value{"apigateway", "key_value"};
  kv::Subspace plan{"apigateway", "plan"};
  kv::Subspace account{"apigateway", "account"};
};
const Spaces& spaces() {
  static const Spaces all;
  return all;
}
const api::Schema& document() { return api::Bind<Json>::schema(); }

}  // namespace

Store::Found Store::owner(kv::Transaction& tx, std::string api) {
  auto bytes = co_await tx.get(spaces().owner.key(api));
  co_return bytes ? api::decode_record(document(), *bytes) : std::nullopt;
}

Store::Found Store::read(std::string key) {
  auto bytes = co_await tx_.get(key);
  co_return bytes ? api::decode_record(document(), *bytes) : std::nullopt;
}

Store::List Store::read_all(std::pair<std::string, std::string> range) {
  auto found = co_await tx_.range(range.first, range.second);
  std::vector<Json> out;
  for (auto& [key, value] : found)
    if (auto record = api::decode_record(document(), value)) out.push_back(std::move(*record));
  co_return out;
}

void Store::write(const std::string& key, const Json& value) { tx_.set(key, api::encode_record(document(), value)); }

Store::Found Store::api(std::string id) { return read(spaces().api.key(account_, region_, id)); }
Store::List Store::apis() { return read_all(spaces().api.range(account_, region_)); }
void Store::put_api(const std::string& id, const Json& value) {
  write(spaces().api.key(account_, region_, id), value);
  write(spaces().owner.key(id), Json::object({{"account", account_}, {"region", region_}}));
}
void Store::clear_api(const std::string& id) {
  tx_.clear(spaces().api.key(account_, region_, id));
  tx_.clear(spaces().owner.key(id));
  for (const kv::Subspace* space : {&spaces().deployment, &spaces().stage}) {
    auto [begin, end] = space->range(account_, region_, id);
    tx_.clear_range(begin, end);
  }
}

Store::Found Store::deployment(std::string api, std::string id) {
  return read(spaces().deployment.key(account_, region_, api, id));
}
Store::List Store::deployments(std::string api) { return read_all(spaces().deployment.range(account_, region_, api)); }
void Store::put_deployment(const std::string& api, const std::string& id, const Json& value) {
  write(spaces().deployment.key(account_, region_, api, id), value);
}
void Store::clear_deployment(const std::string& api, const std::string& id) {
  tx_.clear(spaces().deployment.key(account_, region_, api, id));
}

Store::Found Store::stage(std::string api, std::string name) {
  return read(spaces().stage.key(account_, region_, api, name));
}
Store::List Store::stages(std::string api) { return read_all(spaces().stage.range(account_, region_, api)); }
void Store::put_stage(const std::string& api, const std::string& name, const Json& value) {
  write(spaces().stage.key(account_, region_, api, name), value);
}
void Store::clear_stage(const std::string& api, const std::string& name) {
  tx_.clear(spaces().stage.key(account_, region_, api, name));
}

Store::Found Store::key(std::string id) { return read(spaces().key.key(account_, region_, id)); }
Store::Found Store::key_by_value(std::string value) {
  auto entry = co_await read(spaces().key_value.key(account_, region_, value));
  if (!entry) co_return std::nullopt;
  auto found = co_await key(entry->get("id").string_or(""));
  co_return found;
}
Store::List Store::keys() { return read_all(spaces().key.range(account_, region_)); }
void Store::put_key(const std::string& id, const Json& value) {
  write(spaces().key.key(account_, region_, id), value);
  write(spaces().key_value.key(account_, region_, value.get("value").string_or("")), Json::object({{"id", id}}));
}
void Store::clear_key(const std::string& id, const std::string& value) {
  tx_.clear(spaces().key.key(account_, region_, id));
  tx_.clear(spaces().key_value.key(account_, region_, value));
}

Store::Found Store::plan(std::string id) { return read(spaces().plan.key(account_, region_, id)); }
Store::List Store::plans() { return read_all(spaces().plan.range(account_, region_)); }
void Store::put_plan(const std::string& id, const Json& value) {
  write(spaces().plan.key(account_, region_, id), value);
}
void Store::clear_plan(const std::string& id) { tx_.clear(spaces().plan.key(account_, region_, id)); }

Store::Found Store::account() { return read(spaces().account.key(account_, region_)); }
void Store::put_account(const Json& value) { write(spaces().account.key(account_, region_), value); }

}  // namespace thaw::apigateway
