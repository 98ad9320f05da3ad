// AWS::CloudFormation::*: stacks inside stacks, custom resources.
#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

constexpr const char* service = "cloudformation";
constexpr int64_t pause_ms = 50;
constexpr int waits_max = 72'000;  // an hour

bool ends_in_progress(const std::string& status) { return status.ends_with("_IN_PROGRESS"); }

// Waits until a stack's operation has ended; answers the stack.
Task<Result<Json>> wait_for_stack(Api& api, std::string stack_id) {
  for (int i = 0; i < waits_max; ++i) {
    CO_TRY(Json answer, co_await api.call(service, "DescribeStacks", Json::object({{"StackName", stack_id}})));
    const Json& stacks = answer.get("Stacks");
    if (!stacks.is_array() || stacks.empty()) co_return fail("NotStabilized", "Stack " + stack_id + " does not exist");
    Json stack = stacks.items()[0];
    if (!ends_in_progress(stack.get("StackStatus").string_or(""))) co_return stack;
    co_await api.pause(pause_ms);
  }
  co_return fail("NotStabilized", "Stack " + stack_id + " did not stabilize in time");
}

Json stack_input(const ResourceRequest& r) {
  Json input = pick(r.properties, {"TemplateURL", "NotificationARNs", "TimeoutInMinutes"});
  Json parameters = Json::array();
  if (const Json& given = r.property("Parameters"); given.is_object()) {
    for (const Json::Member& m : given.members()) {
      Json value = m.value;
      if (value.is_array()) {
        std::string text;
        for (const Json& item : value.items()) text += (text.empty() ? "" : ",") + item.string_or("");
        value = Json(text);
      }
      if (value.is_number()) value = Json(value.number_text());
      if (value.is_bool()) value = Json(value.as_bool() ? "true" : "false");
      parameters.push_back(Json::object({{"ParameterKey", m.key}, {"ParameterValue", value}}));
    }
  }
  input.set("Parameters", parameters);
  Json tags = Json::array();
  for (const Json& tag : all_tags(r).items()) {
    if (!tag.get("Key").string_or("").starts_with("aws:")) tags.push_back(tag);
  }
  if (!tags.empty()) input.set("Tags", tags);
  // The outer stack's capabilities were checked against what its own template shows; inner stacks inherit them.
  input.set("Capabilities", Json::array({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}));
  return input;
}

Result<ResourceState> stack_state(const Json& stack) {
  Json attributes = Json::object();
  if (const Json& outputs = stack.get("Outputs"); outputs.is_array()) {
    for (const Json& output : outputs.items()) {
      attributes.set("Outputs." + output.get("OutputKey").string_or(""), output.get("OutputValue"));
    }
  }
  return done(stack.get("StackId").string_or(""), std::move(attributes));
}

Task<Result<ResourceState>> create_stack(Api& api, ResourceRequest r) {
  Json input = stack_input(r);
  input.set("StackName", r.physical_id).set("OnFailure", "DO_NOTHING").set("ClientRequestToken", r.token);
  Result<Json> made = co_await api.call(service, "CreateStack", std::move(input));
  bool own = !made && r.resumed && is_already_exists(made.error());
  if (!made && !own) co_return std::unexpected(std::move(made).error());
  std::string id = made ? made->get("StackId").string_or("") : r.physical_id;
  CO_TRY(Json stack, co_await wait_for_stack(api, id));
  std::string status = stack.get("StackStatus").string_or("");
  if (status == "CREATE_COMPLETE") co_return stack_state(stack);
  std::string reason = stack.get("StackStatusReason").string_or("");
  std::string words =
      "Embedded stack " + stack.get("StackId").string_or(id) + " was not successfully created: " + reason;
  // What was made of it goes again: the outer stack has no record of it.
  Result<Json> gone = co_await api.call(service, "DeleteStack", Json::object({{"StackName", id}}));
  if (gone) Result<Json> waited = co_await wait_for_stack(api, stack.get("StackId").string_or(id));
  co_return fail("NestedStackFailed", words);
}

