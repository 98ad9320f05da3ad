#include "base/text.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

std::string lower_name(const EntityRecord& record) { return to_lower(record.name); }

class GroupOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    auto group = named("group", "GroupName");
    out.push_back(api::op("CreateGroup", this, &GroupOps::create).writes().resource(group));
    out.push_back(api::op("GetGroup", this, &GroupOps::get).reads().resource(group));
    out.push_back(api::op("ListGroups", this, &GroupOps::list).reads());
    out.push_back(api::op("DeleteGroup", this, &GroupOps::erase).writes().resource(group));
    out.push_back(api::op("AddUserToGroup", this, &GroupOps::add_user).writes().resource(group));
    out.push_back(api::op("RemoveUserFromGroup", this, &GroupOps::remove_user).writes().resource(group));
    out.push_back(
        api::op("ListGroupsForUser", this, &GroupOps::list_for_user).reads().resource(named("user", "UserName")));
  }

 private:
  Task<Result<GroupOutput>> create(api::Request& request, const CreateGroupInput& in) {
    CO_CHECK_OK(check_name("groupName", in.GroupName));
    CO_CHECK_OK(check_path("path", in.Path));
    IamStore iam = store_of(request);
    std::optional<EntityRecord> existing = co_await iam.entity(EntityKind::group, in.GroupName);
    if (existing) co_return fail(already_exists("Group with name " + in.GroupName + " already exists."));
    EntityRecord record;
    record.name = in.GroupName;
    record.path = in.Path;
    record.id = new_id("AGPA");
    record.arn = arn_of(iam.account(), "group", in.Path, in.GroupName);
    record.created = now_of(request);
    iam.put(EntityKind::group, record);
    changed(request);
    co_return GroupOutput{group_of(record)};
  }

  Task<Result<GetGroupOutput>> get(api::Request& request, const PagedNameInput<GroupNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord group, co_await load(iam, EntityKind::group, in.Name));
    std::vector<std::string> names = co_await iam.members(group.name);
    CO_TRY(auto page, page_of(std::move(names), [](const std::string& n) { return n; }, in.Marker, in.MaxItems));
    GetGroupOutput out{group_of(group), {}, page.truncated, page.marker};
    for (const std::string& name : page.items) {
      std::optional<EntityRecord> user = co_await iam.entity(EntityKind::user, name);
      if (user) out.Users.push_back(user_of(*user, false));
    }
    co_return out;
  }

  Task<Result<ListGroupsOutput>> list(api::Request& request, const ListInput& in) {
    CO_CHECK_OK(check_prefix(in.PathPrefix));
    IamStore iam = store_of(request);
    std::vector<EntityRecord> all = co_await iam.entities(EntityKind::group);
    std::erase_if(all, [&](const EntityRecord& r) { return !r.path.starts_with(in.PathPrefix); });
    co_return answer(std::move(all), in.Marker, in.MaxItems);
  }

  Task<Result<ListGroupsOutput>> list_for_user(api::Request& request, const PagedNameInput<UserNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord user, co_await load(iam, EntityKind::user, in.Name));
    std::vector<std::string> names = co_await iam.groups_of(user.name);
    std::vector<EntityRecord> groups;
    for (const std::string& name : names) {
      std::optional<EntityRecord> group = co_await iam.entity(EntityKind::group, name);
      if (group) groups.push_back(std::move(*group));
    }
    sort_by_name(groups, lower_name);
    co_return answer(std::move(groups), in.Marker, in.MaxItems);
  }

  static Result<ListGroupsOutput> answer(std::vector<EntityRecord> groups, const std::optional<std::string>& marker,
                                         int32_t max_items) {
    TRY(auto page, page_of(std::move(groups), lower_name, marker, max_items));
    ListGroupsOutput out{{}, page.truncated, page.marker};
    for (const EntityRecord& record : page.items) out.Groups.push_back(group_of(record));
    return out;
  }

  Task<Result<api::Nothing>> erase(api::Request& request, const NameInput<GroupNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, EntityKind::group, in.Name));
    CO_CHECK_OK(require_unused(record));
    std::vector<std::string> members = co_await iam.members(record.name);
    if (!members.empty())
      co_return fail("DeleteConflict", "Cannot delete entity, must remove users from group first.", 409);
    iam.erase(EntityKind::group, record.name);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> add_user(api::Request& request, const MembershipInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord group, co_await load(iam, EntityKind::group, in.GroupName));
    CO_TRY(EntityRecord user, co_await load(iam, EntityKind::user, in.UserName));
    std::vector<std::string> groups = co_await iam.groups_of(user.name);
    bool member = std::find(groups.begin(), groups.end(), group.name) != groups.end();
    if (!member && groups.size() >= kGroupsOfUserMax) {
      co_return fail("LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10", 409);
    }
    iam.add_member(group.name, user.name);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> remove_user(api::Request& request, const MembershipInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord group, co_await load(iam, EntityKind::group, in.GroupName));
    CO_TRY(EntityRecord user, co_await load(iam, EntityKind::user, in.UserName));
    iam.remove_member(group.name, user.name);
    changed(request);
    co_return api::Nothing{};
  }
};

}  // namespace

std::unique_ptr<Ops> make_group_ops(Directory& directory) { return std::make_unique<GroupOps>(directory); }

}  // namespace thaw::iam
