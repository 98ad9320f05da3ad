#include "services/cloudformation/executor.h"

#include <algorithm>
#include <stdexcept>

#include "base/log.h"
#include "base/text.h"
#include "services/cloudformation/parameters.h"
#include "services/cloudformation/run.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view stack_type = "AWS::CloudFormation::Stack";

ParameterValues values_of(const std::vector<ParameterRecord>& records) {
  ParameterValues out;
  for (const ParameterRecord& record : records) out[record.key] = {record.value, record.resolved};
  return out;
}

// Writes a stack as its operation sees it; what other operations may change meanwhile stays as it is.
Task<void> put_stack(StackStore& store, StackRecord stack) {
  std::optional<StackRecord> now = co_await store.stack(stack.id);
  if (now) stack.termination_protection = now->termination_protection;
  store.put(stack);
}

// The change set whose execution has ended with this state of its stack.
Task<void> settle_change_set(StackStore& store, StackRecord stack) {
  if (stack.operation.change_set.empty()) co_return;
  std::optional<ChangeSetRecord> set = co_await store.change_set(stack.id, stack.operation.change_set);
  if (!set) co_return;
  bool fine = stack.status == "CREATE_COMPLETE" || stack.status == "UPDATE_COMPLETE";
  set->execution_status = fine ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
  store.put(*set);
}

struct Walk {
  Dependencies users;
  std::map<std::string, size_t> waiting;
  std::function<Task<bool>(std::string)> visit;
  bool go_on = false;
  size_t running = 0;
  std::vector<std::string> failed;
  std::exception_ptr error;
  Completion<Unit> done;
};

// TimeoutInMinutes: sets `late` and `cancelled` when a time has come before `over`.
Task<void> watch_deadline(const Clock& clock, int64_t deadline_ms, std::shared_ptr<bool> over,
                          std::shared_ptr<bool> late, std::shared_ptr<bool> cancelled) {
  while (!*over) {
    if (clock.now_ms() >= deadline_ms) {
      *late = true;
      *cancelled = true;
      co_return;
    }
    co_await sleep_for(std::chrono::milliseconds(100));
  }
}

void start_node(std::shared_ptr<Walk> walk, std::string node);

Task<void> visit_node(std::shared_ptr<Walk> walk, std::string node) {
  bool ok = false;
  try {
    ok = co_await walk->visit(node);
  } catch (...) {
    if (!walk->error) walk->error = std::current_exception();
  }
  if (!ok) walk->failed.push_back(node);
  bool proceed = !walk->error && (walk->go_on ? ok : walk->failed.empty());
  if (proceed) {
    for (const std::string& user : walk->users[node]) {
      if (--walk->waiting[user] == 0) start_node(walk, user);
    }
  }
  if (--walk->running == 0) walk->done.set({});
}

void start_node(std::shared_ptr<Walk> walk, std::string node) {
  ++walk->running;
  Loop::current().spawn("cloudformation resource", visit_node(walk, std::move(node)));
}

}  // namespace

Task<std::vector<std::string>> visit_graph(Dependencies needs, std::function<Task<bool>(std::string)> visit,
                                           bool go_on) {
  auto walk = std::make_shared<Walk>();
  walk->users = reversed(needs);
  walk->visit = std::move(visit);
  walk->go_on = go_on;
  std::vector<std::string> first;
  for (const auto& [node, of] : needs) {
    walk->waiting[node] = of.size();
    if (of.empty()) first.push_back(node);
  }
  if (first.empty()) co_return std::vector<std::string>();
  ++walk->running;  // so that it does not end before all have been started
  for (const std::string& node : first) start_node(walk, node);
  if (--walk->running > 0) co_await walk->done;
  if (walk->error) std::rethrow_exception(walk->error);
  co_return walk->failed;
}

Task<void> Executor::run(Home home, std::string stack_id) {
  if (stopping_ || running_.contains(stack_id)) co_return;
  auto cancelled = std::make_shared<bool>(false);
  running_[stack_id] = cancelled;
  std::exception_ptr error;
  try {
    Run run(*this, home, stack_id, cancelled);
    co_await run.run();
  } catch (...) {
    error = std::current_exception();
  }
  running_.erase(stack_id);
  if (error) std::rethrow_exception(error);
}

