// What one run of the transform knows, shared by the code of all resource types.
#pragma once

#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/cloudformation/sam/deployment_preference.h"
#include "services/cloudformation/sam/intrinsics.h"
#include "services/cloudformation/sam/resource.h"
#include "services/cloudformation/sam/transform.h"

namespace thaw::sam {

// The usage plan that all APIs with CreateUsagePlan: SHARED belong to; it grows with each of them.
struct SharedUsagePlan {
  Value depends_on = Value::list();
  Value api_stages = Value::list();
  Value stage_keys = Value::list();
  std::vector<Text> conditions;
  bool any_without_condition = false;
  std::string deletion_policy;
  std::string update_replace_policy;

  Value attributes(const Value& passed_on, Value& template_conditions);
};

struct Context {
  const TransformOptions& options;
  std::string partition;
  Value source;      // the template after the plugins; events edit the resources in it
  Value output;      // the result as it grows
  Value conditions;  // the output's Conditions; may be null
  Resolver parameters;
  Resolver mappings;
  DeploymentPreferences deployments;
  SharedUsagePlan shared_plan;
  std::map<std::string, Cfn> record_sets;             // Route 53 groups by logical id, shared between APIs
  std::map<std::string, std::string> function_names;  // API -> names of the functions behind it
  // (application, version) -> its template's URL, or why there is none. Asked once, for the first resource that names
  // it.
  std::map<std::pair<std::string, std::string>, std::expected<std::string, InvalidResource>> applications;

  Value resources() const { return source.get("Resources"); }
  std::string arn(std::string_view service, std::string_view resource, bool with_account = true) const;
  std::string managed_policy(std::string_view path_and_name) const;  // the ARN of one of AWS's own
  void add_condition(const Text& name, Value definition);
};

std::string partition_of(std::string_view region);

// One function per SAM type: the resources that come out, the main one first where there is one.
CfnList transform_function(Context& context, SamResource& function);
CfnList transform_api(Context& context, SamResource& api);
CfnList transform_http_api(Context& context, SamResource& api);
CfnList transform_websocket_api(Context& context, SamResource& api);
CfnList transform_simple_table(Context& context, SamResource& table);
CfnList transform_layer(Context& context, SamResource& layer);
CfnList transform_application(Context& context, SamResource& application);
CfnList transform_state_machine(Context& context, SamResource& machine);
CfnList transform_capacity_provider(Context& context, SamResource& provider);
CfnList transform_graphql_api(Context& context, SamResource& api);
CfnList transform_connector(Context& context, SamResource& connector);

// The table row of a SAM type, or null.
struct SamType {
  std::string_view name;
  PropertyRules rules;
  CfnList (*transform)(Context&, SamResource&);
  // Property names that {Ref: Id.Property} may use, and the type of the resource each stands for.
  std::vector<std::pair<std::string_view, std::string_view>> referable;
};
const SamType* sam_type(const Value& type);
extern const PropertyRules kConnectorRules;

// Reads a resource of the template: the rules of its type, after policy templates were filled in.
SamResource read_sam_resource(Context& context, const Text& id, const Value& entry);

Value s3_location(const Value& uri, const std::string& id, const std::string& property);  // {S3Bucket, S3Key, …}
Value parse_s3_uri(const Value& uri);                                // {Bucket, Key, Version} or null
Value definition_location(const Value& uri, const std::string& id);  // the same, checked: DefinitionUri

}  // namespace thaw::sam