Task<Result<ResourceState>> update_stack(Api& api, ResourceRequest r) {
  Json input = stack_input(r);
  input.set("StackName", r.physical_id).set("ClientRequestToken", r.token);
  Result<Json> updated = co_await api.call(service, "UpdateStack", std::move(input));
  bool nothing = !updated && updated.error().message.find("No updates are to be performed") != std::string::npos;
  if (!updated && !nothing) co_return std::unexpected(std::move(updated).error());
  CO_TRY(Json stack, co_await wait_for_stack(api, r.physical_id));
  std::string status = stack.get("StackStatus").string_or("");
  if (nothing || status == "UPDATE_COMPLETE") co_return stack_state(stack);
  co_return fail("NestedStackFailed", "Embedded stack " + r.physical_id +
                                          " was not successfully updated. Currently in " + status +
                                          " with reason: " + stack.get("StackStatusReason").string_or(""));
}

Task<Result<ResourceState>> remove_stack(Api& api, ResourceRequest r) {
  CO_TRY(Json answer, co_await api.call(service, "DeleteStack", Json::object({{"StackName", r.physical_id}})));
  Result<Json> stack = co_await wait_for_stack(api, r.physical_id);
  if (stack && stack->get("StackStatus").string_or("") != "DELETE_COMPLETE") {
    co_return fail("NestedStackFailed", "Embedded stack " + r.physical_id + " was not successfully deleted: " +
                                            stack->get("StackStatusReason").string_or(""));
  }
  co_return done(r.physical_id);
}

// ---- custom resources ----

// Answers the state that a function reported, or its failure in AWS's words.
Result<ResourceState> reported(const Json& answer, const std::string& physical_id, const std::string& token) {
  std::string status = answer.get("Status").string_or("");
  if (status != "SUCCESS") {
    std::string reason = answer.get("Reason").string_or("");
    return fail("CustomResourceFailed", "Received response status [" + (status.empty() ? "FAILED" : status) +
                                            "] from custom resource. Message returned: " + reason +
                                            " (RequestId: " + token + ")");
  }
  std::string id = answer.get("PhysicalResourceId").string_or(physical_id);
  if (id.empty())
    return fail("CustomResourceFailed", "Vendor response doesn't contain PhysicalResourceId key in object");
  Json attributes = answer.get("Data").is_object() ? answer.get("Data") : Json::object();
  return done(id, std::move(attributes));
}

Task<Result<ResourceState>> create_custom(Api& api, ResourceRequest r) {
  CO_TRY(Json answer, co_await api.custom(r, "Create"));
  co_return reported(answer, "", r.token);
}
Task<Result<ResourceState>> update_custom(Api& api, ResourceRequest r) {
  CO_TRY(Json answer, co_await api.custom(r, "Update"));
  co_return reported(answer, r.physical_id, r.token);
}
Task<Result<ResourceState>> remove_custom(Api& api, ResourceRequest r) {
  CO_TRY(Json answer, co_await api.custom(r, "Delete"));
  co_return reported(answer, r.physical_id, r.token);
}

}  // namespace

const std::vector<ResourceType>& cloudformation_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::CloudFormation::Stack",
       .properties = {"NotificationARNs", "Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"},
       .required = {"TemplateURL"},
       .attributes = {"*"},
       .name_length_max = 128,
       .taggable = true,
       .volatile_attributes = true,
       .create = create_stack,
       .update = update_stack,
       .remove = remove_stack},
      {.name = "AWS::CloudFormation::CustomResource",
       .properties = {"*"},
       .required = {"ServiceToken"},
       .create_only = {"ServiceToken"},
       .attributes = {"*"},
       .volatile_attributes = true,
       .create = create_custom,
       .update = update_custom,
       .remove = remove_custom},
  };
  return types;
}

}  // namespace thaw::cloudformation
