#include "services/cloudformation/sam/role.h"

#include "services/cloudformation/sam/errors.h"

namespace thaw::sam {

Value assume_role_policy(std::string_view service) {
  Value statement = Value::dict({{"Action", Value::list({"sts:AssumeRole"})},
                                 {"Effect", "Allow"},
                                 {"Principal", Value::dict({{"Service", Value::list({service})}})}});
  return Value::dict({{"Version", "2012-10-17"}, {"Statement", Value::list({statement})}});
}

Value allow_policy(const std::string& name, const Value& action, const Value& resource) {
  Value statement = Value::dict({{"Action", action}, {"Effect", "Allow"}, {"Resource", resource}});
  return Value::dict(
      {{"PolicyName", name}, {"PolicyDocument", Value::dict({{"Statement", Value::list({statement})}})}});
}

Value s3_write_policy(const std::string& id, const Value& bucket_arn) {
  Value objects = Value::dict({{"Fn::Join", Value::list({"/", Value::list({bucket_arn, "*"})})}});
  Value policy = allow_policy(id + "S3Policy", "s3:PutObject", objects);
  Value list = allow_policy("", "s3:ListBucket", bucket_arn).get("PolicyDocument").get("Statement").elements()[0];
  policy.get("PolicyDocument").get("Statement").push(list);
  return policy;
}

static PolicyKind kind_of(const Value& policy, bool templates) {
  if (policy.is_string()) return PolicyKind::managed;
  if (is_if(policy)) {
    Value arguments = policy.get("Fn::If");
    if (!valid_if_arguments(arguments)) throw InvalidTemplate{kIfArguments};
    const Value& then = arguments.elements()[1];
    const Value& otherwise = arguments.elements()[2];
    PolicyKind then_kind = kind_of(then, templates);
    PolicyKind else_kind = kind_of(otherwise, templates);
    if (then_kind == else_kind || is_no_value(otherwise)) return then_kind;
    if (is_no_value(then)) return else_kind;
    throw InvalidTemplate{
        "Different policy types within the same Fn::If statement is unsupported. Separate different policy types into "
        "different Fn::If statements"};
  }
  if (is_intrinsic(policy)) return PolicyKind::managed;
  if (policy.has("Statement")) return PolicyKind::statement;
  if (templates && policy.is_dict() && policy.size() == 1 && has_policy_template(policy.keys()[0].s))
    return PolicyKind::from_template;
  return PolicyKind::unknown;
}

std::vector<PolicyEntry> read_policies(const Value& policies, bool templates) {
  std::vector<PolicyEntry> out;
  if (!policies) return out;
  Value all = policies.is_list() ? policies : Value::list({policies});
  for (auto& policy : all.elements()) out.push_back({policy, kind_of(policy, templates)});
  return out;
}

static Value managed_arn(const Context& context, const Value& name) {
  if (!name.is_string()) return name;
  if (auto found = managed_policy_arn(context.partition, name.s())) return *found;
  if (name.s().starts_with("arn:")) return name;
  auto at = context.options.managed_policies.find(name.s());
  return at == context.options.managed_policies.end() ? name : Value(at->second);
}

// Changes both branches of an Fn::If, except those that are AWS::NoValue.
template <class Change>
static Value in_branches(const Value& call, Change change) {
  for (size_t i = 1; i <= 2; ++i) {
    Value& branch = call.get("Fn::If").elements()[i];
    if (!is_no_value(branch)) branch = change(branch);
  }
  return call;
}

Cfn make_role(const Context& context, RoleRequest request) {
  auto role = make_cfn(request.role_id.empty() ? request.owner + "Role" : request.role_id, "AWS::IAM::Role",
                       request.attributes);
  role->set("AssumeRolePolicyDocument", request.assume_role);
  auto entries = read_policies(request.policies, false);
  for (size_t i = 0; i < entries.size(); ++i) {
    auto& [data, kind] = entries[i];
    if (kind == PolicyKind::statement) {
      auto document = [&](const Value& value) {
        return Value::dict({{"PolicyName", role->id.s + "Policy" + std::to_string(i)}, {"PolicyDocument", value}});
      };
      request.documents.push(is_if(data) ? in_branches(data, document) : document(data));
    } else if (kind == PolicyKind::managed) {
      auto look_up = [&](const Value& value) { return managed_arn(context, value); };
      Value arn = is_if(data) ? in_branches(data, look_up) : look_up(data);
      if (!request.managed_arns.contains(arn)) request.managed_arns.push(arn);
    } else {
      throw InvalidResource{request.owner,
                            "Policy at index " + std::to_string(i) + " in the 'Policies' property is not valid"};
    }
  }
  role->set("ManagedPolicyArns", request.managed_arns);
  if (request.documents) role->set("Policies", request.documents);
  role->set("Path", request.path);
  role->set("PermissionsBoundary", request.boundary);
  role->set("Tags", request.tags);
  return role;
}

}  // namespace thaw::sam
