// Shapes of the operations on stacks and templates, under AWS's own member names.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::cloudformation {

struct Parameter {
  std::optional<std::string> parameter_key;
  std::optional<std::string> parameter_value;
  std::optional<bool> use_previous_value;
  std::optional<std::string> resolved_value;
  static void describe(api::Fields& f) {
    f.add("ParameterKey", &Parameter::parameter_key);
    f.add("ParameterValue", &Parameter::parameter_value);
    f.add("UsePreviousValue", &Parameter::use_previous_value);
    f.add("ResolvedValue", &Parameter::resolved_value);
  }
};

struct RollbackTrigger {
  std::string arn;
  std::string type;
  static void describe(api::Fields& f) {
    f.add("Arn", &RollbackTrigger::arn).required();
    f.add("Type", &RollbackTrigger::type).required();
  }
};

struct RollbackConfiguration {
  std::vector<RollbackTrigger> rollback_triggers;
  std::optional<int32_t> monitoring_time_in_minutes;
  static void describe(api::Fields& f) {
    f.add("RollbackTriggers", &RollbackConfiguration::rollback_triggers).max(5);
    f.add("MonitoringTimeInMinutes", &RollbackConfiguration::monitoring_time_in_minutes).length(0, 180);
  }
};

struct Tag {
  std::string key;
  std::string value;
  static void describe(api::Fields& f) {
    f.add("Key", &Tag::key).required().length(1, 128);
    f.add("Value", &Tag::value).required().length(1, 256);
  }
};

