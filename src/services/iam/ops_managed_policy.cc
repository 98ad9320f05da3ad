#include "api/policy.h"
#include "base/text.h"
#include "services/iam/managed_policies.h"
#include "services/iam/ops.h"

namespace thaw::iam {

namespace {

// AWS's own policies are older than every account.
constexpr Time kAwsPolicyDate{std::chrono::milliseconds(1'423'180'800'000)};

Result<> check_document(std::string_view document) {
  auto policy = api::Policy::parse(document, api::PolicyKind::identity);
  if (!policy) return std::unexpected(policy.error());
  if (policy_size(document) > kManagedPolicySizeMax) {
    return fail("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409);
  }
  return {};
}

ManagedPolicy shown(const PolicyRecord& record, const std::vector<PolicyUse>& uses, bool with_details) {
  ManagedPolicy out;
  out.PolicyName = record.name;
  out.PolicyId = record.id;
  out.Arn = record.arn;
  out.Path = record.path;
  out.DefaultVersionId = record.default_version;
  for (const PolicyUse& use : uses) ++(use.as_boundary ? out.PermissionsBoundaryUsageCount : out.AttachmentCount);
  out.CreateDate = record.created;
  out.UpdateDate = record.updated;
  if (with_details) {
    if (!record.description.empty()) out.Description = record.description;
    out.Tags = record.tags;
  }
  return out;
}

PolicyRecord record_of(const AwsPolicy& policy) {
  PolicyRecord out;
  out.name = policy.name;
  out.path = policy.path;
  out.id = policy.id();
  out.arn = policy.arn();
  out.default_version = "v1";
  out.created = out.updated = kAwsPolicyDate;
  out.versions = {{"v1", policy.document(), kAwsPolicyDate}};
  return out;
}

PolicyVersion shown(const VersionRecord& version, const PolicyRecord& policy, bool with_document) {
  PolicyVersion out;
  if (with_document) out.Document = percent_encoded(version.document);
  out.VersionId = version.id;
  out.IsDefaultVersion = version.id == policy.default_version;
  out.CreateDate = version.created;
  return out;
}

class ManagedPolicyOps final : public Ops {
 public:
  using Ops::Ops;

  void add_to(std::vector<api::Operation>& out) override {
    using Self = ManagedPolicyOps;
    auto arn = arn_member("PolicyArn");
    out.push_back(api::op("CreatePolicy", this, &Self::create).writes().resource(named("policy", "PolicyName")));
    out.push_back(api::op("GetPolicy", this, &Self::get).reads().resource(arn));
    out.push_back(api::op("ListPolicies", this, &Self::list).reads());
    out.push_back(api::op("DeletePolicy", this, &Self::erase).writes().resource(arn));
    out.push_back(api::op("CreatePolicyVersion", this, &Self::create_version).writes().resource(arn));
    out.push_back(api::op("GetPolicyVersion", this, &Self::get_version).reads().resource(arn));
    out.push_back(api::op("ListPolicyVersions", this, &Self::list_versions).reads().resource(arn));
    out.push_back(api::op("DeletePolicyVersion", this, &Self::delete_version).writes().resource(arn));
    out.push_back(api::op("SetDefaultPolicyVersion", this, &Self::set_default).writes().resource(arn));
    out.push_back(api::op("ListEntitiesForPolicy", this, &Self::list_entities).reads().resource(arn));
    out.push_back(api::op("TagPolicy", this, &Self::tag).writes().resource(arn));
    out.push_back(api::op("UntagPolicy", this, &Self::untag).writes().resource(arn));
    out.push_back(api::op("ListPolicyTags", this, &Self::list_tags).reads().resource(arn));
  }

 private:
  // A policy to read: AWS's or the account's own.
  static Task<Result<PolicyRecord>> find(IamStore& iam, std::string arn) {
    if (const AwsPolicy* policy = find_aws_policy(arn)) co_return record_of(*policy);
    if (!Arn::parse(arn)) co_return fail("InvalidInput", "ARN " + arn + " is not valid.");
    std::optional<PolicyRecord> record = co_await iam.policy(arn);
    if (!record) co_return fail(no_such_policy(arn));
    co_return std::move(*record);
  }
  // A policy to change: never AWS's.
  static Task<Result<PolicyRecord>> find_own(IamStore& iam, std::string arn) {
    if (is_aws_policy_arn(arn)) {
      co_return fail("AccessDenied", "The policy " + arn + " is managed by AWS and cannot be changed.", 403);
    }
    Result<PolicyRecord> record = co_await find(iam, arn);
    co_return record;
  }
  static Error no_such_version(const std::string& arn, const std::string& version) {
    return Error{
        "NoSuchEntity", "Policy " + arn + " version " + version + " does not exist or is not attachable.", 404, {}};
  }

  Task<Result<PolicyOutput>> create(api::Request& request, const CreatePolicyInput& in) {
    CO_CHECK_OK(check_name("policyName", in.PolicyName));
    CO_CHECK_OK(check_path("path", in.Path));
    CO_CHECK_OK(check_document(in.PolicyDocument));
    IamStore iam = store_of(request);
    std::optional<PolicyRecord> existing = co_await iam.policy_named(in.PolicyName);
    if (existing) {
      co_return fail(
          already_exists("A policy called " + in.PolicyName + " already exists. Duplicate names are not allowed."));
    }
    PolicyRecord record;
    record.name = in.PolicyName;
    record.path = in.Path;
    record.id = new_id("ANPA");
    record.arn = arn_of(iam.account(), "policy", in.Path, in.PolicyName);
    record.description = in.Description.value_or("");
    record.default_version = "v1";
    record.created = record.updated = now_of(request);
    record.versions = {{"v1", in.PolicyDocument, record.created}};
    CO_TRY(record.tags, with_tags({}, in.Tags));
    iam.put(record);
    changed(request);
    ManagedPolicy out = shown(record, {}, true);
    out.Description.reset();
    co_return PolicyOutput{std::move(out)};
  }

  Task<Result<PolicyOutput>> get(api::Request& request, const NameInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find(iam, in.Name));
    std::vector<PolicyUse> uses = co_await iam.uses(in.Name);
    co_return PolicyOutput{shown(record, uses, true)};
  }

  Task<Result<ListPoliciesOutput>> list(api::Request& request, const ListPoliciesInput& in) {
    CO_CHECK_OK(check_prefix(in.PathPrefix));
    IamStore iam = store_of(request);
    std::vector<PolicyRecord> records;
    if (in.Scope != "AWS") records = co_await iam.policies();
    if (in.Scope != "Local") {
      for (const AwsPolicy& policy : aws_policies()) records.push_back(record_of(policy));
    }
    std::vector<ManagedPolicy> all;
    for (const PolicyRecord& record : records) {
      if (!record.path.starts_with(in.PathPrefix)) continue;
      std::vector<PolicyUse> uses = co_await iam.uses(record.arn);
      ManagedPolicy one = shown(record, uses, false);
      bool boundary = in.PolicyUsageFilter == "PermissionsBoundary";
      bool used = boundary ? one.PermissionsBoundaryUsageCount > 0 : one.AttachmentCount > 0;
      if ((in.OnlyAttached || boundary) && !used) continue;
      all.push_back(std::move(one));
    }
    auto arn_of_one = [](const ManagedPolicy& p) { return p.Arn; };
    sort_by_name(all, arn_of_one);
    CO_TRY(auto page, page_of(std::move(all), arn_of_one, in.Marker, in.MaxItems));
    co_return ListPoliciesOutput{std::move(page.items), page.truncated, page.marker};
  }

  Task<Result<api::Nothing>> erase(api::Request& request, const NameInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.Name));
    std::vector<PolicyUse> uses = co_await iam.uses(in.Name);
    if (!uses.empty()) co_return fail("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
    if (record.versions.size() > 1) {
      co_return fail("DeleteConflict",
                     "This policy has more than one version. Before you delete a policy, you must delete the policy's "
                     "versions. The default version is deleted with the policy.",
                     409);
    }
    iam.erase(record);
    changed(request);
    co_return api::Nothing{};
  }

