// What CloudFormation keeps of stacks, resources, events and change sets. Times are milliseconds since 1970.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::cloudformation {

struct ParameterRecord {
  std::string key;
  std::string value;
  std::optional<std::string> resolved;  // of an SSM type
  bool no_echo = false;
  static void describe(api::Fields& f) {
    f.add("Key", &ParameterRecord::key);
    f.add("Value", &ParameterRecord::value);
    f.add("Resolved", &ParameterRecord::resolved);
    f.add("NoEcho", &ParameterRecord::no_echo);
  }
};

struct TagRecord {
  std::string key;
  std::string value;
  bool operator==(const TagRecord&) const = default;
  static void describe(api::Fields& f) {
    f.add("Key", &TagRecord::key);
    f.add("Value", &TagRecord::value);
  }
};

struct OutputRecord {
  std::string key;
  std::string value;
  std::string description;
  std::optional<std::string> export_name;
  static void describe(api::Fields& f) {
    f.add("Key", &OutputRecord::key);
    f.add("Value", &OutputRecord::value);
    f.add("Description", &OutputRecord::description);
    f.add("ExportName", &OutputRecord::export_name);
  }
};

// The part of a stack that an update changes and a rollback restores. The texts of its templates have keys of their
// own.
struct Settings {
  std::string description;
  std::vector<ParameterRecord> parameters;
  std::vector<std::string> capabilities;
  std::vector<TagRecord> tags;
  std::optional<std::string> role_arn;
  static void describe(api::Fields& f) {
    f.add("Description", &Settings::description);
    f.add("Parameters", &Settings::parameters);
    f.add("Capabilities", &Settings::capabilities);
    f.add("Tags", &Settings::tags);
    f.add("RoleArn", &Settings::role_arn);
  }
};

// What a stack is in the middle of, or last did.
//   create, update   forward -> (cleanup) -> done;  forward -> rollback -> (cleanup) -> done;  forward -> failed, when
//   rollback is off remove           removing -> done
struct OperationRecord {
  std::string id;
  std::string kind;   // create, update, remove
  std::string phase;  // forward, cleanup, rollback, rollback_cleanup, removing, done, failed
  std::string client_token;
  Json principal;  // who asked: in whose name resources are made
  bool disable_rollback = false;
  std::string on_failure = "ROLLBACK";  // ROLLBACK, DELETE, DO_NOTHING
  bool retain_except_on_create = false;
  bool remove_after_rollback = false;
  std::vector<std::string> retain_resources;  // of DeleteStack
  std::vector<std::string> skip_resources;    // of ContinueUpdateRollback
  std::string reason;                         // why the forward phase failed
  int64_t deadline_ms = 0;                    // TimeoutInMinutes of a creation; 0: none
  std::string change_set;                     // name of the change set that is executed
  bool import_existing = false;      // resources that exist under the names that the template gives are adopted
  std::optional<Settings> previous;  // of an update: what to go back to
  static void describe(api::Fields& f) {
    f.add("Id", &OperationRecord::id);
    f.add("Kind", &OperationRecord::kind);
    f.add("Phase", &OperationRecord::phase);
    f.add("ClientToken", &OperationRecord::client_token);
    f.add("Principal", &OperationRecord::principal);
    f.add("DisableRollback", &OperationRecord::disable_rollback);
    f.add("OnFailure", &OperationRecord::on_failure);
    f.add("RetainExceptOnCreate", &OperationRecord::retain_except_on_create);
    f.add("RemoveAfterRollback", &OperationRecord::remove_after_rollback);
    f.add("RetainResources", &OperationRecord::retain_resources);
    f.add("SkipResources", &OperationRecord::skip_resources);
    f.add("Reason", &OperationRecord::reason);
    f.add("DeadlineMs", &OperationRecord::deadline_ms);
    f.add("ChangeSet", &OperationRecord::change_set);
    f.add("ImportExisting", &OperationRecord::import_existing);
    f.add("Previous", &OperationRecord::previous);
  }
};