struct CreateStackInput {
  std::string stack_name;
  std::optional<std::string> template_body;
  std::optional<std::string> template_url;
  std::vector<Parameter> parameters;
  std::optional<bool> disable_rollback;
  std::optional<RollbackConfiguration> rollback_configuration;
  std::optional<int32_t> timeout_in_minutes;
  std::vector<std::string> notification_arns;
  std::vector<std::string> capabilities;
  std::vector<std::string> resource_types;
  std::optional<std::string> role_arn;
  std::optional<std::string> on_failure;
  std::optional<std::string> stack_policy_body;
  std::optional<std::string> stack_policy_url;
  std::vector<Tag> tags;
  std::optional<std::string> client_request_token;
  std::optional<bool> enable_termination_protection;
  std::optional<bool> retain_except_on_create;
  static void describe(api::Fields& f) {
    f.add("StackName", &CreateStackInput::stack_name).required();
    f.add("TemplateBody", &CreateStackInput::template_body).min(1);
    f.add("TemplateURL", &CreateStackInput::template_url).length(1, 5120);
    f.add("Parameters", &CreateStackInput::parameters);
    f.add("DisableRollback", &CreateStackInput::disable_rollback);
    f.add("RollbackConfiguration", &CreateStackInput::rollback_configuration);
    f.add("TimeoutInMinutes", &CreateStackInput::timeout_in_minutes).min(1);
    f.add("NotificationARNs", &CreateStackInput::notification_arns).max(5);
    f.add("Capabilities", &CreateStackInput::capabilities)
        .each_one_of({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"});
    f.add("ResourceTypes", &CreateStackInput::resource_types).each_length(1, 256);
    f.add("RoleARN", &CreateStackInput::role_arn).length(20, 2048);
    f.add("OnFailure", &CreateStackInput::on_failure).one_of({"DO_NOTHING", "ROLLBACK", "DELETE"});
    f.add("StackPolicyBody", &CreateStackInput::stack_policy_body).length(1, 16384);
    f.add("StackPolicyURL", &CreateStackInput::stack_policy_url).length(1, 5120);
    f.add("Tags", &CreateStackInput::tags).max(50);
    f.add("ClientRequestToken", &CreateStackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
    f.add("EnableTerminationProtection", &CreateStackInput::enable_termination_protection);
    f.add("RetainExceptOnCreate", &CreateStackInput::retain_except_on_create);
  }
};

struct CreateStackOutput {
  std::optional<std::string> stack_id;
  static void describe(api::Fields& f) { f.add("StackId", &CreateStackOutput::stack_id); }
};

struct UpdateStackInput {
  std::string stack_name;
  std::optional<std::string> template_body;
  std::optional<std::string> template_url;
  std::optional<bool> use_previous_template;
  std::optional<std::string> stack_policy_during_update_body;
  std::optional<std::string> stack_policy_during_update_url;
  std::vector<Parameter> parameters;
  std::vector<std::string> capabilities;
  std::vector<std::string> resource_types;
  std::optional<std::string> role_arn;
  std::optional<RollbackConfiguration> rollback_configuration;
  std::optional<std::string> stack_policy_body;
  std::optional<std::string> stack_policy_url;
  std::vector<std::string> notification_arns;
  std::vector<Tag> tags;
  std::optional<bool> disable_rollback;
  std::optional<std::string> client_request_token;
  std::optional<bool> retain_except_on_create;
  static void describe(api::Fields& f) {
    f.add("StackName", &UpdateStackInput::stack_name).required();
    f.add("TemplateBody", &UpdateStackInput::template_body).min(1);
    f.add("TemplateURL", &UpdateStackInput::template_url).length(1, 5120);
    f.add("UsePreviousTemplate", &UpdateStackInput::use_previous_template);
    f.add("StackPolicyDuringUpdateBody", &UpdateStackInput::stack_policy_during_update_body).length(1, 16384);
    f.add("StackPolicyDuringUpdateURL", &UpdateStackInput::stack_policy_during_update_url).length(1, 5120);
    f.add("Parameters", &UpdateStackInput::parameters);
    f.add("Capabilities", &UpdateStackInput::capabilities)
        .each_one_of({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"});
    f.add("ResourceTypes", &UpdateStackInput::resource_types).each_length(1, 256);
    f.add("RoleARN", &UpdateStackInput::role_arn).length(20, 2048);
    f.add("RollbackConfiguration", &UpdateStackInput::rollback_configuration);
    f.add("StackPolicyBody", &UpdateStackInput::stack_policy_body).length(1, 16384);
    f.add("StackPolicyURL", &UpdateStackInput::stack_policy_url).length(1, 5120);
    f.add("NotificationARNs", &UpdateStackInput::notification_arns).max(5);
    f.add("Tags", &UpdateStackInput::tags).max(50);
    f.add("DisableRollback", &UpdateStackInput::disable_rollback);
    f.add("ClientRequestToken", &UpdateStackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
    f.add("RetainExceptOnCreate", &UpdateStackInput::retain_except_on_create);
  }
};

struct UpdateStackOutput {
  std::optional<std::string> stack_id;
  static void describe(api::Fields& f) { f.add("StackId", &UpdateStackOutput::stack_id); }
};

struct DeleteStackInput {
  std::string stack_name;
  std::vector<std::string> retain_resources;
  std::optional<std::string> role_arn;
  std::optional<std::string> client_request_token;
  std::optional<std::string> deletion_mode;
  static void describe(api::Fields& f) {
    f.add("StackName", &DeleteStackInput::stack_name).required();
    f.add("RetainResources", &DeleteStackInput::retain_resources);
    f.add("RoleARN", &DeleteStackInput::role_arn).length(20, 2048);
    f.add("ClientRequestToken", &DeleteStackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
    f.add("DeletionMode", &DeleteStackInput::deletion_mode).one_of({"STANDARD", "FORCE_DELETE_STACK"});
  }
};

struct DescribeStacksInput {
  std::optional<std::string> stack_name;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &DescribeStacksInput::stack_name);
    f.add("NextToken", &DescribeStacksInput::next_token).length(1, 1024);
  }
};

struct Output {
  std::optional<std::string> output_key;
  std::optional<std::string> output_value;
  std::optional<std::string> description;
  std::optional<std::string> export_name;
  static void describe(api::Fields& f) {
    f.add("OutputKey", &Output::output_key);
    f.add("OutputValue", &Output::output_value);
    f.add("Description", &Output::description);
    f.add("ExportName", &Output::export_name);
  }
};

struct Stack {
  std::optional<std::string> stack_id;
  std::string stack_name;
  std::optional<std::string> change_set_id;
  std::optional<std::string> description;
  std::vector<Parameter> parameters;
  Time creation_time{};
  std::optional<Time> deletion_time;
  std::optional<Time> last_updated_time;
  std::optional<RollbackConfiguration> rollback_configuration;
  std::string stack_status;
  std::optional<std::string> stack_status_reason;
  std::optional<bool> disable_rollback;
  std::vector<std::string> notification_arns;
  std::optional<int32_t> timeout_in_minutes;
  std::vector<std::string> capabilities;
  std::vector<Output> outputs;
  std::optional<std::string> role_arn;
  std::vector<Tag> tags;
  std::optional<bool> enable_termination_protection;
  std::optional<std::string> parent_id;
  std::optional<std::string> root_id;
  std::optional<bool> retain_except_on_create;
  std::optional<std::string> deletion_mode;
  static void describe(api::Fields& f) {
    f.add("StackId", &Stack::stack_id);
    f.add("StackName", &Stack::stack_name);
    f.add("ChangeSetId", &Stack::change_set_id);
    f.add("Description", &Stack::description);
    f.add("Parameters", &Stack::parameters);
    f.add("CreationTime", &Stack::creation_time);
    f.add("DeletionTime", &Stack::deletion_time);
    f.add("LastUpdatedTime", &Stack::last_updated_time);
    f.add("RollbackConfiguration", &Stack::rollback_configuration);
    f.add("StackStatus", &Stack::stack_status);
    f.add("StackStatusReason", &Stack::stack_status_reason);
    f.add("DisableRollback", &Stack::disable_rollback);
    f.add("NotificationARNs", &Stack::notification_arns);
    f.add("TimeoutInMinutes", &Stack::timeout_in_minutes);
    f.add("Capabilities", &Stack::capabilities);
    f.add("Outputs", &Stack::outputs);
    f.add("RoleARN", &Stack::role_arn);
    f.add("Tags", &Stack::tags);
    f.add("EnableTerminationProtection", &Stack::enable_termination_protection);
    f.add("ParentId", &Stack::parent_id);
    f.add("RootId", &Stack::root_id);
    f.add("RetainExceptOnCreate", &Stack::retain_except_on_create);
    f.add("DeletionMode", &Stack::deletion_mode);
  }
};

struct DescribeStacksOutput {
  std::vector<Stack> stacks;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("Stacks", &DescribeStacksOutput::stacks);
    f.add("NextToken", &DescribeStacksOutput::next_token);
  }
};

struct ListStacksInput {
  std::optional<std::string> next_token;
  std::vector<std::string> stack_status_filter;
  static void describe(api::Fields& f) {
    f.add("NextToken", &ListStacksInput::next_token).length(1, 1024);
    f.add("StackStatusFilter", &ListStacksInput::stack_status_filter)
        .each_one_of({"CREATE_IN_PROGRESS",
                      "CREATE_FAILED",
                      "CREATE_COMPLETE",
                      "ROLLBACK_IN_PROGRESS",
                      "ROLLBACK_FAILED",
                      "ROLLBACK_COMPLETE",
                      "DELETE_IN_PROGRESS",
                      "DELETE_FAILED",
                      "DELETE_COMPLETE",
                      "UPDATE_IN_PROGRESS",
                      "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                      "UPDATE_COMPLETE",
                      "UPDATE_FAILED",
                      "UPDATE_ROLLBACK_IN_PROGRESS",
                      "UPDATE_ROLLBACK_FAILED",
                      "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
                      "UPDATE_ROLLBACK_COMPLETE",
                      "REVIEW_IN_PROGRESS",
                      "IMPORT_IN_PROGRESS",
                      "IMPORT_COMPLETE",
                      "IMPORT_ROLLBACK_IN_PROGRESS",
                      "IMPORT_ROLLBACK_FAILED",
                      "IMPORT_ROLLBACK_COMPLETE"});
  }
};

struct StackSummary {
  std::optional<std::string> stack_id;
  std::string stack_name;
  std::optional<std::string> template_description;
  Time creation_time{};
  std::optional<Time> last_updated_time;
  std::optional<Time> deletion_time;
  std::string stack_status;
  std::optional<std::string> stack_status_reason;
  std::optional<std::string> parent_id;
  std::optional<std::string> root_id;
  static void describe(api::Fields& f) {
    f.add("StackId", &StackSummary::stack_id);
    f.add("StackName", &StackSummary::stack_name);
    f.add("TemplateDescription", &StackSummary::template_description);
    f.add("CreationTime", &StackSummary::creation_time);
    f.add("LastUpdatedTime", &StackSummary::last_updated_time);
    f.add("DeletionTime", &StackSummary::deletion_time);
    f.add("StackStatus", &StackSummary::stack_status);
    f.add("StackStatusReason", &StackSummary::stack_status_reason);
    f.add("ParentId", &StackSummary::parent_id);
    f.add("RootId", &StackSummary::root_id);
  }
};

struct ListStacksOutput {
  std::vector<StackSummary> stack_summaries;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackSummaries", &ListStacksOutput::stack_summaries);
    f.add("NextToken", &ListStacksOutput::next_token);
  }
};

struct DescribeStackEventsInput {
  std::string stack_name;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &DescribeStackEventsInput::stack_name).required();
    f.add("NextToken", &DescribeStackEventsInput::next_token).length(1, 1024);
  }
};

struct StackEvent {
  std::string stack_id;
  std::string event_id;
  std::string stack_name;
  std::optional<std::string> logical_resource_id;
  std::optional<std::string> physical_resource_id;
  std::optional<std::string> resource_type;
  Time timestamp{};
  std::optional<std::string> resource_status;
  std::optional<std::string> resource_status_reason;
  std::optional<std::string> resource_properties;
  std::optional<std::string> client_request_token;
  static void describe(api::Fields& f) {
    f.add("StackId", &StackEvent::stack_id);
    f.add("EventId", &StackEvent::event_id);
    f.add("StackName", &StackEvent::stack_name);
    f.add("LogicalResourceId", &StackEvent::logical_resource_id);
    f.add("PhysicalResourceId", &StackEvent::physical_resource_id);
    f.add("ResourceType", &StackEvent::resource_type);
    f.add("Timestamp", &StackEvent::timestamp);
    f.add("ResourceStatus", &StackEvent::resource_status);
    f.add("ResourceStatusReason", &StackEvent::resource_status_reason);
    f.add("ResourceProperties", &StackEvent::resource_properties);
    f.add("ClientRequestToken", &StackEvent::client_request_token);
  }
};

struct DescribeStackEventsOutput {
  std::vector<StackEvent> stack_events;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackEvents", &DescribeStackEventsOutput::stack_events);
    f.add("NextToken", &DescribeStackEventsOutput::next_token);
  }
};