void Executor::cancel(const std::string& stack_id) {
  auto found = running_.find(stack_id);
  if (found != running_.end()) *found->second = true;
}

// ---- writing ----

Task<void> Run::write(std::function<void(StackStore&)> fn) {
  Home home = home_;
  Result<Unit> written = co_await deps_.store.transact<Unit>([fn, home](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    fn(store);
    co_return Unit{};
  });
  if (!written) throw std::runtime_error("cannot write the state of stack " + id_ + ": " + written.error().message);
}

// Each event has a time of its own, so that clients which sort by it show them in their order.
int64_t Run::event_time_ms() const {
  last_event_ms_ = std::max(last_event_ms_ + 1, deps_.clock.now_ms());
  return last_event_ms_;
}

EventRecord Run::event(const ResourceRecord& r, const std::string& reason) const {
  EventRecord out;
  out.id = r.logical_id + "-" + r.status + "-" + random_uuid();
  out.logical_id = r.logical_id;
  out.physical_id = r.body.physical_id;
  out.type = r.type;
  out.status = r.status;
  out.reason = reason;
  const Json& properties = r.planned.is_null() ? r.body.properties : r.planned;
  if (properties.is_object() && !properties.empty()) {
    out.properties = hide_secrets(properties.dump(), stack_.settings.parameters);
  }
  out.client_token = stack_.operation.client_token;
  out.at_ms = event_time_ms();
  return out;
}

EventRecord Run::stack_event(const std::string& status, const std::string& reason) const {
  EventRecord out;
  out.id = random_uuid();
  out.logical_id = stack_.name;
  out.physical_id = stack_.arn;
  out.type = stack_type;
  out.status = status;
  out.reason = reason;
  out.client_token = stack_.operation.client_token;
  out.at_ms = event_time_ms();
  return out;
}

// Writes a resource and one event for each reason (one without words when there is none).
Task<void> Run::save(ResourceRecord& r, std::vector<std::string> reasons) {
  r.updated_ms = deps_.clock.now_ms();
  if (reasons.empty()) reasons.push_back("");
  r.status_reason = reasons.back();
  std::vector<EventRecord> events;
  for (const std::string& reason : reasons) events.push_back(event(r, reason));
  ResourceRecord copy = r;
  std::string id = id_;
  co_await write([id, copy, events](StackStore& store) {
    store.put(id, copy);
    for (const EventRecord& one : events) store.add_event(id, one);
  });
}

Task<void> Run::set_status(std::string status, std::string reason, std::string phase) {
  stack_.status = status;
  stack_.status_reason = reason;
  stack_.operation.phase = phase;
  int64_t now = deps_.clock.now_ms();
  if (stack_.operation.kind == "update") stack_.updated_ms = now;
  if (status == "DELETE_COMPLETE") stack_.deleted_ms = now;
  EventRecord happened = stack_event(status, reason);
  StackRecord copy = stack_;
  Home home = home_;
  Result<Unit> written =
      co_await deps_.store.transact<Unit>([home, copy, happened](kv::Transaction& tx) -> Task<Result<Unit>> {
        StackStore store(tx, home);
        co_await put_stack(store, copy);
        store.add_event(copy.id, happened);
        if (copy.operation.phase == "done" || copy.operation.phase == "failed") {
          store.clear_running(copy.id);
          co_await settle_change_set(store, copy);
        }
        if (copy.status == "DELETE_COMPLETE") {
          store.clear_name(copy.name);
          store.clear_change_sets(copy.id);
        }
        co_return Unit{};
      });
  if (!written) throw std::runtime_error("cannot write the state of stack " + id_ + ": " + written.error().message);
}

// ---- the operation ----

