// What users, groups and roles have in common: inline policies, attached policies, permissions boundaries, tags.
#include "api/policy.h"
#include "services/iam/managed_policies.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

template <class K>
constexpr EntityKind kind_of() {
  if constexpr (std::is_same_v<K, UserNamed>)
    return EntityKind::user;
  else if constexpr (std::is_same_v<K, GroupNamed>)
    return EntityKind::group;
  else
    return EntityKind::role;
}

std::string name_of_policy(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

class EntityPolicyOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    add_kind<UserNamed>(out, "User");
    add_kind<GroupNamed>(out, "Group");
    add_kind<RoleNamed>(out, "Role");
    add_person<UserNamed>(out, "User");
    add_person<RoleNamed>(out, "Role");
  }

 private:
  using Self = EntityPolicyOps;

  template <class K>
  void add_kind(std::vector<api::Operation>& out, const std::string& noun) {
    auto arn = named(std::string(word_of(kind_of<K>())), K::member);
    out.push_back(api::op("Put" + noun + "Policy", this, &Self::put_policy<K>).writes().resource(arn));
    out.push_back(api::op("Get" + noun + "Policy", this, &Self::get_policy<K>).reads().resource(arn));
    out.push_back(api::op("Delete" + noun + "Policy", this, &Self::delete_policy<K>).writes().resource(arn));
    out.push_back(api::op("List" + noun + "Policies", this, &Self::list_policies<K>).reads().resource(arn));
    out.push_back(api::op("Attach" + noun + "Policy", this, &Self::attach<K>).writes().resource(arn));
    out.push_back(api::op("Detach" + noun + "Policy", this, &Self::detach<K>).writes().resource(arn));
    out.push_back(api::op("ListAttached" + noun + "Policies", this, &Self::list_attached<K>).reads().resource(arn));
  }
  template <class K>
  void add_person(std::vector<api::Operation>& out, const std::string& noun) {
    auto arn = named(std::string(word_of(kind_of<K>())), K::member);
    out.push_back(api::op("Put" + noun + "PermissionsBoundary", this, &Self::put_boundary<K>).writes().resource(arn));
    out.push_back(
        api::op("Delete" + noun + "PermissionsBoundary", this, &Self::delete_boundary<K>).writes().resource(arn));
    out.push_back(api::op("Tag" + noun, this, &Self::tag<K>).writes().resource(arn));
    out.push_back(api::op("Untag" + noun, this, &Self::untag<K>).writes().resource(arn));
    out.push_back(api::op("List" + noun + "Tags", this, &Self::list_tags<K>).reads().resource(arn));
  }

  static Error no_such_inline(EntityKind kind, const std::string& policy) {
    return Error{"NoSuchEntity",
                 "The " + std::string(word_of(kind)) + " policy with name " + policy + " cannot be found.",
                 404,
                 {}};
  }

  // ---- inline ----

  template <class K>
  Task<Result<api::Nothing>> put_policy(api::Request& request, const PutPolicyInput<K>& in) {
    CO_CHECK_OK(check_name("policyName", in.PolicyName));
    if (auto policy = api::Policy::parse(in.PolicyDocument, api::PolicyKind::identity); !policy) {
      co_return std::unexpected(policy.error());
    }
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    record.inline_policies[in.PolicyName] = in.PolicyDocument;
    CO_CHECK_OK(check_inline_size(kind_of<K>(), record));
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<GetPolicyOutput<K>>> get_policy(api::Request& request, const PolicyNameInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    auto found = record.inline_policies.find(in.PolicyName);
    if (found == record.inline_policies.end()) co_return fail(no_such_inline(kind_of<K>(), in.PolicyName));
    co_return GetPolicyOutput<K>{record.name, in.PolicyName, percent_encoded(found->second)};
  }

  template <class K>
  Task<Result<api::Nothing>> delete_policy(api::Request& request, const PolicyNameInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    if (record.inline_policies.erase(in.PolicyName) == 0) co_return fail(no_such_inline(kind_of<K>(), in.PolicyName));
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<ListPolicyNamesOutput>> list_policies(api::Request& request, const PagedNameInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    std::vector<std::string> names;
    for (const auto& [name, document] : record.inline_policies) names.push_back(name);
    CO_TRY(auto page, page_of(std::move(names), [](const std::string& n) { return n; }, in.Marker, in.MaxItems));
    co_return ListPolicyNamesOutput{std::move(page.items), page.truncated, page.marker};
  }

  // ---- attached ----

  template <class K>
  Task<Result<api::Nothing>> attach(api::Request& request, const AttachInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    CO_CHECK_OK(co_await require_policy(iam, in.PolicyArn));
    bool attached = std::find(record.attached.begin(), record.attached.end(), in.PolicyArn) != record.attached.end();
    if (attached) co_return api::Nothing{};
    if (record.attached.size() >= kAttachedMax) {
      std::string noun(word_of(kind_of<K>()));
      noun[0] = static_cast<char>(noun[0] - 32);
      co_return fail("LimitExceeded", "Cannot exceed quota for PoliciesPer" + noun + ": 10", 409);
    }
    record.attached.push_back(in.PolicyArn);
    iam.put(kind_of<K>(), record);
    iam.add_use(in.PolicyArn, {false, kind_of<K>(), record.name});
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<api::Nothing>> detach(api::Request& request, const AttachInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    if (std::erase(record.attached, in.PolicyArn) == 0) co_return fail(no_such_policy(in.PolicyArn));
    iam.put(kind_of<K>(), record);
    iam.remove_use(in.PolicyArn, {false, kind_of<K>(), record.name});
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<ListAttachedOutput>> list_attached(api::Request& request, const ListAttachedInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    std::vector<AttachedPolicy> all;
    for (const std::string& arn : record.attached) {
      size_t policy = arn.find(":policy/");
      std::string_view path = std::string_view(arn).substr(policy == arn.npos ? 0 : policy + 7);
      if (in.PathPrefix && !path.starts_with(*in.PathPrefix)) continue;
      all.push_back({name_of_policy(arn), arn});
    }
    auto arn_of_one = [](const AttachedPolicy& p) { return p.PolicyArn; };
    sort_by_name(all, arn_of_one);
    CO_TRY(auto page, page_of(std::move(all), arn_of_one, in.Marker, in.MaxItems));
    co_return ListAttachedOutput{std::move(page.items), page.truncated, page.marker};
  }

  // ---- boundaries and tags ----

  template <class K>
  Task<Result<api::Nothing>> put_boundary(api::Request& request, const BoundaryInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    CO_CHECK_OK(co_await require_policy(iam, in.PermissionsBoundary));
    set_boundary(iam, kind_of<K>(), record, in.PermissionsBoundary);
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<api::Nothing>> delete_boundary(api::Request& request, const NameInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    if (record.boundary.empty()) {
      co_return fail(
          "NoSuchEntity",
          "A permissions boundary is not attached to " + std::string(word_of(kind_of<K>())) + ' ' + record.name + '.',
          404);
    }
    set_boundary(iam, kind_of<K>(), record, "");
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<api::Nothing>> tag(api::Request& request, const TagInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    CO_TRY(record.tags, with_tags(std::move(record.tags), in.Tags));
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<api::Nothing>> untag(api::Request& request, const UntagInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    record.tags = without_tags(std::move(record.tags), in.TagKeys);
    iam.put(kind_of<K>(), record);
    changed(request);
    co_return api::Nothing{};
  }

  template <class K>
  Task<Result<ListTagsOutput>> list_tags(api::Request& request, const PagedNameInput<K>& in) {
    IamStore iam = store_of(request);
    CO_TRY(EntityRecord record, co_await load(iam, kind_of<K>(), in.Name));
    auto key = [](const Tag& t) { return t.Key; };
    sort_by_name(record.tags, key);
    CO_TRY(auto page, page_of(std::move(record.tags), key, in.Marker, in.MaxItems));
    co_return ListTagsOutput{std::move(page.items), page.truncated, page.marker};
  }
};

}  // namespace

std::unique_ptr<Ops> make_entity_policy_ops(Directory& directory) {
  return std::make_unique<EntityPolicyOps>(directory);
}

}  // namespace thaw::iam