struct DescribeStackResourceInput {
  std::string stack_name;
  std::string logical_resource_id;
  static void describe(api::Fields& f) {
    f.add("StackName", &DescribeStackResourceInput::stack_name).required();
    f.add("LogicalResourceId", &DescribeStackResourceInput::logical_resource_id).required();
  }
};

struct StackResourceDetail {
  std::optional<std::string> stack_name;
  std::optional<std::string> stack_id;
  std::string logical_resource_id;
  std::optional<std::string> physical_resource_id;
  std::string resource_type;
  Time last_updated_timestamp{};
  std::string resource_status;
  std::optional<std::string> resource_status_reason;
  std::optional<std::string> description;
  std::optional<std::string> metadata;
  static void describe(api::Fields& f) {
    f.add("StackName", &StackResourceDetail::stack_name);
    f.add("StackId", &StackResourceDetail::stack_id);
    f.add("LogicalResourceId", &StackResourceDetail::logical_resource_id);
    f.add("PhysicalResourceId", &StackResourceDetail::physical_resource_id);
    f.add("ResourceType", &StackResourceDetail::resource_type);
    f.add("LastUpdatedTimestamp", &StackResourceDetail::last_updated_timestamp);
    f.add("ResourceStatus", &StackResourceDetail::resource_status);
    f.add("ResourceStatusReason", &StackResourceDetail::resource_status_reason);
    f.add("Description", &StackResourceDetail::description);
    f.add("Metadata", &StackResourceDetail::metadata);
  }
};

