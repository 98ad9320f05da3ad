// One run of one stack's operation; see executor.h. Internal to the executor's files.
#pragma once

#include "services/cloudformation/executor.h"

namespace thaw::cloudformation {

class Run {
 public:
  Run(Executor& executor, Home home, std::string stack_id, std::shared_ptr<bool> cancelled)
      : executor_(executor),
        deps_(executor.deps_),
        home_(std::move(home)),
        id_(std::move(stack_id)),
        cancelled_(std::move(cancelled)) {}

  Task<void> run();

 private:
  // ---- phases (executor.cc) ----
  Task<void> forward();
  Task<void> forward_failed();
  Task<void> roll_back_create();
  Task<void> roll_back_update();
  Task<void> clean_up(bool after_rollback);
  Task<void> remove_stack();
  Task<void> begin_requested_removal();
  Task<std::vector<GarbageRecord>> read_garbage();
  Task<Result<>> load_template(Stage stage);
  Task<Result<>> finish_forward();
  Result<std::vector<OutputRecord>> evaluate_outputs();
  Task<void> set_status(std::string status, std::string reason, std::string phase);

  // ---- steps of one resource (run_steps.cc); each answers whether it succeeded ----
  Task<bool> apply(std::string logical_id);
  Task<bool> create(const ResourceDef& def, Json properties, bool replace);
  Task<bool> update(const ResourceDef& def, Json properties);
  Task<bool> restore(std::string logical_id);
  Task<bool> remove(std::string logical_id, bool forget, bool even_retained);
  Task<bool> remove_garbage(GarbageRecord garbage);
  Task<Result<>> remove_physical(std::string type, std::string logical_id, ResourceBody body, std::string token);
  Task<void> undo_failed_create(const ResourceRecord& r, bool made);
  Task<bool> fail_step(ResourceRecord& r, std::string status, std::string reason);

  Result<ResourceBody> planned_body(const ResourceDef& def, const Json& properties);
  ResourceRequest request_for(const ResourceRecord& r, const ResourceBody& now, const ResourceBody* before) const;
  void publish(const ResourceRecord& r);
  bool exists(const ResourceRecord& r) const;
  bool is_unchanged(const ResourceRecord& r, const ResourceBody& planned) const;
  std::string replacement_reason(const ResourceType& type, const ResourceRecord& r, const ResourceBody& planned) const;

  // ---- writing (executor.cc) ----
  Task<void> write(std::function<void(StackStore&)> fn);
  Task<void> save(ResourceRecord& r, std::vector<std::string> reasons = {});
  int64_t event_time_ms() const;
  EventRecord event(const ResourceRecord& r, const std::string& reason) const;
  EventRecord stack_event(const std::string& status, const std::string& reason) const;

  Executor& executor_;
  const ExecutorDeps& deps_;
  Home home_;
  std::string id_;
  std::shared_ptr<bool> cancelled_;
  StackRecord stack_;
  std::unique_ptr<Api> api_;
  Template template_;
  Scope scope_;
  Dependencies needs_;
  std::set<std::string> imports_;
  std::map<std::string, ResourceRecord> records_;
  mutable int64_t last_event_ms_ = 0;
  bool stopped_ = false;  // by the executor: not a failure, the operation goes on at the next start
};

}  // namespace thaw::cloudformation