Task<void> Run::run() {
  Home home = home_;
  std::string id = id_;
  struct Loaded {
    std::optional<StackRecord> stack;
    std::vector<ResourceRecord> resources;
  };
  Result<Loaded> loaded =
      co_await deps_.store.transact<Loaded>([home, id](kv::Transaction& tx) -> Task<Result<Loaded>> {
        StackStore store(tx, home);
        Loaded out;
        out.stack = co_await store.stack(id);
        out.resources = co_await store.resources(id);
        co_return out;
      });
  if (!loaded) throw std::runtime_error("cannot read stack " + id_ + ": " + loaded.error().message);
  if (!loaded->stack) co_return;
  stack_ = std::move(*loaded->stack);
  for (ResourceRecord& r : loaded->resources) records_[r.logical_id] = std::move(r);
  api_ = deps_.make_api(home_, stack_.operation.principal, cancelled_);
  // Each phase writes the next one before it ends.
  for (int i = 0; i < 10 && !stopped_; ++i) {
    co_await begin_requested_removal();
    std::string phase = stack_.operation.phase;
    if (phase == "forward") {
      co_await forward();
    } else if (phase == "rollback") {
      *cancelled_ = false;
      if (stack_.operation.kind == "create") {
        co_await roll_back_create();
      } else {
        co_await roll_back_update();
      }
    } else if (phase == "cleanup" || phase == "rollback_cleanup") {
      co_await clean_up(phase == "rollback_cleanup");
    } else if (phase == "removing") {
      co_await remove_stack();
    } else {
      co_return;
    }
  }
}

// DeleteStack was called while this operation was under way: its next phase is the removal.
Task<void> Run::begin_requested_removal() {
  Home home = home_;
  StackRecord next = stack_;
  next.status = "DELETE_IN_PROGRESS";
  next.status_reason = "User Initiated";
  EventRecord happened = stack_event(next.status, next.status_reason);
  Result<StackRecord> begun = co_await deps_.store.transact<StackRecord>(
      [home, next, happened](kv::Transaction& tx) -> Task<Result<StackRecord>> {
        StackStore store(tx, home);
        std::optional<OperationRecord> removal = co_await store.removal(next.id);
        if (!removal) co_return StackRecord();
        StackRecord stack = next;
        stack.operation = std::move(*removal);
        store.clear_removal(stack.id);
        store.put(stack);
        store.add_event(stack.id, happened);
        store.mark_running(stack.id);
        co_return stack;
      });
  if (!begun) throw std::runtime_error("cannot write stack " + id_ + ": " + begun.error().message);
  if (begun->id.empty()) co_return;
  stack_ = std::move(*begun);
  *cancelled_ = false;
  api_ = deps_.make_api(home_, stack_.operation.principal, cancelled_);
}

Task<std::vector<GarbageRecord>> Run::read_garbage() {
  Home home = home_;
  std::string id = id_;
  using Rows = std::vector<GarbageRecord>;
  Result<Rows> garbage = co_await deps_.store.transact<Rows>([home, id](kv::Transaction& tx) -> Task<Result<Rows>> {
    Rows rows = co_await StackStore(tx, home).garbage(id);
    co_return rows;
  });
  if (!garbage) throw std::runtime_error("cannot read stack " + id_ + ": " + garbage.error().message);
  co_return std::move(*garbage);
}

Task<Result<>> Run::load_template(Stage stage) {
  Home home = home_;
  std::string id = id_;
  struct Loaded {
    std::string text;
    std::map<std::string, ExportRecord> exports;
  };
  Result<Loaded> loaded =
      co_await deps_.store.transact<Loaded>([home, id, stage](kv::Transaction& tx) -> Task<Result<Loaded>> {
        StackStore store(tx, home);
        Loaded out;
        std::optional<std::string> text = co_await store.text(id, stage);
        out.text = text.value_or("");
        out.exports = co_await store.exports();
        co_return out;
      });
  if (!loaded) throw std::runtime_error("cannot read the template of stack " + id_ + ": " + loaded.error().message);
  auto body = Json::parse(loaded->text);
  if (!body) co_return fail("InternalFailure", "The stored template cannot be read: " + body.error(), 500);
  CO_TRY(template_, parse_template(*body));
  scope_ = Scope();
  scope_.source = &template_;
  scope_.parameters = ref_values(template_, values_of(stack_.settings.parameters));
  scope_.pseudo = {home_.account.str(), home_.region.str(), "aws", stack_.arn, stack_.name, {}};
  scope_.imports_used = &imports_;
  for (const auto& [name, record] : loaded->exports) scope_.exports[name] = record.value;
  CO_CHECK_OK(evaluate_conditions(scope_));
  needs_ = dependencies(template_, &scope_.conditions);
  co_return check_circles(needs_);
}