struct DescribeStackResourceOutput {
  std::optional<StackResourceDetail> stack_resource_detail;
  static void describe(api::Fields& f) {
    f.add("StackResourceDetail", &DescribeStackResourceOutput::stack_resource_detail);
  }
};

struct DescribeStackResourcesInput {
  std::optional<std::string> stack_name;
  std::optional<std::string> logical_resource_id;
  std::optional<std::string> physical_resource_id;
  static void describe(api::Fields& f) {
    f.add("StackName", &DescribeStackResourcesInput::stack_name);
    f.add("LogicalResourceId", &DescribeStackResourcesInput::logical_resource_id);
    f.add("PhysicalResourceId", &DescribeStackResourcesInput::physical_resource_id);
  }
};

struct StackResource {
  std::optional<std::string> stack_name;
  std::optional<std::string> stack_id;
  std::string logical_resource_id;
  std::optional<std::string> physical_resource_id;
  std::string resource_type;
  Time timestamp{};
  std::string resource_status;
  std::optional<std::string> resource_status_reason;
  std::optional<std::string> description;
  static void describe(api::Fields& f) {
    f.add("StackName", &StackResource::stack_name);
    f.add("StackId", &StackResource::stack_id);
    f.add("LogicalResourceId", &StackResource::logical_resource_id);
    f.add("PhysicalResourceId", &StackResource::physical_resource_id);
    f.add("ResourceType", &StackResource::resource_type);
    f.add("Timestamp", &StackResource::timestamp);
    f.add("ResourceStatus", &StackResource::resource_status);
    f.add("ResourceStatusReason", &StackResource::resource_status_reason);
    f.add("Description", &StackResource::description);
  }
};

