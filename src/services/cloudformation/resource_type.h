// What Thaw knows of a resource type: which properties it has, what a change of one means, what it answers, and how it
// is made, changed and removed. Providers (providers/*.cc) hold tables of these; registry.cc puts them together.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/task.h"
#include "services/cloudformation/names.h"

namespace thaw::cloudformation {

// The API that providers call, as the principal of the stack's operation. service.cc implements it over api::Caller.
class Api {
 public:
  virtual ~Api() = default;
  // Canonical Json in and out (AWS's member names). Scalars of the input are made to fit the operation's shape, as
  // templates may write "30" for 30 and an object for a JSON text.
  virtual Task<Result<Json>> call(std::string service, std::string operation, Json input) = 0;
  // Waits a moment of real time between looks at something that takes long.
  virtual Task<void> pause(int64_t millis) = 0;
  // Whether the stack's operation has failed elsewhere or was cancelled, so that waiting is of no use.
  virtual bool cancelled() const { return false; }
  // Hands a custom resource's request ("Create", "Update", "Delete") to its function and waits for what that puts to
  // the response URL: {Status, Reason, PhysicalResourceId, Data}. Errors when there is no answer in time.
  virtual Task<Result<Json>> custom(struct ResourceRequest request, std::string kind) = 0;
};

// What a handler is asked to do. Owned by the handler's frame.
struct ResourceRequest {
  std::string type;
  std::string logical_id;
  std::string stack_id;
  std::string stack_name;
  std::string account;
  std::string region;
  std::string partition = "aws";
  // Create: the name that CloudFormation gives when the template gives none. Update and remove: the physical id.
  std::string physical_id;
  Json properties;       // evaluated
  Json previous = {};    // update: the properties before
  Json attributes = {};  // update and remove: what was answered before
  Json tags = {};        // of the stack, and aws:cloudformation:*: a list of {Key, Value}
  std::string token;     // the same at every try of the same step
  bool resumed = false;  // an earlier try may have succeeded without telling: adopt what is there

  const Json& property(std::string_view name) const { return properties.get(name); }
  std::string text(std::string_view name) const { return properties.get(name).string_or(""); }
  bool changed(std::string_view name) const { return !(properties.get(name) == previous.get(name)); }
};

// What exists after a create or an update.
struct ResourceState {
  std::string physical_id;
  Json attributes = Json::object();  // for Fn::GetAtt
  std::string ref = {};              // what Ref answers when that is not the physical id
};

using Handler = Task<Result<ResourceState>> (*)(Api&, ResourceRequest);

struct ResourceType {
  std::string_view name;
  std::vector<std::string_view> properties;  // that exist here; any other fails the resource by name
  std::vector<std::string_view> required = {};
  std::vector<std::string_view> create_only = {};  // a change of these replaces the resource; "*": of any
  std::vector<std::string_view> attributes = {};   // for Fn::GetAtt; "*": any
  std::string_view name_property = {};             // the property that names it; changes of it replace the resource
  size_t name_length_max = 64;
  NameStyle name_style = NameStyle::mixed;
  bool taggable = false;             // has tags that the stack's are added to
  bool iam = false;                  // needs CAPABILITY_IAM; with a name of its own CAPABILITY_NAMED_IAM
  bool volatile_attributes = false;  // an update may change what Fn::GetAtt answers
  Handler create = nullptr;
  Handler update = nullptr;  // null: nothing to do
  Handler remove = nullptr;  // null: nothing to do; a resource that is gone already is no error

  bool has_property(std::string_view property) const;
  bool has_attribute(std::string_view attribute) const;
  // Whether a change of this property replaces the resource.
  bool replaces(std::string_view property) const;
};

// The type of that name; Custom::X answers AWS::CloudFormation::CustomResource. Null when it does not exist here.
const ResourceType* find_resource_type(std::string_view name);
std::vector<std::string_view> resource_type_names();
// For tests: adds a type. `type` must outlive all use.
void register_resource_type(const ResourceType* type);

// The error of a property that is missing or does not exist, in AWS's words; nothing when all is well.
Result<> check_properties(const ResourceType& type, const Json& properties);

}  // namespace thaw::cloudformation