Task<void> Run::forward() {
  Result<> ready = co_await load_template(Stage::processed);
  std::vector<std::string> failed;
  if (!ready) {
    stack_.operation.reason = ready.error().message;
  } else if (!stack_.operation.reason.empty()) {
    *cancelled_ = true;  // CancelUpdateStack, before a restart
  } else {
    auto over = std::make_shared<bool>(false);
    auto late = std::make_shared<bool>(false);
    if (stack_.operation.deadline_ms) {
      Loop::current().spawn("cloudformation timeout",
                            watch_deadline(deps_.clock, stack_.operation.deadline_ms, over, late, cancelled_));
    }
    failed = co_await visit_graph(needs_, [this](std::string id) { return apply(std::move(id)); }, false);
    *over = true;
    if (*late) stack_.operation.reason = "Stack creation time exceeded the specified timeout. ";
  }
  if (stopped_) co_return;
  if (ready && failed.empty() && !*cancelled_ && stack_.operation.reason.empty()) {
    Result<> finished = co_await finish_forward();
    if (finished) co_return;
    stack_.operation.reason = finished.error().message;
  }
  if (stack_.operation.reason.empty() && !failed.empty()) {
    std::vector<std::string> created, updated;
    for (const std::string& id : failed) (records_[id].status == "CREATE_FAILED" ? created : updated).push_back(id);
    auto words = [](const std::vector<std::string>& ids, const char* verb) {
      return "The following resource(s) failed to " + std::string(verb) + ": [" + join(ids, ", ") + "]. ";
    };
    if (!created.empty()) stack_.operation.reason += words(created, "create");
    if (!updated.empty()) stack_.operation.reason += words(updated, "update");
  }
  if (stack_.operation.reason.empty()) stack_.operation.reason = "Operation was cancelled.";
  co_await forward_failed();
}