struct DescribeStackResourcesOutput {
  std::vector<StackResource> stack_resources;
  static void describe(api::Fields& f) { f.add("StackResources", &DescribeStackResourcesOutput::stack_resources); }
};

struct ListStackResourcesInput {
  std::string stack_name;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &ListStackResourcesInput::stack_name).required();
    f.add("NextToken", &ListStackResourcesInput::next_token).length(1, 1024);
  }
};

struct StackResourceSummary {
  std::string logical_resource_id;
  std::optional<std::string> physical_resource_id;
  std::string resource_type;
  Time last_updated_timestamp{};
  std::string resource_status;
  std::optional<std::string> resource_status_reason;
  static void describe(api::Fields& f) {
    f.add("LogicalResourceId", &StackResourceSummary::logical_resource_id);
    f.add("PhysicalResourceId", &StackResourceSummary::physical_resource_id);
    f.add("ResourceType", &StackResourceSummary::resource_type);
    f.add("LastUpdatedTimestamp", &StackResourceSummary::last_updated_timestamp);
    f.add("ResourceStatus", &StackResourceSummary::resource_status);
    f.add("ResourceStatusReason", &StackResourceSummary::resource_status_reason);
  }
};

struct ListStackResourcesOutput {
  std::vector<StackResourceSummary> stack_resource_summaries;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("StackResourceSummaries", &ListStackResourcesOutput::stack_resource_summaries);
    f.add("NextToken", &ListStackResourcesOutput::next_token);
  }
};

struct GetTemplateInput {
  std::optional<std::string> stack_name;
  std::optional<std::string> change_set_name;
  std::optional<std::string> template_stage;
  static void describe(api::Fields& f) {
    f.add("StackName", &GetTemplateInput::stack_name);
    f.add("ChangeSetName", &GetTemplateInput::change_set_name)
        .length(1, 1600)
        .pattern("[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*");
    f.add("TemplateStage", &GetTemplateInput::template_stage).one_of({"Original", "Processed"});
  }
};

struct GetTemplateOutput {
  std::optional<std::string> template_body;
  std::vector<std::string> stages_available;
  static void describe(api::Fields& f) {
    f.add("TemplateBody", &GetTemplateOutput::template_body);
    f.add("StagesAvailable", &GetTemplateOutput::stages_available);
  }
};

struct TemplateSummaryConfig {
  std::optional<bool> treat_unrecognized_resource_types_as_warnings;
  static void describe(api::Fields& f) {
    f.add("TreatUnrecognizedResourceTypesAsWarnings",
          &TemplateSummaryConfig::treat_unrecognized_resource_types_as_warnings);
  }
};

