#include "services/kms/service.h"

namespace thaw::kms {

namespace {

Result<> check_alias_name(const std::string& name) {
  if (!name.starts_with("alias/") || name.size() <= 6) {
    return fail("ValidationException", "Invalid identifier");
  }
  if (name.starts_with("alias/aws/")) return fail("NotAuthorizedException", "");
  if (name.find(':') != name.npos) {
    return fail("ValidationException", name + " contains invalid characters for an alias");
  }
  return {};
}

Task<Result<KeyRecord>> target(api::Request& request, std::string id) {
  if (id.find("alias/") != id.npos) co_return fail("ValidationException", "Aliases must refer to keys. Not aliases");
  CO_TRY(KeyRecord key, co_await find_key(request, id));
  CO_CHECK_OK(require_not_pending(key));
  CO_CHECK_OK(require_own(key));
  co_return key;
}

}  // namespace

Task<Result<api::Nothing>> Kms::create_alias(api::Request& request, const AliasInput& in) {
  CO_CHECK_OK(check_alias_name(in.AliasName));
  CO_TRY(KeyRecord key, co_await target(request, in.TargetKeyId));
  KmsStore store(request);
  std::optional<AliasRecord> existing = co_await store.alias(in.AliasName);
  if (existing) {
    co_return fail("AlreadyExistsException",
                   "An alias with the name " + request.arn("kms", in.AliasName) + " already exists");
  }
  store.put(AliasRecord{in.AliasName, key.id, request.now(), request.now()});
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::update_alias(api::Request& request, const AliasInput& in) {
  CO_CHECK_OK(check_alias_name(in.AliasName));
  CO_TRY(KeyRecord key, co_await target(request, in.TargetKeyId));
  KmsStore store(request);
  std::optional<AliasRecord> alias = co_await store.alias(in.AliasName);
  if (!alias) co_return fail("NotFoundException", "Alias " + request.arn("kms", in.AliasName) + " is not found.");
  alias->key = key.id;
  alias->updated = request.now();
  store.put(*alias);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Kms::delete_alias(api::Request& request, const AliasNameInput& in) {
  CO_CHECK_OK(check_alias_name(in.AliasName));
  KmsStore store(request);
  std::optional<AliasRecord> alias = co_await store.alias(in.AliasName);
  if (!alias) co_return fail("NotFoundException", "Alias " + request.arn("kms", in.AliasName) + " is not found.");
  store.erase_alias(in.AliasName);
  co_return api::Nothing{};
}

Task<Result<ListAliasesOutput>> Kms::list_aliases(api::Request& request, const PagedInput& in) {
  std::string only;
  if (in.KeyId) {
    CO_TRY(KeyRecord key, co_await find_key(request, *in.KeyId));
    only = key.id;
  }
  KmsStore store(request);
  std::vector<AliasRecord> aliases = co_await store.aliases();
  ListAliasesOutput out;
  for (const AliasRecord& alias : aliases) {
    if ((in.Marker && alias.name <= *in.Marker) || (!only.empty() && alias.key != only)) continue;
    if (out.Aliases.size() == static_cast<size_t>(in.Limit)) {
      out.Truncated = true;
      out.NextMarker = out.Aliases.back().AliasName;
      break;
    }
    out.Aliases.push_back({alias.name, request.arn("kms", alias.name), alias.key, alias.created, alias.updated});
  }
  co_return out;
}

}  // namespace thaw::kms
