// The IAM policy language: parsing, and deciding what is allowed. Pure; no I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
//
// A document is parsed once into a Policy, which is immutable and shared; a decision then allocates next to nothing.
// Wildcards match in time proportional to pattern × text at worst, whatever the pattern.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace thaw::api {

// Text with '*' (any characters) and '?' (one character). Case matters unless the pattern was made with
// `ignoring_case`.
class Wildcard {
 public:
  Wildcard() = default;
  explicit Wildcard(std::string_view text, bool ignoring_case = false);
  // `text` is in lower case already when the pattern ignores case.
  bool matches(std::string_view text) const;

  // Internal form: kAny and kOne stand for the wildcards, every other character for itself.
  static constexpr char kAny = '\x01';
  static constexpr char kOne = '\x02';
  static bool matches(std::string_view pattern, std::string_view text);

 private:
  std::string pattern_;
};

// The values of condition keys for one request. Asked only when a statement needs one.
class ConditionKeys {
 public:
  virtual ~ConditionKeys() = default;
  // `key` in lower case ("aws:username"). Nothing when the request has no such key.
  virtual std::optional<std::vector<std::string>> values(std::string_view key) const = 0;
};

// Keys with values from an object: {"aws:username": "a", "dynamodb:LeadingKeys": ["x", "y"]}. Names in any case.
class JsonConditionKeys final : public ConditionKeys {
 public:
  explicit JsonConditionKeys(const Json& object) : object_(object) {}
  std::optional<std::vector<std::string>> values(std::string_view key) const override;

 private:
  const Json& object_;
};

// Where a document is attached, which decides what it must and must not say.
enum class PolicyKind {
  identity,  // users, groups, roles, boundaries, sessions: no Principal, needs Resource
  resource,  // buckets, queues, keys, functions: needs Principal
  trust,     // of a role: needs Principal, must not say Resource
};

// Who asks, as a policy's Principal element sees it.
struct PolicyPrincipal {
  enum class Kind { anonymous, root, user, role_session, service };
  Kind kind = Kind::anonymous;
  std::string_view account;
  std::string_view arn;       // of the user or the session; a service's host name
  std::string_view role_arn;  // of a role session
  std::string_view user_id;
};

struct PolicyRequest {
  std::string_view action;    // "dynamodb:PutItem"
  std::string_view resource;  // an ARN, or "*"
  PolicyPrincipal principal;
  const ConditionKeys* keys = nullptr;  // may be null: no key has a value
};

// How a statement's Principal names the caller. A resource's policy that names the account leaves it to the account's
// own policies; one that names the caller grants by itself.
enum class Naming { none, account, role, caller };

class Policy {
 public:
  // Error "MalformedPolicyDocument" (400) in IAM's words.
  static Result<std::shared_ptr<const Policy>> parse(std::string_view text, PolicyKind kind);
  static Result<std::shared_ptr<const Policy>> compile(const Json& document, PolicyKind kind);

  struct Effect {
    bool denied = false;
    Naming allowed =
        Naming::none;  // the strongest naming among the statements that allow; `caller` in identity policies
  };
  Effect evaluate(const PolicyRequest& request) const;

  ~Policy();
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  struct Statement;  // policy_statement.h

 private:
  Policy();
  std::vector<Statement> statements_;
};
using PolicyRef = std::shared_ptr<const Policy>;

// What is attached around a principal and a resource.
struct PolicySet {
  std::span<const PolicyRef> identity;  // of the user and its groups, or of the role
  const Policy* boundary = nullptr;     // permissions boundary
  const Policy* session = nullptr;      // session policy of AssumeRole
  const Policy* resource = nullptr;     // the resource's own policy
  // The resource is in another account than the principal: both sides must allow.
  bool cross_account = false;
  // The resource's own policy is the only root of trust (roles, keys): without its word nothing else counts, not even
  // root's.
  bool resource_must_allow = false;
};

struct Verdict {
  enum class By { identity, resource, boundary, session };
  bool allowed = false;
  bool explicit_deny = false;
  By by = By::identity;  // which kind of policy denied, or failed to allow
};

// Explicit denies first, then: resource policy, permissions boundary, session policy, identity policies, in AWS's
// order. A root principal needs no policy; a service and an anonymous caller need the resource's.
Verdict decide(const PolicyRequest& request, const PolicySet& policies);

// "User: ARN is not authorized to perform: ACTION on resource: ARN because no identity-based policy allows the ACTION
// action".
std::string denial_message(std::string_view principal_arn, std::string_view action, std::string_view resource,
                           const Verdict& verdict);

}  // namespace thaw::api