struct GetTemplateSummaryInput {
  std::optional<std::string> template_body;
  std::optional<std::string> template_url;
  std::optional<std::string> stack_name;
  std::optional<TemplateSummaryConfig> template_summary_config;
  static void describe(api::Fields& f) {
    f.add("TemplateBody", &GetTemplateSummaryInput::template_body).min(1);
    f.add("TemplateURL", &GetTemplateSummaryInput::template_url).length(1, 5120);
    f.add("StackName", &GetTemplateSummaryInput::stack_name)
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("TemplateSummaryConfig", &GetTemplateSummaryInput::template_summary_config);
  }
};

struct ParameterConstraints {
  std::vector<std::string> allowed_values;
  static void describe(api::Fields& f) { f.add("AllowedValues", &ParameterConstraints::allowed_values); }
};

struct ParameterDeclaration {
  std::optional<std::string> parameter_key;
  std::optional<std::string> default_value;
  std::optional<std::string> parameter_type;
  std::optional<bool> no_echo;
  std::optional<std::string> description;
  std::optional<ParameterConstraints> parameter_constraints;
  static void describe(api::Fields& f) {
    f.add("ParameterKey", &ParameterDeclaration::parameter_key);
    f.add("DefaultValue", &ParameterDeclaration::default_value);
    f.add("ParameterType", &ParameterDeclaration::parameter_type);
    f.add("NoEcho", &ParameterDeclaration::no_echo);
    f.add("Description", &ParameterDeclaration::description);
    f.add("ParameterConstraints", &ParameterDeclaration::parameter_constraints);
  }
};

struct Warnings {
  std::vector<std::string> unrecognized_resource_types;
  static void describe(api::Fields& f) { f.add("UnrecognizedResourceTypes", &Warnings::unrecognized_resource_types); }
};

struct GetTemplateSummaryOutput {
  std::vector<ParameterDeclaration> parameters;
  std::optional<std::string> description;
  std::vector<std::string> capabilities;
  std::optional<std::string> capabilities_reason;
  std::vector<std::string> resource_types;
  std::optional<std::string> version;
  std::optional<std::string> metadata;
  std::vector<std::string> declared_transforms;
  std::optional<Warnings> warnings;
  static void describe(api::Fields& f) {
    f.add("Parameters", &GetTemplateSummaryOutput::parameters);
    f.add("Description", &GetTemplateSummaryOutput::description);
    f.add("Capabilities", &GetTemplateSummaryOutput::capabilities);
    f.add("CapabilitiesReason", &GetTemplateSummaryOutput::capabilities_reason);
    f.add("ResourceTypes", &GetTemplateSummaryOutput::resource_types);
    f.add("Version", &GetTemplateSummaryOutput::version);
    f.add("Metadata", &GetTemplateSummaryOutput::metadata);
    f.add("DeclaredTransforms", &GetTemplateSummaryOutput::declared_transforms);
    f.add("Warnings", &GetTemplateSummaryOutput::warnings);
  }
};

struct ValidateTemplateInput {
  std::optional<std::string> template_body;
  std::optional<std::string> template_url;
  static void describe(api::Fields& f) {
    f.add("TemplateBody", &ValidateTemplateInput::template_body).min(1);
    f.add("TemplateURL", &ValidateTemplateInput::template_url).length(1, 5120);
  }
};

struct TemplateParameter {
  std::optional<std::string> parameter_key;
  std::optional<std::string> default_value;
  std::optional<bool> no_echo;
  std::optional<std::string> description;
  static void describe(api::Fields& f) {
    f.add("ParameterKey", &TemplateParameter::parameter_key);
    f.add("DefaultValue", &TemplateParameter::default_value);
    f.add("NoEcho", &TemplateParameter::no_echo);
    f.add("Description", &TemplateParameter::description);
  }
};

