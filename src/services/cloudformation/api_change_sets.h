// Shapes of the operations on change sets, under AWS's own member names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"
#include "services/cloudformation/api_stacks.h"

namespace thaw::cloudformation {

struct ResourceToImport {
  std::string resource_type;
  std::string logical_resource_id;
  std::map<std::string, std::string> resource_identifier;
  static void describe(api::Fields& f) {
    f.add("ResourceType", &ResourceToImport::resource_type).required().length(1, 256);
    f.add("LogicalResourceId", &ResourceToImport::logical_resource_id).required();
    f.add("ResourceIdentifier", &ResourceToImport::resource_identifier).required();
  }
};

struct CreateChangeSetInput {
  std::string stack_name;
  std::optional<std::string> template_body;
  std::optional<std::string> template_url;
  std::optional<bool> use_previous_template;
  std::vector<Parameter> parameters;
  std::vector<std::string> capabilities;
  std::vector<std::string> resource_types;
  std::optional<std::string> role_arn;
  std::optional<RollbackConfiguration> rollback_configuration;
  std::vector<std::string> notification_arns;
  std::vector<Tag> tags;
  std::string change_set_name;
  std::optional<std::string> client_token;
  std::optional<std::string> description;
  std::optional<std::string> change_set_type;
  std::vector<ResourceToImport> resources_to_import;
  std::optional<bool> include_nested_stacks;
  std::optional<std::string> on_stack_failure;
  std::optional<bool> import_existing_resources;
  std::optional<std::string> deployment_mode;
  static void describe(api::Fields& f) {
    f.add("StackName", &CreateChangeSetInput::stack_name)
        .required()
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("TemplateBody", &CreateChangeSetInput::template_body).min(1);
    f.add("TemplateURL", &CreateChangeSetInput::template_url).length(1, 5120);
    f.add("UsePreviousTemplate", &CreateChangeSetInput::use_previous_template);
    f.add("Parameters", &CreateChangeSetInput::parameters);
    f.add("Capabilities", &CreateChangeSetInput::capabilities)
        .each_one_of({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"});
    f.add("ResourceTypes", &CreateChangeSetInput::resource_types).each_length(1, 256);
    f.add("RoleARN", &CreateChangeSetInput::role_arn).length(20, 2048);
    f.add("RollbackConfiguration", &CreateChangeSetInput::rollback_configuration);
    f.add("NotificationARNs", &CreateChangeSetInput::notification_arns).max(5);
    f.add("Tags", &CreateChangeSetInput::tags).max(50);
    f.add("ChangeSetName", &CreateChangeSetInput::change_set_name)
        .required()
        .length(1, 128)
        .pattern("[a-zA-Z][-a-zA-Z0-9]*");
    f.add("ClientToken", &CreateChangeSetInput::client_token).length(1, 128);
    f.add("Description", &CreateChangeSetInput::description).length(1, 1024);
    f.add("ChangeSetType", &CreateChangeSetInput::change_set_type).one_of({"CREATE", "UPDATE", "IMPORT"});
    f.add("ResourcesToImport", &CreateChangeSetInput::resources_to_import).max(200);
    f.add("IncludeNestedStacks", &CreateChangeSetInput::include_nested_stacks);
    f.add("OnStackFailure", &CreateChangeSetInput::on_stack_failure).one_of({"DO_NOTHING", "ROLLBACK", "DELETE"});
    f.add("ImportExistingResources", &CreateChangeSetInput::import_existing_resources);
    f.add("DeploymentMode", &CreateChangeSetInput::deployment_mode).one_of({"REVERT_DRIFT"});
  }
};

struct CreateChangeSetOutput {
  std::optional<std::string> id;
  std::optional<std::string> stack_id;
  static void describe(api::Fields& f) {
    f.add("Id", &CreateChangeSetOutput::id);
    f.add("StackId", &CreateChangeSetOutput::stack_id);
  }
};

struct DescribeChangeSetInput {
  std::string change_set_name;
  std::optional<std::string> stack_name;
  std::optional<std::string> next_token;
  std::optional<bool> include_property_values;
  static void describe(api::Fields& f) {
    f.add("ChangeSetName", &DescribeChangeSetInput::change_set_name)
        .required()
        .length(1, 1600)
        .pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*");
    f.add("StackName", &DescribeChangeSetInput::stack_name)
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("NextToken", &DescribeChangeSetInput::next_token).length(1, 1024);
    f.add("IncludePropertyValues", &DescribeChangeSetInput::include_property_values);
  }
};

struct ResourceTargetDefinition {
  std::optional<std::string> attribute;
  std::optional<std::string> name;
  std::optional<std::string> requires_recreation;
  std::optional<std::string> path;
  std::optional<std::string> before_value;
  std::optional<std::string> after_value;
  static void describe(api::Fields& f) {
    f.add("Attribute", &ResourceTargetDefinition::attribute);
    f.add("Name", &ResourceTargetDefinition::name);
    f.add("RequiresRecreation", &ResourceTargetDefinition::requires_recreation);
    f.add("Path", &ResourceTargetDefinition::path);
    f.add("BeforeValue", &ResourceTargetDefinition::before_value);
    f.add("AfterValue", &ResourceTargetDefinition::after_value);
  }
};

struct ResourceChangeDetail {
  std::optional<ResourceTargetDefinition> target;
  std::optional<std::string> evaluation;
  std::optional<std::string> change_source;
  std::optional<std::string> causing_entity;
  static void describe(api::Fields& f) {
    f.add("Target", &ResourceChangeDetail::target);
    f.add("Evaluation", &ResourceChangeDetail::evaluation);
    f.add("ChangeSource", &ResourceChangeDetail::change_source);
    f.add("CausingEntity", &ResourceChangeDetail::causing_entity);
  }
};

struct ResourceChange {
  std::optional<std::string> policy_action;
  std::optional<std::string> action;
  std::optional<std::string> logical_resource_id;
  std::optional<std::string> physical_resource_id;
  std::optional<std::string> resource_type;
  std::optional<std::string> replacement;
  std::vector<std::string> scope;
  std::vector<ResourceChangeDetail> details;
  std::optional<std::string> change_set_id;
  std::optional<std::string> before_context;
  std::optional<std::string> after_context;
  static void describe(api::Fields& f) {
    f.add("PolicyAction", &ResourceChange::policy_action);
    f.add("Action", &ResourceChange::action);
    f.add("LogicalResourceId", &ResourceChange::logical_resource_id);
    f.add("PhysicalResourceId", &ResourceChange::physical_resource_id);
    f.add("ResourceType", &ResourceChange::resource_type);
    f.add("Replacement", &ResourceChange::replacement);
    f.add("Scope", &ResourceChange::scope);
    f.add("Details", &ResourceChange::details);
    f.add("ChangeSetId", &ResourceChange::change_set_id);
    f.add("BeforeContext", &ResourceChange::before_context);
    f.add("AfterContext", &ResourceChange::after_context);
  }
};

struct Change {
  std::optional<std::string> type;
  std::optional<ResourceChange> resource_change;
  static void describe(api::Fields& f) {
    f.add("Type", &Change::type);
    f.add("ResourceChange", &Change::resource_change);
  }
};

struct DescribeChangeSetOutput {
  std::optional<std::string> change_set_name;
  std::optional<std::string> change_set_id;
  std::optional<std::string> stack_id;
  std::optional<std::string> stack_name;
  std::optional<std::string> description;
  std::vector<Parameter> parameters;
  std::optional<Time> creation_time;
  std::optional<std::string> execution_status;
  std::optional<std::string> status;
  std::optional<std::string> status_reason;
  std::vector<std::string> notification_arns;
  std::optional<RollbackConfiguration> rollback_configuration;
  std::vector<std::string> capabilities;
  std::vector<Tag> tags;
  std::vector<Change> changes;
  std::optional<std::string> next_token;
  std::optional<bool> include_nested_stacks;
  std::optional<std::string> on_stack_failure;
  std::optional<bool> import_existing_resources;
  std::optional<std::string> deployment_mode;
  static void describe(api::Fields& f) {
    f.add("ChangeSetName", &DescribeChangeSetOutput::change_set_name);
    f.add("ChangeSetId", &DescribeChangeSetOutput::change_set_id);
    f.add("StackId", &DescribeChangeSetOutput::stack_id);
    f.add("StackName", &DescribeChangeSetOutput::stack_name);
    f.add("Description", &DescribeChangeSetOutput::description);
    f.add("Parameters", &DescribeChangeSetOutput::parameters);
    f.add("CreationTime", &DescribeChangeSetOutput::creation_time);
    f.add("ExecutionStatus", &DescribeChangeSetOutput::execution_status);
    f.add("Status", &DescribeChangeSetOutput::status);
    f.add("StatusReason", &DescribeChangeSetOutput::status_reason);
    f.add("NotificationARNs", &DescribeChangeSetOutput::notification_arns);
    f.add("RollbackConfiguration", &DescribeChangeSetOutput::rollback_configuration);
    f.add("Capabilities", &DescribeChangeSetOutput::capabilities);
    f.add("Tags", &DescribeChangeSetOutput::tags);
    f.add("Changes", &DescribeChangeSetOutput::changes);
    f.add("NextToken", &DescribeChangeSetOutput::next_token);
    f.add("IncludeNestedStacks", &DescribeChangeSetOutput::include_nested_stacks);
    f.add("OnStackFailure", &DescribeChangeSetOutput::on_stack_failure);
    f.add("ImportExistingResources", &DescribeChangeSetOutput::import_existing_resources);
    f.add("DeploymentMode", &DescribeChangeSetOutput::deployment_mode);
  }
};

struct ExecuteChangeSetInput {
  std::string change_set_name;
  std::optional<std::string> stack_name;
  std::optional<std::string> client_request_token;
  std::optional<bool> disable_rollback;
  std::optional<bool> retain_except_on_create;
  static void describe(api::Fields& f) {
    f.add("ChangeSetName", &ExecuteChangeSetInput::change_set_name)
        .required()
        .length(1, 1600)
        .pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*");
    f.add("StackName", &ExecuteChangeSetInput::stack_name)
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("ClientRequestToken", &ExecuteChangeSetInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
    f.add("DisableRollback", &ExecuteChangeSetInput::disable_rollback);
    f.add("RetainExceptOnCreate", &ExecuteChangeSetInput::retain_except_on_create);
  }
};

struct DeleteChangeSetInput {
  std::string change_set_name;
  std::optional<std::string> stack_name;
  static void describe(api::Fields& f) {
    f.add("ChangeSetName", &DeleteChangeSetInput::change_set_name)
        .required()
        .length(1, 1600)
        .pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*");
    f.add("StackName", &DeleteChangeSetInput::stack_name)
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
  }
};

struct ListChangeSetsInput {
  std::string stack_name;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &ListChangeSetsInput::stack_name)
        .required()
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("NextToken", &ListChangeSetsInput::next_token).length(1, 1024);
  }
};

struct ChangeSetSummary {
  std::optional<std::string> stack_id;
  std::optional<std::string> stack_name;
  std::optional<std::string> change_set_id;
  std::optional<std::string> change_set_name;
  std::optional<std::string> execution_status;
  std::optional<std::string> status;
  std::optional<std::string> status_reason;
  std::optional<Time> creation_time;
  std::optional<std::string> description;
  std::optional<bool> include_nested_stacks;
  std::optional<bool> import_existing_resources;
  static void describe(api::Fields& f) {
    f.add("StackId", &ChangeSetSummary::stack_id);
    f.add("StackName", &ChangeSetSummary::stack_name);
    f.add("ChangeSetId", &ChangeSetSummary::change_set_id);
    f.add("ChangeSetName", &ChangeSetSummary::change_set_name);
    f.add("ExecutionStatus", &ChangeSetSummary::execution_status);
    f.add("Status", &ChangeSetSummary::status);
    f.add("StatusReason", &ChangeSetSummary::status_reason);
    f.add("CreationTime", &ChangeSetSummary::creation_time);
    f.add("Description", &ChangeSetSummary::description);
    f.add("IncludeNestedStacks", &ChangeSetSummary::include_nested_stacks);
    f.add("ImportExistingResources", &ChangeSetSummary::import_existing_resources);
  }
};

struct ListChangeSetsOutput {
  std::vector<ChangeSetSummary> summaries;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("Summaries", &ListChangeSetsOutput::summaries);
    f.add("NextToken", &ListChangeSetsOutput::next_token);
  }
};

}  // namespace thaw::cloudformation
