// The groups of operations of IAM; service.cc puts them together. Each ops_*.cc defines its group and the coroutines in
// it.
#pragma once

#include <memory>
#include <vector>

#include "api/service.h"
#include "services/iam/directory.h"
#include "services/iam/rules.h"
#include "services/iam/store.h"

namespace thaw::iam {

class Ops {
 public:
  explicit Ops(Directory& directory) : directory_(directory) {}
  virtual ~Ops() = default;
  virtual void add_to(std::vector<api::Operation>& out) = 0;

 protected:
  static IamStore store_of(api::Request& request) { return IamStore(request.tx(), request.account.str()); }
  static Time now_of(const api::Request& request) { return std::chrono::floor<std::chrono::seconds>(request.now()); }
  // Every operation that changes IAM says so.
  void changed(api::Request& request) {
    request.tx().on_commit([directory = &directory_] { directory->invalidate(); });
  }

  Directory& directory_;
};

std::unique_ptr<Ops> make_user_ops(Directory& directory);
std::unique_ptr<Ops> make_group_ops(Directory& directory);
std::unique_ptr<Ops> make_role_ops(Directory& directory);
std::unique_ptr<Ops> make_entity_policy_ops(Directory& directory);  // inline, attached, boundaries, tags
std::unique_ptr<Ops> make_managed_policy_ops(Directory& directory);
std::unique_ptr<Ops> make_profile_ops(Directory& directory);
std::unique_ptr<Ops> make_account_ops(Directory& directory);

// ---- what several groups need ----

// The entity, or NoSuchEntity.
Task<Result<EntityRecord>> load(IamStore& iam, EntityKind kind, std::string name);
// A managed policy exists and may be attached: NoSuchEntity otherwise.
Task<Result<>> require_policy(IamStore& iam, std::string arn);
// Nothing is attached to the entity any more: DeleteConflict otherwise.
Result<> require_unused(const EntityRecord& record);
// Sets or (empty ARN) removes the permissions boundary.
void set_boundary(IamStore& iam, EntityKind kind, EntityRecord& record, const std::string& arn);

User user_of(const EntityRecord& record, bool with_details);
Group group_of(const EntityRecord& record);
Role role_of(const EntityRecord& record, bool with_details);

// For the table: the ARN "arn:aws:iam::A:kind/NAME" from the input's member. Paths are not part of it.
std::function<std::string(const api::Request&, const Json&)> named(std::string kind, std::string member);
// The input's member, which is an ARN.
std::function<std::string(const api::Request&, const Json&)> arn_member(std::string member);

}  // namespace thaw::iam