struct ValidateTemplateOutput {
  std::vector<TemplateParameter> parameters;
  std::optional<std::string> description;
  std::vector<std::string> capabilities;
  std::optional<std::string> capabilities_reason;
  std::vector<std::string> declared_transforms;
  static void describe(api::Fields& f) {
    f.add("Parameters", &ValidateTemplateOutput::parameters);
    f.add("Description", &ValidateTemplateOutput::description);
    f.add("Capabilities", &ValidateTemplateOutput::capabilities);
    f.add("CapabilitiesReason", &ValidateTemplateOutput::capabilities_reason);
    f.add("DeclaredTransforms", &ValidateTemplateOutput::declared_transforms);
  }
};

struct ListExportsInput {
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) { f.add("NextToken", &ListExportsInput::next_token).length(1, 1024); }
};

struct Export {
  std::optional<std::string> exporting_stack_id;
  std::optional<std::string> name;
  std::optional<std::string> value;
  static void describe(api::Fields& f) {
    f.add("ExportingStackId", &Export::exporting_stack_id);
    f.add("Name", &Export::name);
    f.add("Value", &Export::value);
  }
};

struct ListExportsOutput {
  std::vector<Export> exports;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("Exports", &ListExportsOutput::exports);
    f.add("NextToken", &ListExportsOutput::next_token);
  }
};

struct ListImportsInput {
  std::string export_name;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("ExportName", &ListImportsInput::export_name).required();
    f.add("NextToken", &ListImportsInput::next_token).length(1, 1024);
  }
};

struct ListImportsOutput {
  std::vector<std::string> imports;
  std::optional<std::string> next_token;
  static void describe(api::Fields& f) {
    f.add("Imports", &ListImportsOutput::imports);
    f.add("NextToken", &ListImportsOutput::next_token);
  }
};

struct CancelUpdateStackInput {
  std::string stack_name;
  std::optional<std::string> client_request_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &CancelUpdateStackInput::stack_name).required();
    f.add("ClientRequestToken", &CancelUpdateStackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
  }
};

struct ContinueUpdateRollbackInput {
  std::string stack_name;
  std::optional<std::string> role_arn;
  std::vector<std::string> resources_to_skip;
  std::optional<std::string> client_request_token;
  static void describe(api::Fields& f) {
    f.add("StackName", &ContinueUpdateRollbackInput::stack_name)
        .required()
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("RoleARN", &ContinueUpdateRollbackInput::role_arn).length(20, 2048);
    f.add("ResourcesToSkip", &ContinueUpdateRollbackInput::resources_to_skip);
    f.add("ClientRequestToken", &ContinueUpdateRollbackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
  }
};

struct RollbackStackInput {
  std::string stack_name;
  std::optional<std::string> role_arn;
  std::optional<std::string> client_request_token;
  std::optional<bool> retain_except_on_create;
  static void describe(api::Fields& f) {
    f.add("StackName", &RollbackStackInput::stack_name)
        .required()
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
    f.add("RoleARN", &RollbackStackInput::role_arn).length(20, 2048);
    f.add("ClientRequestToken", &RollbackStackInput::client_request_token)
        .length(1, 128)
        .pattern("[a-zA-Z0-9][-a-zA-Z0-9]*");
    f.add("RetainExceptOnCreate", &RollbackStackInput::retain_except_on_create);
  }
};

struct RollbackStackOutput {
  std::optional<std::string> stack_id;
  static void describe(api::Fields& f) { f.add("StackId", &RollbackStackOutput::stack_id); }
};

struct UpdateTerminationProtectionInput {
  bool enable_termination_protection = false;
  std::string stack_name;
  static void describe(api::Fields& f) {
    f.add("EnableTerminationProtection", &UpdateTerminationProtectionInput::enable_termination_protection).required();
    f.add("StackName", &UpdateTerminationProtectionInput::stack_name)
        .required()
        .min(1)
        .pattern("([a-zA-Z][-a-zA-Z0-9]*)|(arn:\\b(aws|aws-us-gov|aws-cn)\\b:[-a-zA-Z0-9:/._+]*)");
  }
};

struct UpdateTerminationProtectionOutput {
  std::optional<std::string> stack_id;
  static void describe(api::Fields& f) { f.add("StackId", &UpdateTerminationProtectionOutput::stack_id); }
};

}  // namespace thaw::cloudformation
