// Operations on change sets.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/service.h"

namespace thaw::cloudformation {
namespace {

constexpr size_t page_items = 100;
constexpr const char* no_changes =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

std::unexpected<Error> no_change_set(const std::string& name) {
  return fail("ChangeSetNotFound", "ChangeSet [" + name + "] does not exist", 404);
}

template <class T>
std::optional<T> unless_empty(const T& text) {
  return text.empty() ? std::nullopt : std::optional<T>(text);
}

Result<> check_input(const CreateChangeSetInput& in) {
  if (!in.notification_arns.empty()) return fail("NotImplemented", "NotificationARNs are not supported.", 501);
  if (!in.resource_types.empty()) return fail("NotImplemented", "ResourceTypes are not supported.", 501);
  if (in.rollback_configuration && !in.rollback_configuration->rollback_triggers.empty()) {
    return fail("NotImplemented", "RollbackTriggers are not supported.", 501);
  }
  if (!in.resources_to_import.empty() || in.change_set_type.value_or("") == "IMPORT") {
    return fail("NotImplemented", "Importing resources into a stack is not supported.", 501);
  }
  if (in.deployment_mode) return fail("NotImplemented", "DeploymentMode is not supported.", 501);
  return check_tags(in.tags);
}

void hide_in_change(ResourceChange& change, const std::vector<ParameterRecord>& parameters) {
  auto hide = [&](std::optional<std::string>& text) {
    if (text) text = hide_secrets(std::move(*text), parameters);
  };
  hide(change.before_context);
  hide(change.after_context);
  for (ResourceChangeDetail& detail : change.details) {
    if (!detail.target) continue;
    hide(detail.target->before_value);
    hide(detail.target->after_value);
  }
}

Json changes_to_json(const std::vector<ResourceChange>& changes) {
  Json out = Json::array();
  for (const ResourceChange& change : changes) out.push_back(api::to_canonical(change));
  return out;
}

}  // namespace

// Finds a change set by its name and stack, or by its ARN.
Task<Result<ChangeSetRecord>> find_change_set(StackStore& store, std::string stack_name, std::string name_or_arn) {
  if (name_or_arn.starts_with("arn:") && stack_name.empty()) {
    std::vector<StackRecord> stacks = co_await store.stacks();
    for (const StackRecord& stack : stacks) {
      std::vector<ChangeSetRecord> sets = co_await store.change_sets(stack.id);
      for (ChangeSetRecord& set : sets) {
        if (set.arn == name_or_arn) co_return std::move(set);
      }
    }
    co_return no_change_set(name_or_arn);
  }
  if (stack_name.empty())
    co_return validation("StackName must be specified if ChangeSetName is not specified as an ARN.");
  std::optional<StackRecord> stack = co_await store.find(stack_name);
  if (!stack) co_return no_change_set(name_or_arn);
  if (name_or_arn.starts_with("arn:")) {
    std::vector<ChangeSetRecord> sets = co_await store.change_sets(stack->id);
    for (ChangeSetRecord& set : sets) {
      if (set.arn == name_or_arn) co_return std::move(set);
    }
    co_return no_change_set(name_or_arn);
  }
  std::optional<ChangeSetRecord> found = co_await store.change_set(stack->id, name_or_arn);
  if (!found) co_return no_change_set(name_or_arn);
  co_return std::move(*found);
}

CloudFormation::Answer<CreateChangeSetOutput> CloudFormation::create_change_set(Request& request,
                                                                                const CreateChangeSetInput& in) {
  CO_CHECK_OK(check_input(in));
  bool create = in.change_set_type.value_or("UPDATE") == "CREATE";
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  bool review = now.stack && now.stack->status == "REVIEW_IN_PROGRESS";
  if (create && now.stack && !review) {
    co_return validation("Stack [" + in.stack_name +
                         "] already exists and cannot be created again with the changeSet [" + in.change_set_name +
                         "].");
  }
  if (!create && (!now.stack || review)) co_return no_stack(in.stack_name);
  if (!create) CO_CHECK_OK(check_updatable(*now.stack));
  if (create && !now.stack && !is_stack_name(in.stack_name)) {
    co_return validation("1 validation error detected: Value '" + in.stack_name +
                         "' at 'stackName' failed to satisfy constraint: Member must "
                         "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
  }
  StackRecord stack;
  if (now.stack) {
    stack = *now.stack;
  } else {
    stack.id = random_uuid();
    stack.name = in.stack_name;
    stack.arn = request.arn("cloudformation", "stack/" + stack.name + "/" + stack.id);
    stack.status = "REVIEW_IN_PROGRESS";
    stack.status_reason = "User Initiated";
    stack.created_ms = request.clock->now_ms();
  }
  Source source = Source::of(in.template_body, in.template_url, in.use_previous_template);
  CO_TRY(std::string text, co_await template_text(request, source, stack.id));
  PseudoParameters pseudo = pseudo_of(request, stack.name, stack.arn);
  std::unique_ptr<DoorApi> api = api_of(request);

  ChangeSetRecord set;
  set.id = random_uuid();
  set.name = in.change_set_name;
  set.arn = request.arn("cloudformation", "changeSet/" + set.name + "/" + set.id);
  set.stack_id = stack.id;
  set.stack_arn = stack.arn;
  set.stack_name = stack.name;
  set.type = create ? "CREATE" : "UPDATE";
  set.created_ms = request.clock->now_ms();
  set.description = in.description.value_or("");
  set.client_token = in.client_token.value_or("");
  set.include_nested = in.include_nested_stacks.value_or(false);
  set.import_existing = in.import_existing_resources.value_or(false);
  set.on_stack_failure = in.on_stack_failure.value_or("");
  set.original = text;
  set.changes = Json::array();
  std::optional<std::string> role = in.role_arn && !in.role_arn->empty() ? in.role_arn : stack.settings.role_arn;

  ProcessInput process{std::move(text), parameter_inputs(in.parameters), parameter_values(stack.settings.parameters),
                       pseudo};
  Result<Processed> processed = co_await process_template(*api, std::move(process));
  if (!processed && !is_transform_failure(processed.error())) co_return std::unexpected(std::move(processed).error());
  std::string failure;
  if (!processed) {
    failure = processed.error().message;
  } else {
    CO_CHECK_OK(check_capabilities(processed->source, in.capabilities));
    CO_TRY(Json unused, co_await executing_principal(request, role));
    std::vector<TagRecord> tags = in.tags.empty() && !create ? stack.settings.tags : tag_records(in.tags);
    Result<Difference> changes = difference(*processed, pseudo, now, tags);
    set.processed = processed->processed;
    set.settings = settings_of(*processed, in.capabilities, std::move(tags), role);
    if (!changes) {
      failure = changes.error().message;
    } else {
      set.changes = changes_to_json(changes->changes);
      if (changes->empty()) failure = no_changes;
    }
  }
  set.status = failure.empty() ? "CREATE_COMPLETE" : "FAILED";
  set.status_reason = failure;
  set.execution_status = failure.empty() ? "AVAILABLE" : "UNAVAILABLE";

  Home home = home_of(request);
  bool fresh = !now.stack;
  auto keep = [home, set, stack, fresh](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    std::optional<ChangeSetRecord> other = co_await store.change_set(set.stack_id, set.name);
    // The command line names its change sets by the second, and two deployments fit into one.
    bool is_over = other && other->execution_status != "AVAILABLE" && other->execution_status != "EXECUTE_IN_PROGRESS";
    if (other && !is_over)
      co_return fail("AlreadyExistsException",
                     "ChangeSet " + set.name +
                         " cannot be created because a change set with the same name already exists in stack " +
                         set.stack_name);
    if (fresh) {
      std::optional<StackRecord> taken = co_await store.find(stack.name);
      if (taken) co_return fail("AlreadyExistsException", "Stack [" + stack.name + "] already exists");
      store.put(stack);
      store.set_name(stack.name, stack.id);
      EventRecord event;
      event.id = random_uuid();
      event.logical_id = stack.name;
      event.physical_id = stack.arn;
      event.type = "AWS::CloudFormation::Stack";
      event.status = stack.status;
      event.reason = stack.status_reason;
      event.at_ms = stack.created_ms;
      store.add_event(stack.id, event);
    }
    store.put(set);
    co_return Unit{};
  };
  Result<Unit> kept = co_await door_.store().transact<Unit>(keep);
  if (!kept) co_return std::unexpected(kept.error());
  co_return CreateChangeSetOutput{set.arn, stack.arn};
}

CloudFormation::Answer<DescribeChangeSetOutput> CloudFormation::describe_change_set(Request& request,
                                                                                    const DescribeChangeSetInput& in) {
  Home home = home_of(request);
  auto read = [home, in](kv::Transaction& tx) -> Task<Result<ChangeSetRecord>> {
    StackStore store(tx, home);
    co_return co_await find_change_set(store, in.stack_name.value_or(""), in.change_set_name);
  };
  CO_TRY(ChangeSetRecord set, co_await door_.store().transact<ChangeSetRecord>(read));
  DescribeChangeSetOutput out;
  out.change_set_name = set.name;
  out.change_set_id = set.arn;
  out.stack_id = set.stack_arn;
  out.stack_name = set.stack_name;
  out.description = unless_empty(set.description);
  out.parameters = shown_parameters(set.settings.parameters);
  out.creation_time = time_of(set.created_ms);
  out.execution_status = set.execution_status;
  out.status = set.status;
  out.status_reason = unless_empty(set.status_reason);
  out.rollback_configuration.emplace();
  out.capabilities = set.settings.capabilities;
  for (const TagRecord& tag : set.settings.tags) out.tags.push_back({tag.key, tag.value});
  out.include_nested_stacks = set.include_nested;
  out.on_stack_failure = unless_empty(set.on_stack_failure);
  out.import_existing_resources = set.import_existing;
  bool values = in.include_property_values.value_or(false);
  size_t start = page_start(in.next_token);
  const Json::Array& changes = set.changes.is_array() ? set.changes.items() : Json::Array();
  for (size_t i = start; i < changes.size() && i < start + page_items; ++i) {
    Change change;
    change.type = "Resource";
    change.resource_change = api::from_canonical<ResourceChange>(changes[i]);
    hide_in_change(*change.resource_change, set.settings.parameters);
    if (!values) {
      change.resource_change->before_context.reset();
      change.resource_change->after_context.reset();
      for (ResourceChangeDetail& detail : change.resource_change->details) {
        if (!detail.target) continue;
        detail.target->before_value.reset();
        detail.target->after_value.reset();
        detail.target->path.reset();
      }
    }
    out.changes.push_back(std::move(change));
  }
  if (start + page_items < changes.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

CloudFormation::Answer<> CloudFormation::execute_change_set(Request& request, const ExecuteChangeSetInput& in) {
  Home home = home_of(request);
  auto take = [home, in](kv::Transaction& tx) -> Task<Result<ChangeSetRecord>> {
    StackStore store(tx, home);
    co_return co_await find_change_set(store, in.stack_name.value_or(""), in.change_set_name);
  };
  CO_TRY(ChangeSetRecord set, co_await door_.store().transact<ChangeSetRecord>(take));
  if (set.status != "CREATE_COMPLETE") {
    co_return fail("InvalidChangeSetStatus",
                   "ChangeSet [" + set.arn + "] cannot be executed in its current status of [" + set.status + "]");
  }
  if (set.execution_status != "AVAILABLE") {
    co_return fail("InvalidChangeSetStatus", "ChangeSet [" + set.arn +
                                                 "] cannot be executed in its current execution status of [" +
                                                 set.execution_status + "]");
  }
  if (in.disable_rollback && !set.on_stack_failure.empty()) {
    co_return validation("You can specify either DisableRollback or OnStackFailure, but not both.");
  }
  Beginning beginning;
  beginning.stack_id = set.stack_id;
  beginning.settings = set.settings;
  beginning.original = set.original;
  beginning.processed = set.processed;
  CO_TRY(beginning.principal, co_await executing_principal(request, set.settings.role_arn));
  beginning.client_token = in.client_request_token.value_or("");
  beginning.disable_rollback = in.disable_rollback.value_or(set.on_stack_failure == "DO_NOTHING");
  beginning.retain_except_on_create = in.retain_except_on_create.value_or(false);
  beginning.on_failure = set.on_stack_failure;
  beginning.change_set = set.name;
  beginning.import_existing = set.import_existing;
  CO_TRY(StackRecord stack, co_await begin(home, std::move(beginning)));
  co_return api::Nothing{};
}

CloudFormation::Answer<> CloudFormation::delete_change_set(Request& request, const DeleteChangeSetInput& in) {
  Home home = home_of(request);
  auto drop = [home, in](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    Result<ChangeSetRecord> set = co_await find_change_set(store, in.stack_name.value_or(""), in.change_set_name);
    if (!set && set.error().code == "ChangeSetNotFound") co_return Unit{};
    if (!set) co_return std::unexpected(set.error());
    if (set->execution_status == "EXECUTE_IN_PROGRESS") {
      co_return fail("InvalidChangeSetStatus", "ChangeSet [" + set->arn +
                                                   "] cannot be deleted in its current execution status of [" +
                                                   set->execution_status + "]");
    }
    store.clear(*set);
    co_return Unit{};
  };
  Result<Unit> dropped = co_await door_.store().transact<Unit>(drop);
  if (!dropped) co_return std::unexpected(dropped.error());
  co_return api::Nothing{};
}

CloudFormation::Answer<ListChangeSetsOutput> CloudFormation::list_change_sets(Request& request,
                                                                              const ListChangeSetsInput& in) {
  Home home = home_of(request);
  using Sets = std::vector<ChangeSetRecord>;
  std::string name = in.stack_name;
  auto read = [home, name](kv::Transaction& tx) -> Task<Result<Sets>> {
    StackStore store(tx, home);
    std::optional<StackRecord> stack = co_await store.find(name);
    if (!stack) co_return no_stack(name);
    Sets found = co_await store.change_sets(stack->id);
    co_return found;
  };
  CO_TRY(Sets sets, co_await door_.store().transact<Sets>(read));
  ListChangeSetsOutput out;
  size_t start = page_start(in.next_token);
  for (size_t i = start; i < sets.size() && i < start + page_items; ++i) {
    const ChangeSetRecord& set = sets[i];
    ChangeSetSummary one;
    one.stack_id = set.stack_arn;
    one.stack_name = set.stack_name;
    one.change_set_id = set.arn;
    one.change_set_name = set.name;
    one.execution_status = set.execution_status;
    one.status = set.status;
    one.status_reason = unless_empty(set.status_reason);
    one.creation_time = time_of(set.created_ms);
    one.description = unless_empty(set.description);
    one.include_nested_stacks = set.include_nested;
    one.import_existing_resources = set.import_existing;
    out.summaries.push_back(std::move(one));
  }
  if (start + page_items < sets.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

}  // namespace thaw::cloudformation
