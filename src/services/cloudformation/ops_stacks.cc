// Operations that change stacks.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/service.h"

namespace thaw::cloudformation {
namespace {

// Parameters that exist in AWS's API but do nothing here are refused, not ignored.
Result<> check_unsupported(const std::vector<std::string>& notification_arns,
                           const std::vector<std::string>& resource_types,
                           const std::optional<RollbackConfiguration>& rollback) {
  if (!notification_arns.empty()) return fail("NotImplemented", "NotificationARNs are not supported.", 501);
  if (!resource_types.empty()) return fail("NotImplemented", "ResourceTypes are not supported.", 501);
  if (rollback && !rollback->rollback_triggers.empty())
    return fail("NotImplemented", "RollbackTriggers are not supported.", 501);
  return {};
}

Result<> refuse_stack_policy(std::initializer_list<const std::optional<std::string>*> members) {
  for (const auto* member : members) {
    if (*member) return fail("NotImplemented", "Stack policies are not supported.", 501);
  }
  return {};
}

EventRecord stack_event(const StackRecord& stack, const std::string& token, int64_t now_ms) {
  EventRecord event;
  event.id = random_uuid();
  event.logical_id = stack.name;
  event.physical_id = stack.arn;
  event.type = "AWS::CloudFormation::Stack";
  event.status = stack.status;
  event.reason = stack.status_reason;
  event.client_token = token;
  event.at_ms = now_ms;
  return event;
}

}  // namespace

CloudFormation::Answer<CreateStackOutput> CloudFormation::create_stack(Request& request, const CreateStackInput& in) {
  CO_CHECK_OK(check_unsupported(in.notification_arns, in.resource_types, in.rollback_configuration));
  CO_CHECK_OK(refuse_stack_policy({&in.stack_policy_body, &in.stack_policy_url}));
  CO_CHECK_OK(check_tags(in.tags));
  if (!is_stack_name(in.stack_name)) {
    co_return validation("1 validation error detected: Value '" + in.stack_name +
                         "' at 'stackName' failed to satisfy constraint: Member must "
                         "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
  }
  if (in.disable_rollback && in.on_failure) {
    co_return validation("You can specify either DisableRollback or OnFailure, but not both.");
  }
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  std::string token = in.client_request_token.value_or("");
  if (now.stack && !token.empty() && now.stack->operation.client_token == token &&
      now.stack->operation.kind == "create") {
    co_return CreateStackOutput{now.stack->arn};
  }
  if (now.stack) co_return fail("AlreadyExistsException", "Stack [" + in.stack_name + "] already exists");
  CO_TRY(std::string text, co_await template_text(request, Source::of(in.template_body, in.template_url), ""));
  StackRecord stack;
  stack.id = random_uuid();
  stack.name = in.stack_name;
  stack.arn = request.arn("cloudformation", "stack/" + stack.name + "/" + stack.id);
  PseudoParameters pseudo = pseudo_of(request, stack.name, stack.arn);
  std::unique_ptr<DoorApi> api = api_of(request);
  ProcessInput process{std::move(text), parameter_inputs(in.parameters), {}, pseudo};
  CO_TRY(Processed processed, co_await process_template(*api, std::move(process)));
  if (processed.transformed && std::ranges::find(in.capabilities, "CAPABILITY_AUTO_EXPAND") == in.capabilities.end()) {
    co_return fail("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
  }
  CO_CHECK_OK(check_capabilities(processed.source, in.capabilities));
  CO_TRY(Json principal, co_await executing_principal(request, in.role_arn));
  int64_t now_ms = request.clock->now_ms();
  stack.created_ms = now_ms;
  stack.status = "CREATE_IN_PROGRESS";
  stack.status_reason = "User Initiated";
  stack.settings = settings_of(processed, in.capabilities, tag_records(in.tags), in.role_arn);
  stack.disable_rollback = in.disable_rollback.value_or(false);
  stack.timeout_minutes = in.timeout_in_minutes;
  stack.termination_protection = in.enable_termination_protection.value_or(false);
  OperationRecord& operation = stack.operation;
  operation.id = random_uuid();
  operation.kind = "create";
  operation.phase = "forward";
  operation.client_token = token;
  operation.principal = std::move(principal);
  operation.disable_rollback = stack.disable_rollback;
  operation.on_failure = in.on_failure.value_or("ROLLBACK");
  operation.retain_except_on_create = in.retain_except_on_create.value_or(false);
  if (in.timeout_in_minutes) operation.deadline_ms = now_ms + int64_t{*in.timeout_in_minutes} * 60'000;
  Home home = home_of(request);
  EventRecord event = stack_event(stack, token, now_ms);
  std::string original = std::move(processed.original), made = std::move(processed.processed);
  auto begin_creation = [home, stack, event, original, made](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    std::optional<StackRecord> other = co_await store.find(stack.name);
    if (other) co_return fail("AlreadyExistsException", "Stack [" + stack.name + "] already exists");
    store.put(stack);
    store.set_name(stack.name, stack.id);
    store.put_text(stack.id, Stage::original, original);
    store.put_text(stack.id, Stage::processed, made);
    store.add_event(stack.id, event);
    store.mark_running(stack.id);
    co_return Unit{};
  };
  Result<Unit> begun = co_await door_.store().transact<Unit>(begin_creation);
  if (!begun) co_return std::unexpected(begun.error());
  launch(home, stack.id);
  co_return CreateStackOutput{stack.arn};
}

CloudFormation::Answer<UpdateStackOutput> CloudFormation::update_stack(Request& request, const UpdateStackInput& in) {
  CO_CHECK_OK(check_unsupported(in.notification_arns, in.resource_types, in.rollback_configuration));
  CO_CHECK_OK(refuse_stack_policy({&in.stack_policy_body, &in.stack_policy_url, &in.stack_policy_during_update_body,
                                   &in.stack_policy_during_update_url}));
  CO_CHECK_OK(check_tags(in.tags));
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  if (!now.stack || now.stack->status == "DELETE_COMPLETE") co_return no_stack(in.stack_name);
  const StackRecord& stack = *now.stack;
  std::string token = in.client_request_token.value_or("");
  if (!token.empty() && stack.operation.client_token == token && stack.operation.kind == "update") {
    co_return UpdateStackOutput{stack.arn};
  }
  CO_CHECK_OK(check_updatable(stack));
  Source source = Source::of(in.template_body, in.template_url, in.use_previous_template);
  CO_TRY(std::string text, co_await template_text(request, source, stack.id));
  PseudoParameters pseudo = pseudo_of(request, stack.name, stack.arn);
  std::unique_ptr<DoorApi> api = api_of(request);
  ProcessInput process{std::move(text), parameter_inputs(in.parameters), parameter_values(stack.settings.parameters),
                       pseudo};
  CO_TRY(Processed processed, co_await process_template(*api, std::move(process)));
  if (processed.transformed && std::ranges::find(in.capabilities, "CAPABILITY_AUTO_EXPAND") == in.capabilities.end()) {
    co_return fail("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
  }
  CO_CHECK_OK(check_capabilities(processed.source, in.capabilities));
  std::vector<TagRecord> tags = in.tags.empty() ? stack.settings.tags : tag_records(in.tags);
  CO_TRY(Difference changes, difference(processed, pseudo, now, tags));
  if (changes.empty()) co_return validation("No updates are to be performed.");
  std::optional<std::string> role = in.role_arn ? in.role_arn : stack.settings.role_arn;
  Beginning beginning;
  beginning.stack_id = stack.id;
  beginning.settings = settings_of(processed, in.capabilities, std::move(tags), role);
  beginning.original = processed.original;
  beginning.processed = processed.processed;
  CO_TRY(beginning.principal, co_await executing_principal(request, role));
  beginning.client_token = token;
  beginning.disable_rollback = in.disable_rollback.value_or(false);
  beginning.retain_except_on_create = in.retain_except_on_create.value_or(false);
  CO_TRY(StackRecord begun, co_await begin(home_of(request), std::move(beginning)));
  co_return UpdateStackOutput{begun.arn};
}

CloudFormation::Answer<> CloudFormation::delete_stack(Request& request, const DeleteStackInput& in) {
  if (in.deletion_mode && *in.deletion_mode != "STANDARD")
    co_return fail("NotImplemented", "DeletionMode " + *in.deletion_mode + " is not supported.", 501);
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  // To delete what is not there succeeds.
  if (!now.stack || now.stack->status == "DELETE_COMPLETE" || now.stack->status == "DELETE_IN_PROGRESS")
    co_return api::Nothing{};
  std::optional<std::string> role = in.role_arn ? in.role_arn : now.stack->settings.role_arn;
  CO_TRY(Json principal, co_await executing_principal(request, role));
  Home home = home_of(request);
  std::string id = now.stack->id;
  const Clock* clock = request.clock;
  auto begin_removal = [home, id, in, principal, clock](kv::Transaction& tx) -> Task<Result<bool>> {
    StackStore store(tx, home);
    std::optional<StackRecord> found = co_await store.stack(id);
    if (!found || found->status == "DELETE_COMPLETE") co_return false;
    StackRecord stack = std::move(*found);
    if (stack.termination_protection) {
      co_return validation("Stack [" + stack.name + "] cannot be deleted while TerminationProtection is enabled");
    }
    if (stack.status == "REVIEW_IN_PROGRESS") {
      store.drop(stack);
      co_return false;
    }
    if (!in.retain_resources.empty() && stack.status != "DELETE_FAILED") {
      co_return validation("Invalid operation on stack [" + stack.arn +
                           "]. When you delete a stack, specify which resources to retain only when the stack is in "
                           "the DELETE_FAILED state.");
    }
    std::map<std::string, ExportRecord> exports = co_await store.exports();
    for (const auto& [name, record] : exports) {
      if (record.stack_id != stack.id) continue;
      std::vector<std::string> users = co_await store.importers(name);
      if (!users.empty())
        co_return validation("Delete canceled. Cannot delete export " + name + " as it is in use by " +
                             join(users, " and ") + ".");
    }
    OperationRecord operation;
    operation.id = random_uuid();
    operation.kind = "remove";
    operation.phase = "removing";
    operation.client_token = in.client_request_token.value_or("");
    operation.principal = principal;
    operation.retain_resources = in.retain_resources;
    if (in_progress(stack)) {
      store.put_removal(stack.id, operation);
      co_return false;
    }
    stack.operation = std::move(operation);
    stack.status = "DELETE_IN_PROGRESS";
    stack.status_reason = "User Initiated";
    store.put(stack);
    store.add_event(stack.id, stack_event(stack, stack.operation.client_token, clock->now_ms()));
    store.mark_running(stack.id);
    co_return true;
  };
  CO_TRY(bool begun, co_await door_.store().transact<bool>(begin_removal));
  if (begun) {
    launch(home, id);
  } else {
    executor_.cancel(id);  // what is under way stops, and the removal follows
  }
  co_return api::Nothing{};
}

CloudFormation::Answer<> CloudFormation::cancel_update_stack(Request& request, const CancelUpdateStackInput& in) {
  Home home = home_of(request);
  std::string name = in.stack_name;
  Result<std::string> id =
      co_await door_.store().transact<std::string>([home, name](kv::Transaction& tx) -> Task<Result<std::string>> {
        StackStore store(tx, home);
        std::optional<StackRecord> stack = co_await store.find(name);
        if (!stack) co_return no_stack(name);
        if (stack->status != "UPDATE_IN_PROGRESS") {
          co_return validation("CancelUpdateStack cannot be called from current stack status");
        }
        stack->operation.reason = "User Initiated";  // read again when a restart takes the operation up
        store.put(*stack);
        co_return stack->id;
      });
  if (!id) co_return std::unexpected(id.error());
  executor_.cancel(*id);
  co_return api::Nothing{};
}

namespace {

// Takes a failed operation up again, by rolling it back.
Result<> resume_rollback(StackRecord& stack, const std::string& token, const std::vector<std::string>& skip) {
  OperationRecord& operation = stack.operation;
  if (operation.kind == "update") {
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS";
  } else if (operation.kind == "create") {
    stack.status = "ROLLBACK_IN_PROGRESS";
  } else {
    return validation("Stack:" + stack.arn + " is in " + stack.status + " state and can not be rolled back.");
  }
  operation.phase = "rollback";
  operation.disable_rollback = false;
  operation.client_token = token;
  operation.skip_resources = skip;
  stack.status_reason = "User Initiated";
  return {};
}

}  // namespace

CloudFormation::Answer<> CloudFormation::continue_update_rollback(Request& request,
                                                                  const ContinueUpdateRollbackInput& in) {
  CO_TRY(Json principal, co_await executing_principal(request, in.role_arn));
  Home home = home_of(request);
  const Clock* clock = request.clock;
  bool own_role = in.role_arn.has_value();
  auto resume = [home, in, principal, clock, own_role](kv::Transaction& tx) -> Task<Result<std::string>> {
    StackStore store(tx, home);
    std::optional<StackRecord> stack = co_await store.find(in.stack_name);
    if (!stack) co_return no_stack(in.stack_name);
    if (stack->status != "UPDATE_ROLLBACK_FAILED") {
      co_return validation("Stack:" + stack->arn + " is in " + stack->status + " state and can not continue rollback.");
    }
    CO_CHECK_OK(resume_rollback(*stack, in.client_request_token.value_or(""), in.resources_to_skip));
    if (own_role || !stack->settings.role_arn) stack->operation.principal = principal;
    store.put(*stack);
    store.add_event(stack->id, stack_event(*stack, stack->operation.client_token, clock->now_ms()));
    store.mark_running(stack->id);
    co_return stack->id;
  };
  CO_TRY(std::string id, co_await door_.store().transact<std::string>(resume));
  launch(home, id);
  co_return api::Nothing{};
}

CloudFormation::Answer<RollbackStackOutput> CloudFormation::rollback_stack(Request& request,
                                                                           const RollbackStackInput& in) {
  Home home = home_of(request);
  const Clock* clock = request.clock;
  auto resume = [home, in, clock](kv::Transaction& tx) -> Task<Result<StackRecord>> {
    StackStore store(tx, home);
    std::optional<StackRecord> stack = co_await store.find(in.stack_name);
    if (!stack) co_return no_stack(in.stack_name);
    if (stack->status != "CREATE_FAILED" && stack->status != "UPDATE_FAILED") {
      co_return validation("Stack:" + stack->arn + " is in " + stack->status + " state and can not be rolled back.");
    }
    CO_CHECK_OK(resume_rollback(*stack, in.client_request_token.value_or(""), {}));
    stack->operation.retain_except_on_create = in.retain_except_on_create.value_or(false);
    store.put(*stack);
    store.add_event(stack->id, stack_event(*stack, stack->operation.client_token, clock->now_ms()));
    store.mark_running(stack->id);
    co_return *stack;
  };
  CO_TRY(StackRecord stack, co_await door_.store().transact<StackRecord>(resume));
  launch(home, stack.id);
  co_return RollbackStackOutput{stack.arn};
}

CloudFormation::Answer<UpdateTerminationProtectionOutput> CloudFormation::update_termination_protection(
    Request& request, const UpdateTerminationProtectionInput& in) {
  Home home = home_of(request);
  auto change = [home, in](kv::Transaction& tx) -> Task<Result<std::string>> {
    StackStore store(tx, home);
    std::optional<StackRecord> stack = co_await store.find(in.stack_name);
    if (!stack || stack->status == "DELETE_COMPLETE") co_return no_stack(in.stack_name);
    stack->termination_protection = in.enable_termination_protection;
    store.put(*stack);
    co_return stack->arn;
  };
  CO_TRY(std::string arn, co_await door_.store().transact<std::string>(change));
  co_return UpdateTerminationProtectionOutput{arn};
}

}  // namespace thaw::cloudformation