  // ---- versions ----

  Task<Result<PolicyVersionOutput>> create_version(api::Request& request, const CreatePolicyVersionInput& in) {
    CO_CHECK_OK(check_document(in.PolicyDocument));
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.PolicyArn));
    if (record.versions.size() >= kVersionsMax) {
      co_return fail("LimitExceeded",
                     "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
                     "existing version.",
                     409);
    }
    VersionRecord version{"v" + std::to_string(++record.last_version), in.PolicyDocument, now_of(request)};
    if (in.SetAsDefault) record.default_version = version.id;
    record.versions.push_back(version);
    record.updated = version.created;
    iam.put(record);
    changed(request);
    co_return PolicyVersionOutput{shown(version, record, false)};
  }

  Task<Result<PolicyVersionOutput>> get_version(api::Request& request, const PolicyVersionInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find(iam, in.PolicyArn));
    const VersionRecord* version = record.version(in.VersionId);
    if (!version) co_return fail(no_such_version(in.PolicyArn, in.VersionId));
    co_return PolicyVersionOutput{shown(*version, record, true)};
  }

  Task<Result<ListPolicyVersionsOutput>> list_versions(api::Request& request, const PagedNameInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find(iam, in.Name));
    // Newest first; markers need an order of names, and there are at most five.
    ListPolicyVersionsOutput out;
    for (auto it = record.versions.rbegin(); it != record.versions.rend(); ++it) {
      out.Versions.push_back(shown(*it, record, false));
    }
    co_return out;
  }

  Task<Result<api::Nothing>> delete_version(api::Request& request, const PolicyVersionInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.PolicyArn));
    if (!record.version(in.VersionId)) co_return fail(no_such_version(in.PolicyArn, in.VersionId));
    if (record.default_version == in.VersionId) {
      co_return fail("DeleteConflict", "Cannot delete the default version of a policy.", 409);
    }
    std::erase_if(record.versions, [&](const VersionRecord& v) { return v.id == in.VersionId; });
    iam.put(record);
    changed(request);
    co_return api::Nothing{};
  }

  Task<Result<api::Nothing>> set_default(api::Request& request, const PolicyVersionInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.PolicyArn));
    if (!record.version(in.VersionId)) co_return fail(no_such_version(in.PolicyArn, in.VersionId));
    record.default_version = in.VersionId;
    record.updated = now_of(request);
    iam.put(record);
    changed(request);
    co_return api::Nothing{};
  }

  // ---- who uses it ----

  Task<Result<ListEntitiesOutput>> list_entities(api::Request& request, const ListEntitiesInput& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find(iam, in.PolicyArn));
    std::vector<PolicyUse> uses = co_await iam.uses(in.PolicyArn);
    ListEntitiesOutput out;
    std::vector<PolicyUse> wanted;
    for (PolicyUse& use : uses) {
      if (in.PolicyUsageFilter && use.as_boundary != (*in.PolicyUsageFilter == "PermissionsBoundary")) continue;
      if (in.EntityFilter && to_lower(*in.EntityFilter) != word_of(use.kind)) continue;
      std::optional<EntityRecord> entity = co_await iam.entity(use.kind, use.name);
      if (!entity || (in.PathPrefix && !entity->path.starts_with(*in.PathPrefix))) continue;
      wanted.push_back(std::move(use));
    }
    auto name = [](const PolicyUse& u) {
      return std::string(word_of(u.kind)) + '/' + u.name + (u.as_boundary ? "/b" : "/a");
    };
    sort_by_name(wanted, name);
    CO_TRY(auto page, page_of(std::move(wanted), name, in.Marker, in.MaxItems));
    out.IsTruncated = page.truncated;
    out.Marker = page.marker;
    for (const PolicyUse& use : page.items) {
      std::optional<EntityRecord> entity = co_await iam.entity(use.kind, use.name);
      if (!entity) continue;
      PolicyEntity one;
      if (use.kind == EntityKind::user) {
        one.UserName = entity->name, one.UserId = entity->id;
        out.PolicyUsers.push_back(std::move(one));
      } else if (use.kind == EntityKind::group) {
        one.GroupName = entity->name, one.GroupId = entity->id;
        out.PolicyGroups.push_back(std::move(one));
      } else {
        one.RoleName = entity->name, one.RoleId = entity->id;
        out.PolicyRoles.push_back(std::move(one));
      }
    }
    co_return out;
  }

  // ---- tags ----

  Task<Result<api::Nothing>> tag(api::Request& request, const TagInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.Name));
    CO_TRY(record.tags, with_tags(std::move(record.tags), in.Tags));
    iam.put(record);
    co_return api::Nothing{};
  }
  Task<Result<api::Nothing>> untag(api::Request& request, const UntagInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find_own(iam, in.Name));
    record.tags = without_tags(std::move(record.tags), in.TagKeys);
    iam.put(record);
    co_return api::Nothing{};
  }
  Task<Result<ListTagsOutput>> list_tags(api::Request& request, const PagedNameInput<PolicyNamed>& in) {
    IamStore iam = store_of(request);
    CO_TRY(PolicyRecord record, co_await find(iam, in.Name));
    auto key = [](const Tag& t) { return t.Key; };
    sort_by_name(record.tags, key);
    CO_TRY(auto page, page_of(std::move(record.tags), key, in.Marker, in.MaxItems));
    co_return ListTagsOutput{std::move(page.items), page.truncated, page.marker};
  }
};

}  // namespace

std::unique_ptr<Ops> make_managed_policy_ops(Directory& directory) {
  return std::make_unique<ManagedPolicyOps>(directory);
}

}  // namespace thaw::iam
