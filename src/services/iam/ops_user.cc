#include "base/text.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

std::string lower_name(const EntityRecord& record) { return to_lower(record.name); }

class UserOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    auto user = named("user", "UserName");
    out.push_back(api::op("CreateUser", this, &UserOps::create).writes().resource(user));
    out.push_back(api::op("GetUser", this, &UserOps::get).reads().resource(user));
    out.push_back(api::op("ListUsers", this, &UserOps::list).reads());
    out.push_back(api::op("UpdateUser", this, &UserOps::update).writes().resource(user));
    out.push_back(api::op("DeleteUser", this, &UserOps::erase).writes().resource(user));
    out.push_back(api::op("CreateAccessKey", this, &UserOps::create_key).writes().resource(user));
    out.push_back(api::op("ListAccessKeys", this, &UserOps::list_keys).reads().resource(user));
    out.push_back(api::op("UpdateAccessKey", this, &UserOps::update_key).writes().resource(user));
    out.push_back(api::op("DeleteAccessKey", this, &UserOps::delete_key).writes().resource(user));
  }

 private:
  // The user named, or the one who calls.
  Task<Result<EntityRecord>> named_or_caller(api::Request& request, std::optional<std::string> name) {
    IamStore iam = store_of(request);
    if (!name && request.principal.kind == api::Principal::Kind::user) {
      name = request.principal.arn.substr(request.principal.arn.rfind('/') + 1);
    }
    if (!name) co_return fail("ValidationError", "Must specify userName when calling with non-User credentials");
    Result<EntityRecord> record = co_await load(iam, EntityKind::user, *name);
    co_return record;
  }

  Task<Result<UserOutput>> create(api::Request& request, const CreateUserInput& in) {
    CO_CHECK_OK(check_name("userName", in.UserName));
    CO_CHECK_OK(check_path("path", in.Path));
    IamStore iam = store_of(request);
    std::optional<EntityRecord> existing = co_await iam.entity(EntityKind::user, in.UserName);
    if (existing) co_return fail(already_exists("User with name " + in.UserName + " already exists."));
    EntityRecord record;
    record.name = in.UserName;
    record.path = in.Path;
    record.id = new_id("AIDA");
    record.arn = arn_of(iam.account(), "user", in.Path, in.UserName);
    record.created = now_of(request);
    CO_TRY(record.tags, with_tags({}, in.Tags));
    if (in.PermissionsBoundary) {
      CO_CHECK_OK(co_await require_policy(iam, *in.PermissionsBoundary));
      set_boundary(iam, EntityKind::user, record, *in.PermissionsBoundary);
    }
    iam.put(EntityKind::user, record);
    changed(request);
    co_return UserOutput{user_of(record, true)};
  }

  Task<Result<UserOutput>> get(api::Request& request, const OptionalUserInput& in) {
    if (!in.UserName && request.principal.kind == api::Principal::Kind::root) {
      User root{"/", "", request.account.str(), request.principal.arn, Time{}, {}, {}};
      co_return UserOutput{root};
    }
    CO_TRY(EntityRecord record, co_await named_or_caller(request, in.UserName));
    co_return UserOutput{user_of(record, true)};
  }

  Task<Result<ListUsersOutput>> list(api::Request& request, const ListInput& in) {
    CO_CHECK_OK(check_prefix(in.PathPrefix));
    IamStore iam = store_of(request);
    std::vector<EntityRecord> all = co_await iam.entities(EntityKind::user);
    std::erase_if(all, [&](const EntityRecord& r) { return !r.path.starts_with(in.PathPrefix); });
    CO_TRY(auto page, page_of(std::move(all), lower_name, in.Marker, in.MaxItems));
    ListUsersOutput out{{}, page.truncated, page.marker};
    for (const EntityRecord& record : page.items) out.Users.push_back(user_of(record, false));
    co_return out;
  }

  Task<Result<api::Nothing>> update(api::Request& request, const UpdateUserInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::user, in.UserName));
    std::string old_name = record.name;
    if (in.NewPath) {
      CO_CHECK_OK(check_path("newPath", *in.NewPath));
      record.path = *in.NewPath;
    }
    if (in.NewUserName && *in.NewUserName != old_name) {
      CO_CHECK_OK(check_name("newUserName", *in.NewUserName));
      std::optional<EntityRecord> taken = co_await iam.entity(EntityKind::user, *in.NewUserName);
      if (taken && !equal_ignoring_case(taken->name, old_name)) {
        co_return fail(already_exists("User with name " + *in.NewUserName + " already exists."));
      }
      co_await rename(iam, record, *in.NewUserName);
    }
    record.arn = arn_of(iam.account(), "user", record.path, record.name);
    iam.put(EntityKind::user, record);
    changed(request);
    co_return api::Nothing{};
  }

  // Moves what refers to the user by name.
  static Task<void> rename(IamStore& iam, EntityRecord& record, std::string name) {
    std::vector<KeyRecord> keys = co_await iam.keys_of(record.name);
    for (KeyRecord& key : keys) {
      iam.erase(key);
      key.user = name;
      iam.put(key);
    }
    std::vector<std::string> groups = co_await iam.groups_of(record.name);
    for (const std::string& group : groups) {
      iam.remove_member(group, record.name);
      iam.add_member(group, name);
    }
    for (const std::string& arn : record.attached) {
      iam.remove_use(arn, {false, EntityKind::user, record.name});
      iam.add_use(arn, {false, EntityKind::user, name});
    }
    if (!record.boundary.empty()) {
      iam.remove_use(record.boundary, {true, EntityKind::user, record.name});
      iam.add_use(record.boundary, {true, EntityKind::user, name});
    }
    iam.erase(EntityKind::user, record.name);
    record.name = name;
  }

  Task<Result<api::Nothing>> erase(api::Request& request, const NameInput<UserNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::user, in.Name));
    CO_CHECK_OK(require_unused(record));
    std::vector<KeyRecord> keys = co_await iam.keys_of(record.name);
    if (!keys.empty()) co_return fail("DeleteConflict", "Cannot delete entity, must delete access keys first.", 409);
    std::vector<std::string> groups = co_await iam.groups_of(record.name);
    if (!groups.empty())
      co_return fail("DeleteConflict", "Cannot delete entity, must remove users from group first.", 409);
    set_boundary(iam, EntityKind::user, record, "");
    iam.erase(EntityKind::user, record.name);
    changed(request);
    co_return api::Nothing{};
  }

  // ---- access keys ----

  Task<Result<CreateAccessKeyOutput>> create_key(api::Request& request, const OptionalUserInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord user, co_await named_or_caller(request, in.UserName));
    std::vector<KeyRecord> keys = co_await iam.keys_of(user.name);
    if (keys.size() >= kAccessKeysMax) {
      co_return fail("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409);
    }
    KeyRecord key{
        new_access_key("AKIA", iam.account()), new_secret_key(), iam.account(), user.name, "Active", now_of(request)};
    iam.put(key);
    changed(request);
    co_return CreateAccessKeyOutput{{user.name, key.id, key.status, key.secret, key.created}};
  }

  Task<Result<ListAccessKeysOutput>> list_keys(api::Request& request, const ListAccessKeysInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord user, co_await named_or_caller(request, in.UserName));
    std::vector<KeyRecord> keys = co_await iam.keys_of(user.name);
    CO_TRY(auto page, page_of(std::move(keys), [](const KeyRecord& k) { return k.id; }, in.Marker, in.MaxItems));
    ListAccessKeysOutput out{{}, page.truncated, page.marker};
    for (const KeyRecord& key : page.items) out.Keys.push_back({user.name, key.id, key.status, key.created});
    co_return out;
  }

  Task<Result<KeyRecord>> load_key(api::Request& request, std::optional<std::string> user_name, std::string id) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord user, co_await named_or_caller(request, user_name));
    std::optional<KeyRecord> key = co_await iam.key(id);
    if (!key || key->user != user.name || key->account != iam.account()) {
      co_return fail("NoSuchEntity", "The Access Key with id " + id + " cannot be found.", 404);
    }
    co_return std::move(*key);
  }

  Task<Result<api::Nothing>> update_key(api::Request& request, const UpdateAccessKeyInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(KeyRecord key, co_await load_key(request, in.UserName, in.AccessKeyId));
    key.status = in.Status;
    iam.put(key);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> delete_key(api::Request& request, const AccessKeyInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(KeyRecord key, co_await load_key(request, in.UserName, in.AccessKeyId));
    iam.erase(key);
    changed(request);
    co_return api::Nothing{};
  }
};

}  // namespace

std::unique_ptr<Ops> make_user_ops(Directory& directory) { return std::make_unique<UserOps>(directory); }

}  // namespace thaw::iam