struct StackRecord {
  std::string id;  // the UUID at the end of the ARN
  std::string arn;
  std::string name;
  std::string status;
  std::string status_reason;
  int64_t created_ms = 0;
  int64_t updated_ms = 0;  // 0: never
  int64_t deleted_ms = 0;
  Settings settings;
  std::vector<OutputRecord> outputs;
  bool disable_rollback = false;
  std::optional<int32_t> timeout_minutes;
  bool termination_protection = false;
  std::string change_set_arn;  // executed last
  std::string parent_arn;
  std::string root_arn;
  OperationRecord operation;
  static void describe(api::Fields& f) {
    f.add("Id", &StackRecord::id);
    f.add("Arn", &StackRecord::arn);
    f.add("Name", &StackRecord::name);
    f.add("Status", &StackRecord::status);
    f.add("StatusReason", &StackRecord::status_reason);
    f.add("CreatedMs", &StackRecord::created_ms);
    f.add("UpdatedMs", &StackRecord::updated_ms);
    f.add("DeletedMs", &StackRecord::deleted_ms);
    f.add("Settings", &StackRecord::settings);
    f.add("Outputs", &StackRecord::outputs);
    f.add("DisableRollback", &StackRecord::disable_rollback);
    f.add("TimeoutMinutes", &StackRecord::timeout_minutes);
    f.add("TerminationProtection", &StackRecord::termination_protection);
    f.add("ChangeSetArn", &StackRecord::change_set_arn);
    f.add("ParentArn", &StackRecord::parent_arn);
    f.add("RootArn", &StackRecord::root_arn);
    f.add("Operation", &StackRecord::operation);
  }
};

// A resource as it was last made: what an update compares with and a rollback restores.
struct ResourceBody {
  std::string physical_id;
  std::string ref;
  Json properties;  // evaluated; secrets' references stay references
  Json attributes;
  Json definition;  // as the template has it
  std::string deletion_policy = "Delete";
  std::string update_replace_policy = "Delete";
  std::vector<std::string> depends_on;  // logical ids
  std::vector<TagRecord> tags;          // of the stack, then
  static void describe(api::Fields& f) {
    f.add("PhysicalId", &ResourceBody::physical_id);
    f.add("Ref", &ResourceBody::ref);
    f.add("Properties", &ResourceBody::properties);
    f.add("Attributes", &ResourceBody::attributes);
    f.add("Definition", &ResourceBody::definition);
    f.add("DeletionPolicy", &ResourceBody::deletion_policy);
    f.add("UpdateReplacePolicy", &ResourceBody::update_replace_policy);
    f.add("DependsOn", &ResourceBody::depends_on);
    f.add("Tags", &ResourceBody::tags);
  }
};

struct ResourceRecord {
  std::string logical_id;
  std::string type;
  std::string status;
  std::string status_reason;
  int64_t updated_ms = 0;
  std::string description;
  ResourceBody body;  // physical_id empty: nothing has been made
  // The step that is under way: written before the provider is called, cleared with what it answered.
  std::string step;  // "", create, update, replace, remove, restore
  std::string planned_name;
  std::string token;
  Json planned;  // the properties that the step leads to
  // What this operation did, for rolling it back and for resuming it.
  std::string done_in;                 // id of the operation that has finished with this resource
  std::string changed_by;              // create, update, replace: what done_in (or a failed step) did to it
  std::optional<ResourceBody> before;  // ahead of this operation
  static void describe(api::Fields& f) {
    f.add("LogicalId", &ResourceRecord::logical_id);
    f.add("Type", &ResourceRecord::type);
    f.add("Status", &ResourceRecord::status);
    f.add("StatusReason", &ResourceRecord::status_reason);
    f.add("UpdatedMs", &ResourceRecord::updated_ms);
    f.add("Description", &ResourceRecord::description);
    f.add("Body", &ResourceRecord::body);
    f.add("Step", &ResourceRecord::step);
    f.add("PlannedName", &ResourceRecord::planned_name);
    f.add("Token", &ResourceRecord::token);
    f.add("Planned", &ResourceRecord::planned);
    f.add("DoneIn", &ResourceRecord::done_in);
    f.add("ChangedBy", &ResourceRecord::changed_by);
    f.add("Before", &ResourceRecord::before);
  }
};