Task<void> Run::forward_failed() {
  OperationRecord& operation = stack_.operation;
  bool create = operation.kind == "create";
  bool stay = operation.disable_rollback || (create && operation.on_failure == "DO_NOTHING");
  if (stay) {
    co_await set_status(create ? "CREATE_FAILED" : "UPDATE_FAILED", operation.reason, "failed");
    co_return;
  }
  std::string reason = operation.reason;
  if (create && operation.on_failure == "DELETE") {
    operation.remove_after_rollback = true;
    operation.kind = "remove";
    co_await set_status("DELETE_IN_PROGRESS", reason + "Delete requested by user.", "removing");
    co_return;
  }
  if (create) reason += "Rollback requested by user.";
  co_await set_status(create ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS", reason, "rollback");
}

Result<std::vector<OutputRecord>> Run::evaluate_outputs() {
  std::vector<OutputRecord> outputs;
  for (const OutputDef& def : template_.outputs) {
    if (def.condition) {
      auto found = scope_.conditions.find(*def.condition);
      if (found != scope_.conditions.end() && !found->second) continue;
    }
    OutputRecord output;
    output.key = def.name;
    output.description = def.description;
    TRY(Json value, evaluate(def.value, scope_));
    std::optional<std::string> text = text_of(value);
    if (!text)
      return fail(
          template_error("Template format error: Output " + def.name + " is malformed. Its value must be a string."));
    output.value = reachable_urls(std::move(*text), deps_.url_suffix);
    if (!def.export_name.is_null()) {
      TRY(output.export_name, evaluate_text(def.export_name, scope_));
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

// Outputs and exports, checked against those of other stacks, in the transaction that completes the forward phase.
Task<Result<>> Run::finish_forward() {
  CO_TRY(std::vector<OutputRecord> outputs, evaluate_outputs());
  bool create = stack_.operation.kind == "create";
  StackRecord next = stack_;
  next.outputs = outputs;
  next.status = create ? "CREATE_COMPLETE" : "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
  next.status_reason = "";
  next.operation.phase = create ? "done" : "cleanup";
  if (!create) next.updated_ms = deps_.clock.now_ms();
  EventRecord happened = stack_event(next.status, "");
  std::vector<std::string> imports(imports_.begin(), imports_.end());
  Home home = home_;
  auto finish = [home, next, happened, imports](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    std::map<std::string, ExportRecord> exports = co_await store.exports();
    std::map<std::string, std::string> wanted;
    for (const OutputRecord& output : next.outputs) {
      if (!output.export_name) continue;
      if (!wanted.emplace(*output.export_name, output.value).second) {
        co_return fail(template_error("Duplicate Export names: [" + *output.export_name + "]"));
      }
      auto taken = exports.find(*output.export_name);
      if (taken != exports.end() && taken->second.stack_id != next.id) {
        std::optional<StackRecord> owner = co_await store.stack(taken->second.stack_id);
        co_return fail(template_error("Export with name " + *output.export_name + " is already exported by stack " +
                                      (owner ? owner->name : taken->second.stack_arn) +
                                      ". Rollback requested by user."));
      }
    }
    for (const auto& [name, record] : exports) {
      if (record.stack_id != next.id) continue;
      auto kept = wanted.find(name);
      if (kept != wanted.end() && kept->second == record.value) continue;
      std::vector<std::string> users = co_await store.importers(name);
      if (!users.empty()) {
        co_return fail(template_error("Export " + name + " cannot be " +
                                      (kept == wanted.end() ? "deleted" : "updated") + " as it is in use by " +
                                      join(users, " and ")));
      }
      store.clear_export(name);
    }
    for (const auto& [name, value] : wanted) store.put_export(name, {next.arn, next.id, value});
    co_await store.set_imports(next, imports);
    co_await put_stack(store, next);
    store.add_event(next.id, happened);
    if (next.operation.phase == "done") {
      std::optional<OperationRecord> removal = co_await store.removal(next.id);
      if (!removal) store.clear_running(next.id);
      co_await settle_change_set(store, next);
    }
    co_return Unit{};
  };
  Result<Unit> finished = co_await deps_.store.transact<Unit>(finish);
  if (!finished) {
    if (finished.error().is_server_fault())
      throw std::runtime_error("cannot write stack " + id_ + ": " + finished.error().message);
    co_return std::unexpected(finished.error());
  }
  stack_ = std::move(next);
  co_return Result<>();
}

namespace {

// For removing: each resource waits for those that depend on it.
Dependencies removal_order(const std::map<std::string, const ResourceBody*>& nodes,
                           const std::map<std::string, std::string>& logical) {
  std::map<std::string, std::vector<std::string>> by_logical;
  for (const auto& [node, id] : logical) by_logical[id].push_back(node);
  Dependencies out;
  for (const auto& [node, body] : nodes) out[node];
  for (const auto& [node, body] : nodes) {
    for (const std::string& need : body->depends_on) {
      for (const std::string& other : by_logical[need]) {
        if (other != node) out[other].insert(node);
      }
    }
  }
  // Old and new versions of one template may together form a circle; then order does not matter so much as ending.
  if (!check_circles(out)) {
    for (auto& [node, needs] : out) needs.clear();
  }
  return out;
}

}  // namespace

Task<void> Run::roll_back_create() {
  std::map<std::string, const ResourceBody*> nodes;
  std::map<std::string, std::string> logical;
  for (const auto& [id, r] : records_) {
    nodes[id] = &r.body;
    logical[id] = id;
  }
  Dependencies order = removal_order(nodes, logical);
  std::vector<std::string> failed =
      co_await visit_graph(order, [this](std::string id) { return remove(std::move(id), false, true); }, true);
  if (stopped_) co_return;
  if (!failed.empty()) {
    std::string reason = "The following resource(s) failed to delete: [" + join(failed, ", ") + "]. ";
    co_await set_status("ROLLBACK_FAILED", reason, "failed");
    co_return;
  }
  stack_.outputs.clear();
  co_await set_status("ROLLBACK_COMPLETE", "", "done");
}

Task<void> Run::roll_back_update() {
  OperationRecord& operation = stack_.operation;
  Dependencies order;
  std::map<std::string, std::set<std::string>> all;
  for (const auto& [id, r] : records_) {
    bool touched = r.done_in == operation.id || !r.step.empty();
    if (touched) order[id];
  }
  for (auto& [id, needs] : order) {
    const ResourceRecord& r = records_[id];
    for (const std::string& need : (r.before ? *r.before : r.body).depends_on) {
      if (order.contains(need)) needs.insert(need);
    }
  }
  if (!check_circles(order)) {
    for (auto& [id, needs] : order) needs.clear();
  }
  std::vector<std::string> failed =
      co_await visit_graph(order, [this](std::string id) { return restore(std::move(id)); }, false);
  if (stopped_) co_return;
  if (!failed.empty()) {
    co_await set_status("UPDATE_ROLLBACK_FAILED",
                        "The following resource(s) failed to update: [" + join(failed, ", ") + "]. ", "failed");
    co_return;
  }
  if (operation.previous) stack_.settings = *operation.previous;
  Home home = home_;
  std::string id = id_;
  Result<Unit> back = co_await deps_.store.transact<Unit>([home, id](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    std::optional<std::string> original = co_await store.text(id, Stage::previous_original);
    std::optional<std::string> processed = co_await store.text(id, Stage::previous_processed);
    if (original) store.put_text(id, Stage::original, *original);
    if (processed) store.put_text(id, Stage::processed, *processed);
    co_return Unit{};
  });
  if (!back) throw std::runtime_error("cannot write stack " + id_ + ": " + back.error().message);
  co_await set_status("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "", "rollback_cleanup");
}

// Removes what the template has no longer, and what replacements (or a rollback) have left.
Task<void> Run::clean_up(bool after_rollback) {
  Result<> ready = co_await load_template(Stage::processed);
  std::vector<GarbageRecord> garbage = co_await read_garbage();
  std::map<std::string, const ResourceBody*> nodes;
  std::map<std::string, std::string> logical;
  std::map<std::string, GarbageRecord> by_node;
  for (GarbageRecord& one : garbage) {
    std::string node = one.logical_id + "\n" + one.body.physical_id;
    by_node[node] = one;
  }
  for (auto& [node, one] : by_node) {
    nodes[node] = &one.body;
    logical[node] = one.logical_id;
  }
  for (const auto& [logical_id, r] : records_) {
    if (!ready || needs_.contains(logical_id)) continue;
    nodes[logical_id] = &r.body;
    logical[logical_id] = logical_id;
  }
  Dependencies order = removal_order(nodes, logical);
  auto visit = [this, &by_node](std::string node) -> Task<bool> {
    auto found = by_node.find(node);
    return found != by_node.end() ? remove_garbage(found->second) : remove(node, true, false);
  };
  std::vector<std::string> failed = co_await visit_graph(order, visit, true);
  if (stopped_) co_return;
  std::string reason;
  if (!failed.empty()) reason = "Update successful. One or more resources could not be deleted.";
  co_await set_status(after_rollback ? "UPDATE_ROLLBACK_COMPLETE" : "UPDATE_COMPLETE", reason, "done");
}

Task<void> Run::remove_stack() {
  std::map<std::string, const ResourceBody*> nodes;
  std::map<std::string, std::string> logical;
  std::map<std::string, GarbageRecord> by_node;  // of an update that was cut short
  std::vector<GarbageRecord> garbage = co_await read_garbage();
  for (GarbageRecord& one : garbage) by_node[one.logical_id + "\n" + one.body.physical_id] = one;
  for (auto& [node, one] : by_node) {
    nodes[node] = &one.body;
    logical[node] = one.logical_id;
  }
  for (const auto& [id, r] : records_) {
    nodes[id] = &r.body;
    logical[id] = id;
  }
  Dependencies order = removal_order(nodes, logical);
  bool undoing = stack_.operation.remove_after_rollback;
  auto visit = [this, undoing, &by_node](std::string node) -> Task<bool> {
    auto found = by_node.find(node);
    return found != by_node.end() ? remove_garbage(found->second) : remove(node, false, undoing);
  };
  std::vector<std::string> failed = co_await visit_graph(order, visit, true);
  if (stopped_) co_return;
  if (!failed.empty()) {
    co_await set_status("DELETE_FAILED", "The following resource(s) failed to delete: [" + join(failed, ", ") + "]. ",
                        "failed");
    co_return;
  }
  StackRecord gone = stack_;
  Home home = home_;
  Result<Unit> cleared = co_await deps_.store.transact<Unit>([home, gone](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore store(tx, home);
    std::map<std::string, ExportRecord> exports = co_await store.exports();
    for (const auto& [name, record] : exports) {
      if (record.stack_id == gone.id) store.clear_export(name);
    }
    co_await store.set_imports(gone, {});
    co_return Unit{};
  });
  if (!cleared) throw std::runtime_error("cannot write stack " + id_ + ": " + cleared.error().message);
  co_await set_status("DELETE_COMPLETE", "", "done");
}

}  // namespace thaw::cloudformation
