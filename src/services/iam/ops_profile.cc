// Instance profiles: records only, since Thaw has no instances.
#include "base/text.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

constexpr const char* kNote = "stored only: there are no instances to use it";

std::string lower_name(const ProfileRecord& record) { return to_lower(record.name); }

class ProfileOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    using Self = ProfileOps;
    auto arn = named("instance-profile", "InstanceProfileName");
    out.push_back(api::op("CreateInstanceProfile", this, &Self::create).writes().resource(arn).noted(kNote));
    out.push_back(api::op("GetInstanceProfile", this, &Self::get).reads().resource(arn));
    out.push_back(api::op("ListInstanceProfiles", this, &Self::list).reads());
    out.push_back(
        api::op("ListInstanceProfilesForRole", this, &Self::list_for_role).reads().resource(named("role", "RoleName")));
    out.push_back(api::op("AddRoleToInstanceProfile", this, &Self::add_role).writes().resource(arn).noted(kNote));
    out.push_back(api::op("RemoveRoleFromInstanceProfile", this, &Self::remove_role).writes().resource(arn));
    out.push_back(api::op("DeleteInstanceProfile", this, &Self::erase).writes().resource(arn));
    out.push_back(api::op("TagInstanceProfile", this, &Self::tag).writes().resource(arn));
    out.push_back(api::op("UntagInstanceProfile", this, &Self::untag).writes().resource(arn));
    out.push_back(api::op("ListInstanceProfileTags", this, &Self::list_tags).reads().resource(arn));
  }

 private:
  static Task<Result<ProfileRecord>> find(IamStore& iam, std::string name) {
    std::optional<ProfileRecord> record = co_await iam.profile(name);
    if (!record) co_return fail("NoSuchEntity", "Instance Profile " + name + " cannot be found.", 404);
    co_return std::move(*record);
  }

  static Task<InstanceProfile> shown(IamStore& iam, ProfileRecord record, bool with_details) {
    InstanceProfile out;
    out.Path = record.path;
    out.InstanceProfileName = record.name;
    out.InstanceProfileId = record.id;
    out.Arn = record.arn;
    out.CreateDate = record.created;
    if (!record.role.empty()) {
      std::optional<EntityRecord> role = co_await iam.entity(EntityKind::role, record.role);
      if (role) out.Roles.push_back(role_of(*role, false));
    }
    if (with_details) out.Tags = record.tags;
    co_return out;
  }

  Task<Result<ProfileOutput>> create(api::Request& request, const CreateProfileInput& in) {
    CO_CHECK_OK(check_name("instanceProfileName", in.InstanceProfileName));
    CO_CHECK_OK(check_path("path", in.Path));
    IamStore iam = store_of(request);
    std::optional<ProfileRecord> existing = co_await iam.profile(in.InstanceProfileName);
    if (existing) co_return fail(already_exists("Instance Profile " + in.InstanceProfileName + " already exists."));
    ProfileRecord record;
    record.name = in.InstanceProfileName;
    record.path = in.Path;
    record.id = new_id("AIPA");
    record.arn = arn_of(iam.account(), "instance-profile", in.Path, in.InstanceProfileName);
    record.created = now_of(request);
    CO_TRY(record.tags, with_tags({}, in.Tags));
    iam.put(record);
    InstanceProfile profile = co_await shown(iam, record, true);
    co_return ProfileOutput{std::move(profile)};
  }

  Task<Result<ProfileOutput>> get(api::Request& request, const NameInput<ProfileNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.Name));
    InstanceProfile profile = co_await shown(iam, std::move(record), true);
    co_return ProfileOutput{std::move(profile)};
  }

  static Task<Result<ListProfilesOutput>> answer(IamStore& iam, std::vector<ProfileRecord> all,
                                                 std::optional<std::string> marker, int32_t max_items) {
    CO_TRY(auto page, page_of(std::move(all), lower_name, marker, max_items));
    ListProfilesOutput out{{}, page.truncated, page.marker};
    for (const ProfileRecord& record : page.items) {
      InstanceProfile profile = co_await shown(iam, record, false);
      out.InstanceProfiles.push_back(std::move(profile));
    }
    co_return out;
  }

  Task<Result<ListProfilesOutput>> list(api::Request& request, const ListInput& in) {
    CO_CHECK_OK(check_prefix(in.PathPrefix));
    IamStore iam = store_of(request);
    std::vector<ProfileRecord> all = co_await iam.profiles();
    std::erase_if(all, [&](const ProfileRecord& r) { return !r.path.starts_with(in.PathPrefix); });
    Result<ListProfilesOutput> out = co_await answer(iam, std::move(all), in.Marker, in.MaxItems);
    co_return out;
  }

  Task<Result<ListProfilesOutput>> list_for_role(api::Request& request, const PagedNameInput<RoleNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord role, co_await load(iam, EntityKind::role, in.Name));
    std::vector<std::string> names = co_await iam.profiles_of(role.name);
    std::vector<ProfileRecord> all;
    for (const std::string& name : names) {
      std::optional<ProfileRecord> record = co_await iam.profile(name);
      if (record) all.push_back(std::move(*record));
    }
    sort_by_name(all, lower_name);
    Result<ListProfilesOutput> out = co_await answer(iam, std::move(all), in.Marker, in.MaxItems);
    co_return out;
  }

  Task<Result<api::Nothing>> add_role(api::Request& request, const ProfileRoleInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.InstanceProfileName));
    CO_TRY(EntityRecord role, co_await load(iam, EntityKind::role, in.RoleName));
    if (!record.role.empty()) {
      co_return fail("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409);
    }
    record.role = role.name;
    iam.put(record);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> remove_role(api::Request& request, const ProfileRoleInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.InstanceProfileName));
    if (!equal_ignoring_case(record.role, in.RoleName)) co_return fail(no_such_entity(EntityKind::role, in.RoleName));
    iam.erase(record);
    record.role.clear();
    iam.put(record);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> erase(api::Request& request, const NameInput<ProfileNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.Name));
    if (!record.role.empty()) {
      co_return fail("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409);
    }
    iam.erase(record);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> tag(api::Request& request, const TagInput<ProfileNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.Name));
    CO_TRY(record.tags, with_tags(std::move(record.tags), in.Tags));
    iam.put(record);
    co_return api::Nothing{};
  }
  Task<Result<api::Nothing>> untag(api::Request& request, const UntagInput<ProfileNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.Name));
    record.tags = without_tags(std::move(record.tags), in.TagKeys);
    iam.put(record);
    co_return api::Nothing{};
  }
  Task<Result<ListTagsOutput>> list_tags(api::Request& request, const PagedNameInput<ProfileNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(ProfileRecord record, co_await find(iam, in.Name));
    auto key = [](const Tag& t) { return t.Key; };
    sort_by_name(record.tags, key);
    CO_TRY(auto page, page_of(std::move(record.tags), key, in.Marker, in.MaxItems));
    co_return ListTagsOutput{std::move(page.items), page.truncated, page.marker};
  }
};

}  // namespace

std::unique_ptr<Ops> make_profile_ops(Directory& directory) { return std::make_unique<ProfileOps>(directory); }

}  // namespace thaw::iam