// A physical resource that a replacement left behind, to be removed at the end of the operation.
struct GarbageRecord {
  std::string logical_id;
  std::string type;
  ResourceBody body;
  bool keep = false;  // by policy
  static void describe(api::Fields& f) {
    f.add("LogicalId", &GarbageRecord::logical_id);
    f.add("Type", &GarbageRecord::type);
    f.add("Body", &GarbageRecord::body);
    f.add("Keep", &GarbageRecord::keep);
  }
};

struct EventRecord {
  std::string id;
  std::string logical_id;
  std::string physical_id;
  std::string type;
  std::string status;
  std::string reason;
  std::string properties;  // JSON text
  std::string client_token;
  int64_t at_ms = 0;
  static void describe(api::Fields& f) {
    f.add("Id", &EventRecord::id);
    f.add("LogicalId", &EventRecord::logical_id);
    f.add("PhysicalId", &EventRecord::physical_id);
    f.add("Type", &EventRecord::type);
    f.add("Status", &EventRecord::status);
    f.add("Reason", &EventRecord::reason);
    f.add("Properties", &EventRecord::properties);
    f.add("ClientToken", &EventRecord::client_token);
    f.add("AtMs", &EventRecord::at_ms);
  }
};

struct ChangeSetRecord {
  std::string id;  // the UUID at the end of the ARN
  std::string arn;
  std::string name;
  std::string stack_id;
  std::string stack_arn;
  std::string stack_name;
  std::string type;  // CREATE, UPDATE
  std::string status;
  std::string status_reason;
  std::string execution_status;
  std::string description;
  std::string client_token;
  int64_t created_ms = 0;
  Settings settings;
  std::string on_stack_failure;
  bool include_nested = false;
  bool import_existing = false;
  Json changes;          // canonical ResourceChange values
  std::string original;  // templates
  std::string processed;
  static void describe(api::Fields& f) {
    f.add("Id", &ChangeSetRecord::id);
    f.add("Arn", &ChangeSetRecord::arn);
    f.add("Name", &ChangeSetRecord::name);
    f.add("StackId", &ChangeSetRecord::stack_id);
    f.add("StackArn", &ChangeSetRecord::stack_arn);
    f.add("StackName", &ChangeSetRecord::stack_name);
    f.add("Type", &ChangeSetRecord::type);
    f.add("Status", &ChangeSetRecord::status);
    f.add("StatusReason", &ChangeSetRecord::status_reason);
    f.add("ExecutionStatus", &ChangeSetRecord::execution_status);
    f.add("Description", &ChangeSetRecord::description);
    f.add("ClientToken", &ChangeSetRecord::client_token);
    f.add("CreatedMs", &ChangeSetRecord::created_ms);
    f.add("Settings", &ChangeSetRecord::settings);
    f.add("OnStackFailure", &ChangeSetRecord::on_stack_failure);
    f.add("IncludeNested", &ChangeSetRecord::include_nested);
    f.add("ImportExisting", &ChangeSetRecord::import_existing);
    f.add("Changes", &ChangeSetRecord::changes);
    f.add("Original", &ChangeSetRecord::original);
    f.add("Processed", &ChangeSetRecord::processed);
  }
};

struct ExportRecord {
  std::string stack_arn;
  std::string stack_id;
  std::string value;
  static void describe(api::Fields& f) {
    f.add("StackArn", &ExportRecord::stack_arn);
    f.add("StackId", &ExportRecord::stack_id);
    f.add("Value", &ExportRecord::value);
  }
};

// The answer of a custom resource's function, put to the URL that it was given.
struct AnswerRecord {
  std::string secret;  // in the URL
  std::string body;    // empty until it has come
  static void describe(api::Fields& f) {
    f.add("Secret", &AnswerRecord::secret);
    f.add("Body", &AnswerRecord::body);
  }
};

// The values of parameters that are not to be shown (NoEcho), hidden in a JSON text.
std::string hide_secrets(std::string text, const std::vector<ParameterRecord>& parameters);

}  // namespace thaw::cloudformation
